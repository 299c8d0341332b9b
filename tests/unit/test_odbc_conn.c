#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "odbc/handle.h"
#include "odbc/stmt.h"
#include "odbc_fixture.h"

static fixture f;

static uow_status open_fake(const char *dbms, const char *connection)
{
    fake_begin(dbms);
    return fixture_open(&f, connection);
}

/* --- opening */

Test(odbc_conn, facts_come_from_the_driver)
{
    cr_assert_eq(open_fake("MariaDB", "Driver=x"), UOW_OK);
    const uowi_caps *caps = uowi_conn_caps(f.conn);
    cr_assert_str_eq(caps->dbms_name, "MariaDB");
    cr_assert_eq(caps->mariadb_version, 101119);
    cr_assert_str_eq(caps->quote, "`");
    cr_assert(caps->transactions && !caps->ddl_transactional && caps->procedures);
    cr_assert(caps->row_arrays && caps->param_arrays);
    cr_assert_eq(caps->async_mode, 0);
    cr_assert_eq(caps->max_parameters, 32000);
    cr_assert_eq(uowi_conn_dialect(f.conn), &uowi_dialect_mariadb);
    cr_assert_eq(fixture_close(&f), 0);
}

Test(odbc_conn, async_counts_only_when_it_is_kept)
{
    fake_begin("PostgreSQL");
    fake_async(2);
    cr_assert_eq(fixture_open(&f, "Driver=x"), UOW_OK);
    cr_assert_eq(uowi_conn_caps(f.conn)->async_mode, 2);
    cr_assert_eq(fixture_close(&f), 0);
    fake_begin("PostgreSQL");
    fake_async(-2); /* says statement, forgets the attribute */
    cr_assert_eq(fixture_open(&f, "Driver=x"), UOW_OK);
    cr_assert_eq(uowi_conn_caps(f.conn)->async_mode, 0);
    cr_assert_eq(fixture_close(&f), 0);
}

Test(odbc_conn, an_unknown_driver_is_asked_how_text_travels)
{
    cr_assert_eq(open_fake("Whatever", "Driver=x"), UOW_OK);
    cr_assert_eq(uowi_conn_dialect(f.conn), &uowi_dialect_standard);
    cr_assert_not(uowi_conn_caps(f.conn)->text_wide);
    cr_assert_str_eq(fake_sql(0), "SELECT ?");
    cr_assert_eq(fixture_close(&f), 0);

    fake_begin("Whatever");
    fake_latin(true);
    cr_assert_eq(fixture_open(&f, "Driver=x"), UOW_OK);
    cr_assert(uowi_conn_caps(f.conn)->text_wide);
    cr_assert_eq(fixture_close(&f), 0);

    fake_begin("Whatever");
    fake_fail(UOWI_FN_ExecDirect, 0, SQL_ERROR, "42000", 0, "no FROM");
    cr_assert_eq(fixture_open(&f, "Driver=x"), UOW_OK);
    cr_assert(uowi_conn_caps(f.conn)->text_wide);
    cr_assert_eq(fixture_close(&f), 0);
}

/* --- what a database nobody has a dialect for can do */

Test(odbc_conn, a_known_name_tells_of_keys_and_pages)
{
    fake_begin("Microsoft SQL Server");
    fake_info_text(SQL_DBMS_VER, "16.00.4120");
    cr_assert_eq(fixture_open(&f, "Driver=x"), UOW_OK);
    cr_assert_eq(uowi_conn_dialect(f.conn), &uowi_dialect_standard);
    cr_assert_str_eq(uowi_conn_caps(f.conn)->identity_sql, "SELECT @@IDENTITY");
    cr_assert_eq(uowi_conn_caps(f.conn)->paging, UOWI_PAGING_OFFSET_FETCH);
    cr_assert_eq(fixture_close(&f), 0);
    fake_begin("Microsoft SQL Server");
    fake_info_text(SQL_DBMS_VER, "10.50.1600");
    cr_assert_eq(fixture_open(&f, "Driver=x"), UOW_OK);
    cr_assert_eq(uowi_conn_caps(f.conn)->paging, UOWI_PAGING_NONE);
    cr_assert_eq(fixture_close(&f), 0);
}

static void expect_identity(const char *sql)
{
    cr_assert_eq(fixture_open(&f, "Driver=x"), UOW_OK);
    if (sql)
        cr_assert_str_eq(uowi_conn_caps(f.conn)->identity_sql, sql);
    else
        cr_assert_null(uowi_conn_caps(f.conn)->identity_sql);
    cr_assert_eq(uowi_conn_caps(f.conn)->paging, UOWI_PAGING_NONE);
    cr_assert_eq(fixture_close(&f), 0);
}

