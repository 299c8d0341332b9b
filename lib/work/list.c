#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/list.h"

#include <string.h>

#include "track/key.h"
#include "work/keep.h"

static bool list_same_key(const void *value, const void *key, const void *user)
{
    return uowi_key_equal(user, value, key);
}

uow_status uowi_list_create(uowi_session *s, const uowi_entity *entity, uow_tracking tracking, uow_list **out)
{
    uow_list *list = uowi_zalloc(s->mem, sizeof *list);

    if (!list)
        return uowi_error_no_memory(&s->error);
    list->mem = s->mem;
    list->entity = entity;
    list->tracking = entity->tracked ? tracking : UOW_NO_TRACKING;
    list->row_size = entity->row_size;
    list->max_bytes = s->max_result_bytes;
    uowi_arena_init(&list->arena, s->mem, 4096);
    uowi_map_init(&list->identity, s->mem, list_same_key, entity);
    *out = list;
    return UOW_OK;
}

void uow_list_free(uow_list *list)
{
    if (!list)
        return;
    if (list->rows)
        uowi_free(list->mem, list->rows, list->capacity * list->row_size);
    if (list->items)
        uowi_free(list->mem, list->items, list->capacity * sizeof *list->items);
    uowi_map_done(&list->identity);
    uowi_arena_done(&list->arena);
    uowi_free(list->mem, list, sizeof *list);
}

uow_status uowi_track_new(uowi_session *s, const uowi_entity *entity, const void *image, void **out_instance)
{
    uowi_entry *entry = NULL;
    uow_status st = uowi_tracker_attach(&s->tracker, entity, image, UOW_UNCHANGED, &s->error, &entry);

    if (st == UOW_OK)
        *out_instance = uowi_tracker_row(&s->tracker, entry);
    return st;
}

uow_status uowi_track_row(uowi_session *s, const uowi_entity *entity, const void *image, bool refresh,
                          void **out_instance)
{
    uowi_entry *entry = uowi_tracker_find(&s->tracker, entity, image);
    uow_status st = UOW_OK;

    if (!entry)
        return uowi_track_new(s, entity, image, out_instance);
    if (refresh)
        st = uowi_tracker_refresh(&s->tracker, entry, image, &s->error);
    if (st == UOW_OK)
        *out_instance = uowi_tracker_row(&s->tracker, entry);
    return st;
}

static uow_status list_limit(uowi_session *s, const uow_list *list)
{
    uint64_t bytes = (uint64_t)list->count * list->row_size + list->arena.bytes;

    if (list->max_bytes == 0 || bytes <= list->max_bytes)
        return UOW_OK;
    uowi_error_entity(&s->error, list->entity->name);
    return uowi_error_set(&s->error, UOW_LIMIT, "the result of the query on %s is larger than max_result_bytes (%llu)",
                          list->entity->name, (unsigned long long)list->max_bytes);
}

/* Copies as many as there is room for. */
static size_t list_copy(uow_list *list, const char *image, size_t count, size_t stride)
{
    size_t room = list->capacity - list->count;
    char *row = list->rows + list->count * list->row_size;

    count = count < room ? count : room;
    for (size_t i = 0; i < count; i++, row += list->row_size, image += stride)
        memcpy(row, image, list->row_size);
    list->count += count;
    return count;
}

static uow_status list_append_rows(uowi_session *s, uow_list *list, const char *image, size_t count, size_t stride)
{
    while (count > 0) {
        size_t copied;

        if (!uowi_grow(list->mem, (void **)&list->rows, list->count, &list->capacity, list->row_size))
            return uowi_error_no_memory(&s->error);
        copied = list_copy(list, image, count, stride);
        image += copied * stride;
        count -= copied;
    }
    return UOW_OK;
}

static uow_status list_append_plain(uowi_session *s, uow_list *list, const void *image)
{
    uow_status st = list_append_rows(s, list, image, 1, list->row_size);

    if (st != UOW_OK)
        return st;
    return uowi_keep_longs(list->entity, list->rows + (list->count - 1) * list->row_size, &list->arena, &s->error);
}

uow_status uowi_list_item(uowi_session *s, uow_list *list, void *instance)
{
    if (!uowi_grow(list->mem, (void **)&list->items, list->count, &list->capacity, sizeof *list->items))
        return uowi_error_no_memory(&s->error);
    list->items[list->count++] = instance;
    return UOW_OK;
}

static uow_status list_append_identity(uowi_session *s, uow_list *list, const void *image)
{
    uint64_t hash = uowi_key_hash(list->entity, image);
    void *row = uowi_map_get(&list->identity, hash, image);
    uow_status st = UOW_OK;

    if (row)
        return uowi_list_item(s, list, row);
    row = uowi_arena_copy(&list->arena, image, list->row_size);
    if (!row || !uowi_map_put(&list->identity, hash, row))
        return uowi_error_no_memory(&s->error);
    st = uowi_keep_longs(list->entity, row, &list->arena, &s->error);
    return st == UOW_OK ? uowi_list_item(s, list, row) : st;
}

uow_status uowi_list_append(uowi_session *s, uow_list *list, void *image, bool refresh)
{
    void *instance = NULL;
    uow_status st;

    switch (list->tracking) {
    case UOW_NO_TRACKING:
        st = list_append_plain(s, list, image);
        break;
    case UOW_NO_TRACKING_IDENTITY:
        st = list_append_identity(s, list, image);
        break;
    default:
        st = uowi_track_row(s, list->entity, image, refresh, &instance);
        if (st == UOW_OK)
            st = uowi_list_item(s, list, instance);
        break;
    }
    return st == UOW_OK ? list_limit(s, list) : st;
}

uow_status uowi_list_append_block(uowi_session *s, uow_list *list, const void *first, size_t count, size_t stride)
{
    uow_status st = list_append_rows(s, list, first, count, stride);

    return st == UOW_OK ? list_limit(s, list) : st;
}

size_t uow_list_count(const uow_list *list)
{
    return list ? list->count : 0;
}

void *uow_list_at(const uow_list *list, size_t index)
{
    if (!list || index >= list->count)
        return NULL;
    return list->items ? list->items[index] : list->rows + index * list->row_size;
}

void *uow_list_array(const uow_list *list)
{
    return list ? list->rows : NULL;
}
