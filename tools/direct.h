/* A connection below the contexts, for what the library itself knows of a driver and no program can ask. */
#ifndef UOW_TOOLS_DIRECT_H
#define UOW_TOOLS_DIRECT_H

#include <stdbool.h>

#include "odbc/conn.h"

/* Not to be moved while it is open; zero before. */
typedef struct direct {
    uowi_mem mem;
    uow_error error;
    uowi_trace trace;
    uowi_odbc_env *env;
    uowi_conn *conn;
    void (*asking)(void *user, const char *what); /* set before it is opened, see uowi_conn_options; or NULL */
    void *asking_user;
} direct;

/* False: error says why. Close it either way. */
bool direct_open(direct *it, const char *dsn, uint32_t login_timeout_ms);
void direct_close(direct *it);

#endif