Test(odbc_conn, an_unknown_one_is_asked_how_it_calls_the_last_key)
{
    static const fake_column column = {"id", SQL_BIGINT, 19, 0, SQL_NULLABLE};
    static const char *const none[] = {NULL};

    fake_begin("Whatever"); /* takes every text, and shows no column */
    expect_identity(NULL);
    fake_begin("Whatever");
    fake_rows("LAST_INSERT_ID()", &column, 1, none, 1);
    expect_identity("SELECT LAST_INSERT_ID()");
    fake_begin("Whatever");
    fake_fail(UOWI_FN_ExecDirect, 2, SQL_ERROR, "55000", 7, "lastval is not yet defined in this session");
    expect_identity("SELECT lastval()"); /* the first text asks how characters travel */
    fake_begin("Whatever");
    fake_fail(UOWI_FN_ExecDirect, 0, SQL_ERROR, "42000", 7, "what?");
    expect_identity(NULL);
}

Test(odbc_conn, an_unknown_one_is_asked_how_it_pages)
{
    static const fake_column column = {"n", SQL_INTEGER, 10, 0, SQL_NO_NULLS};
    static const char *const one[] = {"1"};

    fake_begin("Whatever");
    fake_rows("FETCH NEXT", &column, 1, one, 1);
    cr_assert_eq(fixture_open(&f, "Driver=x"), UOW_OK);
    cr_assert_eq(uowi_dialect_paging(uowi_conn_dialect(f.conn), uowi_conn_caps(f.conn)), UOWI_PAGING_OFFSET_FETCH);
    cr_assert_eq(fixture_close(&f), 0);
    fake_begin("Whatever");
    fake_rows("LIMIT 1", &column, 1, one, 1);
    cr_assert_eq(fixture_open(&f, "Driver=x"), UOW_OK);
    cr_assert_eq(uowi_dialect_paging(uowi_conn_dialect(f.conn), uowi_conn_caps(f.conn)), UOWI_PAGING_LIMIT);
    cr_assert_eq(fixture_close(&f), 0);
}

static int fraction_of(const char *const *cells, size_t rows)
{
    fake_column columns[15];
    int digits;

    for (size_t i = 0; i < 15; i++)
        columns[i] = (fake_column){"c", SQL_INTEGER, 10, 0, SQL_NULLABLE};
    fake_begin("Whatever");
    if (cells)
        fake_rows("SQLGetTypeInfo", columns, 15, cells, rows);
    cr_assert_eq(fixture_open(&f, "Driver=x"), UOW_OK);
    digits = uowi_conn_caps(f.conn)->fraction_digits;
    cr_assert_eq(fixture_close(&f), 0);
    return digits;
}

Test(odbc_conn, the_driver_tells_how_many_digits_of_a_second_it_keeps)
{
    static const char *const by_size[15] = {[2] = "23"};
    static const char *const by_scale[30] = {[2] = "29", [14] = "2", [17] = "19", [29] = "4"};
    static const char *const none[15] = {[2] = "19"};
    static const char *const boast[15] = {[14] = "9"};

    cr_assert_eq(fraction_of(by_size, 1), 3);
    cr_assert_eq(fraction_of(by_scale, 2), 4);
    cr_assert_eq(fraction_of(none, 1), 0);
    cr_assert_eq(fraction_of(boast, 1), 6);
    cr_assert_eq(fraction_of(NULL, 0), 6);
}

Test(odbc_conn, a_session_of_mariadb_is_made_strict)
{
    cr_assert_eq(open_fake("MariaDB", "Driver=x"), UOW_OK);
    cr_assert_eq(fake_sql_count(), 1);
    cr_assert_str_eq(fake_sql(0), "SET SESSION sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES')");
    cr_assert_eq(fixture_close(&f), 0);
}

Test(odbc_conn, a_known_driver_is_not_asked_how_text_travels)
{
    cr_assert_eq(open_fake("PostgreSQL", "Driver=x"), UOW_OK);
    cr_assert_eq(fake_sql_count(), 0);
    cr_assert_eq(fixture_close(&f), 0);
}

