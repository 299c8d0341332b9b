/* Chapter 8: the same calls without waiting for them. Started, polled, waited for together, cancelled. */
#include <stdio.h>

#include "library.h"

static void serve_somebody_else(void)
{
    /* what a program with a loop does meanwhile */
}

/* Start, do something else while it runs, finish. */
static void poll_a_save(uow_context *ctx)
{
    uow_op *op = NULL;
    void *row = NULL;
    size_t saved = 0;

    must(ctx, uow_find(ctx, &books, uow_key_int64(1), &row), "find Dune");
    ((struct book *)row)->copies = 9;
    must(ctx, uow_save_start(ctx, &saved, &op), "start to save");
    while (uow_op_poll(op) == UOW_PENDING)
        serve_somebody_else();
    must(ctx, uow_op_finish(op), "finish"); /* what uow_save would have returned; the operation is gone */
    printf("%zu row saved\n", saved);
}

/* Two connections work side by side, one thread waits for both. */
static void two_at_once(struct library *l)
{
    uow_context *other = library_connect(l);
    uow_list *list = NULL;
    int64_t count = 0;
    uow_op *ops[2] = {NULL, NULL};

    must(l->ctx, uow_query_start(l->ctx, &readers, "ORDER BY name", NULL, 0, NULL, &list, &ops[0]), "start a query");
    must(other, uow_count_start(other, &loans, NULL, NULL, 0, &count, &ops[1]), "start to count");
    if (uow_wait_all(ops, 2, 5000) == UOW_PENDING)
        printf("still at work after five seconds\n");
    must(l->ctx, uow_op_finish(ops[0]), "finish the query"); /* list and count are written by finish */
    must(other, uow_op_finish(ops[1]), "finish the count");
    printf("%zu readers, %lld loans\n", uow_list_count(list), (long long)count);
    uow_list_free(list);
    must(other, uow_close(other), "close the other context");
}

/* While an operation flies the context is taken. */
static void one_at_a_time(uow_context *ctx)
{
    uow_op *op = NULL;
    int64_t count = 0;
    void *row = NULL;
    uow_status st;

    must(ctx, uow_count_start(ctx, &books, NULL, NULL, 0, &count, &op), "start to count");
    st = uow_find(ctx, &readers, uow_key_int64(3), &row);
    printf("find meanwhile: %s\n", uow_status_name(st));
    must(ctx, uow_op_finish(op), "finish"); /* waits for the rest */
    printf("%lld books\n", (long long)count);
}

/* Five books twelve times over are 244 million rows: nobody waits for that. */
static void stop(uow_context *ctx)
{
    static const char slow[] = "SELECT COUNT(*) FROM books a, books b, books c, books d, books e, books f, "
                               "books g, books h, books i, books j, books k, books l";
    uow_op *op = NULL;
    uow_status st;

    must(ctx, uow_execute_start(ctx, slow, NULL, 0, NULL, &op), "start a slow statement");
    if (uow_op_mode(op) == UOW_ENGINE_INLINE) { /* max_workers = 0: the first poll does it all */
        uow_op_free(op);
        return;
    }
    if (uow_op_wait(op, 100) == UOW_PENDING) /* a tenth of a second is enough */
        (void)uow_op_cancel(op);             /* asks; from any thread */
    st = uow_op_finish(op);                  /* it still ends here */
    printf("cancelled: %s\n", uow_status_name(st));

    must(ctx, uow_execute_start(ctx, slow, NULL, 0, NULL, &op), "start it again");
    (void)uow_op_deadline(op, 100); /* the same, by the clock */
    st = uow_op_finish(op);
    printf("past its deadline: %s\n", uow_status_name(st));
}

static void go_on(uow_context *ctx)
{
    int64_t count = 0;

    must(ctx, uow_count(ctx, &books, NULL, NULL, 0, &count), "use the context again");
    printf("the context is as good as before: %lld books\n", (long long)count);
}

int main(int argc, char **argv)
{
    struct library l = library_open(argc, argv);

    poll_a_save(l.ctx);
    two_at_once(&l);
    one_at_a_time(l.ctx);
    stop(l.ctx);
    go_on(l.ctx);
    library_close(&l);
    return 0;
}
