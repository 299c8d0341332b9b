/* Tasks side by side, each on a context of its own. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "live/shop.h"

#include <time.h>

#define TASKS 8

static uow_factory *factory;
static uow_task tasks[TASKS];

static void parallel_open(uint32_t contexts)
{
    uow_factory_options options = UOW_FACTORY_OPTIONS_INIT;

    shop_open();
    options.max_contexts = contexts;
    cr_assert_eq(uow_factory_open(l.env, live_dsn(), l.model, &options, &factory), UOW_OK);
    memset(tasks, 0, sizeof tasks);
}

static void parallel_close(void)
{
    cr_assert_eq(uow_factory_close(factory, 0, 0), UOW_OK, "%s", uow_error_message(uow_factory_error(factory)));
    shop_close();
}

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* A poll of the test driver lasts as long as the call it wraps: nothing sleeps beside another there. */
static bool sleeps(void)
{
    return (l.database == LIVE_POSTGRESQL || l.database == LIVE_MARIADB) && l.facts.async_mode == 0;
}

static const char *sleeping(const char *postgresql, const char *mariadb)
{
    return sleeps() ? live_either(&l, "", postgresql, mariadb) : "SELECT 1";
}

static double run_all(uint32_t contexts)
{
    uow_parallel_options options = UOW_PARALLEL_OPTIONS_INIT;
    double start = seconds();

    options.max_contexts = contexts;
    cr_assert_eq(uow_parallel(factory, tasks, TASKS, &options), UOW_OK, "%s",
                 uow_error_message(uow_factory_error(factory)));
    return seconds() - start;
}

Test(parallel, eight_slow_statements_take_the_time_of_one)
{
    parallel_open(TASKS);
    for (size_t i = 0; i < TASKS; i++)
        tasks[i].sql = sleeping("SELECT pg_sleep(0.2)", "SELECT SLEEP(0.2)");
    run_all(TASKS); /* opens the connections */
    double together = run_all(TASKS), alone = run_all(1);
    if (sleeps()) {
        cr_assert_gt(alone, 1.6);
        cr_assert_gt(alone / together, 5, "%.3f s alone, %.3f s together", alone, together);
    }
    for (size_t i = 0; i < TASKS; i++)
        cr_assert_eq(tasks[i].status, UOW_OK);
    parallel_close();
}

Test(parallel, results_are_in_the_order_of_the_tasks)
{
    char texts[TASKS][120];

    parallel_open(3);
    for (int i = 0; i < TASKS; i++) {
        snprintf(texts[i], sizeof texts[i], "UPDATE %s SET balance = balance + 1 WHERE id <= %d", buyer_table, i % 4);
        tasks[i].sql = texts[i];
    }
    run_all(l.database == LIVE_SQLITE ? 1 : 3);
    for (int i = 0; i < TASKS; i++)
        cr_assert_eq(tasks[i].affected, i % 4 > 3 ? 3 : i % 4, "task %d affected %lld", i, (long long)tasks[i].affected);
    parallel_close();
}

Test(parallel, the_first_failure_stops_the_others)
{
    uow_parallel_options options = UOW_PARALLEL_OPTIONS_INIT;

    parallel_open(4);
    for (size_t i = 0; i < TASKS; i++)
        tasks[i].sql = sleeping("SELECT pg_sleep(20)", "SELECT SLEEP(20)");
    tasks[1].sql = "SELECT gone FROM nowhere_at_all";
    double start = seconds();
    cr_assert_eq(uow_parallel(factory, tasks, TASKS, &options), UOW_SQL);
    cr_assert_lt(seconds() - start, 10);
    LIVE_CONTAINS(uow_error_message(uow_factory_error(factory)), "task 2 of 8 failed: ");
    LIVE_CONTAINS(tasks[1].message, "nowhere_at_all");
    cr_assert_eq(tasks[1].status, UOW_SQL);
    if (sleeps()) {
        cr_assert_eq(tasks[TASKS - 1].status, UOW_CANCELLED);
        cr_assert_eq(tasks[TASKS - 1].steps, 0);
    }
    if (l.database == LIVE_POSTGRESQL && sleeps())
        cr_assert_eq(tasks[0].status, UOW_CANCELLED, "%s", tasks[0].message);
    parallel_close();
}

Test(parallel, or_lets_each_go_to_its_end)
{
    uow_parallel_options options = UOW_PARALLEL_OPTIONS_INIT;

    parallel_open(2);
    for (size_t i = 0; i < TASKS; i++)
        tasks[i].sql = i % 2 ? "SELECT 1" : "SELECT gone FROM nowhere_at_all";
    options.policy = UOW_PARALLEL_ALL;
    cr_assert_eq(uow_parallel(factory, tasks, TASKS, &options), UOW_SQL);
    for (size_t i = 0; i < TASKS; i++)
        cr_assert_eq(tasks[i].status, i % 2 ? UOW_OK : UOW_SQL);
    parallel_close();
}

Test(parallel, a_run_inside_a_transaction_is_refused_with_the_reason)
{
    uow_parallel_options options = UOW_PARALLEL_OPTIONS_INIT;

    parallel_open(2);
    tasks[0].sql = "SELECT 1";
    UOW_OK(uow_begin(l.ctx, NULL));
    options.within = l.ctx;
    cr_assert_eq(uow_parallel(factory, tasks, 1, &options), UOW_UNSUPPORTED);
    LIVE_CONTAINS(uow_error_message(uow_factory_error(factory)), "a transaction belongs to one connection");
    cr_assert_eq(tasks[0].steps, 0);
    UOW_OK(uow_rollback(l.ctx));
    parallel_close();
}

