/* What must come before what, row by row. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "base/map.h"
#include "track/fixup.h"
#include "track/key.h"
#include "track/lost.h"
#include "track/plan_order.h"
#include "track/relation.h"

uow_status uowi_plan_edge(uowi_graph *graph, uint32_t before, uint32_t after, uowi_reason reason, size_t detail)
{
    if (before == after)
        return UOW_OK;
    if (!uowi_arena_room(graph->arena, (void **)&graph->edges, graph->edge_count, &graph->edge_capacity,
                         sizeof *graph->edges))
        return uowi_error_no_memory(graph->error);
    graph->edges[graph->edge_count++] =
        (uowi_edge){before, after, (uint8_t)reason, 0, (uint16_t)detail};
    return UOW_OK;
}

/* An update's row matters only where it refers, or is unique, by a column that it writes. */
static bool edges_reads(const uowi_change *change)
{
    const uowi_entity *entity = change->entity;
    bool reads = change->write != UOWI_UPDATE;

    for (size_t r = 0; !reads && r < entity->relation_count; r++)
        reads = uowi_change_writes(change, entity->relations[r].columns, entity->relations[r].count);
    for (size_t u = 0; !reads && u < entity->unique_count; u++)
        reads = uowi_change_writes(change, entity->uniques[u].columns, entity->uniques[u].count);
    return reads;
}

/* The rows of the block of changes that begins here, if one does. */
static void edges_touch(const uowi_graph *graph, uint32_t from)
{
    for (size_t i = from; from % UOWI_TOUCH_BLOCK == 0 && i < graph->count && i < from + UOWI_TOUCH_BLOCK; i++) {
        const uowi_change *change = &graph->changes[i];

        if (!edges_reads(change))
            continue;
        uowi_touch(change->image, change->entity->row_size);
        if (change->write == UOWI_UPDATE)
            uowi_touch(change->original, change->entity->row_size);
    }
}

/* Is a principal's alternate key, by which it is referred to, changed? */
static bool edges_renames(const uowi_change *change, const uowi_relation *relation)
{
    return relation->alternate && change->write == UOWI_UPDATE &&
           uowi_change_writes(change, relation->keys, relation->key_count);
}

/* The key was made up here, and no row will ever have it. */
static uow_status edges_refuse_stray(const uowi_graph *graph, const uowi_change *change, const uowi_relation *relation)
{
    const char *column = change->entity->columns[relation->columns[0]].name;
    uow_status st;
    uowi_buf text;

    uowi_buf_init(&text, graph->tracker->mem, 4096);
    uowi_entry_text(graph->tracker, change->entry, &text);
    uowi_error_entity(graph->error, change->entity->name);
    uowi_error_column(graph->error, column);
    uowi_error_instance(graph->error, uowi_tracker_row(graph->tracker, change->entry));
    st = uowi_error_set(graph->error, UOW_CONSTRAINT,
                        "%s refers by %s to a new row of %s that was forgotten: give it another, or forget it too",
                        uowi_buf_cstr(&text), column, relation->principal->name);
    uowi_buf_done(&text);
    return st;
}

/* After the change that makes the row there that a foreign key refers to, or gives it that key. */
static uow_status edges_come(uowi_graph *graph, uint32_t i, size_t r)
{
    const uowi_change *change = &graph->changes[i];
    const uowi_relation *relation = &change->entity->relations[r];
    const uowi_entry *entry =
        uowi_relation_principal(graph->tracker, change->entity, relation, change->image, graph->scratch);
    bool null = !entry && uowi_relation_null(relation, change->image);
    uint32_t before;

    if (entry ? entry->flags & UOWI_ENTRY_DROPPED && entry->temporary
              : !null && uowi_lost_has(graph->tracker, relation, graph->scratch))
        return edges_refuse_stray(graph, change, relation);
    if (!entry || entry == change->entry || entry->change == 0)
        return UOW_OK;
    before = (uint32_t)uowi_plan_of(graph->plan, entry);
    if (graph->changes[before].write != UOWI_INSERT && !edges_renames(&graph->changes[before], relation))
        return UOW_OK;
    return uowi_plan_edge(graph, before, i, UOWI_PRINCIPAL_INSERTED, r);
}

/* The change that takes the row away that a foreign key in row refers to. */
static bool edges_goes(uowi_graph *graph, const uowi_change *change, const uowi_relation *relation, const void *row,
                       uint32_t *out)
{
    const uowi_entry *entry = uowi_relation_principal(graph->tracker, change->entity, relation, row, graph->scratch);

    if (!entry || entry == change->entry || entry->change == 0)
        return false;
    *out = (uint32_t)uowi_plan_of(graph->plan, entry);
    return graph->changes[*out].write == UOWI_DELETE;
}

/* An alternate key that is given up: who, by which relation it is referred to, and the row that has it. */
typedef struct renamed_key {
    const uowi_relation *relation;
    const void *row;
    uint32_t change;
} renamed_key;

