/* Reading integers, booleans, floating point and decimals: nothing wraps, nothing is rounded unseen. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <math.h>
#include <float.h>
#include <string.h>

#include "base/decimal.h"
#include "base/usual.h"
#include "base/utf.h"
#include "odbc/cell.h"

#define CODEC_NUMBER_TEXT 128 /* MariaDB's DECIMAL(65,30), doubles, with room to see that more does not fit */
#define CODEC_SHORT_TEXT 32   /* 64 bits or a double, where the database has no longer numbers: rows stay small */

typedef struct codec_integer {
    size_t width;
    bool is_signed;
    SQLSMALLINT c_type;
    int64_t low;
    uint64_t high;
    const char *name;
} codec_integer;

static const codec_integer codec_integers[] = {
    [UOW_INT8] = {1, true, SQL_C_STINYINT, INT8_MIN, INT8_MAX, "int8 (-128..127)"},
    [UOW_INT16] = {2, true, SQL_C_SSHORT, INT16_MIN, INT16_MAX, "int16 (-32768..32767)"},
    [UOW_INT32] = {4, true, SQL_C_SLONG, INT32_MIN, INT32_MAX, "int32 (-2147483648..2147483647)"},
    [UOW_INT64] = {8, true, SQL_C_SBIGINT, INT64_MIN, INT64_MAX, "int64 (-9223372036854775808..9223372036854775807)"},
    [UOW_UINT8] = {1, false, SQL_C_UTINYINT, 0, UINT8_MAX, "uint8 (0..255)"},
    [UOW_UINT16] = {2, false, SQL_C_USHORT, 0, UINT16_MAX, "uint16 (0..65535)"},
    [UOW_UINT32] = {4, false, SQL_C_ULONG, 0, UINT32_MAX, "uint32 (0..4294967295)"},
    [UOW_UINT64] = {8, false, SQL_C_UBIGINT, 0, UINT64_MAX, "uint64 (0..18446744073709551615)"},
};

static size_t codec_sql_width(SQLSMALLINT sql_type)
{
    switch (sql_type) {
    case SQL_TINYINT:
        return 1;
    case SQL_SMALLINT:
        return 2;
    case SQL_INTEGER:
        return 4;
    case SQL_BIGINT:
        return 8;
    default:
        return 0;
    }
}

static inline void codec_store(const uowi_cell *cell, uint64_t bits, void *out)
{
    uint8_t u8 = (uint8_t)bits;
    uint16_t u16 = (uint16_t)bits;
    uint32_t u32 = (uint32_t)bits;

    switch (codec_integers[cell->type].width) {
    case 1:
        memcpy(out, &u8, sizeof u8);
        break;
    case 2:
        memcpy(out, &u16, sizeof u16);
        break;
    case 4:
        memcpy(out, &u32, sizeof u32);
        break;
    default:
        memcpy(out, &bits, sizeof bits);
        break;
    }
}

static uow_status codec_store_signed(const uowi_decoder *decoder, int64_t number, void *out)
{
    const codec_integer *to = &codec_integers[decoder->cell->type];

    if (number < to->low || (number > 0 && (uint64_t)number > to->high))
        return uowi_cell_fail(decoder, UOW_TYPE, "the value %lld is outside %s", (long long)number, to->name);
    codec_store(decoder->cell, (uint64_t)number, out);
    return UOW_OK;
}

static uow_status codec_store_unsigned(const uowi_decoder *decoder, uint64_t number, void *out)
{
    const codec_integer *to = &codec_integers[decoder->cell->type];

    if (number > to->high)
        return uowi_cell_fail(decoder, UOW_TYPE, "the value %llu is outside %s", (unsigned long long)number, to->name);
    codec_store(decoder->cell, number, out);
    return UOW_OK;
}

static uow_status decode_signed(const uowi_decoder *decoder, const char *value, size_t length, void *out, size_t size)
{
    int64_t number;

    (void)length;
    (void)size;
    memcpy(&number, value, sizeof number);
    return codec_store_signed(decoder, number, out);
}

static uow_status decode_unsigned(const uowi_decoder *decoder, const char *value, size_t length, void *out, size_t size)
{
    uint64_t number;

    (void)length;
    (void)size;
    memcpy(&number, value, sizeof number);
    return codec_store_unsigned(decoder, number, out);
}

