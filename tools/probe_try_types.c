/* Every type that the library uses, written into a column and read back. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "probe_try.h"

#include <stdlib.h>
#include <string.h>

typedef union try_value {
    int64_t integer;
    int32_t int32;
    int16_t int16;
    int8_t int8;
    uint16_t uint16;
    uint32_t uint32;
    uint64_t uint64;
    double number;
    float small;
    uint8_t flag;
    char text[64];
    unsigned char bytes[4];
    uow_decimal decimal;
    uow_date date;
    uow_time time;
    uow_timestamp moment;
    uow_timestamptz zoned;
    uow_guid guid;
    uow_text long_text;
    uow_blob blob;
} try_value;

uow_status try_run(try_place *place, const char *sql, const uow_arg *args, size_t count)
{
    char text[1000];
    size_t length = 0;

    for (; *sql && length < sizeof text - 100; sql++) {
        if (*sql == '$')
            length += (size_t)snprintf(text + length, 64, "%s", place->table);
        else
            text[length++] = *sql;
    }
    text[length] = '\0';
    return uow_execute(place->context, text, args, count, NULL);
}

int try_table(try_place *place, const char *types)
{
    char sql[200];

    (void)try_run(place, "DROP TABLE $", NULL, 0);
    while (*types) {
        size_t length = strcspn(types, "|");

        snprintf(sql, sizeof sql, "CREATE TABLE $ (id INTEGER NOT NULL PRIMARY KEY, v %.*s)", (int)length, types);
        if (try_run(place, sql, NULL, 0) == UOW_OK)
            return 1;
        types += length;
        types += *types == '|';
    }
    return 0;
}

static int types_same(uow_type type, size_t size, const try_value *a, const try_value *b)
{
    char one[48], other[48];

    switch (type) {
    case UOW_TEXT:
    case UOW_DECIMAL_TEXT: return strcmp(a->text, b->text) == 0;
    case UOW_LONGTEXT:
        return a->long_text.length == b->long_text.length && memcmp(a->long_text.data, b->long_text.data, b->long_text.length) == 0;
    case UOW_BLOB: return a->blob.length == b->blob.length && memcmp(a->blob.data, b->blob.data, b->blob.length) == 0;
    case UOW_DECIMAL:
        uow_decimal_format(&a->decimal, one, sizeof one);
        uow_decimal_format(&b->decimal, other, sizeof other);
        return strcmp(one, other) == 0;
    default: return memcmp(a, b, size) == 0;
    }
}

/* How many digits of the second came back. */
static int types_digits(const try_value *sent, const try_value *got)
{
    uint32_t unit = 1000000000u;

    for (int digits = 0; digits <= 9; digits++, unit /= 10)
        if (got->moment.fraction % unit == 0 && sent->moment.fraction / unit == got->moment.fraction / unit)
            return digits;
    return -1;
}

/* Minutes since the year began, of the moment that local time and offset mean. */
static int64_t types_minutes(const uow_timestamptz *value)
{
    return ((int64_t)value->local.day * 24 + value->local.hour) * 60 + value->local.minute - value->offset_minutes;
}

/* The same moment, told in another zone? */
static int types_moment(FILE *out, const uow_timestamptz *sent, const uow_timestamptz *got)
{
    if (types_minutes(sent) != types_minutes(got) || sent->local.month != got->local.month ||
        sent->local.second != got->local.second) {
        fprintf(out, "another moment comes back\n");
        return 1;
    }
    fprintf(out, "the moment, %s\n", sent->offset_minutes == got->offset_minutes ? "with its offset" : "in the session's zone");
    return 0;
}

static int types_compare(FILE *out, uow_type type, size_t size, const try_value *sent, const try_value *got)
{
    int digits;

    if (types_same(type, size, sent, got)) {
        fprintf(out, "exact\n%s", type == UOW_TIMESTAMP ? "=second-digits = 9\n" : "");
        return 0;
    }
    if (type == UOW_TIMESTAMPTZ)
        return types_moment(out, &sent->zoned, &got->zoned);
    digits = type == UOW_TIMESTAMP && memcmp(&sent->moment, &got->moment, offsetof(uow_timestamp, fraction)) == 0
                 ? types_digits(sent, got)
                 : -1;
    if (digits >= 0) {
        fprintf(out, "%d digits of a second\n=second-digits = %d\n", digits, digits);
        return 0;
    }
    fprintf(out, "another value comes back\n");
    return 1;
}

