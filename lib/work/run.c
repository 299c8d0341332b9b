#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/run.h"

#include <string.h>

#include "base/platform.h"
#include "base/usual.h"
#include "base/utf.h"
#include "flow/step.h"
#include "odbc/array.h"
#include "odbc/outs.h"
#include "work/comment.h"
#include "work/head.h"
#include "work/hooks.h"
#include "work/keep.h"
#include "work/placeholder.h"

/* Every statement passes here, whatever made it. */
static void run_watch(uowi_session *s, uowi_cached *cached)
{
    if (!cached->judged)
        cached->leaves = uowi_head_leaves(uowi_session_dialect(s), cached->sql, s->trusts_calls);
    cached->judged = true;
    s->left |= cached->leaves;
}

UOWI_HOT uow_status uowi_run_start(uowi_run *run, uowi_session *s, const char *sql, size_t length,
                                   const uowi_param *params, size_t param_count, bool reads)
{
    uow_status st;

    memset(run, 0, sizeof *run);
    run->s = s;
    run->params = params;
    run->param_count = param_count;
    run->reads = reads;
    run->quiet = s->quiet;
    run->started_ns = UOWI_RARE(s->trace.fn) ? uowi_now_ns() : 0;
    run->once = run->plain = s->comment.length > 0; /* such a text does not come again */
    st = uowi_comment_add(s, &sql, &length);
    if (st == UOW_OK)
        st = uowi_stmtcache_take(&s->cache, sql, length, &run->cached);
    if (st == UOW_OK)
        uowi_guard_sql(s->guard, run->cached->sql, run->cached->sql_length, run->cached->number);
    if (st == UOW_OK && UOWI_RARE(s->watched))
        run_watch(s, run->cached);
    return st;
}

/*
 * Some drivers read large results faster when the statement is not prepared;
 * small ones gain from being prepared once they come again.
 */
static bool run_direct(const uowi_run *run)
{
    const uowi_cached *cached = run->cached;

    if (UOWI_USUAL(uowi_stmt_is_prepared(cached->stmt)))
        return false;
    if (!run->reads)
        return run->plain;
    return uowi_session_dialect(run->s)->direct_reads && (cached->runs < 2 || cached->large);
}

static uow_status run_bind(uowi_run *run)
{
    uowi_stmt *stmt = run->cached->stmt;
    uow_status st;

    if (UOWI_RARE(run->feed))
        return run->feed(run->feeder, stmt);
    if (UOWI_RARE(run->outs)) {
        st = uowi_stmt_bind(stmt, run->params, run->param_count);
        return st == UOW_OK ? uowi_outs_bind(run->outs, run->out_inputs) : st;
    }
    if (UOWI_RARE(run->array_rows > 0))
        return uowi_stmt_bind_array(stmt, run->params, run->array_rows, run->param_count);
    return uowi_stmt_bind(stmt, run->params, run->param_count);
}

uow_status uowi_run_prepare(uowi_session *s, uowi_cached *cached)
{
    uowi_stmt_async(cached->stmt, s->native);
    return uowi_stmt_prepare(cached->stmt, cached->sql, cached->sql_length);
}

UOWI_HOT uow_status uowi_run_step(uowi_run *run)
{
    uowi_cached *cached = run->cached;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(run->at);
    if (!run->quiet && UOWI_RARE(uowi_hooks_watch(run->s))) {
        UOWI_TURN(run->at, UOWI_TURN_CALLER);
        st = uowi_hooks_statement(run->s, cached->sql);
        if (st != UOW_OK)
            return st;
    }
    UOWI_TURN(run->at, UOWI_TURN_ENGINE);
    uowi_conn_shield(run->s->conn, run->quiet);
    if (UOWI_RARE(uowi_conn_cancelled(run->s->conn)))
        return uowi_error_set(&run->s->error, UOW_CANCELLED, "cancelled before the statement was sent");
    uowi_count(&run->s->progress.statements, 1);
    if (UOWI_RARE(run_direct(run)))
        st = uowi_stmt_direct(cached->stmt, cached->sql, cached->sql_length);
    else if (UOWI_RARE(!uowi_stmt_is_prepared(cached->stmt)))
        UOWI_AWAIT(run->at, st, uowi_run_prepare(run->s, cached));
    if (st != UOW_OK)
        return st;
    st = run_bind(run);
    if (st != UOW_OK)
        return st;
    uowi_stmt_async(cached->stmt, UOWI_RARE(run->s->native) && !run->blocks);
    run->sent = true;
    UOWI_AWAIT(run->at, st, uowi_stmt_execute(cached->stmt));
    cached->runs++;
    UOWI_STEP_END
    return st;
}

static void run_trace(const uowi_run *run, uow_status st, int64_t rows)
{
    uow_trace_event event;

    if (UOWI_USUAL(!run->s->trace.fn))
        return;
    memset(&event, 0, sizeof event);
    event.kind = UOW_TRACE_STATEMENT;
    event.status = st;
    event.text = run->cached->sql;
    event.duration_ns = uowi_now_ns() - run->started_ns;
    event.rows = rows;
    event.sqlstate = st == UOW_OK ? "" : uow_error_sqlstate(&run->s->error);
    event.parameters = (uint32_t)run->param_count;
    uowi_trace_emit(&run->s->trace, &event);
}

UOWI_HOT uow_status uowi_run_end(uowi_run *run, uow_status st, int64_t rows)
{
    if (UOWI_RARE(!run->cached))
        return st;
    run_trace(run, st, rows);
    if (st == UOW_OK)
        run->cached->large = run->reads && rows > 10000;
    uowi_stmtcache_give(&run->s->cache, run->cached, st != UOW_OK || run->once);
    run->cached = NULL;
    return st;
}

uow_status uowi_run_readable(uowi_session *s, const char *sql)
{
    size_t bad = 0;

    if (uowi_utf8_valid(sql, strlen(sql), &bad))
        return UOW_OK;
    return uowi_error_set(&s->error, UOW_TYPE, "the statement is not UTF-8: byte %zu is 0x%x", bad,
                          (unsigned)(unsigned char)sql[bad]);
}

uow_status uowi_run_parse(uowi_session *s, const char *sql, const uow_arg *args, size_t arg_count,
                          uowi_param **out_params, size_t *out_count)
{
    const uowi_dialect *dialect = uowi_session_dialect(s);
    uow_status st = uowi_run_readable(s, sql);

    if (st == UOW_OK)
        st = uowi_keep_args(s, &args, arg_count);

    if (st == UOW_OK)
        st = uowi_placeholders(sql, strlen(sql), dialect->lexis, args, arg_count, &s->scratch, &s->error,
                               &s->text, out_params, out_count);
    if (st != UOW_OK)
        return st;
    st = uowi_session_text_ok(s);
    if (st == UOW_OK)
        st = uowi_head_tame(s, *out_count);
    return st;
}
