/* uow scaffold: a header and a model from the catalog. What its parts share. */
#ifndef UOW_TOOLS_SCAFFOLD_H
#define UOW_TOOLS_SCAFFOLD_H

#include <stdio.h>

#include "cli.h"
#include "pool.h"
#include "uow.h"

extern const cli_command scaffold_command;

/* A column, or a parameter of a routine. */
typedef struct scaffold_column {
    const char *name;              /* as the catalog has it */
    const char *member, *indicator; /* of the struct; indicator NULL: never NULL */
    const char *native;            /* its type as the database calls it, in lower case */
    int sql_type;                  /* ODBC's code for it, where the catalog gives that; else 0 */
    long length, precision, scale; /* 0: not said */
    bool is_unsigned, nullable;
    char made; /* 'k' by the database at insert, 'c' computed, 'd' by a default that is no constant, ' ' by the program */
    uow_type type;
    size_t size; /* of an array member; 0: the type's own */
    bool key, unique, version;
    unsigned group; /* unique together with the others of it; 0: none */
    char direction; /* of a parameter: 'i', 'o', 'b' both, 'r' return */
} scaffold_column;

/* A foreign key. */
typedef struct scaffold_reference {
    const char *name; /* of the constraint */
    struct scaffold_table *principal;
    scaffold_column *columns[UOW_MAX_KEY], *principal_columns[UOW_MAX_KEY];
    size_t count;
    bool to_key; /* to the primary key, in its order */
    uow_on_delete on_delete;
    const char *reference, *collection; /* members of the dependent's and the principal's struct */
    const char *left_out;               /* why it is no relation of the model; or NULL */
} scaffold_reference;

/* The primary key, or columns that are unique together. */
typedef struct scaffold_index {
    const char *name;
    bool primary;
    scaffold_column *columns[UOW_MAX_KEY];
    size_t count; /* may be more than there is room for: then it is of no use */
} scaffold_index;

/* Names that are taken. */
typedef struct scaffold_names {
    const char **names;
    size_t count;
} scaffold_names;

/* A table or view. */
typedef struct scaffold_table {
    const char *schema, *name;
    const char *tag; /* of the struct; other names begin with it */
    bool visible;    /* without its schema */
    bool view, keyless, chosen;
    const char *remark; /* why it is keyless although it is a table; or NULL */
    scaffold_column *columns;
    size_t column_count;
    scaffold_index *indexes;
    size_t index_count;
    scaffold_reference *references;
    size_t reference_count;
    scaffold_names members;
    unsigned groups;
} scaffold_table;

/* A stored procedure or function. */
typedef struct scaffold_routine {
    const char *schema, *id, *name; /* id tells overloaded ones apart */
    const char *tag;
    bool visible, function, gives_rows;
    scaffold_column *parameters;
    size_t parameter_count;
    scaffold_names members;
} scaffold_routine;

typedef struct scaffold {
    pool memory;
    const cli_command *command;
    const char *dsn, *out, *prefix; /* out: the files' path without .h and .c */
    char **wanted; /* names of tables; none: all */
    size_t wanted_count;
    bool procedures, force;
    const char *dialect; /* the database's */
    scaffold_table *tables;
    size_t table_count;
    scaffold_routine *routines;
    size_t routine_count;
    scaffold_names tags;
} scaffold;

/* Columns of the longest row of a catalog. */
#define SCAFFOLD_VALUES 14

/* A row of a catalog: every value as text, "" for NULL and for what is not there. */
typedef struct scaffold_row {
    scaffold *scaffold;
    const struct scaffold_dialect *dialect;
    const char *values[SCAFFOLD_VALUES];
} scaffold_row;

/*
 * How a database tells its catalog. Each statement gives the columns named behind it, ordered by schema and table and
 * then as they stand; made, direction and kind are letters.
 */
typedef struct scaffold_dialect {
    const char *name;
    const char *tables;   /* schema, name, kind: 't', 'v'; visible: 0, 1 */
    const char *columns;  /* schema, table, name, type, length, precision, scale, unsigned, nullable, made */
    const char *keys;     /* schema, table, index, kind: 'p' primary (first), 'u' unique; column */
    const char *foreign;  /* schema, table, constraint, column, its principal's schema, table and column; ON DELETE */
    const char *routines; /* schema, id, name, kind: 'p', 'f'; gives rows, visible, direction, parameter, type, length,
                           * precision, scale, unsigned; NULL: there are none */
    bool (*read)(scaffold *s); /* instead of the statements */
    /* Sets type and size, and what the type alone tells. */
    void (*type)(pool *p, scaffold_column *column);
} scaffold_dialect;

extern const scaffold_dialect scaffold_sqlite, scaffold_postgresql, scaffold_mariadb, scaffold_standard;

/* --- scaffold_catalog.c */

/* Reads everything. False: what is wrong has been said. */
bool scaffold_read(scaffold *s, uow_context *context);
/* One column of a table by name, or NULL. */
scaffold_column *scaffold_column_of(const scaffold_table *table, const char *name);

/* One row each, with the columns named above; a column's type may be followed by ODBC's code for it. */
void scaffold_add_table(const scaffold_row *row);
void scaffold_add_column(const scaffold_row *row);
void scaffold_add_key(const scaffold_row *row);
void scaffold_add_reference(const scaffold_row *row);
void scaffold_add_routine(const scaffold_row *row);
/* The last of a routine, from the same columns. */
void scaffold_add_parameter(const scaffold_row *row, scaffold_routine *routine);

/* --- scaffold_type.c */

typedef struct scaffold_type {
    const char *native;
    uow_type type;
    uow_type when_unsigned;
} scaffold_type;

/* By a table that ends with native NULL; a type that is in none is long text, which every driver gives. */
void scaffold_type_of(const scaffold_type *types, scaffold_column *column);
/* Text and numbers by their length: arrays where it is short, otherwise pointers. */
void scaffold_type_sized(scaffold_column *column);
/* "int64_t", "char" */
const char *scaffold_type_c(uow_type type);
/* "UOW_INT64" */
const char *scaffold_type_name(uow_type type);

/* --- scaffold_name.c */

/* A C identifier in lower case; taken ones and keywords of C and C++ get a number or an underscore. */
const char *scaffold_identifier(pool *p, const char *name);
const char *scaffold_unique(pool *p, scaffold_names *names, const char *wanted);
/* The struct's tag: none that a system header has. */
const char *scaffold_tag(pool *p, scaffold_names *names, const char *prefix, const char *name);
/* "album" -> "albums" */
const char *scaffold_plural(pool *p, const char *name);

/* --- scaffold_model.c: what the catalog says becomes what the model can hold */

void scaffold_build(scaffold *s);

/* --- scaffold_write.c, scaffold_write_call.c */

void scaffold_header(FILE *out, const scaffold *s);
void scaffold_source(FILE *out, const scaffold *s);
void scaffold_routines_header(FILE *out, const scaffold *s);
void scaffold_routines_source(FILE *out, const scaffold *s);
/* A member's declaration. */
void scaffold_member(FILE *out, const scaffold_column *column);
/* A C string with its quotes. */
void scaffold_string(FILE *out, const char *text);
/* Text inside of a comment: what would end it is left out. */
void scaffold_remark(FILE *out, const char *text);

#endif
