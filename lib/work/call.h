/* Calls of stored procedures whose results go onto entities. */
#ifndef UOWI_WORK_CALL_H
#define UOWI_WORK_CALL_H

#include "work/session.h"

/* See uow_call_at. */
uow_status uowi_call_procedure(uowi_session *s, const char *name, const uow_arg *args, size_t arg_count, uow_result *results,
                     size_t result_count);

#endif
