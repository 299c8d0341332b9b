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

void uowi_op_list(uow_op *op)
{
    uow_env *env = op->env;

    uowi_mutex_lock(&env->mutex);
    op->before = env->ops_last;
    op->next = NULL;
    if (env->ops_last)
        env->ops_last->next = op;
    else
        env->ops = op;
    env->ops_last = op;
    uowi_mutex_unlock(&env->mutex);
}

/* Under the mutex. */
static void loop_unlink(uow_op *op)
{
    uow_env *env = op->env;

    if (op->before)
        op->before->next = op->next;
    else
        env->ops = op->next;
    if (op->next)
        op->next->before = op->before;
    else
        env->ops_last = op->before;
}

void uowi_op_unlist(uow_op *op)
{
    uowi_mutex_lock(&op->env->mutex);
    loop_unlink(op);
    uowi_mutex_unlock(&op->env->mutex);
}

/* Under the mutex: to the end of the list, where a round ends. */
static void loop_visit(uow_op *op, uint64_t round)
{
    uow_env *env = op->env;

    op->round = round;
    if (!op->next)
        return;
    loop_unlink(op);
    op->before = env->ops_last;
    op->next = NULL;
    env->ops_last->next = op;
    env->ops_last = op;
}

/* The next operation of this thread in a round; a callback may end any of them, so they are found one by one. Entered. */
static uow_op *loop_next(uow_env *env, uint64_t round)
{
    uint64_t self = uowi_thread_self();
    uow_op *found = NULL;

    uowi_mutex_lock(&env->mutex);
    while (!found && env->ops && env->ops->round != round) {
        uow_op *op = env->ops;

        loop_visit(op, round);
        if (op->thread == self && uowi_op_enter(op) == UOW_OK)
            found = op;
    }
    uowi_mutex_unlock(&env->mutex);
    return found;
}

static uint64_t loop_round(uow_env *env)
{
    uint64_t round;

    uowi_mutex_lock(&env->mutex);
    round = ++env->rounds;
    uowi_mutex_unlock(&env->mutex);
    return round;
}

uow_status uow_env_dispatch(uow_env *env, size_t *out_over)
{
    uint64_t round;
    size_t over = 0;
    uow_op *op;

    if (!uowi_env_usable(env) || !uowi_birthmark_holds(&env->birthmark))
        return UOW_MISUSE;
    round = loop_round(env);
    while ((op = loop_next(env, round)) != NULL) {
        bool before = op->over;

        uowi_op_look(op);
        over += op->over && !before;
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

    if (!uowi_env_usable(env))
        return least;
    round = loop_round(env);
    while ((op = loop_next(env, round)) != NULL) {
        uint32_t ms = op->over ? UOW_WAIT_FOREVER : uow_op_next_poll_ms(op);

        least = ms < least ? ms : least;
        uowi_op_leave(op);
    }
    return least;
}
