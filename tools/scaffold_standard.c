/*
 * The catalog by ODBC's own functions, for databases that nobody here has met. What these functions do not tell is not
 * there: procedures that differ by their parameters only, and computed columns unless the database refuses to set them
 * when such a statement is prepared.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "scaffold.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "direct.h"
#include "odbc/attributes.h"
#include "odbc/catalog.h"
#include "odbc/dynrow.h"

/* Columns of the functions' results, from 0. */
enum { IN_CATALOG, IN_SCHEMA, IN_NAME };
enum { TABLE_TYPE = 3 };
enum { FIELD_NAME = 3, FIELD_CODE, FIELD_TYPE, FIELD_SIZE, FIELD_DIGITS = 8, FIELD_NULLABLE = 10, FIELD_DEFAULT = 12 };
enum { PRIMARY_FIELD = 3, PRIMARY_NAME = 5 };
enum { UNIQUE_NOT = 3, UNIQUE_NAME = 5, UNIQUE_TYPE, UNIQUE_FIELD = 8, UNIQUE_FILTER = 12 };
enum { TO_SCHEMA = 1, TO_NAME, TO_FIELD, OWN_SCHEMA = 5, OWN_NAME, OWN_FIELD, OWN_PLACE, ON_DELETE = 10, FOREIGN_NAME };
enum { VERSION_FIELD = 1 };
enum { ROUTINE_RESULTS = 5, ROUTINE_TYPE = 7 };
enum { PARAMETER_NAME = 3, PARAMETER_WAY, PARAMETER_CODE, PARAMETER_TYPE, PARAMETER_SIZE, PARAMETER_DIGITS = 9 };

typedef struct standard {
    scaffold *s;
    uowi_conn *conn;
    char catalog[256];     /* that of the connection; "" where there are none */
    scaffold_table *table; /* the one that is asked about */
    scaffold_routine *routine;
    const char *const *unique; /* what came of SQLStatistics: triples of name, column, filter */
    size_t unique_count;
    size_t foreign; /* keys without a name are numbered */
} standard;

static const char *standard_keep(standard *it, const char *text)
{
    return pool_copy(&it->s->memory, text, strlen(text));
}

/* Rows of other catalogs come where a database ignores which one it was asked for. */
static bool standard_elsewhere(const standard *it, const char *const *values)
{
    return it->catalog[0] && values[IN_CATALOG][0] && strcasecmp(it->catalog, values[IN_CATALOG]) != 0;
}

/* A name may have been taken for a pattern. */
static bool standard_is_its(const standard *it, const char *schema, const char *name)
{
    return strcmp(name, it->table->name) == 0 && (!schema[0] || strcmp(schema, it->table->schema) == 0);
}

static scaffold_row standard_row(const standard *it)
{
    scaffold_row row = {.scaffold = it->s, .dialect = &scaffold_standard};

    for (size_t i = 0; i < SCAFFOLD_VALUES; i++)
        row.values[i] = "";
    return row;
}

/* --- tables */

static bool standard_of_system(const char *schema)
{
    static const char *const names[] = {"information_schema", "pg_catalog", "sys", "system", "syscat", "sysibm"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(schema, names[i]) == 0)
            return true;
    return false;
}

static void standard_table(void *user, const char *const values[UOWI_CATALOG_MOST])
{
    standard *it = user;
    scaffold_row row = standard_row(it);
    const char *type = values[TABLE_TYPE];
    bool view = strcasecmp(type, "VIEW") == 0 || strcasecmp(type, "MATVIEW") == 0 || strcasecmp(type, "MATERIALIZED VIEW") == 0;

    if (standard_elsewhere(it, values) || standard_of_system(values[IN_SCHEMA]) || strncmp(values[IN_NAME], "sqlite_", 7) == 0)
        return;
    if (!view && strcasecmp(type, "TABLE") != 0 && strcasecmp(type, "BASE TABLE") != 0 && strcasecmp(type, "FOREIGN TABLE") != 0)
        return;
    row.values[0] = values[IN_SCHEMA];
    row.values[1] = values[IN_NAME];
    row.values[2] = view ? "v" : "t";
    scaffold_add_table(&row);
}

static int standard_compare(const void *a, const void *b)
{
    const scaffold_table *x = a, *y = b;
    int by_schema = strcmp(x->schema, y->schema);

    return by_schema ? by_schema : strcmp(x->name, y->name);
}

/* Drivers sort keys by the table they lead to, and leave open which of two to the same comes first. */
static int standard_by_name(const void *a, const void *b)
{
    const scaffold_reference *x = a, *y = b;

    return strcmp(x->name, y->name);
}

