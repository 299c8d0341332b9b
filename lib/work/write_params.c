#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/write_params.h"

#include <string.h>

#include "base/usual.h"
#include "work/exact.h"
#include "work/sqlgen.h"
#include "work/strategy.h"

UOWI_HOT uow_status uowi_write_reserve(uowi_writer *writer, size_t params, size_t bytes)
{
    uowi_arena *arena = &writer->s->scratch;

    if (UOWI_RARE(params > writer->param_capacity)) {
        writer->params = uowi_arena_alloc(arena, params * sizeof *writer->params);
        writer->param_capacity = writer->params ? params : 0;
    }
    if (bytes > writer->converted_capacity) {
        writer->converted = uowi_arena_alloc(arena, bytes);
        writer->converted_capacity = writer->converted ? bytes : 0;
    }
    if (UOWI_RARE(params > writer->param_capacity) || UOWI_RARE(bytes > writer->converted_capacity))
        return uowi_error_no_memory(&writer->s->error);
    return UOW_OK;
}

/* Versions count from 1; a new row keeps the one the program gave it. Once only: a plan may be written again. */
static void write_version(uowi_change *change)
{
    const uowi_entity *entity = change->entity;
    const uow_column *column = &entity->columns[entity->version];
    uowi_columns touched = uowi_change_touched(change);
    int64_t version;

    if (uowi_columns_has(&touched, entity->version))
        return;
    version = uowi_member_int64(column, change->image);
    if (change->write == UOWI_INSERT && UOWI_RARE(version != 0))
        return;
    if (!uowi_member_set_int64(column, change->image, version + 1))
        (void)uowi_member_set_int64(column, change->image, 1);
    uowi_change_touch(change, entity->version);
}

/* A patch after an insert addresses the row by the key that insert was given. */
static void write_patch_key(const uowi_plan *plan, const uowi_change *change)
{
    const uowi_entity *entity = change->entity;
    const void *inserted = plan->changes[uowi_plan_of(plan, change->entry)].image;

    for (size_t i = 0; i < entity->key_count; i++) {
        const uow_column *column = &entity->columns[entity->key[i]];

        memcpy((char *)change->image + column->offset, (const char *)inserted + column->offset, column->size);
    }
}

UOWI_HOT uow_status uowi_write_ready(uowi_writer *writer)
{
    const uowi_batch *batch = &writer->batch;
    const uowi_change *first = writer->change;
    uow_status st = uowi_links_follow(&writer->links, writer->plan, batch->first, batch->count, &writer->s->error,
                                      &writer->culprit);

    for (size_t i = 0; first->patch == UOWI_PATCH_AFTER && i < batch->count; i++)
        write_patch_key(writer->plan, &writer->plan->changes[batch->first + i]);
    if (st != UOW_OK || first->write == UOWI_DELETE || first->entity->version == UOWI_NO_COLUMN ||
        first->patch != UOWI_PATCH_NONE)
        return st;
    for (size_t i = 0; i < batch->count; i++)
        write_version(&writer->plan->changes[batch->first + i]);
    return UOW_OK;
}

/* Does the database make nothing itself that comes back? */
static bool write_back_none(const uowi_change *change)
{
    return change->write == UOWI_DELETE || change->patch == UOWI_PATCH_BEFORE ||
           (change->write == UOWI_UPDATE && UOWI_USUAL(!change->entity->has_computed));
}

/* What the database makes itself, and the program therefore does not know yet. */
UOWI_HOT static void write_back_columns(const uowi_change *change, uowi_columns *out)
{
    const uowi_entity *entity = change->entity;

    memset(out, 0, sizeof *out);
    if (write_back_none(change))
        return;
    for (size_t i = 0; i < entity->column_count; i++) {
        uint32_t flags = entity->columns[i].flags;
        bool made = ((flags & UOW_READONLY) != 0 && (change->patch == UOWI_PATCH_NONE || flags & UOW_TOKEN)) ||
                    (change->write == UOWI_INSERT && (flags & (UOW_GENERATED | UOW_DEFAULT)) != 0);

        if (made && !uowi_columns_has(change->columns, i))
            uowi_columns_add(out, i);
    }
}

bool uowi_write_uncounted(const uowi_session *s)
{
    return s->counts < 0 || uowi_session_dialect(s)->counts_lie;
}

/* Of a driver that nobody knows it shows at the first update, which must be possible to undo. */
static bool write_counts_open(const uowi_session *s)
{
    return s->counts == 0 && strcmp(uowi_session_dialect(s)->name, "standard") == 0;
}

UOWI_HOT bool uowi_write_alone(uowi_session *s, const uowi_change *change)
{
    size_t generated = change->entity->generated_key;
    uowi_columns back;

    if (uowi_write_procedure(change))
        return false; /* it may write anything, and fail half way */
    if (change->write != UOWI_INSERT && (uowi_write_uncounted(s) || write_counts_open(s)))
        return false; /* its row is looked at first; of an unknown driver that is not known yet */
    if (write_back_none(change))
        return true;
    write_back_columns(change, &back);
    for (size_t i = 0; i < change->entity->column_count; i++)
        if (uowi_columns_has(&back, i) && i != generated)
            return false;
    return !uowi_columns_any(&back) || uowi_session_dialect(s)->returning != UOWI_RETURNING_NONE;
}

