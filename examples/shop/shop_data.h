/* The shop's tables and its made-up rows: the same rows on every database and machine. */
#ifndef SHOP_DATA_H
#define SHOP_DATA_H

#include "shop_model.h"

enum { SHOP_DEFAULT_ROWS = 600 };

struct shop_counts {
    int64_t customers;
    int64_t products;
    int64_t orders;
    int64_t order_lines;
};

/*
 * Whether the shop's tables are there. out_exists is written on success only; any
 * failure but a missing table is passed on.
 */
uow_status shop_exists(uow_context *context, int *out_exists);

/* Create the tables, in the words of the context's database. */
uow_status shop_create(uow_context *context);

/* Fill empty tables with about rows rows, as one unit. */
uow_status shop_fill(uow_context *context, int64_t rows);

uow_status shop_count(uow_context *context, struct shop_counts *out_counts);

#endif
