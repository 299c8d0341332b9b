/* The catalog of SQLite, by pragmas. Types are what the declaration says: SQLite itself lets a column hold anything. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "scaffold.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define OF_USER "m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"

static const char sqlite_tables[] = "SELECT '', m.name, CASE m.type WHEN 'view' THEN 'v' ELSE 't' END, 1 "
                                    "FROM sqlite_master m WHERE " OF_USER " ORDER BY m.name";

/* An INTEGER that is the whole primary key is the number of the row, which SQLite makes. */
static const char sqlite_columns[] =
    "SELECT '', m.name, x.name, lower(x.type), 0, 0, 0, 0, CASE WHEN x.\"notnull\" OR x.pk THEN 0 ELSE 1 END, "
    "CASE WHEN x.hidden IN (2, 3) THEN 'c' WHEN x.pk = 1 AND lower(x.type) = 'integer' AND NOT EXISTS "
    "(SELECT 1 FROM pragma_table_xinfo(m.name) o WHERE o.pk > 1) THEN 'k' "
    "WHEN x.dflt_value LIKE '%(%' AND x.dflt_value NOT LIKE '''%' OR x.dflt_value LIKE 'CURRENT_%' THEN 'd' ELSE ' ' END "
    "FROM sqlite_master m JOIN pragma_table_xinfo(m.name) x WHERE x.hidden <> 1 AND " OF_USER " ORDER BY m.name, x.cid";

static const char sqlite_keys[] =
    "SELECT '', name, idx, kind, col FROM (SELECT m.name AS name, '' AS idx, 'p' AS kind, x.name AS col, x.pk AS place "
    "FROM sqlite_master m JOIN pragma_table_xinfo(m.name) x WHERE x.pk > 0 AND " OF_USER
    " UNION ALL SELECT m.name, l.name, 'u', i.name, i.seqno FROM sqlite_master m JOIN pragma_index_list(m.name) l "
    "JOIN pragma_index_info(l.name) i WHERE l.\"unique\" AND l.origin <> 'pk' AND NOT l.partial AND " OF_USER
    " AND NOT EXISTS (SELECT 1 FROM pragma_index_info(l.name) e WHERE e.name IS NULL)) ORDER BY name, kind, idx, place";

static const char sqlite_foreign[] =
    "SELECT '', m.name, 'foreign key ' || f.id, f.\"from\", '', f.\"table\", f.\"to\", f.on_delete "
    "FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE " OF_USER " ORDER BY m.name, f.id, f.seq";

static const scaffold_type sqlite_types[] = {
    {"date", UOW_DATE, UOW_DATE},
    {"time", UOW_TIME, UOW_TIME},
    {"datetime", UOW_TIMESTAMP, UOW_TIMESTAMP},
    {"timestamp", UOW_TIMESTAMP, UOW_TIMESTAMP},
    {"boolean", UOW_BOOL, UOW_BOOL},
    {"bool", UOW_BOOL, UOW_BOOL},
    {"decimal", UOW_DECIMAL, UOW_DECIMAL},
    {"numeric", UOW_DECIMAL, UOW_DECIMAL},
    {"uuid", UOW_GUID, UOW_GUID},
    {"guid", UOW_GUID, UOW_GUID},
    {NULL, UOW_LONGTEXT, UOW_LONGTEXT},
};

/* "nvarchar(160)" in name, length, precision and scale. */
static void sqlite_parts(pool *p, scaffold_column *column)
{
    size_t length = strcspn(column->native, "(");
    const char *at = column->native + length;

    if (*at == '(') {
        char *end = NULL;

        column->length = strtol(at + 1, &end, 10);
        column->precision = column->length;
        column->scale = *end == ',' ? strtol(end + 1, NULL, 10) : 0;
    }
    while (length > 0 && isspace((unsigned char)column->native[length - 1]))
        length--;
    column->native = pool_copy(p, column->native, length);
}

/* Names in the table above first, then the rules of SQLite's affinity. */
static void sqlite_type(pool *p, scaffold_column *column)
{
    const char *native;

    sqlite_parts(p, column);
    native = column->native;
    scaffold_type_of(sqlite_types, column);
    if (column->type != UOW_LONGTEXT)
        return;
    if (strstr(native, "int"))
        column->type = UOW_INT64;
    else if (strstr(native, "clob") || strstr(native, "text"))
        column->type = UOW_LONGTEXT;
    else if (strstr(native, "char"))
        column->type = UOW_TEXT;
    else if (strstr(native, "blob"))
        column->type = UOW_BLOB;
    else if (strstr(native, "real") || strstr(native, "floa") || strstr(native, "doub"))
        column->type = UOW_DOUBLE;
    scaffold_type_sized(column);
}

const scaffold_dialect scaffold_sqlite = {
    .name = "sqlite",
    .tables = sqlite_tables,
    .columns = sqlite_columns,
    .keys = sqlite_keys,
    .foreign = sqlite_foreign,
    .routines = NULL,
    .type = sqlite_type,
};
