#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "live/live.h"

#include <stdio.h>

struct traced {
    int64_t id;
    char name[21];
};

static const uow_column traced_columns[] = {
    UOW_COLUMN(struct traced, id, "id", UOW_INT64, UOW_KEY),
    UOW_COLUMN(struct traced, name, "name", UOW_TEXT, 0),
};
static const uow_entity traceds = UOW_ENTITY(struct traced, "trace_rows", traced_columns);
static const uow_entity *const models[] = {&traceds};

static void open_traced(live *l)
{
    live_open(l, models, 1);
    live_table(l, "trace_rows", "id @int64 PRIMARY KEY, name varchar(20)");
    l->events.count = 0;
}

static uow_counters counters_of(const uow_context *ctx)
{
    uow_counters counters = UOW_COUNTERS_INIT;
    cr_assert_eq(uow_context_counters(ctx, &counters), UOW_OK);
    return counters;
}

/* The one recorded statement with this text. */
static const live_event *statement(const live *l, const char *text)
{
    const live_event *found = NULL;
    cr_assert_lt(l->events.count, sizeof l->events.at / sizeof l->events.at[0]);
    for (size_t i = 0; i < l->events.count; i++)
        if (l->events.at[i].kind == UOW_TRACE_STATEMENT && strstr(l->events.at[i].text, text)) {
            cr_assert_null(found, "%s is told twice", text);
            found = &l->events.at[i];
        }
    cr_assert_not_null(found, "%s is not told", text);
    return found;
}

Test(trace, opening_and_closing_are_told)
{
    live l;
    live_open(&l, NULL, 0);
    cr_assert_eq(live_count_events(&l, UOW_TRACE_CONNECTION, NULL), 1);
    uow_context *other = live_another(&l);
    UOW_OK_ON(other, uow_close(other));
    l.others[0] = NULL;
    cr_assert_eq(live_count_events(&l, UOW_TRACE_CONNECTION, NULL), 3);
    cr_assert_eq(l.events.at[0].status, UOW_OK);
    live_close(&l);
}

Test(trace, a_statement_is_told_with_time_rows_and_parameters)
{
    live l;
    open_traced(&l);
    uow_arg args[] = {uow_arg_int64(1), uow_arg_text("one")};
    UOW_OK(uow_execute(l.ctx, "INSERT INTO trace_rows VALUES (?, ?)", args, 2, NULL));
    const live_event *event = statement(&l, "INSERT INTO trace_rows VALUES (?, ?)");
    cr_assert_eq(event->status, UOW_OK);
    cr_assert_eq(event->rows, 1);
    cr_assert_eq(event->parameters, 2);
    cr_assert_gt(event->duration_ns, 0);
    cr_assert_lt(event->duration_ns, UINT64_C(60000000000));
    cr_assert_str_eq(event->operation, "execute");
    cr_assert_str_eq(event->sqlstate, "");
    live_close(&l);
}

Test(trace, a_failed_statement_is_told_with_its_sqlstate)
{
    live l;
    open_traced(&l);
    UOW_IS(UOW_SQL, uow_execute(l.ctx, "DELETE FROM trace_no_such_table", NULL, 0, NULL));
    const live_event *event = statement(&l, "trace_no_such_table");
    cr_assert_eq(event->status, UOW_SQL);
    cr_assert_str_eq(event->sqlstate, live_either(&l, "HY000", "42P01", "42S02"));
    live_close(&l);
}

Test(trace, a_query_is_told_with_the_rows_it_read)
{
    live l;
    uow_list *list = NULL;
    open_traced(&l);
    live_run(&l, "INSERT INTO trace_rows VALUES (1, 'a'), (2, 'b'), (3, 'c')");
    UOW_OK(uow_query(l.ctx, &traceds, "id > ?", (uow_arg[]){uow_arg_int64(1)}, 1, NULL, &list));
    uow_list_free(list);
    const live_event *event = statement(&l, "SELECT");
    cr_assert_str_eq(event->operation, "query");
    cr_assert_eq(event->rows, 2);
    cr_assert_eq(event->parameters, 1);
    live_close(&l);
}

Test(trace, a_unit_is_told_from_begin_to_end)
{
    live l;
    open_traced(&l);
    UOW_OK(uow_begin(l.ctx, NULL));
    UOW_OK(uow_begin(l.ctx, NULL));
    UOW_OK(uow_rollback(l.ctx));
    UOW_OK(uow_commit(l.ctx));
    cr_assert_geq(live_count_events(&l, UOW_TRACE_UNIT, NULL), 4);
    live_close(&l);
}

Test(trace, a_refusal_is_told)
{
    live l;
    uow_rows *rows = NULL;
    open_traced(&l);
    UOW_OK(uow_rows_open(l.ctx, "SELECT 1", NULL, 0, &rows));
    UOW_IS(UOW_BUSY, uow_execute(l.ctx, "SELECT 2", NULL, 0, NULL));
    uow_rows_close(rows);
    cr_assert_eq(live_count_events(&l, UOW_TRACE_GUARD, NULL), 1);
    cr_assert_eq(counters_of(l.ctx).guard_refusals, 1);
    live_close(&l);
}

