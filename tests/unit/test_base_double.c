#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include "base/decimal.h"
#include "base/double_quick.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/map.h" /* its hash serves as a random number */

typedef struct double_case {
    double value;
    const char *text;
} double_case;

static const double_case double_cases[] = {
    {0.0, "0"},
    {-0.0, "-0"},
    {1.0, "1"},
    {-1.5, "-1.5"},
    {0.1, "0.1"},
    {0.1 + 0.2, "0.30000000000000004"},
    {1.0 / 3.0, "0.3333333333333333"},
    {12.34, "12.34"},
    {0.0001, "0.0001"},
    {0.00012345, "0.00012345"},
    {0.00001, "1e-05"},
    {100.0, "100"},
    {1e14, "100000000000000"},
    {1e15, "1e+15"},
    {1e22, "1e+22"},
    {1e23, "1e+23"},
    {1e100, "1e+100"},
    {123456789012345678.0, "1.2345678901234568e+17"},
    {9007199254740993.0, "9007199254740992"},
    {999999999999999.0, "999999999999999"},
    {99999999999999.95, "99999999999999.95"},
    {2.5, "2.5"},
    {0.5, "0.5"},
    {DBL_MAX, "1.7976931348623157e+308"},
    {-DBL_MAX, "-1.7976931348623157e+308"},
    {DBL_MIN, "2.2250738585072014e-308"},
    {DBL_EPSILON, "2.220446049250313e-16"},
    {5e-324, "5e-324"},
    {1.5e-310, "1.5e-310"},
};
#define DOUBLE_CASES (sizeof double_cases / sizeof double_cases[0])

