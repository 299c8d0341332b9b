/* Who has bound the columns of a statement: a rowset or dynamic rows, one at a time. Private to lib/odbc. */
#ifndef UOWI_ODBC_BINDER_H
#define UOWI_ODBC_BINDER_H

#include "odbc/handle.h"

/* Embedded first in whatever binds columns. */
struct uowi_binder {
    struct uowi_stmt *stmt; /* NULL once the statement was freed */
    uowi_binder *next;
    SQLULEN stride;         /* bytes from row to row */
    SQLULEN rows;           /* of a block */
    SQLULEN fetched;        /* the driver writes it */
    SQLUSMALLINT *status;   /* one per row; the driver writes it */
};

void uowi_binder_open(uowi_binder *binder, struct uowi_stmt *stmt);
/* Unbinds when it is the one bound, and forgets the statement. */
void uowi_binder_close(uowi_binder *binder);
/* Points the statement's row attributes here; whatever was bound before is unbound. Columns are the caller's. */
uow_status uowi_binder_take(uowi_binder *binder);
/* Unbinds whoever is bound. */
void uowi_binder_drop(struct uowi_stmt *stmt);
/* [resumable] The next block into the bound buffers: UOW_OK with fetched >= 1, or UOW_END. */
uow_status uowi_binder_fetch(uowi_binder *binder);

#endif
