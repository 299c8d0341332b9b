/*
 * Threads of an environment that make the ODBC calls nobody can poll. Made when
 * there is something to do and nobody free to do it, at most so many; a thread
 * without work leaves after a while.
 */
#ifndef UOWI_FLOW_WORKERS_H
#define UOWI_FLOW_WORKERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/platform.h"

/* Embedded in what is to be done. */
typedef struct uowi_job uowi_job;
struct uowi_job {
    uowi_job *next;
    void (*run)(uowi_job *job); /* may free the job */
    bool urgent;                /* see uowi_workers_urge */
};

typedef struct uowi_worker uowi_worker;

typedef struct uowi_workers {
    uowi_mem *mem;
    uint32_t most;
    uint64_t patience_ns; /* of a thread without work */
    uowi_mutex mutex;     /* guards what follows */
    uowi_cond work;
    uowi_cond left;
    uowi_job *first, *last;
    uint32_t threads;
    uint32_t idle;   /* threads that wait, those woken a moment ago included */
    uint32_t queued; /* jobs nobody has begun */
    bool stopping;
    uowi_worker *leavers; /* to be joined */
} uowi_workers;

/* most 0: never a thread. */
bool uowi_workers_init(uowi_workers *workers, uowi_mem *mem, uint32_t most, uint32_t patience_ms);
/* Waits for what runs, and for every thread to leave; nothing may be given meanwhile. */
void uowi_workers_done(uowi_workers *workers);
/* False: there is no thread and none could be made; the job is the caller's to do. */
bool uowi_workers_give(uowi_workers *workers, uowi_job *job);
/*
 * A job that must not wait for those that are running, because it is to end one of them: before all others, and by one
 * thread more than there may be if nobody is free. False: the job is the caller's to do.
 */
bool uowi_workers_urge(uowi_workers *workers, uowi_job *job);
/* Takes a job back that nobody has begun. False: too late. */
bool uowi_workers_withdraw(uowi_workers *workers, uowi_job *job);
/* Threads there are now. */
uint32_t uowi_workers_count(uowi_workers *workers);

#endif
