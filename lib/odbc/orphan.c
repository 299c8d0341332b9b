/*
 * A connection in a forked child: its socket is the parent's too, and what a close would say there ends the parent's
 * session. So nothing is called any more; the driver's memory stays with the child.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "odbc/conn.h"
#include "odbc/handle.h"

static SQLRETURN orphan_free_handle(SQLSMALLINT type, SQLHANDLE handle)
{
    (void)type, (void)handle;
    return SQL_SUCCESS;
}

static SQLRETURN orphan_free_stmt(SQLHSTMT stmt, SQLUSMALLINT option)
{
    (void)stmt, (void)option;
    return SQL_SUCCESS;
}

static SQLRETURN orphan_set_stmt_attr(SQLHSTMT stmt, SQLINTEGER attribute, SQLPOINTER value, SQLINTEGER length)
{
    (void)stmt, (void)attribute, (void)value, (void)length;
    return SQL_SUCCESS;
}

static SQLRETURN orphan_set_connect_attr(SQLHDBC dbc, SQLINTEGER attribute, SQLPOINTER value, SQLINTEGER length)
{
    (void)dbc, (void)attribute, (void)value, (void)length;
    return SQL_SUCCESS;
}

static SQLRETURN orphan_more_results(SQLHSTMT stmt)
{
    (void)stmt;
    return SQL_NO_DATA;
}

/* What closing calls. Nothing else is: the connection is poisoned. */
static const uowi_odbc_api orphan_api = {
    .FreeHandle = orphan_free_handle,
    .FreeStmt = orphan_free_stmt,
    .SetStmtAttr = orphan_set_stmt_attr,
    .SetConnectAttr = orphan_set_connect_attr,
    .MoreResults = orphan_more_results,
};

void uowi_conn_orphan(uowi_conn *conn)
{
    if (conn == NULL)
        return;
    conn->api = &orphan_api;
    conn->owned = false;
    conn->poisoned = true;
}
