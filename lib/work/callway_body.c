/*
 * Calls of a procedure whose body is in the model: statements with named parameters, run one after the other on the
 * same connection. A parameter is the argument the program gave, or, where a value comes back, its place in the frame.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "base/utf.h"
#include "flow/step.h"
#include "odbc/conn.h"
#include "work/callwalk.h"
#include "work/head.h"
#include "work/placeholder.h"

#define BODY_NAME_SIZE 256

static const uow_parameter *body_parameter(const uowi_callwalk *walk, size_t i)
{
    return &walk->procedure->parameters[i];
}

/* Parameters of the call are numbered without what is returned and what is local. */
static bool body_is_called(const uow_parameter *parameter)
{
    return parameter->direction <= UOW_PARAMETER_INOUT;
}

/* The argument of a parameter of the body, or NULL. */
static const uow_arg *body_arg(const uowi_callwalk *walk, size_t parameter)
{
    size_t at = 0;

    if (body_parameter(walk, parameter)->direction == UOW_PARAMETER_RETURN)
        return walk->returns;
    if (!body_is_called(body_parameter(walk, parameter)))
        return NULL;
    for (size_t i = 0; i < parameter; i++)
        at += body_is_called(body_parameter(walk, i));
    return walk->slots[at] < walk->arg_count ? &walk->args[walk->slots[at]] : NULL;
}

uow_status uowi_callway_body_places(uowi_callwalk *walk)
{
    uow_status st = UOW_OK;

    for (size_t i = 0; st == UOW_OK && i < walk->procedure->parameter_count; i++) {
        const uow_parameter *parameter = body_parameter(walk, i);
        const uow_arg *arg = body_arg(walk, i);

        if (parameter->direction == UOW_PARAMETER_IN)
            walk->places[i] = UOWI_NO_PLACE;
        else if (arg && arg->out)
            st = uowi_frame_for_arg(&walk->frame, parameter->name, arg, &walk->inputs[arg - walk->args], &walk->places[i]);
        else
            st = uowi_frame_for_type(&walk->frame, parameter->name, parameter->type, &walk->places[i]);
    }
    return st;
}

static uow_arg body_value(const uowi_callwalk *walk, size_t i)
{
    const uow_parameter *parameter = body_parameter(walk, i);
    const uow_arg *arg = body_arg(walk, i);
    uow_arg value = walk->places[i] != UOWI_NO_PLACE ? uowi_frame_arg(&walk->frame, walk->places[i])
                    : arg                            ? walk->inputs[arg - walk->args]
                                                     : uow_arg_null(parameter->type);

    return uow_arg_named(parameter->name, value);
}

/* The parameters that stand in the statement. */
static uow_status body_start(uowi_callwalk *walk, const uow_step *step)
{
    uowi_session *s = walk->s;
    unsigned lexis = uowi_session_dialect(s)->lexis;
    size_t most = walk->procedure->parameter_count;
    uow_arg *args = uowi_arena_alloc(walk->arena, (most ? most : 1) * sizeof *args);
    size_t count = 0;
    uow_status st;

    if (!args)
        return uowi_error_no_memory(&s->error);
    for (size_t i = 0; i < most; i++)
        if (uowi_placeholder_used(step->sql, strlen(step->sql), lexis, body_parameter(walk, i)->name))
            args[count++] = body_value(walk, i);
    st = uowi_head_check(s, step->sql);
    uowi_buf_reset(&s->text);
    if (st == UOW_OK)
        st = uowi_run_parse(s, step->sql, args, count, &walk->params, &walk->param_count);
    if (st == UOW_OK)
        st = uowi_run_start(&walk->run, s, s->text.data, s->text.length, walk->params, walk->param_count,
                            step->kind == UOW_STEP_RESULT);
    if (st != UOW_OK)
        uowi_error_statement(&s->error, step->sql);
    return st;
}

