/* Pointers and collections among tracked rows. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "kin_fixture.h"

static kin k;

static void begin(void)
{
    cr_assert(kin_open(&k));
}

static void end(void)
{
    kin_check(&k);
    cr_assert_eq(kin_close(&k), 0);
}

static void in_step(void)
{
    cr_assert_eq(uowi_detect(&k.tracker, &k.error), UOW_OK, "%s", uow_error_message(&k.error));
    kin_check(&k);
}

static void forget(void *row)
{
    uowi_tracker_detach(&k.tracker, kin_entry(&k, row));
}

Test(fixup, a_dependent_that_comes_after_its_principal_is_linked)
{
    begin();
    kin_firm *firm = kin_put_firm(&k, 1, NULL, UOW_UNCHANGED);
    kin_order *order = kin_put_order(&k, 5, 1, UOW_UNCHANGED);
    cr_assert_eq(order->firm, firm);
    cr_assert_eq(firm->orders.count, 1);
    cr_assert_eq(firm->orders.items[0], order);
    end();
}

Test(fixup, a_principal_that_comes_after_its_dependents_is_linked)
{
    begin();
    kin_order *a = kin_put_order(&k, 5, 1, UOW_UNCHANGED);
    kin_order *b = kin_put_order(&k, 6, 1, UOW_UNCHANGED);
    kin_order *c = kin_put_order(&k, 7, 2, UOW_UNCHANGED);
    cr_assert_null(a->firm);
    kin_firm *firm = kin_put_firm(&k, 1, NULL, UOW_UNCHANGED);
    cr_assert_eq(a->firm, firm);
    cr_assert_eq(b->firm, firm);
    cr_assert_null(c->firm);
    cr_assert_eq(firm->orders.count, 2);
    end();
}

Test(fixup, linked_rows_are_unchanged_rows)
{
    begin();
    kin_firm *firm = kin_put_firm(&k, 1, "X", UOW_UNCHANGED);
    kin_order *order = kin_put_order(&k, 5, 1, UOW_UNCHANGED);
    kin_put_badge(&k, 3, "X", UOW_UNCHANGED);
    cr_assert_eq(uowi_tracker_state(&k.tracker, kin_entry(&k, firm)), UOW_UNCHANGED);
    cr_assert_eq(uowi_tracker_state(&k.tracker, kin_entry(&k, order)), UOW_UNCHANGED);
    cr_assert_eq(memcmp(order, uowi_tracker_original(&k.tracker, kin_entry(&k, order)), sizeof *order), 0);
    cr_assert_eq(uowi_tracker_changes(&k.tracker), 0);
    end();
}

Test(fixup, a_composite_key_is_followed_by_all_its_columns)
{
    begin();
    kin_line *first = kin_put_line(&k, 1, 1, UOW_UNCHANGED);
    kin_line *second = kin_put_line(&k, 1, 2, UOW_UNCHANGED);
    kin_parcel parcel = {.id = 9, .order_id = 1, .line_no = 2};
    kin_parcel *p = kin_put(&k, &kin_parcels, &parcel, UOW_UNCHANGED);
    cr_assert_eq(p->line, second);
    p->line = first;
    in_step();
    cr_assert_eq(p->line_no, 1);
    p->line_ind = UOW_NULL;
    in_step();
    cr_assert_null(p->line);
    end();
}

Test(fixup, a_row_may_be_its_own_parent)
{
    begin();
    kin_node *node = kin_put_node(&k, 1, 1, UOW_UNCHANGED);
    cr_assert_eq(node->parent, node);
    cr_assert_eq(node->children.items[0], node);
    kin_node *child = kin_put_node(&k, 2, 1, UOW_UNCHANGED);
    cr_assert_eq(node->children.count, 2);
    forget(node);
    cr_assert_null(child->parent);
    end();
}

Test(fixup, an_alternate_key_is_followed_in_both_orders)
{
    begin();
    kin_badge *early = kin_put_badge(&k, 1, "ACME", UOW_UNCHANGED);
    kin_firm *firm = kin_put_firm(&k, 1, "ACME", UOW_UNCHANGED);
    kin_badge *late = kin_put_badge(&k, 2, "ACME", UOW_UNCHANGED);
    kin_badge *other = kin_put_badge(&k, 3, "ACM", UOW_UNCHANGED);
    cr_assert_eq(early->firm, firm);
    cr_assert_eq(late->firm, firm);
    cr_assert_null(other->firm);
    cr_assert_eq(firm->badges.count, 2);
    other->firm = firm;
    in_step();
    cr_assert_str_eq(other->code, "ACME");
    end();
}

Test(fixup, firms_that_trade_their_codes_trade_their_badges)
{
    begin();
    kin_firm *a = kin_put_firm(&k, 1, "A", UOW_UNCHANGED);
    kin_firm *b = kin_put_firm(&k, 2, "B", UOW_UNCHANGED);
    kin_badge *badge = kin_put_badge(&k, 1, "A", UOW_UNCHANGED);
    a->code[0] = 'B';
    b->code[0] = 'A';
    in_step();
    cr_assert_eq(badge->firm, b);
    a->code_ind = UOW_NULL;
    b->code_ind = UOW_NULL;
    in_step();
    cr_assert_null(badge->firm);
    end();
}

Test(fixup, a_pointer_that_is_set_sets_the_foreign_key_and_moves_the_row)
{
    begin();
    kin_firm *one = kin_put_firm(&k, 1, NULL, UOW_UNCHANGED);
    kin_firm *two = kin_put_firm(&k, 2, NULL, UOW_UNCHANGED);
    kin_order *order = kin_put_order(&k, 5, 1, UOW_UNCHANGED);
    order->firm = two;
    in_step();
    cr_assert_eq(order->firm_id, 2);
    cr_assert_eq(one->orders.count, 0);
    cr_assert_null(one->orders.items);
    cr_assert(kin_holds(&two->orders, order));
    cr_assert_eq(uowi_tracker_state(&k.tracker, kin_entry(&k, order)), UOW_MODIFIED);
    order->firm = one;
    in_step();
    cr_assert_eq(uowi_tracker_state(&k.tracker, kin_entry(&k, order)), UOW_UNCHANGED, "set back is no change");
    end();
}

Test(fixup, a_foreign_key_that_is_set_sets_the_pointer_and_back)
{
    begin();
    kin_firm *one = kin_put_firm(&k, 1, NULL, UOW_UNCHANGED);
    kin_firm *two = kin_put_firm(&k, 2, NULL, UOW_UNCHANGED);
    kin_order *order = kin_put_order(&k, 5, 1, UOW_UNCHANGED);
    order->firm_id = 2;
    in_step();
    cr_assert_eq(order->firm, two);
    order->firm_id = 1;
    in_step();
    cr_assert_eq(order->firm, one);
    order->firm_id = 77;
    in_step();
    cr_assert_null(order->firm);
    end();
}

Test(fixup, pointer_and_foreign_key_may_both_be_set_when_they_agree)
{
    begin();
    kin_put_firm(&k, 1, NULL, UOW_UNCHANGED);
    kin_firm *two = kin_put_firm(&k, 2, NULL, UOW_UNCHANGED);
    kin_order *order = kin_put_order(&k, 5, 1, UOW_UNCHANGED);
    order->firm = two;
    order->firm_id = 2;
    in_step();
    cr_assert(kin_holds(&two->orders, order));
    end();
}

Test(fixup, pointer_and_foreign_key_that_disagree_are_named)
{
    begin();
    kin_firm *one = kin_put_firm(&k, 1, NULL, UOW_UNCHANGED);
    kin_firm *two = kin_put_firm(&k, 2, NULL, UOW_UNCHANGED);
    kin_put_firm(&k, 3, NULL, UOW_UNCHANGED);
    kin_order *order = kin_put_order(&k, 5, 1, UOW_UNCHANGED);
    order->firm = two;
    order->firm_id = 3;
    cr_assert_eq(uowi_detect(&k.tracker, &k.error), UOW_MISUSE);
    cr_assert_str_eq(uow_error_message(&k.error), "orders (order_id=5): the pointer firm and the foreign key were both "
                                                  "changed, and name different rows (foreign key firm_id)");
    cr_assert_str_eq(uow_error_column(&k.error), "firm_id");
    cr_assert_eq(uow_error_instance(&k.error, 0), order);
    order->firm = one;
    order->firm_id = 1;
    uowi_error_clear(&k.error);
    in_step();
    end();
}

Test(fixup, a_pointer_to_an_untracked_struct_is_refused)
{
    kin_firm stranger;
    begin();
    memset(&stranger, 0, sizeof stranger);
    kin_order *order = kin_put_order(&k, 5, 1, UOW_UNCHANGED);
    order->firm = &stranger;
    cr_assert_eq(uowi_detect(&k.tracker, &k.error), UOW_MISUSE);
    cr_assert(strstr(uow_error_message(&k.error), "add or attach it first"));
    order->firm = (kin_firm *)(void *)order;
    cr_assert_eq(uowi_detect(&k.tracker, &k.error), UOW_MISUSE, "of another entity");
    order->firm = NULL;
    kin_order given = {.firm = &stranger};
    cr_assert_null(kin_put(&k, &kin_orders, &given, UOW_ADDED));
    end();
}

Test(fixup, new_rows_are_linked_by_pointers_alone)
{
    begin();
    kin_firm *firm = kin_put_firm(&k, 0, NULL, UOW_ADDED);
    kin_order *order = kin_put(&k, &kin_orders, &(kin_order){.firm = firm}, UOW_ADDED);
    cr_assert_eq(order->firm_id, firm->id);
    cr_assert_lt(order->firm_id, 0);
    kin_line *line = kin_put(&k, &kin_lines, &(kin_line){.order = order, .line_no = 1}, UOW_ADDED);
    kin_note *note = kin_put(&k, &kin_notes, &(kin_note){.order = order, .order_ind = UOW_NULL}, UOW_ADDED);
    cr_assert_eq(line->order_id, order->id, "also as a part of its own key");
    cr_assert_eq(note->order_id, order->id);
    cr_assert_neq(note->order_ind, UOW_NULL);
    cr_assert(kin_holds(&order->lines, line) && kin_holds(&order->notes, note) && kin_holds(&firm->orders, order));
    kin_order wrong = {.firm = firm, .firm_id = 12};
    cr_assert_null(kin_put(&k, &kin_orders, &wrong, UOW_ADDED));
    cr_assert(strstr(uow_error_message(&k.error), "the foreign key names another"));
    end();
}

Test(fixup, what_is_forgotten_is_pointed_at_by_nobody)
{
    begin();
    kin_firm *firm = kin_put_firm(&k, 1, NULL, UOW_UNCHANGED);
    kin_order *order = kin_put_order(&k, 5, 1, UOW_UNCHANGED);
    kin_line *line = kin_put_line(&k, 5, 1, UOW_UNCHANGED);
    forget(order);
    cr_assert_null(line->order);
    cr_assert_eq(firm->orders.count, 0);
    order = kin_put_order(&k, 5, 1, UOW_UNCHANGED);
    cr_assert_eq(line->order, order, "and found again when it comes back");
    forget(firm);
    cr_assert_null(order->firm);
    cr_assert_eq(order->firm_id, 1, "the foreign key stays");
    in_step();
    end();
}

Test(fixup, a_pointer_set_meanwhile_survives_what_happens_to_the_old_principal)
{
    begin();
    kin_firm *one = kin_put_firm(&k, 1, NULL, UOW_UNCHANGED);
    kin_firm *two = kin_put_firm(&k, 2, NULL, UOW_UNCHANGED);
    kin_order *order = kin_put_order(&k, 5, 1, UOW_UNCHANGED);
    order->firm = two;
    forget(one);
    cr_assert_eq(order->firm, two);
    in_step();
    cr_assert_eq(order->firm_id, 2);
    end();
}

Test(fixup, revert_and_refresh_bring_pointers_with_the_values)
{
    begin();
    kin_firm *one = kin_put_firm(&k, 1, NULL, UOW_UNCHANGED);
    kin_firm *two = kin_put_firm(&k, 2, NULL, UOW_UNCHANGED);
    kin_order *order = kin_put_order(&k, 5, 1, UOW_UNCHANGED);
    order->firm = two;
    cr_assert_eq(uowi_tracker_revert(&k.tracker, kin_entry(&k, order), &k.error), UOW_OK);
    cr_assert_eq(order->firm, one, "before anybody noticed");
    order->firm_id = 2;
    in_step();
    cr_assert_eq(uowi_tracker_revert(&k.tracker, kin_entry(&k, order), &k.error), UOW_OK);
    cr_assert_eq(order->firm, one);
    kin_check(&k);
    kin_order fresh = {.id = 5, .firm_id = 2};
    cr_assert_eq(uowi_tracker_refresh(&k.tracker, kin_entry(&k, order), &fresh, &k.error), UOW_OK);
    cr_assert_eq(order->firm, two);
    kin_firm same = {.id = 2, .code_ind = UOW_NULL};
    cr_assert_eq(uowi_tracker_refresh(&k.tracker, kin_entry(&k, two), &same, &k.error), UOW_OK);
    cr_assert(kin_holds(&two->orders, order), "a refreshed principal keeps its collection");
    end();
}

Test(fixup, new_original_values_leave_a_pointer_that_was_set)
{
    begin();
    kin_put_firm(&k, 1, NULL, UOW_UNCHANGED);
    kin_firm *two = kin_put_firm(&k, 2, NULL, UOW_UNCHANGED);
    kin_order *order = kin_put_order(&k, 5, 1, UOW_UNCHANGED);
    order->firm = two;
    kin_order known = {.id = 5, .firm_id = 1};
    cr_assert_eq(uowi_tracker_set(&k.tracker, kin_entry(&k, order), NULL, &known, &k.error), UOW_OK);
    in_step();
    cr_assert_eq(order->firm_id, 2);
    end();
}

Test(fixup, a_required_reference_taken_away_makes_an_orphan_until_it_is_given_back)
{
    begin();
    kin_order *order = kin_put_order(&k, 5, 1, UOW_UNCHANGED);
    kin_line *line = kin_put_line(&k, 5, 1, UOW_UNCHANGED);
    line->order = NULL;
    in_step();
    cr_assert(kin_entry(&k, line)->flags & UOWI_ENTRY_ORPHAN);
    cr_assert_eq(order->lines.count, 0);
    in_step();
    line->order = order;
    in_step();
    cr_assert(kin_holds(&order->lines, line));
    line->order = NULL;
    in_step();
    forget(order);
    forget(line);
    end();
}

Test(fixup, an_optional_pointer_set_to_null_makes_the_foreign_key_null)
{
    begin();
    kin_put_order(&k, 5, 1, UOW_UNCHANGED);
    kin_note *note = kin_put_note(&k, 1, 5, UOW_UNCHANGED);
    cr_assert_not_null(note->order);
    note->order = NULL;
    in_step();
    cr_assert_eq(note->order_ind, UOW_NULL);
    end();
}

Test(fixup, structs_of_the_program_are_linked_and_left_without_pointers)
{
    kin_firm firm = {.id = 1, .code_ind = UOW_NULL};
    kin_order order = {.id = 5, .firm = &firm};
    uowi_entry *entry;
    begin();
    cr_assert_eq(uowi_tracker_attach_own(&k.tracker, uowi_model_entity(k.model, &kin_firms), &firm, UOW_UNCHANGED, &k.error, &entry), UOW_OK);
    cr_assert_eq(uowi_tracker_attach_own(&k.tracker, uowi_model_entity(k.model, &kin_orders), &order, UOW_ADDED, &k.error, &entry), UOW_OK);
    kin_order *own = kin_put_order(&k, 6, 1, UOW_UNCHANGED);
    cr_assert_eq(order.firm_id, 1);
    cr_assert_eq(own->firm, &firm);
    cr_assert_eq(firm.orders.count, 2);
    forget(&firm);
    cr_assert_null(firm.orders.items);
    cr_assert_null(order.firm);
    uowi_tracker_clear(&k.tracker);
    cr_assert_null(order.lines.items);
    end();
}

Test(fixup, clear_leaves_nothing_behind_and_the_tracker_goes_on)
{
    begin();
    for (int64_t i = 1; i <= 100; i++) {
        kin_put_order(&k, i, i % 7, UOW_UNCHANGED);
        kin_put_line(&k, i, 1, UOW_UNCHANGED);
    }
    uowi_tracker_clear(&k.tracker);
    cr_assert_eq(k.tracker.nodes.count, 0);
    kin_order *order = kin_put_order(&k, 1, 1, UOW_UNCHANGED);
    cr_assert_eq(order->lines.count, 0);
    end();
}

Test(fixup, a_real_key_keeps_the_rows_together)
{
    begin();
    kin_firm *firm = kin_put_firm(&k, 0, NULL, UOW_ADDED);
    kin_order *order = kin_put(&k, &kin_orders, &(kin_order){.firm = firm}, UOW_ADDED);
    kin_order *waits = kin_put_order(&k, 9, 70, UOW_UNCHANGED);
    cr_assert(uowi_tracker_reserve(&k.tracker, 2));
    firm->id = order->firm_id = 70; /* what accepting a save does */
    memcpy(uowi_tracker_original(&k.tracker, kin_entry(&k, firm)), firm, sizeof *firm);
    uowi_tracker_rekey(&k.tracker, kin_entry(&k, firm));
    cr_assert_eq(order->firm, firm);
    cr_assert_eq(waits->firm, firm, "and those that waited for that key");
    cr_assert_eq(firm->orders.count, 2);
    in_step();
    end();
}

