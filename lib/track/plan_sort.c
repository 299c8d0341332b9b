#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <stdlib.h>
#include <string.h>

#include "track/plan_order.h"

static int sort_by_key(const uowi_change *a, const uowi_change *b)
{
    const uowi_entity *entity = a->entity;

    for (size_t i = 0; i < entity->key_count; i++) {
        const uow_column *column = &entity->columns[entity->key[i]];
        int c;

        if (uowi_type_is_integer(column->type)) {
            int64_t left = uowi_member_int64(column, a->image);
            int64_t right = uowi_member_int64(column, b->image);

            c = (left > right) - (left < right);
        } else if (column->type == UOW_TEXT || column->type == UOW_DECIMAL_TEXT) {
            c = strncmp((const char *)a->image + column->offset, (const char *)b->image + column->offset, column->size);
        } else {
            c = memcmp((const char *)a->image + column->offset, (const char *)b->image + column->offset, column->size);
        }
        if (c != 0)
            return c;
    }
    return 0;
}

/* Principals' tables first; for deletes, last. */
static int sort_by_table(const uowi_change *a, const uowi_change *b)
{
    int c;

    if (a->entity == b->entity)
        return 0;
    if (a->entity->rank != b->entity->rank)
        c = a->entity->rank < b->entity->rank ? -1 : 1;
    else
        c = a->entity->index < b->entity->index ? -1 : 1;
    return a->write == UOWI_DELETE ? -c : c;
}

/* Inserts, then updates, then deletes: a dependent moves to its new principal before the old one goes. */
static int sort_compare(const uowi_change *a, const uowi_change *b)
{
    int c;

    if (a->write != b->write)
        return a->write < b->write ? -1 : 1;
    c = sort_by_table(a, b);
    if (c != 0)
        return c;
    if (a->write != UOWI_INSERT)
        c = sort_by_key(a, b);
    if (c != 0)
        return c;
    return (a->entry->serial > b->entry->serial) - (a->entry->serial < b->entry->serial);
}

bool uowi_plan_in_order(const uowi_change *a, const uowi_change *b)
{
    return sort_compare(a, b) <= 0;
}

/* A change while it is sorted: what decides nearly always lies here, not behind pointers. */
typedef struct sort_item {
    const uowi_entity *entity;
    const uowi_change *change;
    uint64_t key; /* of one kind and table: the first key column's, or what it was tracked as; 0 where it takes a look */
    uowi_write write;
} sort_item;

static int sort_items(const void *left, const void *right)
{
    const sort_item *a = left;
    const sort_item *b = right;

    if (a->write == b->write && a->entity == b->entity && a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return sort_compare(a->change, b->change);
}

/* Signed order as unsigned. */
static uint64_t sort_key(const uowi_change *change)
{
    const uow_column *column = &change->entity->columns[change->entity->key[0]];

    if (change->write == UOWI_INSERT)
        return change->entry->serial;
    if (!uowi_type_is_integer(column->type))
        return 0;
    return (uint64_t)uowi_member_int64(column, change->image) ^ ((uint64_t)1 << 63);
}

bool uowi_plan_sort(uowi_arena *arena, uowi_change **changes, size_t count)
{
    sort_item *items;
    uowi_change *sorted;

    items = uowi_arena_alloc(arena, count * sizeof *items);
    sorted = uowi_arena_alloc(arena, count * sizeof *sorted);
    if (!items || !sorted)
        return false;
    for (size_t i = 0; i < count; i++) {
        const uowi_change *change = &(*changes)[i];

        items[i] = (sort_item){change->entity, change, sort_key(change), change->write};
    }
    qsort(items, count, sizeof *items, sort_items);
    for (size_t i = 0; i < count; i++)
        sorted[i] = *items[i].change;
    *changes = sorted;
    return true;
}

bool uowi_plan_same_group(const uowi_change *a, const uowi_change *b)
{
    return a->write == b->write && a->entity == b->entity;
}
