/* Plans in which rows wait for each other: unique values handed on, circles broken or refused. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "track/plan.h"

/* A person has a required buddy, an optional boss, and a unique badge and desk (room and place). */
typedef struct person {
    int64_t id;
    int64_t buddy;
    int64_t boss;
    uow_ind boss_ind;
    char badge[16];
    int32_t room;
    int32_t place;
    int64_t seat;
    uow_ind seat_ind;
} person;

static const uow_column person_columns[] = {
    UOW_COLUMN(person, id, "id", UOW_INT64, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN(person, buddy, "buddy", UOW_INT64, 0),
    UOW_COLUMN_NULL(person, boss, boss_ind, "boss", UOW_INT64, 0),
    UOW_COLUMN(person, badge, "badge", UOW_TEXT, UOW_UNIQUE),
    UOW_COLUMN(person, room, "room", UOW_INT32, UOW_UNIQUE_GROUP(1)),
    UOW_COLUMN(person, place, "place", UOW_INT32, UOW_UNIQUE_GROUP(1)),
    UOW_COLUMN_NULL(person, seat, seat_ind, "seat", UOW_INT64, UOW_UNIQUE),
};
static const uow_entity person_entity;
static const uow_relation person_relations[] = {
    UOW_REFERENCE("buddy", &person_entity, UOW_RESTRICT),
    UOW_REFERENCE("boss", &person_entity, UOW_RESTRICT),
};
static const uow_entity person_entity = UOW_ENTITY_RELATED(person, "people", person_columns, person_relations);
static const uow_entity *const entities[] = {&person_entity};

static uowi_mem mem;
static uow_model *model;
static uowi_tracker tracker;
static uowi_arena arena;
static uow_error error;
static uowi_plan plan;

static void open_tracker(void)
{
    uowi_mem_init(&mem, NULL);
    cr_assert_eq(uowi_model_create(&mem, entities, 1, &model), UOW_OK);
    cr_assert(uowi_tracker_init(&tracker, &mem, model, 0));
    uowi_arena_init(&arena, &mem, 4096);
    uowi_error_init(&error, &mem);
}

static void close_tracker(void)
{
    uowi_error_done(&error);
    uowi_arena_done(&arena);
    uowi_tracker_done(&tracker);
    uowi_model_destroy(model);
    cr_assert_eq(mem.bytes, 0, "memory leaked");
}

TestSuite(plan_circle, .init = open_tracker, .fini = close_tracker);

static person *row_of(uowi_entry *entry)
{
    return uowi_tracker_row(&tracker, entry);
}

/* A person whose unique values follow from its id; buddy 0 is nobody known. */
static uowi_entry *put(int64_t id, int64_t buddy, uow_state state)
{
    person p = {id, buddy, 0, UOW_NULL, "", (int32_t)id, 1, 0, UOW_NULL};
    uowi_entry *entry = NULL;

    snprintf(p.badge, sizeof p.badge, "B%d", (int)id);
    cr_assert_eq(uowi_tracker_attach(&tracker, model->entities, &p, state, &error, &entry), UOW_OK);
    return entry;
}

static uow_status build(void)
{
    uow_status st;

    uowi_arena_reset(&arena);
    uowi_error_clear(&error);
    st = uowi_plan_build(&tracker, &arena, &error, &plan);
    uowi_plan_forget(&plan);
    return st;
}

/* "insert 1, update 2, patch 1": operations and keys in order. */
static const char *steps(void)
{
    static const char *const writes[] = {"insert", "update", "delete"};
    static char text[512];
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < plan.count; i++) {
        const uowi_change *change = &plan.changes[i];

        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s %d", i ? ", " : "",
                                 change->patch ? "patch" : writes[change->write],
                                 (int)((const person *)change->image)->id);
    }
    return text;
}

static const person *image(size_t i)
{
    return plan.changes[i].image;
}

