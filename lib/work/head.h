/* What a statement is, by its first words: DDL makes prepared statements stale, some heads crash a driver. */
#ifndef UOWI_WORK_HEAD_H
#define UOWI_WORK_HEAD_H

#include "work/session.h"

/* SELECT, WITH, VALUES, INSERT, UPDATE, DELETE, MERGE, REPLACE, CALL, ...: leaves the schema alone. */
bool uowi_head_is_data(const char *sql);
/* Nothing but blanks. */
bool uowi_head_is_blank(const char *sql);
/* BEGIN, COMMIT, ROLLBACK, START TRANSACTION, SAVEPOINT, ...: the library's own calls do that. */
bool uowi_head_is_transaction(const char *sql);
/* UOW_MISUSE for a statement that is empty, or for one of several that begins or ends a transaction, before anything is sent. */
uow_status uowi_head_check(uowi_session *s, const char *sql);
/* The same, and UOW_MISUSE for a statement that is known to give no rows: a write without RETURNING, DDL. */
uow_status uowi_head_check_query(uowi_session *s, const char *sql);
/*
 * The statement in s->text, when its head is known to crash the driver: wrapped where the dialect knows how and
 * there are no parameters, else UOW_UNSUPPORTED with the reason. Likewise one the driver never comes back from.
 */
uow_status uowi_head_tame(uowi_session *s, size_t param_count);
/* The statement in s->text, which is to give rows: with what SQLite's driver needs to show them in front of it. */
uow_status uowi_head_show(uowi_session *s);

/*
 * What a statement may leave in the session when its unit is over, as UOWI_LEFT_ bits: a guess that errs on the
 * side of too much, except for functions of the program's own that a query calls.
 */
uint8_t uowi_head_leaves(const uowi_dialect *dialect, const char *sql, bool trust_calls);

#endif
