/* A model whose rows lead to each other, and what must always hold among them. */
#ifndef KIN_FIXTURE_H
#define KIN_FIXTURE_H

#include <criterion/criterion.h>

#include "track/cascade.h"
#include "track/relation.h"

typedef struct kin_firm {
    int64_t id;
    char code[9];
    uow_ind code_ind;
    uow_collection orders;
    uow_collection badges;
} kin_firm;

typedef struct kin_order {
    int64_t id;
    int64_t firm_id;
    kin_firm *firm;
    uow_collection lines;
    uow_collection notes;
} kin_order;

typedef struct kin_line {
    kin_order *order;
    int64_t order_id;
    int32_t line_no;
    int32_t quantity;
} kin_line;

/* Refers to a line by two columns, that may be NULL. */
typedef struct kin_parcel {
    int64_t id;
    int64_t order_id;
    uow_ind order_ind;
    int32_t line_no;
    uow_ind line_ind;
    kin_line *line;
} kin_parcel;

typedef struct kin_note {
    int64_t id;
    int32_t order_id; /* narrower than the key it refers to */
    uow_ind order_ind;
    kin_order *order;
} kin_note;

typedef struct kin_node {
    int64_t id;
    int64_t parent_id;
    uow_ind parent_ind;
    struct kin_node *parent;
    uow_collection children;
} kin_node;

/* Refers to a firm by its code. */
typedef struct kin_badge {
    int64_t id;
    char code[9];
    kin_firm *firm;
} kin_badge;

/* Plain foreign keys without members. */
typedef struct kin_plain {
    int64_t id;
    int64_t node_id;
} kin_plain;

/* Plain foreign keys that may be NULL, to a node and to a line. */
typedef struct kin_mark {
    int64_t id;
    int64_t node_id;
    uow_ind node_ind;
    int64_t order_id;
    uow_ind order_ind;
    int32_t line_no;
    uow_ind line_ind;
} kin_mark;

