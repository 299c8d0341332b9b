/* The exported functions: those on statements, connections and descriptors by the table. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "call.h"

#include "export.h"
#include "uowtest.h"

static bool export_lacks(td_call *call)
{
    return td_refuse(call, "IM001", "the wrapped driver has no %s", td_functions[call->fn].name);
}

/* A connection's attributes may be set before it is open; the keys need the gate to themselves. */
static bool export_early(td_call *call)
{
    td_dbc *dbc = (td_dbc *)(void *)td_handle_of(call->handle, TD_KIND_DBC);
    if (dbc == NULL || call->fn != TD_SetConnectAttr)
        return false;
    if (call->args[1] == UOWTEST_ATTR_KEYS)
        call->rc = td_attr_keys(dbc, call->args);
    else if (!dbc->connected)
        call->rc = td_attr_keep(dbc, call->args);
    else
        return false;
    return true;
}

#define PASS(kind, first, name, n, parameters)                                                     \
    TD_EXPORT SQLRETURN SQL_API SQL##name(first handle TD_PARAMETERS_##n parameters)               \
    {                                                                                              \
        const intptr_t args[] = {0 TD_VALUES_##n parameters};                                      \
        td_call call = {.fn = TD_##name, .handle = handle, .args = args};                          \
        if (kind == TD_KIND_DBC && export_early(&call))                                            \
            return call.rc;                                                                        \
        if (td_begin(&call, kind) &&                                                               \
            (call.dbc->driver.name != NULL || (call.made = export_lacks(&call))))                  \
            call.rc = call.dbc->driver.name(call.h->real TD_ARGUMENTS_##n parameters);             \
        return td_end(&call);                                                                      \
    }

#define PASS_TYPE(name, n, parameters)
#define PASS_ENV(name, n, parameters)
#define PASS_CONN(name, n, parameters)
#define PASS_DBC(name, n, parameters)   PASS(TD_KIND_DBC, SQLHDBC, name, n, parameters)
#define PASS_STMT(name, n, parameters)  PASS(TD_KIND_STMT, SQLHSTMT, name, n, parameters)
#define PASS_ASYNC(name, n, parameters) PASS(TD_KIND_STMT, SQLHSTMT, name, n, parameters)
#define PASS_DESC(name, n, parameters)  PASS(TD_KIND_DESC, SQLHDESC, name, n, parameters)

#define TD_ROW(category, name, api, n, parameters) PASS_##category(name, n, parameters)
TD_FUNCTIONS(TD_ROW)
#undef TD_ROW

/* The handle is not the first parameter, or there are two. */

TD_EXPORT SQLRETURN SQL_API SQLEndTran(SQLSMALLINT type, SQLHANDLE handle, SQLSMALLINT completion)
{
    const intptr_t args[] = {0, (intptr_t)handle, completion};
    td_call call = {.fn = TD_EndTran, .handle = handle, .args = args};
    if (td_begin(&call, TD_KIND_DBC))
        call.rc = call.dbc->driver.EndTran(type, call.h->real, completion);
    return td_end(&call);
}

TD_EXPORT SQLRETURN SQL_API SQLCopyDesc(SQLHDESC source, SQLHDESC target)
{
    const intptr_t args[] = {0, (intptr_t)target};
    td_call call = {.fn = TD_CopyDesc, .handle = source, .args = args};
    td_handle *to = td_handle_of(target, TD_KIND_DESC);
    if (to == NULL)
        return SQL_INVALID_HANDLE;
    if (td_begin(&call, TD_KIND_DESC) &&
        (call.dbc->driver.CopyDesc != NULL || (call.made = export_lacks(&call))))
        call.rc = call.dbc->driver.CopyDesc(call.h->real, to->real);
    return td_end(&call);
}

TD_EXPORT SQLRETURN SQL_API SQLSetEnvAttr(SQLHENV handle, SQLINTEGER attribute, SQLPOINTER value,
                                          SQLINTEGER length)
{
    td_env *env = (td_env *)(void *)td_handle_of(handle, TD_KIND_ENV);
    (void)length;
    if (env == NULL)
        return SQL_INVALID_HANDLE;
    if (attribute == SQL_ATTR_ODBC_VERSION)
        env->odbc_version = (SQLINTEGER)(intptr_t)value;
    return SQL_SUCCESS;
}

TD_EXPORT SQLRETURN SQL_API SQLGetEnvAttr(SQLHENV handle, SQLINTEGER attribute, SQLPOINTER value,
                                          SQLINTEGER size, SQLINTEGER *length)
{
    td_env *env = (td_env *)(void *)td_handle_of(handle, TD_KIND_ENV);
    (void)size;
    if (env == NULL)
        return SQL_INVALID_HANDLE;
    if (attribute != SQL_ATTR_ODBC_VERSION || value == NULL)
        return SQL_ERROR;
    *(SQLINTEGER *)value = env->odbc_version;
    if (length != NULL)
        *length = sizeof env->odbc_version;
    return SQL_SUCCESS;
}
