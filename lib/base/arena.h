/* Page arena: many allocations, one release. Aligned to 16 bytes. */
#ifndef UOWI_BASE_ARENA_H
#define UOWI_BASE_ARENA_H

#include <stddef.h>

#include "base/mem.h"

typedef struct uowi_arena_page uowi_arena_page;

typedef struct uowi_arena {
    uowi_mem *mem;
    uowi_arena_page *pages; /* newest first */
    size_t next_size;       /* of the next page; doubles up to a ceiling */
    size_t bytes;           /* handed out, rounded up to the alignment */
} uowi_arena;

/* first_page in bytes; 0: a usual one. Allocates nothing yet. */
void uowi_arena_init(uowi_arena *arena, uowi_mem *mem, size_t first_page);
void uowi_arena_done(uowi_arena *arena);
/* Forget everything, keep one page. */
void uowi_arena_reset(uowi_arena *arena);
/* NULL when out of memory. Size 0 gives an address of its own. */
void *uowi_arena_alloc(uowi_arena *arena, size_t size);
void *uowi_arena_zalloc(uowi_arena *arena, size_t size);
void *uowi_arena_copy(uowi_arena *arena, const void *data, size_t size);
/*
 * A larger block with what the old one (NULL: none) held. The last large block is resized where it is, which costs
 * no copy where the allocator can move pages; others are copied and stay until the reset. NULL: nothing changed.
 */
void *uowi_arena_regrow(uowi_arena *arena, void *block, size_t old_size, size_t new_size);
/* Makes room for one more item of an array (count used, *capacity there, of size bytes). 0: out of memory, nothing changed. */
int uowi_arena_room(uowi_arena *arena, void **items, size_t count, size_t *capacity, size_t size);
/* length bytes plus a NUL. */
char *uowi_arena_text(uowi_arena *arena, const char *text, size_t length);

#endif
