/*
 * Numbers at the edges of their types, times and long bytes by every way of writing: whole batches of inserts, updates
 * and deletes in few statements, and row by row. What cannot be kept is refused by name elsewhere (test_values.c).
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "live/live.h"

#include <float.h>
#include <stdio.h>
#include <stdlib.h>

/* Every second column may be NULL. */
struct edge {
    int64_t id;
    int8_t i8;
    int16_t i16;
    uow_ind i16_ind;
    int32_t i32;
    int64_t i64;
    uow_ind i64_ind;
    uint8_t u8;
    uint16_t u16;
    uow_ind u16_ind;
    uint32_t u32;
    float f32;
    uow_ind f32_ind;
    double f64;
    char text[41];
    uow_ind text_ind;
    uow_text note;
    unsigned char mark[8];
    uow_ind mark_ind;
    uint64_t u64;
    uow_ind u64_ind;
    uow_decimal money;
    char digits[42];
    uow_ind digits_ind;
    uow_time clock;
    uow_timestamptz instant;
    uow_ind instant_ind;
    uow_blob bytes;
    uow_ind bytes_ind;
    int32_t version;
};

/* clang-format off */
#define NARROW_COLUMNS \
    UOW_COLUMN     (struct edge, id,  "id", UOW_INT64, UOW_KEY), \
    UOW_COLUMN     (struct edge, i8,  "i8_v", UOW_INT8, 0), \
    UOW_COLUMN_NULL(struct edge, i16, i16_ind, "i16_v", UOW_INT16, 0), \
    UOW_COLUMN     (struct edge, i32, "i32_v", UOW_INT32, 0), \
    UOW_COLUMN_NULL(struct edge, i64, i64_ind, "i64_v", UOW_INT64, 0), \
    UOW_COLUMN     (struct edge, u8,  "u8_v", UOW_UINT8, 0), \
    UOW_COLUMN_NULL(struct edge, u16, u16_ind, "u16_v", UOW_UINT16, 0), \
    UOW_COLUMN     (struct edge, u32, "u32_v", UOW_UINT32, 0), \
    UOW_COLUMN_NULL(struct edge, f32, f32_ind, "f32_v", UOW_FLOAT, 0), \
    UOW_COLUMN     (struct edge, f64, "f64_v", UOW_DOUBLE, 0), \
    UOW_COLUMN_NULL(struct edge, text, text_ind, "text_v", UOW_TEXT, 0), \
    UOW_COLUMN_NULL(struct edge, mark, mark_ind, "mark_v", UOW_BINARY, 0), \
    UOW_COLUMN     (struct edge, version, "version", UOW_INT32, UOW_VERSION)

/* These keep parameter arrays from being taken. */
static const uow_column narrow_columns[] = {NARROW_COLUMNS};
static const uow_column wide_columns[] = {
    NARROW_COLUMNS,
    UOW_COLUMN     (struct edge, note, "note_v", UOW_LONGTEXT, 0),
    UOW_COLUMN     (struct edge, clock, "clock_v", UOW_TIME, 0),
    UOW_COLUMN_NULL(struct edge, instant, instant_ind, "instant_v", UOW_TIMESTAMPTZ, 0),
    UOW_COLUMN_NULL(struct edge, bytes, bytes_ind, "bytes_v", UOW_BLOB, 0),
};

/* And these keep MariaDB's join from being taken. */
static const uow_column decimal_columns[] = {
    NARROW_COLUMNS,
    UOW_COLUMN_NULL(struct edge, u64, u64_ind, "u64_v", UOW_UINT64, 0),
    UOW_COLUMN     (struct edge, money, "money_v", UOW_DECIMAL, 0),
    UOW_COLUMN_NULL(struct edge, digits, digits_ind, "digits_v", UOW_DECIMAL_TEXT, 0),
};
/* clang-format on */

static const char narrow_ddl[] =
    "id @int64 NOT NULL PRIMARY KEY, i8_v @int8 NOT NULL, i16_v @int16 NULL, i32_v @int32 NOT NULL, i64_v @int64 NULL, "
    "u8_v @uint8 NOT NULL, u16_v @uint16 NULL, u32_v @uint32 NOT NULL, f32_v @float NULL, f64_v @double NOT NULL, "
    "text_v VARCHAR(40) NULL, mark_v @bytes NULL, version INTEGER NOT NULL";