Test(fixup, link_moves_a_row_at_once)
{
    begin();
    const uowi_relation *by_firm = uowi_entity_relation(uowi_model_entity(k.model, &kin_orders), "FIRM_ID");
    kin_firm *one = kin_put_firm(&k, 1, NULL, UOW_UNCHANGED);
    kin_firm *two = kin_put_firm(&k, 2, NULL, UOW_UNCHANGED);
    for (int64_t i = 1; i <= 50; i++)
        kin_put_order(&k, i, 1, UOW_UNCHANGED);
    while (one->orders.count > 0)
        cr_assert_eq(uowi_fixup_link(&k.tracker, kin_entry(&k, one->orders.items[0]), by_firm, kin_entry(&k, two), &k.error), UOW_OK);
    cr_assert_eq(two->orders.count, 50);
    kin_check(&k);
    in_step();
    end();
}

/* ---- a model that must be refused ---- */

static void refused(const uow_entity *def, const char *part)
{
    const uow_entity *const entities[] = {def, &kin_firms};
    uow_model *model = NULL;
    uowi_mem mem;

    uowi_mem_init(&mem, NULL);
    cr_assert_eq(uowi_model_create(&mem, entities, 2, &model), UOW_MODEL);
    cr_assert(strstr(uow_error_message(&model->error), part), "%s", uow_error_message(&model->error));
    uowi_model_destroy(model);
    cr_assert_eq(mem.bytes, 0);
}

