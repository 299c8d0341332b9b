#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include "odbc_fixture.h"

static fixture f;
static SQLHSTMT hstmt;

static void begin(const char *dbms)
{
    fake_begin(dbms);
    cr_assert_eq(fixture_open(&f, "Driver=/fake/none.so;PWD=hush-hush"), UOW_OK);
    cr_assert_eq(f.conn->api->AllocHandle(SQL_HANDLE_STMT, f.conn->hdbc, &hstmt), SQL_SUCCESS);
}

static void end(void)
{
    f.conn->api->FreeHandle(SQL_HANDLE_STMT, hstmt);
    cr_assert_eq(fixture_close(&f), 0);
}

static uowi_outcome run(const char *sql)
{
    SQLRETURN rc = f.conn->api->ExecDirect(hstmt, (SQLCHAR *)(uintptr_t)sql, SQL_NTS);
    return uowi_call_done(f.conn, SQL_HANDLE_STMT, hstmt, UOWI_FN_ExecDirect, rc, sql);
}

Test(odbc_call, success_touches_neither_error_nor_diagnostics)
{
    begin("PostgreSQL");
    uint64_t before = f.trace.counters.odbc_calls;
    cr_assert_eq(run("INSERT"), UOWI_DONE);
    cr_assert_eq(uowi_outcome_status(f.conn, UOWI_DONE), UOW_OK);
    cr_assert_eq(fake_calls(UOWI_FN_GetDiagRec), 0);
    cr_assert_eq(f.trace.counters.odbc_calls, before + 1);
    end();
}

Test(odbc_call, each_return_code_has_its_outcome)
{
    static const struct {
        SQLRETURN rc;
        uowi_outcome outcome;
        uow_status status;
    } cases[] = {
        {SQL_SUCCESS_WITH_INFO, UOWI_DONE_INFO, UOW_OK},
        {SQL_NO_DATA, UOWI_NO_DATA, UOW_END},
        {SQL_STILL_EXECUTING, UOWI_STILL, UOW_PENDING},
    };
    begin("PostgreSQL");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fake_fail(UOWI_FN_ExecDirect, 1, cases[i].rc, NULL, 0, NULL);
        uowi_outcome outcome = run("X");
        cr_assert_eq(outcome, cases[i].outcome);
        cr_assert_eq(uowi_outcome_status(f.conn, outcome), cases[i].status);
    }
    end();
}

Test(odbc_call, a_failure_is_told_in_full)
{
    uow_diagnostic second = {0};
    begin("PostgreSQL");
    fake_fail(UOWI_FN_ExecDirect, 1, SQL_ERROR, "23505", 1,
              "[a][b]ERROR: duplicate key value violates unique constraint \"uq\";\nError while "
              "executing the query");
    fake_diag("01000", 7, "more");
    cr_assert_eq(run("INSERT INTO t"), UOWI_FAILED);
    cr_assert_eq(uowi_outcome_status(f.conn, UOWI_FAILED), UOW_CONSTRAINT);
    cr_assert_str_eq(uow_error_function(&f.error), "SQLExecDirect");
    cr_assert_str_eq(uow_error_sqlstate(&f.error), "23505");
    cr_assert_eq(uow_error_native(&f.error), 1);
    cr_assert_str_eq(uow_error_statement(&f.error), "INSERT INTO t");
    cr_assert_str_eq(uow_error_constraint(&f.error), "uq");
    cr_assert_str_eq(uow_error_message(&f.error),
                     "SQLExecDirect: ERROR: duplicate key value violates unique constraint \"uq\" "
                     "(SQLSTATE 23505, native 1)");
    cr_assert_eq(uow_error_diagnostic_count(&f.error), 2);
    cr_assert(uow_error_diagnostic(&f.error, 1, &second));
    cr_assert_str_eq(second.text, "more");
    end();
}

Test(odbc_call, a_warning_in_front_does_not_hide_the_error)
{
    begin("PostgreSQL");
    fake_fail(UOWI_FN_ExecDirect, 1, SQL_ERROR, "01000", 0, "a notice");
    fake_diag("42P01", 1, "no such relation");
    run("X");
    cr_assert_eq(uow_error_status(&f.error), UOW_SQL);
    cr_assert_not_null(strstr(uow_error_message(&f.error), "no such relation"));
    end();
}

Test(odbc_call, the_first_error_wins)
{
    begin("PostgreSQL");
    fake_fail(UOWI_FN_ExecDirect, 1, SQL_ERROR, "23505", 1, "first");
    fake_fail(UOWI_FN_ExecDirect, 1, SQL_ERROR, "42000", 2, "second");
    run("A");
    run("B");
    cr_assert_eq(uow_error_status(&f.error), UOW_CONSTRAINT);
    cr_assert_eq(uow_error_diagnostic_count(&f.error), 1);
    cr_assert_str_eq(uow_error_statement(&f.error), "A");
    end();
}

