/*
 * Open addressing over groups of eight slots. A slot has a tag of one byte, four bytes of hash and the value, each kind
 * packed apart: a search compares the eight tags of a group at once, nearly always goes on to the one value it is
 * looking for, and touches few cache lines. The hashes are read only when the table grows. Room grows by a
 * third, not to the next power of two, so that the table is never much larger than what it holds.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "base/map.h"

#include <string.h>

#define GROUP 8u
#define SMALLEST_CAPACITY 16u
#define SLOT_SIZE (sizeof(void *) + sizeof(uint32_t) + sizeof(uint8_t))
#define TAG_EMPTY 0u
#define TAG_REMOVED 1u
#define EACH_BYTE UINT64_C(0x0101010101010101)
#define EACH_HIGH UINT64_C(0x8080808080808080)

void uowi_map_init(uowi_map *map, uowi_mem *mem, uowi_map_eq eq, const void *user)
{
    *map = (uowi_map){.mem = mem, .eq = eq, .user = user};
}

static void map_free(uowi_map *map)
{
    uowi_free(map->mem, map->values, map->capacity * SLOT_SIZE);
}

void uowi_map_done(uowi_map *map)
{
    map_free(map);
    uowi_map_init(map, map->mem, map->eq, map->user);
}

void uowi_map_reset(uowi_map *map)
{
    if (map->used > 0)
        memset(map->tags, TAG_EMPTY, map->capacity);
    map->count = 0;
    map->used = 0;
}

static uint32_t map_hash(uint64_t hash)
{
    return (uint32_t)(hash ^ (hash >> 32));
}

/* The low bits; the high ones choose the group. */
static uint8_t map_tag(uint32_t hash)
{
    return (uint8_t)(0x80u | (hash & 0x7fu));
}

/* A hash's first group: its share of the range, which takes any capacity and no division. */
static size_t map_group(uint32_t hash, size_t capacity)
{
    return (size_t)(((uint64_t)hash * (capacity / GROUP)) >> 32) * GROUP;
}

static size_t map_after(size_t group, size_t capacity)
{
    return group + GROUP == capacity ? 0 : group + GROUP;
}

static uint64_t map_tags(const uint8_t *tags)
{
    uint64_t word;

    memcpy(&word, tags, sizeof word);
    return word;
}

/* Has a group this tag? Exact for the answer "no", and for empty. */
static bool map_has(uint64_t tags, uint8_t tag)
{
    uint64_t same = tags ^ (EACH_BYTE * tag);

    return ((same - EACH_BYTE) & ~same & EACH_HIGH) != 0;
}

#if defined(__GNUC__) && defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
/* Slots of the group whose tags are the same, a high bit each; may have others above the first. */
static uint64_t map_same(uint64_t tags, uint8_t tag)
{
    uint64_t same = tags ^ (EACH_BYTE * tag);

    return (same - EACH_BYTE) & ~same & EACH_HIGH;
}

static void *map_look(const uowi_map *map, size_t group, uint64_t tags, uint8_t tag, const void *key)
{
    for (uint64_t left = map_same(tags, tag); left != 0; left &= left - 1) {
        void *value = map->values[group + (size_t)__builtin_ctzll(left) / 8];

        if (map->tags[group + (size_t)__builtin_ctzll(left) / 8] == tag && map->eq(value, key, map->user))
            return value;
    }
    return NULL;
}
#else
static void *map_look(const uowi_map *map, size_t group, uint64_t tags, uint8_t tag, const void *key)
{
    (void)tags;
    for (size_t i = group; i < group + GROUP; i++)
        if (map->tags[i] == tag && map->eq(map->values[i], key, map->user))
            return map->values[i];
    return NULL;
}
#endif

void uowi_map_touch(const uowi_map *map, uint64_t full)
{
    size_t group;

    if (map->capacity == 0)
        return;
    group = map_group(map_hash(full), map->capacity);
    uowi_touch(&map->tags[group], GROUP);
    uowi_touch(&map->values[group], GROUP * sizeof *map->values);
}

