#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/results.h"

#include <string.h>

#include "flow/step.h"
#include "work/callwalk.h"
#include "work/head.h"
#include "work/keep.h"

static uow_status results_walk_step(void *self)
{
    uowi_results *results = self;

    return uowi_callwalk_next(results->walk);
}

static uowi_cached *results_cached(const uowi_results *results)
{
    return results->walk ? results->walk->run.cached : results->run.cached;
}

static uow_status results_describe(uowi_results *results)
{
    uowi_stmt *stmt = results_cached(results)->stmt;

    uowi_dynrow_free(results->row);
    results->row = NULL;
    return uowi_stmt_column_count(stmt) == 0 ? UOW_OK : uowi_dynrow_open(stmt, &results->row);
}

uow_status uowi_results_start(uowi_results *results, uowi_session *s, const char *sql, const uow_arg *args,
                              size_t arg_count)
{
    uow_status st;

    memset(results, 0, sizeof *results);
    results->sql = sql;
    st = uowi_head_check(s, sql);
    if (st == UOW_OK)
        st = uowi_keep_text(s, &results->sql);
    if (st != UOW_OK)
        return st;
    uowi_buf_reset(&s->text);
    st = uowi_run_parse(s, results->sql, args, arg_count, &results->params, &results->param_count);
    if (st == UOW_OK)
        st = uowi_head_show(s);
    if (st == UOW_OK)
        st = uowi_run_start(&results->run, s, s->text.data, s->text.length, results->params, results->param_count,
                            true);
    if (st != UOW_OK)
        uowi_error_statement(&s->error, sql);
    return st;
}

uow_status uowi_results_call(uowi_results *results, uowi_session *s, const char *name, const uow_arg *args,
                             size_t arg_count)
{
    uow_status st;

    memset(results, 0, sizeof *results);
    results->walk = uowi_arena_zalloc(&s->scratch, sizeof *results->walk);
    if (!results->walk)
        return uowi_error_no_memory(&s->error);
    st = uowi_callwalk_init(results->walk, s, &s->scratch, name, args, arg_count);
    return st == UOW_OK ? UOW_OK : uowi_results_end(results, st);
}

static uow_status results_call_open(uowi_results *results)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(results->at);
    UOWI_TURN(results->at, UOWI_TURN_WORKER); /* the catalog is asked, a transaction begun */
    st = uowi_callwalk_begin(results->walk);
    if (st == UOW_OK)
        UOWI_AWAIT(results->at, st, uowi_callwalk_next(results->walk));
    if (st == UOW_OK)
        st = results_describe(results);
    if (st != UOW_OK && st != UOW_END) {
        results->opened = st;
        UOWI_TURN(results->at, UOWI_TURN_WORKER);
        return uowi_results_end(results, results->opened);
    }
    UOWI_STEP_END
    return UOW_OK;
}

static uow_status results_run_open(uowi_results *results)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(results->at);
    UOWI_AWAIT(results->at, st, uowi_run_step(&results->run));
    if (st == UOW_OK)
        st = results_describe(results);
    if (st != UOW_OK) {
        uowi_error_statement(&results->run.s->error, results->sql);
        st = uowi_results_end(results, st);
    }
    UOWI_STEP_END
    return st;
}

uow_status uowi_results_open(uowi_results *results)
{
    return results->walk ? results_call_open(results) : results_run_open(results);
}

uow_status uowi_results_next(uowi_results *results)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(results->next_at);
    if (!results->row)
        return UOW_END;
    UOWI_TURN(results->next_at, UOWI_TURN_ENGINE);
    UOWI_AWAIT(results->next_at, st, uowi_dynrow_next(results->row));
    if (st == UOW_OK)
        results->rows_read++; /* for the event; the counter counts blocks, as everywhere */
    UOWI_STEP_END
    results->next_at = 0;
    return st;
}

uow_status uowi_results_more(uowi_results *results)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(results->next_at);
    UOWI_TURN(results->next_at, UOWI_TURN_WORKER);
    uowi_dynrow_free(results->row);
    results->row = NULL;
    if (results->walk) {
        UOWI_AWAIT(results->next_at, st, uowi_callwalk_next(results->walk));
    } else {
        st = UOW_END;
        if (uowi_session_caps(results->run.s)->multiple_results)
            st = uowi_stmt_more(results->run.cached->stmt);
    }
    if (st == UOW_OK)
        st = results_describe(results);
    UOWI_STEP_END
    results->next_at = 0;
    return st;
}

int64_t uowi_results_affected(const uowi_results *results)
{
    if (results->walk)
        return results->walk->affected_rows;
    return results->run.cached ? uowi_stmt_affected(results->run.cached->stmt) : -1;
}

/* A body in the model has statements still to be run. */
static uow_status results_drain(uowi_results *results)
{
    uow_status st = UOW_OK;

    while (st == UOW_OK)
        st = uowi_step_run(results_walk_step, results);
    return st == UOW_END ? UOW_OK : st;
}

uow_status uowi_results_end(uowi_results *results, uow_status st)
{
    bool schema;

    uowi_dynrow_free(results->row);
    results->row = NULL;
    if (results->walk) {
        if (!results->walk->name)
            return st;
        if (st == UOW_OK)
            st = results_drain(results);
        st = uowi_callwalk_finish(results->walk, st);
        results->delivers = st == UOW_OK && results->walk->drained;
        return st;
    }
    if (!results->run.cached)
        return st;
    schema = !uowi_head_is_data(results->run.cached->sql);
    st = uowi_run_end(&results->run, st, (int64_t)results->rows_read);
    if (schema)
        uowi_stmtcache_forget(&results->run.s->cache);
    return st;
}

void uowi_results_deliver(uowi_results *results)
{
    if (results->delivers)
        uowi_callwalk_deliver(results->walk);
    results->delivers = false;
}