static const char wide_ddl[] = ", note_v @text NOT NULL, clock_v @time NOT NULL, instant_v @timestamptz NULL, bytes_v @blob NULL";
static const char decimal_ddl[] = ", u64_v @uint64 NULL, money_v @decimal(38,10) NOT NULL, digits_v @decimal(38,10) NULL";

enum { ROWS = 1100, FEW = ROWS / 50 }; /* beyond 1,000 PostgreSQL takes inserts as arrays */

/* Which columns there are beside the narrow ones. */
typedef enum shape { NARROW, WIDE, DECIMALS } shape;

static uint64_t dice;
static shape shaped;
static uint64_t most_unsigned; /* SQLite's integers end where signed ones do */

static unsigned pick(unsigned below)
{
    dice = dice * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(dice >> 33) % below;
}

#define PICK(type, ...) (((const type[]){__VA_ARGS__})[pick(sizeof((const type[]){__VA_ARGS__}) / sizeof(type))])

static uow_ind perhaps(void)
{
    return pick(4) == 0 ? UOW_NULL : 0;
}

static void set_numbers(struct edge *e)
{
    e->i8 = PICK(int8_t, INT8_MIN, INT8_MAX, 0, -1, 1);
    e->i16 = PICK(int16_t, INT16_MIN, INT16_MAX, 0, -1, 1);
    e->i32 = PICK(int32_t, INT32_MIN, INT32_MAX, 0, -1, 1);
    e->i64 = PICK(int64_t, INT64_MIN, INT64_MAX, INT64_MIN + 1, 0, -1, 1);
    e->u8 = PICK(uint8_t, UINT8_MAX, 0, 1, 128);
    e->u16 = PICK(uint16_t, UINT16_MAX, 0, 1, 32768);
    e->u32 = PICK(uint32_t, UINT32_MAX, 0, 1, 2147483648u);
    e->f32 = PICK(float, FLT_MAX, -FLT_MAX, FLT_MIN, FLT_EPSILON, 0.1f, 0, 16777217.0f);
    e->f64 = PICK(double, DBL_MAX, -DBL_MAX, DBL_MIN, -DBL_MIN, DBL_EPSILON, 0.1, 0, 9007199254740993.0);
    e->i16_ind = perhaps();
    e->i64_ind = perhaps();
    e->u16_ind = perhaps();
    e->f32_ind = perhaps();
}

static void set_texts(struct edge *e)
{
    snprintf(e->text, sizeof e->text, "%s",
             PICK(char *const, "", "NULL", "'", "\\", "\\N", "{\"\",}", " a ", "\xf0\x9f\x98\x80\xf0\x9f\x90\x8d", "\x01\x1f\x7f", "-0",
                  "\t\r\n", "'||(SELECT 1)||'", "\\'; --", "{NULL,\"NULL\"}", "0123456789012345678901234567890123456789"));
    e->text_ind = perhaps();
}

/* Decimals of ten places, as the column has; SQLite keeps them as text. */
static void set_decimals(struct edge *e)
{
    e->u64 = PICK(uint64_t, UINT64_MAX, 0, 1, (uint64_t)INT64_MAX + 1, INT64_MAX);
    e->u64 = e->u64 > most_unsigned ? most_unsigned : e->u64;
    e->u64_ind = perhaps();
    cr_assert(uow_decimal_parse(PICK(char *const, "9999999999999999999999999999.9999999999", "0.0000000001", "0.0000000000",
                                     "-9999999999999999999999999999.9999999999", "-0.0000000001", "1.5000000000"), &e->money));
    snprintf(e->digits, sizeof e->digits, "%s",
             PICK(char *const, "9999999999999999999999999999.9999999999", "0.0000000001", "-0.0000000001", "12.5000000000"));
    e->digits_ind = perhaps();
}

static void set_bytes(unsigned char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        bytes[i] = PICK(unsigned char, ' ', 0, 0xff, '\\', '\'', 'a', 0x80, 0xc3);
}

static void set_wide(struct edge *e)
{
    static unsigned char rooms[2 * ROWS][64];
    static int next;
    unsigned char *room = rooms[next++ % (2 * ROWS)];
    size_t length = pick(64);

    e->note.data = (char *)(uintptr_t)PICK(char *const, "", " ", "a ", "NULL", "\\", "'", "\xf0\x9f\x98\x80 ", "{\"a\": [1, 2]}\n");
    e->note.length = strlen(e->note.data);
    e->clock = PICK(uow_time, {0, 0, 0, 0, 0}, {23, 59, 59, 0, 0}, {12, 34, 56, 0, 0});
    e->instant = PICK(uow_timestamptz, {{1970, 1, 1, 0, 0, 0, 0}, 0, 0}, {{2026, 11, 26, 23, 59, 59, 999999000}, 0, 0},
                      {{1900, 2, 28, 12, 0, 0, 1000}, 0, 0});
    e->instant_ind = perhaps();
    set_bytes(room, length);
    e->bytes = (uow_blob){room, length};
    e->bytes_ind = perhaps();
}

