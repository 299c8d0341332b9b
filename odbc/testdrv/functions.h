/*
 * Every function the driver exports, one row each:
 *
 *     X(category, Name, API, n, (type, name, ...))
 *
 * SQLName takes a first parameter of the category's type and the n others. API is the end of
 * SQL_API_..., the number SQLGetFunctions knows it by. Categories:
 *     ASYNC   a statement's function that ODBC lets run asynchronously (SQLSetStmtAttr,
 *             SQL_ATTR_ASYNC_ENABLE has the list); generated
 *     STMT    any other statement's function; generated
 *     DBC     a connection's, generated
 *     DESC    a descriptor's, generated
 *     ENV CONN TYPE   written by hand, on an environment, a connection, a handle's type
 */
#ifndef TD_FUNCTIONS_H
#define TD_FUNCTIONS_H

#include <stdbool.h>

#include <sql.h>
#include <sqlext.h>

#include "arity.h"

/* Catalog functions take their names as pairs of text and length. */
#define TD_NAME3                                                                                   \
    SQLCHAR *, catalog, SQLSMALLINT, catalog_length, SQLCHAR *, schema, SQLSMALLINT,               \
        schema_length, SQLCHAR *, table, SQLSMALLINT, table_length

/* clang-format off */
#define TD_FUNCTIONS(X) \
    X(TYPE, AllocHandle, ALLOCHANDLE, 2, (SQLHANDLE, input, SQLHANDLE *, output)) \
    X(TYPE, FreeHandle, FREEHANDLE, 1, (SQLHANDLE, handle)) \
    X(TYPE, EndTran, ENDTRAN, 2, (SQLHANDLE, handle, SQLSMALLINT, completion)) \
    X(TYPE, GetDiagRec, GETDIAGREC, 7, (SQLHANDLE, handle, SQLSMALLINT, number, SQLCHAR *, state, \
        SQLINTEGER *, native, SQLCHAR *, text, SQLSMALLINT, size, SQLSMALLINT *, length)) \
    X(TYPE, GetDiagField, GETDIAGFIELD, 6, (SQLHANDLE, handle, SQLSMALLINT, number, \
        SQLSMALLINT, field, SQLPOINTER, value, SQLSMALLINT, size, SQLSMALLINT *, length)) \
    X(ENV, SetEnvAttr, SETENVATTR, 3, (SQLINTEGER, attribute, SQLPOINTER, value, SQLINTEGER, length)) \
    X(ENV, GetEnvAttr, GETENVATTR, 4, (SQLINTEGER, attribute, SQLPOINTER, value, SQLINTEGER, size, \
        SQLINTEGER *, length)) \
    X(CONN, DriverConnect, DRIVERCONNECT, 7, (SQLHWND, window, SQLCHAR *, in, SQLSMALLINT, in_length, \
        SQLCHAR *, out, SQLSMALLINT, out_size, SQLSMALLINT *, out_length, SQLUSMALLINT, completion)) \
    X(CONN, Connect, CONNECT, 6, (SQLCHAR *, dsn, SQLSMALLINT, dsn_length, SQLCHAR *, user, \
        SQLSMALLINT, user_length, SQLCHAR *, password, SQLSMALLINT, password_length)) \
    X(CONN, Disconnect, DISCONNECT, 0, ()) \
    X(CONN, CopyDesc, COPYDESC, 1, (SQLHDESC, target)) \
    X(DBC, SetConnectAttr, SETCONNECTATTR, 3, (SQLINTEGER, attribute, SQLPOINTER, value, \
        SQLINTEGER, length)) \
    X(DBC, GetConnectAttr, GETCONNECTATTR, 4, (SQLINTEGER, attribute, SQLPOINTER, value, \
        SQLINTEGER, size, SQLINTEGER *, length)) \
    X(DBC, GetInfo, GETINFO, 4, (SQLUSMALLINT, type, SQLPOINTER, value, SQLSMALLINT, size, \
        SQLSMALLINT *, length)) \
    X(DBC, GetFunctions, GETFUNCTIONS, 2, (SQLUSMALLINT, function, SQLUSMALLINT *, supported)) \
    X(DBC, NativeSql, NATIVESQL, 5, (SQLCHAR *, in, SQLINTEGER, in_length, SQLCHAR *, out, \
        SQLINTEGER, out_size, SQLINTEGER *, out_length)) \
    X(STMT, SetStmtAttr, SETSTMTATTR, 3, (SQLINTEGER, attribute, SQLPOINTER, value, \
        SQLINTEGER, length)) \
    X(STMT, GetStmtAttr, GETSTMTATTR, 4, (SQLINTEGER, attribute, SQLPOINTER, value, \
        SQLINTEGER, size, SQLINTEGER *, length)) \
    X(STMT, BindParameter, BINDPARAMETER, 9, (SQLUSMALLINT, number, SQLSMALLINT, direction, \
        SQLSMALLINT, c_type, SQLSMALLINT, sql_type, SQLULEN, column_size, SQLSMALLINT, digits, \
        SQLPOINTER, value, SQLLEN, buffer_length, SQLLEN *, indicator)) \
    X(STMT, BindCol, BINDCOL, 5, (SQLUSMALLINT, column, SQLSMALLINT, c_type, SQLPOINTER, value, \
        SQLLEN, size, SQLLEN *, indicator)) \
    X(STMT, RowCount, ROWCOUNT, 1, (SQLLEN *, count)) \
    X(STMT, FreeStmt, FREESTMT, 1, (SQLUSMALLINT, option)) \
    X(STMT, CloseCursor, CLOSECURSOR, 0, ()) \
    X(STMT, Cancel, CANCEL, 0, ()) \
    X(STMT, SetCursorName, SETCURSORNAME, 2, (SQLCHAR *, name, SQLSMALLINT, length)) \
    X(STMT, GetCursorName, GETCURSORNAME, 3, (SQLCHAR *, name, SQLSMALLINT, size, \
        SQLSMALLINT *, length)) \
    X(ASYNC, Prepare, PREPARE, 2, (SQLCHAR *, text, SQLINTEGER, length)) \
    X(ASYNC, ExecDirect, EXECDIRECT, 2, (SQLCHAR *, text, SQLINTEGER, length)) \
    X(ASYNC, Execute, EXECUTE, 0, ()) \
    X(ASYNC, ParamData, PARAMDATA, 1, (SQLPOINTER *, value)) \
    X(ASYNC, PutData, PUTDATA, 2, (SQLPOINTER, data, SQLLEN, length)) \
    X(ASYNC, NumParams, NUMPARAMS, 1, (SQLSMALLINT *, count)) \
    X(ASYNC, DescribeParam, DESCRIBEPARAM, 5, (SQLUSMALLINT, number, SQLSMALLINT *, type, \
        SQLULEN *, column_size, SQLSMALLINT *, digits, SQLSMALLINT *, nullable)) \
    X(ASYNC, NumResultCols, NUMRESULTCOLS, 1, (SQLSMALLINT *, count)) \
    X(ASYNC, DescribeCol, DESCRIBECOL, 8, (SQLUSMALLINT, column, SQLCHAR *, name, \
        SQLSMALLINT, name_size, SQLSMALLINT *, name_length, SQLSMALLINT *, type, \
        SQLULEN *, column_size, SQLSMALLINT *, digits, SQLSMALLINT *, nullable)) \
    X(ASYNC, ColAttribute, COLATTRIBUTE, 6, (SQLUSMALLINT, column, SQLUSMALLINT, field, \
        SQLPOINTER, text, SQLSMALLINT, size, SQLSMALLINT *, length, SQLLEN *, number)) \
    X(ASYNC, Fetch, FETCH, 0, ()) \
    X(ASYNC, FetchScroll, FETCHSCROLL, 2, (SQLSMALLINT, orientation, SQLLEN, offset)) \
    X(ASYNC, GetData, GETDATA, 5, (SQLUSMALLINT, column, SQLSMALLINT, c_type, SQLPOINTER, value, \
        SQLLEN, size, SQLLEN *, indicator)) \
    X(ASYNC, SetPos, SETPOS, 3, (SQLSETPOSIROW, row, SQLUSMALLINT, operation, SQLUSMALLINT, lock)) \
    X(ASYNC, BulkOperations, BULKOPERATIONS, 1, (SQLSMALLINT, operation)) \
    X(ASYNC, MoreResults, MORERESULTS, 0, ()) \
    X(ASYNC, GetTypeInfo, GETTYPEINFO, 1, (SQLSMALLINT, type)) \
    X(ASYNC, Tables, TABLES, 8, (TD_NAME3, SQLCHAR *, type, SQLSMALLINT, type_length)) \
    X(ASYNC, Columns, COLUMNS, 8, (TD_NAME3, SQLCHAR *, column, SQLSMALLINT, column_length)) \
    X(ASYNC, Statistics, STATISTICS, 8, (TD_NAME3, SQLUSMALLINT, unique, SQLUSMALLINT, accuracy)) \
    X(ASYNC, SpecialColumns, SPECIALCOLUMNS, 9, (SQLUSMALLINT, kind, TD_NAME3, SQLUSMALLINT, scope, \
        SQLUSMALLINT, nullable)) \
    X(ASYNC, PrimaryKeys, PRIMARYKEYS, 6, (TD_NAME3)) \
    X(ASYNC, ForeignKeys, FOREIGNKEYS, 12, (TD_NAME3, SQLCHAR *, foreign_catalog, \
        SQLSMALLINT, foreign_catalog_length, SQLCHAR *, foreign_schema, \
        SQLSMALLINT, foreign_schema_length, SQLCHAR *, foreign_table, \
        SQLSMALLINT, foreign_table_length)) \
    X(ASYNC, Procedures, PROCEDURES, 6, (TD_NAME3)) \
    X(ASYNC, ProcedureColumns, PROCEDURECOLUMNS, 8, (TD_NAME3, SQLCHAR *, column, \
        SQLSMALLINT, column_length)) \
    X(ASYNC, TablePrivileges, TABLEPRIVILEGES, 6, (TD_NAME3)) \
    X(ASYNC, ColumnPrivileges, COLUMNPRIVILEGES, 8, (TD_NAME3, SQLCHAR *, column, \
        SQLSMALLINT, column_length)) \
    X(DESC, GetDescField, GETDESCFIELD, 5, (SQLSMALLINT, number, SQLSMALLINT, field, \
        SQLPOINTER, value, SQLINTEGER, size, SQLINTEGER *, length)) \
    X(DESC, GetDescRec, GETDESCREC, 10, (SQLSMALLINT, number, SQLCHAR *, name, SQLSMALLINT, size, \
        SQLSMALLINT *, name_length, SQLSMALLINT *, type, SQLSMALLINT *, subtype, SQLLEN *, length, \
        SQLSMALLINT *, precision, SQLSMALLINT *, scale, SQLSMALLINT *, nullable)) \
    X(DESC, SetDescField, SETDESCFIELD, 4, (SQLSMALLINT, number, SQLSMALLINT, field, \
        SQLPOINTER, value, SQLINTEGER, length)) \
    X(DESC, SetDescRec, SETDESCREC, 9, (SQLSMALLINT, number, SQLSMALLINT, type, \
        SQLSMALLINT, subtype, SQLLEN, length, SQLSMALLINT, precision, SQLSMALLINT, scale, \
        SQLPOINTER, data, SQLLEN *, string_length, SQLLEN *, indicator))
