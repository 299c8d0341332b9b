/* Units over several contexts, all or nothing: two-phase commit, its recovery, and the words of both (X/Open XA). */
#ifndef UOW_DISTRIBUTED_H
#define UOW_DISTRIBUTED_H

#include <stddef.h>
#include <stdint.h>

#include "uow/context.h"
#include "uow/unit.h"

UOW_BEGIN_DECLS

/* Where a branch stands. */
typedef enum uow_branch_state {
    UOW_BRANCH_ACTIVE = 1,      /* its unit is open */
    UOW_BRANCH_PREPARED = 2,    /* its outcome is the decision's; its locks are held, also without the program */
    UOW_BRANCH_COMMITTED = 3,
    UOW_BRANCH_ROLLED_BACK = 4,
    UOW_BRANCH_UNKNOWN = 5,     /* the database could not be asked */
    UOW_BRANCH_STATE_FORCE_INT = 0x7fffffff
} uow_branch_state;

/* How a distributed unit begins. */
typedef struct uow_distributed_options {
    size_t struct_size;
    const char *coordinator; /* 1 to 16 letters, digits, "-": whose branches they are, for recovery; NULL: "uow" */
    const char *table;       /* of decisions, "table" or "schema.table"; NULL: "uow_decisions" */
    /*
     * Where the decision is written when every branch can be prepared: in the branch of this number, from 1, or by log, a
     * context without an open unit. 0 and NULL: in the first branch. A branch that cannot be prepared has it always.
     */
    uint32_t decision_branch;
    uint32_t finish_attempts; /* how often a branch without an answer is asked for after the decision; 0: 5 */
    uow_context *log;
    uow_isolation isolation; /* of every branch */
    int32_t reserved;
    const char *unit; /* 24 hexadecimal digits in lower case, never used before; NULL: made from time and chance */
} uow_distributed_options;
/* All defaults, with struct_size set. */
#define UOW_DISTRIBUTED_OPTIONS_INIT \
    { sizeof(uow_distributed_options), NULL, NULL, 0, 0, NULL, UOW_ISOLATION_DEFAULT, 0, NULL }

/* A branch of a unit. */
typedef struct uow_branch_info {
    size_t struct_size;
    uow_branch_state state;
    int32_t one_phase;    /* nonzero: its commit is the decision */
    uint64_t context_id;
    const char *dialect;  /* "postgresql", "mariadb", "sqlite" */
    const char *id;       /* as the database lists it while it is prepared; "" for one phase */
} uow_branch_info;
/* With struct_size set. */
#define UOW_BRANCH_INFO_INIT { sizeof(uow_branch_info), UOW_BRANCH_ACTIVE, 0, 0, NULL, NULL }

/*
 * Begin a unit on each of the contexts. What follows are ordinary calls on them; savepoints by uow_begin are fine, the
 * unit itself is ended here only.
 * Parameters: contexts are 2 to 16, different, none with an open unit; options may be NULL. At most one may be unable to be
 *   prepared (SQLite; PostgreSQL with max_prepared_transactions = 0; Galera): it is committed in one phase and its database
 *   holds the decision. out_unit receives a unit also on failure, so that uow_distributed_error can say why; free it
 *   either way. It is left alone on UOW_MISUSE without a usable context, and on UOW_NO_MEMORY.
 * Blocks: until each database has answered. Threads: owner of the contexts only.
 * Returns: UOW_OK; UOW_UNSUPPORTED (two that cannot be prepared: nothing was begun, the error says what to change);
 *   UOW_NOT_FOUND (the table of decisions has no id: it was not made by uow_decision_table_create); UOW_SQL (no such table);
 *   UOW_CONSTRAINT (the id is in use); UOW_BUSY; UOW_MISUSE; what uow_begin returns. Since: 0.1.
 * Source: X/Open CAE, Distributed Transaction Processing: The XA Specification.
 */
UOW_API uow_status uow_distributed_begin_at(const char *where, uow_context *const *contexts, size_t count,
                                            const uow_distributed_options *options, uow_distributed **out_unit);

/*
 * Polled twin of uow_distributed_begin: see uow/op.h. A worker asks all the databases; until uow_op_finish the guards of all
 * contexts are the operation's. out_unit is written by uow_op_finish, or here if this fails. A cancel or deadline is heeded
 * between branches; given up, what was begun is rolled back. Blocks: never. Threads, Returns: as uow_distributed_begin.
 * Since: 0.1.
 */
UOW_API uow_status uow_distributed_begin_start_at(const char *where, uow_context *const *contexts, size_t count,
                                                  const uow_distributed_options *options, uow_distributed **out_unit,
                                                  uow_op **out_op);

