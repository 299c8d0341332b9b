/* How a distributed unit ends: prepare, decide, commit; or roll back. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "context/distributed.h"

#include "work/txn.h"

static const char *state_name(uow_branch_state state)
{
    static const char *const names[] = {"not begun", "active", "prepared", "committed", "rolled back", "unknown"};

    return (unsigned)state < sizeof names / sizeof names[0] ? names[state] : "?";
}

void uowi_distributed_tell_states(uow_distributed *unit)
{
    uowi_buf text;

    uowi_buf_init(&text, unit->mem, 0);
    for (size_t i = 0; i < unit->count; i++)
        uowi_buf_fmt(&text, "%s%zu (%s) %s", i > 0 ? ", " : "", i + 1, unit->members[i].dialect ? unit->members[i].dialect : "?",
                     state_name(unit->members[i].state));
    uowi_error_frame(&unit->error, "Unit %s, its branches: %s", unit->key, uowi_buf_cstr(&text));
    uowi_buf_done(&text);
    for (size_t i = 0; i < unit->count; i++) {
        const uow_branch_info info = uowi_member_info(&unit->members[i]);

        uowi_error_branch(&unit->error, &info);
    }
}

void uowi_distributed_undo(uow_distributed *unit, uow_status st)
{
    for (size_t i = 0; i < unit->count; i++) {
        uowi_member *member = &unit->members[i];

        if (!member->inside || (member->state != UOW_BRANCH_ACTIVE && member->state != UOW_BRANCH_PREPARED))
            continue;
        if (member->state == UOW_BRANCH_PREPARED)
            uowi_member_finish(unit, member, false);
        else
            uowi_member_roll_back(member);
        uowi_member_settle(member, st == UOW_OK ? UOW_CANCELLED : st, false);
    }
    if (st != UOW_OK)
        uowi_distributed_tell_states(unit);
    unit->open = false;
}

/* --- prepare */

uow_status uowi_distributed_ready(uow_distributed *unit)
{
    for (size_t i = 0; i < unit->count; i++)
        if (uowi_member_session(&unit->members[i])->depth > 1)
            return uowi_error_set(&unit->error, UOW_MISUSE, "Branch %zu has nested units open: commit or roll them back first",
                                  i + 1);
    return UOW_OK;
}

/* A branch whose unit the program has lost or given up by closing, or an hour too late. */
static uow_status end_alive(uow_distributed *unit)
{
    uint64_t age_s = (uowi_now_ns() - unit->started_ns) / 1000000000u;

    for (size_t i = 0; i < unit->count; i++) {
        uowi_session *s = uowi_member_session(&unit->members[i]);

        if (!uowi_conn_poisoned(s->conn) && s->depth == 1 && s->branch.kind != UOWI_BRANCH_NONE)
            continue;
        (void)uowi_error_set(&s->error, UOW_CONNECTION_LOST, "the connection was lost before the unit's commit");
        return uowi_member_blame(unit, &unit->members[i], UOW_CONNECTION_LOST);
    }
    if (age_s >= UOWI_DISTRIBUTED_MAX_AGE_S)
        return uowi_error_set(&unit->error, UOW_TIMEOUT, "A unit has to be committed within 12 hours: it was rolled back");
    return UOW_OK;
}

/* A link lost while preparing leaves open whether it was: it is rolled back by its id, if there is one. */
static uow_status member_prepare(uow_distributed *unit, uowi_member *member)
{
    uowi_session *s = uowi_member_session(member);
    uow_status st;

    (void)uowi_member_told(member, "prepare", UOW_PENDING);
    st = uowi_branch_prepare(s);
    (void)uowi_member_told(member, "prepare", st);
    uowi_count(&s->trace.counters.branches_prepared, st == UOW_OK);
    if (st == UOW_OK || uowi_conn_poisoned(s->conn))
        member->state = UOW_BRANCH_PREPARED;
    return st == UOW_OK ? st : uowi_member_blame(unit, member, st);
}

static uow_status end_prepare(uow_distributed *unit)
{
    uow_status st = UOW_OK;

    for (size_t i = 0; i < unit->count && st == UOW_OK; i++)
        if (!unit->members[i].one_phase)
            st = member_prepare(unit, &unit->members[i]);
    return st;
}

/* --- decide */

static uow_status decide_by_row(uow_distributed *unit, const uowi_member *log)
{
    uowi_session *s = uowi_member_session(log);
    uowi_buf branches;
    uow_status st;

    uowi_buf_init(&branches, unit->mem, 0);
    for (size_t i = 0; i < unit->count; i++)
        uowi_buf_fmt(&branches, "%s%zu=%s", i > 0 ? ";" : "", i + 1,
                     uowi_member_session(&unit->members[i])->branch.resource);
    st = branches.failed ? uowi_error_no_memory(&s->error)
                         : uowi_decisions_write(s, unit->table, unit->id.log, unit->key, UOWI_OUTCOME_COMMIT,
                                                uowi_buf_cstr(&branches));
    uowi_buf_done(&branches);
    if (st == UOW_NOT_FOUND)
        return uowi_error_set(&s->error, UOW_TRANSIENT, "the table %s was made anew while the unit was open", unit->table);
    /* A statement that did not run may have; only a clear refusal is one. */
    return st == UOW_CONNECTION_LOST || st == UOW_TIMEOUT || st == UOW_DRIVER ? UOW_OUTCOME_UNKNOWN : st;
}