Test(odbc_conn, defaults_are_added_where_nothing_is_said)
{
    cr_assert_eq(open_fake("SQLite", "Driver=/x/libsqlite3odbc.so;Database=a.db"), UOW_OK);
    cr_assert_str_eq(fake_connection(),
                     "Driver=/x/libsqlite3odbc.so;Database=a.db;FKSupport=1;Timeout=1000;");
    cr_assert_eq(fixture_close(&f), 0);
    cr_assert_eq(open_fake("SQLite", "Driver=/x/libsqlite3odbc.so;timeout=5;FKSUPPORT=0"), UOW_OK);
    cr_assert_str_eq(fake_connection(), "Driver=/x/libsqlite3odbc.so;timeout=5;FKSUPPORT=0;");
    cr_assert_eq(fixture_close(&f), 0);
    cr_assert_eq(open_fake("MariaDB", "Driver=/x/libmaodbc.so;OPTIONS=3"), UOW_OK);
    cr_assert_str_eq(fake_connection(), "Driver=/x/libmaodbc.so;OPTIONS=3;");
    cr_assert_eq(fixture_close(&f), 0);
    cr_assert_eq(open_fake("MariaDB", "Driver=/x/libmaodbc.so"), UOW_OK);
    cr_assert_str_eq(fake_connection(), "Driver=/x/libmaodbc.so;OPTION=2;");
    cr_assert_eq(fixture_close(&f), 0);
    cr_assert_eq(open_fake("Whatever", "Driver=/x/libother.so"), UOW_OK);
    cr_assert_str_eq(fake_connection(), "Driver=/x/libother.so;");
    cr_assert_eq(fixture_close(&f), 0);
}

/* Without FOUND_ROWS an update to the same values looks like a lost row, whatever else is asked of the driver. */
Test(odbc_conn, the_bit_for_found_rows_joins_what_mariadbs_options_are)
{
    cr_assert_eq(open_fake("MariaDB", "Driver=/x/libmaodbc.so;OPTIONS=1048577;Server=a"), UOW_OK);
    cr_assert_str_eq(fake_connection(), "Driver=/x/libmaodbc.so;Server=a;OPTION=1048579;");
    cr_assert_eq(fixture_close(&f), 0);
    cr_assert_eq(open_fake("MariaDB", "Driver=/x/libmaodbc.so;Option=FOUND"), UOW_OK);
    cr_assert_str_eq(fake_connection(), "Driver=/x/libmaodbc.so;Option=FOUND;");
    cr_assert_eq(fixture_close(&f), 0);
}

static void write_odbc_ini(char *path)
{
    int fd = mkstemp(path);
    FILE *file = fdopen(fd, "w");
    cr_assert_not_null(file);
    fputs("[shop]\nDriver=/x/psqlodbcw.so\nProtocol=7.4-2\nPassword=from-the-dsn\n"
          "[store]\nDriver=/x/psqlodbcw.so\n"
          "[attic]\nDriver=/x/libmaodbc.so\nOption=8\n",
          file);
    fclose(file);
    setenv("ODBCINI", path, 1);
}

Test(odbc_conn, what_the_dsn_says_is_left_alone)
{
    char path[] = "/tmp/uow-odbc-ini-XXXXXX";
    write_odbc_ini(path);
    cr_expect_eq(open_fake("PostgreSQL", "shop"), UOW_OK);
    cr_expect_str_eq(fake_connection(), "DSN=shop;");
    cr_expect_str_eq(f.conn->secret, "from-the-dsn");
    cr_expect_eq(fixture_close(&f), 0);
    cr_expect_eq(open_fake("PostgreSQL", "DSN=store"), UOW_OK);
    cr_expect_str_eq(fake_connection(), "DSN=store;Protocol=7.4-0;");
    cr_expect_eq(fixture_close(&f), 0);
    cr_expect_eq(open_fake("MariaDB", "DSN=attic"), UOW_OK);
    cr_expect_str_eq(fake_connection(), "DSN=attic;OPTION=10;");
    cr_expect_eq(fixture_close(&f), 0);
    unlink(path);
}

Test(odbc_conn, user_and_password_apart_replace_those_of_the_text)
{
    fake_begin("Whatever");
    memset(&f, 0, sizeof f);
    uowi_mem_init(&f.mem, NULL);
    uowi_error_init(&f.error, &f.mem);
    cr_assert_eq(uowi_odbc_env_open(&fake_api, &f.mem, &f.error, &f.env), UOW_OK);
    f.options.connection = "Driver=x;User=old;PWD=old";
    f.options.user = "me";
    f.options.password = "p;w}d";
    f.options.login_timeout_ms = 1500;
    cr_assert_eq(uowi_conn_open(f.env, &f.options, &f.error, &f.trace, &f.conn), UOW_OK);
    cr_assert_str_eq(fake_connection(), "Driver=x;UID=me;PWD={p;w}}d};");
    cr_assert_eq(fake_connect_attr(SQL_ATTR_LOGIN_TIMEOUT), 2);
    cr_assert_eq(fixture_close(&f), 0);
}

