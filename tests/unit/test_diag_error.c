#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include "diag/error.h"

#include <string.h>

static uowi_mem error_test_mem;
static uow_error error;

static void error_open(void)
{
    uowi_mem_init(&error_test_mem, NULL);
    uowi_error_init(&error, &error_test_mem);
}

static void error_close(void)
{
    uowi_error_done(&error);
    cr_assert_eq(atomic_load(&error_test_mem.bytes), 0, "the record left memory behind");
}

TestSuite(error, .init = error_open, .fini = error_close);

/* A record with every field filled. */
static void error_fill_all(uow_error *record)
{
    static int instances[20];
    uowi_error_operation(record, "save");
    uowi_error_function(record, "SQLExecute");
    (void)uowi_error_set(record, UOW_CONSTRAINT, "Row %d of %s was refused.", 3, "orders");
    uowi_error_entity(record, "orders");
    uowi_error_column(record, "customer_id");
    uowi_error_key(record, "order_id=42");
    uowi_error_statement(record, "INSERT INTO orders VALUES (?)");
    uowi_error_constraint(record, "orders_customer_fk");
    for (int i = 0; i < 20; i++)
        uowi_error_instance(record, &instances[i]);
    uowi_error_diagnostic(record, "23503", 7, "no such customer, and more", 16);
    uowi_error_frame(record, "While saving %s", "orders");
}

static void error_expect_empty(const uow_error *record)
{
    cr_assert_eq(uow_error_status(record), UOW_OK);
    cr_assert_str_eq(uow_error_message(record), "");
    cr_assert_str_eq(uow_error_operation(record), "");
    cr_assert_str_eq(uow_error_function(record), "");
    cr_assert_str_eq(uow_error_sqlstate(record), "");
    cr_assert_eq(uow_error_native(record), 0);
    cr_assert_str_eq(uow_error_entity(record), "");
    cr_assert_str_eq(uow_error_column(record), "");
    cr_assert_str_eq(uow_error_key(record), "");
    cr_assert_str_eq(uow_error_statement(record), "");
    cr_assert_str_eq(uow_error_constraint(record), "");
    cr_assert_eq(uow_error_diagnostic_count(record), 0);
    cr_assert_eq(uow_error_instance_count(record), 0);
    cr_assert_null(uow_error_instance(record, 0));
    uow_diagnostic diagnostic;
    cr_assert_not(uow_error_diagnostic(record, 0, &diagnostic));
}

Test(error, null_none_and_fresh_records_say_nothing)
{
    error_expect_empty(NULL);
    error_expect_empty(&uowi_error_none);
    error_expect_empty(&error);
    cr_assert_not(uowi_error_is_set(&error));
}

Test(error, tells_everything_it_was_told)
{
    error_fill_all(&error);
    cr_assert(uowi_error_is_set(&error));
    cr_assert_eq(uow_error_status(&error), UOW_CONSTRAINT);
    cr_assert_str_eq(uow_error_message(&error), "Row 3 of orders was refused. While saving orders");
    cr_assert_str_eq(uow_error_operation(&error), "save");
    cr_assert_str_eq(uow_error_function(&error), "SQLExecute");
    cr_assert_str_eq(uow_error_sqlstate(&error), "23503");
    cr_assert_eq(uow_error_native(&error), 7);
    cr_assert_str_eq(uow_error_entity(&error), "orders");
    cr_assert_str_eq(uow_error_column(&error), "customer_id");
    cr_assert_str_eq(uow_error_key(&error), "order_id=42");
    cr_assert_str_eq(uow_error_statement(&error), "INSERT INTO orders VALUES (?)");
    cr_assert_str_eq(uow_error_constraint(&error), "orders_customer_fk");
    cr_assert_eq(uow_error_instance_count(&error), 20);
    cr_assert_not_null(uow_error_instance(&error, 19));
    cr_assert_null(uow_error_instance(&error, 20));
    uow_diagnostic diagnostic;
    cr_assert(uow_error_diagnostic(&error, 0, &diagnostic));
    cr_assert_str_eq(diagnostic.text, "no such customer");
    cr_assert_not(uow_error_diagnostic(&error, 1, &diagnostic));
    cr_assert_not(uow_error_diagnostic(&error, 0, NULL));
}

Test(error, the_first_error_wins)
{
    cr_assert_eq(uowi_error_set(&error, UOW_CONFLICT, "first"), UOW_CONFLICT);
    cr_assert_eq(uowi_error_set(&error, UOW_DRIVER, "second"), UOW_CONFLICT);
    cr_assert_eq(uowi_error_no_memory(&error), UOW_CONFLICT);
    uowi_error_entity(&error, "inner");
    uowi_error_entity(&error, "outer");
    uowi_error_operation(&error, "save");
    uowi_error_operation(&error, "unit");
    cr_assert_str_eq(uow_error_message(&error), "first");
    cr_assert_str_eq(uow_error_entity(&error), "inner");
    cr_assert_str_eq(uow_error_operation(&error), "save");
}

Test(error, a_decision_can_change_only_once_there_is_one)
{
    uowi_error_status(&error, UOW_CONNECTION_LOST);
    cr_assert_not(uowi_error_is_set(&error));
    (void)uowi_error_set(&error, UOW_SQL, "the driver says so");
    uowi_error_status(&error, UOW_CONNECTION_LOST);
    cr_assert_eq(uow_error_status(&error), UOW_CONNECTION_LOST);
    cr_assert_str_eq(uow_error_message(&error), "the driver says so");
}

