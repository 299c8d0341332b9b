/* Updates and deletes by condition, and upsert, against a database. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "live/live.h"

#include <stdio.h>
#include <stdlib.h>

enum grade {
    GRADE_PLAIN,
    GRADE_FINE
};

static int grade_to_text(const void *member, void *db_value, void *user)
{
    (void)user;
    strcpy(db_value, *(const enum grade *)member == GRADE_PLAIN ? "plain" : "fine");
    return 1;
}

static int grade_from_text(const void *db_value, void *member, void *user)
{
    (void)user;
    *(enum grade *)member = strcmp(db_value, "plain") == 0 ? GRADE_PLAIN : GRADE_FINE;
    return 1;
}

static const uow_converter grade_as_text = {sizeof(uow_converter), UOW_TEXT, 6, grade_to_text, grade_from_text, NULL};

struct ware {
    int64_t id;
    char code[21];
    int32_t stock;
    uow_decimal price;
    uow_ind price_ind;
    enum grade grade;
    int32_t version;
};

#define WARES(table)                                                                                \
    static const uow_column wares_columns[] = {                                                     \
        UOW_COLUMN(struct ware, id, "ware_id", UOW_INT64, UOW_KEY | UOW_GENERATED),                 \
        UOW_COLUMN(struct ware, code, "code", UOW_TEXT, UOW_UNIQUE),                                \
        UOW_COLUMN(struct ware, stock, "stock", UOW_INT32, 0),                                      \
        UOW_COLUMN_NULL(struct ware, price, price_ind, "price", UOW_DECIMAL, 0),                    \
        UOW_COLUMN_AS(struct ware, grade, "grade", &grade_as_text, 0),                              \
        UOW_COLUMN(struct ware, version, "version", UOW_INT32, UOW_VERSION),                        \
    };                                                                                              \
    static const uow_entity wares = UOW_ENTITY(struct ware, table, wares_columns);                  \
    static const uow_entity *const models[] = {&wares};                                             \
    static const char *const wares_table = table

static const char ware_ddl[] = "ware_id @id, code varchar(20) NOT NULL UNIQUE, stock integer NOT NULL, "
                               "price @decimal(10,2), grade varchar(10) NOT NULL, version integer NOT NULL";

static struct ware ware_of(int64_t id, const char *code, int32_t stock)
{
    struct ware w;

    memset(&w, 0, sizeof w);
    w.id = id;
    snprintf(w.code, sizeof w.code, "%s", code);
    w.stock = stock;
    w.price = uow_decimal_make(1250, 2);
    return w;
}

static struct ware ware_by_code(live *l, const uow_entity *wares, const char *code)
{
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;
    uow_arg arg = uow_arg_text(code);
    uow_list *list = NULL;
    struct ware found;

    options.tracking = UOW_NO_TRACKING;
    UOW_OK_ON(l->ctx, uow_query(l->ctx, wares, "code = ?", &arg, 1, &options, &list));
    cr_assert_eq(uow_list_count(list), 1, "%s", code);
    found = *(const struct ware *)uow_list_at(list, 0);
    uow_list_free(list);
    return found;
}

Test(set, rows_are_updated_and_deleted_by_condition_past_the_tracker)
{
    WARES("set_wares");
    live l;
    struct ware three[3] = {ware_of(0, "a", 1), ware_of(0, "b", 2), ware_of(0, "c", 3)};
    uow_arg args[] = {uow_arg_named("more", uow_arg_int32(10)), uow_arg_named("least", uow_arg_int32(2))};
    struct ware *b = NULL;
    int64_t affected = -9;

    live_open(&l, models, 1);
    live_table(&l, wares_table, ware_ddl);
    UOW_OK(uow_upsert(l.ctx, &wares, three, 3, NULL, &affected));
    cr_assert_eq(affected, 3);
    UOW_OK(uow_first(l.ctx, &wares, "code = 'b'", NULL, 0, (void **)&b));

    UOW_OK(uow_update_where(l.ctx, &wares, "stock = stock + :more, grade = 'fine' -- raised", "stock >= :least", args, 2,
                            &affected));
    cr_assert_eq(affected, 2);
    cr_assert_eq(b->stock, 2, "tracked instances are left alone");
    cr_assert_eq(ware_by_code(&l, &wares, "a").stock, 1);
    cr_assert_eq(ware_by_code(&l, &wares, "b").stock, 12);
    cr_assert_eq(ware_by_code(&l, &wares, "c").grade, GRADE_FINE);
    cr_assert_eq(ware_by_code(&l, &wares, "c").version, 2);

    b->stock = 99;
    UOW_IS(UOW_CONFLICT, uow_save(l.ctx, NULL));
    UOW_OK(uow_clear(l.ctx));

    UOW_OK(uow_update_where(l.ctx, &wares, "stock = stock", "1 = 0", NULL, 0, &affected));
    cr_assert_eq(affected, 0);
    UOW_OK(uow_delete_where(l.ctx, &wares, "code = 'c'", NULL, 0, &affected));
    cr_assert_eq(affected, 1);
    UOW_IS(UOW_MISUSE, uow_delete_where(l.ctx, &wares, NULL, NULL, 0, &affected));
    UOW_OK(uow_delete_where(l.ctx, &wares, "", NULL, 0, &affected));
    cr_assert_eq(affected, 2);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s", wares_table), 0);
    live_close(&l);
}

/* What EF Core leaves open: the guard is held until a set-based write is done, and by upserts too. */
Test(set, set_based_writes_hold_the_context_until_they_are_done)
{
    WARES("set_guard");
    live l;
    struct ware one = ware_of(0, "a", 1);
    void *row = NULL;

    live_open(&l, models, 1);
    live_table(&l, wares_table, ware_ddl);
    for (int i = 0; i < 3; i++) {
        static const char *const names[] = {"upsert", "update_where", "delete_where"};
        int64_t affected = 0;
        uow_op *op = NULL;

        if (i == 0)
            UOW_OK(uow_upsert_start(l.ctx, &wares, &one, 1, NULL, &affected, &op));
        else if (i == 1)
            UOW_OK(uow_update_where_start(l.ctx, &wares, "stock = 5", "", NULL, 0, &affected, &op));
        else
            UOW_OK(uow_delete_where_start(l.ctx, &wares, "", NULL, 0, &affected, &op));
        UOW_IS(UOW_BUSY, uow_save(l.ctx, NULL));
        LIVE_CONTAINS(uow_context_message(l.ctx), names[i]);
        UOW_IS(UOW_BUSY, uow_find(l.ctx, &wares, uow_key_int64(1), &row));
        UOW_IS(UOW_BUSY, uow_begin(l.ctx, NULL));
        cr_assert_neq(uow_op_wait(op, UOW_WAIT_FOREVER), UOW_PENDING);
        UOW_OK(uow_op_finish(op));
        cr_assert_eq(affected, 1);
    }
    live_close(&l);
}

