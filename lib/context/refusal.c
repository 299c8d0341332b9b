/*
 * A refused thread cannot write into the record of the operation in flight: it
 * has a record of its own, kept by thread, until it is let in again.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "context/context.h"

#include <string.h>

#include "base/usual.h"

struct uowi_refusal {
    uint64_t thread;
    bool current;
    bool telling; /* its event is being given to the program, whose next refusal is then no event */
    uow_error error;
    uowi_refusal *next;
};

static uowi_refusal *refusal_find(const uow_context *context, uint64_t thread)
{
    for (uowi_refusal *refusal = context->refusals; refusal; refusal = refusal->next)
        if (refusal->thread == thread)
            return refusal;
    return NULL;
}

static uowi_refusal *refusal_make(uow_context *context, uint64_t thread)
{
    uowi_refusal *refusal = refusal_find(context, thread);

    if (refusal)
        return refusal;
    refusal = uowi_zalloc(&context->env->mem, sizeof *refusal);
    if (!refusal)
        return NULL;
    refusal->thread = thread;
    uowi_error_init(&refusal->error, &context->env->mem);
    refusal->next = context->refusals;
    context->refusals = refusal;
    return refusal;
}

static void refusal_write(uow_error *error, const char *operation, const char *text)
{
    uowi_error_clear(error);
    uowi_error_set(error, UOW_BUSY, "%s", text);
    uowi_error_operation(error, operation);
}

/* On the refused thread, with nothing held: the record may be gone when the callback returns. */
static void refusal_tell(uow_context *context, const char *operation, const char *text, uint64_t waited_ns)
{
    uow_trace_event event;
    uowi_refusal *refusal;

    memset(&event, 0, sizeof event);
    event.kind = UOW_TRACE_GUARD;
    event.status = UOW_BUSY;
    event.text = text;
    event.duration_ns = waited_ns;
    event.rows = -1;
    uowi_trace_emit_as(&context->session.trace, operation, &event);
    uowi_mutex_lock(&context->refusals_mutex);
    refusal = refusal_find(context, uowi_thread_id());
    if (refusal)
        refusal->telling = false;
    uowi_mutex_unlock(&context->refusals_mutex);
}

/* Under the mutex: the calling thread's record says why. Nonzero when the program is to be told. */
static bool refusal_keep(uow_context *context, const char *operation, const char *text)
{
    uowi_refusal *refusal = refusal_make(context, uowi_thread_id());
    bool tell;

    if (!refusal)
        return false;
    refusal_write(&refusal->error, operation, text);
    if (!refusal->current)
        atomic_fetch_add_explicit(&context->refused, 1, memory_order_relaxed);
    refusal->current = true;
    tell = !refusal->telling && context->session.trace.fn;
    refusal->telling = refusal->telling || tell;
    return tell;
}

uow_status uowi_refuse(uow_context *context, const char *operation, const char *where, const uowi_holder *holder)
{
    uowi_buf text;
    bool closed;
    bool tell = false;

    atomic_fetch_add_explicit(&context->session.trace.counters.guard_refusals, 1, memory_order_relaxed);
    uowi_buf_init(&text, &context->env->mem, 0);
    uowi_guard_describe(&text, operation, where, holder);
    uowi_mutex_lock(&context->refusals_mutex);
    /* The holder may be close, which frees the records and will not come back for this one. */
    closed = uowi_context_gone(context);
    if (!closed)
        tell = refusal_keep(context, operation, uowi_buf_cstr(&text));
    uowi_mutex_unlock(&context->refusals_mutex);
    if (tell)
        refusal_tell(context, operation, uowi_buf_cstr(&text), holder->waited_ns);
    uowi_buf_done(&text);
    return closed ? UOW_MISUSE : UOW_BUSY;
}

const uow_error *uowi_refusal_of(const uow_context *context)
{
    uow_context *shared = (uow_context *)(uintptr_t)context;
    const uow_error *error = NULL;
    uowi_refusal *refusal;

    if (atomic_load_explicit(&shared->refused, memory_order_relaxed) == 0)
        return NULL;
    uowi_mutex_lock(&shared->refusals_mutex);
    refusal = refusal_find(shared, uowi_thread_id());
    if (refusal && refusal->current)
        error = &refusal->error;
    uowi_mutex_unlock(&shared->refusals_mutex);
    return error;
}

UOWI_HOT void uowi_refusal_over(uow_context *context)
{
    uowi_refusal *refusal;

    if (atomic_load_explicit(&context->refused, memory_order_relaxed) == 0)
        return;
    uowi_mutex_lock(&context->refusals_mutex);
    refusal = refusal_find(context, uowi_thread_id());
    if (refusal && refusal->current) {
        refusal->current = false;
        atomic_fetch_sub_explicit(&context->refused, 1, memory_order_relaxed);
    }
    uowi_mutex_unlock(&context->refusals_mutex);
}

void uowi_refusals_free(uow_context *context)
{
    uowi_mutex_lock(&context->refusals_mutex);
    while (context->refusals) {
        uowi_refusal *refusal = context->refusals;

        context->refusals = refusal->next;
        uowi_error_done(&refusal->error);
        uowi_free(&context->env->mem, refusal, sizeof *refusal);
    }
    atomic_store_explicit(&context->refused, 0, memory_order_relaxed);
    uowi_mutex_unlock(&context->refusals_mutex);
}
