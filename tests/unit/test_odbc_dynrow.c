#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include "base/utf.h"
#include "odbc/dynrow.h"
#include "odbc_fixture.h"

static fixture f;
static uowi_stmt *stmt;
static uowi_dynrow *dyn;

static const fake_column columns[] = {
    {"id", SQL_INTEGER, 10, 0, SQL_NO_NULLS},   {"price", SQL_DECIMAL, 10, 2, SQL_NULLABLE},
    {"name", SQL_VARCHAR, 20, 0, SQL_NULLABLE}, {"photo", SQL_LONGVARBINARY, 0, 0, SQL_NULLABLE},
    {"note", SQL_LONGVARCHAR, 0, 0, SQL_NULLABLE},
};

static void begin(const char *dbms, const char *const *cells, size_t rows)
{
    fake_begin(dbms);
    cr_assert_eq(fixture_open(&f, "Driver=/fake/none.so"), UOW_OK);
    fake_rows("things", columns, 5, cells, rows);
    cr_assert_eq(uowi_stmt_open(f.conn, &stmt), UOW_OK);
    cr_assert_eq(uowi_stmt_direct(stmt, "SELECT things", 13), UOW_OK);
    cr_assert_eq(uowi_stmt_execute(stmt), UOW_OK, "%s", uow_error_message(&f.error));
    cr_assert_eq(uowi_dynrow_open(stmt, &dyn), UOW_OK, "%s", uow_error_message(&f.error));
}

static void end(void)
{
    uowi_dynrow_free(dyn);
    uowi_stmt_free(stmt);
    cr_assert_eq(fixture_close(&f), 0);
}

Test(odbc_dynrow, columns_are_described_and_found_by_name)
{
    static const char *const cells[] = {"1", "2.50", "x", "ab", "n"};
    uow_column_info info = UOW_COLUMN_INFO_INIT;
    begin("PostgreSQL", cells, 1);
    cr_assert_eq(uowi_dynrow_column_count(dyn), 5);
    cr_assert_eq(uowi_dynrow_column(dyn, 1, &info), UOW_OK);
    cr_assert_str_eq(info.name, "price");
    cr_assert_eq(info.type, UOW_DECIMAL);
    cr_assert_eq(uowi_dynrow_index(dyn, "NAME"), 2);
    cr_assert_eq(uowi_dynrow_index(dyn, "none"), -1);
    cr_assert_eq(uowi_dynrow_column(dyn, 5, &info), UOW_MISUSE);
    end();
}

Test(odbc_dynrow, a_caller_of_an_older_header_gets_what_it_knows)
{
    static const char *const cells[] = {"1", "2.50", "x", "ab", "n"};
    uow_column_info info;
    begin("PostgreSQL", cells, 1);
    memset(&info, 0x55, sizeof info);
    info.struct_size = offsetof(uow_column_info, type);
    cr_assert_eq(uowi_dynrow_column(dyn, 0, &info), UOW_OK);
    cr_assert_str_eq(info.name, "id");
    cr_assert_eq(info.nullable, 0x55555555);
    end();
}

