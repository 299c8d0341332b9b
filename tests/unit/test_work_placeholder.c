#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include <string.h>

#include "work/placeholder.h"

static uowi_mem mem;
static uow_error error;
static uowi_arena arena;
static uowi_buf out;
static uowi_param *params;
static size_t count;

static void begin(void)
{
    uowi_mem_init(&mem, NULL);
    uowi_error_init(&error, &mem);
    uowi_arena_init(&arena, &mem, 0);
    uowi_buf_init(&out, &mem, 0);
}

static void end(void)
{
    uowi_buf_done(&out);
    uowi_arena_done(&arena);
    uowi_error_done(&error);
    cr_assert_eq(mem.bytes, 0);
}

static uow_status parse(const char *sql, unsigned lexis, const uow_arg *args, size_t arg_count)
{
    uowi_buf_reset(&out);
    uowi_error_clear(&error);
    return uowi_placeholders(sql, strlen(sql), lexis, args, arg_count, &arena, &error, &out, &params, &count);
}

/* Which arguments (integers 0, 1, ...) the parameters are, as digits. */
static const char *order(void)
{
    static char text[32];

    for (size_t i = 0; i < count; i++)
        text[i] = (char)('0' + *(const int64_t *)params[i].data);
    text[count] = '\0';
    return text;
}

static uow_arg named[3];
static uow_arg positional[3];

static void make_args(void)
{
    static const char *const names[] = {"a", "name", "a1"};

    for (int i = 0; i < 3; i++) {
        positional[i] = uow_arg_int64(i);
        named[i] = uow_arg_named(names[i], uow_arg_int64(i));
    }
}

static void becomes(const char *sql, unsigned lexis, const char *text, const char *which)
{
    uow_arg used[3];
    size_t used_count = 0;

    for (int i = 0; i < 3; i++)
        if (strchr(which, '0' + i))
            used[used_count++] = named[i];
    uow_status st = parse(sql, lexis, used, used_count);

    cr_assert_eq(st, UOW_OK, "%s: %s", sql, uow_error_message(&error));
    cr_assert_str_eq(uowi_buf_cstr(&out), text);
    cr_assert_str_eq(order(), which, "%s", sql);
}

Test(placeholder, names_become_question_marks_in_order_of_appearance)
{
    begin();
    make_args();
    becomes("a = :a AND b = :name", 0, "a = ? AND b = ?", "01");
    becomes(":name,:a1,:a", 0, "?,?,?", "120");
    becomes(":a+:a", 0, "?+?", "00");
    becomes("f(:a1)", 0, "f(?)", "2");
    becomes("no parameter", 0, "no parameter", "");
    end();
}

Test(placeholder, quoted_text_names_and_comments_are_left_alone)
{
    begin();
    make_args();
    becomes("x = ':a' AND \":a\" = :a", 0, "x = ':a' AND \":a\" = ?", "0");
    becomes("x = 'it''s :a' AND y = :a", 0, "x = 'it''s :a' AND y = ?", "0");
    becomes("x = E'it\\':a' AND y = :a", 0, "x = E'it\\':a' AND y = ?", "0");
    becomes("x = size'\\' || :a", 0, "x = size'\\' || ?", "0");
    becomes("`:a` = :a", 0, "`:a` = ?", "0");
    becomes("x -- :a ?\n= :a", 0, "x -- :a ?\n= ?", "0");
    becomes("x /* :a ? */ = :a", 0, "x /* :a ? */ = ?", "0");
    becomes("$$ :a ? $$ || :a", 0, "$$ :a ? $$ || ?", "0");
    becomes("$t$ :a $$ ? $t$ || :a", 0, "$t$ :a $$ ? $t$ || ?", "0");
    end();
}

Test(placeholder, casts_assignments_and_times_are_no_parameters)
{
    begin();
    make_args();
    becomes("x::a = :a", 0, "x::a = ?", "0");
    becomes(":a::int", 0, "?::int", "0");
    becomes("@x := :a", 0, "@x := ?", "0");
    becomes("t = '12:30' AND y = :a", 0, "t = '12:30' AND y = ?", "0");
    becomes("x[1:2] = :a", 0, "x[1:2] = ?", "0");
    end();
}

Test(placeholder, a_backslash_hides_a_quote_only_where_the_dialect_says_so)
{
    begin();
    make_args();
    becomes("x = 'a\\' :a ' AND y = :name", UOWI_LEX_BACKSLASH, "x = 'a\\' :a ' AND y = ?", "1");
    becomes("x = 'a\\' || :a", 0, "x = 'a\\' || ?", "0");
    end();
}

