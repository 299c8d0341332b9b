#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "connstr.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static char *connstr_copy(const char *from, size_t length)
{
    char *copy = malloc(length + 1);
    if (copy != NULL) {
        memcpy(copy, from, length);
        copy[length] = '\0';
    }
    return copy;
}

/* Takes over both texts, also on failure. */
static bool connstr_append(td_connstr *cs, char *key, char *value)
{
    td_pair *pairs = NULL;
    if (key != NULL && value != NULL)
        pairs = realloc(cs->pairs, (cs->count + 1) * sizeof *pairs);
    if (pairs == NULL) {
        free(key);
        free(value);
        return false;
    }
    cs->pairs = pairs;
    pairs[cs->count++] = (td_pair){key, value};
    return true;
}

bool td_connstr_add(td_connstr *cs, const char *key, const char *value)
{
    return connstr_append(cs, connstr_copy(key, strlen(key)), connstr_copy(value, strlen(value)));
}

static size_t connstr_trim(const char **from, size_t length)
{
    while (length > 0 && **from == ' ') {
        (*from)++;
        length--;
    }
    while (length > 0 && (*from)[length - 1] == ' ')
        length--;
    return length;
}

/* The value within braces at text; "}}" is "}". *used counts both braces. NULL: no end. */
static char *connstr_braced(const char *text, size_t length, size_t *used)
{
    char *value = malloc(length + 1);
    size_t written = 0, i;
    if (value == NULL)
        return NULL;
    for (i = 1; i < length; i++) {
        if (text[i] == '}' && (i + 1 == length || text[i + 1] != '}'))
            break;
        if (text[i] == '}')
            i++;
        value[written++] = text[i];
    }
    if (i >= length) {
        free(value);
        return NULL;
    }
    value[written] = '\0';
    *used = i + 1;
    return value;
}

/* One "key=value" at the beginning of text; *used is what it took, without the ';'. */
static bool connstr_pair(td_connstr *cs, const char *text, size_t length, size_t *used)
{
    const char *equals = memchr(text, '=', length);
    if (equals == NULL)
        return false;
    const char *key = text;
    size_t key_length = connstr_trim(&key, (size_t)(equals - text));
    const char *value = equals + 1;
    size_t rest = length - (size_t)(value - text);
    const char *semicolon = memchr(value, ';', rest);
    size_t value_length = semicolon ? (size_t)(semicolon - value) : rest;
    size_t braced = 0;
    char *copy;

    *used = (size_t)(value - text) + value_length;
    value_length = connstr_trim(&value, value_length);
    if (value_length > 0 && *value == '{') {
        copy = connstr_braced(value, length - (size_t)(value - text), &braced);
        *used = (size_t)(value - text) + braced;
    } else {
        copy = connstr_copy(value, value_length);
    }
    return connstr_append(cs, connstr_copy(key, key_length), copy);
}

bool td_connstr_parse(td_connstr *cs, const char *text, size_t length)
{
    size_t at = 0, used;

    *cs = (td_connstr){NULL, 0};
    while (at < length && text[at] != '\0') {
        if (text[at] == ';' || text[at] == ' ') {
            at++;
            continue;
        }
        if (!connstr_pair(cs, text + at, length - at, &used)) {
            td_connstr_free(cs);
            return false;
        }
        at += used;
    }
    return true;
}

void td_connstr_free(td_connstr *cs)
{
    for (size_t i = 0; i < cs->count; i++) {
        free(cs->pairs[i].key);
        free(cs->pairs[i].value);
    }
    free(cs->pairs);
    *cs = (td_connstr){NULL, 0};
}

const char *td_connstr_get(const td_connstr *cs, const char *key)
{
    for (size_t i = 0; i < cs->count; i++)
        if (strcasecmp(cs->pairs[i].key, key) == 0)
            return cs->pairs[i].value;
    return NULL;
}

/* In braces only where it must be: not every driver takes them for every key. */
static char *connstr_write(char *out, const char *value)
{
    bool braces = value[strcspn(value, ";{} ")] != '\0';
    if (braces)
        *out++ = '{';
    for (; *value != '\0'; value++) {
        if (braces && *value == '}')
            *out++ = '}';
        *out++ = *value;
    }
    if (braces)
        *out++ = '}';
    *out++ = ';';
    return out;
}

char *td_connstr_text(const td_connstr *cs)
{
    size_t size = 1;
    for (size_t i = 0; i < cs->count; i++)
        size += strlen(cs->pairs[i].key) + 2 * strlen(cs->pairs[i].value) + 4;
    char *text = malloc(size), *out = text;
    if (text == NULL)
        return NULL;
    for (size_t i = 0; i < cs->count; i++) {
        size_t length = strlen(cs->pairs[i].key);
        memcpy(out, cs->pairs[i].key, length);
        out[length] = '=';
        out = connstr_write(out + length + 1, cs->pairs[i].value);
    }
    *out = '\0';
    return text;
}
