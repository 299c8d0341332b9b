/* Original values: comparing a row with them, taking and giving them back. */
#ifndef UOWI_TRACK_SNAPSHOT_H
#define UOWI_TRACK_SNAPSHOT_H

#include <string.h>

#include "track/slab.h"

/* A set of columns of one entity. */
typedef struct uowi_columns {
    uint64_t words[UOWI_MAX_COLUMNS / 64];
} uowi_columns;

static inline bool uowi_columns_has(const uowi_columns *set, size_t i)
{
    return (set->words[i / 64] >> (i % 64) & 1) != 0;
}

static inline void uowi_columns_add(uowi_columns *set, size_t i)
{
    set->words[i / 64] |= (uint64_t)1 << (i % 64);
}

bool uowi_columns_any(const uowi_columns *set);
bool uowi_columns_same(const uowi_columns *a, const uowi_columns *b);

/* Copies the members of these columns, indicators too. */
void uowi_columns_copy(const uowi_entity *entity, const uowi_columns *set, const void *from, void *to);

/* Which columns differ from the original; out may be NULL when only the answer matters. */
bool uowi_snapshot_changed(const uowi_slab *slab, const uowi_entry *entry, uowi_columns *out);
/* Do two rows hold the same value in this column? Long values are compared by their bytes. */
bool uowi_member_same(const uow_column *column, const void *a, const void *b);

/* UOW_TYPE for a long member that has a length but no bytes. */
uow_status uowi_longs_check(const uowi_entity *entity, const void *row, uow_error *error);

/*
 * Long values the tracker owns. prepare makes blocks for the long members of a current and an original row (false:
 * out of memory, nothing kept); adopt puts them in the entry, frees the old ones, and lets the rows point into them.
 * A struct of the program's keeps its own pointers; but those in wrote (NULL: none), which the library has just
 * written, and those that point into the old blocks, which it wrote before, lead to the new ones.
 */
bool uowi_longs_prepare(const uowi_slab *slab, uowi_mem *mem, const void *row, const void *original, uowi_long *out);
void uowi_longs_adopt(const uowi_slab *slab, uowi_mem *mem, uowi_entry *entry, const uowi_long *longs,
                      const uowi_columns *wrote);
/* A struct of the program's is tracked no longer: its members that lead to the entry's blocks become empty. */
void uowi_longs_blank(const uowi_slab *slab, uowi_entry *entry);
/* The members of these columns lead to the entry's own blocks again. */
void uowi_longs_show(const uowi_slab *slab, const uowi_entry *entry, const uowi_columns *set);
/* Lets the long members of two rows point into the blocks. */
void uowi_longs_point(const uowi_slab *slab, const uowi_long *longs, void *row, void *original);
/* Blocks of the same bytes. False: out of memory, nothing kept. */
bool uowi_longs_copy(const uowi_slab *slab, uowi_mem *mem, const uowi_long *from, uowi_long *out);
void uowi_longs_free(const uowi_slab *slab, uowi_mem *mem, uowi_long *longs);

/* Row := original, with bytes of its own for long values. False: out of memory, nothing changed. */
bool uowi_snapshot_revert(const uowi_slab *slab, uowi_mem *mem, uowi_entry *entry);

static inline bool uowi_is_long(const uow_column *column)
{
    return column->type == UOW_LONGTEXT || column->type == UOW_BLOB;
}

/* uow_text and uow_blob have one shape: a pointer and a length. */
static inline uow_blob uowi_long_value(const uow_column *column, const void *row)
{
    uow_blob value;

    memcpy(&value, (const char *)row + column->offset, sizeof value);
    return value;
}

#endif
