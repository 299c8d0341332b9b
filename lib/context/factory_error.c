/* A call on a factory that gives no context has nowhere to say why but the factory: one record a thread. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "context/factory.h"

#include <string.h>

struct uowi_complaint {
    uint64_t thread;
    uow_error error;
    uowi_complaint *next;
};

static uowi_complaint *complaint_find(const uow_factory *f, uint64_t thread)
{
    uowi_complaint *complaint = f->complaints;

    while (complaint && complaint->thread != thread)
        complaint = complaint->next;
    return complaint;
}

static uow_error *complaint_make(uow_factory *f, const char *operation)
{
    uint64_t thread = uowi_thread_id();
    uowi_complaint *complaint = complaint_find(f, thread);

    if (!complaint) {
        complaint = uowi_zalloc(&f->env->mem, sizeof *complaint);
        if (!complaint)
            return NULL;
        complaint->thread = thread;
        uowi_error_init(&complaint->error, &f->env->mem);
        complaint->next = f->complaints;
        f->complaints = complaint;
    }
    uowi_error_clear(&complaint->error);
    uowi_error_operation(&complaint->error, operation);
    return &complaint->error;
}

/* "8 of 8 contexts are leased, for the longest time the one of shop.c:118 (4100 ms)" */
static void complaint_leases(const uow_factory *f, uint64_t now, uowi_buf *out)
{
    const uowi_slot *oldest = NULL;

    for (uint32_t i = 0; i < f->options.max_contexts; i++) {
        const uowi_slot *slot = &f->slots[i];

        if (slot->state == UOWI_SLOT_LEASED && slot->where && (!oldest || slot->leased_ns < oldest->leased_ns))
            oldest = slot;
    }
    uowi_buf_fmt(out, "%u of %u contexts are leased", (unsigned)f->in[UOWI_SLOT_LEASED],
                 (unsigned)f->options.max_contexts);
    if (oldest)
        uowi_buf_fmt(out, ", for the longest time the one of %s (%llu ms)", oldest->where,
                     (unsigned long long)(uowi_since(now, oldest->leased_ns) / 1000000u));
}

static uow_status complain_late(uow_factory *f, uow_error *error, uint64_t started, uint64_t now)
{
    uowi_buf text;

    uowi_buf_init(&text, &f->env->mem, 0);
    uowi_buf_fmt(&text, "no context came free in %llu ms: ", (unsigned long long)(uowi_since(now, started) / 1000000u));
    complaint_leases(f, now, &text);
    if (f->failures > 0)
        uowi_buf_fmt(&text, "; the last attempt to open another failed: %s", uow_error_message(&f->reason));
    uowi_error_set(error, UOW_TIMEOUT, "%s", uowi_buf_cstr(&text));
    uowi_buf_done(&text);
    return UOW_TIMEOUT;
}

static uow_status complain_down(const uow_factory *f, uow_error *error, uint64_t now)
{
    uow_status st = uow_error_status(&f->reason);

    uowi_error_copy(error, &f->reason);
    if (f->retry_ns > now)
        uowi_error_frame(error, "After %u failure%s in a row nobody tries again for %llu ms", (unsigned)f->failures,
                         f->failures == 1 ? "" : "s", (unsigned long long)((f->retry_ns - now) / 1000000u + 1));
    return st;
}

uow_status uowi_complain(uow_factory *f, uowi_turn turn, uint64_t started, uint64_t now)
{
    uow_error *error = complaint_make(f, "factory_acquire");

    f->counts.leases_failed++;
    f->counts.timeouts += turn == UOWI_TURN_WAIT;
    if (!error)
        return UOW_NO_MEMORY;
    if (turn == UOWI_TURN_FAILED)
        return complain_down(f, error, now);
    if (turn == UOWI_TURN_WAIT)
        return complain_late(f, error, started, now);
    return uowi_error_set(error, UOW_CANCELLED, "the factory is closing");
}

uow_status uowi_complain_of(uow_factory *f, uow_status st, const char *operation, const char *text)
{
    uow_error *error;

    uowi_mutex_lock(&f->mutex);
    error = complaint_make(f, operation);
    uowi_mutex_unlock(&f->mutex);
    if (error)
        uowi_error_set(error, st, "%s", text);
    return error ? st : UOW_NO_MEMORY;
}

uow_status uowi_complain_as(uow_factory *f, const char *operation, const uow_error *error)
{
    uow_error *record;

    uowi_mutex_lock(&f->mutex);
    record = complaint_make(f, operation);
    uowi_mutex_unlock(&f->mutex);
    if (!record)
        return UOW_NO_MEMORY;
    uowi_error_copy(record, error);
    return uow_error_status(record);
}

uow_status uowi_complain_open(uow_factory *f)
{
    uow_error *error;
    uowi_buf text;

    uowi_buf_init(&text, &f->env->mem, 0);
    uowi_mutex_lock(&f->mutex);
    error = complaint_make(f, "factory_close");
    complaint_leases(f, uowi_now_ns(), &text);
    if (error)
        uowi_error_set(error, UOW_TIMEOUT, "the factory cannot be closed: %s", uowi_buf_cstr(&text));
    uowi_mutex_unlock(&f->mutex);
    uowi_buf_done(&text);
    return error ? UOW_TIMEOUT : UOW_NO_MEMORY;
}

const uow_error *uow_factory_error(const uow_factory *factory)
{
    uow_factory *f = (uow_factory *)(uintptr_t)factory;
    uowi_complaint *complaint;

    if (!f || f->magic != UOWI_FACTORY_MAGIC)
        return &uowi_error_none;
    uowi_mutex_lock(&f->mutex);
    complaint = complaint_find(f, uowi_thread_id());
    uowi_mutex_unlock(&f->mutex);
    return complaint ? &complaint->error : &uowi_error_none;
}

void uowi_complaints_free(uow_factory *f)
{
    while (f->complaints) {
        uowi_complaint *complaint = f->complaints;

        f->complaints = complaint->next;
        uowi_error_done(&complaint->error);
        uowi_free(&f->env->mem, complaint, sizeof *complaint);
    }
}
