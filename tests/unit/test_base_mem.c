#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include "base/mem.h"

#include <stdlib.h>

typedef struct ledger {
    size_t blocks;
    size_t bytes;
} ledger;

static void *ledger_alloc(size_t size, void *user)
{
    ledger *book = user;
    book->blocks++;
    book->bytes += size;
    return malloc(size);
}

static void *ledger_resize(void *block, size_t old_size, size_t new_size, void *user)
{
    ledger *book = user;
    book->bytes += new_size - old_size;
    return realloc(block, new_size);
}

static void ledger_release(void *block, size_t size, void *user)
{
    ledger *book = user;
    book->blocks--;
    book->bytes -= size;
    free(block);
}

Test(mem, the_programs_allocator_sees_every_block_with_its_size)
{
    ledger book = {0, 0};
    uow_allocator allocator = {ledger_alloc, ledger_resize, ledger_release, &book};
    uowi_mem mem;
    uowi_mem_init(&mem, &allocator);
    char *text = uowi_strdup(&mem, "twelve chars");
    cr_assert_str_eq(text, "twelve chars");
    cr_assert_eq(book.bytes, 13);
    void *block = uowi_resize(&mem, NULL, 0, 10);
    block = uowi_resize(&mem, block, 10, 100);
    cr_assert_eq(book.bytes, 113);
    cr_assert_eq(atomic_load(&mem.bytes), 113);
    cr_assert_eq(atomic_load(&mem.calls), 3);
    uowi_free(&mem, block, 100);
    uowi_strfree(&mem, text);
    cr_assert_eq(book.blocks, 0);
    cr_assert_eq(book.bytes, 0);
    cr_assert_eq(atomic_load(&mem.bytes), 0);
}

Test(mem, an_allocator_of_zeros_is_malloc)
{
    uow_allocator zeros = {NULL, NULL, NULL, NULL};
    uowi_mem mem;
    uowi_mem_init(&mem, &zeros);
    unsigned char *block = uowi_zalloc(&mem, 32);
    cr_assert_eq(block[0] | block[31], 0);
    uowi_free(&mem, block, 32);
    uowi_free(&mem, NULL, 32);
    uowi_strfree(&mem, NULL);
    cr_assert_null(uowi_strdup(&mem, NULL));
    cr_assert_eq(atomic_load(&mem.bytes), 0);
}

Test(mem, one_call_fails_when_the_countdown_reaches_it)
{
    uowi_mem mem;
    uowi_mem_init(&mem, NULL);
    atomic_store(&mem.fail_at, 1);
    void *first = uowi_alloc(&mem, 8);
    cr_assert_not_null(first);
    cr_assert_null(uowi_resize(&mem, first, 8, 16), "the second call was to fail");
    void *third = uowi_alloc(&mem, 8);
    cr_assert_not_null(third);
    uowi_free(&mem, first, 8);
    uowi_free(&mem, third, 8);
    cr_assert_eq(atomic_load(&mem.bytes), 0);
}

Test(mem, an_array_too_large_to_count_is_refused)
{
    uowi_mem mem;
    uowi_mem_init(&mem, NULL);
    cr_assert_null(uowi_alloc_array(&mem, SIZE_MAX / 2, 3));
    cr_assert_eq(atomic_load(&mem.calls), 0);
}

Test(mem, growing_keeps_the_items_and_changes_nothing_on_failure)
{
    uowi_mem mem;
    uowi_mem_init(&mem, NULL);
    void *items = NULL;
    size_t capacity = 0;
    size_t count = 0;
    while (count < 1000) {
        size_t before = capacity;
        if (count == capacity) {
            atomic_store(&mem.fail_at, 0);
            cr_assert_not(uowi_grow(&mem, &items, count, &capacity, sizeof(int)));
            cr_assert_eq(capacity, before);
        }
        cr_assert(uowi_grow(&mem, &items, count, &capacity, sizeof(int)));
        ((int *)items)[count] = (int)count;
        count++;
    }
    for (size_t i = 0; i < count; i++)
        cr_assert_eq(((int *)items)[i], (int)i);
    uowi_free(&mem, items, capacity * sizeof(int));
    cr_assert_eq(atomic_load(&mem.bytes), 0);
}

Test(mem, growing_past_the_address_space_is_refused)
{
    uowi_mem mem;
    uowi_mem_init(&mem, NULL);
    void *items = NULL;
    size_t capacity = SIZE_MAX / 2 + 1;
    cr_assert_not(uowi_grow(&mem, &items, capacity, &capacity, 1));
    capacity = SIZE_MAX / 8;
    cr_assert_not(uowi_grow(&mem, &items, capacity, &capacity, 16));
}

Test(mem, a_block_of_many_megabytes_keeps_what_is_in_it_as_it_grows_and_shrinks)
{
    static const size_t megabytes[] = {1, 3, 31, 33, 70, 130, 40, 20, 1};
    uowi_mem mem;
    unsigned char *block = NULL;
    size_t size = 0;

    uowi_mem_init(&mem, NULL);
    for (size_t i = 0; i < sizeof megabytes / sizeof *megabytes; i++) {
        size_t wanted = (megabytes[i] << 20) + 123;
        size_t common = size < wanted ? size : wanted;

        block = uowi_resize(&mem, block, size, wanted);
        cr_assert_not_null(block);
        for (size_t at = 0; at < common; at += 4093)
            cr_assert_eq(block[at], (unsigned char)(at % 251), "byte %zu of %zu", at, wanted);
        for (size_t at = 0; at < wanted; at += 4093)
            block[at] = (unsigned char)(at % 251);
        size = wanted;
        block[wanted - 1] = (unsigned char)((wanted - 1) % 251);
    }
    uowi_free(&mem, block, size);
    cr_assert_eq(atomic_load(&mem.bytes), 0);
}
