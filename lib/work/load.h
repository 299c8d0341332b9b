/* Loading related rows: one query for many, tracked and linked as they come. */
#ifndef UOWI_WORK_LOAD_H
#define UOWI_WORK_LOAD_H

#include "work/readback.h"

typedef struct uowi_load {
    int at;
    uowi_session *s;
    void *const *instances; /* principals of a collection, dependents of a reference */
    size_t count;
    const uowi_relation *relation;
    bool collection;
    const void **rows; /* that have values to ask by */
    size_t row_count;
    uowi_map seen;     /* references: key images asked for */
    uowi_readback readback;
    uow_status failed;
    uow_list *list;    /* the answer, not yet handed over: tracked instances */
} uowi_load;

/* [resumable] s, instances, count, relation and collection are set, all else is zero. */
uow_status uowi_load_step(uowi_load *op);

#endif
