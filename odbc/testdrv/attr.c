/* Attributes of connections and statements: asynchrony, what is refused, our own. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "call.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "uowtest.h"

/* ---- of a connection */

SQLRETURN td_attr_keep(td_dbc *dbc, const intptr_t *args)
{
    bool is_text = args[1] == SQL_ATTR_CURRENT_CATALOG && args[2] != 0;
    const char *text = is_text ? (const char *)args[2] : "";
    size_t size = is_text && args[3] >= 0 ? (size_t)args[3] : strlen(text);
    td_attr *attr = calloc(1, sizeof *attr + size + 1), **end = &dbc->attrs;
    if (attr == NULL)
        return SQL_ERROR;
    memcpy(attr->text, text, size);
    attr->attribute = (SQLINTEGER)args[1];
    attr->value = is_text ? attr->text : (SQLPOINTER)args[2];
    attr->length = (SQLINTEGER)args[3];
    while (*end != NULL)
        end = &(*end)->next;
    *end = attr;
    return SQL_SUCCESS;
}

SQLRETURN td_attr_keys(td_dbc *dbc, const intptr_t *args)
{
    const char *text = args[2] != 0 ? (const char *)args[2] : "";
    size_t length = args[3] >= 0 ? (size_t)args[3] : strlen(text);
    td_complaint complaint = {"not a list of keys"};
    td_connstr cs;
    td_keys keys;
    bool fits = td_connstr_parse(&cs, text, length) && td_keys_read(&keys, &cs, NULL, &complaint);

    td_connstr_free(&cs);
    if (!fits) {
        td_diag_clear(&dbc->h, false);
        td_diag_set(&dbc->h, "HY024", 0, "%s", complaint.text);
        return SQL_ERROR;
    }
    pthread_rwlock_wrlock(&dbc->gate);
    dbc->keys = keys;
    for (unsigned fn = 0; fn < TD_COUNT; fn++) {
        atomic_store(&dbc->calls[fn], 0);
        atomic_store(&dbc->polls[fn], 0);
    }
    pthread_rwlock_unlock(&dbc->gate);
    return SQL_SUCCESS;
}

/* ODBC lets nobody switch a connection's asynchrony on beside an open cursor. */
static bool attr_cursor_open(td_dbc *dbc)
{
    SQLSMALLINT columns = 0;
    pthread_mutex_lock(&dbc->lock);
    for (td_stmt *stmt = dbc->stmts; stmt != NULL && columns == 0; stmt = stmt->next)
        if (stmt->executed)
            (void)dbc->driver.NumResultCols(stmt->h.real, &columns);
    pthread_mutex_unlock(&dbc->lock);
    return columns > 0;
}

static bool attr_async_connection(td_call *call)
{
    td_dbc *dbc = call->dbc;
    bool on = call->args[2] == SQL_ASYNC_ENABLE_ON;

    if (dbc->keys.async == TD_ASYNC_NONE)
        return true;
    if (dbc->keys.async == TD_ASYNC_FORGETS)
        return td_answer(call, SQL_SUCCESS);
    if (on && dbc->keys.async == TD_ASYNC_CONNECTION && attr_cursor_open(dbc))
        return td_refuse(call, "HY010", "a statement of the connection has an open cursor");
    pthread_mutex_lock(&dbc->lock);
    dbc->async = on;
    for (td_stmt *stmt = dbc->stmts; stmt != NULL; stmt = stmt->next)
        stmt->async = on;
    pthread_mutex_unlock(&dbc->lock);
    return td_answer(call, SQL_SUCCESS);
}

bool td_before_set_connect_attr(td_call *call)
{
    const td_keys *keys = &call->dbc->keys;

    if (call->args[1] == SQL_ATTR_ASYNC_ENABLE)
        return attr_async_connection(call);
    if (call->args[1] == SQL_ATTR_AUTOCOMMIT && call->args[2] == SQL_AUTOCOMMIT_OFF &&
        (keys->lacks & TD_LACKS_TRANSACTIONS) != 0)
        return td_refuse(call, "HYC00", "TestUnsupported: there are no transactions");
    return true;
}

static bool attr_number(td_call *call, uint64_t number, size_t size)
{
    SQLUINTEGER narrow = (SQLUINTEGER)number;
    SQLULEN wide = (SQLULEN)number;
    SQLINTEGER *length = (SQLINTEGER *)call->args[4];
    if (call->args[2] != 0)
        memcpy((void *)call->args[2], size == sizeof wide ? (void *)&wide : (void *)&narrow, size);
    if (length != NULL)
        *length = (SQLINTEGER)size;
    return td_answer(call, SQL_SUCCESS);
}

static bool attr_counts(td_call *call)
{
    char line[128], text[8192] = "";
    SQLSMALLINT length = 0;
    size_t used = 0;
    for (unsigned fn = 0; fn < TD_COUNT; fn++) {
        uint32_t calls = (uint32_t)atomic_load(&call->dbc->calls[fn]);
        uint32_t polls = (uint32_t)atomic_load(&call->dbc->polls[fn]);
        if (calls == 0 && polls == 0)
            continue;
        snprintf(line, sizeof line, "%s %" PRIu32 " calls %" PRIu32 " polls\n",
                 td_functions[fn].name, calls, polls);
        memcpy(text + used, line, strlen(line) + 1);
        used += strlen(line);
    }
    size_t size = call->args[3] < 0 ? 0 : (size_t)call->args[3];
    SQLRETURN rc = td_give_text(text, (SQLPOINTER)call->args[2], size, &length);
    if (call->args[4] != 0)
        *(SQLINTEGER *)call->args[4] = length;
    return td_answer(call, rc);
}

bool td_before_get_connect_attr(td_call *call)
{
    td_dbc *dbc = call->dbc;
    intptr_t attribute = call->args[1];

    if (attribute == SQL_ATTR_CONNECTION_DEAD && dbc->lost)
        return attr_number(call, SQL_CD_TRUE, sizeof(SQLUINTEGER));
    if (attribute == SQL_ATTR_ASYNC_ENABLE && dbc->keys.async != TD_ASYNC_NONE)
        return attr_number(call, dbc->async, sizeof(SQLULEN));
    if (attribute == UOWTEST_ATTR_COUNTS)
        return attr_counts(call);
    if (attribute < UOWTEST_ATTR_CALLS || attribute >= UOWTEST_ATTR_POLLS + 0x1000)
        return true;
    bool polls = attribute >= UOWTEST_ATTR_POLLS;
    td_fn fn = td_function_by_api(
        (unsigned)(attribute - (polls ? UOWTEST_ATTR_POLLS : UOWTEST_ATTR_CALLS)));
    if (fn == TD_COUNT)
        return td_refuse(call, "HY092", "the driver has no function of that number");
    return attr_number(call, atomic_load(polls ? &dbc->polls[fn] : &dbc->calls[fn]),
                       sizeof(SQLUINTEGER));
}
