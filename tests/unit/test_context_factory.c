/* The factory on the fake driver: what a lease leaves behind, and when a connection is closed. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include "context/factory.h"
#include "work_fixture.h"

static desk d;
static uow_factory *factory;

static void open_as(const char *dbms, const uow_factory_options *options)
{
    fake_begin(dbms);
    cr_assert(desk_prepare(&d, &fake_api));
    cr_assert_eq(uow_factory_open(d.env, "Driver=fake", d.model, options, &factory), UOW_OK);
}

static void close_all(void)
{
    cr_assert_eq(uow_factory_close(factory, 0, 0), UOW_OK);
    cr_assert_eq(desk_close(&d), 0);
}

static uow_context *take(void)
{
    uow_context *context = NULL;

    cr_assert_eq(uow_factory_acquire_at("taker.c:3", factory, 0, &context), UOW_OK, "%s",
                 uow_error_message(uow_factory_error(factory)));
    return context;
}

static void give(uow_context *context)
{
    cr_assert_eq(uow_factory_release_at("giver.c:7", context), UOW_OK, "%s", uow_context_message(context));
}

static void run(uow_context *context, const char *sql)
{
    cr_assert_eq(uow_execute(context, sql, NULL, 0, NULL), UOW_OK, "%s", uow_context_message(context));
}

static uow_factory_counters counted(void)
{
    uow_factory_counters c = UOW_FACTORY_COUNTERS_INIT;

    cr_assert_eq(uow_factory_read(factory, &c), UOW_OK);
    return c;
}

Test(factory, a_handle_says_where_it_was_released)
{
    void *row = NULL;

    open_as("SQLite", NULL);
    uow_context *context = take();
    give(context);
    cr_assert_eq(uow_find(context, &shop_customers, uow_key_int64(1), &row), UOW_MISUSE);
    cr_assert_str_eq(uow_context_message(context), "the context was released to its factory at giver.c:7");
    cr_assert_eq(uow_factory_release(context), UOW_MISUSE);
    cr_assert_eq(uow_close(context), UOW_MISUSE);
    cr_assert_eq(uow_context_id(context), 0);
    close_all();
}

Test(factory, a_handle_stays_dead_while_its_connection_is_lent_again)
{
    uow_context *handles[100];

    open_as("SQLite", NULL);
    for (int i = 0; i < 100; i++) {
        handles[i] = take();
        for (int j = 0; j < i; j++)
            cr_assert_eq(uow_execute(handles[j], "DELETE FROM t", NULL, 0, NULL), UOW_MISUSE);
        run(handles[i], "DELETE FROM t");
        give(handles[i]);
    }
    cr_assert_eq(counted().opened, 1);
    close_all();
}

Test(factory, a_statement_prepared_on_a_lease_is_dead_with_it)
{
    uow_statement *statement = NULL;

    open_as("SQLite", NULL);
    uow_context *context = take();
    cr_assert_eq(uow_statement_prepare(context, "DELETE FROM t", &statement), UOW_OK);
    give(context);
    context = take();
    cr_assert_eq(uow_statement_execute(statement, NULL, 0, NULL), UOW_MISUSE);
    uow_statement_free(statement);
    give(context);
    close_all();
}

Test(factory, close_of_a_lease_gives_it_back)
{
    open_as("SQLite", NULL);
    cr_assert_eq(uow_close(take()), UOW_OK);
    cr_assert_eq(counted().idle, 1);
    close_all();
}

Test(factory, a_context_of_its_own_is_not_released_to_any)
{
    open_as("SQLite", NULL);
    cr_assert_eq(uow_open(d.env, "Driver=fake", d.model, NULL, &d.ctx), UOW_OK);
    cr_assert_eq(uow_factory_release(d.ctx), UOW_MISUSE);
    cr_assert(strstr(uow_context_message(d.ctx), "uow_close is what ends it") != NULL);
    cr_assert_eq(uow_factory_release(NULL), UOW_OK);
    close_all();
}

Test(factory, each_lease_is_new)
{
    uow_counters counters = UOW_COUNTERS_INIT;
    size_t changes = 0;

    open_as("SQLite", NULL);
    desk_two_customers();
    uow_context *context = take();
    uint64_t id = uow_context_id(context);
    void *row = NULL;
    cr_assert_eq(uow_find(context, &shop_customers, uow_key_int64(1), &row), UOW_OK);
    ((shop_customer *)row)->balance = 99;
    cr_assert_eq(uow_begin(context, NULL), UOW_OK);
    give(context);
    context = take();
    cr_assert_neq(uow_context_id(context), id);
    cr_assert_eq(uow_changes(context, &changes), UOW_OK);
    cr_assert_eq(changes, 0);
    cr_assert_eq(uow_unit_depth(context), 0);
    cr_assert_eq(uow_error_status(uow_context_error(context)), UOW_OK);
    cr_assert_eq(uow_context_counters(context, &counters), UOW_OK);
    cr_assert_eq(counters.executes, 0);
    cr_assert_eq(fake_calls(UOWI_FN_EndTran), 1, "what was open is rolled back");
    give(context);
    close_all();
}

Test(factory, a_lease_with_a_cursor_open_is_not_taken_back)
{
    uow_cursor *cursor = NULL;

    open_as("SQLite", NULL);
    desk_two_customers();
    uow_context *context = take();
    cr_assert_eq(uow_cursor_open(context, &shop_customers, NULL, NULL, 0, NULL, &cursor), UOW_OK);
    cr_assert_eq(uow_factory_release_at("giver.c:7", context), UOW_BUSY);
    cr_assert(strstr(uow_context_message(context), "factory_release at giver.c:7 refused: cursor_open") != NULL);
    cr_assert_eq(uow_factory_close(factory, 0, 0), UOW_TIMEOUT);
    uow_cursor_close(cursor);
    give(context);
    close_all();
}

/* The session moves with every lease: nothing in it may point to where it was. */
Test(factory, a_session_that_moved_points_nowhere_it_was)
{
    uow_list *list = NULL;
    size_t found = 0;

    open_as("SQLite", NULL);
    desk_two_customers();
    uow_context *context = take();
    cr_assert_eq(uow_query(context, &shop_customers, NULL, NULL, 0, NULL, &list), UOW_OK);
    cr_assert_eq(uow_execute(context, NULL, NULL, 0, NULL), UOW_MISUSE);
    uow_list_free(list);
    uowi_slot *slot = context->slot;
    uintptr_t from = (uintptr_t)context, to = from + sizeof *context;
    give(context);
    const uintptr_t *words = (const uintptr_t *)(const void *)&slot->shell->session;
    for (size_t i = 0; i < sizeof slot->shell->session / sizeof *words; i++)
        found += words[i] >= from && words[i] < to;
    cr_assert_eq(found, 0);
    cr_assert_eq(uowi_conn_error(slot->shell->session.conn), &slot->shell->session.error);
    cr_assert_eq(uowi_conn_trace(slot->shell->session.conn), &slot->shell->session.trace);
    close_all();
}