static int types_read(FILE *out, try_place *place, uow_type type, size_t size, const try_value *sent)
{
    uow_column column = {"v", "v", 0, size, UOW_NO_IND, type, 0, NULL, NULL};
    uow_entity entity = {sizeof(uow_entity), "tried", NULL, place->table, sizeof(try_value), &column, sizeof column, 1,
                         UOW_KEYLESS, NULL, sizeof(uow_relation), 0, 0};
    const uow_entity *entities[] = {&entity};
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;
    uow_context *context = NULL;
    uow_model *model = NULL;
    uow_list *list = NULL;
    int status = 1;

    options.tracking = UOW_NO_TRACKING;
    if (uow_model_create(place->env, entities, 1, &model) == UOW_OK &&
        uow_open(place->env, place->connection, model, NULL, &context) == UOW_OK &&
        uow_query(context, &entity, NULL, NULL, 0, &options, &list) == UOW_OK && uow_list_count(list) == 1)
        status = types_compare(out, type, size, sent, uow_list_at(list, 0));
    else
        fprintf(out, "cannot be read: %s\n", uow_context_message(context));
    uow_list_free(list);
    (void)uow_close(context);
    uow_model_free(model);
    return status;
}

static int types_try(FILE *out, try_place *place, const char *types, uow_type type, size_t size, const try_value *value)
{
    uow_arg arg = uow_arg_member(type, value, size, NULL);

    if (!try_table(place, types)) {
        fprintf(out, "there is no such type\n");
        return 1;
    }
    if (try_run(place, "INSERT INTO $ (id, v) VALUES (1, ?)", &arg, 1) != UOW_OK) {
        fprintf(out, "cannot be written: %s\n", uow_context_message(place->context));
        return 1;
    }
    return types_read(out, place, type, size, value);
}

#define TYPES_CASE(name, columns, type, member, ...) \
    static int name(FILE *out, try_place *place) \
    { \
        const try_value value = {.member = __VA_ARGS__}; \
        return types_try(out, place, columns, type, sizeof value.member, &value); \
    }

TYPES_CASE(types_int8, "SMALLINT|INTEGER", UOW_INT8, int8, -128)
TYPES_CASE(types_uint8, "SMALLINT|INTEGER", UOW_UINT8, flag, 255)
TYPES_CASE(types_uint16, "INTEGER", UOW_UINT16, uint16, 65535)
TYPES_CASE(types_uint32, "BIGINT|NUMERIC(10)", UOW_UINT32, uint32, 4294967295u)
TYPES_CASE(types_int16, "SMALLINT|INTEGER", UOW_INT16, int16, -32768)
TYPES_CASE(types_int32, "INTEGER", UOW_INT32, int32, -2147483647)
TYPES_CASE(types_int64, "BIGINT|NUMERIC(19)", UOW_INT64, integer, 9223372036854775807)

/* As what a profile would have it do; without one such values are refused. */
static int types_uint64(FILE *out, try_place *place)
{
    static const try_value value = {.uint64 = 18446744073709551615u};
    try_place other;
    int status = 1;

    if (try_with(place, "unsigned-64 = exact", &other))
        status = types_try(out, &other, "BIGINT UNSIGNED|NUMERIC(20)|DECIMAL(20)", UOW_UINT64, sizeof value.uint64, &value);
    try_with_end(&other);
    if (status == 0)
        fprintf(out, "=unsigned-64 = exact\n");
    return status;
}

