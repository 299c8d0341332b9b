/* Reading dates, times and GUIDs. What a driver hides (infinity, zero dates) is found out or refused. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <math.h>
#include <string.h>

#include "base/civil.h"
#include "odbc/cell.h"

#define CODEC_TIME_TEXT 64

/*
 * psqlodbc makes 'infinity' of a timestamp 9999-12-31 23:59:59, which may also be a real value; as a double it gives
 * the infinity away.
 */
static uow_status codec_infinite(const uowi_decoder *decoder)
{
    double number = 0;
    SQLLEN ind = 0;
    uow_status st = uowi_cell_reread(decoder, SQL_C_DOUBLE, &number, (SQLLEN)sizeof number, &ind);

    if (st == UOW_OK && ind != SQL_NULL_DATA && isinf(number))
        return uowi_cell_fail_value(decoder, "a timestamp of the years 1 to 9999", "infinity", 8);
    return st;
}

static bool codec_last_second(const uow_timestamp *ts)
{
    return ts->year == 9999 && ts->month == 12 && ts->day == 31 && ts->hour == 23 && ts->minute == 59 &&
           ts->second == 59 && ts->fraction == 0;
}

static uow_status codec_odd_timestamp(const uowi_decoder *decoder, const uow_timestamp *ts)
{
    if (!uowi_timestamp_valid(ts))
        return uowi_cell_fail(decoder, UOW_TYPE, "the value %d-%u-%u %u:%u:%u is no timestamp of the years 1 to 9999",
                              (int)ts->year, (unsigned)ts->month, (unsigned)ts->day, (unsigned)ts->hour,
                              (unsigned)ts->minute, (unsigned)ts->second);
    if (codec_last_second(ts) && decoder->rowset->binder.stmt->conn->dialect->infinite_dates)
        return codec_infinite(decoder);
    return UOW_OK;
}

/* Days up to 28 and years up to 9998 need no second look. */
static bool codec_ordinary(const uow_timestamp *ts)
{
    return ts->year >= 1 && ts->year <= 9998 && ts->month - 1u < 12 && ts->day - 1u < 28 && ts->hour < 24 &&
           ts->minute < 60 && ts->second < 60 && ts->fraction < 1000000000;
}

#define CODEC_MARK 0xffffu /* no month */

void uowi_cell_mark(const uowi_rowset *rowset, const uowi_cell *cell)
{
    for (size_t row = 0; row < rowset->binder.rows; row++)
        ((uow_timestamp *)(void *)(uowi_cell_image(rowset, row) + cell->value_at))->month = CODEC_MARK;
}

static uow_status codec_null_timestamp(const uowi_decoder *decoder, const uow_timestamp *ts)
{
    if (decoder->cell->marked && ts->month != CODEC_MARK)
        return uowi_cell_fail_value(decoder, "a timestamp of the years 1 to 9999", "0000-00-00 00:00:00", 19);
    return uowi_cell_null(decoder);
}

static uow_status finish_timestamp(uowi_rowset *rowset, const uowi_cell *cell, size_t rows)
{
    uow_status st = UOW_OK;

    for (size_t row = 0; row < rows && st == UOW_OK; row++) {
        const char *image = uowi_cell_image(rowset, row);
        const uow_timestamp *ts = (const uow_timestamp *)(const void *)(image + cell->value_at);
        bool null = *uowi_cell_ind(rowset, cell, row) == SQL_NULL_DATA;

        if (null || !codec_ordinary(ts)) {
            uowi_decoder decoder = {rowset, cell, row};
            st = null ? codec_null_timestamp(&decoder, ts) : codec_odd_timestamp(&decoder, ts);
        }
    }
    return st;
}

static uow_status decode_timestamp(const uowi_decoder *decoder, const char *value, size_t length, void *out, size_t size)
{
    uow_status st = UOW_OK;

    (void)length;
    (void)size;
    memcpy(out, value, sizeof(uow_timestamp));
    if (!codec_ordinary(out))
        st = codec_odd_timestamp(decoder, out);
    return st;
}

