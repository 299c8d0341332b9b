/* What must be known of a handle before it is used. Private to lib/odbc. */
#ifndef UOWI_ODBC_ADOPT_H
#define UOWI_ODBC_ADOPT_H

#include "odbc/handle.h"
#include "odbc/stmt.h"

/* Whether a connection that somebody else has made can be used; the error says why not. Nothing is sent. */
uow_status uowi_adopt_check(struct uowi_conn *conn);
/* Notes which attributes a new statement of it inherits that would cut results: see uowi_adopt_statement. */
void uowi_adopt_defaults(struct uowi_conn *conn);
/* A new statement's attributes as the library needs them. */
void uowi_adopt_statement(const struct uowi_stmt *stmt);

#endif
