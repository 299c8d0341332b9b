/*
 * Text to double. strtod rounds correctly but reads the locale's decimal point;
 * so it gets the number without any point: "12.5e3" becomes "125e2". Most
 * numbers need no strtod: see double_quick.c.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "base/decimal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/double_quick.h"
#include "base/usual.h"
#include "base/utf.h"

/* 767 digits decide any double; what comes after matters only as "and a bit more". */
#define DIGITS_KEPT      770u
#define EXPONENT_CEILING INT64_C(1000000000000)
#define EXPONENT_BEYOND  9999

typedef struct double_scan {
    const char *at;
    const char *end;
    int64_t exponent; /* of the digits read as an integer */
    size_t count;
    bool any;  /* a digit was there, if only a zero */
    bool more; /* a nonzero digit was dropped */
    char digits[DIGITS_KEPT + 32];
} double_scan;

static void scan_digit(double_scan *scan, char digit, bool after_point)
{
    scan->any = true;
    if (scan->count == 0 && digit == '0') {
        scan->exponent -= after_point;
    } else if (scan->count < DIGITS_KEPT) {
        scan->digits[scan->count++] = digit;
        scan->exponent -= after_point;
    } else {
        scan->more = scan->more || digit != '0';
        scan->exponent += !after_point;
    }
}

static bool scan_mantissa(double_scan *scan)
{
    bool after_point = false;
    for (; scan->at < scan->end; scan->at++) {
        if (uowi_ascii_digit(*scan->at))
            scan_digit(scan, *scan->at, after_point);
        else if (*scan->at == '.' && !after_point)
            after_point = true;
        else
            break;
    }
    return scan->any;
}

/* "e-12"; an absurd exponent is held where it still is absurd. */
static bool scan_exponent(double_scan *scan)
{
    if (scan->at == scan->end)
        return true;
    if (*scan->at != 'e' && *scan->at != 'E')
        return false;
    scan->at++;
    bool negative = scan->at < scan->end && *scan->at == '-';
    if (scan->at < scan->end && (*scan->at == '-' || *scan->at == '+'))
        scan->at++;
    const char *start = scan->at;
    int64_t exponent = 0;
    for (; scan->at < scan->end && uowi_ascii_digit(*scan->at); scan->at++)
        if (exponent < EXPONENT_CEILING)
            exponent = exponent * 10 + (*scan->at - '0');
    scan->exponent += negative ? -exponent : exponent;
    return scan->at > start && scan->at == scan->end;
}

static double scan_rounded(double_scan *scan)
{
    if (scan->more) {
        scan->digits[scan->count++] = '1';
        scan->exponent--;
    }
    int64_t exponent = scan->exponent;
    if (exponent > EXPONENT_BEYOND)
        exponent = EXPONENT_BEYOND;
    if (exponent < -EXPONENT_BEYOND)
        exponent = -EXPONENT_BEYOND;
    scan->digits[scan->count++] = 'e';
    size_t left = sizeof scan->digits - scan->count;
    (void)uowi_format_int64(exponent, scan->digits + scan->count, left);
    return strtod(scan->digits, NULL);
}

static bool double_named(const char *text, size_t length, double *out)
{
    static const struct {
        const char *name;
        size_t length;
    } names[] = {{"nan", 3}, {"inf", 3}, {"infinity", 8}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (length != names[i].length || uowi_ascii_ncasecmp(text, names[i].name, length) != 0)
            continue;
        *out = i == 0 ? (double)NAN : (double)INFINITY;
        return true;
    }
    return false;
}

/* Not decided quickly. */
static bool double_slowly(const char *text, size_t length, double *out)
{
    if (double_named(text, length, out))
        return true;
    double_scan scan;
    scan.at = text;
    scan.end = text + length;
    scan.exponent = 0;
    scan.count = 0;
    scan.any = false;
    scan.more = false;
    if (!scan_mantissa(&scan) || !scan_exponent(&scan))
        return false;
    if (scan.count == 0)
        *out = 0;
    else
        *out = scan_rounded(&scan);
    return !isinf(*out);
}

bool uowi_parse_double(const char *text, size_t length, double *out)
{
    if (length == 0)
        return false;
    bool negative = *text == '-';
    size_t sign = *text == '-' || *text == '+' ? 1 : 0;
    double magnitude;
    if (UOWI_RARE(!uowi_double_quick(text + sign, length - sign, &magnitude)) &&
        !double_slowly(text + sign, length - sign, &magnitude))
        return false;
    *out = negative ? -magnitude : magnitude;
    return true;
}
