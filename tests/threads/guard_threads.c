/* The guard with real threads: the bare one first, then a context's. Run under ThreadSanitizer too. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "flow/guard.h"
#include "threads.h"

static const char *const operations[THREADS] = {"find", "add", "remove", "save", "query", "first", "count", "execute"};
static const char *const sites[THREADS] = {"t0.c:10", "t1.c:11", "t2.c:12", "t3.c:13",
                                           "t4.c:14", "t5.c:15", "t6.c:16", "t7.c:17"};

static uowi_guard guard;
static unsigned rounds;
static uint64_t protected_count; /* plain on purpose: only the guard keeps it whole */
static _Atomic int inside;
static _Atomic unsigned overlaps;
static _Atomic uint64_t entered;
static _Atomic uint64_t refused;
static _Atomic unsigned bad_holders;

static void zero(uow_guard_mode mode, uint32_t wait_ms)
{
    protected_count = 0;
    atomic_store(&inside, 0);
    atomic_store(&overlaps, 0);
    atomic_store(&entered, 0);
    atomic_store(&refused, 0);
    atomic_store(&bad_holders, 0);
    if (!uowi_guard_init(&guard, mode, wait_ms))
        abort();
}

static void work_inside(const char *sql)
{
    if (atomic_fetch_add(&inside, 1) != 0)
        atomic_fetch_add(&overlaps, 1);
    uowi_guard_sql(&guard, sql, strlen(sql), 0);
    protected_count++;
    atomic_fetch_sub(&inside, 1);
    atomic_fetch_add(&entered, 1);
}

static bool is_one_of(const char *text, const char *const *list)
{
    for (unsigned i = 0; i < THREADS; i++)
        if (text == list[i])
            return true;
    return false;
}

/* They begin alike, and one is longer. */
static const char *const texts[] = {"UPDATE a SET b = ?", "UPDATE a SET c = ?, d = ? WHERE e = ? AND f = ?"};

static bool is_sql(const char *sql)
{
    return strcmp(sql, "") == 0 || strcmp(sql, texts[0]) == 0 || strcmp(sql, texts[1]) == 0;
}

static void *enter_often(void *number)
{
    unsigned n = *(unsigned *)number;

    for (unsigned i = 0; i < rounds; i++) {
        uowi_holder holder;
        uint64_t token = uowi_guard_enter(&guard, operations[n], sites[n], &holder);

        if (token) {
            work_inside(texts[n % 2]);
            uowi_guard_leave(&guard, token);
            continue;
        }
        atomic_fetch_add(&refused, 1);
        if (!is_one_of(holder.operation, operations) || !is_one_of(holder.where, sites) || holder.thread == 0 ||
            !is_sql(holder.sql))
            atomic_fetch_add(&bad_holders, 1);
    }
    return NULL;
}

static void refuse_mode(void)
{
    zero(UOW_GUARD_REFUSE, 0);
    /* The first to be refused must find a holder that has introduced itself. */
    uowi_holder holder;
    uowi_guard_leave(&guard, uowi_guard_enter(&guard, operations[0], sites[0], &holder));
    threads_run(enter_often);
    tap(atomic_load(&overlaps) == 0, "refuse: never two inside");
    tap(protected_count == atomic_load(&entered), "refuse: what is done inside is whole");
    tap(atomic_load(&entered) + atomic_load(&refused) == (uint64_t)THREADS * rounds,
        "refuse: everybody is let in or refused");
    tap(atomic_load(&bad_holders) == 0, "refuse: every refusal names an operation, a site, a thread and whole SQL");
    uowi_guard_done(&guard);
}

static void wait_mode(void)
{
    zero(UOW_GUARD_WAIT, 120000);
    uint64_t start = uowi_now_ns();
    threads_run(enter_often);
    tap(atomic_load(&refused) == 0 && atomic_load(&entered) == (uint64_t)THREADS * rounds,
        "wait: everybody gets in");
    tap(protected_count == (uint64_t)THREADS * rounds && atomic_load(&overlaps) == 0, "wait: one after the other");
    tap(uowi_now_ns() - start < 100000000000u, "wait: no wake-up is lost");
    uowi_guard_done(&guard);
}

static void *wait_in_vain(void *number)
{
    unsigned n = *(unsigned *)number;
    uowi_holder holder;
    uint64_t token = uowi_guard_enter(&guard, operations[n], sites[n], &holder);

    if (token || holder.waited_ns < 20000000u || strcmp(holder.operation, "holder") != 0)
        atomic_fetch_add(&bad_holders, 1);
    return NULL;
}

