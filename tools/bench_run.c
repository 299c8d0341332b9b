/* Measuring: the same tasks on one context and on several, by turns. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "bench.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "uow.h"

#define MOST_CONFLICTS 1000u /* of one task, before it is given up */

static volatile sig_atomic_t run_stopped; /* by Ctrl-C: a signal handler has nothing else to write to */

typedef struct run {
    const bench_plan *plan;
    bench_result *result;
    uow_env *env;
    uow_factory *factory;
    uow_context *contexts[BENCH_MOST];
    unsigned context_count;
    char **texts; /* one a task */
    bench_watch *watch;
    pthread_barrier_t ready;
    bench_level *level;
    double *task_seconds; /* of this round */
    _Atomic unsigned next; /* task */
    _Atomic unsigned failed;
    _Atomic uint64_t conflicts;
} run;

typedef struct run_worker {
    run *run;
    uow_context *context;
    pthread_t thread;
    double ended;
} run_worker;

static void run_stop(int signal)
{
    (void)signal;
    run_stopped = 1;
}

static double run_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void run_pause(unsigned ms)
{
    struct timespec t = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000};

    nanosleep(&t, NULL);
}

/* The first failure counts; threads may have one each at the same time. */
static void run_fail(run *r, const char *doing, const uow_error *error)
{
    if (atomic_fetch_add(&r->failed, 1) == 0)
        snprintf(r->result->error, sizeof r->result->error, "%.200s: %.380s", doing, uow_error_message(error));
}

/* A deadlock or a busy file is part of what is measured: the task is run again. */
static void run_task(run *r, uow_context *context, unsigned task)
{
    double start = run_now();
    uow_status st = UOW_TRANSIENT;

    for (unsigned tries = 0; st == UOW_TRANSIENT && tries < MOST_CONFLICTS && !run_stopped; tries++) {
        st = uow_execute(context, r->texts[task], NULL, 0, NULL);
        if (st == UOW_TRANSIENT) {
            atomic_fetch_add(&r->conflicts, 1);
            run_pause(1 + tries % 8);
        }
    }
    if (st != UOW_OK && !run_stopped)
        run_fail(r, r->texts[task], uow_context_error(context));
    r->task_seconds[task] = run_now() - start;
}

static void *run_work(void *user)
{
    run_worker *worker = user;
    run *r = worker->run;

    pthread_barrier_wait(&r->ready);
    for (;;) {
        unsigned task = atomic_fetch_add(&r->next, 1);

        if (task >= r->plan->tasks || run_stopped || atomic_load(&r->failed))
            break;
        run_task(r, worker->context, task);
    }
    worker->ended = run_now();
    return NULL;
}

/* Those that did start wait for all of them: without the rest there is no way on from here. */
static void run_start(run_worker *workers, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (pthread_create(&workers[i].thread, NULL, run_work, &workers[i]) == 0)
            continue;
        fprintf(stderr, "uow bench: the system gives no more threads\n");
        exit(CLI_FAILED);
    }
}

/* One round of one level; what was interrupted is not counted. */
static bool run_round(run *r, bench_level *level, bool counts)
{
    run_worker workers[BENCH_MOST];
    double start, end;

    atomic_store(&r->next, 0);
    atomic_store(&r->conflicts, 0);
    if (pthread_barrier_init(&r->ready, NULL, level->contexts + 1) != 0)
        return false;
    for (unsigned i = 0; i < level->contexts; i++)
        workers[i] = (run_worker){.run = r, .context = r->contexts[i]};
    run_start(workers, level->contexts);
    if (counts)
        bench_watch_start(r->watch, level);
    start = run_now();
    end = start;
    pthread_barrier_wait(&r->ready);
    for (unsigned i = 0; i < level->contexts; i++) {
        pthread_join(workers[i].thread, NULL);
        end = workers[i].ended > end ? workers[i].ended : end;
    }
    bench_watch_stop(r->watch);
    pthread_barrier_destroy(&r->ready);
    if (run_stopped || atomic_load(&r->failed) || !counts)
        return !run_stopped && !atomic_load(&r->failed);
    level->seconds[level->rounds++] = end - start;
    memcpy(level->task_seconds + level->tasks, r->task_seconds, r->plan->tasks * sizeof *r->task_seconds);
    level->tasks += r->plan->tasks;
    level->conflicts += atomic_load(&r->conflicts);
    return true;
}

/* Everything once before it counts: prepared statements, the database's caches, this program's memory. */
static bool run_warm(run *r)
{
    bench_level all = {.contexts = r->context_count};
    bench_level one = {.contexts = 1};

    return run_round(r, &all, false) && run_round(r, &one, false);
}

static void run_measure(run *r)
{
    unsigned done = 0;
    unsigned all = (unsigned)r->plan->levels * r->plan->rounds;
    char what[32];

    cli_progress("warming up", 0, all);
    if (!run_warm(r)) {
        cli_progress("", 1, 1);
        return;
    }
    for (unsigned round = 0; round < r->plan->rounds; round++)
        for (size_t i = 0; i < r->plan->levels; i++) {
            snprintf(what, sizeof what, "%u context%s", r->plan->contexts[i], i ? "s" : "");
            cli_progress(what, done++, all);
            if (!run_round(r, &r->result->levels[i], true)) {
                cli_progress("", 1, 1);
                return;
            }
        }
    cli_progress("", 1, 1);
}

