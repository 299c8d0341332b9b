/* How each type of the program travels to the driver as a parameter: one table row per type. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "base/civil.h"
#include "base/decimal.h"
#include "base/utf.h"
#include "odbc/slot.h"

typedef struct encode_row {
    SQLSMALLINT c_type;
    SQLSMALLINT sql_type;
    SQLULEN column_size;
    uow_status (*encode)(const uowi_encoder *encoder, uowi_param_slot *slot, const uowi_param *param);
} encode_row;

uow_status uowi_encode_fail(const uowi_encoder *encoder, const uowi_param *param, uow_status status,
                            const char *format, ...)
{
    uow_error *error = encoder->stmt->conn->error;
    uowi_buf text;
    va_list args;

    uowi_buf_init(&text, encoder->stmt->conn->mem, 512);
    va_start(args, format);
    uowi_buf_vfmt(&text, format, args);
    va_end(args);
    if (param->column != NULL)
        status = uowi_error_set(error, status, "%s: %s", param->column, uowi_buf_cstr(&text));
    else
        status = uowi_error_set(error, status, "parameter %zu: %s", encoder->index + 1, uowi_buf_cstr(&text));
    if (param->column != NULL)
        uowi_error_column(error, param->column);
    if (encoder->stmt->sql != NULL)
        uowi_error_statement(error, encoder->stmt->sql);
    uowi_buf_done(&text);
    return status;
}

static uow_status encode_integer(const uowi_encoder *encoder, uowi_param_slot *slot, const uowi_param *param)
{
    (void)encoder;
    slot->fixed.i = uowi_param_int64(param);
    return UOW_OK;
}

static void encode_short_text(uowi_param_slot *slot, SQLSMALLINT sql_type, size_t length)
{
    slot->want.c_type = SQL_C_CHAR;
    slot->want.sql_type = sql_type;
    slot->want.room = (SQLLEN)sizeof slot->fixed.text;
    slot->indicator = (SQLLEN)length;
}

/* Past 2^63 drivers differ: the digits as NUMERIC text are understood everywhere but where integers have 64 bits. */
static uow_status encode_uint64(const uowi_encoder *encoder, uowi_param_slot *slot, const uowi_param *param)
{
    uint64_t value;

    memcpy(&value, param->data, sizeof value);
    if (value <= INT64_MAX) {
        slot->fixed.i = (int64_t)value;
        return UOW_OK;
    }
    if (encoder->stmt->conn->dialect->ints_are_64bit)
        return uowi_encode_fail(encoder, param, UOW_TYPE,
                                "an unsigned value above 9223372036854775807 is beyond this database's integers");
    if (encoder->stmt->conn->dialect->unsigned_lost)
        return uowi_encode_fail(encoder, param, UOW_TYPE,
                                "whether this database keeps unsigned values above 9223372036854775807 is not known: "
                                "\"uow probe --try\" finds out");
    encode_short_text(slot, SQL_NUMERIC, uowi_format_uint64(value, slot->fixed.text, sizeof slot->fixed.text));
    slot->want.column_size = 20;
    return UOW_OK;
}

static uow_status encode_real(const uowi_encoder *encoder, uowi_param_slot *slot, const uowi_param *param, double value)
{
    if (isnan(value) && encoder->stmt->conn->dialect->nan_is_null)
        return uowi_encode_fail(encoder, param, UOW_TYPE, "this database would store NaN as NULL");
    slot->fixed.d = value;
    return UOW_OK;
}

static uow_status encode_float(const uowi_encoder *encoder, uowi_param_slot *slot, const uowi_param *param)
{
    float value;

    memcpy(&value, param->data, sizeof value);
    return encode_real(encoder, slot, param, (double)value);
}

static uow_status encode_double(const uowi_encoder *encoder, uowi_param_slot *slot, const uowi_param *param)
{
    double value;

    memcpy(&value, param->data, sizeof value);
    return encode_real(encoder, slot, param, value);
}

static uow_status encode_bool(const uowi_encoder *encoder, uowi_param_slot *slot, const uowi_param *param)
{
    unsigned char value = *(const unsigned char *)param->data;

    if (value > 1)
        return uowi_encode_fail(encoder, param, UOW_TYPE, "a boolean holds %u, not 0 or 1", (unsigned)value);
    if (encoder->stmt->conn->dialect->boolean_type) {
        slot->fixed.bit = value;
        return UOW_OK;
    }
    slot->want.c_type = SQL_C_SBIGINT; /* a number where there is no boolean */
    slot->want.sql_type = SQL_SMALLINT;
    slot->want.column_size = 5;
    slot->fixed.i = value;
    return UOW_OK;
}

