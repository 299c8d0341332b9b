#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "uow/cursor.h"

#include <string.h>

#include "context/handle_use.h"
#include "context/method.h"
#include "context/public_query.h"
#include "work/stream.h"

#define CURSOR_MAGIC 0x756f7775u

struct uow_cursor {
    uowi_held held;
    uowi_stream stream;
    const uowi_entity *entity;
    bool tracked;
    bool refresh;
    bool ended;
    uow_status outcome; /* once ended: what every further call says */
};

typedef struct open_call {
    uowi_method_head head;
    const uow_entity *def;
    const char *condition;
    const uow_arg *args;
    size_t arg_count;
    const uow_query_options *options;
    uow_cursor **out_cursor;
    uow_cursor *cursor; /* the answer, not yet handed over */
} open_call;

static uow_status open_select(open_call *call, uowi_select *select)
{
    uowi_session *s = call->head.s;
    uow_status st = uowi_select_make(s, call->def, call->condition, NULL, call->args, call->arg_count, call->options,
                                     call->out_cursor, select);

    if (st == UOW_OK && select->options.tracking == UOW_NO_TRACKING_IDENTITY)
        st = uowi_error_set(&s->error, UOW_MISUSE,
                            "a cursor keeps no rows, so it cannot give one instance per key: use uow_query");
    if (!call->options)
        select->options.tracking = UOW_NO_TRACKING;
    return st;
}

static uow_status open_start(open_call *call)
{
    uowi_session *s = call->head.s;
    uow_cursor *cursor;
    uowi_select select;
    uow_status st = open_select(call, &select);

    if (st != UOW_OK)
        return st;
    cursor = uowi_zalloc(s->mem, sizeof *cursor);
    if (!cursor)
        return uowi_error_no_memory(&s->error);
    call->cursor = cursor;
    cursor->entity = select.entity;
    cursor->tracked = select.options.tracking == UOW_TRACKED && select.entity->tracked;
    cursor->refresh = (select.options.flags & UOW_REFRESH) != 0;
    return uowi_stream_start(&cursor->stream, s, &select);
}

static uow_status open_end(open_call *call, uow_status st)
{
    if (st != UOW_OK && call->cursor) {
        uowi_free(call->head.s->mem, call->cursor, sizeof *call->cursor);
        call->cursor = NULL;
    }
    return st;
}

static uow_status open_step(void *self)
{
    open_call *call = self;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(call->head.at);
    st = open_start(call);
    if (st == UOW_OK)
        UOWI_AWAIT(call->head.at, st, uowi_stream_open(&call->cursor->stream));
    st = open_end(call, st);
    UOWI_STEP_END
    return st;
}

static void open_deliver(void *self)
{
    open_call *call = self;
    uowi_entered entered = {call->head.context, call->head.token};

    uowi_held_init(&call->cursor->held, CURSOR_MAGIC, &entered);
    *call->out_cursor = call->cursor;
}

static void open_discard(void *self)
{
    open_call *call = self;

    (void)uowi_stream_end(&call->cursor->stream, UOW_OK);
    uowi_free(call->head.s->mem, call->cursor, sizeof *call->cursor);
}

static uow_status open_run(const char *where, uow_context *context, const uow_entity *entity, const char *condition,
                           const uow_arg *args, size_t arg_count, const uow_query_options *options,
                           uow_cursor **out_cursor, uow_op **out_op)
{
    static const uowi_method method = {UOWI_CALL_ID_CURSOR_OPEN, sizeof(open_call), open_step, open_deliver,
                                       open_discard, 0};
    open_call call;

    memset(&call, 0, sizeof call);
    call.def = entity;
    call.condition = condition;
    call.args = args;
    call.arg_count = arg_count;
    call.options = options;
    call.out_cursor = out_cursor;
    return uowi_method_run(&method, context, where, &call, out_op);
}

uow_status uow_cursor_open_at(const char *where, uow_context *context, const uow_entity *entity,
                              const char *condition, const uow_arg *args, size_t arg_count,
                              const uow_query_options *options, uow_cursor **out_cursor)
{
    return open_run(where, context, entity, condition, args, arg_count, options, out_cursor, NULL);
}

uow_status uow_cursor_open_start_at(const char *where, uow_context *context, const uow_entity *entity,
                                    const char *condition, const uow_arg *args, size_t arg_count,
                                    const uow_query_options *options, uow_cursor **out_cursor, uow_op **out_op)
{
    return out_op ? open_run(where, context, entity, condition, args, arg_count, options, out_cursor, out_op)
                  : UOW_MISUSE;
}

/* Drained or failed: the statement is closed and the context free for others. */
static uow_status cursor_ended(uow_cursor *cursor, uow_status st, uow_status end)
{
    cursor->ended = true;
    cursor->outcome = end == UOW_OK ? UOW_END : end;
    return st == UOW_END && end == UOW_OK ? UOW_END : end;
}

typedef struct next_call {
    uowi_method_head head;
    uow_cursor *cursor;
    void **out_row;
    void *row; /* the answer */
    uow_status st;
} next_call;

static uow_status next_track(next_call *call)
{
    uow_cursor *cursor = call->cursor;

    return uowi_track_row(call->head.s, cursor->entity, call->row, cursor->refresh, &call->row);
}

