#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "odbc/limit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/usual.h"
#include "odbc/call.h"

#define LIMIT_SECOND_NS UINT64_C(1000000000)

void uowi_conn_until(uowi_conn *conn, uowi_until whose, uint64_t until_ns)
{
    atomic_store_explicit(&conn->until_ns[whose], until_ns, memory_order_relaxed);
}

uint64_t uowi_conn_unit_until(const uowi_conn *conn)
{
    return conn->dialect->cancel_alone ? atomic_load_explicit(&conn->until_ns[UOWI_UNTIL_UNIT], memory_order_relaxed) : 0;
}

/* Seconds left, rounded up and at least 1, since 0 would be for ever; 0: there is no deadline. */
static uint32_t limit_left(struct uowi_conn *conn)
{
    uint64_t until = 0;
    uint64_t left, now;

    for (size_t i = 0; i < UOWI_UNTIL_COUNT; i++) {
        uint64_t one = atomic_load_explicit(&conn->until_ns[i], memory_order_relaxed);

        if (UOWI_RARE(one != 0 && (until == 0 || one < until)))
            until = one;
    }
    if (UOWI_USUAL(until == 0))
        return 0;
    now = uowi_now_ns();
    left = until > now ? (until - now - 1) / LIMIT_SECOND_NS + 1 : 1;
    return left > UINT32_MAX ? 0 : (uint32_t)left;
}

bool uowi_conn_say(struct uowi_conn *conn, const char *sql, const char *value)
{
    SQLHSTMT hstmt = SQL_NULL_HSTMT;
    uowi_buf text;
    bool taken;

    if (!uowi_call_quiet(conn, conn->api->AllocHandle(SQL_HANDLE_STMT, conn->hdbc, &hstmt)))
        return false;
    uowi_buf_init(&text, conn->mem, 0);
    for (; *sql != '\0'; sql++) {
        if (*sql == '$')
            uowi_buf_text(&text, value);
        else
            uowi_buf_char(&text, *sql);
    }
    taken = !text.failed &&
            uowi_call_quiet(conn, conn->api->ExecDirect(hstmt, (SQLCHAR *)text.data, (SQLINTEGER)text.length));
    uowi_buf_done(&text);
    (void)uowi_call_quiet(conn, conn->api->FreeHandle(SQL_HANDLE_STMT, hstmt));
    return taken;
}

/* Whose the session's limit is until ours is over: the program's, the server's. */
static bool limit_ask(struct uowi_conn *conn)
{
    const uowi_odbc_api *api = conn->api;
    const char *sql = conn->dialect->limit_ask_sql;
    SQLHSTMT hstmt = SQL_NULL_HSTMT;
    SQLLEN length = 0;
    bool answered;

    if (!uowi_call_quiet(conn, api->AllocHandle(SQL_HANDLE_STMT, conn->hdbc, &hstmt)))
        return false;
    answered = uowi_call_quiet(conn, api->ExecDirect(hstmt, (SQLCHAR *)(uintptr_t)sql, (SQLINTEGER)strlen(sql))) &&
               uowi_call_quiet(conn, api->FetchScroll(hstmt, SQL_FETCH_NEXT, 0)) &&
               uowi_call_quiet(conn, api->GetData(hstmt, 1, SQL_C_CHAR, conn->limit_before,
                                                  (SQLLEN)sizeof conn->limit_before, &length)) &&
               length > 0 && length < (SQLLEN)sizeof conn->limit_before;
    (void)uowi_call_quiet(conn, api->FreeHandle(SQL_HANDLE_STMT, hstmt));
    if (answered)
        conn->limit_before[length] = '\0';
    return answered;
}

/* The session's limit: said once for all statements of the same second. A stricter one that is there stays. */
static void limit_session(struct uowi_conn *conn, uint32_t wanted)
{
    char value[16];
    double before;

    if (UOWI_USUAL(wanted == conn->limit_said))
        return;
    uowi_conn_async_off(conn);
    if (conn->limit_said == 0 && !limit_ask(conn))
        return;
    before = strtod(conn->limit_before, NULL);
    snprintf(value, sizeof value, "%u", (unsigned)wanted);
    if (wanted == 0 || (before > 0 && before < wanted))
        (void)uowi_conn_say(conn, conn->dialect->limit_sql, conn->limit_before);
    else
        (void)uowi_conn_say(conn, conn->dialect->limit_sql, value);
    conn->limit_said = wanted;
}

/* Drivers without it say so or substitute 0. */
static void limit_attribute(struct uowi_stmt *stmt, uint32_t wanted)
{
    const struct uowi_conn *conn = stmt->conn;
    uint32_t own = conn->query_timeout_s;

    if (wanted == 0 || (own != 0 && own < wanted))
        wanted = own;
    if (UOWI_USUAL(wanted == stmt->timeout_s))
        return;
    stmt->timeout_s = wanted;
    (void)uowi_call_quiet(stmt->conn, conn->api->SetStmtAttr(stmt->hstmt, SQL_ATTR_QUERY_TIMEOUT,
                                                             (SQLPOINTER)(uintptr_t)wanted, SQL_IS_UINTEGER));
}

void uowi_limit_set(struct uowi_stmt *stmt)
{
    struct uowi_conn *conn = stmt->conn;
    uint32_t wanted = conn->shielded ? 0 : limit_left(conn); /* what cleans up takes the time it needs */

    if (conn->dialect->limit_sql == NULL)
        limit_attribute(stmt, wanted);
    else if (!conn->poisoned)
        limit_session(conn, wanted);
}

void uowi_limit_end(struct uowi_conn *conn)
{
    if (conn->limit_said != 0 && !conn->poisoned)
        limit_session(conn, 0);
}
