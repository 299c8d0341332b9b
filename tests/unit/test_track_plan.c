#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include <stdio.h>

#include "track/plan.h"
#include "track_fixture.h"

static shop s;
static uowi_plan plan;

static uow_status build(void)
{
    uow_status st;

    uowi_arena_reset(&s.arena);
    uowi_error_clear(&s.error);
    memset(&plan, 0, sizeof plan);
    st = uowi_plan_build(&s.tracker, &s.arena, &s.error, &plan);
    uowi_plan_forget(&plan);
    return st;
}

static void end(void)
{
    cr_assert_eq(shop_close(&s), 0);
}

static uowi_entry *order_add(int64_t id, int64_t customer, uow_state state)
{
    shop_order order = {id, customer, "open"};
    return shop_attach(&s, &shop_orders, &order, state);
}

static uowi_entry *line_add(int64_t order, int32_t no, uow_state state)
{
    shop_line line = {order, no, 1};
    return shop_attach(&s, &shop_lines, &line, state);
}

static uowi_entry *node_add(int64_t id, int64_t parent, uow_state state)
{
    shop_node node = {id, parent, parent ? 0 : UOW_NULL};
    return shop_attach(&s, &shop_nodes, &node, state);
}

static uowi_entry *customer_add(int64_t id, uow_state state)
{
    shop_customer c = shop_ann(id);
    return shop_attach(&s, &shop_customers, &c, state);
}

/* "insert customers, insert orders, ..." */
static const char *steps(void)
{
    static const char *const writes[] = {"insert", "update", "delete"};
    static char text[512];
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < plan.count; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s %s", i ? ", " : "",
                                 writes[plan.changes[i].write], plan.changes[i].entity->name);
    return text;
}

Test(plan, nothing_changed_is_an_empty_plan)
{
    cr_assert(shop_open(&s, 0));
    customer_add(1, UOW_UNCHANGED);
    cr_assert_eq(build(), UOW_OK);
    cr_assert_eq(plan.count, 0);
    end();
}

Test(plan, principals_are_inserted_before_their_dependents)
{
    cr_assert(shop_open(&s, 0));
    uowi_entry *customer = customer_add(0, UOW_ADDED);
    int64_t customer_id = ((shop_customer *)uowi_tracker_row(&s.tracker, customer))->id;
    uowi_entry *order = order_add(0, customer_id, UOW_ADDED);
    line_add(((shop_order *)uowi_tracker_row(&s.tracker, order))->id, 1, UOW_ADDED);
    cr_assert_eq(build(), UOW_OK);
    cr_assert_str_eq(steps(), "insert customers, insert orders, insert lines");
    end();
}

Test(plan, dependents_are_deleted_before_their_principals)
{
    cr_assert(shop_open(&s, 0));
    uowi_tracker_remove(&s.tracker, customer_add(1, UOW_UNCHANGED));
    uowi_tracker_remove(&s.tracker, order_add(5, 1, UOW_UNCHANGED));
    uowi_tracker_remove(&s.tracker, line_add(5, 1, UOW_UNCHANGED));
    cr_assert_eq(build(), UOW_OK);
    cr_assert_str_eq(steps(), "delete lines, delete orders, delete customers");
    end();
}

Test(plan, inserts_come_before_updates_and_updates_before_deletes)
{
    cr_assert(shop_open(&s, 0));
    uowi_entry *order = order_add(5, 1, UOW_UNCHANGED);
    uowi_tracker_remove(&s.tracker, customer_add(1, UOW_UNCHANGED));
    customer_add(2, UOW_ADDED);
    ((shop_order *)uowi_tracker_row(&s.tracker, order))->customer_id = 2;
    cr_assert_eq(build(), UOW_OK);
    cr_assert_str_eq(steps(), "insert customers, update orders, delete customers");
    end();
}

Test(plan, an_update_has_the_changed_columns_only)
{
    cr_assert(shop_open(&s, 0));
    uowi_entry *entry = customer_add(1, UOW_UNCHANGED);
    ((shop_customer *)uowi_tracker_row(&s.tracker, entry))->balance = 1;
    cr_assert_eq(build(), UOW_OK);
    cr_assert_eq(plan.count, 1);
    cr_assert_eq(plan.changes[0].columns->words[0], 1u << 2);
    end();
}

Test(plan, an_insert_leaves_a_generated_key_out_and_keeps_a_given_one)
{
    cr_assert(shop_open(&s, 0));
    customer_add(0, UOW_ADDED);
    cr_assert_eq(build(), UOW_OK);
    cr_assert_not(uowi_columns_has(plan.changes[0].columns, 0));
    cr_assert(uowi_columns_has(plan.changes[0].columns, 1));
    uowi_tracker_clear(&s.tracker);
    customer_add(8, UOW_ADDED);
    cr_assert_eq(build(), UOW_OK);
    cr_assert(uowi_columns_has(plan.changes[0].columns, 0));
    end();
}

