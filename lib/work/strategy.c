#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/strategy.h"

#include <stdio.h>

#include "work/sqlgen.h"

static const uowi_strategy *const strategies[UOWI_WAY_COUNT] = {
    [UOWI_WAY_ROW] = &uowi_strategy_row,       [UOWI_WAY_VALUES] = &uowi_strategy_values,
    [UOWI_WAY_ARRAY] = &uowi_strategy_array,   [UOWI_WAY_UNNEST] = &uowi_strategy_unnest,
    [UOWI_WAY_WITH] = &uowi_strategy_with,     [UOWI_WAY_JOIN] = &uowi_strategy_join,
    [UOWI_WAY_IN] = &uowi_strategy_in,
};

const uowi_strategy *uowi_strategy_of(uowi_way way)
{
    return strategies[way];
}

void uowi_write_field_name(size_t field, uowi_buf *out)
{
    uowi_buf_text(out, "uow_");
    uowi_buf_uint(out, field);
}

void uowi_write_rows(const uowi_writer *writer, uowi_buf *out)
{
    for (size_t i = 0; i < writer->batch.count; i++) {
        uowi_buf_text(out, i ? ", " : "");
        uowi_sql_marks(writer->field_count, out);
    }
}

static const uow_column *text_column(const uowi_writer *writer, size_t field)
{
    return &writer->change->entity->columns[writer->fields[field].column];
}

void uowi_write_qualified(uowi_writer *writer, size_t field, uowi_buf *out)
{
    uowi_sql_name(writer->s, writer->change->entity->table, out);
    uowi_buf_char(out, '.');
    uowi_sql_name(writer->s, text_column(writer, field)->name, out);
}

void uowi_write_match(uowi_writer *writer, uowi_buf *out)
{
    char value[32];

    for (size_t i = 0; i < writer->where_count; i++) {
        uowi_buf_text(out, i ? " AND " : "");
        uowi_write_qualified(writer, i, out);
        (void)snprintf(value, sizeof value, "v.uow_%zu", i);
        uowi_sql_same(writer->s, text_column(writer, i), value, out);
    }
}

void uowi_write_set(uowi_writer *writer, bool qualified, uowi_buf *out)
{
    for (size_t i = writer->where_count; i < writer->field_count; i++) {
        uowi_buf_text(out, i > writer->where_count ? ", " : "");
        if (qualified)
            uowi_write_qualified(writer, i, out);
        else
            uowi_sql_name(writer->s, text_column(writer, i)->name, out);
        uowi_buf_text(out, " = v.");
        uowi_write_field_name(i, out);
    }
}

bool uowi_write_is_list(const uowi_writer *writer)
{
    for (size_t i = 0; i < writer->where_count; i++)
        if (!uowi_sql_is_plain(writer->s, text_column(writer, i)))
            return false;
    return true;
}

void uowi_write_identity(uowi_writer *writer, uowi_buf *out)
{
    if (writer->where_count > 1)
        uowi_buf_char(out, '(');
    for (size_t i = 0; i < writer->where_count; i++) {
        uowi_buf_text(out, i ? ", " : "");
        uowi_sql_name(writer->s, text_column(writer, i)->name, out);
    }
    if (writer->where_count > 1)
        uowi_buf_char(out, ')');
}

void uowi_write_returning(uowi_writer *writer, uowi_buf *out)
{
    if (writer->answer == UOWI_ANSWER_COUNT)
        return;
    uowi_buf_text(out, " RETURNING ");
    uowi_sql_read_list(writer->s, writer->change->entity, &writer->returned, out);
}
