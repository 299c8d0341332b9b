/* DELETE of many rows by a list of keys and versions. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/sqlgen.h"
#include "work/strategy.h"

/* A decimal would be compared with text as a double. */
static uow_status in_suits(uowi_writer *writer, const uowi_change *change)
{
    for (size_t i = 0; i < writer->where_count; i++) {
        const uow_column *column = &change->entity->columns[writer->fields[i].column];

        if (column->converter || column->type == UOW_DECIMAL || column->type == UOW_DECIMAL_TEXT)
            return UOW_END;
    }
    return uowi_write_is_list(writer) ? UOW_OK : UOW_END;
}

static void in_text(uowi_writer *writer, uowi_buf *out)
{
    uowi_buf_text(out, "DELETE FROM ");
    uowi_sql_table(writer->s, writer->change->entity, out);
    uowi_buf_text(out, " WHERE ");
    uowi_write_identity(writer, out);
    uowi_buf_text(out, " IN (");
    uowi_write_rows(writer, out);
    uowi_buf_char(out, ')');
}

const uowi_strategy uowi_strategy_in = {
    .name = "IN",
    .suits = in_suits,
    .text = in_text,
    .step = uowi_write_many,
};
