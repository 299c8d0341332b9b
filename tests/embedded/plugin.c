/* A plugin that links the library: one piece of work, with a thread of the library's if there is a data source. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "uow.h"

/* 0, or the step that failed. */
UOW_API int plugin_work(const char *dsn);

static int on_a_context(uow_context *ctx)
{
    uow_op *op = NULL;
    int64_t affected = 0;

    if (uow_execute(ctx, "SELECT 1", NULL, 0, NULL) != UOW_OK)
        return 3;
    if (uow_execute_start(ctx, "SELECT 2", NULL, 0, &affected, &op) != UOW_OK)
        return 4;
    if (uow_wait_all(&op, 1, 10000) != UOW_OK)
        return 5;
    return uow_op_finish(op) == UOW_OK ? 0 : 6;
}

int plugin_work(const char *dsn)
{
    uow_env *env = NULL;
    uow_context *ctx = NULL;
    int failed = 0;

    if (uow_env_open(NULL, &env) != UOW_OK)
        return 1;
    if (dsn)
        failed = uow_open(env, dsn, NULL, NULL, &ctx) == UOW_OK ? on_a_context(ctx) : 2;
    if (uow_close(ctx) != UOW_OK)
        failed = 7;
    return uow_env_close(env) == UOW_OK ? failed : 8;
}
