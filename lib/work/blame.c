#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/blame.h"

#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/utf.h"
#include "odbc/constraint.h"
#include "track/model.h"
#include "work/coltypes.h"

void uowi_blame_named(uowi_session *s)
{
    const uowi_mask *around = uowi_session_dialect(s)->columns;
    uowi_buf column;

    uowi_buf_init(&column, s->mem, 0);
    for (; around && around->before; around++) {
        if (!uowi_constraint_between(uow_error_message(&s->error), around->before, around->after, &column))
            continue;
        uowi_error_column(&s->error, uowi_buf_cstr(&column));
        break;
    }
    uowi_buf_done(&column);
}

/* The numbers in "character varying(5)", "numeric(10,2)"; 0 where there are none. */
static void blame_sizes(const char *type, size_t *first, size_t *second)
{
    const char *open = strchr(type, '(');
    char *end = NULL;

    *first = open ? strtoul(open + 1, &end, 10) : 0;
    *second = end && *end == ',' ? strtoul(end + 1, NULL, 10) : 0;
}

static bool blame_begins(const char *type, const char *word)
{
    return uowi_ascii_ncasecmp(type, word, strlen(word)) == 0;
}

static size_t blame_characters(const char *text, size_t length)
{
    size_t count = 0;

    for (size_t i = 0; i < length; i++)
        count += ((unsigned char)text[i] & 0xc0) != 0x80;
    return count;
}

/* True when the sentence is said. */
static bool blame_say(uowi_session *s, const uow_column *column, const char *type, size_t has, const char *what,
                      size_t takes)
{
    if (has <= takes)
        return false;
    uowi_error_column(&s->error, column->name);
    uowi_error_frame(&s->error, "The value of %s has %zu %s, its column (%s) takes %zu", column->name, has, what, type,
                     takes);
    return true;
}

static bool blame_text(uowi_session *s, const uow_column *column, const char *type, const uowi_param *param)
{
    size_t room, unused;
    bool bytes = param->type == UOW_BINARY || param->type == UOW_BLOB;

    blame_sizes(type, &room, &unused);
    if (room == 0)
        return false;
    return blame_say(s, column, type, bytes ? param->size : blame_characters(param->data, param->size),
                     bytes ? "bytes" : "characters", room);
}

static bool blame_decimal(uowi_session *s, const uow_column *column, const char *type, const uowi_param *param)
{
    char text[UOWI_DECIMAL_TEXT_SIZE];
    const char *digits = param->data;
    size_t length = param->size;
    size_t precision, scale, whole = 0;
    uow_decimal value;

    blame_sizes(type, &precision, &scale);
    if (precision == 0)
        return false;
    if (param->type == UOW_DECIMAL) {
        memcpy(&value, param->data, sizeof value);
        length = uow_decimal_format(&value, text, sizeof text);
        digits = text;
    }
    for (size_t i = 0; i < length && digits[i] != '.'; i++)
        whole += uowi_ascii_digit(digits[i]) && (whole > 0 || digits[i] != '0');
    return blame_say(s, column, type, whole, "digits before the point", precision - scale);
}

/* Bits of an integer column by what it is called; 0: not known. */
static unsigned blame_bits(const char *type)
{
    static const struct {
        const char *name;
        unsigned bits;
    } names[] = {{"tinyint", 8}, {"smallint", 16}, {"mediumint", 24}, {"integer", 32}, {"int", 32}, {"bigint", 64}};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (blame_begins(type, names[i].name))
            return names[i].bits;
    return 0;
}

static bool blame_integer(uowi_session *s, const uow_column *column, const char *type, const void *row)
{
    unsigned bits = blame_bits(type);
    bool is_unsigned = strstr(type, "unsigned") != NULL;
    int64_t value = uowi_member_int64(column, row);
    int64_t high = bits == 0 || bits == 64 ? INT64_MAX : ((int64_t)1 << (bits - !is_unsigned)) - 1;
    int64_t low = is_unsigned ? 0 : -high - 1;

    if (bits == 0 || column->type == UOW_UINT64 || (value >= low && value <= high))
        return false;
    uowi_error_column(&s->error, column->name);
    uowi_error_frame(&s->error, "The value of %s is outside its column's range (%s: %lld..%lld)", column->name, type,
                     (long long)low, (long long)high);
    return true;
}

static bool blame_column(uowi_session *s, const uow_column *column, const char *type, const void *row)
{
    char *scratch = uowi_arena_alloc(&s->scratch, uowi_param_scratch(column) + 1);
    uowi_param param;

    if (!scratch || uowi_param_from_member(column, row, scratch, &s->error, &param) != UOW_OK || !param.data)
        return false;
    switch (param.type) {
    case UOW_TEXT:
    case UOW_LONGTEXT:
    case UOW_BINARY:
    case UOW_BLOB:
        return blame_text(s, column, type, &param);
    case UOW_DECIMAL:
    case UOW_DECIMAL_TEXT:
        return blame_decimal(s, column, type, &param);
    default:
        return !column->converter && param.type >= UOW_INT8 && param.type <= UOW_UINT64 &&
               blame_integer(s, column, type, row);
    }
}

void uowi_blame_value(uowi_session *s, const uowi_change *change)
{
    const char *state = uow_error_sqlstate(&s->error);
    const char *named = uow_error_column(&s->error);
    const uowi_entity *entity = change->entity;
    const char *const *types = NULL;

    if (change->write == UOWI_DELETE || (strcmp(state, "22001") != 0 && strcmp(state, "22003") != 0) ||
        uowi_conn_poisoned(s->conn) || uowi_coltypes_whole(s, entity, &types) != UOW_OK)
        return;
    for (size_t i = 0; i < entity->column_count; i++) {
        const uow_column *column = &entity->columns[i];

        if (!types[i] || !uowi_columns_has(change->columns, i) ||
            (*named && uowi_ascii_casecmp(named, column->name) != 0))
            continue;
        if (blame_column(s, column, types[i], change->image))
            return;
    }
}
