/* Event loops: when a descriptor is readable, and that it is given back. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#define LIVE_POLLED_ITSELF /* the blocking calls of these tests block */
#include "live/shop.h"

#include <poll.h>
#include <unistd.h>

/* A statement that takes a moment. */
static const char *op_brief(void)
{
    return live_either(&l,
                       "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 1000000) "
                       "SELECT COUNT(*) FROM c",
                       "SELECT pg_sleep(0.1)", "SELECT SLEEP(0.1)");
}

static int op_readable(int descriptor, int timeout_ms)
{
    struct pollfd fd = {descriptor, POLLIN, 0};

    return poll(&fd, 1, timeout_ms);
}

Test(op_loop, a_descriptor_is_readable_until_its_operation_is_polled)
{
    uow_op *op = NULL;
    shop_open();
    UOW_OK(uow_execute_start(l.ctx, op_brief(), NULL, 0, NULL, &op));
    cr_assert_eq(op_readable(uow_op_fd(op), 0), 0);
    cr_assert_eq(op_readable(uow_op_fd(op), 10000), 1);
    cr_assert_eq(op_readable(uow_op_fd(op), 0), 1, "and still, as nobody has polled it");
    cr_assert_eq(op_readable(uow_env_fd(l.env), 0), 1);
    cr_assert_eq(uow_op_poll(op), UOW_OK);
    cr_assert_eq(op_readable(uow_op_fd(op), 0), 0);
    cr_assert_eq(op_readable(uow_env_fd(l.env), 0), 0);
    UOW_OK(uow_op_finish(op));
    shop_close();
}

Test(op_loop, the_descriptor_of_all_is_readable_until_the_last_is_polled)
{
    uow_op *ops[2] = {NULL};
    uow_context *other;
    size_t over = 0;
    shop_open();
    other = live_another(&l);
    UOW_OK(uow_execute_start(l.ctx, op_brief(), NULL, 0, NULL, &ops[0]));
    UOW_OK_ON(other, uow_execute_start(other, op_brief(), NULL, 0, NULL, &ops[1]));
    for (int i = 0; i < 2; i++)
        cr_assert_eq(op_readable(uow_op_fd(ops[i]), 10000), 1);
    cr_assert_eq(uow_op_poll(ops[0]), UOW_OK);
    cr_assert_eq(op_readable(uow_env_fd(l.env), 0), 1);
    cr_assert_eq(uow_env_dispatch(l.env, &over), UOW_OK);
    cr_assert_eq(over, 1);
    cr_assert_eq(op_readable(uow_env_fd(l.env), 0), 0);
    UOW_OK(uow_op_finish(ops[0]));
    UOW_OK_ON(other, uow_op_finish(ops[1]));
    shop_close();
}

static void op_count_call(uow_op *op, void *user)
{
    (void)op;
    ++*(int *)user;
}

/* What is tracked is found without asking the database: start ends the operation, and a loop must hear of it. */
Test(op_loop, an_operation_that_is_over_at_once_is_told_like_any_other)
{
    void *row = NULL;
    uow_op *op = NULL;
    size_t over = 0;
    int calls = 0;
    shop_open();
    UOW_OK(uow_find(l.ctx, &buyers, uow_key_int64(2), &row));
    UOW_OK(uow_find_start(l.ctx, &buyers, uow_key_int64(2), &row, &op));
    cr_assert_eq(uow_op_on_done(op, op_count_call, &calls), UOW_OK);
    cr_assert_eq(op_readable(uow_op_fd(op), 1000), 1);
    cr_assert_eq(op_readable(uow_env_fd(l.env), 0), 1);
    cr_assert_eq(uow_env_dispatch(l.env, &over), UOW_OK);
    cr_assert_eq(over, 1);
    cr_assert_eq(calls, 1);
    cr_assert_eq(op_readable(uow_op_fd(op), 0), 0);
    UOW_OK(uow_op_finish(op));
    cr_assert_eq(uow_env_dispatch(l.env, &over), UOW_OK);
    cr_assert_eq(over, 0);
    UOW_OK(uow_find_start(l.ctx, &buyers, uow_key_int64(2), &row, &op));
    uow_op_free(op);
    cr_assert_eq(op_readable(uow_env_fd(l.env), 0), 0, "nothing is left of one given up");
    shop_close();
}

Test(op_loop, descriptors_are_given_back_with_their_operations)
{
    int first, last;
    shop_open();
    first = dup(0);
    for (int i = 0; i < 100; i++) {
        void *row = NULL;
        uow_op *op = NULL;

        UOW_OK(uow_first_start(l.ctx, &buyers, NULL, NULL, 0, &row, &op));
        cr_assert_geq(uow_op_fd(op), 0);
        if (i % 2)
            UOW_OK(uow_op_finish(op));
        else
            uow_op_free(op);
    }
    last = dup(0);
    cr_assert_lt(last - first, 20, "descriptors before %d, afterwards %d", first, last);
    (void)close(first);
    (void)close(last);
    shop_close();
}