bool uowi_write_returns(const uowi_writer *writer)
{
    const uowi_dialect *dialect = uowi_session_dialect(writer->s);

    return dialect->returning != UOWI_RETURNING_NONE &&
           !(dialect->returning_early && writer->change->entity->has_made_token);
}

const uowi_columns *uowi_write_returned(const uowi_writer *writer)
{
    static const uowi_columns none;

    return uowi_write_returns(writer) ? &writer->back : &none;
}

static bool write_is_plain(const uow_column *column)
{
    return column->converter == NULL && column->ind_offset == UOW_NO_IND &&
           (column->type == UOW_INT32 || column->type == UOW_INT64 || column->type == UOW_DOUBLE);
}

static void write_add_field(uowi_writer *writer, const uowi_entity *entity, size_t number, bool original)
{
    writer->fields[writer->field_count++] =
        (uowi_field){(uint16_t)number, original, write_is_plain(&entity->columns[number])};
}

/* The row is addressed by what it was when it was read: original key, version and tokens. */
static void write_where_fields(uowi_writer *writer, const uowi_change *change)
{
    const uowi_entity *entity = change->entity;
    bool new_row = change->patch == UOWI_PATCH_AFTER;

    for (size_t i = 0; change->write != UOWI_INSERT && i < entity->key_count; i++)
        write_add_field(writer, entity, entity->key[i], !new_row);
    for (size_t i = 0; uowi_change_checks(change) && i < entity->check_count; i++)
        if (!uowi_sql_asks_null(writer->s, &entity->columns[entity->checks[i]], change->original))
            write_add_field(writer, entity, entity->checks[i], true);
}

void uowi_write_fields(uowi_writer *writer, const uowi_change *change)
{
    const uowi_entity *entity = change->entity;
    bool counted = change->write == UOWI_UPDATE && change->patch == UOWI_PATCH_NONE;

    writer->field_count = 0;
    write_where_fields(writer, change);
    writer->where_count = writer->field_count;
    for (size_t i = 0; change->write != UOWI_DELETE && i < entity->column_count; i++)
        if (uowi_columns_has(change->columns, i) || (counted && i == entity->version))
            write_add_field(writer, entity, i, false);
    write_back_columns(change, &writer->back);
}

static uow_status write_make(uowi_writer *writer, const uowi_entity *entity, const uow_column *column, const void *row,
                             char *room, uowi_param *param)
{
    uow_status st;

    if (write_is_plain(column)) {
        *param = (uowi_param){.type = column->type,
                              .data = (const char *)row + column->offset,
                              .size = column->size,
                              .column = column->name};
        return UOW_OK;
    }
    st = uowi_param_from_member(column, row, room, &writer->s->error, param);
    if (st == UOW_OK && uowi_exact_matters(param))
        st = uowi_exact_check(writer->s, entity, column, param);
    return st;
}

static uow_status write_param(uowi_writer *writer, const uowi_entity *entity, const uow_column *column,
                              const void *row)
{
    size_t at = writer->param_count++;
    uowi_param param;
    uow_status st;

    if (!writer->into) {
        char *room = writer->converted + writer->converted_used;

        writer->converted_used += uowi_param_scratch(column);
        return write_make(writer, entity, column, row, room, &writer->params[at]);
    }
    st = write_make(writer, entity, column, row, writer->converted, &param);
    return st == UOW_OK ? uowi_stmt_bind_one(writer->into, at, &param) : st;
}

UOWI_HOT uow_status uowi_write_field(uowi_writer *writer, const uowi_change *change, const uowi_field *field)
{
    const void *row = field->original ? change->original : change->image;
    const uow_column *column = &change->entity->columns[field->column];

    if (writer->into && field->plain &&
        uowi_stmt_bind_number(writer->into, writer->param_count, column->type, (const char *)row + column->offset)) {
        writer->param_count++;
        return UOW_OK;
    }
    return write_param(writer, change->entity, column, row);
}

uow_status uowi_write_row(uowi_writer *writer, const uowi_change *change)
{
    uow_status st = UOW_OK;

    for (size_t i = 0; st == UOW_OK && i < writer->field_count; i++)
        st = uowi_write_field(writer, change, &writer->fields[i]);
    return st;
}

uow_status uowi_write_as_met(uowi_writer *writer, const uowi_change *change)
{
    uow_status st = UOW_OK;

    for (size_t i = 0; st == UOW_OK && i < writer->field_count; i++)
        st = uowi_write_field(writer, change, &writer->fields[(i + writer->where_count) % writer->field_count]);
    return st;
}

void uowi_write_restart(uowi_writer *writer)
{
    writer->param_count = 0;
    writer->converted_used = 0;
}

uow_status uowi_write_key(uowi_writer *writer, const uowi_entity *entity, const void *row)
{
    uow_status st = uowi_write_reserve(writer, entity->key_count, uowi_write_row_bytes(writer, entity));

    uowi_write_restart(writer);
    for (size_t i = 0; st == UOW_OK && i < entity->key_count; i++)
        st = write_param(writer, entity, &entity->columns[entity->key[i]], row);
    return st;
}

size_t uowi_write_row_bytes(const uowi_writer *writer, const uowi_entity *entity)
{
    size_t bytes = 0;

    (void)writer;
    for (size_t i = 0; i < entity->column_count; i++)
        bytes += 2 * uowi_param_scratch(&entity->columns[i]); /* a column may be set and asked for */
    return bytes;
}
