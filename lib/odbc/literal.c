#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "odbc/literal.h"

#include <string.h>

#include "base/civil.h"
#include "base/decimal.h"
#include "base/utf.h"
#include "odbc/handle.h"

#define LITERAL_SCALAR 64

static uow_status literal_fail(uowi_conn *conn, const uowi_param *param, const char *what)
{
    if (param->column)
        uowi_error_column(conn->error, param->column);
    return uowi_error_set(conn->error, UOW_TYPE, "%s: %s", param->column ? param->column : "value", what);
}

/* Between double quotes only a quote and a backslash mean something; NULL and braces do not. */
static void literal_quoted(const char *text, size_t length, uowi_buf *out)
{
    size_t from = 0;

    uowi_buf_char(out, '"');
    for (size_t i = 0; i < length; i++) {
        if (text[i] != '"' && text[i] != '\\')
            continue;
        uowi_buf_add(out, text + from, i - from);
        uowi_buf_char(out, '\\');
        from = i;
    }
    uowi_buf_add(out, text + from, length - from);
    uowi_buf_char(out, '"');
}

static uow_status literal_text(uowi_conn *conn, const uowi_param *param, uowi_buf *out)
{
    size_t bad = 0;

    if (param->size >= UOWI_PARAM_NO_DATA)
        return literal_fail(conn, param, "the text has no terminating NUL");
    if (!uowi_utf8_valid(param->data, param->size, &bad))
        return literal_fail(conn, param, "the text is not UTF-8");
    if (memchr(param->data, 0, param->size))
        return literal_fail(conn, param,
                            "the text contains a NUL character, at which this database would cut it silently");
    literal_quoted(param->data, param->size, out);
    return UOW_OK;
}

/* bytea in hexadecimal: \x0aff, whose backslash is doubled by the array. */
static uow_status literal_bytes(uowi_conn *conn, const uowi_param *param, uowi_buf *out)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *data = param->data;

    if (param->size >= UOWI_PARAM_NO_DATA)
        return literal_fail(conn, param, "the indicator of a binary member is not between 0 and its size");
    uowi_buf_text(out, "\"\\\\x");
    for (size_t i = 0; i < param->size; i++) {
        const char pair[2] = {digits[data[i] >> 4], digits[data[i] & 15]};

        uowi_buf_add(out, pair, 2);
    }
    uowi_buf_char(out, '"');
    return UOW_OK;
}

static size_t literal_integer(const uowi_param *param, char *out)
{
    uint64_t value;

    if (param->type != UOW_UINT64)
        return uowi_format_int64(uowi_param_int64(param), out, LITERAL_SCALAR);
    memcpy(&value, param->data, sizeof value);
    return uowi_format_uint64(value, out, LITERAL_SCALAR);
}

static size_t literal_bool(const uowi_param *param, char *out)
{
    unsigned char value = *(const unsigned char *)param->data;

    out[0] = value ? 't' : 'f';
    return value > 1 ? 0 : 1;
}

static size_t literal_real(const uowi_param *param, char *out)
{
    float narrow;
    double value;

    if (param->type == UOW_FLOAT) {
        memcpy(&narrow, param->data, sizeof narrow);
        value = (double)narrow;
    } else {
        memcpy(&value, param->data, sizeof value);
    }
    return uowi_format_double(value, out, LITERAL_SCALAR);
}

/* Microseconds are what the database keeps; more are cut, as they are in a parameter. */
static size_t literal_time(const uowi_conn *conn, const uowi_param *param, char *out)
{
    int digits = conn->caps.fraction_digits;
    union {
        uow_date date;
        uow_time time;
        uow_timestamp timestamp;
        uow_timestamptz instant;
    } value;

    memcpy(&value, param->data, param->size <= sizeof value ? param->size : sizeof value);
    switch (param->type) {
    case UOW_DATE: return uowi_date_format(&value.date, out, LITERAL_SCALAR);
    case UOW_TIME: return uowi_time_valid(&value.time) ? uowi_time_format(&value.time, digits, out, LITERAL_SCALAR) : 0;
    case UOW_TIMESTAMP: return uowi_timestamp_format(&value.timestamp, digits, out, LITERAL_SCALAR);
    default: return uowi_timestamptz_format(&value.instant, digits, out, LITERAL_SCALAR);
    }
}

