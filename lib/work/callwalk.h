/*
 * A stored procedure while it is called: which one is meant, what its text is, its results one after the other, and
 * the values that come back. How the results come differs by database; each way is a file of its own.
 */
#ifndef UOWI_WORK_CALLWALK_H
#define UOWI_WORK_CALLWALK_H

#include "work/frame.h"
#include "work/routine.h"
#include "work/run.h"

typedef struct uowi_callwalk uowi_callwalk;

/* [resumable] Carries on to the next result: UOW_OK with walk->run on it, UOW_END when everything is drained. */
typedef uow_status (*uowi_callway)(uowi_callwalk *walk);

#define UOWI_SLOT_DEFAULT ((size_t)-1) /* left out */
#define UOWI_SLOT_FILL ((size_t)-2)    /* a value comes back that the program has no argument for */

struct uowi_callwalk {
    int at;
    uowi_session *s;
    uowi_arena *arena; /* of everything below */
    uowi_callway way;
    const char *name; /* as the program said it, for messages */
    const char *schema; /* or NULL */
    const char *plain;
    uow_arg *args; /* a copy: where values come back to */
    const uow_arg *inputs; /* what goes in by each, copied where the call is polled */
    size_t arg_count;
    const uow_arg *returns;  /* the argument for what a function returns, or NULL */
    const uow_arg *affected; /* that for the rows, or NULL */
    const uowi_routine *routine;     /* what is called, or what the procedure of the model looks like */
    const uowi_procedure *procedure; /* of the model, when its body is run */
    size_t *slots;  /* the argument of each parameter of routine */
    size_t *places; /* the place of each parameter in the frame, or UOWI_NO_PLACE */
    size_t return_place;
    uowi_frame frame;
    uowi_run run;
    uowi_param *params;
    size_t param_count;
    size_t *columns; /* the places of a row that carries values */
    size_t column_count;
    size_t next;     /* cursor, or step of the body */
    const char **cursors;
    size_t cursor_count;
    bool own_unit;
    bool named;
    bool drained;
    int64_t affected_rows;
};

/*
 * Finds the procedure, matches the arguments, begins a unit where one is needed. Sends nothing of the call yet. arena must
 * outlive the walk: the session's scratch will do.
 */
uow_status uowi_callwalk_open(uowi_callwalk *walk, uowi_session *s, uowi_arena *arena, const char *name, const uow_arg *args,
                              size_t arg_count);
/* The two halves of it: what needs the program's arguments, and what needs the database. */
uow_status uowi_callwalk_init(uowi_callwalk *walk, uowi_session *s, uowi_arena *arena, const char *name,
                              const uow_arg *args, size_t arg_count);
uow_status uowi_callwalk_begin(uowi_callwalk *walk);
/* [resumable] The next result set; UOW_END: drained. */
uow_status uowi_callwalk_next(uowi_callwalk *walk);
/* Ends the call's unit; on success writes the values into the program's variables. Returns st. May be called twice. */
uow_status uowi_callwalk_end(uowi_callwalk *walk, uow_status st);
/* The two halves of it: without the program's variables, and nothing else. */
uow_status uowi_callwalk_finish(uowi_callwalk *walk, uow_status st);
void uowi_callwalk_deliver(const uowi_callwalk *walk);

/* callmatch.c: chooses among overloads and gives each parameter its argument. */
uow_status uowi_callmatch(uowi_callwalk *walk, const uowi_routine *candidates);
/* Whether an argument is a parameter at all. */
bool uowi_call_is_parameter(const uow_arg *arg);
uow_direction uowi_call_direction(const uow_arg *arg);

/* calltext.c: pieces of the text, appended to the session's, with the parameters they need. */

/* Room for the parameters and the columns of a row. */
uow_status uowi_calltext_open(uowi_callwalk *walk);
/* "schema"."name" */
void uowi_calltext_name(uowi_callwalk *walk);
/* "?" with the value that goes in for a parameter. */
uow_status uowi_calltext_in(uowi_callwalk *walk, size_t parameter);
/* The value that goes in by an argument, as a parameter of the statement. */
uow_status uowi_calltext_value(uowi_callwalk *walk, const uow_arg *arg, const char *name);
/* Starts the statement in the session's text. */
uow_status uowi_calltext_start(uowi_callwalk *walk, bool reads);

/* The ways. */
uow_status uowi_callway_bound(uowi_callwalk *walk);
uow_status uowi_callway_row(uowi_callwalk *walk);
uow_status uowi_callway_variables(uowi_callwalk *walk);
uow_status uowi_callway_body(uowi_callwalk *walk);
/* Places of the frame as each way needs them, before the frame is sealed. */
uow_status uowi_callway_body_places(uowi_callwalk *walk);

#endif
