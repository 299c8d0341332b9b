#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/load.h"

#include "flow/step.h"
#include "track/fixup.h"
#include "track/key.h"
#include "track/relation.h"
#include "work/keep.h"

static uow_status load_row(void *user, void *image)
{
    uowi_load *work = user;

    return uowi_list_append(work->s, work->list, image, false);
}

/* The entry of an instance that must be of this entity. */
static uow_status load_entry(uowi_session *s, const void *instance, size_t i, const uowi_entity *entity,
                             uowi_entry **out)
{
    *out = instance ? uowi_tracker_entry(&s->tracker, instance) : NULL;
    if (!*out)
        return uowi_error_set(&s->error, UOW_MISUSE, "instance %zu is not tracked by this context", i);
    if ((*out)->entity != entity)
        return uowi_error_set(&s->error, UOW_MISUSE, "instance %zu is of %s, the relation is with %s", i,
                              (*out)->entity->name, entity->name);
    return UOW_OK;
}

/* Rows in the database refer to the key that was read or saved last; a new principal has none there. */
static uow_status load_principal(uowi_load *work, const void *instance, size_t i)
{
    uowi_entry *entry;
    uow_status st = load_entry(work->s, instance, i, work->relation->principal, &entry);

    if (st != UOW_OK || entry->state == UOW_ADDED || entry->change)
        return st;
    entry->change = 1; /* given twice, asked for once */
    work->rows[work->row_count++] = uowi_tracker_original(&work->s->tracker, entry);
    return UOW_OK;
}

static void load_mark(uowi_load *work, bool loaded)
{
    const uowi_tracker *tracker = &work->s->tracker;

    for (size_t i = 0; i < work->count; i++) {
        void *principal = work->instances[i];
        uowi_entry *entry = principal ? uowi_tracker_entry(tracker, principal) : NULL;

        if (!entry)
            continue;
        entry->change = 0;
        if (!loaded || !work->relation->followed)
            continue;
        uowi_entry_place(uowi_tracker_slab(tracker, entry->entity), entry, work->relation->place)->loaded = 1;
        uowi_place_show(tracker, work->relation, entry);
    }
}

static void load_match(uowi_load *work)
{
    const uowi_relation *relation = work->relation;
    uowi_match *match = &work->readback.match;
    bool collection = work->collection;

    work->readback.s = work->s;
    work->readback.fn = load_row;
    work->readback.user = work;
    match->entity = collection ? relation->dependent : relation->principal;
    match->count = relation->count;
    match->rows = work->rows;
    match->row_count = work->row_count;
    match->row_size = (collection ? relation->principal : relation->dependent)->row_size;
    for (size_t i = 0; i < relation->count; i++) {
        const uow_column *own = &relation->dependent->columns[relation->columns[i]];
        const uow_column *key = &relation->principal->columns[relation->keys[i]];

        match->columns[i] = collection ? own : key;
        match->values[i] = collection ? key : own;
    }
}

static bool load_same(const void *value, const void *key, const void *user)
{
    const uowi_relation *relation = user;

    return uowi_columns_equal(relation->principal, relation->keys, relation->key_count, value, key);
}

/* Each key once: the tracked principal goes straight into the list, the others are asked for. */
static uow_status load_key(uowi_load *work, const uowi_entry *dependent)
{
    const uowi_relation *relation = work->relation;
    uowi_session *s = work->s;
    const void *row = uowi_tracker_row(&s->tracker, dependent);
    void *image = uowi_arena_zalloc(&s->scratch, uowi_model_widest(s->model));
    uowi_entry *principal;
    uint64_t hash;

    if (!image)
        return uowi_error_no_memory(&s->error);
    if (!uowi_relation_image(relation, row, image))
        return UOW_OK;
    hash = uowi_columns_hash(relation->principal, relation->keys, relation->key_count, image);
    if (uowi_map_get(&work->seen, hash, image))
        return UOW_OK;
    if (!uowi_map_put(&work->seen, hash, image))
        return uowi_error_no_memory(&s->error);
    principal = uowi_relation_principal(&s->tracker, relation->dependent, relation, row, image);
    if (principal)
        return uowi_list_item(s, work->list, uowi_tracker_row(&s->tracker, principal));
    work->rows[work->row_count++] = row;
    return UOW_OK;
}

static uow_status load_dependent(uowi_load *work, const void *instance, size_t i)
{
    uowi_entry *entry;
    uow_status st = load_entry(work->s, instance, i, work->relation->dependent, &entry);

    if (st == UOW_OK)
        st = uowi_detect_entry(&work->s->tracker, entry, &work->s->error);
    return st == UOW_OK ? load_key(work, entry) : st;
}

static uow_status load_rows(uowi_load *work)
{
    uow_status st = UOW_OK;

    uowi_map_init(&work->seen, work->s->mem, load_same, work->relation);
    for (size_t i = 0; st == UOW_OK && i < work->count; i++)
        st = work->collection ? load_principal(work, work->instances[i], i) : load_dependent(work, work->instances[i], i);
    uowi_map_done(&work->seen);
    return st;
}

static uow_status load_start(uowi_load *work)
{
    uowi_session *s = work->s;
    const uowi_relation *relation = work->relation;
    const void *instances = (const void *)work->instances;
    uow_status st = uowi_keep_array(s, &instances, work->count, sizeof *work->instances);

    if (st != UOW_OK)
        return st;
    work->instances = instances;
    work->rows = uowi_arena_alloc(&s->scratch, (work->count + 1) * sizeof *work->rows);
    if (!work->rows)
        return uowi_error_no_memory(&s->error);
    st = uowi_list_create(s, work->collection ? relation->dependent : relation->principal, UOW_TRACKED, &work->list);
    if (st == UOW_OK)
        st = load_rows(work);
    load_match(work);
    return st;
}

/* On the caller's turn: a read that failed need not have come back to it. */
static uow_status load_end(uowi_load *work, uow_status st)
{
    if (work->collection && work->rows)
        load_mark(work, st == UOW_OK);
    if (st == UOW_OK)
        return st;
    uow_list_free(work->list);
    work->list = NULL;
    return st;
}

uow_status uowi_load_step(uowi_load *op)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(op->at);
    st = load_start(op);
    if (st == UOW_OK)
        UOWI_AWAIT(op->at, st, uowi_readback_step(&op->readback));
    op->failed = st;
    UOWI_TURN(op->at, UOWI_TURN_CALLER);
    st = load_end(op, op->failed);
    UOWI_STEP_END
    return st;
}
