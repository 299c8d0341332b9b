/* Calls of procedures on the fake driver: memory running out at every allocation, and a driver that is polled. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include "work_fixture.h"

static desk d;

/* ---- p(IN a, OUT n, INOUT t), which also gives two customers ---- */

static const uow_parameter parameters[] = {
    {"a", UOW_INT32, UOW_PARAMETER_IN},
    {"n", UOW_INT64, UOW_PARAMETER_OUT},
    {"t", UOW_TEXT, UOW_PARAMETER_INOUT},
    {"seen", UOW_TEXT, UOW_PARAMETER_LOCAL},
};
static const uow_step steps[] = {
    UOW_STEP("UPDATE x SET y = :a"),
    UOW_STEP_GIVE("SELECT * FROM `customers`"),
    UOW_STEP_INTO("SELECT INTO 1, :t"),
    UOW_STEP_INTO("SELECT INTO 2, :seen"),
    UOW_STEP_RAISE_IF("SELECT RAISE", "45000", "raised"),
};
static const uow_procedure body = UOW_PROCEDURE_PORTABLE("p", parameters, steps);

static const fake_column catalog_columns[] = {
    {"id", SQL_VARCHAR, 20, 0, SQL_NO_NULLS},   {"nsp", SQL_VARCHAR, 20, 0, SQL_NO_NULLS},
    {"kind", SQL_VARCHAR, 1, 0, SQL_NO_NULLS},  {"retset", SQL_INTEGER, 10, 0, SQL_NO_NULLS},
    {"returns", SQL_VARCHAR, 20, 0, SQL_NULLABLE}, {"rclass", SQL_VARCHAR, 1, 0, SQL_NULLABLE},
    {"defaults", SQL_INTEGER, 10, 0, SQL_NO_NULLS}, {"reads", SQL_INTEGER, 10, 0, SQL_NO_NULLS},
    {"ord", SQL_INTEGER, 10, 0, SQL_NULLABLE},  {"mode", SQL_VARCHAR, 1, 0, SQL_NULLABLE},
    {"name", SQL_VARCHAR, 20, 0, SQL_NULLABLE}, {"type", SQL_VARCHAR, 20, 0, SQL_NULLABLE},
    {"class", SQL_VARCHAR, 1, 0, SQL_NULLABLE},
};
#define ROUTINE "7", "public", "p", "0", NULL, NULL, "0", "0"
static const char *const catalog[] = {
    ROUTINE, "1", "i", "a", "integer", "N", ROUTINE, "2", "o", "n", "bigint", "N",
    ROUTINE, "3", "b", "t", "text",    "S", ROUTINE, "4", "b", "c", "refcursor", "R",
};

static const fake_column out_columns[] = {
    {"n", SQL_BIGINT, 19, 0, SQL_NULLABLE},
    {"t", SQL_VARCHAR, 20, 0, SQL_NULLABLE},
    {"c", SQL_VARCHAR, 20, 0, SQL_NULLABLE},
};
static const fake_column seen_columns[] = {{"seen", SQL_VARCHAR, 20, 0, SQL_NULLABLE}};
static const fake_column raise_columns[] = {{"one", SQL_INTEGER, 10, 0, SQL_NULLABLE}};

/* What the driver answers to the statements of a call on each database. */
static void script(void)
{
    static const char *const outs[] = {"42", "back", "cursor"};
    static const char *const seen[] = {"s"};
    static const char *const customers[] = {"1", "Ann", "12.5", NULL, "3", "2", "Bob", "0", "bob@x", "1"};

    fake_rows("FROM pg_proc", catalog_columns, 13, catalog, 4);
    fake_rows("information_schema.ROUTINES", catalog_columns, 13, catalog, 3);
    fake_rows("CALL \"public\"", out_columns, 3, outs, 1);
    fake_rows("FETCH ALL IN \"cursor\"", desk_customer_columns, 5, customers, 2);
    fake_affected("FETCH ALL IN \"cursor\"", 0);
    fake_rows("CALL `public`", desk_customer_columns, 5, customers, 2);
    fake_affected("CALL `public`", 3);
    fake_rows("SELECT @", out_columns, 2, outs, 1);
    fake_rows("SELECT INTO 1", out_columns, 2, outs, 1);
    fake_rows("SELECT INTO 2", seen_columns, 1, seen, 1);
    fake_rows("SELECT RAISE", raise_columns, 1, NULL, 0);
    fake_rows("FROM `customers`", desk_customer_columns, 5, customers, 2);
}

static bool open_with(const uowi_odbc_api *api)
{
    static const uow_procedure *const procedures[] = {&body};
    uow_model_parts parts = UOW_MODEL_PARTS_INIT;

    parts.entities = shop_entities();
    parts.entity_count = SHOP_ENTITIES;
    parts.procedures = procedures;
    parts.procedure_count = 1;
    if (!desk_prepare(&d, api))
        return false;
    uow_model_free(d.model);
    if (uow_model_build(d.env, &parts, &d.model) != UOW_OK)
        return false;
    if (uow_open(d.env, "Driver=fake", d.model, NULL, &d.ctx) != UOW_OK)
        return false;
    script();
    return true;
}

/* The same call whatever the database. On failure nothing of the program's is touched. */
static uow_status call(void)
{
    int64_t n = -1;
    char t[21] = "there";
    uow_result result = UOW_RESULT(&shop_customers);
    uow_arg args[] = {uow_arg_int32(5), UOW_OUT(UOW_INT64, n), UOW_INOUT(UOW_TEXT, t)};
    uow_status st = uow_call(d.ctx, "p", args, 3, &result, 1);

    cr_assert_eq(uow_unit_depth(d.ctx), 0);
    if (st != UOW_OK) {
        cr_assert_eq(n, -1);
        cr_assert_str_eq(t, "there");
        cr_assert_null(result.list);
        return st;
    }
    cr_assert_eq(n, 42);
    cr_assert_str_eq(t, "back");
    cr_assert_eq(result.rows, 2);
    cr_assert_eq(uow_list_count(result.list), 2);
    cr_assert_str_eq(((shop_customer *)uow_list_at(result.list, 1))->name, "Bob");
    uow_list_free(result.list);
    return UOW_OK;
}

