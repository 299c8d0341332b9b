/* The catalog as the SQL standard has it, for databases that nobody here has met: no unique keys, no generated columns. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "scaffold.h"

#include <string.h>

#define USER_SCHEMA "TABLE_SCHEMA NOT IN ('INFORMATION_SCHEMA', 'information_schema', 'pg_catalog', 'sys')"

static const char standard_tables[] =
    "SELECT TABLE_SCHEMA, TABLE_NAME, CASE WHEN TABLE_TYPE = 'VIEW' THEN 'v' ELSE 't' END, 0 "
    "FROM INFORMATION_SCHEMA.TABLES WHERE " USER_SCHEMA " ORDER BY TABLE_SCHEMA, TABLE_NAME";

static const char standard_columns[] =
    "SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, DATA_TYPE, COALESCE(CHARACTER_MAXIMUM_LENGTH, 0), "
    "COALESCE(NUMERIC_PRECISION, 0), COALESCE(NUMERIC_SCALE, 0), 0, CASE WHEN IS_NULLABLE = 'NO' THEN 0 ELSE 1 END, ' ' "
    "FROM INFORMATION_SCHEMA.COLUMNS WHERE " USER_SCHEMA " ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION";

static const char standard_keys[] =
    "SELECT k.TABLE_SCHEMA, k.TABLE_NAME, k.CONSTRAINT_NAME, CASE WHEN c.CONSTRAINT_TYPE = 'PRIMARY KEY' THEN 'p' ELSE 'u' "
    "END, k.COLUMN_NAME FROM INFORMATION_SCHEMA.KEY_COLUMN_USAGE k JOIN INFORMATION_SCHEMA.TABLE_CONSTRAINTS c "
    "ON c.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND c.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND c.TABLE_NAME = k.TABLE_NAME "
    "WHERE c.CONSTRAINT_TYPE IN ('PRIMARY KEY', 'UNIQUE') "
    "ORDER BY k.TABLE_SCHEMA, k.TABLE_NAME, 4, k.CONSTRAINT_NAME, k.ORDINAL_POSITION";

static const char standard_foreign[] =
    "SELECT k.TABLE_SCHEMA, k.TABLE_NAME, k.CONSTRAINT_NAME, k.COLUMN_NAME, p.TABLE_SCHEMA, p.TABLE_NAME, p.COLUMN_NAME, "
    "r.DELETE_RULE FROM INFORMATION_SCHEMA.REFERENTIAL_CONSTRAINTS r JOIN INFORMATION_SCHEMA.KEY_COLUMN_USAGE k "
    "ON k.CONSTRAINT_SCHEMA = r.CONSTRAINT_SCHEMA AND k.CONSTRAINT_NAME = r.CONSTRAINT_NAME "
    "JOIN INFORMATION_SCHEMA.KEY_COLUMN_USAGE p ON p.CONSTRAINT_SCHEMA = r.UNIQUE_CONSTRAINT_SCHEMA "
    "AND p.CONSTRAINT_NAME = r.UNIQUE_CONSTRAINT_NAME AND p.ORDINAL_POSITION = k.ORDINAL_POSITION "
    "ORDER BY k.TABLE_SCHEMA, k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION";

static const scaffold_type standard_types[] = {
    {"tinyint", UOW_UINT8, UOW_UINT8},
    {"smallint", UOW_INT16, UOW_INT16},
    {"int", UOW_INT32, UOW_INT32},
    {"integer", UOW_INT32, UOW_INT32},
    {"bigint", UOW_INT64, UOW_INT64},
    {"real", UOW_FLOAT, UOW_FLOAT},
    {"float", UOW_DOUBLE, UOW_DOUBLE},
    {"double", UOW_DOUBLE, UOW_DOUBLE},
    {"double precision", UOW_DOUBLE, UOW_DOUBLE},
    {"decimal", UOW_DECIMAL, UOW_DECIMAL},
    {"numeric", UOW_DECIMAL, UOW_DECIMAL},
    {"money", UOW_DECIMAL, UOW_DECIMAL},
    {"bit", UOW_BOOL, UOW_BOOL},
    {"boolean", UOW_BOOL, UOW_BOOL},
    {"char", UOW_TEXT, UOW_TEXT},
    {"character", UOW_TEXT, UOW_TEXT},
    {"nchar", UOW_TEXT, UOW_TEXT},
    {"varchar", UOW_TEXT, UOW_TEXT},
    {"character varying", UOW_TEXT, UOW_TEXT},
    {"nvarchar", UOW_TEXT, UOW_TEXT},
    {"binary", UOW_BINARY, UOW_BINARY},
    {"rowversion", UOW_BINARY, UOW_BINARY},
    {"varbinary", UOW_BLOB, UOW_BLOB},
    {"blob", UOW_BLOB, UOW_BLOB},
    {"image", UOW_BLOB, UOW_BLOB},
    {"date", UOW_DATE, UOW_DATE},
    {"time", UOW_TIME, UOW_TIME},
    {"datetime", UOW_TIMESTAMP, UOW_TIMESTAMP},
    {"datetime2", UOW_TIMESTAMP, UOW_TIMESTAMP},
    {"timestamp", UOW_TIMESTAMP, UOW_TIMESTAMP},
    {"datetimeoffset", UOW_TIMESTAMPTZ, UOW_TIMESTAMPTZ},
    {"uniqueidentifier", UOW_GUID, UOW_GUID},
    {"uuid", UOW_GUID, UOW_GUID},
    {NULL, UOW_LONGTEXT, UOW_LONGTEXT},
};

/* SQL Server's rowversion is made by the database at each write. */
static void standard_type(pool *p, scaffold_column *column)
{
    (void)p;
    if (strcmp(column->native, "rowversion") == 0) {
        column->length = 8;
        column->version = true;
        column->made = 'k';
    }
    scaffold_type_of(standard_types, column);
}

const scaffold_dialect scaffold_standard = {
    .name = "standard",
    .tables = standard_tables,
    .columns = standard_columns,
    .keys = standard_keys,
    .foreign = standard_foreign,
    .routines = NULL,
    .type = standard_type,
};
