/* A factory under many threads, on the fake driver: nobody waits for ever, nobody overtakes, nothing is lent twice. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <sys/wait.h>
#include <unistd.h>

#include "base/platform.h"
#include "threads.h"

#define CROWD 64u /* threads */
#define POOL 8u   /* connections */

static uow_env *env;
static uow_factory *factory;
static _Atomic int64_t bytes;
static unsigned rounds;
static _Atomic unsigned wrong;
static _Atomic uint64_t served;
static _Atomic unsigned holding;
static uint64_t *waits; /* nanoseconds, one a lease */
static pthread_barrier_t everybody;

static void must(bool good, const char *what, const char *why)
{
    if (!good && atomic_fetch_add(&wrong, 1) < 5)
        printf("# %s: %s\n", what, why ? why : "");
}

static void begin(const uow_factory_options *options)
{
    fake_begin("SQLite");
    atomic_store(&bytes, 0);
    atomic_store(&wrong, 0);
    atomic_store(&served, 0);
    atomic_store(&holding, 0);
    env = threads_env(&locked_api, &bytes);
    if (uow_factory_open(env, "Driver=fake", NULL, options, &factory) != UOW_OK)
        abort();
}

static void end(const char *what)
{
    bool closed = uow_factory_close(factory, 10000, 0) == UOW_OK;

    tap(closed && uow_env_close(env) == UOW_OK && atomic_load(&bytes) == 0 && fake_handles() == 0, what);
}

