/* An outbox: messages that are there if and only if the unit which put them was committed. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "context/outbox.h"

#include <string.h>

#include "flow/step.h"
#include "work/execute.h"
#include "work/results.h"

#define OUTBOX_BODY_MAX (1024u * 1024u)

static void outbox_name(const uowi_session *s, const char *table, bool keys, uowi_buf *out)
{
    uowi_buf name;

    uowi_buf_init(&name, s->mem, 0);
    uowi_buf_fmt(&name, "%s%s", table, keys ? "_keys" : "");
    uowi_dialect_table_path(uowi_session_dialect(s), uowi_session_caps(s), uowi_buf_cstr(&name), out);
    out->failed = out->failed || name.failed;
    uowi_buf_done(&name);
}

void uowi_outbox_text(const uowi_session *s, const char *text, const char *table, uowi_buf *out)
{
    const uowi_dialect *dialect = uowi_session_dialect(s);

    uowi_buf_init(out, s->mem, 0);
    for (; *text; text++) {
        if (*text == '$' || *text == '#')
            outbox_name(s, table, *text == '#', out);
        else if (*text == '~')
            uowi_buf_text(out, dialect->exact_column ? dialect->exact_column : "");
        else if (*text == '^')
            uowi_buf_text(out, dialect->long_text ? dialect->long_text : "TEXT");
        else
            uowi_buf_char(out, *text);
    }
}

/* A statement of the library's own. */
static uow_status outbox_run(uowi_session *s, const char *text, const char *table, const uow_arg *args, size_t count,
                             int64_t *affected)
{
    uow_status st;
    uowi_buf sql;

    uowi_outbox_text(s, text, table, &sql);
    s->quiet = true;
    st = sql.failed ? uowi_error_no_memory(&s->error)
                    : uowi_execute_run(s, uowi_buf_cstr(&sql), args, count, affected);
    s->quiet = false;
    uowi_buf_done(&sql);
    return st;
}

/* --- tables */

static uow_status create(uowi_session *s, const char *const texts[], const char *table)
{
    uow_status st = UOW_OK;

    if (s->depth > 0)
        return uowi_error_set(&s->error, UOW_MISUSE, "a table is not made inside a unit: some databases would commit it");
    for (size_t i = 0; texts[i] && st == UOW_OK; i++)
        st = outbox_run(s, texts[i], table, NULL, 0, NULL);
    return st;
}

uow_status uow_outbox_create_at(const char *where, uow_context *context, const char *table)
{
    static const char *const texts[] = {
        "CREATE TABLE IF NOT EXISTS # (msg_key VARCHAR(100)~ NOT NULL PRIMARY KEY, last_seq BIGINT NOT NULL, "
        "last_ms BIGINT NOT NULL)",
        "CREATE TABLE IF NOT EXISTS $ (msg_key VARCHAR(100)~ NOT NULL, seq BIGINT NOT NULL, put_ms BIGINT NOT NULL, "
        "kind VARCHAR(100)~ NOT NULL, body ^ NOT NULL, PRIMARY KEY (msg_key, seq))",
        NULL};
    uowi_entered in;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_OUTBOX_CREATE, where, &in);

    if (st != UOW_OK)
        return st;
    return uowi_leave(&in, create(&context->session, texts, table ? table : UOWI_OUTBOX_TABLE));
}

uow_status uow_inbox_create_at(const char *where, uow_context *context, const char *table)
{
    static const char *const texts[] = {
        "CREATE TABLE IF NOT EXISTS $ (source VARCHAR(100)~ NOT NULL, msg_key VARCHAR(100)~ NOT NULL, "
        "last_seq BIGINT NOT NULL, PRIMARY KEY (source, msg_key))",
        NULL};
    uowi_entered in;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_INBOX_CREATE, where, &in);

    if (st != UOW_OK)
        return st;
    return uowi_leave(&in, create(&context->session, texts, table ? table : UOWI_INBOX_TABLE));
}

/* --- put */

