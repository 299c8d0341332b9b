/* Parallel runs: many tasks, each on a context of its own, by one thread. */
#ifndef UOW_PARALLEL_H
#define UOW_PARALLEL_H

#include <stddef.h>
#include <stdint.h>

#include "uow/arg.h"
#include "uow/factory.h"
#include "uow/op.h"

UOW_BEGIN_DECLS

/*
 * What a task does next, on the context that was leased for it. Called with step 0, and again each time the operation
 * it started is over: starts one (uow_call_start, uow_execute_start, uow_save_start, ...) and hands it out in out_op,
 * or hands out none: the task is done. ended is how the operation before went, finished by uow_parallel.
 * Returns: UOW_OK; anything else ends the task with that status. A unit it leaves open is rolled back.
 * Threads: that of uow_parallel. In callbacks: it may use this context, and any but those of other tasks.
 */
typedef uow_status (*uow_task_fn)(uow_context *context, uint32_t step, uow_status ended, uow_op **out_op, void *arg);

/* One task; an array of them is given to uow_parallel, which fills in how each went. */
typedef struct uow_task {
    uow_task_fn next; /* NULL: sql is executed, and commits by itself */
    void *arg;
    const char *sql;
    const uow_arg *args;
    size_t arg_count;
    void *reserved[2]; /* NULL */
    /* written by uow_parallel */
    int64_t affected;     /* by sql; -1 not known */
    uow_status status;    /* UOW_CANCELLED: stopped, or never begun, because another one failed */
    uint32_t steps;       /* operations that were over */
    uint64_t duration_ns; /* from the lease to its end */
    char message[256];    /* of a failure; "" none */
} uow_task;

typedef enum uow_parallel_policy {
    UOW_PARALLEL_STOP = 0, /* the first failure cancels what runs and keeps back what has not begun */
    UOW_PARALLEL_ALL = 1,  /* each task goes to its end */
    UOW_PARALLEL_POLICY_FORCE_INT = 0x7fffffff
} uow_parallel_policy;

typedef struct uow_parallel_options {
    size_t struct_size;
    uint32_t max_contexts; /* at the same time; 0: as many as the factory has */
    uint32_t timeout_ms;   /* of the whole run, which then ends as if a task had failed with UOW_TIMEOUT; 0: none */
    uow_parallel_policy policy;
    const uow_context *within; /* the open unit that all this should be part of: refused with the reason */
    /* Called when a task is over, before its context is released: its error can still be read. Or NULL. */
    void (*done)(size_t index, uow_task *task, uow_context *context, void *user);
    void *user;
} uow_parallel_options;
#define UOW_PARALLEL_OPTIONS_INIT { sizeof(uow_parallel_options), 0, 0, UOW_PARALLEL_STOP, NULL, NULL, NULL }

/*
 * Run tasks side by side. The calling thread starts and polls them; where drivers cannot be polled, threads of the
 * environment carry them on (uow_env_options.max_workers; with none, tasks run one after the other).
 * Parameters: tasks is an array of count; how each one went stands there afterwards, in the same order. options may be
 *   NULL.
 * Blocks: until all tasks are over, or were cancelled. Threads: any.
 * Returns: UOW_OK: every task succeeded; otherwise the status of the one that failed first, and uow_factory_error says
 *   which. UOW_UNSUPPORTED: a transaction belongs to one connection, and tasks have several. UOW_MISUSE; UOW_NO_MEMORY.
 * Since: 0.1.
 */
UOW_API uow_status uow_parallel(uow_factory *factory, uow_task *tasks, size_t count, const uow_parallel_options *options);

UOW_END_DECLS

#endif
