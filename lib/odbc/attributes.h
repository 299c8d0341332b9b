/* A connection's attributes: recorded, compared, put back when it changes hands. No ODBC types. */
#ifndef UOWI_ODBC_ATTRIBUTES_H
#define UOWI_ODBC_ATTRIBUTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "odbc/conn.h"
#include "uow/adopt.h"

#define UOWI_ATTRIBUTES 7 /* that are numbers; the catalog is text */

typedef struct uowi_attributes {
    uint32_t known; /* a bit for each the driver tells; the catalog's is the last */
    uint64_t numbers[UOWI_ATTRIBUTES];
    char catalog[64];
    int open; /* see uowi_conn_in_transaction */
} uowi_attributes;

/* What a driver does not tell is neither compared nor put back. */
void uowi_attributes_read(uowi_conn *conn, uowi_attributes *out);
/*
 * Compares with what was, and puts back what differs, an autocommit that is off apart: switching it on commits. Writes
 * the changes into out (complete) as far as there is room.
 */
void uowi_attributes_restore(uowi_conn *conn, const uowi_attributes *was, uow_handle_report *out);

/* The catalog the connection is in. False: there is none, or its name is too long to be kept whole. */
bool uowi_attribute_catalog(uowi_conn *conn, char *out, size_t size);

/* Adds one; name is static. NULL: there is no room for more than its count. */
uow_handle_change *uowi_report_change(uow_handle_report *out, const char *name, bool restored);

/* adopt.c */

/* Whether a transaction is open although autocommit is on: 1, 0, or -1 where it is off or the database does not say. */
int uowi_conn_in_transaction(uowi_conn *conn);
/* Looks whether the handle's other user has changed autocommit. True: it was. */
bool uowi_conn_look(uowi_conn *conn);
/* Statements may have failed that this layer knows nothing of. */
void uowi_conn_suspect(uowi_conn *conn);
/* A statement of its own for raw ODBC (SQLHSTMT), and its end. */
uow_status uowi_conn_lend(uowi_conn *conn, void **out_hstmt);
void uowi_conn_unlend(uowi_conn *conn, void *hstmt);
/* The SQLHDBC. */
void *uowi_conn_handle(const uowi_conn *conn);

#endif
