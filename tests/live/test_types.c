#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "live/live.h"

#include <criterion/parameterized.h>

#include <ctype.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- one row of any type ---- */

enum colour { COLOUR_RED, COLOUR_GREEN, COLOUR_ULTRAMARINE };

typedef union type_cell {
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
    char chars[48];
    unsigned char bytes[16];
    uow_text text;
    uow_blob blob;
    uow_decimal decimal;
    uow_date date;
    uow_time time;
    uow_timestamp timestamp;
    uow_timestamptz instant;
    uow_guid guid;
    enum colour colour;
    int32_t packed_date;
} type_cell;

struct typed {
    int64_t id;
    type_cell value;
    uow_ind ind;
};

/* Databases that do not take a value; each use says why. */
#define NOT_SQLITE     (1u << LIVE_SQLITE)
#define NOT_POSTGRESQL (1u << LIVE_POSTGRESQL)
#define NOT_MARIADB    (1u << LIVE_MARIADB)

typedef struct type_edge {
    const char *name;
    type_cell value;
    const char *text; /* as dynamic rows give it; NULL: compared by another accessor, or long */
    uow_ind length;   /* of UOW_BINARY */
    size_t generated; /* bytes of a long value made at run time, when value has none */
    uint32_t not_on;
    uint32_t wide_not_on; /* neither when text travels as UTF-16 */
} type_edge;

typedef struct type_kind {
    const char *name; /* of the table, too */
    const char *ddl;
    uow_type type;
    size_t size;
    const uow_converter *converter;
    const type_edge *edges;
    size_t count;
    bool (*same)(const struct typed *got, const struct typed *want, size_t size);
    void (*dynamic)(uow_rows *rows, const type_edge *edge, const struct typed *want);
    bool comparable; /* "value = ?" finds exactly this value on every database */
} type_kind;

#define EDGES(array) (array), sizeof(array) / sizeof((array)[0])

/* ---- when two values are the same ---- */

static bool same_bytes(const struct typed *got, const struct typed *want, size_t size)
{
    return memcmp(&got->value, &want->value, size) == 0;
}

static bool same_float(const struct typed *got, const struct typed *want, size_t size)
{
    (void)size;
    return isnan(want->value.f) ? isnan(got->value.f) : got->value.f == want->value.f;
}

static bool same_double(const struct typed *got, const struct typed *want, size_t size)
{
    (void)size;
    return isnan(want->value.d) ? isnan(got->value.d) : got->value.d == want->value.d;
}

static bool same_text(const struct typed *got, const struct typed *want, size_t size)
{
    (void)size;
    return strcmp(got->value.chars, want->value.chars) == 0 &&
           got->ind == (uow_ind)strlen(want->value.chars);
}

static bool same_long(const struct typed *got, const struct typed *want, size_t size)
{
    (void)size;
    return got->value.text.length == want->value.text.length &&
           got->ind == (uow_ind)want->value.text.length &&
           memcmp(got->value.text.data, want->value.text.data, want->value.text.length) == 0;
}

static bool same_long_text(const struct typed *got, const struct typed *want, size_t size)
{
    return same_long(got, want, size) && got->value.text.data[got->value.text.length] == '\0';
}

static bool same_binary(const struct typed *got, const struct typed *want, size_t size)
{
    return got->ind == want->ind && memcmp(got->value.bytes, want->value.bytes, size) == 0;
}

/* Without the zeros that end a fraction. */
static void shorten(const char *number, char out[64])
{
    size_t length = strlen(number);

    if (strchr(number, '.'))
        while (number[length - 1] == '0')
            length--;
    if (length > 0 && number[length - 1] == '.')
        length--;
    snprintf(out, 64, "%.*s", (int)length, number);
}

/* The same number; its scale is the column's. */
static bool same_number_text(const char *got, const char *want)
{
    char texts[2][64];

    shorten(got, texts[0]);
    shorten(want, texts[1]);
    return strcmp(texts[0], texts[1]) == 0;
}

static bool same_decimals(const uow_decimal *got, const uow_decimal *want)
{
    char texts[2][48];

    return uow_decimal_format(got, texts[0], sizeof texts[0]) &&
           uow_decimal_format(want, texts[1], sizeof texts[1]) &&
           same_number_text(texts[0], texts[1]);
}

static bool same_decimal(const struct typed *got, const struct typed *want, size_t size)
{
    (void)size;
    return same_decimals(&got->value.decimal, &want->value.decimal);
}

static bool same_decimal_text(const struct typed *got, const struct typed *want, size_t size)
{
    (void)size;
    return same_number_text(got->value.chars, want->value.chars);
}

/* Microseconds of the instant since a day 0; PostgreSQL gives it at its session's offset, others at
 * UTC. */
static int64_t instant_of(const uow_timestamptz *value)
{
    const uow_timestamp *t = &value->local;
    int64_t year = t->month > 2 ? t->year : t->year - 1;
    int64_t months = (t->month + 9) % 12;
    int64_t days =
        year * 365 + year / 4 - year / 100 + year / 400 + (months * 153 + 2) / 5 + t->day;
    int64_t minutes = (days * 24 + t->hour) * 60 + t->minute - value->offset_minutes;
    return (minutes * 60 + t->second) * 1000000 + t->fraction / 1000;
}

static bool same_instant(const struct typed *got, const struct typed *want, size_t size)
{
    (void)size;
    return instant_of(&got->value.instant) == instant_of(&want->value.instant);
}

/* ---- the same through dynamic rows; the value is column 1 ---- */

static void dynamic_text(uow_rows *rows, const type_edge *edge, const struct typed *want)
{
    const char *text = NULL;
    size_t length = 0;

    (void)want;
    UOW_OK(uow_rows_text(rows, 1, &text, &length));
    cr_assert_str_eq(text, edge->text, "%s: \"%s\" instead of \"%s\"", edge->name, text,
                     edge->text);
    cr_assert_eq(length, strlen(edge->text));
}

/* PostgreSQL's driver gives a UUID in capitals. */
static void dynamic_guid(uow_rows *rows, const type_edge *edge, const struct typed *want)
{
    const char *text = NULL;

    (void)want;
    UOW_OK(uow_rows_text(rows, 1, &text, NULL));
    cr_assert_eq(strlen(text), strlen(edge->text), "%s: \"%s\"", edge->name, text);
    for (size_t i = 0; text[i]; i++)
        cr_assert_eq(tolower((unsigned char)text[i]), edge->text[i], "%s: \"%s\"", edge->name,
                     text);
}

