/*
 * The table of decisions: a row says what became of a distributed unit, and its primary key that it became only one
 * thing. doc/distributed.md has the columns and the rules.
 */
#ifndef UOWI_WORK_DECISIONS_H
#define UOWI_WORK_DECISIONS_H

#include "work/session.h"

#define UOWI_OUTCOME_COMMIT 'C'
#define UOWI_OUTCOME_ABORT 'A'
#define UOWI_BRANCHES_SIZE 2000 /* the list of branches a row can hold */

typedef struct uowi_decision {
    const char *key;      /* "coordinator.unit" */
    char outcome;
    const char *branches; /* "1=resource;2=resource" */
    int64_t made_at;      /* seconds since 1970 */
} uowi_decision;

/* Makes it unless it is there, with an id of its own. Outside of units. */
uow_status uowi_decisions_create(uowi_session *s, const char *table);
/* The log's id. UOW_NOT_FOUND: the table is there and has none. */
uow_status uowi_decisions_log(uowi_session *s, const char *table, char log[UOWI_LOG_SIZE]);
/*
 * The row is written, as part of whatever transaction is open. UOW_NOT_FOUND: the log has another id by now;
 * UOW_CONSTRAINT: the unit has a row.
 */
uow_status uowi_decisions_write(uowi_session *s, const char *table, const char *log, const char *key, char outcome,
                                const char *branches);
/* What became of a unit whose row may or may not have been written: where there is none, it is given up for good. */
uow_status uowi_decisions_settle(uowi_session *s, const char *table, const char *log, const char *key, char *outcome);
/* What the row says; 0: there is none. */
uow_status uowi_decisions_look(uowi_session *s, const char *table, const char *key, char *outcome);
uow_status uowi_decisions_forget(uowi_session *s, const char *table, const char *key);
/* Removes rows of units that were given up before a time. */
uow_status uowi_decisions_clean(uowi_session *s, const char *table, const char *coordinator, int64_t before,
                                int64_t *removed);

/* Receives each row but the log's own. */
typedef uow_status (*uowi_decision_fn)(const uowi_decision *decision, void *user);
uow_status uowi_decisions_each(uowi_session *s, const char *table, uowi_decision_fn fn, void *user);

#endif
