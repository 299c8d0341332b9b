#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/stream.h"

#include <string.h>

#include "flow/step.h"
#include "work/placeholder.h"
#include "work/sqlgen.h"
#include "work/stream_page.h"
#include "work/txn.h"

#define STREAM_PAGE_BYTES ((size_t)1 << 20)
#define STREAM_PAGE_MAX 10000u
#define STREAM_PAGE_MIN 100u

static uow_status reader_open_step(void *self)
{
    return uowi_reader_open(self);
}

/* Opens the reader on what stream->select says now. */
uow_status uowi_stream_read(uowi_stream *stream)
{
    uow_status st = uowi_reader_start(&stream->reader, stream->s, &stream->select);

    stream->reading = true;
    stream->page_read = 0;
    if (st == UOW_OK)
        st = uowi_step_run(reader_open_step, &stream->reader);
    return st;
}

static uow_status stream_close_page(uowi_stream *stream, uow_status st)
{
    if (!stream->reading)
        return st;
    stream->reading = false;
    return uowi_reader_end(&stream->reader, st);
}

static uint32_t stream_page_rows(const uowi_entity *entity)
{
    size_t rows = STREAM_PAGE_BYTES / entity->row_size;

    if (rows > STREAM_PAGE_MAX)
        return STREAM_PAGE_MAX;
    return rows < STREAM_PAGE_MIN ? STREAM_PAGE_MIN : (uint32_t)rows;
}

static uow_status stream_unsupported(uowi_session *s, const char *why)
{
    return uowi_error_set(&s->error, UOW_UNSUPPORTED, "memory cannot be kept bounded on this connection: %s", why);
}

/* Everything a later page reads again is copied: the program's arguments live only during the call that opened. */
static uow_status stream_copy_args(uowi_stream *stream, const uowi_select *select)
{
    size_t room = select->arg_count + 2 * UOW_MAX_KEY * UOW_MAX_KEY;

    stream->args = uowi_arena_zalloc(&stream->arena, room * sizeof *stream->args);
    if (!stream->args)
        return uowi_error_no_memory(&stream->s->error);
    stream->arg_count = select->arg_count;
    for (size_t i = 0; i < select->arg_count; i++) {
        uow_arg *arg = &stream->args[i];

        *arg = select->args[i];
        if (arg->read)
            return stream_unsupported(stream->s, "a streamed argument can be read only once");
        if (arg->data)
            arg->data = uowi_arena_text(&stream->arena, arg->data, arg->size);
        if (arg->name)
            arg->name = uowi_arena_text(&stream->arena, arg->name, strlen(arg->name));
        if ((select->args[i].data && !arg->data) || (select->args[i].name && !arg->name))
            return uowi_error_no_memory(&stream->s->error);
    }
    return UOW_OK;
}

/* One snapshot for all pages: the caller's transaction, or one of the stream's own. */
static uow_status stream_unit(uowi_stream *stream)
{
    uow_unit_options options = UOW_UNIT_OPTIONS_INIT;
    uowi_session *s = stream->s;
    uow_status st;

    if (s->depth > 0)
        return UOW_OK;
    if (stream->kind == UOWI_STREAM_IS_PAGED)
        options.isolation = UOW_REPEATABLE_READ;
    st = uowi_txn_begin(s, &options);
    stream->own_unit = st == UOW_OK;
    return st;
}

static uow_status stream_first_page(uowi_stream *stream)
{
    uow_status st = stream_unit(stream);

    if (st != UOW_OK)
        return st;
    if (stream->kind == UOWI_STREAM_IS_DECLARED) {
        uowi_select select = stream->select;

        return uowi_stream_declare(stream, &select);
    }
    return uowi_stream_page(stream, true);
}

/* What the first statement needs of the program. */
static uow_status stream_prepare(uowi_stream *stream, const uowi_select *select)
{
    uow_status st;

    if (stream->kind == UOWI_STREAM_IS_PLAIN) {
        stream->reading = true;
        return uowi_reader_start(&stream->reader, stream->s, &stream->select);
    }
    stream->page_rows = stream_page_rows(select->entity);
    st = stream_copy_args(stream, select);
    if (st != UOW_OK)
        return st;
    stream->select.condition = stream->condition;
    stream->last_row = uowi_arena_zalloc(&stream->arena, select->entity->row_size);
    return stream->last_row ? UOW_OK : uowi_error_no_memory(&stream->s->error);
}

