/* Dates and times as parameters: text with as many digits as the database keeps, or ODBC's struct. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "base/civil.h"
#include "odbc/slot.h"

/* No fraction, no digits: in SQLite, where these are text, "12:00:00" must equal what CURRENT_TIMESTAMP wrote. */
static int encode_digits(const uowi_encoder *encoder, uint32_t fraction)
{
    int digits = encoder->stmt->conn->caps.fraction_digits;

    if (fraction == 0)
        return 0;
    return digits > 0 && digits < 9 ? digits : 9;
}

static size_t encode_date(const uowi_encoder *encoder, uowi_param_slot *slot, const uowi_param *param)
{
    uow_date value;

    (void)encoder;
    memcpy(&value, param->data, sizeof value);
    return uowi_date_valid(&value) ? uowi_date_format(&value, slot->fixed.text, sizeof slot->fixed.text) : 0;
}

static size_t encode_clock(const uowi_encoder *encoder, uowi_param_slot *slot, const uowi_param *param)
{
    uow_time value;
    int digits;

    memcpy(&value, param->data, sizeof value);
    if (!uowi_time_valid(&value))
        return 0;
    digits = encode_digits(encoder, value.fraction);
    slot->want.digits = (SQLSMALLINT)digits;
    return uowi_time_format(&value, digits, slot->fixed.text, sizeof slot->fixed.text);
}

static uint32_t encode_power(int exponent)
{
    uint32_t power = 1;

    while (exponent-- > 0)
        power *= 10;
    return power;
}

static size_t encode_timestamp(const uowi_encoder *encoder, uowi_param_slot *slot, const uowi_param *param)
{
    uow_timestamp value;
    int digits;
    uint32_t unit;

    memcpy(&value, param->data, sizeof value);
    if (!uowi_timestamp_valid(&value))
        return 0;
    digits = encode_digits(encoder, value.fraction);
    if (encoder->stmt->conn->dialect->timestamp_as_text)
        return uowi_timestamp_format(&value, digits, slot->fixed.text, sizeof slot->fixed.text);
    digits = encode_digits(encoder, 1);
    unit = encode_power(9 - digits);
    value.fraction -= value.fraction % unit;
    slot->want.c_type = SQL_C_TYPE_TIMESTAMP;
    slot->want.column_size = (SQLULEN)(20 + digits);
    slot->want.digits = (SQLSMALLINT)digits;
    memcpy(&slot->fixed.timestamp, &value, sizeof slot->fixed.timestamp);
    return sizeof slot->fixed.timestamp;
}

/* Where the database has no offsets the instant is stored as UTC. */
static size_t encode_instant(const uowi_encoder *encoder, uowi_param_slot *slot, const uowi_param *param)
{
    uow_timestamptz value;
    uow_timestamp utc;
    uowi_param as_utc = *param;

    memcpy(&value, param->data, sizeof value);
    if (!uowi_timestamptz_valid(&value))
        return 0;
    if (encoder->stmt->conn->dialect->offset_lost)
        return 0;
    if (encoder->stmt->conn->dialect->offset_type)
        return uowi_timestamptz_format(&value, encode_digits(encoder, value.local.fraction), slot->fixed.text,
                                       sizeof slot->fixed.text);
    utc = uowi_timestamptz_utc(&value);
    as_utc.data = &utc;
    slot->want.sql_type = SQL_TYPE_TIMESTAMP;
    slot->want.column_size = 29;
    return encode_timestamp(encoder, slot, &as_utc);
}

uow_status uowi_encode_time(const uowi_encoder *encoder, uowi_param_slot *slot, const uowi_param *param)
{
    size_t length = 0;

    switch (param->type) {
    case UOW_DATE:
        length = encode_date(encoder, slot, param);
        break;
    case UOW_TIME:
        length = encode_clock(encoder, slot, param);
        break;
    case UOW_TIMESTAMP:
        length = encode_timestamp(encoder, slot, param);
        break;
    default:
        length = encode_instant(encoder, slot, param);
        break;
    }
    if (length == 0 && param->type == UOW_TIMESTAMPTZ && encoder->stmt->conn->dialect->offset_lost)
        return uowi_encode_fail(encoder, param, UOW_TYPE,
                                "the driver's profile says that a moment with its offset comes back as another one");
    if (length == 0)
        return uowi_encode_fail(encoder, param, UOW_TYPE,
                                "the member holds no date or time (years 1 to 9999, a day its month has, 24 hours)");
    slot->indicator = (SQLLEN)length;
    return UOW_OK;
}
