/* Polled operations on a real database: what holds between start and finish, and how an operation can end. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#define LIVE_POLLED_ITSELF /* the blocking calls of these tests block */
#include "live/shop.h"

#include <time.h>

static double op_now(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* A statement that runs for many seconds unless it is ended. */
static const char *op_slow(void)
{
    return live_either(&l,
                       "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 400000000) "
                       "SELECT COUNT(*) FROM c",
                       "SELECT pg_sleep(20)", "SELECT SLEEP(20)");
}

/* One that takes a moment. */
static const char *op_brief(void)
{
    return live_either(&l,
                       "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 1000000) "
                       "SELECT COUNT(*) FROM c",
                       "SELECT pg_sleep(0.1)", "SELECT SLEEP(0.1)");
}

/* A poll of the test driver lasts as long as the call it wraps: nothing can be cancelled there. */
static uow_status op_start_slow(uow_op **op)
{
    if (l.facts.async_mode != 0)
        cr_skip_test("the driver is polled: see test_op_native.c");
    uow_status st = uow_execute_start(l.ctx, op_slow(), NULL, 0, NULL, op);

    cr_assert_eq(st, UOW_OK, "%s", uow_context_message(l.ctx));
    cr_assert_eq(uow_op_wait(*op, 30), UOW_PENDING);
    return st;
}

/* The context works, or says that it does not. */
static void op_context_is_honest(void)
{
    int64_t count = 0;
    uow_status st = uow_count(l.ctx, &buyers, NULL, NULL, 0, &count);

    if (st == UOW_OK)
        cr_assert_eq(count, 3);
    else
        cr_assert_eq(st, UOW_CONNECTION_LOST, "%s", uow_context_message(l.ctx));
    cr_assert_eq(st, UOW_OK, "usable is what it should be: %s", uow_context_message(l.ctx));
}

Test(op, a_started_find_hands_its_row_over_at_finish)
{
    buyer *b = NULL;
    uow_op *op = NULL;
    shop_open();
    UOW_OK(uow_find_start(l.ctx, &buyers, uow_key_int64(2), (void **)&b, &op));
    while (uow_op_poll(op) == UOW_PENDING)
        ;
    cr_assert_null(b);
    cr_assert_eq(uow_op_poll(op), UOW_OK, "asked again, the same answer");
    UOW_OK(uow_op_finish(op));
    cr_assert_str_eq(b->name, "Bob");
    cr_assert_eq(uow_state(l.ctx, b), UOW_UNCHANGED);
    shop_close();
}

Test(op, finish_waits_for_the_end)
{
    uow_list *list = NULL;
    uow_op *op = NULL;
    shop_open();
    UOW_OK(uow_query_start(l.ctx, &buyers, "ORDER BY id", NULL, 0, NULL, &list, &op));
    UOW_OK(uow_op_finish(op));
    cr_assert_eq(uow_list_count(list), 3);
    cr_assert_str_eq(((buyer *)uow_list_at(list, 2))->name, "Cid");
    uow_list_free(list);
    shop_close();
}

Test(op, what_the_program_passed_in_may_go_once_start_has_returned)
{
    char condition[] = "name = :who OR balance = :what";
    char name[] = "Cid", who[] = "who", what[] = "what";
    double balance = 12.5;
    uow_arg args[2] = {uow_arg_named(who, uow_arg_text(name)),
                       uow_arg_named(what, uow_arg_member(UOW_DOUBLE, &balance, sizeof balance, NULL))};
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;
    uow_list *list = NULL;
    uow_op *op = NULL;
    shop_open();
    options.limit = 5;
    UOW_OK(uow_query_start(l.ctx, &buyers, condition, args, 2, &options, &list, &op));
    memset(condition, 'x', sizeof condition - 1);
    memset(name, 'x', sizeof name - 1);
    memset(who, 'x', sizeof who - 1);
    memset(&options, 0xff, sizeof options);
    memset(args, 0xff, sizeof args);
    balance = -1;
    UOW_OK(uow_op_finish(op));
    cr_assert_eq(uow_list_count(list), 2);
    uow_list_free(list);
    shop_close();
}

Test(op, what_is_changed_while_a_save_flies_belongs_to_the_next)
{
    size_t saved = 0;
    uow_op *op = NULL;
    shop_open();
    buyer *ann = shop_buyer(1);
    buyer values = shop_new_buyer("Dan");
    buyer *dan = shop_add(&buyers, &values);
    ann->balance = 50;
    UOW_OK(uow_save_start(l.ctx, &saved, &op));
    ann->balance = 60;
    strcpy(dan->name, "Daniel");
    UOW_OK(uow_op_finish(op));
    cr_assert_eq(saved, 2);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s WHERE balance = 50 OR name = 'Dan'", buyer_table), 2);
    cr_assert_eq(uow_state(l.ctx, ann), UOW_MODIFIED);
    cr_assert_eq(ann->balance, 60);
    cr_assert_str_eq(dan->name, "Daniel");
    cr_assert_gt(dan->id, 0);
    UOW_OK(uow_save(l.ctx, &saved));
    cr_assert_eq(saved, 2);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s WHERE balance = 60 OR name = 'Daniel'", buyer_table), 2);
    shop_close();
}

Test(op, another_call_is_refused_in_full_until_finish)
{
    buyer *b = NULL;
    uow_op *op = NULL;
    uow_op *second = NULL;
    shop_open();
    UOW_OK(uow_save_start_at("shop.c:118", l.ctx, NULL, &op));
    cr_assert_neq(uow_op_wait(op, UOW_WAIT_FOREVER), UOW_PENDING);
    UOW_IS(UOW_BUSY, uow_find_at("shop.c:120", l.ctx, &buyers, uow_key_int64(1), (void **)&b));
    LIVE_CONTAINS(uow_context_message(l.ctx), "find at shop.c:120 refused: save started at shop.c:118 by thread ");
    UOW_IS(UOW_BUSY, uow_add(l.ctx, &buyers, NULL, (void **)&b));
    UOW_IS(UOW_BUSY, uow_commit(l.ctx));
    UOW_IS(UOW_BUSY, uow_close(l.ctx));
    UOW_IS(UOW_BUSY, uow_find_start(l.ctx, &buyers, uow_key_int64(1), (void **)&b, &second));
    cr_assert_null(second);
    UOW_OK(uow_op_finish(op));
    UOW_OK(uow_find(l.ctx, &buyers, uow_key_int64(1), (void **)&b));
    shop_close();
}

Test(op, a_failure_is_told_by_finish_and_by_the_context)
{
    uow_op *op = NULL;
    shop_open();
    UOW_OK(uow_execute_start(l.ctx, "DELETE FROM no_such_table_at_all", NULL, 0, NULL, &op));
    cr_assert_eq(uow_op_finish(op), UOW_SQL);
    LIVE_CONTAINS(uow_context_message(l.ctx), "no_such_table_at_all");
    cr_assert_str_eq(uow_error_operation(uow_context_error(l.ctx)), "execute");
    UOW_IS(UOW_MISUSE, uow_execute_start(l.ctx, NULL, NULL, 0, NULL, &op));
    LIVE_CONTAINS(uow_context_message(l.ctx), "the statement is NULL");
    op_context_is_honest();
    shop_close();
}

Test(op, a_unit_can_be_polled_from_begin_to_commit)
{
    uow_op *op = NULL;
    shop_open();
    UOW_OK(uow_begin_start(l.ctx, NULL, &op));
    UOW_OK(uow_op_finish(op));
    cr_assert_eq(uow_unit_depth(l.ctx), 1);
    shop_buyer(1)->balance = 77;
    UOW_OK(uow_save_start(l.ctx, NULL, &op));
    UOW_OK(uow_op_finish(op));
    UOW_OK(uow_begin_start(l.ctx, NULL, &op));
    UOW_OK(uow_op_finish(op));
    live_run(&l, "DELETE FROM %s", buyer_table);
    UOW_OK(uow_rollback_start(l.ctx, &op));
    UOW_OK(uow_op_finish(op));
    UOW_OK(uow_commit_start(l.ctx, &op));
    UOW_OK(uow_op_finish(op));
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s WHERE balance = 77", buyer_table), 1);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s", buyer_table), 3);
    shop_close();
}

