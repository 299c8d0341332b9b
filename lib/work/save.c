#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/save.h"

#include <string.h>

#include "base/usual.h"
#include "flow/step.h"
#include "track/key.h"
#include "track/lost.h"
#include "track/undo.h"
#include "work/blame.h"
#include "work/hooks.h"
#include "work/keep.h"
#include "work/write_params.h"

/* How often a save starts over: after a failed batch, after another one of the same kind, and once for the rest. */
#define SAVE_TRIES 4

/* What becomes of an attempt that was not accepted. */
enum { SAVE_FAILED, SAVE_CONFLICT, SAVE_SEPARATE };

/* After a row that was not met, all that can be stale is tried still: it is to be told at once. */
static void save_pass(uowi_save *op)
{
    while (op->conflicts && op->next < op->plan.count &&
           (op->plan.changes[op->next].write == UOWI_INSERT || op->plan.changes[op->next].patch != UOWI_PATCH_NONE))
        op->next++;
}

static bool save_met_all(const uowi_save *op)
{
    const uowi_batch *batch = &op->writer.batch;

    for (size_t i = batch->first; i < batch->first + batch->count; i++)
        if (UOWI_RARE(op->writer.marks[i] & (UOWI_MARK_STALE | UOWI_MARK_SUSPECT)))
            return false;
    return true;
}

/* Rows came back that cannot be told apart, and what is in them is needed. */
static bool save_is_unproven(const uowi_save *op)
{
    return op->writer.unproven && uowi_columns_any(&op->writer.back);
}

/* [resumable] The batches, from the first. */
static uow_status save_write(uowi_save *op)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(op->write_at);
    UOWI_TURN(op->write_at, UOWI_TURN_ENGINE);
    while (op->next < op->plan.count) {
        st = uowi_writer_next(&op->writer, op->next);
        if (st != UOW_OK)
            return st;
        UOWI_AWAIT(op->write_at, st, uowi_writer_step(&op->writer));
        if (st == UOW_OK && UOWI_RARE(save_is_unproven(op)))
            st = UOW_END;
        if (st != UOW_OK)
            return st;
        op->conflicts = op->conflicts || UOWI_RARE(!save_met_all(op));
        op->next += op->writer.batch.count;
        save_pass(op);
        atomic_store_explicit(&op->s->progress.done, op->next, memory_order_relaxed);
    }
    UOWI_STEP_END
    return st;
}

/* Which row it was: entity, key and instance for the record, and a sentence for the reader. */
static void save_blame_row(uowi_save *op, const uowi_change *change)
{
    uow_error *error = &op->s->error;
    uowi_buf key;

    uowi_buf_init(&key, op->s->mem, 0);
    uowi_key_text(change->entity, change->original, &key);
    uowi_error_entity(error, change->entity->name);
    uowi_error_key(error, uowi_buf_cstr(&key));
    if (error->instance_count == 0)
        uowi_error_instance(error, uowi_tracker_row(&op->s->tracker, change->entry));
    uowi_blame_named(op->s);
    uowi_error_frame(error, "While saving %s (%s)", change->entity->name, uowi_buf_cstr(&key));
    uowi_buf_done(&key);
}

/* The one row the failure is about, or NULL. */
static const uowi_change *save_culprit(const uowi_save *op)
{
    if (op->next >= op->plan.count)
        return NULL;
    if (op->writer.culprit != UOWI_NO_CULPRIT)
        return &op->plan.changes[op->writer.culprit];
    return op->writer.batch.count <= 1 ? &op->plan.changes[op->next] : NULL;
}

static void save_blame(uowi_save *op)
{
    const uowi_batch *batch = &op->writer.batch;
    const uowi_change *change = save_culprit(op);

    if (change)
        save_blame_row(op, change);
    else if (op->next < op->plan.count)
        uowi_error_frame(&op->s->error, "While saving %zu rows of %s", batch->count,
                         op->plan.changes[op->next].entity->name);
}

