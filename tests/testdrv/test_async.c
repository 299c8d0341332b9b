/* Native polling through the driver manager, at both levels, and drivers that only say so. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "testdrv/testdrv.h"

#include <time.h>

static void async_on(link_to *l)
{
    OK_STMT(l, SQLSetStmtAttr(l->stmt, SQL_ATTR_ASYNC_ENABLE, VALUE(SQL_ASYNC_ENABLE_ON), 0));
}

static SQLULEN async_kept(link_to *l)
{
    SQLULEN value = 99;
    OK_STMT(l, SQLGetStmtAttr(l->stmt, SQL_ATTR_ASYNC_ENABLE, &value, SQL_IS_UINTEGER, NULL));
    return value;
}

static SQLUINTEGER async_mode(link_to *l)
{
    SQLUINTEGER mode = 99;
    OK_DBC(l, SQLGetInfo(l->dbc, SQL_ASYNC_MODE, &mode, sizeof mode, NULL));
    return mode;
}

/* Prepare, execute, fetch to the end, get data: each answers "still" n times. */
static void select_polled(link_to *l, unsigned n)
{
    SQLRETURN rc;
    unsigned polls;
    SQLINTEGER value = 0;
    SQLLEN indicator = 0;

    POLL(rc, polls, SQLPrepare(l->stmt, TEXT("SELECT 42"), SQL_NTS));
    OK_STMT(l, rc);
    cr_assert_eq(polls, n);
    POLL(rc, polls, SQLExecute(l->stmt));
    OK_STMT(l, rc);
    cr_assert_eq(polls, n);
    POLL(rc, polls, SQLFetchScroll(l->stmt, SQL_FETCH_NEXT, 0));
    OK_STMT(l, rc);
    cr_assert_eq(polls, n);
    POLL(rc, polls, SQLGetData(l->stmt, 1, SQL_C_SLONG, &value, 0, &indicator));
    OK_STMT(l, rc);
    cr_assert_eq(polls, n);
    cr_assert_eq(value, 42);
    POLL(rc, polls, SQLFetchScroll(l->stmt, SQL_FETCH_NEXT, 0));
    cr_assert_eq(rc, SQL_NO_DATA);
    cr_assert_eq(polls, n);
    OK_STMT(l, SQLFreeStmt(l->stmt, SQL_CLOSE));
}

Test(async, statement_level)
{
    static const unsigned counts[] = {0, 1, 50};
    for (size_t i = 0; i < 3; i++) {
        link_to l;
        char keys[64];
        snprintf(keys, sizeof keys, "TestAsync=statement;TestAsyncPolls=%u", counts[i]);
        open_with(&l, keys);
        cr_assert_eq(async_mode(&l), SQL_AM_STATEMENT);
        cr_assert_eq(async_kept(&l), SQL_ASYNC_ENABLE_OFF);
        select_polled(&l, 0);
        async_on(&l);
        cr_assert_eq(async_kept(&l), SQL_ASYNC_ENABLE_ON);
        select_polled(&l, counts[i]);
        cr_assert_eq(calls(&l, SQL_API_SQLEXECUTE), 2);
        cr_assert_eq(polls_of(&l, SQL_API_SQLFETCHSCROLL), 2 * counts[i]);
        shut(&l);
    }
}

Test(async, connection_level)
{
    link_to l;
    SQLHSTMT later;
    SQLULEN kept = 99;
    open_with(&l, "TestAsync=connection;TestAsyncPolls=3");
    cr_assert_eq(async_mode(&l), SQL_AM_CONNECTION);
    FAILS_STMT("HY092", &l,
               SQLSetStmtAttr(l.stmt, SQL_ATTR_ASYNC_ENABLE, VALUE(SQL_ASYNC_ENABLE_ON), 0));
    OK_DBC(&l, SQLSetConnectAttr(l.dbc, SQL_ATTR_ASYNC_ENABLE, VALUE(SQL_ASYNC_ENABLE_ON), 0));
    OK_DBC(&l, SQLGetConnectAttr(l.dbc, SQL_ATTR_ASYNC_ENABLE, &kept, SQL_IS_UINTEGER, NULL));
    cr_assert_eq(kept, SQL_ASYNC_ENABLE_ON);
    cr_assert_eq(async_kept(&l), SQL_ASYNC_ENABLE_ON);
    select_polled(&l, 3);
    OK_DBC(&l, SQLAllocHandle(SQL_HANDLE_STMT, l.dbc, &later));
    cr_assert_eq(SQLPrepare(later, TEXT("SELECT 1"), SQL_NTS), SQL_STILL_EXECUTING);
    FAILS_STMT("HY010", &l, SQLPrepare(l.stmt, TEXT("SELECT 1"), SQL_NTS));
    while (SQLPrepare(later, TEXT("SELECT 1"), SQL_NTS) == SQL_STILL_EXECUTING)
        ;
    OK(SQL_HANDLE_STMT, later, SQLFreeHandle(SQL_HANDLE_STMT, later));
    OK_DBC(&l, SQLSetConnectAttr(l.dbc, SQL_ATTR_ASYNC_ENABLE, VALUE(SQL_ASYNC_ENABLE_OFF), 0));
    select_polled(&l, 0);
    shut(&l);
}

Test(async, not_switched_on_beside_a_cursor)
{
    link_to l;
    open_with(&l, "TestAsync=connection;TestAsyncPolls=1");
    OK_STMT(&l, SQLExecDirect(l.stmt, TEXT("SELECT 1"), SQL_NTS));
    FAILS_DBC("HY010", &l,
              SQLSetConnectAttr(l.dbc, SQL_ATTR_ASYNC_ENABLE, VALUE(SQL_ASYNC_ENABLE_ON), 0));
    OK_STMT(&l, SQLFreeStmt(l.stmt, SQL_CLOSE));
    OK_DBC(&l, SQLSetConnectAttr(l.dbc, SQL_ATTR_ASYNC_ENABLE, VALUE(SQL_ASYNC_ENABLE_ON), 0));
    shut(&l);
}

