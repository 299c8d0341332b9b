/*
 * The calls on distributed units. Each is one step: what the databases have to be asked, on the engine; what the trackers and
 * those who wait have to be told, on the caller's thread. A polled one is carried by the first context of the unit, and has the
 * guards of all of them until it is over.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "context/distributed.h"

#include <string.h>

typedef struct unit_call {
    uowi_method_head head;
    uow_distributed *unit;
    uow_distributed **out_unit; /* of begin */
    uow_status (*act)(uow_distributed *unit);
    uow_status st;
} unit_call;

/* Several connections are not polled at a time: a worker makes the calls, whatever the first context's driver can. */
static uow_status unit_step(void *self)
{
    unit_call *call = self;

    UOWI_STEP_BEGIN(call->head.at);
    if (call->unit->busy) {
        call->head.s->native = false;
        uowi_members_away(call->unit, true);
    }
    UOWI_TURN(call->head.at, UOWI_TURN_WORKER);
    call->st = call->act(call->unit);
    UOWI_TURN(call->head.at, UOWI_TURN_CALLER);
    if (call->unit->busy)
        uowi_members_away(call->unit, false);
    UOWI_STEP_END
    return call->st;
}

/* The unit is the program's again, or gone if it did not want it any more. */
static void unit_over(unit_call *call)
{
    uow_distributed *unit = call->unit;

    (void)uowi_members_leave(unit, call->st);
    unit->busy = false;
    if (unit->dropped)
        uow_distributed_free(unit);
}

static void unit_deliver(void *self)
{
    unit_call *call = self;

    if (call->out_unit)
        *call->out_unit = call->unit;
    unit_over(call);
}

/* A begin that was given up leaves nobody who could end the unit. */
static void unit_discard(void *self)
{
    unit_call *call = self;

    if (call->out_unit && call->unit->open)
        uowi_distributed_undo(call->unit, UOW_CANCELLED);
    call->unit->dropped = call->unit->dropped || call->out_unit != NULL;
    unit_over(call);
}

#define UNIT_METHOD (UOWI_METHOD_ALWAYS | UOWI_METHOD_HELD | UOWI_METHOD_MANY)

static const uowi_method unit_begin = {
    UOWI_CALL_ID_DISTRIBUTED_BEGIN, sizeof(unit_call), unit_step, unit_deliver, unit_discard, UNIT_METHOD};
static const uowi_method unit_commit = {
    UOWI_CALL_ID_DISTRIBUTED_COMMIT, sizeof(unit_call), unit_step, unit_deliver, unit_discard, UNIT_METHOD};
static const uowi_method unit_rollback = {
    UOWI_CALL_ID_DISTRIBUTED_ROLLBACK, sizeof(unit_call), unit_step, unit_deliver, unit_discard, UNIT_METHOD};

static uowi_member *unit_carrier(uow_distributed *unit)
{
    for (size_t i = 0; i < uowi_members(unit); i++)
        if (unit->members[i].inside)
            return &unit->members[i];
    return NULL;
}

/* The members are inside; out_op NULL: to its end, here. */
static uow_status unit_go(const uowi_method *method, unit_call *call, uow_op **out_op)
{
    uow_distributed *unit = call->unit;
    uowi_member *carrier = unit_carrier(unit);
    uow_status st;

    if (!out_op || !carrier) {
        st = uowi_members_leave(unit, uowi_step_run(unit_step, call));
        return out_op ? UOW_MISUSE : st; /* all contexts were closed: nothing is left to be polled */
    }
    call->head.context = carrier->context;
    call->head.s = uowi_member_session(carrier);
    unit->busy = true;
    st = uowi_op_start(method, &carrier->in, call, out_op);
    if (st == UOW_OK)
        return st;
    unit->busy = false;
    (void)uowi_error_set(&unit->error, st, "%s", uow_error_message(&call->head.s->error));
    return uowi_members_leave(unit, st);
}

/* --- begin */

static bool contexts_usable(uow_context *const *contexts, size_t count)
{
    if (!contexts || count < 2 || count > UOWI_MAX_BRANCHES)
        return false;
    for (size_t i = 0; i < count; i++)
        if (uow_context_id(contexts[i]) == 0)
            return false;
    return true;
}