static void script_postgresql(void)
{
    static const fake_column text = {"text", SQL_VARCHAR, 200, 0, SQL_NULLABLE};
    static const char *const restore[] = {"SELECT set_config('DateStyle', 'ISO', false)"};
    static const char *const state[] = {"clean"};

    fake_rows("SELECT 'SELECT '", &text, 1, restore, 1);
    fake_rows("SELECT concat_ws", &text, 1, state, 1);
}

static size_t sent_since(size_t from, const char *what)
{
    size_t count = 0;

    for (size_t i = from; i < fake_sql_count(); i++)
        count += strstr(fake_sql(i), what) != NULL;
    return count;
}

Test(factory, statements_that_leave_nothing_cost_no_reset)
{
    static const char *const harmless[] = {"DELETE FROM t", "SELECT a FROM t WHERE b = 'SET x'", "WITH v AS (SELECT 1) SELECT * FROM v",
                                           "-- SET x\nUPDATE t SET a = 1;", "ALTER TABLE t ADD c integer"};

    open_as("PostgreSQL", NULL);
    script_postgresql();
    give(take());
    size_t before = fake_sql_count();
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++) {
        uow_context *context = take();
        run(context, harmless[i]);
        give(context);
    }
    cr_assert_eq(fake_sql_count() - before, 5);
    cr_assert_eq(counted().resets, 0);
    close_all();
}

Test(factory, statements_that_may_leave_something_are_followed_by_a_reset_that_is_checked)
{
    static const char *const harmful[] = {"SET work_mem = 1000", "CREATE TEMP TABLE x (a int)", "CALL p()", "LISTEN x", "{call p()}",
                                          "SELECT set_config('a.b', 'c', false)", "SELECT 1; SET x = 2", "DO 'x'",
                                          "SELECT pg_advisory_lock(1)", "DECLARE c CURSOR WITH HOLD FOR SELECT 1"};
    size_t count = sizeof harmful / sizeof *harmful;

    open_as("PostgreSQL", NULL);
    script_postgresql();
    give(take());
    for (size_t i = 0; i < count; i++) {
        uow_context *context = take();
        run(context, harmful[i]);
        size_t before = fake_sql_count();
        give(context);
        cr_assert_eq(sent_since(before, "RESET ALL"), 1, "%s", harmful[i]);
        cr_assert_eq(sent_since(before, "set_config('DateStyle'"), 1, "%s", harmful[i]);
        cr_assert_eq(sent_since(before, "SELECT concat_ws"), 1, "%s", harmful[i]);
    }
    cr_assert_eq(counted().resets, count);
    cr_assert_eq(counted().resets_failed, 0);
    cr_assert_eq(counted().opened, 1);
    close_all();
}

