/* Units that are run again, on the fake driver: what is repeated, when, and what is left behind. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include "odbc/handle.h"
#include "work_fixture.h"

static desk d;

/* A clock that only the pauses move on. */
static uint64_t clock_ms;
static uint32_t pauses[32];
static size_t pause_count;

static uint64_t clock_now(void *user)
{
    (void)user;
    return clock_ms;
}

static void clock_sleep(uint32_t ms, void *user)
{
    (void)user;
    clock_ms += ms;
    pauses[pause_count++ % 32] = ms;
}

static const uow_unit_clock test_clock = {sizeof test_clock, clock_now, clock_sleep, NULL};

static uow_unit_run_options options_of(uint32_t attempts)
{
    uow_unit_run_options options = UOW_UNIT_RUN_OPTIONS_INIT;

    options.clock = &test_clock;
    options.max_attempts = attempts;
    options.jitter_percent = UOW_UNIT_NO_JITTER;
    return options;
}

/* What the work does: executes one statement, so many times it is called. */
typedef struct job {
    int calls;
    uow_status st;       /* of the statement */
    uow_status answer;   /* instead of it, unless UOW_OK */
    uow_status (*also)(struct job *job);
    uow_status also_st;
    uint64_t takes_ms;
} job;

static uow_status work(uow_context *context, void *user)
{
    job *j = user;

    j->calls++;
    cr_assert_eq(context, d.ctx);
    cr_assert_eq((int)uow_unit_attempt(context), j->calls);
    clock_ms += j->takes_ms;
    j->st = uow_execute(context, "UPDATE t SET a = 1", NULL, 0, NULL);
    if (j->also)
        j->also_st = j->also(j);
    return j->answer != UOW_OK ? j->answer : j->st;
}

static void fail_once(const char *sqlstate, int32_t native, const char *text)
{
    fake_fail(UOWI_FN_Execute, 1, SQL_ERROR, sqlstate, native, text);
}

static void end(void)
{
    cr_assert_eq(uow_unit_depth(d.ctx), 0);
    cr_assert_eq(uow_unit_attempt(d.ctx), 0);
    cr_assert_eq(desk_close(&d), 0);
}

Test(unit_run, work_that_succeeds_is_committed_once)
{
    job j = {0};
    uint32_t attempts = 0;
    uow_unit_run_options options = options_of(0);
    options.out_attempts = &attempts;
    cr_assert(desk_open(&d, "PostgreSQL"));
    cr_assert_eq(uow_unit_run(d.ctx, &options, work, &j), UOW_OK, "%s", desk_says(&d));
    cr_assert(j.calls == 1 && attempts == 1);
    cr_assert_eq(fake_calls(UOWI_FN_EndTran), 1);
    end();
}

Test(unit_run, work_that_fails_is_rolled_back_and_its_reason_kept)
{
    job j = {0};
    cr_assert(desk_open(&d, "PostgreSQL"));
    fail_once("23505", 1, "duplicate key");
    cr_assert_eq(uow_unit_run(d.ctx, NULL, work, &j), UOW_CONSTRAINT);
    cr_assert_eq(j.calls, 1);
    cr_assert_eq(fake_calls(UOWI_FN_EndTran), 1);
    cr_assert(strstr(desk_says(&d), "duplicate key"), "%s", desk_says(&d));
    cr_assert_str_eq(uow_error_sqlstate(uow_context_error(d.ctx)), "23505");
    end();
}

Test(unit_run, a_status_of_the_works_own_is_returned_and_told)
{
    job j = {.answer = UOW_NOT_FOUND};
    cr_assert(desk_open(&d, "SQLite"));
    cr_assert_eq(uow_unit_run(d.ctx, NULL, work, &j), UOW_NOT_FOUND);
    cr_assert_eq(uow_error_status(uow_context_error(d.ctx)), UOW_NOT_FOUND);
    cr_assert(strstr(desk_says(&d), "NOT_FOUND"), "%s", desk_says(&d));
    end();
}

/* The SQLSTATE that goes with a rule: any that the standard's classes would not take for transient. */
static void fail_by_rule(const uowi_error_rule *rule)
{
    fail_once(rule->sqlstate[0] ? rule->sqlstate : "HY000", rule->native, rule->contains ? rule->contains : "some reason");
}

