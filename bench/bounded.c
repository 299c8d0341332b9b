/*
 * How much memory a bounded cursor takes for a million rows in key order.
 *
 *     bounded DSN [--rows N]
 *
 * The peak is the process's own (getrusage), so nothing else may happen in it: the
 * table is made by a child. Exit status 1 when the target is missed, 77 when the
 * driver leaves no way (the reason is printed).
 */
/* POSIX and getrusage beside C11; before the first header. */
#define _XOPEN_SOURCE 700

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "table.h"

static const long target_kib = 32 * 1024;

static long peak_kib(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

static void prepare_in_child(const char *connection, int64_t rows)
{
    int status = 0;
    pid_t child = fork();

    if (child == 0) {
        table_prepare(connection, rows);
        _exit(0);
    }
    if (child < 0 || waitpid(child, &status, 0) < 0 || status != 0)
        exit(2);
}

static void fail(const uow_context *context, uow_status st, const char *doing)
{
    fprintf(stderr, "could not %s: %s: %s\n", doing, uow_status_name(st),
            context ? uow_context_message(context) : uow_status_text(st));
    exit(2);
}

/* Opens the cursor; a driver that leaves no way ends the program with its reason. */
static uow_cursor *open_cursor(uow_context *context)
{
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;
    uow_cursor *cursor = NULL;
    uow_status st;

    options.tracking = UOW_NO_TRACKING;
    options.flags = UOW_BOUNDED;
    st = uow_cursor_open(context, &readings, NULL, NULL, 0, &options, &cursor);
    if (st == UOW_UNSUPPORTED) {
        printf("not bounded here: %s\n", uow_context_message(context));
        exit(77);
    }
    if (st != UOW_OK)
        fail(context, st, "open a bounded cursor");
    return cursor;
}

/* Reads every row; exits unless they came complete and in the order of the key. */
static void read_all(uow_context *context, int64_t rows)
{
    uow_cursor *cursor = open_cursor(context);
    struct seen seen = {0, 0, 0, 0, 0};
    int64_t last = 0;
    uow_status st;
    void *row;

    while ((st = uow_cursor_next(cursor, &row)) == UOW_OK) {
        const struct reading *r = row;
        see(&seen, r);
        if (r->id <= last) {
            fprintf(stderr, "key %lld came after %lld\n", (long long)r->id, (long long)last);
            exit(2);
        }
        last = r->id;
    }
    if (st != UOW_END)
        fail(context, st, "read the next row");
    uow_cursor_close(cursor);
    if (seen.rows != rows || seen.keys != sum_of_keys(rows)) {
        fprintf(stderr, "%lld rows with keys %lld: wrong\n", (long long)seen.rows,
                (long long)seen.keys);
        exit(2);
    }
}

static uow_context *connect_to(uow_env *env, const char *connection, const uow_model *model)
{
    uow_context *context = NULL;
    uow_status st;

    st = uow_open(env, connection, model, NULL, &context);
    if (st != UOW_OK)
        fail(context, st, "connect");
    return context;
}

/* Prints what was measured; nonzero when it is too much. */
static int report(const char *connection, int64_t rows, double seconds, long grown)
{
    int failed = grown > target_kib;

    printf("bounded %s: %lld rows in key order, %.3f M rows/s\n", connection, (long long)rows,
           (double)rows / seconds / 1e6);
    printf("  peak memory grew by %.1f MiB, at most %ld  %s\n", (double)grown / 1024,
           target_kib / 1024, failed ? "FAIL" : "PASS");
    return failed;
}

static int measure(const char *connection, int64_t rows)
{
    const uow_entity *entities[] = {&readings};
    uow_env *env = NULL;
    uow_model *model = NULL;
    uow_context *context;
    double start;
    double seconds;
    long before;
    int failed;

    if (uow_env_open(NULL, &env) != UOW_OK || uow_model_create(env, entities, 1, &model) != UOW_OK)
        return 2;
    context = connect_to(env, connection, model);
    before = peak_kib();
    start = seconds_now();
    read_all(context, rows);
    seconds = seconds_now() - start;
    failed = report(connection, rows, seconds, peak_kib() - before);
    uow_close(context);
    uow_model_free(model);
    uow_env_close(env);
    return failed;
}

int main(int argc, char **argv)
{
    int64_t rows = 1000000;

    if (argc == 4 && strcmp(argv[2], "--rows") == 0)
        rows = strtoll(argv[3], NULL, 10);
    else if (argc != 2)
        rows = 0;
    if (rows < 1000) {
        fprintf(stderr, "usage: %s DSN [--rows N]\n", argv[0]);
        return 2;
    }
    prepare_in_child(argv[1], rows);
    return measure(argv[1], rows);
}