static uow_status put_check(uowi_session *s, const uow_message *message)
{
    if (!message || !message->key || !*message->key || strlen(message->key) > UOWI_MESSAGE_NAME)
        return uowi_error_set(&s->error, UOW_MISUSE, "a message needs a key of 1 to %d bytes", UOWI_MESSAGE_NAME);
    if (message->kind && strlen(message->kind) > UOWI_MESSAGE_NAME)
        return uowi_error_set(&s->error, UOW_MISUSE, "the kind of a message has at most %d bytes", UOWI_MESSAGE_NAME);
    if (message->body && strlen(message->body) > OUTBOX_BODY_MAX)
        return uowi_error_set(&s->error, UOW_LIMIT, "the body of a message has at most 1 MiB");
    if (s->depth == 0)
        return uowi_error_set(&s->error, UOW_MISUSE,
                              "a message is put inside a unit, together with the rows it is about: begin one");
    return UOW_OK;
}

/*
 * The key's row stays locked until the unit ends, so numbers come in the order of commits and without gaps. The clock may
 * go back; put_ms, by which messages are read, does not for one key.
 */
static uow_status put_number(uowi_session *s, const char *table, const char *key)
{
    int64_t ms = (int64_t)uowi_utc_ms();
    uow_arg update[] = {uow_arg_int64(ms), uow_arg_int64(ms), uow_arg_text(key)};
    uow_arg insert[] = {uow_arg_text(key), uow_arg_int64(ms)};
    int64_t affected = 0;
    uow_status st = outbox_run(s, "UPDATE # SET last_seq = last_seq + 1, last_ms = CASE WHEN last_ms > ? THEN last_ms ELSE ? END "
                                  "WHERE msg_key = ?",
                               table, update, 3, &affected);

    if (st != UOW_OK || affected > 0)
        return st;
    st = outbox_run(s, "INSERT INTO # (msg_key, last_seq, last_ms) VALUES (?, 1, ?)", table, insert, 2, NULL);
    if (st != UOW_CONSTRAINT)
        return st;
    uowi_error_status(&s->error, UOW_TRANSIENT);
    uowi_error_frame(&s->error, "Another unit has put the first message of this key: run the unit again");
    return UOW_TRANSIENT;
}

typedef struct put_given {
    int64_t seq, ms;
} put_given;

static uow_status put_read(uowi_session *s, const char *table, const char *key, put_given *given)
{
    uow_arg arg = uow_arg_text(key);
    uowi_results results;
    uow_status st;
    uowi_buf sql;

    memset(&results, 0, sizeof results);
    uowi_outbox_text(s, "SELECT last_seq, last_ms FROM # WHERE msg_key = ?", table, &sql);
    st = sql.failed ? uowi_error_no_memory(&s->error)
                    : uowi_results_start(&results, s, uowi_buf_cstr(&sql), &arg, 1);
    while (st == UOW_OK && uowi_step_pauses(st = uowi_results_open(&results)))
        st = UOW_OK;
    while (st == UOW_OK && uowi_step_pauses(st = uowi_results_next(&results)))
        st = UOW_OK;
    if (st == UOW_OK)
        st = uowi_dynrow_int64(results.row, 0, &given->seq);
    if (st == UOW_OK)
        st = uowi_dynrow_int64(results.row, 1, &given->ms);
    st = uowi_results_end(&results, st);
    uowi_buf_done(&sql);
    return st == UOW_END ? UOW_NOT_FOUND : st;
}

static uow_status put(uowi_session *s, uow_message *message, const char *table)
{
    put_given given = {0, 0};
    uow_status st = put_number(s, table, message->key);

    if (st == UOW_OK)
        st = put_read(s, table, message->key, &given);
    if (st == UOW_OK) {
        uow_arg args[] = {uow_arg_text(message->key), uow_arg_int64(given.seq), uow_arg_int64(given.ms),
                          uow_arg_text(message->kind ? message->kind : ""),
                          uow_arg_text(message->body ? message->body : "")};

        st = outbox_run(s, "INSERT INTO $ (msg_key, seq, put_ms, kind, body) VALUES (?, ?, ?, ?, ?)", table, args, 5, NULL);
    }
    if (st == UOW_OK)
        message->seq = given.seq;
    return st;
}

uow_status uow_outbox_put_at(const char *where, uow_context *context, uow_message *message, const char *table)
{
    uowi_entered in;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_OUTBOX_PUT, where, &in);

    if (st != UOW_OK)
        return st;
    st = put_check(&context->session, message);
    if (st == UOW_OK)
        st = put(&context->session, message, table ? table : UOWI_OUTBOX_TABLE);
    return uowi_leave(&in, st);
}
