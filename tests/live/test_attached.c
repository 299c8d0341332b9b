/* Structs of the program's with long text, tracked in place; rows removed and added again under their key. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <stdio.h>
#include <string.h>

#include "live.h"

typedef struct letter {
    int64_t id;
    char city[24];
    int32_t pages;
    uow_text note;
    uow_ind note_ind;
    int32_t version;
    int32_t own; /* no column */
} letter;

static const uow_column letter_columns[] = {
    UOW_COLUMN(letter, id, "id", UOW_INT64, UOW_KEY),
    UOW_COLUMN(letter, city, "city", UOW_TEXT, 0),
    UOW_COLUMN(letter, pages, "pages", UOW_INT32, UOW_DEFAULT),
    UOW_COLUMN_NULL(letter, note, note_ind, "note", UOW_LONGTEXT, UOW_DEFAULT),
    UOW_COLUMN(letter, version, "version", UOW_INT32, UOW_VERSION),
};
static const uow_entity letters = UOW_ENTITY(letter, "attached_letters", letter_columns);
static const uow_entity *const entities[] = {&letters};

static live l;

static void begin(void)
{
    live_open(&l, entities, 1);
    live_table(&l, "attached_letters",
               "id bigint primary key, city varchar(40), pages integer not null default 7, "
               "note @text default 'as it comes', version integer");
    for (int id = 1; id <= 3; id++)
        live_run(&l, "INSERT INTO attached_letters (id, city, pages, note, version) VALUES (%d, 'Bern', %d, "
                     "'text of %d', 1)", id, 10 * id, id);
}

static letter as_read(int64_t id)
{
    letter values;

    memset(&values, 0, sizeof values);
    values.id = id;
    strcpy(values.city, "Bern");
    values.pages = (int32_t)(10 * id);
    values.note_ind = UOW_NULL;
    values.version = 1;
    values.own = 4711;
    return values;
}

static void attach(letter *instance, uow_state state)
{
    UOW_OK(uow_attach(l.ctx, &letters, instance, state));
}

static void refresh(letter *instance)
{
    void *instances[] = {instance};

    UOW_OK(uow_refresh(l.ctx, instances, 1));
}

/* What was read before is overwritten: memory of the reader or of a save that is used again must not matter. */
static void stir(void)
{
    uow_list *list = NULL;

    for (int i = 0; i < 3; i++) {
        UOW_OK(uow_query(l.ctx, &letters, "id < 0 OR note LIKE '%of%'", NULL, 0, NULL, &list));
        uow_list_free(list);
    }
}

static void says(const letter *instance, const char *text)
{
    cr_assert_neq(instance->note_ind, UOW_NULL);
    cr_assert_eq(instance->note.length, strlen(text));
    cr_assert_eq(memcmp(instance->note.data, text, strlen(text)), 0, "\"%.*s\" should be \"%s\"",
                 (int)instance->note.length, instance->note.data, text);
}

static void stored(int64_t id, const char *text)
{
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM attached_letters WHERE id = %lld AND note = '%s'", (long long)id,
                            text), 1, "row %lld should have \"%s\"", (long long)id, text);
}

Test(attached, structs_refreshed_one_after_another_keep_their_own_long_text)
{
    begin();
    letter a = as_read(1), b = as_read(2);
    attach(&a, UOW_UNCHANGED);
    attach(&b, UOW_UNCHANGED);
    refresh(&a);
    refresh(&b);
    stir();
    says(&a, "text of 1");
    says(&b, "text of 2");
    cr_assert_eq(uow_state(l.ctx, &a), UOW_UNCHANGED);
    a.pages = 99;
    UOW_OK(uow_save(l.ctx, NULL));
    UOW_OK(uow_save(l.ctx, NULL));
    stored(1, "text of 1");
    stored(2, "text of 2");
    cr_assert_eq(a.own, 4711);
    live_close(&l);
}

