#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "track/fixup.h"

#include "base/usual.h"
#include "track/key.h"
#include "track/relation.h"

void uowi_entry_text(const uowi_tracker *tracker, const uowi_entry *entry, uowi_buf *out)
{
    uowi_buf_fmt(out, "%s (", entry->entity->name);
    uowi_key_text(entry->entity, uowi_tracker_original(tracker, entry), out);
    uowi_buf_char(out, ')');
}

static uowi_bond *fixup_link(const uowi_tracker *tracker, const uowi_entry *entry, const uowi_relation *relation)
{
    return uowi_entry_bond(uowi_tracker_slab(tracker, entry->entity), entry, relation->link);
}

static uowi_place *fixup_place(const uowi_tracker *tracker, const uowi_entry *entry, const uowi_relation *relation)
{
    return uowi_entry_place(uowi_tracker_slab(tracker, entry->entity), entry, relation->place);
}

/* The key columns of an alternate key may be NULL: then nobody can refer to the row. */
static bool fixup_keyless(const uowi_relation *relation, const void *row)
{
    for (size_t i = 0; i < relation->key_count; i++)
        if (uowi_member_is_null(&relation->principal->columns[relation->keys[i]], row))
            return true;
    return false;
}

UOWI_HOT bool uowi_fixup_prepare(uowi_tracker *tracker, const uowi_entity *entity, const void *row)
{
    for (size_t r = 0; entity->link_count > 0 && r < entity->relation_count; r++) {
        const uowi_relation *relation = &entity->relations[r];
        uowi_node *node;

        if (!relation->followed || !uowi_relation_image(relation, row, tracker->image))
            continue;
        node = uowi_node_make(tracker, relation, tracker->image);
        if (!node || !uowi_node_reserve(tracker, node))
            return false;
    }
    for (size_t i = 0; UOWI_RARE(entity->has_alternate) && i < entity->dependent_count; i++) {
        const uowi_relation *relation = entity->dependents[i];

        if (relation->alternate && !fixup_keyless(relation, row) && !uowi_node_make(tracker, relation, row))
            return false;
    }
    return true;
}

bool uowi_fixup_follow(uowi_tracker *tracker, uowi_entry *entry, const uowi_relation *relation)
{
    const void *row = uowi_tracker_row(tracker, entry);
    uowi_bond *link = fixup_link(tracker, entry, relation);
    uowi_node *node = NULL;

    if (uowi_relation_image(relation, row, tracker->image)) {
        node = uowi_node_make(tracker, relation, tracker->image);
        if (!node || !uowi_node_reserve(tracker, node))
            return false;
    }
    if (!node)
        uowi_node_leave(tracker, relation, entry, false);
    else if (link->node != node || link->member == UOWI_NO_MEMBER)
        uowi_node_join(tracker, node, entry);
    uowi_bond_show(tracker, relation, entry, true);
    return true;
}

void uowi_fixup_yield(uowi_tracker *tracker, uowi_entry *entry, const uowi_relation *relation)
{
    const void *row = uowi_tracker_row(tracker, entry);
    uowi_node *node = fixup_place(tracker, entry, relation)->node;

    if (node && (fixup_keyless(relation, row) ||
                 !uowi_columns_equal(relation->principal, relation->keys, relation->key_count, row, node->image)))
        uowi_node_lead(tracker, node, NULL);
}

bool uowi_fixup_claim(uowi_tracker *tracker, uowi_entry *entry, const uowi_relation *relation)
{
    const void *row = uowi_tracker_row(tracker, entry);
    uowi_node *node;

    if (fixup_place(tracker, entry, relation)->node || (relation->alternate && fixup_keyless(relation, row)))
        return true;
    node = relation->alternate ? uowi_node_make(tracker, relation, row) : uowi_node_find(tracker, relation, row);
    if (!node)
        return !relation->alternate;
    /* Two rows with one unique value: the database will say so; here the first keeps it, unless it is to be deleted. */
    if (!node->principal || (relation->alternate && node->principal->state == UOW_DELETED && entry->state != UOW_DELETED))
        uowi_node_lead(tracker, node, entry);
    return true;
}

UOWI_HOT void uowi_fixup_settle(uowi_tracker *tracker, uowi_entry *entry)
{
    const uowi_entity *entity = entry->entity;

    if (uowi_fixup_none(entity))
        return;
    for (size_t i = 0; i < entity->dependent_count; i++) {
        const uowi_relation *relation = entity->dependents[i];

        if (!relation->followed)
            continue;
        if (relation->alternate)
            uowi_fixup_yield(tracker, entry, relation);
        (void)uowi_fixup_claim(tracker, entry, relation);
        uowi_place_show(tracker, relation, entry);
    }
    for (size_t r = 0; r < entity->relation_count; r++)
        if (entity->relations[r].followed)
            (void)uowi_fixup_follow(tracker, entry, &entity->relations[r]);
    entry->flags &= (uint16_t)~UOWI_ENTRY_ORPHAN;
}

