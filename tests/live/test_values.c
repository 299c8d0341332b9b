/* Values by every write strategy: they come back as they went in, or are refused by name, and never become SQL. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "live/live.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct value {
    int64_t id;
    char text[61];
    uow_ind text_ind;
    uow_text longtext;
    uow_ind longtext_ind;
    unsigned char bytes[32];
    uow_ind bytes_ind;
    double real;
    uow_ind real_ind;
    int16_t small;
    int64_t big;
    uow_decimal money;
    uow_ind money_ind;
    uow_timestamp at;
    uow_ind at_ind;
    uow_guid guid;
    uow_date day;
    uint8_t flag;
    int32_t version;
};

/* clang-format off */
static const uow_column value_columns[] = {
    UOW_COLUMN     (struct value, id,    "id",    UOW_INT64, UOW_KEY),
    UOW_COLUMN_NULL(struct value, text, text_ind, "text_v", UOW_TEXT, 0),
    UOW_COLUMN_NULL(struct value, longtext, longtext_ind, "long_v", UOW_LONGTEXT, 0),
    UOW_COLUMN_NULL(struct value, bytes, bytes_ind, "bytes_v", UOW_BINARY, 0),
    UOW_COLUMN_NULL(struct value, real, real_ind, "real_v", UOW_DOUBLE, 0),
    UOW_COLUMN     (struct value, small, "small_v", UOW_INT16, 0),
    UOW_COLUMN     (struct value, big,   "big_v",   UOW_INT64, 0),
    UOW_COLUMN_NULL(struct value, money, money_ind, "money_v", UOW_DECIMAL, 0),
    UOW_COLUMN_NULL(struct value, at, at_ind, "at_v", UOW_TIMESTAMP, 0),
    UOW_COLUMN     (struct value, guid,  "guid_v",  UOW_GUID, 0),
    UOW_COLUMN     (struct value, day,   "day_v",   UOW_DATE, 0),
    UOW_COLUMN     (struct value, flag,  "flag_v",  UOW_BOOL, 0),
    UOW_COLUMN     (struct value, version, "version", UOW_INT32, UOW_VERSION),
};
/* clang-format on */

/* The same without the columns that keep a strategy from being taken: long text, decimals. */
struct plain {
    int64_t id;
    char text[61];
    uow_ind text_ind;
    unsigned char bytes[32];
    uow_ind bytes_ind;
    double real;
    uow_ind real_ind;
    int16_t small;
    int64_t big;
    uow_timestamp at;
    uow_ind at_ind;
    uow_guid guid;
    uow_date day;
    uint8_t flag;
    int32_t version;
};

/* clang-format off */
static const uow_column plain_columns[] = {
    UOW_COLUMN     (struct plain, id,    "id",    UOW_INT64, UOW_KEY),
    UOW_COLUMN_NULL(struct plain, text, text_ind, "text_v", UOW_TEXT, 0),
    UOW_COLUMN_NULL(struct plain, bytes, bytes_ind, "bytes_v", UOW_BINARY, 0),
    UOW_COLUMN_NULL(struct plain, real, real_ind, "real_v", UOW_DOUBLE, 0),
    UOW_COLUMN     (struct plain, small, "small_v", UOW_INT16, 0),
    UOW_COLUMN     (struct plain, big,   "big_v",   UOW_INT64, 0),
    UOW_COLUMN_NULL(struct plain, at, at_ind, "at_v", UOW_TIMESTAMP, 0),
    UOW_COLUMN     (struct plain, guid,  "guid_v",  UOW_GUID, 0),
    UOW_COLUMN     (struct plain, day,   "day_v",   UOW_DATE, 0),
    UOW_COLUMN     (struct plain, flag,  "flag_v",  UOW_BOOL, 0),
    UOW_COLUMN     (struct plain, version, "version", UOW_INT32, UOW_VERSION),
};
/* clang-format on */

static uint64_t seed_state;