Test(attached, a_query_that_refreshes_gives_attached_structs_long_text_of_their_own)
{
    uow_query_options fresh = UOW_QUERY_OPTIONS_INIT;
    uow_list *list = NULL;
    begin();
    letter a = as_read(1), b = as_read(2);
    attach(&a, UOW_UNCHANGED);
    attach(&b, UOW_UNCHANGED);
    fresh.flags = UOW_REFRESH;
    UOW_OK(uow_query(l.ctx, &letters, "ORDER BY id", NULL, 0, &fresh, &list));
    uow_list_free(list);
    stir();
    says(&a, "text of 1");
    says(&b, "text of 2");
    live_close(&l);
}

Test(attached, a_resolved_conflict_leaves_long_text_that_stays)
{
    begin();
    letter a = as_read(1);
    attach(&a, UOW_UNCHANGED);
    live_run(&l, "UPDATE attached_letters SET version = 5, note = 'theirs' WHERE id = 1");
    a.pages = 11;
    UOW_IS(UOW_CONFLICT, uow_save(l.ctx, NULL));
    UOW_OK(uow_resolve(l.ctx, &a, UOW_MERGE));
    stir();
    says(&a, "theirs");
    UOW_OK(uow_save(l.ctx, NULL));
    stir();
    says(&a, "theirs");
    cr_assert_eq(a.version, 6);
    UOW_OK(uow_save(l.ctx, NULL));
    stored(1, "theirs");
    live_close(&l);
}

Test(attached, long_text_put_back_by_a_revert_outlives_the_next_saves)
{
    char mine[] = "text of 1";
    begin();
    letter a = as_read(1);
    a.note = (uow_text){mine, strlen(mine)};
    a.note_ind = 0;
    attach(&a, UOW_UNCHANGED);
    a.pages = 1234;
    UOW_OK(uow_revert(l.ctx, &a));
    cr_assert_eq(a.pages, 10);
    a.pages = 77;
    UOW_OK(uow_save(l.ctx, NULL));
    stir();
    says(&a, "text of 1");
    a.pages = 78;
    UOW_OK(uow_save(l.ctx, NULL));
    says(&a, "text of 1");
    cr_assert_eq(uow_state(l.ctx, &a), UOW_UNCHANGED);
    stored(1, "text of 1");
    live_close(&l);
}

Test(attached, a_default_text_that_came_back_stays)
{
    begin();
    letter a = as_read(9);
    a.pages = 0;
    attach(&a, UOW_ADDED);
    UOW_OK(uow_save(l.ctx, NULL));
    stir();
    says(&a, "as it comes");
    cr_assert_eq(a.pages, 7);
    cr_assert_eq(uow_state(l.ctx, &a), UOW_UNCHANGED);
    UOW_OK(uow_save(l.ctx, NULL));
    stored(9, "as it comes");
    live_close(&l);
}

Test(attached, a_rolled_back_unit_leaves_an_attached_struct_as_it_was)
{
    uow_save_options later = UOW_SAVE_OPTIONS_INIT;
    char mine[] = "text of 1";
    begin();
    letter a = as_read(9), b = as_read(1);
    b.note = (uow_text){mine, strlen(mine)};
    b.note_ind = 0;
    later.flags = UOW_ACCEPT_ON_COMMIT;
    attach(&a, UOW_ADDED);
    attach(&b, UOW_UNCHANGED);
    b.pages = 55;
    UOW_OK(uow_begin(l.ctx, NULL));
    UOW_OK(uow_save_with(l.ctx, &later, NULL));
    says(&a, "as it comes");
    UOW_OK(uow_rollback(l.ctx));
    stir();
    cr_assert_eq(uow_state(l.ctx, &a), UOW_ADDED);
    cr_assert_eq(a.note_ind, UOW_NULL);
    says(&b, "text of 1");
    cr_assert_eq(b.note.data, mine, "the program's own");
    UOW_OK(uow_save(l.ctx, NULL));
    says(&a, "as it comes");
    stored(1, "text of 1");
    live_close(&l);
}

Test(attached, a_struct_that_is_tracked_no_longer_holds_no_text_of_the_context)
{
    char mine[] = "mine";
    begin();
    letter a = as_read(1), b = as_read(2), c = as_read(3);
    attach(&a, UOW_UNCHANGED);
    attach(&b, UOW_UNCHANGED);
    c.note = (uow_text){mine, 4};
    c.note_ind = 0;
    attach(&c, UOW_UNCHANGED);
    refresh(&a);
    refresh(&b);
    UOW_OK(uow_detach(l.ctx, &a));
    cr_assert_null(a.note.data);
    UOW_OK(uow_clear(l.ctx));
    cr_assert_null(b.note.data);
    cr_assert_eq(c.note.data, mine);
    live_close(&l);
}

