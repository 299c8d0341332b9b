/*
 * The walk over the table of calls: while a cursor is open, the public call of
 * every row's name is refused, with the whole message. A row without an entry
 * here fails: a call cannot be added and its guard forgotten.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include <stdio.h>

#include "work_fixture.h"

#define SITE "elsewhere.c:7"

static desk d;
static shop_customer *tracked;
static uow_statement *statement;

typedef uow_status (*tried)(void);

/* A call that has no status of its own tells by the error record. */
static uow_status told(void)
{
    return uow_error_status(uow_context_error(d.ctx));
}

static uow_status try_close(void) { return uow_close_at(SITE, d.ctx); }
static uow_status try_find(void)
{
    void *row = tracked;
    return uow_find_at(SITE, d.ctx, &shop_customers, uow_key_int64(1), &row);
}
static uow_status try_add(void)
{
    void *row = NULL;
    return uow_add_at(SITE, d.ctx, &shop_customers, NULL, &row);
}
static uow_status try_remove(void) { return uow_remove_at(SITE, d.ctx, tracked); }
static uow_status try_detach(void) { return uow_detach_at(SITE, d.ctx, tracked); }
static uow_status try_revert(void) { return uow_revert_at(SITE, d.ctx, tracked); }
static uow_status try_clear(void) { return uow_clear_at(SITE, d.ctx); }
static uow_status try_state(void) { return uow_state_at(SITE, d.ctx, tracked) == UOW_DETACHED ? told() : UOW_OK; }
static uow_status try_has_changes(void)
{
    int has;
    return uow_has_changes_at(SITE, d.ctx, &has);
}
static uow_status try_changes(void)
{
    size_t count;
    return uow_changes_at(SITE, d.ctx, &count);
}
static uow_status try_save(void) { return uow_save_at(SITE, d.ctx, NULL); }
static uow_status try_save_with(void) { return uow_save_with_at(SITE, d.ctx, NULL, NULL); }
static uow_status try_link(void) { return uow_link_at(SITE, d.ctx, tracked, NULL, tracked); }
static uow_status try_unlink(void) { return uow_unlink_at(SITE, d.ctx, tracked, NULL); }
static uow_status try_load_collection(void)
{
    void *rows[] = {tracked};
    return uow_load_collection_at(SITE, d.ctx, rows, 1, &shop_orders, "customer_id", NULL);
}
static uow_status try_load_reference(void)
{
    void *rows[] = {tracked};
    return uow_load_reference_at(SITE, d.ctx, rows, 1, "customer_id", NULL);
}
static uow_status try_cascade(void) { return uow_cascade_at(SITE, d.ctx, NULL); }
static uow_status try_give_back(void) { return uow_give_back_at(SITE, d.ctx, NULL); }
static uow_status try_borrow(void)
{
    uow_loan *loan = NULL;
    return uow_borrow_at(SITE, d.ctx, &loan);
}
static uow_status try_refresh_all(void) { return uow_refresh_all_at(SITE, d.ctx); }
static uow_status try_query(void)
{
    uow_list *list;
    return uow_query_at(SITE, d.ctx, &shop_customers, NULL, NULL, 0, NULL, &list);
}
static uow_status try_query_sql(void)
{
    uow_list *list;
    return uow_query_sql_at(SITE, d.ctx, &shop_customers, "SELECT 1", NULL, 0, NULL, &list);
}
static uow_status try_first(void)
{
    void *row;
    return uow_first_at(SITE, d.ctx, &shop_customers, NULL, NULL, 0, &row);
}
static uow_status try_single(void)
{
    void *row;
    return uow_single_at(SITE, d.ctx, &shop_customers, NULL, NULL, 0, &row);
}
static uow_status try_count(void)
{
    int64_t count;
    return uow_count_at(SITE, d.ctx, &shop_customers, NULL, NULL, 0, &count);
}
static uow_status try_exists(void)
{
    int exists;
    return uow_exists_at(SITE, d.ctx, &shop_customers, NULL, NULL, 0, &exists);
}
static uow_status try_cursor_open(void)
{
    uow_cursor *cursor;
    return uow_cursor_open_at(SITE, d.ctx, &shop_customers, NULL, NULL, 0, NULL, &cursor);
}
static uow_status try_execute(void) { return uow_execute_at(SITE, d.ctx, "DELETE FROM t", NULL, 0, NULL); }
static uow_status try_statement_prepare(void)
{
    uow_statement *other;
    return uow_statement_prepare_at(SITE, d.ctx, "DELETE FROM t", &other);
}
static uow_status try_statement_execute(void)
{
    return uow_statement_execute_at(SITE, statement, NULL, 0, NULL);
}
static uow_status try_statement_query(void)
{
    uow_list *list;
    return uow_statement_query_at(SITE, statement, &shop_customers, NULL, 0, NULL, &list);
}
static uow_status try_rows_open(void)
{
    uow_rows *rows;
    return uow_rows_open_at(SITE, d.ctx, "SELECT 1", NULL, 0, &rows);
}
static uow_status try_begin(void) { return uow_begin_at(SITE, d.ctx, NULL); }
static uow_status try_commit(void) { return uow_commit_at(SITE, d.ctx); }
static uow_status try_rollback(void) { return uow_rollback_at(SITE, d.ctx); }