/* How many of the plan's entries are told another place than the one they have. */
static size_t misplaced(void)
{
    size_t wrong = 0;

    for (size_t i = 0; i < plan.count; i++)
        wrong += uowi_plan_of(&plan, plan.changes[i].entry) != i;
    return wrong;
}

static uow_status build_and_know(void)
{
    uowi_arena_reset(&s.arena);
    return uowi_plan_build(&s.tracker, &s.arena, &s.error, &plan);
}

Test(plan, entries_know_their_changes_until_they_are_forgotten)
{
    uowi_entry *unchanged;

    cr_assert(shop_open(&s, 0));
    unchanged = customer_add(1, UOW_UNCHANGED);
    for (int32_t i = 5; i > 0; i--)
        line_add(5, i, UOW_ADDED);
    cr_assert_eq(build_and_know(), UOW_OK); /* in the order of table and key */
    cr_assert_eq(misplaced(), 0);
    uowi_plan_forget(&plan);

    for (int64_t i = 9; i > 6; i--)
        uowi_tracker_remove(&s.tracker, order_add(i, 1, UOW_UNCHANGED)); /* sorted by their keys */
    cr_assert_eq(build_and_know(), UOW_OK);
    cr_assert_eq(plan.edge_count, 0);
    cr_assert_eq(misplaced(), 0);
    uowi_plan_forget(&plan);

    node_add(7, 8, UOW_ADDED);
    node_add(8, 0, UOW_ADDED); /* goes before the one that refers to it */
    cr_assert_eq(build_and_know(), UOW_OK);
    cr_assert_eq(plan.count, 10);
    cr_assert_eq(misplaced(), 0);
    cr_assert_eq(uowi_plan_of(&plan, unchanged), plan.count);
    uowi_plan_forget(&plan);
    for (size_t i = 0; i < plan.count; i++)
        cr_assert_eq(plan.changes[i].entry->change, 0);
    end();
}

Test(plan, a_plan_that_fails_leaves_no_entry_numbered)
{
    uowi_entry *first;
    uowi_entry *second;

    cr_assert(shop_open(&s, 0));
    first = customer_add(1, UOW_ADDED);
    second = order_add(5, 1, UOW_UNCHANGED);
    ((shop_order *)uowi_tracker_row(&s.tracker, second))->id = 6;
    cr_assert_eq(build_and_know(), UOW_MISUSE);
    cr_assert_eq(first->change, 0);
    cr_assert_eq(second->change, 0);
    end();
}

Test(plan, the_image_is_a_copy)
{
    cr_assert(shop_open(&s, 0));
    uowi_entry *entry = customer_add(1, UOW_UNCHANGED);
    shop_customer *c = uowi_tracker_row(&s.tracker, entry);
    c->balance = 1;
    cr_assert_eq(build(), UOW_OK);
    c->balance = 2;
    cr_assert_float_eq(((shop_customer *)plan.changes[0].image)->balance, 1, 0);
    end();
}

Test(plan, the_key_of_a_saved_row_cannot_be_changed)
{
    cr_assert(shop_open(&s, 0));
    uowi_entry *entry = line_add(1, 2, UOW_UNCHANGED);
    ((shop_line *)uowi_tracker_row(&s.tracker, entry))->line_no = 3;
    cr_assert_eq(build(), UOW_MISUSE);
    cr_assert_str_eq(uow_error_message(&s.error),
                     "the key of a saved row of lines was changed (line_no): remove the row and add another");
    cr_assert_str_eq(uow_error_column(&s.error), "line_no");
    cr_assert_eq(uow_error_instance(&s.error, 0), uowi_tracker_row(&s.tracker, entry));
    end();
}

/* A chain in which every row refers to the one before, added from the end. */
static void chain(int64_t length, uow_state state)
{
    cr_assert(shop_open(&s, 0));
    for (int64_t id = length; id >= 1; id--) {
        uowi_entry *entry = node_add(id, id - 1, state == UOW_DELETED ? UOW_UNCHANGED : state);
        cr_assert_not_null(entry);
        if (state == UOW_DELETED)
            uowi_tracker_remove(&s.tracker, entry);
    }
    cr_assert_eq(build(), UOW_OK);
    cr_assert_eq(plan.count, (size_t)length);
}

static int64_t node_at(size_t i)
{
    return ((shop_node *)plan.changes[i].image)->id;
}

Test(plan, ten_thousand_rows_referring_to_each_other_are_inserted_from_the_root, .timeout = 10)
{
    chain(10000, UOW_ADDED);
    for (size_t i = 0; i < plan.count; i++)
        cr_assert_eq(node_at(i), (int64_t)i + 1);
    end();
}

Test(plan, ten_thousand_rows_referring_to_each_other_are_deleted_from_the_leaf, .timeout = 10)
{
    chain(10000, UOW_DELETED);
    for (size_t i = 0; i < plan.count; i++)
        cr_assert_eq(node_at(i), 10000 - (int64_t)i);
    end();
}

