/*
 * Which tracked row of one entity has a key. Buckets of one cache line hold the whole hash of each key and the number of
 * its entry, so that a lookup reads one line, and by an exact hash (a key of one integer) not even the entry.
 */
#ifndef UOWI_TRACK_IDENTITY_H
#define UOWI_TRACK_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/usual.h"

#define UOWI_BUCKET_SLOTS 5
#define UOWI_BUCKET_FULL ((1u << UOWI_BUCKET_SLOTS) - 1)

typedef struct uowi_bucket {
    uint64_t hashes[UOWI_BUCKET_SLOTS];
    uint32_t refs[UOWI_BUCKET_SLOTS];
    uint8_t used;   /* a bit for each slot */
    uint8_t passed; /* keys that belong here or before and lie behind, full as it was; 255: that many or more */
} uowi_bucket;

typedef struct uowi_identity {
    uowi_bucket *buckets; /* on a boundary of 64 bytes */
    size_t bucket_count;
    size_t count; /* keys */
    void *block;  /* as allocated */
} uowi_identity;

/* A walk over the numbers under one hash. */
typedef struct uowi_identity_walk {
    size_t bucket;
    size_t ahead;  /* buckets not looked at yet */
    unsigned left; /* slots of this bucket that have the hash and were not given yet */
} uowi_identity_walk;

void uowi_identity_done(uowi_identity *identity, uowi_mem *mem);
/* Empty, memory kept. */
void uowi_identity_reset(uowi_identity *identity);
/* Makes room so that the next extra puts cannot fail. */
bool uowi_identity_reserve(uowi_identity *identity, uowi_mem *mem, size_t extra);
/* There is room: reserved, or of a key just removed. */
void uowi_identity_put(uowi_identity *identity, uint64_t hash, uint32_t ref);
/* The number must be there, under a hash with this home. */
void uowi_identity_remove(uowi_identity *identity, uint32_t home, uint32_t ref);
/* Reads the line of a key that will be looked up or put soon (uowi_touch). */
void uowi_identity_touch(const uowi_identity *identity, uint32_t home);

/* After a first one. False: there is none any more. */
bool uowi_identity_next(const uowi_identity *identity, uint64_t hash, uowi_identity_walk *walk, uint32_t *out_ref);

/* The part of a hash that says where its search begins. */
static inline uint32_t uowi_identity_home(uint64_t hash)
{
    return (uint32_t)(hash >> 32);
}

/* The lowest bit that is set: from a table, since no branch could foretell it. */
static inline unsigned uowi_bucket_lowest(unsigned bits)
{
    static const uint8_t lowest[1u << UOWI_BUCKET_SLOTS] = {0, 0, 1, 0, 2, 0, 1, 0, 3, 0, 1, 0, 2, 0, 1, 0,
                                                            4, 0, 1, 0, 2, 0, 1, 0, 3, 0, 1, 0, 2, 0, 1, 0};

    return lowest[bits];
}

/*
 * The home's share of the range, which takes any number of buckets and no division; four neighbours (uowi_hash_near) are
 * at home in four buckets one after the other: near enough to be read together, and none is filled by them.
 */
static inline size_t uowi_identity_bucket(const uowi_identity *identity, uint32_t home)
{
    size_t bucket = (size_t)(((uint64_t)(home >> 2) * identity->bucket_count) >> 30) + (home & 3);

    return bucket < identity->bucket_count ? bucket : bucket - identity->bucket_count;
}

/*
 * No branch for each slot: which one it is cannot be foretold. Written out, for the fewer instructions a lookup has, the
 * more of them wait for memory at the same time.
 */
static inline unsigned uowi_bucket_match(const uowi_bucket *bucket, uint64_t hash)
{
    unsigned same = (unsigned)(bucket->hashes[0] == hash) | (unsigned)(bucket->hashes[1] == hash) << 1 |
                    (unsigned)(bucket->hashes[2] == hash) << 2 | (unsigned)(bucket->hashes[3] == hash) << 3 |
                    (unsigned)(bucket->hashes[4] == hash) << 4;

    return same & bucket->used;
}

/* The number of the first key with this hash that lies at home, as nearly all do. False: it takes a walk. */
static inline bool uowi_identity_home_has(const uowi_identity *identity, uint64_t hash, uint32_t *out_ref)
{
    const uowi_bucket *bucket;
    unsigned same;

    if (identity->count == 0)
        return false;
    bucket = &identity->buckets[uowi_identity_bucket(identity, uowi_identity_home(hash))];
    same = uowi_bucket_match(bucket, hash);
    if (UOWI_RARE(same == 0))
        return false;
    *out_ref = bucket->refs[uowi_bucket_lowest(same)];
    return true;
}

/* False: there is none. */
static inline bool uowi_identity_first(const uowi_identity *identity, uint64_t hash, uowi_identity_walk *walk,
                                       uint32_t *out_ref)
{
    const uowi_bucket *bucket;

    if (identity->count == 0)
        return false;
    walk->bucket = uowi_identity_bucket(identity, uowi_identity_home(hash));
    walk->ahead = identity->bucket_count - 1;
    bucket = &identity->buckets[walk->bucket];
    walk->left = uowi_bucket_match(bucket, hash);
    if (walk->left == 0)
        return uowi_identity_next(identity, hash, walk, out_ref);
    *out_ref = bucket->refs[uowi_bucket_lowest(walk->left)];
    walk->left &= walk->left - 1;
    return true;
}

#endif
