/* The header and the source of a model. Nothing in them depends on when or where they are written. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "scaffold.h"

#include <ctype.h>
#include <string.h>

void scaffold_string(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;

        if (c == '"' || c == '\\' || c == '?') /* no trigraphs */
            fprintf(out, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            fprintf(out, "\\%03o", c);
        else
            fputc(c, out);
    }
    fputc('"', out);
}

void scaffold_remark(FILE *out, const char *text)
{
    for (; *text; text++)
        if ((text[0] == '*' && text[1] == '/') || (text[0] == '/' && text[1] == '*') || !isprint((unsigned char)*text))
            fputc('.', out);
        else
            fputc(*text, out);
}

void scaffold_member(FILE *out, const scaffold_column *column)
{
    fprintf(out, "    %s %s", scaffold_type_c(column->type), column->member);
    if (column->size)
        fprintf(out, "[%zu]", column->size);
    fputc(';', out);
}

/* The name of the files as a word in upper case. */
static void write_upper(FILE *out, const char *name)
{
    for (; *name; name++)
        fputc(toupper((unsigned char)*name), out);
}

static const char *write_base(const scaffold *s)
{
    const char *slash = strrchr(s->out, '/');

    return scaffold_identifier((pool *)&s->memory, slash ? slash + 1 : s->out);
}

static void write_made(FILE *out, const scaffold *s)
{
    fprintf(out, "/* Made by uow scaffold from the catalog of a database (%s): make it again rather than change it. */\n",
            s->dialect);
}

/* --- the header */

static void write_column(FILE *out, const scaffold_column *column)
{
    scaffold_member(out, column);
    fputs(" /* ", out);
    scaffold_remark(out, column->native[0] ? column->native : "of any type");
    if (column->length && column->size)
        fprintf(out, "(%ld)", column->length);
    else if (column->precision && (column->type == UOW_DECIMAL || column->type == UOW_DECIMAL_TEXT))
        fprintf(out, "(%ld,%ld)", column->precision, column->scale);
    fprintf(out, "%s%s */\n", column->key ? ", key" : "",
            column->made == 'k' ? ", made by the database" : column->made == 'c' ? ", computed" : "");
    if (column->indicator)
        fprintf(out, "    uow_ind %s;\n", column->indicator);
}

static void write_collections(FILE *out, const scaffold *s, const scaffold_table *principal)
{
    for (size_t i = 0; i < s->table_count; i++)
        for (size_t k = 0; s->tables[i].chosen && k < s->tables[i].reference_count; k++) {
            const scaffold_reference *reference = &s->tables[i].references[k];

            if (reference->principal == principal && !reference->left_out)
                fprintf(out, "    uow_collection %s; /* of struct %s */\n", reference->collection, s->tables[i].tag);
        }
}

static void write_struct(FILE *out, const scaffold *s, const scaffold_table *table)
{
    fputs("\n/* ", out);
    scaffold_remark(out, table->name);
    fprintf(out, "%s%s", table->view ? ", a view" : "", table->remark ? ": " : "");
    scaffold_remark(out, table->remark ? table->remark : "");
    fputs(" */\n", out);
    fprintf(out, "struct %s {\n", table->tag);
    for (size_t i = 0; i < table->column_count; i++)
        write_column(out, &table->columns[i]);
    for (size_t i = 0; i < table->reference_count; i++)
        if (!table->references[i].left_out)
            fprintf(out, "    struct %s *%s;\n", table->references[i].principal->tag, table->references[i].reference);
    write_collections(out, s, table);
    fprintf(out, "};\nextern const uow_entity %s_entity;\n", table->tag);
}

static size_t write_count(const scaffold *s)
{
    size_t count = 0;

    for (size_t i = 0; i < s->table_count; i++)
        count += s->tables[i].chosen;
    return count;
}

void scaffold_header(FILE *out, const scaffold *s)
{
    const char *base = write_base(s);

    write_made(out, s);
    fputs("#ifndef ", out);
    write_upper(out, base);
    fputs("_H\n#define ", out);
    write_upper(out, base);
    fputs("_H\n\n#include \"uow.h\"\n\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n", out);
    for (size_t i = 0; i < s->table_count; i++)
        if (s->tables[i].chosen)
            write_struct(out, s, &s->tables[i]);
    scaffold_routines_header(out, s);
    fprintf(out, "\n/* All of them, for uow_model_create. */\n#define ");
    write_upper(out, base);
    fprintf(out, "_ENTITY_COUNT %zu\nextern const uow_entity *const %s_entities[", write_count(s), base);
    write_upper(out, base);
    fputs("_ENTITY_COUNT];\n\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n", out);
}

/* --- the source */

/*
 * A default is left to the database where the member is zero: right for a moment or an id, which are never meant to be
 * zero, wrong for a number that may be.
 */
static bool write_default(const scaffold_column *column)
{
    return column->made == 'd' && !column->version && column->type >= UOW_DATE;
}

