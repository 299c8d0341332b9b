#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "odbc/binder.h"

#include "base/usual.h"
#include "odbc/call.h"
#include "odbc/execute.h"

/* Polls after which a driver is not coming back. */
#define BINDER_UNSTICK 1000

void uowi_binder_open(uowi_binder *binder, struct uowi_stmt *stmt)
{
    binder->stmt = stmt;
    binder->next = stmt->binders;
    stmt->binders = binder;
}

void uowi_binder_drop(struct uowi_stmt *stmt)
{
    const uowi_odbc_api *api = stmt->conn->api;

    if (stmt->bound == NULL)
        return;
    stmt->bound = NULL;
    (void)uowi_call_quiet(stmt->conn, api->FreeStmt(stmt->hstmt, SQL_UNBIND));
    (void)uowi_call_quiet(stmt->conn, api->SetStmtAttr(stmt->hstmt, SQL_ATTR_ROWS_FETCHED_PTR, NULL, 0));
    (void)uowi_call_quiet(stmt->conn, api->SetStmtAttr(stmt->hstmt, SQL_ATTR_ROW_STATUS_PTR, NULL, 0));
}

void uowi_binder_close(uowi_binder *binder)
{
    struct uowi_stmt *stmt = binder->stmt;
    uowi_binder **link;

    if (stmt == NULL)
        return;
    if (stmt->bound == binder)
        uowi_binder_drop(stmt);
    for (link = &stmt->binders; *link != NULL; link = &(*link)->next)
        if (*link == binder) {
            *link = binder->next;
            break;
        }
    binder->stmt = NULL;
}

static uow_status binder_attr(struct uowi_stmt *stmt, SQLINTEGER attribute, SQLPOINTER value)
{
    return uowi_outcome_status(stmt->conn,
                               UOWI_STMT_CALL(stmt, SetStmtAttr, (stmt->hstmt, attribute, value, SQL_IS_POINTER)));
}

static uow_status binder_size(struct uowi_stmt *stmt, SQLINTEGER attribute, SQLULEN value)
{
    /* ODBC passes integers in the pointer. */
    SQLPOINTER carried = (SQLPOINTER)(uintptr_t)value;

    return uowi_outcome_status(stmt->conn,
                               UOWI_STMT_CALL(stmt, SetStmtAttr, (stmt->hstmt, attribute, carried, SQL_IS_UINTEGER)));
}

uow_status uowi_binder_take(uowi_binder *binder)
{
    struct uowi_stmt *stmt = binder->stmt;
    uow_status st;

    uowi_binder_drop(stmt);
    st = uowi_stmt_async_off(stmt);
    if (st == UOW_OK)
        st = binder_size(stmt, SQL_ATTR_ROW_BIND_TYPE, binder->stride);
    if (st == UOW_OK)
        st = binder_size(stmt, SQL_ATTR_ROW_ARRAY_SIZE, binder->rows);
    if (st == UOW_OK)
        st = binder_attr(stmt, SQL_ATTR_ROW_STATUS_PTR, binder->status);
    if (st == UOW_OK)
        st = binder_attr(stmt, SQL_ATTR_ROWS_FETCHED_PTR, &binder->fetched);
    if (st == UOW_OK)
        stmt->bound = binder;
    return st;
}

/* A row the driver gave up on hides in a block that "succeeded". */
static uow_status binder_rows(uowi_binder *binder)
{
    struct uowi_stmt *stmt = binder->stmt;

    if (UOWI_RARE(binder->fetched > binder->rows))
        return uowi_error_set(stmt->conn->error, UOW_DRIVER, "the driver says it fetched %llu rows into a block of %llu",
                              (unsigned long long)binder->fetched, (unsigned long long)binder->rows);
    for (SQLULEN i = 0; i < binder->fetched; i++)
        if (UOWI_RARE(binder->status[i] == SQL_ROW_ERROR))
            return uowi_outcome_status(stmt->conn, uowi_call_done(stmt->conn, SQL_HANDLE_STMT, stmt->hstmt,
                                                                  UOWI_FN_FetchScroll, SQL_ERROR, stmt->sql));
    return binder->fetched == 0 ? UOW_END : UOW_OK;
}

/*
 * A polled fetch that ends in an error leaves unixODBC 2.3.11 in its asynchronous state until the same call succeeds
 * or finds no more rows. Where it does not, the connection cannot be used any more.
 */
static void binder_unstick(struct uowi_stmt *stmt)
{
    struct uowi_conn *conn = stmt->conn;
    SQLRETURN rc = SQL_STILL_EXECUTING;

    for (int i = 0; i < BINDER_UNSTICK && rc == SQL_STILL_EXECUTING; i++) {
        rc = conn->api->FetchScroll(stmt->hstmt, SQL_FETCH_NEXT, 0);
        (void)uowi_call_quiet(conn, rc);
    }
    if (rc != SQL_SUCCESS && rc != SQL_SUCCESS_WITH_INFO && rc != SQL_NO_DATA)
        conn->poisoned = true;
}

/* FetchScroll, not Fetch: a polled SQLFetch that ends in NO_DATA leaves unixODBC 2.3.11 stuck for good. */
uow_status uowi_binder_fetch(uowi_binder *binder)
{
    struct uowi_stmt *stmt = binder->stmt;
    uowi_outcome outcome;
    uow_status st;

    if (!stmt->executing) {
        st = uowi_stmt_async_as_wanted(stmt);
        if (st != UOW_OK)
            return st;
        binder->fetched = 0; /* MariaDB leaves the old value on NO_DATA */
    }
    outcome = UOWI_STMT_LONG_CALL(stmt, FetchScroll, (stmt->hstmt, SQL_FETCH_NEXT, 0));
    if (outcome == UOWI_FAILED && stmt->executing)
        binder_unstick(stmt);
    stmt->executing = outcome == UOWI_STILL;
    if (outcome != UOWI_DONE && outcome != UOWI_DONE_INFO)
        return uowi_outcome_status(stmt->conn, outcome);
    return binder_rows(binder);
}
