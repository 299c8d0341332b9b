/*
 * What a unit over several databases costs beside units on one connection, in one run: round trips and milliseconds.
 *
 *     distributed [--rounds N]
 *
 * Data sources are uow_sqlite, uow_postgresql and uow_mariadb. A round trip is a call of the driver that waits for the server:
 * statements, commits and what switches between them, as the trace and the counters tell.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "uow.h"

enum { DEFAULT_ROUNDS = 200, DATABASES = 3 };

static const char *const dsns[DATABASES] = {"uow_sqlite", "uow_postgresql", "uow_mariadb"};
static uow_context *all[DATABASES];

/* A way to change one row in each of some databases. */
typedef struct way {
    const char *name;
    unsigned databases; /* bits */
    unsigned decision;  /* branch of it; 9: SQLite as the log */
    int distributed;
} way;

static const way ways[] = {
    {"sqlite alone", 1, 0, 0},
    {"postgresql alone", 2, 0, 0},
    {"mariadb alone", 4, 0, 0},
    {"postgresql, then mariadb: not all or nothing", 6, 0, 0},
    {"all three one after the other: likewise", 7, 0, 0},
    {"postgresql* + mariadb", 6, 1, 1},
    {"postgresql + mariadb*", 6, 2, 1},
    {"postgresql + mariadb, log in sqlite", 6, 9, 1},
    {"sqlite* + postgresql", 3, 0, 1},
    {"sqlite* + mariadb", 5, 0, 1},
    {"sqlite* + postgresql + mariadb", 7, 0, 1},
};

static void need(uow_status st, const char *what, const char *why)
{
    if (st == UOW_OK)
        return;
    fprintf(stderr, "%s: %s %s\n", what, uow_status_name(st), why);
    exit(2);
}

static double now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void changed(uow_context *context)
{
    need(uow_execute(context, "UPDATE uow_bench_dist SET n = n + 1 WHERE id = 1", NULL, 0, NULL), "update",
         uow_context_message(context));
}

static void alone(const way *w)
{
    for (unsigned i = 0; i < DATABASES; i++) {
        if (!(w->databases & (1u << i)))
            continue;
        need(uow_begin(all[i], NULL), "begin", uow_context_message(all[i]));
        changed(all[i]);
        need(uow_commit(all[i]), "commit", uow_context_message(all[i]));
    }
}

static void together(const way *w)
{
    uow_distributed_options options = UOW_DISTRIBUTED_OPTIONS_INIT;
    uow_context *contexts[DATABASES];
    uow_distributed *unit = NULL;
    size_t count = 0;

    for (unsigned i = 0; i < DATABASES; i++)
        if (w->databases & (1u << i))
            contexts[count++] = all[i];
    options.coordinator = "bench";
    options.decision_branch = w->decision == 9 ? 0 : w->decision;
    options.log = w->decision == 9 ? all[0] : NULL;
    need(uow_distributed_begin(contexts, count, &options, &unit), "begin", uow_distributed_message(unit));
    for (size_t i = 0; i < count; i++)
        changed(contexts[i]);
    need(uow_distributed_commit(unit), "commit", uow_distributed_message(unit));
    uow_distributed_free(unit);
}

static uint64_t trips(void)
{
    uow_counters c = UOW_COUNTERS_INIT;
    uint64_t sum = 0;

    for (unsigned i = 0; i < DATABASES; i++)
        if (uow_context_counters(all[i], &c) == UOW_OK)
            sum += c.executes + c.prepares + c.commits + c.rollbacks;
    return sum;
}

static void measure(const way *w, long rounds)
{
    void (*once)(const way *w) = w->distributed ? together : alone;
    uint64_t before;
    double start;

    once(w);
    before = trips();
    start = now_ms();
    for (long i = 0; i < rounds; i++)
        once(w);
    printf("%-46s %8.1f %8.2f\n", w->name, (double)(trips() - before) / (double)rounds, (now_ms() - start) / (double)rounds);
}

static void tables(uow_env *env)
{
    for (unsigned i = 0; i < DATABASES; i++) {
        uow_status st = uow_open(env, dsns[i], NULL, NULL, &all[i]);

        need(st, dsns[i], all[i] ? uow_context_message(all[i]) : "");
        (void)uow_execute(all[i], "DROP TABLE uow_bench_dist", NULL, 0, NULL);
        need(uow_execute(all[i], "CREATE TABLE uow_bench_dist (id integer PRIMARY KEY, n integer)", NULL, 0, NULL), "table",
             uow_context_message(all[i]));
        need(uow_execute(all[i], "INSERT INTO uow_bench_dist VALUES (1, 0)", NULL, 0, NULL), "row",
             uow_context_message(all[i]));
        need(uow_decision_table_create(all[i], NULL), "decisions", uow_context_message(all[i]));
    }
}

int main(int count, char **words)
{
    long rounds = DEFAULT_ROUNDS;
    uow_env *env = NULL;

    if (count == 3 && strcmp(words[1], "--rounds") == 0)
        rounds = strtol(words[2], NULL, 10);
    need(uow_env_open(NULL, &env), "environment", "");
    tables(env);
    printf("one row changed in each database, %ld rounds; * has the decision\n", rounds);
    printf("%-46s %8s %8s\n", "", "trips", "ms");
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
        measure(&ways[i], rounds);
    for (unsigned i = 0; i < DATABASES; i++)
        (void)uow_close(all[i]);
    (void)uow_env_close(env);
    return 0;
}
