/* Dates and times to text. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "base/civil.h"

#include <string.h>

#define FRACTION_DIGITS 9

static char *put_digits(char *at, unsigned value, int count)
{
    for (int i = count - 1; i >= 0; i--, value /= 10)
        at[i] = (char)('0' + value % 10);
    return at + count;
}

static char *put_date(char *at, int year, unsigned month, unsigned day)
{
    at = put_digits(at, (unsigned)year, 4);
    *at++ = '-';
    at = put_digits(at, month, 2);
    *at++ = '-';
    return put_digits(at, day, 2);
}

/* The fraction is cut, not rounded: rounding up 23:59:59.9 would be another day. */
static char *put_time(char *at, const uow_time *time, int digits)
{
    at = put_digits(at, time->hour, 2);
    *at++ = ':';
    at = put_digits(at, time->minute, 2);
    *at++ = ':';
    at = put_digits(at, time->second, 2);
    if (digits <= 0)
        return at;
    if (digits > FRACTION_DIGITS)
        digits = FRACTION_DIGITS;
    *at++ = '.';
    (void)put_digits(at, time->fraction, FRACTION_DIGITS);
    return at + digits;
}

static char *put_timestamp(char *at, const uow_timestamp *ts, int digits)
{
    uow_time time = {ts->hour, ts->minute, ts->second, 0, ts->fraction};
    at = put_date(at, ts->year, ts->month, ts->day);
    *at++ = ' ';
    return put_time(at, &time, digits);
}

static char *put_offset(char *at, int minutes)
{
    *at++ = minutes < 0 ? '-' : '+';
    unsigned distance = (unsigned)(minutes < 0 ? -minutes : minutes);
    at = put_digits(at, distance / 60, 2);
    *at++ = ':';
    return put_digits(at, distance % 60, 2);
}

static size_t civil_hand_over(const char *text, const char *end, char *out, size_t size)
{
    size_t length = (size_t)(end - text);
    if (length >= size)
        return 0;
    memcpy(out, text, length);
    out[length] = '\0';
    return length;
}

size_t uowi_date_format(const uow_date *date, char *out, size_t size)
{
    char text[UOWI_CIVIL_TEXT_SIZE];
    if (!uowi_date_valid(date))
        return 0;
    return civil_hand_over(text, put_date(text, date->year, date->month, date->day), out, size);
}

size_t uowi_time_format(const uow_time *time, int digits, char *out, size_t size)
{
    char text[UOWI_CIVIL_TEXT_SIZE];
    if (!uowi_time_valid(time))
        return 0;
    return civil_hand_over(text, put_time(text, time, digits), out, size);
}

size_t uowi_timestamp_format(const uow_timestamp *ts, int digits, char *out, size_t size)
{
    char text[UOWI_CIVIL_TEXT_SIZE];
    if (!uowi_timestamp_valid(ts))
        return 0;
    return civil_hand_over(text, put_timestamp(text, ts, digits), out, size);
}

size_t uowi_timestamptz_format(const uow_timestamptz *ts, int digits, char *out, size_t size)
{
    char text[UOWI_CIVIL_TEXT_SIZE];
    if (!uowi_timestamptz_valid(ts))
        return 0;
    char *end = put_offset(put_timestamp(text, &ts->local, digits), ts->offset_minutes);
    return civil_hand_over(text, end, out, size);
}
