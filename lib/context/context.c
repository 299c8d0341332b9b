#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "uow/context.h"

#include <stdio.h>
#include <string.h>

#include "base/options.h"
#include "base/platform.h"
#include "context/context.h"
#include "context/env_open.h"
#include "context/factory.h"
#include "context/unit.h"
#include "work/hooks.h"
#include "work/txn.h"

static const char context_dead_text[] = "this is not an open context: it was closed, or never opened";
static const uow_error context_dead = {
    .status = UOW_MISUSE,
    .message = {.data = (char *)(uintptr_t)context_dead_text, .length = sizeof context_dead_text - 1},
};

static bool open_options(const uow_context_options *given, uow_context_options *out)
{
    static const uow_context_options defaults = UOW_CONTEXT_OPTIONS_INIT;

    *out = defaults;
    return !given || (uowi_options_copy(out, sizeof *out, given, given->struct_size) &&
                      (unsigned)out->guard <= UOW_GUARD_OFF && (unsigned)out->text_path <= UOW_TEXT_WIDE &&
                      uowi_hooks_usable(out->hooks, out->hook_count));
}

static void open_session(uow_context *context, const uow_model *model, const uow_context_options *options)
{
    uowi_session *s = &context->session;

    s->mem = &context->env->mem;
    s->model = model;
    s->guard = &context->guard;
    s->max_result_bytes = options->max_result_bytes;
    s->trace.fn = options->trace ? options->trace : context->env->trace;
    s->trace.user = options->trace ? options->trace_user : context->env->trace_user;
    s->trace.context_id = context->id;
    context->told_lost = false; /* a shell is used again */
    s->trace.operation = "open";
    uowi_error_init(&s->error, s->mem);
    uowi_arena_init(&s->scratch, s->mem, 4096);
    uowi_buf_init(&s->text, s->mem, 0);
    context->guard.mode = options->guard;
    context->guard.wait_ms = options->guard_wait_ms;
}

static void close_session(uow_context *context)
{
    uowi_session *s = &context->session;

    uowi_stmtcache_done(&s->cache);
    uowi_conn_close(s->conn);
    s->conn = NULL;
    uowi_tracker_done(&s->tracker);
    uowi_hooks_close(s);
    uowi_unit_hooks_drop(context);
    uowi_buf_done(&s->text);
    uowi_arena_done(&s->scratch);
    uowi_error_done(&s->error);
}

/* Out of memory: there is no context to ask why, so none is handed out. */
static void open_abandon(uow_context *context)
{
    atomic_store(&context->life, UOWI_LIFE_CLOSED);
    close_session(context);
    uowi_shell_give(context);
}

static uow_status open_connect(uow_context *context, const char *connection, const uow_context_options *options)
{
    uowi_session *s = &context->session;
    uowi_conn_options how = {connection,
                             options->user,
                             options->password,
                             options->login_timeout_ms,
                             options->query_timeout_ms,
                             options->text_path};
    uow_status st;

    uowi_stmtcache_init(&s->cache, s->mem, NULL, options->statement_cache);
    if (!uowi_tracker_init(&s->tracker, s->mem, s->model, options->max_tracked))
        return uowi_error_no_memory(&s->error);
    if (!uowi_hooks_open(s, options->hooks, options->hook_count))
        return uowi_error_no_memory(&s->error);
    s->tracker.merge = options->merge;
    s->tracker.merge_user = options->merge_user;
    st = uowi_conn_open(context->env->odbc, &how, &s->error, &s->trace, &s->conn);
    s->cache.conn = s->conn;
    return st;
}

static void trace_connection(uow_context *context, const char *what, uint64_t started_ns, uow_status st)
{
    uow_trace_event event;

    memset(&event, 0, sizeof event);
    event.kind = UOW_TRACE_CONNECTION;
    event.status = st;
    event.text = what;
    event.duration_ns = uowi_now_ns() - started_ns;
    event.rows = -1;
    event.sqlstate = uow_error_sqlstate(&context->session.error);
    uowi_trace_emit(&context->session.trace, &event);
}

uow_status uow_open_at(const char *where, uow_env *env, const char *connection, const uow_model *model,
                       const uow_context_options *given, uow_context **out_context)
{
    uint64_t started = uowi_now_ns();
    uow_context_options options;
    uow_context *context;
    uow_status st;

    (void)where; /* nobody can be inside a context that does not exist yet */
    if (!uowi_env_usable(env) || !connection || !out_context || !open_options(given, &options))
        return UOW_MISUSE;
    if (model && uow_error_status(&model->error) != UOW_OK)
        return UOW_MODEL;
    context = uowi_shell_take(env);
    if (!context)
        return UOW_NO_MEMORY;
    open_session(context, model, &options);
    st = open_connect(context, connection, &options);
    if (st == UOW_NO_MEMORY) {
        open_abandon(context);
        return st;
    }
    if (st != UOW_OK) {
        uowi_error_operation(&context->session.error, "open");
        atomic_store(&context->life, UOWI_LIFE_FAILED);
    }
    trace_connection(context, "open", started, st);
    *out_context = context;
    return st;
}

