#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/conflict.h"

#include <string.h>

#include "flow/step.h"
#include "track/key.h"
#include "work/recheck.h"

#define CONFLICT_MARKS (UOWI_MARK_SUSPECT | UOWI_MARK_STALE)

/* [resumable] */
static uow_status conflict_look(uowi_conflict *op)
{
    uowi_writer *writer = op->writer;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(op->read_at);
    for (; op->next < writer->plan->count; op->next++) {
        if (!(writer->marks[op->next] & CONFLICT_MARKS))
            continue;
        op->recheck = (uowi_recheck){.change = op->next};
        UOWI_AWAIT(op->read_at, st, uowi_recheck_step(writer, &op->recheck));
        if (st != UOW_OK)
            return st;
    }
    UOWI_STEP_END
    return st;
}

typedef struct conflict_tally {
    const uowi_change *first;
    size_t stale;
    size_t gone;
    bool mixed; /* of several tables or operations */
} conflict_tally;

static conflict_tally conflict_count(const uowi_writer *writer, unsigned marks)
{
    conflict_tally tally = {NULL, 0, 0, false};

    for (size_t i = 0; i < writer->plan->count; i++) {
        const uowi_change *change = &writer->plan->changes[i];

        if (!(writer->marks[i] & marks))
            continue;
        if (!tally.first)
            tally.first = change;
        tally.mixed = tally.mixed || change->entity != tally.first->entity || change->write != tally.first->write;
        tally.stale++;
        tally.gone += (writer->marks[i] & UOWI_MARK_GONE) != 0;
    }
    return tally;
}

static void conflict_say(uow_error *error, const conflict_tally *tally, bool known)
{
    const char *name = tally->first->entity->name;
    const char *wanted = tally->first->write == UOWI_UPDATE ? "updated" : "deleted";

    if (!known)
        uowi_error_set(error, UOW_CONFLICT, "a row of %s to be %s was changed or deleted by somebody else", name, wanted);
    else if (tally->stale == 1)
        uowi_error_set(error, UOW_CONFLICT, "a row of %s to be %s was %s by somebody else", name, wanted,
                       tally->gone ? "deleted" : "changed");
    else if (tally->mixed)
        uowi_error_set(error, UOW_CONFLICT,
                       "%zu rows to be updated or deleted, the first of %s, were changed (%zu) or deleted (%zu) by "
                       "somebody else", tally->stale, name, tally->stale - tally->gone, tally->gone);
    else
        uowi_error_set(error, UOW_CONFLICT, "%zu rows of %s to be %s were changed (%zu) or deleted (%zu) by somebody else",
                       tally->stale, name, wanted, tally->stale - tally->gone, tally->gone);
}

static uow_status conflict_report(uowi_writer *writer, unsigned marks, bool known)
{
    uowi_session *s = writer->s;
    conflict_tally tally = conflict_count(writer, marks);
    uowi_buf key;

    uowi_buf_init(&key, s->mem, 0);
    uowi_key_text(tally.first->entity, tally.first->original, &key);
    conflict_say(&s->error, &tally, known);
    uowi_error_entity(&s->error, tally.first->entity->name);
    uowi_error_key(&s->error, uowi_buf_cstr(&key));
    for (size_t i = 0; i < writer->plan->count; i++)
        if (writer->marks[i] & marks)
            uowi_error_instance(&s->error, uowi_tracker_row(&s->tracker, writer->plan->changes[i].entry));
    uowi_error_frame(&s->error, "While saving %s (%s)", tally.first->entity->name, uowi_buf_cstr(&key));
    uowi_buf_done(&key);
    return UOW_CONFLICT;
}

/* Nobody is stale any more: once more, with a verdict for each. */
static void conflict_separate(uowi_writer *writer)
{
    for (size_t i = 0; i < writer->plan->count; i++) {
        if (!(writer->marks[i] & UOWI_MARK_SUSPECT))
            continue;
        uowi_writer_unmark(writer, i, UOWI_MARK_SUSPECT);
        uowi_writer_mark(writer, i, UOWI_MARK_ALONE);
    }
}

uow_status uowi_conflict_step(uowi_conflict *op)
{
    uowi_writer *writer = op->writer;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(op->at);
    writer->shape = NULL;
    UOWI_AWAIT(op->at, st, conflict_look(op));
    if (st != UOW_OK) { /* the rows cannot be read again: that there is a conflict is known all the same */
        uowi_error_clear(&writer->s->error);
        return conflict_report(writer, CONFLICT_MARKS, false);
    }
    if (conflict_count(writer, UOWI_MARK_STALE).stale > 0)
        return conflict_report(writer, UOWI_MARK_STALE, true);
    conflict_separate(writer);
    UOWI_STEP_END
    return UOW_OK;
}
