#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/txn.h"

#include <stdio.h>
#include <string.h>

#include "base/platform.h"
#include "flow/step.h"
#include "track/undo.h"
#include "work/callmark.h"

void uowi_txn_init(uowi_txn *txn, uowi_session *s, const uow_unit_options *options)
{
    memset(txn, 0, sizeof *txn);
    txn->s = s;
    txn->given = options != NULL;
    if (options)
        txn->options = *options;
    txn->started_ns = uowi_now_ns();
}

/* [resumable] A statement of the library's own; hooks are not asked: a rollback that is refused would undo nothing. */
static uow_status txn_say(uowi_txn *txn, const char *sql)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(txn->say_at);
    st = uowi_run_start(&txn->run, txn->s, sql, strlen(sql), NULL, 0, false);
    txn->run.quiet = true;
    /*
     * psqlodbc names a plan by its handle's address, and cannot give back the plan of a handle freed in an aborted
     * transaction: a ROLLBACK TO prepared on a new handle at that address would meet it.
     */
    txn->run.plain = true;
    if (st == UOW_OK)
        UOWI_AWAIT(txn->say_at, st, uowi_run_step(&txn->run));
    st = uowi_run_end(&txn->run, st, -1);
    UOWI_STEP_END
    txn->say_at = 0;
    return st;
}

/* [resumable] SAVEPOINT, RELEASE, ROLLBACK TO. */
static uow_status txn_savepoint(uowi_txn *txn, const char *verb, uint32_t number)
{
    (void)snprintf(txn->sql, sizeof txn->sql, "%s uow_%u", verb, (unsigned)number);
    return txn_say(txn, txn->sql);
}

/* [resumable] A nested unit is undone. Where that fails, the one around it has half of something in it. */
static uow_status txn_undo(uowi_txn *txn)
{
    uowi_session *s = txn->s;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(txn->undo_at);
    UOWI_AWAIT(txn->undo_at, st, txn_savepoint(txn, "ROLLBACK TO SAVEPOINT", txn->depth - 1));
    if (st != UOW_OK && (s->spoiled == 0 || s->spoiled >= txn->depth))
        s->spoiled = txn->depth - 1;
    else if (s->spoiled >= txn->depth)
        s->spoiled = 0;
    UOWI_STEP_END
    txn->undo_at = 0;
    return st;
}

uow_status uowi_txn_unspoiled(uowi_session *s)
{
    if (s->spoiled == 0)
        return UOW_OK;
    return uowi_error_set(&s->error, UOW_MISUSE,
                          "what a failed operation had written in this unit could not be undone (for lack of memory, say): "
                          "roll the unit back");
}

/* [resumable] A statement of the branch's style, with its id. */
static uow_status txn_branch(uowi_txn *txn, const char *statement)
{
    const char *mark = strchr(statement, '$');

    if (txn->say_at == 0)
        (void)snprintf(txn->sql, sizeof txn->sql, "%.*s%s", (int)(mark - statement), statement, txn->s->branch.id);
    return txn_say(txn, txn->sql);
}

/* What begins the session's branch by a statement, where the database has one for it. */
static const uowi_branch_style *txn_branch_style(const uowi_session *s)
{
    const uowi_branch_style *style = uowi_session_dialect(s)->branch;

    return s->branch.kind == UOWI_BRANCH_OPEN && style && style->begin ? style : NULL;
}

static void txn_trace(uowi_txn *txn, const char *what, uow_status st)
{
    uowi_session *s = txn->s;
    uow_trace_event event;

    if (!s->trace.fn)
        return;
    memset(&event, 0, sizeof event);
    event.kind = UOW_TRACE_UNIT;
    event.status = st;
    event.text = what;
    event.duration_ns = uowi_now_ns() - txn->started_ns;
    event.rows = -1;
    event.sqlstate = st == UOW_OK ? "" : uow_error_sqlstate(&s->error);
    uowi_trace_emit(&s->trace, &event);
}

static bool txn_read_only(const uowi_txn *txn, bool before_begin)
{
    const uowi_dialect *dialect = uowi_session_dialect(txn->s);

    return txn->given && txn->options.read_only && dialect->read_only_sql &&
           dialect->read_only_before_begin == before_begin;
}

static uow_status txn_isolate(uowi_txn *txn)
{
    uowi_session *s = txn->s;
    uow_status st;

    if (!txn->given || txn->options.isolation == UOW_ISOLATION_DEFAULT)
        return UOW_OK;
    s->isolation = uowi_conn_isolation(s->conn);
    st = uowi_conn_set_isolation(s->conn, txn->options.isolation);
    s->reset_isolation = st == UOW_OK;
    return st;
}

