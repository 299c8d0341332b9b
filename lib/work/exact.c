/*
 * SQLite makes a double of every number of more than 15 digits that does not fit 64 bits, except in columns whose
 * declared type means text or nothing: https://www.sqlite.org/datatype3.html, 3.1.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/exact.h"

#include <string.h>

#include "base/decimal.h"
#include "base/utf.h"
#include "work/coltypes.h"

#define EXACT_DOUBLE_DIGITS 15 /* that every double gives back */

typedef struct exact_number {
    size_t digits; /* 0: kept by any column */
    bool whole;    /* fits 64 bits */
} exact_number;

static exact_number exact_read(uow_type type, const void *data, size_t size)
{
    static const exact_number kept;
    char text[UOWI_DECIMAL_TEXT_SIZE];
    exact_number number;
    uow_decimal value;
    int64_t whole;

    if (!data || (type != UOW_DECIMAL && type != UOW_DECIMAL_TEXT) || size >= UOWI_PARAM_NO_DATA)
        return kept;
    if (type == UOW_DECIMAL) {
        memcpy(&value, data, sizeof value);
        size = uow_decimal_format(&value, text, sizeof text);
        data = text;
    }
    number.digits = uowi_decimal_digits(data, size);
    number.whole = memchr(data, '.', size) == NULL && uowi_parse_int64(data, size, &whole);
    return number.digits <= EXACT_DOUBLE_DIGITS ? kept : number;
}

static bool exact_has(const char *type, const char *word)
{
    size_t length = strlen(word);

    for (; *type; type++)
        if (uowi_ascii_ncasecmp(type, word, length) == 0)
            return true;
    return false;
}

/* The rules of column affinity, in their order: INTEGER, TEXT, BLOB, REAL; what is left is NUMERIC. */
static bool exact_keeps(const char *type, bool whole)
{
    if (!type || exact_has(type, "INT"))
        return whole;
    if (*type == '\0' || exact_has(type, "CHAR") || exact_has(type, "CLOB") || exact_has(type, "TEXT") ||
        exact_has(type, "BLOB"))
        return true;
    return whole && !exact_has(type, "REAL") && !exact_has(type, "FLOA") && !exact_has(type, "DOUB");
}

static uow_status exact_refuse(uowi_session *s, const uowi_entity *entity, size_t column, const char *type,
                               size_t digits)
{
    const char *name = entity->columns[column].name;

    uowi_error_entity(&s->error, entity->name);
    uowi_error_column(&s->error, name);
    return uowi_error_set(&s->error, UOW_TYPE,
                          "%s.%s: a decimal of %zu digits would be stored as a double, which keeps %d: %s columns of "
                          "this database hold no more, declare it TEXT",
                          entity->name, name, digits, EXACT_DOUBLE_DIGITS, type ? type : "such");
}

static uow_status exact_column(uowi_session *s, const uowi_entity *entity, size_t column, exact_number number)
{
    const char *const *types = NULL;
    uow_status st = uowi_coltypes_of(s, entity, &types);

    if (st != UOW_OK)
        return st == UOW_END ? UOW_OK : st; /* no such table: the statement itself will say so */
    return exact_keeps(types[column], number.whole)
               ? UOW_OK
               : exact_refuse(s, entity, column, types[column], number.digits);
}

uow_status uowi_exact_check(uowi_session *s, const uowi_entity *entity, const uow_column *column,
                            const uowi_param *param)
{
    exact_number number;

    if (!uowi_session_dialect(s)->decimals_as_doubles)
        return UOW_OK;
    number = exact_read(param->type, param->data, param->size);
    return number.digits == 0 ? UOW_OK : exact_column(s, entity, (size_t)(column - entity->columns), number);
}

static bool exact_is_decimal(const uow_column *column)
{
    uow_type type = column->converter ? column->converter->db_type : column->type;

    return type == UOW_DECIMAL || type == UOW_DECIMAL_TEXT;
}

uow_status uowi_exact_check_args(uowi_session *s, const uowi_entity *entity, const uow_arg *args, size_t count)
{
    exact_number number = {0, false};
    uow_status st = UOW_OK;

    if (!uowi_session_dialect(s)->decimals_as_doubles)
        return UOW_OK;
    for (size_t i = 0; number.digits == 0 && i < count; i++)
        number = exact_read(args[i].type, args[i].data, args[i].size);
    for (size_t i = 0; number.digits > 0 && st == UOW_OK && i < entity->column_count; i++)
        if (exact_is_decimal(&entity->columns[i]))
            st = exact_column(s, entity, i, number);
    return st;
}
