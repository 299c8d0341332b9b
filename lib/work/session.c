#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/session.h"

#include <string.h>

#include "base/usual.h"

UOWI_HOT const uowi_entity *uowi_session_entity(uowi_session *s, const uow_entity *def)
{
    if (UOWI_USUAL(def) && UOWI_USUAL(def == s->last_def))
        return s->last_entity;
    s->last_entity = uowi_model_entity(s->model, def);
    s->last_def = s->last_entity ? def : NULL;
    if (s->last_entity)
        return s->last_entity;
    if (!def)
        uowi_error_set(&s->error, UOW_MISUSE, "the entity is NULL");
    else if (!s->model)
        uowi_error_set(&s->error, UOW_MISUSE, "the context was opened without a model");
    else
        uowi_error_set(&s->error, UOW_MISUSE, "the entity %s is not part of the context's model",
                       def->struct_name ? def->struct_name : "(unnamed)");
    return NULL;
}

uow_status uowi_session_text_ok(uowi_session *s)
{
    return s->text.failed ? uowi_error_no_memory(&s->error) : UOW_OK;
}

/* Few parts of a session know where it lives: tests look for more. */
void uowi_session_move(uowi_session *to, uowi_session *from, uowi_guard *guard)
{
    memcpy(to, from, sizeof *to);
    memset(from, 0, sizeof *from);
    to->guard = guard;
    uowi_guard_forget(guard);
    uowi_tracker_moved(&to->tracker);
    uowi_conn_rehome(to->conn, &to->error, &to->trace);
}

uow_status uowi_session_reopen(uowi_session *s)
{
    uowi_stmtcache_forget(&s->cache);
    s->depth = 0;
    s->spoiled = 0;
    s->read_only = false;
    s->reset_isolation = false;
    s->branch.kind = UOWI_BRANCH_NONE;
    s->branch.asked = false;
    return uowi_conn_reopen(s->conn);
}
