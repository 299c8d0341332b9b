/* Context handles: dead ones are kept a while, so that use after close is an answer and not a crash. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <stddef.h>
#include <string.h>

#include "context/context.h"

static uow_context *shell_reuse(uow_env *env)
{
    uow_context *context = NULL;

    uowi_mutex_lock(&env->mutex);
    if (env->closed_count >= UOWI_CLOSED_SHELLS) {
        context = env->closed_oldest;
        env->closed_oldest = context->next_closed;
        if (!env->closed_oldest)
            env->closed_newest = NULL;
        env->closed_count--;
    }
    uowi_mutex_unlock(&env->mutex);
    return context;
}

static void shell_count(uow_context *context)
{
    uow_env *env = context->env;

    context->id = atomic_fetch_add_explicit(&env->last_context_id, 1, memory_order_relaxed) + 1;
    uowi_mutex_lock(&env->mutex);
    env->open_contexts++;
    uowi_mutex_unlock(&env->mutex);
}

uow_context *uowi_shell_take(uow_env *env)
{
    uow_context *context = shell_reuse(env);

    if (context) {
        uowi_guard_done(&context->guard);
        uowi_mutex_done(&context->refusals_mutex);
    } else {
        context = uowi_zalloc(&env->mem, sizeof *context);
        if (!context)
            return NULL;
        context->magic = UOWI_CONTEXT_MAGIC;
    }
    /* What a stale handle is asked by stays readable: magic and life. */
    memset((char *)context + offsetof(uow_context, env), 0, sizeof *context - offsetof(uow_context, env));
    context->env = env;
    if (!uowi_mutex_init(&context->refusals_mutex)) {
        uowi_free(&env->mem, context, sizeof *context);
        return NULL;
    }
    if (!uowi_guard_init(&context->guard, UOW_GUARD_REFUSE, 0)) {
        uowi_mutex_done(&context->refusals_mutex);
        uowi_free(&env->mem, context, sizeof *context);
        return NULL;
    }
    atomic_store(&context->life, UOWI_LIFE_OPEN);
    shell_count(context);
    return context;
}

void uowi_shell_give(uow_context *context)
{
    uow_env *env = context->env;

    context->next_closed = NULL;
    uowi_mutex_lock(&env->mutex);
    if (env->closed_newest)
        env->closed_newest->next_closed = context;
    else
        env->closed_oldest = context;
    env->closed_newest = context;
    env->closed_count++;
    env->open_contexts--;
    uowi_mutex_unlock(&env->mutex);
}

void uowi_shells_free(uow_env *env)
{
    while (env->closed_oldest) {
        uow_context *context = env->closed_oldest;

        env->closed_oldest = context->next_closed;
        uowi_guard_done(&context->guard);
        uowi_mutex_done(&context->refusals_mutex);
        uowi_free(&env->mem, context, sizeof *context);
    }
    env->closed_newest = NULL;
}