Test(op, a_context_can_be_opened_and_closed_by_polling)
{
    uow_context *other = NULL;
    uow_op *op = NULL;
    shop_open();
    UOW_OK(uow_open_start(l.env, live_dsn(), l.model, NULL, &other, &op));
    cr_assert_null(other);
    UOW_OK(uow_op_finish(op));
    cr_assert_eq(uow_count(other, &buyers, NULL, NULL, 0, &(int64_t){0}), UOW_OK);
    UOW_OK(uow_close_start(other, &op));
    UOW_OK(uow_op_finish(op));
    cr_assert_eq(uow_open_start(l.env, "DSN=no_such_source_anywhere", NULL, NULL, &other, &op), UOW_OK);
    cr_assert_eq(uow_op_finish(op), UOW_CONNECT_FAILED);
    LIVE_CONTAINS(uow_context_message(other), "no_such_source_anywhere");
    cr_assert_eq(uow_close(other), UOW_OK);
    shop_close();
}

Test(op, a_cursor_and_rows_can_be_closed_by_polling)
{
    uow_cursor *cursor = NULL;
    uow_rows *rows = NULL;
    uow_op *op = NULL;
    void *row = NULL;
    int64_t count;
    shop_open();
    UOW_OK(uow_cursor_open(l.ctx, &buyers, "ORDER BY id", NULL, 0, NULL, &cursor));
    UOW_OK(uow_cursor_next(cursor, &row));
    UOW_OK(uow_cursor_close_start(cursor, &op));
    UOW_IS(UOW_BUSY, uow_count(l.ctx, &buyers, NULL, NULL, 0, &count));
    cr_assert_eq(uow_cursor_next(cursor, &row), UOW_BUSY);
    UOW_OK(uow_op_finish(op));
    op_context_is_honest();
    UOW_OK(uow_rows_open(l.ctx, "SELECT 1 AS one", NULL, 0, &rows));
    UOW_OK(uow_rows_close_start(rows, &op));
    UOW_OK(uow_op_finish(op));
    UOW_OK(uow_rows_open(l.ctx, "SELECT 1 AS one", NULL, 0, &rows));
    UOW_OK(uow_rows_close_start(rows, &op));
    uow_op_free(op);
    op_context_is_honest();
    shop_close();
}