static uow_status no_work(uow_context *context, void *user)
{
    (void)context;
    (void)user;
    return UOW_OK;
}
static void no_hook(uow_context *context, void *user)
{
    (void)context;
    (void)user;
}
static uow_status try_unit_run(void) { return uow_unit_run_at(SITE, d.ctx, NULL, no_work, NULL); }
static uow_status try_unit_after_commit(void) { return uow_unit_after_commit_at(SITE, d.ctx, no_hook, NULL); }
static uow_status try_unit_after_rollback(void) { return uow_unit_after_rollback_at(SITE, d.ctx, no_hook, NULL); }
static uow_status try_unit_table_create(void) { return uow_unit_table_create_at(SITE, d.ctx, "units"); }
static uow_status try_unit_table_clean(void) { return uow_unit_table_clean_at(SITE, d.ctx, "units", 60, NULL); }

static shop_customer own;
static uow_status try_attach(void) { return uow_attach_at(SITE, d.ctx, &shop_customers, &own, UOW_ADDED); }
static uow_status try_update(void) { return uow_update_at(SITE, d.ctx, tracked); }
static uow_status try_original(void) { return uow_original_at(SITE, d.ctx, tracked, &own); }
static uow_status try_set_original(void) { return uow_set_original_at(SITE, d.ctx, tracked, tracked); }
static uow_status try_database(void) { return uow_database_at(SITE, d.ctx, tracked, &own); }
static uow_status try_is_modified(void)
{
    int modified;
    return uow_is_modified_at(SITE, d.ctx, tracked, "name", &modified);
}
static uow_status try_refresh(void)
{
    void *rows[1] = {tracked};
    return uow_refresh_at(SITE, d.ctx, rows, 1);
}
static uow_status try_accept(void) { return uow_accept_at(SITE, d.ctx); }
static uow_status try_reject(void) { return uow_reject_at(SITE, d.ctx); }
static uow_status try_resolve(void) { return uow_resolve_at(SITE, d.ctx, tracked, UOW_MERGE); }
static int never_write(const char *text, size_t length, void *user)
{
    (void)text;
    (void)length;
    (void)user;
    return 1;
}
static uow_status try_view(void) { return uow_view_at(SITE, d.ctx, never_write, NULL); }
static uow_status try_update_where(void)
{
    return uow_update_where_at(SITE, d.ctx, &shop_customers, "name = 'x'", "", NULL, 0, NULL);
}
static uow_status try_delete_where(void) { return uow_delete_where_at(SITE, d.ctx, &shop_customers, "", NULL, 0, NULL); }
static uow_status try_upsert(void)
{
    shop_customer row = shop_ann(1);
    return uow_upsert_at(SITE, d.ctx, &shop_customers, &row, 1, NULL, NULL);
}

static uow_status try_trace_context(void) { return uow_trace_context_at(SITE, d.ctx, NULL, NULL); }
/* Of a context that is no lease: the guard comes first all the same. */
static uow_status try_factory_release(void) { return uow_factory_release_at(SITE, d.ctx); }
static uow_status try_call(void) { return uow_call_at(SITE, d.ctx, "p", NULL, 0, NULL, 0); }
static uow_status try_call_rows(void)
{
    uow_rows *rows = NULL;
    return uow_call_rows_at(SITE, d.ctx, "p", NULL, 0, &rows);
}
static uow_status try_model_verify(void) { return uow_model_verify_at(SITE, d.ctx); }
static uow_status try_plan(void) { return uow_plan_at(SITE, d.ctx, never_write, NULL); }

