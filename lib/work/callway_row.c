/*
 * Calls where the values come back as a row: PostgreSQL. A procedure's CALL gives one row of its OUT parameters; a
 * function is selected from, and gives its OUT parameters or its value as columns; cursors among them are results
 * to be fetched.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "flow/step.h"
#include "work/callwalk.h"
#include "work/sqlgen.h"

#define ROW_CURSORS 32 /* that a function may return as a set */

static bool row_is_out(const uowi_routine_parameter *parameter)
{
    return parameter->direction != UOW_PARAMETER_IN;
}

/* The columns of the row: each OUT parameter in order, or the value of a function without. */
static void row_columns(uowi_callwalk *walk)
{
    const uowi_routine *routine = walk->routine;

    for (size_t i = 0; i < routine->parameter_count; i++)
        if (row_is_out(&routine->parameters[i]))
            walk->columns[walk->column_count++] = walk->places[i];
    if (walk->column_count == 0 && routine->function && !routine->set && walk->returns)
        walk->columns[walk->column_count++] = walk->return_place;
}

/* Whether a parameter before it is left out: what follows must be named. */
static bool row_follows_gap(const uowi_callwalk *walk, size_t i)
{
    while (i-- > 0)
        if (walk->slots[i] == UOWI_SLOT_DEFAULT)
            return true;
    return false;
}

/* OUT parameters of a procedure take a place in its CALL, those of a function none. */
static uow_status row_argument(uowi_callwalk *walk, size_t i, bool *first)
{
    const uowi_call_style *style = uowi_session_dialect(walk->s)->calls;
    const uowi_routine_parameter *p = &walk->routine->parameters[i];
    uowi_buf *out = &walk->s->text;

    if (walk->slots[i] == UOWI_SLOT_DEFAULT || (walk->routine->function && p->direction == UOW_PARAMETER_OUT))
        return UOW_OK;
    uowi_buf_text(out, *first ? "" : ", ");
    *first = false;
    uowi_buf_text(out, p->variadic ? "VARIADIC " : "");
    if ((walk->named || row_follows_gap(walk, i)) && p->name[0]) {
        uowi_sql_name(walk->s, p->name, out);
        uowi_buf_text(out, style->named);
    }
    if (walk->slots[i] != UOWI_SLOT_FILL && p->direction != UOW_PARAMETER_OUT)
        return uowi_calltext_in(walk, i);
    uowi_buf_text(out, "NULL");
    uowi_buf_text(out, style->cast);
    uowi_buf_text(out, p->type);
    return UOW_OK;
}

/* "*", or each column as it is to be read: the driver drops the offset of a timestamp that is not selected as text. */
static void row_select(uowi_callwalk *walk)
{
    const uowi_routine *routine = walk->routine;
    uowi_buf name;
    size_t column = 0;
    bool offset = false;

    for (size_t i = 0; i < walk->column_count; i++)
        offset = offset || (walk->columns[i] != UOWI_NO_PLACE &&
                            walk->frame.columns[walk->columns[i]].type == UOW_TIMESTAMPTZ);
    if (!offset) {
        uowi_buf_char(&walk->s->text, '*');
        return;
    }
    uowi_buf_init(&name, walk->s->mem, 0);
    for (size_t i = 0; i <= routine->parameter_count && column < walk->column_count; i++) {
        bool value = i == routine->parameter_count; /* a function without OUT parameters: a column of its own name */
        size_t place = walk->columns[column];

        if (!value && !row_is_out(&routine->parameters[i]))
            continue;
        uowi_buf_reset(&name);
        uowi_sql_name(walk->s, value ? routine->name : routine->parameters[i].name, &name);
        uowi_buf_text(&walk->s->text, column++ ? ", " : "");
        uowi_select_column(uowi_session_dialect(walk->s),
                           place == UOWI_NO_PLACE ? UOW_TEXT : walk->frame.columns[place].type, uowi_buf_cstr(&name),
                           &walk->s->text);
    }
    uowi_buf_done(&name);
}

static uow_status row_start(uowi_callwalk *walk)
{
    bool first = true;
    uow_status st = uowi_calltext_open(walk);

    if (st != UOW_OK)
        return st;
    row_columns(walk);
    uowi_buf_reset(&walk->s->text);
    uowi_buf_text(&walk->s->text, walk->routine->function ? "SELECT " : "CALL ");
    if (walk->routine->function) {
        row_select(walk);
        uowi_buf_text(&walk->s->text, " FROM ");
    }
    uowi_calltext_name(walk);
    uowi_buf_char(&walk->s->text, '(');
    for (size_t i = 0; st == UOW_OK && i < walk->routine->parameter_count; i++)
        st = row_argument(walk, i, &first);
    uowi_buf_char(&walk->s->text, ')');
    return st == UOW_OK ? uowi_calltext_start(walk, walk->routine->set) : st;
}

