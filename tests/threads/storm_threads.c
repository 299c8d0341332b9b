/*
 * A storm of cancels on each data source: reads and saves ended at random moments, by cancel, deadline or being given up.
 * Afterwards every context is right or says that it is lost, a save has written all of its rows or none, as it said, and
 * nothing is left behind. UOW_STORM says how many operations on each, 1000 unless it does. Skipped without servers.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <time.h>

#include "threads.h"

enum { CONTEXTS = 4, ROWS = 5 };

typedef struct drop {
    int64_t id;
    int64_t batch;
} drop;

static const uow_column drop_columns[] = {
    UOW_COLUMN(drop, id, "id", UOW_INT64, UOW_KEY),
    UOW_COLUMN(drop, batch, "batch", UOW_INT64, 0),
};
static const uow_entity drops = UOW_ENTITY(drop, "storm_drops", drop_columns);
static const uow_entity *const storm_entities[] = {&drops};

typedef struct storm {
    const char *dsn;
    uow_env *env;
    uow_model *model;
    uow_context *contexts[CONTEXTS];
    uow_context *watcher; /* nothing of it is ever cancelled */
    uint32_t seed;
    int64_t batch; /* of the last save */
    unsigned done, cancelled, late, busy, other, lost, halves;
} storm;

static unsigned storm_random(storm *s, unsigned below)
{
    s->seed = s->seed * 1664525u + 1013904223u;
    return (s->seed >> 8) % below;
}

static void storm_sleep(unsigned us)
{
    struct timespec ts = {0, (long)us * 1000};

    nanosleep(&ts, NULL);
}

/* Some tens of milliseconds, unless it is ended. */
static const char *storm_sql(const uow_context *context)
{
    uow_facts facts = UOW_FACTS_INIT;

    if (uow_context_facts(context, &facts) != UOW_OK)
        return "SELECT 1";
    if (strcmp(facts.dialect, "postgresql") == 0)
        return "SELECT pg_sleep(0.02)";
    if (strcmp(facts.dialect, "mariadb") == 0)
        return "SELECT SLEEP(0.02)";
    return "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 200000) SELECT COUNT(*) FROM c";
}

static bool storm_open(storm *s, uow_context **out)
{
    uow_status st = uow_open(s->env, s->dsn, s->model, NULL, out);

    if (st != UOW_OK)
        printf("# %s: %s\n", s->dsn, uow_context_message(*out));
    return st == UOW_OK;
}

static bool storm_say(storm *s, const char *sql)
{
    uow_status st = uow_execute(s->watcher, sql, NULL, 0, NULL);

    if (st != UOW_OK)
        printf("# %s: %s\n", s->dsn, uow_context_message(s->watcher));
    return st == UOW_OK;
}

static void storm_count(storm *s, uow_status st, const uow_context *context)
{
    s->done += st == UOW_OK;
    s->cancelled += st == UOW_CANCELLED;
    s->late += st == UOW_TIMEOUT;
    s->busy += st == UOW_TRANSIENT; /* SQLite's file was another's for too long */
    if (st == UOW_OK || st == UOW_CANCELLED || st == UOW_TIMEOUT || st == UOW_TRANSIENT)
        return;
    if (s->other++ < 5)
        printf("# %s: %s %s\n", s->dsn, uow_status_name(st), uow_context_message(context));
}

/* A save of a few rows; each batch has a number. */
static uow_status storm_save(storm *s, uow_context *context, uow_op **op)
{
    uow_status st = uow_clear(context);

    s->batch++;
    for (int64_t i = 0; st == UOW_OK && i < ROWS; i++) {
        drop values = {s->batch * ROWS + i, s->batch};
        void *row = NULL;

        st = uow_add(context, &drops, &values, &row);
    }
    return st == UOW_OK ? uow_save_start(context, NULL, op) : st;
}

/* All of a batch or nothing, as the save said; given up, it has said nothing. */
static void storm_look(storm *s, int64_t batch, uow_status st, bool said)
{
    int64_t rows = -1;
    uow_arg arg = uow_arg_int64(batch);
    bool good = uow_count(s->watcher, &drops, "batch = ?", &arg, 1, &rows) == UOW_OK;

    good = good && (rows == 0 || rows == ROWS);
    if (good && said && st != UOW_OUTCOME_UNKNOWN)
        good = rows == (st == UOW_OK ? ROWS : 0);
    if (!good && s->halves++ < 5)
        printf("# %s: %lld rows of a save that said %s\n", s->dsn, (long long)rows, said ? uow_status_name(st) : "nothing");
}

