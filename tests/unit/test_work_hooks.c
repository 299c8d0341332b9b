/* Hooks: what they are told, what they may change, what suppressing and refusing do. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include <stdio.h>

#include "work_fixture.h"

static desk d;

/* What the hook answers, and what it was told. */
typedef struct listener {
    uow_hook_answer save;
    int64_t suppressed; /* key of the customer or order to leave out */
    int64_t vetoed;
    const char *statement; /* part of the text of statements to refuse */
    char log[600];
    uow_status nested;
} listener;

static listener heard;

static void note(const char *format, long long a, const char *b)
{
    size_t used = strlen(heard.log);

    snprintf(heard.log + used, sizeof heard.log - used, format, a, b);
}

static uow_hook_answer on_before(size_t changes, void *user)
{
    (void)user;
    note("before %lld%s; ", (long long)changes, "");
    return heard.save;
}

static uow_hook_answer on_change(const uow_change *change, void *user)
{
    static const char *const states[] = {"detached", "unchanged", "deleted", "modified", "added"};
    int64_t id = *(const int64_t *)change->instance;

    cr_assert_eq(user, &heard);
    cr_assert_eq(change->original == NULL, change->state == UOW_ADDED);
    note("change %lld %s; ", (long long)id, states[change->state]);
    if (id == heard.vetoed)
        return UOW_HOOK_VETO;
    return id == heard.suppressed ? UOW_HOOK_SUPPRESS : UOW_HOOK_GO;
}

static void on_after(uow_status status, size_t saved, void *user)
{
    (void)user;
    note("after %lld %s; ", (long long)saved, uow_status_name(status));
}

static uow_hook_answer on_statement(const char *sql, void *user)
{
    (void)user;
    return heard.statement && strstr(sql, heard.statement) ? UOW_HOOK_VETO : UOW_HOOK_GO;
}

static const uow_hook watcher = {sizeof(uow_hook), "watcher", on_before, on_change, on_after, on_statement, &heard};

static void begin_with(const uow_hook *const *hooks, size_t count)
{
    uow_context_options options = UOW_CONTEXT_OPTIONS_INIT;

    memset(&heard, 0, sizeof heard);
    options.hooks = hooks;
    options.hook_count = count;
    cr_assert(desk_open_with(&d, "SQLite", &options));
}

static void begin(void)
{
    static const uow_hook *const hooks[] = {&watcher};

    begin_with(hooks, 1);
}

static void end(void)
{
    cr_assert_eq(desk_close(&d), 0);
}

static void *put(const uow_entity *entity, const void *row)
{
    void *instance = NULL;

    cr_assert_eq(uow_add(d.ctx, entity, row, &instance), UOW_OK, "%s", desk_says(&d));
    return instance;
}

static shop_node node(int64_t id, int64_t parent)
{
    shop_node n = {id, parent, parent ? 0 : UOW_NULL};

    return n;
}

/* Nodes 1 and 2 to be inserted. */
static void two_nodes(void)
{
    shop_node one = node(1, 0), two = node(2, 0);

    put(&shop_nodes, &one);
    put(&shop_nodes, &two);
}

static size_t pending(void)
{
    size_t count = 0;

    cr_assert_eq(uow_changes(d.ctx, &count), UOW_OK);
    return count;
}

Test(hooks, are_told_of_the_save_and_of_each_change)
{
    size_t saved = 0;
    begin();
    two_nodes();
    cr_assert_eq(uow_save(d.ctx, &saved), UOW_OK, "%s", desk_says(&d));
    cr_assert_eq(saved, 2);
    cr_assert_str_eq(heard.log, "before 2; change 1 added; change 2 added; after 2 OK; ");
    heard.log[0] = '\0';
    cr_assert_eq(uow_save(d.ctx, &saved), UOW_OK);
    cr_assert_str_eq(heard.log, "after 0 OK; ", "nothing to save asks nobody");
    end();
}

