/* Polled operations: each call that reaches the database, started and then polled. */
#ifndef UOW_OP_H
#define UOW_OP_H

#include <stddef.h>
#include <stdint.h>

#include "uow/status.h"

UOW_BEGIN_DECLS

/* What carries a polled operation on between two polls. */
typedef enum uow_engine {
    UOW_ENGINE_AUTO = 0,   /* native where the driver can be polled, else worker, else inline */
    UOW_ENGINE_NATIVE = 1, /* the driver itself (SQL_ATTR_ASYNC_ENABLE): each poll asks it; no thread but for what no driver manager polls */
    UOW_ENGINE_WORKER = 2, /* a thread of the environment */
    UOW_ENGINE_INLINE = 3, /* none: the first poll does it all, and blocks */
    UOW_ENGINE_FORCE_INT = 0x7fffffff
} uow_engine;

/* How far an operation is. Figures only grow; what is not known is 0. */
typedef struct uow_progress {
    size_t struct_size;
    uint64_t rows;       /* read so far */
    uint64_t done;       /* changes written so far (save), rows (upsert) */
    uint64_t total;      /* of so many */
    uint64_t statements; /* sent so far */
    uint64_t age_ns;     /* since it was started */
} uow_progress;
/* All defaults, with struct_size set. */
#define UOW_PROGRESS_INIT { sizeof(uow_progress), 0, 0, 0, 0, 0 }

/*
 * Called once when an operation is over, by the thread that polls, waits or dispatches, with nothing held: it may
 * finish the operation and start the next one.
 */
typedef void (*uow_op_fn)(uow_op *op, void *user);

/* A timeout that never comes. */
#define UOW_WAIT_FOREVER 0xffffffffu

/*
 * Every uow_X_start(..., &op) takes what uow_X takes and begins it. What the program passes in (texts, arguments,
 * arrays) is copied before it returns, but streams are read while the operation runs, perhaps on another thread, and
 * so are converters of the model called. Places for results are written by uow_op_finish and must last until then.
 * From start to finish the operation holds the context's guard: other calls on the context are refused; structs
 * handed out before stay readable and writable, and what is changed while a save flies belongs to the next save.
 * Returns: UOW_OK with an operation that uow_op_finish or uow_op_free ends; otherwise nothing is in flight and the
 * context's error says why, as if the call had been made.
 */

/*
 * Carry an operation on.
 * Blocks: never (an inline operation: until it is done). Threads: any, one at a time; tracked structs and callbacks
 *   belong to the thread that polls.
 * Returns: UOW_PENDING; UOW_BUSY (another thread is in a call with this operation); UOW_MISUSE (not an operation, or
 *   one of the process before a fork); otherwise it is over and this is how: what the blocking call would have
 *   returned, UOW_CANCELLED or UOW_TIMEOUT. Asking again gives the same answer. Since: 0.1.
 */
UOW_API uow_status uow_op_poll(uow_op *op);

/*
 * Poll until the operation is over, or the time has passed.
 * Blocks: at most timeout_ms (UOW_WAIT_FOREVER: until it is over). Threads: as uow_op_poll.
 * Returns: as uow_op_poll; UOW_PENDING when the time has passed: the operation flies on. Since: 0.1.
 */
UOW_API uow_status uow_op_wait(uow_op *op, uint32_t timeout_ms);

/*
 * Wait until one of several operations of one environment is over.
 * Parameters: ops may hold NULLs, which are passed over; out_index (may be NULL) receives the place of one that is over.
 * Blocks: at most timeout_ms. Threads: as uow_op_poll for each.
 * Returns: UOW_OK; UOW_PENDING (the time has passed); UOW_END (nothing but NULLs); UOW_BUSY, UOW_MISUSE as
 *   uow_op_poll. Since: 0.1.
 */
UOW_API uow_status uow_wait_any(uow_op *const *ops, size_t count, uint32_t timeout_ms, size_t *out_index);

/*
 * Wait until all of several operations of one environment are over, however they ended.
 * Returns: UOW_OK; UOW_PENDING (the time has passed); UOW_BUSY, UOW_MISUSE as uow_op_poll. The rest as uow_wait_any.
 * Since: 0.1.
 */
UOW_API uow_status uow_wait_all(uow_op *const *ops, size_t count, uint32_t timeout_ms);

/*
 * End an operation: its results are written, the context's guard is free, the handle is gone.
 * Blocks: until the operation is over. Threads: as uow_op_poll. In callbacks: yes, in uow_op_fn.
 * Returns: how it went, as the blocking call; the context's error tells more. UOW_BUSY, UOW_MISUSE as uow_op_poll:
 *   nothing was ended then. Since: 0.1.
 */
