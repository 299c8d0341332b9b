#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include "base/map.h"
#include "track/identity.h"

static uowi_mem mem;
static uowi_identity identity;

static void begin(void)
{
    uowi_mem_init(&mem, NULL);
    memset(&identity, 0, sizeof identity);
}

static void end(void)
{
    uowi_identity_done(&identity, &mem);
    cr_assert_eq(atomic_load(&mem.bytes), 0);
}

static void put(uint64_t hash, uint32_t ref)
{
    cr_assert(uowi_identity_reserve(&identity, &mem, 1));
    uowi_identity_put(&identity, hash, ref);
}

static bool has(uint64_t hash, uint32_t ref)
{
    uowi_identity_walk walk;
    uint32_t found;

    for (bool more = uowi_identity_first(&identity, hash, &walk, &found); more;
         more = uowi_identity_next(&identity, hash, &walk, &found))
        if (found == ref)
            return true;
    return false;
}

TestSuite(identity, .init = begin, .fini = end);

Test(identity, nothing_is_found_where_nothing_was_put)
{
    cr_assert_not(has(1, 1));
    uowi_identity_remove(&identity, 1, 1);
    cr_assert_eq(identity.count, 0);
}

Test(identity, keys_with_one_home_are_found_behind_full_buckets_and_round_the_end)
{
    enum { MANY = 2000 };

    for (uint32_t i = 0; i < MANY; i++)
        put((uint64_t)UINT32_MAX << 32 | i, i);
    for (uint32_t i = 0; i < MANY; i++)
        cr_assert(has((uint64_t)UINT32_MAX << 32 | i, i));
    for (uint32_t i = 0; i < MANY; i += 2)
        uowi_identity_remove(&identity, UINT32_MAX, i);
    for (uint32_t i = 0; i < MANY; i++)
        cr_assert_eq(has((uint64_t)UINT32_MAX << 32 | i, i), i % 2 == 1);
    cr_assert_not(has((uint64_t)UINT32_MAX << 32 | MANY, MANY));
    cr_assert_eq(identity.count, MANY / 2);
}

static size_t bucket_of(uint64_t key)
{
    return uowi_identity_bucket(&identity, uowi_identity_home(uowi_hash_near(key)));
}

Test(identity, four_neighbours_are_at_home_in_buckets_one_after_the_other)
{
    cr_assert(uowi_identity_reserve(&identity, &mem, 1000));
    for (uint64_t key = 0; key < 4000; key++)
        cr_assert_eq(bucket_of(key), (bucket_of(key & ~UINT64_C(3)) + (key & 3)) % identity.bucket_count);
}

Test(identity, every_home_is_in_the_table)
{
    for (size_t rows = 1; rows < 3000; rows *= 2) {
        cr_assert(uowi_identity_reserve(&identity, &mem, rows));
        for (uint32_t i = 0; i < 8; i++) {
            cr_assert_lt(uowi_identity_bucket(&identity, i), identity.bucket_count);
            cr_assert_lt(uowi_identity_bucket(&identity, UINT32_MAX - i), identity.bucket_count);
        }
    }
}

Test(identity, one_hash_may_have_several_rows)
{
    for (uint32_t i = 0; i < 12; i++)
        put(42, i);
    uowi_identity_remove(&identity, 0, 7);
    for (uint32_t i = 0; i < 12; i++)
        cr_assert_eq(has(42, i), i != 7);
}

Test(identity, a_key_removed_leaves_room_for_another_one_without_memory)
{
    uint32_t count = 0;

    while (identity.count < 100 || uowi_identity_reserve(&identity, &mem, 1)) {
        if (identity.count >= 100)
            atomic_store(&mem.fail_at, 0);
        if (!uowi_identity_reserve(&identity, &mem, 1))
            break;
        uowi_identity_put(&identity, uowi_hash_word(count), count);
        count++;
    }
    atomic_store(&mem.fail_at, 0);
    for (uint32_t i = 0; i < 20 * count; i++) { /* full to its limit all the time */
        uowi_identity_remove(&identity, uowi_identity_home(uowi_hash_word(i)), i);
        uowi_identity_put(&identity, uowi_hash_word(i + count), i + count);
        cr_assert_not(has(uowi_hash_word(i), i));
        cr_assert(has(uowi_hash_word(i + 1), i + 1));
        cr_assert(has(uowi_hash_word(i + count), i + count));
    }
    cr_assert_eq(identity.count, count);
}

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Few homes, so that buckets overflow into one another all the time. */
static uint64_t crowded(uint32_t key)
{
    return (uint64_t)(key % 23 * 190000000u) << 32 | key;
}

Test(identity, random_puts_and_removals_end_as_a_plain_list_says)
{
    enum { KEYS = 3000, STEPS = 60000 };
    static bool there[KEYS];
    uint64_t random = 88172645463325252u;
    size_t count = 0;

    for (int i = 0; i < STEPS; i++) {
        uint32_t key = (uint32_t)(next_random(&random) % KEYS);

        if (there[key])
            uowi_identity_remove(&identity, uowi_identity_home(crowded(key)), key);
        else
            put(crowded(key), key);
        there[key] = !there[key];
        count += there[key] ? 1 : (size_t)-1;
    }
    cr_assert_eq(identity.count, count);
    for (uint32_t key = 0; key < KEYS; key++)
        cr_assert_eq(has(crowded(key), key), there[key], "key %u", key);
    uowi_identity_reset(&identity);
    for (uint32_t key = 0; key < KEYS; key++)
        cr_assert_not(has(crowded(key), key));
}
