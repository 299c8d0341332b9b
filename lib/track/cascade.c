#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "track/cascade.h"

#include "base/usual.h"
#include "track/cascade_index.h"
#include "track/relation.h"

/* A row the cascade changed, with what brings it back. */
struct uowi_cascade_step {
    uowi_cascade_step *before;
    uowi_entry *entry;
    const uowi_entry *cause;       /* the principal it goes with; NULL: an orphan, or set NULL */
    const uowi_relation *relation; /* set NULL; else NULL: deleted or dropped */
    uowi_node *node;               /* set NULL: where it was, held */
    uint8_t state;
    uint16_t flags;
    uow_ind indicators[UOW_MAX_KEY];
};

static bool cascade_gone(const uowi_entry *entry)
{
    return entry->state == UOW_DELETED || entry->flags & UOWI_ENTRY_DROPPED;
}

static bool cascade_queue(uowi_cascade *cascade, uowi_entry *entry)
{
    if (entry->entity->dependent_count == 0)
        return true;
    if (cascade->queued == cascade->capacity) {
        size_t capacity = cascade->capacity ? cascade->capacity * 2 : 64;
        uowi_entry **grown = uowi_arena_alloc(cascade->arena, capacity * sizeof *grown);

        if (!grown)
            return false;
        if (cascade->queued)
            memcpy(grown, cascade->queue, cascade->queued * sizeof *grown);
        cascade->queue = grown;
        cascade->capacity = capacity;
    }
    cascade->queue[cascade->queued++] = entry;
    return true;
}

static uowi_cascade_step *cascade_step(uowi_cascade *cascade, uowi_entry *entry)
{
    uowi_cascade_step *step = uowi_arena_zalloc(cascade->arena, sizeof *step);

    if (!step)
        return NULL;
    step->entry = entry;
    step->state = entry->state;
    step->flags = entry->flags;
    step->before = cascade->steps;
    cascade->steps = step;
    cascade->count++;
    return step;
}

/* A new row was never there: it is dropped instead of deleted. */
static bool cascade_delete(uowi_cascade *cascade, uowi_entry *entry, const uowi_entry *cause)
{
    if (!cascade_step(cascade, entry))
        return false;
    cascade->steps->cause = cause;
    if (entry->state == UOW_ADDED)
        entry->flags |= UOWI_ENTRY_DROPPED;
    else
        entry->state = UOW_DELETED;
    return cascade_queue(cascade, entry);
}

/* The node is held, so that going back needs no memory. */
static bool cascade_set_null(uowi_cascade *cascade, uowi_entry *entry, const uowi_relation *relation)
{
    uowi_tracker *tracker = cascade->tracker;
    void *row = uowi_tracker_row(tracker, entry);
    uowi_cascade_step *step = cascade_step(cascade, entry);

    if (!step)
        return false;
    step->relation = relation;
    for (size_t i = 0; i < relation->count; i++) {
        const uow_ind *ind = uowi_member_ind(&relation->dependent->columns[relation->columns[i]], row);

        step->indicators[i] = ind ? *ind : 0;
    }
    uowi_relation_clear(relation, row);
    if (!relation->followed)
        return true;
    step->node = uowi_entry_bond(uowi_tracker_slab(tracker, entry->entity), entry, relation->link)->node;
    uowi_node_hold(step->node);
    uowi_node_leave(tracker, relation, entry, false);
    uowi_bond_show(tracker, relation, entry, true);
    return true;
}

static bool cascade_refuse_later(uowi_cascade *cascade, uowi_entry *principal, uowi_entry *entry,
                                 const uowi_relation *relation)
{
    uowi_cascade_heir *heir = uowi_arena_zalloc(cascade->arena, sizeof *heir);

    if (!heir)
        return false;
    *heir = (uowi_cascade_heir){cascade->refused, principal, entry, relation};
    cascade->refused = heir;
    return true;
}

static bool cascade_dependent(uowi_cascade *cascade, uowi_entry *principal, uowi_entry *entry,
                              const uowi_relation *relation)
{
    if (cascade_gone(entry))
        return true;
    switch (relation->on_delete) {
    case UOW_CASCADE: return cascade_delete(cascade, entry, principal);
    case UOW_SET_NULL: return cascade_set_null(cascade, entry, relation);
    case UOW_NO_ACTION: return true;
    default: return cascade_refuse_later(cascade, principal, entry, relation);
    }
}

static bool cascade_was_here(const uowi_cascade *cascade, const uowi_entry *entry, const uowi_relation *relation,
                             const void *key_row)
{
    return entry->state != UOW_ADDED &&
           uowi_relation_matches(relation, uowi_tracker_original(cascade->tracker, entry), key_row);
}

/*
 * Members of a node, or those of them only that were read as dependents of key_row. From the last to the first: a member
 * that leaves is replaced by the last, which was here already.
 */
