#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include "track_fixture.h"

static shop s;

static shop_customer *customer_of(const uowi_entry *entry)
{
    return uowi_tracker_row(&s.tracker, entry);
}

static void end(void)
{
    cr_assert_eq(shop_close(&s), 0);
}

Test(tracker, what_was_attached_is_found_by_key_and_by_address)
{
    shop_customer ann = shop_ann(42);
    shop_customer probe = {.id = 42};
    cr_assert(shop_open(&s, 0));
    const uowi_entity *customers = shop_entity(&s, &shop_customers);
    cr_assert_null(uowi_tracker_find(&s.tracker, customers, &probe));
    uowi_entry *entry = shop_attach(&s, &shop_customers, &ann, UOW_UNCHANGED);
    cr_assert_eq(uowi_tracker_find(&s.tracker, customers, &probe), entry);
    cr_assert_eq(uowi_tracker_entry(&s.tracker, customer_of(entry)), entry);
    cr_assert_null(uowi_tracker_entry(&s.tracker, &ann));
    cr_assert_str_eq(customer_of(entry)->name, "Ann");
    end();
}

Test(tracker, a_composite_key_is_found_by_all_its_parts_only)
{
    shop_line line = {1, 2, 10};
    shop_line probe = {1, 3, 0};
    cr_assert(shop_open(&s, 0));
    const uowi_entity *lines = shop_entity(&s, &shop_lines);
    uowi_entry *entry = shop_attach(&s, &shop_lines, &line, UOW_UNCHANGED);
    cr_assert_null(uowi_tracker_find(&s.tracker, lines, &probe));
    probe.line_no = 2;
    cr_assert_eq(uowi_tracker_find(&s.tracker, lines, &probe), entry);
    end();
}

Test(tracker, rows_of_two_entities_may_have_the_same_key)
{
    shop_node node = {7, 0, 0};
    shop_order order = {7, 0, ""};
    cr_assert(shop_open(&s, 0));
    uowi_entry *first = shop_attach(&s, &shop_nodes, &node, UOW_UNCHANGED);
    cr_assert_null(uowi_tracker_find(&s.tracker, shop_entity(&s, &shop_orders), &order));
    uowi_entry *second = shop_attach(&s, &shop_orders, &order, UOW_UNCHANGED);
    cr_assert_eq(uowi_tracker_find(&s.tracker, shop_entity(&s, &shop_nodes), &node), first);
    cr_assert_eq(uowi_tracker_find(&s.tracker, shop_entity(&s, &shop_orders), &order), second);
    end();
}

Test(tracker, ten_thousand_rows_have_one_instance_each)
{
    cr_assert(shop_open(&s, 0));
    for (int64_t id = 1; id <= 10000; id++) {
        shop_customer c = shop_ann(id);
        cr_assert_not_null(shop_attach(&s, &shop_customers, &c, UOW_UNCHANGED));
    }
    for (int64_t id = 1; id <= 10000; id++) {
        shop_customer probe = {.id = id};
        uowi_entry *entry = uowi_tracker_find(&s.tracker, shop_entity(&s, &shop_customers), &probe);
        cr_assert(entry && customer_of(entry)->id == id);
    }
    cr_assert_eq(s.tracker.count, 10000);
    end();
}

Test(tracker, a_second_instance_with_a_tracked_key_names_entity_and_key)
{
    shop_line line = {7, 2, 1};
    cr_assert(shop_open(&s, 0));
    cr_assert_not_null(shop_attach(&s, &shop_lines, &line, UOW_UNCHANGED));
    cr_assert_null(shop_attach(&s, &shop_lines, &line, UOW_ADDED));
    cr_assert_eq(uow_error_status(&s.error), UOW_IDENTITY);
    cr_assert_str_eq(uow_error_entity(&s.error), "lines");
    cr_assert_str_eq(uow_error_key(&s.error), "order_id=7, line_no=2");
    cr_assert_str_eq(uow_error_message(&s.error), "lines with key order_id=7, line_no=2 is tracked already: change "
                                                  "that instance, or detach it first");
    cr_assert_eq(s.tracker.count, 1);
    end();
}

