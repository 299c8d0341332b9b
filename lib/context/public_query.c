#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "context/public_query.h"

#include <string.h>

#include "context/method.h"
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
    if (uowi_sql_condition_check(s, condition) == UOW_OK)
        return UOW_OK;
    uowi_error_entity(&s->error, select->entity->name);
    return UOW_MISUSE;
}

/* Every query: what the program gave, and one of two ways to read. */
typedef struct query_call {
    uowi_method_head head;
    const uow_entity *def;
    const char *condition;
    const char *sql;
    const uow_arg *args;
    size_t arg_count;
    const uow_query_options *options;
    void *out;
    union {
        uowi_query query;
        uowi_count_rows count;
    } op;
} query_call;

static uow_status query_select(query_call *call, uowi_select *select)
{
    return uowi_select_make(call->head.s, call->def, call->condition, call->sql, call->args, call->arg_count,
                            call->options, call->out, select);
}

static uow_status query_check(query_call *call, uowi_answer_kind kind)
{
    uowi_query *query = &call->op.query;

    query->s = call->head.s;
    query->kind = kind;
    return query_select(call, &query->select);
}

static uow_status query_step(void *self)
{
    query_call *call = self;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(call->head.at);
    st = query_check(call, UOWI_QUERY_LIST);
    if (st == UOW_OK)
        UOWI_AWAIT(call->head.at, st, uowi_query_step(&call->op.query));
    UOWI_STEP_END
    return st;
}

static uow_status query_sql_check(query_call *call)
{
    uow_error *error = &call->head.s->error;
    uow_status st = query_check(call, UOWI_QUERY_LIST);
    const uow_query_options *options = &call->op.query.select.options;

    if (st == UOW_OK && !call->sql)
        return uowi_error_set(error, UOW_MISUSE, "the statement is NULL");
    if (st == UOW_OK && (options->limit || options->offset))
        return uowi_error_set(error, UOW_MISUSE,
                              "limit and offset cannot be added to a statement of the program's: write them into it");
    return st;
}

static uow_status query_sql_step(void *self)
{
    query_call *call = self;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(call->head.at);
    st = query_sql_check(call);
    if (st == UOW_OK)
        UOWI_AWAIT(call->head.at, st, uowi_query_step(&call->op.query));
    UOWI_STEP_END
    return st;
}

static void query_deliver(void *self)
{
    query_call *call = self;

    *(uow_list **)call->out = call->op.query.list;
}

static void query_discard(void *self)
{
    query_call *call = self;

    uow_list_free(call->op.query.list);
}

static uow_status first_step(void *self)
{
    query_call *call = self;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(call->head.at);
    st = query_check(call, UOWI_QUERY_FIRST);
    if (st == UOW_OK)
        UOWI_AWAIT(call->head.at, st, uowi_query_step(&call->op.query));
    UOWI_STEP_END
    return st;
}

static uow_status single_step(void *self)
{
    query_call *call = self;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(call->head.at);
    st = query_check(call, UOWI_QUERY_SINGLE);
    if (st == UOW_OK)
        UOWI_AWAIT(call->head.at, st, uowi_query_step(&call->op.query));
    UOWI_STEP_END
    return st;
}

static void one_deliver(void *self)
{
    query_call *call = self;

    *(void **)call->out = call->op.query.instance;
}

static uow_status count_check(query_call *call, uint64_t limit)
{
    uowi_count_rows *count = &call->op.count;
    uow_status st;

    count->s = call->head.s;
    st = query_select(call, &count->select);
    if (limit)
        count->select.options.limit = limit;
    return st;
}

static uow_status count_step(void *self)
{
    query_call *call = self;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(call->head.at);
    st = count_check(call, 0);
    if (st == UOW_OK)
        UOWI_AWAIT(call->head.at, st, uowi_count_step(&call->op.count));
    UOWI_STEP_END
    return st;
}

static uow_status exists_step(void *self)
{
    query_call *call = self;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(call->head.at);
    st = count_check(call, 1);
    if (st == UOW_OK)
        UOWI_AWAIT(call->head.at, st, uowi_count_step(&call->op.count));
    UOWI_STEP_END
    return st;
}

static void count_deliver(void *self)
{
    query_call *call = self;

    *(int64_t *)call->out = call->op.count.count;
}

static void exists_deliver(void *self)
{
    query_call *call = self;

    *(int *)call->out = call->op.count.count > 0;
}

#define QUERY_METHOD(id, step, deliver, discard) {UOWI_CALL_ID_##id, sizeof(query_call), step, deliver, discard, 0}
static const uowi_method query_method = QUERY_METHOD(QUERY, query_step, query_deliver, query_discard);
static const uowi_method query_sql_method = QUERY_METHOD(QUERY_SQL, query_sql_step, query_deliver, query_discard);
static const uowi_method first_method = QUERY_METHOD(FIRST, first_step, one_deliver, NULL);
static const uowi_method single_method = QUERY_METHOD(SINGLE, single_step, one_deliver, NULL);
static const uowi_method count_method = QUERY_METHOD(COUNT, count_step, count_deliver, NULL);
static const uowi_method exists_method = QUERY_METHOD(EXISTS, exists_step, exists_deliver, NULL);
static const uowi_method statement_query_method =
    QUERY_METHOD(STATEMENT_QUERY, query_step, query_deliver, query_discard);

