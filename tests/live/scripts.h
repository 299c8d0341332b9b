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

/* Returns the place of any row that is there, or of one that is not; -1: there is none. Places have a pointer, row. */
#define SCRIPT_PICK(array, count)                                                                  \
    do {                                                                                           \
        int start_ = (int)script_pick(count);                                                      \
        for (int i_ = 0; i_ < (count); i_++)                                                       \
            if ((array)[(start_ + i_) % (count)].row)                                              \
                return (start_ + i_) % (count);                                                    \
        return -1;                                                                                 \
    } while (0)
#define SCRIPT_FREE(array, count)                                                                  \
    do {                                                                                           \
        for (int i_ = 0; i_ < (count); i_++)                                                       \
            if (!(array)[i_].row)                                                                  \
                return i_;                                                                         \
        return -1;                                                                                 \
    } while (0)

/* In a unit that may be rolled back the changes of a save come back with it. Nothing is left to save. */
void script_save(const live *l);

/* The row of this id, which its struct begins with; the test fails when there is none. */
const void *script_stored(const uow_list *found, int64_t id);

#endif