/* Ended in one of three ways. False: it was given up. */
static bool storm_end(storm *s, uow_op *op, const uow_context *context, uow_status *out)
{
    unsigned how = storm_random(s, 8);

    storm_sleep(storm_random(s, 3000));
    if (how == 0) {
        uow_op_free(op);
        return false;
    }
    if (how == 1)
        (void)uow_op_deadline(op, storm_random(s, 5));
    else
        (void)uow_op_cancel(op);
    *out = uow_op_finish(op);
    storm_count(s, *out, context);
    return true;
}

/* One operation on each context, each ended in a way of its own. */
static void storm_round(storm *s)
{
    uow_op *ops[CONTEXTS] = {NULL};
    int64_t batches[CONTEXTS] = {0};

    for (size_t i = 0; i < CONTEXTS; i++) {
        uow_context *context = s->contexts[i];
        bool save = storm_random(s, 3) == 0;
        uow_status st = save ? storm_save(s, context, &ops[i])
                             : uow_execute_start(context, storm_sql(context), NULL, 0, NULL, &ops[i]);

        batches[i] = save ? s->batch : 0;
        if (st != UOW_OK)
            storm_count(s, UOW_BUSY, context);
    }
    for (size_t i = 0; i < CONTEXTS; i++) {
        uow_status st = UOW_OK;
        bool said = ops[i] && storm_end(s, ops[i], s->contexts[i], &st);

        if (ops[i] && batches[i])
            storm_look(s, batches[i], st, said);
    }
}

/* Every context works, or is honestly lost; a lost one is replaced. */
static bool storm_check(storm *s)
{
    bool right = true;

    for (size_t i = 0; i < CONTEXTS; i++) {
        int64_t affected = 0;
        uow_status st = uow_execute(s->contexts[i], "SELECT 1", NULL, 0, &affected);

        if (st == UOW_OK)
            continue;
        s->lost++;
        right = right && st == UOW_CONNECTION_LOST;
        if (st != UOW_CONNECTION_LOST)
            printf("# %s: %s %s\n", s->dsn, uow_status_name(st), uow_context_message(s->contexts[i]));
        right = right && uow_close(s->contexts[i]) == UOW_OK && storm_open(s, &s->contexts[i]);
    }
    return right;
}

static bool storm_begin(storm *s)
{
    bool right = uow_model_create(s->env, storm_entities, 1, &s->model) == UOW_OK && storm_open(s, &s->watcher) &&
                 storm_say(s, "DROP TABLE IF EXISTS storm_drops") &&
                 storm_say(s, "CREATE TABLE storm_drops (id BIGINT PRIMARY KEY, batch BIGINT NOT NULL)");

    for (size_t i = 0; right && i < CONTEXTS; i++)
        right = storm_open(s, &s->contexts[i]);
    return right;
}

static bool storm_over(storm *s)
{
    bool right = storm_say(s, "DROP TABLE storm_drops");

    for (size_t i = 0; i < CONTEXTS; i++)
        right = uow_close(s->contexts[i]) == UOW_OK && right;
    right = uow_close(s->watcher) == UOW_OK && right;
    uow_model_free(s->model);
    return right;
}

static unsigned storm_operations(void)
{
    const char *given = getenv("UOW_STORM");
    unsigned wanted = given ? (unsigned)strtoul(given, NULL, 10) : 0;

    return wanted ? wanted : threads_rounds(1000 / CONTEXTS) * CONTEXTS;
}

static void storm_on(const char *dsn)
{
    _Atomic int64_t bytes = 0;
    unsigned rounds = storm_operations() / CONTEXTS;
    storm s = {.dsn = dsn, .env = threads_env(NULL, &bytes), .seed = 20261125};
    bool right = storm_begin(&s);
    char what[160];

    for (unsigned i = 0; right && i < rounds; i++) {
        storm_round(&s);
        right = storm_check(&s);
    }
    right = storm_over(&s) && right;
    printf("# %s: %u operations: %u done, %u cancelled, %u past their deadline, %u had to wait too long, %u otherwise; "
           "%u contexts lost\n",
           dsn, rounds * CONTEXTS, s.done, s.cancelled, s.late, s.busy, s.other, s.lost);
    snprintf(what, sizeof what, "%s: after each cancel the context is right or says that it is lost", dsn);
    tap(right && s.other == 0, what);
    snprintf(what, sizeof what, "%s: a save that was cancelled has written nothing, one that was done everything", dsn);
    tap(s.batch > 0 && s.halves == 0, what);
    snprintf(what, sizeof what, "%s: nothing is left behind", dsn);
    tap(uow_env_close(s.env) == UOW_OK && atomic_load(&bytes) == 0, what);
}

int main(void)
{
    const char *sources = getenv("UOW_TEST_DSNS");
    char names[512];

    if (!sources) {
        printf("needs tests/run/servers\n");
        return 77;
    }
    snprintf(names, sizeof names, "%s", sources);
    for (char *dsn = strtok(names, " "); dsn; dsn = strtok(NULL, " "))
        storm_on(dsn);
    return tap_end();
}
