/* The two ways to read in pieces: a server-side cursor, and pages by key. */
#ifndef UOWI_WORK_STREAM_PAGE_H
#define UOWI_WORK_STREAM_PAGE_H

#include "work/stream.h"

/* DECLARE, then the first FETCH. */
uow_status uowi_stream_declare(uowi_stream *stream, const uowi_select *select);
uow_status uowi_stream_undeclare(uowi_stream *stream);
/* The page after stream->last_row, or the first. */
uow_status uowi_stream_page(uowi_stream *stream, bool first);
/* In stream.c: opens the reader on what stream->select says now. */
uow_status uowi_stream_read(uowi_stream *stream);
/* Does the condition end in an ORDER BY? */
bool uowi_sql_orders(const uowi_dialect *dialect, const char *condition);

#endif
