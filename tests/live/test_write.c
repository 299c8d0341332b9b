/* Write strategies: many changes in few statements, a verdict for each row. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "live/live.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- rows with a key of the database and a version ---- */

struct part {
    int64_t id;
    char name[41];
    uow_ind name_ind;
    double weight;
    int32_t version;
};

/* clang-format off */
static const uow_column part_columns[] = {
    UOW_COLUMN     (struct part, id,      "id",      UOW_INT64,  UOW_KEY | UOW_GENERATED),
    UOW_COLUMN_NULL(struct part, name, name_ind, "name", UOW_TEXT, 0),
    UOW_COLUMN     (struct part, weight,  "weight",  UOW_DOUBLE, 0),
    UOW_COLUMN     (struct part, version, "version", UOW_INT32,  UOW_VERSION),
};
/* clang-format on */

static const char part_ddl[] = "id @id, name VARCHAR(40) NULL, weight @double NOT NULL, version INTEGER NOT NULL, "
                               "CHECK (weight >= 0)";

typedef struct parts {
    live l;
    uow_entity entity;
    const uow_entity *entities[1];
    const char *table;
    struct part **all;
    size_t count;
} parts;

static void parts_open(parts *p, const char *table)
{
    memset(p, 0, sizeof *p);
    p->entity = (uow_entity)UOW_ENTITY(struct part, NULL, part_columns);
    p->entity.table = p->table = table;
    p->entities[0] = &p->entity;
    live_open(&p->l, p->entities, 1);
    live_table(&p->l, table, part_ddl);
}

static void parts_add(parts *p, size_t count)
{
    p->all = realloc(p->all, (p->count + count) * sizeof *p->all);
    for (size_t i = 0; i < count; i++, p->count++) {
        struct part part = {0};
        void *made;

        snprintf(part.name, sizeof part.name, "part %zu", p->count);
        part.weight = (double)p->count / 4;
        UOW_OK(uow_add(p->l.ctx, &p->entity, &part, &made));
        p->all[p->count] = made;
    }
}

static void parts_fill(parts *p, size_t count)
{
    parts_add(p, count);
    UOW_OK(uow_save(p->l.ctx, NULL));
}

static void parts_close(parts *p)
{
    free(p->all);
    live_close(&p->l);
}

static size_t statements(const live *l)
{
    return live_count_events(l, UOW_TRACE_STATEMENT, NULL);
}

static size_t units(const live *l)
{
    return live_count_events(l, UOW_TRACE_UNIT, NULL);
}

static void forget_events(live *l)
{
    l->events.count = 0;
}

/* Every struct says what its row says. */
static void parts_check(parts *p, size_t from, size_t count)
{
    uow_list *list;
    size_t seen = 0;
    uow_query_options options = UOW_QUERY_OPTIONS_INIT;

    options.tracking = UOW_NO_TRACKING;
    UOW_OK(uow_query(p->l.ctx, &p->entity, "ORDER BY id", NULL, 0, &options, &list));
    for (size_t i = 0; i < uow_list_count(list); i++) {
        const struct part *row = uow_list_at(list, i);

        for (size_t k = from; k < from + count; k++) {
            if (p->all[k]->id != row->id)
                continue;
            seen++;
            cr_assert_str_eq(row->name, p->all[k]->name);
            cr_assert_eq(row->version, p->all[k]->version);
            cr_assert(row->weight == p->all[k]->weight);
            break;
        }
    }
    cr_assert_eq(seen, count, "%zu of %zu rows found", seen, count);
    uow_list_free(list);
}

static void insert_and_check(const char *table, size_t count)
{
    parts p;

    parts_open(&p, table);
    parts_fill(&p, count);
    for (size_t i = 0; i < count; i++) {
        cr_assert_gt(p.all[i]->id, 0);
        cr_assert_eq(p.all[i]->version, 1);
    }
    cr_assert_eq(live_int64(&p.l, "SELECT COUNT(*) FROM %s", table), (int64_t)count);
    parts_check(&p, 0, count);
    parts_close(&p);
}

Test(write, keys_come_back_to_the_right_structs_at_every_batch_bound)
{
    static const size_t counts[] = {1, 2, 9, 10, 11, 99, 100, 101, 499, 501, 999, 1000, 1001, 1003};

    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        insert_and_check("write_bounds", counts[i]);
}

static void touch_all(parts *p)
{
    for (size_t i = 0; i < p->count; i++)
        p->all[i]->weight += 1;
}

