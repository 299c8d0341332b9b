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

void uowi_trace_emit(uowi_trace *trace, uow_trace_event *event)
{
    if (trace->fn != NULL)
        uowi_trace_emit_as(trace, trace->operation, event);
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
    };
    size_t size = out->struct_size < sizeof all ? out->struct_size : sizeof all;
    memcpy(out, &all, size);
}
