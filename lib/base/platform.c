#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "base/platform.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/syscall.h>
#endif

#ifdef HAVE_SYS_MMAN_H
#include <sys/mman.h>
#endif

#define NS_PER_SECOND UINT64_C(1000000000)
#define LARGE_PAGE ((size_t)2 << 20)

/*
 * Looking a row up among a million costs more for finding its 4 KiB page than for reading it, above all in a
 * virtual machine. Linux makes pages of 2 MiB where it is told that they are worth it. They are where memory is used
 * for long and in no order; the first touch of one may cost more than that of its 512 small ones.
 */
void uowi_lasting(void *block, size_t size)
{
#ifdef MADV_HUGEPAGE
    size_t before = (LARGE_PAGE - (uintptr_t)block % LARGE_PAGE) % LARGE_PAGE;
    size_t whole = size > before ? (size - before) / LARGE_PAGE * LARGE_PAGE : 0;

    if (whole > 0)
        (void)madvise((char *)block + before, whole, MADV_HUGEPAGE); /* refused or not, memory it is */
#else
    (void)block;
    (void)size;
#endif
}

int uowi_file_read(const char *path, char *text, size_t size)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    size_t length = 0;
    ssize_t got = 1;
    int failed = 0;

    if (file < 0)
        return errno;
    while (got > 0 && length < size) {
        got = read(file, text + length, size - length);
        if (got < 0 && errno == EINTR)
            got = 1;
        else if (got < 0)
            failed = errno;
        else
            length += (size_t)got;
    }
    (void)close(file);
    if (failed == 0 && length == size)
        failed = EFBIG;
    text[failed == 0 ? length : 0] = '\0';
    return failed;
}

bool uowi_mutex_init(uowi_mutex *mutex)
{
    return pthread_mutex_init(&mutex->m, NULL) == 0;
}

void uowi_mutex_done(uowi_mutex *mutex)
{
    (void)pthread_mutex_destroy(&mutex->m);
}

void uowi_mutex_lock(uowi_mutex *mutex)
{
    (void)pthread_mutex_lock(&mutex->m);
}

void uowi_mutex_unlock(uowi_mutex *mutex)
{
    (void)pthread_mutex_unlock(&mutex->m);
}

/* The default clock of a condition is the wall clock, which may be set back while we wait. */
bool uowi_cond_init(uowi_cond *cond)
{
    pthread_condattr_t attr;
    if (pthread_condattr_init(&attr) != 0)
        return false;
    bool ok = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0 &&
              pthread_cond_init(&cond->c, &attr) == 0;
    (void)pthread_condattr_destroy(&attr);
    return ok;
}

void uowi_cond_done(uowi_cond *cond)
{
    (void)pthread_cond_destroy(&cond->c);
}

static struct timespec timespec_of(uint64_t ns)
{
    struct timespec ts;
    ts.tv_sec = (time_t)(ns / NS_PER_SECOND);
    ts.tv_nsec = (long)(ns % NS_PER_SECOND);
    return ts;
}

bool uowi_cond_wait_until(uowi_cond *cond, uowi_mutex *mutex, uint64_t deadline_ns)
{
    if (deadline_ns == UINT64_MAX) {
        (void)pthread_cond_wait(&cond->c, &mutex->m);
        return true;
    }
    struct timespec deadline = timespec_of(deadline_ns);
    return pthread_cond_timedwait(&cond->c, &mutex->m, &deadline) != ETIMEDOUT;
}

void uowi_cond_broadcast(uowi_cond *cond)
{
    (void)pthread_cond_broadcast(&cond->c);
}

void uowi_cond_signal(uowi_cond *cond)
{
    (void)pthread_cond_signal(&cond->c);
}

bool uowi_thread_start(uowi_thread *thread, void *(*run)(void *arg), void *arg)
{
    sigset_t all, before;
    bool started;

    (void)sigfillset(&all);
    if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0)
        return false;
    started = pthread_create(&thread->t, NULL, run, arg) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

void uowi_thread_join(uowi_thread *thread)
{
    (void)pthread_join(thread->t, NULL);
}

uint64_t uowi_now_ns(void)
{
    struct timespec ts = {0, 0};
    (void)clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * NS_PER_SECOND + (uint64_t)ts.tv_nsec;
}

uint64_t uowi_about_ns(void)
{
#ifdef CLOCK_MONOTONIC_COARSE
    struct timespec ts;

    if (clock_gettime(CLOCK_MONOTONIC_COARSE, &ts) == 0)
        return (uint64_t)ts.tv_sec * NS_PER_SECOND + (uint64_t)ts.tv_nsec;
#endif
    return uowi_now_ns();
}

void uowi_sleep_ns(uint64_t duration_ns)
{
    struct timespec left = timespec_of(duration_ns);
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        ;
}

uint64_t uowi_utc_ms(void)
{
    struct timespec now;

    if (clock_gettime(CLOCK_REALTIME, &now) != 0)
        return 0;
    return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}

uow_timestamp uowi_utc_ago(uint32_t seconds)
{
    time_t at = time(NULL) - (time_t)seconds;
    uow_timestamp utc = {0};
    struct tm tm;
    if (gmtime_r(&at, &tm) == NULL)
        return utc;
    utc.year = (int16_t)(tm.tm_year + 1900);
    utc.month = (uint16_t)(tm.tm_mon + 1);
    utc.day = (uint16_t)tm.tm_mday;
    utc.hour = (uint16_t)tm.tm_hour;
    utc.minute = (uint16_t)tm.tm_min;
    utc.second = (uint16_t)tm.tm_sec;
    return utc;
}

#define RANDOM_AT_ONCE ((size_t)256) /* what getentropy gives in one call */

void uowi_random(void *bytes, size_t size)
{
    unsigned char *out = bytes;
    while (size > 0) {
        size_t part = size < RANDOM_AT_ONCE ? size : RANDOM_AT_ONCE;
        if (getentropy(out, part) != 0) {
            uint64_t word = uowi_now_ns() ^ (uint64_t)getpid() << 32 ^ (uint64_t)(uintptr_t)&word;
            part = size < sizeof word ? size : sizeof word;
            memcpy(out, &word, part);
        }
        out += part;
        size -= part;
    }
}

uint64_t uowi_thread_id(void)
{
#ifdef __linux__
    /* The number that ps, gdb and the kernel's log show; the wrapper gettid() is glibc 2.30. */
    return (uint64_t)syscall(SYS_gettid);
#else
    return (uint64_t)(uintptr_t)pthread_self();
#endif
}

uint64_t uowi_thread_self(void)
{
    return (uint64_t)(uintptr_t)pthread_self();
}
