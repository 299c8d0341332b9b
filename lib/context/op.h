/* What an operation is, to the files that make it. */
#ifndef UOWI_CONTEXT_OP_H
#define UOWI_CONTEXT_OP_H

#include <stdatomic.h>

#include "context/method.h"
#include "flow/flight.h"

#define UOWI_OP_MAGIC 0x756f776fu
#define UOWI_DEAD_OPS 64 /* kept per environment before the oldest is used again */

/*
 * A dead one is kept a while before it is used again, as contexts are: a cancel that comes too late, or a second
 * finish, meets an answer and not freed memory.
 */
struct uow_op {
    _Atomic uint32_t magic; /* these three stay when a dead one is used again */
    uow_env *env;
    _Atomic int inside;     /* a thread is in a call with it; nobody enters a dead one */
    uint32_t cancellers;    /* threads that are sending a cancel; guarded by the environment's mutex */
    void *self;             /* the call's struct */
    uow_context *context;
    uowi_entered entered;
    const uowi_method *method;
    uowi_flight flight;
    uint64_t thread;    /* that started it, as uowi_thread_self tells */
    uint64_t started_ns;
    uint64_t deadline_ns;
    uint64_t statement_ns; /* what each of its statements may take, where only a cancel ends it; 0: no limit */
    _Atomic bool statement_late; /* that is why it is cancelled */
    uow_op_fn on_done;
    void *on_done_user;
    uow_op *next, *before; /* in the environment's list */
    uint64_t round;        /* of uow_env_dispatch that met it last */
    int at;        /* of the step around the call's own */
    uow_status st; /* how the call went; once over, how the operation did */
    bool over;
    bool beside;             /* of a handle that has given the guard back: nothing of the context's is touched */
    uint32_t depth;          /* of units, when it was started */
    _Atomic int cancel;      /* the status it is to end with, or 0 */
    uowi_job canceller;      /* sends the request where that takes its time */
    _Atomic bool cancelling; /* it is on its way */
    uint64_t cancelled_ns;   /* the request was sent last; 0: never */
    uint64_t cancel_next_ns; /* when to send it again */
};

/* One thread at a time: UOW_OK, UOW_BUSY, UOW_MISUSE. */
uow_status uowi_op_enter(uow_op *op);
void uowi_op_leave(uow_op *op);
/* Leaves; the callback, if it is due, is the last that happens to op here. Answers as uow_op_poll. */
uow_status uowi_op_leave_telling(uow_op *op);
/* Carries it on, and watches over deadline and cancel. True: it is found over, for the first time. */
bool uowi_op_look(uow_op *op);
/* Looks and sleeps, until it is over or the time has come. */
void uowi_op_await(uow_op *op, uint64_t until_ns);
/* timeout_ms from now, on the clock of uowi_now_ns. */
uint64_t uowi_op_until(uint32_t timeout_ms);

/* op_list.c: the environment's operations. */

/* A new one with room for the call's struct, alive and in the list; NULL: out of memory. */
uow_op *uowi_op_alloc(uow_env *env, size_t self_size);
/* Dead, and out of the list; waits for those who are cancelling it. */
void uowi_op_retire(uow_op *op, size_t self_size);
bool uowi_op_alive(const uow_op *op);
/* A thread that may not be inside keeps it from being retired, if it is alive. */
bool uowi_op_hold(uow_op *op);
void uowi_op_unhold(uow_op *op);
/* The next operation of this thread in a round, entered; NULL: the round is over. */
uint64_t uowi_op_round(uow_env *env);
uow_op *uowi_op_next(uow_env *env, uint64_t round);

/* op_cancel.c */

/* Asks that it end with this status. Any thread. */
void uowi_op_ask(uow_op *op, uow_status reason);
/* Passes deadlines, and asks again what was not heard. Inside. */
void uowi_op_press(uow_op *op);
/* When that has to be done next. */
uint64_t uowi_op_press_next(const uow_op *op);
/* Whether an answer of the call is due to the request. */
bool uowi_op_heeded(const uow_op *op, uow_status st);
/* The error record says what came of it. Returns the status. */
uow_status uowi_op_cancelled(uow_op *op, uow_status st, bool usable);

#endif
