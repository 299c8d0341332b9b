/* UPDATE joined with a derived table: MariaDB, which has no UPDATE .. RETURNING. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/sqlgen.h"
#include "work/strategy.h"

static uow_type join_type(const uow_column *column)
{
    return column->converter ? column->converter->db_type : column->type;
}

/*
 * A column of the derived table has one type for all its rows. Decimals of 38 digits with different scales have none
 * that holds them all (the server cuts to 65 digits in silence), unsigned 64-bit values above 2^63 travel as decimals;
 * keys of other types than these would be compared by another rule than a column with a parameter is.
 */
static uow_status join_suits(uowi_writer *writer, const uowi_change *change)
{
    for (size_t i = 0; i < writer->field_count; i++) {
        uow_type type = join_type(&change->entity->columns[writer->fields[i].column]);

        if (type == UOW_DECIMAL || type == UOW_DECIMAL_TEXT || type == UOW_UINT64)
            return UOW_END;
        if (i < writer->where_count && !uowi_type_is_integer(type))
            return UOW_END;
    }
    return UOW_OK;
}

/* A parameter is a CHAR, which loses spaces at its end, bytes 0x20 too: one value of the column has to be of another type. */
static const char *join_first(const uowi_writer *writer, size_t field)
{
    switch (join_type(&writer->change->entity->columns[writer->fields[field].column])) {
    case UOW_TEXT:
    case UOW_LONGTEXT: return "CONCAT(?, '')";
    case UOW_BINARY:
    case UOW_BLOB: return "CAST(? AS BINARY)";
    default: return "?";
    }
}

/* WITH v AS (VALUES ..) would take the types of the first row; UNION ALL takes those of all. */
static void join_rows(const uowi_writer *writer, uowi_buf *out)
{
    for (size_t row = 0; row < writer->batch.count; row++) {
        uowi_buf_text(out, row ? " UNION ALL SELECT " : "SELECT ");
        for (size_t i = 0; i < writer->field_count; i++) {
            uowi_buf_text(out, i ? ", " : "");
            uowi_buf_text(out, row ? "?" : join_first(writer, i));
            if (row > 0)
                continue;
            uowi_buf_text(out, " AS ");
            uowi_write_field_name(i, out);
        }
    }
}

static void join_text(uowi_writer *writer, uowi_buf *out)
{
    uowi_buf_text(out, "UPDATE ");
    uowi_sql_table(writer->s, writer->change->entity, out);
    uowi_buf_text(out, " JOIN (");
    join_rows(writer, out);
    uowi_buf_text(out, ") v ON ");
    uowi_write_match(writer, out);
    uowi_buf_text(out, " SET ");
    uowi_write_set(writer, true, out);
}

const uowi_strategy uowi_strategy_join = {
    .name = "JOIN",
    .suits = join_suits,
    .text = join_text,
    .step = uowi_write_many,
};
