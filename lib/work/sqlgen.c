#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/sqlgen.h"

#include <string.h>

#include "base/utf.h"
#include "work/placeholder.h"

void uowi_sql_name(uowi_session *s, const char *name, uowi_buf *out)
{
    uowi_dialect_quote(uowi_session_dialect(s), uowi_session_caps(s), name, out);
}

void uowi_sql_table(uowi_session *s, const uowi_entity *entity, uowi_buf *out)
{
    uowi_dialect_table(uowi_session_dialect(s), uowi_session_caps(s), entity->schema, entity->table, out);
}

/* Returns how many. */
static size_t gen_list(uowi_session *s, const uowi_entity *entity, const uowi_columns *set, uowi_buf *out)
{
    size_t n = 0;

    for (size_t i = 0; i < entity->column_count; i++) {
        if (set && !uowi_columns_has(set, i))
            continue;
        uowi_buf_text(out, n++ ? ", " : "");
        uowi_sql_name(s, entity->columns[i].name, out);
    }
    return n;
}

static void gen_read(uowi_session *s, const uow_column *column, uowi_buf *out)
{
    uowi_buf quoted;

    uowi_buf_init(&quoted, s->mem, 0);
    uowi_sql_name(s, column->name, &quoted);
    out->failed = out->failed || quoted.failed;
    uowi_select_column(uowi_session_dialect(s), column->converter ? column->converter->db_type : column->type,
                       uowi_buf_cstr(&quoted), out);
    uowi_buf_done(&quoted);
}

void uowi_sql_read_list(uowi_session *s, const uowi_entity *entity, const uowi_columns *set, uowi_buf *out)
{
    const char *before = "";

    for (size_t i = 0; i < entity->column_count; i++) {
        if (set && !uowi_columns_has(set, i))
            continue;
        uowi_buf_text(out, before);
        gen_read(s, &entity->columns[i], out);
        before = ", ";
    }
}

size_t uowi_sql_insert_into(uowi_session *s, const uowi_entity *entity, const uowi_columns *columns, bool returning,
                            uowi_buf *out)
{
    size_t n;

    /* SQLite's driver shows a result only for a text that begins with WITH or SELECT. */
    if (returning && uowi_session_dialect(s)->returning == UOWI_RETURNING_WITH)
        uowi_buf_text(out, UOWI_RETURNING_PREFIX);
    uowi_buf_text(out, "INSERT INTO ");
    uowi_sql_table(s, entity, out);
    if (!uowi_columns_any(columns))
        return 0;
    uowi_buf_text(out, " (");
    n = gen_list(s, entity, columns, out);
    uowi_buf_char(out, ')');
    return n;
}

void uowi_sql_marks(size_t count, uowi_buf *out)
{
    for (size_t i = 0; i < count; i++)
        uowi_buf_text(out, i ? ", ?" : "(?");
    uowi_buf_char(out, ')');
}

void uowi_sql_select_columns(uowi_session *s, const uowi_entity *entity, const uowi_columns *columns, uowi_buf *out)
{
    uowi_buf_text(out, "SELECT ");
    uowi_sql_read_list(s, entity, columns, out);
    uowi_buf_text(out, " FROM ");
    uowi_sql_table(s, entity, out);
}

void uowi_sql_select(uowi_session *s, const uowi_entity *entity, uowi_buf *out)
{
    uowi_sql_select_columns(s, entity, NULL, out);
}

static const char *gen_trim(const char *text)
{
    while (uowi_ascii_space(*text))
        text++;
    return text;
}

static bool gen_starts(const char *text, const char *first, const char *second)
{
    size_t n = strlen(first);

    if (uowi_ascii_ncasecmp(text, first, n) != 0 || !uowi_ascii_space(text[n]))
        return false;
    text = gen_trim(text + n);
    n = strlen(second);
    return uowi_ascii_ncasecmp(text, second, n) == 0 && !uowi_ascii_word(text[n]);
}

/* Is there an ORDER BY of the condition's own: not in quotes, a comment or brackets? */
static bool gen_orders(const char *condition, unsigned lexis)
{
    size_t length = strlen(condition);
    size_t at = 0;
    int depth = 0;

    while (at < length) {
        size_t behind = uowi_sql_skip(condition, length, at, lexis);

        if (behind != at) {
            at = behind;
            continue;
        }
        if (depth == 0 && (at == 0 || !uowi_ascii_word(condition[at - 1])) &&
            gen_starts(condition + at, "ORDER", "BY"))
            return true;
        depth += (condition[at] == '(') - (condition[at] == ')');
        at++;
    }
    return false;
}

uow_status uowi_sql_condition_check(uowi_session *s, const char *condition)
{
    size_t length = condition ? strlen(condition) : 0;
    size_t at = 0;

    while (at < length) {
        size_t behind = uowi_sql_skip(condition, length, at, uowi_session_dialect(s)->lexis);

        if (behind == at && condition[at] == ';') {
            uowi_error_statement(&s->error, condition);
            return uowi_error_set(&s->error, UOW_MISUSE,
                                  "a condition is a part of one statement: it cannot have a \";\" outside quotes");
        }
        at = behind == at ? at + 1 : behind;
    }
    return UOW_OK;
}

/* A line comment would swallow what is appended behind the condition, were the line not ended. */
static bool gen_comments(const char *condition)
{
    return strstr(condition, "--") || strchr(condition, '#');
}

