#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <stdlib.h>

#include "live/shop.h"

/* A buyer whose name does not fit. */
typedef struct narrow_row {
    int64_t id;
    char name[3];
} narrow_row;

static uow_cursor *open_cursor(const uow_entity *entity, const char *condition, const uow_arg *args, size_t count,
                               const uow_query_options *options)
{
    uow_cursor *cursor = NULL;

    UOW_OK(uow_cursor_open(l.ctx, entity, condition, args, count, options, &cursor));
    return cursor;
}

static uow_query_options bounded(void)
{
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;

    options.tracking = UOW_NO_TRACKING;
    options.flags = UOW_BOUNDED;
    return options;
}

/* Reads to the end: how many rows, and the sum of their first members. */
static size_t drain(uow_cursor *cursor, int64_t *out_sum)
{
    uow_status st;
    size_t rows = 0;
    void *row = NULL;

    *out_sum = 0;
    while ((st = uow_cursor_next(cursor, &row)) == UOW_OK) {
        *out_sum += *(int64_t *)row;
        rows++;
    }
    UOW_IS(UOW_END, st);
    return rows;
}

Test(cursor, rows_come_one_after_the_other)
{
    uow_arg name = uow_arg_text("Bob");
    buyer *row = NULL;
    shop_open();
    uow_cursor *cursor = open_cursor(&buyers, "name <> ? ORDER BY id", &name, 1, NULL);
    UOW_OK(uow_cursor_next(cursor, (void **)&row));
    cr_assert_str_eq(row->name, "Ann");
    UOW_OK(uow_cursor_next(cursor, (void **)&row));
    cr_assert_str_eq(row->name, "Cid");
    UOW_IS(UOW_END, uow_cursor_next(cursor, (void **)&row));
    UOW_IS(UOW_END, uow_cursor_next(cursor, (void **)&row));
    uow_cursor_close(cursor);
    shop_close();
}

Test(cursor, no_row_at_all_is_the_end_at_once)
{
    int64_t sum;
    uow_query_options options = bounded();
    shop_open();
    uow_cursor *cursor = open_cursor(&buyers, "id < 0", NULL, 0, NULL);
    cr_assert_eq(drain(cursor, &sum), 0);
    uow_cursor_close(cursor);
    cursor = open_cursor(&buyers, "id < 0", NULL, 0, &options);
    cr_assert_eq(drain(cursor, &sum), 0);
    uow_cursor_close(cursor);
    shop_close();
}

Test(cursor, it_tracks_only_when_asked)
{
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;
    void *row = NULL;
    shop_open();
    uow_cursor *cursor = open_cursor(&buyers, "id = 1", NULL, 0, NULL);
    UOW_OK(uow_cursor_next(cursor, &row));
    uow_cursor_close(cursor);
    cr_assert_eq(uow_state(l.ctx, row), UOW_DETACHED);
    buyer *bob = shop_buyer(2);
    bob->balance = 99;
    cursor = open_cursor(&buyers, "ORDER BY id", NULL, 0, &options);
    UOW_OK(uow_cursor_next(cursor, &row));
    buyer *ann = row;
    UOW_OK(uow_cursor_next(cursor, &row));
    cr_assert_eq(row, bob);
    cr_assert_float_eq(bob->balance, 99, 0);
    uow_cursor_close(cursor);
    cr_assert_eq(uow_state(l.ctx, ann), UOW_UNCHANGED);
    cr_assert_eq(shop_buyer(1), ann);
    shop_close();
}

Test(cursor, a_refreshing_cursor_overwrites_tracked_instances)
{
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;
    int64_t sum;
    shop_open();
    buyer *ann = shop_buyer(1);
    ann->balance = 99;
    options.flags = UOW_REFRESH;
    uow_cursor *cursor = open_cursor(&buyers, NULL, NULL, 0, &options);
    drain(cursor, &sum);
    uow_cursor_close(cursor);
    cr_assert_float_eq(ann->balance, 12.5, 0);
    shop_close();
}

