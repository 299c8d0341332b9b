/*
 * Beside raw ODBC: a connection of the program's becomes a context and is given back, and a context's connection is
 * lent to raw ODBC. Handles are void pointers here, so that no ODBC header is needed: an SQLHDBC or SQLHSTMT converts
 * by itself, or by a cast.
 */
#ifndef UOW_ADOPT_H
#define UOW_ADOPT_H

#include <stddef.h>
#include <stdint.h>

#include "uow/context.h"
#include "uow/op.h"

UOW_BEGIN_DECLS

/*
 * Of uow_adopt_options.flags: nothing is pending on the handle, and the context's units are its own although autocommit
 * is off. It is switched on until the handle is given back; what is pending all the same is rolled back first.
 */
#define UOW_ADOPT_IDLE 0x1u

/* How to adopt a connection. Zeros are defaults. */
typedef struct uow_adopt_options {
    size_t struct_size;
    /* As for uow_open, or NULL. user, password and login_timeout_ms are not used: the handle is connected. */
    const uow_context_options *context;
    uint32_t flags; /* UOW_ADOPT_ bits */
    uint32_t reserved;
} uow_adopt_options;
/* All defaults, with struct_size set. */
#define UOW_ADOPT_OPTIONS_INIT { sizeof(uow_adopt_options), NULL, 0, 0 }

/* Room for the changes of one report. */
#define UOW_HANDLE_CHANGES 10

/* Something about a connection that was not as it had been. */
typedef struct uow_handle_change {
    const char *attribute; /* "SQL_ATTR_AUTOCOMMIT"; "transaction": 1 open, 0 none. Static. */
    int64_t before, after; /* the values; 0 where they are text */
    char before_text[64], after_text[64]; /* of SQL_ATTR_CURRENT_CATALOG; else empty */
    int32_t restored;      /* nonzero: it is as before again */
    int32_t reserved;
} uow_handle_change;

/* How a connection was found when it changed hands again. */
typedef struct uow_handle_report {
    size_t struct_size;
    uint32_t count;        /* of the changes found */
    uint32_t not_restored; /* those of them that could not be undone */
    uint32_t rolled_back;  /* units that were left open */
    uint32_t unfit;        /* nonzero: half of a failed save is left in the program's transaction, which is to be rolled back */
    uow_handle_change changes[UOW_HANDLE_CHANGES];
} uow_handle_report;
/* Nothing found yet, with struct_size set. */
#define UOW_HANDLE_REPORT_INIT { sizeof(uow_handle_report), 0, 0, 0, 0, { { NULL, 0, 0, "", "", 0, 0 } } }

/*
 * Make a context of a connection that the program has made itself. Its handle stays the program's: it is neither
 * disconnected nor freed, statements that are open on it stay open, and the program may go on using it between the
 * context's calls, on the same thread. Attributes are recorded, to be put back by uow_give_back. The session's own
 * settings are left as they are (on MariaDB a sql_mode that is not strict cuts values as it always did).
 *
 * With autocommit off the context is inside the program's transaction (uow_unit_depth 1): a save is a savepoint in it,
 * uow_begin nests, and uow_commit and uow_rollback, where no unit of the context's is open, end it as SQLEndTran would;
 * the next one begins at once. So do SQLEndTran calls of the program's; after a rollback of that kind uow_refresh_all
 * or uow_clear. A transaction that was begun by a statement (BEGIN) is joined too where the database tells, but is the
 * program's alone to end, after uow_give_back. uow_unit_run needs a transaction of its own: adopt with UOW_ADOPT_IDLE.
 * Parameters: hdbc is an SQLHDBC, connected, of an environment with ODBC 3 behaviour; it must stay connected until it
 *   is given back. model may be NULL, as for uow_open, and must outlive the context. options may be NULL; copied.
 *   out_context receives a context also when the handle is refused, so that uow_context_error can say why: close it
 *   either way. It is left alone on UOW_MODEL, UOW_NO_MEMORY, and when it or env is NULL or options are unknown.
 * Blocks: for what the driver has to ask the database about its facts. Threads: any; then as a context of uow_open,
 *   and no statement of the program's may be running on another thread.
 * Returns: UOW_OK; UOW_UNSUPPORTED (the environment behaves as ODBC 2); UOW_BUSY (a statement of the handle is executing
 *   or waits for its data; or the handle is adopted already, or lent by uow_borrow); UOW_MISUSE (NULL; not connected; a
 *   handle this driver manager does not know: freed, of another kind, or made by another driver manager);
 *   UOW_CONNECTION_LOST; UOW_MODEL; UOW_NO_MEMORY.
 * Since: 0.1. Source: ODBC reference, SQLSetConnectAttr, SQLEndTran.
 */
UOW_API uow_status uow_adopt_at(const char *where, uow_env *env, void *hdbc, const uow_model *model,
                                const uow_adopt_options *options, uow_context **out_context);
/*
 * Polled uow_adopt: see uow/op.h. The program keeps off the handle until the operation is over. out_context receives
 * the context when it is finished, as uow_open_start. Blocks: never. Threads: any. Since: 0.1.
 */
