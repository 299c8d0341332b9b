#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "live/shop.h"

static int64_t balance_of(int64_t id)
{
    return live_int64(&l, "SELECT CAST(balance AS integer) FROM %s WHERE id = %lld", buyer_table, (long long)id);
}

static void set_balance(int64_t id, int balance)
{
    live_run(&l, "UPDATE %s SET balance = %d WHERE id = %lld", buyer_table, balance, (long long)id);
}

/* CAST(.. AS integer) is SIGNED on MariaDB. */
static int64_t balance(int64_t id)
{
    return l.database == LIVE_MARIADB
               ? live_int64(&l, "SELECT CAST(balance AS SIGNED) FROM %s WHERE id = %lld", buyer_table, (long long)id)
               : balance_of(id);
}

Test(unit, what_is_committed_stays)
{
    shop_open();
    UOW_OK(uow_begin(l.ctx, NULL));
    cr_assert_eq(uow_unit_depth(l.ctx), 1);
    set_balance(1, 40);
    UOW_OK(uow_commit(l.ctx));
    cr_assert_eq(uow_unit_depth(l.ctx), 0);
    live_reopen(&l, NULL);
    cr_assert_eq(balance(1), 40);
    shop_close();
}

Test(unit, what_is_rolled_back_is_gone)
{
    shop_open();
    UOW_OK(uow_begin(l.ctx, NULL));
    set_balance(1, 40);
    UOW_OK(uow_rollback(l.ctx));
    cr_assert_eq(uow_unit_depth(l.ctx), 0);
    cr_assert_eq(balance(1), 12);
    shop_close();
}

Test(unit, others_see_nothing_before_the_commit)
{
    shop_open();
    uow_context *other = live_another(&l);
    int64_t count = -1;
    UOW_OK(uow_begin(l.ctx, NULL));
    set_balance(1, 40);
    UOW_OK_ON(other, uow_count(other, &buyers, "balance = 40", NULL, 0, &count));
    cr_assert_eq(count, 0);
    UOW_OK(uow_commit(l.ctx));
    UOW_OK_ON(other, uow_count(other, &buyers, "balance = 40", NULL, 0, &count));
    cr_assert_eq(count, 1);
    shop_close();
}

Test(unit, a_nested_unit_is_a_savepoint)
{
    shop_open();
    UOW_OK(uow_begin(l.ctx, NULL));
    set_balance(1, 40);
    UOW_OK(uow_begin(l.ctx, NULL));
    cr_assert_eq(uow_unit_depth(l.ctx), 2);
    set_balance(1, 50);
    set_balance(2, 50);
    UOW_OK(uow_rollback(l.ctx));
    cr_assert_eq(uow_unit_depth(l.ctx), 1);
    cr_assert_eq(balance(1), 40);
    UOW_OK(uow_begin(l.ctx, NULL));
    set_balance(3, 60);
    UOW_OK(uow_begin(l.ctx, NULL));
    set_balance(2, 70);
    UOW_OK(uow_commit(l.ctx));
    UOW_OK(uow_commit(l.ctx));
    cr_assert_eq(uow_unit_depth(l.ctx), 1);
    UOW_OK(uow_commit(l.ctx));
    live_reopen(&l, NULL);
    cr_assert(balance(1) == 40 && balance(2) == 70 && balance(3) == 60);
    shop_close();
}

Test(unit, what_a_committed_nested_unit_did_goes_with_the_outer_one)
{
    shop_open();
    UOW_OK(uow_begin(l.ctx, NULL));
    UOW_OK(uow_begin(l.ctx, NULL));
    set_balance(1, 50);
    UOW_OK(uow_commit(l.ctx));
    UOW_OK(uow_rollback(l.ctx));
    cr_assert_eq(balance(1), 12);
    shop_close();
}

Test(unit, ending_what_was_not_begun_is_misuse)
{
    shop_open();
    UOW_IS(UOW_MISUSE, uow_commit(l.ctx));
    LIVE_CONTAINS(uow_context_message(l.ctx), "there is no open unit to commit");
    UOW_IS(UOW_MISUSE, uow_rollback(l.ctx));
    UOW_OK(uow_begin(l.ctx, NULL));
    UOW_OK(uow_commit(l.ctx));
    UOW_IS(UOW_MISUSE, uow_commit(l.ctx));
    shop_close();
}

