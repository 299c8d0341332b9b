/* Queries onto entities: the operation behind query, query_sql, first, single, count, exists, find and cursors. */
#ifndef UOWI_WORK_QUERY_H
#define UOWI_WORK_QUERY_H

#include "odbc/dynrow.h"
#include "work/list.h"
#include "work/run.h"

/* What to read. Text NULL in statement_sql: the statement is made from entity and condition. */
typedef struct uowi_select {
    const uowi_entity *entity;
    const char *condition; /* of a statement made by us */
    const uowi_columns *columns; /* likewise: all but the key, which is known; NULL: all */
    const char *sql;       /* or the program's whole statement */
    const uow_arg *args;
    size_t arg_count;
    uow_query_options options; /* complete */
} uowi_select;

/* Reading blocks of an entity's rows: statement, rowset, position. */
typedef struct uowi_reader {
    int at;
    uowi_run run;
    const uowi_select *select;
    uowi_param *params;
    size_t param_count;
    uowi_rowset *rowset;
    char *block;        /* of row images */
    size_t stride;      /* bytes from one to the next */
    size_t block_count; /* rows in the block */
    size_t next;        /* of them, the next to hand out */
    uint64_t rows;      /* read so far */
    uint64_t skip;      /* to be read and not handed out: the database takes no paging clause */
    uint64_t left;      /* to be handed out; only where paged */
    bool paged;         /* here, not by the database */
} uowi_reader;

/* Makes text and parameters (in the session's scratch) and takes a statement. */
uow_status uowi_reader_start(uowi_reader *reader, uowi_session *s, const uowi_select *select);
/* [resumable] Executes and binds the rowset. */
uow_status uowi_reader_open(uowi_reader *reader);
/* [resumable] The next row image, or UOW_END. Valid until the next call. */
uow_status uowi_reader_next(uowi_reader *reader, void **out_image);
/* The next row image of the block that was read; NULL when it is used up, or rows must be counted. */
static inline void *uowi_reader_ready(uowi_reader *reader)
{
    if (reader->next == reader->block_count || reader->paged)
        return NULL;
    return reader->block + reader->stride * reader->next++;
}
/* The same for all that are left: the first, and how many. */
void *uowi_reader_rest(uowi_reader *reader, size_t *out_count);
/* Closes; returns st, with what the error record should add. */
uow_status uowi_reader_end(uowi_reader *reader, uow_status st);
/* What a failed read was about: its entity, and the column the database names. */
void uowi_reader_blame(uowi_session *s, const uowi_entity *entity, uow_status st);
/* For cursors that stay open while the scratch is reused. */
uow_status uowi_reader_bind(uowi_reader *reader, uint32_t block_rows);

/* The columns of a result by name, one for each of the entity; a missing one is named in the error. */
uow_status uowi_reader_named(uowi_session *s, uowi_stmt *stmt, const uowi_entity *entity, uowi_target *targets);

/* Copies what the program's options have over the defaults; UOW_MISUSE for a longer struct in use. */
uow_status uowi_query_options(uowi_session *s, const uow_query_options *given, uow_query_options *out);

typedef enum uowi_answer_kind {
    UOWI_QUERY_LIST,  /* all rows */
    UOWI_QUERY_FIRST, /* the first, tracked */
    UOWI_QUERY_SINGLE /* likewise, and UOW_NOT_UNIQUE for a second row */
} uowi_answer_kind;

typedef struct uowi_query {
    int at;
    uowi_session *s;
    uowi_select select;
    uowi_answer_kind kind;
    uowi_reader reader;
    size_t stop_after; /* rows; 0: all */
    uow_list *read;    /* rows as the engine reads them: the answer itself, or copies that will be tracked */
    uow_list *list;    /* the answer, not yet handed over; or NULL */
    void *instance;    /* the answer of first and single */
} uowi_query;

/* [resumable] s, select and kind are set, all else is zero. */
uow_status uowi_query_step(uowi_query *op);

typedef struct uowi_count_rows {
    int at;
    uowi_session *s;
    uowi_select select;
    uowi_run run;
    uowi_param *params;
    size_t param_count;
    uowi_dynrow *row;
    int64_t count; /* the answer */
} uowi_count_rows;

/* [resumable] s and select are set, all else is zero. */
uow_status uowi_count_step(uowi_count_rows *op);

#endif
