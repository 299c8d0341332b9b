/* Connections in two hands: those that the program has made, and those that are lent to it. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "odbc/adopt.h"

#include <string.h>

#include "odbc/attributes.h"
#include "odbc/call.h"

/*
 * The driver manager looks a handle up in its lists before it looks into it, and answers this question itself: a driver
 * that is executing is not to be asked.
 */
static uow_status adopt_known(struct uowi_conn *conn)
{
    SQLPOINTER driver = NULL;
    SQLSMALLINT length = 0;
    SQLRETURN rc = conn->api->GetInfo(conn->hdbc, SQL_DRIVER_HDBC, &driver, sizeof driver, &length);

    if (rc == SQL_INVALID_HANDLE)
        return uowi_error_set(conn->error, UOW_MISUSE,
                              "This driver manager knows no such connection handle: it was freed, is a handle of another "
                              "kind, or was made by another driver manager that is loaded in this process.");
    if (uowi_call_quiet(conn, rc))
        return UOW_OK;
    return uowi_error_set(conn->error, UOW_MISUSE, "The connection handle is not connected.");
}

/*
 * The version belongs to the environment, and nothing leads there from a connection. But the driver manager's own
 * errors have the SQLSTATEs of the version, and executing what was not prepared never reaches a driver.
 */
static uow_status adopt_version(struct uowi_conn *conn)
{
    SQLHSTMT hstmt = SQL_NULL_HSTMT;
    uowi_info info;

    memset(&info, 0, sizeof info);
    if (!uowi_call_quiet(conn, conn->api->AllocHandle(SQL_HANDLE_STMT, conn->hdbc, &hstmt)))
        return uowi_error_set(conn->error, uowi_conn_dead(conn) ? UOW_CONNECTION_LOST : UOW_DRIVER,
                              "The connection gives no statement handle.");
    if (!uowi_call_quiet(conn, conn->api->Execute(hstmt)))
        uowi_call_info(conn, SQL_HANDLE_STMT, hstmt, &info);
    (void)uowi_call_quiet(conn, conn->api->FreeHandle(SQL_HANDLE_STMT, hstmt));
    if (memcmp(info.sqlstate, "S1", 2) != 0)
        return UOW_OK;
    return uowi_error_set(conn->error, UOW_UNSUPPORTED,
                          "The connection belongs to an environment with ODBC 2 behaviour: set SQL_ATTR_ODBC_VERSION to "
                          "SQL_OV_ODBC3 before connecting.");
}

/*
 * While a statement executes or waits for its data, the driver manager lets no attribute be set (HY010); it finds that
 * out before it looks at which. This one can be set by nobody.
 */
static uow_status adopt_idle(struct uowi_conn *conn)
{
    uowi_info info;
    SQLRETURN rc = conn->api->SetConnectAttr(conn->hdbc, SQL_ATTR_CONNECTION_DEAD, (SQLPOINTER)SQL_CD_FALSE,
                                             SQL_IS_UINTEGER);

    if (uowi_call_quiet(conn, rc))
        return UOW_OK;
    uowi_call_info(conn, SQL_HANDLE_DBC, conn->hdbc, &info);
    if (strcmp(info.sqlstate, "HY010") != 0 && strcmp(info.sqlstate, "S1010") != 0)
        return UOW_OK;
    return uowi_error_set(conn->error, UOW_BUSY,
                          "A statement of the connection is executing, or waits for data at execution: let it come to its "
                          "end first.");
}

uow_status uowi_adopt_check(struct uowi_conn *conn)
{
    uow_status st = adopt_known(conn);

    if (st == UOW_OK)
        st = adopt_idle(conn);
    return st == UOW_OK ? adopt_version(conn) : st;
}

/* Attributes of statements that ODBC lets a program set for a whole connection. */
static const struct {
    SQLINTEGER id;
    SQLULEN needed;
} adopt_needs[] = {
    {SQL_ATTR_MAX_ROWS, 0},
    {SQL_ATTR_MAX_LENGTH, 0},
    {SQL_ATTR_NOSCAN, SQL_NOSCAN_OFF},
    {SQL_ATTR_RETRIEVE_DATA, SQL_RD_ON},
    {SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_FORWARD_ONLY},
    {SQL_ATTR_CONCURRENCY, SQL_CONCUR_READ_ONLY},
};

#define ADOPT_NEEDS (sizeof adopt_needs / sizeof adopt_needs[0])

void uowi_adopt_defaults(struct uowi_conn *conn)
{
    SQLHSTMT hstmt = SQL_NULL_HSTMT;

    conn->odd_defaults = 0;
    if (!uowi_call_quiet(conn, conn->api->AllocHandle(SQL_HANDLE_STMT, conn->hdbc, &hstmt)))
        return;
    for (size_t i = 0; i < ADOPT_NEEDS; i++) {
        SQLULEN value = adopt_needs[i].needed;

        if (uowi_call_quiet(conn, conn->api->GetStmtAttr(hstmt, adopt_needs[i].id, &value, SQL_IS_UINTEGER, NULL)) &&
            value != adopt_needs[i].needed)
            conn->odd_defaults |= 1u << i;
    }
    (void)uowi_call_quiet(conn, conn->api->FreeHandle(SQL_HANDLE_STMT, hstmt));
}

