/* The link to the database: which calls commit, and how it is lost. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "call.h"

#include <ctype.h>
#include <dlfcn.h>
#include <string.h>
#include <strings.h>

/* COMMIT in any case, perhaps with more words behind it. */
static bool link_commit_text(const char *text, SQLINTEGER length)
{
    size_t size = length == SQL_NTS ? strlen(text) : (size_t)length, at = 0;
    while (at < size && isspace((unsigned char)text[at]))
        at++;
    return size - at >= 6 && strncasecmp(text + at, "commit", 6) == 0 &&
           (size - at == 6 || !isalnum((unsigned char)text[at + 6]));
}

bool td_commits(const td_call *call)
{
    switch (call->fn) {
    case TD_EndTran:
        return call->args[2] == SQL_COMMIT;
    case TD_ExecDirect:
        return call->args[1] != 0 &&
               link_commit_text((const char *)call->args[1], (SQLINTEGER)call->args[2]);
    case TD_Execute:
        return td_the_stmt(call)->commits;
    default:
        return false;
    }
}

bool td_before_prepare(td_call *call)
{
    const char *text = (const char *)call->args[1];
    td_the_stmt(call)->commits = text != NULL && link_commit_text(text, (SQLINTEGER)call->args[2]);
    return true;
}

/* Statements first: MariaDB's driver cannot roll back while one has rows to fetch. */
static void link_free_statements(td_dbc *dbc)
{
    for (td_stmt *stmt = dbc->stmts; stmt != NULL; stmt = stmt->next) {
        if (stmt->h.real != NULL)
            (void)dbc->driver.FreeHandle(SQL_HANDLE_STMT, stmt->h.real);
        stmt->h.real = NULL;
        stmt->pending.active = false;
        for (unsigned i = 0; i < 4; i++)
            stmt->implicit[i].h.real = NULL;
    }
    for (td_desc *desc = dbc->descs; desc != NULL; desc = desc->next) {
        if (desc->h.real != NULL)
            (void)dbc->driver.FreeHandle(SQL_HANDLE_DESC, desc->h.real);
        desc->h.real = NULL;
    }
    dbc->flying = 0;
}

void td_link_lose(td_dbc *dbc)
{
    pthread_rwlock_wrlock(&dbc->gate);
    if (!dbc->lost) {
        link_free_statements(dbc);
        (void)dbc->driver.EndTran(SQL_HANDLE_DBC, dbc->h.real, SQL_ROLLBACK);
        (void)dbc->driver.Disconnect(dbc->h.real);
        dbc->lost = true;
    }
    pthread_rwlock_unlock(&dbc->gate);
}

void td_unload(td_dbc *dbc)
{
    if (dbc->h.real != NULL)
        (void)dbc->driver.FreeHandle(SQL_HANDLE_DBC, dbc->h.real);
    if (dbc->real_env != NULL)
        (void)dbc->driver.FreeHandle(SQL_HANDLE_ENV, dbc->real_env);
    if (dbc->library != NULL)
        dlclose(dbc->library);
    dbc->h.real = NULL;
    dbc->real_env = NULL;
    dbc->library = NULL;
    dbc->connected = false;
    dbc->lost = false;
}
