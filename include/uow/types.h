/* The types a column may have, and the structs of the non-scalar ones. */
#ifndef UOW_TYPES_H
#define UOW_TYPES_H

#include <stddef.h>
#include <stdint.h>

#include "uow/version.h"

UOW_BEGIN_DECLS

/* The C type of a member and how it travels. All text is UTF-8. */
typedef enum uow_type {
    UOW_INT8 = 1,     /* int8_t */
    UOW_INT16 = 2,    /* int16_t */
    UOW_INT32 = 3,    /* int32_t */
    UOW_INT64 = 4,    /* int64_t */
    UOW_UINT8 = 5,    /* uint8_t */
    UOW_UINT16 = 6,   /* uint16_t */
    UOW_UINT32 = 7,   /* uint32_t */
    UOW_UINT64 = 8,   /* uint64_t */
    UOW_FLOAT = 9,    /* float */
    UOW_DOUBLE = 10,  /* double */
    UOW_BOOL = 11,    /* one byte: 0 or 1 (uint8_t, bool) */
    UOW_TEXT = 12,    /* char[n], NUL-terminated; longer text is an error, never cut */
    UOW_LONGTEXT = 13, /* uow_text: pointer and length */
    UOW_BINARY = 14,  /* unsigned char[n]; with an indicator the length is there, else always n bytes */
    UOW_BLOB = 15,    /* uow_blob: pointer and length */
    UOW_DECIMAL = 16, /* uow_decimal: exact, scaled 128-bit integer */
    UOW_DECIMAL_TEXT = 17, /* char[n]: exact, as plain decimal text such as "-12.50" */
    UOW_DATE = 18,    /* uow_date */
    UOW_TIME = 19,    /* uow_time */
    UOW_TIMESTAMP = 20, /* uow_timestamp */
    UOW_TIMESTAMPTZ = 21, /* uow_timestamptz */
    UOW_GUID = 22,    /* uow_guid */
    UOW_TYPE_FORCE_INT = 0x7fffffff
} uow_type;

/*
 * Indicator of a nullable member, as in ODBC. Read: UOW_NULL, or the length in
 * bytes of text and binary values (0 or the size for the others). Written:
 * UOW_NULL means NULL; for UOW_BINARY it is the length; otherwise any other
 * value means "not NULL". Same width as ODBC's SQLLEN.
 */
typedef intptr_t uow_ind;

/* An indicator that says NULL. */
#define UOW_NULL ((uow_ind)-1)

/* A calendar date; same layout as SQL_DATE_STRUCT. */
typedef struct uow_date {
    int16_t year;
    uint16_t month; /* 1..12 */
    uint16_t day;   /* 1..31 */
} uow_date;

/* A time of day. */
typedef struct uow_time {
    uint16_t hour;   /* 0..23 */
    uint16_t minute; /* 0..59 */
    uint16_t second; /* 0..59 */
    uint16_t reserved;
    uint32_t fraction; /* nanoseconds, 0..999999999 */
} uow_time;

/* Date and time without a zone; same layout as SQL_TIMESTAMP_STRUCT. */
typedef struct uow_timestamp {
    int16_t year;
    uint16_t month;
    uint16_t day;
    uint16_t hour;
    uint16_t minute;
    uint16_t second;
    uint32_t fraction; /* nanoseconds, 0..999999999 */
} uow_timestamp;

/* Date and time with an offset from UTC: an instant. */
typedef struct uow_timestamptz {
    uow_timestamp local;    /* wall clock at the offset */
    int16_t offset_minutes; /* east of UTC, -840..840 */
    int16_t reserved;
} uow_timestamptz;

/* A GUID in the byte order of its text form (RFC 4122). */
typedef struct uow_guid {
    unsigned char bytes[16];
} uow_guid;

/* An exact number: (high:low as one signed 128-bit integer) / 10^scale. */
typedef struct uow_decimal {
    uint64_t low;
    int64_t high;
    int32_t scale; /* digits after the point, 0..38 */
    int32_t reserved;
} uow_decimal;

/*
 * Long text: UTF-8, length in bytes without the NUL that always follows a value
 * read from the database. Values read belong to the context (tracked) or to the
 * list, cursor or rows they came from. A pointer the program stores here must
 * stay valid until the save that writes it has returned.
 */
typedef struct uow_text {
    char *data;
    size_t length;
} uow_text;

/* Long binary; ownership as uow_text. */
typedef struct uow_blob {
    void *data;
    size_t length;
} uow_blob;

/*
 * Parse decimal text ("-12.50", "1e3" refused) exactly.
 * Parameters: text NUL-terminated; out_value written on success only.
 * Returns: nonzero when the text is a number of at most 38 digits.
 * Blocks: never. Threads: any. Since: 0.1.
 */
UOW_API int uow_decimal_parse(const char *text, uow_decimal *out_value);

/*
 * Write a decimal as plain text, keeping its scale: {1250, 2} is "12.50".
 * Parameters: buffer of size bytes (48 always suffice), NUL-terminated on success.
 * Returns: the length without NUL, or 0 when the buffer is too small.
 * Blocks: never. Threads: any. Since: 0.1.
 */
UOW_API size_t uow_decimal_format(const uow_decimal *value, char *buffer, size_t size);

/*
 * A decimal from an integer and a scale: uow_decimal_make(1250, 2) is 12.50.
 * Blocks: never. Threads: any. Since: 0.1.
 */
UOW_API uow_decimal uow_decimal_make(int64_t unscaled, int scale);

UOW_END_DECLS

#endif
