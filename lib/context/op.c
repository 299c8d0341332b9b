/* Polled operations: one struct from start to finish. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "uow/op.h"

#include <string.h>

#include "context/method.h"
#include "context/op.h"
#include "context/public_entry.h"

/* --- start */

static uow_status op_engine(uow_context *context, uow_engine *out)
{
    const uowi_session *s = &context->session;
    bool native = s->conn && uowi_session_caps(s)->async_mode != 0;

    *out = context->engine;
    if (*out == UOW_ENGINE_AUTO)
        *out = native ? UOW_ENGINE_NATIVE : UOW_ENGINE_WORKER;
    if (*out == UOW_ENGINE_NATIVE && !native && s->conn)
        return uowi_error_set(&context->session.error, UOW_UNSUPPORTED,
                              "the driver cannot be polled (SQL_ASYNC_MODE), and no other engine is allowed");
    if (*out == UOW_ENGINE_WORKER && context->env->workers.most == 0)
        *out = UOW_ENGINE_INLINE;
    return UOW_OK;
}

/* The call's own step, and what a cancel leaves to be found out. */
static uow_status op_step(void *self)
{
    uow_op *op = self;
    uowi_session *s = &op->context->session;
    uow_status st = UOW_OK;
    bool usable;

    UOWI_STEP_BEGIN(op->at);
    UOWI_AWAIT(op->at, st, op->method->step(op->self));
    op->st = st;
    if (!op->beside && s->conn && atomic_load(&op->cancel)) {
        UOWI_TURN(op->at, UOWI_TURN_WORKER);
        uowi_conn_shield(s->conn, true);
        usable = uowi_conn_recovered(s->conn, op->depth > 0 && s->depth > 0);
        if (uowi_op_heeded(op, op->st))
            op->st = uowi_op_cancelled(op, op->st, usable);
    } else if (!op->beside && atomic_load(&op->cancel) && uowi_op_heeded(op, op->st)) {
        op->st = uowi_op_cancelled(op, op->st, true);
    }
    UOWI_STEP_END
    return op->st;
}

static uow_op *op_make(const uowi_method *method, const uowi_entered *entered, const void *self, uow_engine engine)
{
    uow_context *context = entered->context;
    uow_env *env = context->env;
    uow_op *op = uowi_op_alloc(env, method->size);

    if (!op)
        return NULL;
    memcpy(op->self, self, method->size);
    op->context = context;
    op->entered = *entered;
    op->method = method;
    op->started_ns = uowi_now_ns();
    op->deadline_ns = UINT64_MAX;
    uowi_flight_init(&op->flight, &env->hub, &env->workers, engine, op_step, op, op);
    return op;
}

static void op_release(uow_op *op)
{
    uowi_flight_done(&op->flight);
    uowi_op_retire(op, op->method->size);
}

/* The session learns that an engine may use it; what it makes for the program's eyes waits for the caller's turn. */
static void op_away(uow_op *op, bool away)
{
    uowi_session *s = &op->context->session;

    s->polled = away;
    s->native = away && op->flight.engine == UOW_ENGINE_NATIVE;
    if (s->conn) {
        uowi_conn_watch(s->conn, away);
        uowi_conn_async_off(s->conn);
    }
    uowi_trace_hold(&s->trace, away ? &s->scratch : NULL);
    atomic_store(&op->context->away, away);
}

/* What the server is told of the deadline, with each statement from now on. */
static void op_tell_deadline(const uow_op *op, bool over)
{
    uowi_conn *conn = op->context->session.conn;

    if (conn && !(uowi_calls[op->method->call].does & (UOWI_CALL_OPENS | UOWI_CALL_CLOSES)))
        uowi_conn_until(conn, UOWI_UNTIL_OP, over || op->deadline_ns == UINT64_MAX ? 0 : op->deadline_ns);
}

/* The step has answered for the last time. */
static void op_end(uow_op *op, uow_status st)
{
    op->over = true;
    op->st = st;
    if (op->beside)
        return;
    op_away(op, false);
    op_tell_deadline(op, true);
    uowi_trace_flush(&op->context->session.trace);
    uowi_count_tracked(&op->context->session);
    if (!(op->method->flags & UOWI_METHOD_MANY))
        (void)uowi_leave_held(&op->entered, st);
}

static void op_limit_statements(uow_op *op)
{
    const uowi_conn *conn = op->context->session.conn;

    if (conn && !(uowi_calls[op->method->call].does & (UOWI_CALL_OPENS | UOWI_CALL_CLOSES)))
        op->statement_ns = (uint64_t)uowi_conn_watch_ms(conn) * 1000000u;
}

/* A unit's deadline, where no server is told of it. What ends a unit takes the time it needs. */
static uint64_t op_unit_deadline(const uow_op *op)
{
    const uowi_conn *conn = op->context->session.conn;
    uowi_call call = op->method->call;
    uint64_t until = conn ? uowi_conn_unit_until(conn) : 0;
    bool ends = call == UOWI_CALL_ID_COMMIT || call == UOWI_CALL_ID_ROLLBACK || call == UOWI_CALL_ID_CLOSE;

    return until == 0 || ends ? UINT64_MAX : until;
}

