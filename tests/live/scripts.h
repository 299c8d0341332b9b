/*
 * Random scripts over the tracker and, beside it, a plain model in memory: deeds by chance, then what is stored is
 * compared. Which script runs stands on stderr; UOW_PROPERTY_SEED and UOW_PROPERTY_SCRIPTS (how many) replay one.
 */
#ifndef LIVE_SCRIPTS_H
#define LIVE_SCRIPTS_H

#include "live/live.h"

typedef struct script_play {
    uint64_t seed;
    long on_sqlite, on_servers; /* how many, unless the environment says another number */
    void (*const *deeds)(void);
    size_t deed_count;
    void (*end)(void); /* saves, compares, and empties the tables for the next */
} script_play;

/* A number from 0 to below - 1; the same ones for the same script. */
unsigned script_pick(unsigned below);

void scripts_run(const live *l, const script_play *play);

#endif
