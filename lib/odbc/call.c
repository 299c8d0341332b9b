/* The choke point: each ODBC call is counted, sorted, and on failure told. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "odbc/call.h"

#include <string.h>

#include "base/usual.h"
#include "odbc/conn.h"

static void call_count(struct uowi_conn *conn)
{
    if (conn->trace != NULL)
        uowi_count(&conn->trace->counters.odbc_calls, 1);
}

bool uowi_call_quiet(struct uowi_conn *conn, SQLRETURN rc)
{
    call_count(conn);
    return rc == SQL_SUCCESS || rc == SQL_SUCCESS_WITH_INFO;
}

/*
 * A link that is gone answers with whatever SQLSTATE was at hand (MariaDB: HY000/2014 after a lost
 * node, PostgreSQL: 57P01 or 25P02), so the handle is asked.
 */
static uow_status call_status(struct uowi_conn *conn, const uowi_harvest *harvest)
{
    uow_status st = uowi_sqlstate_status(conn->dialect, harvest->sqlstate, harvest->native,
                                         uowi_buf_cstr(&harvest->text));
    if (st == UOW_PENDING || st == UOW_OK || st == UOW_END)
        st = UOW_DRIVER;
    if (conn->connected && st != UOW_CONNECTION_LOST && uowi_conn_dead(conn))
        st = UOW_CONNECTION_LOST;
    if (st == UOW_CONNECTION_LOST)
        conn->poisoned = true;
    return st;
}

static void call_constraint(struct uowi_conn *conn, const uowi_harvest *harvest)
{
    uowi_buf name;
    if (conn->dialect == NULL || conn->dialect->constraint_name == NULL)
        return;
    uowi_buf_init(&name, conn->mem, 0);
    if (conn->dialect->constraint_name(uowi_buf_cstr(&harvest->text), &name))
        uowi_error_constraint(conn->error, uowi_buf_cstr(&name));
    uowi_buf_done(&name);
}

static void call_message(struct uowi_conn *conn, const char *function, SQLRETURN rc,
                         const uowi_harvest *harvest, uow_status st)
{
    if (harvest->count == 0) {
        uowi_error_set(conn->error, st, "%s returned %d (%s) and no diagnostic record.", function,
                       (int)rc, rc == SQL_INVALID_HANDLE ? "SQL_INVALID_HANDLE" : "SQL_ERROR");
        return;
    }
    const uowi_error_rule *rule = uowi_dialect_rule(conn->dialect, harvest->sqlstate,
                                                    harvest->native, uowi_buf_cstr(&harvest->text));
    const char *hint = st == UOW_CONNECTION_LOST ? "The connection is lost; open another context."
                       : rule != NULL            ? rule->hint
                                                 : NULL;
    uowi_error_set(conn->error, st, "%s: %s (SQLSTATE %s, native %d)%s%s", function,
                   uowi_buf_cstr(&harvest->text), harvest->sqlstate, (int)harvest->native,
                   hint != NULL ? ". " : "", hint != NULL ? hint : "");
}

UOWI_COLD static void call_failed(struct uowi_conn *conn, SQLSMALLINT handle_type, SQLHANDLE handle,
                        const char *function, SQLRETURN rc, const char *sql)
{
    uowi_harvest harvest;
    bool first = !uowi_error_is_set(conn->error);

    conn->failed_in_unit = true;
    uowi_harvest_read(conn, handle_type, rc == SQL_INVALID_HANDLE ? SQL_NULL_HANDLE : handle,
                      &harvest);
    uow_status st = call_status(conn, &harvest);
    if (!conn->autocommit && conn->dialect->rollback_ends_unit && st == UOW_TRANSIENT &&
        strncmp(harvest.sqlstate, "40", 2) == 0)
        conn->undone_in_unit = true;
    if (first) {
        call_message(conn, function, rc, &harvest, st);
        uowi_error_function(conn->error, function);
        if (sql != NULL)
            uowi_error_statement(conn->error, sql);
        if (st == UOW_CONSTRAINT)
            call_constraint(conn, &harvest);
    }
    uowi_harvest_done(&harvest);
}

/* What the database says while it runs a statement; what a fetch says is about buffers. */
UOWI_COLD static void call_warned(struct uowi_conn *conn, SQLSMALLINT handle_type, SQLHANDLE handle, uowi_odbc_fn fn)
{
    uowi_harvest harvest;

    if (fn != UOWI_FN_Execute && fn != UOWI_FN_ExecDirect && fn != UOWI_FN_MoreResults)
        return;
    uowi_harvest_read(conn, handle_type, handle, &harvest);
    uowi_harvest_done(&harvest);
}

UOWI_HOT uowi_outcome uowi_call_done(struct uowi_conn *conn, SQLSMALLINT handle_type, SQLHANDLE handle, uowi_odbc_fn fn,
                                     SQLRETURN rc, const char *sql)
{
    call_count(conn);
    if (UOWI_USUAL(rc == SQL_SUCCESS))
        return UOWI_DONE;
    switch (rc) {
    case SQL_SUCCESS_WITH_INFO:
        if (conn->keep_warnings)
            call_warned(conn, handle_type, handle, fn);
        return UOWI_DONE_INFO;
    case SQL_NO_DATA:
        return UOWI_NO_DATA;
    case SQL_NEED_DATA:
        return UOWI_NEED_DATA;
    case SQL_STILL_EXECUTING:
        return UOWI_STILL;
    default:
        call_failed(conn, handle_type, handle, uowi_odbc_fn_name(fn), rc, sql);
        return UOWI_FAILED;
    }
}

uow_status uowi_outcome_status(const struct uowi_conn *conn, uowi_outcome outcome)
{
    switch (outcome) {
    case UOWI_DONE:
    case UOWI_DONE_INFO:
        return UOW_OK;
    case UOWI_NO_DATA:
        return UOW_END;
    case UOWI_STILL:
        return UOW_PENDING;
    case UOWI_NEED_DATA:
    case UOWI_FAILED:
        break;
    }
    uow_status st = uow_error_status(conn->error);
    return st == UOW_OK ? UOW_DRIVER : st;
}
