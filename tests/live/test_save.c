#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <stdlib.h>

#include "live/shop.h"

static size_t save(void)
{
    size_t saved = 4711;

    UOW_OK(uow_save(l.ctx, &saved));
    return saved;
}

/* A text in which ~ is the database's quote and % the table. */
static const char *sql_of(const char *pattern, const char *table)
{
    static char text[512];
    size_t used = 0;
    char quote = l.database == LIVE_POSTGRESQL || (l.database == LIVE_SQLITE && l.standard) ? '"' : '`';

    for (; *pattern; pattern++) {
        if (*pattern == '%')
            used += (size_t)snprintf(text + used, sizeof text - used, "%s", table);
        else
            text[used++] = *pattern != '~' ? *pattern : quote;
    }
    text[used] = '\0';
    return text;
}

/* The nth statement since the events were forgotten. */
static const char *statement(size_t n)
{
    for (size_t i = 0; i < l.events.count; i++)
        if (l.events.at[i].kind == UOW_TRACE_STATEMENT && n-- == 0)
            return l.events.at[i].text;
    return "(none)";
}

static size_t units(const char *what)
{
    return live_count_events(&l, UOW_TRACE_UNIT, what);
}

static int64_t count_of(const char *table)
{
    return live_int64(&l, "SELECT COUNT(*) FROM %s", table);
}

Test(save, nothing_to_save_sends_nothing)
{
    shop_open();
    shop_buyer(1);
    shop_forget_events();
    cr_assert_eq(save(), 0);
    cr_assert_eq(l.events.count, 0);
    shop_close();
}

Test(save, a_value_set_back_sends_nothing)
{
    shop_open();
    buyer *ann = shop_buyer(1);
    ann->balance = 1;
    ann->balance = 12.5;
    shop_forget_events();
    cr_assert_eq(save(), 0);
    cr_assert_eq(l.events.count, 0);
    shop_close();
}

Test(save, one_changed_row_is_one_statement_without_begin_and_commit)
{
    shop_open();
    buyer *ann = shop_buyer(1);
    if (l.standard) { /* whether an unknown driver counts rows shows at its first update, which must be possible to undo */
        shop_buyer(2)->balance = 3;
        cr_assert_eq(save(), 1);
    }
    ann->balance = 20;
    shop_forget_events();
    cr_assert_eq(save(), 1);
    cr_assert_eq(l.events.count, 1);
    cr_assert_str_eq(statement(0), sql_of("UPDATE ~%~ SET ~balance~ = ?, ~version~ = ? WHERE ~id~ = ? AND ~version~ = ?",
                                          buyer_table));
    cr_assert_eq(ann->version, 4);
    cr_assert_eq(uow_state(l.ctx, ann), UOW_UNCHANGED);
    cr_assert_eq(live_int64(&l, "SELECT version FROM %s WHERE id = 1 AND balance = 20", buyer_table), 4);
    shop_close();
}

Test(save, only_changed_columns_are_written)
{
    shop_open();
    buyer *bob = shop_buyer(2);
    snprintf(bob->name, sizeof bob->name, "Bobby");
    bob->email_ind = UOW_NULL;
    shop_forget_events();
    cr_assert_eq(save(), 1);
    cr_assert_str_eq(statement(0), sql_of("UPDATE ~%~ SET ~name~ = ?, ~email~ = ?, ~version~ = ? WHERE ~id~ = ? AND "
                                          "~version~ = ?",
                                          buyer_table));
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s WHERE id = 2 AND name = 'Bobby' AND email IS NULL", buyer_table),
                 1);
    shop_close();
}

