/*
 * SETUP.C   Tables and opening stock. Old tables are dropped first.    R.H. 03/98
 */
#include <stdio.h>

#include "legacy.h"

static const char *const drops[] = {
    "DROP TABLE IF EXISTS lg_line", "DROP TABLE IF EXISTS lg_ord", "DROP TABLE IF EXISTS lg_item",
    "DROP TABLE IF EXISTS lg_cust", "DROP TABLE IF EXISTS lg_next",
};

/* money is in cents, dates are YYYYMMDD */
static const char *const creates[] = {
    "CREATE TABLE lg_cust (custno integer NOT NULL PRIMARY KEY, name varchar(30) NOT NULL, "
    "credlim integer NOT NULL, balance integer NOT NULL)",
    "CREATE TABLE lg_item (itemno integer NOT NULL PRIMARY KEY, descr varchar(30) NOT NULL, "
    "price integer NOT NULL, onhand integer NOT NULL)",
    "CREATE TABLE lg_ord (ordno integer NOT NULL PRIMARY KEY, custno integer NOT NULL REFERENCES lg_cust (custno), "
    "orddate char(8) NOT NULL, shipdate char(8), status char(1) NOT NULL, total integer NOT NULL)",
    "CREATE TABLE lg_line (ordno integer NOT NULL REFERENCES lg_ord (ordno), linno integer NOT NULL, "
    "itemno integer NOT NULL REFERENCES lg_item (itemno), qty integer NOT NULL, price integer NOT NULL, "
    "PRIMARY KEY (ordno, linno))",
    "CREATE TABLE lg_next (name varchar(10) NOT NULL PRIMARY KEY, nextno integer NOT NULL)",
};

static const char *const rows[] = {
    "INSERT INTO lg_cust VALUES (1, 'O''Brien & Sons', 50000, 0)",
    "INSERT INTO lg_cust VALUES (2, 'Grocer Ltd', 20000, 1500)",
    "INSERT INTO lg_cust VALUES (3, 'Z\xc3\xbcrich Imports', 900000, 0)",
    "INSERT INTO lg_item VALUES (10, 'Bolt M6', 25, 1000)",
    "INSERT INTO lg_item VALUES (11, 'Nut M6', 10, 1000)",
    "INSERT INTO lg_item VALUES (12, 'Drill press', 24900, 3)",
    "INSERT INTO lg_item VALUES (13, 'Cutting oil 1l', 895, 40)",
    "INSERT INTO lg_next VALUES ('ORD', 1001)",
};

int setup_tables(void)
{
    size_t i;

    for (i = 0; i < sizeof drops / sizeof *drops; i++)
        if (!db_exec(drops[i]))
            return 0;
    for (i = 0; i < sizeof creates / sizeof *creates; i++)
        if (!db_exec(creates[i]))
            return 0;
    for (i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!db_exec(rows[i]))
            return 0;
    return db_commit();
}
