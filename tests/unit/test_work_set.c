/* Updates and deletes by condition: their texts, what is refused, what stays untouched. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include "work/setbased.h"
#include "work_fixture.h"

static desk d;

static void begin(const char *dbms)
{
    cr_assert(desk_open(&d, dbms));
}

static void end(void)
{
    cr_assert_eq(desk_close(&d), 0);
}

/* The last statement that was sent. */
static const char *sent(void)
{
    return fake_sql_count() ? fake_sql(fake_sql_count() - 1) : "(nothing)";
}

static uow_status update(const char *set, const char *condition, int64_t *out_affected)
{
    return uow_update_where(d.ctx, &shop_customers, set, condition, NULL, 0, out_affected);
}

Test(set, update_counts_its_rows_and_moves_their_versions_on)
{
    int64_t affected = 0;
    uow_arg args[] = {uow_arg_double(1.5), uow_arg_text("Ann")};
    begin("PostgreSQL");
    fake_affected("UPDATE \"customers\"", 7);
    cr_assert_eq(uow_update_where(d.ctx, &shop_customers, "balance = balance * ?", "name = ?", args, 2, &affected),
                 UOW_OK, "%s", desk_says(&d));
    cr_assert_str_eq(sent(), "UPDATE \"customers\" SET balance = balance * ?, \"version\" = \"version\" + 1 WHERE name = ?");
    cr_assert_eq(affected, 7);
    cr_assert_str_eq(fake_param(2), "Ann");
    cr_assert_eq(fake_sql_count(), 1, "one statement needs no transaction");
    end();
}

Test(set, named_arguments_may_be_used_in_both_parts)
{
    uow_arg args[] = {uow_arg_named("who", uow_arg_text("Ann")), uow_arg_named("by", uow_arg_double(2))};
    begin("MariaDB");
    cr_assert_eq(uow_update_where(d.ctx, &shop_customers, "balance = balance * :by, email = :who", "name = :who", args, 2,
                                  NULL),
                 UOW_OK, "%s", desk_says(&d));
    cr_assert_str_eq(sent(), "UPDATE `customers` SET balance = balance * ?, email = ?, `version` = `version` + 1 WHERE name = ?");
    cr_assert_eq(fake_param_count(), 3);
    cr_assert_str_eq(fake_param(3), "Ann");
    end();
}

Test(set, a_version_the_text_assigns_itself_is_left_to_it)
{
    begin("SQLite");
    cr_assert_eq(update("name = 'x', \"Version\" = 9", "", NULL), UOW_OK, "%s", desk_says(&d));
    cr_assert_str_eq(sent(), "UPDATE `customers` SET name = 'x', \"Version\" = 9");
    cr_assert_eq(update("name = coalesce(name, version = 1)", "", NULL), UOW_OK);
    cr_assert_str_eq(sent(), "UPDATE `customers` SET name = coalesce(name, version = 1), `version` = `version` + 1");
    end();
}

Test(set, an_entity_without_version_is_updated_as_it_says)
{
    begin("SQLite");
    cr_assert_eq(uow_update_where(d.ctx, &shop_orders, "status = 'open'", "  ", NULL, 0, NULL), UOW_OK);
    cr_assert_str_eq(sent(), "UPDATE `orders` SET status = 'open'");
    end();
}

Test(set, delete_takes_a_condition_or_says_that_it_takes_all)
{
    int64_t affected = 0;
    uow_arg low = uow_arg_int64(5);
    begin("MariaDB");
    fake_affected("DELETE FROM `customers`", 3);
    cr_assert_eq(uow_delete_where(d.ctx, &shop_customers, "balance < ?", &low, 1, &affected), UOW_OK);
    cr_assert_str_eq(sent(), "DELETE FROM `customers` WHERE balance < ?");
    cr_assert_eq(affected, 3);
    cr_assert_eq(uow_delete_where(d.ctx, &shop_customers, "", NULL, 0, NULL), UOW_OK);
    cr_assert_str_eq(sent(), "DELETE FROM `customers`");
    end();
}

Test(set, a_forgotten_condition_writes_nothing)
{
    begin("SQLite");
    cr_assert_eq(uow_delete_where(d.ctx, &shop_customers, NULL, NULL, 0, NULL), UOW_MISUSE);
    cr_assert_str_eq(desk_says(&d), "the condition is NULL: give \"\" to mean every row");
    cr_assert_eq(update("name = 'x'", NULL, NULL), UOW_MISUSE);
    cr_assert_eq(update(NULL, "", NULL), UOW_MISUSE);
    cr_assert_eq(update(" ", "", NULL), UOW_MISUSE);
    cr_assert_eq(fake_sql_count(), 0);
    end();
}

