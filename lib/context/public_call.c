#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "uow/procedure.h"

#include "context/context.h"
#include "context/public_entry.h"
#include "work/call.h"
#include "work/verify.h"

uow_status uow_call_at(const char *where, uow_context *context, const char *name, const uow_arg *args, size_t arg_count,
                       uow_result *results, size_t result_count)
{
    uowi_entered in;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_CALL, where, &in);

    if (st != UOW_OK)
        return st;
    st = uowi_call_procedure(&context->session, name, args, arg_count, results, result_count);
    uowi_count_tracked(&context->session);
    return uowi_leave(&in, st);
}

uow_status uow_model_verify_at(const char *where, uow_context *context)
{
    uowi_entered in;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_MODEL_VERIFY, where, &in);

    return st == UOW_OK ? uowi_leave(&in, uowi_verify(&context->session)) : st;
}
