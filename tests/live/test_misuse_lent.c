/* NULLs for the functions of factories, metrics, parallel runs and retried units: refused, or harmless. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "live/live.h"

#define REFUSED(call) cr_assert_eq((call), UOW_MISUSE, "%s", #call)

static uow_env *const no_env = NULL;
static uow_context *const no_context = NULL;
static uow_factory *const no_factory = NULL;
static uow_metrics *const no_metrics = NULL;

static int see_statement(const uow_statement_statistics *statistics, void *user)
{
    (void)statistics;
    (void)user;
    return 1;
}

static int write_line(const char *text, size_t length, void *user)
{
    (void)text;
    (void)length;
    (void)user;
    return 1;
}

static void nulls_of_factories(live *l)
{
    uow_factory_counters counters = UOW_FACTORY_COUNTERS_INIT;
    uow_factory *factory = NULL;
    uow_context *ctx = NULL;

    REFUSED(uow_factory_open(no_env, live_dsn(), NULL, NULL, &factory));
    REFUSED(uow_factory_open(l->env, NULL, NULL, NULL, &factory));
    REFUSED(uow_factory_open(l->env, live_dsn(), NULL, NULL, NULL));
    cr_assert_null(factory);
    REFUSED(uow_factory_acquire(no_factory, 0, &ctx));
    REFUSED(uow_factory_read(no_factory, &counters));
    cr_assert_eq(uow_factory_release(no_context), UOW_OK); /* as uow_close */
    cr_assert_eq(uow_factory_close(no_factory, 0, 0), UOW_OK);
    cr_assert_not_null(uow_factory_error(no_factory));
    cr_assert_eq(uow_wait_bucket(SIZE_MAX), UINT64_MAX);

    cr_assert_eq(uow_factory_open(l->env, live_dsn(), NULL, NULL, &factory), UOW_OK);
    REFUSED(uow_factory_acquire(factory, 0, NULL));
    REFUSED(uow_factory_unit_run(no_factory, 0, NULL, NULL, NULL));
    REFUSED(uow_factory_unit_run(factory, 5000, NULL, NULL, NULL));
    REFUSED(uow_factory_read(factory, NULL));
    REFUSED(uow_factory_release(l->ctx)); /* no factory's */
    REFUSED(uow_parallel(no_factory, NULL, 0, NULL));
    REFUSED(uow_parallel(factory, NULL, 1, NULL));
    cr_assert_eq(uow_factory_close(factory, 0, 0), UOW_OK);
}

static void nulls_of_metrics(live *l)
{
    uow_metrics *metrics = NULL;

    REFUSED(uow_metrics_open(no_env, NULL, &metrics));
    REFUSED(uow_metrics_open(l->env, NULL, NULL));
    cr_assert_null(metrics);
    REFUSED(uow_metrics_factory(no_metrics, no_factory, "f"));
    REFUSED(uow_metrics_statements(no_metrics, see_statement, NULL));
    REFUSED(uow_metrics_write(no_metrics, write_line, NULL));
    uow_metrics_trace(NULL, NULL);
    uow_metrics_close(no_metrics);
    cr_assert_eq(uow_metrics_open(l->env, NULL, &metrics), UOW_OK);
    REFUSED(uow_metrics_statements(metrics, NULL, NULL));
    REFUSED(uow_metrics_write(metrics, NULL, NULL));
    uow_metrics_close(metrics);
}

static void nulls_of_units(live *l)
{
    int64_t removed = 0;

    REFUSED(uow_unit_run(no_context, NULL, NULL, NULL));
    REFUSED(uow_unit_run(l->ctx, NULL, NULL, NULL));
    REFUSED(uow_unit_after_commit(no_context, NULL, NULL));
    REFUSED(uow_unit_after_commit(l->ctx, NULL, NULL));
    REFUSED(uow_unit_after_rollback(no_context, NULL, NULL));
    REFUSED(uow_unit_after_rollback(l->ctx, NULL, NULL));
    REFUSED(uow_unit_table_create(no_context, "t"));
    REFUSED(uow_unit_table_create(l->ctx, NULL));
    REFUSED(uow_unit_table_clean(no_context, "t", 0, &removed));
    REFUSED(uow_unit_table_clean(l->ctx, NULL, 0, &removed));
    cr_assert_eq(uow_unit_attempt(no_context), 0);
    cr_assert_eq(uow_context_id(no_context), 0);
    REFUSED(uow_trace_context(no_context, NULL, NULL));
    UOW_OK(uow_trace_context(l->ctx, NULL, NULL));
}

Test(misuse, null_factories_metrics_and_units_are_refused_or_harmless)
{
    live l;

    live_open(&l, NULL, 0);
    nulls_of_factories(&l);
    nulls_of_metrics(&l);
    nulls_of_units(&l);
    live_close(&l);
}
