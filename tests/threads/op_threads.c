/* Polled operations and threads: who may poll, cancel, finish and fork, and that nothing is left behind. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <sys/wait.h>
#include <unistd.h>

#include "threads.h"

static uow_env *env;
static unsigned rounds;
static _Atomic unsigned wrong;

static void must(bool good, const char *what, uow_context *context)
{
    if (good)
        return;
    if (atomic_fetch_add(&wrong, 1) < 5)
        printf("# %s: %s\n", what, context ? uow_context_message(context) : "");
}

static uow_context *open_one(void)
{
    uow_context *context = NULL;

    must(uow_open(env, "Driver=fake", NULL, NULL, &context) == UOW_OK, "open", context);
    return context;
}

static uow_op *start_one(uow_context *context)
{
    uow_op *op = NULL;

    must(uow_execute_start(context, "DELETE FROM t", NULL, 0, NULL, &op) == UOW_OK, "start", context);
    return op;
}

/* --- a storm: each thread with contexts of its own, polled in every way */

static uow_status end_somehow(uow_op *op, unsigned how)
{
    switch (how % 5) {
    case 0:
        while (uow_op_poll(op) == UOW_PENDING)
            ;
        return uow_op_finish(op);
    case 1:
        while (uow_op_wait(op, 1) == UOW_PENDING)
            ;
        return uow_op_finish(op);
    case 2:
        must(uow_wait_all(&op, 1, UOW_WAIT_FOREVER) == UOW_OK, "wait all", NULL);
        return uow_op_finish(op);
    case 3:
        (void)uow_op_cancel(op);
        (void)uow_op_finish(op); /* done or cancelled */
        return UOW_OK;
    default:
        uow_op_free(op);
        return UOW_OK;
    }
}

static void *storm(void *number)
{
    unsigned n = *(unsigned *)number;

    for (unsigned i = 0; i < rounds; i++) {
        uow_context *context = open_one();
        uow_op *op = NULL;

        for (unsigned k = 0; k < 5; k++)
            must(end_somehow(start_one(context), n + i + k) == UOW_OK, "end", context);
        must(uow_begin_start(context, NULL, &op) == UOW_OK && uow_op_finish(op) == UOW_OK, "begin", context);
        must(uow_env_close(env) == UOW_BUSY, "an environment in use is not closed", NULL);
        must(uow_rollback_start(context, &op) == UOW_OK && uow_op_finish(op) == UOW_OK, "rollback", context);
        must(uow_close_start(context, &op) == UOW_OK && uow_op_finish(op) == UOW_OK, "close", NULL);
        must(uow_op_finish(op) == UOW_MISUSE && uow_op_cancel(op) == UOW_MISUSE, "a dead operation answers", NULL);
    }
    return NULL;
}

/* --- two threads and one operation */

static _Atomic(uow_op *) shared;
static _Atomic unsigned polled, busy;
static _Atomic bool over;

static void *poll_shared(void *number)
{
    (void)number;
    while (!atomic_load(&over)) {
        uow_op *op = atomic_load(&shared);
        uow_status st = op ? uow_op_poll(op) : UOW_MISUSE;

        if (st == UOW_BUSY)
            atomic_fetch_add(&busy, 1);
        else if (st == UOW_OK || st == UOW_PENDING)
            atomic_fetch_add(&polled, 1);
        else
            must(st == UOW_MISUSE, "poll", NULL);
    }
    return NULL;
}

static void one_polled_by_many(void)
{
    uow_context *context = open_one();
    pthread_t threads[3];

    atomic_store(&over, false);
    for (int i = 0; i < 3; i++)
        if (pthread_create(&threads[i], NULL, poll_shared, NULL) != 0)
            abort();
    for (unsigned i = 0; i < rounds; i++) {
        uow_op *op = start_one(context);
        uow_status st;

        atomic_store(&shared, op);
        for (int k = 0; k < 20; k++)
            (void)uow_op_poll(op);
        atomic_store(&shared, NULL);
        while ((st = uow_op_finish(op)) == UOW_BUSY)
            ;
        must(st == UOW_OK, "finish", context);
    }
    atomic_store(&over, true);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    tap(atomic_load(&wrong) == 0, "one operation polled by several threads is polled by one at a time");
    must(uow_close(context) == UOW_OK, "close", context);
}

/* --- cancel races finish */

