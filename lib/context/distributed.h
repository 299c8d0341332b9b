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
    bool settled;        /* it has ended, and the tracker is to be told so when the members are left */
    bool committed;
    uow_status ended;    /* for those who wait */
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
    bool busy;    /* an operation has it */
    bool dropped; /* freed meanwhile */
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
/* An engine may use the sessions of the members: their events wait for the caller's turn, and nobody reads their errors. */
void uowi_members_away(uow_distributed *unit, bool away);
/* Ends the open transaction of a member; its tracker waits until the unit's outcome is known. */
uow_status uowi_member_end(uowi_member *member, bool commit);
/* A step is begun (UOW_PENDING) or over, for who traces. */
uow_status uowi_member_told(const uowi_member *member, const char *step, uow_status st);
/* Connects again where the connection is lost; only to end what is prepared or to ask for a decision. */
uow_status uowi_member_reach(uowi_member *member);
/* Ends a prepared branch, as often as need be. Sets its state. */
void uowi_member_finish(uow_distributed *unit, uowi_member *member, bool commit);
/* Rolls back what is not prepared. Sets its state. */
void uowi_member_roll_back(uowi_member *member);
/* It has ended: when the members are left, the tracker and those who wait learn how. */
void uowi_member_settle(uowi_member *member, uow_status st, bool committed);

/* Begin: distributed.c. The members are inside, here and below. */

/* Nothing is begun yet, and nobody inside; the options' texts are copied. out_unit is written unless UOW_NO_MEMORY. */
uow_status uowi_distributed_make(uow_context *const *contexts, size_t count, const uow_distributed_options *options,
                                 uow_distributed **out_unit);
uow_status uowi_distributed_begin(uow_distributed *unit);
uow_branch_info uowi_member_info(const uowi_member *member);
/* Frees what is open no more. */
void uowi_distributed_done(uow_distributed *unit);

/* Ends: distributed_end.c */

/* Whether somebody who polls has asked for the end: as long as nothing is decided that can be heeded. */
uow_status uowi_distributed_wanted(uow_distributed *unit);
uow_status uowi_distributed_commit(uow_distributed *unit);
/* Whether the commit can be tried at all: nested units have to end first. */
uow_status uowi_distributed_ready(uow_distributed *unit);
/* All branches that are begun, whether prepared or not. */
void uowi_distributed_undo(uow_distributed *unit, uow_status st);
/* Adds where each branch stands to the unit's error. */
void uowi_distributed_tell_states(uow_distributed *unit);

#endif