/* What is transient is a table of the dialect; each of its rows is tried. */
Test(unit_run, every_transient_failure_in_the_dialects_tables_is_tried_again)
{
    static const struct { const char *dbms; const uowi_dialect *dialect; size_t rows; } tables[] = {
        {"SQLite", &uowi_dialect_sqlite, 2}, {"PostgreSQL", &uowi_dialect_postgresql, 4}, {"MariaDB", &uowi_dialect_mariadb, 6}};
    for (size_t t = 0; t < 3; t++) {
        size_t rows = 0;
        for (const uowi_error_rule *rule = tables[t].dialect->rules; rule->status != UOW_OK; rule++) {
            job j = {0};
            uow_unit_run_options options = options_of(3);
            bool again = rule->status == UOW_TRANSIENT || rule->status == UOW_CONNECTION_LOST;
            cr_assert(desk_open(&d, tables[t].dbms));
            fail_by_rule(rule);
            uow_status st = uow_unit_run(d.ctx, &options, work, &j);
            cr_assert_eq(st, again ? UOW_OK : rule->status, "%s %s/%d gave %s: %s", tables[t].dbms, rule->sqlstate,
                         (int)rule->native, uow_status_name(st), desk_says(&d));
            cr_assert_eq(j.calls, again ? 2 : 1, "%s %s/%d", tables[t].dbms, rule->sqlstate, (int)rule->native);
            rows += rule->status == UOW_TRANSIENT;
            end();
        }
        cr_assert_eq(rows, tables[t].rows, "%s has %zu", tables[t].dbms, rows);
    }
}

Test(unit_run, the_standards_transient_classes_are_tried_again_everywhere)
{
    static const char *const dbms[] = {"PostgreSQL", "MariaDB", "Whatever"};
    for (size_t i = 0; i < 3; i++)
        for (int state = 0; state < 2; state++) {
            job j = {0};
            uow_unit_run_options options = options_of(3);
            cr_assert(desk_open(&d, dbms[i]));
            fail_once(state ? "40P01" : "40001", 0, "deadlock detected");
            cr_assert_eq(uow_unit_run(d.ctx, &options, work, &j), UOW_OK, "%s: %s", dbms[i], desk_says(&d));
            cr_assert_eq(j.calls, 2);
            end();
        }
}

Test(unit_run, a_commit_the_database_refuses_for_now_is_tried_again)
{
    job j = {0};
    uow_unit_run_options options = options_of(3);
    cr_assert(desk_open(&d, "PostgreSQL"));
    fake_fail(UOWI_FN_EndTran, 1, SQL_ERROR, "40001", 1, "could not serialize access");
    cr_assert_eq(uow_unit_run(d.ctx, &options, work, &j), UOW_OK, "%s", desk_says(&d));
    cr_assert_eq(j.calls, 2);
    end();
}

Test(unit_run, attempts_and_pauses_come_to_an_end)
{
    job j = {0};
    uint32_t attempts = 0;
    uow_unit_run_options options = options_of(4);
    options.out_attempts = &attempts;
    cr_assert(desk_open(&d, "PostgreSQL"));
    fake_fail(UOWI_FN_Execute, 0, SQL_ERROR, "40001", 1, "could not serialize access");
    cr_assert_eq(uow_unit_run(d.ctx, &options, work, &j), UOW_TRANSIENT);
    cr_assert(j.calls == 4 && attempts == 4 && pause_count == 3);
    cr_assert(pauses[0] == 10 && pauses[1] == 20 && pauses[2] == 40);
    cr_assert(strstr(desk_says(&d), "That was attempt 4"), "%s", desk_says(&d));
    cr_assert(strstr(desk_says(&d), "could not serialize"), "%s", desk_says(&d));
    end();
}

Test(unit_run, the_same_seed_gives_the_same_pauses_and_another_one_others)
{
    uint32_t seen[3][6];
    for (int round = 0; round < 3; round++) {
        job j = {0};
        uow_unit_run_options options = options_of(7);
        options.jitter_percent = 0; /* the default: half of a pause */
        options.seed = round < 2 ? 42 : 43;
        pause_count = 0;
        cr_assert(desk_open(&d, "PostgreSQL"));
        fake_fail(UOWI_FN_Execute, 0, SQL_ERROR, "40001", 1, "could not serialize access");
        cr_assert_eq(uow_unit_run(d.ctx, &options, work, &j), UOW_TRANSIENT);
        cr_assert_eq(pause_count, 6);
        memcpy(seen[round], pauses, sizeof seen[round]);
        for (int i = 0; i < 6; i++)
            cr_assert(pauses[i] >= (5u << i) && pauses[i] <= (10u << i), "%u", (unsigned)pauses[i]);
        end();
    }
    cr_assert_arr_eq(seen[0], seen[1], sizeof seen[0]);
    cr_assert_arr_neq(seen[0], seen[2], sizeof seen[0]);
}

Test(unit_run, a_deadline_ends_the_attempts)
{
    job j = {.takes_ms = 100};
    uow_unit_run_options options = options_of(100);
    options.deadline_ms = 350;
    cr_assert(desk_open(&d, "PostgreSQL"));
    fake_fail(UOWI_FN_Execute, 0, SQL_ERROR, "40001", 1, "could not serialize access");
    cr_assert_eq(uow_unit_run(d.ctx, &options, work, &j), UOW_TIMEOUT);
    cr_assert_eq(j.calls, 3); /* 100, 210, 330; 40 ms more is too late */
    cr_assert_eq(uow_error_status(uow_context_error(d.ctx)), UOW_TIMEOUT);
    cr_assert(strstr(desk_says(&d), "could not serialize") && strstr(desk_says(&d), "350 ms"), "%s", desk_says(&d));
    end();
}