Test(odbc_conn, a_login_timeout_goes_the_way_the_driver_honours)
{
    fake_begin("MariaDB");
    memset(&f, 0, sizeof f);
    uowi_mem_init(&f.mem, NULL);
    uowi_error_init(&f.error, &f.mem);
    cr_assert_eq(uowi_odbc_env_open(&fake_api, &f.mem, &f.error, &f.env), UOW_OK);
    f.options.connection = "Driver=/x/libmaodbc.so";
    f.options.login_timeout_ms = 2001;
    cr_assert_eq(uowi_conn_open(f.env, &f.options, &f.error, &f.trace, &f.conn), UOW_OK);
    cr_assert_str_eq(fake_connection(), "Driver=/x/libmaodbc.so;OPTION=2;CONN_TIMEOUT=3;");
    cr_assert_eq(fixture_close(&f), 0);
}

/* --- failing to open */

typedef struct refused_case {
    const char *connection, *sqlstate;
    int32_t native;
    const char *text;
    uow_status status;
    const char *says;
} refused_case;

static const refused_case refused_cases[] = {
    {"DSN=no_such_dsn;PWD=hush1", "IM002", 0, "Data source name not found", UOW_CONNECT_FAILED,
     "no data source named \"no_such_dsn\" is in odbc.ini"},
    {"Driver={No Such Driver};PWD=hush1", "01000", 0, "Can't open lib 'No Such Driver'",
     UOW_CONNECT_FAILED, "no driver named \"No Such Driver\" is in odbcinst.ini"},
    {"Driver=/no/such.so;PWD=hush1", "01000", 0, "Can't open lib '/no/such.so'", UOW_CONNECT_FAILED,
     "the driver's library /no/such.so does not exist"},
    {"Driver=x;PWD=hush1", "08001", 101, "failed: Connection refused", UOW_CONNECT_FAILED,
     "the server cannot be reached"},
    {"Driver=x;PWD=hush1", "HY000", 2002, "Can't connect to server", UOW_CONNECT_FAILED,
     "the server cannot be reached"},
    {"Driver=x;PWD=hush1", "08001", 101, "FATAL:  password authentication failed for user \"a\"",
     UOW_CONNECT_FAILED, "the server refused the login"},
    {"Driver=x;PWD=hush1", "28000", 1045, "Access denied, password was hush1", UOW_CONNECT_FAILED,
     "the server refused the login"},
    {"Driver=x;PWD=hush1", "08001", 101, "FATAL:  database \"x\" does not exist",
     UOW_CONNECT_FAILED, "there is no such database"},
    {"Driver=x;PWD=hush1", "42000", 1049, "Unknown database 'x'", UOW_CONNECT_FAILED,
     "there is no such database"},
    {"Driver=x;PWD=hush1", "HY000", 14, "connect failed", UOW_CONNECT_FAILED,
     "the database file cannot be opened"},
    {"Driver=x;PWD=hush1", "HYT00", 0, "timeout expired", UOW_TIMEOUT,
     "did not answer within the login timeout"},
    {"Driver=x;PWD=hush1", "08S01", 2013, "Lost connection at 'handshake', system error: 110",
     UOW_TIMEOUT, "did not answer within the login timeout"},
    {"Driver=x;PWD=hush1", "HY000", 0, "something else", UOW_CONNECT_FAILED, "the driver refused"},
};

Test(odbc_conn, each_refusal_says_what_to_mend_and_no_password)
{
    for (size_t i = 0; i < sizeof refused_cases / sizeof refused_cases[0]; i++) {
        const refused_case *c = &refused_cases[i];
        fake_begin("Whatever");
        fake_fail(UOWI_FN_DriverConnect, 1, SQL_ERROR, c->sqlstate, c->native, c->text);
        cr_expect_eq(fixture_open(&f, c->connection), c->status, "%s", c->text);
        cr_expect_null(f.conn);
        const char *message = uow_error_message(&f.error);
        cr_expect_not_null(strstr(message, c->says), "%s", message);
        cr_expect_null(strstr(message, "hush"), "%s", message);
        cr_expect_not_null(strstr(message, "PWD=***"), "%s", message);
        cr_expect_str_eq(uow_error_function(&f.error), "SQLDriverConnect");
        cr_expect_str_eq(uow_error_sqlstate(&f.error), c->sqlstate);
        cr_expect_eq(fixture_close(&f), 0);
    }
}

Test(odbc_conn, a_malformed_string_is_misuse_and_not_repeated)
{
    cr_assert_eq(open_fake("Whatever", "Driver=x;PWD=a;hush"), UOW_MISUSE);
    cr_assert_null(strstr(uow_error_message(&f.error), "hush"));
    cr_assert_eq(fake_calls(UOWI_FN_DriverConnect), 0);
    cr_assert_eq(fixture_close(&f), 0);
}

