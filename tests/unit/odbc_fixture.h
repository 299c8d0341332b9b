/* A connection on the fake driver, for tests of what stands on it. */
#ifndef ODBC_FIXTURE_H
#define ODBC_FIXTURE_H

#include <string.h>

#include "fake_odbc.h"
#include "odbc/call.h"
#include "odbc/conn.h"

typedef struct fixture {
    uowi_mem mem;
    uow_error error;
    uowi_trace trace;
    uowi_odbc_env *env;
    uowi_conn *conn;
    uowi_conn_options options;
} fixture;

/* fake_begin comes before; the script may be written before or after. */
static inline uow_status fixture_open(fixture *f, const char *connection)
{
    memset(f, 0, sizeof *f);
    uowi_mem_init(&f->mem, NULL);
    uowi_error_init(&f->error, &f->mem);
    f->options.connection = connection;
    uow_status st = uowi_odbc_env_open(&fake_api, &f->mem, &f->error, &f->env);
    if (st == UOW_OK)
        st = uowi_conn_open(f->env, &f->options, &f->error, &f->trace, &f->conn);
    return st;
}

/* What is left behind: handles of the driver and bytes of memory; both must be 0. */
static inline int64_t fixture_close(fixture *f)
{
    uowi_conn_close(f->conn);
    uowi_odbc_env_close(f->env);
    uowi_error_done(&f->error);
    return f->mem.bytes + (int64_t)fake_handles();
}

#endif
