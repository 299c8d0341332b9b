/*
 * PostgreSQL array literals: '{1,NULL,"a \"quoted\" text"}'. What a parameter
 * holds is checked as when it is bound, and quoted so that it can be nothing
 * but a value.
 */
#ifndef UOWI_ODBC_LITERAL_H
#define UOWI_ODBC_LITERAL_H

#include "odbc/stmt.h"

/* Appends one element; the braces are the caller's. first: no comma before it. */
uow_status uowi_literal_element(uowi_conn *conn, const uowi_param *param, bool first, uowi_buf *out);

#endif
