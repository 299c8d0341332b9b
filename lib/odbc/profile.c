#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "odbc/profile.h"

#include <stdlib.h>
#include <string.h>

#include "base/platform.h"
#include "odbc/call.h"

#define PROFILE_TRIPS 31

#define PROFILE_TYPE_NAME 1 /* columns of SQLGetTypeInfo */
#define PROFILE_TYPE_CODE 2
#define PROFILE_TYPE_SIZE 3

static uowi_answer profile_answer(uowi_conn *conn, SQLRETURN rc)
{
    if (!uowi_call_quiet(conn, rc))
        return UOWI_ANSWER_ERROR;
    return rc == SQL_SUCCESS ? UOWI_ANSWER_SUCCESS : UOWI_ANSWER_INFO;
}

static SQLUINTEGER profile_info(uowi_conn *conn, SQLUSMALLINT info, bool is_short)
{
    SQLUINTEGER value = 0;
    SQLUSMALLINT low[4] = {0, 0, 0, 0};
    SQLSMALLINT length = 0;

    if (is_short)
        return uowi_call_quiet(conn, conn->api->GetInfo(conn->hdbc, info, low, sizeof low[0], &length)) ? low[0] : 0;
    return uowi_call_quiet(conn, conn->api->GetInfo(conn->hdbc, info, &value, sizeof value, &length)) ? value : 0;
}

static void profile_manager(uowi_conn *conn, uowi_profile *out)
{
    char text[256] = "";
    SQLSMALLINT length = 0;

    (void)uowi_call_quiet(conn, conn->api->GetInfo(conn->hdbc, SQL_DM_VER, text, sizeof text - 1, &length));
    memcpy(out->manager, text, sizeof out->manager - 1);
}

/* Set, read back, and put back. */
static bool profile_try(uowi_conn *conn, SQLHSTMT hstmt, SQLINTEGER attribute, SQLULEN value, uowi_answer *set)
{
    SQLULEN kept = 0;
    bool same;

    *set = profile_answer(conn, conn->api->SetStmtAttr(hstmt, attribute, (SQLPOINTER)value, SQL_IS_UINTEGER));
    same = uowi_call_quiet(conn, conn->api->GetStmtAttr(hstmt, attribute, &kept, SQL_IS_UINTEGER, NULL)) && kept == value;
    (void)uowi_call_quiet(conn, conn->api->SetStmtAttr(hstmt, attribute, (SQLPOINTER)0, SQL_IS_UINTEGER));
    return same;
}

static bool profile_run(uowi_conn *conn, SQLHSTMT hstmt, const char *sql)
{
    bool good = uowi_call_quiet(conn, conn->api->ExecDirect(hstmt, (SQLCHAR *)(uintptr_t)sql, SQL_NTS));

    (void)uowi_call_quiet(conn, conn->api->FreeStmt(hstmt, SQL_CLOSE));
    return good;
}

static bool profile_autocommit(uowi_conn *conn, SQLULEN value)
{
    return uowi_call_quiet(conn, conn->api->SetConnectAttr(conn->hdbc, SQL_ATTR_AUTOCOMMIT, (SQLPOINTER)value,
                                                           SQL_IS_UINTEGER));
}

/* Rolled back, whatever came of it. */
static bool profile_savepoints(uowi_conn *conn, SQLHSTMT hstmt)
{
    bool taken = false;

    if (!conn->caps.transactions || !profile_autocommit(conn, SQL_AUTOCOMMIT_OFF))
        return false;
    taken = profile_run(conn, hstmt, "SAVEPOINT uow_probe") && profile_run(conn, hstmt, "ROLLBACK TO SAVEPOINT uow_probe");
    (void)uowi_call_quiet(conn, conn->api->EndTran(SQL_HANDLE_DBC, conn->hdbc, SQL_ROLLBACK));
    (void)profile_autocommit(conn, SQL_AUTOCOMMIT_ON);
    return taken;
}

static int profile_compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;

    return x < y ? -1 : x > y;
}

