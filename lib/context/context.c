#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "uow/context.h"

#include <stdio.h>
#include <string.h>

#include "base/options.h"
#include "base/platform.h"
#include "context/adopt.h"
#include "context/env_open.h"
#include "context/factory.h"
#include "context/method.h"
#include "work/comment.h"
#include "context/unit.h"
#include "work/hooks.h"
#include "work/keep.h"
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
    s->last_def = NULL;
    s->guard = &context->guard;
    uowi_guard_forget(s->guard);
    s->max_result_bytes = options->max_result_bytes;
    s->trace.fn = options->trace ? options->trace : context->env->trace;
    s->trace.user = options->trace ? options->trace_user : context->env->trace_user;
    s->trace.context_id = context->id;
    context->told_lost = false; /* a shell is used again */
    s->trace.operation = "open";
    uowi_error_init(&s->error, s->mem);
    uowi_arena_init(&s->scratch, s->mem, 4096);
    uowi_buf_init(&s->text, s->mem, 0);
    uowi_buf_init(&s->comment, s->mem, 0);
    context->guard.mode = options->guard;
    context->guard.wait_ms = options->guard_wait_ms;
    context->engine = options->engine;
    context->deadline_ms = options->deadline_ms;
}

/* What has to be said to the database. */
static void close_connection(uowi_session *s)
{
    uowi_stmtcache_done(&s->cache);
    uowi_conn_close(s->conn);
    s->conn = NULL;
}

