/* Tasks side by side: leased, started, waited for, by one thread. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "uow/parallel.h"

#include <stdio.h>
#include <string.h>

#include "base/options.h"
#include "context/factory.h"
#include "uow/statement.h"
#include "uow/unit.h"

#define PARALLEL_SITE "a task of uow_parallel"

/* A task that has its context. */
typedef struct parallel_lane {
    uow_task *task;
    uow_context *context; /* NULL: the lane is empty */
    uow_context *kept;    /* of a task that is over, to be released when nothing flies any more */
    uint64_t started_ns;
} parallel_lane;

typedef struct parallel {
    uow_factory *f;
    uow_task *tasks;
    size_t count;
    size_t next; /* task that has not begun */
    const uow_parallel_options *options;
    parallel_lane *lanes;
    uow_op **ops; /* one a lane */
    uint32_t width;
    uint32_t running;
    uint64_t deadline_ns; /* UINT64_MAX: none */
    bool stopping;
    uow_status st; /* of the first failure */
    size_t failed; /* which one that was */
    char message[256];
} parallel;

static void parallel_first_failure(parallel *p, uow_status st, size_t index, const char *message)
{
    if (p->st != UOW_OK)
        return;
    p->st = st;
    p->failed = index;
    snprintf(p->message, sizeof p->message, "%s", message);
}

static void parallel_stop(parallel *p)
{
    if (p->stopping)
        return;
    p->stopping = true;
    for (uint32_t i = 0; i < p->width; i++)
        if (p->ops[i])
            (void)uow_op_cancel(p->ops[i]);
}

static void lane_message(parallel_lane *lane, uow_status st)
{
    const char *message = uow_context_message(lane->context);

    snprintf(lane->task->message, sizeof lane->task->message, "%s", *message ? message : uow_status_text(st));
}

/* The task is over: how it went is written, and its context goes back. */
static void lane_end(parallel *p, parallel_lane *lane, uow_status st)
{
    uow_task *task = lane->task;
    size_t index = (size_t)(task - p->tasks);

    if (st != UOW_OK)
        lane_message(lane, st);
    if (st == UOW_OK && uow_unit_depth(lane->context) > 0) {
        st = UOW_MISUSE;
        snprintf(task->message, sizeof task->message, "the task ended with its unit open, which is rolled back");
    }
    task->status = st;
    task->duration_ns = uowi_now_ns() - lane->started_ns;
    if (p->options->done)
        p->options->done(index, task, lane->context, p->options->user);
    /* A reset takes a while, in which nobody would look after the others: it is put off unless a task waits for it. */
    if (p->next < p->count && !p->stopping)
        (void)uow_factory_release_at(PARALLEL_SITE, lane->context);
    else
        lane->kept = lane->context;
    lane->context = NULL;
    p->running--;
    if (st == UOW_OK || (st == UOW_CANCELLED && p->stopping))
        return;
    parallel_first_failure(p, st, index, task->message);
    if (p->options->policy == UOW_PARALLEL_STOP)
        parallel_stop(p);
}

static uow_status lane_next(parallel_lane *lane, uow_status ended, uow_op **out_op)
{
    uow_task *task = lane->task;

    if (task->next)
        return task->next(lane->context, task->steps, ended, out_op, task->arg);
    if (task->steps > 0 || ended != UOW_OK)
        return ended;
    return uow_execute_start_at(PARALLEL_SITE, lane->context, task->sql, task->args, task->arg_count, &task->affected,
                                out_op);
}

/* Goes on until an operation flies or the task is over. */
static void lane_go_on(parallel *p, uint32_t i, uow_status ended)
{
    parallel_lane *lane = &p->lanes[i];
    uow_op *op = NULL;
    uow_status st = lane_next(lane, ended, &op);

    if (st == UOW_OK && op) {
        p->ops[i] = op;
        return;
    }
    uow_op_free(op); /* handed out with a failure */
    lane_end(p, lane, st);
}

/* An operation is over. When all is to stop nothing new is started, and what is done all the same stays done. */
static void lane_over(parallel *p, uint32_t i)
{
    parallel_lane *lane = &p->lanes[i];
    uow_status ended = uow_op_finish(p->ops[i]);

    p->ops[i] = NULL;
    lane->task->steps++;
    if (p->stopping && (lane->task->next || ended != UOW_OK))
        lane_end(p, lane, ended == UOW_OK ? UOW_CANCELLED : ended);
    else
        lane_go_on(p, i, ended);
}

/* A context for the next task: waited for only while nothing of this run flies. False: not now. */
static bool parallel_begin(parallel *p)
{
    uow_context *context = NULL;
    uint64_t now = uowi_now_ns();
    uint32_t i = 0;
    uint32_t wait = 0;
    uow_status st;

    if (p->running == 0)
        wait = p->deadline_ns == UINT64_MAX  ? UOW_WAIT_FOREVER
               : now < p->deadline_ns ? (uint32_t)((p->deadline_ns - now) / 1000000u)
                                             : 0;
    st = uow_factory_acquire_at(PARALLEL_SITE, p->f, wait, &context);
    if (st != UOW_OK && p->running > 0)
        return false; /* those that fly will give theirs back */
    if (st != UOW_OK) {
        uow_task *task = &p->tasks[p->next];

        task->status = st;
        snprintf(task->message, sizeof task->message, "%s", uow_error_message(uow_factory_error(p->f)));
        parallel_first_failure(p, st, p->next++, task->message);
        p->stopping = true; /* the next task would meet the same */
        return false;
    }
    while (p->lanes[i].context)
        i++;
    p->lanes[i] = (parallel_lane){&p->tasks[p->next++], context, NULL, uowi_now_ns()};
    p->running++;
    lane_go_on(p, i, UOW_OK);
    return true;
}

