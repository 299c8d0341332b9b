#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/save.h"

#include <string.h>

#include "flow/step.h"
#include "track/cascade.h"
#include "track/key.h"
#include "track/undo.h"
#include "work/conflict.h"
#include "work/hooks.h"
#include "work/txn.h"
#include "work/write.h"
#include "work/write_params.h"

/* How often a save starts over: after a failed batch, after another one of the same kind, and once for the rest. */
#define SAVE_TRIES 4

typedef struct save_op {
    int at;
    uowi_session *s;
    uowi_plan plan;
    uowi_writer writer;
    size_t next;
    unsigned tries;
    bool conflicts; /* some rows were not met */
    bool unit;      /* a transaction or savepoint of our own is open */
    bool later;     /* accepted for good when the program's unit commits */
    uint32_t depth; /* of the program's unit */
    size_t notes;   /* kept for its rollback */
} save_op;

/* After a row that was not met, the statements of the same kind go on: all stale rows are to be told at once. */
static bool save_goes_on(const save_op *op)
{
    const uowi_change *change = &op->plan.changes[op->next];
    const uowi_change *last = op->next > 0 ? change - 1 : change;

    return !op->conflicts || (change->entity == last->entity && change->write == last->write);
}

static bool save_met_all(const save_op *op)
{
    const uowi_batch *batch = &op->writer.batch;

    for (size_t i = batch->first; i < batch->first + batch->count; i++)
        if (op->writer.marks[i] & (UOWI_MARK_STALE | UOWI_MARK_SUSPECT))
            return false;
    return true;
}

/* Rows came back that cannot be told apart, and what is in them is needed. */
static bool save_is_unproven(const save_op *op)
{
    return op->writer.unproven && uowi_columns_any(&op->writer.back);
}

static uow_status save_step(void *self)
{
    save_op *op = self;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(op->at);
    while (op->next < op->plan.count && save_goes_on(op)) {
        st = uowi_writer_next(&op->writer, op->next);
        if (st != UOW_OK)
            return st;
        UOWI_AWAIT(op->at, st, uowi_writer_step(&op->writer));
        if (st == UOW_OK && save_is_unproven(op))
            st = UOW_END;
        if (st != UOW_OK)
            return st;
        op->conflicts = op->conflicts || !save_met_all(op);
        op->next += op->writer.batch.count;
    }
    UOWI_STEP_END
    return st;
}

/* Which row it was: entity, key and instance for the record, and a sentence for the reader. */
static void save_blame_row(save_op *op, const uowi_change *change)
{
    uow_error *error = &op->s->error;
    uowi_buf key;

    uowi_buf_init(&key, op->s->mem, 0);
    uowi_key_text(change->entity, uowi_tracker_original(&op->s->tracker, change->entry), &key);
    uowi_error_entity(error, change->entity->name);
    uowi_error_key(error, uowi_buf_cstr(&key));
    if (error->instance_count == 0)
        uowi_error_instance(error, uowi_tracker_row(&op->s->tracker, change->entry));
    uowi_error_frame(error, "While saving %s (%s)", change->entity->name, uowi_buf_cstr(&key));
    uowi_buf_done(&key);
}

static void save_blame(save_op *op)
{
    const uowi_batch *batch = &op->writer.batch;

    if (op->next >= op->plan.count)
        return;
    if (op->writer.culprit != UOWI_NO_CULPRIT)
        save_blame_row(op, &op->plan.changes[op->writer.culprit]);
    else if (batch->count <= 1)
        save_blame_row(op, &op->plan.changes[op->next]);
    else
        uowi_error_frame(&op->s->error, "While saving %zu rows of %s", batch->count,
                         op->plan.changes[op->next].entity->name);
}

/* Memory the accepted state will need: got before anything is final, so that accepting cannot fail. */
static uow_status save_reserve(save_op *op)
{
    uowi_session *s = op->s;

    if (!uowi_tracker_reserve(&s->tracker, op->plan.count))
        return uowi_error_no_memory(&s->error);
    for (size_t i = 0; i < op->plan.count; i++) {
        uowi_change *change = &op->plan.changes[i];
        const uowi_slab *slab = uowi_tracker_slab(&s->tracker, change->entity);
        uowi_long *longs;

        if (!slab->long_count || change->write == UOWI_DELETE || change->patch != UOWI_PATCH_NONE)
            continue;
        longs = uowi_arena_zalloc(&s->scratch, slab->long_count * sizeof *longs);
        if (!longs || !uowi_longs_prepare(slab, s->mem, change->image, change->image, longs))
            return uowi_error_no_memory(&s->error);
        change->longs = longs;
    }
    return UOW_OK;
}

