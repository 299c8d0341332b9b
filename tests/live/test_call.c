#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "live/routines.h"

typedef struct thing {
    int64_t id;
    char name[21];
} thing;

static char thing_table[40];

static const uow_column thing_columns[] = {
    UOW_COLUMN(thing, id, "id", UOW_INT64, UOW_KEY),
    UOW_COLUMN(thing, name, "name", UOW_TEXT, 0),
};
static const uow_entity things = UOW_ENTITY(thing, thing_table, thing_columns);

typedef struct total {
    int64_t count;
    double half;
} total;

static const uow_column total_columns[] = {
    UOW_COLUMN(total, count, "how_many", UOW_INT64, 0),
    UOW_COLUMN(total, half, "half", UOW_DOUBLE, 0),
};
static const uow_entity totals = UOW_ENTITY_KEYLESS(total, NULL, total_columns);

typedef struct wrong {
    int64_t id;
    int64_t missing;
} wrong;

static const uow_column wrong_columns[] = {
    UOW_COLUMN(wrong, id, "id", UOW_INT64, 0),
    UOW_COLUMN(wrong, missing, "no_such_column", UOW_INT64, 0),
};
static const uow_entity wrongs = UOW_ENTITY_KEYLESS(wrong, NULL, wrong_columns);

/* ---- the procedures of these tests, as the model has them; '#' becomes the process's number ---- */

static const uow_parameter sum_parameters[] = {
    {"a", UOW_INT32, UOW_PARAMETER_IN},
    {"b", UOW_INT32, UOW_PARAMETER_IN},
    {"total", UOW_INT64, UOW_PARAMETER_OUT},
    {"tag", UOW_TEXT, UOW_PARAMETER_INOUT},
};
static uow_step sum_steps[] = {UOW_STEP_INTO("SELECT CAST(:a AS integer) + CAST(:b AS integer) AS total, '<' || CAST(:tag AS varchar(40)) || '>' AS tag")};

/* Two results and a number: things up to a key, then how many there are and half of it. */
static const uow_parameter list_parameters[] = {
    {"most", UOW_INT64, UOW_PARAMETER_IN},
    {"matched", UOW_INT32, UOW_PARAMETER_OUT},
};
static uow_step list_steps[] = {
    UOW_STEP_GIVE("SELECT name, 1 AS extra, id FROM call_things_# WHERE id <= :most ORDER BY id"),
    UOW_STEP_GIVE("SELECT COUNT(*) AS how_many, COUNT(*) / 2.0 AS half FROM call_things_# WHERE id <= :most"),
    UOW_STEP_INTO("SELECT COUNT(*) AS matched FROM call_things_# WHERE id <= :most"),
};

/* Adds a thing, gives it, and then fails when it is told to. */
static const uow_parameter fail_parameters[] = {
    {"key", UOW_INT64, UOW_PARAMETER_IN},
    {"fails", UOW_INT32, UOW_PARAMETER_IN},
    {"done", UOW_INT32, UOW_PARAMETER_OUT},
};
static uow_step fail_steps[] = {
    UOW_STEP("INSERT INTO call_things_# VALUES (:key, 'new')"),
    UOW_STEP_GIVE("SELECT id, name FROM call_things_# WHERE id = :key"),
    UOW_STEP_RAISE_IF("SELECT 1 WHERE CAST(:fails AS integer) = 1", "45000", "no such luck"),
    UOW_STEP_INTO("SELECT 7 AS done"),
};

static const uow_parameter twice_parameters[] = {
    {"a", UOW_INT32, UOW_PARAMETER_IN},
    {"value", UOW_INT32, UOW_PARAMETER_RETURN},
};
static uow_step twice_steps[] = {UOW_STEP_INTO("SELECT 2 * CAST(:a AS integer) AS value")};

static const uow_parameter rename_parameters[] = {{"most", UOW_INT64, UOW_PARAMETER_IN}};
static uow_step rename_steps[] = {
    UOW_STEP_RAISE_IF("SELECT 1 WHERE CAST(:most AS integer) = -1", "45000", "no such luck"),
    UOW_STEP("UPDATE call_things_# SET name = 'renamed' WHERE id <= :most"),
};

