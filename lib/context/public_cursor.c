#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "uow/cursor.h"

#include "context/handle_use.h"
#include "context/public_query.h"
#include "work/stream.h"

#define CURSOR_MAGIC 0x756f7775u

struct uow_cursor {
    uowi_held held;
    uowi_stream stream;
    const uowi_entity *entity;
    bool tracked;
    bool refresh;
    bool ended;
    uow_status outcome; /* once ended: what every further call says */
};

static uow_status cursor_open(uowi_session *s, const uowi_select *select, uow_cursor **out)
{
    uow_cursor *cursor = uowi_zalloc(s->mem, sizeof *cursor);
    uow_status st;

    if (!cursor)
        return uowi_error_no_memory(&s->error);
    st = uowi_stream_open(&cursor->stream, s, select);
    if (st != UOW_OK) {
        uowi_free(s->mem, cursor, sizeof *cursor);
        return st;
    }
    cursor->entity = select->entity;
    cursor->tracked = select->options.tracking == UOW_TRACKED && select->entity->tracked;
    cursor->refresh = (select->options.flags & UOW_REFRESH) != 0;
    *out = cursor;
    return UOW_OK;
}

uow_status uow_cursor_open_at(const char *where, uow_context *context, const uow_entity *entity,
                              const char *condition, const uow_arg *args, size_t arg_count,
                              const uow_query_options *options, uow_cursor **out_cursor)
{
    uowi_entered in;
    uowi_select select;
    uow_cursor *cursor = NULL;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_CURSOR_OPEN, where, &in);

    if (st != UOW_OK)
        return st;
    st = uowi_select_make(&context->session, entity, condition, NULL, args, arg_count, options, out_cursor, &select);
    if (st == UOW_OK && select.options.tracking == UOW_NO_TRACKING_IDENTITY)
        st = uowi_error_set(&context->session.error, UOW_MISUSE,
                            "a cursor keeps no rows, so it cannot give one instance per key: use uow_query");
    if (!options)
        select.options.tracking = UOW_NO_TRACKING;
    if (st == UOW_OK)
        st = cursor_open(&context->session, &select, &cursor);
    if (st != UOW_OK)
        return uowi_leave(&in, st);
    uowi_held_init(&cursor->held, CURSOR_MAGIC, &in);
    *out_cursor = cursor;
    return uowi_leave_held(&in, UOW_OK);
}

/* Drained or failed: the statement is closed and the context free for others. */
static uow_status cursor_finish(uow_cursor *cursor, uow_status st)
{
    uow_status end;

    cursor->ended = true;
    end = uowi_stream_end(&cursor->stream, st == UOW_END ? UOW_OK : st);
    cursor->outcome = end == UOW_OK ? UOW_END : end;
    return st == UOW_END && end == UOW_OK ? UOW_END : end;
}

static uow_status cursor_next(uow_cursor *cursor, void **out_row)
{
    uowi_session *s = &cursor->held.context->session;
    void *image = NULL;
    uow_status st;

    if (cursor->ended)
        return cursor->outcome;
    st = uowi_stream_next(&cursor->stream, &image);
    if (st == UOW_OK && cursor->tracked)
        st = uowi_track_row(s, cursor->entity, image, cursor->refresh, &image);
    if (st != UOW_OK)
        return cursor_finish(cursor, st);
    *out_row = image;
    return UOW_OK;
}

uow_status uow_cursor_next(uow_cursor *cursor, void **out_row)
{
    uow_status st = cursor && out_row ? uowi_held_enter(&cursor->held, CURSOR_MAGIC, "cursor_next") : UOW_MISUSE;

    if (st != UOW_OK)
        return st;
    st = cursor_next(cursor, out_row);
    st = uowi_held_leave(&cursor->held, st);
    if (cursor->ended)
        uowi_held_release(&cursor->held);
    return st;
}

void uow_cursor_close(uow_cursor *cursor)
{
    uow_context *context;

    if (!cursor || uowi_held_enter(&cursor->held, CURSOR_MAGIC, "cursor_close") != UOW_OK)
        return;
    context = cursor->held.context;
    if (!cursor->ended)
        (void)cursor_finish(cursor, UOW_OK);
    uowi_held_release(&cursor->held);
    cursor->held.magic = 0;
    uowi_free(&context->env->mem, cursor, sizeof *cursor);
}
