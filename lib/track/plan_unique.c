/* Unique values: whoever takes one waits for the change that lets go of it. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "base/decimal.h"
#include "base/map.h"
#include "track/key.h"
#include "track/plan_order.h"

/* A unique value of a change: noted, with its hash, while the row is at hand; matched when all are known. */
struct uowi_plan_value {
    const uowi_unique *unique;
    const void *row; /* that holds it */
    uint64_t hash;
    uint32_t change;
    bool taken; /* false: let go of */
};

static const uowi_entity *unique_entity(const uowi_graph *graph, const uowi_plan_value *value)
{
    return graph->changes[value->change].entity;
}

static bool unique_null(const uowi_entity *entity, const uowi_unique *unique, const void *row)
{
    for (size_t i = 0; i < unique->count; i++)
        if (uowi_member_is_null(&entity->columns[unique->columns[i]], row))
            return true;
    return false;
}

static size_t unique_binary(const uow_column *column, const void *row)
{
    uow_ind length;

    if (column->ind_offset == UOW_NO_IND)
        return column->size;
    memcpy(&length, (const char *)row + column->ind_offset, sizeof length);
    return length < 0 || (size_t)length > column->size ? 0 : (size_t)length;
}

static uint64_t unique_decimal(const uow_column *column, const void *at, uint64_t hash)
{
    uint64_t word = column->converter ? 0 : uowi_decimal_hash(at);

    return column->converter ? uowi_hash(at, column->size, hash) : uowi_hash(&word, sizeof word, hash);
}

/* Values that uowi_member_same takes for the same have the same hash. */
static uint64_t unique_hash_member(const uow_column *column, const void *row, uint64_t hash)
{
    const char *at = (const char *)row + column->offset;
    uow_blob value;

    switch (column->type) {
    case UOW_TEXT:
    case UOW_DECIMAL_TEXT:
        return uowi_hash(at, strnlen(at, column->size), hash);
    case UOW_BINARY:
        return uowi_hash(at, unique_binary(column, row), hash);
    case UOW_DECIMAL:
        return unique_decimal(column, at, hash);
    case UOW_LONGTEXT:
    case UOW_BLOB:
        value = uowi_long_value(column, row);
        return value.data ? uowi_hash(value.data, value.length, hash) : hash;
    default:
        return uowi_hash(at, column->size, hash);
    }
}

static uint64_t unique_hash(const uowi_entity *entity, const uowi_unique *unique, const void *row)
{
    uint64_t hash = uowi_hash_word((uint64_t)(uintptr_t)unique);

    for (size_t i = 0; i < unique->count; i++)
        hash = unique_hash_member(&entity->columns[unique->columns[i]], row, hash);
    return hash;
}

/* The rows lie far apart: the hashes tell most of those that differ. */
static bool unique_same(const void *value, const void *key, const void *user)
{
    const uowi_plan_value *a = value;
    const uowi_plan_value *b = key;
    const uowi_entity *entity;

    if (a->hash != b->hash || a->unique != b->unique)
        return false;
    entity = unique_entity(user, a);
    for (size_t i = 0; i < a->unique->count; i++)
        if (!uowi_member_same(&entity->columns[a->unique->columns[i]], a->row, b->row))
            return false;
    return true;
}

static uow_status unique_note(uowi_graph *graph, uint32_t i, const uowi_unique *unique, const void *row, bool taken)
{
    const uowi_entity *entity = graph->changes[i].entity;

    if (unique_null(entity, unique, row))
        return UOW_OK;
    if (!uowi_arena_room(graph->arena, (void **)&graph->values, graph->value_count, &graph->value_capacity,
                         sizeof *graph->values))
        return uowi_error_no_memory(graph->error);
    graph->values[graph->value_count++] =
        (uowi_plan_value){unique, row, unique_hash(entity, unique, row), i, taken};
    return UOW_OK;
}

uow_status uowi_plan_values(uowi_graph *graph, uint32_t i)
{
    const uowi_change *change = &graph->changes[i];
    const uowi_entity *entity = change->entity;
    uow_status st = UOW_OK;

    for (size_t u = 0; st == UOW_OK && u < entity->unique_count; u++) {
        const uowi_unique *unique = &entity->uniques[u];

        if (change->write == UOWI_UPDATE && !uowi_change_writes(change, unique->columns, unique->count))
            continue;
        if (change->write != UOWI_INSERT)
            st = unique_note(graph, i, unique, uowi_change_before(change), false);
        if (st == UOW_OK && change->write != UOWI_DELETE)
            st = unique_note(graph, i, unique, change->image, true);
    }
    return st;
}

/* Slots of a large map lie all over it: those of a block of values are asked for together. */
static void unique_touch(const uowi_graph *graph, const uowi_map *map, size_t from)
{
    for (size_t i = from; from % UOWI_TOUCH_BLOCK == 0 && i < graph->value_count && i < from + UOWI_TOUCH_BLOCK; i++)
        uowi_map_touch(map, graph->values[i].hash);
}

/* The first to let go of a value, should there be several. */
static uow_status unique_release(uowi_graph *graph, uowi_map *released)
{
    size_t count = 0;

    for (size_t i = 0; i < graph->value_count; i++)
        count += !graph->values[i].taken;
    if (!uowi_map_reserve(released, count))
        return uowi_error_no_memory(graph->error);
    for (size_t i = 0; i < graph->value_count; i++) {
        uowi_plan_value *value = &graph->values[i];

        unique_touch(graph, released, i);
        if (!value->taken && !uowi_map_get(released, value->hash, value))
            (void)uowi_map_put(released, value->hash, value); /* there is room */
    }
    return UOW_OK;
}

static uow_status unique_take(uowi_graph *graph, const uowi_map *released)
{
    uow_status st = UOW_OK;

    for (size_t i = 0; st == UOW_OK && released->count > 0 && i < graph->value_count; i++) {
        const uowi_plan_value *value = &graph->values[i];
        const uowi_plan_value *holder;

        unique_touch(graph, released, i);
        holder = value->taken ? uowi_map_get(released, value->hash, value) : NULL;
        if (holder)
            st = uowi_plan_edge(graph, holder->change, value->change, UOWI_UNIQUE_RELEASED,
                                (size_t)(value->unique - unique_entity(graph, value)->uniques));
    }
    return st;
}

uow_status uowi_plan_unique(uowi_graph *graph)
{
    uow_status st;
    uowi_map released;

    uowi_map_init(&released, graph->tracker->mem, unique_same, graph);
    st = unique_release(graph, &released);
    if (st == UOW_OK)
        st = unique_take(graph, &released);
    uowi_map_done(&released);
    return st;
}
