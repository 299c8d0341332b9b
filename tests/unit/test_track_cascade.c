/* What a delete takes along, and what cannot be. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "kin_fixture.h"

static kin k;
static uowi_cascade cascade;

static void begin(void)
{
    cr_assert(kin_open(&k));
}

static void end(void)
{
    kin_check(&k);
    cr_assert_eq(kin_close(&k), 0);
}

static uow_status run(void)
{
    uowi_error_clear(&k.error);
    return uowi_cascade_begin(&cascade, &k.tracker, &k.arena, &k.error);
}

static void remove_row(void *row)
{
    uowi_tracker_remove(&k.tracker, kin_entry(&k, row));
}

static uow_state state_of(void *row)
{
    return (uow_state)kin_entry(&k, row)->state;
}

Test(cascade, dependents_of_a_deleted_row_are_deleted_or_set_null_as_their_relations_say)
{
    begin();
    kin_order *order = kin_put_order(&k, 1, 1, UOW_UNCHANGED);
    kin_line *line = kin_put_line(&k, 1, 1, UOW_UNCHANGED);
    kin_line *other = kin_put_line(&k, 2, 1, UOW_UNCHANGED);
    kin_note *note = kin_put_note(&k, 1, 1, UOW_UNCHANGED);
    kin_parcel *parcel = kin_put(&k, &kin_parcels, &(kin_parcel){.id = 1, .order_id = 1, .line_no = 1}, UOW_UNCHANGED);
    remove_row(order);
    cr_assert_eq(run(), UOW_OK);
    cr_assert_eq(state_of(line), UOW_DELETED);
    cr_assert_eq(state_of(other), UOW_UNCHANGED);
    cr_assert_eq(note->order_ind, UOW_NULL);
    cr_assert_null(note->order);
    cr_assert_eq(parcel->line_ind, UOW_NULL, "a step further");
    cr_assert_eq(parcel->order_ind, UOW_NULL);
    cr_assert_eq(cascade.count, 3);
    uowi_cascade_end(&cascade, false);
    cr_assert_eq(state_of(line), UOW_UNCHANGED);
    cr_assert_eq(note->order, order);
    cr_assert_eq(parcel->line, line);
    cr_assert_eq(uowi_tracker_changes(&k.tracker), 1, "taken back: only the order is deleted");
    cr_assert_eq(run(), UOW_OK);
    uowi_cascade_end(&cascade, true);
    cr_assert_eq(state_of(line), UOW_DELETED);
    end();
}

Test(cascade, a_dependent_that_restricts_names_both_rows)
{
    begin();
    kin_firm *firm = kin_put_firm(&k, 1, "A", UOW_UNCHANGED);
    kin_order *order = kin_put_order(&k, 5, 1, UOW_UNCHANGED);
    kin_badge *badge = kin_put_badge(&k, 3, "A", UOW_UNCHANGED);
    remove_row(firm);
    cr_assert_eq(run(), UOW_CONSTRAINT);
    cr_assert_str_eq(uow_error_message(&k.error), "firms (firm_id=1) is to be deleted, but orders (order_id=5) refers to "
                                                  "it by firm_id, and that restricts: delete or move it first");
    cr_assert_eq(uow_error_instance(&k.error, 0), order);
    cr_assert_eq(uow_error_instance(&k.error, 1), firm);
    uowi_cascade_end(&cascade, false);
    cr_assert_eq(state_of(badge), UOW_UNCHANGED, "and nothing was done");
    remove_row(order);
    cr_assert_eq(run(), UOW_OK);
    uowi_cascade_end(&cascade, true);
    cr_assert_eq(state_of(badge), UOW_DELETED);
    end();
}

Test(cascade, a_row_moved_away_is_not_taken_along)
{
    begin();
    kin_order *from = kin_put_order(&k, 1, 1, UOW_UNCHANGED);
    kin_order *to = kin_put_order(&k, 2, 1, UOW_UNCHANGED);
    kin_note *note = kin_put_note(&k, 1, 1, UOW_UNCHANGED);
    note->order = to;
    remove_row(from);
    cr_assert_eq(run(), UOW_OK);
    uowi_cascade_end(&cascade, true);
    cr_assert_eq(note->order, to);
    end();
}

Test(cascade, an_orphan_is_deleted_where_the_relation_cascades)
{
    begin();
    kin_put_order(&k, 1, 1, UOW_UNCHANGED);
    kin_line *line = kin_put_line(&k, 1, 1, UOW_UNCHANGED);
    line->order = NULL;
    cr_assert_eq(run(), UOW_OK);
    cr_assert_eq(state_of(line), UOW_DELETED);
    uowi_cascade_end(&cascade, false);
    cr_assert_eq(state_of(line), UOW_UNCHANGED);
    cr_assert_eq(run(), UOW_OK, "and found again");
    uowi_cascade_end(&cascade, true);
    cr_assert_eq(state_of(line), UOW_DELETED);
    end();
}

Test(cascade, an_orphan_of_a_relation_that_restricts_is_refused)
{
    begin();
    kin_put_firm(&k, 1, NULL, UOW_UNCHANGED);
    kin_order *order = kin_put_order(&k, 5, 1, UOW_UNCHANGED);
    order->firm = NULL;
    cr_assert_eq(run(), UOW_CONSTRAINT);
    cr_assert(strstr(uow_error_message(&k.error), "orders (order_id=5) lost its reference to firms"));
    uowi_cascade_end(&cascade, false);
    end();
}

Test(cascade, a_new_row_taken_along_is_forgotten_when_the_save_is_through)
{
    begin();
    kin_order *order = kin_put_order(&k, 1, 1, UOW_UNCHANGED);
    kin_line *line = kin_put(&k, &kin_lines, &(kin_line){.order = order, .line_no = 4}, UOW_ADDED);
    remove_row(order);
    cr_assert_eq(run(), UOW_OK);
    cr_assert_eq(uowi_tracker_changes(&k.tracker), 1);
    uowi_cascade_end(&cascade, false);
    cr_assert_eq(uowi_tracker_changes(&k.tracker), 2);
    cr_assert_eq(state_of(line), UOW_ADDED);
    cr_assert_eq(run(), UOW_OK);
    uowi_cascade_end(&cascade, true);
    cr_assert_null(kin_entry(&k, line));
    cr_assert_eq(order->lines.count, 0);
    end();
}

Test(cascade, a_new_row_that_is_removed_takes_its_new_dependents_at_once)
{
    begin();
    kin_order *order = kin_put_order(&k, 0, 1, UOW_ADDED);
    kin_line *line = kin_put(&k, &kin_lines, &(kin_line){.order = order, .line_no = 4}, UOW_ADDED);
    kin_note *note = kin_put_note(&k, 7, 0, UOW_UNCHANGED);
    note->order = order;
    cr_assert_eq(uowi_detect(&k.tracker, &k.error), UOW_OK);
    cr_assert_eq(uowi_cascade_drop(&cascade, &k.tracker, kin_entry(&k, order), &k.arena, &k.error), UOW_OK);
    uowi_cascade_end(&cascade, true);
    cr_assert_null(kin_entry(&k, order));
    cr_assert_null(kin_entry(&k, line));
    cr_assert_null(note->order);
    cr_assert_eq(uowi_tracker_changes(&k.tracker), 0);
    end();
}

/* ---- new rows that are known by a made-up foreign key alone ---- */