UOW_API uow_status uow_op_finish(uow_op *op);

/*
 * Ask that an operation end early. It still ends by uow_op_finish, with UOW_CANCELLED if it was not done before.
 * Afterwards the context is usable, or lost (UOW_CONNECTION_LOST from the next call on): the error's text says which.
 * Blocks: hardly (with Threading=3 in odbcinst.ini until the statement has ended). Threads: any, at any time before
 *   uow_op_finish or uow_op_free. In callbacks: yes.
 * Returns: UOW_OK; UOW_MISUSE. Since: 0.1. Source: ODBC reference, SQLCancel.
 */
UOW_API uow_status uow_op_cancel(uow_op *op);

/*
 * Give an operation up: cancel it, wait for it to end, and drop its results. NULL is fine.
 * Blocks: until it has ended, at most the environment's drain_ms. Where the driver does not come back by then, the
 *   context is lost: it stays refused with UOW_BUSY, and uow_close frees it once the driver has come back.
 * Threads: as uow_op_poll. Since: 0.1.
 */
UOW_API void uow_op_free(uow_op *op);

/*
 * Set or move an operation's deadline: from now on it has timeout_ms, after which it is cancelled and ends with
 * UOW_TIMEOUT; UOW_WAIT_FOREVER: none. Polls, waits and dispatches watch over it, so somebody must make one by then.
 * Blocks: never. Threads: as uow_op_poll. Returns: UOW_OK; UOW_BUSY, UOW_MISUSE. Since: 0.1.
 */
UOW_API uow_status uow_op_deadline(uow_op *op, uint32_t timeout_ms);

/* Which engine carries an operation on. Blocks: never. Threads: any. Returns: never UOW_ENGINE_AUTO, but for NULL. Since: 0.1. */
UOW_API uow_engine uow_op_mode(const uow_op *op);

/*
 * How far an operation is.
 * Parameters: out_progress with struct_size set (UOW_PROGRESS_INIT).
 * Blocks: never. Threads: any. Returns: UOW_OK, UOW_MISUSE. Since: 0.1.
 */
UOW_API uow_status uow_op_progress(const uow_op *op, uow_progress *out_progress);

/*
 * How long to leave an operation alone before the next poll: grows from 0 while the driver says "still executing";
 * UOW_WAIT_FOREVER while a worker has it, whose descriptor tells. Blocks: never. Threads: as uow_op_poll. Since: 0.1.
 */
UOW_API uint32_t uow_op_next_poll_ms(const uow_op *op);

/*
 * Set what is called when the operation is over; fn NULL: nothing. Not called any more once it was, or once the
 * operation is finished or freed.
 * Blocks: never. Threads: as uow_op_poll. Returns: UOW_OK; UOW_BUSY, UOW_MISUSE. Since: 0.1.
 */
UOW_API uow_status uow_op_on_done(uow_op *op, uow_op_fn fn, void *user);

/*
 * A descriptor that is readable when the operation should be polled: for poll(2), epoll and every event loop. It stays
 * readable until the operation has been polled, waited for or dispatched. A native operation has no such moments: poll
 * it after uow_op_next_poll_ms at the latest.
 * Blocks: never. Threads: as uow_op_poll. Returns: the descriptor, which is the library's; -1: none to be had.
 * Lifetime: until uow_op_finish or uow_op_free. Since: 0.1. Source: eventfd(2).
 */
UOW_API int uow_op_fd(uow_op *op);

/*
 * One descriptor for all operations of an environment: readable while one of them should be polled; see uow_op_fd,
 * and uow_env_dispatch, which polls them.
 * Blocks: never. Threads: any; meant for programs with one loop. Lifetime: until uow_env_close. Since: 0.1.
 */
UOW_API int uow_env_fd(uow_env *env);

/*
 * Poll every operation of the environment that should be polled and that this thread started, so that the callbacks
 * of those that are over are called.
 * Blocks: never. Threads: any. In callbacks: no.
 * Returns: UOW_OK; UOW_MISUSE; out_over (may be NULL) receives how many were found over. Since: 0.1.
 */
UOW_API uow_status uow_env_dispatch(uow_env *env, size_t *out_over);

/* How long uow_env_dispatch may be left alone: the least uow_op_next_poll_ms of this thread's operations. Since: 0.1. */
UOW_API uint32_t uow_env_next_poll_ms(uow_env *env);

UOW_END_DECLS

#endif
