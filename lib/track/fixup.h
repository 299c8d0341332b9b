/*
 * Fix-up: pointers and collections among tracked rows follow the foreign keys, and foreign keys follow the pointers
 * the program sets. Only entities with followed relations are touched; every call is O(1) in the tracked rows, except
 * for the dependents of a principal that comes, goes or moves, and for detect.
 */
#ifndef UOWI_TRACK_FIXUP_H
#define UOWI_TRACK_FIXUP_H

#include "track/node.h"

static inline bool uowi_fixup_none(const uowi_entity *entity)
{
    return entity->link_count == 0 && entity->place_count == 0;
}

/* Gets the memory that settling an entry with these values will need. False: out of memory, nothing changed. */
bool uowi_fixup_prepare(uowi_tracker *tracker, const uowi_entity *entity, const void *row);
/* The entry's values were set by the tracker: links it by its foreign keys and writes its members. */
void uowi_fixup_settle(uowi_tracker *tracker, uowi_entry *entry);
/* The original values were replaced: they are told again where the pointers lead. */
void uowi_fixup_show(const uowi_tracker *tracker, uowi_entry *entry);
/* The entry is about to go: nobody points at it afterwards. */
void uowi_fixup_detach(uowi_tracker *tracker, uowi_entry *entry);
/* A struct of the program's goes on living: it must not keep pointers to rows that may not. */
void uowi_fixup_blank(const uowi_tracker *tracker, uowi_entry *entry);
/* The entry's row is at another address: those that are linked to it learn of it. */
void uowi_fixup_moved(const uowi_tracker *tracker, uowi_entry *entry);
/* All entries are about to go. */
void uowi_fixup_clear(uowi_tracker *tracker);
/* The entry's key has changed with a save; there is room (uowi_tracker_reserve). */
void uowi_fixup_rekey(uowi_tracker *tracker, uowi_entry *entry);

/*
 * The pointers in a row of the program's that is to be tracked: each must lead to a tracked row, whose key becomes the
 * foreign key; UOW_MISUSE when the foreign key is set and says otherwise.
 */
uow_status uowi_fixup_given(const uowi_tracker *tracker, const uowi_entity *entity, void *row, uow_error *error);

/*
 * detect.c: what the program changed since. A pointer that was set sets the foreign key, a foreign key that was set
 * sets the pointer; both set and not the same is UOW_MISUSE. A pointer set to NULL makes the foreign key NULL; where
 * it cannot be, the entry is an orphan. May be repeated after a failure.
 */
uow_status uowi_detect_entry(uowi_tracker *tracker, uowi_entry *entry, uow_error *error);
uow_status uowi_detect(uowi_tracker *tracker, uow_error *error);

/* Moves a dependent to a principal (NULL: to none), by any relation. Also UOW_TYPE. */
uow_status uowi_fixup_link(uowi_tracker *tracker, uowi_entry *entry, const uowi_relation *relation,
                           uowi_entry *principal, uow_error *error);

/* Parts shared with detect.c. Links the entry to the node of its foreign key; false: out of memory. */
bool uowi_fixup_follow(uowi_tracker *tracker, uowi_entry *entry, const uowi_relation *relation);
/* The principal's alternate key is that of another node, or of none: leaves, and takes the one of its key. */
void uowi_fixup_yield(uowi_tracker *tracker, uowi_entry *entry, const uowi_relation *relation);
bool uowi_fixup_claim(uowi_tracker *tracker, uowi_entry *entry, const uowi_relation *relation);
/* An alternate key may be NULL, or wrongly be that of another tracked row: then nothing can refer to this one by it. */
bool uowi_fixup_named(const uowi_tracker *tracker, const uowi_relation *relation, const uowi_entry *principal);
/* Sets the foreign key; the link follows later. */
uow_status uowi_fixup_point(uowi_tracker *tracker, uowi_entry *entry, const uowi_relation *relation,
                            uowi_entry *principal, uow_error *error);
/* "orders (order_id=7)", for messages. */
void uowi_entry_text(const uowi_tracker *tracker, const uowi_entry *entry, uowi_buf *out);

#endif