static void parallel_wait(parallel *p)
{
    uint64_t now = uowi_now_ns();
    uint32_t wait = UOW_WAIT_FOREVER;
    size_t index = 0;

    if (!p->stopping && p->deadline_ns != UINT64_MAX)
        wait = now < p->deadline_ns ? (uint32_t)((p->deadline_ns - now) / 1000000u + 1) : 0;
    /* Tasks that wait for a context of somebody else's are looked after now and then. */
    if (!p->stopping && p->next < p->count && p->running < p->width && wait > 20)
        wait = 20;
    if (uow_wait_any(p->ops, p->width, wait, &index) == UOW_OK)
        lane_over(p, (uint32_t)index);
    if (!p->stopping && uowi_now_ns() >= p->deadline_ns) {
        parallel_first_failure(p, UOW_TIMEOUT, p->count, "the time of the run is over");
        parallel_stop(p);
    }
}

static void parallel_run(parallel *p)
{
    while (p->running > 0 || (p->next < p->count && !p->stopping)) {
        while (!p->stopping && p->next < p->count && p->running < p->width && parallel_begin(p))
            ;
        if (p->running > 0)
            parallel_wait(p);
    }
    for (uint32_t i = 0; i < p->width; i++)
        if (p->lanes[i].kept)
            (void)uow_factory_release_at(PARALLEL_SITE, p->lanes[i].kept);
    for (; p->next < p->count; p->next++)
        snprintf(p->tasks[p->next].message, sizeof p->tasks[p->next].message, "not begun: another task failed");
}

/* --- before and after */

static uow_status parallel_refuse(parallel *p)
{
    if (p->options->within)
        return uowi_complain_of(p->f, UOW_UNSUPPORTED, "parallel",
                                "a parallel run cannot be part of one transaction: each task has a connection of its "
                                "own, and a transaction belongs to one connection. Run the tasks one after the other "
                                "inside the unit, or let each commit by itself");
    for (size_t i = 0; i < p->count; i++)
        if (!p->tasks[i].next && !p->tasks[i].sql)
            return uowi_complain_of(p->f, UOW_MISUSE, "parallel", "a task has neither a function nor a statement");
    return UOW_OK;
}

static void parallel_clear(parallel *p)
{
    for (size_t i = 0; i < p->count; i++) {
        p->tasks[i].affected = -1;
        p->tasks[i].status = UOW_CANCELLED;
        p->tasks[i].steps = 0;
        p->tasks[i].duration_ns = 0;
        p->tasks[i].message[0] = '\0';
    }
}

static uow_status parallel_told(parallel *p)
{
    char text[400];

    if (p->st == UOW_OK)
        return UOW_OK;
    if (p->failed < p->count)
        snprintf(text, sizeof text, "task %zu of %zu failed: %s", p->failed + 1, p->count, p->message);
    else
        snprintf(text, sizeof text, "%s", p->message);
    return uowi_complain_of(p->f, p->st, "parallel", text);
}

uow_status uow_parallel(uow_factory *factory, uow_task *tasks, size_t count, const uow_parallel_options *given)
{
    static const uow_parallel_options defaults = UOW_PARALLEL_OPTIONS_INIT;
    uow_parallel_options options = defaults;
    parallel p = {.f = factory, .tasks = tasks, .count = count, .options = &options, .deadline_ns = UINT64_MAX};
    uow_status st;

    if (!factory || factory->magic != UOWI_FACTORY_MAGIC || (count > 0 && !tasks) ||
        (given && !uowi_options_copy(&options, sizeof options, given, given->struct_size)))
        return UOW_MISUSE;
    st = parallel_refuse(&p);
    if (st != UOW_OK || count == 0)
        return st;
    p.width = options.max_contexts && options.max_contexts < factory->options.max_contexts
                  ? options.max_contexts
                  : factory->options.max_contexts;
    p.width = p.width < count ? p.width : (uint32_t)count;
    if (options.timeout_ms)
        p.deadline_ns = uowi_now_ns() + (uint64_t)options.timeout_ms * 1000000u;
    p.lanes = uowi_alloc_array(&factory->env->mem, p.width, sizeof *p.lanes);
    p.ops = uowi_alloc_array(&factory->env->mem, p.width, sizeof *p.ops);
    if (p.lanes && p.ops) {
        parallel_clear(&p);
        parallel_run(&p);
        st = parallel_told(&p);
    } else {
        st = UOW_NO_MEMORY;
    }
    uowi_free(&factory->env->mem, p.lanes, p.width * sizeof *p.lanes);
    uowi_free(&factory->env->mem, p.ops, p.width * sizeof *p.ops);
    return st;
}
