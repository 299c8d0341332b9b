/* UPDATE and DELETE against a list of rows in a WITH clause: SQLite, whose driver shows RETURNING only then. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/sqlgen.h"
#include "work/strategy.h"

/* NULL is in no list. */
static uow_status with_suits(uowi_writer *writer, const uowi_change *change)
{
    return change->write == UOWI_UPDATE || uowi_write_is_list(writer) ? UOW_OK : UOW_END;
}

static void with_fields(const uowi_writer *writer, uowi_buf *out)
{
    for (size_t i = 0; i < writer->field_count; i++) {
        uowi_buf_text(out, i ? ", " : "");
        uowi_write_field_name(i, out);
    }
}

/* A plain (key, version) IN ((?, ?), ..) uses no index there; IN (SELECT .. FROM v) does. */
static void with_delete(uowi_writer *writer, uowi_buf *out)
{
    uowi_buf_text(out, "DELETE FROM ");
    uowi_sql_table(writer->s, writer->change->entity, out);
    uowi_buf_text(out, " WHERE ");
    uowi_write_identity(writer, out);
    uowi_buf_text(out, " IN (SELECT ");
    with_fields(writer, out);
    uowi_buf_text(out, " FROM v)");
}

static void with_update(uowi_writer *writer, uowi_buf *out)
{
    uowi_buf_text(out, "UPDATE ");
    uowi_sql_table(writer->s, writer->change->entity, out);
    uowi_buf_text(out, " SET ");
    uowi_write_set(writer, false, out);
    uowi_buf_text(out, " FROM v WHERE ");
    uowi_write_match(writer, out);
}

static void with_text(uowi_writer *writer, uowi_buf *out)
{
    uowi_buf_text(out, "WITH v(");
    with_fields(writer, out);
    uowi_buf_text(out, ") AS (VALUES ");
    uowi_write_rows(writer, out);
    uowi_buf_text(out, ") ");
    if (writer->change->write == UOWI_UPDATE)
        with_update(writer, out);
    else
        with_delete(writer, out);
    uowi_write_returning(writer, out);
}

const uowi_strategy uowi_strategy_with = {
    .name = "WITH VALUES",
    .suits = with_suits,
    .returns = true,
    .text = with_text,
    .step = uowi_write_many,
};
