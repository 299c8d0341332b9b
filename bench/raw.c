#include "raw.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sql.h>
#include <sqlext.h>

struct raw {
    SQLHENV env;
    SQLHDBC dbc;
    SQLHSTMT stmt;
    const char *select;
};

static const char select_all[] =
    "SELECT id, quantity, price, label, seen_at FROM " BENCH_TABLE;
/* SQLite's driver writes doubles with 15 digits; this way all of them arrive. */
static const char select_exact[] =
    "SELECT id, quantity, CASE typeof(price) WHEN 'real' THEN printf('%!.20g', price) ELSE price END, label, seen_at FROM " BENCH_TABLE;

static int fine(SQLRETURN ret)
{
    return ret == SQL_SUCCESS || ret == SQL_SUCCESS_WITH_INFO || ret == SQL_NO_DATA;
}

static void check(SQLRETURN ret, SQLSMALLINT type, SQLHANDLE handle, const char *doing)
{
    SQLCHAR state[6] = "";
    SQLCHAR text[512] = "";

    if (fine(ret))
        return;
    SQLGetDiagRec(type, handle, 1, state, NULL, text, sizeof text, NULL);
    fprintf(stderr, "raw ODBC could not %s: %s %s\n", doing, (char *)state, (char *)text);
    exit(2);
}

static void check_stmt(const struct raw *raw, SQLRETURN ret, const char *doing)
{
    check(ret, SQL_HANDLE_STMT, raw->stmt, doing);
}

/* ODBC takes text as unsigned and not const, and only reads it. */
static SQLCHAR *odbc_text(const char *text)
{
    union {
        const char *in;
        SQLCHAR *out;
    } same = {text};

    return same.out;
}

/* Integer attributes travel in the pointer's bits. */
static SQLPOINTER odbc_int(uintptr_t value)
{
    return (SQLPOINTER)value;
}

struct raw *raw_open(const char *connection)
{
    struct raw *raw = calloc(1, sizeof *raw);
    char string[512];
    SQLRETURN ret;

    if (!raw)
        exit(2);
    raw->select = select_all;
    snprintf(string, sizeof string, "%s%s", strchr(connection, '=') ? "" : "DSN=", connection);
    SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &raw->env);
    SQLSetEnvAttr(raw->env, SQL_ATTR_ODBC_VERSION, odbc_int(SQL_OV_ODBC3), 0);
    SQLAllocHandle(SQL_HANDLE_DBC, raw->env, &raw->dbc);
    ret = SQLDriverConnect(raw->dbc, NULL, odbc_text(string), SQL_NTS, NULL, 0, NULL,
                           SQL_DRIVER_NOPROMPT);
    check(ret, SQL_HANDLE_DBC, raw->dbc, "connect");
    ret = SQLAllocHandle(SQL_HANDLE_STMT, raw->dbc, &raw->stmt);
    check(ret, SQL_HANDLE_DBC, raw->dbc, "make a statement");
    return raw;
}

void raw_close(struct raw *raw)
{
    SQLFreeHandle(SQL_HANDLE_STMT, raw->stmt);
    SQLDisconnect(raw->dbc);
    SQLFreeHandle(SQL_HANDLE_DBC, raw->dbc);
    SQLFreeHandle(SQL_HANDLE_ENV, raw->env);
    free(raw);
}

void raw_exact(struct raw *raw)
{
    raw->select = select_exact;
}

int raw_try(struct raw *raw, const char *sql)
{
    SQLRETURN ret = SQLExecDirect(raw->stmt, odbc_text(sql), SQL_NTS);

    SQLFreeStmt(raw->stmt, SQL_CLOSE);
    return fine(ret);
}

void raw_run(struct raw *raw, const char *sql)
{
    check_stmt(raw, SQLExecDirect(raw->stmt, odbc_text(sql), SQL_NTS), sql);
    SQLFreeStmt(raw->stmt, SQL_CLOSE);
}

int64_t raw_number(struct raw *raw, const char *sql, int64_t otherwise)
{
    SQLBIGINT value = 0;

    if (!fine(SQLExecDirect(raw->stmt, odbc_text(sql), SQL_NTS)))
        return otherwise;
    check_stmt(raw, SQLFetch(raw->stmt), sql);
    check_stmt(raw, SQLGetData(raw->stmt, 1, SQL_C_SBIGINT, &value, 0, NULL), sql);
    SQLFreeStmt(raw->stmt, SQL_CLOSE);
    return value;
}