static void dynamic_int64(uow_rows *rows, const type_edge *edge, const struct typed *want)
{
    int64_t value = 0;
    char text[24];

    (void)want;
    UOW_OK(uow_rows_int64(rows, 1, &value));
    snprintf(text, sizeof text, "%lld", (long long)value);
    cr_assert_str_eq(text, edge->text, "%s: %s", edge->name, text);
    dynamic_text(rows, edge, want);
}

static void dynamic_bool(uow_rows *rows, const type_edge *edge, const struct typed *want)
{
    int64_t value = -1;

    UOW_OK(uow_rows_int64(rows, 1, &value));
    cr_assert_eq(value, want->value.u8, "%s: %d", edge->name, (int)value);
}

/* A float member's value may come as the double next to it: MariaDB and PostgreSQL store it narrow.
 */
static void dynamic_float(uow_rows *rows, const type_edge *edge, const struct typed *want)
{
    double value = 0;

    UOW_OK(uow_rows_double(rows, 1, &value));
    cr_assert(isnan(want->value.f) ? isnan(value) : (float)value == want->value.f, "%s: %a",
              edge->name, value);
}

/* In a statement of the program's own SQLite's driver gives doubles 15 digits; libuow's own ask for
 * all of them. */
static void dynamic_double(uow_rows *rows, const type_edge *edge, const struct typed *want)
{
    uow_facts facts = UOW_FACTS_INIT;
    double value = 0;

    uow_context_facts(live_current, &facts);
    if (strcmp(facts.dialect, "sqlite") == 0 && !edge->text)
        return;
    UOW_OK(uow_rows_double(rows, 1, &value));
    cr_assert(isnan(want->value.d) ? isnan(value) : value == want->value.d, "%s: %a", edge->name,
              value);
}

static void dynamic_decimal(uow_rows *rows, const type_edge *edge, const struct typed *want)
{
    uow_decimal value;

    UOW_OK(uow_rows_decimal(rows, 1, &value));
    cr_assert(same_decimals(&value, &want->value.decimal), "%s", edge->name);
}

static void dynamic_number_text(uow_rows *rows, const type_edge *edge, const struct typed *want)
{
    const char *text = NULL;

    UOW_OK(uow_rows_text(rows, 1, &text, NULL));
    cr_assert(same_number_text(text, want->value.chars), "%s: %s", edge->name, text);
}

/* How many digits a fraction has is the database's; the ones that are not 0 must be there. */
static void dynamic_fraction(uow_rows *rows, const type_edge *edge, const struct typed *want)
{
    const char *text = NULL;
    size_t whole = strcspn(edge->text, ".");

    (void)want;
    UOW_OK(uow_rows_text(rows, 1, &text, NULL));
    cr_assert(strncmp(text, edge->text, strlen(edge->text)) == 0 ||
                  strncmp(text, edge->text, whole) == 0,
              "%s: \"%s\"", edge->name, text);
    if (edge->text[whole])
        cr_assert(same_number_text(text + whole, edge->text + whole), "%s: \"%s\"", edge->name,
                  text);
    else
        cr_assert_eq(strspn(text + whole, ".0"), strlen(text + whole), "%s: \"%s\"", edge->name,
                     text);
}

static void dynamic_any_text(uow_rows *rows, const type_edge *edge, const struct typed *want)
{
    const char *text = NULL;

    (void)want;
    UOW_OK(uow_rows_text(rows, 1, &text, NULL));
    cr_assert_gt(strlen(text), 9, "%s", edge->name);
}

static void dynamic_long_text(uow_rows *rows, const type_edge *edge, const struct typed *want)
{
    const char *text = NULL;
    size_t length = 0;

    UOW_OK(uow_rows_text(rows, 1, &text, &length));
    cr_assert_eq(length, want->value.text.length, "%s: %zu bytes", edge->name, length);
    cr_assert_arr_eq(text, want->value.text.data, length, "%s", edge->name);
    cr_assert_eq(text[length], '\0');
}

static void dynamic_blob(uow_rows *rows, const type_edge *edge, const struct typed *want)
{
    const void *data = NULL;
    size_t size = 0;

    UOW_OK(uow_rows_binary(rows, 1, &data, &size));
    cr_assert_eq(size, want->value.blob.length, "%s: %zu bytes", edge->name, size);
    if (size > 0)
        cr_assert_arr_eq(data, want->value.blob.data, size, "%s", edge->name);
}

static void dynamic_binary(uow_rows *rows, const type_edge *edge, const struct typed *want)
{
    const void *data = NULL;
    size_t size = 0;

    UOW_OK(uow_rows_binary(rows, 1, &data, &size));
    cr_assert_eq(size, (size_t)want->ind, "%s: %zu bytes", edge->name, size);
    if (size > 0)
        cr_assert_arr_eq(data, want->value.bytes, size, "%s", edge->name);
}

/* ---- converters ---- */

static const char *const colour_names[] = {"red", "green", "ultramarine"};

static int colour_to_text(const void *member, void *db_value, void *user)
{
    (void)user;
    enum colour colour = *(const enum colour *)member;
    if (colour < COLOUR_RED || colour > COLOUR_ULTRAMARINE)
        return 0;
    snprintf(db_value, 12, "%s", colour_names[colour]);
    return 1;
}

static int colour_from_text(const void *db_value, void *member, void *user)
{
    (void)user;
    for (int i = 0; i < 3; i++)
        if (strcmp(db_value, colour_names[i]) == 0) {
            *(enum colour *)member = (enum colour)i;
            return 1;
        }
    return 0;
}

static const uow_converter colour_as_text = {sizeof(uow_converter), UOW_TEXT,         12,
                                             colour_to_text,        colour_from_text, NULL};

static int packed_to_date(const void *member, void *db_value, void *user)
{
    (void)user;
    int32_t packed = *(const int32_t *)member;
    uow_date date = {(int16_t)(packed / 10000), (uint16_t)(packed / 100 % 100),
                     (uint16_t)(packed % 100)};
    memcpy(db_value, &date, sizeof date);
    return 1;
}

static int packed_from_date(const void *db_value, void *member, void *user)
{
    (void)user;
    const uow_date *date = db_value;
    *(int32_t *)member = date->year * 10000 + date->month * 100 + date->day;
    return 1;
}