static uow_procedure sum_procedure = UOW_PROCEDURE_PORTABLE("call_sum_#", sum_parameters, sum_steps);
static uow_procedure list_procedure = UOW_PROCEDURE_PORTABLE("call_list_#", list_parameters, list_steps);
static uow_procedure fail_procedure = UOW_PROCEDURE_PORTABLE("call_fail_#", fail_parameters, fail_steps);
static uow_procedure twice_procedure = UOW_PROCEDURE_PORTABLE("call_twice_#", twice_parameters, twice_steps);
static uow_procedure rename_procedure = UOW_PROCEDURE_PORTABLE("call_rename_#", rename_parameters, rename_steps);

static uow_procedure *const all[] = {&sum_procedure, &list_procedure, &fail_procedure, &twice_procedure,
                                     &rename_procedure};
static const uow_procedure *const procedures[] = {&sum_procedure, &list_procedure, &fail_procedure, &twice_procedure,
                                                  &rename_procedure};
#define PROCEDURES (sizeof all / sizeof all[0])

static const char *const natives[][2] = {
    {"PROCEDURE call_sum_#(IN a integer, IN b integer, OUT total bigint, INOUT tag varchar) LANGUAGE plpgsql AS "
     "$$BEGIN total := a + b; tag := '<' || tag || '>'; END$$",
     "PROCEDURE call_sum_#(IN a INT, IN b INT, OUT total BIGINT, INOUT tag VARCHAR(40)) "
     "BEGIN SET total = a + b; SET tag = CONCAT('<', tag, '>'); END"},
    {"PROCEDURE call_list_#(IN most bigint, OUT matched integer, INOUT c1 refcursor, INOUT c2 refcursor) LANGUAGE plpgsql AS "
     "$$BEGIN OPEN c1 FOR SELECT name, 1 AS extra, id FROM call_things_# WHERE id <= most ORDER BY id; "
     "OPEN c2 FOR SELECT COUNT(*) AS how_many, COUNT(*) / 2.0 AS half FROM call_things_# WHERE id <= most; "
     "SELECT COUNT(*) INTO matched FROM call_things_# WHERE id <= most; END$$",
     "PROCEDURE call_list_#(IN most BIGINT, OUT matched INT) BEGIN "
     "SELECT name, 1 AS extra, id FROM call_things_# WHERE id <= most ORDER BY id; "
     "SELECT COUNT(*) AS how_many, COUNT(*) / 2.0 AS half FROM call_things_# WHERE id <= most; "
     "SELECT COUNT(*) INTO matched FROM call_things_# WHERE id <= most; END"},
    {"PROCEDURE call_fail_#(IN key bigint, IN fails integer, OUT done integer, INOUT c refcursor) LANGUAGE plpgsql AS "
     "$$BEGIN INSERT INTO call_things_# VALUES (key, 'new'); OPEN c FOR SELECT id, name FROM call_things_# WHERE id = key; "
     "IF fails = 1 THEN RAISE EXCEPTION USING ERRCODE = '45000', MESSAGE = 'no such luck'; END IF; done := 7; END$$",
     "PROCEDURE call_fail_#(IN `key` BIGINT, IN fails INT, OUT done INT) BEGIN "
     "INSERT INTO call_things_# VALUES (`key`, 'new'); SELECT id, name FROM call_things_# WHERE id = `key`; "
     "IF fails = 1 THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no such luck'; END IF; SET done = 7; END"},
    {"FUNCTION call_twice_#(a integer) RETURNS integer LANGUAGE sql AS 'SELECT 2 * a'",
     "FUNCTION call_twice_#(a INT) RETURNS INT DETERMINISTIC RETURN 2 * a"},
    {"PROCEDURE call_rename_#(IN most bigint) LANGUAGE plpgsql AS "
     "$$BEGIN UPDATE call_things_# SET name = 'renamed' WHERE id <= most; END$$",
     "PROCEDURE call_rename_#(IN most BIGINT) UPDATE call_things_# SET name = 'renamed' WHERE id <= most"},
};

