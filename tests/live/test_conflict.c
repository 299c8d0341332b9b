/* Rows changed, deleted or moved by a second context between reading and saving. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "live/shop.h"

static uow_context *second;

static void conflict_open(void)
{
    shop_open();
    second = live_another(&l);
}

static void meanwhile(const char *format, const char *table)
{
    char sql[256];

    snprintf(sql, sizeof sql, format, table);
    UOW_OK_ON(second, uow_execute(second, sql, NULL, 0, NULL));
}

static void conflicts_over(const void *instance)
{
    UOW_IS(UOW_CONFLICT, uow_save(l.ctx, NULL));
    const uow_error *error = uow_context_error(l.ctx);
    cr_assert_eq(uow_error_instance_count(error), 1);
    cr_assert_eq(uow_error_instance(error, 0), instance);
    cr_assert_null(uow_error_instance(error, 1));
    LIVE_CONTAINS(uow_error_message(error), "by somebody else");
    cr_assert_eq(uow_unit_depth(l.ctx), 0);
}

static void *reload(const uow_entity *entity, const char *condition)
{
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;
    uow_list *list = NULL;

    options.flags = UOW_REFRESH;
    UOW_OK(uow_query(l.ctx, entity, condition, NULL, 0, &options, &list));
    void *row = uow_list_at(list, 0);
    uow_list_free(list);
    return row;
}

Test(conflict, a_row_changed_by_somebody_else_is_not_overwritten)
{
    conflict_open();
    buyer *ann = shop_buyer(1);
    buyer *theirs = NULL;
    UOW_OK_ON(second, uow_find(second, &buyers, uow_key_int64(1), (void **)&theirs));
    theirs->balance = 1;
    UOW_OK_ON(second, uow_save(second, NULL));
    ann->balance = 2;
    conflicts_over(ann);
    cr_assert_str_eq(uow_error_key(uow_context_error(l.ctx)), "id=1");
    cr_assert_str_eq(uow_error_entity(uow_context_error(l.ctx)), buyer_table);
    cr_assert_float_eq(ann->balance, 2, 0, "the change survives");
    cr_assert_eq(ann->version, 3);
    cr_assert_eq(uow_state(l.ctx, ann), UOW_MODIFIED);
    conflicts_over(ann);
    cr_assert_eq(reload(&buyers, "id = 1"), ann);
    cr_assert_float_eq(ann->balance, 1, 0);
    ann->balance = 3;
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(ann->version, 5);
    cr_assert_eq(live_int64(&l, "SELECT version FROM %s WHERE id = 1 AND balance = 3", buyer_table), 5);
    shop_close();
}

Test(conflict, a_row_deleted_by_somebody_else_cannot_be_updated)
{
    conflict_open();
    buyer *ann = shop_buyer(1);
    meanwhile("DELETE FROM %s WHERE id = 1", buyer_table);
    ann->balance = 2;
    conflicts_over(ann);
    cr_assert_null(reload(&buyers, "id = 1"));
    UOW_OK(uow_detach(l.ctx, ann));
    UOW_OK(uow_save(l.ctx, NULL));
    shop_close();
}

Test(conflict, a_row_deleted_by_somebody_else_cannot_be_deleted)
{
    conflict_open();
    buyer *ann = shop_buyer(1);
    meanwhile("DELETE FROM %s WHERE id = 1", buyer_table);
    UOW_OK(uow_remove(l.ctx, ann));
    conflicts_over(ann);
    cr_assert_eq(uow_state(l.ctx, ann), UOW_DELETED);
    shop_close();
}

Test(conflict, a_row_changed_by_somebody_else_is_not_deleted)
{
    conflict_open();
    buyer *ann = shop_buyer(1);
    meanwhile("UPDATE %s SET balance = 1, version = version + 1 WHERE id = 1", buyer_table);
    UOW_OK(uow_remove(l.ctx, ann));
    conflicts_over(ann);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s WHERE id = 1", buyer_table), 1);
    shop_close();
}

Test(conflict, rows_of_several_tables_are_refreshed_in_one_call)
{
    conflict_open();
    live_run(&l, "INSERT INTO %s (country, city, people) VALUES ('Italia', 'Roma', 3)", place_table);
    place *roma = reload(&places, "city = 'Roma'");
    purchase *order = shop_add(&purchases, &(purchase){.buyer_id = 1, .status = "open"});
    UOW_OK(uow_save(l.ctx, NULL));
    buyer *ann = shop_buyer(1), *cid = shop_buyer(3);
    cid->balance = 1234; /* refreshing takes it back */
    meanwhile("UPDATE %s SET balance = 5, version = version + 1", buyer_table);
    meanwhile("UPDATE %s SET people = 7", place_table);
    meanwhile("UPDATE %s SET status = 'paid'", purchase_table);
    void *rows[] = {order, ann, roma, cid};
    shop_forget_events();
    UOW_OK(uow_refresh(l.ctx, rows, 4));
    cr_assert_eq(shop_statements(), 3, "one for each table");
    cr_assert(ann->balance == 5 && ann->version == 4 && cid->balance == 5 && roma->people == 7);
    cr_assert_str_eq(order->status, "paid");
    meanwhile("DELETE FROM %s", place_table);
    UOW_IS(UOW_NOT_FOUND, uow_refresh(l.ctx, rows, 4));
    cr_assert_eq(uow_error_instance(uow_context_error(l.ctx), 0), roma);
    shop_close();
}

