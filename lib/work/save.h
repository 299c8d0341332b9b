/* Save: every tracked change as one unit. */
#ifndef UOWI_WORK_SAVE_H
#define UOWI_WORK_SAVE_H

#include "track/cascade.h"
#include "work/conflict.h"
#include "work/txn.h"
#include "work/write.h"

typedef struct uowi_save {
    int at, run_at, attempt_at, write_at; /* where each of its steps is */
    uowi_session *s;
    bool later; /* inside the program's unit: accepted for good only when that commits */
    uowi_cascade cascade;
    uowi_plan plan;
    uowi_txn txn;
    uowi_conflict conflict;
    size_t next;
    unsigned tries;
    bool begun;       /* the attempt got as far as its first statement */
    bool conflicts;   /* some rows were not met */
    bool unit;        /* a transaction or savepoint of our own is open */
    uint32_t depth;   /* of the program's unit */
    size_t notes;     /* kept for its rollback */
    uow_status failed; /* why the attempt is taken back */
    int verdict;       /* what becomes of it */
    size_t saved;      /* the answer */
    uowi_writer writer; /* the last: opened when there is something to write, and large */
} uowi_save;

/* [resumable] s and later are set, all else is zero up to the writer. Asks the hooks before and after. */
uow_status uowi_save_step(uowi_save *op);

#endif
