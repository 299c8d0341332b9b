/* NULLs and dead handles in every call of polled operations. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#define LIVE_POLLED_ITSELF
#include "live/shop.h"

#define REFUSED(expr) cr_assert_eq((expr), UOW_MISUSE, #expr)

static uow_context *const no_context;
static uow_op *const no_op;
static uow_op *op;

static void null_ops(void)
{
    uow_progress progress = UOW_PROGRESS_INIT;

    REFUSED(uow_op_poll(no_op));
    REFUSED(uow_op_wait(no_op, 1));
    REFUSED(uow_op_finish(no_op));
    REFUSED(uow_op_cancel(no_op));
    REFUSED(uow_op_deadline(no_op, 1));
    REFUSED(uow_op_progress(no_op, &progress));
    REFUSED(uow_op_on_done(no_op, NULL, NULL));
    cr_assert_eq(uow_op_mode(no_op), UOW_ENGINE_AUTO);
    cr_assert_eq(uow_op_next_poll_ms(no_op), 0);
    cr_assert_eq(uow_op_fd(no_op), -1);
    uow_op_free(no_op);
    REFUSED(uow_wait_any(NULL, 1, 1, NULL));
    REFUSED(uow_wait_all(NULL, 1, 1));
    cr_assert_eq(uow_wait_any(NULL, 0, 1, NULL), UOW_END);
    cr_assert_eq(uow_wait_all(NULL, 0, 1), UOW_OK);
    cr_assert_eq(uow_env_fd(NULL), -1);
    REFUSED(uow_env_dispatch(NULL, NULL));
    cr_assert_eq(uow_env_next_poll_ms(NULL), UOW_WAIT_FOREVER);
}

/* Without a context, and without a place for the operation. */
static void null_tracker_starts(uow_context *ctx, uow_op **out)
{
    void *row = NULL;

    REFUSED(uow_find_start(ctx, &buyers, uow_key_int64(1), &row, out));
    REFUSED(uow_save_start(ctx, NULL, out));
    REFUSED(uow_save_with_start(ctx, NULL, NULL, out));
    REFUSED(uow_begin_start(ctx, NULL, out));
    REFUSED(uow_commit_start(ctx, out));
    REFUSED(uow_rollback_start(ctx, out));
    REFUSED(uow_close_start(ctx, out));
}

static void null_query_starts(uow_context *ctx, uow_op **out)
{
    uow_list *list = NULL;
    int64_t count = 0;
    void *row = NULL;
    int exists = 0;

    REFUSED(uow_query_start(ctx, &buyers, NULL, NULL, 0, NULL, &list, out));
    REFUSED(uow_query_sql_start(ctx, &buyers, "SELECT 1", NULL, 0, NULL, &list, out));
    REFUSED(uow_first_start(ctx, &buyers, NULL, NULL, 0, &row, out));
    REFUSED(uow_single_start(ctx, &buyers, NULL, NULL, 0, &row, out));
    REFUSED(uow_count_start(ctx, &buyers, NULL, NULL, 0, &count, out));
    REFUSED(uow_exists_start(ctx, &buyers, NULL, NULL, 0, &exists, out));
}

static void null_write_starts(uow_context *ctx, uow_op **out)
{
    uow_statement *statement = NULL;
    int64_t count = 0;

    REFUSED(uow_execute_start(ctx, "DELETE FROM t", NULL, 0, &count, out));
    REFUSED(uow_statement_prepare_start(ctx, "DELETE FROM t", &statement, out));
    REFUSED(uow_call_start(ctx, "p", NULL, 0, NULL, 0, out));
    REFUSED(uow_model_verify_start(ctx, out));
    REFUSED(uow_unit_table_create_start(ctx, "t", out));
    REFUSED(uow_unit_table_clean_start(ctx, "t", 1, &count, out));
    REFUSED(uow_update_where_start(ctx, &buyers, "balance = 1", "", NULL, 0, &count, out));
    REFUSED(uow_delete_where_start(ctx, &buyers, "", NULL, 0, &count, out));
    REFUSED(uow_upsert_start(ctx, &buyers, NULL, 1, NULL, &count, out));
}

