/* Plans as text: golden for each kind of order. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>

#include "work_fixture.h"

static desk d;
static char *text;
static size_t used, room;

static int keep(const char *line, size_t length, void *user)
{
    size_t *stop = user;

    if (used + length + 1 > room) {
        room = 2 * (used + length + 1);
        text = realloc(text, room);
    }
    memcpy(text + used, line, length);
    used += length;
    text[used] = '\0';
    return !stop || --*stop > 0;
}

static const char *plan(void)
{
    used = 0;
    cr_assert_eq(uow_plan(d.ctx, keep, NULL), UOW_OK, "%s", desk_says(&d));
    return text;
}

/* The text as it should be, line by line when it is not. */
static void golden(const char *expected)
{
    const char *got = plan();
    size_t at = 0;

    while (got[at] && got[at] == expected[at])
        at++;
    cr_assert_str_eq(got, expected, "the plan differs at \"%.60s\":\n%s", got + at, got);
}

static void begin(const char *dbms)
{
    cr_assert(desk_open(&d, dbms));
}

static void end(void)
{
    free(text);
    text = NULL;
    used = room = 0;
    cr_assert_eq(desk_close(&d), 0);
}

static void *put(const uow_entity *entity, void *row, uow_state state)
{
    void *instance = NULL;

    if (state == UOW_ADDED) {
        cr_assert_eq(uow_add(d.ctx, entity, row, &instance), UOW_OK, "%s", desk_says(&d));
        return instance;
    }
    cr_assert_eq(uow_attach(d.ctx, entity, row, UOW_UNCHANGED), UOW_OK, "%s", desk_says(&d));
    return row;
}

Test(plan_text, nothing_to_save)
{
    begin("PostgreSQL");
    golden("nothing to save\n");
    end();
}

Test(plan_text, unrelated_changes)
{
    shop_customer ann = shop_ann(1), bob = shop_ann(2), eve = shop_ann(0);
    begin("PostgreSQL");
    put(&shop_customers, &ann, UOW_UNCHANGED);
    put(&shop_customers, &bob, UOW_UNCHANGED);
    memcpy(eve.name, "secret", 7);
    put(&shop_customers, &eve, UOW_ADDED);
    ann.balance = 7;
    cr_assert_eq(uow_remove(d.ctx, &bob), UOW_OK);
    golden("3 changes by 3 statements, in a transaction\n"
           "insert customers: 1 row by 1 statement\n"
           "  INSERT INTO \"customers\" (\"name\", \"balance\", \"email\", \"version\") VALUES (?, ?, ?, ?) RETURNING \"customer_id\"\n"
           "  #1 customer_id=-1\n"
           "update customers: 1 row by 1 statement\n"
           "  UPDATE \"customers\" SET \"balance\" = ?, \"version\" = ? WHERE \"customer_id\" = ? AND \"version\" = ?\n"
           "  #2 customer_id=1\n"
           "delete customers: 1 row by 1 statement\n"
           "  DELETE FROM \"customers\" WHERE \"customer_id\" = ? AND \"version\" = ?\n"
           "  #3 customer_id=2\n");
    cr_assert_eq(fake_sql_count(), 0, "nothing was sent");
    cr_assert_null(strstr(text, "secret"));
    end();
}

Test(plan_text, one_change_needs_no_transaction_and_a_unit_makes_it_a_savepoint)
{
    shop_customer ann = shop_ann(1);
    begin("MariaDB");
    put(&shop_customers, &ann, UOW_UNCHANGED);
    ann.balance = 7;
    cr_assert(strstr(plan(), "1 change by 1 statement, in autocommit\n"), "%s", text);
    cr_assert_eq(uow_begin(d.ctx, NULL), UOW_OK);
    cr_assert(strstr(plan(), "1 change by 1 statement, under a savepoint\n"), "%s", text);
    end();
}

Test(plan_text, related_rows_wait_for_their_principals)
{
    shop_customer ann = shop_ann(0);
    shop_order order = {0, 0, "open"};
    shop_line line = {0, 1, 2};
    begin("SQLite");
    order.customer_id = ((shop_customer *)put(&shop_customers, &ann, UOW_ADDED))->id;
    line.order_id = ((shop_order *)put(&shop_orders, &order, UOW_ADDED))->id;
    put(&shop_lines, &line, UOW_ADDED);
    golden("3 changes by 3 statements, in a transaction\n"
           "insert customers: 1 row by 1 statement\n"
           "  WITH uow_x(y) AS (SELECT 1) INSERT INTO `customers` (`name`, `balance`, `email`, `version`) VALUES (?, ?, ?, ?) RETURNING `customer_id`\n"
           "  #1 customer_id=-1\n"
           "insert orders: 1 row by 1 statement\n"
           "  WITH uow_x(y) AS (SELECT 1) INSERT INTO `orders` (`customer_id`, `status`) VALUES (?, ?) RETURNING `order_id`\n"
           "  #2 order_id=-2\n"
           "    after #1: customer_id refers to it\n"
           "insert lines: 1 row by 1 statement\n"
           "  INSERT INTO `lines` (`order_id`, `line_no`, `quantity`) VALUES (?, ?, ?)\n"
           "  #3 order_id=-2, line_no=1\n"
           "    after #2: order_id refers to it\n");
    end();
}

