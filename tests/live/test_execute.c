#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "live/live.h"

#include <criterion/parameterized.h>

#include <stdio.h>
#include <stdlib.h>

static int64_t execute(live *l, const char *sql, const uow_arg *args, size_t count)
{
    int64_t affected = -2;
    UOW_OK(uow_execute(l->ctx, sql, args, count, &affected));
    return affected;
}

static uow_counters counters_of(const live *l)
{
    uow_counters counters = UOW_COUNTERS_INIT;
    cr_assert_eq(uow_context_counters(l->ctx, &counters), UOW_OK);
    return counters;
}

/* ---- parameters ---- */

Test(execute, positional_parameters_and_rows_affected)
{
    live l;
    live_open(&l, NULL, 0);
    live_table(&l, "execute_positional", "id @int64 PRIMARY KEY, name varchar(40)");
    for (int64_t i = 1; i <= 3; i++)
        cr_assert_eq(execute(&l, "INSERT INTO execute_positional VALUES (?, ?)",
                             (uow_arg[]){uow_arg_int64(i), uow_arg_text("new")}, 2),
                     1);
    cr_assert_eq(execute(&l, "UPDATE execute_positional SET name = ? WHERE id > ?",
                         (uow_arg[]){uow_arg_text("changed"), uow_arg_int64(1)}, 2),
                 2);
    cr_assert_eq(execute(&l, "UPDATE execute_positional SET name = ? WHERE id > ?",
                         (uow_arg[]){uow_arg_text("changed"), uow_arg_int64(1)}, 2),
                 2, "the same values count, too");
    cr_assert_eq(execute(&l, "DELETE FROM execute_positional WHERE id = ?",
                         (uow_arg[]){uow_arg_int64(99)}, 1),
                 0);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM execute_positional WHERE name = 'changed'"),
                 2);
    live_close(&l);
}

Test(execute, named_parameters_in_any_order_and_more_than_once)
{
    live l;
    live_open(&l, NULL, 0);
    live_table(&l, "execute_named", "id @int64 PRIMARY KEY, a varchar(40), b varchar(40)");
    uow_arg args[] = {uow_arg_named("text", uow_arg_text("twice")),
                      uow_arg_named("id", uow_arg_int64(5))};
    cr_assert_eq(execute(&l, "INSERT INTO execute_named VALUES (:id, :text, :text)", args, 2), 1);
    cr_assert_eq(live_int64(&l, "SELECT id FROM execute_named WHERE a = b AND a = 'twice'"), 5);
    live_close(&l);
}

static void refuse(live *l, const char *sql, const uow_arg *args, size_t count, const char *part)
{
    uow_counters before = counters_of(l);
    uow_status st = uow_execute(l->ctx, sql, args, count, NULL);
    cr_assert_eq(st, UOW_MISUSE, "%s with %zu arguments is %s", sql, count, uow_status_name(st));
    LIVE_CONTAINS(uow_context_message(l->ctx), part);
    cr_assert_eq(counters_of(l).odbc_calls, before.odbc_calls, "nothing is sent");
}

Test(execute, placeholders_and_arguments_that_do_not_match_are_refused)
{
    live l;
    uow_arg one = uow_arg_int64(1);
    uow_arg named = uow_arg_named("a", uow_arg_int64(1));
    live_open(&l, NULL, 0);
    refuse(&l, "SELECT ?, ?", &one, 1, "more placeholders");
    refuse(&l, "SELECT 1", &one, 1, "argument");
    refuse(&l, "SELECT ?", NULL, 0, "placeholders");
    refuse(&l, "SELECT :b", &named, 1, ":b");
    refuse(&l, "SELECT ?", &named, 1, "named");
    refuse(&l, "SELECT ?", NULL, 1, "NULL");
    refuse(&l, "SELECT 1", &named, 1, "no \":a\"");
    refuse(&l, "SELECT :a", &one, 1, "uow_arg_named");
    live_close(&l);
}

/* ---- what is no placeholder ---- */

typedef struct untouched {
    const char *sql; /* one parameter, 7; gives one row of one text */
    const char *text;
    uint32_t only; /* databases that know this spelling */
} untouched;

#define EVERYWHERE   7u
#define ON(database) (1u << (database))