Test(save, generated_keys_come_back)
{
    shop_open();
    buyer values = shop_new_buyer("Dan");
    buyer *dan = shop_add(&buyers, &values);
    cr_assert_lt(dan->id, 0);
    shop_forget_events();
    cr_assert_eq(save(), 1);
    cr_assert_gt(dan->id, 3);
    cr_assert_eq(dan->version, 1);
    cr_assert_eq(uow_state(l.ctx, dan), UOW_UNCHANGED);
    cr_assert_eq(shop_buyer(dan->id), dan, "it is known under its real key");
    cr_assert_eq(shop_statements(), l.standard ? 2 : 1); /* where it does not come back, it is asked for */
    cr_assert_eq(live_int64(&l, "SELECT id FROM %s WHERE name = 'Dan'", buyer_table), dan->id);
    shop_close();
}

Test(save, a_key_given_by_the_program_is_kept)
{
    shop_open();
    buyer values = shop_new_buyer("Dan");
    values.id = 50;
    buyer *dan = shop_add(&buyers, &values);
    cr_assert_eq(save(), 1);
    cr_assert_eq(dan->id, 50);
    cr_assert_eq(live_int64(&l, "SELECT id FROM %s WHERE name = 'Dan'", buyer_table), 50);
    shop_close();
}

Test(save, foreign_keys_are_patched_through_composite_keys)
{
    shop_open();
    buyer values = shop_new_buyer("Dan");
    buyer *dan = shop_add(&buyers, &values);
    purchase *order = shop_add(&purchases, &(purchase){.buyer_id = dan->id, .status = "open"});
    item *first = shop_add(&items, &(item){order->id, 1, 10});
    item *second = shop_add(&items, &(item){order->id, 2, 20});
    cr_assert_eq(save(), 4);
    cr_assert_gt(order->id, 0);
    cr_assert_eq(order->buyer_id, dan->id);
    cr_assert_eq(first->purchase_id, order->id);
    cr_assert_eq(second->purchase_id, order->id);
    uow_arg key[2] = {uow_arg_int64(order->id), uow_arg_int64(2)};
    void *row = NULL;
    shop_forget_events();
    UOW_OK(uow_find(l.ctx, &items, uow_key_args(key, 2), &row));
    cr_assert_eq(row, second);
    cr_assert_eq(shop_statements(), 0);
    cr_assert_eq(live_int64(&l, "SELECT SUM(quantity) FROM %s i JOIN %s p ON p.id = i.purchase_id JOIN %s b ON b.id = "
                                "p.buyer_id WHERE b.name = 'Dan'",
                            item_table, purchase_table, buyer_table),
                 30);
    cr_assert_eq(save(), 0);
    shop_close();
}

Test(save, several_rows_are_one_unit)
{
    shop_open();
    shop_buyer(1)->balance = 1;
    shop_buyer(2)->balance = 2;
    shop_forget_events();
    cr_assert_eq(save(), 2);
    cr_assert_eq(units("begin"), 1);
    cr_assert_eq(units("commit"), 1);
    cr_assert_leq(shop_statements(), 2, "how many rows one takes is the write strategy's choice");
    shop_close();
}

Test(save, dependents_are_deleted_first)
{
    shop_open();
    buyer *ann = shop_buyer(1);
    purchase *order = shop_add(&purchases, &(purchase){.buyer_id = 1, .status = "open"});
    item *line = shop_add(&items, &(item){order->id, 1, 10});
    cr_assert_eq(save(), 2);
    UOW_OK(uow_remove(l.ctx, ann));
    UOW_OK(uow_remove(l.ctx, order));
    UOW_OK(uow_remove(l.ctx, line));
    cr_assert_eq(save(), 3);
    cr_assert_eq(uow_state(l.ctx, ann), UOW_DETACHED);
    cr_assert_eq(count_of(buyer_table), 2);
    cr_assert_eq(count_of(item_table), 0);
    shop_close();
}

Test(save, a_dependent_moves_to_a_new_principal_before_the_old_one_goes)
{
    shop_open();
    buyer *ann = shop_buyer(1);
    purchase *order = shop_add(&purchases, &(purchase){.buyer_id = 1, .status = "open"});
    cr_assert_eq(save(), 1);
    buyer values = shop_new_buyer("Dan");
    buyer *dan = shop_add(&buyers, &values);
    order->buyer_id = dan->id;
    UOW_OK(uow_remove(l.ctx, ann));
    cr_assert_eq(save(), 3);
    cr_assert_eq(order->buyer_id, dan->id);
    cr_assert_eq(live_int64(&l, "SELECT buyer_id FROM %s", purchase_table), dan->id);
    shop_close();
}

