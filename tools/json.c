#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "json.h"

#include <string.h>

#include "base/utf.h"

/* Bytes of the letter that begins here; 0: it is none of UTF-8, and JSON is nothing else. */
static size_t json_letter(const char *text)
{
    unsigned char c = (unsigned char)*text;
    size_t length = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;

    return strnlen(text, length) == length && uowi_utf8_valid(text, length, NULL) ? length : 0;
}

void json_text(FILE *out, const char *text)
{
    if (!text) {
        fputs("null", out);
        return;
    }
    fputc('"', out);
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        size_t letter = json_letter(text);

        if (letter == 0)
            fputs("\\ufffd", out);
        else if (letter > 1)
            text += fwrite(text, 1, letter, out) - 1;
        else if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else if (c < 0x20)
            fprintf(out, "\\u%04x", c);
        else
            fputc(c, out);
    }
    fputc('"', out);
}

void json_member(FILE *out, const char *before, const char *name, const char *text)
{
    fputs(before, out);
    json_text(out, name);
    fputs(": ", out);
    json_text(out, text);
}