Test(write, updates_and_deletes_of_every_batch_size_reach_every_row)
{
    static const size_t counts[] = {1, 2, 19, 20, 21, 499, 500, 501, 999, 1001};

    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        parts p;

        parts_open(&p, "write_sizes");
        parts_fill(&p, counts[i]);
        touch_all(&p);
        UOW_OK(uow_save(p.l.ctx, NULL));
        cr_assert_eq(p.all[0]->version, 2);
        parts_check(&p, 0, p.count);
        for (size_t k = 0; k < p.count; k++)
            UOW_OK(uow_remove(p.l.ctx, p.all[k]));
        UOW_OK(uow_save(p.l.ctx, NULL));
        cr_assert_eq(live_int64(&p.l, "SELECT COUNT(*) FROM write_sizes"), 0);
        parts_close(&p);
    }
}

/* ---- how many statements ---- */

Test(write, a_thousand_inserts_are_begin_batches_commit)
{
    parts p;

    parts_open(&p, "write_thousand");
    parts_add(&p, 1000);
    forget_events(&p.l);
    UOW_OK(uow_save(p.l.ctx, NULL));
    cr_assert_eq(statements(&p.l), p.l.database == LIVE_SQLITE ? 10u : 1u);
    cr_assert_eq(units(&p.l), 2); /* begin, commit */
    parts_close(&p);
}

Test(write, one_changed_row_is_one_statement)
{
    parts p;

    parts_open(&p, "write_one");
    parts_fill(&p, 3);
    p.all[1]->weight = 99;
    forget_events(&p.l);
    UOW_OK(uow_save(p.l.ctx, NULL));
    cr_assert_eq(statements(&p.l), 1);
    cr_assert_eq(units(&p.l), 0);
    parts_close(&p);
}

Test(write, nothing_to_save_sends_nothing)
{
    parts p;

    parts_open(&p, "write_nothing");
    parts_fill(&p, 3);
    forget_events(&p.l);
    UOW_OK(uow_save(p.l.ctx, NULL));
    cr_assert_eq(p.l.events.count, 0);
    parts_close(&p);
}

Test(write, updates_go_in_batches)
{
    parts p;

    parts_open(&p, "write_updates");
    parts_fill(&p, 1000);
    touch_all(&p);
    UOW_OK(uow_save(p.l.ctx, NULL));
    touch_all(&p);
    forget_events(&p.l);
    UOW_OK(uow_save(p.l.ctx, NULL));
    cr_assert_eq(statements(&p.l), p.l.database == LIVE_POSTGRESQL ? 1u : 2u);
    parts_close(&p);
}

/* ---- verdicts ---- */

static bool error_has(const uow_error *error, const void *instance)
{
    for (size_t i = 0; i < uow_error_instance_count(error); i++)
        if (uow_error_instance(error, i) == instance)
            return true;
    return false;
}

Test(write, one_stale_row_in_a_thousand_is_that_row)
{
    parts p;

    parts_open(&p, "write_stale");
    parts_fill(&p, 1000);
    live_run(&p.l, "UPDATE write_stale SET version = version + 1 WHERE id = %lld", (long long)p.all[612]->id);
    touch_all(&p);
    UOW_IS(UOW_CONFLICT, uow_save(p.l.ctx, NULL));
    cr_assert_eq(uow_error_instance_count(uow_context_error(p.l.ctx)), 1);
    cr_assert(error_has(uow_context_error(p.l.ctx), p.all[612]));
    LIVE_CONTAINS(uow_context_message(p.l.ctx), "was changed by somebody else");
    cr_assert_eq(p.all[0]->version, 1, "the structs are as before");
    cr_assert_eq(uow_state(p.l.ctx, p.all[0]), UOW_MODIFIED);
    cr_assert_eq(live_int64(&p.l, "SELECT COUNT(*) FROM write_stale WHERE version = 2"), 1, "nothing is kept");
    live_run(&p.l, "UPDATE write_stale SET version = 1");
    UOW_OK(uow_save(p.l.ctx, NULL));
    cr_assert_eq(live_int64(&p.l, "SELECT COUNT(*) FROM write_stale WHERE version = 2"), 1000);
    parts_close(&p);
}

static void plant(parts *p, size_t step, const char *sql)
{
    for (size_t i = step / 2; i < p->count; i += step)
        live_run(&p->l, sql, p->table, (long long)p->all[i]->id);
}

