#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "live/shop.h"

static void limits_open(uint64_t max_tracked, uint64_t max_result_bytes)
{
    uow_context_options options = UOW_CONTEXT_OPTIONS_INIT;

    options.max_tracked = max_tracked;
    options.max_result_bytes = max_result_bytes;
    options.trace = live_keep_event;
    options.trace_user = &l.events;
    shop_open_with(&options);
    shop_fill();
}

Test(limits, tracking_stops_at_max_tracked_and_goes_on_after_clear)
{
    void *row = NULL;
    uow_list *list = NULL;
    buyer values = shop_new_buyer("Dan");
    limits_open(2, 0);
    shop_buyer(1);
    shop_buyer(2);
    UOW_IS(UOW_LIMIT, uow_find(l.ctx, &buyers, uow_key_int64(3), &row));
    LIVE_CONTAINS(uow_context_message(l.ctx), "already tracks 2 instances (max_tracked)");
    UOW_IS(UOW_LIMIT, uow_add(l.ctx, &buyers, &values, &row));
    UOW_IS(UOW_LIMIT, uow_query(l.ctx, &buyers, NULL, NULL, 0, NULL, &list));
    cr_assert_null(list);
    shop_buyer(1);
    UOW_OK(uow_clear(l.ctx));
    shop_buyer(3);
    shop_close();
}

Test(limits, a_tracking_cursor_stops_at_max_tracked)
{
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;
    uow_cursor *cursor = NULL;
    void *row = NULL;
    limits_open(2, 0);
    UOW_OK(uow_cursor_open(l.ctx, &buyers, NULL, NULL, 0, &options, &cursor));
    UOW_OK(uow_cursor_next(cursor, &row));
    UOW_OK(uow_cursor_next(cursor, &row));
    UOW_IS(UOW_LIMIT, uow_cursor_next(cursor, &row));
    uow_cursor_close(cursor);
    shop_buyer(1);
    shop_close();
}

Test(limits, untracked_rows_do_not_count)
{
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;
    uow_list *list = NULL;
    limits_open(1, 0);
    options.tracking = UOW_NO_TRACKING;
    UOW_OK(uow_query(l.ctx, &buyers, NULL, NULL, 0, &options, &list));
    cr_assert_eq(uow_list_count(list), 3);
    uow_list_free(list);
    shop_close();
}

Test(limits, a_result_larger_than_max_result_bytes_is_refused_whole)
{
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;
    uow_list *list = NULL;
    limits_open(0, 2 * sizeof(buyer));
    options.tracking = UOW_NO_TRACKING;
    UOW_IS(UOW_LIMIT, uow_query(l.ctx, &buyers, NULL, NULL, 0, &options, &list));
    LIVE_CONTAINS(uow_context_message(l.ctx), "larger than max_result_bytes");
    cr_assert_str_eq(uow_error_entity(uow_context_error(l.ctx)), buyer_table);
    cr_assert_null(list);
    UOW_OK(uow_query(l.ctx, &buyers, "id < 3", NULL, 0, &options, &list));
    cr_assert_eq(uow_list_count(list), 2);
    uow_list_free(list);
    shop_close();
}

typedef struct essay {
    int32_t id;
    uow_text body;
    uow_ind body_ind;
} essay;

static char essay_table[40];
static const uow_column essay_columns[] = {
    UOW_COLUMN(essay, id, "id", UOW_INT32, UOW_KEY),
    UOW_COLUMN_NULL(essay, body, body_ind, "body", UOW_LONGTEXT, 0),
};
static const uow_entity essays = UOW_ENTITY(essay, essay_table, essay_columns);

Test(limits, long_values_count_against_max_result_bytes)
{
    static const uow_entity *const entities[] = {&essays};
    static char text[20000];
    uow_context_options options = UOW_CONTEXT_OPTIONS_INIT;
    uow_query_options untracked = UOW_QUERY_OPTIONS_INIT;
    uow_list *list = NULL;
    void *row = NULL;
    snprintf(essay_table, sizeof essay_table, "limits_essays_%d", (int)getpid());
    memset(text, 'x', sizeof text);
    options.max_result_bytes = 50000;
    untracked.tracking = UOW_NO_TRACKING;
    live_open_with(&l, entities, 1, &options);
    live_table(&l, essay_table, "id @int32 PRIMARY KEY, body @text");
    for (int32_t id = 1; id <= 3; id++)
        UOW_OK(uow_add(l.ctx, &essays, &(essay){id, {text, sizeof text}, 0}, &row));
    UOW_OK(uow_save(l.ctx, NULL));
    UOW_IS(UOW_LIMIT, uow_query(l.ctx, &essays, NULL, NULL, 0, &untracked, &list));
    UOW_OK(uow_query(l.ctx, &essays, "id < 3", NULL, 0, &untracked, &list));
    cr_assert_eq(((essay *)uow_list_at(list, 1))->body.length, sizeof text);
    uow_list_free(list);
    live_close(&l);
}

/* Symptom: PostgreSQL's driver lost the connection at 7,499 parameters, which a save of 500 wide rows had. */
Test(limits, as_many_parameters_as_the_facts_say_work_and_more_are_refused)
{
    live_open(&l, NULL, 0);
    live_table(&l, "limits_few", "id @int64 PRIMARY KEY");
    size_t most = l.facts.max_parameters, more = most + 200;
    char *sql = malloc(64 + 2 * more);
    uow_arg *args = malloc(more * sizeof *args);
    cr_assert(sql && args);
    for (size_t count = most; count <= more; count += 200) {
        size_t length = (size_t)sprintf(sql, "DELETE FROM limits_few WHERE id IN (");
        for (size_t i = 0; i < count; i++) {
            args[i] = uow_arg_int64((int64_t)i);
            length += (size_t)sprintf(sql + length, i ? ",?" : "?");
        }
        sql[length++] = ')';
        sql[length] = '\0';
        UOW_IS(count == most ? UOW_OK : UOW_LIMIT, uow_execute(l.ctx, sql, args, count, NULL));
    }
    free(args);
    free(sql);
    live_close(&l);
}
