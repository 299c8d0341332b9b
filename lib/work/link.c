#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/link.h"

#include <string.h>

#include "track/relation.h"

typedef struct link_search {
    uowi_links *links;
    const uowi_tracker *tracker;
    const uowi_plan *plan;
    uowi_arena *arena;
    void *scratch; /* the widest row: key lookups */
} link_search;

static bool link_push(link_search *search, size_t change, const uowi_entry *principal, const uowi_relation *relation)
{
    uowi_links *links = search->links;

    if (!uowi_arena_room(search->arena, (void **)&links->all, links->count, &links->capacity, sizeof *links->all))
        return false;
    links->all[links->count++] = (uowi_link){(uint32_t)change, (uint32_t)uowi_plan_of(search->plan, principal), relation};
    return true;
}

/* An update can refer to a new row only through a foreign key it changes. */
static bool link_matters(const uowi_change *change, const uowi_relation *relation)
{
    return change->write == UOWI_INSERT || uowi_change_writes(change, relation->columns, relation->count);
}

static bool link_search_change(link_search *search, size_t index)
{
    const uowi_change *change = &search->plan->changes[index];

    for (size_t i = 0; change->write != UOWI_DELETE && i < change->entity->relation_count; i++) {
        const uowi_relation *relation = &change->entity->relations[i];
        const uowi_entry *principal;

        if (!link_matters(change, relation))
            continue;
        principal = uowi_relation_principal(search->tracker, change->entity, relation, change->image, search->scratch);
        if (!principal || principal->change == 0 || !principal->temporary)
            continue;
        if (!link_push(search, index, principal, relation))
            return false;
    }
    return true;
}

/* A principal with a key of its own may stand in the same list of new rows: databases look when the statement ends. */
static bool link_divides(const uowi_plan *plan, const uowi_edge *edge)
{
    const uowi_change *before = &plan->changes[edge->before];

    if (edge->cut)
        return false;
    return edge->reason != UOWI_PRINCIPAL_INSERTED || before->entry->temporary || before->write != UOWI_INSERT;
}

static bool link_divide(uowi_links *links, const uowi_plan *plan, uowi_arena *arena)
{
    if (plan->edge_count == 0)
        return true;
    links->after = uowi_arena_zalloc(arena, plan->count * sizeof *links->after);
    for (size_t i = 0; links->after && i < plan->edge_count; i++) {
        const uowi_edge *edge = &plan->edges[i];

        if (link_divides(plan, edge) && edge->before + 1 > links->after[edge->after])
            links->after[edge->after] = edge->before + 1;
    }
    return links->after != NULL;
}

uow_status uowi_links_find(uowi_links *links, const uowi_tracker *tracker, const uowi_plan *plan, uowi_arena *arena,
                           uow_error *error)
{
    link_search search = {links, tracker, plan, arena, NULL};

    memset(links, 0, sizeof *links);
    if (!plan->linked)
        return UOW_OK;
    search.scratch = uowi_arena_alloc(arena, uowi_model_widest(tracker->model));
    if (!search.scratch || !link_divide(links, plan, arena))
        return uowi_error_no_memory(error);
    for (size_t i = 0; i < plan->count; i++)
        if (!link_search_change(&search, i))
            return uowi_error_no_memory(error);
    return UOW_OK;
}

size_t uowi_links_cut(uowi_links *links, size_t first, size_t count)
{
    size_t taken = 1;

    if (links->next > links->count || (links->next > 0 && links->all[links->next - 1].change >= first))
        links->next = 0; /* the plan is written again from its start */
    while (links->next < links->count && links->all[links->next].change < first)
        links->next++;
    while (links->after && taken < count && links->after[first + taken] <= first)
        taken++;
    return links->after ? taken : count;
}

static uow_status link_misfit(const uowi_link *link, const uowi_plan *plan, uow_error *error)
{
    const uowi_entity *entity = plan->changes[link->change].entity;

    return uowi_error_set(error, UOW_TYPE, "the key of the new %s does not fit the foreign key %s.%s",
                          link->relation->principal->name, entity->name,
                          entity->columns[link->relation->columns[0]].name);
}

uow_status uowi_links_follow(const uowi_links *links, const uowi_plan *plan, size_t first, size_t count,
                             uow_error *error, size_t *out_culprit)
{
    for (size_t i = links->next; i < links->count && links->all[i].change < first + count; i++) {
        const uowi_link *link = &links->all[i];
        uowi_change *change = &plan->changes[link->change];

        if (change->write == UOWI_DELETE)
            continue;
        if (!uowi_relation_point(change->entity, link->relation, change->image, plan->changes[link->principal].image)) {
            *out_culprit = link->change;
            return link_misfit(link, plan, error);
        }
        for (size_t c = 0; c < link->relation->count; c++)
            uowi_change_touch(change, link->relation->columns[c]);
    }
    return UOW_OK;
}
