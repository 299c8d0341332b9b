/* Units over links that are lost before and after the commit took effect: each happens exactly once. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "testdrv/testdrv.h"

#include "uow.h"

#include <unistd.h>

static uow_env *env;
static uow_context *ctx;
static char once[64];

static void no_pause(uint32_t ms, void *user)
{
    (void)ms;
    (void)user;
}

static uint64_t no_time(void *user)
{
    (void)user;
    return 0;
}

static const uow_unit_clock quiet = {sizeof quiet, no_time, no_pause, NULL};

/* Faults come true once for all connections, those made anew too. */
static void begin(const char *keys)
{
    char connection[1024];
    link_to side;

    snprintf(once, sizeof once, "/tmp/uow-once-%d", (int)getpid());
    unlink(once);
    drop_table("tdr_marks");
    drop_table("tdr_units");
    open_beside(&side);
    run(&side, "CREATE TABLE tdr_marks (id integer)");
    shut(&side);
    snprintf(connection, sizeof connection, "DSN=%s;TestOnce=%s;%s", getenv("UOW_DSN"), once, keys);
    cr_assert_eq(uow_env_open(NULL, &env), UOW_OK);
    cr_assert_eq(uow_open(env, connection, NULL, NULL, &ctx), UOW_OK, "%s", uow_context_message(ctx));
}

static void end(void)
{
    cr_assert_eq(uow_close(ctx), UOW_OK);
    cr_assert_eq(uow_env_close(env), UOW_OK);
    drop_table("tdr_marks");
    drop_table("tdr_units");
    unlink(once);
}

static long long marks(void)
{
    link_to side;
    long long count;

    open_beside(&side);
    count = number(&side, "SELECT COUNT(*) FROM tdr_marks");
    shut(&side);
    return count;
}

static uow_status mark(uow_context *context, void *user)
{
    uow_status st = uow_execute(context, "INSERT INTO tdr_marks (id) VALUES (1)", NULL, 0, NULL);

    ++*(int *)user;
    return st == UOW_OK ? uow_execute(context, "UPDATE tdr_marks SET id = id + 1", NULL, 0, NULL) : st;
}

static uow_status run_marked(const char *table, uint32_t attempts, int *calls)
{
    uow_unit_run_options options = UOW_UNIT_RUN_OPTIONS_INIT;

    options.clock = &quiet;
    options.unit_table = table;
    options.max_attempts = attempts;
    *calls = 0;
    return uow_unit_run(ctx, &options, mark, calls);
}

#define SAYS(wanted, expr)                                                                         \
    do {                                                                                           \
        uow_status says_ = (expr);                                                                 \
        cr_assert_eq(says_, (wanted), "%s: %s", uow_status_name(says_), uow_context_message(ctx)); \
    } while (0)

Test(unit_link, a_link_lost_in_the_work_is_made_anew)
{
    int calls;
    begin("TestLinkLost=SQLExecute:2:before");
    SAYS(UOW_OK, run_marked(NULL, 0, &calls));
    cr_assert_eq(calls, 2);
    cr_assert_eq(marks(), 1);
    end();
}

Test(unit_link, a_commit_that_took_effect_before_the_link_was_lost_is_found_out)
{
    int calls;
    begin("TestLinkLost=commit:1:after");
    SAYS(UOW_OK, uow_unit_table_create(ctx, "tdr_units"));
    SAYS(UOW_OK, run_marked("tdr_units", 0, &calls));
    cr_assert_eq(calls, 1);
    cr_assert_eq(marks(), 1);
    SAYS(UOW_OK, run_marked("tdr_units", 0, &calls));
    cr_assert_eq(marks(), 2);
    end();
}

Test(unit_link, a_commit_that_did_not_take_effect_is_made_up_for)
{
    int calls;
    begin("TestLinkLost=commit:1:before");
    SAYS(UOW_OK, uow_unit_table_create(ctx, "tdr_units"));
    SAYS(UOW_OK, run_marked("tdr_units", 0, &calls));
    cr_assert_eq(calls, 2);
    cr_assert_eq(marks(), 1);
    end();
}

Test(unit_link, the_last_attempt_is_settled_whichever_way_it_went)
{
    static const struct { const char *keys; uow_status st; long long marks; } ends[] = {
        {"TestLinkLost=commit:1:after", UOW_OK, 1}, {"TestLinkLost=commit:1:before", UOW_CONNECTION_LOST, 0}};
    for (int i = 0; i < 2; i++) {
        int calls;
        begin(ends[i].keys);
        SAYS(UOW_OK, uow_unit_table_create(ctx, "tdr_units"));
        SAYS(ends[i].st, run_marked("tdr_units", 1, &calls));
        cr_assert_eq(calls, 1);
        cr_assert_eq(marks(), ends[i].marks);
        end();
    }
}

Test(unit_link, without_a_table_nobody_is_told_more_than_is_known)
{
    int calls;
    begin("TestLinkLost=commit:1:after");
    SAYS(UOW_OUTCOME_UNKNOWN, run_marked(NULL, 0, &calls));
    cr_assert_eq(calls, 1);
    cr_assert_eq(marks(), 1);
    SAYS(UOW_OK, run_marked(NULL, 0, &calls));
    cr_assert_eq(marks(), 2, "the next unit connects again");
    end();
}