static bool cascade_node(uowi_cascade *cascade, uowi_entry *principal, const uowi_relation *relation, uowi_node *node,
                         const void *key_row)
{
    bool ok = true;

    if (!node)
        return true;
    uowi_node_hold(node);
    for (uint32_t i = node->count; ok && i-- > 0;)
        if (!key_row || cascade_was_here(cascade, uowi_node_member(node, i), relation, key_row))
            ok = cascade_dependent(cascade, principal, uowi_node_member(node, i), relation);
    uowi_node_release(cascade->tracker, node);
    return ok;
}

/*
 * An alternate key may have been changed before its row was removed, or be another row's by now: what was there when the
 * row was read goes with it still.
 */
static bool cascade_members(uowi_cascade *cascade, uowi_entry *principal, const uowi_relation *relation)
{
    const uowi_slab *slab = uowi_tracker_slab(cascade->tracker, principal->entity);
    const void *key_row = uowi_entry_original(slab, principal);
    uowi_node *node = uowi_entry_place(slab, principal, relation->place)->node;
    uowi_node *before = NULL;

    if (relation->alternate && principal->state == UOW_DELETED && !(principal->flags & UOWI_ENTRY_WRITTEN))
        before = uowi_node_find(cascade->tracker, relation, key_row);
    return (before == node || cascade_node(cascade, principal, relation, before, key_row)) &&
           cascade_node(cascade, principal, relation, node, NULL);
}

static bool cascade_follow(uowi_cascade *cascade, uowi_entry *principal)
{
    const uowi_entity *entity = principal->entity;
    bool ok = true;

    for (size_t i = 0; ok && entity->place_count > 0 && i < entity->dependent_count; i++)
        if (entity->dependents[i]->followed)
            ok = cascade_members(cascade, principal, entity->dependents[i]);
    for (const uowi_cascade_heir *heir = uowi_cascade_heirs(cascade, principal); ok && heir; heir = heir->next)
        ok = cascade_dependent(cascade, principal, heir->entry, heir->relation);
    return ok;
}

static uow_status cascade_say(const uowi_cascade *cascade, const uowi_cascade_heir *heir)
{
    const uow_column *column = &heir->relation->dependent->columns[heir->relation->columns[0]];
    const uowi_tracker *tracker = cascade->tracker;
    uow_status st;
    uowi_buf dependent, principal;

    uowi_buf_init(&dependent, tracker->mem, 0);
    uowi_buf_init(&principal, tracker->mem, 0);
    uowi_entry_text(tracker, heir->entry, &dependent);
    uowi_error_entity(cascade->error, heir->entry->entity->name);
    uowi_error_column(cascade->error, column->name);
    uowi_error_instance(cascade->error, uowi_tracker_row(tracker, heir->entry));
    if (heir->principal) {
        uowi_entry_text(tracker, heir->principal, &principal);
        uowi_error_instance(cascade->error, uowi_tracker_row(tracker, heir->principal));
        st = uowi_error_set(cascade->error, UOW_CONSTRAINT,
                            "%s is to be deleted, but %s refers to it by %s, and that restricts: delete or move it first",
                            uowi_buf_cstr(&principal), uowi_buf_cstr(&dependent), column->name);
    } else {
        st = uowi_error_set(cascade->error, UOW_CONSTRAINT,
                            "%s lost its reference to %s, but %s is required and does not cascade: give it another row, or remove it",
                            uowi_buf_cstr(&dependent), heir->relation->principal->name, column->name);
    }
    uowi_buf_done(&principal);
    uowi_buf_done(&dependent);
    return st;
}

/* A row that restricts may meanwhile be deleted itself, by another way. */
static uow_status cascade_judge(const uowi_cascade *cascade)
{
    for (const uowi_cascade_heir *heir = cascade->refused; heir; heir = heir->next)
        if (!cascade_gone(heir->entry) &&
            !uowi_relation_null(heir->relation, uowi_tracker_row(cascade->tracker, heir->entry)))
            return cascade_say(cascade, heir);
    return UOW_OK;
}

static uow_status cascade_run(uowi_cascade *cascade)
{
    for (size_t i = 0; UOWI_RARE(i < cascade->queued); i++)
        if (!cascade_follow(cascade, cascade->queue[i]))
            return uowi_error_no_memory(cascade->error);
    return cascade_judge(cascade);
}

/* The first relation by which a row is an orphan still: it may have been given another principal since. */
static const uowi_relation *cascade_orphaned(const uowi_tracker *tracker, const uowi_entry *entry)
{
    const uowi_entity *entity = entry->entity;

    for (size_t r = 0; r < entity->relation_count; r++) {
        const uowi_relation *relation = &entity->relations[r];
        const uowi_bond *link;

        if (!relation->followed)
            continue;
        link = uowi_entry_bond(uowi_tracker_slab(tracker, entity), entry, relation->link);
        if (link->node && link->member == UOWI_NO_MEMBER)
            return relation;
    }
    return NULL;
}

static bool cascade_orphan(uowi_cascade *cascade, uowi_entry *entry)
{
    const uowi_relation *relation = cascade_orphaned(cascade->tracker, entry);

    if (!relation) {
        entry->flags &= (uint16_t)~UOWI_ENTRY_ORPHAN;
        return true;
    }
    if (relation->on_delete == UOW_CASCADE)
        return cascade_delete(cascade, entry, NULL);
    return cascade_refuse_later(cascade, NULL, entry, relation);
}

