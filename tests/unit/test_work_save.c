/* Save on the fake driver: what is one unit, and what failures leave behind. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include "work_fixture.h"

static desk d;

static const fake_column id_column = {"id", SQL_BIGINT, 19, 0, SQL_NO_NULLS};
static const char *const id_cell[] = {"100"};

static void *add_customer(void)
{
    shop_customer values = shop_ann(0);
    void *row = NULL;

    cr_assert_eq(uow_add(d.ctx, &shop_customers, &values, &row), UOW_OK);
    return row;
}

static shop_customer *find_ann(void)
{
    shop_customer *ann = NULL;

    cr_assert_eq(uow_find(d.ctx, &shop_customers, uow_key_int64(1), (void **)&ann), UOW_OK, "%s", desk_says(&d));
    return ann;
}

static bool sent(const char *text)
{
    for (size_t i = 0; i < fake_sql_count(); i++)
        if (strstr(fake_sql(i), text))
            return true;
    return false;
}

Test(save_unit, a_changed_row_is_sent_without_a_transaction)
{
    cr_assert(desk_open(&d, "SQLite"));
    desk_two_customers();
    find_ann()->balance = 1;
    cr_assert_eq(uow_save(d.ctx, NULL), UOW_OK, "%s", desk_says(&d));
    cr_assert_eq(fake_calls(UOWI_FN_EndTran), 0);
    cr_assert_eq(desk_close(&d), 0);
}

Test(save_unit, a_new_row_whose_key_comes_back_with_it_is_too)
{
    cr_assert(desk_open(&d, "PostgreSQL"));
    fake_rows("INTO \"customers\"", &id_column, 1, id_cell, 1);
    shop_customer *c = add_customer();
    cr_assert_eq(uow_save(d.ctx, NULL), UOW_OK, "%s", desk_says(&d));
    cr_assert_eq(c->id, 100);
    cr_assert_eq(fake_calls(UOWI_FN_EndTran), 0);
    cr_assert_eq(desk_close(&d), 0);
}

/* Where nobody tells the key, nothing is written that could not be addressed again. */
Test(save_unit, a_row_whose_key_cannot_be_asked_for_is_not_written)
{
    cr_assert(desk_open(&d, "Whatever"));
    shop_customer *c = add_customer();
    int64_t temporary = c->id;
    cr_assert_eq(uow_save(d.ctx, NULL), UOW_UNSUPPORTED);
    cr_assert(strstr(desk_says(&d), "give "), "%s", desk_says(&d));
    cr_assert_not(sent("INSERT INTO"));
    cr_assert_eq(c->id, temporary);
    cr_assert_eq(uow_state(d.ctx, c), UOW_ADDED);
    cr_assert_eq(desk_close(&d), 0);
}

/* Symptom: a row inserted in autocommit stayed although asking for its key failed and save said so. */
Test(save_unit, a_row_whose_key_cannot_be_read_is_rolled_back)
{
    fake_begin("Whatever");
    fake_rows("@@IDENTITY", &id_column, 1, id_cell, 1);
    cr_assert(desk_prepare(&d, &fake_api));
    cr_assert_eq(uow_open(d.env, "Driver=fake", d.model, NULL, &d.ctx), UOW_OK);
    fake_fail(UOWI_FN_FetchScroll, 1, SQL_ERROR, "HY000", 1, "lost on the way");
    shop_customer *c = add_customer();
    int64_t temporary = c->id;
    cr_assert_neq(uow_save(d.ctx, NULL), UOW_OK);
    cr_assert(sent("INSERT INTO"));
    cr_assert_eq(fake_calls(UOWI_FN_EndTran), 1);
    cr_assert_eq(c->id, temporary);
    cr_assert_eq(uow_save(d.ctx, NULL), UOW_OK, "%s", desk_says(&d));
    cr_assert_eq(c->id, 100);
    cr_assert_eq(desk_close(&d), 0);
}

Test(save_unit, a_row_that_took_effect_but_whose_key_is_lost_is_said_to_be_in_doubt)
{
    cr_assert(desk_open(&d, "PostgreSQL"));
    fake_rows("INTO \"customers\"", &id_column, 1, id_cell, 1);
    fake_fail(UOWI_FN_FetchScroll, 1, SQL_ERROR, "HY000", 1, "lost on the way");
    add_customer();
    cr_assert_eq(uow_save(d.ctx, NULL), UOW_OUTCOME_UNKNOWN);
    cr_assert(strstr(desk_says(&d), "The statement took effect, but the key it made could not be read"), "%s", desk_says(&d));
    cr_assert_eq(desk_close(&d), 0);
}