Test(conflict, a_row_moved_to_another_key_is_gone)
{
    conflict_open();
    live_run(&l, "INSERT INTO %s (country, city, people) VALUES ('Italia', 'Roma', 3)", place_table);
    place *roma = reload(&places, "city = 'Roma'");
    meanwhile("UPDATE %s SET city = 'Milano'", place_table);
    roma->people = 4;
    conflicts_over(roma);
    cr_assert(strstr(uow_error_key(uow_context_error(l.ctx)), "city=Roma"));
    shop_close();
}

Test(conflict, without_a_version_the_last_writer_wins)
{
    conflict_open();
    live_run(&l, "INSERT INTO %s (country, city, people) VALUES ('Italia', 'Roma', 3)", place_table);
    place *roma = reload(&places, "city = 'Roma'");
    meanwhile("UPDATE %s SET people = 5", place_table);
    roma->people = 4;
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(live_int64(&l, "SELECT people FROM %s", place_table), 4);
    shop_close();
}

/* A database that counts changed rows instead of met ones would report a conflict here. */
Test(conflict, writing_what_is_there_already_is_no_conflict)
{
    conflict_open();
    live_run(&l, "INSERT INTO %s (country, city, people) VALUES ('Italia', 'Roma', 3)", place_table);
    place *roma = reload(&places, "city = 'Roma'");
    meanwhile("UPDATE %s SET people = 4", place_table);
    roma->people = 4;
    UOW_OK(uow_save(l.ctx, NULL));
    shop_close();
}

Test(conflict, one_conflict_among_many_rows_writes_none_of_them)
{
    conflict_open();
    buyer *ann = shop_buyer(1);
    buyer *bob = shop_buyer(2);
    buyer *cid = shop_buyer(3);
    meanwhile("UPDATE %s SET version = version + 1 WHERE id = 2", buyer_table);
    buyer values = shop_new_buyer("Dan");
    buyer *dan = shop_add(&buyers, &values);
    ann->balance = bob->balance = cid->balance = 44;
    conflicts_over(bob);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s WHERE balance = 44 OR name = 'Dan'", buyer_table), 0);
    cr_assert(ann->version == 3 && cid->version == 1 && dan->id < 0 && dan->version == 0);
    UOW_OK(uow_revert(l.ctx, bob));
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s WHERE balance = 44 OR name = 'Dan'", buyer_table), 3);
    shop_close();
}

