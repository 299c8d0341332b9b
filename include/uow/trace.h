/* Tracing and counters. The library itself prints nothing. */
#ifndef UOW_TRACE_H
#define UOW_TRACE_H

#include <stddef.h>
#include <stdint.h>

#include "uow/status.h"

UOW_BEGIN_DECLS

/* What an event is about. */
typedef enum uow_trace_kind {
    UOW_TRACE_STATEMENT = 1, /* a statement ran */
    UOW_TRACE_UNIT = 2,      /* begin, commit, rollback, savepoint */
    UOW_TRACE_CONNECTION = 3, /* opened, closed, lost */
    UOW_TRACE_GUARD = 4,     /* the guard refused or made somebody wait */
    /*
     * a step of a distributed unit in one branch: begin, prepare, decide, commit, rollback, forget; once before it, with
     * UOW_PENDING, and once after it
     */
    UOW_TRACE_BRANCH = 5,
    UOW_TRACE_KIND_FORCE_INT = 0x7fffffff
} uow_trace_kind;

/* One event. Valid during the callback only. */
typedef struct uow_trace_event {
    size_t struct_size;
    uow_trace_kind kind;
    uow_status status;
    uint64_t context_id;    /* 1, 2, ... in an environment */
    const char *operation;  /* "find", "save", "commit", ... */
    const char *text;       /* SQL with placeholders, or what happened; never values, never passwords */
    uint64_t duration_ns;
    int64_t rows;           /* read or affected; -1 when not known */
    const char *sqlstate;   /* "" when none */
    uint32_t parameters;    /* how many parameter values the statement had */
    uint32_t reserved;
} uow_trace_event;

/*
 * Receives events on the thread that runs the operation, with the context's
 * guard held: a call on the same context from here is refused. The event of a
 * refusal comes on the thread that was refused, while another may be inside.
 */
typedef void (*uow_trace_fn)(const uow_trace_event *event, void *user);

/* What a context did since it was opened. */
typedef struct uow_counters {
    size_t struct_size;
    uint64_t odbc_calls;
    uint64_t prepares;
    uint64_t executes;
    uint64_t statements_reused; /* executes that found their statement prepared */
    uint64_t rows_read;
    uint64_t rows_written;
    uint64_t errors;
    uint64_t guard_refusals;
    uint64_t guard_waits;
    uint64_t commits;
    uint64_t rollbacks;
    uint64_t tracked;     /* instances tracked now */
    uint64_t allocations; /* calls that reached the environment's allocator, environment-wide */
    uint64_t branches_prepared; /* of distributed units */
    uint64_t branches_committed;
    uint64_t branches_rolled_back;
} uow_counters;
/* All defaults, with struct_size set. */
#define UOW_COUNTERS_INIT { sizeof(uow_counters), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }

UOW_END_DECLS

#endif
