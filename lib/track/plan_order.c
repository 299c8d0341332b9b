#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "track/plan_order.h"

#include <string.h>

#include "track/relation.h"

/* Groups of patches, and of nothing else. */
#define BEFORE_ALL 0u
#define AFTER_ALL  UINT32_MAX

/* A change that waits for nothing. Smallest first: by group, then depth among its own kind, then position. */
typedef struct order_ready {
    uint32_t group;
    uint32_t level;
    uint32_t change;
} order_ready;

typedef struct order_heap {
    order_ready *items;
    size_t count;
} order_heap;

static bool order_less(const order_ready *a, const order_ready *b)
{
    if (a->group != b->group)
        return a->group < b->group;
    if (a->level != b->level)
        return a->level < b->level;
    return a->change < b->change;
}

static void heap_push(order_heap *heap, order_ready item)
{
    size_t at = heap->count++;

    while (at > 0 && order_less(&item, &heap->items[(at - 1) / 2])) {
        heap->items[at] = heap->items[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    heap->items[at] = item;
}

static order_ready heap_pop(order_heap *heap)
{
    order_ready top = heap->items[0];
    order_ready last = heap->items[--heap->count];
    size_t at = 0;

    for (;;) {
        size_t child = 2 * at + 1;

        if (child >= heap->count)
            break;
        if (child + 1 < heap->count && order_less(&heap->items[child + 1], &heap->items[child]))
            child++;
        if (!order_less(&heap->items[child], &last))
            break;
        heap->items[at] = heap->items[child];
        at = child;
    }
    heap->items[at] = last;
    return top;
}

/* Everything the walk needs, sized for the changes there are now. */
typedef struct order_walk {
    uowi_graph *graph;
    order_heap heap;
    uint32_t next; /* from here on what waits for nothing stands in order already, and needs no heap */
    uint32_t *group;
    uint32_t *level;
    uint32_t *sequence;
    size_t done;
} order_walk;

static bool order_alloc(order_walk *walk)
{
    uowi_graph *graph = walk->graph;
    size_t n = graph->count;

    walk->heap.items = uowi_arena_alloc(graph->arena, n * sizeof *walk->heap.items);
    walk->group = uowi_arena_alloc(graph->arena, n * sizeof *walk->group);
    walk->level = uowi_arena_zalloc(graph->arena, n * sizeof *walk->level);
    walk->sequence = uowi_arena_alloc(graph->arena, n * sizeof *walk->sequence);
    graph->first_out = uowi_arena_zalloc(graph->arena, (n + 1) * sizeof *graph->first_out);
    graph->waits = uowi_arena_zalloc(graph->arena, n * sizeof *graph->waits);
    graph->out = uowi_arena_alloc(graph->arena, (graph->edge_count + 1) * sizeof *graph->out);
    return walk->heap.items && walk->group && walk->level && walk->sequence && graph->first_out && graph->waits &&
           graph->out;
}

/* Patches stand behind the sorted changes: those that come before go as early, those after as late as they may. */
static void order_groups(order_walk *walk)
{
    const uowi_graph *graph = walk->graph;
    uint32_t group = BEFORE_ALL + 1;

    for (size_t i = 0; i < graph->count; i++) {
        const uowi_change *change = &graph->changes[i];

        if (i > 0 && change->patch == UOWI_PATCH_NONE && !uowi_plan_same_group(change, &graph->changes[i - 1]))
            group++;
        walk->group[i] = change->patch == UOWI_PATCH_BEFORE ? BEFORE_ALL : group;
        if (change->patch == UOWI_PATCH_AFTER)
            walk->group[i] = AFTER_ALL;
    }
}

/* Counting sort of the edges by where they start. */
static void order_index(uowi_graph *graph)
{
    for (size_t e = 0; e < graph->edge_count; e++) {
        if (graph->edges[e].cut)
            continue;
        graph->first_out[graph->edges[e].before + 1]++;
        graph->waits[graph->edges[e].after]++;
    }
    for (size_t i = 0; i < graph->count; i++)
        graph->first_out[i + 1] += graph->first_out[i];
    for (size_t e = graph->edge_count; e-- > 0;)
        if (!graph->edges[e].cut)
            graph->out[--graph->first_out[graph->edges[e].before + 1]] = (uint32_t)e;
}

/* After the counting sort, the edges of change i start at first_out[i + 1]. */
static size_t order_out_begin(const uowi_graph *graph, uint32_t i)
{
    return graph->first_out[i + 1];
}

static size_t order_out_end(const uowi_graph *graph, uint32_t i, size_t total)
{
    return i + 2 <= graph->count ? graph->first_out[i + 2] : total;
}

/* Its place among those that wait for nothing is where it is: no patch, and not below others of its own table. */
static bool order_stands(const order_walk *walk, uint32_t i)
{
    return walk->group[i] != BEFORE_ALL && walk->group[i] != AFTER_ALL && walk->level[i] == 0;
}

static void order_release(order_walk *walk, uint32_t from, const uowi_edge *edge)
{
    uowi_graph *graph = walk->graph;
    uint32_t to = edge->after;

    if (walk->group[to] == walk->group[from] && walk->level[to] <= walk->level[from])
        walk->level[to] = walk->level[from] + 1;
    if (--graph->waits[to] == 0 && (to < walk->next || !order_stands(walk, to)))
        heap_push(&walk->heap, (order_ready){walk->group[to], walk->level[to], to});
}

/* The smaller of the next in its place and the first of the heap; false: there is neither. */
static bool order_next(order_walk *walk, uint32_t *out)
{
    const uowi_graph *graph = walk->graph;

    while (walk->next < graph->count && (graph->waits[walk->next] != 0 || !order_stands(walk, walk->next)))
        walk->next++;
    if (walk->next < graph->count) {
        order_ready first = {walk->group[walk->next], 0, walk->next};

        if (walk->heap.count == 0 || order_less(&first, &walk->heap.items[0])) {
            *out = walk->next++;
            return true;
        }
    }
    if (walk->heap.count == 0)
        return false;
    *out = heap_pop(&walk->heap).change;
    return true;
}

static void order_run(order_walk *walk)
{
    uowi_graph *graph = walk->graph;
    size_t total = 0;
    uint32_t i;

    for (size_t e = 0; e < graph->edge_count; e++)
        total += !graph->edges[e].cut;
    for (i = 0; i < graph->count; i++)
        if (graph->waits[i] == 0 && !order_stands(walk, i))
            heap_push(&walk->heap, (order_ready){walk->group[i], 0, i});
    while (order_next(walk, &i)) {
        walk->sequence[walk->done++] = i;
        for (size_t o = order_out_begin(graph, i); o < order_out_end(graph, i, total); o++)
            order_release(walk, i, &graph->edges[graph->out[o]]);
    }
}

static uow_status order_apply(const order_walk *walk, uowi_plan *plan)
{
    const uowi_graph *graph = walk->graph;
    bool fits = plan->spare_count >= graph->count; /* memory that was touched already is the cheaper */
    uowi_change *ordered = fits ? plan->spare : uowi_arena_alloc(graph->arena, graph->count * sizeof *ordered);
    uint32_t *position = uowi_arena_alloc(graph->arena, graph->count * sizeof *position);
    uint32_t *places = plan->places ? plan->places : uowi_arena_alloc(graph->arena, plan->count * sizeof *places);

    if (!ordered || !position || !places)
        return uowi_error_no_memory(graph->error);
    for (uint32_t i = 0; i < graph->count; i++) {
        ordered[i] = graph->changes[walk->sequence[i]];
        position[walk->sequence[i]] = i;
        if (ordered[i].patch == UOWI_PATCH_NONE)
            places[ordered[i].number - 1] = i;
    }
    for (size_t e = 0; e < graph->edge_count; e++) {
        graph->edges[e].before = position[graph->edges[e].before];
        graph->edges[e].after = position[graph->edges[e].after];
    }
    plan->changes = ordered;
    plan->places = places;
    plan->count = graph->count;
    plan->edges = graph->edges;
    plan->edge_count = graph->edge_count;
    return UOW_OK;
}

/* Each round orders what it can; what is left waits in circles, which are cut before the next. */
static uow_status order_rounds(uowi_graph *graph, uowi_plan *plan)
{
    uow_status st = UOW_OK;

    while (st == UOW_OK) {
        order_walk walk = {graph, {NULL, 0}, 0, NULL, NULL, NULL, 0};

        if (!order_alloc(&walk))
            return uowi_error_no_memory(graph->error);
        order_groups(&walk);
        order_index(graph);
        order_run(&walk);
        if (walk.done == graph->count)
            return order_apply(&walk, plan);
        st = uowi_plan_cut(graph);
    }
    return st;
}

uow_status uowi_plan_order(uowi_tracker *tracker, uowi_arena *arena, uow_error *error, uowi_plan *plan)
{
    uowi_graph graph;
    uow_status st;

    if (!plan->sorted && !uowi_plan_sort(tracker->model, arena, plan))
        return uowi_error_no_memory(error);
    if (plan->count == 0 || !plan->linked ||
        (plan->count == 1 && !plan->changes[0].entity->refers_to_itself && !tracker->lost))
        return UOW_OK;
    memset(&graph, 0, sizeof graph);
    graph.tracker = tracker;
    graph.arena = arena;
    graph.error = error;
    graph.plan = plan;
    graph.changes = plan->changes;
    graph.count = plan->count;
    graph.scratch = uowi_arena_alloc(arena, uowi_model_widest(tracker->model));
    if (!graph.scratch)
        return uowi_error_no_memory(error);
    st = uowi_plan_edges(&graph);
    if (st == UOW_OK)
        st = uowi_plan_cut_selves(&graph);
    if (st == UOW_OK && graph.edge_count > 0) /* where nothing waits for anything, sorted is ordered */
        st = order_rounds(&graph, plan);
    return st;
}