Test(factory, calls_can_be_trusted)
{
    uow_factory_options options = UOW_FACTORY_OPTIONS_INIT;

    options.flags = UOW_FACTORY_TRUST_CALLS;
    open_as("PostgreSQL", &options);
    script_postgresql();
    uow_context *context = take();
    run(context, "CALL p()");
    give(context);
    cr_assert_eq(counted().resets, 0);
    close_all();
}

Test(factory, what_cannot_be_verified_is_closed)
{
    open_as("some other database", NULL);
    uow_context *context = take();
    run(context, "SET x = 1");
    give(context);
    cr_assert_eq(counted().closed_state, 1);
    cr_assert_eq(counted().total, 0);
    give(take());
    cr_assert_eq(counted().opened, 2);
    close_all();
}

Test(factory, a_session_that_is_not_as_before_is_closed)
{
    static const fake_column text = {"text", SQL_VARCHAR, 200, 0, SQL_NULLABLE};
    static const char *const clean[] = {"clean"}, *const other[] = {"other"};

    open_as("PostgreSQL", NULL);
    fake_rows("SELECT concat_ws", &text, 1, clean, 1);
    uow_context *context = take();
    run(context, "SET x = 1");
    fake_begin("PostgreSQL");
    fake_rows("SELECT concat_ws", &text, 1, other, 1);
    give(context);
    cr_assert_eq(counted().closed_state, 1);
    cr_assert_eq(counted().resets_failed, 1);
    cr_assert_eq(uow_factory_close(factory, 0, 0), UOW_OK);
}

Test(factory, prepared_statements_outlive_a_reset_of_settings_but_not_one_of_tables)
{
    open_as("PostgreSQL", NULL);
    script_postgresql();
    uow_context *context = take();
    run(context, "DELETE FROM t WHERE a = 1");
    run(context, "SET x = 1");
    give(context);
    unsigned prepares = fake_calls(UOWI_FN_Prepare);
    context = take();
    run(context, "DELETE FROM t WHERE a = 1");
    cr_assert_eq(fake_calls(UOWI_FN_Prepare), prepares);
    run(context, "CALL p()");
    give(context);
    prepares = fake_calls(UOWI_FN_Prepare);
    context = take();
    run(context, "DELETE FROM t WHERE a = 1");
    cr_assert_eq(fake_calls(UOWI_FN_Prepare), prepares + 1);
    give(context);
    close_all();
}

Test(factory, a_connection_that_was_lost_is_not_lent_again)
{
    open_as("MariaDB", NULL);
    uow_context *context = take();
    fake_dead(true);
    fake_fail(UOWI_FN_Execute, 1, SQL_ERROR, "08S01", 2006, "gone");
    cr_assert_eq(uow_execute(context, "DELETE FROM t", NULL, 0, NULL), UOW_CONNECTION_LOST);
    fake_dead(false);
    give(context);
    cr_assert_eq(counted().closed_lost, 1);
    context = take();
    run(context, "DELETE FROM t");
    cr_assert_eq(counted().opened, 2);
    give(context);
    close_all();
}

Test(factory, when_one_is_lost_the_idle_ones_are_asked)
{
    open_as("MariaDB", NULL);
    uow_context *first = take(), *second = take();
    give(second);
    fake_fail(UOWI_FN_Execute, 1, SQL_ERROR, "08S01", 2006, "gone");
    cr_assert_eq(uow_execute(first, "DELETE FROM t", NULL, 0, NULL), UOW_CONNECTION_LOST);
    give(first);
    cr_assert_eq(counted().checks, 0);
    fake_dead(true);
    first = take();
    cr_assert_eq(counted().checks, 1);
    cr_assert_eq(counted().checks_failed, 1);
    cr_assert_eq(counted().closed_lost, 2);
    fake_dead(false);
    run(first, "DELETE FROM t");
    give(first);
    close_all();
}

Test(factory, one_that_was_idle_for_long_is_asked_whether_it_lives)
{
    uow_factory_options options = UOW_FACTORY_OPTIONS_INIT;

    options.check_after_ms = 1;
    open_as("MariaDB", &options);
    give(take());
    uowi_sleep_ns(3000000u);
    uow_context *context = take();
    cr_assert_eq(counted().checks, 1);
    cr_assert_eq(counted().checks_failed, 0);
    give(context);
    close_all();
}

