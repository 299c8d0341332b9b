/* The factory: contexts lent to many threads over a few connections. */
#ifndef UOW_FACTORY_H
#define UOW_FACTORY_H

#include <stddef.h>
#include <stdint.h>

#include "uow/context.h"
#include "uow/op.h"
#include "uow/unit_run.h"

UOW_BEGIN_DECLS

/*
 * Called with a context that nobody else uses: after its connection was made, and again after each reset of its
 * session; or when a lease ends, before its session is put back. It may run statements on the context (SET, CREATE
 * TEMPORARY TABLE, ...). Returns nonzero when all is well; 0: the connection is closed.
 * Threads: that of the acquire or release, or one of the factory's own.
 */
typedef int (*uow_factory_fn)(uow_context *context, void *user);

#define UOW_FACTORY_TRUST_CALLS 1  /* procedures leave nothing in the session: no reset because of a CALL */
#define UOW_FACTORY_RESET_ALWAYS 2 /* reset after each lease, whatever it ran */

/*
 * Where a field is 0, the data source's section in odbc.ini is asked for the key named here, and then the default
 * holds. Durations are in milliseconds, in odbc.ini too.
 */
typedef struct uow_factory_options {
    size_t struct_size;
    const uow_context_options *context; /* of every context; NULL: defaults. Copied; hooks must outlive the factory */
    uint32_t max_contexts;  /* UowMaxContexts; 8 */
    uint32_t min_contexts;  /* UowMinContexts; 0: so many are kept open, and opened ahead where there are openers */
    uint32_t openers;       /* UowOpeners; 0: threads of the factory that open connections and tidy up; none: those who acquire do */
    uint32_t idle_ms;       /* UowIdleTimeout; 10 minutes: connections unused for so long are closed */
    uint32_t max_age_ms;    /* UowMaxAge; none: older ones are closed when they come back */
    uint32_t max_uses;      /* UowMaxUses; none */
    uint32_t check_after_ms; /* UowCheckAfter; 500: one that was idle for longer is asked whether it lives before it is lent */
    uint32_t backoff_ms;     /* UowBackoff; 100: after a failed login nobody tries for about so long, then twice as long, .. */
    uint32_t max_backoff_ms; /* UowMaxBackoff; 10 seconds */
    uint32_t flags;          /* UOW_FACTORY_ */
    uow_factory_fn opened;   /* or NULL */
    uow_factory_fn released; /* or NULL */
    void *user;
} uow_factory_options;
/* All defaults, with struct_size set. */
#define UOW_FACTORY_OPTIONS_INIT { sizeof(uow_factory_options), NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL }

/*
 * Make a factory. Nothing is connected yet, unless openers keep min_contexts.
 * Parameters: connection and model as in uow_open; both are those of every context. options may be NULL; copied.
 *   out_factory is written on success only.
 * Blocks: never. Threads: any.
 * Returns: UOW_OK; UOW_MODEL; UOW_MISUSE (options that contradict each other or a key of odbc.ini that is no number
 *   included); UOW_NO_MEMORY. Since: 0.1. Source: EF Core's PooledDbContextFactory; HikariCP.
 */
UOW_API uow_status uow_factory_open(uow_env *env, const char *connection, const uow_model *model,
                                    const uow_factory_options *options, uow_factory **out_factory);

/*
 * Lease a context: one that is idle, a new one while there are fewer than max_contexts, or the next that is released.
 * Who comes first is served first.
 * Parameters: timeout_ms is how long to wait for others (0: not at all; UOW_WAIT_FOREVER). out_context is written on
 *   success only; the context is empty, and has an id of its own (uow_context_id).
 * Blocks: up to timeout_ms, and where there are no openers until connected (the login timeout of the options counts).
 * Threads: any; the context may then be used by one thread at a time, this or another.
 * Returns: UOW_OK; UOW_TIMEOUT; UOW_CONNECT_FAILED (with the reason; while the server is not tried again, at once);
 *   UOW_CANCELLED (the factory is closing); UOW_MISUSE (a forked child included); UOW_NO_MEMORY.
 *   uow_factory_error tells more. Since: 0.1.
 */
UOW_API uow_status uow_factory_acquire_at(const char *where, uow_factory *factory, uint32_t timeout_ms,
                                          uow_context **out_context);

