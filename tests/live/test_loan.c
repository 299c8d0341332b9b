/* A context's connection lent to raw ODBC, under the guard and inside the open unit. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "live/raw.h"
#include "live/shop.h"

static uow_loan *loan;

static void borrow(void)
{
    UOW_OK(uow_borrow(l.ctx, &loan));
    cr_assert_not_null(uow_loan_hdbc(loan));
    cr_assert_not_null(uow_loan_hstmt(loan));
}

static void loan_insert(int id, const char *name)
{
    raw_run_on(uow_loan_hstmt(loan), "INSERT INTO %s (id, name, balance, version) VALUES (%d, '%s', 1, 1)", buyer_table, id,
               name);
}

static int64_t buyers_seen(void)
{
    return live_int64(&l, "SELECT COUNT(*) FROM %s", buyer_table);
}

static void end_clean(void)
{
    uow_handle_report report = UOW_HANDLE_REPORT_INIT;

    UOW_OK(uow_loan_end(loan, &report));
    cr_assert_eq(report.count, 0, "%u changes, the first of %s", (unsigned)report.count, report.changes[0].attribute);
    cr_assert_eq(report.rolled_back, 0);
}

static void raw_insert_in_unit(bool commit)
{
    shop_open();
    UOW_OK(uow_begin(l.ctx, NULL));
    shop_buyer(2)->balance = 40;
    borrow();
    loan_insert(50, "Raw");
    end_clean();
    UOW_OK(uow_save(l.ctx, NULL));
    UOW_OK(commit ? uow_commit(l.ctx) : uow_rollback(l.ctx));
    cr_assert_eq(buyers_seen(), commit ? 4 : 3);
    cr_assert_eq(live_int64(&l, "SELECT version FROM %s WHERE id = 2", buyer_table), commit ? 2 : 1);
    shop_close();
}

Test(loan, raw_odbc_takes_part_in_the_unit_and_commits_with_it)
{
    raw_insert_in_unit(true);
}

Test(loan, raw_odbc_takes_part_in_the_unit_and_is_rolled_back_with_it)
{
    raw_insert_in_unit(false);
}

static uow_status unit_work(uow_context *ctx, void *user)
{
    const uow_status *outcome = user;
    uow_status st = uow_borrow(ctx, &loan);

    if (st == UOW_OK) {
        loan_insert(50, "Raw");
        st = uow_loan_end(loan, NULL);
    }
    return st == UOW_OK ? *outcome : st;
}

Test(loan, raw_odbc_takes_part_in_a_unit_that_is_run)
{
    uow_status outcome = UOW_CANCELLED;

    shop_open();
    UOW_IS(UOW_CANCELLED, uow_unit_run(l.ctx, NULL, unit_work, &outcome));
    cr_assert_eq(buyers_seen(), 3);
    outcome = UOW_OK;
    UOW_OK(uow_unit_run(l.ctx, NULL, unit_work, &outcome));
    cr_assert_eq(buyers_seen(), 4);
    shop_close();
}

Test(loan, the_context_is_refused_while_its_connection_is_lent)
{
    void *row = NULL;

    shop_open();
    borrow();
    UOW_IS(UOW_BUSY, uow_find(l.ctx, &buyers, uow_key_int64(1), &row));
    LIVE_CONTAINS(uow_context_message(l.ctx), "borrow");
    UOW_IS(UOW_BUSY, uow_close(l.ctx));
    end_clean();
    UOW_OK(uow_find(l.ctx, &buyers, uow_key_int64(1), &row));
    shop_close();
}

Test(loan, a_polled_loan_that_is_given_up_leaves_the_context_free)
{
    uow_op *op = NULL;
    void *row = NULL;

    shop_open();
    loan = NULL;
    UOW_OK(uow_borrow_start(l.ctx, &loan, &op));
    while (uow_op_wait(op, 50) == UOW_PENDING)
        ;
    uow_op_free(op); /* instead of finish */
    cr_assert_null(loan);
    UOW_OK(uow_find(l.ctx, &buyers, uow_key_int64(1), &row));
    borrow();
    UOW_OK(uow_loan_end_start(loan, NULL, &op));
    uow_op_free(op);
    UOW_OK(uow_find(l.ctx, &buyers, uow_key_int64(2), &row));
    shop_close();
}

