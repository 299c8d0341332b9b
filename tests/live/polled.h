/*
 * The blocking calls, made by polling: with UOW_TEST_POLLED=1 every call that has a polled twin is started, polled
 * and finished, so that the live tests run their bodies both ways.
 */
#ifndef LIVE_POLLED_H
#define LIVE_POLLED_H

#include "uow.h"

/* X(name, name of the twin, parameters, arguments) */
#define LIVE_POLLED_CALLS(X) \
    X(open_at, open_start_at, \
      (const char *where, uow_env *env, const char *connection, const uow_model *model, \
       const uow_context_options *options, uow_context **out_context), \
      (where, env, connection, model, options, out_context)) \
    X(query_at, query_start_at, \
      (const char *where, uow_context *context, const uow_entity *entity, const char *condition, \
       const uow_arg *args, size_t arg_count, const uow_query_options *options, uow_list **out_list), \
      (where, context, entity, condition, args, arg_count, options, out_list)) \
    X(query_sql_at, query_sql_start_at, \
      (const char *where, uow_context *context, const uow_entity *entity, const char *sql, const uow_arg *args, \
       size_t arg_count, const uow_query_options *options, uow_list **out_list), \
      (where, context, entity, sql, args, arg_count, options, out_list)) \
    X(first_at, first_start_at, \
      (const char *where, uow_context *context, const uow_entity *entity, const char *condition, \
       const uow_arg *args, size_t arg_count, void **out_instance), \
      (where, context, entity, condition, args, arg_count, out_instance)) \
    X(single_at, single_start_at, \
      (const char *where, uow_context *context, const uow_entity *entity, const char *condition, \
       const uow_arg *args, size_t arg_count, void **out_instance), \
      (where, context, entity, condition, args, arg_count, out_instance)) \
    X(count_at, count_start_at, \
      (const char *where, uow_context *context, const uow_entity *entity, const char *condition, \
       const uow_arg *args, size_t arg_count, int64_t *out_count), \
      (where, context, entity, condition, args, arg_count, out_count)) \
    X(exists_at, exists_start_at, \
      (const char *where, uow_context *context, const uow_entity *entity, const char *condition, \
       const uow_arg *args, size_t arg_count, int *out_exists), \
      (where, context, entity, condition, args, arg_count, out_exists)) \
    X(update_where_at, update_where_start_at, \
      (const char *where, uow_context *context, const uow_entity *entity, const char *set, const char *condition, \
       const uow_arg *args, size_t arg_count, int64_t *out_affected), \
      (where, context, entity, set, condition, args, arg_count, out_affected)) \
    X(delete_where_at, delete_where_start_at, \
      (const char *where, uow_context *context, const uow_entity *entity, const char *condition, \
       const uow_arg *args, size_t arg_count, int64_t *out_affected), \
      (where, context, entity, condition, args, arg_count, out_affected)) \
    X(execute_at, execute_start_at, \
      (const char *where, uow_context *context, const char *sql, const uow_arg *args, size_t arg_count, \
       int64_t *out_affected), \
      (where, context, sql, args, arg_count, out_affected)) \
    X(call_at, call_start_at, \
      (const char *where, uow_context *context, const char *name, const uow_arg *args, size_t arg_count, \
       uow_result *results, size_t result_count), \
      (where, context, name, args, arg_count, results, result_count)) \
    X(statement_prepare_at, statement_prepare_start_at, \
      (const char *where, uow_context *context, const char *sql, uow_statement **out_statement), \
      (where, context, sql, out_statement)) \
    X(statement_execute_at, statement_execute_start_at, \
      (const char *where, uow_statement *statement, const uow_arg *args, size_t arg_count, int64_t *out_affected), \
      (where, statement, args, arg_count, out_affected)) \
    X(find_at, find_start_at, \
      (const char *where, uow_context *context, const uow_entity *entity, uow_key key, void **out_instance), \
      (where, context, entity, key, out_instance)) \
    X(save_at, save_start_at, \
      (const char *where, uow_context *context, size_t *out_saved), \
      (where, context, out_saved)) \
    X(save_with_at, save_with_start_at, \
      (const char *where, uow_context *context, const uow_save_options *options, size_t *out_saved), \
      (where, context, options, out_saved)) \
    X(commit_at, commit_start_at, \
      (const char *where, uow_context *context), \
      (where, context)) \
    X(rollback_at, rollback_start_at, \
      (const char *where, uow_context *context), \
      (where, context)) \
    X(cursor_open_at, cursor_open_start_at, \
      (const char *where, uow_context *context, const uow_entity *entity, const char *condition, \
       const uow_arg *args, size_t arg_count, const uow_query_options *options, uow_cursor **out_cursor), \
      (where, context, entity, condition, args, arg_count, options, out_cursor)) \
    X(database_at, database_start_at, \
      (const char *where, uow_context *context, const void *instance, void *out_values), \
      (where, context, instance, out_values)) \
    X(refresh_at, refresh_start_at, \
      (const char *where, uow_context *context, void *const *instances, size_t count), \
      (where, context, instances, count)) \
    X(resolve_at, resolve_start_at, \
      (const char *where, uow_context *context, void *instance, uow_resolution resolution), \
      (where, context, instance, resolution)) \
    X(load_collection_at, load_collection_start_at, \
      (const char *where, uow_context *context, void *const *principals, size_t count, const uow_entity *dependent, \
       const char *column, uow_list **out_list), \
      (where, context, principals, count, dependent, column, out_list)) \
    X(load_reference_at, load_reference_start_at, \
      (const char *where, uow_context *context, void *const *dependents, size_t count, const char *column, \
       uow_list **out_list), \
      (where, context, dependents, count, column, out_list)) \
    X(rows_open_at, rows_open_start_at, \
      (const char *where, uow_context *context, const char *sql, const uow_arg *args, size_t arg_count, \
       uow_rows **out_rows), \
      (where, context, sql, args, arg_count, out_rows)) \
    X(upsert_at, upsert_start_at, \
      (const char *where, uow_context *context, const uow_entity *entity, const void *rows, size_t count, \
       const uow_upsert_options *options, int64_t *out_affected), \
      (where, context, entity, rows, count, options, out_affected)) \
    X(statement_query_at, statement_query_start_at, \
      (const char *where, uow_statement *statement, const uow_entity *entity, const uow_arg *args, size_t arg_count, \
       const uow_query_options *options, uow_list **out_list), \
      (where, statement, entity, args, arg_count, options, out_list)) \
    X(begin_at, begin_start_at, \
      (const char *where, uow_context *context, const uow_unit_options *options), \
      (where, context, options)) \
    X(unit_table_create_at, unit_table_create_start_at, \
      (const char *where, uow_context *context, const char *table), \
      (where, context, table)) \
    X(unit_table_clean_at, unit_table_clean_start_at, \
      (const char *where, uow_context *context, const char *table, uint32_t older_than_s, int64_t *out_removed), \
      (where, context, table, older_than_s, out_removed)) \
    X(cursor_next, cursor_next_start, \
      (uow_cursor *cursor, void **out_row), \
      (cursor, out_row)) \
    X(rows_next, rows_next_start, \
      (uow_rows *rows), \
      (rows)) \
    X(rows_next_result, rows_next_result_start, \
      (uow_rows *rows), \
      (rows)) \
    X(call_rows_at, call_rows_start_at, \
      (const char *where, uow_context *context, const char *name, const uow_arg *args, size_t arg_count, \
       uow_rows **out_rows), \
      (where, context, name, args, arg_count, out_rows)) \
    X(adopt_at, adopt_start_at, \
      (const char *where, uow_env *env, void *hdbc, const uow_model *model, const uow_adopt_options *options, \
       uow_context **out_context), \
      (where, env, hdbc, model, options, out_context)) \
    X(give_back_at, give_back_start_at, \
      (const char *where, uow_context *context, uow_handle_report *out_report), \
      (where, context, out_report)) \
    X(borrow_at, borrow_start_at, \
      (const char *where, uow_context *context, uow_loan **out_loan), \
      (where, context, out_loan)) \
    X(refresh_all_at, refresh_all_start_at, \
      (const char *where, uow_context *context), \
      (where, context)) \
    X(model_verify_at, model_verify_start_at, \
      (const char *where, uow_context *context), \
      (where, context))

#define LIVE_POLLED_DECLARE(name, start, parameters, arguments) uow_status live_##name parameters;
LIVE_POLLED_CALLS(LIVE_POLLED_DECLARE)
uow_status live_close_at(const char *where, uow_context *context);
void live_cursor_close(uow_cursor *cursor);
void live_rows_close(uow_rows *rows);
uow_status live_loan_end(uow_loan *loan, uow_handle_report *out_report);

#ifndef LIVE_POLLED_ITSELF
#define uow_open_at live_open_at
#define uow_close_at live_close_at
#define uow_adopt_at live_adopt_at
#define uow_give_back_at live_give_back_at
#define uow_borrow_at live_borrow_at
#define uow_loan_end live_loan_end
#define uow_refresh_all_at live_refresh_all_at
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
#define uow_unit_table_create_at live_unit_table_create_at
#define uow_unit_table_clean_at live_unit_table_clean_at
#define uow_cursor_close live_cursor_close
#define uow_rows_close live_rows_close
#define uow_cursor_next live_cursor_next
#define uow_rows_next live_rows_next
#define uow_rows_next_result live_rows_next_result
#define uow_call_rows_at live_call_rows_at
#define uow_model_verify_at live_model_verify_at
#endif

#endif