/* --- columns */

/* Whether the database makes it: not all tell an identity otherwise than by its default. */
static const char *standard_made(const char *given)
{
    if (strncasecmp(given, "nextval(", 8) == 0 || strncasecmp(given, "NEXT VALUE FOR", 14) == 0)
        return "k";
    if (strncasecmp(given, "CURRENT_", 8) == 0 || (given[0] != '\'' && strchr(given, '(')))
        return "d";
    return " ";
}

static void standard_column(void *user, const char *const values[UOWI_CATALOG_MOST])
{
    standard *it = user;
    scaffold_row row = standard_row(it);

    if (!standard_is_its(it, values[IN_SCHEMA], values[IN_NAME]) || scaffold_column_of(it->table, values[FIELD_NAME]))
        return;
    row.values[0] = it->table->schema;
    row.values[1] = it->table->name;
    row.values[2] = values[FIELD_NAME];
    row.values[3] = values[FIELD_TYPE];
    row.values[4] = row.values[5] = values[FIELD_SIZE];
    row.values[6] = values[FIELD_DIGITS];
    row.values[7] = strcasestr(values[FIELD_TYPE], "unsigned") ? "1" : "0";
    row.values[8] = strcmp(values[FIELD_NULLABLE], "0") == 0 ? "0" : "1"; /* SQL_NO_NULLS */
    row.values[9] = standard_made(values[FIELD_DEFAULT]);
    row.values[10] = values[FIELD_CODE];
    scaffold_add_column(&row);
}

static void standard_result(void *user, const uowi_column_desc *desc, bool made)
{
    standard *it = user;
    scaffold_column *column = scaffold_column_of(it->table, desc->name);

    if (!column)
        return;
    if (desc->is_unsigned && !column->is_unsigned) {
        column->is_unsigned = true;
        scaffold_standard.type(&it->s->memory, column);
    }
    if (made)
        column->made = 'k';
}

/* Whether no other table has the name. */
static bool standard_alone(const standard *it)
{
    for (size_t i = 0; i < it->s->table_count; i++)
        if (&it->s->tables[i] != it->table && strcasecmp(it->s->tables[i].name, it->table->name) == 0)
            return false;
    return true;
}

static bool standard_select(standard *it, const char *schema)
{
    uowi_mem *mem = uowi_conn_mem(it->conn);
    uowi_buf sql;
    bool taken;

    uowi_buf_init(&sql, mem, 0);
    uowi_buf_text(&sql, "SELECT * FROM ");
    uowi_dialect_table(uowi_conn_dialect(it->conn), uowi_conn_caps(it->conn), schema, it->table->name, &sql);
    uowi_buf_text(&sql, " WHERE 1 = 0");
    taken = !sql.failed && uowi_catalog_result(it->conn, uowi_buf_cstr(&sql), standard_result, it) == UOW_OK;
    uowi_error_clear(uowi_conn_error(it->conn));
    uowi_buf_done(&sql);
    return taken;
}

/* A table that is found without its schema needs none in the model, which then fits other schemas, too. */
static void standard_look(standard *it)
{
    it->table->visible = standard_alone(it) && standard_select(it, "");
    if (!it->table->visible && it->table->schema[0])
        (void)standard_select(it, it->table->schema);
}

static bool standard_is_key(const scaffold_table *table, const scaffold_column *column)
{
    const scaffold_index *first = table->index_count ? &table->indexes[0] : NULL;

    return first && first->primary && first->count == 1 && first->columns[0] == column;
}

/* Would an update that sets the column be taken? Not for want of rights, which tells nothing about it. */
static bool standard_settable(const standard *it, const char *name)
{
    const uowi_dialect *dialect = uowi_conn_dialect(it->conn);
    const uowi_caps *caps = uowi_conn_caps(it->conn);
    char sqlstate[6];
    uowi_buf sql;
    bool taken;

    uowi_buf_init(&sql, uowi_conn_mem(it->conn), 0);
    uowi_buf_text(&sql, "UPDATE ");
    uowi_dialect_table(dialect, caps, it->table->schema, it->table->name, &sql);
    uowi_buf_text(&sql, " SET ");
    uowi_dialect_quote(dialect, caps, name, &sql);
    uowi_buf_text(&sql, " = ");
    uowi_dialect_quote(dialect, caps, name, &sql);
    uowi_buf_text(&sql, " WHERE 1 = 0");
    taken = sql.failed || uowi_catalog_takes(it->conn, uowi_buf_cstr(&sql), sqlstate) || strcmp(sqlstate, "42501") == 0;
    uowi_buf_done(&sql);
    return taken;
}

