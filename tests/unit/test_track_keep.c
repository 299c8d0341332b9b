/* The tracker put back as it was: rows, states, values, keys made up, links, addresses. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include "kin_fixture.h"
#include "track/keep.h"
#include "track_fixture.h"

static shop s;
static kin k;

static uowi_keep *keep_shop(void)
{
    uowi_keep *keep = NULL;

    cr_assert_eq(uowi_keep_take(&s.tracker, &s.error, &keep), UOW_OK);
    return keep;
}

static void put_back(uowi_keep *keep)
{
    cr_assert_eq(uowi_keep_restore(&s.tracker, keep, &s.error), UOW_OK);
}

static void end(uowi_keep *keep)
{
    uowi_keep_drop(&s.tracker, keep);
    cr_assert_eq(s.tracker.keeps, 0);
    cr_assert_eq(shop_close(&s), 0);
}

static shop_customer *put(int64_t id, uow_state state)
{
    shop_customer values = shop_ann(id);
    uowi_entry *entry = shop_attach(&s, &shop_customers, &values, state);

    cr_assert_not_null(entry);
    return uowi_tracker_row(&s.tracker, entry);
}

static uow_state state_of(const void *row)
{
    return uowi_tracker_state(&s.tracker, uowi_tracker_entry(&s.tracker, row));
}

static uowi_entry *found(int64_t id)
{
    shop_customer probe = {.id = id};

    return uowi_tracker_find(&s.tracker, shop_entity(&s, &shop_customers), &probe);
}

Test(keep, values_states_and_temporary_keys_come_back_at_the_same_address)
{
    cr_assert(shop_open(&s, 0));
    shop_customer *same = put(1, UOW_UNCHANGED), *changed = put(2, UOW_UNCHANGED), *gone = put(3, UOW_UNCHANGED);
    shop_customer *added = put(0, UOW_ADDED);
    changed->balance = 99;
    uowi_tracker_remove(&s.tracker, uowi_tracker_entry(&s.tracker, gone));
    int64_t temporary = added->id;
    uowi_keep *keep = keep_shop();

    same->balance = 5;
    strcpy(changed->name, "Zoe");
    added->id = 100;
    cr_assert_eq(uowi_tracker_accept_all(&s.tracker, &s.error), UOW_OK);
    cr_assert_null(found(3));
    cr_assert_not_null(found(100));
    put(50, UOW_UNCHANGED);
    put_back(keep);

    cr_assert_eq(s.tracker.count, 4);
    cr_assert(same->balance == 12.5 && state_of(same) == UOW_UNCHANGED);
    cr_assert(changed->balance == 99 && strcmp(changed->name, "Ann") == 0 && state_of(changed) == UOW_MODIFIED);
    cr_assert(gone->id == 3 && state_of(gone) == UOW_DELETED);
    cr_assert(added->id == temporary && state_of(added) == UOW_ADDED);
    cr_assert(uowi_tracker_entry(&s.tracker, added)->temporary);
    cr_assert_eq(found(temporary), uowi_tracker_entry(&s.tracker, added));
    cr_assert_null(found(100));
    cr_assert_null(found(50));
    end(keep);
}

Test(keep, it_can_be_come_back_to_more_than_once)
{
    cr_assert(shop_open(&s, 0));
    shop_customer *ann = put(1, UOW_UNCHANGED);
    uowi_keep *keep = keep_shop();
    for (int64_t round = 0; round < 3; round++) {
        ann->balance += 1;
        for (int64_t id = 10; id < 200; id++)
            put(id * 10 + round, UOW_UNCHANGED);
        uowi_tracker_detach(&s.tracker, uowi_tracker_entry(&s.tracker, ann));
        put(7, UOW_UNCHANGED); /* takes Ann's place */
        put_back(keep);
        cr_assert_eq(s.tracker.count, 1);
        cr_assert(ann->id == 1 && ann->balance == 12.5 && found(1));
    }
    end(keep);
}

