#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "uow/status.h"

#include <stddef.h>

typedef struct status_entry {
    uow_status status;
    const char *name;
    const char *text;
} status_entry;

/* clang-format off */
static const status_entry status_table[] = {
    { UOW_OK, "OK", "The operation did what it says." },
    { UOW_PENDING, "PENDING", "The operation is not done yet: poll again." },
    { UOW_END, "END", "There are no more rows or results." },
    { UOW_BUSY, "BUSY", "Another operation holds the handle: wait for it, or use another context." },
    { UOW_NOT_FOUND, "NOT_FOUND", "No row has that key, or the query met no row." },
    { UOW_NOT_UNIQUE, "NOT_UNIQUE", "There is more than one row where one was asked for." },
    { UOW_CONFLICT, "CONFLICT", "Somebody else changed or deleted the row: reload or overwrite, then save again." },
    { UOW_CONSTRAINT, "CONSTRAINT", "A constraint of the database refused the row: mend the data." },
    { UOW_TRANSIENT, "TRANSIENT", "A deadlock, a serialization failure or a lock wait: run the unit again." },
    { UOW_OUTCOME_UNKNOWN, "OUTCOME_UNKNOWN", "The commit failed and may or may not have taken effect: ask the database." },
    { UOW_CONNECTION_LOST, "CONNECTION_LOST", "The connection is gone: close the context and open another." },
    { UOW_CONNECT_FAILED, "CONNECT_FAILED", "The connection could not be made: see the error for server, login, database or driver." },
    { UOW_TIMEOUT, "TIMEOUT", "A deadline passed." },
    { UOW_CANCELLED, "CANCELLED", "The operation was cancelled on request." },
    { UOW_TYPE, "TYPE", "A value and the place for it do not fit: type, range, NULL or encoding." },
    { UOW_TRUNCATED, "TRUNCATED", "A value is longer than the place for it; nothing was cut." },
    { UOW_SQL, "SQL", "The database refused the statement: syntax, missing table or column, or permission." },
    { UOW_MISUSE, "MISUSE", "The call itself is wrong (NULL, closed handle, wrong order): fix the program." },
    { UOW_MODEL, "MODEL", "The model is wrong: the error lists what to fix." },
    { UOW_IDENTITY, "IDENTITY", "Two instances with the same key are in one context." },
    { UOW_NO_MEMORY, "NO_MEMORY", "Out of memory; nothing was changed." },
    { UOW_LIMIT, "LIMIT", "A limit set in the options was reached." },
    { UOW_UNSUPPORTED, "UNSUPPORTED", "The driver or database cannot do this." },
    { UOW_DRIVER, "DRIVER", "The driver did something ODBC does not allow." },
};
/* clang-format on */

/* A program may hold a status of a newer library: that is no reason to crash. */
static const status_entry *status_find(uow_status status)
{
    static const status_entry unknown = {UOW_STATUS_FORCE_INT, "UNKNOWN",
                                         "A status this version of the library does not know."};
    for (size_t i = 0; i < sizeof status_table / sizeof status_table[0]; i++)
        if (status_table[i].status == status)
            return &status_table[i];
    return &unknown;
}

const char *uow_status_name(uow_status status)
{
    return status_find(status)->name;
}

const char *uow_status_text(uow_status status)
{
    return status_find(status)->text;
}

const char *uow_version(void)
{
    return UOW_VERSION_STRING;
}
