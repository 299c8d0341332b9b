/*
 * A call that reaches the database, written once: its arguments and its state in
 * one struct, a step that carries it on, and what hands its results over. The
 * blocking call runs the step where it is; the polled one gives the struct to an
 * operation.
 *
 * A new call is pollable when it has a struct that begins with uowi_method_head, a
 * step that checks and copies everything of the program's before its first
 * UOWI_TURN, a uowi_method, and its two public functions: see public_unit.c.
 */
#ifndef UOWI_CONTEXT_METHOD_H
#define UOWI_CONTEXT_METHOD_H

#include "base/usual.h"
#include "context/context.h"
#include "flow/step.h"

/* What is to be told once the guard is left and the call's struct is gone: see unit.h. */
typedef struct uowi_parting {
    void (*tell)(const struct uowi_parting *parting); /* NULL: nothing */
    uow_context *context;
    void *items;
    size_t count, capacity;
    bool committed;
} uowi_parting;

/* First in every call's struct. */
typedef struct uowi_method_head {
    int at;
    uowi_session *s; /* set when the call is inside */
    uow_context *context;
    uint64_t token;  /* of the guard, for handles that keep it */
    uowi_parting parting; /* set by the step */
} uowi_method_head;

#define UOWI_METHOD_ALWAYS 0x01u /* deliver and discard follow a failure too */
/* A call on a handle that has the guard already and sees to it itself; call is the one that made the handle. */
#define UOWI_METHOD_HELD 0x02u
/* Its status is that of something several contexts take part in: the record of the one that carries it is left alone. */
#define UOWI_METHOD_MANY 0x04u
/* Nobody could be left with it: uow_op_free waits for its end, however long that takes. */
#define UOWI_METHOD_WAITS 0x08u

typedef struct uowi_method {
    uowi_call call;
    size_t size; /* of the struct */
    uowi_step step;
    /* Writes the places for results. NULL: there are none. UOWI_CALL_HOLDS: the handle takes the guard. */
    void (*deliver)(void *self);
    /* Instead of deliver, when the operation is given up after it succeeded. NULL: nothing to free. */
    void (*discard)(void *self);
    uint32_t flags;
} uowi_method;

/* However the call ended. */
static inline uowi_parting uowi_method_part(const void *self)
{
    return ((const uowi_method_head *)self)->parting;
}

static inline void uowi_method_tell(const uowi_parting *parting)
{
    if (UOWI_RARE(parting->tell))
        parting->tell(parting);
}

/*
 * Enters the guard and runs the call: here to its end (out_op NULL), or as an operation. self is copied then.
 */
uow_status uowi_method_run(const uowi_method *method, uow_context *context, const char *where, void *self,
                           uow_op **out_op);

/* Whether the guard does not end with the call: a handle has it, or the context is gone. */
bool uowi_method_keeps(const uowi_method *method, uow_status st);

/* Operations: op.c. */

/* Begins an operation of a call that is inside. self is copied. The call is outside again unless UOW_OK. */
uow_status uowi_op_start(const uowi_method *method, const uowi_entered *entered, void *self, uow_op **out_op);
/* The same for a handle that has given the guard back: nothing of the context's is touched, and it is over at once. */
uow_status uowi_op_start_beside(const uowi_method *method, uow_context *context, void *self, uow_op **out_op);
/* The blocking call made by an operation, which is cancelled at until_ns or when a statement runs for too long. */
uow_status uowi_op_here(const uowi_method *method, const uowi_entered *entered, void *self, uint64_t until_ns);
/* Buries an operation that was given up, if its driver has come back. False: it has not. */
bool uowi_op_bury(uow_context *context);

#endif