static const uow_converter date_packed = {sizeof(uow_converter), UOW_DATE,         sizeof(uow_date),
                                          packed_to_date,        packed_from_date, NULL};

/* ---- the values ---- */

static const type_edge int8_edges[] = {
    {.name = "lowest", .value.i8 = INT8_MIN, .text = "-128"},
    {.name = "-1", .value.i8 = -1, .text = "-1"},
    {.name = "0", .value.i8 = 0, .text = "0"},
    {.name = "highest", .value.i8 = INT8_MAX, .text = "127"},
};
static const type_edge int16_edges[] = {
    {.name = "lowest", .value.i16 = INT16_MIN, .text = "-32768"},
    {.name = "past a byte", .value.i16 = 256, .text = "256"},
    {.name = "highest", .value.i16 = INT16_MAX, .text = "32767"},
};
static const type_edge int32_edges[] = {
    {.name = "lowest", .value.i32 = INT32_MIN, .text = "-2147483648"},
    {.name = "past 16 bits", .value.i32 = 65536, .text = "65536"},
    {.name = "highest", .value.i32 = INT32_MAX, .text = "2147483647"},
};
static const type_edge int64_edges[] = {
    {.name = "lowest", .value.i64 = INT64_MIN, .text = "-9223372036854775808"},
    {.name = "no double", .value.i64 = INT64_C(9007199254740993), .text = "9007199254740993"},
    {.name = "highest", .value.i64 = INT64_MAX, .text = "9223372036854775807"},
};
static const type_edge uint8_edges[] = {
    {.name = "0", .value.u8 = 0, .text = "0"},
    {.name = "sign bit", .value.u8 = 128, .text = "128"},
    {.name = "highest", .value.u8 = UINT8_MAX, .text = "255"},
};
static const type_edge uint16_edges[] = {
    {.name = "0", .value.u16 = 0, .text = "0"},
    {.name = "sign bit", .value.u16 = 32768, .text = "32768"},
    {.name = "highest", .value.u16 = UINT16_MAX, .text = "65535"},
};
static const type_edge uint32_edges[] = {
    {.name = "0", .value.u32 = 0, .text = "0"},
    {.name = "sign bit", .value.u32 = UINT32_C(0x80000000), .text = "2147483648"},
    {.name = "highest", .value.u32 = UINT32_MAX, .text = "4294967295"},
};
/* Beyond 2^63 SQLite has no integers; that it says so is a test below. */
static const type_edge uint64_edges[] = {
    {.name = "0", .value.u64 = 0, .text = "0"},
    {.name = "last signed", .value.u64 = INT64_MAX, .text = "9223372036854775807"},
    {.name = "sign bit",
     .value.u64 = UINT64_C(1) << 63,
     .text = "9223372036854775808",
     .not_on = NOT_SQLITE},
    {.name = "highest",
     .value.u64 = UINT64_MAX,
     .text = "18446744073709551615",
     .not_on = NOT_SQLITE},
};
/* MariaDB has neither NaN nor infinity; SQLite stores NaN as NULL. */
static const type_edge float_edges[] = {
    {.name = "0", .value.f = 0.0f},
    {.name = "0.1", .value.f = 0.1f},
    {.name = "1/3", .value.f = 1.0f / 3.0f},
    {.name = "negative", .value.f = -16777215.0f},
    {.name = "highest", .value.f = FLT_MAX},
    {.name = "lowest", .value.f = -FLT_MAX},
    {.name = "smallest normal", .value.f = FLT_MIN},
    {.name = "smallest", .value.f = FLT_TRUE_MIN},
    {.name = "infinity", .value.f = INFINITY, .not_on = NOT_MARIADB},
    {.name = "NaN", .value.f = NAN, .not_on = NOT_MARIADB | NOT_SQLITE},
};
static const type_edge double_edges[] = {
    {.name = "0", .value.d = 0.0, .text = "0"},
    {.name = "0.1", .value.d = 0.1, .text = "0.1"},
    {.name = "0.1 + 0.2", .value.d = 0.1 + 0.2},
    {.name = "1/3", .value.d = 1.0 / 3.0},
    {.name = "2^53 - 1", .value.d = 9007199254740991.0},
    {.name = "negative", .value.d = -123456.75, .text = "-123456.75"},
    {.name = "highest", .value.d = DBL_MAX},
    {.name = "lowest", .value.d = -DBL_MAX},
    {.name = "smallest normal", .value.d = DBL_MIN},
    {.name = "denormal", .value.d = DBL_MIN / 3},
    {.name = "smallest", .value.d = 4.9406564584124654e-324},
    {.name = "infinity", .value.d = INFINITY, .not_on = NOT_MARIADB},
    {.name = "minus infinity", .value.d = -INFINITY, .not_on = NOT_MARIADB},
    {.name = "NaN", .value.d = NAN, .not_on = NOT_MARIADB | NOT_SQLITE},
};
static const type_edge bool_edges[] = {
    {.name = "false", .value.u8 = 0},
    {.name = "true", .value.u8 = 1},
};
#define TEXT_EDGE(label, string)                                                                   \
    {                                                                                              \
        .name = (label), .value.chars = string, .text = string                                     \
    }
