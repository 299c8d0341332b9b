/*
 * The change tracker without a database: detecting changes beside a bare memcmp, looking rows up by key, memory for
 * each row, and planning.
 *
 *     track [--rows N] [--rounds N]
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
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "track/plan.h"
#include "track/tracker.h"

enum { MAX_ROUNDS = 51 };

#define COOLING ((size_t)128 << 20) /* more than the caches hold */

/* Exactly 100 bytes. */
struct thing {
    int32_t id;
    int32_t group_id;
    int32_t quantity;
    int32_t price;
    int32_t version;
    char label[80];
};

struct group {
    int32_t id;
    char name[12];
};

static const uow_column group_columns[] = {
    UOW_COLUMN(struct group, id, "group_id", UOW_INT32, UOW_KEY),
    UOW_COLUMN(struct group, name, "name", UOW_TEXT, 0),
};
static const uow_entity groups = UOW_ENTITY(struct group, "groups", group_columns);

static const uow_column thing_columns[] = {
    UOW_COLUMN(struct thing, id, "thing_id", UOW_INT32, UOW_KEY),
    UOW_COLUMN(struct thing, group_id, "group_id", UOW_INT32, 0),
    UOW_COLUMN(struct thing, quantity, "quantity", UOW_INT32, 0),
    UOW_COLUMN(struct thing, price, "price", UOW_INT32, 0),
    UOW_COLUMN(struct thing, version, "version", UOW_INT32, UOW_VERSION),
    UOW_COLUMN(struct thing, label, "label", UOW_TEXT, UOW_UNIQUE),
};
static const uow_relation thing_relations[] = {UOW_REFERENCE("group_id", &groups, UOW_RESTRICT)};
static const uow_entity things = UOW_ENTITY_RELATED(struct thing, "things", thing_columns, thing_relations);
static const uow_entity *const entities[] = {&groups, &things};

struct bench {
    uowi_mem mem;
    uow_error error;
    uow_model *model;
    uowi_tracker tracker;
    uowi_arena arena;
    size_t rows;
    int rounds;
    int failed;
    unsigned char *other; /* memory that has nothing to do with it */
};

/* Time on the processor: other programs on the machine do not count. */
static double seconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void must(const struct bench *bench, int ok, const char *doing)
{
    if (ok)
        return;
    fprintf(stderr, "could not %s: %s\n", doing, uow_error_message(&bench->error));
    exit(2);
}

static void open_tracker(struct bench *bench)
{
    uowi_error_init(&bench->error, &bench->mem);
    uowi_arena_init(&bench->arena, &bench->mem, 0);
    must(bench, uowi_model_create(&bench->mem, entities, 2, &bench->model) == UOW_OK, "make the model");
    must(bench, uowi_tracker_init(&bench->tracker, &bench->mem, bench->model, 0), "make the tracker");
}

static void close_tracker(struct bench *bench)
{
    uowi_tracker_done(&bench->tracker);
    uowi_model_destroy(bench->model);
    uowi_arena_done(&bench->arena);
    uowi_error_done(&bench->error);
}

static struct thing thing_of(size_t i)
{
    struct thing thing;

    memset(&thing, 0, sizeof thing);
    thing.id = (int32_t)i + 1;
    thing.quantity = (int32_t)(i % 100);
    thing.price = (int32_t)(i % 977);
    thing.version = 1;
    snprintf(thing.label, sizeof thing.label, "thing number %zu", i);
    return thing;
}

static uowi_entry *track(struct bench *bench, const uow_entity *def, const void *row, uow_state state)
{
    const uowi_entity *entity = uowi_model_entity(bench->model, def);
    uowi_entry *entry = NULL;
    uow_status st = state == UOW_ADDED ? uowi_tracker_add(&bench->tracker, entity, row, &bench->error, &entry)
                                       : uowi_tracker_attach(&bench->tracker, entity, row, state, &bench->error, &entry);

    must(bench, st == UOW_OK, "track a row");
    return entry;
}

static void track_things(struct bench *bench, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        struct thing thing = thing_of(i);

        (void)track(bench, &things, &thing, UOW_UNCHANGED);
    }
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, compare_doubles);
    return values[count / 2];
}

static void verdict(struct bench *bench, double value, double target)
{
    int failed = value > target;

    printf("  %s\n", failed ? "FAIL" : "PASS");
    bench->failed |= failed;
}

/* --- detecting changes */

/* The same bytes as the tracker compares, in two plain arrays. */
static double time_sweep(const struct thing *rows, const struct thing *originals, size_t count)
{
    double start = seconds_now();
    size_t changed = 0;

    for (size_t i = 0; i < count; i++)
        changed += memcmp(&rows[i], &originals[i], sizeof *rows) != 0;
    if (changed)
        exit(2);
    return seconds_now() - start;
}

static double time_detect(struct bench *bench)
{
    double start = seconds_now();

    must(bench, uowi_tracker_changes(&bench->tracker) == 0, "find everything unchanged");
    return seconds_now() - start;
}