Test(plan, a_row_that_refers_to_itself_is_no_circle)
{
    cr_assert(shop_open(&s, 0));
    node_add(1, 1, UOW_ADDED);
    node_add(2, 1, UOW_ADDED);
    cr_assert_eq(build(), UOW_OK);
    cr_assert_eq(plan.count, 2);
    end();
}

/* Rows in some order; the plan must not depend on it. */
static void plan_of(const int64_t *ids, size_t count, int64_t *out)
{
    cr_assert(shop_open(&s, 0));
    for (size_t i = 0; i < count; i++) {
        uowi_entry *entry = customer_add(ids[i], UOW_UNCHANGED);
        if (ids[i] % 3 == 0)
            uowi_tracker_remove(&s.tracker, entry);
        else
            ((shop_customer *)uowi_tracker_row(&s.tracker, entry))->balance = 0;
    }
    cr_assert_eq(build(), UOW_OK);
    cr_assert_eq(plan.count, count);
    for (size_t i = 0; i < count; i++)
        out[i] = ((shop_customer *)plan.changes[i].image)->id;
    end();
}

Test(plan, the_order_does_not_depend_on_the_order_of_tracking)
{
    const int64_t one[] = {5, 1, 9, 3, 8, 6, 2};
    const int64_t two[] = {2, 3, 6, 9, 1, 8, 5};
    int64_t a[7], b[7];
    plan_of(one, 7, a);
    plan_of(two, 7, b);
    cr_assert_eq(memcmp(a, b, sizeof a), 0);
    const int64_t updates_first[] = {1, 2, 5, 8};
    cr_assert_eq(memcmp(a, updates_first, sizeof updates_first), 0);
}

Test(plan, new_rows_of_one_table_are_inserted_in_the_order_they_were_added)
{
    cr_assert(shop_open(&s, 0));
    uowi_entry *entries[20];
    for (size_t i = 0; i < 20; i++)
        entries[i] = customer_add(0, UOW_ADDED);
    cr_assert_eq(build(), UOW_OK);
    for (size_t i = 0; i < 20; i++)
        cr_assert_eq(plan.changes[i].entry, entries[i]);
    end();
}

static void forget_memory(void)
{
    uowi_arena_done(&s.arena);
    uowi_arena_init(&s.arena, &s.mem, 64);
}

/* Memory is refused once, after n times; the changes are all there all the same. */
static uow_status build_refused(int64_t n, size_t changes)
{
    uow_status st;

    forget_memory();
    atomic_store(&s.mem.fail_at, n);
    st = build();
    atomic_store(&s.mem.fail_at, -1);
    cr_assert(st == UOW_OK || st == UOW_NO_MEMORY);
    cr_assert_eq(uowi_tracker_changes(&s.tracker), changes);
    return st;
}

Test(plan, memory_running_out_at_any_point_leaves_the_changes_as_they_were, .timeout = 10)
{
    uow_status st = UOW_NO_MEMORY;
    int64_t n = 0;
    cr_assert(shop_open(&s, 0));
    for (int64_t id = 1; id <= 300; id++) {
        node_add(id, id - 1, UOW_ADDED);
        customer_add(0, UOW_ADDED);
    }
    for (; st != UOW_OK; n++)
        st = build_refused(n, 600);
    cr_assert_gt(n, 3);
    cr_assert_eq(plan.count, 600);
    end();
}

/* How often memory was asked for. */
static uint64_t build_afresh(void)
{
    uint64_t before;

    forget_memory();
    before = atomic_load(&s.mem.calls);
    cr_assert_eq(build(), UOW_OK);
    return atomic_load(&s.mem.calls) - before;
}

Test(plan, a_large_plan_after_one_of_its_size_takes_its_room_at_once, .timeout = 10)
{
    uint64_t first;

    cr_assert(shop_open(&s, 0));
    for (int64_t id = 1; id <= 5000; id++)
        node_add(id, id - 1, UOW_ADDED);
    first = build_afresh();
    cr_assert_lt(build_afresh(), first);
    cr_assert_eq(plan.count, 5000);
    for (size_t i = 0; i < plan.count; i++)
        cr_assert_eq(node_at(i), (int64_t)i + 1);
    end();
}

/* The guess is not worth failing for: one refusal among those of a plan does no harm. */
Test(plan, memory_that_is_not_there_for_a_guess_may_be_there_for_what_is_needed, .timeout = 10)
{
    uow_status st = UOW_NO_MEMORY;
    uint64_t calls;
    int64_t n;

    cr_assert(shop_open(&s, 0));
    for (int64_t id = 1; id <= 5000; id++)
        node_add(id, id - 1, UOW_ADDED);
    (void)build_afresh();
    calls = build_afresh();
    for (n = 0; st != UOW_OK; n++)
        st = build_refused(n, 5000);
    cr_assert_leq((uint64_t)n, calls);
    cr_assert_eq(plan.count, 5000);
    end();
}
