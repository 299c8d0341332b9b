/* The first rows, as clause 4.3.3.1 wants them: added to a context by the thousand and saved. */
#define _POSIX_C_SOURCE 200809L

#include "tpcc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { AT_ONCE = 2000, BAR = 40 };

typedef struct loader {
    uow_context *ctx;
    const struct sizes *sizes;
    chance chance;
    uow_timestamp now;
    int64_t done, pending, expected;
    int shown; /* per cent; -1: nobody is watching */
} loader;

static void show_progress(loader *l, const char *what)
{
    int percent = (int)(l->expected ? 100 * l->done / l->expected : 100);

    if (percent > 100)
        percent = 100;
    if (l->shown < 0 || percent == l->shown)
        return;
    l->shown = percent;
    printf("\r   %-12s [", what);
    for (int i = 0; i < BAR; i++)
        putchar(i < percent * BAR / 100 ? '#' : '.');
    printf("] %3d %%", percent);
    fflush(stdout);
}

/* A thousand rows and more go in a handful of statements; what is saved is forgotten, so memory stays small. */
static void flush(loader *l, const char *what)
{
    if (l->pending == 0)
        return;
    must(l->ctx, uow_save(l->ctx, NULL), "save rows");
    must(l->ctx, uow_clear(l->ctx), "forget them");
    l->done += l->pending;
    l->pending = 0;
    show_progress(l, what);
}

static void add(loader *l, const uow_entity *entity, const void *row)
{
    must(l->ctx, uow_add(l->ctx, entity, row, NULL), "add a row");
    if (++l->pending >= AT_ONCE)
        flush(l, entity->table);
}

static void fill_address(loader *l, struct address *at)
{
    pick_text(&l->chance, at->street_1, 10, 20);
    pick_text(&l->chance, at->street_2, 10, 20);
    pick_text(&l->chance, at->city, 10, 20);
    pick_text(&l->chance, at->state, 2, 2);
    pick_digits(&l->chance, at->zip, 4);
    memcpy(at->zip + 4, "11111", 6);
}

/* One in ten says so. */
static void fill_data(loader *l, char *out)
{
    pick_text(&l->chance, out, 26, 50);
    if (pick(&l->chance, 1, 10) == 1)
        memcpy(out + pick(&l->chance, 0, 17), "ORIGINAL", 8);
}

static void load_items(loader *l)
{
    for (int32_t i = 1; i <= l->sizes->items; i++) {
        struct item row;

        memset(&row, 0, sizeof row);
        row.id = i;
        row.im_id = pick(&l->chance, 1, 10000);
        row.price = from_cents(pick(&l->chance, 100, 10000));
        pick_text(&l->chance, row.name, 14, 24);
        fill_data(l, row.data);
        add(l, &items, &row);
    }
}

static void load_stock(loader *l, int32_t w)
{
    for (int32_t i = 1; i <= l->sizes->items; i++) {
        struct stock row;

        memset(&row, 0, sizeof row);
        row.w_id = w;
        row.i_id = i;
        row.quantity = pick(&l->chance, 10, 100);
        for (int d = 0; d < DISTRICTS; d++)
            pick_text(&l->chance, row.dist[d], 24, 24);
        fill_data(l, row.data);
        add(l, &stocks, &row);
    }
}

static void load_customer(loader *l, int32_t w, int32_t d, int32_t c)
{
    struct customer row;
    struct history paid;

    memset(&row, 0, sizeof row);
    row.w_id = w;
    row.d_id = d;
    row.id = c;
    last_name(c <= 1000 ? c - 1 : pick_name(&l->chance, l->sizes), row.last);
    memcpy(row.middle, "OE", 3);
    pick_text(&l->chance, row.first, 8, 16);
    fill_address(l, &row.at);
    pick_digits(&l->chance, row.phone, 16);
    row.since = l->now;
    memcpy(row.credit, pick(&l->chance, 1, 10) == 1 ? "BC" : "GC", 3);
    row.credit_lim = from_cents(5000000);
    row.discount = uow_decimal_make(pick(&l->chance, 0, 5000), 4);
    row.balance = from_cents(-1000);
    row.ytd_payment = from_cents(1000);
    row.payment_cnt = 1;
    pick_text(&l->chance, row.data, 300, 500);
    add(l, &customers, &row);

    memset(&paid, 0, sizeof paid);
    paid.c_id = c;
    paid.c_d_id = paid.d_id = d;
    paid.c_w_id = paid.w_id = w;
    paid.date = l->now;
    paid.amount = from_cents(1000);
    pick_text(&l->chance, paid.data, 12, 24);
    add(l, &histories, &paid);
}

