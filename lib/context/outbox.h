/* Tables of outboxes and inboxes. */
#ifndef UOWI_CONTEXT_OUTBOX_H
#define UOWI_CONTEXT_OUTBOX_H

#include "context/context.h"
#include "uow/outbox.h"

#define UOWI_OUTBOX_TABLE "uow_outbox"
#define UOWI_INBOX_TABLE "uow_inbox"
#define UOWI_MESSAGE_NAME 100 /* bytes of a key, a kind, a source */

/*
 * Makes text with each "$" replaced by the table's quoted name, each "#" by that of its keys ("table_keys"), and "~" and "^"
 * by what the dialect says of columns: exact_column and long_text.
 */
void uowi_outbox_text(const uowi_session *s, const char *text, const char *table, uowi_buf *out);

#endif
