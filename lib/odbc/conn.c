/* A connection's life: made, asked what it can, closed. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "odbc/conn.h"

#include <stdio.h>
#include <string.h>

#include "odbc/adopt.h"
#include "odbc/call.h"
#include "odbc/connect.h"
#include "odbc/limit.h"
#include "odbc/login.h"
#include "odbc/override.h"

#define CONN_OUT_SIZE 1024
#define CONN_WATCH_GRACE_MS 250

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
    uowi_wipe(completed, sizeof completed);
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
    if (st == UOW_OK && target.profile[0] != '\0' && conn->override == NULL)
        st = uowi_override_read(conn->mem, target.profile, conn->error, &conn->override);
    if (st == UOW_OK) {
        if (target.dialect != NULL)
            conn->dialect =
                target.dialect; /* for its rules, until the database has told its name */
        uowi_conn_asking(conn, "to connect");
        conn_login_timeout(conn, options->login_timeout_ms);
        uowi_connstr_emit(&cs, &text);
        st = conn_drive(conn, &text, &target);
    }
    if (text.data != NULL)
        uowi_wipe(text.data, text.length);
    uowi_buf_done(&text);
    uowi_connstr_done(&cs);
    return st;
}

static void conn_probe(uowi_conn *conn, uow_text_path path)
{
    uowi_conn_asking(conn, "what it can do (SQLGetInfo) and which attributes it keeps");
    uowi_caps_probe(conn);
    conn->dialect = uowi_dialect_for(conn->caps.dbms_name, conn->caps.driver_name);
    if (conn->override != NULL && conn->dialect == &uowi_dialect_standard) {
        conn->dialect = &conn->override->dialect;
        uowi_override_caps(conn->override, &conn->caps);
    }
    if (conn->caps.max_parameters == 0 || conn->caps.max_parameters > conn->dialect->max_parameters)
        conn->caps.max_parameters = conn->dialect->max_parameters;
    conn->isolation = (uow_isolation)conn->caps.default_isolation;
    uowi_conn_asking(conn, "how text travels");
    if (path != UOW_TEXT_AUTO)
        conn->caps.text_wide = path == UOW_TEXT_WIDE;
    else if (conn->dialect->text_narrow >= 0)
        conn->caps.text_wide = conn->dialect->text_narrow == 0;
    else
        conn->caps.text_wide = !uowi_textpath_narrow(conn);
    uowi_conn_asking(conn, "how many digits a second has (SQLGetTypeInfo)");
    conn->caps.fraction_digits =
        conn->dialect->fraction_digits >= 0 ? conn->dialect->fraction_digits : uowi_caps_fraction(conn);
    uowi_conn_asking(conn, "for generated keys and pages");
    uowi_identity_probe(conn);
}

/* A wait for a lock, which ends at that time by itself, is told apart. */
static void conn_watch_for(uowi_conn *conn, uint32_t seconds)
{
    bool watch = conn->dialect->cancel_alone && seconds > 0 && seconds < UINT32_MAX / 1000 - 1;

    conn->watch_ms = watch ? seconds * 1000 + CONN_WATCH_GRACE_MS : 0;
}

/*
 * What makes the session refuse where it would cut values, and its own limit of time where the driver takes
 * SQL_ATTR_QUERY_TIMEOUT and forgets it. A server that does not know that statement (an older one, MySQL) leaves the
 * attribute as the best there is.
 */
static void conn_session(uowi_conn *conn, uint32_t seconds)
{
    const char *limit = conn->dialect->query_timeout_sql;
    char value[16];

    if (conn->dialect->session_sql != NULL)
        (void)uowi_conn_say(conn, conn->dialect->session_sql, "");
    conn->limit_said = 0;
    conn->query_timeout_s = seconds;
    conn_watch_for(conn, seconds);
    snprintf(value, sizeof value, "%u", (unsigned)seconds);
    if (seconds != 0 && limit != NULL && uowi_conn_say(conn, limit, value))
        conn->query_timeout_s = 0;
}

/* From a handle that is allocated to a connection that is ready. */
static uow_status conn_begin(uowi_conn *conn)
{
    const uowi_conn_options *options = &conn->login->options;
    uow_status st = conn_connect(conn, options);
    if (st != UOW_OK)
        return st;
    conn_probe(conn, options->text_path);
    conn_session(conn, conn_seconds(options->query_timeout_ms));
    return UOW_OK;
}

/* Without a handle yet. */
static uowi_conn *conn_blank(uowi_odbc_env *env, uow_error *error, uowi_trace *trace)
{
    uowi_conn *conn = uowi_zalloc(env->mem, sizeof *conn);
    if (conn == NULL) {
        (void)uowi_error_no_memory(error);
        return NULL;
    }
    conn->api = env->api;
    conn->henv = env->henv;
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
    return conn;
}