Test(cursor, the_guard_is_held_until_it_is_drained)
{
    void *row = NULL;
    int64_t sum;
    shop_open();
    uow_cursor *cursor = open_cursor(&buyers, NULL, NULL, 0, NULL);
    UOW_OK(uow_cursor_next(cursor, &row));
    UOW_IS(UOW_BUSY, uow_find(l.ctx, &buyers, uow_key_int64(1), &row));
    LIVE_CONTAINS(uow_context_message(l.ctx), "find at ");
    LIVE_CONTAINS(uow_context_message(l.ctx), "test_cursor.c:");
    LIVE_CONTAINS(uow_context_message(l.ctx), " refused: cursor_open started at ");
    LIVE_CONTAINS(uow_context_message(l.ctx), ": SELECT ");
    UOW_IS(UOW_BUSY, uow_close(l.ctx));
    cr_assert_eq(drain(cursor, &sum), 2);
    cr_assert_str_eq(shop_buyer(1)->name, "Ann");
    uow_cursor_close(cursor);
    shop_close();
}

Test(cursor, the_guard_is_held_until_it_is_closed)
{
    void *row = NULL;
    shop_open();
    uow_cursor *cursor = open_cursor(&buyers, NULL, NULL, 0, NULL);
    UOW_OK(uow_cursor_next(cursor, &row));
    UOW_IS(UOW_BUSY, uow_save(l.ctx, NULL));
    uow_cursor_close(cursor);
    cr_assert_str_eq(shop_buyer(1)->name, "Ann");
    uow_cursor_close(NULL);
    shop_close();
}

Test(cursor, two_may_be_open_on_two_contexts)
{
    uow_cursor *other = NULL;
    int64_t sum;
    shop_open();
    uow_context *second = live_another(&l);
    uow_cursor *cursor = open_cursor(&buyers, NULL, NULL, 0, NULL);
    UOW_OK_ON(second, uow_cursor_open(second, &buyers, NULL, NULL, 0, NULL, &other));
    cr_assert_eq(drain(cursor, &sum), 3);
    cr_assert_eq(drain(other, &sum), 3);
    uow_cursor_close(cursor);
    uow_cursor_close(other);
    shop_close();
}

/* --- bounded */

/* Cities from first on, at most 1,000. */
static void fill_cities(int country, int cities, int first)
{
    static char sql[64000];
    size_t used = (size_t)snprintf(sql, sizeof sql, "INSERT INTO %s (country, city, people) VALUES ", place_table);

    for (int i = first; i < cities && i < first + 1000; i++)
        used += (size_t)snprintf(sql + used, sizeof sql - used, "%s('land %02d', 'City %05d', %d)", i > first ? ", " : "",
                                 country, i, country * cities + i);
    cr_assert_lt(used, sizeof sql);
    live_run(&l, "%s", sql);
}

static void fill_places(int countries, int cities)
{
    for (int country = 0; country < countries; country++)
        for (int first = 0; first < cities; first += 1000)
            fill_cities(country, cities, first);
}

/* Every place once, in key order where pages make it so. */
static size_t drain_places(uow_cursor *cursor, int64_t *out_sum)
{
    char last[64] = "";
    size_t rows = 0;
    place *row = NULL;
    uow_status st;

    *out_sum = 0;
    while ((st = uow_cursor_next(cursor, (void **)&row)) == UOW_OK) {
        char key[80];
        snprintf(key, sizeof key, "%s/%s", row->country, row->city);
        cr_assert_lt(strcmp(last, key), 0, "%s after %s", key, last);
        memcpy(last, key, sizeof last);
        *out_sum += row->people;
        rows++;
    }
    UOW_IS(UOW_END, st);
    return rows;
}

Test(cursor, bounded_rows_come_in_key_order_whatever_order_they_were_written_in)
{
    uow_query_options options = bounded();
    int64_t last = 0;
    void *row = NULL;
    shop_open();
    live_run(&l, "DELETE FROM %s", buyer_table);
    for (int id = 40; id > 0; id -= 3)
        live_run(&l, "INSERT INTO %s (id, name, balance, version) VALUES (%d, 'x%d', 1, 1)", buyer_table, id, id);
    uow_cursor *cursor = open_cursor(&buyers, "balance = 1", NULL, 0, &options);
    while (uow_cursor_next(cursor, &row) == UOW_OK) {
        cr_assert_gt(((buyer *)row)->id, last);
        last = ((buyer *)row)->id;
    }
    cr_assert_eq(last, 40);
    uow_cursor_close(cursor);
    shop_close();
}