UOWI_HOT void uowi_fixup_show(const uowi_tracker *tracker, uowi_entry *entry)
{
    const uowi_entity *entity = entry->entity;

    for (size_t r = 0; entity->link_count > 0 && r < entity->relation_count; r++)
        if (entity->relations[r].followed)
            uowi_bond_keep(tracker, &entity->relations[r], entry);
    for (size_t i = 0; entity->place_count > 0 && i < entity->dependent_count; i++)
        if (entity->dependents[i]->followed)
            uowi_place_show(tracker, entity->dependents[i], entry);
}

void uowi_fixup_blank(const uowi_tracker *tracker, uowi_entry *entry)
{
    const uowi_entity *entity = entry->entity;
    char *row = uowi_tracker_row(tracker, entry);

    if (!(entry->flags & UOWI_ENTRY_FOREIGN) || uowi_fixup_none(entity))
        return;
    for (size_t r = 0; r < entity->relation_count; r++)
        if (entity->relations[r].reference.place)
            memset(row + entity->relations[r].reference.place - 1, 0, sizeof(void *));
    for (size_t i = 0; i < entity->dependent_count; i++)
        if (entity->dependents[i]->collection.place)
            memset(row + entity->dependents[i]->collection.place - 1, 0, sizeof(uow_collection));
}

void uowi_fixup_detach(uowi_tracker *tracker, uowi_entry *entry)
{
    const uowi_entity *entity = entry->entity;

    if (uowi_fixup_none(entity))
        return;
    for (size_t r = 0; r < entity->relation_count; r++)
        if (entity->relations[r].followed)
            uowi_node_leave(tracker, &entity->relations[r], entry, false);
    for (size_t i = 0; i < entity->dependent_count; i++) {
        const uowi_relation *relation = entity->dependents[i];
        uowi_node *node = relation->followed ? fixup_place(tracker, entry, relation)->node : NULL;

        if (node)
            uowi_node_lead(tracker, node, NULL);
    }
    uowi_fixup_blank(tracker, entry);
}

void uowi_fixup_moved(const uowi_tracker *tracker, uowi_entry *entry)
{
    const uowi_entity *entity = entry->entity;

    for (size_t r = 0; entity->link_count > 0 && r < entity->relation_count; r++) {
        const uowi_relation *relation = &entity->relations[r];
        const uowi_bond *link = relation->followed ? fixup_link(tracker, entry, relation) : NULL;

        if (link && link->node && link->member != UOWI_NO_MEMBER)
            link->node->items[link->member] = uowi_tracker_row(tracker, entry);
        if (link)
            uowi_bond_show(tracker, relation, entry, true);
    }
    for (size_t i = 0; entity->place_count > 0 && i < entity->dependent_count; i++) {
        const uowi_relation *relation = entity->dependents[i];
        const uowi_node *node = relation->followed ? fixup_place(tracker, entry, relation)->node : NULL;

        for (uint32_t m = 0; node && m < node->count; m++)
            uowi_bond_show(tracker, relation, uowi_node_member(node, m), false);
        if (relation->followed)
            uowi_place_show(tracker, relation, entry);
    }
}

void uowi_fixup_clear(uowi_tracker *tracker)
{
    uowi_map *foreign = &tracker->foreign;

    if (!tracker->model || !tracker->model->followed)
        return;
    uowi_nodes_free(tracker);
    for (size_t i = 0; i < foreign->capacity; i++) {
        uowi_entry *entry = uowi_map_at(foreign, i);

        if (entry)
            uowi_fixup_blank(tracker, entry);
    }
}

void uowi_fixup_rekey(uowi_tracker *tracker, uowi_entry *entry)
{
    const uowi_entity *entity = entry->entity;

    for (size_t i = 0; entity->place_count > 0 && i < entity->dependent_count; i++) {
        const uowi_relation *relation = entity->dependents[i];
        uowi_node *node = relation->followed ? fixup_place(tracker, entry, relation)->node : NULL;

        if (node)
            uowi_node_rename(tracker, node, uowi_tracker_row(tracker, entry));
        else if (relation->followed)
            (void)uowi_fixup_claim(tracker, entry, relation);
    }
}

