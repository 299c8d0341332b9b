#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "track/tracker.h"

#include <string.h>

#include "base/usual.h"
#include "track/fixup.h"
#include "track/key.h"
#include "track/lost.h"
#include "track/relation.h"
#include "track/undo.h"

static const uowi_columns tracker_all_columns = {{UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX}};

static bool tracker_same_row(const void *value, const void *key, const void *user)
{
    return uowi_tracker_row(user, value) == key;
}

bool uowi_tracker_init(uowi_tracker *tracker, uowi_mem *mem, const uow_model *model, uint64_t limit)
{
    memset(tracker, 0, sizeof *tracker);
    tracker->mem = mem;
    tracker->model = model;
    tracker->limit = limit;
    tracker->next_temporary = -1;
    uowi_map_init(&tracker->foreign, mem, tracker_same_row, tracker);
    uowi_map_init(&tracker->nodes, mem, uowi_node_same, NULL);
    if (!model)
        return true;
    tracker->slabs = uowi_alloc_array(mem, model->entity_count, sizeof *tracker->slabs);
    if (!tracker->slabs)
        return false;
    for (size_t i = 0; i < model->entity_count; i++)
        uowi_slab_init(&tracker->slabs[i], &model->entities[i]);
    if (model->followed)
        tracker->image = uowi_zalloc(mem, uowi_model_widest(model));
    return tracker->image || !model->followed;
}

void uowi_tracker_empty(uowi_tracker *tracker)
{
    size_t entities = tracker->slabs ? tracker->model->entity_count : 0;

    uowi_fixup_clear(tracker);
    for (size_t i = 0; i < entities; i++) {
        uowi_slab *slab = &tracker->slabs[i];
        uowi_entry *entry = NULL;
        size_t page = 0;

        while (slab->long_count && (entry = uowi_slab_next(slab, entry, &page)) != NULL) {
            uowi_longs_blank(slab, entry);
            uowi_longs_free(slab, tracker->mem, uowi_entry_longs(slab, entry));
        }
        if (tracker->keeps > 0)
            uowi_slab_empty(slab);
        else
            uowi_slab_clear(slab, tracker->mem);
    }
    uowi_map_reset(&tracker->foreign);
    tracker->count = 0;
}

void uowi_tracker_moved(uowi_tracker *tracker)
{
    tracker->foreign.user = tracker;
}

void uowi_tracker_clear(uowi_tracker *tracker)
{
    uowi_undo_forget(tracker, NULL);
    uowi_lost_forget(tracker);
    uowi_tracker_empty(tracker);
}

void uowi_tracker_done(uowi_tracker *tracker)
{
    uowi_tracker_clear(tracker);
    for (size_t i = 0; tracker->slabs && i < tracker->model->entity_count; i++)
        uowi_slab_done(&tracker->slabs[i], tracker->mem);
    uowi_map_done(&tracker->foreign);
    uowi_map_done(&tracker->nodes);
    if (tracker->image)
        uowi_free(tracker->mem, tracker->image, uowi_model_widest(tracker->model));
    tracker->image = NULL;
    if (tracker->slabs)
        uowi_free(tracker->mem, tracker->slabs, tracker->model->entity_count * sizeof *tracker->slabs);
    tracker->slabs = NULL;
}

uowi_entry *uowi_tracker_entry(const uowi_tracker *tracker, const void *instance)
{
    size_t entities = tracker->slabs ? tracker->model->entity_count : 0;

    if (tracker->foreign.count > 0) {
        uowi_entry *entry = uowi_map_get(&tracker->foreign, uowi_hash_word((uint64_t)(uintptr_t)instance), instance);

        if (entry)
            return entry;
    }
    for (size_t i = 0; i < entities; i++) {
        uowi_entry *entry = uowi_slab_owner(&tracker->slabs[i], instance);

        if (entry)
            return entry;
    }
    return NULL;
}

/* Any key, and keys that are not where their hash belongs. */
static uowi_entry *tracker_search(const uowi_slab *slab, const void *key_row)
{
    const uowi_entity *entity = slab->entity;
    uint64_t hash = uowi_key_hash(entity, key_row);
    uowi_identity_walk walk;
    uint32_t ref;

    for (bool more = uowi_identity_first(&slab->identity, hash, &walk, &ref); more;
         more = uowi_identity_next(&slab->identity, hash, &walk, &ref)) {
        uowi_entry *entry = uowi_slab_at(slab, ref);

        if (entity->whole_key || uowi_key_equal(entity, uowi_entry_original(slab, entry), key_row))
            return entry;
    }
    return NULL;
}

