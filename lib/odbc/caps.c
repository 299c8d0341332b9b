/* Facts of a connection: asked with SQLGetInfo, and where drivers promise too much, tried and read
 * back. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "odbc/caps.h"

#include <stddef.h>
#include <string.h>

#include "base/utf.h"
#include "odbc/connect.h"
#include "uow/unit.h"

/* Answers are read into this and copied: a driver was seen to overrun a short buffer. */
#define CAPS_TEXT_SIZE 1024

typedef struct caps_text {
    SQLUSMALLINT info;
    size_t offset;
    size_t size;
} caps_text;

#define CAPS_TEXT(info, member)                                                                    \
    {                                                                                              \
        info, offsetof(uowi_caps, member), sizeof(((uowi_caps *)0)->member)                        \
    }

static const caps_text caps_texts[] = {
    CAPS_TEXT(SQL_DBMS_NAME, dbms_name),         CAPS_TEXT(SQL_DBMS_VER, dbms_version),
    CAPS_TEXT(SQL_DRIVER_NAME, driver_name),     CAPS_TEXT(SQL_DRIVER_VER, driver_version),
    CAPS_TEXT(SQL_DRIVER_ODBC_VER, driver_odbc), CAPS_TEXT(SQL_IDENTIFIER_QUOTE_CHAR, quote),
};

static bool caps_get_text(struct uowi_conn *conn, SQLUSMALLINT info, char *out, size_t size)
{
    SQLCHAR text[CAPS_TEXT_SIZE] = {0};
    SQLSMALLINT length = 0;
    SQLRETURN rc =
        conn->api->GetInfo(conn->hdbc, info, text, (SQLSMALLINT)(sizeof text - 1), &length);
    text[sizeof text - 1] = '\0';
    if (!uowi_call_quiet(conn, rc))
        return false;
    size_t whole = strlen((const char *)text);
    if (whole >= size)
        whole = uowi_utf8_whole((const char *)text, size - 1);
    memcpy(out, text, whole);
    out[whole] = '\0';
    return true;
}

static bool caps_get_yes(struct uowi_conn *conn, SQLUSMALLINT info)
{
    char text[8] = "";
    return caps_get_text(conn, info, text, sizeof text) && (text[0] == 'Y' || text[0] == 'y');
}

static SQLUINTEGER caps_get_long(struct uowi_conn *conn, SQLUSMALLINT info)
{
    SQLUINTEGER value = 0;
    SQLSMALLINT length = 0;
    SQLRETURN rc = conn->api->GetInfo(conn->hdbc, info, &value, sizeof value, &length);
    return uowi_call_quiet(conn, rc) ? value : 0;
}

static SQLUSMALLINT caps_get_short(struct uowi_conn *conn, SQLUSMALLINT info)
{
    SQLUSMALLINT value[2] = {0, 0}; /* room for a driver that writes four bytes */
    SQLSMALLINT length = 0;
    SQLRETURN rc = conn->api->GetInfo(conn->hdbc, info, value, sizeof value[0], &length);
    return uowi_call_quiet(conn, rc) ? value[0] : 0;
}

/* "10.11.19-MariaDB" is 101119. */
static uint32_t caps_version(const char *text)
{
    uint32_t version = 0;
    for (int part = 0; part < 3; part++) {
        uint32_t number = 0;
        for (; uowi_ascii_digit(*text) && number < 1000; text++)
            number = number * 10 + (uint32_t)(*text - '0');
        version = version * 100 + number % 100;
        if (*text == '.')
            text++;
    }
    return version;
}

/* MariaDB's driver gives no default: what is in force on a fresh connection is it. */
static SQLUINTEGER caps_usual_isolation(struct uowi_conn *conn)
{
    SQLUINTEGER level = caps_get_long(conn, SQL_DEFAULT_TXN_ISOLATION);
    if (level == 0 || (level & (level - 1)) != 0) {
        SQLRETURN rc = conn->api->GetConnectAttr(conn->hdbc, SQL_ATTR_TXN_ISOLATION, &level,
                                                 SQL_IS_UINTEGER, NULL);
        if (!uowi_call_quiet(conn, rc))
            level = 0;
    }
    return level;
}