static uow_status try_decision_table_create(void) { return uow_decision_table_create_at(SITE, d.ctx, "decisions"); }
static uow_status try_outbox_create(void) { return uow_outbox_create_at(SITE, d.ctx, "outbox"); }
static uow_status try_outbox_put(void)
{
    uow_message message;

    memset(&message, 0, sizeof message);
    return uow_outbox_put_at(SITE, d.ctx, &message, "outbox");
}
static uow_status try_inbox_create(void) { return uow_inbox_create_at(SITE, d.ctx, "inbox"); }

typedef struct dispatch_row {
    const char *name;
    tried call;
} dispatch_row;

static const dispatch_row dispatch[] = {
    {"close", try_close},
    {"find", try_find},
    {"add", try_add},
    {"remove", try_remove},
    {"detach", try_detach},
    {"revert", try_revert},
    {"clear", try_clear},
    {"state", try_state},
    {"changes", try_changes},
    {"has_changes", try_has_changes},
    {"save", try_save},
    {"save_with", try_save_with},
    {"link", try_link},
    {"unlink", try_unlink},
    {"load_collection", try_load_collection},
    {"load_reference", try_load_reference},
    {"cascade", try_cascade},
    {"give_back", try_give_back},
    {"borrow", try_borrow},
    {"refresh_all", try_refresh_all},
    {"query", try_query},
    {"query_sql", try_query_sql},
    {"first", try_first},
    {"single", try_single},
    {"count", try_count},
    {"exists", try_exists},
    {"cursor_open", try_cursor_open},
    {"execute", try_execute},
    {"statement_prepare", try_statement_prepare},
    {"statement_execute", try_statement_execute},
    {"statement_query", try_statement_query},
    {"rows_open", try_rows_open},
    {"begin", try_begin},
    {"commit", try_commit},
    {"rollback", try_rollback},
    {"unit_run", try_unit_run},
    {"unit_after_commit", try_unit_after_commit},
    {"unit_after_rollback", try_unit_after_rollback},
    {"unit_table_create", try_unit_table_create},
    {"unit_table_clean", try_unit_table_clean},
    {"attach", try_attach},
    {"update", try_update},
    {"original", try_original},
    {"set_original", try_set_original},
    {"database", try_database},
    {"is_modified", try_is_modified},
    {"refresh", try_refresh},
    {"accept", try_accept},
    {"reject", try_reject},
    {"resolve", try_resolve},
    {"view", try_view},
    {"update_where", try_update_where},
    {"delete_where", try_delete_where},
    {"upsert", try_upsert},
    {"trace_context", try_trace_context},
    {"factory_release", try_factory_release},
    {"plan", try_plan},
    {"call", try_call},
    {"call_rows", try_call_rows},
    {"model_verify", try_model_verify},
    {"decision_table_create", try_decision_table_create},
    {"outbox_create", try_outbox_create},
    {"outbox_put", try_outbox_put},
    {"inbox_create", try_inbox_create},
};

/*
 * Before open and adopt there is no context to be refused by; calls on several contexts are tried where there are
 * several: tests/distributed.
 */
static bool tried_here(size_t call)
{
    bool several = call == UOWI_CALL_ID_DISTRIBUTED_BEGIN || call == UOWI_CALL_ID_DISTRIBUTED_COMMIT ||
                   call == UOWI_CALL_ID_DISTRIBUTED_ROLLBACK || call == UOWI_CALL_ID_RELAY;

    return !several && !(uowi_calls[call].does & UOWI_CALL_OPENS);
}

static tried dispatch_of(const char *name)
{
    for (size_t i = 0; i < sizeof dispatch / sizeof *dispatch; i++)
        if (strcmp(dispatch[i].name, name) == 0)
            return dispatch[i].call;
    cr_assert_fail("the table of calls has a row \"%s\" that this test does not try", name);
    return NULL;
}

static void begin(void)
{
    cr_assert(desk_open(&d, "SQLite"));
    desk_two_customers();
    cr_assert_eq(uow_find(d.ctx, &shop_customers, uow_key_int64(1), (void **)&tracked), UOW_OK);
    cr_assert_eq(uow_statement_prepare(d.ctx, "DELETE FROM t", &statement), UOW_OK);
}

