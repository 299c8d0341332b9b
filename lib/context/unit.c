/* Units that are run again when they fail for a reason that passes. What passes, and when: flow/retry. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "context/unit.h"

#include <string.h>

#include "base/options.h"

#define UNIT_ATTEMPTS 6
#define UNIT_BASE_MS 10
#define UNIT_MAX_MS 2000
#define UNIT_JITTER 50

static uint64_t unit_now(void *user)
{
    (void)user;
    return uowi_now_ns() / 1000000u;
}

static void unit_sleep(uint32_t ms, void *user)
{
    (void)user;
    uowi_sleep_ns((uint64_t)ms * 1000000u);
}

static uow_status unit_options(uowi_unit *unit, const uow_unit_run_options *given)
{
    static const uow_unit_run_options defaults = UOW_UNIT_RUN_OPTIONS_INIT;
    uow_unit_clock clock = UOW_UNIT_CLOCK_INIT;
    uowi_session *s = &unit->context->session;

    unit->options = defaults;
    if (given && !uowi_options_copy(&unit->options, sizeof unit->options, given, given->struct_size))
        return uowi_error_set(&s->error, UOW_MISUSE,
                              "the unit's options have no struct_size, or use fields this library does not know");
    if (unit->options.clock &&
        (!uowi_options_copy(&clock, sizeof clock, unit->options.clock, unit->options.clock->struct_size) ||
         !clock.now_ms || !clock.sleep_ms))
        return uowi_error_set(&s->error, UOW_MISUSE, "a clock needs its struct_size and both of its functions");
    if (!unit->options.clock) {
        clock.now_ms = unit_now;
        clock.sleep_ms = unit_sleep;
    }
    unit->clock = clock;
    return UOW_OK;
}

static uint32_t unit_default(uint32_t given, uint32_t otherwise)
{
    return given ? given : otherwise;
}

static void unit_policy(uowi_unit *unit)
{
    const uow_unit_run_options *o = &unit->options;
    uowi_retry *retry = &unit->retry;
    uint32_t jitter = unit_default(o->jitter_percent, UNIT_JITTER);

    retry->max_attempts = unit_default(o->max_attempts, UNIT_ATTEMPTS);
    retry->base_ms = unit_default(o->base_delay_ms, UNIT_BASE_MS);
    retry->max_ms = unit_default(o->max_delay_ms, UNIT_MAX_MS);
    retry->jitter_percent = jitter == UOW_UNIT_NO_JITTER ? 0 : jitter > 100 ? 100 : jitter;
    retry->conflicts = (o->flags & UOW_UNIT_RETRY_CONFLICTS) != 0;
    retry->deadline_ms = UOWI_RETRY_NO_DEADLINE;
    if (o->deadline_ms)
        retry->deadline_ms = unit->clock.now_ms(unit->clock.user) + o->deadline_ms;
    retry->random = o->seed;
    if (!o->seed)
        uowi_random(&retry->random, sizeof retry->random);
}

/* The server ends what runs longer. */
static void unit_tell_deadline(const uowi_unit *unit, bool over)
{
    uowi_conn *conn = unit->context->session.conn;
    uint64_t until = 0;

    if (!unit->outer && !over && unit->options.deadline_ms)
        until = uowi_now_ns() + (uint64_t)unit->options.deadline_ms * 1000000u;
    if (!unit->outer && conn)
        uowi_conn_until(conn, UOWI_UNTIL_UNIT, until);
}

/* A savepoint takes part in what the transaction around it is. */
static uow_status unit_fits(const uowi_unit *unit)
{
    uowi_session *s = &unit->context->session;

    if (unit->options.isolation <= uowi_conn_isolation(s->conn) && (!unit->options.read_only || s->read_only))
        return UOW_OK;
    return uowi_error_set(&s->error, UOW_MISUSE,
                          "a nested unit is a savepoint: it cannot have a stronger isolation than the outermost one, nor be "
                          "read-only alone");
}

static uow_status unit_check(const uowi_unit *unit)
{
    uowi_session *s = &unit->context->session;

    if (!unit->work)
        return uowi_error_set(&s->error, UOW_MISUSE, "the work of the unit is NULL");
    if (unit->outer && uowi_conn_poisoned(s->conn))
        return uowi_error_set(&s->error, UOW_CONNECTION_LOST, "the connection of the unit around this one is lost");
    if (unit->outer)
        return unit_fits(unit);
    if (s->base > 0)
        return uowi_error_set(&s->error, UOW_MISUSE,
                              "uow_unit_run inside the program's own transaction is refused: a failure may undo what was done "
                              "before it, which could not be repeated. End it and adopt the handle with UOW_ADOPT_IDLE, or use "
                              "uow_begin");
    if (s->depth > 0)
        return uowi_error_set(&s->error, UOW_MISUSE,
                              "uow_unit_run inside a unit begun by uow_begin is refused: a failure may undo what was done "
                              "before it, which could not be repeated. Run the outer unit by uow_unit_run, too");
    return UOW_OK;
}

