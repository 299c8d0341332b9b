#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/call.h"

#include <string.h>

#include "base/options.h"
#include "flow/step.h"
#include "work/callwalk.h"
#include "work/landing.h"

/* What came of a result so far. */
typedef struct call_result {
    uow_result want; /* a copy, complete */
    uow_list *list;
    int64_t rows;
} call_result;

typedef struct call_op {
    int at;
    uowi_session *s;
    uowi_callwalk walk;
    call_result *results;
    size_t count;
    size_t next;
    uowi_landing landing;
    bool landing_open;
} call_op;

static uow_status call_wants(call_op *op, const uow_result *results, size_t count)
{
    size_t stride = count > 0 && results ? results[0].struct_size : 0;
    uowi_session *s = op->s;

    if (count > 0 && !results)
        return uowi_error_set(&s->error, UOW_MISUSE, "%zu results were announced, but the array is NULL", count);
    op->results = uowi_arena_zalloc(&s->scratch, (count ? count : 1) * sizeof *op->results);
    if (!op->results)
        return uowi_error_no_memory(&s->error);
    op->count = count;
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
static uow_status call_land(call_op *op)
{
    call_result *result = op->next < op->count ? &op->results[op->next] : NULL;
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

static uow_status call_landed(call_op *op, uow_status st)
{
    if (!op->landing_open)
        return st;
    op->landing_open = false;
    op->results[op->next].rows = op->landing.rows;
    return uowi_landing_end(&op->landing, st, &op->results[op->next].list);
}

static uow_status call_step(void *self)
{
    call_op *op = self;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(op->at);
    for (;;) {
        UOWI_AWAIT(op->at, st, uowi_callwalk_next(&op->walk));
        if (st != UOW_OK)
            break;
        st = call_land(op);
        if (st == UOW_OK && op->landing_open)
            UOWI_AWAIT(op->at, st, uowi_landing_step(&op->landing));
        st = call_landed(op, st);
        if (st != UOW_OK)
            break;
        op->next++;
    }
    UOWI_STEP_END
    return st == UOW_END ? UOW_OK : st;
}

/* Into the program's descriptors, or nowhere. */
static void call_deliver(call_op *op, uow_result *results, uow_status st)
{
    for (size_t i = 0; op->results && i < op->count; i++) {
        uow_result *out = (uow_result *)(void *)((char *)results + i * results[0].struct_size);

        if (st != UOW_OK) {
            uow_list_free(op->results[i].list);
            continue;
        }
        out->list = op->results[i].list;
        out->rows = op->results[i].rows;
    }
}

uow_status uowi_call_procedure(uowi_session *s, const char *name, const uow_arg *args, size_t arg_count, uow_result *results,
                     size_t result_count)
{
    call_op op;
    uow_status st;

    memset(&op, 0, sizeof op);
    op.s = s;
    st = call_wants(&op, results, result_count);
    if (st == UOW_OK)
        st = uowi_callwalk_open(&op.walk, s, &s->scratch, name, args, arg_count);
    if (st == UOW_OK)
        st = uowi_step_run(call_step, &op);
    st = uowi_callwalk_end(&op.walk, st);
    call_deliver(&op, results, st);
    return st;
}
