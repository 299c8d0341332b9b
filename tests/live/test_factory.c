/* Leases on real databases: nothing that one user of a connection did is seen by the next. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "live/shop.h"

static uow_factory *factory;

static void factory_open_with(uow_factory_options *options)
{
    shop_open();
    options->max_contexts = options->max_contexts ? options->max_contexts : 1;
    cr_assert_eq(uow_factory_open(l.env, live_dsn(), l.model, options, &factory), UOW_OK);
}

static void factory_open(void)
{
    uow_factory_options options = UOW_FACTORY_OPTIONS_INIT;

    factory_open_with(&options);
}

static void factory_close(void)
{
    cr_assert_eq(uow_factory_close(factory, 1000, 0), UOW_OK);
    shop_close();
}

static uow_context *take(void)
{
    uow_context *context = NULL;

    cr_assert_eq(uow_factory_acquire(factory, 5000, &context), UOW_OK, "%s",
                 uow_error_message(uow_factory_error(factory)));
    return context;
}

static void give(uow_context *context)
{
    UOW_OK_ON(context, uow_factory_release(context));
}

static void run(uow_context *context, const char *sql)
{
    UOW_OK_ON(context, uow_execute(context, sql, NULL, 0, NULL));
}

/* What a query says, as text; "(refused)" when it is no statement for this session. */
static const char *ask(uow_context *context, const char *sql)
{
    static char answers[2][400];
    static int next;
    char *answer = answers[next = !next];
    uow_rows *rows = NULL;
    const char *text = "(nothing)";

    snprintf(answer, sizeof answers[0], "(refused)");
    if (uow_rows_open(context, sql, NULL, 0, &rows) != UOW_OK)
        return answer;
    if (uow_rows_next(rows) == UOW_OK)
        uow_rows_text(rows, 0, &text, NULL);
    snprintf(answer, sizeof answers[0], "%s", text ? text : "(null)");
    uow_rows_close(rows);
    return answer;
}

static uow_factory_counters counted(void)
{
    uow_factory_counters c = UOW_FACTORY_COUNTERS_INIT;

    cr_assert_eq(uow_factory_read(factory, &c), UOW_OK);
    return c;
}

typedef struct leak {
    const char *what;
    const char *doing;   /* on one lease */
    const char *asking;  /* on the next: as on a connection of its own */
    bool kept;           /* the connection survives the reset */
} leak;

static const leak sqlite_leaks[] = {
    {"temporary table", "CREATE TEMP TABLE leak (a int)", "SELECT count(*) FROM temp.leak", false},
    {"foreign keys", "PRAGMA foreign_keys = 0", "SELECT foreign_keys FROM pragma_foreign_keys", false},
    {"read-only", "PRAGMA query_only = 1", "SELECT query_only FROM pragma_query_only", false},
    {"timeout", "PRAGMA busy_timeout = 77", "SELECT timeout FROM pragma_busy_timeout", false},
    {"isolation", "PRAGMA read_uncommitted = 1", "SELECT read_uncommitted FROM pragma_read_uncommitted", false},
    {"schema", "ATTACH ':memory:' AS leak", "SELECT group_concat(name) FROM pragma_database_list", false},
    {"comparison", "PRAGMA case_sensitive_like = 1", "SELECT 'a' LIKE 'A'", false},
    {"a question about a setting", "PRAGMA foreign_keys", "SELECT 1", true},
};