Test(hooks, a_suppressed_row_is_not_written_and_stays_a_change)
{
    size_t saved = 0;
    begin();
    two_nodes();
    heard.suppressed = 1;
    cr_assert_eq(uow_save(d.ctx, &saved), UOW_OK, "%s", desk_says(&d));
    cr_assert_eq(saved, 1);
    cr_assert_eq(fake_sql_count(), 1);
    cr_assert_eq(pending(), 1);
    heard.suppressed = 0;
    heard.log[0] = '\0';
    cr_assert_eq(uow_save(d.ctx, &saved), UOW_OK);
    cr_assert_str_eq(heard.log, "before 1; change 1 added; after 1 OK; ", "asked again");
    cr_assert_eq(pending(), 0);
    end();
}

Test(hooks, a_row_that_needs_a_suppressed_one_fails_before_anything_is_sent)
{
    begin();
    shop_node one = node(1, 0), two = node(2, 1);
    put(&shop_nodes, &one);
    put(&shop_nodes, &two);
    heard.suppressed = 1;
    cr_assert_eq(uow_save(d.ctx, NULL), UOW_CONSTRAINT);
    cr_assert_str_eq(desk_says(&d), "nodes.parent_id refers to a new row of nodes whose insert a hook has suppressed");
    cr_assert_eq(fake_sql_count(), 0);
    cr_assert_eq(pending(), 2);
    end();
}

Test(hooks, a_refused_change_cancels_the_save_and_names_hook_and_row)
{
    begin();
    two_nodes();
    heard.vetoed = 2;
    heard.suppressed = 1;
    cr_assert_eq(uow_save(d.ctx, NULL), UOW_CANCELLED);
    cr_assert_str_eq(desk_says(&d), "the hook \"watcher\" refused the insert of nodes (node_id=2)");
    cr_assert_str_eq(uow_error_key(uow_context_error(d.ctx)), "node_id=2");
    cr_assert_eq(fake_sql_count(), 0);
    cr_assert(strstr(heard.log, "after 0 CANCELLED"), "%s", heard.log);
    heard.vetoed = heard.suppressed = 0;
    cr_assert_eq(uow_save(d.ctx, NULL), UOW_OK);
    cr_assert_eq(fake_sql_count(), 2, "nothing stayed suppressed");
    end();
}

Test(hooks, the_whole_save_may_be_refused_or_left_out)
{
    size_t saved = 9;
    begin();
    two_nodes();
    heard.save = UOW_HOOK_VETO;
    cr_assert_eq(uow_save(d.ctx, NULL), UOW_CANCELLED);
    cr_assert_str_eq(desk_says(&d), "the hook \"watcher\" refused the save");
    heard.save = UOW_HOOK_SUPPRESS;
    cr_assert_eq(uow_save(d.ctx, &saved), UOW_OK);
    cr_assert_eq(saved, 0);
    cr_assert_eq(pending(), 2);
    cr_assert_str_eq(heard.log, "before 2; before 2; ");
    cr_assert_eq(fake_sql_count(), 0);
    end();
}

Test(hooks, a_statement_refused_undoes_the_save)
{
    begin();
    two_nodes();
    heard.statement = "INSERT";
    cr_assert_eq(uow_save(d.ctx, NULL), UOW_CANCELLED);
    cr_assert(strstr(desk_says(&d), "the hook \"watcher\" refused the statement"), "%s", desk_says(&d));
    cr_assert_eq(fake_sql_count(), 0);
    cr_assert_eq(uow_unit_depth(d.ctx), 0);
    cr_assert_eq(pending(), 2);
    cr_assert_eq(uow_execute(d.ctx, "DELETE FROM nodes", NULL, 0, NULL), UOW_OK);
    cr_assert_eq(uow_execute(d.ctx, "INSERT INTO nodes VALUES (1)", NULL, 0, NULL), UOW_CANCELLED);
    cr_assert_eq(uow_delete_where(d.ctx, &shop_nodes, "", NULL, 0, NULL), UOW_OK);
    heard.statement = NULL;
    cr_assert_eq(uow_save(d.ctx, NULL), UOW_OK);
    end();
}