static bool renamed_same(const void *value, const void *key, const void *user)
{
    const renamed_key *a = value;
    const renamed_key *b = key;

    (void)user;
    return a->relation == b->relation &&
           uowi_columns_equal(a->relation->principal, a->relation->keys, a->relation->key_count, a->row, b->row);
}

static uint64_t renamed_hash(const renamed_key *key)
{
    const uowi_relation *relation = key->relation;

    return uowi_hash_word((uint64_t)(uintptr_t)relation ^
                          uowi_columns_hash(relation->principal, relation->keys, relation->key_count, key->row));
}

/* By that key nobody finds the deleted row: another has it now, or it was changed before. */
static bool edges_hidden(const uowi_graph *graph, const uowi_change *change, const uowi_relation *relation)
{
    return !uowi_fixup_named(graph->tracker, relation, change->entry) ||
           !uowi_columns_equal(relation->principal, relation->keys, relation->key_count, change->original,
                               uowi_tracker_row(graph->tracker, change->entry));
}

static bool edges_gives_up(const uowi_graph *graph, const uowi_change *change, const uowi_relation *relation)
{
    return edges_renames(change, relation) ||
           (relation->alternate && change->write == UOWI_DELETE && edges_hidden(graph, change, relation));
}

static uow_status renamed_note(uowi_graph *graph, uowi_map *renamed, uint32_t i)
{
    const uowi_change *change = &graph->changes[i];

    for (size_t d = 0; change->entity->has_alternate && d < change->entity->dependent_count; d++) {
        renamed_key key = {change->entity->dependents[d], change->original, i};
        renamed_key *kept;

        if (!edges_gives_up(graph, change, key.relation))
            continue;
        kept = uowi_arena_copy(graph->arena, &key, sizeof key);
        if (!kept || !uowi_map_put(renamed, renamed_hash(kept), kept))
            return uowi_error_no_memory(graph->error);
    }
    return UOW_OK;
}

/* A row that leaves a principal whose alternate key changes does so while that key is still there. */
static uow_status renamed_edges(uowi_graph *graph, const uowi_map *renamed, uint32_t i)
{
    const uowi_change *change = &graph->changes[i];
    uow_status st = UOW_OK;

    for (size_t r = 0; st == UOW_OK && r < change->entity->relation_count; r++) {
        renamed_key key = {&change->entity->relations[r], graph->scratch, i};
        const renamed_key *found;

        if (!key.relation->alternate || change->write == UOWI_INSERT ||
            (change->write == UOWI_UPDATE && !uowi_change_writes(change, key.relation->columns, key.relation->count)) ||
            !uowi_relation_image(key.relation, change->original, graph->scratch))
            continue;
        found = uowi_map_get(renamed, renamed_hash(&key), &key);
        if (found)
            st = uowi_plan_edge(graph, i, found->change, UOWI_DEPENDENT_GONE, r);
    }
    return st;
}

static uow_status edges_renamed(uowi_graph *graph)
{
    uow_status st = UOW_OK;
    uowi_map renamed;

    uowi_map_init(&renamed, graph->tracker->mem, renamed_same, NULL);
    for (uint32_t i = 0; st == UOW_OK && i < graph->count; i++)
        st = renamed_note(graph, &renamed, i);
    for (uint32_t i = 0; st == UOW_OK && renamed.count > 0 && i < graph->count; i++)
        st = renamed_edges(graph, &renamed, i);
    uowi_map_done(&renamed);
    return st;
}

static uow_status edges_relation(uowi_graph *graph, uint32_t i, size_t r)
{
    const uowi_change *change = &graph->changes[i];
    const uowi_relation *relation = &change->entity->relations[r];
    bool moves = change->write == UOWI_UPDATE && uowi_change_writes(change, relation->columns, relation->count);
    uow_status st = UOW_OK;
    uint32_t other;

    if (change->write == UOWI_INSERT || moves)
        st = edges_come(graph, i, r);
    if (st == UOW_OK && (change->write == UOWI_DELETE || moves) &&
        edges_goes(graph, change, relation, uowi_change_before(change), &other))
        st = uowi_plan_edge(graph, i, other, UOWI_DEPENDENT_GONE, r);
    return st;
}

/* A row's own edges, and its unique values where any row lets go of one: both while it is at hand. */
static uow_status edges_row(uowi_graph *graph, uint32_t i)
{
    const uowi_entity *entity = graph->changes[i].entity;
    uow_status st = UOW_OK;

    for (size_t r = 0; st == UOW_OK && r < entity->relation_count; r++)
        st = edges_relation(graph, i, r);
    return st == UOW_OK && graph->plan->releases ? uowi_plan_values(graph, i) : st;
}

uow_status uowi_plan_edges(uowi_graph *graph)
{
    uow_status st = UOW_OK;

    for (uint32_t i = 0; st == UOW_OK && i < graph->count; i++) {
        edges_touch(graph, i);
        st = edges_row(graph, i);
    }
    if (st == UOW_OK && graph->tracker->model->followed)
        st = edges_renamed(graph);
    return st == UOW_OK && graph->plan->releases ? uowi_plan_unique(graph) : st;
}