/* Drained, a handle has given the guard back: what it is asked then must not touch who has the context now. */
Test(op, a_drained_cursor_that_is_polled_leaves_the_next_operation_alone)
{
    uow_cursor *cursor = NULL;
    uow_op *slow = NULL;
    uow_op *op = NULL;
    void *row = NULL;
    shop_open();
    UOW_OK(uow_cursor_open(l.ctx, &buyers, NULL, NULL, 0, NULL, &cursor));
    while (uow_cursor_next(cursor, &row) == UOW_OK)
        ;
    op_start_slow(&slow);
    UOW_OK(uow_cursor_next_start(cursor, &row, &op));
    cr_assert_eq(uow_op_cancel(op), UOW_OK);
    cr_assert_eq(uow_op_finish(op), UOW_END);
    UOW_OK(uow_cursor_close_start(cursor, &op));
    cr_assert_eq(uow_op_finish(op), UOW_OK);
    cr_assert_eq(uow_op_wait(slow, 50), UOW_PENDING);
    double before = op_now();
    cr_assert_eq(uow_op_cancel(slow), UOW_OK);
    cr_assert_eq(uow_op_finish(slow), UOW_CANCELLED);
    cr_assert_lt(op_now() - before, 5);
    op_context_is_honest();
    shop_close();
}

Test(op, a_wait_gives_up_at_its_time_and_the_operation_flies_on)
{
    uow_op *op = NULL;
    shop_open();
    op_start_slow(&op);
    double before = op_now();
    cr_assert_eq(uow_op_wait(op, 50), UOW_PENDING);
    cr_assert_geq(op_now() - before, 0.045);
    cr_assert_eq(uow_op_cancel(op), UOW_OK);
    cr_assert_eq(uow_op_finish(op), UOW_CANCELLED);
    shop_close();
}

