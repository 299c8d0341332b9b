#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "testdrv/testdrv.h"

static const char *test_dsn(void)
{
    const char *dsn = getenv("UOW_DSN");
    cr_assert(dsn && strncmp(dsn, "uow_test_", 9) == 0, "UOW_DSN is not one of uow_test_...");
    return dsn;
}

bool on(const char *database)
{
    return strcmp(test_dsn() + 9, database) == 0;
}

SQLRETURN try_open(link_to *l, const char *dsn, const char *keys)
{
    char text[2048];
    memset(l, 0, sizeof *l);
    snprintf(text, sizeof text, "DSN=%s;%s", dsn, keys);
    OK(SQL_HANDLE_ENV, l->env, SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &l->env));
    OK(SQL_HANDLE_ENV, l->env,
       SQLSetEnvAttr(l->env, SQL_ATTR_ODBC_VERSION, VALUE(SQL_OV_ODBC3), 0));
    OK(SQL_HANDLE_ENV, l->env, SQLAllocHandle(SQL_HANDLE_DBC, l->env, &l->dbc));
    return SQLDriverConnect(l->dbc, NULL, TEXT(text), SQL_NTS, NULL, 0, NULL, SQL_DRIVER_NOPROMPT);
}

void open_with(link_to *l, const char *keys)
{
    OK_DBC(l, try_open(l, test_dsn(), keys));
    OK_DBC(l, SQLAllocHandle(SQL_HANDLE_STMT, l->dbc, &l->stmt));
}

void open_beside(link_to *l)
{
    char dsn[64];
    snprintf(dsn, sizeof dsn, "uow_%s", test_dsn() + 9);
    OK_DBC(l, try_open(l, dsn, ""));
    OK_DBC(l, SQLAllocHandle(SQL_HANDLE_STMT, l->dbc, &l->stmt));
}

void shut(link_to *l)
{
    if (l->stmt)
        OK_STMT(l, SQLFreeHandle(SQL_HANDLE_STMT, l->stmt));
    (void)SQLDisconnect(l->dbc);
    OK_DBC(l, SQLFreeHandle(SQL_HANDLE_DBC, l->dbc));
    OK(SQL_HANDLE_ENV, l->env, SQLFreeHandle(SQL_HANDLE_ENV, l->env));
}

void run(link_to *l, const char *sql)
{
    SQLRETURN rc = SQLExecDirect(l->stmt, TEXT(sql), SQL_NTS);
    cr_assert(SQL_SUCCEEDED(rc) || rc == SQL_NO_DATA, "%s",
              complaint(sql, rc, SQL_HANDLE_STMT, l->stmt));
    OK_STMT(l, SQLFreeStmt(l->stmt, SQL_CLOSE));
}

long long number(link_to *l, const char *sql)
{
    SQLBIGINT value = 0;
    SQLLEN indicator = 0;
    SQLHSTMT stmt;
    OK_DBC(l, SQLAllocHandle(SQL_HANDLE_STMT, l->dbc, &stmt));
    OK(SQL_HANDLE_STMT, stmt, SQLExecDirect(stmt, TEXT(sql), SQL_NTS));
    OK(SQL_HANDLE_STMT, stmt, SQLFetch(stmt));
    OK(SQL_HANDLE_STMT, stmt, SQLGetData(stmt, 1, SQL_C_SBIGINT, &value, 0, &indicator));
    OK(SQL_HANDLE_STMT, stmt, SQLFreeHandle(SQL_HANDLE_STMT, stmt));
    return value;
}

void drop_table(const char *name)
{
    char sql[128];
    link_to side;
    open_beside(&side);
    snprintf(sql, sizeof sql, "DROP TABLE IF EXISTS %s", name);
    run(&side, sql);
    shut(&side);
}

void make_table(const char *name)
{
    char sql[128];
    link_to side;
    drop_table(name);
    open_beside(&side);
    snprintf(sql, sizeof sql, "CREATE TABLE %s (id integer, name varchar(100))", name);
    run(&side, sql);
    shut(&side);
}

static unsigned counted(link_to *l, int attribute)
{
    SQLUINTEGER count = 0;
    OK_DBC(l, SQLGetConnectAttr(l->dbc, attribute, &count, SQL_IS_UINTEGER, NULL));
    return count;
}

unsigned calls(link_to *l, int api)
{
    return counted(l, UOWTEST_ATTR_CALLS + api);
}

unsigned polls_of(link_to *l, int api)
{
    return counted(l, UOWTEST_ATTR_POLLS + api);
}

static SQLCHAR record_state[6];
static SQLCHAR record_text[512];
static SQLINTEGER record_native;

static void record_of(SQLSMALLINT type, SQLHANDLE handle)
{
    SQLSMALLINT length = 0;
    record_state[0] = record_text[0] = '\0';
    record_native = 0;
    if (handle != NULL)
        (void)SQLGetDiagRec(type, handle, 1, record_state, &record_native, record_text,
                            sizeof record_text, &length);
}

const char *state_of(SQLSMALLINT type, SQLHANDLE handle)
{
    record_of(type, handle);
    return (const char *)record_state;
}

const char *text_of(SQLSMALLINT type, SQLHANDLE handle)
{
    record_of(type, handle);
    return (const char *)record_text;
}

SQLINTEGER native_of(SQLSMALLINT type, SQLHANDLE handle)
{
    record_of(type, handle);
    return record_native;
}

const char *complaint(const char *call, SQLRETURN rc, SQLSMALLINT type, SQLHANDLE handle)
{
    static char text[1024];
    record_of(type, handle);
    snprintf(text, sizeof text, "%.400s gave %d [%s] %d %s", call, rc, record_state,
             (int)record_native, record_text);
    return text;
}
