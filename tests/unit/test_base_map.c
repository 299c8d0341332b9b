#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include "base/map.h"

#include <stdlib.h>

static uowi_mem map_test_mem;
static uowi_map map;

static bool map_test_eq(const void *value, const void *key, const void *user)
{
    (void)user;
    return *(const uint64_t *)value == *(const uint64_t *)key;
}

static void map_open(void)
{
    uowi_mem_init(&map_test_mem, NULL);
    uowi_map_init(&map, &map_test_mem, map_test_eq, NULL);
}

static void map_close(void)
{
    uowi_map_done(&map);
    cr_assert_eq(atomic_load(&map_test_mem.bytes), 0, "the table was not freed");
}

TestSuite(map, .init = map_open, .fini = map_close);

static uint64_t *map_numbers(size_t count)
{
    uint64_t *numbers = malloc(count * sizeof *numbers);
    for (size_t i = 0; i < count; i++)
        numbers[i] = i;
    return numbers;
}

static void *map_find(uint64_t key)
{
    return uowi_map_get(&map, uowi_hash_word(key), &key);
}

Test(map, finds_what_was_put_and_nothing_else)
{
    size_t count = 100000;
    uint64_t *numbers = map_numbers(count);
    for (size_t i = 0; i < count; i++)
        cr_assert(uowi_map_put(&map, uowi_hash_word(i), &numbers[i]));
    cr_assert_eq(map.count, count);
    for (size_t i = 0; i < count; i++)
        cr_assert_eq(map_find(i), &numbers[i]);
    cr_assert_null(map_find(count));
    free(numbers);
}

Test(map, an_empty_map_answers_and_holds_no_memory)
{
    cr_assert_null(map_find(1));
    cr_assert_not(uowi_map_remove(&map, 1, &map));
    uowi_map_reset(&map);
    cr_assert_eq(atomic_load(&map_test_mem.calls), 0);
}

Test(map, a_hash_of_zero_is_as_good_as_any)
{
    uint64_t key = 5;
    cr_assert(uowi_map_put(&map, 0, &key));
    cr_assert_eq(uowi_map_get(&map, 0, &key), &key);
    cr_assert(uowi_map_remove(&map, 0, &key));
    cr_assert_null(uowi_map_get(&map, 0, &key));
    cr_assert_eq(map.count, 0);
}

Test(map, keys_with_one_hash_are_told_apart)
{
    uint64_t *numbers = map_numbers(50);
    for (size_t i = 0; i < 50; i++)
        cr_assert(uowi_map_put(&map, 42, &numbers[i]));
    for (size_t i = 0; i < 50; i += 2)
        cr_assert(uowi_map_remove(&map, 42, &numbers[i]));
    for (uint64_t i = 0; i < 50; i++)
        cr_assert_eq(uowi_map_get(&map, 42, &i), i % 2 == 0 ? NULL : &numbers[i]);
    free(numbers);
}

Test(map, removes_only_exactly_this_pointer)
{
    uint64_t a = 7;
    uint64_t twin = 7;
    cr_assert(uowi_map_put(&map, 1, &a));
    cr_assert_not(uowi_map_remove(&map, 1, &twin));
    cr_assert_not(uowi_map_remove(&map, 2, &a));
    cr_assert(uowi_map_remove(&map, 1, &a));
    cr_assert_not(uowi_map_remove(&map, 1, &a));
}

/* Against a plain array, through growth, removal and reuse. */
Test(map, agrees_with_an_array_over_many_random_steps)
{
    enum { KEYS = 500 };
    uint64_t *numbers = map_numbers(KEYS);
    bool present[KEYS] = {false};
    size_t count = 0;
    uint64_t random = 1;
    for (int step = 0; step < 200000; step++) {
        random = uowi_hash_word(random + 1);
        size_t key = random % KEYS;
        uint64_t hash = uowi_hash_word(key) & 0xff; /* long runs of neighbours */
        if (present[key])
            cr_assert(uowi_map_remove(&map, hash, &numbers[key]));
        else
            cr_assert(uowi_map_put(&map, hash, &numbers[key]));
        present[key] = !present[key];
        count += present[key] ? 1 : (size_t)-1;
        uint64_t other = (random >> 32) % KEYS;
        void *found = uowi_map_get(&map, uowi_hash_word(other) & 0xff, &other);
        cr_assert_eq(found, present[other] ? &numbers[other] : NULL);
        cr_assert_eq(map.count, count);
        cr_assert_leq(map.count, map.used);
    }
    cr_assert_leq(map.capacity, 2048, "removals made the table grow");
    free(numbers);
}

Test(map, coming_and_going_does_not_grow_the_table)
{
    uint64_t *numbers = map_numbers(100000);
    for (size_t i = 0; i < 100000; i++) {
        cr_assert(uowi_map_put(&map, uowi_hash_word(i), &numbers[i]));
        if (i >= 5)
            cr_assert(uowi_map_remove(&map, uowi_hash_word(i - 5), &numbers[i - 5]));
    }
    cr_assert_leq(map.capacity, 64);
    free(numbers);
}