Test(cursor, bounded_pages_follow_a_composite_text_key)
{
    uow_query_options options = bounded();
    int64_t sum;
    shop_open();
    fill_places(9, 2000);
    uow_cursor *cursor = open_cursor(&places, NULL, NULL, 0, &options);
    cr_assert_eq(drain_places(cursor, &sum), 18000);
    cr_assert_eq(sum, INT64_C(18000) * 17999 / 2);
    uow_cursor_close(cursor);
    cr_assert_eq(uow_unit_depth(l.ctx), 0);
    cr_assert_gt(shop_statements(), 2, "more than one page");
    shop_close();
}

static void bounded_with(const char *condition, const uow_arg *args, size_t count, uint64_t limit, size_t rows)
{
    uow_query_options options = bounded();
    int64_t sum;

    options.limit = limit;
    uow_cursor *cursor = open_cursor(&places, condition, args, count, &options);
    cr_assert_eq(drain_places(cursor, &sum), rows, "%s", condition ? condition : "(all)");
    uow_cursor_close(cursor);
}

Test(cursor, bounded_takes_conditions_arguments_and_a_limit)
{
    char country[] = "land 01";
    uow_arg positional[2] = {uow_arg_text(country), uow_arg_int64(100)};
    uow_arg named[2] = {uow_arg_named("country", uow_arg_text(country)), uow_arg_named("few", uow_arg_int64(100))};
    shop_open();
    fill_places(6, 4000);
    bounded_with("country = ? OR people < ?", positional, 2, 0, 4100);
    if (!l.standard || l.database != LIVE_POSTGRESQL) /* which cannot tell the type of "-?" in a prepared statement */
        bounded_with("country = :country OR people < :few OR people = -:few", named, 2, 0, 4100);
    bounded_with("people >= 4000 OR people < 0", NULL, 0, 0, 20000);
    bounded_with(NULL, NULL, 0, 17001, 17001);
    bounded_with(NULL, NULL, 0, 7, 7);
    bounded_with("city <> 'order by mail'", NULL, 0, 5, 5);
    shop_close();
}

Test(cursor, bounded_arguments_need_not_outlive_the_call_that_opens)
{
    uow_query_options options = bounded();
    char country[] = "land 01";
    uow_arg arg = uow_arg_named("country", uow_arg_text(country));
    int64_t sum;
    shop_open();
    fill_places(2, 9000);
    uow_cursor *cursor = open_cursor(&places, "country <> :country", &arg, 1, &options);
    memset(country, 'x', sizeof country - 1);
    memset(&arg, 0x5a, sizeof arg);
    cr_assert_eq(drain_places(cursor, &sum), 9000);
    uow_cursor_close(cursor);
    shop_close();
}

/* Symptom: a byte behind an empty argument was read (AddressSanitizer). */
Test(cursor, bounded_reads_nothing_behind_an_empty_argument)
{
    uow_query_options options = bounded();
    char *byte = calloc(1, 1);
    uow_arg empty = uow_arg_text_n(byte + 1, 0);
    int64_t sum;
    shop_open();
    fill_places(1, 10);
    uow_cursor *cursor = open_cursor(&places, "country <> ?", &empty, 1, &options);
    cr_assert_eq(drain_places(cursor, &sum), 10);
    uow_cursor_close(cursor);
    free(byte);
    shop_close();
}

Test(cursor, bounded_works_inside_a_unit_and_leaves_it_open)
{
    uow_query_options options = bounded();
    int64_t sum;
    shop_open();
    UOW_OK(uow_begin(l.ctx, NULL));
    fill_places(2, 9000);
    uow_cursor *cursor = open_cursor(&places, NULL, NULL, 0, &options);
    cr_assert_eq(drain_places(cursor, &sum), 18000);
    uow_cursor_close(cursor);
    cr_assert_eq(uow_unit_depth(l.ctx), 1);
    UOW_OK(uow_rollback(l.ctx));
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s", place_table), 0);
    shop_close();
}

Test(cursor, a_bounded_cursor_closed_early_ends_its_own_transaction)
{
    uow_query_options options = bounded();
    void *row = NULL;
    shop_open();
    fill_places(1, 2000);
    for (int i = 0; i < 3; i++) {
        uow_cursor *cursor = open_cursor(&places, NULL, NULL, 0, &options);
        UOW_OK(uow_cursor_next(cursor, &row));
        uow_cursor_close(cursor);
        cr_assert_eq(uow_unit_depth(l.ctx), 0);
    }
    uow_context *other = live_another(&l);
    char sql[128];
    snprintf(sql, sizeof sql, "DELETE FROM %s", place_table);
    UOW_OK_ON(other, uow_execute(other, sql, NULL, 0, NULL));
    shop_close();
}