static live l;

static const char *named(const char *routine)
{
    return own(routine);
}

/* The model's texts get the process's number, once. */
static void name_everything(void)
{
    snprintf(thing_table, sizeof thing_table, "%s", own("call_things_#"));
    for (size_t i = 0; i < PROCEDURES; i++) {
        all[i]->name = own(all[i]->name);
        for (size_t k = 0; k < all[i]->step_count; k++) {
            uow_step *step = (uow_step *)(uintptr_t)&all[i]->steps[k];
            step->sql = own(step->sql);
        }
    }
}

static void open_things(uint32_t flags)
{
    static const uow_entity *const entities[] = {&things, &totals, &wrongs};
    uow_model_parts parts = UOW_MODEL_PARTS_INIT;

    name_everything();
    for (size_t i = 0; i < PROCEDURES; i++)
        all[i]->flags = flags;
    parts.entities = entities;
    parts.entity_count = 3;
    parts.procedures = procedures;
    parts.procedure_count = PROCEDURES;
    live_open_parts(&l, &parts);
    live_table(&l, thing_table, "id @int64 PRIMARY KEY, name varchar(20) NOT NULL");
    for (int i = 1; i <= 5; i++)
        live_run(&l, "INSERT INTO %s VALUES (%d, 'thing %d')", thing_table, i, i);
    for (size_t i = 0; flags == 0 && i < PROCEDURES; i++)
        routine_make(&l, natives[i][0], natives[i][1]);
}

static void close_things(void)
{
    for (size_t i = 0; i < PROCEDURES; i++)
        routine_drop(&l, all[i]->name);
    live_close(&l);
}

/* ---- values ---- */

static void check_values(void)
{
    int32_t a = 40, b = 2;
    int64_t sum = -1;
    char tag[21] = "é";

    for (int round = 0; round < 4; round++) {
        uow_arg args[] = {UOW_IN(UOW_INT32, a), UOW_IN(UOW_INT32, b), UOW_OUT(UOW_INT64, sum), UOW_INOUT(UOW_TEXT, tag)};
        UOW_OK(uow_call(l.ctx, named("call_sum_#"), args, 4, NULL, 0));
    }
    cr_assert_eq(sum, 42);
    cr_assert_str_eq(tag, "<<<<é>>>>");
    uow_arg args[] = {uow_arg_named("TOTAL", UOW_OUT(UOW_INT64, sum)), uow_arg_named("tag", UOW_INOUT(UOW_TEXT, tag)),
                      uow_arg_named("b", uow_arg_int32(3)), uow_arg_named("a", uow_arg_int32(4))};
    UOW_OK(uow_call(l.ctx, named("call_sum_#"), args, 4, NULL, 0));
    cr_assert_eq(sum, 7);
    cr_assert_str_eq(tag, "<<<<<é>>>>>");
}

Test(call, values_go_in_and_come_back_by_position_and_by_name)
{
    open_things(0);
    check_values();
    close_things();
}

Test(call, a_function_returns_its_value)
{
    int32_t value = 0;
    open_things(0);
    for (int32_t i = 0; i < 3; i++) {
        uow_arg args[] = {UOW_RETURN(UOW_INT32, value), uow_arg_int32(i)};
        UOW_OK(uow_call(l.ctx, named("call_twice_#"), args, 2, NULL, 0));
        cr_assert_eq(value, 2 * i);
    }
    close_things();
}

Test(call, rows_affected_are_told_where_the_driver_does)
{
    int64_t affected = -2;
    open_things(0);
    uow_arg args[] = {uow_arg_int64(3), uow_arg_affected(&affected)};
    UOW_OK(uow_call(l.ctx, named("call_rename_#"), args, 2, NULL, 0));
    cr_assert_eq(affected, l.database == LIVE_POSTGRESQL ? -1 : 3);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s WHERE name = 'renamed'", thing_table), 3);
    close_things();
}

