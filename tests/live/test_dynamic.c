#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "live/live.h"

#include <stdio.h>
#include <stdlib.h>

#define MB ((size_t)1024 * 1024)

static uow_rows *open_rows(live *l, const char *sql)
{
    uow_rows *rows = NULL;
    UOW_OK(uow_rows_open(l->ctx, sql, NULL, 0, &rows));
    cr_assert_not_null(rows);
    return rows;
}

static void make_mixed(live *l, const char *table)
{
    live_table(l, table,
               "id @int64 NOT NULL PRIMARY KEY, name varchar(40) NOT NULL, price @decimal(10,2), "
               "ratio @double, "
               "data @bytes, body @text");
    live_run(
        l,
        "INSERT INTO %s (id, name, price, ratio, body) VALUES (1, 'one', '12.50', 0.25, 'first')",
        table);
    live_run(l, "INSERT INTO %s (id, name, price, ratio, body) VALUES (2, '42', '-3.00', 2, NULL)",
             table);
}

/* ---- what a result is made of ---- */

static void check_column(const uow_rows *rows, size_t index, const char *name, uow_type type,
                         uint64_t size)
{
    uow_column_info info = UOW_COLUMN_INFO_INIT;

    cr_assert_eq(uow_rows_column(rows, index, &info), UOW_OK);
    cr_assert_str_eq(info.name, name);
    cr_assert_eq(info.type, type, "%s has type %d", name, (int)info.type);
    cr_assert(size == 0 || info.column_size == size, "%s has size %llu", name,
              (unsigned long long)info.column_size);
}

static int nullable(const uow_rows *rows, size_t index)
{
    uow_column_info info = UOW_COLUMN_INFO_INIT;

    cr_assert_eq(uow_rows_column(rows, index, &info), UOW_OK);
    return info.nullable;
}

/* On SQLite a decimal is kept in a column declared as text, and described as what it is declared.
 */
Test(dynamic, a_result_is_described_by_names_types_sizes_and_nullability)
{
    live l;
    live_open(&l, NULL, 0);
    make_mixed(&l, "dynamic_described");
    uow_rows *rows =
        open_rows(&l, "SELECT id, name, price, ratio, data, body FROM dynamic_described");
    cr_assert_eq(uow_rows_column_count(rows), 6);
    check_column(rows, 0, "id", UOW_INT64, 0);
    check_column(rows, 1, "name", UOW_LONGTEXT, 40);
    check_column(rows, 2, "price", l.database == LIVE_SQLITE ? UOW_LONGTEXT : UOW_DECIMAL, 0);
    check_column(rows, 3, "ratio", UOW_DOUBLE, 0);
    check_column(rows, 4, "data", UOW_BLOB, 0);
    check_column(rows, 5, "body", UOW_LONGTEXT, 0);
    if (l.database != LIVE_SQLITE) /* its driver says so of every column */
        cr_assert_neq(nullable(rows, 1), 1, "name is NOT NULL");
    cr_assert_neq(nullable(rows, 2), 0, "price may be NULL");
    uow_column_info info = UOW_COLUMN_INFO_INIT;
    cr_assert_eq(uow_rows_column(rows, 6, &info), UOW_MISUSE);
    cr_assert_eq(uow_rows_column(rows, 0, NULL), UOW_MISUSE);
    uow_rows_close(rows);
    live_close(&l);
}

Test(dynamic, an_exact_number_tells_its_digits)
{
    live l;
    live_open(&l, NULL, 0);
    make_mixed(&l, "dynamic_digits");
    uow_rows *rows = open_rows(&l, "SELECT price FROM dynamic_digits");
    uow_column_info info = UOW_COLUMN_INFO_INIT;
    cr_assert_eq(uow_rows_column(rows, 0, &info), UOW_OK);
    if (l.database != LIVE_SQLITE) { /* declared as text there */
        cr_assert_eq(info.column_size, 10);
        cr_assert_eq(info.digits, 2);
    } else {
        cr_assert_eq(info.digits, 0);
    }
    uow_rows_close(rows);
    live_close(&l);
}

