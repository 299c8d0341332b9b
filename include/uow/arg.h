/* Arguments: the typed values of parameters and keys. */
#ifndef UOW_ARG_H
#define UOW_ARG_H

#include "uow/types.h"

UOW_BEGIN_DECLS

/*
 * Supplies a long parameter piece by piece: write at most size bytes to buffer.
 * Returns: bytes written; 0 at the end; negative to give up (the statement fails
 * with UOW_CANCELLED). In callbacks: no call into libuow.
 */
typedef ptrdiff_t (*uow_read_fn)(void *buffer, size_t size, void *user);

/* The value is in scalar. Without it, and with neither data nor read, an argument is SQL NULL. */
#define UOW_ARG_SCALAR 0x01u
/* What only uow_call understands: see uow/procedure.h. */
#define UOW_ARG_OUT 0x02u      /* a value comes back */
#define UOW_ARG_INOUT 0x04u    /* a value goes there and another comes back */
#define UOW_ARG_RETURN 0x08u   /* the value a function returns */
#define UOW_ARG_AFFECTED 0x10u /* no parameter: how many rows were affected */

/*
 * One typed value. Make it with the functions below; the members are the
 * library's. Data is pointed to, not copied: it must stay valid until the call
 * that takes the argument has returned.
 */
typedef struct uow_arg {
    uow_type type;
    uint32_t flags;
    const char *name; /* for ":name" placeholders, or NULL */
    const void *data; /* the value, when it is neither scalar nor streamed */
    size_t size;      /* bytes at data */
    union {
        int64_t i;
        uint64_t u;
        double d;
    } scalar;
    uow_read_fn read; /* streamed value */
    void *user;
    void *out;        /* where a value that comes back goes; size is the room there */
    uow_ind *out_ind; /* its indicator, or NULL */
} uow_arg;

/* A primary key: one value, or several in the order the key columns are declared. */
typedef struct uow_key {
    const uow_arg *parts; /* NULL: the one value in single */
    size_t count;
    uow_arg single;
} uow_key;

/*
 * Arguments by value: integers, floating point, booleans.
 * Blocks: never. Threads: any. Since: 0.1.
 */
UOW_API uow_arg uow_arg_int32(int32_t value);
/* A 64-bit integer argument, by value. Since: 0.1. */
UOW_API uow_arg uow_arg_int64(int64_t value);
/* An unsigned 64-bit integer argument, by value. Since: 0.1. */
UOW_API uow_arg uow_arg_uint64(uint64_t value);
/* A double argument, by value. Since: 0.1. */
UOW_API uow_arg uow_arg_double(double value);
/* A boolean argument, by value; any nonzero is true. Since: 0.1. */
UOW_API uow_arg uow_arg_bool(int value);

/*
 * A text argument: UTF-8, NUL-terminated; NULL is SQL NULL. Not copied.
 * Since: 0.1.
 */
UOW_API uow_arg uow_arg_text(const char *text);
/* A text argument of length bytes, no NUL needed. Not copied. Since: 0.1. */
UOW_API uow_arg uow_arg_text_n(const char *text, size_t length);
/* A binary argument of size bytes; NULL data is SQL NULL. Not copied. Since: 0.1. */
UOW_API uow_arg uow_arg_binary(const void *data, size_t size);
/* An exact decimal; NULL is SQL NULL. Not copied. Since: 0.1. */
UOW_API uow_arg uow_arg_decimal(const uow_decimal *value);
/* A date; NULL is SQL NULL. Not copied. Since: 0.1. */
UOW_API uow_arg uow_arg_date(const uow_date *value);
/* A time of day; NULL is SQL NULL. Not copied. Since: 0.1. */
UOW_API uow_arg uow_arg_time(const uow_time *value);
/* A timestamp; NULL is SQL NULL. Not copied. Since: 0.1. */
UOW_API uow_arg uow_arg_timestamp(const uow_timestamp *value);
/* A timestamp with offset; NULL is SQL NULL. Not copied. Since: 0.1. */
UOW_API uow_arg uow_arg_timestamptz(const uow_timestamptz *value);
/* A GUID; NULL is SQL NULL. Not copied. Since: 0.1. */
UOW_API uow_arg uow_arg_guid(const uow_guid *value);
/* SQL NULL of a type. Since: 0.1. */
UOW_API uow_arg uow_arg_null(uow_type type);
/*
 * Any of the types from where a struct member lies: type says how to read data,
 * size is the member's size (for UOW_TEXT and UOW_BINARY the array's), and an
 * indicator of UOW_NULL makes it NULL (indicator may be NULL). Not copied.
 * Since: 0.1.
 */
UOW_API uow_arg uow_arg_member(uow_type type, const void *data, size_t size, const uow_ind *indicator);
/*
 * A long value read piece by piece through a bounded buffer while the statement
 * runs; type is UOW_LONGTEXT or UOW_BLOB; size is its total length in bytes: one that ends before it fails the
 * statement (UOW_TYPE), and what is behind it is not asked for.
 * Since: 0.1. Source: ODBC data-at-execution parameters.
 */
UOW_API uow_arg uow_arg_stream(uow_type type, size_t size, uow_read_fn read, void *user);
/*
 * The same argument under a name, for ":name" in the statement's text. Either
 * all arguments of a call are named, or none, and each name stands in the text. name is not copied. Since: 0.1.
 */
UOW_API uow_arg uow_arg_named(const char *name, uow_arg arg);

/* A key of one integer. Since: 0.1. */
UOW_API uow_key uow_key_int64(int64_t value);
/* A key of one text, UTF-8 and NUL-terminated, not copied. Since: 0.1. */
UOW_API uow_key uow_key_text(const char *text);
/* A key of one argument of any type. Since: 0.1. */
UOW_API uow_key uow_key_arg(uow_arg arg);
/* A composite key: count arguments that must stay valid during the call. Since: 0.1. */
UOW_API uow_key uow_key_args(const uow_arg *parts, size_t count);

UOW_END_DECLS

#endif