static const type_edge text_edges[] = {
    TEXT_EDGE("empty", ""),
    TEXT_EDGE("one letter", "x"),
    TEXT_EDGE("full length", "0123456789012345678901234567890123456789"),
    TEXT_EDGE("full of emoji", "\U0001F600\U0001F680\U0001F41D\U0001F355\U0001F3B8"
                               "\U0001F600\U0001F680\U0001F41D\U0001F355\U0001F3B8"),
    TEXT_EDGE("combining", "e\u0301 \u00e9 n\u0303"),
    TEXT_EDGE("family by joiners", "\U0001F468\u200D\U0001F469\u200D\U0001F467"),
    TEXT_EDGE("quotes", "it's \"so\" `there` ''"),
    TEXT_EDGE("backslashes", "C:\\new\\table\\0 \\' %s"),
    TEXT_EDGE("like SQL", "?:x::y$1 {d '1'} -- /*;"),
    TEXT_EDGE("controls", "\t\r\n\x01\x7f"),
    TEXT_EDGE("spaces around", "  between  "),
    TEXT_EDGE("right to left", "\u05e9\u05dc\u05d5\u05dd \u0645\u0631"),
    TEXT_EDGE("last of one byte and of two", "\x7f \u07ff"),
    TEXT_EDGE("last of three bytes", "\uffff"),
    TEXT_EDGE("last plane but one", "\U000fffff"),
    /* Read as UTF-16, SQLite's driver loses the highest bit of the private plane 16. */
    {.name = "last of four bytes",
     .value.chars = "\U0010ffff",
     .text = "\U0010ffff",
     .wide_not_on = NOT_SQLITE},
};
static const type_edge longtext_edges[] = {
    {.name = "empty", .generated = 0},
    {.name = "1", .generated = 1},
    {.name = "255", .generated = 255},
    {.name = "256", .generated = 256},
    {.name = "511", .generated = 511},
    {.name = "512", .generated = 512},
    {.name = "513", .generated = 513},
    {.name = "8000", .generated = 8000},
    {.name = "8191", .generated = 8191},
    {.name = "65535", .generated = 65535},
    {.name = "65536", .generated = 65536},
    {.name = "65537", .generated = 65537},
    {.name = "5 MB", .generated = 5 * 1024 * 1024},
};
static const type_edge binary_edges[] = {
    {.name = "none", .length = 0},
    {.name = "one zero", .length = 1},
    {.name = "zeros inside", .value.bytes = {1, 0, 2, 0, 0, 3}, .length = 6},
    {.name = "zeros at the end", .value.bytes = {0xff, 0, 0, 0}, .length = 4},
    {.name = "full",
     .value.bytes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0xfe, 0xff},
     .length = 16},
};
static const type_edge blob_edges[] = {
    {.name = "empty", .generated = 0},
    {.name = "1", .generated = 1},
    {.name = "255", .generated = 255},
    {.name = "512", .generated = 512},
    {.name = "513", .generated = 513},
    {.name = "65536", .generated = 65536},
    {.name = "more than 1 MB", .generated = 1024 * 1024 + 17},
};
/* 10^38 - 1, the highest of 38 digits, is 0x4b3b4ca85a86c47a:0x098a223fffffffff. */
static const type_edge decimal_edges[] = {
    {.name = "0", .value.decimal = {0, 0, 0, 0}},
    {.name = "0.00", .value.decimal = {0, 0, 2, 0}},
    {.name = "12.50", .value.decimal = {1250, 0, 2, 0}},
    {.name = "-12.50", .value.decimal = {(uint64_t)-1250, -1, 2, 0}},
    {.name = "a tenth", .value.decimal = {1, 0, 1, 0}},
    {.name = "smallest", .value.decimal = {1, 0, 10, 0}},
    {.name = "highest",
     .value.decimal = {UINT64_C(0x098a223fffffffff), INT64_C(0x4b3b4ca85a86c47a), 10, 0}},
    {.name = "lowest",
     .value.decimal = {UINT64_C(0xf675ddc000000001), -INT64_C(0x4b3b4ca85a86c47a) - 1, 10, 0}},
};
static const type_edge whole_edges[] = {
    {.name = "highest",
     .value.decimal = {UINT64_C(0x098a223fffffffff), INT64_C(0x4b3b4ca85a86c47a), 0, 0}},
    {.name = "lowest",
     .value.decimal = {UINT64_C(0xf675ddc000000001), -INT64_C(0x4b3b4ca85a86c47a) - 1, 0, 0}},
    {.name = "past 64 bits", .value.decimal = {0, 1, 0, 0}},
};
static const type_edge part_edges[] = {
    {.name = "highest",
     .value.decimal = {UINT64_C(0x098a223fffffffff), INT64_C(0x4b3b4ca85a86c47a), 38, 0}},
    {.name = "smallest", .value.decimal = {1, 0, 38, 0}},
};
static const type_edge decimal_text_edges[] = {
    {.name = "0", .value.chars = "0"},
    {.name = "12.50", .value.chars = "12.50"},
    {.name = "negative", .value.chars = "-0.0000000001"},
    {.name = "38 digits", .value.chars = "-1234567890123456789012345678.0987654321"},
};
/* What a number of SQLite holds, too: 15 digits, or 64 bits. */
static const type_edge number_edges[] = {
    {.name = "0.00", .value.decimal = {0, 0, 2, 0}},
    {.name = "12.50", .value.decimal = {1250, 0, 2, 0}},
    {.name = "15 digits", .value.decimal = {UINT64_C(123456789012345), 0, 5, 0}},
    {.name = "smallest", .value.decimal = {(uint64_t)-1, -1, 10, 0}},
    {.name = "a whole number of 64 bits", .value.decimal = {INT64_MAX, 0, 0, 0}},
    {.name = "15 digits and zeros",
     .value.decimal = {UINT64_C(12345678901234500000), 0, 0, 0}}, /* an exponent in SQLite */
};
static const type_edge date_edges[] = {
    {.name = "first", .value.date = {1, 1, 1}, .text = "0001-01-01"},
    {.name = "Julian leap day's neighbour", .value.date = {1900, 2, 28}, .text = "1900-02-28"},
    {.name = "leap day", .value.date = {2000, 2, 29}, .text = "2000-02-29"},
    {.name = "leap day 2024", .value.date = {2024, 2, 29}, .text = "2024-02-29"},
    {.name = "before 1970", .value.date = {1969, 12, 31}, .text = "1969-12-31"},
    {.name = "last", .value.date = {9999, 12, 31}, .text = "9999-12-31"},
};
static const type_edge time_edges[] = {
    {.name = "midnight", .value.time = {0, 0, 0, 0, 0}, .text = "00:00:00"},
    {.name = "half a second", .value.time = {12, 34, 56, 0, 500000000}, .text = "12:34:56.5"},
    {.name = "a microsecond", .value.time = {0, 0, 0, 0, 1000}, .text = "00:00:00.000001"},
    {.name = "last", .value.time = {23, 59, 59, 0, 999999000}, .text = "23:59:59.999999"},
};
static const type_edge timestamp_edges[] = {
    {.name = "first", .value.timestamp = {1, 1, 1, 0, 0, 0, 0}, .text = "0001-01-01 00:00:00"},
    {.name = "leap day",
     .value.timestamp = {2024, 2, 29, 12, 34, 56, 123456000},
     .text = "2024-02-29 12:34:56.123456"},
    {.name = "a microsecond",
     .value.timestamp = {1969, 12, 31, 23, 59, 59, 1000},
     .text = "1969-12-31 23:59:59.000001"},
    {.name = "a tenth",
     .value.timestamp = {2000, 1, 1, 0, 0, 0, 100000000},
     .text = "2000-01-01 00:00:00.1"},
    {.name = "last second",
     .value.timestamp = {9999, 12, 31, 23, 59, 59, 0},
     .text = "9999-12-31 23:59:59"},
    {.name = "last",
     .value.timestamp = {9999, 12, 31, 23, 59, 59, 999999000},
     .text = "9999-12-31 23:59:59.999999"},
};
static const type_edge instant_edges[] = {
    {.name = "UTC", .value.instant = {{2024, 2, 29, 12, 34, 56, 123456000}, 0, 0}},
    {.name = "east", .value.instant = {{2024, 1, 1, 1, 0, 0, 1000}, 330, 0}},
    {.name = "west", .value.instant = {{2023, 12, 31, 23, 30, 0, 0}, -480, 0}},
    {.name = "easternmost", .value.instant = {{2000, 3, 1, 0, 0, 0, 0}, 840, 0}},
    {.name = "long ago", .value.instant = {{1600, 2, 29, 23, 59, 59, 999999000}, -60, 0}},
};
static const type_edge guid_edges[] = {
    {.name = "nil", .value.guid = {{0}}, .text = "00000000-0000-0000-0000-000000000000"},
    {.name = "in order",
     .value.guid = {{0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc,
                     0xdd, 0xee, 0xff}},
     .text = "00112233-4455-6677-8899-aabbccddeeff"},
};
static const type_edge colour_edges[] = {
    {.name = "red", .value.colour = COLOUR_RED, .text = "red"},
    {.name = "full length", .value.colour = COLOUR_ULTRAMARINE, .text = "ultramarine"},
};
static const type_edge packed_edges[] = {
    {.name = "leap day", .value.packed_date = 20240229, .text = "2024-02-29"},
    {.name = "last", .value.packed_date = 99991231, .text = "9999-12-31"},
};

