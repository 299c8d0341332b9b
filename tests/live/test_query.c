#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "live/shop.h"

/* "Ann Bob": the names of a list of buyers, in order. */
static const char *names(const uow_list *list)
{
    static char text[512];
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < uow_list_count(list); i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i ? " " : "",
                                 ((buyer *)uow_list_at(list, i))->name);
    return text;
}

static void query_is(const char *condition, const uow_arg *args, size_t count, const uow_query_options *options,
                     const char *expected)
{
    uow_list *list = NULL;

    UOW_OK(uow_query(l.ctx, &buyers, condition, args, count, options, &list));
    cr_assert_str_eq(names(list), expected, "%s: %s", condition ? condition : "(all)", names(list));
    uow_list_free(list);
}

static uow_list *query(const uow_query_options *options)
{
    uow_list *list = NULL;

    UOW_OK(uow_query(l.ctx, &buyers, "ORDER BY id", NULL, 0, options, &list));
    return list;
}

Test(query, a_condition_filters_orders_or_is_left_out)
{
    uow_arg one = uow_arg_text("Bob");
    shop_open();
    query_is("name = ?", &one, 1, NULL, "Bob");
    query_is("name <> ? ORDER BY name DESC", &one, 1, NULL, "Cid Ann");
    query_is("ORDER BY id DESC", NULL, 0, NULL, "Cid Bob Ann");
    query_is("balance > 1000", NULL, 0, NULL, "");
    uow_list *all = NULL;
    UOW_OK(uow_query(l.ctx, &buyers, NULL, NULL, 0, NULL, &all));
    cr_assert_eq(uow_list_count(all), 3);
    uow_list_free(all);
    shop_close();
}

Test(query, arguments_go_by_position_or_by_name)
{
    uow_arg positional[2] = {uow_arg_int64(1), uow_arg_double(7)};
    uow_arg named[2] = {uow_arg_named("low", uow_arg_int64(2)), uow_arg_named("name", uow_arg_text("Ann"))};
    shop_open();
    query_is("id = ? OR balance = ? ORDER BY id", positional, 2, NULL, "Ann Cid");
    query_is("name = :name OR id = :low ORDER BY id", named, 2, NULL, "Ann Bob");
    query_is("id >= :low AND id <= :low + 1 AND name <> :name AND name <> ':low' ORDER BY id", named, 2, NULL, "Bob Cid");
    shop_close();
}

Test(query, placeholders_and_arguments_that_do_not_match_are_refused_before_any_statement)
{
    uow_arg one = uow_arg_int64(1);
    uow_arg named = uow_arg_named("a", one);
    uow_list *list = NULL;
    shop_open();
    UOW_IS(UOW_MISUSE, uow_query(l.ctx, &buyers, "id = ? OR id = ?", &one, 1, NULL, &list));
    UOW_IS(UOW_MISUSE, uow_query(l.ctx, &buyers, "id = 1", &one, 1, NULL, &list));
    UOW_IS(UOW_MISUSE, uow_query(l.ctx, &buyers, "id = :b", &named, 1, NULL, &list));
    cr_assert_null(list);
    cr_assert_eq(shop_statements(), 0);
    shop_close();
}

Test(query, a_condition_with_a_second_statement_is_refused_before_any)
{
    uow_cursor *cursor = NULL;
    uow_list *list = NULL;
    void *row = NULL;
    int64_t count = 0;
    int exists = 0;
    char condition[120];
    shop_open();
    snprintf(condition, sizeof condition, "id = 2; DELETE FROM %s", buyer_table);
    UOW_IS(UOW_MISUSE, uow_query(l.ctx, &buyers, condition, NULL, 0, NULL, &list));
    UOW_IS(UOW_MISUSE, uow_first(l.ctx, &buyers, condition, NULL, 0, &row));
    UOW_IS(UOW_MISUSE, uow_single(l.ctx, &buyers, condition, NULL, 0, &row));
    UOW_IS(UOW_MISUSE, uow_count(l.ctx, &buyers, condition, NULL, 0, &count));
    UOW_IS(UOW_MISUSE, uow_exists(l.ctx, &buyers, condition, NULL, 0, &exists));
    UOW_IS(UOW_MISUSE, uow_cursor_open(l.ctx, &buyers, condition, NULL, 0, NULL, &cursor));
    cr_assert(live_error_contains(uow_context_error(l.ctx), "cannot have a \";\""));
    cr_assert_eq(shop_statements(), 0);
    UOW_OK(uow_count(l.ctx, &buyers, "name <> ';' -- all", NULL, 0, &count));
    cr_assert_eq(count, 3);
    shop_close();
}

