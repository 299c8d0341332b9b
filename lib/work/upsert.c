#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/upsert.h"

#include <string.h>

#include "flow/step.h"
#include "track/key.h"
#include "work/keep.h"
#include "work/setbased.h"

/* --- what is matched and what is overwritten */

static uow_status upsert_column(uowi_upsert_work *work, const char *name, size_t *out)
{
    size_t column = name ? uowi_entity_column(work->entity, name) : UOWI_NO_COLUMN;

    if (column == UOWI_NO_COLUMN) {
        uowi_error_entity(&work->s->error, work->entity->name);
        return uowi_error_set(&work->s->error, UOW_MISUSE, "%s has no column %s", work->entity->name,
                              name ? name : "(NULL)");
    }
    *out = column;
    return UOW_OK;
}

static bool upsert_is_group(const uowi_upsert_work *work, const size_t *columns, size_t count)
{
    if (count != work->match_count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!uowi_columns_has(&work->matched, columns[i]))
            return false;
    return true;
}

static bool upsert_by_key(const uowi_upsert_work *work)
{
    return upsert_is_group(work, work->entity->key, work->entity->key_count);
}

static bool upsert_by_unique(const uowi_upsert_work *work)
{
    for (size_t i = 0; i < work->entity->unique_count; i++)
        if (upsert_is_group(work, work->entity->uniques[i].columns, work->entity->uniques[i].count))
            return true;
    return false;
}

static uow_status upsert_match(uowi_upsert_work *work, const uow_upsert_options *options)
{
    const uowi_entity *entity = work->entity;
    uow_status st = UOW_OK;

    work->match_count = options->match ? options->match_count : entity->key_count;
    if (work->match_count == 0 || work->match_count > UOW_MAX_KEY)
        return uowi_error_set(&work->s->error, UOW_MISUSE, "%zu columns to match a row by", work->match_count);
    for (size_t i = 0; st == UOW_OK && i < work->match_count; i++) {
        if (options->match)
            st = upsert_column(work, options->match[i], &work->match[i]);
        else
            work->match[i] = entity->key[i];
        if (st == UOW_OK)
            uowi_columns_add(&work->matched, work->match[i]);
    }
    if (st != UOW_OK || upsert_by_key(work) || upsert_by_unique(work))
        return st;
    uowi_error_entity(&work->s->error, entity->name);
    return uowi_error_set(&work->s->error, UOW_MISUSE,
                          "the columns to match a row of %s by are neither its key nor unique in the model",
                          entity->name);
}

static uow_status upsert_updatable(uowi_upsert_work *work, const uow_upsert_options *options)
{
    const uowi_entity *entity = work->entity;
    const uint32_t never = UOW_KEY | UOW_GENERATED | UOW_READONLY | UOW_VERSION;
    uow_status st = UOW_OK;
    size_t column = 0;

    for (size_t i = 0; !options->update && i < entity->column_count; i++)
        if (!(entity->columns[i].flags & never) && !uowi_columns_has(&work->matched, i))
            uowi_columns_add(&work->updatable, i);
    for (size_t i = 0; options->update && st == UOW_OK && i < options->update_count; i++) {
        st = upsert_column(work, options->update[i], &column);
        if (st != UOW_OK)
            return st;
        if (entity->columns[column].flags & never || uowi_columns_has(&work->matched, column)) {
            uowi_error_column(&work->s->error, entity->columns[column].name);
            return uowi_error_set(&work->s->error, UOW_MISUSE,
                                  "%s.%s cannot be overwritten: it says which row is meant, or is not the program's to write",
                                  entity->name, entity->columns[column].name);
        }
        uowi_columns_add(&work->updatable, column);
    }
    return st;
}

/*
 * Where the database's own upsert meets whichever unique key is in the way, it would overwrite a row that is not
 * meant. Does a row write a unique key besides the one matched?
 */
static bool upsert_other_unique(const uowi_upsert_work *work)
{
    const uowi_entity *entity = work->entity;
    bool by_key = upsert_by_key(work);

    if (entity->unique_count > (by_key ? 0u : 1u))
        return true;
    if (by_key)
        return false;
    if (entity->generated_key == UOWI_NO_COLUMN)
        return true;
    for (size_t i = 0; i < work->count; i++)
        if (!uowi_member_is_zero(&entity->columns[entity->generated_key], uowi_upsert_row(work, i)))
            return true;
    return false;
}