static void expect_planted(parts *p, size_t step)
{
    const uow_error *error = uow_context_error(p->l.ctx);

    cr_assert_eq(uow_error_instance_count(error), 7, "%zu instances", uow_error_instance_count(error));
    for (size_t i = step / 2; i < p->count; i += step)
        cr_assert(error_has(error, p->all[i]), "row %zu is missing", i);
}

/* Trap 1 of drivers.md: a row somebody else moved to the version we want looks like one of ours. */
Test(write, seven_rows_moved_on_by_somebody_else_are_all_told)
{
    const size_t step = 2900;
    parts p;

    parts_open(&p, "write_seven");
    parts_fill(&p, 20000);
    touch_all(&p);
    plant(&p, step, "UPDATE %s SET version = version + 1 WHERE id = %lld");
    UOW_IS(UOW_CONFLICT, uow_save(p.l.ctx, NULL));
    expect_planted(&p, step);
    LIVE_CONTAINS(uow_context_message(p.l.ctx), "changed (7) or deleted (0)");
    for (size_t i = 0; i < p.count; i++)
        UOW_OK(uow_remove(p.l.ctx, p.all[i]));
    UOW_IS(UOW_CONFLICT, uow_save(p.l.ctx, NULL));
    expect_planted(&p, step);
    cr_assert_eq(live_int64(&p.l, "SELECT COUNT(*) FROM write_seven"), 20000);
    parts_close(&p);
}

Test(write, rows_gone_are_told_from_rows_changed)
{
    parts p;

    parts_open(&p, "write_gone");
    parts_fill(&p, 100);
    touch_all(&p);
    live_run(&p.l, "UPDATE write_gone SET version = 9 WHERE id = %lld", (long long)p.all[10]->id);
    live_run(&p.l, "DELETE FROM write_gone WHERE id = %lld", (long long)p.all[20]->id);
    live_run(&p.l, "DELETE FROM write_gone WHERE id = %lld", (long long)p.all[30]->id);
    UOW_IS(UOW_CONFLICT, uow_save(p.l.ctx, NULL));
    LIVE_CONTAINS(uow_context_message(p.l.ctx), "changed (1) or deleted (2)");
    cr_assert_eq(uow_error_instance_count(uow_context_error(p.l.ctx)), 3);
    parts_close(&p);
}

Test(write, a_conflict_inside_a_unit_leaves_the_unit_usable)
{
    parts p;

    parts_open(&p, "write_nested");
    parts_fill(&p, 100);
    touch_all(&p);
    live_run(&p.l, "UPDATE write_nested SET version = 9 WHERE id = %lld", (long long)p.all[50]->id);
    UOW_OK(uow_begin(p.l.ctx, NULL));
    live_run(&p.l, "INSERT INTO write_nested (name, weight, version) VALUES ('mine', 1, 1)");
    UOW_IS(UOW_CONFLICT, uow_save(p.l.ctx, NULL));
    cr_assert(error_has(uow_context_error(p.l.ctx), p.all[50]));
    UOW_OK(uow_commit(p.l.ctx));
    cr_assert_eq(live_int64(&p.l, "SELECT COUNT(*) FROM write_nested WHERE name = 'mine'"), 1);
    cr_assert_eq(live_int64(&p.l, "SELECT COUNT(*) FROM write_nested WHERE version = 2"), 0);
    parts_close(&p);
}

/* ---- constraints ---- */

Test(write, a_constraint_that_fails_in_a_batch_names_its_row)
{
    parts p;

    parts_open(&p, "write_check");
    parts_add(&p, 1500);
    p.all[777]->weight = -1;
    UOW_IS(UOW_CONSTRAINT, uow_save(p.l.ctx, NULL));
    cr_assert_eq(uow_error_instance_count(uow_context_error(p.l.ctx)), 1);
    cr_assert(error_has(uow_context_error(p.l.ctx), p.all[777]));
    cr_assert_str_eq(uow_error_entity(uow_context_error(p.l.ctx)), "write_check");
    cr_assert_eq(live_int64(&p.l, "SELECT COUNT(*) FROM write_check"), 0);
    cr_assert_lt(p.all[0]->id, 0, "a key given in vain is taken back");
    p.all[777]->weight = 1;
    UOW_OK(uow_save(p.l.ctx, NULL));
    parts_check(&p, 0, p.count);
    p.all[333]->weight = -1;
    p.all[1200]->weight = 7;
    for (size_t i = 0; i < 900; i++)
        p.all[i]->weight += 2;
    p.all[333]->weight = -5;
    UOW_IS(UOW_CONSTRAINT, uow_save(p.l.ctx, NULL));
    cr_assert(error_has(uow_context_error(p.l.ctx), p.all[333]));
    cr_assert_eq(p.all[0]->version, 1);
    parts_close(&p);
}

