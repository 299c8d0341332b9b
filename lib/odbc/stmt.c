/* Statements: opening, text, closing. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "odbc/stmt.h"

#include <string.h>

#include "base/usual.h"
#include "base/utf.h"
#include "odbc/adopt.h"
#include "odbc/binder.h"
#include "odbc/call.h"
#include "odbc/execute.h"
#include "odbc/slot.h"

/* Drivers without it say so or substitute 0; the statement runs without a limit then. */
static void stmt_query_timeout(uowi_stmt *stmt)
{
    const uowi_conn *conn = stmt->conn;
    SQLPOINTER seconds = (SQLPOINTER)(uintptr_t)conn->query_timeout_s;

    stmt->timeout_s = conn->query_timeout_s;
    if (conn->query_timeout_s != 0)
        (void)uowi_call_quiet(stmt->conn, conn->api->SetStmtAttr(stmt->hstmt, SQL_ATTR_QUERY_TIMEOUT, seconds,
                                                                 SQL_IS_UINTEGER));
}

uow_status uowi_stmt_open(uowi_conn *conn, uowi_stmt **out)
{
    uowi_stmt *stmt = uowi_zalloc(conn->mem, sizeof *stmt);
    uowi_outcome outcome;

    if (stmt == NULL)
        return uowi_error_no_memory(conn->error);
    stmt->conn = conn;
    stmt->first_columns = -1;
    stmt->affected = -1;
    /* A connection that died under MariaDB refuses this call; the handle must not be used then. */
    outcome = UOWI_CONN_CALL(conn, AllocHandle, (SQL_HANDLE_STMT, conn->hdbc, &stmt->hstmt));
    if (outcome != UOWI_DONE && outcome != UOWI_DONE_INFO) {
        uowi_free(conn->mem, stmt, sizeof *stmt);
        return uowi_outcome_status(conn, outcome);
    }
    stmt_query_timeout(stmt);
    if (conn->odd_defaults != 0)
        uowi_adopt_statement(stmt);
    *out = stmt;
    return UOW_OK;
}

static void stmt_forget_text(uowi_stmt *stmt)
{
    if (stmt->sql != NULL)
        uowi_free(stmt->conn->mem, stmt->sql, stmt->sql_length + 1);
    stmt->sql = NULL;
    stmt->sql_length = 0;
    stmt->prepared = false;
    stmt->executed = false;
    stmt->column_count = 0;
    stmt->first_columns = -1;
    stmt->affected = -1;
}

void uowi_stmt_free(uowi_stmt *stmt)
{
    uowi_conn *conn;

    if (stmt == NULL)
        return;
    conn = stmt->conn;
    (void)uowi_stmt_close(stmt);
    uowi_binder_drop(stmt);
    for (uowi_binder *binder = stmt->binders; binder != NULL; binder = binder->next)
        binder->stmt = NULL;
    (void)uowi_call_quiet(conn, conn->api->FreeHandle(SQL_HANDLE_STMT, stmt->hstmt));
    uowi_slots_free(stmt);
    uowi_array_free(stmt);
    uowi_stream_done(stmt);
    stmt_forget_text(stmt);
    uowi_free(conn->mem, stmt, sizeof *stmt);
}

static bool stmt_head_is(const char *sql, const char *word)
{
    size_t n = strlen(word);

    return uowi_ascii_ncasecmp(sql, word, n) == 0 && !uowi_ascii_word(sql[n]);
}

/* The first word: behind blanks and comments. */
static const char *stmt_first_word(const char *sql)
{
    for (;;) {
        const char *end = NULL;

        while (uowi_ascii_space(*sql))
            sql++;
        if (sql[0] == '/' && sql[1] == '*')
            end = strstr(sql + 2, "*/");
        else if ((sql[0] == '-' && sql[1] == '-') || sql[0] == '#')
            end = strchr(sql, '\n');
        if (end == NULL)
            return sql;
        sql = end + (*end == '*' ? 2 : 1);
    }
}

