#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include "odbc/call.h"

typedef struct sqlstate_case {
    const uowi_dialect *dialect;
    const char *sqlstate;
    int32_t native;
    const char *text;
    uow_status expected;
} sqlstate_case;

static const sqlstate_case sqlstate_cases[] = {
    /* the standard's classes, on a database nobody knows */
    {&uowi_dialect_standard, "08S01", 0, "", UOW_CONNECTION_LOST},
    {&uowi_dialect_standard, "08007", 0, "", UOW_OUTCOME_UNKNOWN},
    {&uowi_dialect_standard, "40003", 0, "", UOW_OUTCOME_UNKNOWN},
    {&uowi_dialect_standard, "40001", 0, "", UOW_TRANSIENT},
    {&uowi_dialect_standard, "40002", 0, "", UOW_CONSTRAINT},
    {&uowi_dialect_standard, "23000", 0, "", UOW_CONSTRAINT},
    {&uowi_dialect_standard, "44000", 0, "", UOW_CONSTRAINT},
    {&uowi_dialect_standard, "22001", 0, "", UOW_TRUNCATED},
    {&uowi_dialect_standard, "22003", 0, "", UOW_TYPE},
    {&uowi_dialect_standard, "07006", 0, "", UOW_TYPE},
    {&uowi_dialect_standard, "07002", 0, "", UOW_MISUSE},
    {&uowi_dialect_standard, "42S02", 0, "", UOW_SQL},
    {&uowi_dialect_standard, "42000", 0, "", UOW_SQL},
    {&uowi_dialect_standard, "28000", 0, "", UOW_CONNECT_FAILED},
    {&uowi_dialect_standard, "HYT00", 0, "", UOW_TIMEOUT},
    {&uowi_dialect_standard, "HY008", 0, "", UOW_CANCELLED},
    {&uowi_dialect_standard, "HY001", 0, "", UOW_NO_MEMORY},
    {&uowi_dialect_standard, "HYC00", 0, "", UOW_UNSUPPORTED},
    {&uowi_dialect_standard, "IM001", 0, "", UOW_UNSUPPORTED},
    {&uowi_dialect_standard, "0A000", 0, "", UOW_UNSUPPORTED},
    {&uowi_dialect_standard, "HY010", 0, "", UOW_DRIVER},
    {&uowi_dialect_standard, "24000", 0, "", UOW_DRIVER},
    {&uowi_dialect_standard, "HY000", 19, "", UOW_SQL},
    {&uowi_dialect_standard, "", 0, "", UOW_DRIVER},
    {&uowi_dialect_standard, "XX000", 0, "", UOW_SQL},
    {&uowi_dialect_standard, "P0001", 0, "", UOW_SQL},
    /* SQLite: HY000 for everything */
    {&uowi_dialect_sqlite, "HY000", 19, "UNIQUE constraint failed: t.a (19)", UOW_CONSTRAINT},
    {&uowi_dialect_sqlite, "HY000", 5, "database is locked (5)", UOW_TRANSIENT},
    {&uowi_dialect_sqlite, "HY000", 6, "database table is locked (6)", UOW_TRANSIENT},
    {&uowi_dialect_sqlite, "HY000", 1, "no such table: nope (1)", UOW_SQL},
    {&uowi_dialect_sqlite, "HY000", 8, "attempt to write a readonly database (8)", UOW_SQL},
    {&uowi_dialect_sqlite, "HY000", 9, "interrupted (9)", UOW_CANCELLED},
    {&uowi_dialect_sqlite, "HY000", 20, "datatype mismatch (20)", UOW_TYPE},
    /* PostgreSQL: own states, native always 1 */
    {&uowi_dialect_postgresql, "23505", 1, "duplicate key", UOW_CONSTRAINT},
    {&uowi_dialect_postgresql, "23503", 1, "foreign key", UOW_CONSTRAINT},
    {&uowi_dialect_postgresql, "23502", 1, "not null", UOW_CONSTRAINT},
    {&uowi_dialect_postgresql, "23514", 1, "check", UOW_CONSTRAINT},
    {&uowi_dialect_postgresql, "40001", 1, "could not serialize", UOW_TRANSIENT},
    {&uowi_dialect_postgresql, "40P01", 1, "deadlock detected", UOW_TRANSIENT},
    {&uowi_dialect_postgresql, "55P03", 1, "lock not available", UOW_TRANSIENT},
    {&uowi_dialect_postgresql, "57014", 1, "canceling statement due to user request",
     UOW_CANCELLED},
    {&uowi_dialect_postgresql, "57014", 1, "canceling statement due to statement timeout",
     UOW_TIMEOUT},
    {&uowi_dialect_postgresql, "57P01", 1, "terminating connection", UOW_CONNECTION_LOST},
    {&uowi_dialect_postgresql, "25P02", 1, "current transaction is aborted", UOW_SQL},
    {&uowi_dialect_postgresql, "22P02", 1, "invalid input syntax", UOW_TYPE},
    {&uowi_dialect_postgresql, "22001", 1, "value too long", UOW_TRUNCATED},
    {&uowi_dialect_postgresql, "42P01", 1, "relation does not exist", UOW_SQL},
    /* MariaDB: the server's number decides */
    {&uowi_dialect_mariadb, "HY000", 1205, "Lock wait timeout exceeded", UOW_TRANSIENT},
    {&uowi_dialect_mariadb, "40001", 1213, "Deadlock found", UOW_TRANSIENT},
    {&uowi_dialect_mariadb, "23000", 1062, "Duplicate entry", UOW_CONSTRAINT},
    {&uowi_dialect_mariadb, "23000", 1452, "foreign key constraint fails", UOW_CONSTRAINT},
    {&uowi_dialect_mariadb, "23000", 1451, "foreign key constraint fails", UOW_CONSTRAINT},
    {&uowi_dialect_mariadb, "23000", 1048, "cannot be null", UOW_CONSTRAINT},
    {&uowi_dialect_mariadb, "23000", 4025, "CONSTRAINT `c` failed", UOW_CONSTRAINT},
    {&uowi_dialect_mariadb, "HY000", 3819, "Check constraint", UOW_CONSTRAINT},
    {&uowi_dialect_mariadb, "HY000", 1364, "doesn't have a default value", UOW_CONSTRAINT},
    {&uowi_dialect_mariadb, "22001", 1406, "Data too long", UOW_TRUNCATED},
    {&uowi_dialect_mariadb, "HY018", 1317, "interrupted", UOW_CANCELLED},
    {&uowi_dialect_mariadb, "70100", 1969, "max_statement_time exceeded", UOW_TIMEOUT},
    {&uowi_dialect_mariadb, "08S01", 2013, "Lost connection", UOW_CONNECTION_LOST},
    {&uowi_dialect_mariadb, "HY000", 2006, "gone away", UOW_CONNECTION_LOST},
    {&uowi_dialect_mariadb, "HY000", 2014, "Commands out of sync", UOW_DRIVER},
    {&uowi_dialect_mariadb, "42000", 1064, "syntax", UOW_SQL},
};

Test(odbc_sqlstate, each_known_error_is_the_right_decision)
{
    for (size_t i = 0; i < sizeof sqlstate_cases / sizeof sqlstate_cases[0]; i++) {
        const sqlstate_case *c = &sqlstate_cases[i];
        uow_status st = uowi_sqlstate_status(c->dialect, c->sqlstate, c->native, c->text);
        cr_expect_eq(st, c->expected, "%s %s/%d \"%s\": %s, expected %s", c->dialect->name,
                     c->sqlstate, (int)c->native, c->text, uow_status_name(st),
                     uow_status_name(c->expected));
    }
}

Test(odbc_sqlstate, an_aborted_unit_says_what_to_do)
{
    const uowi_error_rule *rule =
        uowi_dialect_rule(&uowi_dialect_postgresql, "25P02", 1, "aborted");
    cr_assert_not_null(rule);
    cr_assert_not_null(strstr(rule->hint, "roll the unit back"));
}
