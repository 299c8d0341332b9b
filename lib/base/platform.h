/* The porting contract: everything the library asks of an operating system. */
#ifndef UOWI_BASE_PLATFORM_H
#define UOWI_BASE_PLATFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pthread.h>

#include "uow/types.h"

/* A block just allocated will be there for long and read in no order: large pages, where the system has them. */
void uowi_lasting(void *block, size_t size);

/* A whole small file and a NUL into text of size bytes. 0, or why not: an errno, EFBIG for a file that does not fit. */
int uowi_file_read(const char *path, char *text, size_t size);

typedef struct uowi_mutex {
    pthread_mutex_t m;
} uowi_mutex;

typedef struct uowi_cond {
    pthread_cond_t c; /* on the monotonic clock */
} uowi_cond;

bool uowi_mutex_init(uowi_mutex *mutex);
void uowi_mutex_done(uowi_mutex *mutex);
void uowi_mutex_lock(uowi_mutex *mutex);
void uowi_mutex_unlock(uowi_mutex *mutex);

bool uowi_cond_init(uowi_cond *cond);
void uowi_cond_done(uowi_cond *cond);
/* False when the deadline (uowi_now_ns clock) passed. */
bool uowi_cond_wait_until(uowi_cond *cond, uowi_mutex *mutex, uint64_t deadline_ns);
void uowi_cond_broadcast(uowi_cond *cond);
/* Wakes one. */
void uowi_cond_signal(uowi_cond *cond);

typedef struct uowi_thread {
    pthread_t t;
} uowi_thread;

/* With every signal blocked: the program's handlers run on its own threads. False: no thread could be made. */
bool uowi_thread_start(uowi_thread *thread, void *(*run)(void *arg), void *arg);
/* Waits until run has returned; once for each thread. */
void uowi_thread_join(uowi_thread *thread);

/* A descriptor that is readable while it is raised. */
typedef struct uowi_wake {
    int descriptor; /* to be waited on; -1: not open */
    int writer;     /* the same, or the other end of a pipe */
} uowi_wake;

bool uowi_wake_open(uowi_wake *wake);
void uowi_wake_close(uowi_wake *wake);
/* Raising twice is raising once. */
void uowi_wake_raise(const uowi_wake *wake);
void uowi_wake_lower(const uowi_wake *wake);

/* Monotonic nanoseconds. */
uint64_t uowi_now_ns(void);
/* The same clock as it was some milliseconds ago, which costs less to look at. */
uint64_t uowi_about_ns(void);
void uowi_sleep_ns(uint64_t duration_ns);
/* The wall clock's time in UTC so many seconds ago, without a fraction. */
uow_timestamp uowi_utc_ago(uint32_t seconds);
/* The wall clock: milliseconds since 1970. */
uint64_t uowi_utc_ms(void);
/* Bytes nobody can foretell; where the system gives none, at least others each time. */
void uowi_random(void *bytes, size_t size);
/* A small number that tells threads of this process apart; never 0. */
uint64_t uowi_thread_id(void);
/* Which thread this is among those alive, without a system call; a later thread may be the same again. */
uint64_t uowi_thread_self(void);

/* Tells the process that made it from its forked children; asking costs one memory access where the kernel helps. */
typedef struct uowi_birthmark {
    volatile unsigned char *page; /* wiped in a child; NULL: ask for the process id */
    int64_t process;
} uowi_birthmark;

void uowi_birthmark_init(uowi_birthmark *mark);
void uowi_birthmark_done(uowi_birthmark *mark);
bool uowi_birthmark_holds(const uowi_birthmark *mark);

#endif