/* Memory the accepted state will need: got before anything is final, so that accepting cannot fail. */
UOWI_HOT static uow_status save_reserve(uowi_save *op)
{
    uowi_session *s = op->s;

    for (size_t i = 0; op->plan.has_long && i < op->plan.count; i++) {
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
static uow_status save_note(uowi_save *op)
{
    uowi_session *s = op->s;

    for (size_t i = 0; i < op->plan.count; i++) {
        const uowi_change *change = &op->plan.changes[i];
        uowi_columns touched = uowi_change_touched(change);

        if (change->patch != UOWI_PATCH_NONE)
            continue;
        if (!uowi_undo_note(&s->tracker, change->entry, &touched, op->depth))
            return uowi_error_no_memory(&s->error);
        op->notes++;
    }
    return UOW_OK;
}

static void save_release(uowi_save *op)
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
    uowi_columns touched = uowi_change_touched(change);

    if (change->patch == UOWI_PATCH_BEFORE)
        return;
    uowi_columns_copy(change->entity, change->columns, change->image, uowi_tracker_row(tracker, change->entry));
    uowi_columns_copy(change->entity, change->columns, change->image, uowi_tracker_original(tracker, change->entry));
    uowi_columns_copy(change->entity, &touched, change->image, uowi_tracker_row(tracker, change->entry));
    uowi_columns_copy(change->entity, &touched, change->image, uowi_tracker_original(tracker, change->entry));
}

static void save_accept_change(uowi_tracker *tracker, uowi_change *change, bool later)
{
    uowi_slab *slab = uowi_tracker_slab(tracker, change->entity);
    uowi_entry *entry = change->entry;
    uowi_columns touched;
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
    touched = uowi_change_touched(change);
    rekeyed = !uowi_key_equal(change->entity, change->image, uowi_entry_original(slab, entry));
    /* What save itself made goes into the program's struct; everything else there is the program's already. */
    uowi_columns_copy(change->entity, &touched, change->image, uowi_entry_row(slab, entry));
    memcpy(uowi_entry_original(slab, entry), change->image, change->entity->row_size);
    uowi_fixup_show(tracker, entry);
    if (UOWI_RARE(change->longs))
        uowi_longs_adopt(slab, tracker->mem, entry, change->longs, &touched);
    entry->state = UOW_UNCHANGED;
    entry->temporary = 0;
    entry->flags &= (uint16_t)~UOWI_ENTRY_MODIFIED;
    if (rekeyed)
        uowi_tracker_rekey(tracker, entry);
}

/*
 * A row and its image come from memory, and new keys go all over a large identity map: those of a block of changes are
 * asked for together, the map's slots when the rows are there to say which.
 */
static void save_touch(const uowi_save *op, size_t from)
{
    size_t end = from + UOWI_TOUCH_BLOCK < op->plan.count ? from + UOWI_TOUCH_BLOCK : op->plan.count;

    for (size_t i = from; i < end; i++) {
        const uowi_change *change = &op->plan.changes[i];

        uowi_touch(change->entry, sizeof *change->entry + change->entity->row_size);
        uowi_touch(change->original, change->entity->row_size);
        uowi_touch(change->image, change->entity->row_size);
    }
    for (size_t i = from; i < end; i++) {
        const uowi_change *change = &op->plan.changes[i];

        if (change->write == UOWI_INSERT && change->entry->temporary)
            uowi_tracker_touch_rekey(&op->s->tracker, change->entry, change->image);
    }
}

/* Rows are counted, not statements: a patch belongs to a row that is counted. */
static void save_accept(uowi_save *op)
{
    for (size_t i = 0; i < op->plan.count; i++) {
        uowi_change *change = &op->plan.changes[i];

        if (i % UOWI_TOUCH_BLOCK == 0 && op->plan.count > 1)
            save_touch(op, i);
        if (change->patch == UOWI_PATCH_NONE)
            change->entry->change = 0;
        op->saved += change->patch == UOWI_PATCH_NONE;
        save_accept_change(&op->s->tracker, change, op->later);
    }
}

/* One statement in autocommit needs no transaction around it: it is all or nothing by itself. */
static bool save_is_lone(const uowi_save *op)
{
    return op->plan.count == 1 && op->s->depth == 0 && uowi_write_alone(op->s, &op->plan.changes[0]);
}

/*
 * A lone statement in autocommit: a link lost while it ran leaves open whether it took effect; one found dead before,
 * by the prepare say, does not, nor does a lost answer.
 */
static uow_status save_doubt(uowi_save *op, uow_status st)
{
    bool written = op->writer.written;

    if (op->unit || op->s->depth > 0 || !(written || (st == UOW_CONNECTION_LOST && op->writer.run.sent)))
        return st;
    uowi_error_status(&op->s->error, UOW_OUTCOME_UNKNOWN);
    uowi_error_frame(&op->s->error, written ? "The statement took effect, but the key it made could not be read"
                                            : "The statement may or may not have taken effect");
    return UOW_OUTCOME_UNKNOWN;
}

static bool save_is_of_a_row(uow_status st)
{
    return st == UOW_CONSTRAINT || st == UOW_SQL || st == UOW_TYPE || st == UOW_TRUNCATED || st == UOW_DRIVER ||
           st == UOW_UNSUPPORTED || st == UOW_LIMIT;
}

/* A batch failed for a reason that lies in one of its rows: one by one they will tell which. */
static bool save_may_separate(const uowi_save *op, uow_status st)
{
    return (st == UOW_END || save_is_of_a_row(st)) && op->tries < SAVE_TRIES && op->writer.batch.count > 1 &&
           op->writer.culprit == UOWI_NO_CULPRIT && op->unit && !uowi_conn_poisoned(op->s->conn);
}

/* A constraint is the matter of one batch; a text the database does not take, of all its kind. */
static void save_separate(uowi_save *op, uow_status st)
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

/* What fails after a row that was not met may do so because of that: with the row mended it will be seen. */
static int save_verdict(const uowi_save *op, uow_status st)
{
    if (st == UOW_OK || (op->conflicts && save_is_of_a_row(st) && !uowi_conn_poisoned(op->s->conn)))
        return SAVE_CONFLICT;
    return save_may_separate(op, st) ? SAVE_SEPARATE : SAVE_FAILED;
}

/* Before the attempt is rolled back. */
static void save_judge(uowi_save *op, uow_status st)
{
    op->failed = st;
    op->verdict = save_verdict(op, st);
    if (op->verdict == SAVE_FAILED)
        save_blame(op);
    if (op->verdict == SAVE_SEPARATE)
        save_separate(op, st);
    if (op->verdict != SAVE_FAILED)
        uowi_error_clear(&op->s->error);
}

static void save_restart(uowi_save *op)
{
    op->begun = true;
    op->write_at = 0;
    op->next = 0;
    op->conflicts = false;
    op->writer.shape = NULL;
    op->tries++;
}

/* [resumable] Everything written once, and ready to be accepted unless there are conflicts. */
static uow_status save_attempt(uowi_save *op)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(op->attempt_at);
    op->begun = false;
    if (save_is_lone(op)) {
        st = save_reserve(op);
    } else {
        uowi_txn_init(&op->txn, op->s, NULL);
        UOWI_AWAIT(op->attempt_at, st, uowi_txn_begin_step(&op->txn));
        op->unit = st == UOW_OK;
    }
    if (UOWI_RARE(st != UOW_OK))
        return st;
    save_restart(op);
    UOWI_AWAIT(op->attempt_at, st, save_write(op));
    if (st == UOW_OK && !op->conflicts && op->unit)
        st = save_reserve(op);
    if (st == UOW_OK && !op->conflicts && op->later) {
        UOWI_TURN(op->attempt_at, UOWI_TURN_CALLER);
        st = save_note(op);
    }
    UOWI_STEP_END
    return st;
}