static void load_order(loader *l, int32_t w, int32_t d, int32_t id, int32_t c)
{
    int open = id > l->sizes->customers * 7 / 10; /* the last 900 of 3,000 wait for their delivery */
    struct order row;

    memset(&row, 0, sizeof row);
    row.w_id = w;
    row.d_id = d;
    row.id = id;
    row.c_id = c;
    row.carrier_id = pick(&l->chance, 1, 10);
    row.carrier_ind = open ? UOW_NULL : 0;
    row.ol_cnt = pick(&l->chance, 5, MAX_LINES);
    row.all_local = 1;
    row.entry_d = l->now;
    add(l, &orders, &row);
    for (int32_t n = 1; n <= row.ol_cnt; n++) {
        struct order_line line;

        memset(&line, 0, sizeof line);
        line.w_id = line.supply_w_id = w;
        line.d_id = d;
        line.o_id = id;
        line.number = n;
        line.i_id = pick(&l->chance, 1, l->sizes->items);
        line.quantity = 5;
        line.amount = from_cents(open ? pick(&l->chance, 1, 999999) : 0);
        line.delivery_d = l->now;
        line.delivery_ind = open ? UOW_NULL : 0;
        pick_text(&l->chance, line.dist_info, 24, 24);
        add(l, &order_lines, &line);
    }
    if (open)
        add(l, &new_orders, &(struct new_order){w, d, id});
}

/* Each customer has one order, in an order of chance. */
static void load_orders(loader *l, int32_t w, int32_t d)
{
    int32_t count = l->sizes->customers;
    int32_t *mixed = malloc((size_t)count * sizeof *mixed);

    if (!mixed)
        exit(1);
    for (int32_t i = 0; i < count; i++) {
        int32_t other = pick(&l->chance, 0, i);

        mixed[i] = mixed[other];
        mixed[other] = i + 1;
    }
    for (int32_t i = 0; i < count; i++)
        load_order(l, w, d, i + 1, mixed[i]);
    free(mixed);
}

static void load_district(loader *l, int32_t w, int32_t d)
{
    struct district row;

    memset(&row, 0, sizeof row);
    row.w_id = w;
    row.id = d;
    pick_text(&l->chance, row.name, 6, 10);
    fill_address(l, &row.at);
    row.tax = uow_decimal_make(pick(&l->chance, 0, 2000), 4);
    row.ytd = from_cents(3000000);
    row.next_o_id = l->sizes->customers + 1;
    add(l, &districts, &row);
    for (int32_t c = 1; c <= l->sizes->customers; c++)
        load_customer(l, w, d, c);
    load_orders(l, w, d);
}

static void load_warehouse(loader *l, int32_t w)
{
    struct warehouse row;

    memset(&row, 0, sizeof row);
    row.id = w;
    pick_text(&l->chance, row.name, 6, 10);
    fill_address(l, &row.at);
    row.tax = uow_decimal_make(pick(&l->chance, 0, 2000), 4);
    row.ytd = from_cents(30000000);
    add(l, &warehouses, &row);
    load_stock(l, w);
    for (int32_t d = 1; d <= DISTRICTS; d++)
        load_district(l, w, d);
}

void load_all(uow_context *ctx, const struct sizes *sizes)
{
    loader l = {ctx, sizes, {20261125}, time_now(), 0, 0, 0, isatty(STDOUT_FILENO) ? 0 : -1};

    /* ten lines an order, and a third of the orders is open */
    l.expected = sizes->items + (int64_t)sizes->warehouses *
                                    (sizes->items + DISTRICTS * (1 + (int64_t)sizes->customers * 133 / 10));
    load_items(&l);
    for (int32_t w = 1; w <= sizes->warehouses; w++)
        load_warehouse(&l, w);
    flush(&l, "");
    if (l.shown >= 0)
        printf("\r%*s\r", BAR + 30, "");
    say("%lld rows: %d warehouse%s, %d items, %d customers a district.", (long long)l.done, sizes->warehouses,
        sizes->warehouses == 1 ? "" : "s", sizes->items, sizes->customers);
}