static uow_status decode_timestamp_text(const uowi_decoder *decoder, const char *value, size_t length, void *out,
                                        size_t size)
{
    (void)size;
    if (uowi_timestamp_parse(value, length, out))
        return UOW_OK;
    return uowi_cell_fail_value(decoder, "a timestamp of the years 1 to 9999", value, length);
}

static uow_status decode_instant(const uowi_decoder *decoder, const char *value, size_t length, void *out, size_t size)
{
    (void)size;
    if (uowi_timestamptz_parse(value, length, out))
        return UOW_OK;
    return uowi_cell_fail_value(decoder, "a timestamp with offset", value, length);
}

/* psqlodbc gives a timestamp with time zone in the session's zone and drops the offset: the instant is lost. */
static uow_status decode_instant_lost(const uowi_decoder *decoder, const char *value, size_t length, void *out,
                                      size_t size)
{
    (void)value;
    (void)length;
    (void)out;
    (void)size;
    return uowi_cell_fail(decoder, UOW_TYPE,
                          "the driver drops the offset of this column: select it as text (column::text)");
}

static uow_status decode_date(const uowi_decoder *decoder, const char *value, size_t length, void *out, size_t size)
{
    (void)size;
    if (uowi_date_parse(value, length, out))
        return UOW_OK;
    return uowi_cell_fail_value(decoder, "a date of the years 1 to 9999", value, length);
}

static uow_status decode_clock(const uowi_decoder *decoder, const char *value, size_t length, void *out, size_t size)
{
    (void)size;
    if (uowi_time_parse(value, length, out))
        return UOW_OK;
    return uowi_cell_fail_value(decoder, "a time of day (00:00:00 to 23:59:59)", value, length);
}

static bool codec_struct_works(const uowi_dialect *dialect, const uowi_cell *cell)
{
    bool markable = !dialect->zero_dates_null || cell->column->converter == NULL;

    return cell->sql_type == SQL_TYPE_TIMESTAMP && !dialect->timestamp_as_text && markable;
}

void uowi_choose_time(const uowi_dialect *dialect, uowi_cell *cell, const uowi_column_desc *desc)
{
    (void)desc;
    cell->c_type = SQL_C_CHAR;
    cell->room = CODEC_TIME_TEXT;
    switch (cell->type) {
    case UOW_DATE:
        cell->decode = decode_date;
        break;
    case UOW_TIME:
        cell->decode = decode_clock; /* ODBC's time struct has no fraction */
        break;
    case UOW_TIMESTAMPTZ:
        cell->decode = dialect->offset_type && cell->sql_type == SQL_TYPE_TIMESTAMP ? decode_instant_lost : decode_instant;
        break;
    default:
        cell->decode = decode_timestamp_text;
        if (codec_struct_works(dialect, cell)) {
            cell->c_type = SQL_C_TYPE_TIMESTAMP;
            cell->room = sizeof(SQL_TIMESTAMP_STRUCT);
            cell->straight = true;
            cell->finish = finish_timestamp;
            cell->decode = decode_timestamp;
            cell->marked = dialect->zero_dates_null;
        }
        break;
    }
}

static uow_status decode_guid_text(const uowi_decoder *decoder, const char *value, size_t length, void *out, size_t size)
{
    (void)size;
    if (uowi_guid_parse(value, length, out))
        return UOW_OK;
    return uowi_cell_fail_value(decoder, "a GUID", value, length);
}

static uow_status decode_guid_bytes(const uowi_decoder *decoder, const char *value, size_t length, void *out, size_t size)
{
    (void)size;
    if (length != sizeof(uow_guid))
        return uowi_cell_fail(decoder, UOW_TYPE, "the value has %zu bytes, a GUID has 16", length);
    memcpy(out, value, sizeof(uow_guid));
    return UOW_OK;
}

void uowi_choose_guid(const uowi_dialect *dialect, uowi_cell *cell, const uowi_column_desc *desc)
{
    (void)dialect;
    (void)desc;
    cell->room = CODEC_TIME_TEXT;
    if (uowi_sql_is_binary(cell->sql_type)) {
        cell->c_type = SQL_C_BINARY;
        cell->decode = decode_guid_bytes;
    } else {
        cell->c_type = SQL_C_CHAR;
        cell->decode = decode_guid_text;
    }
}
