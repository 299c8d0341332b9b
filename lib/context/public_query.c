#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "context/public_query.h"

#include "context/public_entry.h"

#include <string.h>

#include "work/sqlgen.h"

uow_status uowi_select_make(uowi_session *s, const uow_entity *def, const char *condition, const char *sql,
                            const uow_arg *args, size_t arg_count, const uow_query_options *options,
                            const void *out, uowi_select *select)
{
    memset(select, 0, sizeof *select);
    select->entity = uowi_session_entity(s, def);
    select->condition = condition;
    select->sql = sql;
    select->args = args;
    select->arg_count = arg_count;
    if (!select->entity)
        return UOW_MISUSE;
    if (!out)
        return uowi_error_set(&s->error, UOW_MISUSE, "the place for the result is NULL");
    if (uowi_query_options(s, options, &select->options) != UOW_OK)
        return UOW_MISUSE;
    return uowi_sql_condition_check(s, condition);
}

uow_status uow_query_at(const char *where, uow_context *context, const uow_entity *entity, const char *condition,
                        const uow_arg *args, size_t arg_count, const uow_query_options *options, uow_list **out_list)
{
    uowi_entered in;
    uowi_select select;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_QUERY, where, &in);

    if (st != UOW_OK)
        return st;
    st = uowi_select_make(&context->session, entity, condition, NULL, args, arg_count, options, out_list, &select);
    if (st == UOW_OK)
        st = uowi_query_list(&context->session, &select, out_list);
    uowi_count_tracked(&context->session);
    return uowi_leave(&in, st);
}

uow_status uow_query_sql_at(const char *where, uow_context *context, const uow_entity *entity, const char *sql,
                            const uow_arg *args, size_t arg_count, const uow_query_options *options,
                            uow_list **out_list)
{
    uowi_entered in;
    uowi_select select;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_QUERY_SQL, where, &in);

    if (st != UOW_OK)
        return st;
    st = uowi_select_make(&context->session, entity, NULL, sql, args, arg_count, options, out_list, &select);
    if (st == UOW_OK && !sql)
        st = uowi_error_set(&context->session.error, UOW_MISUSE, "the statement is NULL");
    if (st == UOW_OK && (select.options.limit || select.options.offset))
        st = uowi_error_set(&context->session.error, UOW_MISUSE,
                            "limit and offset cannot be added to a statement of the program's: write them into it");
    if (st == UOW_OK)
        st = uowi_query_list(&context->session, &select, out_list);
    uowi_count_tracked(&context->session);
    return uowi_leave(&in, st);
}

/* First and single: one tracked row. */
static uow_status query_one(const char *where, uowi_call call, uow_context *context, const uow_entity *entity,
                            const char *condition, const uow_arg *args, size_t arg_count, bool only,
                            void **out_instance)
{
    uowi_entered in;
    uowi_select select;
    uow_status st = uowi_enter(context, call, where, &in);

    if (st != UOW_OK)
        return st;
    st = uowi_select_make(&context->session, entity, condition, NULL, args, arg_count, NULL, out_instance, &select);
    if (st == UOW_OK)
        st = uowi_query_one(&context->session, &select, only, out_instance);
    uowi_count_tracked(&context->session);
    return uowi_leave(&in, st);
}

uow_status uow_first_at(const char *where, uow_context *context, const uow_entity *entity, const char *condition,
                        const uow_arg *args, size_t arg_count, void **out_instance)
{
    return query_one(where, UOWI_CALL_ID_FIRST, context, entity, condition, args, arg_count, false, out_instance);
}

uow_status uow_single_at(const char *where, uow_context *context, const uow_entity *entity, const char *condition,
                         const uow_arg *args, size_t arg_count, void **out_instance)
{
    return query_one(where, UOWI_CALL_ID_SINGLE, context, entity, condition, args, arg_count, true, out_instance);
}

uow_status uow_count_at(const char *where, uow_context *context, const uow_entity *entity, const char *condition,
                        const uow_arg *args, size_t arg_count, int64_t *out_count)
{
    uowi_entered in;
    uowi_select select;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_COUNT, where, &in);

    if (st != UOW_OK)
        return st;
    st = uowi_select_make(&context->session, entity, condition, NULL, args, arg_count, NULL, out_count, &select);
    if (st == UOW_OK)
        st = uowi_query_count(&context->session, &select, out_count);
    return uowi_leave(&in, st);
}

uow_status uow_exists_at(const char *where, uow_context *context, const uow_entity *entity, const char *condition,
                         const uow_arg *args, size_t arg_count, int *out_exists)
{
    uowi_entered in;
    uowi_select select;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_EXISTS, where, &in);

    if (st != UOW_OK)
        return st;
    st = uowi_select_make(&context->session, entity, condition, NULL, args, arg_count, NULL, out_exists, &select);
    if (st == UOW_OK)
        st = uowi_query_exists(&context->session, &select, out_exists);
    return uowi_leave(&in, st);
}
