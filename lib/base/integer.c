/* Integers as text. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "base/decimal.h"

#include <string.h>

#include "base/utf.h"

#define DIGITS_THAT_FIT 19u /* of any uint64_t */

/* "123", "123.00": false when there is anything else, or more than 64 bits. */
static bool integer_magnitude(const char *at, const char *end, uint64_t *out)
{
    const char *start = at;
    uint64_t value = 0;
    for (; at < end && uowi_ascii_digit(*at); at++) {
        uint64_t digit = (uint64_t)(*at - '0');
        if ((size_t)(at - start) >= DIGITS_THAT_FIT && value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    if (at == start)
        return false;
    if (at < end && *at == '.' && at + 1 < end)
        for (at++; at < end && *at == '0'; at++)
            ;
    *out = value;
    return at == end;
}

static bool integer_parse(const char *text, size_t length, bool *out_negative, uint64_t *out)
{
    if (length == 0)
        return false;
    const char *end = text + length;
    *out_negative = *text == '-';
    if (*text == '-' || *text == '+')
        text++;
    return integer_magnitude(text, end, out);
}

bool uowi_parse_int64(const char *text, size_t length, int64_t *out)
{
    bool negative;
    uint64_t magnitude;
    if (!integer_parse(text, length, &negative, &magnitude))
        return false;
    if (magnitude > (uint64_t)INT64_MAX + (negative ? 1u : 0u))
        return false;
    /* The smallest value has no positive twin, hence the detour over minus one. */
    *out = negative && magnitude > 0 ? -(int64_t)(magnitude - 1) - 1 : (int64_t)magnitude;
    return true;
}

bool uowi_parse_uint64(const char *text, size_t length, uint64_t *out)
{
    bool negative;
    uint64_t magnitude;
    if (!integer_parse(text, length, &negative, &magnitude))
        return false;
    if (negative && magnitude > 0)
        return false;
    *out = magnitude;
    return true;
}

static size_t integer_format(bool negative, uint64_t magnitude, char *out, size_t size)
{
    char text[24];
    size_t at = sizeof text;
    text[--at] = '\0';
    do {
        text[--at] = (char)('0' + magnitude % 10);
        magnitude /= 10;
    } while (magnitude > 0);
    if (negative)
        text[--at] = '-';
    size_t length = sizeof text - at - 1;
    if (length >= size)
        return 0;
    memcpy(out, text + at, length + 1);
    return length;
}

size_t uowi_format_int64(int64_t value, char *out, size_t size)
{
    uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    return integer_format(value < 0, magnitude, out, size);
}

size_t uowi_format_uint64(uint64_t value, char *out, size_t size)
{
    return integer_format(false, value, out, size);
}
