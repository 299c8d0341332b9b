/*
 * The rules the driver keeps by itself. The driver manager refuses most of these calls before
 * they get there, so the driver is loaded and called without one.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "testdrv/testdrv.h"

#include <dlfcn.h>

#include <odbcinst.h>

static struct direct {
    void *library;
    SQLRETURN (*AllocHandle)(SQLSMALLINT, SQLHANDLE, SQLHANDLE *);
    SQLRETURN (*FreeHandle)(SQLSMALLINT, SQLHANDLE);
    SQLRETURN(*DriverConnect)
    (SQLHDBC, SQLHWND, SQLCHAR *, SQLSMALLINT, SQLCHAR *, SQLSMALLINT, SQLSMALLINT *, SQLUSMALLINT);
    SQLRETURN (*Disconnect)(SQLHDBC);
    SQLRETURN (*EndTran)(SQLSMALLINT, SQLHANDLE, SQLSMALLINT);
    SQLRETURN (*SetStmtAttr)(SQLHSTMT, SQLINTEGER, SQLPOINTER, SQLINTEGER);
    SQLRETURN (*SetConnectAttr)(SQLHDBC, SQLINTEGER, SQLPOINTER, SQLINTEGER);
    SQLRETURN (*Prepare)(SQLHSTMT, SQLCHAR *, SQLINTEGER);
    SQLRETURN (*Execute)(SQLHSTMT);
    SQLRETURN (*Fetch)(SQLHSTMT);
    SQLRETURN (*FreeStmt)(SQLHSTMT, SQLUSMALLINT);
    SQLRETURN (*NumResultCols)(SQLHSTMT, SQLSMALLINT *);
    SQLRETURN (*MoreResults)(SQLHSTMT);
    SQLRETURN (*Cancel)(SQLHSTMT);
    SQLRETURN(*GetDiagRec)
    (SQLSMALLINT, SQLHANDLE, SQLSMALLINT, SQLCHAR *, SQLINTEGER *, SQLCHAR *, SQLSMALLINT,
     SQLSMALLINT *);
    SQLHENV env;
    SQLHDBC dbc;
    SQLHSTMT stmt;
} d;

#define LOAD(name)                                                                                 \
    do {                                                                                           \
        void *symbol = dlsym(d.library, "SQL" #name);                                              \
        cr_assert_not_null(symbol);                                                                \
        memcpy(&d.name, &symbol, sizeof symbol);                                                   \
    } while (0)

static void direct_load(void)
{
    char file[512] = "";
    SQLGetPrivateProfileString("UowTest", "Driver", "", file, sizeof file, "odbcinst.ini");
    d.library = dlopen(file, RTLD_NOW);
    cr_assert_not_null(d.library, "%s", dlerror());
    LOAD(AllocHandle);
    LOAD(FreeHandle);
    LOAD(DriverConnect);
    LOAD(Disconnect);
    LOAD(EndTran);
    LOAD(SetStmtAttr);
    LOAD(SetConnectAttr);
    LOAD(Prepare);
    LOAD(Execute);
    LOAD(Fetch);
    LOAD(FreeStmt);
    LOAD(NumResultCols);
    LOAD(MoreResults);
    LOAD(Cancel);
    LOAD(GetDiagRec);
}

static void direct_open(const char *keys)
{
    char text[512];
    direct_load();
    snprintf(text, sizeof text, "DSN=%s;%s", getenv("UOW_DSN"), keys);
    cr_assert_eq(d.AllocHandle(SQL_HANDLE_ENV, NULL, &d.env), SQL_SUCCESS);
    cr_assert_eq(d.AllocHandle(SQL_HANDLE_DBC, d.env, &d.dbc), SQL_SUCCESS);
    cr_assert(SQL_SUCCEEDED(d.DriverConnect(d.dbc, NULL, TEXT(text), SQL_NTS, NULL, 0, NULL, 0)));
    cr_assert_eq(d.AllocHandle(SQL_HANDLE_STMT, d.dbc, &d.stmt), SQL_SUCCESS);
}

static void direct_close(void)
{
    cr_assert_eq(d.FreeHandle(SQL_HANDLE_STMT, d.stmt), SQL_SUCCESS);
    cr_assert_eq(d.Disconnect(d.dbc), SQL_SUCCESS);
    cr_assert_eq(d.FreeHandle(SQL_HANDLE_DBC, d.dbc), SQL_SUCCESS);
    cr_assert_eq(d.FreeHandle(SQL_HANDLE_ENV, d.env), SQL_SUCCESS);
    dlclose(d.library);
}

static const char *direct_state(SQLSMALLINT type, SQLHANDLE handle)
{
    static SQLCHAR state[6];
    SQLCHAR text[256];
    SQLINTEGER native;
    SQLSMALLINT length;
    state[0] = '\0';
    (void)d.GetDiagRec(type, handle, 1, state, &native, text, sizeof text, &length);
    return (const char *)state;
}

#define REFUSED(type, handle, expr)                                                                \
    do {                                                                                           \
        cr_assert_eq((expr), SQL_ERROR, "%s", #expr);                                              \
        cr_assert_str_eq(direct_state((type), (handle)), "HY010", "%s", #expr);                    \
    } while (0)

static void direct_finish_prepare(const char *text)
{
    SQLRETURN rc;
    while ((rc = d.Prepare(d.stmt, TEXT(text), 8)) == SQL_STILL_EXECUTING)
        ;
    cr_assert_eq(rc, SQL_SUCCESS);
}

Test(strict, only_the_same_call_on_a_busy_statement)
{
    static const char sql[] = "SELECT 1";
    SQLSMALLINT columns;
    direct_open("TestAsync=statement;TestAsyncPolls=30");
    d.SetStmtAttr(d.stmt, SQL_ATTR_ASYNC_ENABLE, VALUE(SQL_ASYNC_ENABLE_ON), 0);
    cr_assert_eq(d.Prepare(d.stmt, TEXT(sql), 8), SQL_STILL_EXECUTING);
    cr_assert_str_eq(direct_state(SQL_HANDLE_STMT, d.stmt), "");
    REFUSED(SQL_HANDLE_STMT, d.stmt, d.Execute(d.stmt));
    REFUSED(SQL_HANDLE_STMT, d.stmt, d.Fetch(d.stmt));
    REFUSED(SQL_HANDLE_STMT, d.stmt, d.NumResultCols(d.stmt, &columns));
    REFUSED(SQL_HANDLE_STMT, d.stmt, d.FreeStmt(d.stmt, SQL_CLOSE));
    REFUSED(SQL_HANDLE_STMT, d.stmt, d.SetStmtAttr(d.stmt, SQL_ATTR_ASYNC_ENABLE, NULL, 0));
    REFUSED(SQL_HANDLE_STMT, d.stmt, d.FreeHandle(SQL_HANDLE_STMT, d.stmt));
    REFUSED(SQL_HANDLE_STMT, d.stmt, d.Prepare(d.stmt, TEXT(sql), SQL_NTS));
    REFUSED(SQL_HANDLE_DBC, d.dbc, d.EndTran(SQL_HANDLE_DBC, d.dbc, SQL_COMMIT));
    REFUSED(SQL_HANDLE_DBC, d.dbc, d.Disconnect(d.dbc));
    REFUSED(SQL_HANDLE_DBC, d.dbc, d.SetConnectAttr(d.dbc, SQL_ATTR_AUTOCOMMIT, NULL, 0));
    direct_finish_prepare(sql);
    d.SetStmtAttr(d.stmt, SQL_ATTR_ASYNC_ENABLE, NULL, 0);
    direct_close();
}

Test(strict, nothing_else_on_a_busy_connection)
{
    static const char sql[] = "SELECT 1";
    SQLHSTMT other, third = NULL;
    direct_open("TestAsync=connection;TestAsyncPolls=30");
    cr_assert_eq(d.AllocHandle(SQL_HANDLE_STMT, d.dbc, &other), SQL_SUCCESS);
    d.SetConnectAttr(d.dbc, SQL_ATTR_ASYNC_ENABLE, VALUE(SQL_ASYNC_ENABLE_ON), 0);
    cr_assert_eq(d.Prepare(d.stmt, TEXT(sql), 8), SQL_STILL_EXECUTING);
    REFUSED(SQL_HANDLE_STMT, other, d.Prepare(other, TEXT(sql), 8));
    REFUSED(SQL_HANDLE_STMT, other, d.FreeStmt(other, SQL_CLOSE));
    REFUSED(SQL_HANDLE_DBC, d.dbc, d.AllocHandle(SQL_HANDLE_STMT, d.dbc, &third));
    direct_finish_prepare(sql);
    cr_assert_eq(d.FreeHandle(SQL_HANDLE_STMT, other), SQL_SUCCESS);
    direct_close();
}

/* The driver manager spoils these (drivers.md), the driver polls them properly. */
Test(strict, metadata_and_further_results_are_polled)
{
    SQLRETURN rc;
    SQLSMALLINT columns = 0;
    unsigned polls;
    direct_open("TestAsync=statement;TestAsyncPolls=2");
    cr_assert_eq(d.Prepare(d.stmt, TEXT("SELECT 1"), SQL_NTS), SQL_SUCCESS);
    d.SetStmtAttr(d.stmt, SQL_ATTR_ASYNC_ENABLE, VALUE(SQL_ASYNC_ENABLE_ON), 0);
    POLL(rc, polls, d.Execute(d.stmt));
    cr_assert_eq(rc, SQL_SUCCESS);
    POLL(rc, polls, d.NumResultCols(d.stmt, &columns));
    cr_assert_eq(polls, 2);
    cr_assert_eq(columns, 1);
    POLL(rc, polls, d.MoreResults(d.stmt));
    cr_assert_eq(polls, 2);
    cr_assert_eq(rc, SQL_NO_DATA);
    direct_close();
}

Test(strict, a_cancel_ends_the_pending_call)
{
    static const char sql[] = "SELECT 1";
    SQLRETURN rc;
    direct_open("TestAsync=statement;TestAsyncPolls=5");
    d.SetStmtAttr(d.stmt, SQL_ATTR_ASYNC_ENABLE, VALUE(SQL_ASYNC_ENABLE_ON), 0);
    cr_assert_eq(d.Prepare(d.stmt, TEXT(sql), 8), SQL_STILL_EXECUTING);
    cr_assert_eq(d.Cancel(d.stmt), SQL_SUCCESS);
    while ((rc = d.Prepare(d.stmt, TEXT(sql), 8)) == SQL_STILL_EXECUTING)
        ;
    cr_assert_eq(rc, SQL_ERROR);
    cr_assert_str_eq(direct_state(SQL_HANDLE_STMT, d.stmt), "HY008");
    direct_close();
}
