/*
 * How fast a million rows arrive in structs: libuow beside hand-written ODBC, in one
 * process, by turns.
 *
 *     read DSN [--rows N] [--rounds N] [--block N] [--lossy]
 *
 * Both halves read the same values: on SQLite that takes an expression, since its driver writes doubles
 * with 15 of their 17 digits. --lossy spares the raw half that duty.
 * Exit status 1 when a target is missed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "raw.h"
#include "table.h"

enum { MAX_ROUNDS = 51 };

/* The ways of reading, in the order they are printed. */
enum way { RAW_STREAM, UOW_CURSOR, RAW_ARRAY, UOW_ARRAY, UOW_TRACK, WAYS };

static const char *const way_names[WAYS] = {
    "raw ODBC, block by block",   "uow_cursor, not tracked", "raw ODBC into one array",
    "uow_query into one array", "uow_query, tracked",
};

struct options {
    const char *connection;
    int64_t rows;
    int rounds;
    size_t block; /* of the raw half; 0: the best of some */
    int exact;
};

struct bench {
    struct options options;
    int rounds_doubles; /* the driver does, unless it is asked for text */
    struct raw *raw;
    uow_context *context;
    double seconds[WAYS][MAX_ROUNDS];
    double allocations[WAYS]; /* per row, in the last round */
    double tracked_target;
};

static void must(const struct bench *bench, uow_status st, const char *doing)
{
    if (st == UOW_OK)
        return;
    fprintf(stderr, "could not %s: %s: %s\n", doing, uow_status_name(st),
            bench->context ? uow_context_message(bench->context) : uow_status_text(st));
    exit(2);
}

static uow_list *query(const struct bench *bench, uow_tracking tracking)
{
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;
    uow_list *list;

    options.tracking = tracking;
    must(bench, uow_query(bench->context, &readings, NULL, NULL, 0, &options, &list), "query");
    return list;
}

static void see_list(const uow_list *list, struct seen *seen)
{
    for (size_t i = 0; i < uow_list_count(list); i++)
        see(seen, uow_list_at(list, i));
}

static void read_cursor(const struct bench *bench, struct seen *seen)
{
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;
    uow_cursor *cursor;
    uow_status st;
    void *row;

    options.tracking = UOW_NO_TRACKING;
    must(bench,
         uow_cursor_open(bench->context, &readings, NULL, NULL, 0, &options, &cursor),
         "open a cursor");
    while ((st = uow_cursor_next(cursor, &row)) == UOW_OK)
        see(seen, row);
    if (st != UOW_END)
        must(bench, st, "read the next row");
    uow_cursor_close(cursor);
}

static double time_raw_array(const struct bench *bench, struct seen *seen)
{
    double start = seconds_now();
    size_t count;
    struct reading *all = raw_array(bench->raw, bench->options.block, &count);
    double end;

    for (size_t i = 0; i < count; i++)
        see(seen, &all[i]);
    end = seconds_now();
    free(all);
    return end - start;
}

static double time_list(const struct bench *bench, uow_tracking tracking, struct seen *seen)
{
    double start = seconds_now();
    uow_list *list = query(bench, tracking);
    double end;

    see_list(list, seen);
    end = seconds_now();
    uow_list_free(list);
    if (tracking == UOW_TRACKED)
        must(bench, uow_clear(bench->context), "clear");
    return end - start;
}

static double time_way(const struct bench *bench, enum way way, struct seen *seen)
{
    double start = seconds_now();

    switch (way) {
    case RAW_STREAM:
        raw_stream(bench->raw, bench->options.block, seen);
        break;
    case UOW_CURSOR:
        read_cursor(bench, seen);
        break;
    case RAW_ARRAY:
        return time_raw_array(bench, seen);
    case UOW_ARRAY:
        return time_list(bench, UOW_NO_TRACKING, seen);
    case UOW_TRACK:
    case WAYS:
    default:
        return time_list(bench, UOW_TRACKED, seen);
    }
    return seconds_now() - start;
}

static uint64_t allocations(const struct bench *bench)
{
    uow_counters counters = UOW_COUNTERS_INIT;

    must(bench, uow_context_counters(bench->context, &counters), "read the counters");
    return counters.allocations;
}

static void check_seen(const struct bench *bench, enum way way, const struct seen *seen)
{
    int64_t rows = bench->options.rows;

    if (seen->rows == rows && seen->keys == sum_of_keys(rows) && seen->nulls == rows / 4)
        return;
    fprintf(stderr, "%s read %lld rows, keys %lld, nulls %lld: wrong\n", way_names[way],
            (long long)seen->rows, (long long)seen->keys, (long long)seen->nulls);
    exit(2);
}

