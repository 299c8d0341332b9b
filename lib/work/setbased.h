/* Updates and deletes by condition, past the tracker. */
#ifndef UOWI_WORK_SETBASED_H
#define UOWI_WORK_SETBASED_H

#include "uow/set.h"
#include "work/execute.h"

typedef struct uowi_set_where {
    int at;
    uowi_session *s;
    const uowi_entity *entity;
    const char *set; /* NULL: a delete */
    const char *condition;
    const uow_arg *args;
    size_t arg_count;
    uowi_execute execute; /* affected: the answer */
} uowi_set_where;

/* [resumable] The first members are set, all else is zero. */
uow_status uowi_set_where_step(uowi_set_where *op);

/* An entity of the model that has a table to be written; NULL sets MISUSE. */
const uowi_entity *uowi_set_entity(uowi_session *s, const uow_entity *def);
/* A link lost while a lone statement ran in autocommit leaves open whether it took effect. Returns the status. */
uow_status uowi_set_doubt(uowi_session *s, uow_status st);

/* The text of an update or delete; the parts must have passed uowi_settext_check. */
void uowi_set_text(uowi_session *s, const uowi_entity *entity, const char *set, const char *condition, uowi_buf *out);

/* "version = version + 1", or back to 1 where the member ends; qualified: the old one with the table's name before it. */
void uowi_set_version(uowi_session *s, const uowi_entity *entity, bool qualified, uowi_buf *out);

/* settext.c: what the program's piece of a statement may look like. */

/* UOW_MISUSE when the piece would change what stands around it: something left open, ";", a WHERE of its own. */
uow_status uowi_settext_check(uow_error *error, const char *what, const char *text, unsigned lexis);
/* Is the column assigned by the set text ("a = 1, \"b\" = 2")? */
bool uowi_settext_assigns(const char *set, const char *column, unsigned lexis);

#endif
