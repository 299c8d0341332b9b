/*
 * ENTER.C   Order entry.    R.H. 03/98
 *
 * 11/98 rh  credit limit
 */
#include <stdio.h>

#include "legacy.h"

/* next free number. two clerks at once: the second waits for the row */
static long next_number(void)
{
    long no;

    if (!db_exec("UPDATE lg_next SET nextno = nextno + 1 WHERE name = 'ORD'"))
        return 0;
    if (!db_long("SELECT nextno - 1 FROM lg_next WHERE name = 'ORD'", &no))
        return 0;
    return no;
}

static int add_line(long ordno, int linno, struct entry *e, long *total)
{
    char sql[300];
    long price, onhand;

    sprintf(sql, "SELECT price FROM lg_item WHERE itemno = %ld", e->item);
    if (!db_long(sql, &price)) {
        printf("no item %ld\n", e->item);
        return 0;
    }
    sprintf(sql, "SELECT onhand FROM lg_item WHERE itemno = %ld", e->item);
    db_long(sql, &onhand);
    if (onhand < e->qty) {
        printf("item %ld: only %ld on hand\n", e->item, onhand);
        return 0;
    }
    /* XXX somebody may have changed it since the SELECT */
    sprintf(sql, "UPDATE lg_item SET onhand = %ld WHERE itemno = %ld", onhand - e->qty, e->item);
    if (!db_exec(sql))
        return 0;
    sprintf(sql, "INSERT INTO lg_line (ordno, linno, itemno, qty, price) VALUES (%ld, %d, %ld, %ld, %ld)", ordno, linno,
            e->item, e->qty, price);
    if (!db_exec(sql))
        return 0;
    *total += e->qty * price;
    return 1;
}

long enter_order(long custno, const char *date, struct entry *lines, int n)
{
    char sql[300];
    long ordno, credlim, balance, total = 0;
    int i;

    sprintf(sql, "SELECT credlim FROM lg_cust WHERE custno = %ld", custno);
    if (!db_long(sql, &credlim)) {
        printf("no customer %ld\n", custno);
        goto failed;
    }
    sprintf(sql, "SELECT balance FROM lg_cust WHERE custno = %ld", custno);
    if (!db_long(sql, &balance))
        goto failed;
    if ((ordno = next_number()) == 0)
        goto failed;
    sprintf(sql, "INSERT INTO lg_ord (ordno, custno, orddate, status, total) VALUES (%ld, %ld, '%s', 'O', 0)", ordno,
            custno, date);
    if (!db_exec(sql))
        goto failed;
    for (i = 0; i < n; i++)
        if (!add_line(ordno, i + 1, &lines[i], &total))
            goto failed;
    if (balance + total > credlim) {
        printf("customer %ld: over the credit limit\n", custno);
        goto failed;
    }
    sprintf(sql, "UPDATE lg_ord SET total = %ld WHERE ordno = %ld", total, ordno);
    if (!db_exec(sql))
        goto failed;
    sprintf(sql, "UPDATE lg_cust SET balance = %ld WHERE custno = %ld", balance + total, custno);
    if (!db_exec(sql))
        goto failed;
    return db_commit() ? ordno : 0;

failed:
    db_rollback();
    return 0;
}
