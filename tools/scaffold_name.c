/* C identifiers from whatever the catalog calls things. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "scaffold.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Keywords of C and C++, and names that headers define as macros. */
static const char *const name_reserved[] = {
    "alignas", "alignof", "and", "and_eq", "asm", "auto", "bitand", "bitor", "bool", "break", "case", "catch", "char",
    "char16_t", "char32_t", "char8_t", "class", "compl", "concept", "const", "const_cast", "consteval", "constexpr",
    "constinit", "continue", "decltype", "default", "delete", "do", "double", "dynamic_cast", "else", "enum", "errno",
    "explicit", "export", "extern", "false", "float", "for", "friend", "goto", "i386", "if", "inline", "int", "linux",
    "long", "mutable", "namespace", "new", "noexcept", "not", "not_eq", "nullptr", "operator", "or", "or_eq", "private",
    "protected", "public", "register", "reinterpret_cast", "requires", "restrict", "return", "short", "signed", "sizeof",
    "static", "static_assert", "static_cast", "stderr", "stdin", "stdout", "struct", "switch", "template", "this",
    "thread_local", "throw", "true", "try", "typedef", "typeid", "typename", "typeof", "typeof_unqual", "union", "unix",
    "unsigned", "using", "virtual", "void", "volatile", "wchar_t", "while", "xor", "xor_eq",
};

/* Structs of the system's headers that tables like to be called. */
static const char *const name_tags[] = {
    "address", "aliasent", "cred", "dirent", "file", "flock", "group", "hostent", "iovec", "itimerval", "lconv", "mode",
    "option", "passwd", "rusage", "servent", "session", "sigaction", "stat", "timespec", "timeval", "timezone", "tm", "tms",
    "user", "utsname", "winsize",
};

static int name_compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool name_in(const char *name, const char *const *list, size_t count)
{
    return bsearch(&name, list, count, sizeof *list, name_compare) != NULL;
}

/* U+00C0 to U+00FF without their accents; '*' is written out below. */
static const char name_latin[] = "aaaaaa*ceeeeiiii*nooooo*ouuuuy**aaaaaa*ceeeeiiii*nooooo*ouuuuy*y";

/* The next character of UTF-8; a byte that is none stands for itself. */
static unsigned name_next(const unsigned char **at)
{
    static const unsigned char masks[] = {0x7f, 0x1f, 0x0f, 0x07};
    const unsigned char *c = *at;
    unsigned more = c[0] >= 0xf0 ? 3 : c[0] >= 0xe0 ? 2 : c[0] >= 0xc0 ? 1 : 0;
    unsigned value = c[0] < 0x80 || more == 0 ? c[0] : (unsigned)(c[0] & masks[more]);

    for (unsigned i = 1; i <= more; i++) {
        if ((c[i] & 0xc0) != 0x80) {
            *at = c + 1;
            return c[0];
        }
        value = value << 6 | (c[i] & 0x3fu);
    }
    *at = c + 1 + more;
    return value;
}

static size_t name_write(char *out, unsigned c)
{
    if (c == 0xc6 || c == 0xe6)
        return (size_t)sprintf(out, "ae");
    if (c == 0xde || c == 0xfe)
        return (size_t)sprintf(out, "th");
    if (c == 0xdf)
        return (size_t)sprintf(out, "ss");
    if (c >= 0xc0 && c <= 0xff && name_latin[c - 0xc0] != '*')
        return (size_t)sprintf(out, "%c", name_latin[c - 0xc0]);
    return (size_t)sprintf(out, "u%04x", c);
}

static bool name_upper(int c)
{
    return c >= 'A' && c <= 'Z';
}

static bool name_lower(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* AlbumId -> album_id, XMLFile -> xml_file, "Unit Price" -> unit_price */
const char *scaffold_identifier(pool *p, const char *name)
{
    char *text = pool_alloc(p, strlen(name) * 8 + 16);
    size_t length = 0;
    const unsigned char *start = (const unsigned char *)name;

    for (const unsigned char *at = start; *at;) {
        int before = at > start ? at[-1] : 0;
        int after = at[1];
        unsigned c = name_next(&at);
        bool word = c < 0x80 && name_upper((int)c) && (name_lower(before) || (name_upper(before) && name_lower(after)));

        if (word && length > 0 && text[length - 1] != '_')
            text[length++] = '_';
        if (c >= 0x80)
            length += name_write(text + length, c);
        else if (isalnum((int)c))
            text[length++] = (char)tolower((int)c);
        else if (length > 0 && text[length - 1] != '_')
            text[length++] = '_';
    }
    while (length > 0 && text[length - 1] == '_')
        length--;
    text[length] = '\0';
    if (length == 0)
        return "unnamed";
    if (isdigit((unsigned char)text[0]))
        return pool_format(p, "n%s", text);
    if (name_in(text, name_reserved, sizeof name_reserved / sizeof *name_reserved))
        return pool_format(p, "%s_", text);
    return text;
}

static bool name_taken(const scaffold_names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->names[i], name) == 0)
            return true;
    return false;
}

const char *scaffold_unique(pool *p, scaffold_names *names, const char *wanted)
{
    const char *name = wanted;

    for (unsigned i = 2; name_taken(names, name); i++)
        name = pool_format(p, "%s_%u", wanted, i);
    names->names = pool_more(p, names->names, names->count, sizeof *names->names);
    names->names[names->count++] = name;
    return name;
}

const char *scaffold_tag(pool *p, scaffold_names *names, const char *prefix, const char *name)
{
    const char *tag = scaffold_identifier(p, pool_format(p, "%s%s", prefix ? prefix : "", name));

    if (name_in(tag, name_tags, sizeof name_tags / sizeof *name_tags))
        tag = pool_format(p, "%s_row", tag);
    return scaffold_unique(p, names, tag);
}

const char *scaffold_plural(pool *p, const char *name)
{
    size_t length = strlen(name);
    char last = name[length - 1];
    char before = length > 1 ? name[length - 2] : 'x';

    if (last == 's' && before != 's')
        return name;
    if (last == 'y' && !strchr("aeiou", before))
        return pool_format(p, "%.*sies", (int)length - 1, name);
    if (last == 's' || last == 'x' || (last == 'h' && (before == 'c' || before == 's')))
        return pool_format(p, "%ses", name);
    return pool_format(p, "%ss", name);
}
