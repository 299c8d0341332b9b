#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include "odbc_fixture.h"
#include "work/stmtcache.h"
#include "work_fixture.h"

static fixture f;
static uowi_stmtcache cache;

static void begin_as(const char *dbms, size_t limit)
{
    fake_begin(dbms);
    cr_assert_eq(fixture_open(&f, "Driver=fake"), UOW_OK);
    uowi_stmtcache_init(&cache, &f.mem, f.conn, limit);
}

static void begin(size_t limit)
{
    begin_as("SQLite", limit);
}

static void end(void)
{
    uowi_stmtcache_done(&cache);
    cr_assert_eq(fixture_close(&f), 0);
}

static uowi_cached *take(const char *sql)
{
    uowi_cached *cached = NULL;

    cr_assert_eq(uowi_stmtcache_take(&cache, sql, strlen(sql), &cached), UOW_OK);
    return cached;
}

static uowi_cached *use(const char *sql)
{
    uowi_cached *cached = take(sql);

    uowi_stmtcache_give(&cache, cached, false);
    return cached;
}

Test(stmtcache, the_same_text_gives_the_same_statement)
{
    begin(4);
    uowi_cached *first = use("SELECT 1");
    cr_assert_eq(use("SELECT 1"), first);
    cr_assert_neq(use("SELECT 2"), first);
    cr_assert_eq(cache.count, 2);
    end();
}

Test(stmtcache, the_least_recently_used_goes_first)
{
    begin(3);
    use("A");
    use("B");
    use("C");
    uowi_stmt *a = use("A")->stmt;
    use("D");
    cr_assert_eq(cache.count, 3);
    cr_assert_eq(use("A")->stmt, a, "A was used after B");
    uowi_cached *b = take("B");
    cr_assert_eq(b->runs, 0, "B had gone and is new");
    uowi_stmtcache_give(&cache, b, false);
    end();
}

Test(stmtcache, a_busy_text_gets_a_statement_of_its_own)
{
    begin(4);
    uowi_cached *first = take("SELECT 1");
    uowi_cached *second = take("SELECT 1");
    cr_assert_neq(first, second);
    cr_assert_neq(first->stmt, second->stmt);
    unsigned handles = fake_handles();
    uowi_stmtcache_give(&cache, second, false);
    cr_assert_eq(fake_handles(), handles - 1, "the second is not kept");
    uowi_stmtcache_give(&cache, first, false);
    cr_assert_eq(use("SELECT 1"), first);
    end();
}

Test(stmtcache, busy_statements_are_not_pushed_out)
{
    begin(2);
    uowi_cached *a = take("A");
    uowi_cached *b = take("B");
    uowi_cached *c = take("C");
    cr_assert_eq(cache.count, 3, "over the limit rather than taking a statement in use");
    uowi_stmtcache_give(&cache, a, false);
    uowi_stmtcache_give(&cache, b, false);
    uowi_stmtcache_give(&cache, c, false);
    use("D");
    cr_assert_eq(cache.count, 2);
    end();
}

Test(stmtcache, a_failed_statement_is_dropped)
{
    begin(4);
    unsigned handles = fake_handles();
    uowi_cached *cached = take("A");
    uowi_stmtcache_give(&cache, cached, true);
    cr_assert_eq(cache.count, 0);
    cr_assert_eq(fake_handles(), handles);
    end();
}

Test(stmtcache, after_ddl_all_are_forgotten_and_busy_ones_when_given_back)
{
    begin(4);
    unsigned handles = fake_handles();
    use("A");
    uowi_cached *b = take("B");
    uowi_stmtcache_forget(&cache);
    cr_assert_eq(cache.count, 0);
    cr_assert_eq(fake_handles(), handles + 1);
    uowi_stmtcache_give(&cache, b, false);
    cr_assert_eq(fake_handles(), handles);
    end();
}

Test(stmtcache, memory_running_out_at_any_point_leaves_nothing)
{
    uow_status st = UOW_NO_MEMORY;
    int64_t n = 0;

    for (; st != UOW_OK; n++) {
        uowi_cached *cached = NULL;
        begin(4);
        int64_t before = f.mem.bytes;
        atomic_store(&f.mem.fail_at, n);
        st = uowi_stmtcache_take(&cache, "SELECT 1", 8, &cached);
        atomic_store(&f.mem.fail_at, -1);
        if (st != UOW_OK) {
            cr_assert_eq(st, UOW_NO_MEMORY);
            cr_assert_eq(f.mem.bytes, before);
        }
        uowi_stmtcache_give(&cache, cached, false);
        end();
    }
    cr_assert_gt(n, 2);
}

Test(stmtcache, a_statement_run_many_times_is_prepared_once)
{
    desk d;
    cr_assert(desk_open(&d, "SQLite"));
    for (int64_t i = 0; i < 50; i++) {
        uow_arg arg = uow_arg_int64(i);
        cr_assert_eq(uow_execute(d.ctx, "DELETE FROM t WHERE a = ?", &arg, 1, NULL), UOW_OK);
    }
    cr_assert_eq(fake_calls(UOWI_FN_Prepare), 1);
    cr_assert_eq(fake_calls(UOWI_FN_Execute), 50);
    cr_assert_eq(uow_execute(d.ctx, "CREATE TABLE u (a int)", NULL, 0, NULL), UOW_OK);
    uow_arg arg = uow_arg_int64(1);
    cr_assert_eq(uow_execute(d.ctx, "DELETE FROM t WHERE a = ?", &arg, 1, NULL), UOW_OK);
    cr_assert_eq(fake_calls(UOWI_FN_Prepare), 3, "DDL makes what was prepared stale");
    cr_assert_eq(desk_close(&d), 0);
}

/* psqlodbc cannot take its plan back while everything is refused, and names it by the handle's address. */
Test(stmtcache, what_fails_in_a_unit_that_is_aborted_by_it_is_freed_when_the_unit_is_over)
{
    begin_as("PostgreSQL", 4);
    cr_assert_eq(uowi_conn_set_autocommit(f.conn, false), UOW_OK);
    uowi_cached *cached = take("SELECT 1 / 0");
    cr_assert_eq(uowi_stmt_prepare(cached->stmt, cached->sql, cached->sql_length), UOW_OK);
    fake_fail(UOWI_FN_Execute, 1, SQL_ERROR, "22012", 1, "division by zero");
    cr_assert_neq(uowi_stmt_execute(cached->stmt), UOW_OK);
    unsigned handles = fake_handles();
    uowi_stmtcache_give(&cache, cached, true);
    cr_assert_eq(fake_handles(), handles, "it is kept as long as the unit is open");
    cr_assert_eq(cache.count, 0);
    use("SELECT 2");
    cr_assert_eq(fake_handles(), handles + 1);
    cr_assert_eq(uowi_conn_end(f.conn, false), UOW_OK);
    use("SELECT 3");
    cr_assert_eq(fake_handles(), handles + 1, "one came and one went");
    end();
}