Test(odbc_call, wrong_lengths_of_messages_do_no_harm)
{
    static const int lengths[] = {-1, -32768, 0, 2, 30000, 32767};
    begin("PostgreSQL");
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        fake_diag_length(lengths[i]);
        fake_fail(UOWI_FN_ExecDirect, 1, SQL_ERROR, "42000", 0, "exactly this");
        uowi_error_clear(&f.error);
        run("X");
        cr_assert_str_eq(uow_error_message(&f.error),
                         "SQLExecDirect: exactly this (SQLSTATE 42000, native 0)");
    }
    end();
}

Test(odbc_call, a_long_message_is_read_whole)
{
    static char text[5001];
    uow_diagnostic first = {0};
    memset(text, 'x', sizeof text - 1);
    begin("PostgreSQL");
    fake_fail(UOWI_FN_ExecDirect, 1, SQL_ERROR, "42000", 0, text);
    run("X");
    cr_assert(uow_error_diagnostic(&f.error, 0, &first));
    cr_assert_eq(strlen(first.text), 5000);
    end();
}

Test(odbc_call, endless_records_end_at_the_limit)
{
    begin("PostgreSQL");
    fake_diag_endless(true);
    fake_fail(UOWI_FN_ExecDirect, 1, SQL_ERROR, "42000", 0, "again");
    run("X");
    cr_assert_eq(uow_error_diagnostic_count(&f.error), UOWI_MAX_DIAGNOSTICS);
    cr_assert_eq(fake_calls(UOWI_FN_GetDiagRec), UOWI_MAX_DIAGNOSTICS);
    end();
}

Test(odbc_call, a_garbage_sqlstate_is_a_general_error)
{
    begin("PostgreSQL");
    fake_fail(UOWI_FN_ExecDirect, 1, SQL_ERROR, "\1\2", 0, "odd");
    run("X");
    cr_assert_str_eq(uow_error_sqlstate(&f.error), "HY000");
    end();
}

Test(odbc_call, an_error_without_records_is_the_drivers_fault)
{
    begin("PostgreSQL");
    fake_fail(UOWI_FN_ExecDirect, 1, SQL_ERROR, NULL, 0, NULL);
    run("X");
    cr_assert_eq(uow_error_status(&f.error), UOW_DRIVER);
    cr_assert_not_null(strstr(uow_error_message(&f.error), "no diagnostic record"));
    end();
}

Test(odbc_call, an_invalid_handle_is_not_asked_for_records)
{
    begin("PostgreSQL");
    fake_fail(UOWI_FN_ExecDirect, 1, SQL_INVALID_HANDLE, NULL, 0, NULL);
    run("X");
    cr_assert_eq(uow_error_status(&f.error), UOW_DRIVER);
    cr_assert_eq(fake_calls(UOWI_FN_GetDiagRec), 0);
    cr_assert_not_null(strstr(uow_error_message(&f.error), "SQL_INVALID_HANDLE"));
    end();
}

Test(odbc_call, a_dead_link_is_a_lost_connection_whatever_the_sqlstate)
{
    begin("MariaDB");
    fake_dead(true);
    fake_fail(UOWI_FN_ExecDirect, 1, SQL_ERROR, "HY000", 2014, "Commands out of sync");
    run("X");
    cr_assert_eq(uow_error_status(&f.error), UOW_CONNECTION_LOST);
    cr_assert(uowi_conn_poisoned(f.conn));
    end();
}

Test(odbc_call, the_password_is_in_no_message)
{
    uow_diagnostic first = {0};
    begin("PostgreSQL");
    fake_fail(UOWI_FN_ExecDirect, 1, SQL_ERROR, "42000", 0, "bad PWD=hush-hush here");
    run("X");
    cr_assert(uow_error_diagnostic(&f.error, 0, &first));
    cr_assert_null(strstr(first.text, "hush"));
    cr_assert_null(strstr(uow_error_message(&f.error), "hush"));
    end();
}

Test(odbc_call, info_records_are_sorted)
{
    uowi_info info;
    begin("PostgreSQL");
    fake_fail(UOWI_FN_ExecDirect, 1, SQL_SUCCESS_WITH_INFO, "01S02", 0, "changed");
    fake_diag("01004", 0, "cut");
    cr_assert_eq(run("X"), UOWI_DONE_INFO);
    uowi_call_info(f.conn, SQL_HANDLE_STMT, hstmt, &info);
    cr_assert(info.substituted && info.truncated && !info.fraction);
    cr_assert_str_eq(info.sqlstate, "01S02");
    cr_assert_not(uowi_error_is_set(&f.error));
    end();
}

Test(odbc_call, running_out_of_memory_while_harvesting_keeps_the_decision)
{
    for (int64_t n = 0; n < 30; n++) {
        begin("PostgreSQL");
        fake_fail(UOWI_FN_ExecDirect, 1, SQL_ERROR, "40001", 1, "serialization failure");
        f.mem.fail_at = n;
        cr_assert_eq(run("X"), UOWI_FAILED);
        f.mem.fail_at = -1;
        cr_assert_eq(uow_error_status(&f.error), UOW_TRANSIENT, "failing allocation %d", (int)n);
        end();
    }
}