Test(loan, tracked_rows_are_read_again_when_asked_and_changes_stay)
{
    shop_open();
    buyer *ann = shop_buyer(1);
    buyer *bob = shop_buyer(2);
    bob->balance = 3;
    borrow();
    raw_run_on(uow_loan_hstmt(loan), "UPDATE %s SET balance = 77, version = version + 1", buyer_table);
    end_clean();
    cr_assert_eq(ann->balance, 12.5, "nothing is read by itself");
    UOW_OK(uow_refresh_all(l.ctx));
    cr_assert_eq(ann->balance, 77.0);
    cr_assert_eq(ann->version, 4);
    cr_assert_eq(bob->balance, 3.0, "a change of the program's own stays");
    UOW_IS(UOW_CONFLICT, uow_save(l.ctx, NULL));
    shop_close();
}

Test(loan, a_row_that_raw_odbc_has_deleted_is_told_of_by_the_refresh)
{
    shop_open();
    buyer *ann = shop_buyer(1);
    buyer *cid = shop_buyer(3);
    borrow();
    raw_run_on(uow_loan_hstmt(loan), "UPDATE %s SET balance = 77 WHERE id = 1", buyer_table);
    raw_run_on(uow_loan_hstmt(loan), "DELETE FROM %s WHERE id = 3", buyer_table);
    end_clean();
    UOW_IS(UOW_NOT_FOUND, uow_refresh_all(l.ctx));
    cr_assert_eq(uow_error_instance_count(uow_context_error(l.ctx)), 1);
    cr_assert_eq(uow_error_instance(uow_context_error(l.ctx), 0), (void *)cid);
    cr_assert_eq(ann->balance, 77.0);
    shop_close();
}

Test(loan, a_transaction_left_open_outside_of_a_unit_is_rolled_back_and_told)
{
    uow_handle_report report = UOW_HANDLE_REPORT_INIT;

    shop_open();
    borrow();
    cr_assert(SQL_SUCCEEDED(SQLSetConnectAttr(uow_loan_hdbc(loan), SQL_ATTR_AUTOCOMMIT, (SQLPOINTER)SQL_AUTOCOMMIT_OFF,
                                              SQL_IS_UINTEGER)));
    loan_insert(50, "Raw");
    UOW_OK(uow_loan_end(loan, &report));
    cr_assert_eq(report.rolled_back, 1);
    cr_assert_eq(report.count, 1);
    cr_assert_str_eq(report.changes[0].attribute, "SQL_ATTR_AUTOCOMMIT");
    cr_assert_eq(report.changes[0].restored, 1);
    cr_assert_eq(buyers_seen(), 3);
    borrow();
    raw_run_on(uow_loan_hstmt(loan), "BEGIN");
    loan_insert(50, "Raw");
    report = (uow_handle_report)UOW_HANDLE_REPORT_INIT;
    UOW_OK(uow_loan_end(loan, &report));
    cr_assert_eq(report.rolled_back, 1);
    cr_assert_eq(buyers_seen(), 3);
    borrow();
    loan_insert(51, "Committed");
    end_clean();
    cr_assert_eq(buyers_seen(), 4, "autocommit is on");
    shop_close();
}