Test(plan_text, a_dependent_moves_before_its_old_principal_goes)
{
    shop_customer ann = shop_ann(1), bob = shop_ann(0);
    shop_order order = {5, 1, "open"};
    begin("MariaDB");
    put(&shop_customers, &ann, UOW_UNCHANGED);
    put(&shop_orders, &order, UOW_UNCHANGED);
    order.customer_id = ((shop_customer *)put(&shop_customers, &bob, UOW_ADDED))->id;
    cr_assert_eq(uow_remove(d.ctx, &ann), UOW_OK);
    golden("3 changes by 3 statements, in a transaction\n"
           "insert customers: 1 row by 1 statement\n"
           "  INSERT INTO `customers` (`name`, `balance`, `email`, `version`) VALUES (?, ?, ?, ?) RETURNING `customer_id`\n"
           "  #1 customer_id=-1\n"
           "update orders: 1 row by 1 statement\n"
           "  UPDATE `orders` SET `customer_id` = ? WHERE `order_id` = ?\n"
           "  #2 order_id=5\n"
           "    after #1: customer_id refers to it\n"
           "delete customers: 1 row by 1 statement\n"
           "  DELETE FROM `customers` WHERE `customer_id` = ? AND `version` = ?\n"
           "  #3 customer_id=1\n"
           "    after #2: its customer_id refers to this row\n");
    end();
}

/* --- rows with a unique value and a required and an optional reference */

typedef struct seat {
    int64_t id;
    int64_t next;
    int64_t other;
    uow_ind other_ind;
    char label[9];
} seat;

static const uow_column seat_columns[] = {
    UOW_COLUMN(seat, id, "seat_id", UOW_INT64, UOW_KEY),
    UOW_COLUMN(seat, next, "next_id", UOW_INT64, 0),
    UOW_COLUMN_NULL(seat, other, other_ind, "other_id", UOW_INT64, 0),
    UOW_COLUMN(seat, label, "label", UOW_TEXT, UOW_UNIQUE),
};
static const uow_entity seats;
static const uow_relation seat_relations[] = {UOW_REFERENCE("next_id", &seats, UOW_RESTRICT),
                                              UOW_REFERENCE("other_id", &seats, UOW_RESTRICT)};
static const uow_entity seats = UOW_ENTITY_RELATED(seat, "seats", seat_columns, seat_relations);
static uow_model *seat_model;
static uow_context *desk_context;

static void begin_seats(void)
{
    static const uow_entity *const entities[] = {&seats};

    begin("PostgreSQL");
    desk_context = d.ctx;
    cr_assert_eq(uow_model_create(d.env, entities, 1, &seat_model), UOW_OK);
    cr_assert_eq(uow_open(d.env, "Driver=fake", seat_model, NULL, &d.ctx), UOW_OK);
}

static void end_seats(void)
{
    cr_assert_eq(uow_close(d.ctx), UOW_OK);
    uow_model_free(seat_model);
    d.ctx = desk_context;
    end();
}

static seat seat_of(int64_t id, int64_t next, int64_t other)
{
    seat s = {id, next, other, other ? 0 : UOW_NULL, ""};

    snprintf(s.label, sizeof s.label, "L%d", (int)id);
    return s;
}

Test(plan_text, a_unique_value_is_released_before_it_is_used_again)
{
    seat one = seat_of(1, 0, 0), two = seat_of(2, 0, 0);
    begin_seats();
    put(&seats, &one, UOW_UNCHANGED);
    memcpy(two.label, "L1", 3);
    memcpy(one.label, "free", 5);
    put(&seats, &two, UOW_ADDED);
    golden("2 changes by 2 statements, in a transaction\n"
           "update seats: 1 row by 1 statement\n"
           "  UPDATE \"seats\" SET \"label\" = ? WHERE \"seat_id\" = ?\n"
           "  #1 seat_id=1\n"
           "insert seats: 1 row by 1 statement\n"
           "  INSERT INTO \"seats\" (\"seat_id\", \"next_id\", \"other_id\", \"label\") VALUES (?, ?, ?, ?)\n"
           "  #2 seat_id=2\n"
           "    after #1: it lets go of this row's unique label\n");
    end_seats();
}

