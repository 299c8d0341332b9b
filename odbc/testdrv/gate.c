/*
 * Native polling, by ODBC's rules ("Asynchronous Execution (Polling Method)" and the state
 * tables of its appendix B): which calls are let through while one is under way, and when
 * that one is at its end. The wrapped driver is called at the end, in the poll that finds it.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "call.h"

#include <string.h>
#include <time.h>

#include "uowtest.h"

static uint64_t gate_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* The first argument that is not what it was, or 0. */
static unsigned gate_changed(const td_call *call, const td_pending *pending)
{
    for (unsigned i = 1; i <= td_functions[call->fn].arguments; i++)
        if (call->args[i] != pending->args[i])
            return i;
    return 0;
}

static bool gate_still(td_call *call)
{
    atomic_fetch_add(&call->dbc->polls[call->fn], 1);
    td_diag_clear(call->h, false);
    return td_answer(call, SQL_STILL_EXECUTING);
}

/* The pending call again: its end, or not yet. */
static bool gate_poll(td_call *call, td_pending *pending)
{
    if (pending->polls_left > 0 || gate_now() < pending->ready_ns) {
        pending->polls_left -= pending->polls_left > 0;
        return gate_still(call);
    }
    pending->active = false;
    call->dbc->flying--;
    if (pending->cancelled)
        return td_refuse(call, "HY008", "%s: operation canceled", td_functions[call->fn].name);
    call->fault = pending->fault;
    return true;
}

/* Any call on a statement that has one pending. */
static bool gate_busy(td_call *call, td_pending *pending)
{
    const td_function *same = &td_functions[pending->fn];
    unsigned changed;

    if (call->fn == TD_Cancel) {
        atomic_fetch_add(&call->dbc->calls[call->fn], 1);
        pending->cancelled = true;
        return td_answer(call, SQL_SUCCESS);
    }
    if (call->fn != pending->fn)
        return td_refuse(call, "HY010", "%s called while %s is still executing on the statement",
                         td_functions[call->fn].name, same->name);
    changed = gate_changed(call, pending);
    if (changed != 0)
        return td_refuse(call, "HY010", "%s polled with another %s than it was called with",
                         same->name, same->argument_names[changed]);
    return gate_poll(call, pending);
}

/* What is free of any statement's state: it asks no server and changes nothing. */
static bool gate_harmless(const td_call *call)
{
    return call->fn == TD_GetFunctions ||
           (call->fn == TD_GetConnectAttr &&
            (call->args[1] == SQL_ATTR_CONNECTION_DEAD || call->args[1] >= UOWTEST_ATTR_KEYS));
}

/* Whether a call must wait until no statement of the connection is executing. */
static bool gate_refused(const td_call *call)
{
    if (call->dbc->keys.async == TD_ASYNC_CONNECTION)
        return !gate_harmless(call);
    return call->fn == TD_EndTran || call->fn == TD_Disconnect || call->fn == TD_SetConnectAttr;
}

static bool gate_polled(const td_call *call)
{
    const td_keys *keys = &call->dbc->keys;
    const td_stmt *stmt = td_call_stmt(call);

    if (keys->async != TD_ASYNC_STATEMENT && keys->async != TD_ASYNC_CONNECTION)
        return false;
    return td_functions[call->fn].async && stmt->async &&
           (!keys->async_limited || keys->async_function[call->fn]) &&
           (keys->async_polls > 0 || keys->async_delay_ms > 0);
}

/* The first of the calls that make up one. */
static bool gate_start(td_call *call)
{
    td_pending *pending = &td_the_stmt(call)->pending;
    size_t arguments = td_functions[call->fn].arguments;

    memcpy(pending->args, call->args, (arguments + 1) * sizeof *call->args);
    pending->active = true;
    pending->cancelled = false;
    pending->fn = call->fn;
    pending->polls_left = call->dbc->keys.async_polls;
    pending->polls_left -= pending->polls_left > 0;
    pending->ready_ns = gate_now() + call->dbc->keys.async_delay_ms * 1000000u;
    pending->fault = call->fault;
    call->fault.action = TD_NOTHING;
    call->dbc->flying++;
    return gate_still(call);
}

bool td_gate(td_call *call)
{
    td_stmt *stmt = td_call_stmt(call);

    if (stmt != NULL && stmt->pending.active)
        return gate_busy(call, &stmt->pending);
    if (call->dbc->flying > 0 && gate_refused(call))
        return td_refuse(call, "HY010",
                         "%s called while a statement of the connection is executing",
                         td_functions[call->fn].name);
    td_fault_decide(call);
    return gate_polled(call) ? gate_start(call) : true;
}