Test(loan, a_unit_whose_transaction_raw_odbc_has_ended_is_not_committed)
{
    shop_open();
    UOW_OK(uow_begin(l.ctx, NULL));
    borrow();
    loan_insert(50, "Raw");
    cr_assert(SQL_SUCCEEDED(SQLEndTran(SQL_HANDLE_DBC, uow_loan_hdbc(loan), SQL_COMMIT)));
    loan_insert(51, "After");
    UOW_IS(UOW_MISUSE, uow_loan_end(loan, NULL));
    LIVE_CONTAINS(uow_context_message(l.ctx), "ended the unit's transaction");
    UOW_IS(UOW_MISUSE, uow_commit(l.ctx));
    cr_assert_eq(uow_unit_depth(l.ctx), 0);
    cr_assert_eq(buyers_seen(), 4, "what was committed stays, what came after is rolled back");
    shop_close();
}

Test(loan, a_statement_that_failed_in_a_unit_does_not_pass_for_a_commit)
{
    shop_open();
    UOW_OK(uow_begin(l.ctx, NULL));
    shop_buyer(2)->balance = 40;
    UOW_OK(uow_save(l.ctx, NULL));
    borrow();
    cr_assert_not(SQL_SUCCEEDED(SQLExecDirect(uow_loan_hstmt(loan), (SQLCHAR *)"SELECT * FROM no_such_table_here", SQL_NTS)));
    uow_status ended = uow_loan_end(loan, NULL);
    uow_status st = uow_commit(l.ctx);
    if (st != UOW_OK && uow_unit_depth(l.ctx) > 0)
        UOW_OK(uow_rollback(l.ctx));
    cr_assert_eq(ended, UOW_OK, "%s", uow_context_message(l.ctx));
    cr_assert_eq(live_int64(&l, "SELECT version FROM %s WHERE id = 2", buyer_table), st == UOW_OK ? 2 : 1,
                 "what the commit answered is what happened");
    shop_close();
}

Test(loan, a_lost_link_is_found_out_at_the_end)
{
    shop_open();
    if (l.database == LIVE_SQLITE) {
        shop_close();
        cr_skip_test("there is no link");
    }
    borrow();
    int64_t id = raw_int64(uow_loan_hstmt(loan), "%s",
                           live_either(&l, "", "SELECT pg_backend_pid()", "SELECT CONNECTION_ID()"));
    uow_context *other = live_another(&l);
    char sql[64];
    snprintf(sql, sizeof sql, live_either(&l, "", "SELECT pg_terminate_backend(%d)", "KILL %d"), (int)id);
    uow_rows *rows = NULL;
    if (l.database == LIVE_POSTGRESQL) {
        UOW_OK_ON(other, uow_rows_open(other, sql, NULL, 0, &rows));
        UOW_OK_ON(other, uow_rows_next(rows));
        uow_rows_close(rows);
    } else {
        UOW_OK_ON(other, uow_execute(other, sql, NULL, 0, NULL));
    }
    cr_assert_not(SQL_SUCCEEDED(SQLExecDirect(uow_loan_hstmt(loan), (SQLCHAR *)"SELECT 1", SQL_NTS)));
    UOW_IS(UOW_CONNECTION_LOST, uow_loan_end(loan, NULL));
    void *row = NULL;
    UOW_IS(UOW_CONNECTION_LOST, uow_find(l.ctx, &buyers, uow_key_int64(1), &row));
    live_reopen(&l, NULL);
    shop_close();
}

Test(loan, an_adopted_connection_can_be_lent_too)
{
    raw r;
    uow_context *adopted = NULL;

    shop_open();
    raw_open(&r);
    raw_set(&r, SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
    UOW_OK(uow_adopt(l.env, r.hdbc, l.model, NULL, &adopted));
    UOW_OK_ON(adopted, uow_borrow(adopted, &loan));
    cr_assert_eq(uow_loan_hdbc(loan), r.hdbc);
    loan_insert(50, "Raw");
    UOW_OK_ON(adopted, uow_loan_end(loan, NULL));
    UOW_OK_ON(adopted, uow_commit(adopted));
    cr_assert_eq(buyers_seen(), 4);
    UOW_OK_ON(adopted, uow_give_back(adopted, NULL));
    raw_close(&r);
    shop_close();
}
