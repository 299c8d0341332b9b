/* What is declared is what happens: initial values, views, table names of any kind, connections without a DSN. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "live/live.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct crate {
    int64_t id;
    int32_t stock;
    char grade[9];
} crate;

static const int32_t seven = 7;
static const char fresh[9] = "fresh";
static char crate_table[64];
static const uow_column crate_columns[] = {
    UOW_COLUMN(crate, id, "id", UOW_INT64, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN_INITIAL(crate, stock, "stock", UOW_INT32, 0, &seven),
    UOW_COLUMN_INITIAL(crate, grade, "grade", UOW_TEXT, 0, fresh),
};
static const uow_entity crates = UOW_ENTITY(crate, crate_table, crate_columns);
static const uow_entity *const crate_models[] = {&crates};

/* The tables of tests that run at the same time are not to meet. */
static void crates_open(live *l, const char *table, const char *quoted)
{
    snprintf(crate_table, sizeof crate_table, "%s", table);
    live_open(l, crate_models, 1);
    live_table(l, quoted ? quoted : table, "id @id, stock @int32, grade varchar(8)");
}

Test(declared, a_new_row_begins_with_its_initial_values)
{
    live l;
    void *row = NULL;

    crates_open(&l, "declared_initial", NULL);
    UOW_OK(uow_add(l.ctx, &crates, NULL, &row));
    cr_assert_eq(((crate *)row)->stock, 7);
    cr_assert_str_eq(((crate *)row)->grade, "fresh");
    UOW_OK(uow_save(l.ctx, NULL));
    cr_assert_eq(live_int64(&l, "SELECT COUNT(*) FROM declared_initial WHERE stock = 7 AND grade = 'fresh'"), 1);
    live_close(&l);
}

typedef struct total {
    char grade[9];
    int64_t stock;
} total;

static const uow_column total_columns[] = {
    UOW_COLUMN(total, grade, "grade", UOW_TEXT, 0),
    UOW_COLUMN(total, stock, "stock", UOW_INT64, 0),
};
static const uow_entity totals = UOW_ENTITY_KEYLESS(total, "declared_totals", total_columns);

Test(declared, a_keyless_entity_reads_a_view)
{
    static const uow_entity *const models[] = {&crates, &totals};
    live l;
    uow_list *list = NULL;
    int64_t count = 0;
    uow_arg old = uow_arg_text("old");

    snprintf(crate_table, sizeof crate_table, "declared_viewed");
    live_open(&l, models, 2);
    live_table(&l, "declared_viewed", "id @id, stock @int32, grade varchar(8)");
    live_run(&l, "INSERT INTO declared_viewed (stock, grade) VALUES (1, 'old'), (2, 'old'), (5, 'new')");
    live_run(&l, "DROP VIEW IF EXISTS declared_totals");
    live_run(&l, "CREATE VIEW declared_totals AS SELECT grade, CAST(SUM(stock) AS %s) AS stock FROM declared_viewed "
                 "GROUP BY grade", live_either(&l, "integer", "bigint", "signed"));
    UOW_OK(uow_query(l.ctx, &totals, "grade = ?", &old, 1, NULL, &list));
    cr_assert_eq(uow_list_count(list), 1);
    cr_assert_eq(((total *)uow_list_at(list, 0))->stock, 3);
    UOW_OK(uow_count(l.ctx, &totals, NULL, NULL, 0, &count));
    cr_assert_eq(count, 2);
    uow_list_free(list);
    live_run(&l, "DROP VIEW declared_totals");
    live_close(&l);
}

Test(declared, a_table_may_have_quotes_and_question_marks_in_its_name)
{
    live l;
    void *row = NULL;
    int64_t id;

    live_open(&l, NULL, 0);
    const char *quoted = live_either(&l, "\"what`s \"\"it\"\"?\"", "\"what`s \"\"it\"\"?\"", "`what``s \"it\"?`");
    live_close(&l);
    crates_open(&l, "what`s \"it\"?", quoted);
    UOW_OK(uow_add(l.ctx, &crates, NULL, &row));
    UOW_OK(uow_save(l.ctx, NULL));
    id = ((crate *)row)->id;
    ((crate *)row)->stock = 8;
    UOW_OK(uow_save(l.ctx, NULL));
    UOW_OK(uow_clear(l.ctx));
    UOW_OK(uow_find(l.ctx, &crates, uow_key_int64(id), &row));
    cr_assert_eq(((crate *)row)->stock, 8);
    UOW_OK(uow_remove(l.ctx, row));
    UOW_OK(uow_save(l.ctx, NULL));
    UOW_IS(UOW_NOT_FOUND, uow_find(l.ctx, &crates, uow_key_int64(id), &row));
    live_close(&l);
}

static const char *setting(const char *name)
{
    const char *value = getenv(name);

    cr_assert_not_null(value, "%s is set by tests/run/servers", name);
    return value;
}

/* The same database, said in full; user and password apart. */
Test(declared, a_connection_needs_no_data_source)
{
    live l;
    uow_context_options options = UOW_CONTEXT_OPTIONS_INIT;
    uow_context *ctx = NULL;
    char text[512];

    live_open(&l, NULL, 0);
    options.user = setting("UOW_DB_USER");
    options.password = setting("UOW_DB_PASSWORD");
    if (l.database == LIVE_SQLITE)
        snprintf(text, sizeof text, "Driver={SQLite3};Database=%s;FKSupport=1;Timeout=1000", setting("UOW_SQLITE_FILE"));
    else if (l.database == LIVE_POSTGRESQL)
        snprintf(text, sizeof text, "Driver={PostgreSQL Unicode};Servername=127.0.0.1;Port=%s;Database=%s",
                 setting("UOW_PG_PORT"), setting("UOW_DB_NAME"));
    else
        snprintf(text, sizeof text, "Driver={MariaDB Unicode};Server=127.0.0.1;Port=%s;Database=%s",
                 setting("UOW_MARIADB_PORT"), setting("UOW_DB_NAME"));
    cr_assert_eq(uow_open(l.env, text, NULL, &options, &ctx), UOW_OK, "%s", uow_context_message(ctx));
    UOW_OK_ON(ctx, uow_execute(ctx, "SELECT 1", NULL, 0, NULL));
    UOW_OK_ON(ctx, uow_close(ctx));
    if (l.database != LIVE_SQLITE) {
        options.password = "not the password";
        UOW_IS_ON(ctx, UOW_CONNECT_FAILED, uow_open(l.env, text, NULL, &options, &ctx));
        cr_assert_not(live_error_contains(uow_context_error(ctx), options.password));
        UOW_OK_ON(ctx, uow_close(ctx));
    }
    live_close(&l);
}
