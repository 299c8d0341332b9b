#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "base/buf.h"

#include <string.h>

#include "base/decimal.h"
#include "base/usual.h"
#include "base/utf.h"

#define FIRST_CAPACITY 64u

void uowi_buf_init(uowi_buf *buf, uowi_mem *mem, size_t ceiling)
{
    *buf = (uowi_buf){.mem = mem, .ceiling = ceiling};
}

UOWI_HOT void uowi_buf_done(uowi_buf *buf)
{
    uowi_free(buf->mem, buf->data, buf->capacity);
    uowi_buf_init(buf, buf->mem, buf->ceiling);
}

void uowi_buf_reset(uowi_buf *buf)
{
    buf->length = 0;
    buf->failed = false;
    if (buf->data != NULL)
        buf->data[0] = '\0';
}

const char *uowi_buf_cstr(const uowi_buf *buf)
{
    return buf->data != NULL ? buf->data : "";
}

/* Room for length bytes and the NUL. */
static bool buf_reserve(uowi_buf *buf, size_t length)
{
    if (length < buf->capacity)
        return true;
    if (length > SIZE_MAX / 2 - 1)
        return false;
    size_t capacity = buf->capacity < FIRST_CAPACITY ? FIRST_CAPACITY : buf->capacity * 2;
    if (capacity < length + 1)
        capacity = length + 1;
    char *data = uowi_resize(buf->mem, buf->data, buf->capacity, capacity);
    if (data == NULL)
        return false;
    buf->data = data;
    buf->capacity = capacity;
    return true;
}

/* What of the piece still fits under the ceiling, never half a character. */
static size_t buf_fitting(const uowi_buf *buf, const char *data, size_t length)
{
    if (buf->ceiling == 0 || length <= buf->ceiling - buf->length)
        return length;
    return uowi_utf8_whole(data, buf->ceiling - buf->length);
}

/* After a failure nothing more is added: a text with a hole is worse than a short one. */
void uowi_buf_add(uowi_buf *buf, const char *data, size_t length)
{
    if (buf->failed || length == 0)
        return;
    size_t fitting = buf_fitting(buf, data, length);
    buf->failed = fitting < length;
    if (fitting == 0)
        return;
    if (fitting > SIZE_MAX - buf->length || !buf_reserve(buf, buf->length + fitting)) {
        buf->failed = true;
        return;
    }
    memcpy(buf->data + buf->length, data, fitting);
    buf->length += fitting;
    buf->data[buf->length] = '\0';
}

void uowi_buf_text(uowi_buf *buf, const char *text)
{
    uowi_buf_add(buf, text, strlen(text));
}

void uowi_buf_char(uowi_buf *buf, char c)
{
    uowi_buf_add(buf, &c, 1);
}

void uowi_buf_int(uowi_buf *buf, int64_t value)
{
    char text[24];
    uowi_buf_add(buf, text, uowi_format_int64(value, text, sizeof text));
}

void uowi_buf_uint(uowi_buf *buf, uint64_t value)
{
    char text[24];
    uowi_buf_add(buf, text, uowi_format_uint64(value, text, sizeof text));
}