#define ENCODE_DOUBLE_DIGITS 15 /* that every double gives back */
#define ENCODE_DECIMAL_DIGITS 38 /* that can be read again */

/* Digits from the first that is not 0. */
static size_t encode_significant(const char *text, size_t length)
{
    size_t digits = 0;

    for (size_t i = 0; i < length; i++)
        digits += uowi_ascii_digit(text[i]) && (digits > 0 || text[i] != '0');
    return digits;
}

/*
 * SQLite compares a text with the result of an expression by their types, so that every number is less: an argument
 * travels as the number it is where a number of the database holds it exactly. What is stored stays text, which
 * keeps "12.50" in a column of text. True when the slot has the number.
 */
static bool encode_decimal_number(const uowi_encoder *encoder, uowi_param_slot *slot, const uowi_param *param,
                                  const char *text, size_t length)
{
    if (!param->compared || !encoder->stmt->conn->dialect->decimal_args_as_numbers)
        return false;
    if (uowi_parse_int64(text, length, &slot->fixed.i)) {
        slot->want.c_type = SQL_C_SBIGINT;
        slot->want.sql_type = SQL_BIGINT;
        slot->want.column_size = 19;
        return true;
    }
    if (encode_significant(text, length) > ENCODE_DOUBLE_DIGITS || !uowi_parse_double(text, length, &slot->fixed.d))
        return false;
    slot->want.c_type = SQL_C_DOUBLE;
    slot->want.sql_type = SQL_DOUBLE;
    slot->want.column_size = 15;
    return true;
}

/* Exact: through a double only where that gives the same digits back. */
static uow_status encode_decimal(const uowi_encoder *encoder, uowi_param_slot *slot, const uowi_param *param)
{
    uow_decimal value;
    char text[sizeof slot->fixed.text];
    size_t length;

    memcpy(&value, param->data, sizeof value);
    length = uow_decimal_format(&value, text, sizeof text);
    if (length == 0)
        return uowi_encode_fail(encoder, param, UOW_TYPE, "a decimal with scale %d: it must be 0 to 38", (int)value.scale);
    if (encode_significant(text, length) > ENCODE_DECIMAL_DIGITS)
        return uowi_encode_fail(encoder, param, UOW_TYPE, "a decimal of more than 38 digits");
    if (encode_decimal_number(encoder, slot, param, text, length))
        return UOW_OK;
    memcpy(slot->fixed.text, text, length + 1);
    encode_short_text(slot, SQL_DECIMAL, length);
    slot->want.digits = (SQLSMALLINT)value.scale;
    return UOW_OK;
}

static uow_status encode_decimal_text(const uowi_encoder *encoder, uowi_param_slot *slot, const uowi_param *param)
{
    const char *point;
    uow_status st;

    if (param->size == UOWI_PARAM_BAD_SIZE)
        return uowi_encode_fail(encoder, param, UOW_TYPE, "the decimal text has no terminating NUL");
    if (!uowi_decimal_is_text(param->data, param->size))
        return uowi_encode_fail(encoder, param, UOW_TYPE, "the member holds no plain decimal text such as \"-12.50\"");
    if (encode_decimal_number(encoder, slot, param, param->data, param->size))
        return UOW_OK;
    st = uowi_slot_room(encoder, slot, param->size + 1);
    if (st != UOW_OK)
        return st;
    memcpy(slot->buffer, param->data, param->size);
    ((char *)slot->buffer)[param->size] = '\0';
    encode_short_text(slot, SQL_DECIMAL, param->size);
    slot->want.at = slot->buffer;
    slot->want.room = (SQLLEN)slot->capacity;
    point = memchr(param->data, '.', param->size);
    slot->want.digits = point == NULL ? 0 : (SQLSMALLINT)(param->size - 1 - (size_t)(point - (const char *)param->data));
    return UOW_OK;
}

/* As untyped text: PostgreSQL takes it for a uuid, the others keep it as text. */
static uow_status encode_guid(const uowi_encoder *encoder, uowi_param_slot *slot, const uowi_param *param)
{
    uow_guid value;

    (void)encoder;
    memcpy(&value, param->data, sizeof value);
    encode_short_text(slot, SQL_VARCHAR, uowi_guid_format(&value, slot->fixed.text, sizeof slot->fixed.text));
    return UOW_OK;
}

