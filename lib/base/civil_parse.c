/* Dates and times from text; nothing missing, nothing left over. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "base/civil.h"

#include "base/utf.h"

#define FRACTION_DIGITS 9

/* What is still to be read. */
typedef struct civil_reader {
    const char *at;
    const char *end;
} civil_reader;

static bool read_char(civil_reader *reader, char wanted)
{
    if (reader->at == reader->end || *reader->at != wanted)
        return false;
    reader->at++;
    return true;
}

/* Exactly count digits. */
static bool read_digits(civil_reader *reader, int count, uint16_t *out)
{
    if (reader->end - reader->at < count)
        return false;
    unsigned value = 0;
    for (int i = 0; i < count; i++) {
        char c = reader->at[i];
        if (!uowi_ascii_digit(c))
            return false;
        value = value * 10 + (unsigned)(c - '0');
    }
    reader->at += count;
    *out = (uint16_t)value;
    return true;
}

/* ".5" is 500000000 ns; without a point zero. */
static bool read_fraction(civil_reader *reader, uint32_t *out)
{
    *out = 0;
    if (!read_char(reader, '.'))
        return true;
    uint32_t value = 0;
    int digits = 0;
    for (; reader->at < reader->end && uowi_ascii_digit(*reader->at); reader->at++, digits++) {
        if (digits == FRACTION_DIGITS)
            return false;
        value = value * 10 + (uint32_t)(*reader->at - '0');
    }
    for (int i = digits; i < FRACTION_DIGITS; i++)
        value *= 10;
    *out = value;
    return digits > 0;
}

static bool read_date(civil_reader *reader, uow_date *out)
{
    uint16_t year;
    bool ok = read_digits(reader, 4, &year) && read_char(reader, '-') &&
              read_digits(reader, 2, &out->month) && read_char(reader, '-') &&
              read_digits(reader, 2, &out->day);
    if (!ok)
        return false;
    out->year = (int16_t)year;
    return uowi_date_valid(out);
}

static bool read_time(civil_reader *reader, uow_time *out)
{
    bool ok = read_digits(reader, 2, &out->hour) && read_char(reader, ':') &&
              read_digits(reader, 2, &out->minute) && read_char(reader, ':') &&
              read_digits(reader, 2, &out->second) && read_fraction(reader, &out->fraction);
    return ok && uowi_time_valid(out);
}

/* A date, and a time if a separator follows. */
static bool read_timestamp(civil_reader *reader, uow_timestamp *out)
{
    uow_date date;
    uow_time time = {0, 0, 0, 0, 0};
    if (!read_date(reader, &date))
        return false;
    if (reader->at < reader->end) {
        if (!read_char(reader, ' ') && !read_char(reader, 'T'))
            return false;
        if (!read_time(reader, &time))
            return false;
    }
    *out = (uow_timestamp){date.year,   date.month,  date.day,     time.hour,
                           time.minute, time.second, time.fraction};
    return true;
}

/* "Z", "+02", "+02:00", "+0200", after one blank at most; nothing is UTC. */
static bool read_offset(civil_reader *reader, int16_t *out)
{
    *out = 0;
    if (reader->at == reader->end)
        return true;
    (void)read_char(reader, ' ');
    if (read_char(reader, 'Z'))
        return true;
    bool west = read_char(reader, '-');
    if (!west && !read_char(reader, '+'))
        return false;
    uint16_t hours;
    uint16_t minutes = 0;
    if (!read_digits(reader, 2, &hours))
        return false;
    bool colon = read_char(reader, ':');
    if ((colon || reader->at < reader->end) && !read_digits(reader, 2, &minutes))
        return false;
    if (minutes > 59)
        return false;
    int offset = hours * 60 + minutes;
    *out = (int16_t)(west ? -offset : offset);
    return true;
}

static civil_reader reader_of(const char *text, size_t length)
{
    return (civil_reader){text, text + length};
}

bool uowi_date_parse(const char *text, size_t length, uow_date *out)
{
    civil_reader reader = reader_of(text, length);
    uow_date date;
    if (!read_date(&reader, &date) || reader.at != reader.end)
        return false;
    *out = date;
    return true;
}

bool uowi_time_parse(const char *text, size_t length, uow_time *out)
{
    civil_reader reader = reader_of(text, length);
    uow_time time = {0, 0, 0, 0, 0};
    if (!read_time(&reader, &time) || reader.at != reader.end)
        return false;
    *out = time;
    return true;
}

bool uowi_timestamp_parse(const char *text, size_t length, uow_timestamp *out)
{
    civil_reader reader = reader_of(text, length);
    uow_timestamp ts;
    if (!read_timestamp(&reader, &ts) || reader.at != reader.end)
        return false;
    *out = ts;
    return true;
}

bool uowi_timestamptz_parse(const char *text, size_t length, uow_timestamptz *out)
{
    civil_reader reader = reader_of(text, length);
    uow_timestamptz ts = {.reserved = 0};
    if (!read_timestamp(&reader, &ts.local) || !read_offset(&reader, &ts.offset_minutes))
        return false;
    if (reader.at != reader.end || !uowi_timestamptz_valid(&ts))
        return false;
    *out = ts;
    return true;
}
