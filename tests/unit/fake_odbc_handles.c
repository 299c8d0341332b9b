/* The fake driver: handles, connecting, information, diagnostics; and the table itself. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "fake_odbc_state.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static SQLRETURN fake_alloc_handle(SQLSMALLINT type, SQLHANDLE input, SQLHANDLE *output)
{
    static fake_handle nowhere; /* SQLAllocHandle(ENV) has no handle for its diagnostics */
    fake_handle *parent = type == SQL_HANDLE_ENV ? &nowhere : input;
    SQLRETURN rc;
    *output = SQL_NULL_HANDLE;
    if (fake_enter(UOWI_FN_AllocHandle, parent, &rc))
        return rc;
    fake_handle *handle = calloc(1, type == SQL_HANDLE_STMT ? sizeof(fake_stmt) : sizeof *handle);
    if (handle == NULL)
        abort();
    handle->type = type;
    handle->parent = parent;
    *output = handle;
    fake.handles++;
    return rc;
}

static SQLRETURN fake_free_handle(SQLSMALLINT type, SQLHANDLE input)
{
    fake_handle *handle = input;
    SQLRETURN rc;
    if (fake_enter(UOWI_FN_FreeHandle, handle, &rc))
        return rc;
    if (handle->type != type)
        return SQL_INVALID_HANDLE;
    if (type == SQL_HANDLE_STMT)
        free(((fake_stmt *)handle)->sql);
    free(handle);
    fake.handles--;
    return rc;
}

static SQLRETURN fake_set_env_attr(SQLHENV env, SQLINTEGER attribute, SQLPOINTER value,
                                   SQLINTEGER length)
{
    SQLRETURN rc;
    (void)attribute, (void)value, (void)length;
    (void)fake_enter(UOWI_FN_SetEnvAttr, env, &rc);
    return rc;
}

static SQLRETURN fake_driver_connect(SQLHDBC dbc, SQLHWND window, SQLCHAR *in,
                                     SQLSMALLINT in_length, SQLCHAR *out, SQLSMALLINT out_size,
                                     SQLSMALLINT *out_length, SQLUSMALLINT completion)
{
    SQLRETURN rc;
    (void)window, (void)completion;
    size_t length = in_length == SQL_NTS ? strlen((const char *)in) : (size_t)in_length;
    if (length >= sizeof fake.connection)
        abort();
    memcpy(fake.connection, in, length);
    fake.connection[length] = '\0';
    if (out != NULL && out_size > 0)
        out[0] = '\0';
    if (out_length != NULL)
        *out_length = 0;
    (void)fake_enter(UOWI_FN_DriverConnect, dbc, &rc);
    return rc;
}

static SQLRETURN fake_disconnect(SQLHDBC dbc)
{
    SQLRETURN rc;
    (void)fake_enter(UOWI_FN_Disconnect, dbc, &rc);
    return rc;
}

static SQLRETURN fake_set_connect_attr(SQLHDBC dbc, SQLINTEGER attribute, SQLPOINTER value,
                                       SQLINTEGER length)
{
    SQLRETURN rc;
    (void)length;
    if (!fake_enter(UOWI_FN_SetConnectAttr, dbc, &rc))
        fake_attr_set(&fake.connect_attrs, attribute, (SQLULEN)value);
    return rc;
}

static SQLRETURN fake_get_connect_attr(SQLHDBC dbc, SQLINTEGER attribute, SQLPOINTER value,
                                       SQLINTEGER size, SQLINTEGER *length)
{
    SQLRETURN rc;
    (void)size, (void)length;
    if (fake_enter(UOWI_FN_GetConnectAttr, dbc, &rc))
        return rc;
    SQLULEN kept = fake_attr_get(&fake.connect_attrs, attribute, 0);
    if (attribute == SQL_ATTR_CONNECTION_DEAD)
        *(SQLUINTEGER *)value = fake.dead ? SQL_CD_TRUE : SQL_CD_FALSE;
    else if (attribute == SQL_ATTR_ASYNC_ENABLE)
        *(SQLULEN *)value = fake.async == 1 ? kept : SQL_ASYNC_ENABLE_OFF;
    else
        *(SQLUINTEGER *)value = (SQLUINTEGER)kept;
    return rc;
}

