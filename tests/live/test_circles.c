/* Rows that wait for each other: circles of new and of deleted rows, alternate keys that change, keys given late. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <stdio.h>
#include <string.h>

#include "live.h"

typedef struct ring {
    int64_t id;
    int64_t next;
    uow_ind next_ind;
    int32_t seat;
    uow_ind seat_ind;
    int32_t version;
} ring;

/* Refers to another of its own kind: the kind is part of the reference and cannot be NULL. */
typedef struct twin {
    int32_t kind;
    int32_t no;
    int32_t other;
    uow_ind other_ind;
} twin;

typedef struct currency {
    int64_t id;
    char code[11];
} currency;

typedef struct price {
    int64_t id;
    char code[11];
} price;

static const uow_entity rings;
static const uow_entity twins;
static const uow_column ring_columns[] = {
    UOW_COLUMN(ring, id, "id", UOW_INT64, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN_NULL(ring, next, next_ind, "next", UOW_INT64, 0),
    UOW_COLUMN_NULL(ring, seat, seat_ind, "seat", UOW_INT32, UOW_UNIQUE),
    UOW_COLUMN(ring, version, "version", UOW_INT32, UOW_VERSION),
};
static const uow_relation ring_relations[] = {UOW_REFERENCE("next", &rings, UOW_NO_ACTION)};
static const uow_entity rings = UOW_ENTITY_RELATED(ring, "circles_rings", ring_columns, ring_relations);
static const uow_column twin_columns[] = {
    UOW_COLUMN(twin, kind, "kind", UOW_INT32, UOW_KEY),
    UOW_COLUMN(twin, no, "no", UOW_INT32, UOW_KEY),
    UOW_COLUMN_NULL(twin, other, other_ind, "other", UOW_INT32, 0),
};
static const uow_relation twin_relations[] = {
    UOW_RELATION(UOW_ON2("kind", "other"), &twins, UOW_PRIMARY_KEY, UOW_NO_ACTION, UOW_NO_MEMBER, UOW_NO_MEMBER)};
static const uow_entity twins = UOW_ENTITY_RELATED(twin, "circles_twins", twin_columns, twin_relations);
static const uow_column currency_columns[] = {
    UOW_COLUMN(currency, id, "id", UOW_INT64, UOW_KEY),
    UOW_COLUMN(currency, code, "code", UOW_TEXT, UOW_UNIQUE),
};
static const uow_entity currencies = UOW_ENTITY(currency, "circles_currencies", currency_columns);
static const uow_column price_columns[] = {
    UOW_COLUMN(price, id, "id", UOW_INT64, UOW_KEY),
    UOW_COLUMN(price, code, "code", UOW_TEXT, 0),
};
static const uow_relation price_relations[] = {
    UOW_RELATION(UOW_ON("code"), &currencies, UOW_ON("code"), UOW_NO_ACTION, UOW_NO_MEMBER, UOW_NO_MEMBER)};
static const uow_entity prices = UOW_ENTITY_RELATED(price, "circles_prices", price_columns, price_relations);
static const uow_entity *const entities[] = {&rings, &twins, &prices, &currencies};

static live l;

static void begin(void)
{
    live_open(&l, entities, 4);
    live_table(&l, "circles_rings",
               "id @id, next @int64 NULL, seat integer unique, version integer not null, "
               "foreign key (next) references circles_rings (id)");
    live_table(&l, "circles_twins",
               "kind integer not null, no integer not null, other integer, primary key (kind, no), "
               "foreign key (kind, other) references circles_twins (kind, no)");
    live_table(&l, "circles_currencies", "id bigint primary key, code varchar(10) not null unique");
    live_table(&l, "circles_prices",
               "id bigint primary key, code varchar(10) not null, "
               "foreign key (code) references circles_currencies (code)");
}

static void *put(const uow_entity *entity, const void *values)
{
    void *row = NULL;

    UOW_OK(uow_add(l.ctx, entity, values, &row));
    return row;
}

static ring *put_ring(void)
{
    ring values = {.next_ind = UOW_NULL, .seat_ind = UOW_NULL};

    return put(&rings, &values);
}

static void point(ring *from, const ring *to)
{
    from->next = to->id;
    from->next_ind = 0;
}

static size_t save(void)
{
    size_t saved = 99, left = 99;

    UOW_OK(uow_save(l.ctx, &saved));
    UOW_OK(uow_changes(l.ctx, &left));
    cr_assert_eq(left, 0);
    return saved;
}

static int64_t closed_rings(void)
{
    return live_int64(&l, "SELECT COUNT(*) FROM circles_rings a JOIN circles_rings b ON a.next = b.id");
}

Test(circles, new_rows_that_refer_to_each_other_are_inserted_and_then_joined)
{
    begin();
    ring *a = put_ring(), *b = put_ring(), *c = put_ring();
    point(a, b);
    point(b, c);
    point(c, a);
    cr_assert_eq(save(), 3, "three rows, however many statements");
    cr_assert(a->next == b->id && b->next == c->id && c->next == a->id);
    cr_assert_eq(closed_rings(), 3);
    cr_assert_eq(a->version, 1);
    cr_assert_eq(save(), 0);
    live_close(&l);
}

Test(circles, a_hundred_circles_are_saved_in_one_go_and_removed_in_another)
{
    begin();
    ring *all[200];
    for (int i = 0; i < 200; i++)
        all[i] = put_ring();
    for (int i = 0; i < 200; i++)
        point(all[i], all[i ^ 1]);
    cr_assert_eq(save(), 200);
    cr_assert_eq(closed_rings(), 200);
    for (int i = 0; i < 200; i++)
        UOW_OK(uow_remove(l.ctx, all[i]));
    cr_assert_eq(save(), 200);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM circles_rings"), 0);
    live_close(&l);
}

Test(circles, rows_deleted_in_a_circle_let_go_of_each_other_first)
{
    begin();
    ring *a = put_ring(), *b = put_ring();
    point(a, b);
    point(b, a);
    save();
    UOW_OK(uow_remove(l.ctx, a));
    UOW_OK(uow_remove(l.ctx, b));
    cr_assert_eq(save(), 2);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM circles_rings"), 0);
    live_close(&l);
}

Test(circles, a_stale_row_in_a_deleted_circle_is_a_conflict_and_nothing_is_written)
{
    begin();
    ring *a = put_ring(), *b = put_ring();
    point(a, b);
    point(b, a);
    save();
    live_run(&l, "UPDATE circles_rings SET version = 9 WHERE id = %lld", (long long)b->id);
    UOW_OK(uow_remove(l.ctx, a));
    UOW_OK(uow_remove(l.ctx, b));
    UOW_IS(UOW_CONFLICT, uow_save(l.ctx, NULL));
    cr_assert_eq(uow_error_instance(uow_context_error(l.ctx), 0), b);
    cr_assert_eq(closed_rings(), 2);
    live_run(&l, "UPDATE circles_rings SET version = 1");
    cr_assert_eq(save(), 2);
    live_close(&l);
}

Test(circles, rows_that_swap_a_unique_value_pass_it_through_null)
{
    begin();
    ring *a = put_ring(), *b = put_ring();
    a->seat = 1;
    b->seat = 2;
    a->seat_ind = b->seat_ind = 0;
    save();
    a->seat = 2;
    b->seat = 1;
    cr_assert_eq(save(), 2);
    cr_assert_eq(live_int64(&l, "SELECT seat FROM circles_rings WHERE id = %lld", (long long)a->id), 2);
    cr_assert_eq(a->version, 2);
    live_close(&l);
}

Test(circles, a_new_row_may_refer_to_itself)
{
    begin();
    ring *a = put_ring(), *b = put_ring();
    point(a, a);
    point(b, a);
    cr_assert_eq(save(), 2);
    cr_assert_eq(a->next, a->id);
    cr_assert_eq(b->next, a->id);
    cr_assert_eq(closed_rings(), 2);
    ring *alone = put_ring();
    point(alone, alone);
    cr_assert_eq(save(), 1);
    cr_assert_eq(closed_rings(), 3);
    live_close(&l);
}

Test(circles, a_row_that_refers_to_itself_can_be_removed)
{
    begin();
    ring *a = put_ring(), *b = put_ring(), *alone = put_ring();
    point(a, a);
    point(b, a);
    point(alone, alone);
    cr_assert_eq(save(), 3);
    UOW_OK(uow_remove(l.ctx, alone));
    cr_assert_eq(save(), 1);
    UOW_OK(uow_remove(l.ctx, a));
    UOW_OK(uow_remove(l.ctx, b));
    live_run(&l, "UPDATE circles_rings SET version = 9 WHERE id = %lld", (long long)a->id);
    UOW_IS(UOW_CONFLICT, uow_save(l.ctx, NULL));
    cr_assert_eq(uow_error_instance_count(uow_context_error(l.ctx)), 1);
    cr_assert_eq(uow_error_instance(uow_context_error(l.ctx), 0), a);
    live_run(&l, "UPDATE circles_rings SET version = 1 WHERE id = %lld", (long long)a->id);
    cr_assert_eq(save(), 2);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM circles_rings"), 0);
    live_close(&l);
}

Test(circles, a_rolled_back_circle_can_be_saved_again)
{
    uow_save_options later = UOW_SAVE_OPTIONS_INIT;
    begin();
    ring *a = put_ring(), *b = put_ring();
    later.flags = UOW_ACCEPT_ON_COMMIT;
    point(a, b);
    point(b, a);
    UOW_OK(uow_begin(l.ctx, NULL));
    UOW_OK(uow_save_with(l.ctx, &later, NULL));
    UOW_OK(uow_rollback(l.ctx));
    cr_assert(a->id < 0 && a->next == b->id && b->next == a->id);
    cr_assert_eq(save(), 2);
    cr_assert_eq(closed_rings(), 2);
    live_close(&l);
}

Test(circles, one_column_that_may_be_null_breaks_a_circle_over_two)
{
    begin();
    twin *a = put(&twins, &(twin){1, 1, 2, 0});
    put(&twins, &(twin){1, 2, 1, 0});
    cr_assert_eq(save(), 2);
    cr_assert_eq(live_int64(&l, "SELECT SUM(other) FROM circles_twins WHERE kind = 1"), 3);
    UOW_OK(uow_remove(l.ctx, a));
    UOW_IS(UOW_CONSTRAINT, uow_save(l.ctx, NULL));
    live_close(&l);
}

Test(circles, an_alternate_key_changes_before_new_rows_refer_to_it_and_after_old_ones_leave)
{
    begin();
    currency *mark = put(&currencies, &(currency){1, "DEM"});
    put(&currencies, &(currency){2, "USD"});
    price *bread = put(&prices, &(price){1, "DEM"});
    cr_assert_eq(save(), 3);
    strcpy(mark->code, "EUR");
    strcpy(bread->code, "USD"); /* leaves while there still are marks */
    put(&prices, &(price){2, "EUR"});
    cr_assert_eq(save(), 3);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM circles_prices WHERE id = 2 AND code = 'EUR'"), 1);
    strcpy(mark->code, "XXX");
    UOW_OK(uow_remove(l.ctx, bread));
    void *second = NULL;
    UOW_OK(uow_find(l.ctx, &prices, uow_key_int64(2), &second));
    UOW_OK(uow_remove(l.ctx, second));
    cr_assert_eq(save(), 3);
    live_close(&l);
}

Test(circles, a_key_given_to_a_row_after_it_was_added_is_the_key_it_gets)
{
    begin();
    ring *a = put_ring(), *b = put_ring();
    point(b, a);
    a->id = 5000;
    cr_assert_eq(save(), 2);
    cr_assert_eq(a->id, 5000);
    cr_assert_eq(b->next, 5000);
    void *found = NULL;
    l.events.count = 0;
    UOW_OK(uow_find(l.ctx, &rings, uow_key_int64(5000), &found));
    cr_assert_eq(found, a);
    cr_assert_eq(l.events.count, 0);
    cr_assert_eq(closed_rings(), 1);
    live_close(&l);
}