Test(set, a_unit_rolled_back_takes_set_based_writes_with_it)
{
    WARES("set_unit");
    live l;
    struct ware one = ware_of(0, "a", 1);

    live_open(&l, models, 1);
    live_table(&l, wares_table, ware_ddl);
    UOW_OK(uow_upsert(l.ctx, &wares, &one, 1, NULL, NULL));
    UOW_OK(uow_begin(l.ctx, NULL));
    UOW_OK(uow_update_where(l.ctx, &wares, "stock = 5", "", NULL, 0, NULL));
    UOW_OK(uow_delete_where(l.ctx, &wares, "stock = 5", NULL, 0, NULL));
    UOW_OK(uow_rollback(l.ctx));
    cr_assert_eq(ware_by_code(&l, &wares, "a").stock, 1);
    live_close(&l);
}

Test(set, upsert_inserts_and_updates_by_key)
{
    WARES("set_by_key");
    live l;
    struct ware first[2] = {ware_of(1, "a", 1), ware_of(2, "b", 2)};
    struct ware second[2] = {ware_of(2, "bb", 20), ware_of(3, "c'\"; --", 3)};
    int64_t affected = 0;

    live_open(&l, models, 1);
    live_table(&l, wares_table, ware_ddl);
    UOW_OK(uow_upsert(l.ctx, &wares, first, 2, NULL, &affected));
    cr_assert_eq(affected, 2);
    second[0].grade = GRADE_FINE;
    second[0].price_ind = UOW_NULL;
    UOW_OK(uow_upsert(l.ctx, &wares, second, 2, NULL, &affected));
    cr_assert_eq(affected, 2);

    struct ware b = ware_by_code(&l, &wares, "bb");
    cr_assert_eq(b.id, 2);
    cr_assert_eq(b.stock, 20);
    cr_assert_eq(b.grade, GRADE_FINE);
    cr_assert_eq(b.price_ind, UOW_NULL);
    cr_assert_eq(b.version, 2);
    cr_assert_eq(ware_by_code(&l, &wares, "c'\"; --").version, 1);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s", wares_table), 3);
    live_close(&l);
}