void uowi_adopt_statement(const struct uowi_stmt *stmt)
{
    struct uowi_conn *conn = stmt->conn;

    for (size_t i = 0; i < ADOPT_NEEDS; i++)
        if ((conn->odd_defaults & (1u << i)) != 0)
            (void)uowi_call_quiet(conn, conn->api->SetStmtAttr(stmt->hstmt, adopt_needs[i].id,
                                                               (SQLPOINTER)adopt_needs[i].needed, SQL_IS_UINTEGER));
}

/* -1: not taken; otherwise whether the one value it gives is 1. */
static int adopt_ask(struct uowi_conn *conn, SQLHSTMT hstmt, const char *sql)
{
    SQLINTEGER value = 0;
    SQLLEN indicator = SQL_NULL_DATA;

    if (!uowi_call_quiet(conn, conn->api->ExecDirect(hstmt, (SQLCHAR *)(uintptr_t)sql, SQL_NTS)) ||
        !uowi_call_quiet(conn, conn->api->FetchScroll(hstmt, SQL_FETCH_NEXT, 0)) ||
        !uowi_call_quiet(conn, conn->api->GetData(hstmt, 1, SQL_C_SLONG, &value, sizeof value, &indicator)))
        return -1;
    return indicator != SQL_NULL_DATA && value == 1;
}

/* A BEGIN that is taken is ended at once. */
static int adopt_try(struct uowi_conn *conn, SQLHSTMT hstmt)
{
    SQLCHAR begin[64];
    size_t length = strlen(conn->dialect->begin_again_sql);

    memcpy(begin, conn->dialect->begin_again_sql, length + 1);
    if (!uowi_call_quiet(conn, conn->api->ExecDirect(hstmt, begin, SQL_NTS)))
        return 1;
    (void)uowi_call_quiet(conn, conn->api->FreeStmt(hstmt, SQL_CLOSE));
    memcpy(begin, "ROLLBACK", sizeof "ROLLBACK");
    (void)uowi_call_quiet(conn, conn->api->ExecDirect(hstmt, begin, SQL_NTS));
    return 0;
}

int uowi_conn_in_transaction(uowi_conn *conn)
{
    const uowi_dialect *dialect = conn->dialect;
    SQLHSTMT hstmt = SQL_NULL_HSTMT;
    int open = -1;

    if (conn->poisoned || !conn->autocommit ||
        (dialect->in_transaction_sql == NULL && dialect->begin_again_sql == NULL) ||
        !uowi_call_quiet(conn, conn->api->AllocHandle(SQL_HANDLE_STMT, conn->hdbc, &hstmt)))
        return -1;
    open = dialect->in_transaction_sql != NULL ? adopt_ask(conn, hstmt, dialect->in_transaction_sql)
                                               : adopt_try(conn, hstmt);
    (void)uowi_call_quiet(conn, conn->api->FreeHandle(SQL_HANDLE_STMT, hstmt));
    return open;
}

bool uowi_conn_look(uowi_conn *conn)
{
    SQLUINTEGER value = SQL_AUTOCOMMIT_ON;
    SQLRETURN rc = conn->api->GetConnectAttr(conn->hdbc, SQL_ATTR_AUTOCOMMIT, &value, SQL_IS_UINTEGER, NULL);
    bool on = value != SQL_AUTOCOMMIT_OFF;

    if (conn->poisoned || !uowi_call_quiet(conn, rc) || on == conn->autocommit)
        return false;
    conn->autocommit = on;
    return true;
}

void uowi_conn_suspect(uowi_conn *conn)
{
    conn->failed_in_unit = true;
}

uow_status uowi_conn_lend(uowi_conn *conn, void **out_hstmt)
{
    SQLHSTMT hstmt = SQL_NULL_HSTMT;
    uowi_outcome outcome;

    uowi_conn_async_off(conn);
    outcome = UOWI_CONN_CALL(conn, AllocHandle, (SQL_HANDLE_STMT, conn->hdbc, &hstmt));
    if (outcome != UOWI_DONE && outcome != UOWI_DONE_INFO)
        return uowi_outcome_status(conn, outcome);
    *out_hstmt = hstmt;
    return UOW_OK;
}

void uowi_conn_unlend(uowi_conn *conn, void *hstmt)
{
    (void)uowi_call_quiet(conn, conn->api->FreeStmt(hstmt, SQL_CLOSE));
    (void)uowi_call_quiet(conn, conn->api->FreeHandle(SQL_HANDLE_STMT, hstmt));
}

void *uowi_conn_handle(const uowi_conn *conn)
{
    return conn->hdbc;
}
