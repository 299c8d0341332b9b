/*
 * Column-wise parameter arrays: inserts by MariaDB's bulk protocol; updates and deletes of a driver whose profile says how
 * it counts them. Nothing comes back but counts.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "odbc/array.h"
#include "work/sqlgen.h"
#include "work/strategy.h"
#include "work/write_params.h"

/* Every row is met by the same text: none may say IS NULL where another has a value. */
static bool array_meets(const uowi_writer *writer, const uowi_change *change)
{
    const uowi_entity *entity = change->entity;

    if (change->write == UOWI_INSERT)
        return true;
    for (size_t i = 0; uowi_change_checks(change) && i < entity->check_count; i++)
        if (entity->columns[entity->checks[i]].ind_offset != UOW_NO_IND && !uowi_session_dialect(writer->s)->null_safe)
            return false;
    return !uowi_write_uncounted(writer->s);
}

/* Every value of a column takes the room of the longest, and all travel as one type. */
static uow_status array_suits(uowi_writer *writer, const uowi_change *change)
{
    if (!uowi_session_caps(writer->s)->param_arrays || !array_meets(writer, change))
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

    if (change->write == UOWI_UPDATE)
        uowi_sql_update(writer->s, change, out);
    else if (change->write == UOWI_DELETE)
        uowi_sql_delete(writer->s, change, out);
    if (change->write != UOWI_INSERT)
        return;
    uowi_sql_insert_into(writer->s, change->entity, change->columns, false, out);
    uowi_buf_text(out, " VALUES ");
    uowi_sql_marks(writer->field_count, out);
}

/* The text names what is set before what is met, as that of one row does. */
static uow_status array_bind(uowi_writer *writer)
{
    return uowi_write_bind_each(writer, uowi_write_as_met);
}

const uowi_strategy uowi_strategy_array = {
    .name = "parameter arrays",
    .suits = array_suits,
    .arrays = true,
    .text = array_text,
    .bind = array_bind,
    .step = uowi_write_many,
};
