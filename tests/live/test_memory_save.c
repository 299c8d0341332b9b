/* Memory running out at every allocation of a save of fifty rows: new, changed and deleted ones, long text, a circle. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "live.h"
#include "live/failing.h"

typedef struct shelf {
    int64_t id;
    char name[16];
    int32_t stock;
    uow_text note;
    uow_ind note_ind;
    int64_t next;
    uow_ind next_ind;
    int32_t version;
    uow_collection books;
} shelf;

typedef struct book {
    int64_t id;
    int64_t shelf;
    int32_t pages;
    struct shelf *on;
} book;

static const uow_entity shelves;
static const uow_column shelf_columns[] = {
    UOW_COLUMN(shelf, id, "id", UOW_INT64, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN(shelf, name, "name", UOW_TEXT, UOW_UNIQUE),
    UOW_COLUMN(shelf, stock, "stock", UOW_INT32, 0),
    UOW_COLUMN_NULL(shelf, note, note_ind, "note", UOW_LONGTEXT, 0),
    UOW_COLUMN_NULL(shelf, next, next_ind, "next", UOW_INT64, 0),
    UOW_COLUMN(shelf, version, "version", UOW_INT32, UOW_VERSION),
};
static const uow_relation shelf_relations[] = {UOW_REFERENCE("next", &shelves, UOW_NO_ACTION)};
static const uow_entity shelves = UOW_ENTITY_RELATED(shelf, "memory_shelves", shelf_columns, shelf_relations);
static const uow_column book_columns[] = {
    UOW_COLUMN(book, id, "id", UOW_INT64, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN(book, shelf, "shelf", UOW_INT64, 0),
    UOW_COLUMN(book, pages, "pages", UOW_INT32, 0),
};
static const uow_relation book_relations[] = {
    UOW_REFERENCE_BOTH("shelf", &shelves, UOW_CASCADE, book, on, shelf, books)};
static const uow_entity books = UOW_ENTITY_RELATED(book, "memory_books", book_columns, book_relations);

/* A key of the program's own and short values: MariaDB takes parameter arrays. */
typedef struct sticker {
    int64_t id;
    char word[12];
} sticker;

static const uow_column sticker_columns[] = {
    UOW_COLUMN(sticker, id, "id", UOW_INT64, UOW_KEY),
    UOW_COLUMN(sticker, word, "word", UOW_TEXT, 0),
};
static const uow_entity stickers = UOW_ENTITY(sticker, "memory_stickers", sticker_columns);
static const uow_entity *const entities[] = {&shelves, &books, &stickers};

static live l;
static uow_env *env;
static uow_model *model;
static uow_context *ctx;

enum { OLD = 32, CHANGED = 24, NEW = 12, NEW_BOOKS = 12, STICKERS = 12, ROWS = OLD + NEW + NEW_BOOKS + STICKERS + 4 };

/* Every row of the script, and what it was before the save. */
static struct {
    void *row;
    size_t size;
    uow_state state;
    char before[sizeof(shelf)];
} all[ROWS];
static size_t count;

static void keep(void *row, size_t size)
{
    all[count].row = row;
    all[count++].size = size;
}

static void must(uow_status st)
{
    cr_assert_eq(st, UOW_OK, "%s", uow_context_message(ctx));
}

static shelf *new_shelf(int i)
{
    shelf values = {.stock = i, .next_ind = UOW_NULL, .note_ind = UOW_NULL};
    void *row = NULL;

    snprintf(values.name, sizeof values.name, "new %d", i);
    if (i == 3) {
        values.note = (uow_text){"a longer text than fits in any member of a fixed size", 53};
        values.note_ind = 0;
    }
    must(uow_add(ctx, &shelves, &values, &row));
    keep(row, sizeof values);
    return row;
}

static void new_books(shelf *const *new_shelves)
{
    for (int i = 0; i < NEW_BOOKS; i++) {
        book values = {.on = new_shelves[i % NEW], .pages = i};
        void *row = NULL;

        must(uow_add(ctx, &books, &values, &row));
        keep(row, sizeof values);
    }
}

static void new_stickers(void)
{
    for (int i = 1; i <= STICKERS; i++) {
        sticker values = {.id = i, .word = "sticky"};
        void *row = NULL;

        must(uow_add(ctx, &stickers, &values, &row));
        keep(row, sizeof values);
    }
}

/* The rows that are there: most change, one its long text; some go, and two books with the shelf they are on. */
static void change_old(void)
{
    uow_list *list = NULL;
    void *row;

    must(uow_query(ctx, &books, NULL, NULL, 0, NULL, &list));
    for (size_t i = 0; i < uow_list_count(list); i++)
        keep(uow_list_at(list, i), sizeof(book));
    uow_list_free(list);
    for (int64_t id = 1; id <= OLD; id++) {
        must(uow_find(ctx, &shelves, uow_key_int64(id), &row));
        keep(row, sizeof(shelf));
        if (id <= CHANGED)
            ((shelf *)row)->stock += 1000;
        else
            must(uow_remove(ctx, row));
        if (id == 5)
            ((shelf *)row)->note = (uow_text){"another note", 12};
    }
}

