#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include "diag/trace.h"

#include <string.h>

static void trace_keep(const uow_trace_event *event, void *user)
{
    *(uow_trace_event *)user = *event;
}

Test(trace, an_event_arrives_complete)
{
    uow_trace_event seen = {0};
    uowi_trace trace = {.fn = trace_keep, .user = &seen, .context_id = 4, .operation = "save"};
    uow_trace_event event = {.kind = UOW_TRACE_STATEMENT, .status = UOW_OK, .rows = 3};
    uowi_trace_emit(&trace, &event);
    cr_assert_eq(seen.struct_size, sizeof seen);
    cr_assert_eq(seen.context_id, 4);
    cr_assert_str_eq(seen.operation, "save");
    cr_assert_str_eq(seen.text, "");
    cr_assert_str_eq(seen.sqlstate, "");
    cr_assert_eq(seen.rows, 3);
    trace.operation = NULL;
    event.sqlstate = "40001";
    uowi_trace_emit(&trace, &event);
    cr_assert_str_eq(seen.operation, "");
    cr_assert_str_eq(seen.sqlstate, "40001");
}

Test(trace, without_a_listener_nothing_happens)
{
    uowi_trace trace = {.fn = NULL};
    uow_trace_event event = {.kind = UOW_TRACE_UNIT};
    uowi_trace_emit(&trace, &event);
    cr_assert_eq(event.struct_size, 0);
}

Test(trace, counters_are_read_each_into_its_place)
{
    uowi_counters counters;
    memset(&counters, 0, sizeof counters);
    uowi_count(&counters.odbc_calls, 1);
    uowi_count(&counters.rows_read, 1000);
    uowi_count(&counters.rows_read, 1);
    uowi_count(&counters.tracked, 12);
    uowi_count(&counters.guard_waits, 5);
    uow_counters read = UOW_COUNTERS_INIT;
    uowi_counters_read(&counters, 77, &read);
    cr_assert_eq(read.struct_size, sizeof read);
    cr_assert_eq(read.odbc_calls, 1);
    cr_assert_eq(read.rows_read, 1001);
    cr_assert_eq(read.tracked, 12);
    cr_assert_eq(read.guard_waits, 5);
    cr_assert_eq(read.commits, 0);
    cr_assert_eq(read.allocations, 77);
}

Test(trace, an_older_programs_shorter_struct_is_not_overrun)
{
    uowi_counters counters;
    memset(&counters, 0, sizeof counters);
    uowi_count(&counters.prepares, 9);
    uow_counters read;
    memset(&read, 0x5a, sizeof read);
    read.struct_size = offsetof(uow_counters, executes);
    uowi_counters_read(&counters, 1, &read);
    cr_assert_eq(read.prepares, 9);
    cr_assert_eq(read.struct_size, offsetof(uow_counters, executes));
    cr_assert_eq(read.executes, UINT64_C(0x5a5a5a5a5a5a5a5a));
}
