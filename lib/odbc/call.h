/*
 * The choke point: every ODBC call of the library passes here, is counted, and
 * has its outcome sorted and its diagnostics harvested before anybody else can
 * touch the handle.
 *
 *   st = UOWI_STMT_CALL(stmt, Execute, (stmt->hstmt));
 *
 * Private to lib/odbc.
 */
#ifndef UOWI_ODBC_CALL_H
#define UOWI_ODBC_CALL_H

#include "odbc/handle.h"

/* The six ways an ODBC call can end (SQL_INVALID_HANDLE counts as an error). */
typedef enum uowi_outcome {
    UOWI_DONE,      /* SQL_SUCCESS */
    UOWI_DONE_INFO, /* SQL_SUCCESS_WITH_INFO: harvested into stmt/conn warnings only when asked, see uowi_call_info */
    UOWI_NO_DATA,
    UOWI_NEED_DATA,
    UOWI_STILL,     /* SQL_STILL_EXECUTING: call again with the same arguments */
    UOWI_FAILED     /* the context's error record is set */
} uowi_outcome;

/* What was found in the diagnostic records of a SUCCESS_WITH_INFO. */
typedef struct uowi_info {
    bool truncated;  /* 01004 */
    bool fraction;   /* 01S07 */
    bool substituted; /* 01S02: option value changed */
    char sqlstate[6]; /* first record */
} uowi_info;

/*
 * The diagnostic records of one failed call, read at once: at most
 * UOWI_MAX_DIAGNOSTICS, lengths not believed, the connection's secret and quoted
 * values replaced. The first one that is an error (class other than 01) is kept.
 */
typedef struct uowi_harvest {
    char sqlstate[6]; /* "" when the driver gave no record */
    int32_t native;
    uowi_buf text;    /* one line, without the [vendor][driver] prefixes */
    size_t count;
} uowi_harvest;

/* Records go to the error record too, unless it is set already (then they belong to a later failure). */
void uowi_harvest_read(struct uowi_conn *conn, SQLSMALLINT handle_type, SQLHANDLE handle, uowi_harvest *out);
void uowi_harvest_done(uowi_harvest *harvest);

/* For probes, whose failure is an answer: counted, not harvested. True for SUCCESS with or without info. */
bool uowi_call_quiet(struct uowi_conn *conn, SQLRETURN rc);

uowi_outcome uowi_call_done(struct uowi_conn *conn, SQLSMALLINT handle_type, SQLHANDLE handle, uowi_odbc_fn fn,
                            SQLRETURN rc, const char *sql);
/* Read the info records of the last call (before any other call on the handle). */
void uowi_call_info(struct uowi_conn *conn, SQLSMALLINT handle_type, SQLHANDLE handle, uowi_info *out);

#define UOWI_CONN_CALL(c, Fn, arguments) \
    uowi_call_done((c), SQL_HANDLE_DBC, (c)->hdbc, UOWI_FN_##Fn, (c)->api->Fn arguments, NULL)
#define UOWI_STMT_CALL(s, Fn, arguments) \
    uowi_call_done((s)->conn, SQL_HANDLE_STMT, (s)->hstmt, UOWI_FN_##Fn, (s)->conn->api->Fn arguments, (s)->sql)

/*
 * The same for calls that may take long. While another thread's SQLCancel is on its way the result waits: no
 * diagnostics may be read then (drivers and the manager rewrite them).
 */
#define UOWI_STMT_LONG_CALL(s, Fn, arguments) \
    uowi_call_done((s)->conn, SQL_HANDLE_STMT, (s)->hstmt, UOWI_FN_##Fn, \
                   uowi_call_ran((s)->conn, (uowi_call_runs((s)->conn, (s)->hstmt), (s)->conn->api->Fn arguments)), \
                   (s)->sql)
void uowi_call_runs(struct uowi_conn *conn, SQLHSTMT hstmt);
SQLRETURN uowi_call_ran(struct uowi_conn *conn, SQLRETURN rc);

/* UOW_OK for DONE and DONE_INFO, UOW_PENDING for STILL, UOW_END for NO_DATA, else the status of the error record. */
uow_status uowi_outcome_status(const struct uowi_conn *conn, uowi_outcome outcome);

/*
 * The decision a caller can take, from SQLSTATE, native code and text, first by the dialect's table, then by
 * class: 08 CONNECTION_LOST, 23 CONSTRAINT, 40 TRANSIENT, HYT TIMEOUT, HY008/57014 CANCELLED, 42 SQL, 22 TYPE, 22001 TRUNCATED, ...
 */
uow_status uowi_sqlstate_status(const uowi_dialect *dialect, const char *sqlstate, int32_t native, const char *text);

#endif
