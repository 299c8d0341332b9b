/* Polling by the driver itself, where it promises that: do statements come to the right end, and does a call ever wait? */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "probe_try.h"

#include <stdbool.h>
#include <time.h>

#define ASYNC_ROWS 3

typedef struct async_run {
    uow_context *context;
    unsigned long waited; /* polls that found the driver at work */
} async_run;

/* op is written by the call that gave st, which is made before this one. */
static uow_status async_end(async_run *run, uow_status st, uow_op *const *op)
{
    static const struct timespec pause = {0, 200000};

    if (st != UOW_OK)
        return st;
    while (uow_op_poll(*op) == UOW_PENDING) {
        run->waited++;
        nanosleep(&pause, NULL);
    }
    return uow_op_finish(*op);
}

static uow_status async_say(async_run *run, const try_place *place, const char *form, int number)
{
    char sql[300];
    uow_op *op = NULL;

    snprintf(sql, sizeof sql, form, place->table, number);
    return async_end(run, uow_execute_start(run->context, sql, NULL, 0, NULL, &op), &op);
}

/* Rows one after the other, up to the end. The sum of what they hold; -1: they cannot be read. */
static int64_t async_sum(async_run *run, const char *sql, int wanted)
{
    uow_rows *rows = NULL;
    uow_op *op = NULL;
    int64_t sum = 0, value = 0;
    int count = 0;
    uow_status st = async_end(run, uow_rows_open_start(run->context, sql, NULL, 0, &rows, &op), &op);

    while (st == UOW_OK) {
        st = async_end(run, uow_rows_next_start(rows, &op), &op);
        if (st == UOW_OK && uow_rows_int64(rows, 0, &value) == UOW_OK)
            sum += value;
        count += st == UOW_OK;
    }
    uow_rows_close(rows);
    return st == UOW_END && count == wanted ? sum : -1;
}

/* What is written and read, an error between, and what is written after it. NULL: all came right. */
static const char *async_statements(async_run *run, const try_place *place)
{
    char sql[300];

    for (int i = 1; i <= ASYNC_ROWS; i++)
        if (async_say(run, place, "INSERT INTO %s (id, v) VALUES (%d, 5)", i) != UOW_OK)
            return "a row is not written";
    if (async_say(run, place, "INSERT INTO %s (id, v) VALUES (%d, 5)", 1) == UOW_OK)
        return "an error is not told";
    if (async_say(run, place, "UPDATE %s SET v = 6 WHERE id = %d", 2) != UOW_OK)
        return "nothing can be done after an error";
    snprintf(sql, sizeof sql, "SELECT v FROM %s ORDER BY id", place->table);
    return async_sum(run, sql, ASYNC_ROWS) == 16 ? NULL : "rows come wrong, or not to an end";
}

static long async_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* A call that takes its time must come back before it has ended. */
static int async_waits(async_run *run)
{
    unsigned long before = run->waited;
    long start = async_now();
    bool taken = async_sum(run, TRY_LONG("1500000"), 1) == 1500000;

    return run->waited > before ? 1 : !taken || async_now() - start < 50 ? -1 : 0;
}

static int async_judge(FILE *out, async_run *run, const try_place *place)
{
    const char *wrong = async_statements(run, place);
    int waits = wrong ? 0 : async_waits(run);

    if (!wrong && waits == 0)
        wrong = "calls run to their end where they are begun";
    if (!wrong && waits < 0 && run->waited == 0)
        wrong = "no call here takes long enough to be seen waiting";
    if (wrong)
        fprintf(out, "%s%s%s\n", wrong, *uow_context_message(run->context) ? ": " : "", uow_context_message(run->context));
    else
        fprintf(out, "statements come to the right end, and waiting is left to the program\n=async = yes\n");
    return wrong != NULL;
}

static int async_try(FILE *out, try_place *place)
{
    uow_context_options options = UOW_CONTEXT_OPTIONS_INIT;
    uow_facts facts = UOW_FACTS_INIT;
    async_run run = {NULL, 0};
    int status = 0;

    if (!try_table(place, "INTEGER") || uow_context_facts(place->context, &facts) != UOW_OK) {
        fprintf(out, "not tried\n");
        return 1;
    }
    if (facts.async_mode == 0) {
        fprintf(out, "not promised, or not kept when set: worker threads wait instead\n");
        return 0;
    }
    options.engine = UOW_ENGINE_NATIVE;
    if (uow_open(place->env, place->connection, NULL, &options, &run.context) == UOW_OK) {
        status = async_judge(out, &run, place);
    } else {
        fprintf(out, "no connection: %s\n", uow_context_message(run.context));
        status = 1;
    }
    (void)uow_close(run.context);
    return status;
}

const try_case try_async[] = {
    {"polling", async_try, "async = no"},
    {NULL, NULL, NULL},
};
