#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/execute.h"

#include <string.h>

#include "flow/step.h"
#include "work/head.h"
#include "work/keep.h"
#include "work/placeholder.h"

void uowi_execute_init(uowi_execute *op, uowi_session *s, const char *sql, const uow_arg *args, size_t arg_count)
{
    memset(op, 0, sizeof *op);
    op->s = s;
    op->sql = sql;
    op->args = args;
    op->arg_count = arg_count;
    op->affected = -1;
}

static uow_status execute_start(uowi_execute *op)
{
    uowi_session *s = op->s;
    uowi_param *params = NULL;
    size_t count = 0;
    uow_status st;

    if (!op->sql)
        return uowi_error_set(&s->error, UOW_MISUSE, "the statement is NULL");
    st = uowi_head_check(s, op->sql);
    if (st == UOW_OK)
        st = uowi_keep_text(s, &op->sql);
    if (st != UOW_OK)
        return st;
    uowi_buf_reset(&s->text);
    st = uowi_run_parse(s, op->sql, op->args, op->arg_count, &params, &count);
    if (st == UOW_OK)
        st = uowi_run_start(&op->run, s, s->text.data, s->text.length, params, count, false);
    /*
     * psqlodbc notices a PREPARE TRANSACTION or COMMIT only with the next statement, which is the one that should give its
     * plan back: that fails, and another statement meets the plan later. It does not come again: there need be none.
     */
    if (st == UOW_OK && count == 0 && s->depth > 0 && uowi_session_dialect(s)->failure_aborts_unit &&
        !uowi_head_is_data(op->sql))
        op->run.plain = true;
    if (st != UOW_OK)
        uowi_error_statement(&s->error, op->sql);
    return st;
}

static void execute_count(uowi_execute *op)
{
    const uowi_stmt *stmt = op->run.cached->stmt;

    if (op->affected < 0 && uowi_stmt_column_count(stmt) == 0)
        op->affected = uowi_stmt_affected(stmt);
}

static uow_status execute_end(uowi_execute *op, uow_status st)
{
    if (st == UOW_END)
        st = UOW_OK;
    if (st != UOW_OK)
        uowi_error_statement(&op->s->error, op->sql);
    st = uowi_run_end(&op->run, st, op->affected);
    if (!uowi_head_is_data(op->sql))
        uowi_stmtcache_forget(&op->s->cache);
    return st;
}

uow_status uowi_execute_step(uowi_execute *op)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(op->at);
    st = execute_start(op);
    if (st != UOW_OK)
        return st;
    UOWI_AWAIT(op->at, st, uowi_run_step(&op->run));
    if (st == UOW_OK)
        execute_count(op);
    while (st == UOW_OK && uowi_session_caps(op->s)->multiple_results) {
        if (uowi_stmt_waits(op->run.cached->stmt))
            UOWI_TURN(op->at, UOWI_TURN_WORKER);
        st = uowi_stmt_more(op->run.cached->stmt);
        if (st == UOW_OK)
            execute_count(op);
    }
    st = execute_end(op, st);
    UOWI_STEP_END
    return st;
}

static uow_status execute_step(void *self)
{
    return uowi_execute_step(self);
}

uow_status uowi_execute_run(uowi_session *s, const char *sql, const uow_arg *args, size_t arg_count,
                            int64_t *out_affected)
{
    uowi_execute op;
    uow_status st;

    uowi_execute_init(&op, s, sql, args, arg_count);
    st = uowi_step_run(execute_step, &op);
    if (st == UOW_OK && out_affected)
        *out_affected = op.affected;
    return st;
}

static uow_status prepare_start(uowi_prepare *op)
{
    uowi_session *s = op->s;
    uow_status st = uowi_head_check(s, op->sql);

    if (st == UOW_OK)
        st = uowi_run_readable(s, op->sql);
    if (st == UOW_OK)
        st = uowi_keep_text(s, &op->sql);
    if (st != UOW_OK)
        return st;
    /* With unnamed parameters, as they stand. */
    uowi_buf_reset(&s->text);
    uowi_placeholders_any(op->sql, strlen(op->sql), uowi_session_dialect(s)->lexis, &s->text);
    st = uowi_session_text_ok(s);
    if (st == UOW_OK)
        st = uowi_head_tame(s, 0);
    if (st == UOW_OK)
        st = uowi_stmtcache_take(&s->cache, s->text.data, s->text.length, &op->cached);
    return st;
}

uow_status uowi_prepare_step(uowi_prepare *op)
{
    uowi_cached *cached = op->cached;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(op->at);
    st = prepare_start(op);
    if (st != UOW_OK)
        return st;
    UOWI_TURN(op->at, UOWI_TURN_ENGINE);
    if (!uowi_stmt_is_prepared(cached->stmt)) /* the text is in the cache already */
        UOWI_AWAIT(op->at, st, uowi_run_prepare(op->s, cached));
    if (st != UOW_OK)
        uowi_error_statement(&op->s->error, op->sql);
    uowi_stmtcache_give(&op->s->cache, cached, st != UOW_OK);
    UOWI_STEP_END
    return st;
}