static uint64_t next_random(void)
{
    seed_state = seed_state * 6364136223846793005u + 1442695040888963407u;
    return seed_state >> 33;
}

static const char *const nasty[] = {
    "", "NULL", "null", "'", "''", "\"", "\\", "\\\\", "\\'", "{", "}", "{}", "{NULL}", ",", ",,", "a,b", "(1,2)",
    " leading", "trailing ", "  ", "\t", "\n", "\r\n", "\x01\x02\x1f\x7f", "'; DROP TABLE values_long; --", "\\x41",
    "?", "$1", "%s", "\xf0\x9f\x98\x80", "z\xc3\xbcrich", "\xe6\x97\xa5\xe6\x9c\xac", "a\"b\\c,d{e}f'g", "E'\\n'", "1e5",
    "-0", "NaN", "true", "--", "/* */", ";", "\"\"", "\\\"", "\x7f", "0x41", "X'41'",
};

static void random_text(char *out, size_t size)
{
    size_t used = 0;

    out[0] = '\0';
    for (uint64_t pieces = next_random() % 4; used < size; pieces--) {
        const char *piece = nasty[next_random() % (sizeof nasty / sizeof nasty[0])];

        if (used + strlen(piece) + 1 > size)
            break;
        memcpy(out + used, piece, strlen(piece) + 1);
        used += strlen(piece);
        if (pieces == 0)
            break;
    }
}

static double random_double(void)
{
    static const double edges[] = {0, 1, -1, 0.1, 1e300, -1e300, 1e-300, 0.30000000000000004, 123456789.123456789,
                                   3.141592653589793, 2.2250738585072014e-308, 1.5e-10};

    return edges[next_random() % (sizeof edges / sizeof edges[0])];
}

static int64_t random_big(void)
{
    static const int64_t edges[] = {0, 1, -1, INT64_MAX, INT64_MIN, INT32_MAX, INT32_MIN, 1234567890123};

    return edges[next_random() % (sizeof edges / sizeof edges[0])];
}

static void random_time(uow_timestamp *out)
{
    *out = (uow_timestamp){(int16_t)(1000 + next_random() % 8999), (uint16_t)(1 + next_random() % 12),
                           (uint16_t)(1 + next_random() % 28),     (uint16_t)(next_random() % 24),
                           (uint16_t)(next_random() % 60),         (uint16_t)(next_random() % 60),
                           (uint32_t)(next_random() % 1000000) * 1000};
}

static uow_ind random_ind(size_t length)
{
    return next_random() % 5 == 0 ? UOW_NULL : (uow_ind)length;
}

static void random_plain(struct plain *out)
{
    uow_timestamp day;
    size_t length = next_random() % (sizeof out->bytes + 1);

    random_text(out->text, sizeof out->text);
    out->text_ind = random_ind(0);
    memset(out->bytes, 0, sizeof out->bytes);
    for (size_t i = 0; i < length; i++)
        out->bytes[i] = (unsigned char)next_random();
    out->bytes_ind = random_ind(length);
    out->real = random_double();
    out->real_ind = random_ind(0);
    out->small = (int16_t)next_random();
    out->big = random_big();
    random_time(&out->at);
    out->at_ind = random_ind(0);
    for (size_t i = 0; i < 16; i++)
        out->guid.bytes[i] = (unsigned char)next_random();
    random_time(&day);
    out->day = (uow_date){day.year, day.month, day.day};
    out->flag = next_random() % 2;
}

static void random_value(struct value *out, char *room, size_t room_size)
{
    struct plain plain = {0};

    random_plain(&plain);
    memcpy(out->text, plain.text, sizeof out->text);
    out->text_ind = plain.text_ind;
    memcpy(out->bytes, plain.bytes, sizeof out->bytes);
    out->bytes_ind = plain.bytes_ind;
    out->real = plain.real;
    out->real_ind = plain.real_ind;
    out->small = plain.small;
    out->big = plain.big;
    out->at = plain.at;
    out->at_ind = plain.at_ind;
    out->guid = plain.guid;
    out->day = plain.day;
    out->flag = plain.flag;
    random_text(room, room_size);
    out->longtext = (uow_text){room, strlen(room)};
    out->longtext_ind = random_ind(0);
    out->money = (uow_decimal){next_random() * 7919, 0, 4, 0};
    out->money_ind = random_ind(0);
}

