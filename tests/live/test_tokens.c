/* What a row is met by besides its key: versions the database makes, and any column as a token. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "live.h"

static live l;

static bool blamed(const void *instance)
{
    const uow_error *error = uow_context_error(l.ctx);

    for (size_t i = 0; i < uow_error_instance_count(error); i++)
        if (uow_error_instance(error, i) == instance)
            return true;
    return false;
}

/* Only these are named. */
static void conflict_over(void *const *rows, size_t count)
{
    UOW_IS(UOW_CONFLICT, uow_save(l.ctx, NULL));
    cr_assert_eq(uow_error_instance_count(uow_context_error(l.ctx)), count, "%zu instances, not %zu",
                 uow_error_instance_count(uow_context_error(l.ctx)), count);
    for (size_t i = 0; i < count; i++)
        cr_assert(blamed(rows[i]), "row %zu is missing", i);
}

/* --- a version the database makes */

typedef struct stamped {
    int64_t id;
    char name[24];
    int64_t next;
    uow_ind next_ind;
    char stamp[41];
} stamped;

static const uow_entity stamps;
static const uow_column stamped_columns[] = {
    UOW_COLUMN(stamped, id, "id", UOW_INT64, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN(stamped, name, "name", UOW_TEXT, 0),
    UOW_COLUMN_NULL(stamped, next, next_ind, "next", UOW_INT64, 0),
    UOW_COLUMN(stamped, stamp, "stamp", UOW_TEXT, UOW_VERSION | UOW_GENERATED),
};
static const uow_relation stamped_relations[] = {UOW_REFERENCE("next", &stamps, UOW_NO_ACTION)};
static const uow_entity stamps = UOW_ENTITY_RELATED(stamped, "tokens_stamped", stamped_columns, stamped_relations);

/* A value never seen before at each write: SQLite's triggers come after it, the others' before. */
static void stamp_by_trigger(void)
{
    static const char *const sqlite[] = {
        "CREATE TRIGGER tokens_made AFTER INSERT ON tokens_stamped BEGIN "
        "UPDATE tokens_stamped SET stamp = hex(randomblob(16)) WHERE id = NEW.id; END",
        "CREATE TRIGGER tokens_moved AFTER UPDATE OF name, next ON tokens_stamped BEGIN "
        "UPDATE tokens_stamped SET stamp = hex(randomblob(16)) WHERE id = NEW.id; END"};
    static const char *const postgresql[] = {
        "CREATE OR REPLACE FUNCTION tokens_stamp() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN NEW.stamp := md5(random()::text || clock_timestamp()::text); RETURN NEW; END'",
        "CREATE TRIGGER tokens_made BEFORE INSERT OR UPDATE ON tokens_stamped "
        "FOR EACH ROW EXECUTE FUNCTION tokens_stamp()"};
    static const char *const mariadb[] = {
        "CREATE TRIGGER tokens_made BEFORE INSERT ON tokens_stamped FOR EACH ROW SET NEW.stamp = UUID()",
        "CREATE TRIGGER tokens_moved BEFORE UPDATE ON tokens_stamped FOR EACH ROW SET NEW.stamp = UUID()"};
    const char *const *texts = l.database == LIVE_SQLITE ? sqlite : l.database == LIVE_POSTGRESQL ? postgresql : mariadb;

    for (int i = 0; i < 2; i++)
        UOW_OK(uow_execute(l.ctx, texts[i], NULL, 0, NULL));
}

static void begin_stamped(void)
{
    static const uow_entity *const entities[] = {&stamps};

    live_open(&l, entities, 1);
    live_table(&l, "tokens_stamped",
               "id @id, name varchar(30), next @int64 NULL, stamp varchar(40), "
               "foreign key (next) references tokens_stamped (id)");
    stamp_by_trigger();
}

static stamped *put(const char *name)
{
    stamped values;
    void *row = NULL;

    memset(&values, 0, sizeof values);
    snprintf(values.name, sizeof values.name, "%s", name);
    values.next_ind = UOW_NULL;
    UOW_OK(uow_add(l.ctx, &stamps, &values, &row));
    return row;
}

static void stamp_is_stored(const stamped *row)
{
    cr_assert_gt(strlen(row->stamp), 20);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM tokens_stamped WHERE id = %lld AND stamp = '%s'",
                            (long long)row->id, row->stamp), 1, "the struct has the row's stamp");
    cr_assert_eq(uow_state(l.ctx, row), UOW_UNCHANGED);
}

