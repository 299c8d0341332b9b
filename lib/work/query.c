#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/query.h"

#include <string.h>

#include "base/options.h"
#include "flow/step.h"
#include "odbc/dynrow.h"
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

/* Reading everything into a list, or the first rows only. */
typedef struct query_op {
    int at;
    uowi_session *s;
    const uowi_select *select;
    uowi_reader reader;
    uow_list *list;
    size_t stop_after; /* rows; 0: all */
} query_op;

static uow_status query_step(void *self)
{
    query_op *op = self;
    bool refresh = (op->select->options.flags & UOW_REFRESH) != 0;
    uow_status st = UOW_OK;
    void *image = NULL;

    UOWI_STEP_BEGIN(op->at);
    st = uowi_reader_start(&op->reader, op->s, op->select);
    if (st != UOW_OK)
        return st;
    UOWI_AWAIT(op->at, st, uowi_reader_open(&op->reader));
    while (st == UOW_OK && (op->stop_after == 0 || op->list->count < op->stop_after)) {
        UOWI_AWAIT(op->at, st, uowi_reader_next(&op->reader, &image));
        if (st == UOW_OK)
            st = uowi_list_append(op->s, op->list, image, refresh);
    }
    UOWI_STEP_END
    return st == UOW_END ? UOW_OK : st;
}

static uow_status query_run(uowi_session *s, const uowi_select *select, uow_tracking tracking, size_t stop_after,
                            uow_list **out_list)
{
    query_op op = {0, s, select, {0}, NULL, stop_after};
    uow_status st = uowi_list_create(s, select->entity, tracking, &op.list);

    if (st != UOW_OK)
        return st;
    st = uowi_step_run(query_step, &op);
    st = uowi_reader_end(&op.reader, st);
    if (st != UOW_OK) {
        uow_list_free(op.list);
        return st;
    }
    *out_list = op.list;
    return UOW_OK;
}

uow_status uowi_query_list(uowi_session *s, const uowi_select *select, uow_list **out_list)
{
    return query_run(s, select, select->options.tracking, 0, out_list);
}

uow_status uowi_query_one(uowi_session *s, const uowi_select *select, bool at_most_one, void **out_instance)
{
    uowi_select limited = *select;
    uow_list *list = NULL;
    uow_status st;

    if (!select->entity->tracked)
        return uowi_error_set(&s->error, UOW_MISUSE, "%s is keyless: read it by uow_query, which gives copies",
                              select->entity->name);
    limited.options.limit = at_most_one ? 2 : 1;
    st = query_run(s, &limited, UOW_TRACKED, at_most_one ? 2 : 1, &list);
    if (st != UOW_OK)
        return st;
    if (list->count == 0)
        st = uowi_error_set(&s->error, UOW_NOT_FOUND, "no row of %s meets that condition", select->entity->name);
    else if (list->count > 1)
        st = uowi_error_set(&s->error, UOW_NOT_UNIQUE, "the query on %s met more than one row", select->entity->name);
    else
        *out_instance = list->items[0];
    if (st != UOW_OK)
        uowi_error_entity(&s->error, select->entity->name);
    uow_list_free(list);
    return st;
}

/* One number out of a statement of ours wrapped around the program's condition. */
typedef struct scalar_op {
    int at;
    uowi_session *s;
    uowi_run run;
    uowi_param *params;
    size_t param_count;
    uowi_dynrow *row;
    int64_t value;
} scalar_op;

static uow_status scalar_step(void *self)
{
    scalar_op *op = self;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(op->at);
    UOWI_AWAIT(op->at, st, uowi_run_step(&op->run));
    if (st == UOW_OK)
        st = uowi_dynrow_open(op->run.cached->stmt, &op->row);
    if (st != UOW_OK)
        return st;
    UOWI_AWAIT(op->at, st, uowi_dynrow_next(op->row));
    if (st == UOW_OK)
        st = uowi_dynrow_int64(op->row, 0, &op->value);
    UOWI_STEP_END
    return st;
}

static uow_status scalar_run(uowi_session *s, const uowi_buf *program, const uow_arg *args, size_t arg_count,
                             int64_t *out_value)
{
    scalar_op op = {0, s, {0}, NULL, 0, NULL, 0};
    uow_status st;

    if (program->failed)
        return uowi_error_no_memory(&s->error);
    uowi_buf_reset(&s->text);
    st = uowi_run_parse(s, uowi_buf_cstr(program), args, arg_count, &op.params, &op.param_count);
    if (st == UOW_OK)
        st = uowi_run_start(&op.run, s, s->text.data, s->text.length, op.params, op.param_count, true);
    if (st == UOW_OK)
        st = uowi_step_run(scalar_step, &op);
    uowi_dynrow_free(op.row);
    if (op.run.cached && st != UOW_OK && st != UOW_END)
        uowi_error_statement(&s->error, op.run.cached->sql);
    if (st == UOW_OK)
        *out_value = op.value;
    return uowi_run_end(&op.run, st == UOW_END ? UOW_OK : st, st == UOW_OK ? 1 : 0);
}

static uow_status query_has_table(uowi_session *s, const uowi_entity *entity)
{
    if (entity->table)
        return UOW_OK;
    return uowi_error_set(&s->error, UOW_MISUSE, "%s has no table: count its rows in a statement of your own",
                          entity->name);
}

uow_status uowi_query_count(uowi_session *s, const uowi_select *select, int64_t *out_count)
{
    uow_status st = query_has_table(s, select->entity);
    uowi_buf program;
    bool ordered;

    if (st != UOW_OK)
        return st;
    uowi_buf_init(&program, s->mem, 0);
    /* A derived table, so that an ORDER BY in the condition does no harm. */
    uowi_buf_text(&program, "SELECT COUNT(*) FROM (SELECT 1 AS one FROM ");
    uowi_dialect_table(uowi_session_dialect(s), uowi_session_caps(s), select->entity->schema, select->entity->table,
                       &program);
    ordered = uowi_sql_condition(uowi_session_dialect(s), select->condition, &program);
    uowi_dialect_page(uowi_session_dialect(s), select->options.limit, select->options.offset, ordered, &program);
    uowi_buf_text(&program, ") uow_q");
    st = scalar_run(s, &program, select->args, select->arg_count, out_count);
    uowi_buf_done(&program);
    return st;
}

uow_status uowi_query_exists(uowi_session *s, const uowi_select *select, int *out_exists)
{
    uowi_select limited = *select;
    int64_t count = 0;
    uow_status st;

    limited.options.limit = 1;
    st = uowi_query_count(s, &limited, &count);
    if (st == UOW_OK)
        *out_exists = count > 0;
    return st;
}
