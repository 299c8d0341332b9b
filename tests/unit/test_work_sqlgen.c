#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include "work/sqlgen.h"
#include "work/stream_page.h"
#include "work_fixture.h"

static desk d;
static uowi_buf out;

/* The texts of one dialect for customers: id generated, version. */
typedef struct golden {
    const char *dbms;
    const char *select;
    const char *insert;
    const char *insert_defaults;
    const char *update;
    const char *delete;
    const char *back;
} golden;

static const golden goldens[] = {
    {"SQLite",
     "SELECT `customer_id`, `name`, CASE typeof(`balance`) WHEN 'real' THEN printf('%!.20g', `balance`) ELSE `balance` "
     "END, `email`, `version` FROM `customers`",
     "WITH uow_x(y) AS (SELECT 1) INSERT INTO `customers` (`name`, `version`) VALUES (?, ?) RETURNING "
     "`customer_id`",
     "WITH uow_x(y) AS (SELECT 1) INSERT INTO `customers` DEFAULT VALUES RETURNING `customer_id`",
     "UPDATE `customers` SET `name` = ?, `version` = ? WHERE `customer_id` = ? AND `version` = ?",
     "DELETE FROM `customers` WHERE `customer_id` = ? AND `version` = ?",
     "SELECT `customer_id` FROM `customers` WHERE `customer_id` = ?"},
    {"PostgreSQL",
     "SELECT \"customer_id\", \"name\", \"balance\", \"email\", \"version\" FROM \"customers\"",
     "INSERT INTO \"customers\" (\"name\", \"version\") VALUES (?, ?) RETURNING \"customer_id\"",
     "INSERT INTO \"customers\" DEFAULT VALUES RETURNING \"customer_id\"",
     "UPDATE \"customers\" SET \"name\" = ?, \"version\" = ? WHERE \"customer_id\" = ? AND \"version\" = ?",
     "DELETE FROM \"customers\" WHERE \"customer_id\" = ? AND \"version\" = ?",
     "SELECT \"customer_id\" FROM \"customers\" WHERE \"customer_id\" = ?"},
    {"MariaDB",
     "SELECT `customer_id`, `name`, `balance`, `email`, `version` FROM `customers`",
     "INSERT INTO `customers` (`name`, `version`) VALUES (?, ?) RETURNING `customer_id`",
     "INSERT INTO `customers` () VALUES () RETURNING `customer_id`",
     "UPDATE `customers` SET `name` = ?, `version` = ? WHERE `customer_id` = ? AND `version` = ?",
     "DELETE FROM `customers` WHERE `customer_id` = ? AND `version` = ?",
     "SELECT `customer_id` FROM `customers` WHERE `customer_id` = ?"},
    {"Whatever",
     "SELECT \"customer_id\", \"name\", \"balance\", \"email\", \"version\" FROM \"customers\"",
     "INSERT INTO \"customers\" (\"name\", \"version\") VALUES (?, ?)",
     "INSERT INTO \"customers\" DEFAULT VALUES",
     "UPDATE \"customers\" SET \"name\" = ?, \"version\" = ? WHERE \"customer_id\" = ? AND \"version\" = ?",
     "DELETE FROM \"customers\" WHERE \"customer_id\" = ? AND \"version\" = ?",
     "SELECT \"customer_id\" FROM \"customers\" WHERE \"customer_id\" = ?"},
};

static const char *text(void)
{
    static char copy[1024];

    cr_assert_not(out.failed);
    strncpy(copy, uowi_buf_cstr(&out), sizeof copy - 1);
    uowi_buf_reset(&out);
    return copy;
}

static void check_golden(const golden *g)
{
    uowi_session *s = &d.ctx->session;
    const uowi_entity *customers = uowi_model_entity(d.model, &shop_customers);
    uowi_columns both = {{0}}, id = {{0}}, none = {{0}}, changed = {{0}};
    shop_customer ann = shop_ann(1);
    uowi_change change = {.entity = customers, .write = UOWI_UPDATE};

    cr_assert_eq(uowi_tracker_attach(&s->tracker, customers, &ann, UOW_UNCHANGED, &s->error, &change.entry), UOW_OK);
    uowi_columns_add(&changed, 1);
    change.columns = &changed;
    uowi_columns_add(&both, 1);
    uowi_columns_add(&both, 4);
    uowi_columns_add(&id, 0);
    uowi_sql_select(s, customers, &out);
    cr_assert_str_eq(text(), g->select);
    uowi_sql_insert(s, customers, &both, &id, &out);
    cr_assert_str_eq(text(), g->insert);
    uowi_sql_insert(s, customers, &none, &id, &out);
    cr_assert_str_eq(text(), g->insert_defaults);
    uowi_sql_update(s, &change, &out);
    cr_assert_str_eq(text(), g->update);
    change.write = UOWI_DELETE;
    uowi_sql_delete(s, &change, &out);
    cr_assert_str_eq(text(), g->delete);
    uowi_sql_select_columns(s, customers, &id, &out);
    uowi_sql_where_key(s, customers, &out);
    cr_assert_str_eq(text(), g->back);
}

Test(sqlgen, the_texts_of_every_dialect)
{
    for (size_t i = 0; i < sizeof goldens / sizeof *goldens; i++) {
        cr_assert(desk_open(&d, goldens[i].dbms));
        uowi_buf_init(&out, &d.env->mem, 0);
        check_golden(&goldens[i]);
        uowi_buf_done(&out);
        cr_assert_eq(desk_close(&d), 0);
    }
}

