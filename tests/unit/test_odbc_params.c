#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include <stdlib.h>

#include <math.h>

#include "odbc/array.h"
#include "odbc/stmt.h"
#include "odbc_fixture.h"

static fixture f;
static uowi_stmt *stmt;

static void begin(const char *dbms)
{
    fake_begin(dbms);
    cr_assert_eq(fixture_open(&f, "Driver=/fake/none.so"), UOW_OK);
    cr_assert_eq(uowi_stmt_open(f.conn, &stmt), UOW_OK);
}

static void end(void)
{
    uowi_stmt_free(stmt);
    cr_assert_eq(fixture_close(&f), 0);
}

static void prepare(const char *sql)
{
    cr_assert_eq(uowi_stmt_prepare(stmt, sql, strlen(sql)), UOW_OK);
}

static uowi_param value(uow_type type, const void *data, size_t size)
{
    uowi_param param = {.type = type, .data = data, .size = size};

    return param;
}

static uow_status run(uowi_param param)
{
    uow_status st = uowi_stmt_bind(stmt, &param, 1);

    return st == UOW_OK ? uowi_stmt_execute(stmt) : st;
}

Test(odbc_params, a_second_execution_of_the_same_types_binds_nothing_and_asks_nothing)
{
    int64_t number = 5;
    begin("PostgreSQL");
    prepare("UPDATE t SET a = ?");
    cr_assert_eq(run(value(UOW_INT64, &number, 8)), UOW_OK);
    unsigned binds = fake_calls(UOWI_FN_BindParameter);
    unsigned shapes = fake_calls(UOWI_FN_NumResultCols);
    unsigned closes = fake_calls(UOWI_FN_FreeStmt);
    number = 6;
    cr_assert_eq(run(value(UOW_INT64, &number, 8)), UOW_OK);
    cr_assert_eq(run(value(UOW_INT64, NULL, 0)), UOW_OK);
    cr_assert_str_eq(fake_param(1), "NULL");
    cr_assert_eq(fake_calls(UOWI_FN_BindParameter), binds);
    cr_assert_eq(fake_calls(UOWI_FN_NumResultCols), shapes);
    cr_assert_eq(fake_calls(UOWI_FN_FreeStmt), closes);
    end();
}

Test(odbc_params, text_is_bound_again_only_when_its_size_class_changes)
{
    static char large[5000];
    begin("PostgreSQL");
    memset(large, 'x', sizeof large);
    prepare("UPDATE t SET a = ?");
    cr_assert_eq(run(value(UOW_TEXT, "one", 3)), UOW_OK);
    cr_assert_eq(run(value(UOW_TEXT, "another", 7)), UOW_OK);
    cr_assert_eq(fake_calls(UOWI_FN_BindParameter), 1);
    cr_assert_str_eq(fake_param(1), "another");
    cr_assert_eq(run(value(UOW_TEXT, large, sizeof large)), UOW_OK);
    cr_assert_eq(fake_calls(UOWI_FN_BindParameter), 2);
    cr_assert_eq(fake_param_size(1), sizeof large);
    end();
}

Test(odbc_params, bytes_of_another_length_are_bound_again)
{
    /* SQLite's driver keeps the length it saw when bound: three new bytes came with thirteen old ones */
    begin("SQLite");
    prepare("UPDATE t SET a = ?");
    cr_assert_eq(run(value(UOW_BINARY, "0123456789abcdef", 16)), UOW_OK);
    cr_assert_eq(run(value(UOW_BINARY, "xyz", 3)), UOW_OK);
    cr_assert_eq(fake_calls(UOWI_FN_BindParameter), 2);
    cr_assert_eq(fake_param_size(1), 3);
    end();
}

Test(odbc_params, what_cannot_be_sent_is_refused_before_any_call)
{
    static const uow_date no_date = {2026, 2, 30};
    static const uow_time no_time = {24, 0, 0, 0, 0};
    static const unsigned char two = 2;
    static const double no_number = NAN;
    static const uow_decimal too_long = {UINT64_MAX, INT64_MAX, 0, 0};
    static const struct {
        uow_type type;
        const void *data;
        size_t size;
        const char *says;
    } cases[] = {
        {UOW_TEXT, "ab\xff", 3, "byte 2 of 3"},
        {UOW_TEXT, "a\0b", 3, "NUL"},
        {UOW_TEXT, "abc", UOWI_PARAM_BAD_SIZE, "terminating NUL"},
        {UOW_BINARY, "abc", UOWI_PARAM_BAD_SIZE, "indicator"},
        {UOW_DOUBLE, &no_number, sizeof no_number, "NaN"},
        {UOW_DECIMAL, &too_long, sizeof too_long, "38 digits"},
        {UOW_LONGTEXT, "", UOWI_PARAM_NO_DATA, "pointer is NULL"},
        {UOW_BLOB, "", UOWI_PARAM_NO_DATA, "pointer is NULL"},
        {UOW_BOOL, &two, 1, "boolean holds 2"},
        {UOW_DATE, &no_date, sizeof no_date, "no date"},
        {UOW_TIME, &no_time, sizeof no_time, "no date"},
        {UOW_DECIMAL_TEXT, "1e3", 3, "plain decimal"},
        {(uow_type)77, "x", 1, "no uow_type"},
    };
    begin("SQLite");
    prepare("UPDATE t SET a = ?");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uowi_param param = value(cases[i].type, cases[i].data, cases[i].size);
        param.column = "amount";
        cr_assert_neq(uowi_stmt_bind(stmt, &param, 1), UOW_OK, "case %zu", i);
        cr_assert_not_null(strstr(uow_error_message(&f.error), cases[i].says), "%s", uow_error_message(&f.error));
        cr_assert_str_eq(uow_error_column(&f.error), "amount");
        uowi_error_clear(&f.error);
    }
    cr_assert_eq(fake_calls(UOWI_FN_BindParameter), 0);
    end();
}

