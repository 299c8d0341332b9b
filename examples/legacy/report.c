/*
 * REPORT.C   Lists and reports.    R.H. 03/98
 *
 * All columns must be bound in the order of the SELECT!!
 */
#include <stdio.h>
#include <string.h>

#include "legacy.h"

static SQLINTEGER n1, n2, n3, n4;
static SQLLEN i1, i2, i3, i4, i5, i6;
static char s1[NAMELEN + 1], s2[9], s3[9], s4[2];

int list_customers(void)
{
    SQLHSTMT hstmt;

    if ((hstmt = db_query("SELECT custno, name, credlim, balance FROM lg_cust ORDER BY custno")) == SQL_NULL_HSTMT)
        return 0;
    SQLBindCol(hstmt, 1, SQL_C_LONG, &n1, 0, &i1);
    SQLBindCol(hstmt, 2, SQL_C_CHAR, s1, sizeof s1, &i2);
    SQLBindCol(hstmt, 3, SQL_C_LONG, &n2, 0, &i3);
    SQLBindCol(hstmt, 4, SQL_C_LONG, &n3, 0, &i4);
    while (SQL_SUCCEEDED(SQLFetch(hstmt)))
        printf("%5d %-30s limit %8d.%02d  owes %8d.%02d\n", (int)n1, s1, (int)n2 / 100, (int)n2 % 100, (int)n3 / 100,
               (int)n3 % 100);
    SQLFreeStmt(hstmt, SQL_DROP);
    return 1;
}

int list_items(void)
{
    SQLHSTMT hstmt;

    if ((hstmt = db_query("SELECT itemno, descr, price, onhand FROM lg_item ORDER BY itemno")) == SQL_NULL_HSTMT)
        return 0;
    SQLBindCol(hstmt, 1, SQL_C_LONG, &n1, 0, &i1);
    SQLBindCol(hstmt, 2, SQL_C_CHAR, s1, sizeof s1, &i2);
    SQLBindCol(hstmt, 3, SQL_C_LONG, &n2, 0, &i3);
    SQLBindCol(hstmt, 4, SQL_C_LONG, &n3, 0, &i4);
    while (SQL_SUCCEEDED(SQLFetch(hstmt)))
        printf("%5d %-30s price %6d.%02d  on hand %6d\n", (int)n1, s1, (int)n2 / 100, (int)n2 % 100, (int)n3);
    SQLFreeStmt(hstmt, SQL_DROP);
    return 1;
}

int show_order(long ordno)
{
    SQLHSTMT hstmt;
    char sql[400];
    int found;

    sprintf(sql, "SELECT custno, orddate, shipdate, status, total FROM lg_ord WHERE ordno = %ld", ordno);
    if ((hstmt = db_query(sql)) == SQL_NULL_HSTMT)
        return 0;
    SQLBindCol(hstmt, 1, SQL_C_LONG, &n1, 0, &i1);
    SQLBindCol(hstmt, 2, SQL_C_CHAR, s2, sizeof s2, &i2);
    SQLBindCol(hstmt, 3, SQL_C_CHAR, s3, sizeof s3, &i3);
    SQLBindCol(hstmt, 4, SQL_C_CHAR, s4, sizeof s4, &i4);
    SQLBindCol(hstmt, 5, SQL_C_LONG, &n2, 0, &i5);
    found = SQL_SUCCEEDED(SQLFetch(hstmt));
    SQLFreeStmt(hstmt, SQL_DROP);
    if (!found) {
        printf("no order %ld\n", ordno);
        return 0;
    }
    if (i3 == SQL_NULL_DATA)
        strcpy(s3, "-"); /* 07/98: garbage was printed here */
    printf("order %ld customer %d of %s shipped %s status %s total %d.%02d\n", ordno, (int)n1, s2, s3, s4,
           (int)n2 / 100, (int)n2 % 100);
    sprintf(sql,
            "SELECT l.linno, l.itemno, i.descr, l.qty, l.price FROM lg_line l, lg_item i "
            "WHERE l.itemno = i.itemno AND l.ordno = %ld ORDER BY l.linno",
            ordno);
    if ((hstmt = db_query(sql)) == SQL_NULL_HSTMT)
        return 0;
    SQLBindCol(hstmt, 1, SQL_C_LONG, &n1, 0, &i1);
    SQLBindCol(hstmt, 2, SQL_C_LONG, &n2, 0, &i2);
    SQLBindCol(hstmt, 3, SQL_C_CHAR, s1, sizeof s1, &i3);
    SQLBindCol(hstmt, 4, SQL_C_LONG, &n3, 0, &i4);
    SQLBindCol(hstmt, 5, SQL_C_LONG, &n4, 0, &i6);
    while (SQL_SUCCEEDED(SQLFetch(hstmt)))
        printf("   %2d  %5d %-30s %5d at %6d.%02d\n", (int)n1, (int)n2, s1, (int)n3, (int)n4 / 100, (int)n4 % 100);
    SQLFreeStmt(hstmt, SQL_DROP);
    return 1;
}

int day_report(const char *date)
{
    SQLHSTMT hstmt;
    char sql[400];

    printf("--- %s\n", date);
    sprintf(sql,
            "SELECT c.name, COUNT(*), SUM(o.total) FROM lg_ord o, lg_cust c WHERE o.custno = c.custno "
            "AND o.orddate = '%s' AND o.status <> 'C' GROUP BY c.name ORDER BY c.name",
            date);
    if ((hstmt = db_query(sql)) == SQL_NULL_HSTMT)
        return 0;
    SQLBindCol(hstmt, 1, SQL_C_CHAR, s1, sizeof s1, &i1);
    SQLBindCol(hstmt, 2, SQL_C_LONG, &n1, 0, &i2);
    SQLBindCol(hstmt, 3, SQL_C_LONG, &n2, 0, &i3);
    while (SQL_SUCCEEDED(SQLFetch(hstmt)))
        printf("%-30s %3d orders %10d.%02d\n", s1, (int)n1, (int)n2 / 100, (int)n2 % 100);
    SQLFreeStmt(hstmt, SQL_DROP);
    return 1;
}
