/* The change tracker: find, add, remove, save. */
#ifndef UOW_TRACK_H
#define UOW_TRACK_H

#include <stddef.h>
#include <stdint.h>

#include "uow/arg.h"
#include "uow/model.h"
#include "uow/status.h"

UOW_BEGIN_DECLS

/* EF Core's entity states. */
typedef enum uow_state {
    UOW_DETACHED = 0,
    UOW_UNCHANGED = 1,
    UOW_DELETED = 2,
    UOW_MODIFIED = 3,
    UOW_ADDED = 4,
    UOW_STATE_FORCE_INT = 0x7fffffff
} uow_state;

/*
 * Find one row by primary key: in the tracker first, then in the database.
 * Parameters: entity belongs to the context's model and has a key; key has as
 *   many parts as the entity's key, of fitting types; out_instance receives the
 *   tracked struct, which the context owns.
 * Blocks: until the database has answered (not at all when tracked).
 * Threads: owner only.
 * Returns: UOW_OK; UOW_NOT_FOUND (no such row, a NULL in the key, or marked deleted);
 *   UOW_MISUSE or UOW_TYPE before any SQL for a key of the wrong arity or type; and what queries return.
 * Lifetime: the struct until detached, cleared or the context closed.
 * Since: 0.1. Source: EF Core, DbSet.Find.
 */
UOW_API uow_status uow_find_at(const char *where, uow_context *context, const uow_entity *entity, uow_key key,
                               void **out_instance);

/*
 * Start tracking a new row, to be inserted by the next save.
 * Parameters: values is a struct of the entity that is copied, or NULL for zeros and
 *   the columns' initial values. out_instance (may be NULL) receives the context's copy.
 *   A key column that is UOW_GENERATED and zero gets a temporary negative value, which other new rows may
 *   use as foreign key; save replaces both by the database's value. A key the program sets afterwards is kept, and
 *   foreign keys of tracked rows follow it.
 * Blocks: never. Threads: owner only.
 * Returns: UOW_OK; UOW_IDENTITY (the key is tracked already); UOW_LIMIT; UOW_MISUSE; UOW_NO_MEMORY.
 * Lifetime: as uow_find. Since: 0.1. Source: EF Core, DbContext.Add.
 */
UOW_API uow_status uow_add_at(const char *where, uow_context *context, const uow_entity *entity, const void *values,
                              void **out_instance);

/*
 * Mark a tracked row deleted, to be deleted by the next save together with what it takes along (uow/relation.h); a
 * row that was only added is forgotten at once, and the relations' rules apply to its dependents: at once to those
 * linked to it by members; to those that name its temporary key by foreign key columns alone with the next save
 * (uow_changes and uow_cascade know it before). A save of others that still name that key is refused.
 * Parameters: instance came from this context. Blocks: never. Threads: owner only.
 * Returns: UOW_OK; UOW_MISUSE (not tracked); UOW_CONSTRAINT (an added row that others are linked to by a relation
 *   that restricts). Since: 0.1. Source: EF Core, DbContext.Remove.
 */
UOW_API uow_status uow_remove_at(const char *where, uow_context *context, void *instance);

/*
 * Forget a tracked instance without writing anything; its memory is freed.
 * Blocks: never. Threads: owner only. Returns: UOW_OK; UOW_MISUSE. Since: 0.1.
 */
UOW_API uow_status uow_detach_at(const char *where, uow_context *context, void *instance);

/*
 * Put a tracked instance back to its original values and state.
 * Blocks: never. Threads: owner only.
 * Returns: UOW_OK; UOW_MISUSE (not tracked; or its deletion is written in the open unit). Since: 0.1.
 */
UOW_API uow_status uow_revert_at(const char *where, uow_context *context, void *instance);

/*
 * Forget every tracked instance; every pointer handed out before is dead,
 * those in lists of tracked rows too: free such lists, do not read them.
 * Blocks: never. Threads: owner only. Returns: UOW_OK; UOW_BUSY; UOW_MISUSE. Since: 0.1.
 */
UOW_API uow_status uow_clear_at(const char *where, uow_context *context);

