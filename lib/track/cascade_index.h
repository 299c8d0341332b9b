/* Who refers to whom by relations that are not followed: found out once, when something is deleted. */
#ifndef UOWI_TRACK_CASCADE_INDEX_H
#define UOWI_TRACK_CASCADE_INDEX_H

#include "track/cascade.h"

struct uowi_cascade_heir {
    uowi_cascade_heir *next;
    uowi_entry *principal;
    uowi_entry *entry; /* the dependent */
    const uowi_relation *relation;
};

/* Rows that name a new row that was removed, by relations that are not followed. UOW_OK or UOW_NO_MEMORY. */
uow_status uowi_cascade_strays(uowi_cascade *cascade, const uowi_cascade_heir **out);

void uowi_cascade_index_init(uowi_cascade *cascade);
/* Looks at every tracked row that may refer to something the queue may delete. UOW_OK or UOW_NO_MEMORY. */
uow_status uowi_cascade_index(uowi_cascade *cascade);
const uowi_cascade_heir *uowi_cascade_heirs(const uowi_cascade *cascade, const uowi_entry *principal);
void uowi_cascade_index_done(uowi_cascade *cascade);

#endif
