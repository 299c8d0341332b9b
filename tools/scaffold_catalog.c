/* Reading the catalog: the dialect's statements, row by row, into tables and routines. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "scaffold.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A value as text of our own; "" for NULL. */
static const char *catalog_text(const scaffold_row *row, size_t index)
{
    return pool_copy(&row->scaffold->memory, row->values[index], strlen(row->values[index]));
}

/* More than fits is a type without a length of its own: 4,294,967,295 for LONGTEXT. */
static long catalog_number(const scaffold_row *row, size_t index)
{
    long value = strtol(row->values[index], NULL, 10);

    return value < 0 || value > 0x7fffffff ? 0 : value;
}

/* Some drivers say true and false. */
static bool catalog_yes(const scaffold_row *row, size_t index)
{
    const char *text = row->values[index];

    return text[0] == '1' || text[0] == 't' || text[0] == 'T';
}

static const char *catalog_lower(const scaffold_row *row, size_t index)
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

void scaffold_add_table(const scaffold_row *row)
{
    scaffold *s = row->scaffold;

    s->tables = pool_more(&s->memory, s->tables, s->table_count, sizeof *s->tables);
    s->tables[s->table_count++] = (scaffold_table){
        .schema = catalog_text(row, 0),
        .name = catalog_text(row, 1),
        .view = catalog_text(row, 2)[0] == 'v',
        .visible = catalog_yes(row, 3),
    };
}

/* What a column and a parameter have in common; the type stands at from, the code for it at code. */
static void catalog_typed(const scaffold_row *row, scaffold_column *column, size_t from, size_t code)
{
    column->native = catalog_lower(row, from);
    column->length = catalog_number(row, from + 1);
    column->precision = catalog_number(row, from + 2);
    column->scale = catalog_number(row, from + 3);
    column->is_unsigned = catalog_yes(row, from + 4);
    column->sql_type = (int)strtol(row->values[code], NULL, 10);
    row->dialect->type(&row->scaffold->memory, column);
}

void scaffold_add_column(const scaffold_row *row)
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
        .nullable = catalog_yes(row, 8),
        .made = row->values[9][0],
    };
    catalog_typed(row, column, 3, 10);
}

/* The primary key comes first. */
void scaffold_add_key(const scaffold_row *row)
{
    scaffold *s = row->scaffold;
    scaffold_table *table = catalog_table(s, catalog_text(row, 0), catalog_text(row, 1));
    scaffold_column *column = table ? scaffold_column_of(table, catalog_text(row, 4)) : NULL;
    scaffold_index *index;
    const char *name = catalog_text(row, 2);

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
/* The columns of two keys may come by turns. */
static scaffold_reference *catalog_reference(const scaffold_table *table, const char *name)
{
    for (size_t i = table->reference_count; i-- > 0;)
        if (strcmp(table->references[i].name, name) == 0)
            return &table->references[i];
    return NULL;
}

void scaffold_add_reference(const scaffold_row *row)
{
    scaffold *s = row->scaffold;
    scaffold_table *table = catalog_table(s, catalog_text(row, 0), catalog_text(row, 1));
    const char *name = catalog_text(row, 2);
    const char *to = catalog_text(row, 6);
    scaffold_reference *reference;

    if (!table)
        return;
    reference = catalog_reference(table, name);
    if (!reference) {
        table->references = pool_more(&s->memory, table->references, table->reference_count, sizeof *table->references);
        reference = &table->references[table->reference_count++];
        *reference = (scaffold_reference){
            .name = name,
            .principal = catalog_table(s, catalog_text(row, 4), catalog_text(row, 5)),
            .on_delete = catalog_on_delete(catalog_text(row, 7)),
        };
        if (!reference->principal && (strcmp(s->dialect, "sqlite") == 0 || row->dialect->read))
            /* SQLite takes a name in any case, and may be behind a driver that is not known */
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

void scaffold_add_parameter(const scaffold_row *row, scaffold_routine *routine)
{
    scaffold_column *parameter;

    routine->parameters = pool_more(&row->scaffold->memory, routine->parameters, routine->parameter_count,
                                    sizeof *routine->parameters);
    parameter = &routine->parameters[routine->parameter_count++];
    *parameter = (scaffold_column){
        .direction = row->values[6][0],
        .name = catalog_text(row, 7),
        .nullable = true,
        .made = ' ',
    };
    catalog_typed(row, parameter, 8, 13);
}

void scaffold_add_routine(const scaffold_row *row)
{
    scaffold *s = row->scaffold;
    const char *id = catalog_text(row, 1);
    scaffold_routine *routine = s->routine_count ? &s->routines[s->routine_count - 1] : NULL;

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
    if (row->values[8][0])
        scaffold_add_parameter(row, routine);
}

static void catalog_values(uow_rows *rows, scaffold_row *row)
{
    for (size_t i = 0; i < SCAFFOLD_VALUES; i++) {
        const char *text = NULL;

        if (i < uow_rows_column_count(rows))
            (void)uow_rows_text(rows, i, &text, NULL);
        row->values[i] = text ? text : "";
    }
}

/* Runs a statement and hands each row on. */
static bool catalog_each(scaffold *s, uow_context *context, const scaffold_dialect *dialect, const char *sql,
                         void (*add)(const scaffold_row *row))
{
    scaffold_row row = {.scaffold = s, .dialect = dialect};
    uow_rows *rows = NULL;
    uow_status st;

    if (uow_rows_open(context, sql, NULL, 0, &rows) != UOW_OK) {
        (void)cli_complain(s->command, "the catalog cannot be read: %s", uow_context_message(context));
        return false;
    }
    while ((st = uow_rows_next(rows)) == UOW_OK) {
        catalog_values(rows, &row);
        add(&row);
    }
    if (st != UOW_END)
        (void)cli_complain(s->command, "the catalog cannot be read: %s", uow_error_message(uow_rows_error(rows)));
    uow_rows_close(rows);
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
    if (dialect->read)
        return dialect->read(s);
    if (s->procedures && !dialect->routines)
        (void)cli_complain(s->command, "--procedures: %s has none, as far as is known here", facts.dbms_name);
    return catalog_each(s, context, dialect, dialect->tables, scaffold_add_table) &&
           catalog_each(s, context, dialect, dialect->columns, scaffold_add_column) &&
           catalog_each(s, context, dialect, dialect->keys, scaffold_add_key) &&
           catalog_each(s, context, dialect, dialect->foreign, scaffold_add_reference) &&
           (!s->procedures || !dialect->routines ||
            catalog_each(s, context, dialect, dialect->routines, scaffold_add_routine));
}