static void bench_detect(struct bench *bench)
{
    struct thing *rows = malloc(bench->rows * sizeof *rows);
    struct thing *originals = malloc(bench->rows * sizeof *originals);
    double ratios[MAX_ROUNDS], own[MAX_ROUNDS], bare[MAX_ROUNDS];

    must(bench, rows && originals, "get memory");
    for (size_t i = 0; i < bench->rows; i++)
        rows[i] = originals[i] = thing_of(i);
    for (int r = 0; r < bench->rounds; r++) {
        bare[r] = time_sweep(rows, originals, bench->rows);
        own[r] = time_detect(bench);
        ratios[r] = own[r] / bare[r];
    }
    free(rows);
    free(originals);
    printf("detect changes, %zu unchanged rows of %zu bytes: %.1f ms, bare memcmp %.1f ms: %.2fx, at most 3.00", bench->rows,
           sizeof *rows, median(own, bench->rounds) * 1e3, median(bare, bench->rounds) * 1e3,
           median(ratios, bench->rounds));
    verdict(bench, median(ratios, bench->rounds), 3);
}

/* --- identity */

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* From 0 to count - 1, without a division, which would take as long as half a lookup. */
static size_t random_below(uint64_t *state, size_t count)
{
    return (size_t)(((next_random(state) >> 32) * count) >> 32);
}

/* Rows are looked up in no order at all, the key made just before. */
static double lookup_ns(struct bench *bench, size_t count)
{
    const uowi_entity *entity = uowi_model_entity(bench->model, &things);
    size_t lookups = 1000000;
    uint64_t random = 88172645463325252u;
    size_t found = 0;
    struct thing key;
    double start;

    memset(&key, 0, sizeof key);
    start = seconds_now();
    for (size_t i = 0; i < lookups; i++) {
        key.id = (int32_t)random_below(&random, count) + 1;
        found += uowi_tracker_find(&bench->tracker, entity, &key) != NULL;
    }
    must(bench, found == lookups, "find every key");
    return (seconds_now() - start) * 1e9 / (double)lookups;
}

static volatile uint64_t sink; /* what is not used is not computed */

/* What the machine takes to go to entries that are known by their number. */
static double bare_ns(uowi_entry *const *entries, size_t count)
{
    size_t lookups = 1000000;
    uint64_t random = 88172645463325252u;
    uint64_t sum = 0;
    double start = seconds_now();

    for (size_t i = 0; i < lookups; i++)
        sum += entries[random_below(&random, count)]->serial;
    sink = sum;
    return (seconds_now() - start) * 1e9 / (double)lookups;
}

static uowi_entry **all_entries(const struct bench *bench, size_t count)
{
    const uowi_slab *slab = uowi_tracker_slab(&bench->tracker, uowi_model_entity(bench->model, &things));
    uowi_entry **entries = malloc(count * sizeof *entries);
    uowi_entry *entry = NULL;
    size_t page = 0;

    must(bench, entries != NULL, "get memory");
    for (size_t i = 0; i < count; i++)
        entries[i] = entry = uowi_slab_next(slab, entry, &page);
    return entries;
}

static void bench_lookup(struct bench *bench, size_t count)
{
    uowi_entry **entries = all_entries(bench, count);
    double ns[MAX_ROUNDS], bare[MAX_ROUNDS];

    for (int r = 0; r < bench->rounds; r++) {
        bare[r] = bare_ns(entries, count);
        ns[r] = lookup_ns(bench, count);
    }
    free(entries);
    printf("identity lookup among %7zu rows: %5.1f ns (going to a known row: %5.1f ns)", count, median(ns, bench->rounds),
           median(bare, bench->rounds)); /* which sorts them */
    /* The best round: a limit in ns is not one for what the machine's neighbours do to its memory. */
    printf(", in the best round %.1f ns, at most 100", ns[0]);
    verdict(bench, ns[0], 100);
}

/* --- memory */

static void bench_memory(struct bench *bench, int64_t before)
{
    double each = (double)(bench->mem.bytes - before) / (double)bench->tracker.count;
    double target = 2 * sizeof(struct thing) + 64;

    printf("memory for each of %zu rows of %zu bytes: %.1f bytes", (size_t)bench->tracker.count, sizeof(struct thing), each);
    if (bench->tracker.count < bench->rows) {
        printf("\n"); /* the last page weighs more here */
        return;
    }
    printf(", at most %.0f", target);
    verdict(bench, each, target);
}

/* Tracks and measures at growing sizes; the tracker is full at the end. */
static void bench_growth(struct bench *bench)
{
    int64_t before = bench->mem.bytes;
    size_t tracked = 0;

    for (size_t count = 1000; tracked < bench->rows; count *= 10) {
        if (count > bench->rows)
            count = bench->rows;
        track_things(bench, tracked, count);
        tracked = count;
        bench_lookup(bench, count);
        bench_memory(bench, before);
    }
    bench_detect(bench);
}

