/*
 * A scripted ODBC driver in memory, as a table of functions: unit tests run on it with no database.
 *
 *   fake_begin("PostgreSQL");                       one fake per process; the name chooses
 * GetInfo's answers fake_rows("FROM customers", columns, 2, cells, 3); fake_fail(UOWI_FN_Execute,
 * 2, SQL_ERROR, "40001", 0, "serialization failure"); uowi_odbc_env_open(&fake_api, &mem, &error,
 * &env);
 *   ...
 *   cr_assert_str_eq(fake_sql(0), "SELECT ...");
 *   cr_assert_eq(fake_handles(), 0);                nothing leaked
 *
 * Rules of the script:
 * - A statement is matched by the first script entry whose text it contains (entries are tried in
 * the order they were added). fake_rows/fake_affected with the same text again add a further result
 * to that entry, reached by SQLMoreResults. A statement that matches nothing has no columns and
 * affects 1 row.
 * - fake_fail counts calls of the function from now on: nth 1 is the next one, 0 every one. After
 * it, fake_diag adds records to the same failure. A rule with nth is used once. rc may be any
 * return code, also SQL_SUCCESS_WITH_INFO (then the call works as usual and has the record
 * besides).
 * - "SELECT ?" that matches nothing answers its parameter (for the text-path probe), see
 * fake_latin.
 */
#ifndef FAKE_ODBC_H
#define FAKE_ODBC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "odbc/api.h"

extern const uowi_odbc_api fake_api;

/* Starts over: empty script and log, driver as dbms: "SQLite", "PostgreSQL", "MariaDB", any other.
 */
void fake_begin(const char *dbms);

/* --- results */

typedef struct fake_column {
    const char *name;
    SQLSMALLINT sql_type; /* SQL_INTEGER, SQL_VARCHAR, ... */
    SQLULEN size;
    SQLSMALLINT digits;
    SQLSMALLINT nullable; /* SQL_NULLABLE, SQL_NO_NULLS */
} fake_column;

/*
 * cells: rows x columns, row by row; NULL is SQL NULL. Everything is text and converted to the C
 * type asked for; for SQL_C_BINARY the text's bytes. Neither array is copied. "\1N" with N a number
 * is a value of N bytes made while it is read: byte i is 'a' + i % 26 (fake_huge_byte).
 */
void fake_rows(const char *contains, const fake_column *columns, size_t column_count,
               const char *const *cells, size_t row_count);
void fake_affected(const char *contains, SQLLEN count);
/* Text of the next results' rows can be made by number: rows copies of the one row given. */
void fake_repeat(const char *contains, const fake_column *columns, size_t column_count,
                 const char *const *cells, size_t rows);
char fake_huge_byte(uint64_t index);

/* --- faults */

void fake_fail(uowi_odbc_fn fn, unsigned nth, SQLRETURN rc, const char *sqlstate, SQLINTEGER native,
               const char *text);
void fake_diag(const char *sqlstate, SQLINTEGER native, const char *text);
/* Each call of fn on a statement with async on answers SQL_STILL_EXECUTING this often first. */
void fake_still(uowi_odbc_fn fn, unsigned times);
/* SQL_ATTR_CONNECTION_DEAD says so from now on (the calls themselves still work). */
void fake_dead(bool dead);
/* The same, from the nth call of fn on. */
void fake_dead_at(uowi_odbc_fn fn, unsigned nth);
/* What SQLGetDiagRec claims as length, whatever the text: -1, 0, 30000; FAKE_TRUE_LENGTH. */
#define FAKE_TRUE_LENGTH (-12345)
void fake_diag_length(int claimed);
/* SQLGetDiagRec never ends: every record number exists. */
void fake_diag_endless(bool on);

/* --- what the driver is like */

/* SQL_ASYNC_MODE, and whether attributes are kept: 0 none, 1 connection, 2 statement; -2 says
 * statement and forgets. */
void fake_async(int mode);
/* SQL_C_CHAR is taken byte by byte as Latin-1 (what a driver does that text must reach as UTF-16).
 */
void fake_latin(bool on);
/* Of every array of parameters the row of this number, from 1, fails, which only its status says. */
void fake_array_error(SQLULEN set);
void fake_info_text(SQLUSMALLINT info, const char *value);
void fake_info_number(SQLUSMALLINT info, SQLUINTEGER value);

/* --- what happened */

/* Calls of fn so far. */
unsigned fake_calls(uowi_odbc_fn fn);
/* The texts executed so far, from 0 (a prepared one each time it runs); NULL past the end. */
const char *fake_sql(size_t index);
size_t fake_sql_count(void);
/* Parameter number (from 1) of the last execution as text: "42", "abc", "2026-01-02
 * 03:04:05.000006", "NULL". */
const char *fake_param(unsigned number);
/* Its size in bytes; for data at execution what was put. */
uint64_t fake_param_size(unsigned number);
unsigned fake_param_count(void);
SQLSMALLINT fake_param_c_type(unsigned number);
SQLSMALLINT fake_param_sql_type(unsigned number);
/* The connection string the driver was given. */
const char *fake_connection(void);
/* SQL_ATTR_LOGIN_TIMEOUT and the like as last set on the connection; 0 when never. */
SQLULEN fake_connect_attr(SQLINTEGER attribute);
/* Handles that are allocated now. */
unsigned fake_handles(void);

#endif
