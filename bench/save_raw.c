/* POSIX names beside those of C11; before the first header. */
#define _POSIX_C_SOURCE 200809L

#include "save_raw.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sql.h>
#include <sqlext.h>

enum { MOST = 1000, PARAMS = 5 };

enum kind { SQLITE, POSTGRESQL, MARIADB };

/* A prepared statement with its bound buffers, kept from batch to batch. */
struct prepared {
    SQLHSTMT stmt;
    size_t rows;
};

struct writer {
    SQLHENV env;
    SQLHDBC dbc;
    enum kind kind;
    struct prepared insert, update, delete, update_one, find_one;
    struct item staged[MOST];
    int64_t old_version[MOST];
    int64_t keys[MOST];
    SQLLEN lengths[MOST];
    SQLULEN fetched;
    char *literals[PARAMS];
    SQLLEN literal_lengths[PARAMS];
    struct item one;
    int32_t one_old;
    SQLLEN one_length;
};

#define LITERAL_SIZE (MOST * 64)

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

static void must(int truth, const char *what)
{
    if (truth)
        return;
    fprintf(stderr, "raw ODBC: %s\n", what);
    exit(2);
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

static SQLPOINTER odbc_int(uintptr_t value)
{
    return (SQLPOINTER)value;
}

static enum kind kind_of(SQLHDBC dbc)
{
    char name[64] = "";

    SQLGetInfo(dbc, SQL_DBMS_NAME, name, sizeof name, NULL);
    return strncmp(name, "Postgre", 7) == 0 ? POSTGRESQL : strncmp(name, "Maria", 5) == 0 ? MARIADB : SQLITE;
}

struct writer *writer_open(const char *connection)
{
    struct writer *w = calloc(1, sizeof *w);
    char string[512];

    must(w != NULL, "out of memory");
    for (int i = 0; i < PARAMS; i++) {
        w->literals[i] = malloc(LITERAL_SIZE);
        must(w->literals[i] != NULL, "out of memory");
    }
    snprintf(string, sizeof string, "%s%s;Protocol=7.4-0;OPTION=2;FKSupport=1;Timeout=1000", strchr(connection, '=') ? "" : "DSN=",
             connection);
    SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &w->env);
    SQLSetEnvAttr(w->env, SQL_ATTR_ODBC_VERSION, odbc_int(SQL_OV_ODBC3), 0);
    SQLAllocHandle(SQL_HANDLE_DBC, w->env, &w->dbc);
    check(SQLDriverConnect(w->dbc, NULL, odbc_text(string), SQL_NTS, NULL, 0, NULL, SQL_DRIVER_NOPROMPT), SQL_HANDLE_DBC,
          w->dbc, "connect");
    w->kind = kind_of(w->dbc);
    return w;
}

static void forget(struct prepared *p)
{
    if (p->stmt)
        SQLFreeHandle(SQL_HANDLE_STMT, p->stmt);
    p->stmt = NULL;
}

static void forget_all(struct writer *w)
{
    forget(&w->insert);
    forget(&w->update);
    forget(&w->delete);
    forget(&w->update_one);
    forget(&w->find_one);
}

void writer_close(struct writer *w)
{
    forget_all(w);
    SQLDisconnect(w->dbc);
    SQLFreeHandle(SQL_HANDLE_DBC, w->dbc);
    SQLFreeHandle(SQL_HANDLE_ENV, w->env);
    for (int i = 0; i < PARAMS; i++)
        free(w->literals[i]);
    free(w);
}

void writer_describe(struct writer *w, char *text, size_t size)
{
    char name[64] = "?";
    char version[64] = "?";

    SQLGetInfo(w->dbc, SQL_DBMS_NAME, name, sizeof name, NULL);
    SQLGetInfo(w->dbc, SQL_DBMS_VER, version, sizeof version, NULL);
    snprintf(text, size, "%s %s", name, version);
}

static int run(struct writer *w, const char *sql)
{
    SQLHSTMT stmt;
    SQLRETURN ret;

    SQLAllocHandle(SQL_HANDLE_STMT, w->dbc, &stmt);
    ret = SQLExecDirect(stmt, odbc_text(sql), SQL_NTS);
    SQLFreeHandle(SQL_HANDLE_STMT, stmt);
    return fine(ret);
}

