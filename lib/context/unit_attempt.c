/* One attempt of a unit: from the connection to the commit or the rollback. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "context/factory.h"
#include "context/public_entry.h"
#include "context/unit.h"
#include "track/undo.h"
#include "work/txn.h"

bool uowi_unit_late(const uow_context *context)
{
    const uowi_unit *unit = context->unit;

    while (unit && unit->outer)
        unit = unit->outer;
    return unit && unit->retry.deadline_ms != UOWI_RETRY_NO_DEADLINE &&
           uowi_retry_late(&unit->retry, unit->clock.now_ms(unit->clock.user));
}

static void attempt_trace_connection(uowi_session *s, uint64_t started_ns, uow_status st)
{
    uow_trace_event event;

    memset(&event, 0, sizeof event);
    event.kind = UOW_TRACE_CONNECTION;
    event.status = st;
    event.text = "open again";
    event.duration_ns = uowi_now_ns() - started_ns;
    event.rows = -1;
    event.sqlstate = uow_error_sqlstate(&s->error);
    uowi_trace_emit(&s->trace, &event);
}

/* The record must be of what the program returned, and not of something it had coped with. */
static void attempt_blame(uowi_unit *unit, uow_status st, const char *refusal)
{
    uow_error *error = &unit->context->session.error;

    if (st == UOW_OK)
        uowi_error_clear(error);
    if (st == UOW_OK || uow_error_status(error) == st)
        return;
    uowi_error_clear(error);
    if (*refusal)
        uowi_error_set(error, st, "%s", refusal);
    else
        uowi_error_set(error, st, "the work of the unit returned %s: %s", uow_status_name(st), uow_status_text(st));
}

/* The program's own calls on the context, for which it is as if there were no unit. */
static uow_status attempt_call_set_up(uowi_unit *unit, const uow_factory *factory)
{
    uow_context *context = unit->context;
    uow_status st = UOW_OK;

    if (factory && factory->options.opened) {
        if (!factory->options.opened(context, factory->options.user))
            st = UOW_CANCELLED;
        context->session.left = 0; /* that is how a session begins */
    }
    if (st == UOW_OK && unit->options.connected)
        st = unit->options.connected(context, unit->user);
    return st;
}

/* A session is set up as it was when its connection was first made. Without that nothing is sent on it. */
static uow_status attempt_set_up(uowi_unit *unit)
{
    uow_context *context = unit->context;
    uow_factory *factory = context->slot ? context->slot->factory : NULL;
    uow_status st, back;

    context->session.left = 0;
    if (factory)
        atomic_fetch_add_explicit(&factory->losses, 1, memory_order_relaxed);
    if (!unit->options.connected && !(factory && factory->options.opened))
        return UOW_OK;
    context->unit = NULL;
    (void)uowi_leave(&unit->in, UOW_OK);
    st = attempt_call_set_up(unit, factory);
    back = uowi_enter_again(context, UOWI_CALL_ID_UNIT_RUN, unit->where, &unit->in);
    unit->outside = back != UOW_OK;
    if (unit->outside)
        return back;
    context->unit = unit;
    attempt_blame(unit, st, "");
    if (st == UOW_OK && context->session.depth > 0)
        st = uowi_error_set(&context->session.error, UOW_MISUSE, "what set the session up has left a unit open");
    if (st != UOW_OK)
        uowi_conn_poison(context->session.conn);
    return st;
}

static uow_status attempt_connect(uowi_unit *unit)
{
    uow_context *context = unit->context;
    uowi_session *s = &context->session;
    uint64_t started = uowi_now_ns();
    uow_status st;

    if (!uowi_conn_poisoned(s->conn))
        return UOW_OK;
    st = uowi_session_reopen(s);
    attempt_trace_connection(s, started, st);
    if (st == UOW_OK)
        context->told_lost = false;
    if (st == UOW_CONNECT_FAILED || st == UOW_TIMEOUT)
        unit->kind = UOW_CONNECTION_LOST; /* a server that comes back */
    if (st == UOW_CONNECTION_LOST)
        unit->kind = UOW_UNSUPPORTED; /* not ours to connect */
    return st == UOW_OK ? attempt_set_up(unit) : st;
}

static uow_status attempt_roll_back(uowi_unit *unit)
{
    uowi_session *s = &unit->context->session;

    if (s->depth < unit->depth)
        return UOW_OK;
    s->depth = unit->depth; /* what the work left open goes with it */
    if (!uowi_conn_poisoned(s->conn))
        return uowi_txn_rollback(s);
    s->depth--;
    return uowi_undo_rollback(&s->tracker, unit->depth, &s->error);
}

/*
 * The id is the run's and not the attempt's. So an attempt whose row is taken knows that the commit in doubt took
 * effect; and one that could write its row, that it did not and never will, for until that transaction had ended
 * the database made this one wait.
 */