Test(query, a_condition_may_end_in_a_line_comment)
{
    uow_query_options bounded = UOW_QUERY_OPTIONS_INIT;
    uow_cursor *cursor = NULL;
    void *row = NULL;
    int64_t count = 0;
    int exists = 0;
    shop_open();
    bounded.flags = UOW_BOUNDED;
    bounded.tracking = UOW_NO_TRACKING;
    UOW_OK(uow_count(l.ctx, &buyers, "id < 3 -- two", NULL, 0, &count));
    cr_assert_eq(count, 2);
    UOW_OK(uow_exists(l.ctx, &buyers, "id < 3 -- two", NULL, 0, &exists));
    cr_assert(exists);
    UOW_OK(uow_first(l.ctx, &buyers, "id < 2 -- one", NULL, 0, &row));
    UOW_OK(uow_cursor_open(l.ctx, &buyers, "id < 2 -- one", NULL, 0, &bounded, &cursor));
    UOW_OK(uow_cursor_next(cursor, &row));
    UOW_IS(UOW_END, uow_cursor_next(cursor, &row));
    uow_cursor_close(cursor);
    shop_close();
}

Test(query, a_tracked_key_gives_the_tracked_instance_untouched)
{
    shop_open();
    buyer *ann = shop_buyer(1);
    ann->balance = 99;
    live_run(&l, "UPDATE %s SET balance = 50 WHERE id = 1", buyer_table);
    uow_list *list = query(NULL);
    cr_assert_eq(uow_list_at(list, 0), ann);
    cr_assert_float_eq(ann->balance, 99, 0);
    cr_assert_null(uow_list_array(list));
    cr_assert_eq(shop_buyer(3), uow_list_at(list, 2));
    uow_list_free(list);
    cr_assert_str_eq(ann->name, "Ann", "tracked rows outlive their list");
    shop_close();
}

Test(query, refresh_overwrites_tracked_instances_with_what_the_database_has)
{
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;
    shop_open();
    buyer *ann = shop_buyer(1);
    ann->balance = 99;
    live_run(&l, "UPDATE %s SET balance = 50 WHERE id = 1", buyer_table);
    options.flags = UOW_REFRESH;
    uow_list_free(query(&options));
    cr_assert_float_eq(ann->balance, 50, 0);
    cr_assert_eq(uow_state(l.ctx, ann), UOW_UNCHANGED);
    shop_close();
}

Test(query, without_tracking_rows_are_one_array_and_the_tracker_knows_none)
{
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;
    shop_open();
    buyer *ann = shop_buyer(1);
    ann->balance = 99;
    options.tracking = UOW_NO_TRACKING;
    uow_list *list = query(&options);
    buyer *rows = uow_list_array(list);
    cr_assert_eq(rows, uow_list_at(list, 0));
    cr_assert_eq(&rows[2], uow_list_at(list, 2));
    cr_assert_float_eq(rows[0].balance, 12.5, 0);
    cr_assert_eq(uow_state(l.ctx, &rows[0]), UOW_DETACHED);
    cr_assert_null(uow_list_at(list, 3));
    uow_counters counters = UOW_COUNTERS_INIT;
    UOW_OK(uow_context_counters(l.ctx, &counters));
    cr_assert_eq(counters.tracked, 1);
    uow_list_free(list);
    shop_close();
}

Test(query, without_tracking_but_with_identity_a_key_has_one_instance)
{
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;
    uow_list *list = NULL;
    char sql[256];
    shop_open();
    options.tracking = UOW_NO_TRACKING_IDENTITY;
    snprintf(sql, sizeof sql, "SELECT b.* FROM %s b CROSS JOIN (SELECT 1 AS n UNION ALL SELECT 2) twice ORDER BY b.id, n",
             buyer_table);
    UOW_OK(uow_query_sql(l.ctx, &buyers, sql, NULL, 0, &options, &list));
    cr_assert_eq(uow_list_count(list), 6);
    cr_assert_eq(uow_list_at(list, 0), uow_list_at(list, 1));
    cr_assert_neq(uow_list_at(list, 1), uow_list_at(list, 2));
    cr_assert_eq(uow_state(l.ctx, uow_list_at(list, 0)), UOW_DETACHED);
    uow_list_free(list);
    shop_close();
}

Test(query, first_gives_one_row_or_not_found)
{
    uow_arg id = uow_arg_int64(99);
    void *row = NULL;
    shop_open();
    UOW_OK(uow_first(l.ctx, &buyers, "ORDER BY id DESC", NULL, 0, &row));
    cr_assert_str_eq(((buyer *)row)->name, "Cid");
    cr_assert_eq(uow_state(l.ctx, row), UOW_UNCHANGED);
    row = NULL;
    UOW_IS(UOW_NOT_FOUND, uow_first(l.ctx, &buyers, "id = ?", &id, 1, &row));
    cr_assert_null(row);
    shop_close();
}