static const untouched untoucheds[] = {
    {"SELECT '?' FROM execute_one WHERE n = ?", "?", EVERYWHERE},
    {"SELECT 'it''s ? :x' FROM execute_one WHERE n = ?", "it's ? :x", EVERYWHERE},
    {"SELECT /* ? :x ' */ 'a' FROM execute_one WHERE n = ?", "a", EVERYWHERE},
    {"SELECT 'b' -- ? :x '\n FROM execute_one WHERE n = ?", "b", EVERYWHERE},
    {"SELECT '-- ?' FROM execute_one WHERE n = ?", "-- ?", EVERYWHERE},
    {"SELECT /* why? */ 'f' FROM execute_one WHERE n = ?", "f", EVERYWHERE},
    {"SELECT 'g' -- it's :x, \"why?\n FROM execute_one WHERE n = ?", "g", EVERYWHERE},
    {"SELECT /* a /* ? */ ' ? */ 'h' FROM execute_one WHERE n = ?", "h", ON(LIVE_POSTGRESQL)},
    {"SELECT 'i' # it's :x ?\n FROM execute_one WHERE n = ?", "i", ON(LIVE_MARIADB)},
    {"SELECT /*!50000 'k' */ FROM execute_one WHERE n = ?", "k", ON(LIVE_MARIADB)},
    {"SELECT /*M! 'l' */ FROM execute_one WHERE 0-n = 0--0-?", "l", ON(LIVE_MARIADB)},
    {"SELECT \"odd ?\" FROM execute_one WHERE n = ?", "odd", ON(LIVE_SQLITE) | ON(LIVE_POSTGRESQL)},
    {"SELECT `odd ?` FROM execute_one WHERE n = ?", "odd",
     ON(LIVE_MARIADB)}, /* SQLite's driver counts that one */
    {"SELECT 'it\\'s ?' FROM execute_one WHERE n = ?", "it's ?", ON(LIVE_MARIADB)},
    {"SELECT 'c'::text FROM execute_one WHERE n = ?", "c", ON(LIVE_POSTGRESQL)},
    {"SELECT $$d ? :x '$$ FROM execute_one WHERE n = ?", "d ? :x '", ON(LIVE_POSTGRESQL)},
    {"SELECT $a$e $$ ? $a$ FROM execute_one WHERE n = ?", "e $$ ? ", ON(LIVE_POSTGRESQL)},
};
#define UNTOUCHEDS (sizeof untoucheds / sizeof untoucheds[0])

static void check_untouched(live *l, const untouched *row, const char *sql, uow_arg arg)
{
    uow_rows *rows = NULL;
    const char *text = NULL;
    UOW_OK(uow_rows_open(l->ctx, sql, &arg, 1, &rows));
    UOW_OK(uow_rows_next(rows));
    UOW_OK(uow_rows_text(rows, 0, &text, NULL));
    cr_assert_str_eq(text, row->text, "%s gave \"%s\"", sql, text);
    uow_rows_close(rows);
}

Test(execute, question_marks_in_quotes_comments_and_casts_are_left_alone)
{
    live l;
    live_open(&l, NULL, 0);
    live_table(&l, "execute_one",
               live_either(&l, "n @int32, \"odd ?\" varchar(10)", "n @int32, \"odd ?\" varchar(10)",
                           "n @int32, `odd ?` varchar(10)"));
    live_run(&l, "INSERT INTO execute_one VALUES (7, 'odd')");
    for (size_t i = 0; i < UNTOUCHEDS; i++) {
        char named[200];
        if (!(untoucheds[i].only & ON(l.database)))
            continue;
        check_untouched(&l, &untoucheds[i], untoucheds[i].sql, uow_arg_int32(7));
        snprintf(named, sizeof named, "%.*s:n", (int)strlen(untoucheds[i].sql) - 1,
                 untoucheds[i].sql);
        check_untouched(&l, &untoucheds[i], named, uow_arg_named("n", uow_arg_int32(7)));
    }
    live_close(&l);
}

