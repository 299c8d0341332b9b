/* A model as the library uses it: entities compiled from the program's tables, checked once, read-only afterwards. */
#ifndef UOWI_TRACK_MODEL_H
#define UOWI_TRACK_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/map.h"
#include "diag/error.h"
#include "uow/procedure.h"

#define UOWI_MAX_COLUMNS 256 /* of one entity: a change is a bit set of this size */
#define UOWI_NO_COLUMN ((size_t)-1)

typedef struct uowi_entity uowi_entity;

/*
 * A foreign key: columns[i] of the dependent holds keys[i] of the principal. A relation with members, or to columns
 * that are not the primary key, is followed: the tracker keeps its rows linked.
 */
typedef struct uowi_relation {
    const uowi_entity *dependent;
    const uowi_entity *principal;
    size_t count;
    size_t columns[UOW_MAX_KEY];
    size_t key_count;
    size_t keys[UOW_MAX_KEY];
    uow_on_delete on_delete;
    bool alternate; /* keys are not the primary key */
    bool optional;  /* a column may be NULL */
    bool followed;
    uow_navigation reference;
    uow_navigation collection;
    size_t key_bytes; /* the principal's row up to the end of its last key column */
    size_t link;      /* followed: which link of the dependent, which place of the principal */
    size_t place;
} uowi_relation;

/* Columns that are unique together, besides the key. */
typedef struct uowi_unique {
    size_t count;
    size_t columns[UOW_MAX_KEY];
} uowi_unique;

#define UOWI_MAX_UNIQUES 16

struct uowi_entity {
    const uow_entity *def; /* the program's descriptor: identity */
    const char *name;      /* table, or struct where there is none; for messages */
    const char *schema;
    const char *table;
    size_t index; /* in the model */
    size_t rank;  /* principals have lower ranks than their dependents, as far as there is no cycle */
    size_t place; /* in the model by rank and index */
    size_t row_size;
    uow_column *columns;
    size_t column_count;
    size_t key[UOW_MAX_KEY]; /* column indexes */
    size_t key_count;
    const uow_column *whole_key; /* the one integer that is the key: its hash is one to one; or NULL */
    size_t generated_key; /* column index of an integer key made by the database, or UOWI_NO_COLUMN */
    size_t version;       /* column index of a counter that save moves on, or UOWI_NO_COLUMN */
    size_t *checks;       /* columns that must have their original values for a row to be met: version and tokens */
    size_t check_count;
    bool has_made_token;  /* the database makes one of them anew at each write */
    bool has_computed;    /* has UOW_READONLY columns */
    bool tracked;         /* has a key and is not keyless */
    bool has_long;        /* has UOW_LONGTEXT or UOW_BLOB members */
    uowi_relation *relations;
    size_t relation_count;
    const uow_writing *writing; /* by procedures; or NULL */
    const uowi_relation **dependents; /* the relations this entity is the principal of */
    size_t dependent_count;
    size_t link_count;    /* relations followed to a principal */
    size_t place_count;   /* relations followed to here */
    bool has_alternate;   /* one of those is to an alternate key */
    bool refers_to_itself; /* a relation leads to this entity */
    bool inherits_key;    /* a key column is a foreign key, and none is generated: new rows may wait for their key */
    uowi_unique uniques[UOWI_MAX_UNIQUES];
    size_t unique_count;
};

/* A procedure of the model: its tables copied, so that their strides need not be minded. */
typedef struct uowi_procedure {
    const char *schema; /* or NULL */
    const char *name;
    const uow_parameter *parameters;
    size_t parameter_count;
    const uow_step *steps;
    size_t step_count; /* 0: no portable body */
    bool own_body;
} uowi_procedure;

struct uow_model {
    uowi_mem *mem;
    uow_error error;
    uowi_arena arena;
    uowi_entity *entities;
    size_t entity_count;
    uowi_procedure *procedures;
    size_t procedure_count;
    bool related;  /* there is a relation between its entities */
    bool followed; /* there is one to keep linked */
    bool inherits; /* an entity inherits keys */
    uowi_map by_def; /* uow_entity pointer -> uowi_entity */
};

uow_status uowi_model_create(uowi_mem *mem, const uow_entity *const *entities, size_t count, uow_model **out_model);
uow_status uowi_model_build(uowi_mem *mem, const uow_model_parts *parts, uow_model **out_model);
void uowi_model_destroy(uow_model *model);
/* The procedure of this name without case, schema NULL: of any; NULL when there is none. model may be NULL. */
const uowi_procedure *uowi_model_procedure(const uow_model *model, const char *schema, const char *name);
/* model_procedure.c: compiles the procedures; UOW_MODEL, UOW_NO_MEMORY through the model's error. */
uow_status uowi_model_procedures(uow_model *model, const uow_procedure *const *procedures, size_t count);
/* NULL when the descriptor is not part of the model; model may be NULL. */
const uowi_entity *uowi_model_entity(const uow_model *model, const uow_entity *def);
/* By column name without case; UOWI_NO_COLUMN. */
size_t uowi_entity_column(const uowi_entity *entity, const char *name);

/* The relation of this entity whose first column is this one; NULL. */
const uowi_relation *uowi_entity_relation(const uowi_entity *entity, const char *column);

/* model_relation.c: compiles the relations of every entity; false: out of memory. */
bool uowi_model_relate(uow_model *model);

/* model_writing.c: which entities are written by procedures; likewise. */
uow_status uowi_model_writings(uow_model *model, const uow_writing *const *writings, size_t count);

/* The size a member of this type must have; 0 where it is an array of the program's choice. */
size_t uowi_type_size(uow_type type);
const char *uowi_type_name(uow_type type);
bool uowi_type_is_integer(uow_type type);

/* Reads an integer member of any width; unsigned values above INT64_MAX wrap, which keeps them distinct. */
static inline int64_t uowi_member_int64(const uow_column *column, const void *row)
{
    const void *at = (const char *)row + column->offset;

    if (column->type == UOW_INT32)
        return *(const int32_t *)at;
    if (column->type == UOW_INT64)
        return *(const int64_t *)at;
    switch (column->type) {
    case UOW_INT8: return *(const int8_t *)at;
    case UOW_INT16: return *(const int16_t *)at;
    case UOW_INT32: return *(const int32_t *)at;
    case UOW_UINT8: return *(const uint8_t *)at;
    case UOW_UINT16: return *(const uint16_t *)at;
    case UOW_UINT32: return *(const uint32_t *)at;
    case UOW_UINT64: return (int64_t)*(const uint64_t *)at;
    default: return *(const int64_t *)at;
    }
}
/* NULL, or nothing but zero bytes. */
bool uowi_member_is_zero(const uow_column *column, const void *row);
/* False when the value does not fit the member. */
bool uowi_member_set_int64(const uow_column *column, void *row, int64_t value);

static inline uow_ind *uowi_member_ind(const uow_column *column, void *row)
{
    return column->ind_offset == UOW_NO_IND ? NULL : (uow_ind *)(void *)((char *)row + column->ind_offset);
}

static inline bool uowi_member_is_null(const uow_column *column, const void *row)
{
    return column->ind_offset != UOW_NO_IND &&
           *(const uow_ind *)(const void *)((const char *)row + column->ind_offset) == UOW_NULL;
}

#endif
