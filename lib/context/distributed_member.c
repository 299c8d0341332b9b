/* The members of a distributed unit, one by one: guard, trace, errors, and their end. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "context/distributed.h"

#include <string.h>

#include "context/unit.h"
#include "track/undo.h"
#include "work/txn.h"

static unsigned member_number(const uow_distributed *unit, const uowi_member *member)
{
    return (unsigned)(member - unit->members) + 1;
}

/* Everything the context's record knows, and whose it is. */
uow_status uowi_member_blame(uow_distributed *unit, const uowi_member *member, uow_status st)
{
    const uow_error *cause = uow_context_error(member->context);
    uow_error *error = &unit->error;
    uow_diagnostic diagnostic;

    if (uowi_error_is_set(error))
        return st;
    if (member_number(unit, member) > unit->count)
        uowi_error_set(error, st, "The log of decisions: %s", uow_error_message(cause));
    else
        uowi_error_set(error, st, "Branch %u (%s): %s", member_number(unit, member), member->dialect ? member->dialect : "?",
                       uow_error_message(cause));
    uowi_error_function(error, cause->function);
    if (cause->statement)
        uowi_error_statement(error, cause->statement);
    if (cause->entity)
        uowi_error_entity(error, cause->entity);
    if (cause->constraint)
        uowi_error_constraint(error, cause->constraint);
    for (size_t i = 0; uow_error_diagnostic(cause, i, &diagnostic); i++)
        uowi_error_diagnostic(error, diagnostic.sqlstate, diagnostic.native, diagnostic.text, strlen(diagnostic.text));
    return st;
}

static bool member_gone(const uowi_member *member)
{
    return member->context_id != 0 && uow_context_id(member->context) != member->context_id;
}

static uow_status member_enter(uow_distributed *unit, uowi_member *member, uowi_call call, const char *where)
{
    uow_status st;

    if (member_gone(member))
        return uowi_error_set(&unit->error, UOW_MISUSE, "The context of branch %u was closed while the unit was open",
                              member_number(unit, member));
    st = uowi_enter(member->context, call, where, &member->in);
    member->inside = st == UOW_OK;
    return st == UOW_OK ? UOW_OK : uowi_member_blame(unit, member, st);
}

uow_status uowi_members_enter(uow_distributed *unit, uowi_call call, const char *where, bool gone_too)
{
    uow_status st = UOW_OK;

    for (size_t i = 0; i < uowi_members(unit) && st == UOW_OK; i++) {
        uowi_member *member = &unit->members[i];

        if (gone_too && member_gone(member))
            member->state = UOW_BRANCH_ROLLED_BACK; /* by its close */
        else
            st = member_enter(unit, member, call, where);
    }
    return st == UOW_OK ? st : uowi_members_leave(unit, st);
}

void uowi_members_away(uow_distributed *unit, bool away)
{
    for (size_t i = 0; i < uowi_members(unit); i++) {
        uowi_session *s = uowi_member_session(&unit->members[i]);

        if (!unit->members[i].inside)
            continue;
        uowi_trace_hold(&s->trace, away ? &s->scratch : NULL);
        if (!away)
            uowi_trace_flush(&s->trace);
        atomic_store(&unit->members[i].context->away, away);
    }
}

/* The caller's turn: tracker and hooks are the program's thread's. */
static void member_tell_end(uowi_member *member)
{
    uowi_session *s = uowi_member_session(member);

    if (!member->settled)
        return;
    member->settled = false;
    if (member->committed)
        uowi_undo_commit(&s->tracker, 1);
    else
        (void)uowi_undo_rollback(&s->tracker, 1, &s->error);
    member->parting = uowi_unit_hooks_take(member->context, member->ended, member->committed);
}

uow_status uowi_members_leave(uow_distributed *unit, uow_status st)
{
    for (size_t i = 0; i < uowi_members(unit); i++) {
        uowi_member *member = &unit->members[i];

        if (!member->inside)
            continue;
        member_tell_end(member);
        if (member->reopened)
            uowi_conn_poison(uowi_member_session(member)->conn);
        member->reopened = false;
        member->inside = false;
        (void)uowi_leave(&member->in, uow_error_status(&uowi_member_session(member)->error));
    }
    for (size_t i = 0; i < uowi_members(unit); i++) {
        uowi_parting parting = unit->members[i].parting;

        memset(&unit->members[i].parting, 0, sizeof parting);
        uowi_method_tell(&parting);
    }
    return st;
}

