/* Without a key the test driver changes nothing. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "testdrv/testdrv.h"

#include <sqlucode.h>

#define AE "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80" /* ä, euro, an emoji: 2, 3 and 4 bytes */

static const SQLWCHAR ae_wide[] = {0xe4, 0x20ac, 0xd83d, 0xde00, 0};

static void bind_text(link_to *l, SQLSMALLINT c_type, const void *text, SQLLEN bytes,
                      SQLLEN *indicator)
{
    SQLSMALLINT sql_type = c_type == SQL_C_WCHAR ? SQL_WVARCHAR : SQL_VARCHAR;
    *indicator = bytes;
    OK_STMT(l, SQLBindParameter(l->stmt, 1, SQL_PARAM_INPUT, c_type, sql_type, 100, 0,
                                (SQLPOINTER)(uintptr_t)text, bytes, indicator));
}

Test(pass, utf8_goes_both_ways_as_char)
{
    link_to l;
    SQLLEN indicator;
    char got[32] = "";
    make_table("tdp_utf8");
    open_with(&l, "");
    bind_text(&l, SQL_C_CHAR, AE, 9, &indicator);
    OK_STMT(&l, SQLExecDirect(l.stmt, TEXT("INSERT INTO tdp_utf8 VALUES (1, ?)"), SQL_NTS));
    OK_STMT(&l, SQLFreeStmt(l.stmt, SQL_RESET_PARAMS));
    OK_STMT(&l, SQLExecDirect(l.stmt, TEXT("SELECT name FROM tdp_utf8"), SQL_NTS));
    OK_STMT(&l, SQLFetch(l.stmt));
    OK_STMT(&l, SQLGetData(l.stmt, 1, SQL_C_CHAR, got, sizeof got, &indicator));
    cr_assert_str_eq(got, AE);
    shut(&l);
    drop_table("tdp_utf8");
}

Test(pass, utf16_goes_both_ways_as_wchar)
{
    link_to l;
    SQLLEN indicator;
    SQLWCHAR got[32] = {0};
    make_table("tdp_utf16");
    open_with(&l, "");
    bind_text(&l, SQL_C_WCHAR, ae_wide, 8, &indicator);
    OK_STMT(&l, SQLExecDirect(l.stmt, TEXT("INSERT INTO tdp_utf16 VALUES (1, ?)"), SQL_NTS));
    OK_STMT(&l, SQLFreeStmt(l.stmt, SQL_RESET_PARAMS));
    OK_STMT(&l, SQLExecDirect(l.stmt, TEXT("SELECT name FROM tdp_utf16"), SQL_NTS));
    OK_STMT(&l, SQLFetch(l.stmt));
    OK_STMT(&l, SQLGetData(l.stmt, 1, SQL_C_WCHAR, got, sizeof got, &indicator));
    cr_assert_eq(indicator, 8);
    cr_assert_arr_eq(got, ae_wide, sizeof ae_wide);
    shut(&l);
    drop_table("tdp_utf16");
}

/* The driver has no W functions: the driver manager converts, and calls the narrow ones. */
Test(pass, wide_functions_are_converted_by_the_driver_manager)
{
    static const SQLWCHAR sql[] = {'S', 'E', 'L', 'E', 'C', 'T', ' ', '\'', 'a', 'b', '\'', 0};
    link_to l;
    char got[32] = "";
    open_with(&l, "");
    OK_STMT(&l, SQLExecDirectW(l.stmt, (SQLWCHAR *)(uintptr_t)sql, SQL_NTS));
    OK_STMT(&l, SQLFetch(l.stmt));
    OK_STMT(&l, SQLGetData(l.stmt, 1, SQL_C_CHAR, got, sizeof got, NULL));
    cr_assert_str_eq(got, "ab");
    shut(&l);
}

Test(pass, rollback_and_commit)
{
    link_to l;
    make_table("tdp_tran");
    open_with(&l, "");
    OK_DBC(&l, SQLSetConnectAttr(l.dbc, SQL_ATTR_AUTOCOMMIT, VALUE(SQL_AUTOCOMMIT_OFF), 0));
    run(&l, "INSERT INTO tdp_tran VALUES (1, 'one')");
    OK_DBC(&l, SQLEndTran(SQL_HANDLE_DBC, l.dbc, SQL_ROLLBACK));
    run(&l, "INSERT INTO tdp_tran VALUES (2, 'two')");
    OK_DBC(&l, SQLEndTran(SQL_HANDLE_DBC, l.dbc, SQL_COMMIT));
    cr_assert_eq(number(&l, "SELECT sum(id) FROM tdp_tran"), 2);
    OK_DBC(&l, SQLEndTran(SQL_HANDLE_DBC, l.dbc, SQL_COMMIT));
    shut(&l);
    drop_table("tdp_tran");
}

