/*
 * How long a statement may run, told to the server: what is left of a deadline, in whole seconds. A cancel at that
 * time ends what can be cancelled; this ends the statement where nobody is there to cancel it, or the cancel is not
 * heard. Private to lib/odbc.
 */
#ifndef UOWI_ODBC_LIMIT_H
#define UOWI_ODBC_LIMIT_H

#include "odbc/stmt.h"

/* Before an execution, with nothing open on the statement. What cannot be told is left: it is the second line. */
void uowi_limit_set(struct uowi_stmt *stmt);
/* The session gets its own limit back. */
void uowi_limit_end(struct uowi_conn *conn);
/* A statement about the session with value in place of '$'; false when the server does not take it. */
bool uowi_conn_say(struct uowi_conn *conn, const char *sql, const char *value);

#endif
