/*
 * The relay: reads an outbox and applies each message in a unit of its own, which also notes its number in the inbox. It is
 * written with the public calls, as a program would write it.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "context/outbox.h"

#include <string.h>

#include "base/options.h"
#include "uow/here.h"
#include "uow/query.h"
#include "uow/rows.h"
#include "uow/statement.h"
#include "uow/unit.h"

#define RELAY_BATCH 100

/* A message of the pass, with copies of its texts. */
typedef struct relay_item {
    char *key, *kind, *body;
    int64_t seq;
} relay_item;

typedef struct relay {
    const char *where;
    uow_context *from, *to;
    uow_relay_options options;
    uow_relay_counts counts;
    uowi_buf select, forget, step, look, first; /* statements */
    relay_item *items; /* of a page */
    size_t count, capacity;
    char **stuck;      /* keys of which a message could not be applied in this pass: later ones wait */
    size_t stuck_count, stuck_capacity;
    uint64_t behind;   /* messages of those keys that were met */
    uow_status failed; /* the first one */
} relay;

static uowi_mem *relay_mem(const relay *r)
{
    return &r->from->env->mem;
}

static void relay_drop_items(relay *r)
{
    for (size_t i = 0; i < r->count; i++) {
        uowi_strfree(relay_mem(r), r->items[i].key);
        uowi_strfree(relay_mem(r), r->items[i].kind);
        uowi_strfree(relay_mem(r), r->items[i].body);
    }
    r->count = 0;
}

static char *relay_copy(const relay *r, uow_rows *rows, size_t column)
{
    const char *text = NULL;

    return uow_rows_text(rows, column, &text, NULL) == UOW_OK ? uowi_strdup(relay_mem(r), text) : NULL;
}

static uow_status relay_keep(relay *r, uow_rows *rows)
{
    void *items = r->items;
    relay_item *item;
    uow_status st;

    if (!uowi_grow(relay_mem(r), &items, r->count, &r->capacity, sizeof *r->items))
        return UOW_NO_MEMORY;
    r->items = items;
    item = &r->items[r->count++];
    memset(item, 0, sizeof *item);
    st = uow_rows_int64(rows, 1, &item->seq);
    item->key = relay_copy(r, rows, 0);
    item->kind = relay_copy(r, rows, 2);
    item->body = relay_copy(r, rows, 3);
    if (st == UOW_OK && (!item->key || !item->kind || !item->body))
        st = UOW_NO_MEMORY;
    return st;
}

/* The page behind those that are left; whatever the database has to page with, no more is kept of it. */
static uow_status relay_read(relay *r)
{
    const uowi_session *s = &r->from->session;
    uowi_paging paging = uowi_dialect_paging(uowi_session_dialect(s), uowi_session_caps(s));
    uint64_t skip = paging == UOWI_PAGING_NONE ? r->behind : 0;
    uow_rows *rows = NULL;
    uow_status st;
    uowi_buf sql;

    relay_drop_items(r);
    uowi_buf_init(&sql, relay_mem(r), 0);
    uowi_buf_text(&sql, uowi_buf_cstr(&r->select));
    uowi_dialect_page(paging, r->options.batch, r->behind, true, &sql);
    st = sql.failed ? UOW_NO_MEMORY : uow_rows_open_at(r->where, r->from, uowi_buf_cstr(&sql), NULL, 0, &rows);
    while (st == UOW_OK && r->count < r->options.batch) {
        st = uow_rows_next(rows);
        if (st == UOW_OK && skip == 0)
            st = relay_keep(r, rows);
        skip -= skip > 0;
    }
    uow_rows_close(rows);
    uowi_buf_done(&sql);
    return st == UOW_END ? UOW_OK : st;
}

static uow_status relay_last(relay *r, const relay_item *item, int64_t *last)
{
    uow_arg args[] = {uow_arg_text(r->options.source), uow_arg_text(item->key)};
    uow_rows *rows = NULL;
    uow_status st = uow_rows_open_at(r->where, r->to, uowi_buf_cstr(&r->look), args, 2, &rows);

    *last = 0;
    if (st == UOW_OK)
        st = uow_rows_next(rows);
    if (st == UOW_OK)
        st = uow_rows_int64(rows, 0, last);
    uow_rows_close(rows);
    return st == UOW_END ? UOW_OK : st;
}

/*
 * UOW_OK: the inbox knows it now and did not before. UOW_END: it knew it. UOW_PENDING: one before it is missing. A row
 * that another relay writes at this moment is waited for.
 */