Test(odbc_params, unsigned_beyond_int64_goes_as_digits_or_is_refused)
{
    uint64_t most = UINT64_MAX;
    begin("MariaDB");
    prepare("UPDATE t SET a = ?");
    cr_assert_eq(run(value(UOW_UINT64, &most, 8)), UOW_OK);
    cr_assert_str_eq(fake_param(1), "18446744073709551615");
    end();
    begin("SQLite");
    prepare("UPDATE t SET a = ?");
    cr_assert_eq(run(value(UOW_UINT64, &most, 8)), UOW_TYPE);
    end();
}

Test(odbc_params, the_same_instant_whatever_the_database_keeps)
{
    uow_timestamptz ts = {{2026, 1, 2, 3, 4, 5, 123456000}, 120, 0};
    begin("PostgreSQL");
    prepare("UPDATE t SET a = ?");
    cr_assert_eq(run(value(UOW_TIMESTAMPTZ, &ts, sizeof ts)), UOW_OK);
    cr_assert_not_null(strstr(fake_param(1), "03:04:05.123456+02"), "%s", fake_param(1));
    end();
    begin("MariaDB");
    prepare("UPDATE t SET a = ?");
    cr_assert_eq(run(value(UOW_TIMESTAMPTZ, &ts, sizeof ts)), UOW_OK);
    cr_assert_not_null(strstr(fake_param(1), "2026-01-02 01:04:05.123456"), "%s", fake_param(1));
    end();
}

static int to_db(const void *member, void *db_value, void *user)
{
    int32_t colour = *(const int32_t *)member;

    (void)user;
    if (colour < 0 || colour > 1)
        return 0;
    memcpy(db_value, colour == 0 ? "red" : "green", colour == 0 ? 4 : 6);
    return 1;
}

Test(odbc_params, a_converter_gives_the_value_or_the_error)
{
    static const uow_converter converter = {sizeof converter, UOW_TEXT, 10, to_db, NULL, NULL};
    static const uow_column column = {"colour", "colour", 0, 4, UOW_NO_IND, (uow_type)0, 0, &converter, NULL};
    char scratch[10];
    uowi_param param;
    int32_t colour = 1;
    begin("PostgreSQL");
    cr_assert_eq(uowi_param_scratch(&column), sizeof scratch);
    cr_assert_eq(uowi_param_from_member(&column, &colour, scratch, &f.error, &param), UOW_OK);
    cr_assert_eq(param.size, 5);
    colour = 7;
    cr_assert_eq(uowi_param_from_member(&column, &colour, scratch, &f.error, &param), UOW_TYPE);
    cr_assert_str_eq(uow_error_column(&f.error), "colour");
    end();
}

typedef struct source {
    size_t left;
    ptrdiff_t end; /* what is answered when left is 0 */
} source;

static ptrdiff_t source_read(void *buffer, size_t size, void *user)
{
    source *from = user;
    size_t give = from->left < size ? from->left : size;

    if (from->left == 0)
        return from->end;
    memset(buffer, 'a', give);
    from->left -= give;
    return (ptrdiff_t)give;
}

Test(odbc_params, a_gibibyte_passes_through_a_bounded_buffer)
{
    static const char *const databases[] = {"SQLite", "PostgreSQL", "MariaDB", "Whatever"};
    size_t size = (size_t)1 << (getenv("UOW_SLOW") ? 24 : 30);

    for (size_t i = 0; i < sizeof databases / sizeof databases[0]; i++) {
        source from = {size, 0};
        uowi_param param = {.type = UOW_BLOB, .size = size, .read = source_read, .user = &from};
        begin(databases[i]);
        prepare("UPDATE t SET a = ?");
        cr_assert_eq(run(param), UOW_OK, "%s", uow_error_message(&f.error));
        cr_assert_eq(fake_param_size(1), (uint64_t)size);
        cr_assert_lt(f.mem.bytes, 1 << 20);
        end();
    }
}