static uow_status idle_work(uow_context *context, void *user)
{
    clock_ms += 200;
    *(uow_status *)user = uow_execute(context, "UPDATE t SET a = 1", NULL, 0, NULL);
    return UOW_OK;
}

Test(unit_run, past_the_deadline_nothing_is_begun_and_nothing_committed)
{
    uow_status inside = UOW_OK;
    uow_unit_run_options options = options_of(5);
    options.deadline_ms = 150;
    cr_assert(desk_open(&d, "PostgreSQL"));
    cr_assert_eq(uow_unit_run(d.ctx, &options, idle_work, &inside), UOW_TIMEOUT);
    cr_assert_eq(inside, UOW_TIMEOUT);
    cr_assert_null(fake_sql(0));
    cr_assert_eq(uow_execute(d.ctx, "UPDATE t SET a = 1", NULL, 0, NULL), UOW_OK, "only the unit had a deadline");
    end();
}

Test(unit_run, it_is_refused_inside_a_plain_unit_and_says_why)
{
    job j = {0};
    cr_assert(desk_open(&d, "PostgreSQL"));
    cr_assert_eq(uow_begin(d.ctx, NULL), UOW_OK);
    cr_assert_eq(uow_unit_run(d.ctx, NULL, work, &j), UOW_MISUSE);
    cr_assert_eq(j.calls, 0);
    cr_assert(strstr(desk_says(&d), "uow_begin"), "%s", desk_says(&d));
    cr_assert_eq(uow_unit_depth(d.ctx), 1);
    cr_assert_eq(uow_rollback(d.ctx), UOW_OK);
    end();
}

static uow_status also_commit(job *j) { (void)j; return uow_commit(d.ctx); }
static uow_status also_rollback(job *j) { (void)j; return uow_rollback(d.ctx); }
static uow_status also_close(job *j) { (void)j; return uow_close(d.ctx); }
static uow_status also_begin(job *j) { (void)j; return uow_begin(d.ctx, NULL); }
static uow_status also_nest(job *j) { (void)j; return uow_begin(d.ctx, NULL) == UOW_OK ? uow_rollback(d.ctx) : UOW_DRIVER; }

Test(unit_run, the_work_can_neither_end_its_unit_nor_close_the_context)
{
    uow_status (*const also[])(job *) = {also_commit, also_rollback, also_close};
    for (size_t i = 0; i < 3; i++) {
        job j = {.also = also[i]};
        cr_assert(desk_open(&d, "PostgreSQL"));
        cr_assert_eq(uow_unit_run(d.ctx, NULL, work, &j), UOW_OK);
        cr_assert_eq(j.also_st, UOW_MISUSE);
        cr_assert_eq(fake_calls(UOWI_FN_EndTran), 1);
        end();
    }
}

Test(unit_run, units_the_work_begins_it_must_end)
{
    job j = {.also = also_begin};
    cr_assert(desk_open(&d, "PostgreSQL"));
    cr_assert_eq(uow_unit_run(d.ctx, NULL, work, &j), UOW_MISUSE);
    cr_assert(strstr(desk_says(&d), "left a unit open"), "%s", desk_says(&d));
    j.also = also_nest;
    j.calls = 0;
    cr_assert_eq(uow_unit_run(d.ctx, NULL, work, &j), UOW_OK);
    cr_assert_eq(j.also_st, UOW_OK);
    end();
}

static uow_status work_with_cursor(uow_context *context, void *user)
{
    return uow_cursor_open(context, &shop_customers, NULL, NULL, 0, NULL, (uow_cursor **)user);
}

Test(unit_run, a_cursor_left_open_is_told_and_the_unit_waits_for_a_rollback)
{
    uow_cursor *cursor = NULL;
    cr_assert(desk_open(&d, "PostgreSQL"));
    desk_two_customers();
    cr_assert_eq(uow_unit_run_at("shop.c:9", d.ctx, NULL, work_with_cursor, &cursor), UOW_BUSY);
    cr_assert(strstr(desk_says(&d), "unit_run at shop.c:9 refused: cursor_open"), "%s", desk_says(&d));
    cr_assert_eq(uow_unit_depth(d.ctx), 1);
    uow_cursor_close(cursor);
    cr_assert_eq(uow_rollback(d.ctx), UOW_OK, "%s", desk_says(&d));
    end();
}

Test(unit_run, options_and_clock_must_be_whole)
{
    job j = {0};
    uow_unit_clock half = UOW_UNIT_CLOCK_INIT;
    uow_unit_run_options options = UOW_UNIT_RUN_OPTIONS_INIT;
    cr_assert(desk_open(&d, "PostgreSQL"));
    cr_assert_eq(uow_unit_run(d.ctx, NULL, NULL, NULL), UOW_MISUSE);
    options.struct_size = 0;
    cr_assert_eq(uow_unit_run(d.ctx, &options, work, &j), UOW_MISUSE);
    options.struct_size = sizeof options;
    half.now_ms = clock_now;
    options.clock = &half;
    cr_assert_eq(uow_unit_run(d.ctx, &options, work, &j), UOW_MISUSE);
    cr_assert_eq(j.calls, 0);
    end();
}

