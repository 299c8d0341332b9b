/*
 * A storm of cancels on each data source: operations ended at random moments, by cancel, deadline or being given up.
 * Afterwards every context is right or says that it is lost, and nothing is left behind. Skipped without servers.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <time.h>

#include "threads.h"

enum { CONTEXTS = 4 };

typedef struct storm {
    const char *dsn;
    uow_env *env;
    uow_context *contexts[CONTEXTS];
    uint32_t seed;
    unsigned done, cancelled, late, other, lost;
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

static bool storm_open(storm *s, size_t i)
{
    uow_status st = uow_open(s->env, s->dsn, NULL, NULL, &s->contexts[i]);

    if (st != UOW_OK)
        printf("# %s: %s\n", s->dsn, uow_context_message(s->contexts[i]));
    return st == UOW_OK;
}

static void storm_count(storm *s, uow_status st, const uow_context *context)
{
    s->done += st == UOW_OK;
    s->cancelled += st == UOW_CANCELLED;
    s->late += st == UOW_TIMEOUT;
    if (st == UOW_OK || st == UOW_CANCELLED || st == UOW_TIMEOUT)
        return;
    if (s->other++ < 5)
        printf("# %s: %s %s\n", s->dsn, uow_status_name(st), uow_context_message(context));
}

/* One operation on each context, each ended in a way of its own. */
static void storm_round(storm *s)
{
    uow_op *ops[CONTEXTS] = {NULL};

    for (size_t i = 0; i < CONTEXTS; i++)
        if (uow_execute_start(s->contexts[i], storm_sql(s->contexts[i]), NULL, 0, NULL, &ops[i]) != UOW_OK)
            storm_count(s, UOW_BUSY, s->contexts[i]);
    for (size_t i = 0; i < CONTEXTS; i++) {
        unsigned how = storm_random(s, 8);

        if (!ops[i])
            continue;
        storm_sleep(storm_random(s, 3000));
        if (how == 0) {
            uow_op_free(ops[i]);
            continue;
        }
        if (how == 1)
            (void)uow_op_deadline(ops[i], storm_random(s, 5));
        else
            (void)uow_op_cancel(ops[i]);
        storm_count(s, uow_op_finish(ops[i]), s->contexts[i]);
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
        right = right && uow_close(s->contexts[i]) == UOW_OK && storm_open(s, i);
    }
    return right;
}

static void storm_on(const char *dsn)
{
    _Atomic int64_t bytes = 0;
    unsigned rounds = threads_rounds(1000 / CONTEXTS);
    storm s = {.dsn = dsn, .env = threads_env(NULL, &bytes), .seed = 20261125};
    bool right = true;
    char what[160];

    for (size_t i = 0; i < CONTEXTS; i++)
        right = storm_open(&s, i) && right;
    for (unsigned i = 0; right && i < rounds; i++) {
        storm_round(&s);
        right = storm_check(&s);
    }
    for (size_t i = 0; i < CONTEXTS; i++)
        right = uow_close(s.contexts[i]) == UOW_OK && right;
    printf("# %s: %u operations: %u done, %u cancelled, %u past their deadline, %u otherwise; %u contexts lost\n", dsn,
           rounds * CONTEXTS, s.done, s.cancelled, s.late, s.other, s.lost);
    snprintf(what, sizeof what, "%s: after each cancel the context is right or says that it is lost", dsn);
    tap(right && s.other == 0, what);
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