Test(pass, errors_are_the_wrapped_drivers_own)
{
    link_to l, side;
    char theirs[6], text[512];
    open_beside(&side);
    open_with(&l, "");
    cr_assert_eq(SQLExecDirect(side.stmt, TEXT("SELECT * FROM no_such"), SQL_NTS), SQL_ERROR);
    snprintf(theirs, sizeof theirs, "%s", state_of(SQL_HANDLE_STMT, side.stmt));
    snprintf(text, sizeof text, "%s", text_of(SQL_HANDLE_STMT, side.stmt));
    cr_assert(strstr(text, "no_such"), "%s", text);
    FAILS_STMT(theirs, &l, SQLExecDirect(l.stmt, TEXT("SELECT * FROM no_such"), SQL_NTS));
    /* SQLite's driver puts its name before the text in SQLError only, which we do not have. */
    cr_assert(strstr(text, text_of(SQL_HANDLE_STMT, l.stmt)), "%s",
              text_of(SQL_HANDLE_STMT, l.stmt));
    shut(&l);
    shut(&side);
}

Test(pass, descriptors_and_catalogs)
{
    link_to l;
    SQLHDESC ard = SQL_NULL_HDESC, own = SQL_NULL_HDESC, back = SQL_NULL_HDESC;
    char name[64] = "";
    make_table("tdp_catalog");
    open_with(&l, "");
    OK_STMT(&l, SQLGetStmtAttr(l.stmt, SQL_ATTR_APP_ROW_DESC, &ard, SQL_IS_POINTER, NULL));
    cr_assert_not_null(ard);
    if (!on("sqlite")) { /* whose driver has no descriptors to speak of */
        OK_DBC(&l, SQLAllocHandle(SQL_HANDLE_DESC, l.dbc, &own));
        OK_STMT(&l, SQLSetStmtAttr(l.stmt, SQL_ATTR_APP_ROW_DESC, own, SQL_IS_POINTER));
        OK_STMT(&l, SQLGetStmtAttr(l.stmt, SQL_ATTR_APP_ROW_DESC, &back, SQL_IS_POINTER, NULL));
        cr_assert_eq(back, own);
        OK_STMT(&l, SQLSetStmtAttr(l.stmt, SQL_ATTR_APP_ROW_DESC, NULL, SQL_IS_POINTER));
        OK(SQL_HANDLE_DESC, own, SQLFreeHandle(SQL_HANDLE_DESC, own));
    }
    OK_STMT(&l, SQLTables(l.stmt, NULL, 0, NULL, 0, TEXT("tdp_catalog"), SQL_NTS, NULL, 0));
    OK_STMT(&l, SQLFetch(l.stmt));
    OK_STMT(&l, SQLGetData(l.stmt, 3, SQL_C_CHAR, name, sizeof name, NULL));
    cr_assert_str_eq(name, "tdp_catalog");
    shut(&l);
    drop_table("tdp_catalog");
}

Test(pass, a_data_source_may_be_named_instead)
{
    link_to l;
    char keys[128];
    snprintf(keys, sizeof keys, "WrapsDSN=uow_%s", getenv("UOW_DSN") + 9);
    open_with(&l, keys);
    cr_assert_eq(number(&l, "SELECT 41 + 1"), 42);
    shut(&l);
}

Test(pass, sqlconnect_reads_the_data_source)
{
    link_to l;
    memset(&l, 0, sizeof l);
    OK(SQL_HANDLE_ENV, l.env, SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &l.env));
    OK(SQL_HANDLE_ENV, l.env, SQLSetEnvAttr(l.env, SQL_ATTR_ODBC_VERSION, VALUE(SQL_OV_ODBC3), 0));
    OK(SQL_HANDLE_ENV, l.env, SQLAllocHandle(SQL_HANDLE_DBC, l.env, &l.dbc));
    OK_DBC(&l, SQLConnect(l.dbc, TEXT(getenv("UOW_DSN")), SQL_NTS, NULL, 0, NULL, 0));
    cr_assert_eq(number(&l, "SELECT 6 * 7"), 42);
    shut(&l);
}

Test(pass, what_is_misspelt_does_not_connect)
{
    static const char *const bad[] = {
        "TestFial=x",
        "TestFail=SQLExecute:0:40001",
        "TestFail=SQLNothing:1:40001",
        "TestFail=SQLFetch:1:4",
        "TestAsync=maybe",
        "TestLinkLost=commit:1:during",
        "TestRowCount=7",
        "TestDelay=SQLFetch:x",
        "TestAsyncFunctions=SQLEndTran",
        "TestRandom=2000:1",
        "TestInfo=SQL_DBMS:x",
        "TestUnsupported=everything",
        "TestTruncate=5:loud",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        link_to l;
        cr_assert_eq(try_open(&l, getenv("UOW_DSN"), bad[i]), SQL_ERROR, "%s", bad[i]);
        cr_assert(strstr(text_of(SQL_HANDLE_DBC, l.dbc), "[uowtest]"), "%s", bad[i]);
        shut(&l);
    }
}
