/* What is done with every tracked row at once. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "track/follow.h"
#include "track/key.h"
#include "track/tracker.h"

/* Slots are walked as they lie, which is the order of tracking but for slots used again. */
uow_status uowi_tracker_each(uowi_tracker *tracker, uowi_entry_fn fn, void *user)
{
    size_t entities = tracker->slabs ? tracker->model->entity_count : 0;
    uow_status st = UOW_OK;

    for (size_t i = 0; st == UOW_OK && i < entities; i++) {
        const uowi_slab *slab = &tracker->slabs[i];
        uowi_entry *entry = NULL;
        size_t page = 0;

        while (st == UOW_OK && (entry = uowi_slab_next(slab, entry, &page)) != NULL)
            st = fn(user, entry);
    }
    return st;
}

static bool all_is_change(const uowi_tracker *tracker, const uowi_entry *entry)
{
    return !(entry->flags & (UOWI_ENTRY_DROPPED | UOWI_ENTRY_WRITTEN)) &&
           uowi_tracker_state(tracker, entry) != UOW_UNCHANGED;
}

size_t uowi_tracker_changes(const uowi_tracker *tracker)
{
    size_t entities = tracker->slabs ? tracker->model->entity_count : 0;
    size_t changes = 0;

    for (size_t i = 0; i < entities; i++) {
        const uowi_slab *slab = &tracker->slabs[i];
        uowi_entry *entry = NULL;
        size_t page = 0;

        while ((entry = uowi_slab_next(slab, entry, &page)) != NULL)
            changes += all_is_change(tracker, entry);
    }
    return changes;
}

static uow_status all_stop(void *user, uowi_entry *entry)
{
    return all_is_change(user, entry) ? UOW_END : UOW_OK;
}

bool uowi_tracker_has_changes(uowi_tracker *tracker)
{
    return uowi_tracker_each(tracker, all_stop, tracker) == UOW_END;
}

typedef struct all_work {
    uowi_tracker *tracker;
    uow_error *error;
    size_t count;
} all_work;

static uow_status all_count(void *user, uowi_entry *entry)
{
    all_work *work = user;

    work->count += entry->state == UOW_ADDED;
    return UOW_OK;
}

/* Current bytes become original ones. Long values are copied here, and an entry whose copy fails keeps its change. */
static uow_status all_accept(void *user, uowi_entry *entry)
{
    all_work *work = user;
    uowi_tracker *tracker = work->tracker;
    const void *row = uowi_tracker_row(tracker, entry);
    bool rekeyed;
    uow_status st;

    if (entry->state == UOW_DELETED) {
        uowi_tracker_detach(tracker, entry);
        return UOW_OK;
    }
    rekeyed = !uowi_key_equal(entry->entity, uowi_tracker_original(tracker, entry), row);
    st = uowi_tracker_set(tracker, entry, NULL, row, work->error);
    if (st != UOW_OK)
        return st;
    entry->state = UOW_UNCHANGED;
    entry->flags &= (uint16_t)~UOWI_ENTRY_MODIFIED;
    if (rekeyed)
        uowi_tracker_rekey(tracker, entry);
    return UOW_OK;
}

/* A key that was made up here is no row's in the database. */
static uow_status all_made_up(void *user, uowi_entry *entry)
{
    all_work *work = user;
    uow_status st;
    uowi_buf key;

    if (entry->state != UOW_ADDED || !entry->temporary)
        return UOW_OK;
    uowi_buf_init(&key, work->tracker->mem, 0);
    uowi_key_text(entry->entity, uowi_tracker_original(work->tracker, entry), &key);
    uowi_error_entity(work->error, entry->entity->name);
    uowi_error_key(work->error, uowi_buf_cstr(&key));
    uowi_error_instance(work->error, uowi_tracker_row(work->tracker, entry));
    st = uowi_error_set(work->error, UOW_MISUSE,
                        "a new row of %s still has a made-up key (%s): give it the one the database has, or save it",
                        entry->entity->name, uowi_buf_cstr(&key));
    uowi_buf_done(&key);
    return st;
}

uow_status uowi_tracker_accept_all(uowi_tracker *tracker, uow_error *error)
{
    all_work work = {tracker, error, 0};
    uow_status st = uowi_follow_added(tracker, error);

    if (st == UOW_OK)
        st = uowi_tracker_each(tracker, all_made_up, &work);
    if (st != UOW_OK)
        return st;
    (void)uowi_tracker_each(tracker, all_count, &work);
    if (!uowi_tracker_reserve(tracker, work.count + tracker->count))
        return uowi_error_no_memory(error);
    return uowi_tracker_each(tracker, all_accept, &work);
}

static uow_status all_reject(void *user, uowi_entry *entry)
{
    all_work *work = user;

    if (entry->state == UOW_ADDED) {
        uowi_tracker_detach(work->tracker, entry);
        return UOW_OK;
    }
    if (entry->flags & UOWI_ENTRY_WRITTEN)
        return UOW_OK;
    return uowi_tracker_revert(work->tracker, entry, work->error);
}

uow_status uowi_tracker_reject_all(uowi_tracker *tracker, uow_error *error)
{
    all_work work = {tracker, error, 0};

    return uowi_tracker_each(tracker, all_reject, &work);
}
