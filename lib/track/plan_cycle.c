/* Changes that wait for each other: a circle is cut where a column of it may be NULL. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "track/key.h"
#include "track/plan_order.h"

/* One walk against the edges among changes that still wait. */
typedef struct cycle_walk {
    uowi_graph *graph;
    uint32_t *into;    /* an edge in force that change i waits for, + 1 */
    uint32_t *seen;    /* number of the walk that came by, 0: none */
    uint32_t *path;    /* edges of the walk */
    size_t path_count;
    uint32_t number;
} cycle_walk;

/* The row that keeps the column that could be NULL, and that column's set. */
typedef struct cycle_weak {
    uint32_t edge;
    uint32_t owner; /* change */
    uowi_patch patch;
    const size_t *columns;
    size_t count;
} cycle_weak;

static bool cycle_nullable(const uowi_entity *entity, const size_t *columns, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (entity->columns[columns[i]].ind_offset == UOW_NO_IND)
            return false;
    return count > 0;
}

/* Whether the edge can be cut, and how. */
static bool cycle_weakness(const uowi_graph *graph, uint32_t number, cycle_weak *out)
{
    const uowi_edge *edge = &graph->edges[number];
    bool after = edge->reason == UOWI_PRINCIPAL_INSERTED;
    const uowi_change *owner;

    if (edge->reason == UOWI_PATCHED)
        return false;
    out->edge = number;
    out->owner = after ? edge->after : edge->before;
    out->patch = after ? UOWI_PATCH_AFTER : UOWI_PATCH_BEFORE;
    owner = &graph->changes[out->owner];
    if (owner->patch != UOWI_PATCH_NONE)
        return false;
    if (edge->reason == UOWI_UNIQUE_RELEASED) {
        out->columns = owner->entity->uniques[edge->detail].columns;
        out->count = owner->entity->uniques[edge->detail].count;
    } else {
        out->columns = owner->entity->relations[edge->detail].columns;
        out->count = owner->entity->relations[edge->detail].count;
    }
    return cycle_nullable(owner->entity, out->columns, out->count);
}

static void cycle_describe(const cycle_walk *walk, size_t from, uowi_buf *out)
{
    const uowi_graph *graph = walk->graph;

    for (size_t i = walk->path_count; i-- > from;) {
        const uowi_edge *edge = &graph->edges[walk->path[i]];
        bool unique = edge->reason == UOWI_UNIQUE_RELEASED;
        const uowi_change *holder = &graph->changes[edge->reason == UOWI_PRINCIPAL_INSERTED ? edge->after : edge->before];
        size_t column = unique ? holder->entity->uniques[edge->detail].columns[0]
                               : holder->entity->relations[edge->detail].columns[0];

        uowi_buf_fmt(out, "%s%s(", i + 1 == walk->path_count ? "" : " -> ", holder->entity->name);
        uowi_key_text(holder->entity, uowi_tracker_original(graph->tracker, holder->entry), out);
        uowi_buf_fmt(out, ").%s", holder->entity->columns[column].name);
    }
}

static uow_status cycle_refuse(const cycle_walk *walk, size_t from)
{
    const uowi_graph *graph = walk->graph;
    uow_status st;
    uowi_buf text;

    uowi_buf_init(&text, graph->tracker->mem, 4096);
    cycle_describe(walk, from, &text);
    for (size_t i = from; i < walk->path_count; i++) {
        const uowi_change *change = &graph->changes[graph->edges[walk->path[i]].after];

        uowi_error_entity(graph->error, change->entity->name);
        uowi_error_instance(graph->error, uowi_tracker_row(graph->tracker, change->entry));
    }
    st = uowi_error_set(graph->error, UOW_CONSTRAINT,
                        "rows wait for each other in a circle that no order of writing satisfies, and none of its columns may be NULL: %s",
                        uowi_buf_cstr(&text));
    uowi_buf_done(&text);
    return st;
}

static bool cycle_grow(uowi_graph *graph)
{
    uowi_change *grown = uowi_arena_alloc(graph->arena, (graph->count + graph->count / 4 + 8) * sizeof *grown);

    if (!grown)
        return false;
    memcpy(grown, graph->changes, graph->count * sizeof *grown);
    graph->changes = grown;
    return true;
}

static void cycle_set_null(const cycle_weak *weak, const uowi_entity *entity, void *row)
{
    for (size_t i = 0; i < weak->count; i++)
        *uowi_member_ind(&entity->columns[weak->columns[i]], row) = UOW_NULL;
}