Test(call, a_null_needs_an_indicator_and_one_that_has_it_gets_it)
{
    int64_t sum = 5;
    uow_ind sum_ind = 0, tag_ind = UOW_NULL;
    char tag[21] = "old";
    open_things(0);
    uow_arg args[] = {uow_arg_null(UOW_INT32), uow_arg_int32(2), UOW_OUT_NULL(UOW_INT64, sum, sum_ind),
                      UOW_INOUT_NULL(UOW_TEXT, tag, tag_ind)};
    UOW_OK(uow_call(l.ctx, named("call_sum_#"), args, 4, NULL, 0));
    cr_assert_eq(sum_ind, UOW_NULL);
    cr_assert_eq(tag_ind, UOW_NULL);
    sum = 5;
    args[2] = UOW_OUT(UOW_INT64, sum);
    UOW_IS(UOW_TYPE, uow_call(l.ctx, named("call_sum_#"), args, 4, NULL, 0));
    LIVE_CONTAINS(uow_context_message(l.ctx), "total: the value is NULL");
    cr_assert_eq(sum, 5, "nothing is written");
    close_things();
}

Test(call, a_text_too_long_for_its_variable_is_no_text_cut)
{
    int64_t sum = 5;
    char tag[4] = "abc";
    open_things(0);
    uow_arg args[] = {uow_arg_int32(1), uow_arg_int32(2), UOW_OUT(UOW_INT64, sum), UOW_INOUT(UOW_TEXT, tag)};
    UOW_IS(UOW_TRUNCATED, uow_call(l.ctx, named("call_sum_#"), args, 4, NULL, 0));
    LIVE_CONTAINS(uow_context_message(l.ctx), "tag");
    cr_assert_str_eq(tag, "abc");
    cr_assert_eq(sum, 5);
    close_things();
}

/* ---- results ---- */

static void check_results(void)
{
    uow_result results[] = {UOW_RESULT(&things), UOW_RESULT(&totals), UOW_RESULT(&totals)};
    int32_t found = 0;
    void *row = NULL;
    uow_arg args[] = {uow_arg_int64(3), UOW_OUT(UOW_INT32, found)};

    UOW_OK(uow_find(l.ctx, &things, uow_key_int64(2), &row));
    strcpy(((thing *)row)->name, "mine");
    UOW_OK(uow_call(l.ctx, named("call_list_#"), args, 2, results, 3));
    cr_assert_eq(found, 3);
    cr_assert_eq(results[0].rows, 3);
    cr_assert_eq(uow_list_count(results[0].list), 3);
    cr_assert_eq(((thing *)uow_list_at(results[0].list, 2))->id, 3);
    cr_assert_str_eq(((thing *)uow_list_at(results[0].list, 0))->name, "thing 1");
    cr_assert_eq(uow_list_at(results[0].list, 1), row, "a tracked row is the struct the program has");
    cr_assert_str_eq(((thing *)row)->name, "mine");
    cr_assert_eq(results[1].rows, 1);
    cr_assert_eq(((total *)uow_list_array(results[1].list))->count, 3);
    cr_assert_eq(((total *)uow_list_array(results[1].list))->half, 1.5);
    cr_assert_eq(results[2].rows, -1, "there is no third result");
    cr_assert_null(results[2].list);
    uow_list_free(results[0].list);
    uow_list_free(results[1].list);
    UOW_OK(uow_revert(l.ctx, row));
}

Test(call, each_result_goes_onto_its_entity_by_column_name)
{
    open_things(0);
    check_results();
    check_results();
    close_things();
}

