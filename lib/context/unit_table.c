/* The table of units' rows: a row that is there says that its unit was committed. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "context/unit.h"

#include <string.h>

#include "context/method.h"
#include "work/execute.h"
#include "work/query.h"

static const char standard_columns[] = "unit_id CHAR(36) NOT NULL PRIMARY KEY, begun_at TIMESTAMP NOT NULL";

/* A statement of the library's own, which no hook is asked about. */
uow_status uowi_unit_row_write(uowi_session *s, const char *table, const char *id)
{
    uow_timestamp now = uowi_utc_ago(0);
    uow_arg args[] = {uow_arg_text(id), uow_arg_timestamp(&now)};
    uow_status st;
    uowi_buf sql;

    uowi_buf_init(&sql, s->mem, 0);
    uowi_buf_text(&sql, "INSERT INTO ");
    uowi_dialect_table_path(uowi_session_dialect(s), uowi_session_caps(s), table, &sql);
    uowi_buf_text(&sql, " (unit_id, begun_at) VALUES (?, ?)");
    s->quiet = true;
    st = sql.failed ? uowi_error_no_memory(&s->error) : uowi_execute_run(s, uowi_buf_cstr(&sql), args, 2, NULL);
    s->quiet = false;
    uowi_buf_done(&sql);
    if (st != UOW_OK)
        uowi_error_frame(&s->error, "While writing the unit's row into %s", table);
    return st;
}

typedef struct table_call {
    uowi_method_head head;
    const char *table;
    uint32_t older_than_s;
    int64_t *out_removed;
    uow_timestamp before;
    uow_arg arg;
    uowi_execute op;
    uowi_buf sql; /* until the step is over */
} table_call;

static uow_status table_given(const table_call *call)
{
    uowi_session *s = call->head.s;

    return call->table && *call->table ? UOW_OK
                                       : uowi_error_set(&s->error, UOW_MISUSE, "the table's name is missing");
}

/* before, the table's name, behind: a statement of the library's own, which no hook is asked about. */
static uow_status table_text(table_call *call, const char *before, const char *behind)
{
    uowi_session *s = call->head.s;

    uowi_buf_text(&call->sql, before);
    uowi_dialect_table_path(uowi_session_dialect(s), uowi_session_caps(s), call->table, &call->sql);
    uowi_buf_text(&call->sql, behind);
    return call->sql.failed ? uowi_error_no_memory(&s->error) : UOW_OK;
}

static uow_status create_text(table_call *call)
{
    uowi_session *s = call->head.s;
    const char *columns = uowi_session_dialect(s)->unit_columns;
    uow_status st = table_given(call);

    if (st == UOW_OK && s->depth > 0)
        st = uowi_error_set(&s->error, UOW_MISUSE, "a table is not made inside a unit: some databases would commit it");
    if (st == UOW_OK)
        st = table_text(call, "CREATE TABLE IF NOT EXISTS ", " (");
    if (st != UOW_OK)
        return st;
    uowi_buf_text(&call->sql, columns ? columns : standard_columns);
    uowi_buf_text(&call->sql, ")");
    return call->sql.failed ? uowi_error_no_memory(&s->error) : UOW_OK;
}

static uow_status clean_text(table_call *call)
{
    uow_status st = table_given(call);

    call->before = uowi_utc_ago(call->older_than_s);
    call->arg = uow_arg_timestamp(&call->before);
    return st == UOW_OK ? table_text(call, "DELETE FROM ", " WHERE begun_at < ?") : st;
}

static uow_status table_step(table_call *call, uow_status (*text)(table_call *call), size_t arg_count)
{
    uowi_session *s = call->head.s;
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(call->head.at);
    uowi_buf_init(&call->sql, s->mem, 0);
    st = text(call);
    if (st == UOW_OK) {
        uowi_execute_init(&call->op, s, uowi_buf_cstr(&call->sql), &call->arg, arg_count);
        s->quiet = true;
        UOWI_AWAIT(call->head.at, st, uowi_execute_step(&call->op));
        s->quiet = false;
    }
    uowi_buf_done(&call->sql);
    UOWI_STEP_END
    return st;
}

static uow_status create_step(void *self)
{
    return table_step(self, create_text, 0);
}

static uow_status clean_step(void *self)
{
    return table_step(self, clean_text, 1);
}

static void clean_deliver(void *self)
{
    table_call *call = self;

    if (call->out_removed)
        *call->out_removed = call->op.affected;
}

static uow_status create_run(const char *where, uow_context *context, const char *table, uow_op **out_op)
{
    static const uowi_method method = {UOWI_CALL_ID_UNIT_TABLE_CREATE, sizeof(table_call), create_step, NULL, NULL, 0};
    table_call call;

    memset(&call, 0, sizeof call);
    call.table = table;
    return uowi_method_run(&method, context, where, &call, out_op);
}

uow_status uow_unit_table_create_at(const char *where, uow_context *context, const char *table)
{
    return create_run(where, context, table, NULL);
}

uow_status uow_unit_table_create_start_at(const char *where, uow_context *context, const char *table, uow_op **out_op)
{
    return out_op ? create_run(where, context, table, out_op) : UOW_MISUSE;
}

static uow_status clean_run(const char *where, uow_context *context, const char *table, uint32_t older_than_s,
                            int64_t *out_removed, uow_op **out_op)
{
    static const uowi_method method = {UOWI_CALL_ID_UNIT_TABLE_CLEAN, sizeof(table_call), clean_step, clean_deliver,
                                       NULL, 0};
    table_call call;

    memset(&call, 0, sizeof call);
    call.table = table;
    call.older_than_s = older_than_s;
    call.out_removed = out_removed;
    return uowi_method_run(&method, context, where, &call, out_op);
}

uow_status uow_unit_table_clean_at(const char *where, uow_context *context, const char *table, uint32_t older_than_s,
                                   int64_t *out_removed)
{
    return clean_run(where, context, table, older_than_s, out_removed, NULL);
}

uow_status uow_unit_table_clean_start_at(const char *where, uow_context *context, const char *table,
                                         uint32_t older_than_s, int64_t *out_removed, uow_op **out_op)
{
    return out_op ? clean_run(where, context, table, older_than_s, out_removed, out_op) : UOW_MISUSE;
}