Test(query, single_wants_exactly_one_row)
{
    uow_arg id = uow_arg_int64(2);
    void *row = NULL;
    shop_open();
    UOW_OK(uow_single(l.ctx, &buyers, "id = ?", &id, 1, &row));
    cr_assert_str_eq(((buyer *)row)->name, "Bob");
    UOW_IS(UOW_NOT_UNIQUE, uow_single(l.ctx, &buyers, "id >= ?", &id, 1, &row));
    UOW_IS(UOW_NOT_FOUND, uow_single(l.ctx, &buyers, "id < ? - 1", &id, 1, &row));
    shop_close();
}

Test(query, the_database_counts_and_nothing_is_tracked)
{
    uow_arg name = uow_arg_text("Bob");
    uow_counters counters = UOW_COUNTERS_INIT;
    int64_t count = -1;
    int exists = -1;
    shop_open();
    UOW_OK(uow_count(l.ctx, &buyers, NULL, NULL, 0, &count));
    cr_assert_eq(count, 3);
    UOW_OK(uow_count(l.ctx, &buyers, "name <> ? ORDER BY name", &name, 1, &count));
    cr_assert_eq(count, 2);
    UOW_OK(uow_exists(l.ctx, &buyers, "name = ?", &name, 1, &exists));
    cr_assert_eq(exists, 1);
    UOW_OK(uow_exists(l.ctx, &buyers, "name = 'Zoe'", NULL, 0, &exists));
    cr_assert_eq(exists, 0);
    UOW_OK(uow_context_counters(l.ctx, &counters));
    cr_assert_eq(counters.tracked, 0);
    shop_close();
}

Test(query, limit_and_offset_page_through_the_rows)
{
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;
    shop_open();
    options.limit = 2;
    query_is("ORDER BY id", NULL, 0, &options, "Ann Bob");
    options.offset = 2;
    query_is("ORDER BY id", NULL, 0, &options, "Cid");
    options.limit = 0;
    options.offset = 1;
    query_is("ORDER BY id", NULL, 0, &options, "Bob Cid");
    options.offset = 5;
    query_is("ORDER BY id", NULL, 0, &options, "");
    shop_close();
}

Test(query, raw_sql_is_mapped_by_column_name)
{
    uow_arg id = uow_arg_named("id", uow_arg_int64(2));
    uow_list *list = NULL;
    char sql[256];
    shop_open();
    snprintf(sql, sizeof sql,
             "SELECT 'more' AS extra, version, email AS EMAIL, balance AS Balance, id, name FROM %s WHERE id = :id",
             buyer_table);
    UOW_OK(uow_query_sql(l.ctx, &buyers, sql, &id, 1, NULL, &list));
    buyer *bob = uow_list_at(list, 0);
    cr_assert_str_eq(bob->name, "Bob");
    cr_assert_str_eq(bob->email, "bob@example.org");
    cr_assert_eq(bob->version, 1);
    cr_assert_eq(shop_buyer(2), bob, "it is tracked");
    uow_list_free(list);
    shop_close();
}

Test(query, a_column_missing_from_raw_sql_is_named)
{
    uow_list *list = NULL;
    char sql[256];
    shop_open();
    snprintf(sql, sizeof sql, "SELECT id, name, balance, email FROM %s", buyer_table);
    UOW_IS(UOW_SQL, uow_query_sql(l.ctx, &buyers, sql, NULL, 0, NULL, &list));
    cr_assert_str_eq(uow_error_column(uow_context_error(l.ctx)), "version");
    LIVE_CONTAINS(uow_context_message(l.ctx), "the result has no column version");
    cr_assert_null(list);
    cr_assert_str_eq(shop_buyer(1)->name, "Ann");
    shop_close();
}

Test(query, limit_does_not_apply_to_raw_sql_and_a_statement_without_rows_is_refused)
{
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;
    uow_list *list = NULL;
    char sql[256];
    shop_open();
    options.limit = 1;
    UOW_IS(UOW_MISUSE, uow_query_sql(l.ctx, &buyers, "SELECT 1", NULL, 0, &options, &list));
    snprintf(sql, sizeof sql, "DELETE FROM %s WHERE id = 99", buyer_table);
    UOW_IS(UOW_MISUSE, uow_query_sql(l.ctx, &buyers, sql, NULL, 0, NULL, &list));
    cr_assert_str_eq(shop_buyer(1)->name, "Ann");
    shop_close();
}

typedef struct total {
    char name[41];
    int64_t purchases;
} total;
static const uow_column total_columns[] = {
    UOW_COLUMN(total, name, "name", UOW_TEXT, 0),
    UOW_COLUMN(total, purchases, "purchases", UOW_INT64, 0),
};
static const uow_entity totals = UOW_ENTITY_KEYLESS(total, NULL, total_columns);

