/* What became of rows that a save did not meet: changed by somebody else, or gone. */
#ifndef UOWI_WORK_CONFLICT_H
#define UOWI_WORK_CONFLICT_H

#include "work/write.h"

typedef struct uowi_conflict {
    int at, read_at;
    uowi_writer *writer;
    size_t next;
    uowi_recheck recheck;
} uowi_conflict;

/*
 * [resumable] writer is set, all else is zero.
 * After everything was rolled back: reads the rows of the suspect and stale changes again. UOW_CONFLICT with every
 * stale instance in the error record; UOW_OK when all suspects turn out to be as they were, which are then marked to
 * be written alone: that way each gets its own verdict.
 *
 * Reading versions inside the transaction would be wrong: a row somebody else moved to the version we wanted to write
 * looks like one of ours.
 */
uow_status uowi_conflict_step(uowi_conflict *op);

#endif
