#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "live/routines.h"

/* Several procedures as one unit, and procedures that end it by themselves. */

static const uow_parameter pay_parameters[] = {
    {"payer", UOW_INT64, UOW_PARAMETER_IN},
    {"payee", UOW_INT64, UOW_PARAMETER_IN},
    {"amount", UOW_INT32, UOW_PARAMETER_IN},
};
static uow_step pay_steps[] = {
    UOW_STEP("UPDATE call_accounts_# SET balance = balance - :amount WHERE id = :payer"),
    UOW_STEP("UPDATE call_accounts_# SET balance = balance + :amount WHERE id = :payee"),
};
static uow_procedure pay = UOW_PROCEDURE_PORTABLE("call_pay_#", pay_parameters, pay_steps);
static const uow_procedure *const procedures[] = {&pay};

static live l;
static char accounts[40];

static void open_accounts(void)
{
    uow_model_parts parts = UOW_MODEL_PARTS_INIT;

    snprintf(accounts, sizeof accounts, "%s", own("call_accounts_#"));
    pay.name = own(pay.name);
    pay_steps[0].sql = own(pay_steps[0].sql);
    pay_steps[1].sql = own(pay_steps[1].sql);
    parts.procedures = procedures;
    parts.procedure_count = 1;
    live_open_parts(&l, &parts);
    live_table(&l, accounts, "id @int64 PRIMARY KEY, balance @int32 NOT NULL CHECK (balance >= 0)");
    live_run(&l, "INSERT INTO %s VALUES (1, 100), (2, 0), (3, 0)", accounts);
    routine_make(&l,
                 "PROCEDURE call_pay_#(IN payer bigint, IN payee bigint, IN amount integer) LANGUAGE plpgsql AS $$BEGIN "
                 "UPDATE call_accounts_# SET balance = balance - amount WHERE id = payer; "
                 "UPDATE call_accounts_# SET balance = balance + amount WHERE id = payee; END$$",
                 "PROCEDURE call_pay_#(IN payer BIGINT, IN payee BIGINT, IN amount INT) BEGIN "
                 "UPDATE call_accounts_# SET balance = balance - amount WHERE id = payer; "
                 "UPDATE call_accounts_# SET balance = balance + amount WHERE id = payee; END");
    routine_make(&l, "PROCEDURE call_commits_#() LANGUAGE plpgsql AS 'BEGIN COMMIT; END'",
                 "PROCEDURE call_commits_#() BEGIN COMMIT; END");
}

static void close_accounts(void)
{
    routine_drop(&l, "call_pay_#");
    routine_drop(&l, "call_commits_#");
    live_close(&l);
}

static uow_status transfer(int64_t from, int64_t to, int32_t amount)
{
    uow_arg args[] = {UOW_IN(UOW_INT64, from), UOW_IN(UOW_INT64, to), UOW_IN(UOW_INT32, amount)};

    return uow_call(l.ctx, pay.name, args, 3, NULL, 0);
}

static int64_t balance(int64_t id)
{
    return live_int64(&l, "SELECT balance FROM %s WHERE id = %d", accounts, (int)id);
}

Test(call_unit, several_procedures_are_one_unit)
{
    open_accounts();
    UOW_OK(uow_begin(l.ctx, NULL));
    UOW_OK(transfer(1, 2, 60));
    UOW_OK(transfer(2, 3, 50));
    UOW_OK(uow_rollback(l.ctx));
    cr_assert_eq(balance(1), 100);
    UOW_OK(uow_begin(l.ctx, NULL));
    UOW_OK(transfer(1, 2, 60));
    UOW_OK(transfer(2, 3, 50));
    UOW_OK(uow_commit(l.ctx));
    cr_assert_eq(balance(1), 40);
    cr_assert_eq(balance(2), 10);
    cr_assert_eq(balance(3), 50);
    close_accounts();
}

Test(call_unit, a_nested_unit_around_a_call_that_fails_keeps_the_rest)
{
    open_accounts();
    UOW_OK(uow_begin(l.ctx, NULL));
    UOW_OK(transfer(1, 2, 60));
    UOW_OK(uow_begin(l.ctx, NULL));
    UOW_IS(UOW_CONSTRAINT, transfer(1, 3, 60));
    UOW_OK(uow_rollback(l.ctx));
    UOW_OK(uow_begin(l.ctx, NULL));
    UOW_OK(transfer(1, 3, 10));
    UOW_OK(uow_commit(l.ctx));
    UOW_OK(uow_commit(l.ctx));
    cr_assert_eq(balance(1), 30);
    cr_assert_eq(balance(2), 60);
    cr_assert_eq(balance(3), 10);
    close_accounts();
}

