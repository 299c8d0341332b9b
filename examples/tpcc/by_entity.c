/*
 * The five transactions on tracked structs: find, change, add, remove, save. What two units
 * change at a time must not be lost: PostgreSQL refuses the second one from REPEATABLE READ on, MariaDB only
 * when reads lock (SERIALIZABLE); the refused one is run again.
 */
#include "tpcc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uow_status find2(uow_context *ctx, const uow_entity *entity, int32_t a, int32_t b, void *out)
{
    uow_arg key[] = {uow_arg_int32(a), uow_arg_int32(b)};

    return uow_find(ctx, entity, uow_key_args(key, 2), (void **)out);
}

static uow_status find3(uow_context *ctx, const uow_entity *entity, int32_t a, int32_t b, int32_t c, void *out)
{
    uow_arg key[] = {uow_arg_int32(a), uow_arg_int32(b), uow_arg_int32(c)};

    return uow_find(ctx, entity, uow_key_args(key, 3), (void **)out);
}

/* Times a rate of four decimals: "12.50" * "0.1234", to the cent. */
static int64_t times(int64_t money, int64_t rate)
{
    return (money * rate + 5000) / 10000;
}

static int64_t rate_of(const uow_decimal *rate)
{
    int64_t value = (int64_t)rate->low;

    for (int32_t scale = rate->scale; scale < 4; scale++)
        value *= 10;
    return value;
}

/* --- new order */

static uow_status sell(uow_context *ctx, const struct input *in, const struct wanted *want, struct order_line *line,
                       int64_t *total)
{
    struct item *item = NULL;
    struct stock *stock = NULL;
    uow_status st = uow_find(ctx, &items, uow_key_int64(want->i_id), (void **)&item);

    if (st == UOW_OK)
        st = find2(ctx, &stocks, want->w_id, want->i_id, &stock);
    if (st != UOW_OK)
        return st;
    stock->quantity -= want->quantity;
    if (stock->quantity < 10)
        stock->quantity += 91;
    stock->ytd += want->quantity;
    stock->order_cnt++;
    stock->remote_cnt += want->w_id != in->w;
    line->i_id = want->i_id;
    line->supply_w_id = want->w_id;
    line->quantity = want->quantity;
    line->amount = from_cents(cents(&item->price) * want->quantity);
    line->delivery_ind = UOW_NULL;
    memcpy(line->dist_info, stock->dist[in->d - 1], sizeof line->dist_info);
    *total += cents(&line->amount);
    return uow_add(ctx, &order_lines, line, NULL);
}

static uow_status add_order(uow_context *ctx, const struct input *in, int32_t id)
{
    struct order order;
    struct new_order open = {in->w, in->d, id};
    uow_status st;

    memset(&order, 0, sizeof order);
    order.w_id = in->w;
    order.d_id = in->d;
    order.id = id;
    order.c_id = in->c;
    order.carrier_ind = UOW_NULL;
    order.ol_cnt = in->lines;
    order.all_local = 1;
    for (int32_t i = 0; i < in->lines; i++)
        order.all_local &= in->line[i].w_id == in->w;
    order.entry_d = in->now;
    st = uow_add(ctx, &orders, &order, NULL);
    return st == UOW_OK ? uow_add(ctx, &new_orders, &open, NULL) : st;
}

static uow_status new_order(uow_context *ctx, const struct input *in, struct output *out)
{
    struct warehouse *w = NULL;
    struct district *d = NULL;
    struct customer *c = NULL;
    int64_t total = 0;
    uow_status st = uow_find(ctx, &warehouses, uow_key_int64(in->w), (void **)&w);

    if (st == UOW_OK)
        st = find2(ctx, &districts, in->w, in->d, &d);
    if (st == UOW_OK)
        st = find3(ctx, &customers, in->w, in->d, in->c, &c);
    if (st != UOW_OK)
        return st;
    out->o_id = d->next_o_id++;
    st = uow_save(ctx, NULL); /* the number is ours before anything is stored under it, or the unit is run again */
    if (st == UOW_OK)
        st = add_order(ctx, in, out->o_id);
    for (int32_t i = 0; st == UOW_OK && i < in->lines; i++) {
        struct order_line line;

        memset(&line, 0, sizeof line);
        line.w_id = in->w;
        line.d_id = in->d;
        line.o_id = out->o_id;
        line.number = i + 1;
        st = sell(ctx, in, &in->line[i], &line, &total);
    }
    total = times(times(total, 10000 - rate_of(&c->discount)), 10000 + rate_of(&w->tax) + rate_of(&d->tax));
    out->total = from_cents(total);
    out->lines = in->lines;
    return st == UOW_OK ? uow_save(ctx, NULL) : st;
}

