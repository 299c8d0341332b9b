#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/placeholder.h"

#include <string.h>

#include "base/utf.h"

static size_t skip_quoted(const char *sql, size_t length, size_t at, char quote, bool backslash)
{
    for (size_t i = at + 1; i < length; i++) {
        if (backslash && sql[i] == '\\' && i + 1 < length)
            i++;
        else if (sql[i] == quote)
            return i + 1; /* a doubled quote just opens the next quoted run */
    }
    return length;
}

static size_t skip_line(const char *sql, size_t length, size_t at)
{
    while (at < length && sql[at] != '\n')
        at++;
    return at;
}

static bool skip_pair(const char *sql, size_t length, size_t at, const char *pair)
{
    return at + 1 < length && sql[at] == pair[0] && sql[at + 1] == pair[1];
}

static size_t skip_comment(const char *sql, size_t length, size_t at, bool nested)
{
    size_t depth = 1;

    for (size_t i = at + 2; i < length; i++) {
        if (skip_pair(sql, length, i, "*/"))
            depth--;
        else if (nested && skip_pair(sql, length, i, "/*"))
            depth++;
        else
            continue;
        i++;
        if (depth == 0)
            return i + 1;
    }
    return length;
}

/* "5--3" is eight where "#" begins a comment: MariaDB. */
static bool skip_dashes(const char *sql, size_t length, size_t at, unsigned lexis)
{
    if (!skip_pair(sql, length, at, "--"))
        return false;
    return !(lexis & UOWI_LEX_HASH) || at + 2 == length || (unsigned char)sql[at + 2] <= ' ';
}

/* What MariaDB runs of a comment, from which others keep away; the version number is no parameter. */
static bool skip_runs(const char *sql, size_t length, size_t at, unsigned lexis)
{
    return (lexis & UOWI_LEX_HASH) && at + 2 < length && (sql[at + 2] == '!' || skip_pair(sql, length, at + 2, "M!"));
}

/* $tag$ ... $tag$ of PostgreSQL; "$1" and lone dollars are nothing. */
static size_t skip_dollar(const char *sql, size_t length, size_t at)
{
    size_t end = at + 1;
    size_t tag;

    while (end < length && uowi_ascii_word(sql[end]))
        end++;
    if (end >= length || sql[end] != '$' || (end > at + 1 && uowi_ascii_digit(sql[at + 1])))
        return at;
    tag = end + 1 - at;
    for (size_t i = end + 1; i + tag <= length; i++)
        if (memcmp(sql + i, sql + at, tag) == 0)
            return i + tag;
    return at;
}

/* E'...' of PostgreSQL has backslash escapes, whatever plain strings have. */
static bool skip_escapes(const char *sql, size_t at)
{
    return at > 0 && (sql[at - 1] == 'E' || sql[at - 1] == 'e') && (at == 1 || !uowi_ascii_word(sql[at - 2]));
}

size_t uowi_sql_skip(const char *sql, size_t length, size_t at, unsigned lexis)
{
    char next = at + 1 < length ? sql[at + 1] : '\0';
    bool escapes = lexis & UOWI_LEX_BACKSLASH;

    switch (sql[at]) {
    case '\'': return skip_quoted(sql, length, at, '\'', escapes || skip_escapes(sql, at));
    case '"': return skip_quoted(sql, length, at, '"', escapes);
    case '`': return skip_quoted(sql, length, at, '`', false);
    case '-': return skip_dashes(sql, length, at, lexis) ? skip_line(sql, length, at) : at;
    case '#': return lexis & UOWI_LEX_HASH ? skip_line(sql, length, at) : at;
    case '/':
        if (next != '*')
            return at;
        return skip_runs(sql, length, at, lexis) ? at + 2 : skip_comment(sql, length, at, lexis & UOWI_LEX_NESTED);
    case '$': return at > 0 && uowi_ascii_word(sql[at - 1]) ? at : skip_dollar(sql, length, at);
    case ':': return next == ':' || next == '=' ? at + 2 : at;
    default: return at;
    }
}

typedef struct holder_work {
    const uow_arg *args;
    size_t arg_count;
    uowi_arena *arena;
    uow_error *error;
    uowi_param *params;
    size_t count;
    size_t capacity;
    bool named;
    bool stores; /* a value here goes into a column, not into a comparison */
    const char *seen; /* the first ":name" of the text when the arguments are not named */
    size_t seen_length;
} holder_work;