static void prepare(void)
{
    shelf *made[NEW];

    count = 0;
    change_old();
    for (int i = 0; i < NEW; i++)
        made[i] = new_shelf(i);
    made[0]->next = made[1]->id;
    made[1]->next = made[0]->id;
    made[0]->next_ind = made[1]->next_ind = 0;
    new_books(made);
    new_stickers();
    cr_assert_geq(count, 50);
    for (size_t i = 0; i < count; i++) {
        all[i].state = uow_state(ctx, all[i].row);
        memcpy(all[i].before, all[i].row, all[i].size);
    }
}

/* In the unit that is open, where others do not see it. */
static void is_unwritten(void)
{
    int64_t found = 9;

    must(uow_count(ctx, &shelves, "stock >= 1000 OR name LIKE 'new%'", NULL, 0, &found));
    cr_assert_eq(found, 0);
    must(uow_count(ctx, &shelves, NULL, NULL, 0, &found));
    cr_assert_eq(found, OLD);
}

static void is_as_before(int64_t n, uint32_t depth)
{
    cr_assert_eq(uow_unit_depth(ctx), depth, "at %d", (int)n);
    if (depth > 0)
        is_unwritten();
    for (size_t i = 0; i < count; i++) {
        cr_assert_eq(uow_state(ctx, all[i].row), all[i].state, "row %zu at %d", i, (int)n);
        cr_assert_eq(memcmp(all[i].before, all[i].row, all[i].size), 0, "row %zu at %d", i, (int)n);
    }
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM memory_shelves WHERE stock >= 1000 OR name LIKE 'new%%'"), 0);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM memory_shelves"), OLD);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM memory_books"), 4);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM memory_stickers"), 0);
}

static void is_saved(void)
{
    int has = 9;

    must(uow_has_changes(ctx, &has));
    cr_assert_eq(has, 0);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM memory_shelves WHERE stock >= 1000 AND version = 2"), CHANGED);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM memory_shelves"), CHANGED + NEW);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM memory_books b JOIN memory_shelves s ON s.id = b.shelf "
                                "WHERE s.name LIKE 'new%%'"), NEW_BOOKS);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM memory_books"), NEW_BOOKS + 2);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM memory_stickers WHERE word = 'sticky'"), STICKERS);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM memory_shelves a JOIN memory_shelves b ON a.next = b.id AND "
                                "b.next = a.id"), 2);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM memory_shelves WHERE note = 'another note'"), 1);
}

static void fill(void)
{
    live_run(&l, "DELETE FROM memory_stickers");
    live_run(&l, "DELETE FROM memory_books");
    live_run(&l, "UPDATE memory_shelves SET next = NULL");
    live_run(&l, "DELETE FROM memory_shelves");
    for (int i = 1; i <= OLD; i += 8) {
        char values[400];
        int used = 0;

        for (int k = i; k < i + 8; k++)
            used += snprintf(values + used, sizeof values - (size_t)used, "%s(%d, 'old %d', %d, 'note', 1)",
                             k == i ? "" : ", ", k, k, k);
        live_run(&l, "INSERT INTO memory_shelves (id, name, stock, note, version) VALUES %s", values);
    }
    live_run(&l, "INSERT INTO memory_books (shelf, pages) VALUES (1, 1), (2, 2), (%d, 3), (%d, 4)", OLD, OLD);
    if (l.database == LIVE_POSTGRESQL)
        live_run(&l, "ALTER TABLE memory_shelves ALTER COLUMN id RESTART WITH 100");
}

static void begin(void)
{
    uow_env_options options = UOW_ENV_OPTIONS_INIT;

    live_open(&l, entities, 3);
    live_table(&l, "memory_shelves",
               "id @id, name varchar(20) not null unique, stock integer not null, note @text NULL, next @int64 NULL, "
               "version integer not null, foreign key (next) references memory_shelves (id)");
    live_table(&l, "memory_books",
               "id @id, shelf @int64 not null, pages integer not null, "
               "foreign key (shelf) references memory_shelves (id)");
    live_table(&l, "memory_stickers", "id bigint primary key, word varchar(12)");
    if (l.database == LIVE_SQLITE)
        live_run(&l, "PRAGMA synchronous = OFF");
    memory.fail_at = -1;
    options.allocator = failing_allocator();
    cr_assert_eq(uow_env_open(&options, &env), UOW_OK);
    cr_assert_eq(uow_model_create(env, entities, 3, &model), UOW_OK);
}

static uow_status save_blocking(void)
{
    return uow_save(ctx, NULL);
}

