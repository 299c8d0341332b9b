/* The fake driver behind one lock: what a driver manager with Threading=3 is. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "threads.h"

static pthread_mutex_t locked_mutex = PTHREAD_MUTEX_INITIALIZER;

#define LOCKED(name, parameters, arguments) \
    static SQLRETURN locked_##name parameters \
    { \
        pthread_mutex_lock(&locked_mutex); \
        SQLRETURN rc = fake_api.name arguments; \
        pthread_mutex_unlock(&locked_mutex); \
        return rc; \
    }

LOCKED(AllocHandle, (SQLSMALLINT type, SQLHANDLE input, SQLHANDLE *output), (type, input, output))
LOCKED(FreeHandle, (SQLSMALLINT type, SQLHANDLE handle), (type, handle))
LOCKED(SetEnvAttr, (SQLHENV env, SQLINTEGER attribute, SQLPOINTER value, SQLINTEGER length), (env, attribute,
       value, length))
LOCKED(DriverConnect, (SQLHDBC dbc, SQLHWND window, SQLCHAR *in, SQLSMALLINT in_length, SQLCHAR *out,
       SQLSMALLINT out_size, SQLSMALLINT *out_length, SQLUSMALLINT completion), (dbc, window, in, in_length,
       out, out_size, out_length, completion))
LOCKED(Disconnect, (SQLHDBC dbc), (dbc))
LOCKED(SetConnectAttr, (SQLHDBC dbc, SQLINTEGER attribute, SQLPOINTER value, SQLINTEGER length), (dbc,
       attribute, value, length))
LOCKED(GetConnectAttr, (SQLHDBC dbc, SQLINTEGER attribute, SQLPOINTER value, SQLINTEGER size, SQLINTEGER
       *length), (dbc, attribute, value, size, length))
LOCKED(GetInfo, (SQLHDBC dbc, SQLUSMALLINT type, SQLPOINTER value, SQLSMALLINT size, SQLSMALLINT *length),
       (dbc, type, value, size, length))
LOCKED(GetFunctions, (SQLHDBC dbc, SQLUSMALLINT function, SQLUSMALLINT *supported), (dbc, function,
       supported))
LOCKED(EndTran, (SQLSMALLINT type, SQLHANDLE handle, SQLSMALLINT completion), (type, handle, completion))
LOCKED(GetDiagRec, (SQLSMALLINT type, SQLHANDLE handle, SQLSMALLINT number, SQLCHAR *state, SQLINTEGER
       *native, SQLCHAR *text, SQLSMALLINT size, SQLSMALLINT *length), (type, handle, number, state, native,
       text, size, length))
LOCKED(SetStmtAttr, (SQLHSTMT stmt, SQLINTEGER attribute, SQLPOINTER value, SQLINTEGER length), (stmt,
       attribute, value, length))
LOCKED(GetStmtAttr, (SQLHSTMT stmt, SQLINTEGER attribute, SQLPOINTER value, SQLINTEGER size, SQLINTEGER
       *length), (stmt, attribute, value, size, length))
LOCKED(GetTypeInfo, (SQLHSTMT stmt, SQLSMALLINT type), (stmt, type))
LOCKED(Tables, (SQLHSTMT stmt, SQLCHAR *catalog, SQLSMALLINT catalog_length, SQLCHAR *schema, SQLSMALLINT
       schema_length, SQLCHAR *table, SQLSMALLINT table_length, SQLCHAR *type, SQLSMALLINT type_length),
       (stmt, catalog, catalog_length, schema, schema_length, table, table_length, type, type_length))
LOCKED(Columns, (SQLHSTMT stmt, SQLCHAR *catalog, SQLSMALLINT catalog_length, SQLCHAR *schema, SQLSMALLINT
       schema_length, SQLCHAR *table, SQLSMALLINT table_length, SQLCHAR *column, SQLSMALLINT column_length),
       (stmt, catalog, catalog_length, schema, schema_length, table, table_length, column, column_length))
LOCKED(PrimaryKeys, (SQLHSTMT stmt, SQLCHAR *catalog, SQLSMALLINT catalog_length, SQLCHAR *schema, SQLSMALLINT
       schema_length, SQLCHAR *table, SQLSMALLINT table_length), (stmt, catalog, catalog_length, schema,
       schema_length, table, table_length))
LOCKED(ForeignKeys, (SQLHSTMT stmt, SQLCHAR *to_catalog, SQLSMALLINT to_catalog_length, SQLCHAR *to_schema,
       SQLSMALLINT to_schema_length, SQLCHAR *to_table, SQLSMALLINT to_table_length, SQLCHAR *catalog,
       SQLSMALLINT catalog_length, SQLCHAR *schema, SQLSMALLINT schema_length, SQLCHAR *table, SQLSMALLINT
       table_length), (stmt, to_catalog, to_catalog_length, to_schema, to_schema_length, to_table,
       to_table_length, catalog, catalog_length, schema, schema_length, table, table_length))
LOCKED(Statistics, (SQLHSTMT stmt, SQLCHAR *catalog, SQLSMALLINT catalog_length, SQLCHAR *schema, SQLSMALLINT
       schema_length, SQLCHAR *table, SQLSMALLINT table_length, SQLUSMALLINT unique, SQLUSMALLINT accuracy),
       (stmt, catalog, catalog_length, schema, schema_length, table, table_length, unique, accuracy))
LOCKED(SpecialColumns, (SQLHSTMT stmt, SQLUSMALLINT kind, SQLCHAR *catalog, SQLSMALLINT catalog_length,
       SQLCHAR *schema, SQLSMALLINT schema_length, SQLCHAR *table, SQLSMALLINT table_length, SQLUSMALLINT
       scope, SQLUSMALLINT nullable), (stmt, kind, catalog, catalog_length, schema, schema_length, table,
       table_length, scope, nullable))
LOCKED(Procedures, (SQLHSTMT stmt, SQLCHAR *catalog, SQLSMALLINT catalog_length, SQLCHAR *schema, SQLSMALLINT
       schema_length, SQLCHAR *name, SQLSMALLINT name_length), (stmt, catalog, catalog_length, schema,
       schema_length, name, name_length))
LOCKED(ProcedureColumns, (SQLHSTMT stmt, SQLCHAR *catalog, SQLSMALLINT catalog_length, SQLCHAR *schema,
       SQLSMALLINT schema_length, SQLCHAR *name, SQLSMALLINT name_length, SQLCHAR *column, SQLSMALLINT
       column_length), (stmt, catalog, catalog_length, schema, schema_length, name, name_length, column,
       column_length))
LOCKED(Prepare, (SQLHSTMT stmt, SQLCHAR *text, SQLINTEGER length), (stmt, text, length))
LOCKED(ExecDirect, (SQLHSTMT stmt, SQLCHAR *text, SQLINTEGER length), (stmt, text, length))
LOCKED(Execute, (SQLHSTMT stmt), (stmt))
LOCKED(BindParameter, (SQLHSTMT stmt, SQLUSMALLINT number, SQLSMALLINT direction, SQLSMALLINT c_type,
       SQLSMALLINT sql_type, SQLULEN column_size, SQLSMALLINT digits, SQLPOINTER value, SQLLEN buffer_length,
       SQLLEN *indicator), (stmt, number, direction, c_type, sql_type, column_size, digits, value,
       buffer_length, indicator))
LOCKED(ParamData, (SQLHSTMT stmt, SQLPOINTER *value), (stmt, value))
LOCKED(PutData, (SQLHSTMT stmt, SQLPOINTER data, SQLLEN length), (stmt, data, length))
LOCKED(NumResultCols, (SQLHSTMT stmt, SQLSMALLINT *count), (stmt, count))
LOCKED(DescribeCol, (SQLHSTMT stmt, SQLUSMALLINT number, SQLCHAR *name, SQLSMALLINT name_size, SQLSMALLINT
       *name_length, SQLSMALLINT *type, SQLULEN *size, SQLSMALLINT *digits, SQLSMALLINT *nullable), (stmt,
       number, name, name_size, name_length, type, size, digits, nullable))
LOCKED(ColAttribute, (SQLHSTMT stmt, SQLUSMALLINT number, SQLUSMALLINT field, SQLPOINTER text, SQLSMALLINT
       size, SQLSMALLINT *length, SQLLEN *value), (stmt, number, field, text, size, length, value))
LOCKED(BindCol, (SQLHSTMT stmt, SQLUSMALLINT number, SQLSMALLINT c_type, SQLPOINTER value, SQLLEN size, SQLLEN
       *indicator), (stmt, number, c_type, value, size, indicator))
LOCKED(FetchScroll, (SQLHSTMT stmt, SQLSMALLINT orientation, SQLLEN offset), (stmt, orientation, offset))
LOCKED(SetPos, (SQLHSTMT stmt, SQLSETPOSIROW row, SQLUSMALLINT operation, SQLUSMALLINT lock), (stmt, row,
       operation, lock))
LOCKED(GetData, (SQLHSTMT stmt, SQLUSMALLINT number, SQLSMALLINT c_type, SQLPOINTER value, SQLLEN size, SQLLEN
       *indicator), (stmt, number, c_type, value, size, indicator))
LOCKED(RowCount, (SQLHSTMT stmt, SQLLEN *count), (stmt, count))
LOCKED(MoreResults, (SQLHSTMT stmt), (stmt))
LOCKED(FreeStmt, (SQLHSTMT stmt, SQLUSMALLINT option), (stmt, option))
LOCKED(Cancel, (SQLHSTMT stmt), (stmt))

const uowi_odbc_api locked_api = {
#define UOWI_MEMBER(name, parameters) .name = locked_##name,
    UOWI_ODBC_FUNCTIONS(UOWI_MEMBER)
#undef UOWI_MEMBER
};

/* --- threads */

