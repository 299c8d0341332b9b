/* A connection's life: made, asked what it can, closed. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "odbc/conn.h"

#include <string.h>

#include "odbc/call.h"
#include "odbc/connect.h"

#define CONN_OUT_SIZE 1024

static uint32_t conn_seconds(uint32_t ms)
{
    return ms / 1000 + (ms % 1000 != 0);
}

/* Drivers that know no login timeout say so here; they are connected to all the same. */
static void conn_login_timeout(uowi_conn *conn, uint32_t ms)
{
    if (ms == 0)
        return;
    SQLULEN seconds = conn_seconds(ms);
    (void)uowi_call_quiet(conn, conn->api->SetConnectAttr(conn->hdbc, SQL_ATTR_LOGIN_TIMEOUT,
                                                          (SQLPOINTER)seconds, SQL_IS_UINTEGER));
}

static void conn_wipe(char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        ((volatile char *)text)[i] = '\0';
}

/*
 * text is handed over as a whole. The driver's completed copy is wanted by nobody, but some drivers
 * write it whether asked or not, so there is a place for it.
 */
static uow_status conn_drive(uowi_conn *conn, uowi_buf *text, const uowi_target_info *target)
{
    SQLCHAR completed[CONN_OUT_SIZE];
    SQLSMALLINT completed_length = 0;
    uowi_harvest harvest;

    if (text->failed || text->length > 32000)
        return text->failed ? uowi_error_no_memory(conn->error)
                            : uowi_error_set(conn->error, UOW_LIMIT,
                                             "The connection string is longer than 32,000 bytes.");
    SQLRETURN rc = conn->api->DriverConnect(conn->hdbc, NULL, (SQLCHAR *)text->data,
                                            (SQLSMALLINT)text->length, completed, sizeof completed,
                                            &completed_length, SQL_DRIVER_NOPROMPT);
    conn_wipe((char *)completed, sizeof completed);
    if (uowi_call_quiet(conn, rc)) {
        conn->connected = true;
        return UOW_OK;
    }
    uowi_harvest_read(conn, SQL_HANDLE_DBC, conn->hdbc, &harvest);
    uow_status st = uowi_connect_refused(conn, target, &harvest);
    uowi_harvest_done(&harvest);
    return st;
}

static uow_status conn_connect(uowi_conn *conn, const uowi_conn_options *options)
{
    uowi_connstr cs;
    uowi_target_info target;
    uowi_buf text;

    uowi_connstr_init(&cs, conn->mem);
    uowi_buf_init(&text, conn->mem, 0);
    uow_status st = uowi_connect_text(options, conn->error, &cs, &target);
    if (st == UOW_OK && !uowi_connect_secret(conn->mem, &cs, &target, &conn->secret))
        st = uowi_error_no_memory(conn->error);
    if (st == UOW_OK) {
        if (target.dialect != NULL)
            conn->dialect =
                target.dialect; /* for its rules, until the database has told its name */
        conn_login_timeout(conn, options->login_timeout_ms);
        uowi_connstr_emit(&cs, &text);
        st = conn_drive(conn, &text, &target);
    }
    if (text.data != NULL)
        conn_wipe(text.data, text.length);
    uowi_buf_done(&text);
    uowi_connstr_done(&cs);
    return st;
}

static void conn_probe(uowi_conn *conn, uow_text_path path)
{
    uowi_caps_probe(conn);
    conn->dialect = uowi_dialect_for(conn->caps.dbms_name, conn->caps.driver_name);
    if (conn->caps.max_parameters == 0 || conn->caps.max_parameters > conn->dialect->max_parameters)
        conn->caps.max_parameters = conn->dialect->max_parameters;
    conn->isolation = (uow_isolation)conn->caps.default_isolation;
    if (path != UOW_TEXT_AUTO)
        conn->caps.text_wide = path == UOW_TEXT_WIDE;
    else if (conn->dialect->text_narrow >= 0)
        conn->caps.text_wide = conn->dialect->text_narrow == 0;
    else
        conn->caps.text_wide = !uowi_textpath_narrow(conn);
}

/*
 * The session's own limit, where the driver takes SQL_ATTR_QUERY_TIMEOUT and forgets it. A server that
 * does not know the statement (an older one, MySQL) leaves the attribute as the best there is.
 */
