/* Contexts on connections of the program's: how they begin and end. */
#ifndef UOWI_CONTEXT_ADOPT_H
#define UOWI_CONTEXT_ADOPT_H

#include "context/context.h"
#include "odbc/attributes.h"
#include "uow/adopt.h"

/* A handle in two hands: adopted, or lent. */
struct uowi_adoption {
    void *hdbc;
    bool lent; /* to raw ODBC, rather than adopted */
    uowi_attributes was;
    uowi_adoption *next;
};

/* Connects the session by the program's handle. */
uow_status uowi_adopt_begin(uow_context *context, void *hdbc, uint32_t flags, const uow_context_options *options);
/* The handle is the program's again, as it was; before the session's connection is closed. */
void uowi_adopt_end(uow_context *context, uow_handle_report *report);
/* The program may have switched autocommit since. */
void uowi_adopt_look(uowi_session *s);

/* NULL: no memory, or (taken set) the handle is in the list already. */
uowi_adoption *uowi_adoption_enter(uow_env *env, void *hdbc, bool lent, const char **out_taken);
void uowi_adoption_leave(uow_env *env, uowi_adoption *adoption);

/* As much as the program knows of; NULL: nothing is wanted. */
void uowi_report_copy(const uow_handle_report *report, uow_handle_report *out);
/* A trace event for each change. */
void uowi_report_trace(uowi_session *s, const uow_handle_report *report);

#endif