static bool same_bytes(const unsigned char *a, uow_ind a_ind, const unsigned char *b, uow_ind b_ind)
{
    return a_ind == b_ind && (a_ind == UOW_NULL || memcmp(a, b, (size_t)a_ind) == 0);
}

static bool same_null(uow_ind a, uow_ind b)
{
    return (a == UOW_NULL) == (b == UOW_NULL);
}

static void expect_plain(const struct plain *a, const struct plain *b)
{
    cr_assert_eq(a->id, b->id);
    cr_assert(same_null(a->text_ind, b->text_ind));
    if (a->text_ind != UOW_NULL)
        cr_assert_str_eq(a->text, b->text);
    cr_assert(same_bytes(a->bytes, a->bytes_ind, b->bytes, b->bytes_ind), "bytes of %lld", (long long)a->id);
    cr_assert(same_null(a->real_ind, b->real_ind));
    if (a->real_ind != UOW_NULL)
        cr_assert(a->real == b->real, "%.17g came back as %.17g", a->real, b->real);
    cr_assert_eq(a->small, b->small);
    cr_assert_eq(a->big, b->big);
    cr_assert(same_null(a->at_ind, b->at_ind));
    if (a->at_ind != UOW_NULL)
        cr_assert_eq(memcmp(&a->at, &b->at, sizeof a->at), 0);
    cr_assert_eq(memcmp(&a->guid, &b->guid, sizeof a->guid), 0);
    cr_assert_eq(memcmp(&a->day, &b->day, sizeof a->day), 0);
    cr_assert_eq(a->flag, b->flag);
    cr_assert_eq(a->version, b->version);
}

static const char plain_ddl[] =
    "id @int64 NOT NULL PRIMARY KEY, text_v VARCHAR(60) NULL, bytes_v @bytes NULL, real_v @double NULL, "
    "small_v @int16 NOT NULL, big_v @int64 NOT NULL, at_v @timestamp NULL, guid_v @guid NOT NULL, day_v @date NOT NULL, "
    "flag_v @bool NOT NULL, version INTEGER NOT NULL";

/* Without dates and times MariaDB takes parameter arrays. */
/* clang-format off */
static const uow_column untimed_columns[] = {
    UOW_COLUMN     (struct plain, id,    "id",    UOW_INT64, UOW_KEY),
    UOW_COLUMN_NULL(struct plain, text, text_ind, "text_v", UOW_TEXT, 0),
    UOW_COLUMN_NULL(struct plain, bytes, bytes_ind, "bytes_v", UOW_BINARY, 0),
    UOW_COLUMN_NULL(struct plain, real, real_ind, "real_v", UOW_DOUBLE, 0),
    UOW_COLUMN     (struct plain, small, "small_v", UOW_INT16, 0),
    UOW_COLUMN     (struct plain, big,   "big_v",   UOW_INT64, 0),
    UOW_COLUMN     (struct plain, guid,  "guid_v",  UOW_GUID, 0),
    UOW_COLUMN     (struct plain, flag,  "flag_v",  UOW_BOOL, 0),
    UOW_COLUMN     (struct plain, version, "version", UOW_INT32, UOW_VERSION),
};
/* clang-format on */

static const char untimed_ddl[] =
    "id @int64 NOT NULL PRIMARY KEY, text_v VARCHAR(60) NULL, bytes_v @bytes NULL, real_v @double NULL, "
    "small_v @int16 NOT NULL, big_v @int64 NOT NULL, guid_v @guid NOT NULL, flag_v @bool NOT NULL, version INTEGER NOT NULL";

enum { VALUES = 1100, ALONE = 400 }; /* beyond 1,000 PostgreSQL takes inserts as arrays */

