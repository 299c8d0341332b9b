/* Pages of a database that takes no text for them: what comes before is read and left out, and reading stops. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include <stdio.h>

#include "work_fixture.h"

#define ROWS 250

static desk d;

static void begin(void)
{
    static char ids[ROWS][8];
    static const char *cells[ROWS * 5];

    cr_assert(desk_open(&d, "Whatever"));
    for (size_t i = 0; i < ROWS; i++) {
        snprintf(ids[i], sizeof ids[i], "%zu", i + 1);
        cells[i * 5] = ids[i];
        cells[i * 5 + 1] = "x";
        cells[i * 5 + 2] = "0";
        cells[i * 5 + 3] = NULL;
        cells[i * 5 + 4] = "1";
    }
    fake_rows("FROM \"customers\"", desk_customer_columns, 5, cells, ROWS);
}

static void page(uint64_t limit, uint64_t offset, int64_t first, size_t count)
{
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;
    uow_list *list = NULL;

    options.limit = limit;
    options.offset = offset;
    cr_assert_eq(uow_query(d.ctx, &shop_customers, "ORDER BY customer_id", NULL, 0, &options, &list), UOW_OK, "%s",
                 desk_says(&d));
    cr_assert_eq(uow_list_count(list), count, "limit %d offset %d: %zu", (int)limit, (int)offset, uow_list_count(list));
    if (count)
        cr_assert_eq(((shop_customer *)uow_list_at(list, 0))->id, first);
    uow_list_free(list);
    cr_assert_null(strstr(fake_sql(fake_sql_count() - 1), "OFFSET"));
    cr_assert_null(strstr(fake_sql(fake_sql_count() - 1), "LIMIT"));
}

Test(page, rows_before_it_are_skipped_and_those_behind_it_not_read)
{
    begin();
    page(10, 0, 1, 10);
    page(10, 5, 6, 10);
    page(120, 110, 111, 120); /* over the ends of blocks */
    page(0, 240, 241, 10);
    page(20, 245, 246, 5);
    page(20, 250, 0, 0);
    page(20, 9999, 0, 0);
    page(UINT64_MAX, UINT64_MAX, 0, 0);
    page(0, 0, 1, ROWS);
    cr_assert_eq(desk_close(&d), 0);
}

Test(page, exists_looks_at_the_first_row_and_first_at_one)
{
    int exists = 0;
    void *row = NULL;

    begin();
    cr_assert_eq(uow_exists(d.ctx, &shop_customers, "name = 'x'", NULL, 0, &exists), UOW_OK, "%s", desk_says(&d));
    cr_assert_eq(exists, 1);
    cr_assert_str_eq(fake_sql(fake_sql_count() - 1), "SELECT 1 AS one FROM \"customers\" WHERE name = 'x'");
    cr_assert_eq(uow_first(d.ctx, &shop_customers, NULL, NULL, 0, &row), UOW_OK);
    cr_assert_eq(((shop_customer *)row)->id, 1);
    cr_assert_eq(uow_single(d.ctx, &shop_customers, NULL, NULL, 0, &row), UOW_NOT_UNIQUE);
    cr_assert_eq(desk_close(&d), 0);
}

Test(page, a_cursor_stops_too_and_cannot_be_bounded)
{
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;
    uow_cursor *cursor = NULL;
    void *row = NULL;
    size_t count = 0;

    begin();
    options.tracking = UOW_NO_TRACKING;
    options.limit = 7;
    options.offset = 2;
    cr_assert_eq(uow_cursor_open(d.ctx, &shop_customers, NULL, NULL, 0, &options, &cursor), UOW_OK, "%s", desk_says(&d));
    while (uow_cursor_next(cursor, &row) == UOW_OK)
        count++;
    uow_cursor_close(cursor);
    cr_assert_eq(count, 7);
    options.offset = 0;
    options.flags = UOW_BOUNDED;
    cr_assert_eq(uow_cursor_open(d.ctx, &shop_customers, NULL, NULL, 0, &options, &cursor), UOW_UNSUPPORTED);
    cr_assert_eq(desk_close(&d), 0);
}
