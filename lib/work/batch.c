#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/batch.h"

#include <string.h>

#include "base/usual.h"
#include "work/strategy.h"
#include "work/write_params.h"

/* Long values of one statement: far below the packet sizes servers refuse (MariaDB: 16 MB). */
#define BATCH_LONG_BYTES ((size_t)1 << 20)

static unsigned batch_bit(const uowi_change *change)
{
    switch (change->write) {
    case UOWI_INSERT: return UOWI_WRITES_INSERT;
    case UOWI_UPDATE: return UOWI_WRITES_UPDATE;
    default: return UOWI_WRITES_DELETE;
    }
}

static size_t batch_long_bytes(const uowi_change *change)
{
    size_t bytes = 0;

    for (size_t i = 0; i < change->entity->column_count; i++) {
        const uow_column *column = &change->entity->columns[i];
        uow_blob value; /* uow_text has the same shape */

        if ((column->type != UOW_LONGTEXT && column->type != UOW_BLOB) || uowi_member_is_null(column, change->image))
            continue;
        memcpy(&value, (const char *)change->image + column->offset, sizeof value);
        bytes += value.length;
    }
    return bytes;
}

/* How many changes from first on are alike, at most `most`. */
static size_t batch_run(const uowi_writer *writer, size_t first, size_t most)
{
    const uowi_change *changes = writer->plan->changes;
    bool measured = changes[first].entity->has_long && changes[first].write != UOWI_DELETE;
    size_t bytes = measured ? batch_long_bytes(&changes[first]) : 0;
    size_t count = 1;

    if (UOWI_RARE(writer->marks[first] & UOWI_MARK_ALONE))
        return 1;
    while (count < most && first + count < writer->plan->count) {
        size_t next = first + count;

        if (writer->marks[next] & UOWI_MARK_ALONE || !uowi_change_alike(&changes[first], &changes[next]))
            break;
        if (measured)
            bytes += batch_long_bytes(&changes[next]);
        if (bytes > BATCH_LONG_BYTES)
            break;
        count++;
    }
    return count;
}

static size_t batch_most(const uowi_way_rule *ways, unsigned bit)
{
    size_t most = 1;

    for (; ways && ways->way != UOWI_WAY_ROW; ways++)
        if (ways->writes & bit && ways->most > most)
            most = ways->most;
    return most;
}

static bool batch_has_times(const uowi_writer *writer)
{
    for (size_t i = 0; i < writer->field_count; i++) {
        const uow_column *column = &writer->change->entity->columns[writer->fields[i].column];
        uow_type type = column->converter ? column->converter->db_type : column->type;

        if (type >= UOW_DATE && type <= UOW_TIMESTAMPTZ)
            return true;
    }
    return false;
}

/* Rows of one statement by this rule; 0: not by this one. */
static size_t batch_rows(const uowi_writer *writer, const uowi_way_rule *rule, const uowi_strategy *strategy,
                         size_t run)
{
    const uowi_caps *caps = uowi_session_caps(writer->s);
    size_t ceiling = uowi_session_dialect(writer->s)->max_parameters;
    size_t rows = run < rule->most ? run : rule->most;

    if (!(rule->writes & batch_bit(writer->change)) || run < rule->least || writer->field_count == 0)
        return 0;
    if (uowi_columns_any(&writer->back) && (!rule->back || !uowi_write_returns(writer)))
        return 0;
    if (strategy->arrays && uowi_session_dialect(writer->s)->array_times_leak && batch_has_times(writer))
        return 0;
    if (caps->max_parameters > 0 && caps->max_parameters < ceiling)
        ceiling = caps->max_parameters;
    if (strategy->by_column || strategy->arrays)
        return writer->field_count <= ceiling ? rows : 0;
    if (rows > ceiling / writer->field_count)
        rows = ceiling / writer->field_count;
    return rows < rule->least || rows < 2 ? 0 : rows;
}

UOWI_HOT static uow_status batch_room(uowi_writer *writer)
{
    const uowi_batch *batch = &writer->batch;
    size_t rows = batch->strategy->bind ? batch->count : 1; /* else a row's values are gone before the next's are made */
    size_t fields = writer->field_count > writer->change->entity->key_count ? writer->field_count
                                                                            : writer->change->entity->key_count;

    return uowi_write_reserve(writer, rows * fields,
                              rows * uowi_write_row_bytes(writer, writer->change->entity));
}

UOWI_HOT uow_status uowi_batch_cut(uowi_writer *writer, size_t first)
{
    const uowi_way_rule *rule = uowi_session_dialect(writer->s)->ways;
    size_t run = 1;

    if (first + 1 < writer->plan->count)
        run = batch_run(writer, first, batch_most(rule, batch_bit(writer->change)));
    run = uowi_links_cut(&writer->links, first, run);
    uowi_write_fields(writer, writer->change);
    writer->batch = (uowi_batch){&uowi_strategy_row, first, 1, true};
    if (UOWI_RARE(uowi_write_procedure(writer->change) != NULL)) {
        writer->batch.strategy = &uowi_strategy_call;
        return batch_room(writer);
    }
    for (; run > 1 && rule && rule->way != UOWI_WAY_ROW; rule++) {
        const uowi_strategy *strategy = uowi_strategy_of(rule->way);
        size_t rows = batch_rows(writer, rule, strategy, run);
        uow_status st = rows > 0 && strategy->suits ? strategy->suits(writer, writer->change) : UOW_OK;

        if (st != UOW_OK && st != UOW_END)
            return st;
        if (rows == 0 || st == UOW_END)
            continue;
        writer->batch.strategy = strategy;
        writer->batch.count = rows;
        writer->batch.full = rows < run || rows == rule->most;
        break;
    }
    return batch_room(writer);
}
