/* Orders and prices after the fact, from step 2 on. */
#include <stdio.h>
#include <string.h>

#include "legacy.h"
#include "model.h"

static struct order *open_order(long ordno)
{
    struct order *order;
    void *row = NULL;

    if (uow_find(legacy, &orders, uow_key_int64(ordno), &row) != UOW_OK) {
        printf("no order %ld\n", ordno);
        return NULL;
    }
    order = row;
    if (strcmp(order->status, "O") == 0)
        return order;
    printf("order %ld is not open\n", ordno);
    return NULL;
}

/* What was ordered goes back on the shelf. */
static int put_back(const struct order *order)
{
    uow_arg number = uow_arg_int64(order->no);
    uow_list *list = NULL;
    uow_status st = uow_query(legacy, &order_lines, "ordno = ?", &number, 1, NULL, &list);

    for (size_t i = 0; st == UOW_OK && i < uow_list_count(list); i++) {
        const struct order_line *line = uow_list_at(list, i);
        void *row = NULL;

        st = uow_find(legacy, &items, uow_key_int64(line->item_no), &row);
        if (st == UOW_OK)
            ((struct item *)row)->on_hand += line->quantity;
    }
    uow_list_free(list);
    return st == UOW_OK;
}

int cancel_order(long ordno)
{
    struct order *order = open_order(ordno);
    void *row = NULL;

    if (!order || !put_back(order) || uow_find(legacy, &customers, uow_key_int64(order->customer_no), &row) != UOW_OK)
        return give_up();
    ((struct customer *)row)->balance -= order->total;
    strcpy(order->status, "C");
    return save_all("cancel");
}

int ship_order(long ordno, const char *date)
{
    struct order *order = open_order(ordno);

    if (!order)
        return give_up();
    strcpy(order->status, "S");
    snprintf(order->ship_date, sizeof order->ship_date, "%s", date);
    order->ship_date_ind = 0;
    return save_all("ship");
}

int change_price(long itemno, long cents)
{
    void *row = NULL;

    if (uow_find(legacy, &items, uow_key_int64(itemno), &row) != UOW_OK) {
        printf("no item %ld\n", itemno);
        return give_up();
    }
    ((struct item *)row)->price = (int32_t)cents;
    return save_all("price");
}