/* --- before and after */

static char *run_text(const char *sql, unsigned task)
{
    size_t size = strlen(sql) * 4 + 16;
    char *text = malloc(size);
    size_t used = 0;

    while (text && *sql) {
        if (strncmp(sql, "{i}", 3) == 0) {
            used += (size_t)snprintf(text + used, size - used, "%u", task + 1);
            sql += 3;
        } else {
            text[used++] = *sql++;
        }
    }
    if (text)
        text[used] = '\0';
    return text;
}

static bool run_memory(run *r)
{
    const bench_plan *plan = r->plan;
    bool good;

    r->texts = calloc(plan->tasks, sizeof *r->texts);
    r->task_seconds = calloc(plan->tasks, sizeof *r->task_seconds);
    good = r->texts && r->task_seconds;
    for (unsigned i = 0; good && i < plan->tasks; i++) {
        r->texts[i] = run_text(plan->sql[i % plan->sql_count], i);
        good = r->texts[i] != NULL;
    }
    for (size_t i = 0; good && i < plan->levels; i++) {
        bench_level *level = &r->result->levels[i];

        level->contexts = plan->contexts[i];
        level->seconds = calloc(plan->rounds, sizeof *level->seconds);
        level->task_seconds = calloc((size_t)plan->rounds * plan->tasks, sizeof *level->task_seconds);
        good = level->seconds && level->task_seconds;
        if (level->contexts > r->context_count)
            r->context_count = level->contexts;
    }
    if (!good)
        snprintf(r->result->error, sizeof r->result->error, "out of memory");
    return good;
}

/* Leases are held all the time: only statements are measured. What opening takes is told apart. */
static bool run_connect(run *r)
{
    double seconds[BENCH_MOST];

    for (unsigned i = 0; i < r->context_count; i++) {
        double start = run_now();

        if (uow_factory_acquire(r->factory, 10000, &r->contexts[i]) != UOW_OK) {
            run_fail(r, "cannot connect", uow_factory_error(r->factory));
            return false;
        }
        seconds[i] = run_now() - start;
    }
    r->result->connect_seconds = bench_statistics_of(seconds, r->context_count).median;
    return true;
}

static void run_watched(run *r, const uow_facts *facts)
{
    const char *number = bench_watch_number(facts->dialect);
    int64_t sessions[BENCH_MOST] = {0};

    for (unsigned i = 0; number && i < r->context_count; i++) {
        uow_rows *rows = NULL;

        if (uow_rows_open(r->contexts[i], number, NULL, 0, &rows) != UOW_OK)
            return;
        if (uow_rows_next(rows) == UOW_OK)
            (void)uow_rows_int64(rows, 0, &sessions[i]);
        uow_rows_close(rows);
    }
    r->watch = number ? bench_watch_open(r->env, r->plan, facts->dialect, sessions) : NULL;
    r->result->shows_waits = r->watch != NULL;
}

static bool run_open(run *r)
{
    uow_factory_options options = UOW_FACTORY_OPTIONS_INIT;
    uow_facts facts = UOW_FACTS_INIT;

    options.max_contexts = r->context_count;
    if (uow_env_open(NULL, &r->env) != UOW_OK ||
        uow_factory_open(r->env, r->plan->dsn, NULL, &options, &r->factory) != UOW_OK) {
        snprintf(r->result->error, sizeof r->result->error, "no ODBC environment");
        return false;
    }
    if (!run_connect(r))
        return false;
    (void)uow_context_facts(r->contexts[0], &facts);
    snprintf(r->result->database, sizeof r->result->database, "%s %s through %s", facts.dbms_name, facts.dbms_version,
             facts.driver_name);
    run_watched(r, &facts);
    return true;
}

static void run_close(run *r)
{
    bench_watch_close(r->watch);
    for (unsigned i = 0; i < r->context_count; i++)
        (void)uow_factory_release(r->contexts[i]);
    (void)uow_factory_close(r->factory, UOW_WAIT_FOREVER, 0);
    (void)uow_env_close(r->env);
    for (unsigned i = 0; r->texts && i < r->plan->tasks; i++)
        free(r->texts[i]);
    free(r->texts);
    free(r->task_seconds);
}

bool bench_run(const bench_plan *plan, bench_result *result)
{
    run r = {.plan = plan, .result = result};
    struct sigaction action, before;

    memset(result, 0, sizeof *result);
    memset(&action, 0, sizeof action);
    result->plan = plan;
    action.sa_handler = run_stop;
    sigaction(SIGINT, &action, &before);
    if (run_memory(&r) && run_open(&r))
        run_measure(&r);
    run_close(&r);
    sigaction(SIGINT, &before, NULL);
    result->interrupted = run_stopped != 0;
    return result->levels[0].rounds > 0;
}

void bench_free(bench_result *result)
{
    for (size_t i = 0; i < BENCH_LEVELS; i++) {
        free(result->levels[i].seconds);
        free(result->levels[i].task_seconds);
    }
}