Test(write, a_value_that_cannot_be_sent_names_its_row)
{
    parts p;

    parts_open(&p, "write_bad");
    parts_add(&p, 1100);
    memcpy(p.all[123]->name, "\xff\xfe", 3);
    UOW_IS(UOW_TYPE, uow_save(p.l.ctx, NULL));
    cr_assert(error_has(uow_context_error(p.l.ctx), p.all[123]));
    memcpy(p.all[123]->name, "fine", 5);
    UOW_OK(uow_save(p.l.ctx, NULL));
    for (size_t i = 0; i < 200; i++)
        snprintf(p.all[i]->name, sizeof p.all[i]->name, "new %zu", i);
    memcpy(p.all[77]->name, "\xff\xfe", 3);
    UOW_IS(UOW_TYPE, uow_save(p.l.ctx, NULL));
    cr_assert(error_has(uow_context_error(p.l.ctx), p.all[77]));
    parts_close(&p);
}

/* A list of values is cast to the columns' types, and a cast to a length would cut. */
Test(write, a_text_too_long_for_its_column_is_refused_in_a_large_batch_too)
{
    parts p;

    parts_open(&p, "write_long");
    if (p.l.database == LIVE_SQLITE)
        cr_skip_test("SQLite keeps texts of any length");
    parts_add(&p, 1100);
    live_run(&p.l, "ALTER TABLE write_long %s",
             p.l.database == LIVE_POSTGRESQL ? "ALTER name TYPE VARCHAR(10)" : "MODIFY name VARCHAR(10)");
    memcpy(p.all[1050]->name, "eleven char", 12);
    UOW_IS(UOW_TRUNCATED, uow_save(p.l.ctx, NULL));
    cr_assert_str_eq(uow_error_sqlstate(uow_context_error(p.l.ctx)), "22001");
    cr_assert(error_has(uow_context_error(p.l.ctx), p.all[1050]));
    cr_assert_eq(live_int64(&p.l, "SELECT COUNT(*) FROM write_long"), 0);
    memcpy(p.all[1050]->name, "only ten c", 11);
    UOW_OK(uow_save(p.l.ctx, NULL));
    parts_check(&p, 0, p.count);
    parts_close(&p);
}

/* ---- mixed ---- */

Test(write, inserts_updates_and_deletes_of_different_columns_in_one_save)
{
    parts p;
    size_t saved;

    parts_open(&p, "write_mixed");
    parts_fill(&p, 600);
    for (size_t i = 0; i < 200; i++)
        p.all[i]->weight += 1;
    for (size_t i = 200; i < 400; i++)
        snprintf(p.all[i]->name, sizeof p.all[i]->name, "renamed %zu", i);
    for (size_t i = 300; i < 350; i++)
        p.all[i]->name_ind = UOW_NULL;
    for (size_t i = 400; i < 600; i++)
        UOW_OK(uow_remove(p.l.ctx, p.all[i]));
    parts_add(&p, 300);
    UOW_OK(uow_save(p.l.ctx, &saved));
    cr_assert_eq(saved, 900);
    cr_assert_eq(live_int64(&p.l, "SELECT COUNT(*) FROM write_mixed"), 700);
    cr_assert_eq(live_int64(&p.l, "SELECT COUNT(*) FROM write_mixed WHERE name IS NULL"), 50);
    cr_assert_eq(live_int64(&p.l, "SELECT COUNT(*) FROM write_mixed WHERE version = 2"), 400);
    parts_check(&p, 600, 300);
    parts_close(&p);
}

/* ---- trees ---- */

struct node {
    int64_t id;
    int64_t parent;
    uow_ind parent_ind;
    int32_t depth;
};

static const uow_entity nodes;

