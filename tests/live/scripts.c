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

void script_save(const live *l)
{
    uow_save_options later = UOW_SAVE_OPTIONS_INIT;
    int has = 9;

    later.flags = UOW_ACCEPT_ON_COMMIT;
    UOW_OK(uow_save_with(l->ctx, &later, NULL));
    UOW_OK(uow_has_changes(l->ctx, &has));
    cr_assert_eq(has, 0, "nothing is left to save");
}

const void *script_stored(const uow_list *found, int64_t id)
{
    for (size_t i = 0; i < uow_list_count(found); i++) {
        const void *row = uow_list_at(found, i);

        if (*(const int64_t *)row == id)
            return row;
    }
    cr_assert_fail("row %lld is missing", (long long)id);
    return NULL;
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