/*
 * Commit all branches: prepare, decide, commit what was prepared. A failure before the decision rolls back all of them.
 * After it the unit is committed, and the call returns UOW_OK also when a branch could not be reached any more: that one
 * is PREPARED still (uow_distributed_pending), and a recovery commits it.
 * Blocks: until each database has answered or been given up. Threads: owner only.
 * Returns: UOW_OK; UOW_OUTCOME_UNKNOWN (the decision's database gave no answer and cannot be reached: recovery finds out);
 *   UOW_TRANSIENT, UOW_CONSTRAINT, UOW_CONNECTION_LOST, UOW_TIMEOUT (older than 12 hours), and others: rolled back;
 *   UOW_BUSY, UOW_MISUSE (nested units are open): nothing was done, the unit is open still. Since: 0.1.
 */
UOW_API uow_status uow_distributed_commit_at(const char *where, uow_distributed *unit);

/*
 * Polled twin of uow_distributed_commit. Until uow_op_finish the unit answers UOW_BUSY, and nothing about branches or errors.
 * A cancel or deadline is heeded up to the decision: UOW_CANCELLED or UOW_TIMEOUT then, all is rolled back. After it the
 * commit goes on, also when the operation is freed. Blocks: never. Returns: as uow_distributed_commit. Since: 0.1.
 */
UOW_API uow_status uow_distributed_commit_start_at(const char *where, uow_distributed *unit, uow_op **out_op);

/*
 * Roll back all branches. Blocks: until each database has answered. Threads: owner only.
 * Returns: UOW_OK (a lost connection's branch is rolled back by its database); UOW_BUSY; UOW_MISUSE (it has ended).
 * Since: 0.1.
 */
UOW_API uow_status uow_distributed_rollback_at(const char *where, uow_distributed *unit);

/* Polled twin of uow_distributed_rollback. UOW_MISUSE also when all contexts were closed. Blocks: never. Since: 0.1. */
UOW_API uow_status uow_distributed_rollback_start_at(const char *where, uow_distributed *unit, uow_op **out_op);

/*
 * Free a unit; one that is open is rolled back, and one that an operation has is freed when that is finished. NULL is fine.
 * Blocks: as uow_distributed_rollback. Since: 0.1.
 */
UOW_API void uow_distributed_free(uow_distributed *unit);

/*
 * What went wrong in the last call: also where each branch stands. The contexts' own records have what their calls said.
 * Returns: never NULL. Lifetime: until the next call on the unit. Blocks: never. Since: 0.1.
 */
UOW_API const uow_error *uow_distributed_error(const uow_distributed *unit);
/* The message of uow_distributed_error. Lifetime: as that. Since: 0.1. */
UOW_API const char *uow_distributed_message(const uow_distributed *unit);
/* The unit's id: 24 hexadecimal digits. Lifetime: the unit's. Blocks: never. Since: 0.1. */
UOW_API const char *uow_distributed_id(const uow_distributed *unit);
/* Branches decided to be committed and not committed yet. Blocks: never. Since: 0.1. */
UOW_API size_t uow_distributed_pending(const uow_distributed *unit);
/*
 * A branch by its place in contexts. Lifetime: the unit's. Blocks: never.
 * Returns: UOW_OK; UOW_BUSY (an operation has the unit); UOW_MISUSE. Since: 0.1.
 */
UOW_API uow_status uow_distributed_branch(const uow_distributed *unit, size_t index, uow_branch_info *out_info);

/*
 * How many branches an error of a distributed unit tells of: all, when the unit has ended by what the error is about. 0 for
 * other errors, and NULL. Blocks: never. Threads: any. Since: 0.1.
 */
UOW_API size_t uow_error_branch_count(const uow_error *error);
/*
 * Where one of them stood when the call failed. Parameters: index from 0, in the order of contexts; out_info with
 * struct_size set. Lifetime: the record's. Blocks: never. Threads: any. Returns: UOW_OK, UOW_MISUSE. Since: 0.1.
 */
UOW_API uow_status uow_error_branch(const uow_error *error, size_t index, uow_branch_info *out_info);

/*
 * Make the table of decisions unless it is there, with an id of its own: once, in each database that is to hold decisions.
 * Parameters: table NULL: "uow_decisions". Blocks: until the database has answered. Threads: owner only.
 * Returns: UOW_OK; UOW_MISUSE (inside a unit); what statements return. Since: 0.1.
 */
UOW_API uow_status uow_decision_table_create_at(const char *where, uow_context *context, const char *table);