/* A save that cannot be started is as good as one that fails. */
static uow_status save_polled(void)
{
    uow_op *op = NULL;
    uow_status st = uow_save_start(ctx, NULL, &op);

    if (st != UOW_OK)
        return st;
    while (uow_op_wait(op, 1000) == UOW_PENDING)
        continue;
    return uow_op_finish(op);
}

/* UOW_MEMORY_STEP says how many allocations to leave out. In a unit of the program's, or not. */
static void torture(uow_status (*save)(void), int64_t step, uint32_t depth)
{
    uow_status st = UOW_NO_MEMORY;
    int64_t n = 0;

    begin();
    if (getenv("UOW_MEMORY_STEP"))
        step = strtol(getenv("UOW_MEMORY_STEP"), NULL, 10);
    else if (getenv("UOW_SLOW"))
        step = 7 * step;
    for (; st != UOW_OK; n += step) {
        fill();
        ctx = NULL;
        must(uow_open(env, live_dsn(), model, NULL, &ctx));
        if (l.database == LIVE_SQLITE)
            must(uow_execute(ctx, "PRAGMA synchronous = OFF", NULL, 0, NULL));
        prepare();
        if (depth > 0)
            must(uow_begin(ctx, NULL));
        memory.fail_at = n;
        st = save();
        memory.fail_at = -1;
        cr_assert(st == UOW_OK || st == UOW_NO_MEMORY, "at %d: %s: %s", (int)n, uow_status_name(st),
                  uow_context_message(ctx));
        if (st != UOW_OK) {
            is_as_before(n, depth);
            must(uow_save(ctx, NULL));
        }
        if (depth > 0)
            must(uow_commit(ctx));
        is_saved();
        cr_assert_eq(uow_close(ctx), UOW_OK);
    }
    fprintf(stderr, "memory: a save of %zu rows allocates %d times\n", count, (int)n - 1);
    cr_assert_gt(n, 40);
    uow_model_free(model);
    cr_assert_eq(uow_env_close(env), UOW_OK);
    cr_assert_eq(memory.bytes, 0);
    live_close(&l);
}

Test(memory, a_save_of_fifty_rows_fails_cleanly_at_every_allocation, .timeout = 240)
{
    torture(save_blocking, 1, 0);
}

Test(memory, a_polled_save_of_fifty_rows_fails_cleanly_at_every_third_allocation, .timeout = 240)
{
    torture(save_polled, 3, 0);
}

/* Symptom: the savepoint could not be released, and the program found itself one unit deeper than before. */
Test(memory, a_save_of_fifty_rows_inside_a_unit_fails_cleanly_at_every_other_allocation, .timeout = 240)
{
    torture(save_blocking, 2, 1);
}

/* What is half written in a unit cannot be committed: the unit is rolled back, and the save is done again. */
static void must_roll_back(void)
{
    UOW_IS_ON(ctx, UOW_MISUSE, uow_save(ctx, NULL));
    cr_assert_eq(uow_unit_depth(ctx), 1);
    UOW_IS_ON(ctx, UOW_MISUSE, uow_commit(ctx));
    cr_assert_eq(uow_unit_depth(ctx), 0);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM memory_shelves WHERE stock >= 1000 OR name LIKE 'new%%'"), 0);
    must(uow_begin(ctx, NULL));
    must(uow_save(ctx, NULL));
}

/* Symptom: nothing was left to undo the savepoint with, and the program's commit kept half of the save. */
Test(memory, a_save_inside_a_unit_that_could_not_be_undone_is_not_committed, .timeout = 240)
{
    uow_status st = UOW_NO_MEMORY;
    int halves = 0;

    begin();
    for (int64_t n = 0; st != UOW_OK; n += getenv("UOW_SLOW") ? 23 : 5) {
        uow_status again;

        fill();
        must(uow_open(env, live_dsn(), model, NULL, &ctx));
        prepare();
        must(uow_begin(ctx, NULL));
        memory.fail_at = n;
        memory.lasting = 1;
        st = uow_save(ctx, NULL);
        memory.fail_at = -1;
        memory.lasting = 0;
        cr_assert(st == UOW_OK || st == UOW_NO_MEMORY, "at %d: %s", (int)n, uow_status_name(st));
        cr_assert_eq(uow_unit_depth(ctx), 1);
        again = st == UOW_OK ? st : uow_begin(ctx, NULL);
        if (again == UOW_OK && st != UOW_OK) {
            must(uow_rollback(ctx));
            is_unwritten();
            must(uow_save(ctx, NULL));
        } else if (again != UOW_OK) {
            must_roll_back();
            halves++;
        }
        must(uow_commit(ctx));
        is_saved();
        cr_assert_eq(uow_close(ctx), UOW_OK);
    }
    cr_assert_gt(halves, 0);
    uow_model_free(model);
    cr_assert_eq(uow_env_close(env), UOW_OK);
    cr_assert_eq(memory.bytes, 0);
    live_close(&l);
}