Test(unit, transactions_by_raw_sql_are_refused)
{
    shop_open();
    UOW_IS(UOW_MISUSE, uow_execute(l.ctx, "COMMIT", NULL, 0, NULL));
    UOW_IS(UOW_MISUSE, uow_execute(l.ctx, " -- now\n start transaction", NULL, 0, NULL));
    UOW_IS(UOW_MISUSE, uow_execute(l.ctx, "BEGIN", NULL, 0, NULL));
    UOW_IS(UOW_MISUSE, uow_execute(l.ctx, "SELECT 1; COMMIT", NULL, 0, NULL));
    UOW_IS(UOW_MISUSE, uow_execute(l.ctx, "SET autocommit = 1", NULL, 0, NULL));
    cr_assert_eq(shop_statements(), 0);
    shop_close();
}

/* PostgreSQL takes several statements in one text, and would have committed. */
Test(unit, a_commit_behind_another_statement_ends_no_unit)
{
    char sql[128];
    shop_open();
    UOW_OK(uow_begin(l.ctx, NULL));
    snprintf(sql, sizeof sql, "UPDATE %s SET balance = 40 WHERE id = 1; COMMIT", buyer_table);
    UOW_IS(UOW_MISUSE, uow_execute(l.ctx, sql, NULL, 0, NULL));
    set_balance(1, 40);
    UOW_OK(uow_rollback(l.ctx));
    cr_assert_eq(balance(1), 12);
    shop_close();
}

Test(unit, what_is_left_open_at_close_is_rolled_back)
{
    shop_open();
    UOW_OK(uow_begin(l.ctx, NULL));
    set_balance(1, 40);
    UOW_OK(uow_begin(l.ctx, NULL));
    set_balance(2, 40);
    live_reopen(&l, NULL);
    cr_assert(balance(1) == 12 && balance(2) == 0);
    shop_close();
}

/* The level the database itself says it is in, in the order of uow_isolation; 0: it does not tell. */
static int isolation_in_force(void)
{
    static const char *const names[] = {"read uncommitted", "read committed", "repeatable read", "serializable"};
    const char *sql = live_either(&l, NULL, "SELECT current_setting('transaction_isolation')",
                                  "SELECT REPLACE(LOWER(@@tx_isolation), '-', ' ')");
    uow_rows *rows = NULL;
    const char *text = NULL;
    int level = 0;

    if (!sql)
        return 0;
    UOW_OK(uow_rows_open(l.ctx, sql, NULL, 0, &rows));
    UOW_OK(uow_rows_next(rows));
    UOW_OK(uow_rows_text(rows, 0, &text, NULL));
    for (int i = 0; i < 4; i++)
        if (strcmp(text, names[i]) == 0)
            level = i + 1;
    cr_assert_gt(level, 0, "%s", text);
    uow_rows_close(rows);
    return level;
}

/* PostgreSQL has three levels under four names; the others are what they are called. */
Test(unit, the_isolation_asked_for_is_the_one_in_force)
{
    static const uow_isolation levels[] = {UOW_READ_UNCOMMITTED, UOW_READ_COMMITTED, UOW_REPEATABLE_READ, UOW_SERIALIZABLE};
    shop_open();
    if (l.database == LIVE_SQLITE) {
        shop_close();
        cr_skip_test("SQLite has no statement that tells");
    }
    int usual = isolation_in_force();
    for (size_t i = 0; i < 4; i++) {
        uow_unit_options options = UOW_UNIT_OPTIONS_INIT;
        options.isolation = levels[i];
        UOW_OK(uow_begin(l.ctx, &options));
        int level = isolation_in_force();
        cr_assert(level == (int)levels[i] || (levels[i] == UOW_READ_UNCOMMITTED && level == UOW_READ_COMMITTED),
                  "asked for %d, in force %d", (int)levels[i], level);
        UOW_OK(uow_commit(l.ctx));
        UOW_OK(uow_begin(l.ctx, NULL));
        cr_assert_eq(isolation_in_force(), usual, "the next unit has the usual one again");
        UOW_OK(uow_rollback(l.ctx));
    }
    shop_close();
}

Test(unit, every_isolation_is_accepted_or_said_to_be_unsupported)
{
    static const uow_isolation levels[] = {UOW_READ_UNCOMMITTED, UOW_READ_COMMITTED, UOW_REPEATABLE_READ, UOW_SERIALIZABLE};
    shop_open();
    for (size_t i = 0; i < 4; i++) {
        uow_unit_options options = UOW_UNIT_OPTIONS_INIT;
        options.isolation = levels[i];
        uow_status st = uow_begin(l.ctx, &options);
        if (st == UOW_OK) {
            set_balance(1, 40);
            UOW_OK(uow_rollback(l.ctx));
        } else {
            UOW_IS(UOW_UNSUPPORTED, st);
            cr_assert_eq(l.database, LIVE_SQLITE, "only SQLite has fewer levels");
        }
        cr_assert_eq(uow_unit_depth(l.ctx), 0);
    }
    UOW_OK(uow_begin(l.ctx, NULL));
    set_balance(1, 41);
    UOW_OK(uow_commit(l.ctx));
    cr_assert_eq(balance(1), 41);
    shop_close();
}

