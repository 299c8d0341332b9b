/*
 * The whole tracker as it was at one moment, to come back to: which rows were
 * tracked, their states, values and original values, keys made up, links. A row
 * comes back at its old address, so the program's pointers to it stay right;
 * rows tracked since are forgotten.
 */
#ifndef UOWI_TRACK_KEEP_H
#define UOWI_TRACK_KEEP_H

#include "track/tracker.h"

typedef struct uowi_keep uowi_keep;

/* Pointers the program has set are followed first, which may be UOW_MISUSE: see uowi_detect. Also UOW_NO_MEMORY. */
uow_status uowi_keep_take(uowi_tracker *tracker, uow_error *error, uowi_keep **out);
/* May be repeated. UOW_NO_MEMORY: nothing, or (related rows only) some links did not come back. */
uow_status uowi_keep_restore(uowi_tracker *tracker, uowi_keep *keep, uow_error *error);
/* NULL is fine. */
void uowi_keep_drop(uowi_tracker *tracker, uowi_keep *keep);

#endif