static const uow_column kin_firm_columns[] = {
    UOW_COLUMN(kin_firm, id, "firm_id", UOW_INT64, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN_NULL(kin_firm, code, code_ind, "code", UOW_TEXT, UOW_UNIQUE),
};
static const uow_entity kin_firms = UOW_ENTITY(kin_firm, "firms", kin_firm_columns);

static const uow_column kin_order_columns[] = {
    UOW_COLUMN(kin_order, id, "order_id", UOW_INT64, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN(kin_order, firm_id, "firm_id", UOW_INT64, 0),
};
static const uow_relation kin_order_relations[] = {
    UOW_REFERENCE_BOTH("firm_id", &kin_firms, UOW_RESTRICT, kin_order, firm, kin_firm, orders)};
static const uow_entity kin_orders = UOW_ENTITY_RELATED(kin_order, "orders", kin_order_columns, kin_order_relations);

static const uow_column kin_line_columns[] = {
    UOW_COLUMN(kin_line, order_id, "order_id", UOW_INT64, UOW_KEY),
    UOW_COLUMN(kin_line, line_no, "line_no", UOW_INT32, UOW_KEY),
    UOW_COLUMN(kin_line, quantity, "quantity", UOW_INT32, 0),
};
static const uow_relation kin_line_relations[] = {
    UOW_REFERENCE_BOTH("order_id", &kin_orders, UOW_CASCADE, kin_line, order, kin_order, lines)};
static const uow_entity kin_lines = UOW_ENTITY_RELATED(kin_line, "lines", kin_line_columns, kin_line_relations);

static const uow_column kin_parcel_columns[] = {
    UOW_COLUMN(kin_parcel, id, "parcel_id", UOW_INT64, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN_NULL(kin_parcel, order_id, order_ind, "order_id", UOW_INT64, 0),
    UOW_COLUMN_NULL(kin_parcel, line_no, line_ind, "line_no", UOW_INT32, 0),
};
static const uow_relation kin_parcel_relations[] = {
    UOW_RELATION(UOW_ON2("order_id", "line_no"), &kin_lines, UOW_PRIMARY_KEY, UOW_SET_NULL,
                 UOW_MEMBER(kin_parcel, line), UOW_NO_MEMBER)};
static const uow_entity kin_parcels =
    UOW_ENTITY_RELATED(kin_parcel, "parcels", kin_parcel_columns, kin_parcel_relations);

static const uow_column kin_note_columns[] = {
    UOW_COLUMN(kin_note, id, "note_id", UOW_INT64, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN_NULL(kin_note, order_id, order_ind, "order_id", UOW_INT32, 0),
};
static const uow_relation kin_note_relations[] = {
    UOW_REFERENCE_BOTH("order_id", &kin_orders, UOW_SET_NULL, kin_note, order, kin_order, notes)};
static const uow_entity kin_notes = UOW_ENTITY_RELATED(kin_note, "notes", kin_note_columns, kin_note_relations);

static const uow_column kin_node_columns[] = {
    UOW_COLUMN(kin_node, id, "node_id", UOW_INT64, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN_NULL(kin_node, parent_id, parent_ind, "parent_id", UOW_INT64, 0),
};
static const uow_entity kin_nodes;
static const uow_relation kin_node_relations[] = {
    UOW_REFERENCE_BOTH("parent_id", &kin_nodes, UOW_CASCADE, kin_node, parent, kin_node, children)};
static const uow_entity kin_nodes = UOW_ENTITY_RELATED(kin_node, "nodes", kin_node_columns, kin_node_relations);

static const uow_column kin_badge_columns[] = {
    UOW_COLUMN(kin_badge, id, "badge_id", UOW_INT64, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN(kin_badge, code, "firm_code", UOW_TEXT, 0),
};
static const uow_relation kin_badge_relations[] = {
    UOW_RELATION(UOW_ON("firm_code"), &kin_firms, UOW_ON("code"), UOW_CASCADE, UOW_MEMBER(kin_badge, firm),
                 UOW_MEMBER(kin_firm, badges))};
static const uow_entity kin_badges = UOW_ENTITY_RELATED(kin_badge, "badges", kin_badge_columns, kin_badge_relations);

static const uow_column kin_plain_columns[] = {
    UOW_COLUMN(kin_plain, id, "plain_id", UOW_INT64, UOW_KEY),
    UOW_COLUMN(kin_plain, node_id, "node_id", UOW_INT64, 0),
};
static const uow_relation kin_plain_relations[] = {UOW_REFERENCE("node_id", &kin_nodes, UOW_CASCADE)};
static const uow_entity kin_plains = UOW_ENTITY_RELATED(kin_plain, "plains", kin_plain_columns, kin_plain_relations);

static const uow_column kin_mark_columns[] = {
    UOW_COLUMN(kin_mark, id, "mark_id", UOW_INT64, UOW_KEY),
    UOW_COLUMN_NULL(kin_mark, node_id, node_ind, "node_id", UOW_INT64, 0),
    UOW_COLUMN_NULL(kin_mark, order_id, order_ind, "order_id", UOW_INT64, 0),
    UOW_COLUMN_NULL(kin_mark, line_no, line_ind, "line_no", UOW_INT32, 0),
};
static const uow_relation kin_mark_relations[] = {
    UOW_REFERENCE("node_id", &kin_nodes, UOW_SET_NULL),
    UOW_RELATION(UOW_ON2("order_id", "line_no"), &kin_lines, UOW_PRIMARY_KEY, UOW_SET_NULL, UOW_NO_MEMBER,
                 UOW_NO_MEMBER)};
static const uow_entity kin_marks = UOW_ENTITY_RELATED(kin_mark, "marks", kin_mark_columns, kin_mark_relations);

enum { KIN_ENTITIES = 9 };

static inline const uow_entity *const *kin_entities(void)
{
    static const uow_entity *const entities[KIN_ENTITIES] = {&kin_lines,  &kin_parcels, &kin_notes, &kin_orders,
                                                             &kin_badges, &kin_firms,   &kin_nodes, &kin_plains,
                                                             &kin_marks};
    return entities;
}

typedef struct kin {
    uowi_mem mem;
    uow_error error;
    uow_model *model;
    uowi_tracker tracker;
    uowi_arena arena;
} kin;

static inline bool kin_open(kin *k)
{
    memset(k, 0, sizeof *k);
    uowi_mem_init(&k->mem, NULL);
    uowi_error_init(&k->error, &k->mem);
    uowi_arena_init(&k->arena, &k->mem, 0);
    return uowi_model_create(&k->mem, kin_entities(), KIN_ENTITIES, &k->model) == UOW_OK &&
           uowi_tracker_init(&k->tracker, &k->mem, k->model, 0);
}

static inline int64_t kin_close(kin *k)
{
    uowi_tracker_done(&k->tracker);
    uowi_model_destroy(k->model);
    uowi_arena_done(&k->arena);
    uowi_error_done(&k->error);
    return k->mem.bytes;
}

/* Tracks a copy of row and gives the tracked struct; NULL when that failed. */
static inline void *kin_put(kin *k, const uow_entity *def, const void *row, uow_state state)
{
    const uowi_entity *entity = uowi_model_entity(k->model, def);
    uowi_entry *entry = NULL;
    uow_status st = state == UOW_ADDED
                        ? uowi_tracker_add(&k->tracker, entity, row, &k->error, &entry)
                        : uowi_tracker_attach(&k->tracker, entity, row, state, &k->error, &entry);
    return st == UOW_OK ? uowi_tracker_row(&k->tracker, entry) : NULL;
}

static inline uowi_entry *kin_entry(kin *k, const void *row)
{
    return uowi_tracker_entry(&k->tracker, row);
}

static inline kin_firm *kin_put_firm(kin *k, int64_t id, const char *code, uow_state state)
{
    kin_firm firm;
    memset(&firm, 0, sizeof firm);
    firm.id = id;
    firm.code_ind = code ? 0 : UOW_NULL;
    if (code)
        strncpy(firm.code, code, sizeof firm.code - 1);
    return kin_put(k, &kin_firms, &firm, state);
}

static inline kin_order *kin_put_order(kin *k, int64_t id, int64_t firm_id, uow_state state)
{
    kin_order order = {.id = id, .firm_id = firm_id};
    return kin_put(k, &kin_orders, &order, state);
}

static inline kin_line *kin_put_line(kin *k, int64_t order_id, int32_t line_no, uow_state state)
{
    kin_line line = {.order_id = order_id, .line_no = line_no, .quantity = 1};
    return kin_put(k, &kin_lines, &line, state);
}

static inline kin_note *kin_put_note(kin *k, int64_t id, int32_t order_id, uow_state state)
{
    kin_note note = {.id = id, .order_id = order_id, .order_ind = order_id ? 0 : UOW_NULL};
    return kin_put(k, &kin_notes, &note, state);
}

static inline kin_node *kin_put_node(kin *k, int64_t id, int64_t parent_id, uow_state state)
{
    kin_node node = {.id = id, .parent_id = parent_id, .parent_ind = parent_id ? 0 : UOW_NULL};
    return kin_put(k, &kin_nodes, &node, state);
}

static inline kin_badge *kin_put_badge(kin *k, int64_t id, const char *code, uow_state state)
{
    kin_badge badge;
    memset(&badge, 0, sizeof badge);
    badge.id = id;
    strncpy(badge.code, code, sizeof badge.code - 1);
    return kin_put(k, &kin_badges, &badge, state);
}

static inline bool kin_holds(const uow_collection *collection, const void *row)
{
    for (size_t i = 0; i < collection->count; i++)
        if (collection->items[i] == row)
            return true;
    return false;
}

/* A row's pointer is that of the tracked principal its key names, and the principal's collection has it, once. */
static inline void kin_check_link(kin *k, const uowi_relation *relation, uowi_entry *entry, size_t *links)
{
    char scratch[256];
    const char *row = uowi_tracker_row(&k->tracker, entry);
    uowi_entry *principal = uowi_bond_principal(&k->tracker, relation, entry);
    uowi_entry *named = uowi_relation_principal(&k->tracker, relation->dependent, relation, row, scratch);

    /* What a program changes in a row it has removed is not looked at. */
    if (!(entry->flags & UOWI_ENTRY_ORPHAN) && entry->state != UOW_DELETED)
        cr_assert_eq(principal, named);
    if (relation->reference.place && entry->state != UOW_DELETED)
        cr_assert_eq(uowi_bond_pointer(relation, row), principal ? uowi_tracker_row(&k->tracker, principal) : NULL,
                     "the pointer of a row of %s (state %d, flags %d)", entry->entity->name, entry->state, entry->flags);
    if (!principal || !relation->collection.place)
        return;
    uow_collection shown;
    memcpy(&shown, (char *)uowi_tracker_row(&k->tracker, principal) + relation->collection.place - 1, sizeof shown);
    cr_assert(kin_holds(&shown, row));
    (*links)++;
}

/* Everything that must hold when pointers and foreign keys are in step. */
static inline void kin_check(kin *k)
{
    size_t links = 0, items = 0;

    for (size_t e = 0; e < k->model->entity_count; e++) {
        const uowi_entity *entity = &k->model->entities[e];
        const uowi_slab *slab = &k->tracker.slabs[e];
        uowi_entry *entry = NULL;
        size_t page = 0;

        while ((entry = uowi_slab_next(slab, entry, &page)) != NULL) {
            for (size_t r = 0; r < entity->relation_count; r++)
                if (entity->relations[r].followed)
                    kin_check_link(k, &entity->relations[r], entry, &links);
            for (size_t d = 0; d < entity->dependent_count; d++) {
                uow_collection shown;

                if (!entity->dependents[d]->collection.place)
                    continue;
                memcpy(&shown, (char *)uowi_entry_row(slab, entry) + entity->dependents[d]->collection.place - 1,
                       sizeof shown);
                items += shown.count;
            }
        }
    }
    cr_assert_eq(links, items, "%zu rows are linked, the collections have %zu", links, items);
}

#endif
