/* INSERT, UPDATE and DELETE with one array literal per column: PostgreSQL. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "odbc/literal.h"
#include "work/ask.h"
#include "work/coltypes.h"
#include "work/sqlgen.h"
#include "work/strategy.h"
#include "work/write_params.h"

#define UNNEST_MANY 1000 /* changes of one statement: where there are more, their table is worth a question */
#define UNNEST_FEW 1000 /* rows expected in a table, below which it is read as a whole */

static uow_status unnest_expected(uowi_dynrow *row, void *user)
{
    bool *few = user;
    int64_t rows = 0;
    uow_status st = uowi_dynrow_is_null(row, 0) ? UOW_END : uowi_dynrow_int64(row, 0, &rows);

    if (st == UOW_OK)
        *few = rows < UNNEST_FEW;
    return st;
}

/* Once per table of a save. */
static uow_status unnest_ask(uowi_writer *writer, const uowi_entity *entity)
{
    const char *sql = uowi_session_dialect(writer->s)->expected_rows_sql;
    uow_status st = UOW_OK;
    bool few = false;

    if (!sql || writer->plan->count <= UNNEST_MANY || writer->expects == entity)
        return UOW_OK;
    st = uowi_ask_table(writer->s, sql, false, entity, unnest_expected, &few);
    if (st != UOW_OK && st != UOW_END)
        return st;
    if (few != writer->expects_few)
        writer->shape = NULL; /* the text is another */
    writer->expects = entity;
    writer->expects_few = few;
    return UOW_OK;
}

/* An insert could do without the question for types: it is worth it for many, whose values then are not parsed one by one. */
static bool unnest_inserts(const uowi_writer *writer, const uowi_change *change)
{
    return writer->plan->count > UNNEST_MANY && !change->entity->has_long && writer->field_count > 0;
}

/* An array of arrays has no type of its own: its rows would melt into one long list. */
static uow_status unnest_suits(uowi_writer *writer, const uowi_change *change)
{
    uow_status st;

    if (change->write == UOWI_INSERT && !unnest_inserts(writer, change))
        return UOW_END;
    st = uowi_coltypes_of(writer->s, change->entity, &writer->types);
    for (size_t i = 0; st == UOW_OK && i < writer->field_count; i++) {
        const char *type = writer->types[writer->fields[i].column];

        if (!type || strchr(type, '['))
            st = UOW_END;
    }
    return st == UOW_OK && change->write != UOWI_INSERT ? unnest_ask(writer, change->entity) : st;
}

/* "unnest(?::bigint[], ..) AS w(uow_0, ..)" */
static void unnest_list(uowi_writer *writer, uowi_buf *out)
{
    for (size_t i = 0; i < writer->field_count; i++)
        uowi_buf_fmt(out, "%s?::%s[]", i ? ", " : "unnest(", writer->types[writer->fields[i].column]);
    uowi_buf_text(out, ") AS w(");
    for (size_t i = 0; i < writer->field_count; i++) {
        uowi_buf_text(out, i ? ", " : "");
        uowi_write_field_name(i, out);
    }
    uowi_buf_char(out, ')');
}

/*
 * Beside the rows stands a function that gives none, of which the planner expects a hundred. For the rows it expects
 * ten, whatever they are; where it also takes the table for empty (vacuumed while it was, and filled since) it compares
 * each row of the table with each of these: half a minute for a batch among a hundred thousand rows, where this way it
 * hashes them in a twentieth of a second. With true statistics it goes by the index either way.
 * A NULL out of an array is no domain's business, unlike a plain one.
 */
static void unnest_rows(uowi_writer *writer, uowi_buf *out)
{
    uowi_buf_text(out, "(SELECT * FROM ");
    unnest_list(writer, out);
    for (size_t i = 0; i < writer->field_count; i++)
        uowi_buf_fmt(out, "%s(NULL::%s[])[1]", i ? ", " : " UNION ALL SELECT ", writer->types[writer->fields[i].column]);
    uowi_buf_text(out, " FROM json_array_elements('[]'))");
}

/* Where it takes the table for empty, the rows have a name, by which their keys are told apart. */
static void unnest_begin(uowi_writer *writer, uowi_buf *out)
{
    if (!writer->expects_few)
        return;
    uowi_buf_text(out, "WITH v AS ");
    unnest_rows(writer, out);
    uowi_buf_char(out, ' ');
}

