#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/load.h"

#include "track/fixup.h"
#include "track/key.h"
#include "track/relation.h"
#include "work/readback.h"

typedef struct load_work {
    uowi_session *s;
    const uowi_relation *relation;
    uow_list *list;
    const void **rows; /* that have values to ask by */
    size_t count;
    uowi_map seen; /* references: key images asked for */
} load_work;

static uow_status load_row(void *user, void *image)
{
    load_work *work = user;

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

static uow_status load_begin(load_work *work, uowi_session *s, const uowi_relation *relation,
                             const uowi_entity *read, size_t count)
{
    memset(work, 0, sizeof *work);
    work->s = s;
    work->relation = relation;
    work->rows = uowi_arena_alloc(&s->scratch, (count + 1) * sizeof *work->rows);
    if (!work->rows)
        return uowi_error_no_memory(&s->error);
    return uowi_list_create(s, read, UOW_TRACKED, &work->list);
}

static uow_status load_end(load_work *work, uow_status st, uow_list **out_list)
{
    if (st == UOW_OK && out_list)
        *out_list = work->list;
    else
        uow_list_free(work->list);
    return st;
}

/* Rows in the database refer to the key that was read or saved last; a new principal has none there. */
static uow_status load_principal(load_work *work, const void *instance, size_t i)
{
    uowi_entry *entry;
    uow_status st = load_entry(work->s, instance, i, work->relation->principal, &entry);

    if (st != UOW_OK || entry->state == UOW_ADDED || entry->change)
        return st;
    entry->change = 1; /* given twice, asked for once */
    work->rows[work->count++] = uowi_tracker_original(&work->s->tracker, entry);
    return UOW_OK;
}

static void load_mark(load_work *work, void *const *principals, size_t count, bool loaded)
{
    const uowi_tracker *tracker = &work->s->tracker;

    for (size_t i = 0; i < count; i++) {
        uowi_entry *entry = principals[i] ? uowi_tracker_entry(tracker, principals[i]) : NULL;

        if (!entry)
            continue;
        entry->change = 0;
        if (!loaded || !work->relation->followed)
            continue;
        uowi_entry_place(uowi_tracker_slab(tracker, entry->entity), entry, work->relation->place)->loaded = 1;
        uowi_place_show(tracker, work->relation, entry);
    }
}

static void load_match(const load_work *work, bool collection, uowi_match *match)
{
    const uowi_relation *relation = work->relation;

    memset(match, 0, sizeof *match);
    match->entity = collection ? relation->dependent : relation->principal;
    match->count = relation->count;
    match->rows = work->rows;
    match->row_count = work->count;
    for (size_t i = 0; i < relation->count; i++) {
        const uow_column *own = &relation->dependent->columns[relation->columns[i]];
        const uow_column *key = &relation->principal->columns[relation->keys[i]];

        match->columns[i] = collection ? own : key;
        match->values[i] = collection ? key : own;
    }
}

uow_status uowi_load_collection(uowi_session *s, void *const *principals, size_t count,
                                const uowi_relation *relation, uow_list **out_list)
{
    load_work work;
    uowi_match match;
    uow_status st = load_begin(&work, s, relation, relation->dependent, count);

    if (st != UOW_OK)
        return st;
    for (size_t i = 0; st == UOW_OK && i < count; i++)
        st = load_principal(&work, principals[i], i);
    load_match(&work, true, &match);
    if (st == UOW_OK)
        st = uowi_readback(s, &match, load_row, &work);
    load_mark(&work, principals, count, st == UOW_OK);
    return load_end(&work, st, out_list);
}

static bool load_same(const void *value, const void *key, const void *user)
{
    const uowi_relation *relation = user;

    return uowi_columns_equal(relation->principal, relation->keys, relation->key_count, value, key);
}

/* Each key once: the tracked principal goes straight into the list, the others are asked for. */
static uow_status load_key(load_work *work, const uowi_entry *dependent)
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
    work->rows[work->count++] = row;
    return UOW_OK;
}

static uow_status load_dependent(load_work *work, const void *instance, size_t i)
{
    uowi_entry *entry;
    uow_status st = load_entry(work->s, instance, i, work->relation->dependent, &entry);

    if (st == UOW_OK)
        st = uowi_detect_entry(&work->s->tracker, entry, &work->s->error);
    return st == UOW_OK ? load_key(work, entry) : st;
}

uow_status uowi_load_reference(uowi_session *s, void *const *dependents, size_t count,
                               const uowi_relation *relation, uow_list **out_list)
{
    load_work work;
    uowi_match match;
    uow_status st = load_begin(&work, s, relation, relation->principal, count);

    if (st != UOW_OK)
        return st;
    uowi_map_init(&work.seen, s->mem, load_same, relation);
    for (size_t i = 0; st == UOW_OK && i < count; i++)
        st = load_dependent(&work, dependents[i], i);
    uowi_map_done(&work.seen);
    load_match(&work, false, &match);
    if (st == UOW_OK)
        st = uowi_readback(s, &match, load_row, &work);
    return load_end(&work, st, out_list);
}