/* --- a connection lost before the commit */

Test(unit_run, a_lost_connection_is_made_anew_with_the_same_login)
{
    job j = {0};
    uow_context_options how = UOW_CONTEXT_OPTIONS_INIT;
    uow_unit_run_options options = options_of(3);
    char secret[] = "s3cret;x"; /* the program may wipe its own */
    how.user = "clerk";
    how.password = secret;
    cr_assert(desk_open_with(&d, "PostgreSQL", &how));
    memset(secret, 'x', sizeof secret - 1);
    fail_once("08S01", 0, "server closed the connection");
    cr_assert_eq(uow_unit_run(d.ctx, &options, work, &j), UOW_OK, "%s", desk_says(&d));
    cr_assert_eq(j.calls, 2);
    cr_assert_eq(fake_calls(UOWI_FN_DriverConnect), 2);
    cr_assert(strstr(fake_connection(), "UID=clerk") && strstr(fake_connection(), "PWD={s3cret;x}"));
    cr_assert_eq(fake_calls(UOWI_FN_Disconnect), 1);
    cr_assert_eq(uow_execute(d.ctx, "UPDATE t SET a = 1", NULL, 0, NULL), UOW_OK, "the context goes on");
    end();
}

Test(unit_run, a_server_that_stays_away_uses_up_the_attempts)
{
    job j = {0};
    uow_unit_run_options options = options_of(4);
    cr_assert(desk_open(&d, "PostgreSQL"));
    fail_once("08S01", 0, "server closed the connection");
    fake_fail(UOWI_FN_DriverConnect, 0, SQL_ERROR, "08001", 101, "Connection refused");
    cr_assert_eq(uow_unit_run(d.ctx, &options, work, &j), UOW_CONNECT_FAILED);
    cr_assert(j.calls == 1 && pause_count == 3);
    cr_assert(strstr(desk_says(&d), "the server cannot be reached"), "%s", desk_says(&d));
    cr_assert_eq(uow_execute(d.ctx, "UPDATE t SET a = 1", NULL, 0, NULL), UOW_CONNECTION_LOST);
    end();
}

Test(unit_run, a_context_that_had_lost_its_connection_before_is_connected_first)
{
    job j = {0};
    cr_assert(desk_open(&d, "PostgreSQL"));
    fail_once("08S01", 0, "server closed the connection");
    cr_assert_eq(uow_execute(d.ctx, "UPDATE t SET a = 1", NULL, 0, NULL), UOW_CONNECTION_LOST);
    cr_assert_eq(uow_unit_run(d.ctx, NULL, work, &j), UOW_OK, "%s", desk_says(&d));
    cr_assert_eq(j.calls, 1);
    end();
}

Test(unit_run, a_borrowed_handle_is_the_programs_to_connect)
{
    job j = {0};
    uow_unit_run_options options = options_of(3);
    cr_assert(desk_open(&d, "PostgreSQL"));
    d.ctx->session.conn->owned = false;
    fail_once("08S01", 0, "server closed the connection");
    cr_assert_eq(uow_unit_run(d.ctx, &options, work, &j), UOW_CONNECTION_LOST);
    cr_assert_eq(j.calls, 1);
    cr_assert(strstr(desk_says(&d), "its handle is the program's"), "%s", desk_says(&d));
    d.ctx->session.conn->owned = true;
    end();
}

static bool password_given_back;

static void watching_release(void *block, size_t size, void *user)
{
    if (!getenv("UOW_VALGRIND")) /* which minds that some bytes were never written */
        password_given_back = password_given_back || (size >= 9 && memmem(block, size, "s3cret-pw", 9));
    desk_release(block, size, user);
}

Test(unit_run, no_memory_is_given_back_with_the_password_in_it)
{
    job j = {0};
    uow_env_options env = UOW_ENV_OPTIONS_INIT;
    uow_context_options how = UOW_CONTEXT_OPTIONS_INIT;
    uow_unit_run_options options = options_of(3);
    fake_begin("PostgreSQL");
    memset(&d, 0, sizeof d);
    env.allocator = (uow_allocator){desk_alloc, desk_resize, watching_release, &d};
    how.password = "s3cret-pw";
    cr_assert_eq(uowi_env_open_with(&fake_api, &env, &d.env), UOW_OK);
    cr_assert_eq(uow_open(d.env, "Driver=fake", NULL, &how, &d.ctx), UOW_OK);
    fail_once("08S01", 0, "server closed the connection");
    cr_assert_eq(uow_unit_run(d.ctx, &options, work, &j), UOW_OK, "%s", desk_says(&d));
    cr_assert_eq(fake_calls(UOWI_FN_DriverConnect), 2);
    end();
    cr_assert(!password_given_back);
}

static int set_ups;

