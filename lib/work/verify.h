/* The model compared with the database's catalog. */
#ifndef UOWI_WORK_VERIFY_H
#define UOWI_WORK_VERIFY_H

#include "work/run.h"

typedef struct uowi_verify {
    int at, table_at;
    uowi_session *s;
    uowi_buf found; /* so far: one sentence each */
    size_t next;    /* table */
    uowi_run run;
    uow_status st;
} uowi_verify;

/* [resumable] See uow_model_verify_at. The session is set, all else is zero. */
uow_status uowi_verify_step(uowi_verify *work);

#endif
