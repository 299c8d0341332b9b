/* A connection is not adopted while one of its statements is executing. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "testdrv/testdrv.h"
#include "uow.h"

static uow_status adopt(uow_env *env, link_to *l)
{
    uow_context *ctx = NULL;
    uow_status st = uow_adopt(env, l->dbc, NULL, NULL, &ctx);

    cr_assert(st == UOW_OK || strstr(uow_context_message(ctx), "is executing"), "%s", uow_context_message(ctx));
    cr_assert_eq(uow_close(ctx), UOW_OK);
    return st;
}

Test(adopt, a_statement_that_is_executing_is_let_come_to_its_end)
{
    uow_env *env = NULL;
    SQLRETURN rc;
    unsigned polls;
    link_to l;

    open_with(&l, "TestAsync=statement;TestAsyncPolls=20");
    cr_assert_eq(uow_env_open(NULL, &env), UOW_OK);
    OK_STMT(&l, SQLPrepare(l.stmt, TEXT("SELECT 42"), SQL_NTS));
    OK_STMT(&l, SQLSetStmtAttr(l.stmt, SQL_ATTR_ASYNC_ENABLE, VALUE(SQL_ASYNC_ENABLE_ON), 0));
    cr_assert_eq(SQLExecute(l.stmt), SQL_STILL_EXECUTING);
    cr_assert_eq(adopt(env, &l), UOW_BUSY);
    cr_assert_eq(SQLExecute(l.stmt), SQL_STILL_EXECUTING, "it has noticed nothing");
    POLL(rc, polls, SQLExecute(l.stmt));
    OK_STMT(&l, rc);
    OK_STMT(&l, SQLFreeStmt(l.stmt, SQL_CLOSE));
    cr_assert_eq(adopt(env, &l), UOW_OK);
    cr_assert_eq(uow_env_close(env), UOW_OK);
    shut(&l);
}
