#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "base/civil.h"

#include <string.h>

#include "base/platform.h"

#define BARE_LENGTH   32u
#define HYPHEN_LENGTH 36u

/* 8-4-4-4-12 digits: a hyphen stands before these bytes. */
static bool guid_hyphen_before(size_t byte)
{
    return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

static int guid_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool uowi_guid_parse(const char *text, size_t length, uow_guid *out)
{
    if (length > 2 && text[0] == '{' && text[length - 1] == '}') {
        text++;
        length -= 2;
    }
    if (length != BARE_LENGTH && length != HYPHEN_LENGTH)
        return false;
    uow_guid guid;
    for (size_t i = 0; i < sizeof guid.bytes; i++) {
        if (length == HYPHEN_LENGTH && guid_hyphen_before(i) && *text++ != '-')
            return false;
        int high = guid_digit(*text++);
        int low = guid_digit(*text++);
        if (high < 0 || low < 0)
            return false;
        guid.bytes[i] = (unsigned char)(high << 4 | low);
    }
    *out = guid;
    return true;
}

void uowi_guid_make(uow_guid *out)
{
    uowi_random(out->bytes, sizeof out->bytes);
    out->bytes[6] = (unsigned char)((out->bytes[6] & 0x0f) | 0x40);
    out->bytes[8] = (unsigned char)((out->bytes[8] & 0x3f) | 0x80);
}

size_t uowi_guid_format(const uow_guid *guid, char *out, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    if (size < UOWI_GUID_TEXT_SIZE)
        return 0;
    for (size_t i = 0; i < sizeof guid->bytes; i++) {
        if (guid_hyphen_before(i))
            *out++ = '-';
        *out++ = digits[guid->bytes[i] >> 4];
        *out++ = digits[guid->bytes[i] & 15];
    }
    *out = '\0';
    return HYPHEN_LENGTH;
}
