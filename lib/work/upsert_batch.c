/* Which rows of an upsert go together, and their values as parameters. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "base/map.h"
#include "work/exact.h"
#include "work/upsert.h"

#define BATCH_ALIGN 16u /* of converted values */

bool uowi_upsert_columns(const uowi_upsert_work *work, const void *row, uowi_columns *out)
{
    const uowi_entity *entity = work->entity;
    bool plain = false;

    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < entity->column_count; i++) {
        const uow_column *column = &entity->columns[i];
        bool given = !(column->flags & UOW_READONLY);

        if (column->flags & UOW_GENERATED)
            given = given && i == entity->generated_key && !uowi_member_is_zero(column, row);
        if (column->flags & UOW_DEFAULT && !uowi_columns_has(&work->matched, i))
            given = given && !uowi_member_is_zero(column, row);
        if (given)
            uowi_columns_add(out, i);
        else if (uowi_columns_has(&work->matched, i))
            plain = true;
    }
    return plain;
}

/* Rows of one statement, as far as they can be known without looking at them. */
static size_t batch_limit(const uowi_upsert_work *work)
{
    uint32_t parameters = uowi_session_caps(work->s)->max_parameters;
    size_t limit = work->style ? work->style->rows : 1;
    size_t columns = 0;

    for (size_t i = 0; i < work->entity->column_count; i++)
        columns += uowi_columns_has(&work->written, i);
    if (columns == 0)
        return 1; /* DEFAULT VALUES is one row */
    if (parameters && limit > parameters / columns)
        limit = parameters / columns;
    if (limit > work->count - work->next)
        limit = work->count - work->next;
    return limit ? limit : 1;
}

static bool batch_same_match(const void *value, const void *key, const void *user)
{
    const uowi_upsert_work *work = user;

    for (size_t i = 0; i < work->match_count; i++)
        if (!uowi_member_same(&work->entity->columns[work->match[i]], value, key))
            return false;
    return true;
}

static uint64_t batch_hash(const uowi_upsert_work *work, const void *row)
{
    uint64_t hash = 1;

    for (size_t i = 0; i < work->match_count; i++) {
        const uow_column *column = &work->entity->columns[work->match[i]];
        const char *at = (const char *)row + column->offset;
        size_t size = column->size;

        if (column->type == UOW_TEXT || column->type == UOW_DECIMAL_TEXT)
            size = strnlen(at, size);
        else if (uowi_is_long(column) || column->type == UOW_BINARY || uowi_member_is_null(column, row))
            size = 0; /* told apart by the comparison alone */
        hash = uowi_hash(at, size, hash);
    }
    return hash;
}

/* Cuts the batch before the first row that means one of it again. */
static uow_status batch_once(uowi_upsert_work *work)
{
    uow_status st = UOW_OK;
    uowi_map seen;

    uowi_map_init(&seen, work->s->mem, batch_same_match, work);
    for (size_t i = 0; st == UOW_OK && i < work->batch; i++) {
        void *row = (void *)(uintptr_t)uowi_upsert_row(work, work->next + i);
        uint64_t hash = batch_hash(work, row);

        if (uowi_map_get(&seen, hash, row))
            work->batch = i;
        else if (!uowi_map_put(&seen, hash, row))
            st = uowi_error_no_memory(&work->s->error);
    }
    uowi_map_done(&seen);
    return st;
}

uow_status uowi_upsert_cut(uowi_upsert_work *work)
{
    size_t limit;
    size_t n = 1;

    work->plain = uowi_upsert_columns(work, uowi_upsert_row(work, work->next), &work->written);
    limit = batch_limit(work);
    while (n < limit) {
        uowi_columns written;

        (void)uowi_upsert_columns(work, uowi_upsert_row(work, work->next + n), &written);
        if (!uowi_columns_same(&written, &work->written))
            break;
        n++;
    }
    work->batch = n;
    return n > 1 && !work->plain && work->style->once ? batch_once(work) : UOW_OK;
}

/* Room for the batch. What was there is not needed any more: the statement before it is done. */
static uow_status batch_reserve(uowi_upsert_work *work)
{
    size_t params = 0;
    size_t bytes = 0;

    for (size_t i = 0; i < work->entity->column_count; i++) {
        params += 2; /* set, and asked for */
        bytes += 2 * (uowi_param_scratch(&work->entity->columns[i]) + BATCH_ALIGN);
    }
    params *= work->batch;
    bytes *= work->batch;
    work->param_count = 0;
    work->converted_used = 0;
    if (params <= work->param_capacity && bytes <= work->converted_capacity)
        return UOW_OK;
    work->params = uowi_arena_alloc(&work->s->scratch, params * sizeof *work->params);
    work->converted = uowi_arena_alloc(&work->s->scratch, bytes);
    if (!work->params || !work->converted)
        return uowi_error_no_memory(&work->s->error);
    work->param_capacity = params;
    work->converted_capacity = bytes;
    return UOW_OK;
}

static void *batch_room(uowi_upsert_work *work, size_t size)
{
    char *room = work->converted + work->converted_used;

    work->converted_used += (size + BATCH_ALIGN - 1) & ~(size_t)(BATCH_ALIGN - 1);
    return room;
}

static uow_status batch_param(uowi_upsert_work *work, const uow_column *column, const void *row)
{
    void *room = batch_room(work, uowi_param_scratch(column));
    uowi_param *param = &work->params[work->param_count++];
    uow_status st = uowi_param_from_member(column, row, room, &work->s->error, param);

    return st == UOW_OK ? uowi_exact_check(work->s, work->entity, column, param) : st;
}

/* Versions count from 1, as those of rows that are saved. */
static uow_status batch_first_version(uowi_upsert_work *work)
{
    uow_column place = work->entity->columns[work->entity->version];
    void *room = batch_room(work, place.size);

    place.offset = 0;
    place.ind_offset = UOW_NO_IND;
    (void)uowi_member_set_int64(&place, room, 1);
    return uowi_param_from_member(&place, room, NULL, &work->s->error, &work->params[work->param_count++]);
}

static uow_status batch_row_params(uowi_upsert_work *work, const uowi_columns *set, const void *row)
{
    const uowi_entity *entity = work->entity;
    uow_status st = UOW_OK;

    for (size_t i = 0; st == UOW_OK && i < entity->column_count; i++) {
        if (!uowi_columns_has(set, i))
            continue;
        st = i == entity->version && uowi_member_is_zero(&entity->columns[i], row)
                 ? batch_first_version(work)
                 : batch_param(work, &entity->columns[i], row);
    }
    return st;
}

uow_status uowi_upsert_insert_params(uowi_upsert_work *work)
{
    uow_status st = batch_reserve(work);

    for (size_t i = 0; st == UOW_OK && i < work->batch; i++)
        st = batch_row_params(work, &work->written, uowi_upsert_row(work, work->next + i));
    return st;
}

uow_status uowi_upsert_update_params(uowi_upsert_work *work)
{
    const void *row = uowi_upsert_row(work, work->next);
    uow_status st = batch_reserve(work);
    uowi_columns set;

    uowi_upsert_overwritten(work, &set);
    if (st == UOW_OK)
        st = batch_row_params(work, &set, row);
    for (size_t i = 0; st == UOW_OK && i < work->match_count; i++)
        st = batch_param(work, &work->entity->columns[work->match[i]], row);
    return st;
}
