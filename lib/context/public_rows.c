#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "uow/procedure.h"

#include <string.h>

#include "context/handle_use.h"
#include "work/results.h"

#define ROWS_MAGIC 0x756f7772u

struct uow_rows {
    uowi_held held;
    uowi_results results;
    bool ended;  /* every result is drained, or one failed */
    uow_status outcome; /* once ended: what every further call says */
    bool on_row; /* there is a current row */
};

/* Dynamic rows of a statement, or of a procedure by its name. */
static uow_status rows_open(uowi_session *s, bool call, const char *sql, const uow_arg *args, size_t arg_count,
                            uow_rows **out)
{
    uow_rows *rows;
    uow_status st;

    if (!sql || !out)
        return uowi_error_set(&s->error, UOW_MISUSE, "%s is NULL", sql ? "out_rows" : call ? "the name" : "the statement");
    rows = uowi_zalloc(s->mem, sizeof *rows);
    if (!rows)
        return uowi_error_no_memory(&s->error);
    st = call ? uowi_results_call(&rows->results, s, sql, args, arg_count)
              : uowi_results_open(&rows->results, s, sql, args, arg_count);
    if (st != UOW_OK) {
        uowi_free(s->mem, rows, sizeof *rows);
        return st;
    }
    *out = rows;
    return UOW_OK;
}

static uow_status rows_hold(const uowi_entered *in, bool call, const char *sql, const uow_arg *args, size_t arg_count,
                            uow_rows **out_rows)
{
    uow_status st = rows_open(&in->context->session, call, sql, args, arg_count, out_rows);

    if (st != UOW_OK)
        return uowi_leave(in, st);
    uowi_held_init(&(*out_rows)->held, ROWS_MAGIC, in);
    return uowi_leave_held(in, UOW_OK);
}

uow_status uow_rows_open_at(const char *where, uow_context *context, const char *sql, const uow_arg *args,
                            size_t arg_count, uow_rows **out_rows)
{
    uowi_entered in;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_ROWS_OPEN, where, &in);

    return st == UOW_OK ? rows_hold(&in, false, sql, args, arg_count, out_rows) : st;
}

uow_status uow_call_rows_at(const char *where, uow_context *context, const char *name, const uow_arg *args,
                            size_t arg_count, uow_rows **out_rows)
{
    uowi_entered in;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_CALL_ROWS, where, &in);

    return st == UOW_OK ? rows_hold(&in, true, name, args, arg_count, out_rows) : st;
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

uow_status uow_rows_next(uow_rows *rows)
{
    uow_status st = rows ? uowi_held_enter(&rows->held, ROWS_MAGIC, "rows_next") : UOW_MISUSE;

    if (st != UOW_OK)
        return st;
    if (rows->ended)
        return rows_leave(rows, rows->outcome);
    st = uowi_results_next(&rows->results);
    rows->on_row = st == UOW_OK;
    if (st != UOW_OK && st != UOW_END)
        st = rows_finish(rows, st);
    return rows_leave(rows, st);
}

uow_status uow_rows_next_result(uow_rows *rows)
{
    uow_status st = rows ? uowi_held_enter(&rows->held, ROWS_MAGIC, "rows_next_result") : UOW_MISUSE;

    if (st != UOW_OK)
        return st;
    if (rows->ended)
        return rows_leave(rows, rows->outcome);
    rows->on_row = false;
    st = uowi_results_more(&rows->results);
    if (st != UOW_OK)
        st = rows_finish(rows, st);
    return rows_leave(rows, st);
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
    uow_status st = rows && out ? uowi_held_enter(&rows->held, ROWS_MAGIC, operation) : UOW_MISUSE;

    if (st != UOW_OK)
        return st;
    uowi_error_clear(&rows->held.context->session.error);
    st = rows_place(rows, index);
    return st == UOW_OK ? UOW_OK : uowi_held_leave(&rows->held, st);
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
    return uowi_held_leave(&rows->held, st);
}

uow_status uow_rows_int64(uow_rows *rows, size_t index, int64_t *out_value)
{
    uow_status st = rows_value(rows, index, out_value, "rows_int64");

    if (st != UOW_OK)
        return st;
    return uowi_held_leave(&rows->held, uowi_dynrow_int64(rows->results.row, index, out_value));
}

uow_status uow_rows_double(uow_rows *rows, size_t index, double *out_value)
{
    uow_status st = rows_value(rows, index, out_value, "rows_double");

    if (st != UOW_OK)
        return st;
    return uowi_held_leave(&rows->held, uowi_dynrow_double(rows->results.row, index, out_value));
}

uow_status uow_rows_decimal(uow_rows *rows, size_t index, uow_decimal *out_value)
{
    uow_status st = rows_value(rows, index, out_value, "rows_decimal");

    if (st != UOW_OK)
        return st;
    return uowi_held_leave(&rows->held, uowi_dynrow_decimal(rows->results.row, index, out_value));
}

uow_status uow_rows_binary(uow_rows *rows, size_t index, const void **out_data, size_t *out_size)
{
    uow_status st = rows_value(rows, index, out_size ? (const void *)out_data : NULL, "rows_binary");

    if (st != UOW_OK)
        return st;
    return uowi_held_leave(&rows->held, uowi_dynrow_binary(rows->results.row, index, out_data, out_size));
}

uow_status uow_rows_read(uow_rows *rows, size_t index, void *buffer, size_t size, size_t *out_read)
{
    uow_status st = rows_value(rows, index, buffer && size ? out_read : NULL, "rows_read");

    if (st != UOW_OK)
        return st;
    return uowi_held_leave(&rows->held, uowi_dynrow_read(rows->results.row, index, buffer, size, out_read));
}

const uow_error *uow_rows_error(const uow_rows *rows)
{
    return rows && rows->held.magic == ROWS_MAGIC ? uow_context_error(rows->held.context) : uow_context_error(NULL);
}

void uow_rows_close(uow_rows *rows)
{
    uow_context *context;

    if (!rows || uowi_held_enter(&rows->held, ROWS_MAGIC, "rows_close") != UOW_OK)
        return;
    context = rows->held.context;
    if (!rows->ended)
        (void)rows_finish(rows, UOW_OK);
    uowi_held_release(&rows->held);
    rows->held.magic = 0;
    uowi_free(&context->env->mem, rows, sizeof *rows);
}
