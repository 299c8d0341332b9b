/*
 * DB.C   Everything that talks to ODBC goes through here (well, nearly).    R.H. 03/98
 */
#include <stdio.h>
#include <string.h>

#include "legacy.h"

SQLHENV henv;
SQLHDBC hdbc;
long db_rows;

void db_error(const char *where, SQLHSTMT hstmt)
{
    SQLCHAR state[6], text[SQL_MAX_MESSAGE_LENGTH];
    SQLINTEGER native;
    SQLSMALLINT len;

    while (SQLError(henv, hdbc, hstmt, state, &native, text, sizeof text, &len) == SQL_SUCCESS)
        printf("*** %s: [%s] %s\n", where, (char *)state, (char *)text);
}

int db_open(const char *dsn)
{
    SQLCHAR conn[256], out[1024];
    SQLSMALLINT outlen;

    if (SQLAllocEnv(&henv) != SQL_SUCCESS)
        return 0;
#ifdef LEGACY_ADOPTED
    /* the one line that had to change: an ODBC 2 environment cannot be shared */
    SQLSetEnvAttr(henv, SQL_ATTR_ODBC_VERSION, (SQLPOINTER)SQL_OV_ODBC3, 0);
#endif
    SQLAllocConnect(henv, &hdbc);
    snprintf((char *)conn, sizeof conn, "DSN=%s", dsn);
    if (!SQL_SUCCEEDED(SQLDriverConnect(hdbc, NULL, conn, SQL_NTS, out, sizeof out, &outlen, SQL_DRIVER_NOPROMPT))) {
        db_error("connect", SQL_NULL_HSTMT);
        return 0;
    }
    SQLSetConnectAttr(hdbc, SQL_ATTR_AUTOCOMMIT, (SQLPOINTER)SQL_AUTOCOMMIT_OFF, 0);
    return 1;
}

void db_close(void)
{
    SQLTransact(henv, hdbc, SQL_ROLLBACK);
    SQLDisconnect(hdbc);
    SQLFreeConnect(hdbc);
    SQLFreeEnv(henv);
}

int db_exec(const char *sql)
{
    SQLHSTMT hstmt;
    SQLLEN rows = 0;
    SQLRETURN rc;

    if (SQLAllocStmt(hdbc, &hstmt) != SQL_SUCCESS)
        return 0;
    rc = SQLExecDirect(hstmt, (SQLCHAR *)sql, SQL_NTS);
    if (rc == SQL_NO_DATA)
        rc = SQL_SUCCESS; /* some drivers, when nothing was updated */
    if (!SQL_SUCCEEDED(rc))
        db_error(sql, hstmt);
    else
        SQLRowCount(hstmt, &rows);
    db_rows = (long)rows;
    SQLFreeStmt(hstmt, SQL_DROP);
    return SQL_SUCCEEDED(rc);
}

/* caller must SQLFreeStmt(.., SQL_DROP) */
SQLHSTMT db_query(const char *sql)
{
    SQLHSTMT hstmt;

    if (SQLAllocStmt(hdbc, &hstmt) != SQL_SUCCESS)
        return SQL_NULL_HSTMT;
    if (!SQL_SUCCEEDED(SQLExecDirect(hstmt, (SQLCHAR *)sql, SQL_NTS))) {
        db_error(sql, hstmt);
        SQLFreeStmt(hstmt, SQL_DROP);
        return SQL_NULL_HSTMT;
    }
    return hstmt;
}

/* first column of first row. NULL counts as 0 */
int db_long(const char *sql, long *out)
{
    SQLHSTMT hstmt;
    SQLINTEGER value = 0;
    SQLLEN ind;
    int found;

    *out = 0;
    if ((hstmt = db_query(sql)) == SQL_NULL_HSTMT)
        return 0;
    SQLBindCol(hstmt, 1, SQL_C_LONG, &value, 0, &ind);
    found = SQL_SUCCEEDED(SQLFetch(hstmt));
    if (found && ind != SQL_NULL_DATA)
        *out = value;
    SQLFreeStmt(hstmt, SQL_DROP);
    return found;
}

int db_commit(void)
{
    if (SQL_SUCCEEDED(SQLTransact(henv, hdbc, SQL_COMMIT)))
        return 1;
    db_error("commit", SQL_NULL_HSTMT);
    return 0;
}

int db_rollback(void)
{
    return SQL_SUCCEEDED(SQLTransact(henv, hdbc, SQL_ROLLBACK));
}