Test(dynamic, a_column_is_found_by_its_name_whatever_the_case)
{
    live l;
    live_open(&l, NULL, 0);
    uow_rows *rows = open_rows(&l, live_either(&l, "SELECT 1 AS first, 2 AS \"Second\"",
                                               "SELECT 1 AS first, 2 AS \"Second\"",
                                               "SELECT 1 AS first, 2 AS `Second`"));
    cr_assert_eq(uow_rows_index(rows, "FIRST"), 0);
    cr_assert_eq(uow_rows_index(rows, "second"), 1);
    cr_assert_eq(uow_rows_index(rows, "third"), -1);
    cr_assert_eq(uow_rows_index(rows, NULL), -1);
    uow_rows_close(rows);
    live_close(&l);
}

/* ---- values ---- */

static void check_first_row(uow_rows *rows)
{
    const char *text = NULL;
    size_t length = 0;
    int64_t number = 0;
    double real = 0;
    uow_decimal price;

    UOW_OK(uow_rows_next(rows));
    UOW_OK(uow_rows_text(rows, (size_t)uow_rows_index(rows, "name"), &text, &length));
    cr_assert_str_eq(text, "one");
    cr_assert_eq(length, 3);
    UOW_OK(uow_rows_int64(rows, 0, &number));
    cr_assert_eq(number, 1);
    UOW_OK(uow_rows_decimal(rows, (size_t)uow_rows_index(rows, "price"), &price));
    cr_assert_eq(price.low, 1250);
    cr_assert_eq(price.scale, 2);
    UOW_OK(uow_rows_double(rows, 3, &real));
    cr_assert_eq(real, 0.25);
    UOW_OK(uow_rows_text(rows, 3, &text, NULL));
    cr_assert_str_eq(text, "0.25");
}

static void check_second_row(uow_rows *rows)
{
    const char *text = "left over";
    int64_t number = 0;
    double real = 0;

    UOW_OK(uow_rows_next(rows));
    UOW_OK(uow_rows_int64(rows, 1, &number)); /* a text that is a number */
    cr_assert_eq(number, 42);
    UOW_OK(uow_rows_int64(rows, 3, &number)); /* a double that is a whole number */
    cr_assert_eq(number, 2);
    UOW_OK(uow_rows_double(rows, 2, &real));
    cr_assert_eq(real, -3.0);
    cr_assert_eq(uow_rows_is_null(rows, 5), 1);
    cr_assert_eq(uow_rows_is_null(rows, 0), 0);
    UOW_IS(UOW_NOT_FOUND, uow_rows_text(rows, 5, &text, NULL));
    cr_assert_null(text);
}

Test(dynamic, values_are_read_by_index_and_by_name_as_what_they_are)
{
    live l;
    live_open(&l, NULL, 0);
    make_mixed(&l, "dynamic_values");
    uow_rows *rows =
        open_rows(&l, "SELECT id, name, price, ratio, data, body FROM dynamic_values ORDER BY id");
    check_first_row(rows);
    check_second_row(rows);
    UOW_IS(UOW_END, uow_rows_next(rows));
    UOW_IS(UOW_END, uow_rows_next(rows));
    uow_rows_close(rows);
    live_close(&l);
}

Test(dynamic, null_is_not_found_whatever_is_asked_and_leaves_outputs_alone)
{
    live l;
    live_open(&l, NULL, 0);
    make_mixed(&l, "dynamic_null");
    uow_rows *rows = open_rows(&l, "SELECT data FROM dynamic_null");
    int64_t number = 7;
    double real = 7;
    uow_decimal decimal = {7, 0, 0, 0};
    const void *data = &number;
    size_t size = 7;
    char buffer[16];
    UOW_OK(uow_rows_next(rows));
    UOW_IS(UOW_NOT_FOUND, uow_rows_int64(rows, 0, &number));
    cr_assert_str_eq(uow_error_message(uow_rows_error(rows)), "the value of data is NULL");
    cr_assert_str_eq(uow_error_column(uow_rows_error(rows)), "data");
    UOW_IS(UOW_NOT_FOUND, uow_rows_double(rows, 0, &real));
    UOW_IS(UOW_NOT_FOUND, uow_rows_decimal(rows, 0, &decimal));
    UOW_IS(UOW_NOT_FOUND, uow_rows_binary(rows, 0, &data, &size));
    UOW_IS(UOW_NOT_FOUND, uow_rows_read(rows, 0, buffer, sizeof buffer, &size));
    cr_assert(number == 7 && real == 7 && decimal.low == 7 && size == 7);
    uow_rows_close(rows);
    live_close(&l);
}

