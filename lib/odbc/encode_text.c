/* Text and binary parameters: checked, copied into the slot, or announced as streams. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "base/utf.h"
#include "odbc/slot.h"

#define ENCODE_SMALLEST 64
#define ENCODE_VARYING 8000   /* beyond it a LONG type is named: what SQL Server calls max */

static size_t encode_class(size_t size)
{
    size_t capacity = ENCODE_SMALLEST;

    while (capacity < size && capacity <= SIZE_MAX / 4)
        capacity *= 2;
    return capacity < size ? size : capacity;
}

uow_status uowi_slot_room(const uowi_encoder *encoder, uowi_param_slot *slot, size_t size)
{
    uowi_mem *mem = encoder->stmt->conn->mem;
    size_t capacity = encode_class(size);
    void *buffer;

    if (slot->buffer != NULL && slot->capacity >= size && (slot->capacity <= UOWI_SLOT_KEEP || slot->capacity == capacity))
        return UOW_OK;
    buffer = uowi_alloc(mem, capacity);
    if (buffer == NULL)
        return uowi_error_no_memory(encoder->stmt->conn->error);
    if (slot->buffer != NULL)
        uowi_free(mem, slot->buffer, slot->capacity);
    uowi_slot_unbound(slot); /* pointed into the old buffer */
    slot->buffer = buffer;
    slot->capacity = capacity;
    return UOW_OK;
}

void uowi_slot_text_type(const struct uowi_stmt *stmt, uowi_param_slot *slot)
{
    bool wide = stmt->conn->caps.text_wide;
    SQLULEN units = slot->want.column_size;

    slot->want.c_type = wide ? SQL_C_WCHAR : SQL_C_CHAR;
    if (units > (wide ? ENCODE_VARYING / 2 : ENCODE_VARYING))
        slot->want.sql_type = wide ? SQL_WLONGVARCHAR : SQL_LONGVARCHAR;
    else
        slot->want.sql_type = wide ? SQL_WVARCHAR : SQL_VARCHAR;
}

void uowi_slot_bytes_type(uowi_param_slot *slot)
{
    slot->want.c_type = SQL_C_BINARY;
    slot->want.sql_type = slot->want.column_size > ENCODE_VARYING ? SQL_LONGVARBINARY : SQL_VARBINARY;
}

/* Data at execution: the slot itself is the token the driver hands back. */
static void encode_stream(const uowi_encoder *encoder, uowi_param_slot *slot, const uowi_param *param)
{
    bool wide = encoder->stmt->conn->caps.text_wide && param->type != UOW_BLOB && param->type != UOW_BINARY;

    slot->read = param->read;
    slot->user = param->user;
    slot->left = param->size;
    slot->want.at = slot;
    slot->want.room = 0;
    slot->want.column_size = param->size > 0 ? (SQLULEN)param->size : 1;
    /* How many UTF-16 units the stream will make is not known, so its length is not announced. */
    if (wide && !encoder->stmt->conn->dialect->len_data_at_exec)
        slot->indicator = SQL_DATA_AT_EXEC;
    else
        slot->indicator = SQL_LEN_DATA_AT_EXEC((SQLLEN)(wide ? param->size * 2 : param->size));
}

uow_status uowi_encode_check_text(const uowi_encoder *encoder, const uowi_param *param)
{
    size_t bad = 0;

    if (param->size == UOWI_PARAM_BAD_SIZE)
        return uowi_encode_fail(encoder, param, UOW_TYPE, "the text has no terminating NUL");
    if (param->size == UOWI_PARAM_NO_DATA)
        return uowi_encode_fail(encoder, param, UOW_TYPE, "the text has a length, but its pointer is NULL");
    if (!uowi_utf8_valid(param->data, param->size, &bad))
        return uowi_encode_fail(encoder, param, UOW_TYPE, "the text is not UTF-8: byte %zu of %zu is wrong", bad,
                                param->size);
    if (encoder->stmt->conn->dialect->nul_cuts_text && memchr(param->data, 0, param->size) != NULL)
        return uowi_encode_fail(encoder, param, UOW_TYPE,
                                "the text contains a NUL character, at which this database would cut it silently");
    return UOW_OK;
}

static uow_status encode_wide(const uowi_encoder *encoder, uowi_param_slot *slot, const uowi_param *param)
{
    uow_status st = uowi_slot_room(encoder, slot, (param->size + 1) * sizeof(uint16_t));
    size_t units;

    if (st != UOW_OK)
        return st;
    units = uowi_utf8_to_utf16(param->data, param->size, slot->buffer, slot->capacity / sizeof(uint16_t));
    slot->indicator = (SQLLEN)(units * sizeof(uint16_t));
    slot->want.column_size = slot->capacity / sizeof(uint16_t);
    return UOW_OK;
}

static uow_status encode_copy(const uowi_encoder *encoder, uowi_param_slot *slot, const uowi_param *param)
{
    uow_status st = uowi_slot_room(encoder, slot, param->size + 1);

    if (st != UOW_OK)
        return st;
    memcpy(slot->buffer, param->data, param->size);
    ((char *)slot->buffer)[param->size] = '\0';
    slot->indicator = (SQLLEN)param->size;
    slot->want.column_size = slot->capacity;
    return UOW_OK;
}

uow_status uowi_encode_text(const uowi_encoder *encoder, uowi_param_slot *slot, const uowi_param *param)
{
    uow_status st;

    if (param->read != NULL) {
        encode_stream(encoder, slot, param);
        uowi_slot_text_type(encoder->stmt, slot);
        return UOW_OK;
    }
    st = uowi_encode_check_text(encoder, param);
    if (st == UOW_OK)
        st = encoder->stmt->conn->caps.text_wide ? encode_wide(encoder, slot, param) : encode_copy(encoder, slot, param);
    if (st != UOW_OK)
        return st;
    slot->want.at = slot->buffer;
    slot->want.room = (SQLLEN)slot->capacity;
    uowi_slot_text_type(encoder->stmt, slot);
    return UOW_OK;
}

uow_status uowi_encode_bytes(const uowi_encoder *encoder, uowi_param_slot *slot, const uowi_param *param)
{
    uow_status st;

    if (param->read != NULL) {
        encode_stream(encoder, slot, param);
        uowi_slot_bytes_type(slot);
        return UOW_OK;
    }
    if (param->size == UOWI_PARAM_BAD_SIZE)
        return uowi_encode_fail(encoder, param, UOW_TYPE, "the indicator of a binary member is not between 0 and its size");
    if (param->size == UOWI_PARAM_NO_DATA)
        return uowi_encode_fail(encoder, param, UOW_TYPE, "the bytes have a length, but their pointer is NULL");
    st = encode_copy(encoder, slot, param);
    if (st != UOW_OK)
        return st;
    slot->want.at = slot->buffer;
    /* SQLite's driver keeps the length it saw when bound: a new length means a new binding, never old bytes. */
    slot->want.room = (SQLLEN)param->size;
    uowi_slot_bytes_type(slot);
    return UOW_OK;
}
