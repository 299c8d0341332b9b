/* Reading the catalog: the dialect's statements, row by row, into tables and routines. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "scaffold.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct catalog_row {
    scaffold *scaffold;
    uow_rows *rows;
} catalog_row;

/* A value as text of our own; "" for NULL. */
static const char *catalog_text(const catalog_row *row, size_t index)
{
    const char *text = NULL;
    size_t length = 0;

    if (uow_rows_text(row->rows, index, &text, &length) != UOW_OK || !text)
        return "";
    return pool_copy(&row->scaffold->memory, text, length);
}

/* More than fits is a type without a length of its own: 4,294,967,295 for LONGTEXT. */
static long catalog_number(const catalog_row *row, size_t index)
{
    long value = strtol(catalog_text(row, index), NULL, 10);

    return value < 0 || value > 0x7fffffff ? 0 : value;
}

/* Some drivers say true and false. */
static bool catalog_yes(const catalog_row *row, size_t index)
{
    const char *text = catalog_text(row, index);

    return text[0] == '1' || text[0] == 't' || text[0] == 'T';
}

static const char *catalog_lower(const catalog_row *row, size_t index)
{
    char *text = pool_format(&row->scaffold->memory, "%s", catalog_text(row, index));

    for (char *c = text; *c; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    return text;
}

static scaffold_table *catalog_table(const scaffold *s, const char *schema, const char *name)
{
    for (size_t i = 0; i < s->table_count; i++)
        if (strcmp(s->tables[i].name, name) == 0 && strcmp(s->tables[i].schema, schema) == 0)
            return &s->tables[i];
    return NULL;
}

scaffold_column *scaffold_column_of(const scaffold_table *table, const char *name)
{
    for (size_t i = 0; i < table->column_count; i++)
        if (strcmp(table->columns[i].name, name) == 0)
            return &table->columns[i];
    for (size_t i = 0; i < table->column_count; i++)
        if (strcasecmp(table->columns[i].name, name) == 0)
            return &table->columns[i];
    return NULL;
}

static void catalog_add_table(const catalog_row *row, const scaffold_dialect *dialect)
{
    scaffold *s = row->scaffold;

    (void)dialect;
    s->tables = pool_more(&s->memory, s->tables, s->table_count, sizeof *s->tables);
    s->tables[s->table_count++] = (scaffold_table){
        .schema = catalog_text(row, 0),
        .name = catalog_text(row, 1),
        .view = catalog_text(row, 2)[0] == 'v',
        .visible = catalog_yes(row, 3),
    };
}

static void catalog_add_column(const catalog_row *row, const scaffold_dialect *dialect)
{
    scaffold *s = row->scaffold;
    scaffold_table *table = catalog_table(s, catalog_text(row, 0), catalog_text(row, 1));
    scaffold_column *column;

    if (!table)
        return;
    table->columns = pool_more(&s->memory, table->columns, table->column_count, sizeof *table->columns);
    column = &table->columns[table->column_count++];
    *column = (scaffold_column){
        .name = catalog_text(row, 2),
        .native = catalog_lower(row, 3),
        .length = catalog_number(row, 4),
        .precision = catalog_number(row, 5),
        .scale = catalog_number(row, 6),
        .is_unsigned = catalog_yes(row, 7),
        .nullable = catalog_yes(row, 8),
        .made = catalog_text(row, 9)[0],
    };
    dialect->type(&s->memory, column);
}

/* The primary key comes first. */
static void catalog_add_key(const catalog_row *row, const scaffold_dialect *dialect)
{
    scaffold *s = row->scaffold;
    scaffold_table *table = catalog_table(s, catalog_text(row, 0), catalog_text(row, 1));
    scaffold_column *column = table ? scaffold_column_of(table, catalog_text(row, 4)) : NULL;
    scaffold_index *index;
    const char *name = catalog_text(row, 2);

    (void)dialect;
    if (!column)
        return;
    index = table->index_count ? &table->indexes[table->index_count - 1] : NULL;
    if (!index || strcmp(index->name, name) != 0) {
        table->indexes = pool_more(&s->memory, table->indexes, table->index_count, sizeof *table->indexes);
        index = &table->indexes[table->index_count++];
        *index = (scaffold_index){.name = name, .primary = catalog_text(row, 3)[0] == 'p'};
    }
    if (index->count < UOW_MAX_KEY)
        index->columns[index->count] = column;
    index->count++;
}

static uow_on_delete catalog_on_delete(const char *rule)
{
    if (strcasecmp(rule, "CASCADE") == 0)
        return UOW_CASCADE;
    if (strcasecmp(rule, "SET NULL") == 0)
        return UOW_SET_NULL;
    return strcasecmp(rule, "RESTRICT") == 0 ? UOW_RESTRICT : UOW_NO_ACTION;
}

/* A column whose principal does not say to which refers to the primary key. */
static void catalog_add_reference(const catalog_row *row, const scaffold_dialect *dialect)
{
    scaffold *s = row->scaffold;
    scaffold_table *table = catalog_table(s, catalog_text(row, 0), catalog_text(row, 1));
    const char *name = catalog_text(row, 2);
    const char *to = catalog_text(row, 6);
    scaffold_reference *reference;

    (void)dialect;
    if (!table)
        return;
    reference = table->reference_count ? &table->references[table->reference_count - 1] : NULL;
    if (!reference || strcmp(reference->name, name) != 0) {
        table->references = pool_more(&s->memory, table->references, table->reference_count, sizeof *table->references);
        reference = &table->references[table->reference_count++];
        *reference = (scaffold_reference){
            .name = name,
            .principal = catalog_table(s, catalog_text(row, 4), catalog_text(row, 5)),
            .on_delete = catalog_on_delete(catalog_text(row, 7)),
        };
        if (!reference->principal && strcmp(s->dialect, "sqlite") == 0) /* which takes a name in any case */
            for (size_t i = 0; i < s->table_count && !reference->principal; i++)
                if (strcasecmp(s->tables[i].name, catalog_text(row, 5)) == 0)
                    reference->principal = &s->tables[i];
    }
    if (reference->count < UOW_MAX_KEY) {
        reference->columns[reference->count] = scaffold_column_of(table, catalog_text(row, 3));
        reference->principal_columns[reference->count] =
            reference->principal && *to ? scaffold_column_of(reference->principal, to) : NULL;
    }
    reference->to_key = *to == '\0';
    reference->count++;
}

static void catalog_add_routine(const catalog_row *row, const scaffold_dialect *dialect)
{
    scaffold *s = row->scaffold;
    const char *id = catalog_text(row, 1);
    scaffold_routine *routine = s->routine_count ? &s->routines[s->routine_count - 1] : NULL;
    scaffold_column *parameter;

    if (!routine || strcmp(routine->id, id) != 0) {
        s->routines = pool_more(&s->memory, s->routines, s->routine_count, sizeof *s->routines);
        routine = &s->routines[s->routine_count++];
        *routine = (scaffold_routine){
            .schema = catalog_text(row, 0),
            .id = id,
            .name = catalog_text(row, 2),
            .function = catalog_text(row, 3)[0] == 'f',
            .gives_rows = catalog_yes(row, 4),
            .visible = catalog_yes(row, 5),
        };
    }
    if (catalog_text(row, 8)[0] == '\0')
        return;
    routine->parameters = pool_more(&s->memory, routine->parameters, routine->parameter_count, sizeof *routine->parameters);
    parameter = &routine->parameters[routine->parameter_count++];
    *parameter = (scaffold_column){
        .direction = catalog_text(row, 6)[0],
        .name = catalog_text(row, 7),
        .native = catalog_lower(row, 8),
        .length = catalog_number(row, 9),
        .precision = catalog_number(row, 10),
        .scale = catalog_number(row, 11),
        .is_unsigned = catalog_yes(row, 12),
        .nullable = true,
        .made = ' ',
    };
    dialect->type(&s->memory, parameter);
}

/* Runs a statement and hands each row on. */
static bool catalog_each(scaffold *s, uow_context *context, const scaffold_dialect *dialect, const char *sql,
                         void (*add)(const catalog_row *row, const scaffold_dialect *dialect))
{
    catalog_row row = {.scaffold = s};
    uow_status st;

    if (uow_rows_open(context, sql, NULL, 0, &row.rows) != UOW_OK) {
        (void)cli_complain(s->command, "the catalog cannot be read: %s", uow_context_message(context));
        return false;
    }
    while ((st = uow_rows_next(row.rows)) == UOW_OK)
        add(&row, dialect);
    if (st != UOW_END)
        (void)cli_complain(s->command, "the catalog cannot be read: %s", uow_error_message(uow_rows_error(row.rows)));
    uow_rows_close(row.rows);
    return st == UOW_END;
}

static const scaffold_dialect *catalog_dialect(const char *name)
{
    static const scaffold_dialect *const dialects[] = {&scaffold_sqlite, &scaffold_postgresql, &scaffold_mariadb};

    for (size_t i = 0; i < sizeof dialects / sizeof *dialects; i++)
        if (strcmp(dialects[i]->name, name) == 0)
            return dialects[i];
    return strcmp(name, "mysql") == 0 ? &scaffold_mariadb : &scaffold_standard;
}

bool scaffold_read(scaffold *s, uow_context *context)
{
    uow_facts facts = UOW_FACTS_INIT;
    const scaffold_dialect *dialect;

    (void)uow_context_facts(context, &facts);
    dialect = catalog_dialect(facts.dialect);
    s->dialect = pool_format(&s->memory, "%s", facts.dialect);
    if (s->procedures && !dialect->routines)
        (void)cli_complain(s->command, "--procedures: %s has none, as far as is known here", facts.dbms_name);
    return catalog_each(s, context, dialect, dialect->tables, catalog_add_table) &&
           catalog_each(s, context, dialect, dialect->columns, catalog_add_column) &&
           catalog_each(s, context, dialect, dialect->keys, catalog_add_key) &&
           catalog_each(s, context, dialect, dialect->foreign, catalog_add_reference) &&
           (!s->procedures || !dialect->routines ||
            catalog_each(s, context, dialect, dialect->routines, catalog_add_routine));
}
