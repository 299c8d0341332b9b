/*
 * Calls where session variables stand for the parameters whose values come back: MariaDB. They are set for INOUT,
 * named in the CALL, and read by a SELECT when every result is drained.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "flow/step.h"
#include "work/callwalk.h"
#include "work/sqlgen.h"

/*
 * @`uow.procedure.3`: a name of its own for each parameter of each procedure, so that a prepared SELECT always meets
 * the types it was prepared for.
 */
static void variables_name(uowi_callwalk *walk, size_t parameter, uowi_buf *out)
{
    uowi_buf name;

    uowi_buf_init(&name, walk->s->mem, 0);
    uowi_buf_fmt(&name, "uow.%s.%zu", walk->routine->name, parameter + 1);
    uowi_buf_char(out, '@');
    uowi_sql_name(walk->s, uowi_buf_cstr(&name), out);
    out->failed = out->failed || name.failed;
    uowi_buf_done(&name);
}

static bool variables_for(const uowi_callwalk *walk, size_t i)
{
    return walk->routine->parameters[i].direction != UOW_PARAMETER_IN;
}

static bool variables_inout(const uowi_callwalk *walk)
{
    for (size_t i = 0; i < walk->routine->parameter_count; i++)
        if (walk->routine->parameters[i].direction == UOW_PARAMETER_INOUT)
            return true;
    return false;
}

static uow_status variables_set(uowi_callwalk *walk)
{
    uowi_buf *out = &walk->s->text;
    bool first = true;
    uow_status st = UOW_OK;

    uowi_buf_reset(out);
    uowi_buf_text(out, "SET ");
    for (size_t i = 0; st == UOW_OK && i < walk->routine->parameter_count; i++) {
        if (walk->routine->parameters[i].direction != UOW_PARAMETER_INOUT)
            continue;
        uowi_buf_text(out, first ? "" : ", ");
        first = false;
        variables_name(walk, i, out);
        uowi_buf_text(out, " = ");
        st = uowi_calltext_in(walk, i);
    }
    return st == UOW_OK ? uowi_calltext_start(walk, false) : st;
}

static uow_status variables_call(uowi_callwalk *walk)
{
    uowi_buf *out = &walk->s->text;
    uow_status st = UOW_OK;

    walk->param_count = 0;
    uowi_buf_reset(out);
    uowi_buf_text(out, walk->routine->function ? "SELECT " : "CALL ");
    uowi_calltext_name(walk);
    uowi_buf_char(out, '(');
    for (size_t i = 0; st == UOW_OK && i < walk->routine->parameter_count; i++) {
        uowi_buf_text(out, i ? ", " : "");
        if (variables_for(walk, i))
            variables_name(walk, i, out);
        else
            st = uowi_calltext_in(walk, i);
    }
    uowi_buf_char(out, ')');
    return st == UOW_OK ? uowi_calltext_start(walk, false) : st;
}

static uow_status variables_read(uowi_callwalk *walk)
{
    uowi_buf *out = &walk->s->text;

    uowi_buf_reset(out);
    uowi_buf_text(out, "SELECT ");
    walk->param_count = 0;
    walk->column_count = 0;
    for (size_t i = 0; i < walk->routine->parameter_count; i++) {
        if (walk->places[i] == UOWI_NO_PLACE)
            continue;
        uowi_buf_text(out, walk->column_count ? ", " : "");
        variables_name(walk, i, out);
        walk->columns[walk->column_count++] = walk->places[i];
    }
    return uowi_calltext_start(walk, false);
}

/* [resumable] */
static uow_status variables_take(uowi_callwalk *walk)
{
    uow_status st = uowi_frame_take(&walk->frame, walk->run.cached->stmt, walk->columns, walk->column_count);

    if (st == UOW_END)
        return uowi_error_set(&walk->s->error, UOW_DRIVER, "%s gave no row with its values", walk->name);
    return st;
}

/* A function's value is the one column of the one row; without UOW_RETURN it is a result. */
static bool variables_returns(uowi_callwalk *walk)
{
    if (!walk->routine->function || walk->return_place == UOWI_NO_PLACE)
        return false;
    walk->columns[0] = walk->return_place;
    walk->column_count = 1;
    return true;
}

uow_status uowi_callway_variables(uowi_callwalk *walk)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(walk->at);
    st = uowi_calltext_open(walk);
    if (st == UOW_OK && variables_inout(walk)) {
        st = variables_set(walk);
        if (st != UOW_OK)
            return st;
        UOWI_AWAIT(walk->at, st, uowi_run_step(&walk->run));
        st = uowi_run_end(&walk->run, st, -1);
    }
    if (st == UOW_OK)
        st = variables_call(walk);
    if (st != UOW_OK)
        return st;
    UOWI_AWAIT(walk->at, st, uowi_run_step(&walk->run));
    if (st == UOW_OK && variables_returns(walk))
        UOWI_AWAIT(walk->at, st, variables_take(walk));
    while (st == UOW_OK && !walk->routine->function) {
        if (uowi_stmt_column_count(walk->run.cached->stmt) > 0)
            UOWI_YIELD(walk->at);
        else
            walk->affected_rows = uowi_stmt_affected(walk->run.cached->stmt);
        if (uowi_stmt_waits(walk->run.cached->stmt))
            UOWI_TURN(walk->at, UOWI_TURN_WORKER);
        st = uowi_stmt_more(walk->run.cached->stmt);
    }
    if (st == UOW_OK && walk->routine->function && walk->return_place == UOWI_NO_PLACE)
        UOWI_YIELD(walk->at);
    st = uowi_run_end(&walk->run, st == UOW_END ? UOW_OK : st, walk->affected_rows);
    if (st == UOW_OK && walk->frame.count > 0 && !walk->routine->function) {
        st = variables_read(walk);
        if (st != UOW_OK)
            return st;
        UOWI_AWAIT(walk->at, st, uowi_run_step(&walk->run));
        if (st == UOW_OK)
            UOWI_AWAIT(walk->at, st, variables_take(walk));
        st = uowi_run_end(&walk->run, st, -1);
    }
    UOWI_STEP_END
    return st == UOW_OK ? UOW_END : st;
}