Test(dynamic, a_value_that_is_no_number_is_refused_by_column_name)
{
    live l;
    live_open(&l, NULL, 0);
    make_mixed(&l, "dynamic_refused");
    uow_rows *rows = open_rows(&l, "SELECT name, ratio FROM dynamic_refused ORDER BY id");
    int64_t number = 7;
    double real = 7;
    uow_decimal decimal;
    UOW_OK(uow_rows_next(rows));
    UOW_IS(UOW_TYPE, uow_rows_int64(rows, 0, &number));
    cr_assert_str_eq(uow_error_column(uow_rows_error(rows)), "name");
    UOW_IS(UOW_TYPE, uow_rows_double(rows, 0, &real));
    UOW_IS(UOW_TYPE, uow_rows_decimal(rows, 0, &decimal));
    UOW_IS(UOW_TYPE, uow_rows_int64(rows, 1, &number)); /* 0.25 */
    LIVE_CONTAINS(uow_error_message(uow_rows_error(rows)), "ratio");
    cr_assert(number == 7 && real == 7);
    UOW_OK(uow_rows_next(rows)); /* a refused conversion ends nothing */
    uow_rows_close(rows);
    live_close(&l);
}

Test(dynamic, integers_beyond_64_bits_are_text_but_no_int64)
{
    live l;
    live_open(&l, NULL, 0);
    uow_rows *rows = open_rows(&l, live_either(&l, "SELECT '18446744073709551616' AS n",
                                               "SELECT 18446744073709551616 AS n",
                                               "SELECT 18446744073709551616 AS n"));
    const char *text = NULL;
    int64_t number = 0;
    UOW_OK(uow_rows_next(rows));
    UOW_IS(UOW_TYPE, uow_rows_int64(rows, 0, &number));
    UOW_OK(uow_rows_text(rows, 0, &text, NULL));
    cr_assert_eq(strncmp(text, "18446744073709551616", 20), 0, "%s", text);
    uow_rows_close(rows);
    live_close(&l);
}

Test(dynamic, binary_as_text_is_hexadecimal)
{
    live l;
    live_open(&l, NULL, 0);
    make_mixed(&l, "dynamic_hex");
    UOW_OK(uow_execute(l.ctx, "UPDATE dynamic_hex SET data = ?",
                       (uow_arg[]){uow_arg_binary("\x00\xff\x10", 3)}, 1, NULL));
    uow_rows *rows = open_rows(&l, "SELECT data FROM dynamic_hex");
    const char *text = NULL;
    UOW_OK(uow_rows_next(rows));
    UOW_OK(uow_rows_text(rows, 0, &text, NULL));
    cr_assert_str_eq(text, "00ff10");
    uow_rows_close(rows);
    live_close(&l);
}

Test(dynamic, a_thousand_rows_arrive_in_order_with_their_nulls)
{
    live l;
    live_open(&l, NULL, 0);
    live_table(&l, "dynamic_many", "id @int64 PRIMARY KEY, half @int64 NULL");
    live_run(&l, "INSERT INTO dynamic_many (id, half) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
                 "SELECT i + 1 FROM n "
                 "WHERE i < 1000) SELECT i, CASE WHEN i %% 2 = 0 THEN i / 2 END FROM n");
    uow_rows *rows = open_rows(&l, "SELECT half, id FROM dynamic_many ORDER BY id");
    for (int64_t i = 1; i <= 1000; i++) {
        int64_t id = 0;
        int64_t half = 0;
        UOW_OK(uow_rows_next(rows));
        UOW_OK(uow_rows_int64(rows, 1, &id));
        cr_assert_eq(id, i);
        cr_assert_eq(uow_rows_int64(rows, 0, &half), i % 2 ? UOW_NOT_FOUND : UOW_OK);
        cr_assert_eq(half, i % 2 ? 0 : i / 2);
    }
    UOW_IS(UOW_END, uow_rows_next(rows));
    uow_rows_close(rows);
    live_close(&l);
}

