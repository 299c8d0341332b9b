#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include "track_fixture.h"

#define MANY 5000

static shop s;
static uowi_slab slab;
static uowi_entry *entries[MANY];

static void slab_fill(size_t count)
{
    cr_assert(shop_open(&s, 0));
    uowi_slab_init(&slab, shop_entity(&s, &shop_customers));
    for (size_t i = 0; i < count; i++) {
        entries[i] = uowi_slab_take(&slab, &s.mem);
        cr_assert_not_null(entries[i]);
    }
}

static void slab_end(void)
{
    uowi_slab_done(&slab, &s.mem);
    cr_assert_eq(shop_close(&s), 0);
}

static size_t slab_walk(void)
{
    uowi_entry *entry = NULL;
    size_t page = 0;
    size_t met = 0;
    while ((entry = uowi_slab_next(&slab, entry, &page)) != NULL) {
        cr_assert_eq(entry->entity, slab.entity);
        met++;
    }
    return met;
}

Test(slab, the_owner_of_a_row_is_its_entry)
{
    slab_fill(MANY);
    for (size_t i = 0; i < MANY; i++)
        cr_assert_eq(uowi_slab_owner(&slab, uowi_entry_row(&slab, entries[i])), entries[i]);
    slab_end();
}

Test(slab, no_other_pointer_has_an_owner)
{
    shop_customer elsewhere;
    slab_fill(100);
    for (size_t i = 0; i < 100; i++) {
        char *row = uowi_entry_row(&slab, entries[i]);
        cr_assert_null(uowi_slab_owner(&slab, row + 1));
        cr_assert_null(uowi_slab_owner(&slab, row - 1));
        cr_assert_null(uowi_slab_owner(&slab, row + offsetof(shop_customer, name)));
        cr_assert_null(uowi_slab_owner(&slab, entries[i]));
        cr_assert_null(uowi_slab_owner(&slab, uowi_entry_original(&slab, entries[i])));
    }
    cr_assert_null(uowi_slab_owner(&slab, &elsewhere));
    cr_assert_null(uowi_slab_owner(&slab, NULL));
    slab_end();
}

Test(slab, a_slot_given_back_has_no_owner_and_is_used_again)
{
    slab_fill(10);
    void *row = uowi_entry_row(&slab, entries[4]);
    uowi_slab_give(&slab, entries[4]);
    cr_assert_null(uowi_slab_owner(&slab, row));
    cr_assert_eq(slab.live, 9);
    cr_assert_eq(uowi_slab_take(&slab, &s.mem), entries[4]);
    cr_assert_eq(uowi_slab_owner(&slab, row), entries[4]);
    slab_end();
}

Test(slab, rows_do_not_overlap_and_are_aligned)
{
    slab_fill(MANY);
    for (size_t i = 0; i < MANY; i++) {
        cr_assert_eq((uintptr_t)uowi_entry_row(&slab, entries[i]) % _Alignof(shop_customer), 0);
        memset(uowi_entry_row(&slab, entries[i]), 0xff, sizeof(shop_customer));
        memset(uowi_entry_original(&slab, entries[i]), 0xff, sizeof(shop_customer));
    }
    for (size_t i = 0; i < MANY; i++)
        cr_assert(entries[i]->entity == slab.entity && entries[i]->state == 0 && entries[i]->serial == 0);
    slab_end();
}

Test(slab, a_walk_meets_every_live_entry_once_and_no_free_one)
{
    slab_fill(MANY);
    for (size_t i = 0; i < MANY; i += 3)
        uowi_slab_give(&slab, entries[i]);
    cr_assert_eq(slab_walk(), slab.live);
    cr_assert_eq(slab.live, MANY - (MANY + 2) / 3);
    for (size_t i = 0; i < MANY; i++)
        if (i % 3)
            uowi_slab_give(&slab, entries[i]);
    cr_assert_eq(slab_walk(), 0);
    slab_end();
}

Test(slab, slots_are_recycled_without_new_memory)
{
    slab_fill(MANY);
    uint64_t calls = s.mem.calls;
    for (size_t i = 0; i < MANY; i++)
        uowi_slab_give(&slab, entries[i]);
    for (size_t i = 0; i < MANY; i++)
        cr_assert_not_null(uowi_slab_take(&slab, &s.mem));
    cr_assert_eq(s.mem.calls, calls);
    slab_end();
}

Test(slab, one_that_has_become_empty_hands_its_slots_out_in_their_order_again)
{
    slab_fill(MANY);
    for (size_t i = 0; i < MANY; i++)
        uowi_slab_give(&slab, entries[i]);
    cr_assert_eq(slab_walk(), 0);
    for (size_t i = 0; i < MANY; i++)
        cr_assert_eq(uowi_slab_take(&slab, &s.mem), entries[i]);
    cr_assert_eq(slab_walk(), MANY);
    slab_end();
}
