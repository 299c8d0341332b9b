/*
 * How fast 100,000 rows are written in one unit, and one row: libuow beside hand-written
 * ODBC that uses the same best way, in one process, by turns.
 *
 *     save DSN [--rows N] [--rounds N]
 *
 * Exit status 1 when a target is missed.
 */
/* POSIX names beside those of C11; before the first header. */
#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "save_raw.h"
#include "uow.h"

enum { MAX_ROUNDS = 31, TURNS = 20, EACH = 100, MOST = MAX_ROUNDS * TURNS };

#define TABLE "uow_bench_save"
#define RAW_TABLE "uow_bench_save_raw"

/* clang-format off */
static const uow_column item_columns[] = {
    UOW_COLUMN(struct item, id,       "id",       UOW_INT64,  UOW_KEY | UOW_GENERATED),
    UOW_COLUMN(struct item, quantity, "quantity", UOW_INT32,  0),
    UOW_COLUMN(struct item, price,    "price",    UOW_DOUBLE, 0),
    UOW_COLUMN(struct item, label,    "label",    UOW_TEXT,   0),
    UOW_COLUMN(struct item, version,  "version",  UOW_INT32,  UOW_VERSION),
};
/* clang-format on */
static const uow_entity items = UOW_ENTITY(struct item, TABLE, item_columns);

enum act { INSERT, UPDATE, DELETE, ONE_SAVE, ONE_FIND, ACTS };

static const char *const act_names[ACTS] = {"insert, keys back", "update, version checked", "delete, version checked",
                                            "save of one row", "find by key"};
/* SQLite, PostgreSQL, MariaDB */
static const double targets[ACTS][3] = {
    {1.25, 1.10, 1.15}, {1.30, 1.10, 1.10}, {1.35, 1.20, 1.20}, {1.10, 1.10, 1.10}, {1.10, 1.10, 1.10}};

struct bench {
    const char *connection;
    size_t rows;
    int rounds;
    struct writer *raw;
    uow_context *context;
    struct item *plain;   /* the raw half's rows */
    struct item **tracked; /* the library's */
    double raw_seconds[ACTS][MOST]; /* of each round; of one-row work, of each turn */
    double uow_seconds[ACTS][MOST];
    int64_t first;          /* the library's first row, to be found */
    double add_seconds[MAX_ROUNDS]; /* uow_add of all rows, beside the save */
    int unsettled;                  /* halves that began while the server may still have been busy with others */
};

static double seconds_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void must(const struct bench *b, uow_status st, const char *doing)
{
    if (st == UOW_OK)
        return;
    fprintf(stderr, "could not %s: %s: %s\n", doing, uow_status_name(st),
            b->context ? uow_context_message(b->context) : uow_status_text(st));
    exit(2);
}

static void fill(struct item *item, size_t i)
{
    memset(item, 0, sizeof *item);
    item->quantity = (int32_t)(i % 1000);
    item->price = (double)i / 4;
    snprintf(item->label, sizeof item->label, "item %06u of the old cellar", (unsigned)(i % 1000000));
}

/* ---- the library's half ---- */

static double uow_insert_rows(struct bench *b, int round)
{
    double start = seconds_now();
    double added;

    for (size_t i = 0; i < b->rows; i++) {
        struct item item;
        void *made;

        fill(&item, i);
        must(b, uow_add(b->context, &items, &item, &made), "add");
        b->tracked[i] = made;
    }
    added = seconds_now();
    b->add_seconds[round] = added - start;
    must(b, uow_save(b->context, NULL), "insert");
    return seconds_now() - added;
}

static double uow_update_rows(struct bench *b, int at)
{
    double start;

    (void)at;
    for (size_t i = 0; i < b->rows; i++)
        b->tracked[i]->quantity++;
    start = seconds_now();
    must(b, uow_save(b->context, NULL), "update");
    return seconds_now() - start;
}

static double uow_delete_rows(struct bench *b, int at)
{
    double start;

    (void)at;
    for (size_t i = 0; i < b->rows; i++)
        must(b, uow_remove(b->context, b->tracked[i]), "remove");
    start = seconds_now();
    must(b, uow_save(b->context, NULL), "delete");
    return seconds_now() - start;
}

/* Tracking this one row: what comparing a hundred thousand others costs is another question. */
static void uow_track_one(struct bench *b)
{
    int64_t id = b->tracked[0]->id;
    void *found;

    must(b, uow_clear(b->context), "clear");
    must(b, uow_find(b->context, &items, uow_key_int64(id), &found), "find");
    b->tracked[0] = found;
}

