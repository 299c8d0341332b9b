#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/frame.h"

#include <string.h>

#include "odbc/outs.h"

#define FRAME_ALIGN 16

uow_status uowi_frame_open(uowi_frame *frame, uowi_session *s, uowi_arena *arena, const char *name, size_t capacity)
{
    size_t room = capacity ? capacity : 1;

    memset(frame, 0, sizeof *frame);
    frame->s = s;
    frame->arena = arena;
    frame->name = name;
    frame->capacity = capacity;
    frame->columns = uowi_arena_zalloc(arena, room * sizeof *frame->columns);
    frame->args = uowi_arena_zalloc(arena, room * sizeof *frame->args);
    frame->inputs = uowi_arena_zalloc(arena, room * sizeof *frame->inputs);
    return frame->columns && frame->args && frame->inputs ? UOW_OK : uowi_error_no_memory(&s->error);
}

static size_t frame_place(uowi_frame *frame, size_t size)
{
    size_t at = frame->size;

    frame->size = (at + size + FRAME_ALIGN - 1) / FRAME_ALIGN * FRAME_ALIGN;
    return at;
}

/* Every place can be NULL: whether the program's variable can is known when the value is delivered. */
static size_t frame_add(uowi_frame *frame, const char *name, uow_type type, size_t size)
{
    uow_column *column = &frame->columns[frame->count];

    column->name = name;
    column->member = name;
    column->type = type;
    column->size = size;
    column->offset = frame_place(frame, size);
    column->ind_offset = frame_place(frame, sizeof(uow_ind));
    return frame->count++;
}

static uow_status frame_misuse(uowi_frame *frame, const char *name, const char *what)
{
    uowi_error_entity(&frame->s->error, frame->name);
    uowi_error_column(&frame->s->error, name);
    return uowi_error_set(&frame->s->error, UOW_MISUSE, "%s.%s: %s", frame->name, name, what);
}

uow_status uowi_frame_for_arg(uowi_frame *frame, const char *name, const uow_arg *arg, const uow_arg *input, size_t *out)
{
    size_t size = uowi_type_size(arg->type);

    if (!uowi_type_name(arg->type))
        return frame_misuse(frame, name, "the argument has no known type");
    if (!arg->out)
        return frame_misuse(frame, name, "the place for the value is NULL");
    if (arg->size == 0 || (size != 0 && size != arg->size) || (arg->type == UOW_TEXT && arg->size < 2))
        return frame_misuse(frame, name, "the variable's size does not fit its type");
    *out = frame_add(frame, name, arg->type, arg->size);
    frame->args[*out] = arg;
    frame->inputs[*out] = arg->flags & UOW_ARG_INOUT ? input : NULL;
    return UOW_OK;
}

/* Texts and bytes of any length, where the program has said none. */
uow_status uowi_frame_for_type(uowi_frame *frame, const char *name, uow_type type, size_t *out)
{
    size_t size;

    if (type == UOW_TEXT)
        type = UOW_LONGTEXT;
    else if (type == UOW_BINARY)
        type = UOW_BLOB;
    size = uowi_type_size(type);
    *out = frame_add(frame, name, type, size ? size : 64); /* UOW_DECIMAL_TEXT */
    return UOW_OK;
}

static uow_ind *frame_ind(const uowi_frame *frame, size_t place)
{
    return uowi_member_ind(&frame->columns[place], frame->image);
}

/* What an INOUT argument holds is its value until another comes. */
static void frame_load(uowi_frame *frame, size_t place)
{
    const uow_arg *input = frame->inputs[place];
    const uow_column *column = &frame->columns[place];
    char *at = frame->image + column->offset;
    uow_text text;

    if (!input || !input->data)
        return;
    *frame_ind(frame, place) = (uow_ind)input->size;
    if (column->type != UOW_LONGTEXT && column->type != UOW_BLOB) {
        memcpy(at, input->data, input->size < column->size ? input->size : column->size);
        return;
    }
    text.data = (char *)(uintptr_t)input->data;
    text.length = input->size;
    memcpy(at, &text, sizeof text); /* uow_blob has the same shape */
}

uow_status uowi_frame_seal(uowi_frame *frame)
{
    frame->image = uowi_arena_zalloc(frame->arena, frame->size ? frame->size : 1);
    if (!frame->image)
        return uowi_error_no_memory(&frame->s->error);
    for (size_t i = 0; i < frame->count; i++) {
        *frame_ind(frame, i) = UOW_NULL;
        frame_load(frame, i);
    }
    return UOW_OK;
}

/* Which place each column of a result, or each parameter, goes to. */
static uow_status frame_targets(uowi_frame *frame, const size_t *places, size_t count, uowi_target **out, size_t *out_count)
{
    uowi_target *targets = uowi_arena_alloc(frame->arena, (count ? count : 1) * sizeof *targets);
    size_t used = 0;

    if (!targets)
        return uowi_error_no_memory(&frame->s->error);
    for (size_t i = 0; i < count; i++) {
        if (places[i] == UOWI_NO_PLACE)
            continue;
        targets[used].column = &frame->columns[places[i]];
        targets[used++].index = i;
    }
    frame->places = places;
    frame->place_count = count;
    *out = targets;
    *out_count = used;
    return UOW_OK;
}

