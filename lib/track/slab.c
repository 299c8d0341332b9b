#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "track/slab.h"

#include <string.h>

#include "base/usual.h"

#define SLAB_FIRST_BYTES ((size_t)4096)
#define SLAB_SHARE 8 /* a page is an eighth of those before it: what it leaves unused is little */
#define SLAB_LAST_BYTES ((size_t)4 << 20)
#define SLAB_LEAST_SLOTS 4
#define SLAB_AHEAD 6 /* a walk asks for slots this far before it: the processor itself stops at each page of memory */

/* A row whose size is no multiple of 16 holds nothing that must be aligned to 16. */
static size_t slab_round(const uowi_entity *entity, size_t size)
{
    size_t align = entity->row_size % 16 == 0 ? 16 : 8;

    return (size + align - 1) & ~(align - 1);
}

static size_t slab_capacity(const uowi_slab *slab, size_t bytes)
{
    size_t capacity = bytes / slab->slot_size;

    return capacity < SLAB_LEAST_SLOTS ? SLAB_LEAST_SLOTS : capacity;
}

void uowi_slab_init(uowi_slab *slab, const uowi_entity *entity)
{
    memset(slab, 0, sizeof *slab);
    slab->entity = entity;
    for (size_t i = 0; i < entity->column_count; i++)
        slab->long_count += entity->columns[i].type == UOW_LONGTEXT || entity->columns[i].type == UOW_BLOB;
    slab->row_offset = slab_round(entity, sizeof(uowi_entry));
    slab->original_offset = slab->row_offset + entity->row_size; /* a size is a multiple of its alignment */
    slab->longs_offset = slab_round(entity, slab->original_offset + entity->row_size);
    slab->links_offset = slab->longs_offset + slab->long_count * sizeof(uowi_long);
    slab->links_size = entity->link_count * sizeof(uowi_bond) + entity->place_count * sizeof(uowi_place);
    slab->slot_size = slab_round(entity, slab->links_offset + slab->links_size);
    while (((size_t)1 << slab->ref_bits) < slab_capacity(slab, SLAB_LAST_BYTES))
        slab->ref_bits++;
}

void uowi_slab_clear(uowi_slab *slab, uowi_mem *mem)
{
    uowi_identity identity = slab->identity;

    uowi_identity_reset(&identity);
    for (size_t i = 0; i < slab->page_count; i++)
        uowi_free(mem, slab->pages[i].slots, slab->pages[i].size);
    uowi_free(mem, slab->pages, slab->page_capacity * sizeof *slab->pages);
    uowi_slab_init(slab, slab->entity);
    slab->identity = identity;
}

void uowi_slab_done(uowi_slab *slab, uowi_mem *mem)
{
    uowi_slab_clear(slab, mem);
    uowi_identity_done(&slab->identity, mem);
}

static bool slab_add_page(uowi_slab *slab, uowi_mem *mem)
{
    size_t bytes = slab->live * slab->slot_size / SLAB_SHARE;
    uowi_slab_page page = {NULL, 0, 0, 0};

    if (bytes < SLAB_FIRST_BYTES)
        bytes = SLAB_FIRST_BYTES;
    if (bytes > SLAB_LAST_BYTES)
        bytes = SLAB_LAST_BYTES;
    if (slab->page_count > UINT32_MAX >> slab->ref_bits) /* no number would be left */
        return false;
    page.capacity = slab_capacity(slab, bytes);
    page.size = page.capacity * slab->slot_size;
    if (!uowi_grow(mem, (void **)&slab->pages, slab->page_count, &slab->page_capacity, sizeof page))
        return false;
    page.slots = uowi_alloc(mem, page.size);
    if (!page.slots)
        return false;
    slab->pages[slab->page_count++] = page;
    slab->page = slab->page_count - 1;
    return true;
}

/* The page that has a slot which was not handed out yet; NULL: there is none. */
static uowi_slab_page *slab_fresh(uowi_slab *slab)
{
    if (slab->page_count == 0)
        return NULL;
    if (slab->pages[slab->page].used == slab->pages[slab->page].capacity && slab->page + 1 < slab->page_count)
        slab->page++;
    return slab->pages[slab->page].used < slab->pages[slab->page].capacity ? &slab->pages[slab->page] : NULL;
}

static uowi_entry *slab_slot(const uowi_slab *slab, const uowi_slab_page *page, size_t i)
{
    return (uowi_entry *)(void *)(page->slots + i * slab->slot_size);
}

/* A slot keeps its number as long as its page is there. */
static void slab_number(const uowi_slab *slab, size_t page, size_t i)
{
    slab_slot(slab, &slab->pages[page], i)->ref = (uint32_t)(page << slab->ref_bits | i);
}

