/* Running one statement: prepared where that pays, bound, executed, traced. */
#ifndef UOWI_WORK_RUN_H
#define UOWI_WORK_RUN_H

#include "work/session.h"

typedef struct uowi_run {
    int at;
    uowi_session *s;
    uowi_cached *cached; /* taken by uowi_run_start, given back by uowi_run_end */
    const uowi_param *params;
    size_t param_count;
    size_t array_rows; /* 0: plain parameters; else so many rows of param_count in params */
    bool once;         /* not worth keeping prepared */
    bool reads; /* a query: direct execution may be faster than prepared */
    bool plain; /* never prepared: set after start */
    uowi_rowset *outs; /* parameters that come back, bound over those of params, or NULL: set after start */
    const uowi_param *const *out_inputs; /* what goes in by them */
    uow_status (*feed)(void *feeder, uowi_stmt *stmt); /* binds the parameters itself, in place of params; or NULL. Set after start */
    void *feeder;
    bool blocks; /* never polled by the driver, for who reads its rows does not pause. Set after start */
    bool quiet; /* the library's own: hooks are not asked. Set after start */
    bool sent;  /* it was executed, however that ended: before, nothing can have taken effect */
    uint64_t started_ns;
} uowi_run;

/* Takes the statement for this text from the cache. params must live until uowi_run_end. */
uow_status uowi_run_start(uowi_run *run, uowi_session *s, const char *sql, size_t length, const uowi_param *params,
                          size_t param_count, bool reads);
/* [resumable] Asks the hooks, prepares if need be, binds, executes. Ends on the engine's turn. */
uow_status uowi_run_step(uowi_run *run);
/* [resumable] Prepares a cached statement, once it is the engine's turn. */
uow_status uowi_run_prepare(uowi_session *s, uowi_cached *cached);
/* Closes, traces (rows: read or affected, -1 unknown), gives the statement back. Returns st. Harmless when never started. */
uow_status uowi_run_end(uowi_run *run, uow_status st, int64_t rows);

/* UOW_TYPE when the program's text is not UTF-8. */
uow_status uowi_run_readable(uowi_session *s, const char *sql);

/*
 * Placeholders of the program's SQL: makes text and parameters in the session's scratch and text buffer.
 * Also refuses statements known to crash the driver. Of a polled operation the values are copied.
 */
uow_status uowi_run_parse(uowi_session *s, const char *sql, const uow_arg *args, size_t arg_count,
                          uowi_param **out_params, size_t *out_count);

#endif
