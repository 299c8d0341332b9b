/* What the server shows of its sessions: one more connection that looks every few milliseconds. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "bench.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "uow.h"

#define WATCH_EVERY_MS 5

typedef struct watch_row {
    const char *dialect;
    const char *number;        /* of the session itself */
    const char *before, *after; /* around the list of sessions: a word for what each is doing */
} watch_row;

/*
 * MariaDB calls a wait for a row's lock "Updating", and INNODB_TRX is not read anew for 100 ms after somebody looked:
 * the server's own count of waits is the only one that is fresh.
 */
static const watch_row watch_rows[] = {
    {"postgresql", "SELECT pg_backend_pid()",
     "SELECT CASE wait_event_type WHEN 'Lock' THEN 'locked' WHEN 'LWLock' THEN 'locked' WHEN 'Timeout' THEN 'sleeps' "
     "WHEN 'IO' THEN 'reads' WHEN 'Client' THEN 'client' ELSE 'runs' END FROM pg_stat_activity "
     "WHERE state = 'active' AND pid IN (",
     ")"},
    {"mariadb", "SELECT CONNECTION_ID()",
     "SELECT CONCAT('waits ', VARIABLE_VALUE) FROM information_schema.GLOBAL_STATUS "
     "WHERE VARIABLE_NAME = 'INNODB_ROW_LOCK_CURRENT_WAITS' UNION ALL "
     "SELECT CASE WHEN state LIKE '%lock%' THEN 'locked' WHEN state LIKE '%sleep%' THEN 'sleeps' ELSE 'runs' END "
     "FROM information_schema.PROCESSLIST WHERE command IN ('Query', 'Execute') AND id IN (",
     ")"},
};

struct bench_watch {
    uow_context *context;
    char *sql;
    bench_level *level;
    pthread_t thread;
    bool runs;
    _Atomic bool stop;
};

static const watch_row *watch_find(const char *dialect)
{
    for (size_t i = 0; i < sizeof watch_rows / sizeof watch_rows[0]; i++)
        if (strcmp(watch_rows[i].dialect, dialect) == 0)
            return &watch_rows[i];
    return NULL;
}

const char *bench_watch_number(const char *dialect)
{
    const watch_row *row = watch_find(dialect);

    return row ? row->number : NULL;
}

static char *watch_text(const watch_row *row, const int64_t *sessions)
{
    size_t size = strlen(row->before) + strlen(row->after) + BENCH_MOST * 22 + 1;
    char *text = malloc(size);
    size_t used;

    if (!text)
        return NULL;
    used = (size_t)snprintf(text, size, "%s", row->before);
    for (unsigned i = 0; i < BENCH_MOST && sessions[i] != 0; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%lld", i ? ", " : "", (long long)sessions[i]);
    snprintf(text + used, size - used, "%s", row->after);
    return text;
}

bench_watch *bench_watch_open(uow_env *env, const bench_plan *plan, const char *dialect, const int64_t *sessions)
{
    const watch_row *row = watch_find(dialect);
    bench_watch *watch = calloc(1, sizeof *watch);

    if (!watch || !row || sessions[0] == 0) {
        free(watch);
        return NULL;
    }
    watch->sql = watch_text(row, sessions);
    if (!watch->sql || uow_open(env, plan->dsn, NULL, NULL, &watch->context) != UOW_OK) {
        bench_watch_close(watch);
        return NULL;
    }
    return watch;
}

static void watch_note(uint64_t *seen, uint64_t *waits, const char *word)
{
    static const char *const words[BENCH_WAITS] = {"runs", "locked", "sleeps", "reads"};

    for (int i = 0; i < BENCH_WAITS; i++)
        seen[i] += strcmp(word, words[i]) == 0;
    if (strncmp(word, "waits ", 6) == 0)
        *waits = strtoull(word + 6, NULL, 10);
}

/* Waits that are not told by session are those of sessions that seem to run. */
static void watch_add(bench_level *level, uint64_t *seen, uint64_t waits)
{
    if (waits > seen[BENCH_RUNS])
        waits = seen[BENCH_RUNS];
    seen[BENCH_RUNS] -= waits;
    seen[BENCH_LOCKED] += waits;
    for (int i = 0; i < BENCH_WAITS; i++)
        level->seen[i] += seen[i];
}

/* What a server does not tell this user is not counted. */
static void *watch_look(void *user)
{
    bench_watch *watch = user;
    const struct timespec pause = {0, WATCH_EVERY_MS * 1000000L};

    while (!atomic_load(&watch->stop)) {
        uint64_t seen[BENCH_WAITS] = {0}, waits = 0;
        uow_rows *rows = NULL;
        const char *word = NULL;

        nanosleep(&pause, NULL);
        if (atomic_load(&watch->stop) || uow_rows_open(watch->context, watch->sql, NULL, 0, &rows) != UOW_OK)
            break;
        while (uow_rows_next(rows) == UOW_OK)
            if (uow_rows_text(rows, 0, &word, NULL) == UOW_OK)
                watch_note(seen, &waits, word);
        uow_rows_close(rows);
        watch_add(watch->level, seen, waits);
    }
    return NULL;
}

void bench_watch_start(bench_watch *watch, bench_level *level)
{
    if (!watch)
        return;
    watch->level = level;
    atomic_store(&watch->stop, false);
    watch->runs = pthread_create(&watch->thread, NULL, watch_look, watch) == 0;
}

void bench_watch_stop(bench_watch *watch)
{
    if (!watch || !watch->runs)
        return;
    atomic_store(&watch->stop, true);
    pthread_join(watch->thread, NULL);
    watch->runs = false;
}

void bench_watch_close(bench_watch *watch)
{
    if (!watch)
        return;
    bench_watch_stop(watch);
    (void)uow_close(watch->context);
    free(watch->sql);
    free(watch);
}