/* ---- results ---- */

Test(dynamic, a_statement_without_rows_tells_how_many_it_affected)
{
    live l;
    live_open(&l, NULL, 0);
    make_mixed(&l, "dynamic_affected");
    uow_rows *rows = open_rows(&l, "UPDATE dynamic_affected SET ratio = 1");
    cr_assert_eq(uow_rows_column_count(rows), 0);
    cr_assert_eq(uow_rows_affected(rows), 2);
    UOW_IS(UOW_END, uow_rows_next(rows));
    UOW_IS(UOW_END, uow_rows_next_result(rows));
    uow_rows_close(rows);
    rows = open_rows(&l, "DELETE FROM dynamic_affected WHERE id = 99");
    cr_assert_eq(uow_rows_affected(rows), 0);
    uow_rows_close(rows);
    live_close(&l);
}

static int64_t count_rows(live *l, const char *sql)
{
    uow_rows *rows = open_rows(l, sql);
    uow_status st;
    int64_t count = 0;
    int64_t number = 0;

    cr_assert_geq(uow_rows_column_count(rows), 1, "%s shows no columns", sql);
    while ((st = uow_rows_next(rows)) == UOW_OK) {
        UOW_OK(uow_rows_int64(rows, 0, &number));
        count++;
    }
    cr_assert_eq(st, UOW_END);
    uow_rows_close(rows);
    return count;
}

/* SQLite's driver shows rows of texts that begin with SELECT or WITH only. */
Test(dynamic, rows_that_are_listed_or_returned_by_a_write_are_shown)
{
    live l;
    live_open(&l, NULL, 0);
    live_table(&l, "dynamic_returned", "id @int64 NOT NULL PRIMARY KEY, name varchar(40)");
    cr_assert_eq(count_rows(&l, "VALUES (1, 'a'), (2, 'b')"), 2);
    cr_assert_eq(count_rows(&l, "INSERT INTO dynamic_returned VALUES (1, 'a'), (2, 'b') RETURNING id"), 2);
    cr_assert_eq(count_rows(&l, "-- one\nDELETE FROM dynamic_returned WHERE id = 2 RETURNING id, name"), 1);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM dynamic_returned"), 1);
    live_run(&l, "INSERT INTO dynamic_returned VALUES (3, 'c') RETURNING id");
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM dynamic_returned"), 2);
    live_close(&l);
}

/*
 * PostgreSQL takes several statements in one text, MariaDB a procedure that selects twice; SQLite's
 * driver knows one result only.
 */
static uow_rows *open_several(live *l)
{
    if (l->database == LIVE_POSTGRESQL)
        return open_rows(
            l, "SELECT 1 AS a; SELECT 'x' AS b, 2 AS c UNION ALL SELECT 'y', 3 ORDER BY 1");
    if (l->database == LIVE_SQLITE)
        return open_rows(l, "SELECT 1 AS a");
    live_mine(l, "dynamic_several");
    live_run(l, "CREATE OR REPLACE PROCEDURE dynamic_several() BEGIN SELECT 1 AS a; "
                "SELECT 'x' AS b, 2 AS c UNION ALL SELECT 'y', 3 ORDER BY 1; END");
    return open_rows(l, "CALL dynamic_several()");
}

static void check_second_result(uow_rows *rows)
{
    const char *text = NULL;
    int64_t number = 0;

    UOW_OK(uow_rows_next_result(rows));
    cr_assert_eq(uow_rows_column_count(rows), 2);
    check_column(rows, 0, "b", UOW_LONGTEXT, 0);
    UOW_OK(uow_rows_next(rows));
    UOW_OK(uow_rows_text(rows, 0, &text, NULL));
    cr_assert_str_eq(text, "x");
    UOW_OK(uow_rows_next(rows));
    UOW_OK(uow_rows_int64(rows, 1, &number));
    cr_assert_eq(number, 3);
    UOW_IS(UOW_END, uow_rows_next(rows));
}

