/* Executing a statement and walking its results. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "odbc/execute.h"

#include "base/platform.h"
#include "base/usual.h"
#include "odbc/binder.h"
#include "odbc/limit.h"
#include "odbc/slot.h"
#include "odbc/stmt.h"

/*
 * Where the connection is polled as a whole, a driver may refuse the switch beside an open cursor: then what follows
 * blocks, which is a pity and no failure.
 */
static bool execute_async_conn(struct uowi_conn *conn, bool on)
{
    SQLPOINTER value = (SQLPOINTER)(uintptr_t)(on ? SQL_ASYNC_ENABLE_ON : SQL_ASYNC_ENABLE_OFF);
    SQLRETURN rc = conn->api->SetConnectAttr(conn->hdbc, SQL_ATTR_ASYNC_ENABLE, value, SQL_IS_UINTEGER);
    bool done = uowi_call_quiet(conn, rc);

    if (done)
        conn->async_on = on;
    return done;
}

static uow_status execute_async(struct uowi_stmt *stmt, bool on)
{
    SQLPOINTER value = (SQLPOINTER)(uintptr_t)(on ? SQL_ASYNC_ENABLE_ON : SQL_ASYNC_ENABLE_OFF);
    uowi_outcome outcome;

    if (stmt->conn->caps.async_mode == SQL_AM_CONNECTION) {
        (void)execute_async_conn(stmt->conn, on);
        return UOW_OK;
    }
    outcome = UOWI_STMT_CALL(stmt, SetStmtAttr, (stmt->hstmt, SQL_ATTR_ASYNC_ENABLE, value, SQL_IS_UINTEGER));
    if (outcome == UOWI_FAILED)
        return uowi_outcome_status(stmt->conn, outcome);
    stmt->async_on = on;
    return UOW_OK;
}

uow_status uowi_stmt_async_as_wanted(struct uowi_stmt *stmt)
{
    bool on = UOWI_RARE(stmt->async_on) || UOWI_RARE(stmt->conn->async_on);

    return UOWI_RARE(stmt->async_wanted != on) ? execute_async(stmt, stmt->async_wanted) : UOW_OK;
}

uow_status uowi_stmt_async_off(struct uowi_stmt *stmt)
{
    return UOWI_RARE(stmt->async_on) || UOWI_RARE(stmt->conn->async_on) ? execute_async(stmt, false) : UOW_OK;
}

void uowi_conn_async_off(struct uowi_conn *conn)
{
    if (conn->async_on)
        (void)execute_async_conn(conn, false);
}

void uowi_stmt_async(uowi_stmt *stmt, bool wanted)
{
    stmt->async_wanted = wanted && stmt->conn->caps.async_mode != SQL_AM_NONE;
}

static uow_status execute_start(struct uowi_stmt *stmt)
{
    uow_status st = uowi_stmt_close(stmt);

    if (UOWI_USUAL(st == UOW_OK))
        uowi_limit_set(stmt);
    /* Async cannot be switched off once the driver asks for data. */
    if (UOWI_USUAL(st == UOW_OK))
        st = UOWI_RARE(stmt->streams) ? uowi_stmt_async_off(stmt) : uowi_stmt_async_as_wanted(stmt);
    stmt->affected = -1;
    uowi_array_start(stmt);
    return st;
}

/*
 * Rows of an array fail one by one, and if any has succeeded that is SQL_SUCCESS_WITH_INFO (ODBC, "Using Arrays of
 * Parameters"): taken for what it is.
 */
static uow_status execute_sets(struct uowi_stmt *stmt, uowi_odbc_fn fn)
{
    uowi_outcome outcome;

    if (UOWI_USUAL(!uowi_array_failed(stmt)))
        return UOW_OK;
    outcome = uowi_call_done(stmt->conn, SQL_HANDLE_STMT, stmt->hstmt, fn, SQL_ERROR, stmt->sql);
    stmt->open = true;
    return uowi_outcome_status(stmt->conn, outcome);
}

/* Further results may wait behind one without columns. */
static bool execute_goes_on(const struct uowi_stmt *stmt)
{
    return !stmt->one_result || stmt->sets_apart;
}

static void execute_count(const struct uowi_stmt *stmt)
{
    uowi_trace *trace = stmt->conn->trace;

    if (UOWI_RARE(trace == NULL))
        return;
    uowi_count(&trace->counters.executes, 1);
    if (UOWI_USUAL(stmt->prepared) && UOWI_USUAL(stmt->executed))
        uowi_count(&trace->counters.statements_reused, 1);
    if (stmt->affected > 0)
        uowi_count(&trace->counters.rows_written, (uint64_t)stmt->affected);
}

static uow_status execute_columns(struct uowi_stmt *stmt)
{
    SQLSMALLINT count = 0;
    uowi_outcome outcome = UOWI_STMT_CALL(stmt, NumResultCols, (stmt->hstmt, &count));

    if (outcome == UOWI_FAILED)
        return uowi_outcome_status(stmt->conn, outcome);
    stmt->column_count = count;
    return UOW_OK;
}

