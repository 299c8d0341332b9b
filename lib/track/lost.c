#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "track/lost.h"

struct uowi_lost {
    const uowi_entity *entity;
    int64_t key;
};

static const uow_column *lost_column(const uowi_entity *entity)
{
    return &entity->columns[entity->generated_key];
}

void uowi_lost_note(uowi_tracker *tracker, const uowi_entry *entry)
{
    const uowi_entity *entity = entry->entity;
    void *lost = tracker->lost;

    if (!entry->temporary || entity->dependent_count == 0 || entity->generated_key == UOWI_NO_COLUMN)
        return;
    if (!uowi_grow(tracker->mem, &lost, tracker->lost_count, &tracker->lost_capacity, sizeof *tracker->lost))
        return;
    tracker->lost = lost;
    tracker->lost[tracker->lost_count++] =
        (uowi_lost){entity, uowi_member_int64(lost_column(entity), uowi_tracker_original(tracker, entry))};
}

bool uowi_lost_has(const uowi_tracker *tracker, const uowi_relation *relation, const void *key_row)
{
    const uowi_entity *entity = relation->principal;

    if (tracker->lost_count == 0 || relation->alternate || entity->generated_key == UOWI_NO_COLUMN)
        return false;
    for (size_t i = 0; i < tracker->lost_count; i++)
        if (tracker->lost[i].entity == entity &&
            tracker->lost[i].key == uowi_member_int64(lost_column(entity), key_row))
            return true;
    return false;
}

void uowi_lost_forget(uowi_tracker *tracker)
{
    if (tracker->lost)
        uowi_free(tracker->mem, tracker->lost, tracker->lost_capacity * sizeof *tracker->lost);
    tracker->lost = NULL;
    tracker->lost_count = tracker->lost_capacity = 0;
}
