/* From the changes of a batch to fields and parameters. */
#ifndef UOWI_WORK_WRITE_PARAMS_H
#define UOWI_WORK_WRITE_PARAMS_H

#include "work/write.h"

/* Room for so many parameters and converted bytes. */
uow_status uowi_write_reserve(uowi_writer *writer, size_t params, size_t bytes);
/* Makes the foreign keys to rows inserted before in this save real, and moves versions on, for the whole batch. */
uow_status uowi_write_ready(uowi_writer *writer);
/* The driver's counts of rows met are wrong, or there are none: rows are looked at before they are written. */
bool uowi_write_uncounted(const uowi_session *s);
/* One statement writes the change, and nothing but a generated key comes back: it needs no transaction around it. */
bool uowi_write_alone(uowi_session *s, const uowi_change *change);
/* Does the insert of the batch at hand tell by itself what the database made? */
bool uowi_write_returns(const uowi_writer *writer);
/* The columns it returns then; none otherwise. */
const uowi_columns *uowi_write_returned(const uowi_writer *writer);
/* What the change writes and by what it finds its row, in the order of the parameters; what comes back. */
void uowi_write_fields(uowi_writer *writer, const uowi_change *change);
/* The next parameters: all fields of one change. */
uow_status uowi_write_row(uowi_writer *writer, const uowi_change *change);
/* The same in the order of an UPDATE's text: what is set, then what is met. */
uow_status uowi_write_as_met(uowi_writer *writer, const uowi_change *change);
/* The next parameter: one field of one change. */
uow_status uowi_write_field(uowi_writer *writer, const uowi_change *change, const uowi_field *field);
/* Forget the parameters made. */
void uowi_write_restart(uowi_writer *writer);
/* Parameters of a statement by key alone. */
uow_status uowi_write_key(uowi_writer *writer, const uowi_entity *entity, const void *row);
/* Bytes the converted values of one row take. */
size_t uowi_write_row_bytes(const uowi_writer *writer, const uowi_entity *entity);

#endif
