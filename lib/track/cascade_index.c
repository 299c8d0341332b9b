#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "track/cascade_index.h"

#include "track/lost.h"
#include "track/relation.h"

/* A list begins with an heir of its own, whose entry is NULL. */
static bool index_same(const void *value, const void *key, const void *user)
{
    (void)user;
    return ((const uowi_cascade_heir *)value)->principal == key;
}

static uint64_t index_hash(const uowi_entry *principal)
{
    return uowi_hash_word((uint64_t)(uintptr_t)principal);
}

void uowi_cascade_index_init(uowi_cascade *cascade)
{
    uowi_map_init(&cascade->dependents, cascade->tracker->mem, index_same, NULL);
}

void uowi_cascade_index_done(uowi_cascade *cascade)
{
    uowi_map_done(&cascade->dependents);
}

const uowi_cascade_heir *uowi_cascade_heirs(const uowi_cascade *cascade, const uowi_entry *principal)
{
    const uowi_cascade_heir *head;

    if (cascade->dependents.count == 0)
        return NULL;
    head = uowi_map_get(&cascade->dependents, index_hash(principal), principal);
    return head ? head->next : NULL;
}

/* Entities whose rows may be deleted: those in the queue, and what cascades from them. */
static bool *index_at_risk(const uowi_cascade *cascade)
{
    const uow_model *model = cascade->tracker->model;
    bool *risk = uowi_arena_zalloc(cascade->arena, model->entity_count * sizeof *risk);
    bool grew = risk != NULL;

    for (size_t i = 0; risk && i < cascade->queued; i++)
        risk[cascade->queue[i]->entity->index] = true;
    while (grew) {
        grew = false;
        for (size_t i = 0; i < model->entity_count; i++)
            for (size_t d = 0; risk[i] && d < model->entities[i].dependent_count; d++) {
                const uowi_relation *relation = model->entities[i].dependents[d];

                if (relation->on_delete != UOW_CASCADE || risk[relation->dependent->index])
                    continue;
                risk[relation->dependent->index] = true;
                grew = true;
            }
    }
    return risk;
}

static bool index_add(uowi_cascade *cascade, uowi_entry *principal, uowi_entry *entry, const uowi_relation *relation)
{
    uowi_cascade_heir *head = uowi_map_get(&cascade->dependents, index_hash(principal), principal);
    uowi_cascade_heir *heir = uowi_arena_alloc(cascade->arena, sizeof *heir);

    if (!heir)
        return false;
    if (!head) {
        head = uowi_arena_zalloc(cascade->arena, sizeof *head);
        if (!head)
            return false;
        head->principal = principal;
        if (!uowi_map_put(&cascade->dependents, index_hash(principal), head))
            return false;
    }
    *heir = (uowi_cascade_heir){head->next, principal, entry, relation};
    head->next = heir;
    return true;
}

static bool index_relation(uowi_cascade *cascade, const uowi_relation *relation, void *scratch)
{
    const uowi_slab *slab = uowi_tracker_slab(cascade->tracker, relation->dependent);
    uowi_entry *entry = NULL;
    size_t page = 0;

    while ((entry = uowi_slab_next(slab, entry, &page)) != NULL) {
        uowi_entry *principal;

        if (entry->state == UOW_DELETED)
            continue;
        principal = uowi_relation_principal(cascade->tracker, relation->dependent, relation,
                                            uowi_tracker_row(cascade->tracker, entry), scratch);
        if (principal && principal != entry && !index_add(cascade, principal, entry, relation))
            return false;
    }
    return true;
}

uow_status uowi_cascade_index(uowi_cascade *cascade)
{
    const uow_model *model = cascade->tracker->model;
    const bool *risk = index_at_risk(cascade);
    void *scratch = uowi_arena_alloc(cascade->arena, uowi_model_widest(model));
    bool ok = risk && scratch;

    for (size_t i = 0; ok && i < model->entity_count; i++)
        for (size_t r = 0; ok && r < model->entities[i].relation_count; r++) {
            const uowi_relation *relation = &model->entities[i].relations[r];

            if (!relation->followed && relation->on_delete != UOW_NO_ACTION && risk[relation->principal->index])
                ok = index_relation(cascade, relation, scratch);
        }
    return ok ? UOW_OK : uowi_error_no_memory(cascade->error);
}

static bool stray_relation(uowi_cascade *cascade, const uowi_relation *relation, void *scratch,
                           const uowi_cascade_heir **out)
{
    const uowi_tracker *tracker = cascade->tracker;
    const uowi_slab *slab = uowi_tracker_slab(tracker, relation->dependent);
    uowi_entry *entry = NULL;
    size_t page = 0;

    while ((entry = uowi_slab_next(slab, entry, &page)) != NULL) {
        uowi_cascade_heir heir = {(uowi_cascade_heir *)(uintptr_t)*out, NULL, entry, relation};

        if (entry->state == UOW_DELETED || !uowi_relation_image(relation, uowi_entry_row(slab, entry), scratch) ||
            !uowi_lost_removed(tracker, relation, scratch) || uowi_tracker_find(tracker, relation->principal, scratch))
            continue;
        *out = uowi_arena_copy(cascade->arena, &heir, sizeof heir);
        if (!*out)
            return false;
    }
    return true;
}

/* Where the relation restricts, or leaves all to the database, the plan refuses the row. */
uow_status uowi_cascade_strays(uowi_cascade *cascade, const uowi_cascade_heir **out)
{
    const uow_model *model = cascade->tracker->model;
    void *scratch = NULL;
    bool ok = true;

    *out = NULL;
    for (size_t i = 0; ok && model && cascade->tracker->lost && i < model->entity_count; i++)
        for (size_t r = 0; ok && r < model->entities[i].relation_count; r++) {
            const uowi_relation *relation = &model->entities[i].relations[r];

            if (relation->followed || !uowi_lost_any(cascade->tracker, relation->principal) ||
                (relation->on_delete != UOW_CASCADE && relation->on_delete != UOW_SET_NULL))
                continue;
            if (!scratch)
                scratch = uowi_arena_alloc(cascade->arena, uowi_model_widest(model));
            ok = scratch && stray_relation(cascade, relation, scratch, out);
        }
    return ok ? UOW_OK : uowi_error_no_memory(cascade->error);
}
