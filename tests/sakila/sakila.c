/*
 * Calls the routines of Sakila and Pagila, which nobody here wrote, and prints what they give in the words of the
 * databases' own clients; check.sh compares the two.
 *
 *     sakila DSN mariadb|postgresql|pagila
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "uow.h"

static uow_context *ctx;

/* A row of any result, tab by tab. */
static void print_row(uow_rows *rows)
{
    for (size_t i = 0; i < uow_rows_column_count(rows); i++) {
        const char *text = NULL;

        (void)uow_rows_text(rows, i, &text, NULL);
        printf("%s%s", i ? "\t" : "", text ? text : "NULL");
    }
    puts("");
}

/* Every result of a call as dynamic rows, or the state of its error. */
static void print_call(const char *name, const uow_arg *args, size_t count)
{
    uow_rows *rows = NULL;
    uow_status st = uow_call_rows(ctx, name, args, count, &rows);

    while (st == UOW_OK) {
        while ((st = uow_rows_next(rows)) == UOW_OK)
            print_row(rows);
        if (st == UOW_END)
            st = uow_rows_next_result(rows);
    }
    if (st != UOW_END)
        printf("ERROR %s\n", uow_error_sqlstate(uow_context_error(ctx)));
    uow_rows_close(rows);
}

static void fail(const char *what)
{
    printf("FAILED %s: %s\n", what, uow_context_message(ctx));
}

static void run(const char *sql)
{
    if (uow_execute(ctx, sql, NULL, 0, NULL) != UOW_OK)
        fail(sql);
}

/* ---- what both have ---- */

typedef struct copy_in_stock {
    int32_t inventory_id;
} copy_in_stock;

static const uow_column copy_columns[] = {
    UOW_COLUMN(copy_in_stock, inventory_id, "inventory_id", UOW_INT32, 0),
};
static const uow_entity copies = UOW_ENTITY_KEYLESS(copy_in_stock, NULL, copy_columns);
/* PostgreSQL's versions call the column of the set as MariaDB's call the parameter. */
static const uow_column count_columns[] = {
    UOW_COLUMN(copy_in_stock, inventory_id, "p_film_count", UOW_INT32, 0),
};
static const uow_entity counts = UOW_ENTITY_KEYLESS(copy_in_stock, NULL, count_columns);

static void print_copies(const uow_result *result)
{
    for (size_t i = 0; i < uow_list_count(result->list); i++)
        printf("%d\n", (int)((const copy_in_stock *)uow_list_at(result->list, i))->inventory_id);
    uow_list_free(result->list);
}

static void print_number(const char *name, int32_t argument)
{
    int32_t value = 0;
    uow_ind null = 0;
    uow_arg args[] = {UOW_RETURN_NULL(UOW_INT32, value, null), UOW_IN(UOW_INT32, argument)};

    if (uow_call(ctx, name, args, 2, NULL, 0) != UOW_OK)
        printf("ERROR %s\n", uow_error_sqlstate(uow_context_error(ctx)));
    else if (null == UOW_NULL)
        puts("NULL");
    else
        printf("%d\n", (int)value);
}

static void print_inventory(void)
{
    for (int32_t i = 1; i <= 40; i++) {
        print_number("inventory_in_stock", i);
        print_number("inventory_held_by_customer", i);
    }
}

static void print_balance(int32_t customer)
{
    uow_timestamp until = {2005, 8, 1, 0, 0, 0, 0};
    uow_decimal balance = {0, 0, 0, 0};
    char text[48];
    uow_arg args[] = {UOW_RETURN(UOW_DECIMAL, balance), UOW_IN(UOW_INT32, customer), UOW_IN(UOW_TIMESTAMP, until)};

    if (uow_call(ctx, "get_customer_balance", args, 3, NULL, 0) != UOW_OK) {
        printf("ERROR %s\n", uow_error_sqlstate(uow_context_error(ctx)));
        return;
    }
    uow_decimal_format(&balance, text, sizeof text);
    puts(text);
}

/* ---- Sakila on MariaDB: a result set and an OUT parameter ---- */

static void print_stock(const char *name, int32_t film, int32_t store)
{
    int32_t count = -1;
    uow_result result = UOW_RESULT(&copies);
    uow_arg args[] = {UOW_IN(UOW_INT32, film), UOW_IN(UOW_INT32, store), UOW_OUT(UOW_INT32, count)};

    if (uow_call(ctx, name, args, 3, &result, 1) != UOW_OK) {
        fail(name);
        return;
    }
    print_copies(&result);
    printf("OUT %d\n", (int)count);
}

static void print_rewards(int32_t purchases, const char *dollars)
{
    int32_t count = -1;
    uow_ind null = 0;
    uow_arg args[] = {uow_arg_int32(purchases), uow_arg_text(dollars), UOW_OUT_NULL(UOW_INT32, count, null)};

    print_call("rewards_report", args, 3);
    if (null == UOW_NULL)
        puts("OUT NULL");
    else
        printf("OUT %d\n", (int)count);
}

static void on_mariadb(void)
{
    for (int32_t film = 1; film <= 20; film++)
        for (int32_t store = 1; store <= 2; store++) {
            print_stock("film_in_stock", film, store);
            print_stock("film_not_in_stock", film, store);
        }
    print_inventory();
    for (int32_t customer = 295; customer <= 300; customer++)
        print_balance(customer);
    run("SET timestamp = UNIX_TIMESTAMP('2005-08-15')"); /* the report is of the month before */
    print_rewards(0, "1");
    print_rewards(7, "20.00");
    print_rewards(14, "80.00");
}

