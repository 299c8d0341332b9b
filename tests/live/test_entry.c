/* One tracked row: attached in place, its values, refreshed, accepted and rejected, conflicts resolved. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <stdio.h>
#include <string.h>

#include "live.h"

typedef struct parcel {
    int64_t id;
    char city[24];
    int32_t weight;
    uow_text note;
    uow_ind note_ind;
    int32_t version;
} parcel;

static const uow_column parcel_columns[] = {
    UOW_COLUMN(parcel, id, "id", UOW_INT64, UOW_KEY),
    UOW_COLUMN(parcel, city, "city", UOW_TEXT, 0),
    UOW_COLUMN(parcel, weight, "weight", UOW_INT32, 0),
    UOW_COLUMN_NULL(parcel, note, note_ind, "note", UOW_LONGTEXT, 0),
    UOW_COLUMN(parcel, version, "version", UOW_INT32, UOW_VERSION),
};
static const uow_entity parcels = UOW_ENTITY(parcel, "entry_parcels", parcel_columns);
static const uow_entity *const entities[] = {&parcels};

static live l;

static void begin(void)
{
    live_open(&l, entities, 1);
    live_table(&l, "entry_parcels",
               "id bigint primary key, city varchar(40), weight integer, note @text, version integer");
    UOW_OK(uow_execute(l.ctx, "DELETE FROM entry_parcels", NULL, 0, NULL));
    for (int64_t id = 1; id <= 3; id++) {
        uow_arg args[2];

        args[0] = uow_arg_int64(id);
        args[1] = uow_arg_int64(10 * id);
        UOW_OK(uow_execute(l.ctx, "INSERT INTO entry_parcels (id, city, weight, note, version) VALUES (?, 'Bern', ?, "
                                  "'as read', 1)", args, 2, NULL));
    }
}

static parcel *get(uow_context *ctx, int64_t id)
{
    parcel *p = NULL;

    UOW_OK(uow_find(ctx, &parcels, uow_key_int64(id), (void **)&p));
    return p;
}

/* Somebody else, by plain SQL. */
static void elsewhere(const char *sql)
{
    UOW_OK(uow_execute(live_another(&l), sql, NULL, 0, NULL));
}

static void reopen(void)
{
    UOW_OK(uow_clear(l.ctx));
}

Test(entry, a_struct_of_the_programs_is_attached_changed_and_saved_in_place)
{
    begin();
    parcel mine = {1, "Bern", 10, {"as read", 7}, 0, 1};

    UOW_OK(uow_attach(l.ctx, &parcels, &mine, UOW_UNCHANGED));
    cr_assert_eq(uow_state(l.ctx, &mine), UOW_UNCHANGED);
    cr_assert_eq(get(l.ctx, 1), &mine, "find gives the attached struct");
    mine.weight = 77;
    cr_assert_eq(uow_state(l.ctx, &mine), UOW_MODIFIED);
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(mine.version, 2);
    UOW_OK(uow_detach(l.ctx, &mine));
    cr_assert_eq(uow_state(l.ctx, &mine), UOW_DETACHED);
    cr_assert_eq(get(l.ctx, 1)->weight, 77);
    live_close(&l);
}

Test(entry, an_attached_new_struct_is_inserted_and_a_deleted_one_deleted)
{
    begin();
    parcel fresh = {9, "Olten", 5, {NULL, 0}, UOW_NULL, 0};
    parcel gone = {2, "Bern", 20, {"as read", 7}, 0, 1};
    int64_t count = 0;

    UOW_OK(uow_attach(l.ctx, &parcels, &fresh, UOW_ADDED));
    UOW_OK(uow_attach(l.ctx, &parcels, &gone, UOW_DELETED));
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(uow_state(l.ctx, &fresh), UOW_UNCHANGED);
    cr_assert_eq(uow_state(l.ctx, &gone), UOW_DETACHED);
    UOW_OK(uow_count(l.ctx, &parcels, NULL, NULL, 0, &count));
    cr_assert_eq(count, 3);
    live_close(&l);
}

Test(entry, a_struct_attached_as_modified_writes_every_column)
{
    begin();
    parcel mine = {3, "Chur", 31, {"new note", 8}, 0, 1};

    UOW_OK(uow_attach(l.ctx, &parcels, &mine, UOW_MODIFIED));
    UOW_OK(uow_save(l.ctx, NULL));
    reopen();
    parcel *p = get(l.ctx, 3);
    cr_assert_str_eq(p->city, "Chur");
    cr_assert_str_eq(p->note.data, "new note");
    live_close(&l);
}

