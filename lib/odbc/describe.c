/* Descriptions of result columns. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "odbc/execute.h"
#include "odbc/stmt.h"

static int describe_nullable(SQLSMALLINT nullable)
{
    return nullable == SQL_NULLABLE ? 1 : nullable == SQL_NO_NULLS ? 0 : -1;
}

/* A driver that cannot say is taken for signed, as ODBC 2 had it. */
static bool describe_unsigned(struct uowi_stmt *stmt, SQLUSMALLINT number)
{
    SQLLEN is = SQL_FALSE;
    SQLRETURN rc = stmt->conn->api->ColAttribute(stmt->hstmt, number, SQL_DESC_UNSIGNED, NULL, 0, NULL, &is);

    return uowi_call_quiet(stmt->conn, rc) && is == SQL_TRUE;
}

uow_status uowi_stmt_describe(uowi_stmt *stmt, size_t index, char *name_buffer, size_t name_size, uowi_column_desc *out)
{
    SQLUSMALLINT number = (SQLUSMALLINT)(index + 1);
    SQLSMALLINT length = 0, type = 0, digits = 0, nullable = SQL_NULLABLE_UNKNOWN;
    SQLULEN size = 0;
    uowi_outcome outcome;
    uow_status st = uowi_stmt_async_off(stmt);

    if (st != UOW_OK)
        return st;
    memset(name_buffer, 0, name_size); /* lengths are not believed: the name ends at its NUL */
    outcome = UOWI_STMT_CALL(stmt, DescribeCol,
                             (stmt->hstmt, number, (SQLCHAR *)name_buffer, (SQLSMALLINT)(name_size - 1), &length, &type,
                              &size, &digits, &nullable));
    if (outcome == UOWI_FAILED)
        return uowi_outcome_status(stmt->conn, outcome);
    out->name = name_buffer;
    out->sql_type = type;
    out->size = (uint64_t)size;
    out->digits = digits;
    out->nullable = describe_nullable(nullable);
    out->is_unsigned = describe_unsigned(stmt, number);
    return UOW_OK;
}

static void describe_fill(const char *pattern, const char *column, uowi_buf *out)
{
    for (; *pattern != '\0'; pattern++) {
        if (*pattern == '$')
            uowi_buf_text(out, column);
        else
            uowi_buf_char(out, *pattern);
    }
}

void uowi_select_column(const uowi_dialect *dialect, uow_type type, const char *quoted, uowi_buf *out)
{
    const char *pattern = NULL;

    if (type == UOW_DOUBLE || type == UOW_FLOAT)
        pattern = dialect->read_double;
    else if (type == UOW_TIMESTAMPTZ)
        pattern = dialect->read_offset;
    describe_fill(pattern != NULL ? pattern : "$", quoted, out);
}
