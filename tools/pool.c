#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "pool.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

typedef struct pool_block {
    struct pool_block *next;
    max_align_t data[];
} pool_block;

void *pool_alloc(pool *p, size_t size)
{
    pool_block *block = calloc(1, sizeof *block + size);

    if (!block) {
        fprintf(stderr, "uow: out of memory\n");
        exit(CLI_FAILED);
    }
    block->next = p->blocks;
    p->blocks = block;
    return block->data;
}

char *pool_copy(pool *p, const char *text, size_t length)
{
    char *copy = pool_alloc(p, length + 1);

    memcpy(copy, text, length);
    return copy;
}

char *pool_format(pool *p, const char *format, ...)
{
    va_list args, again;
    char *text;
    int length;

    va_start(args, format);
    va_copy(again, args);
    length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    text = pool_alloc(p, (size_t)(length < 0 ? 0 : length) + 1);
    if (length > 0)
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

/* Room is doubled whenever count is a power of two, so the count alone tells how much there is. */
void *pool_more(pool *p, void *array, size_t count, size_t size)
{
    void *more;

    if (count & (count - 1))
        return array;
    more = pool_alloc(p, (count ? count * 2 : 1) * size);
    if (count)
        memcpy(more, array, count * size);
    return more;
}

void pool_free(pool *p)
{
    while (p->blocks) {
        pool_block *next = p->blocks->next;

        free(p->blocks);
        p->blocks = next;
    }
}
