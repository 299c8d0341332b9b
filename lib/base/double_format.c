/*
 * Double to text, as short as reads back the same. printf finds the digits; the
 * text is laid out here, so the locale's decimal point never shows.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "base/decimal.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/utf.h"

#define MOST_DIGITS  17
#define SURE_DIGITS  15 /* a decimal of so many digits survives the way through a double */
#define SURE_INTEGER 1e15
#define MOST_PLACES  4

typedef struct double_digits {
    char digits[MOST_DIGITS];
    int count;
    int exponent;  /* of the first digit: 1.5 has 0 */
    int precision; /* asked of printf */
} double_digits;

/* Takes "d?ddde-xx" apart; ? is the locale's point, of any length. */
static void digits_take(double_digits *out, const char *text)
{
    out->count = 0;
    const char *e = strchr(text, 'e');
    for (; text < e; text++)
        if (uowi_ascii_digit(*text) && out->count < MOST_DIGITS)
            out->digits[out->count++] = *text;
    while (out->count > 1 && out->digits[out->count - 1] == '0')
        out->count--;
    int64_t exponent = 0;
    (void)uowi_parse_int64(e + 1, strlen(e + 1), &exponent);
    out->exponent = (int)exponent;
}

static double digits_value(const double_digits *digits)
{
    char text[MOST_DIGITS + 16];
    memcpy(text, digits->digits, (size_t)digits->count);
    size_t length = (size_t)digits->count;
    text[length++] = 'e';
    length += uowi_format_int64(digits->exponent - (digits->count - 1), text + length,
                                sizeof text - length);
    double value;
    return uowi_parse_double(text, length, &value) ? value : (double)INFINITY;
}

/* Subnormals have fewer digits than 15 to offer, so start from one. */
static void digits_find(double_digits *out, double magnitude)
{
    int precision = magnitude < DBL_MIN ? 1 : SURE_DIGITS;
    for (; precision <= MOST_DIGITS; precision++) {
        char text[64];
        (void)snprintf(text, sizeof text, "%.*e", precision - 1, magnitude);
        digits_take(out, text);
        out->precision = precision < SURE_DIGITS ? SURE_DIGITS : precision;
        double back = digits_value(out);
        if (!(back < magnitude) && !(back > magnitude))
            return;
    }
}

/* "1.5e+300" */
static size_t digits_scientific(const double_digits *d, char *out)
{
    size_t length = 0;
    out[length++] = d->digits[0];
    if (d->count > 1) {
        out[length++] = '.';
        memcpy(out + length, d->digits + 1, (size_t)d->count - 1);
        length += (size_t)d->count - 1;
    }
    out[length++] = 'e';
    out[length++] = d->exponent < 0 ? '-' : '+';
    int exponent = d->exponent < 0 ? -d->exponent : d->exponent;
    if (exponent < 10)
        out[length++] = '0';
    return length + uowi_format_int64(exponent, out + length, 8);
}

/* "0.0015", "15.5", "1500" */
static size_t digits_plain(const double_digits *d, char *out)
{
    size_t length = 0;
    int whole = d->exponent + 1;
    if (whole <= 0) {
        out[length++] = '0';
        out[length++] = '.';
        for (; whole < 0; whole++)
            out[length++] = '0';
        whole = -1;
    }
    for (int i = 0; i < d->count; i++) {
        if (i == whole)
            out[length++] = '.';
        out[length++] = d->digits[i];
    }
    for (int i = d->count; i < whole; i++)
        out[length++] = '0';
    return length;
}

/* The same limits as printf's %g, which everybody reads. */
static size_t digits_layout(const double_digits *d, char *out)
{
    if (d->exponent < -MOST_PLACES || d->exponent >= d->precision)
        return digits_scientific(d, out);
    return digits_plain(d, out);
}

/*
 * Whole numbers and amounts with a few places make up most of a database. If
 * n / 10^k, rounded once, gives the value and n has at most 15 digits, no other
 * text is shorter.
 */
static bool double_simple(double magnitude, char *out, size_t *out_length)
{
    static const double powers[] = {1e0, 1e1, 1e2, 1e3, 1e4};
    if (FLT_EVAL_METHOD != 0 || magnitude >= SURE_INTEGER)
        return false;
    for (int places = 0; places <= MOST_PLACES; places++) {
        double scaled = magnitude * powers[places] + 0.5;
        if (scaled >= SURE_INTEGER)
            return false;
        uint64_t n = (uint64_t)scaled;
        double back = (double)n / powers[places];
        if (back < magnitude || back > magnitude)
            continue;
        char text[24];
        size_t count = uowi_format_uint64(n, text, sizeof text);
        double_digits d = {.count = (int)count, .exponent = (int)count - 1 - places};
        memcpy(d.digits, text, count);
        *out_length = digits_plain(&d, out);
        return true;
    }
    return false;
}

static size_t double_magnitude_text(double magnitude, char *out)
{
    size_t length;
    if (double_simple(magnitude, out, &length))
        return length;
    double_digits digits;
    digits_find(&digits, magnitude);
    return digits_layout(&digits, out);
}

size_t uowi_format_double(double value, char *out, size_t size)
{
    char text[UOWI_DOUBLE_TEXT_SIZE];
    size_t length = 0;
    if (signbit(value) && !isnan(value))
        text[length++] = '-';
    if (isnan(value)) {
        memcpy(text, "NaN", 3);
        length = 3;
    } else if (isinf(value)) {
        memcpy(text + length, "Infinity", 8);
        length += 8;
    } else {
        length += double_magnitude_text(fabs(value), text + length);
    }
    if (length >= size)
        return 0;
    memcpy(out, text, length);
    out[length] = '\0';
    return length;
}
