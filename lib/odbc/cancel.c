/* SQLCancel from another thread: only while a call runs, and never while its diagnostics are read. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "base/usual.h"
#include "odbc/call.h"
#include "odbc/conn.h"

void uowi_conn_watch(uowi_conn *conn, bool on)
{
    conn->watched = on;
    conn->shielded = false;
    atomic_store(&conn->cancel, false);
}

void uowi_conn_shield(uowi_conn *conn, bool on)
{
    conn->shielded = on;
}

uint32_t uowi_conn_watch_ms(const uowi_conn *conn)
{
    return conn->watch_ms;
}

uint64_t uowi_conn_runs_since(const uowi_conn *conn)
{
    return atomic_load_explicit(&conn->runs_ns, memory_order_relaxed);
}

bool uowi_conn_cancelled(const uowi_conn *conn)
{
    return conn->watched && !conn->shielded && UOWI_RARE(atomic_load(&conn->cancel));
}

void uowi_conn_cancel_soon(uowi_conn *conn)
{
    atomic_store(&conn->cancel, true);
}

void uowi_conn_cancel(uowi_conn *conn)
{
    uowi_conn_cancel_soon(conn);
    uowi_mutex_lock(&conn->running_mutex);
    if (conn->running != SQL_NULL_HSTMT)
        (void)conn->api->Cancel(conn->running);
    uowi_mutex_unlock(&conn->running_mutex);
}

UOWI_HOT void uowi_call_runs(struct uowi_conn *conn, SQLHSTMT hstmt)
{
    if (UOWI_RARE(!conn->watched) || UOWI_RARE(conn->shielded))
        return;
    if (conn->watch_ms != 0 && uowi_conn_runs_since(conn) == 0)
        atomic_store_explicit(&conn->runs_ns, uowi_now_ns(), memory_order_relaxed);
    uowi_mutex_lock(&conn->running_mutex);
    conn->running = hstmt;
    uowi_mutex_unlock(&conn->running_mutex);
}

/* A statement that is still executing stays where a cancel finds it: the next poll brings it here again. */
SQLRETURN uowi_call_ran(struct uowi_conn *conn, SQLRETURN rc)
{
    if (UOWI_RARE(!conn->watched) || UOWI_RARE(conn->shielded) || UOWI_RARE(rc == SQL_STILL_EXECUTING))
        return rc;
    atomic_store_explicit(&conn->runs_ns, 0, memory_order_relaxed);
    uowi_mutex_lock(&conn->running_mutex);
    conn->running = SQL_NULL_HSTMT;
    uowi_mutex_unlock(&conn->running_mutex);
    return rc;
}

/* SQL_SUCCESS says that the text was taken. */
static bool cancel_says(uowi_conn *conn, const char *sql)
{
    SQLHSTMT hstmt = SQL_NULL_HSTMT;
    bool taken;

    if (!uowi_call_quiet(conn, conn->api->AllocHandle(SQL_HANDLE_STMT, conn->hdbc, &hstmt)))
        return false;
    taken = uowi_call_quiet(conn, conn->api->ExecDirect(hstmt, (SQLCHAR *)(uintptr_t)sql, SQL_NTS));
    (void)uowi_call_quiet(conn, conn->api->FreeHandle(SQL_HANDLE_STMT, hstmt));
    return taken;
}

bool uowi_conn_recovered(uowi_conn *conn, bool in_unit)
{
    const uowi_dialect *dialect = conn->dialect;

    uowi_conn_async_off(conn);
    if (conn->poisoned || uowi_conn_dead(conn))
        return false;
    if (in_unit && dialect->begin_again_sql) {
        /* Refused in a transaction; taken when the database has ended it with the statement. */
        if (!cancel_says(conn, dialect->begin_again_sql))
            return true;
        conn->poisoned = true;
        return false;
    }
    if (in_unit && dialect->failure_aborts_unit)
        return true; /* everything is refused until the rollback, which is the program's to make */
    if (cancel_says(conn, "SELECT 1"))
        return true;
    conn->poisoned = true;
    return false;
}
