/*
 * A server that is killed and comes back under load: the factory heals by itself, no unit is lost and none done twice.
 * Each unit writes a row of its own and counts it; who does not know what became of a commit asks the database.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "base/platform.h"
#include "threads.h"

#define POOL 4u

static uow_env *env;
static uow_factory *factory;
static _Atomic int64_t bytes;
static _Atomic unsigned wrong;
static _Atomic bool back;        /* the server is up again */
static _Atomic bool enough;
static _Atomic unsigned units[THREADS]; /* done, one after the other */
static _Atomic unsigned in_doubt, lost, refused, stale;

static void must(bool good, const char *what, const char *why)
{
    if (!good && atomic_fetch_add(&wrong, 1) < 5)
        printf("# %s: %s\n", what, why ? why : "");
}

/* What is committed must be written before the answer: the tests' servers are set up to be fast. */
static int careful(uow_context *context, void *user)
{
    return uow_execute(context, user, NULL, 0, NULL) == UOW_OK;
}

static uow_status statement(uow_context *context, const char *sql, unsigned n, unsigned unit)
{
    uow_arg args[] = {uow_arg_int32((int32_t)n), uow_arg_int32((int32_t)unit)};

    return uow_execute(context, sql, args, 2, NULL);
}

static uow_status unit_run(uow_context *context, unsigned n, unsigned unit)
{
    bool fresh = atomic_load(&back);
    uow_status st = uow_begin(context, NULL);

    if (st == UOW_OK)
        st = statement(context, "INSERT INTO restart_units (thread, unit) VALUES (?, ?)", n, unit);
    if (fresh && st == UOW_CONNECTION_LOST)
        atomic_fetch_add(&stale, 1);
    if (st == UOW_OK)
        st = statement(context, "UPDATE restart_counts SET n = n + 1 WHERE thread = ? AND ? >= 0", n, unit);
    return st == UOW_OK ? uow_commit(context) : st;
}

static int64_t asked(uow_context *context, const char *sql)
{
    uow_rows *rows = NULL;
    int64_t value = -1;

    if (uow_rows_open(context, sql, NULL, 0, &rows) != UOW_OK)
        return -1;
    if (uow_rows_next(rows) == UOW_OK)
        (void)uow_rows_int64(rows, 0, &value);
    uow_rows_close(rows);
    return value;
}

static uow_context *take(void)
{
    uow_context *context = NULL;

    while (uow_factory_acquire(factory, 20000, &context) != UOW_OK) {
        atomic_fetch_add(&refused, 1);
        uowi_sleep_ns(2000000u);
    }
    return context;
}

/* After an answer that says nothing. */
static bool unit_done(unsigned n, unsigned unit)
{
    char sql[120];
    int64_t count;

    snprintf(sql, sizeof sql, "SELECT count(*) FROM restart_units WHERE thread = %u AND unit = %u", n, unit);
    do {
        uow_context *context = take();

        count = asked(context, sql);
        uow_factory_release(context);
    } while (count < 0);
    return count == 1;
}

static void *work(void *number)
{
    unsigned n = *(unsigned *)number;

    while (!atomic_load(&enough)) {
        unsigned unit = atomic_load(&units[n]);
        uow_context *context = take();
        uow_status st = unit_run(context, n, unit);

        if (st == UOW_OUTCOME_UNKNOWN)
            atomic_fetch_add(&in_doubt, 1);
        else if (st == UOW_CONNECTION_LOST || st == UOW_TRANSIENT)
            atomic_fetch_add(&lost, 1);
        else
            must(st == UOW_OK, "a unit", uow_context_message(context));
        must(uow_factory_release(context) == UOW_OK, "release", NULL);
        if (st == UOW_OK || (st == UOW_OUTCOME_UNKNOWN && unit_done(n, unit)))
            atomic_store(&units[n], unit + 1);
    }
    return NULL;
}

static unsigned all_units(void)
{
    unsigned sum = 0;

    for (unsigned i = 0; i < THREADS; i++)
        sum += atomic_load(&units[i]);
    return sum;
}

/* Half a second of load, the kill, and as many units again once it is back. */
static void *trouble(void *server)
{
    char command[80];
    unsigned before;
    uint64_t since;

    uowi_sleep_ns(500000000u);
    snprintf(command, sizeof command, "bash \"$UOW_RESTART\" %s 0.3", (const char *)server);
    must(system(command) == 0, "the restart", command);
    atomic_store(&back, true);
    before = all_units();
    since = uowi_now_ns();
    while (all_units() < before + 200 && uowi_now_ns() - since < 30000000000u)
        uowi_sleep_ns(10000000u);
    must(all_units() >= before + 200, "work goes on by itself", NULL);
    atomic_store(&enough, true);
    return NULL;
}

