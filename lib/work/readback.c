#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/readback.h"

#include <string.h>

#include "flow/step.h"
#include "work/keep.h"

/* Rows per statement: few different texts, each prepared once. A chunk that is not full repeats its last row. */
static const size_t readback_sizes[] = {1, 10, 100};

void uowi_match_key(uowi_match *match, const uowi_entity *entity, const void *const *rows, size_t count)
{
    memset(match, 0, sizeof *match);
    match->entity = entity;
    match->count = entity->key_count;
    match->rows = rows;
    match->row_count = count;
    match->row_size = entity->row_size;
    for (size_t i = 0; i < entity->key_count; i++)
        match->columns[i] = match->values[i] = &entity->columns[entity->key[i]];
}

static size_t readback_size(const uowi_session *s, const uowi_match *match, size_t left)
{
    size_t most = uowi_session_caps(s)->max_parameters;
    size_t size = readback_sizes[0];

    for (size_t i = 0; i < sizeof readback_sizes / sizeof readback_sizes[0]; i++) {
        if (most && readback_sizes[i] * match->count > most)
            break;
        size = readback_sizes[i];
        if (size >= left)
            break;
    }
    return size;
}

static void readback_name(uowi_session *s, const uow_column *column, uowi_buf *out)
{
    uowi_dialect_quote(uowi_session_dialect(s), uowi_session_caps(s), column->name, out);
}

/* "a IN (?, ?, ..)" or "(a = ? AND b = ?) OR (..)". */
static void readback_condition(uowi_session *s, const uowi_match *match, size_t size, uowi_buf *out)
{
    if (match->count == 1) {
        readback_name(s, match->columns[0], out);
        for (size_t i = 0; i < size; i++)
            uowi_buf_text(out, i ? ", ?" : " IN (?");
        uowi_buf_char(out, ')');
        return;
    }
    for (size_t i = 0; i < size; i++) {
        uowi_buf_text(out, i ? " OR (" : "(");
        for (size_t c = 0; c < match->count; c++) {
            uowi_buf_text(out, c ? " AND " : "");
            readback_name(s, match->columns[c], out);
            uowi_buf_text(out, " = ?");
        }
        uowi_buf_char(out, ')');
    }
}

static void readback_args(const uowi_match *match, size_t first, size_t size, uow_arg *args)
{
    for (size_t i = 0; i < size; i++) {
        size_t at = first + i < match->row_count ? first + i : match->row_count - 1;

        for (size_t c = 0; c < match->count; c++) {
            const uow_column *value = match->values[c];

            *args++ = uow_arg_member(value->type, (const char *)match->rows[at] + value->offset, value->size,
                                     uowi_member_ind(value, (void *)(uintptr_t)match->rows[at]));
        }
    }
}

/* The statement for the rows from next on; how many it takes is written to *out_size. */
static uow_status readback_start(uowi_readback *op, size_t *out_size)
{
    uowi_session *s = op->s;
    const uowi_match *match = &op->match;
    size_t size = readback_size(s, match, match->row_count - op->next);
    uow_arg *args = uowi_arena_alloc(&s->scratch, size * match->count * sizeof *args);
    uowi_buf condition;
    uow_status st;

    *out_size = size;
    if (!args)
        return uowi_error_no_memory(&s->error);
    memset(&op->select, 0, sizeof op->select);
    readback_args(match, op->next, size, args);
    uowi_buf_init(&condition, s->mem, 0);
    readback_condition(s, match, size, &condition);
    op->select.entity = match->entity;
    op->select.condition = uowi_buf_cstr(&condition);
    op->select.args = args;
    op->select.arg_count = size * match->count;
    st = condition.failed ? uowi_error_no_memory(&s->error) : uowi_query_options(s, NULL, &op->select.options);
    if (st == UOW_OK)
        st = uowi_reader_start(&op->reader, s, &op->select);
    uowi_buf_done(&condition);
    return st;
}

static uow_status readback_take(uowi_readback *op, void *image)
{
    return op->read ? uowi_list_append(op->s, op->read, image, false) : op->fn(op->user, image);
}

/* [resumable] One statement. */
static uow_status readback_chunk(uowi_readback *op)
{
    uow_status st = UOW_OK;
    void *image = NULL;
    size_t size = 0;

    UOWI_STEP_BEGIN(op->chunk_at);
    st = readback_start(op, &size);
    op->next += size;
    if (st == UOW_OK)
        UOWI_AWAIT(op->chunk_at, st, uowi_reader_open(&op->reader));
    while (st == UOW_OK) {
        UOWI_AWAIT(op->chunk_at, st, uowi_reader_next(&op->reader, &image));
        if (st == UOW_OK)
            st = readback_take(op, image);
    }
    st = uowi_reader_end(&op->reader, st == UOW_END ? UOW_OK : st);
    UOWI_STEP_END
    op->chunk_at = 0;
    return st;
}

/* The rows asked by are the tracker's and the program's: a polled operation has its own. */
static uow_status readback_keep(uowi_readback *op)
{
    uowi_session *s = op->s;
    const void *rows = (const void *)op->match.rows;
    uow_status st = uowi_keep_array(s, &rows, op->match.row_count, sizeof *op->match.rows);
    const void **own = (const void **)(uintptr_t)rows;

    for (size_t i = 0; s->polled && st == UOW_OK && i < op->match.row_count; i++)
        st = uowi_keep_array(s, &own[i], 1, op->match.row_size);
    op->match.rows = own;
    if (st == UOW_OK && s->polled)
        st = uowi_list_create(s, op->match.entity, UOW_NO_TRACKING, &op->read);
    return st;
}

static uow_status readback_hand_over(uowi_readback *op)
{
    uow_status st = UOW_OK;

    for (size_t i = 0; st == UOW_OK && i < op->read->count; i++)
        st = op->fn(op->user, uow_list_at(op->read, i));
    return st;
}

uow_status uowi_readback_step(uowi_readback *op)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(op->at);
    st = readback_keep(op);
    while (st == UOW_OK && op->next < op->match.row_count)
        UOWI_AWAIT(op->at, st, readback_chunk(op));
    if (st == UOW_OK && op->read) {
        UOWI_TURN(op->at, UOWI_TURN_CALLER);
        st = readback_hand_over(op);
    }
    uow_list_free(op->read);
    op->read = NULL;
    UOWI_STEP_END
    return st;
}
