/*
 * Exact decimals: a signed 128-bit integer in two words and a scale. The
 * arithmetic is by hand because not every target has a 128-bit type.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "base/decimal.h"

#include <stdio.h>
#include <string.h>

#include "base/utf.h"

#define DECIMAL_LOCAL 128 /* more than any number that fits has characters */

#define MOST_DIGITS  38
#define CHUNK_DIGITS 19 /* that fit one word */
#define LIMB_BASE    1000000000u
#define LIMB_DIGITS  9

typedef struct wide {
    uint64_t high;
    uint64_t low;
} wide;

static wide wide_negate(wide value)
{
    wide result = {~value.high, 0 - value.low};
    if (value.low == 0)
        result.high++;
    return result;
}

/* a * b + c */
static wide wide_multiply_add(uint64_t a, uint64_t b, uint64_t c)
{
    uint64_t a0 = a & 0xffffffffu, a1 = a >> 32;
    uint64_t b0 = b & 0xffffffffu, b1 = b >> 32;
    uint64_t low = a0 * b0;
    uint64_t middle = a1 * b0 + (low >> 32); /* cannot overflow: (2^32-1)^2 + 2^32-1 */
    uint64_t carry = a0 * b1 + (middle & 0xffffffffu);
    wide result = {a1 * b1 + (middle >> 32) + (carry >> 32), carry << 32 | (low & 0xffffffffu)};
    result.low += c;
    if (result.low < c)
        result.high++;
    return result;
}

/* Multiplies in place; false: it does not fit. */
static bool wide_times_ten(wide *value)
{
    wide low = wide_multiply_add(value->low, 10, 0);
    wide high = wide_multiply_add(value->high, 10, low.high);
    *value = (wide){high.low, low.low};
    return high.high == 0;
}

/* Divides in place by 10^9, returns the remainder. */
static uint32_t wide_divide(wide *value)
{
    uint32_t limbs[4] = {(uint32_t)(value->high >> 32), (uint32_t)value->high,
                         (uint32_t)(value->low >> 32), (uint32_t)value->low};
    uint64_t rest = 0;
    for (int i = 0; i < 4; i++) {
        rest = rest << 32 | limbs[i];
        limbs[i] = (uint32_t)(rest / LIMB_BASE);
        rest %= LIMB_BASE;
    }
    value->high = (uint64_t)limbs[0] << 32 | limbs[1];
    value->low = (uint64_t)limbs[2] << 32 | limbs[3];
    return (uint32_t)rest;
}

/* The places of a number in text. */
typedef struct decimal_parts {
    bool negative;
    const char *whole;
    size_t whole_length;
    const char *fraction;
    size_t fraction_length;
} decimal_parts;

static size_t digit_run(const char *at, const char *end)
{
    const char *start = at;
    while (at < end && uowi_ascii_digit(*at))
        at++;
    return (size_t)(at - start);
}

static bool parts_read(const char *text, size_t length, decimal_parts *out)
{
    const char *at = text;
    const char *end = text + length;
    out->negative = length > 0 && *at == '-';
    if (length > 0 && (*at == '-' || *at == '+'))
        at++;
    out->whole = at;
    out->whole_length = digit_run(at, end);
    at += out->whole_length;
    if (at < end && *at == '.')
        at++;
    out->fraction = at;
    out->fraction_length = digit_run(at, end);
    at += out->fraction_length;
    return at == end && out->whole_length + out->fraction_length > 0 && end[-1] != '.';
}

bool uowi_decimal_is_text(const char *text, size_t length)
{
    decimal_parts parts;
    return parts_read(text, length, &parts);
}

#define MOST_EXPONENT 400 /* beyond any double's */