void writer_table(struct writer *w, const char *table)
{
    static const char *const ids[] = {"INTEGER PRIMARY KEY", "BIGSERIAL PRIMARY KEY", "BIGINT AUTO_INCREMENT PRIMARY KEY"};
    char sql[512];

    forget_all(w);
    snprintf(sql, sizeof sql, "DROP TABLE IF EXISTS %s", table);
    run(w, sql);
    snprintf(sql, sizeof sql,
             "CREATE TABLE %s (id %s, quantity INTEGER NOT NULL, price DOUBLE PRECISION NOT NULL, "
             "label VARCHAR(40) NOT NULL, version INTEGER NOT NULL)%s",
             table, ids[w->kind], w->kind == POSTGRESQL ? " WITH (autovacuum_enabled = false)" : "");
    must(run(w, sql), sql);
}

void writer_empty(struct writer *w, const char *table)
{
    char sql[128];

    snprintf(sql, sizeof sql, "%s %s", w->kind == SQLITE ? "DELETE FROM" : "TRUNCATE TABLE", table);
    must(run(w, sql), sql);
}

/* How many transactions' old versions InnoDB has yet to purge; threads of its own do that. -1: it does not tell. */
static long history(struct writer *w)
{
    SQLHSTMT stmt;
    SQLCHAR length[24] = "-1";

    SQLAllocHandle(SQL_HANDLE_STMT, w->dbc, &stmt);
    check(SQLExecDirect(stmt, odbc_text("SHOW GLOBAL STATUS LIKE 'Innodb_history_list_length'"), SQL_NTS), SQL_HANDLE_STMT, stmt,
          "ask for the history");
    if (fine(SQLFetch(stmt)))
        SQLGetData(stmt, 2, SQL_C_CHAR, length, sizeof length, NULL);
    SQLFreeHandle(SQL_HANDLE_STMT, stmt);
    return strtol((const char *)length, NULL, 10);
}

bool writer_settle(struct writer *w)
{
    const struct timespec a_while = {.tv_nsec = 20 * 1000 * 1000};
    long left = w->kind == MARIADB ? history(w) : 0;

    for (int i = 0; left > 0 && i < 100; i++) {
        nanosleep(&a_while, NULL);
        left = history(w);
    }
    return left == 0;
}

void writer_begin(struct writer *w)
{
    SQLSetConnectAttr(w->dbc, SQL_ATTR_AUTOCOMMIT, odbc_int(SQL_AUTOCOMMIT_OFF), 0);
}

void writer_commit(struct writer *w)
{
    check(SQLEndTran(SQL_HANDLE_DBC, w->dbc, SQL_COMMIT), SQL_HANDLE_DBC, w->dbc, "commit");
    SQLSetConnectAttr(w->dbc, SQL_ATTR_AUTOCOMMIT, odbc_int(SQL_AUTOCOMMIT_ON), 0);
}

static void bind(const struct prepared *p, size_t number, SQLSMALLINT c_type, SQLSMALLINT sql_type, SQLULEN size, void *at,
                 SQLLEN *length)
{
    check(SQLBindParameter(p->stmt, (SQLUSMALLINT)number, SQL_PARAM_INPUT, c_type, sql_type, size, 0, at, 0, length),
          SQL_HANDLE_STMT, p->stmt, "bind");
}

static void prepare(struct writer *w, struct prepared *p, const char *sql, size_t rows)
{
    p->rows = rows;
    check(SQLAllocHandle(SQL_HANDLE_STMT, w->dbc, &p->stmt), SQL_HANDLE_DBC, w->dbc, "make a statement");
    check(SQLPrepare(p->stmt, odbc_text(sql), SQL_NTS), SQL_HANDLE_STMT, p->stmt, sql);
}

static void bind_keys_back(struct writer *w, const struct prepared *p)
{
    SQLSetStmtAttr(p->stmt, SQL_ATTR_ROW_ARRAY_SIZE, odbc_int(p->rows), 0);
    SQLSetStmtAttr(p->stmt, SQL_ATTR_ROWS_FETCHED_PTR, &w->fetched, 0);
    check(SQLBindCol(p->stmt, 1, SQL_C_SBIGINT, w->keys, 0, NULL), SQL_HANDLE_STMT, p->stmt, "bind");
}

static char *repeat(char *at, const char *first, const char *item, const char *between, size_t count)
{
    for (size_t i = 0; i < count; i++)
        at += sprintf(at, "%s%s", i ? between : "", i || !first ? item : first);
    return at;
}

static char *new_text(void)
{
    char *text = malloc(MOST * 64 + 1024);

    must(text != NULL, "out of memory");
    return text;
}

/* ---- array literals (PostgreSQL) ---- */