Test(save, a_constraint_refuses_all_and_leaves_the_changes_as_they_were)
{
    shop_open();
    buyer *ann = shop_buyer(1);
    ann->balance = 50;
    buyer values = shop_new_buyer("Bob"); /* there is one */
    buyer *twin = shop_add(&buyers, &values);
    int64_t temporary = twin->id;
    purchase *order = shop_add(&purchases, &(purchase){.buyer_id = twin->id, .status = "open"});
    UOW_IS(UOW_CONSTRAINT, uow_save(l.ctx, NULL));
    const uow_error *error = uow_context_error(l.ctx);
    cr_assert_str_eq(uow_error_entity(error), buyer_table);
    cr_assert_eq(uow_error_instance(error, 0), twin);
    LIVE_CONTAINS(uow_error_message(error), "While saving ");
    LIVE_CONTAINS(uow_error_constraint(error), live_either(&l, "name", "_name_key", "name"));
    cr_assert(strstr(uow_error_message(error), "Bob") == NULL, "values stay out of messages: %s", uow_error_message(error));
    cr_assert_eq(uow_unit_depth(l.ctx), 0);
    cr_assert_eq(twin->id, temporary);
    cr_assert_eq(order->buyer_id, temporary);
    cr_assert_eq(ann->version, 3);
    cr_assert_eq(uow_state(l.ctx, ann), UOW_MODIFIED);
    cr_assert_eq(uow_state(l.ctx, twin), UOW_ADDED);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s WHERE balance = 50", buyer_table), 0);
    snprintf(twin->name, sizeof twin->name, "Bob II");
    cr_assert_eq(save(), 3);
    cr_assert_eq(order->buyer_id, twin->id);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s WHERE balance = 50", buyer_table), 1);
    shop_close();
}

/* SQLite does not name it. */
static void constraint_of_foreign_key(void)
{
    const char *name = uow_error_constraint(uow_context_error(l.ctx));

    if (l.database == LIVE_SQLITE)
        cr_assert(!name || !*name, "\"%s\"", name);
    else
        LIVE_CONTAINS(name, live_either(&l, "", "buyer_id_fkey", "ibfk_1"));
}

Test(save, not_null_check_and_foreign_keys_are_constraints_too)
{
    shop_open();
    buyer *ann = shop_buyer(1);
    ann->balance = -1;
    UOW_IS(UOW_CONSTRAINT, uow_save(l.ctx, NULL));
    LIVE_CONTAINS(uow_error_constraint(uow_context_error(l.ctx)), "balance"); /* each names it after the column, or quotes it */
    UOW_OK(uow_revert(l.ctx, ann));
    cr_assert_float_eq(ann->balance, 12.5, 0);
    purchase *order = shop_add(&purchases, &(purchase){.buyer_id = 4711, .status = "open"});
    UOW_IS(UOW_CONSTRAINT, uow_save(l.ctx, NULL));
    constraint_of_foreign_key();
    order->buyer_id = 1;
    cr_assert_eq(save(), 1);
    UOW_OK(uow_clear(l.ctx)); /* a dependent that is tracked would be found by the tracker */
    ann = shop_buyer(1);
    UOW_OK(uow_remove(l.ctx, ann));
    UOW_IS(UOW_CONSTRAINT, uow_save(l.ctx, NULL));
    constraint_of_foreign_key();
    cr_assert_eq(uow_error_instance(uow_context_error(l.ctx), 0), ann);
    cr_assert_eq(uow_state(l.ctx, ann), UOW_DELETED);
    UOW_OK(uow_revert(l.ctx, ann));
    cr_assert_eq(save(), 0);
    shop_close();
}

/* --- what the database makes */