static kin_mark *put_mark(int64_t id, int64_t node_id, int64_t order_id, uow_state state)
{
    kin_mark mark = {.id = id, .node_id = node_id, .order_id = order_id, .line_no = 1};

    mark.node_ind = node_id ? 0 : UOW_NULL;
    mark.order_ind = mark.line_ind = order_id ? 0 : UOW_NULL;
    return kin_put(&k, &kin_marks, &mark, state);
}

static void drop(void *row)
{
    cr_assert_eq(uowi_cascade_drop(&cascade, &k.tracker, kin_entry(&k, row), &k.arena, &k.error), UOW_OK);
    uowi_cascade_end(&cascade, true);
}

Test(cascade, without_members_a_new_row_that_was_removed_takes_its_dependents_with_the_next_save)
{
    begin();
    kin_node *node = kin_put_node(&k, 0, 0, UOW_ADDED);
    kin_plain *plain = kin_put(&k, &kin_plains, &(kin_plain){.id = 1, .node_id = node->id}, UOW_ADDED);
    kin_plain *other = kin_put(&k, &kin_plains, &(kin_plain){.id = 2, .node_id = -77}, UOW_ADDED);
    kin_mark *mark = put_mark(1, node->id, 0, UOW_ADDED);
    remove_row(node);
    cr_assert_eq(run(), UOW_OK);
    cr_assert_eq(uowi_tracker_changes(&k.tracker), 2);
    cr_assert_eq(mark->node_ind, UOW_NULL);
    uowi_cascade_end(&cascade, false);
    cr_assert_eq(uowi_tracker_changes(&k.tracker), 3, "taken back");
    cr_assert_neq(mark->node_ind, UOW_NULL);
    cr_assert_eq(run(), UOW_OK);
    uowi_cascade_end(&cascade, true);
    cr_assert_null(kin_entry(&k, plain));
    cr_assert_eq(state_of(other), UOW_ADDED, "its key was never made up here");
    cr_assert_eq(mark->node_ind, UOW_NULL);
    cr_assert_eq(state_of(mark), UOW_ADDED);
    end();
}

