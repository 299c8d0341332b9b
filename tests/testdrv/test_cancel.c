/* A cancel that takes its time, as where it makes a connection of its own over a slow network. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "testdrv/testdrv.h"

#include <time.h>

#include "uow.h"

static uow_env *env;
static uow_context *ctx;

static double now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* One worker, which has the statement: nobody is free to send the cancel. */
static uow_op *begin_slow(void)
{
    uow_env_options options = UOW_ENV_OPTIONS_INIT;
    char connection[256];
    uow_op *op = NULL;

    if (on("sqlite"))
        cr_skip_test("a cancel is a call into the library there");
    options.max_workers = 1;
    snprintf(connection, sizeof connection, "DSN=%s;TestDelay=SQLCancel:400", getenv("UOW_DSN"));
    cr_assert_eq(uow_env_open(&options, &env), UOW_OK);
    cr_assert_eq(uow_open(env, connection, NULL, NULL, &ctx), UOW_OK, "%s", uow_context_message(ctx));
    cr_assert_eq(uow_execute_start(ctx, on("postgresql") ? "SELECT pg_sleep(20)" : "SELECT SLEEP(20)", NULL, 0, NULL, &op),
                 UOW_OK);
    cr_assert_eq(uow_op_wait(op, 200), UOW_PENDING);
    return op;
}

static void end_slow(uow_op *op, uow_status wanted, double asked)
{
    int64_t affected;

    cr_assert_eq(uow_op_finish(op), wanted, "%s", uow_context_message(ctx));
    cr_assert_geq(now_ms() - asked, 390);
    cr_assert_lt(now_ms() - asked, 10000);
    cr_assert_eq(uow_execute(ctx, "DELETE FROM tdc_nothing WHERE 1 = 0", NULL, 0, &affected), UOW_SQL, "usable");
    cr_assert_eq(uow_close(ctx), UOW_OK);
    cr_assert_eq(uow_env_close(env), UOW_OK);
}

Test(cancel, who_asks_and_who_polls_does_not_wait_until_it_is_sent)
{
    uow_op *op = begin_slow();
    double asked = now_ms();
    cr_assert_eq(uow_op_cancel(op), UOW_OK);
    for (int i = 0; i < 20; i++)
        cr_assert_eq(uow_op_poll(op), UOW_PENDING);
    cr_assert_lt(now_ms() - asked, 300);
    end_slow(op, UOW_CANCELLED, asked);
}

Test(cancel, a_deadline_that_passes_does_not_block_the_poll_that_sees_it)
{
    uow_op *op = begin_slow();
    cr_assert_eq(uow_op_deadline(op, 1), UOW_OK);
    double asked = now_ms();
    while (now_ms() - asked < 50)
        cr_assert_eq(uow_op_poll(op), UOW_PENDING);
    cr_assert_lt(now_ms() - asked, 300);
    end_slow(op, UOW_TIMEOUT, asked);
}

/* --- a driver that does not come back */

Test(cancel, what_was_given_up_keeps_its_context_until_the_driver_comes_back)
{
    uow_env_options options = UOW_ENV_OPTIONS_INIT;
    char connection[256];
    int64_t affected = -1;
    uow_op *op = NULL;

    make_table("tdc_given_up");
    options.drain_ms = 50;
    snprintf(connection, sizeof connection, "DSN=%s;TestDelay=SQLExecute:700", getenv("UOW_DSN"));
    cr_assert_eq(uow_env_open(&options, &env), UOW_OK);
    cr_assert_eq(uow_open(env, connection, NULL, NULL, &ctx), UOW_OK, "%s", uow_context_message(ctx));
    double begun = now_ms();
    cr_assert_eq(uow_execute_start(ctx, "INSERT INTO tdc_given_up (id) VALUES (1)", NULL, 0, &affected, &op), UOW_OK);
    cr_assert_eq(uow_op_wait(op, 20), UOW_PENDING);
    uow_op_free(op);
    cr_assert_lt(now_ms() - begun, 500, "freeing waits for drain_ms and no longer");
    cr_assert_eq(uow_execute(ctx, "DELETE FROM tdc_given_up", NULL, 0, NULL), UOW_BUSY);
    cr_assert_eq(uow_close(ctx), UOW_BUSY);
    cr_assert_eq(uow_env_close(env), UOW_BUSY);
    while (uow_close(ctx) == UOW_BUSY)
        cr_assert_lt(now_ms() - begun, 10000);
    cr_assert_geq(now_ms() - begun, 600);
    cr_assert_eq(affected, -1, "its result went with it");
    cr_assert_eq(uow_env_close(env), UOW_OK);
    drop_table("tdc_given_up");
}
