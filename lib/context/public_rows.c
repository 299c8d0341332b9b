#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "uow/procedure.h"

#include <string.h>

#include "context/handle_use.h"
#include "context/method.h"
#include "work/results.h"

#define ROWS_MAGIC 0x756f7772u

struct uow_rows {
    uowi_held held;
    uowi_results results;
    bool ended;  /* every result is drained, or one failed */
    uow_status outcome; /* once ended: what every further call says */
    bool on_row; /* there is a current row */
};

typedef struct open_call {
    uowi_method_head head;
    bool procedure; /* sql is the name of one */
    const char *sql;
    const uow_arg *args;
    size_t arg_count;
    uow_rows **out_rows;
    uow_rows *rows; /* the answer, not yet handed over */
} open_call;

static uow_status open_start(open_call *call)
{
    uowi_session *s = call->head.s;

    if (!call->sql || !call->out_rows)
        return uowi_error_set(&s->error, UOW_MISUSE, "%s is NULL", call->sql ? "out_rows" : call->procedure ? "the name" : "the statement");
    call->rows = uowi_zalloc(s->mem, sizeof *call->rows);
    if (!call->rows)
        return uowi_error_no_memory(&s->error);
    if (call->procedure)
        return uowi_results_call(&call->rows->results, s, call->sql, call->args, call->arg_count);
    return uowi_results_start(&call->rows->results, s, call->sql, call->args, call->arg_count);
}

static uow_status open_step(void *self)
{
    open_call *call = self;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(call->head.at);
    st = open_start(call);
    if (st == UOW_OK)
        UOWI_AWAIT(call->head.at, st, uowi_results_open(&call->rows->results));
    if (st != UOW_OK && call->rows)
        uowi_free(call->head.s->mem, call->rows, sizeof *call->rows);
    UOWI_STEP_END
    return st;
}

static void open_deliver(void *self)
{
    open_call *call = self;
    uowi_entered entered = {call->head.context, call->head.token};

    uowi_held_init(&call->rows->held, ROWS_MAGIC, &entered);
    *call->out_rows = call->rows;
}

static void open_discard(void *self)
{
    open_call *call = self;

    (void)uowi_results_end(&call->rows->results, UOW_OK);
    uowi_free(call->head.s->mem, call->rows, sizeof *call->rows);
}

static const uowi_method open_method = {UOWI_CALL_ID_ROWS_OPEN, sizeof(open_call), open_step, open_deliver,
                                        open_discard, 0};
static const uowi_method call_method = {UOWI_CALL_ID_CALL_ROWS, sizeof(open_call), open_step, open_deliver,
                                        open_discard, 0};

static uow_status open_run(const uowi_method *method, const char *where, uow_context *context, const char *sql,
                           const uow_arg *args, size_t arg_count, uow_rows **out_rows, uow_op **out_op)
{
    open_call call;

    memset(&call, 0, sizeof call);
    call.procedure = method == &call_method;
    call.sql = sql;
    call.args = args;
    call.arg_count = arg_count;
    call.out_rows = out_rows;
    return uowi_method_run(method, context, where, &call, out_op);
}

uow_status uow_rows_open_at(const char *where, uow_context *context, const char *sql, const uow_arg *args,
                            size_t arg_count, uow_rows **out_rows)
{
    return open_run(&open_method, where, context, sql, args, arg_count, out_rows, NULL);
}

uow_status uow_call_rows_at(const char *where, uow_context *context, const char *name, const uow_arg *args,
                            size_t arg_count, uow_rows **out_rows)
{
    return open_run(&call_method, where, context, name, args, arg_count, out_rows, NULL);
}

uow_status uow_rows_open_start_at(const char *where, uow_context *context, const char *sql, const uow_arg *args,
                                  size_t arg_count, uow_rows **out_rows, uow_op **out_op)
{
    return out_op ? open_run(&open_method, where, context, sql, args, arg_count, out_rows, out_op) : UOW_MISUSE;
}

uow_status uow_call_rows_start_at(const char *where, uow_context *context, const char *name, const uow_arg *args,
                                  size_t arg_count, uow_rows **out_rows, uow_op **out_op)
{
    return out_op ? open_run(&call_method, where, context, name, args, arg_count, out_rows, out_op) : UOW_MISUSE;
}

static const uowi_dynrow *rows_current(const uow_rows *rows)
{
    return rows && rows->held.magic == ROWS_MAGIC && !rows->ended ? rows->results.row : NULL;
}

size_t uow_rows_column_count(const uow_rows *rows)
{
    const uowi_dynrow *row = rows_current(rows);

    return row ? uowi_dynrow_column_count(row) : 0;
}

uow_status uow_rows_column(const uow_rows *rows, size_t index, uow_column_info *out_info)
{
    const uowi_dynrow *row = rows_current(rows);

    if (!row || !out_info || out_info->struct_size < sizeof(size_t) || index >= uowi_dynrow_column_count(row))
        return UOW_MISUSE;
    return uowi_dynrow_column(row, index, out_info);
}

