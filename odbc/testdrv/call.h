/*
 * The way of every call: td_begin decides whether the wrapped driver is called at all,
 * td_end what becomes of its answer. Between them the caller makes the call:
 *
 *     if (td_begin(&call, TD_KIND_STMT))
 *         call.rc = driver->Fetch(call.h->real);
 *     return td_end(&call);
 */
#ifndef TD_CALL_H
#define TD_CALL_H

#include "handles.h"

typedef struct td_call {
    td_fn fn;
    SQLHANDLE handle;
    const intptr_t *args; /* the handle's place, then the others */
    SQLRETURN rc;

    /* set by td_begin */
    td_handle *h;
    td_dbc *dbc;
    bool locked; /* holds the gate */
    bool made;   /* the wrapped driver is called */
    td_rule fault;
} td_call;

bool td_begin(td_call *call, td_kind kind);
SQLRETURN td_end(td_call *call);

/* Refuse: an own record, SQL_ERROR; always false. */
bool td_refuse(td_call *call, const char *state, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Answer without the wrapped driver; always false. */
bool td_answer(td_call *call, SQLRETURN rc);

/* Wait; 0 does not. */
void td_sleep(uint64_t ms);

/* Answer as the wrapped driver did, with its records; always false. */
bool td_answer_theirs(td_call *call, SQLRETURN rc);

/* The statement of the call's handle, also for a descriptor of it; NULL for others. */
td_stmt *td_call_stmt(const td_call *call);

/* The statement of a function of statements. */
static inline td_stmt *td_the_stmt(const td_call *call)
{
    return (td_stmt *)(void *)call->h;
}

/* gate.c: with the lock held. Whether the call goes on; if not, it is answered. */
bool td_gate(td_call *call);

/* fault.c: with the lock held. What is to become of the call, counting it. */
void td_fault_decide(td_call *call);

/* fault.c: whether a numbered event lies in the range; counts. */
bool td_when_hit(const td_when *when, uint64_t *seen);

/* link.c: whether the call commits. */
bool td_commits(const td_call *call);

/* link.c: the wrapped connection is rolled back and closed; the gate must be free. */
void td_link_lose(td_dbc *dbc);

/* link.c: end of the wrapped connection and its library. */
void td_unload(td_dbc *dbc);

/* Functions with more to do. A "before" answers false when the call is answered. */
typedef bool td_before(td_call *call);
typedef void td_after(td_call *call);

td_before td_before_set_connect_attr, td_before_get_connect_attr, td_before_get_info,
    td_before_get_functions, td_before_set_stmt_attr, td_before_get_stmt_attr, td_before_prepare,
    td_before_get_data;
td_after td_after_get_functions, td_after_execute, td_after_close, td_after_bind_col,
    td_after_free_stmt, td_after_row_count, td_after_get_data, td_after_fetch;

/* attr.c: of a connection that is not open yet; and UOWTEST_ATTR_KEYS. */
SQLRETURN td_attr_keep(td_dbc *dbc, const intptr_t *args);
SQLRETURN td_attr_keys(td_dbc *dbc, const intptr_t *args);

#endif
