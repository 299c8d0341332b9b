/* Messages that leave a database by the same unit as its rows, and reach another one exactly once, in order per key. */
#ifndef UOW_OUTBOX_H
#define UOW_OUTBOX_H

#include <stddef.h>
#include <stdint.h>

#include "uow/context.h"

UOW_BEGIN_DECLS

/* A message. Text and body are the program's; as given to the relay's function they are valid during the call. */
typedef struct uow_message {
    size_t struct_size;
    const char *key;  /* 1 to 100 bytes: messages of one key are applied in the order they were put */
    const char *kind; /* what it is, for who applies it; at most 100 bytes; NULL: "" */
    const char *body; /* UTF-8, at most 1 MiB; NULL: "" */
    int64_t seq;      /* 1, 2, ... for each key; given by uow_outbox_put */
} uow_message;
/* With struct_size set. */
#define UOW_MESSAGE_INIT { sizeof(uow_message), NULL, NULL, NULL, 0 }

/*
 * Make the tables of an outbox unless they are there: "table" for messages and "table_keys" for their numbers.
 * Parameters: table is "table" or "schema.table"; NULL: "uow_outbox". Blocks: until the database has answered.
 * Threads: owner only. Returns: UOW_OK; UOW_MISUSE (inside a unit); what statements return. Since: 0.1.
 */
UOW_API uow_status uow_outbox_create_at(const char *where, uow_context *context, const char *table);

/*
 * Put a message into the outbox, as part of the open unit: it is there if the unit is committed. Until then other
 * units that put messages of the same key wait for it, which is what makes the order certain.
 * Parameters: message->seq is written. table as above. Blocks: until the database has answered. Threads: owner only.
 * Returns: UOW_OK; UOW_MISUSE (no unit is open; no key); what statements return. Since: 0.1.
 */
UOW_API uow_status uow_outbox_put_at(const char *where, uow_context *context, uow_message *message, const char *table);

/*
 * Make the table of an inbox unless it is there: a row for each outbox and key, with the number of the last message.
 * The rest as uow_outbox_create; NULL: "uow_inbox". Since: 0.1.
 */
UOW_API uow_status uow_inbox_create_at(const char *where, uow_context *context, const char *table);

/*
 * Applies a message, on the context it goes to, inside a unit that also notes it in the inbox. Not UOW_OK: rolled back, and
 * tried again in a later pass; later messages of its key wait.
 */
typedef uow_status (*uow_relay_fn)(uow_context *to, const uow_message *message, void *user);

/* What a relay does. */
typedef struct uow_relay_options {
    size_t struct_size;
    const char *source;  /* the outbox's name in the inbox: 1 to 100 bytes, for ever the same */
    const char *outbox;  /* tables; NULL: "uow_outbox" and "uow_inbox" */
    const char *inbox;
    uint32_t batch;      /* messages read at a time; 0: 100 */
    uint32_t idle_ms;    /* 0: one pass over all there are. Otherwise it goes on, and looks again after this when there was nothing to do */
    int (*go_on)(void *user); /* asked before each pass of a loop; 0: enough. Must be there with idle_ms */
    uow_relay_fn apply;
    void *user;
} uow_relay_options;
/* All defaults, with struct_size set. */
#define UOW_RELAY_OPTIONS_INIT { sizeof(uow_relay_options), NULL, NULL, NULL, 0, 0, NULL, NULL, NULL }

/* What a relay did. */
typedef struct uow_relay_counts {
    size_t struct_size;
    uint64_t applied;
    uint64_t known;  /* were applied before, by a relay that did not come to remove them */
    uint64_t failed; /* apply, or its unit, did not succeed */
    uint64_t early;  /* another message of their key has to come before them */
} uow_relay_counts;
/* With struct_size set. */
#define UOW_RELAY_COUNTS_INIT { sizeof(uow_relay_counts), 0, 0, 0, 0 }

/*
 * Take messages from an outbox and apply each to another context exactly once, in order per key. It may be stopped or killed
 * at any point and begun again; several at a time do no harm.
 * Parameters: from has the outbox, to the inbox; both without an open unit. out_counts may be NULL.
 * Blocks: as long as the passes take. Threads: owner of both.
 * Returns: UOW_OK; the first failure of apply, or of a unit, after the other keys' messages have been tried; UOW_CONNECTION_LOST,
 *   UOW_OUTCOME_UNKNOWN (of to: run it again on another context); UOW_MISUSE; what statements return. Since: 0.1.
 * No polled twin: apply is a function of the program's, which belongs on its thread. A program with a loop of its own calls for
 *   one pass at a time.
 * Source: the transactional outbox and idempotent consumer patterns.
 */
UOW_API uow_status uow_relay_at(const char *where, uow_context *from, uow_context *to, const uow_relay_options *options,
                                uow_relay_counts *out_counts);

UOW_END_DECLS

#endif