/* --- removed and added again */

static letter *get(int64_t id)
{
    letter *row = NULL;

    UOW_OK(uow_find(l.ctx, &letters, uow_key_int64(id), (void **)&row));
    return row;
}

Test(again, a_row_removed_and_added_again_is_one_update_with_long_text_of_its_own)
{
    char text[] = "another text";
    void *row = NULL;
    size_t saved = 0;
    begin();
    letter values = as_read(1);
    UOW_OK(uow_remove(l.ctx, get(1)));
    values.note = (uow_text){text, strlen(text)};
    values.note_ind = 0;
    values.version = 0;
    UOW_OK(uow_add(l.ctx, &letters, &values, &row));
    memset(text, '#', sizeof text - 1);
    l.events.count = 0;
    UOW_OK(uow_save(l.ctx, &saved));
    cr_assert_eq(saved, 1);
    cr_assert_eq(live_count_events(&l, UOW_TRACE_STATEMENT, "UPDATE"), 1);
    cr_assert_eq(live_count_events(&l, UOW_TRACE_STATEMENT, NULL), 1);
    stored(1, "another text");
    cr_assert_eq(((letter *)row)->version, 2);
    live_close(&l);
}

Test(again, what_the_new_row_leaves_to_the_database_stays_as_it_was_read)
{
    void *row = NULL;
    begin();
    letter values = as_read(2);
    UOW_OK(uow_remove(l.ctx, get(2)));
    strcpy(values.city, "Chur");
    values.pages = 0;
    UOW_OK(uow_add(l.ctx, &letters, &values, &row));
    UOW_OK(uow_save(l.ctx, NULL));
    stored(2, "text of 2");
    cr_assert_eq(live_int64(&l, "SELECT pages FROM attached_letters WHERE id = 2 AND city = 'Chur'"), 20);
    says(row, "text of 2");
    live_close(&l);
}

Test(again, after_a_deletion_that_is_written_the_new_row_gets_the_defaults)
{
    uow_save_options later = UOW_SAVE_OPTIONS_INIT;
    void *row = NULL;
    begin();
    letter values = as_read(2);
    later.flags = UOW_ACCEPT_ON_COMMIT;
    values.pages = 0;
    values.version = 0;
    UOW_OK(uow_begin(l.ctx, NULL));
    UOW_OK(uow_remove(l.ctx, get(2)));
    UOW_OK(uow_save_with(l.ctx, &later, NULL));
    UOW_OK(uow_add(l.ctx, &letters, &values, &row));
    UOW_OK(uow_save_with(l.ctx, &later, NULL));
    UOW_OK(uow_commit(l.ctx));
    says(row, "as it comes");
    cr_assert_eq(((letter *)row)->pages, 7);
    cr_assert_eq(((letter *)row)->version, 1);
    stored(2, "as it comes");
    live_close(&l);
}

Test(again, a_struct_attached_under_the_key_of_a_removed_row_takes_its_place)
{
    begin();
    letter *before = get(3);
    letter mine = as_read(3);
    UOW_OK(uow_remove(l.ctx, before));
    strcpy(mine.city, "Sion");
    attach(&mine, UOW_ADDED);
    cr_assert_eq(get(3), &mine);
    cr_assert_eq(uow_state(l.ctx, &mine), UOW_MODIFIED);
    cr_assert_eq(uow_state(l.ctx, before), UOW_DETACHED);
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(mine.version, 2);
    cr_assert_eq(mine.own, 4711);
    says(&mine, "text of 3");
    cr_assert_eq(live_int64(&l, "SELECT pages FROM attached_letters WHERE id = 3 AND city = 'Sion'"), 30);

    letter other = as_read(3);
    UOW_OK(uow_remove(l.ctx, &mine));
    attach(&other, UOW_ADDED);
    cr_assert_null(mine.note.data);
    cr_assert_eq(uow_state(l.ctx, &mine), UOW_DETACHED);
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(get(3), &other);
    live_close(&l);
}