static void set_all(struct edge *e)
{
    size_t length = pick(sizeof e->mark + 1);

    set_numbers(e);
    set_texts(e);
    memset(e->mark, 0, sizeof e->mark);
    set_bytes(e->mark, length);
    e->mark_ind = pick(4) == 0 ? UOW_NULL : (uow_ind)length;
    if (shaped == WIDE)
        set_wide(e);
    if (shaped == DECIMALS)
        set_decimals(e);
}

static void same_numbers(const struct edge *a, const struct edge *b)
{
    cr_assert_eq(a->i8, b->i8, "int8 %d came back as %d", a->i8, b->i8);
    cr_assert(a->i16_ind == UOW_NULL ? b->i16_ind == UOW_NULL : a->i16 == b->i16 && b->i16_ind != UOW_NULL, "int16");
    cr_assert_eq(a->i32, b->i32, "int32");
    cr_assert(a->i64_ind == UOW_NULL ? b->i64_ind == UOW_NULL : a->i64 == b->i64 && b->i64_ind != UOW_NULL,
              "%lld came back as %lld", (long long)a->i64, (long long)b->i64);
    cr_assert_eq(a->u8, b->u8, "uint8");
    cr_assert(a->u16_ind == UOW_NULL ? b->u16_ind == UOW_NULL : a->u16 == b->u16 && b->u16_ind != UOW_NULL, "uint16");
    cr_assert_eq(a->u32, b->u32, "uint32 %lu came back as %lu", (unsigned long)a->u32, (unsigned long)b->u32);
    cr_assert(a->f32_ind == UOW_NULL ? b->f32_ind == UOW_NULL : a->f32 == b->f32 && b->f32_ind != UOW_NULL,
              "%.9g came back as %.9g", (double)a->f32, (double)b->f32);
    cr_assert(a->f64 == b->f64, "%.17g came back as %.17g", a->f64, b->f64);
}

static bool same_instant(const uow_timestamptz *a, const uow_timestamptz *b)
{
    return a->offset_minutes == b->offset_minutes && memcmp(&a->local, &b->local, sizeof a->local) == 0;
}

static void same_wide(const struct edge *a, const struct edge *b)
{
    cr_assert(a->note.length == b->note.length && memcmp(a->note.data, b->note.data, a->note.length) == 0,
              "'%s' came back as '%s'", a->note.data, b->note.data);
    cr_assert_eq(memcmp(&a->clock, &b->clock, sizeof a->clock), 0, "time");
    cr_assert(a->instant_ind == UOW_NULL ? b->instant_ind == UOW_NULL : same_instant(&a->instant, &b->instant), "instant");
    cr_assert_eq(a->bytes_ind == UOW_NULL, b->bytes_ind == UOW_NULL);
    cr_assert(a->bytes_ind == UOW_NULL ||
              (a->bytes.length == b->bytes.length && memcmp(a->bytes.data, b->bytes.data, a->bytes.length) == 0),
              "%zu bytes came back as %zu", a->bytes.length, b->bytes.length);
}

static void same_decimals(const struct edge *a, const struct edge *b)
{
    char left[48] = "", right[48] = "";

    cr_assert(a->u64_ind == UOW_NULL ? b->u64_ind == UOW_NULL : a->u64 == b->u64 && b->u64_ind != UOW_NULL,
              "%llu came back as %llu", (unsigned long long)a->u64, (unsigned long long)b->u64);
    (void)uow_decimal_format(&a->money, left, sizeof left);
    (void)uow_decimal_format(&b->money, right, sizeof right);
    cr_assert_str_eq(left, right);
    cr_assert_eq(a->digits_ind == UOW_NULL, b->digits_ind == UOW_NULL);
    cr_assert(a->digits_ind == UOW_NULL || strcmp(a->digits, b->digits) == 0, "%s came back as %s", a->digits, b->digits);
}