ptrdiff_t uow_rows_index(const uow_rows *rows, const char *name)
{
    const uowi_dynrow *row = rows_current(rows);

    return row && name ? uowi_dynrow_index(row, name) : -1;
}

int64_t uow_rows_affected(const uow_rows *rows)
{
    return rows && rows->held.magic == ROWS_MAGIC && !rows->ended ? uowi_results_affected(&rows->results) : -1;
}

static uow_status rows_finish(uow_rows *rows, uow_status st)
{
    uow_status end;

    rows->ended = true;
    rows->on_row = false;
    end = uowi_results_end(&rows->results, st == UOW_END ? UOW_OK : st);
    rows->outcome = end == UOW_OK ? UOW_END : end;
    return st == UOW_END && end == UOW_OK ? UOW_END : end;
}

static uow_status rows_leave(uow_rows *rows, uow_status st)
{
    st = uowi_held_leave(&rows->held, st);
    if (rows->ended)
        uowi_held_release(&rows->held);
    return st;
}

/* The next row, or the next result. */
typedef struct next_call {
    uowi_method_head head;
    uow_rows *rows;
    bool result;
    uow_status st;
} next_call;

static uow_status next_step(void *self)
{
    next_call *call = self;
    uow_rows *rows = call->rows;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(call->head.at);
    if (rows->ended)
        return rows->outcome;
    rows->on_row = false;
    if (call->result)
        UOWI_AWAIT(call->head.at, st, uowi_results_more(&rows->results));
    else
        UOWI_AWAIT(call->head.at, st, uowi_results_next(&rows->results));
    rows->on_row = st == UOW_OK && !call->result;
    call->st = st;
    if (st != UOW_OK && (st != UOW_END || call->result)) {
        UOWI_TURN(call->head.at, UOWI_TURN_WORKER);
        call->st = rows_finish(rows, call->st);
    }
    UOWI_STEP_END
    return call->st;
}

static void next_discard(void *self)
{
    next_call *call = self;

    (void)rows_leave(call->rows, UOW_OK); /* the operation has told what went wrong */
}

/* What a call gives back is there with the end of its results. */
static void next_deliver(void *self)
{
    uowi_results_deliver(&((next_call *)self)->rows->results);
    next_discard(self);
}

static uow_status next_begin(uow_rows *rows, bool result, next_call *call)
{
    if (!rows)
        return UOW_MISUSE;
    memset(call, 0, sizeof *call);
    call->rows = rows;
    call->result = result;
    return uowi_held_begin(&rows->held, ROWS_MAGIC, result ? "rows_next_result" : "rows_next", &call->head);
}

static uow_status next_here(uow_rows *rows, bool result)
{
    next_call call;
    uow_status st = next_begin(rows, result, &call);

    if (st != UOW_OK)
        return st;
    st = uowi_step_run(next_step, &call);
    uowi_results_deliver(&rows->results);
    return rows_leave(rows, st);
}

static uow_status next_polled(uow_rows *rows, bool result, uow_op **out_op)
{
    static const uowi_method method = {UOWI_CALL_ID_ROWS_OPEN, sizeof(next_call), next_step, next_deliver,
                                       next_discard, UOWI_METHOD_ALWAYS | UOWI_METHOD_HELD};
    next_call call;
    uow_status st = out_op ? next_begin(rows, result, &call) : UOW_MISUSE;

    return st == UOW_OK ? uowi_held_start(&rows->held, &method, &call, out_op) : st;
}

uow_status uow_rows_next(uow_rows *rows)
{
    return next_here(rows, false);
}

uow_status uow_rows_next_start(uow_rows *rows, uow_op **out_op)
{
    return next_polled(rows, false, out_op);
}

uow_status uow_rows_next_result(uow_rows *rows)
{
    return next_here(rows, true);
}

uow_status uow_rows_next_result_start(uow_rows *rows, uow_op **out_op)
{
    return next_polled(rows, true, out_op);
}

static uow_status rows_place(uow_rows *rows, size_t index)
{
    uow_error *error = &rows->held.context->session.error;
    size_t count;

    if (rows->ended || !rows->on_row)
        return uowi_error_set(error, UOW_MISUSE, "there is no current row: uow_rows_next gives one, until it says UOW_END");
    count = uowi_dynrow_column_count(rows->results.row);
    if (index >= count)
        return uowi_error_set(error, UOW_MISUSE, "there is no column %zu in a result with %zu columns, counted from 0",
                              index, count);
    return UOW_OK;
}

/* A current row, such a column, and nobody else inside. */
static uow_status rows_value(uow_rows *rows, size_t index, const void *out, const char *operation)
{
    uow_status st = rows ? uowi_held_enter(&rows->held, ROWS_MAGIC, operation) : UOW_MISUSE;
    uow_error *error;

    if (st != UOW_OK)
        return st;
    error = &rows->held.context->session.error;
    uowi_error_clear(error);
    st = out ? rows_place(rows, index) : uowi_error_set(error, UOW_MISUSE, "the place for the value is NULL or has no bytes");
    return st == UOW_OK ? UOW_OK : uowi_held_leave(&rows->held, st);
}

