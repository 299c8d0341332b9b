#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "live/routines.h"

#include <float.h>

/* Every type of the model there, back, and there and back again: call_echo(IN a, OUT b, INOUT c) sets b to a, c stays. */

typedef union value {
    int8_t i8;
    int16_t i16;
    int32_t i32;
    int64_t i64;
    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    uint64_t u64;
    float f;
    double d;
    char text[64];
    unsigned char bytes[8];
    uow_decimal decimal;
    uow_date date;
    uow_time time;
    uow_timestamp timestamp;
    uow_timestamptz instant;
    uow_guid guid;
    uow_text long_text;
    uow_blob blob;
} value;

typedef struct typed {
    uow_type type;
    size_t size;
    const char *word; /* of live_ddl */
    value sample;
} typed;

static char long_sample[10001];

static typed types[] = {
    {UOW_INT8, 1, "@int8", {.i8 = -128}},
    {UOW_INT16, 2, "@int16", {.i16 = -32768}},
    {UOW_INT32, 4, "@int32", {.i32 = INT32_MIN}},
    {UOW_INT64, 8, "@int64", {.i64 = INT64_MIN}},
    {UOW_UINT8, 1, "@uint8", {.u8 = 255}},
    {UOW_UINT16, 2, "@uint16", {.u16 = 65535}},
    {UOW_UINT32, 4, "@uint32", {.u32 = 4294967295u}},
    {UOW_UINT64, 8, "@uint64", {.u64 = 9223372036854775807u}},
    {UOW_FLOAT, sizeof(float), "@float", {.f = 1.1f}},
    {UOW_DOUBLE, sizeof(double), "@double", {.d = 2.2250738585072014e-308}},
    {UOW_BOOL, 1, "@bool", {.u8 = 1}},
    {UOW_TEXT, 41, "varchar(40)", {.text = "naïve €😀 'x' \\"}},
    {UOW_LONGTEXT, sizeof(uow_text), "@text", {.long_text = {long_sample, 10000}}},
    {UOW_BINARY, 4, "@bytes", {.bytes = {0, 255, 16, 0}}},
    {UOW_BLOB, sizeof(uow_blob), "@blob", {.blob = {long_sample, 5000}}},
    {UOW_DECIMAL, sizeof(uow_decimal), "@decimal(12,2)", {.decimal = {12345, 0, 2, 0}}},
    {UOW_DECIMAL_TEXT, 40, "@decimal(30,4)", {.text = "-12345678901234567890.1234"}},
    {UOW_DATE, sizeof(uow_date), "@date", {.date = {1999, 12, 31}}},
    {UOW_TIME, sizeof(uow_time), "@time", {.time = {23, 59, 59, 0, 123456000}}},
    {UOW_TIMESTAMP, sizeof(uow_timestamp), "@timestamp", {.timestamp = {2020, 2, 29, 23, 59, 58, 123456000}}},
    {UOW_TIMESTAMPTZ, sizeof(uow_timestamptz), "@timestamptz", {.instant = {{2020, 2, 29, 23, 59, 58, 123456000}, 0, 0}}},
    {UOW_GUID, sizeof(uow_guid), "@guid", {.guid = {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}}}},
};
#define TYPES (sizeof types / sizeof types[0])

static live l;

/* One procedure per type: the model's, and the database's own. */
static uow_parameter parameters[TYPES][3];
static uow_step steps[TYPES][1];
static uow_procedure echoes[TYPES];
static const uow_procedure *echo_list[TYPES];

static void describe(size_t i)
{
    static char names[TYPES][40];
    uow_type type = types[i].type;

    snprintf(names[i], sizeof names[i], "call_echo_%d_#", (int)type);
    parameters[i][0] = (uow_parameter){"a", type, UOW_PARAMETER_IN};
    parameters[i][1] = (uow_parameter){"b", type, UOW_PARAMETER_OUT};
    parameters[i][2] = (uow_parameter){"c", type, UOW_PARAMETER_INOUT};
    steps[i][0] = (uow_step)UOW_STEP_INTO("SELECT :a AS b");
    echoes[i] = (uow_procedure)UOW_PROCEDURE_FULL(NULL, own(names[i]), parameters[i], 3, steps[i], 1, 0);
    echo_list[i] = &echoes[i];
}

static void make(size_t i)
{
    const char *word = types[i].word;
    char text[300];

    if (l.database == LIVE_SQLITE)
        return;
    snprintf(text, sizeof text,
             l.database == LIVE_POSTGRESQL
                 ? "PROCEDURE %s(IN a %s, OUT b %s, INOUT c %s) LANGUAGE plpgsql AS 'BEGIN b := a; END'"
                 : "PROCEDURE %s(IN a %s, OUT b %s, INOUT c %s) SET b = a",
             echoes[i].name, word, word, word);
    routine_make(&l, text, text);
}

static void open_echoes(void)
{
    uow_model_parts parts = UOW_MODEL_PARTS_INIT;

    memset(long_sample, 'z', sizeof long_sample - 1);
    for (size_t i = 0; i < TYPES; i++)
        describe(i);
    parts.procedures = echo_list;
    parts.procedure_count = TYPES;
    live_open_parts(&l, &parts);
    for (size_t i = 0; i < TYPES; i++)
        make(i);
}

static void close_echoes(void)
{
    for (size_t i = 0; i < TYPES; i++)
        routine_drop(&l, echoes[i].name);
    live_close(&l);
}

/* What a driver gives only by a select list, which a procedure does not have. */
static bool lost_by_driver(const typed *t)
{
    return l.database == LIVE_POSTGRESQL && t->type == UOW_TIMESTAMPTZ;
}