/* psqlodbc answers SUCCESS after CALL without writing the value. */
UOWI_HOT static uow_status execute_affected(struct uowi_stmt *stmt)
{
    SQLLEN count = -1;
    uowi_outcome outcome = UOWI_STMT_CALL(stmt, RowCount, (stmt->hstmt, &count));

    stmt->affected = outcome == UOWI_FAILED ? -1 : count;
    return outcome == UOWI_FAILED ? uowi_outcome_status(stmt->conn, outcome) : UOW_OK;
}

/* What the current result is: columns or a count. Metadata calls that are polled leave unixODBC stuck. */
static uow_status execute_shape(struct uowi_stmt *stmt)
{
    uow_status st = uowi_stmt_async_off(stmt);

    if (st == UOW_OK)
        st = execute_columns(stmt);
    if (st == UOW_OK && stmt->column_count == 0)
        st = execute_affected(stmt);
    stmt->open = stmt->column_count > 0 || execute_goes_on(stmt);
    return st;
}

/* A prepared statement with one result has the shape it had before: no metadata on the fast path. */
static uow_status execute_shape_again(struct uowi_stmt *stmt)
{
    stmt->column_count = stmt->first_columns;
    stmt->open = stmt->column_count > 0 || execute_goes_on(stmt);
    if (stmt->column_count > 0)
        return UOW_OK;
    uow_status st = uowi_stmt_async_off(stmt);
    return st == UOW_OK ? execute_affected(stmt) : st;
}

static uow_status execute_finish(struct uowi_stmt *stmt, uowi_outcome outcome)
{
    uow_status st;

    if (UOWI_RARE(outcome == UOWI_FAILED)) {
        stmt->open = true; /* failed after STILL or data at execution: 24000 until SQL_CLOSE */
        return uowi_outcome_status(stmt->conn, outcome);
    }
    st = execute_sets(stmt, stmt->prepared ? UOWI_FN_Execute : UOWI_FN_ExecDirect);
    if (st != UOW_OK)
        return st;
    if (UOWI_RARE(outcome == UOWI_NO_DATA)) { /* an UPDATE or DELETE that met no row */
        stmt->column_count = 0;
        stmt->affected = 0;
        stmt->open = execute_goes_on(stmt);
        return UOW_OK;
    }
    if (UOWI_USUAL(stmt->prepared) && UOWI_USUAL(stmt->one_result) && UOWI_USUAL(stmt->first_columns >= 0))
        return execute_shape_again(stmt);
    st = execute_shape(stmt);
    if (st == UOW_OK)
        stmt->first_columns = stmt->column_count;
    return st;
}

static uowi_outcome execute_call(struct uowi_stmt *stmt)
{
    if (UOWI_USUAL(stmt->prepared))
        return UOWI_STMT_LONG_CALL(stmt, Execute, (stmt->hstmt));
    return UOWI_STMT_LONG_CALL(stmt, ExecDirect, (stmt->hstmt, (SQLCHAR *)stmt->sql, (SQLINTEGER)stmt->sql_length));
}

uow_status uowi_stmt_execute(uowi_stmt *stmt)
{
    uowi_outcome outcome;
    uow_status st = UOW_OK;

    if (stmt->sql == NULL)
        return uowi_error_set(stmt->conn->error, UOW_MISUSE, "execute before the statement has a text");
    if (UOWI_USUAL(!stmt->executing)) {
        st = execute_start(stmt);
        if (st != UOW_OK)
            return st;
    }
    outcome = execute_call(stmt);
    stmt->executing = outcome == UOWI_STILL;
    if (UOWI_RARE(outcome == UOWI_STILL))
        return UOW_PENDING;
    if (UOWI_RARE(outcome == UOWI_NEED_DATA))
        st = uowi_stream_send(stmt, &outcome);
    if (UOWI_USUAL(st == UOW_OK))
        st = execute_finish(stmt, outcome);
    else
        stmt->open = true;
    execute_count(stmt);
    stmt->executed = stmt->executed || st == UOW_OK;
    return st;
}

uow_status uowi_stmt_answered(struct uowi_stmt *stmt)
{
    stmt->one_result = true;
    return execute_shape(stmt);
}

size_t uowi_stmt_column_count(const uowi_stmt *stmt)
{
    return stmt->column_count > 0 ? (size_t)stmt->column_count : 0;
}

bool uowi_stmt_waits(const uowi_stmt *stmt)
{
    return stmt->open && execute_goes_on(stmt);
}

/* Never polled: unixODBC 2.3.11 answers the second poll of SQLMoreResults with HY010 (its issue 233). */
uow_status uowi_stmt_more(uowi_stmt *stmt)
{
    uowi_outcome outcome;
    uow_status st;

    if (!uowi_stmt_waits(stmt))
        return UOW_END;
    st = uowi_stmt_async_off(stmt);
    if (st != UOW_OK)
        return st;
    uowi_binder_drop(stmt); /* the next result has columns of its own */
    stmt->affected = -1;
    outcome = UOWI_STMT_LONG_CALL(stmt, MoreResults, (stmt->hstmt));
    if (UOWI_RARE(outcome == UOWI_NO_DATA)) {
        stmt->open = false;
        stmt->column_count = 0;
        st = execute_sets(stmt, UOWI_FN_MoreResults);
        return st == UOW_OK ? UOW_END : st;
    }
    if (outcome == UOWI_FAILED)
        return uowi_outcome_status(stmt->conn, outcome);
    return execute_shape(stmt);
}
