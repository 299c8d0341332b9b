/* Whether a procedure has ended the transaction it was called in, where the database lets it. */
#ifndef UOWI_WORK_CALLMARK_H
#define UOWI_WORK_CALLMARK_H

#include "work/session.h"

/* Before the first procedure of a unit: a savepoint that does not survive the transaction. name: of the procedure. */
uow_status uowi_callmark_set(uowi_session *s, const char *name);
/*
 * Before the outermost unit ends: the statement that fails when the mark is gone, or NULL when there is nothing to ask.
 * Two trips per unit with calls rather than one per call. A rollback after a failure does not ask: a deadlock has rolled
 * back the mark, too.
 */
const char *uowi_callmark_ask(uowi_session *s, bool commit);
/* The mark is gone: UOW_MISUSE. */
uow_status uowi_callmark_broken(uowi_session *s);
/* How the statement about the mark, or the savepoint of a nested unit, went: gone, in place of the database's own message. */
uow_status uowi_callmark_explain(uowi_session *s, uow_status st);
/* A unit of this depth has ended. */
void uowi_callmark_leave(uowi_session *s, uint32_t depth);

#endif
