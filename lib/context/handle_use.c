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
    held->token = entered->token;
    held->opened_ns = uowi_now_ns();
    atomic_store(&held->inside, 0);
}

static uow_status held_refuse(const uowi_held *held, const char *operation)
{
    uowi_holder holder;

    memset(&holder, 0, sizeof holder);
    holder.operation = "a call on the same handle";
    holder.thread = atomic_load_explicit(&held->context->guard.thread, memory_order_relaxed);
    return uowi_refuse(held->context, operation, NULL, &holder);
}

uow_status uowi_held_enter(uowi_held *held, uint32_t magic, const char *operation)
{
    int outside = 0;

    if (!held || held->magic != magic)
        return UOW_MISUSE;
    if (!atomic_compare_exchange_strong(&held->inside, &outside, 1))
        return held_refuse(held, operation);
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

void uowi_held_release(uowi_held *held)
{
    uint64_t token = held->token;

    held->token = 0;
    if (token)
        uowi_release(held->context, token);
}