static bool cascade_collect(uowi_cascade *cascade, const uowi_slab *slab)
{
    uowi_entry *entry = NULL;
    size_t page = 0;
    bool ok = true;

    while (ok && (entry = uowi_slab_next(slab, entry, &page)) != NULL) {
        if (entry->state == UOW_DELETED)
            ok = cascade_queue(cascade, entry);
        else if (entry->flags & UOWI_ENTRY_ORPHAN)
            ok = cascade_orphan(cascade, entry);
    }
    return ok;
}

static uow_status cascade_strays(uowi_cascade *cascade)
{
    const uowi_cascade_heir *heir;
    uow_status st = uowi_cascade_strays(cascade, &heir);

    for (; st == UOW_OK && heir; heir = heir->next)
        if (!cascade_dependent(cascade, NULL, heir->entry, heir->relation))
            st = uowi_error_no_memory(cascade->error);
    return st;
}

static void cascade_init(uowi_cascade *cascade, uowi_tracker *tracker, uowi_arena *arena, uow_error *error)
{
    memset(cascade, 0, sizeof *cascade);
    cascade->tracker = tracker;
    cascade->arena = arena;
    cascade->error = error;
    uowi_cascade_index_init(cascade);
}

UOWI_HOT uow_status uowi_cascade_begin(uowi_cascade *cascade, uowi_tracker *tracker, uowi_arena *arena,
                                       uow_error *error)
{
    const uow_model *model = tracker->model;
    uow_status st;

    cascade_init(cascade, tracker, arena, error);
    if (!model || !model->related)
        return UOW_OK;
    st = uowi_detect(tracker, error);
    for (size_t i = 0; st == UOW_OK && i < model->entity_count; i++) {
        const uowi_entity *entity = &model->entities[i];

        if ((entity->dependent_count > 0 || entity->link_count > 0) && !cascade_collect(cascade, &tracker->slabs[i]))
            st = uowi_error_no_memory(error);
    }
    if (st == UOW_OK)
        st = cascade_strays(cascade);
    if (st == UOW_OK && cascade->queued > 0)
        st = uowi_cascade_index(cascade);
    return st == UOW_OK ? cascade_run(cascade) : st;
}

uow_status uowi_cascade_drop(uowi_cascade *cascade, uowi_tracker *tracker, uowi_entry *entry, uowi_arena *arena,
                             uow_error *error)
{
    cascade_init(cascade, tracker, arena, error);
    if (!cascade_delete(cascade, entry, NULL))
        return uowi_error_no_memory(error);
    return cascade_run(cascade);
}

static void cascade_undo(uowi_tracker *tracker, const uowi_cascade_step *step)
{
    const uowi_relation *relation = step->relation;
    void *row = uowi_tracker_row(tracker, step->entry);

    step->entry->state = step->state;
    step->entry->flags = step->flags;
    for (size_t i = 0; relation && i < relation->count; i++) {
        uow_ind *ind = uowi_member_ind(&relation->dependent->columns[relation->columns[i]], row);

        if (ind)
            *ind = step->indicators[i];
    }
    if (!step->node)
        return;
    uowi_node_join(tracker, step->node, step->entry);
    uowi_bond_show(tracker, relation, step->entry, true);
    uowi_node_release(tracker, step->node);
}

/*
 * A new row goes with its principal. One whose deletion a hook has left out is there still, and so are the new rows
 * that hang on it, each before those that hang on that one: the steps are walked from the first.
 */
static void cascade_spare(uowi_cascade *cascade)
{
    uowi_cascade_step *first = NULL;

    while (UOWI_RARE(cascade->steps)) {
        uowi_cascade_step *step = cascade->steps;

        cascade->steps = step->before;
        step->before = first;
        first = step;
    }
    cascade->steps = first;
    for (; first; first = first->before) {
        const uowi_entry *cause = first->cause;
        bool stays = cause && cause->entity && (cause->flags & UOWI_ENTRY_SUPPRESSED ||
                                                (cause->state == UOW_ADDED && !(cause->flags & UOWI_ENTRY_DROPPED)));

        if (stays && first->state == UOW_ADDED)
            first->entry->flags = first->flags;
    }
}

UOWI_HOT void uowi_cascade_end(uowi_cascade *cascade, bool keep)
{
    if (keep)
        cascade_spare(cascade);
    for (const uowi_cascade_step *step = cascade->steps; step; step = step->before) {
        if (!keep)
            cascade_undo(cascade->tracker, step);
        else if (step->node)
            uowi_node_release(cascade->tracker, step->node);
    }
    for (const uowi_cascade_step *step = cascade->steps; keep && step; step = step->before)
        if (!step->relation && step->state == UOW_ADDED && step->entry->flags & UOWI_ENTRY_DROPPED)
            uowi_tracker_detach(cascade->tracker, step->entry);
    cascade->steps = NULL;
    uowi_cascade_index_done(cascade);
}
