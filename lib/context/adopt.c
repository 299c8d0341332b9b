#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "context/adopt.h"

#include <stdio.h>
#include <string.h>

#include "work/callmark.h"
#include "work/txn.h"

uowi_adoption *uowi_adoption_enter(uow_env *env, void *hdbc, bool lent, const char **out_taken)
{
    uowi_adoption *adoption = uowi_zalloc(&env->mem, sizeof *adoption);
    uowi_adoption *other;

    if (!adoption)
        return NULL;
    adoption->hdbc = hdbc;
    adoption->lent = lent;
    uowi_mutex_lock(&env->mutex);
    other = env->adoptions;
    while (other && other->hdbc != hdbc)
        other = other->next;
    if (!other) {
        adoption->next = env->adoptions;
        env->adoptions = adoption;
    } else {
        *out_taken = other->lent ? "The connection handle is a loan of a context's." : "The connection handle is adopted already.";
    }
    uowi_mutex_unlock(&env->mutex);
    if (!other)
        return adoption;
    uowi_free(&env->mem, adoption, sizeof *adoption);
    return NULL;
}

void uowi_adoption_leave(uow_env *env, uowi_adoption *adoption)
{
    uowi_adoption **at = &env->adoptions;

    uowi_mutex_lock(&env->mutex);
    while (*at && *at != adoption)
        at = &(*at)->next;
    if (*at)
        *at = adoption->next;
    uowi_mutex_unlock(&env->mutex);
    uowi_free(&env->mem, adoption, sizeof *adoption);
}

/* Units of the context's own need autocommit between them. What is pending is never committed by this. */
static uow_status adopt_apart(uowi_session *s)
{
    uow_status st = uowi_conn_end(s->conn, false);

    return st == UOW_OK ? uowi_conn_set_autocommit(s->conn, true) : st;
}

/* The transaction the program is in is the outermost unit. */
static uow_status adopt_join(uowi_session *s, const uowi_attributes *was, uint32_t flags)
{
    if (!uowi_conn_autocommit(s->conn)) {
        if (flags & UOW_ADOPT_IDLE)
            return adopt_apart(s);
        s->base = 1;
    } else if (was->open == 1) {
        s->base = 1;
        s->base_said = true;
    }
    s->depth = s->base;
    return UOW_OK;
}

static uow_status adopt_connect(uow_context *context, uint32_t flags, const uow_context_options *options)
{
    uowi_adoption *adoption = context->adoption;
    uowi_session *s = &context->session;
    uow_status st = uowi_conn_borrow(context->env->odbc, adoption->hdbc, options->text_path, &s->error, &s->trace, &s->conn);

    if (st != UOW_OK)
        return st;
    s->cache.conn = s->conn;
    uowi_conn_limit(s->conn, options->query_timeout_ms);
    uowi_attributes_read(s->conn, &adoption->was);
    return adopt_join(s, &adoption->was, flags);
}

uow_status uowi_adopt_begin(uow_context *context, void *hdbc, uint32_t flags, const uow_context_options *options)
{
    uowi_session *s = &context->session;
    const char *taken = NULL;
    uow_status st;

    if (!hdbc)
        return uowi_error_set(&s->error, UOW_MISUSE, "The connection handle is NULL.");
    context->adoption = uowi_adoption_enter(context->env, hdbc, false, &taken);
    if (!context->adoption)
        return taken ? uowi_error_set(&s->error, UOW_BUSY, "%s", taken) : uowi_error_no_memory(&s->error);
    st = adopt_connect(context, flags, options);
    if (st != UOW_OK) {
        uowi_adoption_leave(context->env, context->adoption);
        context->adoption = NULL;
    }
    return st;
}

/* A mark against procedures that end the transaction would stay in the program's. */
static void adopt_unmark(uowi_session *s)
{
    const char *text = s->base > 0 ? uowi_callmark_ask(s, true) : NULL;

    if (text)
        (void)uowi_txn_statement(s, text);
    uowi_error_clear(&s->error);
}

void uowi_adopt_end(uow_context *context, uow_handle_report *report)
{
    uowi_adoption *adoption = context->adoption;
    uowi_session *s = &context->session;

    report->unfit = s->spoiled != 0;
    if (s->conn && !uowi_conn_poisoned(s->conn)) {
        adopt_unmark(s);
        uowi_stmtcache_forget(&s->cache);
        uowi_attributes_restore(s->conn, &adoption->was, report);
        uowi_report_trace(s, report);
    }
    uowi_adoption_leave(context->env, adoption);
    context->adoption = NULL;
}

/* Inside units of the context's own nothing is concluded: autocommit is off there because of them. */
void uowi_adopt_look(uowi_session *s)
{
    if (s->depth > s->base || !uowi_conn_look(s->conn))
        return;
    s->base = uowi_conn_autocommit(s->conn) ? 0 : 1;
    s->base_said = false;
    s->depth = s->base;
}

void uowi_report_copy(const uow_handle_report *report, uow_handle_report *out)
{
    size_t size;

    if (!out)
        return;
    size = out->struct_size;
    memcpy(out, report, size < sizeof *report ? size : sizeof *report);
    out->struct_size = size;
}

void uowi_report_trace(uowi_session *s, const uow_handle_report *report)
{
    size_t count = report->count < UOW_HANDLE_CHANGES ? report->count : UOW_HANDLE_CHANGES;
    uow_trace_event event;
    char text[128];

    for (size_t i = 0; i < count; i++) {
        const uow_handle_change *change = &report->changes[i];

        (void)snprintf(text, sizeof text, "%s was changed, and %s", change->attribute,
                       change->restored ? "is as before again" : "stays so");
        memset(&event, 0, sizeof event);
        event.kind = UOW_TRACE_CONNECTION;
        event.text = text;
        event.rows = -1;
        event.sqlstate = "";
        uowi_trace_emit(&s->trace, &event);
    }
}