/* There was no answer: the row is asked for, by a row that would exclude it. */
static uow_status decide_settle(uow_distributed *unit, uowi_member *holder)
{
    uowi_session *s = uowi_member_session(holder);
    uow_status st = UOW_OUTCOME_UNKNOWN;
    char outcome = 0;

    (void)uowi_member_told(holder, "settle", UOW_PENDING);
    for (uint32_t i = 0; i < unit->options.finish_attempts && !outcome; i++) {
        if (i > 0)
            uowi_sleep_ns(UINT64_C(20000000) << (i < 7 ? i - 1 : 6));
        st = uowi_member_reach(holder);
        uowi_error_clear(&s->error);
        if (st == UOW_OK)
            st = uowi_decisions_settle(s, unit->table, unit->id.log, unit->key, &outcome);
    }
    (void)uowi_member_told(holder, "settle", outcome ? UOW_OK : UOW_OUTCOME_UNKNOWN);
    if (outcome == UOWI_OUTCOME_COMMIT)
        uowi_error_clear(&s->error);
    if (outcome)
        return outcome == UOWI_OUTCOME_COMMIT ? UOW_OK : UOW_CONNECTION_LOST;
    return UOW_OUTCOME_UNKNOWN;
}

static uow_status end_decide(uow_distributed *unit)
{
    uowi_member *holder = &unit->members[unit->holder];
    bool log = unit->holder == unit->count;
    uow_status st;

    (void)uowi_member_told(holder, "decide", UOW_PENDING);
    st = log ? decide_by_row(unit, holder) : uowi_member_end(holder, true);
    (void)uowi_member_told(holder, "decide", st);
    if (st != UOW_OK)
        (void)uowi_member_blame(unit, holder, st);
    if (st == UOW_OUTCOME_UNKNOWN) {
        st = decide_settle(unit, holder);
        uowi_error_status(&unit->error, st);
    }
    if (st == UOW_CONNECTION_LOST)
        uowi_error_frame(&unit->error, "The decision was not written, and the unit was rolled back");
    uowi_member_session(holder)->branch.kind = UOWI_BRANCH_NONE;
    if (!log)
        holder->state = st == UOW_OK                ? UOW_BRANCH_COMMITTED
                        : st == UOW_OUTCOME_UNKNOWN ? UOW_BRANCH_UNKNOWN
                                                    : UOW_BRANCH_ROLLED_BACK;
    if (!log)
        uowi_member_settle(holder, st, st == UOW_OK);
    return st;
}

/* --- after the decision */

/* A row too many is no harm: recovery removes it. */
static void end_forget(uow_distributed *unit)
{
    uowi_member *holder = &unit->members[unit->holder];
    uowi_session *s = uowi_member_session(holder);
    uow_status st;

    (void)uowi_member_told(holder, "forget", UOW_PENDING);
    st = uowi_conn_poisoned(s->conn) ? UOW_CONNECTION_LOST : uowi_decisions_forget(s, unit->table, unit->key);
    (void)uowi_member_told(holder, "forget", st);
    uowi_error_clear(&s->error);
}

static void end_committed(uow_distributed *unit)
{
    for (size_t i = 0; i < unit->count; i++) {
        uowi_member *member = &unit->members[i];

        if (member->one_phase)
            continue;
        uowi_member_finish(unit, member, true);
        uowi_member_settle(member, UOW_OK, true);
    }
    unit->open = false;
    uowi_error_clear(&unit->error);
    if (uow_distributed_pending(unit) == 0)
        end_forget(unit);
}

/* Nobody can say: the branches stay prepared, and what is tracked counts as not done. */
static uow_status end_in_doubt(uow_distributed *unit)
{
    for (size_t i = 0; i < unit->count; i++) {
        uowi_member *member = &unit->members[i];

        if (member->one_phase)
            continue;
        uowi_member_session(member)->branch.kind = UOWI_BRANCH_NONE;
        uowi_member_settle(member, UOW_OUTCOME_UNKNOWN, false);
        uowi_conn_poison(uowi_member_session(member)->conn); /* it may hold what only its end sets free */
    }
    unit->open = false;
    uowi_error_frame(&unit->error, "The decision is in a database that cannot be reached: a recovery will find it");
    uowi_distributed_tell_states(unit);
    return UOW_OUTCOME_UNKNOWN;
}

uow_status uowi_distributed_wanted(uow_distributed *unit)
{
    uow_status asked = unit->busy ? (uow_status)atomic_load(&unit->members[0].context->asked) : UOW_OK;

    if (asked == UOW_OK)
        return UOW_OK;
    return uowi_error_set(&unit->error, asked,
                          asked == UOW_TIMEOUT ? "The operation's deadline passed before the decision"
                                               : "The operation was cancelled before the decision");
}

uow_status uowi_distributed_commit(uow_distributed *unit)
{
    uow_status st = end_alive(unit);

    if (st == UOW_OK)
        st = end_prepare(unit);
    if (st == UOW_OK)
        st = uowi_distributed_wanted(unit);
    if (st == UOW_OK)
        st = end_decide(unit);
    if (st == UOW_OK)
        end_committed(unit);
    else if (st == UOW_OUTCOME_UNKNOWN)
        return end_in_doubt(unit);
    else
        uowi_distributed_undo(unit, st);
    return st;
}
