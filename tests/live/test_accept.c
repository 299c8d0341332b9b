/* A save inside the program's unit that is accepted for good only when the unit commits. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <stdio.h>
#include <string.h>

#include "live.h"

typedef struct box {
    int64_t id;
    char name[24];
    uow_text note;
    uow_ind note_ind;
    int32_t version;
} box;

typedef struct thing {
    int64_t box;
    int32_t no;
    char name[24];
} thing;

static const uow_column box_columns[] = {
    UOW_COLUMN(box, id, "id", UOW_INT64, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN(box, name, "name", UOW_TEXT, 0),
    UOW_COLUMN_NULL(box, note, note_ind, "note", UOW_LONGTEXT, 0),
    UOW_COLUMN(box, version, "version", UOW_INT32, UOW_VERSION),
};
static const uow_entity boxes = UOW_ENTITY(box, "accept_boxes", box_columns);
static const uow_column thing_columns[] = {
    UOW_COLUMN(thing, box, "box", UOW_INT64, UOW_KEY),
    UOW_COLUMN(thing, no, "no", UOW_INT32, UOW_KEY),
    UOW_COLUMN(thing, name, "name", UOW_TEXT, 0),
};
static const uow_relation thing_relations[] = {UOW_REFERENCE("box", &boxes, UOW_NO_ACTION)};
static const uow_entity things = UOW_ENTITY_RELATED(thing, "accept_things", thing_columns, thing_relations);

/* In a box, or in none. */
typedef struct stamp {
    int64_t id;
    int64_t box;
    uow_ind box_ind;
} stamp;