static uow_status frame_rowset(uowi_frame *frame, uowi_stmt *stmt, const size_t *places, size_t count)
{
    uowi_target *targets = NULL;
    size_t used = 0;
    uow_status st = frame_targets(frame, places, count, &targets, &used);

    return st == UOW_OK ? uowi_rowset_open(stmt, frame->name, targets, used, frame->size, 1, &frame->rowset) : st;
}

uow_status uowi_frame_bind(uowi_frame *frame, uowi_stmt *stmt, const size_t *places, size_t count, uowi_rowset **out)
{
    uowi_target *targets = NULL;
    size_t used = 0;
    uow_status st = frame_targets(frame, places, count, &targets, &used);

    if (st == UOW_OK)
        st = uowi_outs_open(stmt, frame->name, targets, used, frame->size, &frame->rowset);
    if (st == UOW_OK)
        *out = frame->rowset;
    return st;
}

/* A long value points into the rowset: it moves to the arena. */
static uow_status frame_keep_long(uowi_frame *frame, const uow_column *column)
{
    char *at = frame->image + column->offset;
    uow_blob value; /* uow_text has the same shape */

    if ((column->type != UOW_LONGTEXT && column->type != UOW_BLOB) || uowi_member_is_null(column, frame->image))
        return UOW_OK;
    memcpy(&value, at, sizeof value);
    value.data = uowi_arena_text(frame->arena, value.data ? value.data : "", value.length);
    if (!value.data)
        return uowi_error_no_memory(&frame->s->error);
    memcpy(at, &value, sizeof value);
    return UOW_OK;
}

static uow_status frame_keep(uowi_frame *frame)
{
    const char *row = uowi_rowset_row(frame->rowset, 0);
    uow_status st = UOW_OK;

    for (size_t i = 0; st == UOW_OK && i < frame->place_count; i++) {
        const uow_column *column;

        if (frame->places[i] == UOWI_NO_PLACE)
            continue;
        column = &frame->columns[frame->places[i]];
        memcpy(frame->image + column->offset, row + column->offset, column->size);
        memcpy(frame->image + column->ind_offset, row + column->ind_offset, sizeof(uow_ind));
        st = frame_keep_long(frame, column);
    }
    return st;
}

uow_status uowi_frame_take(uowi_frame *frame, uowi_stmt *stmt, const size_t *places, size_t count)
{
    size_t rows = 0;
    uow_status st = frame->rowset ? UOW_OK : frame_rowset(frame, stmt, places, count);

    if (st == UOW_OK)
        st = uowi_rowset_fetch(frame->rowset, &rows);
    if (st == UOW_PENDING)
        return st;
    if (st == UOW_OK)
        st = frame_keep(frame);
    uowi_frame_drop(frame);
    return st;
}

uow_status uowi_frame_take_bound(uowi_frame *frame)
{
    uow_status st = uowi_outs_read(frame->rowset);

    return st == UOW_OK ? frame_keep(frame) : st;
}

void uowi_frame_drop(uowi_frame *frame)
{
    uowi_rowset_free(frame->rowset);
    frame->rowset = NULL;
}

uow_arg uowi_frame_arg(const uowi_frame *frame, size_t place)
{
    const uow_column *column = &frame->columns[place];

    return uow_arg_member(column->type, frame->image + column->offset, column->size, frame_ind(frame, place));
}

const char *uowi_frame_text(const uowi_frame *frame, size_t place)
{
    const uow_column *column = &frame->columns[place];
    uow_text text;

    if (uowi_member_is_null(column, frame->image))
        return NULL;
    memcpy(&text, frame->image + column->offset, sizeof text);
    return text.data;
}

static uow_status frame_unfit(const uowi_frame *frame, size_t place, const char *what)
{
    uow_error *error = &frame->s->error;
    uow_status st = uowi_error_set(error, UOW_TYPE, "%s.%s: %s", frame->name, frame->columns[place].name, what);

    uowi_error_entity(error, frame->name);
    uowi_error_column(error, frame->columns[place].name);
    return st;
}

uow_status uowi_frame_check(const uowi_frame *frame)
{
    for (size_t i = 0; i < frame->count; i++) {
        const uow_column *column = &frame->columns[i];

        if (!frame->args[i] || frame->args[i]->out_ind)
            continue;
        if (uowi_member_is_null(column, frame->image))
            return frame_unfit(frame, i, "the value is NULL and its variable has no indicator");
        if (column->type == UOW_BINARY && (size_t)*frame_ind(frame, i) != column->size)
            return frame_unfit(frame, i, "the value has fewer bytes than its variable, which has no indicator to say so");
    }
    return UOW_OK;
}

void uowi_frame_deliver(const uowi_frame *frame)
{
    for (size_t i = 0; i < frame->count; i++) {
        const uow_column *column = &frame->columns[i];
        const uow_arg *arg = frame->args[i];

        if (!arg)
            continue;
        memcpy(arg->out, frame->image + column->offset, column->size);
        if (arg->out_ind)
            *arg->out_ind = *frame_ind(frame, i);
    }
}
