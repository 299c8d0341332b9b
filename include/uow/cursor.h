/* Cursors: the rows of a query, streamed in blocks. */
#ifndef UOW_CURSOR_H
#define UOW_CURSOR_H

#include "uow/query.h"

UOW_BEGIN_DECLS

/*
 * Open a cursor over the rows of a query. It holds the context's guard until it
 * is drained or closed: every other operation on the context is refused meanwhile.
 * Parameters: as uow_query; options may be NULL (untracked). With UOW_TRACKED the rows become
 *   tracked instances. With UOW_BOUNDED the memory used stays bounded whatever the driver buffers, and rows
 *   come in key order: on PostgreSQL by a server-side cursor (which also takes an ORDER BY of the condition's own), elsewhere by
 *   pages inside one consistent snapshot (an ORDER BY is refused), and UOW_UNSUPPORTED, with the reason, where neither is possible.
 * Blocks: until the statement has run. Threads: owner only.
 * Returns: as uow_query. Since: 0.1. Source: ODBC block cursors.
 */
UOW_API uow_status uow_cursor_open_at(const char *where, uow_context *context, const uow_entity *entity,
                                      const char *condition, const uow_arg *args, size_t arg_count,
                                      const uow_query_options *options, uow_cursor **out_cursor);

/*
 * The next row.
 * Parameters: out_row receives the program's struct.
 * Blocks: until the next block is there. Threads: owner only.
 * Returns: UOW_OK; UOW_END (drained: the guard is free again, close is still due); errors as uow_query (further calls
 *   answer the same).
 * Lifetime: an untracked row until the next call on the cursor. Since: 0.1.
 */
UOW_API uow_status uow_cursor_next(uow_cursor *cursor, void **out_row);

/*
 * Close a cursor at any point; NULL is fine.
 * Blocks: until the driver has closed the statement. Threads: owner only. Since: 0.1.
 */
UOW_API void uow_cursor_close(uow_cursor *cursor);

/* Polled uow_cursor_open: see uow/op.h. Blocks: never. Threads: owner only. Since: 0.1. */
UOW_API uow_status uow_cursor_open_start_at(const char *where, uow_context *context, const uow_entity *entity,
                                            const char *condition, const uow_arg *args, size_t arg_count,
                                            const uow_query_options *options, uow_cursor **out_cursor,
                                            uow_op **out_op);
/*
 * Polled uow_cursor_next; the operation ends with UOW_END when the cursor is drained. Until it is finished, other calls
 * on the cursor are refused. A row that is in the block already is there at once.
 * Blocks: never. Threads: owner only. Since: 0.1.
 */
UOW_API uow_status uow_cursor_next_start(uow_cursor *cursor, void **out_row, uow_op **out_op);
/*
 * Polled uow_cursor_close: the cursor is gone when the operation is finished or freed, however that went. NULL:
 * UOW_MISUSE. Blocks: never. Threads: owner only. Since: 0.1.
 */
UOW_API uow_status uow_cursor_close_start(uow_cursor *cursor, uow_op **out_op);

UOW_END_DECLS

#endif
