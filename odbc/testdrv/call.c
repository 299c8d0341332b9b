/* What every call goes through. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "call.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include "uowtest.h"

static td_before *const befores[TD_COUNT] = {
    [TD_SetConnectAttr] = td_before_set_connect_attr,
    [TD_GetConnectAttr] = td_before_get_connect_attr,
    [TD_GetInfo] = td_before_get_info,
    [TD_GetFunctions] = td_before_get_functions,
    [TD_SetStmtAttr] = td_before_set_stmt_attr,
    [TD_GetStmtAttr] = td_before_get_stmt_attr,
    [TD_Prepare] = td_before_prepare,
    [TD_GetData] = td_before_get_data,
};

static td_after *const afters[TD_COUNT] = {
    [TD_Prepare] = td_after_close,       [TD_CloseCursor] = td_after_close,
    [TD_ExecDirect] = td_after_execute,  [TD_Execute] = td_after_execute,
    [TD_MoreResults] = td_after_execute, [TD_GetFunctions] = td_after_get_functions,
    [TD_BindCol] = td_after_bind_col,    [TD_FreeStmt] = td_after_free_stmt,
    [TD_RowCount] = td_after_row_count,  [TD_GetData] = td_after_get_data,
    [TD_Fetch] = td_after_fetch,         [TD_FetchScroll] = td_after_fetch,
};

bool td_answer(td_call *call, SQLRETURN rc)
{
    call->rc = rc;
    return false;
}

bool td_refuse(td_call *call, const char *state, const char *format, ...)
{
    char text[TD_TEXT_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    td_diag_clear(call->h, false);
    td_diag_set(call->h, state, 0, "%s", text);
    return td_answer(call, SQL_ERROR);
}

td_stmt *td_call_stmt(const td_call *call)
{
    if (call->h->kind == TD_KIND_STMT)
        return td_the_stmt(call);
    if (call->h->kind == TD_KIND_DESC)
        return ((td_desc *)(void *)call->h)->stmt;
    return NULL;
}

static void call_harvest(td_call *call)
{
    SQLSMALLINT type = SQL_HANDLE_DESC;
    if (call->h->kind == TD_KIND_DBC)
        type = SQL_HANDLE_DBC;
    else if (call->h->kind == TD_KIND_STMT)
        type = SQL_HANDLE_STMT;
    if (call->fn != TD_Cancel && (call->rc == SQL_ERROR || call->rc == SQL_SUCCESS_WITH_INFO))
        td_diag_harvest(call->h, type);
}

bool td_answer_theirs(td_call *call, SQLRETURN rc)
{
    call->rc = rc;
    call_harvest(call);
    return false;
}

/* What may still be done with a connection that is gone. */
static bool call_on_lost(td_call *call)
{
    bool asks_dead = call->fn == TD_GetConnectAttr && call->args[1] == SQL_ATTR_CONNECTION_DEAD;
    bool asks_us = call->fn == TD_GetConnectAttr && call->args[1] >= UOWTEST_ATTR_KEYS &&
                   call->args[1] < UOWTEST_ATTR_POLLS + 0x1000;

    if ((asks_dead || asks_us) && !td_before_get_connect_attr(call))
        return false;
    atomic_fetch_add(&call->dbc->calls[call->fn], 1);
    switch (call->fn) {
    case TD_FreeHandle:
    case TD_FreeStmt:
    case TD_CloseCursor:
    case TD_Cancel:
    case TD_Disconnect:
        return td_answer(call, SQL_SUCCESS);
    default:
        return td_refuse(call, "08S01", "%s: the link was lost before",
                         td_functions[call->fn].name);
    }
}

void td_sleep(uint64_t ms)
{
    struct timespec left = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000};
    while (ms > 0 && nanosleep(&left, &left) != 0)
        ;
}

static bool call_enter(td_call *call)
{
    td_dbc *dbc = call->dbc;

    if (!dbc->connected)
        return td_refuse(call, "08003", "%s: not connected", td_functions[call->fn].name);
    if (dbc->lost)
        return call_on_lost(call);
    pthread_mutex_lock(&dbc->lock);
    bool goes = td_gate(call);
    pthread_mutex_unlock(&dbc->lock);
    if (!goes)
        return false;
    /* A cancel comes from another thread while the statement's records are in use. */
    if (call->fn != TD_Cancel)
        td_diag_clear(call->h, true);
    td_sleep(dbc->keys.delay_ms[call->fn]);
    const td_record *record = &call->fault.record;
    if (call->fault.action == TD_FAIL || call->fault.action == TD_LOSE_BEFORE) {
        td_diag_clear(call->h, false);
        td_diag_set(call->h, record->state, record->native, "%s", record->text);
        return td_answer(call, SQL_ERROR);
    }
    return befores[call->fn] == NULL || befores[call->fn](call);
}

bool td_begin(td_call *call, td_kind kind)
{
    call->h = td_handle_of(call->handle, kind);
    call->rc = SQL_INVALID_HANDLE;
    if (call->h == NULL)
        return false;
    call->dbc = call->h->dbc;
    pthread_rwlock_rdlock(&call->dbc->gate);
    call->locked = true;
    call->made = call_enter(call);
    return call->made;
}

/* The call was made and took effect, and nobody is told. */
static void call_lose_after(td_call *call)
{
    td_link_lose(call->dbc);
    td_refuse(call, call->fault.record.state, "%s", call->fault.record.text);
}

SQLRETURN td_end(td_call *call)
{
    if (!call->locked)
        return call->rc;
    if (call->made)
        call_harvest(call);
    if (call->made && afters[call->fn] != NULL)
        afters[call->fn](call);
    pthread_rwlock_unlock(&call->dbc->gate);
    if (call->fault.action == TD_LOSE_BEFORE)
        td_link_lose(call->dbc);
    bool done = SQL_SUCCEEDED(call->rc) || call->rc == SQL_NO_DATA;
    if (call->fault.action == TD_LOSE_AFTER && call->made && done)
        call_lose_after(call);
    return call->rc;
}