static uow_status decode_digits(const uowi_decoder *decoder, const char *value, size_t length, void *out, size_t size)
{
    int64_t number;
    uint64_t large;

    (void)size;
    if (uowi_parse_int64(value, length, &number))
        return codec_store_signed(decoder, number, out);
    if (uowi_parse_uint64(value, length, &large))
        return codec_store_unsigned(decoder, large, out);
    return uowi_cell_fail_value(decoder, codec_integers[decoder->cell->type].name, value, length);
}

static void codec_as_text(uowi_cell *cell, uowi_decode_fn decode)
{
    cell->c_type = SQL_C_CHAR;
    cell->room = CODEC_NUMBER_TEXT;
    cell->decode = decode;
    cell->digits = true;
}

/* Up to 18 digits and nothing else, which is what nearly all are; the rest is for decode_digits. */
static bool codec_plain_digits(const char *text, size_t length, int64_t *out)
{
    bool negative = *text == '-';
    size_t i = negative ? 1 : 0;
    int64_t value = 0;

    if (length <= i || length > 18)
        return false;
    for (; i < length && uowi_ascii_digit(text[i]); i++)
        value = value * 10 + (text[i] - '0');
    *out = negative ? -value : value;
    return i == length;
}

/* decode_digits of a block, without its steps where they have nothing to do. */
UOWI_HOT static uow_status codec_finish_digits(uowi_rowset *rowset, const uowi_cell *cell, size_t rows)
{
    const codec_integer *to = &codec_integers[cell->type];
    uow_status st = UOW_OK;

    for (size_t row = 0; row < rows && st == UOW_OK; row++) {
        char *image = uowi_cell_image(rowset, row);
        SQLLEN ind = *uowi_cell_ind(rowset, cell, row);
        int64_t number;

        if (ind > 0 && codec_plain_digits(image + cell->value_at, (size_t)ind, &number) && number >= to->low &&
            (number < 0 || (uint64_t)number <= to->high))
            codec_store(cell, (uint64_t)number, image + cell->column->offset);
        else
            st = uowi_finish_value(rowset, cell, row);
    }
    return st;
}

/* Of a database whose integers have 64 bits and whose columns hold anything. */
static void codec_as_digits(uowi_cell *cell)
{
    codec_as_text(cell, decode_digits);
    cell->room = CODEC_SHORT_TEXT;
    if (cell->column->converter == NULL && !cell->indicated)
        cell->finish = codec_finish_digits;
}

/*
 * Straight only where the column's type cannot hold more than the member. What psqlodbc calls an unsigned INTEGER is an
 * oid; SQLite's columns hold anything whatever they were declared, and its driver turns 1.5 and 'abc' into 1 and NULL.
 */
void uowi_choose_integer(const uowi_dialect *dialect, uowi_cell *cell, const uowi_column_desc *desc)
{
    const codec_integer *to = &codec_integers[cell->type];
    size_t width = codec_sql_width(cell->sql_type);

    if (dialect->ints_are_64bit) {
        codec_as_digits(cell);
        return;
    }
    if (width == 0 && cell->sql_type != SQL_BIT) {
        codec_as_text(cell, decode_digits);
        return;
    }
    if (to->is_signed == !desc->is_unsigned ? width > 0 && to->width >= width
                                            : to->is_signed && width > 0 && to->width > width) {
        cell->c_type = to->c_type;
        cell->room = to->width;
        cell->straight = true;
        cell->finish = uowi_finish_scalar;
        cell->decode = to->is_signed ? decode_signed : decode_unsigned;
        if (cell->column->converter == NULL)
            return;
    }
    cell->straight = false;
    cell->finish = uowi_finish_staged;
    cell->c_type = desc->is_unsigned && width == 8 ? SQL_C_UBIGINT : SQL_C_SBIGINT;
    cell->decode = desc->is_unsigned && width == 8 ? decode_unsigned : decode_signed;
    cell->room = 8;
}

static uow_status codec_store_bool(const uowi_decoder *decoder, bool is, void *out)
{
    (void)decoder;
    *(unsigned char *)out = is ? 1 : 0;
    return UOW_OK;
}

static uow_status decode_bool_number(const uowi_decoder *decoder, const char *value, size_t length, void *out,
                                     size_t size)
{
    int64_t number;

    (void)length;
    (void)size;
    memcpy(&number, value, sizeof number);
    if (number != 0 && number != 1)
        return uowi_cell_fail(decoder, UOW_TYPE, "the value %lld is no boolean (0 or 1)", (long long)number);
    return codec_store_bool(decoder, number == 1, out);
}

