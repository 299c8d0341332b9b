#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include "odbc/rowset.h"
#include "odbc_fixture.h"

struct person {
    int32_t id;
    char name[9];
    uow_timestamp seen;
    uow_ind seen_ind;
    uow_text note;
    uint8_t small;
};

static const uow_column id_column = UOW_COLUMN(struct person, id, "id", UOW_INT32, 0);
static const uow_column name_column = UOW_COLUMN(struct person, name, "name", UOW_TEXT, 0);
static const uow_column seen_column = UOW_COLUMN_NULL(struct person, seen, seen_ind, "seen", UOW_TIMESTAMP, 0);
static const uow_column note_column = UOW_COLUMN(struct person, note, "note", UOW_LONGTEXT, 0);
static const uow_column small_column = UOW_COLUMN(struct person, small, "small", UOW_UINT8, 0);

static fixture f;
static uowi_stmt *stmt;
static uowi_rowset *rowset;

static void begin(const char *dbms)
{
    fake_begin(dbms);
    cr_assert_eq(fixture_open(&f, "Driver=/fake/none.so"), UOW_OK);
    cr_assert_eq(uowi_stmt_open(f.conn, &stmt), UOW_OK);
    rowset = NULL;
}

static void end(void)
{
    uowi_rowset_free(rowset);
    uowi_stmt_free(stmt);
    cr_assert_eq(fixture_close(&f), 0);
}

static uow_status query(const uowi_target *targets, size_t count)
{
    uow_status st = uowi_stmt_direct(stmt, "SELECT people", 13);

    if (st == UOW_OK)
        st = uowi_stmt_execute(stmt);
    return st == UOW_OK ? uowi_rowset_open(stmt, "people", targets, count, sizeof(struct person), 0, &rowset) : st;
}

/* One column, one value, one member. */
static uow_status one(const char *dbms, SQLSMALLINT sql_type, const char *cell, const uow_column *column)
{
    fake_column described = {"c", sql_type, 20, 0, SQL_NULLABLE};
    const char *cells[] = {cell};
    uowi_target target = {column, 0};
    size_t rows = 0;
    uow_status st;

    begin(dbms);
    fake_rows("people", &described, 1, cells, 1);
    st = query(&target, 1);
    return st == UOW_OK ? uowi_rowset_fetch(rowset, &rows) : st;
}

Test(odbc_rowset, rows_land_in_structs_block_by_block)
{
    static const fake_column columns[] = {{"seen", SQL_TYPE_TIMESTAMP, 26, 6, SQL_NULLABLE},
                                          {"name", SQL_VARCHAR, 8, 0, SQL_NO_NULLS},
                                          {"id", SQL_INTEGER, 10, 0, SQL_NO_NULLS}};
    static const char *const cells[] = {"2026-01-02 03:04:05.000006", "Ada", "7"};
    static const uowi_target targets[] = {{&id_column, 2}, {&name_column, 1}, {&seen_column, 0}};
    size_t rows = 0, total = 0;
    uow_status st;

    begin("PostgreSQL");
    fake_repeat("people", columns, 3, cells, 2500);
    cr_assert_eq(query(targets, 3), UOW_OK, "%s", uow_error_message(&f.error));
    cr_assert_eq(uowi_rowset_block_rows(rowset), 1000);
    uint64_t calls = 0;
    while ((st = uowi_rowset_fetch(rowset, &rows)) == UOW_OK) {
        const struct person *last = uowi_rowset_row(rowset, rows - 1);
        cr_assert_eq(last->id, 7);
        cr_assert_str_eq(last->name, "Ada");
        cr_assert_eq(last->seen.fraction, 6000);
        cr_assert_neq(last->seen_ind, UOW_NULL);
        total += rows;
        if (calls == 0)
            calls = f.mem.calls;
    }
    cr_assert_eq(st, UOW_END);
    cr_assert_eq(total, 2500);
    cr_assert_eq(f.mem.calls, calls, "something is allocated per block");
    end();
}

Test(odbc_rowset, null_empties_a_member_with_indicator_and_fails_without)
{
    cr_assert_eq(one("PostgreSQL", SQL_TYPE_TIMESTAMP, NULL, &seen_column), UOW_OK);
    const struct person *row = uowi_rowset_row(rowset, 0);
    cr_assert_eq(row->seen_ind, UOW_NULL);
    cr_assert_eq(row->seen.month, 0);
    end();
    cr_assert_eq(one("PostgreSQL", SQL_INTEGER, NULL, &id_column), UOW_TYPE);
    cr_assert_str_eq(uow_error_entity(&f.error), "people");
    cr_assert_str_eq(uow_error_column(&f.error), "id");
    end();
}

