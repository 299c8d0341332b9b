/* The context: one connection, one tracker, one operation at a time. */
#ifndef UOW_CONTEXT_H
#define UOW_CONTEXT_H

#include <stddef.h>
#include <stdint.h>

#include "uow/hook.h"
#include "uow/model.h"
#include "uow/op.h"
#include "uow/status.h"
#include "uow/trace.h"

UOW_BEGIN_DECLS

/* What the guard does when a second operation meets a first one in flight. */
typedef enum uow_guard_mode {
    UOW_GUARD_REFUSE = 0, /* UOW_BUSY at once */
    UOW_GUARD_WAIT = 1,   /* wait up to guard_wait_ms, then UOW_BUSY; at once when the first is the same thread's */
    UOW_GUARD_OFF = 2,    /* the program promises; nothing is checked */
    UOW_GUARD_MODE_FORCE_INT = 0x7fffffff
} uow_guard_mode;

/* How text travels to and from the driver. */
typedef enum uow_text_path {
    UOW_TEXT_AUTO = 0,   /* what the driver is known, or found by one round trip, to do right */
    UOW_TEXT_NARROW = 1, /* UTF-8 as SQL_C_CHAR */
    UOW_TEXT_WIDE = 2,   /* UTF-16 as SQL_C_WCHAR */
    UOW_TEXT_PATH_FORCE_INT = 0x7fffffff
} uow_text_path;

/*
 * Called when a row that is added or attached has the key of an instance that is tracked already: copies into tracked
 * what it wants of incoming and returns nonzero, and the tracked instance stands for both (the incoming struct is
 * not tracked); or returns 0, and the call fails with UOW_IDENTITY. In callbacks: no call on the same context.
 */
typedef int (*uow_merge_fn)(const uow_entity *entity, void *tracked, const void *incoming, void *user);

/* How to open a context. Zeros are defaults; strings are copied. */
typedef struct uow_context_options {
    size_t struct_size;
    const char *user;     /* given to the driver apart from the connection string; or NULL */
    const char *password; /* never logged; a copy is kept until the context is closed, to connect again; or NULL */
    uint32_t login_timeout_ms; /* 0: the driver's default; rounded up to seconds */
    /*
     * How long a statement may take: UOW_TIMEOUT after it. 0: none; rounded up to seconds. PostgreSQL and MariaDB
     * end the statement, waits for locks included. SQLite waits that long for the file's lock (UOW_TRANSIENT); what runs
     * is cancelled a quarter of a second later, for which calls on the context run on workers (not with max_workers = 0).
     * Other databases: as far as the driver honours SQL_ATTR_QUERY_TIMEOUT.
     */
    uint32_t query_timeout_ms;
    uow_guard_mode guard;
    uint32_t guard_wait_ms;
    uow_text_path text_path;
    uint32_t statement_cache; /* prepared statements kept; 0: 64 */
    uint64_t max_tracked;      /* instances; 0: no limit */
    uint64_t max_result_bytes; /* of one list; 0: no limit */
    uow_trace_fn trace; /* NULL: the environment's */
    void *trace_user;
    uow_merge_fn merge; /* or NULL: UOW_IDENTITY */
    void *merge_user;
    const uow_hook *const *hooks; /* see uow/hook.h; copied */
    size_t hook_count;
    uow_engine engine;    /* of polled operations; forced native: UOW_UNSUPPORTED where the driver cannot be polled */
    uint32_t deadline_ms; /* of polled operations; 0: the environment's */
} uow_context_options;
/* All defaults, with struct_size set. */
#define UOW_CONTEXT_OPTIONS_INIT \
    { sizeof(uow_context_options), NULL, NULL, 0, 0, UOW_GUARD_REFUSE, 0, UOW_TEXT_AUTO, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, 0, \
      UOW_ENGINE_AUTO, 0 }

/*
 * Connect and make a context.
 * Parameters: connection is a DSN's name ("shop"), or a connection string
 *   ("DSN=shop" or "Driver={SQLite3};Database=/tmp/shop.db"). model may be NULL
 *   for a context that only runs raw SQL; it must outlive the context. options may
 *   be NULL; copied. out_context receives a context also when connecting failed, so
 *   that uow_context_error can say why; close it either way. It is left alone on
 *   UOW_NO_MEMORY, UOW_MODEL and UOW_MISUSE.
 * Blocks: until connected, or login_timeout_ms where the driver honours it.
 * Threads: any; the context may then be used by one thread at a time.
 * Returns: UOW_OK; UOW_CONNECT_FAILED (no such DSN or driver, server down, login
 *   refused: the error says which); UOW_TIMEOUT; UOW_MODEL (the model has mistakes, see uow_model_error;
 *   no context then); UOW_MISUSE; UOW_NO_MEMORY.
 * Since: 0.1. Source: ODBC reference, SQLDriverConnect; EF Core's DbContext.
 */
UOW_API uow_status uow_open_at(const char *where, uow_env *env, const char *connection, const uow_model *model,
                               const uow_context_options *options, uow_context **out_context);

