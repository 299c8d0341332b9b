/* Find by key: the tracker first, then the database. */
#ifndef UOWI_WORK_FIND_H
#define UOWI_WORK_FIND_H

#include "uow/arg.h"
#include "work/query.h"

typedef struct uowi_find {
    int at, read_at;
    uowi_session *s;
    const uowi_entity *entity;
    const uow_arg *parts; /* of the key */
    size_t part_count;
    void *key_row;
    uowi_select select;
    uowi_columns but_key; /* see select.columns */
    uowi_reader reader;
    void *image;
    void *instance; /* the answer */
} uowi_find;

/* [resumable] s, entity and the key are set, all else is zero. */
uow_status uowi_find_step(uowi_find *op);

#endif
