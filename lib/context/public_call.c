#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "uow/procedure.h"

#include <string.h>

#include "context/method.h"
#include "context/public_entry.h"
#include "flow/step.h"
#include "work/call.h"
#include "work/verify.h"

typedef struct procedure_call {
    uowi_method_head head;
    const char *name;
    const uow_arg *args;
    size_t arg_count;
    uow_result *results;
    size_t result_count;
    uowi_call_op op;
} procedure_call;

static uow_status procedure_step(void *self)
{
    procedure_call *call = self;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(call->head.at);
    uowi_call_init(&call->op, call->head.s, call->name, call->args, call->arg_count, call->results, call->result_count);
    UOWI_AWAIT(call->head.at, st, uowi_call_step(&call->op));
    uowi_count_tracked(call->head.s);
    UOWI_STEP_END
    return st;
}

static void procedure_deliver(void *self)
{
    uowi_call_deliver(&((procedure_call *)self)->op);
}

static void procedure_discard(void *self)
{
    uowi_call_discard(&((procedure_call *)self)->op);
}

static uow_status procedure_run(const char *where, uow_context *context, const char *name, const uow_arg *args,
                                size_t arg_count, uow_result *results, size_t result_count, uow_op **out_op)
{
    static const uowi_method method = {UOWI_CALL_ID_CALL, sizeof(procedure_call), procedure_step, procedure_deliver,
                                       procedure_discard, 0};
    procedure_call call;

    memset(&call, 0, sizeof call);
    call.name = name;
    call.args = args;
    call.arg_count = arg_count;
    call.results = results;
    call.result_count = result_count;
    return uowi_method_run(&method, context, where, &call, out_op);
}

uow_status uow_call_at(const char *where, uow_context *context, const char *name, const uow_arg *args, size_t arg_count,
                       uow_result *results, size_t result_count)
{
    return procedure_run(where, context, name, args, arg_count, results, result_count, NULL);
}

uow_status uow_call_start_at(const char *where, uow_context *context, const char *name, const uow_arg *args,
                             size_t arg_count, uow_result *results, size_t result_count, uow_op **out_op)
{
    return out_op ? procedure_run(where, context, name, args, arg_count, results, result_count, out_op) : UOW_MISUSE;
}

typedef struct verify_call {
    uowi_method_head head;
    uowi_verify work;
} verify_call;

static uow_status verify_step(void *self)
{
    verify_call *call = self;

    call->work.s = call->head.s;
    return uowi_verify_step(&call->work);
}

static uow_status verify_run(const char *where, uow_context *context, uow_op **out_op)
{
    static const uowi_method method = {UOWI_CALL_ID_MODEL_VERIFY, sizeof(verify_call), verify_step, NULL, NULL, 0};
    verify_call call;

    memset(&call, 0, sizeof call);
    return uowi_method_run(&method, context, where, &call, out_op);
}

uow_status uow_model_verify_at(const char *where, uow_context *context)
{
    return verify_run(where, context, NULL);
}

uow_status uow_model_verify_start_at(const char *where, uow_context *context, uow_op **out_op)
{
    return out_op ? verify_run(where, context, out_op) : UOW_MISUSE;
}
