/* Reading text and binary values: whole, valid UTF-8, never cut. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "base/usual.h"
#include "base/utf.h"
#include "odbc/cell.h"

#define CODEC_FIRST 512   /* of a value of unknown length; the rest comes by SQLGetData */
#define CODEC_BOUND 1024  /* a described maximum up to this is bound whole */

#define CODEC_ONES 0x0101010101010101u
#define CODEC_HIGHS 0x8080808080808080u

/* Neither a NUL nor a byte of a longer character: most text, decided eight bytes at a time. */
UOWI_HOT static bool codec_plain(const char *text, size_t length)
{
    uint64_t word;

    if (length < sizeof word) {
        for (size_t i = 0; i < length; i++)
            if ((unsigned char)(text[i] - 1) >= 0x7f)
                return false;
        return true;
    }
    for (size_t i = 0; i + sizeof word <= length; i += sizeof word) {
        memcpy(&word, text + i, sizeof word);
        if (UOWI_RARE((((word - CODEC_ONES) | word) & CODEC_HIGHS) != 0))
            return false;
    }
    memcpy(&word, text + length - sizeof word, sizeof word);
    return (((word - CODEC_ONES) | word) & CODEC_HIGHS) == 0;
}

static uow_status codec_check(const uowi_decoder *decoder, const char *text, size_t length, bool array)
{
    size_t bad = 0;

    if (codec_plain(text, length))
        return UOW_OK;
    if (!uowi_utf8_valid(text, length, &bad))
        return uowi_cell_fail(decoder, UOW_TYPE, "the text is not UTF-8: byte %zu of %zu is wrong", bad, length);
    if (array && memchr(text, 0, length) != NULL)
        return uowi_cell_fail(decoder, UOW_TYPE,
                              "the text of %zu bytes contains a NUL character, where member %s would end", length,
                              decoder->cell->column->member);
    return UOW_OK;
}

static uow_status codec_too_long(const uowi_decoder *decoder, SQLLEN ind, size_t size)
{
    if (ind < 0)
        return uowi_cell_fail(decoder, UOW_TRUNCATED, "the value is longer than the %zu bytes member %s takes", size,
                              decoder->cell->column->member);
    return uowi_cell_fail(decoder, UOW_TRUNCATED, "the value has %zu bytes, member %s takes at most %zu", (size_t)ind,
                          decoder->cell->column->member, size);
}

/* NULL, too long, or not ASCII. */
static uow_status codec_odd_text(uowi_rowset *rowset, const uowi_cell *cell, size_t row, SQLLEN ind)
{
    const char *text = uowi_cell_image(rowset, row) + cell->value_at;
    uowi_decoder decoder = {rowset, cell, row};

    if (ind == SQL_NULL_DATA)
        return uowi_cell_null(&decoder);
    if (!uowi_cell_whole(cell, ind))
        return codec_too_long(&decoder, ind, cell->room - 1);
    return codec_check(&decoder, text, (size_t)ind, true);
}

UOWI_HOT static uow_status finish_text(uowi_rowset *rowset, const uowi_cell *cell, size_t rows)
{
    const size_t room = cell->room;
    uow_status st = UOW_OK;

    for (size_t row = 0; row < rows && st == UOW_OK; row++) {
        SQLLEN ind = *uowi_cell_ind(rowset, cell, row);
        char *text = uowi_cell_image(rowset, row) + cell->value_at;
        bool whole = (size_t)ind < room; /* negative ones are huge */

        if (UOWI_USUAL(whole))
            text[ind] = '\0'; /* MariaDB's driver writes none when the value just fits */
        if (UOWI_RARE(!whole) || UOWI_RARE(!codec_plain(text, (size_t)ind)))
            st = codec_odd_text(rowset, cell, row, ind);
    }
    return st;
}

static uow_status decode_text(const uowi_decoder *decoder, const char *value, size_t length, void *out, size_t size)
{
    if (length >= size)
        return codec_too_long(decoder, (SQLLEN)length, size - 1);
    memcpy(out, value, length);
    ((char *)out)[length] = '\0';
    return codec_check(decoder, value, length, true);
}

static uow_status codec_from_wide(const uowi_decoder *decoder, const char *value, size_t bytes, char *out, size_t size,
                                  size_t *out_length)
{
    const uint16_t *units = (const uint16_t *)(const void *)value; /* staging is aligned */
    size_t length = uowi_utf16_to_utf8(units, bytes / 2, NULL, 0);

    if (length == UOWI_UTF_ERROR)
        return uowi_cell_fail(decoder, UOW_TYPE, "the text is not UTF-16: it has half a surrogate pair");
    if (length >= size)
        return codec_too_long(decoder, (SQLLEN)length, size - 1);
    (void)uowi_utf16_to_utf8(units, bytes / 2, out, size);
    out[length] = '\0';
    *out_length = length;
    return UOW_OK;
}

static uow_status decode_wide(const uowi_decoder *decoder, const char *value, size_t length, void *out, size_t size)
{
    size_t bytes = 0;
    uow_status st = codec_from_wide(decoder, value, length, out, size, &bytes);

    return st == UOW_OK ? codec_check(decoder, out, bytes, true) : st;
}

