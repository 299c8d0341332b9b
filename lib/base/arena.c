#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "base/arena.h"

#include <stdint.h>
#include <string.h>

#include "base/usual.h"

#define ALIGNMENT     16u
#define SMALLEST_PAGE 256u
#define DEFAULT_PAGE  4096u
#define FIRST_ROOM    16u
#define LARGEST_PAGE  ((size_t)1 << 20)

struct uowi_arena_page {
    uowi_arena_page *next;
    size_t size;  /* of the whole block, this header included */
    char *cursor; /* the next free byte, always aligned */
    char *end;
};

void uowi_arena_init(uowi_arena *arena, uowi_mem *mem, size_t first_page)
{
    if (first_page == 0)
        first_page = DEFAULT_PAGE;
    arena->mem = mem;
    arena->pages = NULL;
    arena->next_size = first_page < SMALLEST_PAGE ? SMALLEST_PAGE : first_page;
    arena->bytes = 0;
}

static void arena_free_pages(uowi_arena *arena, uowi_arena_page *page)
{
    while (UOWI_RARE(page != NULL)) {
        uowi_arena_page *next = page->next;
        uowi_free(arena->mem, page, page->size);
        page = next;
    }
}

void uowi_arena_done(uowi_arena *arena)
{
    arena_free_pages(arena, arena->pages);
    arena->pages = NULL;
    arena->bytes = 0;
}

/* The program's allocator may align to less than we promise, so the address decides. */
static void arena_rewind(uowi_arena_page *page)
{
    char *start = (char *)(page + 1);
    size_t over = (size_t)((uintptr_t)start % ALIGNMENT);
    page->cursor = over == 0 ? start : start + (ALIGNMENT - over);
    page->end = (char *)page + page->size;
}

UOWI_HOT void uowi_arena_reset(uowi_arena *arena)
{
    arena->bytes = 0;
    if (arena->pages == NULL)
        return;
    arena_free_pages(arena, arena->pages->next);
    arena->pages->next = NULL;
    arena_rewind(arena->pages);
}

static uowi_arena_page *arena_new_page(uowi_arena *arena, size_t size)
{
    uowi_arena_page *page = uowi_alloc(arena->mem, size);
    if (page == NULL)
        return NULL;
    page->size = size;
    page->next = NULL;
    arena_rewind(page);
    return page;
}

static void *arena_take(uowi_arena *arena, uowi_arena_page *page, size_t size)
{
    char *block = page->cursor;
    page->cursor += size;
    arena->bytes += size;
    return block;
}

/* A large block gets a page of its own behind the current one, whose rest stays in use. */
static void *arena_large(uowi_arena *arena, size_t size)
{
    uowi_arena_page *page = arena_new_page(arena, size + sizeof *page + ALIGNMENT);
    if (page == NULL)
        return NULL;
    if (arena->pages == NULL) {
        arena->pages = page;
    } else {
        page->next = arena->pages->next;
        arena->pages->next = page;
    }
    return arena_take(arena, page, size);
}

static void *arena_grow(uowi_arena *arena, size_t size)
{
    size_t page_size = arena->next_size;
    if (page_size < LARGEST_PAGE)
        arena->next_size *= 2;
    if (size > page_size / 4)
        return arena_large(arena, size);
    uowi_arena_page *page = arena_new_page(arena, page_size);
    if (page == NULL)
        return NULL;
    page->next = arena->pages;
    arena->pages = page;
    return arena_take(arena, page, size);
}

UOWI_HOT void *uowi_arena_alloc(uowi_arena *arena, size_t size)
{
    if (UOWI_RARE(size > SIZE_MAX / 2))
        return NULL;
    /* An empty block too has an address of its own. */
    size = UOWI_RARE(size == 0) ? ALIGNMENT : (size + (ALIGNMENT - 1)) & ~(size_t)(ALIGNMENT - 1);
    uowi_arena_page *page = arena->pages;
    if (UOWI_RARE(page == NULL) || UOWI_RARE((size_t)(page->end - page->cursor) < size))
        return arena_grow(arena, size);
    return arena_take(arena, page, size);
}

void *uowi_arena_zalloc(uowi_arena *arena, size_t size)
{
    void *block = uowi_arena_alloc(arena, size);
    if (UOWI_USUAL(block != NULL))
        memset(block, 0, size);
    return block;
}

void *uowi_arena_copy(uowi_arena *arena, const void *data, size_t size)
{
    void *block = uowi_arena_alloc(arena, size);
    if (UOWI_USUAL(block != NULL && size > 0))
        memcpy(block, data, size);
    return block;
}

/* The link to the page that holds this block and nothing else, or NULL. */
static uowi_arena_page **arena_owner(uowi_arena *arena, const char *block, size_t size)
{
    for (uowi_arena_page **link = &arena->pages; *link != NULL; link = &(*link)->next)
        if (block + size == (*link)->cursor && block - (char *)(*link + 1) >= 0 &&
            block - (char *)(*link + 1) < (ptrdiff_t)ALIGNMENT)
            return link;
    return NULL;
}

static void *arena_resize(uowi_arena *arena, uowi_arena_page **link, char *block, size_t old_size, size_t new_size)
{
    size_t size = new_size + sizeof **link + ALIGNMENT;
    size_t at = (size_t)(block - (char *)*link);
    uowi_arena_page *page = uowi_resize(arena->mem, *link, (*link)->size, size);

    if (page == NULL)
        return NULL;
    *link = page;
    page->size = size;
    arena_rewind(page);
    if ((size_t)(page->cursor - (char *)page) != at) /* aligned otherwise than before */
        memmove(page->cursor, (char *)page + at, old_size);
    arena->bytes -= old_size;
    return arena_take(arena, page, new_size);
}

UOWI_HOT void *uowi_arena_regrow(uowi_arena *arena, void *block, size_t old_size, size_t new_size)
{
    size_t held = (old_size + (ALIGNMENT - 1)) & ~(size_t)(ALIGNMENT - 1);
    uowi_arena_page **link = block != NULL ? arena_owner(arena, block, held) : NULL;
    void *grown;

    if (new_size > SIZE_MAX / 2)
        return NULL;
    if (link != NULL)
        return arena_resize(arena, link, block, held, (new_size + (ALIGNMENT - 1)) & ~(size_t)(ALIGNMENT - 1));
    grown = uowi_arena_alloc(arena, new_size);
    if (grown != NULL && old_size > 0)
        memcpy(grown, block, old_size);
    return grown;
}

int uowi_arena_room(uowi_arena *arena, void **items, size_t count, size_t *capacity, size_t size)
{
    size_t wanted = *capacity == 0 ? FIRST_ROOM : *capacity * 2;
    void *grown;

    if (UOWI_USUAL(count < *capacity))
        return 1;
    if (wanted > SIZE_MAX / 2 / size)
        return 0;
    grown = uowi_arena_regrow(arena, *items, *capacity * size, wanted * size);
    if (grown == NULL)
        return 0;
    *items = grown;
    *capacity = wanted;
    return 1;
}

char *uowi_arena_text(uowi_arena *arena, const char *text, size_t length)
{
    if (length == SIZE_MAX)
        return NULL;
    char *copy = uowi_arena_alloc(arena, length + 1);
    if (copy == NULL)
        return NULL;
    if (length > 0)
        memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}
