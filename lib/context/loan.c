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

typedef struct borrow_call {
    uowi_method_head head;
    uow_loan **out_loan;
    uow_loan *loan; /* the answer, not yet handed over */
} borrow_call;

static uow_status borrow_check(borrow_call *call)
{
    uowi_session *s = call->head.s;

    if (!call->out_loan)
        return uowi_error_set(&s->error, UOW_MISUSE, "out_loan is NULL");
    call->loan = uowi_zalloc(s->mem, sizeof *call->loan);
    return call->loan ? UOW_OK : uowi_error_no_memory(&s->error);
}

static uow_status borrow_step(void *self)
{
    borrow_call *call = self;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(call->head.at);
    st = borrow_check(call);
    if (st != UOW_OK)
        return st;
    UOWI_TURN(call->head.at, UOWI_TURN_WORKER);
    st = loan_start(call->head.context, call->loan);
    if (st != UOW_OK)
        uowi_free(call->head.s->mem, call->loan, sizeof *call->loan);
    UOWI_STEP_END
    return st;
}

static void borrow_deliver(void *self)
{
    borrow_call *call = self;
    uowi_entered entered = {call->head.context, call->head.token};

    uowi_held_init(&call->loan->held, LOAN_MAGIC, &entered);
    *call->out_loan = call->loan;
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

static void loan_free(uow_loan *loan)
{
    uow_env *env = loan->held.context->env;

    if (loan->adoption->lent)
        uowi_adoption_leave(env, loan->adoption);
    uowi_held_release(&loan->held);
    loan->held.magic = 0;
    uowi_free(&env->mem, loan, sizeof *loan);
}

/* Nobody has seen it: it ends as if nothing had been done on it. */
static void borrow_discard(void *self)
{
    uow_handle_report report = UOW_HANDLE_REPORT_INIT;
    borrow_call *call = self;
    uowi_entered nobody = {call->head.context, 0};

    uowi_held_init(&call->loan->held, LOAN_MAGIC, &nobody);
    (void)loan_settle(call->loan, &report);
    loan_free(call->loan);
}

static uow_status borrow_run(const char *where, uow_context *context, uow_loan **out_loan, uow_op **out_op)
{
    static const uowi_method method = {UOWI_CALL_ID_BORROW, sizeof(borrow_call), borrow_step, borrow_deliver,
                                       borrow_discard, 0};
    borrow_call call;

    memset(&call, 0, sizeof call);
    call.out_loan = out_loan;
    return uowi_method_run(&method, context, where, &call, out_op);
}

uow_status uow_borrow_at(const char *where, uow_context *context, uow_loan **out_loan)
{
    return borrow_run(where, context, out_loan, NULL);
}

uow_status uow_borrow_start_at(const char *where, uow_context *context, uow_loan **out_loan, uow_op **out_op)
{
    return out_op ? borrow_run(where, context, out_loan, out_op) : UOW_MISUSE;
}

typedef struct end_call {
    uowi_method_head head;
    uow_loan *loan;
    uow_handle_report *out_report;
    uow_handle_report report;
} end_call;

static uow_status end_step(void *self)
{
    end_call *call = self;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(call->head.at);
    UOWI_TURN(call->head.at, UOWI_TURN_WORKER);
    st = loan_settle(call->loan, &call->report);
    UOWI_STEP_END
    return st;
}

static void end_deliver(void *self)
{
    end_call *call = self;

    uowi_report_copy(&call->report, call->out_report);
    loan_free(call->loan);
}

/* The operation was given up: nobody waits for the report. */
static void end_discard(void *self)
{
    end_call *call = self;

    loan_free(call->loan);
}

static uow_status end_begin(uow_loan *loan, uow_handle_report *out_report, end_call *call)
{
    static const uow_handle_report nothing = UOW_HANDLE_REPORT_INIT;

    if (out_report && out_report->struct_size < sizeof(size_t))
        return UOW_MISUSE;
    memset(call, 0, sizeof *call);
    call->loan = loan;
    call->out_report = out_report;
    call->report = nothing;
    return uowi_held_begin(&loan->held, LOAN_MAGIC, "loan_end", &call->head);
}

uow_status uow_loan_end(uow_loan *loan, uow_handle_report *out_report)
{
    end_call call;
    uow_status st = loan ? end_begin(loan, out_report, &call) : UOW_OK;

    if (!loan || st != UOW_OK)
        return st;
    st = uowi_held_leave(&loan->held, uowi_step_run(end_step, &call));
    end_deliver(&call);
    return st;
}

uow_status uow_loan_end_start(uow_loan *loan, uow_handle_report *out_report, uow_op **out_op)
{
    static const uowi_method method = {UOWI_CALL_ID_BORROW, sizeof(end_call), end_step, end_deliver,
                                       end_discard, UOWI_METHOD_ALWAYS | UOWI_METHOD_HELD};
    end_call call;
    uow_status st = loan && out_op ? end_begin(loan, out_report, &call) : UOW_MISUSE;

    return st == UOW_OK ? uowi_held_start(&loan->held, &method, &call, out_op) : st;
}
