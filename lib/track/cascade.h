/*
 * What deleting a principal does to its tracked dependents, what becomes of rows whose required principal was taken
 * away, and of those that name by its made-up key a new row that was removed (lost.h). One pass, linear in the tracked rows, without recursion; rows that are not tracked are the database's
 * business. Everything can be undone until it is kept: a save that fails leaves the tracker as it was.
 */
#ifndef UOWI_TRACK_CASCADE_H
#define UOWI_TRACK_CASCADE_H

#include "base/arena.h"
#include "track/fixup.h"

typedef struct uowi_cascade_step uowi_cascade_step;
typedef struct uowi_cascade_heir uowi_cascade_heir;

typedef struct uowi_cascade {
    uowi_tracker *tracker;
    uowi_arena *arena; /* outlives the cascade */
    uow_error *error;
    uowi_cascade_step *steps;   /* what was done, the last first */
    uowi_cascade_heir *refused; /* dependents that restrict, to be looked at when all is done */
    uowi_entry **queue;         /* deleted principals, to be followed */
    size_t queued;
    size_t capacity;
    uowi_map dependents; /* principal -> uowi_cascade_heir list, of relations that are not followed */
    size_t count; /* rows deleted, dropped or set NULL */
} uowi_cascade;

/*
 * Brings pointers and foreign keys in step (uowi_detect) and applies the relations' on_delete to everything tracked.
 * UOW_OK; UOW_CONSTRAINT (a row restricts, or lost a required reference: the error names both rows); what detect
 * returns; UOW_NO_MEMORY. Whatever it returns, uowi_cascade_end follows.
 */
uow_status uowi_cascade_begin(uowi_cascade *cascade, uowi_tracker *tracker, uowi_arena *arena, uow_error *error);
/* The same for one row that was only added and is to be forgotten: with it go its new dependents. */
uow_status uowi_cascade_drop(uowi_cascade *cascade, uowi_tracker *tracker, uowi_entry *entry, uowi_arena *arena,
                             uow_error *error);
/* keep: what was dropped is detached. Otherwise everything is as before. */
void uowi_cascade_end(uowi_cascade *cascade, bool keep);

#endif