static uow_status unit_prepare(uowi_unit *unit, const uow_unit_run_options *given)
{
    uow_context *context = unit->context;
    uow_guid id;
    uow_status st;

    unit->outer = context->unit;
    st = unit_options(unit, given);
    if (st == UOW_OK)
        st = unit_check(unit);
    if (st == UOW_OK)
        st = uowi_keep_take(&context->session.tracker, &context->session.error, &unit->keep);
    if (st != UOW_OK)
        return st;
    unit_policy(unit);
    unit_tell_deadline(unit, false);
    uowi_guid_make(&id);
    (void)uowi_guid_format(&id, unit->id, sizeof unit->id);
    context->unit = unit;
    return UOW_OK;
}

/* Instances that were tracked since are forgotten: the record must not lead to them. */
static void unit_forget_instances(uowi_session *s)
{
    uow_error *error = &s->error;
    size_t kept = 0;

    for (size_t i = 0; i < error->instance_count; i++)
        if (uowi_tracker_entry(&s->tracker, error->instances[i]))
            error->instances[kept++] = error->instances[i];
    error->instance_count = kept;
}

static void unit_trace(uowi_unit *unit, uint32_t pause_ms, uow_status st)
{
    uowi_session *s = &unit->context->session;
    uow_trace_event event;

    memset(&event, 0, sizeof event);
    event.kind = UOW_TRACE_UNIT;
    event.status = st;
    event.text = "run again";
    event.duration_ns = (uint64_t)pause_ms * 1000000u;
    event.rows = -1;
    event.sqlstate = uow_error_sqlstate(&s->error);
    uowi_trace_emit(&s->trace, &event);
}

/* The attempts are used up, but one thing must still be known. */
static uowi_retry_answer unit_ask(uowi_unit *unit, uint32_t *out_pause_ms)
{
    if (!unit->doubt || unit->asking)
        return UOWI_RETRY_TIRED;
    unit->asking = true;
    unit->retry.failures = 0;
    *out_pause_ms = 0;
    return UOWI_RETRY_AGAIN;
}

/* An attempt failed: another one, or what the caller is told. */
static bool unit_again(uowi_unit *unit, uow_status *st)
{
    uow_error *error = &unit->context->session.error;
    uint32_t pause = 0;
    uowi_retry_answer answer =
        uowi_retry_after(&unit->retry, unit->kind, unit->clock.now_ms(unit->clock.user), &pause);

    if (answer == UOWI_RETRY_TIRED)
        answer = unit_ask(unit, &pause);
    if (answer == UOWI_RETRY_AGAIN) {
        unit_trace(unit, pause, *st);
        unit->clock.sleep_ms(pause, unit->clock.user);
        uowi_error_clear(error);
        return true;
    }
    if (answer == UOWI_RETRY_LATE)
        *st = UOW_TIMEOUT;
    if (unit->doubt)
        *st = UOW_OUTCOME_UNKNOWN;
    uowi_error_status(error, *st);
    if (answer == UOWI_RETRY_LATE)
        uowi_error_frame(error, "The unit's deadline of %u ms left no time for another attempt",
                         (unsigned)unit->options.deadline_ms);
    if (unit->attempts > 1)
        uowi_error_frame(error, "That was attempt %u of the unit", (unsigned)unit->attempts);
    return false;
}

static uow_status unit_repeat(uowi_unit *unit)
{
    uow_status st;

    do
        st = uowi_unit_try(unit);
    while (st != UOW_OK && !unit->outside && unit_again(unit, &st));
    return st;
}

/* Nobody else can be inside: either the guard is held, or a cursor of this very thread holds it. */
static void unit_close(uowi_unit *unit, uow_status st)
{
    uowi_session *s = &unit->context->session;

    if (st != UOW_OK && !unit->outside) {
        (void)uowi_unit_put_back(unit);
        unit_forget_instances(s);
    }
    uowi_keep_drop(&s->tracker, unit->keep);
    unit_tell_deadline(unit, true);
    unit->context->unit = unit->outer;
    if (unit->options.out_attempts)
        *unit->options.out_attempts = unit->attempts;
}

static uow_status unit_end(uowi_unit *unit, uow_status st)
{
    unit_close(unit, st);
    if (unit->outside)
        return st;
    if (!unit->outer)
        return uowi_unit_hooks_leave(&unit->in, st, st == UOW_OK);
    uowi_unit_hooks_end(unit->context, unit->depth, st == UOW_OK);
    return uowi_leave(&unit->in, st);
}

uow_status uow_unit_run_at(const char *where, uow_context *context, const uow_unit_run_options *options,
                           uow_unit_fn work, void *user)
{
    uowi_unit unit;
    uow_status st;

    memset(&unit, 0, sizeof unit);
    unit.context = context;
    unit.where = where;
    unit.work = work;
    unit.user = user;
    st = uowi_enter(context, UOWI_CALL_ID_UNIT_RUN, where, &unit.in);
    if (st != UOW_OK)
        return st;
    st = unit_prepare(&unit, options);
    if (st != UOW_OK)
        return uowi_leave(&unit.in, st);
    return unit_end(&unit, unit.outer ? uowi_unit_try(&unit) : unit_repeat(&unit));
}

uint32_t uow_unit_attempt(const uow_context *context)
{
    const uowi_unit *unit;

    if (!context || context->magic != UOWI_CONTEXT_MAGIC || atomic_load(&context->life) != UOWI_LIFE_OPEN)
        return 0;
    unit = context->unit;
    while (unit && unit->outer)
        unit = unit->outer;
    return unit ? unit->attempts : 0;
}