#define REFUSED(relation, part)                                                                                        \
    do {                                                                                                               \
        static const uow_relation relations[] = {relation};                                                            \
        static const uow_entity def = UOW_ENTITY_RELATED(kin_order, "orders", kin_order_columns, relations);            \
        refused(&def, part);                                                                                           \
    } while (0)
#define ONE(...) __VA_ARGS__

Test(fixup, mistakes_in_members_are_found_by_the_model)
{
    REFUSED(ONE(UOW_REFERENCE_TO("firm_id", &kin_firms, UOW_RESTRICT, kin_line, order)), "another struct");
    REFUSED(ONE(UOW_REFERENCE_TO("firm_id", &kin_firms, UOW_RESTRICT, kin_order, lines)), "must be a pointer");
    REFUSED(ONE(UOW_REFERENCE_TO("firm_id", &kin_firms, UOW_RESTRICT, kin_order, firm_id)), "mapped to a column too");
    REFUSED(ONE(UOW_REFERENCE_FROM("firm_id", &kin_firms, UOW_RESTRICT, kin_firm, id)), "must be a uow_collection");
    REFUSED(ONE(UOW_REFERENCE_FROM("firm_id", &kin_firms, UOW_RESTRICT, kin_order, lines)), "another struct");
    REFUSED(ONE(UOW_REFERENCE("firm_id", &kin_firms, UOW_SET_NULL)), "UOW_SET_NULL needs a nullable column");
    REFUSED(ONE(UOW_REFERENCE("firm_id", &kin_firms, (uow_on_delete)9)), "none of uow_on_delete");
    REFUSED(ONE(UOW_REFERENCE("nothing", &kin_firms, UOW_CASCADE)), "names a column that is not mapped");
    REFUSED(ONE(UOW_REFERENCE("firm_id", &kin_nodes, UOW_CASCADE)), "not part of the model");
    REFUSED(ONE(UOW_RELATION(UOW_ON("firm_id"), &kin_firms, UOW_ON("code"), UOW_CASCADE, UOW_NO_MEMBER, UOW_NO_MEMBER)),
            "the type differs");
    REFUSED(ONE(UOW_RELATION(UOW_ON("firm_id"), &kin_firms, UOW_ON("name"), UOW_CASCADE, UOW_NO_MEMBER, UOW_NO_MEMBER)),
            "a column that its principal does not map");
    REFUSED(ONE(UOW_RELATION(UOW_ON2("firm_id", "order_id"), &kin_firms, UOW_ON2("firm_id", "code"), UOW_CASCADE,
                             UOW_NO_MEMBER, UOW_NO_MEMBER)),
            "neither the key of its principal nor unique together");
    REFUSED(ONE(UOW_REFERENCE_TO("firm_id", &kin_firms, UOW_CASCADE, kin_order, firm),
                UOW_REFERENCE_TO("order_id", &kin_firms, UOW_CASCADE, kin_order, firm)),
            "two relations use one member");
}

