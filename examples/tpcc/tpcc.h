/*
 * TPC-C's schema, its five transactions and what they take and give. The
 * transactions exist twice: as stored procedures (by_procedure.c; on SQLite the
 * model's own bodies, portable.c) and as tracked entities (by_entity.c). Each is one
 * unit, run by uow_unit_run.
 */
#ifndef TPCC_H
#define TPCC_H

#include <stddef.h>
#include <stdint.h>

#include "example.h"

enum { DISTRICTS = 10, MAX_LINES = 15, JSON_SIZE = MAX_LINES * 48 };

/* What there is: full size is 100,000 items and 3,000 customers a district. */
struct sizes {
    int warehouses;
    int items;
    int customers; /* of a district; as many orders are there at first */
};

/* --- rows: one struct for each table ------------------------------------------------ */

struct address {
    char street_1[21], street_2[21], city[21], state[3], zip[10];
};

struct warehouse {
    int32_t id;
    char name[11];
    struct address at;
    uow_decimal tax, ytd;
};

struct district {
    int32_t w_id, id;
    char name[11];
    struct address at;
    uow_decimal tax, ytd;
    int32_t next_o_id;
};

struct customer {
    int32_t w_id, d_id, id;
    char first[17], middle[3], last[17];
    struct address at;
    char phone[17];
    uow_timestamp since;
    char credit[3];
    uow_decimal credit_lim, discount, balance, ytd_payment;
    int32_t payment_cnt, delivery_cnt;
    char data[501];
};

struct history {
    int64_t id;
    int32_t c_id, c_d_id, c_w_id, d_id, w_id;
    uow_timestamp date;
    uow_decimal amount;
    char data[25];
};

struct order {
    int32_t w_id, d_id, id, c_id;
    int32_t carrier_id;
    uow_ind carrier_ind;
    int32_t ol_cnt, all_local;
    uow_timestamp entry_d;
};

struct new_order {
    int32_t w_id, d_id, o_id;
};

struct order_line {
    int32_t w_id, d_id, o_id, number;
    int32_t i_id, supply_w_id, quantity;
    uow_decimal amount;
    uow_timestamp delivery_d;
    uow_ind delivery_ind;
    char dist_info[25];
};

struct item {
    int32_t id, im_id;
    char name[25];
    uow_decimal price;
    char data[51];
};

struct stock {
    int32_t w_id, i_id;
    int32_t quantity, ytd, order_cnt, remote_cnt;
    char dist[DISTRICTS][25];
    char data[51];
};

extern const uow_entity warehouses, districts, customers, histories, orders, new_orders, order_lines, items, stocks;

/* Results without a table. */
struct sold {
    int32_t number, i_id, quantity, s_quantity;
    char name[25];
    uow_decimal price, amount;
};

struct delivered {
    int32_t d_id, o_id;
    uow_decimal amount;
};

struct counted {
    int64_t count;
};

extern const uow_entity sold_lines, delivered_orders, counts;

/* Every entity, and the procedures' portable bodies. */
extern const uow_entity *const tpcc_entities[];
extern const size_t tpcc_entity_count;
extern const uow_procedure *const tpcc_procedures[];
extern const size_t tpcc_procedure_count;

/* --- transactions -------------------------------------------------------------------- */

enum kind { NEW_ORDER, PAYMENT, ORDER_STATUS, DELIVERY, STOCK_LEVEL, KINDS };

struct wanted {
    int32_t i_id, w_id, quantity;
};

/* What a terminal's user types. Not every transaction takes everything. */
struct input {
    int32_t w, d, c; /* c is 0: the customer is given by name */
    int32_t c_w, c_d; /* of the paying customer */
    char last[17];
    int32_t lines;
    struct wanted line[MAX_LINES];
    char json[JSON_SIZE]; /* the lines, for the procedures */
    uow_decimal amount;
    int32_t carrier, threshold;
    int missing; /* an item is not there: the unit is to be rolled back */
    uow_timestamp now;
};

/* What the screen shows. */
struct output {
    int32_t o_id;
    uow_decimal total, balance;
    int32_t lines;
    int64_t low;
};

typedef uow_status (*transaction)(uow_context *ctx, const struct input *in, struct output *out);

struct way {
    const char *name;
    transaction does[KINDS];
    uow_isolation isolation; /* the weakest that is enough; see by_entity.c */
    uow_isolation isolation_mariadb;
};

extern const struct way by_procedure, by_entity;

/* --- the rest of the program ----------------------------------------------------------- */

/* Tables and procedures: schema.c */
int schema_is_there(uow_context *ctx);
void schema_make(uow_context *ctx, const char *sql_dir);
void schema_analyze(uow_context *ctx);
struct sizes schema_sizes(uow_context *ctx);
int64_t number_of(uow_context *ctx, const char *sql);
#define UNIT_TABLE "tpcc_units"

/* Rows: load.c */
void load_all(uow_context *ctx, const struct sizes *sizes);

/* Conditions of clause 3.3.2, and orders taken since there were so many: how many do not hold. */
int check_all(uow_context *ctx, int64_t orders_before, int64_t orders_told);
int64_t orders_taken(uow_context *ctx);

/* Chance: chance.c */
typedef struct chance {
    uint64_t state;
} chance;
int32_t pick(chance *c, int32_t from, int32_t to);
int32_t pick_customer(chance *c, const struct sizes *sizes);
int32_t pick_item(chance *c, const struct sizes *sizes);
int32_t pick_name(chance *c, const struct sizes *sizes);
void pick_text(chance *c, char *out, int32_t shortest, int32_t longest);
void pick_digits(chance *c, char *out, int32_t length);
void last_name(int32_t number, char *out);

/* Terminals: terminals.c */
struct run {
    uow_env *env;
    const uow_model *model;
    const char *connection;
    const struct way *way;
    struct sizes sizes;
    int terminals;
    double seconds;
    int exactly_once;
    int mariadb;
    int portable_procedures;
    uint64_t seed;
};

/* Runs every terminal for so long and prints what they did: the number of orders told to have been taken. -1: failures. */
int64_t run_terminals(const struct run *run);

#endif