Test(execute, a_cast_behind_a_placeholder_is_no_name)
{
    live l;
    live_open(&l, NULL, 0);
    if (l.database == LIVE_POSTGRESQL) {
        uow_arg arg = uow_arg_named("v", uow_arg_text("42"));
        UOW_OK(uow_execute(l.ctx, "SELECT :v::int + 1", &arg, 1, NULL));
        UOW_OK(uow_execute(l.ctx, "SELECT ?::int + 1", (uow_arg[]){uow_arg_text("42")}, 1, NULL));
    } else { /* no such casts: the database must see them, and say so */
        uow_arg arg = uow_arg_named("v", uow_arg_text("42"));
        UOW_IS(UOW_SQL, uow_execute(l.ctx, "SELECT :v::int + 1", &arg, 1, NULL));
    }
    live_close(&l);
}

/* ---- heads that crash MariaDB's driver ---- */

static const char *const crashing_heads[] = {
    "XA RECOVER",
    "VALUES (1), (2)",
    "SET STATEMENT max_statement_time = 10 FOR SELECT 1",
    "OPTIMIZE TABLE execute_heads",
    "REPAIR TABLE execute_heads",
    "CACHE INDEX execute_heads IN no_such_cache",
    "HELP 'select'",
    "/* a comment first */ XA RECOVER",
    "xa\n\trecover;",
    "CREATE OR REPLACE PROCEDURE execute_heads_p() BEGIN SELECT 1; SELECT 2; SELECT 3; END",
    "-- a comment\nCREATE OR REPLACE TRIGGER execute_heads_t BEFORE INSERT ON execute_heads FOR "
    "EACH ROW "
    "BEGIN SET NEW.n = 1; SET NEW.n = 2; SET NEW.n = 3; END",
    "IF 1 THEN SET @a = 1; SET @b = 2; END IF",
    "IF 1 THEN SELECT 1; SELECT 2; END IF",
    "CASE 1 WHEN 1 THEN SET @a = 1; SET @b = 2; END CASE",
    "BEGIN NOT ATOMIC SELECT 1; SELECT 2; END",
    "CALL execute_heads_p()",
    "DROP PROCEDURE execute_heads_p",
};

Test(execute, statements_that_crash_mariadbs_driver_work_or_are_refused)
{
    live l;
    live_open(&l, NULL, 0);
    if (l.database != LIVE_MARIADB) {
        live_close(&l);
        cr_skip_test("only MariaDB's driver crashes on these");
    }
    live_table(&l, "execute_heads", "n @int32");
    for (size_t i = 0; i < sizeof crashing_heads / sizeof crashing_heads[0]; i++) {
        uow_rows *rows = NULL;
        uow_status st = uow_execute(l.ctx, crashing_heads[i], NULL, 0, NULL);
        cr_assert(st == UOW_OK || st == UOW_SQL || st == UOW_UNSUPPORTED, "%s: %s",
                  crashing_heads[i], uow_context_message(l.ctx));
        cr_assert_eq(live_int64(&l, "SELECT 1"), 1, "after %s",
                     crashing_heads[i]); /* where it would crash */
        if (uow_rows_open(l.ctx, crashing_heads[i], NULL, 0, &rows) == UOW_OK)
            uow_rows_close(rows);
        cr_assert_eq(live_int64(&l, "SELECT 2"), 2, "after the rows of %s", crashing_heads[i]);
    }
    live_close(&l);
}

Test(execute, the_rows_of_a_wrapped_statement_are_there)
{
    live l;
    uow_rows *rows = NULL;
    int64_t value = 0;
    live_open(&l, NULL, 0);
    UOW_OK(uow_rows_open(l.ctx, "VALUES (1), (2)", NULL, 0, &rows));
    UOW_OK(uow_rows_next(rows));
    UOW_OK(uow_rows_next(rows));
    UOW_OK(uow_rows_int64(rows, 0, &value));
    cr_assert_eq(value, 2);
    UOW_IS(UOW_END, uow_rows_next(rows));
    uow_rows_close(rows);
    live_close(&l);
}

static const char *const transaction_texts[] = {"BEGIN", "commit", "ROLLBACK", " /* x */ Commit ;",
                                                "START TRANSACTION"};

