/* From figures to one sentence. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "bench.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int verdict_by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

bench_statistics bench_statistics_of(const double *values, size_t count)
{
    bench_statistics s = {0, 0, 0};
    double *sorted = count ? malloc(count * sizeof *sorted) : NULL;

    if (!sorted)
        return s;
    memcpy(sorted, values, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, verdict_by_size);
    s.median = count % 2 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2;
    s.low = sorted[(count - 1) / 4];
    s.high = sorted[count - 1 - (count - 1) / 4];
    free(sorted);
    return s;
}

static double verdict_median(const bench_level *level)
{
    return bench_statistics_of(level->seconds, level->rounds).median;
}

double bench_speed_up(const bench_result *result, const bench_level *level)
{
    double fast = verdict_median(level);

    return fast > 0 ? verdict_median(&result->levels[0]) / fast : 0;
}

const bench_level *bench_best(const bench_result *result)
{
    const bench_level *best = NULL;

    if (result->levels[0].rounds == 0)
        return NULL;
    for (size_t i = 1; i < result->plan->levels; i++) {
        const bench_level *level = &result->levels[i];

        if (level->rounds > 0 && (!best || verdict_median(level) < verdict_median(best)))
            best = level;
    }
    return best;
}

/* The largest one: what is in the way shows there. */
static const bench_level *verdict_last(const bench_result *result)
{
    const bench_level *last = &result->levels[0];

    for (size_t i = 1; i < result->plan->levels; i++)
        if (result->levels[i].rounds > 0 && result->levels[i].contexts >= last->contexts)
            last = &result->levels[i];
    return last;
}

/* The share of a wait among what was seen, in percent; -1: nothing was seen. */
static int verdict_share(const bench_level *level, bench_wait wait)
{
    uint64_t all = 0;

    for (int i = 0; i < BENCH_WAITS; i++)
        all += level->seen[i];
    return all >= 5 ? (int)(100 * level->seen[wait] / all) : -1;
}

static long verdict_processors(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);

    return count > 0 ? count : 1;
}

/* What a task takes when nothing runs beside it. */
static double verdict_alone(const bench_result *result)
{
    return bench_statistics_of(result->levels[0].task_seconds, result->levels[0].tasks).median;
}

/* How many times as long it takes beside the others. */
static double verdict_slower(const bench_result *result, const bench_level *level)
{
    double alone = verdict_alone(result);

    return alone > 0 ? bench_statistics_of(level->task_seconds, level->tasks).median / alone : 1;
}

static bench_verdict verdict_locks(const bench_level *last, double gain, char *text, size_t size)
{
    int locked = verdict_share(last, BENCH_LOCKED);

    if (locked >= 0 && last->conflicts == 0)
        snprintf(text, size,
                 "Not worth it: the tasks wait for each other's locks (%d%% of what the server was seen doing), "
                 "and %u contexts are %.1f times as fast as one.",
                 locked, last->contexts, gain);
    else
        snprintf(text, size,
                 "Not worth it: the tasks are in each other's way (%llu of them had to be run again), "
                 "and %u contexts are %.1f times as fast as one.",
                 (unsigned long long)last->conflicts, last->contexts, gain);
    return BENCH_LOCKS;
}

static bench_verdict verdict_worth(const bench_level *best, double gain, char *text, size_t size)
{
    int sleeps = verdict_share(best, BENCH_SLEEPS), runs = verdict_share(best, BENCH_RUNS);

    snprintf(text, size, "Worth it: %u contexts are %.1f times as fast as one%s.", best->contexts, gain,
             sleeps > 50                ? ", because the tasks wait in the server, and wait side by side"
             : runs >= 0 && runs < 50 ? ", because the tasks wait for disks or the like, side by side"
                                        : ", because the tasks are independent and the server has room for them");
    return BENCH_WORTH;
}

static bench_verdict verdict_full(const bench_result *result, const bench_level *best, double gain, char *text,
                                  size_t size)
{
    const bench_level *last = verdict_last(result);

    snprintf(text, size,
             "%s about %.1f times as fast with %u contexts, and hardly more with others: the tasks keep the server's "
             "processors busy (beside %u others each takes %.1f times as long; this machine has %ld).",
             gain < 1.3 ? "Not worth it:" : "Worth it only as far as there are processors:", gain, best->contexts,
             last->contexts - 1, verdict_slower(result, last), verdict_processors());
    return BENCH_PROCESSORS;
}

static bench_verdict verdict_short(const bench_result *result, const bench_level *last, double gain, char *text,
                                   size_t size)
{
    snprintf(text, size,
             "Not worth it: at %.0f microseconds a task is too short to gain from %u contexts (%.1f times as fast).",
             verdict_alone(result) * 1e6, last->contexts, gain);
    return BENCH_NOT;
}

static bench_verdict verdict_not(const bench_result *result, const bench_level *last, double gain, char *text, size_t size)
{
    snprintf(text, size,
             "Not worth it: %u contexts are %.1f times as fast as one; beside the others each task takes %.1f times "
             "as long, so something else is already used in full (processors, disk, one writer at a time).",
             last->contexts, gain, verdict_slower(result, last));
    return BENCH_NOT;
}

bench_verdict bench_judge(const bench_result *result, char *text, size_t size)
{
    const bench_level *best = bench_best(result);
    const bench_level *last = verdict_last(result);
    double gain = best ? bench_speed_up(result, best) : 0;

    if (!best) {
        snprintf(text, size, "Nothing can be said: too little was measured.");
        return BENCH_UNKNOWN;
    }
    if (gain < 1.5 && (verdict_share(last, BENCH_LOCKED) >= 30 || last->conflicts > last->tasks / 4))
        return verdict_locks(last, gain, text, size);
    if (gain >= 0.7 * best->contexts)
        return verdict_worth(best, gain, text, size);
    if (gain < 1.3 && verdict_alone(result) < 0.0005)
        return verdict_short(result, last, gain, text, size);
    if (verdict_share(last, BENCH_RUNS) >= 60 && verdict_slower(result, last) > 1.5)
        return verdict_full(result, best, gain, text, size);
    if (gain < 1.3)
        return verdict_not(result, last, gain, text, size);
    snprintf(text, size, "Some: %u contexts are %.1f times as fast as one, and more do not help.", best->contexts, gain);
    return BENCH_SOME;
}

const char *bench_verdict_name(bench_verdict verdict)
{
    static const char *const names[] = {"unknown", "worth it", "processors", "some", "locks", "not worth it"};

    return names[verdict];
}
