/* Statements of the library's own, which no hook is asked about and which are not kept prepared, but for uowi_ask_table's. */
#ifndef UOWI_WORK_ASK_H
#define UOWI_WORK_ASK_H

#include "odbc/dynrow.h"
#include "work/session.h"

/* Receives a row; other than UOW_OK ends the reading, with that status. */
typedef uow_status (*uowi_ask_fn)(uowi_dynrow *row, void *user);

/* Runs sql and gives its rows to fn, one after the other. fn is not called where there is no result. */
uow_status uowi_ask(uowi_session *s, const char *sql, uowi_ask_fn fn, void *user);
/*
 * The same about the table of an entity, kept prepared: sql has one parameter, the table's name as SQL has it, or, bare,
 * two: the name, and the schema or NULL. A catalog query of a few microseconds: it blocks in polled operations too. Hooks
 * are asked, for it goes over among the statements of a save or find.
 */
uow_status uowi_ask_table(uowi_session *s, const char *sql, bool bare, const uowi_entity *entity, uowi_ask_fn fn,
                          void *user);
/* A statement without rows. out_affected may be NULL. */
uow_status uowi_say(uowi_session *s, const char *sql, int64_t *out_affected);
/* The first column of the first row as text; NULL where there is none, or on failure, which stays in the error record. */
char *uowi_ask_text(uowi_session *s, const char *sql);
/* The same into a place of some size. UOW_NOT_FOUND: there is no row, or a longer text. */
uow_status uowi_ask_short(uowi_session *s, const char *sql, char *out, size_t size);

#endif
