#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#define LIVE_POLLED_ITSELF
#include "live/polled.h"

#include <stdlib.h>

static int polled_wanted(void)
{
    static int wanted = -1;

    if (wanted < 0)
        wanted = getenv("UOW_TEST_POLLED") != NULL;
    return wanted;
}

/* A few polls as a busy program makes them, then a wait: both must come to the same end. */
static uow_status polled_end(uow_status st, uow_op *op)
{
    if (st != UOW_OK)
        return st;
    for (int i = 0; i < 3 && uow_op_poll(op) == UOW_PENDING; i++)
        ;
    while (uow_op_wait(op, 50) == UOW_PENDING)
        ;
    return uow_op_finish(op);
}

uow_status live_open_at(const char *where, uow_env *env, const char *connection, const uow_model *model,
                        const uow_context_options *options, uow_context **out_context)
{
    uow_op *op = NULL;
    uow_status st;

    if (!polled_wanted())
        return uow_open_at(where, env, connection, model, options, out_context);
    st = uow_open_start_at(where, env, connection, model, options, out_context, &op);
    return polled_end(st, op);
}

uow_status live_close_at(const char *where, uow_context *context)
{
    uow_op *op = NULL;
    uow_status st;

    if (!polled_wanted() || !context)
        return uow_close_at(where, context);
    st = uow_close_start_at(where, context, &op);
    return polled_end(st, op);
}

uow_status live_query_at(const char *where, uow_context *context, const uow_entity *entity, const char *condition,
                         const uow_arg *args, size_t arg_count, const uow_query_options *options, uow_list **out_list)
{
    uow_op *op = NULL;
    uow_status st;

    if (!polled_wanted())
        return uow_query_at(where, context, entity, condition, args, arg_count, options, out_list);
    st = uow_query_start_at(where, context, entity, condition, args, arg_count, options, out_list, &op);
    return polled_end(st, op);
}

uow_status live_query_sql_at(const char *where, uow_context *context, const uow_entity *entity, const char *sql,
                             const uow_arg *args, size_t arg_count, const uow_query_options *options,
                             uow_list **out_list)
{
    uow_op *op = NULL;
    uow_status st;

    if (!polled_wanted())
        return uow_query_sql_at(where, context, entity, sql, args, arg_count, options, out_list);
    st = uow_query_sql_start_at(where, context, entity, sql, args, arg_count, options, out_list, &op);
    return polled_end(st, op);
}

uow_status live_first_at(const char *where, uow_context *context, const uow_entity *entity, const char *condition,
                         const uow_arg *args, size_t arg_count, void **out_instance)
{
    uow_op *op = NULL;
    uow_status st;

    if (!polled_wanted())
        return uow_first_at(where, context, entity, condition, args, arg_count, out_instance);
    st = uow_first_start_at(where, context, entity, condition, args, arg_count, out_instance, &op);
    return polled_end(st, op);
}

uow_status live_single_at(const char *where, uow_context *context, const uow_entity *entity, const char *condition,
                          const uow_arg *args, size_t arg_count, void **out_instance)
{
    uow_op *op = NULL;
    uow_status st;

    if (!polled_wanted())
        return uow_single_at(where, context, entity, condition, args, arg_count, out_instance);
    st = uow_single_start_at(where, context, entity, condition, args, arg_count, out_instance, &op);
    return polled_end(st, op);
}

uow_status live_count_at(const char *where, uow_context *context, const uow_entity *entity, const char *condition,
                         const uow_arg *args, size_t arg_count, int64_t *out_count)
{
    uow_op *op = NULL;
    uow_status st;

    if (!polled_wanted())
        return uow_count_at(where, context, entity, condition, args, arg_count, out_count);
    st = uow_count_start_at(where, context, entity, condition, args, arg_count, out_count, &op);
    return polled_end(st, op);
}

uow_status live_exists_at(const char *where, uow_context *context, const uow_entity *entity, const char *condition,
                          const uow_arg *args, size_t arg_count, int *out_exists)
{
    uow_op *op = NULL;
    uow_status st;

    if (!polled_wanted())
        return uow_exists_at(where, context, entity, condition, args, arg_count, out_exists);
    st = uow_exists_start_at(where, context, entity, condition, args, arg_count, out_exists, &op);
    return polled_end(st, op);
}

uow_status live_update_where_at(const char *where, uow_context *context, const uow_entity *entity, const char *set,
                                const char *condition, const uow_arg *args, size_t arg_count, int64_t *out_affected)
{
    uow_op *op = NULL;
    uow_status st;

    if (!polled_wanted())
        return uow_update_where_at(where, context, entity, set, condition, args, arg_count, out_affected);
    st = uow_update_where_start_at(where, context, entity, set, condition, args, arg_count, out_affected, &op);
    return polled_end(st, op);
}