static uow_status set_up(uow_context *context, void *user)
{
    (void)user;
    set_ups++;
    cr_assert_eq(uow_unit_depth(context), 0);
    cr_assert_eq(uow_begin(context, NULL), UOW_OK);
    cr_assert_eq(uow_execute(context, "SET search_path TO acme", NULL, 0, NULL), UOW_OK);
    return uow_commit(context);
}

Test(unit_run, a_connection_made_anew_is_set_up_before_the_unit_is_run_again)
{
    job j = {0};
    uow_unit_run_options options = options_of(3);
    options.connected = set_up;
    cr_assert(desk_open(&d, "PostgreSQL"));
    cr_assert_eq(uow_unit_run(d.ctx, &options, work, &j), UOW_OK);
    cr_assert_eq(set_ups, 0, "only what was made anew");
    j.calls = 0;
    fail_once("08S01", 0, "server closed the connection");
    cr_assert_eq(uow_unit_run(d.ctx, &options, work, &j), UOW_OK, "%s", desk_says(&d));
    cr_assert(set_ups == 1 && j.calls == 2);
    cr_assert(strstr(fake_sql(fake_sql_count() - 2), "SET search_path") && strstr(fake_sql(fake_sql_count() - 1), "UPDATE t"));
    end();
}

static uow_status refuse_set_up(uow_context *context, void *user)
{
    (void)context;
    (void)user;
    return ++set_ups == 1 ? UOW_SQL : UOW_OK;
}

Test(unit_run, a_connection_that_could_not_be_set_up_is_not_used)
{
    job j = {0};
    uow_unit_run_options options = options_of(3);
    options.connected = refuse_set_up;
    cr_assert(desk_open(&d, "PostgreSQL"));
    fail_once("08S01", 0, "server closed the connection");
    cr_assert_eq(uow_unit_run(d.ctx, &options, work, &j), UOW_SQL);
    cr_assert(j.calls == 1 && set_ups == 1);
    cr_assert_eq(uow_execute(d.ctx, "UPDATE t SET a = 1", NULL, 0, NULL), UOW_CONNECTION_LOST);
    j.calls = 0;
    cr_assert_eq(uow_unit_run(d.ctx, &options, work, &j), UOW_OK, "%s", desk_says(&d));
    cr_assert(j.calls == 1 && set_ups == 2);
    end();
}

static int opened;

static int count_opened(uow_context *context, void *user)
{
    (void)user;
    opened++;
    return uow_execute(context, "SET search_path TO acme", NULL, 0, NULL) == UOW_OK;
}

static void never(uow_context *context, void *user)
{
    (void)context;
    (void)user;
    cr_assert_fail("a hook of a lease that is over is never told");
}

Test(unit_run, a_leased_context_is_set_up_again_by_its_factory_and_leaves_no_hooks_behind)
{
    job j = {0};
    uow_factory *factory = NULL;
    uow_factory_options many = UOW_FACTORY_OPTIONS_INIT;
    uow_unit_run_options options = options_of(3);
    uow_context *own;
    cr_assert(desk_open(&d, "PostgreSQL"));
    own = d.ctx;
    many.opened = count_opened;
    cr_assert_eq(uow_factory_open(d.env, "Driver=fake", d.model, &many, &factory), UOW_OK);
    cr_assert_eq(uow_factory_acquire(factory, 0, &d.ctx), UOW_OK);
    fail_once("08S01", 0, "server closed the connection");
    cr_assert_eq(uow_unit_run(d.ctx, &options, work, &j), UOW_OK, "%s", desk_says(&d));
    cr_assert(j.calls == 2 && opened == 2);
    cr_assert_eq(uow_begin(d.ctx, NULL), UOW_OK);
    cr_assert_eq(uow_unit_after_rollback(d.ctx, never, NULL), UOW_OK);
    cr_assert_eq(uow_factory_release(d.ctx), UOW_OK);
    cr_assert_eq(uow_factory_acquire(factory, 0, &d.ctx), UOW_OK);
    cr_assert_eq(uow_begin(d.ctx, NULL), UOW_OK);
    cr_assert_eq(uow_rollback(d.ctx), UOW_OK);
    cr_assert_eq(uow_factory_release(d.ctx), UOW_OK);
    cr_assert_eq(uow_factory_close(factory, 0, 0), UOW_OK);
    d.ctx = own;
    end();
}

/* --- a commit without an answer */

static void lose_commit(void)
{
    fake_fail(UOWI_FN_EndTran, 1, SQL_ERROR, "08S01", 0, "connection reset");
}

Test(unit_run, a_commit_without_an_answer_is_unknown_without_a_table)
{
    job j = {0};
    cr_assert(desk_open(&d, "MariaDB"));
    lose_commit();
    cr_assert_eq(uow_unit_run(d.ctx, NULL, work, &j), UOW_OUTCOME_UNKNOWN);
    cr_assert_eq(j.calls, 1);
    end();
}

Test(unit_run, a_read_only_commit_without_an_answer_is_tried_again)
{
    job j = {0};
    uow_unit_run_options options = options_of(3);
    options.read_only = 1;
    cr_assert(desk_open(&d, "PostgreSQL"));
    lose_commit();
    cr_assert_eq(uow_unit_run(d.ctx, &options, work, &j), UOW_OK, "%s", desk_says(&d));
    cr_assert_eq(j.calls, 2);
    end();
}

