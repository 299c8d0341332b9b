/* The two ways to read in pieces: a server-side cursor, and pages by key. */
#ifndef UOWI_WORK_STREAM_PAGE_H
#define UOWI_WORK_STREAM_PAGE_H

#include "work/stream.h"

/* Takes the statement that declares the cursor. */
uow_status uowi_stream_declare(uowi_stream *stream);
/* It has run; stream->select says how a page is fetched. Returns st. */
uow_status uowi_stream_declared(uowi_stream *stream, uow_status st);
/* The statement that closes it; NULL: out of memory. */
const char *uowi_stream_undeclare(uowi_stream *stream);
/* Has stream->select say the page after stream->last_row, or the first. */
uow_status uowi_stream_page(uowi_stream *stream, bool first);
/* Does the condition end in an ORDER BY? */
bool uowi_sql_orders(const uowi_dialect *dialect, const char *condition);

#endif