Test(op, a_cancelled_operation_ends_soon_and_its_context_goes_on)
{
    uow_op *op = NULL;
    shop_open();
    op_start_slow(&op);
    double before = op_now();
    cr_assert_eq(uow_op_cancel(op), UOW_OK);
    cr_assert_eq(uow_op_finish(op), UOW_CANCELLED);
    cr_assert_lt(op_now() - before, 5);
    LIVE_CONTAINS(uow_context_message(l.ctx), "The operation was cancelled");
    LIVE_CONTAINS(uow_context_message(l.ctx), "The context can be used");
    op_context_is_honest();
    shop_close();
}

static void op_begin_with_a_change(void)
{
    UOW_OK(uow_begin(l.ctx, NULL));
    live_run(&l, "UPDATE %s SET balance = 77 WHERE id = 1", buyer_table);
}

/* A read that is interrupted leaves its unit open; PostgreSQL wants it rolled back. */
Test(op, a_cancel_inside_a_unit_leaves_the_unit_as_a_failed_statement_would)
{
    uow_op *op = NULL;
    shop_open();
    op_begin_with_a_change();
    op_start_slow(&op);
    cr_assert_eq(uow_op_cancel(op), UOW_OK);
    cr_assert_eq(uow_op_finish(op), UOW_CANCELLED);
    LIVE_CONTAINS(uow_context_message(l.ctx), "The context can be used");
    cr_assert_eq(uow_unit_depth(l.ctx), 1);
    if (l.database == LIVE_POSTGRESQL)
        UOW_OK(uow_rollback(l.ctx));
    else
        UOW_OK(uow_commit(l.ctx));
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s WHERE balance = 77", buyer_table),
                 l.database == LIVE_POSTGRESQL ? 0 : 1);
    op_context_is_honest();
    shop_close();
}

/* A write that is interrupted takes the whole transaction with it there, and nothing says so. */
Test(op, a_write_cancelled_inside_a_unit_of_sqlite_costs_the_unit_and_the_context_says_so)
{
    uow_op *op = NULL;
    int64_t count;
    shop_open();
    if (l.database != LIVE_SQLITE || l.facts.async_mode != 0) {
        shop_close();
        cr_skip_test("SQLite's way");
    }
    live_table(&l, "op_many", "n @int64");
    op_begin_with_a_change();
    UOW_OK(uow_execute_start(l.ctx, "INSERT INTO op_many WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c "
                                    "WHERE x < 400000000) SELECT x FROM c", NULL, 0, NULL, &op));
    cr_assert_eq(uow_op_wait(op, 50), UOW_PENDING);
    cr_assert_eq(uow_op_cancel(op), UOW_OK);
    cr_assert_eq(uow_op_finish(op), UOW_CANCELLED);
    LIVE_CONTAINS(uow_context_message(l.ctx), "The context cannot be used any more");
    UOW_IS(UOW_CONNECTION_LOST, uow_count(l.ctx, &buyers, NULL, NULL, 0, &count));
    live_reopen(&l, NULL);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s WHERE balance = 77", buyer_table), 0);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM op_many"), 0);
    shop_close();
}

Test(op, a_deadline_ends_an_operation_with_a_status_of_its_own)
{
    uow_op *op = NULL;
    shop_open();
    op_start_slow(&op);
    cr_assert_eq(uow_op_deadline(op, 50), UOW_OK);
    double before = op_now();
    cr_assert_eq(uow_op_finish(op), UOW_TIMEOUT);
    cr_assert_lt(op_now() - before, 5);
    LIVE_CONTAINS(uow_context_message(l.ctx), "deadline");
    op_context_is_honest();
    shop_close();
}

Test(op, a_context_can_give_all_its_operations_a_deadline)
{
    uow_context_options options = UOW_CONTEXT_OPTIONS_INIT;
    uow_op *op = NULL;
    options.deadline_ms = 100;
    shop_open_with(&options);
    shop_fill();
    op_start_slow(&op);
    cr_assert_eq(uow_op_finish(op), UOW_TIMEOUT);
    op_context_is_honest();
    shop_close();
}