Test(tracker, a_generated_key_that_is_zero_gets_temporary_values_that_do_not_repeat)
{
    shop_customer none = shop_ann(0);
    cr_assert(shop_open(&s, 0));
    uowi_entry *a = shop_attach(&s, &shop_customers, &none, UOW_ADDED);
    uowi_entry *b = shop_attach(&s, &shop_customers, &none, UOW_ADDED);
    cr_assert(a->temporary && b->temporary);
    cr_assert_lt(customer_of(a)->id, 0);
    cr_assert_neq(customer_of(a)->id, customer_of(b)->id);
    cr_assert_eq(none.id, 0, "the program's struct is only read");
    end();
}

Test(tracker, a_generated_key_that_is_given_stays)
{
    shop_customer ann = shop_ann(9);
    cr_assert(shop_open(&s, 0));
    uowi_entry *entry = shop_attach(&s, &shop_customers, &ann, UOW_ADDED);
    cr_assert_eq(customer_of(entry)->id, 9);
    cr_assert_not(entry->temporary);
    end();
}

Test(tracker, a_temporary_key_steps_around_one_the_program_uses)
{
    shop_customer ann = shop_ann(-1);
    shop_customer none = shop_ann(0);
    cr_assert(shop_open(&s, 0));
    cr_assert_not_null(shop_attach(&s, &shop_customers, &ann, UOW_UNCHANGED));
    uowi_entry *entry = shop_attach(&s, &shop_customers, &none, UOW_ADDED);
    cr_assert_eq(customer_of(entry)->id, -2);
    end();
}

typedef struct tiny_row {
    int8_t id;
} tiny_row;
typedef struct tiny_unsigned {
    uint8_t id;
} tiny_unsigned;
static const uow_column tiny_columns[] = {UOW_COLUMN(tiny_row, id, "id", UOW_INT8, UOW_KEY | UOW_GENERATED)};
static const uow_entity tiny = UOW_ENTITY(tiny_row, "tiny", tiny_columns);
static const uow_column tiny_unsigned_columns[] = {
    UOW_COLUMN(tiny_unsigned, id, "id", UOW_UINT8, UOW_KEY | UOW_GENERATED)};
static const uow_entity tiny_unsigneds = UOW_ENTITY(tiny_unsigned, "tiny_unsigned", tiny_unsigned_columns);

static uow_status fill_tiny(const uow_entity *def, size_t wanted)
{
    const uow_entity *const entities[] = {&tiny, &tiny_unsigneds};
    uow_status st = UOW_OK;
    char zero = 0;

    memset(&s, 0, sizeof s);
    uowi_mem_init(&s.mem, NULL);
    uowi_error_init(&s.error, &s.mem);
    cr_assert_eq(uowi_model_create(&s.mem, entities, 2, &s.model), UOW_OK);
    cr_assert(uowi_tracker_init(&s.tracker, &s.mem, s.model, 0));
    for (size_t i = 0; st == UOW_OK && i < wanted; i++) {
        uowi_entry *entry;
        st = uowi_tracker_add(&s.tracker, shop_entity(&s, def), &zero, &s.error, &entry);
    }
    return st;
}

static void end_tiny(void)
{
    uowi_tracker_done(&s.tracker);
    uowi_model_destroy(s.model);
    uowi_error_done(&s.error);
    cr_assert_eq(s.mem.bytes, 0);
}

Test(tracker, a_small_member_runs_out_of_temporary_keys_with_an_error, .timeout = 5)
{
    cr_assert_eq(fill_tiny(&tiny, 128), UOW_OK);
    end_tiny();
    cr_assert_eq(fill_tiny(&tiny, 129), UOW_LIMIT);
    cr_assert_str_eq(uow_error_message(&s.error), "no temporary key is left for tiny.id: save first");
    end_tiny();
}

Test(tracker, a_small_unsigned_member_runs_out_of_temporary_keys_with_an_error, .timeout = 5)
{
    cr_assert_eq(fill_tiny(&tiny_unsigneds, 255), UOW_OK);
    end_tiny();
    cr_assert_eq(fill_tiny(&tiny_unsigneds, 256), UOW_LIMIT);
    end_tiny();
}

