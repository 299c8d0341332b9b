/* What all strategies share that write a batch by one statement. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "flow/step.h"
#include "track/key.h"
#include "work/strategy.h"
#include "work/write_params.h"

/* A text with more parameters than this is not kept unless it is of the full size: its bindings take room. */
#define MANY_KEPT 1000

static bool many_same_shape(const uowi_writer *writer)
{
    const uowi_change *a = writer->shape;
    const uowi_change *b = writer->change;

    return a && uowi_change_alike(a, b) &&
           writer->shape_batch.strategy == writer->batch.strategy &&
           (writer->batch.strategy->by_column || writer->batch.strategy->arrays ||
            writer->shape_batch.count == writer->batch.count);
}

/* What the rows that come back are good for, and which columns they need. */
static void many_answer(uowi_writer *writer)
{
    const uowi_entity *entity = writer->change->entity;
    bool back = uowi_columns_any(&writer->back);

    writer->returned = writer->back;
    writer->answer = UOWI_ANSWER_COUNT;
    if (!back && !(writer->batch.strategy->returns && writer->change->write != UOWI_INSERT))
        return;
    writer->answer = UOWI_ANSWER_ORDER;
    if (writer->change->write == UOWI_INSERT && entity->generated_key != UOWI_NO_COLUMN &&
        uowi_columns_has(&writer->back, entity->generated_key))
        return;
    writer->answer = UOWI_ANSWER_KEYS;
    for (size_t i = 0; i < entity->key_count; i++)
        uowi_columns_add(&writer->returned, entity->key[i]);
}

uow_status uowi_write_many_text(uowi_writer *writer)
{
    many_answer(writer);
    if (many_same_shape(writer))
        return UOW_OK;
    uowi_buf_reset(&writer->text);
    writer->batch.strategy->text(writer, &writer->text);
    writer->shape = writer->change;
    writer->shape_batch = writer->batch;
    return writer->text.failed ? uowi_error_no_memory(&writer->s->error) : UOW_OK;
}

uow_status uowi_write_bind_each(uowi_writer *writer, uowi_write_one one)
{
    const uowi_batch *batch = &writer->batch;
    uow_status st = UOW_OK;

    uowi_write_restart(writer);
    for (size_t i = 0; st == UOW_OK && i < batch->count; i++) {
        st = one(writer, &writer->plan->changes[batch->first + i]);
        if (st != UOW_OK)
            writer->culprit = batch->first + i;
    }
    return st;
}

size_t uowi_write_fed(const uowi_writer *writer)
{
    return writer->batch.count * writer->field_count;
}

uow_status uowi_write_feed(uowi_writer *writer, uowi_stmt *stmt, uowi_write_one one)
{
    size_t count = uowi_write_fed(writer);
    uow_status st = uowi_stmt_bind_begin(stmt, count);

    if (st != UOW_OK)
        return st;
    writer->into = stmt;
    st = uowi_write_bind_each(writer, one);
    writer->into = NULL;
    return uowi_stmt_bind_end(stmt, count, st);
}

static uow_status many_feed(void *self, uowi_stmt *stmt)
{
    return uowi_write_feed(self, stmt, uowi_write_row);
}

/* A value that cannot be encoded: its number tells whose it is. */
static void many_blame(uowi_writer *writer)
{
    size_t bad = uowi_stmt_bad_param(writer->run.cached->stmt);

    if (bad != UOWI_NO_PARAM && !writer->batch.strategy->by_column)
        writer->culprit = writer->batch.first + bad / writer->field_count;
}

static uow_status many_take(uowi_writer *writer, uowi_change *change, const void *row)
{
    return uowi_columns_any(&writer->back) ? uowi_writer_take_back(writer, change, row) : UOW_OK;
}

