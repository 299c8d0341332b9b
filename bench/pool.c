/*
 * What a lease costs when nobody waits: taking a context and giving it back, beside opening a connection.
 *
 *     pool DSN [--rounds N]
 *
 * Exit status 1 when a target is missed.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "uow.h"

enum { BATCHES = 31, DEFAULT_ROUNDS = 20000, MAX_LEASE_NS = 1000 };

static uow_factory *factory;

static double now(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void need(uow_status st, const char *what, const uow_error *error)
{
    if (st == UOW_OK)
        return;
    fprintf(stderr, "%s: %s %s\n", what, uow_status_name(st), error ? uow_error_message(error) : "");
    exit(2);
}

static uow_context *take(void)
{
    uow_context *context = NULL;

    uow_status st = uow_factory_acquire(factory, 1000, &context);

    if (st != UOW_OK)
        need(st, "acquire", uow_factory_error(factory));
    return context;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* The median batch, per lease. sql NULL: nothing is run in between, nothing waits, and the processor's time counts. */
static double lease(long rounds, const char *sql)
{
    clockid_t clock = sql ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID;
    double batches[BATCHES];

    for (int b = 0; b < BATCHES; b++) {
        double start = now(clock);

        for (long i = 0; i < rounds; i++) {
            uow_context *context = take();

            if (sql)
                need(uow_execute(context, sql, NULL, 0, NULL), sql, uow_context_error(context));
            need(uow_factory_release(context), "release", NULL);
        }
        batches[b] = (now(clock) - start) / (double)rounds;
    }
    qsort(batches, BATCHES, sizeof *batches, by_size);
    return batches[BATCHES / 2];
}

static double connect(uow_env *env, const char *dsn)
{
    double batches[BATCHES];

    for (int b = 0; b < BATCHES; b++) {
        double start = now(CLOCK_MONOTONIC);
        uow_context *context = NULL;

        need(uow_open(env, dsn, NULL, NULL, &context), "open", uow_context_error(context));
        need(uow_close(context), "close", NULL);
        batches[b] = now(CLOCK_MONOTONIC) - start;
    }
    qsort(batches, BATCHES, sizeof *batches, by_size);
    return batches[BATCHES / 2];
}

/* A statement that may have changed the session, as far as its head tells. */
static const char *resetting(const char *dsn)
{
    return strstr(dsn, "sqlite") ? "PRAGMA foreign_keys" : strstr(dsn, "postgres") ? "SET lock_timeout = 5" : "SET @uow = 1";
}

int main(int count, char **words)
{
    uow_env *env = NULL;
    long rounds = DEFAULT_ROUNDS;
    uow_factory_counters counters = UOW_FACTORY_COUNTERS_INIT;
    double ns;

    if (count == 4 && strcmp(words[2], "--rounds") == 0)
        rounds = atol(words[3]);
    else if (count != 2)
        rounds = 0;
    if (rounds <= 0) {
        fprintf(stderr, "usage: pool DSN [--rounds N]\n");
        return 2;
    }
    need(uow_env_open(NULL, &env), "environment", NULL);
    need(uow_factory_open(env, words[1], NULL, NULL, &factory), "factory", NULL);
    uow_factory_release(take());
    ns = lease(rounds, NULL);
    printf("%-16s acquire + release     %9.0f ns  (at most %d: %s)\n", words[1], ns, MAX_LEASE_NS,
           ns <= MAX_LEASE_NS ? "ok" : "MISSED");
    printf("%-16s .. with SELECT 1      %9.0f ns\n", "", lease(100, "SELECT 1"));
    printf("%-16s .. with a reset       %9.0f ns\n", "", lease(10, resetting(words[1])));
    printf("%-16s connect + disconnect  %9.0f ns\n", "", connect(env, words[1]));
    (void)uow_factory_read(factory, &counters);
    printf("%-16s %llu resets, %llu failed\n", "", (unsigned long long)counters.resets,
           (unsigned long long)counters.resets_failed);
    uow_factory_close(factory, 1000, 0);
    uow_env_close(env);
    return ns <= MAX_LEASE_NS ? 0 : 1;
}
