/* Chapter 10: a program with a connection of its own, in the middle of a transaction, and raw ODBC on a context's. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sql.h>
#include <sqlext.h>

#include "library.h"

/* What the old program does: connect, switch autocommit off, write. */
static SQLHDBC connect_by_hand(const char *dsn, SQLHENV *out_env)
{
    SQLHENV env = SQL_NULL_HENV;
    SQLHDBC dbc = SQL_NULL_HDBC;
    char text[300];

    snprintf(text, sizeof text, strchr(dsn, '=') ? "%s" : "DSN=%s", dsn);
    if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &env)) ||
        !SQL_SUCCEEDED(SQLSetEnvAttr(env, SQL_ATTR_ODBC_VERSION, (SQLPOINTER)SQL_OV_ODBC3, 0)) ||
        !SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_DBC, env, &dbc)) ||
        !SQL_SUCCEEDED(SQLDriverConnect(dbc, NULL, (SQLCHAR *)text, SQL_NTS, NULL, 0, NULL, SQL_DRIVER_NOPROMPT)) ||
        !SQL_SUCCEEDED(SQLSetConnectAttr(dbc, SQL_ATTR_AUTOCOMMIT, (SQLPOINTER)SQL_AUTOCOMMIT_OFF, 0)))
        exit(1);
    *out_env = env;
    return dbc;
}

static void run_by_hand(SQLHSTMT statement, const char *sql)
{
    if (!SQL_SUCCEEDED(SQLExecDirect(statement, (SQLCHAR *)sql, SQL_NTS)))
        exit(1);
}

static void write_by_hand(SQLHDBC dbc)
{
    SQLHSTMT statement = SQL_NULL_HSTMT;

    if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, dbc, &statement)))
        exit(1);
    run_by_hand(statement, "UPDATE readers SET city = 'Oxford' WHERE reader_id = 1");
    SQLFreeHandle(SQL_HANDLE_STMT, statement);
}

/* The same transaction, through a context for a while. */
static void adopt(const struct library *l, SQLHDBC dbc)
{
    uow_handle_report report = UOW_HANDLE_REPORT_INIT;
    uow_context *ctx = NULL;
    struct reader *ada;
    void *row = NULL;
    uow_status st;

    st = uow_adopt(l->env, dbc, l->model, NULL, &ctx);
    must(ctx, st, "adopt the connection");
    printf("%u unit is open: the program's transaction\n", (unsigned)uow_unit_depth(ctx));
    must(ctx, uow_find(ctx, &readers, uow_key_int64(1), &row), "find Ada");
    ada = row;
    printf("she lives in %s, which is not committed yet\n", ada->city);
    ada->fines = uow_decimal_make(100, 2);
    must(ctx, uow_save(ctx, NULL), "save"); /* a savepoint in the program's transaction */
    must(ctx, uow_give_back(ctx, &report), "give the connection back");
    printf("given back, %u attributes changed\n", (unsigned)report.count);
}

static void show_ada(uow_context *ctx, const char *when)
{
    void *row = NULL;
    char fines[48];

    must(ctx, uow_clear(ctx), "forget what was read");
    must(ctx, uow_find(ctx, &readers, uow_key_int64(1), &row), "find Ada");
    printf("%s: %s, fines %s\n", when, ((struct reader *)row)->city, amount(&((struct reader *)row)->fines, fines));
}

/* One row's worth of old code on the context's connection. */
static void borrow(uow_context *ctx)
{
    uow_loan *loan = NULL;
    void *row = NULL;

    must(ctx, uow_find(ctx, &readers, uow_key_int64(3), &row), "find Jiri");
    must(ctx, uow_borrow(ctx, &loan), "borrow the connection"); /* it holds the guard */
    run_by_hand(uow_loan_hstmt(loan), "UPDATE readers SET city = 'Brno' WHERE reader_id = 3");
    must(ctx, uow_loan_end(loan, NULL), "give it back to the context");
    must(ctx, uow_refresh_all(ctx), "read again what is tracked");
    printf("moved to %s\n", ((struct reader *)row)->city);
}

int main(int argc, char **argv)
{
    struct library l = library_open(argc, argv);
    SQLHENV env = SQL_NULL_HENV;
    SQLHDBC dbc = connect_by_hand(l.connection, &env);

    write_by_hand(dbc);
    adopt(&l, dbc);
    SQLEndTran(SQL_HANDLE_DBC, dbc, SQL_ROLLBACK); /* the program's word: both writes are gone */
    show_ada(l.ctx, "rolled back");
    write_by_hand(dbc);
    adopt(&l, dbc);
    SQLEndTran(SQL_HANDLE_DBC, dbc, SQL_COMMIT);
    show_ada(l.ctx, "committed");
    SQLDisconnect(dbc);
    SQLFreeHandle(SQL_HANDLE_DBC, dbc);
    SQLFreeHandle(SQL_HANDLE_ENV, env);
    borrow(l.ctx);
    library_close(&l);
    return 0;
}