Test(entry, a_second_instance_of_a_key_is_an_identity_error_that_names_it)
{
    begin();
    parcel twin = {1, "Bern", 10, {NULL, 0}, UOW_NULL, 1};

    get(l.ctx, 1);
    UOW_IS(UOW_IDENTITY, uow_attach(l.ctx, &parcels, &twin, UOW_UNCHANGED));
    cr_assert_str_eq(uow_error_entity(uow_context_error(l.ctx)), "entry_parcels");
    cr_assert_str_eq(uow_error_key(uow_context_error(l.ctx)), "id=1");
    live_close(&l);
}

static int take_weight(const uow_entity *entity, void *tracked, const void *incoming, void *user)
{
    (*(int *)user)++;
    if (((const parcel *)incoming)->weight < 0)
        return 0; /* not to be merged */
    ((parcel *)tracked)->weight = ((const parcel *)incoming)->weight;
    return entity == &parcels;
}

Test(entry, the_merge_hook_makes_one_instance_of_two)
{
    int calls = 0;
    uow_context_options options = UOW_CONTEXT_OPTIONS_INIT;

    options.merge = take_weight;
    options.merge_user = &calls;
    begin();
    live_close(&l);
    live_open_with(&l, entities, 1, &options);
    live_table(&l, "entry_parcels",
               "id bigint primary key, city varchar(40), weight integer, note @text, version integer");
    UOW_OK(uow_execute(l.ctx, "INSERT INTO entry_parcels (id, city, weight, version) VALUES (1, 'Bern', 10, 1)", NULL,
                       0, NULL));
    parcel *first = get(l.ctx, 1);
    parcel twin = {1, "Thun", 99, {NULL, 0}, UOW_NULL, 1};
    UOW_OK(uow_attach(l.ctx, &parcels, &twin, UOW_UNCHANGED));
    cr_assert_eq(calls, 1);
    cr_assert_eq(first->weight, 99);
    cr_assert_eq(uow_state(l.ctx, &twin), UOW_DETACHED);
    void *same = NULL;
    twin.weight = 98;
    UOW_OK(uow_add(l.ctx, &parcels, &twin, &same));
    cr_assert_eq(same, first);
    cr_assert_eq(first->weight, 98);
    twin.weight = -1;
    UOW_IS(UOW_IDENTITY, uow_add(l.ctx, &parcels, &twin, NULL));
    UOW_IS(UOW_IDENTITY, uow_attach(l.ctx, &parcels, &twin, UOW_UNCHANGED));
    cr_assert_eq(calls, 4);
    cr_assert_eq(first->weight, 98);
    live_close(&l);
}

Test(entry, original_current_and_database_values_are_told_apart)
{
    begin();
    parcel *p = get(l.ctx, 1);
    parcel original;
    parcel database;
    int modified = -1;

    p->weight = 11;
    elsewhere("UPDATE entry_parcels SET weight = 12, version = 2 WHERE id = 1");
    UOW_OK(uow_original(l.ctx, p, &original));
    UOW_OK(uow_database(l.ctx, p, &database));
    cr_assert_eq(original.weight, 10);
    cr_assert_eq(p->weight, 11);
    cr_assert_eq(database.weight, 12);
    cr_assert_str_eq(database.note.data, "as read");
    UOW_OK(uow_is_modified(l.ctx, p, "weight", &modified));
    cr_assert_eq(modified, 1);
    UOW_OK(uow_is_modified(l.ctx, p, "city", &modified));
    cr_assert_eq(modified, 0);
    UOW_IS(UOW_MISUSE, uow_is_modified(l.ctx, p, "colour", &modified));
    live_close(&l);
}

Test(entry, original_values_can_be_set)
{
    begin();
    parcel *p = get(l.ctx, 1);
    parcel known;

    UOW_OK(uow_original(l.ctx, p, &known));
    known.version = 5;
    known.weight = 10;
    elsewhere("UPDATE entry_parcels SET version = 5 WHERE id = 1");
    UOW_OK(uow_set_original(l.ctx, p, &known));
    p->weight = 13;
    p->version = 5;
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(p->version, 6);
    known.id = 2;
    UOW_IS(UOW_MISUSE, uow_set_original(l.ctx, p, &known));
    live_close(&l);
}

