/* Whole operations on a driver that answers SQL_STILL_EXECUTING n times to every call: same result, same statements. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include "work_fixture.h"

static const unsigned polls[] = {0, 1, 50};

/* The fake driver with every statement born asynchronous, as a driver whose connection is. */
static SQLRETURN alloc_async(SQLSMALLINT type, SQLHANDLE parent, SQLHANDLE *out)
{
    SQLRETURN rc = fake_api.AllocHandle(type, parent, out);

    if (rc == SQL_SUCCESS && type == SQL_HANDLE_STMT)
        rc = fake_api.SetStmtAttr(*out, SQL_ATTR_ASYNC_ENABLE, (SQLPOINTER)SQL_ASYNC_ENABLE_ON, 0);
    return rc;
}

static uowi_odbc_api api;
static desk d;

static void begin(const char *dbms, unsigned times)
{
    static const uowi_odbc_fn slow[] = {UOWI_FN_Prepare, UOWI_FN_Execute, UOWI_FN_ExecDirect, UOWI_FN_FetchScroll};

    api = fake_api;
    api.AllocHandle = alloc_async;
    fake_begin(dbms);
    fake_async(2);
    cr_assert(desk_prepare(&d, &api));
    cr_assert_eq(uow_open(d.env, "Driver=fake", d.model, NULL, &d.ctx), UOW_OK);
    for (size_t i = 0; i < sizeof slow / sizeof *slow; i++)
        fake_still(slow[i], times);
}

/* How many calls of fn there were beyond the polls. */
static void calls_are(uowi_odbc_fn fn, unsigned times, unsigned expected)
{
    cr_assert_eq(fake_calls(fn), expected * (times + 1), "function %d: %u calls at %u polls", (int)fn,
                 fake_calls(fn), times);
}

static void find_one(unsigned times)
{
    shop_customer *c = NULL;

    begin("SQLite", times);
    desk_two_customers();
    cr_assert_eq(uow_find(d.ctx, &shop_customers, uow_key_int64(1), (void **)&c), UOW_OK, "%s", desk_says(&d));
    cr_assert_eq(c->id, 1);
    cr_assert_str_eq(c->name, "Ann");
    cr_assert_eq(c->email_ind, UOW_NULL);
    cr_assert_eq(fake_sql_count(), 1);
    calls_are(UOWI_FN_Execute, times, 1);
    calls_are(UOWI_FN_Prepare, times, 1);
    calls_are(UOWI_FN_FetchScroll, times, 1);
    cr_assert_eq(desk_close(&d), 0);
}

Test(polls, find_gives_the_same_row)
{
    for (size_t i = 0; i < 3; i++)
        find_one(polls[i]);
}

static void query_all(const char *dbms, unsigned times)
{
    uow_list *list = NULL;
    size_t before;

    begin(dbms, times);
    before = fake_sql_count();
    desk_two_customers();
    cr_assert_eq(uow_query(d.ctx, &shop_customers, "name <> ? ORDER BY name", (uow_arg[]){uow_arg_text("x")}, 1, NULL,
                           &list),
                 UOW_OK, "%s", desk_says(&d));
    cr_assert_eq(uow_list_count(list), 2);
    cr_assert_str_eq(((shop_customer *)uow_list_at(list, 1))->name, "Bob");
    uow_list_free(list);
    cr_assert_eq(fake_sql_count(), before + 1);
    cr_assert_str_eq(fake_param(1), "x");
    cr_assert_eq(desk_close(&d), 0);
}

Test(polls, query_gives_the_same_rows)
{
    for (size_t i = 0; i < 3; i++) {
        query_all("SQLite", polls[i]);
        query_all("PostgreSQL", polls[i]); /* reads large results without preparing */
        query_all("MariaDB", polls[i]);
    }
}

static void count_rows(unsigned times)
{
    static const fake_column column = {"count", SQL_BIGINT, 19, 0, SQL_NO_NULLS};
    static const char *const cell[] = {"7"};
    int64_t count = 0;
    int exists = 0;

    begin("SQLite", times);
    fake_rows("COUNT(*)", &column, 1, cell, 1);
    cr_assert_eq(uow_count(d.ctx, &shop_customers, NULL, NULL, 0, &count), UOW_OK, "%s", desk_says(&d));
    cr_assert_eq(uow_exists(d.ctx, &shop_customers, NULL, NULL, 0, &exists), UOW_OK, "%s", desk_says(&d));
    cr_assert_eq(count, 7);
    cr_assert_eq(exists, 1);
    cr_assert_eq(desk_close(&d), 0);
}

Test(polls, count_and_exists_give_the_same_answer)
{
    for (size_t i = 0; i < 3; i++)
        count_rows(polls[i]);
}