static uow_status begin_run(const char *where, uow_context *const *contexts, size_t count,
                            const uow_distributed_options *options, uow_distributed **out_unit, uow_op **out_op)
{
    uow_distributed *unit = NULL;
    unit_call call;
    uow_status st;

    if (!contexts_usable(contexts, count) || !out_unit)
        return UOW_MISUSE;
    st = uowi_distributed_make(contexts, count, options, &unit);
    if (!unit)
        return st;
    if (st == UOW_OK)
        st = uowi_members_enter(unit, UOWI_CALL_ID_DISTRIBUTED_BEGIN, where, false);
    memset(&call, 0, sizeof call);
    call.unit = unit;
    call.out_unit = out_unit;
    call.act = uowi_distributed_begin;
    if (st == UOW_OK)
        st = unit_go(&unit_begin, &call, out_op);
    if (!out_op || st != UOW_OK)
        *out_unit = unit;
    return st;
}

uow_status uow_distributed_begin_at(const char *where, uow_context *const *contexts, size_t count,
                                    const uow_distributed_options *options, uow_distributed **out_unit)
{
    return begin_run(where, contexts, count, options, out_unit, NULL);
}

uow_status uow_distributed_begin_start_at(const char *where, uow_context *const *contexts, size_t count,
                                          const uow_distributed_options *options, uow_distributed **out_unit,
                                          uow_op **out_op)
{
    return out_op ? begin_run(where, contexts, count, options, out_unit, out_op) : UOW_MISUSE;
}

/* --- commit and rollback */

static uow_status end_check(uow_distributed *unit)
{
    if (!unit || unit->magic != UOWI_DISTRIBUTED_MAGIC)
        return UOW_MISUSE;
    if (unit->busy)
        return UOW_BUSY;
    uowi_error_clear(&unit->error);
    return unit->open ? UOW_OK : uowi_error_set(&unit->error, UOW_MISUSE, "The unit is not open: it has ended or never begun");
}

/* A context that the program closed took its branch with it: the others follow. */
static uow_status end_without(uow_distributed *unit, const char *where, uow_status st)
{
    uow_status in;

    for (size_t i = 0; i < unit->count; i++)
        if (uow_context_id(unit->members[i].context) != unit->members[i].context_id) {
            in = uowi_members_enter(unit, UOWI_CALL_ID_DISTRIBUTED_ROLLBACK, where, true);
            if (in != UOW_OK)
                return in;
            uowi_distributed_undo(unit, st);
            return uowi_members_leave(unit, st);
        }
    return st;
}

static uow_status commit_run(const char *where, uow_distributed *unit, uow_op **out_op)
{
    uow_status st = end_check(unit);
    unit_call call;

    if (st != UOW_OK)
        return st;
    st = uowi_members_enter(unit, UOWI_CALL_ID_DISTRIBUTED_COMMIT, where, false);
    if (st != UOW_OK)
        return end_without(unit, where, st);
    st = uowi_distributed_ready(unit);
    if (st != UOW_OK)
        return uowi_members_leave(unit, st);
    memset(&call, 0, sizeof call);
    call.unit = unit;
    call.act = uowi_distributed_commit;
    return unit_go(&unit_commit, &call, out_op);
}

uow_status uow_distributed_commit_at(const char *where, uow_distributed *unit)
{
    return commit_run(where, unit, NULL);
}

uow_status uow_distributed_commit_start_at(const char *where, uow_distributed *unit, uow_op **out_op)
{
    return out_op ? commit_run(where, unit, out_op) : UOW_MISUSE;
}

static uow_status rollback_act(uow_distributed *unit)
{
    uowi_distributed_undo(unit, UOW_OK);
    return UOW_OK;
}

static uow_status rollback_run(const char *where, uow_distributed *unit, uow_op **out_op)
{
    uow_status st = end_check(unit);
    unit_call call;

    if (st == UOW_OK)
        st = uowi_members_enter(unit, UOWI_CALL_ID_DISTRIBUTED_ROLLBACK, where, true);
    if (st != UOW_OK)
        return st;
    memset(&call, 0, sizeof call);
    call.unit = unit;
    call.act = rollback_act;
    return unit_go(&unit_rollback, &call, out_op);
}

uow_status uow_distributed_rollback_at(const char *where, uow_distributed *unit)
{
    return rollback_run(where, unit, NULL);
}

uow_status uow_distributed_rollback_start_at(const char *where, uow_distributed *unit, uow_op **out_op)
{
    return out_op ? rollback_run(where, unit, out_op) : UOW_MISUSE;
}
