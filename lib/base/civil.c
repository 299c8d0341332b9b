/* What a valid date or time is, and the same instant elsewhere. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "base/civil.h"

#define LAST_YEAR       9999
#define LAST_FRACTION   999999999u
#define MOST_OFFSET     840
#define MINUTES_PER_DAY 1440

static int civil_month_days(int year, int month)
{
    static const signed char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

static bool civil_day_valid(int year, unsigned month, unsigned day)
{
    if (year < 1 || year > LAST_YEAR || month < 1 || month > 12)
        return false;
    return day >= 1 && day <= (unsigned)civil_month_days(year, (int)month);
}

/* No leap second: no database here stores one. */
static bool civil_clock_valid(unsigned hour, unsigned minute, unsigned second, uint32_t fraction)
{
    return hour <= 23 && minute <= 59 && second <= 59 && fraction <= LAST_FRACTION;
}

bool uowi_date_valid(const uow_date *date)
{
    return civil_day_valid(date->year, date->month, date->day);
}

bool uowi_time_valid(const uow_time *time)
{
    return civil_clock_valid(time->hour, time->minute, time->second, time->fraction);
}

bool uowi_timestamp_valid(const uow_timestamp *ts)
{
    return civil_day_valid(ts->year, ts->month, ts->day) &&
           civil_clock_valid(ts->hour, ts->minute, ts->second, ts->fraction);
}

bool uowi_timestamptz_valid(const uow_timestamptz *ts)
{
    return uowi_timestamp_valid(&ts->local) && ts->offset_minutes >= -MOST_OFFSET &&
           ts->offset_minutes <= MOST_OFFSET;
}

static void civil_next_day(uow_timestamp *ts)
{
    if (ts->day++ < civil_month_days(ts->year, ts->month))
        return;
    ts->day = 1;
    if (ts->month++ < 12)
        return;
    ts->month = 1;
    ts->year++;
}

static void civil_previous_day(uow_timestamp *ts)
{
    if (--ts->day > 0)
        return;
    if (--ts->month == 0) {
        ts->month = 12;
        ts->year--;
    }
    ts->day = (uint16_t)civil_month_days(ts->year, ts->month);
}

/* An offset is less than a day, so the date moves by one day at most. */
uow_timestamp uowi_timestamptz_utc(const uow_timestamptz *ts)
{
    uow_timestamp utc = ts->local;
    int minutes = utc.hour * 60 + utc.minute - ts->offset_minutes;
    if (minutes < 0) {
        minutes += MINUTES_PER_DAY;
        civil_previous_day(&utc);
    } else if (minutes >= MINUTES_PER_DAY) {
        minutes -= MINUTES_PER_DAY;
        civil_next_day(&utc);
    }
    utc.hour = (uint16_t)(minutes / 60);
    utc.minute = (uint16_t)(minutes % 60);
    return utc;
}