void *uowi_map_get(const uowi_map *map, uint64_t full, const void *key)
{
    uint32_t hash = map_hash(full);
    uint8_t tag = map_tag(hash);

    if (map->count == 0)
        return NULL;
    for (size_t group = map_group(hash, map->capacity);; group = map_after(group, map->capacity)) {
        uint64_t tags = map_tags(&map->tags[group]);
        void *value = map_look(map, group, tags, tag, key);

        if (value != NULL || map_has(tags, TAG_EMPTY))
            return value;
    }
}

void *uowi_map_at(const uowi_map *map, size_t i)
{
    return map->tags[i] > TAG_REMOVED ? map->values[i] : NULL;
}

/* Seven eighths: beyond that, looking for what is not there gets long. */
static size_t map_limit(size_t capacity)
{
    return capacity - capacity / 8;
}

/* The first slot free for a hash; there is one. */
static size_t map_free_slot(const uint8_t *tags, size_t capacity, uint32_t hash)
{
    for (size_t group = map_group(hash, capacity);; group = map_after(group, capacity))
        for (size_t i = group; i < group + GROUP; i++)
            if (tags[i] <= TAG_REMOVED)
                return i;
}

static void map_point(uowi_map *map, void *block, size_t capacity)
{
    map->values = block;
    map->hashes = (uint32_t *)(void *)(map->values + capacity);
    map->tags = (uint8_t *)(map->hashes + capacity);
    map->capacity = capacity;
}

static void map_fill(uowi_map *map, size_t i, uint32_t hash, void *value)
{
    map->tags[i] = map_tag(hash);
    map->hashes[i] = hash;
    map->values[i] = value;
}

/* Into a fresh table, which also drops what was removed. */
static bool map_rehash(uowi_map *map, size_t capacity)
{
    void *block = uowi_alloc_array(map->mem, capacity, SLOT_SIZE);
    uowi_map old = *map;

    if (block == NULL)
        return false;
    map_point(map, block, capacity);
    for (size_t i = 0; i < old.capacity; i++)
        if (old.tags[i] > TAG_REMOVED)
            map_fill(map, map_free_slot(map->tags, capacity, old.hashes[i]), old.hashes[i], old.values[i]);
    map->used = map->count;
    map_free(&old);
    return true;
}

static size_t map_larger(size_t capacity)
{
    return (capacity + capacity / 3 + GROUP - 1) / GROUP * GROUP;
}

bool uowi_map_reserve(uowi_map *map, size_t extra)
{
    size_t capacity = map->capacity < SMALLEST_CAPACITY ? SMALLEST_CAPACITY : map->capacity;
    size_t needed;

    if (extra <= map_limit(map->capacity) - map->used)
        return true;
    if (extra > UINT32_MAX / 4 || map->count > UINT32_MAX / 2) /* a hash has 32 bits */
        return false;
    needed = map->count + extra;
    while (map_limit(capacity) < needed)
        capacity = map_larger(capacity);
    /* With many live values the same size would soon be full again: each rehash must pay for
     * itself. */
    if (capacity == map->capacity && needed > map_limit(capacity) / 4 * 3)
        capacity = map_larger(capacity);
    return map_rehash(map, capacity);
}

bool uowi_map_put(uowi_map *map, uint64_t full, void *value)
{
    uint32_t hash = map_hash(full);
    size_t i;

    if (!uowi_map_reserve(map, 1))
        return false;
    i = map_free_slot(map->tags, map->capacity, hash);
    map->used += map->tags[i] == TAG_EMPTY;
    map_fill(map, i, hash, value);
    map->count++;
    return true;
}

bool uowi_map_remove(uowi_map *map, uint64_t full, const void *value)
{
    uint32_t hash = map_hash(full);
    uint8_t tag = map_tag(hash);

    if (map->count == 0)
        return false;
    for (size_t group = map_group(hash, map->capacity);; group = map_after(group, map->capacity)) {
        bool ends = map_has(map_tags(&map->tags[group]), TAG_EMPTY);

        for (size_t i = group; i < group + GROUP; i++) {
            if (map->tags[i] != tag || map->values[i] != value)
                continue;
            /* A group with an empty slot stops every search: nothing behind it needs this one. */
            map->tags[i] = (uint8_t)(ends ? TAG_EMPTY : TAG_REMOVED);
            map->used -= ends;
            map->count--;
            return true;
        }
        if (ends)
            return false;
    }
}
