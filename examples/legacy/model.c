#include "model.h"

static const uow_column customer_columns[] = {
    UOW_COLUMN(struct customer, no,           "custno",  UOW_INT32, UOW_KEY),
    UOW_COLUMN(struct customer, name,         "name",    UOW_TEXT,  0),
    UOW_COLUMN(struct customer, credit_limit, "credlim", UOW_INT32, 0),
    UOW_COLUMN(struct customer, balance,      "balance", UOW_INT32, UOW_TOKEN),
};
const uow_entity customers = UOW_ENTITY(struct customer, "lg_cust", customer_columns);

/* No version column: what was on hand is compared instead, so that no sale is lost. */
static const uow_column item_columns[] = {
    UOW_COLUMN(struct item, no,          "itemno", UOW_INT32, UOW_KEY),
    UOW_COLUMN(struct item, description, "descr",  UOW_TEXT,  0),
    UOW_COLUMN(struct item, price,       "price",  UOW_INT32, 0),
    UOW_COLUMN(struct item, on_hand,     "onhand", UOW_INT32, UOW_TOKEN),
};
const uow_entity items = UOW_ENTITY(struct item, "lg_item", item_columns);

static const uow_column order_columns[] = {
    UOW_COLUMN     (struct order, no,          "ordno",   UOW_INT32, UOW_KEY),
    UOW_COLUMN     (struct order, customer_no, "custno",  UOW_INT32, 0),
    UOW_COLUMN     (struct order, date,        "orddate", UOW_TEXT,  0),
    UOW_COLUMN_NULL(struct order, ship_date, ship_date_ind, "shipdate", UOW_TEXT, 0),
    UOW_COLUMN     (struct order, status,      "status",  UOW_TEXT,  UOW_TOKEN),
    UOW_COLUMN     (struct order, total,       "total",   UOW_INT32, 0),
};
static const uow_relation order_relations[] = {UOW_REFERENCE("custno", &customers, UOW_RESTRICT)};
const uow_entity orders = UOW_ENTITY_RELATED(struct order, "lg_ord", order_columns, order_relations);

static const uow_column order_line_columns[] = {
    UOW_COLUMN(struct order_line, order_no, "ordno",  UOW_INT32, UOW_KEY),
    UOW_COLUMN(struct order_line, line_no,  "linno",  UOW_INT32, UOW_KEY),
    UOW_COLUMN(struct order_line, item_no,  "itemno", UOW_INT32, 0),
    UOW_COLUMN(struct order_line, quantity, "qty",    UOW_INT32, 0),
    UOW_COLUMN(struct order_line, price,    "price",  UOW_INT32, 0),
};
static const uow_relation order_line_relations[] = {
    UOW_REFERENCE("ordno", &orders, UOW_CASCADE),
    UOW_REFERENCE("itemno", &items, UOW_RESTRICT),
};
const uow_entity order_lines =
    UOW_ENTITY_RELATED(struct order_line, "lg_line", order_line_columns, order_line_relations);

static const uow_column counter_columns[] = {
    UOW_COLUMN(struct counter, name, "name",   UOW_TEXT,  UOW_KEY),
    UOW_COLUMN(struct counter, next, "nextno", UOW_INT32, UOW_TOKEN),
};
const uow_entity counters = UOW_ENTITY(struct counter, "lg_next", counter_columns);

static const uow_column shown_line_columns[] = {
    UOW_COLUMN(struct shown_line, line_no,     "linno",  UOW_INT32, 0),
    UOW_COLUMN(struct shown_line, item_no,     "itemno", UOW_INT32, 0),
    UOW_COLUMN(struct shown_line, description, "descr",  UOW_TEXT,  0),
    UOW_COLUMN(struct shown_line, quantity,    "qty",    UOW_INT32, 0),
    UOW_COLUMN(struct shown_line, price,       "price",  UOW_INT32, 0),
};
const uow_entity shown_lines = UOW_ENTITY_KEYLESS(struct shown_line, NULL, shown_line_columns);

static const uow_column day_total_columns[] = {
    UOW_COLUMN(struct day_total, name,   "name",   UOW_TEXT,  0),
    UOW_COLUMN(struct day_total, orders, "orders", UOW_INT64, 0),
    UOW_COLUMN(struct day_total, total,  "total",  UOW_INT64, 0),
};
const uow_entity day_totals = UOW_ENTITY_KEYLESS(struct day_total, NULL, day_total_columns);