/* What the tracker knows now is kept, in case the program's unit is rolled back. */
static uow_status save_note(save_op *op)
{
    uowi_session *s = op->s;

    for (size_t i = 0; i < op->plan.count; i++) {
        const uowi_change *change = &op->plan.changes[i];

        if (change->patch != UOWI_PATCH_NONE)
            continue;
        if (!uowi_undo_note(&s->tracker, change->entry, &change->touched, op->depth))
            return uowi_error_no_memory(&s->error);
        op->notes++;
    }
    return UOW_OK;
}

static void save_release(save_op *op)
{
    uowi_undo_drop(&op->s->tracker, op->notes);
    for (size_t i = 0; i < op->plan.count; i++)
        if (op->plan.changes[i].longs)
            uowi_longs_free(uowi_tracker_slab(&op->s->tracker, op->plan.changes[i].entity), op->s->mem,
                            op->plan.changes[i].longs);
}

/* A patch wrote a few columns of a row whose own change is accepted as any other. */
static void save_accept_patch(uowi_tracker *tracker, const uowi_change *change)
{
    if (change->patch == UOWI_PATCH_BEFORE)
        return;
    uowi_columns_copy(change->entity, &change->columns, change->image, uowi_tracker_row(tracker, change->entry));
    uowi_columns_copy(change->entity, &change->columns, change->image, uowi_tracker_original(tracker, change->entry));
}

static void save_accept_change(uowi_tracker *tracker, uowi_change *change, bool later)
{
    uowi_slab *slab = uowi_tracker_slab(tracker, change->entity);
    uowi_entry *entry = change->entry;
    bool rekeyed;

    if (change->patch != UOWI_PATCH_NONE) {
        save_accept_patch(tracker, change);
        return;
    }
    if (change->write == UOWI_DELETE) {
        if (later)
            entry->flags |= UOWI_ENTRY_WRITTEN;
        else
            uowi_tracker_detach(tracker, entry);
        return;
    }
    rekeyed = !uowi_key_equal(change->entity, change->image, uowi_entry_original(slab, entry));
    /* What save itself made goes into the program's struct; everything else there is the program's already. */
    uowi_columns_copy(change->entity, &change->touched, change->image, uowi_entry_row(slab, entry));
    memcpy(uowi_entry_original(slab, entry), change->image, change->entity->row_size);
    uowi_fixup_show(tracker, entry);
    if (change->longs)
        uowi_longs_adopt(slab, tracker->mem, entry, change->longs, &change->touched);
    entry->state = UOW_UNCHANGED;
    entry->temporary = 0;
    entry->flags &= (uint16_t)~UOWI_ENTRY_MODIFIED;
    if (rekeyed)
        uowi_tracker_rekey(tracker, entry);
}

/* New keys go all over a large identity map: their slots are asked for this many changes ahead. */
#define SAVE_AHEAD 8

static void save_announce(const save_op *op, size_t i)
{
    const uowi_change *change = i < op->plan.count ? &op->plan.changes[i] : NULL;

    if (change && change->write == UOWI_INSERT && change->entry->temporary)
        uowi_tracker_prefetch_rekey(&op->s->tracker, change->entry, change->image);
}

static void save_accept(save_op *op)
{
    for (size_t i = 0; i < op->plan.count; i++) {
        save_announce(op, i + SAVE_AHEAD);
        save_accept_change(&op->s->tracker, &op->plan.changes[i], op->later);
    }
}

/* While a save runs, each entry knows its change: foreign keys to new rows are looked up that way. */
static void save_number(save_op *op, bool on)
{
    for (size_t i = 0; i < op->plan.count; i++)
        if (op->plan.changes[i].patch == UOWI_PATCH_NONE)
            op->plan.changes[i].entry->change = on ? (uint32_t)i + 1 : 0;
}

/* One statement in autocommit needs no transaction around it: it is all or nothing by itself. */
static uow_status save_begin(save_op *op)
{
    uow_status st;

    if (op->plan.count == 1 && op->s->depth == 0 && uowi_write_alone(op->s, &op->plan.changes[0]))
        return save_reserve(op);
    st = uowi_txn_begin(op->s, NULL);
    op->unit = st == UOW_OK;
    return st;
}

/*
 * A lone statement in autocommit: a link lost while it ran leaves open whether it took effect; one found dead before,
 * by the prepare say, does not, nor does a lost answer.
 */
static uow_status save_doubt(save_op *op, uow_status st)
{
    bool written = op->writer.written;

    if (op->unit || op->s->depth > 0 || !(written || (st == UOW_CONNECTION_LOST && op->writer.run.sent)))
        return st;
    uowi_error_status(&op->s->error, UOW_OUTCOME_UNKNOWN);
    uowi_error_frame(&op->s->error, written ? "The statement took effect, but the key it made could not be read"
                                            : "The statement may or may not have taken effect");
    return UOW_OUTCOME_UNKNOWN;
}

static uow_status save_undo(save_op *op)
{
    bool unit = op->unit;

    op->unit = false;
    return unit ? uowi_txn_rollback(op->s) : UOW_OK;
}

