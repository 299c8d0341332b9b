/* The environment: what contexts share. */
#ifndef UOW_ENV_H
#define UOW_ENV_H

#include <stddef.h>
#include <stdint.h>

#include "uow/status.h"
#include "uow/trace.h"

UOW_BEGIN_DECLS

/* The program's allocator. All three or none; called from any thread that uses the environment. */
typedef struct uow_allocator {
    void *(*alloc)(size_t size, void *user);
    void *(*resize)(void *block, size_t old_size, size_t new_size, void *user);
    void (*release)(void *block, size_t size, void *user);
    void *user;
} uow_allocator;

/* What every context of an environment has in common. Copied. */
typedef struct uow_env_options {
    size_t struct_size;
    uow_allocator allocator; /* zeros: malloc */
    uow_trace_fn trace;      /* or NULL */
    void *trace_user;
    uint32_t max_workers;    /* threads for polled operations, made when needed, and one more for cancels; 0: none, polled calls block (UOW_ENGINE_INLINE) */
    uint32_t worker_idle_ms; /* a thread without work leaves after; 0: 10 s */
    uint32_t deadline_ms;    /* of every polled operation that is given no other; 0: none */
    uint32_t drain_ms;       /* how long uow_op_free waits for an operation given up; 0: 2 s */
} uow_env_options;
#define UOW_MAX_WORKERS 256 /* each waits for its database most of the time */
/* All defaults, with struct_size set. */
#define UOW_ENV_OPTIONS_INIT \
    { sizeof(uow_env_options), { NULL, NULL, NULL, NULL }, NULL, NULL, UOW_MAX_WORKERS, 0, 0, 0 }

/*
 * Open an environment: one ODBC environment handle (ODBC 3), shared by every
 * context opened from it. Driver-manager pooling is left off.
 * Parameters: options may be NULL; copied. out_env is written on success only.
 * Blocks: never. Threads: any.
 * Returns: UOW_OK, UOW_MISUSE (options of a newer library in use, half an
 *   allocator), UOW_NO_MEMORY, UOW_DRIVER (no driver manager).
 * Since: 0.1. Source: ODBC reference, SQLAllocHandle.
 */
UOW_API uow_status uow_env_open(const uow_env_options *options, uow_env **out_env);

/*
 * Close an environment. NULL is fine.
 * Blocks: never. Threads: one, and nobody else may use the environment.
 * Returns: UOW_OK, or UOW_BUSY while contexts are open: close them first; nothing
 *   was freed then. Since: 0.1.
 */
UOW_API uow_status uow_env_close(uow_env *env);

UOW_END_DECLS

#endif