static void execute_one(unsigned times)
{
    int64_t affected = 0;

    begin("PostgreSQL", times);
    fake_affected("DELETE", 12);
    cr_assert_eq(uow_execute(d.ctx, "DELETE FROM t WHERE a = :a", (uow_arg[]){uow_arg_named("a", uow_arg_int64(5))}, 1,
                             &affected),
                 UOW_OK, "%s", desk_says(&d));
    cr_assert_eq(affected, 12);
    cr_assert_str_eq(fake_sql(0), "DELETE FROM t WHERE a = ?");
    cr_assert_str_eq(fake_param(1), "5");
    calls_are(UOWI_FN_Execute, times, 1);
    cr_assert_eq(desk_close(&d), 0);
}

Test(polls, execute_affects_the_same_rows_once)
{
    for (size_t i = 0; i < 3; i++)
        execute_one(polls[i]);
}

static void walk_cursor(unsigned times)
{
    uow_cursor *cursor = NULL;
    shop_customer *row = NULL;

    begin("SQLite", times);
    desk_two_customers();
    cr_assert_eq(uow_cursor_open(d.ctx, &shop_customers, NULL, NULL, 0, NULL, &cursor), UOW_OK, "%s", desk_says(&d));
    cr_assert_eq(uow_cursor_next(cursor, (void **)&row), UOW_OK);
    cr_assert_eq(row->id, 1);
    cr_assert_eq(uow_cursor_next(cursor, (void **)&row), UOW_OK);
    cr_assert_eq(uow_cursor_next(cursor, (void **)&row), UOW_END);
    uow_cursor_close(cursor);
    cr_assert_eq(desk_close(&d), 0);
}

Test(polls, a_cursor_walks_the_same_rows)
{
    for (size_t i = 0; i < 3; i++)
        walk_cursor(polls[i]);
}

/* A changed row, a new customer and a new order that refers to it. */
static void save_three(const char *dbms, unsigned times)
{
    static const fake_column id = {"id", SQL_BIGINT, 19, 0, SQL_NO_NULLS};
    static const char *const customer_id[] = {"100"};
    static const char *const order_id[] = {"200"};
    shop_customer *ann = NULL, *added = NULL;
    shop_order *order = NULL;
    shop_customer values = shop_ann(0);
    size_t saved = 0;

    begin(dbms, times);
    fake_rows("INTO \"customers\"", &id, 1, customer_id, 1);
    fake_rows("INTO \"orders\"", &id, 1, order_id, 1);
    fake_rows("INTO `customers`", &id, 1, customer_id, 1);
    fake_rows("INTO `orders`", &id, 1, order_id, 1);
    desk_two_customers();
    cr_assert_eq(uow_find(d.ctx, &shop_customers, uow_key_int64(1), (void **)&ann), UOW_OK, "%s", desk_says(&d));
    ann->balance = 99;
    cr_assert_eq(uow_add(d.ctx, &shop_customers, &values, (void **)&added), UOW_OK);
    cr_assert_eq(uow_add(d.ctx, &shop_orders, NULL, (void **)&order), UOW_OK);
    order->customer_id = added->id;
    cr_assert_eq(uow_save(d.ctx, &saved), UOW_OK, "%s", desk_says(&d));
    cr_assert_eq(saved, 3);
    cr_assert_eq(added->id, 100);
    cr_assert_eq(order->id, 200);
    cr_assert_eq(order->customer_id, 100);
    cr_assert_eq(ann->version, 4);
    cr_assert_eq(fake_sql_count(), 4, "one select and three writes");
    calls_are(UOWI_FN_EndTran, 0, 1);
    cr_assert_eq(desk_close(&d), 0);
}

Test(polls, save_writes_the_same_statements)
{
    for (size_t i = 0; i < 3; i++) {
        save_three("SQLite", polls[i]);
        save_three("PostgreSQL", polls[i]);
    }
}

/* No RETURNING: the key is asked for, then the row is read again. */
static void save_standard(unsigned times)
{
    shop_line line = {1, 2, 3};
    shop_line *added = NULL;

    begin("Whatever", times);
    size_t before = fake_sql_count();
    cr_assert_eq(uow_add(d.ctx, &shop_lines, &line, (void **)&added), UOW_OK);
    cr_assert_eq(uow_save(d.ctx, NULL), UOW_OK, "%s", desk_says(&d));
    cr_assert_eq(fake_sql_count(), before + 1);
    cr_assert_str_eq(fake_sql(before), "INSERT INTO \"lines\" (\"order_id\", \"line_no\", \"quantity\") VALUES (?, ?, ?)");
    cr_assert_eq(desk_close(&d), 0);
}

Test(polls, save_on_an_unknown_driver_too)
{
    for (size_t i = 0; i < 3; i++)
        save_standard(polls[i]);
}
