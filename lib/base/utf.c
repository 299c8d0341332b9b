#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "base/utf.h"

#include <string.h>

#define HIGHEST     UINT32_C(0x10ffff)
#define ASCII_EIGHT UINT64_C(0x8080808080808080)

static bool utf_is_tail(unsigned char c)
{
    return (c & 0xc0u) == 0x80u;
}

/* Bytes of the character that starts with c; 0: c cannot start one. */
static size_t utf8_width(unsigned char c)
{
    if (c < 0x80)
        return 1;
    if (c < 0xc2)
        return 0;
    if (c < 0xe0)
        return 2;
    if (c < 0xf0)
        return 3;
    return c < 0xf5 ? 4 : 0;
}

static bool utf_is_surrogate(uint32_t code)
{
    return code >= 0xd800 && code <= 0xdfff;
}

/* Reads one character of at most left bytes; returns its width, or 0 when it is none. */
static size_t utf8_decode(const unsigned char *at, size_t left, uint32_t *out_code)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t width = utf8_width(at[0]);
    if (width == 0 || width > left)
        return 0;
    uint32_t code = width == 1 ? at[0] : at[0] & (0x7fu >> width);
    for (size_t i = 1; i < width; i++) {
        if (!utf_is_tail(at[i]))
            return 0;
        code = code << 6 | (at[i] & 0x3fu);
    }
    if (code < smallest[width] || code > HIGHEST || utf_is_surrogate(code))
        return 0;
    *out_code = code;
    return width;
}

/* How many bytes from here are ASCII, looked at eight at a time. */
static size_t utf8_ascii_run(const unsigned char *at, size_t left)
{
    size_t run = 0;
    for (; left - run >= 8; run += 8) {
        uint64_t word;
        memcpy(&word, at + run, 8);
        if ((word & ASCII_EIGHT) != 0)
            break;
    }
    while (run < left && at[run] < 0x80)
        run++;
    return run;
}

bool uowi_utf8_valid(const char *text, size_t length, size_t *out_bad)
{
    const unsigned char *bytes = (const unsigned char *)text;
    size_t at = 0;
    while (at < length) {
        at += utf8_ascii_run(bytes + at, length - at);
        if (at == length)
            break;
        uint32_t code;
        size_t width = utf8_decode(bytes + at, length - at, &code);
        if (width == 0) {
            if (out_bad != NULL)
                *out_bad = at;
            return false;
        }
        at += width;
    }
    return true;
}

size_t uowi_utf8_whole(const char *text, size_t length)
{
    size_t start = length;
    while (start > 0 && length - start < 4) {
        unsigned char c = (unsigned char)text[--start];
        if (utf_is_tail(c))
            continue;
        return utf8_width(c) > length - start ? start : length;
    }
    return length;
}

size_t uowi_utf8_to_utf16(const char *text, size_t length, uint16_t *out, size_t capacity)
{
    const unsigned char *at = (const unsigned char *)text;
    const unsigned char *end = at + length;
    size_t units = 0;
    while (at < end) {
        uint32_t code;
        size_t width = utf8_decode(at, (size_t)(end - at), &code);
        if (width == 0)
            return UOWI_UTF_ERROR;
        at += width;
        size_t needed = code > 0xffff ? 2 : 1;
        if (out != NULL && capacity - units < needed)
            return UOWI_UTF_ERROR;
        if (out != NULL && needed == 1) {
            out[units] = (uint16_t)code;
        } else if (out != NULL) {
            out[units] = (uint16_t)(0xd800 + ((code - 0x10000) >> 10));
            out[units + 1] = (uint16_t)(0xdc00 + ((code - 0x10000) & 0x3ff));
        }
        units += needed;
    }
    if (out != NULL && units < capacity)
        out[units] = 0;
    return units;
}

/* Reads one character of at most left units; returns how many it has, or 0 for half a pair. */
static size_t utf16_decode(const uint16_t *at, size_t left, uint32_t *out_code)
{
    uint32_t high = at[0];
    *out_code = high;
    if (!utf_is_surrogate(high))
        return 1;
    if (high >= 0xdc00 || left < 2)
        return 0;
    uint32_t low = at[1];
    if (low < 0xdc00 || low > 0xdfff)
        return 0;
    *out_code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
    return 2;
}

static size_t utf8_encode(uint32_t code, char out[4])
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    size_t width = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = width - 1; i > 0; i--) {
        out[i] = (char)(0x80u | (code & 0x3fu));
        code >>= 6;
    }
    out[0] = (char)(leads[width] | code);
    return width;
}

size_t uowi_utf16_to_utf8(const uint16_t *text, size_t units, char *out, size_t capacity)
{
    size_t length = 0;
    for (size_t i = 0; i < units;) {
        uint32_t code;
        size_t read = utf16_decode(text + i, units - i, &code);
        if (read == 0)
            return UOWI_UTF_ERROR;
        i += read;
        char bytes[4];
        size_t width = utf8_encode(code, bytes);
        if (out != NULL && capacity - length < width)
            return UOWI_UTF_ERROR;
        if (out != NULL)
            memcpy(out + length, bytes, width);
        length += width;
    }
    if (out != NULL && length < capacity)
        out[length] = '\0';
    return length;
}