Test(tokens, a_version_of_the_databases_comes_back_after_insert_and_update)
{
    char before[41];
    begin_stamped();
    stamped *a = put("a");
    UOW_OK(uow_save(l.ctx, NULL));
    stamp_is_stored(a);
    strcpy(before, a->stamp);
    strcpy(a->name, "b");
    UOW_OK(uow_save(l.ctx, NULL));
    stamp_is_stored(a);
    cr_assert_str_neq(a->stamp, before);
    strcpy(a->stamp, "mine");
    UOW_IS(UOW_MISUSE, uow_save(l.ctx, NULL));
    UOW_OK(uow_revert(l.ctx, a));
    UOW_OK(uow_remove(l.ctx, a));
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM tokens_stamped"), 0);
    live_close(&l);
}

Test(tokens, of_many_rows_those_somebody_else_wrote_are_told)
{
    stamped *all[200];
    void *planted[3];
    begin_stamped();
    for (int i = 0; i < 200; i++)
        all[i] = put("row");
    UOW_OK(uow_save(l.ctx, NULL));
    for (int i = 0; i < 200; i += 50)
        stamp_is_stored(all[i]);
    for (int i = 0; i < 3; i++) {
        planted[i] = all[40 + 50 * i];
        live_run(&l, "UPDATE tokens_stamped SET name = 'theirs' WHERE id = %lld", (long long)all[40 + 50 * i]->id);
    }
    for (int i = 0; i < 200; i++)
        strcpy(all[i]->name, "mine");
    conflict_over(planted, 3);
    for (int i = 0; i < 3; i++)
        UOW_OK(uow_resolve(l.ctx, planted[i], UOW_CLIENT_WINS));
    UOW_OK(uow_save(l.ctx, NULL));
    for (int i = 0; i < 200; i += 10)
        stamp_is_stored(all[i]);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM tokens_stamped WHERE name = 'mine'"), 200);
    live_run(&l, "UPDATE tokens_stamped SET name = 'theirs' WHERE id = %lld", (long long)all[77]->id);
    planted[0] = all[77];
    for (int i = 0; i < 200; i++)
        UOW_OK(uow_remove(l.ctx, all[i]));
    conflict_over(planted, 1);
    UOW_OK(uow_resolve(l.ctx, all[77], UOW_CLIENT_WINS));
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM tokens_stamped"), 0);
    live_close(&l);
}

/* Each statement of a circle makes a new stamp. */
Test(tokens, circles_are_saved_and_removed_under_a_version_of_the_databases)
{
    stamped *all[60];
    begin_stamped();
    for (int i = 0; i < 60; i++)
        all[i] = put("ring");
    for (int i = 0; i < 60; i++) {
        all[i]->next = all[i ^ 1]->id;
        all[i]->next_ind = 0;
    }
    UOW_OK(uow_save(l.ctx, NULL));
    for (int i = 0; i < 60; i++)
        stamp_is_stored(all[i]);
    strcpy(all[3]->name, "changed");
    UOW_OK(uow_save(l.ctx, NULL));
    for (int i = 0; i < 60; i++)
        UOW_OK(uow_remove(l.ctx, all[i]));
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM tokens_stamped"), 0);
    live_close(&l);
}

/* --- versions of one database */

typedef struct clocked {
    int64_t id;
    int32_t n;
    uow_timestamp changed;
} clocked;

