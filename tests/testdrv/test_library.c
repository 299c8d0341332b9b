/*
 * The library through the test driver. An unknown name of the database makes it use the
 * standard dialect over a real one, which no real database here does.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "testdrv/testdrv.h"

#include "uow.h"

struct note {
    int64_t id;
    char name[41];
    int32_t version;
};

static const uow_column note_columns[] = {
    UOW_COLUMN(struct note, id, "id", UOW_INT64, UOW_KEY),
    UOW_COLUMN(struct note, name, "name", UOW_TEXT, 0),
    UOW_COLUMN(struct note, version, "version", UOW_INT32, UOW_VERSION),
};
static const uow_entity notes = UOW_ENTITY(struct note, "tdu_notes", note_columns);

typedef struct unit_of {
    uow_env *env;
    uow_model *model;
    uow_context *ctx;
} unit_of;

#define DOES(u, wanted, expr)                                                                      \
    do {                                                                                           \
        uow_status does_ = (expr);                                                                 \
        cr_assert_eq(does_, (wanted), "%s gave %s: %s", #expr, uow_status_name(does_),             \
                     uow_context_message((u)->ctx));                                               \
    } while (0)

static void make_notes(void)
{
    link_to side;
    drop_table("tdu_notes");
    open_beside(&side);
    run(&side,
        "CREATE TABLE tdu_notes (id bigint PRIMARY KEY, name varchar(100), version integer)");
    shut(&side);
}

static void unit_open(unit_of *u, const char *keys)
{
    static const uow_entity *const entities[] = {&notes};
    char connection[1024];

    snprintf(connection, sizeof connection, "DSN=%s;%s", getenv("UOW_DSN"), keys);
    cr_assert_eq(uow_env_open(NULL, &u->env), UOW_OK);
    cr_assert_eq(uow_model_create(u->env, entities, 1, &u->model), UOW_OK);
    DOES(u, UOW_OK, uow_open(u->env, connection, u->model, NULL, &u->ctx));
}

static void unit_close(unit_of *u)
{
    DOES(u, UOW_OK, uow_close(u->ctx));
    uow_model_free(u->model);
    cr_assert_eq(uow_env_close(u->env), UOW_OK);
}

static struct note *add(unit_of *u, int64_t id, const char *name)
{
    struct note note = {.id = id};
    void *added = NULL;
    snprintf(note.name, sizeof note.name, "%s", name);
    DOES(u, UOW_OK, uow_add(u->ctx, &notes, &note, &added));
    return added;
}

#define WHATEVER "TestInfo=SQL_DBMS_NAME:Whatever"

Test(library, the_standard_dialect_adds_finds_changes_removes)
{
    unit_of u;
    uow_facts facts = UOW_FACTS_INIT;
    size_t saved = 0;
    void *row = NULL;
    make_notes();
    unit_open(&u, WHATEVER);
    DOES(&u, UOW_OK, uow_context_facts(u.ctx, &facts));
    cr_assert_str_eq(facts.dialect, "standard");
    for (int64_t id = 1; id <= 250; id++)
        add(&u, id, "gr\xc3\xbcn");
    DOES(&u, UOW_OK, uow_save(u.ctx, &saved));
    cr_assert_eq(saved, 250);
    uow_clear(u.ctx);
    DOES(&u, UOW_OK, uow_find(u.ctx, &notes, uow_key_int64(7), &row));
    cr_assert_str_eq(((struct note *)row)->name, "gr\xc3\xbcn");
    snprintf(((struct note *)row)->name, sizeof((struct note *)row)->name, "changed");
    DOES(&u, UOW_OK, uow_save(u.ctx, &saved));
    cr_assert_eq(saved, 1);
    DOES(&u, UOW_OK, uow_remove(u.ctx, row));
    DOES(&u, UOW_OK, uow_save(u.ctx, &saved));
    uow_clear(u.ctx);
    DOES(&u, UOW_NOT_FOUND, uow_find(u.ctx, &notes, uow_key_int64(7), &row));
    unit_close(&u);
    drop_table("tdu_notes");
}

Test(library, the_standard_dialect_queries_and_counts)
{
    unit_of u;
    uow_list *list = NULL;
    uow_arg arg = uow_arg_int64(10);
    int64_t count = 0;
    make_notes();
    unit_open(&u, WHATEVER);
    for (int64_t id = 1; id <= 30; id++)
        add(&u, id, "x");
    DOES(&u, UOW_OK, uow_save(u.ctx, NULL));
    DOES(&u, UOW_OK, uow_query(u.ctx, &notes, "id > ? ORDER BY id", &arg, 1, NULL, &list));
    cr_assert_eq(uow_list_count(list), 20);
    cr_assert_eq(((struct note *)uow_list_at(list, 0))->id, 11);
    uow_list_free(list);
    DOES(&u, UOW_OK, uow_count(u.ctx, &notes, "id <= ?", &arg, 1, &count));
    cr_assert_eq(count, 10);
    unit_close(&u);
    drop_table("tdu_notes");
}

static void expect_page(unit_of *u, const char *condition, uint64_t limit, uint64_t offset, int64_t first, size_t count)
{
    uow_list *list = NULL;
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;

    options.limit = limit;
    options.offset = offset;
    options.tracking = UOW_NO_TRACKING;
    DOES(u, UOW_OK, uow_query(u->ctx, &notes, condition, NULL, 0, &options, &list));
    cr_assert_eq(uow_list_count(list), count, "%s: %zu rows", condition, uow_list_count(list));
    if (count > 0)
        cr_assert_eq(((struct note *)uow_list_at(list, 0))->id, first);
    uow_list_free(list);
}

/* No text for paging is known to every database: the rows before the page are read and skipped. */
Test(library, the_standard_dialect_pages)
{
    unit_of u;
    void *row = NULL;
    int exists = -1;
    make_notes();
    unit_open(&u, WHATEVER);
    for (int64_t id = 1; id <= 300; id++)
        add(&u, id, id == 7 ? "seven" : "x");
    DOES(&u, UOW_OK, uow_save(u.ctx, NULL));
    uow_clear(u.ctx);
    expect_page(&u, "ORDER BY id", 2, 3, 4, 2);
    expect_page(&u, "ORDER BY id", 0, 290, 291, 10);
    expect_page(&u, "id > 5 ORDER BY id", 150, 120, 126, 150);
    expect_page(&u, "ORDER BY id DESC", 5, 298, 2, 2);
    expect_page(&u, "ORDER BY id", 5, 300, 0, 0);
    expect_page(&u, "ORDER BY id", 1, 0, 1, 1);
    expect_page(&u, "ORDER BY id", 0, 0, 1, 300); /* the limit before was of its own query */
    DOES(&u, UOW_OK, uow_first(u.ctx, &notes, "ORDER BY id DESC", NULL, 0, &row));
    cr_assert_eq(((struct note *)row)->id, 300);
    DOES(&u, UOW_OK, uow_single(u.ctx, &notes, "name = 'seven'", NULL, 0, &row));
    cr_assert_eq(((struct note *)row)->id, 7);
    DOES(&u, UOW_NOT_UNIQUE, uow_single(u.ctx, &notes, "id < 3", NULL, 0, &row));
    DOES(&u, UOW_OK, uow_exists(u.ctx, &notes, "id = 300 ORDER BY id", NULL, 0, &exists));
    cr_assert_eq(exists, 1);
    DOES(&u, UOW_OK, uow_exists(u.ctx, &notes, "id = 301", NULL, 0, &exists));
    cr_assert_eq(exists, 0);
    unit_close(&u);
    drop_table("tdu_notes");
}

