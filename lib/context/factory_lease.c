/* Leases: taken and given back. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "context/factory.h"
#include "context/unit.h"

#include <string.h>

#include "context/env_open.h"
#include "context/method.h"
#include "context/unit.h"

static const char lease_gone[] = "the context was released to its factory";

/* What is said about a handle from now on, kept in the handle itself. */
static void lease_epitaph(uow_context *context, const char *where)
{
    uow_error *error = &context->session.error;
    size_t length = sizeof lease_gone - 1;
    size_t more = where ? strlen(where) : 0;

    memcpy(context->gone, lease_gone, length);
    if (more > 0 && length + 4 + more < sizeof context->gone) {
        memcpy(context->gone + length, " at ", 4);
        memcpy(context->gone + length + 4, where, more);
        length += 4 + more;
    }
    context->gone[length] = '\0';
    error->status = UOW_MISUSE;
    error->message.data = context->gone;
    error->message.length = length;
}

/* The connection becomes the lease's: an id of its own, and counters that begin at 0. */
static uow_context *lease_begin(uowi_slot *slot)
{
    uow_context *context = slot->shell;
    uowi_session *s = &context->session;

    context->id = atomic_fetch_add_explicit(&context->env->last_context_id, 1, memory_order_relaxed) + 1;
    context->told_lost = false;
    s->trace.context_id = context->id;
    memset(&s->trace.counters, 0, sizeof s->trace.counters);
    atomic_store(&context->life, UOWI_LIFE_OPEN);
    return context;
}

static void lease_retire(uow_factory *f, uowi_slot *slot, uowi_closed why, uow_context *dead)
{
    uowi_line_closing(f, slot, why, dead);
    uowi_slot_close(f, slot);
}

/* On the caller's thread: UOW_OK, or what is to be told to all who wait. */
static uow_status lease_open(uow_factory *f, uowi_slot *slot)
{
    uow_error error;
    uow_status st;

    uowi_error_init(&error, &f->env->mem);
    st = uowi_slot_open(f, slot, &error);
    if (st == UOW_OK)
        uowi_line_opened(f, slot, true);
    else
        uowi_line_open_failed(f, slot, &error);
    uowi_error_done(&error);
    return st;
}

static uow_status lease_take(uow_factory *f, const char *where, uint32_t timeout_ms, uow_context **out)
{
    uint64_t started = uowi_now_ns();
    uint64_t deadline = timeout_ms == UOW_WAIT_FOREVER ? UINT64_MAX : started + (uint64_t)timeout_ms * 1000000u;
    uow_status st = UOW_OK;
    bool first = false; /* whoever had a turn that came to nothing is the next */

    for (;; first = true) {
        uowi_slot *slot = NULL;
        uowi_turn turn = uowi_line_wait(f, where, started, deadline, first, &slot, &st);
        uowi_closed why;

        if (turn == UOWI_TURN_OPEN) {
            st = lease_open(f, slot);
            if (st == UOW_NO_MEMORY)
                return st;
            if (st != UOW_OK)
                continue;
        } else if (turn != UOWI_TURN_LEASE) {
            return st;
        } else if ((why = uowi_slot_check(f, slot)) != UOWI_CLOSED_NOT) {
            lease_retire(f, slot, why, NULL);
            continue;
        }
        *out = lease_begin(slot);
        return UOW_OK;
    }
}

uow_status uow_factory_acquire_at(const char *where, uow_factory *factory, uint32_t timeout_ms,
                                  uow_context **out_context)
{
    if (!factory || factory->magic != UOWI_FACTORY_MAGIC || !out_context ||
        !uowi_birthmark_holds(&factory->env->birthmark))
        return UOW_MISUSE;
    return lease_take(factory, where, timeout_ms, out_context);
}

/* The session moves on into the next lease's shell; this handle is dead. False: there is none, out of memory. */
static bool lease_end(const char *where, uow_context *context, uint64_t token)
{
    uowi_slot *slot = context->slot;
    uow_context *next = slot->spare ? slot->spare : uowi_shell_take(context->env);

    if (!next)
        return false;
    atomic_store(&next->life, UOWI_LIFE_RELEASED);
    atomic_store(&context->life, UOWI_LIFE_RELEASED); /* before anything moves: nobody looks there any more */
    uowi_refusals_free(context);
    uowi_unit_hooks_drop(context);
    uowi_session_move(&next->session, &context->session, &next->guard);
    next->guard.mode = context->guard.mode;
    next->guard.wait_ms = context->guard.wait_ms;
    next->engine = context->engine;
    next->deadline_ms = context->deadline_ms;
    next->slot = slot;
    slot->shell = next;
    slot->spare = NULL;
    lease_epitaph(context, where);
    uowi_guard_leave(&context->guard, token);
    return true;
}

/* Without a shell to move into, the connection goes with its handle. */
static uow_status lease_drop(uow_context *context, uint64_t token)
{
    uowi_slot *slot = context->slot;
    uow_factory *f = slot->factory;

    uowi_line_closing(f, slot, UOWI_CLOSED_STATE, NULL);
    uowi_guard_leave(&context->guard, token);
    uowi_slot_close(f, slot);
    return UOW_OK;
}

static uow_status lease_refuse(uow_context *context)
{
    if (!context->slot)
        return uowi_error_set(&context->session.error, UOW_MISUSE,
                              "the context was opened by uow_open: uow_close is what ends it");
    if (context->unit)
        return uowi_error_set(&context->session.error, UOW_MISUSE,
                              "the context is in use by uow_unit_run: release it when that has returned");
    if (!uowi_birthmark_holds(&context->env->birthmark))
        return uowi_error_set(&context->session.error, UOW_MISUSE,
                              "the context belongs to the process that leased it, not to its forked child");
    return UOW_OK;
}

uow_status uowi_factory_release(const char *where, uow_context *context)
{
    uowi_entered in;
    uowi_slot *tired = NULL;
    uowi_closed why;
    uow_factory *f;
    uowi_slot *slot;
    uow_status st;

    if (context->magic == UOWI_CONTEXT_MAGIC && !uowi_context_gone(context) && !uowi_op_bury(context))
        return UOW_BUSY;
    st = uowi_enter(context, UOWI_CALL_ID_FACTORY_RELEASE, where, &in);
    if (st != UOW_OK)
        return st;
    st = lease_refuse(context);
    if (st != UOW_OK)
        return uowi_leave(&in, st);
    slot = context->slot;
    f = slot->factory;
    if (!lease_end(where, context, in.token))
        return lease_drop(context, in.token);
    why = uowi_slot_reset(f, slot);
    if (why != UOWI_CLOSED_NOT) {
        lease_retire(f, slot, why, context);
        return UOW_OK;
    }
    if (uowi_line_back(f, slot, context, &tired) != UOWI_CLOSED_NOT)
        uowi_slot_close(f, slot);
    if (tired)
        uowi_slot_close(f, tired);
    return UOW_OK;
}

uow_status uow_factory_release_at(const char *where, uow_context *context)
{
    return context ? uowi_factory_release(where, context) : UOW_OK;
}
