#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "uow/statement.h"

#include <string.h>

#include "context/method.h"
#include "context/public_query.h"
#include "flow/step.h"
#include "work/execute.h"

#define STATEMENT_MAGIC 0x756f7773u

/*
 * The text is what a statement is: the prepared handle behind it lives in the
 * context's cache, pinned there as the most recently used of its text.
 */
struct uow_statement {
    _Atomic uint32_t magic;
    _Atomic uint32_t users; /* its owner, until it is freed, and the calls that are inside */
    uow_context *context;
    char *sql;
};

typedef struct execute_call {
    uowi_method_head head;
    const char *sql;
    const uow_arg *args;
    size_t arg_count;
    int64_t *out_affected;
    uowi_execute execute;
} execute_call;

static uow_status execute_step(void *self)
{
    execute_call *call = self;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(call->head.at);
    uowi_execute_init(&call->execute, call->head.s, call->sql, call->args, call->arg_count);
    UOWI_AWAIT(call->head.at, st, uowi_execute_step(&call->execute));
    UOWI_STEP_END
    return st;
}

static void execute_deliver(void *self)
{
    execute_call *call = self;

    if (call->out_affected)
        *call->out_affected = call->execute.affected;
}

static const uowi_method execute_method = {UOWI_CALL_ID_EXECUTE, sizeof(execute_call), execute_step, execute_deliver,
                                           NULL, 0};
static const uowi_method statement_execute_method = {UOWI_CALL_ID_STATEMENT_EXECUTE, sizeof(execute_call),
                                                     execute_step, execute_deliver, NULL, 0};

static uow_status execute_run(const uowi_method *method, const char *where, uow_context *context, const char *sql,
                              const uow_arg *args, size_t arg_count, int64_t *out_affected, uow_op **out_op)
{
    execute_call call;

    memset(&call, 0, sizeof call);
    call.sql = sql;
    call.args = args;
    call.arg_count = arg_count;
    call.out_affected = out_affected;
    return uowi_method_run(method, context, where, &call, out_op);
}

uow_status uow_execute_at(const char *where, uow_context *context, const char *sql, const uow_arg *args,
                          size_t arg_count, int64_t *out_affected)
{
    return execute_run(&execute_method, where, context, sql, args, arg_count, out_affected, NULL);
}

uow_status uow_execute_start_at(const char *where, uow_context *context, const char *sql, const uow_arg *args,
                                size_t arg_count, int64_t *out_affected, uow_op **out_op)
{
    return out_op ? execute_run(&execute_method, where, context, sql, args, arg_count, out_affected, out_op)
                  : UOW_MISUSE;
}

typedef struct prepare_call {
    uowi_method_head head;
    const char *sql;
    uow_statement **out_statement;
    uow_statement *statement; /* the answer, not yet handed over */
    uowi_prepare prepare;
} prepare_call;

/* Made first, so that nothing can fail once the database has prepared the text. */
static uow_status prepare_check(prepare_call *call)
{
    uowi_session *s = call->head.s;
    uow_statement *statement;

    if (!call->sql || !call->out_statement)
        return uowi_error_set(&s->error, UOW_MISUSE, "%s is NULL", call->sql ? "out_statement" : "the statement");
    statement = uowi_zalloc(s->mem, sizeof *statement);
    if (!statement)
        return uowi_error_no_memory(&s->error);
    atomic_init(&statement->magic, STATEMENT_MAGIC);
    atomic_init(&statement->users, 1);
    statement->context = call->head.context;
    statement->sql = uowi_strdup(s->mem, call->sql);
    call->statement = statement;
    call->prepare.s = s;
    call->prepare.sql = call->sql;
    return statement->sql ? UOW_OK : uowi_error_no_memory(&s->error);
}

static void prepare_discard(void *self)
{
    prepare_call *call = self;

    uow_statement_free(call->statement);
    call->statement = NULL;
}

static uow_status prepare_step(void *self)
{
    prepare_call *call = self;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(call->head.at);
    st = prepare_check(call);
    if (st == UOW_OK)
        UOWI_AWAIT(call->head.at, st, uowi_prepare_step(&call->prepare));
    if (st != UOW_OK)
        prepare_discard(call);
    UOWI_STEP_END
    return st;
}

