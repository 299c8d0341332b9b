#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "track/node.h"

#include "track/key.h"

typedef struct node_probe {
    const uowi_relation *relation;
    const void *image;
} node_probe;

bool uowi_node_same(const void *value, const void *key, const void *user)
{
    const uowi_node *node = value;
    const node_probe *probe = key;

    (void)user;
    return node->relation == probe->relation &&
           uowi_columns_equal(node->relation->principal, node->relation->keys, node->relation->key_count, node->image,
                              probe->image);
}

static uint64_t node_hash(const uowi_relation *relation, const void *image)
{
    uint64_t hash = uowi_columns_hash(relation->principal, relation->keys, relation->key_count, image);

    return uowi_hash_word(hash ^ (uint64_t)(uintptr_t)relation);
}

uowi_node *uowi_node_find(const uowi_tracker *tracker, const uowi_relation *relation, const void *image)
{
    node_probe probe = {relation, image};

    if (tracker->nodes.count == 0)
        return NULL;
    return uowi_map_get(&tracker->nodes, node_hash(relation, image), &probe);
}

static size_t node_size(const uowi_relation *relation)
{
    return ((sizeof(uowi_node) + 15) & ~(size_t)15) + relation->key_bytes;
}

static void node_free(uowi_tracker *tracker, uowi_node *node)
{
    if (node->items)
        uowi_free(tracker->mem, node->items, 2 * (size_t)node->capacity * sizeof *node->items);
    uowi_free(tracker->mem, node, node_size(node->relation));
}

static uowi_place *node_place(const uowi_tracker *tracker, const uowi_relation *relation, const uowi_entry *principal)
{
    return uowi_entry_place(uowi_tracker_slab(tracker, relation->principal), principal, relation->place);
}

static uowi_bond *node_link(const uowi_tracker *tracker, const uowi_relation *relation, const uowi_entry *entry)
{
    return uowi_entry_bond(uowi_tracker_slab(tracker, relation->dependent), entry, relation->link);
}

/*
 * By primary key the principal is in the identity map. By another key it made the node itself when it came, or it
 * is not tracked.
 */
static uowi_entry *node_find_principal(const uowi_tracker *tracker, const uowi_relation *relation, const void *image)
{
    return relation->alternate ? NULL : uowi_tracker_find(tracker, relation->principal, image);
}

uowi_node *uowi_node_make(uowi_tracker *tracker, const uowi_relation *relation, const void *image)
{
    uowi_node *node = uowi_node_find(tracker, relation, image);
    size_t size = node_size(relation);
    uowi_entry *principal;

    if (node)
        return node;
    node = uowi_zalloc(tracker->mem, size);
    if (!node)
        return NULL;
    node->relation = relation;
    node->hash = node_hash(relation, image);
    node->image = (char *)node + (size - relation->key_bytes);
    memcpy(node->image, image, relation->key_bytes);
    if (!uowi_map_put(&tracker->nodes, node->hash, node)) {
        node_free(tracker, node);
        return NULL;
    }
    principal = node_find_principal(tracker, relation, image);
    if (principal && !node_place(tracker, relation, principal)->node)
        uowi_node_lead(tracker, node, principal);
    return node;
}

bool uowi_node_reserve(uowi_tracker *tracker, uowi_node *node)
{
    uint32_t capacity = node->capacity ? node->capacity * 2 : 2;
    void **items;

    if (node->count < node->capacity)
        return true;
    items = uowi_alloc_array(tracker->mem, 2 * (size_t)capacity, sizeof *items);
    if (!items)
        return false;
    if (node->count) {
        memcpy(items, node->items, node->count * sizeof *items);
        memcpy(items + capacity, node->items + node->capacity, node->count * sizeof *items);
        uowi_free(tracker->mem, node->items, 2 * (size_t)node->capacity * sizeof *items);
    } else if (node->items) {
        uowi_free(tracker->mem, node->items, 2 * (size_t)node->capacity * sizeof *items);
    }
    node->items = items;
    node->capacity = capacity;
    if (node->principal)
        uowi_place_show(tracker, node->relation, node->principal);
    return true;
}

void *uowi_bond_pointer(const uowi_relation *relation, const void *row)
{
    void *pointer = NULL;

    if (relation->reference.place)
        memcpy(&pointer, (const char *)row + relation->reference.place - 1, sizeof pointer);
    return pointer;
}

uowi_entry *uowi_bond_principal(const uowi_tracker *tracker, const uowi_relation *relation, const uowi_entry *entry)
{
    const uowi_bond *link = node_link(tracker, relation, entry);

    return link->node && link->member != UOWI_NO_MEMBER ? link->node->principal : NULL;
}

static void *link_target(const uowi_tracker *tracker, const uowi_relation *relation, const uowi_entry *entry)
{
    const uowi_entry *principal = uowi_bond_principal(tracker, relation, entry);

    return principal ? uowi_tracker_row(tracker, principal) : NULL;
}

void uowi_bond_keep(const uowi_tracker *tracker, const uowi_relation *relation, uowi_entry *entry)
{
    void *pointer = link_target(tracker, relation, entry);
    char *original = uowi_tracker_original(tracker, entry);

    if (relation->reference.place)
        memcpy(original + relation->reference.place - 1, &pointer, sizeof pointer);
}

/*
 * The original row is given the pointer too: it then tells what the tracker last put there, and an unchanged row
 * is still equal to its original byte for byte.
 */