/* Symptom: money moved twice, because switching autocommit on again met a link lost right after the commit. */
Test(unit_run, a_link_lost_right_after_the_commit_does_not_make_it_fail)
{
    job j = {0};
    uow_unit_run_options options = options_of(3);
    cr_assert(desk_open(&d, "MariaDB"));
    fake_fail(UOWI_FN_SetConnectAttr, 2, SQL_ERROR, "08S01", 2006, "server has gone away");
    cr_assert_eq(uow_unit_run(d.ctx, &options, work, &j), UOW_OK, "%s", desk_says(&d));
    cr_assert_eq(j.calls, 1);
    cr_assert_eq(uow_error_status(uow_context_error(d.ctx)), UOW_OK);
    cr_assert_eq(uow_execute(d.ctx, "UPDATE t SET a = 1", NULL, 0, NULL), UOW_CONNECTION_LOST);
    end();
}

static size_t sent(const char *text)
{
    size_t count = 0;

    for (size_t i = 0; i < fake_sql_count(); i++)
        count += strstr(fake_sql(i), text) != NULL;
    return count;
}

static void told(uow_context *context, void *user)
{
    cr_assert_eq(uow_execute(context, "SELECT 'a hook may use the context'", NULL, 0, NULL), UOW_OK);
    ++*(int *)user;
}

static int committed, rolled_back;

static uow_status also_hooks(job *j)
{
    (void)j;
    cr_assert_eq(uow_unit_after_commit(d.ctx, told, &committed), UOW_OK);
    return uow_unit_after_rollback(d.ctx, told, &rolled_back);
}

Test(unit_run, its_row_says_that_the_commit_took_effect)
{
    job j = {.also = also_hooks};
    uow_unit_run_options options = options_of(3);
    options.unit_table = "acme.units";
    cr_assert(desk_open(&d, "PostgreSQL"));
    lose_commit();
    fake_fail(UOWI_FN_Execute, 3, SQL_ERROR, "23505", 1, "duplicate key"); /* row, work, and the row again */
    cr_assert_eq(uow_unit_run(d.ctx, &options, work, &j), UOW_OK, "%s", desk_says(&d));
    cr_assert_eq(j.calls, 1, "not done twice");
    cr_assert_eq(sent("INSERT INTO \"acme\".\"units\" (unit_id, begun_at)"), 2);
    cr_assert(committed == 1 && rolled_back == 0);
    end();
}

Test(unit_run, without_its_row_the_unit_is_run_again)
{
    job j = {.also = also_hooks};
    uow_unit_run_options options = options_of(3);
    options.unit_table = "units";
    cr_assert(desk_open(&d, "PostgreSQL"));
    lose_commit();
    cr_assert_eq(uow_unit_run(d.ctx, &options, work, &j), UOW_OK, "%s", desk_says(&d));
    cr_assert_eq(j.calls, 2);
    cr_assert_eq(sent("INSERT INTO \"units\""), 2);
    cr_assert(committed == 1 && rolled_back == 0);
    end();
}

Test(unit_run, the_last_attempt_is_settled_too_but_not_repeated)
{
    for (int there = 0; there < 2; there++) {
        job j = {0};
        uow_unit_run_options options = options_of(1);
        options.unit_table = "units";
        cr_assert(desk_open(&d, "PostgreSQL"));
        lose_commit();
        if (there)
            fake_fail(UOWI_FN_Execute, 3, SQL_ERROR, "23505", 1, "duplicate key");
        cr_assert_eq(uow_unit_run(d.ctx, &options, work, &j), there ? UOW_OK : UOW_CONNECTION_LOST, "%s", desk_says(&d));
        cr_assert_eq(j.calls, 1);
        end();
    }
}

Test(unit_run, a_doubt_that_cannot_be_settled_stays_one)
{
    job j = {.also = also_hooks};
    uow_unit_run_options options = options_of(2);
    options.unit_table = "units";
    cr_assert(desk_open(&d, "PostgreSQL"));
    lose_commit();
    fake_fail(UOWI_FN_DriverConnect, 0, SQL_ERROR, "08001", 101, "Connection refused");
    cr_assert_eq(uow_unit_run(d.ctx, &options, work, &j), UOW_OUTCOME_UNKNOWN);
    cr_assert(j.calls == 1 && committed == 0 && rolled_back == 0);
    end();
}

Test(unit_run, a_table_that_is_missing_is_said_to_be)
{
    job j = {0};
    uow_unit_run_options options = options_of(3);
    options.unit_table = "units";
    cr_assert(desk_open(&d, "PostgreSQL"));
    fail_once("42P01", 1, "relation \"units\" does not exist");
    cr_assert_eq(uow_unit_run(d.ctx, &options, work, &j), UOW_SQL);
    cr_assert_eq(j.calls, 0);
    cr_assert(strstr(desk_says(&d), "While writing the unit's row into units"), "%s", desk_says(&d));
    end();
}

