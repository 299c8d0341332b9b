/* Calls that fail as told, and how calls are counted. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "testdrv/testdrv.h"

#include <time.h>
#include <unistd.h>

#define SELECT TEXT("SELECT 1")

Test(fail, the_third_call_and_no_other)
{
    link_to l;
    open_with(&l, "TestFail=SQLExecDirect:3:40001:1213:Deadlock found: try again");
    run(&l, "SELECT 1");
    run(&l, "SELECT 1");
    FAILS_STMT("40001", &l, SQLExecDirect(l.stmt, SELECT, SQL_NTS));
    cr_assert_eq(native_of(SQL_HANDLE_STMT, l.stmt), 1213);
    cr_assert_str_eq(text_of(SQL_HANDLE_STMT, l.stmt), "[uowtest] Deadlock found: try again");
    run(&l, "SELECT 1");
    cr_assert_eq(calls(&l, SQL_API_SQLEXECDIRECT), 4);
    shut(&l);
}

Test(fail, several_rules_in_braces)
{
    link_to l;
    open_with(&l,
              "TestFail={SQLExecDirect:2-3:HY000:7:a; b|SQLFetch:2+:HYT00|SQLRowCount:*:HY013}");
    SQLLEN count;
    OK_STMT(&l, SQLExecDirect(l.stmt, SELECT, SQL_NTS));
    FAILS_STMT("HY013", &l, SQLRowCount(l.stmt, &count));
    OK_STMT(&l, SQLFetch(l.stmt));
    FAILS_STMT("HYT00", &l, SQLFetch(l.stmt));
    FAILS_STMT("HYT00", &l, SQLFetch(l.stmt));
    OK_STMT(&l, SQLFreeStmt(l.stmt, SQL_CLOSE));
    FAILS_STMT("HY000", &l, SQLExecDirect(l.stmt, SELECT, SQL_NTS));
    cr_assert_str_eq(text_of(SQL_HANDLE_STMT, l.stmt), "[uowtest] a; b");
    FAILS_STMT("HY000", &l, SQLExecDirect(l.stmt, SELECT, SQL_NTS));
    OK_STMT(&l, SQLExecDirect(l.stmt, SELECT, SQL_NTS));
    shut(&l);
}

Test(fail, the_connect_itself)
{
    link_to l;
    cr_assert_eq(try_open(&l, getenv("UOW_DSN"), "TestFail=SQLDriverConnect:1:08001:99"),
                 SQL_ERROR);
    cr_assert_str_eq(state_of(SQL_HANDLE_DBC, l.dbc), "08001");
    cr_assert_eq(native_of(SQL_HANDLE_DBC, l.dbc), 99);
    shut(&l);
}

Test(fail, a_statement_cannot_be_allocated)
{
    link_to l;
    SQLHSTMT second = SQL_NULL_HSTMT;
    open_with(&l, "TestFail=SQLAllocHandle:2:HY014");
    FAILS_DBC("HY014", &l, SQLAllocHandle(SQL_HANDLE_STMT, l.dbc, &second));
    cr_assert_eq(number(&l, "SELECT 5"), 5);
    shut(&l);
}

Test(fail, a_commit_by_text_or_by_call)
{
    link_to l;
    open_with(&l, "TestFail=commit:2-3:40001");
    OK_DBC(&l, SQLEndTran(SQL_HANDLE_DBC, l.dbc, SQL_COMMIT));
    FAILS_DBC("40001", &l, SQLEndTran(SQL_HANDLE_DBC, l.dbc, SQL_COMMIT));
    OK_DBC(&l, SQLEndTran(SQL_HANDLE_DBC, l.dbc, SQL_ROLLBACK));
    FAILS_STMT("40001", &l, SQLExecDirect(l.stmt, TEXT("  commit work"), SQL_NTS));
    OK_DBC(&l, SQLEndTran(SQL_HANDLE_DBC, l.dbc, SQL_COMMIT));
    shut(&l);
}

Test(fail, once_for_all_connections_that_name_a_file)
{
    char keys[512], file[256];
    snprintf(file, sizeof file, "%s/once.%s", getenv("UOW_TEST_DIR"), getenv("UOW_DSN"));
    snprintf(keys, sizeof keys, "TestOnce=%s;TestFail=SQLExecDirect:*:40001", file);
    unlink(file);
    for (int i = 0; i < 3; i++) {
        link_to l;
        open_with(&l, keys);
        SQLRETURN rc = SQLExecDirect(l.stmt, SELECT, SQL_NTS);
        cr_assert_eq(rc, i == 0 ? SQL_ERROR : SQL_SUCCESS);
        OK_STMT(&l, SQLFreeStmt(l.stmt, SQL_CLOSE));
        OK_STMT(&l, SQLExecDirect(l.stmt, SELECT, SQL_NTS));
        shut(&l);
    }
    unlink(file);
}

static unsigned storm(unsigned char *failed, size_t count)
{
    link_to l;
    unsigned failures = 0;
    open_with(&l, "TestRandom=200:4711:40001;TestRandomFunctions=SQLExecDirect");
    for (size_t i = 0; i < count; i++) {
        SQLRETURN rc = SQLExecDirect(l.stmt, SELECT, SQL_NTS);
        failed[i] = rc == SQL_ERROR;
        failures += failed[i];
        if (failed[i]) {
            cr_assert_str_eq(state_of(SQL_HANDLE_STMT, l.stmt), "40001");
            cr_assert(strstr(text_of(SQL_HANDLE_STMT, l.stmt), "seed 4711"));
        }
        OK_STMT(&l, SQLFreeStmt(l.stmt, SQL_CLOSE));
    }
    shut(&l);
    return failures;
}

Test(fail, by_chance_and_again_the_same_way)
{
    unsigned char first[300], second[300];
    unsigned failures = storm(first, sizeof first);
    cr_assert(failures > 30 && failures < 90, "%u of 300 with 200 per mille", failures);
    storm(second, sizeof second);
    cr_assert_arr_eq(first, second, sizeof first);
}

Test(fail, by_chance_with_the_link)
{
    link_to l;
    open_with(&l, "TestRandom=1000:1:08S01;TestRandomFunctions=SQLExecDirect");
    FAILS_STMT("08S01", &l, SQLExecDirect(l.stmt, SELECT, SQL_NTS));
    FAILS_STMT("08S01", &l, SQLPrepare(l.stmt, SELECT, SQL_NTS));
    shut(&l);
}

Test(fail, keys_change_on_an_open_connection)
{
    link_to l;
    open_with(&l, "TestFail=SQLExecDirect:*:40001");
    FAILS_STMT("40001", &l, SQLExecDirect(l.stmt, SELECT, SQL_NTS));
    OK_DBC(&l, SQLSetConnectAttr(l.dbc, UOWTEST_ATTR_KEYS, TEXT("TestFail=SQLExecDirect:2:40P01"),
                                 SQL_NTS));
    cr_assert_eq(calls(&l, SQL_API_SQLEXECDIRECT), 0);
    run(&l, "SELECT 1");
    FAILS_STMT("40P01", &l, SQLExecDirect(l.stmt, SELECT, SQL_NTS));
    FAILS_DBC("HY024", &l, SQLSetConnectAttr(l.dbc, UOWTEST_ATTR_KEYS, TEXT("Test=1"), SQL_NTS));
    OK_DBC(&l, SQLSetConnectAttr(l.dbc, UOWTEST_ATTR_KEYS, TEXT(""), SQL_NTS));
    run(&l, "SELECT 1");
    run(&l, "SELECT 1");
    shut(&l);
}

Test(fail, counts_as_text)
{
    link_to l;
    char text[4096] = "";
    open_with(&l, "");
    run(&l, "SELECT 1");
    OK_DBC(&l, SQLGetConnectAttr(l.dbc, UOWTEST_ATTR_COUNTS, text, sizeof text, NULL));
    cr_assert(strstr(text, "SQLExecDirect 1 calls 0 polls\n"), "%s", text);
    shut(&l);
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

Test(fail, a_delay_is_taken)
{
    link_to l;
    open_with(&l, "TestDelay=SQLExecDirect:60|SQLFetch:40");
    double start = seconds();
    OK_STMT(&l, SQLExecDirect(l.stmt, SELECT, SQL_NTS));
    OK_STMT(&l, SQLFetch(l.stmt));
    cr_assert_geq(seconds() - start, 0.1);
    shut(&l);
}
