/*
 * Parameters whose values come back, bound as the ODBC standard has it: into a row image that is read as a fetched one.
 * Texts of any kind travel as characters, so that what drivers do to structs of dates does no harm.
 */
#ifndef UOWI_ODBC_OUTS_H
#define UOWI_ODBC_OUTS_H

#include "odbc/rowset.h"

/* targets: the column each parameter (index, from 0) is read into. Long values have at most 64 KiB. */
uow_status uowi_outs_open(uowi_stmt *stmt, const char *name, const uowi_target *targets, size_t count, size_t row_size,
                          uowi_rowset **out);
/*
 * Binds them, after the statement's other parameters. inputs[i], where it is not NULL, is the value that goes in by
 * parameter i (from 0).
 */
uow_status uowi_outs_bind(uowi_rowset *outs, const uowi_param *const *inputs);
/* Once every result is drained: the values, as row 0 of the rowset. */
uow_status uowi_outs_read(uowi_rowset *outs);

#endif
