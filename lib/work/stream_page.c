#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/stream_page.h"

#include <string.h>

#include "work/sqlgen.h"

bool uowi_sql_orders(const uowi_dialect *dialect, const char *condition)
{
    uowi_buf unused;
    bool ordered;

    memset(&unused, 0, sizeof unused);
    unused.failed = true; /* only the answer matters: a failed buffer takes nothing */
    ordered = uowi_sql_condition(dialect, condition, &unused);
    return ordered;
}

static const char *page_keep(uowi_stream *stream, uowi_buf *text)
{
    const char *kept = text->failed ? NULL : uowi_arena_text(&stream->arena, text->data, text->length);

    uowi_buf_done(text);
    if (!kept)
        (void)uowi_error_no_memory(&stream->s->error);
    return kept;
}

/* A name no other cursor of the connection has: the number of statements sent so far. */
static const char *page_name(uowi_stream *stream)
{
    uowi_buf name;

    uowi_buf_init(&name, stream->s->mem, 0);
    uowi_buf_fmt(&name, "uow_cursor_%llu",
                 (unsigned long long)atomic_load_explicit(&stream->s->trace.counters.executes, memory_order_relaxed));
    return page_keep(stream, &name);
}

static const char *page_declare_text(uowi_stream *stream)
{
    const uowi_select *select = &stream->select;
    uowi_session *s = stream->s;
    const uowi_dialect *dialect = uowi_session_dialect(s);
    uowi_buf text;
    bool ordered;

    uowi_buf_init(&text, s->mem, 0);
    uowi_buf_fmt(&text, "DECLARE %s NO SCROLL CURSOR FOR ", stream->name);
    uowi_sql_select(s, select->entity, &text);
    ordered = uowi_sql_condition(dialect, select->condition, &text);
    if (!ordered)
        uowi_sql_order_key(s, select->entity, &text); /* as pages come elsewhere */
    uowi_dialect_page(dialect->paging, select->options.limit, select->options.offset, ordered, &text);
    return page_keep(stream, &text);
}

uow_status uowi_stream_declare(uowi_stream *stream)
{
    uowi_session *s = stream->s;
    uowi_param *params = NULL;
    size_t count = 0;
    uow_status st;

    stream->name = page_name(stream);
    if (stream->name)
        stream->select.sql = page_declare_text(stream);
    if (!stream->name || !stream->select.sql)
        return UOW_NO_MEMORY;
    uowi_buf_reset(&s->text);
    st = uowi_run_parse(s, stream->select.sql, stream->args, stream->arg_count, &params, &count);
    if (st == UOW_OK)
        st = uowi_run_start(&stream->declare, s, s->text.data, s->text.length, params, count, true);
    return st;
}

uow_status uowi_stream_declared(uowi_stream *stream, uow_status st)
{
    uowi_buf text;

    if (st != UOW_OK && stream->select.sql)
        uowi_error_statement(&stream->s->error, stream->select.sql);
    st = uowi_run_end(&stream->declare, st, -1);
    if (st != UOW_OK) {
        stream->name = NULL; /* there is nothing to close */
        return st;
    }
    uowi_buf_init(&text, stream->s->mem, 0);
    uowi_buf_fmt(&text, "FETCH FORWARD %u FROM %s", (unsigned)stream->page_rows, stream->name);
    stream->select.sql = page_keep(stream, &text);
    stream->select.args = NULL;
    stream->select.arg_count = 0;
    return stream->select.sql ? UOW_OK : UOW_NO_MEMORY;
}

const char *uowi_stream_undeclare(uowi_stream *stream)
{
    uowi_buf text;

    uowi_buf_init(&text, stream->s->mem, 0);
    uowi_buf_fmt(&text, "CLOSE %s", stream->name);
    return page_keep(stream, &text);
}

/* Adds one key value as an argument and its placeholder to the text; named when the program's own are. */
static void page_key_arg(uowi_stream *stream, const uow_column *column, const char *compare, uowi_buf *out)
{
    uowi_session *s = stream->s;
    bool named = stream->select.arg_count > 0 && stream->args[0].name;
    uow_arg arg = uow_arg_member(column->type, (const char *)stream->last_row + column->offset, column->size, NULL);

    uowi_dialect_quote(uowi_session_dialect(s), uowi_session_caps(s), column->name, out);
    uowi_buf_fmt(out, " %s ", compare);
    if (named) {
        uowi_buf name;

        uowi_buf_init(&name, s->mem, 0);
        uowi_buf_fmt(&name, "uow_key_%zu", stream->select.arg_count);
        arg.name = page_keep(stream, &name);
        uowi_buf_fmt(out, ":%s", arg.name ? arg.name : "?");
    } else {
        uowi_buf_char(out, '?');
    }
    stream->args[stream->select.arg_count++] = arg;
}

/* a > ? OR (a = ? AND b > ?) OR ...: with a >= ? in front, which is what an index can use. */
static void page_after(uowi_stream *stream, uowi_buf *out)
{
    const uowi_entity *entity = stream->select.entity;

    if (entity->key_count > 1) {
        page_key_arg(stream, &entity->columns[entity->key[0]], ">=", out);
        uowi_buf_text(out, " AND (");
    }
    for (size_t last = 0; last < entity->key_count; last++) {
        uowi_buf_text(out, last ? " OR (" : "(");
        for (size_t i = 0; i < last; i++) {
            page_key_arg(stream, &entity->columns[entity->key[i]], "=", out);
            uowi_buf_text(out, " AND ");
        }
        page_key_arg(stream, &entity->columns[entity->key[last]], ">", out);
        uowi_buf_char(out, ')');
    }
    if (entity->key_count > 1)
        uowi_buf_char(out, ')');
}

uow_status uowi_stream_page(uowi_stream *stream, bool first)
{
    uowi_session *s = stream->s;
    const uowi_entity *entity = stream->select.entity;
    uint64_t rows = stream->remaining < stream->page_rows ? stream->remaining : stream->page_rows;
    const char *and = "";
    uowi_buf text;

    stream->select.args = stream->args;
    stream->select.arg_count = stream->arg_count;
    uowi_buf_init(&text, s->mem, 0);
    if (stream->condition && *stream->condition) {
        uowi_buf_fmt(&text, "(%s\n)", stream->condition); /* the line may end in a comment */
        and = " AND ";
    }
    if (!first) {
        uowi_buf_text(&text, and);
        page_after(stream, &text);
    }
    uowi_sql_order_key(s, entity, &text);
    if (text.failed) {
        uowi_buf_done(&text);
        return uowi_error_no_memory(&s->error);
    }
    stream->select.condition = uowi_arena_text(&s->scratch, text.data, text.length);
    uowi_buf_done(&text);
    if (!stream->select.condition)
        return uowi_error_no_memory(&s->error);
    stream->select.options.limit = rows;
    stream->select.options.offset = 0;
    return UOW_OK;
}