/* --- information */

static const char *fake_info_string(SQLUSMALLINT type)
{
    for (size_t i = 0; i < fake.info_text_count; i++)
        if (fake.info_texts[i].info == type)
            return fake.info_texts[i].value;
    switch (type) {
    case SQL_DBMS_NAME:
        return fake.dbms;
    case SQL_DBMS_VER:
        return strcmp(fake.dbms, "MariaDB") == 0 ? "10.11.000019" : "1.2.3";
    case SQL_DRIVER_NAME:
        return "libfake.so";
    case SQL_DRIVER_VER:
        return "00.01";
    case SQL_DRIVER_ODBC_VER:
        return "03.51";
    case SQL_IDENTIFIER_QUOTE_CHAR:
        return strcmp(fake.dbms, "MariaDB") == 0 ? "`" : "\"";
    case SQL_PROCEDURES:
    case SQL_MULT_RESULT_SETS:
        return strcmp(fake.dbms, "SQLite") == 0 ? "N" : "Y";
    default:
        return NULL;
    }
}

static SQLUINTEGER fake_info_value(SQLUSMALLINT type)
{
    bool sqlite = strcmp(fake.dbms, "SQLite") == 0;
    switch (type) {
    case SQL_TXN_CAPABLE:
        return strcmp(fake.dbms, "MariaDB") == 0 ? SQL_TC_DDL_COMMIT : SQL_TC_ALL;
    case SQL_TXN_ISOLATION_OPTION:
        return sqlite ? SQL_TXN_SERIALIZABLE : 15;
    case SQL_DEFAULT_TXN_ISOLATION:
        return sqlite ? SQL_TXN_SERIALIZABLE : SQL_TXN_READ_COMMITTED;
    case SQL_GETDATA_EXTENSIONS:
        return sqlite ? 11 : 15;
    case SQL_ASYNC_MODE:
        return fake.async < 0 ? (SQLUINTEGER)-fake.async : (SQLUINTEGER)fake.async;
    case SQL_MAX_IDENTIFIER_LEN:
        return 63;
    default:
        return 0;
    }
}

static SQLRETURN fake_get_info(SQLHDBC dbc, SQLUSMALLINT type, SQLPOINTER value, SQLSMALLINT size,
                               SQLSMALLINT *length)
{
    SQLRETURN rc;
    if (fake_enter(UOWI_FN_GetInfo, dbc, &rc))
        return rc;
    const char *text = fake_info_string(type);
    if (text != NULL) {
        size_t whole = strlen(text) < (size_t)size ? strlen(text) : (size_t)size - 1;
        memcpy(value, text, whole);
        ((char *)value)[whole] = '\0';
        if (length != NULL)
            *length = (SQLSMALLINT)strlen(text);
        return rc;
    }
    SQLUINTEGER number =
        (SQLUINTEGER)fake_attr_get(&fake.info_numbers, type, fake_info_value(type));
    if (type == SQL_TXN_CAPABLE || type == SQL_MAX_IDENTIFIER_LEN)
        *(SQLUSMALLINT *)value = (SQLUSMALLINT)number;
    else
        *(SQLUINTEGER *)value = number;
    return rc;
}

static SQLRETURN fake_get_functions(SQLHDBC dbc, SQLUSMALLINT function, SQLUSMALLINT *supported)
{
    SQLRETURN rc;
    (void)function;
    if (!fake_enter(UOWI_FN_GetFunctions, dbc, &rc))
        *supported = SQL_TRUE;
    return rc;
}

static SQLRETURN fake_end_tran(SQLSMALLINT type, SQLHANDLE handle, SQLSMALLINT completion)
{
    SQLRETURN rc;
    (void)type, (void)completion;
    (void)fake_enter(UOWI_FN_EndTran, handle, &rc);
    return rc;
}

