/* Where the rows of a statement's current result go: a list, or one by one to the program. */
#ifndef UOWI_WORK_LANDING_H
#define UOWI_WORK_LANDING_H

#include "uow/procedure.h"
#include "work/list.h"

typedef struct uowi_landing {
    int at;
    uowi_session *s;
    const uowi_entity *entity;
    uow_tracking tracking;
    bool refresh;
    int (*each)(void *row, void *user);
    void *user;
    uow_list *list;
    uowi_rowset *rowset;
    size_t block; /* rows in the block */
    int64_t rows;
} uowi_landing;

/* Maps the result onto the entity of want by column name. */
uow_status uowi_landing_open(uowi_landing *landing, uowi_session *s, uowi_stmt *stmt, const uow_result *want);
/* [resumable] Every row. */
uow_status uowi_landing_step(uowi_landing *landing);
/* The list belongs to the caller from now on; on failure it is freed. */
uow_status uowi_landing_end(uowi_landing *landing, uow_status st, uow_list **out_list);

#endif