UOWI_HOT static void slab_clean(uowi_slab *slab, uowi_entry *entry)
{
    uint32_t ref = entry->ref;

    memset(entry, 0, sizeof *entry);
    entry->ref = ref;
    if (slab->long_count)
        memset(uowi_entry_longs(slab, entry), 0, slab->long_count * sizeof(uowi_long));
    if (slab->links_size)
        memset(uowi_entry_bond(slab, entry, 0), 0, slab->links_size);
    entry->entity = slab->entity;
    slab->live++;
}

uowi_entry *uowi_slab_take(uowi_slab *slab, uowi_mem *mem)
{
    uowi_entry *entry = slab->free_list;
    uowi_slab_page *page;

    if (entry) {
        slab->free_list = (uowi_entry *)(uintptr_t)entry->serial;
    } else {
        page = slab_fresh(slab);
        if (!page && !slab_add_page(slab, mem))
            return NULL;
        page = &slab->pages[slab->page];
        slab_number(slab, slab->page, page->used);
        entry = slab_slot(slab, page, page->used++);
    }
    slab_clean(slab, entry);
    return entry;
}

/* From the first slot again: the list of free ones has them in the order they were given back. */
static void slab_restart(uowi_slab *slab)
{
    for (size_t p = 0; p <= slab->page; p++)
        slab->pages[p].used = 0;
    slab->page = 0;
    slab->free_list = NULL;
}

void uowi_slab_give(uowi_slab *slab, uowi_entry *entry)
{
    entry->entity = NULL;
    entry->serial = (uint64_t)(uintptr_t)slab->free_list;
    slab->free_list = entry;
    if (--slab->live == 0)
        slab_restart(slab);
}

/* Any slot may be claimed next, one that was not handed out lately too. */
void uowi_slab_empty(uowi_slab *slab)
{
    for (size_t p = 0; p < slab->page_count; p++) {
        for (size_t i = 0; i < slab->pages[p].capacity; i++) {
            slab_slot(slab, &slab->pages[p], i)->entity = NULL;
            slab_number(slab, p, i);
        }
        slab->pages[p].used = slab->pages[p].capacity;
        slab->page = p;
    }
    slab->free_list = NULL;
    slab->live = 0;
    uowi_identity_reset(&slab->identity);
}

void uowi_slab_claim(uowi_slab *slab, uowi_entry *entry)
{
    slab_clean(slab, entry);
}

/* Backwards, so that the first slots are taken first. */
void uowi_slab_relist(uowi_slab *slab)
{
    slab->free_list = NULL;
    for (size_t p = slab->page_count; p-- > 0;)
        for (size_t i = slab->pages[p].used; i-- > 0;) {
            uowi_entry *entry = slab_slot(slab, &slab->pages[p], i);

            if (entry->entity)
                continue;
            entry->serial = (uint64_t)(uintptr_t)slab->free_list;
            slab->free_list = entry;
        }
}

uowi_entry *uowi_slab_owner(const uowi_slab *slab, const void *row)
{
    uintptr_t at = (uintptr_t)row;

    for (size_t i = slab->page_count; i-- > 0;) {
        const uowi_slab_page *page = &slab->pages[i];
        uintptr_t first = (uintptr_t)page->slots + slab->row_offset;
        uowi_entry *entry;

        if (at < first || at >= first + page->used * slab->slot_size)
            continue;
        if ((at - first) % slab->slot_size != 0)
            return NULL;
        entry = slab_slot(slab, page, (at - first) / slab->slot_size);
        return entry->entity && !(entry->flags & UOWI_ENTRY_FOREIGN) ? entry : NULL;
    }
    return NULL;
}

UOWI_HOT uowi_entry *uowi_slab_next(const uowi_slab *slab, const uowi_entry *entry, size_t *page)
{
    const char *at = NULL;

    if (entry)
        at = (const char *)entry + slab->slot_size;
    else
        *page = 0;
    for (; *page < slab->page_count; (*page)++, at = NULL) {
        const char *end = slab->pages[*page].slots + slab->pages[*page].used * slab->slot_size;

        if (!at)
            at = slab->pages[*page].slots;
        for (; at < end; at += slab->slot_size) {
            const uowi_entry *next = (const uowi_entry *)(const void *)at;

            if ((size_t)(end - at) > SLAB_AHEAD * slab->slot_size)
                uowi_prefetch(at + SLAB_AHEAD * slab->slot_size, slab->slot_size);
            if (next->entity)
                return (uowi_entry *)(uintptr_t)next;
        }
    }
    return NULL;
}