Test(odbc_params, a_stream_that_stops_short_or_gives_up_stores_nothing)
{
    static const struct {
        ptrdiff_t end;
        uow_status status;
    } cases[] = {{0, UOW_TYPE}, {-1, UOW_CANCELLED}};
    begin("PostgreSQL");
    prepare("UPDATE t SET a = ?");
    for (size_t i = 0; i < 2; i++) {
        source from = {100000, cases[i].end};
        uowi_param param = {.type = UOW_LONGTEXT, .size = 200000, .read = source_read, .user = &from};
        size_t before = fake_sql_count();
        cr_assert_eq(run(param), cases[i].status, "%s", uow_error_message(&f.error));
        cr_assert_eq(fake_calls(UOWI_FN_Cancel), i + 1);
        cr_assert_leq(fake_sql_count(), before + 1);
        uowi_error_clear(&f.error);
    }
    cr_assert_eq(run(value(UOW_TEXT, "after", 5)), UOW_OK, "%s", uow_error_message(&f.error));
    end();
}

Test(odbc_params, polling_is_on_for_prepare_and_execute_and_off_for_metadata)
{
    int64_t number = 5;
    uow_status st;
    unsigned polls = 0;
    fake_begin("PostgreSQL");
    fake_async(2);
    cr_assert_eq(fixture_open(&f, "Driver=/fake/none.so"), UOW_OK);
    cr_assert_eq(uowi_stmt_open(f.conn, &stmt), UOW_OK);
    uowi_stmt_async(stmt, true);
    fake_still(UOWI_FN_Execute, 3);
    fake_still(UOWI_FN_NumResultCols, 1);
    prepare("UPDATE t SET a = ?");
    uowi_param param = value(UOW_INT64, &number, 8);
    cr_assert_eq(uowi_stmt_bind(stmt, &param, 1), UOW_OK);
    while ((st = uowi_stmt_execute(stmt)) == UOW_PENDING) {
        cr_assert(uowi_stmt_executing(stmt));
        polls++;
    }
    cr_assert_eq(st, UOW_OK, "%s", uow_error_message(&f.error));
    cr_assert_eq(polls, 3);
    cr_assert_eq(uowi_stmt_affected(stmt), 1);
    end();
}

Test(odbc_params, every_allocation_may_fail)
{
    static char text[300];
    memset(text, 'x', sizeof text);
    for (int64_t n = 0;; n++) {
        fake_begin("PostgreSQL");
        cr_assert_eq(fixture_open(&f, "Driver=/fake/none.so"), UOW_OK);
        f.mem.fail_at = n;
        stmt = NULL;
        uow_status st = uowi_stmt_open(f.conn, &stmt);
        if (st == UOW_OK)
            st = uowi_stmt_prepare(stmt, "UPDATE t SET a = ?", 18);
        if (st == UOW_OK)
            st = run(value(UOW_TEXT, text, sizeof text));
        f.mem.fail_at = -1;
        uowi_stmt_free(stmt);
        uowi_error_clear(&f.error);
        cr_assert_eq(fixture_close(&f), 0, "leak at allocation %d", (int)n);
        if (st == UOW_OK)
            break;
        cr_assert_eq(st, UOW_NO_MEMORY);
        cr_assert_lt(n, 100);
    }
}

/* Executes an array of three rows of one number. */
static uow_status run_array(void)
{
    static const int64_t numbers[] = {1, 2, 3};
    uowi_param params[3];

    for (size_t i = 0; i < 3; i++)
        params[i] = value(UOW_INT64, &numbers[i], 8);
    cr_assert_eq(uowi_stmt_bind_array(stmt, params, 3, 1), UOW_OK);
    return uowi_stmt_execute(stmt);
}

/* ODBC: when some rows of an array fail and others do not, that is a warning. Saved they are not. */
Test(odbc_params, a_row_of_an_array_that_fails_under_a_warning_is_a_failure)
{
    begin("Whatever");
    prepare("INSERT INTO t VALUES (?)");
    cr_assert_eq(run_array(), UOW_OK, "%s", uow_error_message(&f.error));
    fake_array_error(2);
    fake_fail(UOWI_FN_Execute, 1, SQL_SUCCESS_WITH_INFO, "23000", 19, "row 2 is there already");
    cr_assert_eq(run_array(), UOW_CONSTRAINT, "%s", uow_error_message(&f.error));
    cr_assert(strstr(uow_error_message(&f.error), "row 2 is there already"), "%s", uow_error_message(&f.error));
    uowi_error_clear(&f.error);
    fake_array_error(0);
    cr_assert_eq(run_array(), UOW_OK, "%s", uow_error_message(&f.error));
    end();
}

Test(odbc_params, every_row_of_an_array_may_have_a_count_of_its_own)
{
    begin("Whatever");
    fake_affected("UPDATE t", 1);
    fake_affected("UPDATE t", 0);
    fake_affected("UPDATE t", 1);
    prepare("UPDATE t SET a = 1 WHERE b = ?");
    cr_assert_eq(run_array(), UOW_OK, "%s", uow_error_message(&f.error));
    cr_assert_eq(uowi_stmt_affected(stmt), 1);
    cr_assert_eq(uowi_stmt_more(stmt), UOW_OK);
    cr_assert_eq(uowi_stmt_affected(stmt), 0);
    cr_assert_eq(uowi_stmt_more(stmt), UOW_OK);
    cr_assert_eq(uowi_stmt_affected(stmt), 1);
    cr_assert_eq(uowi_stmt_more(stmt), UOW_END);
    end();
}
