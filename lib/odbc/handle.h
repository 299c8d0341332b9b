/*
 * What the library keeps beside each ODBC handle. The structs are seen only by
 * lib/odbc and its tests; the layers above use conn.h, stmt.h, rowset.h,
 * dynrow.h, which name no ODBC type.
 */
#ifndef UOWI_ODBC_HANDLE_H
#define UOWI_ODBC_HANDLE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/platform.h"
#include "diag/error.h"
#include "diag/trace.h"
#include "odbc/api.h"
#include "odbc/caps.h"
#include "odbc/conn.h"
#include "odbc/dialect.h"
#include "uow/unit.h"

struct uowi_odbc_env {
    const uowi_odbc_api *api;
    uowi_mem *mem;
    SQLHENV henv;
};

struct uowi_conn {
    const uowi_odbc_api *api;
    uowi_mem *mem;
    SQLHENV henv;
    SQLHDBC hdbc;
    bool owned;     /* we allocated and connected it; a borrowed one is never freed */
    bool connected;
    bool autocommit;
    bool failed_in_unit; /* a call failed since the unit began: see dialect.failure_aborts_unit */
    bool undone_in_unit; /* the database has rolled the unit back: see dialect.rollback_ends_unit */
    uow_isolation isolation; /* now in force */
    void (*asking)(void *user, const char *what); /* of the options */
    void *asking_user;
    bool keep_warnings; /* see uowi_conn_keep_warnings */
    bool poisoned;  /* outcome unknown or link lost: nothing more is sent */
    uow_error *error;    /* the context's record; set by conn.h users */
    uowi_trace *trace;
    uowi_caps caps;
    const uowi_dialect *dialect;
    char *secret;   /* the password, wiped and freed once no message can hold it (at close) */
    struct uowi_override *override; /* the profile of its driver, for one without a dialect; or NULL */
    struct uowi_login *login; /* how it was made, for making it again; NULL for a borrowed one */
    uint32_t query_timeout_s; /* to be set on each statement; 0: no limit, or the session has it */
    _Atomic uint64_t until_ns[UOWI_UNTIL_COUNT]; /* deadlines: see uowi_conn_until; 0: none */
    uint32_t watch_ms;    /* how long a statement may run where only a cancel ends it; 0: for ever */
    uint32_t limit_said;  /* seconds that the session was told of for a deadline; 0: it has its own limit */
    char limit_before[32]; /* that one */
    bool async_on;       /* at connection level, as the driver has it now */
    bool watched;        /* see uowi_conn_watch */
    bool shielded;
    _Atomic bool cancel; /* asked for */
    uowi_mutex running_mutex; /* guards running */
    _Atomic uint64_t runs_ns; /* since when, if watch_ms; 0: none is */
    SQLHSTMT running;    /* the statement a call is being made on: cancelled only while it stands here */
    uint32_t max_age_reserved;
    uint32_t odd_defaults; /* of a borrowed one: what its new statements inherit, see uowi_adopt_statement */
};

/* Says what the driver is asked next, to somebody who wants to know where it crashed. */
static inline void uowi_conn_asking(struct uowi_conn *conn, const char *what)
{
    if (conn->asking)
        conn->asking(conn->asking_user, what);
}

typedef struct uowi_param_slot uowi_param_slot; /* slot.h */
typedef struct uowi_param_value uowi_param_value; /* likewise */
typedef struct uowi_param_array uowi_param_array; /* array.c */
typedef struct uowi_binder uowi_binder;         /* binder.h */

struct uowi_stmt {
    struct uowi_conn *conn;
    SQLHSTMT hstmt;
    char *sql;          /* our copy, for errors and trace; NULL before prepare or direct */
    size_t sql_length;
    bool prepared;
    bool executed;      /* at least once since it was prepared: its shape is known */
    bool one_result;    /* the text can give one result only, so nothing waits behind a result without columns */
    bool open;          /* a cursor or unread results may be there: close before the next execute */
    bool executing;     /* the last call answered STILL_EXECUTING */
    bool async_wanted;  /* polled by the driver, see uowi_stmt_async */
    bool async_on;      /* as the driver has it now */
    uint32_t timeout_s; /* SQL_ATTR_QUERY_TIMEOUT as the driver has it now */
    bool streams;       /* a parameter is read while executing */
    SQLSMALLINT column_count;  /* of the current result; -1 not asked yet */
    SQLSMALLINT first_columns; /* of the first result of the prepared text; -1 not known */
    SQLLEN affected;           /* of the current result; -1 unknown */
    uint64_t started_ns;       /* of the current execution, when somebody traces */
    uowi_param_slot *slots;
    uowi_param_value *values; /* one of each slot */
    size_t slot_count;    /* bound now */
    size_t slot_capacity;
    size_t bad_param;     /* see uowi_stmt_bad_param */
    uowi_param_array *array; /* arrays of parameters, once there were some */
    bool sets_apart;      /* an array is bound now, and each of its rows may have a result of its own */
    uowi_binder *bound;   /* whose buffers the columns are bound to, or NULL */
    uowi_binder *binders; /* all that refer to this statement */
    char *piece;          /* streamed parameters pass through here; NULL until needed */
};

#endif
