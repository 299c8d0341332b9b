#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include "base/utf.h"

#include <string.h>

typedef struct utf_case {
    const char *text;
    size_t bad; /* the offset of the first bad byte; the length when all is well */
} utf_case;

static const utf_case utf_cases[] = {
    {"", 0},
    {"plain ASCII that is longer than eight bytes", 43},
    {"\xc2\x80", 2},                     /* U+0080 */
    {"\xdf\xbf", 2},                     /* U+07FF */
    {"\xe0\xa0\x80", 3},                 /* U+0800 */
    {"\xed\x9f\xbf", 3},                 /* U+D7FF */
    {"\xee\x80\x80", 3},                 /* U+E000 */
    {"\xef\xbf\xbf", 3},                 /* U+FFFF */
    {"\xf0\x90\x80\x80", 4},             /* U+10000 */
    {"\xf4\x8f\xbf\xbf", 4},             /* U+10FFFF */
    {"eight by\xf0\x9f\x98\x80tes", 15}, /* an emoji across the eight-byte step */
    {"a\x80", 1},                        /* a tail without a head */
    {"a\xc0\x80", 1},                    /* overlong NUL */
    {"a\xc1\xbf", 1},                    /* overlong DEL */
    {"\xe0\x9f\xbf", 0},                 /* overlong U+07FF */
    {"\xf0\x8f\xbf\xbf", 0},             /* overlong U+FFFF */
    {"\xed\xa0\x80", 0},                 /* U+D800 */
    {"\xed\xbf\xbf", 0},                 /* U+DFFF */
    {"\xf4\x90\x80\x80", 0},             /* U+110000 */
    {"\xf5\x80\x80\x80", 0},
    {"\xff", 0},
    {"ab\xe2\x82", 2},   /* cut short */
    {"12345678\xc3", 8}, /* cut short after the fast part */
    {"\xc3\x28", 0},     /* a head without its tail */
    {"\xe2\x82\xac\xf0\x9f", 3},
};
#define UTF_CASES (sizeof utf_cases / sizeof utf_cases[0])

Test(utf, strict_utf8_and_where_it_breaks)
{
    for (size_t i = 0; i < UTF_CASES; i++) {
        const utf_case *c = &utf_cases[i];
        size_t length = strlen(c->text);
        size_t bad = length;
        bool valid = uowi_utf8_valid(c->text, length, &bad);
        cr_assert_eq(valid, c->bad == length, "case %zu", i);
        cr_assert_eq(bad, c->bad, "case %zu breaks at %zu", i, bad);
        cr_assert_eq(uowi_utf8_valid(c->text, length, NULL), valid);
    }
}

Test(utf, converting_refuses_what_validation_refuses)
{
    for (size_t i = 0; i < UTF_CASES; i++) {
        const utf_case *c = &utf_cases[i];
        size_t length = strlen(c->text);
        size_t units = uowi_utf8_to_utf16(c->text, length, NULL, 0);
        cr_assert_eq(units == UOWI_UTF_ERROR, c->bad != length, "case %zu", i);
    }
}

Test(utf, text_survives_the_way_through_utf16)
{
    for (size_t i = 0; i < UTF_CASES; i++) {
        const utf_case *c = &utf_cases[i];
        size_t length = strlen(c->text);
        if (c->bad != length)
            continue;
        uint16_t wide[64];
        char back[64];
        size_t units = uowi_utf8_to_utf16(c->text, length, wide, 64);
        cr_assert_eq(units, uowi_utf8_to_utf16(c->text, length, NULL, 0));
        cr_assert_eq(wide[units], 0);
        cr_assert_eq(uowi_utf16_to_utf8(wide, units, NULL, 0), length);
        cr_assert_eq(uowi_utf16_to_utf8(wide, units, back, sizeof back), length);
        cr_assert_str_eq(back, c->text);
    }
}

Test(utf, every_character_survives_the_way_through_utf16)
{
    for (uint32_t code = 1; code <= 0x10ffff; code++) {
        if (code >= 0xd800 && code <= 0xdfff)
            continue;
        uint16_t wide[2] = {(uint16_t)code, 0};
        size_t units = 1;
        if (code > 0xffff) {
            wide[0] = (uint16_t)(0xd800 + ((code - 0x10000) >> 10));
            wide[1] = (uint16_t)(0xdc00 + ((code - 0x10000) & 0x3ff));
            units = 2;
        }
        char text[4];
        uint16_t back[2] = {0, 0};
        size_t length = uowi_utf16_to_utf8(wide, units, text, sizeof text);
        cr_assert(uowi_utf8_valid(text, length, NULL), "U+%X", code);
        cr_assert_eq(uowi_utf8_to_utf16(text, length, back, 2), units);
        cr_assert_eq(memcmp(wide, back, units * 2), 0, "U+%X", code);
    }
}

