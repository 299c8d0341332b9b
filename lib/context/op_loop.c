/* Event loops: descriptors, and polling everything a thread has in flight. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "context/env_open.h"
#include "context/op.h"

int uow_op_fd(uow_op *op)
{
    int descriptor;

    if (uowi_op_enter(op) != UOW_OK)
        return -1;
    descriptor = uowi_post_descriptor(&op->env->hub, &op->flight.post);
    uowi_op_leave(op);
    return descriptor;
}

int uow_env_fd(uow_env *env)
{
    return uowi_env_usable(env) ? uowi_hub_descriptor(&env->hub) : -1;
}

uow_status uow_env_dispatch(uow_env *env, size_t *out_over)
{
    uint64_t round;
    size_t over = 0;
    uow_op *op;

    if (!uowi_env_usable(env) || !uowi_birthmark_holds(&env->birthmark))
        return UOW_MISUSE;
    round = uowi_op_round(env);
    while ((op = uowi_op_next(env, round)) != NULL) {
        over += uowi_op_look(op);
        (void)uowi_op_leave_telling(op);
    }
    if (out_over)
        *out_over = over;
    return UOW_OK;
}

uint32_t uow_env_next_poll_ms(uow_env *env)
{
    uint32_t least = UOW_WAIT_FOREVER;
    uint64_t round;
    uow_op *op;

    if (!uowi_env_usable(env) || !uowi_birthmark_holds(&env->birthmark))
        return least;
    round = uowi_op_round(env);
    while ((op = uowi_op_next(env, round)) != NULL) {
        uint32_t ms = op->over ? UOW_WAIT_FOREVER : uow_op_next_poll_ms(op);

        least = ms < least ? ms : least;
        uowi_op_leave(op);
    }
    return least;
}
