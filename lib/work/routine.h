/* Stored procedures and functions as the catalog has them, asked once per name and connection. */
#ifndef UOWI_WORK_ROUTINE_H
#define UOWI_WORK_ROUTINE_H

#include "base/arena.h"
#include "diag/error.h"
#include "uow/procedure.h"

typedef struct uowi_session uowi_session;

typedef struct uowi_routine uowi_routine;

/* Classes of types: see uowi_call_style. */
#define UOWI_CLASS_CURSOR 'R'
#define UOWI_CLASS_VOID 'V'
#define UOWI_CLASS_COMPOSITE 'C'

typedef struct uowi_routine_parameter {
    const char *name; /* "" when it has none */
    const char *type;
    char type_class;
    uow_direction direction; /* IN, OUT, INOUT */
    bool variadic;           /* an array, given as one argument */
} uowi_routine_parameter;

struct uowi_routine {
    const char *id;
    const char *schema;
    const char *name;
    bool function;
    bool set;      /* gives any number of rows */
    bool reads;    /* declared not to write */
    const char *returns; /* type; "" for a procedure */
    char returns_class;
    size_t defaults;
    uowi_routine_parameter *parameters; /* without the columns of a set */
    size_t parameter_count;
    size_t column_count; /* of a set, as far as they are declared */
    uowi_routine *next;  /* of the same name: an overload */
};

/* What was looked for under a name, in the order it was asked. */
typedef struct uowi_routine_name uowi_routine_name;

typedef struct uowi_routines {
    uowi_arena arena;
    uowi_routine_name *first;
} uowi_routines;

void uowi_routines_init(uowi_routines *routines, uowi_mem *mem);
void uowi_routines_done(uowi_routines *routines);

/*
 * Every routine of this name; schema may be NULL. *out is NULL when there is none. Blocks on the catalog the first
 * time. Valid until DDL makes the cache forget.
 */
uow_status uowi_routines_of(uowi_session *s, const char *schema, const char *name, const uowi_routine **out);

/* A cursor that is a result of the call rather than a parameter. */
static inline bool uowi_routine_cursor(const uowi_routine_parameter *parameter)
{
    return parameter->type_class == UOWI_CLASS_CURSOR && parameter->direction != UOW_PARAMETER_IN;
}

/* Whether a value of this type fits a parameter of this class. */
bool uowi_class_takes(char type_class, uow_type type);

#endif