static void expect_all_plain(live *l, const uow_entity *entity, struct plain *const *all, size_t count)
{
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;
    uow_list *list;

    options.tracking = UOW_NO_TRACKING;
    UOW_OK(uow_query(l->ctx, entity, "ORDER BY id", NULL, 0, &options, &list));
    cr_assert_eq(uow_list_count(list), count);
    for (size_t i = 0; i < count; i++)
        expect_plain(all[i], uow_list_at(list, i));
    uow_list_free(list);
}

static void random_row(struct plain *out, bool timed)
{
    random_plain(out);
    if (timed)
        return;
    memset(&out->at, 0, sizeof out->at);
    memset(&out->day, 0, sizeof out->day);
    out->at_ind = 0;
}

/* at_a_time 1: each save goes row by row, for comparison. */
static void plain_values(const char *table, size_t at_a_time, bool timed)
{
    uow_entity entity = UOW_ENTITY(struct plain, NULL, plain_columns);
    uow_entity untimed = UOW_ENTITY(struct plain, NULL, untimed_columns);
    const uow_entity *entities[] = {&entity};
    size_t count = at_a_time > 1 ? VALUES : ALONE;
    struct plain *all[VALUES];
    live l;

    if (!timed)
        entity = untimed;
    entity.table = table;
    seed_state = 20261121;
    live_open(&l, entities, 1);
    live_table(&l, table, timed ? plain_ddl : untimed_ddl);
    for (size_t i = 0; i < count; i++) {
        struct plain plain = {0};
        void *made;

        plain.id = (int64_t)i + 1;
        random_row(&plain, timed);
        UOW_OK(uow_add(l.ctx, &entity, &plain, &made));
        all[i] = made;
        if ((i + 1) % at_a_time == 0)
            UOW_OK(uow_save(l.ctx, NULL));
    }
    expect_all_plain(&l, &entity, all, count);
    for (size_t i = 0; i < count; i++) {
        struct plain plain = *all[i];

        random_row(&plain, timed);
        plain.small = (int16_t)(all[i]->small + 1); /* so that each changes, whatever the dice say */
        *all[i] = plain;
        if ((i + 1) % at_a_time == 0)
            UOW_OK(uow_save(l.ctx, NULL));
    }
    expect_all_plain(&l, &entity, all, count);
    live_close(&l);
}

Test(values, values_survive_the_batches)
{
    plain_values("values_plain", VALUES, true);
}

Test(values, values_survive_one_by_one)
{
    plain_values("values_one", 1, true);
}

Test(values, values_survive_the_batches_without_times)
{
    plain_values("values_untimed", VALUES, false);
}

static const char value_ddl[] =
    "id @int64 NOT NULL PRIMARY KEY, text_v VARCHAR(60) NULL, long_v @text NULL, bytes_v @bytes NULL, "
    "real_v @double NULL, small_v @int16 NOT NULL, big_v @int64 NOT NULL, money_v @decimal(24,4) NULL, "
    "at_v @timestamp NULL, guid_v @guid NOT NULL, day_v @date NOT NULL, flag_v @bool NOT NULL, version INTEGER NOT NULL";

