/* From what the catalog says to what a model can hold: keys, versions, relations, and a name in C for everything. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "scaffold.h"

#include <string.h>
#include <strings.h>

#define KEY_TEXT 256 /* bytes of a key that is text without a length */
#define MOST_GROUPS 15

static bool model_integer(uow_type type)
{
    return type >= UOW_INT8 && type <= UOW_UINT64;
}

/* --- which tables */

static bool model_called(const scaffold_table *table, const char *wanted)
{
    size_t schema = strlen(table->schema);

    if (strcasecmp(table->name, wanted) == 0)
        return table->visible || schema == 0;
    return schema > 0 && strncasecmp(table->schema, wanted, schema) == 0 && wanted[schema] == '.' &&
           strcasecmp(table->name, wanted + schema + 1) == 0;
}

static void model_choose(scaffold *s)
{
    bool any = false;

    for (size_t i = 0; i < s->table_count; i++)
        any = any || s->tables[i].visible;
    for (size_t i = 0; i < s->table_count; i++) {
        scaffold_table *table = &s->tables[i];

        table->chosen = s->wanted_count == 0 && (table->visible || !any);
        for (size_t k = 0; k < s->wanted_count; k++)
            table->chosen = table->chosen || model_called(table, s->wanted[k]);
        if (table->column_count == 0)
            table->chosen = false;
    }
}

/* --- keys */

static bool model_key_fits(const scaffold_index *index)
{
    if (index->count > UOW_MAX_KEY)
        return false;
    for (size_t i = 0; i < index->count; i++) {
        uow_type type = index->columns[i]->type;

        if (type == UOW_FLOAT || type == UOW_DOUBLE || type == UOW_BLOB || (index->columns[i]->nullable && !index->primary))
            return false;
    }
    return true;
}

/* A key must have a fixed size. */
static void model_key_text(scaffold_column *column)
{
    if (column->type != UOW_LONGTEXT)
        return;
    column->type = UOW_TEXT;
    column->size = KEY_TEXT;
}

/* The primary key, or the first unique columns that are never NULL. */
static const scaffold_index *model_key(const scaffold_table *table)
{
    for (size_t i = 0; i < table->index_count; i++)
        if (model_key_fits(&table->indexes[i]))
            return &table->indexes[i];
    return NULL;
}

static void model_unique(scaffold_table *table, const scaffold_index *index)
{
    if (index->count == 1)
        index->columns[0]->unique = true;
    if (index->count < 2 || index->count > UOW_MAX_KEY || table->groups == MOST_GROUPS)
        return;
    for (size_t i = 0; i < index->count; i++)
        if (index->columns[i]->group)
            return;
    table->groups++;
    for (size_t i = 0; i < index->count; i++)
        index->columns[i]->group = table->groups;
}

static void model_keys(pool *p, scaffold_table *table)
{
    const scaffold_index *key = table->view ? NULL : model_key(table);

    table->keyless = key == NULL;
    if (!key) {
        if (!table->view)
            table->remark = table->index_count ? "its key is of a kind that cannot be compared" : "it has no key";
        return;
    }
    if (!key->primary)
        table->remark = pool_format(p, "it has no primary key; its key here is the unique index %s", key->name);
    for (size_t i = 0; i < key->count; i++) {
        key->columns[i]->key = true;
        key->columns[i]->nullable = false;
        model_key_text(key->columns[i]);
    }
    for (size_t i = 0; i < table->index_count; i++)
        if (&table->indexes[i] != key)
            model_unique(table, &table->indexes[i]);
}

/* By its name, unless the type said so. */
static void model_version(scaffold_table *table)
{
    static const char *const names[] = {"version", "row_version", "rowversion", "lock_version", "xversion", "version_no"};

    for (size_t i = 0; i < table->column_count; i++)
        if (table->columns[i].version)
            return;
    for (size_t i = 0; i < table->column_count; i++) {
        scaffold_column *column = &table->columns[i];

        for (size_t k = 0; k < sizeof names / sizeof *names && !column->key && column->made != 'c'; k++)
            if (strcasecmp(column->name, names[k]) == 0 && model_integer(column->type) && !column->nullable) {
                column->version = true;
                return;
            }
    }
}

