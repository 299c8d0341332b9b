#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "track/keep.h"

#include <string.h>

#include "track/fixup.h"
#include "track/key.h"

typedef struct keep_row {
    uowi_entry *entry;
    uowi_entry head;  /* what the entry said */
    void *foreign;    /* the program's struct, or NULL */
    char *images;     /* row, then original, as they stood */
    uowi_long *longs; /* bytes of the long values of both; NULL without any */
    char *links;      /* bonds and places; NULL without any */
} keep_row;

struct uowi_keep {
    uint64_t next_serial;
    int64_t next_temporary;
    size_t count;
    keep_row *rows;
    char *block; /* all images, longs and links */
    size_t bytes;
    size_t done; /* rows whose longs are there */
};

static size_t keep_aligned(size_t bytes)
{
    return (bytes + 15) & ~(size_t)15;
}

static size_t keep_longs_bytes(const uowi_slab *slab)
{
    return keep_aligned(slab->long_count * sizeof(uowi_long));
}

static size_t keep_row_bytes(const uowi_slab *slab)
{
    return keep_aligned(2 * slab->entity->row_size) + keep_longs_bytes(slab) + keep_aligned(slab->links_size);
}

static uowi_slab *keep_slab(const uowi_tracker *tracker, const keep_row *kept)
{
    return uowi_tracker_slab(tracker, kept->head.entity);
}

static void keep_count(const uowi_tracker *tracker, uowi_keep *keep)
{
    size_t entities = tracker->slabs ? tracker->model->entity_count : 0;

    for (size_t i = 0; i < entities; i++) {
        keep->count += tracker->slabs[i].live;
        keep->bytes += tracker->slabs[i].live * keep_row_bytes(&tracker->slabs[i]);
    }
}

static bool keep_alloc(const uowi_tracker *tracker, uowi_keep *keep)
{
    if (keep->count == 0)
        return true;
    keep->rows = uowi_alloc_array(tracker->mem, keep->count, sizeof *keep->rows);
    keep->block = keep->rows ? uowi_alloc(tracker->mem, keep->bytes) : NULL;
    return keep->block != NULL;
}

typedef struct keep_walk {
    uowi_tracker *tracker;
    uowi_keep *keep;
    char *at;
} keep_walk;

static uow_status keep_row_take(void *user, uowi_entry *entry)
{
    keep_walk *walk = user;
    const uowi_slab *slab = uowi_tracker_slab(walk->tracker, entry->entity);
    keep_row *kept = &walk->keep->rows[walk->keep->done];
    size_t size = entry->entity->row_size;
    void *row = uowi_entry_row(slab, entry);
    void *original = uowi_entry_original(slab, entry);

    kept->entry = entry;
    kept->head = *entry;
    kept->foreign = entry->flags & UOWI_ENTRY_FOREIGN ? row : NULL;
    kept->images = walk->at;
    memcpy(kept->images, row, size);
    memcpy(kept->images + size, original, size);
    walk->at += keep_aligned(2 * size);
    if (slab->long_count) {
        kept->longs = (uowi_long *)(void *)walk->at;
        if (!uowi_longs_prepare(slab, walk->tracker->mem, row, original, kept->longs))
            return UOW_NO_MEMORY;
        walk->at += keep_longs_bytes(slab);
    }
    if (slab->links_size) {
        kept->links = walk->at;
        memcpy(kept->links, uowi_entry_bond(slab, entry, 0), slab->links_size);
        walk->at += keep_aligned(slab->links_size);
    }
    walk->keep->done++;
    return UOW_OK;
}

uow_status uowi_keep_take(uowi_tracker *tracker, uow_error *error, uowi_keep **out)
{
    uow_status st = uowi_detect(tracker, error);
    uowi_keep *keep;
    keep_walk walk;

    if (st != UOW_OK)
        return st;
    keep = uowi_zalloc(tracker->mem, sizeof *keep);
    if (!keep)
        return uowi_error_no_memory(error);
    keep->next_serial = tracker->next_serial;
    keep->next_temporary = tracker->next_temporary;
    keep_count(tracker, keep);
    tracker->keeps++;
    walk = (keep_walk){tracker, keep, NULL};
    st = keep_alloc(tracker, keep) ? UOW_OK : UOW_NO_MEMORY;
    walk.at = keep->block;
    if (st == UOW_OK)
        st = uowi_tracker_each(tracker, keep_row_take, &walk);
    if (st != UOW_OK) {
        uowi_keep_drop(tracker, keep);
        return uowi_error_no_memory(error);
    }
    *out = keep;
    return UOW_OK;
}

void uowi_keep_drop(uowi_tracker *tracker, uowi_keep *keep)
{
    if (!keep)
        return;
    for (size_t i = 0; i < keep->done; i++)
        if (keep->rows[i].longs)
            uowi_longs_free(keep_slab(tracker, &keep->rows[i]), tracker->mem, keep->rows[i].longs);
    uowi_free(tracker->mem, keep->block, keep->bytes);
    uowi_free(tracker->mem, keep->rows, keep->count * sizeof *keep->rows);
    uowi_free(tracker->mem, keep, sizeof *keep);
    tracker->keeps--;
}