Test(save_unit, a_conflict_rolls_back_what_was_written_before)
{
    cr_assert(desk_open(&d, "SQLite"));
    fake_affected("UPDATE", 0);
    fake_rows("INTO `customers`", &id_column, 1, id_cell, 1);
    desk_two_customers();
    shop_customer *ann = find_ann();
    shop_customer *c = add_customer();
    ann->balance = 1;
    cr_assert_eq(uow_save(d.ctx, NULL), UOW_CONFLICT, "%s", desk_says(&d));
    cr_assert_eq(uow_error_instance(uow_context_error(d.ctx), 0), ann);
    cr_assert_eq(fake_calls(UOWI_FN_EndTran), 1);
    cr_assert_lt(c->id, 0);
    cr_assert_eq(ann->version, 3);
    cr_assert_eq(desk_close(&d), 0);
}

/* --- memory running out at every point */

typedef struct attempt {
    uow_status st;
    bool wrote;     /* a statement that writes was sent */
    unsigned ended; /* transactions */
} attempt;

static attempt save_at(int64_t n, bool alone)
{
    attempt a = {UOW_OK, false, 0};
    shop_customer *ann;
    shop_customer *added = NULL;

    cr_assert(desk_open(&d, "PostgreSQL"));
    fake_rows("INTO \"customers\"", &id_column, 1, id_cell, 1);
    desk_two_customers();
    ann = find_ann();
    ann->balance = 1;
    if (!alone)
        added = add_customer();
    atomic_store(&d.env->mem.fail_at, n);
    a.st = uow_save(d.ctx, NULL);
    atomic_store(&d.env->mem.fail_at, -1);
    a.wrote = sent("UPDATE") || sent("INSERT");
    a.ended = fake_calls(UOWI_FN_EndTran);
    if (a.st != UOW_OK) {
        cr_assert_eq(uow_state(d.ctx, ann), UOW_MODIFIED);
        cr_assert_eq(ann->version, 3);
        cr_assert(!added || uow_state(d.ctx, added) == UOW_ADDED);
        cr_assert_eq(uow_unit_depth(d.ctx), 0);
        cr_assert_eq(uow_save(d.ctx, NULL), UOW_OK, "the next try succeeds: %s", desk_says(&d));
    }
    cr_assert_eq(desk_close(&d), 0);
    return a;
}

/* Symptom: a lone row was written in autocommit, and then there was no memory to accept it. */
Test(save_unit, a_lone_row_is_not_written_when_memory_runs_out)
{
    attempt a;
    int64_t n = 0;

    do {
        a = save_at(n++, true);
        cr_assert(a.st == UOW_OK || (a.st == UOW_NO_MEMORY && !a.wrote), "at %lld: %s", (long long)n - 1,
                  uow_status_name(a.st));
    } while (a.st != UOW_OK);
    cr_assert_gt(n, 3);
}

Test(save_unit, mixed_rows_are_rolled_back_when_memory_runs_out)
{
    attempt a;
    int64_t n = 0;

    do {
        a = save_at(n++, false);
        cr_assert(a.st == UOW_OK || a.st == UOW_NO_MEMORY);
        cr_assert(!a.wrote || a.ended == 1);
    } while (a.st != UOW_OK);
    cr_assert_gt(n, 5);
}

/* A connection that died while nobody used it. */
static void save_on_a_dead_link(uowi_odbc_fn found_by, uow_status wanted)
{
    cr_assert(desk_open(&d, "MariaDB"));
    add_customer();
    fake_dead_at(found_by, 1);
    fake_fail(found_by, 1, SQL_ERROR, "08S01", 2006, "server has gone away");
    cr_assert_eq(uow_save(d.ctx, NULL), wanted, "%s", desk_says(&d));
    cr_assert_eq(desk_close(&d), 0);
}

Test(save_unit, a_link_lost_before_the_statement_ran_leaves_no_doubt)
{
    save_on_a_dead_link(UOWI_FN_AllocHandle, UOW_CONNECTION_LOST);
    save_on_a_dead_link(UOWI_FN_Prepare, UOW_CONNECTION_LOST);
    save_on_a_dead_link(UOWI_FN_BindParameter, UOW_CONNECTION_LOST);
}

Test(save_unit, a_link_lost_while_the_statement_ran_does)
{
    save_on_a_dead_link(UOWI_FN_Execute, UOW_OUTCOME_UNKNOWN);
}
