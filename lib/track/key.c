#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "track/key.h"

#include <string.h>

#include "base/civil.h"
#include "base/decimal.h"
#include "base/usual.h"

/* The bytes that make a key member's identity: text up to its NUL, the rest whole. */
static size_t key_bytes(const uow_column *column, const void *at)
{
    if (column->type == UOW_TEXT || column->type == UOW_DECIMAL_TEXT)
        return strnlen(at, column->size);
    return column->size;
}

static uint64_t key_hash_member(const uow_column *column, const void *row, uint64_t seed)
{
    const void *at = (const char *)row + column->offset;

    if (uowi_type_is_integer(column->type))
        return uowi_hash_word((uint64_t)uowi_member_int64(column, row) ^ (seed * UOWI_HASH_MULTIPLIER));
    return uowi_hash(at, key_bytes(column, at), seed);
}

uint64_t uowi_columns_hash(const uowi_entity *entity, const size_t *columns, size_t count, const void *row)
{
    uint64_t hash = entity->index + 1;

    for (size_t i = 0; i < count; i++)
        hash = key_hash_member(&entity->columns[columns[i]], row, hash);
    return hash;
}

static bool key_member_equal(const uow_column *column, const void *a, const void *b)
{
    const char *at_a = (const char *)a + column->offset;
    const char *at_b = (const char *)b + column->offset;
    size_t length;

    switch (column->size) {
    case 8:
        if (uowi_type_is_integer(column->type))
            return memcmp(at_a, at_b, 8) == 0;
        break;
    case 4:
        if (uowi_type_is_integer(column->type))
            return memcmp(at_a, at_b, 4) == 0;
        break;
    default:
        break;
    }
    length = key_bytes(column, at_a);
    return length == key_bytes(column, at_b) && memcmp(at_a, at_b, length) == 0;
}

bool uowi_columns_equal(const uowi_entity *entity, const size_t *columns, size_t count, const void *a, const void *b)
{
    for (size_t i = 0; i < count; i++)
        if (!key_member_equal(&entity->columns[columns[i]], a, b))
            return false;
    return true;
}

static void key_hex(uowi_buf *out, const unsigned char *data, size_t size)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < size; i++) {
        uowi_buf_char(out, digits[data[i] >> 4]);
        uowi_buf_char(out, digits[data[i] & 15]);
    }
}

static void key_member_text(const uow_column *column, const void *row, uowi_buf *out)
{
    const void *at = (const char *)row + column->offset;
    char text[UOWI_DECIMAL_TEXT_SIZE + UOWI_CIVIL_TEXT_SIZE];
    size_t length = 0;

    switch (column->type) {
    case UOW_UINT64: uowi_buf_uint(out, *(const uint64_t *)at); return;
    case UOW_TEXT:
    case UOW_DECIMAL_TEXT: uowi_buf_add(out, at, strnlen(at, column->size)); return;
    case UOW_BOOL: uowi_buf_int(out, *(const uint8_t *)at); return;
    case UOW_BINARY: key_hex(out, at, column->size); return;
    case UOW_DECIMAL: length = uow_decimal_format(at, text, sizeof text); break;
    case UOW_DATE: length = uowi_date_format(at, text, sizeof text); break;
    case UOW_TIME: length = uowi_time_format(at, 9, text, sizeof text); break;
    case UOW_TIMESTAMP: length = uowi_timestamp_format(at, 9, text, sizeof text); break;
    case UOW_TIMESTAMPTZ: length = uowi_timestamptz_format(at, 9, text, sizeof text); break;
    case UOW_GUID: length = uowi_guid_format(at, text, sizeof text); break;
    default: uowi_buf_int(out, uowi_member_int64(column, row)); return;
    }
    uowi_buf_add(out, text, length);
}

void uowi_key_text(const uowi_entity *entity, const void *row, uowi_buf *out)
{
    for (size_t i = 0; i < entity->key_count; i++) {
        const uow_column *column = &entity->columns[entity->key[i]];

        uowi_buf_fmt(out, "%s%s=", i ? ", " : "", column->name);
        key_member_text(column, row, out);
    }
}

