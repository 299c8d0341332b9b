#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/setbased.h"

#include <string.h>

#include "base/utf.h"
#include "flow/step.h"
#include "work/exact.h"

const uowi_entity *uowi_set_entity(uowi_session *s, const uow_entity *def)
{
    const uowi_entity *entity = uowi_session_entity(s, def);

    if (!entity || (entity->table && entity->tracked))
        return entity;
    uowi_error_entity(&s->error, entity->name);
    uowi_error_set(&s->error, UOW_MISUSE, "%s has no %s: its rows can only be read", entity->name,
                   entity->table ? "key" : "table");
    return NULL;
}

uow_status uowi_set_doubt(uowi_session *s, uow_status st)
{
    if (st != UOW_CONNECTION_LOST || s->depth > 0)
        return st;
    uowi_error_status(&s->error, UOW_OUTCOME_UNKNOWN);
    uowi_error_frame(&s->error, "The statement may or may not have taken effect");
    return UOW_OUTCOME_UNKNOWN;
}

static uow_status set_missing(uowi_session *s, const uowi_entity *entity, const char *what, const char *advice)
{
    uowi_error_entity(&s->error, entity->name);
    return uowi_error_set(&s->error, UOW_MISUSE, "%s is NULL: %s", what, advice);
}

static bool set_blank(const char *text)
{
    while (uowi_ascii_space(*text))
        text++;
    return *text == '\0';
}

static uow_status set_check(uowi_session *s, const uowi_entity *entity, const char *set, const char *condition)
{
    unsigned lexis = uowi_session_dialect(s)->lexis;
    uow_status st = UOW_OK;

    if (!condition)
        return set_missing(s, entity, "the condition", "give \"\" to mean every row");
    if (set && set_blank(set))
        return uowi_error_set(&s->error, UOW_MISUSE, "the set text is empty: there is nothing to update");
    if (set)
        st = uowi_settext_check(&s->error, "the set text", set, lexis);
    if (st == UOW_OK)
        st = uowi_settext_check(&s->error, "the condition", condition, lexis);
    return st;
}

/* The greatest value a version member holds before it starts again at 1, as save does; 0: it never gets there. */
static int64_t set_version_end(const uow_column *column)
{
    unsigned bits = (unsigned)column->size * 8;
    bool is_unsigned = column->type >= UOW_UINT8 && column->type <= UOW_UINT64;

    return column->size > 2 ? 0 : ((int64_t)1 << (bits - !is_unsigned)) - 1;
}

static void set_version_old(uowi_session *s, const uowi_entity *entity, bool qualified, uowi_buf *out)
{
    if (qualified) {
        uowi_dialect_quote(uowi_session_dialect(s), uowi_session_caps(s), entity->table, out);
        uowi_buf_char(out, '.');
    }
    uowi_dialect_quote(uowi_session_dialect(s), uowi_session_caps(s), entity->columns[entity->version].name, out);
}

void uowi_set_version(uowi_session *s, const uowi_entity *entity, bool qualified, uowi_buf *out)
{
    const uow_column *column = &entity->columns[entity->version];
    int64_t end = set_version_end(column);

    uowi_dialect_quote(uowi_session_dialect(s), uowi_session_caps(s), column->name, out);
    uowi_buf_text(out, " = ");
    if (end) {
        uowi_buf_text(out, "CASE WHEN ");
        set_version_old(s, entity, qualified, out);
        uowi_buf_fmt(out, " >= %lld THEN 1 ELSE ", (long long)end);
    }
    set_version_old(s, entity, qualified, out);
    uowi_buf_text(out, end ? " + 1 END" : " + 1");
}

/* A line break ends each piece of the program's, so that a comment in it ends there too. */
void uowi_set_text(uowi_session *s, const uowi_entity *entity, const char *set, const char *condition, uowi_buf *out)
{
    const uowi_dialect *dialect = uowi_session_dialect(s);

    uowi_buf_text(out, set ? "UPDATE " : "DELETE FROM ");
    uowi_dialect_table(dialect, uowi_session_caps(s), entity->schema, entity->table, out);
    if (set) {
        uowi_buf_text(out, " SET ");
        uowi_buf_text(out, set);
        uowi_buf_text(out, strstr(set, "--") || strchr(set, '#') ? "\n" : "");
        if (entity->version != UOWI_NO_COLUMN &&
            !uowi_settext_assigns(set, entity->columns[entity->version].name, dialect->lexis)) {
            uowi_buf_text(out, ", ");
            uowi_set_version(s, entity, false, out);
        }
    }
    if (set_blank(condition))
        return;
    uowi_buf_text(out, " WHERE ");
    uowi_buf_text(out, condition);
}

static uow_status set_start(uowi_set_where *op)
{
    uowi_session *s = op->s;
    uow_status st = set_check(s, op->entity, op->set, op->condition);
    const char *sql = NULL;
    uowi_buf text;

    if (st == UOW_OK && op->set)
        st = uowi_exact_check_args(s, op->entity, op->args, op->arg_count);
    if (st != UOW_OK)
        return st;
    uowi_buf_init(&text, s->mem, 0);
    uowi_set_text(s, op->entity, op->set, op->condition, &text);
    if (!text.failed)
        sql = uowi_arena_text(&s->scratch, text.data, text.length);
    uowi_buf_done(&text);
    uowi_execute_init(&op->execute, s, sql, op->args, op->arg_count);
    return sql ? UOW_OK : uowi_error_no_memory(&s->error);
}

uow_status uowi_set_where_step(uowi_set_where *op)
{
    uow_status st = UOW_OK;

    UOWI_STEP_BEGIN(op->at);
    st = set_start(op);
    if (st != UOW_OK)
        return st;
    UOWI_AWAIT(op->at, st, uowi_execute_step(&op->execute));
    if (st != UOW_OK)
        uowi_error_entity(&op->s->error, op->entity->name);
    st = uowi_set_doubt(op->s, st);
    UOWI_STEP_END
    return st;
}
