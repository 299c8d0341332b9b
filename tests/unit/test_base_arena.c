#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static uowi_mem arena_test_mem;
static uowi_arena arena_under_test;

static void arena_open(void)
{
    uowi_mem_init(&arena_test_mem, NULL);
    uowi_arena_init(&arena_under_test, &arena_test_mem, 1024);
}

static void arena_close(void)
{
    uowi_arena_done(&arena_under_test);
    cr_assert_eq(atomic_load(&arena_test_mem.bytes), 0, "pages were lost");
}

TestSuite(arena, .init = arena_open, .fini = arena_close);

static bool arena_aligned(const void *block)
{
    return (uintptr_t)block % 16 == 0;
}

Test(arena, every_block_is_aligned_and_apart_from_the_others)
{
    char *blocks[200];
    for (size_t i = 0; i < 200; i++) {
        blocks[i] = uowi_arena_alloc(&arena_under_test, i);
        cr_assert(arena_aligned(blocks[i]));
        memset(blocks[i], (int)i, i);
    }
    for (size_t i = 0; i < 200; i++)
        for (size_t k = 0; k < i; k++)
            cr_assert_eq((unsigned char)blocks[i][k], i);
}

Test(arena, empty_blocks_have_addresses_of_their_own)
{
    char *a = uowi_arena_alloc(&arena_under_test, 0);
    char *b = uowi_arena_copy(&arena_under_test, NULL, 0);
    cr_assert_neq(a, b);
    cr_assert_str_eq(uowi_arena_text(&arena_under_test, NULL, 0), "");
}

Test(arena, a_million_small_blocks_need_few_allocations)
{
    for (int i = 0; i < 1000000; i++)
        cr_assert_not_null(uowi_arena_alloc(&arena_under_test, 48));
    cr_assert_lt(atomic_load(&arena_test_mem.calls), 80);
    cr_assert_eq(arena_under_test.bytes, 48000000u);
}

Test(arena, a_large_block_leaves_the_current_page_in_use)
{
    char *before = uowi_arena_alloc(&arena_under_test, 16);
    unsigned char *large = uowi_arena_zalloc(&arena_under_test, 5000000);
    char *after = uowi_arena_alloc(&arena_under_test, 16);
    cr_assert(arena_aligned(large));
    cr_assert_eq(large[4999999], 0);
    cr_assert_eq(after, before + 16);
}

Test(arena, middling_blocks_also_come_to_share_pages)
{
    for (int i = 0; i < 10000; i++)
        cr_assert_not_null(uowi_arena_alloc(&arena_under_test, 1100));
    cr_assert_lt(atomic_load(&arena_test_mem.calls), 40);
}

Test(arena, text_gets_its_nul)
{
    char *text = uowi_arena_text(&arena_under_test, "Zürich, Kreis 4", 7);
    cr_assert_str_eq(text, "Zürich");
    cr_assert_eq(memcmp(uowi_arena_copy(&arena_under_test, "a\0b", 3), "a\0b", 3), 0);
}

Test(arena, reset_keeps_one_page_and_allocates_no_more)
{
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 100; i++)
            (void)uowi_arena_alloc(&arena_under_test, 100);
        uowi_arena_reset(&arena_under_test);
        cr_assert_eq(arena_under_test.bytes, 0);
    }
    uint64_t warm = atomic_load(&arena_test_mem.calls);
    for (int i = 0; i < 60; i++)
        (void)uowi_arena_alloc(&arena_under_test, 100);
    uowi_arena_reset(&arena_under_test);
    cr_assert_eq(atomic_load(&arena_test_mem.calls), warm);
}

Test(arena, reset_and_done_of_an_unused_arena_do_nothing)
{
    uowi_arena_reset(&arena_under_test);
    uowi_arena_done(&arena_under_test);
    cr_assert_eq(atomic_load(&arena_test_mem.calls), 0);
}

Test(arena, an_absurd_size_is_refused)
{
    cr_assert_null(uowi_arena_alloc(&arena_under_test, SIZE_MAX));
    cr_assert_null(uowi_arena_alloc(&arena_under_test, SIZE_MAX - 8));
    cr_assert_null(uowi_arena_text(&arena_under_test, "x", SIZE_MAX));
}

Test(arena, a_failed_allocation_harms_nothing)
{
    for (int i = 0; i < 2000; i++) {
        atomic_store(&arena_test_mem.fail_at, 0);
        (void)uowi_arena_alloc(&arena_under_test, 40);
        (void)uowi_arena_text(&arena_under_test, "text", 4);
        (void)uowi_arena_zalloc(&arena_under_test, 9000);
        atomic_store(&arena_test_mem.fail_at, -1);
        cr_assert_not_null(uowi_arena_zalloc(&arena_under_test, 40));
    }
}

