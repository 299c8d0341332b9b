/* Mapping: which member of which struct is which column of which table. */
#ifndef UOW_MODEL_H
#define UOW_MODEL_H

#include "uow/status.h"
#include "uow/types.h"

UOW_BEGIN_DECLS

/* Column flags. */
#define UOW_KEY 0x01u       /* part of the primary key, in declaration order */
#define UOW_GENERATED 0x02u /* the database makes the value at insert; it comes back */
#define UOW_VERSION 0x04u   /* concurrency token: checked and incremented by each update; with UOW_GENERATED: of any
                             * type, made by the database at each write, checked, never written */
#define UOW_READONLY 0x08u  /* computed by the database: read, never written */
#define UOW_DEFAULT 0x10u   /* left out of an insert while its member is zero or NULL; the default comes back */
#define UOW_TOKEN 0x20u     /* an update or delete meets its row only while the column has the value that was read */
/*
 * Unique columns besides the key. Save releases a value before it is used again.
 * UOW_UNIQUE alone is a unique column; columns with the same UOW_UNIQUE_GROUP(n), n from 1 to 15,
 * are unique together.
 */
#define UOW_UNIQUE 0x0100u
#define UOW_UNIQUE_GROUP(n) ((uint32_t)(n) << 12)

/* Entity flags. */
#define UOW_KEYLESS 0x01u /* a view or a result: read only, never tracked */

/* No indicator member. */
#define UOW_NO_IND ((size_t)-1)

/*
 * Converts between a member of any C type and a database value of one of the
 * types above: an enum kept as text, a packed date. The database value has
 * db_type and occupies db_size bytes; NULLs never reach the callbacks.
 * Both return nonzero on success; 0 makes the operation fail with UOW_TYPE.
 * In callbacks: no call into libuow.
 */
typedef struct uow_converter {
    size_t struct_size;
    uow_type db_type;
    size_t db_size;
    int (*to_db)(const void *member, void *db_value, void *user);
    int (*from_db)(const void *db_value, void *member, void *user);
    void *user;
} uow_converter;

/* One member <-> one column. Made by the UOW_COLUMN macros. */
typedef struct uow_column {
    const char *name;   /* column name as the catalog has it; quoted by the dialect */
    const char *member; /* member name, for messages */
    size_t offset;
    size_t size;
    size_t ind_offset; /* offset of the uow_ind member, or UOW_NO_IND */
    uow_type type;
    uint32_t flags;
    const uow_converter *converter; /* or NULL */
    const void *initial;            /* value a new instance starts with, or NULL for zero */
} uow_column;

typedef struct uow_entity uow_entity;

#define UOW_MAX_KEY 8

/* What happens to dependents when a principal is deleted. */
typedef enum uow_on_delete {
    UOW_RESTRICT = 0,
    UOW_CASCADE = 1,
    UOW_SET_NULL = 2,
    UOW_NO_ACTION = 3,
    UOW_ON_DELETE_FORCE_INT = 0x7fffffff
} uow_on_delete;

/*
 * Rows that refer to a principal, as the member of the principal's struct shows them.
 * The library fills it and owns the memory; read it, never write it (uow_link and
 * uow_unlink move rows). It starts zeroed. items is valid until a call tracks, forgets
 * or moves a row; the order is that of tracking, until a row leaves: the last takes its place.
 */
typedef struct uow_collection {
    void **items; /* the dependents' structs */
    size_t count;
    uint32_t loaded; /* 1: uow_load_collection has read every row there was */
    uint32_t reserved;
} uow_collection;

/* A member that leads from row to row. Made by UOW_MEMBER and UOW_NO_MEMBER. */
typedef struct uow_navigation {
    size_t place;       /* its offset + 1; 0: there is none */
    size_t size;        /* of the member */
    size_t struct_size; /* of the struct it is in */
    const char *member; /* its name, for messages */
} uow_navigation;

/*
 * A foreign key of this entity: its columns, in the order of the principal's key. The
 * relation is optional when a column of it has an indicator, otherwise required.
 */
typedef struct uow_relation {
    const uow_entity *principal;
    const char *columns[UOW_MAX_KEY]; /* ends at the first NULL */
    uow_on_delete on_delete;
    uint32_t reserved;
    const char *principal_columns[UOW_MAX_KEY]; /* unique together; none: the primary key */
    uow_navigation reference;  /* in the dependent: a pointer to the principal's struct */
    uow_navigation collection; /* in the principal: a uow_collection */
} uow_relation;

/* One struct <-> one table, view or result. Made by the UOW_ENTITY macros. */
struct uow_entity {
    size_t struct_size;
    const char *struct_name; /* for messages */
    const char *schema;      /* or NULL */
    const char *table;       /* NULL for an entity only read by raw SQL */
    size_t row_size;         /* sizeof the program's struct */
    const uow_column *columns;
    size_t column_size; /* sizeof(uow_column) the program was compiled with */
    uint32_t column_count;
    uint32_t flags;
    const uow_relation *relations;
    size_t relation_size;
    uint32_t relation_count;
    uint32_t reserved;
};

#define UOW_MEMBER_SIZE(T, m) (sizeof(((T *)0)->m))

