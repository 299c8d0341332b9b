/*
 * What a program may ask a connection of the test driver beyond ODBC, by SQLSetConnectAttr
 * and SQLGetConnectAttr. The numbers are of the range ODBC leaves to drivers.
 */
#ifndef UOWTEST_H
#define UOWTEST_H

/* Set: text "TestFail=...;TestDelay=...": these keys from now on, and every count at 0. */
#define UOWTEST_ATTR_KEYS 0x5001

/* Get: text, one line "SQLExecute 3 calls 12 polls" for each function that was called. */
#define UOWTEST_ATTR_COUNTS 0x5002

/* Get: SQLUINTEGER, how often a function was called: UOWTEST_ATTR_CALLS + SQL_API_SQLEXECUTE. */
#define UOWTEST_ATTR_CALLS 0x6000

/* Get: SQLUINTEGER, how often it answered SQL_STILL_EXECUTING. */
#define UOWTEST_ATTR_POLLS 0x7000

#endif