static void tables(uow_context *context)
{
    char sql[80];

    (void)uow_execute(context, "DROP TABLE restart_units", NULL, 0, NULL);
    (void)uow_execute(context, "DROP TABLE restart_counts", NULL, 0, NULL);
    must(uow_execute(context, "CREATE TABLE restart_units (thread integer, unit integer, PRIMARY KEY (thread, unit))",
                     NULL, 0, NULL) == UOW_OK, "table", uow_context_message(context));
    must(uow_execute(context, "CREATE TABLE restart_counts (thread integer PRIMARY KEY, n integer)", NULL, 0, NULL) ==
             UOW_OK, "table", uow_context_message(context));
    for (unsigned i = 0; i < THREADS; i++) {
        snprintf(sql, sizeof sql, "INSERT INTO restart_counts VALUES (%u, 0)", i);
        must(uow_execute(context, sql, NULL, 0, NULL) == UOW_OK, "row", uow_context_message(context));
    }
}

static void accounts(void)
{
    uow_factory_counters c = UOW_FACTORY_COUNTERS_INIT;
    uow_context *context = take();
    int64_t rows = asked(context, "SELECT count(*) FROM restart_units");
    int64_t counted = asked(context, "SELECT CAST(sum(n) AS decimal) FROM restart_counts");

    (void)uow_execute(context, "DROP TABLE restart_units", NULL, 0, NULL);
    (void)uow_execute(context, "DROP TABLE restart_counts", NULL, 0, NULL);
    (void)uow_factory_release(context);
    must(uow_factory_read(factory, &c) == UOW_OK, "counters", NULL);
    printf("# %u units, %u in doubt, %u lost, %u acquires refused; %llu connections opened, %llu lost, %llu checks, "
           "%llu logins failed\n", all_units(), atomic_load(&in_doubt), atomic_load(&lost), atomic_load(&refused),
           (unsigned long long)c.opened, (unsigned long long)c.closed_lost, (unsigned long long)c.checks,
           (unsigned long long)c.open_failures);
    if (rows != all_units() || counted != rows)
        printf("# %lld rows, %lld counted\n", (long long)rows, (long long)counted);
    tap(rows == (int64_t)all_units() && counted == rows, "what was answered is what was done: nothing lost, nothing twice");
    tap(c.closed_lost >= 1 && c.total <= POOL && atomic_load(&lost) + atomic_load(&in_doubt) > 0,
        "the kill was noticed, and the connections replaced");
    tap(atomic_load(&stale) == 0, "no lease after the restart was of a dead connection");
    tap(c.open_failures < 60, "the server that was down was not hammered");
}

static void killed_and_back(const char *dsn, const char *server, const char *setting)
{
    uow_factory_options options = UOW_FACTORY_OPTIONS_INIT;
    uow_context *context;
    pthread_t killer;

    printf("# %s\n", dsn);
    atomic_store(&wrong, 0);
    atomic_store(&back, false);
    atomic_store(&enough, false);
    for (unsigned i = 0; i < THREADS; i++)
        atomic_store(&units[i], 0);
    atomic_store(&in_doubt, 0);
    atomic_store(&lost, 0);
    atomic_store(&refused, 0);
    atomic_store(&stale, 0);
    env = threads_env(NULL, &bytes);
    options.max_contexts = POOL;
    options.backoff_ms = 20;
    options.max_backoff_ms = 200;
    options.opened = careful;
    options.user = (void *)(uintptr_t)setting;
    if (uow_factory_open(env, dsn, NULL, &options, &factory) != UOW_OK)
        abort();
    context = take();
    tables(context);
    (void)uow_factory_release(context);
    if (pthread_create(&killer, NULL, trouble, (void *)(uintptr_t)server) != 0)
        abort();
    threads_run(work);
    pthread_join(killer, NULL);
    tap(atomic_load(&wrong) == 0, "the factory heals by itself");
    accounts();
    tap(uow_factory_close(factory, 1000, 0) == UOW_OK && uow_env_close(env) == UOW_OK && atomic_load(&bytes) == 0,
        "nothing is left behind");
}

int main(void)
{
    if (!getenv("UOW_RESTART")) {
        printf("needs tests/run/servers\n");
        return 77;
    }
    killed_and_back("uow_postgresql", "pg", "SET synchronous_commit = on");
    killed_and_back("uow_mariadb", "mariadb", "SET GLOBAL innodb_flush_log_at_trx_commit = 2");
    return tap_end();
}
