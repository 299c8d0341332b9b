/*
 * The catalog by ODBC's own functions, for a database nobody has written statements for. No ODBC types.
 */
#ifndef UOWI_ODBC_CATALOG_H
#define UOWI_ODBC_CATALOG_H

#include "odbc/stmt.h"

/* What is listed; the columns of each are those of the ODBC function. */
typedef enum uowi_catalog_list {
    UOWI_CATALOG_TABLES,    /* SQLTables: tables, views and whatever else the database calls so */
    UOWI_CATALOG_FIELDS,    /* SQLColumns */
    UOWI_CATALOG_PRIMARY,   /* SQLPrimaryKeys */
    UOWI_CATALOG_UNIQUE,    /* SQLStatistics, of unique indexes */
    UOWI_CATALOG_FOREIGN,   /* SQLForeignKeys of the dependent table */
    UOWI_CATALOG_VERSIONS,  /* SQLSpecialColumns: columns that every write changes */
    UOWI_CATALOG_ROUTINES,  /* SQLProcedures */
    UOWI_CATALOG_PARAMETERS /* SQLProcedureColumns */
} uowi_catalog_list;

/* What one is called; a part that is NULL or empty is any. */
typedef struct uowi_catalog_name {
    const char *catalog, *schema, *name;
} uowi_catalog_name;

#define UOWI_CATALOG_MOST 20 /* columns that are handed on */

/* values[0] is the first column; "" for NULL and for a column that the driver does not give. */
typedef void (*uowi_catalog_fn)(void *user, const char *const values[UOWI_CATALOG_MOST]);

/*
 * Hands each row on, in the driver's order. A name may be taken for a pattern by the driver, so rows of other tables
 * may be among them. UOW_UNSUPPORTED: the driver lacks the function; otherwise as a query.
 */
uow_status uowi_catalog_each(uowi_conn *conn, uowi_catalog_list list, const uowi_catalog_name *of, uowi_catalog_fn fn,
                             void *user);

/* Prepares a statement and runs nothing. False: it is refused, sqlstate says how. Some drivers refuse when it is run only. */
bool uowi_catalog_takes(uowi_conn *conn, const char *sql, char sqlstate[6]);

/* What only a result tells of a column; made by the database at insert (an identity). */
typedef void (*uowi_catalog_result_fn)(void *user, const uowi_column_desc *column, bool made);

/* Hands each column of sql's result on, which should give no rows. */
uow_status uowi_catalog_result(uowi_conn *conn, const char *sql, uowi_catalog_result_fn fn, void *user);

#endif
