/* Raw statements: run and drained. */
#ifndef UOWI_WORK_EXECUTE_H
#define UOWI_WORK_EXECUTE_H

#include "uow/arg.h"
#include "work/run.h"

typedef struct uowi_execute {
    int at;
    uowi_session *s;
    const char *sql; /* the program's */
    const uow_arg *args;
    size_t arg_count;
    uowi_run run;
    int64_t affected; /* the answer; -1 unknown */
} uowi_execute;

void uowi_execute_init(uowi_execute *op, uowi_session *s, const char *sql, const uow_arg *args, size_t arg_count);
/* [resumable] The rows affected are those of the first result that counts; results after it are drained. */
uow_status uowi_execute_step(uowi_execute *op);
/* The same, to the end. out_affected may be NULL. */
uow_status uowi_execute_run(uowi_session *s, const char *sql, const uow_arg *args, size_t arg_count,
                            int64_t *out_affected);

/* Prepares the statement and leaves it in the cache. */
typedef struct uowi_prepare {
    int at;
    uowi_session *s;
    const char *sql;
    uowi_cached *cached;
} uowi_prepare;

/* [resumable] s and sql are set, all else is zero. */
uow_status uowi_prepare_step(uowi_prepare *op);

#endif