static uow_status upsert_prepare(uowi_upsert_work *work, const uow_upsert_options *options)
{
    uow_status st;

    if (options->flags & ~UOW_UPSERT_KEEP)
        return uowi_error_set(&work->s->error, UOW_MISUSE, "upsert does not know the flags 0x%x",
                              (unsigned)options->flags);
    work->keep = (options->flags & UOW_UPSERT_KEEP) != 0;
    st = upsert_match(work, options);
    if (st == UOW_OK)
        st = upsert_updatable(work, options);
    if (st != UOW_OK)
        return st;
    if (!uowi_columns_any(&work->updatable))
        work->keep = true; /* a link table: there is nothing to overwrite */
    work->style = uowi_session_dialect(work->s)->upsert;
    if (work->style && work->style->any_unique && upsert_other_unique(work))
        work->style = NULL;
    return UOW_OK;
}

/* --- statements */

static uow_status upsert_start(uowi_upsert_work *work)
{
    uowi_session *s = work->s;

    if (work->text.failed)
        return uowi_error_no_memory(&s->error);
    return uowi_run_start(&work->run, s, work->text.data, work->text.length, work->params, work->param_count, false);
}

/* The insert of the batch, met rows included where the database can. */
static uow_status upsert_start_insert(uowi_upsert_work *work)
{
    uow_status st = uowi_upsert_insert_params(work);

    if (st != UOW_OK)
        return st;
    if (!work->style || work->text_rows != work->batch || !uowi_columns_same(&work->text_written, &work->written)) {
        uowi_buf_reset(&work->text);
        uowi_upsert_insert_text(work, work->style, &work->text);
        work->text_rows = work->batch;
        work->text_written = work->written;
    }
    return upsert_start(work);
}

static uow_status upsert_start_update(uowi_upsert_work *work)
{
    uow_status st = uowi_upsert_update_params(work);

    if (st != UOW_OK)
        return st;
    uowi_buf_reset(&work->text);
    uowi_upsert_update_text(work, &work->text);
    return upsert_start(work);
}

static uow_status upsert_count(uowi_upsert_work *work)
{
    int64_t affected = uowi_stmt_affected(work->run.cached->stmt);

    if (!work->style && !work->inserting) {
        if (affected < 0 || uowi_session_dialect(work->s)->counts_lie)
            return uowi_error_set(&work->s->error, UOW_UNSUPPORTED,
                                  "the driver does not say how many rows an update met, so none can be inserted instead");
        work->inserting = affected == 0;
        work->affected += affected > 0 && !work->keep ? 1 : 0;
        return UOW_OK;
    }
    work->inserting = false;
    if (!work->keep || work->plain || !work->style) /* every row is there now */
        affected = (int64_t)work->batch;
    else if (work->style->keep_uncounted)
        affected = -1;
    work->affected = affected < 0 || work->affected < 0 ? -1 : work->affected + affected;
    return UOW_OK;
}

static uow_status upsert_begin_statement(uowi_upsert_work *work)
{
    uow_status st = UOW_OK;

    if (work->batch == 0)
        st = uowi_upsert_cut(work);
    if (st != UOW_OK)
        return st;
    if (!work->style && work->plain)
        work->inserting = true;
    return work->style || work->inserting ? upsert_start_insert(work) : upsert_start_update(work);
}

static void upsert_progress(const uowi_upsert_work *work)
{
    uowi_progress *progress = &work->s->progress;

    atomic_store_explicit(&progress->total, work->count, memory_order_relaxed);
    atomic_store_explicit(&progress->done, work->next, memory_order_relaxed);
}