static uow_status holder_push(holder_work *work, const uow_arg *arg)
{
    if (work->count == work->capacity) {
        size_t capacity = work->capacity ? work->capacity * 2 : (work->arg_count ? work->arg_count : 1);
        uowi_param *grown = uowi_arena_alloc(work->arena, capacity * sizeof *grown);

        if (!grown)
            return uowi_error_no_memory(work->error);
        if (work->count)
            memcpy(grown, work->params, work->count * sizeof *grown);
        work->params = grown;
        work->capacity = capacity;
    }
    work->params[work->count] = uowi_param_from_arg(arg);
    work->params[work->count++].compared = !work->stores;
    return UOW_OK;
}

static uow_status holder_position(holder_work *work)
{
    if (work->named)
        return uowi_error_set(work->error, UOW_MISUSE,
                              "the arguments are named, but the statement has a \"?\": use one or the other");
    if (work->count >= work->arg_count)
        return uowi_error_set(work->error, UOW_MISUSE, "the statement has more placeholders than the %zu arguments given",
                              work->arg_count);
    return holder_push(work, &work->args[work->count]);
}

static uow_status holder_name(holder_work *work, const char *name, size_t length)
{
    for (size_t i = 0; i < work->arg_count; i++) {
        const char *given = work->args[i].name;

        if (given && strlen(given) == length && memcmp(given, name, length) == 0)
            return holder_push(work, &work->args[i]);
    }
    return uowi_error_set(work->error, UOW_MISUSE, "no argument is named \":%.*s\"", (int)length, name);
}

static size_t holder_name_length(const char *sql, size_t length, size_t at)
{
    size_t end = at + 1;

    if (end >= length || !uowi_ascii_word(sql[end]) || uowi_ascii_digit(sql[end]))
        return 0;
    if (at > 0 && uowi_ascii_word(sql[at - 1]))
        return 0; /* "a:b" is not a parameter */
    while (end < length && uowi_ascii_word(sql[end]))
        end++;
    return end - at - 1;
}

static bool holder_is(const char *sql, size_t length, size_t at, const char *word)
{
    size_t n = strlen(word);

    return length - at >= n && uowi_ascii_ncasecmp(sql + at, word, n) == 0 &&
           (at + n == length || !uowi_ascii_word(sql[at + n]));
}

/* Which part of a statement begins here, as far as it matters to what an argument is for. */
static void holder_part(holder_work *work, const char *sql, size_t length, size_t at)
{
    if (!uowi_ascii_word(sql[at]) || (at > 0 && uowi_ascii_word(sql[at - 1])))
        return;
    if (holder_is(sql, length, at, "INSERT") || holder_is(sql, length, at, "VALUES") ||
        holder_is(sql, length, at, "SET"))
        work->stores = true;
    else if (holder_is(sql, length, at, "WHERE") || holder_is(sql, length, at, "HAVING"))
        work->stores = false;
}

/* Whether a comment begins here whose question marks the driver would count. */
static bool holder_counted(const char *sql, size_t at, unsigned lexis)
{
    return (lexis & UOWI_LEX_COUNTED) && (sql[at] == '-' || sql[at] == '/');
}

/* The comment without them, and without quotes, which it would take for the beginning of a text. */
static void holder_comment(const char *comment, size_t length, uowi_buf *out)
{
    for (size_t i = 0; i < length; i++)
        uowi_buf_char(out, strchr("?'\"", comment[i]) ? '.' : comment[i]);
}

static uow_status holder_walk(holder_work *work, const char *sql, size_t length, unsigned lexis, uowi_buf *out)
{
    size_t copied = 0;
    size_t at = 0;
    uow_status st = UOW_OK;

    while (at < length && st == UOW_OK) {
        size_t behind = uowi_sql_skip(sql, length, at, lexis);
        size_t name = 0;

        if (behind != at) {
            if (holder_counted(sql, at, lexis)) {
                uowi_buf_add(out, sql + copied, at - copied);
                holder_comment(sql + at, behind - at, out);
                copied = behind;
            }
            at = behind;
            continue;
        }
        holder_part(work, sql, length, at);
        if (sql[at] == '?') {
            st = holder_position(work);
        } else if (sql[at] == ':' && (name = holder_name_length(sql, length, at)) > 0 && !work->named) {
            work->seen_length = work->seen ? work->seen_length : name;
            work->seen = work->seen ? work->seen : sql + at + 1;
        } else if (sql[at] == ':' && name > 0) {
            st = holder_name(work, sql + at + 1, name);
            uowi_buf_add(out, sql + copied, at - copied);
            uowi_buf_char(out, '?');
            at += name;
            copied = at + 1;
        }
        at++;
    }
    uowi_buf_add(out, sql + copied, length - copied);
    return st;
}

