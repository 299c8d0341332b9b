/*
 * Order entry of step 3: procedures, several of them as one unit, which is run again when another clerk was in the way.
 * Where the database has procedures of these names those are called (procedures.c makes them); where it has none, as
 * SQLite, the library carries out the bodies below.
 */
#include <stdio.h>

#include "legacy.h"
#include "model.h"

static const uow_parameter open_parameters[] = {
    {"customer", UOW_INT32, UOW_PARAMETER_IN},
    {"day", UOW_TEXT, UOW_PARAMETER_IN},
    {"number", UOW_INT32, UOW_PARAMETER_OUT},
};
static const uow_step open_steps[] = {
    UOW_STEP_RAISE_IF("SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM lg_cust WHERE custno = :customer)", "45001",
                      "no such customer"),
    UOW_STEP("UPDATE lg_next SET nextno = nextno + 1 WHERE name = 'ORD'"),
    UOW_STEP_INTO("SELECT nextno - 1 AS number FROM lg_next WHERE name = 'ORD'"),
    UOW_STEP("INSERT INTO lg_ord (ordno, custno, orddate, status, total) VALUES (:number, :customer, :day, 'O', 0)"),
};
static const uow_procedure open_order = UOW_PROCEDURE_PORTABLE("lg_open_order", open_parameters, open_steps);

static const uow_parameter line_parameters[] = {
    {"number", UOW_INT32, UOW_PARAMETER_IN},
    {"line", UOW_INT32, UOW_PARAMETER_IN},
    {"item", UOW_INT32, UOW_PARAMETER_IN},
    {"pieces", UOW_INT32, UOW_PARAMETER_IN},
    {"was_on_hand", UOW_INT32, UOW_PARAMETER_OUT},
};
static const uow_step line_steps[] = {
    UOW_STEP_RAISE_IF("SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM lg_item WHERE itemno = :item)", "45002", "no such item"),
    UOW_STEP_INTO("SELECT onhand AS was_on_hand FROM lg_item WHERE itemno = :item"),
    UOW_STEP("UPDATE lg_item SET onhand = onhand - :pieces WHERE itemno = :item AND onhand >= :pieces"),
    UOW_STEP("INSERT INTO lg_line (ordno, linno, itemno, qty, price) "
             "SELECT :number, :line, itemno, :pieces, price FROM lg_item WHERE itemno = :item"),
    UOW_STEP("UPDATE lg_ord SET total = total + :pieces * (SELECT price FROM lg_item WHERE itemno = :item) "
             "WHERE ordno = :number"),
};
static const uow_procedure add_line = UOW_PROCEDURE_PORTABLE("lg_add_line", line_parameters, line_steps);

static const uow_parameter close_parameters[] = {{"number", UOW_INT32, UOW_PARAMETER_IN}};
static const uow_step close_steps[] = {
    UOW_STEP("UPDATE lg_cust SET balance = balance + (SELECT total FROM lg_ord WHERE ordno = :number) "
             "WHERE custno = (SELECT custno FROM lg_ord WHERE ordno = :number)"),
    UOW_STEP_RAISE_IF("SELECT 1 FROM lg_cust c, lg_ord o WHERE o.ordno = :number AND c.custno = o.custno "
                      "AND c.balance > c.credlim",
                      "45003", "over the credit limit"),
};
static const uow_procedure close_order = UOW_PROCEDURE_PORTABLE("lg_close_order", close_parameters, close_steps);

uow_status make_legacy_model(uow_env *env, uow_model **out_model)
{
    static const uow_entity *const entities[] = {&customers, &items,       &orders,    &order_lines,
                                                 &counters,  &shown_lines, &day_totals};
    static const uow_procedure *const procedures[] = {&open_order, &add_line, &close_order};
    uow_model_parts parts = UOW_MODEL_PARTS_INIT;

    parts.entities = entities;
    parts.entity_count = UOW_COUNT(entities);
    parts.procedures = procedures;
    parts.procedure_count = UOW_COUNT(procedures);
    return uow_model_build(env, &parts, out_model);
}

struct entering {
    int32_t customer;
    const char *date;
    const struct entry *lines;
    int32_t count;
    int32_t line;   /* how far it came */
    int32_t number; /* of the order */
    int32_t on_hand;
};

static uow_status enter_line(uow_context *ctx, struct entering *e, const struct entry *entry)
{
    int32_t item = (int32_t)entry->item, pieces = (int32_t)entry->qty;
    uow_arg args[] = {UOW_IN(UOW_INT32, e->number), UOW_IN(UOW_INT32, e->line), UOW_IN(UOW_INT32, item),
                      UOW_IN(UOW_INT32, pieces), UOW_OUT(UOW_INT32, e->on_hand)};
    uow_status st = uow_call(ctx, "lg_add_line", args, UOW_COUNT(args), NULL, 0);

    return st == UOW_OK && e->on_hand < pieces ? UOW_LIMIT : st;
}

static uow_status enter(uow_context *ctx, void *user)
{
    struct entering *e = user;
    uow_arg opening[] = {UOW_IN(UOW_INT32, e->customer), uow_arg_text(e->date), UOW_OUT(UOW_INT32, e->number)};
    uow_arg closing[] = {UOW_IN(UOW_INT32, e->number)};
    uow_status st = uow_call(ctx, "lg_open_order", opening, UOW_COUNT(opening), NULL, 0);

    for (e->line = 1; st == UOW_OK && e->line <= e->count; e->line += st == UOW_OK)
        st = enter_line(ctx, e, &e->lines[e->line - 1]);
    return st == UOW_OK ? uow_call(ctx, "lg_close_order", closing, UOW_COUNT(closing), NULL, 0) : st;
}

static void explain(const struct entering *e, uow_status st)
{
    const char *state = uow_error_sqlstate(uow_context_error(legacy));
    const struct entry *entry = &e->lines[e->line > 0 && e->line <= e->count ? e->line - 1 : 0];

    if (st == UOW_LIMIT)
        printf("item %ld: only %d on hand\n", entry->item, (int)e->on_hand);
    else if (state[0] == '4' && state[4] == '1')
        printf("no customer %d\n", (int)e->customer);
    else if (state[0] == '4' && state[4] == '2')
        printf("no item %ld\n", entry->item);
    else if (state[0] == '4' && state[4] == '3')
        printf("customer %d: over the credit limit\n", (int)e->customer);
    else
        complain("enter");
}

long enter_order(long custno, const char *date, struct entry *lines, int n)
{
    struct entering e = {(int32_t)custno, date, lines, n, 0, 0, 0};
    uow_status st = uow_unit_run(legacy, NULL, enter, &e);

    if (st == UOW_OK)
        return e.number;
    explain(&e, st);
    return 0;
}
