/* query_timeout_ms: what it ends, and that the context goes on afterwards. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "live/live.h"

static live l;

static void timeout_open(void)
{
    uow_context_options options = UOW_CONTEXT_OPTIONS_INIT;

    options.query_timeout_ms = 1000;
    live_open_with(&l, NULL, 0, &options);
}

static double timeout_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Long enough on any machine; MariaDB's SLEEP and BENCHMARK are cut short without an error. */
static const char *timeout_endless(void)
{
    return live_either(&l,
                       "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 400000000) "
                       "SELECT COUNT(*) FROM c",
                       "SELECT pg_sleep(4)", "SELECT COUNT(*) FROM information_schema.COLLATIONS a, information_schema.COLLATIONS b, "
                       "information_schema.COLLATIONS c, information_schema.COLLATIONS d");
}

static void timeout_runs_out(void)
{
    double started = timeout_now();

    UOW_IS(UOW_TIMEOUT, uow_execute(l.ctx, timeout_endless(), NULL, 0, NULL));
    cr_assert_lt(timeout_now() - started, 3.0);
}

Test(timeout, a_statement_that_takes_too_long_is_ended)
{
    timeout_open();
    timeout_runs_out();
    cr_assert_eq(live_int64(&l, "SELECT 41 + 1"), 42);
    timeout_runs_out();
    live_close(&l);
}

/* PostgreSQL takes a setting back that was made in a transaction which is rolled back. */
Test(timeout, it_holds_after_a_unit_was_rolled_back)
{
    timeout_open();
    UOW_OK(uow_begin(l.ctx, NULL));
    timeout_runs_out();
    UOW_OK(uow_rollback(l.ctx));
    UOW_OK(uow_begin(l.ctx, NULL));
    cr_assert_eq(live_int64(&l, "SELECT 41 + 1"), 42);
    UOW_OK(uow_rollback(l.ctx));
    timeout_runs_out();
    UOW_OK(uow_begin(l.ctx, NULL));
    timeout_runs_out();
    UOW_OK(uow_rollback(l.ctx));
    live_close(&l);
}

Test(timeout, a_wait_for_a_lock_ends)
{
    uow_status wanted;
    uow_context *other;
    char table[40], sql[80];
    double started;

    timeout_open();
    wanted = l.database == LIVE_SQLITE ? UOW_TRANSIENT : UOW_TIMEOUT;
    snprintf(table, sizeof table, "timeout_lock_%d", (int)getpid());
    snprintf(sql, sizeof sql, "UPDATE %s SET n = 2", table);
    live_table(&l, table, "id @int32 PRIMARY KEY, n @int32");
    live_run(&l, "INSERT INTO %s VALUES (1, 1)", table);
    other = live_another(&l);
    UOW_OK_ON(other, uow_begin(other, NULL));
    UOW_OK_ON(other, uow_execute(other, sql, NULL, 0, NULL));
    started = timeout_now();
    UOW_IS(wanted, uow_execute(l.ctx, sql, NULL, 0, NULL));
    cr_assert_lt(timeout_now() - started, 3.0);
    UOW_OK_ON(other, uow_rollback(other));
    UOW_OK(uow_execute(l.ctx, sql, NULL, 0, NULL));
    live_close(&l);
}

/* --- deadlines, of which the server is told */

/* The session's limit as a statement finds it, which is started and polled when that is asked for. */
static const char *timeout_told(bool polled)
{
    const char *sql = live_either(&l, "", "SHOW statement_timeout", "SELECT CAST(@@max_statement_time AS integer)");
    static char answer[32];
    const char *text = "";
    uow_rows *rows = NULL;
    uow_op *op = NULL;

    if (polled) {
        UOW_OK(uow_rows_open_start(l.ctx, sql, NULL, 0, &rows, &op));
        UOW_OK(uow_op_finish(op));
    } else {
        UOW_OK((uow_rows_open_at)(UOW_HERE, l.ctx, sql, NULL, 0, &rows));
    }
    UOW_OK(uow_rows_next(rows));
    UOW_OK(uow_rows_text(rows, 0, &text, NULL));
    snprintf(answer, sizeof answer, "%s", text);
    uow_rows_close(rows);
    return answer;
}

static void timeout_told_is(bool polled, const char *postgresql, const char *mariadb)
{
    cr_assert_str_eq(timeout_told(polled), live_either(&l, "", postgresql, mariadb));
}

Test(timeout, the_server_is_told_of_a_polled_operations_deadline_and_of_its_end)
{
    uow_context_options options = UOW_CONTEXT_OPTIONS_INIT;

    if (getenv("UOW_TEST_POLLED"))
        cr_skip_test("every operation has the deadline there");
    options.deadline_ms = 60000;
    live_open_with(&l, NULL, 0, &options);
    if (l.database == LIVE_SQLITE || l.database == LIVE_OTHER) {
        live_close(&l);
        cr_skip_test("there is no server to be told");
    }
    for (int i = 0; i < 2; i++) {
        timeout_told_is(true, "1min", "60");
        timeout_told_is(false, "0", "0");
    }
    options.query_timeout_ms = 5000; /* what is stricter stays */
    live_reopen(&l, &options);
    timeout_told_is(true, "5s", "5");
    timeout_told_is(false, "5s", "5");
    live_close(&l);
}