Test(dynamic, several_results_are_walked_each_with_its_own_columns)
{
    live l;
    live_open(&l, NULL, 0);
    uow_rows *rows = open_several(&l);
    cr_assert_eq(uow_rows_column_count(rows), 1);
    check_column(rows, 0, "a", l.database == LIVE_SQLITE ? UOW_INT64 : UOW_INT32,
                 0); /* untyped there */
    if (l.database != LIVE_SQLITE)
        check_second_result(rows);    /* rows of the first not read */
    if (l.database == LIVE_MARIADB) { /* a procedure ends with a plain count */
        UOW_OK(uow_rows_next_result(rows));
        cr_assert_eq(uow_rows_column_count(rows), 0);
    }
    UOW_IS(UOW_END, uow_rows_next_result(rows));
    cr_assert_eq(live_int64(&l, "SELECT 5"),
                 5); /* the guard is free although the rows are not closed */
    uow_rows_close(rows);
    if (l.database == LIVE_MARIADB)
        live_run(&l, "DROP PROCEDURE dynamic_several");
    live_close(&l);
}

Test(dynamic, several_results_may_be_left_unread)
{
    live l;
    live_open(&l, NULL, 0);
    uow_rows *rows = open_several(&l);
    UOW_OK(uow_rows_next(rows));
    uow_rows_close(rows);
    cr_assert_eq(live_int64(&l, "SELECT 6"), 6);
    if (l.database == LIVE_MARIADB)
        live_run(&l, "DROP PROCEDURE dynamic_several");
    live_close(&l);
}

/* ---- long values, piece by piece ---- */

#define LONG_UNIT "0123456789abcdef"

static uow_rows *open_long(live *l, bool binary)
{
    return open_rows(
        l, binary ? live_either(
                        l,
                        "SELECT CAST(replace(hex(zeroblob(2097152)), '00', '" LONG_UNIT
                        "') AS BLOB) AS v, 7 AS n",
                        "SELECT convert_to(repeat('" LONG_UNIT "', 2097152), 'UTF8') AS v, 7 AS n",
                        "SELECT CAST(repeat('" LONG_UNIT "', 2097152) AS BINARY) AS v, 7 AS n")
                  : live_either(l,
                                "SELECT replace(hex(zeroblob(2097152)), '00', '" LONG_UNIT
                                "') AS v, 7 AS n",
                                "SELECT repeat('" LONG_UNIT "', 2097152) AS v, 7 AS n",
                                "SELECT repeat('" LONG_UNIT "', 2097152) AS v, 7 AS n"));
}

static void read_long(live *l, bool binary, size_t piece)
{
    char *buffer = malloc(piece);
    size_t total = 0;
    size_t got = 0;
    int64_t number = 0;
    cr_assert_not_null(buffer);
    uow_rows *rows = open_long(l, binary);
    UOW_OK(uow_rows_next(rows));
    do {
        UOW_OK(uow_rows_read(rows, 0, buffer, piece, &got));
        cr_assert_leq(got, piece);
        for (size_t i = 0; i < got; i++)
            if (buffer[i] != LONG_UNIT[(total + i) % 16])
                cr_assert_fail("byte %zu is wrong", total + i);
        total += got;
    } while (got > 0);
    cr_assert_eq(total, 32 * MB, "%zu bytes", total);
    UOW_OK(uow_rows_int64(rows, 1, &number));
    cr_assert_eq(number, 7);
    uow_rows_close(rows);
    free(buffer);
}

Test(dynamic, a_text_of_32_MB_is_read_through_64_KiB_in_bounded_memory)
{
    live l;
    live_open(&l, NULL, 0);
    l.peak = l.bytes;
    size_t before = l.bytes;
    read_long(&l, false, 65536);
    cr_assert_lt(l.peak - before, MB, "%zu bytes were held", l.peak - before);
    live_close(&l);
}

