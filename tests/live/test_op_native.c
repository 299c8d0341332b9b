/*
 * The native engine, on the test driver before each database: polled at statement and at connection level, with 0, 1
 * and 50 answers of "still executing", and cancelled while it says so.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <time.h>

#define LIVE_POLLED_ITSELF
#include "live/shop.h"

#define NATIVE_FUNCTIONS "TestAsyncFunctions=SQLPrepare|SQLExecute|SQLExecDirect|SQLFetchScroll|SQLGetData"

/* A context on the same database, through the test driver; the test is skipped where there is none. */
static uow_context *native_open(const char *level, const char *more)
{
    uow_context_options options = UOW_CONTEXT_OPTIONS_INIT;
    uow_facts facts = UOW_FACTS_INIT;
    uow_context *ctx = NULL;
    char connection[512];

    if (strncmp(live_dsn(), "uow_", 4) != 0)
        cr_skip_test("needs one of the suite's own data sources");
    snprintf(connection, sizeof connection, "DSN=uow_test_%s;TestAsync=%s;%s;" NATIVE_FUNCTIONS, live_dsn() + 4, level,
             more);
    options.engine = UOW_ENGINE_NATIVE;
    if (uow_open(l.env, connection, l.model, &options, &ctx) != UOW_OK) {
        bool absent = strstr(uow_context_message(ctx), "libuowtest") != NULL;
        char why[512];

        snprintf(why, sizeof why, "%s", uow_context_message(ctx));
        uow_close(ctx);
        if (absent)
            cr_skip_test("the test driver is not built");
        cr_assert_fail("%s", why);
    }
    cr_assert_eq(uow_context_facts(ctx, &facts), UOW_OK);
    cr_assert_eq(facts.async_mode, strcmp(level, "statement") == 0 ? 2 : 1);
    return ctx;
}

/* Polls to the end by hand; how many answers there were before it. */
static unsigned native_polls(uow_op *op, uow_status wanted, uow_context *ctx)
{
    unsigned pending = 0;
    uow_status st;

    while ((st = uow_op_poll(op)) == UOW_PENDING)
        pending++;
    st = uow_op_finish(op);
    cr_assert_eq(st, wanted, "%s: %s", uow_status_name(st), uow_context_message(ctx));
    return pending;
}

static void native_unit(uow_context *ctx, unsigned polls)
{
    uow_list *list = NULL;
    buyer values = shop_new_buyer("Dan");
    buyer *dan = NULL, *ann = NULL;
    uow_op *op = NULL;
    size_t saved = 0;

    UOW_OK_ON(ctx, uow_begin_start(ctx, NULL, &op));
    cr_assert_eq(uow_op_mode(op), UOW_ENGINE_NATIVE);
    native_polls(op, UOW_OK, ctx);
    UOW_OK_ON(ctx, uow_query_start(ctx, &buyers, "ORDER BY id", NULL, 0, NULL, &list, &op));
    cr_assert_geq(native_polls(op, UOW_OK, ctx) + 1, polls, "each of its calls was asked so often");
    cr_assert_eq(uow_list_count(list), 3);
    ann = uow_list_at(list, 0);
    uow_list_free(list);
    ann->balance += 1;
    UOW_OK_ON(ctx, uow_add(ctx, &buyers, &values, (void **)&dan));
    UOW_OK_ON(ctx, uow_save_start(ctx, &saved, &op));
    native_polls(op, UOW_OK, ctx);
    cr_assert_eq(saved, 2);
    cr_assert_gt(dan->id, 0);
    UOW_OK_ON(ctx, uow_execute_start(ctx, "DELETE FROM no_such_table_at_all", NULL, 0, NULL, &op));
    native_polls(op, UOW_SQL, ctx);
    UOW_OK_ON(ctx, uow_rollback_start(ctx, &op));
    native_polls(op, UOW_OK, ctx);
    UOW_OK_ON(ctx, uow_find(ctx, &buyers, uow_key_int64(2), (void **)&ann));
}