/* What recovery does with a branch that is in doubt, or why it leaves it. */
typedef enum uow_recovery_verdict {
    UOW_RECOVERY_COMMIT = 1,
    UOW_RECOVERY_ROLL_BACK = 2,
    UOW_RECOVERY_YOUNG = 3,   /* younger than min_age_s: its program may be at work */
    UOW_RECOVERY_AT_WORK = 4, /* its unit is being carried out at this moment */
    UOW_RECOVERY_NO_LOG = 5,  /* the log that its id names is in none of the databases given: lost, or to be given */
    UOW_RECOVERY_FAILED = 6,  /* the database refused; see status and message */
    UOW_RECOVERY_VERDICT_FORCE_INT = 0x7fffffff
} uow_recovery_verdict;

/* A branch in doubt. Valid during the callback. */
typedef struct uow_in_doubt {
    size_t struct_size;
    size_t database; /* its place in connections */
    const char *id;  /* as its database lists it */
    const char *coordinator;
    const char *unit;
    uint32_t branch; /* from 1 */
    uow_recovery_verdict verdict;
    int64_t age_s;
    uow_status status;   /* of what was done; UOW_OK in a dry run */
    const char *message; /* "" when all is well */
} uow_in_doubt;
/* Told of each branch of the coordinator's, when it was dealt with. Returns nonzero to go on. */
typedef int (*uow_recovery_fn)(const uow_in_doubt *branch, void *user);

#define UOW_RECOVERY_DRY_RUN 0x01u /* nothing is changed: verdicts only; without a row it says ROLL_BACK */

/* What is to be recovered, and how. */
typedef struct uow_recovery_options {
    size_t struct_size;
    const char *const *connections; /* as in uow_open: every database that has branches or decisions */
    size_t connection_count;        /* at most 64 */
    const uow_context_options *context; /* of each connection; or NULL */
    const char *coordinator;        /* NULL: "uow" */
    const char *table;              /* NULL: "uow_decisions" */
    uint32_t min_age_s;             /* younger branches are left alone */
    uint32_t keep_s;                /* how long rows of units given up are kept; 0: a day; never less than 12 hours */
    uint32_t flags;                 /* UOW_RECOVERY_ */
    uint32_t reserved;
    uow_recovery_fn fn; /* or NULL */
    void *user;
} uow_recovery_options;
/* All defaults, with struct_size set. */
#define UOW_RECOVERY_OPTIONS_INIT { sizeof(uow_recovery_options), NULL, 0, NULL, NULL, NULL, 0, 0, 0, 0, NULL, NULL }

/* What a recovery found and did. */
typedef struct uow_recovery {
    size_t struct_size;
    uint64_t in_doubt;     /* branches of the coordinator */
    uint64_t committed;    /* in a dry run: would be */
    uint64_t rolled_back;  /* likewise */
    uint64_t left;         /* in doubt still, for whichever reason */
    uint64_t foreign;      /* prepared by others: other products, other coordinators */
    uint64_t rows_removed; /* decisions whose branches have all answered */
    uint64_t rows_kept;
    uint64_t unreachable;  /* databases */
} uow_recovery;
/* With struct_size set. */
#define UOW_RECOVERY_INIT { sizeof(uow_recovery), 0, 0, 0, 0, 0, 0, 0, 0 }

/*
 * Recover a coordinator's units: list the branches in doubt, look up their decisions, commit or roll back, and remove the
 * rows of decisions that all branches have answered. May run at any time, beside its coordinators and itself; each
 * run takes up what the last one had to leave.
 * Parameters: out_recovery may be NULL; it is filled as far as the run came. out_message (may be NULL) of message_size bytes
 *   receives the first database's error that made something be left, or "".
 * Blocks: until each database has answered; statements that wait for a unit at work are given up after 2 s.
 * Threads: any; contexts of its own are opened.
 * Returns: UOW_OK (nothing of the coordinator's is in doubt any more, or in a dry run all has a verdict);
 *   UOW_TRANSIENT (something was left, see the counts: run it again); UOW_CANCELLED (fn said stop); UOW_MISUSE;
 *   UOW_NO_MEMORY. Since: 0.1.
 */
UOW_API uow_status uow_recover(uow_env *env, const uow_recovery_options *options, uow_recovery *out_recovery,
                               char *out_message, size_t message_size);

/*
 * Polled twin of uow_recover: see uow/op.h. fn is called by who polls; the places for results are written by uow_op_finish. A
 * cancel is heeded between databases and between branches. The events of its connections come with the polls, as those of one
 * context. Blocks: never; uow_op_free waits for its end. Threads: any, one at a time. Returns: as uow_recover. Since: 0.1.
 */
UOW_API uow_status uow_recover_start(uow_env *env, const uow_recovery_options *options, uow_recovery *out_recovery,
                                     char *out_message, size_t message_size, uow_op **out_op);

UOW_END_DECLS

#endif
