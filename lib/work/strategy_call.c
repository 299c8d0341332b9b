/* Rows written by procedures, one call each: where the database lets nobody write its tables. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "flow/step.h"
#include "work/callwalk.h"
#include "work/sqlgen.h"
#include "work/strategy.h"
#include "work/write_params.h"

const uow_write_procedure *uowi_write_procedure(const uowi_change *change)
{
    const uow_writing *writing = change->entity->writing;
    const uow_write_procedure *by;

    if (!writing)
        return NULL;
    by = change->write == UOWI_INSERT   ? &writing->insert
         : change->write == UOWI_UPDATE ? &writing->update
                                        : &writing->remove;
    return by->name ? by : NULL;
}

void uowi_write_call_text(const uowi_writer *writer, uowi_buf *out)
{
    const uow_write_procedure *by = uowi_write_procedure(writer->change);
    bool first = true;

    uowi_buf_fmt(out, "CALL %s(", by->name);
    for (uint32_t i = 0; i < by->argument_count; i++) {
        if (!by->arguments[i].column)
            continue;
        uowi_buf_text(out, first ? "" : ", ");
        uowi_buf_text(out, by->arguments[i].column);
        first = false;
    }
    uowi_buf_char(out, ')');
}

/* A value of the row, converted where the column has a converter. */
static uow_status call_value(uowi_writer *writer, size_t column, bool before, uow_arg *out)
{
    uowi_field field = {.column = (uint16_t)column, .original = before && writer->change->write != UOWI_INSERT};
    uow_status st = uowi_write_field(writer, writer->change, &field);
    const uowi_param *param = &writer->params[writer->param_count - 1];

    if (st != UOW_OK)
        return st;
    *out = uow_arg_null(param->type);
    out->data = param->data;
    out->size = param->size;
    if (param->type == UOW_LONGTEXT)
        out->type = UOW_TEXT; /* the bytes themselves, not the struct that points to them */
    else if (param->type == UOW_BLOB)
        out->type = UOW_BINARY;
    return UOW_OK;
}

static uow_status call_argument(uowi_writer *writer, const uow_write_argument *argument, uow_arg *out)
{
    const uowi_entity *entity = writer->change->entity;
    const uow_column *column;
    size_t index;

    if (argument->flags & UOW_WRITE_ROWS)
        *out = uow_arg_out(UOW_INT64, &writer->met, sizeof writer->met, NULL);
    else if (argument->flags & UOW_WRITE_RETURNED)
        *out = uow_arg_return(UOW_INT64, &writer->met, sizeof writer->met, NULL);
    else if (argument->flags & UOW_WRITE_COUNTED)
        *out = uow_arg_affected(&writer->met);
    if (argument->flags & (UOW_WRITE_ROWS | UOW_WRITE_RETURNED | UOW_WRITE_COUNTED))
        return UOW_OK;
    index = uowi_entity_column(entity, argument->column);
    if (!(argument->flags & UOW_WRITE_BACK))
        return call_value(writer, index, (argument->flags & UOW_WRITE_BEFORE) != 0, out);
    column = &entity->columns[index];
    uowi_columns_add(&writer->returned, index);
    *out = uow_arg_out(column->type, writer->answer_row + column->offset, column->size,
                       uowi_member_ind(column, writer->answer_row));
    return UOW_OK;
}

static uow_status call_arguments(uowi_writer *writer, const uow_write_procedure *by, uow_arg **out)
{
    uow_arg *args = uowi_arena_alloc(&writer->calls, (by->argument_count + 1) * sizeof *args);
    uow_status st = UOW_OK;

    writer->walk = uowi_arena_zalloc(&writer->calls, sizeof *writer->walk);
    writer->answer_row = uowi_arena_zalloc(&writer->calls, writer->change->entity->row_size);
    if (!args || !writer->walk || !writer->answer_row)
        return uowi_error_no_memory(&writer->s->error);
    uowi_write_restart(writer);
    memset(&writer->returned, 0, sizeof writer->returned);
    writer->met = -1;
    for (uint32_t i = 0; st == UOW_OK && i < by->argument_count; i++) {
        st = call_argument(writer, &by->arguments[i], &args[i]);
        args[i].name = by->arguments[i].parameter;
    }
    *out = args;
    return st;
}

