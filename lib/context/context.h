/*
 * What the program holds. The shell (uow_context) outlives its connection for a
 * while, so that a call after close meets an answer and not freed memory.
 */
#ifndef UOWI_CONTEXT_CONTEXT_H
#define UOWI_CONTEXT_CONTEXT_H

#include <stdatomic.h>

#include "flow/calls.h"
#include "flow/guard.h"
#include "flow/hub.h"
#include "flow/workers.h"
#include "odbc/conn.h"
#include "uow/env.h"
#include "work/session.h"

#define UOWI_CONTEXT_MAGIC 0x756f7763u
#define UOWI_CLOSED_SHELLS 64 /* dead handles kept per environment before the oldest is reused */

typedef struct uowi_refusal uowi_refusal;
struct uowi_unit;
struct uowi_unit_hook;

/* Released: the handle of a lease that is over; its session lives on under another one. */
typedef enum uowi_life { UOWI_LIFE_OPEN = 1, UOWI_LIFE_FAILED, UOWI_LIFE_CLOSED, UOWI_LIFE_RELEASED } uowi_life;

#define UOWI_GONE_SIZE 192

typedef struct uowi_slot uowi_slot;
typedef struct uowi_adoption uowi_adoption;

struct uow_env {
    uint32_t magic;
    uowi_mem mem;
    uowi_odbc_env *odbc;
    uow_trace_fn trace;
    void *trace_user;
    uowi_birthmark birthmark; /* a forked child must not use the parent's connections */
    _Atomic uint64_t last_context_id;
    uowi_workers workers; /* of polled operations */
    uowi_hub hub;
    uint32_t deadline_ms;
    uint32_t drain_ms;
    uowi_mutex mutex;  /* guards what follows */
    size_t open_contexts;
    uowi_adoption *adoptions; /* handles that are in two hands */
    uow_op *ops, *ops_last; /* in flight or not yet finished */
    uint64_t rounds;        /* of uow_env_dispatch */
    uow_op *dead_oldest, *dead_newest;
    size_t dead_count;
    uowi_cond cancelled;    /* somebody has sent a cancel */
    uow_context *closed_oldest, *closed_newest;
    size_t closed_count;
};

struct uow_context {
    uint32_t magic;   /* these two stay when a dead shell is used again: see uowi_shell_take */
    _Atomic int life; /* uowi_life */
    uow_env *env;
    uint64_t id;
    uowi_guard guard;
    uowi_session session; /* used only under the guard */
    struct uowi_unit *unit;            /* the innermost uow_unit_run in flight; under the guard */
    struct uowi_unit_hook *unit_hooks; /* those who wait for the end of the open unit */
    size_t unit_hook_count, unit_hook_capacity;
    bool told_lost;       /* the trace knows that the connection is lost */
    uow_engine engine;    /* as the options have it */
    uint32_t deadline_ms;
    _Atomic bool away;    /* an engine may be using the session: its error record is not to be read */
    _Atomic int asked;    /* the status the operation in flight was asked to end with, or 0: for steps that look in between */
    uow_op *given_up;     /* freed while the driver had it: see uow_op_free */
    uint64_t token;       /* of the call that is inside, when it is not a cursor's */
    uowi_mutex refusals_mutex;
    uowi_refusal *refusals; /* records of threads that were refused */
    _Atomic uint32_t refused; /* how many of them are current */
    uow_context *next_closed;
    uowi_adoption *adoption; /* the handle is the program's; or NULL */
    uowi_slot *slot; /* of the factory that lends it; NULL: the program's own */
    char gone[UOWI_GONE_SIZE]; /* what is said about a lease that is over */
};

/* Closed and released handles have no session any more. */
static inline bool uowi_context_gone(const uow_context *context)
{
    int life = atomic_load(&context->life);

    return life == UOWI_LIFE_CLOSED || life == UOWI_LIFE_RELEASED;
}

/* An entered call: what leave needs. */
typedef struct uowi_entered {
    uow_context *context;
    uint64_t token;
} uowi_entered;

/*
 * The one door: checks the handle, takes the guard, clears the error record, resets the scratch. On UOW_OK the
 * caller leaves through uowi_leave. Otherwise the reason is where uow_context_error finds it.
 */
uow_status uowi_enter(uow_context *context, uowi_call call, const char *where, uowi_entered *out);
/* The call goes on: the error record of the last operation stays, and a lost connection is no obstacle. */
uow_status uowi_enter_again(uow_context *context, uowi_call call, const char *where, uowi_entered *out);
/* Records st in the error record if the operation did not, and frees the guard. Returns st. */
uow_status uowi_leave(const uowi_entered *entered, uow_status st);
/* Instead of leave: the guard stays with a cursor or rows handle. */
uow_status uowi_leave_held(const uowi_entered *entered, uow_status st);
/* The handle gives the guard back. */
void uowi_release(uow_context *context, uint64_t token);

/* A second thread inside a handle that already holds the guard (cursor, rows). */
UOWI_COLD uow_status uowi_refuse(uow_context *context, const char *operation, const char *where, const uowi_holder *holder);
void uowi_refusals_free(uow_context *context);
/* The calling thread's current refusal, or NULL. */
const uow_error *uowi_refusal_of(const uow_context *context);
void uowi_refusal_over(uow_context *context);

/* The operations that are dead. */
void uowi_ops_free(uow_env *env);

/* Shells: made by open, kept a while after close. */
uow_context *uowi_shell_take(uow_env *env);
void uowi_shell_give(uow_context *context);
void uowi_shells_free(uow_env *env);

/* A context that never connects: it carries an operation that opens others. NULL: out of memory. */
uow_context *uowi_carrier_take(uow_env *env);
void uowi_carrier_give(uow_context *carrier);

#endif