Test(execute, transactions_by_text_are_refused)
{
    live l;
    live_open(&l, NULL, 0);
    for (size_t i = 0; i < sizeof transaction_texts / sizeof transaction_texts[0]; i++) {
        UOW_IS(UOW_MISUSE, uow_execute(l.ctx, transaction_texts[i], NULL, 0, NULL));
        LIVE_CONTAINS(uow_context_message(l.ctx), "uow_begin");
    }
    cr_assert_eq(live_int64(&l, "SELECT 1"), 1);
    live_close(&l);
}

/* ---- prepared once ---- */

#define RUNS 1000

Test(execute, a_statement_run_a_thousand_times_is_prepared_once)
{
    live l;
    uow_statement *insert = NULL;
    live_open(&l, NULL, 0);
    live_table(&l, "execute_prepared", "id @int64 PRIMARY KEY, name varchar(40)");
    UOW_OK(uow_begin(l.ctx, NULL));
    uow_counters before = counters_of(&l);
    UOW_OK(uow_statement_prepare(l.ctx, "INSERT INTO execute_prepared VALUES (?, ?)", &insert));
    for (int64_t i = 0; i < RUNS; i++) {
        uow_arg args[] = {uow_arg_int64(i), i % 3 ? uow_arg_text("some") : uow_arg_null(UOW_TEXT)};
        int64_t affected = 0;
        UOW_OK(uow_statement_execute(insert, args, 2, &affected));
        cr_assert_eq(affected, 1);
    }
    uow_counters after = counters_of(&l);
    uow_statement_free(insert);
    UOW_OK(uow_commit(l.ctx));
    cr_assert_eq(after.prepares - before.prepares, 1);
    cr_assert_eq(after.executes - before.executes, RUNS);
    cr_assert_geq(after.statements_reused - before.statements_reused, RUNS - 1);
    cr_assert_eq(after.rows_written - before.rows_written, RUNS);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM execute_prepared WHERE name IS NULL"),
                 (RUNS + 2) / 3);
    live_close(&l);
}

Test(execute, the_same_text_is_found_prepared)
{
    live l;
    live_open(&l, NULL, 0);
    live_table(&l, "execute_same", "id @int64 PRIMARY KEY");
    UOW_OK(uow_begin(l.ctx, NULL));
    uow_counters before = counters_of(&l);
    for (int64_t i = 0; i < RUNS; i++)
        execute(&l, "INSERT INTO execute_same VALUES (?)", (uow_arg[]){uow_arg_int64(i)}, 1);
    uow_counters after = counters_of(&l);
    UOW_OK(uow_commit(l.ctx));
    cr_assert_eq(after.prepares - before.prepares, 1);
    cr_assert_eq(after.executes - before.executes, RUNS);
    live_close(&l);
}

Test(execute, a_parameter_may_change_its_size_and_type_between_runs)
{
    static const size_t sizes[] = {1, 70000, 3, 0, 9000, 8000, 200000, 10};
    live l;
    char *text = malloc(200001);
    cr_assert_not_null(text);
    memset(text, 'z', 200000);
    live_open(&l, NULL, 0);
    live_table(&l, "execute_sizes", "n @int64, body @text");
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        uow_arg args[] = {uow_arg_int64((int64_t)sizes[i]), uow_arg_text_n(text, sizes[i])};
        execute(&l, "INSERT INTO execute_sizes VALUES (?, ?)", args, 2);
    }
    execute(&l, "INSERT INTO execute_sizes VALUES (?, ?)",
            (uow_arg[]){uow_arg_text("12"), uow_arg_text("twelve chars")}, 2);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM execute_sizes WHERE LENGTH(body) = n"), 9);
    free(text);
    live_close(&l);
}

/* ---- streams ---- */

typedef struct source {
    size_t left;
    size_t at;
    size_t largest; /* piece asked for */
    size_t fail_at; /* 0: never */
    size_t most;    /* bytes given at a time; 0: as asked */
} source;

static ptrdiff_t give(void *buffer, size_t size, void *user)
{
    source *from = user;
    if (size > from->largest)
        from->largest = size;
    if (from->fail_at && from->at >= from->fail_at)
        return -1;
    if (from->most && size > from->most)
        size = from->most;
    if (size > from->left)
        size = from->left;
    for (size_t i = 0; i < size; i++)
        ((char *)buffer)[i] = "0123456789abcdef"[(from->at + i) % 16];
    from->at += size;
    from->left -= size;
    return (ptrdiff_t)size;
}

