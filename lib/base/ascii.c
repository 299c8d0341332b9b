/* Characters of SQL words and connection strings: ASCII, whatever the locale. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "base/utf.h"

static int ascii_lower(char c)
{
    unsigned char byte = (unsigned char)c;
    return byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte;
}

int uowi_ascii_ncasecmp(const char *a, const char *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int difference = ascii_lower(a[i]) - ascii_lower(b[i]);
        if (difference != 0 || a[i] == '\0')
            return difference;
    }
    return 0;
}

int uowi_ascii_casecmp(const char *a, const char *b)
{
    return uowi_ascii_ncasecmp(a, b, SIZE_MAX);
}

bool uowi_ascii_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool uowi_ascii_word(char c)
{
    unsigned char byte = (unsigned char)c;
    int lower = ascii_lower(c);
    return (lower >= 'a' && lower <= 'z') || uowi_ascii_digit(c) || c == '_' || byte >= 0x80;
}
