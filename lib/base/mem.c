#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "base/mem.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/usual.h"

#define FIRST_CAPACITY 8

static void *mem_malloc(size_t size, void *user)
{
    (void)user;
    return malloc(size);
}

static void *mem_realloc(void *block, size_t old_size, size_t new_size, void *user)
{
    (void)old_size;
    (void)user;
    return realloc(block, new_size);
}

static void mem_release(void *block, size_t size, void *user)
{
    (void)size;
    (void)user;
    free(block);
}

void uowi_mem_init(uowi_mem *mem, const uow_allocator *allocator)
{
    if (allocator != NULL && allocator->alloc != NULL)
        mem->fn = *allocator;
    else
        mem->fn = (uow_allocator){mem_malloc, mem_realloc, mem_release, NULL};
    atomic_init(&mem->calls, 0);
    atomic_init(&mem->bytes, 0);
    atomic_init(&mem->fail_at, -1);
}

/* Counts one call; true when a test wants this one to fail. */
static bool mem_refused(uowi_mem *mem)
{
    atomic_fetch_add_explicit(&mem->calls, 1, memory_order_relaxed);
    if (atomic_load_explicit(&mem->fail_at, memory_order_relaxed) < 0)
        return false;
    return atomic_fetch_sub_explicit(&mem->fail_at, 1, memory_order_relaxed) == 0;
}

static void mem_account(uowi_mem *mem, size_t added, size_t removed)
{
    atomic_fetch_add_explicit(&mem->bytes, (int64_t)added - (int64_t)removed, memory_order_relaxed);
}

UOWI_HOT void *uowi_alloc(uowi_mem *mem, size_t size)
{
    if (mem_refused(mem))
        return NULL;
    void *block = mem->fn.alloc(size, mem->fn.user);
    if (block != NULL)
        mem_account(mem, size, 0);
    return block;
}

void *uowi_zalloc(uowi_mem *mem, size_t size)
{
    void *block = uowi_alloc(mem, size);
    if (block != NULL)
        memset(block, 0, size);
    return block;
}

void *uowi_alloc_array(uowi_mem *mem, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        return NULL;
    return uowi_zalloc(mem, count * size);
}

void *uowi_resize(uowi_mem *mem, void *block, size_t old_size, size_t new_size)
{
    if (block == NULL)
        return uowi_alloc(mem, new_size);
    if (mem_refused(mem))
        return NULL;
    void *moved = mem->fn.resize(block, old_size, new_size, mem->fn.user);
    if (moved != NULL)
        mem_account(mem, new_size, old_size);
    return moved;
}

void uowi_free(uowi_mem *mem, void *block, size_t size)
{
    if (block == NULL)
        return;
    mem_account(mem, 0, size);
    mem->fn.release(block, size, mem->fn.user);
}

char *uowi_strdup(uowi_mem *mem, const char *text)
{
    if (text == NULL)
        return NULL;
    size_t size = strlen(text) + 1;
    char *copy = uowi_alloc(mem, size);
    if (copy != NULL)
        memcpy(copy, text, size);
    return copy;
}

void uowi_strfree(uowi_mem *mem, char *text)
{
    if (UOWI_RARE(text != NULL))
        uowi_free(mem, text, strlen(text) + 1);
}

void uowi_wipe(void *data, size_t size)
{
    for (size_t i = 0; i < size; i++)
        ((volatile unsigned char *)data)[i] = 0;
}

void uowi_strwipe(uowi_mem *mem, char *text)
{
    if (text == NULL)
        return;
    size_t size = strlen(text) + 1;
    uowi_wipe(text, size);
    uowi_free(mem, text, size);
}

int uowi_grow(uowi_mem *mem, void **items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return 1;
    size_t wanted = *capacity == 0 ? FIRST_CAPACITY : *capacity * 2;
    if (wanted <= *capacity || wanted > SIZE_MAX / size)
        return 0;
    void *moved = uowi_resize(mem, *items, *capacity * size, wanted * size);
    if (moved == NULL)
        return 0;
    *items = moved;
    *capacity = wanted;
    return 1;
}
