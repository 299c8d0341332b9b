/* Which value of a row the database refused: it seldom says so itself. */
#ifndef UOWI_WORK_BLAME_H
#define UOWI_WORK_BLAME_H

#include "track/plan.h"
#include "work/session.h"

/* From the database's own words: the column into the error record. */
void uowi_blame_named(uowi_session *s);
/*
 * After a value too long or out of range, once what failed is rolled back: the values of the row are compared with the
 * columns' types. Column and both sizes go into the record, or nothing.
 */
void uowi_blame_value(uowi_session *s, const uowi_change *change);

#endif
