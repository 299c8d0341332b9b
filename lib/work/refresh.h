/* What the database has now of rows that are tracked. */
#ifndef UOWI_WORK_REFRESH_H
#define UOWI_WORK_REFRESH_H

#include "uow/entry.h"
#include "work/readback.h"

/* Reads one tracked row again. */
typedef struct uowi_database {
    int at;
    uowi_session *s;
    const uowi_entry *entry;
    const void *key;
    uowi_readback readback;
    void *row; /* the answer; long values live in the session's scratch */
    bool found;
} uowi_database;

/* [resumable] s and entry are set, all else is zero. UOW_NOT_FOUND. Ends on the caller's turn. */
uow_status uowi_database_step(uowi_database *op);

typedef struct uowi_refresh {
    int at;
    uowi_session *s;
    void *const *instances;
    size_t count;
    const void **rows; /* to ask by */
    size_t entity;     /* of the model, being read */
    uowi_readback readback;
} uowi_refresh;

/* [resumable] s, instances and count are set, all else is zero. UOW_NOT_FOUND with the instances that are gone. */
uow_status uowi_refresh_step(uowi_refresh *op);

typedef struct uowi_resolve {
    int at;
    uowi_session *s;
    uowi_entry *entry;
    uow_resolution resolution;
    uowi_database database;
} uowi_resolve;

/* [resumable] s, entry and resolution are set, all else is zero. */
uow_status uowi_resolve_step(uowi_resolve *op);

#endif