static uow_status holder_check(const holder_work *work)
{
    size_t named = 0;

    for (size_t i = 0; i < work->arg_count; i++) {
        named += work->args[i].name != NULL;
        if (work->args[i].out)
            return uowi_error_set(work->error, UOW_MISUSE,
                                  "argument %zu is for a value that comes back: only uow_call takes such", i + 1);
    }
    if (named != 0 && named != work->arg_count)
        return uowi_error_set(work->error, UOW_MISUSE, "%zu of %zu arguments are named: name all of them or none",
                              named, work->arg_count);
    return UOW_OK;
}

bool uowi_placeholder_used(const char *sql, size_t length, unsigned lexis, const char *name)
{
    size_t wanted = strlen(name);

    for (size_t at = 0; at < length;) {
        size_t behind = uowi_sql_skip(sql, length, at, lexis);

        if (behind == at && sql[at] == ':' && holder_name_length(sql, length, at) == wanted &&
            memcmp(sql + at + 1, name, wanted) == 0)
            return true;
        at = behind == at ? at + 1 : behind;
    }
    return false;
}

/* An argument nobody reads is a slip: a name misspelt, a condition cut short. */
static uow_status holder_unused(const holder_work *work, const char *sql, size_t length, unsigned lexis)
{
    for (size_t i = 0; work->named && i < work->arg_count; i++)
        if (!uowi_placeholder_used(sql, length, lexis, work->args[i].name))
            return uowi_error_set(work->error, UOW_MISUSE, "the statement has no \":%s\", but an argument has that name",
                                  work->args[i].name);
    if (work->named || work->count >= work->arg_count)
        return UOW_OK;
    if (work->seen)
        return uowi_error_set(work->error, UOW_MISUSE,
                              "the statement has \":%.*s\", but the arguments have no names: use uow_arg_named",
                              (int)work->seen_length, work->seen);
    return uowi_error_set(work->error, UOW_MISUSE, "the statement has %zu placeholders, but %zu arguments were given",
                          work->count, work->arg_count);
}

uow_status uowi_placeholders(const char *sql, size_t length, unsigned lexis, const uow_arg *args, size_t arg_count,
                             uowi_arena *arena, uow_error *error, uowi_buf *out, uowi_param **out_params,
                             size_t *out_count)
{
    holder_work work = {args, arg_count, arena, error, NULL, 0, 0, arg_count > 0 && args && args[0].name, false, NULL, 0};
    uow_status st;

    if (arg_count > 0 && !args)
        return uowi_error_set(error, UOW_MISUSE, "%zu arguments were announced, but the array is NULL", arg_count);
    st = holder_check(&work);
    if (st == UOW_OK)
        st = holder_walk(&work, sql, length, lexis, out);
    if (st == UOW_OK)
        st = holder_unused(&work, sql, length, lexis);
    if (st != UOW_OK)
        uowi_error_statement(error, sql);
    *out_params = work.params;
    *out_count = work.count;
    return st;
}

void uowi_placeholders_any(const char *sql, size_t length, unsigned lexis, uowi_buf *out)
{
    size_t copied = 0;
    size_t at = 0;

    while (at < length) {
        size_t behind = uowi_sql_skip(sql, length, at, lexis);
        size_t name = behind == at && sql[at] == ':' ? holder_name_length(sql, length, at) : 0;

        if (name > 0) {
            uowi_buf_add(out, sql + copied, at - copied);
            uowi_buf_char(out, '?');
            at += name + 1;
            copied = at;
        } else if (behind != at && holder_counted(sql, at, lexis)) {
            uowi_buf_add(out, sql + copied, at - copied);
            holder_comment(sql + at, behind - at, out);
            copied = at = behind;
        } else {
            at = behind == at ? at + 1 : behind;
        }
    }
    uowi_buf_add(out, sql + copied, length - copied);
}
