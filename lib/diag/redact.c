/*
 * Secrets out of text. When in doubt, hide: a log with a star too many can be
 * read, a password in it cannot be taken back.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "diag/redact.h"

#include <string.h>

#include "base/utf.h"

#define STARS           "***"
#define SHORTEST_SECRET 3u
#define LONGEST_KEY     64u

/* A stretch of text. */
typedef struct redact_span {
    const char *start;
    const char *end;
} redact_span;

/*
 * Letters and digits of a key, in lower case: "Access Token" and "access_token"
 * are one. False: longer than any key there is.
 */
static bool key_normalize(redact_span key, char out[LONGEST_KEY])
{
    size_t length = 0;
    for (const char *at = key.start; at < key.end; at++) {
        char c = *at;
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if (!uowi_ascii_word(c) || c == '_')
            continue;
        if (length == LONGEST_KEY - 1)
            return false;
        out[length++] = c;
    }
    out[length] = '\0';
    return true;
}

static bool key_is_secret(redact_span key)
{
    /* pqopt and sslkey as drivers know them: libpq's own options, a private key. */
    static const char *const parts[] = {"pwd",    "passw",  "passphrase", "secret",     "token",
                                        "apikey", "sslkey", "privatekey", "credential", "pqopt"};
    char name[LONGEST_KEY];
    if (!key_normalize(key, name))
        return true;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (strstr(name, parts[i]) != NULL)
            return true;
    return strcmp(name, "key") == 0 || strcmp(name, "pass") == 0;
}

/* The end of "{...}", where "}}" stands for "}"; NULL: never closed. */
static const char *value_braces_end(const char *at)
{
    for (at++; *at != '\0'; at++) {
        if (*at != '}')
            continue;
        if (at[1] != '}')
            return at + 1;
        at++;
    }
    return NULL;
}

/* Up to the ';' or the end of the string. *out_open: a brace never closed. */
static redact_span value_read(const char *start, bool *out_open)
{
    const char *at = start;
    while (uowi_ascii_space(*at))
        at++;
    const char *closed = at;
    if (*at == '{')
        closed = value_braces_end(at);
    *out_open = closed == NULL;
    redact_span value = {start,
                         closed == NULL ? start + strlen(start) : closed + strcspn(closed, ";")};
    return value;
}

static void redact_span_add(uowi_buf *out, redact_span span)
{
    uowi_buf_add(out, span.start, (size_t)(span.end - span.start));
}

static const char *span_find(redact_span span, const char *part)
{
    size_t length = strlen(part);
    for (const char *at = span.start; (size_t)(span.end - at) >= length; at++)
        if (memcmp(at, part, length) == 0)
            return at;
    return NULL;
}

static redact_span word_before(const char *start, const char *end)
{
    while (end > start && uowi_ascii_space(end[-1]))
        end--;
    redact_span word = {end, end};
    while (word.start > start && !uowi_ascii_space(word.start[-1]) && word.start[-1] != '=')
        word.start--;
    return word;
}

/* Where text of another kind than ours gives a secret away: "://user:x@host", "user=me password=x". */
static const char *value_secret(redact_span value)
{
    const char *scheme = span_find(value, "://");
    if (scheme != NULL && span_find((redact_span){scheme, value.end}, "@") != NULL)
        return scheme + 3;
    for (const char *at = value.start; at < value.end; at++)
        if (*at == '=' && key_is_secret(word_before(value.start, at)))
            return at + 1;
    return NULL;
}

static void redact_value_add(uowi_buf *out, redact_span value)
{
    const char *secret = *value.start == '{' ? NULL : value_secret(value);
    if (secret != NULL)
        value.end = secret;
    redact_span_add(out, value);
    if (secret != NULL)
        uowi_buf_text(out, STARS);
}

void uowi_redact_connection(uowi_buf *out, const char *connection)
{
    bool secret = false; /* a piece without '=' is the rest of the value before */
    const char *scheme = strstr(connection, "://");
    if (scheme != NULL && scheme < connection + strcspn(connection, "=;")) {
        uowi_buf_add(out, connection, (size_t)(scheme + 3 - connection));
        uowi_buf_text(out, STARS); /* no connection string at all, but a URL: it may have a password anywhere */
        return;
    }
    for (const char *at = connection; *at != '\0';) {
        size_t length = strcspn(at, "=;");
        redact_span key = {at, at + length};
        at = key.end;
        if (*at == '=') {
            bool open;
            redact_span value = value_read(at + 1, &open);
            secret = key_is_secret(key);
            redact_span_add(out, key);
            uowi_buf_char(out, '=');
            if (secret || open)
                uowi_buf_text(out, STARS);
            else
                redact_value_add(out, value);
            at = value.end;
        } else if (secret && length > 0) {
            uowi_buf_text(out, STARS);
        } else {
            redact_span_add(out, key);
        }
        if (*at == ';')
            uowi_buf_char(out, *at++);
    }
}

/* Where the secret is next; end: nowhere. */
static const char *secret_find(const char *at, const char *end, const char *secret, size_t size)
{
    while ((size_t)(end - at) >= size) {
        const char *first = memchr(at, secret[0], (size_t)(end - at) - size + 1);
        if (first == NULL)
            return end;
        if (memcmp(first, secret, size) == 0)
            return first;
        at = first + 1;
    }
    return end;
}

void uowi_redact_secret(uowi_buf *out, const char *text, size_t length, const char *secret)
{
    size_t size = secret != NULL ? strlen(secret) : 0;
    if (size < SHORTEST_SECRET) {
        uowi_buf_add(out, text, length);
        return;
    }
    const char *end = text + length;
    for (;;) {
        const char *found = secret_find(text, end, secret, size);
        uowi_buf_add(out, text, (size_t)(found - text));
        if (found == end)
            return;
        uowi_buf_text(out, STARS);
        text = found + size;
    }
}
