/* Changes that wait for each other: a circle is cut where a column of it may be NULL. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "track/key.h"
#include "track/plan_order.h"
#include "track/relation.h"

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
    size_t columns[UOW_MAX_KEY]; /* those that may be NULL: one is enough, a key with a NULL in it refers to nothing */
    size_t count;
} cycle_weak;

/* False: none may be NULL. */
static bool cycle_nullable(const uowi_entity *entity, const size_t *columns, size_t count, cycle_weak *out)
{
    out->count = 0;
    for (size_t i = 0; i < count; i++)
        if (entity->columns[columns[i]].ind_offset != UOW_NO_IND)
            out->columns[out->count++] = columns[i];
    return out->count > 0;
}

/* Whether the edge can be cut, and how. */
static bool cycle_weakness(const uowi_graph *graph, uint32_t number, cycle_weak *out)
{
    const uowi_edge *edge = &graph->edges[number];
    bool after = edge->reason == UOWI_PRINCIPAL_INSERTED;
    const uowi_change *owner;
    const uowi_entity *entity;

    if (edge->reason == UOWI_PATCHED)
        return false;
    out->edge = number;
    out->owner = after ? edge->after : edge->before;
    out->patch = after ? UOWI_PATCH_AFTER : UOWI_PATCH_BEFORE;
    owner = &graph->changes[out->owner];
    entity = owner->entity;
    if (owner->patch != UOWI_PATCH_NONE)
        return false;
    if (edge->reason == UOWI_UNIQUE_RELEASED)
        return cycle_nullable(entity, entity->uniques[edge->detail].columns, entity->uniques[edge->detail].count, out);
    return cycle_nullable(entity, entity->relations[edge->detail].columns, entity->relations[edge->detail].count, out);
}

/* "nodes(id=1).parent", of several columns "nodes(id=1).(a, b)". */
static void cycle_name(const uowi_graph *graph, const uowi_change *holder, const size_t *columns, size_t count,
                       uowi_buf *out)
{
    uowi_buf_fmt(out, "%s(", holder->entity->name);
    uowi_key_text(holder->entity, uowi_tracker_original(graph->tracker, holder->entry), out);
    uowi_buf_text(out, count > 1 ? ").(" : ").");
    for (size_t i = 0; i < count; i++)
        uowi_buf_fmt(out, "%s%s", i ? ", " : "", holder->entity->columns[columns[i]].name);
    uowi_buf_text(out, count > 1 ? ")" : "");
}

/* "insert nodes(id=-1)" */
static void cycle_row(const uowi_graph *graph, uint32_t i, uowi_buf *out)
{
    static const char *const words[] = {[UOWI_INSERT] = "insert", [UOWI_UPDATE] = "update", [UOWI_DELETE] = "delete"};
    const uowi_change *change = &graph->changes[i];

    uowi_buf_fmt(out, "%s %s(", words[change->write], change->entity->name);
    uowi_key_text(change->entity, uowi_tracker_original(graph->tracker, change->entry), out);
    uowi_buf_char(out, ')');
}

