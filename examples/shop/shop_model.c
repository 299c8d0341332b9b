#include "shop_model.h"

#include <stdio.h>
#include <string.h>

static const char *const status_names[] = {"open", "paid", "shipped", "cancelled"};

enum { STATUS_SIZE = 12 };

const char *order_status_name(enum order_status status)
{
    size_t index = (size_t)status;

    return index < UOW_COUNT(status_names) ? status_names[index] : "?";
}

static int status_to_text(const void *member, void *db_value, void *user)
{
    size_t index = (size_t) * (const enum order_status *)member;

    (void)user;
    if (index >= UOW_COUNT(status_names))
        return 0;
    snprintf(db_value, STATUS_SIZE, "%s", status_names[index]);
    return 1;
}

static int status_from_text(const void *db_value, void *member, void *user)
{
    (void)user;
    for (size_t i = 0; i < UOW_COUNT(status_names); i++)
        if (strcmp(db_value, status_names[i]) == 0) {
            *(enum order_status *)member = (enum order_status)i;
            return 1;
        }
    return 0;
}

static const uow_converter status_as_text = {
    .struct_size = sizeof(uow_converter),
    .db_type = UOW_TEXT,
    .db_size = STATUS_SIZE,
    .to_db = status_to_text,
    .from_db = status_from_text,
};

/* clang-format off */
static const uow_column customer_columns[] = {
    UOW_COLUMN     (struct customer, id,         "customer_id", UOW_INT64,   UOW_KEY | UOW_GENERATED),
    UOW_COLUMN     (struct customer, name,       "name",        UOW_TEXT,    0),
    UOW_COLUMN     (struct customer, email,      "email",       UOW_TEXT,    0),
    UOW_COLUMN     (struct customer, city,       "city",        UOW_TEXT,    0),
    UOW_COLUMN     (struct customer, balance,    "balance",     UOW_DECIMAL, 0),
    UOW_COLUMN_NULL(struct customer, last_login, last_login_ind, "last_login", UOW_TIMESTAMP, 0),
    UOW_COLUMN     (struct customer, version,    "version",     UOW_INT32,   UOW_VERSION),
};

static const uow_column product_columns[] = {
    UOW_COLUMN(struct product, id,      "product_id", UOW_INT64,   UOW_KEY | UOW_GENERATED),
    UOW_COLUMN(struct product, name,    "name",       UOW_TEXT,    0),
    UOW_COLUMN(struct product, price,   "price",      UOW_DECIMAL, 0),
    UOW_COLUMN(struct product, stock,   "stock",      UOW_INT32,   0),
    UOW_COLUMN(struct product, version, "version",    UOW_INT32,   UOW_VERSION),
};

static const uow_column order_columns[] = {
    UOW_COLUMN   (struct order, id,          "order_id",    UOW_INT64,     UOW_KEY | UOW_GENERATED),
    UOW_COLUMN   (struct order, customer_id, "customer_id", UOW_INT64,     0),
    UOW_COLUMN   (struct order, placed_at,   "placed_at",   UOW_TIMESTAMP, 0),
    UOW_COLUMN_AS(struct order, status,      "status",      &status_as_text, 0),
    UOW_COLUMN   (struct order, total,       "total",       UOW_DECIMAL,   0),
    UOW_COLUMN   (struct order, version,     "version",     UOW_INT32,     UOW_VERSION),
};

static const uow_column order_line_columns[] = {
    UOW_COLUMN(struct order_line, order_id,   "order_id",   UOW_INT64,   UOW_KEY),
    UOW_COLUMN(struct order_line, line_no,    "line_no",    UOW_INT32,   UOW_KEY),
    UOW_COLUMN(struct order_line, product_id, "product_id", UOW_INT64,   0),
    UOW_COLUMN(struct order_line, quantity,   "quantity",   UOW_INT32,   0),
    UOW_COLUMN(struct order_line, price,      "price",      UOW_DECIMAL, 0),
};
/* clang-format on */

static const uow_relation order_relations[] = {
    UOW_REFERENCE("customer_id", &customers, UOW_RESTRICT),
};

static const uow_relation order_line_relations[] = {
    UOW_REFERENCE("order_id", &orders, UOW_CASCADE),
    UOW_REFERENCE("product_id", &products, UOW_RESTRICT),
};

const uow_entity customers = UOW_ENTITY(struct customer, "customers", customer_columns);
const uow_entity products = UOW_ENTITY(struct product, "products", product_columns);
const uow_entity orders =
    UOW_ENTITY_RELATED(struct order, "orders", order_columns, order_relations);
const uow_entity order_lines =
    UOW_ENTITY_RELATED(struct order_line, "order_lines", order_line_columns, order_line_relations);

const uow_entity *const shop_entities[SHOP_ENTITIES] = {
    &customers,
    &products,
    &orders,
    &order_lines,
};