bool uowi_sql_condition(const uowi_dialect *dialect, const char *condition, uowi_buf *out)
{
    bool ordered;

    if (!condition)
        return false;
    condition = gen_trim(condition);
    if (*condition == '\0')
        return false;
    ordered = gen_orders(condition, dialect->lexis);
    uowi_buf_text(out, gen_starts(condition, "ORDER", "BY") ? " " : " WHERE ");
    uowi_buf_text(out, condition);
    uowi_buf_text(out, gen_comments(condition) ? "\n" : "");
    return ordered;
}

static void gen_equals(uowi_session *s, const uow_column *column, bool first, uowi_buf *out)
{
    uowi_buf_text(out, first ? " WHERE " : " AND ");
    uowi_sql_name(s, column->name, out);
    uowi_buf_text(out, " = ?");
}

void uowi_sql_where_key(uowi_session *s, const uowi_entity *entity, uowi_buf *out)
{
    for (size_t i = 0; i < entity->key_count; i++)
        gen_equals(s, &entity->columns[entity->key[i]], i == 0, out);
}

/* How a token's value is written to be compared exactly; NULL: as it is. */
static const char *gen_exact(uowi_session *s, const uow_column *column)
{
    uow_type type = column->converter ? column->converter->db_type : column->type;

    if (!(column->flags & UOW_TOKEN))
        return NULL;
    if (type == UOW_TEXT)
        return uowi_session_dialect(s)->exact_text;
    return type == UOW_DECIMAL || type == UOW_DECIMAL_TEXT ? uowi_session_dialect(s)->exact_decimal : NULL;
}

bool uowi_sql_is_plain(uowi_session *s, const uow_column *column)
{
    return !gen_exact(s, column) && (column->ind_offset == UOW_NO_IND || !(column->flags & UOW_TOKEN));
}

void uowi_sql_same(uowi_session *s, const uow_column *column, const char *value, uowi_buf *out)
{
    const char *null_safe = uowi_session_dialect(s)->null_safe;
    const char *exact = gen_exact(s, column);

    uowi_buf_text(out, column->ind_offset != UOW_NO_IND && null_safe ? null_safe : " = ");
    for (exact = exact ? exact : "$"; *exact; exact++) {
        if (*exact == '$')
            uowi_buf_text(out, value);
        else
            uowi_buf_char(out, *exact);
    }
}

bool uowi_sql_asks_null(uowi_session *s, const uow_column *column, const void *original)
{
    return !uowi_session_dialect(s)->null_safe && uowi_member_is_null(column, original);
}

/* key, version and tokens */
static void gen_where_row(uowi_session *s, const uowi_change *change, uowi_buf *out)
{
    const uowi_entity *entity = change->entity;
    const void *original = change->original;

    uowi_sql_where_key(s, entity, out);
    for (size_t i = 0; uowi_change_checks(change) && i < entity->check_count; i++) {
        const uow_column *column = &entity->columns[entity->checks[i]];

        uowi_buf_text(out, " AND ");
        uowi_sql_name(s, column->name, out);
        if (uowi_sql_asks_null(s, column, original))
            uowi_buf_text(out, " IS NULL");
        else
            uowi_sql_same(s, column, "?", out);
    }
}

void uowi_sql_order_key(uowi_session *s, const uowi_entity *entity, uowi_buf *out)
{
    for (size_t i = 0; i < entity->key_count; i++) {
        uowi_buf_text(out, i ? ", " : " ORDER BY ");
        uowi_sql_name(s, entity->columns[entity->key[i]].name, out);
    }
}

void uowi_sql_insert(uowi_session *s, const uowi_entity *entity, const uowi_columns *columns,
                     const uowi_columns *back, uowi_buf *out)
{
    const uowi_dialect *dialect = uowi_session_dialect(s);
    bool returning = uowi_columns_any(back) && dialect->returning != UOWI_RETURNING_NONE;
    size_t n = uowi_sql_insert_into(s, entity, columns, returning, out);

    if (n > 0) {
        uowi_buf_text(out, " VALUES ");
        uowi_sql_marks(n, out);
    } else {
        uowi_buf_fmt(out, " %s", dialect->insert_defaults);
    }
    if (!returning)
        return;
    uowi_buf_text(out, " RETURNING ");
    uowi_sql_read_list(s, entity, back, out);
}

void uowi_sql_update(uowi_session *s, const uowi_change *change, uowi_buf *out)
{
    const uowi_entity *entity = change->entity;
    bool first = true;

    uowi_buf_text(out, "UPDATE ");
    uowi_sql_table(s, entity, out);
    for (size_t i = 0; i < entity->column_count; i++) {
        if (!uowi_columns_has(change->columns, i) && (i != entity->version || change->patch != UOWI_PATCH_NONE))
            continue;
        uowi_buf_text(out, first ? " SET " : ", ");
        uowi_sql_name(s, entity->columns[i].name, out);
        uowi_buf_text(out, " = ?");
        first = false;
    }
    gen_where_row(s, change, out);
}

void uowi_sql_delete(uowi_session *s, const uowi_change *change, uowi_buf *out)
{
    uowi_buf_text(out, "DELETE FROM ");
    uowi_sql_table(s, change->entity, out);
    gen_where_row(s, change, out);
}
