/* What is held and given back; memory running out in the middle; many rounds of open and close. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <dirent.h>
#include <stdlib.h>

#include "live/failing.h"
#include "live/shop.h"

static uow_env *env;
static uow_model *model;
static uow_context *ctx;

static void open_env(void)
{
    static const uow_entity *const entities[] = {&items, &purchases, &buyers, &places};
    uow_env_options options = UOW_ENV_OPTIONS_INIT;

    options.allocator = failing_allocator();
    cr_assert_eq(uow_env_open(&options, &env), UOW_OK);
    cr_assert_eq(uow_model_create(env, entities, 4, &model), UOW_OK);
}

static void close_env(void)
{
    uow_model_free(model);
    cr_assert_eq(uow_env_close(env), UOW_OK);
    cr_assert_eq(memory.bytes, 0);
}

static uow_status open_ctx(void)
{
    ctx = NULL;
    return uow_open(env, live_dsn(), model, NULL, &ctx);
}

Test(memory, open_fails_cleanly_at_every_allocation, .timeout = 60)
{
    uow_status st = UOW_NO_MEMORY;
    int64_t n = 0;
    shop_open();
    open_env();
    for (; st != UOW_OK; n++) {
        memory.fail_at = n;
        st = open_ctx();
        memory.fail_at = -1;
        cr_assert(st == UOW_OK || (st == UOW_NO_MEMORY && !ctx), "at %d: %s", (int)n, uow_status_name(st));
    }
    cr_assert_gt(n, 3);
    cr_assert_eq(uow_close(ctx), UOW_OK);
    close_env();
    shop_close();
}

typedef uow_status (*tried)(void);

static void must_do(uow_status st)
{
    cr_assert_eq(st, UOW_OK, "%s", uow_context_message(ctx));
}

/* Each failing allocation gives NO_MEMORY; the same call again succeeds; after close nothing is held. */
static void torture(tried call, int64_t at_least)
{
    uow_status st = UOW_NO_MEMORY;
    int64_t n = 0;

    shop_open();
    open_env();
    int64_t before = memory.bytes;
    for (; st != UOW_OK; n++) {
        must_do(open_ctx());
        memory.fail_at = n;
        st = call();
        memory.fail_at = -1;
        cr_assert(st == UOW_OK || st == UOW_NO_MEMORY, "at %d: %s: %s", (int)n, uow_status_name(st), uow_context_message(ctx));
        if (st != UOW_OK)
            must_do(call());
        must_do(uow_close(ctx));
        if (n == 0)
            before = memory.bytes; /* the dead handle is kept a while */
        cr_assert_leq(memory.bytes - before, 64 * 4096);
    }
    cr_assert_geq(n, at_least);
    close_env();
    shop_close();
}

static uow_status find(void)
{
    void *row = NULL;
    return uow_find(ctx, &buyers, uow_key_int64(2), &row);
}

static uow_status query(void)
{
    uow_arg name = uow_arg_named("name", uow_arg_text("Bob"));
    uow_list *list = NULL;
    uow_status st = uow_query(ctx, &buyers, "name <> :name ORDER BY id", &name, 1, NULL, &list);

    cr_assert_eq(st == UOW_OK, list != NULL);
    cr_assert(!list || uow_list_count(list) == 2);
    uow_list_free(list);
    return st;
}

static uow_status bounded(void)
{
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;
    uow_cursor *cursor = NULL;
    void *row = NULL;
    int rows = 0;

    options.tracking = UOW_NO_TRACKING;
    options.flags = UOW_BOUNDED;
    uow_status st = uow_cursor_open(ctx, &buyers, "id > 0", NULL, 0, &options, &cursor);
    while (st == UOW_OK && (st = uow_cursor_next(cursor, &row)) == UOW_OK)
        rows++;
    uow_cursor_close(cursor);
    cr_assert_eq(uow_unit_depth(ctx), 0);
    cr_assert(st != UOW_END || rows == 3);
    return st == UOW_END ? UOW_OK : st;
}

Test(memory, find_fails_cleanly_at_every_allocation, .timeout = 60) { torture(find, 5); }
Test(memory, query_fails_cleanly_at_every_allocation, .timeout = 60) { torture(query, 5); }
Test(memory, bounded_cursors_fail_cleanly_at_every_allocation, .timeout = 60) { torture(bounded, 5); }

/* --- save of a few mixed rows */

