/* What a tracker holds, as text. */
#ifndef UOWI_TRACK_VIEW_H
#define UOWI_TRACK_VIEW_H

#include "base/buf.h"
#include "track/tracker.h"

/* Appends one line for an entry: "modified orders(order_id=7): status, total". */
void uowi_view_entry(const uowi_tracker *tracker, const uowi_entry *entry, uowi_buf *out);

#endif
