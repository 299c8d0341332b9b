/* Tables, indexes and procedures, in each database's words. */
#include "tpcc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ADDRESS(p)                                                                                                     \
    p "_street_1 varchar(20) NOT NULL, " p "_street_2 varchar(20) NOT NULL, " p "_city varchar(20) NOT NULL, " p       \
      "_state char(2) NOT NULL, " p "_zip char(9) NOT NULL, "
#define DIST(n) "s_dist_" n " char(24) NOT NULL, "

/* '@' is the type of a point in time, '#' that of a generated key. */
static const char *const tables[] = {
    "warehouse (w_id integer NOT NULL PRIMARY KEY, w_name varchar(10) NOT NULL, " ADDRESS("w")
    "w_tax numeric(4,4) NOT NULL, w_ytd numeric(12,2) NOT NULL)",
    "district (d_w_id integer NOT NULL, d_id integer NOT NULL, d_name varchar(10) NOT NULL, " ADDRESS("d")
    "d_tax numeric(4,4) NOT NULL, d_ytd numeric(12,2) NOT NULL, d_next_o_id integer NOT NULL, PRIMARY KEY (d_w_id, d_id))",
    "customer (c_w_id integer NOT NULL, c_d_id integer NOT NULL, c_id integer NOT NULL, c_first varchar(16) NOT NULL, "
    "c_middle char(2) NOT NULL, c_last varchar(16) NOT NULL, " ADDRESS("c") "c_phone char(16) NOT NULL, c_since @ NOT NULL, "
    "c_credit char(2) NOT NULL, c_credit_lim numeric(12,2) NOT NULL, c_discount numeric(4,4) NOT NULL, "
    "c_balance numeric(12,2) NOT NULL, c_ytd_payment numeric(12,2) NOT NULL, c_payment_cnt integer NOT NULL, "
    "c_delivery_cnt integer NOT NULL, c_data varchar(500) NOT NULL, PRIMARY KEY (c_w_id, c_d_id, c_id))",
    "history (h_id #, h_c_id integer NOT NULL, h_c_d_id integer NOT NULL, h_c_w_id integer NOT NULL, h_d_id integer NOT NULL, "
    "h_w_id integer NOT NULL, h_date @ NOT NULL, h_amount numeric(6,2) NOT NULL, h_data varchar(24) NOT NULL)",
    "oorder (o_w_id integer NOT NULL, o_d_id integer NOT NULL, o_id integer NOT NULL, o_c_id integer NOT NULL, "
    "o_carrier_id integer, o_ol_cnt integer NOT NULL, o_all_local integer NOT NULL, o_entry_d @ NOT NULL, "
    "PRIMARY KEY (o_w_id, o_d_id, o_id))",
    "new_order (no_w_id integer NOT NULL, no_d_id integer NOT NULL, no_o_id integer NOT NULL, "
    "PRIMARY KEY (no_w_id, no_d_id, no_o_id))",
    "order_line (ol_w_id integer NOT NULL, ol_d_id integer NOT NULL, ol_o_id integer NOT NULL, ol_number integer NOT NULL, "
    "ol_i_id integer NOT NULL, ol_supply_w_id integer NOT NULL, ol_quantity integer NOT NULL, ol_amount numeric(6,2) NOT NULL, "
    "ol_delivery_d @ NULL, ol_dist_info char(24) NOT NULL, PRIMARY KEY (ol_w_id, ol_d_id, ol_o_id, ol_number))",
    "item (i_id integer NOT NULL PRIMARY KEY, i_im_id integer NOT NULL, i_name varchar(24) NOT NULL, "
    "i_price numeric(5,2) NOT NULL, i_data varchar(50) NOT NULL)",
    "stock (s_w_id integer NOT NULL, s_i_id integer NOT NULL, s_quantity integer NOT NULL, s_ytd integer NOT NULL, "
    "s_order_cnt integer NOT NULL, s_remote_cnt integer NOT NULL, " DIST("01") DIST("02") DIST("03") DIST("04") DIST("05")
    DIST("06") DIST("07") DIST("08") DIST("09") DIST("10") "s_data varchar(50) NOT NULL, PRIMARY KEY (s_w_id, s_i_id))",
};
enum { TABLES = sizeof tables / sizeof tables[0] };

static const char *const indexes[] = {
    "customer_by_name ON customer (c_w_id, c_d_id, c_last, c_first)",
    "oorder_by_customer ON oorder (o_w_id, o_d_id, o_c_id, o_id)",
};

static const char *const procedures[] = {"new_order", "payment", "order_status", "delivery", "stock_level"};

static const char *dialect_of(const uow_context *ctx)
{
    uow_facts facts = UOW_FACTS_INIT;

    must(ctx, uow_context_facts(ctx, &facts), "ask for the connection's facts");
    return facts.dialect;
}

static void run(uow_context *ctx, const char *sql)
{
    must(ctx, uow_execute(ctx, sql, NULL, 0, NULL), sql);
}

static void run_about(uow_context *ctx, const char *before, const char *name, const char *after)
{
    char sql[64 + 128];

    snprintf(sql, sizeof sql, "%s%s%s", before, name, after);
    run(ctx, sql);
}

