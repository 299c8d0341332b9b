#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/reset.h"

#include <string.h>

#include "work/ask.h"
#include "work/txn.h"

/* The one text a query gives: a copy, or NULL whatever the reason. */
static char *reset_ask(uowi_session *s, const char *sql)
{
    char *text = uowi_ask_text(s, sql);

    uowi_error_clear(&s->error);
    return text;
}

void uowi_birth_note(uowi_session *s, uowi_birth *birth)
{
    const uowi_dialect *dialect = uowi_session_dialect(s);

    birth->restore = dialect->restore_sql ? reset_ask(s, dialect->restore_sql) : NULL;
    birth->state = dialect->state_sql ? reset_ask(s, dialect->state_sql) : NULL;
    s->left = 0;
}

void uowi_birth_forget(uowi_session *s, uowi_birth *birth)
{
    uowi_strfree(s->mem, birth->state);
    uowi_strfree(s->mem, birth->restore);
    birth->state = NULL;
    birth->restore = NULL;
}

bool uowi_reset_unit(uowi_session *s)
{
    uowi_buf_reset(&s->comment);
    if (s->depth > 0 && !uowi_conn_poisoned(s->conn)) {
        s->depth = 1;
        if (uowi_txn_rollback(s) != UOW_OK)
            uowi_conn_poison(s->conn);
    }
    uowi_tracker_clear(&s->tracker);
    uowi_error_clear(&s->error);
    uowi_arena_reset(&s->scratch);
    return !uowi_conn_poisoned(s->conn);
}

/* What a statement of these does not reach, the check finds. */
static void reset_run(uowi_session *s, const char *sql)
{
    (void)uowi_txn_statement(s, sql);
    uowi_error_clear(&s->error);
}

void uowi_reset_state(uowi_session *s, const uowi_birth *birth)
{
    const uowi_dialect *dialect = uowi_session_dialect(s);

    if (!s->left || s->left & UOWI_LEFT_LASTING || !birth->state)
        return;
    if (s->left & UOWI_LEFT_OBJECTS || !dialect->prepared_outlive_settings)
        uowi_stmtcache_forget(&s->cache);
    for (size_t i = 0; dialect->reset_sql && dialect->reset_sql[i]; i++)
        reset_run(s, dialect->reset_sql[i]);
    if (birth->restore)
        reset_run(s, birth->restore);
}

bool uowi_reset_verify(uowi_session *s, const uowi_birth *birth)
{
    char *state;
    bool same;

    if (!s->left)
        return true;
    if (s->left & UOWI_LEFT_LASTING || !birth->state)
        return false;
    state = reset_ask(s, uowi_session_dialect(s)->state_sql);
    same = state && strcmp(state, birth->state) == 0;
    uowi_strfree(s->mem, state);
    s->left = 0;
    return same && !uowi_conn_poisoned(s->conn);
}
