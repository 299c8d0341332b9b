#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "flow/workers.h"

#include <string.h>

struct uowi_worker {
    uowi_workers *workers;
    uowi_worker *next; /* among those that left */
    uowi_thread thread;
};

bool uowi_workers_init(uowi_workers *workers, uowi_mem *mem, uint32_t most, uint32_t patience_ms)
{
    memset(workers, 0, sizeof *workers);
    workers->mem = mem;
    workers->most = most;
    workers->patience_ns = (uint64_t)patience_ms * 1000000u;
    if (!uowi_mutex_init(&workers->mutex))
        return false;
    if (!uowi_cond_init(&workers->work)) {
        uowi_mutex_done(&workers->mutex);
        return false;
    }
    if (!uowi_cond_init(&workers->left)) {
        uowi_cond_done(&workers->work);
        uowi_mutex_done(&workers->mutex);
        return false;
    }
    return true;
}

static uowi_job *worker_take(uowi_workers *workers)
{
    uowi_job *job = workers->first;

    if (!job)
        return NULL;
    workers->first = job->next;
    if (!workers->first)
        workers->last = NULL;
    job->next = NULL;
    workers->queued--;
    return job;
}

/* One thread too many, which was made for something urgent: it does nothing else. */
static bool worker_spare(const uowi_workers *workers)
{
    return workers->threads > workers->most && !(workers->first && workers->first->urgent);
}

/* Under the mutex: the next job, or NULL when it is time to leave. */
static uowi_job *worker_wait(uowi_workers *workers)
{
    uint64_t until = uowi_now_ns() + workers->patience_ns;
    bool in_time = true;
    uowi_job *job;

    if (worker_spare(workers))
        return NULL;
    job = worker_take(workers);
    while (!job && !workers->stopping && in_time) {
        workers->idle++;
        in_time = uowi_cond_wait_until(&workers->work, &workers->mutex, until);
        workers->idle--;
        job = worker_take(workers);
    }
    return job;
}

static void *worker_run(void *arg)
{
    uowi_worker *worker = arg;
    uowi_workers *workers = worker->workers;
    uowi_job *job;

    uowi_mutex_lock(&workers->mutex);
    while ((job = worker_wait(workers)) != NULL) {
        uowi_mutex_unlock(&workers->mutex);
        job->run(job);
        uowi_mutex_lock(&workers->mutex);
    }
    workers->threads--;
    worker->next = workers->leavers;
    workers->leavers = worker;
    uowi_cond_broadcast(&workers->left);
    uowi_mutex_unlock(&workers->mutex);
    return NULL;
}

/* Under the mutex, which is let go while joining: those that left have nothing more to do. */
static void workers_join(uowi_workers *workers)
{
    while (workers->leavers) {
        uowi_worker *worker = workers->leavers;

        workers->leavers = worker->next;
        uowi_mutex_unlock(&workers->mutex);
        uowi_thread_join(&worker->thread);
        uowi_free(workers->mem, worker, sizeof *worker);
        uowi_mutex_lock(&workers->mutex);
    }
}

/* Under the mutex. */
static void workers_add(uowi_workers *workers)
{
    uowi_worker *worker = uowi_zalloc(workers->mem, sizeof *worker);

    if (!worker)
        return;
    worker->workers = workers;
    if (uowi_thread_start(&worker->thread, worker_run, worker))
        workers->threads++;
    else
        uowi_free(workers->mem, worker, sizeof *worker);
}

static void workers_append(uowi_workers *workers, uowi_job *job)
{
    job->next = NULL;
    if (workers->last)
        workers->last->next = job;
    else
        workers->first = job;
    workers->last = job;
    workers->queued++;
}

bool uowi_workers_give(uowi_workers *workers, uowi_job *job)
{
    bool given;

    if (workers->most == 0)
        return false;
    uowi_mutex_lock(&workers->mutex);
    workers_join(workers);
    if (workers->queued < workers->idle)
        uowi_cond_signal(&workers->work);
    else if (workers->threads < workers->most)
        workers_add(workers);
    given = workers->threads > 0;
    if (given)
        workers_append(workers, job);
    uowi_mutex_unlock(&workers->mutex);
    return given;
}

bool uowi_workers_urge(uowi_workers *workers, uowi_job *job)
{
    bool given = false;

    if (workers->most == 0)
        return false;
    job->urgent = true;
    uowi_mutex_lock(&workers->mutex);
    workers_join(workers);
    if (workers->queued < workers->idle) {
        uowi_cond_signal(&workers->work);
        given = true;
    } else if (workers->threads <= workers->most) {
        uint32_t before = workers->threads;

        workers_add(workers);
        given = workers->threads > before;
    }
    if (given) {
        job->next = workers->first;
        workers->first = job;
        if (!workers->last)
            workers->last = job;
        workers->queued++;
    }
    uowi_mutex_unlock(&workers->mutex);
    return given;
}

bool uowi_workers_withdraw(uowi_workers *workers, uowi_job *job)
{
    uowi_job *before = NULL;
    uowi_job *at;

    uowi_mutex_lock(&workers->mutex);
    for (at = workers->first; at && at != job; at = at->next)
        before = at;
    if (at && before)
        before->next = job->next;
    else if (at)
        workers->first = job->next;
    if (at && workers->last == job)
        workers->last = before;
    workers->queued -= at != NULL;
    uowi_mutex_unlock(&workers->mutex);
    return at != NULL;
}

uint32_t uowi_workers_count(uowi_workers *workers)
{
    uint32_t threads;

    uowi_mutex_lock(&workers->mutex);
    threads = workers->threads;
    uowi_mutex_unlock(&workers->mutex);
    return threads;
}

void uowi_workers_done(uowi_workers *workers)
{
    uowi_mutex_lock(&workers->mutex);
    workers->stopping = true;
    uowi_cond_broadcast(&workers->work);
    while (workers->threads > 0)
        (void)uowi_cond_wait_until(&workers->left, &workers->mutex, UINT64_MAX);
    workers_join(workers);
    uowi_mutex_unlock(&workers->mutex);
    uowi_cond_done(&workers->left);
    uowi_cond_done(&workers->work);
    uowi_mutex_done(&workers->mutex);
}