static uow_status save_fail(save_op *op, uow_status st)
{
    bool unit = op->unit;

    save_blame(op);
    (void)save_undo(op); /* the first error stays */
    op->unit = unit;
    return save_doubt(op, st);
}

/* A batch failed for a reason that lies in one of its rows: one by one they will tell which. */
static bool save_may_separate(const save_op *op, uow_status st)
{
    bool of_a_row = st == UOW_END || st == UOW_CONSTRAINT || st == UOW_SQL || st == UOW_TYPE || st == UOW_TRUNCATED ||
                    st == UOW_DRIVER || st == UOW_UNSUPPORTED || st == UOW_LIMIT;

    return of_a_row && op->tries < SAVE_TRIES && op->writer.batch.count > 1 &&
           op->writer.culprit == UOWI_NO_CULPRIT && op->unit && !uowi_conn_poisoned(op->s->conn);
}

/* A constraint is the matter of one batch; a text the database does not take, of all its kind. */
static void save_separate(save_op *op, uow_status st)
{
    const uowi_batch *batch = &op->writer.batch;
    const uowi_change *failed = &op->plan.changes[batch->first];
    bool kind = st != UOW_CONSTRAINT || op->tries > 1;
    bool all = op->tries > 2;

    for (size_t i = 0; i < op->plan.count; i++) {
        const uowi_change *change = &op->plan.changes[i];
        bool same = change->entity == failed->entity && change->write == failed->write;

        if (all || (kind && same) || (i >= batch->first && i < batch->first + batch->count))
            uowi_writer_mark(&op->writer, i, UOWI_MARK_ALONE);
    }
}

/* UOW_OK: rolled back, and to be started over. */
static uow_status save_recover(save_op *op, uow_status st)
{
    if (st == UOW_OK) {
        st = save_undo(op);
        if (st == UOW_OK)
            st = uowi_conflict_tell(&op->writer);
        if (st == UOW_OK && op->tries < SAVE_TRIES)
            return UOW_OK;
        return st == UOW_OK ? uowi_error_set(&op->s->error, UOW_CONFLICT,
                                             "rows were not met by their statements, and nobody changed them: does a "
                                             "trigger or rule of the database write them elsewhere?")
                            : st;
    }
    if (!save_may_separate(op, st))
        return save_fail(op, st);
    save_separate(op, st);
    uowi_error_clear(&op->s->error);
    return save_undo(op);
}

static uow_status save_attempt(save_op *op)
{
    uow_status st = save_begin(op);

    if (st != UOW_OK)
        return st;
    op->at = 0;
    op->next = 0;
    op->conflicts = false;
    op->writer.shape = NULL;
    op->tries++;
    st = uowi_step_run(save_step, op);
    if (st == UOW_OK && !op->conflicts && op->unit)
        st = save_reserve(op);
    if (st == UOW_OK && !op->conflicts && op->later)
        st = save_note(op);
    return st;
}

static uow_status save_run(save_op *op)
{
    uow_status st = uowi_writer_open(&op->writer, op->s, &op->plan);

    if (st != UOW_OK)
        return st;
    for (;;) {
        unsigned tries = op->tries;

        st = save_attempt(op);
        if (op->tries == tries)
            return st; /* not even begun */
        if (st == UOW_OK && !op->conflicts)
            return op->unit ? uowi_txn_commit(op->s) : UOW_OK;
        st = save_recover(op, st);
        if (st != UOW_OK)
            return st;
    }
}

/* Rows, not statements: a patch belongs to a row that is counted. */
static size_t save_rows(const save_op *op)
{
    size_t rows = 0;

    for (size_t i = 0; i < op->plan.count; i++)
        rows += op->plan.changes[i].patch == UOWI_PATCH_NONE;
    return rows;
}

uow_status uowi_save(uowi_session *s, bool later, size_t *out_saved)
{
    save_op op;
    uowi_cascade cascade;
    uow_status st;

    memset(&op, 0, sizeof op);
    op.s = s;
    op.depth = s->depth;
    op.later = later && s->depth > 0;
    st = uowi_cascade_begin(&cascade, &s->tracker, &s->scratch, &s->error);
    if (st == UOW_OK)
        st = uowi_hooks_changes(s);
    if (st == UOW_OK)
        st = uowi_plan_build(&s->tracker, &s->scratch, &s->error, &op.plan);
    if (st == UOW_OK && op.plan.count > 0) {
        save_number(&op, true);
        st = save_run(&op);
        save_number(&op, false);
        uowi_writer_close(&op.writer);
        if (st == UOW_OK)
            save_accept(&op);
        else
            save_release(&op);
    }
    uowi_cascade_end(&cascade, st == UOW_OK);
    if (st == UOW_OK && out_saved)
        *out_saved = save_rows(&op);
    return st;
}