static uow_status call_rows(void)
{
    int64_t n = -1;
    char t[21] = "there";
    uow_rows *rows = NULL;
    uow_arg args[] = {uow_arg_int32(5), UOW_OUT(UOW_INT64, n), UOW_INOUT(UOW_TEXT, t)};
    uow_status st = uow_call_rows(d.ctx, "p", args, 3, &rows);

    while (st == UOW_OK) {
        while ((st = uow_rows_next(rows)) == UOW_OK)
            continue;
        if (st == UOW_END)
            st = uow_rows_next_result(rows);
    }
    uow_rows_close(rows);
    cr_assert_eq(n, st == UOW_END ? 42 : -1);
    return st == UOW_END ? UOW_OK : st;
}

static void torture(const char *dbms, uow_status (*tried)(void))
{
    uow_status st = UOW_NO_MEMORY;
    int64_t n = 0;

    for (; st != UOW_OK; n++) {
        fake_begin(dbms);
        cr_assert(open_with(&fake_api));
        atomic_store(&d.env->mem.fail_at, n);
        st = tried();
        atomic_store(&d.env->mem.fail_at, -1);
        cr_assert(st == UOW_OK || st == UOW_NO_MEMORY, "%s at %lld: %s", dbms, (long long)n, desk_says(&d));
        if (st != UOW_OK) {
            cr_assert_eq(uow_error_status(uow_context_error(d.ctx)), UOW_NO_MEMORY);
            cr_assert_eq(tried(), UOW_OK, "%s at %lld, again: %s", dbms, (long long)n, desk_says(&d));
        }
        cr_assert_eq(desk_close(&d), 0, "%s at %lld", dbms, (long long)n);
    }
    cr_assert_geq(n, 5);
}

Test(call_memory, a_call_fails_cleanly_at_every_allocation)
{
    torture("SQLite", call);
    torture("PostgreSQL", call);
    torture("MariaDB", call);
}

Test(call_memory, a_call_that_is_walked_fails_cleanly_at_every_allocation)
{
    torture("SQLite", call_rows);
    torture("PostgreSQL", call_rows);
    torture("MariaDB", call_rows);
}

/* ---- faults of the driver ---- */

static void fail_at_every(const char *dbms, uowi_odbc_fn fn)
{
    for (unsigned nth = 1;; nth++) {
        unsigned before;

        fake_begin(dbms);
        cr_assert(open_with(&fake_api));
        before = fake_calls(fn);
        fake_fail(fn, nth, SQL_ERROR, "HY000", 99, "planted");
        uow_status st = call();
        if (fake_calls(fn) - before < nth) { /* it was not called so often */
            cr_assert_eq(st, UOW_OK);
            cr_assert_eq(desk_close(&d), 0);
            return;
        }
        cr_assert_neq(st, UOW_OK, "%s: function %d, call %u", dbms, (int)fn, nth);
        cr_assert_not_null(strstr(desk_says(&d), "planted"), "%s", desk_says(&d));
        cr_assert_eq(desk_close(&d), 0);
    }
}

Test(call_faults, an_error_of_any_function_is_told_and_nothing_is_left_behind)
{
    static const uowi_odbc_fn functions[] = {UOWI_FN_Prepare, UOWI_FN_Execute, UOWI_FN_ExecDirect, UOWI_FN_BindParameter,
                                             UOWI_FN_BindCol, UOWI_FN_FetchScroll, UOWI_FN_MoreResults,
                                             UOWI_FN_NumResultCols};
    static const char *const databases[] = {"SQLite", "PostgreSQL", "MariaDB"};

    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        for (size_t k = 0; k < 3; k++)
            fail_at_every(databases[k], functions[i]);
}

/* ---- a driver that is polled ---- */

static SQLRETURN alloc_async(SQLSMALLINT type, SQLHANDLE parent, SQLHANDLE *out)
{
    SQLRETURN rc = fake_api.AllocHandle(type, parent, out);

    if (rc == SQL_SUCCESS && type == SQL_HANDLE_STMT)
        rc = fake_api.SetStmtAttr(*out, SQL_ATTR_ASYNC_ENABLE, (SQLPOINTER)SQL_ASYNC_ENABLE_ON, 0);
    return rc;
}

Test(call_polls, a_call_gives_the_same_however_often_it_is_polled)
{
    static const uowi_odbc_fn slow[] = {UOWI_FN_Prepare, UOWI_FN_Execute, UOWI_FN_ExecDirect, UOWI_FN_FetchScroll};
    static const char *const databases[] = {"SQLite", "PostgreSQL", "MariaDB"};
    static const unsigned polls[] = {0, 1, 50};
    static uowi_odbc_api api;

    api = fake_api;
    api.AllocHandle = alloc_async;
    for (size_t i = 0; i < 9; i++) {
        fake_begin(databases[i % 3]);
        fake_async(2);
        cr_assert(open_with(&api));
        for (size_t k = 0; k < sizeof slow / sizeof *slow; k++)
            fake_still(slow[k], polls[i / 3]);
        cr_assert_eq(call(), UOW_OK, "%s, %u polls: %s", databases[i % 3], polls[i / 3], desk_says(&d));
        cr_assert_eq(desk_close(&d), 0);
    }
}
