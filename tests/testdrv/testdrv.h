/*
 * What the tests of the test driver stand on: raw ODBC through the driver manager, on
 * $UOW_DSN, one of uow_test_sqlite, uow_test_postgresql and uow_test_mariadb.
 */
#ifndef TESTDRV_H
#define TESTDRV_H

#include <criterion/criterion.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sql.h>
#include <sqlext.h>

#include "../../odbc/testdrv/uowtest.h"

typedef struct link_to {
    SQLHENV env;
    SQLHDBC dbc;
    SQLHSTMT stmt; /* one that every test needs */
} link_to;

/* The data source with these keys ("" for none); the test fails when it does not open. */
void open_with(link_to *l, const char *keys);

/* The same database without the test driver. */
void open_beside(link_to *l);

/* The attempt, for keys that let it fail: l->dbc has the diagnostics. */
SQLRETURN try_open(link_to *l, const char *dsn, const char *keys);

void shut(link_to *l);

bool on(const char *database); /* on("sqlite") */

/* One statement by SQLExecDirect; the test fails when it does. */
void run(link_to *l, const char *sql);

/* The one number a query gives. */
long long number(link_to *l, const char *sql);

/* An empty table (id integer, name varchar(100)), made beside. */
void make_table(const char *name);
void drop_table(const char *name);

/* Poll until the end: the last return, and how often it was SQL_STILL_EXECUTING. */
#define POLL(rc, polls, call)                                                                      \
    for ((polls) = 0; ((rc) = (call)) == SQL_STILL_EXECUTING; (polls)++)                           \
    cr_assert_lt(polls, 100000, "never ends: %s", #call)

/* Calls, or answers of SQL_STILL_EXECUTING, as counted by the driver. */
unsigned calls(link_to *l, int api);
unsigned polls_of(link_to *l, int api);

/* The SQLSTATE of the first record, "" without one. Static storage, as is the text. */
const char *state_of(SQLSMALLINT type, SQLHANDLE handle);
const char *text_of(SQLSMALLINT type, SQLHANDLE handle);
SQLINTEGER native_of(SQLSMALLINT type, SQLHANDLE handle);

const char *complaint(const char *call, SQLRETURN rc, SQLSMALLINT type, SQLHANDLE handle);

#define GIVES(wanted, type, handle, expr)                                                          \
    do {                                                                                           \
        SQLRETURN gives_ = (expr);                                                                 \
        cr_assert_eq(gives_, (wanted), "%s", complaint(#expr, gives_, (type), (handle)));          \
    } while (0)

#define OK(type, handle, expr)                                                                     \
    do {                                                                                           \
        SQLRETURN ok_ = (expr);                                                                    \
        cr_assert(SQL_SUCCEEDED(ok_), "%s", complaint(#expr, ok_, (type), (handle)));              \
    } while (0)

#define OK_STMT(l, expr) OK(SQL_HANDLE_STMT, (l)->stmt, expr)
#define OK_DBC(l, expr)  OK(SQL_HANDLE_DBC, (l)->dbc, expr)

/* The call fails with this SQLSTATE. */
#define FAILS(wanted, type, handle, expr)                                                          \
    do {                                                                                           \
        SQLRETURN fails_ = (expr);                                                                 \
        cr_assert_eq(fails_, SQL_ERROR, "%s", complaint(#expr, fails_, (type), (handle)));         \
        cr_assert_str_eq(state_of((type), (handle)), (wanted), "%s",                               \
                         complaint(#expr, fails_, (type), (handle)));                              \
    } while (0)

#define FAILS_STMT(wanted, l, expr) FAILS(wanted, SQL_HANDLE_STMT, (l)->stmt, expr)
#define FAILS_DBC(wanted, l, expr)  FAILS(wanted, SQL_HANDLE_DBC, (l)->dbc, expr)

#define TEXT(text) ((SQLCHAR *)(uintptr_t)(text))
#define VALUE(n)   ((SQLPOINTER)(intptr_t)(n))

#endif
