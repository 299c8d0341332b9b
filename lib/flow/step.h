/*
 * Resumable steps. An operation is a struct and a function that carries it on
 * until it is done, failed, or the driver asks to be polled (UOW_PENDING); the
 * next call goes on where the last one stopped. Blocking call and polled call
 * are the same function.
 *
 *   static uow_status find_step(void *self)
 *   {
 *       find_op *op = self;
 *       uow_status st = UOW_OK;
 *
 *       UOWI_STEP_BEGIN(op->at);
 *       UOWI_AWAIT(op->at, st, uowi_stmt_execute(op->stmt));
 *       if (st != UOW_OK)
 *           return st;
 *       UOWI_STEP_END;
 *       return st;
 *   }
 *
 * What must survive a pause lives in the struct: locals do not.
 *
 * A polled operation has two places to run: the thread that polls, which alone
 * may touch the tracker and the program's memory, and its engine, which makes the
 * ODBC calls. A step begins on the caller's; UOWI_TURN says where it goes on. A
 * blocking call and the native engine have one thread for everything and simply
 * go on; the worker engine changes threads, so an operation should turn as seldom
 * as it can.
 */
#ifndef UOWI_FLOW_STEP_H
#define UOWI_FLOW_STEP_H

#include <stdbool.h>

#include "base/usual.h"
#include "uow/status.h"

/* Whose turn it is: what a step answers beside UOW_PENDING. Never shown to the program. */
#define UOWI_TURN_CALLER ((uow_status)0x7001) /* tracker, program memory, callbacks */
#define UOWI_TURN_ENGINE ((uow_status)0x7002) /* ODBC calls; the driver may be polled */
#define UOWI_TURN_WORKER ((uow_status)0x7003) /* ODBC calls that cannot be polled: connect, SQLEndTran, SQLMoreResults */

/* The step is not over. */
static inline bool uowi_step_pauses(uow_status st)
{
    return st == UOW_PENDING || (st >= UOWI_TURN_CALLER && st <= UOWI_TURN_WORKER);
}

typedef uow_status (*uowi_step)(void *self);

#define UOWI_STEP_BEGIN(at) switch (at) { case 0:
#define UOWI_STEP_END }
/* Evaluates call until it no longer pauses; leaves the function in between. */
#define UOWI_AWAIT(at, st, call) \
    do { \
        (at) = __LINE__; \
        __attribute__((fallthrough)); \
    case __LINE__: \
        (st) = (call); \
        if (UOWI_RARE(uowi_step_pauses(st))) \
            return (st); \
    } while (0)
/* Goes on in another place. */
#define UOWI_TURN(at, turn) \
    do { \
        (at) = __LINE__; \
        return (turn); \
    case __LINE__:; \
    } while (0)

/* Leaves the function with UOW_OK, for one that gives one thing after the other; the next call goes on behind it. */
#define UOWI_YIELD(at) \
    do { \
        (at) = __LINE__; \
        return UOW_OK; \
    case __LINE__:; \
    } while (0)

/* The blocking way to run a step: poll with growing pauses, at most a millisecond each. */
uow_status uowi_step_run(uowi_step step, void *self);

/* A short wait between two polls of a blocking loop. */
void uowi_step_pause(void);

#endif
