/* Raw statements: run and drained. */
#ifndef UOWI_WORK_EXECUTE_H
#define UOWI_WORK_EXECUTE_H

#include "uow/arg.h"
#include "work/session.h"

/* out_affected may be NULL. */
uow_status uowi_execute(uowi_session *s, const char *sql, const uow_arg *args, size_t arg_count,
                        int64_t *out_affected);

/* Prepares the statement and leaves it in the cache. */
uow_status uowi_execute_prepare(uowi_session *s, const char *sql);

#endif
