#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include "work/head.h"
#include "work_fixture.h"

static desk d;

Test(head, data_statements_are_told_from_those_that_change_the_schema)
{
    cr_assert(uowi_head_is_data("SELECT 1"));
    cr_assert(uowi_head_is_data("  -- why\n (select 1)"));
    cr_assert(uowi_head_is_data("/* a */ with x as (select 1) select * from x"));
    cr_assert(uowi_head_is_data("{call p(?)}"));
    cr_assert(uowi_head_is_data("insert into t values (1)"));
    cr_assert_not(uowi_head_is_data("CREATE TABLE t (a int)"));
    cr_assert_not(uowi_head_is_data("ALTER TABLE t ADD b int"));
    cr_assert_not(uowi_head_is_data("SELECTED"));
    cr_assert_not(uowi_head_is_data(""));
}

Test(head, statements_that_begin_or_end_transactions_are_known)
{
    cr_assert(uowi_head_is_transaction("COMMIT"));
    cr_assert(uowi_head_is_transaction(" /* now */ rollback;"));
    cr_assert(uowi_head_is_transaction("start   transaction read only"));
    cr_assert(uowi_head_is_transaction("BEGIN"));
    cr_assert(uowi_head_is_transaction("end"));
    cr_assert_not(uowi_head_is_transaction("SAVEPOINT a"));
    cr_assert_not(uowi_head_is_transaction("ROLLBACK TO SAVEPOINT a"));
    cr_assert_not(uowi_head_is_transaction("BEGIN NOT ATOMIC select 1; END"));
    cr_assert_not(uowi_head_is_transaction("COMMIT PREPARED 'x'"));
    cr_assert_not(uowi_head_is_transaction("START SLAVE"));
    cr_assert_not(uowi_head_is_transaction("ENDPOINTS"));
}

Test(head, a_transaction_by_raw_sql_is_refused_before_it_is_sent)
{
    cr_assert(desk_open(&d, "PostgreSQL"));
    size_t before = fake_sql_count();
    cr_assert_eq(uow_execute(d.ctx, "COMMIT", NULL, 0, NULL), UOW_MISUSE);
    cr_assert(strstr(desk_says(&d), "uow_begin, uow_commit and uow_rollback"));
    cr_assert_eq(fake_sql_count(), before);
    cr_assert_eq(desk_close(&d), 0);
}

Test(head, a_head_that_crashes_the_driver_is_wrapped_or_refused)
{
    uow_arg arg = uow_arg_int64(1);
    cr_assert(desk_open(&d, "MariaDB"));
    cr_assert_eq(uow_execute(d.ctx, "OPTIMIZE TABLE t ;", NULL, 0, NULL), UOW_OK, "%s", desk_says(&d));
    cr_assert_str_eq(fake_sql(fake_sql_count() - 1), "BEGIN NOT ATOMIC OPTIMIZE TABLE t; END");
    size_t before = fake_sql_count();
    cr_assert_eq(uow_execute(d.ctx, "values (?)", &arg, 1, NULL), UOW_UNSUPPORTED);
    cr_assert_eq(fake_sql_count(), before);
    cr_assert_eq(desk_close(&d), 0);
    cr_assert(desk_open(&d, "PostgreSQL"));
    cr_assert_eq(uow_execute(d.ctx, "VALUES (?)", &arg, 1, NULL), UOW_OK, "only where the driver crashes");
    cr_assert_eq(desk_close(&d), 0);
}

Test(head, a_transaction_behind_another_statement_is_refused_too)
{
    static const char *const texts[] = {"SELECT 1; COMMIT", "; rollback", "UPDATE t SET a = ';' ; -- now\n end",
                                        "SELECT 1; SELECT 2; BEGIN; SELECT 3"};
    static const char *const fine[] = {
        "SELECT 'a; COMMIT'", "SELECT 1; SELECT 2;", "SELECT 1 -- ; COMMIT",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END", "CREATE TRIGGER t BEGIN SELECT 1; END",
        "SELECT 1; CREATE PROCEDURE p() BEGIN SELECT 1; COMMIT; END", "DO $$ BEGIN COMMIT; END $$; SELECT 1",
        "SELECT 1; ROLLBACK TO SAVEPOINT a"};
    cr_assert(desk_open(&d, "PostgreSQL"));
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        cr_assert_eq(uow_execute(d.ctx, texts[i], NULL, 0, NULL), UOW_MISUSE, "%s", texts[i]);
    for (size_t i = 0; i < sizeof fine / sizeof fine[0]; i++)
        cr_assert_eq(uow_execute(d.ctx, fine[i], NULL, 0, NULL), UOW_OK, "%s: %s", fine[i], desk_says(&d));
    cr_assert_eq(desk_close(&d), 0);
}

