/* Open-addressing hash map from caller-hashed keys to pointers. */
#ifndef UOWI_BASE_MAP_H
#define UOWI_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"

/* Whether the stored value has the key looked for. */
typedef bool (*uowi_map_eq)(const void *value, const void *key, const void *user);

typedef struct uowi_map {
    uowi_mem *mem;
    void **values;    /* one block holds values, hashes and tags */
    uint32_t *hashes;
    uint8_t *tags;    /* 0: empty; 1: removed; else a piece of the hash */
    size_t capacity;  /* a multiple of eight */
    size_t count;
    size_t used; /* count + removed */
    uowi_map_eq eq;
    const void *user; /* handed to eq */
} uowi_map;

void uowi_map_init(uowi_map *map, uowi_mem *mem, uowi_map_eq eq, const void *user);
void uowi_map_done(uowi_map *map);
void uowi_map_reset(uowi_map *map); /* empty, memory kept */
void *uowi_map_get(const uowi_map *map, uint64_t hash, const void *key);
/* The value in slot i of capacity, or NULL: for walking over all of them, in no order. */
void *uowi_map_at(const uowi_map *map, size_t i);
/* Reads the slot of a key that will be looked up soon (uowi_touch). */
void uowi_map_touch(const uowi_map *map, uint64_t hash);
/* The key must not be there yet. False: out of memory, nothing changed. */
bool uowi_map_put(uowi_map *map, uint64_t hash, void *value);
/* Make room so that the next extra puts cannot fail. */
bool uowi_map_reserve(uowi_map *map, size_t extra);
/* Removes the slot that holds exactly this pointer under this hash; a pointer is in a map once. */
bool uowi_map_remove(uowi_map *map, uint64_t hash, const void *value);

/* A good 64-bit hash of bytes; chain by passing the last result as seed. */
uint64_t uowi_hash(const void *data, size_t size, uint64_t seed);

/* Odd, half its bits set, no pattern: 2^64 over the golden ratio. */
#define UOWI_HASH_MULTIPLIER UINT64_C(0x9e3779b97f4a7c15)

/* Mixes the bits of a word above its lowest ones, which must be 0 and stay so. Every step is invertible. */
static inline uint64_t uowi_hash_mix(uint64_t word, uint64_t lowest)
{
    word ^= word >> 32 & ~lowest;
    word *= UOWI_HASH_MULTIPLIER;
    word ^= word >> 29 & ~lowest;
    word *= UOWI_HASH_MULTIPLIER;
    word ^= word >> 32 & ~lowest;
    return word;
}

/* A mixed hash of one word (pointers, integers): different words never collide here. */
static inline uint64_t uowi_hash_word(uint64_t word)
{
    return uowi_hash_mix(word, 0);
}

/* The same, but the hashes of four neighbours (4n to 4n + 3) differ in bits 32 and 33 only, which count them. */
static inline uint64_t uowi_hash_near(uint64_t word)
{
    uint64_t hash = uowi_hash_mix(word & ~UINT64_C(3), 3) | (word & 3);

    return hash << 32 | hash >> 32;
}

#endif
