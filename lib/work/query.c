#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/query.h"

#include <string.h>

#include "base/options.h"
#include "flow/step.h"
#include "work/sqlgen.h"

uow_status uowi_query_options(uowi_session *s, const uow_query_options *given, uow_query_options *out)
{
    static const uow_query_options defaults = UOW_QUERY_OPTIONS_INIT;

    *out = defaults;
    if (!given)
        return UOW_OK;
    if (!uowi_options_copy(out, sizeof *out, given, given->struct_size))
        return uowi_error_set(&s->error, UOW_MISUSE,
                              "the query options have no struct_size, or use fields this library does not know");
    if ((unsigned)out->tracking > UOW_NO_TRACKING_IDENTITY)
        return uowi_error_set(&s->error, UOW_MISUSE, "%u is no uow_tracking", (unsigned)out->tracking);
    if (out->flags & ~(UOW_REFRESH | UOW_BOUNDED))
        return uowi_error_set(&s->error, UOW_MISUSE, "a query does not know the flags 0x%x", (unsigned)out->flags);
    return UOW_OK;
}

static bool query_tracks(const uowi_query *op)
{
    return op->list->tracking == UOW_TRACKED;
}

/*
 * The engine of a polled query must not touch the tracker, and changing threads for every block would cost more than
 * the rows: they are read into copies, and tracked all at once.
 */
static uow_status query_lists(uowi_query *op)
{
    const uowi_entity *entity = op->select.entity;
    uow_tracking tracking = op->kind == UOWI_QUERY_LIST ? op->select.options.tracking : UOW_TRACKED;
    uow_status st = uowi_list_create(op->s, entity, tracking, &op->list);

    op->read = op->list;
    if (st == UOW_OK && op->s->polled && query_tracks(op))
        st = uowi_list_create(op->s, entity, UOW_NO_TRACKING, &op->read);
    return st;
}

static uow_status query_start(uowi_query *op)
{
    uowi_session *s = op->s;
    uow_status st;

    if (op->kind != UOWI_QUERY_LIST && !op->select.entity->tracked)
        return uowi_error_set(&s->error, UOW_MISUSE, "%s is keyless: read it by uow_query, which gives copies",
                              op->select.entity->name);
    if (op->kind != UOWI_QUERY_LIST) {
        op->stop_after = op->kind == UOWI_QUERY_SINGLE ? 2 : 1;
        op->select.options.limit = op->stop_after;
    }
    st = query_lists(op);
    return st == UOW_OK ? uowi_reader_start(&op->reader, s, &op->select) : st;
}

static bool query_goes_on(const uowi_query *op)
{
    return op->stop_after == 0 || op->read->count < op->stop_after;
}

static uow_status query_append(uowi_query *op, uow_list *list, void *image)
{
    return uowi_list_append(op->s, list, image, (op->select.options.flags & UOW_REFRESH) != 0);
}

/* Copies the rows that came with the first of their block. Long values are counted against the limit one by one. */
static uow_status query_append_rest(uowi_query *op)
{
    bool whole = op->read->tracking == UOW_NO_TRACKING && !op->read->entity->has_long;
    size_t count = 0;
    const void *first = whole ? uowi_reader_rest(&op->reader, &count) : NULL;

    return first ? uowi_list_append_block(op->s, op->read, first, count, op->reader.stride) : UOW_OK;
}

/* On the caller's turn. */
static uow_status query_track(uowi_query *op)
{
    uow_status st = UOW_OK;

    for (size_t i = 0; st == UOW_OK && i < op->read->count; i++)
        st = query_append(op, op->list, uow_list_at(op->read, i));
    if (st != UOW_OK)
        uowi_error_entity(&op->s->error, op->select.entity->name);
    return st;
}

static uow_status query_pick(uowi_query *op)
{
    uow_error *error = &op->s->error;
    const char *name = op->select.entity->name;
    uow_status st = UOW_OK;

    if (op->list->count == 0)
        st = uowi_error_set(error, UOW_NOT_FOUND, "no row of %s meets that condition", name);
    else if (op->list->count > 1)
        st = uowi_error_set(error, UOW_NOT_UNIQUE, "the query on %s met more than one row", name);
    else
        op->instance = op->list->items[0];
    if (st != UOW_OK)
        uowi_error_entity(error, name);
    return st;
}

