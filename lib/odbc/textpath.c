/*
 * Which way text must travel on a driver nobody here knows: a known string goes in as UTF-8 and is
 * compared when it comes out. Coming out as UTF-16 is the better witness, because a driver that
 * takes each byte for a character would undo its own mistake on the way back.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "odbc/connect.h"

#include <string.h>

/* One, two, three and four bytes a character. */
static const char textpath_utf8[] = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80";
static const SQLWCHAR textpath_utf16[] = {0x61, 0xe9, 0x20ac, 0xd83d, 0xde00};

#define TEXTPATH_BYTES (sizeof textpath_utf8 - 1)
#define TEXTPATH_UNITS (sizeof textpath_utf16 / sizeof textpath_utf16[0])

/* Not every database can SELECT from nothing. */
static const char *const textpath_statements[] = {
    "SELECT ?",
    "SELECT ? FROM dual",
    "SELECT CAST(? AS VARCHAR(20)) FROM sysibm.sysdummy1",
};

typedef enum textpath_verdict {
    TEXTPATH_NO_ANSWER, /* the statement or the conversion does not exist */
    TEXTPATH_DIFFERENT,
    TEXTPATH_EXACT
} textpath_verdict;

typedef struct textpath_probe {
    struct uowi_conn *conn;
    SQLHSTMT hstmt;
    const char *sql;
    SQLSMALLINT c_type; /* how the string comes out */
    const void *expected;
    size_t expected_size;
} textpath_probe;

static bool textpath_run(const textpath_probe *probe, SQLLEN *indicator)
{
    const uowi_odbc_api *api = probe->conn->api;
    *indicator = (SQLLEN)TEXTPATH_BYTES;
    return uowi_call_quiet(probe->conn, api->BindParameter(probe->hstmt, 1, SQL_PARAM_INPUT,
                                                           SQL_C_CHAR, SQL_VARCHAR, TEXTPATH_BYTES,
                                                           0, (SQLPOINTER)(uintptr_t)textpath_utf8,
                                                           (SQLLEN)TEXTPATH_BYTES, indicator)) &&
           uowi_call_quiet(
               probe->conn,
               api->ExecDirect(probe->hstmt, (SQLCHAR *)(uintptr_t)probe->sql, SQL_NTS)) &&
           uowi_call_quiet(probe->conn, api->FetchScroll(probe->hstmt, SQL_FETCH_NEXT, 0));
}

static textpath_verdict textpath_ask(const textpath_probe *probe)
{
    unsigned char got[64] = {0};
    SQLLEN indicator = 0, length = 0;
    textpath_verdict verdict = TEXTPATH_NO_ANSWER;

    if (textpath_run(probe, &indicator) &&
        uowi_call_quiet(probe->conn, probe->conn->api->GetData(probe->hstmt, 1, probe->c_type, got,
                                                               (SQLLEN)(sizeof got), &length)))
        verdict = length == (SQLLEN)probe->expected_size &&
                          memcmp(got, probe->expected, probe->expected_size) == 0
                      ? TEXTPATH_EXACT
                      : TEXTPATH_DIFFERENT;
    (void)uowi_call_quiet(probe->conn, probe->conn->api->FreeStmt(probe->hstmt, SQL_CLOSE));
    (void)uowi_call_quiet(probe->conn, probe->conn->api->FreeStmt(probe->hstmt, SQL_RESET_PARAMS));
    return verdict;
}

static bool textpath_statement(textpath_probe *probe, bool *out_narrow)
{
    probe->c_type = SQL_C_WCHAR;
    probe->expected = textpath_utf16;
    probe->expected_size = TEXTPATH_UNITS * sizeof textpath_utf16[0];
    textpath_verdict wide = textpath_ask(probe);
    if (wide != TEXTPATH_NO_ANSWER) {
        *out_narrow = wide == TEXTPATH_EXACT;
        return true;
    }
    /* A driver without SQL_C_WCHAR has only the narrow path; it is right if the bytes come back. */
    probe->c_type = SQL_C_CHAR;
    probe->expected = textpath_utf8;
    probe->expected_size = TEXTPATH_BYTES;
    textpath_verdict narrow = textpath_ask(probe);
    *out_narrow = narrow == TEXTPATH_EXACT;
    return narrow != TEXTPATH_NO_ANSWER;
}

bool uowi_textpath_narrow(struct uowi_conn *conn)
{
    bool narrow = false;
    textpath_probe probe = {.conn = conn, .hstmt = SQL_NULL_HSTMT};

    if (!uowi_call_quiet(conn, conn->api->AllocHandle(SQL_HANDLE_STMT, conn->hdbc, &probe.hstmt)))
        return false;
    for (size_t i = 0; i < sizeof textpath_statements / sizeof textpath_statements[0]; i++) {
        probe.sql = textpath_statements[i];
        if (textpath_statement(&probe, &narrow))
            break;
    }
    (void)uowi_call_quiet(conn, conn->api->FreeHandle(SQL_HANDLE_STMT, probe.hstmt));
    return narrow;
}
