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
 */
#ifndef UOWI_FLOW_STEP_H
#define UOWI_FLOW_STEP_H

#include "uow/status.h"

typedef uow_status (*uowi_step)(void *self);

#define UOWI_STEP_BEGIN(at) switch (at) { case 0:
#define UOWI_STEP_END }
/* Evaluates call until it no longer answers PENDING; leaves the function in between. */
#define UOWI_AWAIT(at, st, call) \
    do { \
        (at) = __LINE__; \
        __attribute__((fallthrough)); \
    case __LINE__: \
        (st) = (call); \
        if ((st) == UOW_PENDING) \
            return UOW_PENDING; \
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