static uow_status relay_note(relay *r, const relay_item *item)
{
    uow_arg step[] = {uow_arg_int64(item->seq), uow_arg_text(r->options.source), uow_arg_text(item->key),
                      uow_arg_int64(item->seq - 1)};
    uow_arg first[] = {uow_arg_text(r->options.source), uow_arg_text(item->key), uow_arg_int64(item->seq)};
    int64_t affected = 0, last = 0;
    uow_status st = uow_execute_at(r->where, r->to, uowi_buf_cstr(&r->step), step, 4, &affected);

    if (st != UOW_OK || affected == 1)
        return st;
    st = relay_last(r, item, &last);
    if (st != UOW_OK)
        return st;
    if (last >= item->seq)
        return UOW_END;
    if (last != 0 || item->seq != 1)
        return UOW_PENDING;
    st = uow_execute_at(r->where, r->to, uowi_buf_cstr(&r->first), first, 3, NULL);
    return st == UOW_CONSTRAINT ? UOW_TRANSIENT : st;
}

static uow_status relay_apply(relay *r, const relay_item *item)
{
    uow_message message = UOW_MESSAGE_INIT;
    uow_status st = uow_begin_at(r->where, r->to, NULL);

    if (st != UOW_OK)
        return st;
    st = relay_note(r, item);
    message.key = item->key;
    message.kind = item->kind;
    message.body = item->body;
    message.seq = item->seq;
    if (st == UOW_OK)
        st = r->options.apply(r->to, &message, r->options.user);
    if (st == UOW_OK)
        return uow_commit_at(r->where, r->to);
    if (uow_unit_depth(r->to) > 0)
        (void)uow_rollback_at(r->where, r->to);
    return st;
}

static uow_status relay_forget(relay *r, const relay_item *item)
{
    uow_arg args[] = {uow_arg_text(item->key), uow_arg_int64(item->seq)};

    return uow_execute_at(r->where, r->from, uowi_buf_cstr(&r->forget), args, 2, NULL);
}

static bool relay_waits(const relay *r, const char *key)
{
    for (size_t i = 0; i < r->stuck_count; i++)
        if (strcmp(r->stuck[i], key) == 0)
            return true;
    return false;
}

static uow_status relay_stick(relay *r, const char *key)
{
    void *items = r->stuck;
    char *copy = uowi_strdup(relay_mem(r), key);

    if (!copy || !uowi_grow(relay_mem(r), &items, r->stuck_count, &r->stuck_capacity, sizeof *r->stuck)) {
        uowi_strfree(relay_mem(r), copy);
        return UOW_NO_MEMORY;
    }
    r->stuck = items;
    r->stuck[r->stuck_count++] = copy;
    return UOW_OK;
}

static void relay_unstick(relay *r)
{
    for (size_t i = 0; i < r->stuck_count; i++)
        uowi_strfree(relay_mem(r), r->stuck[i]);
    r->stuck_count = 0;
    r->behind = 0;
}

/* Nothing more can be done in this pass. */
static bool relay_ends(uow_status st)
{
    return st == UOW_CONNECTION_LOST || st == UOW_OUTCOME_UNKNOWN || st == UOW_NO_MEMORY || st == UOW_MISUSE ||
           st == UOW_BUSY;
}

static uow_status relay_item_done(relay *r, const relay_item *item)
{
    uow_status st = relay_waits(r, item->key) ? UOW_PENDING : relay_apply(r, item);

    if (st == UOW_OK || st == UOW_END) {
        r->counts.applied += st == UOW_OK;
        r->counts.known += st == UOW_END;
        return relay_forget(r, item);
    }
    r->behind++;
    r->counts.early += st == UOW_PENDING;
    r->counts.failed += st != UOW_PENDING;
    if (st != UOW_PENDING && r->failed == UOW_OK)
        r->failed = st;
    if (st != UOW_PENDING && relay_ends(st))
        return st;
    return relay_waits(r, item->key) ? UOW_OK : relay_stick(r, item->key);
}

/* From the oldest message to the end; a key that has failed keeps nobody else waiting. */
static uow_status relay_pass(relay *r)
{
    uow_status st;

    relay_unstick(r);
    do {
        st = relay_read(r);
        for (size_t i = 0; i < r->count && st == UOW_OK; i++)
            st = relay_item_done(r, &r->items[i]);
    } while (st == UOW_OK && r->count == r->options.batch);
    return st;
}

