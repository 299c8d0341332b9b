/* Insert or update: texts, batches and parameters of each dialect. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include <stdio.h>

#include "work_fixture.h"

/* A part has a code besides its key, and is in one place. */
typedef struct part {
    int64_t id;
    char code[9];
    int32_t stock;
    double price;
    uow_ind price_ind;
    int32_t made; /* by the database unless given */
    int32_t version;
} part;

static const uow_column part_columns[] = {
    UOW_COLUMN(part, id, "part_id", UOW_INT64, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN(part, code, "code", UOW_TEXT, UOW_UNIQUE),
    UOW_COLUMN(part, stock, "stock", UOW_INT32, 0),
    UOW_COLUMN_NULL(part, price, price_ind, "price", UOW_DOUBLE, 0),
    UOW_COLUMN(part, made, "made", UOW_INT32, UOW_DEFAULT),
    UOW_COLUMN(part, version, "version", UOW_INT32, UOW_VERSION),
};
static const uow_entity parts = UOW_ENTITY_IN(part, "shop", "parts", part_columns);

typedef struct tag {
    int64_t part_id;
    int32_t tag_no;
} tag;

static const uow_column tag_columns[] = {
    UOW_COLUMN(tag, part_id, "part_id", UOW_INT64, UOW_KEY),
    UOW_COLUMN(tag, tag_no, "tag_no", UOW_INT32, UOW_KEY),
};
static const uow_entity tags = UOW_ENTITY(tag, "tags", tag_columns);
static const uow_entity *const entities[] = {&parts, &tags};

static desk d;
static uow_model *model;
static uow_context *ctx;
static size_t before; /* statements sent to open the contexts */

static void begin(const char *dbms)
{
    cr_assert(desk_open(&d, dbms));
    cr_assert_eq(uow_model_create(d.env, entities, 2, &model), UOW_OK);
    cr_assert_eq(uow_open(d.env, "Driver=fake", model, NULL, &ctx), UOW_OK);
    before = fake_sql_count();
}

static const char *sent(size_t i)
{
    return fake_sql(before + i);
}

static size_t sent_count(void)
{
    return fake_sql_count() - before;
}

static void end(void)
{
    cr_assert_eq(uow_close(ctx), UOW_OK);
    uow_model_free(model);
    cr_assert_eq(desk_close(&d), 0);
}

static const char *says(void)
{
    return uow_context_message(ctx);
}

static part bolt(int64_t id, const char *code)
{
    part p = {id, "", 5, 0, UOW_NULL, 0, 0};

    snprintf(p.code, sizeof p.code, "%s", code);
    return p;
}

static uow_status by_code(const part *rows, size_t count, uint32_t flags, int64_t *out_affected)
{
    static const char *const code[] = {"CODE"};
    uow_upsert_options options = UOW_UPSERT_OPTIONS_INIT;

    options.match = code;
    options.match_count = 1;
    options.flags = flags;
    return uow_upsert(ctx, &parts, rows, count, &options, out_affected);
}

Test(upsert, postgresql_inserts_on_conflict_with_the_key)
{
    part p = bolt(7, "M8");
    int64_t affected = 0;
    begin("PostgreSQL");
    cr_assert_eq(uow_upsert(ctx, &parts, &p, 1, NULL, &affected), UOW_OK, "%s", says());
    cr_assert_str_eq(sent(0), "INSERT INTO \"shop\".\"parts\" (\"part_id\", \"code\", \"stock\", \"price\", \"version\") "
                                  "VALUES (?, ?, ?, ?, ?) ON CONFLICT (\"part_id\") DO UPDATE SET \"code\" = "
                                  "excluded.\"code\", \"stock\" = excluded.\"stock\", \"price\" = excluded.\"price\", "
                                  "\"version\" = \"parts\".\"version\" + 1");
    cr_assert_eq(sent_count(), 1, "one statement needs no transaction");
    cr_assert_eq(affected, 1);
    cr_assert_str_eq(fake_param(1), "7");
    cr_assert_str_eq(fake_param(2), "M8");
    cr_assert_str_eq(fake_param(4), "NULL");
    cr_assert_str_eq(fake_param(5), "1", "versions begin at 1");
    cr_assert_eq(p.version, 0, "the program's row is only read");
    end();
}

Test(upsert, sqlite_matches_by_a_unique_column_and_leaves_the_key_out)
{
    part p = bolt(0, "M8");
    begin("SQLite");
    p.made = 3;
    p.version = 4;
    cr_assert_eq(by_code(&p, 1, 0, NULL), UOW_OK, "%s", says());
    cr_assert_str_eq(sent(0), "INSERT INTO `shop`.`parts` (`code`, `stock`, `price`, `made`, `version`) "
                                  "VALUES (?, ?, ?, ?, ?) ON CONFLICT (`code`) DO UPDATE SET `stock` = "
                                  "excluded.`stock`, `price` = excluded.`price`, `made` = excluded.`made`, "
                                  "`version` = `parts`.`version` + 1");
    cr_assert_str_eq(fake_param(5), "4");
    end();
}

Test(upsert, mariadb_updates_on_duplicate_key)
{
    part p[2] = {bolt(0, "M8"), bolt(0, "M9")};
    begin("MariaDB");
    cr_assert_eq(by_code(p, 2, 0, NULL), UOW_OK, "%s", says());
    cr_assert_str_eq(sent(0), "INSERT INTO `shop`.`parts` (`code`, `stock`, `price`, `version`) VALUES (?, ?, ?, ?), "
                                  "(?, ?, ?, ?) ON DUPLICATE KEY UPDATE `stock` = VALUES(`stock`), `price` = "
                                  "VALUES(`price`), `version` = `parts`.`version` + 1");
    end();
}

/* It would overwrite the row that has the code, whatever its key. */
Test(upsert, mariadb_goes_row_by_row_where_another_unique_key_may_be_met)
{
    part p = bolt(7, "M8");
    int64_t affected = 0;
    begin("MariaDB");
    fake_affected("UPDATE", 0);
    cr_assert_eq(uow_upsert(ctx, &parts, &p, 1, NULL, &affected), UOW_OK, "%s", says());
    cr_assert_str_eq(sent(0), "UPDATE `shop`.`parts` SET `code` = ?, `stock` = ?, `price` = ?, `version` = `version` + 1 "
                                  "WHERE `part_id` = ?");
    cr_assert_str_eq(sent(1), "INSERT INTO `shop`.`parts` (`part_id`, `code`, `stock`, `price`, `version`) VALUES "
                                  "(?, ?, ?, ?, ?)");
    cr_assert_eq(affected, 1);
    end();
}

Test(upsert, any_other_database_updates_and_inserts_what_is_not_there)
{
    part p[2] = {bolt(7, "M8"), bolt(8, "M9")};
    int64_t affected = 0;
    begin("Elsewhere");
    cr_assert_eq(uow_upsert(ctx, &parts, p, 2, NULL, &affected), UOW_OK, "%s", says());
    cr_assert_eq(sent_count(), 2, "both were there");
    cr_assert_eq(affected, 2);
    cr_assert_eq(fake_calls(UOWI_FN_EndTran), 1, "in one unit");
    end();
}

Test(upsert, a_count_the_driver_does_not_give_is_no_guess)
{
    part p = bolt(7, "M8");
    begin("Elsewhere");
    fake_affected("UPDATE", -1);
    cr_assert_eq(uow_upsert(ctx, &parts, &p, 1, NULL, NULL), UOW_UNSUPPORTED);
    end();
}

Test(upsert, rows_kept_are_not_counted_where_the_database_tells)
{
    part p[2] = {bolt(0, "M8"), bolt(0, "M9")};
    int64_t affected = 0;
    begin("PostgreSQL");
    fake_affected("DO NOTHING", 1);
    cr_assert_eq(by_code(p, 2, UOW_UPSERT_KEEP, &affected), UOW_OK, "%s", says());
    cr_assert(strstr(sent(0), " ON CONFLICT (\"code\") DO NOTHING"), "%s", sent(0));
    cr_assert_eq(affected, 1);
    end();
    begin("MariaDB");
    cr_assert_eq(by_code(p, 2, UOW_UPSERT_KEEP, &affected), UOW_OK, "%s", says());
    cr_assert(strstr(sent(0), " ON DUPLICATE KEY UPDATE `code` = `code`"), "%s", sent(0));
    cr_assert_eq(affected, -1);
    end();
    begin("Elsewhere");
    cr_assert_eq(by_code(p, 2, UOW_UPSERT_KEEP, &affected), UOW_OK, "%s", says());
    cr_assert_str_eq(sent(0), "UPDATE \"shop\".\"parts\" SET \"code\" = \"code\" WHERE \"code\" = ?");
    cr_assert_eq(affected, 0);
    end();
}

Test(upsert, a_link_table_has_nothing_to_overwrite)
{
    tag t = {1, 2};
    begin("SQLite");
    cr_assert_eq(uow_upsert(ctx, &tags, &t, 1, NULL, NULL), UOW_OK, "%s", says());
    cr_assert_str_eq(sent(0), "INSERT INTO `tags` (`part_id`, `tag_no`) VALUES (?, ?) ON CONFLICT (`part_id`, "
                                  "`tag_no`) DO NOTHING");
    end();
}

Test(upsert, only_the_columns_asked_for_are_overwritten)
{
    static const char *const stock[] = {"stock"};
    part p = bolt(7, "M8");
    uow_upsert_options options = UOW_UPSERT_OPTIONS_INIT;
    begin("SQLite");
    options.update = stock;
    options.update_count = 1;
    cr_assert_eq(uow_upsert(ctx, &parts, &p, 1, &options, NULL), UOW_OK, "%s", says());
    cr_assert(strstr(sent(0), "DO UPDATE SET `stock` = excluded.`stock`, `version` = `parts`.`version` + 1"),
              "%s", sent(0));
    end();
}

Test(upsert, rows_of_one_shape_go_in_batches_and_in_one_unit)
{
    static part p[1203];
    int64_t affected = 0;
    begin("PostgreSQL");
    for (int i = 0; i < 1203; i++) {
        p[i] = bolt(i + 1, "");
        snprintf(p[i].code, sizeof p[i].code, "c%d", i % 10000);
    }
    cr_assert_eq(uow_upsert(ctx, &parts, p, 1203, NULL, &affected), UOW_OK, "%s", says());
    cr_assert_eq(affected, 1203);
    cr_assert_eq(sent_count(), 3, "500, 500, 203");
    cr_assert_eq(fake_param_count(), 203 * 5);
    cr_assert_eq(fake_calls(UOWI_FN_EndTran), 1);
    end();
}

Test(upsert, a_statement_never_means_a_row_twice_where_that_is_an_error)
{
    part p[4] = {bolt(0, "A"), bolt(0, "B"), bolt(0, "A"), bolt(0, "C")};
    int64_t affected = 0;
    begin("PostgreSQL");
    cr_assert_eq(by_code(p, 4, 0, &affected), UOW_OK, "%s", says());
    cr_assert_eq(sent_count(), 2);
    cr_assert_str_eq(fake_param(1), "A");
    cr_assert_str_eq(fake_param(5), "C");
    cr_assert_eq(affected, 4);
    end();
}

Test(upsert, a_new_shape_begins_a_new_statement)
{
    part p[3] = {bolt(7, "A"), bolt(0, "B"), bolt(0, "C")};
    begin("SQLite");
    cr_assert_eq(uow_upsert(ctx, &parts, p, 3, NULL, NULL), UOW_OK, "%s", says());
    cr_assert_eq(sent_count(), 2);
    cr_assert(strstr(sent(0), "ON CONFLICT"), "%s", sent(0));
    cr_assert_str_eq(sent(1), "INSERT INTO `shop`.`parts` (`code`, `stock`, `price`, `version`) VALUES "
                                  "(?, ?, ?, ?), (?, ?, ?, ?)",
                     "without a key there is nothing to match");
    end();
}

Test(upsert, wrong_columns_are_named)
{
    static const char *const none[] = {"colour"};
    static const char *const stock[] = {"stock"};
    static const char *const key[] = {"part_id"};
    part p = bolt(7, "A");
    uow_upsert_options options = UOW_UPSERT_OPTIONS_INIT;
    begin("SQLite");
    options.match = none;
    options.match_count = 1;
    cr_assert_eq(uow_upsert(ctx, &parts, &p, 1, &options, NULL), UOW_MISUSE);
    cr_assert_str_eq(says(), "parts has no column colour");
    options.match = stock;
    cr_assert_eq(uow_upsert(ctx, &parts, &p, 1, &options, NULL), UOW_MISUSE);
    cr_assert_str_eq(says(), "the columns to match a row of parts by are neither its key nor unique in the model");
    options.match = NULL;
    options.update = key;
    options.update_count = 1;
    cr_assert_eq(uow_upsert(ctx, &parts, &p, 1, &options, NULL), UOW_MISUSE);
    options.update = NULL;
    options.flags = 8;
    cr_assert_eq(uow_upsert(ctx, &parts, &p, 1, &options, NULL), UOW_MISUSE);
    cr_assert_eq(uow_upsert(ctx, &parts, NULL, 1, NULL, NULL), UOW_MISUSE);
    cr_assert_eq(uow_upsert(ctx, &parts, NULL, 0, NULL, NULL), UOW_OK);
    cr_assert_eq(sent_count(), 0);
    end();
}

Test(upsert, a_failure_undoes_all_and_names_the_rows)
{
    part p[2] = {bolt(7, "A"), bolt(0, "B")};
    begin("SQLite");
    fake_fail(UOWI_FN_Execute, 2, SQL_ERROR, "HY000", 19, "UNIQUE constraint failed: parts.code (19)");
    cr_assert_eq(uow_upsert(ctx, &parts, p, 2, NULL, NULL), UOW_CONSTRAINT, "%s", says());
    cr_assert(strstr(says(), "While upserting row 2 of 2 (part_id=0)"), "%s", says());
    cr_assert_str_eq(uow_error_entity(uow_context_error(ctx)), "parts");
    uow_counters counters = UOW_COUNTERS_INIT;
    cr_assert_eq(uow_context_counters(ctx, &counters), UOW_OK);
    cr_assert_eq(counters.rollbacks, 1);
    end();
}

Test(upsert, any_allocation_may_fail)
{
    static const char *const dbms[] = {"PostgreSQL", "Elsewhere"};
    part p[3] = {bolt(7, "A"), bolt(0, "B"), bolt(9, "C")};

    for (size_t i = 0; i < 2; i++) {
        uow_status st = UOW_NO_MEMORY;
        begin(dbms[i]);
        fake_affected("UPDATE", 0);
        for (int64_t n = 0; st == UOW_NO_MEMORY && n < 500; n++) {
            d.env->mem.fail_at = n;
            st = uow_upsert(ctx, &parts, p, 3, NULL, NULL);
            d.env->mem.fail_at = -1;
        }
        cr_assert_eq(st, UOW_OK, "%s", says());
        end();
    }
}