/* A key of one integer is its hash, and nearly always at home. */
UOWI_HOT uowi_entry *uowi_tracker_find(const uowi_tracker *tracker, const uowi_entity *entity, const void *key_row)
{
    const uowi_slab *slab = uowi_tracker_slab(tracker, entity);
    uint32_t ref;

    if (entity->whole_key && uowi_identity_home_has(&slab->identity, uowi_key_hash(entity, key_row), &ref))
        return uowi_slab_at(slab, ref);
    return tracker_search(slab, key_row);
}

void uowi_tracker_touch(const uowi_tracker *tracker, const uowi_entity *entity, const void *key_row)
{
    uowi_identity_touch(&uowi_tracker_slab(tracker, entity)->identity,
                        uowi_identity_home(uowi_key_hash(entity, key_row)));
}

void uowi_tracker_touch_rekey(const uowi_tracker *tracker, const uowi_entry *entry, const void *key_row)
{
    uowi_identity_touch(&uowi_tracker_slab(tracker, entry->entity)->identity, entry->home);
    uowi_tracker_touch(tracker, entry->entity, key_row);
}

void uowi_tracker_know(uowi_slab *slab, uowi_entry *entry, const void *key_row)
{
    uint64_t hash = uowi_key_hash(slab->entity, key_row);

    entry->home = uowi_identity_home(hash);
    uowi_identity_put(&slab->identity, hash, entry->ref);
}

static uow_status tracker_room(const uowi_tracker *tracker, uow_error *error)
{
    if (tracker->limit == 0 || tracker->count < tracker->limit)
        return UOW_OK;
    return uowi_error_set(error, UOW_LIMIT,
                          "the context already tracks %llu instances (max_tracked); clear it or detach some",
                          (unsigned long long)tracker->limit);
}

/* Puts a row of the program's, or a copy of it, in the entry; longs are ready, the key's place is reserved. */
static void tracker_fill(uowi_tracker *tracker, uowi_slab *slab, uowi_entry *entry, const void *row, void *foreign,
                         const uowi_long *longs)
{
    const uowi_entity *entity = slab->entity;

    if (UOWI_RARE(foreign)) {
        memcpy(uowi_entry_row(slab, entry), &foreign, sizeof foreign);
        entry->flags |= UOWI_ENTRY_FOREIGN;
        (void)uowi_map_put(&tracker->foreign, uowi_hash_word((uint64_t)(uintptr_t)foreign), entry);
    } else {
        memcpy(uowi_entry_row(slab, entry), row, entity->row_size);
    }
    memcpy(uowi_entry_original(slab, entry), row, entity->row_size);
    uowi_longs_adopt(slab, tracker->mem, entry, longs, NULL);
    entry->serial = tracker->next_serial++;
    uowi_tracker_know(slab, entry, row);
    tracker->count++;
}

/* foreign: the program's own struct to be tracked in place (row then is the same), or NULL for a copy. */
UOWI_HOT static uow_status tracker_take(uowi_tracker *tracker, const uowi_entity *entity, const void *row,
                                        void *foreign, uow_state state, uow_error *error, uowi_entry **out_entry)
{
    uowi_slab *slab = uowi_tracker_slab(tracker, entity);
    uowi_long longs[UOWI_MAX_COLUMNS];
    uow_status st = tracker_room(tracker, error);
    uowi_entry *entry;

    if (st != UOW_OK)
        return st;
    if (UOWI_RARE(!uowi_identity_reserve(&slab->identity, tracker->mem, 1)) ||
        (UOWI_RARE(foreign) && !uowi_map_reserve(&tracker->foreign, 1)) ||
        !uowi_longs_prepare(slab, tracker->mem, row, row, longs))
        return uowi_error_no_memory(error);
    entry = uowi_slab_take(slab, tracker->mem);
    if (!entry || !uowi_fixup_prepare(tracker, entity, row)) {
        if (entry)
            uowi_slab_give(slab, entry);
        uowi_longs_free(slab, tracker->mem, longs);
        return uowi_error_no_memory(error);
    }
    tracker_fill(tracker, slab, entry, row, foreign, longs);
    entry->state = (uint8_t)state;
    uowi_fixup_settle(tracker, entry);
    *out_entry = entry;
    return UOW_OK;
}

uow_status uowi_tracker_attach(uowi_tracker *tracker, const uowi_entity *entity, const void *row, uow_state state,
                               uow_error *error, uowi_entry **out_entry)
{
    return tracker_take(tracker, entity, row, NULL, state, error, out_entry);
}