static buyer *changed;
static buyer *removed;
static buyer *added;
static purchase *order;

static void prepare_save(void)
{
    buyer values = shop_new_buyer("Dan");

    must_do(uow_find(ctx, &buyers, uow_key_int64(1), (void **)&changed));
    must_do(uow_find(ctx, &buyers, uow_key_int64(3), (void **)&removed));
    must_do(uow_add(ctx, &buyers, &values, (void **)&added));
    must_do(uow_add(ctx, &purchases, &(purchase){.buyer_id = added->id, .status = "open"}, (void **)&order));
    changed->balance = 40;
    must_do(uow_remove(ctx, removed));
}

static void check_unsaved(int64_t temporary)
{
    size_t changes = 0;

    cr_assert_eq(uow_unit_depth(ctx), 0);
    must_do(uow_changes(ctx, &changes));
    cr_assert_eq(changes, 4);
    cr_assert(added->id == temporary && order->buyer_id == temporary && changed->version == 3);
    cr_assert_eq(uow_state(ctx, changed), UOW_MODIFIED);
    cr_assert_eq(uow_state(ctx, removed), UOW_DELETED);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s WHERE balance = 40 OR name = 'Dan'", buyer_table), 0);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s", buyer_table), 3);
}

static void check_saved(void)
{
    cr_assert_eq(order->buyer_id, added->id);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s WHERE balance = 40 OR name = 'Dan'", buyer_table), 2);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s", buyer_table), 3);
    cr_assert_eq(live_int64(&l, "SELECT buyer_id FROM %s", purchase_table), added->id);
}

static void undo_save(void)
{
    live_run(&l, "DELETE FROM %s", purchase_table);
    live_run(&l, "DELETE FROM %s", buyer_table);
    shop_fill();
}

Test(memory, save_fails_cleanly_at_every_allocation, .timeout = 120)
{
    uow_status st = UOW_NO_MEMORY;
    int64_t n = 0;
    shop_open();
    open_env();
    for (; st != UOW_OK; n++) {
        must_do(open_ctx());
        prepare_save();
        int64_t temporary = added->id;
        memory.fail_at = n;
        st = uow_save(ctx, NULL);
        memory.fail_at = -1;
        cr_assert(st == UOW_OK || st == UOW_NO_MEMORY, "at %d: %s: %s", (int)n, uow_status_name(st), uow_context_message(ctx));
        if (st != UOW_OK) {
            check_unsaved(temporary);
            must_do(uow_save(ctx, NULL));
        }
        check_saved();
        must_do(uow_close(ctx));
        undo_save();
    }
    cr_assert_gt(n, 10);
    close_env();
    shop_close();
}

/* --- rounds */

static size_t open_files(void)
{
    DIR *dir = opendir("/proc/self/fd");
    size_t count = 0;

    cr_assert_not_null(dir);
    while (readdir(dir))
        count++;
    closedir(dir);
    return count;
}

static void one_round(void)
{
    must_do(open_ctx());
    must_do(find());
    must_do(uow_close(ctx));
}

Test(memory, rounds_of_open_and_close_hold_no_more_files_and_bytes, .timeout = 1500)
{
    const char *slow = getenv("UOW_SLOW");
    const char *asked = getenv("UOW_ROUNDS");
    int rounds = 0;
    shop_open();
    rounds = l.database == LIVE_POSTGRESQL ? 1000 : l.database == LIVE_MARIADB ? 3000 : 10000;
    if (asked && *asked)
        rounds = atoi(asked);
    if (slow && *slow == '1')
        rounds = 330;
    open_env();
    for (int i = 0; i < 130; i++) /* as many dead handles as are ever kept */
        one_round();
    size_t files = open_files();
    int64_t bytes = memory.bytes;
    for (int i = 130; i < rounds; i++)
        one_round();
    cr_assert_eq(open_files(), files);
    cr_assert_eq(memory.bytes, bytes);
    close_env();
    shop_close();
}

Test(memory, everything_left_open_is_given_back_with_the_context)
{
    shop_open();
    shop_buyer(1)->balance = 99;
    buyer values = shop_new_buyer("Dan");
    shop_add(&buyers, &values);
    UOW_OK(uow_begin(l.ctx, NULL));
    uow_list *list = NULL;
    UOW_OK(uow_query(l.ctx, &buyers, NULL, NULL, 0, NULL, &list));
    uow_list_free(list);
    shop_close(); /* fails when anything is still held */
}
