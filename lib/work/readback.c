#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/readback.h"

#include <string.h>

#include "flow/step.h"

/* Rows per statement: few different texts, each prepared once. A chunk that is not full repeats its last row. */
static const size_t readback_sizes[] = {1, 10, 100};

void uowi_match_key(uowi_match *match, const uowi_entity *entity, const void *const *rows, size_t count)
{
    memset(match, 0, sizeof *match);
    match->entity = entity;
    match->count = entity->key_count;
    match->rows = rows;
    match->row_count = count;
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

typedef struct readback_op {
    int at;
    uowi_reader reader;
    uowi_row_fn fn;
    void *user;
} readback_op;

static uow_status readback_step(void *self)
{
    readback_op *op = self;
    uow_status st = UOW_OK;
    void *image = NULL;

    UOWI_STEP_BEGIN(op->at);
    UOWI_AWAIT(op->at, st, uowi_reader_open(&op->reader));
    while (st == UOW_OK) {
        UOWI_AWAIT(op->at, st, uowi_reader_next(&op->reader, &image));
        if (st == UOW_OK)
            st = op->fn(op->user, image);
    }
    UOWI_STEP_END
    return st == UOW_END ? UOW_OK : st;
}

static uow_status readback_chunk(uowi_session *s, const uowi_match *match, size_t first, size_t size, uowi_row_fn fn,
                                 void *user)
{
    readback_op op = {0, {0}, fn, user};
    uowi_select select;
    uowi_buf condition;
    uow_arg *args = uowi_arena_alloc(&s->scratch, size * match->count * sizeof *args);
    uow_status st;

    if (!args)
        return uowi_error_no_memory(&s->error);
    memset(&select, 0, sizeof select);
    readback_args(match, first, size, args);
    uowi_buf_init(&condition, s->mem, 0);
    readback_condition(s, match, size, &condition);
    select.entity = match->entity;
    select.condition = uowi_buf_cstr(&condition);
    select.args = args;
    select.arg_count = size * match->count;
    st = condition.failed ? uowi_error_no_memory(&s->error) : uowi_query_options(s, NULL, &select.options);
    if (st == UOW_OK)
        st = uowi_reader_start(&op.reader, s, &select);
    if (st == UOW_OK)
        st = uowi_step_run(readback_step, &op);
    st = uowi_reader_end(&op.reader, st);
    uowi_buf_done(&condition);
    return st;
}

uow_status uowi_readback(uowi_session *s, const uowi_match *match, uowi_row_fn fn, void *user)
{
    uow_status st = UOW_OK;

    for (size_t first = 0; st == UOW_OK && first < match->row_count;) {
        size_t size = readback_size(s, match, match->row_count - first);

        st = readback_chunk(s, match, first, size, fn, user);
        first += size;
    }
    return st;
}