Test(plan_circle, two_new_rows_that_need_each_other_are_refused_with_both_named)
{
    uowi_entry *a = put(1, 2, UOW_ADDED);
    uowi_entry *b = put(2, 1, UOW_ADDED);

    cr_assert_eq(build(), UOW_CONSTRAINT);
    cr_assert(strstr(uow_error_message(&error), "people(id=1).buddy"), "%s", uow_error_message(&error));
    cr_assert(strstr(uow_error_message(&error), "people(id=2).buddy"), "%s", uow_error_message(&error));
    cr_assert(strstr(uow_error_message(&error), "insert people(id=1) waits for insert people(id=2)") ||
                  strstr(uow_error_message(&error), "insert people(id=2) waits for insert people(id=1)"),
              "%s", uow_error_message(&error));
    cr_assert_eq(uow_error_instance_count(&error), 2);
    cr_assert_eq(a->change, 0);
    cr_assert_eq(b->change, 0);
    row_of(a)->buddy = 0;
    cr_assert_eq(build(), UOW_OK, "mended, it can be planned");
    cr_assert_str_eq(steps(), "insert 1, insert 2");
}

Test(plan_circle, a_circle_of_new_rows_is_broken_where_a_column_may_be_null)
{
    uowi_entry *a = put(1, 0, UOW_ADDED);
    uowi_entry *b = put(2, 1, UOW_ADDED);

    row_of(a)->boss = 2;
    row_of(a)->boss_ind = 0;
    cr_assert_eq(build(), UOW_OK, "%s", uow_error_message(&error));
    cr_assert_str_eq(steps(), "insert 1, insert 2, patch 1");
    cr_assert_eq(image(0)->boss_ind, UOW_NULL, "inserted without its boss");
    cr_assert_eq(image(2)->boss, 2, "and given it afterwards");
    cr_assert_neq(image(2)->boss_ind, UOW_NULL);
    cr_assert_eq(row_of(a)->boss_ind, 0, "the program's row is untouched");
    (void)b;
}

Test(plan_circle, a_hundred_circles_are_broken_one_patch_each)
{
    for (int64_t i = 0; i < 100; i++) {
        uowi_entry *a = put(2 * i + 1, 0, UOW_ADDED);
        uowi_entry *b = put(2 * i + 2, 2 * i + 1, UOW_ADDED);

        row_of(a)->boss = 2 * i + 2;
        row_of(a)->boss_ind = 0;
        (void)b;
    }
    cr_assert_eq(build(), UOW_OK);
    cr_assert_eq(plan.count, 300);
    for (size_t i = 0; i < 200; i++)
        cr_assert_eq(plan.changes[i].patch, UOWI_PATCH_NONE);
}

Test(plan_circle, rows_deleted_in_a_circle_lose_the_reference_first)
{
    uowi_entry *a = put(1, 0, UOW_UNCHANGED);
    uowi_entry *b = put(2, 1, UOW_UNCHANGED);

    row_of(a)->boss = 2;
    row_of(a)->boss_ind = 0;
    cr_assert_eq(uowi_tracker_refresh(&tracker, a, row_of(a), &error), UOW_OK);
    uowi_tracker_remove(&tracker, a);
    uowi_tracker_remove(&tracker, b);
    cr_assert_eq(build(), UOW_OK, "%s", uow_error_message(&error));
    cr_assert_str_eq(steps(), "patch 1, delete 2, delete 1");
    cr_assert_eq(image(0)->boss_ind, UOW_NULL);
}

Test(plan_circle, a_unique_value_is_released_by_a_delete_before_an_insert_takes_it)
{
    uowi_entry *old = put(1, 0, UOW_UNCHANGED);
    uowi_entry *fresh = put(2, 0, UOW_ADDED);

    memcpy(row_of(fresh)->badge, "B1", 3);
    uowi_tracker_remove(&tracker, old);
    cr_assert_eq(build(), UOW_OK);
    cr_assert_str_eq(steps(), "delete 1, insert 2");
}

Test(plan_circle, a_unique_value_is_released_by_an_update_before_another_takes_it)
{
    uowi_entry *a = put(1, 0, UOW_UNCHANGED);
    uowi_entry *b = put(2, 0, UOW_UNCHANGED);

    memcpy(row_of(b)->badge, "B9", 3);
    memcpy(row_of(a)->badge, "B2", 3);
    cr_assert_eq(build(), UOW_OK);
    cr_assert_str_eq(steps(), "update 2, update 1");
    cr_assert_eq(plan.edge_count, 1);
    cr_assert_eq(plan.edges[0].reason, UOWI_UNIQUE_RELEASED);
}

