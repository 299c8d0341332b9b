/* The catalog of PostgreSQL. Partitions are their table's business and left out. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "scaffold.h"

#define USER_SCHEMA "n.nspname NOT IN ('information_schema') AND left(n.nspname, 3) <> 'pg_'"
#define IN_ORDER    "ORDER BY n.nspname COLLATE \"C\", c.relname COLLATE \"C\""

/* b is the type itself, or what a domain is made of; typmod holds lengths and digits. */
#define TYPE_OF(mod) \
    "CASE WHEN b.typtype = 'e' THEN 'enum' WHEN b.typcategory = 'A' THEN 'array' ELSE b.typname::text END, " \
    "CASE WHEN b.typname IN ('bpchar', 'varchar') AND " mod " > 4 THEN " mod " - 4 WHEN b.typname = 'name' THEN 63 " \
    "WHEN b.typtype = 'e' THEN (SELECT max(char_length(e.enumlabel::text)) FROM pg_enum e WHERE e.enumtypid = b.oid) " \
    "ELSE 0 END, " \
    "CASE WHEN b.typname = 'numeric' AND " mod " > 4 THEN ((" mod " - 4) >> 16) & 65535 ELSE 0 END, " \
    "CASE WHEN b.typname = 'numeric' AND " mod " > 4 THEN (" mod " - 4) & 2047 ELSE 0 END, 0"
#define BASE_TYPE "JOIN pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END "

static const char postgresql_tables[] =
    "SELECT n.nspname::text, c.relname::text, CASE WHEN c.relkind IN ('v', 'm') THEN 'v' ELSE 't' END, "
    "pg_table_is_visible(c.oid)::int FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND " USER_SCHEMA " " IN_ORDER;

static const char postgresql_columns[] =
    "SELECT n.nspname::text, c.relname::text, a.attname::text, "
    TYPE_OF("(CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END)") ", "
    "CASE WHEN a.attnotnull OR t.typnotnull THEN 0 ELSE 1 END, "
    "CASE WHEN a.attidentity <> '' OR pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%' THEN 'k' "
    "WHEN a.attgenerated <> '' THEN 'c' WHEN pg_get_expr(d.adbin, d.adrelid) ~ '^(CURRENT_|LOCAL|.*[(])' THEN 'd' ELSE ' ' END "
    "FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
    "JOIN pg_type t ON t.oid = a.atttypid " BASE_TYPE
    "LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum "
    "WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped AND "
    USER_SCHEMA " " IN_ORDER ", a.attnum";

static const char postgresql_keys[] =
    "SELECT n.nspname::text, c.relname::text, i.relname::text, CASE WHEN x.indisprimary THEN 'p' ELSE 'u' END, "
    "a.attname::text FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid "
    "JOIN pg_namespace n ON n.oid = c.relnamespace "
    "CROSS JOIN LATERAL unnest(x.indkey::int2[]) WITH ORDINALITY AS k (attnum, ord) "
    "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum "
    "WHERE x.indisunique AND x.indisvalid AND x.indpred IS NULL AND x.indexprs IS NULL AND k.ord <= x.indnkeyatts "
    "AND NOT c.relispartition AND " USER_SCHEMA " " IN_ORDER ", x.indisprimary DESC, i.relname COLLATE \"C\", k.ord";

static const char postgresql_foreign[] =
    "SELECT n.nspname::text, c.relname::text, k.conname::text, a.attname::text, pn.nspname::text, p.relname::text, "
    "pa.attname::text, CASE k.confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'r' THEN 'RESTRICT' "
    "ELSE 'NO ACTION' END FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid "
    "JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_class p ON p.oid = k.confrelid "
    "JOIN pg_namespace pn ON pn.oid = p.relnamespace "
    "CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS u (own, other, ord) "
    "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.own "
    "JOIN pg_attribute pa ON pa.attrelid = p.oid AND pa.attnum = u.other "
    "WHERE k.contype = 'f' AND NOT c.relispartition AND NOT p.relispartition AND " USER_SCHEMA " " IN_ORDER
    ", k.conname COLLATE \"C\", u.ord";