/* Found by the count of the whole context: a small key's range was used up by other tables, and stayed so after a save. */
Test(tracker, a_small_key_takes_temporary_values_that_are_free_again, .timeout = 5)
{
    tiny_row zero = {0};
    uowi_entry *entry;
    cr_assert_eq(fill_tiny(&tiny, 128), UOW_OK);
    cr_assert_eq(uowi_tracker_add(&s.tracker, shop_entity(&s, &tiny), &zero, &s.error, &entry), UOW_LIMIT);
    zero.id = -5;
    uowi_tracker_detach(&s.tracker, uowi_tracker_find(&s.tracker, shop_entity(&s, &tiny), &zero));
    zero.id = 0;
    cr_assert_eq(uowi_tracker_add(&s.tracker, shop_entity(&s, &tiny), &zero, &s.error, &entry), UOW_OK);
    cr_assert_eq(((tiny_row *)uowi_tracker_row(&s.tracker, entry))->id, -5);
    end_tiny();
}

Test(tracker, states_are_those_of_ef_core)
{
    shop_customer ann = shop_ann(1);
    shop_customer none = shop_ann(0);
    cr_assert(shop_open(&s, 0));
    uowi_entry *entry = shop_attach(&s, &shop_customers, &ann, UOW_UNCHANGED);
    uowi_entry *added = shop_attach(&s, &shop_customers, &none, UOW_ADDED);
    cr_assert_eq(uowi_tracker_state(&s.tracker, NULL), UOW_DETACHED);
    cr_assert_eq(uowi_tracker_state(&s.tracker, entry), UOW_UNCHANGED);
    cr_assert_eq(uowi_tracker_state(&s.tracker, added), UOW_ADDED);
    customer_of(entry)->balance = 1;
    cr_assert_eq(uowi_tracker_state(&s.tracker, entry), UOW_MODIFIED);
    customer_of(added)->balance = 1;
    cr_assert_eq(uowi_tracker_state(&s.tracker, added), UOW_ADDED);
    uowi_tracker_remove(&s.tracker, entry);
    cr_assert_eq(uowi_tracker_state(&s.tracker, entry), UOW_DELETED);
    end();
}

Test(tracker, changes_count_added_modified_and_deleted)
{
    shop_customer rows[4] = {shop_ann(1), shop_ann(2), shop_ann(3), shop_ann(0)};
    uowi_entry *entries[4];
    cr_assert(shop_open(&s, 0));
    for (size_t i = 0; i < 4; i++)
        entries[i] = shop_attach(&s, &shop_customers, &rows[i], i < 3 ? UOW_UNCHANGED : UOW_ADDED);
    cr_assert_eq(uowi_tracker_changes(&s.tracker), 1);
    customer_of(entries[0])->balance = 0;
    uowi_tracker_remove(&s.tracker, entries[1]);
    cr_assert_eq(uowi_tracker_changes(&s.tracker), 3);
    cr_assert_eq(uowi_tracker_revert(&s.tracker, entries[0], &s.error), UOW_OK);
    cr_assert_eq(uowi_tracker_revert(&s.tracker, entries[1], &s.error), UOW_OK);
    cr_assert_eq(uowi_tracker_changes(&s.tracker), 1);
    end();
}

Test(tracker, a_row_that_was_only_added_is_forgotten_when_removed)
{
    shop_customer none = shop_ann(0);
    cr_assert(shop_open(&s, 0));
    uowi_entry *entry = shop_attach(&s, &shop_customers, &none, UOW_ADDED);
    void *row = customer_of(entry);
    uowi_tracker_remove(&s.tracker, entry);
    cr_assert_null(uowi_tracker_entry(&s.tracker, row));
    cr_assert_eq(s.tracker.count, 0);
    end();
}

