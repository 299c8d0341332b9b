/* Identity: hashing and comparing rows by the key columns of their entity. */
#ifndef UOWI_TRACK_KEY_H
#define UOWI_TRACK_KEY_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/map.h"
#include "track/model.h"
#include "uow/arg.h"

/* By any columns of fixed size: alternate keys. */
uint64_t uowi_columns_hash(const uowi_entity *entity, const size_t *columns, size_t count, const void *row);
bool uowi_columns_equal(const uowi_entity *entity, const size_t *columns, size_t count, const void *a, const void *b);
/* The same for the key. Nearly all keys are one integer. */
static inline bool uowi_key_equal(const uowi_entity *entity, const void *a, const void *b)
{
    if (entity->whole_key)
        return uowi_member_int64(entity->whole_key, a) == uowi_member_int64(entity->whole_key, b);
    return uowi_columns_equal(entity, entity->key, entity->key_count, a, b);
}

/* Keys that databases and the tracker make come one after the other, and are asked for so: neighbours lie together. */
static inline uint64_t uowi_key_hash(const uowi_entity *entity, const void *row)
{
    if (entity->whole_key)
        return uowi_hash_near((uint64_t)uowi_member_int64(entity->whole_key, row));
    return uowi_columns_hash(entity, entity->key, entity->key_count, row);
}

/* "order_id=7, line_no=2": for messages. */
void uowi_key_text(const uowi_entity *entity, const void *row, uowi_buf *out);

/*
 * Writes the parts of a key into the key members of row (a zeroed struct image). UOW_OK; UOW_NOT_FOUND for a
 * NULL part; UOW_MISUSE (arity) or UOW_TYPE (type, range, length) through error, before any SQL.
 */
uow_status uowi_key_fill(const uowi_entity *entity, const uow_arg *parts, size_t count, void *row, uow_error *error);

#endif
