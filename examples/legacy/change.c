/*
 * CHANGE.C   Orders and prices after the fact.    R.H. 04/98
 */
#include <stdio.h>
#include <string.h>

#include "legacy.h"

static int order_status(long ordno, char *status, long *custno, long *total)
{
    SQLHSTMT hstmt;
    SQLINTEGER c = 0, t = 0;
    SQLLEN i1, i2, i3;
    char sql[200];
    int found;

    sprintf(sql, "SELECT status, custno, total FROM lg_ord WHERE ordno = %ld", ordno);
    if ((hstmt = db_query(sql)) == SQL_NULL_HSTMT)
        return 0;
    SQLBindCol(hstmt, 1, SQL_C_CHAR, status, 2, &i1);
    SQLBindCol(hstmt, 2, SQL_C_LONG, &c, 0, &i2);
    SQLBindCol(hstmt, 3, SQL_C_LONG, &t, 0, &i3);
    found = SQL_SUCCEEDED(SQLFetch(hstmt));
    SQLFreeStmt(hstmt, SQL_DROP);
    *custno = c;
    *total = t;
    if (!found)
        printf("no order %ld\n", ordno);
    else if (*status != 'O')
        printf("order %ld is not open\n", ordno);
    return found && *status == 'O';
}

/* what was ordered goes back on the shelf */
static int put_back(long ordno)
{
    SQLHSTMT hstmt;
    SQLINTEGER item[MAXLINES], qty[MAXLINES], i = 0, q = 0;
    SQLLEN i1, i2;
    char sql[200];
    int n = 0, k;

    sprintf(sql, "SELECT itemno, qty FROM lg_line WHERE ordno = %ld", ordno);
    if ((hstmt = db_query(sql)) == SQL_NULL_HSTMT)
        return 0;
    SQLBindCol(hstmt, 1, SQL_C_LONG, &i, 0, &i1);
    SQLBindCol(hstmt, 2, SQL_C_LONG, &q, 0, &i2);
    while (n < MAXLINES && SQL_SUCCEEDED(SQLFetch(hstmt))) {
        item[n] = i;
        qty[n++] = q;
    }
    SQLFreeStmt(hstmt, SQL_DROP);
    for (k = 0; k < n; k++) {
        sprintf(sql, "UPDATE lg_item SET onhand = onhand + %d WHERE itemno = %d", (int)qty[k], (int)item[k]);
        if (!db_exec(sql))
            return 0;
    }
    return 1;
}

int cancel_order(long ordno)
{
    char sql[200], status[2] = "";
    long custno, total;

    if (!order_status(ordno, status, &custno, &total) || !put_back(ordno))
        goto failed;
    sprintf(sql, "UPDATE lg_cust SET balance = balance - %ld WHERE custno = %ld", total, custno);
    if (!db_exec(sql))
        goto failed;
    sprintf(sql, "UPDATE lg_ord SET status = 'C' WHERE ordno = %ld", ordno);
    if (!db_exec(sql))
        goto failed;
    return db_commit();

failed:
    db_rollback();
    return 0;
}

int ship_order(long ordno, const char *date)
{
    char sql[200], status[2] = "";
    long custno, total;

    if (!order_status(ordno, status, &custno, &total))
        return 0;
    sprintf(sql, "UPDATE lg_ord SET status = 'S', shipdate = '%s' WHERE ordno = %ld", date, ordno);
    if (db_exec(sql) && db_rows == 1)
        return db_commit();
    db_rollback();
    return 0;
}

int change_price(long itemno, long cents)
{
    char sql[200];

    sprintf(sql, "UPDATE lg_item SET price = %ld WHERE itemno = %ld", cents, itemno);
    if (db_exec(sql) && db_rows == 1)
        return db_commit();
    printf("no item %ld\n", itemno);
    db_rollback();
    return 0;
}
