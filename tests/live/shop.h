/* The little shop of the live tests: buyers, their orders, the orders' items; a table with a key of two texts. */
#ifndef LIVE_SHOP_H
#define LIVE_SHOP_H

#include <stdio.h>
#include <unistd.h>

#include "live/live.h"

typedef struct buyer {
    int64_t id;
    char name[41];
    double balance;
    char email[61];
    uow_ind email_ind;
    int32_t version;
} buyer;

typedef struct purchase {
    int64_t id;
    int64_t buyer_id;
    char status[11];
} purchase;

typedef struct item {
    int64_t purchase_id;
    int32_t line_no;
    int32_t quantity;
} item;

typedef struct place {
    char country[21];
    char city[41];
    int32_t people;
} place;

/* One set of tables a process: tests are processes of their own. */
static char buyer_table[40], purchase_table[40], item_table[40], place_table[40];

static const uow_column buyer_columns[] = {
    UOW_COLUMN(buyer, id, "id", UOW_INT64, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN(buyer, name, "name", UOW_TEXT, 0),
    UOW_COLUMN(buyer, balance, "balance", UOW_DOUBLE, 0),
    UOW_COLUMN_NULL(buyer, email, email_ind, "email", UOW_TEXT, 0),
    UOW_COLUMN(buyer, version, "version", UOW_INT32, UOW_VERSION),
};
static const uow_entity buyers = UOW_ENTITY(buyer, buyer_table, buyer_columns);

static const uow_column purchase_columns[] = {
    UOW_COLUMN(purchase, id, "id", UOW_INT64, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN(purchase, buyer_id, "buyer_id", UOW_INT64, 0),
    UOW_COLUMN(purchase, status, "status", UOW_TEXT, 0),
};
static const uow_relation purchase_relations[] = {UOW_REFERENCE("buyer_id", &buyers, UOW_RESTRICT)};
static const uow_entity purchases = UOW_ENTITY_RELATED(purchase, purchase_table, purchase_columns, purchase_relations);

static const uow_column item_columns[] = {
    UOW_COLUMN(item, purchase_id, "purchase_id", UOW_INT64, UOW_KEY),
    UOW_COLUMN(item, line_no, "line_no", UOW_INT32, UOW_KEY),
    UOW_COLUMN(item, quantity, "quantity", UOW_INT32, 0),
};
static const uow_relation item_relations[] = {UOW_REFERENCE("purchase_id", &purchases, UOW_CASCADE)};
static const uow_entity items = UOW_ENTITY_RELATED(item, item_table, item_columns, item_relations);

static const uow_column place_columns[] = {
    UOW_COLUMN(place, country, "country", UOW_TEXT, UOW_KEY),
    UOW_COLUMN(place, city, "city", UOW_TEXT, UOW_KEY),
    UOW_COLUMN(place, people, "people", UOW_INT32, 0),
};
static const uow_entity places = UOW_ENTITY(place, place_table, place_columns);

static live l;

static inline void shop_open_with(const uow_context_options *options)
{
    static const uow_entity *const entities[] = {&items, &purchases, &buyers, &places};

    snprintf(buyer_table, sizeof buyer_table, "shop_buyers_%d", (int)getpid());
    snprintf(purchase_table, sizeof purchase_table, "shop_purchases_%d", (int)getpid());
    snprintf(item_table, sizeof item_table, "shop_items_%d", (int)getpid());
    snprintf(place_table, sizeof place_table, "shop_places_%d", (int)getpid());
    live_open(&l, entities, 4);
    live_table(&l, buyer_table,
               "id @id, name varchar(40) NOT NULL UNIQUE, balance @double NOT NULL CHECK (balance >= 0), "
               "email varchar(60), version @int32 NOT NULL");
    char ddl[256];
    snprintf(ddl, sizeof ddl,
             "id @id, buyer_id @int64 NOT NULL, status varchar(10) NOT NULL, FOREIGN KEY (buyer_id) REFERENCES %s (id)",
             buyer_table);
    live_table(&l, purchase_table, ddl);
    snprintf(ddl, sizeof ddl,
             "purchase_id @int64 NOT NULL, line_no @int32 NOT NULL, quantity @int32 NOT NULL, PRIMARY KEY (purchase_id, "
             "line_no), FOREIGN KEY (purchase_id) REFERENCES %s (id)",
             purchase_table);
    live_table(&l, item_table, ddl);
    live_table(&l, place_table,
               "country varchar(20) NOT NULL, city varchar(40) NOT NULL, people @int32 NOT NULL, PRIMARY KEY (country, "
               "city)");
    if (options)
        live_reopen(&l, options);
}

/* Ann (1), Bob (2) and Cid (3). */
static inline void shop_fill(void)
{
    live_run(&l,
             "INSERT INTO %s (id, name, balance, email, version) VALUES (1, 'Ann', 12.5, NULL, 3), (2, 'Bob', 0, "
             "'bob@example.org', 1), (3, 'Cid', 7, NULL, 1)",
             buyer_table);
    if (l.database == LIVE_POSTGRESQL)
        live_run(&l, "ALTER TABLE %s ALTER COLUMN id RESTART WITH 100", buyer_table);
}

static inline void shop_open(void)
{
    shop_open_with(NULL);
    shop_fill();
    l.events.count = 0;
}

static inline void shop_close(void)
{
    live_close(&l);
}

/* Statements sent since the events were last forgotten. */
static inline size_t shop_statements(void)
{
    return live_count_events(&l, UOW_TRACE_STATEMENT, NULL);
}

static inline void shop_forget_events(void)
{
    l.events.count = 0;
}

static inline buyer *shop_buyer(int64_t id)
{
    void *row = NULL;

    UOW_OK(uow_find(l.ctx, &buyers, uow_key_int64(id), &row));
    return row;
}

static inline void *shop_add(const uow_entity *entity, const void *values)
{
    void *row = NULL;

    UOW_OK(uow_add(l.ctx, entity, values, &row));
    return row;
}

static inline buyer shop_new_buyer(const char *name)
{
    buyer b;

    memset(&b, 0, sizeof b);
    snprintf(b.name, sizeof b.name, "%s", name);
    b.email_ind = UOW_NULL;
    return b;
}

#endif
