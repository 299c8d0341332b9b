/* uow bench: is parallel worth it here? What its parts share. */
#ifndef UOW_TOOLS_BENCH_H
#define UOW_TOOLS_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "cli.h"

extern const cli_command bench_command;

#define BENCH_LEVELS 12u
#define BENCH_MOST 64u /* contexts */

typedef struct bench_plan {
    const char *dsn;
    char **sql; /* statements; task i runs number i modulo their count */
    size_t sql_count;
    unsigned contexts[BENCH_LEVELS]; /* 1 comes first */
    size_t levels;
    unsigned tasks; /* of one round */
    unsigned rounds;
    const char *json, *svg; /* files, or NULL */
} bench_plan;

/* What a task is seen to do in the server, by samples. */
typedef enum bench_wait { BENCH_RUNS, BENCH_LOCKED, BENCH_SLEEPS, BENCH_READS, BENCH_WAITS } bench_wait;

typedef struct bench_level {
    unsigned contexts;
    double *seconds; /* of each round that was finished */
    size_t rounds;
    double *task_seconds; /* of each task, all rounds */
    size_t tasks;
    uint64_t seen[BENCH_WAITS];
    uint64_t conflicts; /* tasks that were run again after a deadlock or the like */
} bench_level;

typedef struct bench_result {
    const bench_plan *plan;
    bench_level levels[BENCH_LEVELS];
    double connect_seconds; /* median of all contexts */
    char database[120];     /* "PostgreSQL 15.5 through psqlodbcw.so" */
    bool shows_waits;
    bool interrupted;
    char error[600]; /* "" none: what made it end */
} bench_result;

typedef struct bench_statistics {
    double median, low, high; /* quartiles */
} bench_statistics;

typedef enum bench_verdict {
    BENCH_UNKNOWN,
    BENCH_WORTH,      /* the tasks wait, and contexts wait side by side */
    BENCH_PROCESSORS, /* as far as there are processors */
    BENCH_SOME,
    BENCH_LOCKS,      /* not: they wait for each other */
    BENCH_NOT         /* not: too short, or already in parallel */
} bench_verdict;

/* --- bench_run.c */

/* Opens, warms, measures; what goes wrong is in result->error. False: nothing was measured. */
bool bench_run(const bench_plan *plan, bench_result *result);
void bench_free(bench_result *result);

/* --- bench_watch.c: what the server shows of its sessions while they run */

struct uow_env;
typedef struct bench_watch bench_watch;

/* sessions: the server's numbers of the contexts, or NULL where it has none. NULL: nothing is shown. */
bench_watch *bench_watch_open(struct uow_env *env, const bench_plan *plan, const char *dialect, const int64_t *sessions);
/* Looks until told to stop, and adds to the level. */
void bench_watch_start(bench_watch *watch, bench_level *level);
void bench_watch_stop(bench_watch *watch);
void bench_watch_close(bench_watch *watch);
/* The statement that tells a session's number, or NULL. */
const char *bench_watch_number(const char *dialect);

/* --- bench_verdict.c */

bench_statistics bench_statistics_of(const double *values, size_t count);
/* The level with the best median; NULL: fewer than two were measured. */
const bench_level *bench_best(const bench_result *result);
double bench_speed_up(const bench_result *result, const bench_level *level);
/* One sentence with the reason. */
bench_verdict bench_judge(const bench_result *result, char *sentence, size_t size);
const char *bench_verdict_name(bench_verdict verdict);

/* --- bench_report.c */

void bench_print(FILE *out, const bench_result *result);
bool bench_json(const char *file, const bench_result *result);
bool bench_svg(const char *file, const bench_result *result);

#endif
