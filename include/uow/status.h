/* Status: every value is a decision the caller can take. */
#ifndef UOW_STATUS_H
#define UOW_STATUS_H

#include "uow/version.h"

UOW_BEGIN_DECLS

/* What a call answers. Treat a value you do not know as a failure. */
typedef enum uow_status {
    /* The operation did what it says. */
    UOW_OK = 0,
    /* Not done yet: poll again. */
    UOW_PENDING = 1,
    /* No more rows (or results): the loop is over. Not an error. */
    UOW_END = 2,

    /* Another operation holds the handle: wait for it, or use another context. */
    UOW_BUSY = 10,
    /* No row has that key, or the query met no row. Nothing is wrong. */
    UOW_NOT_FOUND = 11,
    /* More than one row where one was asked for. */
    UOW_NOT_UNIQUE = 12,
    /* Somebody else changed or deleted the row: reload or overwrite, save again. */
    UOW_CONFLICT = 13,
    /* A unique, foreign key, not-null or check constraint refused the row: mend the data. */
    UOW_CONSTRAINT = 14,
    /* Deadlock, serialization failure, lock wait: run the unit again. */
    UOW_TRANSIENT = 15,
    /* A commit failed and may or may not have taken effect: ask the database. */
    UOW_OUTCOME_UNKNOWN = 16,
    /* The connection is gone: close the context and open another. */
    UOW_CONNECTION_LOST = 17,
    /* The connection could not be made: see the error for which of server, login, database, driver. */
    UOW_CONNECT_FAILED = 18,
    /* A deadline passed. */
    UOW_TIMEOUT = 19,
    /* The operation was cancelled on request. */
    UOW_CANCELLED = 20,
    /* A value and the place for it do not fit: type, range, NULL, encoding. */
    UOW_TYPE = 21,
    /* A value is longer than the place for it; nothing was cut. */
    UOW_TRUNCATED = 22,
    /* The database refused the statement: syntax, missing table or column, permission. */
    UOW_SQL = 23,
    /* The call itself is wrong (NULL, closed handle, wrong order): fix the program. */
    UOW_MISUSE = 24,
    /* The model is wrong: the error lists what to fix. */
    UOW_MODEL = 25,
    /* Two instances with the same key in one context. */
    UOW_IDENTITY = 26,
    /* Out of memory; nothing was changed. */
    UOW_NO_MEMORY = 27,
    /* A limit set in the options (max_tracked, max_result_bytes) was reached. */
    UOW_LIMIT = 28,
    /* The driver or database cannot do this. */
    UOW_UNSUPPORTED = 29,
    /* The driver did something ODBC does not allow. */
    UOW_DRIVER = 30,

    UOW_STATUS_FORCE_INT = 0x7fffffff
} uow_status;

/*
 * The name of a status, for example "CONFLICT".
 * Parameters: status is any value; one this library does not know gives "UNKNOWN".
 * Blocks: never. Threads: any. Lifetime: static. Since: 0.1.
 */
UOW_API const char *uow_status_name(uow_status status);

/*
 * One sentence on what a status means for the caller.
 * Blocks: never. Threads: any. Lifetime: static. Since: 0.1.
 */
UOW_API const char *uow_status_text(uow_status status);

UOW_END_DECLS

#endif