/* A result of the program's own: rows of a set, a composite value, a value nobody asked for by UOW_RETURN. */
static bool row_is_result(const uowi_callwalk *walk)
{
    const uowi_routine *routine = walk->routine;

    if (uowi_stmt_column_count(walk->run.cached->stmt) == 0 || walk->column_count > 0)
        return false;
    return routine->returns_class != UOWI_CLASS_CURSOR && routine->returns_class != UOWI_CLASS_VOID;
}

static uow_status row_cursor(uowi_callwalk *walk, size_t place)
{
    const char *name = uowi_frame_text(&walk->frame, place);

    if (!name)
        return UOW_OK;
    if (!walk->cursors)
        walk->cursors = uowi_arena_alloc(walk->arena,
                                         (walk->column_count + ROW_CURSORS) * sizeof *walk->cursors);
    if (!walk->cursors)
        return uowi_error_no_memory(&walk->s->error);
    if (walk->cursor_count == walk->column_count + ROW_CURSORS)
        return uowi_error_set(&walk->s->error, UOW_LIMIT, "%s returns more than %d cursors", walk->name, ROW_CURSORS);
    walk->cursors[walk->cursor_count++] = name;
    return UOW_OK;
}

/* Every cursor that is among the values of the row. */
static uow_status row_cursors(uowi_callwalk *walk)
{
    uow_status st = UOW_OK;

    for (size_t i = 0; st == UOW_OK && i < walk->routine->parameter_count; i++)
        if (walk->slots[i] == UOWI_SLOT_FILL && uowi_routine_cursor(&walk->routine->parameters[i]))
            st = row_cursor(walk, walk->places[i]);
    return st;
}

/* [resumable] The names a function returns, one a row. */
static uow_status row_names(uowi_callwalk *walk)
{
    uow_status st = uowi_frame_take(&walk->frame, walk->run.cached->stmt, &walk->return_place, 1);

    while (st == UOW_OK) {
        st = row_cursor(walk, walk->return_place);
        if (st == UOW_OK)
            st = uowi_frame_take(&walk->frame, walk->run.cached->stmt, &walk->return_place, 1);
    }
    return st == UOW_END ? UOW_OK : st;
}

/* [resumable] What the statement gave besides results. */
static uow_status row_values(uowi_callwalk *walk)
{
    uow_status st;

    if (walk->routine->returns_class == UOWI_CLASS_CURSOR && walk->column_count == 0)
        return row_names(walk);
    if (walk->column_count == 0 || uowi_stmt_column_count(walk->run.cached->stmt) < walk->column_count)
        return UOW_OK;
    st = uowi_frame_take(&walk->frame, walk->run.cached->stmt, walk->columns, walk->column_count);
    if (st == UOW_PENDING)
        return st;
    if (st == UOW_END)
        return uowi_error_set(&walk->s->error, UOW_DRIVER, "%s gave no row with its values", walk->name);
    return st == UOW_OK ? row_cursors(walk) : st;
}

/* The cursor is closed by the same trip: it would stay open until the transaction ends. */
static uow_status row_fetch(uowi_callwalk *walk)
{
    uowi_session *s = walk->s;
    const char *name = walk->cursors[walk->next++];

    uowi_buf_reset(&s->text);
    uowi_buf_text(&s->text, "FETCH ALL IN ");
    uowi_sql_name(s, name, &s->text);
    uowi_buf_text(&s->text, "; CLOSE ");
    uowi_sql_name(s, name, &s->text);
    walk->param_count = 0;
    return uowi_calltext_start(walk, true);
}

uow_status uowi_callway_row(uowi_callwalk *walk)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(walk->at);
    st = row_start(walk);
    if (st != UOW_OK)
        return st;
    UOWI_AWAIT(walk->at, st, uowi_run_step(&walk->run));
    if (st != UOW_OK)
        return st;
    if (row_is_result(walk))
        UOWI_YIELD(walk->at);
    else
        UOWI_AWAIT(walk->at, st, row_values(walk));
    if (st == UOW_OK && !walk->routine->set)
        walk->affected_rows = uowi_stmt_column_count(walk->run.cached->stmt) ? -1
                                                                             : uowi_stmt_affected(walk->run.cached->stmt);
    st = uowi_run_end(&walk->run, st, -1);
    while (st == UOW_OK && walk->next < walk->cursor_count) {
        st = row_fetch(walk);
        if (st != UOW_OK)
            return st;
        walk->run.plain = walk->run.once = true; /* a name is used once */
        UOWI_AWAIT(walk->at, st, uowi_run_step(&walk->run));
        if (st != UOW_OK)
            return st;
        UOWI_YIELD(walk->at);
        while (st == UOW_OK) {
            if (uowi_stmt_waits(walk->run.cached->stmt))
                UOWI_TURN(walk->at, UOWI_TURN_WORKER);
            st = uowi_stmt_more(walk->run.cached->stmt);
        }
        st = uowi_run_end(&walk->run, st == UOW_END ? UOW_OK : st, -1);
    }
    UOWI_STEP_END
    return st == UOW_OK ? UOW_END : st;
}