static size_t literal_decimal(const uowi_param *param, char *out)
{
    uow_decimal value;

    memcpy(&value, param->data, sizeof value);
    return uow_decimal_format(&value, out, LITERAL_SCALAR);
}

static size_t literal_guid(const uowi_param *param, char *out)
{
    uow_guid value;

    memcpy(&value, param->data, sizeof value);
    return uowi_guid_format(&value, out, LITERAL_SCALAR);
}

static uow_status literal_decimal_text(uowi_conn *conn, const uowi_param *param, uowi_buf *out)
{
    if (param->size == UOWI_PARAM_BAD_SIZE || !uowi_decimal_is_text(param->data, param->size))
        return literal_fail(conn, param, "the member holds no plain decimal text such as \"-12.50\"");
    uowi_buf_add(out, param->data, param->size);
    return UOW_OK;
}

/* A value that is neither text nor bytes, without quotes; 0 when it is no value of its type. */
static size_t literal_format(const uowi_conn *conn, const uowi_param *param, char *text)
{
    switch (param->type) {
    case UOW_BOOL: return literal_bool(param, text);
    case UOW_FLOAT:
    case UOW_DOUBLE: return literal_real(param, text);
    case UOW_DECIMAL: return literal_decimal(param, text);
    case UOW_GUID: return literal_guid(param, text);
    case UOW_DATE:
    case UOW_TIME:
    case UOW_TIMESTAMP:
    case UOW_TIMESTAMPTZ: return literal_time(conn, param, text);
    default: return literal_integer(param, text);
    }
}

static uow_status literal_no_value(uowi_conn *conn, const uowi_param *param)
{
    return literal_fail(conn, param, "the member holds no value of its type (a boolean that is not 0 or 1, a day its month "
                                     "does not have, years beyond 1 to 9999)");
}

static uow_status literal_scalar(uowi_conn *conn, const uowi_param *param, uowi_buf *out)
{
    char text[LITERAL_SCALAR];
    size_t length = literal_format(conn, param, text);

    if (length == 0)
        return literal_no_value(conn, param);
    if (param->type >= UOW_DATE) /* blanks and colons */
        literal_quoted(text, length, out);
    else
        uowi_buf_add(out, text, length);
    return UOW_OK;
}

uow_status uowi_literal_plain(uowi_conn *conn, const uowi_param *param, uowi_buf *out)
{
    char text[LITERAL_SCALAR];
    size_t length;

    if (param->type == UOW_BINARY || param->type == UOW_BLOB || param->type == UOW_TEXT || param->type == UOW_LONGTEXT ||
        param->type == UOW_DECIMAL_TEXT) {
        if (param->size >= UOWI_PARAM_NO_DATA)
            return literal_no_value(conn, param);
        uowi_buf_add(out, param->data, param->size);
        return UOW_OK;
    }
    length = literal_format(conn, param, text);
    if (length == 0)
        return literal_no_value(conn, param);
    if (param->type == UOW_BOOL)
        text[0] = text[0] == 't' ? '1' : '0';
    uowi_buf_add(out, text, length);
    return UOW_OK;
}

uow_status uowi_literal_element(uowi_conn *conn, const uowi_param *param, bool first, uowi_buf *out)
{
    if (!first)
        uowi_buf_char(out, ',');
    if (!param->data) {
        uowi_buf_text(out, "NULL");
        return UOW_OK;
    }
    switch (param->type) {
    case UOW_TEXT:
    case UOW_LONGTEXT: return literal_text(conn, param, out);
    case UOW_BINARY:
    case UOW_BLOB: return literal_bytes(conn, param, out);
    case UOW_DECIMAL_TEXT: return literal_decimal_text(conn, param, out);
    default: return literal_scalar(conn, param, out);
    }
}