Test(cascade, a_key_that_is_partly_made_up_is_known_when_its_row_is_gone)
{
    begin();
    kin_order *order = kin_put_order(&k, 0, 1, UOW_ADDED);
    kin_line *line = kin_put_line(&k, order->id, 1, UOW_ADDED);
    kin_mark *mark = put_mark(1, 0, order->id, UOW_UNCHANGED);
    drop(order);
    cr_assert_null(kin_entry(&k, line));
    cr_assert_neq(mark->order_ind, UOW_NULL);
    cr_assert_eq(run(), UOW_OK);
    cr_assert_eq(mark->order_ind, UOW_NULL);
    cr_assert_eq(mark->line_ind, UOW_NULL);
    uowi_cascade_end(&cascade, true);
    end();
}

Test(cascade, what_follows_a_row_known_by_its_foreign_key_alone_goes_too)
{
    begin();
    kin_node *node = kin_put_node(&k, 0, 0, UOW_ADDED);
    kin_node *child = kin_put_node(&k, 0, node->id, UOW_ADDED);
    kin_plain *plain = kin_put(&k, &kin_plains, &(kin_plain){.id = 1, .node_id = child->id}, UOW_ADDED);
    kin_mark *mark = put_mark(1, child->id, 0, UOW_UNCHANGED);
    drop(node);
    cr_assert_null(kin_entry(&k, child), "it is linked");
    cr_assert_eq(state_of(plain), UOW_ADDED);
    cr_assert_eq(run(), UOW_OK);
    uowi_cascade_end(&cascade, true);
    cr_assert_null(kin_entry(&k, plain));
    cr_assert_eq(mark->node_ind, UOW_NULL);
    end();
}

Test(cascade, a_new_row_that_was_only_forgotten_takes_nothing_along)
{
    begin();
    kin_node *node = kin_put_node(&k, 0, 0, UOW_ADDED);
    kin_plain *plain = kin_put(&k, &kin_plains, &(kin_plain){.id = 1, .node_id = node->id}, UOW_ADDED);
    uowi_tracker_detach(&k.tracker, kin_entry(&k, node));
    cr_assert_eq(run(), UOW_OK);
    uowi_cascade_end(&cascade, true);
    cr_assert_eq(state_of(plain), UOW_ADDED, "the plan refuses it");
    end();
}

Test(cascade, a_row_given_another_principal_since_stays)
{
    begin();
    kin_node *node = kin_put_node(&k, 0, 0, UOW_ADDED);
    kin_plain *plain = kin_put(&k, &kin_plains, &(kin_plain){.id = 1, .node_id = node->id}, UOW_ADDED);
    remove_row(node);
    plain->node_id = kin_put_node(&k, 0, 0, UOW_ADDED)->id;
    cr_assert_eq(run(), UOW_OK);
    uowi_cascade_end(&cascade, true);
    cr_assert_eq(state_of(plain), UOW_ADDED);
    end();
}

Test(cascade, a_tree_of_ten_thousand_goes_with_its_root)
{
    begin();
    kin_node *root = kin_put_node(&k, 1, 0, UOW_UNCHANGED);
    for (int64_t i = 2; i <= 10000; i++)
        kin_put_node(&k, i, i % 3 ? i - 1 : i / 2, UOW_UNCHANGED);
    for (int64_t i = 1; i <= 100; i++)
        kin_put(&k, &kin_plains, &(kin_plain){.id = i, .node_id = i * 100}, UOW_UNCHANGED);
    kin_plain *apart = kin_put(&k, &kin_plains, &(kin_plain){.id = 101, .node_id = 77777}, UOW_UNCHANGED);
    remove_row(root);
    cr_assert_eq(run(), UOW_OK);
    cr_assert_eq(cascade.count, 9999 + 100, "those without members too");
    cr_assert_eq(state_of(apart), UOW_UNCHANGED);
    uowi_cascade_end(&cascade, false);
    cr_assert_eq(uowi_tracker_changes(&k.tracker), 1);
    end();
}

Test(cascade, rows_in_a_circle_are_deleted_once)
{
    begin();
    kin_node *a = kin_put_node(&k, 1, 2, UOW_UNCHANGED);
    kin_node *b = kin_put_node(&k, 2, 1, UOW_UNCHANGED);
    remove_row(a);
    cr_assert_eq(run(), UOW_OK);
    cr_assert_eq(cascade.count, 1);
    uowi_cascade_end(&cascade, true);
    cr_assert_eq(state_of(b), UOW_DELETED);
    end();
}

/* ---- anything in any order, and without memory ---- */

static uint32_t seed;

static uint32_t any(uint32_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    return seed % below;
}