/*
 * No catalog function tells a computed column. Where an update that sets it is refused when it is prepared, and that of
 * another column is not, it is one; a key of that kind is an identity. Nothing is run.
 */
static void standard_computed(const standard *it)
{
    scaffold_table *table = it->table;
    bool *settable = pool_alloc(&it->s->memory, table->column_count + 1);
    bool any = false;

    for (size_t i = 0; i < table->column_count; i++) {
        settable[i] = standard_settable(it, table->columns[i].name);
        any = any || settable[i];
    }
    for (size_t i = 0; any && i < table->column_count; i++)
        if (!settable[i] && table->columns[i].made != 'k')
            table->columns[i].made = standard_is_key(table, &table->columns[i]) ? 'k' : 'c';
}

/* --- keys */

static void standard_primary(void *user, const char *const values[UOWI_CATALOG_MOST])
{
    standard *it = user;
    scaffold_row row = standard_row(it);

    if (!standard_is_its(it, values[IN_SCHEMA], values[IN_NAME]))
        return;
    row.values[0] = it->table->schema;
    row.values[1] = it->table->name;
    row.values[2] = values[PRIMARY_NAME];
    row.values[3] = "p";
    row.values[4] = values[PRIMARY_FIELD];
    scaffold_add_key(&row);
}

/* Rows without a name are about the table; an expression or a condition makes an index useless here as a whole. */
static void standard_unique(void *user, const char *const values[UOWI_CATALOG_MOST])
{
    standard *it = user;
    const char **kept = (const char **)(uintptr_t)it->unique;
    bool whole = !values[UNIQUE_FILTER][0] && scaffold_column_of(it->table, values[UNIQUE_FIELD]);

    if (!standard_is_its(it, values[IN_SCHEMA], values[IN_NAME]) || !values[UNIQUE_NAME][0] ||
        strcmp(values[UNIQUE_TYPE], "0") == 0 || strcmp(values[UNIQUE_NOT], "0") != 0)
        return;
    for (size_t part = 0; part < 2; part++) {
        kept = pool_more(&it->s->memory, kept, it->unique_count + part, sizeof *kept);
        kept[it->unique_count + part] =
            part == 0 ? standard_keep(it, values[UNIQUE_NAME]) : whole ? standard_keep(it, values[UNIQUE_FIELD]) : "";
    }
    it->unique = kept;
    it->unique_count += 2;
}

/* The primary key's own index comes under its name, too. */
static bool standard_whole(const standard *it, const char *name)
{
    const scaffold_index *first = it->table->index_count ? &it->table->indexes[0] : NULL;

    if (first && first->primary && strcmp(first->name, name) == 0)
        return false;
    for (size_t i = 0; i < it->unique_count; i += 2)
        if (strcmp(it->unique[i], name) == 0 && !it->unique[i + 1][0])
            return false;
    return true;
}

/* Where the key's own index has another name, it has the same columns. */
static bool standard_is_primary(const scaffold_table *table, const scaffold_index *index)
{
    const scaffold_index *primary = &table->indexes[0];

    if (index == primary || !primary->primary || index->count != primary->count || index->count > UOW_MAX_KEY)
        return false;
    for (size_t i = 0; i < index->count; i++)
        if (index->columns[i] != primary->columns[i])
            return false;
    return true;
}

static void standard_keys(standard *it)
{
    scaffold_table *table = it->table;
    size_t left = 0;

    for (size_t i = 0; i < it->unique_count; i += 2) {
        scaffold_row row = standard_row(it);

        if (!standard_whole(it, it->unique[i]))
            continue;
        row.values[0] = table->schema;
        row.values[1] = table->name;
        row.values[2] = it->unique[i];
        row.values[3] = "u";
        row.values[4] = it->unique[i + 1];
        scaffold_add_key(&row);
    }
    for (size_t i = 0; i < table->index_count; i++)
        if (!standard_is_primary(table, &table->indexes[i]))
            table->indexes[left++] = table->indexes[i];
    table->index_count = left;
}

