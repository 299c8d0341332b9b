/* Connections, as the layers above see them. */
#ifndef UOWI_ODBC_CONN_H
#define UOWI_ODBC_CONN_H

#include <stdbool.h>
#include <stdint.h>

#include "diag/error.h"
#include "diag/trace.h"
#include "odbc/caps.h"
#include "odbc/dialect.h"
#include "uow/context.h"
#include "uow/unit.h"

typedef struct uowi_odbc_env uowi_odbc_env;
typedef struct uowi_conn uowi_conn;
struct uowi_odbc_api;

/* api NULL: the driver manager. */
uow_status uowi_odbc_env_open(const struct uowi_odbc_api *api, uowi_mem *mem, uow_error *error, uowi_odbc_env **out);
void uowi_odbc_env_close(uowi_odbc_env *env);

typedef struct uowi_conn_options {
    const char *connection; /* a DSN's name or a connection string */
    const char *user;       /* or NULL */
    const char *password;   /* or NULL */
    uint32_t login_timeout_ms;
    uint32_t query_timeout_ms;
    uow_text_path text_path;
    void (*asking)(void *user, const char *what); /* is told what the driver is about to be asked; or NULL */
    void *asking_user;
} uowi_conn_options;

/*
 * Connects, probes capabilities, chooses the dialect. On failure *out is NULL and error says
 * which of: no such DSN (IM002), driver file (01000/IM003), server down, login refused, database missing; the
 * connection string appears redacted, the password nowhere.
 */
uow_status uowi_conn_open(uowi_odbc_env *env, const uowi_conn_options *options, uow_error *error, uowi_trace *trace,
                          uowi_conn **out);
/*
 * A handle that the program has connected (SQLHDBC), in autocommit or not: facts are probed, its attributes stay as they
 * are, and close leaves it as it is, connected. It must outlive the connection made here. UOW_MISUSE, UOW_UNSUPPORTED and
 * UOW_BUSY say why it cannot be used: see uow_adopt.
 */
uow_status uowi_conn_borrow(uowi_odbc_env *env, void *hdbc, uow_text_path path, uow_error *error, uowi_trace *trace,
                            uowi_conn **out);
/*
 * Gives the handle up and connects anew, with the same options; whatever the session had set (temporary tables, SET) is
 * gone. Every statement must be freed before. A failure leaves it poisoned, and it may be tried again;
 * UOW_CONNECTION_LOST: the handle is the program's.
 */
uow_status uowi_conn_reopen(uowi_conn *conn);
/* Rolls back what is open, disconnects, frees. Every statement must be freed before. NULL is fine. */
void uowi_conn_close(uowi_conn *conn);

/* In a forked child: from now on nothing is sent, by close neither. NULL is fine. */
void uowi_conn_orphan(uowi_conn *conn);

const uowi_caps *uowi_conn_caps(const uowi_conn *conn);
const uowi_dialect *uowi_conn_dialect(const uowi_conn *conn);
uow_error *uowi_conn_error(const uowi_conn *conn);
uowi_trace *uowi_conn_trace(const uowi_conn *conn);
uowi_mem *uowi_conn_mem(const uowi_conn *conn);
/* Where errors and events go from now on: what held the connection has moved. */
void uowi_conn_rehome(uowi_conn *conn, uow_error *error, uowi_trace *trace);
bool uowi_conn_autocommit(const uowi_conn *conn);
/* How long a statement may take, on a borrowed handle: by attribute of each statement; 0: as the handle has it. */
void uowi_conn_limit(uowi_conn *conn, uint32_t query_timeout_ms);

/* Polling at connection level is over, if it was on: nothing else of the connection can be polled. */
void uowi_conn_async_off(uowi_conn *conn);
uow_status uowi_conn_set_autocommit(uowi_conn *conn, bool on);
/*
 * SQLEndTran. A failed commit is UOW_OUTCOME_UNKNOWN and poisons the connection, unless the SQLSTATE
 * says it was rolled back (40xxx, 23xxx) or the statement was never sent; a success is checked against
 * SQL_ATTR_CONNECTION_DEAD where the driver is known to lie.
 */
uow_status uowi_conn_end(uowi_conn *conn, bool commit);
/*
 * What must hold before the open unit is committed or prepared: it is not undone, not aborted, and the link lives. On
 * failure it was rolled back, or the connection is poisoned.
 */
uow_status uowi_conn_may_commit(uowi_conn *conn);
/* UOW_UNSUPPORTED when neither it nor a stronger one exists. */
uow_status uowi_conn_set_isolation(uowi_conn *conn, uow_isolation isolation);
uow_isolation uowi_conn_isolation(const uowi_conn *conn);
/* From now on warnings of statements become diagnostics of the error record, which stays unset. */
void uowi_conn_keep_warnings(uowi_conn *conn, bool keep);
/* A call has failed since the transaction began. */
bool uowi_conn_failed_in_unit(const uowi_conn *conn);
/* And the database may refuse everything until the unit's end: what the driver would tell it when a handle is freed, too. */
bool uowi_conn_unit_aborted(const uowi_conn *conn);
/* What an SQLSTATE means on this database. */
uow_status uowi_conn_state_status(const uowi_conn *conn, const char *sqlstate, const char *text);
/* Asks the driver (SQL_ATTR_CONNECTION_DEAD); no round trip. */
bool uowi_conn_dead(uowi_conn *conn);
/* Whether it answers, by the cheapest means that is true for its driver: a round trip for most. */
bool uowi_conn_alive(uowi_conn *conn);
bool uowi_conn_poisoned(const uowi_conn *conn);
void uowi_conn_poison(uowi_conn *conn);

/* limit.c: deadlines that the server is told of with the statements that begin before them. */

typedef enum uowi_until { UOWI_UNTIL_OP, UOWI_UNTIL_UNIT, UOWI_UNTIL_COUNT } uowi_until;

/* On the clock of uowi_now_ns; 0: there is none any more. Any thread. */
void uowi_conn_until(uowi_conn *conn, uowi_until whose, uint64_t until_ns);

/* The unit's, where nothing but a cancel will end its statements: 0: there is none, or the server sees to it. */
uint64_t uowi_conn_unit_until(const uowi_conn *conn);

/* cancel.c: ending early, asked by another thread than the one that makes the calls. */

/* From now on calls on statements can be cancelled; it costs a little for each. The request of an earlier watch is over. */
void uowi_conn_watch(uowi_conn *conn, bool on);
/*
 * Any thread, while the connection is watched: sends SQLCancel if a statement is running; may be repeated, and has to
 * be where a driver hears it only while it waits. Its return is advice, so there is none.
 */
void uowi_conn_cancel(uowi_conn *conn);
/* The same without the SQLCancel, which is to follow: no statement is begun any more. */
void uowi_conn_cancel_soon(uowi_conn *conn);
/* How long each statement may run before it is to be cancelled; 0: as long as it likes, or the server sees to it. */
uint32_t uowi_conn_watch_ms(const uowi_conn *conn);
/* Since when one runs, on the clock of uowi_now_ns; 0: none does. Any thread, for a connection that has watch_ms. */
uint64_t uowi_conn_runs_since(const uowi_conn *conn);
/* Somebody asked. */
bool uowi_conn_cancelled(const uowi_conn *conn);
/* Statements that clean up are neither cancelled nor refused. */
void uowi_conn_shield(uowi_conn *conn, bool on);
/*
 * After a cancel: whether the connection is as it would be after any failed statement. in_unit: a unit of the
 * program's should still be open. Otherwise it is poisoned.
 */
bool uowi_conn_recovered(uowi_conn *conn, bool in_unit);

#endif