static const type_kind kinds[] = {
    {"int8", "@int8", UOW_INT8, 1, NULL, EDGES(int8_edges), same_bytes, dynamic_int64, true},
    {"int16", "@int16", UOW_INT16, 2, NULL, EDGES(int16_edges), same_bytes, dynamic_int64, true},
    {"int32", "@int32", UOW_INT32, 4, NULL, EDGES(int32_edges), same_bytes, dynamic_int64, true},
    {"int64", "@int64", UOW_INT64, 8, NULL, EDGES(int64_edges), same_bytes, dynamic_int64, true},
    {"uint8", "@uint8", UOW_UINT8, 1, NULL, EDGES(uint8_edges), same_bytes, dynamic_int64, true},
    {"uint16", "@uint16", UOW_UINT16, 2, NULL, EDGES(uint16_edges), same_bytes, dynamic_int64,
     true},
    {"uint32", "@uint32", UOW_UINT32, 4, NULL, EDGES(uint32_edges), same_bytes, dynamic_int64,
     true},
    {"uint64", "@uint64", UOW_UINT64, 8, NULL, EDGES(uint64_edges), same_bytes, dynamic_text, true},
    {"float", "@float", UOW_FLOAT, sizeof(float), NULL, EDGES(float_edges), same_float,
     dynamic_float, false},
    {"double", "@double", UOW_DOUBLE, sizeof(double), NULL, EDGES(double_edges), same_double,
     dynamic_double, false},
    {"bool", "@bool", UOW_BOOL, 1, NULL, EDGES(bool_edges), same_bytes, dynamic_bool, true},
    {"text", "varchar(40)", UOW_TEXT, 41, NULL, EDGES(text_edges), same_text, dynamic_text, false},
    {"longtext", "@text", UOW_LONGTEXT, sizeof(uow_text), NULL, EDGES(longtext_edges),
     same_long_text, dynamic_long_text, false},
    {"binary", "@bytes", UOW_BINARY, 16, NULL, EDGES(binary_edges), same_binary, dynamic_binary,
     true},
    {"blob", "@blob", UOW_BLOB, sizeof(uow_blob), NULL, EDGES(blob_edges), same_long, dynamic_blob,
     false},
    {"decimal", "@decimal(38,10)", UOW_DECIMAL, sizeof(uow_decimal), NULL, EDGES(decimal_edges),
     same_decimal, dynamic_decimal, true},
    {"decimal_whole", "@decimal(38,0)", UOW_DECIMAL, sizeof(uow_decimal), NULL, EDGES(whole_edges),
     same_decimal, dynamic_decimal, true},
    {"decimal_part", "@decimal(38,38)", UOW_DECIMAL, sizeof(uow_decimal), NULL, EDGES(part_edges),
     same_decimal, dynamic_decimal, true},
    {"decimal_text", "@decimal(38,10)", UOW_DECIMAL_TEXT, 44, NULL, EDGES(decimal_text_edges),
     same_decimal_text, dynamic_number_text, true},
    {"decimal_number", "decimal(30,10)", UOW_DECIMAL, sizeof(uow_decimal), NULL, EDGES(number_edges),
     same_decimal, dynamic_decimal, true},
    {"date", "@date", UOW_DATE, sizeof(uow_date), NULL, EDGES(date_edges), same_bytes, dynamic_text,
     true},
    {"time", "@time", UOW_TIME, sizeof(uow_time), NULL, EDGES(time_edges), same_bytes,
     dynamic_fraction, true},
    {"timestamp", "@timestamp", UOW_TIMESTAMP, sizeof(uow_timestamp), NULL, EDGES(timestamp_edges),
     same_bytes, dynamic_fraction, true},
    {"timestamptz", "@timestamptz", UOW_TIMESTAMPTZ, sizeof(uow_timestamptz), NULL,
     EDGES(instant_edges), same_instant, dynamic_any_text, true},
    {"guid", "@guid", UOW_GUID, sizeof(uow_guid), NULL, EDGES(guid_edges), same_bytes, dynamic_guid,
     true},
    {"colour", "varchar(20)", (uow_type)0, sizeof(enum colour), &colour_as_text,
     EDGES(colour_edges), same_bytes, dynamic_text, false},
    {"packed_date", "@date", (uow_type)0, sizeof(int32_t), &date_packed, EDGES(packed_edges),
     same_bytes, dynamic_text, false},
};
#define KINDS (sizeof kinds / sizeof kinds[0])

