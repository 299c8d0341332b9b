/* Rows that refer to each other: loading, moving, and what a delete does to them. */
#ifndef UOW_RELATION_H
#define UOW_RELATION_H

#include <stddef.h>

#include "uow/model.h"
#include "uow/query.h"
#include "uow/track.h"

UOW_BEGIN_DECLS

/*
 * Where the model gives a relation members (UOW_REFERENCE_TO, _FROM, _BOTH, UOW_RELATION), tracked rows are kept
 * linked: whichever of principal and dependent is read, added or attached first, the pointer leads to the principal
 * as soon as both are tracked, and the collection shows its dependents. A row forgotten is forgotten by the others
 * too: no pointer leads to a row that is no longer tracked.
 *
 * The program changes a relation by the pointer, by the foreign key, or by uow_link. Pointers and foreign keys are
 * brought in step by save, uow_changes, uow_cascade and uow_accept, and for the one row by uow_state and
 * uow_is_modified: a pointer that was set sets the foreign key (to the temporary key of a new principal, too), a
 * foreign key that was set sets the pointer; both set to different rows is UOW_MISUSE, naming entity and columns. A
 * pointer set to NULL makes the foreign key NULL; where it cannot be, the row is an orphan, which save deletes when
 * the relation cascades and refuses otherwise. Set no pointer to a row and then forget that row.
 */

/*
 * Make a tracked row refer to a principal: pointer, foreign key and both collections, at once.
 * Parameters: column is the (first) foreign-key column, or NULL when the dependent's entity has one relation only to
 *   that of principal. Works for relations without members too: the foreign key is set.
 * Blocks: never. Threads: owner only.
 * Returns: UOW_OK; UOW_MISUSE (one is not tracked or is marked deleted, no such relation, or several); UOW_TYPE (the
 *   key does not fit the foreign key); UOW_NO_MEMORY.
 * Since: 0.1. Source: EF Core, changing relationships.
 */
UOW_API uow_status uow_link_at(const char *where, uow_context *context, void *dependent, const char *column,
                               void *principal);

/*
 * Make a tracked row refer to nothing: the foreign key becomes NULL. Where the relation is required (it needs members
 * for that) the row becomes an orphan, see above.
 * Parameters: column as in uow_link; NULL when the entity has one relation only.
 * Blocks: never. Threads: owner only. Returns: UOW_OK; UOW_MISUSE. Since: 0.1. Source: EF Core, severing relationships.
 */
UOW_API uow_status uow_unlink_at(const char *where, uow_context *context, void *dependent, const char *column);

/*
 * Read the dependents of many principals, in one query (in several where the driver's parameters are too few).
 * Parameters: principals is an array of count tracked instances of one entity; dependent is the entity to read and
 *   column its (first) foreign-key column. Rows become tracked and linked; a row tracked already keeps its values.
 *   out_list (may be NULL) receives the rows read; free it with uow_list_free. New principals have no rows to read.
 * Blocks: until all rows are read (no statement is sent for nothing). Threads: owner only.
 * Returns: UOW_OK (also with no row); UOW_MISUSE (not tracked, or no such relation); and what queries return.
 * Since: 0.1. Source: EF Core, CollectionEntry.Load.
 */
UOW_API uow_status uow_load_collection_at(const char *where, uow_context *context, void *const *principals,
                                          size_t count, const uow_entity *dependent, const char *column,
                                          uow_list **out_list);

/*
 * Read the principals of many dependents, in one query; those tracked already are not read again.
 * Parameters: dependents is an array of count tracked instances of one entity, column its (first) foreign-key column.
 *   out_list (may be NULL) receives each principal once, in no particular order; a NULL foreign key has none.
 * Blocks, threads, returns: as uow_load_collection. Since: 0.1. Source: EF Core, ReferenceEntry.Load.
 */
UOW_API uow_status uow_load_reference_at(const char *where, uow_context *context, void *const *dependents,
                                         size_t count, const char *column, uow_list **out_list);

/*
 * Apply now what save would apply first: rows marked deleted delete their tracked dependents, or set their foreign
 * keys NULL, as the relations say; orphans are deleted. New rows concerned are forgotten, and their pointers dead.
 * Rows that are not tracked are the database's business.
 * Parameters: out_count (may be NULL) receives how many rows were deleted, forgotten or changed.
 * Blocks: never. Threads: owner only.
 * Returns: UOW_OK; UOW_CONSTRAINT (a dependent restricts, or an orphan's relation does not cascade: the error names
 *   and carries the rows; nothing was changed); UOW_MISUSE (a pointer, see above); UOW_NO_MEMORY.
 * Since: 0.1. Source: EF Core, ChangeTracker.CascadeChanges.
 */
UOW_API uow_status uow_cascade_at(const char *where, uow_context *context, size_t *out_count);

/* Polled uow_load_collection: see uow/op.h. Blocks: never. Threads: owner only. Since: 0.1. */
UOW_API uow_status uow_load_collection_start_at(const char *where, uow_context *context, void *const *principals,
                                                size_t count, const uow_entity *dependent, const char *column,
                                                uow_list **out_list, uow_op **out_op);
/* Polled uow_load_reference. Since: 0.1. */
UOW_API uow_status uow_load_reference_start_at(const char *where, uow_context *context, void *const *dependents,
                                               size_t count, const char *column, uow_list **out_list,
                                               uow_op **out_op);

UOW_END_DECLS

#endif