static const leak postgresql_leaks[] = {
    {"temporary table", "CREATE TEMP TABLE leak (a int)", "SELECT count(*) FROM leak", true},
    {"session variable", "SET work_mem = 1234", "SHOW work_mem", true},
    {"driver's setting", "SET extra_float_digits = 0", "SHOW extra_float_digits", true},
    {"read-only", "SET default_transaction_read_only = on", "SHOW default_transaction_read_only", true},
    {"isolation", "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE",
     "SHOW default_transaction_isolation", true},
    {"timeout", "SET statement_timeout = 77", "SHOW statement_timeout", true},
    {"schema", "SET search_path = pg_catalog", "SHOW search_path", true},
    {"schema by a function", "SELECT set_config('search_path', 'pg_catalog', false)", "SHOW search_path", true},
    {"cursor", "DECLARE leak CURSOR WITH HOLD FOR SELECT 1", "SELECT count(*) FROM pg_cursors WHERE is_holdable", true},
    {"lock", "SELECT pg_advisory_lock(4711)", "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()", true},
    {"channel", "LISTEN leak", "SELECT count(*) FROM pg_listening_channels()", true},
    {"sequence", "CREATE TEMP SEQUENCE leak", "SELECT nextval('leak')", true},
    {"prepared statement", "PREPARE leak AS SELECT 1", "SELECT count(*) FROM pg_prepared_statements WHERE from_sql", false},
    {"a statement block", "DO 'BEGIN PERFORM 1; END'", "SELECT 1", true},
};

static const leak mariadb_leaks[] = {
    {"temporary table", "CREATE TEMPORARY TABLE leak (a int)", "SELECT count(*) FROM leak", false},
    {"user variable", "SET @leak = 5", "SELECT @leak", true},
    {"user variable by a query", "SELECT 5 INTO @leak", "SELECT @leak", true},
    {"session variable", "SET SESSION sql_mode = 'ANSI_QUOTES'", "SELECT @@sql_mode", true},
    {"any session variable", "SET SESSION sort_buffer_size = 1000000", "SELECT @@sort_buffer_size", false},
    {"read-only", "SET SESSION TRANSACTION READ ONLY", "SELECT @@tx_read_only", true},
    {"isolation", "SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE", "SELECT @@tx_isolation", true},
    {"timeout", "SET SESSION max_statement_time = 7", "SELECT @@max_statement_time", true},
    {"schema", "USE information_schema", "SELECT DATABASE()", false},
    {"lock", "SELECT GET_LOCK('leak', 0)", "SELECT IS_USED_LOCK('leak') = CONNECTION_ID()", true},
    {"a question about a setting", "SELECT @@sql_mode", "SELECT 1", true},
};

/* The reset ends the lease; what the next one sees is what the first one saw before. */
static void leaks(const leak *one)
{
    uow_factory_options options = UOW_FACTORY_OPTIONS_INIT;
    char clean[400];

    options.max_contexts = 1;
    cr_assert_eq(uow_factory_open(l.env, live_dsn(), NULL, &options, &factory), UOW_OK);
    uow_context *context = take();
    snprintf(clean, sizeof clean, "%s", ask(context, one->asking));
    run(context, one->doing);
    give(context);
    context = take();
    cr_assert_str_eq(ask(context, one->asking), clean, "%s", one->what);
    give(context);
    cr_assert_eq(counted().opened, one->kept ? 1u : 2u, "%s: %llu opened", one->what, (unsigned long long)counted().opened);
    cr_assert_eq(counted().closed_state, one->kept ? 0u : 1u, "%s", one->what);
    cr_assert_eq(uow_factory_close(factory, 0, 0), UOW_OK);
}

#define LEAKS(rows) \
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) \
        leaks(&rows[i])

Test(factory, no_state_of_a_session_survives_a_lease)
{
    live_open(&l, NULL, 0);
    if (l.database == LIVE_POSTGRESQL)
        LEAKS(postgresql_leaks);
    else if (l.database == LIVE_MARIADB)
        LEAKS(mariadb_leaks);
    else
        LEAKS(sqlite_leaks);
    live_close(&l);
}