int64_t number_of(uow_context *ctx, const char *sql)
{
    uow_list *list = NULL;
    int64_t count;

    must(ctx, uow_query_sql(ctx, &counts, sql, NULL, 0, NULL, &list), sql);
    count = uow_list_count(list) > 0 ? ((const struct counted *)uow_list_at(list, 0))->count : 0;
    uow_list_free(list);
    return count;
}

/* A table that is missing is no reason to stop here, so the status is looked at and not insisted on. */
int schema_is_there(uow_context *ctx)
{
    uow_list *list = NULL;
    uow_status st = uow_query_sql(ctx, &counts, "SELECT COUNT(*) AS how_many FROM stock", NULL, 0, NULL, &list);
    int there = st == UOW_OK && ((const struct counted *)uow_list_at(list, 0))->count > 0;

    uow_list_free(list);
    return there;
}

struct sizes schema_sizes(uow_context *ctx)
{
    struct sizes sizes;

    sizes.warehouses = (int)number_of(ctx, "SELECT COUNT(*) AS how_many FROM warehouse");
    sizes.items = (int)number_of(ctx, "SELECT COUNT(*) AS how_many FROM item");
    sizes.customers = (int)number_of(ctx, "SELECT COUNT(*) AS how_many FROM customer WHERE c_w_id = 1 AND c_d_id = 1");
    return sizes;
}

/* "CREATE TABLE " and the text, with the types put in. */
static void make_table(uow_context *ctx, const char *text, const char *moment, const char *key)
{
    char sql[2048] = "CREATE TABLE ";
    size_t length = strlen(sql);

    for (; *text; text++) {
        const char *type = *text == '@' ? moment : *text == '#' ? key : NULL;
        length += (size_t)snprintf(sql + length, sizeof sql - length, "%.*s", type ? 64 : 1, type ? type : text);
    }
    run(ctx, sql);
}

static char *read_file(const char *dir, const char *name)
{
    char path[1024];
    char *text = NULL;
    FILE *file;
    long size;

    snprintf(path, sizeof path, "%s/%s", dir, name);
    file = fopen(path, "rb");
    if (file && fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) > 0 && fseek(file, 0, SEEK_SET) == 0 &&
        (text = calloc(1, (size_t)size + 1)) != NULL && fread(text, 1, (size_t)size, file) != (size_t)size)
        text[0] = '\0';
    if (file)
        fclose(file);
    if (!text || !*text) {
        fprintf(stderr, "cannot read %s (say where it is with --sql DIRECTORY)\n", path);
        exit(1);
    }
    return text;
}

/* One routine begins at each line that begins with CREATE, and ends before the next, or before a DELIMITER. */
static void make_procedures(uow_context *ctx, const char *dir, const char *name)
{
    char *text = read_file(dir, name);
    char *at = strstr(text, "\nCREATE ");

    while (at) {
        char *next = strstr(at + 1, "\nCREATE ");
        char *end;

        at++;
        if (next)
            *next = '\0';
        end = strstr(at, "\nDELIMITER");
        end = end ? end : at + strlen(at);
        while (end > at && strchr(" \n;", end[-1]))
            end--;
        if (end - at > 2 && strncmp(end - 2, "$$", 2) == 0 && !strstr(at, "AS $$"))
            end -= 2; /* the client's delimiter */
        *end = '\0';
        run(ctx, at);
        at = next;
        if (next)
            *next = '\n';
    }
    free(text);
}

/* Statistics, without which a plan may read whole tables. */
void schema_analyze(uow_context *ctx)
{
    if (strcmp(dialect_of(ctx), "mariadb") != 0) /* keeps its own */
        run(ctx, "ANALYZE");
}

void schema_make(uow_context *ctx, const char *sql_dir)
{
    const char *dialect = dialect_of(ctx);
    int postgresql = strcmp(dialect, "postgresql") == 0, mariadb = strcmp(dialect, "mariadb") == 0;

    if (strcmp(dialect, "sqlite") == 0)
        run(ctx, "PRAGMA journal_mode = wal"); /* a writer does not wait for readers */
    for (int i = 0; i < 5 && (postgresql || mariadb); i++)
        run_about(ctx, "DROP PROCEDURE IF EXISTS ", procedures[i], "");
    for (int i = 0; i < TABLES; i++) {
        char name[32];

        snprintf(name, sizeof name, "%.*s", (int)strcspn(tables[i], " "), tables[i]);
        run_about(ctx, "DROP TABLE IF EXISTS ", name, "");
        make_table(ctx, tables[i], mariadb ? "datetime" : "timestamp",
                   mariadb      ? "bigint NOT NULL AUTO_INCREMENT PRIMARY KEY"
                   : postgresql ? "bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"
                                : "integer PRIMARY KEY");
    }
    for (size_t i = 0; i < sizeof indexes / sizeof indexes[0]; i++)
        run_about(ctx, "CREATE INDEX ", indexes[i], "");
    if (postgresql)
        make_procedures(ctx, sql_dir, "procedures_postgresql.sql");
    if (mariadb)
        make_procedures(ctx, sql_dir, "procedures_mariadb.sql");
    run(ctx, "DROP TABLE IF EXISTS " UNIT_TABLE);
    must(ctx, uow_unit_table_create(ctx, UNIT_TABLE), "make the table of units");
}