Test(trace, each_context_has_its_own_number)
{
    live l;
    open_traced(&l);
    uow_context *other = live_another(&l);
    l.events.count = 0;
    UOW_OK(uow_execute(l.ctx, "SELECT 'mine'", NULL, 0, NULL));
    UOW_OK_ON(other, uow_execute(other, "SELECT 'others'", NULL, 0, NULL));
    cr_assert_neq(statement(&l, "mine")->context_id, statement(&l, "others")->context_id);
    cr_assert_gt(statement(&l, "mine")->context_id, 0);
    live_close(&l);
}

static uow_status call_from_inside(uow_context *ctx)
{
    return uow_execute(ctx, "SELECT 'inside'", NULL, 0, NULL);
}

typedef struct inside {
    uow_context *ctx;
    uow_status got;
} inside;

static void call_back(const uow_trace_event *event, void *user)
{
    inside *in = user;
    if (in->ctx && event->kind == UOW_TRACE_STATEMENT)
        in->got = call_from_inside(in->ctx);
}

Test(trace, a_call_from_inside_the_callback_is_refused)
{
    live l;
    inside in = {NULL, UOW_OK};
    uow_context_options options = UOW_CONTEXT_OPTIONS_INIT;
    options.trace = call_back;
    options.trace_user = &in;
    live_open_with(&l, NULL, 0, &options);
    in.ctx = l.ctx;
    UOW_OK(uow_execute(l.ctx, "SELECT 'outside'", NULL, 0, NULL));
    cr_assert_eq(in.got, UOW_BUSY);
    in.ctx = NULL;
    live_close(&l);
}

/* ---- counters ---- */

Test(trace, rows_are_counted_once_however_they_are_read)
{
    live l;
    uow_list *list = NULL;
    uow_rows *rows = NULL;
    uow_cursor *cursor = NULL;
    void *row = NULL;
    open_traced(&l);
    live_run(&l, "INSERT INTO trace_rows VALUES (1, 'a'), (2, 'b'), (3, 'c')");
    uow_counters before = counters_of(l.ctx);
    UOW_OK(uow_query(l.ctx, &traceds, NULL, NULL, 0, NULL, &list));
    uow_list_free(list);
    cr_assert_eq(counters_of(l.ctx).rows_read - before.rows_read, 3);
    UOW_OK(uow_rows_open(l.ctx, "SELECT * FROM trace_rows", NULL, 0, &rows));
    while (uow_rows_next(rows) == UOW_OK)
        continue;
    uow_rows_close(rows);
    cr_assert_eq(counters_of(l.ctx).rows_read - before.rows_read, 6);
    UOW_OK(uow_cursor_open(l.ctx, &traceds, NULL, NULL, 0, NULL, &cursor));
    while (uow_cursor_next(cursor, &row) == UOW_OK)
        continue;
    uow_cursor_close(cursor);
    cr_assert_eq(counters_of(l.ctx).rows_read - before.rows_read, 9);
    live_close(&l);
}

Test(trace, commits_rollbacks_errors_and_tracked_instances_are_counted)
{
    live l;
    open_traced(&l);
    uow_counters before = counters_of(l.ctx);
    UOW_OK(uow_begin(l.ctx, NULL));
    UOW_OK(uow_execute(l.ctx, "INSERT INTO trace_rows VALUES (5, 'e')", NULL, 0, NULL));
    UOW_OK(uow_commit(l.ctx));
    UOW_OK(uow_begin(l.ctx, NULL));
    UOW_OK(uow_rollback(l.ctx));
    UOW_IS(UOW_SQL, uow_execute(l.ctx, "DELETE FROM trace_no_such_table", NULL, 0, NULL));
    UOW_OK(uow_find(l.ctx, &traceds, uow_key_int64(5), &(void *){NULL}));
    uow_counters after = counters_of(l.ctx);
    cr_assert_eq(after.commits - before.commits, 1);
    cr_assert_eq(after.rollbacks - before.rollbacks, 1);
    cr_assert_eq(after.errors - before.errors, 1);
    cr_assert_eq(after.tracked, 1);
    cr_assert_eq(after.rows_written - before.rows_written, 1);
    cr_assert_gt(after.odbc_calls, before.odbc_calls);
    live_close(&l);
}

Test(trace, an_older_programs_counters_are_not_overrun)
{
    live l;
    uow_counters counters;
    memset(&counters, 0x5a, sizeof counters);
    counters.struct_size = offsetof(uow_counters, executes);
    live_open(&l, NULL, 0);
    cr_assert_eq(uow_context_counters(l.ctx, &counters), UOW_OK);
    cr_assert_eq(counters.executes, UINT64_C(0x5a5a5a5a5a5a5a5a));
    counters.struct_size = 0;
    cr_assert_eq(uow_context_counters(l.ctx, &counters), UOW_MISUSE);
    cr_assert_eq(uow_context_counters(l.ctx, NULL), UOW_MISUSE);
    live_close(&l);
}