Test(keep, what_was_cleared_comes_back_too)
{
    cr_assert(shop_open(&s, 0));
    shop_customer *rows[100];
    for (int64_t i = 0; i < 100; i++)
        rows[i] = put(i + 1, UOW_UNCHANGED);
    uowi_keep *keep = keep_shop();
    uowi_tracker_clear(&s.tracker);
    for (int64_t i = 0; i < 300; i++)
        put(1000 + i, UOW_UNCHANGED);
    put_back(keep);
    for (int64_t i = 0; i < 100; i++)
        cr_assert(rows[i]->id == i + 1 && uowi_tracker_row(&s.tracker, found(i + 1)) == rows[i]);
    end(keep);
}

Test(keep, long_values_come_back_with_their_bytes)
{
    cr_assert(shop_open(&s, 0));
    shop_note values;
    memset(&values, 0, sizeof values);
    values.id = 1;
    values.body = (uow_text){"before", 6};
    values.image_ind = values.mark_ind = UOW_NULL;
    shop_note *note = uowi_tracker_row(&s.tracker, shop_attach(&s, &shop_notes, &values, UOW_UNCHANGED));
    char own[] = "changed before";
    note->body = (uow_text){own, strlen(own)};
    uowi_keep *keep = keep_shop();
    memset(own, 'x', sizeof own - 1);
    for (int i = 0; i < 2; i++) {
        note->body = (uow_text){"after", 5};
        cr_assert_eq(uowi_tracker_accept_all(&s.tracker, &s.error), UOW_OK);
        put_back(keep);
        cr_assert(note->body.length == 14 && memcmp(note->body.data, "changed before", 14) == 0);
        const shop_note *original = uowi_tracker_original(&s.tracker, uowi_tracker_entry(&s.tracker, note));
        cr_assert(original->body.length == 6 && memcmp(original->body.data, "before", 6) == 0);
        cr_assert_eq(state_of(note), UOW_MODIFIED);
    }
    end(keep);
}

Test(keep, a_struct_of_the_programs_gets_its_values_back)
{
    cr_assert(shop_open(&s, 0));
    shop_customer own = shop_ann(0);
    uowi_entry *entry = NULL;
    cr_assert_eq(uowi_tracker_attach_own(&s.tracker, shop_entity(&s, &shop_customers), &own, UOW_ADDED, &s.error, &entry),
                 UOW_OK);
    int64_t temporary = own.id;
    uowi_keep *keep = keep_shop();
    own.id = 77;
    own.balance = 3;
    cr_assert_eq(uowi_tracker_accept_all(&s.tracker, &s.error), UOW_OK);
    uowi_tracker_detach(&s.tracker, uowi_tracker_entry(&s.tracker, &own));
    put_back(keep);
    cr_assert(own.id == temporary && own.balance == 12.5);
    cr_assert_eq(state_of(&own), UOW_ADDED);
    end(keep);
}

Test(keep, an_inner_state_is_come_back_to_before_the_outer_one)
{
    cr_assert(shop_open(&s, 0));
    shop_customer *ann = put(1, UOW_UNCHANGED);
    uowi_keep *outer = keep_shop();
    shop_customer *bob = put(2, UOW_UNCHANGED);
    ann->balance = 2;
    uowi_keep *inner = keep_shop();
    uowi_tracker_detach(&s.tracker, uowi_tracker_entry(&s.tracker, ann));
    bob->balance = 3;
    put_back(inner);
    uowi_keep_drop(&s.tracker, inner);
    cr_assert(ann->balance == 2 && bob->balance == 12.5 && s.tracker.count == 2);
    put_back(outer);
    cr_assert(ann->balance == 12.5 && s.tracker.count == 1);
    end(outer);
}