Test(factory, connections_have_an_age_and_a_number_of_uses)
{
    uow_factory_options options = UOW_FACTORY_OPTIONS_INIT;

    options.max_uses = 3;
    open_as("SQLite", &options);
    for (int i = 0; i < 6; i++)
        give(take());
    cr_assert_eq(counted().opened, 2);
    cr_assert_eq(counted().closed_uses, 2);
    close_all();
    options.max_uses = 0;
    options.max_age_ms = 2;
    open_as("SQLite", &options);
    give(take());
    uowi_sleep_ns(5000000u);
    give(take());
    cr_assert_eq(counted().opened, 2);
    cr_assert_eq(counted().closed_age, 1);
    close_all();
}

Test(factory, idle_connections_are_closed_down_to_the_least)
{
    uow_factory_options options = UOW_FACTORY_OPTIONS_INIT;
    uow_context *contexts[4];

    options.idle_ms = 1;
    options.min_contexts = 2;
    open_as("SQLite", &options);
    for (int i = 0; i < 4; i++)
        contexts[i] = take();
    for (int i = 0; i < 4; i++)
        give(contexts[i]);
    for (int i = 0; i < 5; i++) {
        uowi_sleep_ns(3000000u);
        give(take());
    }
    cr_assert_eq(counted().total, 2);
    cr_assert_eq(counted().closed_idle, 2);
    close_all();
}

static int calls_made;
static int answer;

static int count_call(uow_context *context, void *user)
{
    calls_made++;
    cr_assert_eq(user, &calls_made);
    cr_assert_eq(uow_execute(context, "DELETE FROM mine", NULL, 0, NULL), UOW_OK);
    return answer;
}

Test(factory, the_program_has_its_say_when_connections_come_and_leases_end)
{
    uow_factory_options options = UOW_FACTORY_OPTIONS_INIT;
    uow_context *context = NULL;

    options.opened = count_call;
    options.released = count_call;
    options.user = &calls_made;
    answer = 1;
    open_as("SQLite", &options);
    give(take());
    cr_assert_eq(calls_made, 2);
    answer = 0;
    give(take());
    cr_assert_eq(calls_made, 3);
    cr_assert_eq(counted().closed_state, 1);
    cr_assert_eq(uow_factory_acquire(factory, 0, &context), UOW_CANCELLED);
    close_all();
}

Test(factory, impossible_options_are_refused)
{
    uow_factory_options options = UOW_FACTORY_OPTIONS_INIT;
    uow_factory *other = NULL;

    open_as("SQLite", NULL);
    options.min_contexts = 9;
    cr_assert_eq(uow_factory_open(d.env, "Driver=fake", NULL, &options, &other), UOW_MISUSE);
    options.min_contexts = 0;
    options.struct_size = 0;
    cr_assert_eq(uow_factory_open(d.env, "Driver=fake", NULL, &options, &other), UOW_MISUSE);
    cr_assert_eq(uow_factory_open(d.env, NULL, NULL, NULL, &other), UOW_MISUSE);
    cr_assert_eq(uow_factory_open(NULL, "Driver=fake", NULL, NULL, &other), UOW_MISUSE);
    cr_assert_eq(uow_factory_acquire(NULL, 0, NULL), UOW_MISUSE);
    cr_assert_eq(uow_factory_close(NULL, 0, 0), UOW_OK);
    cr_assert_eq(uow_env_close(d.env), UOW_BUSY, "a factory keeps its environment");
    close_all();
}

/* Memory fails at every place in turn: each time an answer, and success right after. */
Test(factory, a_lease_survives_any_lack_of_memory)
{
    bool failed = true;
    int64_t n = 0;

    for (; failed; n++) {
        uow_context *context = NULL;
        uow_status st;

        open_as("PostgreSQL", NULL);
        script_postgresql();
        atomic_store(&d.env->mem.fail_at, n);
        st = uow_factory_acquire(factory, 0, &context);
        if (st == UOW_OK)
            st = uow_execute(context, "SET x = 1", NULL, 0, NULL);
        if (context)
            cr_assert_eq(uow_factory_release(context), UOW_OK);
        failed = atomic_load(&d.env->mem.fail_at) < 0;
        atomic_store(&d.env->mem.fail_at, -1);
        cr_assert(st == UOW_OK || st == UOW_NO_MEMORY, "at %lld: %s", (long long)n, uow_status_name(st));
        give(take());
        close_all();
    }
    cr_assert_geq(n, 30);
}