Test(entry, update_marks_a_whole_row)
{
    begin();
    parcel *p = get(l.ctx, 1);

    UOW_OK(uow_update(l.ctx, p));
    cr_assert_eq(uow_state(l.ctx, p), UOW_MODIFIED);
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(uow_state(l.ctx, p), UOW_UNCHANGED);
    cr_assert_eq(p->version, 2);
    live_close(&l);
}

Test(entry, many_rows_are_refreshed_by_one_statement_and_those_gone_are_named)
{
    begin();
    parcel *p[3] = {get(l.ctx, 1), get(l.ctx, 2), get(l.ctx, 3)};

    p[0]->weight = 500;
    elsewhere("UPDATE entry_parcels SET weight = weight + 1, version = 2 WHERE id IN (1, 3)");
    elsewhere("DELETE FROM entry_parcels WHERE id = 2");
    size_t before = l.events.count;
    UOW_IS(UOW_NOT_FOUND, uow_refresh(l.ctx, (void *const *)p, 3));
    cr_assert_eq(l.events.count - before, 1);
    cr_assert_eq(uow_error_instance_count(uow_context_error(l.ctx)), 1);
    cr_assert_eq(uow_error_instance(uow_context_error(l.ctx), 0), p[1]);
    cr_assert_eq(p[0]->weight, 11);
    cr_assert_eq(p[2]->weight, 31);
    cr_assert_eq(uow_state(l.ctx, p[0]), UOW_UNCHANGED);
    live_close(&l);
}

Test(entry, rejected_changes_are_undone_and_accepted_ones_taken_as_saved)
{
    begin();
    parcel *a = get(l.ctx, 1);
    parcel *b = get(l.ctx, 2);
    parcel fresh = {7, "Biel", 1, {NULL, 0}, UOW_NULL, 1};
    size_t changes = 9;

    a->weight = 1;
    a->note.data[0] = 'X';
    UOW_OK(uow_remove(l.ctx, b));
    UOW_OK(uow_attach(l.ctx, &parcels, &fresh, UOW_ADDED));
    UOW_OK(uow_reject(l.ctx));
    cr_assert_eq(a->weight, 10);
    cr_assert_str_eq(a->note.data, "as read");
    cr_assert_eq(uow_state(l.ctx, b), UOW_UNCHANGED);
    cr_assert_eq(uow_state(l.ctx, &fresh), UOW_DETACHED);
    a->weight = 2;
    UOW_OK(uow_remove(l.ctx, b));
    UOW_OK(uow_accept(l.ctx));
    UOW_OK(uow_changes(l.ctx, &changes));
    cr_assert_eq(changes, 0);
    cr_assert_eq(uow_state(l.ctx, b), UOW_DETACHED);
    live_close(&l);
}

/* Both changed the row: we the weight, somebody else the city. */
static parcel *conflict(void)
{
    parcel *p = get(l.ctx, 1);

    p->weight = 11;
    elsewhere("UPDATE entry_parcels SET city = 'Genf', version = 2 WHERE id = 1");
    UOW_IS(UOW_CONFLICT, uow_save(l.ctx, NULL));
    cr_assert_eq(uow_error_instance(uow_context_error(l.ctx), 0), p);
    return p;
}

static void stored(const char *city, int32_t weight)
{
    reopen();
    parcel *p = get(l.ctx, 1);

    cr_assert_str_eq(p->city, city);
    cr_assert_eq(p->weight, weight);
}

Test(entry, a_conflict_is_resolved_for_the_client)
{
    begin();
    parcel *p = conflict();

    memcpy(p->city, "Zug", 4);
    UOW_OK(uow_resolve(l.ctx, p, UOW_CLIENT_WINS));
    UOW_OK(uow_save(l.ctx, NULL));
    stored("Zug", 11);
    live_close(&l);
}

Test(entry, client_wins_writes_back_what_the_client_had_read)
{
    begin();
    UOW_OK(uow_resolve(l.ctx, conflict(), UOW_CLIENT_WINS));
    UOW_OK(uow_save(l.ctx, NULL));
    stored("Bern", 11);
    live_close(&l);
}