typedef struct gadget {
    int64_t id;
    char code[11];
    int32_t stock;
    int32_t twice;
    uow_text note;
    uow_ind note_ind;
} gadget;

static char gadget_table[40];
static const uow_column gadget_columns[] = {
    UOW_COLUMN(gadget, id, "id", UOW_INT64, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN(gadget, code, "code", UOW_TEXT, 0),
    UOW_COLUMN(gadget, stock, "stock", UOW_INT32, UOW_DEFAULT),
    UOW_COLUMN(gadget, twice, "twice", UOW_INT32, UOW_READONLY),
    UOW_COLUMN_NULL(gadget, note, note_ind, "note", UOW_LONGTEXT, UOW_DEFAULT),
};
static const uow_entity gadgets = UOW_ENTITY(gadget, gadget_table, gadget_columns);

static void gadgets_open(void)
{
    static const uow_entity *const entities[] = {&gadgets};

    snprintf(gadget_table, sizeof gadget_table, "save_gadgets_%d", (int)getpid());
    live_open(&l, entities, 1);
    live_table(&l, gadget_table,
               "id @id, code varchar(10) NOT NULL UNIQUE, stock @int32 NOT NULL DEFAULT 7, twice @int32 GENERATED ALWAYS "
               "AS (stock * 2) STORED, note @text DEFAULT 'as it comes'");
    shop_forget_events();
}

static gadget *gadget_add(const char *code, int32_t stock)
{
    gadget values;

    memset(&values, 0, sizeof values);
    snprintf(values.code, sizeof values.code, "%s", code);
    values.stock = stock;
    values.note_ind = UOW_NULL;
    return shop_add(&gadgets, &values);
}

Test(save, defaults_and_computed_columns_come_back)
{
    gadgets_open();
    gadget *by_default = gadget_add("a", 0);
    gadget *given = gadget_add("b", 5);
    cr_assert_eq(save(), 2);
    cr_assert_eq(by_default->stock, 7);
    cr_assert_eq(by_default->twice, 14);
    cr_assert_neq(by_default->note_ind, UOW_NULL);
    cr_assert_str_eq(by_default->note.data, "as it comes");
    cr_assert_eq(given->stock, 5);
    cr_assert_eq(given->twice, 10);
    cr_assert_eq(save(), 0);
    shop_close();
}

Test(save, a_computed_column_comes_back_after_an_update)
{
    gadgets_open();
    gadget *g = gadget_add("a", 5);
    cr_assert_eq(save(), 1);
    g->stock = 6;
    cr_assert_eq(save(), 1);
    cr_assert_eq(g->twice, 12);
    cr_assert_eq(uow_state(l.ctx, g), UOW_UNCHANGED);
    shop_close();
}

Test(save, a_computed_column_changed_by_the_program_is_refused)
{
    gadgets_open();
    gadget *g = gadget_add("a", 5);
    cr_assert_eq(save(), 1);
    g->twice = 99;
    shop_forget_events();
    UOW_IS(UOW_MISUSE, uow_save(l.ctx, NULL));
    cr_assert_str_eq(uow_error_column(uow_context_error(l.ctx)), "twice");
    cr_assert_eq(l.events.count, 0);
    shop_close();
}

Test(save, long_text_is_written_when_its_bytes_change)
{
    gadgets_open();
    gadget *g = gadget_add("a", 5);
    cr_assert_eq(save(), 1);
    char other[] = "another text, longer than before";
    g->note = (uow_text){other, strlen(other)};
    cr_assert_eq(save(), 1);
    memset(other, 'x', sizeof other - 1);
    cr_assert_str_eq(g->note.data, "another text, longer than before", "the tracker has its own copy");
    g->note.data[0] = 'A';
    cr_assert_eq(save(), 1);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s WHERE note = 'Another text, longer than before'", gadget_table), 1);
    shop_close();
}

/* --- names */

typedef struct odd {
    int32_t id;
    int32_t select;
    char mixed[11];
    int32_t quote;
} odd;

static const uow_column odd_columns[] = {
    UOW_COLUMN(odd, id, "Order Id", UOW_INT32, UOW_KEY),
    UOW_COLUMN(odd, select, "select", UOW_INT32, 0),
    UOW_COLUMN(odd, mixed, "MixedCase", UOW_TEXT, 0),
    UOW_COLUMN(odd, quote, "a\"b`c", UOW_INT32, 0),
};
static char odd_schema[64];
static char odd_table[64];
static const uow_entity odds = UOW_ENTITY_IN(odd, odd_schema, odd_table, odd_columns);

static void odds_open(void)
{
    static const uow_entity *const entities[] = {&odds};
    char quoted[64];

    live_open(&l, entities, 1);
    snprintf(odd_schema, sizeof odd_schema, "%s", live_either(&l, "main", "public", getenv("UOW_DB_NAME")));
    snprintf(odd_table, sizeof odd_table, "Group By %d", (int)getpid());
    snprintf(quoted, sizeof quoted, "%s", sql_of("~%~", odd_table));
    live_table(&l, quoted,
               live_either(&l,
                           "\"Order Id\" integer PRIMARY KEY, \"select\" integer, \"MixedCase\" varchar(10), \"a\"\"b`c\" integer",
                           "\"Order Id\" integer PRIMARY KEY, \"select\" integer, \"MixedCase\" varchar(10), \"a\"\"b`c\" integer",
                           "`Order Id` integer PRIMARY KEY, `select` integer, `MixedCase` varchar(10), `a\"b``c` integer"));
}

Test(save, any_name_works_reserved_mixed_blank_quoted_or_with_a_schema)
{
    odds_open();
    odd *row = shop_add(&odds, &(odd){1, 2, "three", 4});
    cr_assert_eq(save(), 1);
    row->select = 20;
    snprintf(row->mixed, sizeof row->mixed, "thirty");
    row->quote = 40;
    cr_assert_eq(save(), 1);
    UOW_OK(uow_clear(l.ctx));
    UOW_OK(uow_find(l.ctx, &odds, uow_key_int64(1), (void **)&row));
    cr_assert(row->select == 20 && strcmp(row->mixed, "thirty") == 0 && row->quote == 40);
    int64_t count = 0;
    UOW_OK(uow_count(l.ctx, &odds, sql_of("~select~ = 20 AND ~MixedCase~ = 'thirty'", ""), NULL, 0, &count));
    cr_assert_eq(count, 1);
    UOW_OK(uow_remove(l.ctx, row));
    cr_assert_eq(save(), 1);
    UOW_OK(uow_count(l.ctx, &odds, NULL, NULL, 0, &count));
    cr_assert_eq(count, 0);
    shop_close();
}

/* --- values that do not fit */

Test(save, text_too_long_for_its_column_is_refused_and_the_save_repeatable)
{
    shop_open();
    if (l.database == LIVE_SQLITE) { /* which keeps text of any length in varchar(10): a member without its NUL instead */
        purchase *order = shop_add(&purchases, &(purchase){.buyer_id = 1});
        memset(order->status, 'x', sizeof order->status);
        UOW_IS(UOW_TYPE, uow_save(l.ctx, NULL));
        order->status[4] = '\0';
        cr_assert_eq(save(), 1);
    } else {
        live_run(&l, "DELETE FROM %s", item_table);
        place long_city = {"short", "", 1};
        memset(long_city.city, 'c', 40);
        memset(long_city.country, 'x', 20);
        shop_add(&places, &long_city);
        cr_assert_eq(save(), 1, "exactly as long as the column");
        buyer *ann = shop_buyer(1);
        memset(ann->email, 'e', sizeof ann->email); /* no NUL: it would run on */
        ann->email_ind = 0;
        UOW_IS(UOW_TYPE, uow_save(l.ctx, NULL));
        ann->email[5] = '\0';
        cr_assert_eq(save(), 1);
    }
    shop_close();
}

Test(save, adding_a_key_that_is_tracked_is_an_identity_error)
{
    void *row = NULL;
    buyer values = shop_new_buyer("Other");
    shop_open();
    shop_buyer(1);
    values.id = 1;
    UOW_IS(UOW_IDENTITY, uow_add(l.ctx, &buyers, &values, &row));
    cr_assert_str_eq(uow_error_key(uow_context_error(l.ctx)), "id=1");
    cr_assert_null(row);
    cr_assert_eq(save(), 0);
    shop_close();
}

Test(save, the_key_of_a_saved_row_cannot_change)
{
    shop_open();
    buyer *ann = shop_buyer(1);
    ann->id = 9;
    shop_forget_events();
    UOW_IS(UOW_MISUSE, uow_save(l.ctx, NULL));
    cr_assert_eq(l.events.count, 0);
    UOW_OK(uow_revert(l.ctx, ann));
    cr_assert_eq(ann->id, 1);
    cr_assert_eq(save(), 0);
    shop_close();
}

Test(save, a_row_added_and_removed_is_never_sent)
{
    shop_open();
    buyer values = shop_new_buyer("Dan");
    UOW_OK(uow_remove(l.ctx, shop_add(&buyers, &values)));
    size_t changes = 99;
    UOW_OK(uow_changes(l.ctx, &changes));
    cr_assert_eq(changes, 0);
    cr_assert_eq(save(), 0);
    shop_close();
}

Test(save, closing_drops_what_was_not_saved)
{
    shop_open();
    shop_buyer(1)->balance = 99;
    live_reopen(&l, NULL);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s WHERE balance = 99", buyer_table), 0);
    shop_close();
}

Test(save, a_hundred_rows_of_three_tables_in_one_go)
{
    shop_open();
    for (int i = 0; i < 10; i++) {
        char name[16];
        snprintf(name, sizeof name, "New %d", i);
        buyer values = shop_new_buyer(name);
        buyer *b = shop_add(&buyers, &values);
        purchase *p = shop_add(&purchases, &(purchase){.buyer_id = b->id, .status = "open"});
        for (int n = 1; n <= 8; n++)
            shop_add(&items, &(item){p->id, n, n});
    }
    cr_assert_eq(save(), 100);
    cr_assert_eq(live_int64(&l, "SELECT SUM(quantity) FROM %s", item_table), 360);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(DISTINCT buyer_id) FROM %s", purchase_table), 10);
    uow_counters counters = UOW_COUNTERS_INIT;
    UOW_OK(uow_context_counters(l.ctx, &counters));
    cr_assert_eq(counters.tracked, 100);
    shop_close();
}

/* Its key was made up here: in a database that checks no foreign keys nothing else would keep it out. */
Test(save, a_row_that_refers_to_a_forgotten_new_row_is_refused_before_anything_is_sent)
{
    shop_open();
    buyer new_buyer = shop_new_buyer("Dan");
    buyer *dan = shop_add(&buyers, &new_buyer);
    purchase *p = shop_add(&purchases, &(purchase){.buyer_id = dan->id, .status = "open"});

    UOW_OK(uow_detach(l.ctx, dan));
    shop_forget_events();
    UOW_IS(UOW_CONSTRAINT, uow_save(l.ctx, NULL));
    cr_assert_eq(l.events.count, 0);
    cr_assert_eq(uow_error_instance(uow_context_error(l.ctx), 0), p);
    cr_assert_str_eq(uow_error_column(uow_context_error(l.ctx)), "buyer_id");
    LIVE_CONTAINS(uow_context_message(l.ctx), "forgotten");
    p->buyer_id = 2;
    UOW_OK(uow_save(l.ctx, NULL));
    shop_close();
}

Test(save, new_rows_that_name_a_removed_new_row_by_foreign_key_alone_go_with_it)
{
    shop_open();
    purchase *p = shop_add(&purchases, &(purchase){.buyer_id = 1, .status = "open"});
    purchase *other = shop_add(&purchases, &(purchase){.buyer_id = 2, .status = "open"});
    item *first = shop_add(&items, &(item){p->id, 1, 5});
    item *moved = shop_add(&items, &(item){p->id, 2, 6});
    size_t changes = 0, saved = 0;

    UOW_OK(uow_remove(l.ctx, p));
    UOW_OK(uow_changes(l.ctx, &changes));
    cr_assert_eq(changes, 1, "the other purchase");
    moved->purchase_id = other->id;
    UOW_OK(uow_changes(l.ctx, &changes));
    cr_assert_eq(changes, 2);
    UOW_OK(uow_save(l.ctx, &saved));
    cr_assert_eq(saved, 2);
    cr_assert_eq(uow_state(l.ctx, first), UOW_DETACHED);
    cr_assert_eq(moved->purchase_id, other->id);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s", item_table), 1);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s", purchase_table), 1);
    shop_close();
}