Test(odbc_conn, any_failed_allocation_on_the_way_leaks_nothing)
{
    for (int64_t n = 0;; n++) {
        fake_begin("Whatever");
        memset(&f, 0, sizeof f);
        uowi_mem_init(&f.mem, NULL);
        uowi_error_init(&f.error, &f.mem);
        f.options.connection = "Driver=/x/libsqlite3odbc.so;PWD={a;b}";
        f.mem.fail_at = n;
        uow_status st = uowi_odbc_env_open(&fake_api, &f.mem, &f.error, &f.env);
        if (st == UOW_OK)
            st = uowi_conn_open(f.env, &f.options, &f.error, &f.trace, &f.conn);
        bool reached = f.mem.fail_at < 0;
        f.mem.fail_at = -1;
        cr_assert(st == UOW_OK || st == UOW_NO_MEMORY, "allocation %d: %s", (int)n,
                  uow_status_name(st));
        cr_assert_eq(fixture_close(&f), 0);
        if (!reached || n > 200)
            break;
    }
}

/* --- transactions */

static void begin_unit(const char *dbms)
{
    cr_assert_eq(open_fake(dbms, "Driver=x"), UOW_OK);
    cr_assert_eq(uowi_conn_set_autocommit(f.conn, false), UOW_OK);
}

Test(odbc_conn, commit_and_rollback_are_counted)
{
    begin_unit("MariaDB");
    cr_assert_eq(uowi_conn_end(f.conn, true), UOW_OK);
    cr_assert_eq(uowi_conn_end(f.conn, false), UOW_OK);
    cr_assert_eq(f.trace.counters.commits, 1);
    cr_assert_eq(f.trace.counters.rollbacks, 1);
    cr_assert_eq(fixture_close(&f), 0);
}

typedef struct commit_case {
    const char *dbms, *sqlstate;
    int32_t native;
    uow_status status;
    bool poisoned;
} commit_case;

static const commit_case commit_cases[] = {
    {"PostgreSQL", "08S01", 0, UOW_OUTCOME_UNKNOWN, true},
    {"PostgreSQL", "57P01", 1, UOW_OUTCOME_UNKNOWN, true},
    {"PostgreSQL", "HYT00", 0, UOW_OUTCOME_UNKNOWN, true},
    {"PostgreSQL", "HY000", 0, UOW_OUTCOME_UNKNOWN, true},
    {"PostgreSQL", "40003", 0, UOW_OUTCOME_UNKNOWN, true},
    {"PostgreSQL", "40001", 1, UOW_TRANSIENT, false},
    {"PostgreSQL", "23503", 110, UOW_CONSTRAINT, false},
    {"PostgreSQL", "HY010", 0, UOW_DRIVER, false},
    {"MariaDB", "40001", 1213, UOW_TRANSIENT, false},
    {"MariaDB", "HY000", 2014, UOW_DRIVER, false},
    {"MariaDB", "08S01", 2013, UOW_OUTCOME_UNKNOWN, true},
    {"SQLite", "HY000", 5, UOW_TRANSIENT, false},
    {"SQLite", "HY000", 19, UOW_CONSTRAINT, false},
    {"Whatever", "HY000", 1, UOW_OUTCOME_UNKNOWN, true},
};

Test(odbc_conn, a_failed_commit_is_unknown_unless_surely_undone)
{
    for (size_t i = 0; i < sizeof commit_cases / sizeof commit_cases[0]; i++) {
        const commit_case *c = &commit_cases[i];
        begin_unit(c->dbms);
        fake_fail(UOWI_FN_EndTran, 1, SQL_ERROR, c->sqlstate, c->native, "no");
        uow_status st = uowi_conn_end(f.conn, true);
        cr_expect_eq(st, c->status, "%s %s: %s", c->dbms, c->sqlstate, uow_status_name(st));
        cr_expect_eq(uow_error_status(&f.error), c->status);
        cr_expect_eq(uowi_conn_poisoned(f.conn), c->poisoned, "%s %s", c->dbms, c->sqlstate);
        cr_expect_eq(fixture_close(&f), 0);
    }
}

Test(odbc_conn, a_poisoned_connection_sends_nothing)
{
    begin_unit("PostgreSQL");
    uowi_conn_poison(f.conn);
    unsigned before = fake_calls(UOWI_FN_EndTran);
    cr_assert_eq(uowi_conn_end(f.conn, true), UOW_CONNECTION_LOST);
    cr_assert_eq(uowi_conn_set_autocommit(f.conn, true), UOW_CONNECTION_LOST);
    cr_assert_eq(fake_calls(UOWI_FN_EndTran), before);
    cr_assert_eq(fixture_close(&f), 0);
}