Test(async, other_statements_go_on_at_statement_level)
{
    link_to l;
    open_with(&l, "TestAsync=statement;TestAsyncPolls=2");
    async_on(&l);
    cr_assert_eq(SQLPrepare(l.stmt, TEXT("SELECT 1"), SQL_NTS), SQL_STILL_EXECUTING);
    cr_assert_eq(number(&l, "SELECT 9"), 9);
    while (SQLPrepare(l.stmt, TEXT("SELECT 1"), SQL_NTS) == SQL_STILL_EXECUTING)
        ;
    shut(&l);
}

Test(async, another_argument_is_refused_and_named)
{
    link_to l;
    SQLINTEGER first = 0, second = 0;
    SQLRETURN rc;
    unsigned polls;
    open_with(&l, "TestAsync=statement;TestAsyncPolls=2;TestAsyncFunctions=SQLGetData");
    async_on(&l);
    OK_STMT(&l, SQLExecDirect(l.stmt, TEXT("SELECT 5"), SQL_NTS));
    OK_STMT(&l, SQLFetch(l.stmt));
    cr_assert_eq(SQLGetData(l.stmt, 1, SQL_C_SLONG, &first, 0, NULL), SQL_STILL_EXECUTING);
    FAILS_STMT("HY010", &l, SQLGetData(l.stmt, 1, SQL_C_SLONG, &second, 0, NULL));
    cr_assert(strstr(text_of(SQL_HANDLE_STMT, l.stmt), "another value"), "%s",
              text_of(SQL_HANDLE_STMT, l.stmt));
    POLL(rc, polls, SQLGetData(l.stmt, 1, SQL_C_SLONG, &first, 0, NULL));
    cr_assert_eq(rc, SQL_SUCCESS);
    cr_assert_eq(first, 5);
    shut(&l);
}

Test(async, a_cancelled_call_ends_with_hy008)
{
    link_to l;
    SQLRETURN rc;
    unsigned polls;
    make_table("tda_cancel");
    open_with(&l, "TestAsync=statement;TestAsyncPolls=3");
    OK_STMT(&l, SQLPrepare(l.stmt, TEXT("INSERT INTO tda_cancel VALUES (1, 'x')"), SQL_NTS));
    async_on(&l);
    cr_assert_eq(SQLExecute(l.stmt), SQL_STILL_EXECUTING);
    OK_STMT(&l, SQLCancel(l.stmt));
    POLL(rc, polls, SQLExecute(l.stmt));
    cr_assert_eq(rc, SQL_ERROR);
    cr_assert_str_eq(state_of(SQL_HANDLE_STMT, l.stmt), "HY008");
    cr_assert_eq(number(&l, "SELECT count(*) FROM tda_cancel"), 0);
    POLL(rc, polls, SQLExecute(l.stmt));
    OK_STMT(&l, rc);
    cr_assert_eq(number(&l, "SELECT count(*) FROM tda_cancel"), 1);
    shut(&l);
    drop_table("tda_cancel");
}

Test(async, a_call_fails_in_its_last_poll)
{
    link_to l;
    SQLRETURN rc;
    unsigned polls;
    open_with(&l, "TestAsync=statement;TestAsyncPolls=4;TestFail=SQLExecute:1:40001");
    OK_STMT(&l, SQLPrepare(l.stmt, TEXT("SELECT 1"), SQL_NTS));
    async_on(&l);
    POLL(rc, polls, SQLExecute(l.stmt));
    cr_assert_eq(polls, 4);
    cr_assert_eq(rc, SQL_ERROR);
    cr_assert_str_eq(state_of(SQL_HANDLE_STMT, l.stmt), "40001");
    shut(&l);
}

Test(async, a_delay_without_a_count)
{
    link_to l;
    SQLRETURN rc;
    struct timespec start, end;
    open_with(&l, "TestAsync=statement;TestAsyncDelay=50;TestAsyncFunctions=SQLExecDirect");
    async_on(&l);
    clock_gettime(CLOCK_MONOTONIC, &start);
    while ((rc = SQLExecDirect(l.stmt, TEXT("SELECT 1"), SQL_NTS)) == SQL_STILL_EXECUTING)
        ;
    clock_gettime(CLOCK_MONOTONIC, &end);
    OK_STMT(&l, rc);
    cr_assert_geq((double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9,
                  0.05);
    cr_assert_gt(polls_of(&l, SQL_API_SQLEXECDIRECT), 0);
    shut(&l);
}

Test(async, a_driver_that_pretends)
{
    link_to l;
    open_with(&l, "TestAsync=pretends;TestAsyncPolls=5");
    cr_assert_eq(async_mode(&l), SQL_AM_STATEMENT);
    async_on(&l);
    cr_assert_eq(async_kept(&l), SQL_ASYNC_ENABLE_ON);
    select_polled(&l, 0);
    shut(&l);
}

Test(async, a_driver_that_forgets)
{
    link_to l;
    open_with(&l, "TestAsync=forgets;TestAsyncPolls=5");
    cr_assert_eq(async_mode(&l), SQL_AM_STATEMENT);
    GIVES(SQL_SUCCESS, SQL_HANDLE_STMT, l.stmt,
          SQLSetStmtAttr(l.stmt, SQL_ATTR_ASYNC_ENABLE, VALUE(SQL_ASYNC_ENABLE_ON), 0));
    cr_assert_eq(async_kept(&l), SQL_ASYNC_ENABLE_OFF);
    select_polled(&l, 0);
    shut(&l);
}
