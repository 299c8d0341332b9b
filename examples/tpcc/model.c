/* The tables of TPC-C (in BenchBase's names) as structs. */
#include "tpcc.h"

/* clang-format off */
static const uow_column warehouse_columns[] = {
    UOW_COLUMN(struct warehouse, id,          "w_id",       UOW_INT32,   UOW_KEY),
    UOW_COLUMN(struct warehouse, name,        "w_name",     UOW_TEXT,    0),
    UOW_COLUMN(struct warehouse, at.street_1, "w_street_1", UOW_TEXT,    0),
    UOW_COLUMN(struct warehouse, at.street_2, "w_street_2", UOW_TEXT,    0),
    UOW_COLUMN(struct warehouse, at.city,     "w_city",     UOW_TEXT,    0),
    UOW_COLUMN(struct warehouse, at.state,    "w_state",    UOW_TEXT,    0),
    UOW_COLUMN(struct warehouse, at.zip,      "w_zip",      UOW_TEXT,    0),
    UOW_COLUMN(struct warehouse, tax,         "w_tax",      UOW_DECIMAL, 0),
    UOW_COLUMN(struct warehouse, ytd,         "w_ytd",      UOW_DECIMAL, 0),
};
static const uow_column district_columns[] = {
    UOW_COLUMN(struct district, w_id,        "d_w_id",      UOW_INT32,   UOW_KEY),
    UOW_COLUMN(struct district, id,          "d_id",        UOW_INT32,   UOW_KEY),
    UOW_COLUMN(struct district, name,        "d_name",      UOW_TEXT,    0),
    UOW_COLUMN(struct district, at.street_1, "d_street_1",  UOW_TEXT,    0),
    UOW_COLUMN(struct district, at.street_2, "d_street_2",  UOW_TEXT,    0),
    UOW_COLUMN(struct district, at.city,     "d_city",      UOW_TEXT,    0),
    UOW_COLUMN(struct district, at.state,    "d_state",     UOW_TEXT,    0),
    UOW_COLUMN(struct district, at.zip,      "d_zip",       UOW_TEXT,    0),
    UOW_COLUMN(struct district, tax,         "d_tax",       UOW_DECIMAL, 0),
    UOW_COLUMN(struct district, ytd,         "d_ytd",       UOW_DECIMAL, 0),
    UOW_COLUMN(struct district, next_o_id,   "d_next_o_id", UOW_INT32,   0),
};
static const uow_column customer_columns[] = {
    UOW_COLUMN(struct customer, w_id,         "c_w_id",         UOW_INT32,     UOW_KEY),
    UOW_COLUMN(struct customer, d_id,         "c_d_id",         UOW_INT32,     UOW_KEY),
    UOW_COLUMN(struct customer, id,           "c_id",           UOW_INT32,     UOW_KEY),
    UOW_COLUMN(struct customer, first,        "c_first",        UOW_TEXT,      0),
    UOW_COLUMN(struct customer, middle,       "c_middle",       UOW_TEXT,      0),
    UOW_COLUMN(struct customer, last,         "c_last",         UOW_TEXT,      0),
    UOW_COLUMN(struct customer, at.street_1,  "c_street_1",     UOW_TEXT,      0),
    UOW_COLUMN(struct customer, at.street_2,  "c_street_2",     UOW_TEXT,      0),
    UOW_COLUMN(struct customer, at.city,      "c_city",         UOW_TEXT,      0),
    UOW_COLUMN(struct customer, at.state,     "c_state",        UOW_TEXT,      0),
    UOW_COLUMN(struct customer, at.zip,       "c_zip",          UOW_TEXT,      0),
    UOW_COLUMN(struct customer, phone,        "c_phone",        UOW_TEXT,      0),
    UOW_COLUMN(struct customer, since,        "c_since",        UOW_TIMESTAMP, 0),
    UOW_COLUMN(struct customer, credit,       "c_credit",       UOW_TEXT,      0),
    UOW_COLUMN(struct customer, credit_lim,   "c_credit_lim",   UOW_DECIMAL,   0),
    UOW_COLUMN(struct customer, discount,     "c_discount",     UOW_DECIMAL,   0),
    UOW_COLUMN(struct customer, balance,      "c_balance",      UOW_DECIMAL,   0),
    UOW_COLUMN(struct customer, ytd_payment,  "c_ytd_payment",  UOW_DECIMAL,   0),
    UOW_COLUMN(struct customer, payment_cnt,  "c_payment_cnt",  UOW_INT32,     0),
    UOW_COLUMN(struct customer, delivery_cnt, "c_delivery_cnt", UOW_INT32,     0),
    UOW_COLUMN(struct customer, data,         "c_data",         UOW_TEXT,      0),
};
/* The standard gives history no key; a tracked row needs one. */
static const uow_column history_columns[] = {
    UOW_COLUMN(struct history, id,     "h_id",     UOW_INT64,     UOW_KEY | UOW_GENERATED),
    UOW_COLUMN(struct history, c_id,   "h_c_id",   UOW_INT32,     0),
    UOW_COLUMN(struct history, c_d_id, "h_c_d_id", UOW_INT32,     0),
    UOW_COLUMN(struct history, c_w_id, "h_c_w_id", UOW_INT32,     0),
    UOW_COLUMN(struct history, d_id,   "h_d_id",   UOW_INT32,     0),
    UOW_COLUMN(struct history, w_id,   "h_w_id",   UOW_INT32,     0),
    UOW_COLUMN(struct history, date,   "h_date",   UOW_TIMESTAMP, 0),
    UOW_COLUMN(struct history, amount, "h_amount", UOW_DECIMAL,   0),
    UOW_COLUMN(struct history, data,   "h_data",   UOW_TEXT,      0),
};
static const uow_column order_columns[] = {
    UOW_COLUMN     (struct order, w_id,       "o_w_id",       UOW_INT32,     UOW_KEY),
    UOW_COLUMN     (struct order, d_id,       "o_d_id",       UOW_INT32,     UOW_KEY),
    UOW_COLUMN     (struct order, id,         "o_id",         UOW_INT32,     UOW_KEY),
    UOW_COLUMN     (struct order, c_id,       "o_c_id",       UOW_INT32,     0),
    UOW_COLUMN_NULL(struct order, carrier_id, carrier_ind, "o_carrier_id", UOW_INT32, 0),
    UOW_COLUMN     (struct order, ol_cnt,     "o_ol_cnt",     UOW_INT32,     0),
    UOW_COLUMN     (struct order, all_local,  "o_all_local",  UOW_INT32,     0),
    UOW_COLUMN     (struct order, entry_d,    "o_entry_d",    UOW_TIMESTAMP, 0),
};
static const uow_column new_order_columns[] = {
    UOW_COLUMN(struct new_order, w_id, "no_w_id", UOW_INT32, UOW_KEY),
    UOW_COLUMN(struct new_order, d_id, "no_d_id", UOW_INT32, UOW_KEY),
    UOW_COLUMN(struct new_order, o_id, "no_o_id", UOW_INT32, UOW_KEY),
};
static const uow_column order_line_columns[] = {
    UOW_COLUMN     (struct order_line, w_id,        "ol_w_id",        UOW_INT32,   UOW_KEY),
    UOW_COLUMN     (struct order_line, d_id,        "ol_d_id",        UOW_INT32,   UOW_KEY),
    UOW_COLUMN     (struct order_line, o_id,        "ol_o_id",        UOW_INT32,   UOW_KEY),
    UOW_COLUMN     (struct order_line, number,      "ol_number",      UOW_INT32,   UOW_KEY),
    UOW_COLUMN     (struct order_line, i_id,        "ol_i_id",        UOW_INT32,   0),
    UOW_COLUMN     (struct order_line, supply_w_id, "ol_supply_w_id", UOW_INT32,   0),
    UOW_COLUMN     (struct order_line, quantity,    "ol_quantity",    UOW_INT32,   0),
    UOW_COLUMN     (struct order_line, amount,      "ol_amount",      UOW_DECIMAL, 0),
    UOW_COLUMN_NULL(struct order_line, delivery_d, delivery_ind, "ol_delivery_d", UOW_TIMESTAMP, 0),
    UOW_COLUMN     (struct order_line, dist_info,   "ol_dist_info",   UOW_TEXT,    0),
};
static const uow_column item_columns[] = {
    UOW_COLUMN(struct item, id,    "i_id",    UOW_INT32,   UOW_KEY),
    UOW_COLUMN(struct item, im_id, "i_im_id", UOW_INT32,   0),
    UOW_COLUMN(struct item, name,  "i_name",  UOW_TEXT,    0),
    UOW_COLUMN(struct item, price, "i_price", UOW_DECIMAL, 0),
    UOW_COLUMN(struct item, data,  "i_data",  UOW_TEXT,    0),
};
static const uow_column stock_columns[] = {
    UOW_COLUMN(struct stock, w_id,       "s_w_id",       UOW_INT32, UOW_KEY),
    UOW_COLUMN(struct stock, i_id,       "s_i_id",       UOW_INT32, UOW_KEY),
    UOW_COLUMN(struct stock, quantity,   "s_quantity",   UOW_INT32, 0),
    UOW_COLUMN(struct stock, ytd,        "s_ytd",        UOW_INT32, 0),
    UOW_COLUMN(struct stock, order_cnt,  "s_order_cnt",  UOW_INT32, 0),
    UOW_COLUMN(struct stock, remote_cnt, "s_remote_cnt", UOW_INT32, 0),
    UOW_COLUMN(struct stock, dist[0],    "s_dist_01",    UOW_TEXT,  0),
    UOW_COLUMN(struct stock, dist[1],    "s_dist_02",    UOW_TEXT,  0),
    UOW_COLUMN(struct stock, dist[2],    "s_dist_03",    UOW_TEXT,  0),
    UOW_COLUMN(struct stock, dist[3],    "s_dist_04",    UOW_TEXT,  0),
    UOW_COLUMN(struct stock, dist[4],    "s_dist_05",    UOW_TEXT,  0),
    UOW_COLUMN(struct stock, dist[5],    "s_dist_06",    UOW_TEXT,  0),
    UOW_COLUMN(struct stock, dist[6],    "s_dist_07",    UOW_TEXT,  0),
    UOW_COLUMN(struct stock, dist[7],    "s_dist_08",    UOW_TEXT,  0),
    UOW_COLUMN(struct stock, dist[8],    "s_dist_09",    UOW_TEXT,  0),
    UOW_COLUMN(struct stock, dist[9],    "s_dist_10",    UOW_TEXT,  0),
    UOW_COLUMN(struct stock, data,       "s_data",       UOW_TEXT,  0),
};
static const uow_column sold_columns[] = {
    UOW_COLUMN(struct sold, number,     "ol_number",   UOW_INT32,   0),
    UOW_COLUMN(struct sold, i_id,       "ol_i_id",     UOW_INT32,   0),
    UOW_COLUMN(struct sold, name,       "i_name",      UOW_TEXT,    0),
    UOW_COLUMN(struct sold, quantity,   "ol_quantity", UOW_INT32,   0),
    UOW_COLUMN(struct sold, s_quantity, "s_quantity",  UOW_INT32,   0),
    UOW_COLUMN(struct sold, price,      "i_price",     UOW_DECIMAL, 0),
    UOW_COLUMN(struct sold, amount,     "ol_amount",   UOW_DECIMAL, 0),
};
static const uow_column delivered_columns[] = {
    UOW_COLUMN(struct delivered, d_id,   "d_id",   UOW_INT32,   0),
    UOW_COLUMN(struct delivered, o_id,   "o_id",   UOW_INT32,   0),
    UOW_COLUMN(struct delivered, amount, "amount", UOW_DECIMAL, 0),
};
static const uow_column counted_columns[] = {UOW_COLUMN(struct counted, count, "how_many", UOW_INT64, 0)};
/* clang-format on */

