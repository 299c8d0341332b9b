#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "odbc/catalog.h"

#include <string.h>

#include "odbc/dynrow.h"
#include "odbc/execute.h"

#define CATALOG_NAME 1024

/* A name as the functions take it: NULL is any. */
typedef struct catalog_text {
    SQLCHAR *text;
    SQLSMALLINT length;
} catalog_text;

static catalog_text catalog_of(const char *text)
{
    catalog_text given = {NULL, 0};

    if (text != NULL && text[0] != '\0') {
        given.text = (SQLCHAR *)(uintptr_t)text;
        given.length = SQL_NTS;
    }
    return given;
}

static const SQLUSMALLINT catalog_numbers[] = {
    [UOWI_CATALOG_TABLES] = SQL_API_SQLTABLES,
    [UOWI_CATALOG_FIELDS] = SQL_API_SQLCOLUMNS,
    [UOWI_CATALOG_PRIMARY] = SQL_API_SQLPRIMARYKEYS,
    [UOWI_CATALOG_UNIQUE] = SQL_API_SQLSTATISTICS,
    [UOWI_CATALOG_FOREIGN] = SQL_API_SQLFOREIGNKEYS,
    [UOWI_CATALOG_VERSIONS] = SQL_API_SQLSPECIALCOLUMNS,
    [UOWI_CATALOG_ROUTINES] = SQL_API_SQLPROCEDURES,
    [UOWI_CATALOG_PARAMETERS] = SQL_API_SQLPROCEDURECOLUMNS,
};

static bool catalog_has(uowi_conn *conn, uowi_catalog_list list)
{
    SQLUSMALLINT there = SQL_FALSE;
    SQLRETURN rc = conn->api->GetFunctions(conn->hdbc, catalog_numbers[list], &there);

    return !uowi_call_quiet(conn, rc) || there == SQL_TRUE;
}

static uowi_outcome catalog_call(uowi_stmt *s, uowi_catalog_list list, const uowi_catalog_name *of)
{
    catalog_text c = catalog_of(of->catalog);
    catalog_text o = catalog_of(of->schema);
    catalog_text n = catalog_of(of->name);

    switch (list) {
    case UOWI_CATALOG_TABLES:
        return UOWI_STMT_CALL(s, Tables, (s->hstmt, c.text, c.length, o.text, o.length, n.text, n.length, NULL, 0));
    case UOWI_CATALOG_FIELDS:
        return UOWI_STMT_CALL(s, Columns, (s->hstmt, c.text, c.length, o.text, o.length, n.text, n.length, NULL, 0));
    case UOWI_CATALOG_PRIMARY:
        return UOWI_STMT_CALL(s, PrimaryKeys, (s->hstmt, c.text, c.length, o.text, o.length, n.text, n.length));
    case UOWI_CATALOG_UNIQUE:
        return UOWI_STMT_CALL(s, Statistics, (s->hstmt, c.text, c.length, o.text, o.length, n.text, n.length,
                                              SQL_INDEX_UNIQUE, SQL_QUICK));
    case UOWI_CATALOG_FOREIGN:
        return UOWI_STMT_CALL(s, ForeignKeys, (s->hstmt, NULL, 0, NULL, 0, NULL, 0, c.text, c.length, o.text, o.length,
                                               n.text, n.length));
    case UOWI_CATALOG_VERSIONS:
        return UOWI_STMT_CALL(s, SpecialColumns, (s->hstmt, SQL_ROWVER, c.text, c.length, o.text, o.length, n.text,
                                                  n.length, SQL_SCOPE_CURROW, SQL_NULLABLE));
    case UOWI_CATALOG_ROUTINES:
        return UOWI_STMT_CALL(s, Procedures, (s->hstmt, c.text, c.length, o.text, o.length, n.text, n.length));
    case UOWI_CATALOG_PARAMETERS:
        return UOWI_STMT_CALL(s, ProcedureColumns, (s->hstmt, c.text, c.length, o.text, o.length, n.text, n.length, NULL,
                                                    0));
    default: return UOWI_FAILED;
    }
}