static uow_status many_take_ordered(uowi_writer *writer, const void *row)
{
    const uowi_entity *entity = writer->change->entity;
    int64_t key = uowi_member_int64(&entity->columns[entity->generated_key], row);
    size_t at = writer->got++;

    if (at >= writer->batch.count || (at > 0 && key <= writer->last_key)) {
        writer->unproven = true;
        return UOW_OK;
    }
    writer->last_key = key;
    return many_take(writer, &writer->plan->changes[writer->batch.first + at], row);
}

/*
 * Rows usually come back as they were sent; the tracker knows all the others. An engine may be here, and may read the
 * identity map: it compares original values, which are the tracker's own memory and not the program's, and the guard
 * keeps every call that would change the map out until the save is finished.
 */
static uow_status many_take_keyed(uowi_writer *writer, const void *row)
{
    const uowi_entity *entity = writer->change->entity;
    size_t at = writer->batch.first + writer->got++;
    const uowi_entry *entry;

    if (at >= writer->batch.first + writer->batch.count ||
        !uowi_key_equal(entity, row, writer->plan->changes[at].image)) {
        entry = uowi_tracker_find(&writer->s->tracker, entity, row);
        at = entry ? uowi_plan_of(writer->plan, entry) : writer->plan->count;
    }
    if (at < writer->batch.first || at >= writer->batch.first + writer->batch.count ||
        writer->marks[at] & UOWI_MARK_SEEN) {
        writer->unproven = true;
        return UOW_OK;
    }
    uowi_writer_mark(writer, at, UOWI_MARK_SEEN);
    return many_take(writer, &writer->plan->changes[at], row);
}

static uow_status many_take_rows(uowi_writer *writer)
{
    const uowi_rowset *rowset = writer->run.cached->rowset;
    uow_status st = UOW_OK;

    for (size_t i = 0; st == UOW_OK && i < writer->fetched; i++) {
        const void *row = uowi_rowset_row(rowset, i);

        st = writer->answer == UOWI_ANSWER_ORDER ? many_take_ordered(writer, row) : many_take_keyed(writer, row);
    }
    return st;
}

static void many_start_reading(uowi_writer *writer)
{
    writer->got = 0;
    writer->last_key = 0;
    writer->unproven = false;
}

/* All rows have come back, or the count is known: which changes met their rows? */
static uow_status many_verdict(uowi_writer *writer)
{
    const uowi_batch *batch = &writer->batch;
    bool insert = writer->change->write == UOWI_INSERT;
    int64_t met = writer->answer == UOWI_ANSWER_COUNT ? uowi_stmt_affected(writer->run.cached->stmt)
                                                      : (int64_t)writer->got;
    unsigned mark = writer->answer == UOWI_ANSWER_KEYS && !writer->unproven ? UOWI_MARK_STALE : UOWI_MARK_SUSPECT;

    if (writer->answer != UOWI_ANSWER_COUNT && insert && met != (int64_t)batch->count)
        writer->unproven = true;
    for (size_t i = batch->first; writer->answer == UOWI_ANSWER_KEYS && i < batch->first + batch->count; i++) {
        bool seen = writer->marks[i] & UOWI_MARK_SEEN;

        uowi_writer_unmark(writer, i, UOWI_MARK_SEEN);
        if (!seen && !insert)
            uowi_writer_mark(writer, i, mark);
    }
    if (insert || writer->answer == UOWI_ANSWER_KEYS || (met < 0 && !batch->strategy->arrays) ||
        met == (int64_t)batch->count)
        return UOW_OK;
    if (met > (int64_t)batch->count)
        return uowi_error_set(&writer->s->error, UOW_CONFLICT,
                              "%zu rows of %s to be written met %lld: the mapped key is not unique", batch->count,
                              writer->change->entity->name, (long long)met);
    for (size_t i = batch->first; i < batch->first + batch->count; i++)
        uowi_writer_mark(writer, i, UOWI_MARK_SUSPECT);
    return UOW_OK;
}

