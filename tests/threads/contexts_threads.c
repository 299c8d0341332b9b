/* One environment, many threads, each with contexts of its own: on the fake driver, then on SQLite's. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <unistd.h>

#include "base/platform.h"

#include "threads.h"

typedef struct counted_row {
    int64_t id;
    int64_t owner;
    int32_t value;
} counted_row;

static const uow_column counted_columns[] = {
    UOW_COLUMN(counted_row, id, "id", UOW_INT64, UOW_KEY),
    UOW_COLUMN(counted_row, owner, "owner", UOW_INT64, 0),
    UOW_COLUMN(counted_row, value, "value", UOW_INT32, 0),
};
static const uow_entity counted = UOW_ENTITY(counted_row, "counted", counted_columns);

static uow_env *env;
static uow_model *model;
static const char *connection;
static unsigned rounds;
static _Atomic unsigned wrong;
static _Atomic uint64_t ids_seen; /* sum of the context ids that events named at open */
static _Atomic uint64_t opened;

static void must(bool good, const char *what, uow_context *context)
{
    if (good)
        return;
    if (atomic_fetch_add(&wrong, 1) < 5)
        printf("# %s: %s\n", what, context ? uow_context_message(context) : "");
}

static void note_open(const uow_trace_event *event, void *user)
{
    (void)user;
    if (event->kind != UOW_TRACE_CONNECTION || strcmp(event->text, "open") != 0)
        return;
    atomic_fetch_add(&ids_seen, event->context_id);
    atomic_fetch_add(&opened, 1);
}

static uow_context *open_one(void)
{
    uow_context_options options = UOW_CONTEXT_OPTIONS_INIT;
    uow_context *context = NULL;

    options.trace = note_open;
    must(uow_open(env, connection, model, &options, &context) == UOW_OK, "open", context);
    return context;
}

static void make_model(void)
{
    static const uow_entity *const entities[] = {&counted};

    atomic_store(&wrong, 0);
    atomic_store(&ids_seen, 0);
    atomic_store(&opened, 0);
    if (uow_model_create(env, entities, 1, &model) != UOW_OK)
        abort();
}

static bool ids_are_unique(void)
{
    uint64_t n = atomic_load(&opened);

    return atomic_load(&ids_seen) == n * (n + 1) / 2;
}

/* --- the fake driver: storms */

static void *storm(void *number)
{
    uow_context *stale = NULL;

    (void)number;
    for (unsigned i = 0; i < rounds; i++) {
        uow_context *context = open_one();
        uow_counters counters = UOW_COUNTERS_INIT;

        must(uow_execute(context, "DELETE FROM t", NULL, 0, NULL) == UOW_OK, "execute", context);
        must(uow_begin(context, NULL) == UOW_OK && uow_commit(context) == UOW_OK, "unit", context);
        must(uow_context_counters(context, &counters) == UOW_OK && counters.executes == 1 && counters.commits == 1 &&
                 counters.errors == 0,
             "counters", context);
        must(uow_env_close(env) == UOW_BUSY, "an environment in use is not closed", NULL);
        must(uow_close(context) == UOW_OK, "close", context);
        must(uow_close(context) == UOW_MISUSE, "close twice", NULL);
        stale = context;
    }
    (void)stale;
    return NULL;
}

static void fake_storm(void)
{
    _Atomic int64_t bytes = 0;

    fake_begin("SQLite");
    connection = "Driver=fake";
    env = threads_env(&locked_api, &bytes);
    make_model();
    threads_run(storm);
    tap(atomic_load(&wrong) == 0, "storm: every context works and counts for itself");
    tap(atomic_load(&opened) == (uint64_t)THREADS * rounds && ids_are_unique(), "storm: every context has its own number");
    uow_model_free(model);
    tap(uow_env_close(env) == UOW_OK, "storm: the environment knows that all are closed");
    tap(atomic_load(&bytes) == 0 && fake_handles() == 0, "storm: nothing is left behind");
}

/* --- SQLite: each thread reads and writes rows of its own */

static _Atomic unsigned too_late;

static void *own_rows(void *number)
{
    unsigned n = *(unsigned *)number;

    for (unsigned i = 0; i < rounds; i++) {
        uow_context *context = open_one();
        counted_row row = {(int64_t)(n * 1000000u + i), (int64_t)n, 1};
        counted_row *added = NULL, *found = NULL;
        uint64_t until = uowi_now_ns() + 60 * UINT64_C(1000000000);
        uow_status st;

        must(uow_add(context, &counted, &row, (void **)&added) == UOW_OK, "add", context);
        /* The file has one writer at a time: those who come too late try again. */
        while ((st = uow_save(context, NULL)) == UOW_TRANSIENT && uowi_now_ns() < until)
            atomic_fetch_add(&too_late, 1);
        must(st == UOW_OK, "save", context);
        must(uow_clear(context) == UOW_OK, "clear", context);
        must(uow_find(context, &counted, uow_key_int64(row.id), (void **)&found) == UOW_OK && found->owner == (int64_t)n,
             "find", context);
        must(uow_close(context) == UOW_OK, "close", context);
    }
    return NULL;
}

static bool make_table(void)
{
    uow_context *context = NULL;
    bool good = uow_open(env, connection, NULL, NULL, &context) == UOW_OK &&
                uow_execute(context, "CREATE TABLE counted (id integer PRIMARY KEY, owner integer, value integer)", NULL,
                            0, NULL) == UOW_OK;

    if (!good)
        printf("# %s\n", uow_context_message(context));
    uow_close(context);
    return good;
}

static int64_t rows_written(void)
{
    uow_context *context = open_one();
    int64_t count = -1;

    must(uow_count(context, &counted, NULL, NULL, 0, &count) == UOW_OK, "count", context);
    uow_close(context);
    return count;
}

static void sqlite_rows(const char *file)
{
    _Atomic int64_t bytes = 0;
    char text[512];

    /* The driver itself repeats a statement that was refused until then, one that will be refused for ever too. */
    snprintf(text, sizeof text, "Driver={SQLite3};Database=%s;Timeout=1000;NoTXN=0;JournalMode=WAL", file);
    connection = text;
    env = threads_env(NULL, &bytes);
    if (!make_table()) {
        tap(false, "sqlite: a private file (is the driver SQLite3 in odbcinst.ini?)");
        uow_env_close(env);
        return;
    }
    make_model();
    threads_run(own_rows);
    printf("# sqlite: %u saves came too late and were tried again\n", atomic_load(&too_late));
    tap(atomic_load(&wrong) == 0, "sqlite: every thread finds what it wrote");
    tap(rows_written() == (int64_t)(THREADS * rounds), "sqlite: every row was written once");
    uow_model_free(model);
    tap(uow_env_close(env) == UOW_OK && atomic_load(&bytes) == 0, "sqlite: nothing is left behind");
}

int main(void)
{
    char directory[] = "/tmp/uow-contexts-XXXXXX";
    char file[64];

    rounds = threads_rounds(200);
    fake_storm();
    if (!mkdtemp(directory))
        return 1;
    snprintf(file, sizeof file, "%s/rows.db", directory);
    rounds = threads_rounds(25);
    sqlite_rows(file);
    if (chdir(directory) == 0) {
        unlink("rows.db");
        unlink("rows.db-wal");
        unlink("rows.db-shm");
    }
    rmdir(directory);
    return tap_end();
}