static void *cancel_shared(void *number)
{
    (void)number;
    while (!atomic_load(&over)) {
        uow_op *op = atomic_load(&shared);

        if (op)
            (void)uow_op_cancel(op); /* it may be dead by now */
    }
    return NULL;
}

static void cancel_races_finish(void)
{
    uow_context *context = open_one();
    unsigned cancelled = 0, done = 0;
    pthread_t thread;

    atomic_store(&over, false);
    if (pthread_create(&thread, NULL, cancel_shared, NULL) != 0)
        abort();
    for (unsigned i = 0; i < rounds * 4; i++) {
        uow_op *op = start_one(context);
        uow_status st;

        atomic_store(&shared, op);
        st = uow_op_finish(op);
        cancelled += st == UOW_CANCELLED;
        done += st == UOW_OK;
    }
    atomic_store(&shared, NULL);
    atomic_store(&over, true);
    pthread_join(thread, NULL);
    tap(cancelled + done == rounds * 4, "an operation that is cancelled while it is finished is done or cancelled");
    must(uow_execute(context, "DELETE FROM t", NULL, 0, NULL) == UOW_OK, "a context after cancels", context);
    tap(atomic_load(&wrong) == 0, "and its context goes on");
    must(uow_close(context) == UOW_OK, "close", context);
}

/* --- fork */

/* In the child nothing of the parent's may be used, and no lock of its may be waited for. */
static int child_of(uow_op *op, uow_context *context)
{
    bool refused = uow_op_poll(op) == UOW_MISUSE && uow_op_wait(op, 10) == UOW_MISUSE &&
                   uow_op_cancel(op) == UOW_MISUSE && uow_op_finish(op) == UOW_MISUSE &&
                   uow_env_dispatch(env, NULL) == UOW_MISUSE;

    uow_op_free(op);
    refused = refused && uow_execute(context, "DELETE FROM t", NULL, 0, NULL) != UOW_OK;
    return refused ? 0 : 1;
}

static void fork_in_flight(void)
{
    uow_context *context = open_one();
    uow_op *op = start_one(context);
    int status = -1;
    pid_t child = fork();

    if (child == 0)
        _exit(child_of(op, context));
    must(child > 0 && waitpid(child, &status, 0) == child, "fork", NULL);
    tap(WIFEXITED(status) && WEXITSTATUS(status) == 0, "a forked child is refused its parent's operations");
    tap(uow_op_finish(op) == UOW_OK, "and the parent's fly on");
    must(uow_close(context) == UOW_OK, "close", context);
}

/* --- callbacks on many threads */

typedef struct chain {
    uow_context *context;
    uow_op *op;
    unsigned left;
    uint64_t thread;
    bool strange; /* called back on another thread */
} chain;

static void chain_next(uow_op *op, void *user)
{
    chain *c = user;

    c->strange = c->strange || c->thread != (uint64_t)(uintptr_t)pthread_self();
    must(uow_op_finish(op) == UOW_OK, "finish in a callback", c->context);
    c->op = NULL;
    if (c->left-- == 0)
        return;
    c->op = start_one(c->context);
    must(uow_op_on_done(c->op, chain_next, c) == UOW_OK, "on done", NULL);
}

static void *chains(void *number)
{
    chain c = {.context = open_one(), .left = rounds, .thread = (uint64_t)(uintptr_t)pthread_self()};

    (void)number;
    c.op = start_one(c.context);
    must(uow_op_on_done(c.op, chain_next, &c) == UOW_OK, "on done", NULL);
    while (c.op)
        must(uow_env_dispatch(env, NULL) == UOW_OK, "dispatch", NULL);
    must(!c.strange, "a callback runs on the thread that polls", NULL);
    must(uow_close(c.context) == UOW_OK, "close", c.context);
    return NULL;
}

int main(void)
{
    _Atomic int64_t bytes = 0;

    fake_begin("SQLite");
    env = threads_env(&locked_api, &bytes);
    rounds = threads_rounds(200);
    threads_run(storm);
    tap(atomic_load(&wrong) == 0, "storm: every way to end an operation ends it");
    one_polled_by_many();
    cancel_races_finish();
    fork_in_flight();
    threads_run(chains);
    tap(atomic_load(&wrong) == 0, "callbacks finish their operation and start the next, on the thread that dispatches");
    tap(uow_env_close(env) == UOW_OK, "the environment knows that all are closed");
    tap(atomic_load(&bytes) == 0 && fake_handles() == 0, "nothing is left behind");
    return tap_end();
}
