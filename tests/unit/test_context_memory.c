/* Memory running out at every single allocation of the public calls, on the fake driver. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include "odbc/handle.h"
#include "work_fixture.h"

static desk d;

typedef uow_status (*tried)(void);

/* Tries a call with memory failing at n = 0, 1, ...: each time a clean failure, and success right after. */
static void torture(const char *dbms, tried call, int64_t at_least)
{
    static const char *const cells[] = {"1", "Ann", "12.5", NULL, "3", "2", "Bob", "0", "bob@x", "1"};
    uow_status st = UOW_NO_MEMORY;
    int64_t n = 0;

    for (; st != UOW_OK; n++) {
        cr_assert(desk_open(&d, dbms));
        fake_affected("DECLARE", 1);
        fake_rows("FETCH FORWARD", desk_customer_columns, 5, cells, 2);
        desk_two_customers();
        atomic_store(&d.env->mem.fail_at, n);
        st = call();
        atomic_store(&d.env->mem.fail_at, -1);
        cr_assert(st == UOW_OK || st == UOW_NO_MEMORY, "%s at %lld: %s", dbms, (long long)n, uow_status_name(st));
        if (st != UOW_OK) {
            cr_assert_eq(uow_error_status(uow_context_error(d.ctx)), UOW_NO_MEMORY);
            cr_assert_eq(call(), UOW_OK, "%s at %lld, again: %s", dbms, (long long)n, desk_says(&d));
        }
        cr_assert_eq(desk_close(&d), 0, "%s at %lld", dbms, (long long)n);
    }
    cr_assert_geq(n, at_least);
}

static void torture_all(tried call, int64_t at_least)
{
    torture("SQLite", call, at_least);
    torture("PostgreSQL", call, at_least);
    torture("MariaDB", call, at_least);
}

static uow_status find(void)
{
    void *row = NULL;

    return uow_find(d.ctx, &shop_customers, uow_key_int64(1), &row);
}

static uow_status query_with(uow_tracking tracking)
{
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;
    uow_arg arg = uow_arg_named("a", uow_arg_text("x"));
    uow_list *list = NULL;
    uow_status st;

    options.tracking = tracking;
    st = uow_query(d.ctx, &shop_customers, "name <> :a", &arg, 1, &options, &list);
    cr_assert_eq(st == UOW_OK, list != NULL);
    cr_assert(!list || uow_list_count(list) == 2);
    uow_list_free(list);
    return st;
}

static uow_status query_tracked(void) { return query_with(UOW_TRACKED); }
static uow_status query_array(void) { return query_with(UOW_NO_TRACKING); }
static uow_status query_identity(void) { return query_with(UOW_NO_TRACKING_IDENTITY); }

static uow_status cursor(void)
{
    uow_cursor *c = NULL;
    void *row = NULL;
    uow_status st = uow_cursor_open(d.ctx, &shop_customers, "name <> 'x'", NULL, 0, NULL, &c);

    while (st == UOW_OK)
        st = uow_cursor_next(c, &row);
    uow_cursor_close(c);
    return st == UOW_END ? UOW_OK : st;
}

static uow_status bounded_cursor(void)
{
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;
    uow_arg arg = uow_arg_named("a", uow_arg_text("x"));
    uow_cursor *c = NULL;
    void *row = NULL;

    options.flags = UOW_BOUNDED;
    options.tracking = UOW_NO_TRACKING;
    uow_status st = uow_cursor_open(d.ctx, &shop_customers, "name <> :a", &arg, 1, &options, &c);
    while (st == UOW_OK)
        st = uow_cursor_next(c, &row);
    uow_cursor_close(c);
    cr_assert_eq(uow_unit_depth(d.ctx), 0);
    return st == UOW_END ? UOW_OK : st;
}

static uow_status rows(void)
{
    uow_rows *r = NULL;
    const char *text = NULL;
    uow_status st = uow_rows_open(d.ctx, "SELECT * FROM \"customers\"", NULL, 0, &r);

    while (st == UOW_OK) {
        st = uow_rows_next(r);
        if (st == UOW_OK)
            st = uow_rows_text(r, 1, &text, NULL);
    }
    uow_rows_close(r);
    return st == UOW_END ? UOW_OK : st;
}

static uow_status execute(void)
{
    uow_arg args[2] = {uow_arg_int64(1), uow_arg_text("some text that is a little longer than others")};

    return uow_execute(d.ctx, "DELETE FROM t WHERE a = ? AND b = ?", args, 2, NULL);
}