static double uow_save_one(struct bench *b, int at)
{
    double start = seconds_now();

    (void)at;
    for (size_t i = 0; i < EACH; i++) {
        b->tracked[0]->quantity++;
        must(b, uow_save(b->context, NULL), "save one");
    }
    return seconds_now() - start;
}

static double uow_find_one(struct bench *b, int at)
{
    int64_t first = b->first + at % TURNS * EACH;
    double start = seconds_now();

    for (int64_t i = 0; i < EACH; i++) {
        void *found;

        must(b, uow_find(b->context, &items, uow_key_int64(first + i), &found), "find");
    }
    return seconds_now() - start;
}

/* ---- the raw half ---- */

static double raw_insert_rows(struct bench *b, int at)
{
    double start;

    (void)at;
    for (size_t i = 0; i < b->rows; i++)
        fill(&b->plain[i], i);
    start = seconds_now();
    writer_insert(b->raw, RAW_TABLE, b->plain, b->rows);
    return seconds_now() - start;
}

static double raw_update_rows(struct bench *b, int at)
{
    double start;

    (void)at;
    for (size_t i = 0; i < b->rows; i++)
        b->plain[i].quantity++;
    start = seconds_now();
    writer_update(b->raw, RAW_TABLE, b->plain, b->rows);
    return seconds_now() - start;
}

static double raw_delete_rows(struct bench *b, int at)
{
    double start = seconds_now();

    (void)at;
    writer_delete(b->raw, RAW_TABLE, b->plain, b->rows);
    return seconds_now() - start;
}

static double raw_save_one(struct bench *b, int at)
{
    double start = seconds_now();

    (void)at;
    for (size_t i = 0; i < EACH; i++) {
        b->plain[0].quantity++;
        writer_update_one(b->raw, RAW_TABLE, &b->plain[0]);
    }
    return seconds_now() - start;
}

static double raw_find_one(struct bench *b, int at)
{
    int64_t first = b->plain[0].id + at % TURNS * EACH;
    double start = seconds_now();
    struct item found;

    for (int64_t i = 0; i < EACH; i++)
        writer_find_one(b->raw, RAW_TABLE, first + i, &found);
    return seconds_now() - start;
}

/* ---- rounds ---- */

/* Its seconds; at: which round, or of all turns which. */
typedef double (*half)(struct bench *b, int at);

/* A half does not pay for what the other one left the server to clean up. */
static double alone(struct bench *b, enum act act, int at, half run)
{
    if (act < ONE_SAVE && !writer_settle(b->raw))
        b->unsettled++;
    return run(b, at);
}

/* One after the other, each first every other time: a machine that grows slower or faster meanwhile favours neither. */
static void both(struct bench *b, enum act act, int at, half raw, half uow)
{
    if (at % 2 == 0)
        b->raw_seconds[act][at] = alone(b, act, at, raw);
    b->uow_seconds[act][at] = alone(b, act, at, uow);
    if (at % 2 != 0)
        b->raw_seconds[act][at] = alone(b, act, at, raw);
}

/* Saves in autocommit, one statement each; by turns short enough for the machine to be the same for both. */
static void save_one(struct bench *b, int r)
{
    uow_track_one(b);
    for (int turn = 0; turn < TURNS; turn++)
        both(b, ONE_SAVE, r * TURNS + turn, raw_save_one, uow_save_one);
}

/* Inside a transaction; libuow tracks what it finds. */
static void find_one(struct bench *b, int r)
{
    b->first = b->tracked[0]->id;
    must(b, uow_clear(b->context), "clear");
    writer_begin(b->raw);
    must(b, uow_begin(b->context, NULL), "begin");
    for (int turn = 0; turn < TURNS; turn++)
        both(b, ONE_FIND, r * TURNS + turn, raw_find_one, uow_find_one);
    must(b, uow_commit(b->context), "commit");
    writer_commit(b->raw);
}

static void refill(struct bench *b)
{
    uow_list *list;

    must(b, uow_clear(b->context), "clear");
    must(b, uow_query(b->context, &items, "ORDER BY id", NULL, 0, NULL, &list), "read");
    for (size_t i = 0; i < b->rows; i++)
        b->tracked[i] = uow_list_at(list, i);
    uow_list_free(list);
}

static void round_of(struct bench *b, int r)
{
    writer_empty(b->raw, RAW_TABLE);
    writer_empty(b->raw, TABLE);
    both(b, INSERT, r, raw_insert_rows, uow_insert_rows);
    both(b, UPDATE, r, raw_update_rows, uow_update_rows);
    save_one(b, r);
    find_one(b, r);
    refill(b);
    both(b, DELETE, r, raw_delete_rows, uow_delete_rows);
}

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return (a > b) - (a < b);
}