static void conn_query_timeout(uowi_conn *conn, uint32_t seconds)
{
    const char *sql = conn->dialect->query_timeout_sql;
    SQLHSTMT hstmt = SQL_NULL_HSTMT;
    uowi_buf text;

    conn->query_timeout_s = seconds;
    if (seconds == 0 || sql == NULL ||
        !uowi_call_quiet(conn, conn->api->AllocHandle(SQL_HANDLE_STMT, conn->hdbc, &hstmt)))
        return;
    uowi_buf_init(&text, conn->mem, 0);
    for (; *sql != '\0'; sql++) {
        if (*sql == '$')
            uowi_buf_uint(&text, seconds);
        else
            uowi_buf_char(&text, *sql);
    }
    if (!text.failed &&
        uowi_call_quiet(conn, conn->api->ExecDirect(hstmt, (SQLCHAR *)text.data, (SQLINTEGER)text.length)))
        conn->query_timeout_s = 0;
    uowi_buf_done(&text);
    (void)uowi_call_quiet(conn, conn->api->FreeHandle(SQL_HANDLE_STMT, hstmt));
}

static uowi_conn *conn_make(uowi_odbc_env *env, uow_error *error, uowi_trace *trace)
{
    uowi_conn *conn = uowi_zalloc(env->mem, sizeof *conn);
    if (conn == NULL) {
        (void)uowi_error_no_memory(error);
        return NULL;
    }
    conn->api = env->api;
    conn->mem = env->mem;
    conn->error = error;
    conn->trace = trace;
    conn->dialect = &uowi_dialect_standard;
    conn->autocommit = true;
    if (!uowi_mutex_init(&conn->running_mutex)) {
        uowi_free(env->mem, conn, sizeof *conn);
        (void)uowi_error_no_memory(error);
        return NULL;
    }
    if (uowi_call_quiet(conn, env->api->AllocHandle(SQL_HANDLE_DBC, env->henv, &conn->hdbc))) {
        conn->owned = true;
        return conn;
    }
    uowi_error_set(error, UOW_DRIVER, "No ODBC connection handle: SQLAllocHandle failed.");
    uowi_mutex_done(&conn->running_mutex);
    uowi_free(env->mem, conn, sizeof *conn);
    return NULL;
}

uow_status uowi_conn_open(uowi_odbc_env *env, const uowi_conn_options *options, uow_error *error,
                          uowi_trace *trace, uowi_conn **out)
{
    *out = NULL;
    uowi_conn *conn = conn_make(env, error, trace);
    if (conn == NULL)
        return uow_error_status(error);
    uow_status st = conn_connect(conn, options);
    if (st != UOW_OK) {
        uowi_conn_close(conn);
        return st;
    }
    conn_probe(conn, options->text_path);
    conn_query_timeout(conn, conn_seconds(options->query_timeout_ms));
    *out = conn;
    return UOW_OK;
}

/*
 * Nothing here is reported: the caller is leaving. A disconnect inside a transaction is 25000 on
 * SQLite, so what may be open is rolled back first.
 */
static void conn_disconnect(uowi_conn *conn)
{
    if (!conn->autocommit)
        (void)uowi_call_quiet(conn, conn->api->EndTran(SQL_HANDLE_DBC, conn->hdbc, SQL_ROLLBACK));
    if (uowi_call_quiet(conn, conn->api->Disconnect(conn->hdbc)))
        return;
    (void)uowi_call_quiet(conn, conn->api->EndTran(SQL_HANDLE_DBC, conn->hdbc, SQL_ROLLBACK));
    (void)uowi_call_quiet(conn, conn->api->Disconnect(conn->hdbc));
}

static void conn_forget(uowi_conn *conn)
{
    if (conn->secret == NULL)
        return;
    size_t size = strlen(conn->secret) + 1;
    conn_wipe(conn->secret, size);
    uowi_free(conn->mem, conn->secret, size);
    conn->secret = NULL;
}

void uowi_conn_close(uowi_conn *conn)
{
    if (conn == NULL)
        return;
    if (conn->owned && conn->connected)
        conn_disconnect(conn);
    if (conn->owned)
        (void)uowi_call_quiet(conn, conn->api->FreeHandle(SQL_HANDLE_DBC, conn->hdbc));
    conn_forget(conn);
    uowi_mutex_done(&conn->running_mutex);
    uowi_free(conn->mem, conn, sizeof *conn);
}

const uowi_caps *uowi_conn_caps(const uowi_conn *conn)
{
    return &conn->caps;
}

const uowi_dialect *uowi_conn_dialect(const uowi_conn *conn)
{
    return conn->dialect;
}

uow_error *uowi_conn_error(const uowi_conn *conn)
{
    return conn->error;
}

uowi_trace *uowi_conn_trace(const uowi_conn *conn)
{
    return conn->trace;
}

uowi_mem *uowi_conn_mem(const uowi_conn *conn)
{
    return conn->mem;
}

void uowi_conn_rehome(uowi_conn *conn, uow_error *error, uowi_trace *trace)
{
    conn->error = error;
    conn->trace = trace;
}