Test(entry, a_conflict_is_resolved_for_the_store)
{
    begin();
    parcel *p = conflict();

    UOW_OK(uow_resolve(l.ctx, p, UOW_STORE_WINS));
    cr_assert_str_eq(p->city, "Genf");
    cr_assert_eq(uow_state(l.ctx, p), UOW_UNCHANGED);
    UOW_OK(uow_save(l.ctx, NULL));
    stored("Genf", 10);
    live_close(&l);
}

Test(entry, a_conflict_is_merged_column_by_column)
{
    begin();
    UOW_OK(uow_resolve(l.ctx, conflict(), UOW_MERGE));
    UOW_OK(uow_save(l.ctx, NULL));
    stored("Genf", 11);
    live_close(&l);
}

Test(entry, a_row_that_is_gone_is_inserted_again_or_forgotten)
{
    begin();
    parcel *a = get(l.ctx, 1);
    parcel *b = get(l.ctx, 2);

    a->weight = 1;
    b->weight = 2;
    elsewhere("DELETE FROM entry_parcels WHERE id IN (1, 2)");
    UOW_IS(UOW_CONFLICT, uow_save(l.ctx, NULL));
    UOW_OK(uow_resolve(l.ctx, a, UOW_CLIENT_WINS));
    cr_assert_eq(uow_state(l.ctx, a), UOW_ADDED);
    UOW_OK(uow_resolve(l.ctx, b, UOW_STORE_WINS));
    cr_assert_eq(uow_state(l.ctx, b), UOW_DETACHED);
    UOW_OK(uow_save(l.ctx, NULL));
    stored("Bern", 1);
    live_close(&l);
}

static int collect(const char *text, size_t length, void *user)
{
    strncat(user, text, length);
    return 1;
}

Test(entry, the_view_prints_states_keys_and_changed_columns)
{
    begin();
    char text[512] = "";
    parcel *a = get(l.ctx, 1);

    get(l.ctx, 2);
    a->weight = 3;
    memcpy(a->city, "secret", 7);
    UOW_OK(uow_remove(l.ctx, get(l.ctx, 3)));
    UOW_OK(uow_view(l.ctx, collect, text));
    cr_assert_str_eq(text, "modified entry_parcels(id=1): city, weight\n"
                           "unchanged entry_parcels(id=2)\n"
                           "deleted entry_parcels(id=3)\n");
    live_close(&l);
}

Test(entry, whether_there_are_changes_is_known_without_counting)
{
    int has = 9;
    begin();
    parcel *a = get(l.ctx, 1);
    UOW_OK(uow_has_changes(l.ctx, &has));
    cr_assert_eq(has, 0);
    a->weight = 3;
    UOW_OK(uow_has_changes(l.ctx, &has));
    cr_assert_eq(has, 1);
    UOW_IS(UOW_MISUSE, uow_has_changes(l.ctx, NULL));
    UOW_OK(uow_save(l.ctx, NULL));
    UOW_OK(uow_has_changes(l.ctx, &has));
    cr_assert_eq(has, 0);
    live_close(&l);
}

/* --- keys of bytes */

typedef struct bin {
    uow_guid id;
    unsigned char part[4];
    int32_t n;
    int32_t version;
} bin;

static const uow_column bin_columns[] = {
    UOW_COLUMN(bin, id, "id", UOW_GUID, UOW_KEY),
    UOW_COLUMN(bin, part, "part", UOW_BINARY, UOW_KEY),
    UOW_COLUMN(bin, n, "n", UOW_INT32, 0),
    UOW_COLUMN(bin, version, "version", UOW_INT32, UOW_VERSION),
};
static const uow_entity bins = UOW_ENTITY(bin, "entry_bins", bin_columns);

