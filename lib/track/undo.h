/*
 * Saves that are accepted for good only when the program's own unit commits:
 * what the tracker knew before is kept, and comes back when the unit is rolled
 * back.
 */
#ifndef UOWI_TRACK_UNDO_H
#define UOWI_TRACK_UNDO_H

#include "track/tracker.h"

/* Keeps what is known of an entry now. touched: the columns the save gives the program new values for. False: no memory. */
bool uowi_undo_note(uowi_tracker *tracker, uowi_entry *entry, const uowi_columns *touched, uint32_t depth);
/* The last count notes were for nothing. */
void uowi_undo_drop(uowi_tracker *tracker, size_t count);
/* A unit of this depth was committed: its notes belong to the unit around it; around depth 1 there is none, and all is final. */
void uowi_undo_commit(uowi_tracker *tracker, uint32_t depth);
/* A unit of this depth was rolled back: everything noted in it is as it was. UOW_NO_MEMORY: not everything. */
uow_status uowi_undo_rollback(uowi_tracker *tracker, uint32_t depth, uow_error *error);
/* An entry is detached: nothing can come back to it. NULL: all entries. */
void uowi_undo_forget(uowi_tracker *tracker, const uowi_entry *entry);

#endif
