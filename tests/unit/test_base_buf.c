#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include "base/buf.h"

#include <limits.h>
#include <string.h>

static uowi_mem buf_test_mem;
static uowi_buf buf;

static void buf_open(void)
{
    uowi_mem_init(&buf_test_mem, NULL);
    uowi_buf_init(&buf, &buf_test_mem, 0);
}

static void buf_close(void)
{
    uowi_buf_done(&buf);
    cr_assert_eq(atomic_load(&buf_test_mem.bytes), 0, "the text was not freed");
}

TestSuite(buf, .init = buf_open, .fini = buf_close);

Test(buf, empty_reads_as_an_empty_string_without_memory)
{
    cr_assert_str_eq(uowi_buf_cstr(&buf), "");
    uowi_buf_add(&buf, NULL, 0);
    cr_assert_eq(atomic_load(&buf_test_mem.calls), 0);
    cr_assert_not(buf.failed);
}

Test(buf, pieces_come_in_order)
{
    uowi_buf_text(&buf, "a=");
    uowi_buf_int(&buf, INT64_MIN);
    uowi_buf_char(&buf, ' ');
    uowi_buf_uint(&buf, UINT64_MAX);
    uowi_buf_add(&buf, "!?", 1);
    cr_assert_str_eq(uowi_buf_cstr(&buf), "a=-9223372036854775808 18446744073709551615!");
    cr_assert_eq(buf.length, strlen(uowi_buf_cstr(&buf)));
}

Test(buf, grows_to_any_length)
{
    for (int i = 0; i < 100000; i++)
        uowi_buf_char(&buf, (char)('a' + i % 26));
    cr_assert_eq(buf.length, 100000);
    cr_assert_eq(strlen(uowi_buf_cstr(&buf)), 100000);
    cr_assert_eq(buf.data[99999], 'a' + 99999 % 26);
    cr_assert_lt(atomic_load(&buf_test_mem.calls), 20);
}

Test(buf, reset_keeps_the_memory)
{
    uowi_buf_text(&buf, "something");
    uint64_t calls = atomic_load(&buf_test_mem.calls);
    buf.failed = true;
    uowi_buf_reset(&buf);
    cr_assert_str_eq(uowi_buf_cstr(&buf), "");
    uowi_buf_text(&buf, "else");
    cr_assert_str_eq(uowi_buf_cstr(&buf), "else");
    cr_assert_eq(atomic_load(&buf_test_mem.calls), calls);
}

Test(buf, the_ceiling_cuts_between_characters_and_is_remembered)
{
    buf.ceiling = 6;
    uowi_buf_text(&buf, "abcd");
    cr_assert_not(buf.failed);
    uowi_buf_text(&buf, "e\xe2\x82\xac"); /* the euro sign would end at 8 */
    cr_assert(buf.failed);
    cr_assert_str_eq(uowi_buf_cstr(&buf), "abcde");
    uowi_buf_char(&buf, 'x');
    cr_assert_str_eq(uowi_buf_cstr(&buf), "abcde", "a text with a hole is worse than a short one");
}

Test(buf, exactly_the_ceiling_is_no_failure)
{
    buf.ceiling = 4;
    uowi_buf_text(&buf, "abcd");
    cr_assert_not(buf.failed);
    uowi_buf_text(&buf, "");
    cr_assert_not(buf.failed);
    uowi_buf_char(&buf, 'e');
    cr_assert(buf.failed);
    cr_assert_str_eq(uowi_buf_cstr(&buf), "abcd");
}

Test(buf, formats_its_small_language)
{
    uowi_buf_fmt(&buf, "%s|%.*s|%.2s|%c|%d|%u|%zu|%lld|%llu|%ld|%lu|%x|%x|%%", "text", 3, "cutting",
                 "xyz", 'c', INT_MIN, UINT_MAX, (size_t)7, LLONG_MIN, ULLONG_MAX, -5L, 5UL, 0x80f0u, 0u);
    cr_assert_str_eq(uowi_buf_cstr(&buf), "text|cut|xy|c|-2147483648|4294967295|7|"
                                          "-9223372036854775808|18446744073709551615|-5|5|80f0|0|%");
    cr_assert_not(buf.failed);
}

Test(buf, a_null_string_does_not_crash)
{
    const char *volatile nothing = NULL;
    uowi_buf_fmt(&buf, "[%s]", nothing);
    cr_assert_str_eq(uowi_buf_cstr(&buf), "[(null)]");
}

Test(buf, a_precision_never_reads_past_it)
{
    char raw[3] = {'a', 'b', 'c'};
    uowi_buf_fmt(&buf, "%.*s.", 3, raw);
    cr_assert_str_eq(uowi_buf_cstr(&buf), "abc.");
}

Test(buf, an_unknown_conversion_stops_and_fails)
{
    static const char *volatile format = "a%ob";
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"
    uowi_buf_fmt(&buf, format, 1);
#pragma GCC diagnostic pop
    cr_assert(buf.failed);
    cr_assert_str_eq(uowi_buf_cstr(&buf), "a");
}

Test(buf, an_allocation_failure_leaves_a_whole_prefix)
{
    for (int n = 0;; n++) {
        uowi_buf_done(&buf);
        atomic_store(&buf_test_mem.fail_at, n);
        size_t added = 0;
        for (int i = 0; i < 50 && !buf.failed; i++) {
            uowi_buf_text(&buf, "0123456789");
            added += buf.failed ? 0 : 10;
        }
        cr_assert_eq(strlen(uowi_buf_cstr(&buf)), added);
        cr_assert_eq(buf.length, added);
        if (!buf.failed)
            break;
        cr_assert_lt(n, 20);
    }
    atomic_store(&buf_test_mem.fail_at, -1);
}