/* --- names */

static void model_columns(pool *p, scaffold_table *table)
{
    for (size_t i = 0; i < table->column_count; i++) {
        scaffold_column *column = &table->columns[i];

        column->member = scaffold_unique(p, &table->members, scaffold_identifier(p, column->name));
    }
    for (size_t i = 0; i < table->column_count; i++) {
        scaffold_column *column = &table->columns[i];

        if (column->nullable)
            column->indicator = scaffold_unique(p, &table->members, pool_format(p, "%s_ind", column->member));
    }
}

/* Without the part that says it is a key: album_id -> album. */
static const char *model_reference_name(pool *p, const scaffold_reference *reference)
{
    const char *member = reference->columns[0]->member;
    size_t length = strlen(member);

    if (reference->count > 1)
        return reference->principal->tag;
    if (length > 3 && strcmp(member + length - 3, "_id") == 0)
        return scaffold_identifier(p, pool_copy(p, member, length - 3));
    return pool_format(p, "%s_%s", member, reference->principal->tag);
}

static size_t model_between(const scaffold_table *table, const scaffold_table *principal)
{
    size_t count = 0;

    for (size_t i = 0; i < table->reference_count; i++)
        count += table->references[i].principal == principal && !table->references[i].left_out;
    return count;
}

static void model_members(pool *p, scaffold_table *table)
{
    for (size_t i = 0; i < table->reference_count; i++) {
        scaffold_reference *reference = &table->references[i];
        scaffold_table *principal = reference->principal;
        const char *plural = scaffold_plural(p, table->tag);

        if (reference->left_out)
            continue;
        reference->reference = scaffold_unique(p, &table->members, model_reference_name(p, reference));
        if (model_between(table, principal) > 1)
            plural = pool_format(p, "%s_by_%s", plural, reference->columns[0]->member);
        reference->collection = scaffold_unique(p, &principal->members, plural);
    }
}

/* --- relations */

static const scaffold_index *model_primary(const scaffold_table *table)
{
    return table->index_count && table->indexes[0].primary && table->indexes[0].count <= UOW_MAX_KEY ? &table->indexes[0]
                                                                                                     : NULL;
}

static bool model_same_set(const scaffold_reference *reference, const scaffold_index *index)
{
    size_t met = 0;

    for (size_t i = 0; i < reference->count; i++)
        for (size_t k = 0; k < index->count && k < UOW_MAX_KEY; k++)
            met += reference->principal_columns[i] == index->columns[k];
    return index->count == reference->count && met == index->count;
}

/* The columns of a relation to the primary key stand in the key's order, which is that of the table's columns. */
static void model_order(scaffold_reference *reference)
{
    for (size_t i = 1; i < reference->count; i++)
        for (size_t k = i; k > 0 && reference->principal_columns[k] < reference->principal_columns[k - 1]; k--) {
            scaffold_column *own = reference->columns[k];
            scaffold_column *other = reference->principal_columns[k];

            reference->columns[k] = reference->columns[k - 1];
            reference->principal_columns[k] = reference->principal_columns[k - 1];
            reference->columns[k - 1] = own;
            reference->principal_columns[k - 1] = other;
        }
}

/* To the key as the model has it, which may be a unique index; or to columns it knows to be unique. */
static bool model_names_one(const scaffold_reference *reference)
{
    const scaffold_table *principal = reference->principal;
    const scaffold_index *key = model_key(principal);

    for (size_t i = 0; i < principal->index_count; i++) {
        const scaffold_index *index = &principal->indexes[i];
        unsigned group = index->columns[0]->group;
        bool known = index == key || index->count == 1;

        for (size_t k = 0; k < index->count && k < UOW_MAX_KEY && !known && group; k++)
            if (index->columns[k]->group != group)
                group = 0;
        if ((known || group) && model_same_set(reference, index))
            return true;
    }
    return false;
}

