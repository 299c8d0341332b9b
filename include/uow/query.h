/* Queries onto entities, all rows in memory. */
#ifndef UOW_QUERY_H
#define UOW_QUERY_H

#include <stddef.h>
#include <stdint.h>

#include "uow/arg.h"
#include "uow/model.h"
#include "uow/status.h"

UOW_BEGIN_DECLS

/* What becomes of the rows a query reads. */
typedef enum uow_tracking {
    UOW_TRACKED = 0,     /* rows become tracked instances; a tracked key gives the tracked instance, untouched */
    UOW_NO_TRACKING = 1, /* a plain array of structs */
    UOW_NO_TRACKING_IDENTITY = 2, /* untracked, one instance per key */
    UOW_TRACKING_FORCE_INT = 0x7fffffff
} uow_tracking;

#define UOW_REFRESH 0x01u /* overwrite tracked instances with the database's values */
#define UOW_BOUNDED 0x02u /* cursors: memory stays bounded whatever the driver, or UOW_UNSUPPORTED */

/* How a query reads. */
typedef struct uow_query_options {
    size_t struct_size;
    uow_tracking tracking;
    uint32_t flags;
    uint64_t limit;  /* rows; 0: all */
    uint64_t offset; /* rows to skip first; needs ORDER BY to mean something */
    uint32_t block_rows; /* rows per fetch; 0: chosen by row size */
    uint32_t reserved;
} uow_query_options;
/* All defaults, with struct_size set. */
#define UOW_QUERY_OPTIONS_INIT { sizeof(uow_query_options), UOW_TRACKED, 0, 0, 0, 0, 0 }

/*
 * Query rows of an entity.
 * Parameters: condition is what follows WHERE, optionally with ORDER BY
 *   ("customer_id = ? ORDER BY placed_at"; no ";" outside quotes, which would begin another statement), or starts with ORDER BY, or is NULL for all rows;
 *   parameters are "?" or ":name" (colon casts, quoted text and comments are left alone).
 *   args, arg_count: the values. options may be NULL (tracked, all rows).
 *   out_list receives the rows; free it with uow_list_free.
 * Blocks: until all rows are read. Threads: owner only.
 * Returns: UOW_OK (also with no row); UOW_TYPE, UOW_TRUNCATED (a value does not fit its member: the
 *   error names entity, column and both lengths); UOW_SQL; UOW_LIMIT; UOW_BUSY; UOW_MISUSE (placeholders and
 *   arguments do not match); UOW_CONNECTION_LOST; UOW_TIMEOUT; UOW_NO_MEMORY.
 * Since: 0.1. Source: EF Core, DbSet queries, AsNoTracking, AsNoTrackingWithIdentityResolution.
 */
UOW_API uow_status uow_query_at(const char *where, uow_context *context, const uow_entity *entity,
                                const char *condition, const uow_arg *args, size_t arg_count,
                                const uow_query_options *options, uow_list **out_list);

/*
 * Run a whole statement of the program's and map its rows onto an entity by column name
 * (case-insensitive; extra columns are ignored, a missing one is named in the error).
 * A keyless entity is never tracked.
 * A write without RETURNING, or DDL, is UOW_MISUSE and is not run: that is uow_execute's. Otherwise as uow_query; limit and offset do not apply.
 * Since: 0.1. Source: EF Core, FromSql.
 */
UOW_API uow_status uow_query_sql_at(const char *where, uow_context *context, const uow_entity *entity,
                                    const char *sql, const uow_arg *args, size_t arg_count,
                                    const uow_query_options *options, uow_list **out_list);

/*
 * The first row of a query, tracked, or UOW_NOT_FOUND. Parameters and the rest as uow_query.
 * Lifetime of the struct: as uow_find. Since: 0.1.
 */
UOW_API uow_status uow_first_at(const char *where, uow_context *context, const uow_entity *entity,
                                const char *condition, const uow_arg *args, size_t arg_count, void **out_instance);

/*
 * The only row of a query, tracked; UOW_NOT_FOUND for none, UOW_NOT_UNIQUE for more than one.
 * Since: 0.1.
 */
UOW_API uow_status uow_single_at(const char *where, uow_context *context, const uow_entity *entity,
                                 const char *condition, const uow_arg *args, size_t arg_count, void **out_instance);

/* How many rows a query has. The database counts; nothing is tracked. Since: 0.1. */
UOW_API uow_status uow_count_at(const char *where, uow_context *context, const uow_entity *entity,
                                const char *condition, const uow_arg *args, size_t arg_count, int64_t *out_count);

/* Whether a query has a row: out_exists receives 0 or 1. Since: 0.1. */
UOW_API uow_status uow_exists_at(const char *where, uow_context *context, const uow_entity *entity,
                                 const char *condition, const uow_arg *args, size_t arg_count, int *out_exists);

/* How many rows a list has; 0 for NULL. Threads: owner only. Since: 0.1. */
UOW_API size_t uow_list_count(const uow_list *list);
/*
 * One row of a list as the program's struct; NULL past the end.
 * Lifetime: tracked structs belong to the context, untracked ones to the list. After uow_clear, uow_detach of
 *   the instance or the context's close, the list still hands out what are then dead pointers: free it first.
 *   Since: 0.1.
 */
UOW_API void *uow_list_at(const uow_list *list, size_t index);
/*
 * The rows of an untracked list as one array of structs, or NULL (tracked, identity
 * or empty lists). Shape: uow_list_count elements, stride the entity's row_size. Since: 0.1.
 */
UOW_API void *uow_list_array(const uow_list *list);
/* Free a list, once: the handle is gone; NULL is fine. May be done after the context is closed, before its environment is. Since: 0.1. */
UOW_API void uow_list_free(uow_list *list);

/*
 * Polled uow_query: see uow/op.h. Tracked rows are held twice until the operation is over.
 * Blocks: never. Threads: owner only. Since: 0.1.
 */
UOW_API uow_status uow_query_start_at(const char *where, uow_context *context, const uow_entity *entity,
                                      const char *condition, const uow_arg *args, size_t arg_count,
                                      const uow_query_options *options, uow_list **out_list, uow_op **out_op);
/* Polled uow_query_sql. Since: 0.1. */
UOW_API uow_status uow_query_sql_start_at(const char *where, uow_context *context, const uow_entity *entity,
                                          const char *sql, const uow_arg *args, size_t arg_count,
                                          const uow_query_options *options, uow_list **out_list, uow_op **out_op);
/* Polled uow_first. Since: 0.1. */
UOW_API uow_status uow_first_start_at(const char *where, uow_context *context, const uow_entity *entity,
                                      const char *condition, const uow_arg *args, size_t arg_count,
                                      void **out_instance, uow_op **out_op);
/* Polled uow_single. Since: 0.1. */
UOW_API uow_status uow_single_start_at(const char *where, uow_context *context, const uow_entity *entity,
                                       const char *condition, const uow_arg *args, size_t arg_count,
                                       void **out_instance, uow_op **out_op);
/* Polled uow_count. Since: 0.1. */
UOW_API uow_status uow_count_start_at(const char *where, uow_context *context, const uow_entity *entity,
                                      const char *condition, const uow_arg *args, size_t arg_count,
                                      int64_t *out_count, uow_op **out_op);
/* Polled uow_exists. Since: 0.1. */
UOW_API uow_status uow_exists_start_at(const char *where, uow_context *context, const uow_entity *entity,
                                       const char *condition, const uow_arg *args, size_t arg_count,
                                       int *out_exists, uow_op **out_op);

UOW_END_DECLS

#endif
