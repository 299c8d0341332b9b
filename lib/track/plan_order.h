/*
 * Ordering a plan. The changes are sorted by table and key; a graph says what
 * must come before what; the smallest change that waits for nothing goes next.
 */
#ifndef UOWI_TRACK_PLAN_ORDER_H
#define UOWI_TRACK_PLAN_ORDER_H

#include "track/plan.h"

typedef struct uowi_plan_value uowi_plan_value;

/* What the parts of the ordering share. */
typedef struct uowi_graph {
    uowi_tracker *tracker;
    uowi_arena *arena;
    uow_error *error;
    const uowi_plan *plan; /* as sorted: says where an entry's change stands, which does not move here */
    uowi_change *changes;
    size_t count;
    uowi_edge *edges;
    size_t edge_count;
    size_t edge_capacity;
    uowi_plan_value *values; /* unique ones, that changes let go of and take */
    size_t value_count;
    size_t value_capacity;
    uint32_t *first_out; /* count + 1: edges of change i are out[first_out[i] .. first_out[i + 1]) */
    uint32_t *out;       /* edge numbers, by their before */
    uint32_t *waits;     /* how many edges still hold change i back */
    void *scratch;       /* the widest row */
} uowi_graph;

/* Reorders plan->changes (which may grow by patches) and fills plan->edges. */
uow_status uowi_plan_order(uowi_tracker *tracker, uowi_arena *arena, uow_error *error, uowi_plan *plan);

/* plan_sort.c: by operation, table and key; the group of equal operation and table each change is in. */
/* The changes become a sorted copy in arena. False: out of memory. */
bool uowi_plan_sort(const uow_model *model, uowi_arena *arena, uowi_plan *plan);
/* May a stand before b? */
bool uowi_plan_in_order(const uowi_change *a, const uowi_change *b);
bool uowi_plan_same_group(const uowi_change *a, const uowi_change *b);

/* plan_edges.c: finds what must come before what. */
uow_status uowi_plan_edges(uowi_graph *graph);
uow_status uowi_plan_edge(uowi_graph *graph, uint32_t before, uint32_t after, uowi_reason reason, size_t detail);

/* plan_unique.c: notes a change's unique values; finds who waits for which. */
uow_status uowi_plan_values(uowi_graph *graph, uint32_t i);
uow_status uowi_plan_unique(uowi_graph *graph);

/* plan_cycle.c: new rows that refer to themselves by a key not made yet are given it after their insert. */
uow_status uowi_plan_cut_selves(uowi_graph *graph);
/* Some changes wait for each other (waits > 0): cuts every circle found in one pass, or explains. */
uow_status uowi_plan_cut(uowi_graph *graph);

#endif