Test(plan_text, a_circle_is_broken_where_a_column_may_be_null)
{
    seat one = seat_of(1, 0, 2), two = seat_of(2, 1, 0);
    begin_seats();
    put(&seats, &one, UOW_ADDED);
    put(&seats, &two, UOW_ADDED);
    golden("3 changes by 2 statements, in a transaction\n"
           "insert seats: 2 rows by 1 statement\n"
           "  INSERT INTO \"seats\" (\"seat_id\", \"next_id\", \"other_id\", \"label\") VALUES (?, ?, ?, ?), ..\n"
           "  #1 seat_id=1\n"
           "    circle broken, not after #2: other_id refers to it\n"
           "  #2 seat_id=2\n"
           "    after #1: next_id refers to it\n"
           "give its value seats (other_id): 1 row by 1 statement\n"
           "  UPDATE \"seats\" SET \"other_id\" = ? WHERE \"seat_id\" = ?\n"
           "  #3 seat_id=1\n"
           "    after #1: the circle is broken in this order\n"
           "    after #2: the circle is broken in this order\n");
    end_seats();
}

Test(plan_text, a_circle_that_cannot_be_broken_is_the_error_save_gives)
{
    seat one = seat_of(1, 2, 0), two = seat_of(2, 1, 0);
    begin_seats();
    put(&seats, &one, UOW_ADDED);
    put(&seats, &two, UOW_ADDED);
    used = 0;
    cr_assert_eq(uow_plan(d.ctx, keep, NULL), UOW_CONSTRAINT);
    cr_assert(strstr(desk_says(&d), "seats(seat_id=1).next_id"), "%s", desk_says(&d));
    cr_assert_eq(used, 0);
    end_seats();
}

/* Ten thousand nodes, each under node i / 10. */
Test(plan_text, a_tree_of_ten_thousand_rows_is_shortened)
{
    begin("PostgreSQL");
    for (int64_t i = 10000; i >= 1; i--) {
        shop_node node = {i, i / 10, i < 10 ? UOW_NULL : 0};
        put(&shop_nodes, &node, UOW_ADDED);
    }
    golden("10000 changes by 10 statements, in a transaction\n"
           "insert nodes: 10000 rows by 10 statements, #1-#1000 #1001-#2000 #2001-#3000 #3001-#4000 ... and 6 more\n"
           "  INSERT INTO \"nodes\" (\"node_id\", \"parent_id\") VALUES (?, ?), ..\n"
           "  #1 node_id=9\n"
           "  #2 node_id=8\n"
           "  #3 node_id=7\n"
           "  #4 node_id=6\n"
           "  #5 node_id=5\n"
           "  #6 node_id=4\n"
           "  #7 node_id=3\n"
           "  #8 node_id=2\n"
           "  #9 node_id=1\n"
           "  #10 node_id=99\n"
           "    after #1: parent_id refers to it\n"
           "  ... and 9990 more\n");
    end();
}

Test(plan_text, the_same_changes_give_the_same_text_and_stay_changes)
{
    shop_customer ann = shop_ann(1);
    size_t changes = 0;
    begin("SQLite");
    put(&shop_customers, &ann, UOW_UNCHANGED);
    ann.balance = 7;
    char *first = strdup(plan());
    cr_assert_str_eq(plan(), first);
    free(first);
    cr_assert_eq(uow_changes(d.ctx, &changes), UOW_OK);
    cr_assert_eq(changes, 1);
    cr_assert_eq(uow_save(d.ctx, NULL), UOW_OK, "%s", desk_says(&d));
    cr_assert_str_eq(plan(), "nothing to save\n");
    end();
}

Test(plan_text, the_receiver_may_stop)
{
    shop_customer ann = shop_ann(0);
    size_t lines = 2;
    begin("SQLite");
    put(&shop_customers, &ann, UOW_ADDED);
    cr_assert_eq(uow_plan(d.ctx, keep, &lines), UOW_CANCELLED);
    cr_assert_eq(lines, 0);
    cr_assert_eq(uow_plan(d.ctx, NULL, NULL), UOW_MISUSE);
    end();
}

Test(plan_text, any_allocation_may_fail)
{
    shop_customer ann = shop_ann(0);
    shop_order order = {0, 0, "open"};
    uow_status st = UOW_NO_MEMORY;
    begin("SQLite");
    order.customer_id = ((shop_customer *)put(&shop_customers, &ann, UOW_ADDED))->id;
    put(&shop_orders, &order, UOW_ADDED);
    for (int64_t n = 0; st == UOW_NO_MEMORY && n < 500; n++) {
        used = 0;
        d.env->mem.fail_at = n;
        st = uow_plan(d.ctx, keep, NULL);
        d.env->mem.fail_at = -1;
    }
    cr_assert_eq(st, UOW_OK);
    end();
}
