/* Find by key: the tracker first, then the database. */
#ifndef UOWI_WORK_FIND_H
#define UOWI_WORK_FIND_H

#include "uow/arg.h"
#include "work/session.h"

uow_status uowi_find(uowi_session *s, const uowi_entity *entity, const uow_arg *parts, size_t count,
                     void **out_instance);

#endif
