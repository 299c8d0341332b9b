/* The operations of an environment: those alive in a list, the dead kept a while. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <stddef.h>
#include <string.h>

#include "context/op.h"

/* Under the mutex. */
static void list_append(uow_op *op)
{
    uow_env *env = op->env;

    op->before = env->ops_last;
    op->next = NULL;
    if (env->ops_last)
        env->ops_last->next = op;
    else
        env->ops = op;
    env->ops_last = op;
}

/* Under the mutex. */
static void list_remove(uow_op *op)
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
    op->next = op->before = NULL;
}

static uow_op *list_reuse(uow_env *env)
{
    uow_op *op = NULL;

    uowi_mutex_lock(&env->mutex);
    if (env->dead_count >= UOWI_DEAD_OPS) {
        op = env->dead_oldest;
        env->dead_oldest = op->next;
        env->dead_count--;
    }
    uowi_mutex_unlock(&env->mutex);
    return op;
}

uow_op *uowi_op_alloc(uow_env *env, size_t self_size)
{
    void *self = uowi_alloc(&env->mem, self_size);
    uow_op *op = self ? list_reuse(env) : NULL;

    if (self && !op) {
        op = uowi_zalloc(&env->mem, sizeof *op);
        if (op)
            op->env = env;
    }
    if (!op) {
        uowi_free(&env->mem, self, self_size);
        return NULL;
    }
    memset((char *)op + offsetof(uow_op, cancellers), 0, sizeof *op - offsetof(uow_op, cancellers));
    op->self = self;
    op->thread = uowi_thread_self();
    uowi_mutex_lock(&env->mutex);
    list_append(op);
    atomic_store(&op->inside, 0);
    atomic_store(&op->magic, UOWI_OP_MAGIC);
    uowi_mutex_unlock(&env->mutex);
    return op;
}

void uowi_op_retire(uow_op *op, size_t self_size)
{
    uow_env *env = op->env;
    void *self = op->self;

    uowi_mutex_lock(&env->mutex);
    atomic_store(&op->magic, 0);
    list_remove(op);
    while (op->cancellers > 0)
        (void)uowi_cond_wait_until(&env->cancelled, &env->mutex, UINT64_MAX);
    if (env->dead_count > 0)
        env->dead_newest->next = op;
    else
        env->dead_oldest = op;
    env->dead_newest = op;
    env->dead_count++;
    uowi_mutex_unlock(&env->mutex);
    uowi_free(&env->mem, self, self_size);
}

void uowi_ops_free(uow_env *env)
{
    while (env->dead_count > 0) {
        uow_op *op = env->dead_oldest;

        env->dead_oldest = op->next;
        env->dead_count--;
        uowi_free(&env->mem, op, sizeof *op);
    }
}

bool uowi_op_alive(const uow_op *op)
{
    return op && atomic_load(&op->magic) == UOWI_OP_MAGIC;
}

bool uowi_op_hold(uow_op *op)
{
    uow_env *env = op->env;
    bool alive;

    uowi_mutex_lock(&env->mutex);
    alive = uowi_op_alive(op);
    op->cancellers += alive;
    uowi_mutex_unlock(&env->mutex);
    return alive;
}

void uowi_op_unhold(uow_op *op)
{
    uow_env *env = op->env;

    uowi_mutex_lock(&env->mutex);
    op->cancellers--;
    uowi_cond_broadcast(&env->cancelled);
    uowi_mutex_unlock(&env->mutex);
}

uint64_t uowi_op_round(uow_env *env)
{
    uint64_t round;

    uowi_mutex_lock(&env->mutex);
    round = ++env->rounds;
    uowi_mutex_unlock(&env->mutex);
    return round;
}

/* A callback may end any of them, so they are found one by one; one that was met goes to the end of the list. */
uow_op *uowi_op_next(uow_env *env, uint64_t round)
{
    uint64_t self = uowi_thread_self();
    uow_op *found = NULL;

    uowi_mutex_lock(&env->mutex);
    while (!found && env->ops && env->ops->round != round) {
        uow_op *op = env->ops;

        op->round = round;
        list_remove(op);
        list_append(op);
        if (op->thread == self && uowi_op_enter(op) == UOW_OK)
            found = op;
    }
    uowi_mutex_unlock(&env->mutex);
    return found;
}
