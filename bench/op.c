/*
 * What a polled operation costs over the blocking one when a worker makes the calls: for one statement, and for ten
 * in one operation, which change threads once. Beside it, in the same rounds, a bare hand-over between two threads by
 * a condition variable. Target: the median difference of one operation is at most 1.5 bare hand-overs.
 */
#define _POSIX_C_SOURCE 200809L

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "uow.h"

enum { STATEMENTS = 10, MOST = 20000 };

typedef struct bench_row {
    int64_t id;
    int32_t value;
    int32_t version;
} bench_row;

static const uow_column row_columns[] = {
    UOW_COLUMN(bench_row, id, "id", UOW_INT64, UOW_KEY),
    UOW_COLUMN(bench_row, value, "value", UOW_INT32, 0),
};
static const uow_entity row_entity = UOW_ENTITY(bench_row, "bench_op", row_columns);

static double now_us(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec * 1e6 + (double)ts.tv_nsec / 1e3;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, by_size);
    return values[count / 2];
}

static void must(const uow_context *ctx, uow_status st, const char *doing)
{
    if (st == UOW_OK)
        return;
    fprintf(stderr, "op: could not %s: %s %s\n", doing, uow_status_name(st), ctx ? uow_context_message(ctx) : "");
    exit(1);
}

/* --- a bare hand-over: there, and back */

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t there = PTHREAD_COND_INITIALIZER, back = PTHREAD_COND_INITIALIZER;
static int ball; /* 1: thrown, 2: over */

static void *return_ball(void *unused)
{
    pthread_mutex_lock(&mutex);
    for (;;) {
        while (ball == 0)
            pthread_cond_wait(&there, &mutex);
        if (ball == 2)
            break;
        ball = 0;
        pthread_cond_signal(&back);
    }
    pthread_mutex_unlock(&mutex);
    return unused;
}

static double throw_ball(void)
{
    double start = now_us();

    pthread_mutex_lock(&mutex);
    ball = 1;
    pthread_cond_signal(&there);
    while (ball == 1)
        pthread_cond_wait(&back, &mutex);
    pthread_mutex_unlock(&mutex);
    return now_us() - start;
}

static void last_ball(pthread_t thread)
{
    pthread_mutex_lock(&mutex);
    ball = 2;
    pthread_cond_signal(&there);
    pthread_mutex_unlock(&mutex);
    pthread_join(thread, NULL);
}

/* --- the operations */

static double one_blocking(uow_context *ctx)
{
    int64_t count;
    double start = now_us();

    must(ctx, uow_count(ctx, &row_entity, "id = 1", NULL, 0, &count), "count");
    return now_us() - start;
}

static double one_polled(uow_context *ctx)
{
    int64_t count;
    uow_op *op = NULL;
    double start = now_us();

    must(ctx, uow_count_start(ctx, &row_entity, "id = 1", NULL, 0, &count, &op), "start to count");
    must(ctx, uow_op_finish(op), "count");
    return now_us() - start;
}

/* A save of ten rows that share no statement: each is given another set of columns by its turn. */
static void change(bench_row **rows)
{
    for (int i = 0; i < STATEMENTS; i++)
        rows[i]->value++;
}

static double ten_blocking(uow_context *ctx, bench_row **rows)
{
    double start;

    change(rows);
    start = now_us();
    must(ctx, uow_save(ctx, NULL), "save");
    return now_us() - start;
}

static double ten_polled(uow_context *ctx, bench_row **rows)
{
    uow_op *op = NULL;
    double start;

    change(rows);
    start = now_us();
    must(ctx, uow_save_start(ctx, NULL, &op), "start to save");
    must(ctx, uow_op_finish(op), "save");
    return now_us() - start;
}

/* By how much the one is more than the other that was measured beside it. */
static double median_more(const double *these, const double *those, int count)
{
    static double more[MOST];

    for (int i = 0; i < count; i++)
        more[i] = these[i] - those[i];
    return median(more, count);
}

static void prepare(uow_context *ctx, bench_row **rows)
{
    (void)uow_execute(ctx, "DROP TABLE bench_op", NULL, 0, NULL);
    must(ctx, uow_execute(ctx, "CREATE TABLE bench_op (id bigint PRIMARY KEY, value integer NOT NULL)", NULL, 0, NULL),
         "make the table");
    for (int i = 0; i < STATEMENTS; i++) {
        bench_row row = {i + 1, 0, 0};

        must(ctx, uow_add(ctx, &row_entity, &row, (void **)&rows[i]), "add");
    }
    must(ctx, uow_save(ctx, NULL), "save");
}

static int measure(uow_context *ctx, const char *dsn, int rounds)
{
    static double ping[MOST], blocking[MOST], polled[MOST], many_blocking[MOST], many_polled[MOST];
    bench_row *rows[STATEMENTS];
    double bare, one, ten;
    pthread_t thread;

    prepare(ctx, rows);
    if (pthread_create(&thread, NULL, return_ball, NULL) != 0)
        return 1;
    for (int i = 0; i < rounds; i++) { /* in turn, so that all meet the same weather */
        ping[i] = throw_ball();
        blocking[i] = one_blocking(ctx);
        polled[i] = one_polled(ctx);
        many_blocking[i] = ten_blocking(ctx, rows);
        many_polled[i] = ten_polled(ctx, rows);
    }
    last_ball(thread);
    bare = median(ping, rounds);
    one = median_more(polled, blocking, rounds);
    ten = median_more(many_polled, many_blocking, rounds);
    printf("%-16s bare hand-over %6.1f us | one statement: blocking %7.1f, polled %7.1f us, more by %6.1f us = %.2f bare\n",
           dsn, bare, median(blocking, rounds), median(polled, rounds), one, one / bare);
    printf("%-16s %25s | ten changes in one save: blocking %7.1f, polled %7.1f us, more by %6.1f us = %.2f bare\n", dsn,
           "", median(many_blocking, rounds), median(many_polled, rounds), ten, ten / bare);
    (void)uow_execute(ctx, "DROP TABLE bench_op", NULL, 0, NULL);
    printf("%-16s one operation costs %s 1.5 hand-overs more\n", dsn, one <= 1.5 * bare ? "at most" : "MORE THAN");
    printf("%-16s ten statements cost %s 1.5 hand-overs more\n", dsn, ten <= 1.5 * bare ? "at most" : "MORE THAN");
    return one <= 1.5 * bare && ten <= 1.5 * bare ? 0 : 1;
}

int main(int argc, char **argv)
{
    static const uow_entity *const entities[] = {&row_entity};
    uow_context_options options = UOW_CONTEXT_OPTIONS_INIT;
    uow_context *ctx = NULL;
    uow_model *model = NULL;
    uow_env *env = NULL;
    int rounds = 3000, result;

    if (argc < 2)
        return 64;
    for (int i = 2; i + 1 < argc; i++)
        if (strcmp(argv[i], "--rows") == 0)
            rounds = atoi(argv[i + 1]);
    rounds = rounds < 1 ? 1 : rounds > MOST ? MOST : rounds;
    options.engine = UOW_ENGINE_WORKER;
    must(NULL, uow_env_open(NULL, &env), "open an environment");
    must(NULL, uow_model_create(env, entities, 1, &model), "make the model");
    must(ctx, uow_open(env, argv[1], model, &options, &ctx), "connect");
    result = measure(ctx, argv[1], rounds);
    must(ctx, uow_close(ctx), "close");
    uow_model_free(model);
    must(NULL, uow_env_close(env), "close the environment");
    return result;
}
