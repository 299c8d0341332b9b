/* One tracked row: attaching, its values, refreshing it, resolving a conflict about it. */
#ifndef UOW_ENTRY_H
#define UOW_ENTRY_H

#include <stddef.h>

#include "uow/track.h"

UOW_BEGIN_DECLS

/*
 * Track a struct of the program's in place.
 * Parameters: instance is a struct of the entity; it stays the program's and must stay valid while it is tracked
 *   (until detached, cleared, deleted by a save, or the context closed). state says what it is: UOW_UNCHANGED
 *   (as in the database), UOW_MODIFIED (every column will be written), UOW_ADDED (to be inserted; a generated
 *   key that is zero gets a temporary value) or UOW_DELETED. Under the key of a row that was removed, an added struct
 *   takes that row's place, as uow_add would. Long values the context puts into the struct (refresh, revert, save)
 *   are the context's, and are taken out when it is tracked no longer.
 * Blocks: never. Threads: owner only.
 * Returns: UOW_OK; UOW_IDENTITY (another instance with its key, or the struct itself, is tracked: the error names
 *   entity and key; see the context option merge); UOW_LIMIT; UOW_MISUSE; UOW_NO_MEMORY.
 * Since: 0.1. Source: EF Core, DbContext.Attach, DbContext.Update.
 */
UOW_API uow_status uow_attach_at(const char *where, uow_context *context, const uow_entity *entity, void *instance,
                                 uow_state state);

/*
 * Mark every column of a tracked row as changed, whatever its values; the next save writes them all. A row that was to
 * be deleted is to be updated instead.
 * Blocks: never. Threads: owner only.
 * Returns: UOW_OK; UOW_MISUSE (not tracked; or its deletion is written in the open unit). Since: 0.1.
 * Source: EF Core, DbContext.Update.
 */
UOW_API uow_status uow_update_at(const char *where, uow_context *context, void *instance);

/*
 * The values a row had when it was read or last saved.
 * Parameters: out_values is a struct of the entity that is overwritten; its long values point into the context's
 *   memory and live until the instance is next saved, refreshed or reverted.
 * Blocks: never. Threads: owner only. Returns: UOW_OK; UOW_MISUSE. Since: 0.1.
 * Source: EF Core, EntityEntry.OriginalValues.
 */
UOW_API uow_status uow_original_at(const char *where, uow_context *context, const void *instance, void *out_values);

/*
 * Replace the original values, for example by what another program is known to have written. Long values are copied.
 * Parameters: values is a struct of the entity with the same key. Blocks: never. Threads: owner only.
 * Returns: UOW_OK; UOW_MISUSE (not tracked, or the key differs); UOW_NO_MEMORY. Since: 0.1.
 */
UOW_API uow_status uow_set_original_at(const char *where, uow_context *context, void *instance, const void *values);

/*
 * The values the database has now; the instance is not touched.
 * Parameters: out_values as in uow_original; its long values live until the next call on the context.
 * Blocks: until the database has answered. Threads: owner only.
 * Returns: UOW_OK; UOW_NOT_FOUND (the row is gone); and what queries return. Since: 0.1.
 * Source: EF Core, EntityEntry.GetDatabaseValues.
 */
UOW_API uow_status uow_database_at(const char *where, uow_context *context, const void *instance, void *out_values);

/*
 * Whether one column differs from its original value.
 * Parameters: column by its name in the database; out_modified receives 0 or 1.
 * Blocks: never. Threads: owner only. Returns: UOW_OK; UOW_MISUSE. Since: 0.1.
 */
UOW_API uow_status uow_is_modified_at(const char *where, uow_context *context, const void *instance,
                                      const char *column, int *out_modified);

/*
 * Read tracked rows again and overwrite current and original values; one query for many rows of one entity.
 * Parameters: instances is an array of count instances, of any entities.
 * Blocks: until the database has answered. Threads: owner only.
 * Returns: UOW_OK; UOW_NOT_FOUND (some rows are gone: the error carries these instances, the others are refreshed;
 *   those gone are left as they are); UOW_MISUSE; and what queries return. Since: 0.1.
 * Source: EF Core, EntityEntry.Reload.
 */
