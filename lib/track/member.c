/* What the library knows of each member type. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "base/usual.h"
#include "track/model.h"

typedef struct member_kind {
    const char *name;
    size_t size; /* 0: the program's choice */
    bool integer;
    bool is_signed;
} member_kind;

static const member_kind member_kinds[] = {
    [UOW_INT8] = {"UOW_INT8", 1, true, true},
    [UOW_INT16] = {"UOW_INT16", 2, true, true},
    [UOW_INT32] = {"UOW_INT32", 4, true, true},
    [UOW_INT64] = {"UOW_INT64", 8, true, true},
    [UOW_UINT8] = {"UOW_UINT8", 1, true, false},
    [UOW_UINT16] = {"UOW_UINT16", 2, true, false},
    [UOW_UINT32] = {"UOW_UINT32", 4, true, false},
    [UOW_UINT64] = {"UOW_UINT64", 8, true, false},
    [UOW_FLOAT] = {"UOW_FLOAT", sizeof(float), false, false},
    [UOW_DOUBLE] = {"UOW_DOUBLE", sizeof(double), false, false},
    [UOW_BOOL] = {"UOW_BOOL", 1, false, false},
    [UOW_TEXT] = {"UOW_TEXT", 0, false, false},
    [UOW_LONGTEXT] = {"UOW_LONGTEXT", sizeof(uow_text), false, false},
    [UOW_BINARY] = {"UOW_BINARY", 0, false, false},
    [UOW_BLOB] = {"UOW_BLOB", sizeof(uow_blob), false, false},
    [UOW_DECIMAL] = {"UOW_DECIMAL", sizeof(uow_decimal), false, false},
    [UOW_DECIMAL_TEXT] = {"UOW_DECIMAL_TEXT", 0, false, false},
    [UOW_DATE] = {"UOW_DATE", sizeof(uow_date), false, false},
    [UOW_TIME] = {"UOW_TIME", sizeof(uow_time), false, false},
    [UOW_TIMESTAMP] = {"UOW_TIMESTAMP", sizeof(uow_timestamp), false, false},
    [UOW_TIMESTAMPTZ] = {"UOW_TIMESTAMPTZ", sizeof(uow_timestamptz), false, false},
    [UOW_GUID] = {"UOW_GUID", sizeof(uow_guid), false, false},
};

static const member_kind *member_kind_of(uow_type type)
{
    size_t i = (size_t)type;

    if (i >= sizeof member_kinds / sizeof member_kinds[0] || !member_kinds[i].name)
        return NULL;
    return &member_kinds[i];
}

size_t uowi_type_size(uow_type type)
{
    const member_kind *kind = member_kind_of(type);

    return kind ? kind->size : 0;
}

const char *uowi_type_name(uow_type type)
{
    const member_kind *kind = member_kind_of(type);

    return kind ? kind->name : NULL;
}

bool uowi_type_is_integer(uow_type type)
{
    const member_kind *kind = member_kind_of(type);

    return kind && kind->integer;
}

UOWI_HOT bool uowi_member_set_int64(const uow_column *column, void *row, int64_t value)
{
    void *at = (char *)row + column->offset;

    switch (column->type) {
    case UOW_INT8: *(int8_t *)at = (int8_t)value; break;
    case UOW_INT16: *(int16_t *)at = (int16_t)value; break;
    case UOW_INT32: *(int32_t *)at = (int32_t)value; break;
    case UOW_UINT8: *(uint8_t *)at = (uint8_t)value; break;
    case UOW_UINT16: *(uint16_t *)at = (uint16_t)value; break;
    case UOW_UINT32: *(uint32_t *)at = (uint32_t)value; break;
    case UOW_UINT64: *(uint64_t *)at = (uint64_t)value; break;
    default: *(int64_t *)at = value; break;
    }
    return uowi_member_int64(column, row) == value;
}

bool uowi_member_is_zero(const uow_column *column, const void *row)
{
    const unsigned char *at = (const unsigned char *)row + column->offset;

    if (uowi_member_is_null(column, row))
        return true;
    for (size_t i = 0; i < column->size; i++)
        if (at[i])
            return false;
    return true;
}
