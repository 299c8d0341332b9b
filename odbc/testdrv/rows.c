/* Lies about results: row counts, and text that is cut. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "call.h"

#include <stdlib.h>
#include <string.h>

/* ---- whether there may be any */

void td_after_execute(td_call *call)
{
    td_the_stmt(call)->executed = SQL_SUCCEEDED(call->rc);
}

void td_after_close(td_call *call)
{
    td_the_stmt(call)->executed = false;
}

/* ---- how many */

void td_after_row_count(td_call *call)
{
    td_keys *keys = &call->dbc->keys;
    SQLLEN *count = (SQLLEN *)call->args[1];

    if (!SQL_SUCCEEDED(call->rc) || count == NULL || keys->row_lie == TD_ROWS_TRUE)
        return;
    pthread_mutex_lock(&call->dbc->lock);
    bool lies = td_when_hit(&keys->row_when, &keys->row_seen);
    pthread_mutex_unlock(&call->dbc->lock);
    if (lies)
        *count = keys->row_number + (keys->row_lie == TD_ROWS_PLUS ? *count : 0);
}

/* ---- cutting one value */

/* Bytes of the first n characters of UTF-8. */
static size_t cut_narrow(const char *text, size_t size, uint64_t n)
{
    size_t at = 0;
    while (at < size && text[at] != '\0') {
        if (((unsigned char)text[at] & 0xc0u) != 0x80u && n-- == 0)
            break;
        at++;
    }
    return at;
}

/* Units of the first n characters of UTF-16. */
static size_t cut_wide(const SQLWCHAR *text, size_t size, uint64_t n)
{
    size_t at = 0;
    while (at < size && text[at] != 0) {
        if ((text[at] & 0xfc00u) != 0xdc00u && n-- == 0)
            break;
        at++;
    }
    return at;
}

/* Whether the text was cut. size is the buffer's. */
static bool cut_value(const td_keys *keys, SQLSMALLINT c_type, void *value, SQLLEN size,
                      SQLLEN *indicator)
{
    size_t unit = c_type == SQL_C_WCHAR ? sizeof(SQLWCHAR) : 1;
    if ((c_type != SQL_C_CHAR && c_type != SQL_C_WCHAR) || value == NULL || size < (SQLLEN)unit ||
        (indicator != NULL && *indicator == SQL_NULL_DATA))
        return false;
    size_t room = (size_t)size / unit, keep;
    if (unit == 1)
        keep = cut_narrow(value, room, keys->truncate_at);
    else
        keep = cut_wide(value, room, keys->truncate_at);
    char *end = (char *)value + keep * unit;
    static const char zero[sizeof(SQLWCHAR)];
    if (keep >= room || memcmp(end, zero, unit) == 0)
        return false;
    memset(end, 0, unit);
    if (keys->truncates_silently && indicator != NULL)
        *indicator = (SQLLEN)(keep * unit);
    return true;
}

static void cut_told(td_call *call)
{
    if (call->dbc->keys.truncates_silently)
        return;
    td_diag_set(call->h, "01004", 0, "TestTruncate: text was cut");
    call->rc = SQL_SUCCESS_WITH_INFO;
}

/* ---- SQLGetData */

static SQLUSMALLINT rows_last_bound(const td_stmt *stmt)
{
    size_t column = stmt->binding_count;
    while (column > 0 && stmt->bindings[column - 1].value == NULL)
        column--;
    return (SQLUSMALLINT)(column > 0 ? column - 1 : 0);
}

bool td_before_get_data(td_call *call)
{
    td_stmt *stmt = td_the_stmt(call);
    SQLUSMALLINT column = (SQLUSMALLINT)call->args[1];

    if ((call->dbc->keys.lacks & TD_LACKS_GETDATA) != 0 && column > 0 &&
        (column < stmt->last_got || column <= rows_last_bound(stmt)))
        return td_refuse(
            call, "07009",
            "TestUnsupported: SQLGetData takes columns after the bound ones, in order");
    stmt->last_got = column;
    return true;
}

void td_after_get_data(td_call *call)
{
    const td_keys *keys = &call->dbc->keys;
    if (keys->truncates && SQL_SUCCEEDED(call->rc) &&
        cut_value(keys, (SQLSMALLINT)call->args[2], (void *)call->args[3], call->args[4],
                  (SQLLEN *)call->args[5]))
        cut_told(call);
}

