#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "context/method.h"

#include "context/public_entry.h"

bool uowi_method_keeps(const uowi_method *method, uow_status st)
{
    if (method->flags & UOWI_METHOD_HELD)
        return true;
    return st == UOW_OK && (uowi_calls[method->call].does & (UOWI_CALL_HOLDS | UOWI_CALL_CLOSES)) != 0;
}

static uow_status method_here(const uowi_method *method, const uowi_entered *entered, void *self)
{
    uow_status st = uowi_step_run(method->step, self);
    uowi_parting parting = uowi_method_part(self);

    uowi_count_tracked(&entered->context->session);
    if (uowi_method_keeps(method, st))
        (void)uowi_leave_held(entered, st);
    if ((st == UOW_OK || (method->flags & UOWI_METHOD_ALWAYS)) && method->deliver)
        method->deliver(self);
    if (!uowi_method_keeps(method, st))
        st = uowi_leave(entered, st);
    uowi_method_tell(&parting);
    return st;
}

uow_status uowi_method_run(const uowi_method *method, uow_context *context, const char *where, void *self,
                           uow_op **out_op)
{
    uowi_method_head *head = self;
    uowi_entered entered;
    uow_status st = uowi_enter(context, method->call, where, &entered);

    if (st != UOW_OK)
        return st;
    head->context = context;
    head->s = &context->session;
    head->token = entered.token;
    return out_op ? uowi_op_start(method, &entered, self, out_op) : method_here(method, &entered, self);
}
