#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "context/method.h"

#include "base/usual.h"
#include "context/public_entry.h"

bool uowi_method_keeps(const uowi_method *method, uow_status st)
{
    if (UOWI_RARE(method->flags & UOWI_METHOD_HELD))
        return true;
    return st == UOW_OK && UOWI_RARE((uowi_calls[method->call].does & (UOWI_CALL_HOLDS | UOWI_CALL_CLOSES)) != 0);
}

static uow_status method_here(const uowi_method *method, const uowi_entered *entered, void *self)
{
    uow_status st = uowi_step_run(method->step, self);
    uowi_parting parting = uowi_method_part(self);

    uowi_count_tracked(&entered->context->session);
    if (UOWI_RARE(uowi_method_keeps(method, st)))
        (void)uowi_leave_held(entered, st);
    if ((UOWI_USUAL(st == UOW_OK) || (method->flags & UOWI_METHOD_ALWAYS)) && UOWI_USUAL(method->deliver))
        method->deliver(self);
    if (!uowi_method_keeps(method, st))
        st = uowi_leave(entered, st);
    uowi_method_tell(&parting);
    return st;
}

/*
 * When a blocking call is to be ended that nothing else will end: UINT64_MAX: when one of its statements runs for too
 * long; 0: never, or the database sees to it. What ends a unit takes the time it needs.
 */
static uint64_t method_until(const uowi_method *method, const uow_context *context)
{
    const uowi_conn *conn = context->session.conn;
    uint64_t until;

    if (!conn || context->env->workers.most == 0 || context->engine == UOW_ENGINE_INLINE ||
        context->engine == UOW_ENGINE_NATIVE || !(uowi_calls[method->call].does & UOWI_CALL_DATABASE) ||
        method->call == UOWI_CALL_ID_COMMIT || method->call == UOWI_CALL_ID_ROLLBACK)
        return 0;
    until = uowi_conn_unit_until(conn);
    if (until == 0 && UOWI_RARE(uowi_conn_watch_ms(conn) != 0))
        until = UINT64_MAX;
    return until;
}

UOWI_HOT uow_status uowi_method_run(const uowi_method *method, uow_context *context, const char *where, void *self,
                                    uow_op **out_op)
{
    uowi_method_head *head = self;
    uowi_entered entered;
    uint64_t until;
    uow_status st = uowi_enter(context, method->call, where, &entered);

    if (st != UOW_OK)
        return st;
    head->context = context;
    head->s = &context->session;
    head->token = entered.token;
    if (UOWI_RARE(out_op))
        return uowi_op_start(method, &entered, self, out_op);
    until = method_until(method, context);
    return UOWI_RARE(until) ? uowi_op_here(method, &entered, self, until) : method_here(method, &entered, self);
}
