#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "live/shop.h"

Test(find, a_row_is_found_by_its_key)
{
    shop_open();
    buyer *ann = shop_buyer(1);
    cr_assert_str_eq(ann->name, "Ann");
    cr_assert_float_eq(ann->balance, 12.5, 0);
    cr_assert_eq(ann->email_ind, UOW_NULL);
    cr_assert_eq(ann->version, 3);
    buyer *bob = shop_buyer(2);
    cr_assert_str_eq(bob->email, "bob@example.org");
    cr_assert_eq(bob->email_ind, 15);
    shop_close();
}

Test(find, a_tracked_row_is_given_again_untouched_without_a_statement)
{
    shop_open();
    buyer *ann = shop_buyer(1);
    ann->balance = 99;
    cr_assert_eq(shop_statements(), 1);
    cr_assert_eq(shop_buyer(1), ann);
    cr_assert_float_eq(ann->balance, 99, 0);
    cr_assert_eq(shop_statements(), 1);
    shop_close();
}

Test(find, a_row_just_added_is_found_under_its_temporary_key)
{
    shop_open();
    buyer values = shop_new_buyer("Dan");
    buyer *dan = shop_add(&buyers, &values);
    cr_assert_eq(shop_buyer(dan->id), dan);
    cr_assert_eq(shop_statements(), 0);
    shop_close();
}

Test(find, no_such_row_is_an_answer_and_the_context_goes_on)
{
    void *row = &l;
    shop_open();
    UOW_IS(UOW_NOT_FOUND, uow_find(l.ctx, &buyers, uow_key_int64(4711), &row));
    cr_assert_eq(row, &l, "the place for the result is left alone");
    LIVE_CONTAINS(uow_context_message(l.ctx), "no row has that key: shop_buyers_");
    cr_assert_str_eq(uow_error_entity(uow_context_error(l.ctx)), buyer_table);
    cr_assert_str_eq(uow_error_key(uow_context_error(l.ctx)), "id=4711");
    UOW_IS(UOW_NOT_FOUND, uow_first(l.ctx, &buyers, "id = 4711", NULL, 0, &row));
    LIVE_CONTAINS(uow_context_message(l.ctx), " meets that condition");
    cr_assert_str_eq(uow_error_entity(uow_context_error(l.ctx)), buyer_table);
    uow_counters counters = UOW_COUNTERS_INIT;
    UOW_OK(uow_context_counters(l.ctx, &counters));
    cr_assert_eq(counters.errors, 0);
    cr_assert_str_eq(shop_buyer(1)->name, "Ann");
    shop_close();
}

Test(find, a_composite_key_takes_its_parts_in_order)
{
    uow_arg parts[2] = {uow_arg_text("Österreich"), uow_arg_text("Wien 🎡")};
    void *row = NULL;
    shop_open();
    live_run(&l, "INSERT INTO %s (country, city, people) VALUES ('Österreich', 'Wien 🎡', 5), ('Wien 🎡', 'Österreich', 6)",
             place_table);
    UOW_OK(uow_find(l.ctx, &places, uow_key_args(parts, 2), &row));
    cr_assert_eq(((place *)row)->people, 5);
    cr_assert_str_eq(((place *)row)->city, "Wien 🎡");
    uow_arg swapped[2] = {parts[1], parts[0]};
    UOW_OK(uow_find(l.ctx, &places, uow_key_args(swapped, 2), &row));
    cr_assert_eq(((place *)row)->people, 6);
    shop_close();
}

Test(find, a_key_of_the_wrong_arity_or_type_is_refused_before_any_statement)
{
    uow_arg parts[2] = {uow_arg_int64(1), uow_arg_int64(2)};
    void *row = NULL;
    shop_open();
    UOW_IS(UOW_MISUSE, uow_find(l.ctx, &buyers, uow_key_args(parts, 2), &row));
    LIVE_CONTAINS(uow_context_message(l.ctx), "has 1 columns, but 2 values were given");
    UOW_IS(UOW_MISUSE, uow_find(l.ctx, &items, uow_key_int64(1), &row));
    UOW_IS(UOW_TYPE, uow_find(l.ctx, &buyers, uow_key_text("1"), &row));
    cr_assert_str_eq(uow_error_column(uow_context_error(l.ctx)), "id");
    cr_assert_str_eq(uow_error_entity(uow_context_error(l.ctx)), buyer_table);
    parts[1] = uow_arg_int64(INT64_C(1) << 31);
    UOW_IS(UOW_TYPE, uow_find(l.ctx, &items, uow_key_args(parts, 2), &row));
    cr_assert_eq(shop_statements(), 0);
    shop_close();
}

Test(find, null_in_a_key_is_not_found_without_a_statement)
{
    uow_arg parts[2] = {uow_arg_text("Italia"), uow_arg_text(NULL)};
    void *row = NULL;
    shop_open();
    UOW_IS(UOW_NOT_FOUND, uow_find(l.ctx, &places, uow_key_args(parts, 2), &row));
    UOW_IS(UOW_NOT_FOUND, uow_find(l.ctx, &buyers, uow_key_arg(uow_arg_null(UOW_INT64)), &row));
    cr_assert_eq(shop_statements(), 0);
    shop_close();
}

Test(find, a_row_marked_deleted_is_not_found_any_more)
{
    void *row = NULL;
    shop_open();
    UOW_OK(uow_remove(l.ctx, shop_buyer(1)));
    shop_forget_events();
    UOW_IS(UOW_NOT_FOUND, uow_find(l.ctx, &buyers, uow_key_int64(1), &row));
    cr_assert_eq(shop_statements(), 0);
    shop_close();
}

