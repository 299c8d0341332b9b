#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "context/handle_use.h"

#include <string.h>

#include "base/platform.h"

void uowi_held_init(uowi_held *held, uint32_t magic, const uowi_entered *entered)
{
    held->magic = magic;
    held->context = entered->context;
    atomic_store(&held->token, entered->token);
    atomic_store(&held->inside, 0);
    atomic_store(&held->operation, "a call");
    atomic_store(&held->self, 0);
    atomic_store(&held->thread, atomic_load_explicit(&entered->context->guard.thread, memory_order_relaxed));
}

/*
 * The call that is inside, within the operation that opened the handle: its site, age and statement. A handle that has
 * given the guard back stands for itself.
 */
static uow_status held_refuse(uowi_held *held, const char *operation)
{
    const char *running = atomic_load_explicit(&held->operation, memory_order_relaxed);
    uowi_holder holder;

    memset(&holder, 0, sizeof holder);
    if (uowi_guard_holds(&held->context->guard, held->token)) {
        uowi_guard_look(&held->context->guard, &holder);
        holder.inside = running;
    } else {
        holder.operation = running;
    }
    holder.thread = atomic_load_explicit(&held->thread, memory_order_relaxed);
    return uowi_refuse(held->context, operation, NULL, &holder);
}

/* Asking the kernel for the thread's number is left out while the same thread comes back. */
static void held_introduce(uowi_held *held, const char *operation)
{
    uint64_t self = uowi_thread_self();

    atomic_store_explicit(&held->operation, operation, memory_order_relaxed);
    if (atomic_load_explicit(&held->self, memory_order_relaxed) == self)
        return;
    atomic_store_explicit(&held->self, self, memory_order_relaxed);
    atomic_store_explicit(&held->thread, uowi_thread_id(), memory_order_relaxed);
}

uow_status uowi_held_enter(uowi_held *held, uint32_t magic, const char *operation)
{
    int outside = 0;

    if (!held || held->magic != magic)
        return UOW_MISUSE;
    if (!atomic_compare_exchange_strong(&held->inside, &outside, 1))
        return held_refuse(held, operation);
    held_introduce(held, operation);
    uowi_refusal_over(held->context); /* this thread is inside again: the record that counts is the session's */
    return UOW_OK;
}

uow_status uowi_held_leave(uowi_held *held, uow_status st)
{
    uowi_entered entered = {held->context, held->token};

    if (st != UOW_OK && st != UOW_END && held->token)
        (void)uowi_leave_held(&entered, st);
    atomic_store_explicit(&held->inside, 0, memory_order_release);
    return st;
}

uow_status uowi_held_begin(uowi_held *held, uint32_t magic, const char *operation, uowi_method_head *head)
{
    uow_status st = uowi_held_enter(held, magic, operation);

    if (st == UOW_OK)
        uowi_held_head(held, head);
    return st;
}

void uowi_held_head(const uowi_held *held, uowi_method_head *head)
{
    head->context = held->context;
    head->s = &held->context->session;
    head->token = held->token;
}

uow_status uowi_held_start(uowi_held *held, const uowi_method *method, void *call, uow_op **out_op)
{
    uowi_entered entered = {held->context, held->token};
    uow_status st = held->token ? uowi_op_start(method, &entered, call, out_op)
                                : uowi_op_start_beside(method, held->context, call, out_op);

    if (st != UOW_OK)
        (void)uowi_held_leave(held, UOW_OK); /* the record says it */
    return st;
}

void uowi_held_release(uowi_held *held)
{
    uint64_t token = atomic_exchange(&held->token, 0);

    if (token)
        uowi_release(held->context, token);
}
