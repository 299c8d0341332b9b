/*
 * The change tracker: one instance per key, its state, its original values.
 * It knows model, memory and error; never a context or a connection.
 */
#ifndef UOWI_TRACK_TRACKER_H
#define UOWI_TRACK_TRACKER_H

#include "base/map.h"
#include "track/slab.h"
#include "track/snapshot.h"
#include "uow/context.h"

/* A state to come back to: undo.h. */
typedef struct uowi_undo uowi_undo;
/* Keys made up for rows that are forgotten: lost.h. */
typedef struct uowi_lost uowi_lost;

typedef struct uowi_tracker {
    uowi_mem *mem;
    const uow_model *model;
    uowi_slab *slabs; /* one per entity of the model; each knows its rows by key */
    uowi_map foreign;  /* address of a struct of the program's -> uowi_entry */
    uowi_map nodes;    /* followed relations: key value -> uowi_node */
    void *image;       /* room for the widest row, where relations are followed */
    uint64_t next_serial;
    int64_t next_temporary; /* -1, -2, ... */
    uint64_t count;
    uint64_t limit; /* 0: none */
    size_t planned; /* changes of the last plan: a large one is often followed by another */
    uint32_t keeps;     /* states to come back to (keep.h): while there are any, no page of rows is given back */
    uowi_undo *undo;    /* newest first; NULL while no save waits for its unit */
    uowi_lost *lost;    /* NULL while there are none */
    bool lets_go;       /* the database deletes no row that refers to itself: it is made to let go first */
    uow_merge_fn merge; /* what to do about a second instance of a key; or NULL */
    void *merge_user;
} uowi_tracker;

/* model may be NULL: nothing can be tracked then. */
bool uowi_tracker_init(uowi_tracker *tracker, uowi_mem *mem, const uow_model *model, uint64_t limit);
void uowi_tracker_done(uowi_tracker *tracker);
void uowi_tracker_clear(uowi_tracker *tracker);
/* It was copied, as it is, to where it is now. */
void uowi_tracker_moved(uowi_tracker *tracker);
/* The same, but what is noted for a rollback (undo.h) stays: every row is about to come back. */
void uowi_tracker_empty(uowi_tracker *tracker);

/* The entry of an instance handed out before, or NULL. */
uowi_entry *uowi_tracker_entry(const uowi_tracker *tracker, const void *instance);
/* By the key members of a row image. */
uowi_entry *uowi_tracker_find(const uowi_tracker *tracker, const uowi_entity *entity, const void *key_row);

/* For a row that will be looked up soon: a large tracker's lookups miss the cache, and are waited for together (uowi_touch). */
void uowi_tracker_touch(const uowi_tracker *tracker, const uowi_entity *entity, const void *key_row);
/* An entry that will be given the key in key_row soon. */
void uowi_tracker_touch_rekey(const uowi_tracker *tracker, const uowi_entry *entry, const void *key_row);

/*
 * Starts tracking a copy of row in the given state (UOW_ADDED or UOW_UNCHANGED). The key must not be tracked yet.
 * UOW_OK, UOW_NO_MEMORY, UOW_LIMIT (through error).
 */
uow_status uowi_tracker_attach(uowi_tracker *tracker, const uowi_entity *entity, const void *row, uow_state state,
                               uow_error *error, uowi_entry **out_entry);
/* Adds a new row; gives a generated key that is zero a temporary value. Also UOW_IDENTITY. */
uow_status uowi_tracker_add(uowi_tracker *tracker, const uowi_entity *entity, const void *row, uow_error *error,
                            uowi_entry **out_entry);
/* Tracks a struct of the program's in place, in any state; it must outlive its tracking. */
uow_status uowi_tracker_attach_own(uowi_tracker *tracker, const uowi_entity *entity, void *instance, uow_state state,
                                   uow_error *error, uowi_entry **out_entry);
/* tracker_key.c: a key value no tracked row has, below zero, written into the row. */
uow_status uowi_tracker_make_key(uowi_tracker *tracker, const uowi_entity *entity, void *row, uow_error *error);
void uowi_tracker_detach(uowi_tracker *tracker, uowi_entry *entry);
/* Marks deleted; an added one is detached. */
void uowi_tracker_remove(uowi_tracker *tracker, uowi_entry *entry);
/* Every column counts as changed, and a row that was to be deleted is no longer. UOW_MISUSE: its deletion is written. */
uow_status uowi_tracker_update(uowi_entry *entry, uow_error *error);
/* Also UOW_MISUSE: its deletion is written. */
uow_status uowi_tracker_revert(uowi_tracker *tracker, uowi_entry *entry, uow_error *error);
/* Overwrites current values, original ones, or both; NULL leaves them. */
uow_status uowi_tracker_set(uowi_tracker *tracker, uowi_entry *entry, const void *row, const void *original,
                            uow_error *error);
/* Overwrites these columns of the current values from row, and the original ones. */
uow_status uowi_tracker_return(uowi_tracker *tracker, uowi_entry *entry, const uowi_columns *columns,
                               const void *row, const void *original, uow_error *error);
/* Overwrites current and original values with a row just read. */
uow_status uowi_tracker_refresh(uowi_tracker *tracker, uowi_entry *entry, const void *row, uow_error *error);
uow_state uowi_tracker_state(const uowi_tracker *tracker, const uowi_entry *entry);
size_t uowi_tracker_changes(const uowi_tracker *tracker);
bool uowi_tracker_has_changes(uowi_tracker *tracker);
/* Every change becomes the saved state. UOW_MISUSE: a new row has a made-up key still; UOW_IDENTITY; UOW_NO_MEMORY. */
uow_status uowi_tracker_accept_all(uowi_tracker *tracker, uow_error *error);
/* Every change is undone but deletions that are written: those are the unit's. */
uow_status uowi_tracker_reject_all(uowi_tracker *tracker, uow_error *error);
/* Visits live entries by entity and serial; the visit may detach the entry it is given. */
typedef uow_status (*uowi_entry_fn)(void *user, uowi_entry *entry);
uow_status uowi_tracker_each(uowi_tracker *tracker, uowi_entry_fn fn, void *user);
/* The entry is found by this row's key from now on. There is room: reserved, or of a key just removed. */
void uowi_tracker_know(uowi_slab *slab, uowi_entry *entry, const void *key_row);
/* Moves an entry to the key its row has now (current and original must agree). Never fails: the slot is there. */
void uowi_tracker_rekey(uowi_tracker *tracker, uowi_entry *entry);

/* Make room so that rekeying this many entries cannot fail. */
bool uowi_tracker_reserve(uowi_tracker *tracker, size_t entries);

static inline uowi_slab *uowi_tracker_slab(const uowi_tracker *tracker, const uowi_entity *entity)
{
    return &tracker->slabs[entity->index];
}

static inline void *uowi_tracker_row(const uowi_tracker *tracker, const uowi_entry *entry)
{
    return uowi_entry_row(uowi_tracker_slab(tracker, entry->entity), entry);
}

static inline void *uowi_tracker_original(const uowi_tracker *tracker, const uowi_entry *entry)
{
    return uowi_entry_original(uowi_tracker_slab(tracker, entry->entity), entry);
}

#endif
