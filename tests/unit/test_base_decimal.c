#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include "base/decimal.h"

#include <string.h>

static const char *const decimal_kept[] = {
    "0",
    "0.00",
    "12.50",
    "-12.50",
    "-0.01",
    "0.5",
    "18446744073709551615",
    "18446744073709551616",
    "-18446744073709551616",
    "9999999999999999999",
    "10000000000000000000",
    "99999999999999999999999999999999999999",
    "-99999999999999999999999999999999999999",
    "0.99999999999999999999999999999999999999",
    "-9999999999999999999.9999999999999999999",
    "10000000000000000000000000000000000000",
    "0.00000000000000000000000000000000000001",
    "1234567890123456789012345.67890",
};

static void check_plain(const char *text, const char *plain)
{
    char out[64] = "";
    size_t length = uowi_decimal_plain(text, strlen(text), out, sizeof out);
    cr_assert_eq(length, strlen(plain), "%s gave \"%s\"", text, out);
    cr_assert_str_eq(length ? out : "", plain, "%s", text);
}

Test(decimal, an_exponent_moves_the_point)
{
    check_plain("1.25e+22", "12500000000000000000000");
    check_plain("-1.25E2", "-125");
    check_plain("1.2345e2", "123.45");
    check_plain("1e-3", "0.001");
    check_plain("12.5e-4", "0.00125");
    check_plain("12.50", "12.50");
    check_plain("1e", "");
    check_plain("1e+", "");
    check_plain("e5", "");
    check_plain("1e400", ""); /* does not fit */
    check_plain("1e99999999999", "");
    check_plain("1e5x", "");
    check_plain("abc", "");
}

Test(decimal, digits_count_from_the_first_to_the_last_that_is_not_zero)
{
    cr_assert_eq(uowi_decimal_digits("-0012.3400", 10), 4);
    cr_assert_eq(uowi_decimal_digits("1000", 4), 1);
    cr_assert_eq(uowi_decimal_digits("0.0050", 6), 1);
    cr_assert_eq(uowi_decimal_digits("0", 1), 0);
    cr_assert_eq(uowi_decimal_digits("1234567890123456.7", 18), 17);
}

Test(decimal, keeps_scale_and_sign)
{
    for (size_t i = 0; i < sizeof decimal_kept / sizeof decimal_kept[0]; i++) {
        uow_decimal value;
        char text[UOWI_DECIMAL_TEXT_SIZE];
        cr_assert(uow_decimal_parse(decimal_kept[i], &value), "%s", decimal_kept[i]);
        size_t length = uow_decimal_format(&value, text, sizeof text);
        cr_assert_str_eq(text, decimal_kept[i]);
        cr_assert_eq(length, strlen(decimal_kept[i]));
    }
}

static const char *const decimal_respelled[][2] = {
    {"+7", "7"},
    {"-0", "0"},
    {"-0.00", "0.00"},
    {"007.10", "7.10"},
    {".5", "0.5"},
    {"-.25", "-0.25"},
    {"00000000000000000000000000000000000000000000000001", "1"},
};

Test(decimal, has_one_spelling_for_one_value)
{
    for (size_t i = 0; i < sizeof decimal_respelled / sizeof decimal_respelled[0]; i++) {
        uow_decimal value;
        char text[UOWI_DECIMAL_TEXT_SIZE];
        cr_assert(uow_decimal_parse(decimal_respelled[i][0], &value), "%s",
                  decimal_respelled[i][0]);
        (void)uow_decimal_format(&value, text, sizeof text);
        cr_assert_str_eq(text, decimal_respelled[i][1]);
    }
}

static const char *const decimal_refused[] = {
    "",
    "-",
    ".",
    "+.",
    "5.",
    "1e3",
    "1E3",
    "1,5",
    " 1",
    "1 ",
    "--1",
    "1.2.3",
    "0x10",
    "NaN",
    "100000000000000000000000000000000000000", /* 39 digits */
    "-999999999999999999999999999999999999999",
    "9999999999999999999.99999999999999999999",  /* 19 + 20 */
    "0.000000000000000000000000000000000000001", /* scale 39 */
};