void uowi_bond_show(const uowi_tracker *tracker, const uowi_relation *relation, uowi_entry *entry, bool force)
{
    void *pointer = link_target(tracker, relation, entry);
    char *row = uowi_tracker_row(tracker, entry);
    char *original = uowi_tracker_original(tracker, entry);
    size_t place = relation->reference.place;

    if (!place)
        return;
    if (force || uowi_bond_pointer(relation, row) == uowi_bond_pointer(relation, original))
        memcpy(row + place - 1, &pointer, sizeof pointer);
    memcpy(original + place - 1, &pointer, sizeof pointer);
}

void uowi_place_show(const uowi_tracker *tracker, const uowi_relation *relation, uowi_entry *principal)
{
    const uowi_place *place = node_place(tracker, relation, principal);
    uow_collection shown = {NULL, 0, place->loaded, 0};
    size_t at = relation->collection.place;

    if (!at)
        return;
    if (place->node && place->node->count > 0) {
        shown.items = place->node->items;
        shown.count = place->node->count;
    }
    memcpy((char *)uowi_tracker_row(tracker, principal) + at - 1, &shown, sizeof shown);
    memcpy((char *)uowi_tracker_original(tracker, principal) + at - 1, &shown, sizeof shown);
}

static void node_show(const uowi_tracker *tracker, const uowi_node *node)
{
    if (node->principal)
        uowi_place_show(tracker, node->relation, node->principal);
}

void uowi_node_let_go(uowi_tracker *tracker, uowi_node *node)
{
    uowi_entry *principal = node->principal;

    /* A principal's alternate key is found by its node alone. */
    if (node->count > 0 || node->held > 0 || (principal && node->relation->alternate))
        return;
    if (principal) {
        node_place(tracker, node->relation, principal)->node = NULL;
        uowi_place_show(tracker, node->relation, principal);
    }
    (void)uowi_map_remove(&tracker->nodes, node->hash, node);
    node_free(tracker, node);
}

void uowi_node_hold(uowi_node *node)
{
    node->held++;
}

void uowi_node_release(uowi_tracker *tracker, uowi_node *node)
{
    node->held--;
    uowi_node_let_go(tracker, node);
}

/* The last member takes the place of the one that goes. */
static void node_remove(uowi_tracker *tracker, uowi_node *node, uint32_t at)
{
    uint32_t last = --node->count;
    uowi_entry *moved = node->items[node->capacity + last];

    node->items[at] = node->items[last];
    node->items[node->capacity + at] = moved;
    node_link(tracker, node->relation, moved)->member = at;
    node_show(tracker, node);
}

/* Takes the link off its node without freeing that: the caller lets go of it. */
static uowi_node *node_unlink(uowi_tracker *tracker, uowi_bond *link)
{
    uowi_node *node = link->node;

    if (node && link->member == UOWI_NO_MEMBER)
        node->held--;
    else if (node)
        node_remove(tracker, node, link->member);
    link->node = NULL;
    link->member = 0;
    return node;
}

void uowi_node_join(uowi_tracker *tracker, uowi_node *node, uowi_entry *entry)
{
    uowi_bond *link = node_link(tracker, node->relation, entry);
    uowi_node *before = node_unlink(tracker, link);

    link->node = node;
    link->member = node->count;
    node->items[node->count] = uowi_tracker_row(tracker, entry);
    node->items[node->capacity + node->count] = entry;
    node->count++;
    node_show(tracker, node);
    if (before)
        uowi_node_let_go(tracker, before);
}

void uowi_node_leave(uowi_tracker *tracker, const uowi_relation *relation, uowi_entry *entry, bool orphan)
{
    uowi_bond *link = node_link(tracker, relation, entry);
    uowi_node *node = node_unlink(tracker, link);

    if (!node)
        return;
    if (orphan) {
        link->node = node;
        link->member = UOWI_NO_MEMBER;
        node->held++;
    }
    uowi_node_let_go(tracker, node);
}

void uowi_node_lead(uowi_tracker *tracker, uowi_node *node, uowi_entry *principal)
{
    uowi_entry *before = node->principal;

    node->principal = principal;
    if (before) {
        node_place(tracker, node->relation, before)->node = NULL;
        uowi_place_show(tracker, node->relation, before);
    }
    if (principal)
        node_place(tracker, node->relation, principal)->node = node;
    for (uint32_t i = 0; i < node->count; i++)
        uowi_bond_show(tracker, node->relation, uowi_node_member(node, i), false);
    node_show(tracker, node);
    if (!principal)
        uowi_node_let_go(tracker, node);
}

/* Rows that waited for the new key move over; without memory for that they go on waiting. */
static void node_absorb(uowi_tracker *tracker, uowi_node *node, uowi_node *other)
{
    while (other->count > 0 && uowi_node_reserve(tracker, node)) {
        uowi_entry *entry = uowi_node_member(other, other->count - 1);

        other->held++; /* must outlive its last member here */
        uowi_node_join(tracker, node, entry);
        uowi_bond_show(tracker, node->relation, entry, false);
        other->held--;
    }
    uowi_node_let_go(tracker, other);
}

void uowi_node_rename(uowi_tracker *tracker, uowi_node *node, const void *row)
{
    uowi_node *other = uowi_node_find(tracker, node->relation, row);

    if (other == node)
        return;
    (void)uowi_map_remove(&tracker->nodes, node->hash, node);
    node->hash = node_hash(node->relation, row);
    memcpy(node->image, row, node->relation->key_bytes);
    (void)uowi_map_put(&tracker->nodes, node->hash, node); /* takes the slot just freed */
    if (other && !other->principal)
        node_absorb(tracker, node, other);
}

void uowi_nodes_free(uowi_tracker *tracker)
{
    for (size_t i = 0; i < tracker->nodes.capacity; i++)
        if (uowi_map_at(&tracker->nodes, i))
            node_free(tracker, uowi_map_at(&tracker->nodes, i));
    uowi_map_reset(&tracker->nodes);
}