static void caps_transactions(struct uowi_conn *conn, uowi_caps *caps)
{
    SQLUSMALLINT capable = caps_get_short(conn, SQL_TXN_CAPABLE);
    SQLUINTEGER levels = caps_get_long(conn, SQL_TXN_ISOLATION_OPTION);
    SQLUINTEGER usual = caps_usual_isolation(conn);

    caps->transactions = capable != SQL_TC_NONE;
    caps->ddl_transactional = capable == SQL_TC_ALL;
    caps->default_isolation = (int)UOW_ISOLATION_DEFAULT;
    for (int level = (int)UOW_READ_UNCOMMITTED; level <= (int)UOW_SERIALIZABLE; level++) {
        SQLUINTEGER bit = 1u << (level - 1); /* SQL_TXN_READ_UNCOMMITTED is 1, ... SERIALIZABLE 8 */
        if ((levels & bit) != 0)
            caps->isolations |= 1u << level;
        if (usual == bit)
            caps->default_isolation = level;
    }
}

/* Set and read back: some drivers answer SUCCESS and forget. */
static bool caps_keeps(struct uowi_conn *conn, SQLHSTMT hstmt, SQLINTEGER attribute, SQLULEN value,
                       SQLULEN usual)
{
    SQLULEN kept = 0;
    bool same = uowi_call_quiet(conn, conn->api->SetStmtAttr(hstmt, attribute, (SQLPOINTER)value,
                                                             SQL_IS_UINTEGER)) &&
                uowi_call_quiet(
                    conn, conn->api->GetStmtAttr(hstmt, attribute, &kept, SQL_IS_UINTEGER, NULL)) &&
                kept == value;
    (void)uowi_call_quiet(
        conn, conn->api->SetStmtAttr(hstmt, attribute, (SQLPOINTER)usual, SQL_IS_UINTEGER));
    return same;
}

static bool caps_connection_async(struct uowi_conn *conn)
{
    SQLULEN kept = SQL_ASYNC_ENABLE_OFF;
    bool on = uowi_call_quiet(conn, conn->api->SetConnectAttr(conn->hdbc, SQL_ATTR_ASYNC_ENABLE,
                                                              (SQLPOINTER)SQL_ASYNC_ENABLE_ON,
                                                              SQL_IS_UINTEGER)) &&
              uowi_call_quiet(conn, conn->api->GetConnectAttr(conn->hdbc, SQL_ATTR_ASYNC_ENABLE,
                                                              &kept, SQL_IS_UINTEGER, NULL)) &&
              kept == SQL_ASYNC_ENABLE_ON;
    (void)uowi_call_quiet(conn, conn->api->SetConnectAttr(conn->hdbc, SQL_ATTR_ASYNC_ENABLE,
                                                          (SQLPOINTER)SQL_ASYNC_ENABLE_OFF,
                                                          SQL_IS_UINTEGER));
    return on;
}

static void caps_statement(struct uowi_conn *conn, uowi_caps *caps)
{
    SQLHSTMT hstmt = SQL_NULL_HSTMT;
    SQLUINTEGER mode = caps_get_long(conn, SQL_ASYNC_MODE);

    if (mode == SQL_AM_CONNECTION && caps_connection_async(conn))
        caps->async_mode = SQL_AM_CONNECTION;
    if (!uowi_call_quiet(conn, conn->api->AllocHandle(SQL_HANDLE_STMT, conn->hdbc, &hstmt)))
        return;
    caps->row_arrays = caps_keeps(conn, hstmt, SQL_ATTR_ROW_ARRAY_SIZE, 2, 1);
    caps->param_arrays = caps_keeps(conn, hstmt, SQL_ATTR_PARAMSET_SIZE, 2, 1);
    if (mode == SQL_AM_STATEMENT &&
        caps_keeps(conn, hstmt, SQL_ATTR_ASYNC_ENABLE, SQL_ASYNC_ENABLE_ON, SQL_ASYNC_ENABLE_OFF))
        caps->async_mode = SQL_AM_STATEMENT;
    (void)uowi_call_quiet(conn, conn->api->FreeHandle(SQL_HANDLE_STMT, hstmt));
}