static void null_related_starts(uow_context *ctx, uow_op **out)
{
    uow_list *list = NULL;
    void *rows[1] = {NULL};
    buyer values;

    REFUSED(uow_load_collection_start(ctx, rows, 0, &purchases, NULL, &list, out));
    REFUSED(uow_load_reference_start(ctx, rows, 0, NULL, &list, out));
    REFUSED(uow_refresh_start(ctx, rows, 1, out));
    REFUSED(uow_refresh_all_start(ctx, out));
    REFUSED(uow_resolve_start(ctx, NULL, UOW_CLIENT_WINS, out));
    REFUSED(uow_database_start(ctx, NULL, &values, out));
}

static void null_handle_starts(uow_context *ctx, uow_op **out)
{
    uow_cursor *cursor = NULL;
    uow_rows *rows = NULL;
    void *row = NULL;

    REFUSED(uow_cursor_open_start(ctx, &buyers, NULL, NULL, 0, NULL, &cursor, out));
    REFUSED(uow_cursor_next_start(NULL, &row, out));
    REFUSED(uow_cursor_close_start(NULL, out));
    REFUSED(uow_call_rows_start(ctx, "p", NULL, 0, &rows, out));
    REFUSED(uow_rows_open_start(ctx, "SELECT 1", NULL, 0, &rows, out));
    REFUSED(uow_rows_next_start(NULL, out));
    REFUSED(uow_rows_next_result_start(NULL, out));
    REFUSED(uow_rows_close_start(NULL, out));
}

static void null_starts(uow_context *ctx, uow_op **out)
{
    null_tracker_starts(ctx, out);
    null_query_starts(ctx, out);
    null_write_starts(ctx, out);
    null_related_starts(ctx, out);
    null_handle_starts(ctx, out);
}

Test(op_misuse, null_handles_are_refused_in_every_polled_call)
{
    uow_context *other = NULL;
    uow_list *list = NULL;
    shop_open();
    null_ops();
    null_starts(no_context, &op);
    null_starts(l.ctx, NULL);
    REFUSED(uow_statement_execute_start(NULL, NULL, 0, NULL, &op));
    REFUSED(uow_statement_query_start(NULL, &buyers, NULL, 0, NULL, &list, &op));
    REFUSED(uow_open_start(NULL, "DSN=x", NULL, NULL, &other, &op));
    REFUSED(uow_open_start(l.env, NULL, NULL, NULL, &other, &op));
    REFUSED(uow_open_start(l.env, "DSN=x", NULL, NULL, NULL, &op));
    REFUSED(uow_open_start(l.env, "DSN=x", NULL, NULL, &other, NULL));
    cr_assert_null(op);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s", buyer_table), 3);
    shop_close();
}

Test(op_misuse, wrong_arguments_are_told_by_start_as_by_the_call)
{
    uow_entity stranger = UOW_ENTITY(buyer, "strangers", buyer_columns);
    buyer *b = NULL;
    shop_open();
    UOW_IS(UOW_MISUSE, uow_find_start(l.ctx, &buyers, uow_key_int64(1), NULL, &op));
    LIVE_CONTAINS(uow_context_message(l.ctx), "out_instance is NULL");
    UOW_IS(UOW_MISUSE, uow_find_start(l.ctx, &stranger, uow_key_int64(1), (void **)&b, &op));
    UOW_IS(UOW_TYPE, uow_find_start(l.ctx, &buyers, uow_key_text("one"), (void **)&b, &op));
    UOW_IS(UOW_NOT_FOUND, uow_find_start(l.ctx, &buyers, uow_key_arg(uow_arg_null(UOW_INT64)), (void **)&b, &op));
    UOW_IS(UOW_MISUSE, uow_commit_start(l.ctx, &op));
    cr_assert_null(op);
    UOW_OK(uow_find(l.ctx, &buyers, uow_key_int64(1), (void **)&b));
    shop_close();
}