/* One turn each, in alternating order, so that no way always follows the same other. */
static void one_round(struct bench *bench, int round, double seconds[WAYS])
{
    for (int i = 0; i < WAYS; i++) {
        enum way way = (enum way)(round % 2 ? WAYS - 1 - i : i);
        struct seen seen = {0, 0, 0, 0, 0};
        uint64_t before = allocations(bench);
        seconds[way] = time_way(bench, way, &seen);
        bench->allocations[way] =
            (double)(allocations(bench) - before) / (double)bench->options.rows;
        check_seen(bench, way, &seen);
    }
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(const double *values, int count)
{
    double sorted[MAX_ROUNDS];

    memcpy(sorted, values, (size_t)count * sizeof *values);
    qsort(sorted, (size_t)count, sizeof *sorted, compare_doubles);
    return sorted[count / 2];
}

/* Each round gives a ratio of neighbours in time; their median is robust against drift. */
static double ratio(const struct bench *bench, enum way way, enum way twin)
{
    double ratios[MAX_ROUNDS];

    for (int r = 0; r < bench->options.rounds; r++)
        ratios[r] = bench->seconds[way][r] / bench->seconds[twin][r];
    return median(ratios, bench->options.rounds);
}

static double least(const double *values, int count)
{
    double low = values[0];

    for (int i = 1; i < count; i++)
        low = values[i] < low ? values[i] : low;
    return low;
}

/* The ratio with the least disturbance: on a busy machine it says more than the median. */
static double best_ratio(const struct bench *bench, enum way way, enum way twin)
{
    int rounds = bench->options.rounds;

    return least(bench->seconds[way], rounds) / least(bench->seconds[twin], rounds);
}

static void print_rate(const struct bench *bench, enum way way)
{
    double rate = (double)bench->options.rows / median(bench->seconds[way], bench->options.rounds);

    printf("  %-26s %8.3f M rows/s", way_names[way], rate / 1e6);
}

/* Prints one way of libuow beside its twin; nonzero when the target is missed. */
static int print_verdict(const struct bench *bench, enum way way, enum way twin, double target)
{
    double r = ratio(bench, way, twin);
    int failed = r > target;

    print_rate(bench, way);
    printf("   %5.3fx of raw, at most %.2f  %s  (best rounds %.3fx)\n", r, target,
           failed ? "FAIL" : "PASS", best_ratio(bench, way, twin));
    return failed;
}

static int print_all(const struct bench *bench)
{
    int failed = 0;

    print_rate(bench, RAW_STREAM);
    printf("   blocks of %zu\n", bench->options.block);
    failed |= print_verdict(bench, UOW_CURSOR, RAW_STREAM, 1.05);
    print_rate(bench, RAW_ARRAY);
    putchar('\n');
    failed |= print_verdict(bench, UOW_ARRAY, RAW_ARRAY, 1.05);
    failed |= print_verdict(bench, UOW_TRACK, RAW_STREAM, bench->tracked_target);
    printf("  allocations per row, warm:  cursor %.5f, array %.5f, tracked %.5f\n",
           bench->allocations[UOW_CURSOR], bench->allocations[UOW_ARRAY],
           bench->allocations[UOW_TRACK]);
    return failed;
}

/* The raw half gets the block that is best here and today. */
static size_t best_block(struct raw *raw)
{
    static const size_t sizes[] = {50, 100, 300, 1000};
    double best_seconds = 0;
    size_t best = 0;

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct seen seen = {0, 0, 0, 0, 0};
        double start = seconds_now();
        double seconds;
        raw_stream(raw, sizes[i], &seen);
        seconds = seconds_now() - start;
        if (best && seconds >= best_seconds)
            continue;
        best = sizes[i];
        best_seconds = seconds;
    }
    return best;
}

static void usage(const char *program)
{
    fprintf(stderr, "usage: %s DSN [--rows N] [--rounds N] [--block N] [--lossy]\n", program);
    exit(2);
}

static struct options read_options(int argc, char **argv)
{
    struct options o = {NULL, 1000000, 7, 0, 1};

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--rows") == 0 && i + 1 < argc)
            o.rows = strtoll(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--rounds") == 0 && i + 1 < argc)
            o.rounds = atoi(argv[++i]);
        else if (strcmp(argv[i], "--block") == 0 && i + 1 < argc)
            o.block = strtoul(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--lossy") == 0)
            o.exact = 0;
        else if (argv[i][0] != '-' && !o.connection)
            o.connection = argv[i];
        else
            usage(argv[0]);
    }
    if (!o.connection || o.rows < 1000 || o.rounds < 1 || o.rounds > MAX_ROUNDS)
        usage(argv[0]);
    return o;
}

static void start_uow(struct bench *bench, uow_env **out_env, uow_model **out_model)
{
    const uow_entity *entities[] = {&readings};
    uow_facts facts = UOW_FACTS_INIT;

    must(bench, uow_env_open(NULL, out_env), "open an environment");
    must(bench, uow_model_create(*out_env, entities, 1, out_model), "make the model");
    must(bench,
         uow_open(*out_env, bench->options.connection, *out_model, NULL, &bench->context),
         "connect");
    must(bench, uow_context_facts(bench->context, &facts), "ask for the facts");
    /* MariaDB's driver is so fast that tracking, at the same price per row, weighs more. */
    bench->rounds_doubles = strcmp(facts.dialect, "sqlite") == 0;
    bench->tracked_target = strcmp(facts.dialect, "mariadb") == 0 ? 1.6 : 1.3;
}

static void run_rounds(struct bench *bench)
{
    double seconds[WAYS];

    one_round(bench, 0, seconds); /* warms caches, statement and pools; not counted */
    for (int r = 0; r < bench->options.rounds; r++) {
        one_round(bench, r, seconds);
        for (int way = 0; way < WAYS; way++)
            bench->seconds[way][r] = seconds[way];
    }
}

int main(int argc, char **argv)
{
    static struct bench bench;
    uow_env *env = NULL;
    uow_model *model = NULL;
    char database[160];
    int failed;

    bench.options = read_options(argc, argv);
    table_prepare(bench.options.connection, bench.options.rows);
    bench.raw = raw_open(bench.options.connection);
    start_uow(&bench, &env, &model);
    if (bench.options.exact && bench.rounds_doubles)
        raw_exact(bench.raw);
    if (bench.options.block == 0)
        bench.options.block = best_block(bench.raw);
    run_rounds(&bench);
    raw_describe(bench.raw, database, sizeof database);
    printf("read %s (%s): %lld rows of five columns, median of %d rounds\n",
           bench.options.connection, database, (long long)bench.options.rows,
           bench.options.rounds);
    failed = print_all(&bench);
    raw_close(bench.raw);
    must(&bench, uow_close(bench.context), "close");
    uow_model_free(model);
    uow_env_close(env);
    return failed;
}
