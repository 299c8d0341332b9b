/*
 * Column-wise parameter arrays: one statement, many rows of parameters in one
 * execution. Only where drivers.md has seen the driver do it right (row-wise
 * arrays and SQL_ATTR_PARAM_BIND_OFFSET_PTR are not: see its traps 4 and 8).
 */
#ifndef UOWI_ODBC_ARRAY_H
#define UOWI_ODBC_ARRAY_H

#include "odbc/stmt.h"

/*
 * Encodes and binds rows x columns parameters, row after row, instead of uowi_stmt_bind; the next uowi_stmt_bind undoes it.
 * UOW_TYPE and the like as uowi_stmt_bind (uowi_stmt_bad_param counts through all rows); UOW_UNSUPPORTED when the rows of
 * a column travel as different types.
 */
uow_status uowi_stmt_bind_array(uowi_stmt *stmt, const uowi_param *params, size_t rows, size_t columns);

#endif
