/*
 * Where a principal and its dependents meet: one node for each key value that a followed relation has among the
 * tracked rows. Whichever row comes first finds or leaves the node, so the order of tracking does not matter.
 */
#ifndef UOWI_TRACK_NODE_H
#define UOWI_TRACK_NODE_H

#include "track/tracker.h"

struct uowi_node {
    const uowi_relation *relation;
    uowi_entry *principal; /* NULL: not tracked; the members wait */
    uint64_t hash;
    void **items;         /* the members' rows, as a collection shows them; the members follow in the same block */
    uint32_t count;
    uint32_t capacity;
    uint32_t held;        /* orphans that still name it, and undo records: not freed while there are any */
    void *image;          /* the key: the principal's row up to key_bytes; behind the struct */
};

bool uowi_node_same(const void *value, const void *key, const void *user);

/* image: a row of the principal, or as uowi_relation_image makes it. */
uowi_node *uowi_node_find(const uowi_tracker *tracker, const uowi_relation *relation, const void *image);
/* Finds it, or makes it and brings its principal if that is tracked. NULL: out of memory. */
uowi_node *uowi_node_make(uowi_tracker *tracker, const uowi_relation *relation, const void *image);
/* Room for one more member. */
bool uowi_node_reserve(uowi_tracker *tracker, uowi_node *node);
/* Takes a dependent in; there is room. It leaves where it was before, if anywhere. */
void uowi_node_join(uowi_tracker *tracker, uowi_node *node, uowi_entry *entry);
/* Takes a dependent out. orphan: its key goes on naming the node. */
void uowi_node_leave(uowi_tracker *tracker, const uowi_relation *relation, uowi_entry *entry, bool orphan);
/* Brings or takes away (NULL) the principal: pointers and collection follow. A node nobody needs any more is freed. */
void uowi_node_lead(uowi_tracker *tracker, uowi_node *node, uowi_entry *principal);
void uowi_node_let_go(uowi_tracker *tracker, uowi_node *node); /* frees it if nobody needs it */
void uowi_node_hold(uowi_node *node);
void uowi_node_release(uowi_tracker *tracker, uowi_node *node);
/* The principal's key has become that of row. Cannot fail. */
void uowi_node_rename(uowi_tracker *tracker, uowi_node *node, const void *row);
void uowi_nodes_free(uowi_tracker *tracker);

static inline uowi_entry *uowi_node_member(const uowi_node *node, uint32_t i)
{
    return node->items[node->capacity + i];
}

/* The principal a dependent is linked to, or NULL. */
uowi_entry *uowi_bond_principal(const uowi_tracker *tracker, const uowi_relation *relation, const uowi_entry *entry);
/* Writes the pointer member, in the row only if it still shows what the tracker put there, or force. */
void uowi_bond_show(const uowi_tracker *tracker, const uowi_relation *relation, uowi_entry *entry, bool force);
/* Writes it in the original row alone: there it tells what the tracker last put in the row. */
void uowi_bond_keep(const uowi_tracker *tracker, const uowi_relation *relation, uowi_entry *entry);
/* Writes the collection member. */
void uowi_place_show(const uowi_tracker *tracker, const uowi_relation *relation, uowi_entry *principal);
/* What the pointer member of a row holds; NULL without one. */
void *uowi_bond_pointer(const uowi_relation *relation, const void *row);

#endif
