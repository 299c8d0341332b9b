#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/find.h"

#include <string.h>

#include "base/usual.h"
#include "flow/step.h"
#include "track/key.h"
#include "work/exact.h"
#include "work/keep.h"
#include "work/sqlgen.h"

/* Which of an entity's texts: see uowi_stmtcache_text. The writes have the numbers from 0 on. */
#define FIND_TEXT (-1)

static uow_status find_params(uowi_session *s, const uowi_entity *entity, const void *row, uowi_param **out)
{
    uowi_param *params = uowi_arena_alloc(&s->scratch, entity->key_count * sizeof *params);

    if (!params)
        return uowi_error_no_memory(&s->error);
    for (size_t i = 0; i < entity->key_count; i++) {
        const uow_column *column = &entity->columns[entity->key[i]];
        uow_status st = uowi_param_from_member(column, row, NULL, &s->error, &params[i]);

        if (st == UOW_OK && UOWI_RARE(uowi_exact_matters(&params[i])))
            st = uowi_exact_check(s, entity, column, &params[i]);
        if (st != UOW_OK)
            return st;
    }
    *out = params;
    return UOW_OK;
}

/*
 * What was asked for need not be read: the key's column is left out where the database finds nothing but that number,
 * which spares SQLite's driver a tenth of its work.
 */
static const uowi_columns *find_columns(uowi_find *op)
{
    const uowi_entity *entity = op->entity;
    const uow_column *key = entity->whole_key;

    if (!key || key->converter || key->ind_offset != UOW_NO_IND || entity->column_count < 2 ||
        !uowi_session_dialect(op->s)->equal_is_same)
        return NULL;
    memset(&op->but_key, 0xff, sizeof op->but_key);
    op->but_key.words[entity->key[0] / 64] &= ~((uint64_t)1 << entity->key[0] % 64);
    return &op->but_key;
}

static uow_status find_start(uowi_find *op)
{
    const uowi_entity *entity = op->entity;
    uowi_session *s = op->s;
    uow_status st;
    uowi_buf *text = uowi_stmtcache_text(&s->cache, entity, FIND_TEXT, NULL);

    op->select.entity = entity;
    op->select.columns = find_columns(op);
    op->reader.select = &op->select;
    if (text->length == 0) {
        uowi_sql_select_columns(s, entity, op->select.columns, text);
        uowi_sql_where_key(s, entity, text);
    }
    st = text->failed ? uowi_error_no_memory(&s->error) : UOW_OK;
    if (st == UOW_OK)
        st = find_params(s, entity, op->key_row, &op->reader.params);
    if (st == UOW_OK)
        st = uowi_run_start(&op->reader.run, s, text->data, text->length, op->reader.params, entity->key_count, false);
    return st;
}

/* The row leaves the block it was read into, so that the statement can be closed before the tracker is touched. */
static uow_status find_keep(uowi_find *op, const void *image)
{
    const uow_column *key = op->entity->whole_key;

    op->image = uowi_arena_copy(&op->s->scratch, image, op->entity->row_size);
    if (!op->image)
        return uowi_error_no_memory(&op->s->error);
    if (op->select.columns)
        memcpy((char *)op->image + key->offset, (const char *)op->key_row + key->offset, key->size);
    return uowi_keep_longs(op->entity, op->image, &op->s->scratch, &op->s->error);
}

/* [resumable] */
static uow_status find_read(uowi_find *op)
{
    uow_status st = UOW_OK;
    void *image = NULL;

    UOWI_STEP_BEGIN(op->read_at);
    st = find_start(op);
    if (st == UOW_OK)
        UOWI_AWAIT(op->read_at, st, uowi_run_step(&op->reader.run));
    if (st == UOW_OK)
        st = uowi_reader_bind(&op->reader, 1);
    if (st == UOW_OK)
        UOWI_AWAIT(op->read_at, st, uowi_reader_next(&op->reader, &image));
    if (st == UOW_OK)
        st = find_keep(op, image);
    if (st == UOW_END)
        (void)uowi_run_end(&op->reader.run, UOW_OK, 0);
    else
        st = uowi_reader_end(&op->reader, st);
    UOWI_STEP_END
    return st == UOW_END ? UOW_NOT_FOUND : st;
}

/* Which row it is that is not there; a part that is NULL is no key's. */
static uow_status find_nothing(uowi_session *s, const uowi_entity *entity, const void *key_row, bool null)
{
    uowi_buf key;

    uowi_buf_init(&key, s->mem, 0);
    if (!null)
        uowi_key_text(entity, key_row, &key);
    uowi_error_entity(&s->error, entity->name);
    uowi_error_key(&s->error, uowi_buf_cstr(&key));
    (void)uowi_error_set(&s->error, UOW_NOT_FOUND, "no row has that key: %s(%s)", entity->name,
                         null ? "NULL" : uowi_buf_cstr(&key));
    uowi_buf_done(&key);
    return UOW_NOT_FOUND;
}

/* UOW_END: not among the tracked rows. */
static uow_status find_tracked(uowi_find *op)
{
    uowi_entry *entry = uowi_tracker_find(&op->s->tracker, op->entity, op->key_row);

    if (!entry)
        return UOW_END;
    if (entry->state == UOW_DELETED)
        return UOW_NOT_FOUND;
    op->instance = uowi_tracker_row(&op->s->tracker, entry);
    return UOW_OK;
}

/* A database may know the key in other words (case, spaces at the end): that one may be tracked. */
static uow_status find_track(uowi_find *op)
{
    if (uowi_key_equal(op->entity, op->key_row, op->image))
        return uowi_track_new(op->s, op->entity, op->image, &op->instance);
    return uowi_track_row(op->s, op->entity, op->image, false, &op->instance);
}

static uow_status find_key(uowi_find *op)
{
    const uowi_entity *entity = op->entity;
    uowi_session *s = op->s;
    uow_status st;

    if (!entity->tracked)
        return uowi_error_set(&s->error, UOW_MISUSE, "%s is keyless: nothing can be found by key", entity->name);
    op->key_row = uowi_arena_zalloc(&s->scratch, entity->row_size);
    if (!op->key_row)
        return uowi_error_no_memory(&s->error);
    st = uowi_key_fill(entity, op->parts, op->part_count, op->key_row, &s->error);
    return st == UOW_NOT_FOUND ? find_nothing(s, entity, op->key_row, true) : st;
}

uow_status uowi_find_step(uowi_find *op)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(op->at);
    st = find_key(op);
    if (st != UOW_OK)
        return st;
    st = find_tracked(op);
    if (st == UOW_END) {
        UOWI_AWAIT(op->at, st, find_read(op));
        if (st == UOW_OK) {
            UOWI_TURN(op->at, UOWI_TURN_CALLER);
            st = find_track(op);
        }
    }
    if (st == UOW_NOT_FOUND)
        st = find_nothing(op->s, op->entity, op->key_row, false);
    UOWI_STEP_END
    return st;
}