/* ---- one round trip ---- */

typedef struct trip {
    live l;
    const type_kind *kind;
    char table[64];
    uow_column columns[2];
    uow_entity entity;
    const uow_entity *entities[1];
    uow_context_options options;
    struct typed rows[32]; /* of every edge; the last is NULL */
    size_t count;
} trip;

static void describe(trip *t, const type_kind *kind, uow_text_path path)
{
    const uow_column id = UOW_COLUMN(struct typed, id, "id", UOW_INT64, UOW_KEY);
    const uow_column value = UOW_COLUMN_NULL(struct typed, value, ind, "value", kind->type, 0);
    const uow_column columns[] = {id, value};
    const uow_entity entity = UOW_ENTITY(struct typed, NULL, columns);

    t->kind = kind;
    snprintf(t->table, sizeof t->table, "types_%s_%s", kind->name,
             path == UOW_TEXT_WIDE ? "wide" : "auto");
    memcpy(t->columns, columns, sizeof columns);
    t->columns[1].size = kind->size;
    t->columns[1].converter = kind->converter;
    t->entity = entity;
    t->entity.table = t->table;
    t->entity.columns = t->columns;
    t->entities[0] = &t->entity;
    t->options = (uow_context_options)UOW_CONTEXT_OPTIONS_INIT;
    t->options.text_path = path;
}

/* Characters of one to four bytes, cut at whole ones and filled up with letters; or bytes with
 * zeros. */
static char *generate(const type_kind *kind, size_t length)
{
    static const char pattern[] = "abc'\\ \u00e9\u0416 \u20ac\u4e2d \U0001F600\n";
    char *data = malloc(length + 1);

    cr_assert_not_null(data);
    for (size_t i = 0; i < length; i++)
        data[i] = kind->type == UOW_BLOB ? (char)(i * 7 % 251) : 'x';
    if (kind->type == UOW_LONGTEXT)
        for (size_t i = 0; i + sizeof pattern <= length; i += sizeof pattern - 1)
            memcpy(data + i, pattern, sizeof pattern - 1);
    data[length] = '\0';
    return data;
}

static uow_ind written_ind(const type_kind *kind, const type_edge *edge, const struct typed *row)
{
    if (kind->type == UOW_BINARY)
        return edge->length;
    if (kind->type == UOW_LONGTEXT || kind->type == UOW_BLOB)
        return (uow_ind)row->value.text.length;
    return 0;
}

static bool is_left_out(const trip *t, const type_edge *edge)
{
    uint32_t left_out = edge->not_on;

    if (t->l.facts.text_wide)
        left_out |= edge->wide_not_on;
    return left_out >> t->l.database & 1;
}

static void prepare_rows(trip *t)
{
    for (size_t i = 0; i < t->kind->count; i++) {
        const type_edge *edge = &t->kind->edges[i];
        struct typed *row = &t->rows[t->count];

        if (is_left_out(t, edge))
            continue;
        memset(row, 0, sizeof *row);
        row->value = edge->value;
        if (t->kind->type == UOW_LONGTEXT || t->kind->type == UOW_BLOB)
            row->value.text = (uow_text){generate(t->kind, edge->generated), edge->generated};
        row->ind = written_ind(t->kind, edge, row);
        row->id = (int64_t)i + 1;
        t->count++;
    }
    memset(&t->rows[t->count], 0, sizeof t->rows[t->count]);
    t->rows[t->count].id = 100;
    t->rows[t->count++].ind = UOW_NULL;
}

static void release_rows(trip *t)
{
    if (t->kind->type == UOW_LONGTEXT || t->kind->type == UOW_BLOB)
        for (size_t i = 0; i < t->count; i++)
            free(t->rows[i].value.text.data);
}

static void start(trip *t, const type_kind *kind, uow_text_path path)
{
    char columns[128];

    memset(t, 0, sizeof *t);
    describe(t, kind, path);
    live_open_with(&t->l, t->entities, 1, &t->options);
    snprintf(columns, sizeof columns, "id @int64 PRIMARY KEY, value %s NULL", kind->ddl);
    live_table(&t->l, t->table, columns);
    prepare_rows(t);
    cr_assert_gt(t->count, 1, "no value of %s is tried on this database", kind->name);
}

static void finish(trip *t)
{
    live_close(&t->l);
    release_rows(t);
}

static void check_row(const trip *t, const char *how, const struct typed *got,
                      const struct typed *want)
{
    const char *edge = want->id % 1000 == 100 ? "NULL" : t->kind->edges[want->id % 1000 - 1].name;

    cr_assert_eq(got->id, want->id, "%s %s: row %lld", t->kind->name, how, (long long)got->id);
    if (want->ind == UOW_NULL)
        cr_assert_eq(got->ind, UOW_NULL, "%s %s: NULL has indicator %ld", t->kind->name, how,
                     (long)got->ind);
    else
        cr_assert(got->ind != UOW_NULL && t->kind->same(got, want, t->kind->size),
                  "%s %s: %s did not come back (indicator %ld)", t->kind->name, how, edge,
                  (long)got->ind);
}

static void write_by_save(trip *t)
{
    size_t saved = 0;

    for (size_t i = 0; i < t->count; i++)
        UOW_OK(uow_add(t->l.ctx, &t->entity, &t->rows[i], &(void *){NULL}));
    UOW_OK(uow_save(t->l.ctx, &saved));
    cr_assert_eq(saved, t->count);
    UOW_OK(uow_clear(t->l.ctx));
}

/* A converter works on members only: its values are given as the database has them. */
static uow_arg argument(const trip *t, const struct typed *row, char *converted)
{
    const uow_converter *converter = t->kind->converter;

    if (!converter)
        return uow_arg_member(t->kind->type, &row->value, t->kind->size, &row->ind);
    if (row->ind == UOW_NULL)
        return uow_arg_null(converter->db_type);
    cr_assert(converter->to_db(&row->value, converted, NULL));
    return uow_arg_member(converter->db_type, converted, converter->db_size, NULL);
}