static void expect_value(const struct value *a, const struct value *b)
{
    cr_assert_eq(a->id, b->id);
    cr_assert(same_null(a->text_ind, b->text_ind));
    if (a->text_ind != UOW_NULL)
        cr_assert_str_eq(a->text, b->text);
    cr_assert(same_null(a->longtext_ind, b->longtext_ind));
    if (a->longtext_ind != UOW_NULL) {
        cr_assert_eq(a->longtext.length, b->longtext.length);
        cr_assert_eq(memcmp(a->longtext.data, b->longtext.data, a->longtext.length), 0);
    }
    cr_assert(same_null(a->money_ind, b->money_ind));
    if (a->money_ind != UOW_NULL)
        cr_assert(a->money.low == b->money.low && a->money.high == b->money.high, "decimal of %lld", (long long)a->id);
    cr_assert(same_bytes(a->bytes, a->bytes_ind, b->bytes, b->bytes_ind));
    cr_assert(same_null(a->real_ind, b->real_ind));
    cr_assert(a->real_ind == UOW_NULL || a->real == b->real, "%.17g came back as %.17g", a->real, b->real);
    cr_assert(same_null(a->at_ind, b->at_ind));
    cr_assert(a->at_ind == UOW_NULL || memcmp(&a->at, &b->at, sizeof a->at) == 0, "time of %lld", (long long)a->id);
    cr_assert_eq(a->small, b->small);
    cr_assert_eq(a->big, b->big);
    cr_assert_eq(memcmp(&a->guid, &b->guid, sizeof a->guid), 0);
    cr_assert_eq(memcmp(&a->day, &b->day, sizeof a->day), 0);
    cr_assert_eq(a->flag, b->flag);
    cr_assert_eq(a->version, b->version);
}

static void expect_all_values(live *l, const uow_entity *entity, struct value *const *all)
{
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;
    uow_list *list;

    options.tracking = UOW_NO_TRACKING;
    UOW_OK(uow_query(l->ctx, entity, "ORDER BY id", NULL, 0, &options, &list));
    for (size_t i = 0; i < VALUES; i++)
        expect_value(all[i], uow_list_at(list, i));
    uow_list_free(list);
}

Test(values, long_values_and_decimals_survive_the_batches)
{
    static char rooms[VALUES][200];
    uow_entity entity = UOW_ENTITY(struct value, "values_long", value_columns);
    const uow_entity *entities[] = {&entity};
    struct value *all[VALUES];
    live l;

    seed_state = 4;
    live_open(&l, entities, 1);
    live_table(&l, "values_long", value_ddl);
    for (size_t i = 0; i < VALUES; i++) {
        struct value value = {0};
        void *made;

        value.id = (int64_t)i + 1;
        random_value(&value, rooms[i], sizeof rooms[i]);
        UOW_OK(uow_add(l.ctx, &entity, &value, &made));
        all[i] = made;
    }
    UOW_OK(uow_save(l.ctx, NULL));
    expect_all_values(&l, &entity, all);
    for (size_t i = 0; i < VALUES; i++) {
        struct value value = *all[i];

        random_value(&value, rooms[i], sizeof rooms[i]);
        value.small = (int16_t)(all[i]->small + 1);
        *all[i] = value;
    }
    UOW_OK(uow_save(l.ctx, NULL));
    expect_all_values(&l, &entity, all);
    live_close(&l);
}

/* ---- numbers that are none ---- */

struct number {
    int64_t id;
    double value;
    uow_ind value_ind;
};

static const uow_column number_columns[] = {
    UOW_COLUMN(struct number, id, "id", UOW_INT64, UOW_KEY),
    UOW_COLUMN_NULL(struct number, value, value_ind, "value_v", UOW_DOUBLE, 0),
};
static const uow_entity numbers = UOW_ENTITY(struct number, "values_numbers", number_columns);
enum { NUMBERS = 1100, ODD = 37 };

static void number_is_stored(live *l, int64_t id, double value)
{
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;
    uow_arg arg = uow_arg_int64(id);
    uow_list *list;

    options.tracking = UOW_NO_TRACKING;
    UOW_OK(uow_query(l->ctx, &numbers, "id = ?", &arg, 1, &options, &list));
    const struct number *stored = uow_list_at(list, 0);
    cr_assert(stored && stored->value_ind != UOW_NULL, "%g of row %lld became NULL", value, (long long)id);
    cr_assert(isnan(value) ? isnan(stored->value) : stored->value == value, "%g came back as %g", value, stored->value);
    uow_list_free(list);
}

