#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/find.h"

#include <string.h>

#include "flow/step.h"
#include "track/key.h"
#include "work/exact.h"
#include "work/query.h"
#include "work/sqlgen.h"

/* Which of an entity's texts: see uowi_stmtcache_text. The writes have the numbers from 0 on. */
#define FIND_TEXT (-1)

typedef struct find_op {
    int at;
    uowi_session *s;
    uowi_select select;
    uowi_reader reader;
    void *instance;
} find_op;

static uow_status find_step(void *self)
{
    find_op *op = self;
    uow_status st = UOW_OK;
    void *image = NULL;

    UOWI_STEP_BEGIN(op->at);
    UOWI_AWAIT(op->at, st, uowi_run_step(&op->reader.run));
    if (st == UOW_OK)
        st = uowi_reader_bind(&op->reader, 1);
    if (st != UOW_OK)
        return st;
    UOWI_AWAIT(op->at, st, uowi_reader_next(&op->reader, &image));
    if (st == UOW_OK)
        st = uowi_track_row(op->s, op->select.entity, image, false, &op->instance);
    UOWI_STEP_END
    return st == UOW_END ? UOW_NOT_FOUND : st;
}

static uow_status find_params(uowi_session *s, const uowi_entity *entity, const void *row, uowi_param **out)
{
    uowi_param *params = uowi_arena_alloc(&s->scratch, entity->key_count * sizeof *params);

    if (!params)
        return uowi_error_no_memory(&s->error);
    for (size_t i = 0; i < entity->key_count; i++) {
        const uow_column *column = &entity->columns[entity->key[i]];
        uow_status st = uowi_param_from_member(column, row, NULL, &s->error, &params[i]);

        if (st == UOW_OK)
            st = uowi_exact_check(s, entity, column, &params[i]);
        if (st != UOW_OK)
            return st;
    }
    *out = params;
    return UOW_OK;
}

static uow_status find_in_database(uowi_session *s, const uowi_entity *entity, const void *key_row,
                                   void **out_instance)
{
    find_op op;
    uowi_buf *text;
    uow_status st;

    memset(&op, 0, sizeof op);
    op.s = s;
    op.select.entity = entity;
    op.reader.select = &op.select;
    text = uowi_stmtcache_text(&s->cache, entity, FIND_TEXT, NULL);
    if (text->length == 0) {
        uowi_sql_select(s, entity, text);
        uowi_sql_where_key(s, entity, false, text);
    }
    st = text->failed ? uowi_error_no_memory(&s->error) : UOW_OK;
    if (st == UOW_OK)
        st = find_params(s, entity, key_row, &op.reader.params);
    if (st == UOW_OK)
        st = uowi_run_start(&op.reader.run, s, text->data, text->length, op.reader.params, entity->key_count,
                            false);
    if (st == UOW_OK)
        st = uowi_step_run(find_step, &op);
    if (st == UOW_NOT_FOUND) {
        uowi_run_end(&op.reader.run, UOW_OK, 0);
        return UOW_NOT_FOUND;
    }
    st = uowi_reader_end(&op.reader, st);
    if (st == UOW_OK)
        *out_instance = op.instance;
    return st;
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

static uow_status find_anywhere(uowi_session *s, const uowi_entity *entity, const void *key_row, void **out_instance)
{
    uowi_entry *entry = uowi_tracker_find(&s->tracker, entity, key_row);

    if (!entry)
        return find_in_database(s, entity, key_row, out_instance);
    if (entry->state == UOW_DELETED)
        return UOW_NOT_FOUND;
    *out_instance = uowi_tracker_row(&s->tracker, entry);
    return UOW_OK;
}

uow_status uowi_find(uowi_session *s, const uowi_entity *entity, const uow_arg *parts, size_t count,
                     void **out_instance)
{
    void *key_row;
    uow_status st;

    if (!entity->tracked)
        return uowi_error_set(&s->error, UOW_MISUSE, "%s is keyless: nothing can be found by key", entity->name);
    key_row = uowi_arena_zalloc(&s->scratch, entity->row_size);
    if (!key_row)
        return uowi_error_no_memory(&s->error);
    st = uowi_key_fill(entity, parts, count, key_row, &s->error);
    if (st == UOW_NOT_FOUND)
        return find_nothing(s, entity, key_row, true);
    if (st == UOW_OK)
        st = find_anywhere(s, entity, key_row, out_instance);
    return st == UOW_NOT_FOUND ? find_nothing(s, entity, key_row, false) : st;
}