/* ---- Sakila and Pagila on PostgreSQL: functions that give sets, and in Pagila a procedure with cursors ---- */

static void print_set(const char *name, int32_t film, int32_t store)
{
    uow_result result = UOW_RESULT(&counts);
    uow_arg args[] = {UOW_IN(UOW_INT32, film), UOW_IN(UOW_INT32, store)};

    if (uow_call(ctx, name, args, 2, &result, 1) != UOW_OK)
        fail(name);
    else
        print_copies(&result);
}

static void on_postgresql(void)
{
    int32_t day = 0;
    uow_date last = {0, 0, 0};
    uow_timestamp some = {2007, 2, 3, 4, 5, 6, 0};
    uow_arg args[] = {UOW_RETURN(UOW_DATE, last), UOW_IN(UOW_TIMESTAMP, some)};
    uow_arg nothing[] = {UOW_IN(UOW_INT32, day), uow_arg_text("1")};

    for (int32_t film = 1; film <= 20; film++)
        for (int32_t store = 1; store <= 2; store++) {
            print_set("film_in_stock", film, store);
            print_set("film_not_in_stock", film, store);
        }
    print_inventory();
    if (uow_call(ctx, "last_day", args, 2, NULL, 0) != UOW_OK)
        fail("last_day");
    printf("%04d-%02u-%02u\n", (int)last.year, (unsigned)last.month, (unsigned)last.day);
    print_balance(298);
    print_call("rewards_report", nothing, 2);
}

typedef struct rewardee {
    int32_t customer_id;
    char first_name[46];
    char last_name[46];
} rewardee;

static const uow_column rewardee_columns[] = {
    UOW_COLUMN(rewardee, customer_id, "customer_id", UOW_INT32, 0),
    UOW_COLUMN(rewardee, first_name, "first_name", UOW_TEXT, 0),
    UOW_COLUMN(rewardee, last_name, "last_name", UOW_TEXT, 0),
};
static const uow_entity rewardees = UOW_ENTITY_KEYLESS(rewardee, NULL, rewardee_columns);

typedef struct rewardee_count {
    int64_t count;
} rewardee_count;

static const uow_column rewardee_count_columns[] = {
    UOW_COLUMN(rewardee_count, count, "rewards_count", UOW_INT64, 0),
};
static const uow_entity rewardee_counts = UOW_ENTITY_KEYLESS(rewardee_count, NULL, rewardee_count_columns);

static uow_status rewards_of(uow_date month, uow_result *results)
{
    uow_arg args[] = {uow_arg_int32(7), uow_arg_text("20"), UOW_IN(UOW_DATE, month)};

    return uow_call(ctx, "rewards_report", args, 3, results, 2);
}

/* Two cursors, each a result onto an entity of its own. */
static void print_cursors(void)
{
    uow_result results[] = {UOW_RESULT(&rewardees), UOW_RESULT(&rewardee_counts)};
    uow_date april = {2007, 4, 1};

    if (rewards_of(april, results) != UOW_OK) {
        fail("rewards_report");
        return;
    }
    for (size_t i = 0; i < uow_list_count(results[0].list); i++) {
        const rewardee *r = uow_list_at(results[0].list, i);
        printf("%d\t%s\t%s\n", (int)r->customer_id, r->first_name, r->last_name);
    }
    printf("%d\n", (int)((const rewardee_count *)uow_list_at(results[1].list, 0))->count);
    uow_list_free(results[0].list);
    uow_list_free(results[1].list);
}

/* Its temporary table lives until the transaction ends: a second call in one unit fails, and the context goes on. */
static void print_second_call(void)
{
    uow_date april = {2007, 4, 1};

    if (uow_begin(ctx, NULL) != UOW_OK || rewards_of(april, (uow_result[]){UOW_RESULT_SKIPPED, UOW_RESULT_SKIPPED}) != UOW_OK)
        fail("the first call of a unit");
    (void)rewards_of(april, (uow_result[]){UOW_RESULT_SKIPPED, UOW_RESULT_SKIPPED});
    printf("ERROR %s\n", uow_error_sqlstate(uow_context_error(ctx)));
    if (uow_rollback(ctx) != UOW_OK)
        fail("rollback");
    print_cursors();
}

/* Its other routines are broken upstream: they name a column that the table no longer has. */
static void on_pagila(void)
{
    uow_arg nothing[] = {uow_arg_int32(0), uow_arg_text("1")};

    print_number("inventory_held_by_customer", 9);
    print_call("rewards_report", nothing, 2);
    print_cursors();
    print_second_call();
}

static uow_status open_context(uow_env *env, const char *dsn, uow_model **model)
{
    static const uow_entity *const entities[] = {&copies, &counts, &rewardees, &rewardee_counts};
    uow_status st = uow_model_create(env, entities, 4, model);

    if (st == UOW_OK)
        st = uow_open(env, dsn, *model, NULL, &ctx);
    return st;
}

int main(int argc, char **argv)
{
    uow_env *env = NULL;
    uow_model *model = NULL;

    if (argc != 3) {
        fputs("usage: sakila DSN mariadb|postgresql|pagila\n", stderr);
        return 2;
    }
    if (uow_env_open(NULL, &env) != UOW_OK || open_context(env, argv[1], &model) != UOW_OK) {
        fprintf(stderr, "%s\n", uow_context_message(ctx));
        return 1;
    }
    if (strcmp(argv[2], "mariadb") == 0)
        on_mariadb();
    else if (strcmp(argv[2], "postgresql") == 0)
        on_postgresql();
    else
        on_pagila();
    uow_close(ctx);
    uow_model_free(model);
    uow_env_close(env);
    return 0;
}
