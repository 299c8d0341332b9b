/* Arguments by the functions the program calls. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "uow/procedure.h"

#include <string.h>

static uow_arg arg_scalar(uow_type type)
{
    uow_arg arg;

    memset(&arg, 0, sizeof arg);
    arg.type = type;
    arg.flags = UOW_ARG_SCALAR;
    arg.size = 8;
    return arg;
}

static uow_arg arg_data(uow_type type, const void *data, size_t size)
{
    uow_arg arg;

    memset(&arg, 0, sizeof arg);
    arg.type = type;
    arg.data = data;
    arg.size = data ? size : 0;
    return arg;
}

uow_arg uow_arg_int32(int32_t value)
{
    return uow_arg_int64(value);
}

uow_arg uow_arg_int64(int64_t value)
{
    uow_arg arg = arg_scalar(UOW_INT64);

    arg.scalar.i = value;
    return arg;
}

uow_arg uow_arg_uint64(uint64_t value)
{
    uow_arg arg = arg_scalar(UOW_UINT64);

    arg.scalar.u = value;
    return arg;
}

uow_arg uow_arg_double(double value)
{
    uow_arg arg = arg_scalar(UOW_DOUBLE);

    arg.scalar.d = value;
    return arg;
}

/* The first byte of the scalar on any machine, so that it can be read as the one-byte member it stands for. */
uow_arg uow_arg_bool(int value)
{
    uow_arg arg = arg_scalar(UOW_BOOL);
    uint8_t byte = value != 0;

    memcpy(&arg.scalar, &byte, 1);
    arg.size = 1;
    return arg;
}

uow_arg uow_arg_text(const char *text)
{
    return arg_data(UOW_TEXT, text, text ? strlen(text) : 0);
}

uow_arg uow_arg_text_n(const char *text, size_t length)
{
    return arg_data(UOW_TEXT, text, length);
}

uow_arg uow_arg_binary(const void *data, size_t size)
{
    return arg_data(UOW_BINARY, data, size);
}

uow_arg uow_arg_decimal(const uow_decimal *value)
{
    return arg_data(UOW_DECIMAL, value, sizeof *value);
}

uow_arg uow_arg_date(const uow_date *value)
{
    return arg_data(UOW_DATE, value, sizeof *value);
}

uow_arg uow_arg_time(const uow_time *value)
{
    return arg_data(UOW_TIME, value, sizeof *value);
}

uow_arg uow_arg_timestamp(const uow_timestamp *value)
{
    return arg_data(UOW_TIMESTAMP, value, sizeof *value);
}

uow_arg uow_arg_timestamptz(const uow_timestamptz *value)
{
    return arg_data(UOW_TIMESTAMPTZ, value, sizeof *value);
}

uow_arg uow_arg_guid(const uow_guid *value)
{
    return arg_data(UOW_GUID, value, sizeof *value);
}

uow_arg uow_arg_null(uow_type type)
{
    return arg_data(type, NULL, 0);
}

/* How many bytes of a member are its value. */
static size_t arg_used(uow_type type, const void *data, size_t size, const uow_ind *indicator)
{
    if (type == UOW_TEXT || type == UOW_DECIMAL_TEXT)
        return strnlen(data, size);
    if (type == UOW_BINARY && indicator && *indicator >= 0 && (size_t)*indicator <= size)
        return (size_t)*indicator;
    return size;
}

uow_arg uow_arg_member(uow_type type, const void *data, size_t size, const uow_ind *indicator)
{
    if (!data || (indicator && *indicator == UOW_NULL))
        return uow_arg_null(type);
    if (type == UOW_LONGTEXT || type == UOW_BLOB) {
        uow_blob value;

        memcpy(&value, data, sizeof value);
        return arg_data(type == UOW_BLOB ? UOW_BINARY : UOW_TEXT, value.data ? value.data : "", value.length);
    }
    return arg_data(type, data, arg_used(type, data, size, indicator));
}

static uow_arg arg_back(uow_type type, uint32_t flags, void *data, size_t size, uow_ind *indicator)
{
    uow_arg arg;

    memset(&arg, 0, sizeof arg);
    arg.type = type;
    arg.flags = flags;
    arg.size = size;
    arg.out = data;
    arg.out_ind = indicator;
    return arg;
}

uow_arg uow_arg_out(uow_type type, void *data, size_t size, uow_ind *indicator)
{
    return arg_back(type, UOW_ARG_OUT, data, size, indicator);
}

uow_arg uow_arg_inout(uow_type type, void *data, size_t size, uow_ind *indicator)
{
    return arg_back(type, UOW_ARG_INOUT, data, size, indicator);
}

uow_arg uow_arg_return(uow_type type, void *data, size_t size, uow_ind *indicator)
{
    return arg_back(type, UOW_ARG_RETURN, data, size, indicator);
}

uow_arg uow_arg_affected(int64_t *out_affected)
{
    return arg_back(UOW_INT64, UOW_ARG_AFFECTED, out_affected, sizeof *out_affected, NULL);
}

uow_arg uow_arg_stream(uow_type type, size_t size, uow_read_fn read, void *user)
{
    uow_arg arg = arg_data(type, NULL, 0);

    arg.size = size;
    arg.read = read;
    arg.user = user;
    return arg;
}

uow_arg uow_arg_named(const char *name, uow_arg arg)
{
    arg.name = name;
    return arg;
}

/* Filled in place: a key is large, and this one is made for every find. */
uow_key uow_key_int64(int64_t value)
{
    uow_key key;

    memset(&key, 0, sizeof key);
    key.count = 1;
    key.single.type = UOW_INT64;
    key.single.flags = UOW_ARG_SCALAR;
    key.single.size = sizeof value;
    key.single.scalar.i = value;
    return key;
}

uow_key uow_key_text(const char *text)
{
    return uow_key_arg(uow_arg_text(text));
}

uow_key uow_key_arg(uow_arg arg)
{
    uow_key key;

    key.parts = NULL;
    key.count = 1;
    key.single = arg;
    return key;
}

uow_key uow_key_args(const uow_arg *parts, size_t count)
{
    uow_key key;

    memset(&key, 0, sizeof key);
    key.parts = parts;
    key.count = count;
    return key;
}