Test(decimal, refuses_what_is_no_exact_number_of_38_digits)
{
    for (size_t i = 0; i < sizeof decimal_refused / sizeof decimal_refused[0]; i++) {
        uow_decimal value = {11, 22, 33, 44};
        cr_assert_not(uow_decimal_parse(decimal_refused[i], &value), "%s", decimal_refused[i]);
        cr_assert_eq(value.low, 11, "written on failure");
    }
}

Test(decimal, text_of_any_length_is_recognised)
{
    cr_assert(uowi_decimal_is_text("123456789012345678901234567890123456789012345.10", 48));
    cr_assert(uowi_decimal_is_text("-12.50xyz", 6), "only the length counts");
    cr_assert_not(uowi_decimal_is_text("-12.50x", 7));
    cr_assert_not(uowi_decimal_is_text("1e5", 3));
    cr_assert_not(uowi_decimal_is_text("", 0));
}

Test(decimal, is_two_words_of_one_signed_number)
{
    uow_decimal value;
    cr_assert(uow_decimal_parse("-1.00", &value));
    cr_assert_eq(value.low, UINT64_MAX - 99);
    cr_assert_eq(value.high, -1);
    cr_assert_eq(value.scale, 2);
    cr_assert(uow_decimal_parse("18446744073709551616", &value));
    cr_assert_eq(value.low, 0);
    cr_assert_eq(value.high, 1);
}

Test(decimal, the_smallest_128_bit_number_can_be_written)
{
    uow_decimal value = {0, INT64_MIN, 0, 0};
    char text[UOWI_DECIMAL_TEXT_SIZE];
    cr_assert_eq(uow_decimal_format(&value, text, sizeof text), 40);
    cr_assert_str_eq(text, "-170141183460469231731687303715884105728");
    value.scale = 38;
    cr_assert_eq(uow_decimal_format(&value, text, sizeof text), 41);
    cr_assert_str_eq(text, "-1.70141183460469231731687303715884105728");
    value = (uow_decimal){UINT64_MAX, INT64_MAX, 0, 0};
    cr_assert_eq(uow_decimal_format(&value, text, sizeof text), 39);
    cr_assert_str_eq(text, "170141183460469231731687303715884105727");
}

Test(decimal, is_made_from_integers)
{
    char text[UOWI_DECIMAL_TEXT_SIZE];
    uow_decimal value = uow_decimal_make(1250, 2);
    (void)uow_decimal_format(&value, text, sizeof text);
    cr_assert_str_eq(text, "12.50");
    value = uow_decimal_make(INT64_MIN, 0);
    (void)uow_decimal_format(&value, text, sizeof text);
    cr_assert_str_eq(text, "-9223372036854775808");
    value = uow_decimal_make(-5, 3);
    (void)uow_decimal_format(&value, text, sizeof text);
    cr_assert_str_eq(text, "-0.005");
}

Test(decimal, a_buffer_too_small_gets_nothing)
{
    uow_decimal value = uow_decimal_make(-1250, 2);
    char text[7] = "##";
    cr_assert_eq(uow_decimal_format(&value, text, 6), 0);
    cr_assert_str_eq(text, "##");
    cr_assert_eq(uow_decimal_format(&value, text, 7), 6);
    cr_assert_eq(uow_decimal_format(&value, text, 0), 0);
}

Test(decimal, null_and_absurd_scales_are_refused)
{
    uow_decimal value = uow_decimal_make(1, 39);
    char text[UOWI_DECIMAL_TEXT_SIZE];
    cr_assert_eq(uow_decimal_format(&value, text, sizeof text), 0);
    value.scale = -1;
    cr_assert_eq(uow_decimal_format(&value, text, sizeof text), 0);
    cr_assert_eq(uow_decimal_format(NULL, text, sizeof text), 0);
    cr_assert_eq(uow_decimal_format(&value, NULL, 10), 0);
    cr_assert_not(uow_decimal_parse(NULL, &value));
    cr_assert_not(uow_decimal_parse("1", NULL));
}