static void same_texts(const struct edge *a, const struct edge *b)
{
    cr_assert_eq(a->text_ind == UOW_NULL, b->text_ind == UOW_NULL);
    cr_assert(a->text_ind == UOW_NULL || strcmp(a->text, b->text) == 0, "'%s' came back as '%s'", a->text, b->text);
    cr_assert_eq(a->mark_ind, b->mark_ind, "%d bytes came back as %d", (int)a->mark_ind, (int)b->mark_ind);
    cr_assert(a->mark_ind == UOW_NULL || memcmp(a->mark, b->mark, (size_t)a->mark_ind) == 0);
}

static void check_all(live *l, const uow_entity *entity, struct edge *const *all, size_t count)
{
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;
    uow_list *list;

    options.tracking = UOW_NO_TRACKING;
    UOW_OK(uow_query(l->ctx, entity, "ORDER BY id", NULL, 0, &options, &list));
    cr_assert_eq(uow_list_count(list), count);
    for (size_t i = 0; i < count; i++) {
        const struct edge *stored = uow_list_at(list, i);

        same_numbers(all[i], stored);
        same_texts(all[i], stored);
        if (shaped == WIDE)
            same_wide(all[i], stored);
        if (shaped == DECIMALS)
            same_decimals(all[i], stored);
    }
    uow_list_free(list);
}

/* In few statements, or the way under test was not taken. */
static void save_in(live *l, size_t most)
{
    l->events.count = 0;
    UOW_OK(uow_save(l->ctx, NULL));
    cr_assert_leq(live_count_events(l, UOW_TRACE_STATEMENT, NULL), most, "%zu statements, at first %s",
                  live_count_events(l, UOW_TRACE_STATEMENT, NULL), l->events.at[0].text);
}

static void edges(const char *table, shape which, bool together)
{
    static const uow_entity entities_of[] = {
        [NARROW] = UOW_ENTITY(struct edge, NULL, narrow_columns),
        [WIDE] = UOW_ENTITY(struct edge, NULL, wide_columns),
        [DECIMALS] = UOW_ENTITY(struct edge, NULL, decimal_columns),
    };
    uow_entity entity = entities_of[which];
    const uow_entity *entities[] = {&entity};
    struct edge *all[ROWS];
    size_t rows = together ? ROWS : 60;
    char ddl[1024];
    live l;
    size_t most;

    entity.table = table;
    shaped = which;
    dice = 20261126;
    live_open(&l, entities, 1);
    most_unsigned = l.database == LIVE_SQLITE ? INT64_MAX : UINT64_MAX;
    /* MariaDB joins no decimals: these rows are updated one by one */
    most = !together ? 0 : l.database == LIVE_MARIADB && which == DECIMALS ? rows : FEW;
    snprintf(ddl, sizeof ddl, "%s%s", narrow_ddl, which == WIDE ? wide_ddl : which == DECIMALS ? decimal_ddl : "");
    live_table(&l, table, ddl);
    for (size_t i = 0; i < rows; i++) {
        struct edge values;

        memset(&values, 0, sizeof values);
        values.id = (int64_t)i + 1;
        set_all(&values);
        UOW_OK(uow_add(l.ctx, &entity, &values, (void **)&all[i]));
        if (!together)
            UOW_OK(uow_save(l.ctx, NULL));
    }
    save_in(&l, together ? FEW : 0);
    check_all(&l, &entity, all, rows);
    for (size_t i = 0; i < rows; i++) {
        set_all(all[i]);
        UOW_OK(uow_update(l.ctx, all[i])); /* every column, so that all rows share their statements */
        if (!together)
            UOW_OK(uow_save(l.ctx, NULL));
    }
    save_in(&l, most);
    check_all(&l, &entity, all, rows);
    for (size_t i = 0; i < rows; i++)
        UOW_OK(uow_remove(l.ctx, all[i]));
    save_in(&l, together ? FEW : rows);
    live_close(&l);
}

Test(values, edges_of_types_survive_the_batches)
{
    edges("values_edges", NARROW, true);
}

Test(values, edges_of_types_survive_one_by_one)
{
    edges("values_edges_one", NARROW, false);
}

Test(values, times_and_long_values_survive_the_batches)
{
    edges("values_edges_wide", WIDE, true);
}

Test(values, times_and_long_values_survive_one_by_one)
{
    edges("values_edges_wide_one", WIDE, false);
}

Test(values, long_numbers_survive_the_batches)
{
    edges("values_edges_decimals", DECIMALS, true);
}

Test(values, long_numbers_survive_one_by_one)
{
    edges("values_edges_decimals_one", DECIMALS, false);
}