Test(hooks, a_savepoint_cannot_be_refused)
{
    begin();
    cr_assert_eq(uow_begin(d.ctx, NULL), UOW_OK);
    two_nodes();
    heard.statement = "";
    cr_assert_eq(uow_save(d.ctx, NULL), UOW_CANCELLED);
    cr_assert(strstr(fake_sql(fake_sql_count() - 1), "ROLLBACK TO"), "%s", fake_sql(fake_sql_count() - 1));
    cr_assert_eq(uow_rollback(d.ctx), UOW_OK);
    end();
}

static uow_hook_answer stamp(size_t changes, void *user)
{
    shop_customer *ann = *(shop_customer **)user;

    (void)changes;
    if (ann)
        memcpy(ann->email, "by@clerk", 9);
    if (ann)
        ann->email_ind = 0;
    return UOW_HOOK_GO;
}

Test(hooks, may_set_members_before_changes_are_looked_for)
{
    shop_customer *ann = NULL;
    const uow_hook stamper = {sizeof(uow_hook), "stamper", stamp, NULL, NULL, NULL, &ann};
    const uow_hook *hooks[] = {&stamper};

    begin_with(hooks, 1);
    desk_two_customers();
    cr_assert_eq(uow_find(d.ctx, &shop_customers, uow_key_int64(1), (void **)&ann), UOW_OK);
    ann->balance = 1;
    cr_assert_eq(uow_save(d.ctx, NULL), UOW_OK, "%s", desk_says(&d));
    cr_assert(strstr(fake_sql(fake_sql_count() - 1), "`balance` = ?, `email` = ?"), "%s", fake_sql(fake_sql_count() - 1));
    end();
}

static uow_hook_answer call_inside(const uow_change *change, void *user)
{
    void *row = NULL;

    (void)change;
    (void)user;
    heard.nested = uow_find(d.ctx, &shop_customers, uow_key_int64(1), &row);
    return UOW_HOOK_VETO;
}

/* Symptom feared: the save's error is hidden behind the refusal of the call in the hook. */
Test(hooks, a_call_on_the_same_context_is_refused_and_the_saves_own_error_is_told)
{
    static const uow_hook nester = {sizeof(uow_hook), NULL, NULL, call_inside, NULL, NULL, NULL};
    static const uow_hook *const hooks[] = {&watcher, &nester};

    begin_with(hooks, 2);
    two_nodes();
    cr_assert_eq(uow_save(d.ctx, NULL), UOW_CANCELLED);
    cr_assert_eq(heard.nested, UOW_BUSY);
    cr_assert_str_eq(desk_says(&d), "the hook \"(unnamed)\" refused the insert of nodes (node_id=1)");
    end();
}

Test(hooks, wrong_ones_are_refused_when_the_context_is_opened)
{
    static const uow_hook *const bad[] = {NULL};
    uow_context_options options = UOW_CONTEXT_OPTIONS_INIT;
    uow_context *context = NULL;

    begin();
    options.hook_count = 1;
    cr_assert_eq(uow_open(d.env, "Driver=fake", d.model, &options, &context), UOW_MISUSE);
    options.hooks = bad;
    cr_assert_eq(uow_open(d.env, "Driver=fake", d.model, &options, &context), UOW_MISUSE);
    cr_assert_null(context);
    end();
}

Test(hooks, any_allocation_may_fail)
{
    uow_status st = UOW_NO_MEMORY;
    begin();
    two_nodes();
    heard.suppressed = 1;
    for (int64_t n = 0; st == UOW_NO_MEMORY && n < 500; n++) {
        heard.log[0] = '\0';
        d.env->mem.fail_at = n;
        st = uow_save(d.ctx, NULL);
        d.env->mem.fail_at = -1;
        cr_assert_eq(pending(), st == UOW_OK ? 1 : 2);
    }
    cr_assert_eq(st, UOW_OK);
    end();
}
