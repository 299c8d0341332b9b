/* The printf-like part of the string builder: a small language, the same in every locale. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "base/buf.h"

#include <limits.h>
#include <string.h>

/* One conversion: "%.*s", "%llu" ... */
typedef struct format_spec {
    int precision; /* -1: none */
    int longs;     /* how many 'l' */
    bool is_size;  /* 'z' */
    char kind;
} format_spec;

/* A va_list handed on by address must be a member: as a parameter it may be an array. */
typedef struct format_args {
    va_list list;
} format_args;

static const char *format_read_spec(const char *at, format_args *args, format_spec *spec)
{
    *spec = (format_spec){.precision = -1};
    if (at[0] == '.' && at[1] == '*') {
        spec->precision = va_arg(args->list, int);
        at += 2;
    } else if (at[0] == '.') {
        spec->precision = 0;
        for (at++; *at >= '0' && *at <= '9' && spec->precision < INT_MAX / 16; at++)
            spec->precision = spec->precision * 10 + (*at - '0');
    }
    for (; *at == 'l'; at++)
        spec->longs++;
    if (*at == 'z') {
        spec->is_size = true;
        at++;
    }
    spec->kind = *at;
    return *at == '\0' ? at : at + 1;
}

static void format_string(uowi_buf *buf, const char *text, int precision)
{
    if (text == NULL)
        text = "(null)";
    uowi_buf_add(buf, text, precision < 0 ? strlen(text) : strnlen(text, (size_t)precision));
}

static void format_signed(uowi_buf *buf, format_args *args, const format_spec *spec)
{
    if (spec->is_size)
        uowi_buf_int(buf, (int64_t)va_arg(args->list, ptrdiff_t));
    else if (spec->longs >= 2)
        uowi_buf_int(buf, va_arg(args->list, long long));
    else if (spec->longs == 1)
        uowi_buf_int(buf, va_arg(args->list, long));
    else
        uowi_buf_int(buf, va_arg(args->list, int));
}

static void format_unsigned(uowi_buf *buf, format_args *args, const format_spec *spec)
{
    if (spec->is_size)
        uowi_buf_uint(buf, va_arg(args->list, size_t));
    else if (spec->longs >= 2)
        uowi_buf_uint(buf, va_arg(args->list, unsigned long long));
    else if (spec->longs == 1)
        uowi_buf_uint(buf, va_arg(args->list, unsigned long));
    else
        uowi_buf_uint(buf, va_arg(args->list, unsigned));
}

static void format_hex(uowi_buf *buf, unsigned value)
{
    int shift = 28;

    while (shift > 0 && value >> shift == 0)
        shift -= 4;
    for (; shift >= 0; shift -= 4)
        uowi_buf_char(buf, "0123456789abcdef"[value >> shift & 15]);
}

/* False: a conversion this language does not have. Its argument's type is unknown, so nothing can
 * follow. */
static bool format_one(uowi_buf *buf, format_args *args, const format_spec *spec)
{
    switch (spec->kind) {
    case 's':
        format_string(buf, va_arg(args->list, const char *), spec->precision);
        return true;
    case 'c':
        uowi_buf_char(buf, (char)va_arg(args->list, int));
        return true;
    case 'd':
    case 'i':
        format_signed(buf, args, spec);
        return true;
    case 'u':
        format_unsigned(buf, args, spec);
        return true;
    case 'x':
        format_hex(buf, va_arg(args->list, unsigned));
        return true;
    case '%':
        uowi_buf_char(buf, '%');
        return true;
    default:
        return false;
    }
}

void uowi_buf_vfmt(uowi_buf *buf, const char *format, va_list args)
{
    format_args own;
    va_copy(own.list, args);
    for (;;) {
        size_t plain = strcspn(format, "%");
        uowi_buf_add(buf, format, plain);
        format += plain;
        if (*format == '\0')
            break;
        format_spec spec;
        format = format_read_spec(format + 1, &own, &spec);
        if (!format_one(buf, &own, &spec)) {
            buf->failed = true;
            break;
        }
    }
    va_end(own.list);
}

void uowi_buf_fmt(uowi_buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    uowi_buf_vfmt(buf, format, args);
    va_end(args);
}