/* CREATE OR REPLACE DEFINER = x PROCEDURE .., looked for up to the first semicolon or bracket. */
static bool stmt_makes_routine(const char *sql)
{
    static const char *const kinds[] = {"PROCEDURE", "FUNCTION", "TRIGGER", "EVENT", "PACKAGE"};

    if (!stmt_head_is(sql, "CREATE") && !stmt_head_is(sql, "ALTER"))
        return false;
    while (*sql != '\0' && *sql != ';' && *sql != '(') {
        for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
            if (stmt_head_is(sql, kinds[i]))
                return true;
        while (uowi_ascii_word(*sql))
            sql++;
        while (*sql != '\0' && *sql != ';' && *sql != '(' && !uowi_ascii_word(*sql))
            sql++;
    }
    return false;
}

/*
 * Whether nothing can wait behind the first result. Only certain heads are trusted, and no semicolon may stand before
 * the end (one inside a literal costs a needless SQLFreeStmt, no more). Rules and triggers send no results. A routine
 * made by a text with semicolons gives one result where the dialect says so.
 */
static bool stmt_one_result(const uowi_dialect *dialect, const char *sql)
{
    static const char *const heads[] = {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "REPLACE", "MERGE"};

    sql = stmt_first_word(sql);
    if (dialect->routine_one_result && stmt_makes_routine(sql))
        return true;
    if (strchr(sql, ';') != NULL)
        return false;
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
        if (stmt_head_is(sql, heads[i]))
            return true;
    return false;
}

static uow_status stmt_set_text(uowi_stmt *stmt, const char *sql, size_t length)
{
    char *copy;
    uow_status st = uowi_stmt_close(stmt);

    if (st != UOW_OK)
        return st;
    if (length >= 0x7fffffff)
        return uowi_error_set(stmt->conn->error, UOW_LIMIT, "the statement's text has %zu bytes, ODBC takes 2 GiB at most",
                              length);
    copy = uowi_alloc(stmt->conn->mem, length + 1);
    if (copy == NULL)
        return uowi_error_no_memory(stmt->conn->error);
    memcpy(copy, sql, length);
    copy[length] = '\0';
    uowi_binder_drop(stmt); /* the columns will be others */
    stmt_forget_text(stmt);
    stmt->sql = copy;
    stmt->sql_length = length;
    stmt->one_result = stmt_one_result(stmt->conn->dialect, copy);
    return UOW_OK;
}

uow_status uowi_stmt_prepare(uowi_stmt *stmt, const char *sql, size_t length)
{
    uowi_outcome outcome;
    uow_status st;

    if (!stmt->executing) {
        st = stmt_set_text(stmt, sql, length);
        if (st == UOW_OK)
            st = uowi_stmt_async_as_wanted(stmt);
        if (st != UOW_OK)
            return st;
    }
    outcome = UOWI_STMT_LONG_CALL(stmt, Prepare, (stmt->hstmt, (SQLCHAR *)stmt->sql, (SQLINTEGER)stmt->sql_length));
    stmt->executing = outcome == UOWI_STILL;
    st = uowi_outcome_status(stmt->conn, outcome);
    if (st != UOW_OK)
        return st;
    stmt->prepared = true;
    stmt->column_count = -1;
    if (stmt->conn->trace != NULL)
        uowi_count(&stmt->conn->trace->counters.prepares, 1);
    return UOW_OK;
}

uow_status uowi_stmt_direct(uowi_stmt *stmt, const char *sql, size_t length)
{
    return stmt_set_text(stmt, sql, length);
}

UOWI_HOT uow_status uowi_stmt_close(uowi_stmt *stmt)
{
    uowi_outcome outcome;

    if (!stmt->open)
        return UOW_OK;
    outcome = UOWI_STMT_CALL(stmt, FreeStmt, (stmt->hstmt, SQL_CLOSE));
    stmt->open = false;
    stmt->executing = false;
    if (outcome == UOWI_FAILED)
        return uowi_outcome_status(stmt->conn, outcome);
    return UOW_OK;
}

bool uowi_stmt_is_prepared(const uowi_stmt *stmt)
{
    return stmt->prepared;
}

const char *uowi_stmt_sql(const uowi_stmt *stmt)
{
    return stmt->sql != NULL ? stmt->sql : "";
}

uowi_conn *uowi_stmt_conn(const uowi_stmt *stmt)
{
    return stmt->conn;
}

int64_t uowi_stmt_affected(const uowi_stmt *stmt)
{
    return (int64_t)stmt->affected;
}

bool uowi_stmt_executing(const uowi_stmt *stmt)
{
    return stmt->executing;
}
