#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "live/routines.h"

/* The kinds of routines PostgreSQL has, and what its catalog says of them. */

typedef struct pair {
    int64_t n;
    char word[21];
} pair;

static const uow_column pair_columns[] = {
    UOW_COLUMN(pair, n, "n", UOW_INT64, 0),
    UOW_COLUMN(pair, word, "word", UOW_TEXT, 0),
};
static const uow_entity pairs = UOW_ENTITY_KEYLESS(pair, NULL, pair_columns);

static live l;

static const char *const made[] = {
    "FUNCTION pgcall_add_#(a integer, b integer) RETURNS integer LANGUAGE sql AS 'SELECT a + b'",
    "FUNCTION pgcall_add_#(a text, b text) RETURNS text LANGUAGE sql AS 'SELECT a || b'",
    "FUNCTION pgcall_def_#(a integer, b integer DEFAULT 5, c integer DEFAULT 7) RETURNS integer LANGUAGE sql AS "
    "'SELECT a * 100 + b * 10 + c'",
    "FUNCTION pgcall_out_#(IN a integer, OUT n integer, OUT word text) LANGUAGE sql AS $$SELECT a + 1, 'é'$$",
    "FUNCTION pgcall_set_#(most integer) RETURNS TABLE (n bigint, word text) LANGUAGE sql AS "
    "$$SELECT i, 'w' || i FROM generate_series(1, most) i$$",
    "FUNCTION pgcall_void_#() RETURNS void LANGUAGE plpgsql AS 'BEGIN END'",
    "FUNCTION pgcall_cursor_#(most integer) RETURNS refcursor LANGUAGE plpgsql AS $$DECLARE c refcursor; BEGIN "
    "OPEN c FOR SELECT i AS n, 'w' || i AS word FROM generate_series(1, most) i; RETURN c; END$$",
    "FUNCTION pgcall_cursors_#() RETURNS SETOF refcursor LANGUAGE plpgsql AS $$DECLARE a refcursor := 'cur \"a\"'; "
    "b refcursor := 'cur_b'; BEGIN OPEN a FOR SELECT 1 AS n, 'one'::text AS word; RETURN NEXT a; "
    "OPEN b FOR SELECT 2 AS n, 'two'::text AS word; RETURN NEXT b; END$$",
    "PROCEDURE pgcall_warn_#(INOUT n integer) LANGUAGE plpgsql AS $$BEGIN RAISE WARNING 'careful with %', n; n := 3; END$$",
    "FUNCTION pgcall_late_#() RETURNS SETOF integer LANGUAGE plpgsql AS $$BEGIN RETURN NEXT 1; RAISE EXCEPTION 'late' "
    "USING ERRCODE = '45001'; END$$",
    "FUNCTION pgcall_any_#(VARIADIC a integer[]) RETURNS integer LANGUAGE sql AS 'SELECT sum(x)::integer FROM unnest(a) x'",
    "FUNCTION pgcall_word_#(a character, b \"char\") RETURNS text LANGUAGE sql AS 'SELECT a || b::text'",
};

static void drop_made(void)
{
    live_run(&l, "DROP FUNCTION IF EXISTS %s (integer, integer)", own("pgcall_add_#"));
    live_run(&l, "DROP FUNCTION IF EXISTS %s (text, text)", own("pgcall_add_#"));
    for (size_t i = 2; i < sizeof made / sizeof made[0]; i++) {
        char name[64];
        const char *start = strchr(made[i], ' ') + 1;
        snprintf(name, sizeof name, "%.*s", (int)(strchr(start, '(') - start), start);
        routine_drop(&l, name);
    }
}

static void open_made(void)
{
    static const uow_entity *const entities[] = {&pairs};

    live_open(&l, entities, 1);
    if (l.database != LIVE_POSTGRESQL) {
        live_close(&l);
        cr_skip("these are PostgreSQL's routines");
    }
    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++)
        routine_make(&l, made[i], NULL);
}

static void close_made(void)
{
    drop_made();
    live_close(&l);
}

Test(call_postgresql, the_overload_is_chosen_by_the_types_of_the_arguments)
{
    int32_t sum = 0;
    char text[21] = "";
    open_made();
    uow_arg numbers[] = {UOW_RETURN(UOW_INT32, sum), uow_arg_int32(2), uow_arg_int32(3)};
    uow_arg texts[] = {UOW_RETURN(UOW_TEXT, text), uow_arg_text("2"), uow_arg_text("3")};
    uow_arg mixed[] = {UOW_RETURN(UOW_TEXT, text), uow_arg_text("2"), uow_arg_int32(3)};
    for (int i = 0; i < 4; i++) {
        UOW_OK(uow_call(l.ctx, own("pgcall_add_#"), numbers, 3, NULL, 0));
        UOW_OK(uow_call(l.ctx, own("pgcall_add_#"), texts, 3, NULL, 0));
    }
    cr_assert_eq(sum, 5);
    cr_assert_str_eq(text, "23");
    UOW_IS(UOW_MISUSE, uow_call(l.ctx, own("pgcall_add_#"), mixed, 3, NULL, 0));
    LIVE_CONTAINS(uow_context_message(l.ctx), "several routines");
    UOW_IS(UOW_MISUSE, uow_call(l.ctx, own("pgcall_add_#"), numbers, 2, NULL, 0));
    LIVE_CONTAINS(uow_context_message(l.ctx), "none of the routines");
    UOW_OK(uow_call(l.ctx, own("public.pgcall_add_#"), numbers, 3, NULL, 0));
    UOW_IS(UOW_SQL, uow_call(l.ctx, own("nowhere.pgcall_add_#"), numbers, 3, NULL, 0));
    close_made();
}

