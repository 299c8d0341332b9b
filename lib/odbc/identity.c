/*
 * What an unknown database calls the key that the last insert made, and whether it pages: by its name where others have
 * found out, else by asking. Asked once, when the connection is made: inside a transaction a statement that is
 * refused may take the whole of it along.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <stdlib.h>
#include <string.h>

#include "base/utf.h"
#include "odbc/connect.h"

typedef struct identity_known {
    const char *dbms; /* how SQL_DBMS_NAME begins */
    const char *sql;  /* NULL: there is none */
    int offset_fetch; /* major version from which OFFSET .. FETCH is taken; 0: never */
} identity_known;

/*
 * SCOPE_IDENTITY() would not count an insert by a trigger, but a statement of its own is a scope of its own.
 * The vendors' references: SQL Server @@IDENTITY and ORDER BY; Db2 and Derby IDENTITY_VAL_LOCAL and FETCH; Oracle and
 * Firebird have RETURNING only.
 */
static const identity_known identity_names[] = {
    {"Microsoft SQL Server", "SELECT @@IDENTITY", 11},
    {"Adaptive Server", "SELECT @@IDENTITY", 0},
    {"SQL Anywhere", "SELECT @@IDENTITY", 0},
    {"DB2", "SELECT IDENTITY_VAL_LOCAL() FROM SYSIBM.SYSDUMMY1", 11},
    {"Apache Derby", "VALUES IDENTITY_VAL_LOCAL()", 10},
    {"Informix", "SELECT DBINFO('sqlca.sqlerrd1') FROM systables WHERE tabid = 1", 0},
    {"Oracle", NULL, 12},
    {"Firebird", NULL, 3},
};

/*
 * @@IDENTITY comes late: psqlodbc makes NULL of it. lastval() before the first insert is 55000, which is not a function
 * that is not there.
 */
static const char *const identity_tries[] = {
    "SELECT lastval()",
    "SELECT last_insert_rowid()",
    "SELECT LAST_INSERT_ID()",
    "SELECT @@IDENTITY",
    "SELECT IDENTITY_VAL_LOCAL() FROM SYSIBM.SYSDUMMY1",
};

static const char *const identity_fetch = "SELECT 1 AS n ORDER BY n OFFSET 0 ROWS FETCH NEXT 1 ROWS ONLY";
static const char *const identity_limit = "SELECT 1 AS n ORDER BY n LIMIT 1 OFFSET 0";

static bool identity_not_yet(struct uowi_conn *conn, SQLHSTMT hstmt)
{
    SQLCHAR state[8] = {0}, text[256];
    SQLINTEGER native = 0;
    SQLSMALLINT length = 0;

    return uowi_call_quiet(conn, conn->api->GetDiagRec(SQL_HANDLE_STMT, hstmt, 1, state, &native, text,
                                                       (SQLSMALLINT)(sizeof text - 1), &length)) &&
           memcmp(state, "55000", 5) == 0;
}

static bool identity_try(struct uowi_conn *conn, SQLHSTMT hstmt, const char *sql)
{
    SQLSMALLINT columns = 0;
    bool taken;

    if (!uowi_call_quiet(conn, conn->api->ExecDirect(hstmt, (SQLCHAR *)(uintptr_t)sql, (SQLINTEGER)strlen(sql))))
        return identity_not_yet(conn, hstmt);
    taken = uowi_call_quiet(conn, conn->api->NumResultCols(hstmt, &columns)) && columns == 1;
    (void)uowi_call_quiet(conn, conn->api->FreeStmt(hstmt, SQL_CLOSE));
    return taken;
}

/* The first of the texts that is taken and gives one column. */
static const char *identity_ask(struct uowi_conn *conn, const char *const *tries, size_t count)
{
    const char *found = NULL;
    SQLHSTMT hstmt = SQL_NULL_HSTMT;

    for (size_t i = 0; found == NULL && i < count; i++) {
        if (!uowi_call_quiet(conn, conn->api->AllocHandle(SQL_HANDLE_STMT, conn->hdbc, &hstmt)))
            return NULL;
        if (identity_try(conn, hstmt, tries[i]))
            found = tries[i];
        (void)uowi_call_quiet(conn, conn->api->FreeHandle(SQL_HANDLE_STMT, hstmt));
    }
    return found;
}

void uowi_identity_probe(struct uowi_conn *conn)
{
    uowi_caps *caps = &conn->caps;

    caps->identity_sql = conn->dialect->identity_sql;
    if (caps->identity_sql != NULL || conn->dialect->returning != UOWI_RETURNING_NONE)
        return;
    for (size_t i = 0; i < sizeof identity_names / sizeof identity_names[0]; i++) {
        const identity_known *known = &identity_names[i];

        if (uowi_ascii_ncasecmp(caps->dbms_name, known->dbms, strlen(known->dbms)) != 0)
            continue;
        caps->identity_sql = known->sql;
        if (known->offset_fetch != 0 && atoi(caps->dbms_version) >= known->offset_fetch)
            caps->paging = UOWI_PAGING_OFFSET_FETCH;
        return;
    }
    if (!conn->autocommit)
        return;
    caps->identity_sql = identity_ask(conn, identity_tries, sizeof identity_tries / sizeof identity_tries[0]);
    if (identity_ask(conn, &identity_fetch, 1) != NULL)
        caps->paging = UOWI_PAGING_OFFSET_FETCH;
    else if (identity_ask(conn, &identity_limit, 1) != NULL)
        caps->paging = UOWI_PAGING_LIMIT;
}
