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
    int c = (a->entity->place > b->entity->place) - (a->entity->place < b->entity->place);

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

/* A change while its group is sorted: what decides nearly always lies here, not behind pointers. */
typedef struct sort_item {
    const uowi_change *change;
    uint64_t key; /* the first key column's, or what it was tracked as; 0 where it takes a look */
} sort_item;

static int sort_items(const void *left, const void *right)
{
    const sort_item *a = left;
    const sort_item *b = right;

    if (a->key != b->key)
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

/* Groups are numbered in the order of execution. */
static size_t sort_group(const uow_model *model, const uowi_change *change)
{
    size_t place = change->entity->place;

    if (change->write == UOWI_DELETE)
        place = model->entity_count - 1 - place;
    return (size_t)change->write * model->entity_count + place;
}

/* A counting sort, which leaves each group as it was collected. */
static bool sort_scatter(const uow_model *model, uowi_arena *arena, const uowi_plan *plan, uowi_change *sorted,
                         uint32_t *places)
{
    size_t groups = (UOWI_DELETE + 1) * model->entity_count;
    size_t *first = uowi_arena_zalloc(arena, (groups + 1) * sizeof *first);
    size_t sum = 0;

    if (!first)
        return false;
    for (size_t i = 0; i < plan->count; i++)
        first[sort_group(model, &plan->changes[i]) + 1]++;
    for (size_t g = 0; g <= groups; g++)
        first[g] = sum += first[g];
    for (size_t i = 0; i < plan->count; i++) {
        size_t place = first[sort_group(model, &plan->changes[i])]++;

        sorted[place] = plan->changes[i];
        places[i] = (uint32_t)place;
    }
    return true;
}

static bool sort_group_changes(uowi_arena *arena, uowi_change *changes, size_t count)
{
    sort_item *items = uowi_arena_alloc(arena, count * sizeof *items);
    uowi_change *before = uowi_arena_copy(arena, changes, count * sizeof *changes);

    if (!items || !before)
        return false;
    for (size_t i = 0; i < count; i++)
        items[i] = (sort_item){&before[i], sort_key(&before[i])};
    qsort(items, count, sizeof *items, sort_items);
    for (size_t i = 0; i < count; i++)
        changes[i] = *items[i].change;
    return true;
}

static bool sort_each_group(uowi_arena *arena, uowi_change *changes, size_t count)
{
    size_t end;

    for (size_t begin = 0; begin < count; begin = end) {
        bool in_order = true;

        for (end = begin + 1; end < count && uowi_plan_same_group(&changes[begin], &changes[end]); end++)
            in_order = in_order && uowi_plan_in_order(&changes[end - 1], &changes[end]);
        if (!in_order && !sort_group_changes(arena, &changes[begin], end - begin))
            return false;
    }
    return true;
}

bool uowi_plan_sort(const uow_model *model, uowi_arena *arena, uowi_plan *plan)
{
    uowi_change *sorted = uowi_arena_alloc(arena, plan->count * sizeof *sorted);
    uint32_t *places = uowi_arena_alloc(arena, plan->count * sizeof *places);

    if (!sorted || !places || !sort_scatter(model, arena, plan, sorted, places))
        return false;
    plan->spare = plan->changes;
    plan->spare_count = plan->count;
    plan->changes = sorted;
    plan->places = places;
    if (plan->grouped)
        return true;
    if (!sort_each_group(arena, sorted, plan->count))
        return false;
    for (size_t i = 0; i < plan->count; i++)
        places[sorted[i].number - 1] = (uint32_t)i;
    return true;
}

bool uowi_plan_same_group(const uowi_change *a, const uowi_change *b)
{
    return a->write == b->write && a->entity == b->entity;
}
