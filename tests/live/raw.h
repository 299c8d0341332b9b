/* The program that was there before: a connection made by hand, and ODBC calls on it. */
#ifndef LIVE_RAW_H
#define LIVE_RAW_H

#include <stdarg.h>
#include <stdio.h>

#include <sql.h>
#include <sqlext.h>

#include "live/live.h"

typedef struct raw {
    SQLHENV henv;
    SQLHDBC hdbc;
    SQLHSTMT hstmt;
} raw;

static inline void raw_ok(SQLRETURN rc, SQLSMALLINT type, SQLHANDLE handle, const char *what)
{
    SQLCHAR state[6] = "", text[512] = "";
    SQLINTEGER native = 0;
    SQLSMALLINT length = 0;

    if (SQL_SUCCEEDED(rc) || rc == SQL_NO_DATA)
        return;
    (void)SQLGetDiagRec(type, handle, 1, state, &native, text, sizeof text, &length);
    cr_assert_fail("%s: %d %s %s", what, (int)rc, (char *)state, (char *)text);
}

#define RAW_DBC(r, call)  raw_ok(call, SQL_HANDLE_DBC, (r)->hdbc, #call)
#define RAW_STMT(h, call) raw_ok(call, SQL_HANDLE_STMT, h, #call)

/* Allocated, not connected. */
static inline void raw_allocate(raw *r, SQLULEN version)
{
    memset(r, 0, sizeof *r);
    cr_assert_eq(SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &r->henv), SQL_SUCCESS);
    cr_assert_eq(SQLSetEnvAttr(r->henv, SQL_ATTR_ODBC_VERSION, (SQLPOINTER)version, 0), SQL_SUCCESS);
    cr_assert_eq(SQLAllocHandle(SQL_HANDLE_DBC, r->henv, &r->hdbc), SQL_SUCCESS);
}

static inline void raw_connect(raw *r)
{
    char text[1024];
    SQLCHAR completed[1024];
    SQLSMALLINT length = 0;

    snprintf(text, sizeof text, strchr(live_dsn(), '=') ? "%s" : "DSN=%s", live_dsn());
    RAW_DBC(r, SQLDriverConnect(r->hdbc, NULL, (SQLCHAR *)text, SQL_NTS, completed, sizeof completed, &length,
                                SQL_DRIVER_NOPROMPT));
    RAW_DBC(r, SQLAllocHandle(SQL_HANDLE_STMT, r->hdbc, &r->hstmt));
}

static inline void raw_open(raw *r)
{
    raw_allocate(r, SQL_OV_ODBC3);
    raw_connect(r);
}

static inline void raw_close(raw *r)
{
    (void)SQLFreeHandle(SQL_HANDLE_STMT, r->hstmt);
    (void)SQLEndTran(SQL_HANDLE_DBC, r->hdbc, SQL_ROLLBACK);
    RAW_DBC(r, SQLDisconnect(r->hdbc));
    cr_assert_eq(SQLFreeHandle(SQL_HANDLE_DBC, r->hdbc), SQL_SUCCESS);
    cr_assert_eq(SQLFreeHandle(SQL_HANDLE_ENV, r->henv), SQL_SUCCESS);
}

static inline void raw_run_on(SQLHSTMT hstmt, const char *format, ...) __attribute__((format(printf, 2, 3)));
static inline void raw_run_on(SQLHSTMT hstmt, const char *format, ...)
{
    char sql[512];
    va_list list;

    va_start(list, format);
    vsnprintf(sql, sizeof sql, format, list);
    va_end(list);
    raw_ok(SQLExecDirect(hstmt, (SQLCHAR *)sql, SQL_NTS), SQL_HANDLE_STMT, hstmt, sql);
    (void)SQLFreeStmt(hstmt, SQL_CLOSE);
}

static inline int64_t raw_int64(SQLHSTMT hstmt, const char *format, ...) __attribute__((format(printf, 2, 3)));
static inline int64_t raw_int64(SQLHSTMT hstmt, const char *format, ...)
{
    char sql[512];
    SQLBIGINT value = -1;
    SQLLEN indicator = 0;
    va_list list;

    va_start(list, format);
    vsnprintf(sql, sizeof sql, format, list);
    va_end(list);
    raw_ok(SQLExecDirect(hstmt, (SQLCHAR *)sql, SQL_NTS), SQL_HANDLE_STMT, hstmt, sql);
    RAW_STMT(hstmt, SQLFetch(hstmt));
    RAW_STMT(hstmt, SQLGetData(hstmt, 1, SQL_C_SBIGINT, &value, sizeof value, &indicator));
    (void)SQLFreeStmt(hstmt, SQL_CLOSE);
    return (int64_t)value;
}

static inline SQLULEN raw_attribute(raw *r, SQLINTEGER attribute)
{
    SQLULEN value = 0;

    RAW_DBC(r, SQLGetConnectAttr(r->hdbc, attribute, &value, SQL_IS_UINTEGER, NULL));
    return value;
}

static inline void raw_set(raw *r, SQLINTEGER attribute, SQLULEN value)
{
    RAW_DBC(r, SQLSetConnectAttr(r->hdbc, attribute, (SQLPOINTER)value, SQL_IS_UINTEGER));
}

#endif
