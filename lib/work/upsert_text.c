/* The statements of an upsert. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "work/setbased.h"
#include "work/upsert.h"

static void text_column(const uowi_upsert_work *work, size_t column, uowi_buf *out)
{
    uowi_dialect_quote(uowi_session_dialect(work->s), uowi_session_caps(work->s), work->entity->columns[column].name,
                       out);
}

static void text_table(const uowi_upsert_work *work, uowi_buf *out)
{
    uowi_dialect_table(uowi_session_dialect(work->s), uowi_session_caps(work->s), work->entity->schema,
                       work->entity->table, out);
}

void uowi_upsert_overwritten(const uowi_upsert_work *work, uowi_columns *out)
{
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < work->entity->column_count && !work->keep; i++)
        if (uowi_columns_has(&work->written, i) && uowi_columns_has(&work->updatable, i))
            uowi_columns_add(out, i);
}

/* "excluded.$" with the column's name for "$" */
static void text_given(const uowi_upsert_work *work, const char *given, size_t column, uowi_buf *out)
{
    for (; *given; given++) {
        if (*given == '$')
            text_column(work, column, out);
        else
            uowi_buf_char(out, *given);
    }
}

/* " ON CONFLICT (key) DO UPDATE SET a = excluded.a" */
static void text_meeting(const uowi_upsert_work *work, const uowi_upsert_style *style, uowi_buf *out)
{
    uowi_columns set;
    const char *before = "";

    if (style->match_before) {
        uowi_buf_text(out, style->match_before);
        for (size_t i = 0; i < work->match_count; i++, before = ", ") {
            uowi_buf_text(out, before);
            text_column(work, work->match[i], out);
        }
        uowi_buf_text(out, style->match_after);
    }
    uowi_upsert_overwritten(work, &set);
    if (!uowi_columns_any(&set) && style->keep) {
        uowi_buf_text(out, style->keep);
        return;
    }
    uowi_buf_text(out, style->update);
    before = "";
    for (size_t i = 0; i < work->entity->column_count; i++) {
        if (!uowi_columns_has(&set, i))
            continue;
        uowi_buf_text(out, before);
        text_column(work, i, out);
        uowi_buf_text(out, " = ");
        text_given(work, style->given, i, out);
        before = ", ";
    }
    if (*before == '\0') {
        text_column(work, work->match[0], out);
        uowi_buf_text(out, " = ");
        text_column(work, work->match[0], out);
    } else if (work->entity->version != UOWI_NO_COLUMN) {
        uowi_buf_text(out, ", ");
        uowi_set_version(work->s, work->entity, true, out); /* the row not inserted has one, too */
    }
}

void uowi_upsert_insert_text(const uowi_upsert_work *work, const uowi_upsert_style *style, uowi_buf *out)
{
    size_t columns = 0;

    uowi_buf_text(out, "INSERT INTO ");
    text_table(work, out);
    if (!uowi_columns_any(&work->written)) {
        uowi_buf_fmt(out, " %s", uowi_session_dialect(work->s)->insert_defaults);
        return;
    }
    for (size_t i = 0; i < work->entity->column_count; i++) {
        if (!uowi_columns_has(&work->written, i))
            continue;
        uowi_buf_text(out, columns++ ? ", " : " (");
        text_column(work, i, out);
    }
    uowi_buf_text(out, ") VALUES ");
    for (size_t r = 0; r < work->batch; r++) {
        uowi_buf_text(out, r ? ", (?" : "(?");
        for (size_t i = 1; i < columns; i++)
            uowi_buf_text(out, ", ?");
        uowi_buf_char(out, ')');
    }
    if (style && !work->plain)
        text_meeting(work, style, out);
}

void uowi_upsert_update_text(const uowi_upsert_work *work, uowi_buf *out)
{
    uowi_columns set;
    const char *before = " SET ";

    uowi_buf_text(out, "UPDATE ");
    text_table(work, out);
    uowi_upsert_overwritten(work, &set);
    for (size_t i = 0; i < work->entity->column_count; i++) {
        if (!uowi_columns_has(&set, i))
            continue;
        uowi_buf_text(out, before);
        text_column(work, i, out);
        uowi_buf_text(out, " = ?");
        before = ", ";
    }
    if (!uowi_columns_any(&set)) { /* nothing to overwrite: only to know whether it is there */
        uowi_buf_text(out, before);
        text_column(work, work->match[0], out);
        uowi_buf_text(out, " = ");
        text_column(work, work->match[0], out);
    } else if (work->entity->version != UOWI_NO_COLUMN) {
        uowi_buf_text(out, before);
        uowi_set_version(work->s, work->entity, false, out);
    }
    for (size_t i = 0; i < work->match_count; i++) {
        uowi_buf_text(out, i ? " AND " : " WHERE ");
        text_column(work, work->match[i], out);
        uowi_buf_text(out, " = ?");
    }
}