/* Kept, or refused with the row and its column named and everything as before. */
static void kept_or_refused(live *l, struct number *row, double value)
{
    uow_status st;

    row->value = value;
    row->value_ind = 0;
    st = uow_save(l->ctx, NULL);
    if (st != UOW_OK) {
        const uow_error *error = uow_context_error(l->ctx);

        cr_assert_eq(st, UOW_TYPE, "%g: %s", value, uow_error_message(error));
        cr_assert_eq(uow_error_instance_count(error), 1);
        cr_assert_eq(uow_error_instance(error, 0), row);
        LIVE_CONTAINS(uow_error_message(error), "value_v");
        row->value = 2.5;
        UOW_OK(uow_save(l->ctx, NULL));
    }
    number_is_stored(l, row->id, row->value);
}

Test(values, numbers_that_are_none_are_kept_or_refused_by_name_in_every_way_of_writing)
{
    static const double odd[] = {NAN, INFINITY, -INFINITY, -0.0, 1.7976931348623157e308, 4.9406564584124654e-324};
    static const uow_entity *const entities[] = {&numbers};
    struct number *all[NUMBERS];
    live l;

    live_open(&l, entities, 1);
    live_table(&l, "values_numbers", "id bigint primary key, value_v @double NULL");
    for (size_t o = 0; o < sizeof odd / sizeof *odd; o++) {
        UOW_OK(uow_clear(l.ctx));
        live_run(&l, "DELETE FROM values_numbers");
        for (int i = 0; i < NUMBERS; i++)
            UOW_OK(uow_add(l.ctx, &numbers, &(struct number){i + 1, i, 0}, (void **)&all[i]));
        kept_or_refused(&l, all[ODD], odd[o]); /* in a batch of inserts */
        for (int i = 0; i < NUMBERS; i++)
            all[i]->value = 100 + i;
        kept_or_refused(&l, all[ODD], odd[o]); /* of updates */
        all[ODD]->value = 7;
        UOW_OK(uow_save(l.ctx, NULL));
        kept_or_refused(&l, all[ODD], odd[o]); /* alone */
    }
    live_close(&l);
}

/* ---- deletes by keys of every kind ---- */

struct keyed {
    char text[61];
    unsigned char bytes[16];
    uow_guid guid;
    uow_timestamp at;
    int32_t version;
};

static const uow_column by_text[] = {
    UOW_COLUMN(struct keyed, text, "key_v", UOW_TEXT, UOW_KEY),
    UOW_COLUMN(struct keyed, version, "version", UOW_INT32, UOW_VERSION),
};
static const uow_column by_bytes[] = {
    UOW_COLUMN(struct keyed, bytes, "key_v", UOW_BINARY, UOW_KEY),
    UOW_COLUMN(struct keyed, version, "version", UOW_INT32, UOW_VERSION),
};
static const uow_column by_guid[] = {
    UOW_COLUMN(struct keyed, guid, "key_v", UOW_GUID, UOW_KEY),
    UOW_COLUMN(struct keyed, version, "version", UOW_INT32, UOW_VERSION),
};
static const uow_column by_time[] = {
    UOW_COLUMN(struct keyed, at, "key_v", UOW_TIMESTAMP, UOW_KEY),
    UOW_COLUMN(struct keyed, version, "version", UOW_INT32, UOW_VERSION),
};
static const uow_entity keyed_entities[] = {
    UOW_ENTITY(struct keyed, "values_by_text", by_text),
    UOW_ENTITY(struct keyed, "values_by_bytes", by_bytes),
    UOW_ENTITY(struct keyed, "values_by_guid", by_guid),
    UOW_ENTITY(struct keyed, "values_by_time", by_time),
};
enum { KEYED = 1100 }; /* from 1,000 values on MariaDB makes a table of a list */

/* Keys that are all different, and as nasty as they come. */
static struct keyed keyed_values(int i)
{
    struct keyed k = {.version = 0};
    char rest[40];