static const uow_column stamp_columns[] = {
    UOW_COLUMN(stamp, id, "id", UOW_INT64, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN_NULL(stamp, box, box_ind, "box", UOW_INT64, 0),
};
static const uow_relation stamp_relations[] = {UOW_REFERENCE("box", &boxes, UOW_NO_ACTION)};
static const uow_entity stamps = UOW_ENTITY_RELATED(stamp, "accept_stamps", stamp_columns, stamp_relations);
static const uow_entity *const entities[] = {&boxes, &things, &stamps};

static live l;
static uow_save_options later = UOW_SAVE_OPTIONS_INIT;

static void begin(void)
{
    later.flags = UOW_ACCEPT_ON_COMMIT;
    live_open(&l, entities, 3);
    live_table(&l, "accept_boxes", "id @id, name varchar(30), note @text, version integer");
    live_table(&l, "accept_things", "box bigint not null, no integer not null, name varchar(30), primary key (box, no)");
    live_table(&l, "accept_stamps", "id @id, box bigint NULL");
}

static box *put_box(const char *name, const char *note)
{
    box values;
    void *row = NULL;

    memset(&values, 0, sizeof values);
    snprintf(values.name, sizeof values.name, "%s", name);
    values.note.data = (char *)(uintptr_t)note;
    values.note.length = strlen(note);
    UOW_OK(uow_add(l.ctx, &boxes, &values, &row));
    return row;
}

static thing *put_thing(int64_t of, const char *name)
{
    thing values = {of, 1, ""};
    void *row = NULL;

    snprintf(values.name, sizeof values.name, "%s", name);
    UOW_OK(uow_add(l.ctx, &things, &values, &row));
    return row;
}

static void saved(size_t rows)
{
    size_t count = 99;

    UOW_OK(uow_save_with(l.ctx, &later, &count));
    cr_assert_eq(count, rows);
}

static size_t changes(void)
{
    size_t count = 99;

    UOW_OK(uow_changes(l.ctx, &count));
    return count;
}

static int64_t stored(void)
{
    return live_int64(&l, "SELECT COUNT(*) FROM accept_boxes");
}

Test(accept, after_a_rollback_the_same_rows_can_be_saved_again)
{
    begin();
    box *b = put_box("red", "old note");
    thing *t = put_thing(b->id, "ball");
    int64_t temporary = b->id;

    cr_assert_lt(temporary, 0);
    UOW_OK(uow_begin(l.ctx, NULL));
    saved(2);
    cr_assert_gt(b->id, 0);
    cr_assert_eq(t->box, b->id);
    cr_assert_eq(uow_state(l.ctx, b), UOW_UNCHANGED);
    UOW_OK(uow_rollback(l.ctx));
    cr_assert_eq(uow_state(l.ctx, b), UOW_ADDED);
    cr_assert_eq(b->id, temporary);
    cr_assert_eq(t->box, temporary);
    cr_assert_str_eq(b->note.data, "old note");
    cr_assert_eq(stored(), 0);
    UOW_OK(uow_begin(l.ctx, NULL));
    saved(2);
    UOW_OK(uow_commit(l.ctx));
    cr_assert_eq(stored(), 1);
    cr_assert_eq(changes(), 0);
    cr_assert_gt(b->id, 0);
    live_close(&l);
}

Test(accept, after_a_commit_it_is_a_save_like_any_other)
{
    begin();
    box *b = put_box("red", "note");

    UOW_OK(uow_begin(l.ctx, NULL));
    saved(1);
    snprintf(b->name, sizeof b->name, "blue");
    saved(1);
    UOW_OK(uow_remove(l.ctx, put_box("never", "")));
    UOW_OK(uow_commit(l.ctx));
    cr_assert_eq(changes(), 0);
    cr_assert_eq(b->version, 2);
    UOW_OK(uow_begin(l.ctx, NULL));
    UOW_OK(uow_remove(l.ctx, b));
    saved(1);
    cr_assert_eq(changes(), 0, "the deletion is written");
    UOW_OK(uow_commit(l.ctx));
    cr_assert_eq(uow_state(l.ctx, b), UOW_DETACHED);
    cr_assert_eq(stored(), 0);
    live_close(&l);
}

Test(accept, changes_and_deletions_come_back_with_their_original_values)
{
    begin();
    box *a = put_box("red", "first");
    box *b = put_box("green", "second");
    box original;

    UOW_OK(uow_save(l.ctx, NULL));
    UOW_OK(uow_begin(l.ctx, NULL));
    snprintf(a->name, sizeof a->name, "pink");
    a->note.data[0] = 'F';
    UOW_OK(uow_remove(l.ctx, b));
    saved(2);
    UOW_OK(uow_rollback(l.ctx));
    cr_assert_eq(uow_state(l.ctx, a), UOW_MODIFIED);
    cr_assert_str_eq(a->name, "pink", "what the program wrote stays");
    cr_assert_eq(a->version, 1, "what save wrote goes");
    UOW_OK(uow_original(l.ctx, a, &original));
    cr_assert_str_eq(original.name, "red");
    cr_assert_str_eq(original.note.data, "first");
    cr_assert_eq(uow_state(l.ctx, b), UOW_DELETED);
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(stored(), 1);
    cr_assert_eq(a->version, 2);
    live_close(&l);
}

Test(accept, a_savepoint_takes_back_only_what_was_saved_after_it)
{
    begin();
    box *a = put_box("outer", "");

    UOW_OK(uow_begin(l.ctx, NULL));
    saved(1);
    UOW_OK(uow_begin(l.ctx, NULL));
    box *b = put_box("inner", "");
    snprintf(a->name, sizeof a->name, "changed");
    saved(2);
    UOW_OK(uow_rollback(l.ctx));
    cr_assert_eq(uow_state(l.ctx, a), UOW_MODIFIED);
    cr_assert_eq(uow_state(l.ctx, b), UOW_ADDED);
    UOW_OK(uow_begin(l.ctx, NULL));
    saved(2);
    UOW_OK(uow_commit(l.ctx));
    UOW_OK(uow_rollback(l.ctx));
    cr_assert_eq(uow_state(l.ctx, a), UOW_ADDED);
    cr_assert_eq(uow_state(l.ctx, b), UOW_ADDED);
    cr_assert_eq(stored(), 0);
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(stored(), 2);
    live_close(&l);
}

Test(accept, a_row_deleted_and_added_again_in_one_unit_is_inserted)
{
    begin();
    box *a = put_box("red", "note");

    UOW_OK(uow_save(l.ctx, NULL));
    UOW_OK(uow_begin(l.ctx, NULL));
    box again = *a;
    UOW_OK(uow_remove(l.ctx, a));
    saved(1);
    again.note.data = NULL;
    again.note.length = 0;
    again.note_ind = UOW_NULL;
    void *row = NULL;
    UOW_OK(uow_add(l.ctx, &boxes, &again, &row));
    saved(1);
    UOW_OK(uow_commit(l.ctx));
    cr_assert_eq(stored(), 1);
    cr_assert_eq(changes(), 0);
    live_close(&l);
}

Test(accept, a_row_added_after_the_save_goes_on_referring_to_a_row_that_is_rolled_back)
{
    begin();
    box *b = put_box("red", "");

    UOW_OK(uow_begin(l.ctx, NULL));
    saved(1);
    thing *t = put_thing(b->id, "ball");
    int64_t dead = b->id;
    UOW_OK(uow_rollback(l.ctx));
    cr_assert_lt(b->id, 0);
    cr_assert_eq(t->box, b->id);
    live_run(&l, "INSERT INTO accept_boxes (id, name, version) VALUES (%lld, 'somebody else', 1)", (long long)dead);
    if (l.database == LIVE_POSTGRESQL)
        live_run(&l, "ALTER TABLE accept_boxes ALTER COLUMN id RESTART WITH 100");
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_neq(b->id, dead);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM accept_things t JOIN accept_boxes b ON b.id = t.box WHERE b.name = "
                                "'red'"), 1);
    uow_arg key[2] = {uow_arg_int64(b->id), uow_arg_int64(1)};
    void *found = NULL;
    UOW_OK(uow_find(l.ctx, &things, uow_key_args(key, 2), &found));
    cr_assert_eq(found, t, "it is known by its real key");
    live_close(&l);
}

