#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/hooks.h"

#include <string.h>

#include "base/options.h"
#include "base/usual.h"
#include "track/key.h"
#include "track/relation.h"

bool uowi_hooks_usable(const uow_hook *const *hooks, size_t count)
{
    uow_hook own = UOW_HOOK_INIT;

    if (count > 0 && !hooks)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!hooks[i] || !uowi_options_copy(&own, sizeof own, hooks[i], hooks[i]->struct_size))
            return false;
    return true;
}

bool uowi_hooks_open(uowi_session *s, const uow_hook *const *hooks, size_t count)
{
    if (count == 0)
        return true;
    s->hooks = uowi_alloc_array(s->mem, count, sizeof *s->hooks);
    if (!s->hooks)
        return false;
    s->hook_count = count;
    for (size_t i = 0; i < count; i++) {
        (void)uowi_options_copy(&s->hooks[i], sizeof s->hooks[i], hooks[i], hooks[i]->struct_size);
        if (!s->hooks[i].name)
            s->hooks[i].name = "(unnamed)";
    }
    return true;
}

void uowi_hooks_close(uowi_session *s)
{
    uowi_free(s->mem, s->hooks, s->hook_count * sizeof *s->hooks);
    s->hooks = NULL;
    s->hook_count = 0;
}

uow_status uowi_hooks_before(uowi_session *s)
{
    size_t changes = UOWI_RARE(s->hook_count) ? uowi_tracker_changes(&s->tracker) : 0;

    for (size_t i = 0; changes > 0 && i < s->hook_count; i++) {
        const uow_hook *hook = &s->hooks[i];
        uow_hook_answer answer = hook->before_save ? hook->before_save(changes, hook->user) : UOW_HOOK_GO;

        if (answer == UOW_HOOK_SUPPRESS)
            return UOW_END;
        if (answer != UOW_HOOK_GO)
            return uowi_error_set(&s->error, UOW_CANCELLED, "the hook \"%s\" refused the save", hook->name);
    }
    return UOW_OK;
}

static uow_status hooks_veto(uowi_session *s, const uow_hook *hook, const uowi_entry *entry, uow_state state)
{
    const char *what = state == UOW_ADDED ? "insert" : state == UOW_DELETED ? "delete" : "update";
    uow_status st;
    uowi_buf key;

    uowi_buf_init(&key, s->mem, 0);
    uowi_key_text(entry->entity, uowi_tracker_original(&s->tracker, entry), &key);
    uowi_error_entity(&s->error, entry->entity->name);
    uowi_error_key(&s->error, uowi_buf_cstr(&key));
    uowi_error_instance(&s->error, uowi_tracker_row(&s->tracker, entry));
    st = uowi_error_set(&s->error, UOW_CANCELLED, "the hook \"%s\" refused the %s of %s (%s)", hook->name, what,
                        entry->entity->name, uowi_buf_cstr(&key));
    uowi_buf_done(&key);
    return st;
}

static uow_status hooks_change(uowi_session *s, uowi_entry *entry)
{
    uow_state state = uowi_tracker_state(&s->tracker, entry);
    uow_change change = {sizeof change, entry->entity->def, state, 0, NULL, NULL};

    if (state == UOW_UNCHANGED || entry->flags & (UOWI_ENTRY_DROPPED | UOWI_ENTRY_WRITTEN))
        return UOW_OK;
    change.instance = uowi_tracker_row(&s->tracker, entry);
    change.original = state == UOW_ADDED ? NULL : uowi_tracker_original(&s->tracker, entry);
    for (size_t i = 0; i < s->hook_count; i++) {
        const uow_hook *hook = &s->hooks[i];
        uow_hook_answer answer = hook->change ? hook->change(&change, hook->user) : UOW_HOOK_GO;

        if (answer == UOW_HOOK_GO)
            continue;
        if (answer != UOW_HOOK_SUPPRESS)
            return hooks_veto(s, hook, entry, state);
        entry->flags |= UOWI_ENTRY_SUPPRESSED;
        s->suppressed++;
        return UOW_OK;
    }
    return UOW_OK;
}

typedef uow_status (*hooks_visit)(uowi_session *s, uowi_entry *entry);

static uow_status hooks_each(uowi_session *s, hooks_visit visit)
{
    uow_status st = UOW_OK;

    for (size_t i = 0; st == UOW_OK && s->model && i < s->model->entity_count; i++) {
        const uowi_slab *slab = &s->tracker.slabs[i];
        uowi_entry *entry = NULL;
        size_t page = 0;

        while (st == UOW_OK && (entry = uowi_slab_next(slab, entry, &page)) != NULL)
            st = visit(s, entry);
    }
    return st;
}

/* A row that will be written must not refer to a new row that will not. */
static uow_status hooks_orphan(uowi_session *s, uowi_entry *entry)
{
    const uowi_entity *entity = entry->entity;

    if (entry->state == UOW_DELETED || entry->flags & UOWI_ENTRY_SUPPRESSED)
        return UOW_OK;
    for (size_t i = 0; i < entity->relation_count; i++) {
        const void *row = uowi_tracker_row(&s->tracker, entry);
        const uowi_entry *principal = uowi_relation_principal(&s->tracker, entity, &entity->relations[i], row,
                                                              s->hook_scratch);

        if (!principal || principal->state != UOW_ADDED || !(principal->flags & UOWI_ENTRY_SUPPRESSED))
            continue;
        uowi_error_entity(&s->error, entity->name);
        uowi_error_instance(&s->error, uowi_tracker_row(&s->tracker, entry));
        return uowi_error_set(&s->error, UOW_CONSTRAINT,
                              "%s.%s refers to a new row of %s whose insert a hook has suppressed", entity->name,
                              entity->columns[entity->relations[i].columns[0]].name, principal->entity->name);
    }
    return UOW_OK;
}

uow_status uowi_hooks_changes(uowi_session *s)
{
    uow_status st = s->hook_count ? hooks_each(s, hooks_change) : UOW_OK;

    if (UOWI_RARE(st != UOW_OK) || UOWI_USUAL(s->suppressed == 0))
        return st;
    s->hook_scratch = uowi_arena_alloc(&s->scratch, uowi_model_widest(s->model));
    return s->hook_scratch ? hooks_each(s, hooks_orphan) : uowi_error_no_memory(&s->error);
}

static uow_status hooks_release(uowi_session *s, uowi_entry *entry)
{
    (void)s;
    entry->flags &= (uint16_t)~UOWI_ENTRY_SUPPRESSED;
    return UOW_OK;
}

void uowi_hooks_after(uowi_session *s, uow_status st, size_t saved)
{
    if (UOWI_RARE(s->suppressed > 0))
        (void)hooks_each(s, hooks_release);
    s->suppressed = 0;
    for (size_t i = 0; UOWI_RARE(i < s->hook_count); i++)
        if (s->hooks[i].after_save)
            s->hooks[i].after_save(st, saved, s->hooks[i].user);
}

bool uowi_hooks_watch(const uowi_session *s)
{
    for (size_t i = 0; UOWI_RARE(i < s->hook_count); i++)
        if (s->hooks[i].statement)
            return true;
    return false;
}

uow_status uowi_hooks_statement(uowi_session *s, const char *sql)
{
    for (size_t i = 0; i < s->hook_count; i++) {
        const uow_hook *hook = &s->hooks[i];

        if (!hook->statement || hook->statement(sql, hook->user) == UOW_HOOK_GO)
            continue;
        uowi_error_statement(&s->error, sql);
        return uowi_error_set(&s->error, UOW_CANCELLED, "the hook \"%s\" refused the statement", hook->name);
    }
    return UOW_OK;
}