UOW_API uow_status uow_adopt_start_at(const char *where, uow_env *env, void *hdbc, const uow_model *model,
                                      const uow_adopt_options *options, uow_context **out_context, uow_op **out_op);

/*
 * End an adoption: the context is closed, and the handle is the program's alone again, connected, with its attributes
 * as they were. Units of the context's that are open are rolled back; the program's transaction goes on. uow_close does
 * the same without a report.
 * Parameters: context of uow_adopt. out_report (struct_size set: UOW_HANDLE_REPORT_INIT) or NULL: which
 *   attributes were found changed, and what could not be undone, writes too; with autocommit on also, where the database tells,
 *   whether a transaction begun by a statement has come or gone. An
 *   autocommit that the program switched off itself is not switched on again, which would commit. Each change is a
 *   trace event, too.
 * Blocks: until the database has answered, where there is something to undo. Threads: as uow_close.
 * Returns: as uow_close; UOW_MISUSE (the context was not adopted). Afterwards the context is dead unless UOW_BUSY.
 * Since: 0.1.
 */
UOW_API uow_status uow_give_back_at(const char *where, uow_context *context, uow_handle_report *out_report);
/*
 * Polled uow_give_back; out_report is written when the operation is finished. Blocks: never. Threads: as uow_close.
 * Since: 0.1.
 */
UOW_API uow_status uow_give_back_start_at(const char *where, uow_context *context, uow_handle_report *out_report,
                                          uow_op **out_op);

/* A context's connection in the hands of raw ODBC. */
typedef struct uow_loan uow_loan;

/*
 * Lend a context's connection to raw ODBC. The loan holds the context's guard: every other operation on it is refused
 * until uow_loan_end. What is done takes part in the open unit, that of uow_unit_run included; without one, autocommit
 * is on.
 * Parameters: out_loan receives the loan.
 * Blocks: until the database has answered: in a unit a savepoint is set, by which its end is noticed; else it is asked
 *   whether a transaction is open. Threads: owner only.
 * Returns: UOW_OK; UOW_BUSY; UOW_CONNECTION_LOST; UOW_MISUSE; UOW_NO_MEMORY; UOW_DRIVER (no statement handle). Since: 0.1.
 * Source: ODBC reference, SQLAllocHandle.
 */
UOW_API uow_status uow_borrow_at(const char *where, uow_context *context, uow_loan **out_loan);
/* Polled uow_borrow: the loan is there when the operation is finished. Blocks: never. Threads: owner only. Since: 0.1. */
UOW_API uow_status uow_borrow_start_at(const char *where, uow_context *context, uow_loan **out_loan, uow_op **out_op);

/*
 * The connection: an SQLHDBC. Not to be disconnected or freed; its transaction is not to be ended by SQLEndTran.
 * Blocks: never. Threads: owner only. Returns: NULL when loan is NULL or ended. Lifetime: until uow_loan_end. Since: 0.1.
 */
UOW_API void *uow_loan_hdbc(const uow_loan *loan);

/*
 * A statement of the loan's own: a fresh SQLHSTMT, freed by uow_loan_end. Others may be allocated on the connection, and
 * must be freed by the program before that.
 * Blocks: never. Threads: owner only. Returns: NULL when loan is NULL or ended. Lifetime: until uow_loan_end. Since: 0.1.
 */
UOW_API void *uow_loan_hstmt(const uow_loan *loan);

/*
 * Give the connection back to its context. Attributes that differ from what they were are put back; an autocommit
 * that was switched off outside of a unit is switched on after a rollback. Tracked rows are not read again by
 * themselves: uow_refresh_all does that.
 * Parameters: loan may be NULL; it is gone afterwards. out_report (struct_size set) or NULL: what was changed.
 * Blocks: until the database has answered, where there is something to undo. Threads: owner only.
 * Returns: UOW_OK; UOW_CONNECTION_LOST (the context is unusable); UOW_MISUSE (not a loan; or the unit was ended by raw
 *   ODBC, where the database tells: what follows in it is rolled back). Since: 0.1.
 */
UOW_API uow_status uow_loan_end(uow_loan *loan, uow_handle_report *out_report);
/*
 * Polled uow_loan_end. Parameters: loan not NULL; it is gone when the operation is finished, and out_report written then.
 * Blocks: never. Threads: owner only. Since: 0.1.
 */
UOW_API uow_status uow_loan_end_start(uow_loan *loan, uow_handle_report *out_report, uow_op **out_op);

/*
 * Read tracked rows again, after something other than the context has written: every row without changes of its own.
 * Rows that are changed, added or removed stay as they are, original values included, so that a save notices what
 * others wrote.
 * Blocks: until the database has answered; one query for many rows of an entity. Threads: owner only.
 * Returns: as uow_refresh; UOW_NOT_FOUND: the error carries the instances whose rows are gone, the others are
 *   refreshed. Since: 0.1.
 */
UOW_API uow_status uow_refresh_all_at(const char *where, uow_context *context);
/* Polled uow_refresh_all. Since: 0.1. */
UOW_API uow_status uow_refresh_all_start_at(const char *where, uow_context *context, uow_op **out_op);

UOW_END_DECLS

#endif
