#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include "track/key.h"
#include "track_fixture.h"

static shop s;

typedef struct key_row {
    uint8_t small;
    bool flag;
    uint64_t big;
    char code[6];
    unsigned char raw[3];
    uow_guid guid;
    uow_date day;
    int32_t value;
} key_row;

#define KEYED(name, member, column_type) \
    static const uow_column name##_columns[] = {UOW_COLUMN(key_row, member, #member, column_type, UOW_KEY)}; \
    static const uow_entity name = UOW_ENTITY(key_row, #name, name##_columns)

KEYED(by_small, small, UOW_UINT8);
KEYED(by_flag, flag, UOW_BOOL);
KEYED(by_big, big, UOW_UINT64);
KEYED(by_code, code, UOW_TEXT);
KEYED(by_raw, raw, UOW_BINARY);
KEYED(by_guid, guid, UOW_GUID);
KEYED(by_day, day, UOW_DATE);

static const uow_column by_two_columns[] = {
    UOW_COLUMN(key_row, value, "value", UOW_INT32, UOW_KEY),
    UOW_COLUMN(key_row, code, "code", UOW_TEXT, UOW_KEY),
};
static const uow_entity by_two = UOW_ENTITY(key_row, "by_two", by_two_columns);

static void keys_open(void)
{
    static const uow_entity *const entities[] = {&by_small, &by_flag, &by_big, &by_code,
                                                 &by_raw,   &by_guid, &by_day, &by_two};
    uowi_mem_init(&s.mem, NULL);
    uowi_error_init(&s.error, &s.mem);
    cr_assert_eq(uowi_model_create(&s.mem, entities, 8, &s.model), UOW_OK);
}

static void keys_close(void)
{
    uowi_model_destroy(s.model);
    uowi_error_done(&s.error);
    cr_assert_eq(s.mem.bytes, 0);
}

static key_row filled;

static uow_status fill(const uow_entity *def, uow_arg arg)
{
    memset(&filled, 0, sizeof filled);
    uowi_error_clear(&s.error);
    return uowi_key_fill(shop_entity(&s, def), &arg, 1, &filled, &s.error);
}

Test(key, values_go_into_the_key_members)
{
    uow_guid guid = {{1, 2, 3}};
    uow_date day = {2026, 2, 28};
    keys_open();
    cr_assert_eq(fill(&by_small, uow_arg_int64(255)), UOW_OK);
    cr_assert_eq(filled.small, 255);
    cr_assert_eq(fill(&by_big, uow_arg_uint64(UINT64_MAX)), UOW_OK);
    cr_assert_eq(filled.big, UINT64_MAX);
    cr_assert_eq(fill(&by_code, uow_arg_text("abcde")), UOW_OK);
    cr_assert_str_eq(filled.code, "abcde");
    cr_assert_eq(fill(&by_raw, uow_arg_binary("\1\0\2", 3)), UOW_OK);
    cr_assert_eq(memcmp(filled.raw, "\1\0\2", 3), 0);
    cr_assert_eq(fill(&by_guid, uow_arg_guid(&guid)), UOW_OK);
    cr_assert_eq(memcmp(&filled.guid, &guid, sizeof guid), 0);
    cr_assert_eq(fill(&by_day, uow_arg_date(&day)), UOW_OK);
    cr_assert_eq(filled.day.day, 28);
    keys_close();
}

Test(key, a_boolean_key_takes_a_boolean)
{
    keys_open();
    cr_assert_eq(fill(&by_flag, uow_arg_bool(1)), UOW_OK, "%s", uow_error_message(&s.error));
    cr_assert(filled.flag);
    cr_assert_eq(fill(&by_flag, uow_arg_bool(0)), UOW_OK);
    cr_assert_not(filled.flag);
    keys_close();
}

Test(key, an_integer_by_address_is_as_good_as_one_by_value)
{
    uint8_t small = 7;
    keys_open();
    cr_assert_eq(fill(&by_small, uow_arg_member(UOW_UINT8, &small, 1, NULL)), UOW_OK);
    cr_assert_eq(filled.small, 7);
    cr_assert_eq(fill(&by_big, uow_arg_member(UOW_UINT8, &small, 1, NULL)), UOW_OK);
    cr_assert_eq(filled.big, 7);
    keys_close();
}

Test(key, a_wrong_number_of_values_names_the_entity_and_both_counts)
{
    uow_arg parts[3] = {uow_arg_int64(1), uow_arg_text("a"), uow_arg_int64(3)};
    keys_open();
    cr_assert_eq(uowi_key_fill(shop_entity(&s, &by_two), parts, 3, &filled, &s.error), UOW_MISUSE);
    cr_assert_str_eq(uow_error_message(&s.error), "the key of by_two has 2 columns, but 3 values were given");
    cr_assert_str_eq(uow_error_entity(&s.error), "by_two");
    uowi_error_clear(&s.error);
    cr_assert_eq(uowi_key_fill(shop_entity(&s, &by_two), parts, 0, &filled, &s.error), UOW_MISUSE);
    keys_close();
}

Test(key, a_value_of_the_wrong_type_names_the_column)
{
    keys_open();
    cr_assert_eq(fill(&by_code, uow_arg_int64(1)), UOW_TYPE);
    cr_assert_str_eq(uow_error_message(&s.error),
                     "a key value of type UOW_INT64 does not fit by_code.code (UOW_TEXT of 6 bytes)");
    cr_assert_str_eq(uow_error_column(&s.error), "code");
    cr_assert_eq(fill(&by_small, uow_arg_text("1")), UOW_TYPE);
    cr_assert_eq(fill(&by_small, uow_arg_double(1)), UOW_TYPE);
    cr_assert_eq(fill(&by_day, uow_arg_text("2026-01-01")), UOW_TYPE);
    cr_assert_eq(fill(&by_flag, uow_arg_int64(1)), UOW_TYPE);
    keys_close();
}

Test(key, a_value_out_of_range_is_an_error_and_not_a_different_key)
{
    keys_open();
    cr_assert_eq(fill(&by_small, uow_arg_int64(256)), UOW_TYPE);
    cr_assert_eq(fill(&by_small, uow_arg_int64(-1)), UOW_TYPE);
    cr_assert_eq(fill(&by_small, uow_arg_uint64(UINT64_MAX)), UOW_TYPE);
    cr_assert_eq(fill(&by_big, uow_arg_int64(-1)), UOW_TYPE);
    cr_assert_eq(fill(&by_code, uow_arg_text("abcdef")), UOW_TYPE);
    cr_assert_eq(fill(&by_raw, uow_arg_binary("ab", 2)), UOW_TYPE);
    keys_close();
}

Test(key, text_with_a_nul_inside_is_no_key)
{
    keys_open();
    cr_assert_eq(fill(&by_code, uow_arg_text_n("a\0b", 3)), UOW_TYPE);
    keys_close();
}

Test(key, null_is_not_found_without_a_message)
{
    keys_open();
    cr_assert_eq(fill(&by_code, uow_arg_text(NULL)), UOW_NOT_FOUND);
    cr_assert_eq(fill(&by_small, uow_arg_null(UOW_INT64)), UOW_NOT_FOUND);
    cr_assert_not(uowi_error_is_set(&s.error));
    keys_close();
}

Test(key, equal_rows_have_equal_hashes_whatever_lies_behind_the_nul)
{
    key_row a, b;
    keys_open();
    memset(&a, 0, sizeof a);
    memset(&b, 0xff, sizeof b);
    memcpy(a.code, "ab", 3);
    memcpy(b.code, "ab", 3);
    a.value = b.value = 5;
    const uowi_entity *two = shop_entity(&s, &by_two);
    cr_assert(uowi_key_equal(two, &a, &b));
    cr_assert_eq(uowi_key_hash(two, &a), uowi_key_hash(two, &b));
    b.code[1] = 'c';
    cr_assert_not(uowi_key_equal(two, &a, &b));
    memcpy(b.code, "ab", 3);
    b.value = 6;
    cr_assert_not(uowi_key_equal(two, &a, &b));
    keys_close();
}

Test(key, parts_in_another_order_make_another_hash)
{
    shop_line a = {1, 2, 0};
    shop_line b = {2, 1, 0};
    cr_assert(shop_open(&s, 0));
    const uowi_entity *lines = shop_entity(&s, &shop_lines);
    cr_assert_neq(uowi_key_hash(lines, &a), uowi_key_hash(lines, &b));
    cr_assert_not(uowi_key_equal(lines, &a, &b));
    cr_assert_eq(shop_close(&s), 0);
}

static void key_says(const uow_entity *def, const key_row *row, const char *expected)
{
    uowi_buf text;
    uowi_buf_init(&text, &s.mem, 0);
    uowi_key_text(shop_entity(&s, def), row, &text);
    cr_assert_str_eq(uowi_buf_cstr(&text), expected);
    uowi_buf_done(&text);
}

Test(key, a_key_as_text_names_its_columns)
{
    key_row row;
    keys_open();
    memset(&row, 0, sizeof row);
    row.value = -5;
    memcpy(row.code, "x", 2);
    row.big = UINT64_MAX;
    row.raw[0] = 0xab;
    row.flag = true;
    row.day = (uow_date){2026, 2, 28};
    row.guid.bytes[0] = 0x12;
    key_says(&by_two, &row, "value=-5, code=x");
    key_says(&by_big, &row, "big=18446744073709551615");
    key_says(&by_raw, &row, "raw=ab0000");
    key_says(&by_flag, &row, "flag=1");
    key_says(&by_day, &row, "day=2026-02-28");
    key_says(&by_guid, &row, "guid=12000000-0000-0000-0000-000000000000");
    keys_close();
}