UOW_API uow_status uow_refresh_at(const char *where, uow_context *context, void *const *instances, size_t count);

/*
 * Take every tracked change as saved, without writing: current values become original ones, added rows are
 * unchanged, deleted ones forgotten. For programs that wrote the rows themselves: they give new rows the keys the
 * database made, and foreign keys of tracked rows follow.
 * Blocks: never. Threads: owner only.
 * Returns: UOW_OK; UOW_MISUSE (a new row has a temporary key still: the error names it, nothing is accepted);
 *   UOW_IDENTITY (a key given is that of another tracked row); UOW_NO_MEMORY (some may be accepted). Since: 0.1.
 * Source: EF Core, ChangeTracker.AcceptAllChanges.
 */
UOW_API uow_status uow_accept_at(const char *where, uow_context *context);

/*
 * Undo every tracked change: changed rows get their original values, deleted ones come back, added ones are forgotten.
 * Blocks: never. Threads: owner only. Returns: UOW_OK; UOW_NO_MEMORY (some may be undone). Since: 0.1.
 */
UOW_API uow_status uow_reject_at(const char *where, uow_context *context);

/* What becomes of a row that somebody else changed or deleted. */
typedef enum uow_resolution {
    UOW_CLIENT_WINS = 1, /* keep this program's values, over those of the database at the next save */
    UOW_STORE_WINS = 2,  /* take the database's values, drop this program's changes */
    UOW_MERGE = 3,       /* columns this program changed keep their values, the others take the database's */
    UOW_RESOLUTION_FORCE_INT = 0x7fffffff
} uow_resolution;

/*
 * Resolve a conflict about a tracked row: reads the row again and adjusts current and original values so that the
 * next save goes through (unless somebody is faster again). When the row is gone, UOW_CLIENT_WINS and UOW_MERGE
 * insert it again at the next save, UOW_STORE_WINS forgets it; a row to be deleted that is gone is forgotten.
 * Parameters: instance as the error carries it (uow_error_instance).
 * Blocks: until the database has answered. Threads: owner only.
 * Returns: UOW_OK; UOW_MISUSE; and what queries return. Since: 0.1.
 * Source: EF Core, resolving concurrency conflicts.
 */
UOW_API uow_status uow_resolve_at(const char *where, uow_context *context, void *instance,
                                  uow_resolution resolution);

/*
 * Takes a piece of text. Returns nonzero to go on. In callbacks: no call on the same context.
 */
typedef int (*uow_write_fn)(const char *text, size_t length, void *user);

/*
 * Print what the context tracks, one line a row: state, table, key, and the names of changed columns; never values
 * that are not keys. Stable: ordered by table, and within it as the rows came (a place given up is used again).
 * Blocks: never. Threads: owner only. Returns: UOW_OK; UOW_CANCELLED (write said stop); UOW_MISUSE; UOW_NO_MEMORY.
 * Since: 0.1. Source: EF Core, ChangeTracker.DebugView.
 */
UOW_API uow_status uow_view_at(const char *where, uow_context *context, uow_write_fn write, void *user);

/* Polled uow_database: see uow/op.h. Blocks: never. Threads: owner only. Since: 0.1. */
UOW_API uow_status uow_database_start_at(const char *where, uow_context *context, const void *instance,
                                         void *out_values, uow_op **out_op);
/* Polled uow_refresh. Since: 0.1. */
UOW_API uow_status uow_refresh_start_at(const char *where, uow_context *context, void *const *instances, size_t count,
                                        uow_op **out_op);
/* Polled uow_resolve. Since: 0.1. */
UOW_API uow_status uow_resolve_start_at(const char *where, uow_context *context, void *instance,
                                        uow_resolution resolution, uow_op **out_op);

UOW_END_DECLS

#endif