TYPES_CASE(types_float, "REAL", UOW_FLOAT, small, 0.1f)
TYPES_CASE(types_double, "DOUBLE PRECISION|DOUBLE|FLOAT", UOW_DOUBLE, number, 0.1)
TYPES_CASE(types_bool, "BOOLEAN|BIT|SMALLINT", UOW_BOOL, flag, 1)
TYPES_CASE(types_decimal, "DECIMAL(18,4)|NUMERIC(18,4)", UOW_DECIMAL, decimal, {1234567890123456u, 0, 4, 0})
TYPES_CASE(types_text, "VARCHAR(40)", UOW_TEXT, text, "na\xC3\xAFve \xE6\x97\xA5\xE6\x9C\xAC \xF0\x9F\x99\x82 'x'")
TYPES_CASE(types_digits_text, "DECIMAL(18,4)|NUMERIC(18,4)", UOW_DECIMAL_TEXT, text, "-123456789012.3456")
TYPES_CASE(types_binary, "BINARY(4)|VARBINARY(4)|BYTEA|BLOB", UOW_BINARY, bytes, {1, 0, 255, 128})
TYPES_CASE(types_date, "DATE", UOW_DATE, date, {1999, 12, 31})
TYPES_CASE(types_time, "TIME", UOW_TIME, time, {23, 59, 58, 0, 0})
TYPES_CASE(types_guid, "UUID|UNIQUEIDENTIFIER|CHAR(36)", UOW_GUID, guid, {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}})
TYPES_CASE(types_timestamp, "TIMESTAMP(6)|DATETIME(6)|DATETIME2(7)|TIMESTAMP|DATETIME", UOW_TIMESTAMP, moment,
           {2024, 2, 29, 23, 59, 58, 123456789})

#define TYPES_ZONED "TIMESTAMP WITH TIME ZONE|TIMESTAMPTZ|DATETIMEOFFSET"

/* With the offset, which is right in every session's zone; where that is not taken, as UTC. */
static int types_zoned(FILE *out, try_place *place)
{
    static const try_value value = {.zoned = {{2024, 2, 15, 12, 30, 58, 123000000}, 120, 0}};
    static const char *const lines[] = {"zoned-timestamps = offset", "zoned-timestamps = utc"};
    char *said = NULL;
    size_t size = 0;
    int status = 1;

    if (!try_table(place, TYPES_ZONED)) {
        fprintf(out, "there is no such type: moments go as UTC\n");
        return 0;
    }
    for (size_t i = 0; i < 2 && status != 0; i++) {
        FILE *memory = open_memstream(&said, &size);
        try_place other;

        if (try_with(place, lines[i], &other) && memory)
            status = types_try(memory, &other, TYPES_ZONED, UOW_TIMESTAMPTZ, sizeof value.zoned, &value);
        try_with_end(&other);
        if (memory && fclose(memory) == 0 && (status == 0 || i == 1))
            fprintf(out, "%s", said);
        if (status == 0)
            fprintf(out, "=%s\n", lines[i]);
        free(said);
        said = NULL;
    }
    return status;
}

static char types_bytes[] = "\x01\x00\xff\x80";
static char types_letters[] = "long text, \xC3\xA4";
TYPES_CASE(types_blob, "BLOB|BYTEA|VARBINARY(4000)|LONGVARBINARY", UOW_BLOB, blob, {types_bytes, 4})
TYPES_CASE(types_long, "CLOB|TEXT|LONGTEXT|VARCHAR(4000)|LONGVARCHAR", UOW_LONGTEXT, long_text, {types_letters, 13})

const try_case try_types[] = {
    {"UOW_INT8", types_int8, NULL},
    {"UOW_UINT8", types_uint8, NULL},
    {"UOW_INT16", types_int16, NULL},
    {"UOW_UINT16", types_uint16, NULL},
    {"UOW_INT32", types_int32, NULL},
    {"UOW_UINT32", types_uint32, NULL},
    {"UOW_INT64", types_int64, NULL},
    {"UOW_UINT64", types_uint64, "unsigned-64 = refused"},
    {"UOW_FLOAT", types_float, NULL},
    {"UOW_DOUBLE", types_double, NULL},
    {"UOW_BOOL", types_bool, NULL},
    {"UOW_DECIMAL", types_decimal, "decimals = doubles"},
    {"UOW_DECIMAL_TEXT", types_digits_text, NULL},
    {"UOW_TEXT", types_text, "text = utf-16"},
    {"UOW_LONGTEXT", types_long, NULL},
    {"UOW_BINARY", types_binary, NULL},
    {"UOW_BLOB", types_blob, NULL},
    {"UOW_DATE", types_date, NULL},
    {"UOW_TIME", types_time, NULL},
    {"UOW_TIMESTAMP", types_timestamp, "timestamps = text"},
    {"UOW_TIMESTAMPTZ", types_zoned, "zoned-timestamps = refused"},
    {"UOW_GUID", types_guid, NULL},
    {NULL, NULL, NULL},
};
