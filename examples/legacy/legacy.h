/*
 * LEGACY.H   Order entry, shared declarations.         R.H. 03/98
 *
 * 11/98 rh  credit limit
 * 02/99 rh  ship date is 8 chars now (Y2K)
 */
#ifndef LEGACY_H
#define LEGACY_H

#include <sql.h>
#include <sqlext.h>

#define MAXLINES 10
#define NAMELEN  30

/* one line as typed in */
struct entry {
    long item;
    long qty;
};

/* DB.C */
extern SQLHENV henv;
extern SQLHDBC hdbc;
extern long db_rows; /* rows touched by the last db_exec */
int db_open(const char *dsn);
void db_close(void);
void db_error(const char *where, SQLHSTMT hstmt);
int db_exec(const char *sql);
int db_long(const char *sql, long *out);
SQLHSTMT db_query(const char *sql);
int db_commit(void);
int db_rollback(void);

/* SETUP.C */
int setup_tables(void);

/* OPEN.C */
int program_open(const char *dsn);
void program_close(void);

/* REPORT.C */
int list_customers(void);
int list_items(void);
int show_order(long ordno);
int day_report(const char *date);

/* ENTER.C: the order's number, or 0 */
long enter_order(long custno, const char *date, struct entry *lines, int n);

/* CHANGE.C */
int cancel_order(long ordno);
int ship_order(long ordno, const char *date);
int change_price(long itemno, long cents);

#endif