static query_call query_call_of(const uow_entity *entity, const char *condition, const char *sql, const uow_arg *args,
                                size_t arg_count, const uow_query_options *options, void *out)
{
    query_call call;

    memset(&call, 0, sizeof call);
    call.def = entity;
    call.condition = condition;
    call.sql = sql;
    call.args = args;
    call.arg_count = arg_count;
    call.options = options;
    call.out = out;
    return call;
}

uow_status uow_query_at(const char *where, uow_context *context, const uow_entity *entity, const char *condition,
                        const uow_arg *args, size_t arg_count, const uow_query_options *options, uow_list **out_list)
{
    query_call call = query_call_of(entity, condition, NULL, args, arg_count, options, out_list);

    return uowi_method_run(&query_method, context, where, &call, NULL);
}

uow_status uow_query_start_at(const char *where, uow_context *context, const uow_entity *entity, const char *condition,
                              const uow_arg *args, size_t arg_count, const uow_query_options *options,
                              uow_list **out_list, uow_op **out_op)
{
    query_call call = query_call_of(entity, condition, NULL, args, arg_count, options, out_list);

    return out_op ? uowi_method_run(&query_method, context, where, &call, out_op) : UOW_MISUSE;
}

uow_status uow_query_sql_at(const char *where, uow_context *context, const uow_entity *entity, const char *sql,
                            const uow_arg *args, size_t arg_count, const uow_query_options *options,
                            uow_list **out_list)
{
    query_call call = query_call_of(entity, NULL, sql, args, arg_count, options, out_list);

    return uowi_method_run(&query_sql_method, context, where, &call, NULL);
}

uow_status uow_query_sql_start_at(const char *where, uow_context *context, const uow_entity *entity, const char *sql,
                                  const uow_arg *args, size_t arg_count, const uow_query_options *options,
                                  uow_list **out_list, uow_op **out_op)
{
    query_call call = query_call_of(entity, NULL, sql, args, arg_count, options, out_list);

    return out_op ? uowi_method_run(&query_sql_method, context, where, &call, out_op) : UOW_MISUSE;
}

uow_status uowi_statement_query(const char *where, uow_context *context, const uow_entity *entity, const char *sql,
                                const uow_arg *args, size_t arg_count, const uow_query_options *options,
                                uow_list **out_list, uow_op **out_op)
{
    query_call call = query_call_of(entity, NULL, sql, args, arg_count, options, out_list);

    return uowi_method_run(&statement_query_method, context, where, &call, out_op);
}

uow_status uow_first_at(const char *where, uow_context *context, const uow_entity *entity, const char *condition,
                        const uow_arg *args, size_t arg_count, void **out_instance)
{
    query_call call = query_call_of(entity, condition, NULL, args, arg_count, NULL, out_instance);

    return uowi_method_run(&first_method, context, where, &call, NULL);
}

uow_status uow_first_start_at(const char *where, uow_context *context, const uow_entity *entity, const char *condition,
                              const uow_arg *args, size_t arg_count, void **out_instance, uow_op **out_op)
{
    query_call call = query_call_of(entity, condition, NULL, args, arg_count, NULL, out_instance);

    return out_op ? uowi_method_run(&first_method, context, where, &call, out_op) : UOW_MISUSE;
}

uow_status uow_single_at(const char *where, uow_context *context, const uow_entity *entity, const char *condition,
                         const uow_arg *args, size_t arg_count, void **out_instance)
{
    query_call call = query_call_of(entity, condition, NULL, args, arg_count, NULL, out_instance);

    return uowi_method_run(&single_method, context, where, &call, NULL);
}

uow_status uow_single_start_at(const char *where, uow_context *context, const uow_entity *entity,
                               const char *condition, const uow_arg *args, size_t arg_count, void **out_instance,
                               uow_op **out_op)
{
    query_call call = query_call_of(entity, condition, NULL, args, arg_count, NULL, out_instance);

    return out_op ? uowi_method_run(&single_method, context, where, &call, out_op) : UOW_MISUSE;
}

uow_status uow_count_at(const char *where, uow_context *context, const uow_entity *entity, const char *condition,
                        const uow_arg *args, size_t arg_count, int64_t *out_count)
{
    query_call call = query_call_of(entity, condition, NULL, args, arg_count, NULL, out_count);

    return uowi_method_run(&count_method, context, where, &call, NULL);
}

uow_status uow_count_start_at(const char *where, uow_context *context, const uow_entity *entity, const char *condition,
                              const uow_arg *args, size_t arg_count, int64_t *out_count, uow_op **out_op)
{
    query_call call = query_call_of(entity, condition, NULL, args, arg_count, NULL, out_count);

    return out_op ? uowi_method_run(&count_method, context, where, &call, out_op) : UOW_MISUSE;
}

uow_status uow_exists_at(const char *where, uow_context *context, const uow_entity *entity, const char *condition,
                         const uow_arg *args, size_t arg_count, int *out_exists)
{
    query_call call = query_call_of(entity, condition, NULL, args, arg_count, NULL, out_exists);

    return uowi_method_run(&exists_method, context, where, &call, NULL);
}

uow_status uow_exists_start_at(const char *where, uow_context *context, const uow_entity *entity,
                               const char *condition, const uow_arg *args, size_t arg_count, int *out_exists,
                               uow_op **out_op)
{
    query_call call = query_call_of(entity, condition, NULL, args, arg_count, NULL, out_exists);

    return out_op ? uowi_method_run(&exists_method, context, where, &call, out_op) : UOW_MISUSE;
}
