#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/comment.h"

#include <string.h>

#include "base/usual.h"
#include "base/utf.h"

#define COMMENT_STATE_MOST 512u /* what every carrier must take, says the recommendation */

static bool comment_hex(const char *text, size_t count)
{
    bool zeros = true;

    for (size_t i = 0; i < count; i++) {
        if (!uowi_ascii_digit(text[i]) && (text[i] < 'a' || text[i] > 'f'))
            return false;
        zeros = zeros && text[i] == '0';
    }
    return !zeros || count == 2;
}

/* "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" */
static bool comment_parent_ok(const char *text)
{
    return strlen(text) == 55 && text[2] == '-' && text[35] == '-' && text[52] == '-' && comment_hex(text, 2) &&
           comment_hex(text + 3, 32) && comment_hex(text + 36, 16) && comment_hex(text + 53, 2) &&
           strncmp(text, "ff", 2) != 0;
}

/* Letters and digits stay; nothing is left that could end a comment or a quote. */
static void comment_escaped(uowi_buf *out, const char *text)
{
    static const char hex[] = "0123456789ABCDEF";

    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;

        if (c < 0x80 && (uowi_ascii_word(*text) || c == '-' || c == '.' || c == '~')) {
            uowi_buf_char(out, *text);
            continue;
        }
        uowi_buf_char(out, '%');
        uowi_buf_char(out, hex[c >> 4]);
        uowi_buf_char(out, hex[c & 15]);
    }
}

uow_status uowi_comment_set(uowi_session *s, const char *traceparent, const char *tracestate)
{
    if (traceparent && !comment_parent_ok(traceparent))
        return uowi_error_set(&s->error, UOW_MISUSE, "the traceparent is not of the form 00-(32 hex)-(16 hex)-(2 hex)");
    if (tracestate && (!traceparent || strlen(tracestate) > COMMENT_STATE_MOST))
        return uowi_error_set(&s->error, UOW_MISUSE, "the tracestate comes without a traceparent, or has more than %u bytes",
                              COMMENT_STATE_MOST);
    uowi_buf_reset(&s->comment);
    if (!traceparent)
        return UOW_OK;
    uowi_buf_fmt(&s->comment, "/*traceparent='%s'", traceparent);
    if (tracestate && *tracestate) {
        uowi_buf_text(&s->comment, ",tracestate='");
        comment_escaped(&s->comment, tracestate);
        uowi_buf_char(&s->comment, '\'');
    }
    uowi_buf_text(&s->comment, "*/");
    if (!s->comment.failed)
        return UOW_OK;
    uowi_buf_reset(&s->comment);
    return uowi_error_no_memory(&s->error);
}

uow_status uowi_comment_add(uowi_session *s, const char **sql, size_t *length)
{
    size_t own = s->comment.length;
    size_t used = *length;
    char *text;

    if (UOWI_USUAL(own == 0))
        return UOW_OK;
    while (used > 0 && (uowi_ascii_space((*sql)[used - 1]) || (*sql)[used - 1] == ';'))
        used--;
    text = uowi_arena_alloc(&s->scratch, used + own + 2);
    if (!text)
        return uowi_error_no_memory(&s->error);
    memcpy(text, *sql, used);
    text[used] = '\n'; /* the text may end in a comment of its own */
    memcpy(text + used + 1, s->comment.data, own + 1);
    *sql = text;
    *length = used + 1 + own;
    return UOW_OK;
}