static unsigned threads_number[THREADS];

void threads_run(void *(*body)(void *number))
{
    pthread_t threads[THREADS];

    for (unsigned i = 0; i < THREADS; i++) {
        threads_number[i] = i;
        if (pthread_create(&threads[i], NULL, body, &threads_number[i]) != 0)
            abort();
    }
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

unsigned threads_rounds(unsigned usual)
{
    const char *slow = getenv("UOW_SLOW");

    return slow && *slow == '1' ? usual / 10 + 1 : usual;
}

/* --- an allocator that counts */

static void *counted_alloc(size_t size, void *user)
{
    atomic_fetch_add((_Atomic int64_t *)user, (int64_t)size);
    return malloc(size);
}

static void *counted_resize(void *block, size_t old_size, size_t new_size, void *user)
{
    atomic_fetch_add((_Atomic int64_t *)user, (int64_t)new_size - (int64_t)old_size);
    return realloc(block, new_size);
}

static void counted_release(void *block, size_t size, void *user)
{
    atomic_fetch_sub((_Atomic int64_t *)user, (int64_t)size);
    free(block);
}

uow_env *threads_env(const uowi_odbc_api *api, _Atomic int64_t *bytes)
{
    uow_env_options options = UOW_ENV_OPTIONS_INIT;
    uow_env *env = NULL;

    options.allocator = (uow_allocator){counted_alloc, counted_resize, counted_release, bytes};
    if (uowi_env_open_with(api, &options, &env) != UOW_OK)
        abort();
    return env;
}