Test(fixup, a_relation_of_a_program_compiled_before_members_existed_still_works)
{
    static const uow_relation relations[] = {UOW_REFERENCE("firm_id", &kin_firms, UOW_RESTRICT)};
    static const uow_entity now = UOW_ENTITY_RELATED(kin_order, "orders", kin_order_columns, relations);
    uow_entity before = now;
    const uow_entity *const entities[] = {&before, &kin_firms};
    uow_model *model = NULL;

    before.relation_size = offsetof(uow_relation, principal_columns);
    uowi_mem_init(&k.mem, NULL);
    cr_assert_eq(uowi_model_create(&k.mem, entities, 2, &model), UOW_OK);
    cr_assert_not(model->followed);
    cr_assert_eq(uowi_model_entity(model, &before)->relations[0].keys[0], 0);
    uowi_model_destroy(model);
    cr_assert_eq(k.mem.bytes, 0);
}

Test(fixup, rows_without_members_pay_nothing)
{
    begin();
    const uowi_slab *slab = uowi_tracker_slab(&k.tracker, uowi_model_entity(k.model, &kin_plains));
    cr_assert_eq(slab->links_size, 0);
    kin_put(&k, &kin_plains, &(kin_plain){.id = 1, .node_id = 2}, UOW_UNCHANGED);
    cr_assert_eq(k.tracker.nodes.count, 0);
    end();
}
