#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/refresh.h"

#include <string.h>

#include "work/keep.h"
#include "work/readback.h"

/* One row, copied out of the block it was read into. */
typedef struct refresh_copy {
    uowi_session *s;
    const uowi_entity *entity;
    void *row;
    bool found;
} refresh_copy;

static uow_status refresh_take(void *user, void *image)
{
    refresh_copy *copy = user;

    memcpy(copy->row, image, copy->entity->row_size);
    copy->found = true;
    return uowi_keep_longs(copy->entity, copy->row, &copy->s->scratch, &copy->s->error);
}

uow_status uowi_database_row(uowi_session *s, const uowi_entry *entry, void *out_row)
{
    const void *key = uowi_tracker_original(&s->tracker, entry);
    refresh_copy copy = {s, entry->entity, NULL, false};
    uowi_match match;
    uow_status st;

    copy.row = uowi_arena_alloc(&s->scratch, entry->entity->row_size);
    if (!copy.row)
        return uowi_error_no_memory(&s->error);
    uowi_match_key(&match, entry->entity, &key, 1);
    st = uowi_readback(s, &match, refresh_take, &copy);
    if (st != UOW_OK)
        return st;
    if (!copy.found)
        return UOW_NOT_FOUND;
    memcpy(out_row, copy.row, entry->entity->row_size);
    return UOW_OK;
}

static uow_status refresh_row(void *user, void *image)
{
    refresh_copy *all = user;
    uowi_entry *entry = uowi_tracker_find(&all->s->tracker, all->entity, image);

    if (!entry)
        return UOW_OK;
    entry->change = 1; /* seen */
    return uowi_tracker_refresh(&all->s->tracker, entry, image, &all->s->error);
}

/* The instances of one entity among those given, as key rows. */
static size_t refresh_collect(uowi_session *s, void *const *instances, size_t count, const uowi_entity *entity,
                              const void **rows)
{
    size_t n = 0;

    for (size_t i = 0; i < count; i++) {
        uowi_entry *entry = uowi_tracker_entry(&s->tracker, instances[i]);

        if (entry->entity != entity || entry->state == UOW_ADDED)
            continue;
        entry->change = 0;
        rows[n++] = uowi_tracker_original(&s->tracker, entry);
    }
    return n;
}

static uow_status refresh_entity(uowi_session *s, void *const *instances, size_t count, const uowi_entity *entity,
                                 const void **rows)
{
    refresh_copy all = {s, entity, NULL, false};
    uowi_match match;

    uowi_match_key(&match, entity, rows, refresh_collect(s, instances, count, entity, rows));
    return match.row_count ? uowi_readback(s, &match, refresh_row, &all) : UOW_OK;
}

static uow_status refresh_check(uowi_session *s, void *const *instances, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!instances[i] || !uowi_tracker_entry(&s->tracker, instances[i]))
            return uowi_error_set(&s->error, UOW_MISUSE, "instance %zu is not tracked by this context", i);
    return UOW_OK;
}

static uow_status refresh_gone(uowi_session *s, void *const *instances, size_t count)
{
    uow_status st = UOW_OK;

    for (size_t i = 0; i < count; i++) {
        uowi_entry *entry = uowi_tracker_entry(&s->tracker, instances[i]);
        bool seen = entry->change != 0;

        entry->change = 0;
        if (seen || entry->state == UOW_ADDED)
            continue;
        uowi_error_entity(&s->error, entry->entity->name);
        uowi_error_instance(&s->error, instances[i]);
        st = uowi_error_set(&s->error, UOW_NOT_FOUND, "a row of %s to be refreshed is gone", entry->entity->name);
    }
    return st;
}

uow_status uowi_refresh(uowi_session *s, void *const *instances, size_t count)
{
    uow_status st = refresh_check(s, instances, count);
    const void **rows;

    if (st != UOW_OK || count == 0)
        return st;
    rows = uowi_arena_alloc(&s->scratch, count * sizeof *rows);
    if (!rows)
        return uowi_error_no_memory(&s->error);
    for (size_t i = 0; st == UOW_OK && i < s->model->entity_count; i++)
        st = refresh_entity(s, instances, count, &s->model->entities[i], rows);
    return st == UOW_OK ? refresh_gone(s, instances, count) : st;
}

/* The row is no more. */
static uow_status resolve_gone(uowi_session *s, uowi_entry *entry, uow_resolution resolution)
{
    if (entry->state == UOW_DELETED || resolution == UOW_STORE_WINS)
        uowi_tracker_detach(&s->tracker, entry);
    else
        entry->state = UOW_ADDED;
    return UOW_OK;
}

/* Columns the program did not change take the database's value. */
static void resolve_merge(uowi_session *s, uowi_entry *entry, const void *database, void *row)
{
    const uowi_entity *entity = entry->entity;
    uowi_columns changed;
    uowi_columns theirs;

    (void)uowi_snapshot_changed(uowi_tracker_slab(&s->tracker, entity), entry, &changed);
    memset(&theirs, 0, sizeof theirs);
    for (size_t i = 0; i < entity->column_count; i++)
        if (!uowi_columns_has(&changed, i))
            uowi_columns_add(&theirs, i);
    uowi_columns_copy(entity, &theirs, database, row);
}

/* The program's values over the database's: only version and computed columns follow the database. */
static void resolve_keep(uowi_entry *entry, const void *database, void *row)
{
    const uowi_entity *entity = entry->entity;
    uowi_columns theirs;

    memset(&theirs, 0, sizeof theirs);
    for (size_t i = 0; i < entity->column_count; i++)
        if (entity->columns[i].flags & (UOW_VERSION | UOW_READONLY))
            uowi_columns_add(&theirs, i);
    uowi_columns_copy(entity, &theirs, database, row);
}

uow_status uowi_resolve(uowi_session *s, uowi_entry *entry, uow_resolution resolution)
{
    size_t size = entry->entity->row_size;
    void *database = uowi_arena_alloc(&s->scratch, size);
    void *row = uowi_arena_copy(&s->scratch, uowi_tracker_row(&s->tracker, entry), size);
    uow_status st;

    if (!database || !row)
        return uowi_error_no_memory(&s->error);
    if (resolution != UOW_CLIENT_WINS && resolution != UOW_STORE_WINS && resolution != UOW_MERGE)
        return uowi_error_set(&s->error, UOW_MISUSE, "no such resolution");
    if (entry->state == UOW_ADDED)
        return uowi_error_set(&s->error, UOW_MISUSE, "a new row has nothing in the database to be resolved with");
    st = uowi_database_row(s, entry, database);
    if (st == UOW_NOT_FOUND)
        return resolve_gone(s, entry, resolution);
    if (st != UOW_OK)
        return st;
    if (resolution == UOW_STORE_WINS)
        return uowi_tracker_refresh(&s->tracker, entry, database, &s->error);
    if (resolution == UOW_MERGE)
        resolve_merge(s, entry, database, row);
    else
        resolve_keep(entry, database, row);
    return uowi_tracker_set(&s->tracker, entry, row, database, &s->error);
}