const uow_entity warehouses = UOW_ENTITY(struct warehouse, "warehouse", warehouse_columns);
const uow_entity districts = UOW_ENTITY(struct district, "district", district_columns);
const uow_entity customers = UOW_ENTITY(struct customer, "customer", customer_columns);
const uow_entity histories = UOW_ENTITY(struct history, "history", history_columns);
const uow_entity orders = UOW_ENTITY(struct order, "oorder", order_columns);
const uow_entity new_orders = UOW_ENTITY(struct new_order, "new_order", new_order_columns);
const uow_entity order_lines = UOW_ENTITY(struct order_line, "order_line", order_line_columns);
const uow_entity items = UOW_ENTITY(struct item, "item", item_columns);
const uow_entity stocks = UOW_ENTITY(struct stock, "stock", stock_columns);
const uow_entity sold_lines = UOW_ENTITY_KEYLESS(struct sold, NULL, sold_columns);
const uow_entity delivered_orders = UOW_ENTITY_KEYLESS(struct delivered, NULL, delivered_columns);
const uow_entity counts = UOW_ENTITY_KEYLESS(struct counted, NULL, counted_columns);

const uow_entity *const tpcc_entities[] = {&warehouses,  &districts,  &customers,        &histories,
                                           &orders,      &new_orders, &order_lines,      &items,
                                           &stocks,      &sold_lines, &delivered_orders, &counts};
const size_t tpcc_entity_count = sizeof tpcc_entities / sizeof tpcc_entities[0];
