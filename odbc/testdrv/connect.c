/* Opening and closing: the wrapped driver is loaded and connected. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "call.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "export.h"
#include "target.h"

/* ISO C has no cast between objects and functions; POSIX lets the bits be copied. */
#define LOAD(category, name, api, n, parameters)                                                   \
    symbol = dlsym(dbc->library, "SQL" #name);                                                     \
    memcpy(&dbc->driver.name, &symbol, sizeof symbol);

static bool connect_load(td_dbc *dbc, const char *file, td_complaint *complaint)
{
    void *symbol;

    /* Never unloaded, as the driver manager does it: MariaDB's driver leaks with every load. */
    dbc->library = dlopen(file, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (dbc->library == NULL) {
        const char *why = dlerror();
        snprintf(complaint->text, sizeof complaint->text, "cannot load the wrapped driver: %.200s",
                 why ? why : file);
        return false;
    }
    TD_FUNCTIONS(LOAD)
    if (dbc->driver.AllocHandle && dbc->driver.FreeHandle && dbc->driver.DriverConnect &&
        dbc->driver.SetEnvAttr && dbc->driver.EndTran && dbc->driver.Disconnect &&
        dbc->driver.GetDiagRec && dbc->driver.GetDiagField)
        return true;
    snprintf(complaint->text, sizeof complaint->text, "%.180s is no driver of ODBC 3", file);
    return false;
}

static bool connect_handles(td_dbc *dbc, td_complaint *complaint)
{
    const td_driver *driver = &dbc->driver;
    SQLPOINTER version = (SQLPOINTER)(intptr_t)dbc->env->odbc_version;

    snprintf(complaint->text, sizeof complaint->text, "the wrapped driver gives no handles");
    if (!SQL_SUCCEEDED(driver->AllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &dbc->real_env)))
        return false;
    (void)driver->SetEnvAttr(dbc->real_env, SQL_ATTR_ODBC_VERSION, version, 0);
    if (!SQL_SUCCEEDED(driver->AllocHandle(SQL_HANDLE_DBC, dbc->real_env, &dbc->h.real)))
        return false;
    for (const td_attr *attr = dbc->attrs; attr != NULL; attr = attr->next)
        (void)driver->SetConnectAttr(dbc->h.real, attr->attribute, attr->value, attr->length);
    return true;
}

/* A rule for SQLDriverConnect itself: every connection has its first one. */
static bool connect_fails(td_dbc *dbc)
{
    td_call call = {.fn = TD_DriverConnect, .h = &dbc->h, .dbc = dbc};

    td_fault_decide(&call);
    if (call.fault.action != TD_FAIL && call.fault.action != TD_LOSE_BEFORE)
        return false;
    td_diag_clear(&dbc->h, false);
    td_diag_set(&dbc->h, call.fault.record.state, call.fault.record.native, "%s",
                call.fault.record.text);
    return true;
}

static SQLRETURN connect_open(td_dbc *dbc, td_target *t, SQLUSMALLINT completion)
{
    td_complaint complaint = {""};
    SQLCHAR out[1024];
    SQLSMALLINT out_length = 0;

    td_unload(dbc);
    td_diag_clear(&dbc->h, false);
    if (!td_target_find(t, &complaint) ||
        !td_keys_read(&dbc->keys, &t->cs, t->dsn[0] ? t->dsn : NULL, &complaint)) {
        td_diag_set(&dbc->h, "HY000", 0, "%s", complaint.text);
        return SQL_ERROR;
    }
    td_sleep(dbc->keys.delay_ms[TD_DriverConnect]);
    if (connect_fails(dbc))
        return SQL_ERROR;
    if (!connect_load(dbc, t->file, &complaint) || !connect_handles(dbc, &complaint)) {
        td_diag_set(&dbc->h, "IM003", 0, "%s", complaint.text);
        return SQL_ERROR;
    }
    td_diag_clear(&dbc->h, true);
    SQLRETURN rc = dbc->driver.DriverConnect(dbc->h.real, NULL, (SQLCHAR *)t->connection, SQL_NTS,
                                             out, sizeof out, &out_length, completion);
    dbc->connected = SQL_SUCCEEDED(rc);
    if (rc == SQL_ERROR || rc == SQL_SUCCESS_WITH_INFO)
        td_diag_harvest(&dbc->h, SQL_HANDLE_DBC);
    return rc;
}

TD_EXPORT SQLRETURN SQL_API SQLDriverConnect(SQLHDBC handle, SQLHWND window, SQLCHAR *in,
                                             SQLSMALLINT in_length, SQLCHAR *out,
                                             SQLSMALLINT out_size, SQLSMALLINT *out_length,
                                             SQLUSMALLINT completion)
{
    td_dbc *dbc = (td_dbc *)(void *)td_handle_of(handle, TD_KIND_DBC);
    td_target t = {.connection = NULL};
    (void)window; /* nothing is asked of anybody */
    if (dbc == NULL)
        return SQL_INVALID_HANDLE;

    size_t length = in_length == SQL_NTS ? strlen((const char *)in) : (size_t)in_length;
    if (!td_connstr_parse(&t.cs, (const char *)in, length)) {
        td_diag_clear(&dbc->h, false);
        td_diag_set(&dbc->h, "HY000", 0, "the connection string is malformed");
        return SQL_ERROR;
    }
    SQLRETURN rc = connect_open(dbc, &t, completion == SQL_DRIVER_PROMPT ? 0 : completion);
    char *given = td_connstr_text(&t.cs);
    if (SQL_SUCCEEDED(rc) && given != NULL)
        (void)td_give_text(given, out, out_size < 0 ? 0 : (size_t)out_size, out_length);
    free(given);
    td_target_free(&t);
    return rc;
}

static bool connect_part(td_connstr *cs, const char *key, const SQLCHAR *text, SQLSMALLINT length)
{
    char value[512];
    if (text == NULL)
        return true;
    size_t size = length == SQL_NTS ? strlen((const char *)text) : (size_t)length;
    snprintf(value, sizeof value, "%.*s", (int)size, (const char *)text);
    return value[0] == '\0' || td_connstr_add(cs, key, value);
}

TD_EXPORT SQLRETURN SQL_API SQLConnect(SQLHDBC handle, SQLCHAR *dsn, SQLSMALLINT dsn_length,
                                       SQLCHAR *user, SQLSMALLINT user_length, SQLCHAR *password,
                                       SQLSMALLINT password_length)
{
    td_dbc *dbc = (td_dbc *)(void *)td_handle_of(handle, TD_KIND_DBC);
    td_target t = {.connection = NULL};
    SQLRETURN rc = SQL_ERROR;
    if (dbc == NULL)
        return SQL_INVALID_HANDLE;
    if (connect_part(&t.cs, "DSN", dsn, dsn_length) &&
        connect_part(&t.cs, "UID", user, user_length) &&
        connect_part(&t.cs, "PWD", password, password_length))
        rc = connect_open(dbc, &t, SQL_DRIVER_NOPROMPT);
    td_target_free(&t);
    return rc;
}

/* ODBC frees the statements of a connection with it. */
static void disconnect_done(td_dbc *dbc)
{
    while (dbc->stmts != NULL)
        td_stmt_free(dbc->stmts);
    while (dbc->descs != NULL)
        td_desc_free(dbc->descs);
    td_unload(dbc);
}

TD_EXPORT SQLRETURN SQL_API SQLDisconnect(SQLHDBC handle)
{
    const intptr_t args[] = {0};
    td_call call = {.fn = TD_Disconnect, .handle = handle, .args = args};

    if (td_begin(&call, TD_KIND_DBC))
        call.rc = call.dbc->driver.Disconnect(call.h->real);
    SQLRETURN rc = td_end(&call);
    if (call.locked && SQL_SUCCEEDED(rc))
        disconnect_done(call.dbc);
    return rc;
}
