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

#define OVERRIDE_ROWS 500 /* of one statement */

enum { OVERRIDE_ZONED_UTC, OVERRIDE_ZONED_OFFSET, OVERRIDE_ZONED_REFUSED };
enum { OVERRIDE_BY_ROWS, OVERRIDE_BY_VALUES, OVERRIDE_BY_ARRAYS };

/* A line "name = value"; without a value it is a number. */
typedef struct override_rule {
    const char *name, *value;
    size_t offset; /* in uowi_override */
    enum { OVERRIDE_BOOL, OVERRIDE_INT } kind;
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
    {"unsigned-64", "exact", OF_DIALECT(unsigned_lost), OVERRIDE_BOOL, 0},
    {"unsigned-64", "refused", OF_DIALECT(unsigned_lost), OVERRIDE_BOOL, 1},
    {"zoned-timestamps", "utc", offsetof(uowi_override, zoned), OVERRIDE_INT, OVERRIDE_ZONED_UTC},
    {"zoned-timestamps", "offset", offsetof(uowi_override, zoned), OVERRIDE_INT, OVERRIDE_ZONED_OFFSET},
    {"zoned-timestamps", "refused", offsetof(uowi_override, zoned), OVERRIDE_INT, OVERRIDE_ZONED_REFUSED},
    {"row-arrays", "yes", offsetof(uowi_override, row_arrays), OVERRIDE_INT, 1},
    {"row-arrays", "no", offsetof(uowi_override, row_arrays), OVERRIDE_INT, 0},
    {"param-arrays", "yes", offsetof(uowi_override, param_arrays), OVERRIDE_INT, 1},
    {"param-arrays", "no", offsetof(uowi_override, param_arrays), OVERRIDE_INT, 0},
    {"async", "yes", offsetof(uowi_override, async), OVERRIDE_INT, 1},
    {"async", "no", offsetof(uowi_override, async), OVERRIDE_INT, 0},
    {"row-counts", "right", OF_DIALECT(counts_lie), OVERRIDE_BOOL, 0},
    {"row-counts", "wrong", OF_DIALECT(counts_lie), OVERRIDE_BOOL, 1},
    {"batches", "rows", offsetof(uowi_override, batches), OVERRIDE_INT, OVERRIDE_BY_ROWS},
    {"batches", "values", offsetof(uowi_override, batches), OVERRIDE_INT, OVERRIDE_BY_VALUES},
    {"batches", "arrays", offsetof(uowi_override, batches), OVERRIDE_INT, OVERRIDE_BY_ARRAYS},
    {"array-counts", "total", OF_DIALECT(array_counts), OVERRIDE_INT, UOWI_COUNTS_TOTAL},
    {"array-counts", "each", OF_DIALECT(array_counts), OVERRIDE_INT, UOWI_COUNTS_EACH},
    {"array-counts", "untold", OF_DIALECT(array_counts), OVERRIDE_INT, UOWI_COUNTS_UNTOLD},
    {"second-digits", NULL, OF_DIALECT(fraction_digits), OVERRIDE_INT, 9},
    {"max-parameters", NULL, OF_DIALECT(max_parameters), OVERRIDE_INT, 65535},
};

static void override_set(uowi_override *override, const override_rule *rule, int value)
{
    char *at = (char *) override + rule->offset;
    bool on = value != 0;

    if (rule->kind == OVERRIDE_BOOL)
        memcpy(at, &on, sizeof on);
    else
        memcpy(at, &value, sizeof value);
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

/*
 * Inserts go as the profile says. Updates and deletes go by arrays where the driver was seen to count what each row has
 * met, or all of them together: a short count is looked into then, as it is everywhere.
 */
static void override_ways(uowi_override *override)
{
    static const unsigned met = UOWI_WRITES_UPDATE | UOWI_WRITES_DELETE;
    uowi_way_rule *way = override->ways;

    if (override->batches == OVERRIDE_BY_VALUES)
        *way++ = (uowi_way_rule){UOWI_WAY_VALUES, UOWI_WRITES_INSERT,
                                 override->dialect.returning == UOWI_RETURNING_CLAUSE, 2, OVERRIDE_ROWS};
    else if (override->batches == OVERRIDE_BY_ARRAYS)
        *way++ = (uowi_way_rule){UOWI_WAY_ARRAY, UOWI_WRITES_INSERT, false, 2, OVERRIDE_ROWS};
    if (override->dialect.array_counts != UOWI_COUNTS_UNTOLD && !override->dialect.counts_lie)
        *way++ = (uowi_way_rule){UOWI_WAY_ARRAY, (uint8_t)met, false, 2, OVERRIDE_ROWS};
    *way = (uowi_way_rule){UOWI_WAY_ROW, 0, false, 0, 0};
    override->dialect.ways = way > override->ways ? override->ways : NULL;
}

/* Moments go as UTC unless the database was seen to take their offset, and to tell it when they are made text. */
static void override_zoned(uowi_override *override)
{
    override->dialect.offset_type = override->zoned == OVERRIDE_ZONED_OFFSET;
    override->dialect.read_offset = override->zoned == OVERRIDE_ZONED_OFFSET ? "CAST($ AS VARCHAR(64))" : NULL;
    override->dialect.offset_lost = override->zoned == OVERRIDE_ZONED_REFUSED;
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
    override_ways(override);
    override_zoned(override);
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
