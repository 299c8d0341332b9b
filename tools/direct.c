#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "direct.h"

bool direct_open(direct *it, const char *dsn, uint32_t login_timeout_ms)
{
    uowi_conn_options options = {.connection = dsn,
                                 .login_timeout_ms = login_timeout_ms,
                                 .asking = it->asking,
                                 .asking_user = it->asking_user};

    uowi_mem_init(&it->mem, NULL);
    uowi_error_init(&it->error, &it->mem);
    return uowi_odbc_env_open(NULL, &it->mem, &it->error, &it->env) == UOW_OK &&
           uowi_conn_open(it->env, &options, &it->error, &it->trace, &it->conn) == UOW_OK;
}

void direct_close(direct *it)
{
    uowi_conn_close(it->conn);
    uowi_odbc_env_close(it->env);
    uowi_error_done(&it->error);
}