/* clang-format on */

#define TD_FIRST_TYPE  SQLSMALLINT
#define TD_FIRST_ENV   SQLHENV
#define TD_FIRST_CONN  SQLHDBC
#define TD_FIRST_DBC   SQLHDBC
#define TD_FIRST_STMT  SQLHSTMT
#define TD_FIRST_ASYNC SQLHSTMT
#define TD_FIRST_DESC  SQLHDESC

/* TD_Execute */
typedef enum td_fn {
#define TD_ROW(category, name, api, n, parameters) TD_##name,
    TD_FUNCTIONS(TD_ROW)
#undef TD_ROW
        TD_COUNT
} td_fn;

/* What a function is called and how its arguments are. */
typedef struct td_function {
    const char *name; /* "SQLExecute" */
    SQLUSMALLINT api; /* SQL_API_SQLEXECUTE */
    unsigned arguments;
    bool async;
    const char *const *argument_names; /* the handle is the first */
} td_function;

extern const td_function td_functions[TD_COUNT];

/* TD_COUNT when there is no such function; "Execute" is also understood. */
td_fn td_function_by_name(const char *name);

/* TD_COUNT for a number the driver does not export. */
td_fn td_function_by_api(unsigned api);

/* The wrapped driver's own functions; NULL where it has none. */
typedef struct td_driver {
#define TD_ROW(category, name, api, n, parameters)                                                 \
    SQLRETURN(SQL_API *name)(TD_FIRST_##category TD_PARAMETERS_##n parameters);
    TD_FUNCTIONS(TD_ROW)
#undef TD_ROW
} td_driver;

#endif