static void op_first_deadline(uow_op *op)
{
    uint32_t ms = op->context->deadline_ms ? op->context->deadline_ms : op->env->deadline_ms;
    uint64_t unit = op_unit_deadline(op);

    if (ms > 0)
        op->deadline_ns = op->started_ns + (uint64_t)ms * 1000000u;
    if (unit < op->deadline_ns)
        op->deadline_ns = unit;
    op_limit_statements(op);
    op_tell_deadline(op, false);
}

static uow_status op_start(const uowi_method *method, const uowi_entered *entered, void *self, bool beside, uow_op **out_op)
{
    uow_engine engine;
    uow_status st = op_engine(entered->context, &engine);
    uow_op *op;

    op = st == UOW_OK ? op_make(method, entered, self, engine) : NULL;
    if (!op && beside)
        return UOW_NO_MEMORY;
    if (!op && st == UOW_OK)
        st = uowi_error_no_memory(&entered->context->session.error);
    if (!op)
        return method->flags & UOWI_METHOD_HELD ? uowi_leave_held(entered, st) : uowi_leave(entered, st);
    op->beside = beside;
    if (!beside) {
        op->depth = entered->context->session.depth;
        atomic_store(&entered->context->asked, 0);
        op_first_deadline(op);
        memset(&entered->context->session.progress, 0, sizeof entered->context->session.progress);
        op_away(op, true);
    }
    st = uowi_flight_start(&op->flight);
    if (st != UOW_PENDING)
        op_end(op, st);
    /* Refused before anything was sent: as if it had never been started. */
    if (st != UOW_PENDING && st != UOW_OK && !op->flight.left && !(method->flags & UOWI_METHOD_HELD)) {
        uowi_guard_leave(&op->context->guard, op->entered.token);
        op_release(op);
        return st;
    }
    /* Whoever waits for its descriptor learns of it all the same. */
    if (st != UOW_PENDING)
        uowi_hub_post(&op->env->hub, &op->flight.post);
    *out_op = op;
    return UOW_OK;
}

uow_status uowi_op_start(const uowi_method *method, const uowi_entered *entered, void *self, uow_op **out_op)
{
    return op_start(method, entered, self, false, out_op);
}

uow_status uowi_op_start_beside(const uowi_method *method, uow_context *context, void *self, uow_op **out_op)
{
    uowi_entered entered = {context, 0};

    return op_start(method, &entered, self, true, out_op);
}

/* --- who may be in a call with it */

uow_status uowi_op_enter(uow_op *op)
{
    int outside = 0;

    if (!uowi_op_alive(op))
        return UOW_MISUSE;
    if (!uowi_birthmark_holds(&op->env->birthmark))
        return UOW_MISUSE;
    return atomic_compare_exchange_strong(&op->inside, &outside, 1) ? UOW_OK : UOW_BUSY;
}

void uowi_op_leave(uow_op *op)
{
    atomic_store_explicit(&op->inside, 0, memory_order_release);
}

/* Leaves; the callback, if it is due, is the last that happens to op here. */
uow_status uowi_op_leave_telling(uow_op *op)
{
    uow_op_fn fn = op->over ? op->on_done : NULL;
    uow_status st = op->over ? op->st : UOW_PENDING;
    void *user = op->on_done_user;

    if (fn)
        op->on_done = NULL;
    uowi_op_leave(op);
    if (fn)
        fn(op, user);
    return st;
}

bool uowi_op_look(uow_op *op)
{
    uow_status st;

    if (op->over)
        return uowi_hub_take(&op->env->hub, &op->flight.post);
    uowi_op_press(op);
    st = uowi_flight_poll(&op->flight);
    if (st != UOW_PENDING)
        op_end(op, st);
    return op->over;
}

uow_status uow_op_poll(uow_op *op)
{
    uow_status st = uowi_op_enter(op);

    if (st != UOW_OK)
        return st;
    (void)uowi_op_look(op);
    return uowi_op_leave_telling(op);
}

/* --- waiting */

uint64_t uowi_op_until(uint32_t timeout_ms)
{
    return timeout_ms == UOW_WAIT_FOREVER ? UINT64_MAX : uowi_now_ns() + (uint64_t)timeout_ms * 1000000u;
}

static void op_sleep(uow_op *op, uint64_t until_ns)
{
    uowi_flight *flight = &op->flight;
    uint64_t press = uowi_op_press_next(op);
    uowi_post *post;

    (void)uowi_flight_wait(&flight, 1, until_ns < press ? until_ns : press, &post);
}

void uowi_op_await(uow_op *op, uint64_t until_ns)
{
    (void)uowi_op_look(op);
    while (!op->over && uowi_now_ns() < until_ns) {
        op_sleep(op, until_ns);
        (void)uowi_op_look(op);
    }
}

uow_status uow_op_wait(uow_op *op, uint32_t timeout_ms)
{
    uint64_t until = uowi_op_until(timeout_ms);
    uow_status st = uowi_op_enter(op);

    if (st != UOW_OK)
        return st;
    uowi_op_await(op, until);
    return uowi_op_leave_telling(op);
}

