/* Recovery of distributed units: the call, and what it reads. What it does about that is recover_end.c. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "context/recover.h"

#include <stdio.h>
#include <string.h>

#include "base/options.h"
#include "context/env_open.h"
#include "work/keep.h"

#define RECOVER_TIMEOUT_MS 2000
#define RECOVER_KEEP_S (24u * 3600u)

uowi_session *uowi_recover_session(const uowi_recovery *r, size_t source)
{
    return &r->sources[source].context->session;
}

void uowi_recover_say(uowi_recovery *r, size_t source, const char *text)
{
    if (r->message[0] == '\0')
        (void)snprintf(r->message, sizeof r->message, "Database %zu: %s", source + 1, text);
}

bool uowi_recover_goes_on(uowi_recovery *r)
{
    if (r->failed == UOW_OK && r->polled)
        r->failed = (uow_status)atomic_load(&r->carrier->asked);
    return r->failed == UOW_OK;
}

/* The program's callback runs on the program's thread: the carrier keeps the events until then. */
static void source_event(const uow_trace_event *event, void *user)
{
    uow_trace_event copy = *event;

    uowi_trace_emit(user, &copy);
}

static void source_open(uowi_recovery *r, size_t i)
{
    uow_context_options options = r->context;
    uowi_source *source = &r->sources[i];
    uow_status st;

    if (options.query_timeout_ms == 0)
        options.query_timeout_ms = RECOVER_TIMEOUT_MS; /* or a unit at work would be waited for */
    if (r->polled && r->carrier->session.trace.fn) {
        options.trace = source_event;
        options.trace_user = &r->carrier->session.trace;
    }
    st = uow_open_at(NULL, r->env, r->options.connections[i], NULL, &options, &source->context);
    if (st == UOW_OK)
        return;
    if (!source->context) {
        r->failed = st;
        return;
    }
    uowi_recover_say(r, i, uow_context_message(source->context));
    (void)uow_close_at(NULL, source->context);
    source->context = NULL;
}

static bool row_of(const uowi_recovery *r, const char *key)
{
    size_t length = strlen(r->options.coordinator);

    return strncmp(key, r->options.coordinator, length) == 0 && key[length] == '.' && uowi_unit_valid(key + length + 1);
}

static uow_status row_keep(const uowi_decision *decision, void *user)
{
    uowi_recovery *r = user;
    void *items = r->rows;
    uowi_kept_row *row;

    if (decision->outcome != UOWI_OUTCOME_COMMIT || !row_of(r, decision->key))
        return UOW_OK;
    if (!uowi_grow(&r->env->mem, &items, r->row_count, &r->row_capacity, sizeof *r->rows))
        return UOW_NO_MEMORY;
    r->rows = items;
    row = &r->rows[r->row_count];
    row->source = r->source;
    (void)snprintf(row->key, sizeof row->key, "%s", decision->key);
    row->branches = uowi_strdup(&r->env->mem, decision->branches);
    if (!row->branches)
        return UOW_NO_MEMORY;
    r->row_count++;
    return UOW_OK;
}

static uow_status doubt_keep(const char *text, void *user)
{
    uowi_recovery *r = user;
    const uowi_branch_style *style = uowi_session_dialect(uowi_recover_session(r, r->source))->branch;
    void *items = r->doubts;
    uowi_branch_id id;
    uowi_doubt *doubt;

    if (!uowi_branch_parse(style, text, &id) || strcmp(id.coordinator, r->options.coordinator) != 0) {
        r->counts.foreign++;
        return UOW_OK;
    }
    if (!uowi_grow(&r->env->mem, &items, r->doubt_count, &r->doubt_capacity, sizeof *r->doubts))
        return UOW_NO_MEMORY;
    r->doubts = items;
    doubt = &r->doubts[r->doubt_count++];
    memset(doubt, 0, sizeof *doubt);
    doubt->source = r->source;
    doubt->id = id;
    uowi_branch_literal(style, &id, doubt->literal);
    r->counts.in_doubt++;
    return UOW_OK;
}

/* A database without the table holds no decisions. */
static uow_status source_rows(uowi_recovery *r, uowi_source *source)
{
    uowi_session *s = &source->context->session;
    uow_status st = uowi_decisions_log(s, r->options.table, source->log);

    if (st == UOW_OK)
        return uowi_decisions_each(s, r->options.table, row_keep, r);
    source->log[0] = '\0';
    if (st != UOW_NOT_FOUND && st != UOW_SQL)
        return st;
    uowi_error_clear(&s->error);
    return UOW_OK;
}

