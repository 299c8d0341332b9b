#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "live/scripts.h"

#include <stdio.h>
#include <stdlib.h>

static uint64_t script_random; /* tests are processes of their own */

unsigned script_pick(unsigned below)
{
    script_random ^= script_random << 13;
    script_random ^= script_random >> 7;
    script_random ^= script_random << 17;
    return (unsigned)((script_random >> 11) % below);
}

static long scripts_wanted(const live *l, const script_play *play)
{
    const char *given = getenv("UOW_PROPERTY_SCRIPTS");

    if (given)
        return strtol(given, NULL, 10);
    if (getenv("UOW_SLOW"))
        return 20;
    return l->database == LIVE_SQLITE ? play->on_sqlite : play->on_servers;
}

void scripts_run(const live *l, const script_play *play)
{
    const char *given = getenv("UOW_PROPERTY_SEED");
    uint64_t seed = given ? strtoull(given, NULL, 10) : play->seed;
    long scripts = scripts_wanted(l, play);

    for (long script = 0; script < scripts; script++) {
        unsigned length = 5;

        script_random = (seed + (uint64_t)script) * 0x9e3779b97f4a7c15u + 1;
        length += script_pick(40);
        fprintf(stderr, "\rproperty: seed %llu script %ld", (unsigned long long)seed, script);
        for (unsigned i = 0; i < length; i++)
            play->deeds[script_pick((unsigned)play->deed_count)]();
        play->end();
    }
    fprintf(stderr, "\n");
}
