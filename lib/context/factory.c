#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "context/factory.h"

#include <string.h>

#include "context/env_open.h"
#include "context/op.h"

#define FACTORY_CANCELS 1024u /* at once; who calls again cancels more */

/* The environment counts a factory as something open. */
static void factory_count(uow_env *env, bool open)
{
    uowi_mutex_lock(&env->mutex);
    env->open_contexts += open;
    env->open_contexts -= !open;
    uowi_mutex_unlock(&env->mutex);
}

static void factory_slots(uow_factory *f)
{
    for (uint32_t i = f->options.max_contexts; i-- > 0;) {
        f->slots[i].factory = f;
        f->slots[i].older = f->free;
        f->free = &f->slots[i];
    }
    f->in[UOWI_SLOT_FREE] = f->options.max_contexts;
}

static void factory_free(uow_factory *f)
{
    uowi_mem *mem = &f->env->mem;

    f->magic = 0;
    uowi_complaints_free(f);
    uowi_error_done(&f->reason);
    uowi_free(mem, f->slots, f->options.max_contexts * sizeof *f->slots);
    uowi_factory_options_free(f);
    uowi_free(mem, f, sizeof *f);
}

static uow_status factory_make(uow_factory *f)
{
    f->slots = uowi_alloc_array(&f->env->mem, f->options.max_contexts, sizeof *f->slots);
    if (!f->slots || !uowi_mutex_init(&f->mutex))
        return UOW_NO_MEMORY;
    if (!uowi_cond_init(&f->settled)) {
        uowi_mutex_done(&f->mutex);
        return UOW_NO_MEMORY;
    }
    factory_slots(f);
    f->random = uowi_hash_word(uowi_now_ns() ^ (uint64_t)(uintptr_t)f);
    f->magic = UOWI_FACTORY_MAGIC;
    factory_count(f->env, true);
    return UOW_OK;
}

uow_status uow_factory_open(uow_env *env, const char *connection, const uow_model *model,
                            const uow_factory_options *options, uow_factory **out_factory)
{
    uow_factory *f;
    uow_status st;

    if (!uowi_env_usable(env) || !connection || !out_factory)
        return UOW_MISUSE;
    if (model && uow_error_status(&model->error) != UOW_OK)
        return UOW_MODEL;
    f = uowi_zalloc(&env->mem, sizeof *f);
    if (!f)
        return UOW_NO_MEMORY;
    f->env = env;
    f->model = model;
    uowi_error_init(&f->reason, &env->mem);
    st = uowi_factory_options_copy(f, connection, options);
    if (st == UOW_OK)
        st = factory_make(f);
    if (st != UOW_OK) {
        factory_free(f);
        return st;
    }
    if (!uowi_openers_start(f)) {
        (void)uow_factory_close(f, 0, 0);
        return UOW_NO_MEMORY;
    }
    *out_factory = f;
    return UOW_OK;
}

/* Handles of leases that are over go on answering, as closed contexts do. */
static void factory_shells(uow_factory *f)
{
    for (uint32_t i = 0; i < f->options.max_contexts; i++)
        if (f->slots[i].spare)
            uowi_shell_give(f->slots[i].spare);
    while (f->dead_oldest) {
        uow_context *dead = f->dead_oldest;

        f->dead_oldest = dead->next_closed;
        uowi_shell_give(dead);
    }
}

/* An operation that ends meanwhile answers a late cancel for a while, so none has to be held here. */
static void factory_cancel(const uow_factory *f)
{
    uow_op *ops[FACTORY_CANCELS];
    size_t count = 0;

    uowi_mutex_lock(&f->env->mutex);
    for (uow_op *op = f->env->ops; op && count < FACTORY_CANCELS; op = op->next)
        if (op->context->slot && op->context->slot->factory == f)
            ops[count++] = op;
    uowi_mutex_unlock(&f->env->mutex);
    for (size_t i = 0; i < count; i++)
        (void)uow_op_cancel(ops[i]);
}

uow_status uow_factory_close(uow_factory *factory, uint32_t timeout_ms, uint32_t flags)
{
    uint64_t deadline = timeout_ms == UOW_WAIT_FOREVER ? UINT64_MAX : uowi_now_ns() + (uint64_t)timeout_ms * 1000000u;
    uowi_slot *slot;
    uow_env *env;

    if (!factory)
        return UOW_OK;
    if (factory->magic != UOWI_FACTORY_MAGIC || (flags & ~(uint32_t)UOW_FACTORY_CANCEL) ||
        !uowi_birthmark_holds(&factory->env->birthmark))
        return UOW_MISUSE;
    env = factory->env;
    if (flags & UOW_FACTORY_CANCEL)
        factory_cancel(factory);
    if (!uowi_line_shut(factory, deadline))
        return uowi_complain_open(factory);
    uowi_openers_stop(factory);
    while ((slot = uowi_line_tired(factory, true)) != NULL)
        uowi_slot_close(factory, slot);
    factory_shells(factory);
    uowi_cond_done(&factory->settled);
    uowi_mutex_done(&factory->mutex);
    factory_free(factory);
    factory_count(env, false);
    return UOW_OK;
}

static void factory_counts(const uow_factory *f, uow_factory_counters *all)
{
    *all = f->counts;
    all->total = f->options.max_contexts - f->in[UOWI_SLOT_FREE];
    all->idle = f->in[UOWI_SLOT_IDLE];
    all->leased = f->in[UOWI_SLOT_LEASED];
    all->waiting = f->waiting;
    all->closed_idle = f->closed[UOWI_CLOSED_IDLE];
    all->closed_age = f->closed[UOWI_CLOSED_AGE];
    all->closed_uses = f->closed[UOWI_CLOSED_USES];
    all->closed_lost = f->closed[UOWI_CLOSED_LOST];
    all->closed_state = f->closed[UOWI_CLOSED_STATE];
    all->closed_shutdown = f->closed[UOWI_CLOSED_SHUTDOWN];
    all->resets = atomic_load_explicit(&f->resets, memory_order_relaxed);
    all->resets_failed = atomic_load_explicit(&f->resets_failed, memory_order_relaxed);
    all->checks = atomic_load_explicit(&f->checks, memory_order_relaxed);
    all->checks_failed = atomic_load_explicit(&f->checks_failed, memory_order_relaxed);
}

uow_status uow_factory_read(const uow_factory *factory, uow_factory_counters *out_counters)
{
    uow_factory *f = (uow_factory *)(uintptr_t)factory;
    uow_factory_counters all;
    size_t size;

    if (!f || f->magic != UOWI_FACTORY_MAGIC || !out_counters || out_counters->struct_size < sizeof(size_t))
        return UOW_MISUSE;
    uowi_mutex_lock(&f->mutex);
    factory_counts(f, &all);
    uowi_mutex_unlock(&f->mutex);
    size = out_counters->struct_size < sizeof all ? out_counters->struct_size : sizeof all;
    all.struct_size = out_counters->struct_size;
    memcpy(out_counters, &all, size);
    return UOW_OK;
}