/* [resumable] */
static uow_status upsert_statements(uowi_upsert_work *work)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(work->at);
    while (work->next < work->count) {
        st = upsert_begin_statement(work);
        if (st == UOW_OK)
            UOWI_AWAIT(work->at, st, uowi_run_step(&work->run));
        if (st == UOW_OK)
            st = upsert_count(work);
        st = uowi_run_end(&work->run, st, st == UOW_OK ? (int64_t)work->batch : 0);
        if (st != UOW_OK)
            return st;
        if (work->inserting)
            continue; /* the update met nothing */
        work->next += work->batch;
        work->batch = 0;
        upsert_progress(work);
    }
    UOWI_STEP_END
    return st;
}

/* --- the unit */

static void upsert_blame(uowi_upsert_work *work)
{
    uow_error *error = &work->s->error;
    uowi_buf key;

    uowi_error_entity(error, work->entity->name);
    if (work->batch > 1) {
        uowi_error_frame(error, "While upserting rows %zu to %zu of %zu", work->next + 1, work->next + work->batch,
                         work->count);
        return;
    }
    uowi_buf_init(&key, work->s->mem, 0);
    uowi_key_text(work->entity, uowi_upsert_row(work, work->next), &key);
    uowi_error_key(error, uowi_buf_cstr(&key));
    uowi_error_frame(error, "While upserting row %zu of %zu (%s)", work->next + 1, work->count, uowi_buf_cstr(&key));
    uowi_buf_done(&key);
}

/* One statement in autocommit is all or nothing by itself. */
static uow_status upsert_open(uowi_upsert_work *work)
{
    uowi_session *s = work->s;
    uow_status st = uowi_upsert_cut(work);

    upsert_progress(work);
    work->alone = st == UOW_OK && s->depth == 0 && work->batch == work->count && (work->style || work->plain);
    uowi_txn_init(&work->txn, s, NULL);
    return st;
}

static void upsert_close(uowi_upsert_work *work, uow_status st)
{
    if (st != UOW_OK)
        upsert_blame(work);
    work->st = work->alone ? uowi_set_doubt(work->s, st) : st;
    uowi_txn_init(&work->txn, work->s, NULL);
    work->txn.whole = true;
}

/* [resumable] */
static uow_status upsert_run(uowi_upsert_work *work)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(work->run_at);
    UOWI_TURN(work->run_at, UOWI_TURN_ENGINE);
    st = upsert_open(work);
    if (st == UOW_OK && !work->alone)
        UOWI_AWAIT(work->run_at, st, uowi_txn_begin_step(&work->txn));
    if (st != UOW_OK)
        return st;
    UOWI_AWAIT(work->run_at, st, upsert_statements(work));
    upsert_close(work, st);
    if (work->alone)
        return work->st;
    if (work->st != UOW_OK) {
        UOWI_AWAIT(work->run_at, st, uowi_txn_rollback_step(&work->txn)); /* the first error stays */
        return work->st;
    }
    UOWI_AWAIT(work->run_at, st, uowi_txn_commit_step(&work->txn));
    UOWI_STEP_END
    return st;
}

/* The rows of a polled upsert are read while the program goes on. */
static uow_status upsert_keep(uowi_upsert_work *work)
{
    uowi_session *s = work->s;
    const uowi_entity *entity = work->entity;
    const void *rows = work->rows;
    uow_status st = uowi_keep_array(s, &rows, work->count, entity->row_size);

    work->rows = rows;
    for (size_t i = 0; s->polled && st == UOW_OK && i < work->count; i++)
        st = uowi_keep_longs(entity, (void *)(uintptr_t)uowi_upsert_row(work, i), &s->scratch, &s->error);
    return st;
}

uow_status uowi_upsert_start(uowi_upsert_work *work, uowi_session *s, const uowi_entity *entity, const void *rows,
                             size_t count, const uow_upsert_options *options)
{
    uow_status st;

    work->s = s;
    work->entity = entity;
    work->rows = rows;
    work->count = count;
    uowi_buf_init(&work->text, s->mem, 0);
    st = upsert_keep(work);
    return st == UOW_OK ? upsert_prepare(work, options) : st;
}

uow_status uowi_upsert_step(uowi_upsert_work *work)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(work->turn_at);
    if (work->count > 0)
        UOWI_AWAIT(work->turn_at, st, upsert_run(work));
    uowi_buf_done(&work->text);
    UOWI_STEP_END
    return st;
}
