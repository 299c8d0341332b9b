/* A little shop as a model, for tests of the tracker and of what stands on it. */
#ifndef TRACK_FIXTURE_H
#define TRACK_FIXTURE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "track/model.h"
#include "track/tracker.h"

typedef struct shop_customer {
    int64_t id;
    char name[41];
    double balance;
    char email[61];
    uow_ind email_ind;
    int32_t version;
} shop_customer;

typedef struct shop_order {
    int64_t id;
    int64_t customer_id;
    char status[11];
} shop_order;

typedef struct shop_line {
    int64_t order_id;
    int32_t line_no;
    int32_t quantity;
} shop_line;

typedef struct shop_node {
    int64_t id;
    int64_t parent_id;
    uow_ind parent_ind;
} shop_node;

typedef struct shop_note {
    int64_t id;
    uow_text body;
    uow_ind body_ind;
    uow_blob image;
    uow_ind image_ind;
    unsigned char mark[4];
    uow_ind mark_ind;
} shop_note;

static const uow_column shop_customer_columns[] = {
    UOW_COLUMN(shop_customer, id, "customer_id", UOW_INT64, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN(shop_customer, name, "name", UOW_TEXT, 0),
    UOW_COLUMN(shop_customer, balance, "balance", UOW_DOUBLE, 0),
    UOW_COLUMN_NULL(shop_customer, email, email_ind, "email", UOW_TEXT, 0),
    UOW_COLUMN(shop_customer, version, "version", UOW_INT32, UOW_VERSION),
};
static const uow_entity shop_customers = UOW_ENTITY(shop_customer, "customers", shop_customer_columns);

static const uow_column shop_order_columns[] = {
    UOW_COLUMN(shop_order, id, "order_id", UOW_INT64, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN(shop_order, customer_id, "customer_id", UOW_INT64, 0),
    UOW_COLUMN(shop_order, status, "status", UOW_TEXT, 0),
};
static const uow_relation shop_order_relations[] = {UOW_REFERENCE("customer_id", &shop_customers, UOW_RESTRICT)};
static const uow_entity shop_orders =
    UOW_ENTITY_RELATED(shop_order, "orders", shop_order_columns, shop_order_relations);

static const uow_column shop_line_columns[] = {
    UOW_COLUMN(shop_line, order_id, "order_id", UOW_INT64, UOW_KEY),
    UOW_COLUMN(shop_line, line_no, "line_no", UOW_INT32, UOW_KEY),
    UOW_COLUMN(shop_line, quantity, "quantity", UOW_INT32, 0),
};
static const uow_relation shop_line_relations[] = {UOW_REFERENCE("order_id", &shop_orders, UOW_CASCADE)};
static const uow_entity shop_lines = UOW_ENTITY_RELATED(shop_line, "lines", shop_line_columns, shop_line_relations);

static const uow_column shop_node_columns[] = {
    UOW_COLUMN(shop_node, id, "node_id", UOW_INT64, UOW_KEY),
    UOW_COLUMN_NULL(shop_node, parent_id, parent_ind, "parent_id", UOW_INT64, 0),
};
static const uow_entity shop_nodes;
static const uow_relation shop_node_relations[] = {UOW_REFERENCE("parent_id", &shop_nodes, UOW_SET_NULL)};
static const uow_entity shop_nodes = UOW_ENTITY_RELATED(shop_node, "nodes", shop_node_columns, shop_node_relations);

static const uow_column shop_note_columns[] = {
    UOW_COLUMN(shop_note, id, "note_id", UOW_INT64, UOW_KEY),
    UOW_COLUMN_NULL(shop_note, body, body_ind, "body", UOW_LONGTEXT, 0),
    UOW_COLUMN_NULL(shop_note, image, image_ind, "image", UOW_BLOB, 0),
    UOW_COLUMN_NULL(shop_note, mark, mark_ind, "mark", UOW_BINARY, 0),
};
static const uow_entity shop_notes = UOW_ENTITY(shop_note, "notes", shop_note_columns);

enum { SHOP_LINES, SHOP_NODES, SHOP_ORDERS, SHOP_NOTES, SHOP_CUSTOMERS, SHOP_ENTITIES };

/* Dependents come before their principals, so that only the rank can put them right. */
static inline const uow_entity *const *shop_entities(void)
{
    static const uow_entity *const entities[SHOP_ENTITIES] = {&shop_lines, &shop_nodes, &shop_orders, &shop_notes,
                                                              &shop_customers};
    return entities;
}

typedef struct shop {
    uowi_mem mem;
    uow_error error;
    uow_model *model;
    uowi_tracker tracker;
    uowi_arena arena;
} shop;

static inline bool shop_open(shop *s, uint64_t limit)
{
    memset(s, 0, sizeof *s);
    uowi_mem_init(&s->mem, NULL);
    uowi_error_init(&s->error, &s->mem);
    uowi_arena_init(&s->arena, &s->mem, 0);
    return uowi_model_create(&s->mem, shop_entities(), SHOP_ENTITIES, &s->model) == UOW_OK &&
           uowi_tracker_init(&s->tracker, &s->mem, s->model, limit);
}

/* Bytes left behind: must be 0. */
static inline int64_t shop_close(shop *s)
{
    uowi_tracker_done(&s->tracker);
    uowi_model_destroy(s->model);
    uowi_arena_done(&s->arena);
    uowi_error_done(&s->error);
    return s->mem.bytes;
}

static inline const uowi_entity *shop_entity(const shop *s, const uow_entity *def)
{
    return uowi_model_entity(s->model, def);
}

/* Tracks a copy of row; NULL when that failed. */
static inline uowi_entry *shop_attach(shop *s, const uow_entity *def, const void *row, uow_state state)
{
    uowi_entry *entry = NULL;
    uow_status st = state == UOW_ADDED
                        ? uowi_tracker_add(&s->tracker, shop_entity(s, def), row, &s->error, &entry)
                        : uowi_tracker_attach(&s->tracker, shop_entity(s, def), row, state, &s->error, &entry);
    return st == UOW_OK ? entry : NULL;
}

static inline shop_customer shop_ann(int64_t id)
{
    shop_customer c;
    memset(&c, 0, sizeof c);
    c.id = id;
    memcpy(c.name, "Ann", 4);
    c.balance = 12.5;
    c.email_ind = UOW_NULL;
    c.version = 3;
    return c;
}

#endif
