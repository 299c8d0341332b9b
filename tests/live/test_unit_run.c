/* Units that are run again, on real databases: what fails there, and what is left in the tracker. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "live/shop.h"

static uow_context *other;
static char sql[256];

static void run_on(uow_context *context, const char *text)
{
    UOW_OK_ON(context, uow_execute(context, text, NULL, 0, NULL));
}

static int64_t integer_on(uow_context *context, const char *text)
{
    uow_rows *rows = NULL;
    int64_t value = -1;

    UOW_OK_ON(context, uow_rows_open(context, text, NULL, 0, &rows));
    UOW_OK_ON(context, uow_rows_next(rows));
    UOW_OK_ON(context, uow_rows_int64(rows, 0, &value));
    uow_rows_close(rows);
    return value;
}

static int64_t balance(int64_t id)
{
    return live_int64(&l, "SELECT CAST(%s AS %s) FROM %s WHERE id = %lld",
                      l.database == LIVE_SQLITE ? "balance" : "FLOOR(balance)",
                      l.database == LIVE_MARIADB ? "SIGNED" : "integer", buyer_table, (long long)id);
}

/* Nobody waits here: a pause is where another program does something. */
static void (*meanwhile)(void);
static unsigned pauses;

static uint64_t still(void *user)
{
    (void)user;
    return 0;
}

static void pause_for(uint32_t ms, void *user)
{
    (void)ms;
    (void)user;
    pauses++;
    if (meanwhile)
        meanwhile();
}

static const uow_unit_clock quiet = {sizeof quiet, still, pause_for, NULL};

static uow_unit_run_options quietly(void)
{
    uow_unit_run_options options = UOW_UNIT_RUN_OPTIONS_INIT;

    options.clock = &quiet;
    return options;
}

/* What a test's work does, and what it has seen. */
typedef struct job {
    int calls;
    uow_status st;
} job;

static uow_status give_ann(uow_context *context, double amount)
{
    void *row = NULL;
    uow_status st = uow_find(context, &buyers, uow_key_int64(1), &row);

    if (st == UOW_OK) {
        ((buyer *)row)->balance += amount;
        st = uow_save(context, NULL);
    }
    return st;
}

/* --- failures that pass */

static uow_status read_then_write(uow_context *context, void *user)
{
    job *j = user;
    void *row = NULL;
    uow_status st = uow_find(context, &buyers, uow_key_int64(1), &row);

    if (++j->calls == 1) {
        snprintf(sql, sizeof sql, "UPDATE %s SET balance = balance + 100 WHERE id = 1", buyer_table);
        run_on(other, sql);
    }
    if (st == UOW_OK) {
        snprintf(sql, sizeof sql, "UPDATE %s SET balance = balance + 1 WHERE id = 1", buyer_table);
        st = uow_execute(context, sql, NULL, 0, NULL);
    }
    j->st = j->calls == 1 ? st : j->st;
    return st;
}

Test(unit_run_live, a_serialization_failure_is_tried_again)
{
    job j = {0};
    uow_unit_run_options options = quietly();
    shop_open();
    if (l.database == LIVE_POSTGRESQL) {
        other = live_another(&l);
        options.isolation = UOW_SERIALIZABLE;
        UOW_OK(uow_unit_run(l.ctx, &options, read_then_write, &j));
        cr_assert(j.calls == 2 && j.st == UOW_TRANSIENT);
        cr_assert_eq(balance(1), 113);
    } else {
        cr_skip("PostgreSQL alone lets both go on until one has to give way");
    }
    shop_close();
}

static void other_ends(void)
{
    if (uow_unit_depth(other) > 0)
        UOW_OK_ON(other, uow_commit(other));
}

static uow_status write_only(uow_context *context, void *user)
{
    job *j = user;
    uow_status st;

    j->calls++;
    snprintf(sql, sizeof sql, "UPDATE %s SET balance = balance + 1 WHERE id = 1", buyer_table);
    st = uow_execute(context, sql, NULL, 0, NULL);
    j->st = j->calls == 1 ? st : j->st;
    return st;
}