static void source_read(uowi_recovery *r, size_t i, bool branches)
{
    uowi_source *source = &r->sources[i];
    uow_status st;

    if (!source->context || !uowi_recover_goes_on(r) || (branches && !source->looked))
        return;
    r->source = i;
    if (branches)
        st = uowi_branch_list(&source->context->session, doubt_keep, r);
    else
        st = source_rows(r, source);
    if (st == UOW_OK && !branches)
        st = uowi_branch_ask(&source->context->session);
    source->looked = st == UOW_OK;
    if (st == UOW_NO_MEMORY)
        r->failed = st;
    if (st != UOW_OK)
        uowi_recover_say(r, i, uow_context_message(source->context));
    uowi_error_clear(&source->context->session.error);
}

void uowi_recover_look(uowi_recovery *r)
{
    size_t count = r->options.connection_count;

    for (size_t i = 0; i < count && uowi_recover_goes_on(r); i++)
        source_open(r, i);
    for (size_t i = 0; i < count; i++)
        source_read(r, i, false);
    for (size_t i = 0; i < count; i++)
        source_read(r, i, true);
    for (size_t i = 0; i < count; i++)
        r->counts.unreachable += !r->sources[i].looked;
}

/* --- the call */

static bool recover_options(uowi_recovery *r, const uow_recovery_options *given)
{
    static const uow_recovery_options defaults = UOW_RECOVERY_OPTIONS_INIT;
    static const uow_context_options plain = UOW_CONTEXT_OPTIONS_INIT;
    uow_recovery_options *o = &r->options;

    *o = defaults;
    r->context = plain;
    if (!given || !uowi_options_copy(o, sizeof *o, given, given->struct_size))
        return false;
    if (o->context && !uowi_options_copy(&r->context, sizeof r->context, o->context, o->context->struct_size))
        return false;
    r->context.struct_size = sizeof r->context;
    if (!o->coordinator)
        o->coordinator = "uow";
    if (!o->table)
        o->table = UOWI_DISTRIBUTED_TABLE;
    if (o->keep_s == 0)
        o->keep_s = RECOVER_KEEP_S;
    if (o->keep_s < UOWI_DISTRIBUTED_MAX_AGE_S)
        o->keep_s = UOWI_DISTRIBUTED_MAX_AGE_S;
    if (!o->connections || o->connection_count == 0 || o->connection_count > UOWI_RECOVER_DATABASES)
        return false;
    for (size_t i = 0; i < o->connection_count; i++)
        if (!o->connections[i])
            return false;
    return uowi_coordinator_valid(o->coordinator);
}

typedef struct recover_call {
    uowi_method_head head;
    uowi_recovery *r;
    uow_recovery *out_recovery;
    char *out_message;
    size_t message_size;
    size_t next;
} recover_call;

/* What is the program's, and will be needed once the start has returned. */
static uow_status recover_keep(recover_call *call)
{
    uowi_recovery *r = call->r;
    uow_recovery_options *o = &r->options;
    uow_context_options *c = &r->context;
    uowi_session *s = call->head.s;
    const void *connections = o->connections;
    uow_status st = uowi_keep_array(s, &connections, o->connection_count, sizeof *o->connections);

    o->connections = connections;
    c->hooks = NULL; /* the library's own statements ask none */
    c->hook_count = 0;
    for (size_t i = 0; r->polled && i < o->connection_count && st == UOW_OK; i++)
        st = uowi_keep_text(s, (const char **)(uintptr_t)&o->connections[i]);
    if (st == UOW_OK)
        st = uowi_keep_text(s, &o->coordinator);
    if (st == UOW_OK)
        st = uowi_keep_text(s, &o->table);
    if (st == UOW_OK)
        st = uowi_keep_text(s, &c->user);
    return st == UOW_OK ? uowi_keep_text(s, &c->password) : st;
}

static void recover_close(uowi_recovery *r)
{
    const uowi_session *s = &r->carrier->session;

    for (size_t i = 0; i < r->options.connection_count; i++) {
        (void)uow_close_at(NULL, r->sources[i].context);
        r->sources[i].context = NULL;
        uowi_keep_wipe(s, r->options.connections[i]);
    }
    uowi_keep_wipe(s, r->context.password);
}

static uow_status recover_answer(const uowi_recovery *r)
{
    if (r->failed != UOW_OK)
        return r->failed;
    return r->counts.left > 0 || r->counts.unreachable > 0 ? UOW_TRANSIENT : UOW_OK;
}