/* What happened, for who listens: changes nobody saved are looked for only then. */
static void trace_close(uow_context *context, uint64_t started_ns)
{
    uowi_session *s = &context->session;
    size_t changes = s->trace.fn && atomic_load(&context->life) == UOWI_LIFE_OPEN ? uowi_tracker_changes(&s->tracker) : 0;
    char text[64];

    if (changes > 0)
        snprintf(text, sizeof text, "close: %zu unsaved change%s dropped", changes, changes == 1 ? "" : "s");
    trace_connection(context, changes > 0 ? text : "close", started_ns, UOW_OK);
}

static bool context_alive(const uow_context *context)
{
    return context && context->magic == UOWI_CONTEXT_MAGIC && !uowi_context_gone(context);
}

uow_status uow_close_at(const char *where, uow_context *context)
{
    uint64_t started = uowi_now_ns();
    uowi_entered entered;
    uow_status st;

    if (!context)
        return UOW_OK;
    if (context_alive(context) && context->slot)
        return uowi_factory_release(where, context);
    st = uowi_enter(context, UOWI_CALL_ID_CLOSE, where, &entered);
    if (st != UOW_OK)
        return st;
    if (context->session.depth > 0 && !uowi_conn_poisoned(context->session.conn)) {
        context->session.depth = 1;
        (void)uowi_txn_rollback(&context->session);
    }
    trace_close(context, started);
    atomic_store(&context->life, UOWI_LIFE_CLOSED); /* before anything is freed: nobody looks there any more */
    close_session(context);
    uowi_refusals_free(context);
    uowi_guard_leave(&context->guard, entered.token);
    uowi_shell_give(context);
    return UOW_OK;
}

const uow_error *uow_context_error(const uow_context *context)
{
    const uow_error *refusal;

    if (!context_alive(context))
        return context && context->magic == UOWI_CONTEXT_MAGIC && atomic_load(&context->life) == UOWI_LIFE_RELEASED
                   ? &context->session.error
                   : &context_dead;
    refusal = uowi_refusal_of(context);
    return refusal ? refusal : &context->session.error;
}

const char *uow_context_message(const uow_context *context)
{
    return uow_error_message(uow_context_error(context));
}

uint64_t uow_context_id(const uow_context *context)
{
    return context_alive(context) ? context->id : 0;
}

uow_status uow_context_counters(const uow_context *context, uow_counters *out_counters)
{
    uint64_t allocations;

    if (!context_alive(context) || !out_counters || out_counters->struct_size < sizeof(size_t))
        return UOW_MISUSE;
    allocations = atomic_load_explicit(&context->env->mem.calls, memory_order_relaxed);
    uowi_counters_read(&context->session.trace.counters, allocations, out_counters);
    return UOW_OK;
}

uow_status uow_context_facts(const uow_context *context, uow_facts *out_facts)
{
    uow_facts facts = UOW_FACTS_INIT;
    const uowi_caps *caps;
    const uowi_dialect *dialect;
    size_t size;

    if (!context_alive(context) || atomic_load(&context->life) != UOWI_LIFE_OPEN || !out_facts ||
        out_facts->struct_size < sizeof(size_t))
        return UOW_MISUSE;
    caps = uowi_conn_caps(context->session.conn);
    dialect = uowi_conn_dialect(context->session.conn);
    facts.dialect = dialect->name;
    facts.dbms_name = caps->dbms_name;
    facts.dbms_version = caps->dbms_version;
    facts.driver_name = caps->driver_name;
    facts.driver_version = caps->driver_version;
    facts.driver_odbc = caps->driver_odbc;
    facts.transactions = caps->transactions;
    facts.procedures = caps->procedures;
    facts.multiple_results = caps->multiple_results;
    facts.async_mode = caps->async_mode;
    facts.text_wide = caps->text_wide;
    facts.fraction_digits = dialect->fraction_digits;
    facts.max_parameters = caps->max_parameters;
    size = out_facts->struct_size < sizeof facts ? out_facts->struct_size : sizeof facts;
    facts.struct_size = out_facts->struct_size;
    memcpy(out_facts, &facts, size);
    return UOW_OK;
}
