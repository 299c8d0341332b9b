#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "track/plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/usual.h"
#include "track/follow.h"
#include "track/key.h"
#include "track/plan_order.h"
#include "track/relation.h"

static uow_status plan_check_update(const uowi_tracker *tracker, const uowi_change *change, uow_error *error)
{
    const uowi_entity *entity = change->entity;

    if (UOWI_USUAL(!entity->has_computed && !uowi_change_writes(change, entity->key, entity->key_count)))
        return UOW_OK;
    for (size_t i = 0; i < entity->column_count; i++) {
        const uow_column *column = &entity->columns[i];

        if (!uowi_columns_has(change->columns, i) || !(column->flags & (UOW_KEY | UOW_READONLY)))
            continue;
        uowi_error_entity(error, entity->name);
        uowi_error_column(error, column->name);
        uowi_error_instance(error, uowi_tracker_row(tracker, change->entry));
        if (column->flags & UOW_KEY)
            return uowi_error_set(error, UOW_MISUSE,
                                  "the key of a saved row of %s was changed (%s): remove the row and add another",
                                  entity->name, column->name);
        return uowi_error_set(error, UOW_MISUSE, "%s.%s is computed by the database and was changed by the program",
                              entity->name, column->name);
    }
    return UOW_OK;
}

typedef struct plan_work {
    uowi_tracker *tracker;
    uowi_arena *arena;
    uow_error *error;
    uowi_change *changes;
    size_t count;
    size_t capacity;
    const uowi_columns *columns[UOWI_DELETE + 1]; /* of the last change of each kind: nearly always those of the next */
    bool has_long, linked, releases, unsorted, ungrouped;
    const uowi_entity *given_of;
    uowi_columns given; /* see plan_give: made when the first insert of an entity is met */
    bool defaults;      /* it has columns with one */
    size_t last[UOWI_DELETE + 1]; /* of the entity under way, by operation: the position behind its last change, or 0 */
} plan_work;

/* Which columns every insert of an entity writes: not what the database makes, always or by a default. */
static void plan_give(plan_work *work, const uowi_entity *entity)
{
    memset(&work->given, 0, sizeof work->given);
    work->given_of = entity;
    work->defaults = false;
    for (size_t i = 0; i < entity->column_count; i++) {
        uint32_t flags = entity->columns[i].flags;

        if (!(flags & (UOW_READONLY | UOW_GENERATED | UOW_DEFAULT)))
            uowi_columns_add(&work->given, i);
        work->defaults = work->defaults || flags & UOW_DEFAULT;
    }
}

/* With a key the program gave, and values where a default stands otherwise. */
static void plan_insert_columns(plan_work *work, const uowi_entry *entry, const void *row, uowi_columns *out)
{
    const uowi_entity *entity = entry->entity;

    if (UOWI_RARE(work->given_of != entity))
        plan_give(work, entity);
    *out = work->given;
    if (entity->generated_key != UOWI_NO_COLUMN && !entry->temporary &&
        !(entity->columns[entity->generated_key].flags & (UOW_READONLY | UOW_DEFAULT)))
        uowi_columns_add(out, entity->generated_key);
    for (size_t i = 0; work->defaults && i < entity->column_count; i++) {
        const uow_column *column = &entity->columns[i];
        bool made = column->flags & UOW_READONLY ||
                    (column->flags & UOW_GENERATED && (i != entity->generated_key || entry->temporary));

        if (column->flags & UOW_DEFAULT && !made && !uowi_member_is_zero(column, row))
            uowi_columns_add(out, i);
    }
}

