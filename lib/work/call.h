/* Calls of stored procedures whose results go onto entities. */
#ifndef UOWI_WORK_CALL_H
#define UOWI_WORK_CALL_H

#include "work/callwalk.h"
#include "work/landing.h"

/* What came of a result so far. */
typedef struct uowi_call_result {
    uow_result want; /* a copy, complete */
    uow_list *list;
    int64_t rows;
} uowi_call_result;

typedef struct uowi_call_op {
    int at;
    uowi_session *s;
    const char *name;
    const uow_arg *args;
    size_t arg_count;
    uow_result *places; /* the program's */
    size_t stride;      /* of them */
    uowi_callwalk walk;
    uowi_call_result *results;
    size_t count;
    size_t next;
    uowi_landing landing;
    bool landing_open;
    uow_status ended;
} uowi_call_op;

/* See uow_call_at. */
void uowi_call_init(uowi_call_op *op, uowi_session *s, const char *name, const uow_arg *args, size_t arg_count,
                    uow_result *results, size_t result_count);
/* [resumable] */
uow_status uowi_call_step(uowi_call_op *op);
/* After success: into the program's variables and descriptors, or nowhere. */
void uowi_call_deliver(uowi_call_op *op);
void uowi_call_discard(uowi_call_op *op);

#endif
