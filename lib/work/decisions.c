#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/decisions.h"

#include <stdio.h>
#include <string.h>

#include "work/ask.h"

static void say_table(const uowi_session *s, const char *table, uowi_buf *sql)
{
    uowi_dialect_table_path(uowi_session_dialect(s), uowi_session_caps(s), table, sql);
}

/* The texts are ids and resources: no quotes in them. */
static uow_status say(uowi_session *s, uowi_buf *sql, int64_t *affected)
{
    uow_status st = sql->failed ? uowi_error_no_memory(&s->error) : uowi_say(s, uowi_buf_cstr(sql), affected);

    uowi_buf_done(sql);
    return st;
}

uow_status uowi_decisions_create(uowi_session *s, const char *table)
{
    char log[UOWI_LOG_SIZE];
    uow_status st;
    uowi_buf sql;

    uowi_buf_init(&sql, s->mem, 0);
    uowi_buf_text(&sql, "CREATE TABLE IF NOT EXISTS ");
    say_table(s, table, &sql);
    uowi_buf_fmt(&sql,
                 " (unit_id VARCHAR(64) NOT NULL PRIMARY KEY, outcome CHAR(1) NOT NULL, branches VARCHAR(%d) NOT NULL, "
                 "made_at BIGINT NOT NULL)",
                 UOWI_BRANCHES_SIZE);
    st = say(s, &sql, NULL);
    if (st == UOW_OK)
        st = uowi_decisions_log(s, table, log);
    if (st != UOW_NOT_FOUND)
        return st;
    uowi_log_make(log);
    uowi_buf_init(&sql, s->mem, 0);
    uowi_buf_text(&sql, "INSERT INTO ");
    say_table(s, table, &sql);
    uowi_buf_fmt(&sql, " (unit_id, outcome, branches, made_at) VALUES ('log', 'L', '%s', %lld)", log,
                 (long long)uowi_seconds_now());
    st = say(s, &sql, NULL);
    if (st != UOW_CONSTRAINT)
        return st;
    uowi_error_clear(&s->error); /* another program was faster */
    return UOW_OK;
}

/* The text "SELECT columns FROM table WHERE condition". */
static void say_select(const uowi_session *s, uowi_buf *sql, const char *columns, const char *table, const char *condition)
{
    uowi_buf_init(sql, s->mem, 0);
    uowi_buf_fmt(sql, "SELECT %s FROM ", columns);
    say_table(s, table, sql);
    uowi_buf_fmt(sql, " WHERE %s", condition);
}

/* One short text of one row. */
static uow_status look_up(uowi_session *s, const char *column, const char *table, const char *key, char *out, size_t size)
{
    char condition[UOWI_UNIT_KEY_SIZE + 16];
    uow_status st;
    uowi_buf sql;

    (void)snprintf(condition, sizeof condition, "unit_id = '%s'", key);
    say_select(s, &sql, column, table, condition);
    st = sql.failed ? uowi_error_no_memory(&s->error) : uowi_ask_short(s, uowi_buf_cstr(&sql), out, size);
    uowi_buf_done(&sql);
    return st;
}

uow_status uowi_decisions_log(uowi_session *s, const char *table, char log[UOWI_LOG_SIZE])
{
    char found[UOWI_LOG_SIZE] = "";
    uow_status st = look_up(s, "branches", table, "log", found, sizeof found);

    if (st == UOW_OK && strlen(found) != UOWI_LOG_SIZE - 1)
        return UOW_NOT_FOUND;
    if (st == UOW_OK)
        memcpy(log, found, sizeof found);
    return st;
}

uow_status uowi_decisions_write(uowi_session *s, const char *table, const char *log, const char *key, char outcome,
                                const char *branches)
{
    const char *durable = uowi_session_dialect(s)->durable_from;
    int64_t affected = 0;
    uow_status st;
    uowi_buf sql;

    uowi_buf_init(&sql, s->mem, 0);
    uowi_buf_text(&sql, "INSERT INTO ");
    say_table(s, table, &sql);
    uowi_buf_fmt(&sql, " (unit_id, outcome, branches, made_at) SELECT '%s', '%c', '%s', %lld FROM ", key, outcome, branches,
                 (long long)uowi_seconds_now());
    say_table(s, table, &sql);
    uowi_buf_fmt(&sql, " AS log%s WHERE log.unit_id = 'log' AND log.branches = '%s'", durable ? durable : "", log);
    st = say(s, &sql, &affected);
    return st == UOW_OK && affected != 1 ? UOW_NOT_FOUND : st;
}