static void unnest_from(uowi_writer *writer, uowi_buf *out)
{
    if (!writer->expects_few)
        unnest_rows(writer, out);
    uowi_buf_text(out, writer->expects_few ? "v" : " AS v");
}

/* By the keys as a list it goes by the index even so: a tenth more than row by row, where the statistics are true. */
static void unnest_where(uowi_writer *writer, uowi_buf *out)
{
    uowi_buf_text(out, " WHERE ");
    uowi_write_match(writer, out);
    if (!writer->expects_few)
        return;
    uowi_buf_text(out, " AND ");
    uowi_write_qualified(writer, 0, out);
    uowi_buf_text(out, " = ANY (ARRAY(SELECT ");
    uowi_write_field_name(0, out);
    uowi_buf_text(out, " FROM v))");
}

static void unnest_insert(uowi_writer *writer, uowi_buf *out)
{
    uowi_sql_insert_into(writer->s, writer->change->entity, writer->change->columns,
                         writer->answer != UOWI_ANSWER_COUNT, out);
    uowi_buf_text(out, " SELECT * FROM ");
    unnest_list(writer, out);
}

static void unnest_update(uowi_writer *writer, uowi_buf *out)
{
    uowi_buf_text(out, "UPDATE ");
    uowi_sql_table(writer->s, writer->change->entity, out);
    uowi_buf_text(out, " SET ");
    uowi_write_set(writer, false, out);
    uowi_buf_text(out, " FROM ");
    unnest_from(writer, out);
    unnest_where(writer, out);
}

static void unnest_delete(uowi_writer *writer, uowi_buf *out)
{
    uowi_buf_text(out, "DELETE FROM ");
    uowi_sql_table(writer->s, writer->change->entity, out);
    uowi_buf_text(out, " USING ");
    unnest_from(writer, out);
    unnest_where(writer, out);
}

static void unnest_text(uowi_writer *writer, uowi_buf *out)
{
    if (writer->change->write == UOWI_INSERT) {
        unnest_insert(writer, out);
        uowi_write_returning(writer, out);
        return;
    }
    unnest_begin(writer, out);
    if (writer->change->write == UOWI_UPDATE)
        unnest_update(writer, out);
    else
        unnest_delete(writer, out);
    uowi_write_returning(writer, out);
}

static uow_status unnest_element(uowi_writer *writer, const uowi_field *field, size_t row)
{
    const uowi_change *change = &writer->plan->changes[writer->batch.first + row];
    uow_status st;

    uowi_write_restart(writer);
    st = uowi_write_field(writer, change, field);
    if (st == UOW_OK)
        st = uowi_literal_element(writer->s->conn, &writer->params[0], row == 0, &writer->literal);
    if (st != UOW_OK)
        writer->culprit = writer->batch.first + row;
    return st;
}

/* All literals stand one after another in one buffer; parameters point into it once it has stopped growing. */
static uow_status unnest_bind(uowi_writer *writer)
{
    size_t *ends = uowi_arena_alloc(&writer->s->scratch, writer->field_count * sizeof *ends);
    size_t from = 0;
    uow_status st = ends ? UOW_OK : uowi_error_no_memory(&writer->s->error);

    uowi_buf_reset(&writer->literal);
    for (size_t i = 0; st == UOW_OK && i < writer->field_count; i++) {
        uowi_buf_char(&writer->literal, '{');
        for (size_t row = 0; st == UOW_OK && row < writer->batch.count; row++)
            st = unnest_element(writer, &writer->fields[i], row);
        uowi_buf_char(&writer->literal, '}');
        ends[i] = writer->literal.length;
    }
    if (st == UOW_OK && writer->literal.failed)
        st = uowi_error_no_memory(&writer->s->error);
    for (size_t i = 0; st == UOW_OK && i < writer->field_count; i++) {
        writer->params[i] = (uowi_param){.type = UOW_LONGTEXT, .data = writer->literal.data + from,
                                         .size = ends[i] - from};
        from = ends[i];
    }
    writer->param_count = writer->field_count;
    return st;
}

const uowi_strategy uowi_strategy_unnest = {
    .name = "unnest",
    .suits = unnest_suits,
    .by_column = true,
    .text = unnest_text,
    .bind = unnest_bind,
    .step = uowi_write_many,
};
