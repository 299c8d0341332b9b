/*
 * The write plan: which rows are inserted, updated and deleted, in which order.
 * Pure: it reads the tracker and makes flat records; who executes them is not
 * its business.
 */
#ifndef UOWI_TRACK_PLAN_H
#define UOWI_TRACK_PLAN_H

#include "base/arena.h"
#include "base/usual.h"
#include "track/tracker.h"

typedef enum uowi_write { UOWI_INSERT, UOWI_UPDATE, UOWI_DELETE } uowi_write;

/* A change added by the plan itself to break a circle. */
typedef enum uowi_patch {
    UOWI_PATCH_NONE,
    UOWI_PATCH_BEFORE, /* sets columns NULL before the row's own change */
    UOWI_PATCH_AFTER   /* gives columns, inserted as NULL, their value */
} uowi_patch;

/* There may be a hundred thousand, walked many times: 64 bytes, a cache line. */
typedef struct uowi_change {
    uowi_entry *entry;
    const uowi_entity *entity;
    const uowi_columns *columns; /* insert: written; update: changed; changes share what is the same */
    union {
        uint64_t few;       /* a bit each, for entities of up to 64 columns */
        uowi_columns *many; /* for the others */
    } touched;              /* columns whose value save itself changed in the image: they go back to the program */
    uowi_long *longs;       /* the long values to keep once committed; NULL for entities without */
    const void *original;   /* as it was read or saved last: which row is meant */
    void *image;            /* the row as it will be written; keys and versions that come back land here */
    uowi_write write : 8;
    uowi_patch patch : 8; /* a patch is an update of columns by key alone: it leaves the version as it is */
    bool checked;         /* a patch before it has met the row already, whose tokens may have moved with that */
    uint32_t number;      /* in the order of collecting, from 1; its entry has the same one, a patch its change's */
} uowi_change;

static inline bool uowi_change_is_wide(const uowi_change *change)
{
    return UOWI_RARE(change->entity->column_count > 64);
}

/* Save itself has changed this column. */
static inline void uowi_change_touch(uowi_change *change, size_t column)
{
    if (uowi_change_is_wide(change))
        uowi_columns_add(change->touched.many, column);
    else
        change->touched.few |= (uint64_t)1 << column;
}

static inline uowi_columns uowi_change_touched(const uowi_change *change)
{
    uowi_columns few = {{change->touched.few, 0, 0, 0}};

    return uowi_change_is_wide(change) ? *change->touched.many : few;
}

/*
 * The row as it was read or saved last, while nothing is written yet: a deletion's image says the same, and lies with
 * those of the changes beside it.
 */
static inline const void *uowi_change_before(const uowi_change *change)
{
    return change->write == UOWI_DELETE ? change->image : change->original;
}

/* Does a write meet its row only with version and tokens as they were read? */
static inline bool uowi_change_checks(const uowi_change *change)
{
    return change->write != UOWI_INSERT && change->patch != UOWI_PATCH_AFTER && !change->checked;
}

/* Changes of one text: they may share a statement. */
static inline bool uowi_change_alike(const uowi_change *a, const uowi_change *b)
{
    return a->entity == b->entity && a->write == b->write && a->patch == b->patch && a->checked == b->checked &&
           (a->columns == b->columns || uowi_columns_same(a->columns, b->columns));
}

/* Does an update write one of these columns? */
static inline bool uowi_change_writes(const uowi_change *change, const size_t *columns, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (uowi_columns_has(change->columns, columns[i]))
            return true;
    return false;
}

typedef enum uowi_reason {
    UOWI_PRINCIPAL_INSERTED, /* a foreign key refers to a row that must exist first */
    UOWI_DEPENDENT_GONE,     /* a row is referred to until its dependent is deleted or points elsewhere */
    UOWI_UNIQUE_RELEASED,    /* a unique value is in use until its holder lets go of it */
    UOWI_PATCHED             /* a row and the patch that belongs to it */
} uowi_reason;

/* before must be written before after. */
typedef struct uowi_edge {
    uint32_t before;
    uint32_t after;
    uint8_t reason;
    uint8_t cut;     /* circle broken here: no longer in force */
    uint16_t detail; /* which relation or unique of the entity concerned */
} uowi_edge;

typedef struct uowi_plan {
    uowi_change *changes; /* in the order of execution */
    size_t count;
    uowi_edge *edges; /* positions in changes */
    size_t edge_count;
    uowi_change *spare; /* room for spare_count changes that nobody needs any more; or NULL */
    size_t spare_count;
    uint32_t *places;     /* of each number - 1, where in changes it stands; NULL: just there */
    bool has_long; /* a row has long values */
    bool sorted; /* collected in the order of table and key, as queries and inserts leave rows */
    bool grouped; /* at least those of one operation and table were */
    bool releases; /* a row may let go of a unique value */
    bool linked; /* a row may have to wait for another one: its entity has relations or unique columns */
} uowi_plan;

/*
 * Collects and orders every change. Principals are inserted before their dependents and deleted after them, unique
 * values released before they are used again; a circle is broken where a column of it may be NULL. Otherwise
 * the order follows table and key, so that two programs do not deadlock, and keeps equal statements together.
 * Everything is allocated in arena. UOW_OK: entries know their changes until uowi_plan_forget; UOW_MISUSE (key of a
 * saved row changed); UOW_CONSTRAINT (a circle that no order satisfies: the error names its rows and columns);
 * UOW_NO_MEMORY.
 */
uow_status uowi_plan_build(uowi_tracker *tracker, uowi_arena *arena, uow_error *error, uowi_plan *out);
void uowi_plan_forget(const uowi_plan *plan);

/* Where in changes the change of an entry stands; plan->count: it has none. */
static inline size_t uowi_plan_of(const uowi_plan *plan, const uowi_entry *entry)
{
    if (entry->change == 0)
        return plan->count;
    return plan->places ? plan->places[entry->change - 1] : entry->change - 1;
}

#endif
