/* The table of units' rows: a row that is there says that its unit was committed. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "context/unit.h"
#include "work/execute.h"
#include "work/query.h"

static const char standard_columns[] = "unit_id CHAR(36) NOT NULL PRIMARY KEY, begun_at TIMESTAMP NOT NULL";

/* before, the table's name, behind: run as a statement of the library's own, which no hook is asked about. */
static uow_status table_run(uowi_session *s, const char *before, const char *table, const char *behind,
                            const uow_arg *args, size_t arg_count, int64_t *out_affected)
{
    uow_status st;
    uowi_buf sql;

    uowi_buf_init(&sql, s->mem, 0);
    uowi_buf_text(&sql, before);
    uowi_dialect_table_path(uowi_session_dialect(s), uowi_session_caps(s), table, &sql);
    uowi_buf_text(&sql, behind);
    s->quiet = true;
    st = sql.failed ? uowi_error_no_memory(&s->error)
                    : uowi_execute_run(s, uowi_buf_cstr(&sql), args, arg_count, out_affected);
    s->quiet = false;
    uowi_buf_done(&sql);
    return st;
}

uow_status uowi_unit_row_write(uowi_session *s, const char *table, const char *id)
{
    uow_timestamp now = uowi_utc_ago(0);
    uow_arg args[] = {uow_arg_text(id), uow_arg_timestamp(&now)};
    uow_status st = table_run(s, "INSERT INTO ", table, " (unit_id, begun_at) VALUES (?, ?)", args, 2, NULL);

    if (st != UOW_OK)
        uowi_error_frame(&s->error, "While writing the unit's row into %s", table);
    return st;
}

static uow_status table_given(uowi_session *s, const char *table)
{
    return table && *table ? UOW_OK : uowi_error_set(&s->error, UOW_MISUSE, "the table's name is missing");
}

static uow_status table_create(uowi_session *s, const char *table)
{
    const char *columns = uowi_session_dialect(s)->unit_columns;
    uow_status st = table_given(s, table);
    uowi_buf behind;

    if (st != UOW_OK)
        return st;
    if (s->depth > 0)
        return uowi_error_set(&s->error, UOW_MISUSE, "a table is not made inside a unit: some databases would commit it");
    uowi_buf_init(&behind, s->mem, 0);
    uowi_buf_fmt(&behind, " (%s)", columns ? columns : standard_columns);
    st = behind.failed ? uowi_error_no_memory(&s->error)
                       : table_run(s, "CREATE TABLE IF NOT EXISTS ", table, uowi_buf_cstr(&behind), NULL, 0, NULL);
    uowi_buf_done(&behind);
    return st;
}

uow_status uow_unit_table_create_at(const char *where, uow_context *context, const char *table)
{
    uowi_entered in;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_UNIT_TABLE_CREATE, where, &in);

    if (st != UOW_OK)
        return st;
    return uowi_leave(&in, table_create(&context->session, table));
}

static uow_status table_clean(uowi_session *s, const char *table, uint32_t older_than_s, int64_t *out_removed)
{
    uow_timestamp before = uowi_utc_ago(older_than_s);
    uow_arg arg = uow_arg_timestamp(&before);
    uow_status st = table_given(s, table);

    return st == UOW_OK ? table_run(s, "DELETE FROM ", table, " WHERE begun_at < ?", &arg, 1, out_removed) : st;
}

uow_status uow_unit_table_clean_at(const char *where, uow_context *context, const char *table, uint32_t older_than_s,
                                   int64_t *out_removed)
{
    uowi_entered in;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_UNIT_TABLE_CLEAN, where, &in);

    if (st != UOW_OK)
        return st;
    return uowi_leave(&in, table_clean(&context->session, table, older_than_s, out_removed));
}