/* A driver that counts each row for itself: whose row was not met? */
static uow_status many_take_count(uowi_writer *writer, size_t set, int64_t met)
{
    size_t at = writer->batch.first + set;

    if (set >= writer->batch.count)
        return UOW_OK;
    if (met > 1)
        return uowi_error_set(&writer->s->error, UOW_CONFLICT, "a row of %s to be written met %lld: the mapped key is not unique",
                              writer->change->entity->name, (long long)met);
    if (met != 1)
        uowi_writer_mark(writer, at, met == 0 ? UOWI_MARK_STALE : UOWI_MARK_SUSPECT);
    return UOW_OK;
}

/* What an array has to tell: an error of a later row may come with its result only. Never polled, see uowi_stmt_more. */
static uow_status many_sets(uowi_writer *writer)
{
    uowi_stmt *stmt = writer->run.cached->stmt;
    const uowi_batch *batch = &writer->batch;
    bool told = writer->change->write != UOWI_INSERT && uowi_session_dialect(writer->s)->array_counts == UOWI_COUNTS_EACH;
    size_t sets = 0;
    uow_status st = UOW_OK;

    while (st == UOW_OK) {
        if (told)
            st = many_take_count(writer, sets, uowi_stmt_affected(stmt));
        sets++;
        if (st == UOW_OK)
            st = uowi_stmt_more(stmt);
    }
    if (st == UOW_END && told && sets != batch->count)
        for (size_t i = batch->first; i < batch->first + batch->count; i++)
            uowi_writer_mark(writer, i, UOWI_MARK_SUSPECT);
    return st == UOW_END ? UOW_OK : st;
}

static bool many_sets_apart(const uowi_writer *writer)
{
    return writer->batch.strategy->arrays && uowi_stmt_waits(writer->run.cached->stmt);
}

static uow_status many_run(uowi_writer *writer)
{
    bool arrays = writer->batch.strategy->arrays;
    bool feeds = writer->batch.strategy->bind == NULL;
    size_t count = feeds ? uowi_write_fed(writer) : arrays ? writer->field_count : writer->param_count;
    uow_status st = uowi_run_start(&writer->run, writer->s, writer->text.data, writer->text.length, writer->params, count,
                                   false);

    writer->run.once = !writer->batch.full && count > MANY_KEPT && !arrays;
    writer->run.feed = feeds ? many_feed : NULL;
    writer->run.feeder = writer;
    if (arrays)
        writer->run.array_rows = writer->batch.count;
    return st;
}

static uow_status many_start(uowi_writer *writer)
{
    uow_status st = uowi_write_ready(writer);

    if (st == UOW_OK)
        st = uowi_write_many_text(writer);
    if (st == UOW_OK && writer->batch.strategy->bind)
        st = writer->batch.strategy->bind(writer);
    return st == UOW_OK ? many_run(writer) : st;
}

static uow_status many_end(uowi_writer *writer, uow_status st)
{
    int64_t rows = -1;

    if (st == UOW_OK)
        rows = writer->answer == UOWI_ANSWER_COUNT ? uowi_stmt_affected(writer->run.cached->stmt)
                                                   : (int64_t)writer->got;
    return uowi_run_end(&writer->run, st, rows);
}

uow_status uowi_write_many(uowi_writer *writer)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(writer->at);
    st = many_start(writer);
    if (st != UOW_OK)
        return uowi_run_end(&writer->run, st, 0);
    UOWI_AWAIT(writer->at, st, uowi_run_step(&writer->run));
    many_blame(writer);
    many_start_reading(writer);
    if (st == UOW_OK && writer->answer != UOWI_ANSWER_COUNT) {
        st = uowi_writer_bind_back(writer, &writer->returned, writer->batch.count);
        while (st == UOW_OK) {
            UOWI_AWAIT(writer->at, st, uowi_rowset_fetch(writer->run.cached->rowset, &writer->fetched));
            if (st == UOW_OK)
                st = many_take_rows(writer);
        }
        st = st == UOW_END ? UOW_OK : st;
    }
    if (st == UOW_OK)
        st = many_sets_apart(writer) ? many_sets(writer) : many_verdict(writer);
    st = many_end(writer, st);
    UOWI_STEP_END
    return st;
}