/* begin, two statements, commit: each a polled operation. */
static uow_status transfer(uow_context *context, uint32_t step, uow_status ended, uow_op **out_op, void *arg)
{
    static char sql[2][160];

    (void)arg;
    if (ended != UOW_OK)
        return ended;
    snprintf(sql[0], sizeof sql[0], "UPDATE %s SET balance = balance - 1 WHERE id = 1", buyer_table);
    snprintf(sql[1], sizeof sql[1], "UPDATE %s SET balance = balance + 1 WHERE id = 2", buyer_table);
    switch (step) {
    case 0: return uow_begin_start(context, NULL, out_op);
    case 1: return uow_execute_start(context, sql[0], NULL, 0, NULL, out_op);
    case 2: return uow_execute_start(context, sql[1], NULL, 0, NULL, out_op);
    case 3: return uow_commit_start(context, out_op);
    default: return UOW_OK;
    }
}

static uow_status forgets(uow_context *context, uint32_t step, uow_status ended, uow_op **out_op, void *arg)
{
    (void)arg;
    return step == 0 ? uow_begin_start(context, NULL, out_op) : ended;
}

static size_t told;

static void count_done(size_t index, uow_task *task, uow_context *context, void *user)
{
    cr_assert_eq(task, &tasks[index]);
    cr_assert_eq(user, &told);
    cr_assert_neq(uow_context_id(context), 0);
    told++;
}

static int64_t money(void)
{
    return live_int64(&l, "SELECT CAST(sum(balance) AS %s) FROM %s", l.database == LIVE_MARIADB ? "SIGNED" : "integer",
                      buyer_table);
}

Test(parallel, a_task_may_be_a_unit_of_several_operations)
{
    uow_parallel_options options = UOW_PARALLEL_OPTIONS_INIT;

    /* SQLite has one writer: two units that read and then write would meet. */
    parallel_open(l.database == LIVE_SQLITE ? 1 : 4);
    int64_t before = money();
    int64_t first = live_int64(&l, "SELECT CAST(balance AS %s) FROM %s WHERE id = 1",
                               l.database == LIVE_MARIADB ? "SIGNED" : "integer", buyer_table);
    for (size_t i = 0; i < TASKS; i++)
        tasks[i].next = transfer;
    options.done = count_done;
    options.user = &told;
    cr_assert_eq(uow_parallel(factory, tasks, TASKS, &options), UOW_OK, "%s",
                 uow_error_message(uow_factory_error(factory)));
    cr_assert_eq(told, TASKS);
    cr_assert_eq(money(), before);
    cr_assert_eq(live_int64(&l, "SELECT CAST(balance AS %s) FROM %s WHERE id = 1",
                            l.database == LIVE_MARIADB ? "SIGNED" : "integer", buyer_table), first - TASKS);
    cr_assert_eq(tasks[0].steps, 4);
    parallel_close();
}

Test(parallel, a_unit_that_is_left_open_is_a_failure_and_rolled_back)
{
    parallel_open(1);
    tasks[0].next = forgets;
    cr_assert_eq(uow_parallel(factory, tasks, 1, NULL), UOW_MISUSE);
    LIVE_CONTAINS(tasks[0].message, "with its unit open");
    parallel_close();
}

Test(parallel, a_run_has_a_deadline)
{
    uow_parallel_options options = UOW_PARALLEL_OPTIONS_INIT;

    parallel_open(2);
    if (!sleeps()) {
        parallel_close();
        cr_skip_test("nothing sleeps here");
    }
    for (size_t i = 0; i < TASKS; i++)
        tasks[i].sql = sleeping("SELECT pg_sleep(20)", "SELECT SLEEP(20)");
    options.timeout_ms = 300;
    double start = seconds();
    cr_assert_eq(uow_parallel(factory, tasks, TASKS, &options), UOW_TIMEOUT);
    cr_assert_lt(seconds() - start, 10);
    LIVE_CONTAINS(uow_error_message(uow_factory_error(factory)), "the time of the run is over");
    for (size_t i = 2; i < TASKS; i++)
        cr_assert_eq(tasks[i].status, UOW_CANCELLED);
    parallel_close();
}

Test(parallel, what_cannot_be_run_is_told)
{
    parallel_open(1);
    cr_assert_eq(uow_parallel(factory, tasks, 1, NULL), UOW_MISUSE);
    LIVE_CONTAINS(uow_error_message(uow_factory_error(factory)), "neither a function nor a statement");
    cr_assert_eq(uow_parallel(NULL, tasks, 1, NULL), UOW_MISUSE);
    cr_assert_eq(uow_parallel(factory, NULL, 0, NULL), UOW_OK);
    parallel_close();
}

Test(parallel, closing_a_factory_may_cancel_what_its_leases_run)
{
    uow_context *context = NULL;
    uow_op *op = NULL;

    parallel_open(2);
    if (!sleeps()) {
        parallel_close();
        cr_skip_test("nothing sleeps here");
    }
    cr_assert_eq(uow_factory_acquire(factory, 1000, &context), UOW_OK);
    UOW_OK_ON(context, uow_execute_start(context, sleeping("SELECT pg_sleep(20)", "SELECT SLEEP(20)"), NULL, 0, NULL, &op));
    cr_assert_eq(uow_op_wait(op, 200), UOW_PENDING);
    double start = seconds();
    cr_assert_eq(uow_factory_close(factory, 0, UOW_FACTORY_CANCEL), UOW_TIMEOUT);
    LIVE_CONTAINS(uow_error_message(uow_factory_error(factory)), "cannot be closed: 1 of 2 contexts are leased");
    cr_assert_eq(uow_op_finish(op), UOW_CANCELLED, "%s", uow_context_message(context));
    cr_assert_lt(seconds() - start, 10);
    UOW_OK_ON(context, uow_factory_release(context));
    parallel_close();
}
