/*
 * Where tracked rows live: slots of one size per entity, in pages. A slot is
 * [entry][current row][original row][long originals][links][places]. Fixed slots make walking
 * fast and tell for any pointer whether it is a tracked instance.
 */
#ifndef UOWI_TRACK_SLAB_H
#define UOWI_TRACK_SLAB_H

#include "base/mem.h"
#include "base/usual.h"
#include "track/identity.h"
#include "track/model.h"
#include "uow/track.h"

#define UOWI_ENTRY_FOREIGN 0x01u  /* the row is the program's own struct: its address stands in the row's place */
#define UOWI_ENTRY_MODIFIED 0x02u /* every column counts as changed until it is saved */
#define UOWI_ENTRY_WRITTEN 0x04u  /* its deletion is written, in a unit that may still be rolled back */
#define UOWI_ENTRY_ORPHAN 0x10u   /* a required reference was taken away: cascade.c decides */
#define UOWI_ENTRY_DROPPED 0x20u  /* added, but its principal is deleted: not saved, forgotten with the save */
#define UOWI_ENTRY_SUPPRESSED 0x40u /* a hook wants it left out of the save under way */

/* The tracker's knowledge of one row; the row itself follows. */
typedef struct uowi_entry {
    const uowi_entity *entity; /* NULL: the slot is free */
    uint64_t serial;           /* order of tracking; free slots: the next free one */
    uint32_t home;             /* of the hash of the original row's key (identity.h) */
    uint32_t ref;              /* the slot's number: its page and its place there */
    uint8_t state;             /* UOW_ADDED, UOW_UNCHANGED (perhaps modified: compare) or UOW_DELETED */
    uint8_t temporary;         /* the key, or a part of it, was made up by the tracker */
    uint16_t flags;            /* UOWI_ENTRY_ ... */
    uint32_t change;           /* while there is a plan: the number of its change (plan.h) */
} uowi_entry;

/* One long value owned by the tracker: [current bytes NUL][original bytes NUL]. */
typedef struct uowi_long {
    char *block;
    size_t current; /* lengths without NUL */
    size_t original;
} uowi_long;

typedef struct uowi_node uowi_node;

#define UOWI_NO_MEMBER UINT32_MAX

/* A dependent's side of a followed relation. */
typedef struct uowi_bond {
    uowi_node *node; /* of its foreign key; NULL: the key is NULL */
    uint32_t member; /* which of the node's; UOWI_NO_MEMBER: an orphan, taken away from where its key points */
} uowi_bond;

/* A principal's side of a followed relation. */
typedef struct uowi_place {
    uowi_node *node; /* of its key; NULL: nobody refers to it */
    uint32_t loaded; /* uow_load_collection was here */
} uowi_place;

typedef struct uowi_slab_page {
    char *slots;
    size_t size; /* bytes, as allocated */
    size_t used; /* slots handed out at least once since the slab was empty */
    size_t capacity;
} uowi_slab_page;

typedef struct uowi_slab {
    const uowi_entity *entity;
    size_t row_offset; /* within a slot */
    size_t original_offset;
    size_t longs_offset;
    size_t long_count;
    size_t links_offset;
    size_t links_size; /* of links and places together; 0 without followed relations */
    size_t slot_size;
    unsigned ref_bits; /* of a slot's number, for its place in its page */
    uowi_slab_page *pages;
    size_t page_count;
    size_t page_capacity;
    size_t page; /* new slots come from this one; those behind it are unused */
    uowi_entry *free_list;
    size_t live;
    uowi_identity identity; /* key -> slot */
} uowi_slab;

void uowi_slab_init(uowi_slab *slab, const uowi_entity *entity);
/* Frees pages, not the long blocks; identity keeps its memory. */
void uowi_slab_clear(uowi_slab *slab, uowi_mem *mem);
void uowi_slab_done(uowi_slab *slab, uowi_mem *mem);
/* A slot with entity set and everything else zero; NULL when out of memory. */
uowi_entry *uowi_slab_take(uowi_slab *slab, uowi_mem *mem);
void uowi_slab_give(uowi_slab *slab, uowi_entry *entry);
/* For a slab put back as it was (keep.c): every slot is free and no page given back; then certain slots are in use
 * again, zeroed; then the rest is there to be taken. */
void uowi_slab_empty(uowi_slab *slab);
void uowi_slab_claim(uowi_slab *slab, uowi_entry *entry);
void uowi_slab_relist(uowi_slab *slab);
/* The entry whose current row is at this address, or NULL. */
uowi_entry *uowi_slab_owner(const uowi_slab *slab, const void *row);
/* Walks all live entries: start with NULL; NULL at the end. *page is the walk's own memory. */
uowi_entry *uowi_slab_next(const uowi_slab *slab, const uowi_entry *entry, size_t *page);

static inline uowi_entry *uowi_slab_at(const uowi_slab *slab, uint32_t ref)
{
    size_t place = ref & (((uint32_t)1 << slab->ref_bits) - 1);

    return (uowi_entry *)(void *)(slab->pages[ref >> slab->ref_bits].slots + place * slab->slot_size);
}

static inline void *uowi_entry_row(const uowi_slab *slab, const uowi_entry *entry)
{
    char *place = (char *)(uintptr_t)entry + slab->row_offset;

    return UOWI_RARE(entry->flags & UOWI_ENTRY_FOREIGN) ? *(void **)(void *)place : place;
}

static inline void *uowi_entry_original(const uowi_slab *slab, const uowi_entry *entry)
{
    return (char *)(uintptr_t)entry + slab->original_offset;
}

static inline uowi_long *uowi_entry_longs(const uowi_slab *slab, const uowi_entry *entry)
{
    return (uowi_long *)(void *)((char *)(uintptr_t)entry + slab->longs_offset);
}
static inline uowi_bond *uowi_entry_bond(const uowi_slab *slab, const uowi_entry *entry, size_t number)
{
    return (uowi_bond *)(void *)((char *)(uintptr_t)entry + slab->links_offset) + number;
}

static inline uowi_place *uowi_entry_place(const uowi_slab *slab, const uowi_entry *entry, size_t number)
{
    return (uowi_place *)(void *)uowi_entry_bond(slab, entry, slab->entity->link_count) + number;
}

#endif
