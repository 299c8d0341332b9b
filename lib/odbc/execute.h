/* Between statement, binder and stream: the polling attribute and the pieces of an execution. Private to lib/odbc. */
#ifndef UOWI_ODBC_EXECUTE_H
#define UOWI_ODBC_EXECUTE_H

#include "odbc/call.h"

/* Polling is on for Prepare, Execute and FetchScroll only: unixODBC gets stuck with anything else (drivers.md). */
uow_status uowi_stmt_async_as_wanted(struct uowi_stmt *stmt);
uow_status uowi_stmt_async_off(struct uowi_stmt *stmt);

/* A catalog function has succeeded on the statement: its one result is the current one. */
uow_status uowi_stmt_answered(struct uowi_stmt *stmt);

/* After an execution that answered NEED_DATA: sends every streamed parameter; *outcome is that of the execution. */
uow_status uowi_stream_send(struct uowi_stmt *stmt, uowi_outcome *outcome);
void uowi_stream_done(struct uowi_stmt *stmt);

#endif