Test(placeholder, comments_are_read_as_the_database_reads_them)
{
    begin();
    make_args();
    becomes("x /* a /* :a ? */ :name */ = :a", UOWI_LEX_NESTED, "x /* a /* :a ? */ :name */ = ?", "0");
    becomes("x /* a /* :a ? */ = :name", 0, "x /* a /* :a ? */ = ?", "1");
    becomes("x /* /* */ :a", UOWI_LEX_NESTED, "x /* /* */ :a", "");
    becomes("x # :a ? '\n= :name", UOWI_LEX_HASH, "x # :a ? '\n= ?", "1");
    becomes("x #>> :a", 0, "x #>> ?", "0");
    becomes("5--:a", UOWI_LEX_HASH, "5--?", "0");
    becomes("5 -- :a\n + :name --", UOWI_LEX_HASH, "5 -- :a\n + ? --", "1");
    becomes("1 /*!50000 + :a */ /*M! + :name */", UOWI_LEX_HASH, "1 /*!50000 + ? */ /*M! + ? */", "01");
    becomes("1 /*! + :a */ + :name", 0, "1 /*! + :a */ + ?", "1");
    end();
}

Test(placeholder, a_driver_that_counts_in_comments_finds_nothing_there)
{
    begin();
    make_args();
    becomes("x /* why? :a? */ = :name -- ?\n+ :a", UOWI_LEX_COUNTED, "x /* why. :a. */ = ? -- .\n+ ?", "10");
    becomes("x -- it's \"?\n= :a", UOWI_LEX_COUNTED, "x -- it.s ..\n= ?", "0");
    becomes("'-- ?' - ' /* ? */' = :a", UOWI_LEX_COUNTED, "'-- ?' - ' /* ? */' = ?", "0");
    uowi_buf_reset(&out);
    uowi_placeholders_any("a /* ? */ = :a AND b = ? -- :b?", 31, UOWI_LEX_COUNTED, &out);
    cr_assert_str_eq(uowi_buf_cstr(&out), "a /* . */ = ? AND b = ? -- :b.");
    end();
}

Test(placeholder, an_open_quote_or_comment_takes_the_rest)
{
    begin();
    make_args();
    becomes("x = :a 'open :name ?", 0, "x = ? 'open :name ?", "0");
    becomes("x = :a /* open :name ?", 0, "x = ? /* open :name ?", "0");
    becomes("x = :a -- :name", 0, "x = ? -- :name", "0");
    becomes("x = :a :", 0, "x = ? :", "0");
    becomes("x = :a $", 0, "x = ? $", "0");
    end();
}

Test(placeholder, positions_are_taken_in_order)
{
    begin();
    make_args();
    cr_assert_eq(parse("? + ? = ? AND '?' <> \"?\" -- ?", 0, positional, 3), UOW_OK);
    cr_assert_str_eq(uowi_buf_cstr(&out), "? + ? = ? AND '?' <> \"?\" -- ?");
    cr_assert_str_eq(order(), "012");
    end();
}

static void refused(const char *sql, const uow_arg *args, size_t arg_count, const char *message)
{
    cr_assert_eq(parse(sql, 0, args, arg_count), UOW_MISUSE, "%s", sql);
    cr_assert_str_eq(uow_error_message(&error), message);
}

Test(placeholder, what_does_not_match_is_said)
{
    begin();
    make_args();
    refused("a = ? AND b = ?", positional, 1, "the statement has more placeholders than the 1 arguments given");
    refused("a = ?", positional, 2, "the statement has 1 placeholders, but 2 arguments were given");
    refused("a = :a AND b = :name", positional, 2,
            "the statement has \":a\", but the arguments have no names: use uow_arg_named");
    refused("a = :a AND b = ':name' -- :name", named, 2,
            "the statement has no \":name\", but an argument has that name");
    refused("a = :b", named, 1, "no argument is named \":b\"");
    refused("a = :a AND b = ?", named, 1,
            "the arguments are named, but the statement has a \"?\": use one or the other");
    refused("a = ?", NULL, 1, "1 arguments were announced, but the array is NULL");
    uow_arg mixed[2] = {named[0], positional[1]};
    refused("a = :a", mixed, 2, "1 of 2 arguments are named: name all of them or none");
    cr_assert_str_eq(uow_error_statement(&error), "a = :a");
    refused("a = ?", NULL, 0, "the statement has more placeholders than the 0 arguments given");
    cr_assert_str_eq(uow_error_statement(&error), "a = ?");
    end();
}

Test(placeholder, any_names_at_all_become_question_marks_ahead_of_the_arguments)
{
    static const char sql[] = "a = :a AND ':b' <> :c::text -- :d";
    begin();
    uowi_placeholders_any(sql, sizeof sql - 1, false, &out);
    cr_assert_str_eq(uowi_buf_cstr(&out), "a = ? AND ':b' <> ?::text -- :d");
    end();
}