/* clang-format off */
static const uow_column node_columns[] = {
    UOW_COLUMN     (struct node, id,     "id",     UOW_INT64, UOW_KEY | UOW_GENERATED),
    UOW_COLUMN_NULL(struct node, parent, parent_ind, "parent", UOW_INT64, 0),
    UOW_COLUMN     (struct node, depth,  "depth",  UOW_INT32, 0),
};
static const uow_relation node_relations[] = {UOW_REFERENCE("parent", &nodes, UOW_RESTRICT)};
static const uow_entity nodes = UOW_ENTITY_RELATED(struct node, "write_tree", node_columns, node_relations);
/* clang-format on */

static const char node_ddl[] = "id @id, parent @int64 NULL REFERENCES write_tree (id), depth INTEGER NOT NULL";

static void tree_check_and_remove(live *l, struct node **all, size_t count)
{
    UOW_OK(uow_save(l->ctx, NULL));
    cr_assert_eq(live_int64(l, "SELECT COUNT(*) FROM write_tree t JOIN write_tree p ON t.parent = p.id "
                               "WHERE t.depth = p.depth + 1"),
                 (int64_t)count - 1);
    for (size_t i = 0; i < count; i++)
        UOW_OK(uow_remove(l->ctx, all[i]));
    UOW_OK(uow_save(l->ctx, NULL));
    cr_assert_eq(live_int64(l, "SELECT COUNT(*) FROM write_tree"), 0);
}

/* fan 1: a chain; otherwise each node has so many children. */
static void tree(size_t count, size_t fan)
{
    const uow_entity *entities[] = {&nodes};
    struct node **all = calloc(count, sizeof *all);
    live l;

    live_open(&l, entities, 1);
    live_table(&l, "write_tree", node_ddl);
    for (size_t i = 0; i < count; i++) {
        struct node node = {0};
        void *made;

        node.parent_ind = i == 0 ? UOW_NULL : 0;
        node.parent = i == 0 ? 0 : all[(i - 1) / fan]->id;
        node.depth = i == 0 ? 0 : all[(i - 1) / fan]->depth + 1;
        UOW_OK(uow_add(l.ctx, &nodes, &node, &made));
        all[i] = made;
    }
    tree_check_and_remove(&l, all, count);
    free(all);
    live_close(&l);
}

/* One test, because both use the one table a self-reference can name in a constant. */
Test(write, trees_of_five_thousand_rows_are_saved_and_removed)
{
    tree(5000, 1);
    tree(5000, 50);
}

/* How often rows of the table were read lately, by whatever way: what each batch reads anew is a multiple of the table. */
static int64_t statistics_reads(parts *p)
{
    return live_int64(&p->l, "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables "
                             "WHERE relname = 'write_statistics'");
}

/*
 * A table that was vacuumed while it was empty and filled since: the planner takes it for empty and would compare each
 * row of it with each of a batch, twenty million pairs for each of these; or read all of it for each batch.
 */
Test(write, statistics_that_are_wrong_do_not_make_batches_slow)
{
    parts p;
    parts_open(&p, "write_statistics");
    if (p.l.database != LIVE_POSTGRESQL) {
        parts_close(&p);
        cr_skip("these are PostgreSQL's statistics");
    }
    live_run(&p.l, "INSERT INTO write_statistics (weight, version) SELECT i, 1 FROM generate_series(1, 20000) i");
    live_run(&p.l, "DELETE FROM write_statistics");
    live_run(&p.l, "VACUUM (TRUNCATE off) write_statistics");
    parts_fill(&p, 20000);
    live_run(&p.l, "SET statement_timeout = '2s'");
    for (size_t i = 0; i < p.count; i++)
        p.all[i]->weight++;
    UOW_OK(uow_begin(p.l.ctx, NULL));
    UOW_OK(uow_save(p.l.ctx, NULL));
    cr_assert_lt(statistics_reads(&p), 10 * 20000);
    cr_assert_eq(live_int64(&p.l, "SELECT count(*) FROM write_statistics WHERE version = 2"), 20000);
    UOW_OK(uow_commit(p.l.ctx));
    for (size_t i = 0; i < p.count; i++)
        UOW_OK(uow_remove(p.l.ctx, p.all[i]));
    UOW_OK(uow_begin(p.l.ctx, NULL));
    UOW_OK(uow_save(p.l.ctx, NULL));
    cr_assert_lt(statistics_reads(&p), 10 * 20000);
    UOW_OK(uow_commit(p.l.ctx));
    cr_assert_eq(live_int64(&p.l, "SELECT count(*) FROM write_statistics"), 0);
    parts_close(&p);
}