static void standard_foreign(void *user, const char *const values[UOWI_CATALOG_MOST])
{
    static const char *const rules[] = {"CASCADE", "RESTRICT", "SET NULL", "NO ACTION", "SET DEFAULT"};
    standard *it = user;
    scaffold_row row = standard_row(it);
    unsigned long rule = strtoul(values[ON_DELETE], NULL, 10);

    if (!standard_is_its(it, values[OWN_SCHEMA], values[OWN_NAME]))
        return;
    it->foreign += strtol(values[OWN_PLACE], NULL, 10) <= 1;
    row.values[0] = it->table->schema;
    row.values[1] = it->table->name;
    row.values[2] = values[FOREIGN_NAME][0] ? values[FOREIGN_NAME] : pool_format(&it->s->memory, "foreign key %zu", it->foreign);
    row.values[3] = values[OWN_FIELD];
    row.values[4] = values[TO_SCHEMA];
    row.values[5] = values[TO_NAME];
    row.values[6] = values[TO_FIELD];
    row.values[7] = values[ON_DELETE][0] && rule < sizeof rules / sizeof *rules ? rules[rule] : "NO ACTION";
    scaffold_add_reference(&row);
}

/* Of a kind that can be compared; a column that only stands for the row is none of the table's. */
static void standard_version(void *user, const char *const values[UOWI_CATALOG_MOST])
{
    standard *it = user;
    scaffold_column *column = scaffold_column_of(it->table, values[VERSION_FIELD]);

    if (!column || (column->type != UOW_INT32 && column->type != UOW_INT64 && column->type != UOW_BINARY))
        return;
    column->version = true;
    column->made = 'k';
}

/* --- procedures */

static void standard_routine(void *user, const char *const values[UOWI_CATALOG_MOST])
{
    standard *it = user;
    scaffold *s = it->s;

    if (standard_elsewhere(it, values) || standard_of_system(values[IN_SCHEMA]))
        return;
    s->routines = pool_more(&s->memory, s->routines, s->routine_count, sizeof *s->routines);
    s->routines[s->routine_count++] = (scaffold_routine){
        .schema = standard_keep(it, values[IN_SCHEMA]),
        .name = standard_keep(it, values[IN_NAME]),
        .function = strcmp(values[ROUTINE_TYPE], "2") == 0, /* SQL_PT_FUNCTION */
        .gives_rows = strtol(values[ROUTINE_RESULTS], NULL, 10) > 0,
        .visible = true,
    };
}

static void standard_parameter(void *user, const char *const values[UOWI_CATALOG_MOST])
{
    static const char *const ways[] = {"", "i", "b", "", "o", "r"}; /* SQL_PARAM_INPUT .. SQL_RETURN_VALUE */
    standard *it = user;
    scaffold_row row = standard_row(it);
    unsigned long way = strtoul(values[PARAMETER_WAY], NULL, 10);

    if (strcmp(values[IN_NAME], it->routine->name) != 0 || way >= sizeof ways / sizeof *ways || !ways[way][0])
        return;
    row.values[6] = ways[way];
    row.values[7] = values[PARAMETER_NAME][0] || way != 5 ? values[PARAMETER_NAME] : "result";
    row.values[8] = values[PARAMETER_TYPE];
    row.values[9] = row.values[10] = values[PARAMETER_SIZE];
    row.values[11] = values[PARAMETER_DIGITS];
    row.values[13] = values[PARAMETER_CODE];
    scaffold_add_parameter(&row, it->routine);
}

/* The first of its name? */
static bool standard_first(const scaffold *s, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (strcmp(s->routines[i].name, s->routines[at].name) == 0)
            return false;
    return true;
}

/* Of several with one name it is not told which parameters are whose. */
static void standard_overloaded(standard *it)
{
    scaffold *s = it->s;

    for (size_t i = 0; i < s->routine_count; i++)
        for (size_t k = 0; k < s->routine_count; k++)
            if (i != k && strcmp(s->routines[i].name, s->routines[k].name) == 0)
                s->routines[i].visible = false;
    for (size_t i = 0; i < s->routine_count; i++)
        if (!s->routines[i].visible && standard_first(s, i))
            (void)cli_complain(s->command,
                               "several procedures are called %s: left out, as ODBC does not tell which parameters are whose",
                               s->routines[i].name);
}

/* --- all of it */

static bool standard_ask(standard *it, uowi_catalog_list list, const char *schema, const char *name, uowi_catalog_fn fn)
{
    uowi_catalog_name of = {.catalog = it->catalog, .schema = schema, .name = name};
    uow_status st = uowi_catalog_each(it->conn, list, &of, fn, it);
    uow_error *error = uowi_conn_error(it->conn);

    if (st != UOW_OK && st != UOW_UNSUPPORTED)
        (void)cli_complain(it->s->command, "the catalog cannot be read: %s", uow_error_message(error));
    uowi_error_clear(error);
    return st == UOW_OK || st == UOW_UNSUPPORTED;
}