static uint64_t double_bits(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static double double_read(const char *text)
{
    double value;
    cr_assert(uowi_parse_double(text, strlen(text), &value), "\"%s\"", text);
    return value;
}

static void double_check_cases(void)
{
    for (size_t i = 0; i < DOUBLE_CASES; i++) {
        const double_case *c = &double_cases[i];
        char text[UOWI_DOUBLE_TEXT_SIZE];
        size_t length = uowi_format_double(c->value, text, sizeof text);
        cr_assert_str_eq(text, c->text);
        cr_assert_eq(length, strlen(text));
        cr_assert_eq(double_bits(double_read(text)), double_bits(c->value), "%s", text);
    }
}

Test(double, short_text_reads_back_the_same)
{
    double_check_cases();
}

static void double_check_random(int count)
{
    for (int i = 0; i < count; i++) {
        uint64_t bits = uowi_hash_word((uint64_t)i + 1);
        double value;
        memcpy(&value, &bits, sizeof value);
        if (isnan(value) || isinf(value))
            continue;
        char text[UOWI_DOUBLE_TEXT_SIZE];
        cr_assert_gt(uowi_format_double(value, text, sizeof text), 0);
        cr_assert_eq(double_bits(double_read(text)), bits, "%s", text);
    }
}

Test(double, random_bits_read_back_the_same)
{
    double_check_random(100000);
}

/* The fast ways must not differ from the C library's correctly rounded one. */
Test(double, parsing_agrees_with_strtod)
{
    uint64_t random = 7;
    for (int i = 0; i < 200000; i++) {
        random = uowi_hash_word(random + 1);
        char text[64];
        int places = (int)(random >> 60);
        int length = snprintf(
            text, sizeof text, "%llu.%0*llue%d", (unsigned long long)(random % 1000003), places + 1,
            (unsigned long long)((random >> 20) % 10), (int)((random >> 32) % 60) - 30);
        double value;
        cr_assert(uowi_parse_double(text, (size_t)length, &value));
        cr_assert_eq(double_bits(value), double_bits(strtod(text, NULL)), "%s", text);
    }
}

/* An ordinary double: 2^-60 to 2^59, any mantissa. */
static double double_ordinary(uint64_t random)
{
    uint64_t bits = (random & ((UINT64_C(1) << 52) - 1)) | ((963 + (random >> 52) % 120) << 52);
    double value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

static void double_agrees(const char *text)
{
    double value;

    cr_assert(uowi_parse_double(text, strlen(text), &value), "%s", text);
    cr_assert_eq(double_bits(value), double_bits(strtod(text, NULL)), "%s", text);
}

/* As long as SQLite writes them, too long for 64 bits, and with what lies between two doubles in the last digits. */
Test(double, many_digits_agree_with_strtod)
{
    uint64_t random = 11;

    for (int i = 0; i < 100000; i++) {
        char text[128];
        random = uowi_hash_word(random + 1);
        double value = double_ordinary(random);
        double between = value + (nextafter(value, INFINITY) - value) / 2;
        (void)snprintf(text, sizeof text, "%.*g", 16 + i % 12, value);
        double_agrees(text);
        (void)snprintf(text, sizeof text, "%.*f", i % 25, value);
        double_agrees(text);
        (void)snprintf(text, sizeof text, "%.60g", between);
        double_agrees(text);
    }
    double_agrees("123.24999999999999999");
    double_agrees("9007199254740991.9999");
    double_agrees("9007199254740993.0000000000000000000000000000001");
    double_agrees("9007199254740993.0000");
    double_agrees("99999999999999999999.9");
    double_agrees("0.00000000000000000000000000099999999999999999999");
}

/* The way that asks nobody is taken for what a table holds. */
Test(double, ordinary_numbers_are_read_at_once)
{
#ifdef __SIZEOF_INT128__
    static const char *const texts[] = {"0",    "12.25", "123.24999999999999999", "0.10000000000000000555",
                                        "1e-7", "17",    "1234.5678000000000338", "9.9999999999999995472e-08"};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        double value = -1;
        cr_assert(uowi_double_quick(texts[i], strlen(texts[i]), &value), "%s", texts[i]);
        cr_assert_eq(double_bits(value), double_bits(strtod(texts[i], NULL)), "%s", texts[i]);
    }
#endif
    static const char *const odd[] = {"", ".", ".5", "-1", "1e", "1e+", "1x", "nan", "0x1", "1e999"};
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        double value = -1;
        cr_assert_not(uowi_double_quick(odd[i], strlen(odd[i]), &value), "%s", odd[i]);
        cr_assert_eq(value, -1);
    }
}

Test(double, amounts_agree_with_printf)
{
    for (int cents = -20000; cents < 200000; cents++) {
        double value = (double)cents / 100;
        char text[UOWI_DOUBLE_TEXT_SIZE];
        char wanted[64];
        (void)uowi_format_double(value, text, sizeof text);
        (void)snprintf(wanted, sizeof wanted, "%.15g", value);
        cr_assert_str_eq(text, wanted);
    }
}

Test(double, halves_round_to_even)
{
    cr_assert_eq(double_read("9007199254740993"), 9007199254740992.0);
    cr_assert_eq(double_read("9007199254740995"), 9007199254740996.0);
    cr_assert_eq(double_read("9007199254740993.00000000000000000000000001"), 9007199254740994.0);
    cr_assert_eq(double_read("2.2250738585072011e-308"), 0x0.fffffffffffffp-1022);
}

/* One digit after 800 zeros decides between two neighbours. */
Test(double, no_digit_is_too_far_away_to_count)
{
    char text[1024] = "9007199254740993.";
    memset(text + 17, '0', 800);
    text[817] = '\0';
    cr_assert_eq(double_read(text), 9007199254740992.0);
    strcpy(text + 817, "1");
    cr_assert_eq(double_read(text), 9007199254740994.0);
}

Test(double, long_numbers_keep_their_size)
{
    char text[2100];
    memset(text, '0', sizeof text);
    memcpy(text, "0.", 2);
    strcpy(text + 1500, "15e1500");
    cr_assert_eq(double_read(text), 15.0);
    memset(text, '0', sizeof text);
    text[0] = '1';
    strcpy(text + 1501, "e-1500");
    cr_assert_eq(double_read(text), 1.0);
}