Test(utf, half_a_surrogate_pair_is_refused)
{
    static const uint16_t lone_high[] = {'a', 0xd83d};
    static const uint16_t high_then_letter[] = {0xd83d, 'a'};
    static const uint16_t lone_low[] = {0xde00, 0xd83d};
    char out[16];
    cr_assert_eq(uowi_utf16_to_utf8(lone_high, 2, out, sizeof out), UOWI_UTF_ERROR);
    cr_assert_eq(uowi_utf16_to_utf8(high_then_letter, 2, out, sizeof out), UOWI_UTF_ERROR);
    cr_assert_eq(uowi_utf16_to_utf8(lone_low, 2, out, sizeof out), UOWI_UTF_ERROR);
}

Test(utf, too_little_room_is_an_error_and_just_enough_is_not)
{
    static const uint16_t wide[] = {'a', 0xd83d, 0xde00};
    uint16_t units[3];
    char text[5];
    cr_assert_eq(uowi_utf16_to_utf8(wide, 3, text, 4), UOWI_UTF_ERROR);
    cr_assert_eq(uowi_utf16_to_utf8(wide, 3, text, 5), 5);
    cr_assert_eq(uowi_utf8_to_utf16(text, 5, units, 2), UOWI_UTF_ERROR);
    cr_assert_eq(uowi_utf8_to_utf16(text, 5, units, 3), 3);
}

Test(utf, a_cut_falls_between_characters)
{
    cr_assert_eq(uowi_utf8_whole("", 0), 0);
    cr_assert_eq(uowi_utf8_whole("abc", 3), 3);
    cr_assert_eq(uowi_utf8_whole("ab\xc3\xa9", 4), 4);
    cr_assert_eq(uowi_utf8_whole("ab\xc3\xa9", 3), 2);
    cr_assert_eq(uowi_utf8_whole("a\xf0\x9f\x98\x80", 5), 5);
    cr_assert_eq(uowi_utf8_whole("a\xf0\x9f\x98\x80", 4), 1);
    cr_assert_eq(uowi_utf8_whole("a\xf0\x9f\x98\x80", 2), 1);
    cr_assert_eq(uowi_utf8_whole("\x80\x80\x80\x80\x80", 5), 5, "no text at all stays as it is");
}

Test(ascii, compares_without_case_or_locale)
{
    cr_assert_eq(uowi_ascii_casecmp("Customer_ID", "cUSTOMER_id"), 0);
    cr_assert_lt(uowi_ascii_casecmp("abc", "abd"), 0);
    cr_assert_gt(uowi_ascii_casecmp("abcd", "ABC"), 0);
    cr_assert_lt(uowi_ascii_casecmp("", "a"), 0);
    cr_assert_neq(uowi_ascii_casecmp("\xc3\x84", "\xc3\xa4"), 0);
    cr_assert_neq(uowi_ascii_casecmp("@", "`"), 0);
    cr_assert_eq(uowi_ascii_ncasecmp("SELECT 1", "select 2", 7), 0);
    cr_assert_eq(uowi_ascii_ncasecmp("a", "b", 0), 0);
}

Test(ascii, classes_do_not_ask_the_locale)
{
    cr_assert(uowi_ascii_space(' ') && uowi_ascii_space('\t') && uowi_ascii_space('\r'));
    cr_assert_not(uowi_ascii_space('\xa0'));
    cr_assert(uowi_ascii_digit('0') && uowi_ascii_digit('9'));
    cr_assert_not(uowi_ascii_digit('/') || uowi_ascii_digit(':'));
    cr_assert(uowi_ascii_word('a') && uowi_ascii_word('Z') && uowi_ascii_word('_'));
    cr_assert(uowi_ascii_word('5') && uowi_ascii_word('\xc3'));
    cr_assert_not(uowi_ascii_word('@') || uowi_ascii_word('[') || uowi_ascii_word('`'));
    cr_assert_not(uowi_ascii_word('{') || uowi_ascii_word('-') || uowi_ascii_word('\0'));
}