/* --- payment, order status */

/* By number, or the one in the middle of those with the name. */
static uow_status find_customer(uow_context *ctx, const struct input *in, int32_t w, int32_t d, struct customer **out)
{
    uow_arg args[] = {uow_arg_int32(w), uow_arg_int32(d), uow_arg_text(in->last)};
    uow_list *list = NULL;
    uow_status st;

    if (in->c)
        return find3(ctx, &customers, w, d, in->c, out);
    st = uow_query(ctx, &customers, "c_w_id = ? AND c_d_id = ? AND c_last = ? ORDER BY c_first", args, 3, NULL, &list);
    if (st == UOW_OK && uow_list_count(list) == 0)
        st = UOW_NOT_FOUND;
    if (st == UOW_OK)
        *out = uow_list_at(list, (uow_list_count(list) - 1) / 2); /* the context's struct, not the list's */
    uow_list_free(list);
    return st;
}

static void note_bad_credit(struct customer *c, const struct input *in)
{
    char data[600], amount[32];

    snprintf(data, sizeof data, "%d %d %d %d %d %s | %.400s", c->id, c->d_id, c->w_id, in->d, in->w,
             show_money(&in->amount, amount), c->data);
    snprintf(c->data, sizeof c->data, "%.500s", data);
}

static uow_status payment(uow_context *ctx, const struct input *in, struct output *out)
{
    struct warehouse *w = NULL;
    struct district *d = NULL;
    struct customer *c = NULL;
    struct history paid;
    int64_t amount = cents(&in->amount);
    uow_status st = uow_find(ctx, &warehouses, uow_key_int64(in->w), (void **)&w);

    if (st == UOW_OK)
        st = find2(ctx, &districts, in->w, in->d, &d);
    if (st == UOW_OK)
        st = find_customer(ctx, in, in->c_w, in->c_d, &c);
    if (st != UOW_OK)
        return st;
    w->ytd = from_cents(cents(&w->ytd) + amount);
    d->ytd = from_cents(cents(&d->ytd) + amount);
    c->balance = from_cents(cents(&c->balance) - amount);
    c->ytd_payment = from_cents(cents(&c->ytd_payment) + amount);
    c->payment_cnt++;
    if (strcmp(c->credit, "BC") == 0)
        note_bad_credit(c, in);
    memset(&paid, 0, sizeof paid);
    paid.c_id = c->id;
    paid.c_d_id = c->d_id;
    paid.c_w_id = c->w_id;
    paid.d_id = in->d;
    paid.w_id = in->w;
    paid.date = in->now;
    paid.amount = in->amount;
    snprintf(paid.data, sizeof paid.data, "%s    %s", w->name, d->name);
    out->balance = c->balance;
    st = uow_add(ctx, &histories, &paid, NULL);
    return st == UOW_OK ? uow_save(ctx, NULL) : st;
}

static uow_status order_status(uow_context *ctx, const struct input *in, struct output *out)
{
    struct customer *c = NULL;
    struct order *order = NULL;
    uow_list *list = NULL;
    uow_status st = find_customer(ctx, in, in->w, in->d, &c);

    if (st != UOW_OK)
        return st;
    uow_arg args[] = {uow_arg_int32(in->w), uow_arg_int32(in->d), uow_arg_int32(c->id)};
    st = uow_first(ctx, &orders, "o_w_id = ? AND o_d_id = ? AND o_c_id = ? ORDER BY o_id DESC", args, 3, (void **)&order);
    if (st != UOW_OK)
        return st;
    args[2] = uow_arg_int32(order->id);
    st = uow_query(ctx, &order_lines, "ol_w_id = ? AND ol_d_id = ? AND ol_o_id = ? ORDER BY ol_number", args, 3, NULL,
                   &list);
    out->o_id = order->id;
    out->balance = c->balance;
    out->lines = st == UOW_OK ? (int32_t)uow_list_count(list) : 0;
    uow_list_free(list);
    return st;
}

