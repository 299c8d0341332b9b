/*
 * Procedures by the ODBC standard: {call p(?)} and {? = call f(?)}, with parameters bound both ways, over PostgreSQL's
 * driver, which rewrites them for functions, and MariaDB's, which knows the first.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "testdrv/testdrv.h"

#include "uow.h"

typedef struct calls_of {
    uow_env *env;
    uow_context *ctx;
} calls_of;

#define DOES(u, wanted, expr)                                                                      \
    do {                                                                                           \
        uow_status does_ = (expr);                                                                 \
        cr_assert_eq(does_, (wanted), "%s gave %s: %s", #expr, uow_status_name(does_),             \
                     uow_context_message((u)->ctx));                                               \
    } while (0)

/* Makes tdc_p as each database has it: sums, and changes a text. */
static void make_routine(void)
{
    link_to side;

    open_beside(&side);
    if (on("postgresql")) {
        run(&side, "DROP ROUTINE IF EXISTS tdc_p");
        run(&side, "CREATE FUNCTION tdc_p(IN a bigint, IN b bigint, OUT total bigint, INOUT tag varchar) LANGUAGE plpgsql "
                   "AS $$BEGIN total := a + b; tag := '<' || tag || '>'; END$$");
        run(&side, "DROP ROUTINE IF EXISTS tdc_f");
        run(&side, "CREATE FUNCTION tdc_f(a bigint) RETURNS bigint LANGUAGE sql AS 'SELECT 2 * a'");
    } else {
        run(&side, "DROP PROCEDURE IF EXISTS tdc_p");
        run(&side, "CREATE PROCEDURE tdc_p(IN a INT, IN b INT, OUT total INT, INOUT tag VARCHAR(40)) "
                   "BEGIN SET total = a + b; SET tag = CONCAT('<', tag, '>'); END");
    }
    shut(&side);
}

static void drop_routine(void)
{
    link_to side;

    open_beside(&side);
    run(&side, on("postgresql") ? "DROP ROUTINE IF EXISTS tdc_p" : "DROP PROCEDURE IF EXISTS tdc_p");
    if (on("postgresql"))
        run(&side, "DROP ROUTINE IF EXISTS tdc_f");
    shut(&side);
}

static void calls_open(calls_of *u)
{
    char connection[1024];

    snprintf(connection, sizeof connection, "DSN=%s;TestInfo=SQL_DBMS_NAME:Whatever", getenv("UOW_DSN"));
    cr_assert_eq(uow_env_open(NULL, &u->env), UOW_OK);
    u->ctx = NULL;
    DOES(u, UOW_OK, uow_open(u->env, connection, NULL, NULL, &u->ctx));
}

static void calls_close(calls_of *u)
{
    DOES(u, UOW_OK, uow_close(u->ctx));
    cr_assert_eq(uow_env_close(u->env), UOW_OK);
}

Test(procedures, the_standard_dialect_binds_values_both_ways)
{
    calls_of u;
    int32_t total = -1;
    char tag[21] = "gr\xc3\xbcn";
    uow_ind total_ind = 0, tag_ind = UOW_NULL;
    if (on("sqlite"))
        cr_skip("SQLite has no procedures");
    make_routine();
    calls_open(&u);
    for (int i = 0; i < 2; i++) {
        uow_arg args[] = {uow_arg_int32(40), uow_arg_int32(2), UOW_OUT(UOW_INT32, total), UOW_INOUT(UOW_TEXT, tag)};
        DOES(&u, UOW_OK, uow_call(u.ctx, "tdc_p", args, 4, NULL, 0));
    }
    cr_assert_eq(total, 42);
    cr_assert_str_eq(tag, "<<gr\xc3\xbcn>>");
    uow_arg nulls[] = {uow_arg_null(UOW_INT32), uow_arg_int32(2), UOW_OUT_NULL(UOW_INT32, total, total_ind),
                       UOW_INOUT_NULL(UOW_TEXT, tag, tag_ind)};
    if (on("postgresql")) { /* MariaDB's driver loses NULLs that come back, which is why its dialect does not bind */
        DOES(&u, UOW_OK, uow_call(u.ctx, "tdc_p", nulls, 4, NULL, 0));
        cr_assert_eq(total_ind, UOW_NULL);
        cr_assert_eq(tag_ind, UOW_NULL);
    }
    nulls[0] = uow_arg_named("a", uow_arg_int32(1));
    DOES(&u, UOW_MISUSE, uow_call(u.ctx, "tdc_p", nulls, 1, NULL, 0));
    calls_close(&u);
    drop_routine();
}

Test(procedures, the_standard_dialect_reads_what_a_function_returns)
{
    calls_of u;
    int32_t value = -1;
    if (!on("postgresql"))
        cr_skip("only PostgreSQL's driver knows {? = call}");
    make_routine();
    calls_open(&u);
    uow_arg args[] = {UOW_RETURN(UOW_INT32, value), uow_arg_int32(21)};
    DOES(&u, UOW_OK, uow_call(u.ctx, "tdc_f", args, 2, NULL, 0));
    cr_assert_eq(value, 42);
    DOES(&u, UOW_SQL, uow_call(u.ctx, "tdc_nobody", args, 2, NULL, 0));
    calls_close(&u);
    drop_routine();
}
