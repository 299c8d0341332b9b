/* Set-based writes: many rows by one statement, past the change tracker. */
#ifndef UOW_SET_H
#define UOW_SET_H

#include "uow/query.h"

UOW_BEGIN_DECLS

/*
 * What these calls have in common: they write at once, inside the open unit if there is one, and hold the guard until
 * they are done. Tracked instances are not looked at and not changed: one whose row was written here is out of date,
 * and where the entity has a version its save is a UOW_CONFLICT. Take what the database has now with a query
 * under UOW_REFRESH, or forget what is tracked with uow_clear.
 */

/*
 * Update every row that meets a condition.
 * Parameters: set is what follows SET, in the database's own words: "price = price * :factor, note = :note"; its column
 *   names are the catalog's, quoted by the program where they need it. condition is what follows WHERE. NULL is
 *   refused: a condition forgotten must not write every row. "" means every row. Both may hold "?" or ":name";
 *   args, arg_count are the values, those of set before those of the condition. out_affected (may be NULL) receives the
 *   rows met, -1 when the driver does not say.
 *   A UOW_VERSION column is incremented as by a save, unless set assigns it itself.
 * Blocks: until done. Threads: owner only.
 * Returns: UOW_OK (also for no row); UOW_MISUSE (a NULL, a keyless entity, placeholders and arguments do not match, a
 *   quote, comment or bracket left open, ";" or a WHERE in set); UOW_CONSTRAINT; UOW_SQL; UOW_TYPE;
 *   UOW_TRANSIENT; UOW_BUSY; UOW_OUTCOME_UNKNOWN (the link was lost while it ran outside a unit); UOW_CONNECTION_LOST.
 * Since: 0.1. Source: EF Core, ExecuteUpdate.
 */
UOW_API uow_status uow_update_where_at(const char *where, uow_context *context, const uow_entity *entity,
                                       const char *set, const char *condition, const uow_arg *args, size_t arg_count,
                                       int64_t *out_affected);

/*
 * Delete every row that meets a condition; no version is checked.
 * Parameters, blocking, results: as uow_update_where. Since: 0.1. Source: EF Core, ExecuteDelete.
 */
UOW_API uow_status uow_delete_where_at(const char *where, uow_context *context, const uow_entity *entity,
                                       const char *condition, const uow_arg *args, size_t arg_count,
                                       int64_t *out_affected);

#define UOW_UPSERT_KEEP 0x01u /* a row that is there already stays as it is */

/* How an upsert matches and what it overwrites. */
typedef struct uow_upsert_options {
    size_t struct_size;
    uint32_t flags;
    uint32_t match_count;
    const char *const *match; /* columns that say which row is meant: the key (NULL), or a unique group of the model */
    const char *const *update; /* columns overwritten in a row that is there; NULL: all that are written */
    uint32_t update_count;
    uint32_t reserved;
} uow_upsert_options;
/* All defaults, with struct_size set. */
#define UOW_UPSERT_OPTIONS_INIT { sizeof(uow_upsert_options), 0, 0, NULL, NULL, 0, 0 }

/*
 * Insert rows, or update those that are there already, in one unit: in one statement for many rows where the database
 * can, else by an update and, where it met no row, an insert.
 * Parameters: rows is an array of count structs of the entity, read only; nothing comes back into them. options may be
 *   NULL: matched by key, every column overwritten. out_affected (may be NULL) receives the rows inserted or
 *   updated; with UOW_UPSERT_KEEP those inserted, -1 where the database does not tell.
 *   Not written: UOW_READONLY columns; UOW_DEFAULT columns and generated keys that are zero (such a row has no
 *   key to match and is inserted). The key of a row found by other columns is not overwritten. A UOW_VERSION column
 *   starts at 1 or the struct's value and is incremented in a row that is there; it is not checked.
 *   Of rows that match the same one, the last wins.
 * Blocks: until committed. Threads: owner only.
 * Returns: UOW_OK (also for no rows); UOW_MISUSE (unknown columns, or columns that are neither key nor a unique
 *   group of the model); UOW_CONSTRAINT (also: another program inserted the row between update and insert, where the
 *   database has no upsert of its own); otherwise as uow_update_where. After a failure nothing is written.
 * Since: 0.1. Source: PostgreSQL and SQLite, INSERT ON CONFLICT; MariaDB, INSERT ON DUPLICATE KEY UPDATE (which meets
 *   unique keys the model does not know of, too).
 */
UOW_API uow_status uow_upsert_at(const char *where, uow_context *context, const uow_entity *entity, const void *rows,
                                 size_t count, const uow_upsert_options *options, int64_t *out_affected);

/* Polled uow_update_where: see uow/op.h. Blocks: never. Threads: owner only. Since: 0.1. */
UOW_API uow_status uow_update_where_start_at(const char *where, uow_context *context, const uow_entity *entity,
                                             const char *set, const char *condition, const uow_arg *args,
                                             size_t arg_count, int64_t *out_affected, uow_op **out_op);
/* Polled uow_delete_where. Since: 0.1. */
UOW_API uow_status uow_delete_where_start_at(const char *where, uow_context *context, const uow_entity *entity,
                                             const char *condition, const uow_arg *args, size_t arg_count,
                                             int64_t *out_affected, uow_op **out_op);

/* Polled uow_upsert; the rows are copied. Since: 0.1. */
UOW_API uow_status uow_upsert_start_at(const char *where, uow_context *context, const uow_entity *entity,
                                       const void *rows, size_t count, const uow_upsert_options *options,
                                       int64_t *out_affected, uow_op **out_op);

UOW_END_DECLS

#endif