/* Bytes for the rows that come back: got before anything is touched. NULL: out of memory, or none needed. */
static uowi_long **keep_longs(uowi_tracker *tracker, const uowi_keep *keep, bool *out_ok)
{
    uowi_long **again = keep->count ? uowi_alloc_array(tracker->mem, keep->count, sizeof *again) : NULL;

    *out_ok = again || keep->count == 0;
    for (size_t i = 0; *out_ok && i < keep->count; i++) {
        const keep_row *kept = &keep->rows[i];
        const uowi_slab *slab = keep_slab(tracker, kept);

        if (!kept->longs)
            continue;
        again[i] = uowi_alloc_array(tracker->mem, slab->long_count, sizeof **again);
        *out_ok = again[i] && uowi_longs_copy(slab, tracker->mem, kept->longs, again[i]);
    }
    return again;
}

/* adopted: the blocks belong to rows now, only their lists go. */
static void keep_longs_free(uowi_tracker *tracker, const uowi_keep *keep, uowi_long **again, bool adopted)
{
    for (size_t i = 0; again && i < keep->count; i++) {
        const uowi_slab *slab = keep_slab(tracker, &keep->rows[i]);

        if (!again[i])
            continue;
        if (!adopted)
            uowi_longs_free(slab, tracker->mem, again[i]);
        uowi_free(tracker->mem, again[i], slab->long_count * sizeof **again);
    }
    uowi_free(tracker->mem, again, keep->count * sizeof *again);
}

/* Everything but links: those need all rows to be there. */
static void keep_row_put(uowi_tracker *tracker, const keep_row *kept, const uowi_long *longs)
{
    uowi_slab *slab = uowi_tracker_slab(tracker, kept->head.entity);
    uowi_entry *entry = kept->entry;
    size_t size = kept->head.entity->row_size;
    uowi_columns all;

    memset(&all, 0xff, sizeof all); /* every member is written here, in a struct of the program's too */
    uowi_slab_claim(slab, entry);
    *entry = kept->head;
    entry->flags &= (uint16_t)~UOWI_ENTRY_SUPPRESSED;
    entry->change = 0;
    if (kept->foreign) {
        memcpy((char *)entry + slab->row_offset, &kept->foreign, sizeof kept->foreign);
        (void)uowi_map_put(&tracker->foreign, uowi_hash_word((uint64_t)(uintptr_t)kept->foreign), entry);
    }
    memcpy(uowi_entry_row(slab, entry), kept->images, size);
    memcpy(uowi_entry_original(slab, entry), kept->images + size, size);
    if (longs)
        uowi_longs_adopt(slab, tracker->mem, entry, longs, &all);
    uowi_tracker_know(slab, entry, uowi_entry_original(slab, entry));
    tracker->count++;
}

/* Links follow from the values, except for what the program was told or has taken away. */
static bool keep_row_link(uowi_tracker *tracker, const keep_row *kept)
{
    const uowi_entity *entity = kept->head.entity;
    const uowi_bond *bonds = (const uowi_bond *)(const void *)kept->links;
    const uowi_place *places = (const uowi_place *)(const void *)(bonds + entity->link_count);
    uowi_entry *entry = kept->entry;
    bool whole;

    if (!kept->links)
        return true;
    whole = uowi_fixup_prepare(tracker, entity, uowi_tracker_row(tracker, entry));
    for (size_t i = 0; i < entity->place_count; i++)
        uowi_entry_place(uowi_tracker_slab(tracker, entity), entry, i)->loaded = places[i].loaded;
    uowi_fixup_settle(tracker, entry);
    for (size_t r = 0; r < entity->relation_count; r++) {
        const uowi_relation *relation = &entity->relations[r];

        if (!relation->followed || !bonds[relation->link].node || bonds[relation->link].member != UOWI_NO_MEMBER)
            continue;
        uowi_node_leave(tracker, relation, entry, true);
        uowi_bond_show(tracker, relation, entry, true);
    }
    entry->flags |= kept->head.flags & UOWI_ENTRY_ORPHAN;
    return whole;
}

/* Room for every kept row beside what is there, in the identity of its entity. */
static bool keep_reserve(uowi_tracker *tracker, const uowi_keep *keep)
{
    size_t entities = tracker->slabs ? tracker->model->entity_count : 0;
    size_t *counts = entities ? uowi_alloc_array(tracker->mem, entities, sizeof *counts) : NULL;
    bool whole = counts || entities == 0;

    for (size_t i = 0; counts && i < keep->count; i++)
        counts[keep->rows[i].head.entity->index]++;
    for (size_t i = 0; whole && i < entities; i++)
        whole = uowi_identity_reserve(&tracker->slabs[i].identity, tracker->mem, counts[i]);
    uowi_free(tracker->mem, counts, entities * sizeof *counts);
    return whole;
}

uow_status uowi_keep_restore(uowi_tracker *tracker, uowi_keep *keep, uow_error *error)
{
    bool whole = keep_reserve(tracker, keep) && uowi_map_reserve(&tracker->foreign, keep->count);
    uowi_long **again = NULL;

    if (whole)
        again = keep_longs(tracker, keep, &whole);
    if (!whole) {
        keep_longs_free(tracker, keep, again, false);
        return uowi_error_no_memory(error);
    }
    uowi_tracker_empty(tracker);
    for (size_t i = 0; i < keep->count; i++)
        keep_row_put(tracker, &keep->rows[i], again[i]);
    keep_longs_free(tracker, keep, again, true);
    for (size_t i = 0; tracker->slabs && i < tracker->model->entity_count; i++)
        uowi_slab_relist(&tracker->slabs[i]);
    for (size_t i = 0; i < keep->count; i++)
        whole = keep_row_link(tracker, &keep->rows[i]) && whole;
    tracker->next_serial = keep->next_serial;
    tracker->next_temporary = keep->next_temporary;
    return whole ? UOW_OK : uowi_error_no_memory(error);
}