static uow_status save_too_often(uowi_save *op)
{
    return op->tries < SAVE_TRIES
               ? UOW_OK
               : uowi_error_set(&op->s->error, UOW_CONFLICT,
                                "rows were not met by their statements, and nobody changed them: does a trigger or "
                                "rule of the database write them elsewhere?");
}

/* [resumable] Attempts, until one is committed or there is nothing left to try. */
UOWI_HOT static uow_status save_run(uowi_save *op)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(op->run_at);
    for (;;) {
        op->attempt_at = 0;
        UOWI_AWAIT(op->run_at, st, save_attempt(op));
        if (UOWI_RARE(!op->begun))
            return st;
        if (st == UOW_OK && !op->conflicts) {
            if (op->unit) {
                uowi_txn_init(&op->txn, op->s, NULL);
                op->txn.whole = true;
                UOWI_AWAIT(op->run_at, st, uowi_txn_commit_step(&op->txn));
            }
            return st;
        }
        save_judge(op, st);
        uowi_txn_init(&op->txn, op->s, NULL);
        st = UOW_OK;
        if (op->unit)
            UOWI_AWAIT(op->run_at, st, uowi_txn_rollback_step(&op->txn));
        if (op->verdict == SAVE_FAILED && save_culprit(op))
            uowi_blame_value(op->s, save_culprit(op));
        if (op->verdict == SAVE_FAILED)
            return save_doubt(op, op->failed); /* the first error stays */
        op->unit = false;
        if (st == UOW_OK && op->verdict == SAVE_CONFLICT) {
            op->conflict = (uowi_conflict){.writer = &op->writer};
            UOWI_AWAIT(op->run_at, st, uowi_conflict_step(&op->conflict));
            if (st == UOW_OK)
                st = save_too_often(op);
        }
        if (st != UOW_OK)
            return st;
    }
    UOWI_STEP_END
    return st;
}

