/* The session's part in a distributed unit: what its database can, prepared, ended by id. */
#ifndef UOWI_WORK_BRANCH_H
#define UOWI_WORK_BRANCH_H

#include "work/session.h"

/* Asks the database, once per connection, what it can and how it calls itself: s->branch. */
uow_status uowi_branch_ask(uowi_session *s);
/* Why the session's transactions cannot be prepared; NULL: they can. After uowi_branch_ask. */
const char *uowi_branch_cannot(const uowi_session *s);

/* A statement of the style with the id in it. */
uow_status uowi_branch_say(uowi_session *s, const char *statement, const char *id);

/*
 * The open unit (s->branch.kind OPEN) is prepared: it is no unit of the session's any more. On failure it is open still,
 * to be rolled back, unless the connection is lost: then it may be prepared.
 */
uow_status uowi_branch_prepare(uowi_session *s);

/*
 * Ends a prepared branch, whoever has prepared it. UOW_NOT_FOUND: there is none by that id; UOW_TRANSIENT: only the
 * session that prepared it can end it as long as that lives.
 */
uow_status uowi_branch_finish(uowi_session *s, const char *id, bool commit);

/* Each id the database lists as prepared, ours and others'; text as listed. */
typedef uow_status (*uowi_branch_fn)(const char *text, void *user);
uow_status uowi_branch_list(uowi_session *s, uowi_branch_fn fn, void *user);

#endif