uow_status live_delete_where_at(const char *where, uow_context *context, const uow_entity *entity,
                                const char *condition, const uow_arg *args, size_t arg_count, int64_t *out_affected)
{
    uow_op *op = NULL;
    uow_status st;

    if (!polled_wanted())
        return uow_delete_where_at(where, context, entity, condition, args, arg_count, out_affected);
    st = uow_delete_where_start_at(where, context, entity, condition, args, arg_count, out_affected, &op);
    return polled_end(st, op);
}

uow_status live_execute_at(const char *where, uow_context *context, const char *sql, const uow_arg *args,
                           size_t arg_count, int64_t *out_affected)
{
    uow_op *op = NULL;
    uow_status st;

    if (!polled_wanted())
        return uow_execute_at(where, context, sql, args, arg_count, out_affected);
    st = uow_execute_start_at(where, context, sql, args, arg_count, out_affected, &op);
    return polled_end(st, op);
}

uow_status live_call_at(const char *where, uow_context *context, const char *name, const uow_arg *args,
                        size_t arg_count, uow_result *results, size_t result_count)
{
    uow_op *op = NULL;
    uow_status st;

    if (!polled_wanted())
        return uow_call_at(where, context, name, args, arg_count, results, result_count);
    st = uow_call_start_at(where, context, name, args, arg_count, results, result_count, &op);
    return polled_end(st, op);
}

uow_status live_statement_prepare_at(const char *where, uow_context *context, const char *sql,
                                     uow_statement **out_statement)
{
    uow_op *op = NULL;
    uow_status st;

    if (!polled_wanted())
        return uow_statement_prepare_at(where, context, sql, out_statement);
    st = uow_statement_prepare_start_at(where, context, sql, out_statement, &op);
    return polled_end(st, op);
}

uow_status live_statement_execute_at(const char *where, uow_statement *statement, const uow_arg *args,
                                     size_t arg_count, int64_t *out_affected)
{
    uow_op *op = NULL;
    uow_status st;

    if (!polled_wanted())
        return uow_statement_execute_at(where, statement, args, arg_count, out_affected);
    st = uow_statement_execute_start_at(where, statement, args, arg_count, out_affected, &op);
    return polled_end(st, op);
}

uow_status live_find_at(const char *where, uow_context *context, const uow_entity *entity, uow_key key,
                        void **out_instance)
{
    uow_op *op = NULL;
    uow_status st;

    if (!polled_wanted())
        return uow_find_at(where, context, entity, key, out_instance);
    st = uow_find_start_at(where, context, entity, key, out_instance, &op);
    return polled_end(st, op);
}

uow_status live_save_at(const char *where, uow_context *context, size_t *out_saved)
{
    uow_op *op = NULL;
    uow_status st;

    if (!polled_wanted())
        return uow_save_at(where, context, out_saved);
    st = uow_save_start_at(where, context, out_saved, &op);
    return polled_end(st, op);
}

uow_status live_save_with_at(const char *where, uow_context *context, const uow_save_options *options,
                             size_t *out_saved)
{
    uow_op *op = NULL;
    uow_status st;

    if (!polled_wanted())
        return uow_save_with_at(where, context, options, out_saved);
    st = uow_save_with_start_at(where, context, options, out_saved, &op);
    return polled_end(st, op);
}

uow_status live_commit_at(const char *where, uow_context *context)
{
    uow_op *op = NULL;
    uow_status st;

    if (!polled_wanted())
        return uow_commit_at(where, context);
    st = uow_commit_start_at(where, context, &op);
    return polled_end(st, op);
}

uow_status live_rollback_at(const char *where, uow_context *context)
{
    uow_op *op = NULL;
    uow_status st;

    if (!polled_wanted())
        return uow_rollback_at(where, context);
    st = uow_rollback_start_at(where, context, &op);
    return polled_end(st, op);
}

uow_status live_cursor_open_at(const char *where, uow_context *context, const uow_entity *entity,
                               const char *condition, const uow_arg *args, size_t arg_count,
                               const uow_query_options *options, uow_cursor **out_cursor)
{
    uow_op *op = NULL;
    uow_status st;

    if (!polled_wanted())
        return uow_cursor_open_at(where, context, entity, condition, args, arg_count, options, out_cursor);
    st = uow_cursor_open_start_at(where, context, entity, condition, args, arg_count, options, out_cursor, &op);
    return polled_end(st, op);
}

