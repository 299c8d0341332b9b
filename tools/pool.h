/* Memory of a sub-command: handed out piece by piece, given back at once. */
#ifndef UOW_TOOLS_POOL_H
#define UOW_TOOLS_POOL_H

#include <stddef.h>

typedef struct pool {
    struct pool_block *blocks;
} pool;

/* Zeroed. A tool without memory has nothing left to do: it says so and ends. */
void *pool_alloc(pool *p, size_t size);
char *pool_copy(pool *p, const char *text, size_t length);
char *pool_format(pool *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The array, with room for element number count. */
void *pool_more(pool *p, void *array, size_t count, size_t size);
void pool_free(pool *p);

#endif