/* Frees what is not an answer. */
static uow_status query_end(uowi_query *op, uow_status st)
{
    if (op->read != op->list)
        uow_list_free(op->read);
    op->read = NULL;
    if (st == UOW_OK && op->kind != UOWI_QUERY_LIST)
        st = query_pick(op);
    if (st == UOW_OK && op->kind == UOWI_QUERY_LIST)
        return st;
    uow_list_free(op->list);
    op->list = NULL;
    return st;
}

uow_status uowi_query_step(uowi_query *op)
{
    uow_status st = UOW_OK;
    void *image = NULL;

    UOWI_STEP_BEGIN(op->at);
    st = query_start(op);
    if (st == UOW_OK)
        UOWI_AWAIT(op->at, st, uowi_reader_open(&op->reader));
    while (st == UOW_OK && query_goes_on(op)) {
        UOWI_AWAIT(op->at, st, uowi_reader_next(&op->reader, &image));
        if (st == UOW_OK)
            st = query_append(op, op->read, image);
        if (st == UOW_OK)
            st = query_append_rest(op);
    }
    st = uowi_reader_end(&op->reader, st == UOW_END ? UOW_OK : st);
    if (st == UOW_OK && op->read != op->list) {
        UOWI_TURN(op->at, UOWI_TURN_CALLER);
        st = query_track(op);
    }
    st = query_end(op, st);
    UOWI_STEP_END
    return st;
}

/* Is there a row? Where no page can be asked for, counting to 1 would count all: the first row is looked at instead. */
static void count_text(uowi_session *s, const uowi_select *select, uowi_buf *out)
{
    const uowi_dialect *dialect = uowi_session_dialect(s);
    uowi_paging paging = uowi_dialect_paging(dialect, uowi_session_caps(s));
    bool first = select->options.limit == 1 && paging == UOWI_PAGING_NONE;
    bool ordered;

    /* A derived table, so that an ORDER BY in the condition does no harm. */
    uowi_buf_text(out, first ? "SELECT 1 AS one FROM " : "SELECT COUNT(*) FROM (SELECT 1 AS one FROM ");
    uowi_dialect_table(dialect, uowi_session_caps(s), select->entity->schema, select->entity->table, out);
    ordered = uowi_sql_condition(dialect, select->condition, out);
    if (ordered && select->options.limit == 0 && paging == UOWI_PAGING_OFFSET_FETCH)
        uowi_buf_text(out, " OFFSET 0 ROWS"); /* SQL Server orders a derived table only for the sake of a page */
    uowi_dialect_page(paging, select->options.limit, select->options.offset, ordered, out);
    uowi_buf_text(out, first ? "" : ") uow_q");
}

static uow_status count_start(uowi_count_rows *op)
{
    uowi_session *s = op->s;
    uowi_buf program;
    uow_status st;

    if (!op->select.entity->table)
        return uowi_error_set(&s->error, UOW_MISUSE, "%s has no table: count its rows in a statement of your own",
                              op->select.entity->name);
    uowi_buf_init(&program, s->mem, 0);
    count_text(s, &op->select, &program);
    uowi_buf_reset(&s->text);
    st = program.failed ? uowi_error_no_memory(&s->error)
                        : uowi_run_parse(s, uowi_buf_cstr(&program), op->select.args, op->select.arg_count,
                                         &op->params, &op->param_count);
    uowi_buf_done(&program);
    if (st == UOW_OK)
        st = uowi_run_start(&op->run, s, s->text.data, s->text.length, op->params, op->param_count, true);
    return st;
}

static uow_status count_end(uowi_count_rows *op, uow_status st)
{
    uowi_dynrow_free(op->row);
    op->row = NULL;
    if (op->run.cached && st != UOW_OK && st != UOW_END)
        uowi_error_statement(&op->s->error, op->run.cached->sql);
    if (st != UOW_OK && st != UOW_END)
        uowi_reader_blame(op->s, op->select.entity, st);
    return uowi_run_end(&op->run, st == UOW_END ? UOW_OK : st, st == UOW_OK ? 1 : 0);
}

uow_status uowi_count_step(uowi_count_rows *op)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(op->at);
    st = count_start(op);
    if (st == UOW_OK)
        UOWI_AWAIT(op->at, st, uowi_run_step(&op->run));
    if (st == UOW_OK)
        st = uowi_dynrow_open(op->run.cached->stmt, &op->row);
    if (st == UOW_OK)
        UOWI_AWAIT(op->at, st, uowi_dynrow_next(op->row));
    if (st == UOW_OK)
        st = uowi_dynrow_int64(op->row, 0, &op->count);
    st = count_end(op, st);
    UOWI_STEP_END
    return st;
}
