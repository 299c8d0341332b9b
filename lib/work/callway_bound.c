/*
 * Calls as the ODBC standard has them: {call p(?)} and {? = call f(?)}, with parameters bound both ways. There is no
 * catalog to be asked, so the program's arguments say which way each goes; values are there once every result is drained.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "flow/step.h"
#include "work/callwalk.h"

static size_t bound_marks(const uowi_callwalk *walk)
{
    return walk->routine->parameter_count + (walk->returns ? 1 : 0);
}

/* The argument behind a parameter marker; what is returned comes first. */
static const uow_arg *bound_arg(const uowi_callwalk *walk, size_t mark)
{
    if (walk->returns && mark == 0)
        return walk->returns;
    return &walk->args[walk->slots[mark - (walk->returns ? 1 : 0)]];
}

static size_t bound_place(const uowi_callwalk *walk, size_t mark)
{
    return walk->returns && mark == 0 ? walk->return_place : walk->places[mark - (walk->returns ? 1 : 0)];
}

static void bound_text(uowi_callwalk *walk)
{
    uowi_buf *out = &walk->s->text;

    uowi_buf_reset(out);
    uowi_buf_text(out, walk->returns ? "{? = call " : "{call ");
    uowi_calltext_name(walk);
    for (size_t i = 0; i < walk->routine->parameter_count; i++)
        uowi_buf_text(out, i ? ", ?" : "(?");
    uowi_buf_text(out, walk->routine->parameter_count ? ")}" : "}");
}

/* Each marker's value that goes in, and the place of the one that comes back. */
static uow_status bound_parameters(uowi_callwalk *walk, const uowi_param ***out_inputs)
{
    size_t count = bound_marks(walk);
    const uowi_param **inputs = uowi_arena_zalloc(walk->arena, (count + 1) * sizeof *inputs);
    uow_status st = UOW_OK;

    if (!inputs)
        return uowi_error_no_memory(&walk->s->error);
    for (size_t i = 0; st == UOW_OK && i < count; i++) {
        const uow_arg *arg = bound_arg(walk, i);

        st = uowi_calltext_value(walk, &walk->inputs[arg - walk->args], arg->name);
        if (st == UOW_OK && arg->flags & UOW_ARG_INOUT)
            inputs[i] = &walk->params[i];
        walk->columns[walk->column_count++] = bound_place(walk, i);
    }
    *out_inputs = inputs;
    return st;
}

static uow_status bound_start(uowi_callwalk *walk)
{
    const uowi_param **inputs = NULL;
    uow_status st = uowi_calltext_open(walk);

    if (st == UOW_OK)
        st = bound_parameters(walk, &inputs);
    if (st != UOW_OK)
        return st;
    bound_text(walk);
    st = uowi_calltext_start(walk, false);
    walk->run.plain = true; /* a driver may take another procedure once it has forgotten the parameters' types */
    if (st != UOW_OK || walk->frame.count == 0)
        return st;
    walk->run.out_inputs = inputs;
    walk->run.once = true; /* the driver has pointers into this call's memory */
    return uowi_frame_bind(&walk->frame, walk->run.cached->stmt, walk->columns, walk->column_count, &walk->run.outs);
}

uow_status uowi_callway_bound(uowi_callwalk *walk)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(walk->at);
    st = bound_start(walk);
    if (st != UOW_OK)
        return st;
    UOWI_AWAIT(walk->at, st, uowi_run_step(&walk->run));
    while (st == UOW_OK) {
        if (uowi_stmt_column_count(walk->run.cached->stmt) > 0)
            UOWI_YIELD(walk->at);
        else
            walk->affected_rows = uowi_stmt_affected(walk->run.cached->stmt);
        if (uowi_stmt_waits(walk->run.cached->stmt))
            UOWI_TURN(walk->at, UOWI_TURN_WORKER);
        st = uowi_session_caps(walk->s)->multiple_results ? uowi_stmt_more(walk->run.cached->stmt) : UOW_END;
    }
    if (st == UOW_END)
        st = walk->run.outs ? uowi_frame_take_bound(&walk->frame) : UOW_OK;
    st = uowi_run_end(&walk->run, st, walk->affected_rows);
    uowi_frame_drop(&walk->frame);
    UOWI_STEP_END
    return st == UOW_OK ? UOW_END : st;
}
