#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/keep.h"

#include <string.h>

#include "base/usual.h"

uow_status uowi_keep_array(uowi_session *s, const void **array, size_t count, size_t size)
{
    void *copy;

    if (!s->polled || !*array || count == 0)
        return UOW_OK;
    if (count > SIZE_MAX / size)
        return uowi_error_no_memory(&s->error);
    copy = uowi_arena_copy(&s->scratch, *array, count * size);
    if (!copy)
        return uowi_error_no_memory(&s->error);
    *array = copy;
    return UOW_OK;
}

uow_status uowi_keep_text(uowi_session *s, const char **text)
{
    const void *data = *text;
    uow_status st = uowi_keep_array(s, &data, *text ? strlen(*text) + 1 : 0, 1);

    *text = data;
    return st;
}

void uowi_keep_wipe(const uowi_session *s, const char *text)
{
    volatile char *at = (volatile char *)(uintptr_t)text;

    while (s->polled && at && *at)
        *at++ = '\0';
}

/* A long value given as a member lies is a pointer to its bytes and their length. */
static uow_status keep_long_arg(uowi_session *s, uow_arg *arg)
{
    uow_status st = uowi_keep_array(s, &arg->data, 1, sizeof(uow_blob));
    const void *bytes;
    uow_blob *value;

    if (st != UOW_OK)
        return st;
    value = (uow_blob *)(uintptr_t)arg->data;
    bytes = value->data;
    st = uowi_keep_array(s, &bytes, value->length, 1);
    value->data = (void *)(uintptr_t)bytes;
    return st;
}

static uow_status keep_arg(uowi_session *s, uow_arg *arg)
{
    uow_status st = uowi_keep_text(s, &arg->name);

    if (st != UOW_OK || !arg->data || arg->flags & UOW_ARG_SCALAR)
        return st;
    if (arg->type == UOW_LONGTEXT || arg->type == UOW_BLOB)
        return keep_long_arg(s, arg);
    return uowi_keep_array(s, &arg->data, arg->size, 1);
}

uow_status uowi_keep_args(uowi_session *s, const uow_arg **args, size_t count)
{
    const void *data = *args;
    uow_status st = uowi_keep_array(s, &data, count, sizeof **args);
    uow_arg *own;

    if (!s->polled || !*args || count == 0 || st != UOW_OK)
        return st;
    own = (uow_arg *)(uintptr_t)data;
    for (size_t i = 0; st == UOW_OK && i < count; i++)
        st = keep_arg(s, &own[i]);
    *args = own;
    return st;
}

UOWI_HOT uow_status uowi_keep_longs(const uowi_entity *entity, void *row, uowi_arena *arena, uow_error *error)
{
    for (size_t i = 0; entity->has_long && i < entity->column_count; i++) {
        const uow_column *column = &entity->columns[i];
        uow_blob value;

        if (!uowi_is_long(column) || uowi_member_is_null(column, row))
            continue;
        value = uowi_long_value(column, row);
        if (!value.data)
            continue;
        value.data = uowi_arena_text(arena, value.data, value.length);
        if (!value.data)
            return uowi_error_no_memory(error);
        memcpy((char *)row + column->offset, &value, sizeof value);
    }
    return UOW_OK;
}