Test(unit_run_live, a_lock_that_is_not_granted_in_time_is_tried_again)
{
    job j = {0};
    uow_unit_run_options options = quietly();
    shop_open();
    other = live_another(&l);
    meanwhile = other_ends;
    live_run(&l, "%s", live_either(&l, "PRAGMA busy_timeout = 50", "SET lock_timeout = 50", "SET innodb_lock_wait_timeout = 1"));
    UOW_OK_ON(other, uow_begin(other, NULL));
    snprintf(sql, sizeof sql, "UPDATE %s SET balance = balance + 100 WHERE id = 1", buyer_table);
    run_on(other, sql);
    UOW_OK(uow_unit_run(l.ctx, &options, write_only, &j));
    cr_assert(j.calls == 2 && j.st == UOW_TRANSIENT && pauses == 1);
    cr_assert_eq(balance(1), 113);
    shop_close();
}

/* The server ends the connection while the work uses it. */
static uow_status killed_once(uow_context *context, void *user)
{
    job *j = user;
    bool pg = l.database == LIVE_POSTGRESQL;
    uow_status st = give_ann(context, 1);

    if (++j->calls == 1) {
        int64_t id = integer_on(context, pg ? "SELECT pg_backend_pid()" : "SELECT CONNECTION_ID()");
        snprintf(sql, sizeof sql, pg ? "SELECT pg_terminate_backend(%lld)" : "KILL %lld", (long long)id);
        run_on(other, sql);
        while (j->st == UOW_OK)
            j->st = uow_execute(context, "SELECT 1", NULL, 0, NULL);
        return j->st;
    }
    return st;
}

Test(unit_run_live, a_connection_the_server_ends_is_made_anew_and_the_unit_run_again)
{
    job j = {0};
    uow_unit_run_options options = quietly();
    shop_open();
    if (l.database == LIVE_SQLITE)
        cr_skip("a file has no connection to end");
    other = live_another(&l);
    uow_statement *prepared = NULL;
    snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM %s", buyer_table);
    UOW_OK(uow_statement_prepare(l.ctx, sql, &prepared));
    buyer *bob = shop_buyer(2);
    UOW_OK(uow_unit_run(l.ctx, &options, killed_once, &j));
    cr_assert(j.calls == 2 && j.st == UOW_CONNECTION_LOST);
    cr_assert_eq(balance(1), 13);
    cr_assert_eq(live_count_events(&l, UOW_TRACE_CONNECTION, "open again"), 1);
    cr_assert(uow_state(l.ctx, bob) == UOW_UNCHANGED && bob == shop_buyer(2), "the tracker was kept");
    UOW_OK(uow_statement_execute(prepared, NULL, 0, NULL));
    uow_statement_free(prepared);
    shop_close();
}

static uow_status conflicts_once(uow_context *context, void *user)
{
    job *j = user;
    void *row = NULL;

    UOW_OK(uow_find(context, &buyers, uow_key_int64(1), &row));
    if (++j->calls == 1) {
        /* what somebody else's save would have done after this unit read the row */
        snprintf(sql, sizeof sql, "UPDATE %s SET version = version + 1, balance = 30 WHERE id = 1", buyer_table);
        run_on(context, sql);
    }
    ((buyer *)row)->balance += 1;
    return uow_save(context, NULL);
}

Test(unit_run_live, a_conflict_is_tried_again_when_that_is_asked_for)
{
    job j = {0};
    uow_unit_run_options options = quietly();
    shop_open();
    UOW_IS(UOW_CONFLICT, uow_unit_run(l.ctx, &options, conflicts_once, &j));
    cr_assert_eq(balance(1), 12);
    j.calls = 0;
    options.flags = UOW_UNIT_RETRY_CONFLICTS;
    UOW_OK(uow_unit_run(l.ctx, &options, conflicts_once, &j));
    cr_assert_eq(j.calls, 2);
    cr_assert_eq(balance(1), 13, "the second attempt found the row anew, and what the first did is gone");
    shop_close();
}

