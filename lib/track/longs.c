/* Long values the tracker owns: one block for the current bytes and the original ones. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "base/usual.h"
#include "track/snapshot.h"

static size_t long_block_size(const uowi_long *value)
{
    return value->current + 1 + value->original + 1;
}

void uowi_longs_free(const uowi_slab *slab, uowi_mem *mem, uowi_long *longs)
{
    for (size_t i = 0; i < slab->long_count; i++) {
        if (longs[i].block)
            uowi_free(mem, longs[i].block, long_block_size(&longs[i]));
        memset(&longs[i], 0, sizeof longs[i]);
    }
}

uow_status uowi_longs_check(const uowi_entity *entity, const void *row, uow_error *error)
{
    for (size_t i = 0; entity->has_long && i < entity->column_count; i++) {
        const uow_column *column = &entity->columns[i];
        uow_blob value;

        if (!uowi_is_long(column) || uowi_member_is_null(column, row))
            continue;
        value = uowi_long_value(column, row);
        if (value.data || value.length == 0)
            continue;
        uowi_error_entity(error, entity->name);
        uowi_error_column(error, column->name);
        return uowi_error_set(error, UOW_TYPE, "%s.%s: member %s has a length of %zu bytes, but its pointer is NULL",
                              entity->name, column->name, column->member, value.length);
    }
    return UOW_OK;
}

/* The bytes of a long member; none for NULL. */
static uow_blob long_bytes(const uow_column *column, const void *row)
{
    uow_blob value = uowi_long_value(column, row);

    if (uowi_member_is_null(column, row) || !value.data)
        return (uow_blob){NULL, 0};
    return value;
}

static void long_fill(char *to, uow_blob value)
{
    if (value.length)
        memcpy(to, value.data, value.length);
    to[value.length] = '\0';
}

static bool long_prepare(uowi_mem *mem, const uow_column *column, const void *row, const void *original,
                         uowi_long *out)
{
    uow_blob now = long_bytes(column, row);
    uow_blob then = long_bytes(column, original);

    if (!now.data && !then.data)
        return true;
    out->current = now.length;
    out->original = then.length;
    out->block = uowi_alloc(mem, long_block_size(out));
    if (!out->block)
        return false;
    long_fill(out->block, now);
    long_fill(out->block + now.length + 1, then);
    return true;
}

UOWI_HOT bool uowi_longs_prepare(const uowi_slab *slab, uowi_mem *mem, const void *row, const void *original,
                                 uowi_long *out)
{
    const uowi_entity *entity = slab->entity;
    size_t n = 0;

    if (!slab->long_count)
        return true;
    memset(out, 0, slab->long_count * sizeof *out);
    for (size_t i = 0; i < entity->column_count; i++) {
        if (!uowi_is_long(&entity->columns[i]))
            continue;
        if (!long_prepare(mem, &entity->columns[i], row, original, &out[n++])) {
            uowi_longs_free(slab, mem, out);
            return false;
        }
    }
    return true;
}

bool uowi_longs_copy(const uowi_slab *slab, uowi_mem *mem, const uowi_long *from, uowi_long *out)
{
    memset(out, 0, slab->long_count * sizeof *out);
    for (size_t i = 0; i < slab->long_count; i++) {
        size_t size = long_block_size(&from[i]);

        if (!from[i].block)
            continue;
        out[i] = from[i];
        out[i].block = uowi_alloc(mem, size);
        if (!out[i].block) {
            uowi_longs_free(slab, mem, out);
            return false;
        }
        memcpy(out[i].block, from[i].block, size);
    }
    return true;
}

static void long_point(const uow_column *column, void *row, char *data, size_t length)
{
    uow_blob value = {data, length};

    memcpy((char *)row + column->offset, &value, sizeof value);
}

static char *long_original(const uowi_long *value)
{
    return value->block ? value->block + value->current + 1 : NULL;
}

void uowi_longs_point(const uowi_slab *slab, const uowi_long *longs, void *row, void *original)
{
    const uowi_entity *entity = slab->entity;
    size_t n = 0;

    for (size_t i = 0; slab->long_count && i < entity->column_count; i++) {
        const uow_column *column = &entity->columns[i];

        if (!uowi_is_long(column))
            continue;
        if (row)
            long_point(column, row, longs[n].block, longs[n].current);
        if (original)
            long_point(column, original, long_original(&longs[n]), longs[n].original);
        n++;
    }
}

/* Only the library lets a member point into a block. */
static bool long_inside(const uowi_long *value, const uow_column *column, const void *row)
{
    uintptr_t at = (uintptr_t)uowi_long_value(column, row).data;
    uintptr_t block = (uintptr_t)value->block;

    return value->block && at >= block && at - block < long_block_size(value);
}

UOWI_HOT void uowi_longs_adopt(const uowi_slab *slab, uowi_mem *mem, uowi_entry *entry, const uowi_long *longs,
                               const uowi_columns *wrote)
{
    bool own = !(entry->flags & UOWI_ENTRY_FOREIGN);
    uowi_long *before = uowi_entry_longs(slab, entry);
    void *row = uowi_entry_row(slab, entry);
    size_t n = 0;

    for (size_t i = 0; slab->long_count && i < slab->entity->column_count; i++) {
        const uow_column *column = &slab->entity->columns[i];

        if (!uowi_is_long(column))
            continue;
        if (own || (wrote && uowi_columns_has(wrote, i)) || long_inside(&before[n], column, row))
            long_point(column, row, longs[n].block, longs[n].current);
        n++;
    }
    if (!slab->long_count)
        return;
    uowi_longs_free(slab, mem, before);
    memcpy(before, longs, slab->long_count * sizeof *before);
    uowi_longs_point(slab, before, NULL, uowi_entry_original(slab, entry));
}

void uowi_longs_blank(const uowi_slab *slab, uowi_entry *entry)
{
    const uowi_long *own = uowi_entry_longs(slab, entry);
    void *row = uowi_entry_row(slab, entry);
    size_t n = 0;

    if (!(entry->flags & UOWI_ENTRY_FOREIGN))
        return;
    for (size_t i = 0; slab->long_count && i < slab->entity->column_count; i++) {
        const uow_column *column = &slab->entity->columns[i];

        if (!uowi_is_long(column))
            continue;
        if (long_inside(&own[n], column, row))
            long_point(column, row, NULL, 0);
        n++;
    }
}

void uowi_longs_show(const uowi_slab *slab, const uowi_entry *entry, const uowi_columns *set)
{
    const uowi_long *own = uowi_entry_longs(slab, entry);
    void *row = uowi_entry_row(slab, entry);
    size_t n = 0;

    for (size_t i = 0; slab->long_count && i < slab->entity->column_count; i++) {
        const uow_column *column = &slab->entity->columns[i];

        if (!uowi_is_long(column))
            continue;
        if (uowi_columns_has(set, i))
            long_point(column, row, own[n].block, own[n].current);
        n++;
    }
}

bool uowi_snapshot_revert(const uowi_slab *slab, uowi_mem *mem, uowi_entry *entry)
{
    void *row = uowi_entry_row(slab, entry);
    void *original = uowi_entry_original(slab, entry);
    uowi_long longs[UOWI_MAX_COLUMNS];
    uowi_columns all;

    if (!uowi_longs_prepare(slab, mem, original, original, longs))
        return false;
    memset(&all, 0xff, sizeof all);
    uowi_columns_copy(slab->entity, &all, original, row);
    uowi_longs_adopt(slab, mem, entry, longs, &all);
    entry->flags &= (uint16_t)~UOWI_ENTRY_MODIFIED;
    return true;
}
