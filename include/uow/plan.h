/* The plan of a save, as text. */
#ifndef UOW_PLAN_H
#define UOW_PLAN_H

#include "uow/entry.h"

UOW_BEGIN_DECLS

/*
 * Print what the next save would do, without doing it: its statements in order, the rows of each, where they are cut
 * into batches, and for each row what it waits for and why. The text is stable: the same changes give the same
 * text on the same database. Keys are shown (those not made yet as temporary, negative ones), other values never.
 * Long plans are shortened: "... and 990 more". Hooks are not asked.
 * Parameters: write receives one line at a time, with its line break, and returns nonzero to go on.
 * Blocks: where the dialect writes arrays, until the database has told the table's column types (once a table); else
 *   never. Threads: owner only.
 * Returns: UOW_OK; UOW_CANCELLED (write said stop); what save says before it writes: UOW_MISUSE (a key was
 *   changed), UOW_CONSTRAINT (a circle no order satisfies, or a foreign key that names a forgotten new row); UOW_BUSY;
 *   UOW_NO_MEMORY. Since: 0.1.
 */
UOW_API uow_status uow_plan_at(const char *where, uow_context *context, uow_write_fn write, void *user);

UOW_END_DECLS

#endif
