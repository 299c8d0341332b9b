/* The plan of a save as text, for people and golden tests. */
#ifndef UOWI_WORK_PLANVIEW_H
#define UOWI_WORK_PLANVIEW_H

#include "track/plan.h"
#include "uow/plan.h"
#include "work/session.h"

/* Builds the plan of the next save and prints it line by line. */
uow_status uowi_planview(uowi_session *s, uow_write_fn write, void *user);

/* What is shown of many. */
#define UOWI_PLANVIEW_GROUPS 100 /* of like statements */
#define UOWI_PLANVIEW_ROWS 10    /* of a group */
#define UOWI_PLANVIEW_REASONS 4  /* of a row */
#define UOWI_PLANVIEW_BOUNDS 4   /* statements of a group */

/* planview_text.c: the words. Each appends to a line. */

/* "insert", "update", "delete"; a patch says what it is for. */
void uowi_planview_verb(const uowi_change *change, uowi_buf *out);
/* "after #3: customer_id refers to it" */
void uowi_planview_reason(const uowi_plan *plan, const uowi_edge *edge, uowi_buf *out);
/* A statement with its repeated rows of markers given once: "VALUES (?, ?), ..". */
void uowi_planview_sql(const char *sql, uowi_buf *out);

#endif