/* ---- bound columns */

static bool rows_make_room(td_stmt *stmt, size_t column)
{
    if (column < stmt->binding_count)
        return true;
    size_t count = column + 8;
    td_binding *bindings = realloc(stmt->bindings, count * sizeof *bindings);
    if (bindings == NULL)
        return false;
    memset(bindings + stmt->binding_count, 0, (count - stmt->binding_count) * sizeof *bindings);
    stmt->bindings = bindings;
    stmt->binding_count = count;
    return true;
}

void td_after_bind_col(td_call *call)
{
    td_stmt *stmt = td_the_stmt(call);
    size_t column = (size_t)call->args[1];
    if (SQL_SUCCEEDED(call->rc) && rows_make_room(stmt, column))
        stmt->bindings[column] = (td_binding){(SQLSMALLINT)call->args[2], (char *)call->args[3],
                                              call->args[4], (SQLLEN *)call->args[5]};
}

void td_after_free_stmt(td_call *call)
{
    td_stmt *stmt = td_the_stmt(call);
    stmt->executed = stmt->executed && call->args[1] != SQL_CLOSE;
    if (SQL_SUCCEEDED(call->rc) && call->args[1] == SQL_UNBIND && stmt->binding_count > 0)
        memset(stmt->bindings, 0, stmt->binding_count * sizeof *stmt->bindings);
}

/* How the rows of a fetch lie in memory. */
typedef struct layout {
    SQLULEN row_bytes; /* SQL_BIND_BY_COLUMN: each column has its own stride */
    SQLULEN rows;
    size_t offset;
    SQLUSMALLINT *status;
} layout;

static SQLULEN layout_attr(const td_call *call, SQLINTEGER attribute)
{
    SQLULEN value = 0;
    (void)call->dbc->driver.GetStmtAttr(call->h->real, attribute, &value, SQL_IS_POINTER, NULL);
    return value;
}

static layout layout_of(const td_call *call)
{
    const SQLULEN *fetched = (const SQLULEN *)layout_attr(call, SQL_ATTR_ROWS_FETCHED_PTR);
    const SQLULEN *offset = (const SQLULEN *)layout_attr(call, SQL_ATTR_ROW_BIND_OFFSET_PTR);
    return (layout){
        .row_bytes = layout_attr(call, SQL_ATTR_ROW_BIND_TYPE),
        .rows = fetched != NULL ? *fetched : layout_attr(call, SQL_ATTR_ROW_ARRAY_SIZE),
        .offset = offset != NULL ? *offset : 0,
        .status = (SQLUSMALLINT *)layout_attr(call, SQL_ATTR_ROW_STATUS_PTR),
    };
}

static bool cut_row(const td_call *call, const layout *at, const td_binding *binding, SQLULEN row)
{
    bool by_column = at->row_bytes == SQL_BIND_BY_COLUMN;
    size_t value_at = row * (by_column ? (size_t)binding->size : at->row_bytes) + at->offset;
    size_t indicator_at = row * (by_column ? sizeof(SQLLEN) : at->row_bytes) + at->offset;
    SQLLEN *indicator = binding->indicator;

    if (binding->value == NULL || (at->status != NULL && at->status[row] != SQL_ROW_SUCCESS))
        return false;
    if (indicator != NULL)
        indicator = (SQLLEN *)(void *)((char *)indicator + indicator_at);
    return cut_value(&call->dbc->keys, binding->c_type, binding->value + value_at, binding->size,
                     indicator);
}

void td_after_fetch(td_call *call)
{
    td_stmt *stmt = td_the_stmt(call);
    bool any = false;

    stmt->last_got = 0;
    if (!call->dbc->keys.truncates || !SQL_SUCCEEDED(call->rc) || stmt->binding_count == 0)
        return;
    layout at = layout_of(call);
    for (SQLULEN row = 0; row < at.rows; row++) {
        bool cut = false;
        for (size_t column = 0; column < stmt->binding_count; column++)
            cut = cut_row(call, &at, &stmt->bindings[column], row) || cut;
        if (cut && at.status != NULL && !call->dbc->keys.truncates_silently)
            at.status[row] = SQL_ROW_SUCCESS_WITH_INFO;
        any = any || cut;
    }
    if (any)
        cut_told(call);
}