#define STREAMED ((size_t)8 * 1024 * 1024)

static void stream_in(uow_type type, const char *columns, uow_text_path path, size_t most)
{
    live l;
    uow_context_options options = UOW_CONTEXT_OPTIONS_INIT;
    source from = {STREAMED, 0, 0, 0, most};
    options.text_path = path;
    live_open_with(&l, NULL, 0, &options);
    live_table(&l, "execute_streamed", columns);
    size_t before = l.bytes;
    l.peak = l.bytes;
    uow_arg args[] = {uow_arg_int32(1), uow_arg_stream(type, STREAMED, give, &from)};
    cr_assert_eq(execute(&l, "INSERT INTO execute_streamed VALUES (?, ?)", args, 2), 1);
    cr_assert_eq(from.left, 0);
    cr_assert_lt(from.largest, 1024 * 1024);
    cr_assert_lt(l.peak - before, 1024 * 1024, "%zu bytes were held", l.peak - before);
    cr_assert_eq(live_int64(&l, "SELECT %s(body) FROM execute_streamed",
                            live_either(&l, "length", "octet_length", "octet_length")),
                 (int64_t)STREAMED);
    uow_arg pattern =
        type == UOW_BLOB ? uow_arg_binary("9abcdef012", 10) : uow_arg_text("9abcdef012");
    cr_assert_eq(
        execute(
            &l,
            live_either(
                &l, "DELETE FROM execute_streamed WHERE substr(body, 8388602 - 16 * 2000, 10) = ?",
                "DELETE FROM execute_streamed WHERE substring(body, 8388602 - 16 * 2000, 10) = ?",
                "DELETE FROM execute_streamed WHERE substr(body, 8388602 - 16 * 2000, 10) = ?"),
            &pattern, 1),
        1, "the bytes are out of order");
    live_close(&l);
}

Test(execute, a_text_of_8_MB_is_streamed_in_through_a_bounded_buffer)
{
    stream_in(UOW_LONGTEXT, "n @int32, body @text", UOW_TEXT_AUTO, 0);
}

Test(execute, a_text_of_8_MB_is_streamed_in_as_utf16)
{
    stream_in(UOW_LONGTEXT, "n @int32, body @text", UOW_TEXT_WIDE, 0);
}

Test(execute, a_blob_of_8_MB_is_streamed_in_by_odd_pieces)
{
    stream_in(UOW_BLOB, "n @int32, body @blob", UOW_TEXT_AUTO, 9973);
}

Test(execute, a_stream_that_gives_up_cancels_the_statement)
{
    live l;
    source from = {STREAMED, 0, 0, 100000, 0};
    live_open(&l, NULL, 0);
    live_table(&l, "execute_given_up", "body @text");
    uow_arg arg = uow_arg_stream(UOW_LONGTEXT, STREAMED, give, &from);
    UOW_IS(UOW_CANCELLED,
           uow_execute(l.ctx, "INSERT INTO execute_given_up VALUES (?)", &arg, 1, NULL));
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM execute_given_up"), 0);
    from = (source){1000, 0, 0, 0, 0};
    arg = uow_arg_stream(UOW_LONGTEXT, 1000, give, &from);
    cr_assert_eq(execute(&l, "INSERT INTO execute_given_up VALUES (?)", &arg, 1),
                 1); /* the statement is whole again */
    live_close(&l);
}

/* ---- DDL under prepared statements ---- */

static size_t columns_of(live *l, const char *sql, char names[4][32])
{
    uow_rows *rows = NULL;
    UOW_OK(uow_rows_open(l->ctx, sql, NULL, 0, &rows));
    size_t count = uow_rows_column_count(rows);
    for (size_t i = 0; i < count && i < 4; i++) {
        uow_column_info info = UOW_COLUMN_INFO_INIT;
        cr_assert_eq(uow_rows_column(rows, i, &info), UOW_OK);
        snprintf(names[i], 32, "%s", info.name);
    }
    UOW_OK(uow_rows_next(rows));
    uow_rows_close(rows);
    return count;
}