Test(decimal, equal_numbers_are_the_same_whatever_their_scale)
{
    static const struct {
        const char *a, *b;
        bool same;
    } pairs[] = {
        {"12.5", "12.50", true},
        {"12.5", "12.500000000000000000000000000000000000", true},
        {"-12.50", "-12.5", true},
        {"-12.5", "12.5", false},
        {"0", "0.000", true},
        {"-0.0", "0", true},
        {"0.1", "0.01", false},
        {"1", "1.0000000000000000000000000000000000001", false},
        {"99999999999999999999999999999999999999", "0.99999999999999999999999999999999999999", false},
        {"99999999999999999999999999999999999999", "99999999999999999999999999999999999999", true},
        {"9999999999999999999999999999999999999", "9999999999999999999999999999999999999.0", true},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        uow_decimal a, b;
        cr_assert(uow_decimal_parse(pairs[i].a, &a) && uow_decimal_parse(pairs[i].b, &b), "%zu", i);
        cr_assert_eq(uowi_decimal_same(&a, &b), pairs[i].same, "%s %s", pairs[i].a, pairs[i].b);
        cr_assert_eq(uowi_decimal_same(&b, &a), pairs[i].same, "%s %s", pairs[i].b, pairs[i].a);
        cr_assert_eq(uowi_decimal_hash(&a) == uowi_decimal_hash(&b), pairs[i].same, "%s %s", pairs[i].a, pairs[i].b);
    }
}

static bool integer_read(const char *text, int64_t *out)
{
    return uowi_parse_int64(text, strlen(text), out);
}

Test(integer, reads_the_whole_range)
{
    int64_t value = 1;
    cr_assert(integer_read("-9223372036854775808", &value));
    cr_assert_eq(value, INT64_MIN);
    cr_assert(integer_read("9223372036854775807", &value));
    cr_assert_eq(value, INT64_MAX);
    cr_assert(integer_read("-0", &value));
    cr_assert_eq(value, 0);
    cr_assert(integer_read("+42", &value));
    cr_assert_eq(value, 42);
    cr_assert(integer_read("000000000000000000000000000007", &value));
    cr_assert_eq(value, 7);
    cr_assert(integer_read("-12.000", &value));
    cr_assert_eq(value, -12);
}

Test(integer, refuses_everything_else)
{
    static const char *const refused[] = {
        "",
        "-",
        "+",
        "9223372036854775808",
        "-9223372036854775809",
        "99999999999999999999",
        "12.5",
        "1.",
        ".0",
        "1e3",
        " 1",
        "1 ",
        "12a",
        "1.00x",
        "--1",
        "0x1",
        "18446744073709551616",
        "1.0.0",
    };
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        int64_t value = 77;
        cr_assert_not(integer_read(refused[i], &value), "\"%s\"", refused[i]);
        cr_assert_eq(value, 77);
    }
}

Test(integer, unsigned_goes_to_its_own_end)
{
    uint64_t value = 1;
    cr_assert(uowi_parse_uint64("18446744073709551615", 20, &value));
    cr_assert_eq(value, UINT64_MAX);
    cr_assert(uowi_parse_uint64("-0", 2, &value));
    cr_assert_eq(value, 0);
    cr_assert_not(uowi_parse_uint64("18446744073709551616", 20, &value));
    cr_assert_not(uowi_parse_uint64("184467440737095516150", 21, &value));
    cr_assert_not(uowi_parse_uint64("-1", 2, &value));
}

Test(integer, writes_and_knows_its_room)
{
    char text[24];
    cr_assert_eq(uowi_format_int64(INT64_MIN, text, sizeof text), 20);
    cr_assert_str_eq(text, "-9223372036854775808");
    cr_assert_eq(uowi_format_int64(0, text, 2), 1);
    cr_assert_str_eq(text, "0");
    cr_assert_eq(uowi_format_uint64(UINT64_MAX, text, 21), 20);
    cr_assert_str_eq(text, "18446744073709551615");
    cr_assert_eq(uowi_format_uint64(UINT64_MAX, text, 20), 0);
    cr_assert_eq(uowi_format_int64(-1, text, 2), 0);
}