static void *any_row(const uow_entity *def)
{
    const uowi_slab *slab = uowi_tracker_slab(&k.tracker, uowi_model_entity(k.model, def));
    uowi_entry *entry = NULL;
    size_t page = 0;
    uint32_t skip = any(8);

    while ((entry = uowi_slab_next(slab, entry, &page)) != NULL && skip-- > 0)
        ;
    return entry ? uowi_entry_row(slab, entry) : NULL;
}

static void put_any(void)
{
    uow_state state = any(2) ? UOW_ADDED : UOW_UNCHANGED;
    char code[2] = {(char)('A' + any(6)), 0};
    int64_t id = 1 + any(12);

    uowi_error_clear(&k.error);
    switch (any(6)) {
    case 0:
        if (!uowi_tracker_find(&k.tracker, uowi_model_entity(k.model, &kin_firms), &(kin_firm){.id = id}))
            kin_put_firm(&k, id, any(4) ? code : NULL, state);
        break;
    case 1:
        if (!uowi_tracker_find(&k.tracker, uowi_model_entity(k.model, &kin_orders), &(kin_order){.id = id}))
            kin_put_order(&k, id, 1 + any(12), state);
        break;
    case 2:
        if (!uowi_tracker_find(&k.tracker, uowi_model_entity(k.model, &kin_lines), &(kin_line){.order_id = id, .line_no = 1}))
            kin_put_line(&k, id, 1, state);
        break;
    case 3: kin_put_note(&k, 0, (int32_t)any(12), UOW_ADDED); break;
    case 4:
        if (!uowi_tracker_find(&k.tracker, uowi_model_entity(k.model, &kin_nodes), &(kin_node){.id = id}))
            kin_put_node(&k, id, any(12), state);
        break;
    default: kin_put_badge(&k, 0, code, UOW_ADDED); break;
    }
}

static void change_any(void)
{
    kin_order *order = any_row(&kin_orders);
    kin_note *note = any_row(&kin_notes);
    kin_node *node = any_row(&kin_nodes);
    kin_firm *firm = any_row(&kin_firms);
    kin_badge *badge = any_row(&kin_badges);

    switch (any(8)) {
    case 0: if (order) order->firm_id = 1 + any(12); break;
    case 1: if (order && firm) order->firm = firm; break;
    case 2: if (note) note->order = any(3) ? order : NULL; break;
    case 3: if (node) node->parent = any_row(&kin_nodes); break;
    case 4: if (node) node->parent_ind = any(2) ? UOW_NULL : 0; break;
    case 5: if (firm) firm->code[0] = (char)('A' + any(6)); break;
    case 6: if (badge && firm) badge->firm = firm; break;
    default: if (badge) badge->code[0] = (char)('A' + any(6)); break;
    }
}

/* In step or not at all: a disagreement is settled by the foreign key, as revert would. */
static void settle_any(void)
{
    for (int i = 0; i < 64 && uowi_detect(&k.tracker, &k.error) != UOW_OK; i++) {
        void *row = uow_error_instance_count(&k.error) > 0 ? uow_error_instance(&k.error, 0) : NULL;
        uowi_mem *mem = &k.mem;

        if (!row || mem->fail_at != 0)
            mem->fail_at = -1;
        if (row)
            cr_assert_eq(uowi_tracker_revert(&k.tracker, kin_entry(&k, row), &k.error), UOW_OK);
        uowi_error_clear(&k.error);
    }
}

static void do_any(void)
{
    static const uow_entity *const kinds[] = {&kin_firms, &kin_orders, &kin_lines, &kin_notes, &kin_nodes, &kin_badges};
    void *row = any_row(kinds[any(6)]);
    uint32_t what = any(10);

    if (what < 4)
        put_any();
    else if (what < 7)
        change_any();
    uowi_error_clear(&k.error);
    settle_any();
    row = row && kin_entry(&k, row) ? row : NULL;
    if (what == 7 && row)
        uowi_tracker_detach(&k.tracker, kin_entry(&k, row));
    if (what == 8 && row)
        remove_row(row);
    if (what == 9) {
        uow_status st = run();
        uowi_cascade_end(&cascade, st == UOW_OK && any(2));
        uowi_arena_reset(&k.arena);
    }
    uowi_error_clear(&k.error);
    settle_any();
}

Test(cascade, whatever_happens_pointers_collections_and_keys_agree, .timeout = 60)
{
    for (uint32_t script = 1; script <= 300; script++) {
        begin();
        seed = script * 2654435761u;
        for (int step = 0; step < 120; step++) {
            do_any();
            kin_check(&k);
        }
        end();
    }
}

Test(cascade, without_memory_nothing_dangles_and_all_can_be_done_again, .timeout = 60)
{
    for (int64_t n = 0; n < 400; n++) {
        begin();
        seed = 12345;
        k.mem.fail_at = n;
        for (int step = 0; step < 60; step++)
            do_any();
        k.mem.fail_at = -1;
        settle_any();
        end();
    }
}