/* Adds the change that writes the weak columns apart from the rest of their row. */
static uow_status cycle_patch(uowi_graph *graph, const cycle_weak *weak)
{
    uowi_change *owner = &graph->changes[weak->owner];
    uowi_change patch = *owner;
    uint32_t number = (uint32_t)graph->count;
    uow_status st;

    patch.write = UOWI_UPDATE;
    patch.patch = weak->patch;
    memset(&patch.columns, 0, sizeof patch.columns);
    for (size_t i = 0; i < weak->count; i++)
        uowi_columns_add(&patch.columns, weak->columns[i]);
    patch.image = uowi_arena_copy(graph->arena, owner->image, owner->entity->row_size);
    if (!patch.image)
        return uowi_error_no_memory(graph->error);
    cycle_set_null(weak, owner->entity, weak->patch == UOWI_PATCH_AFTER ? owner->image : patch.image);
    graph->changes[graph->count++] = patch;
    graph->edges[weak->edge].cut = 1;
    if (weak->patch == UOWI_PATCH_AFTER) {
        uint32_t principal = graph->edges[weak->edge].before;

        st = uowi_plan_edge(graph, weak->owner, number, UOWI_PATCHED, 0);
        return st == UOW_OK ? uowi_plan_edge(graph, principal, number, UOWI_PATCHED, 0) : st;
    }
    st = uowi_plan_edge(graph, number, weak->owner, UOWI_PATCHED, 0);
    return st == UOW_OK ? uowi_plan_edge(graph, number, graph->edges[weak->edge].after, UOWI_PATCHED, 0) : st;
}

/* The circle is path[from ..]: cut it at its best edge, foreign keys of new rows first. */
static uow_status cycle_cut(cycle_walk *walk, size_t from, size_t room)
{
    static const uowi_reason order[] = {UOWI_PRINCIPAL_INSERTED, UOWI_DEPENDENT_GONE, UOWI_UNIQUE_RELEASED};
    uowi_graph *graph = walk->graph;
    cycle_weak weak;

    for (size_t r = 0; r < sizeof order / sizeof order[0]; r++)
        for (size_t i = from; i < walk->path_count; i++)
            if (graph->edges[walk->path[i]].reason == order[r] && cycle_weakness(graph, walk->path[i], &weak))
                return graph->count < room ? cycle_patch(graph, &weak) : UOW_OK;
    return cycle_refuse(walk, from);
}

static uow_status cycle_from(cycle_walk *walk, uint32_t start, size_t room)
{
    uowi_graph *graph = walk->graph;
    uint32_t at = start;

    walk->path_count = 0;
    walk->number++;
    while (walk->seen[at] == 0 && walk->into[at] != 0) {
        uint32_t edge = walk->into[at] - 1;

        walk->seen[at] = walk->number;
        walk->path[walk->path_count++] = edge;
        at = graph->edges[edge].before;
    }
    if (walk->seen[at] != walk->number)
        return UOW_OK; /* ran into a circle met before */
    for (size_t i = 0; i < walk->path_count; i++)
        if (graph->edges[walk->path[i]].after == at)
            return cycle_cut(walk, i, room);
    return UOW_OK;
}

/* One edge into each change that still waits, from another that waits: enough to find a circle. */
static void cycle_prepare(cycle_walk *walk)
{
    const uowi_graph *graph = walk->graph;

    for (uint32_t e = 0; e < graph->edge_count; e++) {
        const uowi_edge *edge = &graph->edges[e];

        if (!edge->cut && graph->waits[edge->after] > 0 && graph->waits[edge->before] > 0)
            walk->into[edge->after] = e + 1;
    }
}

uow_status uowi_plan_cut(uowi_graph *graph)
{
    size_t before = graph->count;
    size_t room = before + before / 4 + 8;
    cycle_walk walk = {graph, NULL, NULL, NULL, 0, 0};
    uow_status st = UOW_OK;

    walk.into = uowi_arena_zalloc(graph->arena, before * sizeof *walk.into);
    walk.seen = uowi_arena_zalloc(graph->arena, before * sizeof *walk.seen);
    walk.path = uowi_arena_alloc(graph->arena, before * sizeof *walk.path);
    if (!walk.into || !walk.seen || !walk.path || !cycle_grow(graph))
        return uowi_error_no_memory(graph->error);
    cycle_prepare(&walk);
    for (uint32_t i = 0; st == UOW_OK && i < before; i++)
        if (graph->waits[i] > 0 && walk.seen[i] == 0)
            st = cycle_from(&walk, i, room);
    return st;
}