static uowi_conn *conn_make(uowi_odbc_env *env, uow_error *error, uowi_trace *trace)
{
    uowi_conn *conn = conn_blank(env, error, trace);
    if (conn == NULL)
        return NULL;
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
    conn->asking = options->asking;
    conn->asking_user = options->asking_user;
    conn->login = uowi_login_keep(env->mem, options);
    uow_status st = conn->login != NULL ? conn_begin(conn) : uowi_error_no_memory(error);
    if (st != UOW_OK) {
        uowi_conn_close(conn);
        return st;
    }
    *out = conn;
    return UOW_OK;
}

uow_status uowi_conn_borrow(uowi_odbc_env *env, void *hdbc, uow_text_path path, uow_error *error,
                            uowi_trace *trace, uowi_conn **out)
{
    SQLUINTEGER autocommit = SQL_AUTOCOMMIT_ON;

    *out = NULL;
    if (hdbc == SQL_NULL_HDBC)
        return uowi_error_set(error, UOW_MISUSE, "The connection handle is NULL.");
    uowi_conn *conn = conn_blank(env, error, trace);
    if (conn == NULL)
        return uow_error_status(error);
    conn->hdbc = hdbc;
    conn->connected = true;
    uow_status st = uowi_adopt_check(conn);
    if (st != UOW_OK) {
        uowi_conn_close(conn);
        return st;
    }
    if (uowi_call_quiet(conn, conn->api->GetConnectAttr(hdbc, SQL_ATTR_AUTOCOMMIT, &autocommit, SQL_IS_UINTEGER, NULL)))
        conn->autocommit = autocommit != SQL_AUTOCOMMIT_OFF;
    conn_probe(conn, path);
    uowi_adopt_defaults(conn);
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

/* A borrowed handle is left alone. */
static void conn_leave(uowi_conn *conn)
{
    if (conn->owned && conn->connected)
        conn_disconnect(conn);
    if (conn->owned && conn->hdbc != SQL_NULL_HDBC)
        (void)uowi_call_quiet(conn, conn->api->FreeHandle(SQL_HANDLE_DBC, conn->hdbc));
    conn->connected = false;
    conn->hdbc = SQL_NULL_HDBC;
    uowi_strwipe(conn->mem, conn->secret);
    conn->secret = NULL;
}

/* Poisoned until it is ready: a failure on the way leaves a connection that nothing is sent on. */
uow_status uowi_conn_reopen(uowi_conn *conn)
{
    if (!conn->owned || conn->login == NULL)
        return uowi_error_set(conn->error, UOW_CONNECTION_LOST,
                              "The connection is lost, and its handle is the program's: connect it "
                              "again there.");
    conn_leave(conn);
    conn->poisoned = true;
    conn->autocommit = true;
    conn->failed_in_unit = false;
    conn->undone_in_unit = false;
    if (!uowi_call_quiet(conn, conn->api->AllocHandle(SQL_HANDLE_DBC, conn->henv, &conn->hdbc))) {
        conn->hdbc = SQL_NULL_HDBC;
        return uowi_error_set(conn->error, UOW_DRIVER,
                              "No ODBC connection handle: SQLAllocHandle failed.");
    }
    uow_status st = conn_begin(conn);
    if (st == UOW_OK)
        conn->poisoned = false;
    return st;
}

void uowi_conn_close(uowi_conn *conn)
{
    if (conn == NULL)
        return;
    if (!conn->owned)
        uowi_limit_end(conn);
    conn_leave(conn);
    uowi_login_forget(conn->mem, conn->login);
    uowi_override_free(conn->mem, conn->override);
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

void uowi_conn_limit(uowi_conn *conn, uint32_t query_timeout_ms)
{
    conn->query_timeout_s = conn_seconds(query_timeout_ms);
    conn_watch_for(conn, conn->query_timeout_s);
}

void uowi_conn_keep_warnings(uowi_conn *conn, bool keep)
{
    conn->keep_warnings = keep;
}

bool uowi_conn_failed_in_unit(const uowi_conn *conn)
{
    return conn->failed_in_unit;
}

bool uowi_conn_unit_aborted(const uowi_conn *conn)
{
    return conn->dialect && conn->dialect->failure_aborts_unit && conn->failed_in_unit && !conn->autocommit &&
           !conn->poisoned;
}

uow_status uowi_conn_state_status(const uowi_conn *conn, const char *sqlstate, const char *text)
{
    uow_status st = uowi_sqlstate_status(conn->dialect, sqlstate, 0, text);

    return st == UOW_OK || st == UOW_END || st == UOW_PENDING ? UOW_SQL : st;
}