/* Is the foreign key still as it is in a new row: NULL or zero in each column that does not agree? */
static bool fixup_open(const uowi_relation *relation, const void *row, const void *key_row)
{
    const char zero[16] = {0};

    if (uowi_relation_matches(relation, row, key_row))
        return true;
    for (size_t i = 0; i < relation->count; i++) {
        const uow_column *own = &relation->dependent->columns[relation->columns[i]];
        const char *at = (const char *)row + own->offset;
        size_t size = own->type == UOW_TEXT || own->type == UOW_DECIMAL_TEXT ? 1 : own->size;
        uowi_relation one = *relation;

        one.count = 1;
        one.columns[0] = relation->columns[i];
        one.keys[0] = relation->keys[i];
        if (uowi_member_is_null(own, row) || uowi_relation_matches(&one, row, key_row))
            continue;
        for (; size > sizeof zero && memcmp(at, zero, sizeof zero) == 0; size -= sizeof zero)
            at += sizeof zero;
        if (size > sizeof zero || memcmp(at, zero, size) != 0)
            return false;
    }
    return true;
}

bool uowi_fixup_named(const uowi_tracker *tracker, const uowi_relation *relation, const uowi_entry *principal)
{
    return !relation->alternate || fixup_place(tracker, principal, relation)->node;
}

static uow_status fixup_refuse(const uowi_relation *relation, uow_error *error, const char *what)
{
    const uow_column *column = &relation->dependent->columns[relation->columns[0]];

    uowi_error_entity(error, relation->dependent->name);
    uowi_error_column(error, column->name);
    return uowi_error_set(error, UOW_MISUSE, "%s.%s %s (%s.%s)", relation->dependent->name,
                          relation->reference.member ? relation->reference.member : column->name, what,
                          relation->dependent->name, column->name);
}

static uow_status fixup_fits(const uowi_relation *relation, void *row, const void *key_row, uow_error *error)
{
    const uow_column *column = &relation->dependent->columns[relation->columns[0]];

    if (uowi_relation_point(relation->dependent, relation, row, key_row))
        return UOW_OK;
    uowi_error_entity(error, relation->dependent->name);
    uowi_error_column(error, column->name);
    return uowi_error_set(error, UOW_TYPE, "the key of %s does not fit the foreign key %s.%s",
                          relation->principal->name, relation->dependent->name, column->name);
}

uow_status uowi_fixup_given(const uowi_tracker *tracker, const uowi_entity *entity, void *row, uow_error *error)
{
    uow_status st = UOW_OK;

    for (size_t r = 0; st == UOW_OK && entity->link_count > 0 && r < entity->relation_count; r++) {
        const uowi_relation *relation = &entity->relations[r];
        const void *pointer = uowi_bond_pointer(relation, row);
        const uowi_entry *principal = pointer ? uowi_tracker_entry(tracker, pointer) : NULL;

        if (!pointer)
            continue;
        if (!principal || principal->entity != relation->principal)
            return fixup_refuse(relation, error, "points at a struct this context does not track: add or attach it first");
        if (!uowi_fixup_named(tracker, relation, principal))
            return fixup_refuse(relation, error, "points at a row whose key is NULL or another row's");
        if (!fixup_open(relation, row, pointer))
            return fixup_refuse(relation, error, "points at one row, the foreign key names another");
        if (!uowi_relation_matches(relation, row, pointer))
            st = fixup_fits(relation, row, pointer, error);
    }
    return st;
}

uow_status uowi_fixup_point(uowi_tracker *tracker, uowi_entry *entry, const uowi_relation *relation,
                            uowi_entry *principal, uow_error *error)
{
    void *row = uowi_tracker_row(tracker, entry);

    if (principal && !uowi_fixup_named(tracker, relation, principal))
        return fixup_refuse(relation, error, "cannot refer to a row whose key is NULL or another row's");
    if (principal)
        return fixup_fits(relation, row, uowi_tracker_row(tracker, principal), error);
    if (relation->optional) {
        uowi_relation_clear(relation, row);
        return UOW_OK;
    }
    if (relation->followed) {
        uowi_node_leave(tracker, relation, entry, true);
        uowi_bond_show(tracker, relation, entry, true);
    }
    entry->flags |= UOWI_ENTRY_ORPHAN;
    return UOW_OK;
}

uow_status uowi_fixup_link(uowi_tracker *tracker, uowi_entry *entry, const uowi_relation *relation,
                           uowi_entry *principal, uow_error *error)
{
    uow_status st;

    if (!principal && !relation->optional && !relation->followed)
        return fixup_refuse(relation, error, "is required and cannot be taken away: remove the row");
    st = uowi_fixup_point(tracker, entry, relation, principal, error);
    if (st != UOW_OK || !relation->followed || (!principal && !relation->optional))
        return st;
    return uowi_fixup_follow(tracker, entry, relation) ? UOW_OK : uowi_error_no_memory(error);
}
