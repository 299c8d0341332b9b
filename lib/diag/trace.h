/* Where events and counts go. */
#ifndef UOWI_DIAG_TRACE_H
#define UOWI_DIAG_TRACE_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/arena.h"
#include "uow/trace.h"

/* One per context. Written by the thread that holds the guard (refusals by any), read by any: relaxed atomics. */
typedef struct uowi_counters {
    _Atomic uint64_t odbc_calls, prepares, executes, statements_reused, rows_read, rows_written, errors;
    _Atomic uint64_t guard_refusals, guard_waits, commits, rollbacks, tracked;
    _Atomic uint64_t branches_prepared, branches_committed, branches_rolled_back;
} uowi_counters;

typedef struct uowi_trace {
    uow_trace_fn fn; /* NULL: nobody listens */
    void *user;
    uint64_t context_id;
    const char *operation; /* of the call that holds the guard; static text */
    uowi_arena *hold;      /* not NULL: events wait here, see uowi_trace_hold */
    struct uowi_held_event *held, *held_last;
    uowi_counters counters;
} uowi_trace;

/* Single-writer increment: no locked instruction. Refusals use atomic_fetch_add instead. */
void uowi_count(_Atomic uint64_t *counter, uint64_t by);
/* Fills struct_size, context and operation, then calls the sink, if any. */
void uowi_trace_emit(uowi_trace *trace, uow_trace_event *event);
/* Events of an engine are kept until the caller's turn: the program's callback runs on the program's threads only. */
void uowi_trace_hold(uowi_trace *trace, uowi_arena *arena);
/* Gives what was kept to the sink. hold: the next ones are kept too. */
void uowi_trace_flush(uowi_trace *trace);
/* The same for a thread that is not inside: the operation is its own, and nothing that changes is read. */
void uowi_trace_emit_as(const uowi_trace *trace, const char *operation, uow_trace_event *event);
/* Copies what fits the caller's struct_size; tracked allocations come from the caller. */
void uowi_counters_read(const uowi_counters *counters, uint64_t allocations, uow_counters *out);

#endif