/* --- delivery, stock level */

static uow_status deliver_lines(uow_context *ctx, const struct input *in, const struct order *order, int64_t *out_total)
{
    uow_arg args[] = {uow_arg_int32(order->w_id), uow_arg_int32(order->d_id), uow_arg_int32(order->id)};
    uow_list *list = NULL;
    uow_status st = uow_query(ctx, &order_lines, "ol_w_id = ? AND ol_d_id = ? AND ol_o_id = ?", args, 3, NULL, &list);

    for (size_t i = 0; st == UOW_OK && i < uow_list_count(list); i++) {
        struct order_line *line = uow_list_at(list, i);

        line->delivery_d = in->now;
        line->delivery_ind = 0;
        *out_total += cents(&line->amount);
    }
    uow_list_free(list);
    return st;
}

static uow_status deliver(uow_context *ctx, const struct input *in, int32_t d, struct output *out)
{
    uow_arg args[] = {uow_arg_int32(in->w), uow_arg_int32(d)};
    struct new_order *open = NULL;
    struct order *order = NULL;
    struct customer *c = NULL;
    int64_t total = 0;
    uow_status st = uow_first(ctx, &new_orders, "no_w_id = ? AND no_d_id = ? ORDER BY no_o_id", args, 2, (void **)&open);

    if (st == UOW_NOT_FOUND)
        return UOW_OK; /* nothing to deliver in this district */
    if (st == UOW_OK)
        st = find3(ctx, &orders, in->w, d, open->o_id, &order);
    if (st == UOW_OK)
        st = find3(ctx, &customers, in->w, d, order->c_id, &c);
    if (st == UOW_OK)
        st = deliver_lines(ctx, in, order, &total);
    if (st != UOW_OK)
        return st;
    order->carrier_id = in->carrier;
    order->carrier_ind = 0;
    c->balance = from_cents(cents(&c->balance) + total);
    c->delivery_cnt++;
    out->lines++;
    return uow_remove(ctx, open);
}

static uow_status delivery(uow_context *ctx, const struct input *in, struct output *out)
{
    uow_status st = UOW_OK;

    out->lines = 0;
    for (int32_t d = 1; st == UOW_OK && d <= DISTRICTS; d++)
        st = deliver(ctx, in, d, out);
    return st == UOW_OK ? uow_save(ctx, NULL) : st;
}

/* A report: rows of no table, onto a struct without a key. */
static uow_status stock_level(uow_context *ctx, const struct input *in, struct output *out)
{
    uow_arg args[] = {uow_arg_int32(in->w), uow_arg_int32(in->d), uow_arg_int32(in->threshold)};
    uow_list *list = NULL;
    uow_status st = uow_query_sql(
        ctx, &counts,
        "SELECT COUNT(DISTINCT s_i_id) AS how_many FROM district JOIN order_line ON ol_w_id = d_w_id AND ol_d_id = d_id "
        "AND ol_o_id < d_next_o_id AND ol_o_id >= d_next_o_id - 20 JOIN stock ON s_w_id = ol_w_id AND s_i_id = ol_i_id "
        "WHERE d_w_id = ? AND d_id = ? AND s_quantity < ?",
        args, 3, NULL, &list);

    if (st == UOW_OK)
        out->low = ((const struct counted *)uow_list_at(list, 0))->count;
    uow_list_free(list);
    return st;
}

const struct way by_entity = {
    "entities", {new_order, payment, order_status, delivery, stock_level}, UOW_REPEATABLE_READ, UOW_SERIALIZABLE};
