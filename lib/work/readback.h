/* Reading rows of one entity by the values of some columns, many at a time. */
#ifndef UOWI_WORK_READBACK_H
#define UOWI_WORK_READBACK_H

#include "work/query.h"

/* Receives each row image that was read; valid during the call. */
typedef uow_status (*uowi_row_fn)(void *user, void *image);

/* Which rows: those whose columns[i] equal the members values[i] of one of the rows. */
typedef struct uowi_match {
    const uowi_entity *entity;             /* read */
    size_t count;                          /* columns compared */
    const uow_column *columns[UOW_MAX_KEY]; /* of entity */
    const uow_column *values[UOW_MAX_KEY];  /* of the rows given */
    const void *const *rows;
    size_t row_count;
} uowi_match;

/* Runs as few statements as the parameter limit allows; equal texts are prepared once. */
uow_status uowi_readback(uowi_session *s, const uowi_match *match, uowi_row_fn fn, void *user);
/* A match by primary key. */
void uowi_match_key(uowi_match *match, const uowi_entity *entity, const void *const *rows, size_t count);

#endif
