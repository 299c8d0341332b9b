/* Transactions of a connection: autocommit, commit and rollback, isolation, and whether the link
 * lives. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "odbc/conn.h"

#include <string.h>

#include "odbc/call.h"

bool uowi_conn_autocommit(const uowi_conn *conn)
{
    return conn->autocommit;
}

bool uowi_conn_poisoned(const uowi_conn *conn)
{
    return conn->poisoned;
}

void uowi_conn_poison(uowi_conn *conn)
{
    conn->poisoned = true;
}

bool uowi_conn_dead(uowi_conn *conn)
{
    SQLUINTEGER dead = SQL_CD_FALSE;
    SQLRETURN rc = conn->api->GetConnectAttr(conn->hdbc, SQL_ATTR_CONNECTION_DEAD, &dead,
                                             SQL_IS_UINTEGER, NULL);
    if (!uowi_call_quiet(conn, rc) || dead != SQL_CD_TRUE)
        return false;
    conn->poisoned = true;
    return true;
}

static uow_status txn_refuse_poisoned(uowi_conn *conn)
{
    return uowi_error_set(
        conn->error, UOW_CONNECTION_LOST,
        "The connection was lost or given up earlier; nothing more is sent on it. "
        "Open another context.");
}

/* A unit begins: nothing has gone wrong in it. */
static void txn_fresh(uowi_conn *conn)
{
    conn->failed_in_unit = false;
    conn->undone_in_unit = false;
}

uow_status uowi_conn_set_autocommit(uowi_conn *conn, bool on)
{
    if (conn->autocommit == on)
        return UOW_OK;
    if (conn->poisoned)
        return txn_refuse_poisoned(conn);
    uowi_conn_async_off(conn);
    SQLULEN value = on ? SQL_AUTOCOMMIT_ON : SQL_AUTOCOMMIT_OFF;
    uowi_outcome outcome =
        UOWI_CONN_CALL(conn, SetConnectAttr,
                       (conn->hdbc, SQL_ATTR_AUTOCOMMIT, (SQLPOINTER)value, SQL_IS_UINTEGER));
    if (outcome == UOWI_DONE || outcome == UOWI_DONE_INFO) {
        conn->autocommit = on;
        txn_fresh(conn);
        return UOW_OK;
    }
    return uowi_outcome_status(conn, outcome);
}

static bool txn_rollback_quietly(uowi_conn *conn)
{
    SQLRETURN rc = conn->api->EndTran(SQL_HANDLE_DBC, conn->hdbc, SQL_ROLLBACK);
    bool done = uowi_call_quiet(conn, rc);
    if (!done)
        conn->poisoned = true;
    txn_fresh(conn);
    return done;
}

static bool txn_probe_says(uowi_conn *conn, SQLHSTMT hstmt)
{
    uowi_info info;

    if (!conn->dialect->probe_may_fail)
        return true;
    uowi_call_info(conn, SQL_HANDLE_STMT, hstmt, &info);
    return strncmp(info.sqlstate, "25", 2) == 0;
}

/* Runs the dialect's cheapest statement: an aborted unit refuses it, with its own SQLSTATE. */
static uow_status txn_probe(uowi_conn *conn)
{
    const char *sql = conn->dialect->probe_sql;
    SQLHSTMT hstmt = SQL_NULL_HSTMT;
    uowi_outcome outcome = UOWI_CONN_CALL(conn, AllocHandle, (SQL_HANDLE_STMT, conn->hdbc, &hstmt));
    if (outcome == UOWI_FAILED)
        return uowi_outcome_status(conn, outcome);
    SQLRETURN rc = conn->api->ExecDirect(hstmt, (SQLCHAR *)(uintptr_t)sql, SQL_NTS);
    if (SQL_SUCCEEDED(rc) || txn_probe_says(conn, hstmt))
        outcome = uowi_call_done(conn, SQL_HANDLE_STMT, hstmt, UOWI_FN_ExecDirect, rc, sql);
    (void)uowi_call_quiet(conn, conn->api->FreeHandle(SQL_HANDLE_STMT, hstmt));
    return outcome == UOWI_FAILED ? uowi_outcome_status(conn, outcome) : UOW_OK;
}

bool uowi_conn_alive(uowi_conn *conn)
{
    if (conn->poisoned)
        return false;
    if (conn->dialect->local)
        return true;
    if (uowi_conn_dead(conn))
        return false;
    return !conn->dialect->dead_unasked || conn->dialect->probe_sql == NULL || txn_probe(conn) == UOW_OK;
}

/*
 * What must be known before a commit, because its own answer is not to be believed: psqlodbc says
 * SUCCESS when the link is dead and an earlier statement found out, and the server answers COMMIT
 * in an aborted transaction with a rollback and no error.
 */
uow_status uowi_conn_may_commit(uowi_conn *conn)
{
    if (conn->undone_in_unit) {
        (void)txn_rollback_quietly(conn);
        return uowi_error_set(conn->error, UOW_TRANSIENT,
                              "The database rolled the unit back when an earlier statement of it failed "
                              "(deadlock or serialization failure); what came after is rolled back, too.");
    }
    if (conn->dialect->checks_before_commit && uowi_conn_dead(conn))
        return uowi_error_set(conn->error, UOW_CONNECTION_LOST,
                              "The connection was lost before the commit: the unit was not "
                              "committed. Open another context.");
    if (!uowi_conn_unit_aborted(conn))
        return UOW_OK;
    uow_status st = txn_probe(conn);
    if (st == UOW_OK)
        return UOW_OK;
    if (!conn->poisoned)
        (void)txn_rollback_quietly(conn);
    uowi_error_frame(conn->error, "The unit could not be committed and was rolled back");
    return st;
}

