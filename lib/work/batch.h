/* Cutting a plan into batches. */
#ifndef UOWI_WORK_BATCH_H
#define UOWI_WORK_BATCH_H

#include "work/write.h"

/*
 * The batch that begins at a change: the following changes of the same entity, write and columns whose rows do not
 * need each other, as many as the way takes in one statement. Sets writer->batch, fields, back.
 */
uow_status uowi_batch_cut(uowi_writer *writer, size_t first);

#endif
