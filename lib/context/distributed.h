/*
 * A distributed unit: its members are the branches and, behind them, the context that only writes the decision, if the
 * program named one. doc/distributed.md has the protocol.
 */
#ifndef UOWI_CONTEXT_DISTRIBUTED_H
#define UOWI_CONTEXT_DISTRIBUTED_H

#include "context/context.h"
#include "context/method.h"
#include "uow/distributed.h"
#include "work/branch.h"
#include "work/decisions.h"

#define UOWI_DISTRIBUTED_MAGIC 0x756f7764u
#define UOWI_DISTRIBUTED_TABLE "uow_decisions"
#define UOWI_DISTRIBUTED_MAX_AGE_S (12u * 3600u) /* what a row of a unit given up must outlive */

typedef struct uowi_member {
    uow_context *context;
    uint64_t context_id; /* a handle may be used again for another context */
    uow_branch_state state;
    bool one_phase;
    bool inside;         /* its guard is held: in */
    bool reopened;       /* connected again to end the branch: the session is not what the program set up */
    uowi_entered in;
    const char *dialect;
    char id[UOWI_BRANCH_TEXT_SIZE]; /* as a literal; "" for one phase */
    uowi_parting parting;
} uowi_member;

struct uow_distributed {
    uint32_t magic;
    uowi_mem *mem;
    uow_error error;
    uow_distributed_options options;
    char *table;
    uowi_branch_id id; /* coordinator, unit and log */
    char key[UOWI_UNIT_KEY_SIZE];
    size_t count;  /* branches */
    size_t holder; /* the member with the decision; count: the log */
    uowi_member members[UOWI_MAX_BRANCHES + 1];
    uint64_t started_ns;
    bool open;
};

static inline uowi_session *uowi_member_session(const uowi_member *member)
{
    return &member->context->session;
}

/* Branches, and the log. */
static inline size_t uowi_members(const uow_distributed *unit)
{
    return unit->count + (unit->options.log ? 1 : 0);
}

/* Members: distributed_member.c */

/* Enters every member's context, or none. gone_too: a context that was closed is left out. */
uow_status uowi_members_enter(uow_distributed *unit, uowi_call call, const char *where, bool gone_too);
/* Leaves them, and tells those who wait for the unit's end. Returns st. */
uow_status uowi_members_leave(uow_distributed *unit, uow_status st);
/* The unit's error is what the member's context says. Returns st. */
uow_status uowi_member_blame(uow_distributed *unit, const uowi_member *member, uow_status st);
/* A step is begun (UOW_PENDING) or over, for who traces. */
uow_status uowi_member_told(const uowi_member *member, const char *step, uow_status st);
/* Connects again where the connection is lost; only to end what is prepared or to ask for a decision. */
uow_status uowi_member_reach(uowi_member *member);
/* Ends a prepared branch, as often as need be. Sets its state. */
void uowi_member_finish(uow_distributed *unit, uowi_member *member, bool commit);
/* Rolls back what is not prepared. Sets its state. */
void uowi_member_roll_back(uowi_member *member);
/* The tracker and those who wait learn how the branch has ended. */
void uowi_member_settle(uowi_member *member, uow_status st, bool committed);

/* Ends: distributed_end.c */

/* All branches that are begun, whether prepared or not. The members are inside. */
void uowi_distributed_undo(uow_distributed *unit, uow_status st);
/* Adds where each branch stands to the unit's error. */
void uowi_distributed_tell_states(uow_distributed *unit);

#endif