Test(execute, a_cached_select_sees_columns_added_and_dropped)
{
    char names[4][32];
    live l;
    live_open(&l, NULL, 0);
    live_table(&l, "execute_altered", "a @int32, b @int32");
    live_run(&l, "INSERT INTO execute_altered VALUES (1, 2)");
    for (int i = 0; i < 4; i++)
        cr_assert_eq(columns_of(&l, "SELECT * FROM execute_altered", names), 2);
    live_run(&l, "ALTER TABLE execute_altered ADD COLUMN c integer");
    for (int i = 0; i < 4; i++)
        cr_assert_eq(columns_of(&l, "SELECT * FROM execute_altered", names), 3);
    cr_assert_str_eq(names[2], "c");
    live_run(&l, "ALTER TABLE execute_altered DROP COLUMN a");
    for (int i = 0; i < 4; i++)
        cr_assert_eq(columns_of(&l, "SELECT * FROM execute_altered", names), 2);
    cr_assert_str_eq(names[0], "b");
    live_close(&l);
}

typedef struct altered_row {
    int64_t id;
    int32_t n;
} altered_row;

static const uow_column altered_columns[] = {
    UOW_COLUMN(altered_row, id, "id", UOW_INT64, UOW_KEY),
    UOW_COLUMN(altered_row, n, "n", UOW_INT32, 0),
};
static const uow_entity altered_rows = UOW_ENTITY(altered_row, "execute_nullable", altered_columns);

static uow_status altered_read(live *l, size_t *count)
{
    uow_list *list = NULL;
    uow_status st = uow_query(l->ctx, &altered_rows, "ORDER BY id", NULL, 0, NULL, &list);

    *count = uow_list_count(list);
    uow_list_free(list);
    return st;
}

/* What a driver knows of a statement it has prepared is older than the table. */
Test(execute, a_column_that_may_be_null_since_a_query_was_cached_gives_no_number_for_null)
{
    static const uow_entity *const entities[] = {&altered_rows};
    size_t count = 0;
    live l;
    live_open(&l, entities, 1);
    live_table(&l, "execute_nullable", live_either(&l, "id @int64 NOT NULL PRIMARY KEY, n @int32",
                                                   "id @int64 NOT NULL PRIMARY KEY, n @int32 NOT NULL",
                                                   "id @int64 NOT NULL PRIMARY KEY, n @int32 NOT NULL"));
    live_run(&l, "INSERT INTO execute_nullable VALUES (1, 10), (2, 20)");
    for (int i = 0; i < 4; i++)
        UOW_OK(altered_read(&l, &count));
    cr_assert_eq(count, 2);
    uow_context *other = live_another(&l);
    if (l.database != LIVE_SQLITE)
        UOW_OK(uow_execute(other, live_either(&l, "", "ALTER TABLE execute_nullable ALTER COLUMN n DROP NOT NULL",
                                              "ALTER TABLE execute_nullable MODIFY n INT NULL"), NULL, 0, NULL));
    UOW_OK(uow_execute(other, "UPDATE execute_nullable SET n = NULL WHERE id = 1", NULL, 0, NULL));
    for (int i = 0; i < 3; i++)
        UOW_IS(UOW_TYPE, altered_read(&l, &count));
    cr_assert_not_null(strstr(uow_context_message(l.ctx), "execute_nullable.n: the value is NULL"), "%s",
                       uow_context_message(l.ctx));
    UOW_OK(uow_execute(other, "UPDATE execute_nullable SET n = 11 WHERE id = 1", NULL, 0, NULL));
    UOW_OK(altered_read(&l, &count));
    cr_assert_eq(count, 2);
    live_close(&l);
}

Test(execute, a_failed_statement_leaves_the_next_ones_alone)
{
    live l;
    live_open(&l, NULL, 0);
    live_table(&l, "execute_failed", "id @int64 PRIMARY KEY");
    for (int64_t i = 0; i < 20; i++) {
        uow_arg arg = uow_arg_int64(i / 2);
        UOW_IS(i % 2 ? UOW_CONSTRAINT : UOW_OK,
               uow_execute(l.ctx, "INSERT INTO execute_failed VALUES (?)", &arg, 1, NULL));
    }
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM execute_failed"), 10);
    live_close(&l);
}
