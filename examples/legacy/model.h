/* The tables of the order entry as structs, and the context on the old program's connection. */
#ifndef LEGACY_MODEL_H
#define LEGACY_MODEL_H

#include <stdint.h>

#include "uow.h"

struct customer {
    int32_t no;
    char name[31];
    int32_t credit_limit;
    int32_t balance;
};

struct item {
    int32_t no;
    char description[31];
    int32_t price;
    int32_t on_hand;
};

struct order {
    int32_t no;
    int32_t customer_no;
    char date[9];
    char ship_date[9];
    uow_ind ship_date_ind;
    char status[2];
    int32_t total;
};

struct order_line {
    int32_t order_no;
    int32_t line_no;
    int32_t item_no;
    int32_t quantity;
    int32_t price;
};

struct counter {
    char name[11];
    int32_t next;
};

/* Rows of a report, read by SQL of our own. */
struct shown_line {
    int32_t line_no;
    int32_t item_no;
    char description[31];
    int32_t quantity;
    int32_t price;
};

struct day_total {
    char name[31];
    int64_t orders;
    int64_t total;
};

extern const uow_entity customers, items, orders, order_lines, counters, shown_lines, day_totals;

/* The context that has adopted the connection of DB.C. */
extern uow_context *legacy;

uow_status make_legacy_model(uow_env *env, uow_model **out_model);

/* Step 3: the procedures of an order, in a database that has procedures. */
uow_status make_procedures(void);

/* What went wrong, in the old program's form; returns 0. */
int complain(const char *where);
/* Saves and, in the old program's own transaction, commits. Otherwise nothing has happened: 0. */
int save_all(const char *where);
/* Forgets what was changed. Returns 0. */
int give_up(void);

#endif