Test(factory, an_open_unit_is_rolled_back_with_its_isolation_and_access_mode)
{
    uow_unit_options options = UOW_UNIT_OPTIONS_INIT;
    int64_t count = -1;

    factory_open();
    uow_context *context = take();
    UOW_OK_ON(context, uow_begin(context, NULL));
    UOW_OK_ON(context, uow_delete_where(context, &places, "", NULL, 0, &count));
    give(context);
    context = take();
    cr_assert_eq(uow_unit_depth(context), 0);
    options.isolation = UOW_SERIALIZABLE;
    options.read_only = 1;
    UOW_OK_ON(context, uow_begin(context, &options));
    UOW_OK_ON(context, uow_count(context, &buyers, NULL, NULL, 0, &count));
    give(context);
    context = take();
    UOW_OK_ON(context, uow_begin(context, NULL));
    UOW_OK_ON(context, uow_update_where(context, &buyers, "balance = 5", "", NULL, 0, &count));
    cr_assert_gt(count, 0);
    if (l.database == LIVE_POSTGRESQL)
        cr_assert_str_eq(ask(context, "SHOW transaction_isolation"), "read committed");
    if (l.database == LIVE_MARIADB)
        cr_assert_str_eq(ask(context, "SELECT @@tx_isolation"), "REPEATABLE-READ");
    give(context);
    cr_assert_eq(counted().opened, 1);
    factory_close();
}

Test(factory, what_was_tracked_is_dropped_and_not_written)
{
    void *row = NULL;
    size_t changes = 9;

    factory_open();
    uow_context *context = take();
    UOW_OK_ON(context, uow_find(context, &buyers, uow_key_int64(1), &row));
    ((buyer *)row)->balance = 777;
    give(context);
    context = take();
    UOW_OK_ON(context, uow_changes(context, &changes));
    cr_assert_eq(changes, 0);
    UOW_OK_ON(context, uow_find(context, &buyers, uow_key_int64(1), &row));
    cr_assert_neq(((buyer *)row)->balance, 777);
    give(context);
    cr_assert_eq(counted().resets, 0, "finding and saving needs no reset");
    factory_close();
}

Test(factory, procedures_leave_their_connection_as_it_was)
{
    factory_open();
    if (l.database == LIVE_SQLITE || l.database == LIVE_OTHER) {
        factory_close();
        cr_skip_test("no procedures");
    }
    live_run(&l, "%s", live_either(&l, "", "CREATE OR REPLACE PROCEDURE factory_leaves() LANGUAGE sql AS 'SET work_mem = 1234'",
                                   "CREATE OR REPLACE PROCEDURE factory_leaves() SET @leak = 5"));
    uow_context *context = take();
    run(context, "CALL factory_leaves()");
    give(context);
    context = take();
    cr_assert_str_neq(ask(context, live_either(&l, "", "SHOW work_mem", "SELECT @leak")), "1234kB");
    cr_assert_str_neq(ask(context, live_either(&l, "", "SHOW work_mem", "SELECT @leak")), "5");
    give(context);
    cr_assert_geq(counted().resets, 1);
    cr_assert_eq(counted().opened, 1);
    live_run(&l, "DROP PROCEDURE factory_leaves");
    factory_close();
}

static int set_up(uow_context *context, void *user)
{
    return uow_execute(context, user, NULL, 0, NULL) == UOW_OK;
}

Test(factory, what_the_program_sets_for_all_is_set_again_after_a_reset)
{
    uow_factory_options options = UOW_FACTORY_OPTIONS_INIT;

    shop_open();
    options.opened = set_up;
    options.user = (void *)(uintptr_t)live_either(&l, "PRAGMA recursive_triggers = 1", "SET work_mem = 999",
                                                  "SET SESSION group_concat_max_len = 999");
    const char *asking = live_either(&l, "SELECT recursive_triggers FROM pragma_recursive_triggers", "SHOW work_mem",
                                     "SELECT @@group_concat_max_len");
    const char *answer = live_either(&l, "1", "999kB", "999");
    shop_close();
    factory_open_with(&options);
    uow_context *context = take();
    cr_assert_str_eq(ask(context, asking), answer);
    run(context, live_either(&l, "PRAGMA recursive_triggers = 1", "SET work_mem = 1234", "SET SESSION group_concat_max_len = 1234"));
    give(context);
    context = take();
    cr_assert_str_eq(ask(context, asking), answer);
    give(context);
    cr_assert_eq(counted().opened, 1);
    factory_close();
}

