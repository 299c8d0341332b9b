/*
 * What the database calls the types of a table's columns. A list of values that
 * is not the VALUES of an insert takes its types from casts, and a cast to
 * another type than the column's would change values or keep an index unused.
 */
#ifndef UOWI_WORK_COLTYPES_H
#define UOWI_WORK_COLTYPES_H

#include "base/arena.h"
#include "track/model.h"

typedef struct uowi_session uowi_session;
typedef struct uowi_coltype uowi_coltype;

/* What was asked so far; forgotten after DDL. */
typedef struct uowi_coltypes {
    uowi_arena arena;
    uowi_coltype *first;
} uowi_coltypes;

void uowi_coltypes_init(uowi_coltypes *types, uowi_mem *mem);
void uowi_coltypes_done(uowi_coltypes *types);

/*
 * *out: one name for each column of the entity, NULL where the table has no such column. Asks once per entity, by the
 * dialect's statement; UOW_END when the dialect has none or the table is not found.
 */
uow_status uowi_coltypes_of(uowi_session *s, const uowi_entity *entity, const char *const **out);
/* The same with lengths and precisions: "character varying(5)". */
uow_status uowi_coltypes_whole(uowi_session *s, const uowi_entity *entity, const char *const **out);

#endif
