#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "track/follow.h"

#include <string.h>

#include "base/usual.h"
#include "track/key.h"
#include "track/relation.h"

bool uowi_moves_begin(uowi_moves *moves, uowi_mem *mem, size_t capacity)
{
    memset(moves, 0, sizeof *moves);
    moves->all = uowi_alloc_array(mem, capacity, sizeof *moves->all);
    moves->capacity = moves->all ? capacity : 0;
    return moves->all != NULL;
}

void uowi_moves_add(uowi_moves *moves, uowi_entry *entry, const void *row, bool temporary)
{
    if (entry->change == 0)
        entry->change = (uint32_t)++moves->count;
    moves->all[entry->change - 1] = (uowi_move){entry, row, temporary};
}

void uowi_moves_end(uowi_moves *moves, uowi_mem *mem)
{
    for (size_t i = 0; i < moves->count; i++)
        moves->all[i].entry->change = 0;
    uowi_free(mem, moves->all, moves->capacity * sizeof *moves->all);
    memset(moves, 0, sizeof *moves);
}

/* A new row is known by its key: when the foreign key is part of it, it is another key now. */
static void follow_key(uowi_tracker *tracker, uowi_entry *entry, const uowi_relation *relation, const uowi_move *move)
{
    void *original = uowi_tracker_original(tracker, entry);
    uint64_t known_by = uowi_key_hash(entry->entity, original);

    if (entry->state != UOW_ADDED)
        return;
    (void)uowi_relation_point(entry->entity, relation, original, move->row);
    if (uowi_key_hash(entry->entity, original) == known_by)
        return;
    uowi_tracker_rekey(tracker, entry);
    entry->temporary = move->temporary;
}

static void follow_relation(uowi_tracker *tracker, const uowi_relation *relation, const uowi_moves *moves,
                            void *scratch)
{
    const uowi_slab *slab = uowi_tracker_slab(tracker, relation->dependent);
    uowi_entry *entry = NULL;
    size_t page = 0;

    while ((entry = uowi_slab_next(slab, entry, &page)) != NULL) {
        void *row = uowi_tracker_row(tracker, entry);
        const uowi_entry *principal = uowi_relation_principal(tracker, relation->dependent, relation, row, scratch);
        const uowi_move *move;

        if (!principal || principal->change == 0 || entry->state == UOW_DELETED)
            continue;
        move = &moves->all[principal->change - 1];
        (void)uowi_relation_point(relation->dependent, relation, row, move->row);
        follow_key(tracker, entry, relation, move);
    }
}

bool uowi_moves_follow(const uowi_moves *moves, uowi_tracker *tracker)
{
    const uow_model *model = tracker->model;
    size_t size = uowi_model_widest(model);
    void *scratch = moves->count > 0 ? uowi_alloc(tracker->mem, size) : NULL;

    if (moves->count > 0 && !scratch)
        return false;
    for (size_t i = 0; moves->count > 0 && i < model->entity_count; i++)
        for (size_t r = 0; r < model->entities[i].relation_count; r++)
            if (!model->entities[i].relations[r].alternate)
                follow_relation(tracker, &model->entities[i].relations[r], moves, scratch);
    uowi_free(tracker->mem, scratch, size);
    return true;
}

/* --- keys the program gives to new rows */

/* A generated key that was set back to zero is the database's to make, as it was. */
UOWI_HOT bool uowi_follow_is_due(const uowi_tracker *tracker, const uowi_entry *entry)
{
    const uowi_entity *entity = entry->entity;
    const void *row = uowi_tracker_row(tracker, entry);

    return entry->state == UOW_ADDED && !uowi_key_equal(entity, row, uowi_tracker_original(tracker, entry)) &&
           (entity->generated_key == UOWI_NO_COLUMN ||
            uowi_member_int64(&entity->columns[entity->generated_key], row) != 0);
}

