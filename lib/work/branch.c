#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/branch.h"

#include <stdio.h>
#include <string.h>

#include "work/ask.h"
#include "work/callmark.h"
#include "work/txn.h"

static const uowi_branch_style *branch_style(const uowi_session *s)
{
    return uowi_session_dialect(s)->branch;
}

/* What the row of decisions can hold between its own "=" and ";", and a literal without escapes. */
static void branch_resource(uowi_branch *branch, const char *text)
{
    static const char kept[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/+=:._-";
    size_t length = strnlen(text, sizeof branch->resource - 1);

    for (size_t i = 0; i < length; i++)
        branch->resource[i] = strchr(kept, text[i]) ? text[i] : '_';
    branch->resource[length] = '\0';
}

static uow_status branch_facts(uowi_dynrow *row, void *user)
{
    uowi_branch *branch = user;
    const char *text = NULL;
    size_t length = 0;
    uow_status st = uowi_dynrow_int64(row, 0, &branch->limit);

    if (st == UOW_OK)
        st = uowi_dynrow_text(row, 1, &text, &length);
    if (st == UOW_OK)
        branch_resource(branch, text);
    branch->asked = st == UOW_OK;
    return st;
}

uow_status uowi_branch_ask(uowi_session *s)
{
    if (s->branch.asked)
        return UOW_OK;
    s->branch.limit = 0;
    s->branch.resource[0] = '\0';
    s->branch.asked = !branch_style(s);
    return branch_style(s) ? uowi_ask(s, branch_style(s)->facts, branch_facts, &s->branch) : UOW_OK;
}

const char *uowi_branch_cannot(const uowi_session *s)
{
    if (!branch_style(s))
        return "this database has no two-phase commit that libuow knows";
    return s->branch.limit > 0 ? NULL : branch_style(s)->none;
}

uow_status uowi_branch_say(uowi_session *s, const char *statement, const char *id)
{
    const char *mark = strchr(statement, '$');
    uow_status st;
    uowi_buf sql;

    uowi_buf_init(&sql, s->mem, 0);
    uowi_buf_add(&sql, statement, mark ? (size_t)(mark - statement) : strlen(statement));
    if (mark)
        uowi_buf_fmt(&sql, "%s%s", id, mark + 1);
    st = sql.failed ? uowi_error_no_memory(&s->error) : uowi_txn_statement(s, uowi_buf_cstr(&sql));
    uowi_buf_done(&sql);
    return st;
}

/* As before a commit: a unit that a procedure has ended by itself is not what it seems. */
static uow_status branch_whole(uowi_session *s)
{
    const char *mark = uowi_callmark_ask(s, true);
    uow_status st = UOW_OK;

    if (mark)
        st = uowi_callmark_explain(s, uowi_txn_statement(s, mark));
    if (st == UOW_OK)
        st = uowi_txn_unspoiled(s);
    return st == UOW_OK ? uowi_conn_may_commit(s->conn) : st;
}

uow_status uowi_branch_prepare(uowi_session *s)
{
    const uowi_branch_style *style = branch_style(s);
    uow_status st = branch_whole(s);

    if (st == UOW_OK && style->end)
        st = uowi_branch_say(s, style->end, s->branch.id);
    if (st == UOW_OK)
        st = uowi_branch_say(s, style->prepare, s->branch.id);
    if (st == UOW_OK && uowi_session_dialect(s)->checks_before_commit && uowi_conn_dead(s->conn))
        st = uowi_error_set(&s->error, UOW_CONNECTION_LOST, "The connection was lost while the branch was prepared");
    if (st != UOW_OK)
        return st;
    s->depth = 0;
    s->branch.kind = UOWI_BRANCH_PREPARED;
    uowi_callmark_leave(s, 1);
    /* It ends outside of any transaction; where that cannot be said any more, on another connection. */
    if (uowi_conn_set_autocommit(s->conn, true) != UOW_OK)
        uowi_conn_poison(s->conn);
    uowi_error_clear(&s->error);
    return UOW_OK;
}

typedef struct branch_lister {
    const uowi_branch_style *style;
    uowi_branch_fn fn;
    void *user;
} branch_lister;

/* Longer than any of ours: what does not fit is cut, and is none of ours either. */
#define BRANCH_LISTED_SIZE 512

/* As the literal would be if nothing had to be escaped in it; where something has, it is none of ours. */
static uow_status branch_parts(uowi_dynrow *row, char listed[BRANCH_LISTED_SIZE])
{
    int64_t format = 0, first = 0, second = 0;
    const void *bytes = NULL;
    size_t length = 0;
    uow_status st = uowi_dynrow_int64(row, 0, &format);

    if (st == UOW_OK)
        st = uowi_dynrow_int64(row, 1, &first);
    if (st == UOW_OK)
        st = uowi_dynrow_int64(row, 2, &second);
    if (st == UOW_OK)
        st = uowi_dynrow_binary(row, 3, &bytes, &length);
    if (st != UOW_OK)
        return st;
    if (first < 0 || second < 0 || (uint64_t)first + (uint64_t)second != length)
        return UOW_DRIVER;
    (void)snprintf(listed, BRANCH_LISTED_SIZE, "'%.*s','%.*s',%lld", (int)first, (const char *)bytes, (int)second,
                   (const char *)bytes + first, (long long)format);
    return UOW_OK;
}

static uow_status branch_row(uowi_dynrow *row, void *user)
{
    const branch_lister *lister = user;
    ptrdiff_t column = uowi_dynrow_index(row, lister->style->list_name);
    char listed[BRANCH_LISTED_SIZE];
    const char *text = NULL;
    size_t length = 0;
    uow_status st = UOW_DRIVER;

    if (column >= 0 && lister->style->list_parts)
        st = branch_parts(row, listed);
    else if (column >= 0)
        st = uowi_dynrow_text(row, (size_t)column, &text, &length);
    if (st != UOW_OK)
        return st;
    if (text)
        (void)snprintf(listed, sizeof listed, "%s", text);
    return lister->fn(listed, lister->user);
}

uow_status uowi_branch_list(uowi_session *s, uowi_branch_fn fn, void *user)
{
    branch_lister lister = {branch_style(s), fn, user};

    return lister.style ? uowi_ask(s, lister.style->list, branch_row, &lister) : UOW_OK;
}

typedef struct branch_search {
    const uowi_branch_style *style;
    const char *id;
    bool found;
} branch_search;

/* A literal is the listed text, in quotes where the database lists it bare. */
static uow_status branch_meets(const char *text, void *user)
{
    branch_search *search = user;
    size_t length = strlen(text);

    search->found = search->found || strcmp(search->id, text) == 0 ||
                    (search->style->joined && strlen(search->id) == length + 2 && strncmp(search->id + 1, text, length) == 0);
    return UOW_OK;
}

static bool branch_unknown(const uowi_session *s)
{
    const uowi_branch_style *style = branch_style(s);
    const char *state = uow_error_sqlstate(&s->error);

    for (size_t i = 0; i < sizeof style->unknown / sizeof style->unknown[0] && style->unknown[i]; i++)
        if (strcmp(state, style->unknown[i]) == 0)
            return true;
    return false;
}

/*
 * "Unknown" has two meanings on MariaDB. XA100 is about a branch in which nothing was written, after its connection has
 * gone: there was nothing to be kept.
 */
static uow_status branch_explain(uowi_session *s, const char *id)
{
    branch_search search = {branch_style(s), id, false};
    uow_status st;

    uowi_error_clear(&s->error);
    st = uowi_branch_list(s, branch_meets, &search);
    if (st != UOW_OK)
        return st;
    if (!search.found)
        return UOW_NOT_FOUND;
    return uowi_error_set(&s->error, UOW_TRANSIENT,
                          "The branch %s is prepared, but only the connection that prepared it can end it as long as that "
                          "lives",
                          id);
}

uow_status uowi_branch_finish(uowi_session *s, const char *id, bool commit)
{
    const uowi_branch_style *style = branch_style(s);
    uow_status st = uowi_branch_say(s, commit ? style->commit : style->rollback, id);

    if (st == UOW_OK && uowi_session_dialect(s)->checks_before_commit && uowi_conn_dead(s->conn))
        st = uowi_error_set(&s->error, UOW_CONNECTION_LOST, "The connection was lost while the branch was ended");
    if (st != UOW_OK && !uowi_conn_poisoned(s->conn) && branch_unknown(s))
        st = branch_explain(s, id);
    return st;
}