static const encode_row encode_rows[] = {
    [UOW_INT8] = {SQL_C_SBIGINT, SQL_SMALLINT, 5, encode_integer},
    [UOW_INT16] = {SQL_C_SBIGINT, SQL_SMALLINT, 5, encode_integer},
    [UOW_INT32] = {SQL_C_SBIGINT, SQL_INTEGER, 10, encode_integer},
    [UOW_INT64] = {SQL_C_SBIGINT, SQL_BIGINT, 19, encode_integer},
    [UOW_UINT8] = {SQL_C_SBIGINT, SQL_SMALLINT, 5, encode_integer},
    [UOW_UINT16] = {SQL_C_SBIGINT, SQL_INTEGER, 10, encode_integer},
    [UOW_UINT32] = {SQL_C_SBIGINT, SQL_BIGINT, 19, encode_integer},
    [UOW_UINT64] = {SQL_C_SBIGINT, SQL_BIGINT, 19, encode_uint64},
    [UOW_FLOAT] = {SQL_C_DOUBLE, SQL_DOUBLE, 15, encode_float},
    [UOW_DOUBLE] = {SQL_C_DOUBLE, SQL_DOUBLE, 15, encode_double},
    [UOW_BOOL] = {SQL_C_BIT, SQL_BIT, 1, encode_bool},
    [UOW_TEXT] = {SQL_C_CHAR, SQL_VARCHAR, 0, uowi_encode_text},
    [UOW_LONGTEXT] = {SQL_C_CHAR, SQL_VARCHAR, 0, uowi_encode_text},
    [UOW_BINARY] = {SQL_C_BINARY, SQL_VARBINARY, 0, uowi_encode_bytes},
    [UOW_BLOB] = {SQL_C_BINARY, SQL_VARBINARY, 0, uowi_encode_bytes},
    [UOW_DECIMAL] = {SQL_C_CHAR, SQL_DECIMAL, 38, encode_decimal},
    [UOW_DECIMAL_TEXT] = {SQL_C_CHAR, SQL_DECIMAL, 38, encode_decimal_text},
    [UOW_DATE] = {SQL_C_CHAR, SQL_TYPE_DATE, 10, uowi_encode_time},
    /* as SQL_TYPE_TIME MariaDB's driver refuses a fraction: 22008 */
    [UOW_TIME] = {SQL_C_CHAR, SQL_VARCHAR, 18, uowi_encode_time},
    [UOW_TIMESTAMP] = {SQL_C_CHAR, SQL_TYPE_TIMESTAMP, 29, uowi_encode_time},
    [UOW_TIMESTAMPTZ] = {SQL_C_CHAR, SQL_VARCHAR, 40, uowi_encode_time},
    [UOW_GUID] = {SQL_C_CHAR, SQL_VARCHAR, 36, encode_guid},
};

uow_status uowi_encode(const uowi_encoder *encoder, uowi_param_slot *slot, const uowi_param *param)
{
    size_t type = (size_t)param->type;
    const encode_row *row;

    if (type >= sizeof encode_rows / sizeof encode_rows[0] || encode_rows[type].encode == NULL)
        return uowi_encode_fail(encoder, param, UOW_MISUSE, "%zu is no uow_type", type);
    row = &encode_rows[type];
    slot->want.c_type = row->c_type;
    slot->want.sql_type = row->sql_type;
    slot->want.column_size = row->column_size;
    slot->want.digits = 0;
    slot->want.at = &slot->fixed;
    slot->want.room = (SQLLEN)sizeof slot->fixed;
    slot->indicator = 0; /* for scalars drivers look only whether it is SQL_NULL_DATA */
    slot->read = NULL;
    slot->type = param->type;
    slot->column = param->column;
    if (param->data != NULL || param->read != NULL)
        return row->encode(encoder, slot, param);
    /* NULL keeps whatever binding the slot has for this kind of value, so that it costs no rebinding. */
    if (slot->bound.at != NULL && slot->bound.sql_type == row->sql_type)
        slot->want = slot->bound;
    else if (row->column_size == 0)
        slot->want.column_size = 1;
    slot->indicator = SQL_NULL_DATA;
    return UOW_OK;
}