static void deadline(void)
{
    uowi_holder holder;

    zero(UOW_GUARD_WAIT, 20);
    uint64_t token = uowi_guard_enter(&guard, "holder", "h.c:1", &holder);
    threads_run(wait_in_vain);
    tap(atomic_load(&bad_holders) == 0, "wait: after the deadline everybody is told who held it");
    uowi_guard_leave(&guard, token);
    token = uowi_guard_enter(&guard, "next", "h.c:2", &holder);
    tap(token != 0, "wait: those who gave up leave nothing behind");
    uowi_guard_leave(&guard, token);
    uowi_guard_done(&guard);
}

static void *enter_off(void *number)
{
    uowi_holder holder;

    (void)number;
    for (unsigned i = 0; i < rounds; i++) {
        uint64_t token = uowi_guard_enter(&guard, "any", NULL, &holder);

        if (token)
            atomic_fetch_add(&entered, 1);
        uowi_guard_leave(&guard, token);
    }
    return NULL;
}

static void off_mode(void)
{
    zero(UOW_GUARD_OFF, 0);
    threads_run(enter_off);
    tap(atomic_load(&entered) == (uint64_t)THREADS * rounds, "off: nobody is refused");
    uowi_guard_done(&guard);
}

/* --- the same through a context */

static uow_context *context;
static _Atomic uint64_t executed;
static _Atomic uint64_t strange;

/* The refusal belongs to this thread: its own site, whatever happened to the others meanwhile. */
static bool my_refusal(unsigned n)
{
    char beginning[64];
    const uow_error *error = uow_context_error(context);

    snprintf(beginning, sizeof beginning, "execute at %s ", sites[n]);
    for (int i = 0; i < 3; i++)
        if (uow_error_status(error) != UOW_BUSY ||
            strncmp(uow_error_message(error), beginning, strlen(beginning)) != 0 ||
            !strstr(uow_error_message(error), " by thread "))
            return false;
    return true;
}

static void *execute_often(void *number)
{
    unsigned n = *(unsigned *)number;

    for (unsigned i = 0; i < rounds; i++) {
        uow_arg arg = uow_arg_int64((int64_t)i);
        uow_status st = uow_execute_at(sites[n], context, "DELETE FROM t WHERE a = ?", &arg, 1, NULL);

        if (st == UOW_OK)
            atomic_fetch_add(&executed, 1);
        else if (st == UOW_BUSY && my_refusal(n))
            atomic_fetch_add(&refused, 1);
        else
            atomic_fetch_add(&strange, 1);
    }
    return NULL;
}

static uow_env *open_context(uow_guard_mode mode, _Atomic int64_t *bytes)
{
    uow_context_options options = UOW_CONTEXT_OPTIONS_INIT;
    uow_env *env;

    fake_begin("SQLite");
    env = threads_env(&locked_api, bytes);
    options.guard = mode;
    options.guard_wait_ms = 120000;
    if (uow_open(env, "Driver=fake", NULL, &options, &context) != UOW_OK)
        abort();
    atomic_store(&executed, 0);
    atomic_store(&refused, 0);
    atomic_store(&strange, 0);
    return env;
}

static void close_context(uow_env *env, _Atomic int64_t *bytes)
{
    tap(uow_close(context) == UOW_OK && uow_env_close(env) == UOW_OK && atomic_load(bytes) == 0 &&
            fake_handles() == 0,
        "context: nothing is left behind");
}

static void context_refuse(void)
{
    _Atomic int64_t bytes = 0;
    uow_counters counters = UOW_COUNTERS_INIT;
    uow_env *env = open_context(UOW_GUARD_REFUSE, &bytes);

    threads_run(execute_often);
    tap(atomic_load(&strange) == 0 && atomic_load(&refused) > 0, "context: every refused thread reads its own message");
    tap(uow_context_counters(context, &counters) == UOW_OK && counters.executes == atomic_load(&executed) &&
            counters.guard_refusals == atomic_load(&refused),
        "context: executes and refusals are counted, all of them");
    close_context(env, &bytes);
}

static void context_wait(void)
{
    _Atomic int64_t bytes = 0;
    uow_env *env = open_context(UOW_GUARD_WAIT, &bytes);

    threads_run(execute_often);
    tap(atomic_load(&executed) == (uint64_t)THREADS * rounds, "context: with a wait nobody is refused");
    close_context(env, &bytes);
}

/* --- one rows handle, many threads */

#define HANDLE_WALKS 50u

static uow_rows *shared_rows;

static bool names_the_holder(void)
{
    const char *message = uow_error_message(uow_context_error(context));

    return strncmp(message, "rows_next refused: rows_next inside rows_open started at r.c:5 by thread ", 73) == 0 &&
           strstr(message, " ms): SELECT a FROM many") && !strstr(message, "thread 0 ");
}

