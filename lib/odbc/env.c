/* The one ODBC environment handle of an environment. Driver-manager pooling stays off. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "odbc/conn.h"
#include "odbc/dsn.h"
#include "odbc/handle.h"

static uow_status env_make(uowi_odbc_env *env, uow_error *error)
{
    if (!SQL_SUCCEEDED(env->api->AllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &env->henv)))
        return uowi_error_set(error, UOW_DRIVER, "No ODBC environment: SQLAllocHandle failed.");
    SQLRETURN rc =
        env->api->SetEnvAttr(env->henv, SQL_ATTR_ODBC_VERSION, (SQLPOINTER)SQL_OV_ODBC3, 0);
    if (SQL_SUCCEEDED(rc))
        return UOW_OK;
    (void)env->api->FreeHandle(SQL_HANDLE_ENV, env->henv);
    return uowi_error_set(error, UOW_DRIVER, "The driver manager does not speak ODBC 3.");
}

uow_status uowi_odbc_env_open(const struct uowi_odbc_api *api, uowi_mem *mem, uow_error *error,
                              uowi_odbc_env **out)
{
    uowi_odbc_env *env = uowi_zalloc(mem, sizeof *env);
    if (env == NULL)
        return uowi_error_no_memory(error);
    env->api = api != NULL ? api : &uowi_odbc_real;
    env->mem = mem;
    uow_status st = env_make(env, error);
    if (st != UOW_OK) {
        uowi_free(mem, env, sizeof *env);
        return st;
    }
    uowi_dsn_prime();
    *out = env;
    return UOW_OK;
}

void uowi_odbc_env_close(uowi_odbc_env *env)
{
    if (env == NULL)
        return;
    (void)env->api->FreeHandle(SQL_HANDLE_ENV, env->henv);
    uowi_free(env->mem, env, sizeof *env);
}
