#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include "odbc/connstr.h"

static uowi_mem mem;
static uowi_connstr cs;
static size_t bad;

static void setup(void)
{
    uowi_mem_init(&mem, NULL);
    uowi_connstr_init(&cs, &mem);
}

static void teardown(void)
{
    uowi_connstr_done(&cs);
    cr_assert_eq(mem.bytes, 0);
}

TestSuite(odbc_connstr, .init = setup, .fini = teardown);

static void expect_emitted(const char *expected)
{
    uowi_buf buf;
    uowi_buf_init(&buf, &mem, 0);
    uowi_connstr_emit(&cs, &buf);
    cr_assert_str_eq(uowi_buf_cstr(&buf), expected);
    uowi_buf_done(&buf);
}

Test(odbc_connstr, a_bare_name_is_a_dsn)
{
    cr_assert_eq(uowi_connstr_parse(&cs, "  my shop ", &bad), UOW_OK);
    cr_assert_str_eq(uowi_connstr_get(&cs, "dsn"), "my shop");
    expect_emitted("DSN=my shop;");
}

Test(odbc_connstr, pairs_are_read_with_blanks_and_empty_parts)
{
    cr_assert_eq(uowi_connstr_parse(&cs, "; Driver = {SQLite3} ;; Database=/tmp/a b.db ; X=", &bad),
                 UOW_OK);
    cr_assert_eq(cs.count, 3);
    cr_assert_str_eq(uowi_connstr_get(&cs, "DRIVER"), "SQLite3");
    cr_assert_str_eq(uowi_connstr_get(&cs, "database"), "/tmp/a b.db");
    cr_assert_str_eq(uowi_connstr_get(&cs, "x"), "");
    expect_emitted("Driver={SQLite3};Database=/tmp/a b.db;X=;");
}

Test(odbc_connstr, braces_protect_separators_and_braces)
{
    cr_assert_eq(uowi_connstr_parse(&cs, "PWD={a;b}}=c}", &bad), UOW_OK);
    cr_assert_str_eq(uowi_connstr_get(&cs, "PWD"), "a;b}=c");
    expect_emitted("PWD={a;b}}=c};");
}

Test(odbc_connstr, an_equals_sign_in_a_value_needs_no_braces)
{
    cr_assert_eq(uowi_connstr_parse(&cs, "A=b=c", &bad), UOW_OK);
    cr_assert_str_eq(uowi_connstr_get(&cs, "A"), "b=c");
}

Test(odbc_connstr, added_values_survive_a_second_reading)
{
    static const char *const values[] = {"plain",  "a;b", "}",           "{",    "{x}", " lead",
                                         "trail ", "p=w", "p\xc3\xa4ss", "a}}b", "",    "!@"};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        uowi_connstr again;
        uowi_buf buf;
        uowi_connstr_remove(&cs, "PWD");
        cr_assert(uowi_connstr_add(&cs, "PWD", values[i]));
        uowi_buf_init(&buf, &mem, 0);
        uowi_connstr_emit(&cs, &buf);
        uowi_connstr_init(&again, &mem);
        cr_assert_eq(uowi_connstr_parse(&again, uowi_buf_cstr(&buf), &bad), UOW_OK);
        cr_assert_str_eq(uowi_connstr_get(&again, "PWD"), values[i]);
        uowi_connstr_done(&again);
        uowi_buf_done(&buf);
    }
}

Test(odbc_connstr, the_first_of_two_equal_keys_counts)
{
    cr_assert_eq(uowi_connstr_parse(&cs, "A=1;a=2", &bad), UOW_OK);
    cr_assert_str_eq(uowi_connstr_get(&cs, "A"), "1");
}

Test(odbc_connstr, spellings_are_found_and_removed_together)
{
    cr_assert_eq(uowi_connstr_parse(&cs, "User=a;UID=b;Users=c", &bad), UOW_OK);
    cr_assert_str_eq(uowi_connstr_get(&cs, "UID|USER"), "a");
    uowi_connstr_remove(&cs, "UID|USER");
    expect_emitted("Users=c;");
}

Test(odbc_connstr, malformed_text_tells_where)
{
    cr_assert_eq(uowi_connstr_parse(&cs, "A=1;secret", &bad), UOW_MISUSE);
    cr_assert_eq(bad, 4);
    cr_assert_eq(uowi_connstr_parse(&cs, "A={1", &bad), UOW_MISUSE);
    cr_assert_eq(bad, 0);
    cr_assert_eq(uowi_connstr_parse(&cs, "A={1}x;B=2", &bad), UOW_MISUSE);
    cr_assert_eq(uowi_connstr_parse(&cs, "=1", &bad), UOW_MISUSE);
    cr_assert_eq(uowi_connstr_parse(&cs, "", &bad), UOW_MISUSE);
    cr_assert_eq(uowi_connstr_parse(&cs, "a;b", &bad), UOW_MISUSE);
}

Test(odbc_connstr, any_failed_allocation_is_no_memory_and_leaks_nothing)
{
    for (int64_t n = 0;; n++) {
        uowi_connstr one;
        uowi_connstr_init(&one, &mem);
        mem.fail_at = n;
        uow_status st = uowi_connstr_parse(&one, "Driver={SQLite3};PWD={a;b};DSN=x", &bad);
        mem.fail_at = -1;
        uowi_connstr_done(&one);
        cr_assert_eq(mem.bytes, 0);
        if (st == UOW_OK)
            break;
        cr_assert_eq(st, UOW_NO_MEMORY);
    }
}
