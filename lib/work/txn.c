#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/txn.h"

#include <string.h>

#include "base/platform.h"
#include "flow/step.h"
#include "track/undo.h"
#include "work/callmark.h"
#include "work/run.h"

static uow_status txn_step(void *self)
{
    return uowi_run_step(self);
}

uow_status uowi_txn_statement(uowi_session *s, const char *sql)
{
    uowi_run run;
    uow_status st;

    s->hooks_quiet = true; /* a rollback that is refused would undo nothing */
    st = uowi_run_start(&run, s, sql, strlen(sql), NULL, 0, false);
    s->hooks_quiet = false;
    /*
     * psqlodbc names a plan by its handle's address, and cannot give back the plan of a handle freed in an aborted
     * transaction: a ROLLBACK TO prepared on a new handle at that address would meet it.
     */
    run.plain = true;
    if (st == UOW_OK)
        st = uowi_step_run(txn_step, &run);
    return uowi_run_end(&run, st, -1);
}

static void txn_trace(uowi_session *s, const char *what, uint64_t started_ns, uow_status st)
{
    uow_trace_event event;

    if (!s->trace.fn)
        return;
    memset(&event, 0, sizeof event);
    event.kind = UOW_TRACE_UNIT;
    event.status = st;
    event.text = what;
    event.duration_ns = uowi_now_ns() - started_ns;
    event.rows = -1;
    event.sqlstate = st == UOW_OK ? "" : uow_error_sqlstate(&s->error);
    uowi_trace_emit(&s->trace, &event);
}

static uow_status txn_savepoint(uowi_session *s, const char *verb, uint32_t number)
{
    char sql[64];
    uowi_buf text;
    uow_status st;

    uowi_buf_init(&text, s->mem, 0);
    uowi_buf_fmt(&text, "%s uow_%u", verb, (unsigned)number);
    st = text.failed || text.length >= sizeof sql ? uowi_error_no_memory(&s->error)
                                                  : uowi_txn_statement(s, uowi_buf_cstr(&text));
    uowi_buf_done(&text);
    return st;
}

/* What has to be said before the first statement: isolation and access mode. */
static uow_status txn_prepare(uowi_session *s, const uow_unit_options *options)
{
    const uowi_dialect *dialect = uowi_session_dialect(s);
    uow_status st = UOW_OK;

    if (options && options->isolation != UOW_ISOLATION_DEFAULT) {
        s->isolation = uowi_conn_isolation(s->conn);
        st = uowi_conn_set_isolation(s->conn, options->isolation);
        s->reset_isolation = st == UOW_OK;
    }
    if (st == UOW_OK && options && options->read_only && dialect->read_only_sql && dialect->read_only_before_begin)
        st = uowi_txn_statement(s, dialect->read_only_sql);
    return st;
}

/* Back to how it was; an error here must not hide the one that counts. */
static void txn_restore(uowi_session *s)
{
    const uowi_dialect *dialect = uowi_session_dialect(s);

    if (uowi_conn_poisoned(s->conn))
        return;
    if (s->read_only && dialect->read_write_sql)
        (void)uowi_txn_statement(s, dialect->read_write_sql);
    if (s->reset_isolation)
        (void)uowi_conn_set_isolation(s->conn, s->isolation);
    s->read_only = false;
    s->reset_isolation = false;
}

static uow_status txn_open(uowi_session *s, const uow_unit_options *options)
{
    const uowi_dialect *dialect = uowi_session_dialect(s);
    uow_status st = txn_prepare(s, options);

    if (st == UOW_OK)
        st = uowi_conn_set_autocommit(s->conn, false);
    if (st != UOW_OK) {
        txn_restore(s);
        return st;
    }
    s->read_only = options && options->read_only && dialect->read_only_sql;
    s->depth = 1;
    if (dialect->begin_sql)
        st = uowi_txn_statement(s, dialect->begin_sql);
    if (st == UOW_OK && s->read_only && !dialect->read_only_before_begin)
        st = uowi_txn_statement(s, dialect->read_only_sql);
    if (st != UOW_OK)
        (void)uowi_txn_rollback(s);
    return st;
}

