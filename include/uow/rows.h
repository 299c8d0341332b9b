/* Dynamic rows: results whose columns are not known at compile time. */
#ifndef UOW_ROWS_H
#define UOW_ROWS_H

#include "uow/arg.h"
#include "uow/status.h"
#include "uow/types.h"

UOW_BEGIN_DECLS

/* A column of a result as the driver describes it. Lifetime of name: the current result. */
typedef struct uow_column_info {
    size_t struct_size;
    const char *name;
    uow_type type;        /* the type that holds every value of it exactly */
    int32_t sql_type;     /* ODBC's SQL type code as reported */
    uint64_t column_size; /* characters, bytes or digits as reported; 0 unknown */
    int32_t digits;       /* decimal digits as reported */
    int32_t nullable;     /* 1 yes, 0 no, -1 unknown */
} uow_column_info;
/* All defaults, with struct_size set. */
#define UOW_COLUMN_INFO_INIT { sizeof(uow_column_info), NULL, (uow_type)0, 0, 0, 0, 0 }

/*
 * Run any statement and walk its results. Holds the context's guard until the
 * rows are closed (or every result is drained).
 * Parameters: as uow_execute; out_rows is positioned before the first row of the first result.
 * Blocks: until the statement has run. Threads: owner only. Returns: as uow_execute. Since: 0.1.
 */
UOW_API uow_status uow_rows_open_at(const char *where, uow_context *context, const char *sql, const uow_arg *args,
                                    size_t arg_count, uow_rows **out_rows);

/* How many columns the current result has; 0 for a plain count. Since: 0.1. */
UOW_API size_t uow_rows_column_count(const uow_rows *rows);
/* The description of column index (from 0). Returns: UOW_OK, UOW_MISUSE. Since: 0.1. */
UOW_API uow_status uow_rows_column(const uow_rows *rows, size_t index, uow_column_info *out_info);
/* The index of a column by name (case-insensitive), or -1. Since: 0.1. */
UOW_API ptrdiff_t uow_rows_index(const uow_rows *rows, const char *name);
/* Rows affected of the current result, -1 when the driver does not say. Since: 0.1. */
UOW_API int64_t uow_rows_affected(const uow_rows *rows);

/*
 * Move to the next row of the current result. Values of the row before are gone.
 * Returns: UOW_OK; UOW_END (no more rows); errors as uow_query (further calls answer the same). Since: 0.1.
 */
UOW_API uow_status uow_rows_next(uow_rows *rows);
/*
 * Move to the next result, skipping rows not read.
 * Returns: UOW_OK; UOW_END (no more results; the guard is free again); errors. Since: 0.1.
 * Source: ODBC reference, SQLMoreResults.
 */
UOW_API uow_status uow_rows_next_result(uow_rows *rows);

/* Whether a value is NULL: 1, 0, or -1 without a current row or such a column. Since: 0.1. */
UOW_API int uow_rows_is_null(uow_rows *rows, size_t index);
/*
 * A value as text, whatever its type; binary as hexadecimal.
 * Parameters: out_text is NUL-terminated UTF-8; out_length (may be NULL) its bytes.
 * Returns: UOW_OK; UOW_NOT_FOUND (NULL; out_text receives NULL); UOW_MISUSE; UOW_NO_MEMORY.
 * Lifetime: until the next move. Since: 0.1.
 */
UOW_API uow_status uow_rows_text(uow_rows *rows, size_t index, const char **out_text, size_t *out_length);
/* A value as a 64-bit integer; UOW_TYPE when it is none or out of range, UOW_NOT_FOUND for NULL. Since: 0.1. */
UOW_API uow_status uow_rows_int64(uow_rows *rows, size_t index, int64_t *out_value);
/* A value as a double; UOW_TYPE when it is no number, UOW_NOT_FOUND for NULL. Since: 0.1. */
UOW_API uow_status uow_rows_double(uow_rows *rows, size_t index, double *out_value);
/* A value as an exact decimal; UOW_TYPE when it is none, UOW_NOT_FOUND for NULL. Since: 0.1. */
UOW_API uow_status uow_rows_decimal(uow_rows *rows, size_t index, uow_decimal *out_value);
/* A value as bytes; UOW_NOT_FOUND for NULL. Lifetime: until the next move. Since: 0.1. */
UOW_API uow_status uow_rows_binary(uow_rows *rows, size_t index, const void **out_data, size_t *out_size);
/*
 * Read a long value piece by piece through the caller's buffer: each call gives
 * the bytes that follow those of the call before.
 * Parameters: buffer of size bytes; out_read receives the bytes written, 0 at the end of the value.
 *   Text comes without NUL, in whole UTF-8 characters when size is at least 4.
 * Returns: UOW_OK; UOW_NOT_FOUND (NULL); UOW_MISUSE; errors as uow_query. Since: 0.1.
 * Source: ODBC reference, SQLGetData in parts.
 */
UOW_API uow_status uow_rows_read(uow_rows *rows, size_t index, void *buffer, size_t size, size_t *out_read);

/* The error of the last failed call on these rows; as uow_context_error. Since: 0.1. */
UOW_API const uow_error *uow_rows_error(const uow_rows *rows);

/*
 * Close at any point; results not read are dropped; NULL is fine.
 * Blocks: until the driver has closed the statement, and read what is left of a call. Threads: owner only. Since: 0.1.
 */
UOW_API void uow_rows_close(uow_rows *rows);

/* Polled uow_rows_open: see uow/op.h. Blocks: never. Threads: owner only. Since: 0.1. */
UOW_API uow_status uow_rows_open_start_at(const char *where, uow_context *context, const char *sql,
                                          const uow_arg *args, size_t arg_count, uow_rows **out_rows,
                                          uow_op **out_op);
/* Polled uow_rows_next; ends with UOW_END behind the last row. Other calls on the rows are refused meanwhile. Since: 0.1. */
UOW_API uow_status uow_rows_next_start(uow_rows *rows, uow_op **out_op);
/* Polled uow_rows_next_result. Since: 0.1. */
UOW_API uow_status uow_rows_next_result_start(uow_rows *rows, uow_op **out_op);
/* Polled uow_rows_close: the handle is gone when the operation is finished or freed. NULL: UOW_MISUSE. Since: 0.1. */
UOW_API uow_status uow_rows_close_start(uow_rows *rows, uow_op **out_op);

UOW_END_DECLS

#endif