/* The images of a polled save are read while the program goes on: long values, which they point to, are copied. */
static uow_status save_keep(uowi_save *op)
{
    uowi_session *s = op->s;
    uow_status st = UOW_OK;

    for (size_t i = 0; UOWI_RARE(s->polled) && st == UOW_OK && i < op->plan.count; i++)
        st = uowi_keep_longs(op->plan.changes[i].entity, op->plan.changes[i].image, &s->scratch, &s->error);
    return st;
}

/* What is to be written, as it is now. */
static uow_status save_plan(uowi_save *op)
{
    uowi_session *s = op->s;
    uow_status st;

    op->depth = s->depth;
    op->later = op->later && s->depth > 0;
    st = uowi_cascade_begin(&op->cascade, &s->tracker, &s->scratch, &s->error);
    if (st == UOW_OK)
        st = uowi_hooks_changes(s);
    if (st == UOW_OK)
        st = uowi_plan_build(&s->tracker, &s->scratch, &s->error, &op->plan);
    if (st != UOW_OK) {
        op->plan.count = 0;
        return st;
    }
    st = save_keep(op);
    if (st != UOW_OK)
        uowi_plan_forget(&op->plan);
    return st;
}

static uow_status save_open(uowi_save *op)
{
    uowi_session *s = op->s;
    uow_status st;

    atomic_store_explicit(&s->progress.total, op->plan.count, memory_order_relaxed);
    st = uowi_writer_open(&op->writer, s, &op->plan);
    if (st == UOW_OK && !uowi_tracker_reserve(&s->tracker, op->plan.count))
        st = uowi_error_no_memory(&s->error);
    return st;
}

static void save_close(uowi_save *op, uow_status st)
{
    uowi_writer_close(&op->writer);
    if (st == UOW_OK) {
        save_accept(op);
        uowi_lost_forget(&op->s->tracker); /* no row refers to them, or the plan had been refused */
        return;
    }
    uowi_plan_forget(&op->plan);
    save_release(op);
}

static uow_status save_end(uowi_save *op, uow_status st)
{
    uowi_cascade_end(&op->cascade, st == UOW_OK);
    uowi_hooks_after(op->s, st, op->saved);
    return st;
}

uow_status uowi_save_step(uowi_save *op)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(op->at);
    st = uowi_hooks_before(op->s);
    if (st == UOW_END)
        return UOW_OK; /* a hook wants nothing saved */
    if (st != UOW_OK)
        return st;
    st = save_plan(op);
    if (st == UOW_OK && op->plan.count > 0) {
        st = save_open(op);
        if (st == UOW_OK)
            UOWI_AWAIT(op->at, st, save_run(op));
        op->failed = st;
        UOWI_TURN(op->at, UOWI_TURN_CALLER);
        st = op->failed;
        save_close(op, st);
    }
    st = save_end(op, st);
    UOWI_STEP_END
    return st;
}