/* More than are looked at together: each takes the badge of the next, and the last one a new badge. */
Test(plan_circle, unique_values_handed_on_along_a_row_of_three_hundred_go_from_its_end)
{
    uowi_entry *all[300];

    for (int i = 0; i < 300; i++)
        all[i] = put(i + 1, 0, UOW_UNCHANGED);
    for (int i = 0; i < 300; i++)
        snprintf(row_of(all[i])->badge, sizeof row_of(all[i])->badge, "B%d", i + 2);
    cr_assert_eq(build(), UOW_OK);
    cr_assert_eq(plan.count, 300);
    cr_assert_eq(plan.edge_count, 299);
    for (size_t i = 0; i < 300; i++)
        cr_assert_eq(image(i)->id, 300 - (int64_t)i);
}

Test(plan_circle, columns_unique_together_are_compared_together)
{
    uowi_entry *a = put(1, 0, UOW_UNCHANGED);
    uowi_entry *b = put(2, 0, UOW_UNCHANGED);

    row_of(b)->place = 2;
    row_of(a)->place = 5;
    row_of(a)->room = 2; /* (2, 5) is nobody's */
    cr_assert_eq(build(), UOW_OK);
    cr_assert_str_eq(steps(), "update 1, update 2");
    row_of(a)->place = 1; /* (2, 1) was b's */
    cr_assert_eq(build(), UOW_OK);
    cr_assert_str_eq(steps(), "update 2, update 1");
}

Test(plan_circle, two_rows_that_swap_a_unique_value_without_null_are_refused)
{
    uowi_entry *a = put(1, 0, UOW_UNCHANGED);
    uowi_entry *b = put(2, 0, UOW_UNCHANGED);

    memcpy(row_of(a)->badge, "B2", 3);
    memcpy(row_of(b)->badge, "B1", 3);
    cr_assert_eq(build(), UOW_CONSTRAINT);
    cr_assert(strstr(uow_error_message(&error), ".badge"), "%s", uow_error_message(&error));
}

Test(plan_circle, two_rows_that_swap_a_nullable_unique_value_do_it_in_three_steps)
{
    uowi_entry *a = put(1, 0, UOW_UNCHANGED);
    uowi_entry *b = put(2, 0, UOW_UNCHANGED);

    row_of(a)->seat = 10;
    row_of(a)->seat_ind = 0;
    row_of(b)->seat = 20;
    row_of(b)->seat_ind = 0;
    cr_assert_eq(uowi_tracker_refresh(&tracker, a, row_of(a), &error), UOW_OK);
    cr_assert_eq(uowi_tracker_refresh(&tracker, b, row_of(b), &error), UOW_OK);
    row_of(a)->seat = 20;
    row_of(b)->seat = 10;
    cr_assert_eq(build(), UOW_OK, "%s", uow_error_message(&error));
    cr_assert_eq(plan.count, 3);
    cr_assert_eq(plan.changes[0].patch, UOWI_PATCH_BEFORE);
    cr_assert_eq(image(0)->seat_ind, UOW_NULL);
}

/* 2 leaves its boss 1, who is deleted, and takes over the badge: found by a random script. */
Test(plan_circle, a_dependent_that_takes_its_deleted_principals_unique_value_lets_go_first)
{
    uowi_entry *boss = put(1, 0, UOW_UNCHANGED);
    uowi_entry *heir = put(2, 0, UOW_UNCHANGED);

    row_of(heir)->boss = 1;
    row_of(heir)->boss_ind = 0;
    cr_assert_eq(uowi_tracker_refresh(&tracker, heir, row_of(heir), &error), UOW_OK);
    row_of(heir)->boss_ind = UOW_NULL;
    memcpy(row_of(heir)->badge, "B1", 3);
    uowi_tracker_remove(&tracker, boss);
    cr_assert_eq(build(), UOW_OK, "%s", uow_error_message(&error));
    cr_assert_str_eq(steps(), "patch 2, delete 1, update 2");
}

Test(plan_circle, levels_of_a_tree_stay_together)
{
    /* Three families added depth first: the plan goes generation by generation. */
    for (int64_t i = 0; i < 3; i++) {
        put(10 * i + 1, 0, UOW_ADDED);
        put(10 * i + 2, 10 * i + 1, UOW_ADDED);
        put(10 * i + 3, 10 * i + 2, UOW_ADDED);
    }
    cr_assert_eq(build(), UOW_OK);
    cr_assert_str_eq(steps(), "insert 1, insert 11, insert 21, insert 2, insert 12, insert 22, insert 3, insert 13, insert 23");
}