/*
 * End a lease. What is open is rolled back, what is tracked is dropped, and the session is put back: isolation, access
 * mode, schema, settings, temporary tables, cursors, locks, as far as statements of the lease may have touched any. A
 * connection that is lost, in doubt, too old, or whose session is not surely as it was, is closed instead.
 * uow_close of a leased context does the same.
 * Parameters: context may be NULL. Afterwards the handle is dead: using it is UOW_MISUSE, and uow_context_error says
 *   where it was released, for as long as the factory can tell (a few hundred leases).
 * Blocks: while statements of the reset run. Threads: any, no other operation may be in flight.
 * Returns: UOW_OK; UOW_BUSY (an operation, cursor or rows is in flight; nothing was released); UOW_MISUSE (no lease,
 *   or released before). Since: 0.1.
 */
UOW_API uow_status uow_factory_release_at(const char *where, uow_context *context);

/*
 * Lease a context, have uow_unit_run carry work out on it, and end the lease, however that went.
 * Parameters: timeout_ms as in uow_factory_acquire: it is the wait for a context alone. options, work, user as in
 *   uow_unit_run, whose deadline_ms begins with the lease. Rows found inside are gone with the lease: copy what is needed.
 * Blocks: as the three calls do. Threads: any.
 * Returns: what uow_factory_acquire returned, or uow_unit_run; uow_factory_error says why, of both. UOW_BUSY (work left a
 *   cursor or rows open): the lease is still out and its unit open; close them, then uow_factory_release the context that
 *   work was given. Since: 0.1.
 */
UOW_API uow_status uow_factory_unit_run_at(const char *where, uow_factory *factory, uint32_t timeout_ms,
                                           const uow_unit_run_options *options, uow_unit_fn work, void *user);

#define UOW_FACTORY_CANCEL 1 /* cancel the polled operations that leases have in flight, as uow_op_cancel does */

/*
 * Close a factory: nothing is lent any more, those who wait get UOW_CANCELLED, and when all leases are back
 * everything is closed and freed.
 * Parameters: factory may be NULL. timeout_ms is how long to wait for the leases. flags: 0 or UOW_FACTORY_CANCEL.
 * Blocks: up to timeout_ms, and while connections are closed. Threads: one.
 * Returns: UOW_OK; UOW_TIMEOUT (leases are still out: uow_factory_error says where they were taken; the factory lends
 *   nothing any more; call again); UOW_MISUSE (a forked child included: nothing is touched). Since: 0.1.
 */
UOW_API uow_status uow_factory_close(uow_factory *factory, uint32_t timeout_ms, uint32_t flags);

/*
 * The error of the last failed call that this thread made on the factory.
 * Blocks: never. Threads: any; each sees its own.
 * Returns: never NULL. Lifetime: until this thread's next call on the factory. Since: 0.1.
 */
UOW_API const uow_error *uow_factory_error(const uow_factory *factory);

/* Of the times that were waited for a context; each is twice the one before. */
#define UOW_WAIT_BUCKETS 16

/* What a factory did. Bucket i of the waits counts those of at most uow_wait_bucket(i) nanoseconds that no bucket before counts. */
typedef struct uow_factory_counters {
    size_t struct_size;
    uint32_t total;   /* connections there are, being opened and closed included */
    uint32_t idle;
    uint32_t leased;
    uint32_t waiting; /* threads */
    uint64_t leases;
    uint64_t leases_failed;
    uint64_t timeouts;
    uint64_t waits[UOW_WAIT_BUCKETS]; /* of leases that were given */
    uint64_t wait_ns;                 /* their sum */
    uint64_t wait_max_ns;
    uint64_t opened;
    uint64_t open_failures;
    uint64_t closed_idle;
    uint64_t closed_age;
    uint64_t closed_uses;
    uint64_t closed_lost;     /* found dead, lost, or in doubt after a commit */
    uint64_t closed_state;    /* the session was not surely as it had been, or a callback said so */
    uint64_t closed_shutdown;
    uint64_t resets;          /* sessions that statements put back */
    uint64_t resets_failed;   /* .. and were not as before: among closed_state */
    uint64_t checks;          /* connections asked whether they live */
    uint64_t checks_failed;
} uow_factory_counters;
/* All defaults, with struct_size set. */
#define UOW_FACTORY_COUNTERS_INIT \
    { sizeof(uow_factory_counters), 0, 0, 0, 0, 0, 0, 0, { 0 }, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }

/*
 * The counters of a factory.
 * Parameters: out_counters with struct_size set (UOW_FACTORY_COUNTERS_INIT).
 * Blocks: never. Threads: any. Returns: UOW_OK, UOW_MISUSE. Since: 0.1.
 */
UOW_API uow_status uow_factory_read(const uow_factory *factory, uow_factory_counters *out_counters);

/* The upper bound of a bucket of waits in nanoseconds; UINT64_MAX for the last and any beyond. Since: 0.1. */
UOW_API uint64_t uow_wait_bucket(size_t bucket);

UOW_END_DECLS

#endif
