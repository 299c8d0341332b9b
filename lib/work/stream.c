#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/stream.h"

#include <string.h>

#include "flow/step.h"
#include "work/placeholder.h"
#include "work/sqlgen.h"
#include "work/stream_page.h"

#define STREAM_PAGE_BYTES ((size_t)1 << 20)
#define STREAM_PAGE_MAX 10000u
#define STREAM_PAGE_MIN 100u

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
static void stream_unit(uowi_stream *stream)
{
    uow_unit_options options = UOW_UNIT_OPTIONS_INIT;

    if (stream->kind == UOWI_STREAM_IS_PAGED)
        options.isolation = UOW_REPEATABLE_READ;
    uowi_txn_init(&stream->txn, stream->s, &options);
}

/* Takes the statement that reads what stream->select says now. */
static uow_status stream_read(uowi_stream *stream)
{
    stream->reading = true;
    stream->page_read = 0;
    return uowi_reader_start(&stream->reader, stream->s, &stream->select);
}

/* [resumable] The server's cursor, of which the pages are fetched. */
static uow_status stream_declare(uowi_stream *stream)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(stream->page_at);
    st = uowi_stream_declare(stream);
    if (st == UOW_OK)
        UOWI_AWAIT(stream->page_at, st, uowi_run_step(&stream->declare));
    st = uowi_stream_declared(stream, st);
    UOWI_STEP_END
    stream->page_at = 0;
    return st;
}

/* [resumable] Opens the reader on the first page, or the one behind those that were read. */
static uow_status stream_page(uowi_stream *stream, bool first)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(stream->page_at);
    if (stream->kind == UOWI_STREAM_IS_PAGED)
        st = uowi_stream_page(stream, first);
    if (st == UOW_OK)
        st = stream_read(stream);
    if (st == UOW_OK)
        UOWI_AWAIT(stream->page_at, st, uowi_reader_open(&stream->reader));
    UOWI_STEP_END
    stream->page_at = 0;
    return st;
}

/* [resumable] */
static uow_status stream_first_page(uowi_stream *stream)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(stream->next_at);
    if (stream->s->depth == 0) {
        stream_unit(stream);
        UOWI_AWAIT(stream->next_at, st, uowi_txn_begin_step(&stream->txn));
        stream->own_unit = st == UOW_OK;
    }
    if (st == UOW_OK && stream->kind == UOWI_STREAM_IS_DECLARED)
        UOWI_AWAIT(stream->next_at, st, stream_declare(stream));
    if (st == UOW_OK)
        UOWI_AWAIT(stream->next_at, st, stream_page(stream, true));
    UOWI_STEP_END
    stream->next_at = 0;
    return st;
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
    if (stream->kind == UOWI_STREAM_IS_PLAIN)
        UOWI_AWAIT(stream->at, st, uowi_reader_open(&stream->reader));
    else
        UOWI_AWAIT(stream->at, st, stream_first_page(stream));
    stream->ended = st;
    if (st != UOW_OK)
        UOWI_AWAIT(stream->at, st, uowi_stream_finish(stream, stream->ended));
    UOWI_STEP_END
    return st;
}

static bool stream_last_page(const uowi_stream *stream)
{
    return stream->page_read < stream->page_rows || stream->remaining == 0;
}

/* A bounded stream has read a row; the last of a page says where the next begins. */
static void stream_count(uowi_stream *stream, const void *image)
{
    stream->page_read++;
    if (stream->kind == UOWI_STREAM_IS_DECLARED)
        return;
    stream->remaining--;
    if (stream->page_read == stream->page_rows)
        memcpy(stream->last_row, image, stream->select.entity->row_size);
}

void *uowi_stream_ready(uowi_stream *stream)
{
    void *image = stream->reading ? uowi_reader_ready(&stream->reader) : NULL;

    if (image && stream->kind != UOWI_STREAM_IS_PLAIN)
        stream_count(stream, image);
    return image;
}

/* [resumable] A page that is used up is followed by the next, unless it was the last. */
static uow_status stream_paged_next(uowi_stream *stream, void **out_image)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(stream->next_at);
    UOWI_TURN(stream->next_at, UOWI_TURN_ENGINE);
    UOWI_AWAIT(stream->next_at, st, uowi_reader_next(&stream->reader, out_image));
    while (st == UOW_END) {
        st = stream_close_page(stream, UOW_OK);
        if (st == UOW_OK && stream_last_page(stream))
            st = UOW_END;
        if (st != UOW_OK)
            break;
        UOWI_AWAIT(stream->next_at, st, stream_page(stream, false));
        if (st != UOW_OK)
            break;
        UOWI_AWAIT(stream->next_at, st, uowi_reader_next(&stream->reader, out_image));
    }
    if (st == UOW_OK)
        stream_count(stream, *out_image);
    UOWI_STEP_END
    stream->next_at = 0;
    return st;
}

static uow_status stream_plain_next(uowi_stream *stream, void **out_image)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(stream->next_at);
    UOWI_TURN(stream->next_at, UOWI_TURN_ENGINE);
    UOWI_AWAIT(stream->next_at, st, uowi_reader_next(&stream->reader, out_image));
    UOWI_STEP_END
    stream->next_at = 0;
    return st;
}

uow_status uowi_stream_next(uowi_stream *stream, void **out_image)
{
    return stream->kind == UOWI_STREAM_IS_PLAIN ? stream_plain_next(stream, out_image)
                                                : stream_paged_next(stream, out_image);
}

/* The program's unit goes on: only the server's cursor is closed. */
static uow_status stream_undeclare(uowi_stream *stream)
{
    const char *sql = uowi_stream_undeclare(stream);

    return sql ? uowi_txn_statement(stream->s, sql) : UOW_NO_MEMORY;
}

uow_status uowi_stream_finish(uowi_stream *stream, uow_status st)
{
    uowi_session *s = stream->s;

    UOWI_STEP_BEGIN(stream->end_at);
    if (!s)
        return st;
    UOWI_TURN(stream->end_at, UOWI_TURN_WORKER); /* cursors are closed, which nobody polls */
    stream->ended = stream_close_page(stream, st);
    uowi_txn_init(&stream->txn, s, NULL);
    stream->txn.whole = true;
    if (stream->own_unit && stream->ended == UOW_OK) {
        UOWI_AWAIT(stream->end_at, st, uowi_txn_commit_step(&stream->txn));
        stream->ended = st;
    } else if (stream->own_unit && s->depth > 0) {
        UOWI_AWAIT(stream->end_at, st, uowi_txn_rollback_step(&stream->txn));
    } else if (stream->name && stream->ended == UOW_OK) {
        UOWI_TURN(stream->end_at, UOWI_TURN_WORKER);
        stream->ended = stream_undeclare(stream);
    }
    uowi_arena_done(&stream->arena);
    stream->s = NULL;
    UOWI_STEP_END
    stream->end_at = 0;
    return stream->ended;
}

typedef struct stream_ending {
    uowi_stream *stream;
    uow_status st;
} stream_ending;

static uow_status stream_end_step(void *self)
{
    stream_ending *ending = self;

    return uowi_stream_finish(ending->stream, ending->st);
}

uow_status uowi_stream_end(uowi_stream *stream, uow_status st)
{
    stream_ending ending = {stream, st};

    return uowi_step_run(stream_end_step, &ending);
}