static void catalog_row(uowi_dynrow *rows, uowi_catalog_fn fn, void *user)
{
    const char *values[UOWI_CATALOG_MOST];

    for (size_t i = 0; i < UOWI_CATALOG_MOST; i++) {
        const char *text = NULL;

        if (i < uowi_dynrow_column_count(rows))
            (void)uowi_dynrow_text(rows, i, &text, NULL);
        values[i] = text != NULL ? text : "";
    }
    fn(user, values);
}

static uow_status catalog_rows(uowi_stmt *stmt, uowi_catalog_fn fn, void *user)
{
    uowi_dynrow *rows = NULL;
    uow_status st = uowi_dynrow_open(stmt, &rows);

    while (st == UOW_OK) {
        st = uowi_dynrow_next(rows);
        if (st == UOW_OK)
            catalog_row(rows, fn, user);
    }
    uowi_dynrow_free(rows);
    return st == UOW_END ? UOW_OK : st;
}

uow_status uowi_catalog_each(uowi_conn *conn, uowi_catalog_list list, const uowi_catalog_name *of, uowi_catalog_fn fn,
                             void *user)
{
    uowi_stmt *stmt = NULL;
    uowi_outcome outcome;
    uow_status st;

    if (!catalog_has(conn, list))
        return UOW_UNSUPPORTED;
    st = uowi_stmt_open(conn, &stmt);
    if (st != UOW_OK)
        return st;
    outcome = catalog_call(stmt, list, of);
    st = uowi_outcome_status(conn, outcome);
    if (st == UOW_OK)
        st = uowi_stmt_answered(stmt);
    if (st == UOW_OK)
        st = catalog_rows(stmt, fn, user);
    uowi_stmt_free(stmt);
    return st;
}

static bool catalog_made(uowi_stmt *stmt, size_t index)
{
    SQLLEN is = SQL_FALSE;
    SQLRETURN rc = stmt->conn->api->ColAttribute(stmt->hstmt, (SQLUSMALLINT)(index + 1), SQL_DESC_AUTO_UNIQUE_VALUE, NULL, 0,
                                                 NULL, &is);

    return uowi_call_quiet(stmt->conn, rc) && is == SQL_TRUE;
}

uow_status uowi_catalog_result(uowi_conn *conn, const char *sql, uowi_catalog_result_fn fn, void *user)
{
    char name[CATALOG_NAME];
    uowi_stmt *stmt = NULL;
    uow_status st = uowi_stmt_open(conn, &stmt);

    if (st == UOW_OK)
        st = uowi_stmt_direct(stmt, sql, strlen(sql));
    if (st == UOW_OK)
        st = uowi_stmt_execute(stmt);
    for (size_t i = 0; st == UOW_OK && i < uowi_stmt_column_count(stmt); i++) {
        uowi_column_desc desc = {0};

        st = uowi_stmt_describe(stmt, i, name, sizeof name, &desc);
        if (st == UOW_OK)
            fn(user, &desc, catalog_made(stmt, i));
    }
    uowi_stmt_free(stmt);
    return st;
}

bool uowi_catalog_takes(uowi_conn *conn, const char *sql, char sqlstate[6])
{
    const uowi_odbc_api *api = conn->api;
    SQLHSTMT hstmt = SQL_NULL_HSTMT;
    SQLSMALLINT columns = 0, length = 0;
    SQLCHAR text[2];
    SQLINTEGER native = 0;
    bool taken;

    memset(sqlstate, 0, 6);
    if (!uowi_call_quiet(conn, api->AllocHandle(SQL_HANDLE_STMT, conn->hdbc, &hstmt)))
        return true;
    taken = uowi_call_quiet(conn, api->Prepare(hstmt, (SQLCHAR *)(uintptr_t)sql, SQL_NTS)) &&
            uowi_call_quiet(conn, api->NumResultCols(hstmt, &columns));
    if (!taken)
        (void)uowi_call_quiet(conn, api->GetDiagRec(SQL_HANDLE_STMT, hstmt, 1, (SQLCHAR *)sqlstate, &native, text, sizeof text,
                                                    &length));
    (void)uowi_call_quiet(conn, api->FreeHandle(SQL_HANDLE_STMT, hstmt));
    return taken;
}