Test(tracker, revert_undoes_a_removal_and_keeps_an_added_row_added)
{
    shop_customer ann = shop_ann(1);
    shop_customer none = shop_ann(0);
    cr_assert(shop_open(&s, 0));
    uowi_entry *entry = shop_attach(&s, &shop_customers, &ann, UOW_UNCHANGED);
    uowi_entry *added = shop_attach(&s, &shop_customers, &none, UOW_ADDED);
    customer_of(entry)->balance = 1;
    uowi_tracker_remove(&s.tracker, entry);
    cr_assert_eq(uowi_tracker_revert(&s.tracker, entry, &s.error), UOW_OK);
    cr_assert_eq(uowi_tracker_state(&s.tracker, entry), UOW_UNCHANGED);
    cr_assert_float_eq(customer_of(entry)->balance, 12.5, 0);
    int64_t id = customer_of(added)->id;
    customer_of(added)->balance = 1;
    cr_assert_eq(uowi_tracker_revert(&s.tracker, added, &s.error), UOW_OK);
    cr_assert_eq(uowi_tracker_state(&s.tracker, added), UOW_ADDED);
    cr_assert_eq(customer_of(added)->id, id);
    end();
}

Test(tracker, a_detached_row_is_neither_found_nor_counted_and_its_key_is_free)
{
    shop_customer ann = shop_ann(1);
    cr_assert(shop_open(&s, 0));
    uowi_entry *entry = shop_attach(&s, &shop_customers, &ann, UOW_UNCHANGED);
    void *row = customer_of(entry);
    uowi_tracker_detach(&s.tracker, entry);
    cr_assert_null(uowi_tracker_entry(&s.tracker, row));
    cr_assert_null(uowi_tracker_find(&s.tracker, shop_entity(&s, &shop_customers), &ann));
    cr_assert_eq(s.tracker.count, 0);
    cr_assert_not_null(shop_attach(&s, &shop_customers, &ann, UOW_ADDED));
    end();
}

Test(tracker, a_key_edited_by_the_program_does_not_lose_the_row)
{
    shop_customer ann = shop_ann(1);
    cr_assert(shop_open(&s, 0));
    uowi_entry *entry = shop_attach(&s, &shop_customers, &ann, UOW_UNCHANGED);
    customer_of(entry)->id = 99;
    cr_assert_eq(uowi_tracker_find(&s.tracker, shop_entity(&s, &shop_customers), &ann), entry);
    uowi_tracker_detach(&s.tracker, entry);
    cr_assert_null(uowi_tracker_find(&s.tracker, shop_entity(&s, &shop_customers), &ann));
    end();
}

Test(tracker, the_limit_is_said_with_its_number_and_detaching_makes_room)
{
    shop_customer rows[3] = {shop_ann(1), shop_ann(2), shop_ann(3)};
    cr_assert(shop_open(&s, 2));
    uowi_entry *first = shop_attach(&s, &shop_customers, &rows[0], UOW_UNCHANGED);
    cr_assert_not_null(shop_attach(&s, &shop_customers, &rows[1], UOW_UNCHANGED));
    cr_assert_null(shop_attach(&s, &shop_customers, &rows[2], UOW_UNCHANGED));
    cr_assert_eq(uow_error_status(&s.error), UOW_LIMIT);
    cr_assert_str_eq(uow_error_message(&s.error),
                     "the context already tracks 2 instances (max_tracked); clear it or detach some");
    uowi_tracker_detach(&s.tracker, first);
    cr_assert_not_null(shop_attach(&s, &shop_customers, &rows[2], UOW_UNCHANGED));
    end();
}

Test(tracker, refresh_overwrites_values_and_originals)
{
    shop_customer ann = shop_ann(1);
    cr_assert(shop_open(&s, 0));
    uowi_entry *entry = shop_attach(&s, &shop_customers, &ann, UOW_UNCHANGED);
    customer_of(entry)->balance = 1;
    ann.balance = 99;
    cr_assert_eq(uowi_tracker_refresh(&s.tracker, entry, &ann, &s.error), UOW_OK);
    cr_assert_float_eq(customer_of(entry)->balance, 99, 0);
    cr_assert_eq(uowi_tracker_state(&s.tracker, entry), UOW_UNCHANGED);
    end();
}