static uow_status rows_told(uow_rows *rows, size_t index, uow_status st)
{
    uow_error *error = &rows->held.context->session.error;
    uow_column_info info = UOW_COLUMN_INFO_INIT;

    if (st == UOW_NOT_FOUND && uowi_dynrow_column(rows->results.row, index, &info) == UOW_OK) {
        uowi_error_column(error, info.name);
        (void)uowi_error_set(error, st, "the value of %s is NULL", info.name);
    }
    return uowi_held_leave(&rows->held, st);
}

int uow_rows_is_null(uow_rows *rows, size_t index)
{
    int null;

    if (rows_value(rows, index, rows, "rows_is_null") != UOW_OK)
        return -1;
    null = uowi_dynrow_is_null(rows->results.row, index);
    (void)uowi_held_leave(&rows->held, UOW_OK);
    return null;
}

uow_status uow_rows_text(uow_rows *rows, size_t index, const char **out_text, size_t *out_length)
{
    uow_status st = rows_value(rows, index, out_text, "rows_text");

    if (st != UOW_OK)
        return st;
    st = uowi_dynrow_text(rows->results.row, index, out_text, out_length);
    if (st == UOW_NOT_FOUND)
        *out_text = NULL;
    return rows_told(rows, index, st);
}

uow_status uow_rows_int64(uow_rows *rows, size_t index, int64_t *out_value)
{
    uow_status st = rows_value(rows, index, out_value, "rows_int64");

    if (st != UOW_OK)
        return st;
    return rows_told(rows, index, uowi_dynrow_int64(rows->results.row, index, out_value));
}

uow_status uow_rows_double(uow_rows *rows, size_t index, double *out_value)
{
    uow_status st = rows_value(rows, index, out_value, "rows_double");

    if (st != UOW_OK)
        return st;
    return rows_told(rows, index, uowi_dynrow_double(rows->results.row, index, out_value));
}

uow_status uow_rows_decimal(uow_rows *rows, size_t index, uow_decimal *out_value)
{
    uow_status st = rows_value(rows, index, out_value, "rows_decimal");

    if (st != UOW_OK)
        return st;
    return rows_told(rows, index, uowi_dynrow_decimal(rows->results.row, index, out_value));
}

uow_status uow_rows_binary(uow_rows *rows, size_t index, const void **out_data, size_t *out_size)
{
    uow_status st = rows_value(rows, index, out_size ? (const void *)out_data : NULL, "rows_binary");

    if (st != UOW_OK)
        return st;
    return rows_told(rows, index, uowi_dynrow_binary(rows->results.row, index, out_data, out_size));
}

uow_status uow_rows_read(uow_rows *rows, size_t index, void *buffer, size_t size, size_t *out_read)
{
    uow_status st = rows_value(rows, index, buffer && size ? out_read : NULL, "rows_read");

    if (st != UOW_OK)
        return st;
    return rows_told(rows, index, uowi_dynrow_read(rows->results.row, index, buffer, size, out_read));
}

const uow_error *uow_rows_error(const uow_rows *rows)
{
    return rows && rows->held.magic == ROWS_MAGIC ? uow_context_error(rows->held.context) : uow_context_error(NULL);
}

/* --- closing */

typedef struct close_call {
    uowi_method_head head;
    uow_rows *rows;
    uow_status st;
} close_call;

static uow_status close_step(void *self)
{
    close_call *call = self;
    uow_rows *rows = call->rows;

    UOWI_STEP_BEGIN(call->head.at);
    if (!rows->ended) {
        UOWI_TURN(call->head.at, UOWI_TURN_WORKER);
        call->st = rows_finish(rows, UOW_OK);
    }
    UOWI_STEP_END
    return call->st;
}

static void close_discard(void *self)
{
    uow_rows *rows = ((close_call *)self)->rows;
    uow_env *env = rows->held.context->env;

    uowi_held_release(&rows->held);
    rows->held.magic = 0;
    uowi_free(&env->mem, rows, sizeof *rows);
}

static void close_deliver(void *self)
{
    uowi_results_deliver(&((close_call *)self)->rows->results);
    close_discard(self);
}

static uow_status close_begin(uow_rows *rows, close_call *call)
{
    memset(call, 0, sizeof *call);
    call->rows = rows;
    return uowi_held_begin(rows ? &rows->held : NULL, ROWS_MAGIC, "rows_close", &call->head);
}

void uow_rows_close(uow_rows *rows)
{
    close_call call;

    if (close_begin(rows, &call) != UOW_OK)
        return;
    (void)uowi_step_run(close_step, &call);
    close_deliver(&call);
}

uow_status uow_rows_close_start(uow_rows *rows, uow_op **out_op)
{
    static const uowi_method method = {UOWI_CALL_ID_ROWS_OPEN, sizeof(close_call), close_step, close_deliver,
                                       close_discard, UOWI_METHOD_ALWAYS | UOWI_METHOD_HELD};
    close_call call;
    uow_status st = out_op ? close_begin(rows, &call) : UOW_MISUSE;

    return st == UOW_OK ? uowi_held_start(&rows->held, &method, &call, out_op) : st;
}