Test(factory, a_query_timeout_still_holds_after_a_reset)
{
    uow_factory_options options = UOW_FACTORY_OPTIONS_INIT;
    uow_context_options each = UOW_CONTEXT_OPTIONS_INIT;

    each.query_timeout_ms = 1000;
    options.context = &each;
    factory_open_with(&options);
    if (l.database == LIVE_SQLITE || l.database == LIVE_OTHER) {
        factory_close();
        cr_skip_test("there is no server that is told of it");
    }
    for (int i = 0; i < 2; i++) {
        uow_context *context = take();
        uow_status st = uow_execute(context, live_either(&l, "", "SELECT pg_sleep(5)", "SELECT SLEEP(5)"), NULL, 0, NULL);
        if (l.database == LIVE_POSTGRESQL)
            cr_assert_eq(st, UOW_TIMEOUT, "%s", uow_context_message(context));
        run(context, live_either(&l, "", "SET work_mem = 1234", "SET @leak = 5"));
        give(context);
        context = take();
        cr_assert_str_eq(ask(context, live_either(&l, "", "SHOW statement_timeout", "SELECT CAST(@@max_statement_time AS integer)")),
                         live_either(&l, "", "1s", "1"));
        give(context);
    }
    factory_close();
}

Test(factory, the_data_source_may_say_how_large_it_is)
{
    uow_factory *other = NULL;
    uow_context *first = NULL, *second = NULL;
    char path[200], copy[200], line[400];

    if (strncmp(live_dsn(), "uow_", 4) != 0)
        cr_skip_test("needs a data source of its own");
    live_env(&l);
    snprintf(path, sizeof path, "%s/factory_%d.ini", getenv("UOW_TEST_DIR"), (int)getpid());
    FILE *from = fopen(getenv("ODBCINI"), "r"), *to = fopen(path, "w");
    cr_assert(from && to);
    snprintf(copy, sizeof copy, "[%s]", live_dsn());
    while (fgets(line, sizeof line, from)) {
        fputs(line, to);
        if (strncmp(line, copy, strlen(copy)) == 0)
            fputs("UowMaxContexts = 1\nUowCheckAfter = 77\n", to);
    }
    fclose(from);
    fclose(to);
    setenv("ODBCINI", path, 1);
    cr_assert_eq(uow_factory_open(l.env, live_dsn(), NULL, NULL, &other), UOW_OK);
    cr_assert_eq(uow_factory_acquire(other, 0, &first), UOW_OK, "%s", uow_error_message(uow_factory_error(other)));
    cr_assert_eq(uow_factory_acquire(other, 0, &second), UOW_TIMEOUT);
    LIVE_CONTAINS(uow_error_message(uow_factory_error(other)), "1 of 1 contexts are leased");
    cr_assert_eq(uow_factory_release(first), UOW_OK);
    cr_assert_eq(uow_factory_close(other, 0, 0), UOW_OK);
    live_close(&l);
    unlink(path);
}

Test(factory, a_trace_in_a_comment_changes_no_result_and_ends_with_the_lease)
{
    int64_t count = 0;
    void *row = NULL;

    factory_open();
    uow_context *context = take();
    UOW_OK_ON(context, uow_trace_context(context, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "a=b"));
    UOW_OK_ON(context, uow_count(context, &buyers, "id = 1", NULL, 0, &count));
    cr_assert_eq(count, 1);
    UOW_OK_ON(context, uow_begin(context, NULL));
    UOW_OK_ON(context, uow_find(context, &buyers, uow_key_int64(1), &row));
    ((buyer *)row)->balance = 77;
    UOW_OK_ON(context, uow_save(context, NULL));
    UOW_OK_ON(context, uow_begin(context, NULL));
    UOW_OK_ON(context, uow_rollback(context));
    UOW_OK_ON(context, uow_commit(context));
    give(context);
    context = take();
    if (l.database == LIVE_POSTGRESQL)
        cr_assert_str_eq(ask(context, "SELECT query LIKE '%trace' || 'parent%' FROM pg_stat_activity WHERE pid = pg_backend_pid()"), "0");
    give(context);
    cr_assert_eq(counted().resets, 0);
    factory_close();
}