/* The value that so many of a hundred are below. */
static double below(const double *values, int count, int percent)
{
    double sorted[MOST];

    memcpy(sorted, values, (size_t)count * sizeof *values);
    qsort(sorted, (size_t)count, sizeof *sorted, by_value);
    return sorted[count * percent / 100];
}

static int database_of(const char *name)
{
    return strncmp(name, "Postgre", 7) == 0 ? 1 : strncmp(name, "Maria", 5) == 0 ? 2 : 0;
}

static int print_line(enum act act, int database, double raw, double uow, double ratio)
{
    int failed = ratio > targets[act][database];

    printf("  %-26s raw %8.3f us/row   uow %8.3f us/row   ratio %.2f, at most %.2f  %s\n", act_names[act], raw * 1e6, uow * 1e6,
           ratio, targets[act][database], failed ? "FAIL" : "PASS");
    return failed;
}

static int print_many(const struct bench *b, enum act act, int database)
{
    double rows = (double)b->rows;
    double ratios[MAX_ROUNDS];

    for (int r = 0; r < b->rounds; r++)
        ratios[r] = b->uow_seconds[act][r] / b->raw_seconds[act][r];
    return print_line(act, database, below(b->raw_seconds[act], b->rounds, 50) / rows,
                      below(b->uow_seconds[act], b->rounds, 50) / rows, below(ratios, b->rounds, 50));
}

/* What is compared is the quarter of the turns that went best: see README.md for what a scheduler does to the others. */
static int print_one(const struct bench *b, enum act act, int database)
{
    double raw = below(b->raw_seconds[act], b->rounds * TURNS, 25) / EACH;
    double uow = below(b->uow_seconds[act], b->rounds * TURNS, 25) / EACH;

    return print_line(act, database, raw, uow, uow / raw);
}

static int print_all(const struct bench *b)
{
    char database[160];
    int failed = 0;

    writer_describe(b->raw, database, sizeof database);
    printf("save %s (%s): %zu rows of five columns in one unit, median of %d rounds; one row: the best quarter of %d turns\n",
           b->connection, database, b->rows, b->rounds, b->rounds * TURNS);
    for (int act = 0; act < ACTS; act++)
        failed |= (act < ONE_SAVE ? print_many : print_one)(b, (enum act)act, database_of(database));
    if (b->unsettled > 0)
        printf("  %d halves began while the server was busy with what others had left\n", b->unsettled);
    printf("  %-26s %37.3f us/row\n", "(uow_add before insert)", below(b->add_seconds, b->rounds, 50) / (double)b->rows * 1e6);
    return failed;
}

static void read_options(struct bench *b, int argc, char **argv)
{
    int bad = argc < 2;

    b->rows = 100000;
    b->rounds = 15;
    b->connection = argv[1];
    for (int i = 2; i < argc && !bad; i += 2) {
        long value = i + 1 < argc ? strtol(argv[i + 1], NULL, 10) : 0;

        if (strcmp(argv[i], "--rows") == 0 && value > 0)
            b->rows = (size_t)value / 5000 * 5000;
        else if (strcmp(argv[i], "--rounds") == 0 && value > 0 && value <= MAX_ROUNDS)
            b->rounds = (int)value;
        else
            bad = 1;
    }
    if (!bad && b->rows > 0)
        return;
    fprintf(stderr, "usage: %s DSN [--rows N] [--rounds N]   (rows in steps of 5000)\n", argv[0]);
    exit(2);
}

int main(int argc, char **argv)
{
    static struct bench b;
    const uow_entity *entities[] = {&items};
    uow_env *env = NULL;
    uow_model *model = NULL;
    int failed;

    read_options(&b, argc, argv);
    b.raw = writer_open(b.connection);
    writer_table(b.raw, RAW_TABLE);
    writer_table(b.raw, TABLE);
    b.plain = calloc(b.rows, sizeof *b.plain);
    b.tracked = calloc(b.rows, sizeof *b.tracked);
    must(&b, uow_env_open(NULL, &env), "open");
    must(&b, uow_model_create(env, entities, 1, &model), "make the model");
    must(&b, uow_open(env, b.connection, model, NULL, &b.context), "connect");
    round_of(&b, 0); /* warms caches, statements and pools; not counted */
    for (int r = 0; r < b.rounds; r++)
        round_of(&b, r);
    failed = print_all(&b);
    must(&b, uow_close(b.context), "close");
    uow_model_free(model);
    uow_env_close(env);
    writer_close(b.raw);
    free(b.plain);
    free(b.tracked);
    return failed;
}