Test(odbc_dynrow, values_convert_exactly_or_say_why_not)
{
    static const char *const cells[] = {"42", "2.50", "7", "\x01" "3", NULL};
    static const char *const dbms[] = {"PostgreSQL", "MariaDB", "SQLite"};
    for (size_t d = 0; d < 3; d++) {
        const char *text;
        size_t length;
        int64_t number;
        double real;
        uow_decimal decimal;
        begin(dbms[d], cells, 1);
        cr_assert_eq(uowi_dynrow_text(dyn, 0, &text, &length), UOW_MISUSE);
        uowi_error_clear(&f.error);
        cr_assert_eq(uowi_dynrow_next(dyn), UOW_OK, "%s", uow_error_message(&f.error));
        cr_assert_eq(uowi_dynrow_int64(dyn, 0, &number), UOW_OK);
        cr_assert_eq(number, 42);
        cr_assert_eq(uowi_dynrow_text(dyn, 0, &text, &length), UOW_OK);
        cr_assert_str_eq(text, "42");
        cr_assert_eq(uowi_dynrow_decimal(dyn, 1, &decimal), UOW_OK);
        cr_assert_eq(decimal.low, 250);
        cr_assert_eq(decimal.scale, 2);
        cr_assert_eq(uowi_dynrow_double(dyn, 1, &real), UOW_OK);
        cr_assert_eq(real, 2.5);
        cr_assert_eq(uowi_dynrow_int64(dyn, 1, &number), UOW_TYPE);
        uowi_error_clear(&f.error);
        cr_assert_eq(uowi_dynrow_int64(dyn, 2, &number), UOW_OK);
        cr_assert_eq(number, 7);
        cr_assert_eq(uowi_dynrow_text(dyn, 3, &text, NULL), UOW_OK);
        cr_assert_str_eq(text, "616263");
        cr_assert_eq(uowi_dynrow_is_null(dyn, 4), 1);
        cr_assert_eq(uowi_dynrow_text(dyn, 4, &text, NULL), UOW_NOT_FOUND);
        cr_assert_null(text);
        cr_assert_eq(uowi_dynrow_is_null(dyn, 9), -1);
        cr_assert_eq(uowi_dynrow_next(dyn), UOW_END);
        end();
    }
}

Test(odbc_dynrow, a_gibibyte_is_read_through_64_kib)
{
    static const char *const cells[] = {"1", "1", "x", ("\1" "1073741824"), "n"};
    static char buffer[65536];
    size_t total = 0, got = 0;
    begin("PostgreSQL", cells, 1);
    cr_assert_eq(uowi_dynrow_next(dyn), UOW_OK);
    int64_t before = f.mem.bytes;
    do {
        cr_assert_eq(uowi_dynrow_read(dyn, 3, buffer, sizeof buffer, &got), UOW_OK, "%s", uow_error_message(&f.error));
        for (size_t i = 0; i < got; i += 4099)
            cr_assert_eq(buffer[i], fake_huge_byte(total + i));
        total += got;
    } while (got > 0);
    cr_assert_eq(total, (size_t)1 << 30);
    cr_assert_eq(f.mem.bytes, before);
    end();
}

Test(odbc_dynrow, text_is_read_in_whole_characters)
{
    static char note[3001];
    const char *cells[] = {"1", "1", "x", "p", note};
    char buffer[64];
    size_t total = 0, got = 0;
    for (size_t i = 0; i + 4 <= 3000; i += 4)
        memcpy(note + i, "\xf0\x9f\x98\x80", 4);
    for (size_t size = 8; size <= sizeof buffer; size += 7) {
        begin("PostgreSQL", cells, 1);
        total = 0;
        cr_assert_eq(uowi_dynrow_next(dyn), UOW_OK);
        do {
            cr_assert_eq(uowi_dynrow_read(dyn, 4, buffer, size, &got), UOW_OK, "%s", uow_error_message(&f.error));
            cr_assert(uowi_utf8_valid(buffer, got, NULL), "size %zu at %zu", size, total);
            cr_assert_eq(memcmp(buffer, note + total, got), 0);
            total += got;
        } while (got > 0);
        cr_assert_eq(total, 3000, "size %zu: %zu", size, total);
        end();
    }
}

Test(odbc_dynrow, reading_another_value_in_between_loses_nothing)
{
    static const char *const cells[] = {"1", "1", "x", "\1" "5000", "\1" "5000"};
    char buffer[1000];
    size_t total[2] = {0, 0}, got[2] = {1, 1};
    begin("SQLite", cells, 1);
    cr_assert_eq(uowi_dynrow_next(dyn), UOW_OK);
    while (got[0] > 0 || got[1] > 0)
        for (size_t k = 0; k < 2; k++) {
            cr_assert_eq(uowi_dynrow_read(dyn, 3 + k, buffer, sizeof buffer, &got[k]), UOW_OK, "%s",
                         uow_error_message(&f.error));
            for (size_t i = 0; i < got[k]; i++)
                cr_assert_eq(buffer[i], fake_huge_byte(total[k] + i));
            total[k] += got[k];
        }
    cr_assert_eq(total[0], 5000);
    cr_assert_eq(total[1], 5000);
    end();
}
