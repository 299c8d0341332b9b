/*
 * A unit that uow_unit_run carries out: what it was asked for, and how far it
 * is. It lives on the stack of that call; the context knows the innermost one.
 */
#ifndef UOWI_CONTEXT_UNIT_H
#define UOWI_CONTEXT_UNIT_H

#include "base/civil.h"
#include "context/context.h"
#include "context/method.h"
#include "flow/retry.h"
#include "track/keep.h"
#include "uow/unit_run.h"

typedef struct uowi_unit {
    uow_context *context;
    struct uowi_unit *outer; /* NULL: this is the outermost one */
    const char *where;
    uow_unit_run_options options;
    uow_unit_clock clock;
    uow_unit_fn work;
    void *user;
    uowi_entered in;     /* the guard, while the work is not running */
    uowi_keep *keep;     /* the tracker as it was */
    uowi_retry retry;
    uint32_t depth;      /* of its transaction or savepoint */
    uint32_t attempts;   /* how often the work was called */
    uow_status kind;     /* what the last failure counts as, for retry */
    char id[UOWI_GUID_TEXT_SIZE]; /* of its row */
    bool touched;        /* the work has run since the tracker was put back */
    bool outside;        /* the guard could not be taken again */
    bool doubt;          /* a commit gave no answer, and whether it took effect is not known yet */
    bool asking;         /* the attempts are used up, and only that is to be found out */
    bool settled;        /* it did take effect */
} uowi_unit;

/* Connects again if need be, begins, calls the work, commits or rolls back. kind says whether it may be repeated. */
uow_status uowi_unit_try(uowi_unit *unit);
/* The tracker as it was when the unit began. */
uow_status uowi_unit_put_back(uowi_unit *unit);
/* Has the deadline of the unit in flight passed? False where there is none. */
bool uowi_unit_late(const uow_context *context);

/* Writes a unit's row. UOW_CONSTRAINT: it is there already. */
uow_status uowi_unit_row_write(uowi_session *s, const char *table, const char *id);

/* Those who want to know how a unit ended. */
struct uowi_unit_hook {
    uow_unit_hook_fn fn;
    void *user;
    uint32_t depth; /* of the unit they wait for */
    bool commit;    /* after a commit; else after a rollback */
    bool due;       /* that unit was rolled back; told when the outermost one ends, however it does */
};

/* A nested unit ended: what waits for it waits for the one around it, or is due, or over. */
void uowi_unit_hooks_end(uow_context *context, uint32_t depth, bool committed);
void uowi_unit_hooks_drop(uow_context *context);
/* The outermost unit ended with st: those who wait for it, to be told when the guard is left; nobody on UOW_OUTCOME_UNKNOWN. */
uowi_parting uowi_unit_hooks_take(uow_context *context, uow_status st, bool committed);
/*
 * Leaves the guard with st, and then tells those who wait for this end of the outermost unit; nobody when st is
 * UOW_OUTCOME_UNKNOWN. Returns st.
 */
uow_status uowi_unit_hooks_leave(const uowi_entered *in, uow_status st, bool committed);

#endif