/* Answers the driver manager or driver gives without having asked the database. */
static bool txn_never_sent(const uow_error *error)
{
    static const char *const states[] = {"HY010", "HY012", "HY092", "IM001"};
    const char *sqlstate = uow_error_sqlstate(error);
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
        if (strcmp(sqlstate, states[i]) == 0)
            return true;
    /* MariaDB's client: "Commands out of sync" */
    return strcmp(sqlstate, "HY000") == 0 && uow_error_native(error) == 2014;
}

/* The database has said that the unit did not take effect. */
static bool txn_surely_undone(const uowi_conn *conn, uow_status st)
{
    return conn->dialect->local || st == UOW_CONSTRAINT ||
           (st == UOW_TRANSIENT && strncmp(uow_error_sqlstate(conn->error), "40", 2) == 0);
}

static uow_status txn_commit_failed(uowi_conn *conn)
{
    uow_status st = uow_error_status(conn->error);
    if (txn_never_sent(conn->error) && !conn->poisoned)
        return st;
    if (!conn->poisoned && txn_surely_undone(conn, st)) {
        /* SQLite keeps a transaction open whose COMMIT failed: make it the same everywhere. */
        (void)txn_rollback_quietly(conn);
        return st;
    }
    conn->poisoned = true;
    uowi_error_status(conn->error, UOW_OUTCOME_UNKNOWN);
    uowi_error_frame(conn->error, "The commit failed and may or may not have taken effect: ask the "
                                  "database. The connection is given up");
    return UOW_OUTCOME_UNKNOWN;
}

static uow_status txn_ended(uowi_conn *conn, bool commit)
{
    if (commit && conn->dialect->checks_before_commit && uowi_conn_dead(conn))
        return uowi_error_set(conn->error, UOW_OUTCOME_UNKNOWN,
                              "The connection was lost while committing: the unit may or may not "
                              "have taken effect. Ask the database.");
    txn_fresh(conn);
    if (conn->trace != NULL)
        uowi_count(commit ? &conn->trace->counters.commits : &conn->trace->counters.rollbacks, 1);
    return UOW_OK;
}

uow_status uowi_conn_end(uowi_conn *conn, bool commit)
{
    if (conn->poisoned)
        return txn_refuse_poisoned(conn);
    uowi_conn_async_off(conn);
    uow_status st = commit ? uowi_conn_may_commit(conn) : UOW_OK;
    if (st != UOW_OK)
        return st;
    uowi_outcome outcome = UOWI_CONN_CALL(
        conn, EndTran,
        (SQL_HANDLE_DBC, conn->hdbc, (SQLSMALLINT)(commit ? SQL_COMMIT : SQL_ROLLBACK)));
    if (outcome == UOWI_DONE || outcome == UOWI_DONE_INFO)
        return txn_ended(conn, commit);
    st = uowi_outcome_status(conn, outcome);
    if (commit)
        return txn_commit_failed(conn);
    if (!txn_never_sent(conn->error))
        conn->poisoned = true; /* nothing was committed, but what is open is not known */
    return st;
}

uow_isolation uowi_conn_isolation(const uowi_conn *conn)
{
    return conn->isolation;
}

static uow_isolation txn_same_or_stronger(const uowi_caps *caps, uow_isolation isolation)
{
    for (int level = (int)isolation; level <= (int)UOW_SERIALIZABLE; level++)
        if ((caps->isolations & (1u << level)) != 0)
            return (uow_isolation)level;
    return UOW_ISOLATION_DEFAULT;
}

/* A driver may set another level than asked (01S02); what it did is read back. */
static uow_isolation txn_read_isolation(uowi_conn *conn, uow_isolation asked)
{
    SQLUINTEGER bits = 0;
    SQLRETURN rc =
        conn->api->GetConnectAttr(conn->hdbc, SQL_ATTR_TXN_ISOLATION, &bits, SQL_IS_UINTEGER, NULL);
    if (!uowi_call_quiet(conn, rc))
        return asked;
    for (int level = (int)UOW_SERIALIZABLE; level > 0; level--)
        if ((bits & (1u << (level - 1))) != 0)
            return (uow_isolation)level;
    return asked;
}

uow_status uowi_conn_set_isolation(uowi_conn *conn, uow_isolation isolation)
{
    if (isolation == UOW_ISOLATION_DEFAULT)
        isolation = (uow_isolation)conn->caps.default_isolation;
    if (isolation == UOW_ISOLATION_DEFAULT || isolation == conn->isolation)
        return UOW_OK;
    if (conn->poisoned)
        return txn_refuse_poisoned(conn);
    uow_isolation level = txn_same_or_stronger(&conn->caps, isolation);
    if (level == UOW_ISOLATION_DEFAULT)
        return uowi_error_set(conn->error, UOW_UNSUPPORTED,
                              "%s has neither this isolation level nor a stronger one.",
                              conn->caps.dbms_name);
    if (level == conn->isolation)
        return UOW_OK;
    uowi_conn_async_off(conn);
    SQLULEN bits = (SQLULEN)1 << ((int)level - 1);
    uowi_outcome outcome =
        UOWI_CONN_CALL(conn, SetConnectAttr,
                       (conn->hdbc, SQL_ATTR_TXN_ISOLATION, (SQLPOINTER)bits, SQL_IS_UINTEGER));
    if (outcome != UOWI_DONE && outcome != UOWI_DONE_INFO)
        return uowi_outcome_status(conn, outcome);
    conn->isolation = outcome == UOWI_DONE ? level : txn_read_isolation(conn, level);
    if (conn->isolation < isolation)
        return uowi_error_set(conn->error, UOW_UNSUPPORTED,
                              "%s set a weaker isolation level than asked.", conn->caps.dbms_name);
    return UOW_OK;
}