/*
 * The state of an instance, after comparing it with its original values.
 * Parameters: any pointer; one this context does not track is UOW_DETACHED.
 * Blocks: never. Threads: owner only. Since: 0.1.
 */
UOW_API uow_state uow_state_at(const char *where, uow_context *context, const void *instance);

/*
 * How many changes the next save would write, with what deleted rows take along.
 * Parameters: out_count receives added + modified + deleted. Blocks: never. Threads: owner only.
 * Returns: UOW_OK; UOW_BUSY; UOW_MISUSE; what uow_cascade returns. Since: 0.1. Source: EF Core, ChangeTracker.HasChanges.
 */
UOW_API uow_status uow_changes_at(const char *where, uow_context *context, size_t *out_count);

/*
 * Is there anything the next save would write? Cheaper than counting: it looks until it finds something.
 * Parameters: out_has receives 1 or 0. Blocks: never. Threads: owner only.
 * Returns: as uow_changes. Since: 0.1. Source: EF Core, ChangeTracker.HasChanges.
 */
UOW_API uow_status uow_has_changes_at(const char *where, uow_context *context, int *out_has);

/*
 * Write every change as one unit: in its own transaction, or under a savepoint
 * of the transaction that is open. Only changed columns are written. All or nothing:
 * after a failure the tracked changes are as before and the save can be repeated.
 * Parameters: out_saved (may be NULL) receives the number of rows written, each once.
 * Blocks: until committed. Threads: owner only.
 * Returns: UOW_OK (also with nothing to save, no statement is sent then); UOW_CONFLICT
 *   (rows were changed or deleted by somebody else; the error carries the instances, of all tables: the other
 *   updates and deletes are tried still, up to one that fails);
 *   UOW_CONSTRAINT; UOW_TRANSIENT; UOW_TYPE, UOW_TRUNCATED (value and column do not fit);
 *   UOW_OUTCOME_UNKNOWN (the commit failed in a way that leaves open whether it took effect); UOW_CONNECTION_LOST.
 * Since: 0.1. Source: EF Core, DbContext.SaveChanges.
 */
UOW_API uow_status uow_save_at(const char *where, uow_context *context, size_t *out_saved);

/* Save options. */
#define UOW_ACCEPT_ON_COMMIT 0x01u /* inside an open unit: rolled back with it, the tracked changes come back */

/* How a save behaves. */
typedef struct uow_save_options {
    size_t struct_size;
    uint32_t flags;
    uint32_t reserved;
} uow_save_options;
/* All defaults, with struct_size set. */
#define UOW_SAVE_OPTIONS_INIT { sizeof(uow_save_options), 0, 0 }

/*
 * Save with options. With UOW_ACCEPT_ON_COMMIT, inside an open unit, the tracker follows that unit: committed, the
 * rows are as after any save; rolled back (to a savepoint or whole), every row saved in it has the state,
 * original values and temporary key it had before, deleted rows are back, and the same save can be repeated. Values
 * the program changed after the save stay. Without an open unit it is uow_save.
 * Parameters: options may be NULL. The rest as uow_save.
 * Since: 0.1. Source: EF Core, SaveChanges(acceptAllChangesOnSuccess: false).
 */
UOW_API uow_status uow_save_with_at(const char *where, uow_context *context, const uow_save_options *options,
                                    size_t *out_saved);

/*
 * The polled twins: see uow/op.h. Parameters, results and statuses are those of the blocking calls; places for results
 * are written by uow_op_finish.
 * Blocks: never. Threads: owner only. Since: 0.1.
 */
UOW_API uow_status uow_find_start_at(const char *where, uow_context *context, const uow_entity *entity, uow_key key,
                                     void **out_instance, uow_op **out_op);
/* Polled uow_save. Since: 0.1. */
UOW_API uow_status uow_save_start_at(const char *where, uow_context *context, size_t *out_saved, uow_op **out_op);
/* Polled uow_save_with. Since: 0.1. */
UOW_API uow_status uow_save_with_start_at(const char *where, uow_context *context, const uow_save_options *options,
                                          size_t *out_saved, uow_op **out_op);

UOW_END_DECLS

#endif
