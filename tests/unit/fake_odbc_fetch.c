/* The fake driver: columns described, rows fetched in blocks, values read in parts. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "fake_odbc_state.h"

#include <stdio.h>
#include <string.h>

/* --- columns */

SQLRETURN fake_num_result_cols(SQLHSTMT input, SQLSMALLINT *count)
{
    const fake_stmt *stmt = input;
    SQLRETURN rc;
    if (!fake_enter(UOWI_FN_NumResultCols, input, &rc))
        *count = stmt->result != NULL ? (SQLSMALLINT)stmt->result->column_count : 0;
    return rc;
}

static const fake_column *fake_column_at(const fake_stmt *stmt, SQLUSMALLINT number)
{
    if (stmt->result == NULL || number == 0 || number > stmt->result->column_count)
        return NULL;
    return &stmt->result->columns[number - 1];
}

static SQLRETURN fake_name(const char *name, SQLCHAR *out, SQLSMALLINT size, SQLSMALLINT *length)
{
    if (length != NULL)
        *length = (SQLSMALLINT)strlen(name);
    if (out != NULL && size > 0)
        snprintf((char *)out, (size_t)size, "%s", name);
    return SQL_SUCCESS;
}

SQLRETURN fake_describe_col(SQLHSTMT input, SQLUSMALLINT number, SQLCHAR *name,
                            SQLSMALLINT name_size, SQLSMALLINT *name_length, SQLSMALLINT *type,
                            SQLULEN *size, SQLSMALLINT *digits, SQLSMALLINT *nullable)
{
    fake_stmt *stmt = input;
    SQLRETURN rc;
    if (fake_enter(UOWI_FN_DescribeCol, input, &rc))
        return rc;
    const fake_column *column = fake_column_at(stmt, number);
    if (column == NULL)
        return fake_error(&stmt->handle, "07009", 0, "[fake]Invalid descriptor index");
    (void)fake_name(column->name, name, name_size, name_length);
    *type = column->sql_type;
    *size = column->size;
    *digits = column->digits;
    *nullable = column->nullable;
    return rc;
}

SQLRETURN fake_col_attribute(SQLHSTMT input, SQLUSMALLINT number, SQLUSMALLINT field,
                             SQLPOINTER text, SQLSMALLINT size, SQLSMALLINT *length, SQLLEN *value)
{
    fake_stmt *stmt = input;
    SQLRETURN rc;
    if (fake_enter(UOWI_FN_ColAttribute, input, &rc))
        return rc;
    const fake_column *column = fake_column_at(stmt, number);
    if (column == NULL)
        return fake_error(&stmt->handle, "07009", 0, "[fake]Invalid descriptor index");
    if (field == SQL_DESC_NAME || field == SQL_DESC_LABEL)
        return fake_name(column->name, text, size, length);
    if (value != NULL)
        *value = 0; /* SQL_DESC_UNSIGNED: signed */
    return rc;
}

SQLRETURN fake_bind_col(SQLHSTMT input, SQLUSMALLINT number, SQLSMALLINT c_type, SQLPOINTER value,
                        SQLLEN size, SQLLEN *indicator)
{
    fake_stmt *stmt = input;
    SQLRETURN rc;
    if (fake_enter(UOWI_FN_BindCol, input, &rc))
        return rc;
    if (number == 0 || number > FAKE_MAX_COLUMNS)
        return fake_error(&stmt->handle, "07009", 0, "[fake]Invalid descriptor index");
    stmt->columns[number - 1] = (fake_bound){value != NULL, c_type, 0, value, size, indicator};
    return rc;
}

/* --- rows */

static const char *fake_cell(const fake_stmt *stmt, size_t row, size_t column)
{
    const fake_result *result = stmt->result;
    return result->cells[(result->repeat ? 0 : row * result->column_count) + column];
}

/* Where row i of a block finds a bound address: row-wise by struct size, column-wise by element
 * size. */
static void *fake_place(const fake_stmt *stmt, void *base, size_t row, size_t element)
{
    SQLULEN stride = fake_attr_get(&stmt->handle.attrs, SQL_ATTR_ROW_BIND_TYPE, SQL_BIND_BY_COLUMN);
    return base == NULL ? NULL : (char *)base + row * (stride != 0 ? stride : element);
}

static size_t fake_element(const fake_bound *bound)
{
    switch (bound->c_type) {
    case SQL_C_BIT:
    case SQL_C_UTINYINT:
    case SQL_C_STINYINT:
        return 1;
    case SQL_C_SSHORT:
    case SQL_C_USHORT:
        return 2;
    case SQL_C_SBIGINT:
    case SQL_C_UBIGINT:
    case SQL_C_DOUBLE:
        return 8;
    case SQL_C_CHAR:
    case SQL_C_WCHAR:
    case SQL_C_BINARY:
        return (size_t)bound->size;
    case SQL_C_TYPE_TIMESTAMP:
        return sizeof(SQL_TIMESTAMP_STRUCT);
    case SQL_C_TYPE_DATE:
    case SQL_C_TYPE_TIME:
        return sizeof(SQL_DATE_STRUCT);
    default:
        return 4;
    }
}

