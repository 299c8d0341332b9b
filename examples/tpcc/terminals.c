/* Terminals: each a thread with a context of its own, one unit after the other. */
#define _POSIX_C_SOURCE 200809L

#include "tpcc.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Milliseconds up to which a unit counts; the last has all the others. */
static const double limits[] = {0.5, 1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 500, 1000, 2000, 1e9};
enum { LIMITS = sizeof limits / sizeof limits[0] };

static const char *const kind_names[] = {"new order", "payment", "order status", "delivery", "stock level"};

struct tally {
    int64_t done, rolled_back, failed, attempts;
    double total_ms, worst_ms;
    int64_t within[LIMITS];
};

struct terminal {
    const struct run *run;
    int number;
    pthread_t thread;
    chance chance;
    struct tally tally[KINDS];
    int64_t together; /* units of all five */
};

/* What a unit is given; user of its work. */
struct job {
    const struct way *way;
    enum kind first, last; /* several, called as one unit */
    struct input in[KINDS];
    struct output out[KINDS];
};

static double now_ms(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

/* --- what the users type (clauses 2.4.1, 2.5.1, ...) */

static int by_item(const void *a, const void *b)
{
    const struct wanted *x = a, *y = b;

    return x->w_id != y->w_id ? x->w_id - y->w_id : x->i_id - y->i_id;
}

/* Lines in the order of their stock: two units then wait for each other rather than forever. */
static void type_lines(struct terminal *t, struct input *in)
{
    const struct sizes *sizes = &t->run->sizes;
    size_t used = 0;

    in->lines = pick(&t->chance, 5, MAX_LINES);
    in->missing = pick(&t->chance, 1, 100) == 1;
    for (int32_t i = 0; i < in->lines; i++) {
        int32_t far = sizes->warehouses > 1 && pick(&t->chance, 1, 100) == 1;

        in->line[i].w_id = far ? (in->w + pick(&t->chance, 0, sizes->warehouses - 2)) % sizes->warehouses + 1 : in->w;
        in->line[i].i_id = pick_item(&t->chance, sizes);
        in->line[i].quantity = pick(&t->chance, 1, 10);
    }
    qsort(in->line, (size_t)in->lines, sizeof in->line[0], by_item);
    if (in->missing)
        in->line[in->lines - 1].i_id = sizes->items + 1;
    for (int32_t i = 0; i < in->lines; i++)
        used += (size_t)snprintf(in->json + used, sizeof in->json - used, "%c{\"i\":%d,\"w\":%d,\"q\":%d}", i ? ',' : '[',
                                 in->line[i].i_id, in->line[i].w_id, in->line[i].quantity);
    snprintf(in->json + used, sizeof in->json - used, "]");
}

static void type(struct terminal *t, enum kind kind, struct input *in)
{
    const struct sizes *sizes = &t->run->sizes;

    memset(in, 0, sizeof *in);
    in->w = in->c_w = t->number % sizes->warehouses + 1;
    in->d = in->c_d = pick(&t->chance, 1, DISTRICTS);
    in->c = pick_customer(&t->chance, sizes);
    in->now = time_now();
    in->carrier = pick(&t->chance, 1, 10);
    in->threshold = pick(&t->chance, 10, 20);
    in->amount = from_cents(pick(&t->chance, 100, 500000));
    if (kind == NEW_ORDER)
        type_lines(t, in);
    if ((kind == PAYMENT || kind == ORDER_STATUS) && pick(&t->chance, 1, 100) <= 60) {
        in->c = 0;
        last_name(pick_name(&t->chance, sizes), in->last);
    }
    if (kind == PAYMENT && sizes->warehouses > 1 && pick(&t->chance, 1, 100) <= 15) {
        in->c_w = (in->w + pick(&t->chance, 0, sizes->warehouses - 2)) % sizes->warehouses + 1;
        in->c_d = pick(&t->chance, 1, DISTRICTS);
    }
}

/* --- one unit */

static uow_status work(uow_context *ctx, void *user)
{
    struct job *job = user;
    uow_status st = UOW_OK;

    for (enum kind k = job->first; st == UOW_OK && k <= job->last; k++)
        st = job->way->does[k](ctx, &job->in[k], &job->out[k]);
    return st;
}

/* An item that is not there is what one in a hundred orders asks for, and its unit must be rolled back. */
static int is_wanted_rollback(const uow_context *ctx, const struct job *job, uow_status st)
{
    return job->in[NEW_ORDER].missing &&
           (st == UOW_NOT_FOUND || strcmp(uow_error_sqlstate(uow_context_error(ctx)), "45002") == 0);
}

static void count(struct tally *tally, double ms, uint32_t attempts)
{
    int i = 0;

    tally->done++;
    tally->attempts += attempts;
    tally->total_ms += ms;
    if (ms > tally->worst_ms)
        tally->worst_ms = ms;
    while (ms > limits[i] && i < LIMITS - 1)
        i++;
    tally->within[i]++;
}

static void run_unit(struct terminal *t, uow_context *ctx, struct job *job)
{
    uow_unit_run_options options = UOW_UNIT_RUN_OPTIONS_INIT;
    struct tally *tally = &t->tally[job->first];
    uint32_t attempts = 0;
    double started = now_ms();
    uow_status st;

    options.isolation = t->run->mariadb ? job->way->isolation_mariadb : job->way->isolation;
    options.max_attempts = 50;
    options.max_delay_ms = 200;
    options.base_delay_ms = 2;
    options.out_attempts = &attempts;
    options.unit_table = t->run->exactly_once ? UNIT_TABLE : NULL;
    st = uow_unit_run(ctx, &options, work, job);
    if (st == UOW_OK && job->first == job->last) {
        count(tally, now_ms() - started, attempts);
    } else if (st == UOW_OK) {
        t->together++;
        tally->done++; /* the order of the five */
    } else if (is_wanted_rollback(ctx, job, st)) {
        tally->rolled_back++;
    } else {
        tally->failed++;
        fprintf(stderr, "%s failed: %s\n", kind_names[job->first], uow_context_message(ctx));
    }
    must(ctx, uow_clear(ctx), "forget the rows");
}

/* Clause 5.2.3: 45, 43, 4, 4 and 4 of a hundred; and now and then all five in one unit. */
static void choose(struct terminal *t, struct job *job)
{
    int32_t n = pick(&t->chance, 1, 100);
    enum kind k = n <= 45 ? NEW_ORDER : n <= 88 ? PAYMENT : n <= 92 ? ORDER_STATUS : n <= 96 ? DELIVERY : STOCK_LEVEL;

    job->first = job->last = k;
    if (pick(&t->chance, 1, 50) == 1) {
        job->first = NEW_ORDER;
        job->last = STOCK_LEVEL;
    }
    job->in[NEW_ORDER].missing = 0;
    for (k = job->first; k <= job->last; k++)
        type(t, k, &job->in[k]);
}

static void *serve(void *user)
{
    struct terminal *t = user;
    struct job job;
    uow_context *ctx = open_context(t->run->env, t->run->connection, t->run->model);
    double end = now_ms() + t->run->seconds * 1e3;

    memset(&job, 0, sizeof job);
    job.way = t->run->way;
    while (now_ms() < end) {
        choose(t, &job);
        run_unit(t, ctx, &job);
    }
    must(ctx, uow_close(ctx), "close the context");
    return NULL;
}

/* --- what came of it */

static void add_tally(struct tally *sum, const struct tally *one)
{
    sum->done += one->done;
    sum->rolled_back += one->rolled_back;
    sum->failed += one->failed;
    sum->attempts += one->attempts;
    sum->total_ms += one->total_ms;
    if (one->worst_ms > sum->worst_ms)
        sum->worst_ms = one->worst_ms;
    for (int i = 0; i < LIMITS; i++)
        sum->within[i] += one->within[i];
}

static double ninety_of_hundred(const struct tally *tally)
{
    int64_t counted = 0, all = 0;
    int i = 0;

    for (int k = 0; k < LIMITS; k++)
        all += tally->within[k];
    for (; i < LIMITS - 1 && (counted += tally->within[i]) * 10 < all * 9; i++)
        ;
    return i == LIMITS - 1 ? tally->worst_ms : limits[i];
}

static void report_kind(enum kind kind, const struct tally *tally)
{
    int64_t timed = 0;

    for (int i = 0; i < LIMITS; i++)
        timed += tally->within[i];
    say("%-13s %8lld %9.1f %9.1f %9.1f %8lld %8lld", kind_names[kind], (long long)tally->done,
        timed ? tally->total_ms / (double)timed : 0, ninety_of_hundred(tally), tally->worst_ms,
        (long long)(tally->attempts - timed), (long long)tally->rolled_back);
}

int64_t run_terminals(const struct run *run)
{
    struct terminal *terminals = calloc((size_t)run->terminals, sizeof *terminals);
    struct tally sums[KINDS];
    int64_t together = 0, failed = 0;
    double started = now_ms(), minutes;

    if (!terminals)
        exit(1);
    memset(sums, 0, sizeof sums);
    for (int i = 0; i < run->terminals; i++) {
        terminals[i].run = run;
        terminals[i].number = i;
        terminals[i].chance.state = run->seed + (uint64_t)i * 7919;
        if (pthread_create(&terminals[i].thread, NULL, serve, &terminals[i]) != 0)
            exit(1);
    }
    for (int i = 0; i < run->terminals; i++) {
        pthread_join(terminals[i].thread, NULL);
        for (int k = 0; k < KINDS; k++)
            add_tally(&sums[k], &terminals[i].tally[k]);
        together += terminals[i].together;
    }
    minutes = (now_ms() - started) / 60e3;
    say("%-13s %8s %9s %9s %9s %8s %8s", "", "done", "mean ms", "90% ms", "worst ms", "retries", "refused");
    for (int k = 0; k < KINDS; k++) {
        report_kind((enum kind)k, &sums[k]);
        failed += sums[k].failed;
    }
    say("%.0f new orders a minute; %lld units of all five; %lld units failed.", (double)sums[NEW_ORDER].done / minutes,
        (long long)together, (long long)failed);
    free(terminals);
    return failed ? -1 : sums[NEW_ORDER].done;
}