Test(set, a_piece_that_reaches_into_the_rest_of_the_statement_is_refused)
{
    static const char *const bad[] = {"name = 'x", "name = 'x''", "name = \"x", "name = 1 /* all", "name = (1", "name = 1)",
                                      "name = 1; DELETE FROM customers", "name = 1 WHERE 1 = 1", "name = 1 where name = 2",
                                      "name = `x", "name = 'x' '"};
    begin("SQLite");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_assert_eq(update(bad[i], "name = 'x'", NULL), UOW_MISUSE, "%s", bad[i]);
    for (size_t i = 0; i < 7; i++)
        cr_assert_eq(uow_delete_where(d.ctx, &shop_customers, bad[i], NULL, 0, NULL), UOW_MISUSE, "%s", bad[i]);
    cr_assert_eq(fake_sql_count(), 0);
    cr_assert_eq(update("name = 1)", "", NULL), UOW_MISUSE);
    cr_assert_str_eq(desk_says(&d), "the set text has a \")\" too many: it must be whole, and no more than its part of the statement");
    end();
}

Test(set, quotes_and_comments_that_are_whole_are_the_programs_own)
{
    static const char *const good[] = {"name = 'it''s; WHERE )'", "name = /* WHERE ( */ 'x'", "name = (SELECT n FROM t WHERE a = 1)",
                                       "nowhere = 1", "name = ''"};
    begin("SQLite");
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        cr_assert_eq(update(good[i], "", NULL), UOW_OK, "%s: %s", good[i], desk_says(&d));
    end();
}

/* Symptom feared: the comment swallows the condition, and every row is updated. */
Test(set, a_comment_at_the_end_of_the_set_text_does_not_hide_the_condition)
{
    begin("SQLite");
    cr_assert_eq(update("name = 'x' -- for now", "name = 'y'", NULL), UOW_OK, "%s", desk_says(&d));
    cr_assert_str_eq(sent(), "UPDATE `customers` SET name = 'x' -- for now\n, `version` = `version` + 1 WHERE name = 'y'");
    end();
}

Test(set, entities_that_cannot_be_written_are_refused)
{
    static const uow_column columns[] = {UOW_COLUMN(shop_order, id, "id", UOW_INT64, 0)};
    static const uow_entity view = UOW_ENTITY_KEYLESS(shop_order, "view_of_orders", columns);
    static const uow_entity *const entities[] = {&view};
    uow_model *model = NULL;
    uow_context *context = NULL;

    begin("SQLite");
    cr_assert_eq(uow_model_create(d.env, entities, 1, &model), UOW_OK);
    cr_assert_eq(uow_open(d.env, "Driver=fake", model, NULL, &context), UOW_OK);
    cr_assert_eq(uow_delete_where(context, &view, "", NULL, 0, NULL), UOW_MISUSE);
    cr_assert_str_eq(uow_context_message(context), "view_of_orders has no key: its rows can only be read");
    cr_assert_eq(uow_delete_where(context, &shop_orders, "", NULL, 0, NULL), UOW_MISUSE);
    cr_assert_eq(uow_close(context), UOW_OK);
    uow_model_free(model);
    end();
}

Test(set, tracked_instances_are_left_alone)
{
    shop_customer *ann = NULL;
    size_t changes = 1;
    begin("SQLite");
    desk_two_customers();
    cr_assert_eq(uow_find(d.ctx, &shop_customers, uow_key_int64(1), (void **)&ann), UOW_OK);
    cr_assert_eq(update("name = 'x'", "", NULL), UOW_OK);
    cr_assert_str_eq(ann->name, "Ann");
    cr_assert_eq(ann->version, 3);
    cr_assert_eq(uow_changes(d.ctx, &changes), UOW_OK);
    cr_assert_eq(changes, 0);
    end();
}

Test(set, a_link_lost_outside_a_unit_leaves_the_outcome_open)
{
    begin("PostgreSQL");
    fake_dead(true);
    fake_fail(UOWI_FN_Execute, 1, SQL_ERROR, "08S01", 0, "gone");
    cr_assert_eq(update("name = 'x'", "", NULL), UOW_OUTCOME_UNKNOWN, "%s", desk_says(&d));
    end();
}

Test(set, inside_a_unit_a_lost_link_means_that_nothing_happened)
{
    begin("PostgreSQL");
    cr_assert_eq(uow_begin(d.ctx, NULL), UOW_OK);
    fake_dead(true);
    fake_fail(UOWI_FN_Execute, 1, SQL_ERROR, "08S01", 0, "gone");
    cr_assert_eq(update("name = 'x'", "", NULL), UOW_CONNECTION_LOST, "%s", desk_says(&d));
    end();
}

Test(set, any_allocation_may_fail)
{
    uow_arg args[] = {uow_arg_named("x", uow_arg_text("a"))};
    uow_status st = UOW_NO_MEMORY;
    begin("SQLite");
    for (int64_t n = 0; st == UOW_NO_MEMORY && n < 500; n++) {
        d.env->mem.fail_at = n;
        st = uow_update_where(d.ctx, &shop_customers, "name = :x", "email = :x", args, 1, NULL);
        d.env->mem.fail_at = -1;
    }
    cr_assert_eq(st, UOW_OK);
    end();
}
