/* Which member a column of a type becomes. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "scaffold.h"

#include <string.h>

#define LONGEST_ARRAY 255 /* characters; longer text is a pointer */
#define BYTES_OF_ONE 4    /* a character of UTF-8 has at most */
#define MOST_DIGITS 38    /* of uow_decimal */

void scaffold_type_of(const scaffold_type *types, scaffold_column *column)
{
    column->type = UOW_LONGTEXT;
    for (; types->native; types++)
        if (strcmp(types->native, column->native) == 0) {
            column->type = column->is_unsigned ? types->when_unsigned : types->type;
            break;
        }
    scaffold_type_sized(column);
}

void scaffold_type_sized(scaffold_column *column)
{
    size_t length = column->length > 0 ? (size_t)column->length : 0;

    if (column->type == UOW_TEXT && (length == 0 || length > LONGEST_ARRAY))
        column->type = UOW_LONGTEXT;
    if (column->type == UOW_BINARY && (length == 0 || length > LONGEST_ARRAY))
        column->type = UOW_BLOB;
    if (column->type == UOW_DECIMAL && column->precision > MOST_DIGITS)
        column->type = UOW_DECIMAL_TEXT;
    column->size = 0;
    if (column->type == UOW_TEXT)
        column->size = length * BYTES_OF_ONE + 1;
    else if (column->type == UOW_BINARY)
        column->size = length;
    else if (column->type == UOW_DECIMAL_TEXT)
        column->size = (size_t)column->precision + 4; /* sign, point, a zero before it, the end */
}

static const struct {
    uow_type type;
    const char *name, *c;
} type_names[] = {
    {UOW_INT8, "UOW_INT8", "int8_t"},
    {UOW_INT16, "UOW_INT16", "int16_t"},
    {UOW_INT32, "UOW_INT32", "int32_t"},
    {UOW_INT64, "UOW_INT64", "int64_t"},
    {UOW_UINT8, "UOW_UINT8", "uint8_t"},
    {UOW_UINT16, "UOW_UINT16", "uint16_t"},
    {UOW_UINT32, "UOW_UINT32", "uint32_t"},
    {UOW_UINT64, "UOW_UINT64", "uint64_t"},
    {UOW_FLOAT, "UOW_FLOAT", "float"},
    {UOW_DOUBLE, "UOW_DOUBLE", "double"},
    {UOW_BOOL, "UOW_BOOL", "uint8_t"},
    {UOW_TEXT, "UOW_TEXT", "char"},
    {UOW_LONGTEXT, "UOW_LONGTEXT", "uow_text"},
    {UOW_BINARY, "UOW_BINARY", "unsigned char"},
    {UOW_BLOB, "UOW_BLOB", "uow_blob"},
    {UOW_DECIMAL, "UOW_DECIMAL", "uow_decimal"},
    {UOW_DECIMAL_TEXT, "UOW_DECIMAL_TEXT", "char"},
    {UOW_DATE, "UOW_DATE", "uow_date"},
    {UOW_TIME, "UOW_TIME", "uow_time"},
    {UOW_TIMESTAMP, "UOW_TIMESTAMP", "uow_timestamp"},
    {UOW_TIMESTAMPTZ, "UOW_TIMESTAMPTZ", "uow_timestamptz"},
    {UOW_GUID, "UOW_GUID", "uow_guid"},
};

const char *scaffold_type_c(uow_type type)
{
    for (size_t i = 0; i < sizeof type_names / sizeof *type_names; i++)
        if (type_names[i].type == type)
            return type_names[i].c;
    return "uow_text";
}

const char *scaffold_type_name(uow_type type)
{
    for (size_t i = 0; i < sizeof type_names / sizeof *type_names; i++)
        if (type_names[i].type == type)
            return type_names[i].name;
    return "UOW_LONGTEXT";
}
