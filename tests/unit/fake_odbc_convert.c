/* The fake driver: one cell of text into the C type asked for. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "fake_odbc_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf.h"

char fake_huge_byte(uint64_t index)
{
    return (char)('a' + index % 26);
}

uint64_t fake_size(const char *cell)
{
    return cell[0] == '\1' ? strtoull(cell + 1, NULL, 10) : strlen(cell);
}

static void fake_cell_copy(const char *cell, uint64_t from, char *out, size_t count)
{
    if (cell[0] != '\1') {
        memcpy(out, cell + from, count);
        return;
    }
    for (size_t i = 0; i < count; i++)
        out[i] = fake_huge_byte(from + i);
}

/* Bytes from *offset on; SUCCESS_WITH_INFO while more are left, as SQLGetData does. */
static SQLRETURN fake_copy(const char *cell, bool text, SQLPOINTER value, SQLLEN size,
                           SQLLEN *indicator, uint64_t *offset)
{
    uint64_t left = fake_size(cell) - *offset;
    size_t room = size > 0 ? (size_t)size - (text ? 1 : 0) : 0;
    size_t count = left < room ? (size_t)left : room;
    if (indicator != NULL)
        *indicator = (SQLLEN)left;
    fake_cell_copy(cell, *offset, value, count);
    if (text && size > 0)
        ((char *)value)[count] = '\0';
    *offset += count;
    return left > count ? SQL_SUCCESS_WITH_INFO : SQL_SUCCESS;
}

/* UTF-16, or each byte a unit for a driver that thinks in Latin-1; not in parts. */
static SQLRETURN fake_copy_wide(const char *cell, SQLPOINTER value, SQLLEN size, SQLLEN *indicator,
                                uint64_t *offset)
{
    uint16_t units[4096];
    size_t length = strlen(cell);
    size_t count = 0;
    if (fake.latin)
        for (; count < length; count++)
            units[count] = (unsigned char)cell[count];
    else
        count = uowi_utf8_to_utf16(cell, length, units, sizeof units / sizeof units[0]);
    size_t from = (size_t)*offset;
    size_t room = size >= 2 ? (size_t)size / 2 - 1 : 0;
    size_t fits = count - from < room ? count - from : room;
    if (indicator != NULL)
        *indicator = (SQLLEN)((count - from) * 2);
    memcpy(value, units + from, fits * 2);
    if (size >= 2)
        memset((char *)value + fits * 2, 0, 2);
    *offset += fits;
    return from + fits < count ? SQL_SUCCESS_WITH_INFO : SQL_SUCCESS;
}

static bool fake_number(const char *cell, SQLSMALLINT c_type, SQLPOINTER value, SQLLEN *length)
{
    long long n = strtoll(cell, NULL, 10);
    switch (c_type) {
#define FAKE_STORE(type, number)                                                                   \
    *(type *)value = (type)(number);                                                               \
    *length = (SQLLEN)sizeof(type);                                                                \
    return true
    case SQL_C_BIT:
    case SQL_C_UTINYINT:
        FAKE_STORE(unsigned char, n);
    case SQL_C_STINYINT:
        FAKE_STORE(signed char, n);
    case SQL_C_SSHORT:
        FAKE_STORE(int16_t, n);
    case SQL_C_USHORT:
        FAKE_STORE(uint16_t, n);
    case SQL_C_LONG:
    case SQL_C_SLONG:
        FAKE_STORE(int32_t, n);
    case SQL_C_ULONG:
        FAKE_STORE(uint32_t, n);
    case SQL_C_SBIGINT:
        FAKE_STORE(int64_t, n);
    case SQL_C_UBIGINT:
        FAKE_STORE(uint64_t, strtoull(cell, NULL, 10));
    case SQL_C_FLOAT:
        FAKE_STORE(float, strtod(cell, NULL));
    case SQL_C_DOUBLE:
        FAKE_STORE(double, strtod(cell, NULL));
#undef FAKE_STORE
    default:
        return false;
    }
}

static bool fake_moment(const char *cell, SQLSMALLINT c_type, SQLPOINTER value, SQLLEN *length)
{
    int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0;
    char digits[16] = "";
    if (c_type == SQL_C_TYPE_TIME) {
        sscanf(cell, "%d:%d:%d", &h, &mi, &s);
        *(SQL_TIME_STRUCT *)value =
            (SQL_TIME_STRUCT){(SQLUSMALLINT)h, (SQLUSMALLINT)mi, (SQLUSMALLINT)s};
        *length = sizeof(SQL_TIME_STRUCT);
        return true;
    }
    sscanf(cell, "%d-%d-%d %d:%d:%d.%9[0-9]", &y, &mo, &d, &h, &mi, &s, digits);
    for (size_t i = strlen(digits); i < 9; i++)
        digits[i] = '0';
    if (c_type == SQL_C_TYPE_DATE) {
        *(SQL_DATE_STRUCT *)value =
            (SQL_DATE_STRUCT){(SQLSMALLINT)y, (SQLUSMALLINT)mo, (SQLUSMALLINT)d};
        *length = sizeof(SQL_DATE_STRUCT);
        return true;
    }
    if (c_type != SQL_C_TYPE_TIMESTAMP)
        return false;
    *(SQL_TIMESTAMP_STRUCT *)value = (SQL_TIMESTAMP_STRUCT){(SQLSMALLINT)y,
                                                            (SQLUSMALLINT)mo,
                                                            (SQLUSMALLINT)d,
                                                            (SQLUSMALLINT)h,
                                                            (SQLUSMALLINT)mi,
                                                            (SQLUSMALLINT)s,
                                                            (SQLUINTEGER)strtoul(digits, NULL, 10)};
    *length = sizeof(SQL_TIMESTAMP_STRUCT);
    return true;
}

SQLRETURN fake_convert(const char *cell, SQLSMALLINT c_type, SQLPOINTER value, SQLLEN size,
                       SQLLEN *indicator, uint64_t *offset)
{
    SQLLEN length = 0;
    if (cell == NULL) {
        if (indicator == NULL)
            return SQL_ERROR;
        *indicator = SQL_NULL_DATA;
        return SQL_SUCCESS;
    }
    if (c_type == SQL_C_CHAR || c_type == SQL_C_BINARY)
        return fake_copy(cell, c_type == SQL_C_CHAR, value, size, indicator, offset);
    if (c_type == SQL_C_WCHAR)
        return fake_copy_wide(cell, value, size, indicator, offset);
    if (!fake_number(cell, c_type, value, &length) && !fake_moment(cell, c_type, value, &length))
        return SQL_ERROR;
    if (indicator != NULL)
        *indicator = length;
    return SQL_SUCCESS;
}
