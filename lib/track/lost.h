/* New rows that were forgotten before they were saved: their made-up keys may still stand in foreign keys. */
#ifndef UOWI_TRACK_LOST_H
#define UOWI_TRACK_LOST_H

#include "track/tracker.h"

/* The entry is about to be forgotten. Without memory for a note the database will have to say it. */
void uowi_lost_note(uowi_tracker *tracker, const uowi_entry *entry);
/* Was the key in this row image made up for a row that is forgotten? */
bool uowi_lost_has(const uowi_tracker *tracker, const uowi_relation *relation, const void *key_row);
void uowi_lost_forget(uowi_tracker *tracker);

#endif
