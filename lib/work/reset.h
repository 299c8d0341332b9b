/* A session between two users: what the one left is put back, and looked for, before the other comes. */
#ifndef UOWI_WORK_RESET_H
#define UOWI_WORK_RESET_H

#include "work/session.h"

/* What a session was like when it was new. */
typedef struct uowi_birth {
    char *state;   /* what dialect.state_sql said; NULL: cannot be told */
    char *restore; /* the statement that puts its settings back, or NULL */
} uowi_birth;

/* Asks a session that is new. Not being told is no failure: a session that has no answer is closed once it was changed. */
void uowi_birth_note(uowi_session *s, uowi_birth *birth);
void uowi_birth_forget(uowi_session *s, uowi_birth *birth);

/* Rolls back what is open, drops what is tracked. False: the connection is not to be used again. */
bool uowi_reset_unit(uowi_session *s);
/* Puts the database's session back, where s->left says that it may be needed. */
void uowi_reset_state(uowi_session *s, const uowi_birth *birth);
/* Whether the session is as it was born; nothing is asked when nothing was left. False: close it. */
bool uowi_reset_verify(uowi_session *s, const uowi_birth *birth);

#endif
