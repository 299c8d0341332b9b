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

    snprintf(once, sizeof once, "%s/once-%d", getenv("UOW_TEST_DIR"), (int)getpid());
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

/* --- on a lease */

static uow_factory *factory;

/* Something of the session's that is there only because it was prepared, and how to see it. */
static const char *prepared_by(void)
{
    return on("sqlite")       ? "PRAGMA cache_size = 1234"
           : on("postgresql") ? "SET work_mem = 1234"
                              : "SET SESSION group_concat_max_len = 1234";
}

static const char *session_says(uow_context *context)
{
    static char answer[64];
    const char *sql = on("sqlite")       ? "SELECT cache_size FROM pragma_cache_size"
                      : on("postgresql") ? "SHOW work_mem"
                                         : "SELECT @@group_concat_max_len";
    const char *text = "";
    uow_rows *rows = NULL;

    cr_assert_eq(uow_rows_open(context, sql, NULL, 0, &rows), UOW_OK, "%s", uow_context_message(context));
    cr_assert_eq(uow_rows_next(rows), UOW_OK);
    cr_assert_eq(uow_rows_text(rows, 0, &text, NULL), UOW_OK);
    snprintf(answer, sizeof answer, "%s", text);
    uow_rows_close(rows);
    return answer;
}

static int prepare_session(uow_context *context, void *user)
{
    ++*(int *)user;
    return uow_execute(context, prepared_by(), NULL, 0, NULL) == UOW_OK;
}

static uow_factory_counters counted(void)
{
    uow_factory_counters c = UOW_FACTORY_COUNTERS_INIT;

    cr_assert_eq(uow_factory_read(factory, &c), UOW_OK);
    return c;
}

/* The file of TestOnce keeps the link alive while it is there. */
static void begin_leased(uow_factory_fn prepare, int *opened)
{
    uow_factory_options options = UOW_FACTORY_OPTIONS_INIT;
    char connection[1024];

    begin("");
    fclose(fopen(once, "w"));
    snprintf(connection, sizeof connection, "DSN=%s;TestOnce=%s;TestLinkLost=SQLExecute:*:before", getenv("UOW_DSN"), once);
    options.max_contexts = 1;
    options.opened = prepare;
    options.user = opened;
    cr_assert_eq(uow_factory_open(env, connection, NULL, &options, &factory), UOW_OK);
}

static void end_leased(void)
{
    cr_assert_eq(uow_factory_close(factory, 0, 0), UOW_OK);
    end();
}

static uow_context *lease(void)
{
    uow_context *context = NULL;

    cr_assert_eq(uow_factory_acquire(factory, 1000, &context), UOW_OK, "%s", uow_error_message(uow_factory_error(factory)));
    return context;
}

typedef struct leased_job {
    int calls;
    bool leaves; /* something in the session that a release has to put back */
    char seen[64];
} leased_job;

static uow_status mark_where_prepared(uow_context *context, void *user)
{
    leased_job *job = user;
    uow_status st;

    job->calls++;
    snprintf(job->seen, sizeof job->seen, "%s", session_says(context));
    if (job->calls == 1)
        unlink(once); /* the next statement finds the link lost */
    st = uow_execute(context, "INSERT INTO tdr_marks (id) VALUES (1)", NULL, 0, NULL);
    if (st == UOW_OK && job->leaves)
        st = uow_execute(context, on("sqlite") ? "PRAGMA cache_size = 77" : on("postgresql") ? "SET work_mem = 77"
                                                                             : "SET SESSION group_concat_max_len = 77",
                         NULL, 0, NULL);
    return st;
}

static void lose_a_lease(bool leaves)
{
    uow_unit_run_options options = UOW_UNIT_RUN_OPTIONS_INIT;
    leased_job job = {0, leaves, ""};
    char prepared[64];
    uow_context *context;
    int opened = 0;
    uow_status st;

    begin_leased(prepare_session, &opened);
    options.clock = &quiet;
    context = lease();
    snprintf(prepared, sizeof prepared, "%s", session_says(context));
    st = uow_unit_run(context, &options, mark_where_prepared, &job);
    cr_assert_eq(st, UOW_OK, "%s: %s", uow_status_name(st), uow_context_message(context));
    cr_assert_eq(job.calls, 2);
    cr_assert_eq(opened, 2, "the connection made anew is prepared as the first one was");
    cr_assert_str_eq(job.seen, prepared);
    cr_assert_eq(uow_factory_release(context), UOW_OK);
    context = lease();
    cr_assert_str_eq(session_says(context), prepared, "the next lease finds a session as the factory prepares it");
    cr_assert_eq(uow_factory_release(context), UOW_OK);
    cr_assert_eq(marks(), 1);
    cr_assert_eq(counted().opened, 1, "nothing had to be closed");
    cr_assert_eq(counted().closed_lost, 0);
    cr_assert_eq(counted().resets, leaves ? 1u : 0u, "what was lost with the old connection is not put back");
    end_leased();
}

Test(unit_link, a_lease_whose_link_was_lost_is_prepared_again_and_goes_back_as_it_should)
{
    lose_a_lease(false);
}

Test(unit_link, what_the_work_left_on_the_connection_made_anew_is_put_back)
{
    lose_a_lease(true);
}

/* The session cannot be prepared again: the lease is not to be lent to anybody. */
static int prepare_once(uow_context *context, void *user)
{
    return prepare_session(context, user) && *(int *)user != 2;
}

Test(unit_link, a_lease_that_cannot_be_prepared_again_is_closed)
{
    uow_unit_run_options how = UOW_UNIT_RUN_OPTIONS_INIT;
    leased_job job = {0};
    uow_context *context;
    int opened = 0;

    begin_leased(prepare_once, &opened);
    context = lease();
    how.clock = &quiet;
    cr_assert_eq(uow_unit_run(context, &how, mark_where_prepared, &job), UOW_CANCELLED, "%s", uow_context_message(context));
    cr_assert_eq(job.calls, 1);
    cr_assert_eq(uow_factory_release(context), UOW_OK);
    cr_assert_eq(counted().closed_lost, 1);
    context = lease();
    cr_assert_eq(opened, 3);
    cr_assert_eq(uow_factory_release(context), UOW_OK);
    cr_assert_eq(marks(), 0);
    end_leased();
}
