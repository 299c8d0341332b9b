/* String builder with a ceiling. Remembers failure, so that callers test once at the end. */
#ifndef UOWI_BASE_BUF_H
#define UOWI_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"

typedef struct uowi_buf {
    uowi_mem *mem;
    char *data; /* NUL-terminated; NULL before the first byte, so read through uowi_buf_cstr */
    size_t length;
    size_t capacity;
    size_t ceiling; /* bytes; 0: none */
    bool failed;    /* out of memory or over the ceiling: what is there is cut */
} uowi_buf;

void uowi_buf_init(uowi_buf *buf, uowi_mem *mem, size_t ceiling);
void uowi_buf_done(uowi_buf *buf);
void uowi_buf_reset(uowi_buf *buf); /* empty, memory kept, failed cleared */
void uowi_buf_add(uowi_buf *buf, const char *data, size_t length);
void uowi_buf_text(uowi_buf *buf, const char *text);
void uowi_buf_char(uowi_buf *buf, char c);
void uowi_buf_int(uowi_buf *buf, int64_t value);
void uowi_buf_uint(uowi_buf *buf, uint64_t value);
/* printf-like; locale-independent because it takes only %s %.*s %c %d %u %%, with l, ll or z. Anything else sets failed. */
void uowi_buf_fmt(uowi_buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void uowi_buf_vfmt(uowi_buf *buf, const char *format, va_list args) __attribute__((format(printf, 2, 0)));
const char *uowi_buf_cstr(const uowi_buf *buf); /* never NULL */

#endif