/* What a repeatable read promises, and the default after it does not (PostgreSQL: READ COMMITTED again). */
Test(unit, repeatable_read_sees_one_snapshot)
{
    uow_unit_options options = UOW_UNIT_OPTIONS_INIT;
    shop_open();
    uow_context *other = live_another(&l);
    char sql[128];
    snprintf(sql, sizeof sql, "UPDATE %s SET balance = 77 WHERE id = 1", buyer_table);
    options.isolation = l.database == LIVE_SQLITE ? UOW_SERIALIZABLE : UOW_REPEATABLE_READ;
    UOW_OK(uow_begin(l.ctx, &options));
    cr_assert_eq(balance(1), 12);
    if (l.database == LIVE_SQLITE) /* a reader keeps the writer out instead */
        UOW_IS_ON(other, UOW_TRANSIENT, uow_execute(other, sql, NULL, 0, NULL));
    else
        UOW_OK_ON(other, uow_execute(other, sql, NULL, 0, NULL));
    cr_assert_eq(balance(1), 12);
    UOW_OK(uow_commit(l.ctx));
    if (l.database == LIVE_SQLITE)
        UOW_OK_ON(other, uow_execute(other, sql, NULL, 0, NULL));
    cr_assert_eq(balance(1), 77);
    shop_close();
}

Test(unit, a_read_only_unit_refuses_writes_and_the_next_one_does_not)
{
    uow_unit_options options = UOW_UNIT_OPTIONS_INIT;
    char sql[128];
    shop_open();
    snprintf(sql, sizeof sql, "UPDATE %s SET balance = 40 WHERE id = 1", buyer_table);
    options.read_only = 1;
    UOW_OK(uow_begin(l.ctx, &options));
    cr_assert_eq(balance(1), 12);
    uow_status st = uow_execute(l.ctx, sql, NULL, 0, NULL);
    cr_assert(st != UOW_OK || l.standard, "ODBC has no way of its own");
    UOW_OK(uow_rollback(l.ctx));
    UOW_OK(uow_execute(l.ctx, sql, NULL, 0, NULL));
    UOW_OK(uow_begin(l.ctx, NULL));
    set_balance(2, 40);
    UOW_OK(uow_commit(l.ctx));
    cr_assert(balance(1) == 40 && balance(2) == 40);
    shop_close();
}

Test(unit, a_nested_unit_takes_no_options)
{
    uow_unit_options options = UOW_UNIT_OPTIONS_INIT;
    shop_open();
    options.isolation = UOW_SERIALIZABLE;
    UOW_OK(uow_begin(l.ctx, NULL));
    UOW_IS(UOW_MISUSE, uow_begin(l.ctx, &options));
    cr_assert_eq(uow_unit_depth(l.ctx), 1);
    UOW_OK(uow_commit(l.ctx));
    shop_close();
}

/* PostgreSQL runs nothing more in a unit with a failed statement, and says so; the others go on. */
Test(unit, a_failed_statement_inside_a_unit_behaves_as_documented)
{
    char sql[160];
    shop_open();
    snprintf(sql, sizeof sql, "INSERT INTO %s (id, name, balance, version) VALUES (1, 'Twin', 0, 1)", buyer_table);
    UOW_OK(uow_begin(l.ctx, NULL));
    set_balance(2, 40);
    UOW_IS(UOW_CONSTRAINT, uow_execute(l.ctx, sql, NULL, 0, NULL));
    cr_assert_eq(uow_unit_depth(l.ctx), 1);
    if (l.database == LIVE_POSTGRESQL) {
        UOW_IS(UOW_SQL, uow_execute(l.ctx, "SELECT 1", NULL, 0, NULL));
        LIVE_CONTAINS(uow_context_message(l.ctx), "roll the unit back");
        cr_assert_neq(uow_commit(l.ctx), UOW_OK, "a commit that would be a rollback does not say OK");
        if (uow_unit_depth(l.ctx))
            UOW_OK(uow_rollback(l.ctx));
        cr_assert_eq(balance(2), 0);
    } else {
        set_balance(3, 50);
        UOW_OK(uow_commit(l.ctx));
        cr_assert(balance(2) == 40 && balance(3) == 50);
    }
    cr_assert_eq(uow_unit_depth(l.ctx), 0);
    UOW_OK(uow_begin(l.ctx, NULL));
    set_balance(1, 60);
    UOW_OK(uow_commit(l.ctx));
    cr_assert_eq(balance(1), 60);
    shop_close();
}

