/* Cancel and deadline. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "context/op.h"

#include <stddef.h>

/* A request that came too early, or to a driver that hears it only now and then, is repeated. */
#define CANCEL_AGAIN_FIRST_NS UINT64_C(20000000)
#define CANCEL_AGAIN_LAST_NS UINT64_C(1000000000)

void uowi_op_ask(uow_op *op, uow_status reason)
{
    int none = 0;

    if (atomic_compare_exchange_strong(&op->cancel, &none, (int)reason))
        atomic_store(&op->context->asked, (int)reason);
}

static void cancel_run(uowi_job *job)
{
    uow_op *op = (uow_op *)(void *)((char *)job - offsetof(uow_op, canceller));

    if (atomic_load(&op->context->away))
        uowi_conn_cancel(op->context->session.conn);
    atomic_store(&op->cancelling, false);
    uowi_op_unhold(op);
}

/* Where a cancel makes a connection of its own it is a worker's to send: who polls does not wait for that. */
static void cancel_delegate(uow_op *op)
{
    if (atomic_exchange(&op->cancelling, true))
        return;
    if (!uowi_op_hold(op)) {
        atomic_store(&op->cancelling, false);
        return;
    }
    uowi_conn_cancel_soon(op->context->session.conn);
    op->canceller.run = cancel_run;
    if (!uowi_workers_urge(&op->env->workers, &op->canceller))
        cancel_run(&op->canceller);
}

/* The connection is another thread's to make while a context is being opened, and to free while it is closed. */
static void cancel_send(uow_op *op)
{
    uowi_session *s = &op->context->session;
    uowi_call call = op->method->call;

    if (op->beside || (uowi_calls[call].does & (UOWI_CALL_OPENS | UOWI_CALL_CLOSES)) || !s->conn ||
        !atomic_load(&op->context->away))
        return;
    if (uowi_session_dialect(s)->cancel_connects)
        cancel_delegate(op);
    else
        uowi_conn_cancel(s->conn);
}

/* When the statement that runs will have run for too long; one that has not begun yet cannot end earlier than from now. */
static uint64_t press_statement(const uow_op *op, uint64_t now)
{
    uint64_t since = uowi_conn_runs_since(op->context->session.conn);

    return (since ? since : now) + op->statement_ns;
}

void uowi_op_press(uow_op *op)
{
    uint64_t now;
    uint64_t pause;

    if (!atomic_load(&op->cancel) && op->deadline_ns == UINT64_MAX && op->statement_ns == 0)
        return;
    now = uowi_now_ns();
    if (op->statement_ns != 0 && !atomic_load(&op->cancel) && now >= press_statement(op, now))
        op->statement_late = now < op->deadline_ns;
    if (now >= op->deadline_ns || op->statement_late)
        uowi_op_ask(op, UOW_TIMEOUT);
    if (!atomic_load(&op->cancel) || now < op->cancel_next_ns)
        return;
    pause = op->cancelled_ns ? 2 * (op->cancel_next_ns - op->cancelled_ns) : CANCEL_AGAIN_FIRST_NS;
    uowi_flight_withdraw(&op->flight);
    cancel_send(op);
    op->cancelled_ns = now;
    op->cancel_next_ns = now + (pause < CANCEL_AGAIN_LAST_NS ? pause : CANCEL_AGAIN_LAST_NS);
}

uint64_t uowi_op_press_next(const uow_op *op)
{
    uint64_t next = op->deadline_ns;

    if (atomic_load(&op->cancel))
        return op->cancel_next_ns;
    if (op->statement_ns != 0) {
        uint64_t statement = press_statement(op, uowi_now_ns());

        next = statement < next ? statement : next;
    }
    return next;
}

/* What a database says of itself, and what was found out before, is not changed by a request that came beside it. */
bool uowi_op_heeded(const uow_op *op, uow_status st)
{
    if (st == UOW_TRANSIENT && op->statement_late)
        return false; /* it waited for a lock, and that wait has a limit of its own */
    return st == UOW_CANCELLED || st == UOW_TIMEOUT || st == UOW_DRIVER || st == UOW_SQL || st == UOW_TRANSIENT ||
           st == UOW_BUSY;
}

uow_status uowi_op_cancelled(uow_op *op, uow_status st, bool usable)
{
    uow_status reason = (uow_status)atomic_load(&op->cancel);
    uow_error *error = &op->context->session.error;

    (void)uowi_error_set(error, st, "the operation did not run to its end");
    uowi_error_status(error, reason);
    uowi_error_frame(error, reason == UOW_TIMEOUT ? "The operation's deadline passed" : "The operation was cancelled");
    uowi_error_frame(error, usable ? "The context can be used"
                                   : "The context cannot be used any more: close it and open another");
    return reason;
}

uow_status uow_op_cancel(uow_op *op)
{
    if (!uowi_op_alive(op) || !uowi_birthmark_holds(&op->env->birthmark) || !uowi_op_hold(op))
        return UOW_MISUSE;
    uowi_op_ask(op, UOW_CANCELLED);
    cancel_send(op);
    uowi_hub_nudge(&op->env->hub, &op->flight.post);
    uowi_op_unhold(op);
    return UOW_OK;
}