/* --- diagnostics */

static SQLRETURN fake_get_diag_rec(SQLSMALLINT type, SQLHANDLE input, SQLSMALLINT number,
                                   SQLCHAR *state, SQLINTEGER *native, SQLCHAR *text,
                                   SQLSMALLINT size, SQLSMALLINT *length)
{
    const fake_handle *handle = input;
    fake.calls[UOWI_FN_GetDiagRec]++;
    if (handle == NULL || handle->type != type)
        return SQL_INVALID_HANDLE;
    size_t index = (size_t)number - 1;
    if (fake.endless && handle->diag_count > 0)
        index %= handle->diag_count;
    if (index >= handle->diag_count)
        return SQL_NO_DATA;
    const fake_record *record = &handle->diags[index];
    size_t whole = strlen(record->text);
    size_t fits = whole < (size_t)size ? whole : (size_t)size - 1;
    memcpy(state, record->sqlstate, sizeof record->sqlstate);
    *native = record->native;
    memcpy(text, record->text, fits);
    text[fits] = '\0';
    *length = (SQLSMALLINT)(fake.claimed == FAKE_TRUE_LENGTH ? (int)whole : fake.claimed);
    return fits < whole ? SQL_SUCCESS_WITH_INFO : SQL_SUCCESS;
}

/* --- statement attributes */

static SQLRETURN fake_set_stmt_attr(SQLHSTMT input, SQLINTEGER attribute, SQLPOINTER value,
                                    SQLINTEGER length)
{
    fake_handle *handle = input;
    SQLRETURN rc;
    (void)length;
    if (fake_enter(UOWI_FN_SetStmtAttr, handle, &rc))
        return rc;
    if (attribute == SQL_ATTR_ASYNC_ENABLE && fake.async != 2)
        return rc;
    fake_attr_set(&handle->attrs, attribute, (SQLULEN)(uintptr_t)value);
    return rc;
}

static SQLRETURN fake_get_stmt_attr(SQLHSTMT input, SQLINTEGER attribute, SQLPOINTER value,
                                    SQLINTEGER size, SQLINTEGER *length)
{
    fake_handle *handle = input;
    SQLRETURN rc;
    (void)size, (void)length;
    if (!fake_enter(UOWI_FN_GetStmtAttr, handle, &rc))
        *(SQLULEN *)value = fake_attr_get(&handle->attrs, attribute, 0);
    return rc;
}

const uowi_odbc_api fake_api = {
    .AllocHandle = fake_alloc_handle,
    .FreeHandle = fake_free_handle,
    .SetEnvAttr = fake_set_env_attr,
    .DriverConnect = fake_driver_connect,
    .Disconnect = fake_disconnect,
    .SetConnectAttr = fake_set_connect_attr,
    .GetConnectAttr = fake_get_connect_attr,
    .GetInfo = fake_get_info,
    .GetFunctions = fake_get_functions,
    .EndTran = fake_end_tran,
    .GetDiagRec = fake_get_diag_rec,
    .SetStmtAttr = fake_set_stmt_attr,
    .GetStmtAttr = fake_get_stmt_attr,
    .Prepare = fake_prepare,
    .GetTypeInfo = fake_get_type_info,
    .ExecDirect = fake_exec_direct,
    .Execute = fake_execute,
    .BindParameter = fake_bind_parameter,
    .ParamData = fake_param_data,
    .PutData = fake_put_data,
    .NumResultCols = fake_num_result_cols,
    .DescribeCol = fake_describe_col,
    .ColAttribute = fake_col_attribute,
    .BindCol = fake_bind_col,
    .FetchScroll = fake_fetch_scroll,
    .SetPos = fake_set_pos,
    .GetData = fake_get_data,
    .RowCount = fake_row_count,
    .MoreResults = fake_more_results,
    .FreeStmt = fake_free_stmt,
    .Cancel = fake_cancel,
};