static uow_status tracker_refuse_twin(const uowi_tracker *tracker, const uowi_entity *entity, const void *row,
                                      uow_error *error)
{
    uowi_buf key;
    uow_status st;

    uowi_buf_init(&key, tracker->mem, 0);
    uowi_key_text(entity, row, &key);
    uowi_error_entity(error, entity->name);
    uowi_error_key(error, uowi_buf_cstr(&key));
    st = uowi_error_set(error, UOW_IDENTITY, "%s with key %s is tracked already: change that instance, or detach it first",
                        entity->name, uowi_buf_cstr(&key));
    uowi_buf_done(&key);
    return st;
}

static void tracker_foreign_forget(uowi_tracker *tracker, uowi_entry *entry)
{
    const void *row = uowi_tracker_row(tracker, entry);

    if (entry->flags & UOWI_ENTRY_FOREIGN)
        (void)uowi_map_remove(&tracker->foreign, uowi_hash_word((uint64_t)(uintptr_t)row), entry);
}

/* The entry's row is a struct of the program's from now on; its place in the map is reserved. */
static void tracker_move(uowi_tracker *tracker, uowi_entry *entry, void *foreign)
{
    const uowi_slab *slab = uowi_tracker_slab(tracker, entry->entity);

    uowi_columns_copy(entry->entity, &tracker_all_columns, uowi_tracker_row(tracker, entry), foreign);
    uowi_longs_blank(slab, entry);
    uowi_fixup_blank(tracker, entry);
    tracker_foreign_forget(tracker, entry);
    memcpy((char *)entry + slab->row_offset, &foreign, sizeof foreign);
    entry->flags |= UOWI_ENTRY_FOREIGN;
    (void)uowi_map_put(&tracker->foreign, uowi_hash_word((uint64_t)(uintptr_t)foreign), entry);
    uowi_fixup_moved(tracker, entry);
}

/* What a row added again keeps of the one that was removed. insert: that is deleted already. */
static void tracker_kept(const uowi_entity *entity, const void *values, bool insert, uowi_columns *out)
{
    uint32_t made = insert ? UOW_GENERATED : UOW_VERSION | UOW_READONLY | UOW_GENERATED;

    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < entity->column_count; i++) {
        const uow_column *column = &entity->columns[i];
        bool left = !insert && column->flags & UOW_DEFAULT && uowi_member_is_zero(column, values);

        if (column->flags & made || left)
            uowi_columns_add(out, i);
    }
}

/*
 * Removed and added again under the same key: one row, to be updated. What the database makes and checks itself
 * (version, computed columns) stays as it was read, and so does what the new row leaves to the database: a default is
 * for rows that are inserted. foreign: the struct to be tracked in place of the one that was removed.
 */
static uow_status tracker_replace(uowi_tracker *tracker, uowi_entry *entry, const void *values, void *foreign,
                                  uow_error *error)
{
    const uowi_entity *entity = entry->entity;
    bool insert = entry->flags & UOWI_ENTRY_WRITTEN; /* a deletion that is written leaves no row to update */
    void *image = uowi_alloc(tracker->mem, entity->row_size);
    uowi_columns kept;
    uow_status st;

    if (!image || (foreign && !uowi_map_reserve(&tracker->foreign, 1))) {
        uowi_free(tracker->mem, image, entity->row_size);
        return uowi_error_no_memory(error);
    }
    memcpy(image, values, entity->row_size);
    tracker_kept(entity, values, insert, &kept);
    uowi_columns_copy(entity, &kept, uowi_tracker_original(tracker, entry), image);
    st = uowi_tracker_set(tracker, entry, image, NULL, error);
    uowi_free(tracker->mem, image, entity->row_size);
    if (st != UOW_OK)
        return st;
    entry->state = insert ? UOW_ADDED : UOW_UNCHANGED;
    entry->flags &= (uint16_t)~UOWI_ENTRY_WRITTEN;
    if (UOWI_RARE(foreign))
        tracker_move(tracker, entry, foreign);
    return UOW_OK;
}

static bool tracker_needs_key(const uowi_entity *entity, const void *row)
{
    return entity->generated_key != UOWI_NO_COLUMN &&
           uowi_member_int64(&entity->columns[entity->generated_key], row) == 0;
}

/* The key is taken: the merge hook makes one of two, or it is an identity error. */
static uow_status tracker_meet_twin(uowi_tracker *tracker, uowi_entry *twin, const void *row, uow_error *error,
                                    uowi_entry **out_entry)
{
    if (!tracker->merge ||
        !tracker->merge(twin->entity->def, uowi_tracker_row(tracker, twin), row, tracker->merge_user))
        return tracker_refuse_twin(tracker, twin->entity, row, error);
    *out_entry = twin;
    return UOW_OK;
}