void uowi_choose_text(bool wide, uowi_cell *cell)
{
    size_t size = cell->column->converter != NULL ? cell->column->converter->db_size : cell->column->size;

    if (uowi_sql_is_binary(cell->sql_type)) { /* as characters one driver gives hexadecimal, another X'..' */
        cell->c_type = SQL_C_BINARY;
        cell->room = size - 1;
        cell->decode = decode_text;
        return;
    }
    if (wide) {
        cell->c_type = SQL_C_WCHAR;
        cell->room = size * sizeof(uint16_t);
        cell->decode = decode_wide;
        return;
    }
    cell->c_type = SQL_C_CHAR;
    cell->room = size;
    cell->decode = decode_text;
    cell->straight = true;
    cell->finish = finish_text;
}

static uow_status decode_long_text(const uowi_decoder *decoder, const char *value, size_t length, void *out, size_t size)
{
    /* Staging and arena are both the rowset's own memory and may be handed out. */
    uow_text text = {(char *)(uintptr_t)value, length};

    (void)size;
    if (length < decoder->cell->room)
        text.data[length] = '\0';
    else if (length == decoder->cell->room) /* bytes that fill the buffer leave no place for the NUL */
        text.data = uowi_arena_text(&decoder->rowset->arena, value, length);
    if (text.data == NULL)
        return uowi_error_no_memory(decoder->rowset->binder.stmt->conn->error);
    memcpy(out, &text, sizeof text);
    return codec_check(decoder, value, length, false);
}

static uow_status decode_long_wide(const uowi_decoder *decoder, const char *value, size_t length, void *out, size_t size)
{
    size_t room = length / 2 * 3 + 1; /* a unit makes at most three bytes */
    uow_text text = {uowi_arena_alloc(&decoder->rowset->arena, room), 0};
    uow_status st;

    (void)size;
    if (text.data == NULL)
        return uowi_error_no_memory(decoder->rowset->binder.stmt->conn->error);
    st = codec_from_wide(decoder, value, length, text.data, room, &text.length);
    memcpy(out, &text, sizeof text);
    return st;
}

static uow_status decode_blob(const uowi_decoder *decoder, const char *value, size_t length, void *out, size_t size)
{
    uow_blob blob = {(void *)(uintptr_t)value, length};

    (void)decoder;
    (void)size;
    memcpy(out, &blob, sizeof blob);
    return UOW_OK;
}

/* Bound whole when the described maximum is small and kept to. */
static bool codec_bounded(const uowi_dialect *dialect, uowi_cell *cell, const uowi_column_desc *desc, size_t unit)
{
    if (dialect->sizes_lie || desc->size == 0 || desc->size > CODEC_BOUND ||
        cell->sql_type == SQL_LONGVARCHAR || cell->sql_type == SQL_WLONGVARCHAR || cell->sql_type == SQL_LONGVARBINARY)
        return false;
    cell->room = (size_t)desc->size * unit + 2; /* and a NUL, of either width */
    return cell->room <= CODEC_BOUND;
}

void uowi_choose_long(const uowi_dialect *dialect, bool wide, uowi_cell *cell, const uowi_column_desc *desc)
{
    bool binary = uowi_sql_is_binary(cell->sql_type);

    wide = wide && cell->type == UOW_LONGTEXT && !binary;
    if (cell->type == UOW_BLOB) {
        cell->c_type = SQL_C_BINARY;
        cell->decode = decode_blob;
    } else if (binary) {
        cell->c_type = SQL_C_BINARY;
        cell->decode = decode_long_text;
    } else {
        cell->c_type = wide ? SQL_C_WCHAR : SQL_C_CHAR;
        cell->decode = wide ? decode_long_wide : decode_long_text;
    }
    if (codec_bounded(dialect, cell, desc, 4))
        return;
    cell->room = CODEC_FIRST;
    cell->overflows = true;
}

/* Without an indicator a binary member has always all its bytes. */
static uow_status codec_exact(const uowi_decoder *decoder, size_t length, size_t size)
{
    if (decoder->cell->indicated || length == size)
        return UOW_OK;
    return uowi_cell_fail(decoder, UOW_TYPE, "the value has %zu bytes, member %s has %zu and no indicator for fewer",
                          length, decoder->cell->column->member, size);
}

static uow_status finish_binary(uowi_rowset *rowset, const uowi_cell *cell, size_t rows)
{
    uow_status st = UOW_OK;

    for (size_t row = 0; row < rows && st == UOW_OK; row++) {
        SQLLEN ind = *uowi_cell_ind(rowset, cell, row);
        char *bytes = uowi_cell_image(rowset, row) + cell->value_at;
        uowi_decoder decoder = {rowset, cell, row};

        if (ind == SQL_NULL_DATA) {
            st = uowi_cell_null(&decoder);
        } else if (!uowi_cell_whole(cell, ind)) {
            st = codec_too_long(&decoder, ind, cell->room);
        } else {
            memset(bytes + ind, 0, cell->room - (size_t)ind);
            st = codec_exact(&decoder, (size_t)ind, cell->room);
        }
    }
    return st;
}

static uow_status decode_binary(const uowi_decoder *decoder, const char *value, size_t length, void *out, size_t size)
{
    if (length > size)
        return codec_too_long(decoder, (SQLLEN)length, size);
    memcpy(out, value, length);
    return codec_exact(decoder, length, size);
}

void uowi_choose_binary(uowi_cell *cell)
{
    cell->c_type = SQL_C_BINARY;
    cell->room = cell->column->converter != NULL ? cell->column->converter->db_size : cell->column->size;
    cell->decode = decode_binary;
    cell->straight = true;
    cell->finish = finish_binary;
}
