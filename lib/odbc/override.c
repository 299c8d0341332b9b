#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "odbc/override.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/platform.h"
#include "base/utf.h"

#define OVERRIDE_MOST 16384 /* bytes of a profile */

static const uowi_way_rule override_values[] = {
    {UOWI_WAY_VALUES, UOWI_WRITES_INSERT, false, 2, 500},
    {UOWI_WAY_ROW, 0, false, 0, 0},
};
static const uowi_way_rule override_values_back[] = {
    {UOWI_WAY_VALUES, UOWI_WRITES_INSERT, true, 2, 500},
    {UOWI_WAY_ROW, 0, false, 0, 0},
};

static const uowi_way_rule override_arrays[] = {
    {UOWI_WAY_ARRAY, UOWI_WRITES_INSERT, false, 2, 500},
    {UOWI_WAY_ROW, 0, false, 0, 0},
};

/* A line "name = value"; without a value it is a number. */
typedef struct override_rule {
    const char *name, *value;
    size_t offset; /* in uowi_override */
    enum { OVERRIDE_BOOL, OVERRIDE_INT, OVERRIDE_BATCHES } kind;
    int set;
} override_rule;

#define OF_DIALECT(member) (offsetof(uowi_override, dialect) + offsetof(uowi_dialect, member))

static const override_rule override_rules[] = {
    {"text", "utf-8", OF_DIALECT(text_narrow), OVERRIDE_INT, 1},
    {"text", "utf-16", OF_DIALECT(text_narrow), OVERRIDE_INT, 0},
    {"returning", "none", OF_DIALECT(returning), OVERRIDE_INT, UOWI_RETURNING_NONE},
    {"returning", "clause", OF_DIALECT(returning), OVERRIDE_INT, UOWI_RETURNING_CLAUSE},
    {"paging", "none", OF_DIALECT(paging), OVERRIDE_INT, UOWI_PAGING_NONE},
    {"paging", "limit", OF_DIALECT(paging), OVERRIDE_INT, UOWI_PAGING_LIMIT},
    {"paging", "offset-fetch", OF_DIALECT(paging), OVERRIDE_INT, UOWI_PAGING_OFFSET_FETCH},
    {"timestamps", "struct", OF_DIALECT(timestamp_as_text), OVERRIDE_BOOL, 0},
    {"timestamps", "text", OF_DIALECT(timestamp_as_text), OVERRIDE_BOOL, 1},
    {"failed-statement", "goes-on", OF_DIALECT(failure_aborts_unit), OVERRIDE_BOOL, 0},
    {"failed-statement", "ends-unit", OF_DIALECT(failure_aborts_unit), OVERRIDE_BOOL, 1},
    {"nul-in-text", "kept", OF_DIALECT(nul_cuts_text), OVERRIDE_BOOL, 0},
    {"nul-in-text", "refused", OF_DIALECT(nul_cuts_text), OVERRIDE_BOOL, 1},
    {"decimals", "exact", OF_DIALECT(decimals_as_doubles), OVERRIDE_BOOL, 0},
    {"decimals", "doubles", OF_DIALECT(decimals_as_doubles), OVERRIDE_BOOL, 1},
    {"row-arrays", "yes", offsetof(uowi_override, row_arrays), OVERRIDE_INT, 1},
    {"row-arrays", "no", offsetof(uowi_override, row_arrays), OVERRIDE_INT, 0},
    {"param-arrays", "yes", offsetof(uowi_override, param_arrays), OVERRIDE_INT, 1},
    {"param-arrays", "no", offsetof(uowi_override, param_arrays), OVERRIDE_INT, 0},
    {"async", "yes", offsetof(uowi_override, async), OVERRIDE_INT, 1},
    {"async", "no", offsetof(uowi_override, async), OVERRIDE_INT, 0},
    {"row-counts", "right", OF_DIALECT(counts_lie), OVERRIDE_BOOL, 0},
    {"row-counts", "wrong", OF_DIALECT(counts_lie), OVERRIDE_BOOL, 1},
    {"batches", "rows", 0, OVERRIDE_BATCHES, 0},
    {"batches", "values", 0, OVERRIDE_BATCHES, 1},
    {"batches", "arrays", 0, OVERRIDE_BATCHES, 2},
    {"second-digits", NULL, OF_DIALECT(fraction_digits), OVERRIDE_INT, 9},
    {"max-parameters", NULL, OF_DIALECT(max_parameters), OVERRIDE_INT, 65535},
};

