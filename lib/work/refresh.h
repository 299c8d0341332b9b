/* What the database has now of rows that are tracked. */
#ifndef UOWI_WORK_REFRESH_H
#define UOWI_WORK_REFRESH_H

#include "uow/entry.h"
#include "work/session.h"

/* Overwrites tracked rows; UOW_NOT_FOUND with the instances that are gone. */
uow_status uowi_refresh(uowi_session *s, void *const *instances, size_t count);
/* Copies the database's row to out_row; long values live in the session's scratch. UOW_NOT_FOUND. */
uow_status uowi_database_row(uowi_session *s, const uowi_entry *entry, void *out_row);
uow_status uowi_resolve(uowi_session *s, uowi_entry *entry, uow_resolution resolution);

#endif
