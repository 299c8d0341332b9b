/* One row at a time: what works on every database. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "base/usual.h"
#include "flow/step.h"
#include "odbc/dynrow.h"
#include "work/recheck.h"
#include "work/sqlgen.h"
#include "work/strategy.h"
#include "work/write_params.h"

/* Does the text depend on which of the row's tokens are NULL? */
static bool row_of_its_own(const uowi_writer *writer)
{
    const uowi_change *change = writer->change;
    const uowi_entity *entity = change->entity;
    const void *original = change->original;

    for (size_t i = 0; uowi_change_checks(change) && i < entity->check_count; i++)
        if (uowi_sql_asks_null(writer->s, &entity->columns[entity->checks[i]], original))
            return true;
    return false;
}

/* Made once for each shape of change, and kept for the saves to come. */
static uow_status row_text(uowi_writer *writer, uowi_buf **out)
{
    uowi_session *s = writer->s;
    const uowi_change *change = writer->change;
    int kind = ((int)change->write * 4 + (int)change->patch) * 2 + change->checked;
    uowi_buf *text = uowi_stmtcache_text(&s->cache, change->entity, kind, change->columns);

    if (row_of_its_own(writer)) {
        writer->shape = NULL;
        text = &writer->text;
        uowi_buf_reset(text);
    }
    *out = text;
    if (UOWI_USUAL(text->length > 0))
        return UOW_OK;
    switch (change->write) {
    case UOWI_INSERT: uowi_sql_insert(s, change->entity, change->columns, uowi_write_returned(writer), text); break;
    case UOWI_UPDATE: uowi_sql_update(s, change, text); break;
    default: uowi_sql_delete(s, change, text); break;
    }
    return text->failed ? uowi_error_no_memory(&s->error) : UOW_OK;
}

UOWI_HOT static uow_status row_feed(void *self, uowi_stmt *stmt)
{
    return uowi_write_feed(self, stmt, uowi_write_as_met);
}

static uow_status row_start(uowi_writer *writer, const uowi_buf *text, bool reads)
{
    return uowi_run_start(&writer->run, writer->s, text->data, text->length, writer->params, writer->param_count,
                          reads);
}

UOWI_HOT static bool row_returns(const uowi_writer *writer)
{
    return writer->change->write == UOWI_INSERT && uowi_columns_any(&writer->back) && uowi_write_returns(writer);
}

static bool row_needs_identity(const uowi_writer *writer)
{
    size_t generated = writer->change->entity->generated_key;

    return writer->change->write == UOWI_INSERT && generated != UOWI_NO_COLUMN &&
           uowi_columns_has(&writer->back, generated);
}

/* Before anything is written: a row whose key nobody can tell could not be addressed again. */
static uow_status row_can_tell(const uowi_writer *writer)
{
    const uowi_entity *entity = writer->change->entity;

    if (row_returns(writer) || !row_needs_identity(writer) || uowi_session_caps(writer->s)->identity_sql)
        return UOW_OK;
    return uowi_error_set(&writer->s->error, UOW_UNSUPPORTED,
                          "the database does not tell generated keys: give %s.%s a value before the save", entity->name,
                          entity->columns[entity->generated_key].name);
}

static uow_status row_begin(uowi_writer *writer)
{
    uow_status st = row_can_tell(writer);
    uowi_buf *text = NULL;

    if (st == UOW_OK)
        st = uowi_write_ready(writer);
    if (st == UOW_OK)
        st = row_text(writer, &text);
    if (st != UOW_OK)
        return st;
    st = uowi_run_start(&writer->run, writer->s, text->data, text->length, NULL, uowi_write_fed(writer), false);
    writer->run.feed = row_feed;
    writer->run.feeder = writer;
    return st;
}

/* [resumable] Reads the one row that came back. */
static uow_status row_read(uowi_writer *writer)
{
    uowi_rowset *rowset = writer->run.cached->rowset;
    size_t count = 0;
    uow_status st = uowi_rowset_fetch(rowset, &count);

    if (st == UOW_OK)
        return uowi_writer_take_back(writer, writer->change, uowi_rowset_row(rowset, 0));
    if (st == UOW_END)
        return uowi_error_set(&writer->s->error, UOW_DRIVER, "%s: the row just written did not come back",
                              writer->change->entity->name);
    return st;
}

static bool row_stale(const uowi_writer *writer)
{
    return (writer->marks[writer->batch.first] & UOWI_MARK_STALE) != 0;
}

/* What is looked at before it is written needs no count afterwards. */
static bool row_doubts(const uowi_writer *writer)
{
    return writer->change->write != UOWI_INSERT && uowi_write_uncounted(writer->s);
}

static uow_status row_verdict(uowi_writer *writer)
{
    uowi_session *s = writer->s;
    const uowi_change *change = writer->change;
    int64_t affected = uowi_stmt_affected(writer->run.cached->stmt);

    if (change->write == UOWI_INSERT || row_doubts(writer))
        return UOW_OK;
    s->counts = affected < 0 ? -1 : 1;
    if (affected < 0) /* the first of this driver: rolled back, and written again after a look at the row */
        uowi_writer_mark(writer, writer->batch.first, UOWI_MARK_SUSPECT);
    if (UOWI_RARE(affected < 0) || UOWI_USUAL(affected == 1))
        return UOW_OK;
    uowi_error_statement(&s->error, writer->run.cached->sql);
    if (affected > 1)
        return uowi_error_set(&s->error, UOW_CONFLICT, "%s of one row of %s met %lld rows: the mapped key is not unique",
                              change->write == UOWI_UPDATE ? "an update" : "a delete", change->entity->name,
                              (long long)affected);
    uowi_writer_mark(writer, writer->batch.first, UOWI_MARK_STALE);
    return UOW_OK;
}

