/* UTF-8 and UTF-16. */
#ifndef UOWI_BASE_UTF_H
#define UOWI_BASE_UTF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Strict: no overlong forms, no surrogates, nothing above U+10FFFF. *out_bad (may be NULL): offset of the first bad byte. */
bool uowi_utf8_valid(const char *text, size_t length, size_t *out_bad);
/* The longest prefix of at most length bytes that ends between characters. */
size_t uowi_utf8_whole(const char *text, size_t length);

#define UOWI_UTF_ERROR ((size_t)-1)
/* Returns units written without NUL, or UOWI_UTF_ERROR (bad input). out == NULL only counts. capacity in units; too small: UOWI_UTF_ERROR.
 * A NUL follows where there is room for it. */
size_t uowi_utf8_to_utf16(const char *text, size_t length, uint16_t *out, size_t capacity);
size_t uowi_utf16_to_utf8(const uint16_t *text, size_t units, char *out, size_t capacity);

/* ASCII only; locale never matters. */
int uowi_ascii_casecmp(const char *a, const char *b);
int uowi_ascii_ncasecmp(const char *a, const char *b, size_t n);
bool uowi_ascii_space(char c);
static inline bool uowi_ascii_digit(char c)
{
    return c >= '0' && c <= '9';
}
bool uowi_ascii_word(char c); /* letters, digits, underscore, and every byte >= 0x80 */

#endif