/* values is a scratch copy, or the program's struct itself: it receives the temporary key. */
static uow_status tracker_add_row(uowi_tracker *tracker, const uowi_entity *entity, void *values, void *foreign,
                                  uow_error *error, uowi_entry **out_entry)
{
    bool temporary = tracker_needs_key(entity, values);
    uowi_entry *twin = NULL;
    uow_status st = uowi_fixup_given(tracker, entity, values, error);

    if (st != UOW_OK)
        return st;
    if (temporary)
        st = uowi_tracker_make_key(tracker, entity, values, error);
    else
        twin = uowi_tracker_find(tracker, entity, values);
    if (st != UOW_OK)
        return st;
    if (twin && twin->state != UOW_DELETED)
        return tracker_meet_twin(tracker, twin, values, error, out_entry);
    if (twin) {
        *out_entry = twin;
        return tracker_replace(tracker, twin, values, foreign, error);
    }
    st = tracker_take(tracker, entity, values, foreign, UOW_ADDED, error, out_entry);
    if (st == UOW_OK)
        (*out_entry)->temporary = temporary;
    else if (temporary)
        (void)uowi_member_set_int64(&entity->columns[entity->generated_key], values, 0);
    return st;
}

uow_status uowi_tracker_add(uowi_tracker *tracker, const uowi_entity *entity, const void *row, uow_error *error,
                            uowi_entry **out_entry)
{
    uow_status st = uowi_longs_check(entity, row, error);
    void *copy;

    if (st != UOW_OK)
        return st;
    copy = uowi_alloc(tracker->mem, entity->row_size);
    if (!copy)
        return uowi_error_no_memory(error);
    memcpy(copy, row, entity->row_size);
    st = tracker_add_row(tracker, entity, copy, NULL, error, out_entry);
    uowi_free(tracker->mem, copy, entity->row_size);
    return st;
}

uow_status uowi_tracker_attach_own(uowi_tracker *tracker, const uowi_entity *entity, void *instance, uow_state state,
                                   uow_error *error, uowi_entry **out_entry)
{
    uowi_entry *twin;
    uow_status st;

    if (uowi_tracker_entry(tracker, instance))
        return uowi_error_set(error, UOW_IDENTITY, "this struct is tracked already");
    if (state == UOW_ADDED)
        return tracker_add_row(tracker, entity, instance, instance, error, out_entry);
    st = uowi_fixup_given(tracker, entity, instance, error);
    if (st != UOW_OK)
        return st;
    twin = uowi_tracker_find(tracker, entity, instance);
    if (twin)
        return tracker_meet_twin(tracker, twin, instance, error, out_entry);
    st = tracker_take(tracker, entity, instance, instance, state == UOW_DELETED ? UOW_DELETED : UOW_UNCHANGED, error,
                      out_entry);
    if (st == UOW_OK && state == UOW_MODIFIED)
        (*out_entry)->flags |= UOWI_ENTRY_MODIFIED;
    return st;
}

void uowi_tracker_detach(uowi_tracker *tracker, uowi_entry *entry)
{
    uowi_slab *slab = uowi_tracker_slab(tracker, entry->entity);

    if (tracker->undo)
        uowi_undo_forget(tracker, entry);
    uowi_lost_note(tracker, entry);
    uowi_fixup_detach(tracker, entry);
    uowi_identity_remove(&slab->identity, entry->home, entry->ref);
    tracker_foreign_forget(tracker, entry);
    if (slab->long_count) {
        uowi_longs_blank(slab, entry);
        uowi_longs_free(slab, tracker->mem, uowi_entry_longs(slab, entry));
    }
    uowi_slab_give(slab, entry);
    tracker->count--;
}

void uowi_tracker_remove(uowi_tracker *tracker, uowi_entry *entry)
{
    if (entry->state != UOW_ADDED) {
        entry->state = UOW_DELETED;
        return;
    }
    entry->flags |= UOWI_ENTRY_DROPPED;
    uowi_tracker_detach(tracker, entry);
}

static uow_status tracker_refuse_written(const uowi_entry *entry, uow_error *error)
{
    if (!(entry->flags & UOWI_ENTRY_WRITTEN))
        return UOW_OK;
    uowi_error_entity(error, entry->entity->name);
    return uowi_error_set(error, UOW_MISUSE,
                          "the deletion of this row of %s is written: it comes back when the unit is rolled back",
                          entry->entity->name);
}