/* What is to be written of an entry, if anything. */
static bool plan_classify(plan_work *work, uowi_entry *entry, uowi_change *out, uowi_columns *columns)
{
    const uowi_tracker *tracker = work->tracker;

    memset(out, 0, sizeof *out);
    memset(columns, 0, sizeof *columns);
    out->entry = entry;
    out->entity = entry->entity;
    if (UOWI_RARE(entry->flags & UOWI_ENTRY_DROPPED))
        return false;
    switch (entry->state) {
    case UOW_ADDED:
        out->write = UOWI_INSERT;
        plan_insert_columns(work, entry, uowi_tracker_row(tracker, entry), columns);
        return true;
    case UOW_DELETED:
        out->write = UOWI_DELETE;
        return !(entry->flags & UOWI_ENTRY_WRITTEN);
    default:
        out->write = UOWI_UPDATE;
        return uowi_snapshot_changed(uowi_tracker_slab(tracker, entry->entity), entry, columns);
    }
}

/* The sets of a change: of most, as of the one before. */
static bool plan_share(plan_work *work, uowi_change *change, const uowi_columns *columns)
{
    const uowi_columns **last = &work->columns[change->write];

    if (!*last || UOWI_RARE(!uowi_columns_same(*last, columns)))
        *last = uowi_arena_copy(work->arena, columns, sizeof *columns);
    change->columns = *last;
    if (uowi_change_is_wide(change))
        change->touched.many = uowi_arena_zalloc(work->arena, sizeof *change->touched.many);
    return change->columns && (!uowi_change_is_wide(change) || change->touched.many);
}

/* The image is what is written: a copy, so that the program's struct changes only when all is done. */
static bool plan_image(plan_work *work, uowi_change *change)
{
    const uowi_slab *slab = uowi_tracker_slab(work->tracker, change->entity);
    const void *row = uowi_entry_row(slab, change->entry);

    change->original = uowi_entry_original(slab, change->entry);
    change->image = uowi_arena_copy(work->arena, change->write == UOWI_DELETE ? change->original : row,
                                    change->entity->row_size);
    return change->image != NULL;
}

/* Notes what is in order already, while the changes are at hand. */
static void plan_note_order(plan_work *work, size_t at)
{
    const uowi_change *change = &work->changes[at];
    size_t *last = &work->last[change->write];
    bool follows = at == 0 || uowi_plan_in_order(change - 1, change);

    work->unsorted = work->unsorted || !follows;
    if (*last > 0 && *last < at)
        follows = uowi_plan_in_order(&work->changes[*last - 1], change);
    work->ungrouped = work->ungrouped || (*last > 0 && !follows);
    *last = at + 1;
}

#define PLAN_LARGE 1024 /* from so many changes on, copying them at each doubling is worth a guess */

/* Room for one more: for as many as last time, once there are many. */
static bool plan_room(plan_work *work)
{
    size_t size = sizeof *work->changes;
    size_t guess = work->tracker->planned;
    uowi_change *grown;

    if (UOWI_USUAL(work->count < work->capacity))
        return true;
    grown = work->capacity >= PLAN_LARGE && guess > 2 * work->capacity && guess <= work->tracker->count
                ? uowi_arena_regrow(work->arena, work->changes, work->capacity * size, guess * size)
                : NULL;
    if (!grown)
        return uowi_arena_room(work->arena, (void **)&work->changes, work->count, &work->capacity, size);
    work->changes = grown;
    work->capacity = guess;
    return true;
}

/* Made where it stays: a change is large, and there may be very many. */
static uow_status plan_push(plan_work *work, uowi_entry *entry)
{
    uowi_change *change;
    uowi_columns columns;

    if (UOWI_RARE(entry->flags & UOWI_ENTRY_SUPPRESSED))
        return UOW_OK;
    if (!plan_room(work))
        return uowi_error_no_memory(work->error);
    change = &work->changes[work->count];
    if (!plan_classify(work, entry, change, &columns))
        return UOW_OK;
    if (!plan_share(work, change, &columns) || !plan_image(work, change))
        return uowi_error_no_memory(work->error);
    plan_note_order(work, work->count++);
    entry->change = change->number = (uint32_t)work->count; /* while the entry is at hand */
    work->has_long = work->has_long || change->entity->has_long;
    work->linked = work->linked || change->entity->relation_count > 0 || change->entity->unique_count > 0;
    work->releases = work->releases || (change->entity->unique_count > 0 && change->write != UOWI_INSERT);
    return change->write == UOWI_UPDATE ? plan_check_update(work->tracker, change, work->error) : UOW_OK;
}