Test(map, reserved_room_cannot_fail)
{
    static const size_t extras[] = {1, 11, 12, 13, 24, 25, 1000, 4096, 100000};
    for (size_t i = 0; i < sizeof extras / sizeof extras[0]; i++) {
        uowi_map_done(&map);
        uint64_t *numbers = map_numbers(extras[i] + 7);
        for (size_t k = 0; k < 7; k++)
            cr_assert(uowi_map_put(&map, uowi_hash_word(k), &numbers[k]));
        cr_assert(uowi_map_remove(&map, uowi_hash_word(3), &numbers[3]));
        cr_assert(uowi_map_reserve(&map, extras[i]));
        uint64_t calls = atomic_load(&map_test_mem.calls);
        for (size_t k = 7; k < extras[i] + 7; k++)
            cr_assert(uowi_map_put(&map, uowi_hash_word(k), &numbers[k]));
        cr_assert_eq(atomic_load(&map_test_mem.calls), calls, "put allocated after reserve");
        free(numbers);
    }
}

Test(map, reserving_the_impossible_is_refused)
{
    cr_assert_not(uowi_map_reserve(&map, SIZE_MAX));
    cr_assert_not(uowi_map_reserve(&map, SIZE_MAX / 4 - 1));
    uint64_t a = 1;
    cr_assert(uowi_map_put(&map, 1, &a));
    cr_assert_not(uowi_map_reserve(&map, SIZE_MAX));
    cr_assert_eq(map.count, 1);
}

Test(map, a_failed_put_changes_nothing)
{
    uint64_t *numbers = map_numbers(1000);
    for (size_t i = 0; i < 1000; i++) {
        atomic_store(&map_test_mem.fail_at, 0);
        bool ok = uowi_map_put(&map, uowi_hash_word(i), &numbers[i]);
        atomic_store(&map_test_mem.fail_at, -1);
        cr_assert_eq(map.count, ok ? i + 1 : i);
        if (!ok) {
            cr_assert_null(map_find(i));
            cr_assert(uowi_map_put(&map, uowi_hash_word(i), &numbers[i]));
        }
    }
    for (size_t i = 0; i < 1000; i++)
        cr_assert_eq(map_find(i), &numbers[i]);
    free(numbers);
}

Test(map, reset_forgets_everything_and_keeps_the_memory)
{
    uint64_t *numbers = map_numbers(100);
    for (size_t i = 0; i < 100; i++)
        cr_assert(uowi_map_put(&map, uowi_hash_word(i), &numbers[i]));
    uint64_t calls = atomic_load(&map_test_mem.calls);
    uowi_map_reset(&map);
    cr_assert_null(map_find(1));
    for (size_t i = 0; i < 100; i++)
        cr_assert(uowi_map_put(&map, uowi_hash_word(i), &numbers[i]));
    cr_assert_eq(atomic_load(&map_test_mem.calls), calls);
    free(numbers);
}

static int map_compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

Test(hash, tells_length_content_and_seed_apart)
{
    static const char zeros[32];
    uint64_t hashes[64];
    for (size_t i = 0; i < 32; i++) {
        hashes[i] = uowi_hash(zeros, i, 0);
        hashes[32 + i] = uowi_hash(zeros, i, 1);
    }
    qsort(hashes, 64, sizeof hashes[0], map_compare);
    for (size_t i = 1; i < 64; i++)
        cr_assert_neq(hashes[i], hashes[i - 1]);
    cr_assert_eq(uowi_hash("key", 3, 9), uowi_hash("keys", 3, 9));
    cr_assert_neq(uowi_hash("key", 3, 0), uowi_hash("kez", 3, 0));
}

Test(hash, neighbours_differ_in_two_bits_only_and_nobody_collides)
{
    enum { COUNT = 4096 };
    static uint64_t hashes[COUNT];
    for (size_t i = 0; i < COUNT; i++) /* around zero, and at both ends */
        hashes[i] = uowi_hash_near((uint64_t)i - COUNT / 2 + (i % 3 == 0 ? UINT64_C(1) << 63 : 0));
    for (uint64_t i = 0; i < COUNT; i++)
        cr_assert_eq(uowi_hash_near(i) ^ uowi_hash_near(i & ~UINT64_C(3)), (i & 3) << 32);
    cr_assert_neq((uowi_hash_near(3) ^ uowi_hash_near(4)) & ~(UINT64_C(3) << 32), 0);
    qsort(hashes, COUNT, sizeof hashes[0], map_compare);
    for (size_t i = 1; i < COUNT; i++)
        cr_assert_neq(hashes[i], hashes[i - 1]);
}

/* The table looks at the low bits only: dense keys, pointers and texts must spread there. */
Test(hash, dense_keys_spread_over_the_low_bits)
{
    enum { BUCKETS = 1024, PER_BUCKET = 64 };
    unsigned words[BUCKETS] = {0};
    unsigned near[BUCKETS] = {0};
    unsigned pointers[BUCKETS] = {0};
    unsigned bytes[BUCKETS] = {0};
    for (uint64_t i = 0; i < BUCKETS * PER_BUCKET; i++) {
        words[uowi_hash_word(i) % BUCKETS]++;
        near[uowi_hash_near(i) % BUCKETS]++;
        pointers[uowi_hash_word(i << 12) % BUCKETS]++;
        bytes[uowi_hash(&i, sizeof i, 0) % BUCKETS]++;
    }
    for (size_t i = 0; i < BUCKETS; i++) {
        cr_assert_lt(words[i], PER_BUCKET * 2);
        cr_assert_lt(near[i], PER_BUCKET * 2);
        cr_assert_lt(pointers[i], PER_BUCKET * 2);
        cr_assert_lt(bytes[i], PER_BUCKET * 2);
    }
}
