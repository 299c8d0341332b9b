/* Connections of a factory: opened, asked, put back, closed. Nothing here holds the mutex. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "context/factory.h"

/* A callback of the program's gets the context as if it were its own. */
static bool slot_call(const uow_factory *f, uow_factory_fn fn, uow_context *context)
{
    int good;

    if (!fn)
        return true;
    atomic_store(&context->life, UOWI_LIFE_OPEN);
    good = fn(context, f->options.user);
    atomic_store(&context->life, UOWI_LIFE_RELEASED);
    return good && context->session.depth == 0 && !uowi_conn_poisoned(context->session.conn);
}

static uow_status slot_refused(uow_context *context, uow_error *error)
{
    if (uow_error_status(uow_context_error(context)) != UOW_OK)
        return uowi_error_set(error, uow_error_status(uow_context_error(context)),
                              "what is to be done when a connection is opened failed: %s", uow_context_message(context));
    return uowi_error_set(error, UOW_CANCELLED, "the program's callback did not want the connection");
}

/* Not all at the same age, or they would all be opened anew at the same time. */
static uint64_t slot_old(const uow_factory *f, const uow_context *context, uint64_t now)
{
    uint64_t tenth = f->age_ns / 10;

    return f->age_ns ? now + f->age_ns - tenth * (context->id % 8) / 8 : UINT64_MAX;
}

static uow_status slot_ready(uow_factory *f, uowi_slot *slot, uow_context *context, uow_error *error)
{
    uowi_session *s = &context->session;

    s->watched = true;
    s->trusts_calls = (f->options.flags & UOW_FACTORY_TRUST_CALLS) != 0;
    s->trace.operation = "factory_acquire";
    atomic_store(&context->life, UOWI_LIFE_RELEASED); /* until it is lent */
    if (!slot_call(f, f->options.opened, context))
        return slot_refused(context, error);
    uowi_error_clear(&s->error);
    uowi_birth_note(s, &slot->birth);
    slot->shell = context;
    slot->old_ns = slot_old(f, context, uowi_now_ns());
    slot->uses = 0;
    slot->losses = atomic_load_explicit(&f->losses, memory_order_relaxed);
    context->slot = slot;
    return UOW_OK;
}

static void slot_hang_up(uow_context *context)
{
    context->slot = NULL;
    atomic_store(&context->life, UOWI_LIFE_OPEN);
    (void)uow_close_at(NULL, context);
}

uow_status uowi_slot_open(uow_factory *f, uowi_slot *slot, uow_error *error)
{
    uow_context *context = NULL;
    uow_status st = uow_open_at(NULL, f->env, f->connection, f->model, &f->context, &context);

    if (!context)
        return uowi_error_set(error, st, "%s", uow_status_text(st));
    if (st == UOW_OK) {
        st = slot_ready(f, slot, context, error);
        if (st != UOW_OK)
            slot_hang_up(context);
        return st;
    }
    uowi_error_copy(error, uow_context_error(context));
    (void)uow_close_at(NULL, context);
    return st;
}

void uowi_slot_close(uow_factory *f, uowi_slot *slot)
{
    uow_context *context = slot->shell;

    slot->shell = NULL;
    if (context) {
        uowi_birth_forget(&context->session, &slot->birth);
        slot_hang_up(context);
    }
    uowi_line_closed(f, slot);
}

uowi_closed uowi_slot_check(uow_factory *f, uowi_slot *slot)
{
    uint64_t now = uowi_now_ns();
    uint64_t losses = atomic_load_explicit(&f->losses, memory_order_relaxed);
    uowi_session *s = &slot->shell->session;
    bool alive;

    if (now > slot->old_ns)
        return UOWI_CLOSED_AGE;
    if (uowi_since(now, slot->idle_ns) <= f->check_ns && slot->losses == losses)
        return UOWI_CLOSED_NOT;
    atomic_fetch_add_explicit(&f->checks, 1, memory_order_relaxed);
    alive = uowi_conn_alive(s->conn);
    uowi_error_clear(&s->error);
    slot->losses = losses;
    atomic_fetch_add_explicit(&f->checks_failed, !alive, memory_order_relaxed);
    return alive ? UOWI_CLOSED_NOT : UOWI_CLOSED_LOST;
}

static uowi_closed slot_reset_state(uow_factory *f, uowi_slot *slot)
{
    uow_context *context = slot->shell;
    uowi_session *s = &context->session;

    atomic_fetch_add_explicit(&f->resets, 1, memory_order_relaxed);
    uowi_reset_state(s, &slot->birth);
    if (!(s->left & UOWI_LEFT_LASTING) && slot_call(f, f->options.opened, context) && uowi_reset_verify(s, &slot->birth)) {
        uowi_error_clear(&s->error);
        return UOWI_CLOSED_NOT;
    }
    atomic_fetch_add_explicit(&f->resets_failed, 1, memory_order_relaxed);
    return uowi_conn_poisoned(s->conn) ? UOWI_CLOSED_LOST : UOWI_CLOSED_STATE;
}

uowi_closed uowi_slot_reset(uow_factory *f, uowi_slot *slot)
{
    uowi_session *s = &slot->shell->session;

    s->trace.operation = "factory_release";
    if (!uowi_conn_poisoned(s->conn) && !slot_call(f, f->options.released, slot->shell))
        return uowi_conn_poisoned(s->conn) ? UOWI_CLOSED_LOST : UOWI_CLOSED_STATE;
    if (!uowi_reset_unit(s))
        return UOWI_CLOSED_LOST;
    if (f->options.max_uses && slot->uses >= f->options.max_uses)
        return UOWI_CLOSED_USES;
    if (slot->old_ns != UINT64_MAX && uowi_now_ns() > slot->old_ns)
        return UOWI_CLOSED_AGE;
    if (f->options.flags & UOW_FACTORY_RESET_ALWAYS)
        s->left |= UOWI_LEFT_SETTINGS | UOWI_LEFT_OBJECTS;
    return s->left ? slot_reset_state(f, slot) : UOWI_CLOSED_NOT;
}
