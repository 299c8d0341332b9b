/* The one door into a context. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "base/usual.h"
#include "context/adopt.h"
#include "context/context.h"
#include "context/unit.h"

#include <string.h>

/* What can be said without touching the session, which another thread may be using. */
static uow_status enter_check_life(const uow_context *context, const uowi_call_row *call)
{
    if (UOWI_RARE(!context || context->magic != UOWI_CONTEXT_MAGIC))
        return UOW_MISUSE;
    if (UOWI_RARE(uowi_context_gone(context)))
        return UOW_MISUSE;
    (void)call;
    return UOW_OK;
}

/* A deadline stops what begins, so that the work of a unit ends; what undoes may go on. */
static uow_status enter_check_unit(uow_context *context, const uowi_call_row *call)
{
    uowi_session *s = &context->session;

    if (call->does & UOWI_CALL_CLOSES)
        return uowi_error_set(&s->error, UOW_MISUSE,
                              "the context cannot be closed by the work of a unit that uow_unit_run carries out");
    if (call->does & UOWI_CALL_DATABASE && call != &uowi_calls[UOWI_CALL_ID_ROLLBACK] && uowi_unit_late(context))
        return uowi_error_set(&s->error, UOW_TIMEOUT, "the deadline of the unit has passed: nothing more is begun in it");
    return UOW_OK;
}

static uow_status enter_check_use(uow_context *context, const uowi_call_row *call)
{
    uowi_session *s = &context->session;
    uow_status st = UOWI_RARE(context->unit) ? enter_check_unit(context, call) : UOW_OK;

    if (UOWI_RARE(st != UOW_OK) || UOWI_RARE(call->does & UOWI_CALL_CLOSES))
        return st;
    if (UOWI_RARE(atomic_load(&context->life) == UOWI_LIFE_FAILED))
        return uowi_error_set(&s->error, UOW_MISUSE, "the context never connected: close it and open another");
    if (UOWI_RARE(!uowi_birthmark_holds(&context->env->birthmark)))
        return uowi_error_set(&s->error, UOW_MISUSE,
                              "the context belongs to the process that opened it, not to its forked child");
    if (call->does & UOWI_CALL_DATABASE && UOWI_RARE(uowi_conn_poisoned(s->conn)))
        return uowi_error_set(&s->error, UOW_CONNECTION_LOST,
                              "the connection is lost or its last commit is in doubt: close the context and open another");
    if (call->does & UOWI_CALL_DATABASE && UOWI_RARE(context->adoption))
        uowi_adopt_look(s);
    return UOW_OK;
}

/* The record of the last failure is kept for a context that never connected: its one use is to be read. */
static void enter_clear(uow_context *context, bool again)
{
    uowi_session *s = &context->session;

    if (UOWI_USUAL(!again && atomic_load(&context->life) == UOWI_LIFE_OPEN))
        uowi_error_clear(&s->error);
    uowi_arena_reset(&s->scratch);
}

static void enter_tell_wait(uow_context *context, uint64_t waited_ns)
{
    uow_trace_event event;

    memset(&event, 0, sizeof event);
    event.kind = UOW_TRACE_GUARD;
    event.text = "waited for another operation";
    event.duration_ns = waited_ns;
    event.rows = -1;
    uowi_trace_emit(&context->session.trace, &event);
}

UOWI_HOT static uow_status enter(uow_context *context, uowi_call id, const char *where, bool again, uowi_entered *out)
{
    const uowi_call_row *call = &uowi_calls[id];
    uow_status st = enter_check_life(context, call);
    uowi_holder holder;

    if (st != UOW_OK)
        return st;
    out->context = context;
    out->token = uowi_guard_enter(&context->guard, call->name, where, &holder);
    if (UOWI_RARE(holder.waited_ns))
        atomic_fetch_add_explicit(&context->session.trace.counters.guard_waits, 1, memory_order_relaxed);
    if (UOWI_RARE(out->token == 0))
        return uowi_refuse(context, call->name, where, &holder);
    /* It may have been closed while this thread waited for the guard. */
    st = enter_check_life(context, call);
    if (st != UOW_OK) {
        uowi_guard_leave(&context->guard, out->token);
        return st;
    }
    uowi_refusal_over(context);
    enter_clear(context, again);
    context->session.trace.operation = call->name;
    if (UOWI_RARE(holder.waited_ns))
        enter_tell_wait(context, holder.waited_ns);
    st = again ? UOW_OK : enter_check_use(context, call);
    return st == UOW_OK ? UOW_OK : uowi_leave(out, st);
}

uow_status uowi_enter(uow_context *context, uowi_call call, const char *where, uowi_entered *out)
{
    return enter(context, call, where, false, out);
}

uow_status uowi_enter_again(uow_context *context, uowi_call call, const char *where, uowi_entered *out)
{
    return enter(context, call, where, true, out);
}

/* A status that is an answer rather than a failure leaves no error behind. */
static bool leave_is_answer(uow_status st)
{
    return st == UOW_OK || st == UOW_PENDING || st == UOW_END;
}

static void leave_record(uow_context *context, uow_status st)
{
    uowi_session *s = &context->session;

    uowi_refusal_over(context); /* of a call this thread made in a callback: what it is told now is newer */
    if (leave_is_answer(st))
        return;
    if (st == UOW_NOT_FOUND)
        uowi_error_set(&s->error, st, "no row has that key or meets that condition");
    else
        uowi_error_set(&s->error, st, "%s", uow_status_text(st));
    uowi_error_operation(&s->error, s->trace.operation);
    uowi_count(&s->trace.counters.errors, st != UOW_NOT_FOUND);
}

/* Once, by the call that found out. A commit in doubt leaves the connection unusable too, but that is no lost link. */
static void leave_tell_lost(uow_context *context, uow_status st)
{
    uow_trace_event event;

    if (st != UOW_CONNECTION_LOST || context->told_lost)
        return;
    context->told_lost = true;
    memset(&event, 0, sizeof event);
    event.kind = UOW_TRACE_CONNECTION;
    event.status = st;
    event.text = "lost";
    event.rows = -1;
    event.sqlstate = uow_error_sqlstate(&context->session.error);
    uowi_trace_emit(&context->session.trace, &event);
}

uow_status uowi_leave_held(const uowi_entered *entered, uow_status st)
{
    leave_record(entered->context, st);
    leave_tell_lost(entered->context, st);
    return st;
}

UOWI_HOT uow_status uowi_leave(const uowi_entered *entered, uow_status st)
{
    leave_record(entered->context, st);
    leave_tell_lost(entered->context, st);
    uowi_guard_leave(&entered->context->guard, entered->token);
    return st;
}

void uowi_release(uow_context *context, uint64_t token)
{
    uowi_guard_leave(&context->guard, token);
}
