/*
 * Stored procedures: values both ways, a result onto a struct, several calls as one unit,
 * an error raised inside. The program is written once: on PostgreSQL and MariaDB the
 * procedures are the database's own, on SQLite, which has none, their bodies are here.
 *
 *     03_procedures DSN
 *
 * Uses the shop's tables; they are created and filled when they are missing. What the
 * example orders it takes back.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "example.h"
#include "shop/shop_data.h"

/* --- the procedures, as the program sees them ------------------------------------ */

/* Takes so many pieces from the stock, or raises 45001; says how many are left and what they cost. */
static const uow_parameter take_parameters[] = {
    {"product", UOW_INT64, UOW_PARAMETER_IN},
    {"pieces", UOW_INT32, UOW_PARAMETER_IN},
    {"left_over", UOW_INT32, UOW_PARAMETER_OUT},
    {"cost", UOW_DECIMAL, UOW_PARAMETER_OUT},
};
static const uow_step take_steps[] = {
    UOW_STEP_RAISE_IF("SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM products WHERE product_id = :product "
                      "AND stock >= :pieces)",
                      "45001", "there are not so many pieces"),
    UOW_STEP("UPDATE products SET stock = stock - :pieces, version = version + 1 WHERE product_id = :product"),
    UOW_STEP_INTO("SELECT stock AS left_over, price * :pieces AS cost FROM products WHERE product_id = :product"),
};
static const uow_procedure take_from_stock =
    UOW_PROCEDURE_PORTABLE("take_from_stock", take_parameters, take_steps);

/* The products with the least stock, and how many there are altogether. */
static const uow_parameter scarce_parameters[] = {
    {"most", UOW_INT32, UOW_PARAMETER_IN},
    {"products_in_all", UOW_INT32, UOW_PARAMETER_OUT},
};
static const uow_step scarce_steps[] = {
    UOW_STEP_GIVE("SELECT product_id, name, stock FROM products WHERE stock <= :most ORDER BY stock, product_id LIMIT 3"),
    UOW_STEP_INTO("SELECT COUNT(*) AS products_in_all FROM products"),
};
static const uow_procedure scarce_products =
    UOW_PROCEDURE_PORTABLE("scarce_products", scarce_parameters, scarce_steps);

/* The same in the databases' own words; a program usually finds them there. */
static const char *const postgresql_texts[] = {
    "CREATE OR REPLACE PROCEDURE take_from_stock(IN product bigint, IN pieces integer, OUT left_over integer, "
    "OUT cost numeric) LANGUAGE plpgsql AS $$BEGIN UPDATE products SET stock = stock - pieces, version = version + 1 "
    "WHERE product_id = product AND stock >= pieces RETURNING stock, price * pieces INTO left_over, cost; "
    "IF NOT FOUND THEN RAISE EXCEPTION 'there are not so many pieces' USING ERRCODE = '45001'; END IF; END$$",
    "CREATE OR REPLACE PROCEDURE scarce_products(IN most integer, OUT products_in_all integer, INOUT rows refcursor) "
    "LANGUAGE plpgsql AS $$BEGIN OPEN rows FOR SELECT product_id, name, stock FROM products WHERE stock <= most "
    "ORDER BY stock, product_id LIMIT 3; SELECT COUNT(*) INTO products_in_all FROM products; END$$",
};
static const char *const mariadb_texts[] = {
    "CREATE OR REPLACE PROCEDURE take_from_stock(IN product BIGINT, IN pieces INT, OUT left_over INT, "
    "OUT cost DECIMAL(12,2)) BEGIN UPDATE products SET stock = stock - pieces, version = version + 1 "
    "WHERE product_id = product AND stock >= pieces; IF ROW_COUNT() = 0 THEN "
    "SIGNAL SQLSTATE '45001' SET MESSAGE_TEXT = 'there are not so many pieces'; END IF; "
    "SELECT stock, price * pieces INTO left_over, cost FROM products WHERE product_id = product; END",
    "CREATE OR REPLACE PROCEDURE scarce_products(IN most INT, OUT products_in_all INT) BEGIN "
    "SELECT product_id, name, stock FROM products WHERE stock <= most ORDER BY stock, product_id LIMIT 3; "
    "SELECT COUNT(*) INTO products_in_all FROM products; END",
};

/* What a result is read into: any struct with the columns' names, no table needed. */
struct scarce {
    int64_t id;
    char name[61];
    int32_t stock;
};
static const uow_column scarce_columns[] = {
    UOW_COLUMN(struct scarce, id, "product_id", UOW_INT64, 0),
    UOW_COLUMN(struct scarce, name, "name", UOW_TEXT, 0),
    UOW_COLUMN(struct scarce, stock, "stock", UOW_INT32, 0),
};
static const uow_entity scarce_rows = UOW_ENTITY_KEYLESS(struct scarce, NULL, scarce_columns);

