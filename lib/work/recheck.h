/* A row of a change, looked at again: is it as it was when the program read it? */
#ifndef UOWI_WORK_RECHECK_H
#define UOWI_WORK_RECHECK_H

#include "work/write.h"

/*
 * [resumable] op->change is set, at is zero. Reads key and tokens of the change's row, held where there is a unit and
 * the database can; marks the change stale, and gone, when the row is not as it was.
 */
uow_status uowi_recheck_step(uowi_writer *writer, uowi_recheck *op);

/*
 * [resumable] Before an update or delete whose count of rows would lie (dialect.counts_lie): writes the row as it is, so
 * that nobody else changes it until the unit ends, and looks at it. writer->recheck is zero.
 */
uow_status uowi_recheck_before(uowi_writer *writer);

#endif