Test(odbc_conn, a_link_dead_before_the_commit_means_not_committed)
{
    begin_unit("PostgreSQL");
    fake_dead(true);
    cr_assert_eq(uowi_conn_end(f.conn, true), UOW_CONNECTION_LOST);
    cr_assert_eq(fake_calls(UOWI_FN_EndTran), 0);
    cr_assert_eq(fixture_close(&f), 0);
}

Test(odbc_conn, a_success_on_a_link_that_died_is_not_believed)
{
    begin_unit("PostgreSQL");
    fake_dead_at(UOWI_FN_EndTran, 1);
    cr_assert_eq(uowi_conn_end(f.conn, true), UOW_OUTCOME_UNKNOWN);
    cr_assert(uowi_conn_poisoned(f.conn));
    cr_assert_eq(fixture_close(&f), 0);
}

Test(odbc_conn, an_aborted_unit_is_not_committed_in_silence)
{
    SQLHSTMT hstmt;
    begin_unit("PostgreSQL");
    f.conn->api->AllocHandle(SQL_HANDLE_STMT, f.conn->hdbc, &hstmt);
    fake_fail(UOWI_FN_ExecDirect, 1, SQL_ERROR, "42P01", 1, "no such relation");
    SQLRETURN rc = f.conn->api->ExecDirect(hstmt, (SQLCHAR *)(uintptr_t) "X", SQL_NTS);
    (void)uowi_call_done(f.conn, SQL_HANDLE_STMT, hstmt, UOWI_FN_ExecDirect, rc, "X");
    f.conn->api->FreeHandle(SQL_HANDLE_STMT, hstmt);
    uowi_error_clear(&f.error);

    fake_fail(UOWI_FN_ExecDirect, 1, SQL_ERROR, "25P02", 1, "transaction is aborted");
    cr_assert_eq(uowi_conn_end(f.conn, true), UOW_SQL);
    cr_assert_str_eq(uow_error_sqlstate(&f.error), "25P02");
    cr_assert_eq(fake_calls(UOWI_FN_EndTran), 1); /* the rollback */
    uowi_error_clear(&f.error);
    cr_assert_eq(uowi_conn_end(f.conn, true), UOW_OK); /* a new unit */
    cr_assert_eq(fixture_close(&f), 0);
}

Test(odbc_conn, closing_rolls_back_what_is_open)
{
    begin_unit("SQLite");
    fake_fail(UOWI_FN_Disconnect, 1, SQL_ERROR, "25000", 0, "in a transaction");
    cr_assert_eq(fixture_close(&f), 0);
    cr_assert_eq(fake_calls(UOWI_FN_EndTran), 2);
    cr_assert_eq(fake_calls(UOWI_FN_Disconnect), 2);
}

Test(odbc_conn, isolation_is_the_same_or_stronger)
{
    cr_assert_eq(open_fake("PostgreSQL", "Driver=x"), UOW_OK);
    cr_assert_eq(uowi_conn_isolation(f.conn), UOW_READ_COMMITTED);
    cr_assert_eq(uowi_conn_set_isolation(f.conn, UOW_SERIALIZABLE), UOW_OK);
    cr_assert_eq(fake_connect_attr(SQL_ATTR_TXN_ISOLATION), SQL_TXN_SERIALIZABLE);
    cr_assert_eq(uowi_conn_set_isolation(f.conn, UOW_ISOLATION_DEFAULT), UOW_OK);
    cr_assert_eq(fake_connect_attr(SQL_ATTR_TXN_ISOLATION), SQL_TXN_READ_COMMITTED);
    cr_assert_eq(fixture_close(&f), 0);

    cr_assert_eq(open_fake("SQLite", "Driver=x"), UOW_OK);
    unsigned before = fake_calls(UOWI_FN_SetConnectAttr);
    cr_assert_eq(uowi_conn_set_isolation(f.conn, UOW_READ_COMMITTED), UOW_OK);
    cr_assert_eq(uowi_conn_isolation(f.conn), UOW_SERIALIZABLE);
    cr_assert_eq(fake_calls(UOWI_FN_SetConnectAttr), before);
    cr_assert_eq(fixture_close(&f), 0);

    fake_begin("Whatever");
    fake_info_number(SQL_TXN_ISOLATION_OPTION, SQL_TXN_READ_COMMITTED);
    cr_assert_eq(fixture_open(&f, "Driver=x"), UOW_OK);
    cr_assert_eq(uowi_conn_set_isolation(f.conn, UOW_SERIALIZABLE), UOW_UNSUPPORTED);
    cr_assert_eq(fixture_close(&f), 0);
}

/* --- the limit of statements */

static void open_limited(uint32_t ms)
{
    uowi_conn_close(f.conn);
    f.options.query_timeout_ms = ms;
    cr_assert_eq(uowi_conn_open(f.env, &f.options, &f.error, &f.trace, &f.conn), UOW_OK);
}

