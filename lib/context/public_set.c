/* Set-based writes, upsert and the plan: arguments, guard, one worker, out. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "base/options.h"
#include "context/method.h"
#include "uow/plan.h"
#include "uow/set.h"
#include "work/planview.h"
#include "work/setbased.h"
#include "work/upsert.h"

typedef struct set_call {
    uowi_method_head head;
    const uow_entity *def;
    bool updates;
    int64_t *out_affected;
    uowi_set_where where;
} set_call;

static uow_status set_check(set_call *call)
{
    uowi_session *s = call->head.s;

    call->where.s = s;
    call->where.entity = uowi_set_entity(s, call->def);
    if (!call->where.entity)
        return UOW_MISUSE;
    if (call->updates && !call->where.set)
        return uowi_error_set(&s->error, UOW_MISUSE, "the set text is NULL");
    return UOW_OK;
}

static uow_status set_step(void *self)
{
    set_call *call = self;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(call->head.at);
    st = set_check(call);
    if (st == UOW_OK)
        UOWI_AWAIT(call->head.at, st, uowi_set_where_step(&call->where));
    UOWI_STEP_END
    return st;
}

static void set_deliver(void *self)
{
    set_call *call = self;

    if (call->out_affected)
        *call->out_affected = call->where.execute.affected;
}

static const uowi_method update_method = {UOWI_CALL_ID_UPDATE_WHERE, sizeof(set_call), set_step, set_deliver, NULL, 0};
static const uowi_method delete_method = {UOWI_CALL_ID_DELETE_WHERE, sizeof(set_call), set_step, set_deliver, NULL, 0};

static set_call set_call_of(const uow_entity *def, const char *condition, const uow_arg *args, size_t arg_count,
                            int64_t *out_affected)
{
    set_call call;

    memset(&call, 0, sizeof call);
    call.def = def;
    call.where.condition = condition;
    call.where.args = args;
    call.where.arg_count = arg_count;
    call.out_affected = out_affected;
    return call;
}

static uow_status set_update(const char *where, uow_context *context, const uow_entity *def, const char *set,
                             const char *condition, const uow_arg *args, size_t arg_count, int64_t *out_affected,
                             uow_op **out_op)
{
    set_call call = set_call_of(def, condition, args, arg_count, out_affected);

    call.updates = true;
    call.where.set = set;
    return uowi_method_run(&update_method, context, where, &call, out_op);
}

uow_status uow_update_where_at(const char *where, uow_context *context, const uow_entity *def, const char *set,
                               const char *condition, const uow_arg *args, size_t arg_count, int64_t *out_affected)
{
    return set_update(where, context, def, set, condition, args, arg_count, out_affected, NULL);
}

uow_status uow_update_where_start_at(const char *where, uow_context *context, const uow_entity *def, const char *set,
                                     const char *condition, const uow_arg *args, size_t arg_count,
                                     int64_t *out_affected, uow_op **out_op)
{
    return out_op ? set_update(where, context, def, set, condition, args, arg_count, out_affected, out_op)
                  : UOW_MISUSE;
}

uow_status uow_delete_where_at(const char *where, uow_context *context, const uow_entity *def, const char *condition,
                               const uow_arg *args, size_t arg_count, int64_t *out_affected)
{
    set_call call = set_call_of(def, condition, args, arg_count, out_affected);

    return uowi_method_run(&delete_method, context, where, &call, NULL);
}

uow_status uow_delete_where_start_at(const char *where, uow_context *context, const uow_entity *def,
                                     const char *condition, const uow_arg *args, size_t arg_count,
                                     int64_t *out_affected, uow_op **out_op)
{
    set_call call = set_call_of(def, condition, args, arg_count, out_affected);

    return out_op ? uowi_method_run(&delete_method, context, where, &call, out_op) : UOW_MISUSE;
}

typedef struct upsert_call {
    uowi_method_head head;
    const uow_entity *def;
    const void *rows;
    size_t count;
    const uow_upsert_options *given;
    int64_t *out_affected;
    uowi_upsert_work work;
} upsert_call;

static uow_status upsert_check(upsert_call *call)
{
    uowi_session *s = call->head.s;
    const uowi_entity *entity = uowi_set_entity(s, call->def);
    const uow_upsert_options *given = call->given;
    uow_upsert_options options = UOW_UPSERT_OPTIONS_INIT;

    if (!entity)
        return UOW_MISUSE;
    if (!call->rows && call->count > 0)
        return uowi_error_set(&s->error, UOW_MISUSE, "%zu rows were announced, but the array is NULL", call->count);
    if (given && !uowi_options_copy(&options, sizeof options, given, given->struct_size))
        return uowi_error_set(&s->error, UOW_MISUSE, "the options have a wrong struct_size, or are of a newer library");
    return uowi_upsert_start(&call->work, s, entity, call->rows, call->count, &options);
}

static uow_status upsert_step(void *self)
{
    upsert_call *call = self;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(call->head.at);
    st = upsert_check(call);
    if (st == UOW_OK)
        UOWI_AWAIT(call->head.at, st, uowi_upsert_step(&call->work));
    UOWI_STEP_END
    return st;
}

static void upsert_deliver(void *self)
{
    upsert_call *call = self;

    if (call->out_affected)
        *call->out_affected = call->work.affected;
}

static uow_status upsert_run(const char *where, uow_context *context, const uow_entity *entity, const void *rows,
                             size_t count, const uow_upsert_options *options, int64_t *out_affected, uow_op **out_op)
{
    static const uowi_method method = {UOWI_CALL_ID_UPSERT, sizeof(upsert_call), upsert_step, upsert_deliver, NULL, 0};
    upsert_call call;

    memset(&call, 0, sizeof call);
    call.def = entity;
    call.rows = rows;
    call.count = count;
    call.given = options;
    call.out_affected = out_affected;
    return uowi_method_run(&method, context, where, &call, out_op);
}

uow_status uow_upsert_at(const char *where, uow_context *context, const uow_entity *entity, const void *rows,
                         size_t count, const uow_upsert_options *options, int64_t *out_affected)
{
    return upsert_run(where, context, entity, rows, count, options, out_affected, NULL);
}

uow_status uow_upsert_start_at(const char *where, uow_context *context, const uow_entity *entity, const void *rows,
                               size_t count, const uow_upsert_options *options, int64_t *out_affected, uow_op **out_op)
{
    return out_op ? upsert_run(where, context, entity, rows, count, options, out_affected, out_op) : UOW_MISUSE;
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