#define UOW_COLUMN(T, m, name, type, flags) \
    { (name), #m, offsetof(T, m), UOW_MEMBER_SIZE(T, m), UOW_NO_IND, (type), (flags), NULL, NULL }
#define UOW_COLUMN_NULL(T, m, ind, name, type, flags) \
    { (name), #m, offsetof(T, m), UOW_MEMBER_SIZE(T, m), offsetof(T, ind), (type), (flags), NULL, NULL }
#define UOW_COLUMN_AS(T, m, name, converter, flags) \
    { (name), #m, offsetof(T, m), UOW_MEMBER_SIZE(T, m), UOW_NO_IND, (uow_type)0, (flags), (converter), NULL }
#define UOW_COLUMN_NULL_AS(T, m, ind, name, converter, flags) \
    { (name), #m, offsetof(T, m), UOW_MEMBER_SIZE(T, m), offsetof(T, ind), (uow_type)0, (flags), (converter), NULL }
#define UOW_COLUMN_INITIAL(T, m, name, type, flags, initial) \
    { (name), #m, offsetof(T, m), UOW_MEMBER_SIZE(T, m), UOW_NO_IND, (type), (flags), NULL, (initial) }

#define UOW_COUNT(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))

#define UOW_ENTITY_FULL(T, schema, table, cols, flags, rels, nrels) \
    { sizeof(uow_entity), #T, (schema), (table), sizeof(T), (cols), sizeof(uow_column), \
      UOW_COUNT(cols), (flags), (rels), sizeof(uow_relation), (nrels), 0 }
#define UOW_ENTITY(T, table, cols) UOW_ENTITY_FULL(T, NULL, table, cols, 0, NULL, 0)
#define UOW_ENTITY_IN(T, schema, table, cols) UOW_ENTITY_FULL(T, schema, table, cols, 0, NULL, 0)
#define UOW_ENTITY_RELATED(T, table, cols, rels) \
    UOW_ENTITY_FULL(T, NULL, table, cols, 0, rels, UOW_COUNT(rels))
#define UOW_ENTITY_KEYLESS(T, table, cols) UOW_ENTITY_FULL(T, NULL, table, cols, UOW_KEYLESS, NULL, 0)

/* Columns of a relation, on its own side or the principal's. */
#define UOW_ON(a) { (a), NULL, NULL, NULL, NULL, NULL, NULL, NULL }
#define UOW_ON2(a, b) { (a), (b), NULL, NULL, NULL, NULL, NULL, NULL }
#define UOW_ON3(a, b, c) { (a), (b), (c), NULL, NULL, NULL, NULL, NULL }
#define UOW_ON4(a, b, c, d) { (a), (b), (c), (d), NULL, NULL, NULL, NULL }
#define UOW_PRIMARY_KEY { NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL }
/* Navigation members: struct type and member. */
#define UOW_NO_MEMBER { 0, 0, 0, NULL }
#define UOW_MEMBER(T, m) { offsetof(T, m) + 1, UOW_MEMBER_SIZE(T, m), sizeof(T), #m }

/*
 * The whole of a relation:
 *     UOW_RELATION(UOW_ON2("country", "plate"), &cars, UOW_PRIMARY_KEY, UOW_CASCADE,
 *                  UOW_MEMBER(struct trip, car), UOW_MEMBER(struct car, trips))
 */
#define UOW_RELATION(columns, principal, principal_columns, on_delete, reference, collection) \
    { (principal), columns, (on_delete), 0, principal_columns, reference, collection }
/* One column that refers to the primary key: without members, with the pointer, with the collection, with both. */
#define UOW_REFERENCE(column, principal, on_delete) \
    UOW_RELATION(UOW_ON(column), principal, UOW_PRIMARY_KEY, on_delete, UOW_NO_MEMBER, UOW_NO_MEMBER)
#define UOW_REFERENCE_TO(column, principal, on_delete, T, m) \
    UOW_RELATION(UOW_ON(column), principal, UOW_PRIMARY_KEY, on_delete, UOW_MEMBER(T, m), UOW_NO_MEMBER)
#define UOW_REFERENCE_FROM(column, principal, on_delete, P, collection) \
    UOW_RELATION(UOW_ON(column), principal, UOW_PRIMARY_KEY, on_delete, UOW_NO_MEMBER, UOW_MEMBER(P, collection))
#define UOW_REFERENCE_BOTH(column, principal, on_delete, T, m, P, collection) \
    UOW_RELATION(UOW_ON(column), principal, UOW_PRIMARY_KEY, on_delete, UOW_MEMBER(T, m), UOW_MEMBER(P, collection))

/*
 * Check a set of entities and freeze them into a model.
 * Parameters: env lends its allocator and must outlive the model; entities is an
 *   array of count pointers whose targets must outlive the model (usually static
 *   const); out_model receives the model, also on UOW_MODEL, so that
 *   uow_model_error can say everything there is to fix; free it either way.
 * Blocks: never. Threads: any; the model is read-only afterwards and may be
 *   shared by any number of contexts on any threads.
 * Returns: UOW_OK; UOW_MODEL (the error lists every mistake: a type that does not
 *   fit its member's size, no key, a duplicate column, ...); UOW_MISUSE;
 *   UOW_NO_MEMORY.
 * Since: 0.1. Source: EF Core's model building and validation.
 */
UOW_API uow_status uow_model_create(uow_env *env, const uow_entity *const *entities, size_t count,
                                    uow_model **out_model);

/*
 * What is wrong with a model, or an error with status UOW_OK.
 * Blocks: never. Threads: any. Lifetime: until uow_model_free. Since: 0.1.
 */
UOW_API const uow_error *uow_model_error(const uow_model *model);

/*
 * Free a model; every context that uses it must be closed before. NULL is fine.
 * Blocks: never. Threads: any. Since: 0.1.
 */
UOW_API void uow_model_free(uow_model *model);

UOW_END_DECLS

#endif
