#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "track/undo.h"

#include <string.h>

#include "track/fixup.h"
#include "track/follow.h"
#include "track/key.h"

struct uowi_undo {
    uowi_undo *older;
    uowi_entry *entry;
    const uowi_entity *entity;
    uint32_t depth;
    uint8_t state;
    uint8_t temporary;
    uint16_t flags;
    uowi_columns touched;
    uowi_long *longs; /* bytes of the long values of both images */
    char *images;     /* row, then original */
};

static const uowi_slab *undo_slab(const uowi_tracker *tracker, const uowi_undo *undo)
{
    return uowi_tracker_slab(tracker, undo->entity);
}

static void undo_free(uowi_tracker *tracker, uowi_undo *undo)
{
    const uowi_slab *slab = undo_slab(tracker, undo);

    if (undo->longs) {
        uowi_longs_free(slab, tracker->mem, undo->longs);
        uowi_free(tracker->mem, undo->longs, slab->long_count * sizeof *undo->longs);
    }
    uowi_free(tracker->mem, undo->images, 2 * undo->entity->row_size);
    uowi_free(tracker->mem, undo, sizeof *undo);
}

/* The images point at bytes of their own: those of the entry will be replaced. */
static bool undo_copy_longs(uowi_tracker *tracker, uowi_undo *undo)
{
    const uowi_slab *slab = undo_slab(tracker, undo);
    size_t size = undo->entity->row_size;

    if (!slab->long_count)
        return true;
    undo->longs = uowi_alloc_array(tracker->mem, slab->long_count, sizeof *undo->longs);
    if (!undo->longs || !uowi_longs_prepare(slab, tracker->mem, undo->images, undo->images + size, undo->longs))
        return false;
    uowi_longs_point(slab, undo->longs, undo->images, undo->images + size);
    return true;
}

bool uowi_undo_note(uowi_tracker *tracker, uowi_entry *entry, const uowi_columns *touched, uint32_t depth)
{
    size_t size = entry->entity->row_size;
    uowi_undo *undo = uowi_zalloc(tracker->mem, sizeof *undo);

    if (!undo)
        return false;
    undo->entity = entry->entity;
    undo->images = uowi_alloc(tracker->mem, 2 * size);
    if (!undo->images) {
        uowi_free(tracker->mem, undo, sizeof *undo);
        return false;
    }
    memcpy(undo->images, uowi_tracker_row(tracker, entry), size);
    memcpy(undo->images + size, uowi_tracker_original(tracker, entry), size);
    if (!undo_copy_longs(tracker, undo)) {
        undo_free(tracker, undo);
        return false;
    }
    undo->entry = entry;
    undo->depth = depth;
    undo->state = entry->state;
    undo->temporary = entry->temporary;
    undo->flags = entry->flags;
    undo->touched = *touched;
    undo->older = tracker->undo;
    tracker->undo = undo;
    return true;
}

static void undo_pop(uowi_tracker *tracker)
{
    uowi_undo *undo = tracker->undo;

    tracker->undo = undo->older;
    undo_free(tracker, undo);
}

void uowi_undo_drop(uowi_tracker *tracker, size_t count)
{
    while (count-- > 0)
        undo_pop(tracker);
}

/* Rows deleted in the unit were kept for a rollback that did not come. */
static void undo_finish(uowi_tracker *tracker)
{
    while (tracker->undo) {
        uowi_entry *entry = tracker->undo->entry;
        bool gone = entry && entry->flags & UOWI_ENTRY_WRITTEN;

        undo_pop(tracker);
        if (gone)
            uowi_tracker_detach(tracker, entry);
    }
}

void uowi_undo_commit(uowi_tracker *tracker, uint32_t depth)
{
    if (depth <= 1) {
        undo_finish(tracker);
        return;
    }
    for (uowi_undo *undo = tracker->undo; undo && undo->depth >= depth; undo = undo->older)
        undo->depth = depth - 1;
}

/* What save gave, but for what the program changed since: that differs from what was saved. */
static uowi_columns undo_given(const uowi_undo *undo, const void *row, const void *saved)
{
    uowi_columns given = {{0}};

    for (size_t i = 0; i < undo->entity->column_count; i++)
        if (uowi_columns_has(&undo->touched, i) && uowi_member_same(&undo->entity->columns[i], row, saved))
            uowi_columns_add(&given, i);
    return given;
}

/* Original values, state and what save gave come back; what the program changed since stays. */
static uow_status undo_restore(uowi_tracker *tracker, uowi_undo *undo, uow_error *error)
{
    uowi_entry *entry = undo->entry;
    size_t size = undo->entity->row_size;
    const void *original = undo->images + size;
    bool rekeyed = !uowi_key_equal(undo->entity, uowi_tracker_original(tracker, entry), original);
    uowi_columns given = undo_given(undo, uowi_tracker_row(tracker, entry), uowi_tracker_original(tracker, entry));
    uow_status st;

    st = uowi_tracker_return(tracker, entry, &given, undo->images, original, error);
    if (st != UOW_OK)
        return st;
    entry->state = undo->state;
    entry->flags = undo->flags;
    if (rekeyed)
        uowi_tracker_rekey(tracker, entry);
    entry->temporary = undo->temporary;
    uowi_fixup_settle(tracker, entry);
    return UOW_OK;
}

/* The oldest note of an entry is the one that stays. Entries know their places while dependents follow. */
static bool undo_find_moves(uowi_tracker *tracker, uint32_t depth, uowi_moves *moves)
{
    size_t notes = 0;

    for (const uowi_undo *undo = tracker->undo; undo && undo->depth >= depth; undo = undo->older)
        notes++;
    if (!uowi_moves_begin(moves, tracker->mem, notes))
        return false;
    for (const uowi_undo *undo = tracker->undo; undo && undo->depth >= depth; undo = undo->older) {
        if (!undo->entry || uowi_key_equal(undo->entity, uowi_tracker_original(tracker, undo->entry), undo->images))
            continue;
        uowi_moves_add(moves, undo->entry, undo->images, undo->temporary);
    }
    return true;
}

/* Rows that refer to a key the rollback takes back, but were not saved with it, go on referring to the row. */
static uow_status undo_follow(uowi_tracker *tracker, uint32_t depth, uow_error *error)
{
    uowi_moves moves = {0};
    bool ok = undo_find_moves(tracker, depth, &moves) && uowi_moves_follow(&moves, tracker);

    uowi_moves_end(&moves, tracker->mem);
    return ok ? UOW_OK : uowi_error_no_memory(error);
}

uow_status uowi_undo_rollback(uowi_tracker *tracker, uint32_t depth, uow_error *error)
{
    uow_status st = UOW_OK;

    if (tracker->undo && tracker->undo->depth >= depth)
        st = undo_follow(tracker, depth, error);
    while (tracker->undo && tracker->undo->depth >= depth) {
        uow_status one = tracker->undo->entry ? undo_restore(tracker, tracker->undo, error) : UOW_OK;

        st = st == UOW_OK ? one : st;
        undo_pop(tracker);
    }
    return st;
}

void uowi_undo_forget(uowi_tracker *tracker, const uowi_entry *entry)
{
    for (uowi_undo *undo = tracker->undo; undo; undo = undo->older)
        if (!entry || undo->entry == entry)
            undo->entry = NULL;
    while (!entry && tracker->undo)
        undo_pop(tracker);
}