Test(save, a_new_row_that_was_removed_is_not_forgotten_by_those_that_restrict)
{
    shop_open();
    buyer new_buyer = shop_new_buyer("Dan");
    buyer *dan = shop_add(&buyers, &new_buyer);
    purchase *p = shop_add(&purchases, &(purchase){.buyer_id = dan->id, .status = "open"});

    UOW_OK(uow_remove(l.ctx, dan));
    UOW_IS(UOW_CONSTRAINT, uow_save(l.ctx, NULL));
    cr_assert_eq(uow_error_instance(uow_context_error(l.ctx), 0), p);
    UOW_OK(uow_remove(l.ctx, p));
    UOW_OK(uow_save(l.ctx, NULL));
    shop_close();
}

Test(save, a_negative_key_that_the_database_has_is_a_key_like_any_other)
{
    shop_open();
    buyer new_buyer = shop_new_buyer("Dan");
    buyer *dan = shop_add(&buyers, &new_buyer);

    live_run(&l, "INSERT INTO %s (id, name, balance, version) VALUES (-1, 'Nobody', 0, 1)", buyer_table);
    cr_assert_eq(dan->id, -1);
    UOW_OK(uow_save(l.ctx, NULL));
    shop_add(&purchases, &(purchase){.buyer_id = -1, .status = "open"});
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s WHERE buyer_id = -1", purchase_table), 1);
    shop_close();
}

