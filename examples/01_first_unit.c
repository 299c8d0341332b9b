/*
 * A first unit of work: find, change, save, query, add, save as one, and what the
 * guard says when two operations meet.
 *
 *     01_first_unit DSN [--rows N]
 *
 * DSN is a name from odbc.ini or a whole connection string; the shop's tables are
 * created and filled (with about N rows) when they are missing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "example.h"
#include "shop/shop_data.h"

struct options {
    const char *connection;
    int64_t rows;
};

static struct options read_options(int argc, char **argv)
{
    struct options o = {NULL, SHOP_DEFAULT_ROWS};

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--rows") == 0 && i + 1 < argc)
            o.rows = strtoll(argv[++i], NULL, 10);
        else if (argv[i][0] != '-' && !o.connection)
            o.connection = argv[i];
        else
            o.rows = 0;
    }
    if (!o.connection || o.rows <= 0) {
        fprintf(stderr, "usage: %s DSN [--rows N]\n", argv[0]);
        exit(2);
    }
    return o;
}

static void step_shop(uow_context *shop, int64_t rows)
{
    struct shop_counts n;
    int exists;

    title("The shop");
    must(shop, shop_exists(shop, &exists), "look for the shop");
    if (!exists) {
        must(shop, shop_create(shop), "create the shop's tables");
        must(shop, shop_fill(shop, rows), "fill the shop");
    }
    must(shop, shop_count(shop, &n), "count the shop's rows");
    say("%s:", exists ? "The tables are there" : "The tables were missing; made and filled");
    say("%lld customers, %lld products, %lld orders, %lld order lines.", (long long)n.customers,
        (long long)n.products, (long long)n.orders, (long long)n.order_lines);
}

/* A regular, near key 7: on a cluster the keys the database makes have gaps. */
static int64_t some_customer_id(uow_context *shop)
{
    uow_arg near = uow_arg_int64(7);
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;
    uow_list *list;
    struct customer *c;
    int64_t id;

    options.tracking = UOW_NO_TRACKING;
    options.limit = 1;
    must(shop,
         uow_query(shop, &customers, "customer_id <= ? ORDER BY customer_id DESC", &near, 1,
                   &options, &list),
         "choose a customer");
    c = uow_list_at(list, 0);
    id = c ? c->id : 0;
    uow_list_free(list);
    return id;
}

static struct customer *step_find(uow_context *shop, int64_t id)
{
    struct customer *c;
    void *row;
    void *again;
    char money[32];
    char when[20];

    title("Find a customer by key");
    must(shop, uow_find(shop, &customers, uow_key_int64(id), &row), "find the customer");
    c = row;
    say("%lld  %s, %s, balance %s, last login %s", (long long)c->id, c->name, c->city,
        show_money(&c->balance, money),
        c->last_login_ind == UOW_NULL ? "never" : show_time(&c->last_login, when));
    must(shop, uow_find(shop, &customers, uow_key_int64(id), &again), "find the customer again");
    say("Found again without SQL: %s.", again == row ? "the same struct" : "A DIFFERENT STRUCT");
    return c;
}

static void step_change(uow_context *shop, struct customer *c)
{
    size_t saved;
    char money[32];

    title("Change it and save: only what changed is written, and the version guards it");
    c->balance = from_cents(cents(&c->balance) + 2500);
    c->last_login = time_now();
    c->last_login_ind = 0;
    must(shop, uow_save(shop, &saved), "save the customer");
    say("%zu row saved; balance %s, version %d.", saved, show_money(&c->balance, money),
        c->version);
    must(shop, uow_save(shop, &saved), "save again");
    say("Saved again without SQL: %zu changes.", saved);
}

/* The products are tracked by now, so finding one asks nobody. */
static void show_line(uow_context *shop, const struct order_line *line)
{
    char money[32];
    void *row;

    must(shop, uow_find(shop, &products, uow_key_int64(line->product_id), &row), "find a product");
    say("    %d. %3d x %8s  %s", line->line_no, line->quantity, show_money(&line->price, money),
        ((const struct product *)row)->name);
}

static void show_order(const struct order *o)
{
    char money[32];
    char when[20];

    say("order %-5lld %s  %-9s %10s", (long long)o->id, show_time(&o->placed_at, when),
        order_status_name(o->status), show_money(&o->total, money));
}

/* Both lists are in the order of the key, so one walk puts lines below their order. */
static void show_orders(uow_context *shop, const uow_list *order_list, const uow_list *line_list)
{
    size_t l = 0;

    for (size_t i = 0; i < uow_list_count(order_list); i++) {
        const struct order *o = uow_list_at(order_list, i);
        show_order(o);
        for (; l < uow_list_count(line_list); l++) {
            const struct order_line *line = uow_list_at(line_list, l);
            if (line->order_id != o->id)
                break;
            show_line(shop, line);
        }
    }
}