static uow_status attempt_row(uowi_unit *unit)
{
    uowi_session *s = &unit->context->session;
    uow_status st;

    if (!unit->options.unit_table || unit->options.read_only)
        return UOW_OK;
    st = uowi_unit_row_write(s, unit->options.unit_table, unit->id);
    if (st == UOW_CONSTRAINT && unit->doubt) {
        unit->settled = true;
        uowi_error_clear(&s->error);
        return UOW_OK;
    }
    if (st != UOW_OK)
        return st;
    unit->doubt = false;
    if (!unit->asking)
        return UOW_OK;
    unit->kind = UOW_OUTCOME_UNKNOWN;
    return uowi_error_set(&s->error, UOW_CONNECTION_LOST,
                          "The connection was lost while committing, and the unit did not take effect; it was not "
                          "tried again, because that was its last attempt");
}

static uow_status attempt_open(uowi_unit *unit)
{
    uowi_session *s = &unit->context->session;
    uow_unit_options how = UOW_UNIT_OPTIONS_INIT;
    uow_status st = UOW_OK;

    if (!unit->outer) {
        how.isolation = unit->options.isolation;
        how.read_only = unit->options.read_only;
        st = attempt_connect(unit);
    }
    if (st != UOW_OK)
        return st;
    st = uowi_txn_begin(s, &how);
    if (st != UOW_OK)
        return st;
    unit->depth = s->depth;
    if (!unit->outer)
        st = attempt_row(unit);
    if (st == UOW_OK && !unit->settled)
        st = uowi_unit_put_back(unit);
    if (st != UOW_OK || unit->settled)
        (void)attempt_roll_back(unit);
    return st;
}

uow_status uowi_unit_put_back(uowi_unit *unit)
{
    uowi_session *s = &unit->context->session;
    uow_status st;

    if (!unit->touched)
        return UOW_OK;
    st = uowi_keep_restore(&s->tracker, unit->keep, &s->error);
    unit->touched = st != UOW_OK;
    uowi_count_tracked(s);
    return st;
}

static uow_status attempt_work(uowi_unit *unit)
{
    uow_context *context = unit->context;
    const uow_error *refused;
    uowi_buf refusal;
    uow_status st, back;

    if (!unit->outer)
        uowi_unit_hooks_drop(context);
    unit->attempts++;
    unit->touched = true;
    (void)uowi_leave(&unit->in, UOW_OK);
    st = unit->work(context, unit->user);
    uowi_buf_init(&refusal, &context->env->mem, 0);
    refused = st == UOW_BUSY ? uowi_refusal_of(context) : NULL;
    if (refused)
        uowi_buf_text(&refusal, uow_error_message(refused));
    back = uowi_enter_again(context, UOWI_CALL_ID_UNIT_RUN, unit->where, &unit->in);
    unit->outside = back != UOW_OK;
    if (back == UOW_OK)
        attempt_blame(unit, st, uowi_buf_cstr(&refusal));
    uowi_buf_done(&refusal);
    return back == UOW_OK ? st : back;
}

static uow_status attempt_check(const uowi_unit *unit)
{
    uowi_session *s = &unit->context->session;

    if (s->depth > unit->depth)
        return uowi_error_set(&s->error, UOW_MISUSE,
                              "the work of the unit left a unit open that it began: nothing was committed");
    if (!unit->outer && uowi_unit_late(unit->context))
        return uowi_error_set(&s->error, UOW_TIMEOUT, "the deadline of the unit has passed: it was not committed");
    return UOW_OK;
}

/* A commit without an answer: nothing to be committed is no doubt, and a row will tell. */
static uow_status attempt_doubt(uowi_unit *unit, uow_status st)
{
    if (st != UOW_OUTCOME_UNKNOWN || unit->outer)
        return st;
    if (unit->options.read_only) {
        uowi_error_status(&unit->context->session.error, UOW_CONNECTION_LOST);
        return UOW_CONNECTION_LOST;
    }
    unit->doubt = unit->options.unit_table != NULL;
    if (unit->doubt)
        unit->kind = UOW_CONNECTION_LOST;
    return st;
}

static uow_status attempt_close(uowi_unit *unit, uow_status st)
{
    uowi_session *s = &unit->context->session;

    if (st == UOW_OK)
        st = attempt_check(unit);
    if (st == UOW_OK) {
        /* After a failure the whole tracker is put back, so nothing needs to be noted any more for a rollback. */
        if (!unit->outer)
            uowi_undo_commit(&s->tracker, 1);
        st = attempt_doubt(unit, uowi_txn_commit(s));
    }
    if (st != UOW_OK)
        (void)attempt_roll_back(unit);
    return st;
}

uow_status uowi_unit_try(uowi_unit *unit)
{
    uow_status st;

    unit->kind = UOW_OK;
    st = attempt_open(unit);
    if (st == UOW_OK && !unit->settled) {
        st = attempt_work(unit);
        if (unit->outside)
            return st;
        st = attempt_close(unit, st);
    }
    if (unit->kind == UOW_OK)
        unit->kind = st;
    return st;
}
