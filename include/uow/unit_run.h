/* Units that are run again when they fail for a reason that passes. */
#ifndef UOW_UNIT_RUN_H
#define UOW_UNIT_RUN_H

#include <stddef.h>
#include <stdint.h>

#include "uow/status.h"
#include "uow/unit.h"

UOW_BEGIN_DECLS

/*
 * The work of a unit: finds, changes, saves, executes, calls, on this context. It is called once for each attempt, so
 * what it does outside the database it must be able to do again. Returns UOW_OK to commit; anything else rolls back.
 * It must close its cursors and rows, and may neither end the unit itself nor close the context.
 */
typedef uow_status (*uow_unit_fn)(uow_context *context, void *user);

/* Told when a unit has ended: see uow_unit_after_commit. */
typedef void (*uow_unit_hook_fn)(uow_context *context, void *user);

/* A clock of the program's, for its tests: both functions, or none. */
typedef struct uow_unit_clock {
    size_t struct_size;
    uint64_t (*now_ms)(void *user); /* never goes back */
    void (*sleep_ms)(uint32_t ms, void *user);
    void *user;
} uow_unit_clock;
/* The usual clock, with struct_size set. */
#define UOW_UNIT_CLOCK_INIT { sizeof(uow_unit_clock), NULL, NULL, NULL }

#define UOW_UNIT_RETRY_CONFLICTS 0x01u /* UOW_CONFLICT is tried again, too: for units that find what they change */

/* For jitter: pauses are what they are computed to be. */
#define UOW_UNIT_NO_JITTER 0xffffffffu

/* How often a unit is tried, and how long is waited between. */
typedef struct uow_unit_run_options {
    size_t struct_size;
    uow_isolation isolation; /* as in uow_unit_options */
    int32_t read_only;
    uint32_t deadline_ms;    /* for all attempts and pauses together; 0: none */
    uint32_t max_attempts;   /* 0: 6; 1: never again */
    uint32_t base_delay_ms;  /* the first pause, doubled by each one after it; 0: 10 */
    uint32_t max_delay_ms;   /* the longest pause; 0: 2000 */
    uint32_t jitter_percent; /* how much of a pause is left to chance; 0: 50; UOW_UNIT_NO_JITTER: none */
    uint32_t flags;          /* UOW_UNIT_ ... */
    uint64_t seed;           /* of that chance; 0: another one each time */
    const char *unit_table;  /* "table" or "schema.table" for units' rows, see uow_unit_table_create; or NULL */
    const uow_unit_clock *clock; /* NULL: the system's */
    uint32_t *out_attempts;  /* receives how often the work was called; or NULL */
    /*
     * Called with user after a lost connection was made anew, outside of any unit: sets the session up (SET, temporary
     * tables). Not UOW_OK: as if the work had returned that. NULL: nothing to set up. A leased context's
     * uow_factory_options.opened is called before it.
     */
    uow_unit_fn connected;
} uow_unit_run_options;
/* All defaults, with struct_size set. */
#define UOW_UNIT_RUN_OPTIONS_INIT \
    { sizeof(uow_unit_run_options), UOW_ISOLATION_DEFAULT, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL }

/*
 * Run work as one unit: in a transaction that is committed when work returns UOW_OK and rolled back otherwise; and run
 * it again, after a pause, when it failed for a reason that passes: UOW_TRANSIENT (deadlock, serialization failure, lock
 * wait, whether in the work or at the commit) or a connection lost before the commit, which is made anew.
 * A unit that failed leaves nothing behind, also in the tracker: before each attempt and after the last one every row
 * tracked when the unit began is as it was then (values, original values, state, temporary key, at the same
 * address), and rows tracked since are forgotten, so that pointers to those are dead and the next attempt
 * reads them anew. Find inside the unit what it changes.
 * Inside another uow_unit_run it joins that unit as a savepoint, and is never tried again by itself: the outermost one is.
 * With unit_table each unit writes a row with its id as the first statement of its transaction. A commit that gave no
 * answer is then settled by that row, and a unit happens exactly once. Without, it is UOW_OUTCOME_UNKNOWN.
 * Parameters: options may be NULL; in a nested unit only isolation and read_only count, and may not ask for more than the
 *   outermost one has. user is passed to work.
 * Blocks: until committed or given up. Past deadline_ms no statement is begun and nothing is committed, and the server ends
 *   what runs, in the second after it (UOW_TIMEOUT); SQLite, which has no server, runs each statement on a worker that is
 *   cancelled at that time (not with max_workers = 0). Threads: owner only.
 *   In callbacks: no, except in work itself.
 *   There is no polled twin: work is the program's own code, which waits for what it calls, and which no thread but the
 *   program's may run. A unit that must not block is begun, carried on and committed by uow_begin_start, ..,
 *   uow_commit_start, or is a task of uow_parallel; UOW_TRANSIENT says that it may be begun again.
 * Returns: UOW_OK; what work returned, or the commit; UOW_TRANSIENT, UOW_CONNECTION_LOST, UOW_CONNECT_FAILED (attempts used up);
 *   UOW_TIMEOUT (deadline); UOW_OUTCOME_UNKNOWN; UOW_MISUSE (inside a unit begun by uow_begin, whose work could not be
 *   repeated; work left units open); UOW_BUSY (work left a cursor open: the unit is open still, close it and roll
 *   back); UOW_NO_MEMORY. Since: 0.1. Source: EF Core, ExecutionStrategy.ExecuteInTransaction.
 */
UOW_API uow_status uow_unit_run_at(const char *where, uow_context *context, const uow_unit_run_options *options,
                                   uow_unit_fn work, void *user);

/*
 * Which attempt of the outermost uow_unit_run is running: 1, 2, ...; 0 outside.
 * Blocks: never. Threads: owner only. Since: 0.1.
 */
UOW_API uint32_t uow_unit_attempt(const uow_context *context);

/*
 * Have hook called once when the open unit has committed for good, at the end of the outermost one; not when this unit,
 * or one around it, is rolled back or tried again. The hook may use the context. Calls come in the order they were asked for.
 * Parameters: hook and user must stay valid until then. Blocks: never. Threads: owner only.
 * Returns: UOW_OK; UOW_MISUSE (no unit is open); UOW_NO_MEMORY. Since: 0.1.
 */
UOW_API uow_status uow_unit_after_commit_at(const char *where, uow_context *context, uow_unit_hook_fn hook, void *user);

/*
 * Have hook called once, at the end of the outermost unit, if the open unit was rolled back for good: not before a unit is
 * tried again, not when the outcome is unknown, and not when the context is closed in it. The rest as
 * uow_unit_after_commit. Since: 0.1.
 */
UOW_API uow_status uow_unit_after_rollback_at(const char *where, uow_context *context, uow_unit_hook_fn hook,
                                              void *user);

/*
 * Make the table for units' rows unless it is there: unit_id CHAR(36), the primary key, and begun_at, a timestamp in
 * UTC by the program's clock.
 * Parameters: table is "table" or "schema.table", as the catalog has it.
 * Blocks: until the database has answered. Threads: owner only.
 * Returns: UOW_OK; UOW_MISUSE (inside a unit: some databases would commit it); and what statements return. Since: 0.1.
 */
UOW_API uow_status uow_unit_table_create_at(const char *where, uow_context *context, const char *table);

/*
 * Delete units' rows of a certain age. It must be more than any unit may take with all its attempts, or a commit in
 * doubt could be taken for one that did not happen: a day is usual.
 * Parameters: older_than_s in seconds; out_removed may be NULL.
 * Blocks: until the database has answered. Threads: owner only. Returns: what statements return. Since: 0.1.
 */
UOW_API uow_status uow_unit_table_clean_at(const char *where, uow_context *context, const char *table,
                                           uint32_t older_than_s, int64_t *out_removed);

/* Polled uow_unit_table_create: see uow/op.h. Blocks: never. Threads: owner only. Since: 0.1. */
UOW_API uow_status uow_unit_table_create_start_at(const char *where, uow_context *context, const char *table,
                                                  uow_op **out_op);
/* Polled uow_unit_table_clean. Since: 0.1. */
UOW_API uow_status uow_unit_table_clean_start_at(const char *where, uow_context *context, const char *table,
                                                 uint32_t older_than_s, int64_t *out_removed, uow_op **out_op);

UOW_END_DECLS

#endif
