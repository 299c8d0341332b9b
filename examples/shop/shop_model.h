/* The shop: its rows as C structs, and how they map to tables. */
#ifndef SHOP_MODEL_H
#define SHOP_MODEL_H

#include "uow.h"

struct customer {
    int64_t id;
    char name[41];
    char email[81];
    char city[41];
    uow_decimal balance;
    uow_timestamp last_login;
    uow_ind last_login_ind; /* UOW_NULL: never logged in */
    int32_t version;
};

struct product {
    int64_t id;
    char name[61];
    uow_decimal price;
    int32_t stock;
    int32_t version;
};

/* An enum here, a word in the database: see status_as_text in shop_model.c. */
enum order_status { ORDER_OPEN, ORDER_PAID, ORDER_SHIPPED, ORDER_CANCELLED };

struct order {
    int64_t id;
    int64_t customer_id;
    uow_timestamp placed_at;
    enum order_status status;
    uow_decimal total;
    int32_t version;
};

struct order_line {
    int64_t order_id;
    int32_t line_no;
    int64_t product_id;
    int32_t quantity;
    uow_decimal price; /* of one piece, on the day of the order */
};

/* Named as the tables are, so that uow_find(ctx, &customers, ...) reads as it means. */
extern const uow_entity customers, products, orders, order_lines;

enum { SHOP_ENTITIES = 4 };
extern const uow_entity *const shop_entities[SHOP_ENTITIES];

/* The word the database keeps for a status. */
const char *order_status_name(enum order_status status);

#endif
