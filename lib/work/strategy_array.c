/* INSERT with column-wise parameter arrays: MariaDB's bulk protocol. Nothing comes back from it. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "odbc/array.h"
#include "work/sqlgen.h"
#include "work/strategy.h"

/* Every value of a column takes the room of the longest, and all travel as one type. */
static uow_status array_suits(uowi_writer *writer, const uowi_change *change)
{
    if (!uowi_session_caps(writer->s)->param_arrays)
        return UOW_END;
    for (size_t i = 0; i < writer->field_count; i++) {
        const uow_column *column = &change->entity->columns[writer->fields[i].column];
        uow_type type = column->converter ? column->converter->db_type : column->type;

        if (type == UOW_LONGTEXT || type == UOW_BLOB || type == UOW_UINT64 || type == UOW_DECIMAL ||
            type == UOW_DECIMAL_TEXT || column->size > 4096)
            return UOW_END;
    }
    return UOW_OK;
}

static void array_text(uowi_writer *writer, uowi_buf *out)
{
    const uowi_change *change = writer->change;

    uowi_sql_insert_into(writer->s, change->entity, change->columns, false, out);
    uowi_buf_text(out, " VALUES ");
    uowi_sql_marks(writer->field_count, out);
}

const uowi_strategy uowi_strategy_array = {
    .name = "parameter arrays",
    .suits = array_suits,
    .arrays = true,
    .text = array_text,
    .bind = uowi_write_bind_rows,
    .step = uowi_write_many,
};
