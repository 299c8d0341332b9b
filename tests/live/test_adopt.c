/* A program's own connection as a context: joined, compared, given back. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <dlfcn.h>

#include "live/failing.h"
#include "live/raw.h"
#include "live/shop.h"

static raw r;
static uow_context *adopted;

static void adopt_with(uint32_t flags)
{
    uow_adopt_options options = UOW_ADOPT_OPTIONS_INIT;
    uow_context_options how = UOW_CONTEXT_OPTIONS_INIT;
    uow_status st;

    how.trace = live_keep_event;
    how.trace_user = &l.events;
    options.context = &how;
    options.flags = flags;
    st = uow_adopt(l.env, r.hdbc, l.model, &options, &adopted);
    cr_assert(st == UOW_OK, "%s", live_complaint("uow_adopt", UOW_OK, st, uow_context_error(adopted)));
    live_current = adopted;
}

static void begin(void)
{
    shop_open();
    raw_open(&r);
}

/* The shop's own context has nothing to do with it; live_close drops the tables through it. */
static void end(void)
{
    raw_close(&r);
    shop_close();
}

static void raw_insert(int64_t id, const char *name)
{
    raw_run_on(r.hstmt, "INSERT INTO %s (id, name, balance, version) VALUES (%d, '%s', 1, 1)", buyer_table, (int)id, name);
}

static int64_t buyers_seen(void)
{
    return live_int64(&l, "SELECT COUNT(*) FROM %s", buyer_table);
}

static double balance_seen(int64_t id)
{
    return (double)live_int64(&l, "SELECT CAST(balance AS %s) FROM %s WHERE id = %d",
                              l.database == LIVE_MARIADB ? "signed" : "integer", buyer_table, (int)id);
}

static buyer *adopted_buyer(int64_t id)
{
    void *row = NULL;

    UOW_OK(uow_find(adopted, &buyers, uow_key_int64(id), &row));
    return row;
}

static void save_balance(int64_t id, double balance)
{
    adopted_buyer(id)->balance = balance;
    UOW_OK(uow_save(adopted, NULL));
}

static void give_back_clean(void)
{
    uow_handle_report report = UOW_HANDLE_REPORT_INIT;

    UOW_OK(uow_give_back(adopted, &report));
    cr_assert_eq(report.count, 0, "%u changes, the first of %s", (unsigned)report.count, report.changes[0].attribute);
    cr_assert_eq(report.rolled_back, 0);
}

Test(adopt, a_connection_of_the_programs_is_a_context_and_is_given_back_connected)
{
    begin();
    adopt_with(0);
    cr_assert_eq(uow_unit_depth(adopted), 0);
    save_balance(1, 20);
    give_back_clean();
    cr_assert_eq(raw_attribute(&r, SQL_ATTR_AUTOCOMMIT), SQL_AUTOCOMMIT_ON);
    cr_assert_eq(raw_int64(r.hstmt, "SELECT version FROM %s WHERE id = 1", buyer_table), 4, "the program reads on");
    cr_assert_eq(balance_seen(1), 20.0);
    end();
}

Test(adopt, adopting_and_giving_back_can_be_polled)
{
    uow_handle_report report = UOW_HANDLE_REPORT_INIT;
    uow_op *op = NULL;

    begin();
    adopted = NULL;
    UOW_OK(uow_adopt_start(l.env, r.hdbc, l.model, NULL, &adopted, &op));
    while (uow_op_wait(op, 50) == UOW_PENDING)
        cr_assert_null(adopted);
    UOW_OK(uow_op_finish(op));
    save_balance(1, 20);
    UOW_OK(uow_give_back_start(adopted, &report, &op));
    UOW_OK(uow_op_finish(op));
    cr_assert_eq(report.count, 0);
    cr_assert_eq(report.not_restored, 0);
    cr_assert_eq(balance_seen(1), 20.0);
    end();
}

