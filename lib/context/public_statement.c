#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "uow/statement.h"

#include <string.h>

#include "context/public_query.h"
#include "work/execute.h"

#define STATEMENT_MAGIC 0x756f7773u

/*
 * The text is what a statement is: the prepared handle behind it lives in the
 * context's cache, pinned there as the most recently used of its text.
 */
struct uow_statement {
    _Atomic uint32_t magic;
    _Atomic uint32_t users; /* its owner, until it is freed, and the calls that are inside */
    uow_context *context;
    char *sql;
};

uow_status uow_execute_at(const char *where, uow_context *context, const char *sql, const uow_arg *args,
                          size_t arg_count, int64_t *out_affected)
{
    uowi_entered in;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_EXECUTE, where, &in);

    if (st != UOW_OK)
        return st;
    return uowi_leave(&in, uowi_execute(&context->session, sql, args, arg_count, out_affected));
}

static uow_status statement_prepare(uow_context *context, const char *sql, uow_statement **out)
{
    uowi_session *s = &context->session;
    uow_statement *statement;
    uow_status st;

    if (!sql || !out)
        return uowi_error_set(&s->error, UOW_MISUSE, "%s is NULL", sql ? "out_statement" : "the statement");
    st = uowi_execute_prepare(s, sql);
    if (st != UOW_OK)
        return st;
    statement = uowi_zalloc(s->mem, sizeof *statement);
    if (!statement)
        return uowi_error_no_memory(&s->error);
    atomic_init(&statement->magic, STATEMENT_MAGIC);
    atomic_init(&statement->users, 1);
    statement->context = context;
    statement->sql = uowi_strdup(s->mem, sql);
    if (!statement->sql) {
        uowi_free(s->mem, statement, sizeof *statement);
        return uowi_error_no_memory(&s->error);
    }
    *out = statement;
    return UOW_OK;
}

uow_status uow_statement_prepare_at(const char *where, uow_context *context, const char *sql,
                                    uow_statement **out_statement)
{
    uowi_entered in;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_STATEMENT_PREPARE, where, &in);

    if (st != UOW_OK)
        return st;
    return uowi_leave(&in, statement_prepare(context, sql, out_statement));
}

/* Freed while another thread runs it, a statement lives until that call is over. */
static bool statement_use(uow_statement *statement)
{
    if (!statement || atomic_load(&statement->magic) != STATEMENT_MAGIC)
        return false;
    atomic_fetch_add(&statement->users, 1);
    return true;
}

static void statement_done(uow_statement *statement)
{
    uowi_mem *mem = &statement->context->env->mem;

    if (atomic_fetch_sub(&statement->users, 1) != 1)
        return;
    uowi_strfree(mem, statement->sql);
    uowi_free(mem, statement, sizeof *statement);
}

uow_status uow_statement_execute_at(const char *where, uow_statement *statement, const uow_arg *args,
                                    size_t arg_count, int64_t *out_affected)
{
    uowi_entered in;
    uow_status st;

    if (!statement_use(statement))
        return UOW_MISUSE;
    st = uowi_enter(statement->context, UOWI_CALL_ID_STATEMENT_EXECUTE, where, &in);
    if (st == UOW_OK)
        st = uowi_leave(&in, uowi_execute(&statement->context->session, statement->sql, args, arg_count, out_affected));
    statement_done(statement);
    return st;
}

uow_status uow_statement_query_at(const char *where, uow_statement *statement, const uow_entity *entity,
                                  const uow_arg *args, size_t arg_count, const uow_query_options *options,
                                  uow_list **out_list)
{
    uowi_entered in;
    uowi_select select;
    uow_status st;

    if (!statement_use(statement))
        return UOW_MISUSE;
    st = uowi_enter(statement->context, UOWI_CALL_ID_STATEMENT_QUERY, where, &in);
    if (st == UOW_OK) {
        st = uowi_select_make(&statement->context->session, entity, NULL, statement->sql, args, arg_count, options,
                              out_list, &select);
        if (st == UOW_OK)
            st = uowi_query_list(&statement->context->session, &select, out_list);
        st = uowi_leave(&in, st);
    }
    statement_done(statement);
    return st;
}

void uow_statement_free(uow_statement *statement)
{
    uint32_t alive = STATEMENT_MAGIC;

    if (statement && atomic_compare_exchange_strong(&statement->magic, &alive, 0))
        statement_done(statement);
}