/* malloc on some 32-bit systems aligns to 8; a program's own may do worse. */
static void *arena_crooked_alloc(size_t size, void *user)
{
    (void)user;
    char *block = malloc(size + 8);
    return block == NULL ? NULL : block + 8;
}

static void arena_crooked_release(void *block, size_t size, void *user)
{
    (void)size;
    (void)user;
    free((char *)block - 8);
}

static void *arena_crooked_resize(void *block, size_t old_size, size_t new_size, void *user)
{
    (void)block;
    (void)old_size;
    (void)new_size;
    (void)user;
    return NULL;
}

Test(arena, aligns_although_the_programs_allocator_does_not)
{
    uow_allocator crooked = {arena_crooked_alloc, arena_crooked_resize, arena_crooked_release,
                             NULL};
    uowi_mem mem;
    uowi_mem_init(&mem, &crooked);
    uowi_arena arena;
    uowi_arena_init(&arena, &mem, 256);
    static const size_t sizes[] = {1, 16, 31, 64, 100, 4000, 7, 100000, 33};
    for (size_t round = 0; round < 50; round++) {
        size_t size = sizes[round % 9];
        void *block = uowi_arena_zalloc(&arena, size);
        cr_assert(arena_aligned(block));
    }
    uowi_arena_done(&arena);
    cr_assert_eq(atomic_load(&mem.bytes), 0);
}

Test(arena, a_block_that_grows_keeps_what_it_held)
{
    size_t size = 24;
    char *block = uowi_arena_regrow(&arena_under_test, NULL, 0, size);

    memset(block, 'x', size);
    for (size_t bigger = size * 2; bigger < 3000000; size = bigger, bigger *= 2) {
        block = uowi_arena_regrow(&arena_under_test, block, size, bigger);
        cr_assert(arena_aligned(block));
        cr_assert_eq(block[0], 'x');
        cr_assert_eq(block[size - 1], 'x');
        memset(block + size, 'x', bigger - size);
    }
    cr_assert_not_null(uowi_arena_alloc(&arena_under_test, 100));
    cr_assert_eq(block[size - 1], 'x');
}

Test(arena, the_last_large_block_grows_without_a_second_one_beside_it)
{
    char *block = uowi_arena_regrow(&arena_under_test, NULL, 0, 1000000);
    int64_t before = atomic_load(&arena_test_mem.bytes);

    block = uowi_arena_regrow(&arena_under_test, block, 1000000, 2000000);
    cr_assert_not_null(block);
    cr_assert_eq(atomic_load(&arena_test_mem.bytes), before + 1000000);
    cr_assert_eq(arena_under_test.bytes, 2000000);
}

Test(arena, a_block_grows_although_the_one_behind_it_is_in_use)
{
    char *block = uowi_arena_regrow(&arena_under_test, NULL, 0, 100);
    char *other = uowi_arena_alloc(&arena_under_test, 100);

    memset(block, 'x', 100);
    memset(other, 'y', 100);
    block = uowi_arena_regrow(&arena_under_test, block, 100, 200);
    memset(block + 100, 'x', 100);
    cr_assert_eq(block[99], 'x');
    cr_assert_eq(other[0], 'y');
    cr_assert_eq(other[99], 'y');
}

Test(arena, room_for_one_more_is_made_by_doubling_and_keeps_the_items)
{
    int *items = NULL;
    size_t capacity = 0;

    for (int i = 0; i < 100000; i++) {
        size_t before = capacity;

        cr_assert(uowi_arena_room(&arena_under_test, (void **)&items, (size_t)i, &capacity, sizeof *items));
        cr_assert(capacity == before || ((size_t)i == before && capacity >= 2 * before));
        items[i] = i;
    }
    for (int i = 0; i < 100000; i++)
        cr_assert_eq(items[i], i);
}

Test(arena, no_room_leaves_the_items_as_they_were)
{
    int *items = NULL;
    size_t capacity = 0;
    int *before;

    cr_assert(uowi_arena_room(&arena_under_test, (void **)&items, 0, &capacity, sizeof *items));
    items[0] = 7;
    before = items;
    capacity = SIZE_MAX / 4;
    cr_assert_not(uowi_arena_room(&arena_under_test, (void **)&items, capacity, &capacity, sizeof *items));
    cr_assert_eq(items, before);
    cr_assert_eq(items[0], 7);
    cr_assert_eq(capacity, SIZE_MAX / 4);
}