Test(error, cleared_it_can_be_set_again)
{
    error_fill_all(&error);
    uowi_error_clear(&error);
    error_expect_empty(&error);
    cr_assert_eq(uowi_error_set(&error, UOW_TIMEOUT, "next"), UOW_TIMEOUT);
    cr_assert_str_eq(uow_error_message(&error), "next");
}

Test(error, sentences_are_joined_properly)
{
    uowi_error_frame(&error, "Nothing to add to");
    error_expect_empty(&error);
    (void)uowi_error_set(&error, UOW_SQL, "no such table");
    uowi_error_frame(&error, "While reading %s.", "orders");
    uowi_error_frame(&error, "In unit 7");
    cr_assert_str_eq(uow_error_message(&error), "no such table. While reading orders. In unit 7");
}

Test(error, out_of_memory_needs_no_memory)
{
    cr_assert_eq(uowi_error_no_memory(&error), UOW_NO_MEMORY);
    cr_assert_str_eq(uow_error_message(&error), uow_status_text(UOW_NO_MEMORY));
    cr_assert_eq(atomic_load(&error_test_mem.calls), 0);
    uowi_error_frame(&error, "While saving orders");
    cr_assert_str_eq(uow_error_message(&error),
                     "Out of memory; nothing was changed. While saving orders");
}

Test(error, diagnostics_beyond_the_maximum_are_dropped)
{
    char raw[3] = {'a', 'b', 'c'}; /* no NUL */
    for (int i = 0; i < UOWI_MAX_DIAGNOSTICS + 3; i++)
        uowi_error_diagnostic(&error, "HY000", i, raw, sizeof raw);
    cr_assert_eq(uow_error_diagnostic_count(&error), UOWI_MAX_DIAGNOSTICS);
    uow_diagnostic last;
    cr_assert(uow_error_diagnostic(&error, UOWI_MAX_DIAGNOSTICS - 1, &last));
    cr_assert_eq(last.native, UOWI_MAX_DIAGNOSTICS - 1);
    cr_assert_str_eq(last.text, "abc");
}

Test(error, a_diagnostic_ends_at_its_nul_although_the_driver_counted_on)
{
    uowi_error_diagnostic(&error, "HY000", 0, "text\0garbage", 12);
    uowi_error_diagnostic(&error, "HY000", 0, NULL, 0);
    uow_diagnostic diagnostic;
    cr_assert(uow_error_diagnostic(&error, 0, &diagnostic));
    cr_assert_str_eq(diagnostic.text, "text");
    cr_assert(uow_error_diagnostic(&error, 1, &diagnostic));
    cr_assert_str_eq(diagnostic.text, "");
}

Test(error, a_message_has_a_ceiling)
{
    char text[9000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    (void)uowi_error_set(&error, UOW_SQL, "%s", text);
    cr_assert_leq(strlen(uow_error_message(&error)), 8192);
    uowi_error_frame(&error, "does not fit");
}

Test(error, moving_takes_everything_and_leaves_an_empty_record)
{
    uow_error other;
    uowi_error_init(&other, &error_test_mem);
    (void)uowi_error_set(&other, UOW_DRIVER, "overwritten");
    uowi_error_key(&other, "old");
    error_fill_all(&error);
    uowi_error_move(&other, &error);
    error_expect_empty(&error);
    cr_assert_eq(uow_error_status(&other), UOW_CONSTRAINT);
    cr_assert_str_eq(uow_error_key(&other), "order_id=42");
    cr_assert_eq(uow_error_instance_count(&other), 20);
    uowi_error_move(&other, &other);
    cr_assert_eq(uow_error_status(&other), UOW_CONSTRAINT);
    uowi_error_done(&other);
}

Test(error, each_allocation_may_fail_and_the_status_stays_right)
{
    for (int n = 0; n < 200; n++) {
        uowi_error_done(&error);
        atomic_store(&error_test_mem.fail_at, n);
        error_fill_all(&error);
        bool all = atomic_exchange(&error_test_mem.fail_at, -1) >= 0;
        cr_assert_eq(uow_error_status(&error), UOW_CONSTRAINT);
        cr_assert_str_eq(uow_error_sqlstate(&error), "23503");
        cr_assert_str_not_empty(uow_error_message(&error));
        uow_diagnostic diagnostic;
        cr_assert(uow_error_diagnostic(&error, 0, &diagnostic));
        cr_assert_not_null(diagnostic.text);
        cr_assert_not_null(uow_error_entity(&error));
        if (all)
            return;
    }
    cr_assert_fail("it never succeeded");
}

Test(status, every_status_has_a_name_and_a_sentence)
{
    for (int i = UOW_BUSY; i <= UOW_DRIVER; i++) {
        cr_assert_str_neq(uow_status_name((uow_status)i), "UNKNOWN", "%d", i);
        cr_assert_str_not_empty(uow_status_text((uow_status)i));
    }
    cr_assert_str_eq(uow_status_name(UOW_OK), "OK");
    cr_assert_str_eq(uow_status_name(UOW_PENDING), "PENDING");
    cr_assert_str_eq(uow_status_name(UOW_END), "END");
    cr_assert_str_eq(uow_status_name(UOW_CONFLICT), "CONFLICT");
    cr_assert_str_eq(uow_status_name((uow_status)999), "UNKNOWN");
    cr_assert_str_not_empty(uow_status_text((uow_status)999));
}

Test(status, the_version_is_that_of_the_headers)
{
    cr_assert_str_eq(uow_version(), UOW_VERSION_STRING);
}