static void prepare_unnest(struct writer *w, struct prepared *p, const char *sql, size_t fields)
{
    prepare(w, p, sql, 1000);
    for (size_t i = 0; i < fields; i++)
        bind(p, i + 1, SQL_C_CHAR, SQL_LONGVARCHAR, LITERAL_SIZE, w->literals[i], &w->literal_lengths[i]);
}

static char *put_number(char *at, int64_t value)
{
    char digits[24];
    int n = 0;

    do
        digits[n++] = (char)('0' + value % 10);
    while ((value /= 10) > 0);
    while (n > 0)
        *at++ = digits[--n];
    *at++ = ',';
    return at;
}

static void begin_literals(struct writer *w, char **at, size_t fields)
{
    for (size_t f = 0; f < fields; f++) {
        at[f] = w->literals[f];
        *at[f]++ = '{';
    }
}

static void end_literals(struct writer *w, char *const *ends, size_t fields)
{
    for (size_t f = 0; f < fields; f++) {
        ends[f][-1] = '}';
        w->literal_lengths[f] = ends[f] - w->literals[f];
    }
}

/* ---- insert ---- */

static void prepare_insert_arrays(struct writer *w, const char *table)
{
    char sql[256];

    snprintf(sql, sizeof sql,
             "INSERT INTO %s (quantity, price, label, version) "
             "SELECT * FROM unnest(?::integer[],?::double precision[],?::varchar[],?::integer[]) RETURNING id",
             table);
    prepare_unnest(w, &w->insert, sql, 4);
}

/* No label here needs more than quotes. */
static void put_inserted(struct writer *w, size_t rows)
{
    char *at[4];

    begin_literals(w, at, 4);
    for (size_t i = 0; i < rows; i++) {
        const struct item *s = &w->staged[i];

        at[0] = put_number(at[0], s->quantity);
        at[1] += sprintf(at[1], "%.17g,", s->price);
        *at[2]++ = '"';
        memcpy(at[2], s->label, (size_t)w->lengths[i]);
        at[2] += w->lengths[i];
        *at[2]++ = '"';
        *at[2]++ = ',';
        at[3] = put_number(at[3], s->version);
    }
    end_literals(w, at, 4);
}

static void prepare_insert(struct writer *w, const char *table)
{
    size_t rows = w->kind == SQLITE ? 100 : 1000;
    char *sql;
    char *at;

    if (w->kind == POSTGRESQL) {
        prepare_insert_arrays(w, table);
        return;
    }
    sql = at = new_text();
    at += sprintf(at, "%sINSERT INTO %s (quantity, price, label, version) VALUES ",
                  w->kind == SQLITE ? "WITH x(y) AS (SELECT 1) " : "", table);
    at = repeat(at, NULL, "(?,?,?,?)", ",", rows);
    sprintf(at, " RETURNING id");
    prepare(w, &w->insert, sql, rows);
    free(sql);
    for (size_t i = 0; i < rows; i++) {
        struct item *s = &w->staged[i];

        bind(&w->insert, 4 * i + 1, SQL_C_SLONG, SQL_INTEGER, 0, &s->quantity, NULL);
        bind(&w->insert, 4 * i + 2, SQL_C_DOUBLE, SQL_DOUBLE, 0, &s->price, NULL);
        bind(&w->insert, 4 * i + 3, SQL_C_CHAR, SQL_VARCHAR, 40, s->label, &w->lengths[i]);
        bind(&w->insert, 4 * i + 4, SQL_C_SLONG, SQL_INTEGER, 0, &s->version, NULL);
    }
}

static void fetch_keys(struct writer *w, struct prepared *p, size_t expected)
{
    must(fine(SQLFetch(p->stmt)) && w->fetched == expected, "not all keys came back");
    SQLFreeStmt(p->stmt, SQL_CLOSE);
}

void writer_insert(struct writer *w, const char *table, struct item *rows, size_t count)
{
    struct prepared *p = &w->insert;

    writer_begin(w);
    if (!p->stmt)
        prepare_insert(w, table);
    for (size_t from = 0; from < count; from += p->rows) {
        memcpy(w->staged, rows + from, p->rows * sizeof *rows);
        for (size_t i = 0; i < p->rows; i++) {
            w->staged[i].version = 1;
            w->lengths[i] = (SQLLEN)strlen(w->staged[i].label);
        }
        if (w->kind == POSTGRESQL)
            put_inserted(w, p->rows);
        check(SQLExecute(p->stmt), SQL_HANDLE_STMT, p->stmt, "insert");
        if (from == 0)
            bind_keys_back(w, p);
        fetch_keys(w, p, p->rows);
        for (size_t i = 0; i < p->rows; i++) {
            rows[from + i].id = w->keys[i];
            rows[from + i].version = 1;
        }
    }
    writer_commit(w);
}