/* Each row, what it waits for, and the column why; the last waits for the first. */
static void cycle_describe(const cycle_walk *walk, size_t from, uowi_buf *out)
{
    const uowi_graph *graph = walk->graph;

    for (size_t i = from; i < walk->path_count; i++) {
        const uowi_edge *edge = &graph->edges[walk->path[i]];
        const uowi_change *holder = &graph->changes[edge->reason == UOWI_PRINCIPAL_INSERTED ? edge->after : edge->before];
        const uowi_relation *relation = &holder->entity->relations[edge->detail];
        const uowi_unique *unique = &holder->entity->uniques[edge->detail];

        if (i == from)
            cycle_row(graph, edge->after, out);
        uowi_buf_text(out, i == from ? " waits for " : ", that for ");
        cycle_row(graph, edge->before, out);
        uowi_buf_text(out, " because of ");
        if (edge->reason == UOWI_UNIQUE_RELEASED)
            cycle_name(graph, holder, unique->columns, unique->count, out);
        else
            cycle_name(graph, holder, relation->columns, relation->count, out);
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

/* Room for so many changes. */
static bool cycle_grow(uowi_graph *graph, size_t room)
{
    uowi_change *grown = uowi_arena_alloc(graph->arena, room * sizeof *grown);

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

/* The sets of a patch: what it writes, and what the save has changed in it so far. */
static bool cycle_sets(uowi_graph *graph, const cycle_weak *weak, uowi_change *patch)
{
    uowi_columns touched = uowi_change_touched(patch);
    uowi_columns *columns = uowi_arena_zalloc(graph->arena, sizeof *columns);

    patch->columns = columns;
    for (size_t i = 0; columns && i < weak->count; i++)
        uowi_columns_add(columns, weak->columns[i]);
    if (uowi_change_is_wide(patch))
        patch->touched.many = uowi_arena_copy(graph->arena, &touched, sizeof touched);
    return columns && (!uowi_change_is_wide(patch) || patch->touched.many);
}

/* Adds the change that writes the weak columns apart from the rest of their row. */
static bool cycle_add(uowi_graph *graph, const cycle_weak *weak)
{
    uowi_change *owner = &graph->changes[weak->owner];
    uowi_change patch = *owner;

    patch.write = UOWI_UPDATE;
    patch.patch = weak->patch;
    patch.image = uowi_arena_copy(graph->arena, owner->image, owner->entity->row_size);
    if (!patch.image || !cycle_sets(graph, weak, &patch))
        return false;
    owner->checked = weak->patch == UOWI_PATCH_BEFORE;
    cycle_set_null(weak, owner->entity, weak->patch == UOWI_PATCH_AFTER ? owner->image : patch.image);
    graph->changes[graph->count++] = patch;
    return true;
}

static uow_status cycle_patch(uowi_graph *graph, const cycle_weak *weak)
{
    uint32_t number = (uint32_t)graph->count;
    uow_status st;

    if (!cycle_add(graph, weak))
        return uowi_error_no_memory(graph->error);
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

/* A new row refers to itself by a key that only its insert will make. */
static bool cycle_of_itself(const uowi_graph *graph, const uowi_change *change, const uowi_relation *relation)
{
    return relation->principal == change->entity && !relation->alternate && change->write == UOWI_INSERT &&
           change->patch == UOWI_PATCH_NONE && change->entry->temporary &&
           uowi_relation_matches(relation, change->image, uowi_tracker_original(graph->tracker, change->entry));
}

static uow_status cycle_refuse_itself(const uowi_graph *graph, const uowi_change *change,
                                      const uowi_relation *relation)
{
    uow_status st;
    uowi_buf text;

    uowi_buf_init(&text, graph->tracker->mem, 4096);
    cycle_name(graph, change, relation->columns, relation->count, &text);
    uowi_error_entity(graph->error, change->entity->name);
    uowi_error_column(graph->error, change->entity->columns[relation->columns[0]].name);
    uowi_error_instance(graph->error, uowi_tracker_row(graph->tracker, change->entry));
    st = uowi_error_set(graph->error, UOW_CONSTRAINT,
                        "a new row refers to itself by a key that the database has yet to make, and none of its columns may be NULL: %s",
                        uowi_buf_cstr(&text));
    uowi_buf_done(&text);
    return st;
}

/* A row that is deleted while it refers to itself, on a database that would not have it. */
static bool cycle_holds_itself(const uowi_graph *graph, const uowi_change *change, const uowi_relation *relation)
{
    cycle_weak weak;

    return graph->tracker->lets_go && relation->principal == change->entity && change->write == UOWI_DELETE &&
           uowi_relation_matches(relation, change->original, change->original) &&
           cycle_nullable(relation->dependent, relation->columns, relation->count, &weak);
}

typedef uow_status (*cycle_visit)(uowi_graph *graph, uint32_t i, const uowi_relation *relation, size_t *count);

static uow_status cycle_count(uowi_graph *graph, uint32_t i, const uowi_relation *relation, size_t *count)
{
    (void)graph;
    (void)i;
    (void)relation;
    ++*count;
    return UOW_OK;
}

static uow_status cycle_itself(uowi_graph *graph, uint32_t i, const uowi_relation *relation, size_t *count)
{
    bool gone = graph->changes[i].write == UOWI_DELETE;
    cycle_weak weak = {0, i, gone ? UOWI_PATCH_BEFORE : UOWI_PATCH_AFTER, {0}, 0};
    uint32_t number = (uint32_t)graph->count;

    ++*count;
    if (!cycle_nullable(relation->dependent, relation->columns, relation->count, &weak))
        return cycle_refuse_itself(graph, &graph->changes[i], relation);
    if (!cycle_add(graph, &weak))
        return uowi_error_no_memory(graph->error);
    return uowi_plan_edge(graph, gone ? number : i, gone ? i : number, UOWI_PATCHED, 0);
}

static bool cycle_may_be(const uow_model *model)
{
    for (size_t i = 0; i < model->entity_count; i++)
        if (model->entities[i].refers_to_itself)
            return true;
    return false;
}

static uow_status cycle_selves(uowi_graph *graph, cycle_visit visit, size_t *count)
{
    size_t changes = cycle_may_be(graph->tracker->model) ? graph->count : 0;
    uow_status st = UOW_OK;

    *count = 0;
    for (uint32_t i = 0; st == UOW_OK && i < changes; i++) {
        const uowi_entity *entity = graph->changes[i].entity;

        for (size_t r = 0; st == UOW_OK && entity->refers_to_itself && r < entity->relation_count; r++)
            if (cycle_of_itself(graph, &graph->changes[i], &entity->relations[r]) ||
                cycle_holds_itself(graph, &graph->changes[i], &entity->relations[r]))
                st = visit(graph, i, &entity->relations[r], count);
    }
    return st;
}

uow_status uowi_plan_cut_selves(uowi_graph *graph)
{
    size_t count;

    (void)cycle_selves(graph, cycle_count, &count);
    if (count == 0)
        return UOW_OK;
    if (!cycle_grow(graph, graph->count + count))
        return uowi_error_no_memory(graph->error);
    return cycle_selves(graph, cycle_itself, &count);
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
    if (!walk.into || !walk.seen || !walk.path || !cycle_grow(graph, room))
        return uowi_error_no_memory(graph->error);
    cycle_prepare(&walk);
    for (uint32_t i = 0; st == UOW_OK && i < before; i++)
        if (graph->waits[i] > 0 && walk.seen[i] == 0)
            st = cycle_from(&walk, i, room);
    return st;
}
