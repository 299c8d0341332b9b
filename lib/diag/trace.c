#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "diag/trace.h"

#include <string.h>

void uowi_count(_Atomic uint64_t *counter, uint64_t by)
{
    uint64_t value = atomic_load_explicit(counter, memory_order_relaxed);
    atomic_store_explicit(counter, value + by, memory_order_relaxed);
}

/* An event that waits for the caller's turn. */
struct uowi_held_event {
    struct uowi_held_event *next;
    uow_trace_event event;
};

static const char *trace_keep(uowi_arena *arena, const char *text)
{
    return text != NULL ? uowi_arena_text(arena, text, strlen(text)) : NULL;
}

/* Out of memory, an event is lost: tracing never fails an operation. */
static void trace_hold_event(uowi_trace *trace, const uow_trace_event *event)
{
    struct uowi_held_event *held = uowi_arena_alloc(trace->hold, sizeof *held);

    if (held == NULL)
        return;
    held->next = NULL;
    held->event = *event;
    held->event.text = trace_keep(trace->hold, event->text);
    held->event.sqlstate = trace_keep(trace->hold, event->sqlstate);
    if (trace->held_last != NULL)
        trace->held_last->next = held;
    else
        trace->held = held;
    trace->held_last = held;
}

void uowi_trace_emit(uowi_trace *trace, uow_trace_event *event)
{
    if (trace->fn == NULL)
        return;
    if (trace->hold != NULL)
        trace_hold_event(trace, event);
    else
        uowi_trace_emit_as(trace, trace->operation, event);
}

void uowi_trace_hold(uowi_trace *trace, uowi_arena *arena)
{
    trace->hold = arena;
}

void uowi_trace_flush(uowi_trace *trace)
{
    while (trace->held != NULL) {
        struct uowi_held_event *held = trace->held;

        trace->held = held->next;
        if (trace->held == NULL)
            trace->held_last = NULL;
        uowi_trace_emit_as(trace, trace->operation, &held->event);
    }
}

void uowi_trace_emit_as(const uowi_trace *trace, const char *operation, uow_trace_event *event)
{
    if (trace->fn == NULL)
        return;
    event->struct_size = sizeof *event;
    event->context_id = trace->context_id;
    event->operation = operation != NULL ? operation : "";
    if (event->text == NULL)
        event->text = "";
    if (event->sqlstate == NULL)
        event->sqlstate = "";
    trace->fn(event, trace->user);
}

static uint64_t trace_read(const _Atomic uint64_t *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

/* A program built with an older header has a shorter struct, and its size says so. */
void uowi_counters_read(const uowi_counters *counters, uint64_t allocations, uow_counters *out)
{
    uow_counters all = {
        .struct_size = out->struct_size,
        .odbc_calls = trace_read(&counters->odbc_calls),
        .prepares = trace_read(&counters->prepares),
        .executes = trace_read(&counters->executes),
        .statements_reused = trace_read(&counters->statements_reused),
        .rows_read = trace_read(&counters->rows_read),
        .rows_written = trace_read(&counters->rows_written),
        .errors = trace_read(&counters->errors),
        .guard_refusals = trace_read(&counters->guard_refusals),
        .guard_waits = trace_read(&counters->guard_waits),
        .commits = trace_read(&counters->commits),
        .rollbacks = trace_read(&counters->rollbacks),
        .tracked = trace_read(&counters->tracked),
        .allocations = allocations,
        .branches_prepared = trace_read(&counters->branches_prepared),
        .branches_committed = trace_read(&counters->branches_committed),
        .branches_rolled_back = trace_read(&counters->branches_rolled_back),
    };
    size_t size = out->struct_size < sizeof all ? out->struct_size : sizeof all;
    memcpy(out, &all, size);
}
