/* Asking the program's hooks. Each call is nothing where there are none. */
#ifndef UOWI_WORK_HOOKS_H
#define UOWI_WORK_HOOKS_H

#include "work/session.h"

/* No NULL among them, and none of a newer library. */
bool uowi_hooks_usable(const uow_hook *const *hooks, size_t count);
/* Copies the hooks of the context's options, which are usable. False: out of memory. */
bool uowi_hooks_open(uowi_session *s, const uow_hook *const *hooks, size_t count);
void uowi_hooks_close(uowi_session *s);

/* Before changes are looked for. UOW_END: the program wants nothing saved. */
uow_status uowi_hooks_before(uowi_session *s);
/* Each change; those suppressed are marked (UOWI_ENTRY_SUPPRESSED) until uowi_hooks_after. */
uow_status uowi_hooks_changes(uowi_session *s);
/* The save is over. */
void uowi_hooks_after(uowi_session *s, uow_status st, size_t saved);
/* Whether a hook wants to be asked before statements. */
bool uowi_hooks_watch(const uowi_session *s);
/* A statement is about to be sent. */
uow_status uowi_hooks_statement(uowi_session *s, const char *sql);

#endif
