/*
 * The values that come back from a call, kept aside until the call has succeeded. Each has a place in a row image of
 * the library's own, so that they are read and checked exactly as members of an entity are.
 */
#ifndef UOWI_WORK_FRAME_H
#define UOWI_WORK_FRAME_H

#include "work/session.h"

#define UOWI_NO_PLACE ((size_t)-1)

typedef struct uowi_frame {
    uowi_session *s;
    uowi_arena *arena;
    const char *name;     /* of the procedure, for messages */
    uow_column *columns;  /* one per place */
    const uow_arg **args; /* the program's variable for each, or NULL */
    const uow_arg **inputs; /* what an INOUT argument holds before, or NULL */
    size_t count;
    size_t capacity;
    size_t size; /* of image */
    char *image;
    /* while a row is read */
    uowi_rowset *rowset;
    const size_t *places; /* of the result's columns */
    size_t place_count;
} uowi_frame;

/* Everything is allocated in arena; capacity: places at most. */
uow_status uowi_frame_open(uowi_frame *frame, uowi_session *s, uowi_arena *arena, const char *name, size_t capacity);
/*
 * A place for an argument's value; *out is its number. input is what it holds before, for INOUT. UOW_MISUSE for a type that
 * does not fit the room.
 */
uow_status uowi_frame_for_arg(uowi_frame *frame, const char *name, const uow_arg *arg, const uow_arg *input,
                              size_t *out);
/* A place for a value the program does not get. */
uow_status uowi_frame_for_type(uowi_frame *frame, const char *name, uow_type type, size_t *out);
/* All places are there: NULL, but those of INOUT arguments. */
uow_status uowi_frame_seal(uowi_frame *frame);

/*
 * [resumable] Takes the first row of the statement's result: places[i] is that of column i, or UOWI_NO_PLACE. UOW_END
 * without a row.
 */
uow_status uowi_frame_take(uowi_frame *frame, uowi_stmt *stmt, const size_t *places, size_t count);
/*
 * The same by parameters bound as the standard has it: places[i] is that of parameter i. *out is for uowi_run.outs; the
 * values are there when uowi_frame_take_bound says so, after every result.
 */
uow_status uowi_frame_bind(uowi_frame *frame, uowi_stmt *stmt, const size_t *places, size_t count, uowi_rowset **out);
uow_status uowi_frame_take_bound(uowi_frame *frame);
/* Gives up a row that is being read. */
void uowi_frame_drop(uowi_frame *frame);

/* The value of a place as an argument. */
uow_arg uowi_frame_arg(const uowi_frame *frame, size_t place);
/* A text of a place of type UOW_LONGTEXT; NULL for NULL. */
const char *uowi_frame_text(const uowi_frame *frame, size_t place);
/* Whether every NULL has an indicator to go to. */
uow_status uowi_frame_check(const uowi_frame *frame);
/* Into the program's variables; cannot fail after the check. */
void uowi_frame_deliver(const uowi_frame *frame);

#endif