static size_t follow_count(const uowi_tracker *tracker)
{
    const uow_model *model = tracker->model;
    size_t count = 0;

    for (size_t i = 0; model && i < model->entity_count; i++) {
        uowi_entry *entry = NULL;
        size_t page = 0;

        while ((entry = uowi_slab_next(&tracker->slabs[i], entry, &page)) != NULL)
            count += uowi_follow_is_due(tracker, entry);
    }
    return count;
}

static uow_status follow_refuse(const uowi_tracker *tracker, const uowi_entry *entry, uow_error *error)
{
    const void *row = uowi_tracker_row(tracker, entry);
    uow_status st;
    uowi_buf key;

    uowi_buf_init(&key, tracker->mem, 0);
    uowi_key_text(entry->entity, row, &key);
    uowi_error_entity(error, entry->entity->name);
    uowi_error_key(error, uowi_buf_cstr(&key));
    uowi_error_instance(error, (void *)(uintptr_t)row);
    st = uowi_error_set(error, UOW_IDENTITY, "the key a new row of %s was given is that of another tracked row: %s",
                        entry->entity->name, uowi_buf_cstr(&key));
    uowi_buf_done(&key);
    return st;
}

/* A key that another new row gives up in the same breath is free. */
static bool follow_is_free(const uowi_tracker *tracker, const uowi_entry *entry)
{
    const uowi_entry *twin = uowi_tracker_find(tracker, entry->entity, uowi_tracker_row(tracker, entry));

    return !twin || twin->change != 0;
}

static void follow_collect(uowi_tracker *tracker, uowi_moves *moves)
{
    const uow_model *model = tracker->model;

    for (size_t i = 0; i < model->entity_count; i++) {
        uowi_entry *entry = NULL;
        size_t page = 0;

        while ((entry = uowi_slab_next(&tracker->slabs[i], entry, &page)) != NULL)
            if (uowi_follow_is_due(tracker, entry))
                uowi_moves_add(moves, entry, uowi_tracker_row(tracker, entry), false);
    }
}

/* A generated part of the key that was left as it is goes on being made up. */
static void follow_take(uowi_tracker *tracker, uowi_entry *entry)
{
    const uowi_entity *entity = entry->entity;
    const char *row = uowi_tracker_row(tracker, entry);
    char *original = uowi_tracker_original(tracker, entry);
    size_t generated = entity->generated_key;
    uint8_t temporary = entry->temporary && generated != UOWI_NO_COLUMN &&
                        uowi_columns_equal(entity, &generated, 1, row, original);

    for (size_t i = 0; i < entity->key_count; i++) {
        const uow_column *column = &entity->columns[entity->key[i]];

        memcpy(original + column->offset, row + column->offset, column->size);
    }
    uowi_tracker_rekey(tracker, entry);
    entry->temporary = temporary;
}

static uow_status follow_move(uowi_tracker *tracker, const uowi_moves *moves, uow_error *error)
{
    for (size_t i = 0; i < moves->count; i++)
        if (!follow_is_free(tracker, moves->all[i].entry))
            return follow_refuse(tracker, moves->all[i].entry, error);
    if (!uowi_tracker_reserve(tracker, tracker->count) || !uowi_moves_follow(moves, tracker))
        return uowi_error_no_memory(error);
    for (size_t i = 0; i < moves->count; i++)
        follow_take(tracker, moves->all[i].entry);
    return UOW_OK;
}

uow_status uowi_follow_added(uowi_tracker *tracker, uow_error *error)
{
    size_t count = follow_count(tracker);
    uowi_moves moves;
    uow_status st;

    if (count == 0)
        return UOW_OK;
    if (!uowi_moves_begin(&moves, tracker->mem, count))
        return uowi_error_no_memory(error);
    follow_collect(tracker, &moves);
    st = follow_move(tracker, &moves, error);
    uowi_moves_end(&moves, tracker->mem);
    return st;
}