Test(dynamic, a_blob_of_32_MB_is_read_through_an_odd_buffer_in_bounded_memory)
{
    live l;
    live_open(&l, NULL, 0);
    l.peak = l.bytes;
    size_t before = l.bytes;
    read_long(&l, true, 99991);
    cr_assert_lt(l.peak - before, MB, "%zu bytes were held", l.peak - before);
    live_close(&l);
}

static const char star_text[] = "a\u00e9\u20ac\U0001F600";

/* A text of 4000 copies of ten bytes, in pieces of whole characters. */
static void read_characters(live *l, size_t piece)
{
    char buffer[64];
    char all[40001];
    size_t total = 0;
    size_t got = 0;

    uow_rows *rows = open_rows(l, "SELECT body FROM dynamic_characters");
    UOW_OK(uow_rows_next(rows));
    do {
        UOW_OK(uow_rows_read(rows, 0, buffer, piece, &got));
        cr_assert_leq(total + got, 40000);
        cr_assert(got == 0 || (buffer[0] & 0xc0) != 0x80,
                  "a piece of %zu begins inside a character", piece);
        memcpy(all + total, buffer, got);
        total += got;
    } while (got > 0);
    cr_assert_eq(total, 40000, "%zu bytes by pieces of %zu", total, piece);
    for (size_t i = 0; i < 40000; i++)
        cr_assert_eq(all[i], star_text[i % 10], "byte %zu by pieces of %zu", i, piece);
    uow_rows_close(rows);
}

static void characters_by_pieces(uow_text_path path)
{
    static const size_t pieces[] = {4, 5, 7, 8, 15, 16, 17, 63, 64};
    uow_context_options options = UOW_CONTEXT_OPTIONS_INIT;
    char text[40001];
    live l;

    for (size_t i = 0; i < 40000; i++)
        text[i] = star_text[i % 10];
    text[40000] = '\0';
    options.text_path = path;
    live_open_with(&l, NULL, 0, &options);
    live_table(&l, "dynamic_characters", "body @text");
    UOW_OK(uow_execute(l.ctx, "INSERT INTO dynamic_characters VALUES (?)",
                       (uow_arg[]){uow_arg_text(text)}, 1, NULL));
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++)
        read_characters(&l, pieces[i]);
    live_close(&l);
}

Test(dynamic, pieces_of_text_are_whole_characters_even_in_four_bytes)
{
    characters_by_pieces(UOW_TEXT_AUTO);
}

Test(dynamic, pieces_of_text_are_whole_characters_when_it_travels_as_utf16)
{
    characters_by_pieces(UOW_TEXT_WIDE);
}

/* Only MariaDB keeps a NUL in text. */
Test(dynamic, a_nul_inside_text_does_not_end_a_piece)
{
    static const size_t pieces[] = {16, 17, 64, 1000, 4096};
    static char text[40000], buffer[4096];
    live l;

    live_open(&l, NULL, 0);
    if (l.database != LIVE_MARIADB) {
        live_close(&l);
        cr_skip_test("the others refuse a NUL in text");
    }
    live_table(&l, "dynamic_nuls", "body @text");
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = i % 13 == 0 || i % 16 > 13 ? '\0' : 'x';
    UOW_OK(uow_execute(l.ctx, "INSERT INTO dynamic_nuls VALUES (?)", (uow_arg[]){uow_arg_text_n(text, sizeof text)}, 1,
                       NULL));
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        uow_rows *rows = open_rows(&l, "SELECT body FROM dynamic_nuls");
        size_t total = 0, got = 0;

        UOW_OK(uow_rows_next(rows));
        do {
            UOW_OK(uow_rows_read(rows, 0, buffer, pieces[i], &got));
            cr_assert(total + got <= sizeof text && memcmp(text + total, buffer, got) == 0, "after %zu bytes", total);
            total += got;
        } while (got > 0);
        cr_assert_eq(total, sizeof text, "%zu bytes by pieces of %zu", total, pieces[i]);
        uow_rows_close(rows);
    }
    live_close(&l);
}

/* ---- out of order ---- */

