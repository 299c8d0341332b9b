/*
 * The replaceable table of ODBC functions. The library calls ODBC only through
 * it, so that tests run against a scripted table and users' drivers can be
 * wrapped. Private to lib/odbc and tests.
 */
#ifndef UOWI_ODBC_API_H
#define UOWI_ODBC_API_H

#include <sql.h>
#include <sqlext.h>

/* X(name, (parameters)) for every function the library uses. */
#define UOWI_ODBC_FUNCTIONS(X) \
    X(AllocHandle, (SQLSMALLINT type, SQLHANDLE input, SQLHANDLE *output)) \
    X(FreeHandle, (SQLSMALLINT type, SQLHANDLE handle)) \
    X(SetEnvAttr, (SQLHENV env, SQLINTEGER attribute, SQLPOINTER value, SQLINTEGER length)) \
    X(DriverConnect, (SQLHDBC dbc, SQLHWND window, SQLCHAR *in, SQLSMALLINT in_length, SQLCHAR *out, \
                      SQLSMALLINT out_size, SQLSMALLINT *out_length, SQLUSMALLINT completion)) \
    X(Disconnect, (SQLHDBC dbc)) \
    X(SetConnectAttr, (SQLHDBC dbc, SQLINTEGER attribute, SQLPOINTER value, SQLINTEGER length)) \
    X(GetConnectAttr, (SQLHDBC dbc, SQLINTEGER attribute, SQLPOINTER value, SQLINTEGER size, SQLINTEGER *length)) \
    X(GetInfo, (SQLHDBC dbc, SQLUSMALLINT type, SQLPOINTER value, SQLSMALLINT size, SQLSMALLINT *length)) \
    X(GetFunctions, (SQLHDBC dbc, SQLUSMALLINT function, SQLUSMALLINT *supported)) \
    X(EndTran, (SQLSMALLINT type, SQLHANDLE handle, SQLSMALLINT completion)) \
    X(GetDiagRec, (SQLSMALLINT type, SQLHANDLE handle, SQLSMALLINT number, SQLCHAR *state, SQLINTEGER *native, \
                   SQLCHAR *text, SQLSMALLINT size, SQLSMALLINT *length)) \
    X(SetStmtAttr, (SQLHSTMT stmt, SQLINTEGER attribute, SQLPOINTER value, SQLINTEGER length)) \
    X(GetStmtAttr, (SQLHSTMT stmt, SQLINTEGER attribute, SQLPOINTER value, SQLINTEGER size, SQLINTEGER *length)) \
    X(GetTypeInfo, (SQLHSTMT stmt, SQLSMALLINT type)) \
    X(Tables, (SQLHSTMT stmt, SQLCHAR *catalog, SQLSMALLINT catalog_length, SQLCHAR *schema, SQLSMALLINT schema_length, \
               SQLCHAR *table, SQLSMALLINT table_length, SQLCHAR *type, SQLSMALLINT type_length)) \
    X(Columns, (SQLHSTMT stmt, SQLCHAR *catalog, SQLSMALLINT catalog_length, SQLCHAR *schema, SQLSMALLINT schema_length, \
                SQLCHAR *table, SQLSMALLINT table_length, SQLCHAR *column, SQLSMALLINT column_length)) \
    X(PrimaryKeys, (SQLHSTMT stmt, SQLCHAR *catalog, SQLSMALLINT catalog_length, SQLCHAR *schema, \
                    SQLSMALLINT schema_length, SQLCHAR *table, SQLSMALLINT table_length)) \
    X(ForeignKeys, (SQLHSTMT stmt, SQLCHAR *to_catalog, SQLSMALLINT to_catalog_length, SQLCHAR *to_schema, \
                    SQLSMALLINT to_schema_length, SQLCHAR *to_table, SQLSMALLINT to_table_length, SQLCHAR *catalog, \
                    SQLSMALLINT catalog_length, SQLCHAR *schema, SQLSMALLINT schema_length, SQLCHAR *table, \
                    SQLSMALLINT table_length)) \
    X(Statistics, (SQLHSTMT stmt, SQLCHAR *catalog, SQLSMALLINT catalog_length, SQLCHAR *schema, \
                   SQLSMALLINT schema_length, SQLCHAR *table, SQLSMALLINT table_length, SQLUSMALLINT unique, \
                   SQLUSMALLINT accuracy)) \
    X(SpecialColumns, (SQLHSTMT stmt, SQLUSMALLINT kind, SQLCHAR *catalog, SQLSMALLINT catalog_length, SQLCHAR *schema, \
                       SQLSMALLINT schema_length, SQLCHAR *table, SQLSMALLINT table_length, SQLUSMALLINT scope, \
                       SQLUSMALLINT nullable)) \
    X(Procedures, (SQLHSTMT stmt, SQLCHAR *catalog, SQLSMALLINT catalog_length, SQLCHAR *schema, \
                   SQLSMALLINT schema_length, SQLCHAR *name, SQLSMALLINT name_length)) \
    X(ProcedureColumns, (SQLHSTMT stmt, SQLCHAR *catalog, SQLSMALLINT catalog_length, SQLCHAR *schema, \
                         SQLSMALLINT schema_length, SQLCHAR *name, SQLSMALLINT name_length, SQLCHAR *column, \
                         SQLSMALLINT column_length)) \
    X(Prepare, (SQLHSTMT stmt, SQLCHAR *text, SQLINTEGER length)) \
    X(ExecDirect, (SQLHSTMT stmt, SQLCHAR *text, SQLINTEGER length)) \
    X(Execute, (SQLHSTMT stmt)) \
    X(BindParameter, (SQLHSTMT stmt, SQLUSMALLINT number, SQLSMALLINT direction, SQLSMALLINT c_type, \
                      SQLSMALLINT sql_type, SQLULEN column_size, SQLSMALLINT digits, SQLPOINTER value, \
                      SQLLEN buffer_length, SQLLEN *indicator)) \
    X(ParamData, (SQLHSTMT stmt, SQLPOINTER *value)) \
    X(PutData, (SQLHSTMT stmt, SQLPOINTER data, SQLLEN length)) \
    X(NumResultCols, (SQLHSTMT stmt, SQLSMALLINT *count)) \
    X(DescribeCol, (SQLHSTMT stmt, SQLUSMALLINT number, SQLCHAR *name, SQLSMALLINT name_size, \
                    SQLSMALLINT *name_length, SQLSMALLINT *type, SQLULEN *size, SQLSMALLINT *digits, \
                    SQLSMALLINT *nullable)) \
    X(ColAttribute, (SQLHSTMT stmt, SQLUSMALLINT number, SQLUSMALLINT field, SQLPOINTER text, SQLSMALLINT size, \
                     SQLSMALLINT *length, SQLLEN *value)) \
    X(BindCol, (SQLHSTMT stmt, SQLUSMALLINT number, SQLSMALLINT c_type, SQLPOINTER value, SQLLEN size, \
                SQLLEN *indicator)) \
    X(FetchScroll, (SQLHSTMT stmt, SQLSMALLINT orientation, SQLLEN offset)) \
    X(SetPos, (SQLHSTMT stmt, SQLSETPOSIROW row, SQLUSMALLINT operation, SQLUSMALLINT lock)) \
    X(GetData, (SQLHSTMT stmt, SQLUSMALLINT number, SQLSMALLINT c_type, SQLPOINTER value, SQLLEN size, \
                SQLLEN *indicator)) \
    X(RowCount, (SQLHSTMT stmt, SQLLEN *count)) \
    X(MoreResults, (SQLHSTMT stmt)) \
    X(FreeStmt, (SQLHSTMT stmt, SQLUSMALLINT option)) \
    X(Cancel, (SQLHSTMT stmt))

typedef struct uowi_odbc_api {
#define UOWI_MEMBER(name, parameters) SQLRETURN(*name) parameters;
    UOWI_ODBC_FUNCTIONS(UOWI_MEMBER)
#undef UOWI_MEMBER
} uowi_odbc_api;

/* The driver manager this library is linked with. */
extern const uowi_odbc_api uowi_odbc_real;

/* Which function a result came from, for messages and counters. */
typedef enum uowi_odbc_fn {
#define UOWI_MEMBER(name, parameters) UOWI_FN_##name,
    UOWI_ODBC_FUNCTIONS(UOWI_MEMBER)
#undef UOWI_MEMBER
    UOWI_FN_COUNT
} uowi_odbc_fn;

/* "SQLExecute" */
const char *uowi_odbc_fn_name(uowi_odbc_fn fn);

#endif