static void prepare_deliver(void *self)
{
    prepare_call *call = self;

    *call->out_statement = call->statement;
}

static uow_status prepare_run(const char *where, uow_context *context, const char *sql, uow_statement **out_statement,
                              uow_op **out_op)
{
    static const uowi_method method = {UOWI_CALL_ID_STATEMENT_PREPARE, sizeof(prepare_call), prepare_step,
                                       prepare_deliver, prepare_discard, 0};
    prepare_call call;

    memset(&call, 0, sizeof call);
    call.sql = sql;
    call.out_statement = out_statement;
    return uowi_method_run(&method, context, where, &call, out_op);
}

uow_status uow_statement_prepare_at(const char *where, uow_context *context, const char *sql,
                                    uow_statement **out_statement)
{
    return prepare_run(where, context, sql, out_statement, NULL);
}

uow_status uow_statement_prepare_start_at(const char *where, uow_context *context, const char *sql,
                                          uow_statement **out_statement, uow_op **out_op)
{
    return out_op ? prepare_run(where, context, sql, out_statement, out_op) : UOW_MISUSE;
}

/* Freed while another thread runs it, a statement lives until that call is over. */
static bool statement_use(uow_statement *statement)
{
    if (!statement || atomic_load(&statement->magic) != STATEMENT_MAGIC)
        return false;
    atomic_fetch_add(&statement->users, 1);
    return true;
}

static void statement_done(uow_statement *statement)
{
    uowi_mem *mem = &statement->context->env->mem;

    if (atomic_fetch_sub(&statement->users, 1) != 1)
        return;
    uowi_strfree(mem, statement->sql);
    uowi_free(mem, statement, sizeof *statement);
}

/* The text is copied where the call outlives this function. */
static uow_status statement_execute(const char *where, uow_statement *statement, const uow_arg *args, size_t arg_count,
                                    int64_t *out_affected, uow_op **out_op)
{
    uow_status st;

    if (!statement_use(statement))
        return UOW_MISUSE;
    st = execute_run(&statement_execute_method, where, statement->context, statement->sql, args, arg_count,
                     out_affected, out_op);
    statement_done(statement);
    return st;
}

static uow_status statement_query(const char *where, uow_statement *statement, const uow_entity *entity,
                                  const uow_arg *args, size_t arg_count, const uow_query_options *options,
                                  uow_list **out_list, uow_op **out_op)
{
    uow_status st;

    if (!statement_use(statement))
        return UOW_MISUSE;
    st = uowi_statement_query(where, statement->context, entity, statement->sql, args, arg_count, options, out_list,
                              out_op);
    statement_done(statement);
    return st;
}

uow_status uow_statement_execute_at(const char *where, uow_statement *statement, const uow_arg *args,
                                    size_t arg_count, int64_t *out_affected)
{
    return statement_execute(where, statement, args, arg_count, out_affected, NULL);
}

uow_status uow_statement_execute_start_at(const char *where, uow_statement *statement, const uow_arg *args,
                                          size_t arg_count, int64_t *out_affected, uow_op **out_op)
{
    return out_op ? statement_execute(where, statement, args, arg_count, out_affected, out_op) : UOW_MISUSE;
}

uow_status uow_statement_query_at(const char *where, uow_statement *statement, const uow_entity *entity,
                                  const uow_arg *args, size_t arg_count, const uow_query_options *options,
                                  uow_list **out_list)
{
    return statement_query(where, statement, entity, args, arg_count, options, out_list, NULL);
}

uow_status uow_statement_query_start_at(const char *where, uow_statement *statement, const uow_entity *entity,
                                        const uow_arg *args, size_t arg_count, const uow_query_options *options,
                                        uow_list **out_list, uow_op **out_op)
{
    return out_op ? statement_query(where, statement, entity, args, arg_count, options, out_list, out_op) : UOW_MISUSE;
}

void uow_statement_free(uow_statement *statement)
{
    uint32_t alive = STATEMENT_MAGIC;

    if (statement && atomic_compare_exchange_strong(&statement->magic, &alive, 0))
        statement_done(statement);
}