static void expect_misuse(uow_rows *rows, size_t index)
{
    const char *text = NULL;
    const void *data = NULL;
    size_t size = 0;
    int64_t number = 0;
    double real = 0;
    uow_decimal decimal;
    char buffer[8];

    cr_assert_eq(uow_rows_text(rows, index, &text, NULL), UOW_MISUSE);
    cr_assert_eq(uow_rows_int64(rows, index, &number), UOW_MISUSE);
    cr_assert_eq(uow_rows_double(rows, index, &real), UOW_MISUSE);
    cr_assert_eq(uow_rows_decimal(rows, index, &decimal), UOW_MISUSE);
    cr_assert_eq(uow_rows_binary(rows, index, &data, &size), UOW_MISUSE);
    cr_assert_eq(uow_rows_read(rows, index, buffer, sizeof buffer, &size), UOW_MISUSE);
    cr_assert_eq(uow_rows_is_null(rows, index), -1);
}

Test(dynamic, values_are_refused_where_there_is_no_current_row)
{
    live l;
    live_open(&l, NULL, 0);
    uow_rows *rows = open_rows(&l, "SELECT 1 AS a");
    expect_misuse(rows, 0);
    UOW_OK(uow_rows_next(rows));
    expect_misuse(rows, 1);
    UOW_IS(UOW_END, uow_rows_next(rows));
    expect_misuse(rows, 0);
    UOW_IS(UOW_END, uow_rows_next_result(rows));
    expect_misuse(rows, 0);
    cr_assert_eq(uow_rows_column_count(rows), 0);
    cr_assert_eq(uow_rows_affected(rows), -1);
    uow_rows_close(rows);
    live_close(&l);
}

Test(dynamic, a_misused_value_says_what_is_wrong)
{
    live l;
    live_open(&l, NULL, 0);
    uow_rows *rows = open_rows(&l, "SELECT 1 AS a");
    const char *text = NULL;
    UOW_IS(UOW_MISUSE, uow_rows_text(rows, 0, &text, NULL));
    cr_assert_eq(uow_error_status(uow_rows_error(rows)), UOW_MISUSE);
    LIVE_CONTAINS(uow_error_message(uow_rows_error(rows)), "row");
    UOW_OK(uow_rows_next(rows));
    UOW_IS(UOW_MISUSE, uow_rows_text(rows, 3, &text, NULL));
    LIVE_CONTAINS(uow_error_message(uow_rows_error(rows)), "column");
    uow_rows_close(rows);
    live_close(&l);
}

Test(dynamic, open_rows_hold_the_context)
{
    live l;
    live_open(&l, NULL, 0);
    uow_rows *rows = open_rows(&l, "SELECT 1 AS a");
    uow_rows *others = NULL;
    UOW_IS(UOW_BUSY, uow_execute(l.ctx, "SELECT 2", NULL, 0, NULL));
    LIVE_CONTAINS(uow_context_message(l.ctx), "SELECT 1 AS a");
    UOW_IS(UOW_BUSY, uow_rows_open(l.ctx, "SELECT 2", NULL, 0, &others));
    cr_assert_null(others);
    UOW_IS(UOW_BUSY, uow_close(l.ctx));
    UOW_OK(uow_rows_next(rows)); /* the refused calls did it no harm */
    uow_rows_close(rows);
    cr_assert_eq(live_int64(&l, "SELECT 2"), 2);
    live_close(&l);
}

Test(dynamic, a_value_begun_in_pieces_is_not_given_whole)
{
    live l;
    live_open(&l, NULL, 0);
    uow_rows *rows = open_long(&l, false);
    const char *text = NULL;
    char buffer[256];
    size_t got = 0;
    UOW_OK(uow_rows_next(rows));
    UOW_OK(uow_rows_read(rows, 0, buffer, sizeof buffer, &got));
    UOW_IS(UOW_MISUSE, uow_rows_text(rows, 0, &text, NULL));
    LIVE_CONTAINS(uow_error_message(uow_rows_error(rows)), "piece");
    UOW_OK(uow_rows_read(rows, 0, buffer + got % 16, 16, &got)); /* and goes on */
    uow_rows_close(rows);
    live_close(&l);
}

/* Some drivers give a value once. Then the answer is a refusal, not the nothing that is left of it.
 */
