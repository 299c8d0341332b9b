#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/branch_id.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/platform.h"

static bool id_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

static bool id_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

static bool id_all(const char *text, size_t length, bool (*of)(char c))
{
    for (size_t i = 0; i < length; i++)
        if (!of(text[i]))
            return false;
    return true;
}

bool uowi_coordinator_valid(const char *name)
{
    size_t length = strlen(name);

    return length > 0 && length < UOWI_COORDINATOR_SIZE && id_all(name, length, id_letter);
}

bool uowi_unit_valid(const char *unit)
{
    return strlen(unit) == UOWI_UNIT_SIZE - 1 && id_all(unit, UOWI_UNIT_SIZE - 1, id_hex);
}

int64_t uowi_seconds_now(void)
{
    return (int64_t)(uowi_utc_ms() / 1000u);
}

#define ID_12_DIGITS ((UINT64_C(1) << 48) - 1)

void uowi_unit_make(char unit[UOWI_UNIT_SIZE])
{
    uint64_t chance = 0;

    uowi_random(&chance, sizeof chance);
    (void)snprintf(unit, UOWI_UNIT_SIZE, "%012llx%012llx", (unsigned long long)(uowi_utc_ms() & ID_12_DIGITS),
                   (unsigned long long)(chance & ID_12_DIGITS));
}

void uowi_log_make(char log[UOWI_LOG_SIZE])
{
    uint64_t chance = 0;

    uowi_random(&chance, sizeof chance);
    (void)snprintf(log, UOWI_LOG_SIZE, "%016llx", (unsigned long long)chance);
}

int64_t uowi_unit_seconds(const char *unit)
{
    char digits[13];

    memcpy(digits, unit, 12);
    digits[12] = '\0';
    return (int64_t)(strtoull(digits, NULL, 16) / 1000u);
}

void uowi_branch_key(const uowi_branch_id *id, char out[UOWI_UNIT_KEY_SIZE])
{
    (void)snprintf(out, UOWI_UNIT_KEY_SIZE, "%s.%s", id->coordinator, id->unit);
}

void uowi_branch_literal(const uowi_branch_style *style, const uowi_branch_id *id, char out[UOWI_BRANCH_TEXT_SIZE])
{
    if (style->joined)
        (void)snprintf(out, UOWI_BRANCH_TEXT_SIZE, "'uow1.%s.%s.%s.%u'", id->coordinator, id->unit, id->log,
                       (unsigned)id->number);
    else
        (void)snprintf(out, UOWI_BRANCH_TEXT_SIZE, "'uow1.%s.%s.%s','%u',%d", id->coordinator, id->unit, id->log,
                       (unsigned)id->number, UOWI_BRANCH_FORMAT);
}

/* A part up to its separator, of at most size - 1 characters of a kind. */
static bool id_part(const char **text, char separator, bool (*of)(char c), char *out, size_t size)
{
    const char *end = strchr(*text, separator);
    size_t length = end ? (size_t)(end - *text) : 0;

    if (length == 0 || length >= size || !id_all(*text, length, of))
        return false;
    memcpy(out, *text, length);
    out[length] = '\0';
    *text = end + 1;
    return true;
}

static bool id_number(const char *text, uint32_t *out)
{
    char *end = NULL;
    unsigned long number = *text >= '1' && *text <= '9' ? strtoul(text, &end, 10) : 0;

    if (number == 0 || number > UOWI_MAX_BRANCHES || *end != '\0')
        return false;
    *out = (uint32_t)number;
    return true;
}

static bool id_parse(const char *text, char last, uowi_branch_id *id, const char **rest)
{
    if (strncmp(text, "uow1.", 5) != 0)
        return false;
    text += 5;
    if (!id_part(&text, '.', id_letter, id->coordinator, sizeof id->coordinator) ||
        !id_part(&text, '.', id_hex, id->unit, sizeof id->unit) ||
        !id_part(&text, last, id_hex, id->log, sizeof id->log) || strlen(id->unit) != sizeof id->unit - 1 ||
        strlen(id->log) != sizeof id->log - 1)
        return false;
    *rest = text;
    return true;
}

/*
 * Ours has nothing but printable characters, so the server writes it as it was written; another number of digits, an
 * escape or a hexadecimal literal is somebody else's. Written again it has to be the same text.
 */
bool uowi_branch_parse(const uowi_branch_style *style, const char *text, uowi_branch_id *out)
{
    char again[UOWI_BRANCH_TEXT_SIZE];
    char number[16];
    const char *rest = NULL;
    uowi_branch_id id;

    memset(&id, 0, sizeof id);
    if (style->joined) {
        if (!id_parse(text, '.', &id, &rest) || !id_number(rest, &id.number))
            return false;
        *out = id;
        return true;
    }
    if (*text != '\'' || !id_parse(text + 1, '\'', &id, &rest) || strncmp(rest, ",'", 2) != 0)
        return false;
    rest += 2;
    if (!id_part(&rest, '\'', id_hex, number, sizeof number) || !id_number(number, &id.number))
        return false;
    uowi_branch_literal(style, &id, again);
    if (strcmp(again, text) != 0)
        return false;
    *out = id;
    return true;
}