static uow_cursor *hold(void)
{
    uow_cursor *cursor = NULL;

    cr_assert_eq(uow_cursor_open_at("holder.c:118", d.ctx, &shop_customers, "name = 'x'", NULL, 0, NULL, &cursor), UOW_OK);
    return cursor;
}

static void end(void)
{
    uow_statement_free(statement);
    cr_assert_eq(desk_close(&d), 0);
}

/* "find at elsewhere.c:7 refused: cursor_open started at holder.c:118 by thread N is in flight (A ms): SELECT ..." */
static void refused_in_full(const char *name)
{
    const uow_error *error = uow_context_error(d.ctx);
    unsigned long long thread = 0, age = 0;
    char expected[160], sql[128] = "";

    snprintf(expected, sizeof expected,
             "%s at " SITE " refused: cursor_open started at holder.c:118 by thread %%llu is in flight (%%llu ms): %%100[^\n]", name);
    cr_assert_eq(sscanf(uow_error_message(error), expected, &thread, &age, sql), 3, "%s", uow_error_message(error));
    cr_assert_eq(thread, uowi_thread_id());
    cr_assert_lt(age, 60000);
    cr_assert_eq(strncmp(sql, "SELECT `customer_id`, `name`", 27), 0, "%s", sql);
    cr_assert_str_eq(uow_error_operation(error), name);
    cr_assert_eq(uow_error_status(error), UOW_BUSY);
}

Test(calls, every_call_of_the_table_is_tried_here)
{
    cr_assert_eq((size_t)UOWI_CALL_COUNT - 6, sizeof dispatch / sizeof *dispatch);
    for (size_t i = 0; i < UOWI_CALL_COUNT; i++)
        if (tried_here(i))
            cr_assert_not_null(dispatch_of(uowi_calls[i].name));
}

Test(calls, every_call_is_refused_while_a_cursor_is_open)
{
    begin();
    uow_cursor *cursor = hold();
    unsigned odbc = fake_calls(UOWI_FN_Execute) + fake_calls(UOWI_FN_ExecDirect) + fake_calls(UOWI_FN_Prepare);
    for (size_t i = 0; i < UOWI_CALL_COUNT; i++) {
        if (!tried_here(i))
            continue;
        cr_assert_eq(dispatch_of(uowi_calls[i].name)(), UOW_BUSY, "%s", uowi_calls[i].name);
        refused_in_full(uowi_calls[i].name);
    }
    cr_assert_eq(odbc, fake_calls(UOWI_FN_Execute) + fake_calls(UOWI_FN_ExecDirect) + fake_calls(UOWI_FN_Prepare));
    uow_counters counters = UOW_COUNTERS_INIT;
    cr_assert_eq(uow_context_counters(d.ctx, &counters), UOW_OK);
    cr_assert_eq(counters.guard_refusals, sizeof dispatch / sizeof *dispatch);
    uow_cursor_close(cursor);
    end();
}

Test(calls, every_call_is_refused_while_rows_are_open)
{
    begin();
    uow_rows *rows = NULL;
    cr_assert_eq(uow_rows_open(d.ctx, "SELECT * FROM \"customers\"", NULL, 0, &rows), UOW_OK);
    for (size_t i = 0; i < UOWI_CALL_COUNT; i++)
        if (tried_here(i))
            cr_assert_eq(dispatch_of(uowi_calls[i].name)(), UOW_BUSY, "%s", uowi_calls[i].name);
    uow_rows_close(rows);
    end();
}

Test(calls, every_call_is_misuse_after_close)
{
    begin();
    uow_statement *dead = statement;
    statement = NULL;
    uow_context *context = d.ctx;
    cr_assert_eq(uow_close(context), UOW_OK);
    statement = dead;
    for (size_t i = 0; i < UOWI_CALL_COUNT; i++) {
        if (!tried_here(i))
            continue;
        uow_status st = dispatch_of(uowi_calls[i].name)();
        cr_assert_eq(st, UOW_MISUSE, "%s gave %s", uowi_calls[i].name, uow_status_name(st));
    }
    cr_assert_str_eq(uow_context_message(context), "this is not an open context: it was closed, or never opened");
    uow_statement_free(statement);
    cr_assert_eq(uow_open(d.env, "Driver=fake", d.model, NULL, &d.ctx), UOW_OK);
    cr_assert_eq(desk_close(&d), 0);
}