static void condition_is(const char *condition, const char *expected, bool ordered)
{
    cr_assert_eq(uowi_sql_condition(uowi_session_dialect(&d.ctx->session), condition, &out), ordered, "%s", condition ? condition : "NULL");
    cr_assert_str_eq(text(), expected);
    if (condition)
        cr_assert_eq(uowi_sql_orders(uowi_session_dialect(&d.ctx->session), condition), ordered);
}

Test(sqlgen, a_condition_may_be_missing_filter_order_or_both)
{
    cr_assert(desk_open(&d, "SQLite"));
    uowi_buf_init(&out, &d.env->mem, 0);
    condition_is(NULL, "", false);
    condition_is("  \n", "", false);
    condition_is("a = ?", " WHERE a = ?", false);
    condition_is("order by a", " order by a", true);
    condition_is(" ORDER\n BY a", " ORDER\n BY a", true);
    condition_is("a = ? ORDER  BY b", " WHERE a = ? ORDER  BY b", true);
    condition_is("(a = ?)ORDER BY b", " WHERE (a = ?)ORDER BY b", true);
    condition_is("order_by = 1", " WHERE order_by = 1", false);
    condition_is("border BY x", " WHERE border BY x", false);
    condition_is("\"order\" = 1", " WHERE \"order\" = 1", false);
    uowi_buf_done(&out);
    cr_assert_eq(desk_close(&d), 0);
}

/* Symptom: a bounded cursor refused a condition for an ORDER BY that was none of its own. */
Test(sqlgen, order_by_inside_a_string_a_comment_or_a_subquery_orders_nothing)
{
    cr_assert(desk_open(&d, "SQLite"));
    uowi_buf_init(&out, &d.env->mem, 0);
    condition_is("a = 'please order by mail'", " WHERE a = 'please order by mail'", false);
    condition_is("a = 1 /* order by b */", " WHERE a = 1 /* order by b */", false);
    condition_is("a IN (SELECT b FROM c ORDER BY d)", " WHERE a IN (SELECT b FROM c ORDER BY d)", false);
    condition_is("a IN (SELECT b) ORDER BY d", " WHERE a IN (SELECT b) ORDER BY d", true);
    uowi_buf_done(&out);
    cr_assert_eq(desk_close(&d), 0);
}

/* Symptom: count, exists and pages had their own end of the statement inside the program's comment. */
Test(sqlgen, a_condition_with_a_line_comment_ends_its_line)
{
    cr_assert(desk_open(&d, "MariaDB"));
    uowi_buf_init(&out, &d.env->mem, 0);
    condition_is("a = 1 -- one", " WHERE a = 1 -- one\n", false);
    condition_is("a = 1 # one", " WHERE a = 1 # one\n", false);
    uowi_buf_done(&out);
    cr_assert_eq(desk_close(&d), 0);
}

static uow_status condition_check(const char *condition)
{
    uow_status st = uowi_sql_condition_check(&d.ctx->session, condition);

    uowi_error_clear(&d.ctx->session.error);
    return st;
}

/* Symptom: "id = 2; DELETE FROM t" emptied the table on PostgreSQL. */
Test(sqlgen, a_condition_with_a_second_statement_is_refused)
{
    cr_assert(desk_open(&d, "PostgreSQL"));
    cr_assert_eq(condition_check(NULL), UOW_OK);
    cr_assert_eq(condition_check("a = ';' AND \";\" = $$;$$ /* ; */ -- ;"), UOW_OK);
    cr_assert_eq(condition_check("a = 1; DELETE FROM t"), UOW_MISUSE);
    cr_assert_eq(condition_check("a = E'\\'' ; DELETE FROM t --'"), UOW_MISUSE);
    cr_assert_eq(condition_check("a = 1 ;"), UOW_MISUSE);
    cr_assert_eq(desk_close(&d), 0);
}

typedef struct odd_row {
    int32_t id;
} odd_row;
static const uow_column odd_columns[] = {UOW_COLUMN(odd_row, id, "select \"a\"`b`", UOW_INT32, UOW_KEY)};
static const uow_entity odd = UOW_ENTITY_IN(odd_row, "my schema", "Order \"x\"", odd_columns);

static void odd_is(const char *dbms, const char *expected)
{
    const uow_entity *const entities[] = {&odd};
    uow_model *model = NULL;

    cr_assert(desk_open(&d, dbms));
    cr_assert_eq(uow_model_create(d.env, entities, 1, &model), UOW_OK);
    uowi_buf_init(&out, &d.env->mem, 0);
    uowi_sql_select(&d.ctx->session, uowi_model_entity(model, &odd), &out);
    cr_assert_str_eq(text(), expected);
    uowi_buf_done(&out);
    uow_model_free(model);
    cr_assert_eq(desk_close(&d), 0);
}

Test(sqlgen, reserved_words_blanks_and_quotes_in_names_are_quoted)
{
    odd_is("PostgreSQL", "SELECT \"select \"\"a\"\"`b`\" FROM \"my schema\".\"Order \"\"x\"\"\"");
    odd_is("MariaDB", "SELECT `select \"a\"``b``` FROM `my schema`.`Order \"x\"`");
}
