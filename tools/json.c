#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "json.h"

void json_text(FILE *out, const char *text)
{
    if (!text) {
        fputs("null", out);
        return;
    }
    fputc('"', out);
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;

        if (c == '"' || c == '\\')
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