static void crowd(unsigned count, void *(*body)(void *number))
{
    static unsigned numbers[CROWD];
    pthread_t threads[CROWD];

    for (unsigned i = 0; i < count; i++) {
        numbers[i] = i;
        if (pthread_create(&threads[i], NULL, body, &numbers[i]) != 0)
            abort();
    }
    for (unsigned i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
}

static uow_factory_counters counters(void)
{
    uow_factory_counters c = UOW_FACTORY_COUNTERS_INIT;

    must(uow_factory_read(factory, &c) == UOW_OK, "counters", NULL);
    return c;
}

static int by_size(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

static void waits_begin(size_t count)
{
    waits = calloc(count, sizeof *waits);
    if (!waits)
        abort();
}

/* How many times the median the longest wait was. */
static double waits_end(size_t count)
{
    double times;

    qsort(waits, count, sizeof *waits, by_size);
    times = (double)waits[count - 1] / (double)(waits[count / 2] ? waits[count / 2] : 1);
    printf("# waits: median %llu us, 99 of 100 at most %llu us, longest %llu us: %.1f times the median\n",
           (unsigned long long)(waits[count / 2] / 1000), (unsigned long long)(waits[count / 100 * 99] / 1000),
           (unsigned long long)(waits[count - 1] / 1000), times);
    free(waits);
    waits = NULL;
    return times;
}

/* --- a million times taken and given back */

static void use(uow_context *context, unsigned i)
{
    static _Atomic uint64_t plain[POOL * 2];
    uint64_t id = uow_context_id(context);

    must(atomic_fetch_add(&holding, 1) < POOL, "more leases than connections", NULL);
    atomic_store(&plain[id % (POOL * 2)], id);
    if (i % 64 == 0)
        must(uow_execute(context, "DELETE FROM t", NULL, 0, NULL) == UOW_OK, "execute", uow_context_message(context));
    must(uow_context_id(context) == id, "the lease is mine alone", NULL);
    atomic_fetch_sub(&holding, 1);
}

static void *take_and_give(void *number)
{
    unsigned n = *(unsigned *)number;
    uow_context *stale = NULL;

    for (unsigned i = 0; i < rounds; i++) {
        uow_context *context = NULL;
        uint64_t start = uowi_now_ns();

        if (uow_factory_acquire(factory, UOW_WAIT_FOREVER, &context) != UOW_OK) {
            must(false, "acquire", uow_error_message(uow_factory_error(factory)));
            continue;
        }
        if (waits)
            waits[n * rounds + i] = uowi_now_ns() - start;
        use(context, i);
        must(uow_factory_release(context) == UOW_OK, "release", uow_context_message(context));
        if (i % 1024 == 0)
            must(context != stale, "a handle comes back at once", NULL);
        stale = context;
        atomic_fetch_add(&served, 1);
    }
    return NULL;
}

static void million(void)
{
    uow_factory_options options = UOW_FACTORY_OPTIONS_INIT;
    uow_factory_counters c;

    options.max_contexts = POOL;
    waits_begin((size_t)CROWD * rounds);
    begin(&options);
    uint64_t start = uowi_now_ns();
    crowd(CROWD, take_and_give);
    uint64_t took = uowi_now_ns() - start;
    c = counters();
    (void)waits_end((size_t)CROWD * rounds); /* nobody holds a lease for long: that is how threads are scheduled */
    printf("# %u threads, %u connections: %llu leases in %llu ms\n", CROWD, POOL,
           (unsigned long long)c.leases, (unsigned long long)(took / 1000000u));
    printf("# %u connections, %u idle, %u leased, %u wait; %llu opened, %llu closed lost, %llu state, %llu idle; %llu logins "
           "failed\n", c.total, c.idle, c.leased, c.waiting, (unsigned long long)c.opened, (unsigned long long)c.closed_lost,
           (unsigned long long)c.closed_state, (unsigned long long)c.closed_idle, (unsigned long long)c.open_failures);
    tap(atomic_load(&wrong) == 0, "crowd: a lease is its holder's alone");
    tap(atomic_load(&served) == (uint64_t)CROWD * rounds && c.leases == atomic_load(&served),
        "crowd: no wake-up is lost, everybody is served as often as he asks");
    tap(c.leased == 0 && c.waiting == 0 && c.idle == c.total && c.total <= POOL && c.opened <= POOL,
        "crowd: no more connections than allowed, and all are idle at the end");
    end("crowd: nothing is left behind");
}

/* --- fairness */

static void *take_and_hold(void *number)
{
    unsigned n = *(unsigned *)number;

    pthread_barrier_wait(&everybody);
    for (unsigned i = 0; i < rounds; i++) {
        uow_context *context = NULL;
        uint64_t start = uowi_now_ns();

        must(uow_factory_acquire(factory, UOW_WAIT_FOREVER, &context) == UOW_OK, "acquire", NULL);
        waits[n * rounds + i] = uowi_now_ns() - start;
        uowi_sleep_ns(1000000u);
        must(uow_factory_release(context) == UOW_OK, "release", NULL);
    }
    return NULL;
}

static void fairness(void)
{
    uow_factory_options options = UOW_FACTORY_OPTIONS_INIT;
    size_t count = (size_t)CROWD * rounds;

    options.max_contexts = POOL;
    waits_begin(count);
    begin(&options);
    if (pthread_barrier_init(&everybody, NULL, CROWD) != 0)
        abort();
    crowd(CROWD, take_and_hold);
    pthread_barrier_destroy(&everybody);
    tap(waits_end(count) <= 20 && atomic_load(&wrong) == 0, "fairness: the longest wait is within twenty times the median");
    end("fairness: nothing is left behind");
}

/* --- who gives up, and who closes */

static void *wait_in_vain(void *number)
{
    uow_context *context = NULL;
    uow_status st = uow_factory_acquire(factory, 20, &context);
    const uow_error *error = uow_factory_error(factory);

    (void)number;
    must(st == UOW_TIMEOUT && uow_error_status(error) == UOW_TIMEOUT, "a wait that is too long", uow_status_name(st));
    must(strstr(uow_error_message(error), "1 of 1 contexts are leased") && strstr(uow_error_message(error), __FILE__),
         "who holds it is told", uow_error_message(error));
    return NULL;
}

static void *wait_for_the_end(void *number)
{
    uow_context *context = NULL;

    (void)number;
    must(uow_factory_acquire(factory, UOW_WAIT_FOREVER, &context) == UOW_CANCELLED, "who waits is told of the end", NULL);
    return NULL;
}

static void *close_it(void *number)
{
    (void)number;
    while (counters().waiting < THREADS)
        uowi_sleep_ns(1000000u);
    must(uow_factory_close(factory, 20, 0) == UOW_TIMEOUT, "a close with a lease out", NULL);
    must(strstr(uow_error_message(uow_factory_error(factory)), "cannot be closed: 1 of 1 contexts are leased") != NULL,
         "what is out is told", uow_error_message(uow_factory_error(factory)));
    return NULL;
}

static void giving_up(void)
{
    uow_factory_options options = UOW_FACTORY_OPTIONS_INIT;
    uow_context *context = NULL;
    pthread_t closer;

    options.max_contexts = 1;
    begin(&options);
    must(uow_factory_acquire(factory, 0, &context) == UOW_OK, "acquire", NULL);
    crowd(CROWD, wait_in_vain);
    tap(atomic_load(&wrong) == 0, "waiting: who gives up is told who holds the connection");
    if (pthread_create(&closer, NULL, close_it, NULL) != 0)
        abort();
    crowd(THREADS, wait_for_the_end);
    pthread_join(closer, NULL);
    tap(atomic_load(&wrong) == 0, "closing: those who wait are sent away, and a lease that is out keeps the factory");
    must(uow_factory_release(context) == UOW_OK, "release", NULL);
    end("closing: with the last lease back everything is freed");
}

/* --- a server that is down */

static void *knock(void *number)
{
    uint64_t start = uowi_now_ns();
    uow_context *context = NULL;
    unsigned n = 0;

    (void)number;
    while (uowi_now_ns() - start < 300000000u) {
        uow_status st = uow_factory_acquire(factory, UOW_WAIT_FOREVER, &context);

        must(st == UOW_CONNECT_FAILED, "a failed login", uow_status_name(st));
        must(strstr(uow_error_message(uow_factory_error(factory)), "no such host") != NULL, "the reason",
             uow_error_message(uow_factory_error(factory)));
        n++;
    }
    must(n > 3, "answers come quickly", NULL); /* far more unless the machine is busy */
    return NULL;
}

static void server_down(void)
{
    uow_factory_options options = UOW_FACTORY_OPTIONS_INIT;
    uow_context *context = NULL;
    uow_status st = UOW_CONNECT_FAILED;

    options.max_contexts = POOL;
    options.backoff_ms = 20;
    options.max_backoff_ms = 100;
    begin(&options);
    fake_fail(UOWI_FN_DriverConnect, 0, SQL_ERROR, "08001", 7, "no such host");
    crowd(THREADS, knock);
    printf("# %u logins for %llu acquires\n", fake_calls(UOWI_FN_DriverConnect),
           (unsigned long long)counters().leases_failed);
    tap(atomic_load(&wrong) == 0, "down: every acquire has the reason, at once");
    tap(fake_calls(UOWI_FN_DriverConnect) < 30 + POOL, "down: the server is not hammered");
    fake_begin("SQLite"); /* it is back */
    for (int i = 0; i < 100 && st != UOW_OK; i++) {
        st = uow_factory_acquire(factory, 1000, &context);
        uowi_sleep_ns(5000000u);
    }
    tap(st == UOW_OK && uow_factory_release(context) == UOW_OK, "down: and when it is back, so is the factory");
    must(uow_factory_close(factory, 1000, 0) == UOW_OK && uow_env_close(env) == UOW_OK, "close", NULL);
    tap(atomic_load(&wrong) == 0 && atomic_load(&bytes) == 0, "down: nothing is left behind");
}

/* --- openers */

static void ahead(void)
{
    uow_factory_options options = UOW_FACTORY_OPTIONS_INIT;
    uow_factory_counters c;
    int i = 0;

    options.max_contexts = POOL;
    options.min_contexts = 3;
    options.openers = 2;
    options.idle_ms = 30;
    begin(&options);
    while (counters().idle < 3 && i++ < 1000)
        uowi_sleep_ns(5000000u);
    tap(counters().idle == 3 && counters().leases == 0, "openers: the least number is opened before anybody asks");
    crowd(CROWD, take_and_give);
    c = counters();
    tap(atomic_load(&wrong) == 0 && c.leases == (uint64_t)CROWD * rounds && c.opened <= c.leases,
        "openers: everybody is served");
    for (i = 0; counters().total > 3 && i < 1000; i++)
        uowi_sleep_ns(5000000u);
    tap(counters().total == 3, "openers: what nobody uses is closed, down to the least number");
    end("openers: nothing is left behind");
}

static void ahead_down(void)
{
    uow_factory_options options = UOW_FACTORY_OPTIONS_INIT;

    options.max_contexts = POOL;
    options.openers = 2;
    options.backoff_ms = 20;
    options.max_backoff_ms = 100;
    begin(&options);
    fake_fail(UOWI_FN_DriverConnect, 0, SQL_ERROR, "08001", 7, "no such host");
    crowd(THREADS, knock);
    tap(atomic_load(&wrong) == 0 && fake_calls(UOWI_FN_DriverConnect) < 30 + POOL,
        "openers: a server that is down is not hammered by them either");
    must(uow_factory_close(factory, 1000, 0) == UOW_OK && uow_env_close(env) == UOW_OK, "close", NULL);
    tap(atomic_load(&wrong) == 0 && atomic_load(&bytes) == 0, "openers: down, and nothing is left behind");
}

/* --- a child */

static void forked(void)
{
    uow_context *context = NULL, *another = NULL;
    int status = 1;
    pid_t child;

    begin(NULL);
    must(uow_factory_acquire(factory, 0, &context) == UOW_OK, "acquire", NULL);
    fflush(stdout);
    child = fork();
    if (child == 0)
        _exit(uow_factory_acquire(factory, 0, &another) == UOW_MISUSE && uow_factory_release(context) == UOW_MISUSE &&
                      uow_factory_close(factory, 0, 0) == UOW_MISUSE
                  ? 0
                  : 1);
    tap(child > 0 && waitpid(child, &status, 0) == child && status == 0,
        "fork: a child neither takes nor gives back what is its parent's");
    must(uow_factory_release(context) == UOW_OK, "release", NULL);
    end("fork: the parent goes on");
}

/* --- nobody else */

static void alone(void)
{
    uow_factory_options options = UOW_FACTORY_OPTIONS_INIT;
    unsigned times = threads_rounds(100000);
    uow_context *context = NULL;

    begin(&options);
    must(uow_factory_acquire(factory, 0, &context) == UOW_OK && uow_factory_release(context) == UOW_OK, "the first", NULL);
    uint64_t start = uowi_now_ns();
    for (unsigned i = 0; i < times; i++)
        must(uow_factory_acquire(factory, 0, &context) == UOW_OK && uow_factory_release(context) == UOW_OK, "alone", NULL);
    uint64_t took = uowi_now_ns() - start;
    printf("# alone: %llu ns to take and give back\n", (unsigned long long)(took / times));
    tap(atomic_load(&wrong) == 0 && counters().opened == 1, "alone: one connection serves one thread for ever");
    end("alone: nothing is left behind");
}

int main(int count, char **words)
{
    /* The whole million is a run of its own: make check-million. */
    rounds = count > 1 && strcmp(words[1], "million") == 0 ? 1000000 / CROWD : threads_rounds(1000);
    million();
    alone();
    rounds = 30; /* few would measure how threads begin and end */
    fairness();
    giving_up();
    server_down();
    rounds = threads_rounds(100);
    ahead();
    ahead_down();
    forked();
    return tap_end();
}
