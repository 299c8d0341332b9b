/*
 * Rows fetched in blocks into an entity's struct.
 *
 * A block holds row images: [struct][indicators][staging]. Columns whose C type the driver fills exactly are
 * bound straight into the struct part; the others into the staging part and decoded after the fetch. Nothing is
 * cut or wrapped silently: a value that does not fit is an error that names entity, column and both sizes.
 */
#ifndef UOWI_ODBC_ROWSET_H
#define UOWI_ODBC_ROWSET_H

#include "base/arena.h"
#include "odbc/stmt.h"

typedef struct uowi_rowset uowi_rowset;

/* Which column of the result (from 0) fills which member. */
typedef struct uowi_target {
    const uow_column *column;
    size_t index;
} uowi_target;

/*
 * Makes a rowset and binds the statement's columns to it. stmt must have been executed or prepared (described
 * types decide which columns can be bound straight). targets are copied, the columns they point to are not; entity is a name for messages. block_rows 0: chosen from row
 * size and dialect. The rowset may be reused for further executions of the same statement without binding again.
 */
uow_status uowi_rowset_open(uowi_stmt *stmt, const char *entity, const uowi_target *targets, size_t count,
                            size_t row_size, uint32_t block_rows, uowi_rowset **out);
/* Unbinds (if the statement still lives) and frees. NULL is fine. */
void uowi_rowset_free(uowi_rowset *rowset);

/*
 * [resumable] Fetches and decodes the next block. UOW_OK with *out_count >= 1 rows, or UOW_END. Long values (uow_text,
 * uow_blob) point into the block's own arena and live until the next fetch.
 */
uow_status uowi_rowset_fetch(uowi_rowset *rowset, size_t *out_count);
/* Row i of the block as a struct image of row_size bytes; bytes of members that are not columns are zero. */
void *uowi_rowset_row(const uowi_rowset *rowset, size_t index);
/* Bytes from one row image to the next of a block. */
size_t uowi_rowset_stride(const uowi_rowset *rowset);
size_t uowi_rowset_block_rows(const uowi_rowset *rowset);
/* After an execution, before the first fetch: forget the position. */
void uowi_rowset_rewind(uowi_rowset *rowset);

#endif
