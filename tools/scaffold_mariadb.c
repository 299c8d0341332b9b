/* The catalog of MariaDB and MySQL: one database, that of the connection. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "scaffold.h"

#include <string.h>

static const char mariadb_tables[] =
    "SELECT '', TABLE_NAME, CASE WHEN TABLE_TYPE LIKE '%VIEW%' THEN 'v' ELSE 't' END, 1 FROM information_schema.TABLES "
    "WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE <> 'SEQUENCE' ORDER BY CAST(TABLE_NAME AS BINARY)";

static const char mariadb_columns[] =
    "SELECT '', TABLE_NAME, COLUMN_NAME, LOWER(DATA_TYPE), COALESCE(CHARACTER_MAXIMUM_LENGTH, 0), "
    "COALESCE(NUMERIC_PRECISION, 0), COALESCE(NUMERIC_SCALE, 0), COLUMN_TYPE LIKE '%unsigned%', IS_NULLABLE = 'YES', "
    "CASE WHEN EXTRA LIKE '%auto_increment%' OR COLUMN_DEFAULT LIKE 'nextval(%' THEN 'k' "
    "WHEN COALESCE(GENERATION_EXPRESSION, '') <> '' THEN 'c' "
    "WHEN COLUMN_DEFAULT LIKE '%(%' AND COLUMN_DEFAULT NOT LIKE '''%' OR COLUMN_DEFAULT LIKE 'CURRENT_%' THEN 'd' "
    "ELSE ' ' END FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() "
    "ORDER BY CAST(TABLE_NAME AS BINARY), ORDINAL_POSITION";

static const char mariadb_keys[] =
    "SELECT '', s.TABLE_NAME, s.INDEX_NAME, CASE s.INDEX_NAME WHEN 'PRIMARY' THEN 'p' ELSE 'u' END, s.COLUMN_NAME "
    "FROM information_schema.STATISTICS s WHERE s.TABLE_SCHEMA = DATABASE() AND s.NON_UNIQUE = 0 AND NOT EXISTS "
    "(SELECT 1 FROM information_schema.STATISTICS o WHERE o.TABLE_SCHEMA = s.TABLE_SCHEMA AND o.TABLE_NAME = s.TABLE_NAME "
    "AND o.INDEX_NAME = s.INDEX_NAME AND o.SUB_PART IS NOT NULL) "
    "ORDER BY CAST(s.TABLE_NAME AS BINARY), s.INDEX_NAME <> 'PRIMARY', CAST(s.INDEX_NAME AS BINARY), s.SEQ_IN_INDEX";

static const char mariadb_foreign[] =
    "SELECT '', k.TABLE_NAME, k.CONSTRAINT_NAME, k.COLUMN_NAME, "
    "CASE WHEN k.REFERENCED_TABLE_SCHEMA = DATABASE() THEN '' ELSE k.REFERENCED_TABLE_SCHEMA END, k.REFERENCED_TABLE_NAME, "
    "k.REFERENCED_COLUMN_NAME, r.DELETE_RULE FROM information_schema.KEY_COLUMN_USAGE k "
    "JOIN information_schema.REFERENTIAL_CONSTRAINTS r ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA "
    "AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND r.TABLE_NAME = k.TABLE_NAME "
    "WHERE k.TABLE_SCHEMA = DATABASE() AND k.REFERENCED_TABLE_NAME IS NOT NULL "
    "ORDER BY CAST(k.TABLE_NAME AS BINARY), CAST(k.CONSTRAINT_NAME AS BINARY), k.ORDINAL_POSITION";

static const char mariadb_routines[] =
    "SELECT '', CONCAT(r.ROUTINE_TYPE, ' ', r.SPECIFIC_NAME), r.ROUTINE_NAME, CASE r.ROUTINE_TYPE WHEN 'PROCEDURE' THEN 'p' ELSE 'f' END, 0, 1, "
    "CASE WHEN p.ORDINAL_POSITION = 0 THEN 'r' WHEN p.PARAMETER_MODE = 'OUT' THEN 'o' WHEN p.PARAMETER_MODE = 'INOUT' "
    "THEN 'b' ELSE 'i' END, CASE WHEN p.ORDINAL_POSITION = 0 THEN 'result' ELSE p.PARAMETER_NAME END, LOWER(p.DATA_TYPE), "
    "COALESCE(p.CHARACTER_MAXIMUM_LENGTH, 0), COALESCE(p.NUMERIC_PRECISION, 0), COALESCE(p.NUMERIC_SCALE, 0), "
    "p.DTD_IDENTIFIER LIKE '%unsigned%' FROM information_schema.ROUTINES r LEFT JOIN information_schema.PARAMETERS p "
    "ON p.SPECIFIC_SCHEMA = r.ROUTINE_SCHEMA AND p.SPECIFIC_NAME = r.SPECIFIC_NAME AND p.ROUTINE_TYPE = r.ROUTINE_TYPE "
    "WHERE r.ROUTINE_SCHEMA = DATABASE() AND r.ROUTINE_TYPE IN ('PROCEDURE', 'FUNCTION') "
    "ORDER BY CAST(r.ROUTINE_NAME AS BINARY), r.ROUTINE_TYPE, p.ORDINAL_POSITION";

static const scaffold_type mariadb_types[] = {
    {"tinyint", UOW_INT8, UOW_UINT8},
    {"smallint", UOW_INT16, UOW_UINT16},
    {"mediumint", UOW_INT32, UOW_UINT32},
    {"int", UOW_INT32, UOW_UINT32},
    {"bigint", UOW_INT64, UOW_UINT64},
    {"year", UOW_INT16, UOW_INT16},
    {"float", UOW_FLOAT, UOW_FLOAT},
    {"double", UOW_DOUBLE, UOW_DOUBLE},
    {"decimal", UOW_DECIMAL, UOW_DECIMAL},
    {"char", UOW_TEXT, UOW_TEXT},
    {"varchar", UOW_TEXT, UOW_TEXT},
    {"enum", UOW_TEXT, UOW_TEXT},
    {"set", UOW_TEXT, UOW_TEXT},
    {"uuid", UOW_TEXT, UOW_TEXT},
    {"binary", UOW_BINARY, UOW_BINARY},
    {"varbinary", UOW_BINARY, UOW_BINARY},
    {"bit", UOW_BINARY, UOW_BINARY},
    {"tinyblob", UOW_BLOB, UOW_BLOB},
    {"blob", UOW_BLOB, UOW_BLOB},
    {"mediumblob", UOW_BLOB, UOW_BLOB},
    {"longblob", UOW_BLOB, UOW_BLOB},
    {"geometry", UOW_BLOB, UOW_BLOB},
    {"point", UOW_BLOB, UOW_BLOB},
    {"linestring", UOW_BLOB, UOW_BLOB},
    {"polygon", UOW_BLOB, UOW_BLOB},
    {"date", UOW_DATE, UOW_DATE},
    {"time", UOW_TIME, UOW_TIME},
    {"datetime", UOW_TIMESTAMP, UOW_TIMESTAMP},
    {"timestamp", UOW_TIMESTAMP, UOW_TIMESTAMP},
    {NULL, UOW_LONGTEXT, UOW_LONGTEXT},
};

/* Binary text of changing length needs an indicator to tell it. */
static void mariadb_type(pool *p, scaffold_column *column)
{
    (void)p;
    if (strcmp(column->native, "bit") == 0)
        column->length = (column->precision + 7) / 8;
    if (strcmp(column->native, "uuid") == 0)
        column->length = 36;
    scaffold_type_of(mariadb_types, column);
    if (strcmp(column->native, "varbinary") == 0 && !column->nullable) {
        column->type = UOW_BLOB;
        column->size = 0;
    }
}

const scaffold_dialect scaffold_mariadb = {
    .name = "mariadb",
    .tables = mariadb_tables,
    .columns = mariadb_columns,
    .keys = mariadb_keys,
    .foreign = mariadb_foreign,
    .routines = mariadb_routines,
    .type = mariadb_type,
};