static bool carried(const void *instance)
{
    const uow_error *error = uow_context_error(l.ctx);

    for (size_t i = 0; i < uow_error_instance_count(error); i++)
        if (uow_error_instance(error, i) == instance)
            return true;
    return false;
}

Test(conflict, stale_rows_of_several_tables_and_operations_are_told_at_once)
{
    conflict_open();
    live_run(&l, "INSERT INTO %s (country, city, people) VALUES ('Italia', 'Roma', 3), ('Italia', 'Pisa', 1)", place_table);
    place *roma = reload(&places, "city = 'Roma'"), *pisa = reload(&places, "city = 'Pisa'");
    purchase *order = shop_add(&purchases, &(purchase){.buyer_id = 3, .status = "open"});
    UOW_OK(uow_save(l.ctx, NULL));
    buyer *ann = shop_buyer(1), *bob = shop_buyer(2), *cid = shop_buyer(3);
    meanwhile("UPDATE %s SET version = version + 1 WHERE id < 3", buyer_table);
    meanwhile("DELETE FROM %s WHERE city = 'Roma'", place_table);
    meanwhile("INSERT INTO %s (id, buyer_id, status) VALUES (50, 3, 'kept')", purchase_table); /* its key is not free */
    meanwhile("DELETE FROM %s WHERE id < 50", purchase_table);

    buyer values = shop_new_buyer("Dan");
    buyer *dan = shop_add(&buyers, &values);
    purchase *fresh = shop_add(&purchases, &(purchase){.buyer_id = dan->id, .status = "new"});
    ann->balance = cid->balance = 44;
    order->buyer_id = dan->id;
    roma->people = pisa->people = 9;
    UOW_OK(uow_remove(l.ctx, bob));
    UOW_IS(UOW_CONFLICT, uow_save(l.ctx, NULL));
    cr_assert(carried(ann) && carried(bob) && carried(roma) && carried(order));
    cr_assert_eq(uow_error_instance_count(uow_context_error(l.ctx)), 4, "and none that is not stale");
    LIVE_CONTAINS(uow_context_message(l.ctx), "4 rows");
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s", buyer_table), 3, "nothing is written");

    UOW_OK(uow_resolve(l.ctx, ann, UOW_CLIENT_WINS));
    UOW_OK(uow_resolve(l.ctx, bob, UOW_CLIENT_WINS));
    UOW_OK(uow_resolve(l.ctx, roma, UOW_STORE_WINS));
    UOW_OK(uow_resolve(l.ctx, order, UOW_CLIENT_WINS));
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s WHERE balance = 44", buyer_table), 2);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s", buyer_table), 3, "without Bob, with Dan");
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s", purchase_table), 3);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s", place_table), 1);
    cr_assert(fresh->buyer_id == dan->id && order->buyer_id == dan->id);
    shop_close();
}

Test(conflict, what_fails_after_a_stale_row_does_not_hide_it)
{
    conflict_open();
    purchase *order = shop_add(&purchases, &(purchase){.buyer_id = 2, .status = "open"});
    UOW_OK(uow_save(l.ctx, NULL));
    UOW_OK(uow_detach(l.ctx, order));
    buyer *ann = shop_buyer(1), *bob = shop_buyer(2);
    meanwhile("UPDATE %s SET version = version + 1 WHERE id = 1", buyer_table);
    ann->balance = 44;
    UOW_OK(uow_remove(l.ctx, bob));
    conflicts_over(ann);
    UOW_OK(uow_resolve(l.ctx, ann, UOW_CLIENT_WINS));
    UOW_IS(UOW_CONSTRAINT, uow_save(l.ctx, NULL));
    cr_assert_eq(uow_error_instance(uow_context_error(l.ctx), 0), bob, "an order refers to him");
    UOW_OK(uow_revert(l.ctx, bob));
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s WHERE balance = 44", buyer_table), 1);
    shop_close();
}