/* [resumable] Back to how it was; an error here must not hide the one that counts. */
static uow_status txn_restore(uowi_txn *txn)
{
    uowi_session *s = txn->s;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(txn->restore_at);
    if (s->read_only && uowi_session_dialect(s)->read_write_sql && !uowi_conn_poisoned(s->conn))
        UOWI_AWAIT(txn->restore_at, st, txn_say(txn, uowi_session_dialect(s)->read_write_sql));
    if (s->reset_isolation && !uowi_conn_poisoned(s->conn)) {
        UOWI_TURN(txn->restore_at, UOWI_TURN_WORKER);
        (void)uowi_conn_set_isolation(s->conn, s->isolation);
    }
    if (!uowi_conn_poisoned(s->conn)) {
        s->read_only = false;
        s->reset_isolation = false;
    }
    UOWI_STEP_END
    txn->restore_at = 0;
    return UOW_OK;
}

/*
 * It is a statement of its own on MariaDB. A link lost in between does not undo the commit that went before: that
 * was told to have failed, and the unit was run twice. The next call meets the lost link.
 */
static uow_status txn_autocommit(uowi_session *s, bool commit, uow_status st)
{
    uow_status on = uowi_conn_set_autocommit(s->conn, true);

    if (on == UOW_OK || st != UOW_OK)
        return st;
    if (!commit)
        return on;
    uowi_conn_poison(s->conn);
    uowi_error_clear(&s->error);
    return UOW_OK;
}

/*
 * [resumable] A branch that was begun by a statement is given up by statements. It may have been ended already, so
 * what the first says is no matter; where the second fails, so does the connection, and the branch with it.
 */
static uow_status txn_abandon(uowi_txn *txn)
{
    uowi_session *s = txn->s;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(txn->abandon_at);
    txn->blamed = uowi_error_is_set(&s->error);
    if (!uowi_conn_poisoned(s->conn))
        UOWI_AWAIT(txn->abandon_at, st, txn_branch(txn, txn_branch_style(s)->end));
    if (!txn->blamed)
        uowi_error_clear(&s->error);
    if (!uowi_conn_poisoned(s->conn))
        UOWI_AWAIT(txn->abandon_at, st, txn_branch(txn, txn_branch_style(s)->abandon));
    if (st != UOW_OK)
        uowi_conn_poison(s->conn);
    UOWI_STEP_END
    txn->abandon_at = 0;
    return st;
}

/* [resumable] SQLEndTran of the transaction, and autocommit on again. */
static uow_status txn_end(uowi_txn *txn)
{
    uowi_session *s = txn->s;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(txn->end_at);
    UOWI_TURN(txn->end_at, UOWI_TURN_WORKER);
    if (txn_branch_style(s)) {
        UOWI_AWAIT(txn->end_at, txn->ended, txn_abandon(txn));
    } else {
        txn->ended = uowi_conn_end(s->conn, txn->commit);
    }
    txn->over = true;
    s->depth = s->base; /* the program's next transaction has begun */
    s->ended_outside = false;
    s->spoiled = 0;
    s->branch.kind = UOWI_BRANCH_NONE;
    if (txn->ended != UOW_OK && txn->commit && !uowi_conn_poisoned(s->conn))
        (void)uowi_conn_end(s->conn, false); /* the database refused: whatever it kept must go */
    /* Switching autocommit on would commit what is unresolved: never on a poisoned connection. */
    if (!uowi_conn_poisoned(s->conn) && s->base == 0)
        txn->ended = txn_autocommit(s, txn->commit, txn->ended);
    UOWI_AWAIT(txn->end_at, st, txn_restore(txn));
    UOWI_STEP_END
    txn->end_at = 0;
    return txn->ended;
}

/* [resumable] What has to be said before the first statement: isolation and access mode. */
static uow_status txn_prepare(uowi_txn *txn)
{
    const uowi_dialect *dialect = uowi_session_dialect(txn->s);
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(txn->end_at);
    UOWI_TURN(txn->end_at, UOWI_TURN_WORKER);
    st = txn_isolate(txn);
    if (st == UOW_OK && txn_read_only(txn, true)) {
        UOWI_AWAIT(txn->end_at, st, txn_say(txn, dialect->read_only_sql));
        UOWI_TURN(txn->end_at, UOWI_TURN_WORKER);
    }
    if (st == UOW_OK && !txn_branch_style(txn->s))
        st = uowi_conn_set_autocommit(txn->s->conn, false);
    UOWI_STEP_END
    txn->end_at = 0;
    return st;
}

