/* Every function about distributed units and outboxes, called wrongly. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "live/live.h"

static uow_status nothing(uow_context *to, const uow_message *message, void *user)
{
    (void)to;
    (void)message;
    (void)user;
    return UOW_OK;
}

Test(misuse, distributed_units_check_what_they_are_given)
{
    live l;
    live_open(&l, NULL, 0);
    uow_context *twice[] = {l.ctx, l.ctx};
    uow_context *two[] = {l.ctx, live_another(&l)};
    uow_context *holed[] = {l.ctx, NULL};
    uow_distributed_options options = UOW_DISTRIBUTED_OPTIONS_INIT;
    uow_branch_info info = UOW_BRANCH_INFO_INIT;
    uow_distributed *unit = NULL;
    uow_op *op = NULL;
    UOW_IS(UOW_MISUSE, uow_distributed_begin(NULL, 2, NULL, &unit));
    UOW_IS(UOW_MISUSE, uow_distributed_begin(two, 1, NULL, &unit));
    UOW_IS(UOW_MISUSE, uow_distributed_begin(two, 17, NULL, &unit));
    UOW_IS(UOW_MISUSE, uow_distributed_begin(holed, 2, NULL, &unit));
    UOW_IS(UOW_MISUSE, uow_distributed_begin(two, 2, NULL, NULL));
    cr_assert_null(unit);
    UOW_IS(UOW_MISUSE, uow_distributed_begin_start(holed, 2, NULL, &unit, &op));
    UOW_IS(UOW_MISUSE, uow_distributed_begin_start(two, 2, NULL, NULL, &op));
    UOW_IS(UOW_MISUSE, uow_distributed_begin_start(two, 2, NULL, &unit, NULL));
    cr_assert_null(unit);
    UOW_IS(UOW_MISUSE, uow_distributed_begin_start(twice, 2, NULL, &unit, &op));
    cr_assert_null(op);
    UOW_IS(UOW_MISUSE, uow_distributed_commit_start(unit, &op));
    UOW_IS(UOW_MISUSE, uow_distributed_rollback_start(unit, &op));
    UOW_IS(UOW_MISUSE, uow_distributed_commit_start(unit, NULL));
    UOW_IS(UOW_MISUSE, uow_distributed_rollback_start(unit, NULL));
    cr_assert_eq(uow_error_branch_count(uow_distributed_error(unit)), 0);
    UOW_IS(UOW_MISUSE, uow_error_branch(uow_distributed_error(unit), 0, &info));
    UOW_IS(UOW_MISUSE, uow_error_branch(NULL, 0, &info));
    uow_distributed_free(unit);
    UOW_IS(UOW_MISUSE, uow_distributed_begin(twice, 2, NULL, &unit));
    cr_assert(strstr(uow_distributed_message(unit), "same context"), "%s", uow_distributed_message(unit));
    UOW_IS(UOW_MISUSE, uow_distributed_commit(unit));
    UOW_IS(UOW_MISUSE, uow_distributed_rollback(unit));
    UOW_IS(UOW_MISUSE, uow_distributed_branch(unit, 2, &info));
    UOW_IS(UOW_MISUSE, uow_distributed_branch(unit, 0, NULL));
    cr_assert_eq(uow_distributed_pending(unit), 0);
    uow_distributed_free(unit);
    static const char *const names[] = {"", "a.b", "quo'te", "seventeen-letters"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        options.coordinator = names[i];
        UOW_IS(UOW_MISUSE, uow_distributed_begin(two, 2, &options, &unit));
        uow_distributed_free(unit);
    }
    options.coordinator = NULL;
    options.unit = "no unit";
    UOW_IS(UOW_MISUSE, uow_distributed_begin(two, 2, &options, &unit));
    uow_distributed_free(unit);
    options.unit = NULL;
    options.decision_branch = 3;
    UOW_IS(UOW_MISUSE, uow_distributed_begin(two, 2, &options, &unit));
    uow_distributed_free(unit);
    UOW_OK(uow_begin(l.ctx, NULL));
    UOW_IS(UOW_MISUSE, uow_distributed_begin(two, 2, NULL, &unit));
    uow_distributed_free(unit);
    UOW_IS(UOW_MISUSE, uow_decision_table_create(l.ctx, NULL));
    UOW_OK(uow_rollback(l.ctx));
    UOW_IS(UOW_MISUSE, uow_distributed_commit(NULL));
    UOW_IS(UOW_MISUSE, uow_distributed_rollback(NULL));
    UOW_IS(UOW_MISUSE, uow_distributed_commit_start(NULL, &op));
    UOW_IS(UOW_MISUSE, uow_distributed_rollback_start(NULL, &op));
    UOW_IS(UOW_MISUSE, uow_distributed_branch(NULL, 0, &info));
    uow_distributed_free(NULL);
    cr_assert_eq(uow_error_status(uow_distributed_error(NULL)), UOW_OK);
    cr_assert_not_null(uow_distributed_message(NULL));
    cr_assert_str_empty(uow_distributed_id(NULL));
    UOW_IS(UOW_MISUSE, uow_decision_table_create(NULL, NULL));
    live_close(&l);
}

Test(misuse, recovery_checks_what_it_is_given)
{
    live l;
    live_env(&l);
    uow_recovery_options options = UOW_RECOVERY_OPTIONS_INIT;
    const char *const connections[] = {live_dsn(), NULL};
    uow_op *op = NULL;
    UOW_IS(UOW_MISUSE, uow_recover(NULL, &options, NULL, NULL, 0));
    UOW_IS(UOW_MISUSE, uow_recover(l.env, NULL, NULL, NULL, 0));
    UOW_IS(UOW_MISUSE, uow_recover(l.env, &options, NULL, NULL, 0));
    options.connections = connections;
    options.connection_count = 2;
    UOW_IS(UOW_MISUSE, uow_recover(l.env, &options, NULL, NULL, 0));
    options.connection_count = 1;
    options.coordinator = "no.name";
    UOW_IS(UOW_MISUSE, uow_recover(l.env, &options, NULL, NULL, 0));
    UOW_IS(UOW_MISUSE, uow_recover_start(l.env, &options, NULL, NULL, 0, &op));
    UOW_IS(UOW_MISUSE, uow_recover_start(l.env, &options, NULL, NULL, 0, NULL));
    UOW_IS(UOW_MISUSE, uow_recover_start(NULL, &options, NULL, NULL, 0, &op));
    cr_assert_null(op);
    live_close(&l);
}

Test(misuse, outboxes_check_what_they_are_given)
{
    live l;
    live_open(&l, NULL, 0);
    uow_context *other = live_another(&l);
    uow_relay_options options = UOW_RELAY_OPTIONS_INIT;
    uow_message message = UOW_MESSAGE_INIT;
    UOW_OK(uow_begin(l.ctx, NULL));
    UOW_IS(UOW_MISUSE, uow_outbox_create(l.ctx, NULL));
    UOW_IS(UOW_MISUSE, uow_inbox_create(l.ctx, NULL));
    UOW_IS(UOW_MISUSE, uow_outbox_put(l.ctx, NULL, NULL));
    UOW_IS(UOW_MISUSE, uow_outbox_put(l.ctx, &message, NULL));
    message.key = "";
    UOW_IS(UOW_MISUSE, uow_outbox_put(l.ctx, &message, NULL));
    UOW_OK(uow_rollback(l.ctx));
    UOW_IS(UOW_MISUSE, uow_outbox_put(NULL, &message, NULL));
    UOW_IS(UOW_MISUSE, uow_outbox_create(NULL, NULL));
    UOW_IS(UOW_MISUSE, uow_inbox_create(NULL, NULL));
    UOW_IS(UOW_MISUSE, uow_relay(l.ctx, other, NULL, NULL));
    UOW_IS(UOW_MISUSE, uow_relay(l.ctx, other, &options, NULL));
    options.apply = nothing;
    UOW_IS(UOW_MISUSE, uow_relay(l.ctx, other, &options, NULL));
    options.source = "test";
    UOW_IS(UOW_MISUSE, uow_relay(l.ctx, l.ctx, &options, NULL));
    UOW_IS(UOW_MISUSE, uow_relay(NULL, other, &options, NULL));
    UOW_IS(UOW_MISUSE, uow_relay(l.ctx, NULL, &options, NULL));
    options.idle_ms = 5;
    UOW_IS(UOW_MISUSE, uow_relay(l.ctx, other, &options, NULL));
    live_close(&l);
}