Test(unit, a_nested_unit_around_what_may_fail_keeps_the_outer_one_usable)
{
    char sql[160];
    shop_open();
    snprintf(sql, sizeof sql, "INSERT INTO %s (id, name, balance, version) VALUES (1, 'Twin', 0, 1)", buyer_table);
    UOW_OK(uow_begin(l.ctx, NULL));
    set_balance(2, 40);
    UOW_OK(uow_begin(l.ctx, NULL));
    UOW_IS(UOW_CONSTRAINT, uow_execute(l.ctx, sql, NULL, 0, NULL));
    UOW_OK(uow_rollback(l.ctx));
    set_balance(3, 50);
    UOW_OK(uow_commit(l.ctx));
    cr_assert(balance(2) == 40 && balance(3) == 50);
    shop_close();
}

/* psqlodbc names plans by address: a handle freed in an aborted transaction and a new one there must not meet. */
Test(unit, failures_in_nested_units_never_disturb_the_statements_after_them)
{
    char sql[160];
    shop_open();
    UOW_OK(uow_begin(l.ctx, NULL));
    for (int i = 0; i < 20; i++) {
        uow_arg arg = uow_arg_int64(i);
        UOW_OK(uow_begin(l.ctx, NULL));
        snprintf(sql, sizeof sql, "INSERT INTO %s (id, name, balance, version) VALUES (1, 'Twin', %d, ?)", buyer_table, i);
        UOW_IS(UOW_CONSTRAINT, uow_execute(l.ctx, sql, &arg, 1, NULL));
        UOW_OK(uow_rollback(l.ctx));
        snprintf(sql, sizeof sql, "UPDATE %s SET balance = ? WHERE id = 2 AND balance <> -%d", buyer_table, i + 1);
        UOW_OK(uow_execute(l.ctx, sql, &arg, 1, NULL));
    }
    UOW_OK(uow_commit(l.ctx));
    cr_assert_eq(balance(2), 19);
    shop_close();
}

Test(unit, a_save_in_a_unit_waits_for_its_commit)
{
    shop_open();
    UOW_OK(uow_begin(l.ctx, NULL));
    buyer values = shop_new_buyer("Dan");
    buyer *dan = shop_add(&buyers, &values);
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_gt(dan->id, 0);
    UOW_OK(uow_rollback(l.ctx));
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s WHERE name = 'Dan'", buyer_table), 0);
    cr_assert_eq(uow_state(l.ctx, dan), UOW_UNCHANGED, "tracked instances stay as they are");
    shop_close();
}

static void failing_save_in_unit(size_t rows)
{
    shop_open();
    UOW_OK(uow_begin(l.ctx, NULL));
    set_balance(3, 50);
    buyer values = shop_new_buyer("Bob"); /* there is one */
    buyer *twin = shop_add(&buyers, &values);
    if (rows > 1)
        shop_buyer(1)->balance = 40;
    UOW_IS(UOW_CONSTRAINT, uow_save(l.ctx, NULL));
    cr_assert_eq(uow_unit_depth(l.ctx), 1);
    cr_assert_eq(uow_state(l.ctx, twin), UOW_ADDED);
    cr_assert_eq(balance(3), 50, "the unit is usable and has what was done before");
    snprintf(twin->name, sizeof twin->name, "Bob II");
    size_t saved = 0;
    UOW_OK(uow_save(l.ctx, &saved));
    cr_assert_eq(saved, rows);
    UOW_OK(uow_commit(l.ctx));
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s WHERE name = 'Bob II' OR balance IN (40, 50)", buyer_table),
                 (int64_t)rows + 1);
    shop_close();
}

Test(unit, a_save_of_one_row_that_fails_leaves_the_unit_usable)
{
    failing_save_in_unit(1);
}

Test(unit, a_save_of_several_rows_that_fails_leaves_the_unit_usable)
{
    failing_save_in_unit(2);
}

Test(unit, commits_and_rollbacks_are_counted_and_traced)
{
    uow_counters counters = UOW_COUNTERS_INIT;
    shop_open();
    UOW_OK(uow_begin(l.ctx, NULL));
    UOW_OK(uow_begin(l.ctx, NULL));
    UOW_OK(uow_commit(l.ctx));
    UOW_OK(uow_begin(l.ctx, NULL));
    UOW_OK(uow_rollback(l.ctx));
    UOW_OK(uow_commit(l.ctx));
    cr_assert_eq(live_count_events(&l, UOW_TRACE_UNIT, NULL), 6);
    cr_assert_eq(live_count_events(&l, UOW_TRACE_UNIT, "savepoint"), 3);
    UOW_OK(uow_context_counters(l.ctx, &counters));
    cr_assert_eq(counters.commits, 1);
    cr_assert_eq(counters.rollbacks, 0);
    shop_close();
}