Test(odbc_conn, a_query_timeout_is_set_on_each_statement_or_once_on_the_session)
{
    uowi_stmt *stmt = NULL;

    cr_assert_eq(open_fake("PostgreSQL", "Driver=x"), UOW_OK);
    open_limited(1001);
    unsigned before = fake_calls(UOWI_FN_SetStmtAttr);
    cr_assert_eq(uowi_stmt_open(f.conn, &stmt), UOW_OK);
    cr_assert_eq(fake_calls(UOWI_FN_SetStmtAttr), before + 1);
    uowi_stmt_free(stmt);
    cr_assert_eq(fixture_close(&f), 0);

    cr_assert_eq(open_fake("MariaDB", "Driver=x"), UOW_OK);
    open_limited(1001);
    cr_assert_str_eq(fake_sql(fake_sql_count() - 1), "SET SESSION max_statement_time = 2");
    before = fake_calls(UOWI_FN_SetStmtAttr);
    cr_assert_eq(uowi_stmt_open(f.conn, &stmt), UOW_OK);
    cr_assert_eq(fake_calls(UOWI_FN_SetStmtAttr), before);
    uowi_stmt_free(stmt);
    cr_assert_eq(fixture_close(&f), 0);
}

Test(odbc_conn, a_session_that_takes_no_timeout_has_it_on_its_statements)
{
    uowi_stmt *stmt = NULL;

    cr_assert_eq(open_fake("MariaDB", "Driver=x"), UOW_OK);
    fake_fail(UOWI_FN_ExecDirect, 0, SQL_ERROR, "HY000", 1193, "Unknown system variable");
    open_limited(500);
    unsigned before = fake_calls(UOWI_FN_SetStmtAttr);
    cr_assert_eq(uowi_stmt_open(f.conn, &stmt), UOW_OK);
    cr_assert_eq(fake_calls(UOWI_FN_SetStmtAttr), before + 1);
    uowi_stmt_free(stmt);
    cr_assert_eq(fixture_close(&f), 0);
}

static void run_on_fake(void)
{
    uowi_stmt *stmt = NULL;

    cr_assert_eq(uowi_stmt_open(f.conn, &stmt), UOW_OK);
    cr_assert_eq(uowi_stmt_direct(stmt, "DELETE FROM t", 13), UOW_OK);
    cr_assert_eq(uowi_stmt_execute(stmt), UOW_OK, "%s", uow_error_message(&f.error));
    uowi_stmt_free(stmt);
}

static uint64_t in_seconds(unsigned seconds)
{
    return uowi_now_ns() + seconds * UINT64_C(1000000000);
}

Test(odbc_conn, a_deadline_is_set_on_the_statements_that_begin_before_it)
{
    cr_assert_eq(open_fake("PostgreSQL", "Driver=x"), UOW_OK);
    unsigned before = fake_calls(UOWI_FN_SetStmtAttr);
    run_on_fake();
    cr_assert_eq(fake_calls(UOWI_FN_SetStmtAttr), before, "without one nothing is");
    uowi_conn_until(f.conn, UOWI_UNTIL_UNIT, in_seconds(5));
    uowi_conn_until(f.conn, UOWI_UNTIL_OP, in_seconds(9));
    run_on_fake();
    cr_assert_eq(fake_calls(UOWI_FN_SetStmtAttr), before + 1);
    uowi_conn_until(f.conn, UOWI_UNTIL_UNIT, 0);
    uowi_conn_until(f.conn, UOWI_UNTIL_OP, 0);
    run_on_fake();
    cr_assert_eq(fake_calls(UOWI_FN_SetStmtAttr), before + 1);
    cr_assert_eq(fixture_close(&f), 0);
}

Test(odbc_conn, a_session_is_told_of_a_deadline_once_and_gets_its_own_limit_back)
{
    static const fake_column column = {"max_statement_time", SQL_VARCHAR, 20, 0, SQL_NO_NULLS};
    static const char *const own[] = {"7.500000"};

    cr_assert_eq(open_fake("MariaDB", "Driver=x"), UOW_OK);
    fake_rows("SELECT @@max_statement_time", &column, 1, own, 1);
    size_t before = fake_sql_count();
    uowi_conn_until(f.conn, UOWI_UNTIL_OP, in_seconds(4));
    run_on_fake();
    cr_assert_str_eq(fake_sql(before), "SELECT @@max_statement_time");
    cr_assert_str_eq(fake_sql(before + 1), "SET SESSION max_statement_time = 4");
    cr_assert_str_eq(fake_sql(before + 2), "DELETE FROM t");
    run_on_fake();
    cr_assert_eq(fake_sql_count(), before + 4, "said once");
    uowi_conn_until(f.conn, UOWI_UNTIL_OP, in_seconds(100));
    run_on_fake();
    cr_assert_str_eq(fake_sql(before + 4), "SET SESSION max_statement_time = 7.500000", "a stricter one stays");
    uowi_conn_until(f.conn, UOWI_UNTIL_OP, 0);
    run_on_fake();
    cr_assert_str_eq(fake_sql(before + 6), "SET SESSION max_statement_time = 7.500000");
    cr_assert_str_eq(fake_sql(before + 7), "DELETE FROM t");
    cr_assert_eq(fixture_close(&f), 0);
}

