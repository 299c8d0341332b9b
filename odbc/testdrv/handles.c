/* Making and freeing handles. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "call.h"

#include <stdlib.h>

#include "export.h"

td_handle *td_handle_of(SQLHANDLE handle, td_kind kind)
{
    td_handle *h = handle;
    return h != NULL && h->kind == kind ? h : NULL;
}

static SQLRETURN env_alloc(SQLHANDLE *output)
{
    td_env *env = calloc(1, sizeof *env);
    if (env == NULL)
        return SQL_ERROR;
    env->h.kind = TD_KIND_ENV;
    env->odbc_version = SQL_OV_ODBC3;
    *output = env;
    return SQL_SUCCESS;
}

static SQLRETURN dbc_alloc(SQLHANDLE input, SQLHANDLE *output)
{
    td_handle *env = td_handle_of(input, TD_KIND_ENV);
    if (env == NULL)
        return SQL_INVALID_HANDLE;
    td_dbc *dbc = calloc(1, sizeof *dbc);
    if (dbc == NULL)
        return SQL_ERROR;
    dbc->h.kind = TD_KIND_DBC;
    dbc->h.dbc = dbc;
    dbc->env = (td_env *)(void *)env;
    pthread_rwlock_init(&dbc->gate, NULL);
    pthread_mutex_init(&dbc->lock, NULL);
    *output = dbc;
    return SQL_SUCCESS;
}

static void stmt_add(td_dbc *dbc, td_stmt *stmt, SQLHANDLE real)
{
    stmt->h = (td_handle){.kind = TD_KIND_STMT, .dbc = dbc, .real = real};
    for (unsigned i = 0; i < 4; i++) {
        stmt->implicit[i].h = (td_handle){.kind = TD_KIND_DESC, .dbc = dbc};
        stmt->implicit[i].stmt = stmt;
    }
    pthread_mutex_lock(&dbc->lock);
    stmt->async = dbc->async;
    stmt->next = dbc->stmts;
    dbc->stmts = stmt;
    pthread_mutex_unlock(&dbc->lock);
}

static void desc_add(td_dbc *dbc, td_desc *desc, SQLHANDLE real)
{
    desc->h = (td_handle){.kind = TD_KIND_DESC, .dbc = dbc, .real = real};
    pthread_mutex_lock(&dbc->lock);
    desc->next = dbc->descs;
    dbc->descs = desc;
    pthread_mutex_unlock(&dbc->lock);
}

/* A statement or descriptor: the wrapped driver's, and ours before it. */
static SQLRETURN child_alloc(SQLSMALLINT type, SQLHANDLE input, SQLHANDLE *output)
{
    const intptr_t args[] = {type, (intptr_t)input, (intptr_t)output};
    td_call call = {.fn = TD_AllocHandle, .handle = input, .args = args};
    SQLHANDLE real = NULL;
    void *ours = calloc(1, type == SQL_HANDLE_STMT ? sizeof(td_stmt) : sizeof(td_desc));

    if (td_begin(&call, TD_KIND_DBC)) {
        call.rc = SQL_ERROR;
        if (ours != NULL)
            call.rc = call.dbc->driver.AllocHandle(type, call.h->real, &real);
        if (SQL_SUCCEEDED(call.rc)) {
            if (type == SQL_HANDLE_STMT)
                stmt_add(call.dbc, ours, real);
            else
                desc_add(call.dbc, ours, real);
            *output = ours;
            ours = NULL;
        }
    }
    free(ours);
    return td_end(&call);
}

TD_EXPORT SQLRETURN SQL_API SQLAllocHandle(SQLSMALLINT type, SQLHANDLE input, SQLHANDLE *output)
{
    *output = NULL;
    switch (type) {
    case SQL_HANDLE_ENV:
        return env_alloc(output);
    case SQL_HANDLE_DBC:
        return dbc_alloc(input, output);
    case SQL_HANDLE_STMT:
    case SQL_HANDLE_DESC:
        return child_alloc(type, input, output);
    default:
        return SQL_ERROR;
    }
}

void td_stmt_free(td_stmt *stmt)
{
    td_stmt **at = &stmt->h.dbc->stmts;
    while (*at != NULL && *at != stmt)
        at = &(*at)->next;
    if (*at != NULL)
        *at = stmt->next;
    for (unsigned i = 0; i < 4; i++)
        td_diag_clear(&stmt->implicit[i].h, false);
    td_diag_clear(&stmt->h, false);
    free(stmt->bindings);
    free(stmt);
}

void td_desc_free(td_desc *desc)
{
    td_desc **at = &desc->h.dbc->descs;
    while (*at != NULL && *at != desc)
        at = &(*at)->next;
    if (*at != NULL)
        *at = desc->next;
    td_diag_clear(&desc->h, false);
    free(desc);
}

static void child_free_ours(SQLSMALLINT type, td_dbc *dbc, SQLHANDLE handle)
{
    pthread_mutex_lock(&dbc->lock);
    if (type == SQL_HANDLE_STMT)
        td_stmt_free(handle);
    else
        td_desc_free(handle);
    pthread_mutex_unlock(&dbc->lock);
}

static SQLRETURN child_free(SQLSMALLINT type, SQLHANDLE handle)
{
    const intptr_t args[] = {type, (intptr_t)handle};
    td_call call = {.fn = TD_FreeHandle, .handle = handle, .args = args};

    if (td_begin(&call, type == SQL_HANDLE_STMT ? TD_KIND_STMT : TD_KIND_DESC))
        call.rc = call.dbc->driver.FreeHandle(type, call.h->real);
    if (call.locked && SQL_SUCCEEDED(call.rc)) {
        child_free_ours(type, call.dbc, handle);
        call.made = false; /* what is left of the call has no handle to look at */
    }
    return td_end(&call);
}

static SQLRETURN dbc_free(SQLHANDLE handle)
{
    td_dbc *dbc = (td_dbc *)(void *)td_handle_of(handle, TD_KIND_DBC);
    if (dbc == NULL)
        return SQL_INVALID_HANDLE;
    td_unload(dbc);
    while (dbc->attrs != NULL) {
        td_attr *next = dbc->attrs->next;
        free(dbc->attrs);
        dbc->attrs = next;
    }
    td_diag_clear(&dbc->h, false);
    pthread_mutex_destroy(&dbc->lock);
    pthread_rwlock_destroy(&dbc->gate);
    free(dbc);
    return SQL_SUCCESS;
}

TD_EXPORT SQLRETURN SQL_API SQLFreeHandle(SQLSMALLINT type, SQLHANDLE handle)
{
    switch (type) {
    case SQL_HANDLE_ENV:
        if (td_handle_of(handle, TD_KIND_ENV) == NULL)
            return SQL_INVALID_HANDLE;
        free(handle);
        return SQL_SUCCESS;
    case SQL_HANDLE_DBC:
        return dbc_free(handle);
    default:
        return child_free(type, handle);
    }
}