/* More parameters than the batch has room for: a procedure takes what it likes. */
static uow_status call_start(uowi_writer *writer)
{
    const uow_write_procedure *by = uowi_write_procedure(writer->change);
    const uowi_entity *entity = writer->change->entity;
    uow_arg *args = NULL;
    uow_status st;

    uowi_arena_reset(&writer->calls);
    writer->walk = NULL;
    if (writer->change->patch != UOWI_PATCH_NONE)
        return uowi_error_set(&writer->s->error, UOW_UNSUPPORTED,
                              "rows of %s refer to each other in a circle, which procedures cannot write: save some of them "
                              "first",
                              entity->name);
    st = uowi_write_ready(writer);
    if (st == UOW_OK)
        st = uowi_write_reserve(writer, by->argument_count,
                                by->argument_count * (uowi_write_row_bytes(writer, entity) + 1));
    if (st == UOW_OK)
        st = call_arguments(writer, by, &args);
    if (st == UOW_OK)
        st = uowi_callwalk_open(writer->walk, writer->s, &writer->calls, by->name, args, by->argument_count);
    return st;
}

/* [resumable] Results it may give are nobody's. */
static uow_status call_drain(uowi_writer *writer)
{
    uow_status st;

    do
        st = uowi_callwalk_next(writer->walk);
    while (st == UOW_OK);
    return st == UOW_END ? UOW_OK : st;
}

static uow_status call_end(uowi_writer *writer, uow_status st)
{
    uowi_session *s = writer->s;

    if (st != UOW_OK && st != UOW_END)
        uowi_error_entity(&s->error, writer->change->entity->name); /* rather than the procedure's name */
    return writer->walk ? uowi_callwalk_end(writer->walk, st) : st;
}

/* The verdict, and the values that came back. */
static uow_status call_take(uowi_writer *writer)
{
    uowi_columns wanted = writer->back;
    uow_status st;

    if (writer->met > 1)
        return uowi_error_set(&writer->s->error, UOW_CONFLICT, "%s wrote one row of %s and says that it met %lld",
                              uowi_write_procedure(writer->change)->name, writer->change->entity->name,
                              (long long)writer->met);
    if (writer->met == 0 && writer->change->write == UOWI_INSERT)
        return uowi_error_set(&writer->s->error, UOW_CONFLICT, "%s says that it inserted no row of %s",
                              uowi_write_procedure(writer->change)->name, writer->change->entity->name);
    if (writer->met == 0) {
        uowi_writer_mark(writer, writer->batch.first, UOWI_MARK_STALE);
        memset(&writer->back, 0, sizeof writer->back);
        return UOW_OK;
    }
    writer->back = writer->returned;
    st = uowi_writer_take_back(writer, writer->change, writer->answer_row);
    for (size_t i = 0; i < sizeof wanted.words / sizeof wanted.words[0]; i++)
        writer->back.words[i] = wanted.words[i] & ~writer->returned.words[i];
    return st;
}

static uow_status call_step(uowi_writer *writer)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(writer->at);
    st = call_start(writer);
    if (st == UOW_OK)
        UOWI_AWAIT(writer->at, st, call_drain(writer));
    st = call_end(writer, st);
    writer->written = st == UOW_OK;
    if (st == UOW_OK)
        st = call_take(writer);
    if (st == UOW_OK && uowi_columns_any(&writer->back))
        UOWI_AWAIT(writer->at, st, uowi_write_read_back(writer));
    UOWI_STEP_END
    return st;
}

const uowi_strategy uowi_strategy_call = {
    .name = "by a procedure",
    .step = call_step,
};