struct keyed {
    int64_t id;
    char name[41];
};
static const uow_column keyed_columns[] = {
    UOW_COLUMN(struct keyed, id, "id", UOW_INT64, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN(struct keyed, name, "name", UOW_TEXT, 0),
};
static const uow_entity keyeds = UOW_ENTITY(struct keyed, "tdu_keyed", keyed_columns);

static const char *keyed_ddl(void)
{
    if (on("sqlite"))
        return "CREATE TABLE tdu_keyed (id integer PRIMARY KEY, name varchar(100))";
    if (on("postgresql"))
        return "CREATE TABLE tdu_keyed (id bigserial PRIMARY KEY, name varchar(100))";
    return "CREATE TABLE tdu_keyed (id bigint AUTO_INCREMENT PRIMARY KEY, name varchar(100))";
}

/* How it calls the last key is found out by asking, when the connection is made. */
Test(library, the_standard_dialect_learns_generated_keys)
{
    static const uow_entity *const entities[] = {&keyeds};
    char connection[256];
    unit_of u;
    link_to side;
    void *rows[3];
    drop_table("tdu_keyed");
    open_beside(&side);
    run(&side, keyed_ddl());
    run(&side, "INSERT INTO tdu_keyed (name) VALUES ('there')");
    snprintf(connection, sizeof connection, "DSN=%s;" WHATEVER, getenv("UOW_DSN"));
    cr_assert_eq(uow_env_open(NULL, &u.env), UOW_OK);
    cr_assert_eq(uow_model_create(u.env, entities, 1, &u.model), UOW_OK);
    DOES(&u, UOW_OK, uow_open(u.env, connection, u.model, NULL, &u.ctx));
    for (int i = 0; i < 3; i++) {
        struct keyed values = {0, "new"};
        snprintf(values.name, sizeof values.name, "new %d", i);
        DOES(&u, UOW_OK, uow_add(u.ctx, &keyeds, &values, &rows[i]));
    }
    DOES(&u, UOW_OK, uow_save(u.ctx, NULL));
    for (int i = 0; i < 3; i++) {
        char sql[128];
        const struct keyed *keyed = rows[i];
        cr_assert_gt(keyed->id, 0);
        snprintf(sql, sizeof sql, "SELECT id FROM tdu_keyed WHERE name = '%s'", keyed->name);
        cr_assert_eq(number(&side, sql), keyed->id);
    }
    shut(&side);
    unit_close(&u);
    drop_table("tdu_keyed");
}

Test(library, somebody_elses_change_is_a_conflict_in_the_standard_dialect)
{
    unit_of u;
    link_to side;
    void *row = NULL;
    make_notes();
    unit_open(&u, WHATEVER);
    struct note *note = add(&u, 1, "mine");
    DOES(&u, UOW_OK, uow_save(u.ctx, NULL));
    open_beside(&side);
    run(&side, "UPDATE tdu_notes SET version = version + 1");
    shut(&side);
    snprintf(note->name, sizeof note->name, "again");
    DOES(&u, UOW_CONFLICT, uow_save(u.ctx, NULL));
    uow_clear(u.ctx);
    DOES(&u, UOW_OK, uow_find(u.ctx, &notes, uow_key_int64(1), &row));
    unit_close(&u);
    drop_table("tdu_notes");
}

Test(library, a_row_count_that_is_too_small_is_a_conflict)
{
    unit_of u;
    make_notes();
    unit_open(&u, WHATEVER ";TestRowCount=-1:2+");
    struct note *note = add(&u, 1, "mine");
    DOES(&u, UOW_OK, uow_save(u.ctx, NULL));
    snprintf(note->name, sizeof note->name, "again");
    DOES(&u, UOW_CONFLICT, uow_save(u.ctx, NULL));
    unit_close(&u);
    drop_table("tdu_notes");
}

/* A profile of one line for the driver that is not known; the connection's keys that go with it. */
static void profile_write(char *path, size_t size, const char *line)
{
    FILE *file;
    snprintf(path, size, "%s/tdu_%s.profile", getenv("UOW_TEST_DIR") ? getenv("UOW_TEST_DIR") : "/tmp", getenv("UOW_DSN"));
    file = fopen(path, "w");
    cr_assert_not_null(file);
    fprintf(file, "%s\n", line);
    fclose(file);
}

/* The driver says that one row more was met: zero look like one, and one like two. */
Test(library, row_counts_that_a_profile_calls_wrong_are_not_believed)
{
    char path[512], keys[700];
    unit_of u;
    link_to side;
    void *row = NULL;
    make_notes();
    profile_write(path, sizeof path, "row-counts = wrong");
    snprintf(keys, sizeof keys, WHATEVER ";TestRowCount=+1;UowProfile=%s", path);
    unit_open(&u, keys);
    struct note *note = add(&u, 1, "mine");
    add(&u, 2, "mine");
    DOES(&u, UOW_OK, uow_save(u.ctx, NULL));
    snprintf(note->name, sizeof note->name, "again");
    DOES(&u, UOW_OK, uow_save(u.ctx, NULL));
    open_beside(&side);
    cr_assert_eq(number(&side, "SELECT version FROM tdu_notes WHERE id = 1"), note->version);
    run(&side, "UPDATE tdu_notes SET version = version + 1 WHERE id = 1");
    snprintf(note->name, sizeof note->name, "lost");
    DOES(&u, UOW_CONFLICT, uow_save(u.ctx, NULL));
    cr_assert_eq(uow_error_instance(uow_context_error(u.ctx), 0), (void *)note);
    cr_assert_eq(number(&side, "SELECT count(*) FROM tdu_notes WHERE name = 'lost'"), 0);
    uow_clear(u.ctx);
    DOES(&u, UOW_OK, uow_find(u.ctx, &notes, uow_key_int64(2), &row));
    run(&side, "DELETE FROM tdu_notes WHERE id = 2");
    DOES(&u, UOW_OK, uow_remove(u.ctx, row));
    DOES(&u, UOW_CONFLICT, uow_save(u.ctx, NULL));
    uow_clear(u.ctx);
    DOES(&u, UOW_OK, uow_find(u.ctx, &notes, uow_key_int64(1), &row));
    DOES(&u, UOW_OK, uow_remove(u.ctx, row));
    DOES(&u, UOW_OK, uow_save(u.ctx, NULL));
    cr_assert_eq(number(&side, "SELECT count(*) FROM tdu_notes"), 0);
    DOES(&u, UOW_UNSUPPORTED, uow_upsert(u.ctx, &notes, &(struct note){3, "new", 1}, 1, NULL, NULL));
    shut(&side);
    unit_close(&u);
    remove(path);
    drop_table("tdu_notes");
}

/* A driver that tells no counts at all must not hide somebody else's change, with a profile or without. */
Test(library, row_counts_that_are_not_told_hide_no_conflict)
{
    unit_of u;
    link_to side;
    make_notes();
    unit_open(&u, WHATEVER ";TestRowCount=unknown");
    struct note *note = add(&u, 1, "mine");
    DOES(&u, UOW_OK, uow_save(u.ctx, NULL));
    int32_t first = note->version;
    snprintf(note->name, sizeof note->name, "again");
    DOES(&u, UOW_OK, uow_save(u.ctx, NULL));
    open_beside(&side);
    cr_assert_eq(number(&side, "SELECT version FROM tdu_notes WHERE name = 'again'"), first + 1);
    cr_assert_eq(note->version, first + 1);
    run(&side, "UPDATE tdu_notes SET version = version + 1");
    snprintf(note->name, sizeof note->name, "lost");
    DOES(&u, UOW_CONFLICT, uow_save(u.ctx, NULL));
    cr_assert_eq(number(&side, "SELECT count(*) FROM tdu_notes WHERE name = 'lost'"), 0);
    shut(&side);
    unit_close(&u);
    drop_table("tdu_notes");
}

#define MANY_NOTES 6

/* Which of the notes are named by the conflict, as bits. */
static unsigned conflicting(unit_of *u, struct note *const *rows)
{
    unsigned found = 0;
    for (size_t i = 0; uow_error_instance(uow_context_error(u->ctx), i); i++)
        for (unsigned k = 0; k < MANY_NOTES; k++)
            if (uow_error_instance(uow_context_error(u->ctx), i) == (void *)rows[k])
                found |= 1u << k;
    return found;
}

static uint64_t executed(unit_of *u)
{
    uow_counters counters = UOW_COUNTERS_INIT;
    DOES(u, UOW_OK, uow_context_counters(u->ctx, &counters));
    return counters.executes;
}

/* PostgreSQL's driver has a result for each row of an array, the others one count of all. */
Test(library, updates_by_arrays_of_a_profile_find_the_stale_row)
{
    char path[512], keys[700];
    struct note *rows[MANY_NOTES];
    unit_of u;
    link_to side;
    make_notes();
    profile_write(path, sizeof path,
                  strstr(getenv("UOW_DSN"), "postgresql") ? "array-counts = each" : "array-counts = total");
    snprintf(keys, sizeof keys, WHATEVER ";UowProfile=%s", path);
    unit_open(&u, keys);
    for (int i = 0; i < MANY_NOTES; i++)
        rows[i] = add(&u, i + 1, "mine");
    DOES(&u, UOW_OK, uow_save(u.ctx, NULL));
    for (int i = 0; i < MANY_NOTES; i++)
        snprintf(rows[i]->name, sizeof rows[i]->name, "mine %d", i);
    uint64_t before = executed(&u);
    DOES(&u, UOW_OK, uow_save(u.ctx, NULL));
    cr_assert_eq(executed(&u) - before, 1);
    open_beside(&side);
    cr_assert_eq(number(&side, "SELECT count(*) FROM tdu_notes WHERE version = 2"), MANY_NOTES);
    cr_assert_eq(number(&side, "SELECT count(*) FROM tdu_notes WHERE name = 'mine 3' AND id = 4"), 1);
    run(&side, "UPDATE tdu_notes SET version = version + 1 WHERE id = 2");
    run(&side, "DELETE FROM tdu_notes WHERE id = 5");
    for (int i = 0; i < MANY_NOTES; i++)
        snprintf(rows[i]->name, sizeof rows[i]->name, "lost");
    DOES(&u, UOW_CONFLICT, uow_save(u.ctx, NULL));
    cr_assert_eq(conflicting(&u, rows), 1u << 1 | 1u << 4);
    cr_assert_eq(number(&side, "SELECT count(*) FROM tdu_notes WHERE name = 'lost'"), 0);
    DOES(&u, UOW_OK, uow_detach(u.ctx, rows[1]));
    DOES(&u, UOW_OK, uow_detach(u.ctx, rows[4]));
    for (int i = 0; i < MANY_NOTES; i++)
        if (i != 1 && i != 4)
            DOES(&u, UOW_OK, uow_remove(u.ctx, rows[i]));
    before = executed(&u);
    DOES(&u, UOW_OK, uow_save(u.ctx, NULL));
    cr_assert_eq(executed(&u) - before, 1);
    cr_assert_eq(number(&side, "SELECT count(*) FROM tdu_notes"), 1);
    shut(&side);
    unit_close(&u);
    remove(path);
    drop_table("tdu_notes");
}

/* Nobody knows what becomes of them: SQLite keeps a double. */
Test(library, unsigned_values_above_2_to_the_63_are_refused_without_a_profile)
{
    char path[512], keys[700];
    uow_arg most = uow_arg_uint64(UINT64_MAX), half = uow_arg_uint64(INT64_MAX);
    unit_of u;
    make_notes();
    unit_open(&u, WHATEVER);
    DOES(&u, UOW_TYPE, uow_execute(u.ctx, "DELETE FROM tdu_notes WHERE id = ?", &most, 1, NULL));
    cr_assert_not_null(strstr(uow_context_message(u.ctx), "uow probe"), "%s", uow_context_message(u.ctx));
    DOES(&u, UOW_OK, uow_execute(u.ctx, "DELETE FROM tdu_notes WHERE id = ?", &half, 1, NULL));
    unit_close(&u);
    profile_write(path, sizeof path, "unsigned-64 = exact");
    snprintf(keys, sizeof keys, WHATEVER ";UowProfile=%s", path);
    unit_open(&u, keys);
    (void)uow_execute(u.ctx, "DELETE FROM tdu_notes WHERE id = ?", &most, 1, NULL); /* PostgreSQL: 22003, by itself */
    cr_assert_null(strstr(uow_context_message(u.ctx), "uow probe"), "%s", uow_context_message(u.ctx));
    unit_close(&u);
    remove(path);
    drop_table("tdu_notes");
}

/* Polling that the profile has found to be none is left to a worker. */
Test(library, polling_that_a_profile_calls_wrong_is_not_used)
{
    static const char *const lines[] = {"async = yes", "async = no"};
    char path[512], keys[700];
    for (int i = 0; i < 2; i++) {
        unit_of u;
        uow_facts facts = UOW_FACTS_INIT;
        profile_write(path, sizeof path, lines[i]);
        snprintf(keys, sizeof keys, WHATEVER ";TestAsync=pretends;UowProfile=%s", path);
        unit_open(&u, keys);
        DOES(&u, UOW_OK, uow_context_facts(u.ctx, &facts));
        cr_assert_eq(facts.async_mode != 0, i == 0);
        unit_close(&u);
    }
    remove(path);
}

Test(library, a_link_lost_in_the_commit_is_an_unknown_outcome)
{
    unit_of u;
    link_to side;
    make_notes();
    unit_open(&u, "TestLinkLost=commit:1:after");
    add(&u, 1, "mine");
    add(&u, 2, "mine");
    DOES(&u, UOW_OUTCOME_UNKNOWN, uow_save(u.ctx, NULL));
    open_beside(&side);
    cr_assert_eq(number(&side, "SELECT count(*) FROM tdu_notes"), 2);
    shut(&side);
    unit_close(&u);
    drop_table("tdu_notes");
}

Test(library, a_failed_statement_leaves_the_save_to_be_repeated)
{
    unit_of u;
    make_notes();
    unit_open(&u, "TestFail=SQLExecute:1:40001:1213:deadlock");
    add(&u, 1, "mine");
    DOES(&u, UOW_TRANSIENT, uow_save(u.ctx, NULL));
    cr_assert_str_eq(uow_error_sqlstate(uow_context_error(u.ctx)), "40001");
    DOES(&u, UOW_OK, uow_save(u.ctx, NULL));
    unit_close(&u);
    drop_table("tdu_notes");
}
