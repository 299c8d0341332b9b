/* Rows of a result whose columns are known only when it is there; blocks underneath, long values on demand. */
#ifndef UOWI_ODBC_DYNROW_H
#define UOWI_ODBC_DYNROW_H

#include "base/arena.h"
#include "odbc/stmt.h"
#include "uow/rows.h"

typedef struct uowi_dynrow uowi_dynrow;

/* Describes the current result of stmt and binds it. */
uow_status uowi_dynrow_open(uowi_stmt *stmt, uowi_dynrow **out);
void uowi_dynrow_free(uowi_dynrow *dyn);

/* The type that holds every value of an ODBC type; long text for one that is not known. */
uow_type uowi_dynrow_type(int sql_type, bool is_unsigned);

size_t uowi_dynrow_column_count(const uowi_dynrow *dyn);
/* Fills a uow_column_info, respecting its struct_size. */
uow_status uowi_dynrow_column(const uowi_dynrow *dyn, size_t index, uow_column_info *out);
ptrdiff_t uowi_dynrow_index(const uowi_dynrow *dyn, const char *name);

/* [resumable] UOW_OK, UOW_END. */
uow_status uowi_dynrow_next(uowi_dynrow *dyn);

/* The value getters of uow/rows.h; same statuses. NULL value: UOW_NOT_FOUND. */
int uowi_dynrow_is_null(uowi_dynrow *dyn, size_t index);
uow_status uowi_dynrow_text(uowi_dynrow *dyn, size_t index, const char **out_text, size_t *out_length);
uow_status uowi_dynrow_int64(uowi_dynrow *dyn, size_t index, int64_t *out);
uow_status uowi_dynrow_double(uowi_dynrow *dyn, size_t index, double *out);
uow_status uowi_dynrow_decimal(uowi_dynrow *dyn, size_t index, uow_decimal *out);
uow_status uowi_dynrow_binary(uowi_dynrow *dyn, size_t index, const void **out_data, size_t *out_size);
uow_status uowi_dynrow_read(uowi_dynrow *dyn, size_t index, void *buffer, size_t size, size_t *out_read);

#endif