/* Which parameter each column sets. */
static uow_status body_columns(uowi_callwalk *walk)
{
    uowi_stmt *stmt = walk->run.cached->stmt;
    bool any = false;

    walk->column_count = uowi_stmt_column_count(stmt);
    walk->columns = uowi_arena_alloc(walk->arena, (walk->column_count + 1) * sizeof *walk->columns);
    if (!walk->columns)
        return uowi_error_no_memory(&walk->s->error);
    for (size_t c = 0; c < walk->column_count; c++) {
        char name[BODY_NAME_SIZE];
        uowi_column_desc desc;
        uow_status st = uowi_stmt_describe(stmt, c, name, sizeof name, &desc);

        if (st != UOW_OK)
            return st;
        walk->columns[c] = UOWI_NO_PLACE;
        for (size_t i = 0; i < walk->procedure->parameter_count; i++)
            if (uowi_ascii_casecmp(body_parameter(walk, i)->name, name) == 0)
                walk->columns[c] = walk->places[i];
        any = any || walk->columns[c] != UOWI_NO_PLACE;
    }
    return any ? UOW_OK
               : uowi_error_set(&walk->s->error, UOW_MODEL,
                                "%s: no column of a UOW_STEP_INTO is named after a parameter whose value comes back",
                                walk->name);
}

/* [resumable] */
static uow_status body_set(uowi_callwalk *walk)
{
    uow_status st = walk->frame.rowset ? UOW_OK : body_columns(walk);

    if (st == UOW_OK)
        st = uowi_frame_take(&walk->frame, walk->run.cached->stmt, walk->columns, walk->column_count);
    return st == UOW_END ? UOW_OK : st;
}

/* [resumable] UOW_END: it gave no row, all is well. */
static uow_status body_raise(uowi_callwalk *walk, const uow_step *step)
{
    static const size_t none = UOWI_NO_PLACE;
    uow_error *error = &walk->s->error;
    uow_status st = uowi_frame_take(&walk->frame, walk->run.cached->stmt, &none, 1);

    if (st != UOW_OK)
        return st;
    st = uowi_conn_state_status(walk->s->conn, step->sqlstate, step->message);
    uowi_error_diagnostic(error, step->sqlstate, 0, step->message, strlen(step->message));
    return uowi_error_set(error, st, "%s (SQLSTATE %s)", step->message, step->sqlstate);
}

static void body_count(uowi_callwalk *walk)
{
    int64_t affected = uowi_stmt_affected(walk->run.cached->stmt);

    if (affected > 0)
        walk->affected_rows = (walk->affected_rows < 0 ? 0 : walk->affected_rows) + affected;
    else if (walk->affected_rows < 0)
        walk->affected_rows = affected;
}

uow_status uowi_callway_body(uowi_callwalk *walk)
{
    const uow_step *step = NULL;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(walk->at);
    for (walk->next = 0; walk->next < walk->procedure->step_count; walk->next++) {
        st = body_start(walk, &walk->procedure->steps[walk->next]);
        if (st != UOW_OK)
            return st;
        UOWI_AWAIT(walk->at, st, uowi_run_step(&walk->run));
        step = &walk->procedure->steps[walk->next];
        if (st == UOW_OK && step->kind == UOW_STEP_RUN)
            body_count(walk);
        if (st == UOW_OK && step->kind == UOW_STEP_RESULT)
            UOWI_YIELD(walk->at);
        if (st == UOW_OK && walk->procedure->steps[walk->next].kind == UOW_STEP_SET)
            UOWI_AWAIT(walk->at, st, body_set(walk));
        if (st == UOW_OK && walk->procedure->steps[walk->next].kind == UOW_STEP_RAISE)
            UOWI_AWAIT(walk->at, st, body_raise(walk, &walk->procedure->steps[walk->next]));
        if (st != UOW_OK && st != UOW_END)
            return st;
        st = uowi_run_end(&walk->run, UOW_OK, -1);
    }
    UOWI_STEP_END
    return st == UOW_OK ? UOW_END : st;
}