    random_text(rest, sizeof rest);
    snprintf(k.text, sizeof k.text, "%04d%s%s", i, rest, i % 3 ? "." : " ");
    for (size_t b = 0; b < 16; b++)
        k.bytes[b] = k.guid.bytes[b] = (unsigned char)next_random();
    k.bytes[3] = k.guid.bytes[5] = (unsigned char)i;
    k.bytes[4] = k.guid.bytes[6] = (unsigned char)(i / 256);
    k.bytes[15] = i % 2 ? ' ' : k.bytes[15];
    random_time(&k.at);
    k.at.year = (int16_t)(1900 + i);
    return k;
}

static void deleted_by(live *l, const uow_entity *entity)
{
    struct keyed *all[KEYED];
    size_t saved = 0;

    seed_state = 77;
    for (int i = 0; i < KEYED; i++) {
        struct keyed k = keyed_values(i);
        UOW_OK(uow_add(l->ctx, entity, &k, (void **)&all[i]));
    }
    UOW_OK(uow_save(l->ctx, NULL));
    all[50]->version = 4711; /* one that somebody else has moved on */
    UOW_OK(uow_set_original(l->ctx, all[50], all[50]));
    for (int i = 0; i < KEYED; i++)
        UOW_OK(uow_remove(l->ctx, all[i]));
    UOW_IS(UOW_CONFLICT, uow_save(l->ctx, NULL));
    cr_assert_eq(uow_error_instance_count(uow_context_error(l->ctx)), 1, "%s", entity->table);
    cr_assert_eq(uow_error_instance(uow_context_error(l->ctx), 0), all[50]);
    UOW_OK(uow_resolve(l->ctx, all[50], UOW_CLIENT_WINS));
    l->events.count = 0;
    UOW_OK(uow_save(l->ctx, &saved));
    cr_assert_eq(saved, KEYED);
    cr_assert_leq(live_count_events(l, UOW_TRACE_STATEMENT, NULL), 3, "%s", entity->table);
    cr_assert_eq(live_int64(l, "SELECT COUNT(*) FROM %s", entity->table), 0);
}

Test(values, rows_are_deleted_in_batches_by_text_bytes_guids_and_times)
{
    static const uow_entity *const entities[] = {&keyed_entities[0], &keyed_entities[1], &keyed_entities[2],
                                                 &keyed_entities[3]};
    live l;

    live_open(&l, entities, 4);
    live_table(&l, "values_by_text", "key_v varchar(60) not null primary key, version integer");
    live_table(&l, "values_by_bytes",
               live_either(&l, "key_v blob not null primary key, version integer",
                           "key_v bytea not null primary key, version integer",
                           "key_v varbinary(16) not null primary key, version integer"));
    live_table(&l, "values_by_guid", "key_v @guid not null primary key, version integer");
    live_table(&l, "values_by_time", "key_v @timestamp not null primary key, version integer");
    for (int i = 0; i < 4; i++)
        deleted_by(&l, entities[i]);
    live_close(&l);
}

/* ---- upsert ---- */

Test(values, values_survive_upserts)
{
    static const uow_entity entity = UOW_ENTITY(struct plain, "values_upsert", plain_columns);
    static const uow_entity *const entities[] = {&entity};
    static struct plain rows[VALUES];
    struct plain *all[VALUES];
    live l;

    seed_state = 99;
    live_open(&l, entities, 1);
    live_table(&l, "values_upsert", plain_ddl);
    memset(rows, 0, sizeof rows);
    for (int round = 0; round < 3; round++) { /* inserted, half of them updated, all updated */
        size_t count = round == 0 ? VALUES / 2 : VALUES;

        for (size_t i = 0; i < count; i++) {
            rows[i].id = (int64_t)i + 1;
            random_plain(&rows[i]);
            rows[i].version = 0;
            all[i] = &rows[i];
        }
        UOW_OK(uow_upsert(l.ctx, &entity, rows, count, NULL, NULL));
        for (size_t i = 0; i < count; i++)
            rows[i].version = round + (i < VALUES / 2 || round == 0 ? 1 : 0);
        expect_all_plain(&l, &entity, all, count);
    }
    live_close(&l);
}
