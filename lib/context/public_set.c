/* Set-based writes, upsert and the plan: arguments, guard, one worker, out. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "base/options.h"
#include "context/context.h"
#include "uow/plan.h"
#include "uow/set.h"
#include "work/planview.h"
#include "work/setbased.h"
#include "work/upsert.h"

uow_status uow_update_where_at(const char *where, uow_context *context, const uow_entity *def, const char *set,
                               const char *condition, const uow_arg *args, size_t arg_count, int64_t *out_affected)
{
    uowi_entered in;
    const uowi_entity *entity;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_UPDATE_WHERE, where, &in);

    if (st != UOW_OK)
        return st;
    entity = uowi_set_entity(&context->session, def);
    if (!entity)
        st = UOW_MISUSE;
    else if (!set)
        st = uowi_error_set(&context->session.error, UOW_MISUSE, "the set text is NULL");
    else
        st = uowi_set_where(&context->session, entity, set, condition, args, arg_count, out_affected);
    return uowi_leave(&in, st);
}

uow_status uow_delete_where_at(const char *where, uow_context *context, const uow_entity *def, const char *condition,
                               const uow_arg *args, size_t arg_count, int64_t *out_affected)
{
    uowi_entered in;
    const uowi_entity *entity;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_DELETE_WHERE, where, &in);

    if (st != UOW_OK)
        return st;
    entity = uowi_set_entity(&context->session, def);
    st = entity ? uowi_set_where(&context->session, entity, NULL, condition, args, arg_count, out_affected)
                : UOW_MISUSE;
    return uowi_leave(&in, st);
}

static uow_status upsert_rows(uowi_session *s, const uow_entity *def, const void *rows, size_t count,
                              const uow_upsert_options *given, int64_t *out_affected)
{
    const uowi_entity *entity = uowi_set_entity(s, def);
    uow_upsert_options options = UOW_UPSERT_OPTIONS_INIT;

    if (!entity)
        return UOW_MISUSE;
    if (!rows && count > 0)
        return uowi_error_set(&s->error, UOW_MISUSE, "%zu rows were announced, but the array is NULL", count);
    if (given && !uowi_options_copy(&options, sizeof options, given, given->struct_size))
        return uowi_error_set(&s->error, UOW_MISUSE, "the options have a wrong struct_size, or are of a newer library");
    return uowi_upsert(s, entity, rows, count, &options, out_affected);
}

uow_status uow_upsert_at(const char *where, uow_context *context, const uow_entity *entity, const void *rows,
                         size_t count, const uow_upsert_options *options, int64_t *out_affected)
{
    uowi_entered in;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_UPSERT, where, &in);

    if (st != UOW_OK)
        return st;
    st = upsert_rows(&context->session, entity, rows, count, options, out_affected);
    return uowi_leave(&in, st);
}

uow_status uow_plan_at(const char *where, uow_context *context, uow_write_fn write, void *user)
{
    uowi_entered in;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_PLAN, where, &in);

    if (st != UOW_OK)
        return st;
    st = write ? uowi_planview(&context->session, write, user)
               : uowi_error_set(&context->session.error, UOW_MISUSE, "write is NULL");
    return uowi_leave(&in, st);
}