Test(head, what_mariadb_runs_of_a_comment_counts)
{
    cr_assert(desk_open(&d, "MariaDB"));
    cr_assert_eq(uow_execute(d.ctx, "/*!50000 COMMIT */", NULL, 0, NULL), UOW_MISUSE);
    cr_assert_eq(uow_execute(d.ctx, "# why\nset  autocommit = 1", NULL, 0, NULL), UOW_MISUSE);
    cr_assert_eq(uow_execute(d.ctx, "SET @@session.autocommit=0", NULL, 0, NULL), UOW_MISUSE);
    cr_assert_eq(uow_execute(d.ctx, "/*M! VALUES (1) */", NULL, 0, NULL), UOW_OK, "%s", desk_says(&d));
    cr_assert_str_eq(fake_sql(fake_sql_count() - 1), "BEGIN NOT ATOMIC /*M! VALUES (1) */; END");
    cr_assert_eq(desk_close(&d), 0);
    cr_assert(desk_open(&d, "PostgreSQL"));
    cr_assert_eq(uow_execute(d.ctx, "/*! COMMIT */ SELECT 1", NULL, 0, NULL), UOW_OK, "a comment elsewhere");
    cr_assert_eq(desk_close(&d), 0);
}

Test(head, a_copy_from_which_the_driver_never_comes_back_is_refused)
{
    cr_assert(desk_open(&d, "PostgreSQL"));
    size_t before = fake_sql_count();
    cr_assert_eq(uow_execute(d.ctx, "COPY (SELECT 1) TO STDOUT", NULL, 0, NULL), UOW_UNSUPPORTED);
    cr_assert(strstr(desk_says(&d), "STDOUT"));
    cr_assert_eq(uow_execute(d.ctx, "SELECT 1; copy t from stdin", NULL, 0, NULL), UOW_UNSUPPORTED);
    cr_assert_eq(fake_sql_count(), before);
    cr_assert_eq(uow_execute(d.ctx, "COPY t FROM '/srv/stdin.csv'", NULL, 0, NULL), UOW_OK, "%s", desk_says(&d));
    cr_assert_eq(uow_execute(d.ctx, "SELECT stdin FROM copy", NULL, 0, NULL), UOW_OK, "%s", desk_says(&d));
    cr_assert_eq(desk_close(&d), 0);
}

static void shown(const char *sql, const char *sent)
{
    uow_rows *rows = NULL;

    cr_assert_eq(uow_rows_open(d.ctx, sql, NULL, 0, &rows), UOW_OK, "%s", desk_says(&d));
    cr_assert_str_eq(fake_sql(fake_sql_count() - 1), sent);
    uow_rows_close(rows);
}

Test(head, rows_that_sqlites_driver_would_not_show_are_shown)
{
    cr_assert(desk_open(&d, "SQLite"));
    shown("VALUES (1)", UOWI_RETURNING_PREFIX "VALUES (1)");
    shown("delete from t returning id", UOWI_RETURNING_PREFIX "delete from t returning id");
    shown("SELECT 1", "SELECT 1");
    cr_assert_eq(uow_execute(d.ctx, "DELETE FROM t RETURNING id", NULL, 0, NULL), UOW_OK);
    cr_assert_str_eq(fake_sql(fake_sql_count() - 1), "DELETE FROM t RETURNING id");
    cr_assert_eq(desk_close(&d), 0);
    cr_assert(desk_open(&d, "PostgreSQL"));
    shown("VALUES (1)", "VALUES (1)");
    cr_assert_eq(desk_close(&d), 0);
}
