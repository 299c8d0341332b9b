/*
 * The blocking calls, made by polling: with UOW_TEST_POLLED=1 every call that has a polled twin is started, polled
 * and finished, so that the live tests run their bodies both ways.
 */
#ifndef LIVE_POLLED_H
#define LIVE_POLLED_H

#include "uow.h"

uow_status live_open_at(const char *where, uow_env *env, const char *connection, const uow_model *model,
                        const uow_context_options *options, uow_context **out_context);
uow_status live_close_at(const char *where, uow_context *context);
uow_status live_query_at(const char *where, uow_context *context, const uow_entity *entity, const char *condition,
                         const uow_arg *args, size_t arg_count, const uow_query_options *options, uow_list **out_list);
uow_status live_query_sql_at(const char *where, uow_context *context, const uow_entity *entity, const char *sql,
                             const uow_arg *args, size_t arg_count, const uow_query_options *options,
                             uow_list **out_list);
uow_status live_first_at(const char *where, uow_context *context, const uow_entity *entity, const char *condition,
                         const uow_arg *args, size_t arg_count, void **out_instance);
uow_status live_single_at(const char *where, uow_context *context, const uow_entity *entity, const char *condition,
                          const uow_arg *args, size_t arg_count, void **out_instance);
uow_status live_count_at(const char *where, uow_context *context, const uow_entity *entity, const char *condition,
                         const uow_arg *args, size_t arg_count, int64_t *out_count);
uow_status live_exists_at(const char *where, uow_context *context, const uow_entity *entity, const char *condition,
                          const uow_arg *args, size_t arg_count, int *out_exists);
uow_status live_update_where_at(const char *where, uow_context *context, const uow_entity *entity, const char *set,
                                const char *condition, const uow_arg *args, size_t arg_count, int64_t *out_affected);
uow_status live_delete_where_at(const char *where, uow_context *context, const uow_entity *entity,
                                const char *condition, const uow_arg *args, size_t arg_count, int64_t *out_affected);
uow_status live_execute_at(const char *where, uow_context *context, const char *sql, const uow_arg *args,
                           size_t arg_count, int64_t *out_affected);
uow_status live_call_at(const char *where, uow_context *context, const char *name, const uow_arg *args,
                        size_t arg_count, uow_result *results, size_t result_count);
uow_status live_statement_prepare_at(const char *where, uow_context *context, const char *sql,
                                     uow_statement **out_statement);
uow_status live_statement_execute_at(const char *where, uow_statement *statement, const uow_arg *args,
                                     size_t arg_count, int64_t *out_affected);
uow_status live_find_at(const char *where, uow_context *context, const uow_entity *entity, uow_key key,
                        void **out_instance);
uow_status live_save_at(const char *where, uow_context *context, size_t *out_saved);
uow_status live_save_with_at(const char *where, uow_context *context, const uow_save_options *options,
                             size_t *out_saved);
uow_status live_commit_at(const char *where, uow_context *context);
uow_status live_rollback_at(const char *where, uow_context *context);
uow_status live_cursor_open_at(const char *where, uow_context *context, const uow_entity *entity,
                               const char *condition, const uow_arg *args, size_t arg_count,
                               const uow_query_options *options, uow_cursor **out_cursor);
uow_status live_database_at(const char *where, uow_context *context, const void *instance, void *out_values);
uow_status live_refresh_at(const char *where, uow_context *context, void *const *instances, size_t count);
uow_status live_resolve_at(const char *where, uow_context *context, void *instance, uow_resolution resolution);
uow_status live_load_collection_at(const char *where, uow_context *context, void *const *principals, size_t count,
                                   const uow_entity *dependent, const char *column, uow_list **out_list);
uow_status live_load_reference_at(const char *where, uow_context *context, void *const *dependents, size_t count,
                                  const char *column, uow_list **out_list);
uow_status live_rows_open_at(const char *where, uow_context *context, const char *sql, const uow_arg *args,
                             size_t arg_count, uow_rows **out_rows);
uow_status live_upsert_at(const char *where, uow_context *context, const uow_entity *entity, const void *rows,
                          size_t count, const uow_upsert_options *options, int64_t *out_affected);
uow_status live_statement_query_at(const char *where, uow_statement *statement, const uow_entity *entity,
                                   const uow_arg *args, size_t arg_count, const uow_query_options *options,
                                   uow_list **out_list);
uow_status live_begin_at(const char *where, uow_context *context, const uow_unit_options *options);
uow_status live_cursor_next(uow_cursor *cursor, void **out_row);
uow_status live_rows_next(uow_rows *rows);
uow_status live_rows_next_result(uow_rows *rows);

#ifndef LIVE_POLLED_ITSELF
#define uow_open_at live_open_at
#define uow_close_at live_close_at
#define uow_query_at live_query_at
#define uow_query_sql_at live_query_sql_at
#define uow_first_at live_first_at
#define uow_single_at live_single_at
#define uow_count_at live_count_at
#define uow_exists_at live_exists_at
#define uow_update_where_at live_update_where_at
#define uow_delete_where_at live_delete_where_at
#define uow_execute_at live_execute_at
#define uow_call_at live_call_at
#define uow_statement_prepare_at live_statement_prepare_at
#define uow_statement_execute_at live_statement_execute_at
#define uow_find_at live_find_at
#define uow_save_at live_save_at
#define uow_save_with_at live_save_with_at
#define uow_commit_at live_commit_at
#define uow_rollback_at live_rollback_at
#define uow_cursor_open_at live_cursor_open_at
#define uow_database_at live_database_at
#define uow_refresh_at live_refresh_at
#define uow_resolve_at live_resolve_at
#define uow_load_collection_at live_load_collection_at
#define uow_load_reference_at live_load_reference_at
#define uow_rows_open_at live_rows_open_at
#define uow_upsert_at live_upsert_at
#define uow_statement_query_at live_statement_query_at
#define uow_begin_at live_begin_at
#define uow_cursor_next live_cursor_next
#define uow_rows_next live_rows_next
#define uow_rows_next_result live_rows_next_result
#endif

#endif
