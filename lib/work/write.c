#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/write.h"

#include <stddef.h>
#include <string.h>

#include "base/usual.h"
#include "track/relation.h"
#include "work/batch.h"
#include "work/strategy.h"
#include "work/write_params.h"

UOWI_HOT uow_status uowi_writer_open(uowi_writer *writer, uowi_session *s, uowi_plan *plan)
{
    uow_status st;

    memset(writer, 0, offsetof(uowi_writer, fields));
    writer->s = s;
    writer->plan = plan;
    writer->culprit = UOWI_NO_CULPRIT;
    uowi_arena_init(&writer->calls, s->mem, 4096);
    uowi_buf_init(&writer->text, s->mem, 0);
    uowi_buf_init(&writer->literal, s->mem, 0);
    writer->marks = uowi_arena_zalloc(&s->scratch, plan->count);
    if (!writer->marks)
        return uowi_error_no_memory(&s->error);
    st = uowi_links_find(&writer->links, &s->tracker, plan, &s->scratch, &s->error);
    return st == UOW_OK ? uowi_write_reserve(writer, 2, 0) : st;
}

void uowi_writer_close(uowi_writer *writer)
{
    uowi_arena_done(&writer->calls);
    uowi_buf_done(&writer->text);
    uowi_buf_done(&writer->literal);
}

uow_status uowi_writer_next(uowi_writer *writer, size_t first)
{
    writer->at = 0;
    writer->back_at = 0;
    writer->before_at = 0;
    writer->culprit = UOWI_NO_CULPRIT;
    writer->unproven = false;
    writer->written = false;
    writer->change = &writer->plan->changes[first];
    return uowi_batch_cut(writer, first);
}

uow_status uowi_writer_step(uowi_writer *writer)
{
    return writer->batch.strategy->step(writer);
}

uow_status uowi_writer_bind_back(uowi_writer *writer, const uowi_columns *columns, size_t rows)
{
    const uowi_entity *entity = writer->change->entity;
    uowi_cached *cached = writer->run.cached;
    uowi_target targets[UOWI_MAX_COLUMNS];
    size_t count = 0;
    uow_status st = UOW_OK;

    if (cached->rowset && cached->rowset_owner == entity) {
        uowi_rowset_rewind(cached->rowset);
        return UOW_OK;
    }
    for (size_t i = 0; i < entity->column_count; i++) {
        if (!uowi_columns_has(columns, i))
            continue;
        targets[count].column = &entity->columns[i];
        targets[count].index = count;
        count++;
    }
    uowi_rowset_free(cached->rowset);
    cached->rowset = NULL;
    st = uowi_rowset_open(cached->stmt, entity->name, targets, count, entity->row_size, (uint32_t)rows,
                          &cached->rowset);
    cached->rowset_owner = entity;
    return st;
}

/* A long value that came back points into the block: it moves to the scratch with the image. */
static uow_status writer_keep_long(uowi_writer *writer, const uow_column *column, void *image)
{
    char *at = (char *)image + column->offset;
    uow_blob value;

    if ((column->type != UOW_LONGTEXT && column->type != UOW_BLOB) || uowi_member_is_null(column, image))
        return UOW_OK;
    memcpy(&value, at, sizeof value);
    value.data = uowi_arena_text(&writer->s->scratch, value.data ? value.data : "", value.length);
    if (!value.data)
        return uowi_error_no_memory(&writer->s->error);
    memcpy(at, &value, sizeof value);
    return UOW_OK;
}

uow_status uowi_writer_take_back(uowi_writer *writer, uowi_change *change, const void *row)
{
    const uowi_entity *entity = change->entity;
    uow_status st = UOW_OK;

    for (size_t i = 0; st == UOW_OK && i < entity->column_count; i++) {
        const uow_column *column = &entity->columns[i];

        if (!uowi_columns_has(&writer->back, i))
            continue;
        memcpy((char *)change->image + column->offset, (const char *)row + column->offset, column->size);
        if (column->ind_offset != UOW_NO_IND)
            memcpy((char *)change->image + column->ind_offset, (const char *)row + column->ind_offset, sizeof(uow_ind));
        uowi_change_touch(change, i);
        st = writer_keep_long(writer, column, change->image);
    }
    return st;
}