/* --- the end */

/* The guard is free before the handle is gone; the context itself may be gone after deliver. */
static uow_status op_hand_over(uow_op *op)
{
    const uowi_method *method = op->method;
    uow_status st = op->st;
    uowi_entered entered = op->entered;
    uowi_parting parting = uowi_method_part(op->self);

    if ((st == UOW_OK || (method->flags & UOWI_METHOD_ALWAYS)) && method->deliver)
        method->deliver(op->self);
    op_release(op);
    if (!uowi_method_keeps(method, st))
        uowi_guard_leave(&entered.context->guard, entered.token);
    uowi_method_tell(&parting);
    return st;
}

uow_status uow_op_finish(uow_op *op)
{
    uow_status st = uowi_op_enter(op);

    if (st != UOW_OK)
        return st;
    uowi_op_await(op, UINT64_MAX);
    return op_hand_over(op);
}

static void op_drop(uow_op *op)
{
    const uowi_method *method = op->method;
    bool closes = (method->flags & UOWI_METHOD_HELD) != 0 || (uowi_calls[method->call].does & UOWI_CALL_CLOSES) != 0;
    uowi_entered entered = op->entered;
    uowi_parting parting = uowi_method_part(op->self);

    if ((op->st == UOW_OK || (method->flags & UOWI_METHOD_ALWAYS)) && method->discard)
        method->discard(op->self);
    op_release(op);
    if (!closes)
        uowi_guard_leave(&entered.context->guard, entered.token);
    uowi_method_tell(&parting);
}

void uow_op_free(uow_op *op)
{
    if (uowi_op_enter(op) != UOW_OK)
        return;
    op->on_done = NULL;
    uowi_op_ask(op, UOW_CANCELLED);
    uowi_op_await(op, op->method->flags & UOWI_METHOD_WAITS ? UINT64_MAX : uowi_op_until(op->env->drain_ms));
    if (op->over) {
        op_drop(op);
        return;
    }
    op->context->given_up = op;
    uowi_op_leave(op);
}

bool uowi_op_bury(uow_context *context)
{
    uow_op *op = context->given_up;

    if (!op)
        return true;
    if (uowi_op_enter(op) != UOW_OK)
        return false;
    (void)uowi_op_look(op);
    if (!op->over) {
        uowi_op_leave(op);
        return false;
    }
    context->given_up = NULL;
    op_drop(op);
    return true;
}

uow_status uowi_op_here(const uowi_method *method, const uowi_entered *entered, void *self, uint64_t until_ns)
{
    uow_op *op = NULL;
    uow_status st = uowi_op_start(method, entered, self, &op);

    if (st != UOW_OK)
        return st;
    op->deadline_ns = until_ns; /* that of polled operations is not for this one */
    return uow_op_finish(op);
}

/* --- what it is asked and told */

uow_status uow_op_deadline(uow_op *op, uint32_t timeout_ms)
{
    uow_status st = uowi_op_enter(op);

    if (st != UOW_OK)
        return st;
    op->deadline_ns = uowi_op_until(timeout_ms);
    if (!op->over && atomic_load(&op->context->away))
        op_tell_deadline(op, false);
    uowi_op_leave(op);
    return UOW_OK;
}

uow_engine uow_op_mode(const uow_op *op)
{
    return uowi_op_alive(op) ? op->flight.engine : UOW_ENGINE_AUTO;
}

uint32_t uow_op_next_poll_ms(const uow_op *op)
{
    uint64_t now = uowi_now_ns();

    if (!uowi_op_alive(op) || op->over)
        return 0;
    if (op->flight.place == UOWI_AT_WORKER)
        return UOW_WAIT_FOREVER;
    return op->flight.due_ns <= now ? 0 : (uint32_t)((op->flight.due_ns - now) / 1000000u);
}

static uint64_t op_read(const _Atomic uint64_t *figure)
{
    return atomic_load_explicit(figure, memory_order_relaxed);
}

uow_status uow_op_progress(const uow_op *op, uow_progress *out_progress)
{
    uow_progress progress = UOW_PROGRESS_INIT;
    const uowi_progress *at;
    size_t size;

    if (!uowi_op_alive(op) || !out_progress || out_progress->struct_size < sizeof(size_t))
        return UOW_MISUSE;
    at = &op->context->session.progress;
    progress.rows = op_read(&at->rows);
    progress.done = op_read(&at->done);
    progress.total = op_read(&at->total);
    progress.statements = op_read(&at->statements);
    progress.age_ns = uowi_now_ns() - op->started_ns;
    size = out_progress->struct_size < sizeof progress ? out_progress->struct_size : sizeof progress;
    progress.struct_size = out_progress->struct_size;
    memcpy(out_progress, &progress, size);
    return UOW_OK;
}

uow_status uow_op_on_done(uow_op *op, uow_op_fn fn, void *user)
{
    uow_status st = uowi_op_enter(op);

    if (st != UOW_OK)
        return st;
    op->on_done = fn;
    op->on_done_user = user;
    uowi_op_leave(op);
    return UOW_OK;
}
