/* INSERT of many rows by one VALUES list. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/sqlgen.h"
#include "work/strategy.h"

static uow_status values_suits(uowi_writer *writer, const uowi_change *change)
{
    (void)change;
    if (!uowi_columns_any(&writer->back) || uowi_session_dialect(writer->s)->returning != UOWI_RETURNING_NONE)
        return UOW_OK;
    return UOW_END;
}

static void values_text(uowi_writer *writer, uowi_buf *out)
{
    const uowi_change *change = writer->change;

    uowi_sql_insert_into(writer->s, change->entity, change->columns, writer->answer != UOWI_ANSWER_COUNT, out);
    uowi_buf_text(out, " VALUES ");
    uowi_write_rows(writer, out);
    uowi_write_returning(writer, out);
}

const uowi_strategy uowi_strategy_values = {
    .name = "VALUES",
    .suits = values_suits,
    .text = values_text,
    .step = uowi_write_many,
};