/* *moved: a new row was given another key. */
UOWI_HOT static uow_status plan_walk(plan_work *work, bool *moved)
{
    const uow_model *model = work->tracker->model;
    uow_status st = UOW_OK;

    for (size_t i = 0; model && i < model->entity_count; i++) {
        const uowi_slab *slab = &work->tracker->slabs[i];
        uowi_entry *entry = NULL;
        size_t page = 0;

        memset(work->last, 0, sizeof work->last);
        while (st == UOW_OK && (entry = uowi_slab_next(slab, entry, &page)) != NULL) {
            *moved = *moved || uowi_follow_is_due(work->tracker, entry);
            st = plan_push(work, entry);
        }
    }
    return st;
}

static void plan_forget(const uowi_change *changes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t j = i; i % UOWI_TOUCH_BLOCK == 0 && j < count && j < i + UOWI_TOUCH_BLOCK; j++)
            uowi_touch(&changes[j].entry->change, sizeof changes[j].entry->change);
        if (changes[i].patch == UOWI_PATCH_NONE)
            changes[i].entry->change = 0;
    }
}

void uowi_plan_forget(const uowi_plan *plan)
{
    plan_forget(plan->changes, plan->count);
}

static uow_status plan_collect(plan_work *work)
{
    bool moved = false;
    uow_status st = plan_walk(work, &moved);

    if (st != UOW_OK || !moved)
        return st;
    plan_forget(work->changes, work->count);
    work->count = 0;
    st = uowi_follow_added(work->tracker, work->error);
    return st == UOW_OK ? plan_walk(work, &moved) : st;
}

/*
 * A key that is partly a foreign key to a new row is temporary too: those that refer to it by its whole key must be
 * given the real one. Principals stand before their dependents here.
 */
static uow_status plan_inherit(uowi_tracker *tracker, uowi_arena *arena, uow_error *error, const uowi_plan *plan)
{
    void *scratch = NULL;

    for (size_t i = 0; UOWI_RARE(tracker->model->inherits) && i < plan->count; i++) {
        const uowi_change *change = &plan->changes[i];

        if (!change->entity->inherits_key || change->write != UOWI_INSERT)
            continue;
        if (!scratch)
            scratch = uowi_arena_alloc(arena, uowi_model_widest(tracker->model));
        if (!scratch)
            return uowi_error_no_memory(error);
        for (size_t r = 0; !change->entry->temporary && r < change->entity->relation_count; r++) {
            const uowi_entry *principal = uowi_relation_principal(tracker, change->entity, &change->entity->relations[r],
                                                                  change->image, scratch);

            change->entry->temporary = principal && principal->temporary;
        }
    }
    return UOW_OK;
}

UOWI_HOT uow_status uowi_plan_build(uowi_tracker *tracker, uowi_arena *arena, uow_error *error, uowi_plan *out)
{
    plan_work work = {.tracker = tracker, .arena = arena, .error = error};
    uow_status st = plan_collect(&work);

    memset(out, 0, sizeof *out);
    out->changes = work.changes;
    out->count = work.count;
    out->sorted = !work.unsorted;
    out->grouped = !work.ungrouped;
    out->has_long = work.has_long;
    out->linked = work.linked;
    out->releases = work.releases;
    if (st == UOW_OK)
        st = uowi_plan_order(tracker, arena, error, out);
    if (st == UOW_OK)
        st = plan_inherit(tracker, arena, error, out);
    if (st == UOW_OK)
        tracker->planned = work.count;
    else
        uowi_plan_forget(out);
    return st;
}
