/* Loading related rows: one query for many, tracked and linked as they come. */
#ifndef UOWI_WORK_LOAD_H
#define UOWI_WORK_LOAD_H

#include "work/list.h"

/* The rows are tracked instances; out_list may be NULL. */
uow_status uowi_load_collection(uowi_session *s, void *const *principals, size_t count,
                                const uowi_relation *relation, uow_list **out_list);
uow_status uowi_load_reference(uowi_session *s, void *const *dependents, size_t count,
                               const uowi_relation *relation, uow_list **out_list);

#endif