Test(adopt, the_programs_insert_and_a_save_are_committed_together)
{
    begin();
    raw_set(&r, SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
    raw_insert(50, "Raw");
    adopt_with(0);
    cr_assert_eq(uow_unit_depth(adopted), 1, "the program's transaction is the outermost unit");
    cr_assert_str_eq(adopted_buyer(50)->name, "Raw", "what the program has written is seen");
    save_balance(1, 30);
    raw_insert(51, "Raw again");
    UOW_OK(uow_commit(adopted));
    cr_assert_eq(uow_unit_depth(adopted), 1, "the next transaction has begun");
    cr_assert_eq(raw_attribute(&r, SQL_ATTR_AUTOCOMMIT), SQL_AUTOCOMMIT_OFF);
    cr_assert_eq(buyers_seen(), 5);
    cr_assert_eq(balance_seen(1), 30.0);
    UOW_OK(uow_give_back(adopted, NULL));
    cr_assert_eq(raw_attribute(&r, SQL_ATTR_AUTOCOMMIT), SQL_AUTOCOMMIT_OFF);
    end();
}

Test(adopt, the_programs_insert_and_a_save_are_rolled_back_together)
{
    begin();
    raw_set(&r, SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
    raw_insert(50, "Raw");
    adopt_with(0);
    save_balance(1, 30);
    UOW_OK(uow_rollback(adopted));
    cr_assert_eq(buyers_seen(), 3);
    cr_assert_neq(balance_seen(1), 30.0);
    UOW_OK(uow_give_back(adopted, NULL));
    end();
}

static void ended_by_the_program(SQLSMALLINT how, int64_t rows, double balance)
{
    begin();
    raw_set(&r, SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
    raw_insert(50, "Raw");
    adopt_with(0);
    save_balance(2, 40);
    give_back_clean();
    raw_insert(51, "After");
    RAW_DBC(&r, SQLEndTran(SQL_HANDLE_DBC, r.hdbc, how));
    cr_assert_eq(buyers_seen(), rows);
    cr_assert_eq(balance_seen(2), balance);
    end();
}

Test(adopt, given_back_in_the_middle_the_program_commits_both)
{
    ended_by_the_program(SQL_COMMIT, 5, 40);
}

Test(adopt, given_back_in_the_middle_the_program_rolls_both_back)
{
    ended_by_the_program(SQL_ROLLBACK, 3, 0);
}

Test(adopt, a_failed_save_takes_nothing_of_the_programs_along)
{
    buyer twice = shop_new_buyer("Raw");

    begin();
    raw_set(&r, SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
    raw_insert(50, "Raw");
    adopt_with(0);
    UOW_OK(uow_add(adopted, &buyers, &twice, NULL));
    UOW_IS(UOW_CONSTRAINT, uow_save(adopted, NULL));
    UOW_OK(uow_clear(adopted));
    save_balance(1, 5);
    UOW_OK(uow_commit(adopted));
    cr_assert_eq(buyers_seen(), 4);
    cr_assert_eq(balance_seen(1), 5.0);
    UOW_OK(uow_close(adopted));
    end();
}

/* A save in the program's transaction, with memory for so many allocations and then none at all. */
static uow_status starved_save(int64_t allocations)
{
    uow_status st;

    raw_set(&r, SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
    adopt_with(0);
    for (int64_t id = 1; id <= 3; id++)
        adopted_buyer(id)->balance = 70;
    adopted_buyer(3)->name[0] = 'X';
    memory.fail_at = allocations;
    memory.lasting = 1;
    st = uow_save(adopted, NULL);
    memory.fail_at = -1;
    memory.lasting = 0;
    return st;
}

static int64_t raw_seventies(void)
{
    return raw_int64(r.hstmt, "SELECT COUNT(*) FROM %s WHERE balance = 70", buyer_table);
}

/* The context refuses to commit it; once the handle is given back only the program can. */
Test(adopt, half_a_save_left_in_the_programs_transaction_is_told, .timeout = 120)
{
    uow_env_options options = UOW_ENV_OPTIONS_INIT;
    uow_env *plenty;
    uow_status st = UOW_NO_MEMORY;
    int unfit = 0;

    begin();
    plenty = l.env;
    options.allocator = failing_allocator();
    memory.fail_at = -1;
    UOW_OK(uow_env_open(&options, &l.env));
    for (int64_t n = 0; st != UOW_OK; n++) {
        uow_handle_report report = UOW_HANDLE_REPORT_INIT;

        st = starved_save(n);
        cr_assert(st == UOW_OK || st == UOW_NO_MEMORY, "at %d: %s", (int)n, uow_status_name(st));
        UOW_OK(uow_give_back(adopted, &report));
        if (st == UOW_OK)
            cr_assert(!report.unfit && raw_seventies() == 3);
        else if (!report.unfit)
            cr_assert_eq(raw_seventies(), 0, "at %d", (int)n);
        unfit += report.unfit != 0;
        RAW_DBC(&r, SQLEndTran(SQL_HANDLE_DBC, r.hdbc, SQL_ROLLBACK));
    }
    cr_assert_gt(unfit, 0);
    raw_set(&r, SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_ON);
    UOW_OK(uow_env_close(l.env));
    l.env = plenty;
    end();
}

Test(adopt, a_unit_left_open_is_rolled_back_and_the_programs_transaction_goes_on)
{
    uow_handle_report report = UOW_HANDLE_REPORT_INIT;

    begin();
    raw_set(&r, SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
    raw_insert(50, "Raw");
    adopt_with(0);
    UOW_OK(uow_begin(adopted, NULL));
    UOW_OK(uow_begin(adopted, NULL));
    save_balance(2, 40);
    UOW_OK(uow_give_back(adopted, &report));
    cr_assert_eq(report.rolled_back, 2);
    RAW_DBC(&r, SQLEndTran(SQL_HANDLE_DBC, r.hdbc, SQL_COMMIT));
    cr_assert_eq(buyers_seen(), 4);
    cr_assert_eq(balance_seen(2), 0.0);
    end();
}

Test(adopt, statements_the_program_left_open_go_on_where_they_were)
{
    SQLINTEGER id = 0;
    SQLLEN indicator = 0;
    char sql[128];

    begin();
    snprintf(sql, sizeof sql, "SELECT id FROM %s ORDER BY id", buyer_table);
    RAW_STMT(r.hstmt, SQLExecDirect(r.hstmt, (SQLCHAR *)sql, SQL_NTS));
    RAW_STMT(r.hstmt, SQLBindCol(r.hstmt, 1, SQL_C_SLONG, &id, 0, &indicator));
    RAW_STMT(r.hstmt, SQLFetch(r.hstmt));
    cr_assert_eq(id, 1);
    adopt_with(0);
    save_balance(3, 70);
    RAW_STMT(r.hstmt, SQLFetch(r.hstmt));
    cr_assert_eq(id, 2);
    give_back_clean();
    RAW_STMT(r.hstmt, SQLFetch(r.hstmt));
    cr_assert_eq(id, 3);
    cr_assert_eq(SQLFetch(r.hstmt), SQL_NO_DATA);
    RAW_STMT(r.hstmt, SQLFreeStmt(r.hstmt, SQL_CLOSE));
    end();
}

Test(adopt, an_attribute_the_program_changed_meanwhile_is_reported_and_put_back)
{
    uow_handle_report report = UOW_HANDLE_REPORT_INIT;

    begin();
    SQLULEN before = raw_attribute(&r, SQL_ATTR_TXN_ISOLATION);
    if (l.database == LIVE_SQLITE) {
        end();
        cr_skip_test("one level only");
    }
    adopt_with(0);
    raw_set(&r, SQL_ATTR_TXN_ISOLATION, SQL_TXN_SERIALIZABLE);
    l.events.count = 0;
    UOW_OK(uow_give_back(adopted, &report));
    cr_assert_eq(report.count, 1);
    cr_assert_eq(report.not_restored, 0);
    cr_assert_str_eq(report.changes[0].attribute, "SQL_ATTR_TXN_ISOLATION");
    cr_assert_eq(report.changes[0].before, (int64_t)before);
    cr_assert_eq(report.changes[0].after, SQL_TXN_SERIALIZABLE);
    cr_assert_eq(raw_attribute(&r, SQL_ATTR_TXN_ISOLATION), before);
    cr_assert_eq(live_count_events(&l, UOW_TRACE_CONNECTION, "SQL_ATTR_TXN_ISOLATION was changed"), 1);
    end();
}

Test(adopt, isolation_asked_of_a_unit_is_the_programs_own_again_after_it)
{
    uow_unit_options serializable = UOW_UNIT_OPTIONS_INIT;

    begin();
    SQLULEN before = raw_attribute(&r, SQL_ATTR_TXN_ISOLATION);
    adopt_with(0);
    serializable.isolation = UOW_SERIALIZABLE;
    UOW_OK(uow_begin(adopted, &serializable));
    save_balance(2, 8);
    UOW_OK(uow_commit(adopted));
    give_back_clean();
    cr_assert_eq(raw_attribute(&r, SQL_ATTR_TXN_ISOLATION), before);
    end();
}

static uow_status unit_work(uow_context *ctx, void *user)
{
    void *row = NULL;
    uow_status st = uow_find(ctx, &buyers, uow_key_int64(1), &row);

    (void)user;
    if (st == UOW_OK) {
        ((buyer *)row)->balance = 90;
        st = uow_save(ctx, NULL);
    }
    return st;
}

Test(adopt, a_unit_that_may_be_repeated_is_refused_in_the_programs_transaction)
{
    begin();
    raw_set(&r, SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
    adopt_with(0);
    UOW_IS(UOW_MISUSE, uow_unit_run(adopted, NULL, unit_work, NULL));
    LIVE_CONTAINS(uow_context_message(adopted), "UOW_ADOPT_IDLE");
    UOW_OK(uow_close(adopted));
    end();
}

Test(adopt, an_idle_connection_runs_units_of_the_contexts_own)
{
    begin();
    raw_set(&r, SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
    raw_insert(50, "Forgotten");
    adopt_with(UOW_ADOPT_IDLE);
    UOW_OK(uow_unit_run(adopted, NULL, unit_work, NULL));
    cr_assert_eq(balance_seen(1), 90.0);
    cr_assert_eq(buyers_seen(), 3, "what was pending is rolled back, never committed");
    uow_handle_report report = UOW_HANDLE_REPORT_INIT;
    UOW_OK(uow_give_back(adopted, &report));
    cr_assert_eq(report.not_restored, 0);
    cr_assert_eq(raw_attribute(&r, SQL_ATTR_AUTOCOMMIT), SQL_AUTOCOMMIT_OFF);
    raw_insert(51, "Later");
    RAW_DBC(&r, SQLEndTran(SQL_HANDLE_DBC, r.hdbc, SQL_ROLLBACK));
    cr_assert_eq(buyers_seen(), 3);
    end();
}

Test(adopt, a_transaction_begun_by_a_statement_is_joined_and_left_to_the_program)
{
    begin();
    raw_run_on(r.hstmt, "BEGIN");
    raw_insert(50, "Raw");
    adopt_with(0);
    cr_assert_eq(uow_unit_depth(adopted), 1);
    save_balance(2, 40);
    UOW_IS(UOW_MISUSE, uow_commit(adopted));
    UOW_IS(UOW_MISUSE, uow_rollback(adopted));
    give_back_clean();
    raw_run_on(r.hstmt, "ROLLBACK");
    cr_assert_eq(buyers_seen(), 3);
    cr_assert_eq(balance_seen(2), 0.0);
    end();
}

Test(adopt, autocommit_switched_by_the_program_is_noticed)
{
    begin();
    adopt_with(0);
    save_balance(1, 2);
    raw_set(&r, SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
    raw_insert(50, "Raw");
    save_balance(1, 3);
    cr_assert_eq(uow_unit_depth(adopted), 1);
    RAW_DBC(&r, SQLEndTran(SQL_HANDLE_DBC, r.hdbc, SQL_ROLLBACK));
    cr_assert_eq(balance_seen(1), 2.0);
    raw_set(&r, SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_ON);
    UOW_OK(uow_clear(adopted));
    save_balance(1, 4);
    cr_assert_eq(uow_unit_depth(adopted), 0);
    cr_assert_eq(balance_seen(1), 4.0);
    give_back_clean();
    end();
}

Test(adopt, autocommit_left_off_by_the_program_is_reported_and_not_switched_on)
{
    uow_handle_report report = UOW_HANDLE_REPORT_INIT;

    begin();
    adopt_with(0);
    raw_set(&r, SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
    raw_insert(50, "Raw");
    UOW_OK(uow_give_back(adopted, &report));
    cr_assert_eq(report.not_restored > 0, 1);
    RAW_DBC(&r, SQLEndTran(SQL_HANDLE_DBC, r.hdbc, SQL_ROLLBACK));
    cr_assert_eq(buyers_seen(), 3);
    end();
}

Test(adopt, a_limit_set_for_the_whole_connection_does_not_cut_results)
{
    int64_t count = 0;
    uow_list *list = NULL;

    begin();
    if (!SQL_SUCCEEDED(SQLSetConnectAttr(r.hdbc, SQL_ATTR_MAX_ROWS, (SQLPOINTER)(SQLULEN)1, SQL_IS_UINTEGER))) {
        end();
        cr_skip_test("the driver has no such thing");
    }
    adopt_with(0);
    UOW_OK(uow_query(adopted, &buyers, NULL, NULL, 0, NULL, &list));
    count = (int64_t)uow_list_count(list);
    uow_list_free(list);
    cr_assert_eq(count, 3);
    give_back_clean();
    end();
}

/* --- what cannot be adopted */

static void refused(void *hdbc, uow_status wanted, const char *why)
{
    uow_context *ctx = NULL;
    uow_status st = uow_adopt(l.env, hdbc, l.model, NULL, &ctx);

    cr_assert(st == wanted, "%s", live_complaint("uow_adopt", wanted, st, uow_context_error(ctx)));
    LIVE_CONTAINS(uow_context_message(ctx), why);
    cr_assert_eq(uow_close(ctx), UOW_OK);
}

Test(adopt, handles_that_are_none_are_refused)
{
    raw other;
    SQLHDBC freed;

    begin();
    refused(NULL, UOW_MISUSE, "NULL");
    refused(r.hstmt, UOW_MISUSE, "another kind");
    refused(r.henv, UOW_MISUSE, "another kind");
    raw_allocate(&other, SQL_OV_ODBC3);
    refused(other.hdbc, UOW_MISUSE, "not connected");
    freed = other.hdbc;
    (void)SQLFreeHandle(SQL_HANDLE_DBC, other.hdbc);
    refused(freed, UOW_MISUSE, "freed");
    (void)SQLFreeHandle(SQL_HANDLE_ENV, other.henv);
    end();
}

Test(adopt, a_handle_in_two_hands_is_refused)
{
    uow_loan *loan = NULL;

    begin();
    adopt_with(0);
    refused(r.hdbc, UOW_BUSY, "adopted already");
    give_back_clean();
    UOW_OK_ON(l.ctx, uow_borrow(l.ctx, &loan));
    refused(uow_loan_hdbc(loan), UOW_BUSY, "a loan");
    UOW_OK_ON(l.ctx, uow_loan_end(loan, NULL));
    adopt_with(0);
    give_back_clean();
    end();
}

Test(adopt, an_environment_of_odbc_2_is_refused)
{
    raw old;

    begin();
    raw_allocate(&old, SQL_OV_ODBC2);
    raw_connect(&old);
    refused(old.hdbc, UOW_UNSUPPORTED, "ODBC 2");
    raw_close(&old);
    end();
}

Test(adopt, a_statement_that_waits_for_its_data_is_respected)
{
    SQLLEN later = SQL_LEN_DATA_AT_EXEC(3);
    char sql[128];

    begin();
    snprintf(sql, sizeof sql, "UPDATE %s SET email = ? WHERE id = 1", buyer_table);
    RAW_STMT(r.hstmt, SQLPrepare(r.hstmt, (SQLCHAR *)sql, SQL_NTS));
    RAW_STMT(r.hstmt, SQLBindParameter(r.hstmt, 1, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 3, 0, (SQLPOINTER)1, 3, &later));
    cr_assert_eq(SQLExecute(r.hstmt), SQL_NEED_DATA);
    refused(r.hdbc, UOW_BUSY, "waits for data");
    (void)SQLCancel(r.hstmt);
    (void)SQLFreeStmt(r.hstmt, SQL_CLOSE);
    adopt_with(0);
    give_back_clean();
    end();
}

typedef SQLRETURN (*allocate_fn)(SQLSMALLINT, SQLHANDLE, SQLHANDLE *);
typedef SQLRETURN (*attribute_fn)(SQLHENV, SQLINTEGER, SQLPOINTER, SQLINTEGER);
typedef SQLRETURN (*free_fn)(SQLSMALLINT, SQLHANDLE);

/* ISO C has no conversion from an object pointer to a function pointer. */
static void other_manager(void *library, const char *name, void *out)
{
    void *at = dlsym(library, name);

    cr_assert_not_null(at, "%s", name);
    memcpy(out, &at, sizeof at);
}

/* Address sanitizers do not bear a library that binds to itself first. */
static void *other_library(void)
{
#if defined(__SANITIZE_ADDRESS__)
    return NULL;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
    return NULL;
#else
    return dlopen("libiodbc.so.2", RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
#endif
#else
    return dlopen("libiodbc.so.2", RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
#endif
}

/* iODBC, beside the driver manager of these tests. */
Test(adopt, a_handle_of_another_driver_manager_is_refused)
{
    void *library = other_library();
    SQLHENV henv = SQL_NULL_HENV;
    SQLHDBC hdbc = SQL_NULL_HDBC;
    allocate_fn allocate;
    attribute_fn set;
    free_fn release;

    if (!library)
        cr_skip_test("no other driver manager is installed (libiodbc2)");
    begin();
    other_manager(library, "SQLAllocHandle", &allocate);
    other_manager(library, "SQLSetEnvAttr", &set);
    other_manager(library, "SQLFreeHandle", &release);
    cr_assert_eq(allocate(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &henv), SQL_SUCCESS);
    cr_assert_eq(set(henv, SQL_ATTR_ODBC_VERSION, (SQLPOINTER)SQL_OV_ODBC3, 0), SQL_SUCCESS);
    cr_assert_eq(allocate(SQL_HANDLE_DBC, henv, &hdbc), SQL_SUCCESS);
    refused(hdbc, UOW_MISUSE, "another driver manager");
    (void)release(SQL_HANDLE_DBC, hdbc);
    (void)release(SQL_HANDLE_ENV, henv);
    end();
}

Test(adopt, what_was_not_adopted_is_not_given_back)
{
    shop_open();
    UOW_IS(UOW_MISUSE, uow_give_back(l.ctx, NULL));
    LIVE_CONTAINS(uow_context_message(l.ctx), "not adopted");
    cr_assert_eq(uow_unit_depth(l.ctx), 0, "it is open still");
    shop_close();
}