/* [resumable] The outermost unit. */
static uow_status txn_open(uowi_txn *txn)
{
    const uowi_dialect *dialect = uowi_session_dialect(txn->s);
    uowi_session *s = txn->s;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(txn->open_at);
    UOWI_AWAIT(txn->open_at, st, txn_prepare(txn));
    txn->failed = st;
    if (st != UOW_OK) {
        UOWI_AWAIT(txn->open_at, st, txn_restore(txn));
        return txn->failed;
    }
    s->read_only = txn->given && txn->options.read_only && dialect->read_only_sql;
    s->depth = 1;
    if (txn_branch_style(s))
        UOWI_AWAIT(txn->open_at, st, txn_branch(txn, txn_branch_style(s)->begin));
    else if (dialect->begin_sql)
        UOWI_AWAIT(txn->open_at, st, txn_say(txn, dialect->begin_sql));
    if (st == UOW_OK && txn_read_only(txn, false))
        UOWI_AWAIT(txn->open_at, st, txn_say(txn, dialect->read_only_sql));
    txn->failed = st;
    if (st != UOW_OK) {
        UOWI_AWAIT(txn->open_at, st, txn_end(txn));
        txn_trace(txn, "rollback", txn->ended);
    }
    UOWI_STEP_END
    return txn->failed;
}

static uow_status txn_may_begin(const uowi_txn *txn)
{
    uowi_session *s = txn->s;

    if (!uowi_session_caps(s)->transactions)
        return uowi_error_set(&s->error, UOW_UNSUPPORTED, "the database has no transactions (SQL_TXN_CAPABLE)");
    if (s->depth > 0 && txn->given && (txn->options.isolation != UOW_ISOLATION_DEFAULT || txn->options.read_only))
        return uowi_error_set(&s->error, UOW_MISUSE,
                              "a nested unit is a savepoint: isolation and access mode belong to the outermost one");
    return UOW_OK;
}

uow_status uowi_txn_begin_step(uowi_txn *txn)
{
    uowi_session *s = txn->s;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(txn->at);
    st = txn_may_begin(txn);
    if (st == UOW_OK && s->depth > 0)
        st = uowi_txn_unspoiled(s);
    if (st != UOW_OK)
        return st;
    txn->depth = s->depth;
    if (txn->depth > 0) {
        UOWI_AWAIT(txn->at, st, txn_savepoint(txn, "SAVEPOINT", txn->depth));
        s->depth += st == UOW_OK;
    } else {
        UOWI_AWAIT(txn->at, st, txn_open(txn));
    }
    txn_trace(txn, txn->depth > 0 ? "savepoint" : "begin", st);
    UOWI_STEP_END
    return st;
}

static uow_status txn_ended_outside(uowi_session *s)
{
    uowi_error_clear(&s->error);
    return uowi_error_set(&s->error, UOW_MISUSE,
                          "raw ODBC on a loan of the connection has ended the unit's transaction: what was done before that is "
                          "kept or gone for good, what came after is rolled back");
}

/* [resumable] A unit that a procedure has ended by itself is not committed; what is left of it is rolled back. */
static uow_status txn_end_marked(uowi_txn *txn)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(txn->mark_at);
    txn->text = uowi_callmark_ask(txn->s, txn->commit);
    if (txn->text) {
        UOWI_AWAIT(txn->mark_at, st, txn_say(txn, txn->text));
        txn->broken = uowi_callmark_explain(txn->s, st); /* what could not be asked is not committed either */
        if (txn->broken == UOW_NO_MEMORY && !txn->commit) {
            uowi_error_clear(&txn->s->error);
            txn->broken = UOW_OK;
        }
    }
    if (txn->commit && txn->broken == UOW_OK)
        txn->broken = uowi_txn_unspoiled(txn->s);
    if (txn->commit && txn->s->ended_outside)
        txn->broken = txn_ended_outside(txn->s);
    txn->commit = txn->commit && txn->broken == UOW_OK;
    UOWI_AWAIT(txn->mark_at, st, txn_end(txn));
    uowi_callmark_leave(txn->s, 1);
    UOWI_STEP_END
    txn->mark_at = 0;
    return txn->broken == UOW_OK ? st : txn->broken;
}

/* Whether the innermost unit is one that can be ended here. */
static uow_status txn_may_end(uowi_session *s, const char *what)
{
    if (s->depth == 0)
        return uowi_error_set(&s->error, UOW_MISUSE, "there is no open unit to %s", what);
    if (s->depth > s->base || !s->base_said)
        return UOW_OK;
    return uowi_error_set(&s->error, UOW_MISUSE,
                          "the transaction was begun by a statement of the program's: give the handle back, and %s it there",
                          what);
}