/*
 * Close a context: an open transaction is rolled back, never committed; changes
 * not saved are dropped (the trace event of the close says how many); lists stay, cursors and rows must be closed before.
 * In a forked child nothing is sent, and the parent's connection stays as it is.
 * Parameters: context may be NULL. Afterwards the handle is dead: using it is
 *   answered with UOW_MISUSE for as long as the environment can tell.
 * Blocks: until the database has answered. Threads: any, no other operation may be in flight.
 * Returns: UOW_OK; UOW_BUSY (an operation, cursor or rows is in flight; nothing was closed);
 *   UOW_MISUSE (already closed). Since: 0.1.
 */
UOW_API uow_status uow_close_at(const char *where, uow_context *context);

/*
 * The error of the last failed call that this thread made on the context.
 * Blocks: never. Threads: any; each sees its own refusals. In callbacks: yes.
 * Returns: never NULL; an error with status UOW_OK when nothing failed.
 * Lifetime: until this thread's next call on the context. Since: 0.1.
 */
UOW_API const uow_error *uow_context_error(const uow_context *context);

/*
 * The message of uow_context_error, for short programs.
 * Lifetime: as uow_context_error. Since: 0.1.
 */
UOW_API const char *uow_context_message(const uow_context *context);

/*
 * The number that the context's trace events carry: 1, 2, ... in an environment. Each lease of a factory has its own.
 * Blocks: never. Threads: any. Returns: 0 for a context that was closed or released. Since: 0.1.
 */
UOW_API uint64_t uow_context_id(const uow_context *context);

/*
 * Say which distributed trace the next statements belong to: each carries it as a comment, which the server's logs and
 * statistics show. Such statements are not kept prepared. It lasts until it is taken away, or the lease is over.
 * Parameters: traceparent and tracestate as in the HTTP headers of W3C's trace context; tracestate may be NULL;
 *   traceparent NULL: no comment any more.
 * Blocks: never. Threads: owner only. Returns: UOW_OK; UOW_MISUSE (no valid traceparent); UOW_BUSY; UOW_NO_MEMORY.
 * Since: 0.1. Source: W3C Trace Context; sqlcommenter.
 */
UOW_API uow_status uow_trace_context_at(const char *where, uow_context *context, const char *traceparent,
                                        const char *tracestate);

/*
 * What the context did since it was opened.
 * Parameters: out_counters with struct_size set (UOW_COUNTERS_INIT).
 * Blocks: never. Threads: any (the figures are then a snapshot).
 * Returns: UOW_OK, UOW_MISUSE. Since: 0.1.
 */
UOW_API uow_status uow_context_counters(const uow_context *context, uow_counters *out_counters);

/* Facts of the connection, probed once when it was opened. */
typedef struct uow_facts {
    size_t struct_size;
    const char *dialect;        /* "sqlite", "postgresql", "mariadb", "mysql", "standard" */
    const char *dbms_name;      /* SQL_DBMS_NAME */
    const char *dbms_version;   /* SQL_DBMS_VER */
    const char *driver_name;    /* SQL_DRIVER_NAME */
    const char *driver_version; /* SQL_DRIVER_VER */
    const char *driver_odbc;    /* SQL_DRIVER_ODBC_VER */
    int32_t transactions;       /* nonzero: units are possible */
    int32_t procedures;         /* nonzero: stored procedures exist */
    int32_t multiple_results;   /* nonzero: a statement may give several results */
    int32_t async_mode;         /* SQL_ASYNC_MODE as reported, if also kept when set: 0 none, 1 connection, 2 statement */
    int32_t text_wide;          /* nonzero: text travels as UTF-16 */
    int32_t fraction_digits;    /* digits of a second's fraction that survive */
    uint32_t max_parameters;    /* per statement */
    uint32_t reserved;
} uow_facts;
/* All defaults, with struct_size set. */
#define UOW_FACTS_INIT { sizeof(uow_facts), NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, 0, 0, 0, 0, 0, 0 }

/*
 * The facts of a context's connection.
 * Parameters: out_facts with struct_size set (UOW_FACTS_INIT); its strings live as long as the context.
 * Blocks: never. Threads: owner only. Returns: UOW_OK, UOW_MISUSE. Since: 0.1.
 */
UOW_API uow_status uow_context_facts(const uow_context *context, uow_facts *out_facts);

/*
 * Polled uow_open: see uow/op.h. out_context is written by uow_op_finish, also when connecting failed.
 * Blocks: never. Threads: any. Since: 0.1.
 */
UOW_API uow_status uow_open_start_at(const char *where, uow_env *env, const char *connection, const uow_model *model,
                                     const uow_context_options *options, uow_context **out_context, uow_op **out_op);
/* Polled uow_close: the context is dead at once, and gone when the operation is finished. Since: 0.1. */
UOW_API uow_status uow_close_start_at(const char *where, uow_context *context, uow_op **out_op);

UOW_END_DECLS

#endif