Test(plan_circle, a_row_added_again_under_a_deleted_key_becomes_an_update)
{
    uowi_entry *old = put(7, 0, UOW_UNCHANGED);
    uowi_entry *again = NULL;
    person p = *row_of(old);

    uowi_tracker_remove(&tracker, old);
    memcpy(p.badge, "NEW", 4);
    cr_assert_eq(uowi_tracker_add(&tracker, model->entities, &p, &error, &again), UOW_OK);
    cr_assert_eq(again, old);
    cr_assert_eq(build(), UOW_OK);
    cr_assert_str_eq(steps(), "update 7");
}

/* --- rows that refer to themselves by a key not made yet */

static uowi_entry *put_new(void)
{
    person p = {0, 0, 0, UOW_NULL, "", 1, 1, 0, UOW_NULL};
    uowi_entry *entry = NULL;

    cr_assert_eq(uowi_tracker_add(&tracker, model->entities, &p, &error, &entry), UOW_OK);
    return entry;
}

Test(plan_circle, a_new_row_that_is_its_own_boss_is_given_it_after_its_insert)
{
    uowi_entry *a = put_new();

    row_of(a)->boss = row_of(a)->id;
    row_of(a)->boss_ind = 0;
    cr_assert_eq(build(), UOW_OK, "%s", uow_error_message(&error));
    cr_assert_str_eq(steps(), "insert -1, patch -1");
    cr_assert_eq(image(0)->boss_ind, UOW_NULL);
    cr_assert_eq(image(1)->boss, -1);
    cr_assert_eq(a->change, 0);
}

/* InnoDB refuses to delete a row that refers to itself. */
Test(plan_circle, a_row_that_refers_to_itself_lets_go_before_it_is_deleted_where_the_database_wants_that)
{
    uowi_entry *a = put(1, 1, UOW_UNCHANGED);

    row_of(a)->boss = 1;
    row_of(a)->boss_ind = 0;
    cr_assert_eq(uowi_tracker_refresh(&tracker, a, row_of(a), &error), UOW_OK);
    uowi_tracker_remove(&tracker, a);
    cr_assert_eq(build(), UOW_OK);
    cr_assert_str_eq(steps(), "delete 1");
    tracker.lets_go = true;
    cr_assert_eq(build(), UOW_OK);
    cr_assert_str_eq(steps(), "patch 1, delete 1");
    cr_assert_eq(image(0)->boss_ind, UOW_NULL);
    cr_assert(uowi_change_checks(&plan.changes[0]) && !uowi_change_checks(&plan.changes[1]));
}

Test(plan_circle, a_row_with_a_key_of_its_own_refers_to_itself_at_once)
{
    uowi_entry *a = put(7, 7, UOW_ADDED);

    row_of(a)->boss = 7;
    row_of(a)->boss_ind = 0;
    cr_assert_eq(build(), UOW_OK, "%s", uow_error_message(&error));
    cr_assert_str_eq(steps(), "insert 7");
    cr_assert_eq(image(0)->boss_ind, 0);
}

Test(plan_circle, a_new_row_that_must_refer_to_itself_is_refused_with_its_column)
{
    uowi_entry *a = put_new();

    row_of(a)->buddy = row_of(a)->id;
    cr_assert_eq(build(), UOW_CONSTRAINT);
    cr_assert(strstr(uow_error_message(&error), "people(id=-1).buddy"), "%s", uow_error_message(&error));
    cr_assert_str_eq(uow_error_column(&error), "buddy");
    cr_assert_eq(uow_error_instance(&error, 0), row_of(a));
}

/* --- keys given to rows that were added already */

Test(plan_circle, a_key_the_program_gives_an_added_row_is_kept_and_its_dependents_follow)
{
    uowi_entry *a = put_new();
    uowi_entry *b = put(2, row_of(a)->id, UOW_ADDED);
    person probe = {.id = 500};

    row_of(a)->id = 500;
    cr_assert_eq(build(), UOW_OK, "%s", uow_error_message(&error));
    cr_assert_str_eq(steps(), "insert 500, insert 2");
    cr_assert(uowi_columns_has(plan.changes[0].columns, 0), "the key is written");
    cr_assert_eq(row_of(b)->buddy, 500);
    cr_assert_eq(uowi_tracker_find(&tracker, model->entities, &probe), a);
    row_of(a)->id = 2;
    cr_assert_eq(build(), UOW_IDENTITY, "2 is another row's");
    row_of(a)->id = 501;
    cr_assert_eq(build(), UOW_OK);
    cr_assert_eq(row_of(b)->buddy, 501);
}