static void native_level(const char *level)
{
    static const unsigned polls[] = {0, 1, 50};

    shop_open();
    for (size_t i = 0; i < 3; i++) {
        char more[64];
        uow_context *ctx;

        snprintf(more, sizeof more, "TestAsyncPolls=%u", polls[i]);
        ctx = native_open(level, more);
        native_unit(ctx, polls[i]);
        UOW_OK_ON(ctx, uow_close(ctx));
    }
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s", buyer_table), 3);
    shop_close();
}

Test(op_native, a_unit_is_polled_statement_by_statement)
{
    native_level("statement");
}

Test(op_native, a_unit_is_polled_where_the_connection_is_polled_as_a_whole)
{
    native_level("connection");
}

/* Cancelled while the driver says "still executing"; that one then ends its call when it would have ended anyhow. */
static void native_cancel(const char *level)
{
    int64_t count = 0;
    uow_op *op = NULL;
    uow_context *ctx;

    shop_open();
    ctx = native_open(level, "TestAsyncDelay=150");
    cr_assert_eq(uow_count(ctx, &buyers, NULL, NULL, 0, &count), UOW_OK, "blocking calls are not polled: %s",
                 uow_context_message(ctx));
    UOW_OK_ON(ctx, uow_count_start(ctx, &buyers, NULL, NULL, 0, &count, &op));
    cr_assert_eq(uow_op_wait(op, 20), UOW_PENDING);
    cr_assert_leq(uow_op_next_poll_ms(op), 10);
    cr_assert_eq(uow_op_cancel(op), UOW_OK);
    cr_assert_eq(uow_op_finish(op), UOW_CANCELLED);
    UOW_OK_ON(ctx, uow_count(ctx, &buyers, NULL, NULL, 0, &count));
    cr_assert_eq(count, 3);
    UOW_OK_ON(ctx, uow_close(ctx));
    shop_close();
}

Test(op_native, the_pause_between_polls_grows_from_nothing_to_a_ceiling)
{
    int64_t count = 0;
    uint32_t first, last = 0;
    uow_op *op = NULL;
    uow_context *ctx;

    shop_open();
    ctx = native_open("statement", "TestAsyncDelay=200");
    UOW_OK_ON(ctx, uow_count_start(ctx, &buyers, NULL, NULL, 0, &count, &op));
    first = uow_op_next_poll_ms(op);
    for (uow_status st = UOW_PENDING; st == UOW_PENDING; st = uow_op_poll(op)) {
        uint32_t pause = uow_op_next_poll_ms(op);
        struct timespec ts = {0, (long)pause * 1000000L};

        cr_assert_leq(pause, 8);
        last = pause > last ? pause : last;
        (void)nanosleep(&ts, NULL);
    }
    cr_assert_eq(first, 0);
    cr_assert_geq(last, 4);
    UOW_OK_ON(ctx, uow_op_finish(op));
    UOW_OK_ON(ctx, uow_close(ctx));
    shop_close();
}

Test(op_native, a_cancelled_statement_ends_while_it_is_polled)
{
    native_cancel("statement");
}

Test(op_native, a_cancelled_statement_ends_on_a_polled_connection)
{
    native_cancel("connection");
}

Test(op_native, a_driver_that_only_pretends_is_not_polled)
{
    uow_context *ctx = NULL;
    uow_op *op = NULL;
    char connection[256];

    shop_open();
    UOW_OK(uow_execute_start(l.ctx, "DELETE FROM no_such_table_at_all", NULL, 0, NULL, &op));
    cr_assert_eq(uow_op_mode(op), UOW_ENGINE_WORKER);
    cr_assert_eq(uow_op_finish(op), UOW_SQL);
    ctx = native_open("statement", "TestAsyncPolls=1");
    UOW_OK_ON(ctx, uow_close(ctx));
    snprintf(connection, sizeof connection, "DSN=uow_test_%s;TestAsync=forgets", live_dsn() + 4);
    cr_assert_eq(uow_open(l.env, connection, l.model, NULL, &ctx), UOW_OK);
    UOW_OK_ON(ctx, uow_begin_start(ctx, NULL, &op));
    cr_assert_eq(uow_op_mode(op), UOW_ENGINE_WORKER);
    UOW_OK_ON(ctx, uow_op_finish(op));
    UOW_OK_ON(ctx, uow_close(ctx));
    shop_close();
}
