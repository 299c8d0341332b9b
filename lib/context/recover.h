/* A recovery on its way: the databases, what is in doubt in them, and the decisions they hold. */
#ifndef UOWI_CONTEXT_RECOVER_H
#define UOWI_CONTEXT_RECOVER_H

#include "context/distributed.h"

#define UOWI_RECOVER_DATABASES 64

/* One of the databases that are looked at. */
typedef struct uowi_source {
    uow_context *context;
    bool looked;                /* both its log and its branches were read */
    char log[UOWI_LOG_SIZE];    /* "" where it holds no decisions */
} uowi_source;

/* A prepared branch of the coordinator's. */
typedef struct uowi_doubt {
    size_t source;
    uowi_branch_id id;
    char literal[UOWI_BRANCH_TEXT_SIZE];
    bool ended;
} uowi_doubt;

/* A unit's row that says committed. */
typedef struct uowi_kept_row {
    size_t source;
    char key[UOWI_UNIT_KEY_SIZE];
    char *branches;
} uowi_kept_row;

typedef struct uowi_recovery {
    uow_env *env;
    uow_recovery_options options;
    uow_recovery counts;
    uow_status failed; /* what ends the whole */
    char message[500]; /* the first error */
    uow_context *carrier; /* whose guard nobody needs: it has the trace, and what is copied, of a polled recovery */
    bool polled;
    uow_context_options context; /* of each connection, if options.context is not NULL */
    uow_in_doubt told; /* of the branch that was dealt with last */
    size_t source; /* the one that is being read */
    uowi_source sources[UOWI_RECOVER_DATABASES];
    uowi_doubt *doubts;
    size_t doubt_count, doubt_capacity;
    uowi_kept_row *rows;
    size_t row_count, row_capacity;
} uowi_recovery;

/* Opens the databases and reads them: rows first, branches after that. */
void uowi_recover_look(uowi_recovery *r);
/* Ends a branch if its decision can be found; told says what came of it. */
void uowi_recover_branch(uowi_recovery *r, size_t doubt);
/* The caller's turn: the program's function hears of that. */
void uowi_recover_tell(uowi_recovery *r);
/* Removes the rows of units all of whose branches have answered. */
void uowi_recover_rows(uowi_recovery *r);

uowi_session *uowi_recover_session(const uowi_recovery *r, size_t source);
/* Keeps the first message for the caller. */
void uowi_recover_say(uowi_recovery *r, size_t source, const char *text);
/* Whether it is to go on: nothing has ended the whole, and nobody has asked for its end. */
bool uowi_recover_goes_on(uowi_recovery *r);

#endif
