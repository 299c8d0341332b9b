/* Choosing a dialect, and the text every dialect makes the same way. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "odbc/dialect.h"

#include <string.h>

#include "base/utf.h"

static const uowi_dialect *const dialects[] = {
    &uowi_dialect_sqlite,
    &uowi_dialect_postgresql,
    &uowi_dialect_mariadb,
    &uowi_dialect_mysql,
};

#define DIALECT_COUNT (sizeof dialects / sizeof dialects[0])

static bool dialect_contains(const char *text, const char *part)
{
    size_t length = strlen(part);
    for (; *text != '\0'; text++)
        if (uowi_ascii_ncasecmp(text, part, length) == 0)
            return true;
    return length == 0;
}

const uowi_dialect *uowi_dialect_of_driver(const char *driver)
{
    for (size_t i = 0; driver != NULL && i < DIALECT_COUNT; i++)
        for (const char *const *name = dialects[i]->driver_names; *name != NULL; name++)
            if (dialect_contains(driver, *name))
                return dialects[i];
    return NULL;
}

/* The database's own name decides; a driver's name only where the database gives none. */
const uowi_dialect *uowi_dialect_for(const char *dbms_name, const char *driver_name)
{
    const uowi_dialect *found = NULL;
    for (size_t i = 0; dbms_name != NULL && i < DIALECT_COUNT; i++)
        for (const char *const *name = dialects[i]->dbms_names; *name != NULL; name++)
            if (uowi_ascii_casecmp(dbms_name, *name) == 0)
                return dialects[i];
    if (dbms_name == NULL || dbms_name[0] == '\0')
        found = uowi_dialect_of_driver(driver_name);
    return found != NULL ? found : &uowi_dialect_standard;
}

const uowi_error_rule *uowi_dialect_rule(const uowi_dialect *dialect, const char *sqlstate,
                                         int32_t native, const char *text)
{
    if (dialect == NULL || dialect->rules == NULL)
        return NULL;
    for (const uowi_error_rule *rule = dialect->rules; rule->status != UOW_OK; rule++) {
        bool fits = (rule->sqlstate[0] == '\0' || strcmp(rule->sqlstate, sqlstate) == 0) &&
                    (rule->native == 0 || rule->native == native) &&
                    (rule->contains == NULL || strstr(text, rule->contains) != NULL);
        if (fits)
            return rule;
    }
    return NULL;
}

/* Where the quoted value at from ends: the last after on the same line, since values may hold it.
 */
static const char *dialect_mask_end(const char *from, const char *after)
{
    const char *end = NULL;
    const char *line = from + strcspn(from, "\n");
    for (const char *at = strstr(from, after); at != NULL && at <= line; at = strstr(at + 1, after))
        end = at;
    return end;
}

/* The earliest place in text where a mask applies; its value is [*from, *to). */
static bool dialect_mask_find(const uowi_mask *masks, const char *text, const char **from,
                              const char **to)
{
    *from = NULL;
    for (const uowi_mask *mask = masks; mask->before != NULL; mask++) {
        const char *start = strstr(text, mask->before);
        if (start == NULL)
            continue;
        start += strlen(mask->before);
        const char *end = dialect_mask_end(start, mask->after);
        if (end != NULL && (*from == NULL || start < *from)) {
            *from = start;
            *to = end;
        }
    }
    return *from != NULL;
}

void uowi_dialect_mask(const uowi_dialect *dialect, const char *text, uowi_buf *out)
{
    const char *from, *to;
    while (dialect != NULL && dialect->masks != NULL &&
           dialect_mask_find(dialect->masks, text, &from, &to)) {
        uowi_buf_add(out, text, (size_t)(from - text));
        uowi_buf_text(out, "***");
        text = to;
    }
    uowi_buf_text(out, text);
}

void uowi_dialect_quote(const uowi_dialect *dialect, const uowi_caps *caps, const char *name,
                        uowi_buf *out)
{
    bool odd = dialect->quote_odd != 0 && strpbrk(name, "\"'?") != NULL;
    const char own[2] = {odd ? dialect->quote_odd : dialect->quote, '\0'};
    const char *open = dialect->quote != 0 ? own : caps->quote;
    char close = open[0] == '[' ? ']' : open[0];

    if (open[0] == '\0' ||
        open[0] == ' ') { /* the driver has no quoting: SQL_IDENTIFIER_QUOTE_CHAR */
        uowi_buf_text(out, name);
        return;
    }
    uowi_buf_char(out, open[0]);
    for (; *name != '\0'; name++) {
        if (*name == close)
            uowi_buf_char(out, close);
        uowi_buf_char(out, *name);
    }
    uowi_buf_char(out, close);
}

void uowi_dialect_table(const uowi_dialect *dialect, const uowi_caps *caps, const char *schema,
                        const char *table, uowi_buf *out)
{
    if (schema != NULL && schema[0] != '\0') {
        uowi_dialect_quote(dialect, caps, schema, out);
        uowi_buf_char(out, '.');
    }
    uowi_dialect_quote(dialect, caps, table, out);
}

void uowi_dialect_table_path(const uowi_dialect *dialect, const uowi_caps *caps, const char *path, uowi_buf *out)
{
    const char *dot = strchr(path, '.');
    uowi_buf schema;

    uowi_buf_init(&schema, out->mem, 0);
    if (dot)
        uowi_buf_add(&schema, path, (size_t)(dot - path));
    uowi_dialect_table(dialect, caps, uowi_buf_cstr(&schema), dot ? dot + 1 : path, out);
    out->failed = out->failed || schema.failed;
    uowi_buf_done(&schema);
}

/* Not every database takes OFFSET without LIMIT; all of them take this one for "no limit". */
#define DIALECT_NO_LIMIT INT64_MAX

static void dialect_page_limit(uint64_t limit, uint64_t offset, uowi_buf *out)
{
    uowi_buf_text(out, " LIMIT ");
    uowi_buf_uint(out, limit != 0 ? limit : (uint64_t)DIALECT_NO_LIMIT);
    if (offset != 0) {
        uowi_buf_text(out, " OFFSET ");
        uowi_buf_uint(out, offset);
    }
}

static void dialect_page_fetch(uint64_t limit, uint64_t offset, bool ordered, uowi_buf *out)
{
    if (!ordered) /* the clause belongs to ORDER BY; this one orders nothing */
        uowi_buf_text(out, " ORDER BY (SELECT NULL)");
    uowi_buf_text(out, " OFFSET ");
    uowi_buf_uint(out, offset);
    uowi_buf_text(out, " ROWS");
    if (limit != 0) {
        uowi_buf_text(out, " FETCH NEXT ");
        uowi_buf_uint(out, limit);
        uowi_buf_text(out, " ROWS ONLY");
    }
}

uowi_paging uowi_dialect_paging(const uowi_dialect *dialect, const uowi_caps *caps)
{
    return dialect->paging != UOWI_PAGING_NONE ? dialect->paging : (uowi_paging)caps->paging;
}

void uowi_dialect_page(uowi_paging paging, uint64_t limit, uint64_t offset, bool ordered, uowi_buf *out)
{
    if (limit == 0 && offset == 0)
        return;
    if (paging == UOWI_PAGING_LIMIT)
        dialect_page_limit(limit, offset, out);
    else if (paging == UOWI_PAGING_OFFSET_FETCH)
        dialect_page_fetch(limit, offset, ordered, out);
}
