#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/refresh.h"

#include <string.h>

#include "flow/step.h"
#include "work/keep.h"

/* One row, copied out of the block it was read into. */
static uow_status database_take(void *user, void *image)
{
    uowi_database *op = user;

    memcpy(op->row, image, op->entry->entity->row_size);
    op->found = true;
    return uowi_keep_longs(op->entry->entity, op->row, &op->s->scratch, &op->s->error);
}

static uow_status database_start(uowi_database *op)
{
    const uowi_entity *entity = op->entry->entity;

    op->row = uowi_arena_alloc(&op->s->scratch, entity->row_size);
    if (!op->row)
        return uowi_error_no_memory(&op->s->error);
    op->key = uowi_tracker_original(&op->s->tracker, op->entry);
    op->readback.s = op->s;
    op->readback.fn = database_take;
    op->readback.user = op;
    uowi_match_key(&op->readback.match, entity, &op->key, 1);
    return UOW_OK;
}

uow_status uowi_database_step(uowi_database *op)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(op->at);
    st = database_start(op);
    if (st == UOW_OK)
        UOWI_AWAIT(op->at, st, uowi_readback_step(&op->readback));
    if (st == UOW_OK && !op->found)
        st = UOW_NOT_FOUND;
    UOWI_STEP_END
    return st;
}

static uow_status refresh_row(void *user, void *image)
{
    uowi_refresh *op = user;
    uowi_session *s = op->s;
    uowi_entry *entry = uowi_tracker_find(&s->tracker, op->readback.match.entity, image);

    if (!entry)
        return UOW_OK;
    entry->change = 1; /* seen */
    return uowi_tracker_refresh(&s->tracker, entry, image, &s->error);
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

static uow_status refresh_start(uowi_refresh *op)
{
    uowi_session *s = op->s;
    const void *instances = (const void *)op->instances;
    uow_status st = refresh_check(s, op->instances, op->count);

    if (st == UOW_OK)
        st = uowi_keep_array(s, &instances, op->count, sizeof *op->instances);
    if (st != UOW_OK || op->count == 0)
        return st;
    op->instances = instances;
    op->rows = uowi_arena_alloc(&s->scratch, op->count * sizeof *op->rows);
    return op->rows ? UOW_OK : uowi_error_no_memory(&s->error);
}

/* The rows of the next entity, on the caller's turn. */
static void refresh_next(uowi_refresh *op)
{
    const uowi_entity *entity = &op->s->model->entities[op->entity++];

    memset(&op->readback, 0, sizeof op->readback);
    op->readback.s = op->s;
    op->readback.fn = refresh_row;
    op->readback.user = op;
    uowi_match_key(&op->readback.match, entity, op->rows,
                   refresh_collect(op->s, op->instances, op->count, entity, op->rows));
}

uow_status uowi_refresh_step(uowi_refresh *op)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(op->at);
    st = refresh_start(op);
    if (st != UOW_OK || op->count == 0)
        return st;
    while (st == UOW_OK && op->entity < op->s->model->entity_count) {
        refresh_next(op);
        if (op->readback.match.row_count > 0)
            UOWI_AWAIT(op->at, st, uowi_readback_step(&op->readback));
    }
    if (st == UOW_OK)
        st = refresh_gone(op->s, op->instances, op->count);
    UOWI_STEP_END
    return st;
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

static uow_status resolve_start(uowi_resolve *op)
{
    uowi_session *s = op->s;
    uow_resolution resolution = op->resolution;

    if (resolution != UOW_CLIENT_WINS && resolution != UOW_STORE_WINS && resolution != UOW_MERGE)
        return uowi_error_set(&s->error, UOW_MISUSE, "no such resolution");
    if (op->entry->state == UOW_ADDED)
        return uowi_error_set(&s->error, UOW_MISUSE, "a new row has nothing in the database to be resolved with");
    op->database.s = s;
    op->database.entry = op->entry;
    return UOW_OK;
}

static uow_status resolve_apply(uowi_resolve *op)
{
    uowi_session *s = op->s;
    uowi_entry *entry = op->entry;
    const void *database = op->database.row;
    void *row;

    if (op->resolution == UOW_STORE_WINS)
        return uowi_tracker_refresh(&s->tracker, entry, database, &s->error);
    row = uowi_arena_copy(&s->scratch, uowi_tracker_row(&s->tracker, entry), entry->entity->row_size);
    if (!row)
        return uowi_error_no_memory(&s->error);
    if (op->resolution == UOW_MERGE)
        resolve_merge(s, entry, database, row);
    else
        resolve_keep(entry, database, row);
    return uowi_tracker_set(&s->tracker, entry, row, database, &s->error);
}

uow_status uowi_resolve_step(uowi_resolve *op)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(op->at);
    st = resolve_start(op);
    if (st == UOW_OK)
        UOWI_AWAIT(op->at, st, uowi_database_step(&op->database));
    if (st == UOW_NOT_FOUND)
        st = resolve_gone(op->s, op->entry, op->resolution);
    else if (st == UOW_OK)
        st = resolve_apply(op);
    UOWI_STEP_END
    return st;
}