/* Rows that another context adds meanwhile are not met: one snapshot. (SQLite's file has one writer and no reader meanwhile.) */
Test(cursor, bounded_pages_are_one_snapshot)
{
    uow_query_options options = bounded();
    int64_t sum;
    shop_open();
    fill_places(2, 8000);
    uow_cursor *cursor = open_cursor(&places, NULL, NULL, 0, &options);
    if (l.database != LIVE_SQLITE) {
        uow_context *other = live_another(&l);
        char sql[160];
        snprintf(sql, sizeof sql, "INSERT INTO %s (country, city, people) VALUES ('land 99', 'Late', 1000000)", place_table);
        UOW_OK_ON(other, uow_execute(other, sql, NULL, 0, NULL));
    }
    cr_assert_eq(drain_places(cursor, &sum), 16000);
    uow_cursor_close(cursor);
    shop_close();
}

Test(cursor, bounded_says_why_where_it_cannot_be)
{
    uow_query_options options = bounded();
    uow_cursor *cursor = NULL;
    shop_open();
    if (l.database == LIVE_POSTGRESQL && !l.standard) { /* a server-side cursor takes any order */
        UOW_OK(uow_cursor_open(l.ctx, &buyers, "ORDER BY name DESC", NULL, 0, &options, &cursor));
        uow_cursor_close(cursor);
    } else {
        UOW_IS(UOW_UNSUPPORTED, uow_cursor_open(l.ctx, &buyers, "ORDER BY name DESC", NULL, 0, &options, &cursor));
        LIVE_CONTAINS(uow_context_message(l.ctx), "the condition cannot have an ORDER BY of its own");
        options.offset = 1;
        UOW_IS(UOW_UNSUPPORTED, uow_cursor_open(l.ctx, &buyers, NULL, NULL, 0, &options, &cursor));
        cr_assert_null(cursor);
    }
    cr_assert_eq(uow_unit_depth(l.ctx), 0);
    cr_assert_str_eq(shop_buyer(1)->name, "Ann");
    shop_close();
}

Test(cursor, identity_without_tracking_is_refused)
{
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;
    uow_cursor *cursor = NULL;
    shop_open();
    options.tracking = UOW_NO_TRACKING_IDENTITY;
    UOW_IS(UOW_MISUSE, uow_cursor_open(l.ctx, &buyers, NULL, NULL, 0, &options, &cursor));
    shop_close();
}

/* --- many rows */

static void fill_many(int rows)
{
    live_run(&l, "INSERT INTO %s (id, buyer_id, status) VALUES (1, 1, 'open')", purchase_table);
    if (l.database == LIVE_MARIADB)
        live_run(&l, "INSERT INTO %s (purchase_id, line_no, quantity) SELECT 1, seq, seq FROM seq_1_to_%d", item_table,
                 rows);
    else
        live_run(&l,
                 "INSERT INTO %s (purchase_id, line_no, quantity) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i "
                 "+ 1 FROM n WHERE i < %d) SELECT 1, i, i FROM n",
                 item_table, rows);
}

Test(cursor, fifty_thousand_rows_stream_through_little_memory, .timeout = 60)
{
    uow_query_options options = bounded();
    item *row = NULL;
    int64_t sum = 0;
    int32_t rows = 0;
    shop_open();
    fill_many(50000);
    l.peak = l.bytes;
    size_t before = l.bytes;
    uow_cursor *cursor = open_cursor(&items, NULL, NULL, 0, &options);
    while (uow_cursor_next(cursor, (void **)&row) == UOW_OK) {
        sum += row->quantity;
        cr_assert_eq(row->line_no, ++rows);
    }
    uow_cursor_close(cursor);
    cr_assert_eq(rows, 50000);
    cr_assert_eq(sum, INT64_C(50000) * 50001 / 2);
    cr_assert_lt(l.peak - before, 1500000, "%zu bytes", l.peak - before);
    shop_close();
}

static uint64_t allocations(void)
{
    uow_counters counters = UOW_COUNTERS_INIT;

    UOW_OK(uow_context_counters(l.ctx, &counters));
    return counters.allocations;
}