static uow_status decode_bool_text(const uowi_decoder *decoder, const char *value, size_t length, void *out, size_t size)
{
    static const char *const words[] = {"0", "1", "f", "t", "false", "true"};

    (void)size;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (length == strlen(words[i]) && memcmp(value, words[i], length) == 0)
            return codec_store_bool(decoder, i % 2 == 1, out);
    return uowi_cell_fail_value(decoder, "a boolean (0 or 1)", value, length);
}

void uowi_choose_bool(const uowi_dialect *dialect, uowi_cell *cell, const uowi_column_desc *desc)
{
    (void)desc;
    if (dialect->ints_are_64bit || (cell->sql_type != SQL_BIT && codec_sql_width(cell->sql_type) == 0)) {
        codec_as_text(cell, decode_bool_text);
        return;
    }
    cell->c_type = SQL_C_SBIGINT; /* not SQL_C_BIT, which makes 7 a 1 or a 7 as the driver pleases */
    cell->room = 8;
    cell->decode = decode_bool_number;
}

static uow_status codec_store_real(const uowi_decoder *decoder, double number, void *out)
{
    float narrow = (float)number;

    if (UOWI_USUAL(decoder->cell->type == UOW_DOUBLE)) {
        memcpy(out, &number, sizeof number);
        return UOW_OK;
    }
    if (isinf(narrow) && !isinf(number))
        return uowi_cell_fail(decoder, UOW_TYPE, "the value is outside the range of a float");
    memcpy(out, &narrow, sizeof narrow);
    return UOW_OK;
}

static uow_status decode_real(const uowi_decoder *decoder, const char *value, size_t length, void *out, size_t size)
{
    double number;

    (void)length;
    (void)size;
    memcpy(&number, value, sizeof number);
    return codec_store_real(decoder, number, out);
}

UOWI_HOT static uow_status decode_real_text(const uowi_decoder *decoder, const char *value, size_t length, void *out,
                                            size_t size)
{
    double number;

    (void)size;
    if (!uowi_parse_double(value, length, &number))
        return uowi_cell_fail_value(decoder, "a number", value, length);
    return codec_store_real(decoder, number, out);
}

/* SQLite's driver goes through text anyhow, and as text nothing but a number passes. */
void uowi_choose_real(const uowi_dialect *dialect, uowi_cell *cell, const uowi_column_desc *desc)
{
    bool real = cell->sql_type == SQL_REAL || cell->sql_type == SQL_FLOAT || cell->sql_type == SQL_DOUBLE;

    (void)desc;
    if (dialect->ints_are_64bit || (!real && codec_sql_width(cell->sql_type) == 0)) {
        codec_as_text(cell, decode_real_text);
        if (dialect->ints_are_64bit)
            cell->room = CODEC_SHORT_TEXT;
        return;
    }
    cell->c_type = SQL_C_DOUBLE;
    cell->room = sizeof(double);
    cell->decode = decode_real;
    if (cell->type == UOW_DOUBLE) {
        cell->straight = true;
        cell->finish = uowi_finish_scalar;
    }
}

static uow_status decode_decimal(const uowi_decoder *decoder, const char *value, size_t length, void *out, size_t size)
{
    char plain[CODEC_NUMBER_TEXT];
    uow_decimal number;
    size_t plain_length = uowi_decimal_plain(value, length, plain, sizeof plain);

    (void)size;
    if (plain_length == 0 || !uowi_decimal_parse_n(plain, plain_length, &number))
        return uowi_cell_fail_value(decoder, "a decimal of at most 38 digits", value, length);
    memcpy(out, &number, sizeof number);
    return UOW_OK;
}

static uow_status decode_decimal_text(const uowi_decoder *decoder, const char *value, size_t length, void *out,
                                      size_t size)
{
    char plain[CODEC_NUMBER_TEXT];

    if (!uowi_decimal_is_text(value, length)) {
        size_t plain_length = uowi_decimal_plain(value, length, plain, sizeof plain);

        if (plain_length == 0)
            return uowi_cell_fail_value(decoder, "a plain decimal", value, length);
        value = plain;
        length = plain_length;
    }
    if (length >= size)
        return uowi_cell_fail(decoder, UOW_TRUNCATED, "the value has %zu characters, member %s takes at most %zu", length,
                              decoder->cell->column->member, size - 1);
    memcpy(out, value, length);
    ((char *)out)[length] = '\0';
    return UOW_OK;
}

void uowi_choose_decimal(const uowi_dialect *dialect, uowi_cell *cell, const uowi_column_desc *desc)
{
    (void)dialect;
    (void)desc;
    codec_as_text(cell, cell->type == UOW_DECIMAL ? decode_decimal : decode_decimal_text);
}
