/*
 * Rows one after the other, with memory that stays bounded where that is asked
 * for: by a cursor of the server's, or by pages in key order inside one
 * snapshot, because a driver may keep a whole result in the client's memory.
 */
#ifndef UOWI_WORK_STREAM_H
#define UOWI_WORK_STREAM_H

#include "work/query.h"
#include "work/txn.h"

typedef enum uowi_stream_kind { UOWI_STREAM_IS_PLAIN, UOWI_STREAM_IS_DECLARED, UOWI_STREAM_IS_PAGED } uowi_stream_kind;

typedef struct uowi_stream {
    int at, next_at, page_at, end_at; /* where opening, the next row, the next page and the end are */
    uowi_session *s;
    uowi_stream_kind kind;
    uowi_arena arena;   /* what must outlive the session's scratch */
    uowi_select select; /* of the statement that is read now */
    const char *condition; /* the program's */
    uow_arg *args;         /* the program's, copied; room for the key's behind them */
    size_t arg_count;
    uowi_reader reader;
    bool reading;    /* reader is open */
    uowi_run declare; /* of the server's cursor */
    uowi_txn txn;    /* of the stream's own unit, while it begins or ends */
    bool own_unit;   /* a transaction opened for the stream */
    uow_status ended; /* how reading went */
    uint32_t page_rows;
    uint64_t page_read; /* rows of this page so far */
    uint64_t remaining; /* rows still wanted; UINT64_MAX: all */
    void *last_row;     /* paging: where the last page ended */
    const char *name;   /* of the server's cursor */
} uowi_stream;

/* Chooses how to read; select's strings and arguments are copied where a later page needs them. On the caller's turn. */
uow_status uowi_stream_start(uowi_stream *stream, uowi_session *s, const uowi_select *select);
/* [resumable] Starts reading; what fails is ended. */
uow_status uowi_stream_open(uowi_stream *stream);
/* [resumable] The next row image, or UOW_END. Ends on the engine's turn. */
uow_status uowi_stream_next(uowi_stream *stream, void **out_image);
/* The next row image where the block has one, so that no engine need run; else NULL, and nothing has happened. */
void *uowi_stream_ready(uowi_stream *stream);
/* Ends reading and the stream's own transaction; returns st. May be called twice. */
uow_status uowi_stream_end(uowi_stream *stream, uow_status st);
/* [resumable] The same. */
uow_status uowi_stream_finish(uowi_stream *stream, uow_status st);

#endif