static void override_set(uowi_override *override, const override_rule *rule, int value)
{
    char *at = (char *) override + rule->offset;
    bool on = value != 0;

    if (rule->kind == OVERRIDE_BOOL)
        memcpy(at, &on, sizeof on);
    else if (rule->kind == OVERRIDE_INT)
        memcpy(at, &value, sizeof value);
    else
        override->dialect.ways = value == 2 ? override_arrays : on ? override_values : NULL;
}

static bool override_take(uowi_override *override, const char *name, const char *value)
{
    for (size_t i = 0; i < sizeof override_rules / sizeof *override_rules; i++) {
        const override_rule *rule = &override_rules[i];
        char *end = NULL;
        long number;

        if (strcmp(rule->name, name) != 0 || (rule->value != NULL && strcmp(rule->value, value) != 0))
            continue;
        if (rule->value != NULL) {
            override_set(override, rule, rule->set);
            return true;
        }
        number = strtol(value, &end, 10);
        if (end == value || *end != '\0' || number < 0 || number > rule->set)
            return false;
        override_set(override, rule, (int)number);
        return true;
    }
    return false;
}

/* The text without blanks around it; what follows a # is a comment. */
static char *override_trim(char *text)
{
    size_t length = strcspn(text, "#\r\n");

    text[length] = '\0';
    while (uowi_ascii_space(*text)) {
        text++;
        length--;
    }
    while (length > 0 && uowi_ascii_space(text[length - 1]))
        text[--length] = '\0';
    return text;
}

static bool override_line(uowi_override *override, char *text)
{
    char *equals;

    text = override_trim(text);
    if (*text == '\0')
        return true;
    equals = strchr(text, '=');
    if (equals == NULL)
        return false;
    *equals = '\0';
    return override_take(override, override_trim(text), override_trim(equals + 1));
}

/* The lines of text, which it takes apart. */
static uow_status override_lines(char *text, const char *path, uow_error *error, uowi_override *override)
{
    char *next;

    for (unsigned line = 1; text != NULL; line++, text = next) {
        next = strchr(text, '\n');
        if (next != NULL)
            *next++ = '\0';
        if (!override_line(override, text))
            return uowi_error_set(error, UOW_MISUSE,
                                  "The driver's profile %s (UowProfile) has a line %u that makes "
                                  "no sense: make it again "
                                  "with uow probe --try.",
                                  path, line);
    }
    if (override->dialect.ways == override_values && override->dialect.returning == UOWI_RETURNING_CLAUSE)
        override->dialect.ways = override_values_back;
    return UOW_OK;
}

static uow_status override_file(uowi_mem *mem, const char *path, uow_error *error, uowi_override *override)
{
    char *text = uowi_alloc(mem, OVERRIDE_MOST);
    uow_status st;
    int failed;

    if (text == NULL)
        return uowi_error_no_memory(error);
    failed = uowi_file_read(path, text, OVERRIDE_MOST);
    if (failed != 0)
        st = uowi_error_set(error, UOW_MISUSE, "The driver's profile %s (UowProfile) cannot be read: %s.", path,
                            strerror(failed));
    else
        st = override_lines(text, path, error, override);
    uowi_free(mem, text, OVERRIDE_MOST);
    return st;
}

uow_status uowi_override_read(uowi_mem *mem, const char *path, uow_error *error, uowi_override **out)
{
    uowi_override *override = uowi_zalloc(mem, sizeof *override);
    uow_status st;

    *out = NULL;
    if (override == NULL)
        return uowi_error_no_memory(error);
    override->dialect = uowi_dialect_standard;
    override->row_arrays = 1;
    override->param_arrays = 1;
    override->async = 1;
    st = override_file(mem, path, error, override);
    if (st != UOW_OK)
        uowi_override_free(mem, override);
    else
        *out = override;
    return st;
}

void uowi_override_caps(const uowi_override *override, uowi_caps *caps)
{
    caps->row_arrays = caps->row_arrays && override->row_arrays != 0;
    caps->param_arrays = caps->param_arrays && override->param_arrays != 0;
    caps->async_mode = override->async != 0 ? caps->async_mode : 0;
}

void uowi_override_free(uowi_mem *mem, uowi_override *override)
{
    if (override != NULL)
        uowi_free(mem, override, sizeof *override);
}