#define CAPS_TYPE_SIZE  3  /* COLUMN_SIZE of SQLGetTypeInfo: "yyyy-mm-dd hh:mm:ss" and ".fff" */
#define CAPS_TYPE_SCALE 15 /* MAXIMUM_SCALE, where the driver has one */

#define CAPS_FRACTION_MOST 6 /* psqlodbc says 9, and the server rounds to 6 */

static int caps_type_number(struct uowi_conn *conn, SQLHSTMT hstmt, SQLUSMALLINT column)
{
    SQLINTEGER value = 0;
    SQLLEN indicator = SQL_NULL_DATA;

    if (!uowi_call_quiet(conn, conn->api->GetData(hstmt, column, SQL_C_SLONG, &value, sizeof value, &indicator)) ||
        indicator == SQL_NULL_DATA)
        return -1;
    return (int)value;
}

/* Of one type the driver has: the column's size tells where the scale is missing. */
static int caps_type_fraction(struct uowi_conn *conn, SQLHSTMT hstmt)
{
    int size = caps_type_number(conn, hstmt, CAPS_TYPE_SIZE);
    int scale = caps_type_number(conn, hstmt, CAPS_TYPE_SCALE);

    if (scale < 0 && size >= 19)
        scale = size > 20 ? size - 20 : 0;
    return scale > CAPS_FRACTION_MOST ? CAPS_FRACTION_MOST : scale;
}

int uowi_caps_fraction(struct uowi_conn *conn)
{
    SQLHSTMT hstmt = SQL_NULL_HSTMT;
    SQLSMALLINT columns = 0;
    int most = -1;

    if (!uowi_call_quiet(conn, conn->api->AllocHandle(SQL_HANDLE_STMT, conn->hdbc, &hstmt)))
        return 6;
    if (uowi_call_quiet(conn, conn->api->GetTypeInfo(hstmt, SQL_TYPE_TIMESTAMP)) &&
        uowi_call_quiet(conn, conn->api->NumResultCols(hstmt, &columns)) && columns >= CAPS_TYPE_SCALE)
        while (uowi_call_quiet(conn, conn->api->FetchScroll(hstmt, SQL_FETCH_NEXT, 0))) {
            int digits = caps_type_fraction(conn, hstmt);
            most = digits > most ? digits : most;
        }
    (void)uowi_call_quiet(conn, conn->api->FreeHandle(SQL_HANDLE_STMT, hstmt));
    return most < 0 ? 6 : most;
}

void uowi_caps_probe(struct uowi_conn *conn)
{
    uowi_caps *caps = &conn->caps;
    memset(caps, 0, sizeof *caps);
    for (size_t i = 0; i < sizeof caps_texts / sizeof caps_texts[0]; i++)
        (void)caps_get_text(conn, caps_texts[i].info, (char *)caps + caps_texts[i].offset,
                            caps_texts[i].size);
    if (uowi_ascii_casecmp(caps->dbms_name, "MariaDB") == 0)
        caps->mariadb_version = caps_version(caps->dbms_version);
    caps_transactions(conn, caps);
    caps->procedures = caps_get_yes(conn, SQL_PROCEDURES);
    caps->multiple_results = caps_get_yes(conn, SQL_MULT_RESULT_SETS);
    SQLUINTEGER extensions = caps_get_long(conn, SQL_GETDATA_EXTENSIONS);
    caps->getdata_any_column = (extensions & SQL_GD_ANY_COLUMN) != 0;
    caps->getdata_any_order = (extensions & SQL_GD_ANY_ORDER) != 0;
    caps->getdata_block = (extensions & SQL_GD_BLOCK) != 0;
    caps->getdata_bound = (extensions & SQL_GD_BOUND) != 0;
    caps->max_identifier = caps_get_short(conn, SQL_MAX_IDENTIFIER_LEN);
    caps_statement(conn, caps);
}