Test(find, a_detached_row_is_read_anew)
{
    shop_open();
    buyer *ann = shop_buyer(1);
    ann->balance = 99;
    UOW_OK(uow_detach(l.ctx, ann));
    cr_assert_float_eq(shop_buyer(1)->balance, 12.5, 0);
    cr_assert_eq(shop_statements(), 2);
    shop_close();
}

Test(find, the_statement_is_prepared_once)
{
    uow_counters counters = UOW_COUNTERS_INIT;
    shop_open();
    UOW_OK(uow_context_counters(l.ctx, &counters));
    uint64_t before = counters.prepares;
    for (int64_t id = 1; id <= 3; id++)
        shop_buyer(id);
    UOW_OK(uow_context_counters(l.ctx, &counters));
    cr_assert_eq(counters.prepares - before, 1);
    cr_assert_geq(counters.statements_reused, 2);
    shop_close();
}

Test(find, an_entity_of_another_model_is_refused)
{
    static const uow_entity stranger = UOW_ENTITY(buyer, "strangers", buyer_columns);
    void *row = NULL;
    shop_open();
    UOW_IS(UOW_MISUSE, uow_find(l.ctx, &stranger, uow_key_int64(1), &row));
    cr_assert_eq(shop_statements(), 0);
    shop_close();
}

/* ---- a number as key, in a column of text ---- */

typedef struct code {
    int64_t id;
    char name[21];
    uow_ind name_ind;
    int32_t place;
} code;

/* clang-format off */
static const uow_column code_columns[] = {
    UOW_COLUMN_NULL(code, name, name_ind, "name", UOW_TEXT, 0),
    UOW_COLUMN     (code, id,    "id",    UOW_INT64, UOW_KEY),
    UOW_COLUMN     (code, place, "place", UOW_INT32, 0),
};
/* clang-format on */
static const uow_entity codes = UOW_ENTITY(code, "find_codes", code_columns);

static live c;

static void codes_open(const char *id)
{
    static const uow_entity *const entities[] = {&codes};
    char columns[160];

    live_open(&c, entities, 1);
    snprintf(columns, sizeof columns, "id %s PRIMARY KEY, name VARCHAR(20) NULL, place INTEGER NOT NULL", id);
    live_table(&c, "find_codes", columns);
}

Test(find, every_member_is_there_wherever_the_key_stands)
{
    void *found;
    codes_open("BIGINT");
    live_run(&c, "INSERT INTO find_codes (id, name, place) VALUES (-7, NULL, 3), (9007199254740993, 'far', 4)");
    UOW_OK(uow_find(c.ctx, &codes, uow_key_int64(-7), &found));
    cr_assert_eq(((code *)found)->id, -7);
    cr_assert_eq(((code *)found)->name_ind, UOW_NULL);
    cr_assert_eq(((code *)found)->place, 3);
    UOW_OK(uow_find(c.ctx, &codes, uow_key_int64(9007199254740993), &found));
    cr_assert_eq(((code *)found)->id, 9007199254740993);
    cr_assert_str_eq(((code *)found)->name, "far");
    cr_assert_eq(((code *)found)->place, 4);
    ((code *)found)->place = 5;
    UOW_OK(uow_save(c.ctx, NULL));
    cr_assert_eq(live_int64(&c, "SELECT place FROM find_codes WHERE id = 9007199254740993"), 5);
    live_close(&c);
}

/* MariaDB finds '5abc' when it is asked for 5, SQLite and PostgreSQL do not. */
Test(find, a_row_that_only_resembles_the_key_is_not_taken_for_it)
{
    void *found = NULL;
    uow_status st;
    codes_open("VARCHAR(20)");
    live_run(&c, "INSERT INTO find_codes (id, name, place) VALUES ('5abc', 'no', 1)");
    st = uow_find(c.ctx, &codes, uow_key_int64(5), &found);
    cr_assert(st == UOW_NOT_FOUND || st == UOW_TYPE || st == UOW_SQL, "%s", uow_status_name(st));
    cr_assert_null(found);
    live_close(&c);
}

/* The program may write the text that the library writes, and gets what is in it. */
Test(find, the_same_statement_of_the_programs_own_is_read_for_itself)
{
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;
    uow_list *list = NULL;
    char sql[400] = "";
    void *found;
    codes_open("BIGINT");
    live_run(&c, "INSERT INTO find_codes (id, name, place) VALUES (1, 'one', 1)");
    UOW_OK(uow_find(c.ctx, &codes, uow_key_int64(1), &found));
    for (size_t i = 0; i < c.events.count && i < sizeof c.events.at / sizeof c.events.at[0]; i++)
        if (c.events.at[i].kind == UOW_TRACE_STATEMENT && strstr(c.events.at[i].text, " FROM ") != NULL)
            snprintf(sql, sizeof sql, "%s", c.events.at[i].text);
    uow_arg id = uow_arg_int64(1);
    options.block_rows = 1; /* as a find reads */
    options.tracking = UOW_NO_TRACKING;
    uow_status st = uow_query_sql(c.ctx, &codes, sql, &id, 1, &options, &list);
    if (st == UOW_OK) /* the key is among the columns */
        cr_assert_eq(((code *)uow_list_at(list, 0))->id, 1);
    else
        LIVE_CONTAINS(uow_context_message(c.ctx), "the result has no column id");
    uow_list_free(list);
    live_close(&c);
}