/* The exponent behind the mantissa; its length in *length. False: there is none, or it is no number. */
static bool exponent_read(const char *text, size_t length, size_t *mantissa, int *out)
{
    size_t at = 0;
    int value = 0;

    while (at < length && text[at] != 'e' && text[at] != 'E')
        at++;
    *mantissa = at++;
    bool negative = at < length && text[at] == '-';
    at += at < length && (text[at] == '-' || text[at] == '+');
    if (at >= length)
        return false;
    for (; at < length; at++) {
        if (!uowi_ascii_digit(text[at]) || value > MOST_EXPONENT)
            return false;
        value = value * 10 + (text[at] - '0');
    }
    *out = negative ? -value : value;
    return true;
}

/* Digit i of the number: of its whole part, then of its fraction, then zeros; the same before the first. */
static char parts_digit(const decimal_parts *parts, int64_t i)
{
    if (i < 0 || i >= (int64_t)(parts->whole_length + parts->fraction_length))
        return '0';
    return (size_t)i < parts->whole_length ? parts->whole[i] : parts->fraction[(size_t)i - parts->whole_length];
}

/*
 * A driver may write numbers with the decimal point of the program's locale (psqlodbc does). Elsewhere a comma is no
 * part of a number.
 */
static bool decimal_pointed(const char *text, size_t length, char *out, size_t size)
{
    const char *comma = length < size ? memchr(text, ',', length) : NULL;
    char sample[16];
    size_t at;

    if (!comma || memchr(text, '.', length))
        return false;
    (void)snprintf(sample, sizeof sample, "%.1f", 0.5);
    at = (size_t)(comma - text);
    if (sample[1] != ',' || memchr(comma + 1, ',', length - at - 1))
        return false;
    memcpy(out, text, length);
    out[at] = '.';
    return true;
}

size_t uowi_decimal_plain(const char *text, size_t length, char *out, size_t size)
{
    char pointed[DECIMAL_LOCAL];
    decimal_parts parts;
    size_t mantissa = length;
    int exponent = 0;
    size_t at = 0;

    if (decimal_pointed(text, length, pointed, sizeof pointed))
        text = pointed;
    if (!uowi_decimal_is_text(text, length) && !exponent_read(text, length, &mantissa, &exponent))
        return 0;
    if (!parts_read(text, mantissa, &parts))
        return 0;
    int64_t point = (int64_t)parts.whole_length + exponent;
    int64_t last = (int64_t)(parts.whole_length + parts.fraction_length);
    int64_t first = point < 1 ? point - 1 : 0; /* a digit before the point */
    last = last < point ? point : last;
    if ((uint64_t)(last - first) + 3 > size)
        return 0;
    if (parts.negative)
        out[at++] = '-';
    for (int64_t i = first; i < last; i++) {
        if (i == point)
            out[at++] = '.';
        out[at++] = parts_digit(&parts, i);
    }
    out[at] = '\0';
    return at;
}

size_t uowi_decimal_digits(const char *text, size_t length)
{
    size_t digits = 0;
    size_t kept = 0;

    for (size_t i = 0; i < length; i++) {
        if (!uowi_ascii_digit(text[i]) || (digits == 0 && text[i] == '0'))
            continue;
        digits++;
        if (text[i] != '0')
            kept = digits;
    }
    return kept;
}

/* Digits in two words of nineteen. */
typedef struct decimal_sum {
    uint64_t first;
    uint64_t second;
    uint64_t second_base; /* 10^digits in second */
    int count;
} decimal_sum;

static bool sum_digits(decimal_sum *sum, const char *digits, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        uint64_t digit = (uint64_t)(digits[i] - '0');
        if (sum->count == 0 && digit == 0)
            continue;
        if (sum->count == MOST_DIGITS)
            return false;
        if (sum->count < CHUNK_DIGITS) {
            sum->first = sum->first * 10 + digit;
        } else {
            sum->second = sum->second * 10 + digit;
            sum->second_base *= 10;
        }
        sum->count++;
    }
    return true;
}