/* Cursors are results of a call, no arguments; columns of a table function are its rows'. */
static const char postgresql_routines[] =
    "SELECT n.nspname::text, p.oid::text, p.proname::text, CASE p.prokind WHEN 'p' THEN 'p' ELSE 'f' END, "
    "CASE WHEN p.proretset OR (p.prorettype <> 'record'::regtype AND r.typtype = 'c') THEN 1 ELSE 0 END, "
    "pg_function_is_visible(p.oid)::int, a.mode, a.name, " TYPE_OF("(CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE -1 END)") " "
    "FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_type r ON r.oid = p.prorettype "
    "LEFT JOIN LATERAL (SELECT u.ord, CASE p.proargmodes[u.ord] WHEN 'o' THEN 'o' WHEN 'b' THEN 'b' WHEN 't' THEN 't' "
    "ELSE 'i' END AS mode, p.proargnames[u.ord] AS name, u.typ "
    "FROM unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) WITH ORDINALITY AS u (typ, ord) "
    "UNION ALL SELECT 0, 'r', 'result', p.prorettype WHERE p.prokind = 'f' AND NOT p.proretset AND r.typtype <> 'c' "
    "AND r.typname NOT IN ('void', 'record') AND coalesce(array_position(p.proargmodes, 'o'), 0) = 0 "
    "AND coalesce(array_position(p.proargmodes, 'b'), 0) = 0) a "
    "ON a.typ <> 'refcursor'::regtype AND a.mode <> 't' "
    "LEFT JOIN pg_type t ON t.oid = a.typ "
    "LEFT JOIN pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END "
    "WHERE p.prokind IN ('p', 'f') AND r.typname NOT IN ('trigger', 'event_trigger', 'internal') AND " USER_SCHEMA " "
    "AND NOT EXISTS (SELECT 1 FROM pg_depend e WHERE e.objid = p.oid AND e.deptype IN ('e', 'i')) "
    "AND NOT EXISTS (SELECT 1 FROM pg_aggregate g WHERE p.oid IN (g.aggtransfn, g.aggfinalfn)) "
    "ORDER BY n.nspname COLLATE \"C\", p.proname COLLATE \"C\", pg_get_function_identity_arguments(p.oid) COLLATE \"C\", a.ord";

static const scaffold_type postgresql_types[] = {
    {"int2", UOW_INT16, UOW_INT16},
    {"int4", UOW_INT32, UOW_INT32},
    {"int8", UOW_INT64, UOW_INT64},
    {"oid", UOW_INT64, UOW_INT64},
    {"float4", UOW_FLOAT, UOW_FLOAT},
    {"float8", UOW_DOUBLE, UOW_DOUBLE},
    {"numeric", UOW_DECIMAL, UOW_DECIMAL},
    {"bool", UOW_BOOL, UOW_BOOL},
    {"bpchar", UOW_TEXT, UOW_TEXT},
    {"varchar", UOW_TEXT, UOW_TEXT},
    {"name", UOW_TEXT, UOW_TEXT},
    {"enum", UOW_TEXT, UOW_TEXT},
    {"bytea", UOW_BLOB, UOW_BLOB},
    {"date", UOW_DATE, UOW_DATE},
    {"time", UOW_TIME, UOW_TIME},
    {"timestamp", UOW_TIMESTAMP, UOW_TIMESTAMP},
    {"timestamptz", UOW_TIMESTAMPTZ, UOW_TIMESTAMPTZ},
    {"uuid", UOW_GUID, UOW_GUID},
    {NULL, UOW_LONGTEXT, UOW_LONGTEXT},
};

static void postgresql_type(pool *p, scaffold_column *column)
{
    (void)p;
    scaffold_type_of(postgresql_types, column);
}

const scaffold_dialect scaffold_postgresql = {
    .name = "postgresql",
    .tables = postgresql_tables,
    .columns = postgresql_columns,
    .keys = postgresql_keys,
    .foreign = postgresql_foreign,
    .routines = postgresql_routines,
    .type = postgresql_type,
};