Test(unit_run, the_table_is_made_as_each_database_needs_it)
{
    cr_assert(desk_open(&d, "MariaDB"));
    cr_assert_eq(uow_unit_table_create(d.ctx, "units"), UOW_OK);
    cr_assert_eq(sent("CREATE TABLE IF NOT EXISTS `units` (unit_id CHAR(36) NOT NULL PRIMARY KEY, begun_at DATETIME"), 1);
    cr_assert_eq(uow_unit_table_clean(d.ctx, "units", 86400, NULL), UOW_OK);
    cr_assert_eq(sent("DELETE FROM `units` WHERE begun_at < ?"), 1);
    cr_assert_eq(uow_unit_table_create(d.ctx, ""), UOW_MISUSE);
    cr_assert_eq(uow_begin(d.ctx, NULL), UOW_OK);
    cr_assert_eq(uow_unit_table_create(d.ctx, "units"), UOW_MISUSE);
    cr_assert_eq(uow_rollback(d.ctx), UOW_OK);
    end();
}

/* --- hooks */

Test(unit_run, hooks_are_told_once_and_those_of_an_attempt_that_is_repeated_never)
{
    job j = {.also = also_hooks};
    uow_unit_run_options options = options_of(3);
    cr_assert(desk_open(&d, "PostgreSQL"));
    fail_once("40001", 1, "could not serialize access");
    cr_assert_eq(uow_unit_run(d.ctx, &options, work, &j), UOW_OK);
    cr_assert(j.calls == 2 && committed == 1 && rolled_back == 0);
    j = (job){.also = also_hooks, .answer = UOW_CONSTRAINT};
    cr_assert_eq(uow_unit_run(d.ctx, &options, work, &j), UOW_CONSTRAINT);
    cr_assert(committed == 1 && rolled_back == 1);
    end();
}

Test(unit_run, hooks_of_plain_units_wait_for_the_outermost_one)
{
    int commits = 0, rollbacks = 0, inner = 0;
    cr_assert(desk_open(&d, "PostgreSQL"));
    cr_assert_eq(uow_unit_after_commit(d.ctx, told, &commits), UOW_MISUSE);
    cr_assert_eq(uow_begin(d.ctx, NULL), UOW_OK);
    cr_assert_eq(uow_unit_after_commit(d.ctx, told, &commits), UOW_OK);
    cr_assert_eq(uow_begin(d.ctx, NULL), UOW_OK);
    cr_assert_eq(uow_unit_after_commit(d.ctx, told, &inner), UOW_OK);
    cr_assert_eq(uow_unit_after_rollback(d.ctx, told, &rollbacks), UOW_OK);
    cr_assert_eq(uow_rollback(d.ctx), UOW_OK);
    cr_assert(commits == 0 && rollbacks == 0);
    cr_assert_eq(uow_commit(d.ctx), UOW_OK);
    cr_assert(commits == 1 && rollbacks == 1 && inner == 0);
    cr_assert_eq(uow_begin(d.ctx, NULL), UOW_OK);
    cr_assert_eq(uow_unit_after_commit(d.ctx, told, &commits), UOW_OK);
    cr_assert_eq(uow_unit_after_rollback(d.ctx, told, &rollbacks), UOW_OK);
    cr_assert_eq(uow_rollback(d.ctx), UOW_OK);
    cr_assert(commits == 1 && rollbacks == 2);
    end();
}

/* --- nested */

static uow_status nest(uow_context *context, void *user)
{
    job *outer = user;
    job inner = {0};

    outer->calls++;
    inner.calls = outer->calls - 1;
    inner.also = outer->also;
    outer->also_st = uow_unit_run(context, NULL, work, &inner);
    return outer->answer != UOW_OK ? outer->answer : outer->also_st;
}

Test(unit_run, a_nested_one_is_a_savepoint_and_the_outermost_is_tried_again)
{
    job j = {.also = also_hooks};
    uow_unit_run_options options = options_of(3);
    cr_assert(desk_open(&d, "PostgreSQL"));
    fake_fail(UOWI_FN_Execute, 1, SQL_ERROR, "40001", 1, "could not serialize access");
    cr_assert_eq(uow_unit_run(d.ctx, &options, nest, &j), UOW_OK, "%s", desk_says(&d));
    cr_assert_eq(j.calls, 2);
    cr_assert(sent("SAVEPOINT uow_1") > 0);
    cr_assert(committed == 1 && rolled_back == 0);
    end();
}

static uow_status swallow(uow_context *context, void *user)
{
    (void)nest(context, user);
    return UOW_OK;
}

Test(unit_run, a_nested_one_that_fails_leaves_the_rest_to_be_committed)
{
    job j = {.also = also_hooks};
    cr_assert(desk_open(&d, "PostgreSQL"));
    fail_once("23505", 1, "duplicate key");
    cr_assert_eq(uow_unit_run(d.ctx, NULL, swallow, &j), UOW_OK);
    cr_assert_eq(j.also_st, UOW_CONSTRAINT);
    cr_assert(sent("ROLLBACK TO SAVEPOINT uow_1") == 1 && fake_calls(UOWI_FN_EndTran) == 1);
    cr_assert(committed == 0 && rolled_back == 1);
    end();
}