/* ---- update and delete: lists of parameters (SQLite, MariaDB) ---- */

static void text_update(const struct writer *w, char *at, const char *table, size_t rows)
{
    if (w->kind == SQLITE) {
        at += sprintf(at, "WITH v(i,o,q,n) AS (VALUES ");
        at = repeat(at, NULL, "(?,?,?,?)", ",", rows);
        sprintf(at, ") UPDATE %s SET quantity=v.q, version=v.n FROM v WHERE %s.id=v.i AND %s.version=v.o RETURNING id", table,
                table, table);
        return;
    }
    at += sprintf(at, "UPDATE %s t JOIN (", table);
    at = repeat(at, "SELECT ? AS i, ? AS o, ? AS q, ? AS n", "SELECT ?,?,?,?", " UNION ALL ", rows);
    sprintf(at, ") v ON t.id=v.i AND t.version=v.o SET t.quantity=v.q, t.version=v.n");
}

static void text_delete(const struct writer *w, char *at, const char *table, size_t rows)
{
    if (w->kind == SQLITE) {
        at += sprintf(at, "WITH v(i,o) AS (VALUES ");
        at = repeat(at, NULL, "(?,?)", ",", rows);
        sprintf(at, ") DELETE FROM %s WHERE (id,version) IN (SELECT i,o FROM v) RETURNING id", table);
        return;
    }
    at += sprintf(at, "DELETE FROM %s WHERE (id,version) IN (", table);
    at = repeat(at, NULL, "(?,?)", ",", rows);
    sprintf(at, ")");
}

static void prepare_lists(struct writer *w, struct prepared *p, const char *sql, size_t rows, size_t fields)
{
    prepare(w, p, sql, rows);
    for (size_t i = 0; i < rows; i++) {
        struct item *s = &w->staged[i];

        bind(p, fields * i + 1, SQL_C_SBIGINT, SQL_BIGINT, 0, &s->id, NULL);
        bind(p, fields * i + 2, SQL_C_SBIGINT, SQL_BIGINT, 0, &w->old_version[i], NULL);
        if (fields == 2)
            continue;
        bind(p, fields * i + 3, SQL_C_SLONG, SQL_INTEGER, 0, &s->quantity, NULL);
        bind(p, fields * i + 4, SQL_C_SLONG, SQL_INTEGER, 0, &s->version, NULL);
    }
}

/* ---- update and delete: array literals (PostgreSQL) ---- */

static void put_literals(struct writer *w, size_t rows, size_t fields)
{
    char *at[4];

    begin_literals(w, at, fields);
    for (size_t i = 0; i < rows; i++) {
        const struct item *s = &w->staged[i];

        at[0] = put_number(at[0], s->id);
        at[1] = put_number(at[1], w->old_version[i]);
        if (fields == 2)
            continue;
        at[2] = put_number(at[2], s->quantity);
        at[3] = put_number(at[3], s->version);
    }
    end_literals(w, at, fields);
}

static void prepare_update(struct writer *w, const char *table)
{
    char *sql = new_text();

    if (w->kind == POSTGRESQL) {
        sprintf(sql,
                "UPDATE %s t SET quantity=v.q, version=v.n FROM unnest(?::bigint[],?::integer[],?::integer[],?::integer[]) "
                "v(i,o,q,n) WHERE t.id=v.i AND t.version=v.o",
                table);
        prepare_unnest(w, &w->update, sql, 4);
    } else {
        text_update(w, sql, table, 500);
        prepare_lists(w, &w->update, sql, 500, 4);
    }
    free(sql);
}

static void prepare_delete(struct writer *w, const char *table)
{
    size_t rows = w->kind == SQLITE ? 500 : 1000;
    char *sql = new_text();

    if (w->kind == POSTGRESQL) {
        sprintf(sql, "DELETE FROM %s t USING unnest(?::bigint[],?::integer[]) v(i,o) WHERE t.id=v.i AND t.version=v.o", table);
        prepare_unnest(w, &w->delete, sql, 2);
    } else {
        text_delete(w, sql, table, rows);
        prepare_lists(w, &w->delete, sql, rows, 2);
    }
    free(sql);
}

