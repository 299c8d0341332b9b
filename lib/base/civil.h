/* Dates, times and GUIDs as text, strictly checked. */
#ifndef UOWI_BASE_CIVIL_H
#define UOWI_BASE_CIVIL_H

#include <stdbool.h>
#include <stddef.h>

#include "uow/types.h"

#define UOWI_CIVIL_TEXT_SIZE 40
#define UOWI_GUID_TEXT_SIZE 37

bool uowi_date_valid(const uow_date *date); /* year 1..9999, day in month */
bool uowi_time_valid(const uow_time *time);
bool uowi_timestamp_valid(const uow_timestamp *ts);
bool uowi_timestamptz_valid(const uow_timestamptz *ts);

/* "2026-11-21" */
bool uowi_date_parse(const char *text, size_t length, uow_date *out);
/* "12:34:56[.fffffffff]" */
bool uowi_time_parse(const char *text, size_t length, uow_time *out);
/* "2026-11-21 12:34:56[.fffffffff]", also with 'T', also a date alone */
bool uowi_timestamp_parse(const char *text, size_t length, uow_timestamp *out);
/* as above with "+02", "+02:00", "+0200" or "Z"; without offset it is UTC; one blank may stand before it */
bool uowi_timestamptz_parse(const char *text, size_t length, uow_timestamptz *out);
/* with or without hyphens or braces, either case */
bool uowi_guid_parse(const char *text, size_t length, uow_guid *out);

/* digits: how many of the fraction's nine to write, cut not rounded (0: no point).
 * Return the length without NUL; 0 when the value is not valid or size too small. */
size_t uowi_date_format(const uow_date *date, char *out, size_t size);
size_t uowi_time_format(const uow_time *time, int digits, char *out, size_t size);
size_t uowi_timestamp_format(const uow_timestamp *ts, int digits, char *out, size_t size);
size_t uowi_timestamptz_format(const uow_timestamptz *ts, int digits, char *out, size_t size);
/* A random one: version 4 of RFC 4122. */
void uowi_guid_make(uow_guid *out);
size_t uowi_guid_format(const uow_guid *guid, char *out, size_t size);

/* The same instant at offset 0. */
uow_timestamp uowi_timestamptz_utc(const uow_timestamptz *ts);

#endif
