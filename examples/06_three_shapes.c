/*
 * One job in three shapes: eight accounts are to be settled by a procedure that takes its time.
 *
 *   in sequence   one context, one call after the other; each commits by itself
 *   in parallel   a factory lends eight contexts, one thread starts and polls all of them
 *   as one unit   several calls, one connection, one outcome: all or nothing
 *
 *     06_three_shapes DSN
 */
/* POSIX names beside those of C11; before the first header. */
#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "example.h"

enum { ACCOUNTS = 8 };

static char calls[ACCOUNTS][120];

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void run(uow_context *ctx, const char *sql)
{
    must(ctx, uow_execute(ctx, sql, NULL, 0, NULL), sql);
}

/* The procedure in each database's words; SQLite has none, and nothing there takes its time. */
static const char *make_procedure(const char *dialect)
{
    if (strcmp(dialect, "postgresql") == 0)
        return "CREATE OR REPLACE PROCEDURE shapes_settle(account integer) LANGUAGE sql AS '"
               "SELECT pg_sleep(0.1); UPDATE shapes SET settled = settled + 1 WHERE id = account'";
    if (strcmp(dialect, "mariadb") == 0)
        return "CREATE OR REPLACE PROCEDURE shapes_settle(account integer) BEGIN "
               "DO SLEEP(0.1); UPDATE shapes SET settled = settled + 1 WHERE id = account; END";
    return NULL;
}

static void prepare(uow_context *ctx)
{
    uow_facts facts = UOW_FACTS_INIT;
    const char *procedure;
    char sql[120];

    must(ctx, uow_context_facts(ctx, &facts), "ask for the facts");
    procedure = make_procedure(facts.dialect);
    run(ctx, "DROP TABLE IF EXISTS shapes");
    run(ctx, "CREATE TABLE shapes (id integer PRIMARY KEY, settled integer)");
    if (procedure)
        run(ctx, procedure);
    for (int i = 0; i < ACCOUNTS; i++) {
        snprintf(sql, sizeof sql, "INSERT INTO shapes VALUES (%d, 0)", i + 1);
        run(ctx, sql);
        snprintf(calls[i], sizeof calls[i],
                 procedure ? "CALL shapes_settle(%d)" : "UPDATE shapes SET settled = settled + 1 WHERE id = %d", i + 1);
    }
}

static int64_t settled(uow_context *ctx)
{
    uow_rows *rows = NULL;
    int64_t sum = 0;

    must(ctx, uow_rows_open(ctx, "SELECT sum(settled) FROM shapes", NULL, 0, &rows), "ask for the sum");
    must(ctx, uow_rows_next(rows), "read the sum");
    must(ctx, uow_rows_int64(rows, 0, &sum), "read the sum");
    uow_rows_close(rows);
    return sum;
}

static double in_sequence(uow_context *ctx)
{
    double start = now();

    for (int i = 0; i < ACCOUNTS; i++)
        run(ctx, calls[i]);
    return now() - start;
}

static double in_parallel(uow_factory *factory)
{
    uow_task tasks[ACCOUNTS];
    double start = now();
    uow_status st;

    memset(tasks, 0, sizeof tasks);
    for (int i = 0; i < ACCOUNTS; i++)
        tasks[i].sql = calls[i];
    st = uow_parallel(factory, tasks, ACCOUNTS, NULL);
    if (st != UOW_OK)
        fprintf(stderr, "%s\n", uow_error_message(uow_factory_error(factory)));
    must(NULL, st, "settle in parallel");
    return now() - start;
}

/* Stopped in the middle on purpose: nothing of it stays. Then once more, to its end. */
static void as_one_unit(uow_context *ctx)
{
    int64_t before = settled(ctx);

    must(ctx, uow_begin(ctx, NULL), "begin");
    for (int i = 0; i < 3; i++)
        run(ctx, calls[i]);
    must(ctx, uow_rollback(ctx), "roll back");
    say("three calls and a rollback: %lld settled, as before", (long long)(settled(ctx) - before));
    must(ctx, uow_begin(ctx, NULL), "begin");
    for (int i = 0; i < ACCOUNTS; i++)
        run(ctx, calls[i]);
    must(ctx, uow_commit(ctx), "commit");
    say("eight calls and a commit: %lld settled at once", (long long)(settled(ctx) - before));
}

/* The same tasks may not share a transaction, and the answer says why. */
static void both_at_once(uow_factory *factory, uow_context *ctx)
{
    uow_parallel_options options = UOW_PARALLEL_OPTIONS_INIT;
    uow_task task = {.sql = calls[0]};
    uow_status st;

    must(ctx, uow_begin(ctx, NULL), "begin");
    options.within = ctx;
    st = uow_parallel(factory, &task, 1, &options);
    say("in parallel and as one unit: %s", uow_status_name(st));
    quote("", uow_error_message(uow_factory_error(factory)));
    must(ctx, uow_rollback(ctx), "roll back");
}

int main(int count, char **words)
{
    uow_factory_options options = UOW_FACTORY_OPTIONS_INIT;
    uow_factory_counters counters = UOW_FACTORY_COUNTERS_INIT;
    uow_factory *factory = NULL;
    uow_context *ctx = NULL;
    double alone, together;
    uow_env *env;

    if (count != 2) {
        fprintf(stderr, "usage: %s DSN\n", words[0]);
        return 2;
    }
    headline("One job in three shapes");
    env = open_environment();
    options.max_contexts = ACCOUNTS;
    options.flags = UOW_FACTORY_TRUST_CALLS; /* shapes_settle leaves nothing in its session: no reset after it */
    must(NULL, uow_factory_open(env, words[1], NULL, &options, &factory), "make a factory");
    must(NULL, uow_factory_acquire(factory, 5000, &ctx), "lease a context");
    say_database(ctx);
    prepare(ctx);

    title("In sequence: one context");
    alone = in_sequence(ctx);
    say("%.3f seconds", alone);
    must(ctx, uow_factory_release(ctx), "release the context");

    title("In parallel: a context for each");
    (void)in_parallel(factory); /* opens the connections */
    together = in_parallel(factory);
    say("%.3f seconds: %.1f times as fast", together, alone / together);

    title("As one unit: one connection, one outcome");
    must(NULL, uow_factory_acquire(factory, 5000, &ctx), "lease a context");
    as_one_unit(ctx);
    both_at_once(factory, ctx);

    title("What came of it");
    say("%lld of %d settlements", (long long)settled(ctx), 4 * ACCOUNTS);
    run(ctx, "DROP TABLE shapes");
    must(ctx, uow_factory_release(ctx), "release the context");
    must(NULL, uow_factory_read(factory, &counters), "read the counters");
    say("%llu leases on %u connections", (unsigned long long)counters.leases, counters.total);
    must(NULL, uow_factory_close(factory, 5000, 0), "close the factory");
    must(NULL, uow_env_close(env), "close the environment");
    return 0;
}