static void write_by_arguments(trip *t)
{
    char sql[128];

    snprintf(sql, sizeof sql, "INSERT INTO %s (id, value) VALUES (?, ?)", t->table);
    for (size_t i = 0; i < t->count; i++) {
        _Alignas(8) char converted[32];
        t->rows[i].id += 1000;
        uow_arg args[] = {uow_arg_int64(t->rows[i].id), argument(t, &t->rows[i], converted)};
        int64_t affected = 0;
        UOW_OK(uow_execute(t->l.ctx, sql, args, 2, &affected));
        cr_assert_eq(affected, 1);
    }
}

static void read_by_find(trip *t)
{
    for (size_t i = 0; i < t->count; i++) {
        void *row = NULL;
        UOW_OK(uow_find(t->l.ctx, &t->entity, uow_key_int64(t->rows[i].id), &row));
        check_row(t, "by find", row, &t->rows[i]);
    }
    UOW_OK(uow_clear(t->l.ctx));
}

static void check_list(const trip *t, const char *how, const uow_list *list)
{
    cr_assert_eq(uow_list_count(list), t->count);
    for (size_t i = 0; i < t->count; i++)
        check_row(t, how, uow_list_at(list, i), &t->rows[i]);
}

static void read_by_query(trip *t, uow_tracking tracking)
{
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;
    uow_list *list = NULL;
    uow_arg from = uow_arg_int64(t->rows[0].id - t->rows[0].id % 1000);

    options.tracking = tracking;
    UOW_OK(uow_query(t->l.ctx, &t->entity, "id BETWEEN :first AND :first + 999 ORDER BY id",
                     (uow_arg[]){uow_arg_named("first", from)}, 1, &options, &list));
    check_list(t, "by query", list);
    uow_list_free(list);
    UOW_OK(uow_clear(t->l.ctx));
}

/* SQLite's driver gives the doubles of somebody else's statement 15 digits: quote() gives all. */
static void read_by_sql(trip *t)
{
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;
    bool real = t->kind->type == UOW_DOUBLE || t->kind->type == UOW_FLOAT;
    bool instant = t->kind->type == UOW_TIMESTAMPTZ;
    uow_list *list = NULL;
    char sql[200];

    snprintf(sql, sizeof sql,
             "SELECT id, %s AS value, 1 AS extra FROM %s WHERE id >= ? ORDER BY id",
             live_either(&t->l,
                         real ? "CASE typeof(value) WHEN 'real' THEN quote(value) ELSE value END"
                              : "value",
                         instant ? "value::text" : "value", "value"),
             t->table);
    options.tracking = UOW_NO_TRACKING;
    UOW_OK(uow_query_sql(t->l.ctx, &t->entity, sql, (uow_arg[]){uow_arg_int64(t->rows[0].id)}, 1,
                         &options, &list));
    check_list(t, "by its own SQL", list);
    uow_list_free(list);
}

static void read_by_cursor(trip *t, uint32_t flags)
{
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;
    uow_cursor *cursor = NULL;
    void *row = NULL;

    options.tracking = UOW_NO_TRACKING;
    options.flags = flags;
    options.block_rows = 3;
    UOW_OK(uow_cursor_open(t->l.ctx, &t->entity, flags ? "id >= ?" : "id >= ? ORDER BY id",
                           (uow_arg[]){uow_arg_int64(t->rows[0].id)}, 1, &options, &cursor));
    for (size_t i = 0; i < t->count; i++) {
        UOW_OK(uow_cursor_next(cursor, &row));
        check_row(t, flags ? "by bounded cursor" : "by cursor", row, &t->rows[i]);
    }
    UOW_IS(UOW_END, uow_cursor_next(cursor, &row));
    uow_cursor_close(cursor);
}

static void read_by_rows(trip *t)
{
    uow_rows *rows = NULL;
    char sql[128];

    snprintf(sql, sizeof sql, "SELECT id, value FROM %s WHERE id >= ? ORDER BY id", t->table);
    UOW_OK(uow_rows_open(t->l.ctx, sql, (uow_arg[]){uow_arg_int64(t->rows[0].id)}, 1, &rows));
    for (size_t i = 0; i < t->count; i++) {
        int64_t id = 0;
        const char *text = "";
        UOW_OK(uow_rows_next(rows));
        UOW_OK(uow_rows_int64(rows, 0, &id));
        cr_assert_eq(id, t->rows[i].id);
        cr_assert_eq(uow_rows_is_null(rows, 1), t->rows[i].ind == UOW_NULL);
        if (t->rows[i].ind != UOW_NULL)
            t->kind->dynamic(rows, &t->kind->edges[id % 1000 - 1], &t->rows[i]);
        else
            UOW_IS(UOW_NOT_FOUND, uow_rows_text(rows, 1, &text, NULL));
    }
    UOW_IS(UOW_END, uow_rows_next(rows));
    uow_rows_close(rows);
}

/* As a parameter of a condition each value is the one that was stored, and no other. */
static void find_by_value(trip *t)
{
    bool decimal = t->kind->type == UOW_DECIMAL || t->kind->type == UOW_DECIMAL_TEXT;
    /* SQLite's columns here are text, its decimal arguments numbers: they meet where both write the value alike. */
    bool comparable = t->kind->comparable && !(decimal && t->l.database == LIVE_SQLITE);

    for (size_t i = 0; comparable && i + 1 < t->count; i++) {
        uow_arg args[] = {argument(t, &t->rows[i], NULL), uow_arg_int64(t->rows[i].id)};
        int exists = 0;
        UOW_OK(uow_exists(t->l.ctx, &t->entity, "value = ? AND id = ?", args, 2, &exists));
        cr_assert_eq(exists, 1, "%s: %s does not equal itself", t->kind->name,
                     t->kind->edges[t->rows[i].id % 1000 - 1].name);
    }
}

static void read_every_way(trip *t)
{
    read_by_find(t);
    read_by_query(t, UOW_NO_TRACKING);
    read_by_query(t, UOW_TRACKED);
    read_by_query(t, UOW_NO_TRACKING_IDENTITY);
    find_by_value(t);
}

static void round_trip(const type_kind *kind, uow_text_path path)
{
    static trip t;

    start(&t, kind, path);
    write_by_save(&t);
    read_every_way(&t);
    write_by_arguments(&t);
    read_every_way(&t);
    read_by_sql(&t);
    read_by_cursor(&t, 0);
    read_by_cursor(&t, UOW_BOUNDED);
    read_by_rows(&t);
    finish(&t);
}

static size_t kind_indexes[KINDS];