/* --- a handle that is the program's */

Test(odbc_conn, a_borrowed_handle_is_used_as_it_is_and_given_back_connected)
{
    uowi_conn *borrowed = NULL;

    cr_assert_eq(open_fake("PostgreSQL", "Driver=x"), UOW_OK);
    for (int on = 0; on < 2; on++) {
        cr_assert_eq(uowi_conn_set_autocommit(f.conn, on != 0), UOW_OK);
        unsigned ended = fake_calls(UOWI_FN_EndTran);
        unsigned set = fake_calls(UOWI_FN_SetConnectAttr);
        cr_assert_eq(uowi_conn_borrow(f.env, f.conn->hdbc, UOW_TEXT_AUTO, &f.error, &f.trace, &borrowed), UOW_OK);
        cr_assert_eq(uowi_conn_autocommit(borrowed), on != 0, "the transaction the program is in");
        cr_assert_str_eq(uowi_conn_caps(borrowed)->dbms_name, "PostgreSQL");
        cr_assert_eq(uowi_conn_dialect(borrowed), &uowi_dialect_postgresql);
        cr_assert_eq(uowi_conn_reopen(borrowed), UOW_CONNECTION_LOST, "it is not ours to connect");
        uowi_error_clear(&f.error);
        uowi_conn_close(borrowed);
        cr_assert_eq(fake_calls(UOWI_FN_Disconnect), 0);
        cr_assert_eq(fake_calls(UOWI_FN_EndTran), ended, "the program's transaction goes on");
        cr_assert_eq(fake_calls(UOWI_FN_SetConnectAttr), set + 1, "but for the question whether any can be set");
    }
    cr_assert_eq(uowi_conn_set_autocommit(f.conn, false), UOW_OK, "the handle still works");
    cr_assert_eq(fixture_close(&f), 0);
}

static void not_borrowed(uow_status wanted, const char *why)
{
    uowi_conn *borrowed = NULL;

    cr_assert_eq(uowi_conn_borrow(f.env, f.conn->hdbc, UOW_TEXT_AUTO, &f.error, &f.trace, &borrowed), wanted);
    cr_assert_null(borrowed);
    cr_assert(strstr(uow_error_message(&f.error), why), "%s", uow_error_message(&f.error));
    uowi_error_clear(&f.error);
}

Test(odbc_conn, a_handle_that_cannot_be_used_is_refused_with_the_reason)
{
    cr_assert_eq(open_fake("PostgreSQL", "Driver=x"), UOW_OK);
    fake_fail(UOWI_FN_GetInfo, 1, SQL_INVALID_HANDLE, "", 0, "");
    not_borrowed(UOW_MISUSE, "another driver manager");
    fake_fail(UOWI_FN_GetInfo, 1, SQL_ERROR, "08003", 0, "[DM]Connection not open");
    not_borrowed(UOW_MISUSE, "not connected");
    fake_fail(UOWI_FN_SetConnectAttr, 1, SQL_ERROR, "HY010", 0, "[DM]Function sequence error");
    not_borrowed(UOW_BUSY, "executing");
    fake_fail(UOWI_FN_AllocHandle, 1, SQL_ERROR, "HY000", 0, "no handle");
    not_borrowed(UOW_DRIVER, "no statement handle");
    fake_fail(UOWI_FN_Execute, 1, SQL_ERROR, "S1010", 0, "[DM]Function sequence error");
    not_borrowed(UOW_UNSUPPORTED, "ODBC 2");
    cr_assert_eq(fixture_close(&f), 0);
}

Test(odbc_conn, no_handle_cannot_be_borrowed)
{
    uowi_conn *borrowed = NULL;

    cr_assert_eq(open_fake("PostgreSQL", "Driver=x"), UOW_OK);
    cr_assert_eq(uowi_conn_borrow(f.env, NULL, UOW_TEXT_AUTO, &f.error, &f.trace, &borrowed), UOW_MISUSE);
    cr_assert_null(borrowed);
    cr_assert_eq(fixture_close(&f), 0);
}
