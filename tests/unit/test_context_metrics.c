/* Metrics: the trace counted by statement, and what a scraper reads. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <criterion/criterion.h>

#include <stdio.h>

#include "work_fixture.h"

static desk d;
static uow_metrics *metrics;
static char written[20000];
static size_t lines;

static int keep(const char *text, size_t length, void *user)
{
    (void)user;
    cr_assert_eq(text[length - 1], '\n');
    cr_assert_eq(strlen(written) + length < sizeof written, true);
    strncat(written, text, length);
    lines++;
    return 1;
}

static int stop(const char *text, size_t length, void *user)
{
    (void)text;
    (void)length;
    (void)user;
    return 0;
}

static void begin(uint32_t max_statements)
{
    uow_metrics_options options = UOW_METRICS_OPTIONS_INIT;
    uow_context_options traced = UOW_CONTEXT_OPTIONS_INIT;

    fake_begin("SQLite");
    cr_assert(desk_prepare(&d, &fake_api));
    options.max_statements = max_statements;
    cr_assert_eq(uow_metrics_open(d.env, &options, &metrics), UOW_OK);
    traced.trace = uow_metrics_trace;
    traced.trace_user = metrics;
    cr_assert_eq(uow_open(d.env, "Driver=fake", d.model, &traced, &d.ctx), UOW_OK);
}

static void end(void)
{
    cr_assert_eq(uow_close(d.ctx), UOW_OK);
    d.ctx = NULL;
    uow_metrics_close(metrics);
    cr_assert_eq(desk_close(&d), 0);
}

static void write_all(void)
{
    written[0] = '\0';
    lines = 0;
    cr_assert_eq(uow_metrics_write(metrics, keep, NULL), UOW_OK);
}

static void has(const char *line)
{
    cr_assert(strstr(written, line) != NULL, "no %s in\n%s", line, written);
}

static void run(const char *sql)
{
    cr_assert_eq(uow_execute(d.ctx, sql, NULL, 0, NULL), UOW_OK);
}

Test(metrics, statements_are_counted_by_text)
{
    begin(0);
    run("DELETE FROM t WHERE a = 1");
    run("DELETE FROM t WHERE a = 2");
    run("UPDATE t SET a = 'x \"quoted\" \\'");
    fake_fail(UOWI_FN_Execute, 1, SQL_ERROR, "HY000", 1, "no");
    cr_assert_neq(uow_execute(d.ctx, "DELETE FROM t WHERE a = 2", NULL, 0, NULL), UOW_OK);
    write_all();
    has("# TYPE uow_statements counter\n");
    has("uow_statements_total{sql=\"DELETE FROM t WHERE a = ?\"} 3\n");
    has("uow_statement_errors_total{sql=\"DELETE FROM t WHERE a = ?\"} 1\n");
    has("uow_statement_rows_total{sql=\"DELETE FROM t WHERE a = ?\"} 2\n");
    has("uow_statements_total{sql=\"UPDATE t SET a = ?\"} 1\n");
    has("uow_statement_seconds_total{sql=\"UPDATE t SET a = ?\"} 0.0");
    cr_assert_str_eq(written + strlen(written) - 6, "# EOF\n");
    cr_assert_eq(strstr(written, "quoted"), NULL, "values stay out of it");
    end();
}

Test(metrics, quoted_names_are_escaped)
{
    begin(0);
    run("DELETE FROM \"a\\b\"");
    write_all();
    has("uow_statements_total{sql=\"DELETE FROM \\\"a\\\\b\\\"\"} 1\n");
    end();
}

Test(metrics, texts_beyond_the_limit_are_counted_together)
{
    begin(2);
    run("DELETE FROM a");
    run("DELETE FROM b");
    run("DELETE FROM c");
    run("DELETE FROM e");
    run("DELETE FROM a");
    write_all();
    has("uow_statements_total{sql=\"DELETE FROM a\"} 2\n");
    has("uow_statements_total{sql=\"(others)\"} 2\n");
    end();
}

Test(metrics, units_and_contexts_are_counted)
{
    begin(0);
    cr_assert_eq(uow_begin(d.ctx, NULL), UOW_OK);
    cr_assert_eq(uow_commit(d.ctx), UOW_OK);
    write_all();
    has("uow_units_total{what=\"begin\"} 1\n");
    has("uow_units_total{what=\"commit\"} 1\n");
    has("uow_contexts_total{what=\"opened\"} 1\n");
    has("uow_contexts_total{what=\"lost\"} 0\n");
    end();
}

Test(metrics, a_factory_tells_its_waits_as_a_histogram)
{
    uow_factory *factory = NULL;
    uow_context *lease = NULL;

    begin(0);
    cr_assert_eq(uow_factory_open(d.env, "Driver=fake", NULL, NULL, &factory), UOW_OK);
    cr_assert_eq(uow_metrics_factory(metrics, factory, "shop"), UOW_OK);
    cr_assert_eq(uow_metrics_factory(metrics, factory, "again"), UOW_MISUSE);
    cr_assert_eq(uow_factory_acquire(factory, 0, &lease), UOW_OK);
    write_all();
    has("uow_factory_contexts{factory=\"shop\",state=\"leased\"} 1\n");
    has("uow_factory_events_total{factory=\"shop\",what=\"lease\"} 1\n");
    has("# TYPE uow_factory_wait_seconds histogram\n");
    has("uow_factory_wait_seconds_bucket{factory=\"shop\",le=\"0.000001000\"} ");
    has("uow_factory_wait_seconds_bucket{factory=\"shop\",le=\"+Inf\"} 1\n");
    has("uow_factory_wait_seconds_count{factory=\"shop\"} 1\n");
    cr_assert_eq(uow_metrics_factory(metrics, factory, NULL), UOW_OK);
    cr_assert_eq(uow_metrics_factory(metrics, factory, NULL), UOW_MISUSE);
    write_all();
    cr_assert_eq(strstr(written, "uow_factory"), NULL);
    cr_assert_eq(uow_factory_release(lease), UOW_OK);
    cr_assert_eq(uow_factory_close(factory, 0, 0), UOW_OK);
    end();
}

static int slowest_first(const uow_statement_statistics *is, void *user)
{
    uint64_t *before = user;

    cr_assert_leq(is->total_ns, *before);
    cr_assert_geq(is->total_ns, is->max_ns);
    *before = is->total_ns;
    return 1;
}

Test(metrics, the_program_may_go_through_them)
{
    uint64_t before = UINT64_MAX;

    begin(0);
    run("DELETE FROM a");
    run("DELETE FROM b");
    cr_assert_eq(uow_metrics_statements(metrics, slowest_first, &before), UOW_OK);
    cr_assert_lt(before, UINT64_MAX);
    cr_assert_eq(uow_metrics_write(metrics, stop, NULL), UOW_CANCELLED);
    cr_assert_eq(uow_metrics_write(NULL, keep, NULL), UOW_MISUSE);
    end();
}

Test(metrics, lack_of_memory_loses_counts_and_nothing_else)
{
    for (int64_t n = 0; n < 12; n++) {
        begin(0);
        atomic_store(&d.env->mem.fail_at, n);
        (void)uow_execute(d.ctx, "DELETE FROM t", NULL, 0, NULL);
        (void)uow_metrics_write(metrics, keep, NULL);
        written[0] = '\0';
        atomic_store(&d.env->mem.fail_at, -1);
        run("DELETE FROM t");
        write_all();
        end();
    }
}

#define PARENT "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

Test(metrics, statements_carry_the_trace_they_belong_to)
{
    begin(0);
    size_t before = fake_sql_count();
    unsigned prepares = fake_calls(UOWI_FN_Prepare);
    cr_assert_eq(uow_trace_context(d.ctx, PARENT, "congo=t61rcWkgMzE*/'"), UOW_OK);
    run("DELETE FROM t; ");
    cr_assert_str_eq(fake_sql(before),
                     "DELETE FROM t\n/*traceparent='" PARENT "',tracestate='congo%3Dt61rcWkgMzE%2A%2F%27'*/");
    cr_assert_eq(uow_trace_context(d.ctx, PARENT, NULL), UOW_OK);
    run("DELETE FROM t -- all");
    cr_assert_str_eq(fake_sql(before + 1), "DELETE FROM t -- all\n/*traceparent='" PARENT "'*/");
    cr_assert_eq(fake_calls(UOWI_FN_Prepare), prepares, "such a text does not come again");
    cr_assert_eq(uow_trace_context(d.ctx, NULL, NULL), UOW_OK);
    run("DELETE FROM t");
    cr_assert_str_eq(fake_sql(before + 2), "DELETE FROM t");
    write_all();
    has("uow_statements_total{sql=\"DELETE FROM t\"} 3\n");
    end();
}

Test(metrics, what_is_no_trace_is_refused)
{
    static const char *const wrong[] = {"", "00", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-",
                                        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                                        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                                        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                                        "00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01",
                                        "00-0af7651916cd43dd8448eb211c8031*/-b7ad6b7169203331-01"};

    begin(0);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        cr_assert_eq(uow_trace_context(d.ctx, wrong[i], NULL), UOW_MISUSE, "%s", wrong[i]);
    cr_assert_eq(uow_trace_context(d.ctx, NULL, "a=b"), UOW_MISUSE);
    end();
}
