#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "track/lost.h"

#include "base/arena.h"
#include "base/usual.h"
#include "track/key.h"
#include "track/relation.h"

#define LOST_DEPTH 8 /* keys that are made of keys that are made of keys */

typedef struct lost_key {
    const uowi_entity *entity;
    const void *row; /* up to the end of the key */
    bool removed;
} lost_key;

struct uowi_lost {
    uowi_map keys;
    uowi_arena arena;
    bool *removed; /* by entity: are there any? */
};

static bool lost_same(const void *value, const void *key, const void *user)
{
    const lost_key *a = value;
    const lost_key *b = key;

    (void)user;
    return a->entity == b->entity && uowi_key_equal(a->entity, a->row, b->row);
}

static lost_key *lost_get(const uowi_tracker *tracker, const uowi_entity *entity, const void *row)
{
    lost_key key = {entity, row, false};

    return tracker->lost ? uowi_map_get(&tracker->lost->keys, uowi_key_hash(entity, row), &key) : NULL;
}

static uowi_lost *lost_open(uowi_tracker *tracker)
{
    uowi_lost *lost = tracker->lost ? tracker->lost : uowi_zalloc(tracker->mem, sizeof *lost);

    if (!lost || lost == tracker->lost)
        return lost;
    uowi_map_init(&lost->keys, tracker->mem, lost_same, NULL);
    uowi_arena_init(&lost->arena, tracker->mem, 0);
    lost->removed = uowi_arena_zalloc(&lost->arena, tracker->model->entity_count * sizeof *lost->removed);
    tracker->lost = lost;
    if (lost->removed)
        return lost;
    uowi_lost_forget(tracker);
    return NULL;
}

static size_t lost_key_bytes(const uowi_entity *entity)
{
    size_t bytes = 0;

    for (size_t i = 0; i < entity->key_count; i++) {
        const uow_column *column = &entity->columns[entity->key[i]];

        if (column->offset + column->size > bytes)
            bytes = column->offset + column->size;
    }
    return bytes;
}

static lost_key *lost_put(uowi_lost *lost, const uowi_entity *entity, const void *row)
{
    lost_key key = {entity, uowi_arena_copy(&lost->arena, row, lost_key_bytes(entity)), false};
    lost_key *kept = key.row ? uowi_arena_copy(&lost->arena, &key, sizeof key) : NULL;

    return kept && uowi_map_put(&lost->keys, uowi_key_hash(entity, kept->row), kept) ? kept : NULL;
}

/* A key that is partly that of a new row is made up as far as that one's is. */
static bool lost_made_up(const uowi_tracker *tracker, const uowi_entry *entry, void *scratch, int depth)
{
    const uowi_entity *entity = entry->entity;
    bool made_up = entry->temporary;

    for (size_t r = 0; !made_up && entity->inherits_key && depth > 0 && r < entity->relation_count; r++) {
        const uowi_relation *relation = &entity->relations[r];
        const uowi_entry *principal;

        if (!(entity->columns[relation->columns[0]].flags & UOW_KEY))
            continue;
        principal = uowi_relation_principal(tracker, entity, relation, uowi_tracker_original(tracker, entry), scratch);
        made_up = principal ? principal->state == UOW_ADDED && lost_made_up(tracker, principal, scratch, depth - 1)
                            : uowi_lost_has(tracker, relation, scratch);
    }
    return made_up;
}

static bool lost_matters(const uowi_tracker *tracker, const uowi_entry *entry)
{
    size_t size = uowi_model_widest(tracker->model);
    void *scratch;
    bool made_up;

    if (entry->state != UOW_ADDED || entry->entity->dependent_count == 0)
        return false;
    if (entry->temporary || !entry->entity->inherits_key)
        return entry->temporary;
    scratch = uowi_alloc(tracker->mem, size);
    made_up = scratch && lost_made_up(tracker, entry, scratch, LOST_DEPTH);
    uowi_free(tracker->mem, scratch, size);
    return made_up;
}

void uowi_lost_note(uowi_tracker *tracker, const uowi_entry *entry)
{
    const void *row = uowi_tracker_original(tracker, entry);
    lost_key *key;
    uowi_lost *lost;

    if (!lost_matters(tracker, entry))
        return;
    lost = lost_open(tracker);
    if (UOWI_USUAL(!lost))
        return;
    key = lost_get(tracker, entry->entity, row);
    if (!key)
        key = lost_put(lost, entry->entity, row);
    if (!key)
        return;
    key->removed = (entry->flags & UOWI_ENTRY_DROPPED) != 0;
    lost->removed[entry->entity->index] = lost->removed[entry->entity->index] || key->removed;
}

bool uowi_lost_has(const uowi_tracker *tracker, const uowi_relation *relation, const void *key_row)
{
    return !relation->alternate && lost_get(tracker, relation->principal, key_row) != NULL;
}

bool uowi_lost_removed(const uowi_tracker *tracker, const uowi_relation *relation, const void *key_row)
{
    const lost_key *key = relation->alternate ? NULL : lost_get(tracker, relation->principal, key_row);

    return key && key->removed;
}

bool uowi_lost_any(const uowi_tracker *tracker, const uowi_entity *entity)
{
    return tracker->lost && tracker->lost->removed[entity->index];
}

UOWI_HOT void uowi_lost_forget(uowi_tracker *tracker)
{
    uowi_lost *lost = tracker->lost;

    if (UOWI_USUAL(!lost))
        return;
    uowi_map_done(&lost->keys);
    uowi_arena_done(&lost->arena);
    uowi_free(tracker->mem, lost, sizeof *lost);
    tracker->lost = NULL;
}
