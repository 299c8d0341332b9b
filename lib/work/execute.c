#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/execute.h"

#include <string.h>

#include "flow/step.h"
#include "work/head.h"
#include "work/placeholder.h"
#include "work/run.h"

typedef struct execute_op {
    int at;
    uowi_run run;
    int64_t affected;
} execute_op;

/* The rows affected are those of the first result that counts; results after it are drained. */
static uow_status execute_step(void *self)
{
    execute_op *op = self;
    uowi_stmt *stmt = op->run.cached->stmt;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(op->at);
    UOWI_AWAIT(op->at, st, uowi_run_step(&op->run));
    while (st == UOW_OK) {
        if (op->affected < 0 && uowi_stmt_column_count(stmt) == 0)
            op->affected = uowi_stmt_affected(stmt);
        if (!uowi_session_caps(op->run.s)->multiple_results)
            break;
        st = uowi_stmt_more(stmt);
    }
    UOWI_STEP_END
    return st == UOW_END ? UOW_OK : st;
}

uow_status uowi_execute(uowi_session *s, const char *sql, const uow_arg *args, size_t arg_count, int64_t *out_affected)
{
    execute_op op = {0, {0}, -1};
    uowi_param *params = NULL;
    size_t count = 0;
    uow_status st;

    if (!sql)
        return uowi_error_set(&s->error, UOW_MISUSE, "the statement is NULL");
    st = uowi_head_check(s, sql);
    if (st != UOW_OK)
        return st;
    uowi_buf_reset(&s->text);
    st = uowi_run_parse(s, sql, args, arg_count, &params, &count);
    if (st == UOW_OK)
        st = uowi_run_start(&op.run, s, s->text.data, s->text.length, params, count, false);
    if (st == UOW_OK)
        st = uowi_step_run(execute_step, &op);
    if (st != UOW_OK)
        uowi_error_statement(&s->error, sql);
    st = uowi_run_end(&op.run, st, op.affected);
    if (!uowi_head_is_data(sql))
        uowi_stmtcache_forget(&s->cache);
    if (st == UOW_OK && out_affected)
        *out_affected = op.affected;
    return st;
}

/* Prepares a text ahead of its first execution: with unnamed parameters as they stand. */
typedef struct prepare_op {
    uowi_cached *cached;
} prepare_op;

static uow_status prepare_step(void *self)
{
    prepare_op *op = self;

    if (uowi_stmt_is_prepared(op->cached->stmt))
        return UOW_OK;
    return uowi_stmt_prepare(op->cached->stmt, op->cached->sql, op->cached->sql_length);
}

uow_status uowi_execute_prepare(uowi_session *s, const char *sql)
{
    prepare_op op = {NULL};
    uow_status st;

    st = uowi_head_check(s, sql);
    if (st == UOW_OK)
        st = uowi_run_readable(s, sql);
    if (st != UOW_OK)
        return st;
    uowi_buf_reset(&s->text);
    uowi_placeholders_any(sql, strlen(sql), uowi_session_dialect(s)->backslash_escapes, &s->text);
    st = uowi_session_text_ok(s);
    if (st == UOW_OK)
        st = uowi_head_tame(s, 0);
    if (st == UOW_OK)
        st = uowi_stmtcache_take(&s->cache, s->text.data, s->text.length, &op.cached);
    if (st != UOW_OK)
        return st;
    st = uowi_step_run(prepare_step, &op);
    if (st != UOW_OK)
        uowi_error_statement(&s->error, sql);
    uowi_stmtcache_give(&s->cache, op.cached, st != UOW_OK);
    return st;
}
