/* Chapter 9: few connections for many users, and work that runs side by side. */
#include <stdio.h>

#include "library.h"

static uow_factory *open_factory(const struct library *l)
{
    uow_factory_options options = UOW_FACTORY_OPTIONS_INIT;
    uow_factory *factory = NULL;

    options.max_contexts = 2;
    must(NULL, uow_factory_open(l->env, l->connection, l->model, &options, &factory), "open a factory");
    return factory;
}

/* The failures of a factory are told by the factory. */
static void lent(uow_factory *factory, uow_status st, const char *doing)
{
    if (st != UOW_OK)
        fprintf(stderr, "%s\n", uow_error_message(uow_factory_error(factory)));
    must(NULL, st, doing);
}

static void lease(uow_factory *factory)
{
    uow_context *first = NULL, *second = NULL, *third = NULL;
    int64_t count = 0;

    lent(factory, uow_factory_acquire(factory, 2000, &first), "lease a context"); /* two seconds at most */
    lent(factory, uow_factory_acquire(factory, 2000, &second), "lease another");
    printf("a third one now: %s\n", uow_status_name(uow_factory_acquire(factory, 0, &third)));
    must(first, uow_count(first, &readers, NULL, NULL, 0, &count), "count the readers");
    printf("%lld readers\n", (long long)count);
    must(first, uow_factory_release(first), "give it back");
    must(second, uow_factory_release(second), "give the other back");
    printf("used after it was given back: %s\n", uow_status_name(uow_count(first, &readers, NULL, NULL, 0, &count)));
}

static uow_status fine(uow_context *ctx, void *user)
{
    uow_arg id = uow_arg_int64(*(const int64_t *)user);

    return uow_execute(ctx, "UPDATE readers SET fines = fines + 1 WHERE reader_id = ?", &id, 1, NULL);
}

/* A lease, a unit that is run again when it has to be, and the end of the lease, in one call. */
static void whole_unit(uow_factory *factory)
{
    int64_t reader = 2;

    lent(factory, uow_factory_unit_run(factory, 2000, NULL, fine, &reader), "fine Grace");
    printf("Grace is fined\n");
}

/* Six tasks over two connections, by this one thread. */
static void side_by_side(uow_factory *factory)
{
    uow_parallel_options options = UOW_PARALLEL_OPTIONS_INIT;
    uow_task tasks[6] = {
        {.sql = "UPDATE books SET copies = copies + 1 WHERE book_id = 1"},
        {.sql = "UPDATE books SET copies = copies + 1 WHERE book_id = 2"},
        {.sql = "UPDATE books SET copies = copies + 1 WHERE book_id = 3"},
        {.sql = "UPDATE shelves SET copies = 1"}, /* no such table */
        {.sql = "UPDATE books SET copies = copies + 1 WHERE book_id = 4"},
        {.sql = "UPDATE books SET copies = copies + 1 WHERE book_id = 5"},
    };
    uow_status st;

    options.policy = UOW_PARALLEL_ALL; /* or UOW_PARALLEL_STOP: the first failure cancels the rest */
    st = uow_parallel(factory, tasks, 6, &options);
    printf("parallel run: %s\n", uow_status_name(st));
    for (size_t i = 0; i < 6; i++)
        printf("  task %zu: %s\n", i, uow_status_name(tasks[i].status));
}

static void one_transaction(uow_factory *factory, uow_context *ctx)
{
    uow_parallel_options options = UOW_PARALLEL_OPTIONS_INIT;
    uow_task task = {.sql = "UPDATE books SET copies = 0"};

    must(ctx, uow_begin(ctx, NULL), "begin");
    options.within = ctx;
    printf("in parallel and in one transaction: %s\n", uow_status_name(uow_parallel(factory, &task, 1, &options)));
    must(ctx, uow_rollback(ctx), "roll back");
}

int main(int argc, char **argv)
{
    struct library l = library_open(argc, argv);
    uow_factory *factory = open_factory(&l);
    uow_factory_counters counters = UOW_FACTORY_COUNTERS_INIT;

    lease(factory);
    whole_unit(factory);
    side_by_side(factory);
    one_transaction(factory, l.ctx);
    must(NULL, uow_factory_read(factory, &counters), "read the counters");
    printf("%llu connections were made in all\n", (unsigned long long)counters.opened);
    must(NULL, uow_factory_close(factory, 2000, 0), "close the factory"); /* waits for the leases */
    library_close(&l);
    return 0;
}