static uow_status relay_loop(relay *r)
{
    uow_status st = UOW_OK;

    while (st == UOW_OK && r->options.go_on(r->options.user)) {
        uint64_t before = r->counts.applied + r->counts.known;

        r->failed = UOW_OK;
        st = relay_pass(r);
        if (st == UOW_OK && r->counts.applied + r->counts.known == before)
            uowi_sleep_ns((uint64_t)r->options.idle_ms * 1000000u);
    }
    return st;
}

static uow_status relay_check(relay *r, const uow_relay_options *given)
{
    static const uow_relay_options defaults = UOW_RELAY_OPTIONS_INIT;
    uow_relay_options *o = &r->options;

    *o = defaults;
    if (!given || !uowi_options_copy(o, sizeof *o, given, given->struct_size) || !o->apply || !o->source || !*o->source ||
        strlen(o->source) > UOWI_MESSAGE_NAME || (o->idle_ms > 0 && !o->go_on))
        return UOW_MISUSE;
    if (!o->outbox)
        o->outbox = UOWI_OUTBOX_TABLE;
    if (!o->inbox)
        o->inbox = UOWI_INBOX_TABLE;
    if (o->batch == 0)
        o->batch = RELAY_BATCH;
    return uow_unit_depth(r->from) == 0 && uow_unit_depth(r->to) == 0 ? UOW_OK : UOW_MISUSE;
}

static bool relay_texts(relay *r)
{
    const uowi_session *from = &r->from->session, *to = &r->to->session;

    uowi_outbox_text(from, "SELECT msg_key, seq, kind, body FROM $ ORDER BY put_ms, seq", r->options.outbox, &r->select);
    uowi_outbox_text(from, "DELETE FROM $ WHERE msg_key = ? AND seq = ?", r->options.outbox, &r->forget);
    uowi_outbox_text(to, "UPDATE $ SET last_seq = ? WHERE source = ? AND msg_key = ? AND last_seq = ?", r->options.inbox,
                     &r->step);
    uowi_outbox_text(to, "SELECT last_seq FROM $ WHERE source = ? AND msg_key = ?", r->options.inbox, &r->look);
    uowi_outbox_text(to, "INSERT INTO $ (source, msg_key, last_seq) VALUES (?, ?, ?)", r->options.inbox, &r->first);
    return !r->select.failed && !r->forget.failed && !r->step.failed && !r->look.failed && !r->first.failed;
}

static void relay_done(relay *r, uow_relay_counts *out)
{
    relay_drop_items(r);
    relay_unstick(r);
    uowi_free(relay_mem(r), r->items, r->capacity * sizeof *r->items);
    uowi_free(relay_mem(r), r->stuck, r->stuck_capacity * sizeof *r->stuck);
    uowi_buf_done(&r->select);
    uowi_buf_done(&r->forget);
    uowi_buf_done(&r->step);
    uowi_buf_done(&r->look);
    uowi_buf_done(&r->first);
    if (out) {
        size_t struct_size = out->struct_size;

        memcpy(out, &r->counts, struct_size < sizeof r->counts ? struct_size : sizeof r->counts);
        out->struct_size = struct_size;
    }
}

/* The texts are made under the guard, for they ask the session; the rest are calls like a program's. */
static uow_status relay_enter(relay *r)
{
    uowi_entered in;
    uow_status st = uowi_enter(r->from, UOWI_CALL_ID_RELAY, r->where, &in);

    if (st != UOW_OK)
        return st;
    (void)uowi_leave(&in, UOW_OK);
    st = uowi_enter(r->to, UOWI_CALL_ID_RELAY, r->where, &in);
    if (st != UOW_OK)
        return st;
    return uowi_leave(&in, relay_texts(r) ? UOW_OK : UOW_NO_MEMORY);
}

uow_status uow_relay_at(const char *where, uow_context *from, uow_context *to, const uow_relay_options *options,
                        uow_relay_counts *out_counts)
{
    relay r;
    uow_status st;

    memset(&r, 0, sizeof r);
    r.where = where;
    r.from = from;
    r.to = to;
    if (uow_context_id(from) == 0 || uow_context_id(to) == 0 || from == to ||
        (out_counts && out_counts->struct_size < sizeof(size_t)))
        return UOW_MISUSE;
    st = relay_check(&r, options);
    if (st != UOW_OK)
        return st;
    st = relay_enter(&r);
    if (st == UOW_OK)
        st = r.options.idle_ms > 0 ? relay_loop(&r) : relay_pass(&r);
    if (st == UOW_OK)
        st = r.failed;
    relay_done(&r, out_counts);
    return st;
}