Test(query, a_keyless_entity_takes_any_result_and_is_never_tracked)
{
    static const uow_entity *const entities[] = {&totals};
    uow_list *list = NULL;
    void *row = NULL;
    live_open(&l, entities, 1);
    UOW_OK(uow_query_sql(l.ctx, &totals, "SELECT 'Ann' AS name, 2 AS purchases UNION ALL SELECT 'Bob', 5 ORDER BY 1",
                         NULL, 0, NULL, &list));
    total *rows = uow_list_array(list);
    cr_assert_eq(uow_list_count(list), 2);
    cr_assert_str_eq(rows[1].name, "Bob");
    cr_assert_eq(rows[1].purchases, 5);
    cr_assert_eq(uow_state(l.ctx, rows), UOW_DETACHED);
    uow_list_free(list);
    UOW_IS(UOW_MISUSE, uow_find(l.ctx, &totals, uow_key_int64(1), &row));
    UOW_IS(UOW_MISUSE, uow_add(l.ctx, &totals, NULL, &row));
    UOW_IS(UOW_MISUSE, uow_query(l.ctx, &totals, NULL, NULL, 0, NULL, &list));
    live_close(&l);
}

Test(query, a_prepared_statement_runs_many_times)
{
    uow_statement *statement = NULL;
    char sql[128];
    shop_open();
    snprintf(sql, sizeof sql, "SELECT * FROM %s WHERE id = :id", buyer_table);
    UOW_OK(uow_statement_prepare(l.ctx, sql, &statement));
    for (int64_t id = 1; id <= 3; id++) {
        uow_arg arg = uow_arg_named("id", uow_arg_int64(id));
        uow_list *list = NULL;
        UOW_OK(uow_statement_query(statement, &buyers, &arg, 1, NULL, &list));
        cr_assert_eq(uow_list_count(list), 1);
        cr_assert_eq(((buyer *)uow_list_at(list, 0))->id, id);
        uow_list_free(list);
    }
    uow_statement_free(statement);
    shop_close();
}

Test(query, a_list_outlives_its_context)
{
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;
    shop_open();
    options.tracking = UOW_NO_TRACKING;
    uow_list *list = query(&options);
    live_reopen(&l, NULL);
    cr_assert_str_eq(names(list), "Ann Bob Cid");
    uow_list_free(list);
    shop_close();
}

Test(query, a_missing_table_is_said_and_the_context_goes_on)
{
    uow_list *list = NULL;
    shop_open();
    UOW_IS(UOW_SQL, uow_query_sql(l.ctx, &buyers, "SELECT * FROM no_such_table", NULL, 0, NULL, &list));
    cr_assert(live_error_contains(uow_context_error(l.ctx), "no_such_table"));
    cr_assert_str_eq(shop_buyer(1)->name, "Ann");
    shop_close();
}

/* Symptom: the rows were gone, and the error said how to run the statement that had run. */
Test(query, a_query_that_is_none_is_refused_before_it_runs)
{
    uow_statement *statement = NULL;
    uow_list *list = NULL;
    char sql[120];
    shop_open();
    snprintf(sql, sizeof sql, "DELETE FROM %s -- RETURNING", item_table);
    UOW_IS(UOW_MISUSE, uow_query_sql(l.ctx, &buyers, sql, NULL, 0, NULL, &list));
    LIVE_CONTAINS(uow_context_message(l.ctx), "has not been run: run it by uow_execute");
    UOW_IS(UOW_MISUSE, uow_query_sql(l.ctx, &buyers, "CREATE TABLE none (a int)", NULL, 0, NULL, &list));
    cr_assert_eq(shop_statements(), 0);
    UOW_OK(uow_statement_prepare(l.ctx, sql, &statement));
    UOW_IS(UOW_MISUSE, uow_statement_query(statement, &buyers, NULL, 0, NULL, &list));
    uow_statement_free(statement);
    shop_close();
}

Test(query, an_empty_statement_is_refused_before_it_is_sent)
{
    uow_statement *statement = NULL;
    uow_rows *rows = NULL;
    uow_list *list = NULL;
    shop_open();
    UOW_IS(UOW_MISUSE, uow_execute(l.ctx, "", NULL, 0, NULL));
    UOW_IS(UOW_MISUSE, uow_execute(l.ctx, " \n\t", NULL, 0, NULL));
    LIVE_CONTAINS(uow_context_message(l.ctx), "the statement is empty");
    UOW_IS(UOW_MISUSE, uow_query_sql(l.ctx, &buyers, "", NULL, 0, NULL, &list));
    UOW_IS(UOW_MISUSE, uow_rows_open(l.ctx, " ", NULL, 0, &rows));
    UOW_IS(UOW_MISUSE, uow_statement_prepare(l.ctx, "", &statement));
    cr_assert_eq(shop_statements(), 0);
    shop_close();
}
