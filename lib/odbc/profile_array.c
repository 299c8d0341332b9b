/* What a driver tells of each row of a parameter array. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "odbc/call.h"
#include "odbc/profile.h"

typedef struct array_ask {
    uowi_conn *conn;
    SQLHSTMT hstmt;
    uowi_array_answer *out;
    SQLLEN indicators[UOWI_PROFILE_SETS];
    SQLUSMALLINT status[UOWI_PROFILE_SETS];
    SQLULEN processed;
} array_ask;

static bool ask_attr(const array_ask *ask, SQLINTEGER attribute, SQLPOINTER value)
{
    return uowi_call_quiet(ask->conn, ask->conn->api->SetStmtAttr(ask->hstmt, attribute, value, SQL_IS_UINTEGER));
}

static bool ask_bind(array_ask *ask, const char *sql, const int32_t *values, size_t count)
{
    const uowi_odbc_api *api = ask->conn->api;

    for (size_t i = 0; i < UOWI_PROFILE_SETS; i++)
        ask->status[i] = UOWI_SET_UNTOLD;
    return ask_attr(ask, SQL_ATTR_PARAM_BIND_TYPE, (SQLPOINTER)(uintptr_t)SQL_PARAM_BIND_BY_COLUMN) &&
           ask_attr(ask, SQL_ATTR_PARAMSET_SIZE, (SQLPOINTER)(uintptr_t)count) &&
           ask_attr(ask, SQL_ATTR_PARAM_STATUS_PTR, ask->status) &&
           ask_attr(ask, SQL_ATTR_PARAMS_PROCESSED_PTR, &ask->processed) &&
           uowi_call_quiet(ask->conn, api->Prepare(ask->hstmt, (SQLCHAR *)(uintptr_t)sql, SQL_NTS)) &&
           uowi_call_quiet(ask->conn, api->BindParameter(ask->hstmt, 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 10, 0,
                                                         (SQLPOINTER)(uintptr_t)values, sizeof *values, ask->indicators));
}

static void ask_sqlstate(const array_ask *ask)
{
    SQLCHAR state[6] = "", text[2];
    SQLSMALLINT length = 0;
    SQLINTEGER native = 0;

    if (uowi_call_quiet(ask->conn, ask->conn->api->GetDiagRec(SQL_HANDLE_STMT, ask->hstmt, 1, state, &native, text,
                                                              sizeof text, &length)))
        memcpy(ask->out->sqlstate, state, sizeof state - 1);
}

/* The results one after the other; the first error ends them. */
static void ask_results(const array_ask *ask, SQLRETURN rc)
{
    uowi_array_answer *out = ask->out;

    while (rc == SQL_SUCCESS || rc == SQL_SUCCESS_WITH_INFO || (rc == SQL_NO_DATA && out->count == 0)) {
        SQLLEN rows = -1;

        if (rc == SQL_SUCCESS_WITH_INFO && !out->sqlstate[0])
            ask_sqlstate(ask);
        (void)uowi_call_quiet(ask->conn, ask->conn->api->RowCount(ask->hstmt, &rows));
        if (out->count < UOWI_PROFILE_SETS)
            out->counts[out->count] = rows;
        out->count++;
        rc = ask->conn->api->MoreResults(ask->hstmt);
        (void)uowi_call_quiet(ask->conn, rc);
    }
    out->done = rc == SQL_NO_DATA;
    if (!out->done)
        ask_sqlstate(ask);
}

bool uowi_profile_array(uowi_conn *conn, const char *sql, const int32_t *values, size_t count, uowi_array_answer *out)
{
    array_ask ask = {.conn = conn, .out = out};
    bool asked;

    memset(out, 0, sizeof *out);
    if (count > UOWI_PROFILE_SETS ||
        !uowi_call_quiet(conn, conn->api->AllocHandle(SQL_HANDLE_STMT, conn->hdbc, &ask.hstmt)))
        return false;
    asked = ask_bind(&ask, sql, values, count);
    if (asked) {
        SQLRETURN rc = conn->api->Execute(ask.hstmt);

        (void)uowi_call_quiet(conn, rc);
        ask_results(&ask, rc);
        memcpy(out->status, ask.status, sizeof out->status);
        out->processed = ask.processed;
    }
    (void)uowi_call_quiet(conn, conn->api->FreeHandle(SQL_HANDLE_STMT, ask.hstmt));
    return asked;
}