Test(call, results_nobody_wants_are_skipped)
{
    uow_result results[] = {UOW_RESULT_SKIPPED, UOW_RESULT_UNTRACKED(&totals)};
    int32_t found = 0;
    open_things(0);
    uow_arg args[] = {uow_arg_int64(4), UOW_OUT(UOW_INT32, found)};
    UOW_OK(uow_call(l.ctx, named("call_list_#"), args, 2, results, 2));
    cr_assert_eq(found, 4);
    cr_assert_eq(((total *)uow_list_at(results[1].list, 0))->count, 4);
    uow_list_free(results[1].list);
    found = 0;
    UOW_OK(uow_call(l.ctx, named("call_list_#"), args, 2, NULL, 0));
    cr_assert_eq(found, 4);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s", thing_table), 5, "the connection is usable");
    close_things();
}

Test(call, a_missing_column_is_named)
{
    uow_result results[] = {UOW_RESULT(&things), UOW_RESULT(&wrongs)};
    int32_t found = 9;
    open_things(0);
    results[0].entity = &wrongs;
    uow_arg args[] = {uow_arg_int64(4), UOW_OUT(UOW_INT32, found)};
    UOW_IS(UOW_SQL, uow_call(l.ctx, named("call_list_#"), args, 2, results, 2));
    LIVE_CONTAINS(uow_context_message(l.ctx), "no_such_column");
    LIVE_CONTAINS(uow_context_message(l.ctx), "result 1");
    cr_assert_eq(found, 9);
    cr_assert_null(results[0].list);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s", thing_table), 5, "the connection is usable");
    close_things();
}

typedef struct seen {
    int count;
    int stop_at;
    int64_t sum;
} seen;

static int see(void *row, void *user)
{
    seen *so_far = user;

    so_far->sum += ((thing *)row)->id;
    return ++so_far->count != so_far->stop_at;
}

Test(call, rows_can_be_handed_over_one_by_one)
{
    seen so_far = {0, 0, 0};
    uow_result results[] = {UOW_RESULT_EACH(&things, see, &so_far)};
    int32_t found = 0;
    open_things(0);
    uow_arg args[] = {uow_arg_int64(4), UOW_OUT(UOW_INT32, found)};
    UOW_OK(uow_call(l.ctx, named("call_list_#"), args, 2, results, 1));
    cr_assert_eq(so_far.sum, 10);
    cr_assert_eq(results[0].rows, 4);
    cr_assert_eq(found, 4);
    so_far = (seen){0, 2, 0};
    found = 0;
    UOW_IS(UOW_CANCELLED, uow_call(l.ctx, named("call_list_#"), args, 2, results, 1));
    cr_assert_eq(so_far.count, 2);
    cr_assert_eq(found, 0);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s", thing_table), 5);
    close_things();
}

Test(call, results_can_be_walked_as_dynamic_rows)
{
    uow_rows *rows = NULL;
    int64_t value = 0;
    int32_t found = 0;
    open_things(0);
    uow_arg args[] = {uow_arg_int64(4), UOW_OUT(UOW_INT32, found)};
    UOW_OK(uow_call_rows(l.ctx, named("call_list_#"), args, 2, &rows));
    cr_assert_eq(uow_rows_column_count(rows), 3);
    for (int i = 1; i <= 4; i++) {
        UOW_OK(uow_rows_next(rows));
        UOW_OK(uow_rows_int64(rows, 2, &value));
        cr_assert_eq(value, i);
    }
    UOW_IS(UOW_END, uow_rows_next(rows));
    UOW_OK(uow_rows_next_result(rows));
    UOW_OK(uow_rows_next(rows));
    UOW_OK(uow_rows_int64(rows, 0, &value));
    cr_assert_eq(value, 4);
    cr_assert_eq(found, 0, "not yet");
    UOW_IS(UOW_END, uow_rows_next_result(rows));
    cr_assert_eq(found, 4);
    uow_rows_close(rows);
    found = 0;
    UOW_OK(uow_call_rows(l.ctx, named("call_list_#"), args, 2, &rows));
    uow_rows_close(rows);
    cr_assert_eq(found, 4, "closing drains");
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s", thing_table), 5);
    close_things();
}

