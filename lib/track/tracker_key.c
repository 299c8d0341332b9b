/* Temporary keys: values for new rows until the database gives real ones. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "track/tracker.h"

/* The lowest made-up value that is a value of its own in the member and is not zero there. */
static int64_t tracker_lowest_key(const uow_column *column)
{
    bool is_unsigned = column->type >= UOW_UINT8 && column->type <= UOW_UINT64;

    if (column->size >= sizeof(int64_t))
        return -INT64_MAX;
    return is_unsigned ? 1 - ((int64_t)1 << (8 * column->size)) : -((int64_t)1 << (8 * column->size - 1));
}

/* The first value at or below from that no tracked row has; it is left in the row. */
static bool tracker_free_key(const uowi_tracker *tracker, const uowi_entity *entity, void *row, int64_t from,
                             int64_t *out_value)
{
    const uow_column *column = &entity->columns[entity->generated_key];
    int64_t lowest = tracker_lowest_key(column);

    for (int64_t value = from; value >= lowest; value--) {
        (void)uowi_member_set_int64(column, row, value);
        *out_value = value;
        if (!uowi_tracker_find(tracker, entity, row))
            return true;
    }
    return false;
}

/*
 * Made-up values count down from -1; an unsigned member takes them from the top of its range. A small member
 * that the count has run past takes one that is free again.
 */
uow_status uowi_tracker_make_key(uowi_tracker *tracker, const uowi_entity *entity, void *row, uow_error *error)
{
    int64_t value;

    if (tracker_free_key(tracker, entity, row, tracker->next_temporary, &value)) {
        tracker->next_temporary = value - 1;
        return UOW_OK;
    }
    if (tracker_free_key(tracker, entity, row, -1, &value))
        return UOW_OK;
    return uowi_error_set(error, UOW_LIMIT, "no temporary key is left for %s.%s: save first", entity->name,
                          entity->columns[entity->generated_key].name);
}