static bool arg_is_null(const uow_arg *arg)
{
    return !arg->data && !arg->read && !(arg->flags & UOW_ARG_SCALAR);
}

/* An integer argument, by value or by address, as the 64 bits the member comparison uses. */
static bool key_arg_int(const uow_arg *arg, int64_t *out, bool *out_huge)
{
    uow_column place = {NULL, NULL, 0, arg->size, UOW_NO_IND, arg->type, 0, NULL, NULL};

    *out_huge = false;
    if (UOWI_RARE(!uowi_type_is_integer(arg->type)) || UOWI_RARE(arg->read))
        return false;
    *out = arg->data ? uowi_member_int64(&place, arg->data) : arg->scalar.i;
    if (UOWI_RARE(arg->type == UOW_UINT64))
        *out_huge = *out < 0;
    return true;
}

static bool key_fill_int(const uow_column *column, const uow_arg *arg, void *row)
{
    int64_t value = 0;
    bool huge = false;

    if (!key_arg_int(arg, &value, &huge))
        return false;
    if (UOWI_RARE(column->type == UOW_UINT64))
        return (huge || value >= 0) && uowi_member_set_int64(column, row, value);
    return !huge && uowi_member_set_int64(column, row, value);
}

/* The value's bytes, whether the argument points at them or, a boolean, holds them itself. */
static const void *key_arg_data(const uow_arg *arg)
{
    if (!arg->data && arg->type == UOW_BOOL && arg->flags & UOW_ARG_SCALAR)
        return &arg->scalar;
    return arg->data;
}

static bool key_fill_bytes(const uow_column *column, const uow_arg *arg, void *row)
{
    const void *data = key_arg_data(arg);
    bool text = column->type == UOW_TEXT || column->type == UOW_DECIMAL_TEXT;
    bool given_text = arg->type == UOW_TEXT || arg->type == UOW_LONGTEXT || arg->type == UOW_DECIMAL_TEXT;
    bool given_binary = arg->type == UOW_BINARY || arg->type == UOW_BLOB;

    if (text) {
        if (!given_text || arg->size >= column->size)
            return false;
    } else if (column->type == UOW_BINARY) {
        if (!given_binary || arg->size != column->size)
            return false;
    } else if (arg->type != column->type || arg->size != column->size) {
        return false;
    }
    if (!data || (text && memchr(data, '\0', arg->size)))
        return false; /* streamed, a scalar no key has, or text that its member would cut */
    memcpy((char *)row + column->offset, data, arg->size);
    return true;
}

uow_status uowi_key_fill(const uowi_entity *entity, const uow_arg *parts, size_t count, void *row, uow_error *error)
{
    if (UOWI_RARE(count != entity->key_count)) {
        uowi_error_entity(error, entity->name);
        return uowi_error_set(error, UOW_MISUSE, "the key of %s has %zu columns, but %zu values were given",
                              entity->name, entity->key_count, count);
    }
    for (size_t i = 0; i < count; i++) {
        const uow_column *column = &entity->columns[entity->key[i]];
        bool filled;

        if (UOWI_RARE(arg_is_null(&parts[i])))
            return UOW_NOT_FOUND;
        filled = uowi_type_is_integer(column->type) ? key_fill_int(column, &parts[i], row)
                                                    : key_fill_bytes(column, &parts[i], row);
        if (UOWI_RARE(!filled)) {
            const char *given = uowi_type_name(parts[i].type);

            uowi_error_entity(error, entity->name);
            uowi_error_column(error, column->name);
            return uowi_error_set(error, UOW_TYPE, "a key value of type %s does not fit %s.%s (%s of %zu bytes)",
                                  given ? given : "unknown", entity->name, column->name,
                                  uowi_type_name(column->type), column->size);
        }
    }
    return UOW_OK;
}