Test(tracker, a_row_moves_to_its_real_key)
{
    shop_customer none = shop_ann(0);
    cr_assert(shop_open(&s, 0));
    uowi_entry *entry = shop_attach(&s, &shop_customers, &none, UOW_ADDED);
    shop_customer temporary = *customer_of(entry);
    cr_assert(uowi_tracker_reserve(&s.tracker, 1));
    customer_of(entry)->id = 77;
    ((shop_customer *)uowi_tracker_original(&s.tracker, entry))->id = 77;
    uowi_tracker_rekey(&s.tracker, entry);
    cr_assert_null(uowi_tracker_find(&s.tracker, shop_entity(&s, &shop_customers), &temporary));
    cr_assert_eq(uowi_tracker_find(&s.tracker, shop_entity(&s, &shop_customers), customer_of(entry)), entry);
    cr_assert_not(entry->temporary);
    end();
}

Test(tracker, clear_forgets_everything_and_goes_on)
{
    char text[] = "abc";
    shop_note note = {.id = 1, .body = {text, 3}, .image_ind = UOW_NULL, .mark_ind = UOW_NULL};
    cr_assert(shop_open(&s, 0));
    for (note.id = 1; note.id <= 1000; note.id++)
        cr_assert_not_null(shop_attach(&s, &shop_notes, &note, UOW_UNCHANGED));
    uowi_tracker_clear(&s.tracker);
    cr_assert_eq(s.tracker.count, 0);
    note.id = 5;
    cr_assert_null(uowi_tracker_find(&s.tracker, shop_entity(&s, &shop_notes), &note));
    cr_assert_not_null(shop_attach(&s, &shop_notes, &note, UOW_ADDED));
    end();
}

/* Adds a row with long values and one without; memory gives out at call n. */
static uow_status add_two(void)
{
    char text[] = "abc";
    shop_note note = {.id = 1, .body = {text, 3}, .image = {text, 3}, .mark_ind = UOW_NULL};
    shop_customer none = shop_ann(0);
    uowi_entry *entry = NULL;
    uow_status st = uowi_tracker_add(&s.tracker, shop_entity(&s, &shop_notes), &note, &s.error, &entry);

    if (st == UOW_OK)
        st = uowi_tracker_add(&s.tracker, shop_entity(&s, &shop_customers), &none, &s.error, &entry);
    return st;
}

Test(tracker, memory_running_out_at_any_point_adds_nothing_and_leaks_nothing)
{
    uow_status st = UOW_NO_MEMORY;
    int64_t n = 0;
    for (; st != UOW_OK; n++) {
        cr_assert(shop_open(&s, 0));
        atomic_store(&s.mem.fail_at, n);
        st = add_two();
        atomic_store(&s.mem.fail_at, -1);
        cr_assert(st == UOW_OK || st == UOW_NO_MEMORY);
        if (st != UOW_OK) {
            uint64_t before = s.tracker.count;
            cr_assert_leq(before, 1);
            cr_assert_eq(uowi_tracker_changes(&s.tracker), before);
            uowi_tracker_clear(&s.tracker);
            uowi_error_clear(&s.error);
            cr_assert_eq(add_two(), UOW_OK, "the next try succeeds");
        }
        end();
    }
    cr_assert_gt(n, 5);
}

Test(tracker, a_refresh_without_memory_changes_nothing)
{
    char text[] = "abc";
    char other[] = "other";
    shop_note note = {.id = 1, .body = {text, 3}, .image_ind = UOW_NULL, .mark_ind = UOW_NULL};
    cr_assert(shop_open(&s, 0));
    uowi_entry *entry = shop_attach(&s, &shop_notes, &note, UOW_UNCHANGED);
    note.body = (uow_text){other, 5};
    atomic_store(&s.mem.fail_at, 0);
    cr_assert_eq(uowi_tracker_refresh(&s.tracker, entry, &note, &s.error), UOW_NO_MEMORY);
    atomic_store(&s.mem.fail_at, -1);
    cr_assert_str_eq(((shop_note *)uowi_tracker_row(&s.tracker, entry))->body.data, "abc");
    end();
}