Test(call_postgresql, parameters_with_defaults_may_be_left_out)
{
    int32_t value = 0;
    open_made();
    uow_arg args[] = {UOW_RETURN(UOW_INT32, value), uow_arg_int32(1), uow_arg_int32(2)};
    UOW_OK(uow_call(l.ctx, own("pgcall_def_#"), args, 2, NULL, 0));
    cr_assert_eq(value, 157);
    UOW_OK(uow_call(l.ctx, own("pgcall_def_#"), args, 3, NULL, 0));
    cr_assert_eq(value, 127);
    args[1] = uow_arg_named("a", args[1]);
    args[2] = uow_arg_named("c", args[2]);
    UOW_OK(uow_call(l.ctx, own("pgcall_def_#"), args, 3, NULL, 0));
    cr_assert_eq(value, 152);
    UOW_IS(UOW_MISUSE, uow_call(l.ctx, own("pgcall_def_#"), args, 1, NULL, 0));
    LIVE_CONTAINS(uow_context_message(l.ctx), "parameter a");
    close_made();
}

Test(call_postgresql, functions_give_values_rows_or_nothing)
{
    int32_t n = 0;
    char word[21] = "";
    uow_result result = UOW_RESULT(&pairs);
    open_made();
    uow_arg out[] = {uow_arg_int32(6), UOW_OUT(UOW_INT32, n), UOW_OUT(UOW_TEXT, word)};
    uow_arg most[] = {uow_arg_int32(4)};
    for (int i = 0; i < 4; i++) {
        UOW_OK(uow_call(l.ctx, own("pgcall_out_#"), out, 3, NULL, 0));
        UOW_OK(uow_call(l.ctx, own("pgcall_set_#"), most, 1, &result, 1));
        cr_assert_eq(result.rows, 4);
        cr_assert_str_eq(((pair *)uow_list_at(result.list, 3))->word, "w4");
        uow_list_free(result.list);
        UOW_OK(uow_call(l.ctx, own("pgcall_void_#"), NULL, 0, &result, 1));
        cr_assert_eq(result.rows, -1);
    }
    cr_assert_eq(n, 7);
    cr_assert_str_eq(word, "é");
    close_made();
}

Test(call_postgresql, cursors_that_are_returned_are_results)
{
    uow_result results[] = {UOW_RESULT(&pairs), UOW_RESULT(&pairs)};
    open_made();
    uow_arg most[] = {uow_arg_int32(3)};
    for (int i = 0; i < 3; i++) {
        UOW_OK(uow_call(l.ctx, own("pgcall_cursor_#"), most, 1, results, 1));
        cr_assert_eq(results[0].rows, 3);
        uow_list_free(results[0].list);
        UOW_OK(uow_call(l.ctx, own("pgcall_cursors_#"), NULL, 0, results, 2));
        cr_assert_str_eq(((pair *)uow_list_at(results[0].list, 0))->word, "one");
        cr_assert_str_eq(((pair *)uow_list_at(results[1].list, 0))->word, "two");
        uow_list_free(results[0].list);
        uow_list_free(results[1].list);
    }
    UOW_OK(uow_begin(l.ctx, NULL));
    UOW_OK(uow_call(l.ctx, own("pgcall_cursors_#"), NULL, 0, NULL, 0));
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM pg_cursors WHERE name LIKE 'cur%%'"), 0, "none is left open");
    UOW_OK(uow_commit(l.ctx));
    close_made();
}

Test(call_postgresql, warnings_of_a_call_are_kept)
{
    int32_t n = 1;
    uow_diagnostic diagnostic;
    open_made();
    uow_arg args[] = {UOW_INOUT(UOW_INT32, n)};
    UOW_OK(uow_call(l.ctx, own("pgcall_warn_#"), args, 1, NULL, 0));
    cr_assert_eq(n, 3);
    cr_assert_eq(uow_error_status(uow_context_error(l.ctx)), UOW_OK);
    cr_assert_eq(uow_error_diagnostic(uow_context_error(l.ctx), 0, &diagnostic), 1);
    LIVE_CONTAINS(diagnostic.text, "careful with 1");
    close_made();
}

Test(call_postgresql, an_error_after_rows_leaves_the_context_usable)
{
    uow_result result = UOW_RESULT(&pairs);
    int32_t sum = 0;
    open_made();
    UOW_IS(UOW_SQL, uow_call(l.ctx, own("pgcall_late_#"), NULL, 0, &result, 1));
    cr_assert_str_eq(uow_error_sqlstate(uow_context_error(l.ctx)), "45001");
    uow_arg args[] = {UOW_RETURN(UOW_INT32, sum), uow_arg_text("{1,2,3}")};
    UOW_OK(uow_call(l.ctx, own("pgcall_any_#"), args, 2, NULL, 0));
    cr_assert_eq(sum, 6);
    close_made();
}

Test(call_postgresql, a_cast_to_character_does_not_cut)
{
    char text[21] = "";
    open_made();
    uow_arg args[] = {UOW_RETURN(UOW_TEXT, text), uow_arg_text("whole"), uow_arg_text("x")};
    UOW_OK(uow_call(l.ctx, own("pgcall_word_#"), args, 3, NULL, 0));
    cr_assert_str_eq(text, "wholex");
    close_made();
}