static uow_status next_step(void *self)
{
    next_call *call = self;
    uow_cursor *cursor = call->cursor;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(call->head.at);
    if (cursor->ended)
        return cursor->outcome;
    UOWI_AWAIT(call->head.at, st, uowi_stream_next(&cursor->stream, &call->row));
    if (st == UOW_OK && cursor->tracked) {
        UOWI_TURN(call->head.at, UOWI_TURN_CALLER);
        st = next_track(call);
    }
    call->st = st;
    if (st != UOW_OK) {
        UOWI_AWAIT(call->head.at, st, uowi_stream_finish(&cursor->stream, call->st == UOW_END ? UOW_OK : call->st));
        call->st = cursor_ended(cursor, call->st, st);
    }
    UOWI_STEP_END
    return call->st;
}

/* Leaves the handle; drained, it gives the guard back. */
static void next_discard(void *self)
{
    next_call *call = self;
    uow_cursor *cursor = call->cursor;

    (void)uowi_held_leave(&cursor->held, UOW_OK); /* the operation has told what went wrong */
    if (cursor->ended)
        uowi_held_release(&cursor->held);
}

static void next_deliver(void *self)
{
    next_call *call = self;

    if (call->st == UOW_OK && !call->cursor->ended)
        *call->out_row = call->row;
    next_discard(self);
}

static void next_init(next_call *call, uow_cursor *cursor, void **out_row)
{
    memset(call, 0, sizeof *call);
    call->cursor = cursor;
    call->out_row = out_row;
}

static uow_status next_begin(uow_cursor *cursor, void **out_row, next_call *call)
{
    if (!cursor || !out_row)
        return UOW_MISUSE;
    next_init(call, cursor, out_row);
    return uowi_held_begin(&cursor->held, CURSOR_MAGIC, "cursor_next", &call->head);
}

/* A row of the block that was fetched, and not to be tracked. */
static bool next_ready(uow_cursor *cursor, void **out_row)
{
    void *row = cursor->tracked || cursor->ended ? NULL : uowi_stream_ready(&cursor->stream);

    if (row)
        *out_row = row;
    return row != NULL;
}

/* Any other row; also the end. */
static uow_status next_run(uow_cursor *cursor, void **out_row)
{
    next_call call;
    uow_status st;

    next_init(&call, cursor, out_row);
    uowi_held_head(&cursor->held, &call.head);
    st = uowi_step_run(next_step, &call);
    if (st == UOW_OK)
        *out_row = call.row;
    st = uowi_held_leave(&cursor->held, st);
    if (cursor->ended)
        uowi_held_release(&cursor->held);
    return st;
}

uow_status uow_cursor_next(uow_cursor *cursor, void **out_row)
{
    uow_status st = cursor && out_row ? uowi_held_enter(&cursor->held, CURSOR_MAGIC, "cursor_next") : UOW_MISUSE;

    if (st != UOW_OK)
        return st;
    return next_ready(cursor, out_row) ? uowi_held_leave(&cursor->held, UOW_OK) : next_run(cursor, out_row);
}

uow_status uow_cursor_next_start(uow_cursor *cursor, void **out_row, uow_op **out_op)
{
    static const uowi_method method = {UOWI_CALL_ID_CURSOR_OPEN, sizeof(next_call), next_step, next_deliver,
                                       next_discard, UOWI_METHOD_ALWAYS | UOWI_METHOD_HELD};
    next_call call;
    uow_status st = out_op ? next_begin(cursor, out_row, &call) : UOW_MISUSE;

    return st == UOW_OK ? uowi_held_start(&cursor->held, &method, &call, out_op) : st;
}

/* --- closing */

typedef struct close_call {
    uowi_method_head head;
    uow_cursor *cursor;
} close_call;

static uow_status close_step(void *self)
{
    close_call *call = self;
    uow_cursor *cursor = call->cursor;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(call->head.at);
    if (!cursor->ended) {
        UOWI_AWAIT(call->head.at, st, uowi_stream_finish(&cursor->stream, UOW_OK));
        (void)cursor_ended(cursor, UOW_OK, st);
    }
    UOWI_STEP_END
    return st;
}

static void close_deliver(void *self)
{
    uow_cursor *cursor = ((close_call *)self)->cursor;
    uow_env *env = cursor->held.context->env;

    uowi_held_release(&cursor->held);
    cursor->held.magic = 0;
    uowi_free(&env->mem, cursor, sizeof *cursor);
}

static uow_status close_begin(uow_cursor *cursor, close_call *call)
{
    memset(call, 0, sizeof *call);
    call->cursor = cursor;
    return uowi_held_begin(cursor ? &cursor->held : NULL, CURSOR_MAGIC, "cursor_close", &call->head);
}

void uow_cursor_close(uow_cursor *cursor)
{
    close_call call;

    if (close_begin(cursor, &call) != UOW_OK)
        return;
    (void)uowi_step_run(close_step, &call);
    close_deliver(&call);
}

uow_status uow_cursor_close_start(uow_cursor *cursor, uow_op **out_op)
{
    static const uowi_method method = {UOWI_CALL_ID_CURSOR_OPEN, sizeof(close_call), close_step, close_deliver,
                                       close_deliver, UOWI_METHOD_ALWAYS | UOWI_METHOD_HELD};
    close_call call;
    uow_status st = out_op ? close_begin(cursor, &call) : UOW_MISUSE;

    return st == UOW_OK ? uowi_held_start(&cursor->held, &method, &call, out_op) : st;
}
