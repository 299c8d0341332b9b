#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "base/map.h"

static uint64_t hash_step(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UOWI_HASH_MULTIPLIER;
    return hash ^ (hash >> 32);
}

/* Word by word; the byte order of the machine shows in the result, which never leaves the process.
 */
uint64_t uowi_hash(const void *data, size_t size, uint64_t seed)
{
    const unsigned char *at = data;
    uint64_t hash = hash_step(hash_step(seed, UOWI_HASH_MULTIPLIER), (uint64_t)size);
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