/* --- isolation, read-only */

static uow_status change_ann_raw(uow_context *context, void *user)
{
    (void)user;
    snprintf(sql, sizeof sql, "UPDATE %s SET balance = 40 WHERE id = 1", buyer_table);
    return uow_execute(context, sql, NULL, 0, NULL);
}

Test(unit_run_live, a_read_only_unit_refuses_writes_and_the_next_one_does_not)
{
    uow_unit_run_options options = quietly();
    shop_open();
    options.read_only = 1;
    cr_assert_neq(uow_unit_run(l.ctx, &options, change_ann_raw, NULL), UOW_OK);
    cr_assert_eq(balance(1), 12);
    options.read_only = 0;
    UOW_OK(uow_unit_run(l.ctx, &options, change_ann_raw, NULL));
    cr_assert_eq(balance(1), 40);
    shop_close();
}

/* --- the tracker */

typedef struct all_kinds {
    int calls;
    buyer *changed, *added, *removed;
    int64_t made_up;
} all_kinds;

static uow_status all_kinds_then_fail(uow_context *context, void *user)
{
    all_kinds *a = user;
    buyer values = shop_new_buyer("Eve");

    cr_assert(a->changed->balance == 99 && a->added->id == a->made_up && a->removed->id == 3);
    cr_assert_eq(uow_state(context, a->changed), UOW_MODIFIED);
    cr_assert_eq(uow_state(context, a->added), UOW_ADDED);
    cr_assert_eq(uow_state(context, a->removed), UOW_DELETED);
    UOW_OK(uow_save(context, NULL));
    cr_assert_gt(a->added->id, 0);
    cr_assert_eq(uow_state(context, a->changed), UOW_UNCHANGED);
    UOW_OK(uow_add(context, &buyers, &values, NULL));
    a->added->balance = 7;
    return ++a->calls < 3 ? UOW_TRANSIENT : UOW_NOT_FOUND;
}

Test(unit_run_live, before_each_attempt_and_after_a_failure_the_tracker_is_as_it_was)
{
    all_kinds a = {0};
    uow_unit_run_options options = quietly();
    size_t changes = 0, saved = 0;
    shop_open();
    a.changed = shop_buyer(1);
    a.changed->balance = 99;
    a.removed = shop_buyer(3);
    UOW_OK(uow_remove(l.ctx, a.removed));
    buyer values = shop_new_buyer("Dan");
    a.added = shop_add(&buyers, &values);
    a.made_up = a.added->id;
    UOW_IS(UOW_NOT_FOUND, uow_unit_run(l.ctx, &options, all_kinds_then_fail, &a));
    cr_assert_eq(a.calls, 3);
    cr_assert(a.changed->balance == 99 && a.added->id == a.made_up && a.added->balance == 0);
    UOW_OK(uow_changes(l.ctx, &changes));
    cr_assert_eq(changes, 3, "nothing of the unit's own is left to be saved");
    cr_assert(balance(1) == 12 && live_int64(&l, "SELECT COUNT(*) FROM %s", buyer_table) == 3);
    UOW_OK(uow_save(l.ctx, &saved));
    cr_assert_eq(saved, 3);
    cr_assert(balance(1) == 99 && live_int64(&l, "SELECT COUNT(*) FROM %s WHERE id <> 3", buyer_table) == 3);
    shop_close();
}

/* --- nested */

static int told_commit, told_rollback;

static void told(uow_context *context, void *user)
{
    cr_assert_eq(uow_unit_depth(context), 0);
    ++*(int *)user;
}