static void step_query(uow_context *shop, const struct customer *c)
{
    uow_arg id = uow_arg_int64(c->id);
    uow_query_options plain = UOW_QUERY_OPTIONS_INIT;
    uow_list *order_list;
    uow_list *line_list;
    uow_list *product_list;

    title("Query the customer's orders with their lines");
    must(shop,
         uow_query(shop, &orders, "customer_id = ? ORDER BY order_id", &id, 1, NULL, &order_list),
         "query the orders");
    plain.tracking = UOW_NO_TRACKING;
    must(shop,
         uow_query(shop, &order_lines,
                   "order_id IN (SELECT order_id FROM orders WHERE customer_id = ?)"
                   " ORDER BY order_id, line_no",
                   &id, 1, &plain, &line_list),
         "query the lines");
    must(shop,
         uow_query(shop, &products,
                   "product_id IN (SELECT l.product_id FROM order_lines l"
                   " JOIN orders o ON o.order_id = l.order_id WHERE o.customer_id = ?)",
                   &id, 1, NULL, &product_list),
         "query their products");
    show_orders(shop, order_list, line_list);
    uow_list_free(product_list);
    uow_list_free(line_list);
    uow_list_free(order_list);
}

/* Add a line for a product, take the pieces out of stock; gives the line's amount in cents. */
static int64_t add_line(uow_context *shop, const struct order *o, int32_t line_no,
                        struct product *p, struct order_line **out_line)
{
    struct order_line line = {
        .order_id = o->id,
        .line_no = line_no,
        .product_id = p->id,
        .quantity = line_no + 1,
        .price = p->price,
    };
    void *row;

    must(shop, uow_add(shop, &order_lines, &line, &row), "add a line");
    p->stock -= line.quantity;
    *out_line = row;
    return line.quantity * cents(&p->price);
}

static struct order *add_order(uow_context *shop, const struct customer *c)
{
    struct order new_order = {
        .customer_id = c->id,
        .placed_at = time_now(),
        .status = ORDER_OPEN,
        .version = 1,
    };
    void *row;

    must(shop, uow_add(shop, &orders, &new_order, &row), "add an order");
    return row;
}

static void step_add(uow_context *shop, struct customer *c)
{
    uow_query_options three = UOW_QUERY_OPTIONS_INIT;
    struct order_line *line[3];
    struct order *o;
    uow_list *list;
    size_t saved;
    int64_t total = 0;

    title("Add an order with three lines, take the goods from stock, save as one unit");
    three.limit = 3;
    must(shop, uow_query(shop, &products, "stock > 10 ORDER BY product_id", NULL, 0, &three, &list),
         "query three products");
    o = add_order(shop, c);
    for (size_t i = 0; i < 3 && i < uow_list_count(list); i++)
        total += add_line(shop, o, (int32_t)i + 1, uow_list_at(list, i), &line[i]);
    o->total = from_cents(total);
    c->balance = from_cents(cents(&c->balance) - total);
    say("Before the save the order's key is temporary: %s; its lines point to it: %s.",
        o->id < 0 ? "yes" : "no", line[2]->order_id == o->id ? "yes" : "no");
    must(shop, uow_save(shop, &saved), "save the order");
    say("%zu rows saved, all or nothing; the database gave the key:", saved);
    show_order(o);
    for (size_t i = 0; i < 3; i++)
        show_line(shop, line[i]);
    say("The lines followed their order: %s.", line[2]->order_id == o->id ? "yes" : "no");
    uow_list_free(list);
}

static void step_guard(uow_context *shop, int64_t id)
{
    uow_query_options plain = UOW_QUERY_OPTIONS_INIT;
    uow_cursor *cursor;
    void *row;
    uow_status st;

    title("Start a second operation too early");
    plain.tracking = UOW_NO_TRACKING;
    must(shop,
         uow_cursor_open(shop, &products, "ORDER BY product_id", NULL, 0, &plain, &cursor),
         "open a cursor");
    must(shop, uow_cursor_next(cursor, &row), "read the first product");
    say("A cursor is open on \"%s\". Now uow_find, on the same context, says:",
        ((const struct product *)row)->name);
    st = uow_find(shop, &customers, uow_key_int64(id + 1), &row);
    quote(uow_status_name(st), uow_context_message(shop));
    uow_cursor_close(cursor);
    must(shop, uow_find(shop, &customers, uow_key_int64(id), &row), "find after the close");
    say("With the cursor closed it works: %s.", ((const struct customer *)row)->name);
    if (st != UOW_BUSY)
        exit(1);
}

static void all_steps(uow_context *shop, int64_t rows)
{
    struct customer *c;
    int64_t id;

    say_database(shop);
    step_shop(shop, rows);
    id = some_customer_id(shop);
    show_sql = 1;
    c = step_find(shop, id);
    step_change(shop, c);
    step_query(shop, c);
    step_add(shop, c);
    step_guard(shop, id);
    show_sql = 0;
    title("In short");
    say_counters(shop);
}

int main(int argc, char **argv)
{
    struct options options = read_options(argc, argv);
    uow_env *env = open_environment();
    uow_model *model = make_model(env, shop_entities, SHOP_ENTITIES);
    uow_context *shop = open_context(env, options.connection, model);

    headline("A first unit of work");
    all_steps(shop, options.rows);
    must(shop, uow_close(shop), "close the context");
    uow_model_free(model);
    must(NULL, uow_env_close(env), "close the environment");
    return 0;
}
