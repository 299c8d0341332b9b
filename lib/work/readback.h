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
    size_t row_size; /* of the rows given */
} uowi_match;

typedef struct uowi_readback {
    int at, chunk_at;
    uowi_session *s;
    uowi_match match;
    uowi_row_fn fn; /* on the caller's turn */
    void *user;
    size_t next;    /* row of the match */
    uowi_select select;
    uowi_reader reader;
    uow_list *read; /* what an engine read, until the caller's turn; NULL: fn is called at once */
} uowi_readback;

/*
 * [resumable] s, match, fn and user are set, all else is zero. Runs as few statements as the parameter limit allows;
 * equal texts are prepared once.
 */
uow_status uowi_readback_step(uowi_readback *op);
/* A match by primary key. */
void uowi_match_key(uowi_match *match, const uowi_entity *entity, const void *const *rows, size_t count);

#endif