Test(save, rows_the_program_wrote_itself_are_accepted_under_the_keys_it_gives_them)
{
    shop_open();
    buyer new_buyer = shop_new_buyer("Dan");
    buyer *dan = shop_add(&buyers, &new_buyer);
    purchase *p = shop_add(&purchases, &(purchase){.buyer_id = dan->id, .status = "open"});
    item *i = shop_add(&items, &(item){p->id, 1, 5});

    UOW_IS(UOW_MISUSE, uow_accept(l.ctx));
    cr_assert_str_eq(uow_error_key(uow_context_error(l.ctx)), "id=-2");
    cr_assert_eq(uow_state(l.ctx, dan), UOW_ADDED, "nothing is accepted");
    live_run(&l, "INSERT INTO %s (id, name, balance, version) VALUES (500, 'Dan', 0, 1)", buyer_table);
    live_run(&l, "INSERT INTO %s (id, buyer_id, status) VALUES (600, 500, 'open')", purchase_table);
    live_run(&l, "INSERT INTO %s (purchase_id, line_no, quantity) VALUES (600, 1, 5)", item_table);
    dan->id = 500;
    dan->version = 1;
    p->id = 600;
    UOW_OK(uow_accept(l.ctx));
    cr_assert_eq(p->buyer_id, 500);
    cr_assert_eq(i->purchase_id, 600);
    cr_assert_eq(uow_state(l.ctx, i), UOW_UNCHANGED);
    cr_assert_eq(shop_buyer(500), dan);
    dan->balance = 3;
    i->quantity = 6;
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(live_int64(&l, "SELECT quantity FROM %s WHERE purchase_id = 600", item_table), 6);
    shop_close();
}
