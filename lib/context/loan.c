/* A context's connection in the hands of raw ODBC. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "context/adopt.h"
#include "context/handle_use.h"
#include "work/txn.h"

#define LOAN_MAGIC 0x756f776cu
#define LOAN_MARK "uow_loan"

struct uow_loan {
    uowi_held held;
    uowi_adoption *adoption;
    void *hstmt;
    bool marked; /* a savepoint of the unit shows whether its transaction is still there */
};

/* The program's own transaction is its to end; a unit is not. */
static uow_status loan_mark(uow_loan *loan, uowi_session *s)
{
    uow_status st;

    if (s->depth <= s->base)
        return UOW_OK;
    st = uowi_txn_statement(s, "SAVEPOINT " LOAN_MARK);
    loan->marked = st == UOW_OK;
    return st;
}

static uow_status loan_start(uow_context *context, uow_loan *loan)
{
    uowi_session *s = &context->session;
    const char *taken = NULL;
    uow_status st = loan_mark(loan, s);

    if (st == UOW_OK)
        st = uowi_conn_lend(s->conn, &loan->hstmt);
    if (st != UOW_OK)
        return st;
    loan->adoption = context->adoption;
    if (!context->adoption)
        loan->adoption = uowi_adoption_enter(context->env, uowi_conn_handle(s->conn), true, &taken);
    if (!loan->adoption) {
        uowi_conn_unlend(s->conn, loan->hstmt);
        return taken ? uowi_error_set(&s->error, UOW_BUSY, "%s", taken) : uowi_error_no_memory(&s->error);
    }
    if (loan->adoption->lent)
        uowi_attributes_read(s->conn, &loan->adoption->was);
    return UOW_OK;
}

uow_status uow_borrow_at(const char *where, uow_context *context, uow_loan **out_loan)
{
    uowi_entered in;
    uow_loan *loan;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_BORROW, where, &in);

    if (st != UOW_OK)
        return st;
    if (!out_loan)
        return uowi_leave(&in, uowi_error_set(&context->session.error, UOW_MISUSE, "out_loan is NULL"));
    loan = uowi_zalloc(&context->env->mem, sizeof *loan);
    if (!loan)
        return uowi_leave(&in, uowi_error_no_memory(&context->session.error));
    st = loan_start(context, loan);
    if (st != UOW_OK) {
        uowi_free(&context->env->mem, loan, sizeof *loan);
        return uowi_leave(&in, st);
    }
    uowi_held_init(&loan->held, LOAN_MAGIC, &in);
    *out_loan = loan;
    return uowi_leave_held(&in, UOW_OK);
}

void *uow_loan_hdbc(const uow_loan *loan)
{
    return loan && loan->held.magic == LOAN_MAGIC ? loan->adoption->hdbc : NULL;
}

void *uow_loan_hstmt(const uow_loan *loan)
{
    return loan && loan->held.magic == LOAN_MAGIC ? loan->hstmt : NULL;
}

/* Gone: raw ODBC ended the transaction. Refused (class 25): a statement failed, and all else is refused until the rollback. */
static uow_status loan_unmark(uow_loan *loan, uowi_session *s)
{
    uow_status st;

    if (!loan->marked || uowi_conn_poisoned(s->conn))
        return UOW_OK;
    st = uowi_txn_statement(s, "RELEASE SAVEPOINT " LOAN_MARK);
    if (st == UOW_OK || uowi_conn_poisoned(s->conn))
        return st;
    if (strncmp(uow_error_sqlstate(&s->error), "25", 2) == 0) {
        uowi_error_clear(&s->error);
        return UOW_OK;
    }
    s->ended_outside = true;
    uowi_error_clear(&s->error);
    return uowi_error_set(&s->error, UOW_MISUSE,
                          "raw ODBC on the loan has ended the unit's transaction: roll the unit back; what was done in it "
                          "before that is kept or gone for good");
}

/* What is left open outside of a unit is rolled back, never committed. */
static void loan_close_transaction(uowi_session *s, const uowi_attributes *was, uow_handle_report *report)
{
    uow_handle_change *change = NULL;

    if (uowi_conn_look(s->conn) && !uowi_conn_autocommit(s->conn)) {
        (void)uowi_conn_end(s->conn, false);
        change = uowi_report_change(report, "SQL_ATTR_AUTOCOMMIT", uowi_conn_set_autocommit(s->conn, true) == UOW_OK);
        if (change)
            change->before = 1;
    } else if (was->open == 0 && uowi_conn_in_transaction(s->conn) == 1) {
        (void)uowi_txn_statement(s, "ROLLBACK");
    } else {
        return;
    }
    report->rolled_back++;
    uowi_error_clear(&s->error);
}

static uow_status loan_settle(uow_loan *loan, uow_handle_report *report)
{
    uow_context *context = loan->held.context;
    uowi_session *s = &context->session;
    uow_status st;

    uowi_conn_unlend(s->conn, loan->hstmt);
    uowi_error_clear(&s->error);
    s->left |= UOWI_LEFT_SETTINGS | UOWI_LEFT_OBJECTS;
    uowi_stmtcache_forget(&s->cache); /* tables may have changed under what is prepared */
    if (uowi_conn_dead(s->conn))
        return uowi_error_set(&s->error, UOW_CONNECTION_LOST, "the connection was lost while it was lent");
    if (s->depth > 0)
        uowi_conn_suspect(s->conn);
    st = loan_unmark(loan, s);
    if (!loan->adoption->lent || uowi_conn_poisoned(s->conn))
        return st;
    if (s->depth == 0)
        loan_close_transaction(s, &loan->adoption->was, report);
    uowi_attributes_restore(s->conn, &loan->adoption->was, report);
    uowi_report_trace(s, report);
    return st;
}

uow_status uow_loan_end(uow_loan *loan, uow_handle_report *out_report)
{
    uow_handle_report report = UOW_HANDLE_REPORT_INIT;
    uow_context *context;
    uow_status st;

    if (!loan || (out_report && out_report->struct_size < sizeof(size_t)))
        return loan ? UOW_MISUSE : UOW_OK;
    st = uowi_held_enter(&loan->held, LOAN_MAGIC, "loan_end");
    if (st != UOW_OK)
        return st;
    context = loan->held.context;
    st = loan_settle(loan, &report);
    uowi_report_copy(&report, out_report);
    if (loan->adoption->lent)
        uowi_adoption_leave(context->env, loan->adoption);
    st = uowi_held_leave(&loan->held, st);
    uowi_held_release(&loan->held);
    loan->held.magic = 0;
    uowi_free(&context->env->mem, loan, sizeof *loan);
    return st;
}