Test(set, upsert_by_a_unique_column_keeps_the_key_of_the_row_that_is_there)
{
    WARES("set_by_code");
    static const char *const code[] = {"code"};
    static const char *const stock[] = {"stock"};
    live l;
    struct ware one = ware_of(0, "a", 1);
    struct ware again[2] = {ware_of(0, "a", 10), ware_of(0, "z", 26)};
    uow_upsert_options options = UOW_UPSERT_OPTIONS_INIT;
    int64_t affected = 0;

    live_open(&l, models, 1);
    live_table(&l, wares_table, ware_ddl);
    options.match = code;
    options.match_count = 1;
    UOW_OK(uow_upsert(l.ctx, &wares, &one, 1, &options, NULL));
    int64_t id = ware_by_code(&l, &wares, "a").id;
    options.update = stock;
    options.update_count = 1;
    again[0].grade = GRADE_FINE;
    UOW_OK(uow_upsert(l.ctx, &wares, again, 2, &options, &affected));
    cr_assert_eq(affected, 2);
    cr_assert_eq(ware_by_code(&l, &wares, "a").id, id);
    cr_assert_eq(ware_by_code(&l, &wares, "a").stock, 10);
    cr_assert_eq(ware_by_code(&l, &wares, "a").grade, GRADE_PLAIN, "only stock was asked for");

    options.flags = UOW_UPSERT_KEEP;
    options.update = NULL;
    again[0].stock = 77;
    again[1] = ware_of(0, "new", 1);
    UOW_OK(uow_upsert(l.ctx, &wares, again, 2, &options, &affected));
    cr_assert_eq(affected, l.database == LIVE_MARIADB ? -1 : 1);
    cr_assert_eq(ware_by_code(&l, &wares, "a").stock, 10);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s", wares_table), 3);
    live_close(&l);
}

/* MariaDB's own upsert would overwrite row 1, which is not meant. */
Test(set, upsert_by_key_never_overwrites_the_row_of_another_unique_value)
{
    WARES("set_other");
    live l;
    struct ware one = ware_of(1, "a", 1);
    struct ware other = ware_of(2, "a", 9);

    live_open(&l, models, 1);
    live_table(&l, wares_table, ware_ddl);
    UOW_OK(uow_upsert(l.ctx, &wares, &one, 1, NULL, NULL));
    UOW_IS(UOW_CONSTRAINT, uow_upsert(l.ctx, &wares, &other, 1, NULL, NULL));
    cr_assert_eq(ware_by_code(&l, &wares, "a").stock, 1);
    live_close(&l);
}

Test(set, a_thousand_rows_are_upserted_twice_in_a_few_statements)
{
    WARES("set_many");
    static const char *const code[] = {"code"};
    static struct ware many[1100];
    live l;
    uow_upsert_options options = UOW_UPSERT_OPTIONS_INIT;
    int64_t affected = 0;

    live_open(&l, models, 1);
    live_table(&l, wares_table, ware_ddl);
    options.match = code;
    options.match_count = 1;
    for (int i = 0; i < 1100; i++) {
        many[i] = ware_of(0, "", i);
        snprintf(many[i].code, sizeof many[i].code, "code %d", i % 1000);
    }
    UOW_OK(uow_upsert(l.ctx, &wares, many, 1000, &options, &affected));
    cr_assert_eq(affected, 1000);
    cr_assert_leq(live_count_events(&l, UOW_TRACE_STATEMENT, "INSERT INTO"), 10);
    UOW_OK(uow_upsert(l.ctx, &wares, many, 1100, &options, &affected));
    cr_assert_eq(affected, 1100);
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s", wares_table), 1000);
    cr_assert_eq(ware_by_code(&l, &wares, "code 5").stock, 1005, "the last one wins");
    cr_assert_eq(ware_by_code(&l, &wares, "code 5").version, 3);
    cr_assert_eq(ware_by_code(&l, &wares, "code 500").version, 2);
    live_close(&l);
}

Test(set, an_upsert_that_fails_midway_leaves_nothing)
{
    WARES("set_fails");
    live l;
    struct ware rows[2] = {ware_of(100, "same", 1), ware_of(0, "same", 2)};

    live_open(&l, models, 1);
    live_table(&l, wares_table, ware_ddl);
    UOW_IS(UOW_CONSTRAINT, uow_upsert(l.ctx, &wares, rows, 2, NULL, NULL));
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s", wares_table), 0);
    UOW_OK(uow_begin(l.ctx, NULL));
    UOW_OK(uow_upsert(l.ctx, &wares, &rows[1], 1, NULL, NULL));
    UOW_IS(UOW_CONSTRAINT, uow_upsert(l.ctx, &wares, rows, 1, NULL, NULL));
    UOW_OK(uow_commit(l.ctx));
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM %s", wares_table), 1);
    live_close(&l);
}