static bool same(const typed *t, const value *got)
{
    if (t->type == UOW_LONGTEXT)
        return got->long_text.length == t->sample.long_text.length &&
               memcmp(got->long_text.data, t->sample.long_text.data, got->long_text.length) == 0;
    if (t->type == UOW_BLOB)
        return got->blob.length == t->sample.blob.length && memcmp(got->blob.data, t->sample.blob.data, got->blob.length) == 0;
    if (t->type == UOW_TEXT || t->type == UOW_DECIMAL_TEXT)
        return strcmp(got->text, t->sample.text) == 0;
    return memcmp(got, &t->sample, t->size) == 0;
}

static void check_type(size_t i, int round)
{
    const typed *t = &types[i];
    value b, c = t->sample;
    uow_ind b_ind = UOW_NULL;
    uow_ind c_ind = (uow_ind)t->size;

    memset(&b, 0xee, sizeof b);
    uow_arg args[] = {uow_arg_member(t->type, &t->sample, t->size, NULL),
                      round ? uow_arg_out(t->type, &b, t->size, &b_ind) : uow_arg_out(t->type, &b, t->size, NULL),
                      round ? uow_arg_inout(t->type, &c, t->size, &c_ind) : uow_arg_inout(t->type, &c, t->size, NULL)};
    UOW_OK(uow_call(l.ctx, echoes[i].name, args, 3, NULL, 0));
    cr_assert(same(t, &b), "type %d, round %d: OUT", (int)t->type, round);
    cr_assert(same(t, &c), "type %d, round %d: INOUT", (int)t->type, round);
    cr_assert(!round || b_ind >= 0, "type %d", (int)t->type);
    cr_assert(!round || c_ind >= 0, "type %d", (int)t->type);
}

static void check_null(size_t i)
{
    const typed *t = &types[i];
    value b = t->sample, c = t->sample;
    uow_ind b_ind = 0, c_ind = UOW_NULL;
    uow_arg args[] = {uow_arg_null(t->type), uow_arg_out(t->type, &b, t->size, &b_ind),
                      uow_arg_inout(t->type, &c, t->size, &c_ind)};

    UOW_OK(uow_call(l.ctx, echoes[i].name, args, 3, NULL, 0));
    cr_assert_eq(b_ind, UOW_NULL, "type %d", (int)t->type);
    cr_assert_eq(c_ind, UOW_NULL, "type %d", (int)t->type);
}

Test(call_types, every_type_goes_in_comes_back_and_both)
{
    open_echoes();
    if (l.database == LIVE_SQLITE) /* its driver gives 15 digits of what the program's own SQL selects */
        types[9].sample.d = 1.23456789012345e-300;
    for (size_t i = 0; i < TYPES; i++) {
        if (lost_by_driver(&types[i]))
            continue;
        check_type(i, 0);
        check_type(i, 1);
        check_null(i);
        check_type(i, 1); /* after a NULL, by the same prepared statements */
    }
    close_echoes();
}

Test(call_types, an_instant_whose_offset_the_driver_drops_is_refused_and_a_function_gives_it)
{
    uow_timestamptz given = {{2020, 2, 29, 23, 59, 58, 0}, 120, 0}, got = given, returned = given;
    open_echoes();
    if (l.database != LIVE_POSTGRESQL) {
        close_echoes();
        cr_skip("only PostgreSQL has timestamps with offset");
    }
    uow_arg args[] = {UOW_IN(UOW_TIMESTAMPTZ, given), UOW_OUT(UOW_TIMESTAMPTZ, got), UOW_IN(UOW_TIMESTAMPTZ, given)};
    UOW_IS(UOW_TYPE, uow_call(l.ctx, echoes[20].name, args, 3, NULL, 0));
    LIVE_CONTAINS(uow_context_message(l.ctx), "offset");
    routine_make(&l, "FUNCTION call_instant_#(a timestamptz, OUT b timestamptz) LANGUAGE sql AS 'SELECT a'", NULL);
    routine_make(&l, "FUNCTION call_instants_#(a timestamptz) RETURNS timestamptz LANGUAGE sql AS 'SELECT a'", NULL);
    UOW_OK(uow_call(l.ctx, own("call_instant_#"), args, 2, NULL, 0));
    cr_assert_eq(got.local.hour * 60 + got.local.minute - got.offset_minutes, 21 * 60 + 59, "the same instant");
    uow_arg again[] = {UOW_RETURN(UOW_TIMESTAMPTZ, returned), UOW_IN(UOW_TIMESTAMPTZ, given)};
    UOW_OK(uow_call(l.ctx, own("call_instants_#"), again, 2, NULL, 0));
    cr_assert_eq(returned.local.hour * 60 + returned.local.minute - returned.offset_minutes, 21 * 60 + 59, "the same instant");
    routine_drop(&l, "call_instant_#");
    routine_drop(&l, "call_instants_#");
    close_echoes();
}

Test(call_types, a_value_that_does_not_fit_its_variable_is_refused)
{
    int8_t small = 3;
    int32_t number = 300;
    char text[64] = "";
    open_echoes();
    uow_arg args[] = {uow_arg_int32(number), UOW_OUT(UOW_INT8, small), UOW_INOUT(UOW_INT32, number)};
    UOW_IS(UOW_TYPE, uow_call(l.ctx, echoes[2].name, args, 3, NULL, 0));
    LIVE_CONTAINS(uow_context_message(l.ctx), ".b:");
    cr_assert_eq(small, 3);
    args[1] = UOW_OUT(UOW_TEXT, text);
    UOW_OK(uow_call(l.ctx, echoes[2].name, args, 3, NULL, 0));
    cr_assert_str_eq(text, "300");
    close_echoes();
}
