/* Save: every tracked change as one unit. */
#ifndef UOWI_WORK_SAVE_H
#define UOWI_WORK_SAVE_H

#include "work/session.h"

/* later: inside the program's unit, what is saved is accepted for good only when that unit commits. */
uow_status uowi_save(uowi_session *s, bool later, size_t *out_saved);

#endif
