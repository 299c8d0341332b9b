#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "track/snapshot.h"

#include <string.h>

#include "base/decimal.h"
#include "base/usual.h"

bool uowi_columns_any(const uowi_columns *set)
{
    for (size_t i = 0; i < UOWI_MAX_COLUMNS / 64; i++)
        if (set->words[i])
            return true;
    return false;
}

bool uowi_columns_same(const uowi_columns *a, const uowi_columns *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

/* Of the sizes that most members have, without a call. */
static inline void snapshot_copy(void *to, const void *from, size_t size)
{
    if (size == 4)
        memcpy(to, from, 4);
    else if (size == 8)
        memcpy(to, from, 8);
    else
        memcpy(to, from, size);
}

UOWI_HOT void uowi_columns_copy(const uowi_entity *entity, const uowi_columns *set, const void *from, void *to)
{
    for (size_t first = 0; first < entity->column_count; first += 64) {
        uint64_t left = set->words[first / 64];

        for (size_t i = first; left != 0 && i < entity->column_count; i++, left >>= 1) {
            const uow_column *column = &entity->columns[i];

            if (!(left & 1))
                continue;
            snapshot_copy((char *)to + column->offset, (const char *)from + column->offset, column->size);
            if (column->ind_offset != UOW_NO_IND)
                memcpy((char *)to + column->ind_offset, (const char *)from + column->ind_offset, sizeof(uow_ind));
        }
    }
}

static bool long_same(const uow_column *column, const void *a, const void *b)
{
    uow_blob left = uowi_long_value(column, a);
    uow_blob right = uowi_long_value(column, b);

    if (left.length != right.length)
        return false;
    if (left.length == 0 || left.data == right.data)
        return true;
    return left.data && right.data && memcmp(left.data, right.data, left.length) == 0; /* NULL: the save will say so */
}

/* The same bytes, where nothing but they says what a value is. */
static inline bool member_plainly_same(const uow_column *column, const void *a, const void *b)
{
    const char *at_a = (const char *)a + column->offset;
    const char *at_b = (const char *)b + column->offset;

    if (column->ind_offset != UOW_NO_IND || uowi_is_long(column))
        return false;
    if (column->size == 4)
        return memcmp(at_a, at_b, 4) == 0;
    if (column->size == 8)
        return memcmp(at_a, at_b, 8) == 0;
    return memcmp(at_a, at_b, column->size) == 0;
}

UOWI_HOT bool uowi_member_same(const uow_column *column, const void *a, const void *b)
{
    const char *at_a = (const char *)a + column->offset;
    const char *at_b = (const char *)b + column->offset;
    bool null_a;

    if (member_plainly_same(column, a, b))
        return true;
    null_a = uowi_member_is_null(column, a);
    if (null_a != uowi_member_is_null(column, b))
        return false;
    if (null_a)
        return true;
    if (uowi_is_long(column))
        return long_same(column, a, b);
    if (column->type == UOW_TEXT || column->type == UOW_DECIMAL_TEXT)
        return strncmp(at_a, at_b, column->size) == 0;
    if (column->type == UOW_DECIMAL && !column->converter)
        return uowi_decimal_same((const void *)at_a, (const void *)at_b);
    if (UOWI_RARE(column->type == UOW_BINARY) && column->ind_offset != UOW_NO_IND) {
        uow_ind length_a = *(const uow_ind *)(const void *)((const char *)a + column->ind_offset);
        uow_ind length_b = *(const uow_ind *)(const void *)((const char *)b + column->ind_offset);

        if (length_a != length_b || length_a < 0 || (size_t)length_a > column->size)
            return length_a == length_b;
        return memcmp(at_a, at_b, (size_t)length_a) == 0;
    }
    return memcmp(at_a, at_b, column->size) == 0;
}

/* A row marked as modified as a whole: everything but what is not the program's to write. */
static void snapshot_all(const uowi_entity *entity, uowi_columns *out)
{
    for (size_t i = 0; i < entity->column_count; i++)
        if (!(entity->columns[i].flags & (UOW_KEY | UOW_VERSION | UOW_READONLY | UOW_GENERATED)))
            uowi_columns_add(out, i);
}

/*
 * The original's long members point at the tracker's own copy, the row's at
 * whatever the program put there, so equal rows never compare equal as bytes;
 * only entities without long members have the fast way.
 */
UOWI_HOT bool uowi_snapshot_changed(const uowi_slab *slab, const uowi_entry *entry, uowi_columns *out)
{
    const uowi_entity *entity = slab->entity;
    const void *row = uowi_entry_row(slab, entry);
    const void *original = uowi_entry_original(slab, entry);
    bool changed = false;

    if (out)
        memset(out, 0, sizeof *out);
    if (UOWI_RARE(entry->flags & UOWI_ENTRY_MODIFIED)) {
        if (out)
            snapshot_all(entity, out);
        changed = true;
    } else if (!entity->has_long && memcmp(row, original, entity->row_size) == 0) {
        return false;
    }
    for (size_t i = 0; i < entity->column_count; i++) {
        if (member_plainly_same(&entity->columns[i], row, original) ||
            uowi_member_same(&entity->columns[i], row, original))
            continue;
        changed = true;
        if (!out)
            break;
        uowi_columns_add(out, i);
    }
    return changed;
}
