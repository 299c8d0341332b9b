/*
 * Handles that hold the context's guard between calls (cursors, rows): each has
 * a small guard of its own against two threads inside it at once.
 */
#ifndef UOWI_CONTEXT_HANDLE_USE_H
#define UOWI_CONTEXT_HANDLE_USE_H

#include <stdatomic.h>

#include "context/method.h"

typedef struct uowi_held {
    uint32_t magic;
    uow_context *context;
    _Atomic uint64_t token; /* of the context's guard; 0 once given back */
    _Atomic int inside;    /* a call on the handle is running */
    _Atomic(const char *) operation; /* "cursor_next", ...: what is running now, for refusals */
    _Atomic uint64_t thread;         /* that runs it */
    _Atomic uint64_t self;           /* the same thread, as uowi_thread_self tells */
} uowi_held;

void uowi_held_init(uowi_held *held, uint32_t magic, const uowi_entered *entered);
/* UOW_OK, UOW_MISUSE (not such a handle), UOW_BUSY (another thread is inside). */
uow_status uowi_held_enter(uowi_held *held, uint32_t magic, const char *operation);
uow_status uowi_held_leave(uowi_held *held, uow_status st);
/* A call of the handle that has a step: enters, and fills the head of its struct. */
uow_status uowi_held_begin(uowi_held *held, uint32_t magic, const char *operation, uowi_method_head *head);
/* The head alone, for a call that is inside already. */
void uowi_held_head(const uowi_held *held, uowi_method_head *head);
/* Its polled twin goes on; left again when it cannot be started. */
uow_status uowi_held_start(uowi_held *held, const uowi_method *method, void *call, uow_op **out_op);
/* Gives the context's guard back; harmless when done before. */
void uowi_held_release(uowi_held *held);

#endif
