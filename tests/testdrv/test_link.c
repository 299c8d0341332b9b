/* The link is lost: what was committed is there, what was not is not, and nothing goes any more. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "testdrv/testdrv.h"

static bool dead(link_to *l)
{
    SQLUINTEGER value = 77;
    OK_DBC(l, SQLGetConnectAttr(l->dbc, SQL_ATTR_CONNECTION_DEAD, &value, SQL_IS_UINTEGER, NULL));
    return value == SQL_CD_TRUE;
}

static void begin(link_to *l)
{
    OK_DBC(l, SQLSetConnectAttr(l->dbc, SQL_ATTR_AUTOCOMMIT, VALUE(SQL_AUTOCOMMIT_OFF), 0));
}

static long long rows_in(const char *table)
{
    char sql[128];
    link_to side;
    open_beside(&side);
    snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", table);
    long long count = number(&side, sql);
    shut(&side);
    return count;
}

static void nothing_goes(link_to *l)
{
    SQLHSTMT another = SQL_NULL_HSTMT;
    cr_assert(dead(l));
    FAILS_STMT("08S01", l, SQLExecDirect(l->stmt, TEXT("SELECT 1"), SQL_NTS));
    FAILS_STMT("08S01", l, SQLPrepare(l->stmt, TEXT("SELECT 1"), SQL_NTS));
    FAILS_DBC("08S01", l, SQLAllocHandle(SQL_HANDLE_STMT, l->dbc, &another));
    FAILS_DBC("08S01", l, SQLEndTran(SQL_HANDLE_DBC, l->dbc, SQL_ROLLBACK));
    FAILS_DBC("08S01", l, SQLEndTran(SQL_HANDLE_DBC, l->dbc, SQL_COMMIT));
}

Test(link, lost_before_the_commit)
{
    link_to l;
    make_table("tdl_before");
    open_with(&l, "TestLinkLost=commit:1:before");
    begin(&l);
    run(&l, "INSERT INTO tdl_before VALUES (1, 'one')");
    cr_assert(!dead(&l));
    FAILS_DBC("08S01", &l, SQLEndTran(SQL_HANDLE_DBC, l.dbc, SQL_COMMIT));
    nothing_goes(&l);
    cr_assert_eq(rows_in("tdl_before"), 0);
    shut(&l);
    drop_table("tdl_before");
}

Test(link, lost_after_the_commit)
{
    link_to l;
    make_table("tdl_after");
    open_with(&l, "TestLinkLost=commit:2:after");
    begin(&l);
    run(&l, "INSERT INTO tdl_after VALUES (1, 'one')");
    OK_DBC(&l, SQLEndTran(SQL_HANDLE_DBC, l.dbc, SQL_COMMIT));
    run(&l, "INSERT INTO tdl_after VALUES (2, 'two')");
    FAILS_DBC("08S01", &l, SQLEndTran(SQL_HANDLE_DBC, l.dbc, SQL_COMMIT));
    nothing_goes(&l);
    cr_assert_eq(rows_in("tdl_after"), 2);
    shut(&l);
    drop_table("tdl_after");
}

static void commit_by_text(const char *keys, const char *table, long long wanted)
{
    link_to l;
    char sql[128];
    make_table(table);
    open_with(&l, keys);
    run(&l, "BEGIN");
    snprintf(sql, sizeof sql, "INSERT INTO %s VALUES (1, 'one')", table);
    run(&l, sql);
    OK_STMT(&l, SQLPrepare(l.stmt, TEXT("COMMIT"), SQL_NTS));
    FAILS_STMT("08S01", &l, SQLExecute(l.stmt));
    cr_assert(dead(&l));
    cr_assert_eq(rows_in(table), wanted);
    shut(&l);
    drop_table(table);
}

Test(link, lost_before_a_commit_by_text)
{
    commit_by_text("TestLinkLost=commit:1:before", "tdl_text_before", 0);
}

Test(link, lost_after_a_commit_by_text)
{
    commit_by_text("TestLinkLost=commit:1:after", "tdl_text_after", 1);
}

Test(link, lost_at_a_call_rolls_back)
{
    link_to l;
    make_table("tdl_call");
    open_with(&l, "TestLinkLost=SQLExecDirect:3:after");
    begin(&l);
    run(&l, "INSERT INTO tdl_call VALUES (1, 'one')");
    run(&l, "INSERT INTO tdl_call VALUES (2, 'two')");
    FAILS_STMT("08S01", &l,
               SQLExecDirect(l.stmt, TEXT("INSERT INTO tdl_call VALUES (3, '')"), SQL_NTS));
    cr_assert_eq(rows_in("tdl_call"), 0);
    shut(&l);
    drop_table("tdl_call");
}

Test(link, lost_with_autocommit_keeps_what_was_done)
{
    link_to l;
    make_table("tdl_auto");
    open_with(&l, "TestLinkLost=SQLExecDirect:1:after");
    FAILS_STMT("08S01", &l,
               SQLExecDirect(l.stmt, TEXT("INSERT INTO tdl_auto VALUES (3, '')"), SQL_NTS));
    cr_assert_eq(rows_in("tdl_auto"), 1);
    shut(&l);
    drop_table("tdl_auto");
}

Test(link, lost_with_rows_still_to_fetch)
{
    link_to l;
    make_table("tdl_rows");
    open_with(&l, "TestLinkLost=SQLFetch:2:before");
    run(&l, "INSERT INTO tdl_rows VALUES (1, 'one')");
    run(&l, "INSERT INTO tdl_rows VALUES (2, 'two')");
    begin(&l);
    OK_STMT(&l, SQLExecDirect(l.stmt, TEXT("SELECT id FROM tdl_rows"), SQL_NTS));
    OK_STMT(&l, SQLFetch(l.stmt));
    FAILS_STMT("08S01", &l, SQLFetch(l.stmt));
    cr_assert(dead(&l));
    shut(&l);
    drop_table("tdl_rows");
}

Test(link, a_failed_commit_loses_nothing)
{
    link_to l;
    open_with(&l, "TestLinkLost=SQLExecDirect:1:after");
    cr_assert_eq(SQLExecDirect(l.stmt, TEXT("SELECT * FROM tdl_no_such"), SQL_NTS), SQL_ERROR);
    cr_assert(!dead(&l));
    cr_assert_eq(number(&l, "SELECT 3"), 3);
    shut(&l);
}
