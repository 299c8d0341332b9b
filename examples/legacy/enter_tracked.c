/* Order entry of step 2: structs are changed, and one save writes them all or none. */
#include <stdio.h>
#include <string.h>

#include "legacy.h"
#include "model.h"

static int add_line(struct order *order, int line_no, const struct entry *e)
{
    struct order_line line = {order->no, line_no, (int32_t)e->item, (int32_t)e->qty, 0};
    struct item *item;
    void *row = NULL;

    if (uow_find(legacy, &items, uow_key_int64(e->item), &row) != UOW_OK) {
        printf("no item %ld\n", e->item);
        return 0;
    }
    item = row;
    if (item->on_hand < e->qty) {
        printf("item %ld: only %d on hand\n", e->item, (int)item->on_hand);
        return 0;
    }
    item->on_hand -= (int32_t)e->qty;
    line.price = item->price;
    order->total += line.price * line.quantity;
    return uow_add(legacy, &order_lines, &line, NULL) == UOW_OK;
}

static struct order *new_order(long custno, const char *date)
{
    struct order order = {0};
    struct counter *counter;
    void *row = NULL;

    if (uow_find(legacy, &counters, uow_key_text("ORD"), &row) != UOW_OK)
        return NULL;
    counter = row;
    order.no = counter->next++;
    order.customer_no = (int32_t)custno;
    snprintf(order.date, sizeof order.date, "%s", date);
    order.ship_date_ind = UOW_NULL;
    strcpy(order.status, "O");
    return uow_add(legacy, &orders, &order, &row) == UOW_OK ? row : NULL;
}

long enter_order(long custno, const char *date, struct entry *lines, int n)
{
    struct customer *customer;
    struct order *order;
    void *row = NULL;
    long ordno;

    if (uow_find(legacy, &customers, uow_key_int64(custno), &row) != UOW_OK) {
        printf("no customer %ld\n", custno);
        return give_up();
    }
    customer = row;
    order = new_order(custno, date);
    if (!order)
        return give_up();
    for (int i = 0; i < n; i++)
        if (!add_line(order, i + 1, &lines[i]))
            return give_up();
    customer->balance += order->total;
    if (customer->balance > customer->credit_limit) {
        printf("customer %ld: over the credit limit\n", custno);
        return give_up();
    }
    ordno = order->no;
    return save_all("enter") ? ordno : 0;
}