Test(odbc_rowset, what_does_not_fit_is_an_error_that_says_why)
{
    static const struct {
        const char *dbms;
        SQLSMALLINT sql_type;
        const char *cell;
        const uow_column *column;
        uow_status status;
        const char *says;
    } cases[] = {
        {"PostgreSQL", SQL_VARCHAR, "123456789", &name_column, UOW_TRUNCATED, "has 9 bytes, member name takes at most 8"},
        {"PostgreSQL", SQL_VARCHAR, "\xff", &name_column, UOW_TYPE, "not UTF-8"},
        {"PostgreSQL", SQL_BIGINT, "3000000000", &id_column, UOW_TYPE, "3000000000 is outside int32"},
        {"PostgreSQL", SQL_NUMERIC, "1.5", &id_column, UOW_TYPE, "\"1.5\""},
        {"SQLite", SQL_INTEGER, "3000000000", &id_column, UOW_TYPE, "outside int32"},
        {"SQLite", SQL_INTEGER, "abc", &id_column, UOW_TYPE, "of 3 bytes is not int32"},
        {"MariaDB", SQL_INTEGER, "256", &small_column, UOW_TYPE, "256 is outside uint8"},
        {"MariaDB", SQL_INTEGER, "-1", &small_column, UOW_TYPE, "-1 is outside uint8"},
        {"SQLite", SQL_TYPE_TIMESTAMP, "2026-02-30 00:00:00", &seen_column, UOW_TYPE, "2026-02-30"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uow_status st = one(cases[i].dbms, cases[i].sql_type, cases[i].cell, cases[i].column);
        cr_assert_eq(st, cases[i].status, "case %zu: %s", i, uow_error_message(&f.error));
        cr_assert_not_null(strstr(uow_error_message(&f.error), cases[i].says), "%s", uow_error_message(&f.error));
        end();
    }
}

Test(odbc_rowset, a_narrower_column_is_bound_straight)
{
    cr_assert_eq(one("PostgreSQL", SQL_SMALLINT, "-5", &id_column), UOW_OK, "%s", uow_error_message(&f.error));
    cr_assert_eq(((const struct person *)uowi_rowset_row(rowset, 0))->id, -5);
    end();
}

Test(odbc_rowset, long_values_come_whole_whether_or_not_they_fit_the_first_buffer)
{
    static const char *const dbms[] = {"PostgreSQL", "MariaDB", "SQLite"};
    static const char *const cells[] = {"short", "\1" "100000", "", "\1" "600"};
    static const size_t lengths[] = {5, 100000, 0, 600};
    static const fake_column column = {"note", SQL_LONGVARCHAR, 65535, 0, SQL_NULLABLE};
    static const uowi_target target = {&note_column, 0};

    for (size_t d = 0; d < 3; d++) {
        size_t rows = 0, at = 0;
        begin(dbms[d]);
        fake_rows("people", &column, 1, cells, 4);
        cr_assert_eq(query(&target, 1), UOW_OK);
        while (uowi_rowset_fetch(rowset, &rows) == UOW_OK)
            for (size_t i = 0; i < rows; i++, at++) {
                const struct person *row = uowi_rowset_row(rowset, i);
                cr_assert_eq(row->note.length, lengths[at], "%s row %zu: %zu", dbms[d], at, row->note.length);
                cr_assert_eq(strlen(row->note.data), lengths[at]);
            }
        cr_assert_eq(at, 4, "%s", uow_error_message(&f.error));
        end();
    }
}

Test(odbc_rowset, a_rowset_outlives_executions_and_its_statement)
{
    static const fake_column column = {"id", SQL_INTEGER, 10, 0, SQL_NO_NULLS};
    static const char *const cells[] = {"1"};
    static const uowi_target target = {&id_column, 0};
    size_t rows = 0;

    begin("PostgreSQL");
    fake_rows("people", &column, 1, cells, 1);
    cr_assert_eq(query(&target, 1), UOW_OK);
    cr_assert_eq(uowi_rowset_fetch(rowset, &rows), UOW_OK);
    unsigned binds = fake_calls(UOWI_FN_BindCol);
    cr_assert_eq(uowi_stmt_execute(stmt), UOW_OK);
    uowi_rowset_rewind(rowset);
    cr_assert_eq(uowi_rowset_fetch(rowset, &rows), UOW_OK);
    cr_assert_eq(rows, 1);
    cr_assert_eq(fake_calls(UOWI_FN_BindCol), binds);
    uowi_stmt_free(stmt);
    cr_assert_eq(uowi_rowset_fetch(rowset, &rows), UOW_MISUSE);
    stmt = NULL;
    end();
}

Test(odbc_rowset, a_polled_fetch_goes_on_where_it_was)
{
    static const fake_column column = {"id", SQL_INTEGER, 10, 0, SQL_NO_NULLS};
    static const char *const cells[] = {"1"};
    static const uowi_target target = {&id_column, 0};
    size_t rows = 0;
    unsigned polls = 0;
    uow_status st;

    fake_begin("PostgreSQL");
    fake_async(2);
    cr_assert_eq(fixture_open(&f, "Driver=/fake/none.so"), UOW_OK);
    cr_assert_eq(uowi_stmt_open(f.conn, &stmt), UOW_OK);
    uowi_stmt_async(stmt, true);
    fake_rows("people", &column, 1, cells, 1);
    cr_assert_eq(query(&target, 1), UOW_OK, "%s", uow_error_message(&f.error));
    fake_still(UOWI_FN_FetchScroll, 2);
    while ((st = uowi_rowset_fetch(rowset, &rows)) == UOW_PENDING)
        polls++;
    cr_assert_eq(st, UOW_OK, "%s", uow_error_message(&f.error));
    cr_assert_eq(polls, 2);
    end();
}

Test(odbc_rowset, every_allocation_may_fail)
{
    static const fake_column column = {"note", SQL_LONGVARCHAR, 65535, 0, SQL_NULLABLE};
    static const char *const cells[] = {"\1" "9000"};
    static const uowi_target target = {&note_column, 0};

    for (int64_t n = 0;; n++) {
        size_t rows = 0;
        begin("PostgreSQL");
        fake_rows("people", &column, 1, cells, 1);
        f.mem.fail_at = n;
        uow_status st = query(&target, 1);
        if (st == UOW_OK)
            st = uowi_rowset_fetch(rowset, &rows);
        f.mem.fail_at = -1;
        end();
        if (st == UOW_OK)
            break;
        cr_assert_eq(st, UOW_NO_MEMORY, "allocation %d", (int)n);
        cr_assert_lt(n, 100);
    }
}