static bool standard_about(standard *it, scaffold_table *table)
{
    it->table = table;
    it->unique = NULL;
    it->unique_count = 0;
    it->foreign = 0;
    if (!standard_ask(it, UOWI_CATALOG_FIELDS, table->schema, table->name, standard_column))
        return false;
    standard_look(it);
    if (table->view)
        return true;
    if (!standard_ask(it, UOWI_CATALOG_PRIMARY, table->schema, table->name, standard_primary) ||
        !standard_ask(it, UOWI_CATALOG_UNIQUE, table->schema, table->name, standard_unique))
        return false;
    standard_keys(it);
    standard_computed(it);
    return standard_ask(it, UOWI_CATALOG_VERSIONS, table->schema, table->name, standard_version);
}

static bool standard_everything(standard *it)
{
    scaffold *s = it->s;

    if (!standard_ask(it, UOWI_CATALOG_TABLES, NULL, NULL, standard_table))
        return false;
    if (s->table_count)
        qsort(s->tables, s->table_count, sizeof *s->tables, standard_compare);
    for (size_t i = 0; i < s->table_count; i++)
        if (!standard_about(it, &s->tables[i]))
            return false;
    for (size_t i = 0; i < s->table_count; i++) {
        it->table = &s->tables[i];
        it->foreign = 0;
        if (!it->table->view &&
            !standard_ask(it, UOWI_CATALOG_FOREIGN, it->table->schema, it->table->name, standard_foreign))
            return false;
        if (it->table->reference_count > 1)
            qsort(it->table->references, it->table->reference_count, sizeof *it->table->references, standard_by_name);
    }
    if (!s->procedures)
        return true;
    if (!standard_ask(it, UOWI_CATALOG_ROUTINES, NULL, NULL, standard_routine))
        return false;
    standard_overloaded(it);
    for (size_t i = 0; i < s->routine_count; i++) {
        it->routine = &s->routines[i];
        if (it->routine->visible &&
            !standard_ask(it, UOWI_CATALOG_PARAMETERS, it->routine->schema, it->routine->name, standard_parameter))
            return false;
    }
    return true;
}

/* On a connection of its own: catalog functions are none of what a context does. */
static bool standard_read(scaffold *s)
{
    standard it = {.s = s};
    bool read = false;
    direct link = {0};

    if (direct_open(&link, s->dsn, 0)) {
        it.conn = link.conn;
        (void)uowi_attribute_catalog(it.conn, it.catalog, sizeof it.catalog);
        read = standard_everything(&it);
    } else {
        (void)cli_complain(s->command, "%s", uow_error_message(&link.error));
    }
    direct_close(&link);
    return read;
}

/* --- types */

/* What drivers call text although it is more. */
static const scaffold_type standard_names[] = {
    {"decimal", UOW_DECIMAL, UOW_DECIMAL},
    {"numeric", UOW_DECIMAL, UOW_DECIMAL},
    {"date", UOW_DATE, UOW_DATE},
    {"time", UOW_TIME, UOW_TIME},
    {"datetime", UOW_TIMESTAMP, UOW_TIMESTAMP},
    {"timestamp", UOW_TIMESTAMP, UOW_TIMESTAMP},
    {"datetimeoffset", UOW_TIMESTAMPTZ, UOW_TIMESTAMPTZ},
    {"boolean", UOW_BOOL, UOW_BOOL},
    {"bool", UOW_BOOL, UOW_BOOL},
    {"uniqueidentifier", UOW_GUID, UOW_GUID},
    {"uuid", UOW_GUID, UOW_GUID},
    {NULL, UOW_LONGTEXT, UOW_LONGTEXT},
};

/*
 * By ODBC's code. Text is an array only where its length is meant: for a type without one, drivers make one up. A name
 * ends before a length: "decimal(5,2)".
 */
static void standard_type(pool *p, scaffold_column *column)
{
    size_t length = strcspn(column->native, "(");

    while (length > 0 && column->native[length - 1] == ' ')
        length--;
    column->native = pool_copy(p, column->native, length);
    column->type = uowi_dynrow_type(column->sql_type, column->is_unsigned);
    if (column->type == UOW_LONGTEXT && strstr(column->native, "char"))
        column->type = UOW_TEXT;
    else if (column->type == UOW_LONGTEXT)
        scaffold_type_of(standard_names, column);
    else if (column->type == UOW_BLOB && (strcmp(column->native, "binary") == 0 || strcmp(column->native, "timestamp") == 0))
        column->type = UOW_BINARY;
    scaffold_type_sized(column);
}

const scaffold_dialect scaffold_standard = {
    .name = "standard",
    .read = standard_read,
    .type = standard_type,
};