Test(entry, rows_are_known_by_keys_of_guids_and_bytes)
{
    static const uow_entity *const byte_entities[] = {&bins};
    bin *all[40], *found = NULL;
    void *rows[40];
    live_open(&l, byte_entities, 1);
    live_table(&l, "entry_bins",
               live_either(&l, "id @guid not null, part blob not null, n integer, version integer, primary key (id, part)",
                           "id @guid not null, part bytea not null, n integer, version integer, primary key (id, part)",
                           "id @guid not null, part varbinary(4) not null, n integer, version integer, primary key (id, part)"));
    for (int i = 0; i < 40; i++) {
        bin b = {.n = i};
        for (int k = 0; k < 16; k++)
            b.id.bytes[k] = (unsigned char)(i * 7 + k * 15);
        memcpy(b.part, (unsigned char[]){(unsigned char)i, 0, '\'', (unsigned char)(255 - i)}, 4);
        UOW_OK(uow_add(l.ctx, &bins, &b, (void **)&all[i]));
    }
    UOW_OK(uow_save(l.ctx, NULL));
    for (int i = 0; i < 40; i++)
        all[i]->n += 100;
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM entry_bins WHERE n >= 100 AND version = 2"), 40);
    bin wanted = *all[3];
    UOW_OK(uow_clear(l.ctx));
    uow_arg key[2] = {uow_arg_guid(&wanted.id), uow_arg_binary(wanted.part, 4)};
    UOW_OK(uow_find(l.ctx, &bins, uow_key_args(key, 2), (void **)&found));
    cr_assert_eq(found->n, 103);
    wanted.part[1] = 1;
    UOW_IS(UOW_NOT_FOUND, uow_find(l.ctx, &bins, uow_key_args(key, 2), (void **)&found));
    uow_list *list = NULL;
    UOW_OK(uow_query(l.ctx, &bins, NULL, NULL, 0, NULL, &list));
    for (size_t i = 0; i < 40; i++)
        rows[i] = uow_list_at(list, i);
    UOW_OK(uow_refresh(l.ctx, rows, 40));
    live_run(&l, "UPDATE entry_bins SET version = 9 WHERE n = 117");
    for (size_t i = 0; i < 40; i++)
        UOW_OK(uow_remove(l.ctx, rows[i]));
    UOW_IS(UOW_CONFLICT, uow_save(l.ctx, NULL));
    cr_assert_eq(uow_error_instance_count(uow_context_error(l.ctx)), 1);
    cr_assert_eq(((const bin *)uow_error_instance(uow_context_error(l.ctx), 0))->n, 117);
    live_run(&l, "UPDATE entry_bins SET version = 2");
    UOW_OK(uow_save(l.ctx, NULL));
    uow_list_free(list);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM entry_bins"), 0);
    live_close(&l);
}

/* --- conflicts about deletions */

static parcel *stale_deletion(void)
{
    begin();
    parcel *a = get(l.ctx, 1);
    elsewhere("UPDATE entry_parcels SET weight = 99, version = 2 WHERE id = 1");
    UOW_OK(uow_remove(l.ctx, a));
    UOW_IS(UOW_CONFLICT, uow_save(l.ctx, NULL));
    cr_assert_eq(uow_state(l.ctx, a), UOW_DELETED);
    return a;
}

static void deleted_all_the_same(uow_resolution resolution)
{
    parcel *a = stale_deletion();
    UOW_OK(uow_resolve(l.ctx, a, resolution));
    cr_assert_eq(uow_state(l.ctx, a), UOW_DELETED, "it is still to be deleted");
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM entry_parcels"), 2);
    live_close(&l);
}

Test(entry, a_stale_deletion_is_done_when_the_client_wins)
{
    deleted_all_the_same(UOW_CLIENT_WINS);
}

Test(entry, a_stale_deletion_is_done_when_it_is_merged)
{
    deleted_all_the_same(UOW_MERGE);
}

Test(entry, a_stale_deletion_is_given_up_when_the_store_wins)
{
    parcel *a = stale_deletion();
    UOW_OK(uow_resolve(l.ctx, a, UOW_STORE_WINS));
    cr_assert_eq(uow_state(l.ctx, a), UOW_UNCHANGED);
    cr_assert(a->weight == 99 && a->version == 2);
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM entry_parcels"), 3);
    live_close(&l);
}

Test(entry, a_deletion_somebody_else_has_done_is_forgotten_by_every_resolution)
{
    static const uow_resolution resolutions[] = {UOW_CLIENT_WINS, UOW_STORE_WINS, UOW_MERGE};
    begin();
    for (int i = 0; i < 3; i++) {
        parcel *a = get(l.ctx, i + 1);
        char sql[80];
        snprintf(sql, sizeof sql, "DELETE FROM entry_parcels WHERE id = %d", i + 1);
        elsewhere(sql);
        UOW_OK(uow_remove(l.ctx, a));
        UOW_IS(UOW_CONFLICT, uow_save(l.ctx, NULL));
        UOW_OK(uow_resolve(l.ctx, a, resolutions[i]));
        cr_assert_eq(uow_state(l.ctx, a), UOW_DETACHED);
    }
    UOW_OK(uow_save(l.ctx, NULL));
    live_close(&l);
}