bool uowi_decimal_parse_n(const char *text, size_t length, uow_decimal *out)
{
    decimal_parts parts;
    if (!parts_read(text, length, &parts) || parts.fraction_length > MOST_DIGITS)
        return false;
    decimal_sum sum = {.second_base = 1};
    if (!sum_digits(&sum, parts.whole, parts.whole_length) ||
        !sum_digits(&sum, parts.fraction, parts.fraction_length))
        return false;
    wide value = wide_multiply_add(sum.first, sum.second_base, sum.second);
    if (parts.negative)
        value = wide_negate(value);
    *out = (uow_decimal){
        .low = value.low, .high = (int64_t)value.high, .scale = (int32_t)parts.fraction_length};
    return true;
}

int uow_decimal_parse(const char *text, uow_decimal *out_value)
{
    if (text == NULL || out_value == NULL)
        return 0;
    return uowi_decimal_parse_n(text, strlen(text), out_value);
}

/* The digits of the magnitude, at least as many as asked for; ends at end. */
static char *decimal_digits(wide value, size_t at_least, char *end)
{
    char *at = end;
    while (value.high != 0 || value.low != 0) {
        uint32_t limb = wide_divide(&value);
        for (int i = 0; i < LIMB_DIGITS; i++, limb /= 10)
            *--at = (char)('0' + limb % 10);
    }
    while (at < end && *at == '0')
        at++;
    while ((size_t)(end - at) < at_least)
        *--at = '0';
    return at;
}

size_t uow_decimal_format(const uow_decimal *value, char *buffer, size_t size)
{
    if (value == NULL || buffer == NULL || value->scale < 0 || value->scale > MOST_DIGITS)
        return 0;
    bool negative = value->high < 0;
    wide magnitude = {(uint64_t)value->high, value->low};
    if (negative)
        magnitude = wide_negate(magnitude);
    size_t scale = (size_t)value->scale;
    char room[64];
    char *end = room + sizeof room;
    const char *digits = decimal_digits(magnitude, scale + 1, end);
    size_t whole = (size_t)(end - digits) - scale;
    size_t sign = negative ? 1 : 0;
    size_t length = sign + whole + (scale > 0 ? 1 + scale : 0);
    if (length >= size)
        return 0;
    if (negative)
        *buffer++ = '-';
    memcpy(buffer, digits, whole);
    if (scale > 0) {
        buffer[whole] = '.';
        memcpy(buffer + whole + 1, digits + whole, scale);
    }
    buffer[length - sign] = '\0';
    return length;
}

uow_decimal uow_decimal_make(int64_t unscaled, int scale)
{
    return (uow_decimal){.low = (uint64_t)unscaled, .high = unscaled < 0 ? -1 : 0, .scale = scale};
}

bool uowi_decimal_same(const uow_decimal *a, const uow_decimal *b)
{
    const uow_decimal *fine = a->scale < b->scale ? b : a;
    const uow_decimal *coarse = fine == a ? b : a;
    wide more = {(uint64_t)fine->high, fine->low};
    wide less = {(uint64_t)coarse->high, coarse->low};
    if ((fine->high < 0) != (coarse->high < 0))
        return false;
    if (fine->high < 0) {
        more = wide_negate(more);
        less = wide_negate(less);
    }
    for (int64_t scale = coarse->scale; scale < fine->scale && (less.high != 0 || less.low != 0); scale++)
        if (!wide_times_ten(&less))
            return false;
    return more.high == less.high && more.low == less.low;
}

/* As an element of the field of 2^31 - 1, in which ten has an inverse. */
uint64_t uowi_decimal_hash(const uow_decimal *value)
{
    const int64_t prime = 2147483647;
    const uint64_t tenth = 1503238553; /* times ten is one */
    uint64_t rest = (uint64_t)((value->high % prime + prime) % prime) * 4 + value->low % (uint64_t)prime; /* 2^64 is 4 */

    for (int32_t scale = value->scale; scale > 0; scale--)
        rest = rest % (uint64_t)prime * tenth;
    return rest % (uint64_t)prime;
}