Test(op, an_operation_given_up_leaves_a_context_that_goes_on)
{
    uow_op *op = NULL;
    uow_list *list = NULL;
    shop_open();
    op_start_slow(&op);
    uow_op_free(op);
    op_context_is_honest();
    UOW_OK(uow_query_start(l.ctx, &buyers, NULL, NULL, 0, NULL, &list, &op));
    uow_op_free(op);
    cr_assert_null(list);
    UOW_OK(uow_save_start(l.ctx, NULL, &op));
    uow_op_free(op);
    uow_op_free(NULL);
    op_context_is_honest();
    shop_close();
}

Test(op, several_contexts_are_waited_for_at_once)
{
    uow_op *ops[4] = {NULL};
    uow_context *contexts[3];
    size_t first = 99;
    shop_open();
    contexts[0] = l.ctx;
    contexts[1] = live_another(&l);
    contexts[2] = live_another(&l);
    cr_assert_eq(uow_wait_any(ops, 4, 10, &first), UOW_END);
    for (size_t i = 0; i < 3; i++)
        UOW_OK_ON(contexts[i], uow_execute_start(contexts[i], op_brief(), NULL, 0, NULL, &ops[i + 1]));
    cr_assert_eq(uow_wait_any(ops, 4, 10000, &first), UOW_OK);
    cr_assert(first >= 1 && first <= 3);
    cr_assert_neq(uow_op_poll(ops[first]), UOW_PENDING);
    cr_assert_eq(uow_wait_all(ops, 4, 10000), UOW_OK);
    for (size_t i = 1; i < 4; i++)
        UOW_OK_ON(contexts[i - 1], uow_op_finish(ops[i]));
    shop_close();
}

typedef struct op_chain {
    unsigned left;
    unsigned ended;
    int64_t affected;
    uow_op *op;
} op_chain;

/* Ends the operation it is told of and begins the next, on the same context. */
static void op_next(uow_op *op, void *user)
{
    op_chain *chain = user;

    chain->op = NULL;
    cr_assert_eq(uow_op_finish(op), UOW_OK);
    chain->ended++;
    if (chain->left-- == 0)
        return;
    UOW_OK(uow_execute_start(l.ctx, "DELETE FROM shop_nothing", NULL, 0, &chain->affected, &chain->op));
    cr_assert_eq(uow_op_on_done(chain->op, op_next, chain), UOW_OK);
}

Test(op, a_callback_may_finish_its_operation_and_start_the_next)
{
    op_chain chain = {.left = 20};
    shop_open();
    live_table(&l, "shop_nothing", "id @int64");
    UOW_OK(uow_execute_start(l.ctx, "DELETE FROM shop_nothing", NULL, 0, NULL, &chain.op));
    cr_assert_eq(uow_op_on_done(chain.op, op_next, &chain), UOW_OK);
    while (chain.op)
        (void)uow_op_wait(chain.op, 1000);
    cr_assert_eq(chain.ended, 21);
    shop_close();
}

Test(op, dispatch_calls_back_for_everything_of_this_thread)
{
    op_chain chain = {.left = 5};
    shop_open();
    live_table(&l, "shop_nothing", "id @int64");
    UOW_OK(uow_execute_start(l.ctx, "DELETE FROM shop_nothing", NULL, 0, NULL, &chain.op));
    cr_assert_eq(uow_op_on_done(chain.op, op_next, &chain), UOW_OK);
    cr_assert_geq(uow_op_fd(chain.op), 0);
    cr_assert_geq(uow_env_fd(l.env), 0);
    while (chain.op)
        cr_assert_eq(uow_env_dispatch(l.env, NULL), UOW_OK);
    cr_assert_eq(chain.ended, 6);
    shop_close();
}

