#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#define LIVE_POLLED_ITSELF
#include "live/polled.h"

#include <sched.h>
#include <stdlib.h>

static int polled_wanted(void)
{
    static int wanted = -1;

    if (wanted < 0)
        wanted = getenv("UOW_TEST_POLLED") != NULL;
    return wanted;
}

/*
 * A few polls as a busy program makes them, then a wait: both must come to the same end. A driver that is polled is
 * only polled: to pause between fifty polls of every call would take the suite an hour.
 */
static uow_status polled_end(uow_status st, uow_op *op)
{
    if (st != UOW_OK)
        return st;
    while (uow_op_mode(op) == UOW_ENGINE_NATIVE && uow_op_poll(op) == UOW_PENDING)
        sched_yield();
    for (int i = 0; i < 3 && uow_op_poll(op) == UOW_PENDING; i++)
        ;
    while (uow_op_wait(op, 50) == UOW_PENDING)
        ;
    return uow_op_finish(op);
}

#define POLLED_TWIN(...) (__VA_ARGS__, &op)

/* live_NAME: the call, or its twin. */
#define POLLED(name, start, parameters, arguments) \
    uow_status live_##name parameters \
    { \
        uow_op *op = NULL; \
        uow_status st; \
\
        if (!polled_wanted()) \
            return uow_##name arguments; \
        st = uow_##start POLLED_TWIN arguments; \
        return polled_end(st, op); \
    }
LIVE_POLLED_CALLS(POLLED)

uow_status live_close_at(const char *where, uow_context *context)
{
    uow_op *op = NULL;
    uow_status st;

    if (!polled_wanted() || !context)
        return uow_close_at(where, context);
    st = uow_close_start_at(where, context, &op);
    return polled_end(st, op);
}

void live_cursor_close(uow_cursor *cursor)
{
    uow_op *op = NULL;
    uow_status st;

    if (!polled_wanted() || !cursor) {
        uow_cursor_close(cursor);
        return;
    }
    st = uow_cursor_close_start(cursor, &op);
    (void)polled_end(st, op);
}

void live_rows_close(uow_rows *rows)
{
    uow_op *op = NULL;
    uow_status st;

    if (!polled_wanted() || !rows) {
        uow_rows_close(rows);
        return;
    }
    st = uow_rows_close_start(rows, &op);
    (void)polled_end(st, op);
}

uow_status live_loan_end(uow_loan *loan, uow_handle_report *out_report)
{
    uow_op *op = NULL;
    uow_status st;

    if (!polled_wanted() || !loan)
        return uow_loan_end(loan, out_report);
    st = uow_loan_end_start(loan, out_report, &op);
    return polled_end(st, op);
}
