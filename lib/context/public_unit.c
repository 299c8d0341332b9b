#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "uow/unit.h"

#include <string.h>

#include "base/options.h"
#include "context/method.h"
#include "context/unit.h"
#include "work/txn.h"

/* Begin, commit and rollback differ in their steps only. */
typedef struct unit_call {
    uowi_method_head head;
    const uow_unit_options *given; /* of begin */
    uowi_txn txn;
    uint32_t depth;       /* of the unit to be ended */
    uow_status st;
} unit_call;

static uow_status unit_begin_check(unit_call *call)
{
    static const uow_unit_options defaults = UOW_UNIT_OPTIONS_INIT;
    uow_unit_options options = defaults;
    uowi_session *s = call->head.s;

    if (call->given && !uowi_options_copy(&options, sizeof options, call->given, call->given->struct_size))
        return uowi_error_set(&s->error, UOW_MISUSE,
                              "the unit options have no struct_size, or use fields this library does not know");
    if ((unsigned)options.isolation > UOW_SERIALIZABLE)
        return uowi_error_set(&s->error, UOW_MISUSE, "%u is no uow_isolation", (unsigned)options.isolation);
    uowi_txn_init(&call->txn, s, &options);
    return UOW_OK;
}

static uow_status unit_begin_step(void *self)
{
    unit_call *call = self;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(call->head.at);
    st = unit_begin_check(call);
    if (st == UOW_OK)
        UOWI_AWAIT(call->head.at, st, uowi_txn_begin_step(&call->txn));
    UOWI_STEP_END
    return st;
}

/* A unit that uow_unit_run carries out is ended by it alone. */
static uow_status unit_end_check(unit_call *call, const char *what)
{
    const uow_context *context = call->head.context;
    uowi_session *s = call->head.s;

    call->depth = s->depth;
    uowi_txn_init(&call->txn, s, NULL);
    if (s->depth == 1 && s->branch.kind != UOWI_BRANCH_NONE)
        return uowi_error_set(&s->error, UOW_MISUSE,
                              "the unit is a branch of a distributed one: commit or roll it back by uow_distributed_commit or "
                              "uow_distributed_rollback");
    if (!context->unit || s->depth > context->unit->depth)
        return UOW_OK;
    return uowi_error_set(&s->error, UOW_MISUSE,
                          "the work of a unit that uow_unit_run carries out cannot %s it: return UOW_OK to commit, "
                          "anything else to roll back",
                          what);
}

/* The unit of this depth has ended with st, or is open still. */
static void unit_ended(unit_call *call, bool commit, uow_status st)
{
    bool committed = commit && st == UOW_OK;

    if (call->head.s->depth >= call->depth && !call->txn.over)
        return;
    if (call->depth > 1)
        uowi_unit_hooks_end(call->head.context, call->depth, committed);
    else
        call->head.parting = uowi_unit_hooks_take(call->head.context, st, committed);
}

static uow_status unit_commit_step(void *self)
{
    unit_call *call = self;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(call->head.at);
    st = unit_end_check(call, "commit");
    if (st != UOW_OK)
        return st;
    UOWI_AWAIT(call->head.at, st, uowi_txn_commit_step(&call->txn));
    call->st = st;
    if (call->head.context->unit_hook_count > 0)
        UOWI_TURN(call->head.at, UOWI_TURN_CALLER);
    unit_ended(call, true, call->st);
    UOWI_STEP_END
    return call->st;
}

static uow_status unit_rollback_step(void *self)
{
    unit_call *call = self;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(call->head.at);
    st = unit_end_check(call, "roll back");
    if (st != UOW_OK)
        return st;
    UOWI_AWAIT(call->head.at, st, uowi_txn_rollback_step(&call->txn));
    call->st = st;
    if (call->head.context->unit_hook_count > 0)
        UOWI_TURN(call->head.at, UOWI_TURN_CALLER);
    unit_ended(call, false, call->st);
    UOWI_STEP_END
    return call->st;
}

static const uowi_method unit_begin = {UOWI_CALL_ID_BEGIN, sizeof(unit_call), unit_begin_step, NULL, NULL, 0};
static const uowi_method unit_commit = {UOWI_CALL_ID_COMMIT, sizeof(unit_call), unit_commit_step, NULL, NULL, 0};
static const uowi_method unit_rollback = {UOWI_CALL_ID_ROLLBACK, sizeof(unit_call), unit_rollback_step, NULL, NULL, 0};

static uow_status unit_run(const uowi_method *method, const char *where, uow_context *context,
                           const uow_unit_options *options, uow_op **out_op)
{
    unit_call call;

    memset(&call, 0, sizeof call);
    call.given = options;
    return uowi_method_run(method, context, where, &call, out_op);
}

uow_status uow_begin_at(const char *where, uow_context *context, const uow_unit_options *options)
{
    return unit_run(&unit_begin, where, context, options, NULL);
}

uow_status uow_begin_start_at(const char *where, uow_context *context, const uow_unit_options *options, uow_op **out_op)
{
    return out_op ? unit_run(&unit_begin, where, context, options, out_op) : UOW_MISUSE;
}

uow_status uow_commit_at(const char *where, uow_context *context)
{
    return unit_run(&unit_commit, where, context, NULL, NULL);
}

uow_status uow_commit_start_at(const char *where, uow_context *context, uow_op **out_op)
{
    return out_op ? unit_run(&unit_commit, where, context, NULL, out_op) : UOW_MISUSE;
}

uow_status uow_rollback_at(const char *where, uow_context *context)
{
    return unit_run(&unit_rollback, where, context, NULL, NULL);
}

uow_status uow_rollback_start_at(const char *where, uow_context *context, uow_op **out_op)
{
    return out_op ? unit_run(&unit_rollback, where, context, NULL, out_op) : UOW_MISUSE;
}

uint32_t uow_unit_depth(const uow_context *context)
{
    if (!context || context->magic != UOWI_CONTEXT_MAGIC || atomic_load(&context->life) != UOWI_LIFE_OPEN)
        return 0;
    return context->session.depth;
}
