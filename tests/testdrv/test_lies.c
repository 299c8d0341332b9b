/* Row counts, cut text, and what the driver says it cannot do. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "testdrv/testdrv.h"

#define AE "\xc3\xa4"

static SQLLEN count_of(link_to *l, const char *sql)
{
    SQLLEN count = 12345;
    OK_STMT(l, SQLExecDirect(l->stmt, TEXT(sql), SQL_NTS));
    OK_STMT(l, SQLRowCount(l->stmt, &count));
    OK_STMT(l, SQLFreeStmt(l->stmt, SQL_CLOSE));
    return count;
}

static void row_count_is(const char *key, SQLLEN first, SQLLEN second)
{
    link_to l;
    make_table("tdi_count");
    open_with(&l, key);
    cr_assert_eq(count_of(&l, "INSERT INTO tdi_count VALUES (1, 'x')"), first, "%s", key);
    cr_assert_eq(count_of(&l, "INSERT INTO tdi_count VALUES (2, 'x')"), second, "%s", key);
    shut(&l);
}

Test(lies, row_counts)
{
    row_count_is("", 1, 1);
    row_count_is("TestRowCount=+1", 2, 2);
    row_count_is("TestRowCount=-1", 0, 0);
    row_count_is("TestRowCount==7", 7, 7);
    row_count_is("TestRowCount=unknown", -1, -1);
    row_count_is("TestRowCount=+5:2", 1, 6);
    drop_table("tdi_count");
}

static SQLRETURN get(link_to *l, SQLSMALLINT c_type, void *out, SQLLEN size, SQLLEN *indicator)
{
    OK_STMT(l, SQLExecDirect(l->stmt, TEXT("SELECT '" AE AE AE "defgh'"), SQL_NTS));
    OK_STMT(l, SQLFetch(l->stmt));
    return SQLGetData(l->stmt, 1, c_type, out, size, indicator);
}

Test(lies, text_is_cut_with_a_warning)
{
    link_to l;
    char text[64];
    SQLLEN indicator;
    open_with(&l, "TestTruncate=4");
    GIVES(SQL_SUCCESS_WITH_INFO, SQL_HANDLE_STMT, l.stmt,
          get(&l, SQL_C_CHAR, text, sizeof text, &indicator));
    cr_assert_str_eq(state_of(SQL_HANDLE_STMT, l.stmt), "01004");
    cr_assert_str_eq(text, AE AE AE "d");
    cr_assert_eq(indicator, 11);
    shut(&l);
}

Test(lies, text_is_cut_silently)
{
    link_to l;
    char text[64];
    SQLWCHAR wide[64];
    SQLLEN indicator;
    open_with(&l, "TestTruncate=4:silent");
    GIVES(SQL_SUCCESS, SQL_HANDLE_STMT, l.stmt, get(&l, SQL_C_CHAR, text, sizeof text, &indicator));
    cr_assert_str_eq(text, AE AE AE "d");
    cr_assert_eq(indicator, 7);
    OK_STMT(&l, SQLFreeStmt(l.stmt, SQL_CLOSE));
    GIVES(SQL_SUCCESS, SQL_HANDLE_STMT, l.stmt,
          get(&l, SQL_C_WCHAR, wide, sizeof wide, &indicator));
    cr_assert_eq(indicator, 8);
    cr_assert_eq(wide[3], 'd');
    cr_assert_eq(wide[4], 0);
    shut(&l);
}

struct row {
    SQLINTEGER id;
    char name[24];
    SQLLEN id_indicator;
    SQLLEN name_indicator;
};

static void fetch_rows(link_to *l, struct row *rows, SQLUSMALLINT *status, SQLULEN *fetched)
{
    OK_STMT(l, SQLSetStmtAttr(l->stmt, SQL_ATTR_ROW_BIND_TYPE, VALUE(sizeof *rows), 0));
    OK_STMT(l, SQLSetStmtAttr(l->stmt, SQL_ATTR_ROW_ARRAY_SIZE, VALUE(3), 0));
    OK_STMT(l, SQLSetStmtAttr(l->stmt, SQL_ATTR_ROW_STATUS_PTR, status, 0));
    OK_STMT(l, SQLSetStmtAttr(l->stmt, SQL_ATTR_ROWS_FETCHED_PTR, fetched, 0));
    OK_STMT(l, SQLBindCol(l->stmt, 1, SQL_C_SLONG, &rows->id, 0, &rows->id_indicator));
    OK_STMT(l, SQLBindCol(l->stmt, 2, SQL_C_CHAR, rows->name, sizeof rows->name,
                          &rows->name_indicator));
    OK_STMT(l, SQLExecDirect(l->stmt, TEXT("SELECT id, name FROM tdi_bound ORDER BY id"), SQL_NTS));
    OK_STMT(l, SQLFetchScroll(l->stmt, SQL_FETCH_NEXT, 0));
}

Test(lies, bound_text_is_cut_in_every_row)
{
    link_to l;
    struct row rows[3] = {{0}};
    SQLUSMALLINT status[3];
    SQLULEN fetched = 0;
    make_table("tdi_bound");
    open_with(&l, "TestTruncate=2");
    run(&l, "INSERT INTO tdi_bound VALUES (1, 'longer')");
    run(&l, "INSERT INTO tdi_bound VALUES (2, 'ok')");
    run(&l, "INSERT INTO tdi_bound VALUES (3, NULL)");
    fetch_rows(&l, rows, status, &fetched);
    cr_assert_str_eq(state_of(SQL_HANDLE_STMT, l.stmt), "01004");
    cr_assert_eq(fetched, 3);
    cr_assert_str_eq(rows[0].name, "lo");
    cr_assert_eq(rows[0].name_indicator, 6);
    cr_assert_eq(status[0], SQL_ROW_SUCCESS_WITH_INFO);
    cr_assert_str_eq(rows[1].name, "ok");
    cr_assert_eq(rows[2].name_indicator, SQL_NULL_DATA);
    shut(&l);
    drop_table("tdi_bound");
}

static void info_text(link_to *l, SQLUSMALLINT id, char *out, SQLSMALLINT size)
{
    OK_DBC(l, SQLGetInfo(l->dbc, id, out, size, NULL));
}

Test(lies, about_itself)
{
    link_to l;
    char text[64] = "";
    SQLUSMALLINT capable = 99;
    open_with(&l, "TestInfo=SQL_DBMS_NAME:Whatever|SQL_DBMS_VER:1.2|SQL_TXN_CAPABLE:1");
    info_text(&l, SQL_DBMS_NAME, text, sizeof text);
    cr_assert_str_eq(text, "Whatever");
    info_text(&l, SQL_DBMS_VER, text, sizeof text);
    cr_assert_str_eq(text, "1.2");
    OK_DBC(&l, SQLGetInfo(l.dbc, SQL_TXN_CAPABLE, &capable, sizeof capable, NULL));
    cr_assert_eq(capable, 1);
    shut(&l);
}

Test(lies, no_transactions)
{
    link_to l;
    SQLUSMALLINT capable = 99;
    open_with(&l, "TestUnsupported=transactions");
    OK_DBC(&l, SQLGetInfo(l.dbc, SQL_TXN_CAPABLE, &capable, sizeof capable, NULL));
    cr_assert_eq(capable, SQL_TC_NONE);
    FAILS_DBC("HYC00", &l,
              SQLSetConnectAttr(l.dbc, SQL_ATTR_AUTOCOMMIT, VALUE(SQL_AUTOCOMMIT_OFF), 0));
    shut(&l);
}

Test(lies, no_arrays)
{
    link_to l;
    SQLULEN size = 0;
    open_with(&l, "TestUnsupported=param_arrays|row_arrays");
    GIVES(SQL_SUCCESS_WITH_INFO, SQL_HANDLE_STMT, l.stmt,
          SQLSetStmtAttr(l.stmt, SQL_ATTR_PARAMSET_SIZE, VALUE(10), 0));
    cr_assert_str_eq(state_of(SQL_HANDLE_STMT, l.stmt), "01S02");
    OK_STMT(&l, SQLGetStmtAttr(l.stmt, SQL_ATTR_PARAMSET_SIZE, &size, 0, NULL));
    cr_assert_eq(size, 1);
    GIVES(SQL_SUCCESS_WITH_INFO, SQL_HANDLE_STMT, l.stmt,
          SQLSetStmtAttr(l.stmt, SQL_ATTR_ROW_ARRAY_SIZE, VALUE(10), 0));
    shut(&l);
}

Test(lies, no_getdata_extensions)
{
    link_to l;
    SQLINTEGER value = 0;
    open_with(&l, "TestUnsupported=getdata_extensions");
    OK_STMT(&l, SQLExecDirect(l.stmt, TEXT("SELECT 1, 2, 3, 4"), SQL_NTS));
    OK_STMT(&l, SQLBindCol(l.stmt, 2, SQL_C_SLONG, &value, 0, NULL));
    OK_STMT(&l, SQLFetch(l.stmt));
    FAILS_STMT("07009", &l, SQLGetData(l.stmt, 1, SQL_C_SLONG, &value, 0, NULL));
    FAILS_STMT("07009", &l, SQLGetData(l.stmt, 2, SQL_C_SLONG, &value, 0, NULL));
    OK_STMT(&l, SQLGetData(l.stmt, 4, SQL_C_SLONG, &value, 0, NULL));
    cr_assert_eq(value, 4);
    FAILS_STMT("07009", &l, SQLGetData(l.stmt, 3, SQL_C_SLONG, &value, 0, NULL));
    shut(&l);
}

Test(lies, functions_that_are_not_there)
{
    link_to l;
    SQLUSMALLINT supported = 99;
    open_with(&l, "TestNoFunctions=SQLMoreResults|SQLTables");
    OK_DBC(&l, SQLGetFunctions(l.dbc, SQL_API_SQLMORERESULTS, &supported));
    cr_assert_eq(supported, SQL_FALSE);
    OK_DBC(&l, SQLGetFunctions(l.dbc, SQL_API_SQLFETCH, &supported));
    cr_assert_eq(supported, SQL_TRUE);
    FAILS_STMT("IM001", &l, SQLTables(l.stmt, NULL, 0, NULL, 0, NULL, 0, NULL, 0));
    shut(&l);
}
