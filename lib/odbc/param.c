/* Parameters from the program's arguments and from members of rows. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "base/usual.h"
#include "diag/error.h"
#include "odbc/stmt.h"

/* Text in an array ends at its NUL; one that does not is told when it is bound. */
static size_t param_array_length(const char *text, size_t size)
{
    size_t length = strnlen(text, size);

    return length == size ? UOWI_PARAM_BAD_SIZE : length;
}

/* Long values are pointers: param points to the bytes. An empty one may have no pointer and is not NULL. */
static void param_long(uowi_param *param, const void *at)
{
    static const char empty[1] = "";
    uow_blob value; /* uow_text has the same layout and is read through its own type */

    if (param->type == UOW_LONGTEXT) {
        const uow_text *text = at;
        param->data = text->data;
        param->size = text->length;
    } else {
        memcpy(&value, at, sizeof value);
        param->data = value.data;
        param->size = value.length;
    }
    if (param->data == NULL && param->size == 0) {
        param->data = empty;
    } else if (param->data == NULL) { /* not NULL itself: that is the indicator's to say */
        param->data = empty;
        param->size = UOWI_PARAM_NO_DATA;
    }
}

uowi_param uowi_param_from_arg(const uow_arg *arg)
{
    uowi_param param = {.type = arg->type, .data = arg->data, .size = arg->size, .column = arg->name};

    if (arg->read != NULL) {
        param.read = arg->read;
        param.user = arg->user;
    } else if ((arg->flags & UOW_ARG_SCALAR) != 0) {
        param.data = &arg->scalar; /* as wide as its type: see lib/work/arg.c */
    } else if (param.data == NULL) {
        param.size = 0;
    } else if (arg->type == UOW_LONGTEXT || arg->type == UOW_BLOB) {
        param_long(&param, arg->data);
    }
    return param;
}

size_t uowi_param_scratch(const uow_column *column)
{
    return UOWI_RARE(column->converter != NULL) ? column->converter->db_size : 0;
}

static uow_status param_convert(const uow_column *column, const void *member, void *scratch, uow_error *error)
{
    const uow_converter *converter = column->converter;

    memset(scratch, 0, converter->db_size);
    if (converter->to_db(member, scratch, converter->user))
        return UOW_OK;
    uowi_error_column(error, column->name);
    return uowi_error_set(error, UOW_TYPE, "column %s: the converter of member %s refused the member's value",
                          column->name, column->member);
}

UOWI_HOT static void param_of_type(uowi_param *param, const void *at, size_t size, const uow_ind *indicator)
{
    param->data = at;
    param->size = size;
    switch (param->type) {
    case UOW_TEXT:
    case UOW_DECIMAL_TEXT:
        param->size = param_array_length(at, size);
        break;
    case UOW_BINARY:
        if (indicator != NULL)
            param->size = *indicator < 0 || (size_t)*indicator > size ? UOWI_PARAM_BAD_SIZE : (size_t)*indicator;
        break;
    case UOW_LONGTEXT:
    case UOW_BLOB:
        param_long(param, at);
        break;
    default:
        break;
    }
}

UOWI_HOT uow_status uowi_param_from_member(const uow_column *column, const void *row, void *scratch, uow_error *error,
                                           uowi_param *out)
{
    const char *base = row;
    const uow_converter *converter = column->converter;
    uow_ind indicator = 0;
    bool indicated = column->ind_offset != UOW_NO_IND;
    uow_status st;

    *out = (uowi_param){.type = UOWI_RARE(converter != NULL) ? converter->db_type : column->type,
                         .column = column->name};
    if (indicated)
        memcpy(&indicator, base + column->ind_offset, sizeof indicator);
    if (indicated && indicator == UOW_NULL)
        return UOW_OK;
    if (UOWI_USUAL(converter == NULL)) {
        param_of_type(out, base + column->offset, column->size, indicated ? &indicator : NULL);
        return UOW_OK;
    }
    st = param_convert(column, base + column->offset, scratch, error);
    if (st == UOW_OK)
        param_of_type(out, scratch, converter->db_size, NULL);
    return st;
}

int64_t uowi_param_int64(const uowi_param *param)
{
    union {
        int8_t i8;
        int16_t i16;
        int32_t i32;
        int64_t i64;
        uint8_t u8;
        uint16_t u16;
        uint32_t u32;
    } value;

    memcpy(&value, param->data, param->size <= sizeof value ? param->size : sizeof value);
    switch (param->type) {
    case UOW_INT8:
        return value.i8;
    case UOW_INT16:
        return value.i16;
    case UOW_INT32:
        return value.i32;
    case UOW_UINT8:
        return value.u8;
    case UOW_UINT16:
        return value.u16;
    case UOW_UINT32:
        return value.u32;
    default:
        return value.i64;
    }
}