/* Where rows come back they are the verdict; elsewhere the count is, and a short one would be looked into. */
static void execute(struct writer *w, struct prepared *p, size_t fields, int first)
{
    SQLLEN affected = -1;

    if (w->kind == POSTGRESQL)
        put_literals(w, p->rows, fields);
    check(SQLExecute(p->stmt), SQL_HANDLE_STMT, p->stmt, "write");
    if (w->kind == SQLITE) {
        if (first)
            bind_keys_back(w, p);
        fetch_keys(w, p, p->rows);
        return;
    }
    SQLRowCount(p->stmt, &affected);
    must(affected == (SQLLEN)p->rows, "a row was stale");
}

static void stage(struct writer *w, const struct item *rows, size_t count)
{
    memcpy(w->staged, rows, count * sizeof *rows);
    for (size_t i = 0; i < count; i++)
        w->old_version[i] = w->staged[i].version++;
}

void writer_update(struct writer *w, const char *table, struct item *rows, size_t count)
{
    writer_begin(w);
    if (!w->update.stmt)
        prepare_update(w, table);
    for (size_t from = 0; from < count; from += w->update.rows) {
        stage(w, rows + from, w->update.rows);
        execute(w, &w->update, 4, from == 0);
        for (size_t i = 0; i < w->update.rows; i++)
            rows[from + i].version++;
    }
    writer_commit(w);
}

void writer_delete(struct writer *w, const char *table, const struct item *rows, size_t count)
{
    writer_begin(w);
    if (!w->delete.stmt)
        prepare_delete(w, table);
    for (size_t from = 0; from < count; from += w->delete.rows) {
        stage(w, rows + from, w->delete.rows);
        execute(w, &w->delete, 2, from == 0);
    }
    writer_commit(w);
}

/* ---- one row ---- */

void writer_update_one(struct writer *w, const char *table, struct item *row)
{
    struct prepared *p = &w->update_one;
    SQLLEN affected = -1;

    if (!p->stmt) {
        char sql[256];

        snprintf(sql, sizeof sql, "UPDATE %s SET quantity = ?, version = ? WHERE id = ? AND version = ?", table);
        prepare(w, p, sql, 1);
        bind(p, 1, SQL_C_SLONG, SQL_INTEGER, 0, &w->one.quantity, NULL);
        bind(p, 2, SQL_C_SLONG, SQL_INTEGER, 0, &w->one.version, NULL);
        bind(p, 3, SQL_C_SBIGINT, SQL_BIGINT, 0, &w->one.id, NULL);
        bind(p, 4, SQL_C_SLONG, SQL_INTEGER, 0, &w->one_old, NULL);
    }
    w->one = *row;
    w->one_old = row->version;
    w->one.version = row->version + 1;
    check(SQLExecute(p->stmt), SQL_HANDLE_STMT, p->stmt, "update");
    SQLRowCount(p->stmt, &affected);
    must(affected == 1, "the row was stale");
    row->version++;
}

/* The whole row, as programs read it; libuow leaves out the key's column where it can (doc/driver-notes.md). */
void writer_find_one(struct writer *w, const char *table, int64_t id, struct item *out)
{
    struct prepared *p = &w->find_one;

    w->one.id = id;
    if (!p->stmt) {
        /* As libuow does: SQLite's driver would write the double with 15 of its 17 digits. */
        static const char exact[] = "CASE typeof(price) WHEN 'real' THEN printf('%!.20g', price) ELSE price END";
        char sql[256];

        snprintf(sql, sizeof sql, "SELECT id, quantity, %s, label, version FROM %s WHERE id = ?",
                 w->kind == SQLITE ? exact : "price", table);
        prepare(w, p, sql, 1);
        bind(p, 1, SQL_C_SBIGINT, SQL_BIGINT, 0, &w->one.id, NULL);
        check(SQLExecute(p->stmt), SQL_HANDLE_STMT, p->stmt, "find");
        SQLBindCol(p->stmt, 1, SQL_C_SBIGINT, &w->one.id, 0, NULL);
        SQLBindCol(p->stmt, 2, SQL_C_SLONG, &w->one.quantity, 0, NULL);
        SQLBindCol(p->stmt, 3, SQL_C_DOUBLE, &w->one.price, 0, NULL);
        SQLBindCol(p->stmt, 4, SQL_C_CHAR, w->one.label, sizeof w->one.label, &w->one_length);
        SQLBindCol(p->stmt, 5, SQL_C_SLONG, &w->one.version, 0, NULL);
    } else {
        check(SQLExecute(p->stmt), SQL_HANDLE_STMT, p->stmt, "find");
    }
    must(SQLFetch(p->stmt) == SQL_SUCCESS, "the row was not found");
    SQLFreeStmt(p->stmt, SQL_CLOSE);
    *out = w->one;
}