Test(keep, memory_that_runs_out_leaves_the_tracker_as_it_is)
{
    cr_assert(shop_open(&s, 0));
    shop_note values;
    memset(&values, 0, sizeof values);
    values.body = (uow_text){"before", 6};
    values.image = (uow_blob){"xy", 2};
    values.mark_ind = UOW_NULL;
    for (values.id = 1; values.id <= 3; values.id++)
        cr_assert_not_null(shop_attach(&s, &shop_notes, &values, UOW_UNCHANGED));
    uowi_keep *keep = NULL;
    uow_status st = UOW_NO_MEMORY;
    for (int64_t n = 0; st != UOW_OK; n++) {
        atomic_store(&s.mem.fail_at, n);
        uowi_error_clear(&s.error);
        st = uowi_keep_take(&s.tracker, &s.error, &keep);
        atomic_store(&s.mem.fail_at, -1);
        cr_assert_eq(s.tracker.keeps, st == UOW_OK);
    }
    st = UOW_NO_MEMORY;
    for (int64_t n = 0; st != UOW_OK; n++) {
        atomic_store(&s.mem.fail_at, n);
        uowi_error_clear(&s.error);
        st = uowi_keep_restore(&s.tracker, keep, &s.error);
        atomic_store(&s.mem.fail_at, -1);
        cr_assert_eq(s.tracker.count, 3);
    }
    end(keep);
}

Test(keep, links_collections_and_orphans_come_back)
{
    uowi_keep *keep = NULL;
    cr_assert(kin_open(&k));
    kin_firm *acme = kin_put_firm(&k, 1, "acme", UOW_UNCHANGED), *other = kin_put_firm(&k, 2, NULL, UOW_UNCHANGED);
    kin_order *order = kin_put_order(&k, 10, 1, UOW_UNCHANGED), *orphan = kin_put_order(&k, 11, 1, UOW_UNCHANGED);
    kin_line *line = kin_put_line(&k, 10, 1, UOW_UNCHANGED);
    kin_note *note = kin_put_note(&k, 5, 10, UOW_UNCHANGED);
    kin_badge *badge = kin_put_badge(&k, 3, "acme", UOW_UNCHANGED);
    kin_node *root = kin_put_node(&k, 1, 0, UOW_UNCHANGED), *leaf = kin_put_node(&k, 2, 1, UOW_UNCHANGED);
    orphan->firm = NULL; /* required: an orphan */
    note->order = NULL;  /* optional: set by pointer, not yet seen by the tracker */
    cr_assert_eq(uowi_keep_take(&k.tracker, &k.error, &keep), UOW_OK);
    kin_check(&k);
    cr_assert(kin_entry(&k, orphan)->flags & UOWI_ENTRY_ORPHAN);

    order->firm = other;
    cr_assert_eq(uowi_detect(&k.tracker, &k.error), UOW_OK);
    uowi_tracker_detach(&k.tracker, kin_entry(&k, line));
    uowi_tracker_detach(&k.tracker, kin_entry(&k, acme));
    uowi_tracker_detach(&k.tracker, kin_entry(&k, orphan));
    kin_put_node(&k, 9, 2, UOW_ADDED);
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(uowi_keep_restore(&k.tracker, keep, &k.error), UOW_OK);
        kin_check(&k);
        cr_assert(order->firm == acme && order->firm_id == 1 && line->order == order);
        cr_assert(acme->orders.count == 1 && acme->orders.items[0] == order && other->orders.count == 0);
        cr_assert(acme->badges.count == 1 && badge->firm == acme);
        cr_assert(root->children.count == 1 && leaf->parent == root && leaf->children.count == 0);
        cr_assert(!note->order && note->order_ind == UOW_NULL);
        cr_assert(kin_entry(&k, orphan)->flags & UOWI_ENTRY_ORPHAN && !orphan->firm && orphan->firm_id == 1);
    }
    uowi_keep_drop(&k.tracker, keep);
    cr_assert_eq(kin_close(&k), 0);
}