static uow_status inner_fails(uow_context *context, void *user)
{
    buyer values = shop_new_buyer("Bob"); /* there is one */

    (void)user;
    UOW_OK(give_ann(context, 50));
    UOW_OK(uow_unit_after_commit(context, told, &told_commit));
    UOW_OK(uow_unit_after_rollback(context, told, &told_rollback));
    UOW_OK(uow_add(context, &buyers, &values, NULL));
    return uow_save(context, NULL);
}

static uow_status outer_goes_on(uow_context *context, void *user)
{
    buyer *ann;
    size_t changes = 9;

    (void)user;
    UOW_OK(give_ann(context, 1));
    ann = shop_buyer(1);
    UOW_IS(UOW_CONSTRAINT, uow_unit_run(context, NULL, inner_fails, NULL));
    cr_assert_eq(uow_unit_depth(context), 1);
    cr_assert_eq(uow_error_instance_count(uow_context_error(context)), 0, "what the error would lead to is forgotten");
    UOW_OK(uow_changes(context, &changes));
    cr_assert(changes == 0 && ann->balance == 13.5);
    UOW_OK(uow_unit_after_commit(context, told, &told_commit));
    UOW_OK(uow_unit_run(context, NULL, write_only, &(job){0}));
    return UOW_OK;
}

Test(unit_run_live, a_nested_unit_that_fails_takes_only_its_own_with_it)
{
    shop_open();
    UOW_OK(uow_unit_run(l.ctx, NULL, outer_goes_on, NULL));
    cr_assert_eq(balance(1), 14);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s", buyer_table), 3);
    cr_assert(told_commit == 1 && told_rollback == 1);
    shop_close();
}

static uow_status inner_once(uow_context *context, void *user)
{
    job *j = user;

    j->calls++;
    return give_ann(context, 1) != UOW_OK || j->calls == 1 ? UOW_TRANSIENT : UOW_OK;
}

static uow_status outer_of(uow_context *context, void *user)
{
    uow_status st = give_ann(context, 10);

    return st == UOW_OK ? uow_unit_run(context, NULL, inner_once, user) : st;
}

Test(unit_run_live, a_nested_unit_is_never_tried_again_alone)
{
    job j = {0};
    uow_unit_run_options options = quietly();
    shop_open();
    UOW_OK(uow_unit_run(l.ctx, &options, outer_of, &j));
    cr_assert(j.calls == 2 && pauses == 1);
    cr_assert_eq(balance(1), 23);
    shop_close();
}

/* --- the table of units */

static char unit_table[40];

static uow_status only_reads(uow_context *context, void *user)
{
    void *row = NULL;

    (void)user;
    return uow_find(context, &buyers, uow_key_int64(1), &row);
}

Test(unit_run_live, each_unit_leaves_its_row_and_old_ones_can_be_removed)
{
    job j = {0};
    int64_t removed = -1;
    uow_unit_run_options options = quietly();
    shop_open();
    snprintf(unit_table, sizeof unit_table, "shop_units_%d", (int)getpid());
    UOW_OK(uow_unit_table_create(l.ctx, unit_table));
    UOW_OK(uow_unit_table_create(l.ctx, unit_table));
    options.unit_table = unit_table;
    for (int i = 0; i < 3; i++)
        UOW_OK(uow_unit_run(l.ctx, &options, write_only, &j));
    options.read_only = 1; /* leaves none: there is nothing to be in doubt about */
    UOW_OK(uow_unit_run(l.ctx, &options, only_reads, NULL));
    cr_assert_eq(live_int64(&l, "SELECT COUNT(DISTINCT unit_id) FROM %s", unit_table), 3);
    UOW_OK(uow_unit_table_clean(l.ctx, unit_table, 3600, &removed));
    cr_assert_eq(removed, 0);
    live_run(&l, "UPDATE %s SET begun_at = '2001-01-01 00:00:00'", unit_table);
    UOW_OK(uow_unit_table_clean(l.ctx, unit_table, 3600, &removed));
    cr_assert_eq(removed, 3);
    live_run(&l, "DROP TABLE %s", unit_table);
    shop_close();
}
