/*
 * What rows of one plan need of each other, found once before anything is
 * written: foreign keys to new rows, whose keys are not known until then, and
 * which changes must not share a statement.
 */
#ifndef UOWI_WORK_LINK_H
#define UOWI_WORK_LINK_H

#include "track/plan.h"

typedef struct uowi_link {
    uint32_t change;    /* of the dependent */
    uint32_t principal; /* its change */
    const uowi_relation *relation;
} uowi_link;

typedef struct uowi_links {
    uowi_link *all; /* in the order of change */
    size_t count;
    size_t capacity;
    size_t next;     /* the first of the batch at hand */
    uint32_t *after; /* for each change: 1 + the last one that must be written by an earlier statement; NULL: none */
} uowi_links;

/* Entries must know their changes (uowi_entry.change). Allocates in arena. */
uow_status uowi_links_find(uowi_links *links, const uowi_tracker *tracker, const uowi_plan *plan, uowi_arena *arena,
                           uow_error *error);
/* How many of the count changes from first on can be written by one statement. Moves to first. */
size_t uowi_links_cut(uowi_links *links, size_t first, size_t count);
/* Gives the foreign keys of the batch their principals' keys; UOW_TYPE with *out_culprit when one does not fit. */
uow_status uowi_links_follow(const uowi_links *links, const uowi_plan *plan, size_t first, size_t count,
                             uow_error *error, size_t *out_culprit);

#endif
