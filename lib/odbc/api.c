/* The real table: the driver manager this library is linked with. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "odbc/api.h"

#include <stddef.h>

/*
 * The last parameter of SQLColAttribute is SQLPOINTER in the 32-bit headers and
 * SQLLEN * in the 64-bit ones; a wrapper has one type.
 */
static SQLRETURN api_col_attribute(SQLHSTMT stmt, SQLUSMALLINT number, SQLUSMALLINT field,
                                   SQLPOINTER text, SQLSMALLINT size, SQLSMALLINT *length,
                                   SQLLEN *value)
{
    return SQLColAttribute(stmt, number, field, text, size, length, value);
}
#undef SQLColAttribute
#define SQLColAttribute api_col_attribute

const uowi_odbc_api uowi_odbc_real = {
#define UOWI_MEMBER(name, parameters) .name = SQL##name,
    UOWI_ODBC_FUNCTIONS(UOWI_MEMBER)
#undef UOWI_MEMBER
};

static const char *const api_names[UOWI_FN_COUNT] = {
#define UOWI_MEMBER(name, parameters) "SQL" #name,
    UOWI_ODBC_FUNCTIONS(UOWI_MEMBER)
#undef UOWI_MEMBER
};

const char *uowi_odbc_fn_name(uowi_odbc_fn fn)
{
    if ((size_t)fn >= (size_t)UOWI_FN_COUNT)
        return "SQL?";
    return api_names[fn];
}