void raw_describe(struct raw *raw, char *text, size_t size)
{
    char name[64] = "?";
    char version[64] = "?";

    SQLGetInfo(raw->dbc, SQL_DBMS_NAME, name, sizeof name, NULL);
    SQLGetInfo(raw->dbc, SQL_DBMS_VER, version, sizeof version, NULL);
    snprintf(text, size, "%s %s", name, version);
}

static void bind(const struct raw *raw, SQLUSMALLINT column, SQLSMALLINT type, void *to,
                 size_t size, SQLLEN *indicator)
{
    check_stmt(raw, SQLBindCol(raw->stmt, column, type, to, (SQLLEN)size, indicator), "bind");
}

/* Row-wise: the driver writes whole structs. Only what may be NULL gets an indicator. */
static void bind_block(const struct raw *raw, struct reading *rows, size_t block, SQLULEN *fetched)
{
    SQLHSTMT stmt = raw->stmt;

    SQLSetStmtAttr(stmt, SQL_ATTR_ROW_BIND_TYPE, odbc_int(sizeof *rows), 0);
    check_stmt(raw, SQLSetStmtAttr(stmt, SQL_ATTR_ROW_ARRAY_SIZE, odbc_int(block), 0), "set block");
    SQLSetStmtAttr(stmt, SQL_ATTR_ROWS_FETCHED_PTR, fetched, 0);
    bind(raw, 1, SQL_C_SBIGINT, &rows->id, sizeof rows->id, NULL);
    bind(raw, 2, SQL_C_SLONG, &rows->quantity, sizeof rows->quantity, NULL);
    bind(raw, 3, SQL_C_DOUBLE, &rows->price, sizeof rows->price, NULL);
    bind(raw, 4, SQL_C_CHAR, rows->label, sizeof rows->label, NULL);
    bind(raw, 5, SQL_C_TYPE_TIMESTAMP, &rows->seen_at, sizeof rows->seen_at, &rows->seen_ind);
}

static void unbind(const struct raw *raw)
{
    SQLFreeStmt(raw->stmt, SQL_CLOSE);
    SQLFreeStmt(raw->stmt, SQL_UNBIND);
    SQLSetStmtAttr(raw->stmt, SQL_ATTR_ROW_ARRAY_SIZE, odbc_int(1), 0);
    SQLSetStmtAttr(raw->stmt, SQL_ATTR_ROWS_FETCHED_PTR, NULL, 0);
}

/* Not prepared: for one run that saves a round trip, and PostgreSQL reads a third faster. */
static void start(const struct raw *raw)
{
    check_stmt(raw, SQLExecDirect(raw->stmt, odbc_text(raw->select), SQL_NTS), "select");
}

/* The rows of the next block; 0 at the end. */
static size_t next_block(const struct raw *raw, const SQLULEN *fetched)
{
    SQLRETURN ret = SQLFetch(raw->stmt);

    check_stmt(raw, ret, "fetch");
    /* MariaDB's driver leaves the count alone when there is nothing more. */
    return ret == SQL_NO_DATA ? 0 : (size_t)*fetched;
}

void raw_stream(struct raw *raw, size_t block, struct seen *seen)
{
    struct reading *rows = calloc(block, sizeof *rows);
    SQLULEN fetched = 0;
    size_t count;

    if (!rows)
        exit(2);
    bind_block(raw, rows, block, &fetched);
    start(raw);
    while ((count = next_block(raw, &fetched)) > 0)
        for (size_t i = 0; i < count; i++)
            see(seen, &rows[i]);
    unbind(raw);
    free(rows);
}

static struct reading *grow(struct reading *all, size_t *capacity)
{
    *capacity *= 2;
    all = realloc(all, *capacity * sizeof *all);
    if (!all)
        exit(2);
    return all;
}

struct reading *raw_array(struct raw *raw, size_t block, size_t *out_count)
{
    struct reading *rows = calloc(block, sizeof *rows);
    size_t capacity = block;
    struct reading *all = malloc(capacity * sizeof *all);
    SQLULEN fetched = 0;
    size_t used = 0;
    size_t count;

    if (!rows || !all)
        exit(2);
    bind_block(raw, rows, block, &fetched);
    start(raw);
    while ((count = next_block(raw, &fetched)) > 0) {
        if (used + count > capacity)
            all = grow(all, &capacity);
        memcpy(all + used, rows, count * sizeof *rows);
        used += count;
    }
    unbind(raw);
    free(rows);
    *out_count = used;
    return all;
}
