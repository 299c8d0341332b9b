/* New rows that were forgotten before they were saved: their made-up keys may still stand in foreign keys. */
#ifndef UOWI_TRACK_LOST_H
#define UOWI_TRACK_LOST_H

#include "track/tracker.h"

/*
 * The entry is about to be forgotten: removed (UOWI_ENTRY_DROPPED), which takes its dependents along, or let go of.
 * Without memory for a note the database will have to say it.
 */
void uowi_lost_note(uowi_tracker *tracker, const uowi_entry *entry);
/* Was the key in this row image made up for a row that is forgotten? */
bool uowi_lost_has(const uowi_tracker *tracker, const uowi_relation *relation, const void *key_row);
/* For one that was removed? */
bool uowi_lost_removed(const uowi_tracker *tracker, const uowi_relation *relation, const void *key_row);
/* May a dependent of this entity lead to one that was removed? */
bool uowi_lost_any(const uowi_tracker *tracker, const uowi_entity *entity);
void uowi_lost_forget(uowi_tracker *tracker);

#endif
