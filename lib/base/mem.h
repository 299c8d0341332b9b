/* The one way to get memory: the program's allocator, counted, failable in tests. */
#ifndef UOWI_BASE_MEM_H
#define UOWI_BASE_MEM_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "uow/env.h"

/* One per environment; thread-safe as far as the program's allocator is. */
typedef struct uowi_mem {
    uow_allocator fn; /* all three set */
    _Atomic uint64_t calls;   /* alloc + resize */
    _Atomic int64_t bytes;    /* outstanding; 0 at the end or something leaked */
    _Atomic int64_t fail_at;  /* tests: how many calls still succeed before one fails; negative: all */
} uowi_mem;

/* allocator NULL or all zero: malloc. */
void uowi_mem_init(uowi_mem *mem, const uow_allocator *allocator);

/* NULL when out of memory. size 0 is never asked for. */
void *uowi_alloc(uowi_mem *mem, size_t size);
void *uowi_zalloc(uowi_mem *mem, size_t size);
/* count x size with overflow check, zeroed. */
void *uowi_alloc_array(uowi_mem *mem, size_t count, size_t size);
/* The old block stays valid on NULL. */
void *uowi_resize(uowi_mem *mem, void *block, size_t old_size, size_t new_size);
void uowi_free(uowi_mem *mem, void *block, size_t size);
/* A NUL-terminated copy; free with uowi_strfree. text NULL gives NULL. */
char *uowi_strdup(uowi_mem *mem, const char *text);
void uowi_strfree(uowi_mem *mem, char *text);
/* Overwrites what must not be found in freed memory, and is not optimised away. */
void uowi_wipe(void *data, size_t size);
/* Wipes, then frees. */
void uowi_strwipe(uowi_mem *mem, char *text);

/* Asks the processor for memory that will be looked at soon: the first lines of it. */
static inline void uowi_prefetch(const void *data, size_t size)
{
#if defined(__GNUC__)
    size_t over = (size_t)((uintptr_t)data % 64); /* the first line may begin before it, and so there may be one more */
    const char *line = (const char *)data - over;

    for (size_t at = 0; at < over + size && at < 320; at += 64)
        __builtin_prefetch(line + at);
#else
    (void)data;
    (void)size;
#endif
}

#define UOWI_TOUCH_BLOCK 64 /* so many rows at a time: what they take stays in the cache until they are looked at */

/*
 * Reads memory that will be looked at soon, its first lines: of many such reads after one another the processor waits for
 * all at the same time. Unlike an announcement, it may not leave one out.
 */
static inline void uowi_touch(const void *data, size_t size)
{
    const volatile char *at = data;
    const volatile char *end = at + (size < 320 ? size : 320);

    for (; at < end; at += 64 - (uintptr_t)at % 64)
        (void)*at;
}

/* Grow *items (count used, *capacity slots of size bytes) so that one more fits. False: out of memory, nothing changed. */
int uowi_grow(uowi_mem *mem, void **items, size_t count, size_t *capacity, size_t size);

#endif
