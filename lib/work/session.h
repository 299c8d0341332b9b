/* What an operation works with: one connection and everything beside it. Embedded in the context. */
#ifndef UOWI_WORK_SESSION_H
#define UOWI_WORK_SESSION_H

#include "diag/error.h"
#include "diag/trace.h"
#include "flow/guard.h"
#include "odbc/conn.h"
#include "odbc/stmt.h"
#include "track/tracker.h"
#include "uow/hook.h"
#include "uow/query.h"
#include "work/branch_id.h"
#include "work/stmtcache.h"

/* What statements may have left in the database's session: reset.h. */
#define UOWI_LEFT_SETTINGS 1u /* variables, locks, cursors: anything without a name in the catalog */
#define UOWI_LEFT_OBJECTS 2u  /* perhaps temporary tables and the like */
#define UOWI_LEFT_LASTING 4u  /* what no reset takes back */

/* How far the operation in flight is: written by whoever carries it on, read by any thread. */
typedef struct uowi_progress {
    _Atomic uint64_t rows, done, total, statements;
} uowi_progress;

/* The open unit's part in a distributed one. */
typedef enum uowi_branch_kind {
    UOWI_BRANCH_NONE,
    UOWI_BRANCH_LAST,    /* committed in one phase, with the decision in it */
    UOWI_BRANCH_OPEN,    /* to be prepared */
    UOWI_BRANCH_PREPARED /* no unit is open any more: only its end by id is missing */
} uowi_branch_kind;

#define UOWI_RESOURCE_SIZE 97

typedef struct uowi_branch {
    uowi_branch_kind kind;
    char id[UOWI_BRANCH_TEXT_SIZE]; /* as a literal */
    bool asked;                     /* this connection's database about what follows */
    int64_t limit;                  /* how many branches may be prepared at a time */
    char resource[UOWI_RESOURCE_SIZE]; /* the database's own name of itself */
} uowi_branch;

typedef struct uowi_session {
    uowi_mem *mem;
    uowi_conn *conn;
    const uow_model *model;
    const uow_entity *last_def; /* asked for last, and what it was: a loop asks for the same again and again */
    const uowi_entity *last_entity;
    uowi_guard *guard;
    uow_error error;
    uowi_trace trace;
    uowi_tracker tracker;
    uowi_stmtcache cache;
    uowi_arena scratch; /* of the operation in flight; reset when the next one starts */
    uowi_buf text;      /* statement being built */
    uowi_buf comment;   /* behind every statement; empty: none */
    uint64_t max_result_bytes;
    bool polled;             /* the operation in flight has an engine: what it needs of the program is copied, see keep.h */
    uowi_progress progress;
    bool native;             /* and that engine polls the driver */
    int counts;              /* of rows met by updates: 1 the driver tells them, -1 it does not, 0 not seen yet */
    uint32_t depth;          /* open units: 0 none, 1 transaction, more savepoints */
    uint32_t base;           /* 1: the outermost one is the program's own, around everything (an adopted handle); else 0 */
    bool base_said;          /* which a statement of the program's began: SQLEndTran would not end it */
    bool ended_outside;      /* raw ODBC has ended the open transaction under the unit */
    uint32_t spoiled;        /* the unit in which a nested one could not be undone: it can only be rolled back; 0: none */
    bool read_only;          /* the open transaction is */
    bool reset_isolation;    /* to be put back when the transaction ends */
    uow_isolation isolation; /* what it was */
    uow_hook *hooks;
    size_t hook_count;
    bool quiet;         /* statements started now are the library's own: see uowi_run.quiet */
    size_t suppressed;  /* entries marked by hooks of the save under way */
    void *hook_scratch;
    bool watched;      /* somebody wants to know what is left: the connection will have other users */
    bool trusts_calls; /* procedures leave nothing */
    uint8_t left;      /* UOWI_LEFT_ bits since the last reset */
    uint32_t call_depth; /* the unit that has a mark against procedures that end it: see callmark.h; 0: none */
    char called[64];     /* the last procedure called in a unit */
    uowi_branch branch;
} uowi_session;

/* The session moves into another place in memory; what from held is gone from there. guard is that of the new place. */
void uowi_session_move(uowi_session *to, uowi_session *from, uowi_guard *guard);

/*
 * Connects again after a loss: what was prepared belongs to the connection that is gone, and so does what a transaction
 * had set on it. The session is not set up anew.
 */
uow_status uowi_session_reopen(uowi_session *s);

static inline const uowi_dialect *uowi_session_dialect(const uowi_session *s)
{
    return uowi_conn_dialect(s->conn);
}

static inline const uowi_caps *uowi_session_caps(const uowi_session *s)
{
    return uowi_conn_caps(s->conn);
}

/* The compiled entity of a descriptor; NULL sets MISUSE. keyless_too: entities that cannot be tracked are fine. */
const uowi_entity *uowi_session_entity(uowi_session *s, const uow_entity *def);
/* UOW_NO_MEMORY when the text being built failed. */
uow_status uowi_session_text_ok(uowi_session *s);

#endif