static uint64_t profile_round_trip(uowi_conn *conn, SQLHSTMT hstmt)
{
    uint64_t trips[PROFILE_TRIPS];

    for (size_t i = 0; i < PROFILE_TRIPS; i++) {
        uint64_t start = uowi_now_ns();

        if (!profile_run(conn, hstmt, "SELECT 1"))
            return 0;
        trips[i] = uowi_now_ns() - start;
    }
    qsort(trips, PROFILE_TRIPS, sizeof *trips, profile_compare);
    return trips[PROFILE_TRIPS / 2];
}

static SQLINTEGER profile_number(uowi_conn *conn, SQLHSTMT hstmt, SQLUSMALLINT column)
{
    SQLINTEGER value = 0;
    SQLLEN indicator = SQL_NULL_DATA;

    return uowi_call_quiet(conn, conn->api->GetData(hstmt, column, SQL_C_SLONG, &value, sizeof value, &indicator)) &&
                   indicator != SQL_NULL_DATA
               ? value
               : 0;
}

static void profile_types(uowi_conn *conn, SQLHSTMT hstmt, uowi_profile *out)
{
    if (!uowi_call_quiet(conn, conn->api->GetTypeInfo(hstmt, SQL_ALL_TYPES)))
        return;
    while (out->type_count < UOWI_PROFILE_TYPES &&
           uowi_call_quiet(conn, conn->api->FetchScroll(hstmt, SQL_FETCH_NEXT, 0))) {
        uowi_profile_type *type = &out->types[out->type_count++];
        SQLLEN indicator = SQL_NULL_DATA;

        (void)uowi_call_quiet(conn, conn->api->GetData(hstmt, PROFILE_TYPE_NAME, SQL_C_CHAR, type->name, sizeof type->name,
                                                       &indicator));
        type->sql_type = (int)profile_number(conn, hstmt, PROFILE_TYPE_CODE);
        type->size = (uint32_t)profile_number(conn, hstmt, PROFILE_TYPE_SIZE);
    }
    (void)uowi_call_quiet(conn, conn->api->FreeStmt(hstmt, SQL_CLOSE));
}

void uowi_profile_ask(uowi_conn *conn, uowi_profile *out)
{
    SQLHSTMT hstmt = SQL_NULL_HSTMT;
    SQLUSMALLINT there = SQL_FALSE;

    memset(out, 0, sizeof *out);
    uowi_conn_asking(conn, "what it promises (SQLGetInfo, SQLGetFunctions)");
    profile_manager(conn, out);
    out->async_reported = (int)profile_info(conn, SQL_ASYNC_MODE, false);
    out->array_counts = profile_info(conn, SQL_PARAM_ARRAY_ROW_COUNTS, false) == SQL_PARC_BATCH;
    out->statements = profile_info(conn, SQL_MAX_CONCURRENT_ACTIVITIES, true);
    out->cancel = uowi_call_quiet(conn, conn->api->GetFunctions(conn->hdbc, SQL_API_SQLCANCEL, &there)) && there == SQL_TRUE;
    if (!uowi_call_quiet(conn, conn->api->AllocHandle(SQL_HANDLE_STMT, conn->hdbc, &hstmt)))
        return;
    uowi_conn_asking(conn, "for a time-out of statements");
    out->timeout_kept = profile_try(conn, hstmt, SQL_ATTR_QUERY_TIMEOUT, 7, &out->timeout_set);
    uowi_conn_asking(conn, "for a savepoint");
    out->savepoints = profile_savepoints(conn, hstmt);
    uowi_conn_asking(conn, "for SELECT 1");
    out->round_trip_ns = profile_round_trip(conn, hstmt);
    uowi_conn_asking(conn, "for its types (SQLGetTypeInfo)");
    profile_types(conn, hstmt, out);
    uowi_conn_asking(conn, "to be polled (SQL_ATTR_ASYNC_ENABLE)");
    out->async_kept = profile_try(conn, hstmt, SQL_ATTR_ASYNC_ENABLE, SQL_ASYNC_ENABLE_ON, &out->async_set);
    (void)uowi_call_quiet(conn, conn->api->FreeHandle(SQL_HANDLE_STMT, hstmt));
}
