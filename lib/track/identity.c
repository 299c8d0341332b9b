#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "track/identity.h"

#include <string.h>

#include "base/platform.h"
#include "base/usual.h"

#define LINE          64u
#define FIRST_BUCKETS 4u
#define PASSED_MANY   UINT8_MAX

void uowi_identity_done(uowi_identity *identity, uowi_mem *mem)
{
    uowi_free(mem, identity->block, identity->bucket_count * sizeof(uowi_bucket) + LINE);
    memset(identity, 0, sizeof *identity);
}

void uowi_identity_reset(uowi_identity *identity)
{
    if (identity->count > 0)
        memset(identity->buckets, 0, identity->bucket_count * sizeof *identity->buckets);
    identity->count = 0;
}

static size_t identity_after(const uowi_identity *identity, size_t bucket)
{
    return bucket + 1 == identity->bucket_count ? 0 : bucket + 1;
}

/* Two thirds: beyond that, many keys are not at home, and each of them stops the processor from reading ahead. */
static size_t identity_limit(size_t buckets)
{
    return buckets * UOWI_BUCKET_SLOTS / 3 * 2;
}

static bool identity_rehash(uowi_identity *identity, uowi_mem *mem, size_t buckets)
{
    size_t size = buckets * sizeof(uowi_bucket) + LINE;
    uowi_identity larger = {NULL, buckets, 0, NULL};

    larger.block = uowi_alloc(mem, size);
    if (!larger.block)
        return false;
    uowi_lasting(larger.block, size);
    memset(larger.block, 0, size);
    larger.buckets =
        (uowi_bucket *)(void *)((char *)larger.block + (LINE - (uintptr_t)larger.block % LINE) % LINE);
    for (size_t i = 0; i < identity->bucket_count; i++) {
        const uowi_bucket *bucket = &identity->buckets[i];

        for (unsigned slot = 0; slot < UOWI_BUCKET_SLOTS; slot++)
            if ((unsigned)bucket->used >> slot & 1u)
                uowi_identity_put(&larger, bucket->hashes[slot], bucket->refs[slot]);
    }
    uowi_identity_done(identity, mem);
    *identity = larger;
    return true;
}

/* By a third, so that the table is never much larger than what it holds. */
UOWI_HOT bool uowi_identity_reserve(uowi_identity *identity, uowi_mem *mem, size_t extra)
{
    size_t buckets = identity->bucket_count;

    if (UOWI_USUAL(extra <= identity_limit(buckets) - identity->count))
        return true;
    if (extra > UINT32_MAX / 4 || identity->count > UINT32_MAX / 2) /* their numbers have 32 bits */
        return false;
    if (buckets == 0)
        buckets = FIRST_BUCKETS;
    while (identity_limit(buckets) < identity->count + extra)
        buckets += buckets / 3;
    return identity_rehash(identity, mem, buckets);
}

UOWI_HOT void uowi_identity_put(uowi_identity *identity, uint64_t hash, uint32_t ref)
{
    size_t at = uowi_identity_bucket(identity, uowi_identity_home(hash));
    uowi_bucket *bucket = &identity->buckets[at];
    unsigned slot;

    while (bucket->used == UOWI_BUCKET_FULL) {
        bucket->passed = (uint8_t)(bucket->passed + (bucket->passed < PASSED_MANY));
        at = identity_after(identity, at);
        bucket = &identity->buckets[at];
    }
    slot = uowi_bucket_lowest(UOWI_BUCKET_FULL & ~(unsigned)bucket->used);
    bucket->hashes[slot] = hash;
    bucket->refs[slot] = ref;
    bucket->used = (uint8_t)(bucket->used | 1u << slot);
    identity->count++;
}

static bool identity_take(uowi_bucket *bucket, uint32_t ref)
{
    for (unsigned slot = 0; slot < UOWI_BUCKET_SLOTS; slot++)
        if (bucket->refs[slot] == ref && (unsigned)bucket->used >> slot & 1u) {
            bucket->used = (uint8_t)(bucket->used & ~(1u << slot));
            return true;
        }
    return false;
}

/* Once too many to count, keys behind a bucket are taken to be there until the table is made anew. */
static void identity_repass(uowi_identity *identity, size_t from, size_t to)
{
    for (size_t at = from; at != to; at = identity_after(identity, at)) {
        uowi_bucket *bucket = &identity->buckets[at];

        bucket->passed = (uint8_t)(bucket->passed - (bucket->passed < PASSED_MANY));
    }
}

void uowi_identity_remove(uowi_identity *identity, uint32_t home, uint32_t ref)
{
    size_t first = identity->count > 0 ? uowi_identity_bucket(identity, home) : 0;
    size_t at = first;

    for (size_t left = identity->count > 0 ? identity->bucket_count : 0; left > 0; left--) {
        if (identity_take(&identity->buckets[at], ref)) {
            identity_repass(identity, first, at);
            identity->count--;
            return;
        }
        at = identity_after(identity, at);
    }
}

void uowi_identity_touch(const uowi_identity *identity, uint32_t home)
{
    if (identity->bucket_count > 0)
        uowi_touch(&identity->buckets[uowi_identity_bucket(identity, home)], 1);
}

UOWI_HOT bool uowi_identity_next(const uowi_identity *identity, uint64_t hash, uowi_identity_walk *walk,
                                 uint32_t *out_ref)
{
    const uowi_bucket *bucket = &identity->buckets[walk->bucket];

    while (walk->left == 0) {
        if (bucket->passed == 0 || walk->ahead == 0)
            return false;
        walk->ahead--;
        walk->bucket = identity_after(identity, walk->bucket);
        bucket = &identity->buckets[walk->bucket];
        walk->left = uowi_bucket_match(bucket, hash);
    }
    *out_ref = bucket->refs[uowi_bucket_lowest(walk->left)];
    walk->left &= walk->left - 1;
    return true;
}
