/* Attributes of statements: asynchrony, arrays that are not there, descriptors. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "call.h"

#include <string.h>

static bool attr_async_statement(td_call *call)
{
    td_stmt *stmt = td_the_stmt(call);
    switch (call->dbc->keys.async) {
    case TD_ASYNC_NONE:
        return true;
    case TD_ASYNC_CONNECTION:
        return td_refuse(call, "HY092", "the connection's attribute says it for its statements");
    case TD_ASYNC_STATEMENT:
    case TD_ASYNC_PRETENDS:
        stmt->async = call->args[2] == SQL_ASYNC_ENABLE_ON;
        break;
    default:
        break;
    }
    return td_answer(call, SQL_SUCCESS);
}

/* An array of one is all there is: "option value changed", as ODBC wants. */
static bool attr_one_only(td_call *call)
{
    SQLRETURN rc = call->dbc->driver.SetStmtAttr(call->h->real, (SQLINTEGER)call->args[1],
                                                 (SQLPOINTER)(intptr_t)1, SQL_IS_UINTEGER);
    if (!SQL_SUCCEEDED(rc))
        return td_answer_theirs(call, rc);
    td_diag_set(call->h, "01S02", 0, "TestUnsupported: no arrays, 1 was set instead of %lld",
                (long long)call->args[2]);
    return td_answer(call, SQL_SUCCESS_WITH_INFO);
}

/* A descriptor of the program, or none: then the implicit one again. */
static bool attr_descriptor(td_call *call)
{
    td_handle *h = td_handle_of((SQLHANDLE)call->args[2], TD_KIND_DESC);
    if (call->args[2] != SQL_NULL_HDESC && h == NULL)
        return td_refuse(call, "HY024", "no descriptor of this driver");
    return td_answer_theirs(
        call, call->dbc->driver.SetStmtAttr(call->h->real, (SQLINTEGER)call->args[1],
                                            h != NULL ? h->real : SQL_NULL_HDESC, SQL_IS_POINTER));
}

bool td_before_set_stmt_attr(td_call *call)
{
    unsigned lacks = call->dbc->keys.lacks;
    switch (call->args[1]) {
    case SQL_ATTR_ASYNC_ENABLE:
        return attr_async_statement(call);
    case SQL_ATTR_PARAMSET_SIZE:
        if ((lacks & TD_LACKS_PARAM_ARRAYS) != 0 && call->args[2] > 1)
            return attr_one_only(call);
        return true;
    case SQL_ATTR_ROW_ARRAY_SIZE:
        if ((lacks & TD_LACKS_ROW_ARRAYS) != 0 && call->args[2] > 1)
            return attr_one_only(call);
        return true;
    case SQL_ATTR_APP_ROW_DESC:
    case SQL_ATTR_APP_PARAM_DESC:
        return attr_descriptor(call);
    default:
        return true;
    }
}

static td_desc *attr_our_desc(td_stmt *stmt, SQLHANDLE real, unsigned slot)
{
    td_desc *found = NULL;
    pthread_mutex_lock(&stmt->h.dbc->lock);
    for (td_desc *desc = stmt->h.dbc->descs; desc != NULL && found == NULL; desc = desc->next)
        if (desc->h.real == real)
            found = desc;
    pthread_mutex_unlock(&stmt->h.dbc->lock);
    if (found != NULL)
        return found;
    stmt->implicit[slot].h.real = real;
    return &stmt->implicit[slot];
}

/* The wrapped driver's descriptor is not one the driver manager may hand back to us. */
static bool attr_get_descriptor(td_call *call)
{
    SQLHANDLE real = SQL_NULL_HDESC;
    SQLINTEGER attribute = (SQLINTEGER)call->args[1], *length = (SQLINTEGER *)call->args[4];
    SQLRETURN rc =
        call->dbc->driver.GetStmtAttr(call->h->real, attribute, &real, SQL_IS_POINTER, NULL);
    if (SQL_SUCCEEDED(rc)) {
        unsigned slot = (unsigned)(attribute - SQL_ATTR_APP_ROW_DESC);
        *(SQLHANDLE *)call->args[2] = attr_our_desc(td_the_stmt(call), real, slot);
        if (length != NULL)
            *length = SQL_IS_POINTER;
    }
    return td_answer_theirs(call, rc);
}

bool td_before_get_stmt_attr(td_call *call)
{
    SQLULEN on = td_the_stmt(call)->async;
    switch (call->args[1]) {
    case SQL_ATTR_ASYNC_ENABLE:
        if (call->dbc->keys.async == TD_ASYNC_NONE)
            return true;
        memcpy((void *)call->args[2], &on, sizeof on);
        return td_answer(call, SQL_SUCCESS);
    case SQL_ATTR_APP_ROW_DESC:
    case SQL_ATTR_APP_PARAM_DESC:
    case SQL_ATTR_IMP_ROW_DESC:
    case SQL_ATTR_IMP_PARAM_DESC:
        return attr_get_descriptor(call);
    default:
        return true;
    }
}