Test(calls, every_call_that_needs_the_database_is_refused_on_a_lost_connection)
{
    begin();
    fake_dead(true);
    fake_fail(UOWI_FN_Execute, 1, SQL_ERROR, "08S01", 0, "gone");
    cr_assert_eq(uow_execute(d.ctx, "DELETE FROM t", NULL, 0, NULL), UOW_CONNECTION_LOST);
    for (size_t i = 0; i < UOWI_CALL_COUNT; i++)
        if (tried_here(i) && uowi_calls[i].does & UOWI_CALL_DATABASE)
            cr_assert_eq(dispatch_of(uowi_calls[i].name)(), UOW_CONNECTION_LOST, "%s", uowi_calls[i].name);
    end();
}

Test(calls, a_drained_cursor_lets_others_in_before_it_is_closed)
{
    void *row = NULL;
    begin();
    uow_cursor *cursor = hold();
    while (uow_cursor_next(cursor, &row) == UOW_OK)
        ;
    cr_assert_eq(try_find(), UOW_OK);
    cr_assert_eq(uow_cursor_next(cursor, &row), UOW_END);
    uow_cursor_close(cursor);
    end();
}

/* Symptom: after a refusal, the error of a cursor that failed was still the refusal. */
Test(calls, the_error_of_a_cursor_is_not_hidden_by_a_refusal_before)
{
    static const char *const bad[] = {"no number", "Eve", "0", NULL, "1"};
    void *row = NULL;
    uow_cursor *cursor = NULL;
    cr_assert(desk_open(&d, "SQLite"));
    fake_fail(UOWI_FN_FetchScroll, 1, SQL_ERROR, "HY000", 1, "disk on fire");
    fake_rows("customers", desk_customer_columns, 5, bad, 1);
    cr_assert_eq(uow_cursor_open(d.ctx, &shop_customers, NULL, NULL, 0, NULL, &cursor), UOW_OK, "%s", desk_says(&d));
    cr_assert_eq(try_find(), UOW_BUSY);
    uow_status st = uow_cursor_next(cursor, &row);
    cr_assert_neq(st, UOW_OK);
    cr_assert_neq(st, UOW_END);
    cr_assert_eq(uow_error_status(uow_context_error(d.ctx)), st);
    cr_assert(strstr(desk_says(&d), "disk on fire"), "%s", desk_says(&d));
    uow_cursor_close(cursor);
    cr_assert_eq(desk_close(&d), 0);
}

Test(calls, a_wrong_call_does_not_take_the_guard)
{
    begin();
    void *row = NULL;
    cr_assert_eq(uow_find(d.ctx, &(uow_entity){0}, uow_key_int64(1), &row), UOW_MISUSE);
    cr_assert_eq(uow_find(d.ctx, &shop_customers, uow_key_int64(1), NULL), UOW_MISUSE);
    cr_assert_eq(uow_query(d.ctx, NULL, NULL, NULL, 0, NULL, NULL), UOW_MISUSE);
    cr_assert_eq(uow_execute(d.ctx, NULL, NULL, 0, NULL), UOW_MISUSE);
    cr_assert_eq(uow_remove(d.ctx, &row), UOW_MISUSE);
    cr_assert_eq(uow_commit(d.ctx), UOW_MISUSE);
    cr_assert_eq(try_find(), UOW_OK);
    end();
}

static void count_lost(const uow_trace_event *event, void *user)
{
    if (event->kind == UOW_TRACE_CONNECTION && strcmp(event->text, "lost") == 0)
        ++*(int *)user;
}

Test(calls, a_lost_connection_is_told_once)
{
    uow_context_options options = UOW_CONTEXT_OPTIONS_INIT;
    int told = 0;

    options.trace = count_lost;
    options.trace_user = &told;
    cr_assert(desk_open_with(&d, "MariaDB", &options));
    cr_assert_eq(told, 0);
    fake_dead(true);
    fake_fail(UOWI_FN_Execute, 1, SQL_ERROR, "08S01", 0, "gone");
    for (int i = 0; i < 3; i++)
        cr_assert_eq(uow_execute(d.ctx, "DELETE FROM t", NULL, 0, NULL), UOW_CONNECTION_LOST);
    cr_assert_eq(told, 1);
    cr_assert_eq(desk_close(&d), 0);
}