/* The first rows warm it up; of the others so many may allocate in all. */
static void read_without_allocating(const uow_query_options *options, uint64_t allowed)
{
    uow_cursor *cursor = open_cursor(&items, NULL, NULL, 0, options);
    item *row = NULL;
    size_t rows = 0;

    for (; rows < 10000; rows++)
        UOW_OK(uow_cursor_next(cursor, (void **)&row));
    uint64_t before = allocations();
    while (uow_cursor_next(cursor, (void **)&row) == UOW_OK)
        rows++;
    uint64_t after = allocations();
    uow_cursor_close(cursor);
    cr_assert_eq(rows, 20000);
    cr_assert_leq(after - before, allowed, "%llu allocations for 10,000 rows", (unsigned long long)(after - before));
}

static void list_without_allocating(uow_tracking tracking, uint64_t allowed)
{
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;
    uow_list *list = NULL;

    options.tracking = tracking;
    uint64_t before = allocations();
    UOW_OK(uow_query(l.ctx, &items, NULL, NULL, 0, &options, &list));
    uint64_t after = allocations();
    cr_assert_eq(uow_list_count(list), 20000);
    uow_list_free(list);
    cr_assert_leq(after - before, allowed, "%llu allocations for 20,000 rows, tracking %d",
                  (unsigned long long)(after - before), (int)tracking);
}

static void rows_without_allocating(uint64_t allowed)
{
    uow_rows *rows = NULL;
    char sql[128];
    size_t count = 0;

    snprintf(sql, sizeof sql, "SELECT purchase_id, line_no, quantity FROM %s", item_table);
    UOW_OK(uow_rows_open(l.ctx, sql, NULL, 0, &rows));
    uint64_t before = 0;
    for (; uow_rows_next(rows) == UOW_OK; count++) {
        const char *text = NULL;
        int64_t number = 0;

        if (count == 1000)
            before = allocations();
        UOW_OK(uow_rows_int64(rows, 1, &number));
        UOW_OK(uow_rows_text(rows, 2, &text, NULL));
    }
    uint64_t after = allocations();
    uow_rows_close(rows);
    cr_assert_eq(count, 20000);
    cr_assert_leq(after - before, allowed, "%llu allocations for 19,000 rows", (unsigned long long)(after - before));
}

/* Memory grows by blocks and doublings: far from one allocation a row, whichever way the rows are read. */
Test(cursor, reading_is_free_of_allocations_once_warm, .timeout = 60)
{
    uow_query_options pages = bounded();

    shop_open();
    fill_many(20000);
    read_without_allocating(NULL, 8);
    read_without_allocating(&pages, 200); /* each page is a statement */
    list_without_allocating(UOW_NO_TRACKING, 60);
    list_without_allocating(UOW_NO_TRACKING_IDENTITY, 100);
    list_without_allocating(UOW_TRACKED, 400); /* slabs of the tracker */
    list_without_allocating(UOW_TRACKED, 60);  /* they are there now */
    rows_without_allocating(8);
    shop_close();
}

/* Symptom: a loop that asked again took a failed read for the end of the rows. */
Test(cursor, a_failed_cursor_answers_its_error_again)
{
    void *row = NULL;
    shop_open();
    static const uow_column narrow_columns[] = {UOW_COLUMN(narrow_row, id, "id", UOW_INT64, UOW_KEY),
                                                UOW_COLUMN(narrow_row, name, "name", UOW_TEXT, 0)};
    static const uow_entity narrow = UOW_ENTITY(narrow_row, buyer_table, narrow_columns);
    const uow_entity *const entities[] = {&narrow};
    uow_model *model = NULL;
    uow_context *other = NULL;
    uow_cursor *cursor = NULL;
    UOW_OK(uow_model_create(l.env, entities, 1, &model));
    UOW_OK(uow_open(l.env, live_dsn(), model, NULL, &other));
    UOW_OK_ON(other, uow_cursor_open(other, &narrow, "ORDER BY id", NULL, 0, NULL, &cursor));
    UOW_IS_ON(other, UOW_TRUNCATED, uow_cursor_next(cursor, &row));
    UOW_IS_ON(other, UOW_TRUNCATED, uow_cursor_next(cursor, &row));
    uow_cursor_close(cursor);
    uow_close(other);
    uow_model_free(model);
    shop_close();
}