/* Symptom it guards against: the work swallows a deadlock, and MariaDB runs what follows in another transaction. */
Test(unit_run, a_deadlock_the_work_swallowed_is_not_committed)
{
    job j = {0};
    uow_unit_run_options options = options_of(3);
    cr_assert(desk_open(&d, "MariaDB"));
    fail_once("40001", 1213, "Deadlock found");
    cr_assert_eq(uow_unit_run(d.ctx, &options, swallow, &j), UOW_OK, "%s", desk_says(&d));
    cr_assert_eq(j.calls, 2, "tried again instead");
    end();
}

static uow_status nest_stronger(uow_context *context, void *user)
{
    job j = {0};
    uow_unit_run_options options = UOW_UNIT_RUN_OPTIONS_INIT;

    options.isolation = UOW_SERIALIZABLE;
    *(uow_status *)user = uow_unit_run(context, &options, work, &j);
    return UOW_OK;
}

Test(unit_run, a_nested_one_cannot_ask_for_more_than_the_outermost_has)
{
    uow_status inner = UOW_OK;
    uow_unit_run_options options = options_of(3);
    cr_assert(desk_open(&d, "PostgreSQL"));
    cr_assert_eq(uow_unit_run(d.ctx, NULL, nest_stronger, &inner), UOW_OK);
    cr_assert_eq(inner, UOW_MISUSE);
    options.isolation = UOW_SERIALIZABLE;
    cr_assert_eq(uow_unit_run(d.ctx, &options, nest_stronger, &inner), UOW_OK);
    cr_assert_eq(inner, UOW_OK);
    end();
}

/* --- the tracker */

static uow_status change_ann(uow_context *context, void *user)
{
    shop_customer *ann = user;
    shop_customer values = shop_ann(0);
    void *bob = NULL, *added = NULL;

    cr_assert_eq(ann->balance, 12.5, "as before the unit, each time");
    ann->balance = 50;
    cr_assert_eq(uow_find(context, &shop_customers, uow_key_int64(2), &bob), UOW_OK);
    cr_assert_eq(uow_add(context, &shop_customers, &values, &added), UOW_OK);
    cr_assert_eq(((shop_customer *)added)->id, -1, "the same made-up key, each time");
    cr_assert_eq(uow_remove(context, added), UOW_OK);
    return uow_save(context, NULL);
}

Test(unit_run, a_unit_that_failed_leaves_nothing_in_the_tracker)
{
    shop_customer *ann = NULL;
    uow_unit_run_options options = options_of(3);
    cr_assert(desk_open(&d, "SQLite"));
    desk_two_customers();
    cr_assert_eq(uow_find(d.ctx, &shop_customers, uow_key_int64(1), (void **)&ann), UOW_OK);
    fake_affected("UPDATE `customers`", 1);
    fake_fail(UOWI_FN_EndTran, 1, SQL_ERROR, "HY000", 5, "database is locked");
    fake_fail(UOWI_FN_EndTran, 4, SQL_ERROR, "HY000", 19, "constraint failed"); /* behind two rollbacks */
    cr_assert_eq(uow_unit_run(d.ctx, &options, change_ann, ann), UOW_CONSTRAINT, "%s (%u)", desk_says(&d), fake_calls(UOWI_FN_EndTran));
    cr_assert_eq(ann->balance, 12.5);
    cr_assert_eq(uow_state(d.ctx, ann), UOW_UNCHANGED);
    size_t changes = 9;
    cr_assert_eq(uow_changes(d.ctx, &changes), UOW_OK);
    cr_assert_eq(changes, 0);
    end();
}

Test(unit_run, memory_that_runs_out_anywhere_leaves_a_context_that_works)
{
    bool met = true;
    int64_t n = 0;
    for (; met; n++) {
        job j = {0};
        uow_unit_run_options options = options_of(3);
        options.unit_table = "units";
        cr_assert(desk_open(&d, "PostgreSQL"));
        fail_once("08S01", 0, "server closed the connection");
        atomic_store(&d.env->mem.fail_at, n);
        uow_status st = uow_unit_run(d.ctx, &options, work, &j);
        met = atomic_load(&d.env->mem.fail_at) < 0;
        atomic_store(&d.env->mem.fail_at, -1);
        cr_assert(st == UOW_OK || st == UOW_NO_MEMORY, "at %lld: %s", (long long)n, uow_status_name(st));
        cr_assert_eq(uow_unit_depth(d.ctx), 0);
        j.calls = 0;
        cr_assert_eq(uow_unit_run(d.ctx, &options, work, &j), UOW_OK, "at %lld: %s", (long long)n, desk_says(&d));
        end();
    }
    cr_assert_gt(n, 30, "%lld", (long long)n);
}