static uow_status timeout_work(uow_context *context, void *user)
{
    double *started = user;

    *started = timeout_now();
    return uow_execute(context, timeout_endless(), NULL, 0, NULL);
}

Test(timeout, the_deadline_of_a_unit_ends_the_statement_that_runs)
{
    uow_unit_run_options options = UOW_UNIT_RUN_OPTIONS_INIT;
    double started = 0;

    live_open(&l, NULL, 0);
    options.deadline_ms = 900;
    UOW_IS(UOW_TIMEOUT, uow_unit_run(l.ctx, &options, timeout_work, &started));
    cr_assert_lt(timeout_now() - started, 3.0);
    cr_assert_eq(uow_unit_depth(l.ctx), 0);
    if (!getenv("UOW_TEST_POLLED") && l.database != LIVE_SQLITE)
        timeout_told_is(false, "0", "0");
    cr_assert_eq(live_int64(&l, "SELECT 41 + 1"), 42);
    live_close(&l);
}

static uow_status timeout_write(uow_context *context, void *user)
{
    const char *rows = live_either(&l,
                                   "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 400000000) "
                                   "SELECT x FROM c",
                                   "SELECT generate_series(1, 400000000)", "SELECT seq FROM seq_1_to_400000000");
    char sql[300];
    uow_status st;

    (void)user;
    st = uow_execute(context, "INSERT INTO timeout_many VALUES (0)", NULL, 0, NULL);
    snprintf(sql, sizeof sql, "INSERT INTO timeout_many %s", rows);
    return st == UOW_OK ? uow_execute(context, sql, NULL, 0, NULL) : st;
}

static uow_status timeout_write_one(uow_context *context, void *user)
{
    (void)user;
    return uow_execute(context, "INSERT INTO timeout_many VALUES (0)", NULL, 0, NULL);
}

Test(timeout, the_deadline_of_a_unit_ends_a_write_and_undoes_the_unit)
{
    uow_unit_run_options options = UOW_UNIT_RUN_OPTIONS_INIT;
    double started = timeout_now();

    live_open(&l, NULL, 0);
    live_table(&l, "timeout_many", "n @int64");
    options.deadline_ms = 500;
    UOW_IS(UOW_TIMEOUT, uow_unit_run(l.ctx, &options, timeout_write, NULL));
    cr_assert_lt(timeout_now() - started, 20.0); /* what was written is undone, which takes its time */
    UOW_OK(uow_unit_run(l.ctx, NULL, timeout_write_one, NULL));
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM timeout_many"), 1);
    live_close(&l);
}

/* --- a save that runs out of time */

struct slow {
    int64_t id;
    int32_t n;
    int32_t version;
};

static const uow_column slow_columns[] = {
    UOW_COLUMN(struct slow, id, "id", UOW_INT64, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN(struct slow, n, "n", UOW_INT32, 0),
    UOW_COLUMN(struct slow, version, "version", UOW_INT32, UOW_VERSION),
};
static const uow_entity slows = UOW_ENTITY(struct slow, "timeout_slows", slow_columns);
static const uow_entity *const slow_entities[] = {&slows};

/* Somebody else holds a row the save wants. */
Test(timeout, a_save_that_ran_out_of_time_leaves_its_changes_and_can_be_repeated)
{
    uow_context_options options = UOW_CONTEXT_OPTIONS_INIT;
    struct slow *rows[3];
    uow_context *other;

    options.query_timeout_ms = 1000;
    live_open_with(&l, slow_entities, 1, &options);
    live_table(&l, "timeout_slows", "id @id, n integer, version integer");
    for (int i = 0; i < 2; i++)
        UOW_OK(uow_add(l.ctx, &slows, NULL, (void **)&rows[i]));
    UOW_OK(uow_save(l.ctx, NULL));
    other = live_another(&l);
    UOW_OK_ON(other, uow_begin(other, NULL));
    UOW_OK_ON(other, uow_execute(other, "UPDATE timeout_slows SET n = 9 WHERE id = (SELECT MAX(id) FROM (SELECT id FROM "
                                        "timeout_slows) x)", NULL, 0, NULL));
    UOW_OK(uow_add(l.ctx, &slows, NULL, (void **)&rows[2]));
    rows[0]->n = rows[1]->n = rows[2]->n = 5;
    UOW_IS(l.database == LIVE_SQLITE ? UOW_TRANSIENT : UOW_TIMEOUT, uow_save(l.ctx, NULL));
    cr_assert_eq(uow_unit_depth(l.ctx), 0);
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(uow_state(l.ctx, rows[i]), UOW_MODIFIED);
        cr_assert_eq(rows[i]->version, 1);
    }
    cr_assert_eq(uow_state(l.ctx, rows[2]), UOW_ADDED);
    cr_assert_lt(rows[2]->id, 0);
    UOW_OK_ON(other, uow_rollback(other));
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM timeout_slows WHERE n = 5"), 0);
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM timeout_slows WHERE n = 5"), 3);
    cr_assert_eq(rows[0]->version, 2);
    live_close(&l);
}
