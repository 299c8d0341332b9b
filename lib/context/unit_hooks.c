/* Those who want to know how a unit ended. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "context/unit.h"

static uow_status hooks_add(uow_context *context, uow_unit_hook_fn fn, void *user, bool commit)
{
    uowi_session *s = &context->session;
    struct uowi_unit_hook hook = {fn, user, s->depth, commit, false};
    void *items = context->unit_hooks;

    if (!fn)
        return uowi_error_set(&s->error, UOW_MISUSE, "the hook is NULL");
    if (s->depth == 0)
        return uowi_error_set(&s->error, UOW_MISUSE, "no unit is open whose end could be waited for");
    if (!uowi_grow(s->mem, &items, context->unit_hook_count, &context->unit_hook_capacity, sizeof hook))
        return uowi_error_no_memory(&s->error);
    context->unit_hooks = items;
    context->unit_hooks[context->unit_hook_count++] = hook;
    return UOW_OK;
}

uow_status uow_unit_after_commit_at(const char *where, uow_context *context, uow_unit_hook_fn hook, void *user)
{
    uowi_entered in;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_UNIT_AFTER_COMMIT, where, &in);

    if (st != UOW_OK)
        return st;
    return uowi_leave(&in, hooks_add(context, hook, user, true));
}

uow_status uow_unit_after_rollback_at(const char *where, uow_context *context, uow_unit_hook_fn hook, void *user)
{
    uowi_entered in;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_UNIT_AFTER_ROLLBACK, where, &in);

    if (st != UOW_OK)
        return st;
    return uowi_leave(&in, hooks_add(context, hook, user, false));
}

void uowi_unit_hooks_end(uow_context *context, uint32_t depth, bool committed)
{
    size_t kept = 0;

    for (size_t i = 0; i < context->unit_hook_count; i++) {
        struct uowi_unit_hook hook = context->unit_hooks[i];

        if (hook.depth >= depth) {
            if (!committed && hook.commit)
                continue;
            hook.due = hook.due || !committed;
            hook.depth = depth - 1;
        }
        context->unit_hooks[kept++] = hook;
    }
    context->unit_hook_count = kept;
}

void uowi_unit_hooks_drop(uow_context *context)
{
    uowi_free(&context->env->mem, context->unit_hooks, context->unit_hook_capacity * sizeof *context->unit_hooks);
    context->unit_hooks = NULL;
    context->unit_hook_count = 0;
    context->unit_hook_capacity = 0;
}

static void hooks_tell(const uowi_parting *parting)
{
    struct uowi_unit_hook *hooks = parting->items;

    for (size_t i = 0; i < parting->count; i++)
        if (hooks[i].due || hooks[i].commit == parting->committed)
            hooks[i].fn(parting->context, hooks[i].user);
    uowi_free(&parting->context->env->mem, hooks, parting->capacity * sizeof *hooks);
}

/* The list is taken off the context: a hook may begin units of its own, and wait for them. */
uowi_parting uowi_unit_hooks_take(uow_context *context, uow_status st, bool committed)
{
    uowi_parting parting = {hooks_tell, context, context->unit_hooks, context->unit_hook_count,
                            context->unit_hook_capacity, committed};

    if (st == UOW_OUTCOME_UNKNOWN)
        parting.count = 0;
    context->unit_hooks = NULL;
    context->unit_hook_count = 0;
    context->unit_hook_capacity = 0;
    return parting;
}

uow_status uowi_unit_hooks_leave(const uowi_entered *in, uow_status st, bool committed)
{
    uowi_parting parting = uowi_unit_hooks_take(in->context, st, committed);

    (void)uowi_leave(in, st);
    uowi_method_tell(&parting);
    return st;
}
