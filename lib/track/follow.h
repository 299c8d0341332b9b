/*
 * Keys that change while other tracked rows refer to them: the program gives a new row a key of its own, a rollback
 * takes back those that the database made. The foreign keys follow, before the rows themselves move.
 */
#ifndef UOWI_TRACK_FOLLOW_H
#define UOWI_TRACK_FOLLOW_H

#include "track/tracker.h"

typedef struct uowi_move {
    uowi_entry *entry;
    const void *row; /* has the key to come */
    bool temporary;  /* a key made up by the tracker */
} uowi_move;

typedef struct uowi_moves {
    uowi_move *all;
    size_t count;
    size_t capacity;
} uowi_moves;

/* Room for so many; entries are numbered by uowi_entry.change until the end. False: out of memory. */
bool uowi_moves_begin(uowi_moves *moves, uowi_mem *mem, size_t capacity);
/* A second move of an entry takes the place of the first. */
void uowi_moves_add(uowi_moves *moves, uowi_entry *entry, const void *row, bool temporary);
/*
 * Gives every tracked row that refers to an entry of the moves the key that one is to have. Where that is part of the
 * key of a new row, that row moves too. False: out of memory, nothing done.
 */
bool uowi_moves_follow(const uowi_moves *moves, uowi_tracker *tracker);
void uowi_moves_end(uowi_moves *moves, uowi_mem *mem);

/* Has the program given a new row another key since it was added? */
bool uowi_follow_is_due(const uowi_tracker *tracker, const uowi_entry *entry);
/*
 * New rows whose key the program has changed since they were added are known by it from now on. UOW_OK; UOW_IDENTITY;
 * UOW_NO_MEMORY.
 */
uow_status uowi_follow_added(uowi_tracker *tracker, uow_error *error);

#endif