/* Every step of it started, polled and finished; values come back with the finish that drained. */
Test(call, results_can_be_walked_by_polling)
{
    uow_rows *rows = NULL;
    uow_op *op = NULL;
    int64_t value = 0;
    int32_t found = 0;
    char name[60];
    open_things(0);
    uow_arg args[] = {uow_arg_int64(4), UOW_OUT(UOW_INT32, found)};
    snprintf(name, sizeof name, "%s", named("call_list_#"));
    UOW_OK(uow_call_rows_start(l.ctx, name, args, 2, &rows, &op));
    memset(name, 'x', sizeof name - 1); /* copied by start */
    args[0] = uow_arg_int64(77);
    UOW_OK(uow_op_finish(op));
    cr_assert_eq(uow_rows_column_count(rows), 3);
    for (int i = 1; i <= 4; i++) {
        UOW_OK(uow_rows_next_start(rows, &op));
        UOW_OK(uow_op_finish(op));
        UOW_OK(uow_rows_int64(rows, 2, &value));
        cr_assert_eq(value, i);
    }
    UOW_OK(uow_rows_next_result_start(rows, &op));
    UOW_OK(uow_op_finish(op));
    UOW_OK(uow_rows_next_result_start(rows, &op));
    cr_assert_eq(found, 0, "not before it is finished, even if it is done at once");
    UOW_IS(UOW_END, uow_op_finish(op));
    cr_assert_eq(found, 4);
    uow_rows_close(rows);
    UOW_OK(uow_call_rows_start(l.ctx, "call_no_such_procedure", NULL, 0, &rows, &op));
    cr_assert_neq(uow_op_finish(op), UOW_OK);
    LIVE_CONTAINS(uow_context_message(l.ctx), "call_no_such_procedure");
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s", thing_table), 5, "the context is free again");
    close_things();
}

/* ---- errors ---- */

static void check_failure(int64_t key)
{
    uow_result result = UOW_RESULT(&things);
    int32_t done = -1;
    uow_arg args[] = {uow_arg_int64(key), uow_arg_int32(1), UOW_OUT(UOW_INT32, done)};

    UOW_IS(UOW_SQL, uow_call(l.ctx, named("call_fail_#"), args, 3, &result, 1));
    LIVE_CONTAINS(uow_context_message(l.ctx), "no such luck");
    LIVE_CONTAINS(uow_context_message(l.ctx), "call_fail_");
    cr_assert_str_eq(uow_error_sqlstate(uow_context_error(l.ctx)), "45000");
    cr_assert_eq(done, -1);
    cr_assert_null(result.list);
}

Test(call, an_error_that_is_raised_keeps_its_state_and_leaves_nothing_behind)
{
    uow_result result = UOW_RESULT(&things);
    int32_t done = 0;
    open_things(0);
    check_failure(10);
    check_failure(10);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s", thing_table), 5);
    uow_arg args[] = {uow_arg_int64(10), uow_arg_int32(0), UOW_OUT(UOW_INT32, done)};
    UOW_OK(uow_call(l.ctx, named("call_fail_#"), args, 3, &result, 1));
    cr_assert_eq(done, 7);
    cr_assert_eq(((thing *)uow_list_at(result.list, 0))->id, 10);
    uow_list_free(result.list);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s", thing_table), 6);
    close_things();
}

Test(call, a_constraint_violated_in_a_procedure_is_one)
{
    int32_t done = -1;
    open_things(0);
    uow_arg args[] = {uow_arg_int64(3), uow_arg_int32(0), UOW_OUT(UOW_INT32, done)};
    UOW_IS(UOW_CONSTRAINT, uow_call(l.ctx, named("call_fail_#"), args, 3, NULL, 0));
    cr_assert_eq(done, -1);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s", thing_table), 5);
    close_things();
}

