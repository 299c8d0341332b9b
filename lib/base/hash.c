#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "base/map.h"

/* Odd, half its bits set, no pattern: 2^64 over the golden ratio. */
#define HASH_MULTIPLIER UINT64_C(0x9e3779b97f4a7c15)

/* Every step is invertible, so different words never collide here. */
uint64_t uowi_hash_word(uint64_t word)
{
    word ^= word >> 32;
    word *= HASH_MULTIPLIER;
    word ^= word >> 29;
    word *= HASH_MULTIPLIER;
    word ^= word >> 32;
    return word;
}

static uint64_t hash_step(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * HASH_MULTIPLIER;
    return hash ^ (hash >> 32);
}

/* Word by word; the byte order of the machine shows in the result, which never leaves the process.
 */
uint64_t uowi_hash(const void *data, size_t size, uint64_t seed)
{
    const unsigned char *at = data;
    uint64_t hash = hash_step(hash_step(seed, HASH_MULTIPLIER), (uint64_t)size);
    for (; size >= 8; size -= 8, at += 8) {
        uint64_t word;
        memcpy(&word, at, 8);
        hash = hash_step(hash, word);
    }
    if (size > 0) {
        uint64_t word = 0;
        memcpy(&word, at, size);
        hash = hash_step(hash, word);
    }
    return uowi_hash_word(hash);
}