static uow_model *make_procedures_model(uow_env *env)
{
    static const uow_procedure *const procedures[] = {&take_from_stock, &scarce_products};
    const uow_entity *entities[SHOP_ENTITIES + 1];
    uow_model_parts parts = UOW_MODEL_PARTS_INIT;
    uow_model *model;

    memcpy(entities, shop_entities, sizeof shop_entities);
    entities[SHOP_ENTITIES] = &scarce_rows;
    parts.entities = entities;
    parts.entity_count = SHOP_ENTITIES + 1;
    parts.procedures = procedures;
    parts.procedure_count = UOW_COUNT(procedures);
    must(NULL, uow_model_build(env, &parts, &model), "build the model");
    return model;
}

/* --- the steps ------------------------------------------------------------------- */

static void make_shop(uow_context *shop)
{
    int exists;

    must(shop, shop_exists(shop, &exists), "look for the shop");
    if (exists)
        return;
    must(shop, shop_create(shop), "create the shop's tables");
    must(shop, shop_fill(shop, SHOP_DEFAULT_ROWS), "fill the shop");
}

static void make_procedures(uow_context *shop)
{
    uow_facts facts = UOW_FACTS_INIT;
    const char *const *texts = NULL;

    must(shop, uow_context_facts(shop, &facts), "ask for the dialect");
    if (strcmp(facts.dialect, "postgresql") == 0)
        texts = postgresql_texts;
    else if (strcmp(facts.dialect, "mariadb") == 0)
        texts = mariadb_texts;
    for (size_t i = 0; texts && i < UOW_COUNT(postgresql_texts); i++)
        must(shop, uow_execute(shop, texts[i], NULL, 0, NULL), "create a procedure");
    title("Compare the model with the catalog");
    must(shop, uow_model_verify(shop), "verify the model");
    say("Tables, columns and procedures are as the program expects%s.",
        texts ? "" : "; the procedures are its own bodies");
}

/* The one call the steps make: a wrapper like this is what a program would write. */
static uow_status take(uow_context *shop, int64_t product, int32_t pieces, int32_t *left, uow_decimal *cost)
{
    uow_arg args[] = {UOW_IN(UOW_INT64, product), UOW_IN(UOW_INT32, pieces), UOW_OUT(UOW_INT32, *left),
                      UOW_OUT(UOW_DECIMAL, *cost)};

    return uow_call(shop, "take_from_stock", args, UOW_COUNT(args), NULL, 0);
}

static int64_t step_result(uow_context *shop)
{
    uow_result result = UOW_RESULT(&scarce_rows);
    int32_t in_all = 0;
    int64_t product = 0;
    uow_arg args[] = {uow_arg_named("products_in_all", UOW_OUT(UOW_INT32, in_all)),
                      uow_arg_named("most", uow_arg_int32(1000000))};

    title("A result set, and a value besides");
    must(shop, uow_call(shop, "scarce_products", args, UOW_COUNT(args), &result, 1), "call scarce_products");
    for (size_t i = 0; i < uow_list_count(result.list); i++) {
        const struct scarce *p = uow_list_at(result.list, i);
        say("%-24s %4d in stock", p->name, p->stock);
        product = p->id;
    }
    say("%d rows of %d products.", (int)result.rows, (int)in_all);
    uow_list_free(result.list);
    return product;
}

static void step_values(uow_context *shop, int64_t product)
{
    int32_t left = -1;
    uow_decimal cost = uow_decimal_make(0, 0);
    char money[32];

    title("Values in and out");
    must(shop, uow_begin(shop, NULL), "begin");
    must(shop, take(shop, product, 2, &left, &cost), "take two pieces");
    say("2 pieces cost %s; %d are left.", show_money(&cost, money), (int)left);
    must(shop, uow_rollback(shop), "put them back");
}

static void step_unit(uow_context *shop, int64_t product)
{
    int32_t left = -1, after = -1;
    uow_decimal cost = uow_decimal_make(0, 0);
    uow_status st;

    title("Several procedures, one unit");
    must(shop, uow_begin(shop, NULL), "begin");
    must(shop, take(shop, product, 1, &left, &cost), "take one piece");
    st = take(shop, product, 1000000, &after, &cost);
    say("The second call says %s, SQLSTATE %s:", uow_status_name(st), uow_error_sqlstate(uow_context_error(shop)));
    quote("!", uow_context_message(shop));
    say("Its variable is untouched: %s.", after == -1 ? "yes" : "no");
    must(shop, uow_rollback(shop), "roll back");
    must(shop, uow_begin(shop, NULL), "begin again");
    must(shop, take(shop, product, 1, &after, &cost), "take one piece");
    must(shop, uow_rollback(shop), "roll back");
    say("The first call went with it, and the context goes on: %s.", after == left ? "yes" : "no");
}

int main(int argc, char **argv)
{
    uow_env *env;
    uow_model *model;
    uow_context *shop;
    int64_t product;

    if (argc != 2) {
        fprintf(stderr, "usage: %s DSN\n", argv[0]);
        return 2;
    }
    env = open_environment();
    model = make_procedures_model(env);
    shop = open_context(env, argv[1], model);
    headline("Stored procedures");
    say_database(shop);
    make_shop(shop);
    make_procedures(shop);
    show_sql = 1;
    product = step_result(shop);
    step_values(shop, product);
    step_unit(shop, product);
    must(shop, uow_close(shop), "close the context");
    uow_model_free(model);
    must(NULL, uow_env_close(env), "close the environment");
    return 0;
}