Test(op, an_environment_can_give_all_its_operations_a_deadline)
{
    uow_env_options options = UOW_ENV_OPTIONS_INIT;
    uow_context_options own = UOW_CONTEXT_OPTIONS_INIT;
    uow_context *contexts[2] = {NULL};
    uow_env *env = NULL;
    uow_op *ops[2] = {NULL};
    shop_open();
    options.deadline_ms = 100;
    own.deadline_ms = 60000; /* nearer to the operation, and so the one that holds */
    cr_assert_eq(uow_env_open(&options, &env), UOW_OK);
    cr_assert_eq(uow_open(env, live_dsn(), NULL, NULL, &contexts[0]), UOW_OK);
    cr_assert_eq(uow_open(env, live_dsn(), NULL, &own, &contexts[1]), UOW_OK);
    for (int i = 0; i < 2; i++)
        UOW_OK_ON(contexts[i], uow_execute_start(contexts[i], op_slow(), NULL, 0, NULL, &ops[i]));
    cr_assert_eq(uow_op_finish(ops[0]), UOW_TIMEOUT);
    cr_assert_eq(uow_op_poll(ops[1]), UOW_PENDING);
    uow_op_free(ops[1]);
    for (int i = 0; i < 2; i++)
        cr_assert_eq(uow_close(contexts[i]), UOW_OK);
    cr_assert_eq(uow_env_close(env), UOW_OK);
    shop_close();
}

Test(op, an_environment_with_operations_in_flight_is_not_closed)
{
    uow_op *op = NULL;
    shop_open();
    op_start_slow(&op);
    cr_assert_eq(uow_env_close(l.env), UOW_BUSY);
    uow_op_free(op);
    op_context_is_honest();
    shop_close();
}

Test(op, without_workers_the_first_poll_does_everything)
{
    uow_env_options options = UOW_ENV_OPTIONS_INIT;
    uow_context *ctx = NULL;
    uow_env *env = NULL;
    int64_t count = 0;
    uow_op *op = NULL;
    shop_open();
    options.max_workers = 0;
    cr_assert_eq(uow_env_open(&options, &env), UOW_OK);
    cr_assert_eq(uow_open(env, live_dsn(), NULL, NULL, &ctx), UOW_OK);
    UOW_OK_ON(ctx, uow_execute_start(ctx, "DELETE FROM shop_nothing_here WHERE 1 = 0", NULL, 0, &count, &op));
    cr_assert_eq(uow_op_mode(op), UOW_ENGINE_INLINE);
    cr_assert_eq(uow_op_next_poll_ms(op), 0);
    cr_assert_eq(uow_op_poll(op), UOW_SQL);
    cr_assert_eq(uow_op_finish(op), UOW_SQL);
    cr_assert_eq(uow_close(ctx), UOW_OK);
    cr_assert_eq(uow_env_close(env), UOW_OK);
    shop_close();
}

Test(op, progress_tells_rows_and_changes)
{
    uow_progress progress = UOW_PROGRESS_INIT;
    uow_list *list = NULL;
    uow_op *op = NULL;
    shop_open();
    UOW_OK(uow_query_start(l.ctx, &buyers, NULL, NULL, 0, NULL, &list, &op));
    cr_assert_eq(uow_op_wait(op, UOW_WAIT_FOREVER), UOW_OK);
    cr_assert_eq(uow_op_progress(op, &progress), UOW_OK);
    cr_assert_eq(progress.rows, 3);
    cr_assert_eq(progress.statements, 1);
    UOW_OK(uow_op_finish(op));
    ((buyer *)uow_list_at(list, 0))->balance = 1;
    ((buyer *)uow_list_at(list, 1))->balance = 2;
    UOW_OK(uow_save_start(l.ctx, NULL, &op));
    cr_assert_eq(uow_op_wait(op, UOW_WAIT_FOREVER), UOW_OK);
    cr_assert_eq(uow_op_progress(op, &progress), UOW_OK);
    cr_assert_eq(progress.total, 2);
    cr_assert_eq(progress.done, 2);
    cr_assert_gt(progress.age_ns, 0);
    UOW_OK(uow_op_finish(op));
    uow_list_free(list);
    shop_close();
}

Test(op, events_of_an_engine_come_on_the_polling_thread)
{
    uow_op *op = NULL;
    shop_open();
    shop_forget_events();
    UOW_OK(uow_execute_start(l.ctx, op_brief(), NULL, 0, NULL, &op));
    cr_assert_eq(shop_statements(), 0, "nothing was polled yet");
    UOW_OK(uow_op_finish(op));
    cr_assert_eq(shop_statements(), 1);
    cr_assert_str_eq(l.events.at[0].operation, "execute");
    shop_close();
}