static void write_flags(FILE *out, const scaffold_column *column)
{
    const char *between = "";
    const struct {
        bool set;
        const char *name;
    } flags[] = {
        {column->key, "UOW_KEY"},
        {column->made == 'k', "UOW_GENERATED"},
        {column->version, "UOW_VERSION"},
        {column->made == 'c', "UOW_READONLY"},
        {write_default(column), "UOW_DEFAULT"},
        {column->unique, "UOW_UNIQUE"},
    };

    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (flags[i].set) {
            fprintf(out, "%s%s", between, flags[i].name);
            between = " | ";
        }
    if (column->group)
        fprintf(out, "%sUOW_UNIQUE_GROUP(%u)", between, column->group);
    else if (!*between)
        fputc('0', out);
}

static void write_columns(FILE *out, const scaffold_table *table)
{
    fprintf(out, "\nstatic const uow_column %s_columns[] = {\n", table->tag);
    for (size_t i = 0; i < table->column_count; i++) {
        const scaffold_column *column = &table->columns[i];

        fprintf(out, "    UOW_COLUMN%s(struct %s, %s, ", column->indicator ? "_NULL" : "", table->tag, column->member);
        if (column->indicator)
            fprintf(out, "%s, ", column->indicator);
        scaffold_string(out, column->name);
        fprintf(out, ", %s, ", scaffold_type_name(column->type));
        write_flags(out, column);
        fputs("),\n", out);
    }
    fputs("};\n", out);
}

static void write_on(FILE *out, scaffold_column *const *columns, size_t count)
{
    fputs("{ ", out);
    for (size_t i = 0; i < UOW_MAX_KEY; i++) {
        fputs(i ? ", " : "", out);
        if (i < count)
            scaffold_string(out, columns[i]->name);
        else
            fputs("NULL", out);
    }
    fputs(" }", out);
}

/* Written out, as the macros take at most four columns. */
static void write_relation(FILE *out, const scaffold_table *table, const scaffold_reference *reference)
{
    static const char *const rules[] = {"UOW_RESTRICT", "UOW_CASCADE", "UOW_SET_NULL", "UOW_NO_ACTION"};
    const char *principal = reference->principal->tag;

    fprintf(out, "    { &%s_entity, ", principal);
    write_on(out, reference->columns, reference->count);
    fprintf(out, ", %s, 0,\n      ", rules[reference->on_delete]);
    write_on(out, reference->principal_columns, reference->to_key ? 0 : reference->count);
    fprintf(out, ",\n      UOW_MEMBER(struct %s, %s), UOW_MEMBER(struct %s, %s) },\n", table->tag, reference->reference,
            principal, reference->collection);
}

static size_t write_relations(FILE *out, const scaffold_table *table)
{
    size_t count = 0;

    for (size_t i = 0; i < table->reference_count; i++) {
        const scaffold_reference *reference = &table->references[i];

        if (reference->left_out) {
            fputs("\n/* The foreign key ", out);
            scaffold_remark(out, reference->name);
            fprintf(out, " is no relation: %s. */", reference->left_out);
        }
        count += !reference->left_out;
    }
    if (count == 0)
        return 0;
    fprintf(out, "\nstatic const uow_relation %s_relations[] = {\n", table->tag);
    for (size_t i = 0; i < table->reference_count; i++)
        if (!table->references[i].left_out)
            write_relation(out, table, &table->references[i]);
    fputs("};\n", out);
    return count;
}

static void write_entity(FILE *out, const scaffold_table *table)
{
    size_t relations;

    write_columns(out, table);
    relations = write_relations(out, table);
    fprintf(out, "\nconst uow_entity %s_entity = UOW_ENTITY_FULL(struct %s, ", table->tag, table->tag);
    if (table->visible || !table->schema[0])
        fputs("NULL", out);
    else
        scaffold_string(out, table->schema);
    fputs(", ", out);
    scaffold_string(out, table->name);
    fprintf(out, ", %s_columns, %s, ", table->tag, table->keyless ? "UOW_KEYLESS" : "0");
    if (relations)
        fprintf(out, "%s_relations, UOW_COUNT(%s_relations));\n", table->tag, table->tag);
    else
        fputs("NULL, 0);\n", out);
}

void scaffold_source(FILE *out, const scaffold *s)
{
    const char *base = write_base(s);
    const char *slash = strrchr(s->out, '/');

    write_made(out, s);
    fprintf(out, "#include \"%s.h\"\n", slash ? slash + 1 : s->out);
    for (size_t i = 0; i < s->table_count; i++)
        if (s->tables[i].chosen)
            write_entity(out, &s->tables[i]);
    fprintf(out, "\nconst uow_entity *const %s_entities[", base);
    write_upper(out, base);
    fputs("_ENTITY_COUNT] = {\n", out);
    for (size_t i = 0; i < s->table_count; i++)
        if (s->tables[i].chosen)
            fprintf(out, "    &%s_entity,\n", s->tables[i].tag);
    fputs("};\n", out);
    scaffold_routines_source(out, s);
}
