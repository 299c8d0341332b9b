/* Walking the results of any statement: what dynamic rows do below their handle. */
#ifndef UOWI_WORK_RESULTS_H
#define UOWI_WORK_RESULTS_H

#include "odbc/dynrow.h"
#include "work/run.h"

typedef struct uowi_callwalk uowi_callwalk;

typedef struct uowi_results {
    int at, next_at; /* where opening, and the next row or result are */
    const char *sql; /* the program's, while it opens */
    uowi_run run;
    uowi_callwalk *walk; /* the results are those of a procedure; in the session's scratch */
    uowi_param *params;
    size_t param_count;
    uowi_dynrow *row; /* of the current result; NULL when it has no columns */
    uint64_t rows_read;
    uow_status opened; /* what kept a procedure's results from being opened */
    bool delivers;     /* values of a procedure wait for uowi_results_deliver */
} uowi_results;

/* Text and arguments of a statement, or name and arguments of a procedure, on the caller's turn. */
uow_status uowi_results_start(uowi_results *results, uowi_session *s, const char *sql, const uow_arg *args,
                              size_t arg_count);
uow_status uowi_results_call(uowi_results *results, uowi_session *s, const char *name, const uow_arg *args,
                             size_t arg_count);
/* [resumable] Runs it; positioned before the first row of the first result. */
uow_status uowi_results_open(uowi_results *results);
/* [resumable] */
uow_status uowi_results_next(uowi_results *results);
/* [resumable] */
uow_status uowi_results_more(uowi_results *results);
int64_t uowi_results_affected(const uowi_results *results);
/* Closes; returns st. May be called twice. */
uow_status uowi_results_end(uowi_results *results, uow_status st);
/* On the caller's turn, once it has ended well: the values that come back. */
void uowi_results_deliver(uowi_results *results);

#endif