uow_status uowi_txn_begin(uowi_session *s, const uow_unit_options *options)
{
    uint64_t started = uowi_now_ns();
    uow_status st;

    if (!uowi_session_caps(s)->transactions)
        return uowi_error_set(&s->error, UOW_UNSUPPORTED, "the database has no transactions (SQL_TXN_CAPABLE)");
    if (s->depth > 0) {
        if (options && (options->isolation != UOW_ISOLATION_DEFAULT || options->read_only))
            return uowi_error_set(&s->error, UOW_MISUSE,
                                  "a nested unit is a savepoint: isolation and access mode belong to the outermost one");
        st = txn_savepoint(s, "SAVEPOINT", s->depth);
        if (st == UOW_OK)
            s->depth++;
        txn_trace(s, "savepoint", started, st);
        return st;
    }
    st = txn_open(s, options);
    txn_trace(s, "begin", started, st);
    return st;
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

static uow_status txn_end(uowi_session *s, bool commit)
{
    uow_status st = uowi_conn_end(s->conn, commit);

    s->depth = 0;
    if (st != UOW_OK && commit && !uowi_conn_poisoned(s->conn))
        (void)uowi_conn_end(s->conn, false); /* the database refused: whatever it kept must go */
    /* Switching autocommit on would commit what is unresolved: never on a poisoned connection. */
    if (!uowi_conn_poisoned(s->conn))
        st = txn_autocommit(s, commit, st);
    txn_restore(s);
    return st;
}

/* A unit that a procedure has ended by itself is not committed; what is left of it is rolled back. */
static uow_status txn_end_marked(uowi_session *s, bool commit)
{
    uow_status broken = uowi_callmark_check(s, commit);
    uow_status st = txn_end(s, commit && broken == UOW_OK);

    uowi_callmark_leave(s, 1);
    return broken == UOW_OK ? st : broken;
}

static uow_status txn_none(uowi_session *s, const char *what)
{
    return uowi_error_set(&s->error, UOW_MISUSE, "there is no open unit to %s", what);
}

uow_status uowi_txn_commit(uowi_session *s)
{
    uint64_t started = uowi_now_ns();
    uow_status st;

    if (s->depth == 0)
        return txn_none(s, "commit");
    if (s->depth > 1) {
        st = txn_savepoint(s, "RELEASE SAVEPOINT", s->depth - 1);
        st = uowi_callmark_explain(s, st);
        if (st == UOW_OK) {
            uowi_callmark_leave(s, s->depth);
            uowi_undo_commit(&s->tracker, s->depth);
            s->depth--;
        }
        txn_trace(s, "release", started, st);
        return st;
    }
    st = txn_end_marked(s, true);
    txn_trace(s, "commit", started, st);
    if (st == UOW_OK)
        uowi_undo_commit(&s->tracker, 1);
    else
        (void)uowi_undo_rollback(&s->tracker, 1, &s->error); /* in doubt counts as not done: nothing is lost */
    return st;
}

uow_status uowi_txn_rollback(uowi_session *s)
{
    uint64_t started = uowi_now_ns();
    uow_status undone;
    uow_status st;

    if (s->depth == 0)
        return txn_none(s, "roll back");
    if (s->depth > 1) {
        s->depth--;
        st = uowi_callmark_explain(s, txn_savepoint(s, "ROLLBACK TO SAVEPOINT", s->depth));
        uowi_callmark_leave(s, s->depth + 1);
        txn_trace(s, "rollback to savepoint", started, st);
        undone = uowi_undo_rollback(&s->tracker, s->depth + 1, &s->error);
        return st == UOW_OK ? undone : st;
    }
    st = txn_end_marked(s, false);
    txn_trace(s, "rollback", started, st);
    undone = uowi_undo_rollback(&s->tracker, 1, &s->error);
    return st == UOW_OK ? undone : st;
}
