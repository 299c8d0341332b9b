#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "live/routines.h"

typedef struct row {
    int64_t id;
    int32_t n;
} row;

static char table[40];
static const uow_column row_columns[] = {
    UOW_COLUMN(row, id, "id", UOW_INT64, UOW_KEY),
    UOW_COLUMN(row, n, "missing", UOW_INT32, 0),
};
static const uow_entity rows = UOW_ENTITY(row, table, row_columns);
static const uow_entity nowhere = UOW_ENTITY(row, "verify_nowhere", row_columns);

static const uow_parameter good_parameters[] = {
    {"a", UOW_INT32, UOW_PARAMETER_IN},
    {"b", UOW_TEXT, UOW_PARAMETER_OUT},
    {"c", UOW_TIMESTAMP, UOW_PARAMETER_INOUT},
};
static const uow_parameter bad_parameters[] = {
    {"a", UOW_DATE, UOW_PARAMETER_IN},
    {"b", UOW_TEXT, UOW_PARAMETER_INOUT},
    {"other", UOW_TIMESTAMP, UOW_PARAMETER_INOUT},
};
static const uow_parameter function_parameters[] = {
    {"x", UOW_TEXT, UOW_PARAMETER_RETURN},
    {"a", UOW_INT32, UOW_PARAMETER_IN},
};
static uow_procedure good = UOW_PROCEDURE("verify_good_#", good_parameters);
static uow_procedure bad = UOW_PROCEDURE("verify_bad_#", bad_parameters);
static uow_procedure few = UOW_PROCEDURE("verify_few_#", function_parameters);
static uow_procedure function = UOW_PROCEDURE("verify_function_#", function_parameters);
static uow_procedure none = UOW_PROCEDURE("verify_none_#", good_parameters);

#define SIGNATURE_PG "(IN a integer, OUT b varchar, INOUT c timestamp) LANGUAGE plpgsql AS 'BEGIN END'"
#define SIGNATURE_MA "(IN a INT, OUT b VARCHAR(10), INOUT c DATETIME) SET b = 'x'"

static live l;

static void open_model(uow_procedure *const *procedures, size_t count, const uow_entity *const *entities, size_t entity_count)
{
    const uow_procedure *list[8];
    uow_model_parts parts = UOW_MODEL_PARTS_INIT;

    snprintf(table, sizeof table, "%s", own("verify_rows_#"));
    for (size_t i = 0; i < count; i++) {
        procedures[i]->name = own(procedures[i]->name);
        list[i] = procedures[i];
    }
    parts.procedures = list;
    parts.procedure_count = count;
    parts.entities = entities;
    parts.entity_count = entity_count;
    live_open_parts(&l, &parts);
}

Test(call_verify, a_model_that_agrees_with_the_catalog_is_fine)
{
    static uow_procedure *const procedures[] = {&good};
    open_model(procedures, 1, NULL, 0);
    routine_make(&l, "PROCEDURE verify_good_#" SIGNATURE_PG, "PROCEDURE verify_good_#" SIGNATURE_MA);
    UOW_IS(l.database == LIVE_SQLITE ? UOW_MODEL : UOW_OK, uow_model_verify(l.ctx));
    uow_op *op = NULL;
    UOW_OK(uow_model_verify_start(l.ctx, &op));
    cr_assert_eq(uow_op_finish(op), l.database == LIVE_SQLITE ? UOW_MODEL : UOW_OK);
    UOW_OK(uow_begin(l.ctx, NULL));
    UOW_IS(UOW_MISUSE, uow_model_verify(l.ctx));
    UOW_OK(uow_rollback(l.ctx));
    routine_drop(&l, good.name);
    live_close(&l);
}

Test(call_verify, every_difference_is_named_in_one_report)
{
    static uow_procedure *const procedures[] = {&bad, &few, &function, &none};
    static const uow_entity *const entities[] = {&rows, &nowhere};
    open_model(procedures, 4, entities, 2);
    live_table(&l, table, "id @int64 PRIMARY KEY");
    routine_make(&l, "PROCEDURE verify_bad_#" SIGNATURE_PG, "PROCEDURE verify_bad_#" SIGNATURE_MA);
    routine_make(&l, "PROCEDURE verify_few_#" SIGNATURE_PG, "PROCEDURE verify_few_#" SIGNATURE_MA);
    routine_make(&l, "FUNCTION verify_function_#(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a'",
                 "FUNCTION verify_function_#(a INT) RETURNS INT DETERMINISTIC RETURN a");
    UOW_IS(UOW_MODEL, uow_model_verify(l.ctx));
    const char *message = uow_context_message(l.ctx);
    LIVE_CONTAINS(message, "has no column missing");
    LIVE_CONTAINS(message, "table verify_nowhere cannot be read");
    LIVE_CONTAINS(message, own("procedure verify_none_#: the database has none"));
    if (l.database != LIVE_SQLITE) {
        LIVE_CONTAINS(message, own("procedure verify_bad_#: parameter a has type int"));
        LIVE_CONTAINS(message, own("procedure verify_bad_#: parameter b is OUT, not INOUT"));
        LIVE_CONTAINS(message, own("procedure verify_bad_#: parameter other is called c"));
        LIVE_CONTAINS(message, own("procedure verify_few_#: it has 3 parameters, not 1"));
        LIVE_CONTAINS(message, own("procedure verify_function_#: it returns int"));
    }
    char blocking[8000];
    uow_op *op = NULL;
    snprintf(blocking, sizeof blocking, "%s", message);
    UOW_OK(uow_model_verify_start(l.ctx, &op));
    UOW_IS(UOW_MODEL, uow_op_finish(op));
    cr_assert_str_eq(uow_context_message(l.ctx), blocking, "polled, it says the same");
    for (size_t i = 0; i < 3; i++)
        routine_drop(&l, procedures[i]->name);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s", table), 0, "the context is usable");
    live_close(&l);
}