static SQLUSMALLINT fake_fill_row(fake_stmt *stmt, size_t row, size_t block_row)
{
    SQLUSMALLINT status = SQL_ROW_SUCCESS;
    for (size_t i = 0; i < stmt->result->column_count && i < FAKE_MAX_COLUMNS; i++) {
        const fake_bound *bound = &stmt->columns[i];
        uint64_t offset = 0;
        if (!bound->used)
            continue;
        SQLRETURN rc = fake_convert(
            fake_cell(stmt, row, i), bound->c_type,
            fake_place(stmt, bound->value, block_row, fake_element(bound)), bound->size,
            fake_place(stmt, bound->indicator, block_row, sizeof(SQLLEN)), &offset);
        if (rc == SQL_ERROR)
            status = SQL_ROW_ERROR;
        else if (rc == SQL_SUCCESS_WITH_INFO && status == SQL_ROW_SUCCESS)
            status = SQL_ROW_SUCCESS_WITH_INFO;
    }
    return status;
}

static SQLRETURN fake_block(fake_stmt *stmt, SQLRETURN rc)
{
    const fake_attrs *attrs = &stmt->handle.attrs;
    SQLULEN wanted = fake_attr_get(attrs, SQL_ATTR_ROW_ARRAY_SIZE, 1);
    SQLULEN *fetched = (SQLULEN *)fake_attr_get(attrs, SQL_ATTR_ROWS_FETCHED_PTR, 0);
    SQLUSMALLINT *statuses = (SQLUSMALLINT *)fake_attr_get(attrs, SQL_ATTR_ROW_STATUS_PTR, 0);
    size_t count = 0;
    for (; count < wanted && stmt->row < stmt->result->row_count; count++, stmt->row++) {
        SQLUSMALLINT status = fake_fill_row(stmt, stmt->row, count);
        if (status != SQL_ROW_SUCCESS && rc == SQL_SUCCESS) {
            rc = SQL_SUCCESS_WITH_INFO;
            (void)fake_error(&stmt->handle, status == SQL_ROW_ERROR ? "22018" : "01004", 0,
                             "[fake]String data, right truncated, or no such conversion");
        }
        if (statuses != NULL)
            statuses[count] = status;
    }
    for (size_t i = count; statuses != NULL && i < wanted; i++)
        statuses[i] = SQL_ROW_NOROW;
    stmt->block_rows = count;
    /* MariaDB's driver leaves the old count when there is no row */
    if (fetched != NULL && (count > 0 || strcmp(fake.dbms, "MariaDB") != 0))
        *fetched = count;
    return count == 0 ? SQL_NO_DATA : rc;
}

SQLRETURN fake_fetch_scroll(SQLHSTMT input, SQLSMALLINT orientation, SQLLEN offset)
{
    fake_stmt *stmt = input;
    SQLRETURN rc;
    (void)offset;
    if (fake_enter(UOWI_FN_FetchScroll, input, &rc))
        return rc;
    if (!stmt->open || stmt->result == NULL || stmt->result->column_count == 0)
        return fake_error(&stmt->handle, "24000", 0, "[fake]Invalid cursor state");
    if (orientation != SQL_FETCH_NEXT)
        return fake_error(&stmt->handle, "HY106", 0, "[fake]Fetch type out of range");
    stmt->position = 1;
    stmt->data_column = 0;
    return fake_block(stmt, rc);
}

SQLRETURN fake_set_pos(SQLHSTMT input, SQLSETPOSIROW row, SQLUSMALLINT operation, SQLUSMALLINT lock)
{
    fake_stmt *stmt = input;
    SQLRETURN rc;
    (void)lock;
    if (fake_enter(UOWI_FN_SetPos, input, &rc))
        return rc;
    if (operation != SQL_POSITION || row == 0 || row > stmt->block_rows)
        return fake_error(&stmt->handle, "HY107", 0, "[fake]Row value out of range");
    stmt->position = row;
    stmt->data_column = 0;
    return rc;
}

SQLRETURN fake_get_data(SQLHSTMT input, SQLUSMALLINT number, SQLSMALLINT c_type, SQLPOINTER value,
                        SQLLEN size, SQLLEN *indicator)
{
    fake_stmt *stmt = input;
    SQLRETURN rc;
    if (fake_enter(UOWI_FN_GetData, input, &rc))
        return rc;
    if (stmt->block_rows == 0 || fake_column_at(stmt, number) == NULL)
        return fake_error(&stmt->handle, "24000", 0, "[fake]Invalid cursor state");
    const char *cell =
        fake_cell(stmt, stmt->row - stmt->block_rows + stmt->position - 1, (size_t)number - 1);
    bool again = stmt->data_column == number;
    if (!again)
        stmt->data_offset = 0;
    if (again && (cell == NULL || stmt->data_offset >= fake_size(cell)))
        return SQL_NO_DATA;
    stmt->data_column = number;
    SQLRETURN got = fake_convert(cell, c_type, value, size, indicator, &stmt->data_offset);
    if (got == SQL_SUCCESS && c_type != SQL_C_CHAR && c_type != SQL_C_BINARY && cell != NULL)
        stmt->data_offset = fake_size(cell); /* read whole: the next read is NO_DATA */
    if (got == SQL_ERROR)
        return fake_error(&stmt->handle, "07006", 0,
                          "[fake]Restricted data type attribute violation");
    if (got == SQL_SUCCESS_WITH_INFO)
        (void)fake_error(&stmt->handle, "01004", 0, "[fake]String data, right truncated");
    return got == SQL_SUCCESS ? rc : got;
}