uow_status live_database_at(const char *where, uow_context *context, const void *instance, void *out_values)
{
    uow_op *op = NULL;
    uow_status st;

    if (!polled_wanted())
        return uow_database_at(where, context, instance, out_values);
    st = uow_database_start_at(where, context, instance, out_values, &op);
    return polled_end(st, op);
}

uow_status live_refresh_at(const char *where, uow_context *context, void *const *instances, size_t count)
{
    uow_op *op = NULL;
    uow_status st;

    if (!polled_wanted())
        return uow_refresh_at(where, context, instances, count);
    st = uow_refresh_start_at(where, context, instances, count, &op);
    return polled_end(st, op);
}

uow_status live_resolve_at(const char *where, uow_context *context, void *instance, uow_resolution resolution)
{
    uow_op *op = NULL;
    uow_status st;

    if (!polled_wanted())
        return uow_resolve_at(where, context, instance, resolution);
    st = uow_resolve_start_at(where, context, instance, resolution, &op);
    return polled_end(st, op);
}

uow_status live_load_collection_at(const char *where, uow_context *context, void *const *principals, size_t count,
                                   const uow_entity *dependent, const char *column, uow_list **out_list)
{
    uow_op *op = NULL;
    uow_status st;

    if (!polled_wanted())
        return uow_load_collection_at(where, context, principals, count, dependent, column, out_list);
    st = uow_load_collection_start_at(where, context, principals, count, dependent, column, out_list, &op);
    return polled_end(st, op);
}

uow_status live_load_reference_at(const char *where, uow_context *context, void *const *dependents, size_t count,
                                  const char *column, uow_list **out_list)
{
    uow_op *op = NULL;
    uow_status st;

    if (!polled_wanted())
        return uow_load_reference_at(where, context, dependents, count, column, out_list);
    st = uow_load_reference_start_at(where, context, dependents, count, column, out_list, &op);
    return polled_end(st, op);
}

uow_status live_rows_open_at(const char *where, uow_context *context, const char *sql, const uow_arg *args,
                             size_t arg_count, uow_rows **out_rows)
{
    uow_op *op = NULL;
    uow_status st;

    if (!polled_wanted())
        return uow_rows_open_at(where, context, sql, args, arg_count, out_rows);
    st = uow_rows_open_start_at(where, context, sql, args, arg_count, out_rows, &op);
    return polled_end(st, op);
}

uow_status live_upsert_at(const char *where, uow_context *context, const uow_entity *entity, const void *rows,
                          size_t count, const uow_upsert_options *options, int64_t *out_affected)
{
    uow_op *op = NULL;
    uow_status st;

    if (!polled_wanted())
        return uow_upsert_at(where, context, entity, rows, count, options, out_affected);
    st = uow_upsert_start_at(where, context, entity, rows, count, options, out_affected, &op);
    return polled_end(st, op);
}

uow_status live_statement_query_at(const char *where, uow_statement *statement, const uow_entity *entity,
                                   const uow_arg *args, size_t arg_count, const uow_query_options *options,
                                   uow_list **out_list)
{
    uow_op *op = NULL;
    uow_status st;

    if (!polled_wanted())
        return uow_statement_query_at(where, statement, entity, args, arg_count, options, out_list);
    st = uow_statement_query_start_at(where, statement, entity, args, arg_count, options, out_list, &op);
    return polled_end(st, op);
}

uow_status live_begin_at(const char *where, uow_context *context, const uow_unit_options *options)
{
    uow_op *op = NULL;
    uow_status st;

    if (!polled_wanted())
        return uow_begin_at(where, context, options);
    st = uow_begin_start_at(where, context, options, &op);
    return polled_end(st, op);
}

uow_status live_cursor_next(uow_cursor *cursor, void **out_row)
{
    uow_op *op = NULL;
    uow_status st;

    if (!polled_wanted())
        return uow_cursor_next(cursor, out_row);
    st = uow_cursor_next_start(cursor, out_row, &op);
    return polled_end(st, op);
}

uow_status live_rows_next(uow_rows *rows)
{
    uow_op *op = NULL;
    uow_status st;

    if (!polled_wanted())
        return uow_rows_next(rows);
    st = uow_rows_next_start(rows, &op);
    return polled_end(st, op);
}

uow_status live_rows_next_result(uow_rows *rows)
{
    uow_op *op = NULL;
    uow_status st;

    if (!polled_wanted())
        return uow_rows_next_result(rows);
    st = uow_rows_next_result_start(rows, &op);
    return polled_end(st, op);
}