static uow_status recover_step(void *self)
{
    recover_call *call = self;
    uowi_recovery *r = call->r;

    UOWI_STEP_BEGIN(call->head.at);
    r->polled = call->head.s->polled;
    if (recover_keep(call) != UOW_OK)
        return UOW_NO_MEMORY;
    UOWI_TURN(call->head.at, UOWI_TURN_WORKER);
    uowi_recover_look(r);
    for (call->next = 0; call->next < r->doubt_count && uowi_recover_goes_on(r); call->next++) {
        uowi_recover_branch(r, call->next);
        if (!r->options.fn)
            continue;
        UOWI_TURN(call->head.at, UOWI_TURN_CALLER);
        uowi_recover_tell(r);
        UOWI_TURN(call->head.at, UOWI_TURN_WORKER);
    }
    uowi_recover_rows(r);
    recover_close(r);
    UOWI_STEP_END
    return recover_answer(r);
}

static void recover_free(uowi_recovery *r)
{
    uowi_mem *mem = &r->env->mem;

    if (r->carrier)
        uowi_carrier_give(r->carrier);
    for (size_t i = 0; i < r->row_count; i++)
        uowi_strfree(mem, r->rows[i].branches);
    uowi_free(mem, r->rows, r->row_capacity * sizeof *r->rows);
    uowi_free(mem, r->doubts, r->doubt_capacity * sizeof *r->doubts);
    uowi_free(mem, r, sizeof *r);
}

static void recover_deliver(void *self)
{
    const recover_call *call = self;
    const uowi_recovery *r = call->r;
    uow_recovery *out = call->out_recovery;

    if (out) {
        size_t struct_size = out->struct_size;

        memcpy(out, &r->counts, struct_size < sizeof r->counts ? struct_size : sizeof r->counts);
        out->struct_size = struct_size;
    }
    if (call->out_message && call->message_size > 0)
        (void)snprintf(call->out_message, call->message_size, "%s", r->message);
    recover_free(call->r);
}

static void recover_discard(void *self)
{
    const recover_call *call = self;

    recover_free(call->r);
}

/* As an open it has nobody's guard: its contexts are its own. */
static const uowi_method recover_method = {
    UOWI_CALL_ID_OPEN, sizeof(recover_call), recover_step, recover_deliver, recover_discard,
    UOWI_METHOD_ALWAYS | UOWI_METHOD_HELD | UOWI_METHOD_MANY | UOWI_METHOD_WAITS};

static uow_status recover_begin(uow_env *env, const uow_recovery_options *options, recover_call *call)
{
    uowi_recovery *r = uowi_zalloc(&env->mem, sizeof *r);
    uow_status st = UOW_MISUSE;

    if (!r)
        return UOW_NO_MEMORY;
    r->env = env;
    if (recover_options(r, options)) {
        r->carrier = uowi_carrier_take(env);
        st = r->carrier ? UOW_OK : UOW_NO_MEMORY;
    }
    if (st != UOW_OK) {
        recover_free(r);
        return st;
    }
    if (r->context.trace) {
        r->carrier->session.trace.fn = r->context.trace;
        r->carrier->session.trace.user = r->context.trace_user;
    }
    r->carrier->session.trace.operation = "recover";
    call->r = r;
    call->head.context = r->carrier;
    call->head.s = &r->carrier->session;
    return UOW_OK;
}

static uow_status recover_run(uow_env *env, const uow_recovery_options *options, uow_recovery *out_recovery,
                              char *out_message, size_t message_size, uow_op **out_op)
{
    uowi_entered nobody = {NULL, 0};
    recover_call call;
    uow_status st;

    if (!uowi_env_usable(env) || (out_recovery && out_recovery->struct_size < sizeof(size_t)))
        return UOW_MISUSE;
    memset(&call, 0, sizeof call);
    call.out_recovery = out_recovery;
    call.out_message = out_message;
    call.message_size = message_size;
    st = recover_begin(env, options, &call);
    if (st != UOW_OK)
        return st;
    nobody.context = call.head.context;
    if (out_op) {
        st = uowi_op_start(&recover_method, &nobody, &call, out_op);
        if (st != UOW_OK)
            recover_free(call.r);
        return st;
    }
    st = uowi_step_run(recover_step, &call);
    recover_deliver(&call);
    return st;
}

uow_status uow_recover(uow_env *env, const uow_recovery_options *options, uow_recovery *out_recovery, char *out_message,
                       size_t message_size)
{
    return recover_run(env, options, out_recovery, out_message, message_size, NULL);
}

uow_status uow_recover_start(uow_env *env, const uow_recovery_options *options, uow_recovery *out_recovery,
                             char *out_message, size_t message_size, uow_op **out_op)
{
    return out_op ? recover_run(env, options, out_recovery, out_message, message_size, out_op) : UOW_MISUSE;
}
