/* An allocator that counts and can be told to fail: for an environment of a test's own, beside that of live.h. */
#ifndef LIVE_FAILING_H
#define LIVE_FAILING_H

#include <stdint.h>
#include <stdlib.h>

#include "uow/env.h"

/* A worker may ask it too. */
static struct {
    _Atomic int64_t bytes;
    _Atomic int64_t fail_at; /* how many calls still succeed; negative: all */
    _Atomic int lasting;     /* all calls fail from there on, until fail_at is set again */
} memory = {0, -1, 0};

static inline int failing_now(void)
{
    if (memory.lasting && memory.fail_at == 0)
        return 1;
    return memory.fail_at >= 0 && memory.fail_at-- == 0;
}

static inline void *failing_alloc(size_t size, void *user)
{
    (void)user;
    if (failing_now())
        return NULL;
    memory.bytes += (int64_t)size;
    return malloc(size);
}

static inline void *failing_resize(void *block, size_t old_size, size_t new_size, void *user)
{
    (void)user;
    if (failing_now())
        return NULL;
    memory.bytes += (int64_t)new_size - (int64_t)old_size;
    return realloc(block, new_size);
}

static inline void failing_release(void *block, size_t size, void *user)
{
    (void)user;
    memory.bytes -= (int64_t)size;
    free(block);
}

static inline uow_allocator failing_allocator(void)
{
    return (uow_allocator){failing_alloc, failing_resize, failing_release, NULL};
}

#endif
