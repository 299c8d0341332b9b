/* The driver's handles: each stands before one of the wrapped driver's. */
#ifndef TD_HANDLES_H
#define TD_HANDLES_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "functions.h"
#include "keys.h"

typedef enum td_kind { TD_KIND_ENV = 0x7d01, TD_KIND_DBC, TD_KIND_STMT, TD_KIND_DESC } td_kind;

/*
 * The records of the last call, ours first, then those of the wrapped driver. Its records are
 * taken over at once: SQLite's driver gives each of them once only.
 */
typedef struct td_diag {
    unsigned count;
    unsigned ours;
    td_record *records;
    bool called; /* the wrapped driver was, and may be asked for fields of its records */
} td_diag;

typedef struct td_handle {
    td_kind kind;
    struct td_dbc *dbc; /* NULL for an environment */
    SQLHANDLE real;     /* NULL before the connect and after the link was lost */
    td_diag diag;
} td_handle;

typedef struct td_env {
    td_handle h;
    SQLINTEGER odbc_version;
} td_env;

typedef struct td_desc {
    td_handle h;
    struct td_stmt *stmt; /* whose implicit one it is, or NULL */
    struct td_desc *next;
} td_desc;

/* A call that was answered SQL_STILL_EXECUTING and has to be made again. */
typedef struct td_pending {
    bool active;
    bool cancelled;
    td_fn fn;
    intptr_t args[TD_MAX_ARGUMENTS + 1];
    uint64_t polls_left;
    uint64_t ready_ns;
    td_rule fault; /* decided when the call began */
} td_pending;

/* What SQLBindCol was told, for cutting text after a fetch. */
typedef struct td_binding {
    SQLSMALLINT c_type;
    char *value; /* NULL: not bound */
    SQLLEN size;
    SQLLEN *indicator;
} td_binding;

typedef struct td_stmt {
    td_handle h;
    struct td_stmt *next;
    bool async;
    bool commits;  /* the prepared text is a COMMIT */
    bool executed; /* there may be a cursor */
    td_pending pending;
    td_desc implicit[4];
    td_binding *bindings; /* [column] */
    size_t binding_count;
    SQLUSMALLINT last_got; /* column of the last SQLGetData in this row */
} td_stmt;

/* An attribute set before the connect. */
typedef struct td_attr {
    struct td_attr *next;
    SQLINTEGER attribute;
    SQLPOINTER value;
    SQLINTEGER length;
    char text[];
} td_attr;

typedef struct td_dbc {
    td_handle h;
    td_env *env;
    void *library;
    td_driver driver;
    SQLHENV real_env;
    td_attr *attrs;
    bool connected;
    bool lost;
    bool async; /* SQL_ATTR_ASYNC_ENABLE of the connection */

    /* Read by every call, written by one that changes the keys or loses the link. */
    pthread_rwlock_t gate;

    /* Protects the lists, what is counted in keys, and every td_pending. */
    pthread_mutex_t lock;
    td_stmt *stmts;
    td_desc *descs;  /* those that were allocated explicitly */
    unsigned flying; /* statements with a pending call */
    td_keys keys;

    atomic_uint_fast32_t calls[TD_COUNT];
    atomic_uint_fast32_t polls[TD_COUNT];
} td_dbc;

/* NULL unless handle is one of that kind. */
td_handle *td_handle_of(SQLHANDLE handle, td_kind kind);

/* Free the statement's or descriptor's own memory and take it off its connection. */
void td_stmt_free(td_stmt *stmt);
void td_desc_free(td_desc *desc);

/* diag.c: forget the records; called: whether the wrapped driver is called now. */
void td_diag_clear(td_handle *h, bool called);

/* Take over the wrapped driver's records. type: what it takes the handle for. */
void td_diag_harvest(td_handle *h, SQLSMALLINT type);

/* Put a record of our own before the others. */
void td_diag_set(td_handle *h, const char *state, SQLINTEGER native, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Copy a text into a caller's buffer, by ODBC's rules. *length gets the whole one's. */
SQLRETURN td_give_text(const char *text, SQLPOINTER out, size_t size, SQLSMALLINT *length);

#endif