uow_status uowi_member_told(const uowi_member *member, const char *step, uow_status st)
{
    uowi_session *s = uowi_member_session(member);
    uow_trace_event event;

    memset(&event, 0, sizeof event);
    event.kind = UOW_TRACE_BRANCH;
    event.status = st;
    event.text = step;
    event.rows = -1;
    event.sqlstate = st == UOW_OK || st == UOW_PENDING ? "" : uow_error_sqlstate(&s->error);
    uowi_trace_emit(&s->trace, &event);
    return st;
}

uow_status uowi_member_reach(uowi_member *member)
{
    uowi_session *s = uowi_member_session(member);
    uow_status st;

    if (!uowi_conn_poisoned(s->conn))
        return UOW_OK;
    uowi_error_clear(&s->error);
    st = uowi_session_reopen(s);
    member->reopened = member->reopened || st == UOW_OK;
    return st;
}

void uowi_member_settle(uowi_member *member, uow_status st, bool committed)
{
    uowi_session *s = uowi_member_session(member);

    member->settled = true;
    uowi_count(committed ? &s->trace.counters.branches_committed : &s->trace.counters.branches_rolled_back,
               member->state == UOW_BRANCH_COMMITTED || member->state == UOW_BRANCH_ROLLED_BACK);
    member->committed = committed;
    member->ended = st;
    if (s->reset_isolation && !uowi_conn_poisoned(s->conn) &&
        uowi_conn_set_isolation(s->conn, s->isolation) == UOW_OK)
        s->reset_isolation = false;
}

uow_status uowi_member_end(uowi_member *member, bool commit)
{
    uowi_session *s = uowi_member_session(member);
    uowi_undo *undo = s->tracker.undo;
    uow_status st;

    s->tracker.undo = NULL;
    st = commit ? uowi_txn_commit(s) : uowi_txn_rollback(s);
    s->tracker.undo = undo;
    return st;
}

#define MEMBER_FIRST_PAUSE_NS 10000000u

/* A decision cannot fail, only wait: what the context's record says about the attempts is no error of the unit. */
void uowi_member_finish(uow_distributed *unit, uowi_member *member, bool commit)
{
    uowi_session *s = uowi_member_session(member);
    const char *step = commit ? "commit" : "rollback";
    uow_status st = UOW_OK;

    (void)uowi_member_told(member, step, UOW_PENDING);
    for (uint32_t i = 0; i < unit->options.finish_attempts; i++) {
        if (i > 0)
            uowi_sleep_ns((uint64_t)MEMBER_FIRST_PAUSE_NS << (i < 8 ? i - 1 : 7));
        uowi_error_clear(&s->error);
        st = uowi_member_reach(member);
        if (st == UOW_OK)
            st = uowi_branch_finish(s, member->id, commit);
        if (st == UOW_OK || st == UOW_NOT_FOUND)
            break;
    }
    if (st == UOW_OK || st == UOW_NOT_FOUND) {
        member->state = commit ? UOW_BRANCH_COMMITTED : UOW_BRANCH_ROLLED_BACK;
        st = UOW_OK;
    }
    s->branch.kind = UOWI_BRANCH_NONE;
    (void)uowi_member_told(member, step, st);
    uowi_error_clear(&s->error);
    if (!uowi_conn_poisoned(s->conn) || st == UOW_OK)
        return;
    (void)uowi_error_set(&s->error, UOW_CONNECTION_LOST,
                         "The connection was lost while the unit was ended; its branch here is ended by a recovery");
}

void uowi_member_roll_back(uowi_member *member)
{
    uowi_session *s = uowi_member_session(member);
    uow_status st = UOW_OK;

    (void)uowi_member_told(member, "rollback", UOW_PENDING);
    if (!uowi_conn_poisoned(s->conn)) {
        s->depth = s->depth > 0 ? 1 : 0; /* what is open inside goes with it */
        if (s->depth > 0)
            st = uowi_member_end(member, false);
    }
    s->depth = 0;
    s->branch.kind = UOWI_BRANCH_NONE;
    member->state = UOW_BRANCH_ROLLED_BACK; /* by its database, where it cannot be told */
    (void)uowi_member_told(member, "rollback", st);
}