Test(dynamic, a_value_read_in_pieces_to_its_end_is_had_whole_afterwards_or_refused)
{
    live l;
    live_open(&l, NULL, 0);
    uow_rows *rows = open_rows(&l, live_either(&l, "SELECT hex(zeroblob(1000)) AS v",
                                               "SELECT repeat('0', 2000) AS v",
                                               "SELECT repeat('0', 2000) AS v"));
    const char *text = NULL;
    char buffer[300];
    size_t length = 0;
    size_t got = 1;
    UOW_OK(uow_rows_next(rows));
    while (got > 0)
        UOW_OK(uow_rows_read(rows, 0, buffer, sizeof buffer, &got));
    uow_status st = uow_rows_text(rows, 0, &text, &length);
    cr_assert_eq(st, l.database == LIVE_POSTGRESQL ? UOW_OK : UOW_MISUSE, "%s",
                 uow_status_name(st));
    if (st == UOW_OK)
        cr_assert_eq(strspn(text, "0"), 2000, "%zu bytes", length);
    else
        LIVE_CONTAINS(uow_error_message(uow_rows_error(rows)), "only once");
    uow_rows_close(rows);
    live_close(&l);
}

#define LONG_BACK "fedcba9876543210"

Test(dynamic, two_long_values_may_be_read_in_turns)
{
    static const char *const units[] = {LONG_UNIT, LONG_BACK};
    live l;
    live_open(&l, NULL, 0);
    uow_rows *rows = open_rows(
        &l,
        live_either(&l,
                    "SELECT replace(hex(zeroblob(125)), '00', '" LONG_UNIT "') AS a, "
                    "replace(hex(zeroblob(125)), '00', '" LONG_BACK "') AS b",
                    "SELECT repeat('" LONG_UNIT "', 125) AS a, repeat('" LONG_BACK "', 125) AS b",
                    "SELECT repeat('" LONG_UNIT "', 125) AS a, repeat('" LONG_BACK "', 125) AS b"));
    char buffer[100];
    size_t totals[2] = {0, 0};
    UOW_OK(uow_rows_next(rows));
    for (int i = 0; i < 60; i++) {
        size_t got = 0;
        UOW_OK(uow_rows_read(rows, (size_t)(i % 2), buffer, sizeof buffer, &got));
        for (size_t at = 0; at < got; at++, totals[i % 2]++)
            cr_assert_eq(buffer[at], units[i % 2][totals[i % 2] % 16], "byte %zu of value %d",
                         totals[i % 2], i % 2);
    }
    cr_assert(totals[0] == 2000 && totals[1] == 2000, "%zu and %zu bytes", totals[0], totals[1]);
    uow_rows_close(rows);
    live_close(&l);
}

Test(dynamic, rows_of_a_failed_statement_are_not_opened)
{
    live l;
    live_open(&l, NULL, 0);
    uow_rows *rows = NULL;
    UOW_IS(UOW_SQL,
           uow_rows_open(l.ctx, "SELECT nothing FROM dynamic_no_such_table", NULL, 0, &rows));
    cr_assert_null(rows);
    LIVE_CONTAINS(uow_error_statement(uow_context_error(l.ctx)), "dynamic_no_such_table");
    cr_assert_eq(live_int64(&l, "SELECT 3"), 3);
    live_close(&l);
}

/* A division only fails when its row is computed: on PostgreSQL at execution, elsewhere it is NULL.
 */
Test(dynamic, a_failure_half_way_leaves_the_context_usable)
{
    live l;
    live_open(&l, NULL, 0);
    live_table(&l, "dynamic_failing", "n @int64");
    live_run(&l, "INSERT INTO dynamic_failing VALUES (1), (0)");
    uow_rows *rows = NULL;
    if (l.database == LIVE_POSTGRESQL)
        UOW_IS(UOW_TYPE, uow_rows_open(l.ctx, "SELECT 1 / n FROM dynamic_failing", NULL, 0, &rows));
    else
        UOW_OK(uow_rows_open(l.ctx, "SELECT 1 / n FROM dynamic_failing", NULL, 0, &rows));
    uow_rows_close(rows);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM dynamic_failing"), 2);
    live_close(&l);
}
