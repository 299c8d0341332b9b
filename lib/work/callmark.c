#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/callmark.h"

#include <string.h>

#include "work/txn.h"

static const uowi_call_style *mark_style(const uowi_session *s)
{
    const uowi_call_style *style = uowi_session_dialect(s)->calls;

    return style && style->mark_sql ? style : NULL;
}

static void mark_name(uowi_session *s, const char *name)
{
    size_t length = strlen(name);

    if (length >= sizeof s->called)
        length = sizeof s->called - 1;
    memcpy(s->called, name, length);
    s->called[length] = '\0';
}

uow_status uowi_callmark_set(uowi_session *s, const char *name)
{
    const uowi_call_style *style = mark_style(s);
    uow_status st;

    if (!style)
        return UOW_OK;
    mark_name(s, name);
    if (s->call_depth > 0)
        return UOW_OK; /* the mark of an outer unit, or of this one, is there */
    st = uowi_txn_statement(s, style->mark_sql);
    if (st == UOW_OK)
        s->call_depth = s->depth;
    return st;
}

uow_status uowi_callmark_broken(uowi_session *s)
{
    uowi_error_clear(&s->error);
    uowi_error_entity(&s->error, s->called);
    return uowi_error_set(&s->error, UOW_MISUSE,
                          "the unit is broken: a procedure called in it (the last is %s) has committed or rolled back by "
                          "itself. What was done before that is kept or gone for good; what came after is rolled back. Call it "
                          "outside a unit",
                          s->called);
}

const char *uowi_callmark_ask(uowi_session *s, bool commit)
{
    const uowi_call_style *style = mark_style(s);
    bool asked = commit || (!uowi_error_is_set(&s->error) && !uowi_conn_failed_in_unit(s->conn));

    if (!style || s->call_depth == 0 || !asked || uowi_conn_poisoned(s->conn))
        return NULL;
    s->call_depth = 0;
    return style->unmark_sql;
}

uow_status uowi_callmark_explain(uowi_session *s, uow_status st)
{
    return st == UOW_SQL && mark_style(s) && s->called[0] ? uowi_callmark_broken(s) : st;
}

void uowi_callmark_leave(uowi_session *s, uint32_t depth)
{
    if (s->call_depth >= depth)
        s->call_depth = 0;
    if (depth <= 1)
        s->called[0] = '\0';
}
