#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/recheck.h"

#include <string.h>

#include "flow/step.h"
#include "work/sqlgen.h"
#include "work/write_params.h"

static void recheck_columns(uowi_recheck *op, const uowi_entity *entity)
{
    memset(&op->columns, 0, sizeof op->columns);
    for (size_t i = 0; i < entity->key_count; i++)
        uowi_columns_add(&op->columns, entity->key[i]);
    for (size_t i = 0; i < entity->check_count; i++)
        uowi_columns_add(&op->columns, entity->checks[i]);
}

/* The statement in s->text, with the row's key for its parameters. */
static uow_status recheck_start(uowi_writer *writer, const uowi_change *change)
{
    uowi_session *s = writer->s;
    uow_status st = uowi_session_text_ok(s);

    uowi_write_restart(writer);
    if (st == UOW_OK)
        st = uowi_write_key(writer, change->entity, change->original);
    if (st == UOW_OK)
        st = uowi_run_start(&writer->run, s, s->text.data, s->text.length, writer->params, writer->param_count, false);
    return st;
}

static uow_status recheck_ask(uowi_writer *writer, uowi_recheck *op)
{
    uowi_session *s = writer->s;
    const uowi_change *change = &writer->plan->changes[op->change];
    const char *locked = s->depth > 0 ? uowi_session_dialect(s)->locked_read : NULL;

    writer->change = &writer->plan->changes[op->change];
    recheck_columns(op, change->entity);
    uowi_buf_reset(&s->text);
    uowi_sql_select_columns(s, change->entity, &op->columns, &s->text);
    uowi_sql_where_key(s, change->entity, &s->text);
    uowi_buf_text(&s->text, locked ? locked : "");
    return recheck_start(writer, change);
}

/* A row that was met by nobody is stale even when it looks as it did: it was changed back meanwhile. */
static void recheck_judge(uowi_writer *writer, const uowi_recheck *op, const void *row)
{
    const uowi_entity *entity = writer->change->entity;
    const void *original = writer->change->original;

    if (!row)
        uowi_writer_mark(writer, op->change, UOWI_MARK_STALE | UOWI_MARK_GONE);
    for (size_t i = 0; row && i < entity->check_count; i++)
        if (!uowi_member_same(&entity->columns[entity->checks[i]], row, original))
            uowi_writer_mark(writer, op->change, UOWI_MARK_STALE);
}

/* [resumable] */
static uow_status recheck_read(uowi_writer *writer, const uowi_recheck *op)
{
    uowi_rowset *rowset = writer->run.cached->rowset;
    size_t count = 0;
    uow_status st = uowi_rowset_fetch(rowset, &count);

    if (st == UOW_OK)
        recheck_judge(writer, op, uowi_rowset_row(rowset, 0));
    else if (st == UOW_END)
        recheck_judge(writer, op, NULL);
    return st == UOW_END ? UOW_OK : st;
}

uow_status uowi_recheck_step(uowi_writer *writer, uowi_recheck *op)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(op->at);
    st = recheck_ask(writer, op);
    if (st == UOW_OK)
        UOWI_AWAIT(op->at, st, uowi_run_step(&writer->run));
    if (st == UOW_OK)
        st = uowi_writer_bind_back(writer, &op->columns, 1);
    if (st == UOW_OK)
        UOWI_AWAIT(op->at, st, recheck_read(writer, op));
    st = uowi_run_end(&writer->run, st, st == UOW_OK ? 1 : 0);
    UOWI_STEP_END
    op->at = 0;
    return st;
}

/* --- before the write */

/* A column that may be set to itself: the version, which every writer moves on, or one that is written anyway. */
static const uow_column *recheck_held(const uowi_change *change)
{
    const uowi_entity *entity = change->entity;

    if (entity->version != UOWI_NO_COLUMN)
        return &entity->columns[entity->version];
    for (size_t i = 0; change->write == UOWI_UPDATE && i < entity->column_count; i++)
        if (uowi_columns_has(change->columns, i))
            return &entity->columns[i];
    return NULL;
}

static uow_status recheck_hold(uowi_writer *writer, const uow_column *column)
{
    uowi_session *s = writer->s;
    const uowi_change *change = writer->change;

    uowi_buf_reset(&s->text);
    uowi_buf_text(&s->text, "UPDATE ");
    uowi_sql_table(s, change->entity, &s->text);
    uowi_buf_text(&s->text, " SET ");
    uowi_sql_name(s, column->name, &s->text);
    uowi_buf_text(&s->text, " = ");
    uowi_sql_name(s, column->name, &s->text);
    uowi_sql_where_key(s, change->entity, &s->text);
    return recheck_start(writer, change);
}

uow_status uowi_recheck_before(uowi_writer *writer)
{
    const uow_column *held = recheck_held(writer->change);
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(writer->before_at);
    if (held) {
        st = recheck_hold(writer, held);
        if (st == UOW_OK)
            UOWI_AWAIT(writer->before_at, st, uowi_run_step(&writer->run));
        st = uowi_run_end(&writer->run, st, 0);
    }
    writer->recheck = (uowi_recheck){.change = writer->batch.first};
    if (st == UOW_OK)
        UOWI_AWAIT(writer->before_at, st, uowi_recheck_step(writer, &writer->recheck));
    UOWI_STEP_END
    writer->before_at = 0;
    return st;
}
