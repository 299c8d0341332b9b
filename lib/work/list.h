/* The rows of a query in memory, and how a row just read gets there. */
#ifndef UOWI_WORK_LIST_H
#define UOWI_WORK_LIST_H

#include "work/session.h"

struct uow_list {
    uowi_mem *mem;
    const uowi_entity *entity;
    uow_tracking tracking;
    size_t row_size;
    size_t count;
    void **items;      /* tracked or with identity: instances */
    size_t capacity;   /* of items, or of rows */
    char *rows;        /* untracked: one array of structs */
    uowi_arena arena;  /* untracked long values; rows with identity */
    uowi_map identity; /* untracked with identity: key -> row */
    uint64_t max_bytes;
};

uow_status uowi_list_create(uowi_session *s, const uowi_entity *entity, uow_tracking tracking, uow_list **out);
/*
 * Adds a row image as the rowset gives it: tracked (an instance that is tracked already is returned as it is, or
 * refreshed), copied, or found by key.
 */
uow_status uowi_list_append(uowi_session *s, uow_list *list, void *image, bool refresh);

/* Copies rows without long values, stride bytes apart, to a list that is not tracked. */
uow_status uowi_list_append_block(uowi_session *s, uow_list *list, const void *first, size_t count, size_t stride);

/* Tracks a row whose key is not tracked yet. */
uow_status uowi_track_new(uowi_session *s, const uowi_entity *entity, const void *image, void **out_instance);

/* Adds an instance that is tracked already. */
uow_status uowi_list_item(uowi_session *s, uow_list *list, void *instance);

/* The tracked instance for a row just read. */
uow_status uowi_track_row(uowi_session *s, const uowi_entity *entity, const void *image, bool refresh,
                          void **out_instance);

#endif