Test(call, arguments_that_do_not_match_are_refused_before_anything_is_sent)
{
    int32_t a = 1;
    int64_t sum = 0;
    char tag[8] = "t";
    open_things(0);
    uow_arg args[] = {uow_arg_int32(1), uow_arg_int32(2), UOW_OUT(UOW_INT64, sum), UOW_INOUT(UOW_TEXT, tag),
                      uow_arg_int32(5)};
    const char *sum_name = named("call_sum_#");
    UOW_OK(uow_call(l.ctx, sum_name, args, 4, NULL, 0));
    UOW_IS(UOW_MISUSE, uow_call(l.ctx, sum_name, args, 3, NULL, 0));
    LIVE_CONTAINS(uow_context_message(l.ctx), "tag");
    UOW_IS(UOW_MISUSE, uow_call(l.ctx, sum_name, args, 5, NULL, 0));
    LIVE_CONTAINS(uow_context_message(l.ctx), "more arguments");
    args[1] = UOW_OUT(UOW_INT32, a);
    UOW_IS(UOW_MISUSE, uow_call(l.ctx, sum_name, args, 4, NULL, 0));
    LIVE_CONTAINS(uow_context_message(l.ctx), "b is IN, but its argument is OUT");
    args[1] = uow_arg_named("b", uow_arg_int32(2));
    UOW_IS(UOW_MISUSE, uow_call(l.ctx, sum_name, args, 4, NULL, 0));
    LIVE_CONTAINS(uow_context_message(l.ctx), "name all of them or none");
    args[1] = uow_arg_int32(2);
    args[2] = uow_arg_out(UOW_INT64, &sum, 4, NULL);
    UOW_IS(UOW_MISUSE, uow_call(l.ctx, sum_name, args, 4, NULL, 0));
    LIVE_CONTAINS(uow_context_message(l.ctx), "total");
    args[2] = uow_arg_named("x", uow_arg_int32(2));
    UOW_IS(UOW_MISUSE, uow_call(l.ctx, sum_name, &args[2], 1, NULL, 0));
    LIVE_CONTAINS(uow_context_message(l.ctx), "no parameter \"x\"");
    UOW_IS(UOW_MISUSE, uow_call(l.ctx, NULL, args, 4, NULL, 0));
    UOW_IS(UOW_MISUSE, uow_call(l.ctx, sum_name, NULL, 4, NULL, 0));
    UOW_IS(UOW_MISUSE, uow_execute(l.ctx, "SELECT ?", &args[3], 1, NULL));
    LIVE_CONTAINS(uow_context_message(l.ctx), "uow_call");
    UOW_IS(l.database == LIVE_SQLITE ? UOW_UNSUPPORTED : UOW_SQL, uow_call(l.ctx, "call_nobody_made", NULL, 0, NULL, 0));
    LIVE_CONTAINS(uow_context_message(l.ctx), "call_nobody_made");
    close_things();
}

/* ---- bodies of the model's own, on every database ---- */

Test(call, a_body_of_the_program_runs_on_every_database)
{
    open_things(UOW_OWN_BODY);
    if (l.database != LIVE_MARIADB) /* where || is "or" */
        check_values();
    check_results();
    check_failure(10);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s", thing_table), 5);
    close_things();
}

Test(call, a_body_that_gives_nothing_back_may_raise)
{
    uow_arg most[] = {uow_arg_int64(-1)};

    open_things(UOW_OWN_BODY);
    UOW_IS(UOW_SQL, uow_call(l.ctx, named("call_rename_#"), most, 1, NULL, 0));
    LIVE_CONTAINS(uow_context_message(l.ctx), "no such luck");
    most[0] = uow_arg_int64(2);
    UOW_OK(uow_call(l.ctx, named("call_rename_#"), most, 1, NULL, 0));
    close_things();
}

Test(call, a_body_inside_a_unit_is_a_savepoint)
{
    open_things(UOW_OWN_BODY);
    UOW_OK(uow_begin(l.ctx, NULL));
    live_run(&l, "INSERT INTO %s VALUES (20, 'kept')", thing_table);
    check_failure(10);
    cr_assert_eq(uow_unit_depth(l.ctx), 1);
    UOW_OK(uow_commit(l.ctx));
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s WHERE id IN (10, 20)", thing_table), 1);
    close_things();
}
