/* Insert or update by key or unique group, past the tracker. */
#ifndef UOWI_WORK_UPSERT_H
#define UOWI_WORK_UPSERT_H

#include "uow/set.h"
#include "work/run.h"
#include "work/txn.h"

/* What the parts of an upsert share. */
typedef struct uowi_upsert_work {
    int at, turn_at, run_at; /* where the statements, all of it, and what is around them are */
    uowi_session *s;
    const uowi_entity *entity;
    const char *rows;
    size_t count;
    const uowi_upsert_style *style; /* NULL: row by row, an update and then an insert */
    size_t match[UOW_MAX_KEY];      /* column indexes */
    size_t match_count;
    uowi_columns matched;
    uowi_columns updatable; /* columns overwritten in a row that is there, if they are written at all */
    bool keep;

    size_t next;          /* the batch: rows [next, next + batch) */
    size_t batch;
    uowi_columns written; /* of its rows */
    bool plain;           /* they have no key yet: nothing to match */
    bool inserting;       /* row by row: the update met nothing */

    uowi_buf text;
    size_t text_rows; /* what the text was made for; 0: none yet */
    uowi_columns text_written;
    uowi_param *params;
    size_t param_count;
    size_t param_capacity;
    char *converted;
    size_t converted_used;
    size_t converted_capacity;
    uowi_run run;
    uowi_txn txn;  /* around the statements */
    bool alone;    /* one statement, and no unit around it */
    uow_status st; /* how the statements went */
    int64_t affected; /* -1: the database does not tell */
} uowi_upsert_work;

/* What is to be done; options complete. On the caller's turn. The work is zero before. */
uow_status uowi_upsert_start(uowi_upsert_work *work, uowi_session *s, const uowi_entity *entity, const void *rows,
                             size_t count, const uow_upsert_options *options);
/* [resumable] The unit around the statements is ended whatever happens. work->affected is the answer. */
uow_status uowi_upsert_step(uowi_upsert_work *work);

static inline const void *uowi_upsert_row(const uowi_upsert_work *work, size_t i)
{
    return work->rows + i * work->entity->row_size;
}

/* upsert_batch.c */

/* What an insert of this row writes. Returns whether it has no key to match. */
bool uowi_upsert_columns(const uowi_upsert_work *work, const void *row, uowi_columns *out);
/* The rows from next on that one statement takes. */
uow_status uowi_upsert_cut(uowi_upsert_work *work);
/* Parameters of an insert of the batch; of the update of its one row, and of what finds it. */
uow_status uowi_upsert_insert_params(uowi_upsert_work *work);
uow_status uowi_upsert_update_params(uowi_upsert_work *work);

/* upsert_text.c */

/* The columns of the batch that are overwritten in a row that is there; none: the row stays as it is. */
void uowi_upsert_overwritten(const uowi_upsert_work *work, uowi_columns *out);
/* style NULL: an insert and nothing else. */
void uowi_upsert_insert_text(const uowi_upsert_work *work, const uowi_upsert_style *style, uowi_buf *out);
void uowi_upsert_update_text(const uowi_upsert_work *work, uowi_buf *out);

#endif
