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

/*
 * Walking 100,000 rows or looking one up among a million costs more for finding their 4 KiB pages than for
 * reading them, above all in a virtual machine. Linux makes pages of 2 MiB where it is told that they are worth it.
 * What malloc would map by itself is mapped here: such a block grows by moving its pages, not what is in them, and keeps
 * them large because it moves from one boundary of 2 MiB to another. Sanitizers watch malloc only.
 */
#if defined(MADV_HUGEPAGE) && defined(MREMAP_FIXED) && !defined(__SANITIZE_ADDRESS__)
#define LARGE_MAPS 1
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#undef LARGE_MAPS
#endif
#endif
#endif

#ifdef LARGE_MAPS
#define LARGE_MAPPED ((size_t)32 << 20) /* malloc's own highest threshold */

static bool large_is_mapped(size_t size)
{
    return size >= LARGE_MAPPED;
}

static size_t large_round(size_t size)
{
    return (size + (UOWI_LARGE - 1)) & ~(UOWI_LARGE - 1);
}

/* Room that begins at a boundary; size is rounded. */
static char *large_room(size_t size)
{
    size_t whole = size + UOWI_LARGE;
    char *at = mmap(NULL, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *start;

    if (at == MAP_FAILED)
        return NULL;
    start = at + (UOWI_LARGE - (uintptr_t)at % UOWI_LARGE) % UOWI_LARGE;
    if (start > at)
        (void)munmap(at, (size_t)(start - at));
    (void)munmap(start + size, (size_t)(at + whole - start) - size);
    (void)madvise(start, size, MADV_HUGEPAGE);
    return start;
}

static void *large_move(void *block, size_t old_size, size_t new_size)
{
    char *start = large_room(large_round(new_size));

    if (start == NULL)
        return NULL;
    if (mremap(block, large_round(old_size), large_round(new_size), MREMAP_MAYMOVE | MREMAP_FIXED, start) == MAP_FAILED) {
        (void)munmap(start, large_round(new_size));
        return NULL;
    }
    return start;
}
#else
static bool large_is_mapped(size_t size)
{
    (void)size;
    return false;
}
#endif

#ifdef MADV_HUGEPAGE
/* A block that nearly fills its last large page has the whole of it: a page in part is made of small ones. */
static size_t large_fill(size_t size)
{
    size_t over = size % UOWI_LARGE;

    return over >= UOWI_LARGE / 8 * 7 ? size - over + UOWI_LARGE : size;
}
#endif

void *uowi_large_alloc(size_t size)
{
#ifdef MADV_HUGEPAGE
    size_t whole = size <= SIZE_MAX / 2 ? large_fill(size) : size;
    void *block = NULL;

    if (whole < UOWI_LARGE)
        return malloc(size);
#ifdef LARGE_MAPS
    if (large_is_mapped(size))
        return size > SIZE_MAX / 2 ? NULL : large_room(large_round(size));
#endif
    if (posix_memalign(&block, UOWI_LARGE, whole) != 0)
        return NULL;
    (void)madvise(block, whole, MADV_HUGEPAGE); /* refused or not, memory it is */
    return block;
#else
    return malloc(size);
#endif
}

void uowi_large_free(void *block, size_t size)
{
#ifdef LARGE_MAPS
    if (large_is_mapped(size)) {
        if (block != NULL)
            (void)munmap(block, large_round(size));
        return;
    }
#else
    (void)size;
#endif
    free(block);
}

void *uowi_large_resize(void *block, size_t old_size, size_t new_size)
{
    void *moved;

    if (new_size < UOWI_LARGE / 8 * 7 && !large_is_mapped(old_size))
        return realloc(block, new_size);
#ifdef LARGE_MAPS
    if (large_is_mapped(old_size) && large_is_mapped(new_size) && new_size <= SIZE_MAX / 2)
        return large_move(block, old_size, new_size);
#endif
    moved = uowi_large_alloc(new_size);
    if (moved == NULL)
        return NULL;
    if (block != NULL)
        memcpy(moved, block, old_size < new_size ? old_size : new_size);
    uowi_large_free(block, old_size);
    return moved;
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