uow_status uowi_tracker_update(uowi_entry *entry, uow_error *error)
{
    uow_status st = tracker_refuse_written(entry, error);

    if (st != UOW_OK || entry->state == UOW_ADDED)
        return st;
    entry->state = UOW_UNCHANGED;
    entry->flags |= UOWI_ENTRY_MODIFIED;
    return UOW_OK;
}

uow_status uowi_tracker_revert(uowi_tracker *tracker, uowi_entry *entry, uow_error *error)
{
    uow_status st = tracker_refuse_written(entry, error);

    if (st != UOW_OK)
        return st;
    if (!uowi_fixup_prepare(tracker, entry->entity, uowi_tracker_original(tracker, entry)) ||
        !uowi_snapshot_revert(uowi_tracker_slab(tracker, entry->entity), tracker->mem, entry))
        return uowi_error_no_memory(error);
    uowi_fixup_settle(tracker, entry);
    if (entry->state == UOW_DELETED)
        entry->state = UOW_UNCHANGED;
    return UOW_OK;
}

/* wrote: columns of the row that were written already, and whose long values are to become the tracker's. */
static uow_status tracker_put(uowi_tracker *tracker, uowi_entry *entry, const void *row, const void *original,
                              const uowi_columns *wrote, uow_error *error)
{
    uowi_slab *slab = uowi_tracker_slab(tracker, entry->entity);
    uowi_long longs[UOWI_MAX_COLUMNS];
    void *own_row = uowi_entry_row(slab, entry);
    void *own_original = uowi_entry_original(slab, entry);

    if (!uowi_fixup_prepare(tracker, entry->entity, row ? row : own_row) ||
        !uowi_longs_prepare(slab, tracker->mem, row ? row : own_row, original ? original : own_original, longs))
        return uowi_error_no_memory(error);
    if (row) /* members that are no columns are the program's */
        uowi_columns_copy(entry->entity, &tracker_all_columns, row, own_row);
    if (original)
        memcpy(own_original, original, entry->entity->row_size);
    uowi_longs_adopt(slab, tracker->mem, entry, longs, wrote);
    if (row)
        uowi_fixup_settle(tracker, entry);
    else
        uowi_fixup_show(tracker, entry);
    return UOW_OK;
}

/* Current and original values from two rows (the same one, or different ones), NULL: as they are. */
uow_status uowi_tracker_set(uowi_tracker *tracker, uowi_entry *entry, const void *row, const void *original,
                            uow_error *error)
{
    return tracker_put(tracker, entry, row, original, row ? &tracker_all_columns : NULL, error);
}

uow_status uowi_tracker_return(uowi_tracker *tracker, uowi_entry *entry, const uowi_columns *columns,
                               const void *row, const void *original, uow_error *error)
{
    uow_status st;

    uowi_columns_copy(entry->entity, columns, row, uowi_tracker_row(tracker, entry));
    st = tracker_put(tracker, entry, NULL, original, columns, error);
    if (st != UOW_OK) /* the bytes of row will not stay */
        uowi_longs_show(uowi_tracker_slab(tracker, entry->entity), entry, columns);
    return st;
}

uow_status uowi_tracker_refresh(uowi_tracker *tracker, uowi_entry *entry, const void *row, uow_error *error)
{
    uow_status st = uowi_tracker_set(tracker, entry, row, row, error);

    if (st != UOW_OK)
        return st;
    entry->state = UOW_UNCHANGED;
    entry->flags &= (uint16_t)~(UOWI_ENTRY_MODIFIED | UOWI_ENTRY_WRITTEN);
    return UOW_OK;
}

uow_state uowi_tracker_state(const uowi_tracker *tracker, const uowi_entry *entry)
{
    if (!entry)
        return UOW_DETACHED;
    if (entry->state != UOW_UNCHANGED)
        return (uow_state)entry->state;
    return uowi_snapshot_changed(uowi_tracker_slab(tracker, entry->entity), entry, NULL) ? UOW_MODIFIED
                                                                                          : UOW_UNCHANGED;
}

void uowi_tracker_rekey(uowi_tracker *tracker, uowi_entry *entry)
{
    uowi_slab *slab = uowi_tracker_slab(tracker, entry->entity);

    uowi_identity_remove(&slab->identity, entry->home, entry->ref);
    uowi_tracker_know(slab, entry, uowi_entry_row(slab, entry));
    entry->temporary = 0;
    uowi_fixup_rekey(tracker, entry);
}

bool uowi_tracker_reserve(uowi_tracker *tracker, size_t entries)
{
    size_t nodes = tracker->nodes.count; /* each may be renamed once */

    return nodes == 0 || uowi_map_reserve(&tracker->nodes, nodes < entries ? nodes : entries);
}