static const char *model_pair(scaffold_column *own, const scaffold_column *other)
{
    if (own->type == UOW_LONGTEXT && other->type == UOW_TEXT) {
        own->type = UOW_TEXT;
        own->size = other->size;
    }
    if (own->type == UOW_LONGTEXT || own->type == UOW_BLOB || other->type == UOW_LONGTEXT || other->type == UOW_BLOB)
        return "its columns have no fixed size";
    if (model_integer(own->type) && model_integer(other->type))
        return NULL;
    if (own->type != other->type || (own->type != UOW_TEXT && own->size != other->size))
        return "its columns and those it refers to differ in type";
    return NULL;
}

/* Why it can be no relation; NULL: it can. */
static const char *model_left_out(const scaffold_table *table, scaffold_reference *reference)
{
    scaffold_table *principal = reference->principal;
    const scaffold_index *primary = principal ? model_primary(principal) : NULL;

    if (!principal || !principal->chosen)
        return "its principal is not in this model";
    if (table->keyless || principal->keyless)
        return "one side has no key";
    if (reference->count > UOW_MAX_KEY)
        return "it has too many columns";
    for (size_t i = 0; i < reference->count; i++) {
        if (!reference->principal_columns[i] && primary && i < primary->count)
            reference->principal_columns[i] = primary->columns[i];
        if (!reference->columns[i] || !reference->principal_columns[i])
            return "its columns are not known";
    }
    reference->to_key = true;
    for (size_t i = 0; i < reference->count; i++)
        reference->to_key = reference->to_key && reference->principal_columns[i]->key;
    if (!model_names_one(reference))
        return "it refers to columns that the model does not know to be unique";
    for (size_t i = 0; i < reference->count; i++) {
        const char *why = model_pair(reference->columns[i], reference->principal_columns[i]);

        if (why)
            return why;
        if (reference->on_delete == UOW_SET_NULL && !reference->columns[i]->nullable)
            reference->on_delete = UOW_NO_ACTION;
    }
    model_order(reference);
    return NULL;
}

/* --- routines */

static void model_routine(scaffold *s, scaffold_routine *routine)
{
    pool *p = &s->memory;

    routine->tag = scaffold_tag(p, &s->tags, s->prefix, routine->name);
    for (size_t i = 0; i < routine->parameter_count; i++) {
        scaffold_column *parameter = &routine->parameters[i];
        const char *name = parameter->name[0] ? parameter->name : pool_format(p, "p%zu", i + 1);

        parameter->member = scaffold_unique(p, &routine->members, scaffold_identifier(p, name));
    }
    for (size_t i = 0; i < routine->parameter_count; i++) {
        scaffold_column *parameter = &routine->parameters[i];

        parameter->indicator = scaffold_unique(p, &routine->members, pool_format(p, "%s_ind", parameter->member));
    }
}

void scaffold_build(scaffold *s)
{
    pool *p = &s->memory;

    model_choose(s);
    for (size_t i = 0; i < s->table_count; i++) {
        scaffold_table *table = &s->tables[i];

        if (!table->chosen)
            continue;
        table->tag = scaffold_tag(p, &s->tags, s->prefix, table->name);
        model_keys(p, table);
        model_version(table);
        model_columns(p, table);
    }
    for (size_t i = 0; i < s->table_count; i++)
        for (size_t k = 0; s->tables[i].chosen && k < s->tables[i].reference_count; k++)
            s->tables[i].references[k].left_out = model_left_out(&s->tables[i], &s->tables[i].references[k]);
    for (size_t i = 0; i < s->table_count; i++)
        if (s->tables[i].chosen)
            model_members(p, &s->tables[i]);
    for (size_t i = 0; i < s->routine_count; i++)
        if (s->routines[i].visible)
            model_routine(s, &s->routines[i]);
}
