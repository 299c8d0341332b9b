/*
 * What an operation still needs of the program's once its start has returned:
 * copied into the session's scratch when the operation is polled, and used where
 * it is when it blocks, for then the program waits.
 */
#ifndef UOWI_WORK_KEEP_H
#define UOWI_WORK_KEEP_H

#include "work/session.h"

/* The text, or a copy of it; NULL stays NULL. UOW_NO_MEMORY through the error. */
uow_status uowi_keep_text(uowi_session *s, const char **text);
/* The copy of a secret is of no use any more. */
void uowi_keep_wipe(const uowi_session *s, const char *text);
/* The arguments and the values they point to. Streams are read while the statement runs, and stay the program's. */
uow_status uowi_keep_args(uowi_session *s, const uow_arg **args, size_t count);
/* count elements of size bytes. */
uow_status uowi_keep_array(uowi_session *s, const void **array, size_t count, size_t size);

/* Long values of a row image move into an arena, as those of a block of rows do before the next is read. */
uow_status uowi_keep_longs(const uowi_entity *entity, void *row, uowi_arena *arena, uow_error *error);

#endif
