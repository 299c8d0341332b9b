#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "odbc/connstr.h"

#include <string.h>

#include "base/utf.h"

void uowi_connstr_init(uowi_connstr *cs, uowi_mem *mem)
{
    memset(cs, 0, sizeof *cs);
    cs->mem = mem;
}

static void connstr_wipe(uowi_connstr *cs, char *text)
{
    if (text == NULL)
        return;
    for (volatile char *c = text; *c != '\0'; c++)
        *c = '*';
    uowi_strfree(cs->mem, text);
}

void uowi_connstr_done(uowi_connstr *cs)
{
    for (size_t i = 0; i < cs->count; i++) {
        uowi_strfree(cs->mem, cs->pairs[i].key);
        connstr_wipe(cs, cs->pairs[i].value);
    }
    if (cs->pairs != NULL)
        uowi_free(cs->mem, cs->pairs, cs->capacity * sizeof *cs->pairs);
    memset(cs, 0, sizeof *cs);
}

static char *connstr_copy(uowi_mem *mem, const char *text, size_t length)
{
    char *copy = uowi_alloc(mem, length + 1);
    if (copy == NULL)
        return NULL;
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

/* Takes over both texts, also on failure. */
static bool connstr_append(uowi_connstr *cs, char *key, char *value, bool braced)
{
    if (key != NULL && value != NULL &&
        uowi_grow(cs->mem, (void **)&cs->pairs, cs->count, &cs->capacity, sizeof *cs->pairs)) {
        cs->pairs[cs->count++] = (uowi_connstr_pair){key, value, braced};
        return true;
    }
    uowi_strfree(cs->mem, key);
    connstr_wipe(cs, value);
    return false;
}

static const char *connstr_skip_blanks(const char *at)
{
    while (uowi_ascii_space(*at))
        at++;
    return at;
}

static size_t connstr_trimmed(const char *from, const char *end)
{
    while (end > from && uowi_ascii_space(end[-1]))
        end--;
    return (size_t)(end - from);
}

/* {value}, with "}}" for "}". Returns what follows the closing brace, NULL when there is none. */
static const char *connstr_braced(const char *at, uowi_buf *value)
{
    for (at++; *at != '\0'; at++) {
        if (*at == '}' && at[1] != '}')
            return at + 1;
        if (*at == '}')
            at++;
        uowi_buf_char(value, *at);
    }
    return NULL;
}

/* One "key=value" at *at, which is moved behind it. */
static uow_status connstr_pair(uowi_connstr *cs, const char **at, uowi_buf *value)
{
    const char *key = *at;
    size_t stop = strcspn(key, "=;");
    size_t key_length = connstr_trimmed(key, key + stop);
    if (key[stop] != '=' || key_length == 0)
        return UOW_MISUSE;

    const char *from = connstr_skip_blanks(key + stop + 1);
    const char *end = from + strcspn(from, ";");
    bool braced = *from == '{';
    if (braced) {
        end = connstr_braced(from, value);
        if (end == NULL)
            return UOW_MISUSE;
        end = connstr_skip_blanks(end);
        if (*end != ';' && *end != '\0')
            return UOW_MISUSE;
    } else {
        uowi_buf_add(value, from, connstr_trimmed(from, end));
    }
    *at = end;
    if (value->failed ||
        !connstr_append(cs, connstr_copy(cs->mem, key, key_length),
                        connstr_copy(cs->mem, uowi_buf_cstr(value), value->length), braced))
        return UOW_NO_MEMORY;
    return UOW_OK;
}

static void connstr_value_done(uowi_buf *value)
{
    if (value->data != NULL && value->capacity > 0)
        for (size_t i = 0; i < value->length; i++)
            ((volatile char *)value->data)[i] = '*';
    uowi_buf_done(value);
}

static uow_status connstr_pairs(uowi_connstr *cs, const char *text, size_t *out_bad)
{
    const char *at = text;
    for (;;) {
        while (*at == ';' || uowi_ascii_space(*at))
            at++;
        if (*at == '\0')
            return UOW_OK;
        const char *start = at;
        uowi_buf value;
        uowi_buf_init(&value, cs->mem, 0);
        uow_status st = connstr_pair(cs, &at, &value);
        connstr_value_done(&value);
        if (st != UOW_OK) {
            *out_bad = (size_t)(start - text);
            return st;
        }
    }
}

uow_status uowi_connstr_parse(uowi_connstr *cs, const char *text, size_t *out_bad)
{
    *out_bad = 0;
    if (strchr(text, '=') != NULL)
        return connstr_pairs(cs, text, out_bad);
    const char *name = connstr_skip_blanks(text);
    size_t length = connstr_trimmed(name, name + strlen(name));
    if (length == 0 || memchr(name, ';', length) != NULL)
        return UOW_MISUSE;
    bool added = connstr_append(cs, connstr_copy(cs->mem, "DSN", 3),
                                connstr_copy(cs->mem, name, length), false);
    return added ? UOW_OK : UOW_NO_MEMORY;
}

static bool connstr_is(const char *key, const char *keys)
{
    size_t length = strlen(key);
    for (;;) {
        size_t word = strcspn(keys, "|");
        if (word == length && uowi_ascii_ncasecmp(key, keys, length) == 0)
            return true;
        if (keys[word] == '\0')
            return false;
        keys += word + 1;
    }
}

const char *uowi_connstr_get(const uowi_connstr *cs, const char *keys)
{
    for (size_t i = 0; i < cs->count; i++)
        if (connstr_is(cs->pairs[i].key, keys))
            return cs->pairs[i].value;
    return NULL;
}

void uowi_connstr_remove(uowi_connstr *cs, const char *keys)
{
    size_t kept = 0;
    for (size_t i = 0; i < cs->count; i++) {
        if (connstr_is(cs->pairs[i].key, keys)) {
            uowi_strfree(cs->mem, cs->pairs[i].key);
            connstr_wipe(cs, cs->pairs[i].value);
        } else {
            cs->pairs[kept++] = cs->pairs[i];
        }
    }
    cs->count = kept;
}

/* Only where needed: not every driver takes braces off. */
static bool connstr_needs_braces(const char *value)
{
    size_t length = strlen(value);
    return strpbrk(value, "[]{}(),;?*=!@") != NULL ||
           (length > 0 && (uowi_ascii_space(value[0]) || uowi_ascii_space(value[length - 1])));
}

bool uowi_connstr_add(uowi_connstr *cs, const char *key, const char *value)
{
    return connstr_append(cs, uowi_strdup(cs->mem, key), uowi_strdup(cs->mem, value),
                          connstr_needs_braces(value));
}

void uowi_connstr_emit(const uowi_connstr *cs, uowi_buf *out)
{
    for (size_t i = 0; i < cs->count; i++) {
        const uowi_connstr_pair *pair = &cs->pairs[i];
        uowi_buf_text(out, pair->key);
        uowi_buf_char(out, '=');
        if (!pair->braced)
            uowi_buf_text(out, pair->value);
        else
            uowi_buf_char(out, '{');
        for (const char *c = pair->value; pair->braced && *c != '\0'; c++) {
            if (*c == '}')
                uowi_buf_char(out, '}');
            uowi_buf_char(out, *c);
        }
        if (pair->braced)
            uowi_buf_char(out, '}');
        uowi_buf_char(out, ';');
    }
}