/* Anything beyond the key the database made. */
static bool row_needs_more(const uowi_writer *writer)
{
    uowi_columns rest = writer->back;
    size_t generated = writer->change->entity->generated_key;

    if (row_returns(writer) || row_stale(writer))
        return false;
    if (generated != UOWI_NO_COLUMN)
        rest.words[generated / 64] &= ~((uint64_t)1 << (generated % 64));
    return uowi_columns_any(&rest);
}

/* Where nothing comes back from the insert itself, the connection's last identity is asked for. */
static uow_status row_ask_identity(uowi_writer *writer)
{
    uowi_session *s = writer->s;
    uow_status st;

    uowi_buf_reset(&s->text);
    uowi_buf_text(&s->text, uowi_session_caps(s)->identity_sql);
    uowi_write_restart(writer);
    st = uowi_session_text_ok(s);
    if (st == UOW_OK)
        st = row_start(writer, &s->text, true);
    writer->run.blocks = true;
    return st;
}

static uow_status row_read_identity(uowi_writer *writer)
{
    const uowi_entity *entity = writer->change->entity;
    uowi_dynrow *row = NULL;
    uow_status st = uowi_dynrow_open(writer->run.cached->stmt, &row);

    if (st == UOW_OK)
        st = uowi_dynrow_next(row);
    if (st == UOW_OK)
        st = uowi_dynrow_int64(row, 0, &writer->identity);
    uowi_dynrow_free(row);
    if (st == UOW_OK && !uowi_member_set_int64(&entity->columns[entity->generated_key], writer->change->image,
                                               writer->identity))
        st = uowi_error_set(&writer->s->error, UOW_TYPE, "the generated key %lld does not fit %s.%s",
                            (long long)writer->identity, entity->name, entity->columns[entity->generated_key].name);
    if (st == UOW_OK)
        uowi_change_touch(writer->change, entity->generated_key);
    if (st != UOW_END && st != UOW_NOT_FOUND)
        return st;
    return uowi_error_set(&writer->s->error, UOW_DRIVER, "the generated key did not come back");
}

static uow_status row_ask(uowi_writer *writer)
{
    uowi_session *s = writer->s;
    uow_status st;

    uowi_buf_reset(&s->text);
    uowi_sql_select_columns(s, writer->change->entity, &writer->back, &s->text);
    uowi_sql_where_key(s, writer->change->entity, &s->text);
    st = uowi_session_text_ok(s);
    if (st == UOW_OK)
        st = uowi_write_key(writer, writer->change->entity, writer->change->image);
    return st == UOW_OK ? row_start(writer, &s->text, true) : st;
}

uow_status uowi_write_read_back(uowi_writer *writer)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(writer->back_at);
    st = row_ask(writer);
    if (st == UOW_OK)
        UOWI_AWAIT(writer->back_at, st, uowi_run_step(&writer->run));
    if (st == UOW_OK)
        st = uowi_writer_bind_back(writer, &writer->back, 1);
    if (st == UOW_OK)
        UOWI_AWAIT(writer->back_at, st, row_read(writer));
    st = uowi_run_end(&writer->run, st, 1);
    UOWI_STEP_END
    writer->back_at = 0;
    return st;
}

UOWI_HOT static uow_status row_step(uowi_writer *writer)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(writer->at);
    if (row_doubts(writer)) {
        UOWI_AWAIT(writer->at, st, uowi_recheck_before(writer));
        if (st != UOW_OK || row_stale(writer))
            return st;
    }
    st = row_begin(writer);
    if (st != UOW_OK)
        return uowi_run_end(&writer->run, st, 0);
    UOWI_AWAIT(writer->at, st, uowi_run_step(&writer->run));
    if (st == UOW_OK)
        st = row_verdict(writer);
    writer->written = st == UOW_OK && !row_stale(writer);
    if (st == UOW_OK && row_returns(writer)) {
        st = uowi_writer_bind_back(writer, &writer->back, 1);
        if (st == UOW_OK)
            UOWI_AWAIT(writer->at, st, row_read(writer));
    }
    st = uowi_run_end(&writer->run, st, st == UOW_OK && !row_stale(writer) ? 1 : 0);
    if (st != UOW_OK || row_returns(writer))
        return st;

    if (row_needs_identity(writer)) {
        st = row_ask_identity(writer);
        if (st == UOW_OK)
            UOWI_AWAIT(writer->at, st, uowi_run_step(&writer->run));
        if (st == UOW_OK)
            st = row_read_identity(writer);
        st = uowi_run_end(&writer->run, st, 1);
    }
    if (st == UOW_OK && row_needs_more(writer))
        UOWI_AWAIT(writer->at, st, uowi_write_read_back(writer));
    UOWI_STEP_END
    return st;
}

const uowi_strategy uowi_strategy_row = {
    .name = "row by row",
    .step = row_step,
};