static void close_session(uow_context *context)
{
    uowi_session *s = &context->session;

    close_connection(s);
    uowi_trace_flush(&s->trace); /* what is kept lies in the scratch */
    uowi_trace_hold(&s->trace, NULL);
    uowi_tracker_done(&s->tracker);
    uowi_hooks_close(s);
    uowi_unit_hooks_drop(context);
    uowi_buf_done(&s->text);
    uowi_buf_done(&s->comment);
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

uow_context *uowi_carrier_take(uow_env *env)
{
    static const uow_context_options defaults = UOW_CONTEXT_OPTIONS_INIT;
    uow_context *carrier = uowi_shell_take(env);

    if (carrier)
        open_session(carrier, NULL, &defaults);
    return carrier;
}

void uowi_carrier_give(uow_context *carrier)
{
    open_abandon(carrier);
}

typedef struct open_call {
    uowi_method_head head;
    const char *connection;
    void *hdbc;                  /* to be adopted, instead */
    uint32_t adopt_flags;
    uow_context_options options; /* complete */
    uow_context **out_context;
    uint64_t started_ns;
    uow_status st;
} open_call;

/* The connection's strings are the program's, and one is secret. */
static uow_status open_keep(open_call *call)
{
    uowi_session *s = call->head.s;
    uow_status st = uowi_keep_text(s, &call->connection);

    if (st == UOW_OK)
        st = uowi_keep_text(s, &call->options.user);
    return st == UOW_OK ? uowi_keep_text(s, &call->options.password) : st;
}

static uow_status open_prepare(open_call *call)
{
    const uow_context_options *options = &call->options;
    uowi_session *s = call->head.s;

    uowi_stmtcache_init(&s->cache, s->mem, NULL, options->statement_cache);
    if (!uowi_tracker_init(&s->tracker, s->mem, s->model, options->max_tracked))
        return uowi_error_no_memory(&s->error);
    if (!uowi_hooks_open(s, options->hooks, options->hook_count))
        return uowi_error_no_memory(&s->error);
    s->tracker.merge = options->merge;
    s->tracker.merge_user = options->merge_user;
    return open_keep(call);
}

static uow_status open_connect(open_call *call)
{
    if (!call->connection)
        return uowi_adopt_begin(call->head.context, call->hdbc, call->adopt_flags, &call->options);

    const uow_context_options *options = &call->options;
    uowi_session *s = call->head.s;
    uowi_conn_options how = {.connection = call->connection,
                             .user = options->user,
                             .password = options->password,
                             .login_timeout_ms = options->login_timeout_ms,
                             .query_timeout_ms = options->query_timeout_ms,
                             .text_path = options->text_path};
    uowi_conn *conn = NULL;
    uow_status st = uowi_conn_open(call->head.context->env->odbc, &how, &s->error, &s->trace, &conn);

    s->conn = conn;
    s->cache.conn = conn;
    uowi_keep_wipe(s, call->connection);
    uowi_keep_wipe(s, options->password);
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

static uow_status open_step(void *self)
{
    open_call *call = self;
    uow_context *context = call->head.context;
    uowi_session *s = call->head.s;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(call->head.at);
    st = open_prepare(call);
    if (st == UOW_OK) {
        UOWI_TURN(call->head.at, UOWI_TURN_WORKER);
        st = open_connect(call);
    }
    s->tracker.lets_go = st == UOW_OK && uowi_session_dialect(s)->self_reference_stays;
    if (st != UOW_OK && st != UOW_NO_MEMORY) {
        uowi_error_operation(&s->error, s->trace.operation);
        atomic_store(&context->life, UOWI_LIFE_FAILED);
    }
    call->st = st;
    trace_connection(context, s->trace.operation, call->started_ns, st);
    UOWI_STEP_END
    return st;
}

static bool context_alive(const uow_context *context)
{
    return context && context->magic == UOWI_CONTEXT_MAGIC && !uowi_context_gone(context);
}

/* A context that never connected is handed out too: its one use is to say why. */
static void open_deliver(void *self)
{
    open_call *call = self;

    if (call->st == UOW_NO_MEMORY)
        open_abandon(call->head.context);
    else
        *call->out_context = call->head.context;
}

static void open_discard(void *self)
{
    open_call *call = self;

    open_abandon(call->head.context);
}

/* Nobody can be inside a context that does not exist yet: there is no guard to enter. */
static uow_status open_begin(uow_env *env, const char *connection, const uow_model *model,
                             const uow_context_options *given, uow_context **out_context, open_call *call)
{
    memset(call, 0, sizeof *call);
    call->started_ns = uowi_now_ns();
    call->connection = connection;
    call->out_context = out_context;
    if (!uowi_env_usable(env) || !out_context || !open_options(given, &call->options))
        return UOW_MISUSE;
    if (model && uow_error_status(&model->error) != UOW_OK)
        return UOW_MODEL;
    call->head.context = uowi_shell_take(env);
    if (!call->head.context)
        return UOW_NO_MEMORY;
    call->head.s = &call->head.context->session;
    open_session(call->head.context, model, &call->options);
    return UOW_OK;
}

uow_status uow_open_at(const char *where, uow_env *env, const char *connection, const uow_model *model,
                       const uow_context_options *given, uow_context **out_context)
{
    open_call call;
    uow_status st = connection ? open_begin(env, connection, model, given, out_context, &call) : UOW_MISUSE;

    (void)where;
    if (st != UOW_OK)
        return st;
    st = uowi_step_run(open_step, &call);
    open_deliver(&call);
    return st;
}

/* Options first, and the call's struct from them. */
static uow_status adopt_begin(uow_env *env, void *hdbc, const uow_model *model, const uow_adopt_options *given,
                              uow_context **out_context, open_call *call)
{
    static const uow_adopt_options defaults = UOW_ADOPT_OPTIONS_INIT;
    uow_adopt_options options = defaults;
    uow_status st = UOW_MISUSE;

    if (!given || (uowi_options_copy(&options, sizeof options, given, given->struct_size) &&
                   !(options.flags & ~UOW_ADOPT_IDLE)))
        st = open_begin(env, NULL, model, options.context, out_context, call);
    if (st != UOW_OK)
        return st;
    call->hdbc = hdbc;
    call->adopt_flags = options.flags;
    call->head.s->trace.operation = "adopt";
    return UOW_OK;
}

uow_status uow_adopt_at(const char *where, uow_env *env, void *hdbc, const uow_model *model,
                        const uow_adopt_options *given, uow_context **out_context)
{
    open_call call;
    uow_status st = adopt_begin(env, hdbc, model, given, out_context, &call);

    (void)where;
    if (st != UOW_OK)
        return st;
    st = uowi_step_run(open_step, &call);
    open_deliver(&call);
    return st;
}

static uow_status open_polled(const uowi_method *method, open_call *call, uow_op **out_op)
{
    uowi_entered nobody = {call->head.context, 0};
    uow_status st = uowi_op_start(method, &nobody, call, out_op);

    if (st != UOW_OK)
        open_abandon(call->head.context);
    return st;
}

uow_status uow_adopt_start_at(const char *where, uow_env *env, void *hdbc, const uow_model *model,
                              const uow_adopt_options *given, uow_context **out_context, uow_op **out_op)
{
    static const uowi_method method = {
        UOWI_CALL_ID_ADOPT, sizeof(open_call), open_step, open_deliver, open_discard, UOWI_METHOD_ALWAYS};
    open_call call;
    uow_status st = out_op ? adopt_begin(env, hdbc, model, given, out_context, &call) : UOW_MISUSE;

    (void)where;
    return st == UOW_OK ? open_polled(&method, &call, out_op) : st;
}

uow_status uow_open_start_at(const char *where, uow_env *env, const char *connection, const uow_model *model,
                             const uow_context_options *given, uow_context **out_context, uow_op **out_op)
{
    static const uowi_method method = {
        UOWI_CALL_ID_OPEN, sizeof(open_call), open_step, open_deliver, open_discard, UOWI_METHOD_ALWAYS};
    open_call call;
    uow_status st = out_op && connection ? open_begin(env, connection, model, given, out_context, &call) : UOW_MISUSE;

    (void)where;
    return st == UOW_OK ? open_polled(&method, &call, out_op) : st;
}

typedef struct close_call {
    uowi_method_head head;
    uint64_t started_ns;
    size_t changes; /* that nobody saved */
    uowi_txn txn;
    bool returns;   /* an adopted handle, with a report */
    uow_handle_report report;
    uow_handle_report *out_report;
} close_call;

/* Changes nobody saved are looked for only when somebody listens. */
static uow_status close_check(close_call *call)
{
    uow_context *context = call->head.context;
    uowi_session *s = call->head.s;

    if (context->slot)
        return uowi_error_set(&s->error, UOW_MISUSE,
                              "a lease is given back by uow_factory_release or uow_close, which have no polled twin");
    if (call->returns && !context->adoption)
        return uowi_error_set(&s->error, UOW_MISUSE, "the context was not adopted: its connection is its own, close it");
    if (s->trace.fn && atomic_load(&context->life) == UOWI_LIFE_OPEN)
        call->changes = uowi_tracker_changes(&s->tracker);
    return UOW_OK;
}

static void close_trace(const close_call *call)
{
    char text[64];

    if (call->changes > 0)
        snprintf(text, sizeof text, "close: %zu unsaved change%s dropped", call->changes, call->changes == 1 ? "" : "s");
    trace_connection(call->head.context, call->changes > 0 ? text : "close", call->started_ns, UOW_OK);
}

/* Life ends before anything is freed: nobody looks there any more. */
static uow_status close_step(void *self)
{
    close_call *call = self;
    uow_context *context = call->head.context;
    uowi_session *s = call->head.s;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(call->head.at);
    st = close_check(call);
    if (st != UOW_OK)
        return st;
    atomic_store(&context->life, UOWI_LIFE_CLOSED);
    if (!uowi_birthmark_holds(&context->env->birthmark))
        uowi_conn_orphan(s->conn);
    if (s->depth > s->base && !uowi_conn_poisoned(s->conn)) {
        call->report.rolled_back = s->depth - s->base;
        s->depth = s->base + 1;
        uowi_txn_init(&call->txn, s, NULL);
        UOWI_AWAIT(call->head.at, st, uowi_txn_rollback_step(&call->txn));
    }
    close_trace(call);
    UOWI_TURN(call->head.at, UOWI_TURN_WORKER);
    if (context->adoption)
        uowi_adopt_end(context, &call->report);
    close_connection(s);
    UOWI_TURN(call->head.at, UOWI_TURN_CALLER);
    close_session(context);
    uowi_refusals_free(context);
    UOWI_STEP_END
    return UOW_OK;
}

static void close_discard(void *self)
{
    close_call *call = self;
    uow_context *context = call->head.context;

    uowi_guard_leave(&context->guard, call->head.token);
    uowi_shell_give(context);
}

static void close_deliver(void *self)
{
    const close_call *call = self;

    uowi_report_copy(&call->report, call->out_report);
    close_discard(self);
}

static uow_status close_begin(uow_context *context, close_call *call)
{
    static const uow_handle_report nothing = UOW_HANDLE_REPORT_INIT;

    if (context && context->magic == UOWI_CONTEXT_MAGIC && !uowi_op_bury(context))
        return UOW_BUSY;
    memset(call, 0, sizeof *call);
    call->started_ns = uowi_now_ns();
    call->report = nothing;
    return UOW_OK;
}

static uow_status close_run(const char *where, uow_context *context, uow_op **out_op)
{
    static const uowi_method method = {UOWI_CALL_ID_CLOSE, sizeof(close_call), close_step, close_deliver,
                                       close_discard, 0};
    close_call call;
    uow_status st = close_begin(context, &call);

    return st == UOW_OK ? uowi_method_run(&method, context, where, &call, out_op) : st;
}

static uow_status give_back_run(const char *where, uow_context *context, uow_handle_report *out_report, uow_op **out_op)
{
    static const uowi_method method = {UOWI_CALL_ID_GIVE_BACK, sizeof(close_call), close_step, close_deliver,
                                       close_discard, 0};
    close_call call;
    uow_status st = out_report && out_report->struct_size < sizeof(size_t) ? UOW_MISUSE : close_begin(context, &call);

    if (st != UOW_OK)
        return st;
    call.returns = true;
    call.out_report = out_report;
    return uowi_method_run(&method, context, where, &call, out_op);
}

uow_status uow_give_back_at(const char *where, uow_context *context, uow_handle_report *out_report)
{
    return give_back_run(where, context, out_report, NULL);
}

uow_status uow_give_back_start_at(const char *where, uow_context *context, uow_handle_report *out_report, uow_op **out_op)
{
    return out_op ? give_back_run(where, context, out_report, out_op) : UOW_MISUSE;
}

uow_status uow_close_at(const char *where, uow_context *context)
{
    if (context_alive(context) && context->slot)
        return uowi_factory_release(where, context);
    return context ? close_run(where, context, NULL) : UOW_OK;
}

uow_status uow_close_start_at(const char *where, uow_context *context, uow_op **out_op)
{
    if (context_alive(context) && context->slot)
        return UOW_MISUSE; /* a lease is released: rarely a matter of more than a microsecond */
    return context && out_op ? close_run(where, context, out_op) : UOW_MISUSE;
}

const uow_error *uow_context_error(const uow_context *context)
{
    const uow_error *refusal;

    if (!context_alive(context))
        return context && context->magic == UOWI_CONTEXT_MAGIC && atomic_load(&context->life) == UOWI_LIFE_RELEASED
                   ? &context->session.error
                   : &context_dead;
    refusal = uowi_refusal_of(context);
    if (refusal)
        return refusal;
    /* An engine may be writing there; what it has to say, it says at the end. */
    return atomic_load(&context->away) ? &uowi_error_none : &context->session.error;
}

const char *uow_context_message(const uow_context *context)
{
    return uow_error_message(uow_context_error(context));
}

uint64_t uow_context_id(const uow_context *context)
{
    return context_alive(context) ? context->id : 0;
}

uow_status uow_trace_context_at(const char *where, uow_context *context, const char *traceparent,
                                const char *tracestate)
{
    uowi_entered in;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_TRACE_CONTEXT, where, &in);

    return st == UOW_OK ? uowi_leave(&in, uowi_comment_set(&context->session, traceparent, tracestate)) : st;
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
    facts.fraction_digits = caps->fraction_digits;
    facts.max_parameters = caps->max_parameters;
    size = out_facts->struct_size < sizeof facts ? out_facts->struct_size : sizeof facts;
    facts.struct_size = out_facts->struct_size;
    memcpy(out_facts, &facts, size);
    return UOW_OK;
}