/* --- planning */

/* A mix: a tenth new groups, things inserted under them, moved, deleted, renamed, and labels handed on. */
static void make_changes(struct bench *bench, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct group group = {(int32_t)(i / 10) + 1, "g"};
        struct thing thing = thing_of(i);
        uowi_entry *entry;

        if (i % 10 == 0) {
            (void)track(bench, &groups, &group, UOW_ADDED);
            continue;
        }
        if (i % 10 < 4) {
            thing.group_id = group.id;
            (void)track(bench, &things, &thing, UOW_ADDED);
            continue;
        }
        entry = track(bench, &things, &thing, UOW_UNCHANGED);
        if (i % 10 < 6)
            uowi_tracker_remove(&bench->tracker, entry);
        else if (i % 10 == 6)
            snprintf(((struct thing *)uowi_tracker_row(&bench->tracker, entry))->label, 40, "thing number %zu", i - 1);
        else
            ((struct thing *)uowi_tracker_row(&bench->tracker, entry))->group_id = group.id;
    }
}

/*
 * The rows of a unit were last looked at long ago, whatever their number: other memory is in the caches. And what its
 * plan is made in is new memory: malloc would keep that of a small one from time to time, and not that of a large one.
 */
static void cool(struct bench *bench)
{
#ifdef __GLIBC__
    malloc_trim(0);
#endif
    for (size_t i = 0; i < COOLING; i += 64)
        bench->other[i]++;
}

/* Planning so many changes, as often as it takes to plan `of` of them; the mean. */
static double plan_seconds(struct bench *given, struct bench *bench, size_t of)
{
    size_t times = of / (size_t)bench->tracker.count;
    double seconds = 0;
    uowi_plan plan;

    for (size_t i = 0; i < times; i++) {
        double start;

        uowi_arena_reset(&bench->arena);
        cool(given);
        start = seconds_now();
        must(bench, uowi_plan_build(&bench->tracker, &bench->arena, &bench->error, &plan) == UOW_OK, "plan");
        seconds += seconds_now() - start;
        must(bench, plan.count == (size_t)bench->tracker.count, "plan every change");
        uowi_plan_forget(&plan);
    }
    return seconds / (double)times;
}

static void open_changes(struct bench *bench, size_t count)
{
    memset(bench, 0, sizeof *bench);
    uowi_mem_init(&bench->mem, NULL);
    open_tracker(bench);
    make_changes(bench, count);
}

/* Both sizes in turn: a shared machine changes its speed, and for both of them. */
static void bench_plan_growth(struct bench *given, size_t count, bool judged)
{
    struct bench few, many;
    double growth[MAX_ROUNDS], seconds[MAX_ROUNDS];

    open_changes(&few, count / 10);
    open_changes(&many, count);
    for (int r = 0; r < given->rounds; r++) {
        double before = plan_seconds(given, &few, count);

        seconds[r] = plan_seconds(given, &many, count);
        growth[r] = seconds[r] / before;
    }
    close_tracker(&few);
    close_tracker(&many);
    printf("planning %7zu mixed changes: %8.2f ms, %4.0f ns a change, %.1fx of ten times fewer", count,
           median(seconds, given->rounds) * 1e3, median(seconds, given->rounds) * 1e9 / (double)count,
           median(growth, given->rounds));
    if (judged) {
        printf(", at most 12.0");
        verdict(given, median(growth, given->rounds), 12);
    } else {
        printf("\n");
    }
}

static void bench_plan(struct bench *bench)
{
    bench->other = calloc(1, COOLING);
    must(bench, bench->other != NULL, "get memory");
    for (size_t count = 10000; count <= 1000000; count *= 10)
        bench_plan_growth(bench, count, count == 100000);
    free(bench->other);
}

static void read_options(struct bench *bench, int argc, char **argv)
{
    bench->rows = 1000000;
    bench->rounds = 7;
    for (int i = 1; i + 1 < argc; i++) {
        if (strcmp(argv[i], "--rows") == 0)
            bench->rows = strtoul(argv[i + 1], NULL, 10);
        if (strcmp(argv[i], "--rounds") == 0)
            bench->rounds = atoi(argv[i + 1]);
    }
    if (bench->rounds < 1 || bench->rounds > MAX_ROUNDS || bench->rows < 1) {
        fprintf(stderr, "usage: track [--rows N] [--rounds N], rounds up to %d\n", MAX_ROUNDS);
        exit(2);
    }
}

int main(int argc, char **argv)
{
    struct bench bench;

    memset(&bench, 0, sizeof bench);
    read_options(&bench, argc, argv);
    uowi_mem_init(&bench.mem, NULL);
    open_tracker(&bench);
    bench_growth(&bench);
    close_tracker(&bench);
    bench_plan(&bench);
    return bench.failed;
}