Test(double, accepts_the_spellings_of_databases)
{
    cr_assert_eq(double_read("1e3"), 1000.0);
    cr_assert_eq(double_read("+1.E+3"), 1000.0);
    cr_assert_eq(double_read(".5"), 0.5);
    cr_assert_eq(double_read("-1E-2"), -0.01);
    cr_assert(isnan(double_read("NaN")));
    cr_assert(isnan(double_read("nan")));
    cr_assert_eq(double_read("Infinity"), (double)INFINITY);
    cr_assert_eq(double_read("-Infinity"), -(double)INFINITY);
    cr_assert_eq(double_read("inf"), (double)INFINITY);
    cr_assert_eq(double_read("-inf"), -(double)INFINITY);
    cr_assert_eq(double_read("1e-400"), 0.0);
    cr_assert_eq(double_read("0e999999999999999999999"), 0.0);
    cr_assert_eq(double_read("1e-999999999999999999999"), 0.0);
}

Test(double, refuses_everything_else)
{
    static const char *const refused[] = {
        "",
        "-",
        "+",
        ".",
        "e5",
        "1e",
        "1e+",
        "1,5",
        " 1",
        "1 ",
        "1f",
        "0x1p3",
        "1.2.3",
        "--1",
        "1e400",
        "-1e400",
        "in",
        "infinit",
        "nano",
        "1e9999999999999999999",
        "1.8e308",
        "1e5x",
        "1.7976931348623159e308",
    };
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        double value = 77;
        cr_assert_not(uowi_parse_double(refused[i], strlen(refused[i]), &value), "\"%s\"",
                      refused[i]);
        cr_assert_eq(value, 77);
    }
}

Test(double, names_what_is_no_number)
{
    char text[UOWI_DOUBLE_TEXT_SIZE];
    cr_assert_eq(uowi_format_double((double)NAN, text, sizeof text), 3);
    cr_assert_str_eq(text, "NaN");
    cr_assert_eq(uowi_format_double(-(double)NAN, text, sizeof text), 3);
    cr_assert_eq(uowi_format_double(-(double)INFINITY, text, sizeof text), 9);
    cr_assert_str_eq(text, "-Infinity");
    cr_assert_eq(uowi_format_double(12.5, text, 4), 0);
    cr_assert_eq(uowi_format_double(12.5, text, 5), 4);
}

/* A locale with a decimal comma: one that is installed, or one compiled here. */
static bool double_comma_locale(char *directory)
{
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "de_AT.UTF-8"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (setlocale(LC_ALL, names[i]) != NULL)
            return true;
    if (mkdtemp(directory) == NULL)
        return false;
    char command[256];
    (void)snprintf(command, sizeof command,
                   "localedef -i de_DE -f UTF-8 %s/de_DE.UTF-8 >%s/log 2>&1", directory, directory);
    bool made = system(command) == 0 && setenv("LOCPATH", directory, 1) == 0;
    return made && setlocale(LC_ALL, "de_DE.UTF-8") != NULL;
}

static void double_drop_locale(const char *directory)
{
    char command[256];
    (void)snprintf(command, sizeof command, "rm -rf %s", directory);
    if (strstr(directory, "XXXXXX") == NULL)
        (void)!system(command);
}

Test(double, a_decimal_comma_in_the_locale_changes_nothing)
{
    char directory[] = "/tmp/uow-locale-XXXXXX";
    bool have = double_comma_locale(directory);
    double_drop_locale(directory);
    if (!have)
        cr_skip_test("no locale with a decimal comma can be had");
    char proof[16];
    (void)snprintf(proof, sizeof proof, "%.1f", 0.5);
    cr_assert_str_eq(proof, "0,5");
    double_check_cases();
    double_check_random(20000);
    double value;
    cr_assert_not(uowi_parse_double("1,5", 3, &value));
}