/* The foreign key was given its real value by the save, and then changed: found by a random script. */
Test(accept, a_reference_changed_after_a_save_that_is_rolled_back_stays_changed)
{
    stamp in_red = {.box_ind = 0};
    stamp *moved = NULL, *taken = NULL, *left = NULL;
    begin();
    box *red = put_box("red", ""), *blue = put_box("blue", "");

    in_red.box = red->id;
    UOW_OK(uow_add(l.ctx, &stamps, &in_red, (void **)&moved));
    UOW_OK(uow_add(l.ctx, &stamps, &in_red, (void **)&taken));
    UOW_OK(uow_add(l.ctx, &stamps, &in_red, (void **)&left));
    UOW_OK(uow_begin(l.ctx, NULL));
    saved(5);
    moved->box = blue->id;
    UOW_OK(uow_begin(l.ctx, NULL));
    taken->box_ind = UOW_NULL;
    saved(2);
    UOW_OK(uow_commit(l.ctx));
    UOW_OK(uow_rollback(l.ctx));
    cr_assert_eq(moved->box, blue->id);
    cr_assert_eq(taken->box_ind, UOW_NULL);
    cr_assert_eq(left->box, red->id);
    saved(5);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM accept_stamps WHERE box = %lld", (long long)blue->id), 1);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM accept_stamps WHERE box = %lld", (long long)red->id), 1);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM accept_stamps WHERE box IS NULL"), 1);
    live_close(&l);
}

Test(accept, a_written_deletion_cannot_be_taken_back_but_by_the_unit)
{
    begin();
    box *b = put_box("red", "");

    UOW_OK(uow_save(l.ctx, NULL));
    UOW_OK(uow_begin(l.ctx, NULL));
    UOW_OK(uow_remove(l.ctx, b));
    saved(1);
    UOW_IS(UOW_MISUSE, uow_revert(l.ctx, b));
    LIVE_CONTAINS(uow_context_message(l.ctx), "is written");
    UOW_OK(uow_reject(l.ctx));
    cr_assert_eq(uow_state(l.ctx, b), UOW_DELETED);
    cr_assert_eq(changes(), 0);
    saved(0);
    UOW_OK(uow_rollback(l.ctx));
    UOW_OK(uow_revert(l.ctx, b));
    cr_assert_eq(uow_state(l.ctx, b), UOW_UNCHANGED);
    snprintf(b->name, sizeof b->name, "blue");
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(stored(), 1);
    live_close(&l);
}

Test(accept, clearing_and_closing_with_a_unit_open_leaves_nothing_behind)
{
    begin();
    box *a = put_box("red", "note");

    UOW_OK(uow_begin(l.ctx, NULL));
    saved(1);
    UOW_OK(uow_detach(l.ctx, a));
    put_box("green", "note");
    saved(1);
    UOW_OK(uow_clear(l.ctx));
    put_box("blue", "note");
    saved(1);
    live_close(&l); /* checks that no byte is left */
}