static const uow_column clocked_columns[] = {
    UOW_COLUMN(clocked, id, "id", UOW_INT64, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN(clocked, n, "n", UOW_INT32, 0),
    UOW_COLUMN(clocked, changed, "changed", UOW_TIMESTAMP, UOW_VERSION | UOW_GENERATED),
};
static const uow_entity clocks = UOW_ENTITY(clocked, "tokens_clocked", clocked_columns);

typedef struct transacted {
    int64_t id;
    int32_t n;
    int64_t xmin;
} transacted;

static const uow_column transacted_columns[] = {
    UOW_COLUMN(transacted, id, "id", UOW_INT64, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN(transacted, n, "n", UOW_INT32, 0),
    UOW_COLUMN(transacted, xmin, "xmin", UOW_INT64, UOW_VERSION | UOW_GENERATED),
};
static const uow_entity transactions = UOW_ENTITY(transacted, "tokens_transacted", transacted_columns);

static void version_of_its_own(const uow_entity *entity, const char *table, const char *ddl)
{
    const uow_entity *const entities[] = {entity};
    clocked *all[30]; /* both structs begin alike */
    void *planted[1];

    live_open(&l, entities, 1);
    live_table(&l, table, ddl);
    for (int i = 0; i < 30; i++)
        UOW_OK(uow_add(l.ctx, entity, NULL, (void **)&all[i]));
    UOW_OK(uow_save(l.ctx, NULL));
    for (int round = 1; round < 4; round++) {
        for (int i = 0; i < 30; i++)
            all[i]->n = round;
        UOW_OK(uow_save(l.ctx, NULL));
    }
    live_run(&l, "UPDATE %s SET n = 99 WHERE id = %lld", table, (long long)all[17]->id);
    planted[0] = all[17];
    for (int i = 0; i < 30; i++)
        all[i]->n = 50;
    conflict_over(planted, 1);
    UOW_OK(uow_refresh(l.ctx, planted, 1));
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s WHERE n = 50", table), 29);
    live_close(&l);
}

/* SQLite has none. */
Test(tokens, what_a_database_has_for_versions_of_its_own_serves_too)
{
    live_open(&l, NULL, 0);
    live_database database = l.database;
    live_close(&l);
    if (database == LIVE_MARIADB)
        version_of_its_own(&clocks, "tokens_clocked",
                           "id @id, n integer, changed timestamp(6) default current_timestamp(6) "
                           "on update current_timestamp(6)");
    if (database == LIVE_POSTGRESQL)
        version_of_its_own(&transactions, "tokens_transacted", "id @id, n integer");
}

/* --- any column */

typedef struct guarded {
    int64_t id;
    int32_t n;
    char text[41];
    uow_ind text_ind;
    uow_timestamp at;
    uow_ind at_ind;
    unsigned char bytes[16];
    uow_ind bytes_ind;
    uow_decimal money;
    uow_ind money_ind;
    int32_t small;
} guarded;

static const uow_column guarded_columns[] = {
    UOW_COLUMN(guarded, id, "id", UOW_INT64, UOW_KEY),
    UOW_COLUMN(guarded, n, "n", UOW_INT32, 0),
    UOW_COLUMN_NULL(guarded, text, text_ind, "txt", UOW_TEXT, UOW_TOKEN),
    UOW_COLUMN_NULL(guarded, at, at_ind, "at_v", UOW_TIMESTAMP, UOW_TOKEN),
    UOW_COLUMN_NULL(guarded, bytes, bytes_ind, "bytes_v", UOW_BINARY, UOW_TOKEN),
    UOW_COLUMN_NULL(guarded, money, money_ind, "money", UOW_DECIMAL, UOW_TOKEN),
    UOW_COLUMN(guarded, small, "small", UOW_INT32, UOW_TOKEN),
};
static const uow_entity guards = UOW_ENTITY(guarded, "tokens_guarded", guarded_columns);

enum { GUARDED = 60 };

static guarded *all[GUARDED];

static guarded guarded_values(int i)
{
    guarded g;

    memset(&g, 0, sizeof g);
    g.id = i + 1;
    snprintf(g.text, sizeof g.text, "Text '%d' \\ \"x\"", i);
    g.at = (uow_timestamp){2026, 11, 25, 10, 20, 30, (uint32_t)(i % 2) * 123000000};
    memcpy(g.bytes, "\x00\xff\x27\\x", 5);
    g.bytes_ind = 5;
    /* more than a double holds, where the column takes that */
    g.money = uow_decimal_make((l.database == LIVE_SQLITE ? 900719925474099 : 9007199254740993) + i, 2);
    g.small = i;
    if (i % 5 == 1)
        g.text_ind = g.at_ind = g.bytes_ind = g.money_ind = UOW_NULL;
    return g;
}

static void begin_guarded(void)
{
    static const uow_entity *const entities[] = {&guards};

    live_open(&l, entities, 1);
    live_table(&l, "tokens_guarded",
               "id bigint primary key, n integer, txt varchar(40), at_v @timestamp NULL, bytes_v @bytes NULL, "
               "money @decimal(30,2) NULL, small integer not null");
    for (int i = 0; i < GUARDED; i++) {
        guarded g = guarded_values(i);
        UOW_OK(uow_add(l.ctx, &guards, &g, (void **)&all[i]));
    }
    UOW_OK(uow_save(l.ctx, NULL));
}

static void touch(void)
{
    for (int i = 0; i < GUARDED; i++)
        all[i]->n++;
}

Test(tokens, rows_whose_tokens_are_as_they_were_read_are_written_null_or_not)
{
    begin_guarded();
    touch();
    UOW_OK(uow_save(l.ctx, NULL));
    for (int i = 0; i < GUARDED; i++) { /* each to another value, and some to NULL and back */
        strcpy(all[i]->text, "other");
        all[i]->text_ind = i % 3 ? 0 : UOW_NULL;
        all[i]->money_ind = i % 4 ? 0 : UOW_NULL;
        all[i]->small += 1000;
    }
    UOW_OK(uow_save(l.ctx, NULL));
    touch();
    UOW_OK(uow_save(l.ctx, NULL));
    all[4]->n = 7; /* alone */
    UOW_OK(uow_save(l.ctx, NULL));
    all[6]->n = 7;
    UOW_OK(uow_save(l.ctx, NULL));
    for (int i = 0; i < GUARDED; i++)
        UOW_OK(uow_remove(l.ctx, all[i]));
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM tokens_guarded"), 0);
    live_close(&l);
}

/* Every change that must not go unseen: case, a blank behind, the last digit, NULL either way. */
static const struct {
    int row;
    const char *set;
} seen[] = {
    {2, "txt = 'TEXT ''2'' \\ \"x\"'"}, {3, "txt = NULL"},         {7, "txt = ' '"},
    {8, "money = money + 0.01"},        {9, "money = NULL"},       {12, "at_v = NULL"},
    {13, "small = small + 1"},          {14, "bytes_v = NULL"},    {17, "small = 0"},
    {20, "txt = 'Text ''20'' \\ \"x\" '"},
};
enum { SEEN = sizeof seen / sizeof *seen };

static void plant(void **planted)
{
    for (size_t i = 0; i < SEEN; i++) {
        char set[80];
        size_t used = 0;

        for (const char *at = seen[i].set; *at; at++) { /* MariaDB reads a backslash in a literal as an escape */
            if (*at == '\\' && l.database == LIVE_MARIADB)
                set[used++] = '\\';
            set[used++] = *at;
        }
        set[used] = '\0';
        live_run(&l, "UPDATE tokens_guarded SET %s WHERE id = %d", set, seen[i].row + 1);
        planted[i] = all[seen[i].row];
    }
}

Test(tokens, a_token_that_changed_in_any_way_is_a_conflict_of_that_row)
{
    void *planted[SEEN];
    begin_guarded();
    plant(planted);
    touch();
    conflict_over(planted, SEEN);
    LIVE_CONTAINS(uow_context_message(l.ctx), "changed (10) or deleted (0)");
    for (int i = 0; i < GUARDED; i++)
        UOW_OK(uow_revert(l.ctx, all[i]));
    for (size_t i = 0; i < SEEN; i++) { /* row by row */
        ((guarded *)planted[i])->n = 5;
        conflict_over(&planted[i], 1);
        UOW_OK(uow_revert(l.ctx, planted[i]));
    }
    for (int i = 0; i < GUARDED; i++)
        UOW_OK(uow_remove(l.ctx, all[i]));
    conflict_over(planted, SEEN);
    for (size_t i = 0; i < SEEN; i++)
        UOW_OK(uow_resolve(l.ctx, planted[i], UOW_STORE_WINS));
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM tokens_guarded"), SEEN);
    live_close(&l);
}