static struct criterion_test_params every_kind(void)
{
    for (size_t i = 0; i < KINDS; i++)
        kind_indexes[i] = i;
    return cr_make_param_array(size_t, kind_indexes, KINDS);
}

ParameterizedTestParameters(types, every_value_comes_back_as_written)
{
    return every_kind();
}

ParameterizedTest(size_t *index, types, every_value_comes_back_as_written)
{
    round_trip(&kinds[*index], UOW_TEXT_AUTO);
}

ParameterizedTestParameters(types, every_value_comes_back_as_written_through_utf16)
{
    return every_kind();
}

ParameterizedTest(size_t *index, types, every_value_comes_back_as_written_through_utf16)
{
    round_trip(&kinds[*index], UOW_TEXT_WIDE);
}

/* SQLite has no exact decimal: as text an argument would be less or greater by its type, not by its value. */
Test(types, a_decimal_argument_is_compared_by_its_value)
{
    static const char *const conditions[] = {"a > ?", "a * 1 > ?", "a + 0 > ?", "? < a * 1", "abs(a) > ?",
                                             "coalesce(a, 0) > ?", "id * 2.5 > ?"};
    static const char *const limits[] = {"5.00", "5"};
    char sql[200];
    live l;

    live_open(&l, NULL, 0);
    live_table(&l, "types_decimal_arg", "id @int64 PRIMARY KEY, a DECIMAL(12,2)");
    for (int i = 1; i <= 5; i++)
        live_run(&l, "INSERT INTO types_decimal_arg VALUES (%d, %d.50)", i, i * 2);
    for (size_t i = 0; i < 2 * sizeof conditions / sizeof conditions[0]; i++) {
        int64_t count = -1;
        uow_rows *rows = NULL;
        uow_decimal limit;
        cr_assert(uow_decimal_parse(limits[i % 2], &limit));
        uow_arg arg = uow_arg_decimal(&limit);
        snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM types_decimal_arg WHERE %s", conditions[i / 2]);
        UOW_OK(uow_rows_open(l.ctx, sql, &arg, 1, &rows));
        UOW_OK(uow_rows_next(rows));
        UOW_OK(uow_rows_int64(rows, 0, &count));
        uow_rows_close(rows);
        cr_assert_eq(count, 3, "%s: %d", conditions[i / 2], (int)count);
    }
    live_close(&l);
}

struct priced {
    int64_t id;
    uow_decimal price;
};

static const uow_column priced_columns[] = {
    UOW_COLUMN(struct priced, id, "id", UOW_INT64, UOW_KEY),
    UOW_COLUMN(struct priced, price, "price", UOW_DECIMAL, 0),
};
static const uow_entity priceds = UOW_ENTITY(struct priced, "types_priced", priced_columns);

struct account {
    int64_t id;
    uow_decimal amount;
    char note[41];
};
static const uow_column account_columns[] = {
    UOW_COLUMN(struct account, id, "id", UOW_INT64, UOW_KEY),
    UOW_COLUMN(struct account, amount, "amount", UOW_DECIMAL, 0),
    UOW_COLUMN(struct account, note, "note", UOW_DECIMAL_TEXT, 0),
};
static const uow_entity accounts = UOW_ENTITY(struct account, "types_accounts", account_columns);

static void expect_amount_refused(const live *l, const char *column, const char *digits)
{
    const uow_error *error = uow_context_error(l->ctx);

    cr_assert_str_eq(uow_error_entity(error), "types_accounts");
    cr_assert_str_eq(uow_error_column(error), column);
    LIVE_CONTAINS(uow_error_message(error), digits);
}

/* What SQLite's DECIMAL would change silently is refused; the other databases take it and give it back. */
Test(types, a_decimal_that_its_column_would_make_a_double_of_is_refused)
{
    live l;
    struct account values = {1, uow_decimal_make(1234567890123456789, 2), "1.5"};
    const uow_entity *models[] = {&accounts};
    uow_arg args[] = {uow_arg_decimal(&values.amount)};
    void *row = NULL;

    live_open(&l, models, 1);
    bool kept = l.database != LIVE_SQLITE;
    live_table(&l, "types_accounts", "id @int64 PRIMARY KEY, amount DECIMAL(30,2), note DECIMAL(30,10)");
    UOW_OK(uow_add(l.ctx, &accounts, &values, &row));
    UOW_IS(kept ? UOW_OK : UOW_TYPE, uow_save(l.ctx, NULL));
    if (!kept) {
        expect_amount_refused(&l, "amount", "19 digits");
        LIVE_CONTAINS(uow_context_message(l.ctx), "DECIMAL(30,2)");
        ((struct account *)row)->amount = uow_decimal_make(1250, 2);
        strcpy(((struct account *)row)->note, "0.12345678901234567");
        UOW_IS(UOW_TYPE, uow_save(l.ctx, NULL));
        expect_amount_refused(&l, "note", "17 digits");
        strcpy(((struct account *)row)->note, "1.5");
        UOW_OK(uow_save(l.ctx, NULL));
        UOW_IS(UOW_TYPE, uow_upsert(l.ctx, &accounts, &values, 1, NULL, NULL));
        expect_amount_refused(&l, "amount", "19 digits");
    }
    UOW_IS(kept ? UOW_OK : UOW_TYPE, uow_update_where(l.ctx, &accounts, "amount = ?", "", args, 1, NULL));
    uow_clear(l.ctx);
    UOW_OK(uow_find(l.ctx, &accounts, uow_key_int64(1), &row));
    cr_assert(uow_decimal_format(&((struct account *)row)->amount, values.note, sizeof values.note));
    cr_assert(strcmp(values.note, kept ? "12345678901234567.89" : "12.5") == 0, "%s", values.note);
    live_close(&l);
}

Test(types, a_saved_decimal_keeps_its_digits_in_a_column_of_text)
{
    static const uow_entity *const entities[] = {&priceds};
    struct priced values = {1, uow_decimal_make(1250, 2)};
    live l;

    live_open(&l, entities, 1);
    live_table(&l, "types_priced", l.database == LIVE_SQLITE ? "id @int64 PRIMARY KEY, price TEXT"
                                                              : "id @int64 PRIMARY KEY, price @decimal(10,2)");
    UOW_OK(uow_add(l.ctx, &priceds, &values, NULL));
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM types_priced WHERE CAST(price AS char(5)) = '12.50'"), 1);
    live_close(&l);
}