/* --- a unit by factory */

static uow_status pay(uow_context *context, void *user)
{
    void *row = NULL;
    uow_status st = uow_find(context, &buyers, uow_key_int64(1), &row);

    if (st != UOW_OK)
        return st;
    ((buyer *)row)->balance = 99;
    st = uow_save(context, NULL);
    return st == UOW_OK ? *(uow_status *)user : st;
}

static uow_status add_twice(uow_context *context, void *user)
{
    buyer values = shop_new_buyer("Bob"); /* there is one */

    (void)user;
    UOW_OK_ON(context, uow_add(context, &buyers, &values, NULL));
    return uow_save(context, NULL);
}

Test(factory, a_unit_is_carried_out_on_a_lease_of_its_own)
{
    uow_status wanted = UOW_OK;
    factory_open();
    cr_assert_eq(uow_factory_unit_run(factory, 5000, NULL, pay, &wanted), UOW_OK);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s WHERE balance = 99", buyer_table), 1);
    cr_assert(counted().leases == 1 && counted().leased == 0);
    live_run(&l, "UPDATE %s SET balance = 1", buyer_table);
    wanted = UOW_NOT_FOUND;
    cr_assert_eq(uow_factory_unit_run(factory, 5000, NULL, pay, &wanted), UOW_NOT_FOUND);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s WHERE balance = 99", buyer_table), 0, "rolled back");
    cr_assert(counted().leases == 2 && counted().leased == 0 && counted().opened == 1);
    factory_close();
}

Test(factory, what_failed_in_such_a_unit_is_told_by_the_factory)
{
    factory_open();
    cr_assert_eq(uow_factory_unit_run(factory, 5000, NULL, add_twice, NULL), UOW_CONSTRAINT);
    const uow_error *error = uow_factory_error(factory);
    cr_assert_eq(uow_error_status(error), UOW_CONSTRAINT);
    cr_assert_str_eq(uow_error_entity(error), buyer_table);
    cr_assert_str_neq(uow_error_statement(error), "");
    cr_assert_str_neq(uow_error_sqlstate(error), "");
    cr_assert_eq(uow_error_instance_count(error), 0, "those are gone with the lease");
    uow_context *context = take(); /* the only one */
    cr_assert_eq(uow_factory_unit_run(factory, 0, NULL, add_twice, NULL), UOW_TIMEOUT);
    LIVE_CONTAINS(uow_error_message(uow_factory_error(factory)), "1 of 1 contexts are leased");
    give(context);
    factory_close();
}

typedef struct left_open {
    uow_context *context;
    uow_cursor *cursor;
} left_open;

static uow_status leave_a_cursor(uow_context *context, void *user)
{
    left_open *left = user;

    left->context = context;
    UOW_OK_ON(context, uow_cursor_open(context, &buyers, NULL, NULL, 0, NULL, &left->cursor));
    return UOW_OK;
}

Test(factory, a_unit_that_leaves_a_cursor_open_keeps_its_lease)
{
    left_open left = {NULL, NULL};
    factory_open();
    cr_assert_eq(uow_factory_unit_run(factory, 5000, NULL, leave_a_cursor, &left), UOW_BUSY);
    cr_assert_eq(counted().leased, 1);
    uow_cursor_close(left.cursor);
    give(left.context);
    cr_assert_eq(counted().leased, 0);
    factory_close();
}
