#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/call.h"

#include <string.h>

#include "base/options.h"
#include "flow/step.h"

static uow_status call_wants(uowi_call_op *op)
{
    const uow_result *results = op->places;
    size_t count = op->count;
    size_t stride = count > 0 && results ? results[0].struct_size : 0;
    uowi_session *s = op->s;

    if (count > 0 && !results)
        return uowi_error_set(&s->error, UOW_MISUSE, "%zu results were announced, but the array is NULL", count);
    op->results = uowi_arena_zalloc(&s->scratch, (count ? count : 1) * sizeof *op->results);
    if (!op->results)
        return uowi_error_no_memory(&s->error);
    op->stride = stride;
    for (size_t i = 0; i < count; i++) {
        uow_result *want = &op->results[i].want;

        op->results[i].rows = -1;
        if (!uowi_options_copy(want, sizeof *want, (const char *)results + i * stride, stride))
            return uowi_error_set(&s->error, UOW_MISUSE,
                                  "result %zu has no struct_size, or uses fields this library does not know", i + 1);
        if (want->entity && !uowi_session_entity(s, want->entity))
            return UOW_MISUSE;
    }
    return UOW_OK;
}

/* The result the walk is on, when the program wants its rows. */
static uow_status call_land(uowi_call_op *op)
{
    uowi_call_result *result = op->next < op->count ? &op->results[op->next] : NULL;
    uow_status st;

    op->landing_open = false;
    if (!result)
        return UOW_OK;
    if (!result->want.entity) {
        result->rows = 0;
        return UOW_OK;
    }
    op->landing_open = true;
    st = uowi_landing_open(&op->landing, op->s, op->walk.run.cached->stmt, &result->want);
    if (st != UOW_OK)
        uowi_error_frame(&op->s->error, "While reading result %zu", op->next + 1);
    return st;
}

static uow_status call_landed(uowi_call_op *op, uow_status st)
{
    if (!op->landing_open)
        return st;
    op->landing_open = false;
    op->results[op->next].rows = op->landing.rows;
    return uowi_landing_end(&op->landing, st, &op->results[op->next].list);
}

void uowi_call_init(uowi_call_op *op, uowi_session *s, const char *name, const uow_arg *args, size_t arg_count,
                    uow_result *results, size_t result_count)
{
    memset(op, 0, sizeof *op);
    op->s = s;
    op->name = name;
    op->args = args;
    op->arg_count = arg_count;
    op->places = results;
    op->count = result_count;
}

static uow_status call_end(uowi_call_op *op)
{
    op->ended = uowi_callwalk_finish(&op->walk, op->ended == UOW_END ? UOW_OK : op->ended);
    if (op->ended != UOW_OK)
        uowi_call_discard(op);
    return op->ended;
}

uow_status uowi_call_step(uowi_call_op *op)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(op->at);
    st = call_wants(op);
    if (st == UOW_OK)
        st = uowi_callwalk_init(&op->walk, op->s, &op->s->scratch, op->name, op->args, op->arg_count);
    if (st != UOW_OK)
        return st;
    UOWI_TURN(op->at, UOWI_TURN_WORKER); /* the catalog is asked, a transaction begun */
    st = uowi_callwalk_begin(&op->walk);
    while (st == UOW_OK) {
        UOWI_AWAIT(op->at, st, uowi_callwalk_next(&op->walk));
        if (st != UOW_OK)
            break;
        st = call_land(op);
        if (st == UOW_OK && op->landing_open)
            UOWI_AWAIT(op->at, st, uowi_landing_step(&op->landing));
        st = call_landed(op, st);
        op->next += st == UOW_OK;
    }
    op->ended = st;
    UOWI_TURN(op->at, UOWI_TURN_WORKER);
    (void)call_end(op);
    UOWI_TURN(op->at, UOWI_TURN_CALLER);
    UOWI_STEP_END
    return op->ended;
}

void uowi_call_deliver(uowi_call_op *op)
{
    for (size_t i = 0; i < op->count; i++) {
        uow_result *out = (uow_result *)(void *)((char *)op->places + i * op->stride);

        out->list = op->results[i].list;
        out->rows = op->results[i].rows;
    }
    uowi_callwalk_deliver(&op->walk);
}

void uowi_call_discard(uowi_call_op *op)
{
    for (size_t i = 0; op->results && i < op->count; i++) {
        uow_list_free(op->results[i].list);
        op->results[i].list = NULL;
    }
}