Test(call_unit, a_call_outside_a_unit_is_one_by_itself)
{
    open_accounts();
    UOW_OK(transfer(1, 2, 60));
    UOW_IS(UOW_CONSTRAINT, transfer(2, 3, 61));
    UOW_IS(UOW_CONSTRAINT, transfer(3, 1, 1));
    cr_assert_eq(uow_unit_depth(l.ctx), 0);
    cr_assert_eq(balance(1), 40);
    cr_assert_eq(balance(2), 60);
    close_accounts();
}

Test(call_unit, a_procedure_that_commits_breaks_the_unit_and_that_is_told)
{
    open_accounts();
    if (l.database == LIVE_SQLITE) {
        close_accounts();
        cr_skip("SQLite has no procedures");
    }
    UOW_OK(uow_call(l.ctx, own("call_commits_#"), NULL, 0, NULL, 0));
    UOW_OK(uow_begin(l.ctx, NULL));
    UOW_OK(transfer(1, 2, 60));
    if (l.database == LIVE_POSTGRESQL) {
        UOW_IS(UOW_SQL, uow_call(l.ctx, own("call_commits_#"), NULL, 0, NULL, 0));
        LIVE_CONTAINS(uow_context_message(l.ctx), "call it outside");
        cr_assert_str_eq(uow_error_sqlstate(uow_context_error(l.ctx)), "2D000");
        UOW_OK(uow_rollback(l.ctx));
        cr_assert_eq(balance(1), 100);
    } else {
        UOW_OK(uow_call(l.ctx, own("call_commits_#"), NULL, 0, NULL, 0));
        UOW_OK(transfer(1, 3, 10));
        UOW_IS(UOW_MISUSE, uow_commit(l.ctx));
        LIVE_CONTAINS(uow_context_message(l.ctx), "the unit is broken");
        LIVE_CONTAINS(uow_context_message(l.ctx), "call_pay_");
        cr_assert_eq(balance(1), 40, "what came before is kept, what came after is not");
    }
    cr_assert_eq(uow_unit_depth(l.ctx), 0);
    UOW_OK(uow_begin(l.ctx, NULL));
    UOW_OK(transfer(1, 3, 1));
    UOW_OK(uow_commit(l.ctx));
    close_accounts();
}

Test(call_unit, a_broken_unit_is_told_by_its_rollback_and_by_a_nested_units_end)
{
    open_accounts();
    if (l.database != LIVE_MARIADB) {
        close_accounts();
        cr_skip("only MariaDB lets a procedure commit inside a unit");
    }
    UOW_OK(uow_begin(l.ctx, NULL));
    UOW_OK(uow_call(l.ctx, own("call_commits_#"), NULL, 0, NULL, 0));
    UOW_IS(UOW_MISUSE, uow_rollback(l.ctx));
    LIVE_CONTAINS(uow_context_message(l.ctx), "the unit is broken");
    UOW_OK(uow_begin(l.ctx, NULL));
    UOW_OK(uow_begin(l.ctx, NULL));
    UOW_OK(transfer(1, 3, 1));
    UOW_OK(uow_call(l.ctx, own("call_commits_#"), NULL, 0, NULL, 0));
    UOW_IS(UOW_MISUSE, uow_commit(l.ctx));
    LIVE_CONTAINS(uow_context_message(l.ctx), "the unit is broken");
    while (uow_unit_depth(l.ctx) > 0)
        (void)uow_rollback(l.ctx);
    UOW_OK(uow_begin(l.ctx, NULL));
    UOW_OK(transfer(1, 3, 1));
    UOW_OK(uow_commit(l.ctx));
    cr_assert_eq(balance(3), 2);
    close_accounts();
}

Test(call_unit, a_unit_with_calls_that_a_deadlock_ended_is_not_called_broken)
{
    open_accounts();
    UOW_OK(uow_begin(l.ctx, NULL));
    UOW_OK(transfer(1, 2, 10));
    UOW_IS(UOW_CONSTRAINT, transfer(3, 1, 10));
    UOW_OK(uow_rollback(l.ctx));
    cr_assert_eq(balance(1), 100);
    close_accounts();
}
