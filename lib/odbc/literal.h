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

/* The bytes of a value that is not NULL, as text where it is a number or a date. */
uow_status uowi_literal_plain(uowi_conn *conn, const uowi_param *param, uowi_buf *out);

#endif