static uow_status unit(void)
{
    uow_status st = uow_begin(d.ctx, NULL);

    if (st == UOW_OK)
        st = uow_begin(d.ctx, NULL);
    if (st == UOW_OK)
        st = uow_commit(d.ctx);
    return st == UOW_OK ? uow_commit(d.ctx) : st;
}

static uow_status borrow(void)
{
    uow_loan *loan = NULL;
    uow_status st = uow_borrow(d.ctx, &loan);

    return st == UOW_OK ? uow_loan_end(loan, NULL) : st;
}

static uow_status refresh(void)
{
    uow_status st = find();

    return st == UOW_OK ? uow_refresh_all(d.ctx) : st;
}

/* The handle of the fake's one connection is as good as a program's. */
static uow_status adopt(void)
{
    uow_context *adopted = NULL;
    uow_status st = uow_adopt(d.env, d.ctx->session.conn->hdbc, d.model, NULL, &adopted);

    uow_close(adopted);
    return st;
}

Test(memory, loans_fail_cleanly) { torture_all(borrow, 2); }
Test(memory, refreshing_all_fails_cleanly) { torture_all(refresh, 5); }

Test(memory, adoption_fails_cleanly)
{
    uow_status st = UOW_NO_MEMORY;

    for (int64_t n = 0; st != UOW_OK; n++) {
        cr_assert(desk_open(&d, "PostgreSQL"));
        atomic_store(&d.env->mem.fail_at, n);
        st = adopt();
        atomic_store(&d.env->mem.fail_at, -1);
        cr_assert(st == UOW_OK || st == UOW_NO_MEMORY, "at %lld: %s", (long long)n, uow_status_name(st));
        cr_assert_eq(adopt(), UOW_OK, "at %lld, again", (long long)n);
        cr_assert_eq(desk_close(&d), 0, "at %lld", (long long)n);
    }
}

Test(memory, find_fails_cleanly) { torture_all(find, 5); }
Test(memory, tracked_queries_fail_cleanly) { torture_all(query_tracked, 5); }
Test(memory, untracked_queries_fail_cleanly) { torture_all(query_array, 5); }
Test(memory, queries_with_identity_fail_cleanly) { torture_all(query_identity, 5); }
Test(memory, cursors_fail_cleanly) { torture_all(cursor, 5); }
Test(memory, bounded_cursors_fail_cleanly) { torture_all(bounded_cursor, 8); }
Test(memory, dynamic_rows_fail_cleanly) { torture("SQLite", rows, 5); torture("PostgreSQL", rows, 5); }
Test(memory, raw_statements_fail_cleanly) { torture_all(execute, 4); }

Test(memory, units_fail_cleanly)
{
    uow_status st = UOW_NO_MEMORY;
    for (int64_t n = 0; st != UOW_OK; n++) {
        cr_assert(desk_open(&d, "PostgreSQL"));
        atomic_store(&d.env->mem.fail_at, n);
        uow_status first = uow_begin(d.ctx, NULL);
        st = first == UOW_OK ? uow_begin(d.ctx, NULL) : first;
        atomic_store(&d.env->mem.fail_at, -1);
        cr_assert(st == UOW_OK || st == UOW_NO_MEMORY);
        while (uow_unit_depth(d.ctx) > 0)
            cr_assert_eq(uow_rollback(d.ctx), UOW_OK);
        cr_assert_eq(unit(), UOW_OK);
        cr_assert_eq(desk_close(&d), 0);
    }
}

/* Symptom: open without memory handed out a context, which its documentation says it does not. */
Test(memory, open_hands_out_nothing_when_memory_runs_out)
{
    uow_status st = UOW_NO_MEMORY;
    int64_t n = 0;

    for (; st != UOW_OK; n++) {
        fake_begin("PostgreSQL");
        cr_assert(desk_prepare(&d, &fake_api));
        atomic_store(&d.env->mem.fail_at, n);
        st = uow_open(d.env, "Driver=fake", d.model, NULL, &d.ctx);
        atomic_store(&d.env->mem.fail_at, -1);
        cr_assert(st == UOW_OK || (st == UOW_NO_MEMORY && !d.ctx), "at %lld: %s", (long long)n, uow_status_name(st));
        cr_assert_eq(desk_close(&d), 0, "at %lld", (long long)n);
    }
    cr_assert_gt(n, 3);
}