static uow_status stream_choose(uowi_stream *stream, const uowi_select *select)
{
    uowi_session *s = stream->s;

    stream->kind = UOWI_STREAM_IS_PLAIN;
    if (!(select->options.flags & UOW_BOUNDED))
        return UOW_OK;
    if (!uowi_session_caps(s)->transactions)
        return stream_unsupported(s, "pages need one snapshot, and the database has no transactions");
    if (uowi_session_dialect(s)->streaming == UOWI_STREAM_DECLARE) {
        stream->kind = UOWI_STREAM_IS_DECLARED;
        return UOW_OK;
    }
    stream->kind = UOWI_STREAM_IS_PAGED;
    if (uowi_dialect_paging(uowi_session_dialect(s), uowi_session_caps(s)) == UOWI_PAGING_NONE)
        return stream_unsupported(s, "the driver may buffer whole results, and the database takes no page of one");
    if (!select->entity->tracked || !select->entity->table)
        return stream_unsupported(s, "the driver buffers whole results, and pages need an entity with a table and a key");
    if (select->options.offset)
        return stream_unsupported(s, "pages follow the key, so an offset means nothing");
    if (select->condition && uowi_sql_orders(uowi_session_dialect(s), select->condition))
        return stream_unsupported(s, "pages follow the key, so the condition cannot have an ORDER BY of its own");
    return UOW_OK;
}

uow_status uowi_stream_start(uowi_stream *stream, uowi_session *s, const uowi_select *select)
{
    uow_status st;

    memset(stream, 0, sizeof *stream);
    stream->s = s;
    stream->select = *select;
    stream->condition = select->condition;
    stream->remaining = select->options.limit ? select->options.limit : UINT64_MAX;
    uowi_arena_init(&stream->arena, s->mem, 1024);
    if (select->condition && select->options.flags & UOW_BOUNDED) {
        stream->condition = uowi_arena_text(&stream->arena, select->condition, strlen(select->condition));
        if (!stream->condition)
            return uowi_stream_end(stream, uowi_error_no_memory(&s->error));
    }
    st = stream_choose(stream, select);
    if (st == UOW_OK)
        st = stream_prepare(stream, select);
    return st == UOW_OK ? UOW_OK : uowi_stream_end(stream, st);
}

uow_status uowi_stream_open(uowi_stream *stream)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(stream->at);
    if (stream->kind == UOWI_STREAM_IS_PLAIN) {
        UOWI_AWAIT(stream->at, st, uowi_reader_open(&stream->reader));
    } else {
        UOWI_TURN(stream->at, UOWI_TURN_WORKER);
        st = stream_first_page(stream);
    }
    UOWI_STEP_END
    return st == UOW_OK ? UOW_OK : uowi_stream_end(stream, st);
}

static uow_status reader_next_step(uowi_reader *reader, void **out_image)
{
    uow_status st = uowi_reader_next(reader, out_image);

    while (st == UOW_PENDING) {
        uowi_step_pause();
        st = uowi_reader_next(reader, out_image);
    }
    return st;
}

/* A page is used up: the next one, unless it was the last. */
static uow_status stream_turn(uowi_stream *stream)
{
    bool last = stream->page_read < stream->page_rows || stream->remaining == 0;
    uow_status st = stream_close_page(stream, UOW_OK);

    if (st != UOW_OK || last)
        return st == UOW_OK ? UOW_END : st;
    if (stream->kind == UOWI_STREAM_IS_DECLARED)
        return uowi_stream_read(stream);
    return uowi_stream_page(stream, false);
}

/* A bounded stream's next row. */
static uow_status stream_paged_next(uowi_stream *stream, void **out_image)
{
    uow_status st = reader_next_step(&stream->reader, out_image);

    while (st == UOW_END) {
        st = stream_turn(stream);
        if (st != UOW_OK)
            return st;
        st = reader_next_step(&stream->reader, out_image);
    }
    if (st != UOW_OK)
        return st;
    stream->page_read++;
    if (stream->kind == UOWI_STREAM_IS_DECLARED)
        return UOW_OK;
    stream->remaining--;
    memcpy(stream->last_row, *out_image, stream->select.entity->row_size);
    return UOW_OK;
}

uow_status uowi_stream_next(uowi_stream *stream, void **out_image)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(stream->next_at);
    if (stream->kind == UOWI_STREAM_IS_PLAIN) {
        UOWI_TURN(stream->next_at, UOWI_TURN_ENGINE);
        UOWI_AWAIT(stream->next_at, st, uowi_reader_next(&stream->reader, out_image));
    } else {
        UOWI_TURN(stream->next_at, UOWI_TURN_WORKER);
        st = stream_paged_next(stream, out_image);
    }
    UOWI_STEP_END
    stream->next_at = 0;
    return st;
}

uow_status uowi_stream_end(uowi_stream *stream, uow_status st)
{
    uowi_session *s = stream->s;

    if (!s)
        return st;
    st = stream_close_page(stream, st);
    if (stream->own_unit && st == UOW_OK)
        st = uowi_txn_commit(s);
    else if (stream->own_unit && s->depth > 0)
        (void)uowi_txn_rollback(s);
    else if (stream->name && st == UOW_OK)
        st = uowi_stream_undeclare(stream);
    uowi_arena_done(&stream->arena);
    stream->s = NULL;
    return st;
}