uow_status uowi_decisions_look(uowi_session *s, const char *table, const char *key, char *outcome)
{
    char found[2] = "";
    uow_status st = look_up(s, "outcome", table, key, found, sizeof found);

    *outcome = found[0];
    return st == UOW_NOT_FOUND ? UOW_OK : st;
}

/* A row that was in the way and is gone now was forgotten meanwhile: then it is tried again. */
uow_status uowi_decisions_settle(uowi_session *s, const char *table, const char *log, const char *key, char *outcome)
{
    uow_status st = UOW_OK;

    *outcome = 0;
    for (int i = 0; i < 3 && st == UOW_OK && !*outcome; i++) {
        st = uowi_decisions_write(s, table, log, key, UOWI_OUTCOME_ABORT, "");
        if (st == UOW_OK)
            *outcome = UOWI_OUTCOME_ABORT;
        if (st != UOW_CONSTRAINT)
            break;
        uowi_error_clear(&s->error);
        st = uowi_decisions_look(s, table, key, outcome);
    }
    return st == UOW_OK && !*outcome ? UOW_TRANSIENT : st;
}

uow_status uowi_decisions_forget(uowi_session *s, const char *table, const char *key)
{
    uowi_buf sql;

    uowi_buf_init(&sql, s->mem, 0);
    uowi_buf_text(&sql, "DELETE FROM ");
    say_table(s, table, &sql);
    uowi_buf_fmt(&sql, " WHERE unit_id = '%s'", key);
    return say(s, &sql, NULL);
}

uow_status uowi_decisions_clean(uowi_session *s, const char *table, const char *coordinator, int64_t before,
                                int64_t *removed)
{
    uowi_buf sql;

    uowi_buf_init(&sql, s->mem, 0);
    uowi_buf_text(&sql, "DELETE FROM ");
    say_table(s, table, &sql);
    uowi_buf_fmt(&sql, " WHERE outcome = 'A' AND unit_id LIKE '%s.%%' AND made_at < %lld", coordinator, (long long)before);
    return say(s, &sql, removed);
}

typedef struct decision_reader {
    uowi_decision_fn fn;
    void *user;
} decision_reader;

/* Each text lives until the next one is asked for, so two of them are copied. */
static uow_status decision_row(uowi_dynrow *row, void *user)
{
    const decision_reader *reader = user;
    char key[UOWI_UNIT_KEY_SIZE] = "";
    const char *texts[3] = {"", "", ""};
    uowi_decision decision;
    size_t length = 0;
    uow_status st = uowi_dynrow_int64(row, 3, &decision.made_at);

    for (size_t i = 0; i < 3 && st == UOW_OK; i++) {
        st = uowi_dynrow_text(row, i, &texts[i], &length);
        if (st == UOW_OK && i == 0 && length >= sizeof key)
            return UOW_OK; /* none of ours */
        if (st == UOW_OK && i == 0)
            memcpy(key, texts[0], length + 1);
        if (st == UOW_OK && i == 1)
            decision.outcome = texts[1][0];
    }
    if (st != UOW_OK)
        return st;
    decision.key = key;
    decision.branches = texts[2];
    return reader->fn(&decision, reader->user);
}

uow_status uowi_decisions_each(uowi_session *s, const char *table, uowi_decision_fn fn, void *user)
{
    decision_reader reader = {fn, user};
    uow_status st;
    uowi_buf sql;

    say_select(s, &sql, "unit_id, outcome, branches, made_at", table, "outcome <> 'L'");
    st = sql.failed ? uowi_error_no_memory(&s->error) : uowi_ask(s, uowi_buf_cstr(&sql), decision_row, &reader);
    uowi_buf_done(&sql);
    return st;
}