/* The tracker learns how the unit ended; what is in doubt counts as not done: nothing is lost. */
static uow_status txn_settle(uowi_txn *txn, bool committed)
{
    if (!committed)
        return uowi_undo_rollback(&txn->s->tracker, txn->depth, &txn->s->error);
    uowi_undo_commit(&txn->s->tracker, txn->depth);
    return UOW_OK;
}

/* [resumable] A savepoint is given up with what it kept, or undone. */
static uow_status txn_release(uowi_txn *txn)
{
    uowi_session *s = txn->s;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(txn->end_at);
    st = uowi_txn_unspoiled(s);
    if (st == UOW_OK)
        UOWI_AWAIT(txn->end_at, st, txn_savepoint(txn, "RELEASE SAVEPOINT", txn->depth - 1));
    txn->ended = uowi_callmark_explain(s, st);
    if (txn->ended != UOW_OK && !txn->whole)
        return txn->ended;
    s->depth--;
    if (txn->ended != UOW_OK)
        UOWI_AWAIT(txn->end_at, st, txn_undo(txn)); /* the first error stays */
    uowi_callmark_leave(s, txn->depth);
    UOWI_STEP_END
    txn->end_at = 0;
    return txn->ended;
}

uow_status uowi_txn_commit_step(uowi_txn *txn)
{
    uowi_session *s = txn->s;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(txn->at);
    st = txn_may_end(s, "commit");
    if (st != UOW_OK)
        return st;
    txn->depth = s->depth;
    txn->commit = true;
    if (txn->depth > 1)
        UOWI_AWAIT(txn->at, st, txn_release(txn));
    else
        UOWI_AWAIT(txn->at, st, txn_end_marked(txn));
    txn_trace(txn, txn->depth > 1 ? "release" : "commit", st);
    txn->failed = st;
    if (s->tracker.undo && (st == UOW_OK || txn->depth == 1 || txn->whole)) {
        UOWI_TURN(txn->at, UOWI_TURN_CALLER);
        (void)txn_settle(txn, txn->failed == UOW_OK);
    }
    UOWI_STEP_END
    return txn->failed;
}

uow_status uowi_txn_rollback_step(uowi_txn *txn)
{
    uowi_session *s = txn->s;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(txn->at);
    st = txn_may_end(s, "roll back");
    if (st != UOW_OK)
        return st;
    txn->depth = s->depth;
    if (txn->depth > 1) {
        s->depth--;
        UOWI_AWAIT(txn->at, st, txn_undo(txn));
        st = uowi_callmark_explain(s, st);
        uowi_callmark_leave(s, txn->depth);
    } else {
        UOWI_AWAIT(txn->at, st, txn_end_marked(txn));
    }
    txn_trace(txn, txn->depth > 1 ? "rollback to savepoint" : "rollback", st);
    txn->failed = st;
    if (s->tracker.undo) {
        UOWI_TURN(txn->at, UOWI_TURN_CALLER);
        st = txn_settle(txn, false);
        txn->failed = txn->failed == UOW_OK ? st : txn->failed;
    }
    UOWI_STEP_END
    return txn->failed;
}

static uow_status begin_step(void *self)
{
    return uowi_txn_begin_step(self);
}

static uow_status commit_step(void *self)
{
    return uowi_txn_commit_step(self);
}

static uow_status rollback_step(void *self)
{
    return uowi_txn_rollback_step(self);
}

static uow_status txn_run(uowi_session *s, const uow_unit_options *options, uowi_step step)
{
    uowi_txn txn;

    uowi_txn_init(&txn, s, options);
    return uowi_step_run(step, &txn);
}

uow_status uowi_txn_begin(uowi_session *s, const uow_unit_options *options)
{
    return txn_run(s, options, begin_step);
}

uow_status uowi_txn_commit(uowi_session *s)
{
    return txn_run(s, NULL, commit_step);
}

uow_status uowi_txn_commit_whole(uowi_session *s)
{
    uowi_txn txn;

    uowi_txn_init(&txn, s, NULL);
    txn.whole = true;
    return uowi_step_run(commit_step, &txn);
}

uow_status uowi_txn_rollback(uowi_session *s)
{
    return txn_run(s, NULL, rollback_step);
}

static uow_status statement_step(void *self)
{
    uowi_txn *txn = self;

    return txn_say(txn, txn->text);
}

uow_status uowi_txn_statement(uowi_session *s, const char *sql)
{
    uowi_txn txn;

    uowi_txn_init(&txn, s, NULL);
    txn.text = sql;
    return uowi_step_run(statement_step, &txn);
}
