/* Units: begin, commit, rollback. */
#ifndef UOW_UNIT_H
#define UOW_UNIT_H

#include <stddef.h>
#include <stdint.h>

#include "uow/status.h"

UOW_BEGIN_DECLS

/* How much a unit sees of others, weakest first; SQL-92's names. */
typedef enum uow_isolation {
    UOW_ISOLATION_DEFAULT = 0,
    UOW_READ_UNCOMMITTED = 1,
    UOW_READ_COMMITTED = 2,
    UOW_REPEATABLE_READ = 3,
    UOW_SERIALIZABLE = 4,
    UOW_ISOLATION_FORCE_INT = 0x7fffffff
} uow_isolation;

/* How the outermost unit begins. */
typedef struct uow_unit_options {
    size_t struct_size;
    uow_isolation isolation; /* the database may give a stronger one, never a weaker */
    int32_t read_only;       /* nonzero: writes are refused by the database where it can */
} uow_unit_options;
/* All defaults, with struct_size set. */
#define UOW_UNIT_OPTIONS_INIT { sizeof(uow_unit_options), UOW_ISOLATION_DEFAULT, 0 }

/*
 * Begin a unit. Inside an open unit it is a savepoint: its commit keeps and its
 * rollback undoes what came after it.
 * Parameters: options may be NULL; a nested begin takes none but its own defaults.
 * Blocks: until the database has answered, if it is asked at all. Threads: owner only.
 * Returns: UOW_OK; UOW_BUSY; UOW_MISUSE (options inside an open unit); UOW_UNSUPPORTED
 *   (isolation or transactions the database does not have); UOW_CONNECTION_LOST. Since: 0.1.
 */
UOW_API uow_status uow_begin_at(const char *where, uow_context *context, const uow_unit_options *options);

/*
 * Commit the innermost open unit.
 * Returns: UOW_OK; UOW_OUTCOME_UNKNOWN (the context is poisoned: the database knows whether the
 *   unit took effect, nobody else); UOW_TRANSIENT, UOW_CONSTRAINT (rolled back); UOW_MISUSE (nothing open;
 *   or part of the unit could not be undone when it should have been: rolled back).
 * Since: 0.1. Source: ODBC reference, SQLEndTran.
 */
UOW_API uow_status uow_commit_at(const char *where, uow_context *context);

/*
 * Roll back the innermost open unit. Tracked instances stay as they are.
 * Returns: UOW_OK; UOW_MISUSE (nothing open); UOW_CONNECTION_LOST. Since: 0.1.
 */
UOW_API uow_status uow_rollback_at(const char *where, uow_context *context);

/* How many units are open on the context: 0 none, 1 a transaction, more with savepoints. Since: 0.1. */
UOW_API uint32_t uow_unit_depth(const uow_context *context);

/* Polled uow_begin: see uow/op.h. Blocks: never. Threads: owner only. Since: 0.1. */
UOW_API uow_status uow_begin_start_at(const char *where, uow_context *context, const uow_unit_options *options,
                                      uow_op **out_op);
/* Polled uow_commit. Cancel and deadline do not reach a commit that was sent. Since: 0.1. */
UOW_API uow_status uow_commit_start_at(const char *where, uow_context *context, uow_op **out_op);
/* Polled uow_rollback. Since: 0.1. */
UOW_API uow_status uow_rollback_start_at(const char *where, uow_context *context, uow_op **out_op);

UOW_END_DECLS

#endif