static void *walk_together(void *number)
{
    (void)number;
    for (unsigned i = 0; i < rounds; i++) {
        uow_status st = uow_rows_next(shared_rows);

        if (st == UOW_OK)
            atomic_fetch_add(&executed, 1);
        else if (st == UOW_BUSY && names_the_holder())
            atomic_fetch_add(&refused, 1);
        else
            atomic_fetch_add(&strange, 1);
    }
    return NULL;
}

static void handle_refuse(void)
{
    static const fake_column column = {"a", SQL_INTEGER, 10, 0, SQL_NO_NULLS};
    static const char *const cell[] = {"1"};
    _Atomic int64_t bytes = 0;
    uow_env *env = open_context(UOW_GUARD_REFUSE, &bytes);

    unsigned walks = 0;

    fake_repeat("FROM many", &column, 1, cell, (size_t)THREADS * rounds * HANDLE_WALKS + 1);
    if (uow_rows_open_at("r.c:5", context, "SELECT a FROM many", NULL, 0, &shared_rows) != UOW_OK ||
        uow_rows_next(shared_rows) != UOW_OK)
        abort();
    /* On a busy machine one thread after the other may have the handle to itself. */
    while (walks++ == 0 || (atomic_load(&refused) == 0 && walks <= HANDLE_WALKS))
        threads_run(walk_together);
    walks--;
    tap(atomic_load(&strange) == 0 && atomic_load(&refused) > 0,
        "handle: a refusal names the call that is inside, the operation around it, its site and its SQL");
    tap(atomic_load(&executed) + atomic_load(&refused) == (uint64_t)THREADS * rounds * walks,
        "handle: everybody got a row or was refused");
    uow_rows_close(shared_rows);
    close_context(env, &bytes);
}

/* --- a statement freed while it runs */

static uow_statement *shared_statement;
static _Atomic bool freed;

static void *free_statement(void *unused)
{
    (void)unused;
    uow_statement_free(shared_statement);
    atomic_store(&freed, true);
    return NULL;
}

/* Inside the execution, on its thread: another one frees the statement now. */
static void free_elsewhere(const uow_trace_event *event, void *user)
{
    pthread_t thread;

    (void)user;
    if (event->kind != UOW_TRACE_STATEMENT || strcmp(event->operation, "statement_execute") != 0)
        return;
    if (pthread_create(&thread, NULL, free_statement, NULL) != 0)
        abort();
    pthread_join(thread, NULL);
}

static void statement_freed_inside(void)
{
    _Atomic int64_t bytes = 0;
    uow_context_options options = UOW_CONTEXT_OPTIONS_INIT;
    uow_env *env;
    uow_status st;

    fake_begin("SQLite");
    env = threads_env(&locked_api, &bytes);
    options.trace = free_elsewhere;
    if (uow_open(env, "Driver=fake", NULL, &options, &context) != UOW_OK ||
        uow_statement_prepare(context, "DELETE FROM t WHERE a = ?", &shared_statement) != UOW_OK)
        abort();
    uow_arg arg = uow_arg_int64(1);
    st = uow_statement_execute(shared_statement, &arg, 1, NULL);
    tap(st == UOW_OK && atomic_load(&freed), "statement: freed by another thread, its execution goes on to the end");
    close_context(env, &bytes);
}

/* Close while others call: each is refused, let in before, or told that the context is closed. */
static void *call_until_closed(void *number)
{
    unsigned n = *(unsigned *)number;
    uow_status st = UOW_OK;

    if (n == 0) {
        while ((st = uow_close_at(sites[0], context)) == UOW_BUSY)
            ;
    } else {
        while (st == UOW_OK || st == UOW_BUSY)
            st = uow_execute_at(sites[n], context, "DELETE FROM t", NULL, 0, NULL);
        if (st == UOW_MISUSE)
            st = UOW_OK;
    }
    if (st != UOW_OK)
        atomic_fetch_add(&strange, 1);
    return NULL;
}

static void context_close(uow_guard_mode mode, const char *what)
{
    _Atomic int64_t bytes = 0;
    unsigned times = threads_rounds(20);
    bool clean = true;

    for (unsigned i = 0; i < times; i++) {
        uow_env *env = open_context(mode, &bytes);

        threads_run(call_until_closed);
        clean = clean && atomic_load(&strange) == 0 && uow_env_close(env) == UOW_OK && atomic_load(&bytes) == 0;
    }
    tap(clean, what);
}

int main(void)
{
    rounds = threads_rounds(20000);
    refuse_mode();
    wait_mode();
    deadline();
    off_mode();
    rounds = threads_rounds(400);
    context_refuse();
    context_wait();
    rounds = threads_rounds(20000);
    handle_refuse();
    statement_freed_inside();
    context_close(UOW_GUARD_REFUSE, "context: closing among refused callers frees all and answers all");
    context_close(UOW_GUARD_WAIT, "context: closing among waiting callers frees all and answers all");
    return tap_end();
}
